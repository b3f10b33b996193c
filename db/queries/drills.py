"""Drills as they were logged."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Connection

from db import derived
from db.queries.base import of_school, rows, with_school


@dataclass(frozen=True, slots=True)
class DrillRow:
    """A drill: ``minute`` after midnight it began, ``seconds`` until everybody stood at the assembly point."""

    id: bytes
    school: bytes
    kind: str
    on: dt.date
    minute: int | None
    seconds: int | None
    headcount: int | None
    missing: int | None
    route_blocked: str
    issues: str
    actions: str
    led_by: str
    said_by: str
    record: bytes | None


def drills(
    con: Connection, school: bytes | None = None, kind: str = "", first: dt.date | None = None,
    last: dt.date | None = None,
) -> list[DrillRow]:  # fmt: skip
    """Return the drills of a school or of all between two days, oldest first."""
    t = derived.table("drill")
    statement = with_school(t).where(of_school(t, school), t.c.on_date.is_not(None))
    if kind:
        statement = statement.where(t.c.kind == kind)
    if first is not None:
        statement = statement.where(t.c.on_date >= first)
    if last is not None:
        statement = statement.where(t.c.on_date <= last)
    return [
        DrillRow(
            r.id, r.school, r.kind or "fire", r.on_date, r.minute, r.seconds, r.headcount, r.missing,
            r.route_blocked or "", r.issues or "", r.actions or "", r.led_by or "", r.said_by or "", r.record,
        )
        for r in rows(con, statement.order_by(t.c.on_date, t.c.minute, t.c.id))
    ]  # fmt: skip
