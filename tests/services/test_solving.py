"""The solver's one door: whole numbers, goal after goal, what is proved, and Stop."""

from __future__ import annotations

import itertools
import random
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bursar_desk.domain.errors import Cancelled
from bursar_desk.services.solving import Model, Terms, TooLittleTime, best


@st.composite
def _questions(draw: st.DrawFn) -> tuple[Model, list[Terms]]:
    model = Model()
    for _ in range(draw(st.integers(1, 4))):
        low = draw(st.integers(-1, 1))
        model.whole(low, low + draw(st.integers(0, 2)))
    numbers = st.integers(-4, 4)

    def terms() -> Terms:
        return [(v, draw(numbers)) for v in range(len(model.ranges))]

    for _ in range(draw(st.integers(0, 4))):
        kind = draw(st.sampled_from((model.at_most, model.at_least, model.exactly)))
        kind(terms(), draw(numbers))
    return model, [terms() for _ in range(draw(st.integers(1, 2)))]


@given(_questions())
def test_a_plan_is_the_best_there_is_goal_after_goal_or_proved_not_to_exist(
    question: tuple[Model, list[Terms]],
) -> None:
    model, goals = question
    every = [v for v in itertools.product(*(range(a, b + 1) for a, b in model.ranges)) if model.holds(v)]
    found = best(model, goals)
    assert found.possible == bool(every)
    if every:
        worth = [tuple(sum(times * v[n] for n, times in goal) for goal in goals) for v in every]
        assert found.values in every
        assert tuple(goal.value for goal in found.goals) == min(worth)
        assert found.proved
        assert all(goal.gap == 0 for goal in found.goals)


def _hard() -> tuple[Model, list[tuple[int, int]]]:
    """Splitting numbers into two exact halves five times over: no solver does that quickly."""
    rng, model = random.Random(3), Model()
    flags = [model.flag() for _ in range(40)]
    for _ in range(5):
        sizes = [rng.randint(1, 99) for _ in flags]
        model.exactly(zip(flags, sizes, strict=True), sum(sizes) // 2)
    return model, [(flag, 1) for flag in flags]


class Stops:
    def __init__(self, after: int) -> None:
        self.left = after

    def step(self, *_: object) -> None:
        self.left -= 1
        if self.left < 0:
            raise Cancelled


@pytest.mark.parametrize("after", [0, 1, 3])
def test_stop_ends_it_before_or_while_the_solver_works(after: int) -> None:
    model, goal = _hard()
    with pytest.raises(Cancelled):
        best(model, [goal], progress=Stops(after))


def test_without_time_and_without_a_plan_to_begin_with_it_says_so() -> None:
    model, goal = _hard()
    with pytest.raises(TooLittleTime):
        best(model, [goal], seconds=0.01)


def test_without_time_the_plan_to_begin_with_stands_and_its_gap_is_told() -> None:
    rng, model = random.Random(5), Model()
    flags = [model.flag() for _ in range(60)]
    for _ in range(40):
        model.at_least([(flag, 1) for flag in rng.sample(flags, 6)], 2)
    goal = [(flag, rng.randint(50, 99)) for flag in flags]
    found = best(model, [goal], start=[1] * 60, seconds=0.0)
    assert found.values is not None
    assert model.holds(found.values)
    reached = found.goals[0]
    assert reached.bound <= reached.value <= sum(times for _flag, times in goal)
    assert reached.gap == reached.value - reached.bound
    assert found.proved == (reached.gap == 0)


def test_a_beginning_that_breaks_a_limit_is_not_taken() -> None:
    model = Model()
    one, other = model.flag(), model.flag()
    model.at_most([(one, 1), (other, 1)], 1)
    found = best(model, [[(one, -1), (other, -1)]], start=[1, 1])
    assert found.values in ((0, 1), (1, 0))


def test_the_solver_is_loaded_when_something_is_planned_and_not_before() -> None:
    program = (
        "import sys; import bursar_desk.services.solving as s; from bursar_desk.services import planning_rota;"
        "print('highspy' in sys.modules, 'numpy' in sys.modules); m = s.Model(); f = m.flag();"
        "s.best(m, [[(f, 1)]]); print('highspy' in sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["False", "False", "True"]
