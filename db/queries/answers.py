"""What schools said to each other's proposals, and what their governing bodies decided."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection

from db import derived
from db.queries.base import of_school, rows, with_school


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """A school’s word about a row: yes, no, taken back; ``body`` is set when governors decided."""

    id: bytes
    school: bytes
    about_table: str
    about: bytes
    about_school: bytes | None
    answer: str
    said_on: dt.date | None
    said_by: str
    person: bytes | None
    why: str
    starts: int | None
    ends: int | None
    body: str
    minute_ref: str
    until: dt.date | None
    conditions: str
    seen: bytes | None = None


def answers(
    con: Connection, about_table: str, *, about: Collection[bytes] | None = None, school: bytes | None = None
) -> list[AnswerRow]:
    """Return answers about rows of a table that stand, in the order they were said."""
    t = derived.table("answer")
    statement = with_school(t).where(of_school(t, school), t.c.about_table == about_table)
    if about is not None:
        statement = statement.where(t.c.about.in_(sorted(about)))
    found = rows(con, statement.order_by(t.c.said_on, t.c.id))
    return [
        AnswerRow(
            r.id, r.school, r.about_table, r.about, r.about_school, r.answer or "", r.said_on, r.said_by or "",
            r.person, r.why or "", r.starts, r.ends, r.body or "", r.minute_ref or "", r.until, r.conditions or "",
            r.seen,
        )
        for r in found
        if r.about is not None
    ]  # fmt: skip


def latest(found: Collection[AnswerRow]) -> dict[tuple[bytes, bytes], AnswerRow]:
    """Return the last word of each school about each row, by (row, school)."""
    said: dict[tuple[bytes, bytes], AnswerRow] = {}
    for one in sorted(found, key=lambda a: (a.said_on or dt.date.min, a.id)):
        said[one.about, one.school] = one
    return said
