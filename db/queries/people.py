"""People, their training and inductions, absences and cover."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass

from sqlalchemy import Connection, or_

from db import derived
from db.queries.base import of_school, rows, with_school


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person; ``days`` is a mask with Monday as bit 0, minutes are after midnight."""

    id: bytes
    school: bytes
    name: str
    role: str
    job_title: str
    days: int
    starts: int | None
    ends: int | None
    unlocks: bool
    locks: bool
    key_holder: bool
    offers_cover: bool
    checks_confirmed_on: dt.date | None
    phone: str
    left_on: dt.date | None
    manages: bool

    def works_on(self, day: dt.date) -> bool:
        """Tell whether the weekly pattern has them in on that weekday."""
        return bool(self.days >> day.weekday() & 1)


def people(con: Connection, school: bytes | None = None) -> list[PersonRow]:
    """Return the people of one school or of all, by name."""
    t = derived.table("person")
    found = rows(con, with_school(t).where(of_school(t, school)).order_by(t.c.name, t.c.id))
    return [
        PersonRow(
            r.id, r.school, r.name or "", r.role or "", r.job_title or "", r.days or 0, r.starts, r.ends,
            bool(r.unlocks), bool(r.locks), bool(r.key_holder), bool(r.offers_cover), r.checks_confirmed_on,
            r.phone or "", r.left_on,
            bool(r.manages),
        )
        for r in found
    ]  # fmt: skip


def managers(con: Connection, school: bytes) -> list[PersonRow]:
    """Return who runs a school's register, longest known first."""
    return sorted((one for one in people(con, school) if one.manages and one.left_on is None), key=lambda p: p.id)


@dataclass(frozen=True, slots=True)
class TrainingRow:
    """A course somebody passed."""

    id: bytes
    school: bytes
    person: bytes
    course: str
    passed_on: dt.date
    expires_on: dt.date | None


def training(con: Connection, school: bytes | None = None) -> list[TrainingRow]:
    """Return training passed, latest last."""
    t = derived.table("training")
    found = rows(con, with_school(t).where(of_school(t, school)).order_by(t.c.passed_on))
    return [
        TrainingRow(r.id, r.school, r.person, r.course or "", r.passed_on, r.expires_on)
        for r in found
        if r.person is not None and r.passed_on is not None
    ]


@dataclass(frozen=True, slots=True)
class InductionRow:
    """A site briefing a school gave to somebody from elsewhere."""

    school: bytes
    person: bytes
    name: str
    on: dt.date


def inductions(con: Connection, school: bytes) -> list[InductionRow]:
    """Return who was briefed on a school's site, latest last."""
    t = derived.table("induction")
    found = rows(con, with_school(t).where(of_school(t, school)).order_by(t.c.on_date))
    return [
        InductionRow(r.school, r.person, r.person_name or "", r.on_date)
        for r in found
        if r.person is not None and r.on_date is not None
    ]


@dataclass(frozen=True, slots=True)
class AbsenceRow:
    """Away from-to: there is no reason in here, and no place for one."""

    id: bytes
    school: bytes
    person: bytes
    first: dt.date
    last: dt.date
    state: str


def absences(
    con: Connection, school: bytes | None = None, *, first: dt.date | None = None, last: dt.date | None = None
) -> list[AbsenceRow]:
    """Return absences that stand and touch the days given, earliest first."""
    t = derived.table("absence")
    statement = with_school(t).where(of_school(t, school), or_(t.c.state.is_(None), t.c.state != "cancelled"))
    if first is not None:
        statement = statement.where(t.c.last >= first)
    if last is not None:
        statement = statement.where(t.c.first <= last)
    found = rows(con, statement.order_by(t.c.first, t.c.id))
    return [
        AbsenceRow(r.id, r.school, r.person, r.first, r.last, r.state or "away")
        for r in found
        if r.person is not None and r.first is not None and r.last is not None
    ]


@dataclass(frozen=True, slots=True)
class CoverRow:
    """A request for cover and what became of it: asked, agreed, declined, cancelled, done."""

    id: bytes
    school: bytes
    absence: bytes | None
    helper_school: bytes | None
    helper: str
    helper_person: bytes | None
    first: dt.date
    last: dt.date
    starts: int | None
    ends: int | None
    state: str
    grant: bytes | None
    checks: tuple[bytes, ...]
    duties: str


def covers(con: Connection, school: bytes | None = None) -> list[CoverRow]:
    """Return requests for cover, earliest first."""
    t = derived.table("cover")
    found = rows(con, with_school(t).where(of_school(t, school)).order_by(t.c.first, t.c.id))
    return [
        CoverRow(
            r.id, r.school, r.absence, r.helper_school, r.helper or "", r.helper_person, r.first, r.last, r.starts,
            r.ends, r.state or "asked", r.grant_id, _ids(r.checks), r.duties or "",
        )
        for r in found
        if r.first is not None and r.last is not None
    ]  # fmt: skip


def _ids(text: str | None) -> tuple[bytes, ...]:
    try:
        listed = json.loads(text or "[]")
        return tuple(bytes.fromhex(one) for one in listed)
    except (ValueError, TypeError):
        return ()  # an odd value from elsewhere: shown as a cover without checks


@dataclass(frozen=True, slots=True)
class WorkedRow:
    """Hours worked under a cover agreement."""

    id: bytes
    school: bytes
    cover: bytes
    on: dt.date
    starts: int
    ends: int
    helper: str
    helper_school: bytes | None

    @property
    def minutes(self) -> int:
        """Return how long it was."""
        return max(0, self.ends - self.starts)


def cover_worked(con: Connection, school: bytes | None = None) -> list[WorkedRow]:
    """Return hours worked for others, earliest first."""
    t = derived.table("cover_worked")
    found = rows(con, with_school(t).where(of_school(t, school)).order_by(t.c.on_date, t.c.id))
    return [
        WorkedRow(r.id, r.school, r.cover_id, r.on_date, r.starts, r.ends, r.helper or "", r.helper_school)
        for r in found
        if r.cover_id is not None and r.on_date is not None and r.starts is not None and r.ends is not None
    ]
