"""Equipment: the worked examples of rules section 2, facts as typed, bands that change, scores of asbestos."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bursar_desk.domain import assets
from bursar_desk.domain.asset_kinds import BY_CODE, GWP, KINDS, checks_for, kind_of
from bursar_desk.domain.intervals import choose_interval, parse_rule
from bursar_desk.services import catalogue

GAS_RULE = parse_rule("by value tCO2e: <5 none; 5-50 12 months; 50-500 6 months; >=500 3 months")
AREA_RULE = parse_rule("by value floor area m2: <=250 none; 250-1000 10 years; >1000 12 months")
HOURS_RULE = parse_rule("by value cooking hours per day: 2-6 12 months; 6-12 6 months; 12-16 3 months")


@pytest.mark.parametrize(
    ("kg", "gas", "tonnes", "every"),
    [
        ("3.0", "R410A", "6.264", "12 months"), ("3.0", "R32", "2.025", "None"), ("8.0", "R32", "5.4", "12 months"),
        ("14", "R404A", "54.908", "6 months"), ("50", "HFC-227ea", "161", "6 months"),
    ],
)  # fmt: skip
def test_the_cooling_examples_of_the_rules(kg: str, gas: str, tonnes: str, every: str) -> None:
    facts = {"gas": gas, "charge_kg": kg}
    found = assets.measure_for("tCO2e", "cooling", facts)
    assert found is not None
    assert found.shown == Decimal(tonnes)
    tenths = assets.tenths_of(found.value, GAS_RULE)
    assert str(choose_interval(GAS_RULE, Decimal(tenths) / 10).interval) == every


def test_sealed_and_labelled_needs_no_leak_check_below_ten_tonnes() -> None:
    facts = {"gas": "R410A", "charge_kg": "4", "hermetic": "yes"}
    found = assets.measure_for("tCO2e", "cooling", facts)
    assert found is not None
    assert found.shown == Decimal("8.352")
    assert found.value == 0
    assert "no leak check" in found.why
    over = assets.measure_for("tCO2e", "cooling", facts | {"charge_kg": "4.8"})
    assert over is not None
    assert over.value == over.shown == Decimal("10.0224")


def test_another_gas_goes_by_the_gwp_on_its_label_and_nothing_is_guessed() -> None:
    assert assets.tonnes_co2({"gas": "other", "gwp": "4", "charge_kg": "1000"}) == 4
    assert assets.measure_for("tCO2e", "cooling", {"gas": "R32"}) is None
    assert assets.measure_for("tCO2e", "lift", {"gas": "R32", "charge_kg": "3"}) is None
    assert assets.measure_for("vehicle age years", "vehicle", {"first_registered": "2014-10-01"}) is None
    assert assets.first_used("vehicle", {"first_registered": "2014-10-01"}, None) == dt.date(2014, 10, 1)
    assert assets.doubled("cooling", {"leak_detection": "yes"})
    assert not assets.doubled("cooling", {})


@given(st.decimals(0, 2000, places=3))
def test_a_number_kept_in_tenths_never_lands_in_another_band(value: Decimal) -> None:
    for rule in (GAS_RULE, AREA_RULE, HOURS_RULE):
        kept = Decimal(assets.tenths_of(value, rule)) / 10
        assert choose_interval(rule, kept).interval == choose_interval(rule, value).interval


def test_only_a_new_interval_counts_as_a_change_of_band() -> None:
    assert assets.band_changes(GAS_RULE, 499, 500)
    assert not assets.band_changes(GAS_RULE, 60, 490)
    assert not assets.band_changes(GAS_RULE, None, 490)
    assert not assets.band_changes(parse_rule("every 6 months"), 1, 1000)


@pytest.mark.parametrize(
    ("kind", "name", "typed", "kept"),
    [
        ("cooling", "charge_kg", " 3.00 ", "3"), ("cooling", "charge_kg", "1,200.5", "1200.5"),
        ("cooling", "gas", "R410A", "R410A"), ("lift", "scheme", "yes", "yes"), ("lift", "scheme", "no", ""),
        ("vehicle", "first_registered", "2014-10-01", "2014-10-01"), ("tree", "species", "  Oak ", "Oak"),
    ],
)  # fmt: skip
def test_facts_are_kept_in_one_plain_form(kind: str, name: str, typed: str, kept: str) -> None:
    fact = kind_of(kind).fact(name)
    assert fact is not None
    assert assets.read_fact(fact, typed) == (kept, "")


@pytest.mark.parametrize(
    ("kind", "name", "typed"),
    [
        ("cooling", "charge_kg", "some"), ("cooling", "charge_kg", "-1"), ("cooling", "charge_kg", "NaN"),
        ("cooling", "charge_kg", "1e99"), ("cooling", "gas", "steam"), ("vehicle", "first_registered", "31 June"),
        ("asbestos", "months", "13"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_named_with_its_field(kind: str, name: str, typed: str) -> None:
    fact = kind_of(kind).fact(name)
    assert fact is not None
    kept, said = assets.read_fact(fact, typed)
    assert kept == ""
    assert fact.label in said


def test_every_kind_has_its_own_facts_and_names_only_checks_of_the_catalogue() -> None:
    codes = {row.code for row in catalogue.load().rows}
    for kind in KINDS:
        assert len({fact.name for fact in kind.facts}) == len(kind.facts)
        assert set(kind.checks) | set(kind.rounds) | set(checks_for(kind.code, {})) <= codes, kind.code
    assert len(BY_CODE) == len(KINDS)
    assert GWP == {"R32": 675, "R134a": 1430, "R410A": 2088, "R404A": 3922, "HFC-227ea": 3220}
    assert kind_of("a kind of next year").code == "other"


def test_a_stair_lift_an_oil_boiler_and_a_fume_cupboard_have_checks_of_their_own() -> None:
    assert checks_for("lift", {"type": "stair"}) == ("LIFT-02",)
    assert checks_for("boiler", {"fuel": "oil"}) == ("GASH-08",)
    assert checks_for("boiler", {"fuel": "electric"}) == ()
    assert checks_for("lev", {"type": "fume_cupboard"}) == ("VENT-02",)


def test_the_material_score_adds_four_parts_or_says_that_one_is_missing() -> None:
    parts = {"product_score": "3", "damage_score": "3", "surface_score": "3", "type_score": "3"}
    assert assets.material_score(parts) == 12
    assert assets.score_words(12) == "12 of 12, high"
    assert assets.material_score({**parts, "type_score": ""}) is None
    assert assets.score_words(None) == "Not scored"
    assert [assets.score_words(n).rpartition(", ")[2] for n in (9, 7, 6, 5, 4, 2)] == [
        "medium", "medium", "low", "low", "very low", "very low",
    ]  # fmt: skip


def test_years_left_count_whole_years_from_first_use() -> None:
    first = dt.date(2010, 11, 21)
    assert assets.years_left(20, first, dt.date(2026, 11, 20)) == 5
    assert assets.years_left(20, first, dt.date(2026, 11, 21)) == 4
    assert assets.years_left(10, first, dt.date(2026, 11, 21)) == -6
    assert assets.years_left(None, first, dt.date(2026, 1, 1)) is None
