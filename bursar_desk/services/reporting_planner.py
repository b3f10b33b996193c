"""The wall planner's figures: what falls due in each week of twelve months, if each check is done on its day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from bursar_desk.domain import areas, words
from bursar_desk.domain.check_facts import due_series
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.intervals import Form
from bursar_desk.domain.periods import BlockKind
from bursar_desk.domain.status import Colour
from bursar_desk.services.checks import names_for
from bursar_desk.services.reporting_governors import school_time
from bursar_desk.services.reporting_reasons import is_late
from bursar_desk.services.reporting_terms import calendar_for
from bursar_desk.services.standing import CheckStanding, standings

if TYPE_CHECKING:
    from bursar_desk.domain.calendar import SchoolCalendar
    from bursar_desk.services.checks import Names
    from bursar_desk.services.desk import Desk
    from db.engine import Connection
    from reports.planner import Planner, PlannerDay, PlannerItem, PlannerMonth

SIZES: Final = ("a3", "a4")
YEARS: Final = ("school", "calendar")
_OFTEN: Final = 13.0  # days: what comes round more often is told in the footer
_MOST: Final = 40


def planner(desk: Desk, first: dt.date | None = None, school: bytes | None = None, *, year: str = "school") -> Planner:
    """Return twelve months from the month of ``first``; by default the school year or the calendar year of today.

    Weeks that are over show what was done; from today on each check stands where it falls due if all is done on its
    day. What comes round at least every 13 days is told in one sentence each for daily and weekly checks.
    """
    from reports.planner import Planner

    whose = school or desk.home
    start = (first or _begin(desk.today, year)).replace(day=1)
    last = _months_on(start, 12) - dt.timedelta(days=1)
    with desk.store.connect() as con:
        found = [one for one in standings(con, whose, desk.today) if one.status.colour is not Colour.GREY]
        names = names_for(desk, con)
        calendar = calendar_for(con, whose)
        seldom = [one for one in found if not _is_often(one)]
        items = _done_items(con, whose, seldom, start, min(last, desk.today), names)
    items += _due_items(seldom, max(start, desk.today), last, desk.today, calendar, names)
    listed = tuple((area.code, area.name) for area in areas.AREAS)
    return Planner(
        names.school(whose)[0], _title(start), _months(start, items, calendar), listed,
        _often_words([one for one in found if _is_often(one)]), desk.today, school_time(desk),
        sum(is_late(one) for one in found), desk.practice,
    )  # fmt: skip


def _begin(today: dt.date, year: str) -> dt.date:
    if year not in YEARS:
        raise UserError(f"“{year}” is not a year.", "Nothing was made.", f"Use one of: {', '.join(YEARS)}.")
    if year == "calendar":
        return dt.date(today.year, 1, 1)
    return dt.date(today.year if today.month >= 9 else today.year - 1, 9, 1)


def _months_on(day: dt.date, months: int) -> dt.date:
    years, month = divmod(day.month - 1 + months, 12)
    return dt.date(day.year + years, month + 1, 1)


def _title(start: dt.date) -> str:
    if start.month == 9:
        return f"Year planner, school year {start.year} to {start.year + 1}"
    if start.month == 1:
        return f"Year planner {start.year}"
    return f"Year planner, {words.month_year(start)} to {words.month_year(_months_on(start, 11))}"


def _is_often(one: CheckStanding) -> bool:
    interval = one.facts.own_interval or one.facts.rule.interval
    return one.facts.rule.form is Form.DAILY or (interval is not None and interval.days_about < _OFTEN)


def _due_items(
    found: Iterable[CheckStanding], first: dt.date, last: dt.date, today: dt.date, calendar: SchoolCalendar,
    names: Names,
) -> list[PlannerItem]:  # fmt: skip
    made = []
    for one in found:
        for day in due_series(one.facts, today, calendar, _MOST):
            if day > last:
                break
            # what is late already is to be done now: it stands in the week of today
            made.append(_item(one, max(day, today) if first <= today else day, names, done=False))
    return [item for item in made if first <= item.day <= last]


def _done_items(
    con: Connection, school: bytes, found: Iterable[CheckStanding], first: dt.date, last: dt.date, names: Names
) -> list[PlannerItem]:
    from db.queries.counts import kept_between

    if last < first:
        return []
    by_id = {one.check.id: one for one in found}
    kept = {(row.check, row.done_on) for row in kept_between(con, school, first, last) if row.check in by_id}
    return [_item(by_id[check], day, names, done=True) for check, day in sorted(kept, key=lambda pair: pair[1])]


def _item(one: CheckStanding, day: dt.date, names: Names, *, done: bool) -> PlannerItem:
    from reports.planner import PlannerItem

    check = one.check
    who = names.people.get(check.doer or b"", "") or names.people.get(check.owner or b"", "")
    place = names.places.get(check.place or b"", "")
    interval = one.facts.own_interval or one.facts.rule.interval
    seldom = interval.days_about if interval else 100.0
    return PlannerItem(day, check.area, check.title, place, who, one.required, done, seldom)


def _months(start: dt.date, items: Sequence[PlannerItem], calendar: SchoolCalendar) -> tuple[PlannerMonth, ...]:
    from reports.planner import PlannerMonth, PlannerWeek

    by_week: dict[dt.date, list[PlannerItem]] = {}
    for item in items:
        by_week.setdefault(_monday(item.day), []).append(item)
    made = []
    for n in range(12):
        first, after = _months_on(start, n), _months_on(start, n + 1)
        monday = _monday(first) if n == 0 or first.weekday() == 0 else _monday(first) + dt.timedelta(days=7)
        weeks = []
        while monday < after:
            here = tuple(sorted(by_week.get(monday, ()), key=lambda item: (item.day, item.title)))
            weeks.append(PlannerWeek(monday, _days(monday, calendar), here))
            monday += dt.timedelta(days=7)
        made.append(PlannerMonth(words.month_year(first), tuple(weeks)))
    return tuple(made)


def _monday(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=day.weekday())


def _days(monday: dt.date, calendar: SchoolCalendar) -> tuple[PlannerDay, ...]:
    from reports.planner import PlannerDay

    days = [monday + dt.timedelta(days=n) for n in range(5)]
    return tuple(PlannerDay(day, _kind(day, calendar)) for day in days)


def _kind(day: dt.date, calendar: SchoolCalendar) -> str:
    from bursar_desk.services import bank_holidays

    if day in bank_holidays.england():
        return "bank"
    if any(block.kind is BlockKind.INSET and block.first <= day <= block.last for block in calendar.blocks):
        return "inset"
    return "holiday" if calendar.is_known(day) and calendar.in_holiday(day) else ""


def _often_words(found: Sequence[CheckStanding]) -> tuple[str, ...]:
    daily = sorted(one.check.title for one in found if one.facts.rule.form is Form.DAILY)
    weekly = sorted(one.check.title for one in found if one.facts.rule.form is not Form.DAILY)
    said = []
    if daily:
        said.append(f"Every school day: {'; '.join(dict.fromkeys(daily))}.")
    if weekly:
        said.append(f"Every week or so: {'; '.join(dict.fromkeys(weekly))}.")
    return tuple(said)
