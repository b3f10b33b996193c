"""What an absence leaves undone: checks that fall due, unlocking and locking up, keys, and lone competence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bursar_desk.domain import words
from bursar_desk.domain.calendar import SchoolCalendar
from bursar_desk.domain.check_facts import due_series
from bursar_desk.domain.courses import course_of, skills
from bursar_desk.domain.cover import Duty, Need
from bursar_desk.domain.status import Colour
from bursar_desk.services import absences as absence_service
from bursar_desk.services import bank_holidays
from bursar_desk.services.absences import AbsenceLine
from bursar_desk.services.checks import CheckLine, line_of, names_for
from bursar_desk.services.setup_tables import FIRST_AID, MARSHAL, PAEDIATRIC
from bursar_desk.services.standing import CheckStanding, calendars, standings

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from db.engine import Connection
    from db.queries.people import AbsenceRow, PersonRow, TrainingRow


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
    lone: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()

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
    from db.queries.people import absences, people, training

    away = absence_service.get(desk, absence)
    with desk.store.connect() as con:
        found = standings(con, away.school, desk.today)
        calendar = calendar_of(con, away.school)
        names = names_for(desk, con)
        staff = people(con, away.school)
        others_away = [row for row in absences(con, away.school, first=away.first, last=away.last) if row.id != absence]
        passed = training(con, away.school)
    checks = [
        CheckGap(line_of(one, names), days, one.check.skill)
        for one in found
        if one.check.doer == away.person and (days := days_due(one, away, calendar, desk.today))
    ]
    school = names.schools.get(away.school)
    person = next((one for one in staff if one.id == away.person), None)
    duties = duties_of(
        away, person, staff, others_away, calendar, school.opens if school else None, school.closes if school else None
    )
    here = [one for one in staff if one.id != away.person and one.here(away.first)]
    left = [one for one in here if not _gone(one, away, others_away)]
    return Gaps(
        away, tuple(sorted(checks, key=lambda gap: (gap.days[0], gap.line.title))), tuple(duties),
        _lone(away, left, passed, _needed(found)), _keys(person, left),
    )  # fmt: skip


def _gone(one: PersonRow, away: AbsenceLine, others: Sequence[AbsenceRow]) -> bool:
    """Tell whether a colleague is away as well on some day of an absence."""
    return any(row.person == one.id and row.first <= away.last and row.last >= away.first for row in others)


def _needed(found: Sequence[CheckStanding]) -> frozenset[str]:
    """Return the courses that a school cannot be without: those its checks ask for, first aid, a fire marshal."""
    asked = {course_of(one.check.skill).name for one in found if one.check.skill and one.check.applies == "yes"}
    return frozenset(asked | {FIRST_AID, PAEDIATRIC, MARSHAL})


def _lone(
    away: AbsenceLine, left: Sequence[PersonRow], passed: Sequence[TrainingRow], needed: frozenset[str]
) -> tuple[str, ...]:
    """Say of each course that is needed and the person away holds in date whether nobody who is left holds it too."""
    held = skills(passed, away.person, away.first)
    others = {
        course for one in left for course, ends in skills(passed, one.id, away.first).items()
        if ends is None or ends >= away.last
    }  # fmt: skip
    alone = sorted(course for course, ends in held.items() if course in needed and (not ends or ends >= away.first))
    only = [course for course in alone if course not in others]
    return (f"{away.name} is the only one trained: {words.listing(only)}.",) if only else ()


def _keys(person: PersonRow | None, left: Sequence[PersonRow]) -> tuple[str, ...]:
    """Say whether anybody who is left holds keys or can be called."""
    if person is None or not person.key_holder:
        return ()
    holders = [one.name for one in left if one.key_holder]
    if not holders:
        return ("Nobody who is there holds keys, so nobody is on call.",)
    return (f"On call with keys: {words.listing(holders)}.",) if len(holders) == 1 else ()


def calendar_of(con: Connection, school: bytes) -> SchoolCalendar:
    """Return a school's calendar; one that is not known has weekdays and bank holidays."""
    return calendars(con, school).get(school, SchoolCalendar((), bank_holidays.england()))


def days_due(one: CheckStanding, away: AbsenceLine, calendar: SchoolCalendar, today: dt.date) -> tuple[dt.date, ...]:
    """Return the days on which a check falls due within an absence, each done on its day; late ones on the first."""
    if one.status.colour is Colour.GREY:
        return ()
    days: list[dt.date] = []
    plan = one.status.plan_by or one.status.legal_due
    if one.status.colour is Colour.RED and plan is not None and plan < away.first:
        days.append(away.first)
    length = (away.last - today).days + 2
    for day in due_series(one.facts, today, calendar, min(max(length, 3), 500)):
        if day > away.last:
            break
        if day >= away.first and day not in days:
            days.append(day)
    return tuple(days)


def duties_of(
    away: AbsenceLine, person: PersonRow | None, staff: Sequence[PersonRow], others_away: Sequence[AbsenceRow],
    calendar: SchoolCalendar, opens: int | None, closes: int | None,
) -> list[Duty]:  # fmt: skip
    """Return the times to unlock or lock up that nobody who is left would do. ``opens``, ``closes``: minutes."""
    if person is None or opens is None or closes is None:
        return []
    out = []
    day = away.first
    while day <= away.last:
        if calendar.staff_in(day) and person.works_on(day):
            left = [
                one for one in staff
                if one.id != person.id and one.here(day) and one.works_on(day)
                and not any(row.person == one.id and row.first <= day <= row.last for row in others_away)
            ]  # fmt: skip
            if person.unlocks and not any(one.unlocks for one in left):
                out.append(Duty(day, "Unlock", opens - 60, opens))
            if person.locks and not any(one.locks for one in left):
                out.append(Duty(day, "Lock up", closes, closes + 45))
        day += dt.timedelta(days=1)
    return out
