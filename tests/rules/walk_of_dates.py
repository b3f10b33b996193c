"""The walk's reading of legal dates, plans and colours, day by day (rules sections 2 to 6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from bursar_desk.domain.calendar import BlockKind
from tests.rules.walk_of_days import ONE, Days, Told, count_back_a_month, count_on, month_later
from tests.rules.walk_of_habits import moved, named, own_date

# --- the legal date --------------------------------------------------------------------------------------------------


@dataclass
class Found:
    """What the walk found: the date, the last day inside the tolerance, the term's amber day where it is a term."""

    legal: date | None
    latest: date | None = None
    amber: date | None = None
    ended: bool = False
    every: tuple[int, str] | None = None


def legal_of(told: Told, days: Days) -> Found:
    """The next legal date after what was done up to today."""
    done = [day for day, _ in told.done if day <= told.today]
    if told.form == "each":
        return _period(told, days, done)
    if told.form == "daily":
        return _daily(told, days, done)
    if told.local and told.habit and told.habit.shapes_days:
        found = own_date(told, days, done)
        return Found(found, found, ended=found is None and bool(done or told.habit.starts))
    if not done:
        return _never_done(told)
    if told.anchor == "expiry date":
        return _expiry(told, done)
    if told.anchor == "fixed date":
        return _fixed(told, done)
    return _last_done(told, days, done)


def _never_done(told: Told) -> Found:
    """D11."""
    if told.first_due:
        return _slack(told, told.first_due, None)
    if told.first_used and told.every:
        return _slack(told, count_on(told.first_used, told.every), None)
    return Found(None)


def _slack(told: Told, legal: date, done: date | None) -> Found:
    """Plus a month for the rows that have it: counted from the day done where the interval gave the date."""
    latest = legal
    if told.window == "months" and told.every:
        latest = month_later(legal)
        if done:
            longer = done
            months = told.every[0] * (12 if told.every[1] == "year" else 1)
            for _ in range(months + 1):
                longer = month_later(longer, done.day)
            latest = longer if count_on(done, told.every) == legal else min(longer, latest)
    return Found(legal, latest)


def _last_done(told: Told, days: Days, done: list[date]) -> Found:
    assert told.every
    early = told.habit.early_days if told.local and told.habit else 0
    last = done[-1]
    legal = count_on(last, told.every)
    if early:
        legal = _own_series(told, done, early, restarts=True)
    elif told.band and last < told.band[0]:
        changed, before = told.band
        old = count_on(last, before)
        legal = old if legal >= old else min(max(legal, changed), old)
    elif told.printed and last < told.printed and (told.scheme or told.printed < legal):  # D8
        legal = told.printed
    found = _slack(told, legal, None if early else last)
    if told.band and last < told.band[0] and legal == count_on(last, told.band[1]):
        found.every = told.band[1]  # the old band's length still runs
    if told.closable and found.legal:  # section 4: first day back, before pupils
        day = found.legal
        while days.within(BlockKind.CLOSURE, day) and not days.planned(day):
            day += ONE
            while not days.staff(day):
                day += ONE
        found.legal, found.latest = day, max(day, found.latest or day)
    return found


def _fixed(told: Told, done: list[date]) -> Found:
    assert told.every
    if told.local:
        early = told.habit.early_days if told.habit else 0
        return _slack(told, _own_series(told, done, early, restarts=False), None)
    due, number = told.first_due, told.first_due.day if told.first_due else None
    for day in done:
        if due is None:
            due, number = count_on(day, told.every), day.day
            continue
        opens = due
        if told.window == "gas":  # the two months ending with the deadline, the safe reading
            opens = count_back_a_month(due, 2) + ONE
        if opens <= day <= due:
            due = count_on(due, told.every, number)
        elif day < opens:
            kept = count_on(due, told.every, number)
            due, number = min(count_on(day, told.every), kept), day.day
        elif told.window == "gas":
            due, number = count_on(day, told.every), day.day
        else:
            while due <= day:
                due = count_on(due, told.every, number)
    return Found(due, due)


def _own_series(told: Told, done: list[date], early: int, *, restarts: bool) -> date:
    """A school's own: early inside so many days keeps the day; late keeps it too, or counts anew."""
    assert told.every
    due, number = told.first_due, told.first_due.day if told.first_due else None
    for day in done:
        if due is None:
            due, number = count_on(day, told.every), day.day
            continue
        opens = due
        for _ in range(early):
            opens -= ONE
        if opens <= day <= due:
            due = count_on(due, told.every, number)
        elif day > due and not restarts:
            while due <= day:
                due = count_on(due, told.every, number)
        else:
            soonest = count_on(day, told.every)
            kept = count_on(due, told.every, number)
            due, number = (soonest if day > due else min(soonest, kept)), day.day
    assert due
    return due


def _expiry(told: Told, done: list[date]) -> Found:
    assert told.every
    if told.printed:
        return Found(told.printed, told.printed)
    if told.window == "mot":
        expiry = told.first_due
        for day in done:
            if expiry and count_back_a_month(expiry, 1) + ONE <= day <= expiry:
                expiry = count_on(expiry, told.every)
            else:
                expiry = count_on(day, told.every) - ONE
        return Found(expiry, expiry)
    legal = count_on(done[-1], told.every)
    if told.beginning_with:  # D7
        legal -= ONE
    return Found(legal, legal)


def _period(told: Told, days: Days, done: list[date]) -> Found:
    """Section 5: a day in a gap counts for the following period; the next one is due on its last school day."""
    assert told.every is None
    span = told.anchor
    began = done[-1] if done else told.first_used
    if began is None:
        return Found(None)
    parts = days.parts(span)
    here = next(n for n, (_, end, _) in enumerate(parts) if end >= began)
    _, end, amber = parts[here + 1 if done else here]
    return Found(end, end, amber)


def _daily(told: Told, days: Days, done: list[date]) -> Found:
    day = done[-1] + ONE if done else told.first_used
    if day is None:
        return Found(None)
    while not days.pupils(day):
        day += ONE
    return Found(day, day)


# --- the plan (section 5) --------------------------------------------------------------------------------------------


def plan_of(told: Told, days: Days, legal: date, latest: date) -> date:
    """The day to plan with: back from the legal date to a day on which it can be done."""
    done = [day for day, _ in told.done if day <= told.today]
    start = done[-1] + ONE if done else legal - timedelta(days=400)
    if told.put_off is None:
        day = _plan_from(told, days, legal, start)
        if day < told.today <= legal:  # a day that has passed gives way to one still to come
            day = _plan_from(told, days, legal, max(told.today, start))
        return day
    if told.put_off <= latest or told.standing == "recommended" or told.today > latest:
        return told.put_off
    return latest


def _plan_from(told: Told, days: Days, legal: date, start: date) -> date:
    habit = told.habit
    if told.local and habit and habit.shapes_days:
        return legal
    if habit and habit.shapes_days and not told.local:
        day = legal
        while day >= max(start, legal - timedelta(days=400)):
            at = moved(habit, day, days) if named(habit, day, days) else None
            if at and at >= start:
                return min(at, legal)
            day -= ONE
    return legal if start > legal else _open_day(told, days, legal, start)


def _open_day(told: Told, days: Days, legal: date, start: date) -> date:
    """Noisy work in the latest holiday, else on the latest INSET day; anything else on the latest open day."""
    if told.disruptive:
        day = legal
        while day >= start:  # the latest holiday, then the latest INSET day
            if days.holiday(day) and days.open(day):
                return day
            day -= ONE
        day = legal
        while day >= start:
            if days.within(BlockKind.INSET, day) and days.open(day):
                return day
            day -= ONE
    day = legal
    while day >= start:
        if days.open(day):
            return day
        day -= ONE
    return legal


# --- the colour (section 6) ------------------------------------------------------------------------------------------


def colour_of(told: Told, days: Days, found: Found) -> str:
    """Red, amber, green or grey. Any test that says red makes it red; an amber found early never hides a later red."""
    if told.isolated and told.isolated <= told.today:
        return "grey"
    done = [(day, passed) for day, passed in told.done if day <= told.today]
    said = [_by_date(told, days, found, known=bool(done)), *_by_faults(told)]
    if done and not done[-1][1]:
        said.append("red")
    if told.awaited and told.awaited <= told.today:
        said.append("amber" if (told.today - told.awaited).days <= 28 else "red")
    for colour in ("red", "amber", "green"):
        if colour in said:
            return colour
    return "grey"


def _by_faults(told: Told) -> list[str]:
    if told.fault is None:
        return []
    danger, stop, target = told.fault
    late = (stop and stop < told.today) or (target and target < told.today)
    return ["red" if danger or late else "amber"]


def _by_date(told: Told, days: Days, found: Found, *, known: bool) -> str:
    soft = told.standing == "recommended"
    if found.legal is None:
        if known or found.ended:
            return "grey"
        return "amber" if soft else "red"
    legal, latest = found.legal, found.latest or found.legal
    if told.today > latest:
        grace = min(30, _quarter(told, found, days))
        return "amber" if soft and (told.today - latest).days <= grace else "red"
    return "amber" if told.today > legal or told.today >= _amber_from(told, found, legal) else "green"


def _about(every: tuple[int, str]) -> float:
    return every[0] * {"day": 1.0, "week": 7.0, "month": 365.25 / 12, "year": 365.25}[every[1]]


def _quarter(told: Told, found: Found, days: Days) -> int:
    if told.every:
        return int(_about(told.every) / 4)
    if found.amber:
        first = next(first for first, end, _ in days.parts(told.anchor) if end == found.legal)
        return ((found.legal or first) - first).days // 4
    return 0


def _amber_from(told: Told, found: Found, legal: date) -> date:
    if told.lead is not None:
        return legal - timedelta(days=told.lead)
    if found.amber:
        return found.amber
    if told.form == "daily" or told.every is None:
        return legal
    n, unit = found.every or told.every
    months = n * 12 if unit == "year" else n if unit == "month" else 0
    booked = True
    if told.anchor == "expiry date" and _about(told.every) >= 364:
        lead = 60
    elif months:
        table = [(60, 180), (24, 90), (12, 42), (6, 28), (3, 14), (1, 5)]
        lead = next(days for least, days in table if months >= least)
        booked = months >= 3
    else:
        length = n * 7 if unit == "week" else n
        lead = 14 if length >= 70 else 5 if length >= 29 else 2 if length >= 14 else 0
        booked = length >= 70
    crowded = (legal.month == 9 and legal.day <= 20) or (legal.month == 1 and legal.day <= 10)
    return legal - timedelta(days=lead + (28 if crowded and booked else 0))
