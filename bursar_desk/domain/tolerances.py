"""The only slack that exists around a due date, check by check (rules section 3, Tolerances)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from bursar_desk.domain.date_math import add_days, add_months

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date


class Slack(StrEnum):
    """The kinds of slack."""

    NONE = "none"
    LANDLORD_GAS = "two months ending on the deadline"
    MOT = "a month less a day before the expiry"
    MONTHS = "months before and after"
    POSTPONEMENT = "one agreed postponement"
    EARLY_DAYS = "days early of a school's own check; late, the day is kept"
    EARLY_RESTARTS = "days early of a school's own check; late, it counts from the day done"


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far from its date a check may be done.

    ``before`` and ``after`` are whole months, for ``Slack.MONTHS``; ``before`` is days for the two of a school's own.
    """

    kind: Slack
    before: int = 0
    after: int = 0


NO_SLACK: Final = Tolerance(Slack.NONE)
LANDLORD_GAS: Final = Tolerance(Slack.LANDLORD_GAS)  # Gas Safety (Installation and Use) Regulations 1998, reg 36A
MOT: Final = Tolerance(Slack.MOT)
FIRE_ALARM_SERVICE: Final = Tolerance(Slack.MONTHS, 1, 1)  # BS 5839-1:2025, 5 to 7 months
PLUS_OR_MINUS_A_MONTH: Final = Tolerance(Slack.MONTHS, 1, 1)  # extinguishers, BS 5306-3
LEAK_TEST: Final = Tolerance(Slack.MONTHS, 0, 12)  # past the yearly date amber, past two years red
ONE_POSTPONEMENT: Final = Tolerance(Slack.POSTPONEMENT)  # Pressure Systems Safety Regulations 2000, reg 9(7)

_BY_CODE: Final[Mapping[str, Tolerance]] = {
    "GASH-02": LANDLORD_GAS,
    "TRAN-03": MOT,
    "FIRE-05": FIRE_ALARM_SERVICE,
    "FIRE-11": PLUS_OR_MINUS_A_MONTH,
    "FIRE-12": PLUS_OR_MINUS_A_MONTH,
    "FIRE-14": PLUS_OR_MINUS_A_MONTH,  # goes with the extinguisher visit
    "DTSC-06": LEAK_TEST,
    "PRES-01": ONE_POSTPONEMENT,
    "PRES-04": ONE_POSTPONEMENT,
    "PRES-05": ONE_POSTPONEMENT,
    "GASH-14": ONE_POSTPONEMENT,
}


def tolerance_for(code: str) -> Tolerance:
    """The slack of a catalogue check; none for codes that have no line of their own and for a school's own checks."""
    return _BY_CODE.get(code, NO_SLACK)


def earliest_day(tolerance: Tolerance, due: date) -> date | None:
    """The first day on which a visit counts for ``due``; ``None`` where there is no window.

    Gas: two months ending on the deadline, taken as 21 September for 20 November, the safe reading.
    MOT: a month less a day, 16 April for 15 May.
    """
    if tolerance.kind is Slack.LANDLORD_GAS:
        return add_days(add_months(due, -2), 1)
    if tolerance.kind is Slack.MOT:
        return add_days(add_months(due, -1), 1)
    if tolerance.kind is Slack.MONTHS and tolerance.before:
        return add_months(due, -tolerance.before)
    if tolerance.kind in (Slack.EARLY_DAYS, Slack.EARLY_RESTARTS):
        return add_days(due, -tolerance.before)
    return None


def first_landlord_gas_check(fitted: date, others_due: date) -> date:
    """When a new appliance in a let home is first due: with the others, once only, up to 14 months after fitting.

    ``others_due`` is any deadline of the other appliances; only its day and month are used. Where that day does not
    fall between 12 and 14 months after fitting the plain 12 months hold.
    """
    plain, limit = add_months(fitted, 12), add_months(fitted, 14)
    for year in (plain.year, plain.year + 1):
        shared = add_months(others_due, 12 * (year - others_due.year))
        if plain <= shared <= limit:
            return shared
    return plain


# Warming figures used for the GB leak-check rules (rules section 2).
GWP: Final[Mapping[str, int]] = {"R32": 675, "R134A": 1430, "R410A": 2088, "R404A": 3922, "HFC-227EA": 3220}


def tonnes_co2e(charge_kg: Decimal, gas: str) -> Decimal:
    """The CO2 equivalent of a charge in tonnes: kg x GWP / 1000. ``KeyError`` for a gas without a figure here."""
    return charge_kg * GWP[gas.strip().upper()] / 1000
