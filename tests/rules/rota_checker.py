"""A second pair of eyes on cover rotas, written from rules.md section 14 alone: plain loops, no code of the planner."""

from __future__ import annotations

import datetime as dt
import itertools
import math
from collections.abc import Mapping

from bursar_desk.domain.rota_rules import Hand, Problem, Slot, Station

Work = tuple[dt.date, int, int]


def faults(problem: Problem, rota: Mapping[int, int]) -> list[str]:
    """What a rota does that it must not; nothing for a good one."""
    found = []
    for s, h in rota.items():
        slot, hand = problem.slots[s], problem.hands[h]
        found += [f"{hand.name}, {slot.what} on {slot.day}: {said}" for said in _person(problem, hand, slot)]
    for h, hand in enumerate(problem.hands):
        mine = [problem.slots[s] for s in sorted(rota) if rota[s] == h]
        if mine:
            found += [f"{hand.name}: {said}" for said in (*_clashes(problem, hand, mine), *_hours(problem, hand, mine))]
    return found + _bare(problem, rota)


def _person(problem: Problem, hand: Hand, slot: Slot) -> list[str]:
    said = []
    if hand.school == slot.school:
        said.append("helps at their own school")
    if not hand.offers:
        said.append("has not offered")
    if not hand.confirmed:
        said.append("not confirmed in writing")
    for first, last in hand.away:
        if first <= slot.day <= last:
            said.append("is away")
    if problem.most_km is not None and _km10(problem, hand.school, slot.school) > problem.most_km * 10:
        said.append("too far")
    if hand.windows and not _offered(hand, slot):
        said.append("outside the hours offered")
    if slot.skill:
        ends = hand.skills.get(slot.skill, dt.date.min)
        if ends is not None and ends < slot.day:
            said.append("not trained")
    if problem.briefing == "must":
        on = hand.briefed.get(slot.school)
        if on is None or on > slot.day or on + dt.timedelta(days=365) < slot.day:
            said.append("no briefing")
    return said


def _offered(hand: Hand, slot: Slot) -> bool:
    for one in hand.windows:
        on_a_day = one.first <= slot.day <= one.last and (one.days >> slot.day.weekday()) % 2 == 1
        if on_a_day and one.starts <= slot.starts and one.ends >= slot.ends:
            return True
    return False


def _km10(problem: Problem, a: bytes, b: bytes) -> int:
    if a == b:
        return 0
    if a not in problem.places or b not in problem.places:
        return 400  # a way nobody can measure counts as forty kilometres
    (east, north), (far_east, far_north) = problem.places[a], problem.places[b]
    return round(math.sqrt((east - far_east) ** 2 + (north - far_north) ** 2) / 100)


def _minutes_between(problem: Problem, a: bytes, b: bytes) -> int:
    """Five minutes, and three for each kilometre."""
    return 0 if a == b else 5 + -(-_km10(problem, a, b) * 3 // 10)


def _shift(hand: Hand, day: dt.date) -> tuple[int, int] | None:
    for first, last in hand.away:
        if first <= day <= last:
            return None
    return hand.shifts.get(day)


def _clashes(problem: Problem, hand: Hand, mine: list[Slot]) -> list[str]:
    """No two places at once, time to get from one to the other, and eleven hours' rest between two days."""
    said = []
    elsewhere = [(one.school, one.day, one.starts, one.ends) for one in hand.busy]
    doing = [(slot.school, slot.day, slot.starts, slot.ends) for slot in mine]
    for n, one in enumerate(doing):
        for other in doing[n + 1 :] + elsewhere:
            if one[1] != other[1]:
                continue
            early, late = sorted((one, other), key=lambda w: (w[2], w[3]))
            if late[2] < early[3] + _minutes_between(problem, early[0], late[0]):
                said.append(f"two things at once on {one[1]}")
    work: dict[dt.date, list[tuple[int, int, bool]]] = {}
    for slot in mine:
        work.setdefault(slot.day, []).append((slot.starts, slot.ends, True))
    for _school, day, starts, ends in elsewhere:
        work.setdefault(day, []).append((starts, ends, False))
    for day in {slot.day + dt.timedelta(days=n) for slot in mine for n in (-1, 0, 1)}:
        shift = _shift(hand, day)
        if shift is not None:
            work.setdefault(day, []).append((*shift, False))
    for day, today in work.items():
        for (_s, ends, new), (starts, _e, also) in itertools.product(today, work.get(day + dt.timedelta(days=1), [])):
            if (new or also) and starts + 24 * 60 - ends < 11 * 60:
                said.append(f"less than eleven hours' rest after {day}")
    return said


def _added(problem: Problem, hand: Hand, mine: list[Slot], days: set[dt.date] | None = None) -> int:
    """Minutes on top of the own hours: the slots, and one way there and back for each school and half day."""
    total, ways = 0, set()
    for slot in mine:
        if days is not None and slot.day not in days:
            continue
        shift = _shift(hand, slot.day)
        for minute in range(slot.starts, slot.ends):
            if shift is None or not shift[0] <= minute < shift[1]:
                total += 1
        ways.add((slot.day, slot.school, slot.starts < 12 * 60))
    return total + sum(2 * _minutes_between(problem, hand.school, school) for _day, school, _half in ways)


def _hours(problem: Problem, hand: Hand, mine: list[Slot]) -> list[str]:
    said = []
    added = _added(problem, hand, mine)
    all_jobs = 17 * (hand.week + hand.elsewhere) + hand.done + added
    if not hand.opt_out and all_jobs > 17 * 48 * 60:
        said.append("more than 48 hours a week on average")
    days = sorted({slot.day for slot in mine})
    if hand.young:
        for day in days:
            before = _own(hand, day)
            if before + _added(problem, hand, mine, {day}) > 8 * 60:
                said.append(f"under 18 and more than eight hours on {day}")
            week = {day + dt.timedelta(days=n - day.weekday()) for n in range(7)}
            if sum(_own(hand, one) for one in week) + hand.elsewhere + _added(problem, hand, mine, week) > 40 * 60:
                said.append(f"under 18 and more than forty hours in the week of {day}")
    for day in days:
        for back in range(7):
            week_days = [day + dt.timedelta(days=n - back) for n in range(7)]
            if all(one in days or _own(hand, one) for one in week_days):
                free_before = [one for one in week_days if not _own(hand, one)]
                if free_before:
                    said.append(f"no day off in the seven days from {week_days[0]}")
    return said


def _own(hand: Hand, day: dt.date) -> int:
    shift = _shift(hand, day)
    total = shift[1] - shift[0] if shift else 0
    return total + sum(one.ends - one.starts for one in hand.busy if one.day == day)


def _bare(problem: Problem, rota: Mapping[int, int]) -> list[str]:
    """Somebody stays at every lender's own site."""
    found = []
    for station in problem.stations:
        lent = {problem.hands[h].person for s, h in rota.items() if _out(problem, station, problem.hands[h], s)}
        lent &= station.people
        gone = {
            hand.person
            for hand in problem.hands
            if hand.person in station.people
            and any(
                one.day == station.day
                and one.ends + _minutes_between(problem, hand.school, one.school) > station.starts
                and one.starts - _minutes_between(problem, hand.school, one.school) < station.ends
                for one in hand.busy
            )
        }
        if lent - gone and not station.people - lent - gone:
            found.append(f"nobody is left at a school on {station.day} at {station.starts}")
    return found


def _out(problem: Problem, station: Station, hand: Hand, s: int) -> bool:
    slot = problem.slots[s]
    way = _minutes_between(problem, hand.school, slot.school)
    return slot.day == station.day and slot.ends + way > station.starts and slot.starts - way < station.ends


def value(problem: Problem, rota: Mapping[int, int]) -> tuple[int, int]:
    """How good a rota is: slots left open, and the sum the goal weighs in tenths of a kilometre."""
    weight = 0
    for h, hand in enumerate(problem.hands):
        mine = [problem.slots[s] for s in sorted(rota) if rota[s] == h]
        for slot in mine:
            hours = problem.owed.get((slot.school, hand.school), 0) // 60
            weight += 5 * min(10, hand.turns) + 2 * (10 + min(10, max(-10, hours)))
            shift = _shift(hand, slot.day)
            if shift and slot.starts < shift[1] and shift[0] < slot.ends:
                weight += 20
        for _day, school, _half in {(slot.day, slot.school, slot.starts < 12 * 60) for slot in mine}:
            weight += 2 * _km10(problem, hand.school, school)
        for absence in {slot.absence for slot in mine}:
            days = [slot.day for slot in problem.slots if slot.absence == absence]
            school = next(slot.school for slot in problem.slots if slot.absence == absence)
            on = hand.briefed.get(school)
            lasts = on is not None and all(on <= day <= on + dt.timedelta(days=365) for day in days)
            weight += 50 if lasts else 100
    return len(problem.slots) - len(rota), weight


def best_value(problem: Problem) -> tuple[int, int]:
    """The best value of all rotas there are, by trying every one of them."""
    choices = [
        [None, *(h for h in range(len(problem.hands)) if not faults(problem, {s: h}))]
        for s in range(len(problem.slots))
    ]  # fmt: skip
    best = value(problem, {})
    for picked in itertools.product(*choices):
        rota = {s: h for s, h in enumerate(picked) if h is not None}
        worth = value(problem, rota)
        if worth < best and not faults(problem, rota):
            best = worth
    return best
