"""Streams and chains: one straight line of history a chain, forks kept side by side, gaps allowed.

A commit is kept exactly once. A chain's positions are contiguous; another chain of the same stream may start inside
it (a fork: a restored backup or a copied computer) or above it (a gap: a file that has not arrived yet).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from sqlalchemy import Connection

from bursar_desk.domain.registry import REGISTRY_VERSION
from db.layout import ZERO_HASH, Commit, StreamMeta, read_meta

SEQ_BITS: Final = 40
MODULUS: Final = 1 << 256


class StreamRow(NamedTuple):
    """A stream as it is kept here."""

    sno: int
    key: bytes
    meta: bytes
    sid: int
    channel: str
    writer: bytes


class ChainRow(NamedTuple):
    """A straight line of commits ``start_seq .. head_seq`` of one stream."""

    cid: int
    sno: int
    start_seq: int
    start_prev: bytes
    head_seq: int
    head: bytes
    seal: bytes | None
    fork: int


class NewCommit(NamedTuple):
    """A checked commit on its way in: its number in the stream, its hash and its bytes; taken apart if it was."""

    seq: int
    hash: bytes
    body: bytes
    parts: Commit | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a new commit of a segment was put: its position, and its index in the segment."""

    pos: int
    index: int


@dataclass(frozen=True, slots=True)
class Have:
    """What is held of a stream without a gap down to its first commit."""

    stream: bytes
    seq: int
    head: bytes


def sid_of(con: Connection, school: bytes) -> int:
    """Return the local number of a school, giving it one when it is new."""
    found = con.exec_driver_sql("SELECT sid FROM school_key WHERE school=?", (school,)).scalar()
    if found is not None:
        return int(found)
    con.exec_driver_sql("INSERT INTO school_key (school) VALUES (?)", (school,))
    return int(con.exec_driver_sql("SELECT sid FROM school_key WHERE school=?", (school,)).scalar_one())


def open_stream(con: Connection, meta: StreamMeta) -> StreamRow:
    """Return a stream's row, making it when it is new."""
    key = meta.key
    found = con.exec_driver_sql("SELECT * FROM stream WHERE key=?", (key,)).first()
    if found is not None:
        return StreamRow(*found)
    sid = sid_of(con, meta.school)
    con.exec_driver_sql(
        "INSERT INTO stream (key, meta, sid, channel, writer) VALUES (?,?,?,?,?)",
        (key, meta.packed(), sid, meta.channel, meta.writer),
    )
    return StreamRow(*con.exec_driver_sql("SELECT * FROM stream WHERE key=?", (key,)).one())


def streams(con: Connection) -> list[StreamRow]:
    """Return every stream."""
    return [StreamRow(*row) for row in con.exec_driver_sql("SELECT * FROM stream ORDER BY sno")]


def chains_of(con: Connection, sno: int) -> list[ChainRow]:
    """Return the chains of one stream, oldest first."""
    return [ChainRow(*row) for row in con.exec_driver_sql("SELECT * FROM chain WHERE sno=? ORDER BY cid", (sno,))]


def new_chain(con: Connection, sno: int, start_seq: int, start_prev: bytes, *, fork: bool = False) -> ChainRow:
    """Begin a chain that has no commit yet."""
    con.exec_driver_sql(
        "INSERT INTO chain (sno, start_seq, start_prev, head_seq, head, seal, fork) VALUES (?,?,?,?,?,NULL,?)",
        (sno, start_seq, start_prev, start_seq - 1, start_prev, int(fork)),
    )
    cid = con.exec_driver_sql("SELECT max(cid) FROM chain").scalar_one()
    return ChainRow(cid, sno, start_seq, start_prev, start_seq - 1, start_prev, None, int(fork))


def append(
    con: Connection, chain: ChainRow, commits: Sequence[NewCommit], seal: bytes | None, arrived: int
) -> list[int]:
    """Put commits at the end of a chain and move its head; return their positions."""
    base = chain.cid << SEQ_BITS
    rows = [(base | commit.seq, commit.hash, commit.body, arrived, REGISTRY_VERSION) for commit in commits]
    con.exec_driver_sql("INSERT INTO commit_log VALUES (?,?,?,?,?)", rows)
    con.exec_driver_sql(
        "UPDATE chain SET head_seq=?, head=?, seal=? WHERE cid=?",
        (commits[-1].seq, commits[-1].hash, seal, chain.cid),
    )
    return [row[0] for row in rows]


def add_to_sum(con: Connection, sid: int, channel: str, hashes: Sequence[bytes]) -> None:
    """Bring a channel's sum up to date: equal sums on two desks mean that both hold the same commits."""
    if not hashes:
        return
    found = con.exec_driver_sql(
        "SELECT total, commits FROM channel_sum WHERE sid=? AND channel=?", (sid, channel)
    ).first()
    total, count = (int.from_bytes(found[0], "big"), found[1]) if found else (0, 0)
    total = (total + sum(int.from_bytes(h, "big") for h in hashes)) % MODULUS
    con.exec_driver_sql(
        "INSERT OR REPLACE INTO channel_sum VALUES (?,?,?,?)",
        (sid, channel, total.to_bytes(32, "big"), count + len(hashes)),
    )


def hash_at(con: Connection, cid: int, seq: int) -> bytes | None:
    """Return the hash at one position of one chain, or nothing."""
    found: bytes | None = con.exec_driver_sql(
        "SELECT hash FROM commit_log WHERE pos=?", (cid << SEQ_BITS | seq,)
    ).scalar()
    return found


class _Walk:
    """Follows a segment through the chains held of its stream, and opens a new line where it leaves them."""

    def __init__(self, con: Connection, sno: int) -> None:
        self._con = con
        self._sno = sno
        self.chains = chains_of(con, sno)
        self.forked = False

    def find(self, seq: int, prev: bytes) -> ChainRow | None:
        """Return the chain that holds ``prev`` at ``seq``."""
        for chain in self.chains:
            if seq == chain.head_seq and prev == chain.head and seq >= chain.start_seq:
                return chain
            if chain.start_seq <= seq <= chain.head_seq and hash_at(self._con, chain.cid, seq) == prev:
                return chain
        return None

    def next_holding(self, on: ChainRow | None, seq: int, prev: bytes, wanted: bytes) -> ChainRow | None:
        """Return the chain that holds ``wanted`` at ``seq`` above ``prev``."""
        if on is not None and seq <= on.head_seq and hash_at(self._con, on.cid, seq) == wanted:
            return on
        for chain in self.chains:
            if chain.start_seq == seq and chain.start_prev == prev and hash_at(self._con, chain.cid, seq) == wanted:
                return chain
        return None

    def begins_at(self, seq: int, prev: bytes) -> bool:
        """Tell whether some chain already goes on from here: only then can a run of new commits meet it."""
        return any(chain.start_seq == seq and chain.start_prev == prev for chain in self.chains)

    def line_for(self, on: ChainRow | None, seq: int, prev: bytes) -> ChainRow:
        """Return the chain a new commit goes to: the end of this one, or a new one that leaves it here."""
        if on is not None and on.head_seq == seq - 1 and on.head == prev:
            return on
        taken = on is not None or self.begins_at(seq, prev)
        fresh = new_chain(self._con, self._sno, seq, prev, fork=taken)
        self.forked |= taken
        self.chains.append(fresh)
        return fresh

    def grew(self, chain: ChainRow, head: NewCommit, seal: bytes | None) -> ChainRow:
        """Note a chain's new head."""
        grown = chain._replace(head_seq=head.seq, head=head.hash, seal=seal)
        self.chains = [grown if other.cid == chain.cid else other for other in self.chains]
        return grown


class Intake:
    """Puts one checked segment where it belongs, a batch at a time; what is held already is left alone.

    ``prev`` is the hash below the first commit. ``finish`` is handed the seal, which vouches for the last one. A run
    that ends below it (because the rest was held) needs no seal of its own: the chain it joins carries one.
    """

    def __init__(self, con: Connection, stream: StreamRow, prev: bytes, arrived: int) -> None:
        self._con, self._stream, self._arrived = con, stream, arrived
        self._walk = _Walk(con, stream.sno)
        self._on: ChainRow | None = None
        self._prev = prev
        self._tail: ChainRow | None = None
        self._begun = False
        self.known = 0

    @property
    def forked(self) -> bool:
        """Tell whether a commit left a line that goes on otherwise."""
        return self._walk.forked

    def feed(self, commits: Sequence[NewCommit]) -> list[Placed]:
        """Store the next commits of the segment; return where the new ones went, with their index in the batch."""
        if not self._begun and commits:
            self._begun = True
            self._on = self._walk.find(commits[0].seq - 1, self._prev) if commits[0].seq > 1 else None
        placed: list[Placed] = []
        index = 0
        while index < len(commits):
            commit = commits[index]
            holding = self._walk.next_holding(self._on, commit.seq, self._prev, commit.hash)
            if holding is not None:
                self._on, self._prev, self._tail = holding, commit.hash, None
                self.known += 1
                index += 1
                continue
            line = self._walk.line_for(self._on, commit.seq, self._prev)
            end = index + 1
            while end < len(commits) and not self._walk.begins_at(commits[end].seq, commits[end - 1].hash):
                end += 1
            run = commits[index:end]
            positions = append(self._con, line, run, None, self._arrived)
            placed.extend(Placed(pos, index + n) for n, pos in enumerate(positions))
            self._on = self._tail = self._walk.grew(line, run[-1], None)
            self._prev, index = run[-1].hash, end
        add_to_sum(self._con, self._stream.sid, self._stream.channel, [commits[p.index].hash for p in placed])
        return placed

    def finish(self, seal: bytes) -> None:
        """Seal the line the last commit was put on; one that was held already keeps its own."""
        if self._tail is not None:
            self._con.exec_driver_sql("UPDATE chain SET seal=? WHERE cid=?", (seal, self._tail.cid))


def rooted(con: Connection, sno: int) -> list[ChainRow]:
    """Return the chains of a stream that reach back to its first commit without a gap."""
    chains = [chain for chain in chains_of(con, sno) if chain.head_seq >= chain.start_seq]
    done: list[ChainRow] = [chain for chain in chains if chain.start_seq == 1 and chain.start_prev == ZERO_HASH]
    waiting = [chain for chain in chains if chain not in done]
    progress = True
    while progress and waiting:
        progress = False
        for chain in list(waiting):
            below = chain.start_seq - 1
            if any(
                held.start_seq <= below <= held.head_seq and hash_at(con, held.cid, below) == chain.start_prev
                for held in done
            ):
                done.append(chain)
                waiting.remove(chain)
                progress = True
    return done


def have(con: Connection, only: set[int] | None = None) -> list[Have]:
    """Return what is held without gaps, of all streams or of those numbered in ``only``."""
    out: list[Have] = []
    for stream in streams(con):
        if only is None or stream.sno in only:
            out.extend(Have(stream.key, chain.head_seq, chain.head) for chain in rooted(con, stream.sno))
    return out


def bodies_from(con: Connection, cid: int, start: int, end: int) -> Iterator[tuple[bytes, bytes]]:
    """Yield (body, hash) of one chain's commits from ``start`` to ``end``."""
    base = cid << SEQ_BITS
    rows = con.execution_options(yield_per=512).exec_driver_sql(
        "SELECT body, hash FROM commit_log WHERE pos BETWEEN ? AND ? ORDER BY pos", (base | start, base | end)
    )
    for row in rows:
        yield row[0], row[1]


def meta_of(stream: StreamRow) -> StreamMeta:
    """Return who writes a stream."""
    return read_meta(stream.meta)
