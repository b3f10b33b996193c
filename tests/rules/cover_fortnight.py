"""A generated fortnight in which several site staff of the real schools are away at once; all people are made up."""

from __future__ import annotations

import datetime as dt
import itertools
import random
from collections.abc import Sequence
from dataclasses import replace

from bursar_desk.domain.directory import DirectorySchool, short_names
from bursar_desk.domain.rota_rules import Busy, Hand, Problem, Slot, Station, Window
from tests.rules.planning_year import monday, real_schools, school_id

ALARM, WATER, BOILER = "Fire alarm testing", "Legionella awareness", "Boiler room checks"
OPENS, CLOSES = 465, 930
EARLY, LATE = (405, 900), (600, 1050)


def fortnight(seed: int, absences: int = 6, rows: Sequence[DirectorySchool] | None = None) -> Problem:
    """Ten school days from the ninth Monday of the year; every lone keeper away leaves duties and checks."""
    rng = random.Random(seed)
    schools = tuple(rows or real_schools())
    first = monday(9)
    days = tuple(first + dt.timedelta(days=n) for n in range(12) if n % 7 < 5)
    around = tuple(first + dt.timedelta(days=n) for n in range(-8, 23) if (first + dt.timedelta(days=n)).weekday() < 5)
    primaries = [row for row in schools if not row.is_secondary]
    away_at = [school_id(row) for row in rng.sample(primaries, absences)]
    hands, stations = [], []
    for place, row in enumerate(schools):
        staff = _staff(rng, place, row, around, [school_id(one) for one in schools])
        hands += [replace(one, away=((days[0], days[-1]),)) if school_id(row) in away_at else one for one in staff]
        if school_id(row) not in away_at:
            stations += _stations(staff, days)
    slots = [slot for n, school in enumerate(away_at) for slot in _slots(rng, n, school, days)]
    owed = {
        (school_id(a), school_id(b)): rng.randrange(-900, 900)
        for a in schools for b in schools if a is not b and rng.random() < 0.2
    }  # fmt: skip
    names = short_names(schools)
    return Problem(
        tuple(slots), tuple(hands), tuple(stations),
        {school_id(row): (row.easting, row.northing) for row in schools},
        {school_id(row): names[row.urn] for row in schools}, owed,
    )  # fmt: skip


def _staff(
    rng: random.Random, place: int, row: DirectorySchool, days: Sequence[dt.date], others: Sequence[bytes]
) -> list[Hand]:
    """One keeper at a small school, at every third two, at a secondary three; late shifts where there are several."""
    school = school_id(row)
    count = 3 if row.is_secondary else 2 if place % 3 == 0 else 1
    first = days[8]
    staff = []
    for n in range(count):
        hours = EARLY if n == 0 and count > 1 else LATE
        skills = {skill: rng.choice((None, first + dt.timedelta(days=rng.randrange(-30, 400)))) for skill in
                  (ALARM, WATER, BOILER) if rng.random() < 0.85}  # fmt: skip
        windows = (Window(days[0], days[-1], 0b11111, 360, 1200),) if rng.random() < 0.2 else ()
        day = rng.choice(days[8:18])
        busy = (Busy(rng.choice(others), day, 420, 465),) if rng.random() < 0.15 else ()
        staff.append(
            Hand(
                school[4:] + n.to_bytes(4, "big"), f"Keeper {place + 1}.{n + 1}", school, rng.random() < 0.75,
                rng.random() < 0.9, dict.fromkeys(days, hours), skills=skills,
                briefed={other: first - dt.timedelta(days=rng.randrange(500)) for other in others
                         if other != school and rng.random() < 0.4},
                windows=windows, busy=tuple(one for one in busy if one.school != school), week=37 * 60,
                elsewhere=rng.choice((0, 0, 0, 600)), done=rng.choice((0, 120, 900)), opt_out=rng.random() < 0.1,
                young=rng.random() < 0.05, turns=rng.randrange(8),
            )
        )  # fmt: skip
    return staff


def _stations(staff: Sequence[Hand], days: Sequence[dt.date]) -> list[Station]:
    """Somebody unlocks, somebody locks up, and somebody is in while anybody's hours run."""
    found = []
    for day in days:
        everybody = frozenset(one.person for one in staff)
        found.append(Station(staff[0].school, day, OPENS - 60, OPENS, everybody))
        found.append(Station(staff[0].school, day, CLOSES, CLOSES + 45, everybody))
        edges = sorted({minute for one in staff for minute in one.shifts.get(day, ())})
        for starts, ends in itertools.pairwise(edges):
            there = frozenset(
                one.person for one in staff
                if (hours := one.shifts.get(day)) and hours[0] <= starts and ends <= hours[1]
            )  # fmt: skip
            if there:
                found.append(Station(staff[0].school, day, starts, ends, there))
    return found


def _slots(rng: random.Random, n: int, school: bytes, days: Sequence[dt.date]) -> list[Slot]:
    absence = bytes([n + 1]) * 16
    slots = []
    for day in days:
        slots.append(Slot(school, absence, day, "Unlock", OPENS - 60, OPENS))
        slots.append(Slot(school, absence, day, "Lock up", CLOSES, CLOSES + 45))
        if day.weekday() == 0:
            slots.append(Slot(school, absence, day, "Fire alarm test", OPENS, OPENS + 20, ALARM))
        if day.weekday() == 3 and rng.random() < 0.8:
            slots.append(Slot(school, absence, day, "Flush the taps", OPENS, OPENS + 30, WATER))
        if day.weekday() == 4 and rng.random() < 0.5:
            slots.append(Slot(school, absence, day, "Boiler room", OPENS, OPENS + 15, BOILER))
    return slots
