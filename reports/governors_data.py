"""What the governors' report is made from: ready figures, no names beyond owners, no reason for any absence."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

Trend = Literal["better", "same", "worse"]
RagColour = Literal["red", "amber", "green", "grey"]


@dataclass(frozen=True, slots=True)
class NotKept:
    """A part of the report that has no records yet, in one plain sentence."""

    words: str


@dataclass(frozen=True, slots=True)
class AreaRow:
    """One area of checks. ``word`` is the worst status word, ``done`` of ``required`` are counts now.

    ``last_term`` is last term's ``done`` (None when there is no earlier figure), ``last_required`` its total.
    """

    area: str
    word: str
    colour: RagColour
    done: int
    required: int
    trend: Trend | None
    last_term: int | None
    comment: str = ""
    last_required: int | None = None


@dataclass(frozen=True, slots=True)
class OverdueRow:
    """One overdue required check; give all of them, the paper shows six. ``statutory`` ones come first."""

    what: str
    since: date
    days: int
    owner: str
    reason: str | None
    new_date: date | None
    statutory: bool = True


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """One thing the governors are asked to decide; cost in pence with how often it falls ("once", "a year")."""

    what: str
    why: str
    cost_pence: int | None
    by_when: date | None
    how_often: str = ""


@dataclass(frozen=True, slots=True)
class TermCount:
    """How many in one term; counts under five are never printed as they are (F4)."""

    term: str
    count: int


@dataclass(frozen=True, slots=True)
class AccidentGroup:
    """One row of bars: up to three terms, oldest first, the last being this term."""

    title: str
    terms: tuple[TermCount, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Accidents:
    """Accidents and near misses side by side: counts only, no persons."""

    accidents: AccidentGroup
    near_misses: AccidentGroup


@dataclass(frozen=True, slots=True)
class TrainingRow:
    """One role or course: people in date of people needed, now and last term; no names.

    Places are ``None`` where no stock of places is kept.
    """

    course: str
    held: int
    required: int
    last_held: int | None
    last_required: int | None
    trend: Trend | None
    places_booked: int | None = None
    places_spare: int | None = None
    next_expiry: date | None = None
    runs_out: bool = True


@dataclass(frozen=True, slots=True)
class CoverRow:
    """Hours of caretaker cover with one other school, in minutes, over the days of the report.

    ``balance_minutes``: what they owe us in all at its end, with earlier terms and what both agreed beside the hours
    (opening balances, write-offs, payments); below nought we owe them. None where there is nothing but these days.
    """

    school: str
    given_minutes: int
    received_minutes: int
    balance_minutes: int | None = None

    @property
    def owed_minutes(self) -> int:
        """Return what they owe us, below nought what we owe them."""
        here = self.given_minutes - self.received_minutes
        return here if self.balance_minutes is None else self.balance_minutes


@dataclass(frozen=True, slots=True)
class Cover:
    """Cover between schools since a day; ``rate_pence`` is the agreed worth of an hour, None when none is agreed."""

    since: date
    rows: tuple[CoverRow, ...]
    rate_pence: int | None = None


@dataclass(frozen=True, slots=True)
class ContractRow:
    """A contract to decide on in the next six months; a year's cost in pence."""

    contract: str
    decide_by: date
    last_safe_day: date
    yearly_pence: int | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Contracts:
    """Contracts to decide, and this financial year's savings with the words that say against what."""

    rows: tuple[ContractRow, ...]
    savings_pence: int | None = None
    savings_words: str = ""


@dataclass(frozen=True, slots=True)
class NeighbourHelp:
    """Checks that another school's site staff did here."""

    school: str
    checks: int


@dataclass(frozen=True, slots=True)
class RestorePractice:
    """The last time a backup was put back for practice, and what came of it."""

    on: date
    words: str


@dataclass(frozen=True, slots=True)
class Counted:
    """A count with last term's beside it; None when there is no earlier figure."""

    now: int
    last_term: int | None = None


@dataclass(frozen=True, slots=True)
class Recommended:
    """Checks that are good practice, not required; they stand on a line of their own and in no other figure."""

    up_to_date: int
    total: int


@dataclass(frozen=True, slots=True)
class RuledOut:
    """One check that was said not to be needed: why, by whom, and when it is looked at again."""

    title: str
    why: str
    said_by: str
    review_on: date | None


@dataclass(frozen=True, slots=True)
class NotNeeded:
    """Checks that do not apply to this school, with a few of their names; ``listed``: all, for the workbook."""

    count: int
    examples: tuple[str, ...] = ()
    listed: tuple[RuledOut, ...] = ()


NOT_KEPT_ACCIDENTS = NotKept("Accidents are not kept in Bursar Desk yet.")
NOT_KEPT_TRAINING = NotKept("Training is not kept in Bursar Desk yet.")
NOT_KEPT_COVER = NotKept("Cover between schools is not kept in Bursar Desk yet.")
NOT_KEPT_CONTRACTS = NotKept("Contracts are not kept in Bursar Desk yet.")
NOT_KEPT_RESTORE = NotKept("No practice restore is written down yet.")


@dataclass(frozen=True, slots=True)
class GovernorsData:
    """Everything on the two pages. Days are school days (Europe/London), ``made_at`` is school time, money is pence.

    ``stamp`` is the fingerprint of the records it is made from ("7QK4-M2XD-WDKJ-VBRT"); ``as_at`` says of which past
    day the report is, and how ("As at 3 March 2027, as known then"); empty for the present one. There is no field for
    why anyone was away, and none for a pupil (safety bar F3, F4).
    """

    school: str
    term: str
    covers_from: date
    covers_to: date
    prepared_by: str
    made_at: datetime
    stamp: str
    areas: tuple[AreaRow, ...]
    overdue: tuple[OverdueRow, ...] = ()
    decisions: tuple[DecisionRow, ...] = ()
    not_known: Counted = field(default_factory=lambda: Counted(0))
    late_recorded: Counted = field(default_factory=lambda: Counted(0))
    put_off: Counted = field(default_factory=lambda: Counted(0))
    accidents: Accidents | NotKept = NOT_KEPT_ACCIDENTS
    training: tuple[TrainingRow, ...] | NotKept = NOT_KEPT_TRAINING
    cover: Cover | NotKept = NOT_KEPT_COVER
    neighbours: tuple[NeighbourHelp, ...] = ()
    premises_lead: str = ""
    contracts: Contracts | NotKept = NOT_KEPT_CONTRACTS
    restore: RestorePractice | NotKept = NOT_KEPT_RESTORE
    recommended: Recommended | None = None
    not_needed: NotNeeded | None = None
    narrative: str = ""
    prepared_for: str = "the governing body"
    practice: bool = False
    as_at: str = ""
