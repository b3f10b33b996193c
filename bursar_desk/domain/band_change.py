"""Which interval was running when a check was done and which runs now, when the thing has moved to another band."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bursar_desk.domain.date_math import add_months
from bursar_desk.domain.intervals import Form, Interval, Number, Rule, age_on, choose_interval

if TYPE_CHECKING:
    from datetime import date

Running = tuple[Interval | None, Interval | None, str, "date | None"]


def interval_running(
    rule: Rule,
    *,
    done: date | None,
    value: Number | None,
    value_was: Number | None,
    value_changed: date | None,
    first_used: date | None,
    own: Interval | None,
    doubled: bool,
) -> Running:
    """The interval when last done, the interval now, a note for the person, and the day the band changed or ``None``.

    A school's ``own`` interval stands in for a risk-based default; ``doubled`` is for fixed leak detection. An age
    grows by itself from ``first_used``. Outside those rules there is one interval and no change.
    """
    if rule.form is not Form.BY_VALUE:
        chosen = own or rule.interval
        return chosen, chosen, "", None
    if rule.by_age and first_used and value is None:
        return _by_age(rule, first_used, done)
    chosen_now = choose_interval(rule, value)
    now = _twice(chosen_now.interval, doubled)
    if done is None or value_changed is None or value_was is None or value_changed <= done:
        return now, now, chosen_now.note, None
    before = _twice(choose_interval(rule, value_was).interval, doubled)
    return before, now, chosen_now.note, value_changed if before != now else None


def _twice(interval: Interval | None, doubled: bool) -> Interval | None:
    return interval.doubled() if interval and doubled else interval


def _by_age(rule: Rule, first_used: date, done: date | None) -> Running:
    """The first birthday after the day done, and on or before the date then due, that moves it to another band."""
    start = choose_interval(rule, age_on(first_used, done or first_used))
    if done is None or start.interval is None:
        return start.interval, start.interval, start.note, None
    old_due = start.interval.after(done)
    for edge in sorted({edge for band in rule.bands for edge in (band.low, band.high) if edge is not None}):
        birthday = add_months(first_used, int(edge * 12))
        if done < birthday <= old_due:
            then = choose_interval(rule, age_on(first_used, birthday))
            if then.interval != start.interval:
                return start.interval, then.interval, start.note, birthday
    return start.interval, start.interval, start.note, None
