"""Every worked example of sections 2 to 6 and 9 of the rules, by section and row; a list says that none is missing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from inspect import signature
from typing import Any

import pytest

from bursar_desk.domain.assets import doubled, measure_for
from bursar_desk.domain.calendar import SchoolCalendar
from bursar_desk.domain.check_facts import history_of
from bursar_desk.domain.checks import Completion, Outcome, Standing
from bursar_desk.domain.due import Anchor
from bursar_desk.domain.intervals import age_on, choose_interval, parse_rule
from bursar_desk.domain.recurrence import next_due
from bursar_desk.domain.status import CheckFacts, CheckStatus, DefectFact, due_series, roll_up, status_of
from bursar_desk.domain.tolerances import (
    LANDLORD_GAS,
    MOT,
    PLUS_OR_MINUS_A_MONTH,
    earliest_day,
    first_landlord_gas_check,
    tonnes_co2e,
)
from bursar_desk.domain.water_bands import Taken, WaterPoint, judge, low_for_over_a_week, two_failing_months

FGAS = "by value tCO2e: <5 none; 5-50 12 months; 50-500 6 months; >=500 3 months"
FLOOR = "by value floor area m2: <=250 none; 250-1000 10 years; >1000 12 months"
MINIBUS = "by value vehicle age years: <12 10 weeks; >=12 6 weeks"
KITCHEN = "by value cooking hours per day: 2-6 12 months; 6-12 6 months; 12-16 3 months"
TODAY = date(2026, 11, 21)
PASS, ACTIONS, FAIL = Outcome.SATISFACTORY, Outcome.SATISFACTORY_WITH_ACTIONS, Outcome.UNSATISFACTORY
APPROVED, RECOMMENDED = Standing.APPROVED, Standing.RECOMMENDED
EXAMPLES: dict[str, Callable[[SchoolCalendar, SchoolCalendar], tuple[object, object]]] = {}


def day(text: str) -> date:
    return date.fromisoformat(text)


def facts(
    code: str, rule: str, *done: str, anchor: str = "last done", outcome: Outcome = PASS, **more: Any
) -> CheckFacts:
    kind = "calendar period" if rule.startswith(("each", "daily")) and anchor == "last done" else anchor
    found = tuple(Completion(day(text), outcome) for text in done)
    return replace(CheckFacts(code, parse_rule(rule), Anchor(kind), completions=found), **more)


LIFT = facts("LIFT-01", "every 6 months", "2026-03-14")
DEC = replace(facts("ENER-01", FLOOR, "2025-10-01", anchor="expiry date"), value=1200)


def at(told: CheckFacts, when: str, calendar: SchoolCalendar | None = None) -> CheckStatus:
    return status_of(told, day(when), calendar or SchoolCalendar())


def due(rule: str, done: str, anchor: str = "last done", **more: Any) -> str:
    found = next_due(parse_rule(rule), Anchor(anchor), done=day(done), **more)
    return str(found.legal_due)


def colours(told: CheckFacts, whens: str, calendar: SchoolCalendar | None = None) -> str:
    return " ".join(at(told, when, calendar).colour.value for when in whens.split())


def example(name: str, found: Callable[..., object], expected: object) -> None:
    """Add one example; ``found`` may ask for the sample calendar and for the same with its closures."""
    assert name not in EXAMPLES, name
    asked = sum(one.default is one.empty for one in signature(found).parameters.values())
    EXAMPLES[name] = lambda year, shut: (found(*(year, shut)[:asked]), expected)


# --- section 2: the band by the number -------------------------------------------------------------------------------


def band(rule: str, value: float | Decimal) -> str:
    return str(choose_interval(parse_rule(rule), value).interval or "none")


for n, (rule, value, expected) in enumerate(
    [
        (FGAS, 4.9, "none"), (FGAS, 5.0, "12 months"), (FGAS, 50.0, "6 months"), (FGAS, 499.9, "6 months"),
        (FGAS, 500.0, "3 months"), (FLOOR, 250, "none"), (FLOOR, 1000, "10 years"), (FLOOR, 1000.5, "12 months"),
        (MINIBUS, age_on(day("2014-10-01"), day("2026-09-30")), "10 weeks"),
        (MINIBUS, age_on(day("2014-10-01"), day("2026-10-01")), "6 weeks"),
    ], start=1,
):  # fmt: skip
    example(f"section-2-row-{n}", lambda rule=rule, value=value: band(rule, value), expected)
example("section-2-row-11", lambda: due(MINIBUS, "2026-09-14", first_used=day("2014-10-01")), "2026-10-26")
example("section-2-row-12", lambda: due(MINIBUS, "2026-08-01", first_used=day("2014-10-01")), "2026-10-01")
example("section-2-row-13", lambda: band(KITCHEN, 6), "6 months")
example("section-2-row-14", lambda: (band(KITCHEN, 1.5), "decide" in choose_interval(parse_rule(KITCHEN), 1.5).note),
        ("12 months", True))  # fmt: skip
for n, (kg, gas, tonnes, expected) in enumerate(
    [
        ("3.0", "R410A", "6.264", "12 months"), ("3.0", "R32", "2.025", "none"), ("8.0", "R32", "5.4", "12 months"),
        ("14", "R404A", "54.908", "6 months"), ("50", "HFC-227ea", "161", "6 months"),
    ], start=1,
):  # fmt: skip
    example(
        f"section-2-gas-{n}",
        lambda kg=kg, gas=gas: (tonnes_co2e(Decimal(kg), gas), band(FGAS, tonnes_co2e(Decimal(kg), gas))),
        (Decimal(tonnes), expected),
    )
for n, (tonnes, done, expected) in enumerate([(10, "2026-01-10", "2028-01-10"), (60, "2026-01-10", "2027-01-10"),
                                              (600, "2026-01-10", "2026-07-10")], start=1):  # fmt: skip
    example(
        f"section-2-leak-detection-{n}",
        lambda tonnes=tonnes, done=done: str(
            at(facts("VENT-08", FGAS, done, value=tonnes, doubled=doubled("cooling", {"leak_detection": "yes"})),
               "2026-02-01").legal_due
        ),
        expected,
    )  # fmt: skip


def sealed(kg: str) -> str:
    measure = measure_for("tCO2e", "cooling", {"gas": "R32", "charge_kg": kg, "hermetic": "yes"})
    assert measure
    return band(FGAS, measure.value)


example("section-2-sealed-below-10", lambda: sealed("14.8"), "none")
example("section-2-sealed-from-10", lambda: sealed("14.9"), "12 months")
example("section-2-stricter-band", lambda: due(FGAS, "2026-01-10", value=60, value_was=10,
        value_changed=day("2026-09-01")),
        "2026-09-01")  # fmt: skip
example("section-2-looser-band", lambda: due(FGAS, "2026-01-10", value=10, value_was=60,
        value_changed=day("2026-03-01")),
        "2026-07-10")  # fmt: skip

# --- section 3: the numbered table -----------------------------------------------------------------------------------

for n, (done, rule, expected) in enumerate(
    [
        ("2026-08-31", "every 6 months", "2027-02-28"), ("2027-08-31", "every 6 months", "2028-02-29"),
        ("2027-02-28", "every 6 months", "2027-08-28"), ("2028-02-29", "every 1 year", "2029-02-28"),
        ("2026-01-30", "every 1 month", "2026-02-28"), ("2026-01-31", "every 1 month", "2026-02-28"),
        ("2026-03-14", "every 6 months", "2026-09-14"), ("2025-06-03", "every 14 months", "2026-08-03"),
        ("2025-12-31", "every 14 months", "2027-02-28"), ("2024-02-29", "every 5 years", "2029-02-28"),
        ("2026-11-02", "every 1 week", "2026-11-09"),
    ], start=1,
):  # fmt: skip
    example(f"section-3-row-{n}", lambda rule=rule, done=done: due(rule, done), expected)
example("section-3-row-12", lambda: due(MINIBUS, "2026-09-14", value=5), "2026-11-23")
example("section-3-row-13", lambda: due(MINIBUS, "2026-09-14", value=12), "2026-10-26")
example("section-3-row-14", lambda: due("every 13 weeks", "2026-10-05"), "2027-01-04")


def series(anchor: str) -> str:
    told = facts("OWN", "every 6 months", "2026-08-31", anchor=anchor, first_due=day("2026-08-31"))
    return " ".join(map(str, due_series(told, day("2026-08-31"), n=4)))


example("section-3-row-15", lambda: series("fixed date"), "2027-02-28 2027-08-31 2028-02-29 2028-08-31")
example("section-3-row-16", lambda: series("last done"), "2027-02-28 2027-08-28 2028-02-28 2028-08-28")
example("section-3-row-17", lambda: (str(at(DEC, "2026-09-30").legal_due), colours(DEC, "2026-09-30 2026-10-01")),
        ("2026-09-30", "amber red"))  # fmt: skip
example("section-3-row-18", lambda: due("every 6 months", "2026-03-14", printed=day("2026-08-01")), "2026-08-01")
example("section-3-row-19", lambda: due("every 6 months", "2026-03-14", printed=day("2026-10-01")), "2026-09-14")
example("section-3-overdue-the-next-day", lambda: colours(LIFT, "2026-09-14 2026-09-15"), "amber red")

# --- section 3: the worked windows -----------------------------------------------------------------------------------


def gas(done: str) -> str:
    return due("every 12 months", done, "fixed date", previous_due=day("2026-11-20"), tolerance=LANDLORD_GAS)


def mot(done: str) -> str:
    return due("every 12 months", done, "expiry date", previous_due=day("2027-05-15"), tolerance=MOT)


ALARM = facts("FIRE-05", "every 6 months", "2027-01-12", standing=APPROVED)
EXTINGUISHER = facts("FIRE-11", "every 1 year", "2026-03-20", standing=APPROVED)
example("section-3-gas-landlord-inside", lambda: gas("2026-10-05"), "2027-11-20")
example("section-3-gas-landlord-too-early", lambda: gas("2026-09-01"), "2027-09-01")
example("section-3-gas-landlord-late", lambda: gas("2026-12-03"), "2027-12-03")
example("section-3-gas-landlord-first-safe-day", lambda: (str(earliest_day(LANDLORD_GAS, day("2026-11-20"))),
        gas("2026-09-21"), gas("2026-09-20")), ("2026-09-21", "2027-11-20", "2027-09-20"))  # fmt: skip
example("section-3-gas-landlord-new-appliance",
        lambda: str(first_landlord_gas_check(day("2026-10-01"), day("2026-11-20"))), "2027-11-20")  # fmt: skip
example("section-3-gas-school", lambda: str(at(facts("GASH-01", "every 1 year", "2026-10-05",
        first_due=day("2026-11-20")), "2026-11-21").legal_due), "2027-10-05")  # fmt: skip
example("section-3-mot-keeps", lambda: (str(earliest_day(MOT, day("2027-05-15"))), mot("2027-04-16")),
        ("2027-04-16", "2028-05-15"))  # fmt: skip
example("section-3-mot-too-early", lambda: mot("2027-04-10"), "2028-04-09")
example("section-3-mot-late", lambda: mot("2027-05-20"), "2028-05-19")
example("section-3-alarm-window", lambda: colours(ALARM, "2027-06-13 2027-07-12 2027-08-12 2027-08-13"),
        "green amber amber red")  # fmt: skip
example("section-3-alarm-target", lambda: str(at(ALARM, "2027-06-13").legal_due), "2027-07-12")
example("section-3-alarm-extra-visit", lambda: str(at(facts("FIRE-05", "every 6 months", "2027-01-12", "2027-06-01"),
        "2027-06-02").latest), "2028-01-01")  # fmt: skip
example("section-3-extinguisher-window", lambda: (
    str(next_due(EXTINGUISHER.rule, Anchor.LAST_DONE, done=day("2026-03-20"),
        tolerance=PLUS_OR_MINUS_A_MONTH).earliest),
    str(at(EXTINGUISHER, "2027-03-20").latest), colours(EXTINGUISHER, "2027-04-20 2027-04-21"),
), ("2027-02-20", "2027-04-20", "amber red"))  # fmt: skip

# --- section 4: early, late, failed, out of use ----------------------------------------------------------------------

HOOD = facts("VENT-01", "every 14 months", "2025-06-03", outcome=FAIL)
RETESTED = replace(HOOD, completions=(*HOOD.completions, Completion(day("2025-06-10"), PASS, retest=True)))
example("section-4-early-last-done", lambda: str(at(facts("LIFT-01", "every 6 months", "2026-03-14", "2026-08-20"),
        "2026-09-01").legal_due), "2027-02-20")  # fmt: skip
example("section-4-early-period", lambda year: str(at(facts("FIRE-19", "each term", "2026-10-05", "2026-10-12"),
        "2026-11-21", year).legal_due), "2027-03-25")  # fmt: skip
LATE = facts("LIFT-01", "every 6 months", "2026-03-14", "2026-09-30")
example("section-4-late-last-done", lambda: (history_of(LATE, TODAY)[-1].days_late, str(at(LATE,
        "2026-11-21").legal_due)),
        (16, "2027-03-30"))  # fmt: skip
LAPSED = replace(DEC, completions=(*DEC.completions, Completion(day("2026-10-21"), PASS)))
example("section-4-late-expiry", lambda: (str(at(LAPSED, "2026-10-22").legal_due),
        (history_of(LAPSED, TODAY)[-1].days_late or 0) - 1), ("2027-10-20", 20))  # fmt: skip


def spring(year: SchoolCalendar, *done: str) -> CheckStatus:
    return at(facts("FIRE-19", "each term", "2026-10-08", *done), "2027-04-13", year)


example("section-4-late-period", lambda year: (spring(year).colour.value, spring(year, "2027-04-13").colour.value,
        [p.key for p in spring(year, "2027-04-13").missed]), ("red", "green", ["2026-27/spring"]))  # fmt: skip
example("section-4-closed", lambda _, shut: str(at(facts("FIRE-04", "every 1 week", "2026-12-14"), "2026-12-22",
        shut).legal_due), "2027-01-04")  # fmt: skip
example("section-4-failed", lambda: (colours(HOOD, "2025-06-04"), str(at(HOOD, "2025-06-04").legal_due)),
        ("red", "2026-08-03"))  # fmt: skip
example("section-4-retest", lambda: (colours(RETESTED, "2025-06-09 2025-06-10"), str(at(RETESTED,
        "2025-06-10").legal_due)),
        ("red green", "2026-08-03"))  # fmt: skip
ROPE = facts("LIFT-01", "every 6 months", "2027-03-14", open_defects=(DefectFact(False, day("2027-04-30")),))
example("section-4-time-limited", lambda: colours(ROPE, "2027-04-30 2027-05-01"), "amber red")
EICR = facts("ELEC-01", "every 5 years", "2026-11-03", open_defects=(DefectFact(False),), standing=APPROVED)
example("section-4-advisory", lambda: (colours(EICR, "2026-11-21"), str(at(EICR, "2026-11-21").legal_due)),
        ("amber", "2031-11-03"))  # fmt: skip
example("section-4-out-of-use", lambda: (
    colours(replace(LIFT, out_of_use=day("2026-08-01")), "2026-10-01"), colours(LIFT, "2026-11-02"),
    str(at(LIFT, "2026-11-02").legal_due)), ("grey", "red", "2026-09-14"))  # fmt: skip
example("section-4-life-safety", lambda: colours(facts("FIRE-04", "every 1 week", "2026-11-16",
        out_of_use=day("2026-11-17")), "2026-11-18"), "red")  # fmt: skip

# --- section 5: the ten rows -----------------------------------------------------------------------------------------

FLUSH = facts("WATR-03", "every 1 week", "2026-12-18", standing=APPROVED)
example("section-5-row-1", lambda year: (str(at(facts("GRND-02", "each term", "2026-10-08"), "2027-02-14",
        year).legal_due),
        colours(facts("GRND-02", "each term", "2026-10-08"), "2027-02-14 2027-02-15", year)),
        ("2027-03-25", "green amber"))  # fmt: skip
example("section-5-row-2", lambda year: (colours(facts("FIRE-19", "each term", "2026-10-08"),
        "2027-03-25 2027-03-26", year),
        spring(year, "2027-04-13").colour.value, [p.key for p in spring(year, "2027-04-13").missed]),
        ("amber red", "green", ["2026-27/spring"]))  # fmt: skip
example("section-5-row-3", lambda year: str(at(facts("GRND-03", "each half term", "2026-10-28"), "2026-11-21",
        year).legal_due),
        "2027-02-12")  # fmt: skip
example("section-5-row-4", lambda _, shut: str(at(facts("FIRE-04", "every 1 week", "2026-12-14"), "2026-12-20",
        shut).legal_due),
        "2027-01-04")  # fmt: skip
example("section-5-row-5", lambda year: (str(at(FLUSH, "2026-12-19", year).legal_due), str(at(FLUSH, "2026-12-19",
        year).plan_by)),
        ("2026-12-25", "2026-12-24"))  # fmt: skip
example("section-5-row-6", lambda year: (str(year.plan_by(day("2027-08-03"), True).first),
        str(year.plan_by(day("2027-08-03"), True).day)), ("2027-07-22", "2027-08-03"))  # fmt: skip
example("section-5-row-7", lambda year: (str(at(LIFT, "2026-08-01", year).legal_due), str(at(LIFT, "2026-08-01",
        year).plan_by),
        "28 February 2027" in at(LIFT, "2026-08-01", year).plan_because), ("2026-09-14", "2026-08-28",
        True))  # fmt: skip
SATURDAY = facts("OWN", "every 1 week", "2027-03-13")
example("section-5-row-8", lambda year: (str(at(SATURDAY, "2027-03-15", year).legal_due),
        str(at(SATURDAY, "2027-03-15", year).plan_by)), ("2027-03-20", "2027-03-19"))  # fmt: skip


def inset(year: SchoolCalendar, code: str, food: bool) -> str:
    told = facts(code, "daily school days", "2026-08-31", food_on_inset=food)
    return str(at(told, "2026-09-01", year).legal_due)


example("section-5-row-9", lambda year: (inset(year, "FIRE-03", False), inset(year, "FOOD-03", False),
        inset(year, "FOOD-03", True)), ("2026-09-01", "2026-09-02", "2026-09-01"))  # fmt: skip
example("section-5-row-10", lambda _, shut: (
    str(at(facts("FIRE-03", "daily school days", "2027-01-11"), "2027-01-12", shut).legal_due),
    str(at(facts("FIRE-04", "every 1 week", "2027-01-05"), "2027-01-12", shut).legal_due)),
    ("2027-01-13", "2027-01-12"))  # fmt: skip

# --- section 6: the sixteen rows -------------------------------------------------------------------------------------

example("section-6-row-1", lambda: (colours(LIFT, "2026-11-21"), at(LIFT, "2026-11-21").days), ("red", 68))
example("section-6-row-2", lambda: colours(replace(LIFT, out_of_use=day("2026-09-10")), "2026-11-21"), "grey")
WIRES = facts("ELEC-01", "every 5 years", "2021-12-12", standing=APPROVED)
example("section-6-row-3", lambda: (colours(WIRES, "2026-06-14 2026-06-15 2026-11-21"), at(WIRES, "2026-11-21").days),
        ("green amber amber", -21))  # fmt: skip
example("section-6-row-4", lambda: colours(facts("FIRE-05", "every 6 months", "2026-04-21", standing=APPROVED),
        "2026-11-21 2026-11-22"), "amber red")  # fmt: skip
example("section-6-row-5", lambda: colours(facts("FIRE-04", "every 1 week", "2026-11-16", standing=APPROVED),
        "2026-11-21 2026-11-23 2026-11-24"), "green amber red")  # fmt: skip
example("section-6-row-6", lambda: colours(facts("WATR-03", "every 1 week", "2026-11-14", standing=APPROVED),
        "2026-11-21 2026-11-22"), "amber red")  # fmt: skip
example("section-6-row-7", lambda: colours(facts("FIRE-11", "every 1 year", "2025-11-01", standing=APPROVED),
        "2026-11-21 2026-12-01 2026-12-02"), "amber amber red")  # fmt: skip
PLAN = facts("ASBE-01", "every 1 year")
example(
    "section-6-row-8", lambda: (colours(PLAN, "2026-11-21"), at(PLAN, "2026-11-21").word.value), ("red", "not_known")
)
example("section-6-row-9", lambda year: colours(facts("FIRE-19", "each term", "2026-07-10"),
        "2026-10-25 2026-10-26 2026-11-21 2026-12-19", year), "green amber amber red")  # fmt: skip


def hundred() -> int | None:
    fine = at(facts("ELEC-01", "every 5 years", "2026-11-03"), "2026-11-21")
    return roll_up([fine] * 259 + [at(LIFT, "2026-11-21")]).percent


example("section-6-row-10", hundred, 99)
example("section-6-row-11", lambda: colours(facts("SECU-06", "every 1 year", "2025-11-01", standing=RECOMMENDED),
        "2026-11-21 2026-12-01 2026-12-02"), "amber amber red")  # fmt: skip
LAW = facts("SECU-08", "every 1 year", anchor="fixed date", in_force_from=day("2027-04-03"))
example("section-6-row-12", lambda: (colours(LAW, "2026-11-21 2027-04-02"), at(LAW, "2026-11-21").because[:12]),
        ("grey grey", "Not in force"))  # fmt: skip
REPORT = facts("VENT-01", "every 14 months", "2026-11-01", evidence_awaited_since=day("2026-11-01"))
example("section-6-row-13", lambda: colours(REPORT, "2026-11-21 2026-11-29 2026-11-30"), "amber amber red")
REPAIR = facts("LIFT-01", "every 6 months", "2026-11-01", outcome=ACTIONS,
               open_defects=(DefectFact(False, hard_stop=day("2026-11-20")),))  # fmt: skip
example("section-6-row-14", lambda: colours(REPAIR, "2026-11-21"), "red")
LIGHTS = facts("FIRE-08", "every 1 year", "2026-11-20", outcome=ACTIONS, standing=APPROVED,
               open_defects=(DefectFact(False, target=day("2026-12-04")),))  # fmt: skip
example("section-6-row-15", lambda: colours(LIGHTS, "2026-11-21 2026-12-04 2026-12-05"), "amber amber red")
CODE_TWO = facts("ELEC-01", "every 5 years", "2026-11-03", outcome=FAIL, standing=APPROVED,
                 open_defects=(DefectFact(False), DefectFact(False)))  # fmt: skip
MENDED = replace(CODE_TWO, open_defects=(), failure_put_right=day("2026-11-20"))
example("section-6-row-16", lambda: (colours(CODE_TWO, "2026-11-21"), str(at(CODE_TWO, "2026-11-21").legal_due),
        colours(MENDED, "2026-11-21")), ("red", "2031-11-03", "green"))  # fmt: skip

# --- section 9: water ------------------------------------------------------------------------------------------------

_POINT = WaterPoint
for name, point, value, seconds, good in (
    ("hot-49.9-fails", _POINT.HOT_OUTLET, "49.9", 60, False), ("hot-50.0-passes", _POINT.HOT_OUTLET, "50.0", 60, True),
    ("hot-too-slow", _POINT.HOT_OUTLET, "50.0", 61, False), ("cold-20.1-fails", _POINT.COLD_OUTLET, "20.1", 120, False),
    ("cold-20.0-fails", _POINT.COLD_OUTLET, "20.0", 120, False), ("cold-19.9-passes", _POINT.COLD_OUTLET, "19.9",
        120, True),
    ("valve-inlet", _POINT.HOT_TO_VALVE, "49.9", None, False), ("flow-59.9-fails", _POINT.FLOW, "59.9", None, False),
    ("flow-60-passes", _POINT.FLOW, "60", None, True), ("return-49.9-fails", _POINT.RETURN, "49.9", None, False),
    ("return-50-passes", _POINT.RETURN, "50", None, True), ("stored-20-fails", _POINT.STORED_COLD, "20", None, False),
    ("heater-60-passes", _POINT.HEATER, "60", None, True), ("heater-60.1-fails", _POINT.HEATER, "60.1", None, False),
    ("basin-43-passes", _POINT.MIXED_BASIN, "43", None, True), ("basin-43.1-fails", _POINT.MIXED_BASIN, "43.1", None,
        False),
    ("bath-44-passes", _POINT.MIXED_BATH, "44", None, True), ("bath-44.1-fails", _POINT.MIXED_BATH, "44.1", None,
        False),
):  # fmt: skip
    example(
        f"section-9-{name}",
        lambda point=point, value=value, seconds=seconds: judge(point, Decimal(value), seconds).good,
        good,
    )
example("section-9-healthcare", lambda: (judge(_POINT.HOT_OUTLET, Decimal("54.9"), 60, healthcare=True).good,
        judge(_POINT.RETURN, Decimal(55), healthcare=True).good), (False, True))  # fmt: skip
example("section-9-two-failing-months", lambda: (
    two_failing_months([Taken(day("2026-10-02"), False), Taken(day("2026-11-03"), False)]),
    two_failing_months([Taken(day("2026-10-02"), False), Taken(day("2026-10-09"), False)])), (True, False))  # fmt: skip
example("section-9-return-low-for-a-week", lambda: (
    low_for_over_a_week([Taken(day("2026-11-02"), False), Taken(day("2026-11-09"), False)]),
    low_for_over_a_week([Taken(day("2026-11-02"), False), Taken(day("2026-11-10"), False)])), (False,
        True))  # fmt: skip


# --- the list --------------------------------------------------------------------------------------------------------

COUNTED = {"2": 14, "3": 19, "5": 10, "6": 16}
"""How many numbered rows each table of the rules has."""
NAMED = {
    "2": {*(f"gas-{n}" for n in range(1, 6)), *(f"leak-detection-{n}" for n in range(1, 4)), "sealed-below-10",
          "sealed-from-10", "stricter-band", "looser-band"},
    "3": {"overdue-the-next-day", "gas-landlord-inside", "gas-landlord-too-early", "gas-landlord-late",
          "gas-landlord-first-safe-day", "gas-landlord-new-appliance", "gas-school", "mot-keeps", "mot-too-early",
          "mot-late", "alarm-window", "alarm-target", "alarm-extra-visit", "extinguisher-window"},
    "4": {"early-last-done", "early-period", "late-last-done", "late-expiry", "late-period", "closed", "failed",
          "retest", "time-limited", "advisory", "out-of-use", "life-safety"},
    "9": {"hot-49.9-fails", "hot-50.0-passes", "hot-too-slow", "cold-20.1-fails", "cold-20.0-fails", "cold-19.9-passes",
          "valve-inlet", "flow-59.9-fails", "flow-60-passes", "return-49.9-fails", "return-50-passes",
          "stored-20-fails", "heater-60-passes", "heater-60.1-fails", "basin-43-passes", "basin-43.1-fails",
          "bath-44-passes", "bath-44.1-fails", "healthcare", "two-failing-months", "return-low-for-a-week"},
}  # fmt: skip


def test_no_worked_example_of_the_rules_is_missing() -> None:
    rows = {f"section-{section}-row-{n}" for section, most in COUNTED.items() for n in range(1, most + 1)}
    others = {f"section-{section}-{name}" for section, names in NAMED.items() for name in names}
    assert set(EXAMPLES) == rows | others
    assert len(EXAMPLES) == 118


@pytest.mark.parametrize("name", list(EXAMPLES))
def test_worked_example(name: str, school_year: SchoolCalendar, shut_at_christmas: SchoolCalendar) -> None:
    found, expected = EXAMPLES[name](school_year, shut_at_christmas)
    assert found == expected
