"""Records beside what counts: those set aside, and when each was entered."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, select

from bursar_desk.domain import registry
from db import derived

_AT_ONCE = 500


def set_aside(con: Connection, ids: Iterable[bytes]) -> set[bytes]:
    """Return which of some check records were set aside: taken out, taken back or corrected."""
    t = derived.table("check_record")
    wanted = list(ids)
    found: set[bytes] = set()
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        found |= set(con.execute(select(t.c.id).where(t.c.id.in_(part), t.c.standing != registry.STANDS)).scalars())
    return found


def entered_ms(row: bytes) -> int:
    """Return when a fact was entered, in milliseconds since 1970: its id begins with its stamp."""
    return int.from_bytes(row[:6], "big")
