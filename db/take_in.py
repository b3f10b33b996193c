"""Taking checked segments into the register: one file, one transaction, through the same applier as local acts.

A file is read a little at a time: whatever its size, no more than a batch of its entries is held in memory.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from sqlalchemy import Connection

from bursar_desk.domain import registry
from bursar_desk.domain.operations import Changes
from bursar_desk.domain.progress import Progress
from bursar_desk.domain.stamps import DRIFT_MS, HybridClock, looks_wrong, of_wall, wall_ms
from db import blobs, chains, erasing, fingerprints, layout, receipts, register_facts
from db.applier import Applier
from db.lines import Watched
from db.rebuild import context_of, judge_anew, settle
from db.statements import Statement, TrustBook, stored
from db.statements import store as store_statements
from db.store import Store

BATCH = 1000


@dataclass(frozen=True, slots=True)
class CheckedSegment:
    """A run of commits whose hashes and seal hold and whose writer is certified; ``commits`` are read once, in order.

    ``blanks`` names the entries that came without all their content: number and ids of the operations.
    """

    meta: layout.StreamMeta
    prev: bytes
    commits: Iterable[chains.NewCommit]
    seal: bytes
    blanks: Sequence[tuple[int, frozenset[bytes]]] = ()


@dataclass(frozen=True, slots=True)
class CheckedBlob:
    """A file that came along, whose content is what its name says; ``parts`` are read once."""

    name: bytes
    size: int
    parts: Iterable[bytes]


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file that passed every check and may be taken in; ``segments`` are read once, files among them last."""

    sha256: bytes
    sender: bytes
    school: bytes
    made: int
    have: Sequence[chains.Have] | None
    statements: Sequence[Statement]
    segments: Iterable[CheckedSegment | CheckedBlob]
    entries: int = 0
    wants: Sequence[bytes] = ()
    fingerprint: list[object] | None = None


@dataclass(slots=True)
class Receipt:
    """What a file did, in entries: ``came = added + known + held + conflicts``.

    ``added`` took effect quietly; ``held`` have no effect yet or wait to be confirmed (with those that came without
    their content and are asked for again); ``conflicts`` wrote a value that now rivals another, which makes
    ``differences`` more to settle. ``missing`` counts files named here whose content has not come.
    ``records`` are the ids of the first new records of checks (20,000 at most).
    ``changed`` says for each school how many of how many records that were here before now read otherwise.
    """

    came: int = 0
    added: int = 0
    known: int = 0
    held: int = 0
    conflicts: int = 0
    differences: int = 0
    withheld: int = 0
    missing: int = 0
    statements: int = 0
    forked: bool = False
    rewritten: bool = False
    clock_wrong: bool = False
    already: bool = False
    kept: bool = True
    number: int = 0
    changed: dict[bytes, tuple[int, int]] = field(default_factory=dict)
    touched: set[tuple[bytes, int, int]] = field(default_factory=set)
    records: list[bytes] = field(default_factory=list)
    changes: Changes = field(default_factory=lambda: Changes(frozenset()))

    @property
    def fresh(self) -> int:
        """Return how many entries were new here, whatever became of them."""
        return self.came - self.known


Approve = Callable[[Connection, Receipt], bool]
"""Asked when all is done and nothing is final: may it stay? It may look at the tables as they would be."""


class _NotAgreed(Exception):  # noqa: N818 - never seen outside
    pass


def seen_before(con: Connection, sha256: bytes) -> bool:
    """Tell whether this very file was taken in already, under whatever name."""
    return con.exec_driver_sql("SELECT 1 FROM import_log WHERE file=?", (sha256,)).first() is not None


def take_in(
    store: Store, file: CheckedFile, progress: Progress, words: str, *, approve: Approve | None = None
) -> Receipt:
    """Take a checked file in, all of it or nothing. Raises ``Cancelled`` when stopped: then nothing has changed.

    Where ``approve`` says no, nothing has changed either, and the receipt says what would have been (``kept`` false).
    """
    with store.connect() as con:
        if seen_before(con, file.sha256):
            return Receipt(came=file.entries, known=file.entries, already=True)
    receipt = Receipt()
    try:
        with store.writing() as con:
            if seen_before(con, file.sha256):  # another program was quicker
                return Receipt(came=file.entries, known=file.entries, already=True)
            receipt = _Taking(con, store, file).all(lambda done, total: progress.step(words, done, total))
            _ask(approve, con, receipt)
            erasing.note(con, store.around.local, store.facts.register)
    except _NotAgreed:
        receipt.kept = False
        receipt.changes = Changes(frozenset())
    return receipt


def _ask(approve: Approve | None, con: Connection, receipt: Receipt) -> None:
    if approve is not None and not approve(con, receipt):
        raise _NotAgreed


class _Taking:
    """One file on its way in, inside an open write transaction."""

    def __init__(self, con: Connection, store: Store, file: CheckedFile) -> None:
        self._con, self._store, self._file = con, store, file
        self.receipt = Receipt()
        self._applier = Applier(con)
        self._newest = 0
        self._waited_for = False

    def all(self, step: Callable[[int, int], None]) -> Receipt:
        con, file, receipt = self._con, self._file, self.receipt
        receipt.number = _begin_import(con, self._store, file)
        before, open_before = TrustBook.of(stored(con)), receipts.open_differences(con)
        receipt.statements = store_statements(con, file.statements, receipt.number)
        if receipt.statements:
            judge_anew(con, before)
        trust = TrustBook.of(stored(con))
        watched = Watched(con, trust, self._store.facts.home)
        for piece in file.segments:
            if isinstance(piece, CheckedBlob):
                self._blob(piece)
            else:
                self._segment(piece, trust, watched, step)
        self._applier.flush()
        if self._applier.unsettled or self._waited_for:
            settle(con)
        self._notes(open_before, trust)
        return receipt

    # ------------------------------------------------------------ entries
    def _segment(
        self, segment: CheckedSegment, trust: TrustBook, watched: Watched, step: Callable[[int, int], None]
    ) -> None:
        con, receipt = self._con, self.receipt
        stream = chains.open_stream(con, segment.meta)
        context = context_of(stream, trust, watched)
        below = self._withheld_up_to(segment, stream)
        erased = self._erased_in(stream)
        moments = {op[:6] for op in erased}
        intake: chains.Intake | None = None
        prev, new = segment.prev, 0
        for batch in _batches(segment.commits):
            receipt.came += len(batch)
            useful = [commit for commit in batch if commit.seq > below]
            receipt.withheld += len(batch) - len(useful)
            if useful:
                if intake is None:
                    skipped = len(batch) - len(useful)
                    prev = batch[skipped - 1].hash if skipped else prev
                    intake = chains.Intake(con, stream, prev, receipt.number)
                if moments:
                    useful = [_stripped(commit, stream.key, erased, moments) for commit in useful]
                new += self._apply(intake, context, useful)
            elif intake is None:
                prev = batch[-1].hash
            self._newest = max(self._newest, *(_parts(one).stamp for one in batch))
            step(receipt.came, max(self._file.entries, receipt.came))
        if intake is None:
            return
        intake.finish(segment.seal)
        receipt.known += intake.known
        receipt.forked |= intake.forked
        mine = stream.writer == self._store.facts.writer and segment.meta.epoch == self._store.facts.epoch
        if new and mine:
            self._store.begin_epoch(con)  # my own line with entries I do not hold: an older copy, or a copied computer
        self._waited_for |= new > 0 and stream.key in watched.waiting

    def _apply(self, intake: chains.Intake, context: object, batch: Sequence[chains.NewCommit]) -> int:
        placed = intake.feed(batch)
        for one in placed:
            commit = _parts(batch[one.index])
            self._applier.add_commit(context, one.pos, commit, layout.commit_digests(commit))  # type: ignore[arg-type]
        self._applier.flush()
        return len(placed)

    def _withheld_up_to(self, segment: CheckedSegment, stream: chains.StreamRow) -> int:
        """Return the last entry that came without content nobody erased: it and those below it are asked for again.

        Only who wrote for a school may take its words back; somebody who passes a file on may not.
        """
        last = 0
        for seq, ids in segment.blanks:
            sql = "SELECT count(*) FROM erased WHERE sid=? AND op=?"
            self._applier.flush()
            if not all(self._con.exec_driver_sql(sql, (stream.sid, op)).scalar_one() for op in ids):
                last = max(last, seq)
        return last

    def _erased_in(self, stream: chains.StreamRow) -> set[bytes]:
        self._applier.flush()
        return set(self._con.exec_driver_sql("SELECT op FROM erased WHERE sid=?", (stream.sid,)).scalars())

    def _blob(self, blob: CheckedBlob) -> None:
        """Keep a file that came along if a row names it; the rest of it is read past."""
        self._applier.flush()
        named = blobs.is_named(self._con, blob.name)
        if named and not self._store.blobs.has(blob.name):
            self._store.blobs.take(blob.name, blob.parts)
        else:
            for _ in blob.parts:
                pass
        if named:
            blobs.note(self._con, blob.name, blob.size, self._store.around.clock.now_ms())

    # ------------------------------------------------------------ what is noted about it
    def _notes(self, open_before: int, trust: TrustBook) -> None:
        con, file, receipt = self._con, self._file, self.receipt
        count = receipts.entries(con, receipt.number)
        receipt.held, receipt.conflicts = count.held + receipt.withheld, count.conflicts
        receipt.added = receipt.came - receipt.known - receipt.held - receipt.conflicts
        receipt.differences = max(0, receipts.open_differences(con) - open_before)
        receipt.missing = len(blobs.missing(con))
        receipt.touched, receipt.records = self._applier.touched, self._applier.records
        receipt.changed = receipts.changed(con, receipt.number, receipt.touched)
        every = self._applier.unsettled or self._waited_for
        receipt.changes = Changes(frozenset(registry.BY_NAME) if every else frozenset(self._applier.tables))
        receipt.rewritten = receipts.tells_of_another_line(con, self._store.facts.home, file.have or ())
        if file.fingerprint is not None:
            receipt.rewritten |= bool(fingerprints.take(con, file.school, file.fingerprint))
        if (file.school, file.sender) not in trust.revoked:
            _note_have(con, file)
        self._note_clock()
        receipts.end(con, receipt.number, json.dumps(_counts(receipt)))

    def _note_clock(self) -> None:
        """Follow no clock by more than a day, and say which look wrong: ahead of ours, or of the file's own."""
        wall = self._store.around.clock.now_ms()
        clock = HybridClock(self._store.facts.stamp)
        clock.observe(self._newest, wall)
        ahead = self._newest > of_wall(wall) and looks_wrong(self._newest, of_wall(wall))
        self.receipt.clock_wrong = ahead or wall_ms(self._newest) > self._file.made + DRIFT_MS
        register_facts.put(self._con, stamp=clock.last)


def _counts(receipt: Receipt) -> dict[str, object]:
    names = (
        "came", "added", "known", "held", "conflicts", "differences", "withheld", "missing", "statements", "forked",
        "rewritten", "clock_wrong",
    )  # fmt: skip
    return {name: getattr(receipt, name) for name in names}


def _batches(commits: Iterable[chains.NewCommit]) -> Iterator[list[chains.NewCommit]]:
    waiting = iter(commits)
    while batch := list(islice(waiting, BATCH)):
        yield batch


def _parts(commit: chains.NewCommit) -> layout.Commit:
    return commit.parts or layout.read_commit(commit.body)


def _stripped(commit: chains.NewCommit, key: bytes, erased: set[bytes], moments: set[bytes]) -> chains.NewCommit:
    """Return an entry without what was erased meanwhile: an old file brings nothing back."""
    parts = _parts(commit)
    if erasing.moment_of(parts.stamp) not in moments:
        return commit
    left = erasing.without(parts, key, erased)
    return commit if left is None else chains.NewCommit(commit.seq, commit.hash, left)


def _begin_import(con: Connection, store: Store, file: CheckedFile) -> int:
    con.exec_driver_sql(
        "INSERT INTO import_log (file, at, sender, school, made, counts) VALUES (?,?,?,?,?,'{}')",
        (file.sha256, store.around.clock.now_ms(), file.sender, file.school, file.made),
    )
    return int(con.exec_driver_sql("SELECT max(ino) FROM import_log").scalar_one())


def _note_have(con: Connection, file: CheckedFile) -> None:
    """What a peer holds is replaced by each of its files, never maximised: peers get restored, too.

    A return says only what its guest register holds, which is not what the same computer's own register holds.
    """
    if file.have is None:
        return
    con.exec_driver_sql("DELETE FROM peer_have WHERE peer=?", (file.sender,))
    rows = [(file.sender, have.stream, have.head, have.seq) for have in file.have]
    if rows:
        con.exec_driver_sql("INSERT OR IGNORE INTO peer_have VALUES (?,?,?,?)", rows)
    con.exec_driver_sql("DELETE FROM peer_want WHERE peer=?", (file.sender,))
    wants = [(file.sender, name) for name in file.wants]
    if wants:
        con.exec_driver_sql("INSERT OR IGNORE INTO peer_want VALUES (?,?)", wants)
