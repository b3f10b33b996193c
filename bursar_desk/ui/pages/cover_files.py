"""Files of the Cover page: packs that go out, returns that come in, packs of other schools that are carried here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from bursar_desk import machine
from bursar_desk.domain import words
from bursar_desk.services import (
    cover_sheet,
    cover_sheet_back,
    cover_sheet_odd,
    guests,
    merging,
    reporting_packs,
)
from bursar_desk.ui.pages.guest_windows import GuestWindows
from bursar_desk.ui.pages.kept_choices import keep_folder, kept_folder
from bursar_desk.ui.pages.share_kind import kinds_of
from bursar_desk.ui.widgets.file_asks import PDF_FILES, SHARE_FILES, FileAsk

if TYPE_CHECKING:
    from bursar_desk.domain.errors import UserError
    from bursar_desk.domain.operations import Changes
    from bursar_desk.services.cover import CoverLine
    from bursar_desk.services.cover_sheet import SheetMade
    from bursar_desk.services.cover_sheet_shapes import SheetBack
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.guests import Guest
    from bursar_desk.services.reporting_packs import PackFacts
    from bursar_desk.ui.pages.base import DeskContext

PACKS: Final = "cover packs"
RETURNS: Final = "returns"
BOOK_FILES: Final = "Workbook (*.xlsx)"
FILLED_IN: Final = "Spreadsheets (*.xlsx *.ods *.xls *.csv)"
BOOKS: Final = (".xlsx", ".ods", ".xls", ".csv")


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
    sheet_in = Signal(object)  # a SheetBack
    decided = Signal(str)  # what became of an odd entry of a sheet

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

    def choose_paper_file(self, asked: CoverLine, parts: frozenset[str]) -> None:
        """Ask where the pack on paper goes, with these of its parts."""
        suggested = kept_folder(PACKS) / f"{_pack_name(asked)}.pdf"
        self.ask.save("Save the pack as PDF", suggested, PDF_FILES, lambda path: self._write_paper(asked, parts, path))

    def _write_paper(self, asked: CoverLine, parts: frozenset[str], path: Path) -> None:
        keep_folder(PACKS, path)
        self._context.run(
            self, lambda desk: reporting_packs.write_pack(desk, asked.id, parts, path),
            lambda _done: self._context.tell(f"{path.name} is saved. It opens without Bursar Desk.", undo=False),
        )  # fmt: skip

    def draw_paper(self, asked: CoverLine, parts: frozenset[str], show: Callable[[bytes], object]) -> None:
        """Draw the pack with these of its parts."""
        self._context.run(self, lambda desk: reporting_packs.pack_pdf(desk, asked.id, parts), show)

    def read_facts(self, asked: CoverLine, show: Callable[[PackFacts], object]) -> None:
        """Read what is told beside a pack."""
        self._context.run(self, lambda desk: reporting_packs.pack_facts(desk, asked.id), show)

    # --- the pack as a spreadsheet ---

    def choose_sheet_file(self, asked: CoverLine) -> None:
        """Ask where the spreadsheet to fill in goes."""
        suggested = kept_folder(PACKS) / f"{_pack_name(asked)}{cover_sheet.SUFFIX}"
        self.ask.save("Save as spreadsheet", suggested, BOOK_FILES, lambda path: self._write_sheet(asked, path))

    def _write_sheet(self, asked: CoverLine, path: Path) -> None:
        keep_folder(PACKS, path)
        self._context.run(self, lambda desk: cover_sheet.make_sheet(desk, asked.id, path), self._sheet_made)

    def _sheet_made(self, made: SheetMade) -> None:
        said = f"{made.file.name} is saved. Any spreadsheet program opens it. Send it to {made.helper}."
        self._context.acted(made.changes, said, origin=self, undo=False)

    def choose_filled_in(self) -> None:
        """Ask for a sheet that came back filled in."""
        self.ask.open_files("Bring in a filled-in sheet", kept_folder(RETURNS), FILLED_IN, self.bring_in)

    def bring_in(self, paths: Sequence[Path]) -> None:
        """Bring in sheets that came back, one after the other."""
        for path in paths:
            keep_folder(RETURNS, path)
            self._long(_bringing(path), self._brought)

    def _brought(self, back: SheetBack) -> None:
        self._context.acted(back.changes, back.sentence, origin=self, undo=not back.again)
        self.sheet_in.emit(back)

    def take_odd(self, entry: bytes) -> None:
        """Take an odd entry of a sheet over as it stands."""
        self._context.run(self, lambda desk: cover_sheet_odd.take(desk, entry), self._decided)

    def leave_odd(self, entry: bytes, reason: str) -> None:
        """Leave an odd entry of a sheet out, with the reason."""
        self._context.run(self, lambda desk: cover_sheet_odd.leave(desk, entry, reason), self._decided)

    def _decided(self, done: tuple[str, Changes]) -> None:
        said, changes = done
        self._context.acted(changes, said, origin=self)
        self.decided.emit(said)

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
        """Open packs, take returns and sheets in, and hand the share files of schools to the Cluster page."""
        books = [path for path in paths if path.suffix.casefold() in BOOKS]
        others = [path for path in paths if path not in books]
        self.bring_in(books)
        if others:
            self._context.run(self, lambda _desk: kinds_of(others), self._sorted)

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


def _bringing(path: Path) -> Callable[[Desk, Any], SheetBack]:
    return lambda desk, steps: cover_sheet_back.bring_in(desk, path, steps)


def _write_return(desk: Desk, guest: Guest, path: Path) -> Any:
    """Write a return from its guest register, which may be open in a window at the same time."""
    from bursar_desk.services.desk import Desk as GuestDesk

    with GuestDesk.open(guest.path, read_only=True, clock=desk.clock) as opened:
        return guests.send_return(opened, path)
