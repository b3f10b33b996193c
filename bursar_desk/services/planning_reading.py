"""What a register knows that matters to a rota of cover: who could help when, and what must not be left alone."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bursar_desk.domain.calendar import SchoolCalendar
from bursar_desk.domain.courses import course_of, skills
from bursar_desk.domain.rota_rules import Busy, Hand, Station, Window
from bursar_desk.domain.working_time import WEEKS
from bursar_desk.services import bank_holidays
from bursar_desk.services.standing import calendars
from bursar_desk.services.training_booking import SITE_STAFF

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from db.queries.people import AbsenceRow, CoverRow, InductionRow, PersonRow, TrainingRow, WorkedRow
    from db.queries.planning import OfferedRow
    from db.queries.schools import SchoolRow

TURN_WEEKS: Final = 12
"""Cover given in so many weeks counts as turns taken."""
_AROUND: Final = 8
_NOBODY: Final = SchoolCalendar((), bank_holidays.england())


@dataclass(frozen=True, slots=True)
class Known:
    """Everything read once; ``asked`` are requests for cover that are open or agreed."""

    first: dt.date
    last: dt.date
    schools: Mapping[bytes, SchoolRow]
    calendars: Mapping[bytes, SchoolCalendar]
    people: tuple[PersonRow, ...]
    absences: tuple[AbsenceRow, ...]
    training: tuple[TrainingRow, ...]
    inductions: tuple[InductionRow, ...]
    worked: tuple[WorkedRow, ...]
    asked: tuple[CoverRow, ...]
    offered: tuple[OfferedRow, ...]

    def calendar(self, school: bytes) -> SchoolCalendar:
        """Return a school's calendar; one that is not known has weekdays and bank holidays."""
        return self.calendars.get(school, _NOBODY)

    def away(self, person: bytes) -> tuple[tuple[dt.date, dt.date], ...]:
        """Return when somebody is away."""
        return tuple((row.first, row.last) for row in self.absences if row.person == person)

    @property
    def around(self) -> tuple[dt.date, ...]:
        """Return the days of the rota, with a week before and after it."""
        start = self.first - dt.timedelta(days=_AROUND)
        return tuple(start + dt.timedelta(days=n) for n in range((self.last - self.first).days + 1 + 2 * _AROUND))

    @property
    def days(self) -> tuple[dt.date, ...]:
        """Return the days of the rota."""
        return tuple(self.first + dt.timedelta(days=n) for n in range((self.last - self.first).days + 1))


def read(desk: Desk, first: dt.date, last: dt.date) -> Known:
    """Read what is known around some days, of every school held."""
    from db.queries import people as rows
    from db.queries.answers import answers, latest
    from db.queries.planning import offered_hours
    from db.queries.schools import schools

    margin = dt.timedelta(days=_AROUND)
    with desk.store.connect() as con:
        said = latest(answers(con, "cover"))
        # only the school that was asked can say no to it
        no = {about for about, word in said.items() if word.answer in ("no", "taken back")}
        return Known(
            first, last, {one.school: one for one in schools(con)}, calendars(con),
            tuple(one for one in rows.people(con) if one.here(first) and one.role in SITE_STAFF),
            tuple(rows.absences(con, first=first - margin, last=last + margin)),
            tuple(rows.training(con)), tuple(rows.inductions(con, None)), tuple(rows.cover_worked(con)),
            tuple(
                one for one in rows.covers(con)
                if one.state not in ("cancelled", "declined") and (one.id, one.helper_school) not in no
            ),
            tuple(offered_hours(con, first, last)),
        )  # fmt: skip


# --- who could help --------------------------------------------------------------------------------------------------


def hands(known: Known, *, any_hours: bool = False) -> tuple[Hand, ...]:
    """Return all site staff as the rota sees them; ``any_hours`` also outside the hours they offered."""
    return tuple(_hand(known, one, any_hours=any_hours) for one in known.people)


def _hand(known: Known, one: PersonRow, *, any_hours: bool) -> Hand:
    windows = tuple(
        Window(row.first, row.last, row.days, row.starts, row.ends) for row in known.offered if row.person == one.id
    )
    mine = [row for row in known.training if row.person == one.id]
    week = one.week if one.week is not None else _week(one)
    since = known.last - dt.timedelta(weeks=WEEKS)
    before = [
        row for row in known.worked if _is(row.person, row.helper, row.helper_school, one) and row.on <= known.last
    ]
    busy = tuple(_busy(known, one))
    logged = {row.on for row in before}
    done = sum(row.minutes for row in before if row.on > since)
    done += sum(b.ends - b.starts for b in busy if b.day not in logged)
    lately = known.first - dt.timedelta(weeks=TURN_WEEKS)
    return Hand(
        one.id, one.name, one.school, one.offers_cover or bool(windows),
        bool(one.confirmed) or one.checks_confirmed_on is not None,
        dict(_shifts(known, one)), known.away(one.id), skills(mine, one.id, known.first),
        _briefed(known, one.id), () if any_hours else windows, busy, week, one.elsewhere, done, one.opt_out, one.young,
        len({row.on for row in before if row.on >= lately}),
    )  # fmt: skip


def _is(person: bytes | None, name: str, school: bytes | None, one: PersonRow) -> bool:
    return person == one.id if person else name == one.name and school == one.school


def hours_on(one: PersonRow, day: dt.date) -> tuple[int, int] | None:
    """Return somebody's own hours on a weekday: where the pattern names it, else the usual ones."""
    for weekday, starts, ends in one.pattern:
        if weekday == day.weekday() and 0 <= starts < ends:
            return starts, ends
    if not one.works_on(day) or one.starts is None or one.ends is None or one.ends <= one.starts:
        return None
    return one.starts, one.ends


def _week(one: PersonRow) -> int:
    monday = dt.date(2026, 11, 16)  # any week: only the weekdays count
    found = [hours_on(one, monday + dt.timedelta(days=n)) for n in range(7)]
    return sum(hours[1] - hours[0] for hours in found if hours)


def _shifts(known: Known, one: PersonRow) -> Iterator[tuple[dt.date, tuple[int, int]]]:
    """Site staff work in the holidays too, but not on bank holidays or when the site is closed."""
    calendar = known.calendar(one.school)
    for day in known.around:
        hours = hours_on(one, day)
        if hours is not None and (calendar.site_open(day) or calendar.staff_in(day)):
            yield day, hours


def _briefed(known: Known, person: bytes) -> dict[bytes, dt.date]:
    found: dict[bytes, dt.date] = {}
    for row in known.inductions:
        if row.person == person and row.kind != "brief" and row.on <= known.last:
            found[row.school] = max(row.on, found.get(row.school, row.on))
    return found


def _busy(known: Known, one: PersonRow) -> Iterator[Busy]:
    """Return cover somebody has been asked for or agreed to already, from a day before the rota to a day after."""
    near = set(known.around)
    for row in known.asked:
        if not _is(row.helper_person, row.helper, row.helper_school, one):
            continue
        for day, starts, ends in times_of(row, known.calendar(row.school)):
            if day in near:
                yield Busy(row.school, day, starts, ends)


def times_of(row: CoverRow, calendar: SchoolCalendar) -> Iterator[tuple[dt.date, int, int]]:
    """Return the hours of a request: its slots, or its times on each day that staff are in; odd values left out."""
    if row.slots:
        for slot in row.slots:
            starts, ends = slot.get("starts"), slot.get("ends")
            try:
                day = dt.date.fromisoformat(str(slot.get("day")))
            except ValueError:
                continue
            if isinstance(starts, int) and isinstance(ends, int) and starts < ends:
                yield day, starts, ends
        return
    if row.starts is None or row.ends is None or row.ends <= row.starts:
        return
    for n in range(min((row.last - row.first).days, 366) + 1):
        day = row.first + dt.timedelta(days=n)
        if calendar.staff_in(day):
            yield day, row.starts, row.ends


# --- what must not be left alone -------------------------------------------------------------------------------------


def stations(known: Known) -> tuple[Station, ...]:
    """Return for every school when somebody must unlock, lock up, and be there while site staff are at work."""
    by_school: dict[bytes, list[PersonRow]] = {}
    for one in known.people:
        by_school.setdefault(one.school, []).append(one)
    return tuple(one for school, staff in by_school.items() for one in _stations(known, school, staff))


def _stations(known: Known, school: bytes, staff: Sequence[PersonRow]) -> Iterator[Station]:
    row, calendar = known.schools.get(school), known.calendar(school)
    away = {one.id: known.away(one.id) for one in staff}
    for day in known.days:
        if not calendar.staff_in(day):
            continue
        there = {
            one.id: hours for one in staff
            if (hours := hours_on(one, day)) is not None and not _within(day, away[one.id])
        }  # fmt: skip
        opens = [one.id for one in staff if one.unlocks and one.id in there]
        locks = [one.id for one in staff if one.locks and one.id in there]
        if row is not None and row.opens is not None and opens:
            yield Station(school, day, row.opens - 60, row.opens, frozenset(opens))
        if row is not None and row.closes is not None and locks:
            yield Station(school, day, row.closes, row.closes + 45, frozenset(locks))
        edges = sorted({minute for hours in there.values() for minute in hours})
        for starts, ends in itertools.pairwise(edges):
            held = frozenset(one for one, hours in there.items() if hours[0] <= starts and ends <= hours[1])
            if held:
                yield Station(school, day, starts, ends, held)


def _within(day: dt.date, stretches: Iterable[tuple[dt.date, dt.date]]) -> bool:
    return any(first <= day <= last for first, last in stretches)


def course_needed(skill: str) -> str:
    """Return the course a check asks for by its one name; "" for none."""
    return course_of(skill).name if skill else ""
