"""The last safe days of a contract worked out slowly, from the paper alone: walking one day at a time.

Nothing of the program is used but the school years and bank holidays it is shipped with, read as plain data.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import islice
from pathlib import Path

ONE = timedelta(days=1)
_CALENDARS = Path(__file__).parents[2] / "resources" / "calendars"
KNOWN_FROM, KNOWN_TO = date(2024, 8, 1), date(2028, 8, 31)
"""The school years that are shipped: from the August before the first to the last day of the last."""


@dataclass(frozen=True)
class Paper:
    """What stands in a contract, as somebody would copy it; ``letters`` are (term's first day, its last or none, date).

    ``notice`` is (count, unit, clear); ``breaks`` are (day, notice); ``office`` the holidays with the office open.
    """

    first: date | None
    last: date | None
    at_end: str = "ends"
    months: int = 12
    options: int = 0
    notice: tuple[int, str, bool] = (3, "months", False)
    by: str = "received"
    post: int = 5
    notice_ends: str = "any day"
    breaks: tuple[tuple[date, tuple[int, str, bool]], ...] = ()
    letters: tuple[tuple[date, date | None, date | None], ...] = ()
    office: tuple[tuple[date, date], ...] = ()


@dataclass(frozen=True)
class Slow:
    """One end: the contract's last day for telling them, the last safe day, and the meeting."""

    end: date
    last_notice: date
    serve_by: date


# --- days ------------------------------------------------------------------------------------------------------------


@cache
def _named() -> frozenset[date]:
    listed = json.loads((_CALENDARS / "bank-holidays.json").read_text("utf-8"))["days"]
    return frozenset(date.fromisoformat(one["date"]) for one in listed)


@cache
def _blocks() -> tuple[tuple[str, date, date], ...]:
    years = json.loads((_CALENDARS / "sample-years.json").read_text("utf-8"))["years"]
    return tuple(
        (one["kind"], date.fromisoformat(one["first"]), date.fromisoformat(one["last"]))
        for year in years for one in year["blocks"]
    )  # fmt: skip


@cache
def _easter(year: int) -> date:
    """Easter Sunday by the rule of Meeus, Jones and Butcher."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = b // 4, b % 4
    g = (b - (b + 8) // 25 + 1) // 3
    h = (19 * a + b - d - g + 15) % 30
    k = (32 + 2 * e + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * k) // 451
    month, day = divmod(h + k - 7 * m + 114, 31)
    return date(year, month, day + 1)


@cache
def _worked_out(year: int) -> frozenset[date]:
    """The bank holidays of a year that nobody has named yet, by going through its days."""
    found = {_easter(year) - 2 * ONE, _easter(year) + ONE}
    new_year = date(year, 1, 1)
    while new_year.weekday() > 4:
        new_year += ONE
    found.add(new_year)
    for month, first in ((5, True), (5, False), (8, False)):
        mondays = [date(year, month, n) for n in range(1, 32) if date(year, month, n).weekday() == 0]
        found.add(mondays[0] if first else mondays[-1])
    free = [day for n in range(25, 32) if (day := date(year, 12, n)).weekday() < 5]
    return frozenset({*found, *free[:2]})


def bank_holiday(day: date) -> bool:
    return day in (_named() if day.year <= max(_named()).year else _worked_out(day.year))


def working(day: date) -> bool:
    return day.weekday() not in (5, 6) and not bank_holiday(day)


@cache
def _in_school(day: date) -> bool:
    kinds = {kind for kind, first, last in _blocks() if first <= day <= last}
    if "closure" in kinds:
        return False
    if KNOWN_FROM <= day <= KNOWN_TO:
        return "term" in kinds or "inset" in kinds
    return day.month != 8 and not (day.month == 12 and day.day >= 24) and not (day.month == 1 and day.day == 1)


def office_open(day: date, stretches: tuple[tuple[date, date], ...]) -> bool:
    return working(day) and (_in_school(day) or any(first <= day <= last for first, last in stretches))


# --- counting --------------------------------------------------------------------------------------------------------


def months_before(day: date, count: int) -> date:
    """Walk back over so many beginnings of months, then on to the same day of the month or the nearest before it."""
    at, crossed = day, 0
    while crossed < count or at.day > day.day:
        before = at - ONE
        crossed += before.month != at.month
        at = before
    return at


def months_after(day: date, count: int, number: int) -> date:
    """Walk on over so many beginnings of months, then to day ``number`` or the last day of the month."""
    at, crossed = day, 0
    while crossed < count or (at.day < number and (at + ONE).month == at.month):
        after = at + ONE
        crossed += after.month != at.month
        at = after
    return at


def working_days_before(day: date, count: int) -> date:
    while count:
        day -= ONE
        count -= working(day)
    return day


def take_off(day: date, notice: tuple[int, str, bool]) -> date:
    count, unit, clear = notice
    if unit == "working days":
        return working_days_before(day, count + clear)
    if unit == "months":
        day = months_before(day, count)
    else:
        for _ in range(count * (7 if unit == "weeks" else 1)):
            day -= ONE
    return day - ONE if clear else day


# --- terms -----------------------------------------------------------------------------------------------------------


def terms(paper: Paper) -> Iterator[tuple[date | None, date | None, date | None]]:
    """The terms as (first day, last day, date of a letter), one after the other, until one has no end."""
    begins, ends = paper.first, paper.last
    if ends is None and paper.at_end == "rolls" and paper.notice_ends == "period end":
        assert begins is not None
        ends = months_after(begins, paper.months, begins.day) - ONE
        anchor, number, steps = begins, begins.day, 1
    else:
        anchor, number, steps = None, 0, 0
    left, taken, n = list(paper.letters), paper.options, 0
    while True:
        n += 1
        letter = next((one for one in left if begins is not None and one[0] >= begins and (not ends or one[0] <= ends)),
                      None)  # fmt: skip
        tell_by = None
        if letter is not None:
            left.remove(letter)
            begins, tell_by = letter[0], None if n > 1 and _offers(paper, letter) else letter[2]
            if letter[1] is not None and letter[1] != ends:
                ends = letter[1]
                anchor, number = _anchor(begins, ends)
                steps = 0
        offers = [one[2] for one in left if ends and one[0] == ends + ONE and _offers(paper, one)]
        letters = [one for one in (tell_by, *offers[:1]) if one and ends and one <= ends]  # after the end: a slip
        yield begins, ends, min(letters, default=None)
        if ends is None:
            return
        if anchor is None:
            anchor, number = _anchor(paper.first, ends)
        if paper.at_end == "ends" or (paper.at_end == "option" and taken == 0):
            return
        taken -= 1
        begins = ends + ONE
        if paper.at_end == "rolls" and paper.notice_ends != "period end":
            ends = None
            continue
        steps += 1
        ends = months_after(anchor, steps * paper.months, number) - ONE


def _offers(paper: Paper, letter: tuple[date, date | None, date | None]) -> bool:
    """A letter answered before its term begins offers that term, unless so long a notice falls before it anyway.

    A working day counts as two days here.
    """
    begins, ends, day = letter
    count, unit, _ = paper.notice
    at = ends or months_after(begins, paper.months, begins.day) - ONE
    at = at - 2 * count * ONE if unit == "working days" else take_off(at, (count, unit, False))
    return day is not None and day < begins <= at


def _anchor(first: date | None, last: date) -> tuple[date, int]:
    start = last + ONE
    short = (start + ONE).month != start.month
    return start, first.day if first is not None and short and first.day > start.day else start.day


# --- answers ---------------------------------------------------------------------------------------------------------


def last_safe(paper: Paper, end: date, notice: tuple[int, str, bool], letter: date | None = None) -> Slow:
    last_notice = letter or take_off(end, notice)
    at = last_notice if paper.by == "served" else working_days_before(last_notice, paper.post)
    while not office_open(at, paper.office):
        at -= ONE
    return Slow(end, last_notice, at)


def ahead(paper: Paper, on: date, how_many: int = 6) -> list[Slow]:
    """The ends, and breaks, of the term a day lies in and of the next ones."""
    listed = islice((one for one in terms(paper) if one[1] is not None and one[1] >= on), how_many)
    out = []
    for begins, ends, letter in listed:
        assert ends is not None
        out += [
            last_safe(paper, day, notice) for day, notice in sorted(paper.breaks)
            if (begins is None or day >= begins) and day < ends
        ]  # fmt: skip
        out.append(last_safe(paper, ends, paper.notice, letter))
    return out


def decide_by(serve_by: date, meetings: list[tuple[str, date]], body: str = "") -> date | None:
    """Walk back from the last safe day to a meeting, half a year at most."""
    for back in range(184):
        day = serve_by - back * ONE
        if any(on == day and (not body or name == body) for name, on in meetings):
            return day
    return None


def rolls_to(paper: Paper, given: date) -> date:
    """When a rolling contract without a first term ends, told on a day."""
    count, unit, clear = paper.notice
    day = given
    if unit == "months":
        day = months_after(given, count, given.day)
    elif unit == "working days":
        left = count + clear
        while left:
            day += ONE
            left -= working(day)
    else:
        for _ in range(count * (7 if unit == "weeks" else 1)):
            day += ONE
    if clear and unit != "working days":
        day += ONE
    if paper.notice_ends == "month end":
        while (day + ONE).month == day.month:
            day += ONE
    if paper.notice_ends == "period end":
        return next(ends for _, ends, _ in terms(paper) if ends is not None and ends >= day)
    return day
