"""The one place that knows the solver: whole-number plans with linear limits, goal after goal, and what is proved."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain.progress import Progress, Silent

if TYPE_CHECKING:
    from highspy import Highs

Terms = Sequence[tuple[int, int]]
"""A sum: (variable, how many times) pairs, each variable at most once."""

_SEED: Final = 1
_NEARLY: Final = 0.5  # every goal is a whole number: a bound nearer than this proves the value


@dataclass(frozen=True, slots=True)
class Limit:
    """``least <= sum <= most``; None leaves a side open."""

    terms: tuple[tuple[int, int], ...]
    least: int | None
    most: int | None

    def holds(self, values: Sequence[int]) -> bool:
        """Tell whether values keep it, reckoned in whole numbers."""
        total = sum(times * values[variable] for variable, times in self.terms)
        return (self.least is None or total >= self.least) and (self.most is None or total <= self.most)


@dataclass(slots=True)
class Model:
    """Variables that take whole numbers, and limits on sums of them."""

    ranges: list[tuple[int, int]] = field(default_factory=list)
    limits: list[Limit] = field(default_factory=list)

    def flag(self) -> int:
        """Add a variable that is 0 or 1."""
        return self.whole(0, 1)

    def whole(self, least: int, most: int) -> int:
        """Add a variable that takes a whole number from ``least`` to ``most``."""
        self.ranges.append((least, most))
        return len(self.ranges) - 1

    def at_most(self, terms: Iterable[tuple[int, int]], most: int) -> None:
        """Ask that a sum stays at or below a number."""
        self.limits.append(Limit(tuple(terms), None, most))

    def at_least(self, terms: Iterable[tuple[int, int]], least: int) -> None:
        """Ask that a sum reaches a number."""
        self.limits.append(Limit(tuple(terms), least, None))

    def exactly(self, terms: Iterable[tuple[int, int]], value: int) -> None:
        """Ask that a sum is a number."""
        self.limits.append(Limit(tuple(terms), value, value))

    def holds(self, values: Sequence[int]) -> bool:
        """Tell whether values keep every range and limit, reckoned in whole numbers."""
        if len(values) != len(self.ranges):
            return False
        inside = all(least <= value <= most for value, (least, most) in zip(values, self.ranges, strict=True))
        return inside and all(limit.holds(values) for limit in self.limits)


@dataclass(frozen=True, slots=True)
class Reached:
    """How far one goal was brought: ``value`` found, ``bound`` below which no plan goes; ``seconds`` of the solver."""

    value: int
    bound: int
    seconds: float
    nodes: int

    @property
    def proved(self) -> bool:
        """Tell whether no plan has a smaller value."""
        return self.value <= self.bound

    @property
    def gap(self) -> int:
        """Return by how much a better plan could be better at most."""
        return max(0, self.value - self.bound)


@dataclass(frozen=True, slots=True)
class Found:
    """A plan: a value for each variable and how far each goal was brought. ``values`` None: proved that none exists."""

    values: tuple[int, ...] | None
    goals: tuple[Reached, ...]

    @property
    def possible(self) -> bool:
        """Tell whether any plan keeps all limits."""
        return self.values is not None

    @property
    def proved(self) -> bool:
        """Tell whether every goal is proved, or that no plan exists."""
        return all(goal.proved for goal in self.goals)

    @property
    def seconds(self) -> float:
        """Return how long the solver worked on all goals together."""
        return sum(goal.seconds for goal in self.goals)


class TooLittleTime(Exception):  # noqa: N818 - read as a sentence
    """The time was up before any plan was found or ruled out, and no plan was handed in to begin with."""


def best(
    model: Model, goals: Sequence[Terms], *, start: Sequence[int] | None = None, seconds: float = 20.0,
    progress: Progress | None = None, words: str = "Looking for the best plan",
) -> Found:  # fmt: skip
    """Bring down the goals one after the other: a later goal never makes an earlier one worse.

    ``start``: a plan to begin with; it is kept unless a better one is found, so a result is never worse than it.
    ``seconds`` is the most for each goal; after that the best plan so far counts and its goal says by how much it
    might be bettered. The same question gets the same answer: one thread, a fixed seed, no chance. Raises
    ``Cancelled`` when the person pressed Stop, ``TooLittleTime`` when there is nothing to show.
    """
    watch = progress or Silent()
    known = tuple(start) if start is not None and model.holds(start) else None
    fixed: list[Limit] = []
    reached: list[Reached] = []
    for number, goal in enumerate(goals):
        watch.step(words, number, len(goals))
        done = _solve(model, fixed, goal, known, seconds, lambda n=number: watch.step(words, n, len(goals)))
        if done is None:
            return Found(None, ())
        known, one = done
        reached.append(one)
        fixed.append(Limit(tuple(goal), None, one.value))
    watch.step(words, len(goals), len(goals))
    return Found(known, tuple(reached))


def _solve(
    model: Model, fixed: Sequence[Limit], goal: Terms, known: tuple[int, ...] | None, seconds: float, ask: Any
) -> tuple[tuple[int, ...], Reached] | None:
    """Bring one goal down; None when it is proved that nothing keeps the limits."""
    import highspy

    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    for name, value in _SETTINGS.items():
        solver.setOptionValue(name, value)
    solver.setOptionValue("time_limit", float(seconds))
    limits = [*model.limits, *fixed]
    solver.passModel(_as_model(model, limits, goal))
    if known is not None:
        begin = highspy.HighsSolution()
        begin.col_value = [float(value) for value in known]
        solver.setSolution(begin)
    _run(solver, ask)
    status, info = solver.getModelStatus(), solver.getInfo()
    taken, nodes = float(solver.getRunTime()), max(0, int(info.mip_node_count))
    if status == highspy.HighsModelStatus.kInfeasible and known is None:
        return None
    values = _whole_values(solver, model, limits, known, goal)
    value = _total(goal, values)
    lowest = _lowest(model, goal)
    if status in (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kModelEmpty):
        bound = value
    elif math.isfinite(info.mip_dual_bound):
        bound = min(value, max(lowest, math.ceil(info.mip_dual_bound - _NEARLY)))
    else:
        bound = min(value, lowest)
    return values, Reached(value, bound, taken, nodes)


_SETTINGS: Final[Mapping[str, Any]] = {
    "output_flag": False, "threads": 1, "random_seed": _SEED, "mip_rel_gap": 0.0, "mip_abs_gap": _NEARLY,
    "mip_feasibility_tolerance": 1e-7,
}  # fmt: skip


def _as_model(model: Model, limits: Sequence[Limit], goal: Terms) -> Any:
    """Return everything in one piece, row by row: adding it bit by bit is slow."""
    import highspy
    import numpy as np

    found = highspy.HighsModel()
    made = found.lp_
    made.num_col_, made.num_row_ = len(model.ranges), len(limits)
    cost = np.zeros(len(model.ranges))
    for variable, times in goal:
        cost[variable] = times
    made.col_cost_ = cost
    made.col_lower_ = np.array([low for low, _high in model.ranges], dtype=float)
    made.col_upper_ = np.array([high for _low, high in model.ranges], dtype=float)
    made.integrality_ = [highspy.HighsVarType.kInteger] * len(model.ranges)
    endless = highspy.kHighsInf
    made.row_lower_ = np.array([-endless if one.least is None else one.least for one in limits], dtype=float)
    made.row_upper_ = np.array([endless if one.most is None else one.most for one in limits], dtype=float)
    starts = [0]
    for one in limits:
        starts.append(starts[-1] + len(one.terms))
    made.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    made.a_matrix_.num_col_, made.a_matrix_.num_row_ = len(model.ranges), len(limits)
    made.a_matrix_.start_ = np.array(starts, dtype=np.int32)
    made.a_matrix_.index_ = np.array([variable for one in limits for variable, _ in one.terms], dtype=np.int32)
    made.a_matrix_.value_ = np.array([times for one in limits for _, times in one.terms], dtype=float)
    return found


def _run(solver: Highs, ask: Any) -> None:
    """Let it work; it asks now and then whether to go on, and Stop ends it at once with nothing half done."""
    stopped: list[BaseException] = []

    def on_the_way(event: Any) -> None:
        if stopped:
            event.interrupt()
            return
        try:
            ask()
        except BaseException as problem:  # noqa: BLE001 - carried out of the solver's own code and raised again below
            stopped.append(problem)
            event.interrupt()

    solver.cbMipInterrupt += on_the_way
    solver.cbSimplexInterrupt += on_the_way
    solver.run()
    if stopped:
        raise stopped[0]


def _whole_values(
    solver: Highs, model: Model, limits: Sequence[Limit], known: tuple[int, ...] | None, goal: Terms
) -> tuple[int, ...]:
    """Return the better of what the solver found and what was known, each checked again in whole numbers."""
    solution = solver.getSolution()
    found = tuple(round(value) for value in solution.col_value) if solution.value_valid else ()
    keeps = model.holds(found) and all(limit.holds(found) for limit in limits)
    if keeps and (known is None or _total(goal, found) <= _total(goal, known)):
        return found
    if known is not None:
        return known
    if not model.ranges and model.holds(()):
        return ()
    raise TooLittleTime


def _total(goal: Terms, values: Sequence[int]) -> int:
    return sum(times * values[variable] for variable, times in goal)


def _lowest(model: Model, goal: Terms) -> int:
    """Return what the goal could be if there were no limits at all."""
    return sum(min(times * model.ranges[variable][0], times * model.ranges[variable][1]) for variable, times in goal)
