"""What schools said to each other: every message held, also those set aside, and how many were not read here."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, func, select

from bursar_desk.domain import registry
from db import derived
from db.log_tables import commit_log, import_log, read_here, school_key

_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class EnclosureRow:
    """A file that a message names: its name and kind as its sender gave them, its size in bytes."""

    name: str
    sha256: bytes
    size: int
    type: str


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A message as it was written, nothing of its text cleaned yet. ``withdrawn``: set aside by whoever wrote it.
    ``arrived_ms``: when the file that brought it was taken in, milliseconds since 1970; 0 for one made here.
    """

    id: bytes
    school: bytes
    kind: str
    title: str
    words: str
    to: tuple[bytes, ...]
    answers: bytes | None
    said_by: str
    person: bytes | None
    said_on: dt.date | None
    needed_by: dt.date | None
    about: str
    why: str
    impact: str
    how: str
    enclosures: tuple[EnclosureRow, ...]
    withdrawn: bool
    arrived_ms: int

    @property
    def written_ms(self) -> int:
        """Return when it was written down, in milliseconds since 1970: an operation's id begins with it."""
        return int.from_bytes(self.id[:6], "big")


def messages(con: Connection) -> list[MessageRow]:
    """Return every message held, withdrawn ones too, by id."""
    t = derived.table("message")
    statement = (
        select(t, school_key.c.school, import_log.c.at)
        .join(school_key, school_key.c.sid == t.c.sid)
        .outerjoin(commit_log, commit_log.c.pos == t.c.pos)
        .outerjoin(import_log, import_log.c.ino == commit_log.c.arrived)
        .order_by(t.c.id)
    )
    return [_row(one) for one in con.execute(statement)]


def _row(r: Any) -> MessageRow:
    return MessageRow(
        r.id, r.school, r.kind or "", r.title or "", r.words or "", _ids(r.to), r.answers, r.said_by or "", r.person,
        r.said_on, r.needed_by, r.about or "", r.why or "", r.impact or "", r.how or "", enclosures_of(r.enclosures),
        r.standing != registry.STANDS, r.at or 0,
    )  # fmt: skip


def unread_count(con: Connection, home: bytes) -> int:
    """Return how many messages of others stand and were not read at this desk."""
    t = derived.table("message")
    own = select(school_key.c.sid).where(school_key.c.school == home).scalar_subquery()
    read = select(read_here.c.row)
    statement = select(func.count()).where(
        t.c.standing == registry.STANDS, t.c.sid.is_distinct_from(own), t.c.id.not_in(read)
    )
    return int(con.execute(statement).scalar_one())


def erased_among(con: Connection, ids: Iterable[bytes]) -> frozenset[bytes]:
    """Return which of these entries were erased: their words are gone on every desk."""
    wanted, found = list(ids), set[bytes]()
    for start in range(0, len(wanted), _AT_ONCE):
        part = tuple(wanted[start : start + _AT_ONCE])
        marks = ",".join("?" * len(part))
        found.update(con.exec_driver_sql(f"SELECT op FROM erased WHERE op IN ({marks})", part).scalars())  # noqa: S608
    return frozenset(found)


def _listed(text: str | None) -> list[Any]:
    try:
        found = json.loads(text or "[]")
    except (ValueError, RecursionError):
        return []  # an odd value from elsewhere: shown as none
    return found if isinstance(found, list) else []


def _ids(text: str | None) -> tuple[bytes, ...]:
    found: list[bytes] = []
    for one in _listed(text):
        try:
            found.append(bytes.fromhex(one))
        except (ValueError, TypeError):
            continue
    return tuple(one for one in dict.fromkeys(found) if len(one) == _ID)


def enclosures_of(text: str | None) -> tuple[EnclosureRow, ...]:
    """Read the list of files; what is no file with a name, a hash and a size is left out."""
    found = []
    for one in _listed(text):
        if not isinstance(one, dict):
            continue
        name, size, kind = one.get("name"), one.get("size"), one.get("type")
        try:
            digest = bytes.fromhex(one.get("sha256", ""))
        except (ValueError, TypeError):
            continue
        if len(digest) == _DIGEST and isinstance(name, str) and type(size) is int and 0 <= size < 1 << 40:
            found.append(EnclosureRow(name, digest, size, kind if isinstance(kind, str) else ""))
    return tuple(found)


_DIGEST: Final = 32
_ID: Final = 16

__all__ = ["EnclosureRow", "MessageRow", "enclosures_of", "erased_among", "messages", "unread_count"]
