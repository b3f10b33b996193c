"""What a cover rota must keep (rules.md section 14): who may take which slot, and which two nobody can do both of."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from bursar_desk.domain import words
from bursar_desk.domain.cover import BRIEFING_DAYS
from bursar_desk.domain.working_time import DAY, WEEK_MOST, WEEKS, YOUNG_DAY, YOUNG_WEEK, earliest_start, rested

UNKNOWN_WAY: Final = 400
"""Tenths of a kilometre that count for a way nobody can measure."""
NOON: Final = 12 * 60


@dataclass(frozen=True, slots=True)
class Slot:
    """Something to be done at a school for somebody away; minutes after midnight. ``skill``: the course it needs."""

    school: bytes
    absence: bytes
    day: dt.date
    what: str
    starts: int
    ends: int
    skill: str = ""


@dataclass(frozen=True, slots=True)
class Window:
    """Hours somebody offered: on weekdays (Monday is bit 0) of a stretch of days."""

    first: dt.date
    last: dt.date
    days: int
    starts: int
    ends: int

    def holds(self, slot: Slot) -> bool:
        """Tell whether a slot lies in it."""
        on_day = self.first <= slot.day <= self.last and bool(self.days >> slot.day.weekday() & 1)
        return on_day and self.starts <= slot.starts and slot.ends <= self.ends


@dataclass(frozen=True, slots=True)
class Busy:
    """Cover at a school that somebody has agreed to already."""

    school: bytes
    day: dt.date
    starts: int
    ends: int


@dataclass(frozen=True, slots=True)
class Hand:
    """Somebody who could help; there is nothing here about why anybody is away.

    ``shifts``: own hours by day, from a week before the rota to a week after; ``skills``: course to the day it runs
    out; ``briefed``: school to the day of the last site briefing; ``windows``: hours offered, none for any;
    ``week`` and ``elsewhere``: minutes a week by contract and in other jobs; ``done``: minutes of cover already worked
    or agreed in the 17 weeks; ``turns``: days of cover given lately.
    """

    person: bytes
    name: str
    school: bytes
    offers: bool = True
    confirmed: bool = True
    shifts: Mapping[dt.date, tuple[int, int]] = field(default_factory=dict)
    away: tuple[tuple[dt.date, dt.date], ...] = ()
    skills: Mapping[str, dt.date | None] = field(default_factory=dict)
    briefed: Mapping[bytes, dt.date] = field(default_factory=dict)
    windows: tuple[Window, ...] = ()
    busy: tuple[Busy, ...] = ()
    week: int = 0
    elsewhere: int = 0
    done: int = 0
    opt_out: bool = False
    young: bool = False
    turns: int = 0

    def is_away(self, day: dt.date) -> bool:
        """Tell whether they are away on a day."""
        return any(first <= day <= last for first, last in self.away)

    def shift(self, day: dt.date) -> tuple[int, int] | None:
        """Return their own hours on a day."""
        return None if self.is_away(day) else self.shifts.get(day)


@dataclass(frozen=True, slots=True)
class Station:
    """Hours in which one of some people must be at their own site: to unlock, to lock up, or to be there at all."""

    school: bytes
    day: dt.date
    starts: int
    ends: int
    people: frozenset[bytes]


@dataclass(frozen=True)
class Problem:
    """What to plan. ``places`` in metres; ``owed``: minutes the first school owes the second; ``briefing`` whether
    nobody comes without an induction ("must") or it is given before the first shift ("first")."""

    slots: tuple[Slot, ...]
    hands: tuple[Hand, ...]
    stations: tuple[Station, ...] = ()
    places: Mapping[bytes, tuple[int, int]] = field(default_factory=dict)
    names: Mapping[bytes, str] = field(default_factory=dict)
    owed: Mapping[tuple[bytes, bytes], int] = field(default_factory=dict)
    briefing: str = "first"
    most_km: float | None = None

    @cached_property
    def choices(self) -> dict[int, tuple[int, ...]]:
        """For each slot who may take it, as far as they themselves and what they do already go."""
        return {
            s: tuple(h for h, hand in enumerate(self.hands) if not self.barred(hand, slot))
            for s, slot in enumerate(self.slots)
        }

    @cached_property
    def posts(self) -> dict[tuple[bytes, dt.date], list[Station]]:
        """The stations that somebody could hold on a day."""
        found: dict[tuple[bytes, dt.date], list[Station]] = {}
        for station in self.stations:
            for person in station.people:
                found.setdefault((person, station.day), []).append(station)
        return found

    @cached_property
    def _ways(self) -> dict[tuple[bytes, bytes], int]:
        return {}

    def tenths(self, a: bytes, b: bytes) -> int:
        """Return the straight line between two schools in tenths of a kilometre."""
        known = self._ways.get((a, b))
        if known is not None:
            return known
        one, other = self.places.get(a), self.places.get(b)
        if a == b:
            found = 0
        elif one is None or other is None:
            found = UNKNOWN_WAY
        else:
            found = round(math.hypot(one[0] - other[0], one[1] - other[1]) / 100)
        self._ways[a, b] = found
        return found

    def way(self, a: bytes, b: bytes) -> int:
        """Return minutes between two schools: five, and three for each kilometre as the crow flies."""
        return 0 if a == b else 5 + math.ceil(self.tenths(a, b) * 3 / 10)

    def barred(self, hand: Hand, slot: Slot) -> str:
        """Return why somebody cannot take a slot whatever else is planned, as a sentence; "" when they can."""
        for reason in (self._by_themselves, self._by_hours):
            said = reason(hand, slot)
            if said:
                return said
        return ""

    def _by_themselves(self, hand: Hand, slot: Slot) -> str:
        if hand.school == slot.school:
            return "Works at this school."
        if not hand.offers:
            return "Has not offered to help other schools."
        if not hand.confirmed:
            return "Their school has not confirmed their checks in writing."
        if hand.is_away(slot.day):
            return "Away then."
        if self.most_km is not None and self.tenths(hand.school, slot.school) > self.most_km * 10:
            return "Too far away."
        if hand.windows and not any(window.holds(slot) for window in hand.windows):
            return "Has not offered these hours."
        if slot.skill and not holds(hand, slot.skill, slot.day):
            return f"Not trained: {slot.skill}."
        if self.briefing == "must" and not self.is_briefed(hand, slot):
            return "Has had no site briefing here in the last 12 months."
        return ""

    def is_briefed(self, hand: Hand, slot: Slot) -> bool:
        """Tell whether their site briefing counts on that day."""
        on = hand.briefed.get(slot.school)
        return on is not None and 0 <= (slot.day - on).days <= BRIEFING_DAYS

    def _by_hours(self, hand: Hand, slot: Slot) -> str:
        before, after = slot.day - dt.timedelta(days=1), slot.day + dt.timedelta(days=1)
        ends = [shift[1] for shift in [hand.shift(before)] if shift] + [b.ends for b in hand.busy if b.day == before]
        starts = [shift[0] for shift in [hand.shift(after)] if shift] + [b.starts for b in hand.busy if b.day == after]
        if not all(rested(end, slot.starts + DAY) for end in ends):
            return f"Not free until {_clock(earliest_start(max(ends)) - DAY)}."
        if not all(rested(slot.ends, start + DAY) for start in starts):
            return "Would not have 11 hours’ rest before the next day."
        there = [Slot(b.school, b"", b.day, "", b.starts, b.ends) for b in hand.busy]
        if any(self.clash(slot, one) for one in there):
            return "Covers elsewhere then."
        held = self.posts.get((hand.person, slot.day), ())
        alone = [one for one in held if len(one.people) == 1 and self.keeps_from(one, hand, slot)]
        return "Nobody else would be at their own school." if alone else ""

    def keeps_from(self, station: Station, hand: Hand, slot: Slot) -> bool:
        """Tell whether somebody who takes a slot, the way there and back included, is missing at their own site."""
        if station.day != slot.day:
            return False
        way = self.way(hand.school, slot.school)
        return station.starts < slot.ends + way and slot.starts - way < station.ends

    def clash(self, a: Slot, b: Slot) -> bool:
        """Tell whether nobody can do both: at the same time, too far apart, or with too little rest between."""
        if a.day == b.day:
            way = self.way(a.school, b.school)
            return a.starts < b.ends + way and b.starts < a.ends + way
        first, second = (a, b) if a.day < b.day else (b, a)
        return (second.day - first.day).days == 1 and not rested(first.ends, second.starts + DAY)

    def beyond(self, hand: Hand, slot: Slot) -> int:
        """Return the minutes of a slot outside somebody's own hours."""
        shift = hand.shift(slot.day)
        inside = max(0, min(slot.ends, shift[1]) - max(slot.starts, shift[0])) if shift else 0
        return slot.ends - slot.starts - inside

    def released(self, hand: Hand, slot: Slot) -> bool:
        """Tell whether a slot falls into somebody's own hours, so that their school must let them go."""
        return self.beyond(hand, slot) < slot.ends - slot.starts


def trip(slot: Slot) -> tuple[bytes, dt.date, int]:
    """Return which way out a slot belongs to: one there and back for each school and half of a day."""
    return slot.school, slot.day, int(slot.starts >= NOON)


def hours_left(hand: Hand) -> int | None:
    """Return the minutes of cover somebody may still work within 48 hours a week on average; None with an opt-out."""
    if hand.opt_out:
        return None
    return max(0, WEEKS * (WEEK_MOST - hand.week - hand.elsewhere) - hand.done)


def young_limits(hand: Hand, days: Iterable[dt.date]) -> list[tuple[frozenset[dt.date], int]]:
    """Return for somebody under 18 the days and weeks with the minutes of cover left in each."""
    if not hand.young:
        return []
    limits = []
    for day in sorted(set(days)):
        limits.append((frozenset({day}), max(0, YOUNG_DAY - _own(hand, day))))
        monday = day - dt.timedelta(days=day.weekday())
        week = frozenset(monday + dt.timedelta(days=n) for n in range(7))
        limits.append((week, max(0, YOUNG_WEEK - hand.elsewhere - sum(_own(hand, one) for one in week))))
    return list(dict.fromkeys(limits))


def _own(hand: Hand, day: dt.date) -> int:
    shift = hand.shift(day)
    return (shift[1] - shift[0] if shift else 0) + sum(b.ends - b.starts for b in hand.busy if b.day == day)


def weeks_without_rest(hand: Hand, days: Sequence[dt.date]) -> list[tuple[frozenset[dt.date], int]]:
    """Return stretches of seven days with how many more of their days may be worked: one stays free in each."""
    found = []
    for start in sorted({day - dt.timedelta(days=n) for day in days for n in range(7)}):
        week = [start + dt.timedelta(days=n) for n in range(7)]
        free = frozenset(day for day in week if not works(hand, day))
        if free:
            found.append((free, len(free) - 1))
    return found


def works(hand: Hand, day: dt.date) -> bool:
    """Tell whether somebody works on a day before anything is planned."""
    return hand.shift(day) is not None or any(one.day == day for one in hand.busy)


def holds(hand: Hand, skill: str, day: dt.date) -> bool:
    """Tell whether somebody's training for a task counts on a day."""
    if skill not in hand.skills:
        return False
    ends = hand.skills[skill]
    return ends is None or ends >= day


def _clock(minute: int) -> str:
    return words.clock(dt.time(max(0, minute) // 60 % 24, max(0, minute) % 60))
