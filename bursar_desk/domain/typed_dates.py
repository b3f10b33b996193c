"""Dates as people type them, read strictly: day first, a year always, and nothing guessed."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta
from typing import Final

from bursar_desk.domain import words
from bursar_desk.domain.errors import UserError

_YEARS: Final = range(1900, 2101)
_FIGURES: Final = re.compile(r"([0-9]{1,2})\s*([/.\- ])\s*([0-9]{1,2})\s*\2\s*([0-9]{4}|[0-9]{2})")
_NAMED: Final = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)?[\s\-/.]*([a-z]{3,9})\.?[\s\-/.,]*([0-9]{4}|[0-9]{2})")
_YEARLESS: Final = re.compile(r"[0-9]{1,2}(?:st|nd|rd|th)?\s*(?:[/.\-]\s*[0-9]{1,2}|[\s\-/.]*[a-z]{3,9})\.?")
_ISO: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_WEEKDAY: Final = re.compile(r"(mon|tue|wed|thu|fri|sat|sun)[a-z]*[\s,]+(?=[0-9])")
_RELATIVE: Final = {"yesterday": -1, "today": 0, "tomorrow": 1}


class NotADate(UserError):  # noqa: N818 - it names what was typed, not a fault of the program
    """What was typed cannot be read as one certain day; the title says why, in words for beside the field."""


def read_date(typed: str, *, today: date, name: str = "The date") -> date:
    """Read one day. Taken: 26/3/27, 26.3.2027, 26-3-2027, 26 Mar 27, Fri 26 March 2027, 2027-03-26, today, tomorrow.

    The day comes first and two figures of a year mean 20xx. A weekday that does not fit, a day that does not exist or
    a missing year raises ``NotADate`` naming the field by ``name``; a guess is never made.
    """
    text = " ".join(typed.lower().split())
    if not text:
        raise NotADate(f"Enter a date for “{name}”", remedy="For example 26/3/2027.")
    if text in _RELATIVE:
        return today + timedelta(days=_RELATIVE[text])
    said = _WEEKDAY.match(text)
    body = text[said.end() :] if said else text
    day = _read_parts(body, name)
    if said:
        _check_weekday(said.group(), day)
    return day


def _read_parts(body: str, name: str) -> date:
    """Take the three parts of a date from text without a weekday."""
    if found := _ISO.fullmatch(body):
        return _make(int(found[3]), int(found[2]), int(found[1]), name)
    if found := _FIGURES.fullmatch(body):
        return _make(int(found[1]), int(found[3]), _year(found[4]), name)
    if found := _NAMED.fullmatch(body):
        return _make(int(found[1]), _month(found[2], name), _year(found[3]), name)
    if _YEARLESS.fullmatch(body):
        raise NotADate(f"{name} needs a year.", remedy="For example 26/3/2027.")
    raise NotADate(f"{name} could not be read as a date.", remedy="Type it like 26/3/2027 or 26 Mar 2027.")


def _year(figures: str) -> int:
    return int(figures) + 2000 if len(figures) == 2 else int(figures)


def _month(typed: str, name: str) -> int:
    """The month a word stands for: its whole name, or three or more letters from its start."""
    for place, month in enumerate(words.MONTHS, start=1):
        if month.lower().startswith(typed) or (typed == "sept" and place == 9):
            return place
    raise NotADate(f"{name} could not be read: “{typed}” is not a month.", remedy="Type it like 26 Mar 2027.")


def _make(day: int, month: int, year: int, name: str) -> date:
    """The date of three numbers, or the reason why there is none."""
    if year not in _YEARS:
        raise NotADate(f"{name} must have a year from {_YEARS[0]} to {_YEARS[-1]}.")
    if month > 12 and day <= 12:
        raise NotADate(f"{name} must have the day first.", remedy=f"Did you mean {month}/{day}/{year}?")
    if not 1 <= month <= 12:
        raise NotADate(f"{name} must be a real date. There are 12 months.")
    if not 1 <= day <= calendar.monthrange(year, month)[1]:
        raise NotADate(f"{name} must be a real date. {day} {words.MONTHS[month - 1]} {year} does not exist.")
    return date(year, month, day)


def _check_weekday(said: str, day: date) -> None:
    """A weekday typed beside the date must be the date's own."""
    own = words.WEEKDAYS[day.weekday()]
    typed = said.strip(" ,")
    if not own.lower().startswith(typed):
        raise NotADate(f"{words.plain_date(day)} is a {own}.", remedy="Check the day and the date, then type it again.")
