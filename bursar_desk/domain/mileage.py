"""Mileage for journeys between sites at HMRC's tax-free figures by date (rules.md section 14, point 8)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from bursar_desk.domain import words

FROM_2026: Final = dt.date(2026, 4, 6)
LIMIT: Final = 100_000
"""The first 10,000 miles of a tax year, in tenths of a mile."""
AFTER: Final = 25
PASSENGER: Final = 5
CAR, MOTORCYCLE, BICYCLE = "car", "motorcycle", "bicycle"
VEHICLES: Final = (CAR, "van", MOTORCYCLE, BICYCLE)
_FLAT: Final = {MOTORCYCLE: 24, BICYCLE: 20}
MOST_PASSENGERS: Final = 8


@dataclass(frozen=True, slots=True)
class Mileage:
    """What a journey costs: ``pence``, and how it was worked out in words."""

    pence: int
    because: str


def half_up(value: int, by: int) -> int:
    """Divide whole numbers and round a half away from nought. ``by`` is above nought."""
    rounded = (2 * abs(value) + by) // (2 * by)
    return rounded if value >= 0 else -rounded


def tax_year(day: dt.date) -> tuple[dt.date, dt.date]:
    """Return the first and last day of the tax year a day lies in: 6 April to 5 April."""
    year = day.year if (day.month, day.day) >= (4, 6) else day.year - 1
    return dt.date(year, 4, 6), dt.date(year + 1, 4, 5)


def figure(vehicle: str, day: dt.date) -> int:
    """Return the pence a mile of the first 10,000 miles; an unknown vehicle counts as a car."""
    kind, _ = read_vehicle(vehicle)
    return _FLAT.get(kind) or (55 if day >= FROM_2026 else 45)


def read_vehicle(text: str) -> tuple[str, int]:
    """Return vehicle and passengers of what is stored, as "car+2": odd text reads as a car with nobody beside."""
    kind, _, more = text.strip().casefold().partition("+")
    people = int(more) if more.isascii() and more.isdigit() and len(more) < 3 else 0
    return (kind if kind in VEHICLES else CAR), min(people, MOST_PASSENGERS)


def vehicle_text(kind: str, passengers: int = 0) -> str:
    """Return how a vehicle with passengers is stored."""
    return f"{kind}+{passengers}" if passengers and kind in (CAR, "van") else kind


def allowance(
    tenths: int, vehicle: str, day: dt.date, so_far: int = 0, contract: int | None = None
) -> Mileage:  # fmt: skip
    """Return the cost of a journey in pence, rounded half up.

    ``tenths`` and ``so_far`` are tenths of a mile: this journey, and what the same person drove for work before it in
    the same tax year. ``contract``: pence a mile by the lender's own contract, where it pays another figure.
    """
    kind, passengers = read_vehicle(vehicle)
    tenths, so_far = max(0, tenths), max(0, so_far)
    said = miles_words(tenths)
    if contract is not None:
        high = contract > figure(vehicle, day)
        more = ", above the tax-free figure: the excess is taxed" if high else ""
        return Mileage(half_up(tenths * contract, 10), f"{said} at {contract}p by contract{more}")
    if kind in _FLAT:
        return Mileage(half_up(tenths * _FLAT[kind], 10), f"{said} by {kind} at {_FLAT[kind]}p")
    first = min(tenths, max(0, LIMIT - so_far))
    rest, rate = tenths - first, figure(vehicle, day)
    parts = [f"{miles_words(first)} at {rate}p"] if first or not rest else []
    parts += [f"{miles_words(rest)} at {AFTER}p, past 10,000 in the tax year"] if rest else []
    parts += [f"{words.count(passengers, 'passenger')} at {PASSENGER}p"] if passengers else []
    pence = half_up(first * rate + rest * AFTER + tenths * passengers * PASSENGER, 10)
    return Mileage(pence, " and ".join(parts))


def miles_words(tenths: int) -> str:
    """Return ``18.4 miles``, ``1 mile``."""
    whole, odd = divmod(abs(tenths), 10)
    return f"{words.number(whole)}{f'.{odd}' if odd else ''} mile{'' if tenths == 10 else 's'}"
