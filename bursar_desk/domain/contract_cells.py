"""What cells of a contract register say of notice, of the end and of how long: read strictly, or a question."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from bursar_desk.domain.date_cells import as_text

ONGOING: Final = re.compile(
    r"(?:on[- ]?going|rolling.*|continuous|continuing|until further notice|evergreen|open[- ]?ended|perpetual"
    r"|no (?:fixed )?end(?: date)?|no expiry|never expires|indefinite(?:ly)?|permanent|auto(?:matic(?:ally)?)?"
    r"[- ]?renew\w*)\.?"
)
"""Words in the place of an end that say that there is none."""
_SMALL: Final = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "a": 1, "an": 1, "eighteen": 18, "twenty four": 24, "thirty": 30, "sixty": 60,
    "ninety": 90, "28": 28,
}  # fmt: skip
_UNITS: Final = {
    "day": "days", "week": "weeks", "wk": "weeks", "month": "months", "mth": "months", "mnth": "months",
    "working day": "working days", "business day": "working days", "workday": "working days",
}  # fmt: skip
_COUNT: Final = rf"(?P<count>\d{{1,4}}|{'|'.join(sorted(_SMALL, key=len, reverse=True))})"
_NOTICE: Final = re.compile(
    rf"(?:minimum (?:of )?|at least |not less than |no less than |min\.? )?{_COUNT}\s*(?:\(\s*(?P<also>\d{{1,4}})\s*\)"
    r"\s*)?(?P<clear>clear\s+)?(?P<unit>working day|business day|workday|calendar month|calendar day|day|week|wk|month"
    r"|mth|mnth|year|yr|quarter|term|half[- ]term)['’]?s?['’]?(?:\s*\(s\))?\s*(?:written |prior |in writing )*"
    r"(?:notice(?: period)?(?: required| in writing)?)?\s*(?P<when>(?:before|prior to|of)\s+.{0,60})?"
)
_NONE: Final = frozenset({
    "none", "n/a", "na", "nil", "-", "no notice", "not applicable", "0", "no", "no notice required", "none required",
})  # fmt: skip
_UNKNOWN: Final = frozenset({"tbc", "tba", "tbd", "?", "unknown", "not known", "see contract", "to be confirmed"})


@dataclass(frozen=True, slots=True)
class NoticeCell:
    """``count`` of ``unit`` ("days", "weeks", "months", "working days"); None and no ``why`` when none is needed."""

    found: str
    count: int | None = None
    unit: str = ""
    clear: bool = False
    why: str = ""


def read_notice(value: object, unit: str = "") -> NoticeCell:
    """Read a cell of notice; ``unit`` is the one its heading names, for a bare number. Never raises."""
    found = as_text(value)
    text = found.casefold().strip(" .")
    if not text or text in _NONE:
        return NoticeCell(found)
    if text in _UNKNOWN:
        return NoticeCell(found, why="It says that the notice is not known.")
    if isinstance(value, bool | date):
        return NoticeCell(found, why="That is no length of notice.")
    if re.fullmatch(r"\d{1,4}", text):
        if unit and 0 < int(text) <= 1000:
            return NoticeCell(found, int(text), unit)
        return NoticeCell(found, why="It does not say whether that is days, weeks or months.")
    one = _NOTICE.fullmatch(text)
    if one is None:
        return NoticeCell(found, why="It could not be read as a length of notice.")
    return _notice(found, one)


def _notice(found: str, one: re.Match[str]) -> NoticeCell:
    count = int(one["count"]) if one["count"].isdecimal() else _SMALL[one["count"]]
    if one["also"] and int(one["also"]) != count:
        return NoticeCell(found, why="It says two different lengths.")
    said = one["unit"].removeprefix("calendar ")
    if "term" in said:
        return NoticeCell(found, why="A term is no fixed length. Say it in weeks or months.")
    if said in ("year", "yr", "quarter"):
        count *= 3 if said == "quarter" else 12
        said = "month"
    if not 0 < count <= 1000:
        return NoticeCell(found, why="That is no length of notice.")
    return NoticeCell(found, count, _UNITS[said], bool(one["clear"]))


@dataclass(frozen=True, slots=True)
class EndCell:
    """What happens at the end: ``at_end`` as the register has it ("ends", "renews", "rolls", "option"), or ``why``."""

    found: str
    at_end: str = ""
    renew_months: int | None = None
    options: int | None = None
    why: str = ""


def read_end(value: object) -> EndCell:
    """Read a cell on renewal. Never raises."""
    found = as_text(value)
    text = found.casefold().strip(" .")
    if not text or text in ("n/a", "na", "-"):
        return EndCell(found)
    if isinstance(value, date | bool):
        return EndCell(found, why="It names a day, not what happens at the end.")
    months = _months_in(text)
    if re.search(r"\boption|\bextend|\bextension|\d\s*\+\s*\d", text):
        again = re.fullmatch(r"(?:\d+ x )?.*?(\d)\s*\+\s*(\d)(?:\s*(years?|yrs?|months?))?.*", text)
        if again:
            return EndCell(found, why="Say how many options there are, and how long each is.")
        return EndCell(found, "option", months, 1 if months else None)
    if re.search(r"\brolling|\brolls|month(?:ly)? by month|month to month|\bperiodic", text):
        return EndCell(found, "rolls", months or (1 if "month" in text else None))
    if re.search(r"\bauto|\bevergreen|\btacit|\brenews", text) and not re.search(r"\b(?:not|no|never)\b", text):
        return EndCell(found, "renews", months)
    if re.fullmatch(r"(?:fixed(?: term)?|ends|expires|terminates|none|no|no renewal|does not renew|not renewed)", text):
        return EndCell(found, "ends")
    return EndCell(found, why="It does not say clearly what happens at the end.")


def _months_in(text: str) -> int | None:
    one = re.search(rf"\b{_COUNT}[\s-]*(year|yr|month|mth|quarter)", text)
    if one is None:
        return {"annual": 12, "annually": 12, "yearly": 12}.get(text.rpartition(" ")[2])
    count = int(one["count"]) if one["count"].isdecimal() else _SMALL[one["count"]]
    months = count * {"year": 12, "yr": 12, "quarter": 3}.get(one[2], 1)
    return months if 0 < months <= 600 else None


def read_length(value: object) -> tuple[int | None, int]:
    """Return the months of a contract's length and how many options of 12 months follow: "3 years", "3+1+1"."""
    text = as_text(value).casefold().strip(" .")
    one = re.fullmatch(r"(\d{1,2})((?:\s*\+\s*1)+)\s*(?:years?|yrs?)?", text)
    if one:
        return int(one[1]) * 12, one[2].count("+")
    if re.fullmatch(rf"{_COUNT}[\s-]*(?:years?|yrs?|months?|mths?)(?: (?:fixed|initial)?(?: ?term)?)?", text):
        return _months_in(text), 0
    return None, 0


def last_day(first: date, months: int) -> date | None:
    """Return the last day of so many months from a first day: the day before the same day, or the month's end."""
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    if not 1 <= year <= 9998:
        return None
    most = calendar.monthrange(year, month + 1)[1]
    if first.day > most:
        return date(year, month + 1, most)
    return date(year, month + 1, first.day) - timedelta(days=1)


def whole_months(first: date, last: date) -> int | None:
    """Return how many whole months lie from a first to a last day, both counted; None when they are not whole."""
    rough = (last.year - first.year) * 12 + last.month - first.month
    return next((n for n in (rough - 1, rough, rough + 1) if n > 0 and last_day(first, n) == last), None)
