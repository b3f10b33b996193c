"""The days on which a check of a fixed rhythm falls, worked out when asked for and never stored."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from bursar_desk.domain.date_math import add_days, add_months
from bursar_desk.domain.habits import REACH, Habit, Holiday, Which, nth_weekday
from bursar_desk.domain.intervals import Form, Interval, Rule, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bursar_desk.domain.calendar import SchoolCalendar
    from bursar_desk.domain.periods import DayKind

_FAR: Final = 1500  # days; a rhythm that gives no day in four years gives none
_LONG_AGO: Final = date(2000, 1, 3)  # a Monday: where a rhythm without a first day counts from


def slot_id(check: bytes, day: date) -> bytes:
    """The id of one check on one due day: 16 bytes, the same on every computer and however often it is asked for."""
    return hashlib.sha256(b"bursar.slot.1|" + check + b"|" + day.isoformat().encode()).digest()[:16]


@dataclass(frozen=True, slots=True)
class Grid:
    """A fixed rhythm: a rule, what the school says about its days, and the day it counts from."""

    rule: Rule
    habit: Habit
    calendar: SchoolCalendar
    since: date | None = None
    own: Interval | None = None
    days: frozenset[DayKind] = frozenset()

    @property
    def base(self) -> date:
        """The day the rhythm counts from."""
        return self.habit.starts or self.since or _LONG_AGO

    def after(self, day: date) -> date | None:
        """The first due day after a day; ``None`` when there is no further one."""
        limit = add_days(day, _FAR)
        for found in self.since_day(add_days(day, 1)):
            return found if found <= limit else None
        return None

    def since_day(self, first: date) -> Iterator[date]:
        """The due days from a day on, in order, without end unless the habit has one."""
        habit, before = self.habit, date.min
        start = add_days(first, -REACH) if habit.holiday is Holiday.AFTER else first
        if habit.starts:
            start = max(start, habit.starts)
        number = 0
        if habit.times is not None and habit.starts:
            start = habit.starts
        for raw in self._raw(start):
            if (habit.ends and raw > habit.ends) or (habit.times is not None and number >= habit.times):
                return
            if not habit.in_season(raw) or (habit.term_only and self.calendar.in_holiday(raw)):
                continue
            number += 1
            found = habit.moved(raw, self.calendar)
            if found is None or found <= before or (habit.starts and found < habit.starts):
                continue
            before = found
            if found >= first:
                yield found

    def between(self, first: date, last: date) -> Iterator[date]:
        """The due days from one day to another, both included."""
        for day in self.since_day(first):
            if day > last:
                return
            yield day

    # --- the days the rule and the habit name, before season and holidays ------------------------------------------

    def _raw(self, start: date) -> Iterator[date]:
        limit = add_days(start, _FAR * 20)
        for day in self._endless(start):
            if day > limit or day.year >= 9990:
                return
            if day >= start:
                yield day

    def _endless(self, start: date) -> Iterator[date]:
        which = self.habit.which
        interval = self.own or self.rule.interval
        if which is Which.NTH_WEEKDAY:
            return self._by_month(start, interval.months if interval and interval.months else 1)
        if which is Which.WEEK_OF_TERM:
            return self._by_period(start, self.rule.span or Span.TERM, named=True)
        if which is Which.HALF_TERM:
            return self._by_period(start, Span.HALF_TERM)
        if which is Which.WEEKDAYS and (interval is None or not interval.months):
            return self._by_week(start, max(1, round((interval.days_about if interval else 7) / 7)))
        if self.rule.form is Form.EACH:
            return self._by_period(start, self.rule.span or Span.TERM)
        if self.rule.form is Form.DAILY or interval is None:
            return self._by_day(start)
        return self._by_interval(start, interval)

    def _by_month(self, start: date, step: int) -> Iterator[date]:
        base = self.base.year * 12 + self.base.month - 1
        month = start.year * 12 + start.month - 1
        month += (base - month) % step
        while month < 9990 * 12:
            yield nth_weekday(month // 12, month % 12 + 1, self.habit.nth, self.habit.weekdays[0])
            month += step

    def _by_week(self, start: date, step: int) -> Iterator[date]:
        base = self.base.toordinal() - self.base.weekday()
        week = start.toordinal() - start.weekday()
        week += (base - week) % (7 * step)
        daily = self.rule.form is Form.DAILY
        while week < 3_648_000:
            for weekday in sorted(self.habit.weekdays):
                day = date.fromordinal(week + weekday)
                if not daily or self.calendar.kind(day) in self.days:
                    yield day
            week += 7 * step

    def _by_period(self, start: date, span: Span, *, named: bool = False) -> Iterator[date]:
        for_week, period = self.habit, self.calendar.period_at(span, start)
        while period.last_school_day.year < 9990:
            yield for_week.in_term(period.last_school_day, span, self.calendar) if named else period.last_school_day
            after = self.calendar.period_after(span, period)
            if after.last_school_day <= period.last_school_day:
                return
            period = after

    def _by_day(self, start: date) -> Iterator[date]:
        while (day := self.calendar.next_day_of(self.days, start)) is not None:
            yield day
            start = add_days(day, 1)

    def _by_interval(self, start: date, interval: Interval) -> Iterator[date]:
        """The days of a plain rhythm; with weekdays named, the last of those on or before each."""
        base, days = self.base, max(1, round(interval.days_about))
        if interval.months:
            apart = (start.year - base.year) * 12 + start.month - base.month
            number = max(0, apart // interval.months - 1)
        else:
            number = max(0, -((base - start).days // days) - 1)
        while True:
            months = interval.months * number
            day = add_months(base, months) if interval.months else add_days(base, days * number)
            if day.year >= 9990:
                return
            if self.habit.which is Which.WEEKDAYS:
                day = max(add_days(day, -((day.weekday() - weekday) % 7)) for weekday in self.habit.weekdays)
            yield day
            number += 1
