"""Terms as reports count them: they tile the school year, and each is compared with the one before."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from bursar_desk.domain import words
from bursar_desk.domain.calendar import Period, SchoolCalendar
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.intervals import Span
from bursar_desk.services import bank_holidays
from bursar_desk.services.standing import calendars

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from db.engine import Connection

Trend = Literal["better", "same", "worse"]
_BACK = dt.timedelta(days=250)  # far enough to reach the term before the one asked for
_DAY = dt.timedelta(days=1)
MOST_TERMS = 9


@dataclass(frozen=True, slots=True)
class ReportTerm:
    """One term of a report: its days up to ``as_at``, and the term before it.

    Terms tile the year, so that no record falls between two reports: autumn begins on 1 September (or its first day,
    if earlier), the others on the day after the term before ended. ``before_stands`` is the last school day of the
    term before: where things stood "at the end of last term".
    """

    key: str
    words: str
    first: dt.date
    as_at: dt.date
    before_first: dt.date
    before_last: dt.date
    before_stands: dt.date
    before_words: str


def calendar_for(con: Connection, school: bytes) -> SchoolCalendar:
    """Return a school's calendar, or one that only knows the bank holidays."""
    return calendars(con, school).get(school, SchoolCalendar((), bank_holidays.england()))


def trend(done: int, of: int, last_done: int, last_of: int) -> Trend:
    """Compare what is missing now with what was missing then, so that a longer list alone is neither good nor bad."""
    change = (last_of - last_done) - (of - done)
    return "better" if change > 0 else "worse" if change < 0 else "same"


def _first_day(calendar: SchoolCalendar, period: Period) -> dt.date:
    if period.key.endswith("/autumn"):
        return min(period.first, dt.date(int(period.key[:4]), 9, 1))
    return _before(calendar, period).last_school_day + _DAY


def _before(calendar: SchoolCalendar, period: Period) -> Period:
    return calendar.period_at(Span.TERM, period.first - dt.timedelta(days=70))


def _name(period: Period) -> str:
    return period.name[0].upper() + period.name[1:]


def periods_until(calendar: SchoolCalendar, first: dt.date, last: dt.date) -> list[Period]:
    """Return the terms that have begun by ``last``, oldest first, from the one that holds ``first``."""
    found = [one for one in calendar.terms_between(first - _BACK, last) if _first_day(calendar, one) <= last]
    held = [one for one in found if _first_day(calendar, one) <= first]
    return [one for one in found if not held or one.first >= held[-1].first]


def choose(
    calendar: SchoolCalendar, today: dt.date, term: str | None, as_at: dt.date | None, oldest: dt.date | None
) -> ReportTerm:
    """Return the term asked for, by key ("2026-27/autumn", "2026/autumn") or name ("Autumn term 2026").

    By default it is the one of the day. Raises ``UserError`` for a term nobody knows or one that has not begun, and
    for a day outside the term.
    """
    if as_at is not None and as_at > today:
        raise UserError(
            f"{words.long_date(as_at)} has not come yet.", "No report was made.", "Choose today or an earlier day."
        )
    day = as_at or today
    listed = periods_until(calendar, min(oldest or day, day), today)
    period = _named(listed, term) if term else [one for one in listed if _first_day(calendar, one) <= day][-1]
    first = _first_day(calendar, period)
    later = [one for one in listed if one.first > period.first]
    last = _first_day(calendar, later[0]) - _DAY if later else today
    if as_at is not None and not first <= as_at <= last:
        raise UserError(
            f"{words.long_date(as_at)} is not in the {period.name}.", "No report was made.", "Choose a day of the term."
        )
    before = _before(calendar, period)
    ends = as_at or (today if not later else period.last_school_day)
    return ReportTerm(
        period.key, _name(period), first, ends, _first_day(calendar, before), first - _DAY, before.last_school_day,
        before.name.rsplit(" ", 1)[0],
    )  # fmt: skip


def _named(listed: list[Period], term: str) -> Period:
    wanted = " ".join(term.casefold().replace(" term", "").split())
    for one in reversed(listed):
        plain = one.name.casefold().replace(" term", "")
        year, _, name = one.key.partition("/")
        if wanted in (one.key, f"{year[:4]}/{name}", plain, name):
            return one
    known = "; ".join(_name(one) for one in reversed(listed[-6:])) or "none yet"
    raise UserError(f"“{term}” is not a term we have records of.", "No report was made.", f"Choose one of: {known}.")


def terms(desk: Desk, school: bytes | None = None) -> list[tuple[str, str]]:
    """Return the terms to offer for a report, newest first, as (key, words): those with records, nine at most."""
    from db.queries.counts import first_kept

    whose = school or desk.home
    with desk.store.connect() as con:
        calendar = calendar_for(con, whose)
        oldest = first_kept(con, whose)
    listed = periods_until(calendar, min(oldest or desk.today, desk.today), desk.today)
    return [(one.key, _name(one)) for one in reversed(listed[-MOST_TERMS:])]
