"""People, their training and inductions, absences and cover."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, or_

from db import derived
from db.queries.base import list_of, object_of, objects_of, of_school, rows, with_school


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person; ``days`` is a mask with Monday as bit 0, minutes are after midnight.

    ``pattern``: (weekday, from, to) where a day differs from ``starts`` to ``ends``; ``week`` and ``elsewhere``:
    minutes a week by contract and in other jobs; ``shares``: agreed that phone and e-mail are passed on;
    ``confirmed``: what the employer confirmed in writing (rules.md section 14, point 4).
    """

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
    email: str = ""
    offers: tuple[str, ...] = ()
    shares: bool = False
    shares_on: dt.date | None = None
    pattern: tuple[tuple[int, int, int], ...] = ()
    week: int | None = None
    elsewhere: int = 0
    opt_out: bool = False
    young: bool = False
    confirmed: Mapping[str, Any] = field(default_factory=dict)

    def works_on(self, day: dt.date) -> bool:
        """Tell whether the weekly pattern has them in on that weekday."""
        return bool(self.days >> day.weekday() & 1)

    def here(self, day: dt.date) -> bool:
        """Tell whether they are on the staff on a day; the day they leave on is their last."""
        return self.left_on is None or day <= self.left_on


def people(con: Connection, school: bytes | None = None) -> list[PersonRow]:
    """Return the people of one school or of all, by name."""
    t = derived.table("person")
    found = rows(con, with_school(t).where(of_school(t, school)).order_by(t.c.name, t.c.id))
    return [
        PersonRow(
            r.id, r.school, r.name or "", r.role or "", r.job_title or "", r.days or 0, r.starts, r.ends,
            bool(r.unlocks), bool(r.locks), bool(r.key_holder), bool(r.offers_cover), r.checks_confirmed_on,
            r.phone or "", r.left_on,
            bool(r.manages), r.email or "", _texts(r.offers), bool(r.shares), r.shares_on, _pattern(r.pattern), r.week,
            r.elsewhere or 0, bool(r.opt_out), bool(r.young), object_of(r.confirmed),
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
    provider: str = ""
    number: str = ""
    assessor: str = ""
    session: bytes | None = None
    refresher: bool = False
    note: str = ""


def training(con: Connection, school: bytes | None = None) -> list[TrainingRow]:
    """Return training passed, latest last."""
    t = derived.table("training")
    found = rows(con, with_school(t).where(of_school(t, school)).order_by(t.c.passed_on))
    return [
        TrainingRow(
            r.id, r.school, r.person, r.course or "", r.passed_on, r.expires_on, r.provider or "", r.number or "",
            r.assessor or "", r.session, bool(r.refresher), r.note or "",
        )
        for r in found
        if r.person is not None and r.passed_on is not None
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class InductionRow:
    """A site briefing a school gave to somebody from elsewhere."""

    school: bytes
    person: bytes
    name: str
    on: dt.date
    id: bytes = b""
    given_by: str = ""
    kind: str = ""
    points: tuple[str, ...] = ()
    id_seen: bool = False
    keys_signed: bool = False


def inductions(con: Connection, school: bytes | None) -> list[InductionRow]:
    """Return who was briefed on a school's site, latest last."""
    t = derived.table("induction")
    found = rows(con, with_school(t).where(of_school(t, school)).order_by(t.c.on_date))
    return [
        InductionRow(
            r.school, r.person, r.person_name or "", r.on_date, r.id, r.given_by or "", r.kind or "", _texts(r.points),
            bool(r.id_seen), bool(r.keys_signed),
        )
        for r in found
        if r.person is not None and r.on_date is not None
    ]  # fmt: skip


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
    answer_by: dt.date | None = None
    note: str = ""
    offer: bytes | None = None
    asked_by: str = ""
    asked_on: dt.date | None = None
    slots: tuple[Mapping[str, Any], ...] = ()
    pays: str = ""
    why: str = ""


def covers(con: Connection, school: bytes | None = None) -> list[CoverRow]:
    """Return requests for cover, earliest first."""
    t = derived.table("cover")
    found = rows(con, with_school(t).where(of_school(t, school)).order_by(t.c.first, t.c.id))
    return [
        CoverRow(
            r.id, r.school, r.absence, r.helper_school, r.helper or "", r.helper_person, r.first, r.last, r.starts,
            r.ends, r.state or "asked", r.grant_id, _ids(r.checks), r.duties or "", r.answer_by, r.note or "", r.offer,
            r.asked_by or "", r.asked_on, objects_of(r.slots), r.pays or "", r.why or "",
        )
        for r in found
        if r.first is not None and r.last is not None
    ]  # fmt: skip


def _texts(text: str | None) -> tuple[str, ...]:
    return tuple(str(one) for one in list_of(text) if one)


def _pattern(text: str | None) -> tuple[tuple[int, int, int], ...]:
    return tuple(
        (one[0], one[1], one[2]) for one in list_of(text)
        if isinstance(one, list) and len(one) == 3 and all(type(number) is int for number in one)
    )  # fmt: skip


def _ids(text: str | None) -> tuple[bytes, ...]:
    try:
        listed = json.loads(text or "[]")
        return tuple(bytes.fromhex(one) for one in listed)
    except (ValueError, TypeError, RecursionError):
        return ()  # an odd value from elsewhere: shown as a cover without checks


@dataclass(frozen=True, slots=True)
class WorkedRow:
    """Hours worked under a cover agreement; ``pause`` and ``travel`` in minutes, ``miles`` in tenths."""

    id: bytes
    school: bytes
    cover: bytes
    on: dt.date
    starts: int
    ends: int
    helper: str
    helper_school: bytes | None
    approved_by: str = ""
    pause: int = 0
    travel: int = 0
    miles: int = 0
    vehicle: str = ""
    claim: bytes | None = None
    person: bytes | None = None
    approved_on: dt.date | None = None
    note: str = ""

    @property
    def minutes(self) -> int:
        """Return how long it was, without the break and with the way between the sites (rules.md section 14, 7)."""
        return max(0, self.ends - self.starts - self.pause + self.travel)


def cover_worked(con: Connection, school: bytes | None = None) -> list[WorkedRow]:
    """Return hours worked for others, earliest first."""
    t = derived.table("cover_worked")
    found = rows(con, with_school(t).where(of_school(t, school)).order_by(t.c.on_date, t.c.id))
    return [
        WorkedRow(
            r.id, r.school, r.cover_id, r.on_date, r.starts, r.ends, r.helper or "", r.helper_school,
            r.approved_by or "", r.pause or 0, r.travel or 0, r.miles or 0, r.vehicle or "", r.claim, r.person,
            r.approved_on, r.note or "",
        )
        for r in found
        if r.cover_id is not None and r.on_date is not None and r.starts is not None and r.ends is not None
    ]  # fmt: skip
