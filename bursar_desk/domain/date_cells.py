"""What one cell of a date column can be: a certain day, figures in an order to be found out, a number, or words."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final

from bursar_desk.domain import words

LEAVE_OUT: Final = "leave out"
_NOTHING: Final = frozenset({
    "n/a", "na", "n.a.", "n.a", "none", "nil", "-", "--", "–", "—", "not applicable", "never", "no", "x", "not known",
    "unknown", "not done", "no record",
})  # fmt: skip
_TIME: Final = r"(?:[t ,]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:am|pm|z)?)?"
_WEEK: Final = re.compile(r"^(?:w\s*/\s*c|w/?b|wc|week (?:commencing|beginning|of)|week)[\s.:]+")
_WEEKDAY: Final = re.compile(r"^(mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?[\s,]+(?=[0-9a-z])")
_ISO: Final = re.compile(rf"(\d{{4}})([-/.])(\d{{1,2}})\2(\d{{1,2}}){_TIME}")
_FIGURES: Final = re.compile(rf"(\d{{1,2}})\s*([/.\-\\ ])\s*(\d{{1,2}})\s*\2\s*(\d{{4}}|\d{{2}}){_TIME}")
_NAMED: Final = re.compile(
    rf"(\d{{1,2}})(?:st|nd|rd|th)?(?:\s+of)?[\s\-/.,]*([a-z]{{3,9}})\.?[\s\-/.,']*(\d{{4}}|\d{{2}}){_TIME}"
)
_MONTH_DAY: Final = re.compile(rf"([a-z]{{3,9}})\.?[\s\-/.]*(\d{{1,2}})(?:st|nd|rd|th)?[\s,\-/.]+(\d{{4}}){_TIME}")
_MONTH_ONLY: Final = re.compile(r"([a-z]{3,9})\.?[\s\-/.,']*(\d{4}|\d{2})|(\d{1,2})[/.\-](\d{4})")
_NO_YEAR: Final = re.compile(r"\d{1,2}(?:st|nd|rd|th)?\s*(?:[/.\-]\s*\d{1,2}|[\s\-/.]*[a-z]{3,9})\.?")
_LOWEST, _HIGHEST = 18_264, 73_050  # the numbers of 1 January 1950 and the end of 2099
_YEARS: Final = range(1900, 2101)


@dataclass(frozen=True, slots=True)
class Plain:
    """A certain day. ``real``: the spreadsheet itself holds a date. ``week``: only its week is named."""

    day: date
    real: bool = False
    week: bool = False
    short_year: bool = False


@dataclass(frozen=True, slots=True)
class Number:
    """A spreadsheet's day number."""

    number: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Two figures that are day and month in an order to be found out, and the year."""

    first: int
    second: int
    year: int
    short_year: bool = False
    weekday: str = ""
    week: bool = False

    @property
    def doubtful(self) -> bool:
        """Whether both orders give a day, and different ones."""
        return self.first <= 12 and self.second <= 12 and self.first != self.second and not self.evidence

    @property
    def evidence(self) -> str:
        """``dmy`` or ``mdy`` when only one of them can be: a figure over 12, or a weekday that fits only one."""
        if self.first > 12 or self.second > 12:
            return "dmy" if self.second <= 12 else "mdy" if self.first <= 12 else ""
        if self.weekday and self.first != self.second:
            fits = {order for order in ("dmy", "mdy") if (day := self.day(order)) and self.weekday_fits(day)}
            return fits.pop() if len(fits) == 1 else ""
        return ""

    def day(self, order: str) -> date | None:
        """The day in an order, None when there is none."""
        day, month = (self.first, self.second) if order == "dmy" else (self.second, self.first)
        return made(self.year, month, day)

    def weekday_fits(self, day: date) -> bool:
        """Whether the weekday that stands beside it is the day's own."""
        return not self.weekday or words.WEEKDAYS[day.weekday()].lower().startswith(self.weekday)

    def refusal(self, order: str) -> str:
        """Why there is no such day, in words."""
        day, month = (self.first, self.second) if order == "dmy" else (self.second, self.first)
        return no_such_day(day, month, self.year)


@dataclass(frozen=True, slots=True)
class Unread:
    """No day. ``nothing``: it says that there is none. ``refused``: it looks like one that does not exist."""

    why: str
    nothing: bool = False
    refused: bool = False
    choices: tuple[tuple[str, str], ...] = ()


Parsed = Plain | Number | Figures | Unread | None


def made(year: int, month: int, day: int) -> date | None:
    """The date of three numbers, None when it does not exist."""
    try:
        return date(year, month, day) if year in _YEARS else None
    except ValueError:
        return None


def no_such_day(day: int, month: int, year: int) -> str:
    """Why three numbers are no day, in words."""
    if year not in _YEARS:
        return f"The year {year} is outside {_YEARS[0]} to {_YEARS[-1]}."
    if not 1 <= month <= 12:
        return "There are 12 months."
    return f"{day} {words.MONTHS[month - 1]} {year} does not exist."


def as_text(value: object) -> str:
    """What stands in a cell, as people see it, on one line."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return words.short_date(value.date())
    if isinstance(value, date):
        return words.short_date(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    text = unicodedata.normalize("NFC", str(value))
    kept = "".join(" " if c.isspace() else c for c in text if c.isspace() or unicodedata.category(c)[0] != "C")
    return " ".join(kept.split())


def classify(value: object) -> Parsed:
    """Say what a cell is; None for an empty one. Never raises."""
    if isinstance(value, datetime):
        return _real(value.date())
    if isinstance(value, date):
        return _real(value)
    if isinstance(value, bool | time):
        return Unread("That is no date.", refused=True)
    if isinstance(value, int | float):
        return _number(value)
    text = as_text(value).casefold()
    return _text(text) if text else None


def _real(day: date) -> Parsed:
    return Plain(day, real=True) if day.year in _YEARS else Unread(no_such_day(1, 1, day.year), refused=True)


def _number(value: float) -> Parsed:
    whole = int(value) if value == value and abs(value) < 1e9 else 0
    if _LOWEST <= whole <= _HIGHEST:
        return Number(whole)
    if whole == value and (day := _eight_figures(str(whole))):
        return Plain(day)
    if whole == value and EARLY <= whole <= LATE:
        return Unread("It names a year, not a day.")
    return Unread("That number is no date.", refused=True)


EARLY, LATE = 1950, 2100


def _eight_figures(text: str) -> date | None:
    """20260325: eight figures that begin with a year."""
    return made(int(text[:4]), int(text[4:6]), int(text[6:])) if len(text) == 8 and text.isdecimal() else None


def _text(text: str) -> Parsed:
    if text in _NOTHING:
        return Unread("It says that there is no date.", nothing=True)
    if text.isascii() and re.fullmatch(r"\d{4,8}(?:\.\d+)?", text):
        return _number(float(text))
    week = _WEEK.match(text)
    body = text[week.end() :] if week else text
    said = _WEEKDAY.match(body)
    weekday = said[1] if said else ""
    body = body[said.end() :] if said else body
    found = _dated(body, weekday, week=week is not None)
    if found is not None:
        return found
    return _words_only(body)


def _dated(body: str, weekday: str, *, week: bool) -> Parsed:
    """Read the three parts of a date, None when there are not three. Figures are plain ones (0 to 9)."""
    if not body.isascii():
        return None
    if one := _ISO.fullmatch(body):
        return _certain(int(one[1]), int(one[3]), int(one[4]), weekday, week=week)
    if one := _FIGURES.fullmatch(body):
        year, short = _year(one[4])
        return Figures(int(one[1]), int(one[3]), year, short, weekday, week)
    if (one := _NAMED.fullmatch(body)) and (month := _month(one[2])):
        year, short = _year(one[3])
        return _certain(year, month, int(one[1]), weekday, week=week, short=short)
    if (one := _MONTH_DAY.fullmatch(body)) and (month := _month(one[1])):
        return _certain(int(one[3]), month, int(one[2]), weekday, week=week)
    return None


def _certain(year: int, month: int, day: int, weekday: str, *, week: bool, short: bool = False) -> Parsed:
    made_day = made(year, month, day)
    if made_day is None:
        return Unread(no_such_day(day, month, year), refused=True)
    own = words.WEEKDAYS[made_day.weekday()]
    if weekday and not own.lower().startswith(weekday):
        choice = ((made_day.isoformat(), words.plain_date(made_day)),)
        return Unread(f"{words.plain_date(made_day)} is a {own}.", refused=True, choices=choice)
    return Plain(made_day, week=week, short_year=short)


def _words_only(body: str) -> Unread:
    """Say what is missing; a month alone offers its first and last day, neither as a default."""
    if not body.isascii():
        return Unread("It could not be read as a date.")
    one = _MONTH_ONLY.fullmatch(body)
    month = (_month(one[1]) if one[1] else int(one[3])) if one else 0
    if one and 1 <= month <= 12:
        year, _short = _year(one[2] or one[4])
        first = made(year, month, 1)
        after = made(year + month // 12, month % 12 + 1, 1)
        days = (first, date.fromordinal(after.toordinal() - 1)) if first and after else ()
        choices = tuple((day.isoformat(), words.plain_date(day)) for day in days)
        return Unread("It names a month, not a day.", choices=choices)
    if _NO_YEAR.fullmatch(body):
        return Unread("It has no year.")
    return Unread("It could not be read as a date.")


def _year(figures: str) -> tuple[int, bool]:
    return (int(figures) + 2000, True) if len(figures) == 2 else (int(figures), False)


def _month(typed: str) -> int:
    """The month a word stands for: three or more letters from its start, or ``sept``; 0 for none."""
    for place, month in enumerate(words.MONTHS, start=1):
        if month.lower().startswith(typed) or (typed == "sept" and place == 9):
            return place
    return 0
