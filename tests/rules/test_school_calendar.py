"""Section 5 of the rules: kinds of day, periods, and the last day on which work can really be done."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bursar_desk.domain.calendar import NO_CALENDAR, Block, BlockKind, DayKind, SchoolCalendar, Span
from bursar_desk.domain.checks import Completion, Outcome, daily_kinds
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.intervals import parse_rule
from bursar_desk.domain.recurrence import Anchor, explain
from bursar_desk.domain.status import CheckFacts, CheckStatus, Colour, due_series, status_of


def day(text: str) -> date:
    return date.fromisoformat(text)


def at(code: str, rule: str, today: str, calendar: SchoolCalendar, *done: str, **more: object) -> CheckStatus:
    anchor = Anchor.CALENDAR_PERIOD if rule.startswith(("each", "daily")) else Anchor.LAST_DONE
    completions = tuple(Completion(day(text), Outcome.SATISFACTORY) for text in done)
    facts = CheckFacts(code, parse_rule(rule), anchor, completions=completions, **more)  # type: ignore[arg-type]
    return status_of(facts, day(today), calendar)


# --- the ten rows ----------------------------------------------------------------------------------------------------


def test_row_1_a_term_done_leaves_the_next_due_and_amber_from_the_half_term_break(school_year: SchoolCalendar) -> None:
    before = at("GRND-02", "each term", "2027-02-14", school_year, "2026-10-08")
    assert (before.colour, before.legal_due) == (Colour.GREEN, day("2027-03-25"))
    assert at("GRND-02", "each term", "2027-02-15", school_year, "2026-10-08").colour is Colour.AMBER


def test_row_2_a_missed_term_is_red_until_the_next_completion_and_stays_in_history(school_year: SchoolCalendar) -> None:
    assert at("FIRE-19", "each term", "2027-03-25", school_year, "2026-10-08").colour is Colour.AMBER
    assert at("FIRE-19", "each term", "2027-03-26", school_year, "2026-10-08").colour is Colour.RED
    done = at("FIRE-19", "each term", "2027-04-13", school_year, "2026-10-08", "2027-04-13")
    assert done.colour is Colour.GREEN
    assert done.legal_due == day("2027-12-31")  # the autumn after is not entered, so the usual end stands in
    assert [period.key for period in done.missed] == ["2026-27/spring"]


def test_row_3_a_check_in_half_term_week_counts_for_the_following_half_term(school_year: SchoolCalendar) -> None:
    fence = at("GRND-03", "each half term", "2026-11-21", school_year, "2026-10-28")
    assert fence.legal_due == day("2027-02-12")
    period = school_year.period_of(Span.HALF_TERM, day("2026-10-28"))
    assert period is not None
    assert (period.name, period.last_school_day) == ("second half of the autumn term 2026", day("2026-12-18"))


def test_row_4_a_shut_site_makes_the_alarm_test_due_on_the_first_day_back(shut_at_christmas: SchoolCalendar) -> None:
    assert at("FIRE-04", "every 1 week", "2026-12-20", shut_at_christmas, "2026-12-14").legal_due == day("2027-01-04")


def test_a_holiday_alone_does_not_excuse_the_alarm_test(school_year: SchoolCalendar) -> None:
    assert at("FIRE-04", "every 1 week", "2026-12-20", school_year, "2026-12-14").legal_due == day("2026-12-21")


def test_row_5_flushing_is_not_excused_and_is_planned_for_christmas_eve(school_year: SchoolCalendar) -> None:
    flush = at("WATR-03", "every 1 week", "2026-12-19", school_year, "2026-12-18")
    assert (flush.legal_due, flush.plan_by) == (day("2026-12-25"), day("2026-12-24"))


def test_flushing_in_a_shut_site_needs_someone_to_come_in(shut_at_christmas: SchoolCalendar) -> None:
    flush = at("WATR-03", "every 1 week", "2026-12-21", shut_at_christmas, "2026-12-18")
    assert (flush.legal_due, flush.plan_by) == (day("2026-12-25"), day("2026-12-25"))
    assert "someone must come in" in flush.plan_because


def test_row_6_lev_may_be_planned_on_any_day_of_the_summer_up_to_its_date(school_year: SchoolCalendar) -> None:
    plan = school_year.plan_by(day("2027-08-03"), True)
    assert (plan.first, plan.day) == (day("2027-07-22"), day("2027-08-03"))


def test_row_7_a_lift_due_in_september_is_planned_for_august_and_warns_of_the_time_lost(
    school_year: SchoolCalendar,
) -> None:
    lift = at("LIFT-01", "every 6 months", "2026-08-01", school_year, "2026-03-14")
    assert (lift.legal_due, lift.plan_by) == (day("2026-09-14"), day("2026-08-28"))
    assert "next due Sunday 28 February 2027" in lift.plan_because


def test_row_8_a_legal_date_on_a_saturday_stays_and_is_planned_for_friday(school_year: SchoolCalendar) -> None:
    found = explain("every 1 week", "last done", day("2027-03-13"), calendar=school_year)
    assert (found.legal_due, found.plan_by) == (day("2027-03-20"), day("2027-03-19"))


@pytest.mark.parametrize(
    ("code", "food", "due"),
    [("FIRE-03", False, "2026-09-01"), ("FOOD-03", False, "2026-09-02"), ("FOOD-03", True, "2026-09-01")],
)
def test_row_9_an_inset_day_asks_for_the_panel_but_for_the_kitchen_only_with_food(
    school_year: SchoolCalendar, code: str, food: bool, due: str
) -> None:
    found = at(code, "daily school days", "2026-09-01", school_year, "2026-08-31", food_on_inset=food)
    assert found.legal_due == day(due)


def test_row_10_a_snow_day_asks_for_no_daily_check_and_leaves_weekly_ones(shut_at_christmas: SchoolCalendar) -> None:
    daily = at("FIRE-03", "daily school days", "2027-01-12", shut_at_christmas, "2027-01-11")
    assert (daily.colour, daily.legal_due) == (Colour.GREEN, day("2027-01-13"))
    assert at("FIRE-04", "every 1 week", "2027-01-12", shut_at_christmas, "2027-01-05").legal_due == day("2027-01-12")


# --- kinds of day ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("when", "kind"),
    [
        ("2026-09-01", DayKind.INSET),
        ("2026-09-02", DayKind.SCHOOL_DAY),
        ("2026-09-05", DayKind.WEEKEND),
        ("2026-10-26", DayKind.HOLIDAY),
        ("2026-12-25", DayKind.BANK_HOLIDAY),
        ("2026-12-29", DayKind.CLOSURE),
        ("2027-01-12", DayKind.CLOSURE),
        ("2027-05-03", DayKind.BANK_HOLIDAY),
        ("2027-08-10", DayKind.HOLIDAY),
        ("2026-08-10", DayKind.HOLIDAY),
        ("2027-10-13", DayKind.SCHOOL_DAY),
    ],
)
def test_each_day_has_one_kind(shut_at_christmas: SchoolCalendar, when: str, kind: DayKind) -> None:
    if kind is DayKind.BANK_HOLIDAY and when == "2026-12-25":
        kind = DayKind.CLOSURE  # the closure covers it
    assert shut_at_christmas.kind(day(when)) is kind


def test_a_letting_asks_for_the_panel_on_a_saturday() -> None:
    calendar = SchoolCalendar((Block(BlockKind.LETTING, "Badminton", day("2026-11-21"), day("2026-11-21")),))
    assert calendar.kind(day("2026-11-21")) is DayKind.LETTING
    found = at("FIRE-03", "daily school days", "2026-11-21", calendar, "2026-11-20")
    assert (found.colour, found.legal_due) == (Colour.AMBER, day("2026-11-21"))
    assert DayKind.LETTING not in daily_kinds("FOOD-03")


def test_a_closure_on_the_last_day_does_not_move_the_end_of_a_term(school_year: SchoolCalendar) -> None:
    snow = Block(BlockKind.CLOSURE, "Snow", day("2026-12-18"), day("2026-12-18"))
    closed = SchoolCalendar((*school_year.blocks, snow), school_year.bank_holidays)
    assert closed.period_at(Span.TERM, day("2026-11-21")).last_school_day == day("2026-12-18")


def test_a_term_that_ends_in_an_inset_day_ends_with_its_last_day_of_pupils(school_year: SchoolCalendar) -> None:
    inset = Block(BlockKind.INSET, "INSET", day("2026-12-18"), day("2026-12-18"))
    calendar = SchoolCalendar((*school_year.blocks, inset), school_year.bank_holidays)
    assert calendar.period_at(Span.TERM, day("2026-11-21")).last_school_day == day("2026-12-17")


def test_holidays_are_what_the_terms_leave_open(school_year: SchoolCalendar) -> None:
    assert school_year.holiday_blocks()[1:4] == (
        (day("2026-10-24"), day("2026-11-01")),
        (day("2026-12-19"), day("2027-01-03")),
        (day("2027-02-13"), day("2027-02-21")),
    )
    assert school_year.in_holiday(day("2026-12-30"))
    assert not school_year.in_holiday(day("2026-11-21"))


# --- periods ---------------------------------------------------------------------------------------------------------


def test_a_school_year_ends_with_the_summer_term_and_is_amber_from_its_first_day(school_year: SchoolCalendar) -> None:
    done = ("SECU-07", "each school year")
    assert at(*done, "2027-04-11", school_year, "2026-07-10").legal_due == day("2027-07-21")
    assert at(*done, "2027-04-11", school_year, "2026-07-10").colour is Colour.GREEN
    assert at(*done, "2027-04-12", school_year, "2026-07-10").colour is Colour.AMBER


def test_a_half_term_is_amber_in_its_last_ten_days(school_year: SchoolCalendar) -> None:
    assert at("GRND-03", "each half term", "2026-12-08", school_year, "2026-10-01").colour is Colour.GREEN
    assert at("GRND-03", "each half term", "2026-12-09", school_year, "2026-10-01").colour is Colour.AMBER


def test_a_row_that_names_a_day_is_due_on_it(school_year: SchoolCalendar) -> None:
    ready = at("GRND-09", "each school year", "2026-09-30", school_year, "2025-10-20")
    assert (ready.legal_due, ready.colour) == (day("2026-10-31"), Colour.AMBER)
    assert at("GRND-09", "each school year", "2026-11-01", school_year, "2025-10-20").colour is Colour.RED
    done = at("GRND-09", "each school year", "2026-10-01", school_year, "2025-10-20", "2026-09-20")
    assert done.legal_due == day("2027-10-31")


def test_a_drill_with_nobody_on_site_counts_for_no_period(school_year: SchoolCalendar) -> None:
    assert school_year.period_of("term", day("2026-10-28"), needs_people=True) is None
    held_in_holiday = at("FIRE-19", "each term", "2026-11-21", school_year, "2026-07-01", "2026-10-28")
    assert held_in_holiday.legal_due == day("2026-12-18")
    before_term = at("FIRE-19", "each term", "2026-11-21", school_year, "2026-07-01", "2026-09-01")
    assert before_term.legal_due == day("2027-03-25")


def test_term_week_checks_rest_in_the_holidays_and_wait_for_pupils(school_year: SchoolCalendar) -> None:
    assert at("DTSC-02", "every 1 week", "2026-12-20", school_year, "2026-12-16").legal_due == day("2027-01-04")
    assert at("DTSC-02", "every 1 week", "2026-11-21", school_year, "2026-11-18").legal_due == day("2026-11-25")


@pytest.mark.parametrize(
    ("rule", "done", "due"),
    [
        ("each term", "2026-10-08", "2027-03-31"),
        ("each term", "2026-07-08", "2026-12-31"),
        ("each school year", "2026-10-08", "2028-08-31"),
        ("each half term", "2026-10-08", "2026-12-31"),
        ("daily school days", "2026-10-09", "2026-10-12"),
    ],
)
def test_without_term_dates_the_usual_ends_stand_in_and_the_sentence_says_so(rule: str, done: str, due: str) -> None:
    found = explain(rule, "calendar period", day(done))
    assert found.legal_due == day(due)
    assert ("not entered" in found.because) == rule.startswith("each")


def test_without_term_dates_bank_holidays_and_weekends_are_still_no_school_days() -> None:
    calendar = SchoolCalendar((), frozenset({day("2027-05-03")}))
    assert calendar.next_school_day(day("2027-05-01")) == day("2027-05-04")


def test_term_blocks_find_their_own_term_and_half_by_their_dates() -> None:
    plain = SchoolCalendar(
        tuple(
            Block(BlockKind.TERM, name, day(first), day(last))
            for name, first, last in (("a", "2026-08-27", "2026-10-16"), ("b", "2026-10-26", "2026-12-18"),
                                      ("c", "2027-01-05", "2027-03-24"))
        )
    )  # fmt: skip
    halves = [plain.period_at(Span.HALF_TERM, day(when)).key for when in ("2026-08-28", "2026-11-02", "2027-02-01")]
    assert halves == ["2026-27/autumn/1", "2026-27/autumn/2", "2026-27/spring/1"]
    assert plain.period_at(Span.TERM, day("2027-05-01")).known is False


def test_a_block_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(UserError, match="ends before it begins"):
        Block(BlockKind.TERM, "Autumn", day("2026-12-01"), day("2026-09-01"))


# --- planning --------------------------------------------------------------------------------------------------------


def test_disruptive_work_takes_an_inset_day_and_then_a_school_day_with_a_note(school_year: SchoolCalendar) -> None:
    inset = school_year.plan_by(day("2026-09-20"), True, not_before=day("2026-09-01"))
    assert (inset.day, inset.risk) == (day("2026-09-01"), False)
    school = school_year.plan_by(day("2026-09-20"), True, not_before=day("2026-09-02"))
    assert (school.day, school.risk) == (day("2026-09-18"), True)


def test_a_plan_day_that_has_passed_gives_way_to_one_still_to_come(school_year: SchoolCalendar) -> None:
    lift = at("LIFT-01", "every 6 months", "2026-09-05", school_year, "2026-03-14")
    assert lift.plan_by == day("2026-09-14")


@given(st.dates(date(2026, 8, 1), date(2027, 8, 31)), st.booleans(), st.integers(0, 60))
def test_the_plan_never_lies_after_the_legal_date_nor_before_its_first_day(
    due: date, disruptive: bool, room: int
) -> None:
    start = due - timedelta(days=room)
    plan = CALENDAR.plan_by(due, disruptive, not_before=start)
    assert start <= plan.day <= due


@given(st.dates(date(2025, 1, 1), date(2030, 12, 31)), st.sampled_from(list(Span)))
def test_periods_follow_one_another_without_end_or_overlap(when: date, span: Span) -> None:
    for calendar in (CALENDAR, NO_CALENDAR):
        period = calendar.period_at(span, when)
        after = calendar.period_after(span, period)
        assert when <= period.last_school_day < after.first <= after.last_school_day
        assert period.key < after.key
        assert period.first <= period.amber_from <= period.last_school_day


def test_the_next_dates_are_shown_before_saving(school_year: SchoolCalendar) -> None:
    done = (Completion(day("2026-10-08"), Outcome.SATISFACTORY),)
    drill = CheckFacts("FIRE-19", parse_rule("each term"), Anchor.CALENDAR_PERIOD, completions=done)
    expected = (day("2027-03-25"), day("2027-07-21"), day("2027-12-31"))
    assert due_series(drill, day("2026-10-08"), school_year) == expected


CALENDAR = SchoolCalendar(
    (
        Block(BlockKind.INSET, "INSET", day("2026-09-01"), day("2026-09-01")),
        Block(BlockKind.TERM, "Autumn 1", day("2026-09-02"), day("2026-10-23"), "autumn", 1),
        Block(BlockKind.TERM, "Autumn 2", day("2026-11-02"), day("2026-12-18"), "autumn", 2),
        Block(BlockKind.TERM, "Spring 1", day("2027-01-04"), day("2027-02-12"), "spring", 1),
        Block(BlockKind.CLOSURE, "Site closed", day("2026-12-21"), day("2027-01-03")),
    ),
    frozenset({day("2026-12-25"), day("2026-12-28"), day("2027-01-01")}),
)
