"""A generated school year for the planners: the real schools of the first partnership, everything else made up."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence

from bursar_desk.domain.directory import DirectorySchool, short_names
from bursar_desk.domain.training_plan import Home, Learner, Problem, Run
from bursar_desk.services import directory

SEPTEMBER = dt.date(2026, 9, 7)
WEEKS = tuple(week for week in range(40) if week not in (7, 15, 16, 23, 29, 30, 37))
"""Weeks of the year from its first Monday in which schools are open, holidays left out."""


def real_schools() -> tuple[DirectorySchool, ...]:
    """The 21 open schools of the first partnership, with their real places."""
    return directory.partnership("boscep")


def enough_schools(count: int) -> tuple[DirectorySchool, ...]:
    """That many real schools of all partnerships together."""
    every = {row.urn: row for name in directory.PARTNERSHIPS for row in directory.partnership(name)}
    return tuple(sorted(every.values(), key=lambda row: row.urn))[:count]


def school_id(row: DirectorySchool) -> bytes:
    """An id for a school of the directory."""
    return row.urn.to_bytes(16, "big")


def monday(week: int) -> dt.date:
    """The Monday of a week of the year."""
    return SEPTEMBER + dt.timedelta(weeks=week)


def training_year(
    rows: Sequence[DirectorySchool], people: int, seed: int, *, sessions: int, seats: int, blocked_weeks: int = 6,
) -> Problem:  # fmt: skip
    """Sessions of three days through the year at some of the schools, and people of all schools in turn.

    The first person of each school looks after its site; small schools have nobody else who does. Every school has
    weeks in which it can let nobody go, some people are away for a while, half have a certificate that runs out.
    """
    rng = random.Random(seed)
    names = short_names(rows)
    each = -(-people // len(rows))
    learners, homes = [], {}
    for place, row in enumerate(rows):
        school = school_id(row)
        staff = []
        for n in range(min(each, people - len(learners))):
            person = school[4:] + n.to_bytes(4, "big")
            learners.append(
                Learner(person, f"Person {place + 1}.{n + 1}", school, n == 0 or (n == 1 and place % 3 == 0),
                        _away(rng), _runs_out(rng))
            )  # fmt: skip
            staff.append(learners[-1])
        keepers = [(one.person, one.away) for one in staff if one.site]
        keepers += [(school[4:] + bytes([9, 9, 9, n]), ()) for n in range(2 if row.is_secondary else place % 4 // 3)]
        weeks = sorted(rng.sample(WEEKS, blocked_weeks))
        blocked = tuple((monday(week), monday(week) + dt.timedelta(days=4)) for week in weeks)
        homes[school] = Home(
            school, names[row.urn], each, (row.easting, row.northing), blocked, tuple(keepers),
            covered=frozenset(monday(week) + dt.timedelta(days=n) for week in rng.sample(WEEKS, 4) for n in range(5)),
        )  # fmt: skip
    return Problem(tuple(learners), homes, _runs(rng, rows, names, sessions, seats))


def _away(rng: random.Random) -> tuple[tuple[dt.date, dt.date], ...]:
    if rng.random() < 0.6:
        return ()
    first = monday(rng.choice(WEEKS)) + dt.timedelta(days=rng.randrange(5))
    return ((first, first + dt.timedelta(days=rng.randrange(21))),)


def _runs_out(rng: random.Random) -> dt.date | None:
    return monday(rng.choice(WEEKS)) + dt.timedelta(days=rng.randrange(7)) if rng.random() < 0.5 else None


def _runs(
    rng: random.Random, rows: Sequence[DirectorySchool], names: dict[int, str], sessions: int, seats: int
) -> tuple[Run, ...]:
    runs = []
    for n, week in enumerate(sorted(rng.sample(WEEKS, sessions))):
        venue = rng.choice(rows)
        first = monday(week) + dt.timedelta(days=rng.randrange(3))
        days = tuple(first + dt.timedelta(days=k) for k in range(3))
        runs.append(
            Run(bytes([n]) * 16, f"Session {n + 1}", days, seats, names[venue.urn], (venue.easting, venue.northing),
                in_house=rng.random() < 0.7)
        )  # fmt: skip
    return tuple(runs)
