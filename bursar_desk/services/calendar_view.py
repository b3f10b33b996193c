"""A month and a year as the calendar page shows them: what falls on each day, and what kind of day it is."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bursar_desk.domain import words
from bursar_desk.domain.calendar import SchoolCalendar
from bursar_desk.domain.periods import DayKind
from bursar_desk.services import bank_holidays
from bursar_desk.services.due_dates import DueDate, due_dates

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk

WEEKS: Final = 6
KIND_WORDS: Final = {
    DayKind.SCHOOL_DAY: "", DayKind.WEEKEND: "", DayKind.INSET: "INSET day", DayKind.HOLIDAY: "School holiday",
    DayKind.BANK_HOLIDAY: "Bank holiday", DayKind.CLOSURE: "Closed", DayKind.LETTING: "Let to others",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One day. ``due`` is what a person plans; ``routine`` counts daily and weekly checks, which are listed apart.

    ``kind`` is empty where the school's term dates are not known.
    """

    day: dt.date
    inside: bool
    kind: str
    words: str
    due: tuple[DueDate, ...]
    routine: tuple[DueDate, ...]

    @property
    def worst(self) -> str:
        """The most pressing state of the day: "late", "unknown", "due", or nothing."""
        states = {one.state for one in self.due} | {one.state for one in self.routine if one.state != "due"}
        return next((state for state in ("late", "unknown", "due") if state in states), "")


@dataclass(frozen=True, slots=True)
class MonthView:
    """Six weeks that hold a month, from Monday on."""

    first: dt.date
    title: str
    days: tuple[CalendarDay, ...]
    known: bool

    @property
    def count(self) -> int:
        """How many planned checks fall in the month itself."""
        return sum(len(one.due) for one in self.days if one.inside)


@dataclass(frozen=True, slots=True)
class YearMonth:
    """One month of the year view: its planned checks, how many are late or unknown, and its days."""

    first: dt.date
    title: str
    due: int
    pressing: int
    days: tuple[CalendarDay, ...]


def month(desk: Desk, day: dt.date, *, school: bytes | None = None, person: bytes | None = None) -> MonthView:
    """Return the month that holds a day, of the home school, another one held here, or (in an office) all."""
    first = day.replace(day=1)
    monday = first - dt.timedelta(days=first.weekday())
    days = [monday + dt.timedelta(days=n) for n in range(7 * WEEKS)]
    found = due_dates(desk, days[0], days[-1], school=school, person=person)
    calendar = _calendar(desk, school)
    return MonthView(first, words.month_year(first), _filled(days, first, found, calendar), calendar is not None)


def year(
    desk: Desk, day: dt.date, *, school: bytes | None = None, person: bytes | None = None
) -> tuple[YearMonth, ...]:
    """Return twelve months from the one that holds a day."""
    firsts = [day.replace(day=1)]
    while len(firsts) < 13:
        firsts.append((firsts[-1] + dt.timedelta(days=32)).replace(day=1))
    last = firsts[12] - dt.timedelta(days=1)
    found = due_dates(desk, firsts[0], last, school=school, person=person)
    calendar = _calendar(desk, school)
    out = []
    for n, first in enumerate(firsts[:12]):
        length = (firsts[n + 1] - first).days
        filled = _filled([first + dt.timedelta(days=k) for k in range(length)], first, found, calendar)
        due = sum(len(one.due) for one in filled)
        pressing = sum(state.state != "due" for one in filled for state in one.due)
        out.append(YearMonth(first, words.month_year(first), due, pressing, filled))
    return tuple(out)


def _filled(
    days: list[dt.date], first: dt.date, found: list[DueDate], calendar: SchoolCalendar | None
) -> tuple[CalendarDay, ...]:
    by_day: dict[dt.date, list[DueDate]] = {}
    for one in found:
        by_day.setdefault(one.day, []).append(one)
    out = []
    for day in days:
        listed = by_day.get(day, [])
        kind = calendar.kind(day) if calendar is not None else None
        out.append(CalendarDay(
            day, day.month == first.month, kind.value if kind else "", KIND_WORDS[kind] if kind else "",
            tuple(one for one in listed if not one.routine), tuple(one for one in listed if one.routine),
        ))  # fmt: skip
    return tuple(out)


def _calendar(desk: Desk, school: bytes | None) -> SchoolCalendar | None:
    """The term dates of one school; an office that looks at all of them has none to show."""
    from bursar_desk.services.standing import calendars

    if desk.is_office and school is None:
        return None
    whose = school or desk.home
    with desk.store.connect() as con:
        return calendars(con, whose).get(whose) or SchoolCalendar((), bank_holidays.england())
