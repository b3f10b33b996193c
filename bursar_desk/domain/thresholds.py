"""The Procurement Act 2023 and schools: what a purchase is worth over its whole life, against the figure of its day.

Values are whole life, with VAT and every option; the figure is the one in force on the day the purchase starts
(rules.md section 12). Sums are compared exactly, never rounded before.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from dateutil.relativedelta import relativedelta

from bursar_desk.domain import words

GOODS, WORKS, LIGHT = "goods and services", "works", "light touch"
KINDS: Final = (GOODS, WORKS, LIGHT)
KIND_WORDS: Final = {
    GOODS: "Goods and services", WORKS: "Building works", LIGHT: "Light touch (education, social, some meals)",
}  # fmt: skip
IN_FORCE: Final = dt.date(2025, 2, 24)
NEXT_REVIEW: Final = dt.date(2028, 1, 1)
OPEN_ENDED_MONTHS: Final = 48
"""A contract with no end is reckoned as four years of it (rules.md section 12: the usual estimate)."""
MOST_MONTHS: Final = 1200
_FIGURES: Final[tuple[tuple[dt.date, dict[str, int]], ...]] = (
    (IN_FORCE, {GOODS: 21_490_400, WORKS: 537_260_900, LIGHT: 66_354_000}),
    (dt.date(2026, 1, 1), {GOODS: 20_772_000, WORKS: 519_300_000, LIGHT: 66_354_000}),
)
"""Pence, by the first day they count."""


@dataclass(frozen=True, slots=True)
class Figure:
    """The figure for a kind of purchase on a day; ``look_again`` once it has been up for review."""

    pence: int
    since: dt.date
    look_again: bool


def figure_on(kind: str, day: dt.date) -> Figure | None:
    """Return the figure in force on a day; nothing before the Act, or for a kind nobody knows."""
    found = None
    for since, by_kind in _FIGURES:
        if since <= day and kind in by_kind:
            found = Figure(by_kind[kind], since, day >= NEXT_REVIEW)
    return found


@dataclass(frozen=True, slots=True)
class Value:
    """What is to be bought: ``yearly`` net pence for ``months``, ``option_months`` more, ``once`` net pence beside it.

    ``vat_rate`` in hundredths of a per cent. ``open_ended``: no end date, so 48 months count whatever else is said.
    """

    yearly: int = 0
    months: int = 0
    option_months: int = 0
    once: int = 0
    vat_rate: int = 0
    open_ended: bool = False

    @property
    def length(self) -> int:
        """Return the months that count, options included."""
        return OPEN_ENDED_MONTHS if self.open_ended else self.months + self.option_months

    @property
    def net(self) -> Fraction:
        """Return the whole-life value without VAT, in exact pence."""
        return Fraction(self.yearly * self.length, 12) + self.once

    @property
    def gross(self) -> Fraction:
        """Return the whole-life value with VAT, in exact pence."""
        return self.net * (10_000 + self.vat_rate) / 10_000


def half_up(value: Fraction) -> int:
    """Return whole pence for showing, half a penny up."""
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


@dataclass(frozen=True, slots=True)
class Judged:
    """A purchase against the figure. ``reaches`` is None where there is no figure; ``over`` the pence it lies above.

    A purchase is under the Act when its value is not less than the figure, so the figure itself is reached.
    """

    net: Fraction
    gross: Fraction
    figure: Figure | None
    reaches: bool | None

    @property
    def net_pence(self) -> int:
        """Return the net value in whole pence."""
        return half_up(self.net)

    @property
    def gross_pence(self) -> int:
        """Return the value with VAT in whole pence."""
        return half_up(self.gross)

    @property
    def over(self) -> int:
        """Return by how many whole pence it lies above the figure; less than nothing below it."""
        return 0 if self.figure is None else self.gross_pence - self.figure.pence

    @property
    def sentence(self) -> str:
        """Return it in a sentence."""
        if self.figure is None:
            return f"No figure of the Procurement Act is known for that day; it began on {words.plain_date(IN_FORCE)}."
        worth, line = words.money(self.gross_pence), words.money(self.figure.pence)
        if self.over == 0 and self.reaches is not None:
            said = f"With VAT and options it is worth {worth}, {'exactly' if self.reaches else 'just below'} the "
            said += "Procurement Act figure" + (", so the Act applies." if self.reaches else f" of {line}.")
        elif self.reaches:
            said = f"With VAT and options it is worth {worth}: {words.money(self.over)} above the Procurement Act "
            said += f"figure of {line}."
        else:
            said = f"With VAT and options it is worth {worth}: {words.money(-self.over)} below the Procurement Act "
            said += f"figure of {line}."
        if self.figure.look_again:
            said += f" The figures were up for review on {words.plain_date(NEXT_REVIEW)}: look again before you decide."
        return said


def judge(kind: str, started: dt.date, members: Sequence[Value]) -> Judged:
    """Return how a purchase stands. In a group purchase every member's value counts: give them all."""
    net = sum((one.net for one in members), Fraction(0))
    gross = sum((one.gross for one in members), Fraction(0))
    figure = figure_on(kind, started)
    return Judged(net, gross, figure, None if figure is None else gross >= figure.pence)


def arithmetic(value: Value) -> tuple[str, ...]:
    """Return the lines of the sum as a person would write it down."""
    lines = []
    if value.yearly:
        length = words.count(value.length, "month")
        if value.open_ended:
            length += " (no end date, so 48 months are counted)"
        elif value.option_months:
            options = words.count(value.option_months, "month")
            length += f" ({words.count(value.months, 'month')} and {options} of options)"
        whole = half_up(Fraction(value.yearly * value.length, 12))
        lines.append(f"{words.money(value.yearly)} a year for {length}: {words.money(whole)}")
    if value.once:
        lines.append(f"Once: {words.money(value.once)}")
    lines.append(f"Without VAT: {words.money(half_up(value.net))}")
    rate, odd = divmod(value.vat_rate, 100)
    said = f"{rate}{f'.{odd:02d}'.rstrip('0') if odd else ''}"
    lines.append(f"With {said} per cent VAT: {words.money(half_up(value.gross))}")
    return tuple(lines)


# --- splitting -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bought:
    """Another purchase of the same service by the same school."""

    id: bytes
    title: str
    started: dt.date
    value: Value


def near(this: bytes, started: dt.date, others: Iterable[Bought]) -> tuple[Bought, ...]:
    """Return the others that began within 12 months of a purchase, before or after; earliest first."""
    first, last = started - relativedelta(months=12), started + relativedelta(months=12)
    found = {one.id: one for one in others if one.id != this and first < one.started < last}
    return tuple(sorted(found.values(), key=lambda one: (one.started, one.id)))


def together(value: Value, others: Iterable[Bought]) -> tuple[Fraction, Fraction]:
    """Return the whole-life value of a purchase and others of the same service: net, and with VAT."""
    every = (value, *(one.value for one in others))
    return sum((one.net for one in every), Fraction(0)), sum((one.gross for one in every), Fraction(0))
