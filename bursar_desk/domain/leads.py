"""Who leads what at a school: dated facts, what two governing bodies agreed, and who counts on a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

DUTY_HOLDER: Final = "duty holder"
RESPONSIBLE: Final = "responsible person"
MANAGER: Final = "line manager"
PREMISES: Final = "premises lead"
KINDS: Final = (DUTY_HOLDER, RESPONSIBLE, MANAGER, PREMISES)
OF_TWO: Final = frozenset({MANAGER, PREMISES})
"""What somebody from another school may only do once both governing bodies have said yes."""
YES, NO, TAKEN_BACK = "yes", "no", "taken back"
ANSWERS: Final = (YES, NO, TAKEN_BACK)


class State(StrEnum):
    """How a lead stands on a day."""

    PROPOSED = "proposed"
    WAITING = "waiting"
    AGREED = "agreed"
    REFUSED = "refused"
    RAN_OUT = "ran out"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Lead:
    """One dated fact: ``person`` (employed by ``employer``) leads at ``school`` from ``first`` to ``last``, both days
    included; without ``last`` it is open. ``of_person``: who is led, of a line manager. Without ``person`` a body
    leads: the duty holder is usually the governing body, the trust or the local authority (rules.md section 1).
    """

    id: bytes
    school: bytes
    kind: str
    person: bytes | None
    employer: bytes | None
    of_person: bytes | None
    first: dt.date | None
    last: dt.date | None

    def lies_on(self, day: dt.date) -> bool:
        """Tell whether the day is one of its days, whatever was agreed."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)

    @property
    def slot(self) -> tuple[bytes, str, bytes | None]:
        """Return what only one person can be at a time: of line managers, one for each person who is led."""
        return self.school, self.kind, self.of_person if self.kind == MANAGER else None

    @property
    def bodies(self) -> tuple[bytes, ...]:
        """Return the schools whose governing bodies must agree: the led school's and the employer's, or nobody's."""
        if self.kind in OF_TWO and self.employer is not None and self.employer != self.school:
            return self.school, self.employer
        return ()


@dataclass(frozen=True, slots=True)
class Decision:
    """What a governing body minuted about a lead; ``until`` is the last day it holds for, none for no end."""

    id: bytes
    school: bytes
    about: bytes
    answer: str
    body: str
    minute_ref: str
    said_on: dt.date | None
    until: dt.date | None

    @property
    def counts(self) -> bool:
        """Tell whether it is a decision at all: a body, a day, and for a yes the minute that can be looked up."""
        return bool(self.body) and self.said_on is not None and (self.answer != YES or bool(self.minute_ref))


@dataclass(frozen=True, slots=True)
class Standing:
    """How a lead stands on a day: ``waiting_for`` are the schools whose governors have yet to decide (or decide anew),
    ``until`` the last day all decisions hold for, ``said`` each school's last decision.
    """

    state: State
    waiting_for: tuple[bytes, ...] = ()
    until: dt.date | None = None
    said: Mapping[bytes, Decision] | None = None


def last_words(lead: Lead, decisions: Iterable[Decision], day: dt.date) -> dict[bytes, Decision]:
    """Return the last decision of each school about a lead, up to a day; of one day the greatest id decides."""
    found: dict[bytes, Decision] = {}
    mine = (one for one in decisions if one.about == lead.id and one.counts and (one.said_on or day) <= day)
    for one in sorted(mine, key=lambda each: (each.said_on or dt.date.min, each.id)):
        found[one.school] = one
    return found


def judge(lead: Lead, decisions: Iterable[Decision], day: dt.date) -> Standing:
    """Return how a lead stands on a day: a function of the set of rows, whatever order or number they came in.

    Rules.md section 14: two governing bodies are separate employers, so neither can agree for the other.
    """
    said = {school: one for school, one in last_words(lead, decisions, day).items() if school in lead.bodies}
    yes = {school for school, one in said.items() if one.answer == YES}
    over = {school for school in yes if (end := said[school].until) is not None and end < day}
    missing = tuple(one for one in lead.bodies if one not in yes or one in over)
    ends = [one.until for one in said.values() if one.answer == YES and one.until is not None]
    until = min(ends, default=None)
    if lead.last is not None and lead.last < day:
        state = State.ENDED
    elif any(one.answer == NO for one in said.values()):
        state = State.REFUSED
    elif over:
        state = State.RAN_OUT
    elif not missing:
        state = State.AGREED
    else:
        state = State.WAITING if yes else State.PROPOSED
    return Standing(state, missing, until, said)


@dataclass(frozen=True, slots=True)
class Slot:
    """Who counts as one kind of lead on a day, and whose days lie over theirs."""

    lead: Lead
    beside: tuple[Lead, ...]


def current(leads: Sequence[Lead], decisions: Sequence[Decision], day: dt.date) -> list[Slot]:
    """Return the one who counts on a day for each kind at each school (and each person who is led).

    Only what is agreed counts. Of several it is the one that began last, then the greater id: one answer for every
    order. The others are named beside it, so that somebody can end them.
    """
    held: dict[tuple[bytes, str, bytes | None], list[Lead]] = {}
    for one in {each.id: each for each in leads}.values():
        if one.lies_on(day) and judge(one, decisions, day).state is State.AGREED:
            held.setdefault(one.slot, []).append(one)
    slots = []
    for found in held.values():
        found.sort(key=lambda one: (one.first or dt.date.min, one.id), reverse=True)
        slots.append(Slot(found[0], tuple(found[1:])))
    return sorted(slots, key=lambda one: (one.lead.school, order_of(one.lead.kind), one.lead.id))


def overlaps(a: Lead, b: Lead) -> bool:
    """Tell whether two leads of one slot share a day."""
    if a.id == b.id or a.slot != b.slot:
        return False
    first = max(a.first or dt.date.min, b.first or dt.date.min)
    return first <= min(a.last or dt.date.max, b.last or dt.date.max)


def order_of(kind: str) -> int:
    """Return where a kind stands in a list; one of a newer program last."""
    return KINDS.index(kind) if kind in KINDS else len(KINDS)
