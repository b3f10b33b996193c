"""Section 2 of the rules: how often a check is done, read from its text."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bursar_desk.domain.errors import UserError
from bursar_desk.domain.intervals import (
    Form,
    Interval,
    Unit,
    age_on,
    allow_own_interval,
    choose_interval,
    describe,
    parse_rule,
)
from bursar_desk.domain.recurrence import Anchor, explain, next_due, parse_anchor
from bursar_desk.domain.tolerances import tonnes_co2e

# Every distinct rule text of the 269 rows of the catalogue.
CATALOGUE_RULES = (
    "before use",
    "by scheme of examination default 12 months",
    "by value cooking hours per day: 2-6 12 months; 6-12 6 months; 12-16 3 months",
    "by value floor area m2: <=250 none; 250-1000 10 years; >1000 12 months",
    "by value floor area m2: <=250 none; 250-1000 10 years; >1000 7 years",
    "by value radon Bq/m3: <300 10 years; >=300 1 year",
    "by value tCO2e: <5 none; 5-50 12 months; 50-500 6 months; >=500 3 months",
    "by value vehicle age years: <12 10 weeks; >=12 6 weeks",
    "daily school days",
    "each half term",
    "each school year",
    "each term",
    "every 1 month",
    "every 1 month while in use",
    "every 1 week",
    "every 1 year",
    "every 10 years",
    "every 12 months",
    "every 13 weeks",
    "every 14 months",
    "every 2 years",
    "every 3 months",
    "every 3 years",
    "every 4 years",
    "every 5 years",
    "every 6 months",
    "every 7 days while in use",
    "on event",
    "risk based default 1 month",
    "risk based default 1 week",
    "risk based default 1 year",
    "risk based default 2 years",
    "risk based default 3 months",
    "risk based default 3 years",
    "risk based default 5 years",
    "risk based default 6 months",
    "risk based default 6 years",
    "risk based default 7 weeks",
)

FGAS = "by value tCO2e: <5 none; 5-50 12 months; 50-500 6 months; >=500 3 months"
FLOOR = "by value floor area m2: <=250 none; 250-1000 10 years; >1000 12 months"
MINIBUS = "by value vehicle age years: <12 10 weeks; >=12 6 weeks"
KITCHEN = "by value cooking hours per day: 2-6 12 months; 6-12 6 months; 12-16 3 months"


@pytest.mark.parametrize("text", CATALOGUE_RULES)
def test_every_rule_of_the_catalogue_is_read_and_written_back_the_same(text: str) -> None:
    rule = parse_rule(text)
    assert rule.text == text
    assert parse_rule(rule.text) == rule
    assert describe(rule)


def test_capitals_and_spaces_do_not_matter() -> None:
    assert parse_rule("  Every   6 MONTHS ") == parse_rule("every 6 months")
    assert parse_rule("every 1 months").text == "every 1 month"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("every 6 months", "every 6 months"),
        ("every 1 week", "every week"),
        ("each half term", "once each half term"),
        ("daily school days", "every school day"),
        ("before use", "before each use"),
        ("every 7 days while in use", "every 7 days while in use"),
        ("risk based default 1 year", "every year until your own risk assessment sets another interval"),
        (FLOOR, "by floor area m2: <=250, no check needed; 250-1000, every 10 years; >1000, every 12 months"),
    ],
)
def test_a_rule_is_said_in_plain_words(text: str, words: str) -> None:
    assert describe(parse_rule(text)) == words


@pytest.mark.parametrize(
    "text",
    [
        "", "weekly", "every 0 months", "every six months", "every 6 fortnights", "each month", "by value hours",
        "by value hours: 2-6", "by value hours: 6-2 1 month", "by value hours: 2-6 0 months", "every 6 months maybe",
        "every 99999 days", "by scheme of examination default", "every 6 months;", "by value : <5 none",
    ],
)  # fmt: skip
def test_other_text_is_turned_away_with_what_is_expected(text: str) -> None:
    with pytest.raises(UserError) as refusal:
        parse_rule(text)
    assert "every 6 months" in refusal.value.remedy
    assert refusal.value.safe


@given(st.text(max_size=60))
def test_any_text_is_read_or_turned_away_in_words(text: str) -> None:
    try:
        words = describe(parse_rule(text))
    except UserError as refusal:
        words = refusal.title
    assert words


@given(st.integers(1, 9999), st.sampled_from(list(Unit)))
def test_every_interval_reads_back_as_itself(count: int, unit: Unit) -> None:
    interval = Interval(count, unit)
    assert parse_rule(f"every {interval}").interval == interval
    assert parse_rule(f"risk based default {interval}").form is Form.RISK_BASED


@pytest.mark.parametrize(
    ("rule", "value", "expected"),
    [
        (FGAS, 4.9, None),
        (FGAS, 5.0, "12 months"),
        (FGAS, 50.0, "6 months"),
        (FGAS, 499.9, "6 months"),
        (FGAS, 500.0, "3 months"),
        (FLOOR, 250, None),
        (FLOOR, 1000, "10 years"),
        (FLOOR, Decimal("1000.5"), "12 months"),
        (KITCHEN, 6, "6 months"),
        (KITCHEN, 16, "3 months"),
        ("by value radon Bq/m3: <300 10 years; >=300 1 year", 300, "1 year"),
    ],
)
def test_the_band_is_chosen_by_the_number(rule: str, value: float, expected: str | None) -> None:
    chosen = choose_interval(parse_rule(rule), value)
    assert (None if chosen.interval is None else str(chosen.interval)) == expected
    assert chosen.note == ""


def test_below_every_band_12_months_are_used_and_the_person_is_asked() -> None:
    chosen = choose_interval(parse_rule(KITCHEN), 1.5)
    assert str(chosen.interval) == "12 months"
    assert "until you decide" in chosen.note


def test_a_number_above_every_band_keeps_the_highest_band() -> None:
    assert str(choose_interval(parse_rule(KITCHEN), 20).interval) == "3 months"


@pytest.mark.parametrize("value", [None, float("nan")])
def test_an_unknown_number_takes_the_shortest_interval_and_says_so(value: float | None) -> None:
    chosen = choose_interval(parse_rule(FGAS), value)
    assert str(chosen.interval) == "3 months"
    assert "not known" in chosen.note


@pytest.mark.parametrize(("today", "weeks"), [("2026-09-30", "10 weeks"), ("2026-10-01", "6 weeks")])
def test_a_minibus_steps_to_six_weeks_on_its_twelfth_birthday(today: str, weeks: str) -> None:
    age = age_on(date(2014, 10, 1), date.fromisoformat(today))
    assert str(choose_interval(parse_rule(MINIBUS), age).interval) == weeks


@pytest.mark.parametrize(
    ("done", "due"),
    [
        ("2026-09-14", "2026-10-26"),
        ("2026-08-01", "2026-10-01"),
        ("2026-07-01", "2026-09-09"),
        ("2026-10-01", "2026-11-12"),
    ],
)
def test_a_birthday_while_the_clock_runs_brings_the_inspection_forward(done: str, due: str) -> None:
    found = next_due(parse_rule(MINIBUS), Anchor.LAST_DONE, done=date.fromisoformat(done), first_used=date(2014, 10, 1))
    assert found.legal_due == date.fromisoformat(due)


def test_a_stricter_band_never_gives_a_date_before_the_change_nor_after_the_old_date() -> None:
    more_gas = next_due(
        parse_rule(FGAS), Anchor.LAST_DONE, done=date(2026, 1, 10), value=60, value_was=10,
        value_changed=date(2026, 9, 1),
    )  # fmt: skip
    assert more_gas.legal_due == date(2026, 9, 1)
    assert "from Tuesday 1 September 2026 it is every 6 months" in more_gas.because


def test_a_looser_band_waits_for_the_next_completion() -> None:
    less_gas = next_due(
        parse_rule(FGAS), Anchor.LAST_DONE, done=date(2026, 1, 10), value=10, value_was=60,
        value_changed=date(2026, 3, 1),
    )  # fmt: skip
    assert less_gas.legal_due == date(2026, 7, 10)


def test_a_band_with_no_check_has_no_date() -> None:
    found = next_due(parse_rule(FGAS), Anchor.LAST_DONE, done=date(2026, 1, 10), value=2)
    assert found.legal_due is None
    assert not found.needed


@pytest.mark.parametrize(
    ("kg", "gas", "tonnes", "interval"),
    [
        ("3.0", "R410A", "6.264", "12 months"),
        ("3.0", "R32", "2.025", None),
        ("8.0", "R32", "5.4", "12 months"),
        ("14", "R404A", "54.908", "6 months"),
        ("50", "HFC-227ea", "161", "6 months"),
    ],
)
def test_charge_times_warming_figure_gives_the_band(kg: str, gas: str, tonnes: str, interval: str | None) -> None:
    found = tonnes_co2e(Decimal(kg), gas)
    assert found == Decimal(tonnes)
    chosen = choose_interval(parse_rule(FGAS), found).interval
    assert (None if chosen is None else str(chosen)) == interval


def test_a_longer_interval_of_ones_own_needs_a_reason_and_a_risk_based_rule() -> None:
    rule = parse_rule("risk based default 1 year")
    allow_own_interval(rule, Interval(6, Unit.MONTH), "")
    allow_own_interval(rule, Interval(2, Unit.YEAR), "Few staff use it; agreed by the head, 3 May.")
    with pytest.raises(UserError, match="needs a reason"):
        allow_own_interval(rule, Interval(2, Unit.YEAR), "  ")
    with pytest.raises(UserError, match="at the latest"):
        allow_own_interval(parse_rule("every 6 months"), Interval(7, Unit.MONTH), "We asked")


def test_the_anchor_is_read_with_its_notes_and_nothing_else_is() -> None:
    assert parse_anchor("last done; report date wins if earlier") is Anchor.LAST_DONE
    assert parse_anchor("Fixed date (deadline date)") is Anchor.FIXED_DATE
    assert parse_anchor("calendar_period") is Anchor.CALENDAR_PERIOD
    with pytest.raises(UserError, match="not something to count from"):
        parse_anchor("last Tuesday")


def test_a_banded_rule_is_not_explained_without_its_number() -> None:
    with pytest.raises(UserError, match="needs a number: tCO2e"):
        explain(FGAS, "last done", date(2026, 1, 1))
