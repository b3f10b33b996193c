"""Section 4 of the rules: done early, late, skipped, failed or out of use."""

from __future__ import annotations

from datetime import date

import pytest

from bursar_desk.domain import checks
from bursar_desk.domain.calendar import NO_CALENDAR, SchoolCalendar
from bursar_desk.domain.checks import Completion, NotDoneReason, Outcome, may_close
from bursar_desk.domain.intervals import parse_rule
from bursar_desk.domain.recurrence import Anchor, explain, next_due
from bursar_desk.domain.status import CheckFacts, Colour, DefectFact, Word, history_of, status_of

PASS, FAIL = Outcome.SATISFACTORY, Outcome.UNSATISFACTORY


def day(text: str) -> date:
    return date.fromisoformat(text)


def facts(
    code: str, rule: str, *done: str, outcome: Outcome = PASS, anchor: str = "last done", **more: object
) -> CheckFacts:
    completions = tuple(Completion(day(text), outcome) for text in done)
    return CheckFacts(code, parse_rule(rule), Anchor(anchor), completions=completions, **more)  # type: ignore[arg-type]


def test_early_last_done_loses_time() -> None:
    assert explain("every 6 months", "last done", day("2026-08-20")).legal_due == day("2027-02-20")


def test_two_drills_in_one_term_leave_the_next_term_due(school_year: SchoolCalendar) -> None:
    drills = facts("FIRE-19", "each term", "2026-10-05", "2026-10-12", anchor="calendar period")
    status = status_of(drills, day("2026-11-21"), school_year)
    assert status.legal_due == day("2027-03-25")
    assert status.missed == ()


def test_late_last_done_stays_late_for_ever_and_counts_from_the_real_date() -> None:
    lift = facts("LIFT-01", "every 6 months", "2026-03-14", "2026-09-30")
    assert status_of(lift, day("2026-10-01")).legal_due == day("2027-03-30")
    assert history_of(lift, day("2029-01-01"))[-1].days_late == 16


def test_late_display_certificate_shows_its_gap() -> None:
    floor = "by value floor area m2: <=250 none; 250-1000 10 years; >1000 12 months"
    certificate = facts("ENER-01", floor, "2025-10-01", "2026-10-21", anchor="expiry date", value=1200)
    lines = history_of(certificate, day("2026-10-21"))
    assert lines[-1].due == day("2026-09-30")
    assert lines[-1].days_late == 21  # 20 days without: 1 to 20 October
    assert status_of(certificate, day("2026-10-21")).legal_due == day("2027-10-20")


def test_a_missed_spring_drill_stays_red_until_the_next_and_in_history_after(school_year: SchoolCalendar) -> None:
    before = facts("FIRE-19", "each term", "2026-10-05", anchor="calendar period")
    assert status_of(before, day("2027-03-26"), school_year).colour is Colour.RED
    assert status_of(before, day("2027-04-12"), school_year).colour is Colour.RED
    after = facts("FIRE-19", "each term", "2026-10-05", "2027-04-13", anchor="calendar period")
    status = status_of(after, day("2027-04-13"), school_year)
    assert status.colour is Colour.GREEN
    assert [period.name for period in status.missed] == ["spring term 2027"]


@pytest.mark.parametrize("reason", list(NotDoneReason))
def test_a_reason_not_to_do_it_has_words_for_people(reason: NotDoneReason) -> None:
    assert reason.said


def test_a_week_in_a_shut_site_moves_to_the_first_day_back(shut_at_christmas: SchoolCalendar) -> None:
    call_point = facts("FIRE-04", "every 1 week", "2026-12-14")
    status = status_of(call_point, day("2026-12-22"), shut_at_christmas)
    assert status.legal_due == status.plan_by == day("2027-01-04")
    assert "before pupils arrive" in status.because


def test_a_skip_for_a_shut_site_counts_only_for_the_listed_user_checks(school_year: SchoolCalendar) -> None:
    skipped = frozenset({day("2026-12-21")})
    for code, expected in (("FIRE-04", "2027-01-04"), ("WATR-03", "2026-12-21"), ("FIRE-26", "2026-12-21")):
        check = facts(code, "every 1 week", "2026-12-14", closed_skips=skipped)
        assert status_of(check, day("2026-12-22"), school_year).legal_due == day(expected), code


@pytest.mark.parametrize("code", sorted(checks.NEVER_EXCUSED | {"LIFT-01", "VENT-01", "PRES-01", "FAID-03"}))
def test_closure_never_excuses(code: str) -> None:
    assert not may_close(code)


def test_a_defibrillator_is_excused_only_when_locked_away() -> None:
    assert may_close("FAID-03", locked_away=True)
    assert not may_close("WATR-03", locked_away=True)


def test_a_failed_test_was_done_so_the_interval_restarts_and_the_row_is_red() -> None:
    hood = facts("VENT-01", "every 14 months", "2025-06-03", outcome=FAIL)
    status = status_of(hood, day("2025-06-03"))
    assert (status.colour, status.word, status.legal_due) == (Colour.RED, Word.FAILED, day("2026-08-03"))


def test_a_retest_clears_the_failure_and_does_not_move_the_interval() -> None:
    both = (Completion(day("2025-06-03"), FAIL), Completion(day("2025-06-10"), PASS, retest=True))
    hood = CheckFacts("VENT-01", parse_rule("every 14 months"), Anchor.LAST_DONE, completions=both)
    assert status_of(hood, day("2025-06-09")).word is Word.FAILED
    status = status_of(hood, day("2025-06-10"))
    assert (status.colour, status.legal_due) == (Colour.GREEN, day("2026-08-03"))


def test_a_failure_put_right_is_no_longer_red_but_only_from_that_day() -> None:
    hood = facts("VENT-01", "every 14 months", "2025-06-03", outcome=FAIL, failure_put_right=day("2025-06-12"))
    assert status_of(hood, day("2025-06-11")).colour is Colour.RED
    assert status_of(hood, day("2025-06-12")).colour is Colour.GREEN


def test_a_time_limited_fault_stops_use_the_day_after() -> None:
    rope = facts("LIFT-01", "every 6 months", "2027-03-14", open_defects=(DefectFact(False, day("2027-04-30")),))
    assert status_of(rope, day("2027-04-30")).colour is Colour.AMBER
    assert status_of(rope, day("2027-05-01")).colour is Colour.RED


def test_an_advisory_is_amber_and_leaves_the_interval_alone() -> None:
    advisory = facts("ELEC-01", "every 5 years", "2026-11-03", open_defects=(DefectFact(False),))
    status = status_of(advisory, day("2026-11-21"))
    assert (status.colour, status.legal_due, status.in_date) == (Colour.AMBER, day("2031-11-03"), True)


def test_out_of_use_is_grey_and_on_return_past_its_date_it_is_examined_first() -> None:
    locked = facts("LIFT-01", "every 6 months", "2026-03-14", out_of_use=day("2026-08-01"))
    assert status_of(locked, day("2026-07-31")).colour is not Colour.GREY
    assert status_of(locked, day("2026-10-01")).word is Word.OUT_OF_USE
    back = facts("LIFT-01", "every 6 months", "2026-03-14")
    status = status_of(back, day("2026-11-02"))
    assert (status.colour, status.legal_due, status.days) == (Colour.RED, day("2026-09-14"), 49)


@pytest.mark.parametrize("code", ["FIRE-04", "FIRE-07", "FIRE-21", "FIRE-26"])
def test_life_safety_cannot_go_grey_while_people_are_in_the_building(code: str) -> None:
    off = facts(code, "every 1 week", "2026-11-16", out_of_use=day("2026-11-17"), interim="patrols every hour")
    status = status_of(off, day("2026-11-18"))
    assert status.colour is Colour.RED
    assert "Patrols every hour." in status.because
    empty = facts(code, "every 1 week", "2026-11-16", out_of_use=day("2026-11-17"), occupied=False)
    assert status_of(empty, day("2026-11-18")).colour is Colour.GREY


def test_the_clock_of_a_tower_runs_only_while_it_stands() -> None:
    rule = "every 7 days while in use"
    down = facts("WAHT-03", rule, "2026-11-02", in_use=False)
    assert status_of(down, day("2026-11-21")).colour is Colour.GREY
    again = facts("WAHT-03", rule, "2026-11-02", in_use_since=day("2026-11-21"))
    status = status_of(again, day("2026-11-21"))
    assert (status.colour, status.legal_due) == (Colour.AMBER, day("2026-11-21"))
    assert status_of(again, day("2026-11-22")).colour is Colour.RED


def test_putting_off_moves_only_the_plan_and_never_past_the_limit() -> None:
    check = facts("LIFT-01", "every 6 months", "2026-03-14", put_off_to=day("2026-09-10"))
    status = status_of(check, day("2026-09-01"))
    assert (status.legal_due, status.plan_by) == (day("2026-09-14"), day("2026-09-10"))
    far = facts("LIFT-01", "every 6 months", "2026-03-14", put_off_to=day("2026-12-01"))
    too_far = status_of(far, day("2026-09-01"))
    assert too_far.plan_by == day("2026-09-14")
    assert "cannot be put off" in too_far.plan_because


def test_the_same_weekday_moves_only_the_plan() -> None:
    late_tick = facts("FIRE-04", "every 1 week", "2026-11-02", "2026-11-11", weekday=0)
    status = status_of(late_tick, day("2026-11-12"))
    assert (status.legal_due, status.plan_by) == (day("2026-11-18"), day("2026-11-16"))


def test_an_agreed_postponement_is_tolerance_not_a_new_date() -> None:
    done = (Completion(day("2026-03-14"), PASS, printed=day("2027-03-14")),)
    boiler = CheckFacts(
        "PRES-01", parse_rule("by scheme of examination default 12 months"), Anchor.FIXED_DATE, completions=done,
        postponed_to=day("2027-04-14"),
    )  # fmt: skip
    status = status_of(boiler, day("2027-04-01"))
    assert (status.colour, status.legal_due, status.latest) == (Colour.AMBER, day("2027-03-14"), day("2027-04-14"))
    assert status_of(boiler, day("2027-04-15")).colour is Colour.RED


def test_an_event_has_no_date_until_one_is_set() -> None:
    assert next_due(parse_rule("on event"), Anchor.EVENT, done=None, calendar=NO_CALENDAR).legal_due is None
    quiet = facts("HSMG-14", "on event", anchor="event")
    assert (status_of(quiet, day("2026-11-21")).colour, status_of(quiet, day("2026-11-21")).word) == (
        Colour.GREY,
        Word.NOT_NEEDED,
    )
    report = facts("HSMG-14", "on event", anchor="event", first_due=day("2026-11-12"))
    assert status_of(report, day("2026-11-12")).colour is Colour.AMBER
    assert status_of(report, day("2026-11-13")).colour is Colour.RED


def test_a_record_dated_after_today_changes_nothing_yet() -> None:
    future = facts("LIFT-01", "every 6 months", "2026-03-14", "2027-03-14")
    assert status_of(future, day("2026-11-21")).legal_due == day("2026-09-14")
