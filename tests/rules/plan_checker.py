"""A second pair of eyes on training plans, written from the rules alone: plain loops, no code of the planner."""

from __future__ import annotations

import datetime as dt
import itertools
import math
from collections.abc import Mapping

from bursar_desk.domain.training_plan import Home, Problem, Run


def faults(problem: Problem, plan: Mapping[int, int]) -> list[str]:
    """What a plan does that it must not; nothing for a good one."""
    found = []
    for n, k in plan.items():
        if not (0 <= n < len(problem.learners) and 0 <= k < len(problem.runs)):
            return [f"there is no learner {n} or session {k}"]
    for k, run in enumerate(problem.runs):
        sitting = [n for n in plan if plan[n] == k]
        if len(sitting) > run.seats:
            found.append(f"{len(sitting)} people on {run.seats} seats of {run.words}")
    for home in problem.homes.values():
        used = sum(1 for n in plan if problem.learners[n].school == home.school)
        if used > max(0, home.places):
            found.append(f"{home.name} uses {used} of {home.places} places")
    return found + _dates(problem, plan) + _sites(problem, plan)


def _dates(problem: Problem, plan: Mapping[int, int]) -> list[str]:
    found = []
    for n, k in plan.items():
        learner = problem.learners[n]
        home = problem.homes[learner.school]
        for day in problem.runs[k].days:
            if any(first <= day <= last for first, last in home.blocked):
                found.append(f"{home.name} can let nobody go on {day}")
            if any(first <= day <= last for first, last in learner.away):
                found.append(f"{learner.name} is away on {day}")
    return found


def _sites(problem: Problem, plan: Mapping[int, int]) -> list[str]:
    """Site staff: of two or more somebody stays, unless cover is arranged; the only one may go."""
    found = []
    every_day = sorted({day for run in problem.runs for day in run.days})
    for home in problem.homes.values():
        for day in every_day:
            if day in home.covered:
                continue
            there = _there(home, day)
            going = [
                problem.learners[n]
                for n, k in plan.items()
                if problem.learners[n].school == home.school
                and problem.learners[n].site
                and problem.learners[n].person in there
                and day in problem.runs[k].days
            ]
            booked = [person for person, days in home.sent if day in days]
            if not going:
                continue
            stays = len(there) - len(going)
            alone_from_the_start = len(there) == 1 and not booked
            if stays < 1 and not (alone_from_the_start and len(going) == 1):
                found.append(f"all site staff of {home.name} are gone on {day}")
    return found


def _there(home: Home, day: dt.date) -> list[bytes]:
    there = []
    for person, away in home.site:
        gone = any(first <= day <= last for first, last in away)
        booked = any(other == person and day in days for other, days in home.sent)
        if not gone and not booked:
            there.append(person)
    return there


def value(problem: Problem, plan: Mapping[int, int]) -> tuple[int, int, int, int, int, int]:
    """How good a plan is, smaller being better.

    Left out, went though they could wait, days without site staff, late, tenths of a kilometre, not in house.
    """
    waited = gaps = late = way = elsewhere = 0
    for n, k in plan.items():
        learner, run = problem.learners[n], problem.runs[k]
        home = problem.homes[learner.school]
        if learner.site:
            gaps += sum(1 for day in run.days if day not in home.covered and _there(home, day) == [learner.person])
        waited += 1 if learner.can_wait else 0
        if learner.by is not None and max(run.days) > learner.by:
            late += 1
        way += 2 * len(run.days) * _tenths(home, run)
        elsewhere += 0 if run.in_house else 1
    return len(problem.learners) - len(plan), waited, gaps, late, way, elsewhere


def _tenths(home: Home, run: Run) -> int:
    if home.at is None or run.at is None:
        return 400  # a way nobody can measure counts as forty kilometres
    east, north = home.at[0] - run.at[0], home.at[1] - run.at[1]
    return round(math.sqrt(east * east + north * north) / 100)


def best_value(problem: Problem) -> tuple[int, int, int, int, int, int]:
    """The best value of all plans there are, by trying every one of them."""
    choices = [[None, *range(len(problem.runs))] for _ in problem.learners]
    best = value(problem, {})
    for picked in itertools.product(*choices):
        plan = {n: k for n, k in enumerate(picked) if k is not None}
        worth = value(problem, plan)
        if worth < best and not faults(problem, plan):
            best = worth
    return best
