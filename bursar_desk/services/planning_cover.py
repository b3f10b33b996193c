"""The best rota of cover for several absences at once, against the stated goal of ``domain.cover_rota``, and proved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bursar_desk.domain import cover_rota as rules
from bursar_desk.domain.cover_rota import Cost, cost_of, greedy
from bursar_desk.domain.rota_rules import Problem, hours_left, trip, weeks_without_rest, works, young_limits
from bursar_desk.services import solving

if TYPE_CHECKING:
    from bursar_desk.domain.progress import Progress

SECONDS = 30.0
"""The most the solver works on one goal."""
Trip = tuple[int, bytes, dt.date, int]


@dataclass(frozen=True, slots=True)
class Rostered:
    """Who takes which slot, by the places in the problem's lists; ``goals``: slots left open, then the weight."""

    rota: Mapping[int, int]
    cost: Cost
    by_hand: Cost
    goals: tuple[solving.Reached, ...]
    seconds: float

    @property
    def most(self) -> int:
        """Return the most slots any rota covers, as far as that is proved."""
        return -self.goals[0].bound

    @property
    def proved(self) -> bool:
        """Tell whether no rota is better by the stated goal."""
        return all(goal.proved for goal in self.goals)

    @property
    def gap(self) -> int:
        """Return by how much the weight might still fall, in tenths of a kilometre."""
        return self.goals[1].gap


def plan(problem: Problem, progress: Progress | None = None, *, seconds: float = SECONDS) -> Rostered:
    """Find the best rota. Raises ``Cancelled``; a rota always exists, if only one that covers nothing."""
    first = greedy(problem)
    made = _Made(problem)
    found = solving.best(
        made.model, [[(v, -1) for v in made.takes.values()], made.weights()], start=made.values_of(first),
        seconds=seconds, progress=progress, words="Looking for the best rota",
    )  # fmt: skip
    values = found.values or made.values_of(first)
    rota = {s: h for (h, s), variable in made.takes.items() if values[variable]}
    return Rostered(rota, cost_of(problem, rota), cost_of(problem, first), found.goals, found.seconds)


def most_slots(problem: Problem, progress: Progress | None = None, *, seconds: float = SECONDS) -> int:
    """Return how many slots a rota was found to cover at most, whatever else it is like."""
    made = _Made(problem)
    found = solving.best(
        made.model, [[(v, -1) for v in made.takes.values()]], start=made.values_of(greedy(problem)), seconds=seconds,
        progress=progress, words="Looking what else is possible",
    )  # fmt: skip
    return -found.goals[0].value


@dataclass
class _Made:
    """The rota as the solver reads it: who takes what, and what follows from it."""

    problem: Problem
    model: solving.Model = field(default_factory=solving.Model)
    takes: dict[tuple[int, int], int] = field(default_factory=dict)
    trips: dict[Trip, int] = field(default_factory=dict)
    faces: dict[tuple[int, bytes], int] = field(default_factory=dict)
    days: dict[tuple[int, dt.date], int] = field(default_factory=dict)
    gone: dict[tuple[int, int], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        problem = self.problem
        for s, able in problem.choices.items():
            for h in able:
                self.takes[h, s] = self.model.flag()
            self.model.at_most([(self.takes[h, s], 1) for h in able], 1)
        self.of_hand = {h: [s for s in problem.choices if (h, s) in self.takes] for h in range(len(problem.hands))}
        for h, could in self.of_hand.items():
            self._follows(h, could)
            for group in _cliques(problem, could):
                self.model.at_most([(self.takes[h, s], 1) for s in group], 1)
            self._hours(h)
        self._stations()

    def _follows(self, h: int, could: Sequence[int]) -> None:
        """Say what a taken slot brings with it: a way out, a face, a day worked."""
        hand = self.problem.hands[h]
        for s in could:
            slot = self.problem.slots[s]
            self._brings(h, s, self.trips, (h, *trip(slot)))
            self._brings(h, s, self.faces, (h, slot.absence))
            if not works(hand, slot.day):
                self._brings(h, s, self.days, (h, slot.day))

    def _brings(self, h: int, s: int, kind: dict[object, int] | dict, key: object) -> None:  # type: ignore[type-arg]
        if key not in kind:
            kind[key] = self.model.flag()
        self.model.at_most([(self.takes[h, s], 1), (kind[key], -1)], 0)

    def _hours(self, h: int) -> None:
        """Keep to 48 hours a week on average, to what somebody under 18 may work, and to a day off in seven."""
        hand, could = self.problem.hands[h], self.of_hand[h]
        left = hours_left(hand)
        days = [self.problem.slots[s].day for s in could]
        limits: list[tuple[frozenset[dt.date], int]] = young_limits(hand, days)
        limits += [(frozenset(days), left)] if left is not None else []
        for some, most in limits:
            terms = [
                (self.takes[h, s], minutes)
                for s in could
                if self.problem.slots[s].day in some and (minutes := self.problem.beyond(hand, self.problem.slots[s]))
            ]
            terms += [
                (variable, minutes)
                for (other, school, day, _half), variable in self.trips.items()
                if other == h and day in some and (minutes := 2 * self.problem.way(hand.school, school))
            ]
            if sum(minutes for _v, minutes in terms) > most:
                self.model.at_most(terms, most)
        for free, most in weeks_without_rest(hand, days):
            worked = [(self.days[h, day], 1) for day in sorted(free) if (h, day) in self.days]
            if len(worked) > most:
                self.model.at_most(worked, most)

    def _stations(self) -> None:
        """Leave somebody at every lender's own site."""
        problem = self.problem
        places = {hand.person: h for h, hand in enumerate(problem.hands)}
        for n, station in enumerate(problem.stations):
            gone = rules.missing(problem, station)
            for person in sorted(station.people - gone):
                h = places.get(person, -1)
                for s in self.of_hand.get(h, ()):
                    if problem.keeps_from(station, problem.hands[h], problem.slots[s]):
                        self._brings(h, s, self.gone, (h, n))
            leaving = [(variable, 1) for (_h, other), variable in self.gone.items() if other == n]
            self.model.at_most(leaving, max(0, len(station.people) - len(gone) - 1))

    def weights(self) -> list[tuple[int, int]]:
        """Return the second goal: the sum of what everything weighs."""
        problem = self.problem
        weighed = [
            (v, rules.slot_weight(problem, problem.hands[h], problem.slots[s])) for (h, s), v in self.takes.items()
        ]
        weighed += [
            (v, rules.trip_weight(problem, problem.hands[h], school))
            for (h, school, _d, _half), v in self.trips.items()
        ]
        weighed += [
            (v, rules.face_weight(problem, problem.hands[h], absence)) for (h, absence), v in self.faces.items()
        ]
        return [(variable, weight) for variable, weight in weighed if weight]

    def values_of(self, rota: Mapping[int, int]) -> list[int]:
        """Return a rota as values of all variables."""
        values = [0] * len(self.model.ranges)
        for s, h in rota.items():
            slot = self.problem.slots[s]
            values[self.takes[h, s]] = 1
            values[self.trips[h, *trip(slot)]] = 1
            values[self.faces[h, slot.absence]] = 1
            if (h, slot.day) in self.days:
                values[self.days[h, slot.day]] = 1
            for (other, n), variable in self.gone.items():
                if other == h and self.problem.keeps_from(self.problem.stations[n], self.problem.hands[h], slot):
                    values[variable] = 1
        return values


def _cliques(problem: Problem, could: Sequence[int]) -> Iterator[list[int]]:
    """Return groups of slots of which one person can take one at most, so that every two that clash share a group."""
    slots = problem.slots
    ordered = sorted(could, key=lambda s: (slots[s].day, slots[s].starts, s))
    near: dict[int, list[int]] = {s: [] for s in ordered}
    for place, s in enumerate(ordered):
        for other in ordered[place + 1 :]:
            if (slots[other].day - slots[s].day).days > 1:
                break
            if problem.clash(slots[s], slots[other]):
                near[s].append(other)
    shared: set[tuple[int, int]] = set()
    for s in ordered:
        for other in near[s]:
            if (s, other) in shared:
                continue
            group = _grown(near, [s, other, *near[s]])
            shared |= {(a, b) for a in group for b in group if a != b}
            yield group


def _near(near: Mapping[int, Sequence[int]], a: int, b: int) -> bool:
    return b in near[a] or a in near[b]


def _grown(near: Mapping[int, Sequence[int]], group: Sequence[int]) -> list[int]:
    """Return a group without those that do not clash with all before them; the first two do."""
    kept: list[int] = []
    for one in dict.fromkeys(group):
        if all(_near(near, one, other) for other in kept):
            kept.append(one)
    return kept
