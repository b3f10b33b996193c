"""Headings of other people's tables: which column holds what, which rows are no rows, which name means which check."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from bursar_desk.domain.date_cells import Figures, Number, Plain, as_text, classify

CLOSE: Final = 0.86
"""A name this like a check's, and clearly more like it than any other, is taken for it; the preview says so."""
CLEARLY: Final = 0.06
POSSIBLE: Final = 0.45
_LOOKED_AT: Final = 40  # rows from the top in which a heading may stand

FieldType = Literal["text", "date", "done", "number", "money", "check", "outcome", "place", "kind"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """One thing a column may hold: ``name`` as the register has it, ``title`` for people, what others call it."""

    name: str
    title: str
    type: FieldType = "text"
    others: tuple[str, ...] = ()
    needed: bool = False
    example: str = ""


LAST_DONE: Final = (
    Wanted("check", "Check", "check", (
        "check name", "task", "activity", "item", "test", "inspection", "description", "compliance item", "title",
        "statutory check", "what", "area", "service", "requirement", "maintenance task", "name", "checks",
    ), example="Fire alarm test"),
    Wanted("code", "Code", "check", ("check code", "ref", "reference", "check ref", "id"), example="FIRE-04"),
    Wanted("done", "Last done", "done", (
        "date last done", "last completed", "date completed", "completed", "completed on", "date done", "done",
        "last tested", "date of test", "test date", "last inspection", "last inspected", "date of inspection",
        "inspection date", "last service", "last serviced", "service date", "last check", "last checked",
        "date checked", "date", "last date", "last visit", "date of last test", "date of last inspection",
        "date of last check", "date last completed", "date last tested", "carried out", "date carried out", "done on",
        "done by date", "certificate date", "report date",
    ), needed=True, example="26 Mar 2026"),
    Wanted("by", "Done by", "text", (
        "by", "by whom", "completed by", "contractor", "company", "tested by", "inspected by", "who", "engineer",
        "carried out by", "supplier", "provider", "person", "responsible",
    ), example="Ascent Lifts"),
    Wanted("outcome", "How it ended", "outcome", (
        "outcome", "result", "pass/fail", "pass / fail", "pass fail", "status", "satisfactory", "pass",
    ), example="Pass"),
    Wanted("number", "Certificate number", "text", (
        "certificate", "certificate no", "certificate no.", "cert no", "cert number", "certificate ref",
        "report number", "report no", "report ref", "certificate reference",
    ), example="LX-2041"),
    Wanted("printed", "Next due", "date", (
        "next due", "due", "due date", "next date", "next test", "next inspection", "next due date", "expiry",
        "expires", "expiry date", "renewal", "renewal date", "next service", "date due", "due next", "valid until",
    ), example="26 Sep 2026"),
    Wanted("note", "Note", "text", ("notes", "comments", "comment", "remarks", "actions")),
)  # fmt: skip

EQUIPMENT: Final = (
    Wanted("name", "Name", "text", (
        "item", "equipment", "description", "asset", "asset name", "what", "title", "asset description",
    ), needed=True, example="Passenger lift"),
    Wanted("number", "Number", "text", (
        "asset number", "asset no", "asset no.", "asset id", "tag", "tag number", "asset tag", "ref", "reference",
        "id", "inventory number", "barcode", "asset code", "asset ref",
    ), example="E-014"),
    Wanted("kind", "Kind", "kind", ("type", "category", "asset type", "equipment type", "class"), example="Lift"),
    Wanted("place", "Place", "place", ("location", "room", "where", "building", "site", "area"), example="Hall"),
    Wanted("make", "Make", "text", ("manufacturer", "brand"), example="Otis"),
    Wanted("model", "Model", "text", ("model number", "model no"), example="GeN2"),
    Wanted("serial", "Serial number", "text", ("serial", "serial no", "serial no.", "s/n"), example="77-1204"),
    Wanted("supplier", "Supplier", "text", ("bought from", "vendor"), example=""),
    Wanted("bought_on", "Bought on", "done", (
        "purchase date", "date purchased", "bought", "date bought", "date acquired", "purchased", "acquired",
    ), example="14 Sep 2018"),
    Wanted("price", "Price", "money", ("cost", "purchase price", "value", "purchase cost", "amount"),
           example="£18,400"),
    Wanted("warranty_until", "Warranty until", "date", ("warranty", "warranty expiry", "warranty end", "guarantee")),
    Wanted("first_used_on", "First used on", "done", ("installed", "install date", "date installed", "in use since")),
    Wanted("note", "Note", "text", ("notes", "comments", "comment", "remarks")),
)  # fmt: skip

CONTRACTORS: Final = (
    Wanted("name", "Name", "text", (
        "contractor", "company", "supplier", "firm", "company name", "contractor name", "business", "supplier name",
    ), needed=True, example="Ascent Lifts Ltd"),
    Wanted("trade", "Trade", "text", ("service", "type", "work", "category", "what they do"), example="Lifts"),
    Wanted("phone", "Phone", "text", (
        "telephone", "tel", "tel no", "phone number", "mobile", "contact number", "telephone number",
    ), example="0161 496 0123"),
    Wanted("email", "Email", "text", ("e-mail", "email address", "e-mail address"), example="office@example.org"),
    Wanted("insured_until", "Insured until", "date", (
        "insurance expiry", "insurance", "insurance expires", "public liability expiry", "pl expiry", "insurance date",
        "insurance renewal", "insurance ends", "insurance end date", "insurance expiry date", "insurance valid until",
        "pl insurance expiry", "public liability expires",
    ), example="31 Mar 2027"),
    Wanted("insured_for", "Insured for", "money", ("cover", "insurance amount", "public liability", "sum insured")),
    Wanted("body", "Accredited by", "text", ("accreditation", "body", "scheme", "registered with"), example="LEIA"),
    Wanted("body_number", "Accreditation number", "text", ("registration number", "membership number", "reg no")),
    Wanted("body_until", "Accredited until", "date", (
        "accreditation expiry", "registration expiry", "accreditation ends", "accreditation expires",
        "registration ends", "registration expires",
    )),
    Wanted("note", "Note", "text", ("notes", "comments", "comment", "remarks")),
)  # fmt: skip

PLACES: Final = (
    Wanted("name", "Name", "text", ("place", "room", "room name", "location", "space", "title", "description"), True,
           "Hall"),
    Wanted("code", "Code", "text", ("room number", "room no", "room code", "number", "ref", "id"), example="G04"),
    Wanted("kind", "Kind", "kind", ("type", "category", "room type"), example="room"),
    Wanted("parent", "Inside", "place", ("building", "block", "floor", "in", "part of", "site"),
           example="Main building"),
    Wanted("floor_area", "Floor area (m²)", "number", (
        "area", "floor area", "size", "m2", "m²", "sqm", "area m2", "gia", "area (m2)", "floor area (m2)",
    ), example="182"),
    Wanted("note", "Note", "text", ("notes", "comments", "comment", "remarks")),
)  # fmt: skip

KINDS: Final[Mapping[str, tuple[Wanted, ...]]] = {
    "last-done": LAST_DONE, "equipment": EQUIPMENT, "contractors": CONTRACTORS, "places": PLACES,
}  # fmt: skip
KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "equipment": ("number", "name"), "contractors": ("name",), "places": ("code", "name"),
}  # fmt: skip
"""By which column a row is known again, best first; a person may choose another."""


def plain(text: object) -> str:
    """A heading or name as compared: small letters, figures and single blanks, accents off."""
    flat = unicodedata.normalize("NFKD", as_text(text)).casefold()
    kept = "".join(one if one.isalnum() else " " for one in flat if not unicodedata.combining(one))
    return " ".join(kept.split())


@dataclass(frozen=True, slots=True)
class Table:
    """Where the table lies: its heading row (counted from 0, -1 for none) and which column holds which field."""

    heading: int
    columns: Mapping[str, int]
    titles: tuple[str, ...] = ()

    @property
    def found(self) -> int:
        """How many columns are known."""
        return len(self.columns)


def find_table(rows: Sequence[Sequence[object]], wanted: Sequence[Wanted]) -> Table:
    """Find the heading row among the first rows: the one in which most fields are known; title rows lie above it."""
    best = Table(-1, {})
    for number, row in enumerate(rows[:_LOOKED_AT]):
        columns = map_columns(row, wanted)
        filled = sum(cell is not None for cell in row)
        if len(columns) > best.found and (len(columns) > 1 or filled == 1 or best.heading < 0):
            best = Table(number, columns, titles_of(row))
    needed = {one.name for one in wanted if one.needed}
    return best if needed <= set(best.columns) or best.found > 1 else Table(-1, {})


def titles_of(row: Sequence[object]) -> tuple[str, ...]:
    """The words of a heading row."""
    return tuple(as_text(cell) for cell in row)


def map_columns(row: Sequence[object], wanted: Sequence[Wanted]) -> dict[str, int]:
    """Say which field each heading of a row names: its own title first, then what others call it, in their order."""
    names = [plain(cell) if isinstance(cell, str) else "" for cell in row]
    found: dict[str, int] = {}
    for rank in range(1 + max(len(one.others) for one in wanted)):
        for one in wanted:
            called = (one.title, *one.others)
            if one.name in found or rank >= len(called):
                continue
            place = next(
                (n for n, name in enumerate(names) if name == plain(called[rank]) and n not in found.values()), None
            )
            if place is not None:
                found[one.name] = place
    return found


def by_content(rows: Sequence[Sequence[object]], known: Iterable[str]) -> Table:
    """Find check and date columns in a table without headings, by what stands in them."""
    names = {plain(one) for one in known}
    dates: Counter[int] = Counter()
    checks: Counter[int] = Counter()
    texts: Counter[int] = Counter()
    for row in rows[:500]:
        for place, cell in enumerate(row):
            dates[place] += isinstance(classify(cell), Figures | Plain | Number)
            checks[place] += isinstance(cell, str) and plain(cell) in names
            texts[place] += isinstance(cell, str)
    day = next((place for place, count in dates.most_common(1) if count), None)
    for counts in (checks, texts):
        name = next((place for place, count in counts.most_common() if count and place != day), None)
        if name is not None and day is not None:
            return Table(-1, {"check": name, "done": day})
    return Table(-1, {} if day is None else {"done": day})


def is_repeated(row: Sequence[object], titles: Sequence[str]) -> bool:
    """Whether a row is the heading again, as on each printed page."""
    mine = [plain(cell) for cell in row if cell is not None]
    return bool(mine) and mine == [plain(one) for one in titles if one]


# --- names -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Match:
    """What a name was taken for: the index of one candidate, or the likely ones to ask about."""

    index: int | None
    likely: tuple[int, ...] = ()
    how: str = ""


def match(text: str, names: Sequence[tuple[str, ...]]) -> Match:
    """Find which candidate a text means; each candidate has a code, a title and perhaps more names.

    An exact code or name is taken. A name that is like one (``CLOSE``) and clearly less like every other is taken
    too, and ``how`` says so. Anything else is a question with the likely ones.
    """
    wanted = plain(text)
    squeezed = wanted.replace(" ", "")
    if not wanted:
        return Match(None)
    exact = [n for n, each in enumerate(names) if any(_same(wanted, squeezed, name) for name in each)]
    if len(exact) == 1:
        return Match(exact[0])
    if exact:
        return Match(None, tuple(exact[:6]))
    likeness = [(max(_like(wanted, plain(name)) for name in each), -n) for n, each in enumerate(names)]
    scores = sorted(likeness, reverse=True)
    if not scores:
        return Match(None)
    best, place = scores[0]
    second = scores[1][0] if len(scores) > 1 else 0.0
    if best >= CLOSE and best - second >= CLEARLY:
        return Match(-place, how=f"Taken for “{names[-place][-1]}”: the names are alike.")
    return Match(None, tuple(-n for score, n in scores[:5] if score >= POSSIBLE))


def _same(wanted: str, squeezed: str, name: str) -> bool:
    other = plain(name)
    return wanted == other or (bool(re.search(r"\d", squeezed)) and squeezed == other.replace(" ", ""))


def _like(one: str, other: str) -> float:
    """How alike two names are, from 0 to 1; words in another order count as the same."""
    if not one or not other:
        return 0.0
    straight = difflib.SequenceMatcher(None, one, other).ratio()
    ordered = difflib.SequenceMatcher(None, " ".join(sorted(one.split())), " ".join(sorted(other.split()))).ratio()
    inside = 0.7 if set(one.split()) <= set(other.split()) or set(other.split()) <= set(one.split()) else 0.0
    return max(straight, ordered, inside)


# --- small readers ---------------------------------------------------------------------------------------------------

_OUTCOMES: Final[Mapping[str, str]] = {
    **dict.fromkeys((
        "pass", "passed", "ok", "okay", "satisfactory", "s", "yes", "y", "complete", "completed", "done", "good",
        "compliant", "no issues", "all ok", "p",
    ), "satisfactory"),
    **dict.fromkeys((
        "pass with actions", "satisfactory with actions", "advisory", "advisories", "pass with advisories", "actions",
        "remedial works required", "c3", "minor defects", "pass with remedials", "passed with actions",
    ), "satisfactory_with_actions"),
    **dict.fromkeys((
        "fail", "failed", "unsatisfactory", "f", "no", "n", "not ok", "c1", "c2", "unsafe", "defective",
        "non compliant", "danger",
    ), "unsatisfactory"),
}  # fmt: skip


def outcome_of(text: str) -> str | None:
    """The outcome that a word means; None for one that could mean anything."""
    return _OUTCOMES.get(plain(text))


def pence(value: object) -> int | None:
    """Money in whole pence from a number or from text as people write it: ``£1,240.50``; None when it is none."""
    if isinstance(value, bool | date):
        return None
    text = as_text(value).replace("£", "").replace(",", "").replace(" ", "").removesuffix("GBP")
    found = re.fullmatch(r"(\d{1,10})(?:\.(\d{1,2}))?(?:0*)", text)
    if not found and isinstance(value, float) and 0 <= value < 1e10:
        return round(value * 100)
    return int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0")) if found else None


def whole_number(value: object) -> int | None:
    """A whole number not below zero; ``182 m²`` counts; None when it is none. Decimals are rounded to the nearest."""
    text = as_text(value).replace(",", "")
    found = re.fullmatch(r"(\d{1,9})(\.\d+)?\s*(?:m2|m²|sqm|sq m)?", text.casefold())
    return None if not found else round(float(found[1] + (found[2] or ""))) if not isinstance(value, bool) else None
