"""The catalogue of checks: what one row says, the questions about a site, and which rows follow from the answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

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
    primary starts with, ``starter`` marks those that join them where a site has the thing. ``every_school`` marks rows
    whose trigger every school meets; every other row names ``features``. ``since`` is the edition that brought the row.
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
    starter: bool = False
    since: str = "2026.1"
    prefer_weekday: bool = False
    in_force_from: date | None = None
    in_force_note: str = ""

    @property
    def begins(self) -> bool:
        """Whether it belongs to the starter set of a school it applies to."""
        return self.spine is not None or self.starter

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

    ``page`` is when it is asked: 1 at the set-up, 2 with the rest of about twenty questions, 3 in the list of whatever
    else there may be. ``only_with`` names features without any of which this one cannot be there; ``label`` is short.
    """

    code: str
    label: str
    question: str
    help: str
    icon: str
    page: Literal[1, 2, 3]
    typical: tuple[SiteKind, ...]
    only_with: tuple[str, ...] = ()

    @property
    def first_page(self) -> bool:
        """Whether the set-up asks it."""
        return self.page == 1


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


def settled(features: Iterable[SiteFeature], answers: Answers) -> dict[str, bool | None]:
    """The answers with what follows from them: without a minibus, no tail-lift. What a person said is never changed."""
    found: dict[str, bool | None] = dict(answers)
    for feature in features:
        needed = [found.get(code) for code in feature.only_with]
        if found.get(feature.code) is None and needed and all(one is False for one in needed):
            found[feature.code] = False
    return found


def applies(row: CatalogueCheck, answers: Answers) -> Applies:
    """Whether a row applies to a site with these answers (``settled`` ones, so that what follows is in them).

    A row of every school applies. One that hangs on features applies when any of them is there, does not when none is,
    and asks while one is open.
    """
    if row.every_school:
        return "yes"
    given = [answers.get(feature) for feature in row.features]
    if any(given):
        return "yes"
    return "ask" if None in given else "no"


def reason(row: CatalogueCheck, answers: Answers, labels: Mapping[str, str]) -> str:
    """The words behind ``applies``, for a list: which answer decided it; ``labels`` are the features' own."""
    if row.every_school:
        return "Every school has this."
    said = applies(row, answers)
    wanted = {"yes": True, "no": False, "ask": None}[said]
    named = [in_a_list(labels[code]) for code in row.features if answers.get(code) is wanted]
    if said == "yes":
        return f"The site has this: {', '.join(named)}."
    return f"{NONE_OF_THIS}{' or '.join(named)}." if said == "no" else f"Nobody has said yet: {' or '.join(named)}?"


NONE_OF_THIS: Final = "The site has none of this: "
"""How the reason of a check begins that is not needed because of an answer about the site, not by a person's word."""


def in_a_list(label: str) -> str:
    """A label inside a sentence: "Gas boiler" is "gas boiler", CCTV stays."""
    return label[0].lower() + label[1:] if label[1:2].islower() else label


def starter_set(catalogue: Catalogue, answers: Answers) -> tuple[CatalogueCheck, ...]:
    """The rows to begin with among those that apply: the common ones first by rank, then the others by code."""
    rows = [row for row in catalogue.rows if row.begins and applies(row, answers) == "yes"]
    return tuple(sorted(rows, key=lambda row: (row.spine is None, row.spine or 0, row.code)))


def still_to_ask(catalogue: Catalogue, answers: Answers) -> tuple[CatalogueCheck, ...]:
    """The rows nobody has decided about; none of them is ever counted."""
    return tuple(row for row in catalogue.rows if applies(row, answers) == "ask")


def typical_answers(features: Iterable[SiteFeature], kind: SiteKind) -> dict[str, bool]:
    """What a school of this kind usually answers: a start for the set-up pages, for the person to put right."""
    return {feature.code: kind in feature.typical for feature in features}


def presumed(features: Iterable[SiteFeature], kind: SiteKind) -> dict[str, bool]:
    """What may be taken for granted before anybody is asked: the usual things are there; of the rest nobody knows.

    Nothing is ruled out unasked, so that no duty goes grey by a guess.
    """
    return {feature.code: True for feature in features if kind in feature.typical}
