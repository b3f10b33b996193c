"""Agreements and what the cluster costs as pages, papers and commands show them: frozen, whole pence, with ids."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bursar_desk.services.deals_shapes import Finding, PaymentLine, VersionLine, YearPart


@dataclass(frozen=True, slots=True)
class PartyLine:
    """One party of an agreement and what its governing body said."""

    school: bytes
    name: str
    state: str
    agreed: bool
    words: str
    look: str
    decision: bytes | None
    leaves_on: dt.date | None
    decides_here: bool


@dataclass(frozen=True, slots=True)
class PromiseLine:
    """What a party gives or gets by an agreement, and what the records say.

    ``promised`` and ``really`` in minutes or pence by ``unit`` ("minutes", "pence") for the days from the start of the
    agreement's year to today; None where it is words only. ``kept`` None where nothing can be checked.
    """

    school: bytes
    name: str
    gives: bool
    words: str
    unit: str
    promised: int | None
    really: int | None
    kept: bool | None
    result: str
    look: str


@dataclass(frozen=True, slots=True)
class AgreementView:
    """A memorandum of understanding or data-sharing agreement, how it stands and what does not keep to it."""

    id: bytes
    owner: bytes
    title: str
    kind: str
    kind_words: str
    state: str
    state_words: str
    look: str
    deal: bytes | None
    first: dt.date | None
    last: dt.date | None
    review_on: dt.date | None
    purpose: str
    notice_words: str
    parties: tuple[PartyLine, ...]
    promises: tuple[PromiseLine, ...]
    findings: tuple[Finding, ...]
    payments: tuple[PaymentLine, ...]
    ours: bool

    @property
    def agreed(self) -> bool:
        """All governing bodies have said yes and it holds today."""
        return self.state == "agreed"


@dataclass(frozen=True, slots=True)
class CostShare:
    """What one school pays of a cost of the cluster, net and VAT, by money year of both kinds."""

    school: bytes
    urn: str
    name: str
    net: int
    vat: int
    paid: int
    paid_vat: int
    left: int
    left_vat: int
    years: Mapping[str, tuple[YearPart, ...]]
    money_year: str


@dataclass(frozen=True, slots=True)
class RunningCostView:
    """One line of what it costs to run the cluster, and who pays what of it."""

    id: bytes
    owner: bytes
    title: str
    kind: str
    kind_words: str
    first: dt.date | None
    last: dt.date | None
    pence: int
    vat: int
    paid_by: bytes | None
    paid_by_name: str
    document: str
    way_words: str
    why_not: str
    """Why it is not shared: nobody has said how, or the stored version is odd."""
    shares: tuple[CostShare, ...]
    versions: tuple[VersionLine, ...]
    payments: tuple[PaymentLine, ...]
    leftover_words: str
    words: str
    ours: bool
