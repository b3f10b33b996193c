"""The date engine against a second, slow reading of the rules that walks from day to day: 10,000 cases agree."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from typing import Literal

import pytest

from bursar_desk.domain.calendar import Block, BlockKind, SchoolCalendar
from bursar_desk.domain.checks import Completion, Outcome, Standing
from bursar_desk.domain.due import Anchor
from bursar_desk.domain.habits import Habit, Holiday, Which
from bursar_desk.domain.intervals import parse_rule
from bursar_desk.domain.status import CheckFacts, CheckStatus, DefectFact, status_of
from tests.conftest import CAMPAIGN
from tests.rules.walk_of_dates import colour_of, legal_of, plan_of
from tests.rules.walk_of_days import Days, Told

CASES = 200_000 if CAMPAIGN else 10_000
GROUPS = 20
_MONTH_DAYS = (
    (9, 1), (10, 20), (11, 1), (12, 18), (1, 4), (2, 12), (2, 20), (3, 28), (4, 12), (5, 26), (6, 4), (7, 21),
)  # fmt: skip
_FROM, _TO = date(2024, 1, 1), date(2027, 12, 31)
_HALVES: tuple[tuple[Literal["autumn", "spring", "summer"], Literal[1, 2]], ...] = (
    ("autumn", 1), ("autumn", 2), ("spring", 1), ("spring", 2), ("summer", 1), ("summer", 2),
)  # fmt: skip


# --- random schools --------------------------------------------------------------------------------------------------


def _year(pick: random.Random, start: int) -> list[Block]:
    edges = [
        date(start if month > 8 else start + 1, month, day) + timedelta(days=pick.randint(-3, 3))
        for month, day in _MONTH_DAYS
    ]
    blocks = [
        Block(BlockKind.TERM, f"{term} {half}", edges[2 * n], edges[2 * n + 1], term, half)
        for n, (term, half) in enumerate(_HALVES)
    ]
    for _ in range(pick.randint(0, 4)):
        day = pick.choice(edges) + timedelta(days=pick.randint(-4, 1))
        blocks.append(Block(BlockKind.INSET, "INSET", day, day))
    for _ in range(pick.randint(0, 3)):
        day = edges[0] + timedelta(days=pick.randint(0, 330))
        blocks.append(Block(BlockKind.CLOSURE, "Closed", day, day + timedelta(days=pick.choice([0, 0, 2, 13]))))
    return blocks


def _school(pick: random.Random) -> tuple[SchoolCalendar, Days]:
    blocks = tuple(block for start in range(2021, 2034) for block in _year(pick, start))
    fixed = [date(year, month, day) for year in range(2021, 2035) for month, day in ((1, 1), (12, 25), (12, 26))]
    bank = frozenset([*fixed, *(date(2022, 4, 1) + timedelta(days=pick.randint(0, 4000)) for _ in range(40))])
    return SchoolCalendar(blocks, bank), Days(blocks, bank)


# --- random checks ---------------------------------------------------------------------------------------------------

_INTERVALS = (
    (1, "week"), (2, "week"), (10, "week"), (7, "day"), (1, "month"), (3, "month"), (6, "month"), (12, "month"),
    (14, "month"), (1, "year"), (2, "year"),
)  # fmt: skip
_LAW = (
    ("LIFT-01", (6, "month"), "", True, False), ("WATR-03", (1, "week"), "", False, False),
    ("FIRE-04", (1, "week"), "", False, True), ("FIRE-07", (1, "month"), "", False, True),
    ("FIRE-05", (6, "month"), "months", False, False), ("FIRE-11", (1, "year"), "months", False, False),
    ("VENT-01", (14, "month"), "", True, False), ("ELEC-02", (1, "year"), "", False, False),
)  # fmt: skip


def _some_day(pick: random.Random) -> date:
    day = _FROM + timedelta(days=pick.randint(0, (_TO - _FROM).days))
    if pick.random() < 0.25:  # the ends of months are where the rules are odd
        day = (day.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=pick.choice([1, 1, 2]))
    return day


def _history(
    pick: random.Random, today: date, every: tuple[int, str] | None, most: int = 4
) -> tuple[tuple[date, bool], ...]:  # fmt: skip
    about = {"day": 1, "week": 7, "month": 30, "year": 365}
    step = every[0] * about[every[1]] if every else pick.choice([3, 40, 90, 300])
    day, found = today + timedelta(days=pick.choice([0, 0, 5])), []
    day -= timedelta(days=pick.randint(0, 2 * step))
    for _ in range(pick.randint(0, most)):
        if day < date(2022, 9, 1):
            break
        found.append((day, pick.random() < 0.93))
        day -= timedelta(days=max(0, round(step * pick.choice([0.3, 0.9, 0.97, 1, 1, 1.01, 1.1, 2.2]))))
    return tuple(reversed(found))


def _habit(pick: random.Random, today: date, *, fixed: bool, every: tuple[int, str]) -> Habit:
    which = pick.choice([Which.PLAIN, Which.WEEKDAYS, Which.NTH_WEEKDAY])
    if fixed and every[1] in ("month", "year") and which is Which.WEEKDAYS:
        which = Which.NTH_WEEKDAY
    weekdays = tuple(sorted(pick.sample(range(7), 1 if which is Which.NTH_WEEKDAY else pick.randint(1, 2))))
    starts = today - timedelta(days=pick.randint(0, 500)) if fixed or pick.random() < 0.3 else None
    start = pick.choice([(3, 1), (9, 20), (4, 29), (11, 1)])
    return Habit(
        which,
        pick.choice([1, 2, 3, 4, -1]) if which is Which.NTH_WEEKDAY else 0,
        weekdays if which is not Which.PLAIN else (),
        term_only=pick.random() < 0.2,
        season=(start, pick.choice([(10, 31), (2, 28), (7, 15)])) if pick.random() < 0.2 else None,
        starts=starts,
        ends=(starts or today) + timedelta(days=pick.randint(100, 900)) if pick.random() < 0.15 else None,
        times=pick.randint(1, 8) if starts and pick.random() < 0.1 else None,
        holiday=pick.choice(list(Holiday)),
        early_days=pick.choice([0, 0, 2, 5, 14]),
    )


def _case(pick: random.Random) -> Told:
    today = _some_day(pick)
    standing = pick.choice(["statutory", "approved_code_or_standard", "recommended"])
    told = Told("every", pick.choice(_INTERVALS), "last done", today, (), standing=standing)
    return pick.choice([_lawful, _lawful, _plain, _fixed, _expiring, _termly, _daily, _own, _own, _banded])(pick, told)


def _extras(pick: random.Random, told: Told) -> Told:
    until = told.today + timedelta(days=pick.randint(1, 90))
    near = [told.today + timedelta(days=pick.randint(-40, 40)) for _ in range(4)]
    fault = (pick.random() < 0.2, pick.choice([None, near[0]]), pick.choice([None, near[1]]))
    return replace(
        told,
        isolated=near[2] if told.code == "LIFT-01" and pick.random() < 0.2 else None,
        fault=fault if pick.random() < 0.1 else None,
        awaited=min(near[3], told.today) if told.done and pick.random() < 0.08 else None,
        put_off=until if pick.random() < 0.15 else None,
        lead=pick.randint(0, 60) if pick.random() < 0.1 else None,
        first_used=told.today - timedelta(days=pick.randint(0, 400)) if not told.done and pick.random() < 0.6 else None,
    )


def _lawful(pick: random.Random, told: Told) -> Told:
    code, every, window, disruptive, closable = pick.choice(_LAW)
    done = _history(pick, told.today, every, 2)
    habit = _habit(pick, told.today, fixed=False, every=every) if pick.random() < 0.3 else None
    if habit and habit.ends:
        habit = replace(habit, ends=None, times=None)
    printed = None
    if done and pick.random() < 0.3:
        printed = done[-1][0] + timedelta(days=pick.randint(-10, 500))
    return _extras(pick, replace(
        told, code=code, every=every, window=window, disruptive=disruptive, closable=closable, done=done,
        printed=printed, habit=habit,
    ))  # fmt: skip


def _plain(pick: random.Random, told: Told) -> Told:
    done = _history(pick, told.today, told.every)
    scheme = told.every is not None and told.every[1] == "month" and pick.random() < 0.4
    printed = done[-1][0] + timedelta(days=pick.randint(-10, 700)) if scheme and done else None
    return _extras(pick, replace(told, done=done, scheme=scheme, printed=printed))


def _fixed(pick: random.Random, told: Told) -> Told:
    first = _some_day(pick) - timedelta(days=500) if pick.random() < 0.7 else None
    if pick.random() < 0.5:
        gas = (12, "month")
        told = replace(told, code="GASH-02", window="gas", every=gas)
    return _extras(pick, replace(
        told, anchor="fixed date", done=_history(pick, told.today, told.every, 5), first_due=first
    ))  # fmt: skip


def _expiring(pick: random.Random, told: Told) -> Told:
    every = (12, "month") if pick.random() < 0.6 else (3, "year")
    done = _history(pick, told.today, every, 3)
    told = replace(told, anchor="expiry date", every=every, done=done)
    kind = pick.choice(["printed", "mot", "beginning", "plain"])
    if kind == "printed" and done:
        told = replace(told, printed=told.today + timedelta(days=pick.randint(-200, 700)))
    if kind == "mot":
        first = done[0][0] + timedelta(days=pick.randint(-40, 60)) if done and pick.random() < 0.8 else None
        told = replace(told, code="TRAN-03", window="mot", every=(12, "month"), first_due=first)
    if kind == "beginning":
        told = replace(told, code="ENER-01", beginning_with=True)
    return _extras(pick, told)


def _termly(pick: random.Random, told: Told) -> Told:
    span = pick.choice(["term", "half term", "school year"])
    return _extras(pick, replace(told, form="each", every=None, anchor=span, done=_history(pick, told.today, None, 2)))


def _daily(pick: random.Random, told: Told) -> Told:
    return _extras(pick, replace(
        told, form="daily", every=None, anchor="calendar period", done=_history(pick, told.today, None, 2)
    ))  # fmt: skip


def _banded(pick: random.Random, told: Told) -> Told:
    new, old = pick.sample([(12, "month"), (6, "month"), (3, "month")], 2)
    done = _history(pick, told.today, new, 2)
    changed = told.today + timedelta(days=pick.randint(-300, 30))
    return _extras(pick, replace(told, code="VENT-08", every=new, done=done, band=(changed, old)))


def _own(pick: random.Random, told: Told) -> Told:
    fixed = pick.random() < 0.5
    every = pick.choice([(1, "week"), (2, "week"), (1, "month"), (3, "month")])
    habit = _habit(pick, told.today, fixed=fixed, every=every)
    if pick.random() < 0.15:
        habit = Habit(early_days=pick.choice([3, 10]))
    return replace(
        told, anchor="fixed date" if fixed else "last done", every=every, standing="recommended", local=True,
        habit=habit, done=_history(pick, told.today, every, 6),
    )  # fmt: skip


# --- the two readings ------------------------------------------------------------------------------------------------

_VALUES = {(12, "month"): 10, (6, "month"): 100, (3, "month"): 900}


def _asked(told: Told, calendar: SchoolCalendar) -> CheckStatus:
    """The same case put to the engine."""
    assert told.every or told.form in ("each", "daily")
    text = f"every {told.every[0]} {told.every[1]}s" if told.every else ""
    if told.form == "each":
        text = f"each {told.anchor}"
    elif told.form == "daily":
        text = "daily school days"
    elif told.scheme:
        text = text.replace("every", "by scheme of examination default")
    elif told.band:
        text = "by value tCO2e: <5 none; 5-50 12 months; 50-500 6 months; >=500 3 months"
    anchor = Anchor.CALENDAR_PERIOD if told.every is None else Anchor(told.anchor)
    last = len(told.done) - 1
    seen = [n for n, (day, _) in enumerate(told.done) if day <= told.today]
    last = seen[-1] if seen else last
    done = tuple(
        Completion(day, Outcome.SATISFACTORY if passed else Outcome.UNSATISFACTORY, told.printed if n == last else None)
        for n, (day, passed) in enumerate(told.done)
    )
    facts = CheckFacts(
        told.code, parse_rule(text), anchor, Standing(told.standing), completions=done, first_used=told.first_used,
        first_due=told.first_due, put_off_to=told.put_off, habit=told.habit, local=told.local, lead_days=told.lead,
        open_defects=(DefectFact(*told.fault),) if told.fault else (), out_of_use=told.isolated,
        evidence_awaited_since=told.awaited,
    )  # fmt: skip
    if told.band and told.every:
        changed, before = told.band
        facts = replace(facts, value=_VALUES[told.every], value_was=_VALUES[before], value_changed=changed)
    return status_of(facts, told.today, calendar)


def _walked(told: Told, days: Days) -> tuple[date | None, date | None, str]:
    found = legal_of(told, days)
    legal, latest = found.legal, found.latest
    known = any(day <= told.today for day, _ in told.done)
    if told.isolated and told.isolated <= told.today:
        return None, None, "grey"
    if legal is None and not known and not found.ended:
        return told.today, told.today, colour_of(told, days, found)
    plan = plan_of(told, days, legal, latest or legal) if legal else None
    return legal, plan, colour_of(told, days, found)


@pytest.mark.parametrize("group", range(GROUPS))
def test_the_engine_agrees_with_a_walk_of_the_days(group: int) -> None:
    pick = random.Random(group)  # the same cases on every run
    schools = [_school(pick) for _ in range(3)]
    colours: Counter[str] = Counter()
    for number in range(CASES // GROUPS):
        calendar, days = pick.choice(schools)
        told = _case(pick)
        status = _asked(told, calendar)
        walked = _walked(told, days)
        asked = status.legal_due, status.plan_by, status.colour.value
        assert asked == walked, f"case {number} of group {group}: {told}\n{status.because}\n{status.plan_because}"
        colours[status.colour.value] += 1
    assert min(colours[colour] for colour in ("red", "amber", "green", "grey")) > 0
