"""The interval grammar of the catalogue: how often a check is done, read from its rule text and said in plain words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from bursar_desk.domain.date_math import add_days, add_months, full_years
from bursar_desk.domain.errors import UserError

if TYPE_CHECKING:
    from datetime import date

Number = int | float | Decimal


class Unit(StrEnum):
    """What an interval counts in."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


class Span(StrEnum):
    """The parts of a school year a check may belong to."""

    TERM = "term"
    HALF_TERM = "half term"
    SCHOOL_YEAR = "school year"


class Form(StrEnum):
    """The eight forms of the grammar."""

    EVERY = "every"
    EACH = "each"
    DAILY = "daily school days"
    BEFORE_USE = "before use"
    ON_EVENT = "on event"
    RISK_BASED = "risk based default"
    BY_SCHEME = "by scheme of examination default"
    BY_VALUE = "by value"


_DAYS_ABOUT: Final = {Unit.DAY: 1.0, Unit.WEEK: 7.0, Unit.MONTH: 365.25 / 12, Unit.YEAR: 365.25}


@dataclass(frozen=True, slots=True)
class Interval:
    """A length of time such as 6 months. ``count`` is 1 or more."""

    count: int
    unit: Unit

    @property
    def months(self) -> int:
        """The length in months; 0 for an interval of days or weeks."""
        if self.unit is Unit.YEAR:
            return 12 * self.count
        return self.count if self.unit is Unit.MONTH else 0

    @property
    def days_about(self) -> float:
        """Roughly how many days, for comparing lengths only."""
        return _DAYS_ABOUT[self.unit] * self.count

    def after(self, day: date, day_number: int | None = None) -> date:
        """The day one interval later (rules D1, D2, D5); ``day_number`` keeps the day of a fixed series (D4)."""
        if self.months:
            return add_months(day, self.months, day_number)
        return add_days(day, self.count * (7 if self.unit is Unit.WEEK else 1))

    def doubled(self) -> Interval:
        """Twice as long."""
        return Interval(self.count * 2, self.unit)

    def __str__(self) -> str:
        """``6 months``, ``1 week``."""
        return f"{self.count} {self.unit.value}{'' if self.count == 1 else 's'}"

    @property
    def words(self) -> str:
        """``every 6 months``, ``every week``."""
        return f"every {self.unit.value}" if self.count == 1 else f"every {self}"


@dataclass(frozen=True, slots=True)
class Band:
    """One band of a ``by value`` rule. An end that is ``None`` is open; ``exact`` marks <, <=, > and >=."""

    low: Decimal | None
    low_in: bool
    high: Decimal | None
    high_in: bool
    exact: bool
    interval: Interval | None
    text: str

    def holds(self, value: Number) -> bool:
        """Tell whether a number lies in the band."""
        if self.low is not None and (value < self.low or (value == self.low and not self.low_in)):
            return False
        return self.high is None or value < self.high or (value == self.high and self.high_in)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the grammar. ``interval`` is the stated or default one; bands belong to ``by value`` only."""

    form: Form
    text: str
    words: str
    interval: Interval | None = None
    span: Span | None = None
    while_in_use: bool = False
    measure: str = ""
    bands: tuple[Band, ...] = ()

    @property
    def by_age(self) -> bool:
        """Tell whether the value is an age in years, which grows by itself from the day of first use."""
        return self.measure.casefold().endswith("age years")


@dataclass(frozen=True, slots=True)
class Chosen:
    """The interval of one thing, ``None`` when its band asks for no check; ``note`` says what was assumed."""

    interval: Interval | None
    note: str = ""


BELOW_ALL_BANDS: Final = Interval(12, Unit.MONTH)  # rules section 2, kitchen hours 1.5: treat as risk based, ask

_INTERVAL: Final = r"([0-9]{1,4})\s+(day|week|month|year)s?"
_NUMBER: Final = r"([0-9]+(?:\.[0-9]+)?)"
_EVERY: Final = re.compile(rf"every\s+{_INTERVAL}(\s+while in use)?", re.IGNORECASE)
_RISK: Final = re.compile(rf"risk based default\s+{_INTERVAL}", re.IGNORECASE)
_SCHEME: Final = re.compile(rf"by scheme of examination default\s+{_INTERVAL}", re.IGNORECASE)
_EACH: Final = re.compile(r"each\s+(term|half term|school year)", re.IGNORECASE)
_BY_VALUE: Final = re.compile(r"by value\s+([^:]+?)\s*:\s*(.+)", re.IGNORECASE)
_BAND: Final = re.compile(
    rf"(?:(<=|>=|<|>)\s*{_NUMBER}|{_NUMBER}\s*-\s*{_NUMBER})\s+(?:(none)|{_INTERVAL})", re.IGNORECASE
)
_PLAIN: Final = {
    Form.DAILY: "every school day",
    Form.BEFORE_USE: "before each use",
    Form.ON_EVENT: "each time it happens",
}
_HELP: Final = (
    "Write it like “every 6 months”, “each term”, “daily school days”, “before use”, “on event”, "
    "“risk based default 1 year”, “by scheme of examination default 12 months” or "
    "“by value tCO2e: <5 none; 5-50 12 months”."
)


def _not_a_rule(text: str, why: str = "") -> UserError:
    return UserError(f"“{text}” is not a way to say how often. {why}".strip(), "Nothing was changed.", _HELP)


def _interval(count: str, unit: str, text: str) -> Interval:
    if int(count) < 1:
        raise _not_a_rule(text, "The number must be 1 or more.")
    return Interval(int(count), Unit(unit.lower()))


@lru_cache(maxsize=1024)
def parse_rule(text: str) -> Rule:
    """Read a rule of the interval grammar (rules section 2). Capitals and spacing do not matter.

    Raises ``UserError`` naming what is expected.
    """
    said = " ".join(text.split())
    low = said.lower()
    for form, words in _PLAIN.items():
        if low == form.value:
            return Rule(form, form.value, words)
    if found := _EACH.fullmatch(said):
        span = Span(found[1].lower())
        return Rule(Form.EACH, f"each {span.value}", f"once each {span.value}", span=span)
    if found := _EVERY.fullmatch(said):
        every = _interval(found[1], found[2], said)
        tail = " while in use" if found[3] else ""
        return Rule(Form.EVERY, f"every {every}{tail}", every.words + tail, every, while_in_use=bool(found[3]))
    if found := _RISK.fullmatch(said):
        risk = _interval(found[1], found[2], said)
        words = f"{risk.words} until your own risk assessment sets another interval"
        return Rule(Form.RISK_BASED, f"{Form.RISK_BASED.value} {risk}", words, risk)
    if found := _SCHEME.fullmatch(said):
        default = _interval(found[1], found[2], said)
        words = f"by the date in the examiner's scheme or last report, or {default.words} until there is one"
        return Rule(Form.BY_SCHEME, f"{Form.BY_SCHEME.value} {default}", words, default)
    if found := _BY_VALUE.fullmatch(said):
        return _by_value(found[1], found[2], said)
    raise _not_a_rule(said)


def _by_value(measure: str, tail: str, said: str) -> Rule:
    bands = tuple(_band(part.strip(), said) for part in tail.split(";"))
    words = f"by {measure}: " + "; ".join(
        f"{band.text}, {band.interval.words if band.interval else 'no check needed'}" for band in bands
    )
    parts = "; ".join(f"{band.text} {band.interval or 'none'}" for band in bands)
    return Rule(Form.BY_VALUE, f"by value {measure}: {parts}", words, measure=measure, bands=bands)


def _band(part: str, said: str) -> Band:
    found = _BAND.fullmatch(part)
    if not found:
        raise _not_a_rule(said, f"The part “{part}” should read like “5-50 12 months” or “<5 none”.")
    interval = None if found[5] else _interval(found[6], found[7], said)
    if sign := found[1]:
        edge, inside = Decimal(found[2]), sign.endswith("=")
        if sign.startswith("<"):
            return Band(None, False, edge, inside, True, interval, f"{sign}{found[2]}")
        return Band(edge, inside, None, False, True, interval, f"{sign}{found[2]}")
    low, high = Decimal(found[3]), Decimal(found[4])
    if low >= high:
        raise _not_a_rule(said, f"In “{part}” the first number must be the smaller one.")
    return Band(low, True, high, True, False, interval, f"{found[3]}-{found[4]}")


def describe(rule: Rule) -> str:
    """The rule in plain words: ``every 6 months``, ``once each term``, ``before each use``."""
    return rule.words


def band_for(rule: Rule, value: Number) -> Band | None:
    """The band that holds a number: an explicit <, <=, > or >= first, then the higher of two that share it."""
    held = [band for band in rule.bands if band.holds(value)]
    exact = [band for band in held if band.exact]
    return exact[0] if exact else max(held, key=_low, default=None)


def _low(band: Band) -> Decimal:
    return Decimal("-Infinity") if band.low is None else band.low


def choose_interval(rule: Rule, value: Number | None = None) -> Chosen:
    """The interval of a rule for a thing of this ``value`` (in the rule's own measure; hours, tonnes, m2, years).

    Below the lowest band 12 months stand in and the note asks for a decision; above or between bands the nearest
    lower band holds; with no value known the shortest interval is the careful choice.
    """
    if rule.form is not Form.BY_VALUE:
        return Chosen(rule.interval)
    known = [band.interval for band in rule.bands if band.interval]
    if value is None or value != value:  # a number that is not one counts as unknown
        shortest = min(known, key=lambda interval: interval.days_about, default=None)
        return Chosen(shortest, f"The {rule.measure} is not known yet, so the shortest interval is used.")
    if band := band_for(rule, value):
        return Chosen(band.interval)
    lower = [band for band in rule.bands if _low(band) <= value]
    if not lower:
        return Chosen(BELOW_ALL_BANDS, f"{value} is below every band, so 12 months is used until you decide.")
    nearest = max(lower, key=_low)
    return Chosen(nearest.interval, f"{value} is outside every band, so the band {nearest.text} is used.")


def age_on(first_used: date, on: date) -> int:
    """The age in whole years that a ``by value ... age years`` rule asks for."""
    return full_years(first_used, on)


def allow_own_interval(rule: Rule, own: Interval, reason: str) -> None:
    """Check an interval that a school sets for itself (rules section 2, risk based default).

    Shorter is always allowed. Longer is for ``risk based`` rules only and needs a written reason.
    Raises ``UserError`` otherwise.
    """
    if rule.interval is None or own.days_about <= rule.interval.days_about:
        return
    if rule.form is not Form.RISK_BASED:
        raise UserError(
            f"This check is due {rule.interval.words} at the latest.", "Nothing was changed.", "Choose a shorter time."
        )
    if not reason.strip():
        raise UserError(
            f"A time longer than {rule.interval} needs a reason.",
            "Nothing was changed.",
            "Write who decided it and why.",
        )
