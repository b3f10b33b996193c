"""Files of the Cover page: packs that go out, returns that come in, packs of other schools that are carried here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from bursar_desk import machine
from bursar_desk.domain import words
from bursar_desk.services import guests, merging, reporting
from bursar_desk.ui.pages.guest_windows import GuestWindows
from bursar_desk.ui.pages.kept_choices import keep_folder, kept_folder
from bursar_desk.ui.pages.share_kind import kinds_of
from bursar_desk.ui.widgets.file_asks import PDF_FILES, SHARE_FILES, FileAsk

if TYPE_CHECKING:
    from bursar_desk.domain.errors import UserError
    from bursar_desk.services.cover import CoverLine
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.guests import Guest
    from bursar_desk.ui.pages.base import DeskContext

PACKS: Final = "cover packs"
RETURNS: Final = "returns"


class CoverFiles(QObject):
    """Asks for files and does what they are for, on the database worker; says what came of it by signals.

    ``ask`` opens the dialogs; a test puts another in its place.
    """

    stepped = Signal(str, int, int)
    ended = Signal()
    pack_made = Signal(object, object)  # a CoverLine, a PackMade
    taken_in = Signal(object)  # a MergeResult
    opened = Signal(object)  # a Guest
    sent = Signal(object)  # a Sent

    def __init__(self, context: DeskContext, window: QWidget):
        super().__init__(window)
        self._context = context
        self.ask = FileAsk(window)
        self.windows = GuestWindows(context, window)

    # --- our own pack, and its return ---

    def choose_pack_file(self, asked: CoverLine) -> None:
        """Ask where the pack goes; a good name is there already."""
        name = _pack_name(asked) + merging.SUFFIX
        suggested = kept_folder(PACKS) / name
        self.ask.save("Save the share file", suggested, SHARE_FILES, lambda path: self._make_pack(asked, path))

    def _make_pack(self, asked: CoverLine, path: Path) -> None:
        keep_folder(PACKS, path)
        self._long(
            lambda desk, steps: guests.make_pack(desk, asked.id, path, steps),
            lambda made: self.pack_made.emit(asked, made),
        )

    def choose_paper_file(self, asked: CoverLine) -> None:
        """Ask where the pack on paper goes."""
        suggested = kept_folder(PACKS) / f"{_pack_name(asked)}.pdf"
        self.ask.save("Save the pack as PDF", suggested, PDF_FILES, lambda path: self._write_paper(asked, path))

    def _write_paper(self, asked: CoverLine, path: Path) -> None:
        keep_folder(PACKS, path)
        self._context.run(
            self, lambda desk: reporting.write(desk, "cover", path, cover=asked.id),
            lambda _done: self._context.tell(f"{path.name} is saved. It opens without Bursar Desk.", undo=False),
        )  # fmt: skip

    def choose_return(self) -> None:
        """Ask for the file that came back."""
        self.ask.open_files("Take the return in", kept_folder(RETURNS), SHARE_FILES, self.take_in)

    def take_in(self, paths: Sequence[Path]) -> None:
        """Merge what came back."""
        if not paths:
            return
        keep_folder(RETURNS, paths[0])
        self._long(lambda desk, steps: merging.merge(desk, list(paths), steps), self.taken_in.emit)

    def _long(self, work: Callable[[Desk, Any], Any], done: Callable[[Any], object]) -> None:
        def finished(result: Any) -> None:
            self.ended.emit()
            done(result)

        def failed(problem: UserError) -> None:
            self.ended.emit()
            self._context.problem.emit(problem)

        self._context.run_long(self, work, finished, failed, progress=self.stepped.emit, stopped=self.ended.emit)

    # --- packs of other schools ---

    def choose_pack(self) -> None:
        """Ask for a cover pack another school has sent."""
        self.ask.open_files("Open a cover pack", kept_folder(PACKS), SHARE_FILES, self.open_packs)

    def open_packs(self, paths: Sequence[Path]) -> None:
        """Open packs as guest registers beside our own."""
        for path in paths:
            keep_folder(PACKS, path)
            self._context.run(self, _opening(path), self.opened.emit)

    def open_guest(self, guest: Guest) -> None:
        """Open the guest register of a pack in a window of its own, on its Today page."""
        self.windows.open(guest.path)

    def send_back(self, guest: Guest) -> None:
        """Ask where the return goes, then write it from the guest register."""
        self._choose_return_file(guest.school_name, lambda desk, path: _write_return(desk, guest, path))

    def _choose_return_file(self, school: str, work: Callable[[Desk, Path], Any]) -> None:
        def write(path: Path) -> None:
            keep_folder(RETURNS, path)
            self._context.run(self, lambda desk: work(desk, path), self.sent.emit)

        day = words.short_date(self._context.today)
        name = machine.safe_file_name(f"Return to {school}, {day}{merging.SUFFIX}")
        self.ask.save("Send back what was done", kept_folder(RETURNS) / name, SHARE_FILES, write)

    # --- dropping ---

    def take_dropped(self, paths: Sequence[Path]) -> None:
        """Open packs, take returns in, and hand the share files of schools to the Cluster page."""
        self._context.run(self, lambda _desk: kinds_of(paths), self._sorted)

    def _sorted(self, kinds: dict[str, list[Path]]) -> None:
        self.open_packs(kinds.pop("pack", []))
        others = kinds.pop("exchange", [])
        if others:
            self._context.open_page("cluster", files=others)
        self.take_in([path for paths in kinds.values() for path in paths])


def _pack_name(asked: CoverLine) -> str:
    return machine.safe_file_name(f"Cover pack for {asked.helper}, {words.short_date(asked.first)}")


def _opening(path: Path) -> Callable[[Desk], Guest]:
    return lambda desk: guests.open_pack(desk, path)


def _write_return(desk: Desk, guest: Guest, path: Path) -> Any:
    """Write a return from its guest register, which may be open in a window at the same time."""
    from bursar_desk.services.desk import Desk as GuestDesk

    with GuestDesk.open(guest.path, read_only=True, clock=desk.clock) as opened:
        return guests.send_return(opened, path)
