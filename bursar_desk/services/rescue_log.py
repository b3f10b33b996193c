"""Taking the log of a rescued register apart: who wrote what when, which entries are sound, which are missing."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from bursar_desk.domain.grants import Grant
from bursar_desk.domain.operations import (
    ADMIN,
    COMPLIANCE,
    LINK,
    OFFICE,
    PEOPLE,
    ActNote,
    grant_of_channel,
)
from bursar_desk.domain.registry import BY_NUMBER

if TYPE_CHECKING:
    from db.rescue import Door
    from db.signed import Statement

SEQ_BITS: Final = 40
OPEN_CHANNELS: Final = (COMPLIANCE, PEOPLE, ADMIN, OFFICE, LINK)
"""Channels whose entries may be shown to others of the school; all others, a newer program's included, are private."""
SOUND, DAMAGED, UNCHECKED, UNREADABLE = "", "damaged", "could not be checked", "could not be read"
WORDS: Final = {
    DAMAGED: "damaged: look at it before you rely on it",
    UNCHECKED: "could not be checked: the entry before it is missing or damaged",
    UNREADABLE: "could not be read",
}


def is_private(channel: str) -> bool:
    """Tell whether entries of a channel are kept apart: special data, and whatever this program does not know."""
    return channel not in OPEN_CHANNELS and grant_of_channel(channel) is None


class Stream(NamedTuple):
    """Whose line of history: its key, the school, the channel, the signing key of the computer."""

    key: bytes
    school: bytes
    channel: str
    writer: bytes


@dataclass(slots=True)
class Line:
    """One straight line of entries as the file says it is."""

    stream: Stream | None
    start: int = 1
    prev: bytes = bytes(32)
    end: int = 0
    head: bytes = b""
    seal: bytes | None = None
    proven: bool = False


class Op(NamedTuple):
    """One operation: its place in the entry, its id, what it does to which row; nothing for values that were erased."""

    n: int
    id: bytes
    kind: int
    table: int
    row: bytes | None
    links: Any
    values: Any
    erased: bool
    held: str


@dataclass(frozen=True, slots=True)
class Opened:
    """An entry taken apart. ``state`` is one of the four words above; what could not be read is left out."""

    pos: int
    hash: bytes
    arrived: int
    state: str
    stream: Stream | None
    stamp: int | None = None
    grant: bytes | None = None
    act: ActNote | None = None
    ops: tuple[Op, ...] = ()

    @property
    def number(self) -> int:
        """Return the entry's number in its line of history."""
        return self.pos & (1 << SEQ_BITS) - 1

    @property
    def channel(self) -> str:
        """Return the channel, or nothing when it is not known."""
        return self.stream.channel if self.stream else ""

    @property
    def private(self) -> bool:
        """Tell whether the entry goes apart: by its channel, or because of what it holds where that may be wrong."""
        return is_private(self.channel) or any(
            op.table in BY_NUMBER and is_private(BY_NUMBER[op.table].channel) for op in self.ops
        )


@dataclass(slots=True)
class Log:
    """What a file says of itself besides its entries."""

    streams: dict[int, Stream] = field(default_factory=dict)
    lines: dict[int, Line] = field(default_factory=dict)
    statements: list[Statement] = field(default_factory=list)
    bad_statements: int = 0
    schools: dict[int, bytes] = field(default_factory=dict)
    grants: dict[bytes, list[Grant]] = field(default_factory=dict)
    computers: dict[bytes, str] = field(default_factory=dict)
    names: dict[bytes, str] = field(default_factory=dict)
    meta: dict[str, bytes] = field(default_factory=dict)
    held: dict[tuple[int, int], tuple[str, str]] | None = None
    """For (place, number of the operation) why it has no effect; nothing where the list itself cannot be read."""


def read_log(door: Door) -> Log:
    """Read everything of a log but its entries. Raises ``db.rescue.Broken``."""
    log = Log()
    log.meta = {row["k"]: row["v"] for row in door.rows("meta") if isinstance(row.get("v"), bytes)}
    log.schools = {row["sid"]: row["school"] for row in door.rows("school_key") if isinstance(row["school"], bytes)}
    _read_statements(door, log)
    for row in door.rows("stream"):
        stream = _stream(row)
        if stream is not None:
            log.streams[row["sno"]] = stream
    for row in door.rows("chain"):
        cid, start, end, prev = row["cid"], row["start_seq"], row["head_seq"], row["start_prev"]
        if isinstance(prev, bytes) and all(isinstance(one, int) for one in (cid, start, end)):
            log.lines[cid] = Line(log.streams.get(row["sno"]), start, prev, end, row["head"], row["seal"])
    if "held" in door.tables():
        log.held = {
            (row["pos"], row["n"]): (str(row["reason"]), str(row.get("state", "held"))) for row in door.rows("held")
        }
        if not door.whole and not log.held:
            log.held = None  # nobody can tell whether it was empty
    return log


def _stream(row: dict[str, Any]) -> Stream | None:
    """Take a line's name apart; the name is inside its key, so a damaged one is noticed."""
    import msgspec

    from db.layout import read_meta

    try:
        meta = read_meta(row["meta"])
    except (msgspec.MsgspecError, UnicodeDecodeError, TypeError):
        return None
    return Stream(meta.key, meta.school, meta.channel, meta.writer) if meta.key == row["key"] else None


def _read_statements(door: Door, log: Log) -> None:
    import msgspec

    from db import signed

    for row in door.rows("statement"):
        raw = row.get("body")
        try:
            if not isinstance(raw, bytes) or hashlib.sha256(raw).digest() != row.get("hash"):
                raise msgspec.ValidationError("another statement")
            one = signed.read(raw)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            log.bad_statements += 1
            continue
        log.statements.append(one)
        _note(log, one)


def _note(log: Log, one: Statement) -> None:
    """Note the names a statement gives; facts of a shape we do not know give none."""
    facts = one.facts
    match one.kind:
        case "root" if isinstance(facts.get("name"), str):
            log.names.setdefault(one.school, facts["name"])
        case "computer" if isinstance(facts.get("sign"), bytes):
            log.computers[facts["sign"]] = str(facts.get("label", ""))
        case "grant":
            grant = _grant(one)
            if grant is not None:
                log.grants.setdefault(grant.id, []).append(grant)


def _grant(one: Statement) -> Grant | None:
    f = one.facts
    try:
        return Grant(
            f["id"], one.school, f["holder_school"], f["holder"], tuple(f["writers"]), tuple(f["boxes"]),
            tuple(f["checks"]), int(f["first"]), int(f["last"]), int(f["return_by"]), int(f["most_entries"]),
        )  # fmt: skip
    except (KeyError, TypeError, ValueError):
        return None
