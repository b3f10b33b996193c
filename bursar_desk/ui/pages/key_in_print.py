"""One button that prints this week's check sheet: a click, and the click that saves the file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from bursar_desk import machine
from bursar_desk.domain import words
from bursar_desk.domain.operations import Changes
from bursar_desk.ui.pages.kept_choices import keep_folder, kept_folder
from bursar_desk.ui.widgets import Button
from bursar_desk.ui.widgets.file_asks import PDF_FILES, FileAsk

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from bursar_desk.services.desk import Desk
    from bursar_desk.ui.pages.base import DeskContext


class PrintButton(Button):
    """Asks where the sheet of the week goes, makes it and keeps it, so that it can be keyed in."""

    def __init__(self, context: DeskContext, *, size: int = 40, left: bool = False, parent: QWidget | None = None):
        super().__init__("Print this week’s sheet", icon="printer", size=size, left=left, parent=parent)
        self.context = context
        self.files = FileAsk(self)
        self.clicked.connect(self._ask)

    def _ask(self) -> None:
        name = machine.safe_file_name(f"Check sheet, {words.week_of(self.context.today).lower()}.pdf")
        self.files.save("Save the check sheet", kept_folder("reports") / name, PDF_FILES, self._make)

    def _make(self, path: Path) -> None:
        keep_folder("reports", path)

        def work(desk: Desk) -> Any:
            from bursar_desk.services import reporting

            return reporting.write(desk, "round-sheet", path, week=True)

        def made(written: Any) -> None:
            self.context.changed.emit(Changes(frozenset({"sheet"})), self)
            self.context.tell(f"{path.name} is saved. Its code is {written.figures['code']}.", undo=False)

        self.context.run(self, work, made)
