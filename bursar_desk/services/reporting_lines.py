"""What one check is on paper and on a big row: its words with the point in turn, what good is, the last result."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain import words
from bursar_desk.domain.check_facts import due_series
from bursar_desk.domain.checks import Outcome
from bursar_desk.domain.status import Colour, Word
from bursar_desk.services.checks import next_point

if TYPE_CHECKING:
    from bursar_desk.domain.calendar import SchoolCalendar
    from bursar_desk.services.standing import CheckStanding
    from db.queries.checks import RecordRow

PASSED: Final = {
    Outcome.SATISFACTORY.value: "passed",
    Outcome.SATISFACTORY_WITH_ACTIONS.value: "passed with actions",
    Outcome.UNSATISFACTORY.value: "failed",
}
GOOD: Final = {
    "FIRE-03": "Normal light, no fault", "FIRE-04": "Heard everywhere", "FIRE-06": "All signs lit",
    "FIRE-07": "All lit", "FIRE-10": "In place, pin and gauge good", "FIRE-16": "Shut fully, no damage",
    "FIRE-18": "All let go and shut", "FIRE-21": "Open fully, way clear", "FAID-02": "Full and in date",
    "WATR-03": "Every outlet run", "PLAY-03": "Nothing broken or sharp",
}  # fmt: skip
ALL_WELL: Final = "All well, no fault"


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One line of a sheet: what, what good is, the last result in few words, what follows a reading."""

    what: str
    good: str
    last: str
    unit: str = ""


def titled(one: CheckStanding) -> str:
    """Return a check with the call point or outlet whose turn it is: "Fire alarm test, call point 7, Hall corridor"."""
    point = next_point(one.check, one.last)
    if not point:
        return one.check.title
    named = f"point {point}" if point.isdigit() else point[:1].lower() + point[1:] if point[1:2].islower() else point
    return f"{one.check.title}, {named}"


def sheet_lines(one: CheckStanding, today: dt.date) -> list[SheetLine]:
    """Return the lines a check takes on a sheet: one, or one for each number that is read."""
    if not one.check.readings:
        good = one.check.how_to or GOOD.get(one.check.code, ALL_WELL)
        return [SheetLine(titled(one), good, short_last(one.last, today))]
    return [
        SheetLine(
            f"{one.check.title}: {reading.get('name', '')}", good_words(reading), last_value(one.last, reading),
            str(reading.get("unit", "")),
        )
        for reading in one.check.readings
    ]  # fmt: skip


def good_words(reading: dict[str, Any]) -> str:
    """Return the range of a reading in words: "50 °C or more", "2 to 8 °C"."""
    low, high, unit = reading.get("low"), reading.get("high"), reading.get("unit", "")
    lowest, highest = (str(one).replace("-", words.MINUS) for one in (low, high))
    if low is not None and high is not None:
        return f"{lowest} to {highest} {unit}".strip()
    if low is not None:
        return f"{lowest} {unit}".strip() + " or more"
    return f"{highest} {unit}".strip() + " or less" if high is not None else "Write it down"


def tenths(value: object) -> str:
    """Return a stored reading as people write it: 462 is "46.2", 500 is "50"."""
    if not isinstance(value, int):
        return str(value)
    whole, odd = divmod(abs(value), 10)
    return f"{words.MINUS if value < 0 else ''}{whole}{f'.{odd}' if odd else ''}"


def last_value(last: RecordRow | None, reading: dict[str, Any]) -> str:
    """Return the last value of one reading with its day: "46.2, 20 Oct"; "" for none."""
    for old in last.readings if last else ():
        if last is not None and old.get("name") == reading.get("name"):
            return f"{tenths(old.get('value'))}, {_day(last.done_on)}"
    return ""


def _day(day: dt.date) -> str:
    return f"{day.day} {words.month_short(day)}"


def short_last(last: RecordRow | None, today: dt.date) -> str:
    """Return the last result for a narrow column: "Passed 19 Nov"."""
    if last is None:
        return ""
    said = PASSED.get(last.outcome, "done")
    year = "" if last.done_on.year == today.year else f" {last.done_on.year}"
    return f"{said[0].upper()}{said[1:].removesuffix(' with actions')} {_day(last.done_on)}{year}"


def last_words(last: RecordRow | None, today: dt.date) -> str:
    """Return the last result as a row says it: "Last: call point 6 passed, Friday 13 November"."""
    if last is None:
        return "No record yet"
    said = PASSED.get(last.outcome, "done")
    if last.point:
        named = f"point {last.point}" if last.point.isdigit() else last.point[:1].lower() + last.point[1:]
        said = f"{named.split(',')[0]} {said}"
    elif len(last.readings) == 1:
        only = last.readings[0]
        said = f"{tenths(only.get('value'))} {only.get('unit', '')}".strip() + f", {said}"
    return f"Last: {said}, {_when(last, today)}"


def _when(last: RecordRow, today: dt.date) -> str:
    gap = (today - last.done_on).days
    at = f" {last.done_minute // 60:02d}:{last.done_minute % 60:02d}" if last.done_minute is not None else ""
    if gap in (0, 1):
        return ("today", "yesterday")[gap] + at
    if last.done_on.year == today.year:
        return words.weekday_date(last.done_on)
    return words.long_date(last.done_on)


def days_to_do(
    one: CheckStanding, first: dt.date, last: dt.date, today: dt.date, calendar: SchoolCalendar
) -> tuple[dt.date, ...]:
    """Return the days from ``first`` to ``last`` on which a check is to be done, each time done on its day.

    What is late already, or has no record, stands on the first day. A day on which nobody is in gives way to the day
    to plan with.
    """
    status = one.status
    start = status.plan_by or status.legal_due
    if status.colour is Colour.GREY or start is None or start > last:
        return ()
    days: list[dt.date] = []
    if status.word is Word.NOT_KNOWN or start < min(first, today):
        days.append(first)
    elif first <= start:
        days.append(start)
    length = (last - min(today, first)).days + 2
    for n, day in enumerate(due_series(one.facts, today, calendar, min(max(length, 2), 40))):
        if day > last:
            break
        if day >= first and day not in days and not (n == 0 and days):
            days.append(day)
    return tuple(sorted(day for day in days if first <= day <= last))
