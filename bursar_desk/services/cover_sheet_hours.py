"""The hours of a cover sheet that came back: read, held against what was claimed before, and made ready as claims."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain import words
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.mileage import VEHICLES
from bursar_desk.services.cover_hours import MOST_MILES, MOST_TRAVEL, Worked
from bursar_desk.services.cover_sheet_judge import CONFIRM_WORDS, Around, Judged, minute_of, odd, outside_hours
from bursar_desk.services.cover_sheet_shapes import (
    ALREADY,
    CHANGED,
    CLAIMED,
    DIFFERS,
    ENDED,
    HOURS,
    NO_LINE,
    OUTSIDE,
    ROW,
    TO_DO,
    UNREADABLE,
    BackLine,
)
from bursar_desk.services.keying_lines import Unclear

if TYPE_CHECKING:
    from reports.cover_sheet_in import ReadLine

_MINUTES: Final = re.compile(r"(\d{1,3})\s*(?:m|min|mins|minutes)?")
_MILES: Final = re.compile(r"(\d{1,4})(?:[.,](\d))?\s*(?:m|mile|miles)?")
_MOST_DAYS: Final = 400


def judge_hours(around: Around, rows: Sequence[ReadLine]) -> tuple[list[Judged], list[Worked]]:
    """Judge the rows of hours; return each with what becomes of it, and the claims that are to be written."""
    made: list[Judged] = []
    claims: list[Worked] = []
    for row in rows:
        one, worked = _row(around, row, claims)
        made.append(one)
        claims += [worked] if worked is not None else []
    return made, claims


def day_of(around: Around, number: int | None) -> dt.date | None:
    """Return the day of a numbered row: 1 is the first day of the pack."""
    if number is None or not 1 <= number <= _MOST_DAYS:
        return None
    return around.first + dt.timedelta(days=number - 1)


def _row(around: Around, row: ReadLine, claims: Sequence[Worked]) -> tuple[Judged, Worked | None]:
    day = day_of(around, row.number)
    if row.code != around.sheet.code or day is None:
        what = f"Row {row.row} of the hours"
        if not row.typed:
            return Judged(row, BackLine(ROW, row.number, what, {}, TO_DO)), None
        return Judged(row, odd(row, what, NO_LINE, f"{what} is no day of this pack.", ROW)), None
    what = f"Hours of {words.short_day(day)}"
    if not row.typed:
        return Judged(row, BackLine(HOURS, row.number, what, {}, TO_DO)), None
    before = [one for one in around.before.get((HOURS, row.number), []) if dict(one.typed) == dict(row.typed)]
    if before:
        again = replace(before[-1], state=ALREADY, why="It came back before.", cause="")
        return Judged(row, again), None
    try:
        worked = worked_of(row, day, what)
    except UserError as problem:
        return Judged(row, odd(row, what, UNREADABLE, problem.title, HOURS)), None
    stop = _stop(around, row, worked, what, claims)
    if stop is not None:
        return Judged(row, stop), None
    cause, why = (ENDED, CONFIRM_WORDS) if around.ended else ("", "")
    return Judged(row, BackLine(HOURS, row.number, what, dict(row.typed), CLAIMED, why, cause)), worked


def _stop(around: Around, row: ReadLine, worked: Worked, what: str, claims: Sequence[Worked]) -> BackLine | None:
    """Return the line where the hours are here already, or a person has to look at them first."""
    if row.changed:
        return odd(row, what, CHANGED, f"The printed words beside the {what[0].lower()}{what[1:]} were changed.", HOURS)
    if worked.on > around.desk.today:
        return odd(row, what, UNREADABLE, f"{words.long_date(worked.on)} has not come yet.", HOURS)
    helper = around.cover.helper.casefold()
    there = [one for one in around.claims if one.on == worked.on and one.said_by.casefold() == helper]
    if any((one.starts, one.ends) == (worked.starts, worked.ends) for one in there):
        return BackLine(HOURS, row.number, what, dict(row.typed), ALREADY, "These hours were claimed before.")
    spans = [(one.starts, one.ends) for one in there]
    spans += [(one.starts, one.ends) for one in claims if one.on == worked.on]
    over = [one for one in spans if one[0] < worked.ends and worked.starts < one[1]]
    if over:
        there_is, says = (f"{_clock(one[0])} to {_clock(one[1])}" for one in (over[0], (worked.starts, worked.ends)))
        why = f"{what}: {there_is} is claimed already, and the sheet says {says}."
        return odd(row, what, DIFFERS, why, HOURS)
    outside = outside_hours(around, worked.on)
    return odd(row, what, OUTSIDE, f"The {what[0].lower()}{what[1:]} are {outside}.", HOURS) if outside else None


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def worked_of(row: ReadLine, day: dt.date, what: str) -> Worked:
    """Read one row of hours. Raises ``UserError`` with what is not clear about it."""
    typed = row.typed
    starts, ends = (_time(typed.get(name, ""), what, name) for name in ("from", "to"))
    pause = _whole(typed.get("pause", ""), what, "break")
    travel = _whole(typed.get("travel", ""), what, "travel")
    vehicle = typed.get("vehicle", "").casefold()
    if vehicle and vehicle not in VEHICLES:
        raise Unclear(f"{what}: {words.quoted(typed['vehicle'])} is not a way to travel we know.", "", "")
    signed = f"Signed by {typed['signed']}." if typed.get("signed") else ""
    note = " ".join(part for part in (typed.get("note", ""), signed) if part)
    worked = Worked(day, starts, ends, pause, travel, _tenths(typed.get("miles", ""), what), vehicle, note)
    problem = no_sense(worked)
    if problem:
        raise Unclear(f"{what}: {problem}.", "", "")
    return worked


def no_sense(one: Worked) -> str:
    """Return why hours cannot be right, to follow a colon; empty when they can."""
    if not 0 <= one.starts < one.ends <= 24 * 60:
        return "they have to end after they start"
    if not 0 <= one.pause < one.ends - one.starts:
        return "the break has to be shorter than the hours"
    if not 0 <= one.travel <= MOST_TRAVEL:
        return "travel of more than 12 hours cannot be right"
    return "" if 0 <= one.miles <= MOST_MILES else "more than 1,000 miles in one day cannot be right"


def _time(typed: str, what: str, name: str) -> int:
    if not typed:
        raise Unclear(f"{what}: “{name.capitalize()}” is empty.", "", "")
    minute = 24 * 60 if typed.strip() in ("24:00", "24.00") else minute_of(typed)
    if minute is None:
        raise Unclear(f"{what}: the time {words.quoted(typed)} is not clear.", "", "")
    return minute


def _whole(typed: str, what: str, name: str) -> int:
    if not typed:
        return 0
    found = _MINUTES.fullmatch(typed.strip().casefold())
    if found:
        return int(found[1])
    hour = re.fullmatch(r"(\d{1,2}):([0-5]\d)(?::00)?", typed.strip())
    if hour:
        return int(hour[1]) * 60 + int(hour[2])
    raise Unclear(f"{what}: the {name} {words.quoted(typed)} is not in minutes.", "", "")


def _tenths(typed: str, what: str) -> int:
    if not typed:
        return 0
    found = _MILES.fullmatch(typed.strip().casefold())
    if not found:
        raise Unclear(f"{what}: the miles {words.quoted(typed)} are not clear.", "", "")
    return int(found[1]) * 10 + int(found[2] or 0)


def claim_values(worked: Worked, who: str, code: str = "") -> dict[str, Any]:
    """Return a claim as the register keeps it; ``code``: of the sheet it came in on."""
    return {
        "on_date": worked.on, "starts": worked.starts, "ends": worked.ends, "pause": worked.pause or None,
        "travel": worked.travel or None, "miles": worked.miles or None, "vehicle": worked.vehicle or None,
        "said_by": who, "note": worked.note or None, "sheet": code or None,
    }  # fmt: skip
