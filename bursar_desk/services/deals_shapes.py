"""Group deals as pages, papers and commands show them: frozen, whole pence, every figure with the id of its record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bursar_desk.domain.deal_stage import Said, Stage
    from bursar_desk.domain.money_years import MoneyYear
    from db.queries.deals import DealRow


@dataclass(frozen=True, slots=True)
class StageMark:
    """One of the five steps of a deal: "Quotes, 3 of 3"; ``state`` is "done", "now" or "to come"."""

    number: int
    code: str
    words: str
    state: str


@dataclass(frozen=True, slots=True)
class BaselineLine:
    """What a school said it pays today, net pence a year. ``counts``: it is the one the deal is measured against.

    ``documented``: it has a dated document, without which no saving is claimed. ``words`` say all of it.
    """

    id: bytes
    school: bytes
    yearly: int | None
    vat: int | None
    dated: dt.date | None
    document: str
    said_on: dt.date | None
    said_by: str
    why: str
    none_why: str
    counts: bool
    documented: bool
    files: tuple[Mapping[str, Any], ...]
    words: str
    quality: int | None = None
    contract: bytes | None = None


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """What a school's governing body said. ``counts``: the school is in by it; ``seen_words``: of which price."""

    id: bytes
    school: bytes
    answer: str
    said: Said
    counts: bool
    said_on: dt.date | None
    said_by: str
    body: str
    minute_ref: str
    until: dt.date | None
    conditions: str
    conditions_met: str
    why: str
    seen: bytes | None
    seen_words: str
    words: str


@dataclass(frozen=True, slots=True)
class YearPart:
    """What falls into one money year: pence net and VAT for so many of its months."""

    year: MoneyYear
    months: int
    net: int
    vat: int


@dataclass(frozen=True, slots=True)
class PaymentLine:
    """Money one school says it paid another. ``state``: "said", "received" or "disputed" (by the school it went to)."""

    id: bytes
    school: bytes
    school_name: str
    to_school: bytes | None
    to_name: str
    pence: int
    vat: int
    on: dt.date | None
    reference: str
    period: str
    state: str
    why_not: str
    words: str


@dataclass(frozen=True, slots=True)
class DealSchool:
    """One school of a deal. Money is net pence a year unless it says VAT; ``difference`` is pays_now - would_pay.

    ``basis``: the number its share rests on, in words ("901"), ``given`` when the school gave it because the register
    has none. ``difference`` is None where no price today is known; ``dearer`` when the group would cost it more.
    ``governors_words`` and ``governors_look`` (a status code) are the cell; ``agreed``: its yes counts. ``member``: it
    is in the version that counts. ``leaves_on``: the last day it pays for. ``left``: what it has yet to pay, ``paid``
    what it has paid, of ``would_pay`` and ``vat`` for the days of the version.
    """

    school: bytes
    urn: str
    name: str
    member: bool
    basis: str
    given: bool
    pays_now: int | None
    would_pay: int | None
    vat: int | None
    once: int | None
    difference: int | None
    difference_words: str
    dearer: bool
    governors_words: str
    governors_look: str
    agreed: bool
    said: Said
    sentence: str
    baseline: BaselineLine | None
    baselines: tuple[BaselineLine, ...]
    decision: DecisionLine | None
    decisions: tuple[DecisionLine, ...]
    inputs: Mapping[str, int]
    months: int | None
    days: int | None
    time_words: str
    joins_on: dt.date | None
    leaves_on: dt.date | None
    step_words: str
    steps: tuple[bytes, ...]
    paid: int
    paid_vat: int
    left: int | None
    left_vat: int | None
    years: Mapping[str, tuple[YearPart, ...]]
    """By "maintained" and "academy": both are shown, because a recharge between the two crosses both."""
    money_year: str
    """Which of the two is the school's own; "" where nobody has noted it."""
    is_lead: bool
    decides_here: bool
    """This desk writes its governors' decision."""
    asks: bool = False
    """It asks to join a deal that was signed."""
    heard: bool = True
    """A file of it has come: without one nothing is known here of what it pays or decided."""


@dataclass(frozen=True, slots=True)
class WayLine:
    """One way to share, tried without saving: "By pupils", "1 school would pay more".

    ``shares``: (school, net, VAT, difference or None) in the order of the schools; empty where it cannot be shared, and
    ``hint`` says why. ``lacking`` are names of schools without the input. ``chosen``: the version that counts is this.
    """

    code: str
    words: str
    hint: str
    parts: tuple[tuple[str, int], ...]
    shares: tuple[tuple[bytes, int, int, int | None], ...]
    dearer: int
    lacking: tuple[str, ...]
    chosen: bool


@dataclass(frozen=True, slots=True)
class OfferLine:
    """A price for the group: net pence a year, VAT on it, and what comes once. ``compared``: quotes side by side."""

    id: bytes
    supplier_name: str
    yearly: int
    vat: int
    once: int
    months: int | None
    valid_until: dt.date | None
    compared: tuple[Mapping[str, Any], ...]
    chosen_why: str
    buying: bytes | None
    said_on: dt.date | None
    said_by: str
    why: str
    files: tuple[Mapping[str, Any], ...]
    current: bool
    words: str


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version of how the cost is shared. ``odd`` says why it cannot be worked out; then ``shares`` is empty.

    ``shares``: (school, name, net, VAT) by school code; they add up to ``total`` and ``vat``.
    """

    id: bytes
    number: int
    offer: bytes | None
    total: int
    vat: int
    first: dt.date | None
    last: dt.date | None
    way_words: str
    source: str
    said_on: dt.date | None
    said_by: str
    why: str
    odd: str
    current: bool
    shares: tuple[tuple[bytes, str, int, int], ...]
    leftover_words: str


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as agreed, or needs somebody; ``look`` is a status code, ``about`` the record."""

    words: str
    detail: str = ""
    look: str = "due_soon"
    school: bytes | None = None
    about: bytes | None = None


@dataclass(frozen=True, slots=True)
class DealLine:
    """One deal as the list shows it; money net pence a year. ``ours``: what it means for this desk's school."""

    row: DealRow
    title: str
    service_words: str
    lead_name: str
    stage: Stage
    stage_words: str
    look: str
    yearly: int | None
    yearly_words: str
    schools: int
    yes: int
    yes_words: str
    decide_by_words: str
    difference: int | None
    """All schools with a price today together, pays_now - would_pay; None where nothing is known."""
    difference_words: str
    ours: str
    dearer: int

    @property
    def id(self) -> bytes:
        """The row."""
        return self.row.id


@dataclass(frozen=True, slots=True)
class DealTotals:
    """The last row. ``difference`` only over schools whose price today is known (``known`` of ``schools``)."""

    schools: int
    basis: str
    pays_now: int | None
    would_pay: int | None
    vat: int | None
    difference: int | None
    difference_words: str
    known: int
    yes: int
    yes_words: str


@dataclass(frozen=True, slots=True)
class DealView:
    """All of one deal. ``headline`` "£19,450.00 a year, shared by 7 schools"; ``under`` the line below it."""

    line: DealLine
    stages: tuple[StageMark, ...]
    headline: str
    under: str
    basis_title: str
    """The head of the column of ``DealSchool.basis``: "Pupils", "Floor area", …"""
    rows: tuple[DealSchool, ...]
    totals: DealTotals
    ways: tuple[WayLine, ...]
    adds_up: str
    """"The shares add up to £19,450.00 exactly. Three leftover pennies went to the largest remainders." or ""."""
    dearer: tuple[tuple[str, str], ...]
    """(bold, rest) of each school that would pay more than now."""
    fixed_title: str
    fixed_words: tuple[str, ...]
    """"Pupils are fixed for this deal", "January census, fixed on 2 November 2026. …", "* Number given by …"."""
    warnings: tuple[Finding, ...]
    offers: tuple[OfferLine, ...]
    versions: tuple[VersionLine, ...]
    payments: tuple[PaymentLine, ...]
    agreements: tuple[tuple[bytes, str], ...]
    """Agreements that cover this deal: (id, words)."""
    ours: bool
    """This desk keeps the deal: it makes offers, shares, signs."""
    contract: bytes | None = None
    """Our own contract that was written from it."""

    @property
    def row(self) -> DealRow:
        """The deal as it was written."""
        return self.line.row

    @property
    def offer(self) -> OfferLine | None:
        """The offer that counts."""
        return next((one for one in self.offers if one.current), None)

    @property
    def version(self) -> VersionLine | None:
        """The version of sharing that counts."""
        return next((one for one in self.versions if one.current), None)

    def school(self, school: bytes) -> DealSchool | None:
        """One school's row."""
        return next((one for one in self.rows if one.school == school), None)
