"""Permits to work, and what places hold that whoever works there must know of."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Connection

from db import derived
from db.queries.base import of_school, rows, with_school


@dataclass(frozen=True, slots=True)
class PermitRow:
    """A permit for one piece of dangerous work on one day; times are minutes after midnight."""

    id: bytes
    school: bytes
    kind: str
    number: str
    place: bytes | None
    contractor: bytes | None
    defect: bytes | None
    on: dt.date | None
    starts: int | None
    ends: int | None
    work: str
    precautions: str
    issued_by: str
    closed_on: dt.date | None
    closed_minute: int | None
    closed_by: str
    closed_note: str

    @property
    def open(self) -> bool:
        """Tell whether it has not been closed."""
        return self.closed_on is None


def permits(con: Connection, school: bytes | None = None) -> list[PermitRow]:
    """Return the permits of one school or of all: open ones first, then the newest."""
    t = derived.table("permit")
    found = [
        PermitRow(
            r.id, r.school, r.kind or "", r.number or "", r.place, r.contractor, r.defect, r.on_date, r.starts,
            r.ends, r.work or "", r.precautions or "", r.issued_by or "", r.closed_on, r.closed_minute,
            r.closed_by or "", r.closed_note or "",
        )
        for r in rows(con, with_school(t).where(of_school(t, school)).order_by(t.c.on_date.desc(), t.c.number.desc()))
    ]  # fmt: skip
    return sorted(found, key=lambda one: not one.open)
