"""The fingerprint of a day: what a school's history was, printed on paper and carried in files.

The code is the first sixteen letters, in groups of four, of base32 of ``SHA-256("bursar.fingerprint.1" | leaves)``.
There is a leaf for each line of the school's history that reaches down to its first entry: ``SHA-256(stream (16) |
seq (i64) | hash of that entry (32))``, and they are sorted. One hash vouches for every entry below it, so the code
vouches for all of them. A frame names a line in the open only for those who may read it; for others its leaf stands
there, which tells nothing and lets them reckon the code all the same. What is private takes no part.

It detects, it does not prevent: whoever holds a school's key *and* every other copy could still write history anew.
"""

from __future__ import annotations

import base64
import hashlib
import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec
from sqlalchemy import Connection

from bursar_desk.domain.operations import PRIVATE
from db import chains

if TYPE_CHECKING:
    from db.fingerprint_checks import Broken

LABEL: Final = b"bursar.fingerprint.1"
FRAME: Final = "fingerprint"
_MOST: Final = 4096
"""Lines of history in one frame: more than any school has, few enough to read."""
_LEAF = struct.Struct(">16sq32s")
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder().decode


class Head(NamedTuple):
    """Where a line of history ends: its stream, the number of its last entry, and that entry's hash."""

    stream: bytes
    seq: int
    head: bytes

    @property
    def leaf(self) -> bytes:
        """Return the 32 bytes that stand for it in the code."""
        return hashlib.sha256(_LEAF.pack(self.stream, self.seq, self.head)).digest()


Part = Head | bytes
"""A line of history, or the leaf of one that the reader of a file may not read."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """One code held here: whose, of which day (its day number), and the lines behind it."""

    school: bytes
    day: int
    code: str
    parts: tuple[Part, ...]

    @property
    def heads(self) -> tuple[Head, ...]:
        """Return the lines that are named in the open."""
        return tuple(part for part in self.parts if isinstance(part, Head))


# --- making ----------------------------------------------------------------------------------------------------------


def today_heads(con: Connection, school: bytes) -> list[Head]:
    """Return where every line of a school's history ends that is held without a gap, private ones left out."""
    return [head for _, head in _heads_by_channel(con, school)]


def _heads_by_channel(con: Connection, school: bytes) -> list[tuple[str, Head]]:
    sid = con.exec_driver_sql("SELECT sid FROM school_key WHERE school=?", (school,)).scalar()
    return sorted(
        (stream.channel, Head(stream.key, chain.head_seq, chain.head))
        for stream in chains.streams(con)
        if stream.sid == sid and stream.channel != PRIVATE
        for chain in chains.rooted(con, stream.sno)
    )


def code_of(parts: Iterable[Part]) -> str:
    """Return the code of lines of history, in any order: "K7QD-3XPA-MN2E-VBRT"."""
    leaves = sorted(part.leaf if isinstance(part, Head) else part for part in parts)
    said = base64.b32encode(hashlib.sha256(LABEL + b"".join(leaves)).digest()).decode()[:16]
    return "-".join(said[n : n + 4] for n in range(0, 16, 4))


def today_code(con: Connection, school: bytes) -> str:
    """Return the code of what is held of a school now."""
    return code_of(today_heads(con, school))


def frame_of(
    con: Connection, school: bytes, day: int, readable: Callable[[str], bool] = lambda _channel: True
) -> list[object]:
    """Return what a file carries: ``["fingerprint", day, code, [[stream, seq, head] or leaf, ...]]``.

    ``readable(channel)`` says what all readers of the file may read; other lines stand there as their leaf.
    """
    found = _heads_by_channel(con, school)
    parts: list[object] = [list(head) if readable(channel) else head.leaf for channel, head in found]
    return [FRAME, day, code_of(head for _, head in found), parts]


def note(con: Connection, school: bytes, day: int, code: str, parts: Iterable[Part]) -> None:
    """Keep a code; each is kept once a day."""
    packed = _encode([list(part) if isinstance(part, Head) else part for part in parts])
    con.exec_driver_sql("INSERT OR IGNORE INTO fingerprint VALUES (?,?,?,?)", (school, day, code, packed))


def note_today(con: Connection, school: bytes, day: int) -> str:
    """Keep the code of what is held of a school now, and return it."""
    heads = today_heads(con, school)
    code = code_of(heads)
    note(con, school, day, code, heads)
    return code


def read_frame(school: bytes, frame: object) -> Fingerprint:
    """Take a frame apart. Raises ``msgspec.ValidationError`` when it is none, or when its code is not its lines'."""
    if not isinstance(frame, list) or len(frame) != 4 or frame[0] != FRAME:
        raise msgspec.ValidationError("a fingerprint is its day, its code and its lines")
    _, day, code, listed = frame
    if type(day) is not int or not -(1 << 31) < day < 1 << 31 or not isinstance(code, str):
        raise msgspec.ValidationError("a fingerprint is of a day and has a code")
    if not isinstance(listed, list) or len(listed) > _MOST:
        raise msgspec.ValidationError("a fingerprint lists a school's lines of history")
    parts = tuple(_part(one) for one in listed)
    if code_of(parts) != code:
        raise msgspec.ValidationError("a fingerprint's code is reckoned from its lines")
    return Fingerprint(school, day, code, parts)


def _part(one: object) -> Part:
    if isinstance(one, bytes) and len(one) == 32:
        return one
    if isinstance(one, list) and len(one) == 3:
        stream, seq, head = one
        sized = isinstance(stream, bytes) and len(stream) == 16 and isinstance(head, bytes) and len(head) == 32
        if sized and type(seq) is int and 0 < seq < 1 << chains.SEQ_BITS:
            return Head(stream, seq, head)
    raise msgspec.ValidationError("a line of history is its stream, a number and a hash, or a leaf")


def take(con: Connection, school: bytes, frame: object) -> list[Broken]:
    """Keep the fingerprint that came in a file of a school; return where its history is not the one it sent before.

    Call it when the entries of the same file are in. Raises ``msgspec.ValidationError`` for what is no fingerprint.
    """
    from db.fingerprint_checks import rewritten

    came = read_frame(school, frame)
    known = held(con, school)
    note(con, school, came.day, came.code, came.parts)
    return rewritten(con, [*known, came]) if came.code not in {one.code for one in known} else []


def held(con: Connection, school: bytes | None = None) -> list[Fingerprint]:
    """Return every fingerprint held, of one school or of all, oldest first."""
    where, values = ("WHERE school=?", (school,)) if school is not None else ("", ())
    rows = con.exec_driver_sql(
        f"SELECT school, day, code, heads FROM fingerprint {where} ORDER BY school, day, code", values  # noqa: S608
    )
    return [Fingerprint(row[0], row[1], row[2], tuple(_part(one) for one in _decode(row[3]))) for row in rows]
