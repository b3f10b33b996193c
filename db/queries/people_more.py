"""How people are reached, who leads what, and the course places booked for somebody."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Connection

from db import derived
from db.queries.base import of_school, rows, with_school


@dataclass(frozen=True, slots=True)
class ContactRow:
    """How somebody is reached, kept on the school's own computers only."""

    id: bytes
    person: bytes
    phone: str
    email: str
    note: str


def contacts(con: Connection, school: bytes) -> dict[bytes, ContactRow]:
    """Return what is kept of each person of a school, by the person's id."""
    t = derived.table("contact")
    found = rows(con, with_school(t).where(of_school(t, school)).order_by(t.c.id))
    return {
        r.person: ContactRow(r.id, r.person, r.phone or "", r.email or "", r.note or "")
        for r in found
        if r.person is not None
    }


@dataclass(frozen=True, slots=True)
class LeadRow:
    """Who leads what at ``school``; ``person_name`` is kept with it for desks that do not hold the person.

    Without ``person`` it is a body: the governing body, trust board or local authority that is the duty holder.
    """

    id: bytes
    school: bytes
    kind: str
    person: bytes | None
    person_name: str
    person_school: bytes | None
    of_person: bytes | None
    first: dt.date | None
    last: dt.date | None
    note: str


def leads(con: Connection, school: bytes | None = None) -> list[LeadRow]:
    """Return the leads of one school or of all, earliest first."""
    t = derived.table("lead")
    found = rows(con, with_school(t).where(of_school(t, school)).order_by(t.c.first, t.c.id))
    return [
        LeadRow(
            r.id, r.school, r.kind or "", r.person, r.person_name or "", r.person_school, r.of_person, r.first, r.last,
            r.note or "",
        )
        for r in found
        if r.person is not None or r.person_name
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class BookedRow:
    """A course place booked for somebody, with the days of the session where that is held here."""

    id: bytes
    school: bytes
    person: bytes
    state: str
    course: str
    first: dt.date | None
    last: dt.date | None


def booked(con: Connection, school: bytes, person: bytes) -> list[BookedRow]:
    """Return the course places booked for a person of a school."""
    t, s = derived.table("booking"), derived.table("session")
    sessions = {r.id: r for r in rows(con, with_school(s))}
    found = []
    for r in rows(con, with_school(t).where(of_school(t, school), t.c.person == person).order_by(t.c.id)):
        session = sessions.get(r.session)
        course, first, last = (session.course or "", session.first, session.last) if session else ("", None, None)
        found.append(BookedRow(r.id, r.school, r.person, r.state or "", course, first, last))
    return found
