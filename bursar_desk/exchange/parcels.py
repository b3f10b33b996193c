"""What goes into a file, and how it is cut where a letter may only be so large: every part stands alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from db import chains, layout

if TYPE_CHECKING:
    from db.engine import Connection
    from db.statements import Signer

OVERHEAD: Final = 64 * 1024
"""Bytes kept free in every part for who is who, who reads it and what is held."""


@dataclass(frozen=True, slots=True)
class Run:
    """Commits ``start..end`` of one chain."""

    cid: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One segment to write: runs that follow each other, the hash below them and the seal above."""

    stream: chains.StreamRow
    prev: bytes
    runs: tuple[Run, ...]
    seal: bytes

    @property
    def count(self) -> int:
        return sum(run.end - run.start + 1 for run in self.runs)


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that goes along: the SHA-256 of its content and its size in bytes."""

    name: bytes
    size: int


@dataclass(frozen=True, slots=True)
class Parcel:
    """One part of a letter."""

    outgoing: tuple[Outgoing, ...] = ()
    attached: tuple[Attached, ...] = ()


def in_parcels(
    con: Connection, outgoing: Sequence[Outgoing], attached: Sequence[Attached], max_bytes: int, signer: Signer
) -> list[Parcel]:
    """Cut a letter into parts of at most ``max_bytes``, reckoned unpacked, so that no part comes out larger.

    Our own lines may be cut anywhere, because we can seal them there; another school's line stays in one piece under
    its own seal, and so does an attached file, also where that makes a part too large.
    """
    room = max(max_bytes - OVERHEAD, max_bytes // 2)
    parcels: list[Parcel] = []
    now: list[Outgoing] = []
    size = 0
    for piece, bytes_of in _pieces(con, outgoing, room, signer):
        if now and size + bytes_of > room:
            parcels.append(Parcel(tuple(now)))
            now, size = [], 0
        now.append(piece)
        size += bytes_of
    files: list[Attached] = []
    for file in attached:
        if (now or files) and size + file.size > room:
            parcels.append(Parcel(tuple(now), tuple(files)))
            now, files, size = [], [], 0
        files.append(file)
        size += file.size
    parcels.append(Parcel(tuple(now), tuple(files)))
    return parcels


def _pieces(
    con: Connection, outgoing: Sequence[Outgoing], room: int, signer: Signer
) -> Iterator[tuple[Outgoing, int]]:
    for one in outgoing:
        sizes = [list(_sizes(con, run)) for run in one.runs]
        total = sum(size for run in sizes for _, size, _ in run)
        if total <= room or one.stream.writer != signer.public:
            yield one, total
        else:
            yield from _cut(one, sizes, room, signer)


def _sizes(con: Connection, run: Run) -> Iterator[tuple[int, int, bytes]]:
    base = run.cid << chains.SEQ_BITS
    rows = con.exec_driver_sql(
        "SELECT pos, length(body), hash FROM commit_log WHERE pos BETWEEN ? AND ? ORDER BY pos",
        (base | run.start, base | run.end),
    )
    for pos, size, head in rows:
        yield pos - base, size, head


def _cut(
    one: Outgoing, sizes: Sequence[Sequence[tuple[int, int, bytes]]], room: int, signer: Signer
) -> Iterator[tuple[Outgoing, int]]:
    prev, runs, size = one.prev, list[Run](), 0
    for run, entries in zip(one.runs, sizes, strict=True):
        start = run.start
        for seq, length, head in entries:
            size += length
            if size >= room and not (seq == run.end and run is one.runs[-1]):
                seal = signer.sign(layout.seal_message(one.stream.key, seq, head))
                yield Outgoing(one.stream, prev, (*runs, Run(run.cid, start, seq)), seal), size
                prev, runs, size, start = head, [], 0, seq + 1
        if start <= run.end:
            runs.append(Run(run.cid, start, run.end))
    if runs:
        yield Outgoing(one.stream, prev, tuple(runs), one.seal), size
