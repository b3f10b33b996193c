"""A rota of cover: what a good one is, one made by hand to compare with, and why it is as it is.

The stated goal: first as many slots as possible, then the smallest sum, in tenths of a kilometre, of the ways there and
back, of every new face at a school (5 km), of a site briefing still to be given (5 km), of turns taken lately (half a
kilometre each), of what the school owes theirs already (200 m an hour, from ten hours owed to it to ten hours owed by
it), and of slots for which their own school must let them go (2 km).
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bursar_desk.domain import words
from bursar_desk.domain.rota_rules import (
    Hand,
    Problem,
    Slot,
    Station,
    hours_left,
    trip,
    weeks_without_rest,
    works,
    young_limits,
)

FACE: Final = 50
BRIEFING: Final = 50
TURN: Final = 5
MOST_TURNS: Final = 10
OWED_HOUR: Final = 2
MOST_OWED: Final = 10
RELEASE: Final = 20

Rota = Mapping[int, int]
"""Which slot is taken by whom, by their places in the problem's lists."""


@dataclass(frozen=True, slots=True)
class Cost:
    """How good a rota is: slots left open, then the sum of what the goal weighs."""

    open: int
    weight: int

    @property
    def order(self) -> tuple[int, int]:
        """Return it so that a smaller one is better."""
        return self.open, self.weight


def slot_weight(problem: Problem, hand: Hand, slot: Slot) -> int:
    """Return what one slot weighs by itself: turns, what is owed, being let go."""
    hours = problem.owed.get((slot.school, hand.school), 0) // 60
    owed = max(-MOST_OWED, min(MOST_OWED, hours)) + MOST_OWED
    release = RELEASE if problem.released(hand, slot) else 0
    return TURN * min(MOST_TURNS, max(0, hand.turns)) + OWED_HOUR * owed + release


def face_weight(problem: Problem, hand: Hand, absence: bytes) -> int:
    """Return what somebody weighs who covers an absence at all: with a briefing when theirs ends before it does."""
    slots = [slot for slot in problem.slots if slot.absence == absence]
    return FACE + (0 if all(problem.is_briefed(hand, slot) for slot in slots) else BRIEFING)


def trip_weight(problem: Problem, hand: Hand, school: bytes) -> int:
    """Return what one way there and back weighs."""
    return 2 * problem.tenths(hand.school, school)


def weight_of(problem: Problem, h: int, taken: Sequence[int]) -> int:
    """Return what everything one person takes weighs."""
    hand = problem.hands[h]
    slots = [problem.slots[s] for s in taken]
    faces = {slot.absence for slot in slots}
    return (
        sum(slot_weight(problem, hand, slot) for slot in slots)
        + sum(trip_weight(problem, hand, school) for school, _day, _half in {trip(slot) for slot in slots})
        + sum(face_weight(problem, hand, absence) for absence in faces)
    )


def by_hand(rota: Rota) -> dict[int, list[int]]:
    """Return a rota turned round: who takes which slots."""
    turned: dict[int, list[int]] = {}
    for s, h in sorted(rota.items()):
        turned.setdefault(h, []).append(s)
    return turned


def cost_of(problem: Problem, rota: Rota) -> Cost:
    """Return what a rota comes to."""
    weight = sum(weight_of(problem, h, taken) for h, taken in by_hand(rota).items())
    return Cost(len(problem.slots) - len(rota), weight)


def minutes_of(problem: Problem, hand: Hand, slots: Sequence[Slot], days: frozenset[dt.date] | None = None) -> int:
    """Return the minutes slots add to somebody's own hours, the ways included: they count as work."""
    counted = [slot for slot in slots if days is None or slot.day in days]
    ways = {trip(slot) for slot in counted}
    return sum(problem.beyond(hand, slot) for slot in counted) + sum(
        2 * problem.way(hand.school, school) for school, _day, _half in ways
    )


def too_much(problem: Problem, h: int, taken: Sequence[int]) -> str:
    """Return what speaks against one person taking all of some slots, as a sentence; "" for nothing."""
    hand = problem.hands[h]
    slots = [problem.slots[s] for s in taken]
    if any(problem.clash(a, b) for n, a in enumerate(slots) for b in slots[:n]):
        return "Covers something else then."
    left = hours_left(hand)
    if left is not None and minutes_of(problem, hand, slots) > left:
        return "Would work more than 48 hours a week on average."
    days = [slot.day for slot in slots]
    if any(minutes_of(problem, hand, slots, some) > most for some, most in young_limits(hand, days)):
        return "Is under 18 and would work too long."
    new = {day for day in days if not works(hand, day)}
    if any(len(new & free) > most for free, most in weeks_without_rest(hand, days)):
        return "Would have no day off in seven days."
    return ""


def leaves_bare(problem: Problem, rota: Rota, s: int, h: int) -> bool:
    """Tell whether somebody's own site would have nobody if they took one more slot of a rota."""
    slot, hand = problem.slots[s], problem.hands[h]
    turned = by_hand(rota)
    for station in problem.posts.get((hand.person, slot.day), ()):
        gone = missing(problem, station)
        if hand.person in gone or not problem.keeps_from(station, hand, slot):
            continue
        gone |= {
            problem.hands[other].person
            for other, taken in turned.items()
            if problem.hands[other].person in station.people
            and any(problem.keeps_from(station, problem.hands[other], problem.slots[one]) for one in taken)
        }
        if len(gone | {hand.person}) >= len(station.people):
            return True
    return False


def missing(problem: Problem, station: Station) -> set[bytes]:
    """Return who of a site is away covering elsewhere already, before anything is planned."""
    return {
        hand.person
        for hand in problem.hands
        if hand.person in station.people
        and any(
            problem.keeps_from(station, hand, Slot(b.school, b"", b.day, "", b.starts, b.ends)) for b in hand.busy
        )
    }  # fmt: skip


def greedy(problem: Problem) -> dict[int, int]:
    """Plan as people do by hand: slot after slot, each to whoever makes it cheapest now."""
    rota: dict[int, int] = {}
    taken: dict[int, list[int]] = {}
    order = sorted(range(len(problem.slots)), key=lambda s: (problem.slots[s].day, problem.slots[s].starts, s))
    for s in order:
        ranked = sorted(
            (weight_of(problem, h, [*taken.get(h, []), s]) - weight_of(problem, h, taken.get(h, [])), h)
            for h in problem.choices[s]
        )
        for _weight, h in ranked:
            if not too_much(problem, h, [*taken.get(h, []), s]) and not leaves_bare(problem, rota, s, h):
                rota[s] = h
                taken.setdefault(h, []).append(s)
                break
    return rota


# --- why -------------------------------------------------------------------------------------------------------------


def because(problem: Problem, s: int, h: int) -> str:
    """Return why somebody takes a slot, as sentences."""
    slot, hand = problem.slots[s], problem.hands[h]
    tenths = problem.tenths(hand.school, slot.school)
    known = hand.school in problem.places and slot.school in problem.places
    said = [f"{tenths // 10}.{tenths % 10} km away" if known else "how far it is is not known"]
    others = [other for other in problem.choices[s] if other != h]
    said.append("the only one who can" if not others else f"one of {len(others) + 1} who can")
    if slot.skill:
        said.append(f"trained: {slot.skill}")
    told = words.sentence(", ".join(said) + ".")
    if problem.released(hand, slot):
        told += f" {problem.names.get(hand.school, 'Their school')} must let them go: a colleague stays."
    if not problem.is_briefed(hand, slot):
        told += " Needs the site briefing before the first shift."
    return told


def why_not(problem: Problem, rota: Rota, s: int) -> str:
    """Return why nobody takes a slot: how many people each reason keeps away, most first."""
    slot = problem.slots[s]
    counted: Counter[str] = Counter()
    for h, hand in enumerate(problem.hands):
        taken = by_hand(rota).get(h, [])
        said = problem.barred(hand, slot) or too_much(problem, h, [*taken, s])
        if not said and leaves_bare(problem, rota, s, h):
            said = "Nobody else would be at their own school."
        if said != "Works at this school.":
            counted[said or "Free, but there was no time left to look: plan again."] += 1
    if not counted:
        return "Nobody is known here who could help."
    ranked = sorted(counted.items(), key=lambda one: (-one[1], one[0]))
    return " ".join(f"{reason[:-1]} ({words.count(count, 'person', 'people')})." for reason, count in ranked)


def sentence(covered: int, asked: int, bound: int, better: int) -> str:
    """Return the whole in words. ``bound``: proved to be the most slots; ``better``: what the weight may still fall."""
    if not asked:
        return "Nothing is left uncovered."
    told = f"All {asked} slots are covered." if covered == asked else f"{covered} of {asked} slots are covered."
    if asked == 1 == covered:
        told = "The only slot is covered."
    if covered < bound:
        return f"{told} There was no time to prove that no rota covers more."
    proved = " No rota covers more: proved." if covered < asked else ""
    if better:
        return f"{told}{proved} A better one could save {better / 10:.1f} km at most."
    return f"{told}{proved} No rota is better by the stated goal: proved."
