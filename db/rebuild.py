"""Building every derived table anew from the log: after an update, after damage, and to prove nothing else is true."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import NamedTuple

from sqlalchemy import Connection

from bursar_desk.domain.operations import ADMIN
from bursar_desk.domain.progress import Progress, Silent
from db import derived, erasing, extract, layout, register_facts
from db.applier import Applier, stands_anyway
from db.chains import SEQ_BITS, StreamRow, streams
from db.contexts import StreamContext
from db.lines import Watched
from db.statements import TrustBook, stored

BATCH = 5000


class Written(NamedTuple):
    """A commit as it lies in the log; ``arrived`` is the number of the import that brought it, 0 for made here."""

    pos: int
    arrived: int
    stream: StreamRow
    commit: layout.Commit


LeaveOut = Callable[[Written], Collection[int] | None]
"""Says which operations of a commit to leave out, for a view of the past; nothing for all of it."""


def context_of(stream: StreamRow, trust: TrustBook, watched: Watched | None = None) -> StreamContext:
    """Return what judging a stream's operations needs; a stream nobody certifies any more has no rights."""
    meta = layout.read_meta(stream.meta)
    rights, grants = trust.writer_of(meta) or ("none", ())
    watch = watched.watch(stream) if watched is not None else None
    return StreamContext(
        meta.namespace, meta.school, stream.sid, stream.sno, stream.key, meta.channel, rights, grants, watch
    )


def judge_anew(con: Connection, before: TrustBook) -> bool:
    """Build the tables anew if statements that came since ``before`` change by what right a stream held is written.

    What is held and what counts follows from all that is known, never from what was known when an entry arrived.
    """
    after = TrustBook.of(stored(con))
    metas = [layout.read_meta(stream.meta) for stream in streams(con)]
    if all(
        before.writer_of(meta) == after.writer_of(meta) and before.limit_of(meta) == after.limit_of(meta)
        for meta in metas
    ):
        return False
    settle(con)
    return True


def settle(con: Connection) -> None:
    """Carry out what reaches back: judge everything anew, and take what is then erased out of the log.

    In this order, because what is erased follows from the judgement: an erasure may have waited to count itself.
    """
    rebuild(con, emptied=True)
    if erasing.strip(con):
        rebuild(con, emptied=True)


def rebuild(
    con: Connection, progress: Progress | None = None, *, leave_out: LeaveOut | None = None, emptied: bool = False
) -> Applier:
    """Throw the derived tables away and build them again, inside the caller's transaction.

    Twice over the schools' own channel: what sets entries aside or erases them must be known before anything is judged.
    ``leave_out`` is for views of the past in a register of their own; ``emptied`` keeps tables whose shape is today's,
    for where nothing is doubted but what stands in them.
    """
    watch = progress or Silent()
    if emptied:
        derived.make_empty(con)
    else:
        derived.drop(con)
        derived.build(con)
    trust = TrustBook.of(stored(con))
    home = register_facts.read(con).home
    first = Applier(con)
    _apply(con, first, _contexts(con, trust, home), _setting_aside(leave_out), Silent(), only=ADMIN)
    applier = Applier(con)
    _apply(con, applier, _contexts(con, trust, home), leave_out, watch)
    extract.lay_out(con)
    return applier


def _contexts(con: Connection, trust: TrustBook, home: bytes) -> dict[int, StreamContext]:
    watched = Watched(con, trust, home)
    return {stream.sno: context_of(stream, trust, watched) for stream in streams(con)}


def _setting_aside(leave_out: LeaveOut | None) -> LeaveOut:
    def choose(written: Written) -> Collection[int] | None:
        ops = written.commit.ops
        gone = leave_out(written) if leave_out is not None else ()
        kept = [n for n in range(1, len(ops) // 2) if stands_anyway(ops[2 * n] or b"", ops[2 * n + 1])]
        if gone is None or not kept:
            return None
        return {n for n in range(1, len(ops) // 2) if n not in kept or n in gone}

    return choose


def _apply(
    con: Connection, applier: Applier, contexts: dict[int, StreamContext], leave_out: LeaveOut | None,
    progress: Progress, *, only: str | None = None,
) -> None:  # fmt: skip
    listed = {stream.sno: stream for stream in streams(con)}
    lines = {row[0]: listed[row[1]] for row in con.exec_driver_sql("SELECT cid, sno FROM chain")}
    chosen = [cid for cid, stream in lines.items() if only in (None, stream.channel)]
    total = int(con.exec_driver_sql("SELECT count(*) FROM commit_log").scalar_one())
    for n, (pos, body, arrived) in enumerate(_commits(con, chosen if only is not None else None), 1):
        commit, stream = layout.read_commit(body), lines[pos >> SEQ_BITS]
        without: Collection[int] | None = ()
        if leave_out is not None:
            without = leave_out(Written(pos, arrived, stream, commit))
        if without is not None:
            applier.add_commit(contexts[stream.sno], pos, commit, layout.commit_digests(commit), without)
        if n % BATCH == 0:
            applier.flush()
            progress.step("Building the lists", n, total)
    applier.flush()


def _commits(con: Connection, lines: list[int] | None = None) -> Iterator[tuple[int, bytes, int]]:
    """Yield every commit by position, of all lines or of some, a batch at a time, so that writing between is safe."""
    ends = [(-1, 1 << 62)] if lines is None else [(cid << SEQ_BITS, (cid + 1) << SEQ_BITS) for cid in lines]
    for low, end in ends:
        last = low
        while True:
            rows = con.exec_driver_sql(
                "SELECT pos, body, arrived FROM commit_log WHERE pos>? AND pos<? ORDER BY pos LIMIT ?",
                (last, end, BATCH),
            ).all()
            for row in rows:
                yield row[0], row[1], row[2]
            if len(rows) < BATCH:
                break
            last = rows[-1][0]
