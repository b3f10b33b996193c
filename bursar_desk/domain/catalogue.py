"""The catalogue of checks: what one row says, the questions about a site, and which rows follow from the answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from bursar_desk.domain.areas import Area, area_of
from bursar_desk.domain.checks import Standing
from bursar_desk.domain.recurrence import Anchor

ToleranceCode = Literal["none", "gas_landlord", "mot", "alarm_5_to_7", "plus_minus_month"]
Applies = Literal["yes", "no", "ask"]
Answers = Mapping[str, bool | None]
"""Feature code to yes, no, or None for "not sure"; a feature that is missing has not been asked yet."""
SiteKind = Literal["primary", "secondary", "special", "nursery"]

STANDING_WORDS: dict[Standing, str] = {
    Standing.STATUTORY: "Law",
    Standing.APPROVED: "Approved code",
    Standing.RECOMMENDED: "Recommended",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueCheck:
    """One row of the shipped catalogue (rules.md section 1). A school's own Check starts as a copy of it.

    ``rule`` is the interval grammar of section 2 and ``anchor`` where the next date is counted from. ``tolerance_code``
    names the few slacks of section 3 (``domain.tolerances`` does their arithmetic). ``spine`` ranks the rows a normal
    primary starts with; ``every_school`` marks rows whose trigger every school meets, in the starter set or not.
    ``prefer_weekday`` marks weekly rows kept to one weekday. What a late row means in law, which rows wait while the
    site is shut and which are life-safety systems is decided by code in ``domain.checks``.
    """

    code: str
    title: str
    full_title: str
    category: str
    applies_when: str
    standing: Standing
    basis: str
    authority: str
    frequency: str
    rule: str
    anchor: Anchor
    anchor_note: str
    tolerance: str
    tolerance_code: ToleranceCode
    overdue_words: str
    interval_set_by: str
    notes: str
    competent_person: str
    in_house: Literal["yes", "trained", "no"]
    usual_doer: Literal["site staff", "business manager", "contractor", "head"]
    evidence: str
    retention: str
    if_failed: str
    source: str
    looked_up: bool
    confidence: Literal["high", "medium", "low"]
    confidence_why: str
    features: tuple[str, ...]
    spine: int | None
    every_school: bool
    icon: str
    prefer_weekday: bool = False
    in_force_from: date | None = None
    in_force_note: str = ""

    @property
    def required(self) -> bool:
        """Whether the law or an approved code stands behind it; the others are a line of their own in reports."""
        return self.standing is not Standing.RECOMMENDED

    @property
    def area(self) -> Area:
        """The area of the governors' report it counts in."""
        return area_of(self.code, self.category)

    @property
    def per(self) -> str:
        """What one due date is kept for, such as "outlet" or "kit"; empty for one date for the whole school."""
        first = self.anchor_note.partition(",")[0]
        return first.removeprefix("per ") if first.startswith("per ") else ""

    @property
    def also_on_event(self) -> bool:
        """Whether an event (a change, a storm, a leaver) also makes it due before its date."""
        return "also " in self.anchor_note

    @property
    def needs_document(self) -> bool:
        """Whether it counts as done only with a document, or one awaited (rules.md section 4, last paragraph)."""
        return self.standing is Standing.STATUTORY and self.in_house == "no"


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteFeature:
    """One yes-or-no question about a site. ``typical`` lists the kinds of school that usually answer yes.

    ``first_page`` marks the few that the set-up asks first; ``label`` is the short form for a tile.
    """

    code: str
    label: str
    question: str
    help: str
    icon: str
    first_page: bool
    typical: tuple[SiteKind, ...]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The whole shipped catalogue: its edition, the day the rows were last checked, rows and questions in order."""

    edition: str
    checked: date
    rows: tuple[CatalogueCheck, ...]
    features: tuple[SiteFeature, ...]
    _codes: dict[str, CatalogueCheck] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the rows once, so that a lookup does not walk them."""
        object.__setattr__(self, "_codes", {row.code: row for row in self.rows})

    def by_code(self, code: str) -> CatalogueCheck:
        """The row with this code; KeyError when the catalogue has none."""
        return self._codes[code]

    def get(self, code: str) -> CatalogueCheck | None:
        """The row with this code, or None: a school's own check, or a row withdrawn since."""
        return self._codes.get(code)


def applies(row: CatalogueCheck, answers: Answers) -> Applies:
    """Whether a row applies to a site with these answers.

    A row that hangs on features applies when any of them is there, does not when none is, and asks while one is open.
    A row of the starter set without features applies to every school. Every other row asks: a person must say.
    """
    if not row.features:
        return "ask" if row.spine is None else "yes"
    given = [answers.get(feature) for feature in row.features]
    if any(given):
        return "yes"
    return "ask" if None in given else "no"


def starter_set(catalogue: Catalogue, answers: Answers) -> tuple[CatalogueCheck, ...]:
    """The rows that apply by the answers alone: the common ones first by rank, then the others by code."""
    rows = [row for row in catalogue.rows if applies(row, answers) == "yes"]
    return tuple(sorted(rows, key=lambda row: (row.spine is None, row.spine or 0, row.code)))


def still_to_ask(catalogue: Catalogue, answers: Answers) -> tuple[CatalogueCheck, ...]:
    """The rows nobody has decided about, those whose trigger is every school first; none of them is ever counted."""
    rows = [row for row in catalogue.rows if applies(row, answers) == "ask"]
    return tuple(sorted(rows, key=lambda row: not row.every_school))


def typical_answers(features: Iterable[SiteFeature], kind: SiteKind) -> dict[str, bool]:
    """What a school of this kind usually answers: a start for the set-up pages, for the person to put right."""
    return {feature.code: kind in feature.typical for feature in features}
