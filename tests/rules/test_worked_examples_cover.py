"""The worked examples of section 14 (cover between schools) that are about people and hours, each by its number."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from bursar_desk.domain import working_time as rules
from bursar_desk.domain.cover import BRIEFING_DAYS, Need, Person, fit
from bursar_desk.domain.rota_rules import Hand, hours_left, weeks_without_rest, young_limits

H = 60
MONDAY = dt.date(2026, 11, 23)


def hand(**more: Any) -> Hand:
    return Hand(b"p" * 16, "Sam", b"s" * 16, **({"week": 37 * H} | more))


@pytest.mark.parametrize(
    ("weeks", "average", "allowed"),
    [
        pytest.param(5, 40.53, True, id="section-14-1-twelve-hours-for-five-weeks"),
        pytest.param(17, 49.0, False, id="section-14-1-twelve-hours-for-seventeen-weeks"),
    ],
)
def test_thirty_seven_hours_and_twelve_at_the_host(weeks: int, average: float, allowed: bool) -> None:
    assert round(float(rules.average_week(37 * H, weeks * 12 * H)) / H, 2) == average
    left = hours_left(hand())
    assert left is not None
    assert (weeks * 12 * H <= left) is allowed
    assert hours_left(hand(opt_out=True)) is None


def test_section_14_1_hours_in_all_jobs_count() -> None:
    assert hours_left(hand(elsewhere=11 * H)) == 0
    assert hours_left(hand(done=17 * 11 * H - 30)) == 30


def test_section_14_2_an_alarm_call_until_one_lets_nobody_start_before_noon() -> None:
    assert rules.earliest_start(25 * H) - rules.DAY == 12 * H
    assert not rules.rested(25 * H, rules.DAY + 6 * H + 30)
    assert rules.rested(25 * H, rules.DAY + 12 * H)


def test_section_14_1_under_eighteen_eight_hours_a_day_and_forty_a_week_whatever_was_signed() -> None:
    shifts = {MONDAY + dt.timedelta(days=n): (540, 540 + 7 * H) for n in range(5)}
    limits = young_limits(hand(young=True, opt_out=True, shifts=shifts), [MONDAY])
    assert {(len(days), left) for days, left in limits} == {(1, 1 * H), (7, 5 * H)}
    assert young_limits(hand(shifts=shifts), [MONDAY]) == []


@pytest.mark.parametrize(("ends", "pause"), [(12 * H, 0), (12 * H + 1, 20), (17 * H, 20)])
def test_section_14_1_twenty_minutes_of_break_over_six_hours(ends: int, pause: int) -> None:
    assert rules.break_due(6 * H, ends) == pause


def test_section_14_1_a_day_off_in_seven() -> None:
    """Six days of their own work leave none of the seventh; five leave one of two."""
    six = hand(shifts={MONDAY + dt.timedelta(days=n): (540, 900) for n in range(6)})
    five = hand(shifts={MONDAY + dt.timedelta(days=n): (540, 900) for n in range(5)})
    sunday = MONDAY + dt.timedelta(days=6)
    assert (frozenset({sunday}), 0) in weeks_without_rest(six, [sunday])
    assert (frozenset({sunday - dt.timedelta(days=1), sunday}), 1) in weeks_without_rest(five, [sunday])


def person(**more: object) -> Person:
    values: dict[str, object] = {
        "offers": True, "confirmed": True, "days": frozenset(range(5)), "starts": 570, "ends": 1020, "away": (),
        "skills": {"Fire alarm testing": dt.date(2027, 3, 1)},
        "briefed_on": dt.date(2026, 9, 7), "km": 1.9,
    } | more  # fmt: skip
    return Person(**values)  # type: ignore[arg-type]


NEED = Need(MONDAY, MONDAY, (), ("Fire alarm testing",))


def test_section_14_4_nobody_comes_without_written_confirmation() -> None:
    assert fit(person(confirmed=False), NEED).reasons == (
        "Their school has not confirmed their checks in writing.",
    )


@pytest.mark.parametrize(("days", "warned"), [(BRIEFING_DAYS, False), (BRIEFING_DAYS + 1, True)])
def test_section_14_5_a_site_induction_counts_for_twelve_months(days: int, warned: bool) -> None:
    briefed = MONDAY - dt.timedelta(days=days)
    warn = fit(person(briefed_on=briefed), NEED)
    block = fit(person(briefed_on=briefed, briefed_first=True), NEED)
    assert bool(warn.warnings) is warned
    assert warn.reasons == ()
    assert bool(block.reasons) is warned


def test_section_14_6_a_task_needs_the_tick_and_no_personal_reason_is_given() -> None:
    unable = fit(person(skills={}), NEED)
    assert unable.reasons == ("Not trained for these checks.",)
    gone = fit(person(away=((MONDAY, MONDAY),)), NEED)
    assert gone.reasons == ("Away then.",), "why they are away is nobody's business"
