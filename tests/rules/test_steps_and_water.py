"""Typed steps and the water temperatures of rules section 9: every worked figure is a test of its own."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bursar_desk.domain import steps
from bursar_desk.domain.steps import Step, StepKind, Verdict, parse_step
from bursar_desk.domain.water_bands import (
    BANDS,
    Taken,
    WaterPoint,
    judge,
    low_for_over_a_week,
    may_grow,
    opens_action,
    two_failing_months,
)

D = Decimal
W = WaterPoint


def good(point: W, value: str, seconds: int | None = None, *, healthcare: bool = False) -> bool:
    return judge(point, D(value), seconds, healthcare=healthcare).good


def test_hot_outlet_of_50_0_after_60_seconds_passes() -> None:
    assert good(W.HOT_OUTLET, "50.0", 60)


def test_hot_outlet_of_49_9_after_60_seconds_fails() -> None:
    assert judge(W.HOT_OUTLET, D("49.9"), 60).sentence == "49.9 °C is below 50 °C."


def test_hot_outlet_that_takes_longer_than_a_minute_fails() -> None:
    verdict = judge(W.HOT_OUTLET, D(55), 61)
    assert (verdict.good, verdict.sentence) == (False, "It took 61 seconds; it must be there within 1 minute.")


def test_hot_outlet_in_healthcare_needs_55() -> None:
    assert good(W.HOT_OUTLET, "55", healthcare=True)
    assert not good(W.HOT_OUTLET, "54.9", healthcare=True)


def test_hot_pipe_to_a_mixing_valve_needs_50() -> None:
    assert good(W.HOT_TO_VALVE, "50")
    assert not good(W.HOT_TO_VALVE, "49.9")


def test_calorifier_flow_needs_60() -> None:
    assert good(W.FLOW, "60.0")
    assert not good(W.FLOW, "59.9")


def test_calorifier_return_needs_50_and_55_in_healthcare() -> None:
    assert good(W.RETURN, "50.0")
    assert not good(W.RETURN, "49.9")
    assert not good(W.RETURN, "54.9", healthcare=True)


def test_cold_outlet_of_19_9_after_120_seconds_passes() -> None:
    assert good(W.COLD_OUTLET, "19.9", 120)


def test_cold_outlet_of_20_1_after_120_seconds_fails() -> None:
    assert judge(W.COLD_OUTLET, D("20.1"), 120).sentence == "20.1 °C is above 20 °C."


def test_cold_outlet_of_exactly_20_0_fails() -> None:
    assert judge(W.COLD_OUTLET, D("20.0"), 120).sentence == "20 °C is not below 20 °C."


def test_cold_outlet_that_takes_longer_than_two_minutes_fails() -> None:
    assert "within 2 minutes" in judge(W.COLD_OUTLET, D(15), 121).sentence


def test_stored_and_incoming_cold_is_below_20() -> None:
    assert good(W.STORED_COLD, "19.9")
    assert not good(W.STORED_COLD, "20")


def test_point_of_use_heater_is_between_50_and_60() -> None:
    assert [good(W.HEATER, value) for value in ("49.9", "50", "60", "60.1")] == [False, True, True, False]


def test_mixed_basin_is_about_41_and_never_above_43() -> None:
    assert BANDS[W.MIXED_BASIN].about == 41
    assert good(W.MIXED_BASIN, "41")
    assert good(W.MIXED_BASIN, "43")
    verdict = judge(W.MIXED_BASIN, D("43.1"))
    assert verdict.sentence == "43.1 °C is above 43 °C."
    assert "Do not turn the hot water down." in verdict.advice


def test_mixed_bath_is_43_to_44() -> None:
    assert [good(W.MIXED_BATH, value) for value in ("42.9", "43", "44", "44.1")] == [False, True, True, False]


def test_growth_range_is_20_to_45() -> None:
    assert [may_grow(D(value)) for value in ("19.9", "20", "45", "45.1")] == [False, True, True, False]


def test_two_failing_months_at_one_outlet_open_an_action() -> None:
    months = [Taken(date(2026, 9, 21), True), Taken(date(2026, 10, 20), False)]
    assert opens_action("Nursery, hot", months) == ""
    months.append(Taken(date(2026, 11, 20), False))
    assert opens_action("Nursery, hot", months) == "Nursery, hot: out of range two months running."


def test_two_fails_in_one_month_are_one_month() -> None:
    assert not two_failing_months([Taken(date(2026, 11, 2), False), Taken(date(2026, 11, 20), False)])


def test_a_good_second_reading_makes_the_month_good() -> None:
    readings = [Taken(date(2026, 10, 2), False), Taken(date(2026, 10, 3), True), Taken(date(2026, 11, 2), False)]
    assert not two_failing_months(readings)


@pytest.mark.parametrize(("days", "action"), [(7, False), (8, True)])
def test_a_return_below_50_for_over_a_week_opens_an_action(days: int, action: bool) -> None:
    first = date(2026, 11, 2)
    low = [Taken(first - timedelta(days=7), True), Taken(first, False), Taken(first + timedelta(days=days), False)]
    assert low_for_over_a_week(low) is action
    assert bool(opens_action("Return", low)) is action


def test_a_band_as_the_register_keeps_it_is_read_back_the_same() -> None:
    for point, band in BANDS.items():
        step = parse_step(band.spec(point.value))
        for tenths in range(150, 700):
            assert step.judge(D(tenths) / 10).good is band.step("").judge(D(tenths) / 10).good, (point, tenths)


# --- steps -----------------------------------------------------------------------------------------------------------


def test_a_step_of_each_kind_is_read_and_judged() -> None:
    tick = parse_step({"name": "Bell heard", "kind": "tick"})
    assert tick.judge(True).good
    assert tick.judge(False).sentence == "“Bell heard” did not pass."
    choice = parse_step({"name": "Route", "kind": "choice", "choices": ["Clear", {"word": "Blocked", "bad": True}]})
    assert choice.choices == ("Clear", "Blocked")
    assert choice.judge("Clear").good
    assert choice.judge("Blocked").sentence == "Route: Blocked."
    assert parse_step({"name": "Seen", "kind": "text", "photo": True}).photo
    assert parse_step({"name": "Seen", "kind": "text"}).judge("anything").good


def test_a_meter_that_went_down_is_not_good() -> None:
    meter = Step("Gas", "m³", kind=StepKind.METER)
    assert meter.judge(D(100), D(100)).good
    assert meter.judge(D("99.9"), None).good
    assert meter.judge(D("99.9"), D(100)).sentence == "99.9 m³ is less than last time, 100 m³."


def test_what_a_newer_program_wrote_is_read_as_words() -> None:
    step = parse_step({"name": "Signature", "kind": "ink", "low": "high", "choices": 7})
    assert (step.kind, step.low, step.choices) == (StepKind.TEXT, None, ())


@pytest.mark.parametrize(
    ("low", "high", "under", "said"),
    [
        (50, None, None, "50 °C or more"),
        (None, 8, None, "8 °C or less"),
        (3, 8, None, "between 3 and 8 °C"),
        (None, None, 20, "below 20 °C"),
        (None, None, None, ""),
    ],
)
def test_a_step_says_what_it_should_be(low: int | None, high: int | None, under: int | None, said: str) -> None:
    assert parse_step({"name": "x", "unit": "°C", "low": low, "high": high, "under": under}).should_be == said


def test_a_tick_is_never_taken_for_a_number() -> None:
    tick = steps.kept(Step("Bell", kind=StepKind.TICK), True)
    assert "value" not in tick
    assert steps.answer_in(tick) is True
    assert steps.answer_words(tick) == "Pass"
    assert steps.from_tenths(True) is None


@given(st.integers(-99999, 99999))
def test_a_number_survives_being_kept_in_tenths(tenths: int) -> None:
    kept = steps.kept(Step("Hot", "°C"), D(tenths) / 10)
    assert kept == {"name": "Hot", "value": tenths, "unit": "°C"}
    assert steps.answer_in(kept) == D(tenths) / 10
    assert steps.read_number(steps.plain(D(tenths) / 10)) == D(tenths) / 10


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-500, max_value=500, places=1))
def test_a_number_is_good_exactly_within_its_limits(value: Decimal) -> None:
    step = Step("x", low=D(-10), high=D(50), under=D(50))
    assert step.judge(value).good is (D(-10) <= value < D(50))
    assert (step.judge(value) == Verdict(True)) is step.judge(value).good
