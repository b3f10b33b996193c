"""What a school said of its site and of single checks, and which editions of the catalogue it looked through."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass

from sqlalchemy import Connection, select

from db import derived
from db.history import backwards, removals_in
from db.queries.base import of_school, rows, visible, with_school


@dataclass(frozen=True, slots=True)
class FeatureRow:
    """One answer about the site: yes, no or ask; ``said_by`` is empty where it was only taken for granted."""

    id: bytes
    code: str
    answer: str
    why: str
    said_by: str
    said_on: dt.date | None
    review_on: dt.date | None


def feature_rows(con: Connection, school: bytes) -> list[FeatureRow]:
    """Return a school's answers about its site."""
    t = derived.table("feature")
    return [
        FeatureRow(r.id, r.code, r.answer or "ask", r.why or "", r.said_by or "", r.said_on, r.review_on)
        for r in rows(con, with_school(t).where(of_school(t, school)).order_by(t.c.code))
        if r.code
    ]


def hidden_checks(con: Connection, school: bytes) -> dict[str, tuple[bytes, ...]]:
    """Return the checks of a school that are hidden, by code: thrown away, or their adding was taken back."""
    t = derived.table("school_check")
    found: dict[str, tuple[bytes, ...]] = {}
    for r in con.execute(select(t.c.id, t.c.code).where(of_school(t, school), ~visible(t))):
        if r.code:
            found[r.code] = (*found.get(r.code, ()), r.id)
    return found


def thrown_away(con: Connection, school: bytes, checks: frozenset[bytes]) -> frozenset[bytes]:
    """Return those of some hidden checks that a person threw away; the others only had their adding taken back.

    It reads the history from its end until it has met each of them, so ask only when it matters.
    """
    left, found = set(checks), set()
    for past in backwards(con, school):
        if not left:
            break
        for table, row in removals_in(past):
            if table.name == "school_check" and row in left:
                left.discard(row)
                if past.note.undoes is None:
                    found.add(row)
    return frozenset(found)


def is_there(con: Connection, table: str, row: bytes) -> bool:
    """Tell whether a row was ever made, hidden or not."""
    t = derived.table(table)
    return con.execute(select(t.c.id).where(t.c.id == row)).first() is not None


@dataclass(frozen=True, slots=True)
class EditionRow:
    """An edition somebody looked through: the codes taken over and those left."""

    id: bytes
    edition: str
    looked_on: dt.date | None
    said_by: str
    taken: tuple[str, ...]
    left: tuple[str, ...]


def edition_rows(con: Connection, school: bytes) -> list[EditionRow]:
    """Return the editions a school looked through."""
    t = derived.table("edition")
    return [
        EditionRow(r.id, r.edition, r.looked_on, r.said_by or "", _codes(r.taken), _codes(r.left))
        for r in rows(con, with_school(t).where(of_school(t, school)).order_by(t.c.edition))
        if r.edition
    ]


def _codes(text: str | None) -> tuple[str, ...]:
    try:
        read = json.loads(text or "[]")
    except (ValueError, RecursionError):
        return ()
    return tuple(one for one in read if isinstance(one, str)) if isinstance(read, list) else ()
