"""What each computer wrote here: how much, when, under how many names, and where its history forked."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection

from db import layout
from db.chains import SEQ_BITS, ChainRow, chains_of, streams
from db.statements import Head


class StreamUse(NamedTuple):
    """One stream as held here; moments are milliseconds since 1970.

    ``forked`` is when its history first went two ways, 0 if it never did.
    """

    writer: bytes
    school: bytes
    channel: str
    epoch: bytes
    entries: int
    first: int
    last: int
    forked: int


def uses(con: Connection) -> list[StreamUse]:
    """Return every stream that holds an entry."""
    out = []
    for stream in streams(con):
        held = [chain for chain in chains_of(con, stream.sno) if chain.head_seq >= chain.start_seq]
        if held:
            meta = layout.read_meta(stream.meta)
            forks = [_moment(con, chain, chain.start_seq) for chain in held if chain.fork]
            out.append(
                StreamUse(
                    meta.writer, meta.school, meta.channel, meta.epoch,
                    sum(chain.head_seq - chain.start_seq + 1 for chain in held),
                    min(_moment(con, chain, chain.start_seq) for chain in held),
                    max(_moment(con, chain, chain.head_seq) for chain in held),
                    min(forks, default=0),
                )
            )  # fmt: skip
    return out


def _moment(con: Connection, chain: ChainRow, seq: int) -> int:
    body = con.exec_driver_sql("SELECT body FROM commit_log WHERE pos=?", (chain.cid << SEQ_BITS | seq,)).scalar_one()
    return int(layout.read_commit(body).stamp >> 16)


def heads_of_writer(con: Connection, writer: bytes) -> list[Head]:
    """Return how far everything a computer wrote is held here, to say when it is reported lost."""
    return _heads(con, [stream.sno for stream in streams(con) if stream.writer == writer])


def heads_of_channel(con: Connection, school: bytes, channel: str) -> list[Head]:
    """Return how far one channel of a school is held here, whoever wrote it."""
    wanted = [
        stream.sno for stream in streams(con)
        if stream.channel == channel and layout.read_meta(stream.meta).school == school
    ]  # fmt: skip
    return _heads(con, wanted)


def _heads(con: Connection, numbers: list[int]) -> list[Head]:
    keys = {stream.sno: stream.key for stream in streams(con)}
    return [
        (keys[sno], chain.head_seq, chain.head)
        for sno in numbers
        for chain in chains_of(con, sno)
        if chain.head_seq >= chain.start_seq
    ]
