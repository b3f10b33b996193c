"""Section 6 of the rules: red, amber, green and grey, row by row, and the honest count."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bursar_desk.domain import words
from bursar_desk.domain.calendar import NO_CALENDAR, Block, BlockKind, SchoolCalendar
from bursar_desk.domain.checks import Completion, Outcome, Standing, book_by, lead_for, season_days
from bursar_desk.domain.intervals import Interval, Unit, parse_rule
from bursar_desk.domain.recurrence import Anchor
from bursar_desk.domain.status import (
    CheckFacts,
    CheckStatus,
    Colour,
    DefectFact,
    Word,
    due_series,
    history_of,
    roll_up,
    status_of,
)

TODAY = date(2026, 11, 21)
PASS, FAIL, ACTIONS = Outcome.SATISFACTORY, Outcome.UNSATISFACTORY, Outcome.SATISFACTORY_WITH_ACTIONS
APPROVED, RECOMMENDED = Standing.APPROVED, Standing.RECOMMENDED


def day(text: str) -> date:
    return date.fromisoformat(text)


def check(code: str, rule: str, *done: str, outcome: Outcome = PASS, **more: object) -> CheckFacts:
    anchor = Anchor.CALENDAR_PERIOD if rule.startswith(("each", "daily")) else Anchor.LAST_DONE
    completions = tuple(Completion(day(text), outcome) for text in done)
    return replace(CheckFacts(code, parse_rule(rule), anchor, completions=completions), **more)  # type: ignore[arg-type]


LIFT = check("LIFT-01", "every 6 months", "2026-03-14")

# row, facts, then (day, colour, word) for each day the row speaks of
ROWS = [
    ("row 1: lift overdue", LIFT, [("2026-11-21", "red", "overdue")]),
    ("row 2: locked off", replace(LIFT, out_of_use=day("2026-09-10")), [("2026-11-21", "grey", "out_of_use")]),
    (
        "row 3: EICR in its lead",
        check("ELEC-01", "every 5 years", "2021-12-12", standing=APPROVED),
        [("2026-06-14", "green", "ok"), ("2026-06-15", "amber", "due_soon"), ("2026-11-21", "amber", "due_soon"),
         ("2026-12-13", "red", "overdue")],
    ),
    (
        "row 4: fire alarm service in tolerance",
        check("FIRE-05", "every 6 months", "2026-04-21", standing=APPROVED),
        [("2026-11-21", "amber", "due_soon"), ("2026-11-22", "red", "overdue")],
    ),
    (
        "row 5: weekly call point",
        check("FIRE-04", "every 1 week", "2026-11-16", standing=APPROVED),
        [("2026-11-21", "green", "ok"), ("2026-11-23", "amber", "due_soon"), ("2026-11-24", "red", "overdue")],
    ),
    (
        "row 6: weekly flush",
        check("WATR-03", "every 1 week", "2026-11-14", standing=APPROVED),
        [("2026-11-21", "amber", "due_soon"), ("2026-11-22", "red", "overdue")],
    ),
    (
        "row 7: extinguishers in tolerance",
        check("FIRE-11", "every 1 year", "2025-11-01", standing=APPROVED),
        [("2026-11-21", "amber", "due_soon"), ("2026-12-01", "amber", "due_soon"), ("2026-12-02", "red", "overdue")],
    ),
    ("row 8: asbestos plan unknown", check("ASBE-01", "every 1 year"), [("2026-11-21", "red", "not_known")]),
    (
        "row 9: term drill",
        check("FIRE-19", "each term", "2026-07-10"),
        [("2026-10-25", "green", "ok"), ("2026-10-26", "amber", "due_soon"), ("2026-12-18", "amber", "due_soon"),
         ("2026-12-19", "red", "overdue")],
    ),
    (
        "row 11: recommended, in grace",
        check("SECU-06", "every 1 year", "2025-11-01", standing=RECOMMENDED),
        [("2026-11-21", "amber", "overdue"), ("2026-12-01", "amber", "overdue"), ("2026-12-02", "red", "overdue")],
    ),
    (
        "row 12: not in force",
        check("SECU-08", "every 1 year", in_force_from=day("2027-04-03")),
        [("2026-11-21", "grey", "not_needed"), ("2027-04-03", "red", "not_known")],
    ),
    (
        "row 13: report awaited",
        check("VENT-01", "every 14 months", "2026-11-01", evidence_awaited_since=day("2026-11-01")),
        [("2026-11-21", "amber", "evidence_awaited"), ("2026-11-29", "amber", "evidence_awaited"),
         ("2026-11-30", "red", "evidence_awaited")],
    ),
    (
        "row 14: repair day passed, still used",
        check("LIFT-01", "every 6 months", "2026-11-01", outcome=ACTIONS,
              open_defects=(DefectFact(False, hard_stop=day("2026-11-20")),)),
        [("2026-11-20", "amber", "due_soon"), ("2026-11-21", "red", "failed")],
    ),
    (
        "row 15: three dead fittings",
        check("FIRE-08", "every 1 year", "2026-11-20", outcome=ACTIONS, standing=APPROVED,
              open_defects=(DefectFact(False, target=day("2026-12-04")),)),
        [("2026-11-21", "amber", "due_soon"), ("2026-12-04", "amber", "due_soon"), ("2026-12-05", "red", "overdue")],
    ),
    (
        "row 16: EICR failed",
        check("ELEC-01", "every 5 years", "2026-11-03", outcome=FAIL, standing=APPROVED,
              open_defects=(DefectFact(False), DefectFact(False))),
        [("2026-11-21", "red", "failed")],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("facts", "expected"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_row_of_the_table(school_year: SchoolCalendar, facts: CheckFacts, expected: list[tuple[str, str, str]]) -> None:
    for today, colour, word in expected:
        status = status_of(facts, day(today), school_year)
        assert (today, status.colour, status.word) == (today, Colour(colour), Word(word)), status.because


def test_row_1_counts_68_days_late_and_says_so() -> None:
    status = status_of(LIFT, TODAY)
    assert (status.days, status.legal_due) == (68, day("2026-09-14"))
    assert "68 days late" in status.because


def test_row_3_counts_21_days_left() -> None:
    assert status_of(ROWS[2][1], TODAY).days == -21


def test_row_10_one_late_row_in_260_is_never_100_per_cent() -> None:
    fine = status_of(check("ELEC-01", "every 5 years", "2026-11-03"), TODAY)
    count = roll_up([fine] * 259 + [status_of(LIFT, TODAY)])
    assert (count.up_to_date, count.applicable, count.percent, count.worst) == (259, 260, 99, Colour.RED)
    assert roll_up([fine] * 260).percent == 100


def test_row_16_the_next_date_stands_and_closing_the_faults_clears_it() -> None:
    failed = ROWS[-1][1]
    assert status_of(failed, TODAY).legal_due == day("2031-11-03")
    mended = replace(failed, open_defects=(), failure_put_right=day("2026-11-20"))
    assert status_of(mended, TODAY).colour is Colour.GREEN


# --- the order of the tests ------------------------------------------------------------------------------------------


def test_no_record_is_due_today_and_recommended_is_only_amber() -> None:
    unknown = status_of(check("ASBE-01", "every 1 year"), TODAY)
    assert (unknown.legal_due, unknown.days, unknown.in_date) == (TODAY, 0, False)
    soft = status_of(check("SECU-06", "every 1 year", standing=RECOMMENDED), TODAY)
    assert (soft.colour, soft.word, soft.in_date) == (Colour.AMBER, Word.NOT_KNOWN, False)
    first_use = status_of(check("LIFT-01", "every 6 months", first_used=day("2026-10-01")), TODAY)
    assert (first_use.colour, first_use.legal_due) == (Colour.GREEN, day("2027-04-01"))


def test_a_row_nobody_has_answered_for_is_grey_not_known_and_outside_the_count() -> None:
    asked = status_of(check("POOL-02", "every 1 month", applies="ask"), TODAY)
    assert (asked.colour, asked.word) == (Colour.GREY, Word.NOT_KNOWN)
    assert status_of(check("POOL-02", "every 1 month", applies="no"), TODAY).word is Word.NOT_NEEDED
    assert roll_up([asked]).percent is None


def test_isolation_comes_before_a_danger_and_a_danger_before_no_record() -> None:
    danger = replace(LIFT, open_defects=(DefectFact(True),))
    assert status_of(danger, TODAY).word is Word.FAILED
    assert status_of(replace(danger, out_of_use=TODAY), TODAY).colour is Colour.GREY
    assert status_of(replace(danger, completions=()), TODAY).word is Word.FAILED


def test_an_amber_found_early_never_hides_a_red() -> None:
    in_grace = check("SECU-06", "every 1 year", "2025-11-01", outcome=FAIL, standing=RECOMMENDED)
    assert status_of(in_grace, TODAY).word is Word.FAILED
    awaited = check(
        "VENT-01", "every 14 months", "2026-11-01", evidence_awaited_since=day("2026-11-01"),
        open_defects=(DefectFact(False, target=day("2026-11-10")),),
    )  # fmt: skip
    assert status_of(awaited, TODAY).colour is Colour.RED


def test_a_check_done_late_is_green_again_and_counted_late_in_history() -> None:
    done = check("LIFT-01", "every 6 months", "2026-03-14", "2026-10-01")
    assert status_of(done, TODAY).colour is Colour.GREEN
    assert [line.on_time for line in history_of(done, TODAY)] == [True, False]


def test_a_thing_in_tolerance_is_in_date_and_one_in_grace_is_not() -> None:
    assert status_of(ROWS[3][1], TODAY).in_date
    assert not status_of(ROWS[9][1], TODAY).in_date


def test_the_grace_of_a_short_recommended_interval_is_a_quarter_of_it() -> None:
    monthly = check("ENER-04", "every 1 month", "2026-10-01", standing=RECOMMENDED)
    assert status_of(monthly, day("2026-11-08")).colour is Colour.AMBER
    assert status_of(monthly, day("2026-11-09")).colour is Colour.RED


def test_a_certificate_that_does_not_expire_is_never_red_for_its_age() -> None:
    course = check("TRNG-10", "risk based default 3 years", "2019-03-14", standing=RECOMMENDED)
    assert status_of(course, TODAY).colour is Colour.AMBER


def test_the_first_aid_certificate_of_section_10() -> None:
    card = CheckFacts(
        "TRNG-01", parse_rule("every 3 years"), Anchor.EXPIRY_DATE, APPROVED,
        completions=(Completion(day("2024-03-14"), PASS, printed=day("2027-03-14")),),
    )  # fmt: skip
    seen = [status_of(card, day(text)).colour for text in ("2026-12-13", "2026-12-14", "2027-03-14", "2027-03-15")]
    assert seen == [Colour.GREEN, Colour.AMBER, Colour.AMBER, Colour.RED]


def test_a_daily_check_is_amber_on_its_day_and_red_the_next() -> None:
    panel = check("FIRE-03", "daily school days", "2026-11-18", standing=APPROVED)
    assert [status_of(panel, day(f"2026-11-{n}")).colour for n in (18, 19, 20)] == [
        Colour.GREEN,
        Colour.AMBER,
        Colour.RED,
    ]


def test_a_band_that_asks_for_no_check_is_grey() -> None:
    gas = check("VENT-08", "by value tCO2e: <5 none; 5-50 12 months", value=2)
    assert (status_of(gas, TODAY).colour, status_of(gas, TODAY).word) == (Colour.GREY, Word.NOT_NEEDED)


# --- lead times ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("interval", "amber", "book"),
    [
        (Interval(1, Unit.DAY), 0, None),
        (Interval(1, Unit.WEEK), 0, None),
        (Interval(2, Unit.WEEK), 2, None),
        (Interval(4, Unit.WEEK), 2, None),
        (Interval(1, Unit.MONTH), 5, None),
        (Interval(6, Unit.WEEK), 5, None),
        (Interval(10, Unit.WEEK), 14, 28),
        (Interval(13, Unit.WEEK), 14, 28),
        (Interval(3, Unit.MONTH), 14, 28),
        (Interval(6, Unit.MONTH), 28, 42),
        (Interval(12, Unit.MONTH), 42, 84),
        (Interval(14, Unit.MONTH), 42, 84),
        (Interval(2, Unit.YEAR), 90, 120),
        (Interval(4, Unit.YEAR), 90, 120),
        (Interval(5, Unit.YEAR), 180, 240),
        (Interval(10, Unit.YEAR), 180, 240),
    ],
)
def test_the_lead_time_of_each_interval(interval: Interval, amber: int, book: int | None) -> None:
    lead = lead_for(interval)
    assert (lead.amber, lead.book) == (amber, book)


def test_certificates_have_sixty_days_and_courses_ninety() -> None:
    assert lead_for(Interval(1, Unit.YEAR), expires=True).amber == 60
    assert lead_for(Interval(3, Unit.YEAR), code="TRNG-01", expires=True).amber == 90


@pytest.mark.parametrize(
    ("due", "extra"),
    [("2026-09-01", 28), ("2026-09-20", 28), ("2026-09-21", 0), ("2027-01-10", 28), ("2027-01-11", 0)],
)
def test_september_and_january_slots_sell_out_four_weeks_earlier(due: str, extra: int) -> None:
    half_yearly = Interval(6, Unit.MONTH)
    assert season_days(day(due), lead_for(half_yearly)) == extra
    assert book_by(day(due), half_yearly) == day(due) - timedelta(days=42 + extra)
    assert season_days(day(due), lead_for(Interval(1, Unit.WEEK))) == 0


def test_a_lift_due_in_september_is_amber_from_july() -> None:
    seen = [status_of(LIFT, day(text)).colour for text in ("2026-07-19", "2026-07-20")]
    assert seen == [Colour.GREEN, Colour.AMBER]


# --- counting --------------------------------------------------------------------------------------------------------


def test_the_roll_up_shows_the_worst_with_counts_and_leaves_grey_out() -> None:
    row = [status_of(facts, TODAY) for _, facts, _ in ROWS]
    count = roll_up(row)
    assert count.red + count.amber + count.green == count.applicable
    assert count.grey == 2
    assert count.worst is Colour.RED
    assert count.sentence == f"{count.red} red, {count.amber} amber, {count.green} green"
    nothing = roll_up([])
    assert (nothing.percent, nothing.worst, nothing.applicable) == (None, Colour.GREY, 0)


@given(st.lists(st.tuples(st.sampled_from(list(Colour)), st.booleans()), max_size=400))
def test_a_hundred_per_cent_means_every_row(rows: list[tuple[Colour, bool]]) -> None:
    made = [
        CheckStatus(colour, Word.OK, "", in_date=colour is Colour.GREEN or (colour is Colour.AMBER and fresh))
        for colour, fresh in rows
    ]
    count = roll_up(made)
    applicable = [status for status in made if status.colour is not Colour.GREY]
    assert count.applicable == len(applicable)
    assert (count.percent == 100) == (bool(applicable) and all(status.in_date for status in applicable))
    assert count.percent is None or 0 <= count.percent <= 100


def test_every_status_word_has_its_word_on_screen() -> None:
    assert {word.said for word in Word} <= set(words.STATUS_WORDS.values())
    assert {outcome.said for outcome in Outcome} == {"Pass", "Pass with actions", "Fail"}


# --- whatever is true, there is an answer ----------------------------------------------------------------------------

RULE_TEXTS = (
    "before use", "on event", "daily school days", "each term", "each half term", "each school year", "every 1 week",
    "every 6 months", "every 5 years", "every 7 days while in use", "risk based default 1 year",
    "by scheme of examination default 12 months", "by value vehicle age years: <12 10 weeks; >=12 6 weeks",
    "by value floor area m2: <=250 none; 250-1000 10 years; >1000 12 months",
)  # fmt: skip
CODES = (
    "OWN", "FIRE-03", "FIRE-04", "FIRE-05", "FIRE-19", "GASH-02", "TRAN-03", "PRES-01", "ENER-01", "DTSC-02", "GRND-09",
    "VENT-01", "FAID-03", "TRNG-10",
)  # fmt: skip
SOME_DAY = st.dates(date(2020, 1, 1), date(2030, 12, 31))
ANY_DAY = st.one_of(SOME_DAY, st.sampled_from([date.min, date.max, date(2028, 2, 29)]))
MAYBE = st.none() | ANY_DAY
CALENDARS = (
    NO_CALENDAR,
    SchoolCalendar(
        (
            Block(BlockKind.TERM, "Autumn", date(2026, 9, 2), date(2026, 12, 18)),
            Block(BlockKind.CLOSURE, "Site closed", date(2026, 12, 19), date(2027, 1, 3)),
        )
    ),
    SchoolCalendar((Block(BlockKind.CLOSURE, "Shut for years", date(2020, 1, 1), date(2030, 1, 1)),)),
)
COMPLETIONS = st.lists(
    st.builds(Completion, done=ANY_DAY, outcome=st.sampled_from(list(Outcome)), printed=MAYBE, retest=st.booleans()),
    max_size=4,
).map(lambda found: tuple(sorted(found, key=lambda completion: completion.done)))
DEFECTS = st.lists(st.builds(DefectFact, st.booleans(), MAYBE, MAYBE), max_size=2).map(tuple)
FACTS = st.builds(
    CheckFacts,
    code=st.sampled_from(CODES), rule=st.sampled_from(RULE_TEXTS).map(parse_rule), anchor=st.sampled_from(list(Anchor)),
    standing=st.sampled_from(list(Standing)), applies=st.sampled_from(["yes", "yes", "yes", "no", "ask"]),
    completions=COMPLETIONS, value=st.none() | st.floats(allow_nan=True) | st.integers(0, 5000),
    value_was=st.none() | st.integers(0, 5000), value_changed=MAYBE, first_used=MAYBE, first_due=MAYBE,
    open_defects=DEFECTS, failure_put_right=MAYBE, evidence_awaited_since=MAYBE, out_of_use=MAYBE,
    occupied=st.booleans(), in_force_from=MAYBE, in_use=st.booleans(), in_use_since=MAYBE,
    closed_skips=st.frozensets(SOME_DAY, max_size=2), locked_away=st.booleans(), put_off_to=MAYBE, postponed_to=MAYBE,
    weekday=st.none() | st.integers(0, 6), written_scheme=st.booleans(), disruptive=st.none() | st.booleans(),
    doubled=st.booleans(),
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(FACTS, SOME_DAY, st.sampled_from(CALENDARS))
def test_every_combination_of_facts_has_a_status_and_a_sentence(
    facts: CheckFacts, today: date, calendar: SchoolCalendar
) -> None:
    status = status_of(facts, today, calendar)
    assert status.because
    assert status.days is None or status.legal_due is not None
    if status.colour is Colour.GREEN:
        assert status.in_date
        assert status.legal_due is not None
        assert status.legal_due >= today
    if status.colour is Colour.GREY or status.colour is Colour.RED:
        assert not status.in_date
    if status.plan_by and status.legal_due and facts.put_off_to is None:
        assert status.plan_by <= status.legal_due
    if status.plan_by and status.latest and facts.standing is not Standing.RECOMMENDED and today <= status.latest:
        assert status.plan_by <= status.latest
    series = due_series(facts, today, calendar)
    assert list(series) == sorted(set(series))
    history_of(facts, today, calendar)


@settings(max_examples=150, deadline=None)
@given(st.dates(date(2026, 9, 1), date(2027, 7, 31)), st.sampled_from(["every 1 week", "every 1 month", "each term"]),
       st.sampled_from(["WATR-03", "LIFT-01", "FIRE-26", "VENT-01"]), SOME_DAY, st.integers(0, 40))  # fmt: skip
def test_a_closure_never_moves_a_legal_date(done: date, rule: str, code: str, closed: date, length: int) -> None:
    facts = check(code, rule, done.isoformat())
    closure = Block(BlockKind.CLOSURE, "Closed", closed, closed + timedelta(days=length))
    shut = SchoolCalendar((*CALENDARS[1].blocks, closure))
    assert status_of(facts, done, shut).legal_due == status_of(facts, done, CALENDARS[1]).legal_due
