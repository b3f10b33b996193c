"""What happened, newest first: narrowed by person, kind, day and words; a line opens beside with before and after."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.services import history, stories
from bursar_desk.services.stories import KINDS_OF_ACT, Line
from bursar_desk.ui import theme
from bursar_desk.ui.models.table import Column, TableModel
from bursar_desk.ui.pages.history_pane import Deed, StoryPane
from bursar_desk.ui.status_marks import SOON
from bursar_desk.ui.widgets import (
    Button,
    DateField,
    Picker,
    Reflow,
    Row,
    SearchBox,
    SplitPane,
    TableView,
    ground,
    hline,
    plain_label,
)

if TYPE_CHECKING:
    from bursar_desk.domain.operations import Changes
    from bursar_desk.services.desk import Desk
    from bursar_desk.ui.jobs import Job
    from bursar_desk.ui.pages.base import DeskContext

PAGE: Final = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """What the list is narrowed to; with ``check`` it is the story of that check alone."""

    person: str = ""
    kind: str = ""
    day: dt.date | None = None
    text: str = ""
    school: bytes | None = None
    check: bytes | None = None
    limit: int = PAGE

    @property
    def narrowed(self) -> bool:
        """Whether anything is left out."""
        return bool(self.person or self.kind or self.day or self.text or self.school)


def _came(line: Line) -> str:
    return "" if line.came == "here" else line.came[:1].upper() + line.came[1:]


def columns(*, schools: bool) -> list[Column[Line]]:
    """The columns of the list; an office sees whose history a line is."""
    school = Column["Line"]("School", lambda line: line.school_name, 150, ink="muted")
    return [
        Column("When", lambda line: f"{words.short_date(line.day)}, {line.when[-5:]}", 152, ink="muted"),
        *([school] if schools else []),
        Column("What", lambda line: line.sentence, 260, lead=True, stretch=True),
        Column("Who", lambda line: line.who or "Somebody", 122),
        Column("Came", _came, 150, ink="muted", tip=_came),
        Column(
            "Marks", lambda line: "Recorded late" if line.late else "", 116,
            status=lambda line: SOON if line.late else None,
        ),
    ]  # fmt: skip


class StoryView(QWidget):
    """The list and its details. ``asked`` when other lines are wanted; ``wanted`` says which."""

    asked = Signal()

    def __init__(self, context: DeskContext):
        super().__init__()
        self.context = context
        self.wanted = Asked()
        self.note = ""
        self._job: Job[Any] | None = None
        self._office = context.facts.office
        self._make_filters()
        self.model: TableModel[Line] = TableModel(columns(schools=self._office), lambda line: line.places, self)
        self.table: TableView[Line] = TableView(self.model, "What happened")
        self.table.row_chosen.connect(self._chosen)
        self.table.opened.connect(lambda _line: self._chosen(self.table.chosen(), go=True))
        self.more = Button("Show older lines", on_click=self._older)
        self.pane: StoryPane | None = None
        self.split = SplitPane(self._make_list())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.split)

    def _make_filters(self) -> None:
        self.person = Picker([("", "Everybody")], low=True)
        self.person.setAccessibleName("Person")
        self.person.picked.connect(lambda key: self._ask(person=str(key or "")))
        self.kind = Picker([("", "Everything"), *((key, said) for key, (said, _) in KINDS_OF_ACT.items())], low=True)
        self.kind.setAccessibleName("Kind")
        self.kind.picked.connect(lambda key: self._ask(kind=str(key or "")))
        self.school = Picker([(None, "Every school")], low=True)
        self.school.setAccessibleName("School")
        self.school.picked.connect(lambda key: self._ask(school=key))
        self.day = DateField("Day", lambda: self.context.today, needed=False)
        self.day.edit.setPlaceholderText("Any day")
        self.day.edit.setMaximumWidth(theme.px(140))
        self.day.changed.connect(lambda day: self._ask(day=day))
        self.search = SearchBox("Filter by words", hint="Ctrl+F", width=220)
        self.search.searched.connect(lambda text: self._ask(text=text))

    def _make_list(self) -> QWidget:
        shown = [self.search, *([self.school] if self._office else []), self.person, self.kind, self.day]
        filters = Reflow(*shown, 1, spacing=8)
        filters.line.setContentsMargins(24, 12, 24, 12)
        self.about = plain_label("", "strong")
        self._about_room = Row(self.about, 1, Button("Show everything", size=32, on_click=self.tell_all), high=56)
        self._about_room.line.setContentsMargins(24, 8, 24, 8)
        self._about_room.hide()
        self.filters = filters
        self._foot = QWidget()
        foot = QHBoxLayout(self._foot)
        foot.setContentsMargins(24, 8, 24, 8)
        foot.addWidget(self.more)
        foot.addStretch()
        left = ground(QWidget(), "surface")
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (filters, self._about_room, hline(), self.table, self._foot):
            column.addWidget(part, 1 if part is self.table else 0)
        return left

    # --- what is asked for ---

    def _ask(self, **changed: Any) -> None:
        self.wanted = replace(self.wanted, limit=PAGE, **changed)
        self.asked.emit()

    def tell_of(self, check: bytes, name: str) -> None:
        """Tell the story of one check."""
        self.about.setText(f"The history of {words.quoted(name)}" if name else "The history of one check")
        self._ask(check=check)

    def tell_all(self) -> None:
        """Tell everything again."""
        self._ask(check=None)

    def _older(self) -> None:
        self.wanted = replace(self.wanted, limit=self.wanted.limit + 2 * PAGE)
        self.asked.emit()

    # --- what is shown ---

    def set_choices(self, people: Sequence[str], schools: Sequence[tuple[bytes, str]]) -> None:
        """Offer these people and schools."""
        self.person.set_choices([("", "Everybody"), *((name, name) for name in people)])
        if schools:
            self.school.set_choices([(None, "Every school"), *schools])

    def show_lines(self, asked: Asked, lines: Sequence[Line], *, more: bool) -> None:
        """Show the lines; the one chosen stays chosen, and its details are read again."""
        self._about_room.setVisible(asked.check is not None)
        self.filters.setVisible(asked.check is None)
        self._foot.setVisible(more)
        self.table.set_empty(_nothing(asked))
        self.model.set_rows(lines)
        self._hide_empty(lines)
        count = words.count(len(lines), "line")
        self.note = f"The last {count}" if more else count
        if self.table.chosen() is None and lines and self.split.width() >= theme.px(SplitPane.NARROW):
            first = next((line for line in lines if any(one.put_back for one in line.changes)), lines[0])
            self.table.choose(first.places)
        else:
            self._chosen(self.table.chosen())

    def _hide_empty(self, lines: Sequence[Line]) -> None:
        """A column that would say nothing leaves its room to the others."""
        said = {"Came": any(line.came != "here" for line in lines), "Marks": any(line.late for line in lines)}
        for place, column in enumerate(self.model.columns):
            if column.title in said:
                self.table.setColumnHidden(place, not said[column.title])

    def panes(self) -> list[QWidget]:
        """The list, its details, the filters."""
        return [self.table, *([self.pane] if self.pane is not None else []), self.filters]

    def _chosen(self, line: Line | None, *, go: bool = False) -> None:
        if line is None:
            return
        if self._job is not None:
            self._job.stop()
        whole = self.wanted.check is not None

        def told(full: Line) -> None:
            self._job = None
            self._show(full)
            if go and self.pane is not None:
                self.split.show_detail(self.pane, focus=True)

        if whole:  # the story of one check came with its changes, and with those alone
            told(line)
        else:
            self._job = self.context.run(self, lambda desk: stories.details(desk, line), told)

    def _show(self, line: Line) -> None:
        if self.pane is None or self.split.detail is not self.pane:
            self.pane = StoryPane()
            self.pane.wanted.connect(self._do)
            self.split.show_detail(self.pane)
        self.pane.show_line(line, own=line.school == self.context.home and not self._office)

    # --- putting right ---

    def _do(self, deed: Deed) -> None:
        """Put back, restore or take out what a button of the pane stands for."""

        def work(desk: Desk) -> Changes:
            one = deed.change
            if deed.kind == "restore":
                return history.restore(desk, one.table, one.row)
            if deed.kind == "take out":
                return history.take_out(desk, one.table, one.row, deed.reason)
            return history.put_back(desk, one.table, one.row, one.column, deed.op, reason=deed.reason)

        self.context.run(self, work, lambda changes: self.context.acted(changes, deed.sentence, origin=self))


def _nothing(asked: Asked) -> str:
    if asked.check is not None:
        return "Nothing happened to this check yet."
    return "Nothing like that happened. Clear a filter to see more." if asked.narrowed else "Nothing happened yet."
