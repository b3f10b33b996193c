"""What the planners gain over planning by hand, and how their work grows; figures are printed, ratios judged."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bursar_desk.clock import FixedClock
from bursar_desk.domain import cover_rota, training_plan
from bursar_desk.services import (
    absences,
    merging,
    planning_cover,
    planning_rota,
    planning_training,
    sharing,
    training_moves,
    training_sessions,
)
from bursar_desk.services.desk import Desk
from db.queries.people import people
from db.queries.schools import schools
from tests.benchmarks.bench_kit import timed
from tests.benchmarks.conftest import Partnership
from tests.rules import plan_checker, rota_checker
from tests.rules.cover_fortnight import fortnight
from tests.rules.planning_year import enough_schools, real_schools, training_year

pytestmark = pytest.mark.bench
SEEDS = (11, 12, 13)
LIMIT_GAPS = 0.95
"""Days without site staff of the best plan against those by hand, where both place as many people."""
LIMIT_OPEN = 0.9
"""Slots left open by the best rota against those by hand, all fortnights together."""
LIMIT_GROWTH = 150.0
"""Time for 60 schools and 200 people against 21 and 42, with thirteen times the choices."""


def _took(work: Callable[[], object]) -> tuple[float, object]:
    kept: list[object] = []
    return timed(lambda: kept.append(work())), kept[0]


def test_42_people_at_the_real_schools_against_planning_by_hand() -> None:
    """A year with seats to spare; and one with a seat each and no more, in which schools have many days they block."""
    left = gaps = left_by_hand = gaps_by_hand = 0
    for seed, sessions, seats, blocked in [(seed, *size) for seed in SEEDS for size in ((7, 8, 6), (6, 7, 18))]:
        problem = training_year(real_schools(), 42, seed, sessions=sessions, seats=seats, blocked_weeks=blocked)
        quick, first = _took(lambda p=problem: training_plan.greedy(p))
        slow, made = _took(lambda p=problem: planning_training.plan(p))
        assert isinstance(made, planning_training.Assigned)
        assert isinstance(first, dict)
        assert plan_checker.faults(problem, made.plan) == []
        assert made.proved
        mine, theirs = plan_checker.value(problem, made.plan), plan_checker.value(problem, first)
        assert mine <= theirs
        print(f"\nyear {seed}, {sessions} sessions of {seats}: left out, could wait, gap days, late, tenths of km,"
              f" elsewhere: {mine} in {slow:.2f} s, by hand {theirs} in {quick:.2f} s")  # fmt: skip
        left, left_by_hand = left + mine[0], left_by_hand + theirs[0]
        if mine[0] == theirs[0]:
            gaps, gaps_by_hand = gaps + mine[2], gaps_by_hand + theirs[2]
    print(f"left out: {left} against {left_by_hand} by hand; days without site staff: {gaps} against {gaps_by_hand}")
    assert left < left_by_hand
    assert gaps <= LIMIT_GAPS * gaps_by_hand


def test_a_fortnight_with_six_absences_at_the_real_schools_against_planning_by_hand() -> None:
    left, by_hand = 0, 0
    for seed in SEEDS:
        problem = fortnight(seed)
        quick, first = _took(lambda p=problem: cover_rota.greedy(p))
        slow, made = _took(lambda p=problem: planning_cover.plan(p, seconds=200.0))
        assert isinstance(made, planning_cover.Rostered)
        assert isinstance(first, dict)
        assert rota_checker.faults(problem, made.rota) == []
        mine, theirs = rota_checker.value(problem, made.rota), rota_checker.value(problem, first)
        assert mine <= theirs
        assert made.goals[0].proved
        print(f"\nfortnight {seed}: {len(problem.slots)} slots; open, weight: {mine} in {slow:.2f} s"
              f" (gap {made.gap}), by hand {theirs} in {quick:.2f} s")  # fmt: skip
        left, by_hand = left + mine[0], by_hand + theirs[0]
    print(f"slots left open: {left} against {by_hand} by hand (limit {LIMIT_OPEN})")
    assert left <= LIMIT_OPEN * by_hand


def test_60_schools_and_200_people_take_a_bounded_multiple_of_21_and_42() -> None:
    small = training_year(real_schools(), 42, 11, sessions=7, seats=8)
    large = training_year(enough_schools(60), 200, 11, sessions=18, seats=12)
    planning_training.plan(small)  # the solver's own loading is not what is compared
    quick = min(timed(lambda: planning_training.plan(small)) for _ in range(3))
    slow, made = _took(lambda: planning_training.plan(large))
    assert isinstance(made, planning_training.Assigned)
    assert plan_checker.faults(large, made.plan) == []
    assert made.proved
    print(f"\n21 schools, 42 people: {quick:.2f} s; 60 schools, 200 people: {slow:.2f} s, {slow / quick:.0f} times"
          f" (limit {LIMIT_GROWTH:.0f})")  # fmt: skip
    assert slow <= LIMIT_GROWTH * quick


# --- through a desk: the sample of 21 schools ------------------------------------------------------------------------

FIRST, LAST = dt.date(2026, 11, 23), dt.date(2026, 12, 4)
LATER = dt.date(2030, 1, 14)
IOSH = "IOSH Managing Safely"


@pytest.fixture
def office(partnership: Partnership, tmp_path: Path) -> Path:
    """The cluster office with the files of all schools, after six of them told that a caretaker is away."""
    shutil.copytree(partnership.hub.parent, tmp_path / "sample")
    shutil.copytree(partnership.files, tmp_path / "files")
    told = 0
    for file in sorted((tmp_path / "files").iterdir()):
        with Desk.open(tmp_path / "sample" / f"{file.stem}.register", clock=partnership.clock) as desk:
            with desk.store.connect() as con:
                keepers = [one for one in people(con, desk.home) if one.role == "caretaker"]
            if told == 6 or len(keepers) != 1:
                continue
            absences.add(desk, keepers[0].id, FIRST, LAST)
            file.unlink()
            sharing.export(desk, file, sharing.receivers(desk, ["cluster"]))
            told += 1
    assert told == 6
    hub = tmp_path / "sample" / partnership.hub.name
    with Desk.open(hub, clock=partnership.clock) as desk:
        assert merging.merge(desk, [tmp_path / "files"]).accepted == 21
    return hub


@pytest.mark.timeout(600)
def test_six_absences_of_the_sample_are_planned_at_the_cluster_office(office: Path, partnership: Partnership) -> None:
    with Desk.open(office, clock=partnership.clock) as desk:
        problem, _more = planning_rota.problem_of(desk, FIRST, LAST, planning_rota.Wishes(any_hours=True))
    assert len({slot.absence for slot in problem.slots}) == 6
    quick, first = _took(lambda: cover_rota.greedy(problem))
    slow, made = _took(lambda: planning_cover.plan(problem, seconds=200.0))
    assert isinstance(made, planning_cover.Rostered)
    assert isinstance(first, dict)
    mine, theirs = rota_checker.value(problem, made.rota), rota_checker.value(problem, first)
    print(f"\n{len(problem.slots)} slots of 6 absences, {len(problem.hands)} people: open, weight {mine} in"
          f" {slow:.2f} s (gap {made.gap}), by hand {theirs} in {quick:.2f} s")  # fmt: skip
    assert rota_checker.faults(problem, made.rota) == []
    assert mine <= theirs
    assert made.goals[0].proved


@pytest.mark.timeout(600)
def test_42_people_of_the_sample_are_planned_at_the_cluster_office(office: Path) -> None:
    with Desk.open(office, clock=FixedClock.at(LATER)) as desk:
        training_moves.buy(desk, training_moves.Purchase(IOSH, 2))
        with desk.store.connect() as con:
            hosts = [one.school for one in schools(con)][:7]
        for n, host in enumerate(hosts):
            day = LATER + dt.timedelta(weeks=3 * n + 2)
            new = training_sessions.NewSession(IOSH, day, day + dt.timedelta(days=2), "", seats=6, venue_school=host,
                                               in_house=True)  # fmt: skip
            training_sessions.add(desk, new)
        _name, problem = planning_training.problem_of(desk, IOSH)
    assert len(problem.homes) == 21
    assert len(problem.learners) >= 42
    quick, first = _took(lambda: training_plan.greedy(problem))
    slow, made = _took(lambda: planning_training.plan(problem))
    assert isinstance(made, planning_training.Assigned)
    assert isinstance(first, dict)
    mine, theirs = plan_checker.value(problem, made.plan), plan_checker.value(problem, first)
    print(f"\n{len(problem.learners)} people of {len(problem.homes)} schools: {made.cost.placed} placed, {mine} in"
          f" {slow:.2f} s, by hand {theirs} in {quick:.2f} s")  # fmt: skip
    assert plan_checker.faults(problem, made.plan) == []
    assert mine <= theirs
    assert made.proved
