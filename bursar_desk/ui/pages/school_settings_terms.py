"""Term dates: what is entered, a file read with a preview, and single INSET days and closures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.services import term_dates
from bursar_desk.ui.pages.kept_choices import keep_folder, kept_folder
from bursar_desk.ui.widgets import Button, Card, DateField, FieldForm, MessageStrip, Picker, Row, plain_label
from bursar_desk.ui.widgets.file_asks import FileAsk

if TYPE_CHECKING:
    from bursar_desk.domain.operations import Changes
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.term_dates import CalendarProposal, Difference
    from bursar_desk.ui.pages.base import DeskContext
    from db.queries.schools import BlockRow

FILES = "Term dates (*.ics *.csv *.xlsx *.ods *.xls)"
_FOLDER = "terms"
_KINDS = (("inset", "INSET day"), ("closure", "Closed (snow, polling)"), ("letting", "Let to others"), ("term", "Term"))


class TermsPane(QWidget):
    """The calendar, a form for one day, and the preview of a file in place of both."""

    def __init__(self, context: DeskContext):
        super().__init__()
        self.context = context
        self.files = FileAsk(self)
        self._path: Path | None = None
        self._answers: dict[str, str] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        self.missing = MessageStrip("soon", "")
        self.missing.hide()
        column.addWidget(self.missing)
        self.trouble = MessageStrip("overdue", "")
        self.trouble.hide()
        column.addWidget(self.trouble)
        self.preview = Card("What the file says")
        self.preview.hide()
        column.addWidget(self.preview)
        self.file_button = Button("Bring in term dates", size=32, icon="file-up", on_click=self.choose)
        self.card = Card("The calendar", "", self.file_button)
        column.addWidget(self.card)
        column.addWidget(self._form())

    def _form(self) -> Card:
        card = Card("Add one day or a stretch of days")
        self.form = FieldForm()
        self.kind = Picker(_KINDS)
        today = lambda: self.context.today  # noqa: E731 - the day may change while the window is open
        self.first = DateField("First day", today=today, needed=True)
        self.last = DateField("Last day", today=today, needed=False)
        self.name = QLineEdit()
        self.name.setMaxLength(60)
        self.form.add("kind", "Kind", self.kind)
        self.form.add("first", "First day", self.first)
        self.form.add("last", "Last day", self.last, "Leave it empty for one day.", optional=True)
        self.form.add("name", "Name", self.name, "For example Snow, or Staff training.", optional=True)
        self.add_button = Button("Add to the calendar", on_click=self.add)
        holder = QWidget()
        line = QHBoxLayout(holder)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self.add_button)
        line.addStretch()
        self.form.add_widget(holder)
        card.add(self.form)
        return card

    @property
    def typed(self) -> bool:
        """Whether a day was typed and not added."""
        return bool(self.first.edit.text().strip() or self.name.text().strip())

    def show_blocks(self, blocks: Sequence[BlockRow], missing: str) -> None:
        """Show this school year and what follows; older entries stay in the register."""
        self.missing.setVisible(bool(missing))
        if missing:
            self.missing.set_text("Term dates are missing", missing)
        today = self.context.today
        begins = dt.date(today.year - (today.month < 8), 8, 1)
        shown = [one for one in blocks if one.last >= begins]
        older = len(blocks) - len(shown)
        self.card.set_title("The calendar", f"{words.count(older, 'older entry', 'older entries')}" if older else "")
        self.card.clear()
        if not shown:
            self.card.add_sentence("No term dates yet. Bring in a file of your council, or add them below.")
        for one in shown:
            take = Button("Take out", "text", size=32, on_click=partial(self._remove, one))
            take.setAccessibleName(f"Take out {term_dates.block_words(one)}")
            self.card.add_row(Row(plain_label(term_dates.block_words(one), wrap=False), 1, take))

    # --- one day ---

    def add(self) -> None:
        """Add what is in the form."""
        if not self.form.show_problems(self.form.unread_dates()):
            return
        kind, first, last = str(self.kind.key()), self.first.day(), self.last.day()
        name = self.name.text()
        if first is None:
            return

        def work(desk: Desk) -> Changes:
            return term_dates.add(desk, kind, first, last, name=name)[1]

        def added(changes: Changes) -> None:
            for field in (self.first, self.last):
                field.set_day(None)
            self.name.clear()
            self.trouble.hide()
            self.context.acted(changes, "It is in the calendar.")

        self.context.run(self, work, added, self._problem)

    def _remove(self, one: BlockRow) -> None:
        told = f"{one.name} is out of the calendar."
        self.context.run(
            self, lambda desk: term_dates.remove(desk, one.id), lambda changes: self.context.acted(changes, told)
        )

    def _problem(self, problem: Exception) -> None:
        parts = [getattr(problem, name, "") for name in ("title", "safe", "remedy")]
        self.trouble.set_text(parts[0], " ".join(part for part in parts[1:] if part))
        self.trouble.show()

    # --- a file ---

    def choose(self) -> None:
        """Ask for a file of term dates."""

        def chosen(found: list[Path]) -> None:
            keep_folder(_FOLDER, found[0])
            self._path, self._answers = found[0], {}
            self.read()

        self.files.open_files("Choose a file of term dates", kept_folder(_FOLDER), FILES, chosen)

    def read(self) -> None:
        """Read the file, with the answers given so far."""
        path, answers = self._path, dict(self._answers)
        if path is None:
            return

        def work(desk: Desk) -> tuple[CalendarProposal, Difference]:
            found = term_dates.read(path, answers, today=desk.today)
            return found, term_dates.difference(desk, found)

        self.context.run(self, work, self._show_preview, self._problem)

    def _show_preview(self, told: tuple[CalendarProposal, Difference]) -> None:
        found, news = told
        self.trouble.hide()
        self.preview.clear()
        self.preview.set_title(f"What {found.source} says", found.said[0] if found.said else "")
        for question in found.questions:
            picker = Picker([("", "Choose"), *((one.key, one.words) for one in question.choices)])
            picker.setAccessibleName(question.text)
            picker.picked.connect(partial(self._answered, question.key))
            self.preview.add_row(Row(plain_label(question.text, "strong", wrap=False), 1, picker, high=48))
        for line in found.lines:
            self.preview.add_row(Row(plain_label(line), 1))
        for doubt in found.doubts:
            self.preview.add_row(Row(plain_label(doubt.text, "body", "soon"), 1))
        for gone in news.removed:
            self.preview.add_row(Row(plain_label(f"Goes: {term_dates.block_words(gone)}", "body", "muted"), 1))
        self.set_button = Button("Set the term dates", "filled", on_click=partial(self._apply, found))
        self.set_button.setEnabled(bool(found.blocks) and not found.questions and bool(news.added or news.removed))
        same = "" if news.added or news.removed or not found.blocks else "All of this is in the calendar already."
        leave = Button("Leave it", on_click=self.preview.hide)
        self.preview.add_row(Row(plain_label(same, "body", "muted"), 1, leave, self.set_button, high=64))
        self.preview.show()
        self.set_button.setFocus()

    def _answered(self, key: str, answer: object) -> None:
        if answer:
            self._answers[key] = str(answer)
            self.read()

    def _apply(self, found: CalendarProposal) -> None:
        def set_now(changes: Changes) -> None:
            self.preview.hide()
            self.context.acted(changes, "The term dates are set.")

        self.context.run(self, lambda desk: term_dates.apply(desk, found), set_now, self._problem)
