"""When within its rhythm a school does a check: weekdays, weeks of term, seasons, holidays, kept as plain JSON."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain.date_math import add_days, days_in_month
from bursar_desk.domain.due import Anchor
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.intervals import Form, Rule, Span
from bursar_desk.domain.periods import DayKind
from bursar_desk.domain.words import count, listing, long_date

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bursar_desk.domain.calendar import SchoolCalendar

MonthDay = tuple[int, int]
_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_NTH: Final = {1: "first", 2: "second", 3: "third", 4: "fourth", -1: "last"}
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_OFF: Final = frozenset({DayKind.CLOSURE, DayKind.BANK_HOLIDAY, DayKind.HOLIDAY})
REACH: Final = 100
"""Days: how far a day may be moved out of a holiday before it is left where it is."""
NOT_READ: Final = "How it repeats here was written in a way this version of Bursar Desk does not know; it is not used."


class Which(StrEnum):
    """The day itself; without one, the day the rule gives."""

    PLAIN = ""
    NTH_WEEKDAY = "nth weekday"
    WEEKDAYS = "weekdays"
    WEEK_OF_TERM = "week of term"
    HALF_TERM = "once each half term"


class Holiday(StrEnum):
    """What happens when the day falls on a holiday, a bank holiday or a closure."""

    KEEP = "keep"
    SKIP = "skip"
    BEFORE = "before"
    AFTER = "after"


class Choice(StrEnum):
    """The two ways to count that a school chooses between for its own checks."""

    SAME_DAY = "same day"
    AFTER_DONE = "after last done"

    @property
    def anchor(self) -> Anchor:
        """The anchor that is kept with the check."""
        return Anchor.FIXED_DATE if self is Choice.SAME_DAY else Anchor.LAST_DONE

    def said(self, rule: Rule) -> str:
        """``Same day each month`` or ``6 months after it was last done``."""
        if self is Choice.SAME_DAY:
            unit = rule.interval.unit.value if rule.interval else (rule.span.value if rule.span else "time")
            return f"Same day each {unit}" if not rule.interval or rule.interval.count == 1 else "Same day each time"
        return (
            f"{str(rule.interval).capitalize()} after it was last done" if rule.interval else "After it was last done"
        )


_HOLIDAY_WORDS: Final = {
    Holiday.SKIP: "left out when the school is closed that day",
    Holiday.BEFORE: "brought forward when the school is closed that day",
    Holiday.AFTER: "moved to the first day back when the school is closed that day",
}


@dataclass(frozen=True, slots=True)
class Habit:
    """How one check repeats at one school (``school_check.habit``).

    ``nth`` is 1 to 4, or -1 for the last; ``weekdays`` count from Monday 0; ``week`` counts the weeks of a term from 1.
    ``season`` is the first and last month and day, and may run over New Year. ``early_days``: done so many days early
    or fewer, the day is kept. Raises ``UserError`` for a combination that cannot be.
    """

    which: Which = Which.PLAIN
    nth: int = 0
    weekdays: tuple[int, ...] = ()
    week: int = 0
    term_only: bool = False
    season: tuple[MonthDay, MonthDay] | None = None
    starts: date | None = None
    ends: date | None = None
    times: int | None = None
    holiday: Holiday = Holiday.KEEP
    early_days: int = 0

    def __post_init__(self) -> None:
        if problem := self._problem():
            raise UserError(f"That is not a way to repeat a check: {problem}.", "Nothing was changed.", "Choose again.")

    def _problem(self) -> str:
        if self.which is Which.NTH_WEEKDAY and (self.nth not in _NTH or len(self.weekdays) != 1):
            return "say which one, and one day of the week"
        if self.which is Which.WEEKDAYS and not self.weekdays:
            return "name at least one day of the week"
        if self.which is Which.WEEK_OF_TERM and not (1 <= self.week <= 20 and len(self.weekdays) < 2):
            return "say which week of term, from 1 to 20"
        if any(not 0 <= day <= 6 for day in self.weekdays) or len(set(self.weekdays)) != len(self.weekdays):
            return "name each day of the week once"
        if self.season and not all(1 <= m <= 12 and 1 <= d <= days_in_month(2028, m) for m, d in self.season):
            return "a season runs from one day and month to another"
        if self.starts and self.ends and self.ends < self.starts:
            return "it ends before it starts"
        if self.times is not None and not (1 <= self.times <= 999 and self.starts):
            return "so many times, 1 to 999, needs a first day"
        return "" if 0 <= self.early_days <= 366 else "at most a year early"

    @property
    def shapes_days(self) -> bool:
        """Tell whether it says anything about which days, beside how early one may be."""
        return self != Habit(early_days=self.early_days)

    @property
    def words(self) -> str:
        """The sentence for people: ``On the second Tuesday of the month, in term time only.``"""
        parts = [part for part in (self._day_words(), *self._limit_words()) if part]
        text = ", ".join(parts) or "on the day it is due"
        return f"{text[0].upper()}{text[1:]}."

    def _day_words(self) -> str:
        days = listing([_DAYS[day] for day in sorted(self.weekdays)])
        if self.which is Which.NTH_WEEKDAY:
            return f"on the {_NTH[self.nth]} {days} of the month"
        if self.which is Which.WEEKDAYS:
            return f"on {days}"
        if self.which is Which.WEEK_OF_TERM:
            start = f"{days} of " if days else "in "
            return f"{'on ' if days else ''}{start}{_week_words(self.week)} of term"
        return "once each half term" if self.which is Which.HALF_TERM else ""

    def _limit_words(self) -> list[str]:
        said = ["in term time only"] if self.term_only else []
        if self.season:
            first, last = (f"{d} {_MONTHS[m - 1]}" for m, d in self.season)
            said.append(f"from {first} to {last} each year")
        if self.starts:
            said.append(f"starting {long_date(self.starts)}")
        if self.ends:
            said.append(f"until {long_date(self.ends)}")
        if self.times is not None:
            said.append(count(self.times, "time"))
        if self.holiday is not Holiday.KEEP:
            said.append(_HOLIDAY_WORDS[self.holiday])
        if self.early_days:
            said.append(f"done up to {count(self.early_days, 'day')} early the day is kept")
        return said

    def in_season(self, day: date) -> bool:
        """Tell whether a day lies in the season; always where there is none."""
        if self.season is None:
            return True
        first, last = self.season
        here = (day.month, day.day)
        return first <= here <= last if first <= last else here >= first or here <= last

    def matches(self, day: date, calendar: SchoolCalendar) -> bool:
        """Tell whether a day is one of the days it names, season and term time included, holidays not yet."""
        if not self.in_season(day) or (self.term_only and calendar.in_holiday(day)):
            return False
        if self.which is Which.NTH_WEEKDAY:
            return day == nth_weekday(day.year, day.month, self.nth, self.weekdays[0])
        if self.which is Which.WEEKDAYS:
            return day.weekday() in self.weekdays
        if self.which is Which.HALF_TERM:
            return calendar.period_at(Span.HALF_TERM, day).last_school_day == day
        return self.which is not Which.WEEK_OF_TERM or day == self.in_term(day, Span.TERM, calendar)

    def in_term(self, day: date, span: Span, calendar: SchoolCalendar) -> date:
        """The day of the named week in the term (half term, school year) that a day belongs to.

        Without a weekday the last school day of that week. A term shorter than that ends with its last school day.
        """
        period = calendar.period_at(span, day)
        monday = add_days(period.first, 7 * (self.week - 1) - period.first.weekday())
        wanted = add_days(monday, self.weekdays[0] if self.weekdays else 4)
        while not self.weekdays and wanted > monday and not calendar.is_school_day(wanted):
            wanted = add_days(wanted, -1)
        if wanted < period.first:
            wanted = calendar.next_school_day(period.first)
        return min(wanted, period.last_school_day)

    def off(self, day: date, calendar: SchoolCalendar) -> bool:
        """Tell whether the school is not there that day; a weekend is only off where no weekday was named."""
        kind = calendar.kind(day)
        if kind is DayKind.WEEKEND:
            return not self.weekdays or calendar.in_holiday(day)
        return kind in _OFF

    def moved(self, day: date, calendar: SchoolCalendar) -> date | None:
        """The day after the holiday rule: itself, one before, one after, or ``None`` when it is left out."""
        if self.holiday is Holiday.KEEP or not self.off(day, calendar):
            return day
        if self.holiday is Holiday.SKIP:
            return None
        step = -1 if self.holiday is Holiday.BEFORE else 1
        for ahead in range(1, REACH + 1):
            if not self.off(there := add_days(day, step * ahead), calendar):
                return there
        return day


def _week_words(week: int) -> str:
    return f"the {_NTH[week]} week" if week in _NTH else f"week {week}"


def nth_weekday(year: int, month: int, nth: int, weekday: int) -> date:
    """The second Tuesday of a month and the like; ``nth`` 1 to 4 or -1 for the last; Monday is 0."""
    if nth < 0:
        end = date(year, month, days_in_month(year, month))
        return end.replace(day=end.day - (end.weekday() - weekday) % 7)
    first = date(year, month, 1)
    return first.replace(day=1 + (weekday - first.weekday()) % 7 + 7 * (nth - 1))


# --- as JSON ---------------------------------------------------------------------------------------------------------


def to_json(habit: Habit) -> dict[str, Any]:
    """The habit as it is kept: only what was said, dates as 2026-09-01, a season as ["05-01", "09-30"]."""
    plain = Habit
    said: dict[str, Any] = {}
    for one in fields(plain):
        value = getattr(habit, one.name)
        if value == one.default:
            continue
        if one.name == "season":
            value = [f"{month:02d}-{day:02d}" for month, day in value]
        said[one.name] = value.isoformat() if isinstance(value, date) else list(value) if _is_list(value) else value
    return {name: str(value) if isinstance(value, StrEnum) else value for name, value in said.items()}


def _is_list(value: object) -> bool:
    return isinstance(value, tuple)


def from_json(kept: Mapping[str, Any]) -> Habit:
    """Read a kept habit strictly. Raises ``UserError`` for anything it does not know, so that nothing is guessed."""
    unknown = set(kept) - {one.name for one in fields(Habit)}
    try:
        if unknown:
            raise ValueError(", ".join(sorted(unknown)))  # noqa: TRY301 - one way out for all that cannot be read
        return Habit(
            Which(kept.get("which", "")), _whole(kept, "nth"), tuple(_int(one) for one in kept.get("weekdays", [])),
            _whole(kept, "week"), _flag(kept, "term_only"), _season(kept.get("season")), _date(kept.get("starts")),
            _date(kept.get("ends")), _int(kept["times"]) if "times" in kept else None,
            Holiday(kept.get("holiday", "keep")), _whole(kept, "early_days"),
        )  # fmt: skip
    except (ValueError, TypeError) as problem:
        raise UserError(NOT_READ, "Nothing was changed.", "Choose again how it repeats.") from problem


def read_habit(kept: Mapping[str, Any]) -> tuple[Habit | None, str]:
    """The habit of a check, or ``None`` and the sentence that says why: one odd row must not stop a list."""
    if not kept:
        return None, ""
    try:
        return from_json(kept), ""
    except UserError:
        return None, NOT_READ


def _int(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(value)
    return value


def _whole(kept: Mapping[str, Any], name: str) -> int:
    return _int(kept.get(name, 0))


def _flag(kept: Mapping[str, Any], name: str) -> bool:
    value = kept.get(name, False)
    if not isinstance(value, bool):
        raise TypeError(value)
    return value


def _date(value: object) -> date | None:
    if value is None:
        return None
    if not isinstance(value, str) or len(value) != 10:
        raise TypeError(value)
    return date.fromisoformat(value)


def _season(value: object) -> tuple[MonthDay, MonthDay] | None:
    if value is None:
        return None
    if not isinstance(value, list) or len(value) != 2:
        raise TypeError(value)
    first, last = (date.fromisoformat(f"2028-{one}") for one in value)  # a leap year, so that 29 February can be named
    return (first.month, first.day), (last.month, last.day)


def may_shape(rule: Rule, anchor: Anchor) -> bool:
    """Tell whether a habit can say anything about a check with this rule: it has a timetable of its own."""
    return rule.form not in (Form.BEFORE_USE, Form.ON_EVENT) and anchor not in (Anchor.EVENT, Anchor.EXPIRY_DATE)
