"""Taking checked segments into the register: one file, one transaction, through the same applier as local acts."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field

from sqlalchemy import Connection

from bursar_desk.domain.operations import Changes
from bursar_desk.domain.progress import Progress
from bursar_desk.domain.stamps import HybridClock, looks_wrong
from db import chains, layout, register_facts
from db.applier import Applier
from db.rebuild import context_of, judge_anew
from db.statements import Statement, TrustBook
from db.statements import store as store_statements
from db.store import Store

BATCH = 4000


@dataclass(frozen=True, slots=True)
class CheckedSegment:
    """A run of commits whose hashes and seal hold and whose writer is certified."""

    meta: layout.StreamMeta
    prev: bytes
    commits: Sequence[chains.NewCommit]
    seal: bytes


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file that passed every check and may be taken in."""

    sha256: bytes
    sender: bytes
    school: bytes
    made: int
    have: Sequence[chains.Have] | None
    statements: Sequence[Statement]
    segments: Sequence[CheckedSegment]

    @property
    def entries(self) -> int:
        """Return how many commits came."""
        return sum(len(segment.commits) for segment in self.segments)


@dataclass(slots=True)
class Receipt:
    """What a file did: ``came = added + known``; of those added, ``held`` operations have no effect yet."""

    came: int = 0
    added: int = 0
    known: int = 0
    held: int = 0
    conflicts: int = 0
    statements: int = 0
    forked: bool = False
    clock_wrong: bool = False
    already: bool = False
    number: int = 0
    changes: Changes = field(default_factory=lambda: Changes(frozenset()))


def seen_before(con: Connection, sha256: bytes) -> bool:
    """Tell whether this very file was taken in already, under whatever name."""
    return con.exec_driver_sql("SELECT 1 FROM import_log WHERE file=?", (sha256,)).first() is not None


def take_in(store: Store, file: CheckedFile, progress: Progress, words: str) -> Receipt:
    """Take a checked file in, all of it or nothing. Raises ``Cancelled`` when stopped: then nothing has changed."""
    with store.writing() as con:
        receipt = take_in_within(con, store, file, lambda done, total: progress.step(words, done, total))
        if receipt.already:
            return receipt
    return receipt


def take_in_within(con: Connection, store: Store, file: CheckedFile, step: Callable[[int, int], None]) -> Receipt:
    """Take a checked file in inside an open write transaction of ``store``."""
    if seen_before(con, file.sha256):
        return Receipt(came=file.entries, known=file.entries, already=True)
    receipt = Receipt(came=file.entries)
    receipt.number = _begin_import(con, store, file)
    known = _trust(con)
    receipt.statements = store_statements(con, file.statements, receipt.number)
    if receipt.statements:
        judge_anew(con, known)
    before = _conflicts(con)
    applier = Applier(con)
    trust = _trust(con)
    own_fork = False
    done = 0
    for segment in file.segments:
        stream = chains.open_stream(con, segment.meta)
        if stream.writer == store.facts.writer and segment.meta.epoch == store.facts.epoch:
            own_fork |= _ahead_of_me(con, stream, segment)
        stored = chains.store_segment(con, stream, segment.commits, segment.prev, segment.seal, receipt.number)
        context = context_of(stream, trust)
        for n, placed in enumerate(stored.placed, 1):
            commit = layout.read_commit(segment.commits[placed.index].body)
            applier.add_commit(context, placed.pos, commit, layout.commit_digests(commit))
            if n % BATCH == 0:
                applier.flush()
                step(done + n, file.entries)
        receipt.added += len(stored.placed)
        receipt.known += stored.known
        receipt.forked |= stored.forked
        done += len(segment.commits)
        step(done, file.entries)
    applier.flush()
    receipt.held = applier.held
    receipt.conflicts = max(0, _conflicts(con) - before)
    receipt.changes = Changes(frozenset(applier.tables))
    _note_have(con, file)
    _note_clock(con, store, file, receipt)
    _end_import(con, receipt)
    if own_fork:
        store.begin_epoch(con)
    return receipt


def _trust(con: Connection) -> TrustBook:
    from db.statements import stored

    return TrustBook.of(stored(con))


def _begin_import(con: Connection, store: Store, file: CheckedFile) -> int:
    con.exec_driver_sql(
        "INSERT INTO import_log (file, at, sender, school, made, counts) VALUES (?,?,?,?,?,'{}')",
        (file.sha256, store.around.clock.now_ms(), file.sender, file.school, file.made),
    )
    return int(con.exec_driver_sql("SELECT max(ino) FROM import_log").scalar_one())


def _end_import(con: Connection, receipt: Receipt) -> None:
    counts = {k: v for k, v in asdict(receipt).items() if k not in ("changes", "number")}
    con.exec_driver_sql("UPDATE import_log SET counts=? WHERE ino=?", (json.dumps(counts), receipt.number))


def _conflicts(con: Connection) -> int:
    return int(con.exec_driver_sql("SELECT count(*) FROM conflict").scalar_one())


def _ahead_of_me(con: Connection, stream: chains.StreamRow, segment: CheckedSegment) -> bool:
    """My own stream with entries I do not hold: an older copy was brought back, or this computer was copied."""
    held = {chains.hash_at(con, chain.cid, commit.seq) for chain in chains.chains_of(con, stream.sno)
            for commit in (segment.commits[-1],)}  # fmt: skip
    return segment.commits[-1].hash not in held


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


def _note_clock(con: Connection, store: Store, file: CheckedFile, receipt: Receipt) -> None:
    wall = store.around.clock.now_ms()
    clock = HybridClock(store.facts.stamp)
    last = list(_last_stamps(file.segments))
    for stamp in last:
        clock.observe(stamp, wall)
        receipt.clock_wrong |= stamp > (wall << 16) and looks_wrong(stamp, wall << 16)
    register_facts.put(con, stamp=clock.last)


def _last_stamps(segments: Iterable[CheckedSegment]) -> Iterable[int]:
    for segment in segments:
        yield layout.read_commit(segment.commits[-1].body).stamp
