"""The worked examples of section 14 (cover between schools) that are about people and hours, each by its number."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest

from bursar_desk.domain import working_time as rules
from bursar_desk.domain.cover import BRIEFING_DAYS, Need, Person, fit

H = 60
MONDAY = dt.date(2026, 11, 23)


@pytest.mark.parametrize(
    ("weeks", "average", "allowed"),
    [
        pytest.param(5, Fraction(17 * 37 + 5 * 12, 17), True, id="section-14-1-twelve-hours-for-five-weeks"),
        pytest.param(17, Fraction(49), False, id="section-14-1-twelve-hours-for-seventeen-weeks"),
    ],
)
def test_thirty_seven_hours_and_twelve_at_the_host(weeks: int, average: Fraction, allowed: bool) -> None:
    assert rules.average_week(37 * H, 12 * H, weeks) == average * H
    assert rules.within_week(37 * H, weeks * 12 * H, opt_out=False) is allowed
    assert rules.within_week(37 * H, weeks * 12 * H, opt_out=True)


def test_section_14_1_the_average_is_forty_and_a_half() -> None:
    assert round(float(rules.average_week(37 * H, 12 * H, 5)) / H, 2) == 40.53


def test_section_14_2_an_alarm_call_until_one_lets_nobody_start_before_noon() -> None:
    assert rules.earliest_start(25 * H) - rules.DAY == 12 * H
    assert not rules.rested(25 * H, rules.DAY + 6 * H + 30)
    assert rules.rested(25 * H, rules.DAY + 12 * H)


@pytest.mark.parametrize(
    ("usual", "cover", "allowed"), [(37 * H, 3 * H, True), (37 * H, 4 * H, False), (32 * H, 8 * H, True)]
)
def test_section_14_1_under_eighteen_forty_hours_count_in_every_week(usual: int, cover: int, allowed: bool) -> None:
    assert rules.within_week(usual, cover, opt_out=True, young=True, this_week=cover) is allowed


@pytest.mark.parametrize(("ends", "pause"), [(12 * H, 0), (12 * H + 1, 20), (17 * H, 20)])
def test_section_14_1_twenty_minutes_of_break_over_six_hours(ends: int, pause: int) -> None:
    assert rules.break_due(6 * H, ends) == pause


@pytest.mark.parametrize(
    ("days", "good"),
    [("WWWWWWO", True), ("WWWWWWW", False), ("WWWWWWWWWWWWOO", True), ("WWWWWWWWWWWWWO", False), ("WWWWWW", True)],
)
def test_section_14_1_a_day_off_in_seven_or_two_in_fourteen(days: str, good: bool) -> None:
    assert rules.day_off_in([day == "W" for day in days]) is good


def person(**more: object) -> Person:
    values: dict[str, object] = {
        "offers": True, "confirmed": True, "days": frozenset(range(5)), "starts": 570, "ends": 1020, "away": (),
        "alone_on": frozenset(), "skills": {"Fire alarm testing": dt.date(2027, 3, 1)},
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
