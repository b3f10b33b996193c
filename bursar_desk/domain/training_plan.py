"""Who goes to which session of a course: what must hold, what is wanted in which order, and why (rules.md section 10).

What must hold: seats; one session each, on all its days; nobody on days they are away or their school can let nobody
go; no more people of a school than it owns places; of a school's site staff never all but one gone and the last one
too: of two never both on the same day, unless cover is arranged for it. The only one of a site may go, as a gap that
the plan counts and names. What is wanted, in this order: as many people as possible; few of those who could wait;
fewest days on which a site has nobody; fewest people trained after their certificate runs out; fewest kilometres;
sessions held in house.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

Days = tuple[tuple[dt.date, dt.date], ...]
"""Stretches of days, each from its first to its last."""

FAR: Final = 400
"""Tenths of a kilometre that count for a way nobody can measure."""
LIMITS: Final = ("seats", "places", "no release", "away", "site staff")


@dataclass(frozen=True, slots=True)
class Learner:
    """Somebody who needs the course. ``by``: when an earlier certificate runs out; ``site``: one of the site staff.

    ``can_wait``: holds it already and is only advised to take it again.
    """

    person: bytes
    name: str
    school: bytes
    site: bool = False
    away: Days = ()
    by: dt.date | None = None
    can_wait: bool = False


@dataclass(frozen=True, slots=True)
class Home:
    """A school. ``places`` it owns and may still give; ``blocked``: days on which it can let nobody go.

    ``site``: who its site staff are and when each is away, the learners among them included; ``sent``: site staff
    already booked, with the days; ``covered``: days for which cover on its site is arranged. Positions in metres.
    """

    school: bytes
    name: str
    places: int
    at: tuple[int, int] | None = None
    blocked: Days = ()
    site: tuple[tuple[bytes, Days], ...] = ()
    sent: tuple[tuple[bytes, tuple[dt.date, ...]], ...] = ()
    covered: frozenset[dt.date] = frozenset()

    def keepers(self, day: dt.date) -> frozenset[bytes]:
        """Return which of the site staff are in on a day, before anybody else is sent."""
        gone = {person for person, days in self.sent if day in days}
        return frozenset(person for person, away in self.site if person not in gone and not within(day, away))


@dataclass(frozen=True, slots=True)
class Run:
    """One session that was bought: every date of it, and the seats still free."""

    session: bytes
    words: str
    days: tuple[dt.date, ...]
    seats: int
    venue: str = ""
    at: tuple[int, int] | None = None
    in_house: bool = False


@dataclass(frozen=True)
class Problem:
    """What to plan; ``dropped`` names limits that are left out, to learn which one stands in the way."""

    learners: tuple[Learner, ...]
    homes: Mapping[bytes, Home]
    runs: tuple[Run, ...]
    dropped: frozenset[str] = frozenset()

    @cached_property
    def choices(self) -> dict[int, tuple[int, ...]]:
        """For each learner the sessions that nothing of their own speaks against, by place in the lists."""
        return {
            n: tuple(k for k, run in enumerate(self.runs) if not self.barred(learner, run))
            for n, learner in enumerate(self.learners)
        }

    def barred(self, learner: Learner, run: Run) -> tuple[str, dt.date] | None:
        """Return what keeps a learner from a session whoever else goes, as ("no release" or "away", the day)."""
        home = self.homes[learner.school]
        for day in run.days:
            if "no release" not in self.dropped and within(day, home.blocked):
                return "no release", day
            if "away" not in self.dropped and within(day, learner.away):
                return "away", day
            if "site staff" not in self.dropped and self.leaves(learner, day) and not self.most_sent(home, day):
                return "site staff", day
        return None

    def leaves(self, learner: Learner, day: dt.date) -> bool:
        """Tell whether a school has one fewer of its site staff in when somebody goes on a day."""
        return learner.site and learner.person in self.homes[learner.school].keepers(day)

    def most_sent(self, home: Home, day: dt.date) -> int:
        """Return how many of a school's site staff may go on a day: somebody stays, the only one may go."""
        if day in home.covered or "site staff" in self.dropped:
            return len(self.learners)
        left = len(home.keepers(day))
        if any(day in days for _person, days in home.sent):
            return max(0, left - 1)
        return max(1, left - 1)

    def gaps(self, learner: Learner, run: Run) -> tuple[dt.date, ...]:
        """Return the days on which a school's site would have nobody if they went."""
        home = self.homes[learner.school]
        return tuple(
            day for day in run.days
            if self.leaves(learner, day) and day not in home.covered and len(home.keepers(day)) == 1
        )  # fmt: skip

    def late(self, learner: Learner, run: Run) -> bool:
        """Tell whether the certificate would have run out before the session ends."""
        return learner.by is not None and max(run.days) > learner.by

    def way(self, learner: Learner, run: Run) -> int:
        """Return tenths of a kilometre there and back on every day, in a straight line."""
        return 2 * len(run.days) * tenths_of_km(self.homes[learner.school].at, run.at)

    def cost(self, learner: Learner, run: Run) -> Cost:
        """Return what one person in one session counts for."""
        return Cost(
            1, int(learner.can_wait), len(self.gaps(learner, run)), int(self.late(learner, run)),
            self.way(learner, run), int(not run.in_house),
        )  # fmt: skip


@dataclass(frozen=True, slots=True, order=True)
class Cost:
    """How good a plan is, in the order that counts; ``waited`` could wait, ``way`` in tenths of a kilometre."""

    placed: int = 0
    waited: int = 0
    gap_days: int = 0
    late: int = 0
    way: int = 0
    elsewhere: int = 0

    def __add__(self, other: Cost) -> Cost:
        """Add two."""
        return Cost(
            self.placed + other.placed, self.waited + other.waited, self.gap_days + other.gap_days,
            self.late + other.late, self.way + other.way, self.elsewhere + other.elsewhere,
        )  # fmt: skip

    @property
    def order(self) -> tuple[int, int, int, int, int, int]:
        """Return it so that a smaller one is better."""
        return -self.placed, self.waited, self.gap_days, self.late, self.way, self.elsewhere


Plan = Mapping[int, int]
"""Which learner goes to which session, by their places in the problem's lists."""


def cost_of(problem: Problem, plan: Plan) -> Cost:
    """Return what a plan comes to."""
    return sum((problem.cost(problem.learners[n], problem.runs[k]) for n, k in plan.items()), Cost())


def greedy(problem: Problem) -> dict[int, int]:
    """Plan as people do by hand: nearest deadline first, each to the best session that is still open to them."""
    plan: dict[int, int] = {}
    room = Room(problem)
    turn = sorted(
        range(len(problem.learners)),
        key=lambda n: (problem.learners[n].can_wait, problem.learners[n].by or dt.date.max, len(problem.choices[n]), n),
    )
    for n in turn:
        learner = problem.learners[n]
        open_to = [k for k in problem.choices[n] if not room.full(learner, problem.runs[k])]
        if open_to:
            plan[n] = min(open_to, key=lambda k: (problem.cost(learner, problem.runs[k]).order, k))
            room.take(learner, problem.runs[plan[n]])
    return plan


@dataclass(slots=True)
class Room:
    """What is still free beside a plan that grows."""

    problem: Problem
    seats: dict[bytes, int] = field(default_factory=dict)
    places: dict[bytes, int] = field(default_factory=dict)
    sent: dict[tuple[bytes, dt.date], int] = field(default_factory=dict)

    def full(self, learner: Learner, run: Run) -> str:
        """Return which shared limit keeps them out now: "seats", "places", "site staff", or nothing."""
        problem, home = self.problem, self.problem.homes[learner.school]
        if "seats" not in problem.dropped and self.seats.get(run.session, 0) >= run.seats:
            return "seats"
        if "places" not in problem.dropped and self.places.get(home.school, 0) >= home.places:
            return "places"
        days = [day for day in run.days if problem.leaves(learner, day)]
        if any(self.sent.get((home.school, day), 0) >= problem.most_sent(home, day) for day in days):
            return "site staff"
        return ""

    def take(self, learner: Learner, run: Run) -> None:
        """Give somebody a seat."""
        self.seats[run.session] = self.seats.get(run.session, 0) + 1
        self.places[learner.school] = self.places.get(learner.school, 0) + 1
        for day in run.days:
            if self.problem.leaves(learner, day):
                self.sent[learner.school, day] = self.sent.get((learner.school, day), 0) + 1


def without(problem: Problem, limit: str) -> Problem:
    """Return the problem as it would be without one of ``LIMITS``."""
    return replace(problem, dropped=problem.dropped | {limit})


def within(day: dt.date, stretches: Iterable[tuple[dt.date, dt.date]]) -> bool:
    """Tell whether a day lies in one of some stretches."""
    return any(first <= day <= last for first, last in stretches)


def tenths_of_km(a: tuple[int, int] | None, b: tuple[int, int] | None) -> int:
    """Return the straight line between two positions in tenths of a kilometre; ``FAR`` where one is not known."""
    if a is None or b is None:
        return FAR
    return round(math.hypot(a[0] - b[0], a[1] - b[1]) / 100)


def staying(plan: Plan, problem: Problem) -> Sequence[int]:
    """Return who is in no session."""
    return [n for n in range(len(problem.learners)) if n not in plan]
