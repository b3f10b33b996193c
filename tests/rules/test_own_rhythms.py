"""A school's own rhythms: habits kept as JSON, the days they give, early windows, missed days, rounds of points."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bursar_desk.domain.calendar import NO_CALENDAR, SchoolCalendar
from bursar_desk.domain.checks import Completion, NotDoneReason, Outcome, Standing
from bursar_desk.domain.due import Anchor
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.habits import (
    NOT_READ,
    Choice,
    Habit,
    Holiday,
    Which,
    from_json,
    nth_weekday,
    read_habit,
    to_json,
)
from bursar_desk.domain.intervals import parse_rule
from bursar_desk.domain.items import PointDone, progress, rounds, same_round
from bursar_desk.domain.missed import Skip, missed_between
from bursar_desk.domain.recurrence import explain
from bursar_desk.domain.slots import Grid, slot_id
from bursar_desk.domain.status import CheckFacts, CheckStatus, Colour, status_of

PASS, FAIL = Outcome.SATISFACTORY, Outcome.UNSATISFACTORY
SECOND_TUESDAY = Habit(Which.NTH_WEEKDAY, 2, (1,))


def day(text: str) -> date:
    return date.fromisoformat(text)


def own(rule: str, habit: Habit, *done: str, anchor: Anchor = Anchor.FIXED_DATE, **more: Any) -> CheckFacts:
    found = tuple(Completion(day(text), PASS) for text in done)
    facts = CheckFacts("OWN-1", parse_rule(rule), anchor, Standing.RECOMMENDED, completions=found)
    return replace(facts, habit=habit, local=True, **more)


def at(facts: CheckFacts, when: str, calendar: SchoolCalendar = NO_CALENDAR) -> CheckStatus:
    return status_of(facts, day(when), calendar)


def due(facts: CheckFacts, when: str, calendar: SchoolCalendar = NO_CALENDAR) -> str:
    return str(at(facts, when, calendar).legal_due)


# --- the days of a school's own check --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "habit", "done", "expected"),
    [
        ("every 1 month", SECOND_TUESDAY, "2026-11-10", "2026-12-08"),
        ("every 1 month", SECOND_TUESDAY, "2026-11-12", "2026-12-08"),
        ("every 1 month", Habit(Which.NTH_WEEKDAY, -1, (4,)), "2026-11-12", "2026-11-27"),
        ("every 1 week", Habit(Which.WEEKDAYS, weekdays=(1, 3)), "2026-11-17", "2026-11-19"),
        ("every 2 weeks", Habit(Which.WEEKDAYS, weekdays=(1,), starts=date(2026, 11, 3)), "2026-11-03", "2026-11-17"),
        ("each term", Habit(Which.WEEK_OF_TERM, week=1), "2026-11-17", "2027-01-08"),
        ("each term", Habit(Which.WEEK_OF_TERM, week=2, weekdays=(0,)), "2026-11-17", "2027-01-11"),
        ("each half term", Habit(Which.WEEK_OF_TERM, week=1, weekdays=(2,)), "2026-11-17", "2027-01-06"),
        ("every 1 month", Habit(Which.HALF_TERM), "2026-11-17", "2026-12-18"),
        ("every 1 week", Habit(Which.WEEKDAYS, weekdays=(0,), term_only=True), "2026-12-14", "2027-01-04"),
        ("every 1 week", Habit(Which.WEEKDAYS, weekdays=(0,), season=((4, 1), (9, 30))), "2026-11-16", "2027-04-05"),
        ("every 1 week", Habit(Which.WEEKDAYS, weekdays=(0,), season=((11, 1), (2, 28))), "2027-02-22", "2027-11-01"),
        ("every 1 month", Habit(starts=date(2026, 1, 31)), "2026-11-17", "2026-11-30"),
    ],
)  # fmt: skip
def test_the_habit_sets_the_day_of_a_schools_own_check(
    rule: str, habit: Habit, done: str, expected: str, school_year: SchoolCalendar
) -> None:
    status = at(own(rule, habit, done), max(done, "2026-11-21"), school_year)
    assert str(status.legal_due) == str(status.plan_by) == expected
    assert habit.words in status.because


@pytest.mark.parametrize(
    ("rule", "expected"),
    [(Holiday.KEEP, "2026-12-25"), (Holiday.SKIP, "2027-01-08"), (Holiday.BEFORE, "2026-12-18"),
     (Holiday.AFTER, "2027-01-04")],
)  # fmt: skip
def test_the_holiday_rule_of_a_check(rule: Holiday, expected: str, school_year: SchoolCalendar) -> None:
    fridays = Habit(Which.WEEKDAYS, weekdays=(4,), holiday=rule)
    done = "2026-12-18" if rule is not Holiday.BEFORE else "2026-12-11"
    assert due(own("every 1 week", fridays, done), "2026-12-18", school_year) == expected


def test_so_long_after_last_done_takes_the_latest_named_day_and_never_passes_the_interval() -> None:
    facts = own("every 6 months", Habit(Which.WEEKDAYS, weekdays=(1,)), "2026-03-14", anchor=Anchor.LAST_DONE)
    assert due(facts, "2026-04-01") == "2026-09-08"  # the Tuesday before Monday 14 September


def test_a_check_ends_after_so_many_times_or_on_its_day() -> None:
    six = Habit(Which.WEEKDAYS, weekdays=(0,), starts=day("2026-11-02"), times=2)
    assert due(own("every 1 week", six, "2026-11-02"), "2026-11-04") == "2026-11-09"
    over = at(own("every 1 week", six, "2026-11-02", "2026-11-09"), "2026-11-10")
    assert (over.legal_due, over.colour) == (None, Colour.GREY)
    assert "Nothing more is due" in over.because
    ended = own("every 1 month", Habit(), "2026-11-02", anchor=Anchor.LAST_DONE, ends_on=day("2026-11-30"))
    assert at(ended, "2026-11-20").legal_due is None
    assert at(ended, "2026-12-01").because == "It ended on Monday 30 November 2026."


@pytest.mark.parametrize(
    ("anchor", "done", "expected"),
    [
        (Anchor.FIXED_DATE, "2026-11-25", "2027-12-01"),  # inside: the anniversary is kept
        (Anchor.FIXED_DATE, "2026-11-10", "2027-11-10"),  # before the window: counted from the day done
        (Anchor.FIXED_DATE, "2026-12-05", "2027-12-01"),  # late: a fixed day does not move
        (Anchor.LAST_DONE, "2026-11-25", "2027-12-01"),
        (Anchor.LAST_DONE, "2026-11-10", "2027-11-10"),
        (Anchor.LAST_DONE, "2026-12-05", "2027-12-05"),  # late: counted anew
    ],
)
def test_an_early_window_keeps_the_anniversary(anchor: Anchor, done: str, expected: str) -> None:
    facts = own("every 1 year", Habit(early_days=14), "2025-12-01", done, anchor=anchor)
    assert due(facts, "2026-12-10") == expected


# --- checks that law or a code asks for ------------------------------------------------------------------------------


def test_a_habit_moves_only_the_plan_of_a_check_the_law_asks_for(school_year: SchoolCalendar) -> None:
    tuesdays = Habit(Which.WEEKDAYS, weekdays=(1,), early_days=30)
    flush = CheckFacts(
        "WATR-03", parse_rule("every 1 week"), Anchor.LAST_DONE, completions=(Completion(day("2026-11-19"), PASS),),
        habit=tuesdays,
    )  # fmt: skip
    status = at(flush, "2026-11-21", school_year)
    assert (str(status.legal_due), str(status.plan_by)) == ("2026-11-26", "2026-11-24")
    assert "set by law or a code" in status.plan_because


def test_a_plan_moved_past_the_legal_date_is_put_back_to_it_and_says_so(school_year: SchoolCalendar) -> None:
    after = Habit(Which.WEEKDAYS, weekdays=(4,), holiday=Holiday.AFTER)
    flush = CheckFacts(
        "WATR-03", parse_rule("every 1 week"), Anchor.LAST_DONE, completions=(Completion(day("2026-12-18"), PASS),),
        habit=after,
    )  # fmt: skip
    status = at(flush, "2026-12-19", school_year)
    assert status.plan_by == status.legal_due == day("2026-12-25")
    assert "after the date" in status.plan_because


@pytest.mark.parametrize(("today", "plan"), [("2026-09-10", "2026-09-14"), ("2026-09-15", "2026-10-02")])
def test_a_late_required_check_can_be_given_a_new_plan_and_still_counts_late(today: str, plan: str) -> None:
    lift = CheckFacts(
        "LIFT-01", parse_rule("every 6 months"), Anchor.LAST_DONE, completions=(Completion(day("2026-03-14"), PASS),),
        put_off_to=day("2026-10-02"),
    )  # fmt: skip
    status = at(lift, today)
    assert (str(status.legal_due), str(status.plan_by)) == ("2026-09-14", plan)
    assert (status.colour is Colour.RED) == (today > "2026-09-14")


# --- kept as JSON ----------------------------------------------------------------------------------------------------

HABITS = st.builds(
    Habit,
    which=st.just(Which.WEEKDAYS),
    weekdays=st.lists(st.integers(0, 6), min_size=1, max_size=4, unique=True).map(tuple),
    term_only=st.booleans(),
    season=st.none() | st.sampled_from([((4, 1), (9, 30)), ((11, 1), (2, 29))]),
    starts=st.just(date(2026, 9, 1)),
    ends=st.none() | st.just(date(2030, 1, 1)),
    times=st.none() | st.integers(1, 999),
    holiday=st.sampled_from(list(Holiday)),
    early_days=st.integers(0, 60),
)


@given(HABITS)
def test_a_habit_reads_back_as_itself_and_can_be_said(habit: Habit) -> None:
    assert from_json(to_json(habit)) == habit
    assert habit.words.endswith(".")


@pytest.mark.parametrize(
    "kept",
    [
        {"which": "phase of the moon"}, {"moon": 1}, {"which": "weekdays", "weekdays": ["Monday"]}, {"nth": True},
        {"season": ["13-01", "02-01"]}, {"season": "summer"}, {"starts": 5}, {"times": 3}, {"early_days": -1},
        {"which": "nth weekday", "nth": 7, "weekdays": [1]}, {"weekdays": 3}, {"term_only": "yes"}, {"ends": "soon"},
    ],
)  # fmt: skip
def test_what_a_newer_program_wrote_is_left_alone_with_a_sentence(kept: dict[str, Any]) -> None:
    assert read_habit(kept) == (None, NOT_READ)
    with pytest.raises(UserError):
        from_json(kept)


@given(st.dictionaries(st.text(max_size=8), st.none() | st.integers() | st.text(max_size=8) | st.lists(st.integers())))
def test_no_json_stops_a_list(kept: dict[str, Any]) -> None:
    habit, said = read_habit(kept)
    assert (habit is None) == (bool(said) or not kept)


@pytest.mark.parametrize(
    ("habit", "words"),
    [
        (SECOND_TUESDAY, "On the second Tuesday of the month."),
        (Habit(Which.WEEK_OF_TERM, week=1), "In the first week of term."),
        (Habit(Which.WEEK_OF_TERM, week=2, weekdays=(0,)), "On Monday of the second week of term."),
        (Habit(Which.WEEKDAYS, weekdays=(3, 1), term_only=True), "On Tuesday and Thursday, in term time only."),
        (Habit(season=((5, 1), (9, 30))), "From 1 May to 30 September each year."),
        (Habit(), "On the day it is due."),
    ],
)
def test_a_habit_is_said_in_plain_words(habit: Habit, words: str) -> None:
    assert habit.words == words


def test_the_two_ways_to_count_have_names() -> None:
    assert (Choice.SAME_DAY.said(parse_rule("every 1 week")), Choice.SAME_DAY.anchor) == (
        "Same day each week", Anchor.FIXED_DATE,
    )  # fmt: skip
    assert Choice.SAME_DAY.said(parse_rule("each term")) == "Same day each term"
    assert Choice.AFTER_DONE.said(parse_rule("every 6 months")) == "6 months after it was last done"


@given(st.integers(2020, 2035), st.integers(1, 12), st.sampled_from([1, 2, 3, 4, -1]), st.integers(0, 6))
def test_the_nth_weekday_is_one(year: int, month: int, nth: int, weekday: int) -> None:
    found = nth_weekday(year, month, nth, weekday)
    assert (found.year, found.month, found.weekday()) == (year, month, weekday)
    assert (found.day - 1) // 7 == nth - 1 or (nth == -1 and (found + timedelta(days=7)).month != month)


# --- slots -----------------------------------------------------------------------------------------------------------


@given(st.binary(min_size=16, max_size=16), st.binary(min_size=16, max_size=16), st.dates(), st.dates())
def test_one_check_on_one_day_has_one_id(check: bytes, other: bytes, when: date, then: date) -> None:
    assert slot_id(check, when) == slot_id(check, when)
    assert len(slot_id(check, when)) == 16
    assert (slot_id(check, when) == slot_id(other, then)) == (check == other and when == then)


@given(HABITS, st.dates(date(2026, 9, 1), date(2028, 1, 1)), st.integers(0, 400))
def test_due_days_are_the_same_wherever_one_begins_to_look(habit: Habit, first: date, ahead: int) -> None:
    grid = Grid(parse_rule("every 1 week"), habit, NO_CALENDAR)
    whole = list(grid.between(date(2026, 9, 1), first + timedelta(days=ahead)))
    assert whole == sorted(set(whole))
    assert [one for one in whole if one >= first] == list(grid.between(first, first + timedelta(days=ahead)))
    assert grid.after(first) == next(iter(grid.between(first + timedelta(days=1), first + timedelta(days=1400))), None)


# --- what was missed -------------------------------------------------------------------------------------------------


def missed(facts: CheckFacts, first: str, last: str, calendar: SchoolCalendar, *skips: Skip) -> list[str]:
    found = missed_between(facts, facts.completions, skips, day(first), day(last), calendar)
    return [f"{one.due} {one.reason}".strip() for one in found]


def law(code: str, rule: str, *done: str) -> CheckFacts:
    anchor = Anchor.CALENDAR_PERIOD if rule.startswith(("each", "daily")) else Anchor.LAST_DONE
    return CheckFacts(code, parse_rule(rule), anchor, completions=tuple(Completion(day(text), PASS) for text in done))


def test_weeks_with_nothing_done_are_missed_and_the_last_one_is_only_late(school_year: SchoolCalendar) -> None:
    flush = law("WATR-03", "every 1 week", "2026-10-05", "2026-11-04")
    skip = Skip(day("2026-10-20"), day("2026-10-19"), NotDoneReason.STAFF_AWAY, "Terry ill")
    assert missed(flush, "2026-10-01", "2026-11-20", school_year, skip) == [
        "2026-10-12", "2026-10-19 staff_away", "2026-10-26", "2026-11-11",
    ]  # fmt: skip


def test_only_one_is_left_to_do_and_the_series_goes_on_from_the_day_it_was_done(school_year: SchoolCalendar) -> None:
    flush = law("WATR-03", "every 1 week", "2026-10-05")
    assert due(flush, "2026-11-20", school_year) == "2026-10-12"
    caught_up = law("WATR-03", "every 1 week", "2026-10-05", "2026-11-20")
    assert due(caught_up, "2026-11-20", school_year) == "2026-11-27"


def test_a_shut_site_excuses_the_listed_checks_and_no_other(shut_at_christmas: SchoolCalendar) -> None:
    done = ("2026-12-14", "2027-01-04")
    assert missed(law("FIRE-04", "every 1 week", *done), "2026-12-01", "2027-01-10", shut_at_christmas) == []
    assert missed(law("WATR-03", "every 1 week", *done), "2026-12-01", "2027-01-10", shut_at_christmas) == [
        "2026-12-21",
        "2026-12-28",
    ]


def test_days_and_terms_are_missed_by_themselves(school_year: SchoolCalendar) -> None:
    panel = law("FIRE-03", "daily school days", "2026-11-16", "2026-11-18")
    assert missed(panel, "2026-11-01", "2026-11-20", school_year) == ["2026-11-17", "2026-11-19", "2026-11-20"]
    drill = law("FIRE-19", "each term", "2026-10-08", "2027-04-13")
    assert missed(drill, "2026-09-01", "2027-07-31", school_year) == ["2027-03-25"]


def test_a_long_interval_is_late_and_not_missed(school_year: SchoolCalendar) -> None:
    assert missed(law("LIFT-01", "every 6 months", "2024-03-14"), "2024-01-01", "2026-11-20", school_year) == []


def test_the_days_of_a_schools_own_rhythm_are_missed(school_year: SchoolCalendar) -> None:
    gates = own("every 1 week", Habit(Which.WEEKDAYS, weekdays=(1,), term_only=True), "2026-10-06", "2026-11-10")
    assert missed(gates, "2026-10-01", "2026-11-20", school_year) == ["2026-10-13", "2026-10-20", "2026-11-03"]


@given(st.lists(st.integers(0, 3650), max_size=60), st.sampled_from(["every 1 week", "every 2 weeks", "every 1 month"]))
def test_ten_years_of_weeks_are_each_done_late_or_missed(gaps: list[int], rule: str) -> None:
    start = date(2016, 11, 21)
    days = sorted({start + timedelta(days=gap) for gap in gaps} | {start})
    facts = CheckFacts("WATR-03", parse_rule(rule), Anchor.LAST_DONE)
    done = [Completion(one, PASS) for one in days]
    found = missed_between(facts, done, (), start, date(2026, 11, 20))
    assert [one.due for one in found] == sorted({one.due for one in found})
    for one in found:
        assert not [d for d in days if one.due <= d <= one.latest]
    assert not found or found[-1].latest <= date(2026, 11, 20)


# --- point by point --------------------------------------------------------------------------------------------------

DOORS = ("Hall", "Kitchen", "Office")


def look(number: int, when: str, point: str, outcome: Outcome = PASS, *, retest: bool = False) -> PointDone:
    return PointDone(bytes([number]), day(when), point, outcome, retest=retest)


MONTH = same_round(parse_rule("every 1 month"), None, NO_CALENDAR)


def test_a_check_point_by_point_is_done_on_the_day_of_its_last_point() -> None:
    part = [look(1, "2026-11-02", "Hall"), look(2, "2026-11-03", "Office")]
    found = rounds(DOORS, part, MONTH, day("2026-11-04"))
    assert (found.completions, found.progress.words, found.progress.todo) == ((), "2 of 3", ("Kitchen",))
    assert progress(DOORS, part) == found.progress
    whole = rounds(DOORS, [*part, look(3, "2026-11-09", "Kitchen", FAIL)], MONTH, day("2026-11-10"))
    assert [(one.done, one.outcome) for one in whole.completions] == [(day("2026-11-09"), FAIL)]
    assert (whole.failed, whole.progress.n) == ((bytes([3]),), 0)


def test_points_of_an_older_round_do_not_count_for_the_next() -> None:
    old = [look(1, "2026-06-02", "Hall"), look(2, "2026-06-03", "Kitchen")]
    found = rounds(DOORS, [*old, look(3, "2026-11-02", "Office")], MONTH, day("2026-11-03"))
    assert (found.completions, found.progress.done) == ((), frozenset({"Office"}))


def test_a_failed_round_is_settled_when_every_failed_point_passed_again() -> None:
    done = [
        look(1, "2026-11-02", "Hall", FAIL), look(2, "2026-11-02", "Kitchen", FAIL), look(3, "2026-11-02", "Office"),
        look(4, "2026-11-03", "Hall", retest=True),
    ]  # fmt: skip
    assert len(rounds(DOORS, done, MONTH, day("2026-11-04")).completions) == 1
    again = rounds(DOORS, [*done, look(5, "2026-11-04", "Kitchen", retest=True)], MONTH, day("2026-11-04"))
    assert [(one.done, one.retest) for one in again.completions] == [
        (day("2026-11-02"), False),
        (day("2026-11-04"), True),
    ]
    assert again.failed == ()


def test_a_record_without_a_point_speaks_for_all_of_them() -> None:
    found = rounds(DOORS, [look(1, "2026-11-02", "")], MONTH, day("2026-11-02"))
    assert [one.done for one in found.completions] == [day("2026-11-02")]


def test_a_rule_is_explained_with_a_habit_and_no_register() -> None:
    told = explain("every 1 month", "fixed date", day("2026-11-10"), habit=SECOND_TUESDAY)
    assert (told.legal_due, told.because) == (
        day("2026-12-08"),
        "Done Tuesday 10 November 2026. On the second Tuesday of the month. Next Tuesday 8 December 2026.",
    )
