"""Which days of a weekly, daily or termly check passed with nothing done, worked out from what was done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from bursar_desk.domain import checks
from bursar_desk.domain.calendar import NO_CALENDAR, SchoolCalendar
from bursar_desk.domain.check_facts import CheckFacts, case_of
from bursar_desk.domain.date_math import add_days
from bursar_desk.domain.due import Anchor, Case
from bursar_desk.domain.habits import may_shape
from bursar_desk.domain.intervals import Form
from bursar_desk.domain.local_due import fitting, grid_of
from bursar_desk.domain.recurrence import after_closure

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from bursar_desk.domain.checks import Completion
    from bursar_desk.domain.slots import Grid

LONGEST: Final = 31
"""Days: a check with a longer interval is late, not missed; there is one date of it to catch up with."""


@dataclass(frozen=True, slots=True)
class Skip:
    """Somebody said that it was not done: on which day, for which due day where that is known, and why."""

    on: date
    due: date | None
    reason: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Missed:
    """A day that passed with nothing done: when it was due and the last day on which it would have counted.

    ``reason`` is the code of a ``NotDoneReason`` and ``note`` what was written with it; both empty when nobody said.
    """

    due: date
    latest: date
    reason: str = ""
    note: str = ""


def missed_between(
    facts: CheckFacts, completions: Sequence[Completion], skips: Sequence[Skip], first: date, last: date,
    calendar: SchoolCalendar = NO_CALENDAR,
) -> tuple[Missed, ...]:  # fmt: skip
    """The days of a check that were missed, from ``first`` to ``last``, oldest first; nothing is stored for it.

    A due day counts as missed when its last chance (``Missed.latest``) lies in the range: for a week the day before the
    next one is due, for a day that day, for a term its last school day. The one that can still be done is not among
    them. What was done late before its last chance is late, not missed. Before the first completion or first use
    nothing is known, so nothing was missed. A shut site excuses the listed checks (rules section 4). The cost grows
    with the number of due days. Completions need no order; re-tests and drills with nobody there do not count.
    """
    drill = facts.code in checks.DRILLS
    done = sorted(
        one.done for one in completions if not one.retest and (not drill or calendar.staff_in(one.done))
    )  # fmt: skip
    closed = frozenset(s.due or s.on for s in skips if s.reason == checks.NotDoneReason.SITE_CLOSED)
    facts = replace(facts, closed_skips=facts.closed_skips | closed)
    pairs = _passed(facts, done, first, last, calendar)
    return tuple(_with_reason(due, latest, skips) for due, latest in pairs if first <= latest <= last)


def _with_reason(due: date, latest: date, skips: Sequence[Skip]) -> Missed:
    for skip in skips:
        if skip.due == due or (skip.due is None and due <= skip.on <= latest):
            return Missed(due, latest, skip.reason, skip.note)
    return Missed(due, latest)


def _passed(
    facts: CheckFacts, done: list[date], first: date, last: date, calendar: SchoolCalendar
) -> Iterable[tuple[date, date]]:
    case = case_of(facts, None, calendar)
    if not may_shape(facts.rule, facts.anchor):
        return ()
    shaped = facts.local and facts.habit is not None and facts.habit.shapes_days
    if facts.rule.form is Form.EACH and not shaped:
        return _periods(case, done, first, last)
    if facts.rule.form is Form.DAILY and not shaped:
        return _days(case, done, first, last)
    interval = facts.own_interval or facts.rule.interval
    if interval is not None and interval.days_about > LONGEST and not (shaped and facts.anchor is not Anchor.LAST_DONE):
        return ()
    began = done[0] if done else facts.first_used
    if began is None or (interval is None and not shaped):
        return ()
    return _walk(_Steps(case, facts), done, began, last)


def _periods(case: Case, done: list[date], first: date, last: date) -> Iterator[tuple[date, date]]:
    span = case.rule.span
    began = min([day for day in (case.first_used, *done[:1]) if day], default=None)
    if span is None or began is None:
        return
    met = {case.calendar.period_at(span, day).key for day in done}
    for period in case.calendar.periods_between(span, max(began, first), last):
        if period.key not in met:
            yield period.last_school_day, period.last_school_day


def _days(case: Case, done: list[date], first: date, last: date) -> Iterator[tuple[date, date]]:
    began = min([day for day in (case.first_used, *done[:1]) if day], default=None)
    if began is None:
        return
    met = frozenset(done)
    day = case.calendar.next_day_of(case.days, max(began, first))
    while day is not None and day <= last:
        moved = after_closure(case, day)
        if moved not in met:
            yield moved, moved
        day = case.calendar.next_day_of(case.days, add_days(moved, 1))


class _Steps:
    """How one check walks from a completion to its next due day, and from a due day to the one after."""

    def __init__(self, case: Case, facts: CheckFacts) -> None:
        self._case = case
        self._interval = facts.own_interval or facts.rule.interval
        self._habit = facts.habit if facts.local and facts.habit and facts.habit.shapes_days else None
        self._fixed = facts.anchor is Anchor.FIXED_DATE
        self.early = facts.habit.early_days if facts.local and facts.habit else 0
        counted = facts.anchor is Anchor.LAST_DONE and facts.rule.form is Form.EVERY
        self._grid: Grid | None = None
        if self._habit and not counted:
            self._grid = grid_of(case, self._habit)
        self._number: int | None = None  # the day number that a fixed series by months keeps (rule D4)

    def start(self, began: date) -> None:
        """Note the day the series counts from."""
        self._number = began.day if self._fixed else None

    def first(self, began: date) -> date | None:
        """The first due day of something that was never done: of a fixed rhythm its first, else one interval on."""
        return self._grid.after(add_days(began, -1)) if self._grid else self.following(began)

    def following(self, day: date) -> date | None:
        """The due day that follows a due day or a completion."""
        if self._grid:
            return self._grid.after(day)
        if self._interval is None:
            return None
        counted = self._interval.after(day, self._number)
        if self._habit:
            return fitting(self._case, self._habit, counted, add_days(day, 1))
        return after_closure(self._case, counted)

    def after_done(self, due: date | None, done: date) -> date | None:
        """The due day after something was done for ``due``; a fixed rhythm is kept, and so is a day done early."""
        if due is None:
            return self.following(done)
        inside = add_days(due, -self.early) <= done <= due
        if self._grid:
            return self._grid.after(due if inside else done) if inside or done > due else due
        if self._fixed or (self.early and inside):
            if done < add_days(due, -self.early):
                self.start(done)
                return self.following(done)
            day: date | None = due
            while day is not None and (day == due or day <= done):
                day = self.following(day)
            return day
        return self.following(done)


def _walk(steps: _Steps, done: list[date], began: date, last: date) -> Iterator[tuple[date, date]]:
    """From the first completion on, every due day whose last chance passed before anything was done for it."""
    place = int(bool(done))
    steps.start(began)
    due = steps.following(began) if done else steps.first(began)
    while due is not None and due <= last:
        after = steps.following(due)
        until = add_days(after, -1) if after else due
        if place < len(done) and done[place] <= until:
            due = steps.after_done(due, done[place])
            place += 1
        else:
            yield due, until
            due = after
