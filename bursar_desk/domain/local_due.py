"""The due dates of a school's own checks, where its habit sets the day; and the plan day a habit gives the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bursar_desk.domain.date_math import add_days
from bursar_desk.domain.due import Anchor, Case, Due
from bursar_desk.domain.habits import Habit, may_shape
from bursar_desk.domain.intervals import Form, Interval
from bursar_desk.domain.slots import Grid
from bursar_desk.domain.words import count, long_date

if TYPE_CHECKING:
    from datetime import date

_BACK: Final = 400  # days; a plan day is looked for no further back


def local_date(case: Case) -> Due | None:
    """The due date of a school's own check whose habit names days; ``None`` where the plain anchors answer."""
    habit = case.habit
    if habit is None or not case.local or not habit.shapes_days or not may_shape(case.rule, case.anchor):
        return None
    if case.anchor is Anchor.LAST_DONE and case.rule.form is not Form.EACH and case.rule.form is not Form.DAILY:
        return _after_done(case, habit)
    return _on_grid(case, habit, grid_of(case, habit))


def grid_of(case: Case, habit: Habit) -> Grid:
    """The rhythm of a case."""
    since = case.first_used or (case.previous_due if case.done is None else None)
    return Grid(case.rule, habit, case.calendar, since, case.own_interval, case.days)


def _nothing_more(habit: Habit) -> Due:
    return Due(None, None, None, f"Nothing more is due. {habit.words}", ended=True)


def _on_grid(case: Case, habit: Habit, grid: Grid) -> Due | None:
    """The first day of the rhythm that nobody has met; done early inside the window, the day is kept."""
    if case.done is None:
        first = habit.starts or case.first_used
        if first is None:
            return None
        met, said = add_days(first, -1), f"It starts on {long_date(first)}."
    else:
        met, said = case.done, f"Done {long_date(case.done)}."
        due = case.previous_due
        if due and case.done < add_days(due, -habit.early_days):
            because = f"{said} {habit.words} That was too early for {long_date(due)}, which stays."
            return Due(due, None, due, because, interval=case.own_interval or case.rule.interval, day_number=due.day)
        if due and case.done <= due:
            met, said = due, f"Done {long_date(case.done)}, which counts for {long_date(due)}."
    day = grid.after(met)
    if day is None:
        return _nothing_more(habit)
    because = f"{said} {habit.words} Next {long_date(day)}."
    return Due(day, None, day, because, interval=case.own_interval or case.rule.interval, day_number=day.day)


def _after_done(case: Case, habit: Habit) -> Due | None:
    """So long after it was last done, on a day the habit names: the latest such day, or else the counted day."""
    interval = case.own_interval or case.rule.interval
    if case.done is None and habit.starts:
        return _first_ever(case, habit, habit.starts, interval)
    if case.done is None or interval is None:
        return None
    start, due = case.done, case.previous_due
    if habit.early_days and due and add_days(due, -habit.early_days) <= start <= due:
        start = due
    counted = interval.after(start)
    if habit.starts:
        counted = max(counted, habit.starts)
    day = fitting(case, habit, counted, add_days(start, 1))
    if (habit.ends and day > habit.ends) or (habit.times is not None and case.done_times >= habit.times):
        return _nothing_more(habit)
    said = f"Done {long_date(case.done)}; {interval.words}, counted from "
    said += "the day it was done" if start == case.done else long_date(start)
    because = f"{said}, gives {long_date(counted)}."
    because += f" {habit.words} So it is due {long_date(day)}." if day != counted else ""
    return Due(day, None, day, because, interval=interval, day_number=day.day)


def _first_ever(case: Case, habit: Habit, starts: date, interval: Interval | None) -> Due:
    """The first day the habit names from its start on."""
    for ahead in range(_BACK):
        day = add_days(starts, ahead)
        if habit.ends and day > habit.ends:
            break
        if habit.matches(day, case.calendar) and (moved := _inside(case, habit, day, starts)):
            because = f"It starts on {long_date(starts)}. {habit.words} First {long_date(moved)}."
            return Due(moved, None, moved, because, interval=interval, day_number=moved.day)
    return _nothing_more(habit)


def fitting(case: Case, habit: Habit, counted: date, first: date) -> date:
    """The latest day the habit names from ``first`` to ``counted``; out of season or term time the next one after."""
    for back in range(min((counted - first).days, _BACK) + 1):
        day = add_days(counted, -back)
        if habit.matches(day, case.calendar) and (moved := _inside(case, habit, day, first)):
            return moved
    if habit.in_season(counted) and not (habit.term_only and case.calendar.in_holiday(counted)):
        return counted
    for ahead in range(_BACK):
        day = add_days(counted, ahead)
        if habit.matches(day, case.calendar) and (moved := _inside(case, habit, day, first)):
            return moved
    return counted


def _inside(case: Case, habit: Habit, day: date, first: date) -> date | None:
    moved = habit.moved(day, case.calendar)
    return moved if moved and moved >= first else None


def habit_plan(case: Case, habit: Habit, legal: date, start: date | None, usual: tuple[date, str]) -> tuple[date, str]:
    """The plan day a habit gives a check whose date is set by law or a code: never after that date.

    ``start`` is the first day that makes sense; ``usual`` the plan and its sentence without the habit, which stand
    when the habit has no day in between.
    """
    first = max(start or add_days(legal, -_BACK), add_days(legal, -_BACK))
    note = ""
    if habit.early_days:
        note = " How early it may be done is set by law or a code here, not by the school."
    if habit.ends and habit.ends < legal:
        return usual[0], f"{usual[1]} It used to be done like this: {habit.words}".strip()
    for back in range((legal - first).days + 1 if first <= legal else 0):
        day = add_days(legal, -back)
        if not habit.matches(day, case.calendar):
            continue
        moved = habit.moved(day, case.calendar)
        if moved is None or moved < first:
            continue
        if moved > legal:
            late = f"{habit.words} That would be {long_date(moved)}, after the date, so {long_date(legal)} it is."
            return legal, late + note
        return moved, habit.words + note
    days = count((legal - first).days + 1, "day") if first <= legal else "no day"
    return usual[0], f"{usual[1]} None of the {days} left is one of its own: {habit.words}".strip() + note
