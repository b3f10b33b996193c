"""Section 3 of the rules: the table of worked dates, the windows, and what can never happen to a date."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from bursar_desk.domain.checks import Completion, LegalClass, Outcome, legal_class, overdue_words
from bursar_desk.domain.date_math import add_days, add_months, full_years
from bursar_desk.domain.intervals import parse_rule
from bursar_desk.domain.recurrence import Anchor, Due, explain, next_due
from bursar_desk.domain.status import CheckFacts, due_series, history_of, late_by, was_on_time
from bursar_desk.domain.tolerances import (
    FIRE_ALARM_SERVICE,
    LANDLORD_GAS,
    LEAK_TEST,
    MOT,
    NO_SLACK,
    ONE_POSTPONEMENT,
    PLUS_OR_MINUS_A_MONTH,
    earliest_day,
    first_landlord_gas_check,
    tolerance_for,
)
from bursar_desk.domain.words import done_late

DAYS = st.dates(date(1990, 1, 1), date(2100, 12, 31))


def day(text: str) -> date:
    return date.fromisoformat(text)


def after(rule: str, done: str, anchor: Anchor = Anchor.LAST_DONE, **facts: object) -> Due:
    return next_due(parse_rule(rule), anchor, done=day(done), **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("row", "done", "rule", "due"),
    [
        (1, "2026-08-31", "every 6 months", "2027-02-28"),
        (2, "2027-08-31", "every 6 months", "2028-02-29"),
        (3, "2027-02-28", "every 6 months", "2027-08-28"),
        (4, "2028-02-29", "every 1 year", "2029-02-28"),
        (5, "2026-01-30", "every 1 month", "2026-02-28"),
        (6, "2026-01-31", "every 1 month", "2026-02-28"),
        (7, "2026-03-14", "every 6 months", "2026-09-14"),
        (8, "2025-06-03", "every 14 months", "2026-08-03"),
        (9, "2025-12-31", "every 14 months", "2027-02-28"),
        (10, "2024-02-29", "every 5 years", "2029-02-28"),
        (11, "2026-11-02", "every 1 week", "2026-11-09"),
        (12, "2026-09-14", "by value vehicle age years: <12 10 weeks; >=12 6 weeks", "2026-11-23"),
        (13, "2026-09-14", "by value vehicle age years: <12 10 weeks; >=12 6 weeks", "2026-10-26"),
        (14, "2026-10-05", "every 13 weeks", "2027-01-04"),
    ],
)
def test_row_of_the_table_counted_from_the_day_done(row: int, done: str, rule: str, due: str) -> None:
    found = after(rule, done, value={12: 5, 13: 12}.get(row))
    assert found.legal_due == found.latest == day(due)


def fixed_series(first: str, rule: str, anchor: Anchor, n: int) -> tuple[date, ...]:
    start = (Completion(day(first), Outcome.SATISFACTORY),)
    facts = CheckFacts("OWN", parse_rule(rule), anchor, completions=start, first_due=day(first))
    return due_series(facts, day(first), n=n)


def test_row_15_a_fixed_series_keeps_its_original_day_number() -> None:
    found = fixed_series("2026-08-31", "every 6 months", Anchor.FIXED_DATE, 4)
    assert found == (day("2027-02-28"), day("2027-08-31"), day("2028-02-29"), day("2028-08-31"))


def test_row_16_a_last_done_series_drifts_to_the_28th() -> None:
    found = fixed_series("2026-08-31", "every 6 months", Anchor.LAST_DONE, 4)
    assert found == (day("2027-02-28"), day("2027-08-28"), day("2028-02-28"), day("2028-08-28"))


def test_row_17_beginning_with_ends_the_day_before_the_anniversary() -> None:
    floor = "by value floor area m2: <=250 none; 250-1000 10 years; >1000 12 months"
    found = explain(floor, "expiry date", day("2025-10-01"), value=1200)
    assert found.legal_due == day("2026-09-30")
    assert "beginning with Wednesday 1 October 2025" in found.because
    plain = after("every 12 months", "2025-10-01", Anchor.EXPIRY_DATE, beginning_with=True)
    assert plain.legal_due == day("2026-09-30")


@pytest.mark.parametrize(
    ("row", "printed", "written_scheme", "due"),
    [
        (18, "2026-08-01", False, "2026-08-01"),
        (19, "2026-10-01", False, "2026-09-14"),
        (19, "2026-10-01", True, "2026-10-01"),
    ],
)
def test_rows_18_and_19_only_an_earlier_printed_date_counts_for_last_done(
    row: int, printed: str, written_scheme: bool, due: str
) -> None:
    found = after("every 6 months", "2026-03-14", printed=day(printed), written_scheme=written_scheme)
    assert found.legal_due == day(due)


def test_a_printed_date_that_is_not_after_the_day_done_is_not_used() -> None:
    found = after("every 6 months", "2026-03-14", printed=day("2026-03-14"))
    assert found.legal_due == day("2026-09-14")
    assert "not used" in found.because


@pytest.mark.parametrize("printed", ["2026-01-01", "2031-01-01"])
def test_the_date_on_a_document_that_expires_always_rules(printed: str) -> None:
    assert after("every 3 years", "2026-03-14", Anchor.EXPIRY_DATE, printed=day(printed)).legal_due == day(printed)


def test_a_scheme_of_examination_rules_and_its_default_is_for_planning_only() -> None:
    rule = "by scheme of examination default 12 months"
    assert after(rule, "2026-03-14", Anchor.FIXED_DATE, printed=day("2028-05-14")).legal_due == day("2028-05-14")
    assert after(rule, "2026-03-14", Anchor.LAST_DONE, printed=day("2028-05-14")).legal_due == day("2028-05-14")
    assert after(rule, "2026-03-14", Anchor.FIXED_DATE).legal_due == day("2027-03-14")


def test_the_sentence_shows_the_arithmetic_in_long_dates() -> None:
    assert after("every 6 months", "2026-03-14").because == (
        "Done Saturday 14 March 2026; every 6 months, counted from the day it was done, gives Monday 14 September 2026."
    )


# --- windows ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("done", "due"),
    [
        ("2026-10-05", "2027-11-20"),
        ("2026-09-21", "2027-11-20"),
        ("2026-11-20", "2027-11-20"),
        ("2026-09-20", "2027-09-20"),
        ("2026-09-01", "2027-09-01"),
        ("2026-12-03", "2027-12-03"),
    ],
)
def test_landlord_gas_keeps_its_deadline_only_inside_the_two_months(done: str, due: str) -> None:
    deadline = day("2026-11-20")
    assert earliest_day(LANDLORD_GAS, deadline) == day("2026-09-21")
    found = after("every 12 months", done, Anchor.FIXED_DATE, previous_due=deadline, tolerance=LANDLORD_GAS)
    assert found.legal_due == found.latest == day(due)
    assert explain("every 12 months", "fixed date", day(done), previous=deadline).legal_due == day(due)


def test_gas_in_a_school_boiler_house_has_no_window() -> None:
    assert tolerance_for("GASH-01") == NO_SLACK
    found = after("every 1 year", "2026-10-05", previous_due=day("2026-11-20"), tolerance=tolerance_for("GASH-01"))
    assert found.legal_due == day("2027-10-05")


def test_a_new_gas_appliance_may_wait_once_for_the_others_up_to_14_months() -> None:
    assert first_landlord_gas_check(day("2026-10-01"), day("2026-11-20")) == day("2027-11-20")
    assert first_landlord_gas_check(day("2026-10-01"), day("2026-12-20")) == day("2027-10-01")
    assert first_landlord_gas_check(day("2026-11-30"), day("2026-01-15")) == day("2028-01-15")


@pytest.mark.parametrize(
    ("tested", "expires"),
    [("2027-04-16", "2028-05-15"), ("2027-05-15", "2028-05-15"), ("2027-04-15", "2028-04-14"),
     ("2027-04-10", "2028-04-09"), ("2027-05-20", "2028-05-19")],
)  # fmt: skip
def test_an_mot_keeps_its_anniversary_up_to_a_month_less_a_day_early(tested: str, expires: str) -> None:
    expiry = day("2027-05-15")
    assert earliest_day(MOT, expiry) == day("2027-04-16")
    found = after("every 12 months", tested, Anchor.EXPIRY_DATE, previous_due=expiry, tolerance=MOT)
    assert found.legal_due == day(expires)
    assert explain("every 12 months", "expiry date", day(tested), previous=expiry).legal_due == day(expires)


def test_an_mot_knows_its_last_expiry_from_the_history() -> None:
    tests = (
        Completion(day("2026-05-10"), Outcome.SATISFACTORY, printed=day("2027-05-15")),
        Completion(day("2027-04-20"), Outcome.SATISFACTORY),
    )
    facts = CheckFacts("TRAN-03", parse_rule("every 12 months"), Anchor.EXPIRY_DATE, completions=tests)
    assert due_series(facts, day("2027-04-20"), n=2) == (day("2028-05-15"), day("2029-05-15"))


def test_fire_alarm_service_counts_from_five_to_seven_months() -> None:
    found = after("every 6 months", "2027-01-12", tolerance=FIRE_ALARM_SERVICE)
    assert (found.earliest, found.legal_due, found.latest) == (day("2027-06-12"), day("2027-07-12"), day("2027-08-12"))
    assert tolerance_for("FIRE-05") == FIRE_ALARM_SERVICE


def test_an_early_fire_alarm_visit_is_an_extra_one_and_the_next_window_counts_from_it() -> None:
    found = after("every 6 months", "2027-06-01", tolerance=FIRE_ALARM_SERVICE)
    assert (found.legal_due, found.latest) == (day("2027-12-01"), day("2028-01-01"))


def test_extinguishers_have_a_month_either_side_and_count_from_the_day_done() -> None:
    found = after("every 1 year", "2026-03-20", tolerance=PLUS_OR_MINUS_A_MONTH)
    assert (found.earliest, found.legal_due, found.latest) == (day("2027-02-20"), day("2027-03-20"), day("2027-04-20"))
    assert {tolerance_for(code) for code in ("FIRE-11", "FIRE-12")} == {PLUS_OR_MINUS_A_MONTH}


def test_the_slack_goes_with_an_earlier_printed_date() -> None:
    found = after("every 6 months", "2027-01-12", tolerance=FIRE_ALARM_SERVICE, printed=day("2027-07-01"))
    assert (found.legal_due, found.latest) == (day("2027-07-01"), day("2027-08-01"))


def test_a_radioactive_source_is_red_only_after_two_years() -> None:
    found = after("every 1 year", "2026-03-20", tolerance=LEAK_TEST)
    assert (found.legal_due, found.latest) == (day("2027-03-20"), day("2028-03-20"))


@pytest.mark.parametrize(
    "code", ["LIFT-01", "LIFT-07", "VENT-01", "VENT-02", "VENT-07", "VENT-08", "ENER-01", "GASH-01", "GASH-03", "OWN"]
)
def test_no_other_check_has_slack(code: str) -> None:
    assert tolerance_for(code) == NO_SLACK


def test_a_pressure_system_is_postponed_only_by_agreement() -> None:
    assert tolerance_for("PRES-01") == ONE_POSTPONEMENT
    done = (Completion(day("2026-03-14"), Outcome.SATISFACTORY, printed=day("2027-03-14")),)
    rule = parse_rule("by scheme of examination default 12 months")
    plain = CheckFacts("PRES-01", rule, Anchor.FIXED_DATE, completions=done)
    assert due_series(plain, day("2026-12-01"), n=1) == (day("2027-03-14"),)


# --- fixed days ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("done", "due"),
    [
        ("2026-09-03", "2027-02-28"),
        ("2027-01-15", "2027-02-28"),
        ("2027-02-28", "2027-08-31"),
        ("2027-03-05", "2027-08-31"),
        ("2029-03-05", "2029-08-31"),
    ],
)
def test_a_late_tick_never_moves_a_fixed_day(done: str, due: str) -> None:
    found = after("every 6 months", done, Anchor.FIXED_DATE, previous_due=day("2026-08-31"))
    assert found.legal_due == day(due)


def test_an_early_tick_without_a_window_counts_from_the_day_done() -> None:
    found = after("every 6 months", "2026-08-01", Anchor.FIXED_DATE, previous_due=day("2026-08-31"))
    assert found.legal_due == day("2027-02-01")


def test_history_tells_how_late_each_one_was() -> None:
    done = tuple(Completion(day(text), Outcome.SATISFACTORY) for text in ("2026-03-14", "2026-09-30", "2027-03-01"))
    facts = CheckFacts("LIFT-01", parse_rule("every 6 months"), Anchor.LAST_DONE, completions=done)
    lines = history_of(facts, day("2027-03-02"))
    assert [(line.due, line.days_late, line.on_time) for line in lines] == [
        (None, None, True),
        (day("2026-09-14"), 16, False),
        (day("2027-03-30"), -29, True),
    ]
    assert done_late(late_by(day("2026-09-14"), day("2026-09-30"))) == "Done 16 days late"
    assert not was_on_time(day("2026-09-14"), day("2026-09-15"))
    assert was_on_time(day("2026-09-14"), day("2026-09-14"))


def test_first_use_starts_the_clock_where_there_is_no_record() -> None:
    found = next_due(parse_rule("every 6 months"), Anchor.LAST_DONE, done=None, first_used=day("2026-08-31"))
    assert found.legal_due == day("2027-02-28")
    assert "First used Monday 31 August 2026" in found.because


# --- what can never happen -------------------------------------------------------------------------------------------


@given(DAYS, st.integers(-600, 600))
def test_counting_months_agrees_with_the_library(start: date, months: int) -> None:
    assert add_months(start, months) == start + relativedelta(months=months)


@given(DAYS, st.integers(1, 40), st.integers(1, 30))
def test_a_fixed_series_never_drifts(start: date, step: int, times: int) -> None:
    walked = start
    for _ in range(times):
        walked = add_months(walked, step, start.day)
    assert walked == add_months(start, step * times)


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(0, 100))
def test_an_age_steps_on_the_anniversary(born: date, years: int) -> None:
    birthday = add_months(born, 12 * years)
    assert full_years(born, birthday) == years
    assert full_years(born, birthday - timedelta(days=1)) == years - 1


def test_dates_beyond_the_last_possible_one_stay_at_it() -> None:
    assert add_months(date(9999, 12, 1), 1) == date.max
    assert add_months(date(1, 1, 1), -1) == date.min
    assert add_days(date.max, 1) == date.max
    assert add_days(date.min, -1) == date.min


@given(DAYS, st.integers(0, 400), st.sampled_from(["every 1 week", "every 1 month", "every 14 months"]))
def test_doing_it_later_never_makes_it_due_earlier(done: date, later: int, text: str) -> None:
    rule = parse_rule(text)
    sooner = next_due(rule, Anchor.LAST_DONE, done=done).legal_due
    then = next_due(rule, Anchor.LAST_DONE, done=done + timedelta(days=later)).legal_due
    assert sooner is not None
    assert then is not None
    assert sooner <= then


@given(DAYS, st.integers(-800, 800))
def test_a_fixed_day_never_gives_more_than_its_interval_after_the_day_done(due: date, late: int) -> None:
    done = due + timedelta(days=late)
    found = next_due(parse_rule("every 6 months"), Anchor.FIXED_DATE, done=done, previous_due=due).legal_due
    assert found is not None
    assert done < found <= add_months(done, 6) + timedelta(days=3)  # 3: a series of the 31st after a short month


# --- what late means -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "kind"),
    [("LIFT-01", "A"), ("WAHT-03", "A"), ("NOTI-02", "A"), ("VENT-01", "B"), ("GASH-02", "B"), ("FIRE-01", "C"),
     ("HSMG-08", "C"), ("FIRE-04", "D"), ("ELEC-01", "D"), ("SECU-06", "D"), ("OWN", "D")],
)  # fmt: skip
def test_the_legal_class_decides_what_may_be_said(code: str, kind: str) -> None:
    said = overdue_words(code)
    assert said.legal_class is legal_class(code) is LegalClass(kind)
    assert said.offer_take_out_of_use is (kind == "A")
    if kind in "CD":
        assert not any(word in said.sentence.lower() for word in ("illegal", "unlawful", "breach"))
