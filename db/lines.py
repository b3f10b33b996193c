"""Stretches of history named from outside: "entries 5 to 9 of that stream, walking down from this hash"."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from db import chains
from db.chains import SEQ_BITS, ChainRow
from db.contexts import Watch
from db.statements import TrustBook

Stretch = tuple[int, int]
"""Two positions in the log, both ends included."""


def stretch(con: Connection, sno: int, first: int, last: int, head: bytes) -> tuple[list[Stretch], bool]:
    """Find entries ``first`` to ``last`` below (and with) the one whose hash is ``head``; tell whether all are held.

    They may lie in several chains. Where ``head`` is not held nobody can tell which ones are meant: none are found.
    """
    held = [chain for chain in chains.chains_of(con, sno) if chain.head_seq >= chain.start_seq]
    on = _holding(con, held, last, head)
    found: list[Stretch] = []
    while on is not None and last >= first:
        base = on.cid << SEQ_BITS
        found.append((base | max(first, on.start_seq), base | last))
        last, prev = on.start_seq - 1, on.start_prev
        on = _holding(con, held, last, prev)
    return found, last < first


def _holding(con: Connection, held: list[ChainRow], seq: int, head: bytes) -> ChainRow | None:
    for chain in held:
        if chain.start_seq <= seq <= chain.head_seq and chains.hash_at(con, chain.cid, seq) == head:
            return chain
    return None


class Watched:
    """Which streams are watched, and whether something they are watched for has not arrived yet.

    A function of what is held: the statements that limit a writer, the standing facts that undo a merge, and whose
    register this is, because what one school set aside of another school's entries counts in its own register only.
    """

    def __init__(self, con: Connection, trust: TrustBook, home: bytes) -> None:
        self._con, self._trust = con, trust
        self._watches: dict[int, Watch | None] = {}
        self.waiting: set[bytes] = set()
        """Keys of streams of which a named entry is not held: their next entries have everything judged anew."""
        listed = chains.streams(con)
        self._aside = self._undone(con, {one.key: one for one in listed}, home)
        for one in listed:
            self.watch(one)

    def watch(self, stream: chains.StreamRow) -> Watch | None:
        """Return what a stream is watched for, if anything; it may be one that has only now been opened."""
        if stream.sno not in self._watches:
            self._watches[stream.sno] = self._look_at(stream)
        return self._watches[stream.sno]

    def _look_at(self, stream: chains.StreamRow) -> Watch | None:
        limit = self._trust.limit_of(chains.meta_of(stream))
        aside = tuple(self._aside.get(stream.sno, ()))
        if limit is None:
            return Watch(aside) if aside else None
        return Watch(aside, tuple(self._sound(self._con, stream, limit.seen)), limit.late, limit.why)

    def _undone(
        self, con: Connection, streams: dict[bytes, chains.StreamRow], home: bytes
    ) -> dict[int, list[Stretch]]:
        out: dict[int, list[Stretch]] = {}
        sql = (
            "SELECT u.stream, u.first, u.last, u.head, u.sid, k.school FROM undone u"
            " JOIN school_key k ON k.sid=u.sid WHERE u.standing='stands'"
        )
        for key, first, last, head, sid, school in con.exec_driver_sql(sql).all():
            stream = streams.get(key or b"")
            if stream is None:
                self.waiting.add(key or b"")
                continue
            if stream.sid != sid and school != home:
                continue
            found, whole = _named(con, stream.sno, first, last, head)
            if not whole:
                self.waiting.add(stream.key)
            out.setdefault(stream.sno, []).extend(found)
        return out

    def _sound(
        self, con: Connection, stream: chains.StreamRow, seen: Iterable[tuple[bytes, int, bytes]]
    ) -> Iterable[Stretch]:
        for key, seq, head in seen:
            if key != stream.key:
                continue
            found, whole = stretch(con, stream.sno, 1, seq, head)
            if not whole:
                self.waiting.add(stream.key)
            yield from found


def _named(con: Connection, sno: int, first: object, last: object, head: object) -> tuple[list[Stretch], bool]:
    """As ``stretch``, for values that came from elsewhere."""
    if not isinstance(first, int) or not isinstance(last, int) or not isinstance(head, str):
        return [], True
    try:
        wanted = bytes.fromhex(head)
    except ValueError:
        return [], True
    return stretch(con, sno, first, last, wanted) if 1 <= first <= last else ([], True)
