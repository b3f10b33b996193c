"""What only the planners ask: hours that people offered to other schools."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Connection

from db import derived
from db.queries.base import rows, with_school


@dataclass(frozen=True, slots=True)
class OfferedRow:
    """Hours somebody could help elsewhere: on weekdays (Monday is bit 0) of a stretch of days."""

    id: bytes
    school: bytes
    person: bytes
    first: dt.date
    last: dt.date
    days: int
    starts: int
    ends: int


def offered_hours(con: Connection, first: dt.date, last: dt.date) -> list[OfferedRow]:
    """Return the hours offered that touch some days and were not withdrawn, earliest first."""
    t = derived.table("cover_offer")
    found = rows(con, with_school(t).where(t.c.last >= first, t.c.first <= last).order_by(t.c.first, t.c.id))
    return [
        OfferedRow(
            r.id, r.school, r.person, r.first, r.last, 127 if r.days is None else r.days,
            0 if r.starts is None else r.starts, 24 * 60 if r.ends is None else r.ends,
        )
        for r in found
        if r.person is not None and (r.state or "open") not in ("withdrawn", "cancelled", "taken back", "closed")
    ]  # fmt: skip
