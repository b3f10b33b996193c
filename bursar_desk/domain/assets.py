"""Equipment and its numbers: reading what was typed, the measure a ``by value`` rule asks for, what is left of a life.

Rules section 2: tCO2e = charge in kg x GWP / 1000; a number shared by two bands belongs to the higher one; hermetically
sealed and labelled means no leak check below 10 t; fixed leak detection doubles the interval.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, InvalidOperation
from typing import Final

from bursar_desk.domain.asset_kinds import GWP, Fact, Kind, kind_of
from bursar_desk.domain.intervals import Form, Rule, choose_interval

HERMETIC_LIMIT: Final = Decimal(10)
"""tCO2e below which a sealed and labelled circuit needs no leak check."""


@dataclass(frozen=True, slots=True)
class Measure:
    """The number a rule is asked with: ``value`` decides the band, ``shown`` is what is true, and why they differ."""

    value: Decimal
    shown: Decimal
    unit: str
    why: str = ""


def read_fact(fact: Fact, typed: str, day: dt.date | None = None) -> tuple[str, str]:
    """Return what is kept of a typed fact, and what to put right; one of the two is empty.

    Numbers are kept as plain decimal text, dates in ISO form, ticks as "yes"; an empty answer is kept as nothing.
    """
    text = " ".join(typed.split())
    if not text and day is None:
        return "", ""
    if fact.type == "number":
        return _number(fact, text)
    if fact.type == "date":
        return (day.isoformat(), "") if day else _iso(fact, text)
    if fact.type == "tick":
        return ("yes", "") if text.casefold() in ("yes", "y", "true", "1") else ("", "")
    if fact.type == "choice":
        found = next((key for key, said in fact.choices if text.casefold() in (key.casefold(), said.casefold())), None)
        if found is None:
            return "", f"{fact.label}: choose one of {', '.join(said for _, said in fact.choices)}"
        return found, ""
    return text[:200], ""


def _number(fact: Fact, text: str) -> tuple[str, str]:
    try:
        number = Decimal(text.replace(",", ""))
    except InvalidOperation:
        return "", f"{fact.label} must be a number"
    if not number.is_finite() or number.adjusted() > 9:
        return "", f"{fact.label} must be a number"
    low, high = fact.low, fact.high
    if (low is not None and number < low) or (high is not None and number > high):
        return "", f"{fact.label} must be from {low} to {high}{' ' + fact.unit if fact.unit else ''}"
    return format(number.normalize(), "f"), ""


def _iso(fact: Fact, text: str) -> tuple[str, str]:
    try:
        return dt.date.fromisoformat(text).isoformat(), ""
    except ValueError:
        return "", f"{fact.label} must be a real date"


def number_of(facts: Mapping[str, str], name: str) -> Decimal | None:
    """Return a number among the facts; None when it is missing or a stranger's file has something else there."""
    try:
        number = Decimal(facts[name])
    except (KeyError, InvalidOperation, TypeError, ValueError):
        return None
    return number if number.is_finite() and abs(number) < 10**10 else None


def day_of(facts: Mapping[str, str], name: str) -> dt.date | None:
    """Return a date among the facts, or None."""
    try:
        return dt.date.fromisoformat(facts.get(name) or "")
    except (ValueError, TypeError):
        return None


def gwp_of(facts: Mapping[str, str]) -> Decimal | None:
    """Return the global warming potential of the cooling gas, from the table or as it stands on the label."""
    known = GWP.get(facts.get("gas", ""))
    return Decimal(known) if known is not None else number_of(facts, "gwp")


def tonnes_co2(facts: Mapping[str, str]) -> Decimal | None:
    """Return charge in kg x GWP / 1000, exactly; None while one of them is not known."""
    charge, gwp = number_of(facts, "charge_kg"), gwp_of(facts)
    return None if charge is None or gwp is None else charge * gwp / 1000


def measure_for(rule_measure: str, kind: str, facts: Mapping[str, str]) -> Measure | None:
    """Return the number that equipment gives to a ``by value`` rule, None when it is not known or grows by itself.

    An age in years is None on purpose: it grows from the day of first use, which the date engine counts.
    """
    if rule_measure == "tCO2e" and kind == "cooling":
        tonnes = tonnes_co2(facts)
        if tonnes is None:
            return None
        if facts.get("hermetic") == "yes" and tonnes < HERMETIC_LIMIT:
            return Measure(Decimal(0), tonnes, "t CO2e", "sealed and labelled, under 10 t: no leak check")
        return Measure(tonnes, tonnes, "t CO2e")
    if rule_measure == "cooking hours per day" and kind == "kitchen_extract":
        hours = number_of(facts, "hours")
        return None if hours is None else Measure(hours, hours, "hours a day")
    return None


def doubled(kind: str, facts: Mapping[str, str]) -> bool:
    """Tell whether fixed leak detection doubles the interval of a leak check (24, 12, 6 months)."""
    return kind == "cooling" and facts.get("leak_detection") == "yes"


def first_used(kind: str, facts: Mapping[str, str], entered: dt.date | None) -> dt.date | None:
    """Return the day a thing's age is counted from: a vehicle's first registration, else the day of first use."""
    return (day_of(facts, "first_registered") if kind == "vehicle" else None) or entered


def tenths_of(value: Decimal, rule: Rule) -> int:
    """Return a measure in whole tenths that lies in the same band as the exact number.

    49.96 t is under 50: it must not be rounded up into the next band, nor 250.04 m2 down out of its own.
    """
    low = int((value * 10).to_integral_value(ROUND_FLOOR))
    if rule.form is not Form.BY_VALUE:
        return low
    exact = choose_interval(rule, value).interval
    if choose_interval(rule, Decimal(low) / 10).interval == exact:
        return low
    return int((value * 10).to_integral_value(ROUND_CEILING))


def band_changes(rule: Rule, was: int | None, now: int | None) -> bool:
    """Tell whether a change of measure (tenths) moves a thing into a band with another interval."""
    if rule.form is not Form.BY_VALUE or was is None or now is None or was == now:
        return False
    return choose_interval(rule, Decimal(was) / 10).interval != choose_interval(rule, Decimal(now) / 10).interval


def years_left(life_years: int | None, first: dt.date | None, today: dt.date) -> int | None:
    """Return the whole years left of a life counted from first use; below 0 once it is over, None when not known."""
    if life_years is None or first is None:
        return None
    used = today.year - first.year - ((today.month, today.day) < (first.month, first.day))
    return life_years - used


def material_score(facts: Mapping[str, str]) -> int | None:
    """Return the material assessment of an asbestos item, 2 to 12: product, damage, surface and type (HSG264)."""
    parts = [facts.get(name, "") for name in ("product_score", "damage_score", "surface_score", "type_score")]
    return sum(map(int, parts)) if all(part in ("0", "1", "2", "3") for part in parts) else None


def score_words(score: int | None) -> str:
    """Return what a material score means: how easily fibres could be let go if it is disturbed (HSG264)."""
    if score is None:
        return "Not scored"
    word = "high" if score >= 10 else "medium" if score >= 7 else "low" if score >= 5 else "very low"
    return f"{score} of 12, {word}"


def said_facts(kind: str, facts: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return what is known of a thing as label and words, in the order it is asked; what is empty is left out."""
    from bursar_desk.domain import words

    found = []
    for fact in kind_of(kind).facts:
        value = facts.get(fact.name, "")
        if not value:
            continue
        said = f"{value} {fact.unit}".strip()
        if fact.type == "choice":
            said = dict(fact.choices).get(value, value)
        elif fact.type == "tick":
            said = "Yes"
        elif fact.type == "date":
            day = day_of(facts, fact.name)
            said = words.short_date(day) if day else value
        found.append((fact.label, said))
    return found


def unknown_facts(kind: Kind, facts: Mapping[str, str]) -> list[str]:
    """Return names that the kind does not ask for."""
    return sorted(set(facts) - {fact.name for fact in kind.facts})
