"""What an hour of cover or support costs its lender: the rate card in force on the day, line by line to the penny.

rules.md section 14, point 7: hourly pay, on-costs and agreed overhead; hours to the nearest 15 minutes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from bursar_desk.domain import words
from bursar_desk.domain.mileage import allowance, half_up

WHOLE: Final = 10_000
"""A whole in hundredths of a per cent: 15 per cent is 1,500."""
QUARTER: Final = 15
ROUNDING: Final = (
    "Hours are rounded for money only, each shift to the nearest 15 minutes: 7 minutes over count down, 8 count up. "
    "The hours owed are kept to the minute."
)


@dataclass(frozen=True, slots=True)
class Card:
    """A lender's rates from a day on: pence an hour, and hundredths of a per cent on top.

    ``role`` "" is everybody without a card of their own. ``overhead`` is on pay with on-costs. ``mileage``: pence a
    mile by contract, None for HMRC's figures; ``agency``: pence an hour an agency would ask, None for not known.
    """

    id: bytes
    school: bytes
    role: str
    first: dt.date
    hourly: int
    insurance: int = 0
    pension: int = 0
    overhead: int = 0
    mileage: int | None = None
    agency: int | None = None
    said_by: str = ""
    source: str = ""
    for_support: bool = False


@dataclass(frozen=True, slots=True)
class Cost:
    """The cost of one shift or visit, every line in pence; ``paid`` is minutes to the nearest quarter of an hour."""

    card: Card
    minutes: int
    paid: int
    pay: int
    insurance: int
    pension: int
    overhead: int
    miles: int
    mileage: int
    mileage_because: str

    @property
    def on_costs(self) -> int:
        """Return employer’s national insurance and pension together."""
        return self.insurance + self.pension

    @property
    def sub_total(self) -> int:
        """Return pay, on-costs and overhead."""
        return self.pay + self.on_costs + self.overhead

    @property
    def total(self) -> int:
        """Return the whole cost."""
        return self.sub_total + self.mileage

    @property
    def agency(self) -> int | None:
        """Return what an agency would have asked for the same hours, or None where its rate is not on the card."""
        return None if self.card.agency is None else half_up(self.card.agency * self.paid, 60)

    @property
    def saving(self) -> int | None:
        """Return what the cover saved against an agency; below nought it cost more."""
        return None if self.agency is None else self.agency - self.total


def in_force(cards: Iterable[Card], school: bytes, role: str, day: dt.date, *, support: bool = False) -> Card | None:
    """Return a lender's card for a role on a day: its own role first, then the card for everybody; else None."""
    begun = [
        one for one in cards
        if one.school == school and one.first <= day and one.for_support == support and one.role in ("", role)
    ]  # fmt: skip
    return max(begun, key=lambda one: (one.role != "", one.first, one.id), default=None)


def quarter_hours(minutes: int) -> int:
    """Return minutes rounded to the nearest quarter of an hour."""
    return half_up(max(0, minutes), QUARTER) * QUARTER


def cost_of(
    card: Card, minutes: int, *, day: dt.date, miles: int = 0, vehicle: str = "", so_far: int = 0
) -> Cost:  # fmt: skip
    """Return the cost of ``minutes`` of work on a day, each line rounded half up to the penny.

    ``miles`` and ``so_far`` in tenths (see ``mileage.allowance``).
    """
    paid = quarter_hours(minutes)
    pay = half_up(card.hourly * paid, 60)
    insurance, pension = half_up(pay * card.insurance, WHOLE), half_up(pay * card.pension, WHOLE)
    overhead = half_up((pay + insurance + pension) * card.overhead, WHOLE)
    trip = allowance(miles, vehicle, day, so_far, card.mileage)
    return Cost(
        card, minutes, paid, pay, insurance, pension, overhead, max(0, miles), trip.pence, trip.because if miles else ""
    )


def per_cent(hundredths: int) -> str:
    """Return hundredths of a per cent in words: ``20.5 per cent``."""
    whole, odd = divmod(hundredths, 100)
    return f"{whole}{f'.{odd:02d}'.rstrip('0') if odd else ''} per cent"


def card_words(card: Card) -> str:
    """Return what is on a card in one line."""
    parts = [f"{words.money_exact(card.hourly)} an hour"]
    parts += [
        f"{name} {per_cent(value)}"
        for name, value in (
            ("national insurance", card.insurance), ("pension", card.pension), ("overhead", card.overhead),
        )
        if value
    ]  # fmt: skip
    parts.append(f"mileage {card.mileage}p by contract" if card.mileage is not None else "mileage as HMRC allows")
    parts += [f"an agency asks {words.money_exact(card.agency)}"] if card.agency is not None else []
    return ", ".join(parts)


# --- who pays whom, and VAT -------------------------------------------------------------------------------------------

TRANSFER, INVOICE = "transfer", "invoice"


@dataclass(frozen=True, slots=True)
class Route:
    """How money goes from one school to another: "transfer", "invoice", or "" while nobody has said."""

    how: str
    sentence: str
    vat: str
    ask: str = ""


def route(lender: str, receiver: str, lender_employer: str, receiver_employer: str, said: str = "") -> Route:
    """Return how to settle money (rules.md section 14, point 7, and section 11); VAT is asked for, never worked out.

    ``said`` is what the schools agreed, "transfer" or "invoice"; employers are as ``directory.employer_of`` has them.
    """
    known = f"{lender}: {_employer(lender_employer)}. {receiver}: {_employer(receiver_employer)}."
    if said == TRANSFER:
        return Route(
            TRANSFER, f"Same employer: {receiver} settles by a transfer in the accounts, not by an invoice.",
            "Within one trust or one council’s VAT group there is no VAT on it.",
        )  # fmt: skip
    vat = (
        "No VAT is in these figures. Between two employers, lending staff normally carries the standard rate of VAT if "
        f"the lender is registered for it. {lender} asks its finance adviser before it sends the invoice."
    )
    if said == INVOICE or _surely_two(lender_employer, receiver_employer):
        return Route(INVOICE, f"{lender} invoices {receiver}. {known}", vat)
    same = "the same trust" if lender_employer == "academy trust" else "one council’s VAT group"
    ask = f"Are {lender} and {receiver} in {same}? If so it is a transfer, not an invoice."
    return Route("", f"{receiver} pays {lender}: by transfer or by invoice is not settled yet. {known}", vat, ask)


_ONE_EACH: Final = ("governing body", "proprietor", "college corporation")
"""Employers that employ for one school: two of them are never the same."""


def _surely_two(one: str, other: str) -> bool:
    if "not known" in (one, other) or not one or not other:
        return False
    return one != other or one in _ONE_EACH


def _employer(kind: str) -> str:
    said = {"": "employer not known", "not known": "employer not known"}
    return said.get(kind, f"its staff are employed by the {kind}")
