"""What screens, commands and papers show of purchases and of the services a school buys: frozen, ready to be shown."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bursar_desk.domain.quote_rules import Band
    from bursar_desk.domain.scoring import Result, Scored, Weights
    from bursar_desk.domain.thresholds import Judged
    from bursar_desk.services.enclosures import Enclosure
    from db.queries.buying import BuyingRow, InterestRow, MarkRow, OpeningRow, QuoteRow, ReviewRow

STOPPED, AWARDED = "stopped", "awarded"
"""The states a purchase ends in, as they are kept."""
DONE, NOW, LATER = "done", "now", "later"
"""How a step of a purchase stands."""


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step of a purchase: ``key`` value, weights, quotes, open, marks or choose; ``state`` how it stands."""

    key: str
    title: str
    state: str
    words: str


@dataclass(frozen=True, slots=True)
class QuoteLine:
    """One quote; ``whole`` is what it costs for the whole length in net pence, None until quotes are opened.

    ``state``: "asked", "came", "came late", "declined" or "withdrawn". ``scored`` is nothing until it can be judged.
    """

    row: QuoteRow
    name: str
    state: str
    whole: int | None
    price_words: str
    valid_words: str
    past: bool
    files: tuple[Enclosure, ...]
    scored: Scored | None
    chosen: bool = False

    @property
    def live(self) -> bool:
        """Tell whether it may be chosen."""
        return self.state in ("came", "came late")


@dataclass(frozen=True, slots=True)
class BuyingLine:
    """A purchase in a list: what it is worth, what the rule asks for, how far it is, what is next."""

    row: BuyingRow
    school_name: str
    title: str
    service_words: str
    value_words: str
    rule_words: str
    held: int
    needed: int
    stage: str
    stage_words: str
    next_words: str


@dataclass(frozen=True, slots=True)
class BuyingView:
    """All about one purchase. ``needs_first`` says what must be done before a quote can be chosen."""

    line: BuyingLine
    judged: Judged
    band: Band
    value_lines: tuple[str, ...]
    route_lines: tuple[str, ...]
    warnings: tuple[str, ...]
    steps: tuple[StepLine, ...]
    weights: Weights | None
    weights_words: str
    late_weights: tuple[str, ...]
    quotes: tuple[QuoteLine, ...]
    openings: tuple[OpeningRow, ...]
    marks: tuple[MarkRow, ...]
    interests: tuple[InterestRow, ...]
    result: Result | None
    best: tuple[QuoteLine, ...]
    cheapest: tuple[QuoteLine, ...]
    needs_first: tuple[str, ...]
    contract_title: str = ""
    deal_title: str = ""

    @property
    def opened(self) -> bool:
        """Tell whether quotes were opened: prices are hidden before."""
        return bool(self.openings)


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """One service in one year's review, in words; ``nags`` says what is still to do, or nothing."""

    row: ReviewRow
    school_name: str
    service_words: str
    provider: str
    price_words: str
    priced_words: str
    quality_words: str
    route_words: str
    decision_words: str
    minute_words: str
    opt_out_words: str
    decided: bool
    nags: tuple[str, ...]
    opt_out_by: dt.date | None = None


@dataclass(frozen=True, slots=True)
class YearReview:
    """A year's review of a school, or of all schools for an office; ``years`` there are, latest first."""

    year: int
    years: tuple[int, ...]
    lines: tuple[ReviewLine, ...]
    sentence: str
    nags: tuple[str, ...]
    total: int

    @property
    def undecided(self) -> int:
        """Return how many services wait for a decision."""
        return sum(not one.decided for one in self.lines)


@dataclass(frozen=True, slots=True)
class ServiceAcross:
    """One service at all schools side by side: ``missing`` names the schools that did not review it."""

    service: str
    words: str
    lines: tuple[ReviewLine, ...]
    missing: tuple[str, ...]
    to_market: int
    total: int
