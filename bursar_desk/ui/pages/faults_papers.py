"""Saving the papers of a job: its sheet, a permit, slips for faults."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from bursar_desk.machine import safe_file_name
from bursar_desk.services import job_papers
from bursar_desk.ui.pages.kept_choices import keep_folder, kept_folder
from bursar_desk.ui.widgets.file_asks import PDF_FILES, FileAsk

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QWidget

    from bursar_desk.services.desk import Desk
    from bursar_desk.ui.pages.base import DeskContext
    from reports.saving import Written

FOLDER: Final = "jobs"


class JobPapers:
    """Asks where a paper goes and makes it on the database worker. ``ask`` may be replaced in a test."""

    def __init__(self, context: DeskContext, page: QWidget):
        self._context, self._page = context, page
        self.ask = FileAsk(page)

    def job_sheet(self, defect: bytes, title: str) -> None:
        """The sheet of a job."""
        self._save(f"Job - {title}", lambda desk, out: job_papers.write_job_sheet(desk, defect, out))

    def permit(self, permit: bytes, number: str) -> None:
        """A permit."""
        self._save(f"Permit {number}", lambda desk, out: job_papers.write_permit(desk, permit, out))

    def slips(self, places: Sequence[bytes], name: str) -> None:
        """Slips on which faults are written."""
        self._save(f"Fault slips - {name}", lambda desk, out: job_papers.write_fault_pad(desk, places, out))

    def _save(self, name: str, work: Callable[[Desk, Path], Written]) -> None:
        plain = " ".join("".join(one if one.isalnum() or one == "-" else " " for one in name).split())[:80].strip()
        suggested = kept_folder(FOLDER) / f"{safe_file_name(plain)}.pdf"

        def save(path: Path) -> None:
            keep_folder(FOLDER, path)
            self._context.run(self._page, lambda desk: work(desk, path), self._told)

        self.ask.save("Save as PDF", suggested, PDF_FILES, save)

    def _told(self, saved: Written) -> None:
        self._context.tell(f"{saved.file.name} is saved.", undo=False)
