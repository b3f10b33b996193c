"""Merging what others sent: a preview that is exact, each file all or nothing, a receipt for each whose sums agree."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain import acts
from bursar_desk.domain.errors import Cancelled, CannotOpen, Refused, UserError
from bursar_desk.domain.operations import Changes
from bursar_desk.domain.progress import Progress, Silent
from bursar_desk.services import merging_files, merging_words, registers
from bursar_desk.services.merging_files import SUFFIX, RefusedFile, files_in, refused
from bursar_desk.services.merging_guard import Guard, Weighing
from bursar_desk.services.merging_notes import notes_of

if TYPE_CHECKING:
    from bursar_desk.exchange.receiving import Incoming
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.merging_preview import FilePreview
    from db.engine import Connection
    from db.history import PastAct
    from db.queries.exchange import ImportRow
    from db.statements import Statement
    from db.take_in import Receipt

__all__ = [
    "KINDS", "SUFFIX", "Entry", "FileResult", "Guard", "MergeResult",
    "PastReceipt", "RefusedFile", "entry_words", "files_in", "merge", "preview", "receipt_entries", "receipts",
    "refused",
]  # fmt: skip

KINDS: Final = ("exchange", "return")
ROOM_TIMES: Final = 3
"""Free disk wanted before a merge, in sizes of the file's content: its entries, the lists and the journal."""
_MOST_NAMED: Final = 500


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing a file brought, in words."""

    what: str
    who: str
    subject: str
    at_ms: int
    held: str = ""


Agree = Callable[[Guard], bool]


@dataclass(frozen=True, slots=True)
class FileResult:
    """What became of one file: taken in, taken in before, waiting for a word of yours, or refused with the reason.

    The counts are entries and add up: ``came = added + already + held + conflicts``. ``added`` took effect quietly;
    ``differences`` are cells to settle and ``missing`` attached files that are not here yet. ``older_than`` names the
    newer file of the same sender ("Oakfield, sent 3 March 2027") when this one brought nothing; ``same_as`` the file of
    the same merge that this one is a copy of. ``code`` is why the envelope was refused, for grouping.
    """

    path: Path
    sender: str
    made_ms: int
    accepted: bool
    refused_because: str = ""
    came: int = 0
    added: int = 0
    already: int = 0
    held: int = 0
    conflicts: int = 0
    number: int = 0
    seen_before: bool = False
    notes: tuple[str, ...] = ()
    entries: tuple[Entry, ...] = ()
    school: bytes = b""
    differences: int = 0
    missing: int = 0
    guard: Guard | None = None
    older_than: str = ""
    same_as: Path | None = None
    code: str = ""
    preview: FilePreview | None = None

    @property
    def waits(self) -> bool:
        """Tell whether it was not merged because it changes much and nobody has agreed to that yet."""
        return self.guard is not None and not self.accepted

    @property
    def damaged(self) -> bool:
        """Tell whether the file itself is damaged: the sender must send it again."""
        return self.code in merging_words.DAMAGED

    @property
    def fresh(self) -> int:
        """Return how many of its entries were not here before."""
        return self.came - self.already

    @property
    def sentence(self) -> str:
        """Return what happened to the file in one sentence."""
        return merging_words.of_file(self)


@dataclass(frozen=True, slots=True)
class MergeResult:
    """What a merge of files and folders did; ``changes`` says which windows redraw."""

    files: tuple[FileResult, ...]
    changes: Changes
    stopped: bool = False

    @property
    def accepted(self) -> int:
        """Return how many files were taken in."""
        return sum(one.accepted for one in self.files)

    @property
    def refused(self) -> list[FileResult]:
        """Return the files that were refused; those that wait for a word of yours are not among them."""
        return [one for one in self.files if not one.accepted and not one.waits]

    @property
    def waiting(self) -> list[FileResult]:
        """Return the files that change much and were not agreed to: merge them again with ``agreed``."""
        return [one for one in self.files if one.waits]

    @property
    def sentence(self) -> str:
        """Return what happened, in the fewest sentences that name whoever must do something."""
        return merging_words.of_all(self.files, stopped=self.stopped)

    def total(self, name: str) -> int:
        """Return the sum of a count over all files."""
        return sum(int(getattr(one, name)) for one in self.files)


def preview(desk: Desk, paths: Sequence[Path], progress: Progress | None = None) -> MergeResult:
    """Say field by field what merging each file would bring; nothing is changed.

    Exact, because each file is really taken in and then rolled back; each is compared with the register as it is now,
    so two files that bring the same entry both count it. Raises ``CannotOpen`` when the register is open to look only.
    """
    from bursar_desk.services.merging_preview import preview_one

    return _each(desk, files_in(paths), progress or Silent(), preview_one, keep=False)


def merge(
    desk: Desk, paths: Sequence[Path], progress: Progress | None = None, *, agreed: Agree | None = None,
    agree_all: bool = False,
) -> MergeResult:  # fmt: skip
    """Merge files and folders: each file on its own, all of it or nothing. Files are neither moved nor changed.

    Stopping leaves the file in hand undone; those finished stay and are listed. A file that would change much of a
    school's records is merged only if ``agreed`` says so, asked while nothing is open, or ``agree_all`` is given.
    """

    def handle(desk: Desk, path: Path, incoming: Incoming, watch: Progress) -> tuple[FileResult, Changes]:
        return _merge_one(desk, path, incoming, watch, None if agree_all else agreed or (lambda _: False))

    return _each(desk, files_in(paths), progress or Silent(), handle, keep=True)


Handle = Callable[["Desk", Path, "Incoming", Progress], tuple[FileResult, Changes]]


def _each(desk: Desk, files: list[Path], progress: Progress, handle: Handle, *, keep: bool) -> MergeResult:
    results: list[FileResult] = []
    changes = Changes(frozenset())
    twins = merging_files.twins(files)
    for n, path in enumerate(files):
        try:
            progress.step(f"Reading {n + 1} of {len(files)}: {path.stem}", n, len(files))
            result, changed = _one(desk, path, _Within(progress, n, len(files), path.stem), handle)
        except Cancelled:
            return MergeResult(tuple(results), changes, stopped=True)
        except CannotOpen:
            raise  # the register itself: no other file would fare better
        except UserError as why:
            result, changed = _refusal(desk, path, why, keep=keep), Changes(frozenset())
        if result.accepted and path in twins:
            result = replace(result, same_as=twins[path], seen_before=True)
        results.append(result)
        changes = changes | changed
    return MergeResult(tuple(results), changes)


def _one(desk: Desk, path: Path, watch: _Within, handle: Handle) -> tuple[FileResult, Changes]:
    from bursar_desk.exchange.envelope import file_sha256
    from bursar_desk.exchange.receiving import receive
    from bursar_desk.machine.disk import room_for
    from db.queries.exchange import import_of
    from db.statements import stored

    sha256 = file_sha256(path)
    with desk.store.connect() as con:
        past = import_of(con, sha256)
        known: list[Statement] = stored(con) if past is None else []
    if past is not None:  # the very same bytes, whatever they are called: there is nothing to look at
        return _merged_before(desk, path, past), Changes(frozenset())
    boxes = registers.boxes(desk.store)
    incoming = receive(path, boxes, known, desk.store.facts.namespace, kinds=KINDS)
    room_for(desk.store.path, ROOM_TIMES * incoming.room, what="this file was not merged")
    watch.name = incoming.sender_name
    return handle(desk, path, incoming, watch)


def _merged_before(desk: Desk, path: Path, past: ImportRow) -> FileResult:
    came = int(json.loads(past.counts).get("came", 0))
    return FileResult(
        path, desk.school_name(past.school), past.made, accepted=True, came=came, already=came, seen_before=True,
        school=past.school,
    )  # fmt: skip


class _Within:
    """One file's part of the whole progress."""

    def __init__(self, whole: Progress, n: int, files: int, name: str) -> None:
        self._whole, self._n, self._files, self.name = whole, n, files, name

    def step(self, words_now: str, done: int, total: int) -> None:
        """Pass on how far this file is, in thousandths of a file."""
        del words_now
        part = 1000 * done // max(1, total)
        sentence = f"Reading {self._n + 1} of {self._files}: {self.name}"
        self._whole.step(sentence, 1000 * self._n + part, 1000 * self._files)


def _refusal(desk: Desk, path: Path, why: UserError, *, keep: bool) -> FileResult:
    """Return a refused file's result; a merge keeps a copy aside with the reason."""
    code = str(getattr(why, "code", ""))
    if merging_files.not_here_yet(path, why):
        code = merging_words.NOT_HERE_YET
        why = Refused("This file is not whole yet.", "Nothing was changed.", "Wait until it has all come, then merge.")
    school, sender = _named(desk, path)
    notes: tuple[str, ...] = ()
    if keep and isinstance(why, Refused) and code != merging_words.NOT_HERE_YET:
        trouble = merging_files.keep_aside(desk, path, sender, str(why))
        notes = (trouble,) if trouble else ()
    return FileResult(path, sender, 0, accepted=False, refused_because=str(why), notes=notes, school=school, code=code)


def _named(desk: Desk, path: Path) -> tuple[bytes, str]:
    """Name the sender of a refused file as its own header does, if it can be read at all; nothing of it is trusted."""
    sender = merging_files.claimed_sender(path)
    school = desk.trust.school_of_writer(sender) if sender is not None else None
    return (school, desk.school_name(school)) if school else (b"", path.name)


# --- one file --------------------------------------------------------------------------------------------------------


def _merge_one(
    desk: Desk, path: Path, incoming: Incoming, progress: Progress, agreed: Agree | None
) -> tuple[FileResult, Changes]:
    from db.history import acts_at
    from db.queries.arrivals import before, places_since
    from db.take_in import take_in

    newer, weighing = newer_of(desk, incoming), Weighing()
    with desk.store.connect() as con:
        was = before(con)

    def approve(con: Connection, receipt: Receipt) -> bool:
        return agreed is None or not weighing.looks_heavy(con, receipt)

    receipt = take_in(desk.store, incoming.file, progress, incoming.sender_name, approve=approve)
    if not receipt.kept:
        for guard in weighing.guards(desk, receipt):
            if agreed is None or not agreed(guard):
                result = result_of(path, incoming, receipt, newer)
                return replace(
                    result, accepted=False, number=0, guard=guard, refused_because=guard.sentence
                ), receipt.changes
        receipt = take_in(desk.store, incoming.file, progress, incoming.sender_name)
    result = result_of(path, incoming, receipt, newer)
    entries: tuple[Entry, ...] = ()
    with desk.store.connect() as con:
        places = places_since(con, was)
        if len(places) <= _MOST_NAMED:
            entries = tuple(entry_words(past) for past in acts_at(con, places))
    return replace(result, notes=notes_of(desk, incoming, receipt), entries=entries), receipt.changes


def result_of(path: Path, incoming: Incoming, receipt: Receipt, newer: str) -> FileResult:
    """Return what a receipt says of a file, in counts."""
    nothing = not receipt.fresh and not receipt.already
    return FileResult(
        path, incoming.sender_name, incoming.file.made, accepted=True, came=receipt.came, added=receipt.added,
        already=receipt.known, held=receipt.held, conflicts=receipt.conflicts, number=receipt.number,
        seen_before=receipt.already, school=incoming.file.school, differences=receipt.differences,
        missing=receipt.missing, older_than=newer if nothing else "",
    )  # fmt: skip


def newer_of(desk: Desk, incoming: Incoming) -> str:
    """Name the newest file of the same computer merged so far, if it was made after this one: "Oakfield, sent ..."."""
    from db.queries.exchange import newest_made

    with desk.store.connect() as con:
        made = newest_made(con, incoming.file.sender)
    if made is None or made <= incoming.file.made:
        return ""
    return f"{incoming.sender_name}, sent {merging_files.day_words(made)}"


# --- receipts --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PastReceipt:
    """A merge of the past; ``undone_by_act`` is the act that undid it, while that act stands."""

    number: int
    at_ms: int
    sender: str
    made_ms: int
    counts: dict[str, Any]
    school: bytes = b""
    undone: bool = False
    undone_by_act: bytes | None = None


def receipts(desk: Desk) -> list[PastReceipt]:
    """Return every file that was taken in, newest first."""
    from db.queries.exchange import imports, undone_files

    with desk.store.connect() as con:
        found, gone = imports(con), undone_files(con, desk.home)
    return [
        PastReceipt(
            one.number, one.at, desk.school_name(one.school), one.made, json.loads(one.counts), one.school,
            one.file in gone, gone.get(one.file),
        )
        for one in found
    ]  # fmt: skip


def receipt_entries(desk: Desk, number: int) -> list[Entry]:
    """Return what one file brought, oldest first; what has no effect says why."""
    from db.history import acts_of_import
    from db.queries.exchange import held_reasons

    with desk.store.connect() as con:
        reasons = held_reasons(con, number)
        return [entry_words(past, reasons.get(past.pos, "")) for past in acts_of_import(con, number)]


def entry_words(past: PastAct, held: str = "") -> Entry:
    """Return one past act as a line of a receipt."""
    return Entry(acts.words_of(past.note.code), past.note.who, past.note.subject, past.at_ms, held)
