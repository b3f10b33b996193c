"""What an operation and an act are: the words of the log."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Kind(IntEnum):
    """What an operation does; the numbers are permanent."""

    FACT = 0  # a row that is never changed
    CREATE = 1  # a row whose cells people may edit
    SET = 2  # new values for cells, naming the values they replace
    DELETE = 3  # hides a row as the person saw it
    ERASE = 4  # removes the bodies of operations of the same school, for good and on every desk
    NOTE = 5  # a remark on an operation (kept, understood by a later release)
    ACT = 6  # who did what: the first operation of every commit


COMPLIANCE = "compliance"
PEOPLE = "people"
INCIDENTS = "incidents"
ADMIN = "admin"
PRIVATE = "private"
OFFICE = "office"
LINK = "link"
CHANNELS = (COMPLIANCE, PEOPLE, INCIDENTS, ADMIN, PRIVATE, OFFICE, LINK)
FOR_EVERY_READER = (ADMIN, LINK)
"""Channels that whoever may read anything of a school reads as well: who it is, and what it says to the others."""
_COVER = "cover/"


def cover_channel(grant: bytes) -> str:
    """Return the channel of one cover grant."""
    return _COVER + grant.hex()


def grant_of_channel(channel: str) -> bytes | None:
    """Return the grant a channel belongs to, or nothing when it is an ordinary channel."""
    if not channel.startswith(_COVER):
        return None
    try:
        return bytes.fromhex(channel.removeprefix(_COVER))
    except ValueError:
        return None


Value = int | str | bytes | bool | float | list["Value"] | None
"""What a cell may hold on its way: bytes are ids; a list is the value of a group of columns."""


@dataclass(frozen=True, slots=True)
class ActNote:
    """Who did what, as it stands inside a commit: names by id, and the words that may be erased."""

    act: bytes
    code: int
    person: bytes | None = None
    on_behalf: bytes | None = None
    undoes: bytes | None = None
    who: str = ""
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Operation:
    """One immutable step: an id, what it does, to which row, and what it knowingly replaces."""

    id: bytes
    kind: int
    table: int
    row: bytes
    stamp: int
    links: dict[int, list[bytes]] | list[bytes] | None
    values: list[Value] | dict[int, Value] | None


@dataclass(frozen=True, slots=True)
class Changes:
    """What an act or a merge touched, by table name: the windows showing those redraw."""

    tables: frozenset[str]
    act: bytes | None = None

    def touches(self, *names: str) -> bool:
        """Tell whether any of these tables changed."""
        return not self.tables.isdisjoint(names)

    def __or__(self, other: Changes) -> Changes:
        return Changes(self.tables | other.tables, other.act or self.act)
