"""The walk's reading of a school's own rhythm: of each day it asks whether the habit names it."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from bursar_desk.domain.calendar import BlockKind
from bursar_desk.domain.habits import Habit
from tests.rules.walk_of_days import ONE, Days, Told, count_on


def named(habit: Habit, day: date, days: Days) -> bool:
    """Whether the habit names this very day."""
    if habit.season:
        first, last = habit.season
        here = day.month, day.day
        inside = first <= here <= last if first <= last else here >= first or here <= last
        if not inside:
            return False
    if habit.term_only and days.holiday(day):
        return False
    if habit.which == "weekdays":
        return day.weekday() in habit.weekdays
    if habit.which == "nth weekday":
        if day.weekday() != habit.weekdays[0]:
            return False
        month = [day.replace(day=n) for n in range(1, monthrange(day.year, day.month)[1] + 1)]
        same = [one for one in month if one.weekday() == day.weekday()]
        return day == (same[-1] if habit.nth < 0 else same[habit.nth - 1])
    return True


def shut(habit: Habit, day: date, days: Days) -> bool:
    """Nobody is there: closed, a bank holiday, a holiday; a weekend only where no weekday was named."""
    if days.within(BlockKind.CLOSURE, day):
        return True
    if days.planned(day):
        return False
    if day in days.bank:
        return True
    if day.weekday() < 5 and days.within(BlockKind.INSET, day):
        return False
    if day.weekday() > 4:
        return not habit.weekdays or days.holiday(day)
    return True


def moved(habit: Habit, day: date, days: Days) -> date | None:
    """The day after the holiday rule."""
    if habit.holiday == "keep" or not shut(habit, day, days):
        return day
    if habit.holiday == "skip":
        return None
    step = -ONE if habit.holiday == "before" else ONE
    walk = day + step
    for _ in range(100):
        if not shut(habit, walk, days):
            return walk
        walk += step
    return day


def rhythm(told: Told, days: Days, until: date) -> list[date]:
    """Every due day of a fixed rhythm from its first day to ``until``: each day is asked whether it is one."""
    habit = told.habit
    assert habit
    assert habit.starts
    assert told.every
    found: list[date] = []
    day, times = habit.starts, 0
    weeks = told.every[0] if told.every[1] == "week" else 1
    months = told.every[0] if told.every[1] == "month" else 1
    base = habit.starts - timedelta(days=habit.starts.weekday())
    plain = habit.starts
    while day <= until:
        here = named(habit, day, days)
        if habit.which == "weekdays":
            here = here and (day - base).days // 7 % weeks == 0
        elif habit.which == "nth weekday":
            apart = (day.year - habit.starts.year) * 12 + day.month - habit.starts.month
            here = here and apart % months == 0
        else:
            here = here and day == plain
            if day == plain:
                plain = count_on(plain, told.every, habit.starts.day)
        if habit.ends and day > habit.ends:
            break
        if here and (habit.times is None or times < habit.times):
            times += 1
            at = moved(habit, day, days)
            if at and at >= habit.starts and (not found or at > found[-1]):
                found.append(at)
        day += ONE
    return found


def own_date(told: Told, days: Days, done: list[date]) -> date | None:
    habit = told.habit
    assert habit
    if told.anchor == "fixed date":
        until = max([told.today, *done, habit.starts or told.today]) + timedelta(days=1501)
        slots = rhythm(told, days, until)
        due = next(iter(slots), None)
        for day in done:
            if due is None:
                return None
            opens = due - timedelta(days=habit.early_days)
            met = due if opens <= day <= due else day if day > due else None
            if met is not None:
                due = next((slot for slot in slots if slot > met), None)
        return due
    due = None
    if habit.starts:
        due = _first(habit, days, habit.starts)
    if not done or (habit.starts and due is None):
        return due
    for day in done:
        start = due if due and due - timedelta(days=habit.early_days) <= day <= due else day
        due = _fit(told, days, habit, start)
    if habit.ends and due and due > habit.ends:
        return None
    turns = sum(1 for day in done if habit.starts and day >= habit.starts)
    return None if habit.times is not None and turns >= habit.times else due


def _first(habit: Habit, days: Days, starts: date) -> date | None:
    """The first day the habit names from its start on."""
    for ahead in range(400):
        day = starts + timedelta(days=ahead)
        if habit.ends and day > habit.ends:
            return None
        at = moved(habit, day, days) if named(habit, day, days) else None
        if at and at >= starts:
            return at
    return None


def _fit(told: Told, days: Days, habit: Habit, start: date) -> date:
    """So long after: the latest day the habit names up to the counted one; out of its season the first one after."""
    assert told.every
    counted = count_on(start, told.every)
    if habit.starts and habit.starts > counted:
        counted = habit.starts
    day = counted
    while day > start:
        at = moved(habit, day, days) if named(habit, day, days) else None
        if at and at > start:
            return at
        day -= ONE
    if named(Habit(season=habit.season, term_only=habit.term_only), counted, days):
        return counted
    day = counted
    for _ in range(400):
        at = moved(habit, day, days) if named(habit, day, days) else None
        if at and at > start:
            return at
        day += ONE
    return counted
