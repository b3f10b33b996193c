"""Going through the entries of a rescued register: each is checked against the one below it, gaps are noted."""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from bursar_desk.domain.grants import allowed
from bursar_desk.domain.operations import ActNote, Kind, grant_of_channel
from bursar_desk.domain.registry import BY_NUMBER
from bursar_desk.services.rescue_log import (
    DAMAGED,
    SEQ_BITS,
    SOUND,
    UNCHECKED,
    UNREADABLE,
    Line,
    Log,
    Op,
    Opened,
    Stream,
)

if TYPE_CHECKING:
    from db.layout import Commit
    from db.rescue import Entry

_REMEMBERED: Final = 512
"""Entries of a line whose hashes are kept at hand: damaged files give them out of order within a page or two."""
FARTHEST: Final = 1_000_000
"""More missing entries than this are taken for a damaged number, not for so many entries."""


@dataclass(slots=True)
class _Followed:
    """What was seen of one line: the hashes each of the latest entries may have, and which numbers were found."""

    hashes: dict[int, tuple[bytes, ...]] = field(default_factory=dict)
    doubtful: set[int] = field(default_factory=set)
    """Entries of which neither the hash nor the content may be right: what stands on them cannot be checked."""
    runs: list[list[int]] = field(default_factory=list)

    def take(self, number: int) -> bool:
        """Note a number; tell whether it is new."""
        at = bisect.bisect_right(self.runs, number, key=lambda run: run[0]) - 1
        if at >= 0 and number <= self.runs[at][1]:
            return False
        if at >= 0 and number == self.runs[at][1] + 1:
            self.runs[at][1] = number
            if at + 1 < len(self.runs) and self.runs[at + 1][0] == number + 1:
                self.runs[at][1] = self.runs.pop(at + 1)[1]
        elif at + 1 < len(self.runs) and self.runs[at + 1][0] == number + 1:
            self.runs[at + 1][0] = number
        else:
            self.runs.insert(at + 1, [number, number])
        return True

    def remember(self, number: int, hashes: tuple[bytes, ...]) -> None:
        """Keep what an entry's hash may be, for the one above it."""
        self.hashes[number] = hashes
        if len(self.hashes) > 2 * _REMEMBERED:
            self.hashes = dict(list(self.hashes.items())[_REMEMBERED:])


class Walk:
    """Goes through the entries of a file, checks each against the one below it and notes what is missing."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._followed: dict[int, _Followed] = {}
        self._lines = {cid: replace(line) for cid, line in log.lines.items()}
        self.damaged = 0
        self.unreadable = 0
        self.unchecked = 0
        self.count = 0

    def entries(self, found: Iterable[Entry]) -> Iterator[Opened]:
        """Yield every entry, also those of which little can be read. A place is believed once."""
        for entry in found:
            followed = self._followed.setdefault(entry.pos >> SEQ_BITS, _Followed())
            if not followed.take(entry.pos & (1 << SEQ_BITS) - 1):
                continue  # an old copy of a page
            opened = self._open(entry, followed)
            self.count += 1
            self.damaged += opened.state == DAMAGED
            self.unreadable += opened.state == UNREADABLE
            self.unchecked += opened.state == UNCHECKED
            yield opened

    def missing(self) -> Iterator[tuple[Line, int, int]]:
        """Yield (line, first, last) for entries that the file should hold and does not."""
        for cid, line in self._lines.items():
            runs = self._followed[cid].runs if cid in self._followed else []
            reached = min(line.start, runs[0][0] if runs else line.start) - 1
            for first, last in [*runs, [line.end + 1, line.end]]:
                if reached + 1 < first:
                    yield line, reached + 1, first - 1
                reached = max(reached, last)

    def broken_seals(self) -> Iterator[Line]:
        """Yield lines whose seal is not the writer's; only where the entry it was put on is here to compare."""
        from db.layout import seal_message
        from db.signed import signature_holds

        for cid, line in self._lines.items():
            hashes = self._followed[cid].hashes.get(line.end, ()) if cid in self._followed else ()
            if not hashes or line.stream is None or line.seal is None:
                continue
            if not any(
                signature_holds(line.stream.writer, line.seal, seal_message(line.stream.key, line.end, one))
                for one in hashes
            ):
                yield line

    def _open(self, entry: Entry, followed: _Followed) -> Opened:
        from db.layout import LayoutFault, commit_digests, commit_hash, read_commit

        cid, seq = entry.pos >> SEQ_BITS, entry.pos & (1 << SEQ_BITS) - 1
        line = self._lines.setdefault(cid, Line(None, seq, b"", 0))
        below = _below(line, seq, followed)
        try:
            commit = read_commit(entry.body)
            digests = commit_digests(commit)
        except (LayoutFault, UnicodeDecodeError, RecursionError):
            followed.remember(seq, (entry.hash,))
            followed.doubtful.add(seq)
            return Opened(entry.pos, entry.hash, entry.arrived, UNREADABLE, line.stream)
        joined = b"".join(digests)

        def made(stream: Stream, prev: bytes) -> bytes:
            return commit_hash(stream.key, seq, commit.stamp, prev, commit.grant, joined)

        hashes = [made(line.stream, prev) for prev in below] if line.stream is not None else []
        if entry.hash not in hashes and not line.proven:  # whose line it is may be what was lost
            for stream in self._log.streams.values():
                if any(made(stream, prev) == entry.hash for prev in below):
                    line.stream, hashes = stream, [entry.hash]
        line.proven |= entry.hash in hashes
        state = SOUND if entry.hash in hashes else DAMAGED
        if state == DAMAGED and (not hashes or seq - 1 in followed.doubtful):
            state = UNCHECKED  # what is wrong may be the hash below
        if state != SOUND:
            followed.doubtful.add(seq)
        followed.remember(seq, tuple(dict.fromkeys([entry.hash, *hashes])))
        act = _act(commit)
        ops = tuple(self._ops(line.stream, entry.pos, seq, commit, digests))
        return Opened(
            entry.pos, entry.hash, entry.arrived, state, line.stream, commit.stamp, commit.grant, act, ops
        )  # fmt: skip

    def _ops(self, stream: Stream | None, pos: int, seq: int, commit: Commit, digests: list[bytes]) -> Iterator[Op]:
        from db.layout import LayoutFault, id_of, read_body, read_stem

        for n in range(1, len(digests)):
            stem, body = commit.ops[2 * n] or b"", commit.ops[2 * n + 1]
            try:
                kind, table, row, links = read_stem(stem, whole=body is None)
                values = None if body is None else read_body(body)
            except (LayoutFault, UnicodeDecodeError, RecursionError):
                continue
            oid = id_of(stream.key if stream else bytes(16), commit.stamp, digests[n])
            op = Op(n, oid, kind, table, row, links, values, body is None, "")
            yield op._replace(held=self._held(stream, pos, seq, op))

    def _held(self, stream: Stream | None, pos: int, seq: int, op: Op) -> str:
        """Say why an operation has no effect: as the register itself kept it, or else judged by its content."""
        if self._log.held is not None:
            reason, state = self._log.held.get((pos, op.n), ("", ""))
            return reason if state == "held" else ""
        if stream is None or op.erased or op.table not in BY_NUMBER or not Kind.FACT <= op.kind <= Kind.DELETE:
            return ""
        grant = grant_of_channel(stream.channel)
        if grant is None:
            return "" if BY_NUMBER[op.table].channel == stream.channel else "in the wrong channel"
        said: list[str] = [allowed(one, op.kind, op.table, op.values, seq) for one in self._log.grants.get(grant, ())]
        return "" if "" in said or not said else said[-1]


def _act(commit: Commit) -> ActNote | None:
    from db.layout import LayoutFault, read_act

    try:
        return read_act(commit.ops[0] or b"", commit.ops[1])
    except (LayoutFault, UnicodeDecodeError, RecursionError):
        return None


def _below(line: Line, seq: int, followed: _Followed) -> tuple[bytes, ...]:
    """Return what the hash below an entry may be; nothing where the entry below is not here."""
    out = list(followed.hashes.get(seq - 1, ()))
    if seq == line.start and line.prev:
        out.append(line.prev)
    if seq == 1:
        out.append(bytes(32))
    return tuple(dict.fromkeys(out))
