"""The second reading of a file that was checked: its entries and files, a little at a time, into the register."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bursar_desk.exchange import body, envelope
from bursar_desk.exchange.envelope import EnvelopeRefused
from db import chains, layout
from db.take_in import CheckedBlob, CheckedSegment

if TYPE_CHECKING:
    from bursar_desk.exchange.keys import BoxIdentity


@dataclass(frozen=True, slots=True)
class Seen:
    """A segment as the first reading found it: where it stands, its hashes joined, and what came without content.

    ``erases`` are the operations it says are erased, where its writer may say so.
    """

    meta: layout.StreamMeta
    start: int
    prev: bytes
    seal: bytes
    hashes: bytes
    blanks: tuple[tuple[int, frozenset[bytes]], ...]
    erases: frozenset[bytes] = frozenset()

    @property
    def count(self) -> int:
        return len(self.hashes) // 32


class Frames:
    """Frames one after the other, with one of them put back where a run of commits or of bytes ends."""

    def __init__(self, source: body.Source) -> None:
        self._frames = body.frames(source)
        self._back: list[Any] | None = None

    def __iter__(self) -> Iterator[list[Any]]:
        return self

    def __next__(self) -> list[Any]:
        if self._back is not None:
            frame, self._back = self._back, None
            return frame
        return next(self._frames)

    def commits(self) -> Iterator[bytes]:
        """Yield the commits that follow a segment's head."""
        for frame in self:
            match frame:
                case ["commits", list(bodies)]:
                    yield from bodies
                case _:
                    self._back = frame
                    return

    def data(self) -> Iterator[bytes]:
        """Yield the content that follows a file's head."""
        for frame in self:
            match frame:
                case ["bytes", bytes(data)]:
                    yield data
                case _:
                    self._back = frame
                    return


class SecondReading:
    """The entries and files of a file that was checked, read anew a little at a time when they are wanted.

    Raises ``Refused`` when the file is no longer there or no longer the same: what was written so far is undone then.
    """

    def __init__(
        self, path: Path, boxes: Sequence[BoxIdentity], sha256: bytes, seen: Sequence[Seen], files: int, name: str
    ) -> None:
        self._path, self._boxes, self._sha256, self._seen, self._files = path, boxes, sha256, seen, files
        self._name = name

    def __iter__(self) -> Iterator[CheckedSegment | CheckedBlob]:
        if not self._seen and not self._files:
            return
        try:
            with envelope.open_file(self._path, self._boxes) as opened:
                _must_be_same(opened.sha256, self._sha256)
                yield from self._pieces(Frames(opened.body))
        except EnvelopeRefused as refused:
            raise refused.naming(self._name) from None

    def _pieces(self, frames: Frames) -> Iterator[CheckedSegment | CheckedBlob]:
        seen = iter(self._seen)
        for frame in frames:
            match frame:
                case ["segment", *_]:
                    one = next(seen)
                    commits = _again(one, frames.commits())
                    if one.count:
                        yield CheckedSegment(one.meta, one.prev, commits, one.seal, one.blanks)
                    for _ in commits:
                        pass
                case ["blob", bytes(name), int(size)]:
                    parts = frames.data()
                    yield CheckedBlob(name, size, parts)
                    for _ in parts:
                        pass
                case _:
                    continue


def _again(seen: Seen, bodies: Iterator[bytes]) -> Iterator[chains.NewCommit]:
    for n, data in enumerate(bodies):
        yield chains.NewCommit(seen.start + n, seen.hashes[32 * n : 32 * n + 32], data, layout.read_commit(data))


def _must_be_same(found: bytes, checked: bytes) -> None:
    if found != checked:
        raise EnvelopeRefused("unreadable", "another file stands there now")
