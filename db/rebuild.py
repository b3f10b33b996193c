"""Building every derived table anew from the log: after an update, after damage, and to prove nothing else is true."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection

from bursar_desk.domain.progress import Progress, Silent
from db import derived, extract, layout
from db.applier import Applier, StreamContext
from db.chains import SEQ_BITS, StreamRow, streams
from db.statements import TrustBook, stored

BATCH = 5000


def context_of(stream: StreamRow, trust: TrustBook) -> StreamContext:
    """Return what judging a stream's operations needs; a stream nobody certifies any more has no rights."""
    meta = layout.read_meta(stream.meta)
    rights, grants = trust.writer_of(meta) or ("none", ())
    return StreamContext(
        meta.namespace, meta.school, stream.sid, stream.sno, stream.key, meta.channel, rights, grants
    )


def judge_anew(con: Connection, before: TrustBook) -> bool:
    """Build the tables anew if statements that came since ``before`` change by what right a stream held is written.

    What is held and what counts follows from all that is known, never from what was known when an entry arrived.
    """
    after = TrustBook.of(stored(con))
    metas = [layout.read_meta(stream.meta) for stream in streams(con)]
    if all(before.writer_of(meta) == after.writer_of(meta) for meta in metas):
        return False
    rebuild(con)
    return True


def rebuild(con: Connection, progress: Progress | None = None) -> Applier:
    """Throw the derived tables away and build them again, inside the caller's transaction."""
    watch = progress or Silent()
    derived.drop(con)
    derived.build(con)
    trust = TrustBook.of(stored(con))
    contexts = {stream.sno: context_of(stream, trust) for stream in streams(con)}
    chain_stream = {row[0]: row[1] for row in con.exec_driver_sql("SELECT cid, sno FROM chain")}
    total = int(con.exec_driver_sql("SELECT count(*) FROM commit_log").scalar_one())
    applier = Applier(con)
    for n, (pos, body) in enumerate(_all_commits(con), 1):
        commit = layout.read_commit(body)
        context = contexts[chain_stream[pos >> SEQ_BITS]]
        applier.add_commit(context, pos, commit, layout.commit_digests(commit))
        if n % BATCH == 0:
            applier.flush()
            watch.step("Building the tables", n, total)
    applier.flush()
    extract.lay_out(con)
    return applier


def _all_commits(con: Connection) -> Iterator[tuple[int, bytes]]:
    """Yield every commit by position, a batch at a time, so that writing in between is safe."""
    last = -1
    while True:
        rows = con.exec_driver_sql(
            "SELECT pos, body FROM commit_log WHERE pos>? ORDER BY pos LIMIT ?", (last, BATCH)
        ).all()
        for row in rows:
            yield row[0], row[1]
        if len(rows) < BATCH:
            return
        last = rows[-1][0]
