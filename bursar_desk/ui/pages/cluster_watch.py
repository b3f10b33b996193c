"""The watched folder: what is new in it, and by name what is a copy, not whole yet or damaged. Never merged unasked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.services import watched
from bursar_desk.ui.widgets import Button, MessageStrip

if TYPE_CHECKING:
    from bursar_desk.domain.errors import UserError
    from bursar_desk.services.watched import Offer
    from bursar_desk.ui.jobs import Job
    from bursar_desk.ui.pages.base import DeskContext

EVERY_MS: Final = 120_000
MOST_NAMED: Final = 4
MERGED: Final = "merged before"


def offer_words(folder: Path, offers: Sequence[Offer]) -> tuple[str, list[str]]:
    """What a watched folder holds: a title ("" when there is nothing to say) and a sentence for each odd file."""
    fresh = new_files(offers)
    odd = [one for one in offers if one.state in ("not whole yet", "damaged") or (one.same_as and one.state != MERGED)]
    told = [one.sentence for one in odd[:MOST_NAMED]]
    if len(odd) > MOST_NAMED:
        told.append(f"{words.number(len(odd) - MOST_NAMED)} more are copies, not whole yet or damaged.")
    if fresh:
        return f"{words.count(len(fresh), 'new file')} in {folder.name}", told
    if odd:
        return f"Nothing new to merge in {folder.name}", told
    return "", []


def new_files(offers: Sequence[Offer]) -> list[Path]:
    """The files that can be merged and bring something: one of each content."""
    return [one.path for one in offers if one.state == "new" and one.same_as is None]


class _Strip(MessageStrip):
    """A strip whose line of buttons takes no room while there are none."""

    def set_buttons(self, *, shown: bool) -> None:
        """Show the line of buttons or not."""
        if self._buttons is not None:
            self._buttons.setVisible(shown)


class WatchStrip(QWidget):
    """One strip above the schools. ``look_wanted(paths)`` when the person wants to see the new files.

    The folder is looked through on the worker, every two minutes while the page is seen; a drive that has gone is
    said in the strip and nowhere else.
    """

    look_wanted = Signal(object)

    def __init__(self, context: DeskContext):
        super().__init__()
        self._context = context
        self._folder: Path | None = None
        self._job: Job[list[Offer]] | None = None
        self.offers: list[Offer] = []
        self._said: tuple[str, list[str]] = ("", [])
        self._strip = _Strip("info", "")
        self.button = Button("Look at them", size=32, on_click=self._look)
        self._strip.add_button(self.button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._strip)
        self.hide()
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self.read)
        self._timer.start()

    def watch(self, folder: Path | None) -> None:
        """Watch this folder, or none; it is looked through at once."""
        self._folder = folder
        if folder is None:
            self.pause()
            self.offers = []
            self.hide()
        else:
            self.read()

    def read(self) -> None:
        """Look through the folder, unless that is being done or nobody sees it."""
        page = self.parentWidget()
        if self._folder is None or self._job is not None or page is None or not page.isVisible():
            return
        self._job = self._context.run_long(self, watched.offered, self._found, self._gone, stopped=self._paused)

    def pause(self) -> None:
        """Stop looking: something the person asked for comes first."""
        if self._job is not None:
            self._job.stop()

    def _paused(self) -> None:
        self._job = None

    def _found(self, offers: list[Offer]) -> None:
        self._job = None
        self.offers = offers
        if self._folder is None:
            return
        title, told = offer_words(self._folder, offers)
        fresh = new_files(offers)
        self._strip.set_tone("info" if fresh else "soon")
        if (title, told) != self._said:  # spoken only when it changes
            self._said = (title, told)
            self._strip.set_text(title, "\n".join(told))
        self._strip.set_buttons(shown=bool(fresh))
        self.button.set_words("Look at it" if len(fresh) == 1 else "Look at them")
        self.setVisible(bool(title))

    def _gone(self, problem: UserError) -> None:
        self._job = None
        self._said = ("", [])
        self._strip.set_tone("soon")
        self._strip.set_text(problem.title, problem.remedy)
        self._strip.set_buttons(shown=False)
        self.show()

    def _look(self) -> None:
        fresh = new_files(self.offers)
        if fresh:
            self.look_wanted.emit(fresh)
