"""A past day: the checks as they stood then, as known then or as later corrected, and the report of that day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.services import checks, reporting
from bursar_desk.services.as_at import Mode, Moment, open_as_at
from bursar_desk.ui import theme
from bursar_desk.ui.pages import checks_table
from bursar_desk.ui.pages.kept_choices import keep_folder, kept_folder
from bursar_desk.ui.widgets import (
    Button,
    DateField,
    MessageStrip,
    Picker,
    ProgressCard,
    Reflow,
    Segments,
    ground,
    hline,
    plain_label,
)
from bursar_desk.ui.widgets.file_asks import PDF_FILES, FileAsk

if TYPE_CHECKING:
    from bursar_desk.domain.errors import UserError
    from bursar_desk.domain.progress import Progress
    from bursar_desk.services.checks import CheckList
    from bursar_desk.services.desk import Desk
    from bursar_desk.ui.jobs import Job
    from bursar_desk.ui.pages.base import DeskContext

_TOLD = {
    "known": "What was in this register at the end of that day, and nothing that came later.",
    "corrected": "With what was recorded late, put right or merged since then.",
}


@dataclass(frozen=True, slots=True)
class PastDay:
    """The checks of a past day."""

    moment: Moment
    list: CheckList


def read_day(desk: Desk, day: dt.date, mode: Mode, progress: Progress) -> PastDay:
    """Build the day in memory and read its checks; on the database worker."""
    past = open_as_at(desk, day, mode, progress)
    try:
        return PastDay(Moment(day, mode), checks.listing(past, every_school=past.is_office))
    finally:
        past.close()


def write_report(desk: Desk, moment: Moment, school: bytes | None, path: Path, progress: Progress) -> Any:
    """Make the governors' report of a past day; on the database worker."""
    past = open_as_at(desk, moment.day, moment.mode, progress)
    try:
        return reporting.write(past, "governors", path, school=school)
    finally:
        past.close()


class AsAtView(QWidget):
    """A day and how to look at it; then its list, to read only. ``noted`` when ``note`` says something else."""

    noted = Signal()

    def __init__(self, context: DeskContext):
        super().__init__()
        ground(self, "surface")
        self.context = context
        self.files = FileAsk(self)
        self.note = ""
        self.shown: PastDay | None = None
        self._job: Job[Any] | None = None
        self.day = DateField("Day", lambda: context.today)
        self.day.edit.setMaximumWidth(theme.px(150))
        self.mode = Segments([("known", "As known then"), ("corrected", "As later corrected")], "How to look at it")
        self.mode.chosen.connect(lambda _key: self._explain())
        self.show_button = Button("Show the day", "filled", icon="history", on_click=self.show_day)
        self.day.edit.returnPressed.connect(self.show_day)
        self.school = Picker()
        self.school.setAccessibleName("School of the report")
        self.report_button = Button("Make the report of that day", icon="file-text", on_click=self.make_report)
        self._told = plain_label("", "body", "muted", wrap=True)
        self.trouble = MessageStrip("overdue", "")
        self.progress = ProgressCard("Looking back", self.stop, "Stop")
        self.model = checks_table.ChecksModel(checks_table.columns(schools=context.facts.office, reasons={}), self)
        self.table = checks_table.ChecksTable(self.model, "Checks as they stood on that day")
        self.table.set_empty("Choose a day to see how the checks stood.")
        self._lay_out()
        self._explain()

    def _lay_out(self) -> None:
        head = QWidget()
        inner = QVBoxLayout(head)
        inner.setContentsMargins(24, 12, 24, 12)
        inner.setSpacing(8)
        asked = Reflow(self.day, self.mode, self.show_button, 1, spacing=12)
        for field in (self.day, self.mode, self.show_button):
            asked.line.setAlignment(field, Qt.AlignmentFlag.AlignTop)
        inner.addWidget(asked)
        inner.addWidget(self._told)
        inner.addWidget(self.trouble)
        inner.addWidget(self.progress)
        self._foot = QWidget()
        foot = QVBoxLayout(self._foot)
        foot.setContentsMargins(24, 12, 24, 12)
        foot.addWidget(Reflow(self.report_button, self.school, 1, spacing=12))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (head, hline(), self.table, hline(), self._foot):
            column.addWidget(part, 1 if part is self.table else 0)
        for part in (self.trouble, self.progress, self._foot):
            part.hide()
        self.school.setVisible(self.context.facts.office)

    def _explain(self) -> None:
        self._told.setText(_TOLD[self.mode.key()])

    def set_schools(self, schools: Sequence[tuple[bytes, str]]) -> None:
        """Offer these schools for the report; an office chooses one."""
        if self.context.facts.office:
            self.school.set_choices(schools)

    # --- looking back ---

    def show_day(self) -> None:
        """Read the day that is typed."""
        day = self.day.day()
        if day is None or self.day.problem():
            self.trouble.set_text(self.day.problem() or "Enter a date for “Day”.")
            self.trouble.show()
            self.day.setFocus()
            return
        mode: Mode = "known" if self.mode.key() == "known" else "corrected"
        self._run(lambda desk, progress: read_day(desk, day, mode, progress), self._show)

    def _run(self, work: Any, done: Any) -> None:
        self.stop()
        self.trouble.hide()
        self.show_button.setEnabled(False)
        self.report_button.setEnabled(False)

        def finished(result: Any) -> None:
            self._rest()
            done(result)

        self._job = self.context.run_long(
            self, work, finished, self._failed, progress=self._step, stopped=self._rest
        )

    def _step(self, said: str, done: int, total: int) -> None:
        self.progress.set_progress(said, done, total)
        self.progress.show()

    def _rest(self) -> None:
        self._job = None
        self.progress.hide()
        self.show_button.setEnabled(True)
        self.report_button.setEnabled(True)

    def _failed(self, problem: UserError) -> None:
        self._rest()
        self.trouble.set_text(problem.title, f"{problem.safe} {problem.remedy}".strip())
        self.trouble.show()

    def stop(self) -> None:
        """Stop looking back."""
        if self._job is not None:
            self._job.stop()

    def _show(self, found: PastDay) -> None:
        self.shown = found
        self.model.set_rows([line for line in found.list.lines if line.colour != "grey"])
        self.table.fit()
        required = found.list.required
        self.note = found.moment.words
        self.noted.emit()
        self._told.setText(
            f"{found.moment.words}: {words.out_of(required.up_to_date, required.applicable)} required checks were up "
            "to date. You can look, and print; nothing can be changed there."
        )
        self._foot.show()
        self.table.setFocus()

    # --- the report ---

    def make_report(self) -> None:
        """Ask where the report of that day goes."""
        if self.shown is None:
            return
        moment = self.shown.moment
        school = self.school.key() if self.context.facts.office else None
        name = f"Governors’ report {moment.day.isoformat()} {'known' if moment.mode == 'known' else 'corrected'}.pdf"

        def chosen(path: Path) -> None:
            keep_folder("reports", path)
            whose = school if isinstance(school, bytes) else None
            self._run(
                lambda desk, progress: write_report(desk, moment, whose, path, progress),
                lambda _written: self.context.tell(f"{path.name} is saved.", undo=False),
            )

        self.files.save("Save the report of that day", kept_folder("reports") / name, PDF_FILES, chosen)

    def panes(self) -> list[QWidget]:
        """The day, then its list."""
        return [self.day.edit, self.table]
