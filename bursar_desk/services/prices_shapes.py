"""What the same supplier asks of different schools for the same service, by the same unit; money in whole net pence."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction

from bursar_desk.domain import words
from bursar_desk.domain.mileage import half_up

UNIT_WORDS = {
    "pupil": ("a pupil", "pupils"), "m2": ("a square metre", "square metres"), "site": ("a site", "sites"),
    "device": ("a device", "devices"), "visit": ("a visit", "visits"), "person": ("a person", "people"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SchoolPrice:
    """What one school pays. ``contracts`` are the rows behind it; ``yearly`` net pence a year; ``units`` how many.

    ``units_from`` says where that number is from. ``lowest_gain`` and ``middle_gain``: what it would pay less a year
    at the lowest and at the middle unit price, below nought where it would pay more.
    """

    school: bytes
    name: str
    contracts: tuple[bytes, ...]
    title: str
    yearly: int
    units: int
    units_from: str
    ends: dt.date | None
    ends_words: str
    notice_words: str
    lowest_gain: int = 0
    middle_gain: int = 0

    @property
    def exact(self) -> Fraction:
        """The unit price as it is, in pence, not rounded."""
        return Fraction(self.yearly, self.units)

    @property
    def unit_pence(self) -> int:
        """The unit price in whole pence, half up: to show."""
        return half_up(self.yearly, self.units)


@dataclass(frozen=True, slots=True)
class Comparison:
    """One supplier, one service, one unit: at least two schools. Prices are unit prices in pence, rounded to show.

    ``worth_lowest`` and ``worth_middle``: what all together would pay less a year if everybody paid that unit price.
    ``dearer`` names the schools that would then pay more at the middle price. It is an estimate and says so.
    """

    supplier: str
    service: str
    service_words: str
    unit: str
    rows: tuple[SchoolPrice, ...]
    lowest: int
    middle: int
    highest: int
    worth_lowest: int
    worth_middle: int
    terms_differ: tuple[str, ...]
    dearer: tuple[str, ...]

    @property
    def unit_words(self) -> str:
        """``a pupil``, ``a square metre``."""
        return UNIT_WORDS[self.unit][0]

    @property
    def spread_words(self) -> str:
        """How far apart the prices are."""
        if self.rows[0].exact == self.rows[-1].exact:
            return f"All pay {words.money_exact(self.lowest)} {self.unit_words} a year."
        return (
            f"From {words.money_exact(self.lowest)} to {words.money_exact(self.highest)} {self.unit_words} a year, "
            f"{words.money_exact(self.middle)} in the middle."
        )

    @property
    def gains(self) -> tuple[SchoolPrice, ...]:
        """Who could pay less, most first."""
        found = [one for one in self.rows if one.lowest_gain > 0]
        return tuple(sorted(found, key=lambda one: (-one.lowest_gain, one.name, one.school)))

    @property
    def worth_words(self) -> str:
        """What a group deal could be worth: an estimate, and what it rests on."""
        if self.worth_lowest <= 0:
            return "There is nothing to gain by price alone."
        said = f"Estimate: at the lowest unit price all together would save {words.money(self.worth_lowest)} a year"
        middle = words.saving(self.worth_middle).replace("saves", "save").replace("costs", "cost")
        return f"{said}; at the middle one it would {middle}. Nobody has offered either price."


@dataclass(frozen=True, slots=True)
class NotCompared:
    """A contract that cannot be compared, and why, in a sentence."""

    contract: bytes
    school: bytes
    school_name: str
    title: str
    why: str


@dataclass(frozen=True, slots=True)
class Prices:
    """All comparisons, the one most worth first, and what could not be compared."""

    day: dt.date
    comparisons: tuple[Comparison, ...]
    left_out: tuple[NotCompared, ...]
    schools: int
