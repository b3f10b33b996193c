"""What a due date depends on and what is said about it: the anchors, the case handed in, the answer given back."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from bursar_desk.domain.errors import UserError
from bursar_desk.domain.periods import DayKind, Period
from bursar_desk.domain.tolerances import NO_SLACK, Tolerance

if TYPE_CHECKING:
    from datetime import date

    from bursar_desk.domain.calendar import SchoolCalendar
    from bursar_desk.domain.habits import Habit
    from bursar_desk.domain.intervals import Interval, Number, Rule

_SCHOOL_DAYS: Final = frozenset({DayKind.SCHOOL_DAY})


class Anchor(StrEnum):
    """What the next due date is counted from (rules section 1)."""

    LAST_DONE = "last done"
    FIXED_DATE = "fixed date"
    EXPIRY_DATE = "expiry date"
    CALENDAR_PERIOD = "calendar period"
    EVENT = "event"


def parse_anchor(text: str) -> Anchor:
    """Read an anchor; words after it are notes. Raises ``UserError`` naming the five."""
    low = " ".join(text.lower().replace("_", " ").split())
    for anchor in Anchor:
        if low == anchor.value or low.startswith((anchor.value + ",", anchor.value + ";", anchor.value + ":")):
            return anchor
        if low.startswith((anchor.value + " (", anchor.value + " and ")):
            return anchor
    raise UserError(
        f"“{text}” is not something to count from.",
        "Nothing was changed.",
        "Write last done, fixed date, expiry date, calendar period or event.",
    )


@dataclass(frozen=True, slots=True)
class Due:
    """When a check is due and why.

    ``legal_due`` is the last permitted day (rule D6), or the target inside a window; ``latest`` is the last day inside
    the tolerance, equal to ``legal_due`` where there is none. ``earliest`` is the first day a visit counts, where a
    window says so. ``plan_by`` is what people plan with. All are ``None`` where there is no timetable. ``day_number``
    is the day of a fixed series to hand in next time. ``needed`` is false where the band asks for no check at all,
    ``ended`` true where the school's own check has come to its end.
    """

    legal_due: date | None
    plan_by: date | None
    latest: date | None
    because: str
    period: Period | None = None
    earliest: date | None = None
    interval: Interval | None = None
    day_number: int | None = None
    needed: bool = True
    plan_because: str = ""
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """All that one due date depends on. Days are dates; ``value`` is in the rule's own measure.

    ``previous_due`` is the date the last completion was due (fixed dates, MOT), or the date that is set while there is
    no completion. ``printed`` stands on the last report or document. ``value_was`` held until ``value_changed``.
    ``local`` is a check of the school's own, whose ``habit`` sets the day; for any other it moves only the plan.
    ``done_times``: how often it was done since the habit starts. ``today`` and ``required`` decide whether a check may
    be put off past its date: one that the law or a code asks for only once it is late already.
    """

    rule: Rule
    anchor: Anchor
    calendar: SchoolCalendar
    done: date | None = None
    previous_due: date | None = None
    printed: date | None = None
    value: Number | None = None
    value_was: Number | None = None
    value_changed: date | None = None
    tolerance: Tolerance = NO_SLACK
    series_day: int | None = None
    first_used: date | None = None
    own_interval: Interval | None = None
    doubled: bool = False
    beginning_with: bool = False
    written_scheme: bool = False
    disruptive: bool = False
    drill: bool = False
    named_day: tuple[int, int] | None = None
    days: frozenset[DayKind] = _SCHOOL_DAYS
    closed_site: bool = False
    closed_skips: frozenset[date] = frozenset()
    term_only: bool = False
    postponed_to: date | None = None
    in_use_since: date | None = None
    weekday: int | None = None
    put_off_to: date | None = None
    not_before: date | None = None
    habit: Habit | None = None
    local: bool = False
    done_times: int = 0
    required: bool = True
    today: date | None = None
