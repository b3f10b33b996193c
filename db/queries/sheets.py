"""Sheets as they were printed, and walks round the site."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from db import derived
from db.queries.base import of_school, rows, with_school


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A sheet by its code; ``lines`` are what each line asks for, in order, as objects."""

    id: bytes
    school: bytes
    code: str
    kind: str
    on: dt.date | None
    lines: tuple[dict[str, Any], ...]
    said_by: str


@dataclass(frozen=True, slots=True)
class WalkRow:
    """One walk round the site; ``answers`` are its lines as objects."""

    id: bytes
    school: bytes
    kind: str
    on: dt.date
    said_by: str
    answers: tuple[dict[str, Any], ...]
    sheet: str


def sheets(con: Connection, school: bytes | None = None) -> list[SheetRow]:
    """Return the sheets that were printed, the latest day first."""
    t = derived.table("sheet")
    found = rows(con, with_school(t).where(of_school(t, school)).order_by(t.c.on_date.desc(), t.c.code))
    return [SheetRow(r.id, r.school, r.code or "", r.kind or "", r.on_date, _objects(r.lines), r.said_by or "")
            for r in found]  # fmt: skip


def sheet(con: Connection, school: bytes, code: str) -> SheetRow | None:
    """Return the sheet of a code, or nothing."""
    return next((one for one in sheets(con, school) if one.code == code), None)


def walks(con: Connection, school: bytes, first: dt.date | None = None, last: dt.date | None = None) -> list[WalkRow]:
    """Return the walks of a school between two days, oldest first."""
    t = derived.table("walk")
    statement = with_school(t).where(of_school(t, school), t.c.on_date.is_not(None))
    if first is not None:
        statement = statement.where(t.c.on_date >= first)
    if last is not None:
        statement = statement.where(t.c.on_date <= last)
    return [
        WalkRow(r.id, r.school, r.kind or "", r.on_date, r.said_by or "", _objects(r.answers), r.sheet or "")
        for r in rows(con, statement.order_by(t.c.on_date, t.c.id))
    ]


def _objects(text: str | None) -> tuple[dict[str, Any], ...]:
    try:
        read = json.loads(text or "[]")
    except (ValueError, RecursionError):
        return ()
    return tuple(one for one in read if isinstance(one, dict)) if isinstance(read, list) else ()
