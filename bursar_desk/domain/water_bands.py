"""Water temperatures: what each kind of point must reach and how soon, and when readings open an action (section 9)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from bursar_desk.domain.steps import GOOD, Step, Verdict

_UNIT: Final = "°C"
GROWTH: Final = (Decimal(20), Decimal(45))
"""Legionella grows between these; both ends count."""
WEEK: Final = 7


class WaterPoint(StrEnum):
    """Where a temperature is taken."""

    HOT_OUTLET = "hot outlet"
    HOT_TO_VALVE = "hot to a mixing valve"
    FLOW = "calorifier flow"
    RETURN = "calorifier return"
    COLD_OUTLET = "cold outlet"
    STORED_COLD = "stored cold"
    HEATER = "point-of-use heater"
    MIXED_BASIN = "mixed basin or shower"
    MIXED_BATH = "mixed bath"


_HOT: Final = "Let it run for 1 minute and measure again. If it stays so, save it and report a fault."
_COLD: Final = "Let it run for 2 minutes and measure again. If it stays so, save it and report a fault."
_PLANT: Final = "Look at the boiler’s setting, measure again after an hour, and report a fault if it stays so."
_SCALD: Final = "Stop people using it until the valve is mended. Do not turn the hot water down."
_VALVE: Final = "Report a fault: the mixing valve needs setting. Do not turn the hot water down."


@dataclass(frozen=True, slots=True)
class Band:
    """What a point must read: limits in °C, ``under`` not even reached, and within how many seconds (None: any)."""

    low: int | None = None
    high: int | None = None
    under: int | None = None
    seconds: int | None = None
    advice: str = ""
    about: int | None = None

    def step(self, name: str) -> Step:
        """Return it as a step of a check."""
        low, high, under = (None if one is None else Decimal(one) for one in (self.low, self.high, self.under))
        return Step(name, _UNIT, low, high, under=under, advice=self.advice)

    def spec(self, name: str) -> dict[str, Any]:
        """Return it as the register keeps a step; ``high`` stands beside ``under`` for readers who know only that."""
        made: dict[str, Any] = {"name": name, "unit": _UNIT, "advice": self.advice}
        made |= {} if self.low is None else {"low": self.low}
        made |= {} if self.high is None else {"high": self.high}
        return made | ({} if self.under is None else {"under": self.under, "high": self.under - 0.1})


BANDS: Final[Mapping[WaterPoint, Band]] = {
    WaterPoint.HOT_OUTLET: Band(low=50, seconds=60, advice=_HOT),
    WaterPoint.HOT_TO_VALVE: Band(low=50, advice=_HOT),
    WaterPoint.FLOW: Band(low=60, advice=_PLANT),
    WaterPoint.RETURN: Band(low=50, advice=_PLANT),
    WaterPoint.COLD_OUTLET: Band(under=20, seconds=120, advice=_COLD),
    WaterPoint.STORED_COLD: Band(under=20, advice="Report a fault: the tank or its pipes take up heat."),
    WaterPoint.HEATER: Band(low=50, high=60, advice="Set the heater again and measure after an hour."),
    WaterPoint.MIXED_BASIN: Band(high=43, advice=_SCALD, about=41),
    WaterPoint.MIXED_BATH: Band(low=43, high=44, advice=_VALVE),
}
HEALTHCARE_LOW: Final[Mapping[WaterPoint, int]] = {WaterPoint.HOT_OUTLET: 55, WaterPoint.RETURN: 55}
"""Where people are nursed the lowest good value is higher."""


def judge(
    point: WaterPoint, value: Decimal, seconds: int | None = None, *, healthcare: bool = False
) -> Verdict:  # fmt: skip
    """Judge one temperature in °C taken after so many seconds; without a time only the temperature is judged."""
    band = BANDS[point]
    step = band.step(point.value)
    if healthcare and point in HEALTHCARE_LOW:
        step = Step(step.name, step.unit, Decimal(HEALTHCARE_LOW[point]), advice=step.advice)
    verdict = step.judge(value)
    if not verdict.good or seconds is None or band.seconds is None or seconds <= band.seconds:
        return verdict
    minutes = {60: "1 minute", 120: "2 minutes"}[band.seconds]
    return Verdict(False, f"It took {seconds} seconds; it must be there within {minutes}.", band.advice)


def may_grow(value: Decimal) -> bool:
    """Tell whether legionella could grow at a temperature in °C."""
    return GROWTH[0] <= value <= GROWTH[1]


@dataclass(frozen=True, slots=True)
class Taken:
    """One reading of one outlet: its day and whether it was good."""

    on: date
    good: bool


def two_failing_months(history: Sequence[Taken]) -> bool:
    """Tell whether the last two readings of an outlet, in different months, both failed: that opens an action."""
    latest: dict[tuple[int, int], Taken] = {}
    for one in sorted(history, key=lambda taken: taken.on):
        latest[one.on.year, one.on.month] = one
    last = list(latest.values())[-2:]
    return len(last) == 2 and not any(one.good for one in last)


def low_for_over_a_week(history: Sequence[Taken]) -> bool:
    """Tell whether a hot return has been too cold for more than seven days: that opens an action."""
    low: date | None = None
    last: date | None = None
    for one in sorted(history, key=lambda taken: taken.on):
        low = None if one.good else low or one.on
        last = one.on
    return low is not None and last is not None and (last - low).days > WEEK


def opens_action(name: str, history: Sequence[Taken]) -> str:
    """Return why the readings of an outlet open an action by themselves; empty when they do not.

    A step called "Return" is the hot return, as in the catalogue's monthly boiler reading.
    """
    if "return" in name.casefold() and low_for_over_a_week(history):
        return f"{name}: too cold for more than a week."
    if two_failing_months(history):
        return f"{name}: out of range two months running."
    return ""


__all__ = [
    "BANDS", "GOOD", "GROWTH", "HEALTHCARE_LOW", "Band", "Taken", "WaterPoint", "judge", "low_for_over_a_week",
    "may_grow", "opens_action", "two_failing_months",
]  # fmt: skip
