"""On which days a made-up school did each check: by the check's own rule, with the weather of school life."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from bursar_desk.domain import checks as facts
from bursar_desk.domain.calendar import DayKind, SchoolCalendar
from bursar_desk.domain.date_math import add_days, add_months
from bursar_desk.domain.due import Anchor
from bursar_desk.domain.intervals import Form, Interval, Rule, Span, choose_interval, parse_rule
from bursar_desk.domain.tolerances import Slack, tolerance_for

if TYPE_CHECKING:
    from bursar_desk.domain.catalogue import CatalogueCheck
    from bursar_desk.services.sample.scene import Scene, Want

_ONE: Final = dt.timedelta(days=1)
_QUIET_DAYS: Final = 15
"""In the last days before today nothing is late by chance: how a school stands today is decided, not drawn."""


@dataclass(slots=True)
class Turn:
    """One time a check was done; ``printed`` is the date on its certificate, ``old`` a date from before the history."""

    day: dt.date
    printed: dt.date | None = None
    old: bool = False


@dataclass(slots=True)
class Skip:
    """One time a check was not done although it was due."""

    due: dt.date
    said: dt.date
    reason: str
    note: str = ""


@dataclass(slots=True)
class Rhythm:
    """The turns of one check, oldest first, what was left out, and what was put off: (said, legal due, until)."""

    turns: list[Turn] = field(default_factory=list)
    skips: list[Skip] = field(default_factory=list)
    put_off: list[tuple[dt.date, dt.date, dt.date]] = field(default_factory=list)


def rhythm_of(scene: Scene, row: CatalogueCheck, want: Want) -> Rhythm:
    """All turns of one check between the first and the last day of the history."""
    if want.kind == "unknown":
        return Rhythm()
    rule = parse_rule(row.rule)
    rng = scene.rng(f"rhythm/{row.code}")
    if rule.form is Form.DAILY:
        return _daily(scene, row, want, rng)
    if rule.form is Form.EACH and rule.span:
        return _periods(scene, rule.span, want, rng)
    if rule.form in (Form.ON_EVENT, Form.BEFORE_USE):
        return _events(scene, row, rng)
    interval = _interval(scene, row, rule)
    if interval is None:
        return Rhythm()
    if interval.days_about <= 7:
        return _weekly(scene, row, want, rng)
    return _Chain(scene, row, interval, rng).run(want)


def _interval(scene: Scene, row: CatalogueCheck, rule: Rule) -> Interval | None:
    tenths = scene.plan.details.get(row.code, {}).get("measure")
    return choose_interval(rule, None if tenths is None else tenths / 10).interval


def _reason(rng: random.Random) -> str:
    return rng.choice(("staff_away", "forgot", "forgot", "no_access", "other"))


def _snap(day: dt.date, good: Callable[[dt.date], bool], step: int) -> dt.date:
    """The nearest good day from ``day`` on, forward or back; ``day`` itself when none is within three weeks."""
    moved = day
    for _ in range(21):
        if good(moved):
            return moved
        moved = add_days(moved, step)
    return day


# --- every school day ------------------------------------------------------------------------------------------------


def _daily(scene: Scene, row: CatalogueCheck, want: Want, rng: random.Random) -> Rhythm:
    made = Rhythm()
    kinds = facts.daily_kinds(row.code) - {DayKind.LETTING}
    stop = add_days(scene.on, -max(want.days, 2) - 3) if want.kind == "late" else scene.on
    missed, quiet = scene.character.missed / 2, add_days(scene.on, -_QUIET_DAYS)
    day = scene.start
    while day < stop:
        if scene.calendar.kind(day) in kinds:
            if day < quiet and rng.random() < missed:
                if rng.random() < 0.6:
                    made.skips.append(Skip(day, day, _reason(rng)))
            else:
                made.turns.append(Turn(day))
        day += _ONE
    return made


# --- every week ------------------------------------------------------------------------------------------------------


def _weekly(scene: Scene, row: CatalogueCheck, want: Want, rng: random.Random) -> Rhythm:
    """Kept to its weekday; before a bank holiday a few days early, over Christmas only what nothing excuses."""
    made = Rhythm()
    habit = scene.plan.details.get(row.code, {}).get("weekday")
    habit = 0 if habit is None else int(habit)
    closes, term_only = facts.may_close(row.code), row.code in facts.TERM_WEEKS_ONLY
    stop = add_days(scene.on, -7 - want.days) if want.kind == "late" else scene.end
    quiet = add_days(scene.on, -_QUIET_DAYS)
    day = _snap(scene.start, lambda d: d.weekday() == habit and scene.calendar.site_open(d), 1)
    while day <= stop:
        turn = rng.random()
        if day < quiet and turn < scene.character.missed:
            if rng.random() < 0.7:
                made.skips.append(Skip(day, day, _reason(rng)))
        elif day < quiet and turn < scene.character.missed + scene.character.late:
            made.turns.append(Turn(min(_snap(add_days(day, rng.randint(1, 3)), scene.calendar.site_open, 1), stop)))
        else:
            made.turns.append(Turn(day))
        day = _next_week(scene.calendar, day, habit, closes, term_only, made)
    return made


def _next_week(
    calendar: SchoolCalendar, day: dt.date, habit: int, closes: bool, term_only: bool, made: Rhythm
) -> dt.date:  # fmt: skip
    due = add_days(day, 7)
    if closes and calendar.closed_outside_term(due):
        back = calendar.first_day_back(due)
        said = _snap(due, lambda d: d.weekday() < 5 and d not in calendar.bank_holidays, 1)
        made.skips.append(Skip(due, said, "site_closed"))
        return back
    if term_only and calendar.in_holiday(due):
        return calendar.next_school_day(due)

    def usable(one: dt.date) -> bool:
        if closes:
            return calendar.site_open(one)
        return one.weekday() < 5 and one not in calendar.bank_holidays

    wanted = add_days(due, -((due.weekday() - habit) % 7))
    if wanted > day and usable(wanted):
        return wanted
    earlier = _snap(due, usable, -1)
    return earlier if earlier > day else _snap(due, usable, 1)


# --- each term, half term, school year -------------------------------------------------------------------------------


def _periods(scene: Scene, span: Span, want: Want, rng: random.Random) -> Rhythm:
    made = Rhythm()
    periods = scene.calendar.periods_between(span, scene.start, scene.end)
    for n, period in enumerate(periods):
        last = period.last_school_day
        first, until = max(period.first, scene.start), min(last, scene.end)
        running = last >= scene.on
        if want.kind == "late" and n >= len(periods) - 2:
            if not running:
                made.skips.append(Skip(last, min(add_days(last, 3), scene.end), _reason(rng)))
            continue
        if want.kind != "late" and n < len(periods) - 2 and rng.random() < 2 * scene.character.missed:
            made.skips.append(Skip(last, _snap(add_days(last, 1), scene.calendar.site_open, 1), _reason(rng)))
            continue
        gone = (until - first).days / max((last - period.first).days, 1)
        if running and gone < 0.6 and rng.random() > gone + 0.15:
            continue  # not yet: there is time
        day = _school_day_in(scene.calendar, first, until, rng)
        if day is not None:
            made.turns.append(Turn(day))
    return made


def _school_day_in(calendar: SchoolCalendar, first: dt.date, last: dt.date, rng: random.Random) -> dt.date | None:
    if last < first:
        return None
    for _ in range(30):
        day = add_days(first, rng.randint(0, (last - first).days))
        if calendar.is_school_day(day):
            return day
    return None


def _events(scene: Scene, row: CatalogueCheck, rng: random.Random) -> Rhythm:
    """A few times a year something calls for it; before-use looks are written down now and then."""
    days = (scene.end - scene.start).days
    number = max(1, days * rng.randint(4, 7) // 365) if row.code == "ASBE-03" else max(1, days * 3 // 365)
    drawn = {add_days(scene.start, rng.randint(20, max(21, days - 1))) for _ in range(number)}
    return Rhythm([Turn(day) for day in sorted(drawn) if scene.calendar.site_open(day) and day <= scene.end])


# --- so long after last done -----------------------------------------------------------------------------------------


class _Chain:
    """Turns a fixed time apart, laid from today backwards, so that the school stands today as it was meant to."""

    def __init__(self, scene: Scene, row: CatalogueCheck, interval: Interval, rng: random.Random) -> None:
        self._scene, self._row, self._interval, self._rng = scene, row, interval, rng
        self._expires = row.anchor is Anchor.EXPIRY_DATE
        self._open = scene.calendar.site_open

    def run(self, want: Want) -> Rhythm:
        """Lay the turns; the latest stands where ``want`` puts it."""
        made = Rhythm()
        last = self._latest(want)
        while last >= self._scene.start:
            made.turns.append(self._turn(last))
            last = self._before(last, made)
        if self._interval.days_about > 27 or not made.turns:
            made.turns.append(self._turn(last, old=True))  # what the paper file said when the register began
        made.turns.reverse()
        return made

    def _turn(self, day: dt.date, *, old: bool = False) -> Turn:
        return Turn(day, self._interval.after(day) if self._expires else None, old)

    def _back(self, due: dt.date) -> dt.date:
        if self._interval.months:
            return add_months(due, -self._interval.months)
        return add_days(due, -round(self._interval.days_about))

    def _latest(self, want: Want) -> dt.date:
        on, story = self._scene.on, self._scene.is_story
        if want.kind == "soon":
            day = self._back(add_days(on, want.days))
            while self._interval.after(day) < on:  # a short month: counted back and forth it loses a day or two
                day = add_days(day, 1)
            return min(day, self._scene.end)
        if want.kind == "late":
            slack = tolerance_for(self._row.code)
            months = slack.after if slack.kind is Slack.MONTHS else 0
            day = self._back(add_months(add_days(on, -want.days), -months))
            return day if story else _snap(day, self._open, -1)
        if want.kind in ("awaited", "failed", "no evidence"):
            return min(_snap(add_days(on, -want.days), self._open, -1), self._scene.end)
        return self._in_date()

    def _in_date(self) -> dt.date:
        """A day so long ago that nothing is due soon yet; in a holiday where the work is noisy, if one fits."""
        on, end = self._scene.on, self._scene.end
        lead = facts.lead_for(self._interval, code=self._row.code, expires=self._expires).amber
        disruptive = self._row.code in facts.DISRUPTIVE
        low, high = lead + 6, max(lead + 7, round(self._interval.days_about) - 3)
        picked = end
        for _ in range(14):
            due = add_days(on, self._rng.randint(low, high))
            picked = min(_snap(self._back(due), self._open, -1), end)
            due = self._interval.after(picked)
            good = (due - on).days > lead + facts.season_days(due, facts.Lead(lead, 1))
            if good and (not disruptive or self._scene.calendar.in_holiday(picked)):
                return picked
        return picked

    def _before(self, day: dt.date, made: Rhythm) -> dt.date:
        """The turn before the one on ``day``: that one was due then, a little later, or had been left out once."""
        character, rng, length = self._scene.character, self._rng, self._interval.days_about
        late = 0
        if rng.random() < character.late:
            late = rng.randint(1, max(2, int(length / 12)))
        elif rng.random() < 0.6:
            late = -rng.randint(0, min(4, int(length / 9)))
        due = add_days(day, -late)
        before = self._back(due)
        if rng.random() < character.missed and length < 100 and before > self._scene.start:
            made.skips.append(Skip(before, _snap(before, self._open, 1), _reason(rng)))
            before = self._back(before)
        elif late > 0 and length > 27 and rng.random() < 0.7:
            made.skips.append(Skip(due, due, "contractor_cancelled" if self._row.in_house == "no" else _reason(rng)))
        elif late == 0 and length > 80 and rng.random() < 0.3:
            made.put_off.append((add_days(due, -rng.randint(5, 12)), due, due))
        return _snap(before, self._open, 1)
