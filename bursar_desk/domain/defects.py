"""Faults: the states one goes through and the moves between them, what risk means in days, planned against reactive.

One record from report to verified (features C1-C4, C7): nothing is copied when a report becomes a job.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Protocol

from bursar_desk.domain import words
from bursar_desk.domain.date_math import add_days
from bursar_desk.domain.errors import UserError

__all__ = [
    "ALLOWED", "BUTTONS", "CLOSED", "GOOD_PRACTICE", "OPEN", "TARGET_DAYS", "FaultLike", "Move", "NotAllowed",
    "PlannedShare", "Risk", "State", "after", "held", "lapsed", "may_verify", "moves_from", "next_move",
    "planned_share", "pressing", "risk_now", "risk_of", "state_of", "state_words", "target_for",
]  # fmt: skip


class State(StrEnum):
    """Where a fault stands, the most cautious first: the order in which rivals of two computers are shown."""

    REPORTED = "reported"
    MADE_SAFE = "made safe"
    ORDERED = "ordered"
    DONE = "done"
    VERIFIED = "verified"
    REJECTED = "rejected"

    @property
    def said(self) -> str:
        """The state as a list says it."""
        return self.value.capitalize()


class Risk(StrEnum):
    """How bad a fault is, the worst first."""

    DANGER = "danger"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def said(self) -> str:
        """The risk as a list says it."""
        return self.value.capitalize()


class Move(StrEnum):
    """What a person can say about a fault."""

    MAKE_SAFE = "make safe"
    ORDER = "order"
    DONE = "done"
    VERIFY = "verify"
    REJECT = "reject"
    REOPEN = "reopen"


OPEN: Final = (State.REPORTED, State.MADE_SAFE, State.ORDERED)
CLOSED: Final = (State.DONE, State.VERIFIED, State.REJECTED)

ALLOWED: Final[Mapping[Move, Mapping[State, State]]] = MappingProxyType({
    # a job that is ordered can be made safe while it waits; it stays ordered
    Move.MAKE_SAFE: {
        State.REPORTED: State.MADE_SAFE, State.MADE_SAFE: State.MADE_SAFE, State.ORDERED: State.ORDERED,
    },
    Move.ORDER: dict.fromkeys(OPEN, State.ORDERED),
    Move.DONE: dict.fromkeys(OPEN, State.DONE),
    Move.VERIFY: {State.DONE: State.VERIFIED},
    Move.REJECT: dict.fromkeys(OPEN, State.REJECTED),
    Move.REOPEN: dict.fromkeys(CLOSED, State.REPORTED),
})  # fmt: skip
"""The one table of moves: from which state each is allowed, and where it leads."""

BUTTONS: Final[Mapping[Move, str]] = MappingProxyType({
    Move.MAKE_SAFE: "Make safe", Move.ORDER: "Order the job", Move.DONE: "Mark as done",
    Move.VERIFY: "Verify the work", Move.REJECT: "Reject fault", Move.REOPEN: "Open it again",
})  # fmt: skip
_NOT_ALLOWED: Final[Mapping[Move, str]] = MappingProxyType({
    Move.MAKE_SAFE: "cannot be made safe", Move.ORDER: "cannot be ordered", Move.DONE: "cannot be marked as done",
    Move.VERIFY: "cannot be verified", Move.REJECT: "cannot be rejected", Move.REOPEN: "cannot be opened again",
})  # fmt: skip

TARGET_DAYS: Final[Mapping[Risk, int]] = MappingProxyType({Risk.DANGER: 1, Risk.HIGH: 7, Risk.MEDIUM: 28, Risk.LOW: 91})
"""Days from report to target date unless somebody sets another: the words on the form ("this week") in figures."""
GOOD_PRACTICE: Final = 70
"""Planned jobs in a hundred that good practice asks for (feature C7: 70 planned to 30 reactive)."""
_ENOUGH_JOBS: Final = 10
_LOWER: Final = {Risk.DANGER: Risk.HIGH, Risk.HIGH: Risk.MEDIUM}


class NotAllowed(UserError):  # noqa: N818 - read as a sentence
    """A move that the state of a fault does not allow."""


class FaultLike(Protocol):
    """What these rules ask of a fault; a frozen row of the register has it."""

    @property
    def risk(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def raised_on(self) -> date | None: ...
    @property
    def target_on(self) -> date | None: ...
    @property
    def stop_on(self) -> date | None: ...
    @property
    def interim_control(self) -> str: ...
    @property
    def interim_until(self) -> date | None: ...
    @property
    def closed_on(self) -> date | None: ...
    @property
    def planned(self) -> bool: ...


# --- states and moves ------------------------------------------------------------------------------------------------


def state_of(text: str) -> State:
    """Read a state; one this program does not know counts as the most cautious."""
    return State(text) if text in set(State) else State.REPORTED


def risk_of(text: str) -> Risk:
    """Read a risk; one this program does not know counts as the worst."""
    return Risk(text) if text in set(Risk) else Risk.DANGER


def after(state: State, move: Move) -> State:
    """Return where a move leads. Raises ``NotAllowed`` naming what can be done instead."""
    found = ALLOWED[move].get(state)
    if found is None:
        ways = words.listing([BUTTONS[one].lower() for one in moves_from(state)], "or")
        raise NotAllowed(f"A fault that is {state.value} {_NOT_ALLOWED[move]}.", "Nothing was changed.",
                         f"You can {ways}.")  # fmt: skip
    return found


def moves_from(state: State) -> tuple[Move, ...]:
    """Return the moves a state allows, in the order of the table."""
    return tuple(move for move in Move if state in ALLOWED[move])


def next_move(one: FaultLike, today: date, *, manages: bool) -> Move | None:
    """Return the step that comes next: make a danger safe, order what is serious, mark the rest done, then verify.

    Who does not manage the register is never asked to order or to verify.
    """
    state, risk = state_of(one.state), risk_of(one.risk)
    if state is State.DONE:
        return Move.VERIFY if manages else None
    if state not in OPEN:
        return None
    serious = risk in (Risk.DANGER, Risk.HIGH)
    if lapsed(one, today) or (serious and not held(one, today)):
        return Move.MAKE_SAFE
    if serious and manages and state is not State.ORDERED:
        return Move.ORDER
    return Move.DONE


def may_verify(risk: str, done_by: str, who: str) -> str:
    """Return why this person may not verify the work, or nothing: whoever did it may only where the risk is low."""
    same = bool(done_by.strip()) and done_by.strip().casefold() == who.strip().casefold()
    if same and risk_of(risk) is not Risk.LOW:
        return f"{done_by.strip()} did the work, so somebody else looks at it. Only a low risk can be verified alone."
    return ""


# --- risk ------------------------------------------------------------------------------------------------------------


def target_for(risk: str, raised: date) -> date:
    """Return the target date of a risk unless somebody sets another."""
    return add_days(raised, TARGET_DAYS[risk_of(risk)])


def held(one: FaultLike, today: date) -> bool:
    """Tell whether an interim control is in force: written down, with a last day that has not passed."""
    open_now = state_of(one.state) in OPEN
    return open_now and bool(one.interim_control) and one.interim_until is not None and one.interim_until >= today


def lapsed(one: FaultLike, today: date) -> bool:
    """Tell whether an open fault was made safe until a day that has passed (the last day still counts)."""
    return state_of(one.state) in OPEN and one.interim_until is not None and one.interim_until < today


def risk_now(one: FaultLike, today: date) -> Risk:
    """Return the risk as it stands: one step lower while it is made safe; its own again from the day after.

    A fault past its stop date is a danger whatever was written down (rules section 4, time-limited defect).
    """
    risk = risk_of(one.risk)
    if state_of(one.state) not in OPEN:
        return risk
    if one.stop_on is not None and one.stop_on < today:
        return Risk.DANGER
    return _LOWER.get(risk, risk) if held(one, today) else risk


def pressing(one: FaultLike, today: date) -> tuple[bool, int, bool, date]:
    """Return what to sort by: open first, then the worst risk, what lapsed or is past its date, the oldest."""
    order = tuple(Risk)
    open_now = state_of(one.state) in OPEN
    waits = not (lapsed(one, today) or (one.target_on is not None and one.target_on < today))
    return not open_now, order.index(risk_now(one, today)), waits, one.raised_on or date.min


def state_words(one: FaultLike, today: date) -> str:
    """Say how a fault stands: ``Made safe until 3 Dec 2026``, ``Ordered``, ``Done, to be verified``."""
    state = state_of(one.state)
    if state is State.DONE:
        return "Done, to be verified"
    if state not in OPEN:
        return state.said
    if one.stop_on is not None and one.stop_on < today:
        return f"Stop using: the time ended {words.short_date(one.stop_on)}"
    if not (lapsed(one, today) or held(one, today)):
        return state.said
    said = f"{'made safe' if held(one, today) else 'safe only'} until {words.short_date(one.interim_until)}"
    return f"Ordered, {said}" if state is State.ORDERED else f"{said[0].upper()}{said[1:]}"


# --- planned against reactive ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PlannedShare:
    """Jobs finished in a period: how many were planned, how many came unasked. There is at least one."""

    planned: int
    reactive: int

    @property
    def of(self) -> int:
        """How many jobs there were."""
        return self.planned + self.reactive

    @property
    def percent(self) -> int:
        """Planned jobs in a hundred, rounded down."""
        return self.planned * 100 // self.of

    @property
    def words(self) -> str:
        """The figure with its denominator; too few jobs are said to be too few."""
        said = f"{words.out_of(self.planned, self.of)} finished jobs were planned"
        if self.of < _ENOUGH_JOBS:
            return f"{said}. That is too few to compare with {GOOD_PRACTICE} in 100."
        return f"{said} ({self.percent} in 100). Good practice is {GOOD_PRACTICE} in 100."


def planned_share(found: Iterable[FaultLike], first: date, last: date) -> PlannedShare | None:
    """Return planned against reactive of the jobs finished between two days; None where there were none.

    A rejected report was no job, so it is in neither number.
    """
    done = [
        one for one in found
        if state_of(one.state) in (State.DONE, State.VERIFIED)
        and one.closed_on is not None and first <= one.closed_on <= last
    ]  # fmt: skip
    planned = sum(one.planned for one in done)
    return PlannedShare(planned, len(done) - planned) if done else None
