"""Files around messages: taking what is attached, saving a copy of it, a thread as PDF or web page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bursar_desk.domain.errors import UserError
from bursar_desk.services import enclosures, message_paper
from bursar_desk.ui.pages.kept_choices import keep_folder, kept_folder
from bursar_desk.ui.widgets.file_asks import PDF_FILES, FileAsk

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from bursar_desk.services.desk import Desk
    from bursar_desk.services.enclosures import Enclosure
    from bursar_desk.services.messages import Thread
    from bursar_desk.ui.pages.base import DeskContext
    from reports.saving import Written

FOLDER: Final = "messages"
KINDS: Final = "PDF, pictures, documents (*.pdf *.jpg *.jpeg *.png *.docx *.xlsx *.txt *.msg *.eml)"
_WEB: Final = "Web page (*.html)"
Taken = tuple[list["Enclosure"], UserError | None]


class MessageFiles:
    """Asks for files above the page and does the work on the database worker. ``ask`` may be replaced in a test."""

    def __init__(self, context: DeskContext, page: QWidget):
        self._context, self._page = context, page
        self.ask = FileAsk(page)

    def choose(self, then: Callable[[Sequence[Path]], object]) -> None:
        """Ask which files to attach."""

        def chosen(paths: list[Path]) -> None:
            if paths:
                keep_folder(FOLDER, paths[0])
                then(paths)

        self.ask.open_files("Attach a file", kept_folder(FOLDER), KINDS, chosen)

    def take(self, paths: Sequence[Path], then: Callable[[Sequence[Enclosure], UserError | None], object]) -> None:
        """Look at files one by one; the first that cannot be attached is said, the others are taken."""

        def work(desk: Desk) -> Taken:
            taken: list[Enclosure] = []
            problem: UserError | None = None
            for path in paths:
                try:
                    taken.append(enclosures.take(desk, path))
                except UserError as refused:
                    problem = problem or refused
            return taken, problem

        self._context.run(self._page, work, lambda told: then(*told), lambda problem: then([], problem))

    def save_copy(self, one: Enclosure) -> None:
        """Ask where a copy of an attached file goes; nothing is opened here."""
        kinds = f"{one.words.split(',')[0]} (*{Path(one.name).suffix or '.*'})"

        def save(path: Path) -> None:
            keep_folder(FOLDER, path)
            self._context.run(self._page, lambda desk: enclosures.save_copy(desk, one, path), self._told)

        self.ask.save("Save a copy", kept_folder(FOLDER) / one.name, kinds, save)

    def print_thread(self, thread: Thread) -> None:
        """Ask where the thread goes as PDF or web page."""
        first = thread.messages[0].id

        def save(path: Path) -> None:
            keep_folder(FOLDER, path)
            self._context.run(self._page, lambda desk: message_paper.print_thread(desk, first, path), self._told)

        name = message_paper.paper_name(thread)
        self.ask.save("Save as PDF", kept_folder(FOLDER) / name, f"{PDF_FILES};;{_WEB}", save)

    def _told(self, saved: Written) -> None:
        self._context.tell(f"{saved.file.name} is saved.", undo=False)
