"""Cover: what an absence leaves undone, who could help, asking, agreeing, and the hours that are owed."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bursar_desk.domain import words
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.calendar import SchoolCalendar
from bursar_desk.domain.check_facts import due_series
from bursar_desk.domain.cover import Duty, Fit, Need, Person, fit
from bursar_desk.domain.directory import distance_km
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import Changes
from bursar_desk.domain.status import Colour
from bursar_desk.services import absences as absence_service
from bursar_desk.services import bank_holidays
from bursar_desk.services.absences import AbsenceLine
from bursar_desk.services.checks import CheckLine, line_of, names_for
from bursar_desk.services.standing import CheckStanding, calendars, standings

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from db.engine import Connection
    from db.queries.people import AbsenceRow, CoverRow, PersonRow, TrainingRow

OPEN_STATES = ("asked", "agreed")


@dataclass(frozen=True, slots=True)
class CheckGap:
    """A check nobody would do: on which days of the absence it falls due."""

    line: CheckLine
    days: tuple[dt.date, ...]
    skill: str


@dataclass(frozen=True, slots=True)
class Gaps:
    """What an absence leaves uncovered: checks, and duties at set times."""

    absence: AbsenceLine
    checks: tuple[CheckGap, ...]
    duties: tuple[Duty, ...]

    @property
    def sentence(self) -> str:
        """Return what is uncovered in one sentence."""
        if not self.checks and not self.duties:
            return f"Nothing is left uncovered while {self.absence.name} is away."
        parts = []
        if self.checks:
            parts.append(words.count(len(self.checks), "check"))
        if self.duties:
            parts.append(words.count(len(self.duties), "time to unlock or lock up", "times to unlock or lock up"))
        verb = words.is_are(len(self.checks) + len(self.duties))
        return f"While {self.absence.name} is away, {words.listing(parts)} {verb} uncovered."

    @property
    def need(self) -> Need:
        """Return it as the rules read it."""
        return Need(self.absence.first, self.absence.last, self.duties, tuple(gap.skill for gap in self.checks))


def gaps(desk: Desk, absence: bytes) -> Gaps:
    """List what an absence leaves undone: the person's checks that fall due in it, unlocking and locking up."""
    from db.queries.people import absences, people

    away = absence_service.get(desk, absence)
    with desk.store.connect() as con:
        found = standings(con, away.school, desk.today)
        calendar = _calendar(con, away.school)
        names = names_for(desk, con)
        staff = people(con, away.school)
        others_away = [row for row in absences(con, away.school, first=away.first, last=away.last) if row.id != absence]
    checks = [
        CheckGap(line_of(one, names), days, one.check.skill)
        for one in found
        if one.check.doer == away.person and (days := _days_due(one, away, calendar, desk.today))
    ]
    school = names.schools.get(away.school)
    person = next((one for one in staff if one.id == away.person), None)
    duties = _duties(
        away, person, staff, others_away, calendar, school.opens if school else None, school.closes if school else None
    )
    return Gaps(away, tuple(sorted(checks, key=lambda gap: (gap.days[0], gap.line.title))), tuple(duties))


def _calendar(con: Connection, school: bytes) -> SchoolCalendar:
    return calendars(con, school).get(school, SchoolCalendar((), bank_holidays.england()))


def _days_due(one: CheckStanding, away: AbsenceLine, calendar: SchoolCalendar, today: dt.date) -> tuple[dt.date, ...]:
    """Return the days on which a check falls due within an absence, each done on its day; late ones on the first."""
    if one.status.colour is Colour.GREY:
        return ()
    days: list[dt.date] = []
    plan = one.status.plan_by or one.status.legal_due
    if one.status.colour is Colour.RED and plan is not None and plan < away.first:
        days.append(away.first)
    length = (away.last - today).days + 2
    for day in due_series(one.facts, today, calendar, min(max(length, 3), 40)):
        if day > away.last:
            break
        if day >= away.first and day not in days:
            days.append(day)
    return tuple(days)


def _duties(
    away: AbsenceLine, person: PersonRow | None, staff: Sequence[PersonRow], others_away: Sequence[AbsenceRow],
    calendar: SchoolCalendar, opens: int | None, closes: int | None,
) -> list[Duty]:  # fmt: skip
    if person is None or opens is None or closes is None:
        return []
    out = []
    day = away.first
    while day <= away.last:
        if calendar.staff_in(day) and person.works_on(day):
            left = [
                one for one in staff
                if one.id != person.id and one.left_on is None and one.works_on(day)
                and not any(row.person == one.id and row.first <= day <= row.last for row in others_away)
            ]  # fmt: skip
            if person.unlocks and not any(one.unlocks for one in left):
                out.append(Duty(day, "Unlock", opens - 60, opens))
            if person.locks and not any(one.locks for one in left):
                out.append(Duty(day, "Lock up", closes, closes + 45))
        day += dt.timedelta(days=1)
    return out


@dataclass(frozen=True, slots=True)
class Helper:
    """A neighbour and how well they fit."""

    person: bytes
    name: str
    school: bytes
    school_name: str
    km: float | None
    fit: Fit
    checks: tuple[bytes, ...]

    @property
    def can(self) -> bool:
        """Tell whether nothing stands in the way."""
        return not self.fit.reasons

    @property
    def sentence(self) -> str:
        """Return what to know about them in one line."""
        if self.fit.reasons:
            return " ".join(self.fit.reasons)
        wanted = len(self.fit.can_do) + len(self.fit.cannot_do)
        some = "can do all of it" if not self.fit.cannot_do else f"can do {len(self.fit.can_do)} of {wanted} checks"
        return " ".join([f"{self.fit.free}, {some}.", *self.fit.warnings])


@dataclass(frozen=True, slots=True)
class Helpers:
    """Who could help, nearest and best first, and who cannot with the reason."""

    gaps: Gaps
    can: tuple[Helper, ...]
    cannot: tuple[Helper, ...]


def find(desk: Desk, absence: bytes, *, most_km: float | None = None) -> Helpers:
    """Look for cover among the neighbours whose people are known here."""
    from db.queries.people import absences, inductions, people, training
    from db.queries.schools import schools

    left = gaps(desk, absence)
    home = left.absence.school
    with desk.store.connect() as con:
        everybody = [one for one in people(con) if one.left_on is None]
        where = {one.school: one for one in schools(con)}
        passed = training(con)
        briefed = {one.person: one.on for one in inductions(con, home)}
        away = absences(con, first=left.absence.first, last=left.absence.last)
    helpers = []
    for one in everybody:
        if one.school == home or one.role not in ("caretaker", "site manager", "site staff"):
            continue
        here, there = where.get(home), where.get(one.school)
        km = _km(here, there)
        judged = fit(_as_person(one, everybody, passed, away, briefed.get(one.id), km, left.need), left.need, most_km)
        checks = tuple(gap.line.id for gap in left.checks if not gap.skill or gap.skill in judged.can_do)
        name = (there.short_name or there.name) if there else desk.school_name(one.school)
        helpers.append(Helper(one.id, one.name, one.school, name, km, judged, checks))
    can = sorted((h for h in helpers if h.can), key=lambda h: (*h.fit.sort, h.name))
    cannot = sorted((h for h in helpers if not h.can), key=lambda h: (h.km if h.km is not None else 9999.0, h.name))
    return Helpers(left, tuple(can), tuple(cannot))


def _km(a: object, b: object) -> float | None:
    positions = [(getattr(one, "easting", None), getattr(one, "northing", None)) for one in (a, b)]
    if any(value is None for pair in positions for value in pair):
        return None
    return distance_km(a, b)  # type: ignore[arg-type]  # anything with a position will do


def _as_person(
    one: PersonRow, everybody: Sequence[PersonRow], passed: Sequence[TrainingRow], away: Sequence[AbsenceRow],
    briefed: dt.date | None, km: float | None, need: Need,
) -> Person:  # fmt: skip
    colleagues = [other for other in everybody if other.school == one.school and other.id != one.id]
    gone = {row.person for row in away}
    alone = frozenset(
        duty.day
        for duty in need.duties
        if one.unlocks
        and one.works_on(duty.day)
        and duty.starts < (one.starts or 0) + 60
        and duty.ends > (one.starts or 0) - 15
        and not any(other.unlocks and other.works_on(duty.day) and other.id not in gone for other in colleagues)
    )
    skills = {row.course: row.expires_on for row in passed if row.person == one.id}
    return Person(
        one.offers_cover, one.checks_confirmed_on is not None, frozenset(d for d in range(7) if one.days >> d & 1),
        one.starts, one.ends, tuple((row.first, row.last) for row in away if row.person == one.id), alone, skills,
        briefed, km,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class CoverLine:
    """A request for cover and what became of it."""

    id: bytes
    school: bytes
    school_name: str
    absence: bytes | None
    away_name: str
    helper: str
    helper_school: bytes | None
    helper_school_name: str
    first: dt.date
    last: dt.date
    starts: int | None
    ends: int | None
    state: str
    grant: bytes | None
    checks: tuple[bytes, ...]
    duties: str


def listing(desk: Desk, *, every_school: bool = False) -> list[CoverLine]:
    """Return requests for cover of this school, or of every school held, earliest first."""
    from db.queries.people import absences, covers, people

    with desk.store.connect() as con:
        rows = covers(con, None if every_school or desk.is_office else desk.home)
        names = {one.id: one.name for one in people(con)}
        away = {one.id: names.get(one.person, "") for one in absences(con)}
    return [_cover_line(desk, row, away.get(row.absence or b"", "")) for row in rows]


def _cover_line(desk: Desk, row: CoverRow, away: str) -> CoverLine:
    theirs = desk.school_name(row.helper_school) if row.helper_school else ""
    return CoverLine(
        row.id, row.school, desk.school_name(row.school), row.absence, away, row.helper, row.helper_school, theirs,
        row.first, row.last, row.starts, row.ends, row.state, row.grant, row.checks, row.duties,
    )  # fmt: skip


def get(desk: Desk, cover: bytes) -> CoverLine:
    """Return one request for cover. Raises ``UserError`` when it is not here."""
    for line in listing(desk):
        if line.id == cover:
            return line
    raise UserError("That request for cover is not in this register.", "Nothing was changed.", "See “cover list”.")


def request(desk: Desk, absence: bytes, helper: Helper, *, note: str = "") -> tuple[CoverLine, Changes]:
    """Ask a neighbour: what they can do of what is uncovered, between the times it falls."""
    if not helper.can:
        raise UserError(f"{helper.name} cannot: {helper.fit.reasons[0]}", "Nobody was asked.", "Choose somebody else.")
    left = gaps(desk, absence)
    starts = min((duty.starts for duty in left.duties), default=None)
    ends = max((duty.ends for duty in left.duties), default=None)
    duties = words.listing([f"{duty.what} {words.short_day(duty.day)}" for duty in left.duties])
    with desk.act(ActCode.ASK_COVER, subject=helper.name) as act:
        row = act.create("cover", {
            "absence": absence, "helper_school": helper.school, "helper": helper.name, "helper_person": helper.person,
            "first": left.absence.first, "last": left.absence.last, "starts": starts, "ends": ends, "state": "asked",
            "checks": json.dumps([check.hex() for check in helper.checks]), "duties": duties or None,
            "note": note or None,
        })  # fmt: skip
    return get(desk, row), Changes(frozenset(act.tables), act.note.act)


def answer(desk: Desk, cover: bytes, state: str) -> tuple[CoverLine, Changes]:
    """Note what became of a request: agreed, declined, cancelled or done."""
    if state not in ("agreed", "declined", "cancelled", "done"):
        raise UserError(
            f"“{state}” is not an answer.", "Nothing was changed.", "Say agreed, declined, cancelled or done."
        )
    line = get(desk, cover)
    if line.state == state:
        return line, Changes(frozenset())
    code = ActCode.CONFIRM_COVER if state == "agreed" else ActCode.ANSWER_COVER
    with desk.act(code, subject=line.helper) as act:
        act.set("cover", cover, {"state": state})
    return get(desk, cover), Changes(frozenset(act.tables), act.note.act)
