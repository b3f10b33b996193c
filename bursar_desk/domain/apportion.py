"""Sharing a cost between schools to the penny: every method of rules.md section 13, mixtures, and part of a year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm
from typing import Final

from bursar_desk.domain import words
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.money_years import largest_remainder

EQUAL, PUPILS, AREA, USES, SITES, PERCENT, FIXED = "equal", "pupils", "area", "uses", "sites", "percent", "fixed"
METHODS: Final = (EQUAL, PUPILS, AREA, USES, SITES, PERCENT, FIXED)
WHOLE: Final = 10_000
"""A hundred per cent in hundredths of a per cent."""
YEAR_MONTHS, YEAR_DAYS = 12, 365
MOST: Final = 10**12
MOST_MEMBERS: Final = 1000
INPUT_WORDS: Final = {
    PUPILS: "pupils", AREA: "floor area", USES: "uses", SITES: "sites", PERCENT: "agreed per cent",
    FIXED: "fixed amount",
}  # fmt: skip
BASIS_TITLES: Final = {
    EQUAL: "Schools", PUPILS: "Pupils", AREA: "Floor area", USES: "Uses", SITES: "Sites", PERCENT: "Per cent",
    FIXED: "Fixed",
}  # fmt: skip
_BY: Final = {
    EQUAL: "equally", PUPILS: "by pupils", AREA: "by floor area", USES: "by uses", SITES: "by sites",
    PERCENT: "by agreed per cent",
}  # fmt: skip
_SIZES: Final = {2500: "a quarter", 3333: "a third", 5000: "half", 6667: "two thirds", 7500: "three quarters"}


class CannotShare(UserError):  # noqa: N818 - read as a sentence: "raise CannotShare"
    """A cost that cannot be shared this way; ``lacking`` are the schools without the number it needs."""

    def __init__(self, title: str, remedy: str = "", *, lacking: Sequence[bytes] = ()) -> None:
        super().__init__(title, "Nothing was changed.", remedy or "Choose another way, or put the numbers right.")
        self.lacking = tuple(lacking)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a mixture: ``share`` in hundredths of a per cent of what fixed amounts leave; of "fixed" it says 0."""

    method: str
    share: int


@dataclass(frozen=True, slots=True)
class Member:
    """A school that pays. ``inputs`` by method: whole numbers, per cents in hundredths, fixed amounts in pence.

    ``months`` of 12, or ``days`` of the period where it joined or left within a month; neither for all of it.
    """

    school: bytes
    urn: str = ""
    inputs: Mapping[str, int] = field(default_factory=dict)
    months: int | None = None
    days: int | None = None
    name: str = ""

    @property
    def called(self) -> str:
        """What sentences call it."""
        return self.name or self.urn or "A school"


@dataclass(frozen=True, slots=True)
class Share:
    """What one school pays, in pence."""

    school: bytes
    net: int
    vat: int


@dataclass(frozen=True, slots=True)
class Split:
    """All shares, by school code; they add up to what was shared. ``leftover``: pennies that no floor gave out."""

    shares: tuple[Share, ...]
    leftover: int
    leftover_vat: int

    def of(self, school: bytes) -> Share | None:
        """Return one school's share."""
        return next((one for one in self.shares if one.school == school), None)

    @property
    def net(self) -> int:
        """The sum of the net shares."""
        return sum(one.net for one in self.shares)

    @property
    def vat(self) -> int:
        """The sum of the shares of VAT."""
        return sum(one.vat for one in self.shares)


def code_order(member: Member) -> tuple[str, bytes]:
    """Return what lists and ties go by: the school code, then the id."""
    return member.urn.rjust(12, "0"), member.school


def apportion(
    total: int, vat: int, parts: Iterable[Part], members: Iterable[Member], *, period_days: int = YEAR_DAYS
) -> Split:
    """Share net and VAT pence by largest remainder; the order ``members`` come in does not matter (rules section 13).

    Fixed amounts come off first as they stand; the rest goes by the weights of the parts, each times months over 12 or
    days over ``period_days``. VAT is split on its own, in the exact proportion of the net. Raises ``CannotShare``.
    """
    listed = sorted(members, key=code_order)
    mixture = tuple(parts)
    _check(total, vat, mixture, listed)
    times = [_time(one, period_days) for one in listed]
    fixed = [one.inputs.get(FIXED, 0) if any(p.method == FIXED for p in mixture) else 0 for one in listed]
    rest = total - sum(fixed)
    weighed = [one for one in mixture if one.method != FIXED and one.share]
    if rest < 0:
        raise CannotShare(
            f"The fixed amounts are {words.money_exact(-rest)} more than the {words.money_exact(total)} to share."
        )
    if not weighed and rest:
        left = words.money_exact(rest)
        raise CannotShare(f"The fixed amounts leave {left} that nobody pays.", "Say who pays the rest.")
    weights = _weights(weighed, listed, times)
    net, left_net = _spread(rest, weights)
    exact = weights
    if any(fixed) and total:
        whole = sum(weights, Fraction(0)) or Fraction(1)
        exact = [own + rest * one / whole for own, one in zip(fixed, weights, strict=True)]
    if vat and not any(exact):
        raise CannotShare("There is VAT to share, and nobody pays any of the price.")
    taxes, left_vat = _spread(vat, exact)
    shares = tuple(
        Share(one.school, own + more, tax) for one, own, more, tax in zip(listed, fixed, net, taxes, strict=True)
    )
    return Split(shares, left_net, left_vat)


def _spread(pence: int, weights: Sequence[Fraction]) -> tuple[Sequence[int], int]:
    """Share by exact weights; return the shares and how many pennies were left over by rounding down."""
    if not pence:
        return [0] * len(weights), 0
    scale = lcm(*(one.denominator for one in weights))
    whole = [int(one * scale) for one in weights]
    shares = largest_remainder(pence, whole)
    sum_of = sum(whole)
    return shares, pence - sum(pence * one // sum_of for one in whole)


def _time(member: Member, period_days: int) -> Fraction:
    if member.days is not None:
        return Fraction(member.days, max(1, period_days))
    return Fraction(YEAR_MONTHS if member.months is None else member.months, YEAR_MONTHS)


def _weights(parts: Sequence[Part], members: Sequence[Member], times: Sequence[Fraction]) -> list[Fraction]:
    found = [Fraction(0)] * len(members)
    for part in parts:
        own = [_input(one, part.method) * time for one, time in zip(members, times, strict=True)]
        whole = sum(own, Fraction(0))
        if not whole:
            what = INPUT_WORDS.get(part.method, "part")
            raise CannotShare(f"Every school’s {what} is nought, so there is nothing to share by.")
        found = [so_far + Fraction(part.share, WHOLE) * one / whole for so_far, one in zip(found, own, strict=True)]
    return found


def _input(member: Member, method: str) -> int:
    return 1 if method == EQUAL else member.inputs.get(method, 0)


def _check(total: int, vat: int, parts: Sequence[Part], members: Sequence[Member]) -> None:
    if not 0 <= total <= MOST or not 0 <= vat <= MOST:
        raise CannotShare("The price is not a sum that can be shared.", "Look at the price and its VAT.")
    if not 0 < len(members) <= MOST_MEMBERS:
        raise CannotShare("There is no school to share it.", "Say which schools take part.")
    if len({one.school for one in members}) != len(members):
        raise CannotShare("A school is listed twice.", "List each school once.")
    for part in parts:
        if part.method not in METHODS or part.share < 0:
            raise CannotShare(f"“{part.method}” is not a way to share.", f"Use one of: {', '.join(METHODS)}.")
    weighed = [one for one in parts if one.method != FIXED]
    if not parts or (weighed and sum(one.share for one in weighed) != WHOLE):
        raise CannotShare("The parts do not add up to 100 per cent.", "Give parts that do.")
    for member in members:
        _check_member(member)
    _check_inputs(parts, members)


def _check_member(member: Member) -> None:
    if any(not 0 <= number <= MOST for number in member.inputs.values()):
        raise CannotShare(f"{member.called} has a number below nought or far too large.")
    if not 0 <= (member.months or 0) <= YEAR_MONTHS or not 0 <= (member.days or 0) <= YEAR_DAYS + 1:
        raise CannotShare(f"{member.called} cannot take part for more than the year.")


def _check_inputs(parts: Sequence[Part], members: Sequence[Member]) -> None:
    for part in parts:
        if part.method in (EQUAL, FIXED) or not part.share:
            continue
        lacking = [one for one in members if part.method not in one.inputs]
        if lacking:
            verb = "has" if len(lacking) == 1 else "have"
            said = words.listing([one.called for one in lacking])
            raise CannotShare(
                f"{said} {verb} no {INPUT_WORDS[part.method]} recorded.", "Give the number, or choose another way.",
                lacking=[one.school for one in lacking],
            )  # fmt: skip
        if part.method == PERCENT and (given := sum(one.inputs[PERCENT] for one in members)) != WHOLE:
            raise CannotShare(f"The agreed per cents add up to {per_cent(given)}, not 100 per cent.")


def per_cent(hundredths: int) -> str:
    """Return hundredths of a per cent in words: ``12.5 per cent``."""
    whole, odd = divmod(hundredths, 100)
    return f"{whole}{f'.{odd:02d}'.rstrip('0') if odd else ''} per cent"


def way_words(parts: Iterable[Part]) -> str:
    """Say how it is shared: "By pupils", "A quarter equally, the rest by pupils", "Fixed amounts, the rest equally"."""
    listed = list(parts)
    weighed = sorted((one for one in listed if one.method != FIXED and one.share), key=lambda one: one.share)
    said = ["fixed amounts first"] if any(one.method == FIXED for one in listed) else []
    for n, part in enumerate(weighed):
        how = _BY.get(part.method, f"by {part.method}")
        if n == len(weighed) - 1:
            said.append(f"the rest {how}" if said else how)
        else:
            said.append(f"{_SIZES.get(part.share, per_cent(part.share))} {how}")
    if said == ["fixed amounts first"]:
        said = ["fixed amounts"]
    text = ", ".join(said)
    return text[:1].upper() + text[1:]


def leftover_words(pennies: int) -> str:
    """Say where pennies went that rounding down left over, "" where there are none."""
    if pennies <= 0:
        return ""
    small = ("", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")
    count = small[pennies] if pennies < len(small) else words.number(pennies)
    if pennies == 1:
        return "One leftover penny went to the largest remainder."
    return f"{count} leftover pennies went to the largest remainders."
