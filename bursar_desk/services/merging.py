"""Merging what others sent: a preview in sentences, each file all or nothing, a receipt for each."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bursar_desk.domain import acts, words
from bursar_desk.domain.errors import Cancelled, Refused, UserError
from bursar_desk.domain.operations import Changes
from bursar_desk.domain.progress import Progress, Silent
from bursar_desk.services import registers

if TYPE_CHECKING:
    from bursar_desk.exchange.receiving import Incoming
    from bursar_desk.services.desk import Desk
    from db.history import PastAct
    from db.take_in import Receipt

KINDS = ("exchange", "return")
SUFFIX = ".bursar"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing a file brought, in words."""

    what: str
    who: str
    subject: str
    at_ms: int
    held: str = ""


@dataclass(frozen=True, slots=True)
class FileResult:
    """What became of one file: taken in, taken in before, or refused with the reason."""

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

    @property
    def sentence(self) -> str:
        """Return what happened to the file in one sentence."""
        if not self.accepted:
            return f"{self.path.name}: {self.refused_because}"
        if self.seen_before:
            return f"{self.sender}: this file was merged before. Nothing was left to do."
        if not self.added:
            return f"{self.sender}: nothing new. You had all {self.came} of its entries."
        parts = [f"{words.count(self.added, 'new entry', 'new entries')}"]
        if self.already:
            parts.append(f"{self.already} you had already")
        if self.held:
            parts.append(f"{self.held} held back for you to look at")
        if self.conflicts:
            parts.append(f"{self.conflicts} to settle")
        return f"{self.sender}: {words.listing(parts)}."


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
        """Return the files that were not."""
        return [one for one in self.files if not one.accepted]

    def total(self, name: str) -> int:
        """Return the sum of a count over all files."""
        return sum(int(getattr(one, name)) for one in self.files)


def files_in(paths: Sequence[Path]) -> list[Path]:
    """List files and the share files of folders, by name. Raises ``UserError`` when there is nothing to merge."""
    out: list[Path] = []
    for path in paths:
        if path.is_dir():
            out.extend(sorted(one for one in path.iterdir() if one.is_file() and one.suffix.lower() == SUFFIX))
        elif path.is_file():
            out.append(path)
        else:
            raise UserError(
                f"There is no file or folder called {path.name}.", "Nothing was changed.", "Check the name."
            )
    if not out:
        raise UserError(
            "There are no share files in that folder.", "Nothing was changed.", f"Share files end in {SUFFIX}."
        )
    return list(dict.fromkeys(out))


def preview(desk: Desk, paths: Sequence[Path], progress: Progress | None = None) -> MergeResult:
    """Say what merging would bring, without changing anything."""
    return _each(
        desk, files_in(paths), progress or Silent(), lambda path, incoming, _: _preview_one(desk, path, incoming)
    )


def merge(desk: Desk, paths: Sequence[Path], progress: Progress | None = None) -> MergeResult:
    """Merge files and folders: each file on its own, all of it or nothing. Files are neither moved nor changed.

    Stopping leaves the file in hand undone; those finished stay and are listed.
    """
    return _each(
        desk, files_in(paths), progress or Silent(),
        lambda path, incoming, watch: _merge_one(desk, path, incoming, watch),
    )  # fmt: skip


Handle = Callable[[Path, "Incoming", Progress], tuple[FileResult, Changes]]


def _each(desk: Desk, files: list[Path], progress: Progress, handle: Handle) -> MergeResult:
    from bursar_desk.exchange.receiving import receive
    from db.statements import stored

    boxes = [registers.computer_keys(desk.store).box]
    results: list[FileResult] = []
    changes = Changes(frozenset())
    for n, path in enumerate(files):
        try:
            progress.step(f"Reading {n + 1} of {len(files)}: {path.stem}", n, len(files))
            with desk.store.connect() as con:
                known = stored(con)
            incoming = receive(path, boxes, known, desk.store.facts.namespace, kinds=KINDS)
            result, changed = handle(path, incoming, _Within(progress, n, len(files), incoming.sender_name))
        except Cancelled:
            return MergeResult(tuple(results), changes, stopped=True)
        except Refused as refused:
            result, changed = (
                FileResult(path, _named(desk, path), 0, accepted=False, refused_because=str(refused)),
                changes,
            )
        results.append(result)
        changes = changes | changed
    return MergeResult(tuple(results), changes)


class _Within:
    """One file's part of the whole progress."""

    def __init__(self, whole: Progress, n: int, files: int, name: str) -> None:
        self._whole, self._n, self._files, self._name = whole, n, files, name

    def step(self, words_now: str, done: int, total: int) -> None:
        """Pass on how far this file is, in thousandths of a file."""
        del words_now
        part = 1000 * done // max(1, total)
        sentence = f"Reading {self._n + 1} of {self._files}: {self._name}"
        self._whole.step(sentence, 1000 * self._n + part, 1000 * self._files)


def _named(desk: Desk, path: Path) -> str:
    """Name the sender of a refused file as its own header does, if it can be read at all; nothing of it is trusted."""
    from bursar_desk.exchange import envelope

    try:
        sender = envelope.peek(path).header.sender
    except (Refused, OSError):
        return path.name
    school = desk.trust.school_of_writer(sender)
    return desk.school_name(school) if school else path.name


def _preview_one(desk: Desk, path: Path, incoming: Incoming) -> tuple[FileResult, Changes]:
    from db import chains
    from db.take_in import seen_before

    with desk.store.connect() as con:
        before = seen_before(con, incoming.file.sha256)
        held = {stream.key: stream.sno for stream in chains.streams(con)}
        new = 0
        for segment in incoming.file.segments:
            sno = held.get(segment.meta.key)
            lines = chains.chains_of(con, sno) if sno is not None else []
            new += sum(
                all(chains.hash_at(con, line.cid, commit.seq) != commit.hash for line in lines)
                for commit in segment.commits
            )
    came = incoming.file.entries
    result = FileResult(
        path, incoming.sender_name, incoming.file.made, accepted=True, came=came, added=new, already=came - new,
        seen_before=before,
    )  # fmt: skip
    return result, Changes(frozenset())


def _merge_one(desk: Desk, path: Path, incoming: Incoming, progress: Progress) -> tuple[FileResult, Changes]:
    from db.history import acts_of_import
    from db.take_in import take_in

    receipt: Receipt = take_in(desk.store, incoming.file, progress, incoming.sender_name)
    entries: tuple[Entry, ...] = ()
    if receipt.added and receipt.added <= _MOST_NAMED:
        with desk.store.connect() as con:
            entries = tuple(entry_words(past) for past in acts_of_import(con, receipt.number))
    result = FileResult(
        path, incoming.sender_name, incoming.file.made, accepted=True, came=receipt.came, added=receipt.added,
        already=receipt.known, held=receipt.held, conflicts=receipt.conflicts, number=receipt.number,
        seen_before=receipt.already, notes=_notes(desk, incoming, receipt), entries=entries,
    )  # fmt: skip
    return result, receipt.changes


_MOST_NAMED = 500


def entry_words(past: PastAct) -> Entry:
    """Return one past act as a line of a receipt."""
    return Entry(acts.words_of(past.note.code), past.note.who, past.note.subject, past.at_ms)


def _notes(desk: Desk, incoming: Incoming, receipt: Receipt) -> tuple[str, ...]:
    name = incoming.sender_name
    notes = []
    if receipt.forked:
        notes.append(f"{name} has worked on two copies of its register. Both are kept; nothing is lost. Tell them.")
    if receipt.clock_wrong:
        notes.append(f"The clock of a computer at {name} looks wrong. Their entries are all here.")
    notes.extend(arrived_words(desk, incoming))
    return tuple(notes)


def arrived_words(desk: Desk, incoming: Incoming) -> list[str]:
    """Say which of the cover work done by us has arrived at its school, as the sender's file acknowledges.

    A guest register whose work has all arrived is erased once the last day of the cover is over.
    """
    from bursar_desk.services import guests

    arrived = guests.acknowledged(desk.store.path, incoming.file.have or ())
    over = {one.path for one in guests.listing(desk) if one.last < desk.today} if arrived else set()
    done = [one.path for one in arrived if one.path in over]
    gone = {one.path for one in guests.erase_finished(desk, done)} if done else set()
    return [
        f"What {one.holder} recorded for {incoming.sender_name} has arrived there: "
        f"{words.count(one.entries, 'entry', 'entries')}."
        f"{' The cover is over, so its copy here was erased.' if one.path in gone else ''}"
        for one in arrived
    ]


@dataclass(frozen=True, slots=True)
class PastReceipt:
    """A merge of the past."""

    number: int
    at_ms: int
    sender: str
    made_ms: int
    counts: dict[str, Any]


def receipts(desk: Desk) -> list[PastReceipt]:
    """Return every file that was taken in, newest first."""
    from db.queries.exchange import imports

    with desk.store.connect() as con:
        found = imports(con)
    return [
        PastReceipt(ino, at, desk.school_name(school), made, json.loads(counts))
        for ino, at, school, made, counts in found
    ]


def receipt_entries(desk: Desk, number: int) -> list[Entry]:
    """Return what one file brought, oldest first."""
    from db.history import acts_of_import

    with desk.store.connect() as con:
        return [entry_words(past) for past in acts_of_import(con, number)]
