"""How quotes are judged: weights fixed before any is opened, marks by named people, best value beside cheapest.

Every result is a pure function of the set of rows, whatever order they came in. What was said first is decided by the
ids of facts, which begin with the milliseconds of their writing, never by typed dates.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from bursar_desk.domain import words
from bursar_desk.domain.errors import UserError

WHOLE: Final = 100
MOST_MARK: Final = 10
PRICE: Final = "Price"
ROUNDING: Final = "Each part is rounded to hundredths of a mark, half up, and the parts are added."
_MS_BYTES: Final = 6
_SAFE: Final = "Nothing was changed."


def moment_of(fact: bytes) -> bytes:
    """Return the milliseconds a fact was written in, as they stand at the front of its id."""
    return fact[:_MS_BYTES]


# --- weights ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Part:
    """One named part of quality and its weight."""

    name: str
    weight: int


@dataclass(frozen=True, slots=True)
class Weights:
    """How quotes are judged: the weight of the price and of each part of quality, 100 in all."""

    id: bytes
    price: int
    parts: tuple[Part, ...]

    @property
    def words(self) -> str:
        """Return it in a line: ``Price 40, Quality of work 40, Response 20``."""
        return ", ".join([f"{PRICE} {self.price}", *(f"{one.name} {one.weight}" for one in self.parts)])


def weights_of(row: bytes, price: object, parts: Iterable[Mapping[str, Any]]) -> Weights | None:
    """Return weights as they stand in a row; nothing when they make no sense, as another computer may have sent."""
    made = []
    for one in parts:
        name, weight = one.get("name"), one.get("weight")
        if not isinstance(name, str) or not isinstance(weight, int) or isinstance(weight, bool):
            return None
        made.append(Part(name, weight))
    if not isinstance(price, int) or isinstance(price, bool) or weight_problem(price, made):
        return None
    return Weights(row, price, tuple(made))


def weight_problem(price: int, parts: Sequence[Part]) -> str:
    """Return what is wrong with weights, or nothing."""
    names = [one.name.strip().casefold() for one in parts]
    if any(not name for name in names):
        return "Give every part of quality a name."
    if len(set(names)) != len(names) or PRICE.casefold() in names:
        return "Two parts have the same name."
    if price < 0 or any(one.weight <= 0 for one in parts):
        return "Every weight must be more than nothing."
    total = price + sum(one.weight for one in parts)
    return "" if total == WHOLE else f"The weights add up to {words.number(total)}, not 100."


def checked_weights(price: int, parts: Sequence[Part]) -> tuple[Part, ...]:
    """Return the parts with tidy names. Raises ``UserError`` when they do not add up to 100 or share a name."""
    problem = weight_problem(price, parts)
    if problem:
        raise UserError(problem, _SAFE, "Price and parts of quality must add up to 100.")
    return tuple(Part(" ".join(one.name.split()), one.weight) for one in parts)


@dataclass(frozen=True, slots=True)
class Fixed:
    """Which weights count, and which were said too late; ``odd`` make no sense."""

    weights: Weights | None
    late: tuple[bytes, ...] = ()
    odd: tuple[bytes, ...] = ()


def fixed_weights(said: Mapping[bytes, Weights | None], openings: Iterable[bytes]) -> Fixed:
    """Return the last weights said before the first opening; what was said after it never counts.

    ``said`` by the id of the fact, None for what makes no sense; ``openings`` are the ids of all openings, those taken
    back later included: what was once seen cannot be unseen.
    """
    first = min((moment_of(one) for one in openings), default=None)
    late = tuple(one for one in sorted(said) if first is not None and moment_of(one) > first)
    odd = tuple(one for one in sorted(said) if said[one] is None)
    in_time = [one for row, one in sorted(said.items()) if one is not None and row not in late]
    return Fixed(in_time[-1] if in_time else None, late, odd)


# --- quotes and marks ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Offer:
    """A quote as it is judged: what it costs for the whole length in net pence (None: not known), and whether live."""

    id: bytes
    price: Fraction | None
    live: bool = True


@dataclass(frozen=True, slots=True)
class Mark:
    """One person's mark out of ten for one part of one quote; a later one of theirs (by id) replaces it."""

    id: bytes
    quote: bytes
    part: str
    score: int
    who: str


@dataclass(frozen=True, slots=True)
class PartScore:
    """What one part gave: hundredths of a mark, None until somebody marked it; ``mean`` of ``persons`` marks."""

    name: str
    weight: int
    hundredths: int | None
    mean: Fraction | None = None
    persons: int = 0


@dataclass(frozen=True, slots=True)
class Scored:
    """One quote judged: ``total`` in hundredths and ``rank`` (1 the best; ties share it) once complete."""

    quote: bytes
    price: int | None
    parts: tuple[PartScore, ...]
    total: int | None
    rank: int | None

    @property
    def quality(self) -> int | None:
        """Return the hundredths of all parts of quality together; None until all are marked."""
        found = [one.hundredths for one in self.parts]
        return None if any(one is None for one in found) else sum(one or 0 for one in found)


@dataclass(frozen=True, slots=True)
class Missing:
    """Somebody who marked has not marked this part of this quote."""

    who: str
    quote: bytes
    part: str


@dataclass(frozen=True, slots=True)
class Result:
    """All quotes judged; ``top`` and ``cheapest`` hold more than one where they tie."""

    scored: tuple[Scored, ...]
    top: tuple[bytes, ...]
    cheapest: tuple[bytes, ...]
    missing: tuple[Missing, ...]
    markers: tuple[str, ...]

    def of(self, quote: bytes) -> Scored | None:
        """Return how one quote was judged."""
        return next((one for one in self.scored if one.quote == quote), None)

    @property
    def complete(self) -> bool:
        """Tell whether every live quote has a total and nobody's mark is missing."""
        return bool(self.scored) and not self.missing and all(one.total is not None for one in self.scored)


def hundredths(value: Fraction) -> int:
    """Return a number of marks in hundredths, half up."""
    return int((value * 200 + 1) // 2)


def price_score(weight: int, price: Fraction, lowest: Fraction) -> int:
    """Return the marks of a price in hundredths: lowest price / price x weight, half up.

    A quote for nothing has all of the weight, and any other beside it none. Raises ``ValueError`` below nothing.
    """
    if price < 0 or lowest < 0:
        raise ValueError("a price is never below nothing")
    if price == lowest:
        return weight * 100
    return hundredths(lowest * weight / price)


def person_key(name: str) -> str:
    """Return a name as it is compared: capitals and spaces make no difference."""
    return " ".join(name.split()).casefold()


def standing_marks(marks: Iterable[Mark]) -> dict[tuple[str, bytes, str], Mark]:
    """Return each person's last mark for each part of each quote; marks outside 0 to 10 count nowhere."""
    found: dict[tuple[str, bytes, str], Mark] = {}
    for one in sorted(marks, key=lambda each: each.id):
        if 0 <= one.score <= MOST_MARK and person_key(one.who):
            found[person_key(one.who), one.quote, one.part.casefold()] = one
    return found


def judge(weights: Weights, offers: Sequence[Offer], marks: Iterable[Mark]) -> Result:
    """Return every live quote with a price judged by the weights; ties share a rank. See ``ROUNDING``."""
    live = sorted((one for one in offers if one.live), key=lambda one: one.id)
    priced = {one.id: one.price for one in live if one.price is not None and one.price >= 0}
    lowest = min(priced.values(), default=None)
    ids = {one.id for one in live}
    names = {one.name.casefold() for one in weights.parts}
    counted = {k: m for k, m in standing_marks(marks).items() if m.quote in ids and m.part.casefold() in names}
    scored = []
    for one in live:
        price = priced.get(one.id)
        points = None if price is None or lowest is None else price_score(weights.price, price, lowest)
        parts = tuple(_part(part, one.id, counted) for part in weights.parts)
        known = points is not None and all(part.hundredths is not None for part in parts)
        total = (points or 0) + sum(part.hundredths or 0 for part in parts) if known else None
        scored.append(Scored(one.id, points, parts, total, None))
    ranked = _ranked(scored)
    top = tuple(one.quote for one in ranked if one.rank == 1)
    cheapest = tuple(sorted(row for row, price in priced.items() if price == lowest))
    who = {key[0]: mark.who for key, mark in sorted(counted.items(), key=lambda pair: pair[1].id)}
    missing = tuple(
        Missing(who[person], one.id, part.name)
        for person in sorted(who) for one in live for part in weights.parts
        if (person, one.id, part.name.casefold()) not in counted
    )  # fmt: skip
    return Result(tuple(ranked), top, cheapest, missing, tuple(who[one] for one in sorted(who)))


def _part(part: Part, quote: bytes, counted: Mapping[tuple[str, bytes, str], Mark]) -> PartScore:
    found = [m.score for key, m in counted.items() if key[1] == quote and key[2] == part.name.casefold()]
    if not found:
        return PartScore(part.name, part.weight, None)
    mean = Fraction(sum(found), len(found))
    return PartScore(part.name, part.weight, hundredths(mean * part.weight / MOST_MARK), mean, len(found))


def _ranked(scored: Iterable[Scored]) -> list[Scored]:
    """Return them best first, those without a total last; equal totals share a rank and stand by id."""
    order = sorted(scored, key=lambda one: (one.total is None, -(one.total or 0), one.quote))
    totals = [one.total for one in order if one.total is not None]
    return [
        one if one.total is None
        else Scored(one.quote, one.price, one.parts, one.total, 1 + sum(other > one.total for other in totals))
        for one in order
    ]  # fmt: skip


# --- choosing --------------------------------------------------------------------------------------------------------


def reasons_needed(
    result: Result | None, quote: bytes, *, past: bool, late: bool, cheapest: Sequence[bytes]
) -> tuple[str, ...]:
    """Return why choosing a quote needs a reason: not the best value, not the cheapest, a tie, something missing."""
    said = []
    if result is not None:
        if not result.complete:
            said.append("not every mark is here")
        if result.top and quote not in result.top:
            said.append("it is not the best value")
        elif len(result.top) > 1:
            said.append("two or more quotes are equally good value")
    if cheapest and quote not in cheapest:
        said.append("it is not the cheapest")
    if past:
        said.append("its price no longer holds")
    if late:
        said.append("it came after the others were opened")
    return tuple(said)


@dataclass(frozen=True, slots=True)
class Declared:
    """Somebody's declaration: nothing to declare, or what and what is done about it."""

    id: bytes
    who: str
    nothing: bool
    what: str
    steps: str

    @property
    def complete(self) -> bool:
        """Tell whether it says enough: nothing, or an interest and the steps taken."""
        return (self.nothing and not self.what.strip()) or bool(self.what.strip() and self.steps.strip())


def undeclared(markers: Iterable[str], said: Iterable[Declared]) -> tuple[str, ...]:
    """Return who marked and has not declared; a person's last declaration (by id) is the one that counts."""
    last = {person_key(one.who): one for one in sorted(said, key=lambda each: each.id)}
    wanted = {person_key(one): one for one in sorted(markers)}
    return tuple(name for key, name in sorted(wanted.items()) if key not in last or not last[key].complete)
