"""What is inside an exchange file: frames, each a length and one list, so that a reader never holds more than one.

``["have", [[stream, seq, head], ...]]`` - what the sender holds without gaps, of what its readers may read
``["statements", [bytes, ...]]`` - who is who
``["segment", meta, start, prev, count, seal]`` - then its commits in ``["commits", [bytes, ...]]``
``["extract", {...}]`` - only in a cover pack: what the visiting person needs, and nothing else
``["fingerprint", day, code, [[stream, seq, head] or leaf, ...]]`` - the sender's history today (db.fingerprints)
``["wants", [SHA-256, ...]]`` - files the sender lacks
``["blob", SHA-256, size]`` - a file, after all segments; then its content in ``["bytes", data]``
``["end", segments, commits, files]`` - the last frame; anything missing before it is noticed
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from typing import Any, Final, Protocol

import msgspec

from bursar_desk.exchange.envelope import EnvelopeRefused
from bursar_desk.exchange.safe_unpack import Limits, check

FRAME_LIMIT: Final = 4 * 1024 * 1024
COMMITS_TARGET: Final = 256 * 1024
COMMIT_LIMIT: Final = 1024 * 1024
_LENGTH = struct.Struct(">I")
_encode = msgspec.msgpack.Encoder().encode
_SMALL: Final = Limits(depth=9, items=400_000, binary=FRAME_LIMIT, size=FRAME_LIMIT)


class Source(Protocol):
    """Where frames are read from."""

    def read(self, size: int) -> bytes:
        """Return up to ``size`` bytes, fewer only at the end."""


def frame(*parts: object) -> bytes:
    """Write one frame."""
    data = _encode(list(parts))
    return _LENGTH.pack(len(data)) + data


def commit_frames(bodies: Iterable[bytes]) -> Iterator[bytes]:
    """Write commits into frames of a moderate size."""
    batch: list[bytes] = []
    size = 0
    for body in bodies:
        batch.append(body)
        size += len(body)
        if size >= COMMITS_TARGET:
            yield frame("commits", batch)
            batch, size = [], 0
    if batch:
        yield frame("commits", batch)


def blob_frames(name: bytes, size: int, parts: Iterable[bytes]) -> Iterator[bytes]:
    """Write a file's content into frames."""
    yield frame("blob", name, size)
    for data in parts:
        yield frame("bytes", data)


class CommitFrame(msgspec.Struct, array_like=True, frozen=True, forbid_unknown_fields=True):
    """A frame of commits, read with its type known: the one frame that comes in great numbers."""

    name: str
    bodies: list[bytes]


_read_commits = msgspec.msgpack.Decoder(CommitFrame).decode
_read_any = msgspec.msgpack.Decoder().decode
_COMMITS_START: Final = b"\x92\xa7commits"
BLOB_LIMIT: Final = 25 * 1024 * 1024
BYTES_TARGET: Final = 256 * 1024


def frames(source: Source) -> Iterator[list[Any]]:
    """Yield the frames of a body. Raises ``EnvelopeRefused`` for anything that is not one."""
    while True:
        head = source.read(4)
        if not head:
            return
        length = _LENGTH.unpack(head)[0] if len(head) == 4 else FRAME_LIMIT + 1
        data = source.read(length) if length <= FRAME_LIMIT else b""
        if len(data) != length:
            raise EnvelopeRefused("damaged_content", "a frame is cut short or too long")
        yield _frame(data)


def _frame(data: bytes) -> list[Any]:
    try:
        if data.startswith(_COMMITS_START):
            read = _read_commits(data)
            if any(len(body) > COMMIT_LIMIT for body in read.bodies):
                raise EnvelopeRefused("damaged_content", "an entry is too large")
            return [read.name, read.bodies]
        check(data, _SMALL)
        parts = _read_any(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as problem:
        raise EnvelopeRefused("damaged_content", f"a frame: {type(problem).__name__}") from None
    if not isinstance(parts, list) or not parts or not isinstance(parts[0], str):
        raise EnvelopeRefused("damaged_content", "a frame has no name")
    return parts
