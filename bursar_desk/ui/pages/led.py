"""Sites I lead: the checks of the schools where the person at the desk leads, late ones first; to look at only."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.services import checks
from bursar_desk.services.leads_felt import SiteLed, sites_led_by
from bursar_desk.ui.models.table import Column, TableModel
from bursar_desk.ui.pages.base import Page
from bursar_desk.ui.pages.faults_detail import facts_grid
from bursar_desk.ui.pages.narrow_table import NarrowTable
from bursar_desk.ui.status_marks import LOOKS, StatusChip
from bursar_desk.ui.widgets import DetailPane, SplitPane, Well, ground, hline, plain_label
from bursar_desk.ui.widgets.filter_bar import FilterBar

if TYPE_CHECKING:
    from bursar_desk.services.checks import CheckLine
    from bursar_desk.services.desk import Desk

PARTS = (("now", "Late and due in 14 days"), ("late", "Late"), ("all", "All"))
_LEAVES_OUT = ("How often", "Last done", "Who does it")


@dataclass(frozen=True, slots=True)
class LedData:
    """The sites, and every check of theirs."""

    sites: tuple[SiteLed, ...]
    lines: tuple[CheckLine, ...]


def columns() -> list[Column[CheckLine]]:
    """The columns of the list."""
    return [
        Column("Status", lambda one: one.status_words, 136, status=lambda one: one.word),
        Column("Check", lambda one: one.title, 200, lead=True, stretch=True, sort=lambda one: one.title.casefold()),
        Column("School", lambda one: one.school_name, 120, ink="muted", sort=lambda one: one.school_name.casefold()),
        Column("How often", lambda one: words.sentence(one.every.partition(" until ")[0])[:-1], 132, ink="muted",
               tip=lambda one: one.every),
        Column("Due", lambda one: words.short_date(one.legal_due, "Not known"), 100, sort=lambda one: one.legal_due),
        Column("Last done", lambda one: words.short_date(one.last_done), 100, ink="muted",
               sort=lambda one: one.last_done),
        Column("Who does it", lambda one: one.doer, 136, sort=lambda one: one.doer.casefold()),
    ]  # fmt: skip


class LedPage(Page):
    """The list of checks, filtered to what is late or due, and beside it why."""

    key: ClassVar[str] = "led"
    title: ClassVar[str] = "Sites I lead"
    icon: ClassVar[str] = "school"
    scrolls: ClassVar[bool] = False
    interested_in: ClassVar[tuple[str, ...]] = (
        "school_check", "check_record", "not_done", "put_off", "out_of_use", "defect", "calendar_block", "lead",
        "answer", "person",
    )  # fmt: skip

    def build(self) -> None:
        """A filter over the list; what the person is there stands in the header."""
        self._school: bytes | None = None
        self._fresh = True
        self.filter = FilterBar(PARTS, "Show checks")
        self.filter.chosen.connect(lambda _key: self._narrow())
        self.model: TableModel[CheckLine] = TableModel(columns(), lambda one: one.id, self)
        self.table = NarrowTable(self.model, "Checks of sites I lead", _LEAVES_OUT)
        self.table.row_chosen.connect(self._chosen)
        self.table.opened.connect(self._show)
        bar = QWidget()
        line = QHBoxLayout(bar)
        line.setContentsMargins(24, 12, 24, 8)
        line.addWidget(self.filter, 1)
        self.said = plain_label("", "body", "muted", wrap=True)
        self.said.setContentsMargins(24, 0, 24, 8)
        left = ground(QWidget(), "surface")
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (bar, self.said, hline(), self.table):
            column.addWidget(part, 1 if part is self.table else 0)
        self.pane = DetailPane(width=360)
        self.split = SplitPane(left)
        self.body.addWidget(self.split, 1)

    def load(self, desk: Desk) -> LedData:
        """Read the sites and their checks."""
        sites = sites_led_by(desk, desk.person.id if desk.person else None, elsewhere=True)
        lines = [line for site in sites for line in checks.listing(desk, school=site.school).lines if line.word]
        return LedData(sites, tuple(line for line in lines if line.colour != "grey"))

    def fill(self, data: LedData) -> None:
        """Show the list."""
        self.said.setText("\n".join(f"{one.title}: {one.why[:1].lower()}{one.why[1:]}" for one in data.sites))
        self.header.set_note(words.listing([one.school_name for one in data.sites]))
        self._narrow()
        if self._fresh and self.isVisible():
            self.table.setFocus()
            self._fresh = False

    def _narrow(self) -> None:
        if not isinstance(self.data, LedData):
            return
        late = {line.id for site in self.data.sites for line in site.late}
        due = {line.id for site in self.data.sites for line in site.due}
        wanted = {"now": late | due, "late": late}.get(self.filter.key())
        lines = [one for one in self.data.lines if self._school is None or one.school == self._school]
        self.filter.set_counts({
            "now": sum(one.id in late | due for one in lines), "late": sum(one.id in late for one in lines),
            "all": len(lines),
        })  # fmt: skip
        self.table.set_empty(_nothing(self.data, self.filter.key()))
        shown = [one for one in lines if wanted is None or one.id in wanted]
        shown.sort(key=lambda one: (one.id not in late, one.legal_due or dt.date.max, one.title.casefold()))
        self.model.set_rows(shown)

    def focus_on(self, **what: Any) -> None:
        """``school=id`` shows one of the sites only; ``part=`` narrows the list."""
        school = what.get("school")
        self._school = school if isinstance(school, bytes) else None
        self.filter.set_key(str(what.get("part", "now")))
        self._narrow()

    def _chosen(self, row: CheckLine | None) -> None:
        if row is not None and self.split.detail is not None:
            self._show(row)

    def _show(self, line: CheckLine) -> None:
        """Show why a check stands as it does."""
        self.pane.set_title(line.title)
        while (item := self.pane.body.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        chip = QWidget()
        box = QVBoxLayout(chip)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(StatusChip(LOOKS[line.word], line.status_words), 0, Qt.AlignmentFlag.AlignLeft)
        told = (
            ("School", line.school_name), ("Where", line.place), ("How often", line.every),
            ("Due", words.short_date(line.legal_due)), ("Last done", words.short_date(line.last_done)),
            ("Done by", line.last_by), ("Who does it", line.doer), ("Answers for it", line.owner),
        )  # fmt: skip
        for part in (chip, Well(line.because), facts_grid([(label, said) for label, said in told if said])):
            self.pane.body.addWidget(part)
        self.pane.body.addStretch()
        self.split.show_detail(self.pane)

    def panes(self) -> list[QWidget]:
        """The list, its details, the filter."""
        return [self.table, *([self.split.detail] if self.split.detail is not None else []), self.filter, self.header]


def _nothing(data: LedData, key: str) -> str:
    """What the empty list says: never that all is well where nothing is known."""
    if not data.sites:
        return "You lead no other school now."
    if not any(one.held for one in data.sites):
        return "The checks of these schools are not here: ask them to let our school read their checks."
    return "Nothing is late." if key == "late" else "Nothing is late or due."
