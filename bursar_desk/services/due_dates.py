"""When every check of a school falls due between two days, late ones on today: what calendars are made of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bursar_desk.domain.calendar import SchoolCalendar
from bursar_desk.domain.check_facts import due_series
from bursar_desk.domain.intervals import Form, Span
from bursar_desk.domain.status import CheckStatus, Colour, Word
from bursar_desk.services import bank_holidays
from bursar_desk.services.checks import CheckLine, line_of, names_for
from bursar_desk.services.standing import CheckStanding, calendars, standings

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk

MOST: Final = 400
"""Dates of one check that are worked out at most: a little over a year of daily ones."""
ROUTINE_DAYS: Final = 7
"""What is done this often or more is routine: it fills a sheet, and would drown a year."""
_SPAN_DAYS: Final = {Span.HALF_TERM: 42, Span.TERM: 90, Span.SCHOOL_YEAR: 365}
_SELDOM: Final = 3650


@dataclass(frozen=True, slots=True)
class DueDate:
    """One check on one day. ``day`` is when to do it, ``legal`` the last permitted day; ``first`` is what is due next.

    ``state`` is "late", "unknown" (no record yet) or "due"; late and unknown ones stand on today.
    ``rhythm`` is about how many days lie between two of them.
    """

    line: CheckLine
    day: dt.date
    legal: dt.date | None
    first: bool
    state: str
    rhythm: int

    @property
    def routine(self) -> bool:
        """Tell whether it comes at least weekly."""
        return self.rhythm <= ROUTINE_DAYS


def due_dates(
    desk: Desk, first: dt.date, last: dt.date, *, school: bytes | None = None, person: bytes | None = None,
) -> list[DueDate]:  # fmt: skip
    """Return what falls due between two days (both included), by day, late first; an office asks for all its schools.

    Each date takes for granted that the one before it is done on its day. ``person`` keeps what they do or own.
    """
    whose = school or (None if desk.is_office else desk.home)
    with desk.store.connect() as con:
        found = standings(con, whose, desk.today)
        by_school = calendars(con, whose)
        names = names_for(desk, con)
    nobody = SchoolCalendar((), bank_holidays.england())
    out: list[DueDate] = []
    for one in found:
        if one.status.colour is Colour.GREY or (person and person not in (one.check.doer, one.check.owner)):
            continue
        calendar = by_school.get(one.check.school, nobody)
        days = _days(one, desk.today, last, calendar)
        wanted = [entry for entry in days if first <= entry[0] <= last]
        if wanted:
            line, rhythm = line_of(one, names), _rhythm(one)
            out += [DueDate(line, *entry[:2], entry is days[0], entry[2], rhythm) for entry in wanted]
    return sorted(out, key=_order)


def first_dates(
    found: Iterable[CheckStanding], lines: Mapping[bytes, CheckLine], today: dt.date, last: dt.date
) -> list[DueDate]:
    """Return the next date of each check from where they stand already, up to a day; in no order."""
    out = []
    for one in found:
        start = one.status.plan_by or one.status.legal_due
        if one.status.colour is Colour.GREY or one.status.word is Word.NOT_KNOWN or start is None or start > last:
            continue
        day, legal, state = _first(one.status, start, today)
        out.append(DueDate(lines[one.check.id], day, legal, True, state, _rhythm(one)))
    return out


def _first(status: CheckStatus, start: dt.date, today: dt.date) -> tuple[dt.date, dt.date | None, str]:
    late = status.legal_due is not None and status.legal_due < today
    return (today if late else max(start, today), status.legal_due, "late" if late else "due")


def did_not_pass(desk: Desk, *, school: bytes | None = None, person: bytes | None = None) -> list[CheckLine]:
    """Return what is red because it failed, by title: its next date may lie years ahead, so no date names it."""
    whose = school or (None if desk.is_office else desk.home)
    with desk.store.connect() as con:
        found = [one for one in standings(con, whose, desk.today) if one.status.word is Word.FAILED]
        names = names_for(desk, con)
    mine = [line_of(one, names) for one in found if not person or person in (one.check.doer, one.check.owner)]
    return sorted(mine, key=lambda line: (line.title, line.school_name, line.id))


def _order(one: DueDate) -> tuple[dt.date, bool, bool, str, str, bytes]:
    return (one.day, one.state == "due", one.routine, one.line.title, one.line.school_name, one.line.id)


def _rhythm(one: CheckStanding) -> int:
    rule = one.facts.rule
    if rule.form is Form.DAILY:
        return 1
    if rule.span is not None:
        return _SPAN_DAYS[rule.span]
    return int(rule.interval.days_about) if rule.interval is not None else _SELDOM


def _days(
    one: CheckStanding, today: dt.date, last: dt.date, calendar: SchoolCalendar
) -> list[tuple[dt.date, dt.date | None, str]]:
    """(day, legal day, state) of a check up to a day, the one due next first."""
    status = one.status
    if status.word is Word.NOT_KNOWN:
        return [(today, None, "unknown")]
    start = status.plan_by or status.legal_due
    if start is None or start > last:
        return []
    days = [_first(status, start, today)]
    series = due_series(one.facts, today, calendar, min((last - min(today, start)).days + 2, MOST))
    days += [(day, day, "due") for day in series[1:] if days[0][0] < day <= last]
    return days
