"""Every worked example of section 12 of the rules about notice, by row; and the sums on the picture of Contracts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bursar_desk.domain.calendar import Block, BlockKind, SchoolCalendar
from bursar_desk.domain.contract_terms import Break, Notice, Terms, term_on
from bursar_desk.domain.notice_dates import LastSafe, Meeting, OfficeDays, break_safe, last_safe, notice_from

D = date.fromisoformat
MONTHS_3, MONTHS_6 = Notice(3, "months"), Notice(6, "months")
MEETINGS = (
    Meeting("Resources committee", D("2026-12-03")), Meeting("Resources committee", D("2027-02-04")),
    Meeting("Resources committee", D("2027-05-13")),
)  # fmt: skip


def safe(terms: Terms, day: str, office: SchoolCalendar | OfficeDays) -> LastSafe:
    term = term_on(terms, D(day))
    assert term is not None
    found = last_safe(terms, term, office, MEETINGS)
    assert found is not None
    return found


def test_row_1_ends_31_august_with_three_months(school_year: SchoolCalendar) -> None:
    found = safe(Terms(D("2024-09-01"), D("2027-08-31"), "ends", notice=MONTHS_3), "2026-11-20", school_year)
    assert (found.last_notice, found.working, found.serve_by) == (D("2027-05-31"), D("2027-05-28"), D("2027-05-24"))
    assert found.decide_by == D("2027-05-13")


def test_row_2_ends_31_august_with_six_months_clamped_to_february(school_year: SchoolCalendar) -> None:
    found = safe(Terms(D("2024-09-01"), D("2027-08-31"), "renews", 12, notice=MONTHS_6), "2026-11-20", school_year)
    assert (found.last_notice, found.working, found.serve_by) == (D("2027-02-28"), D("2027-02-26"), D("2027-02-22"))
    assert found.decide_by == D("2027-02-04")
    assert found.steps[1].detail == (
        "February has no day 31, so its last day. A Sunday: the last working day is Fri 26 Feb"
    )


def test_row_3_a_photocopier_counts_ninety_days_not_three_months(school_year: SchoolCalendar) -> None:
    terms = Terms(D("2023-12-01"), D("2026-11-30"), "renews", 12, notice=Notice(90, "days"))
    august = OfficeDays(school_year, ((D("2026-08-01"), D("2026-08-31")),))
    found = safe(terms, "2026-05-20", august)
    assert (found.last_notice, found.working, found.serve_by) == (D("2026-09-01"), D("2026-09-01"), D("2026-08-24"))
    assert found.steps[2].detail == "Not 31 August"


def test_row_3_with_the_office_shut_in_august_goes_back_to_july(school_year: SchoolCalendar) -> None:
    summer = Block(BlockKind.TERM, "Summer 2", D("2026-06-01"), D("2026-07-20"), "summer", 2)
    calendar = SchoolCalendar((*school_year.blocks, summer), school_year.bank_holidays)
    terms = Terms(D("2023-12-01"), D("2026-11-30"), "renews", 12, notice=Notice(90, "days"))
    found = safe(terms, "2026-05-20", calendar)
    assert found.serve_by == D("2026-07-20")
    assert found.steps[3].detail == "Office shut from 21 July"


def test_row_4_evergreen_from_1_april_with_the_office_shut_at_christmas(school_year: SchoolCalendar) -> None:
    terms = Terms(D("2024-04-01"), D("2025-03-31"), "renews", 12, notice=MONTHS_3)
    found = safe(terms, "2026-11-20", school_year)
    assert (found.end, found.last_notice, found.serve_by) == (D("2027-03-31"), D("2026-12-31"), D("2026-12-18"))
    assert found.runs_to == D("2028-03-31")


def test_row_5_a_rolling_month_ends_a_month_after_notice() -> None:
    rolling = Terms(D("2024-05-01"), None, "rolls", 1, notice=Notice(1, "months"))
    assert notice_from(rolling, D("2027-01-15")) == D("2027-02-15")
    assert last_safe(rolling, term_on(rolling, D("2027-01-15")), OfficeDays(SchoolCalendar())) is None  # type: ignore[arg-type]


def test_row_6_a_break_skips_good_friday_and_easter_monday(school_year: SchoolCalendar) -> None:
    one = Break(D("2027-10-01"), MONTHS_6)
    terms = Terms(D("2024-10-01"), D("2029-09-30"), "ends", notice=MONTHS_6, breaks=(one,))
    term = term_on(terms, D("2026-11-20"))
    assert term is not None
    found = break_safe(terms, term, one, school_year, MEETINGS)
    assert (found.last_notice, found.serve_by, found.runs_to) == (D("2027-04-01"), D("2027-03-23"), D("2029-09-30"))
    assert found.steps[2].detail == "Not 26 or 29 March"


def test_the_arithmetic_of_the_picture_reads_line_by_line(school_year: SchoolCalendar) -> None:
    terms = Terms(D("2024-04-01"), D("2025-03-31"), "renews", 12, notice=MONTHS_3)
    found = safe(terms, "2026-11-20", school_year)
    assert [(one.number, one.words, one.detail, one.day, one.strong) for one in found.steps] == [
        (1, "The contract year ends", "", D("2027-03-31"), False),
        (2, "Take off 3 months’ notice", "", D("2026-12-31"), False),
        (3, "5 working days for post", "Not 25 or 28 December", D("2026-12-22"), False),
        (4, "Last safe day", "Office shut from 19 December", D("2026-12-18"), True),
        (5, "Decide by", "Last committee before that day", D("2026-12-03"), True),
    ]


def test_the_broadband_of_the_picture_is_told_next_in_july() -> None:
    """The picture's next last safe day: 90 days before 30 November 2027, with August shut."""
    summer = Block(BlockKind.TERM, "Summer 2", D("2027-06-07"), D("2027-07-21"), "summer", 2)
    terms = Terms(D("2023-12-01"), D("2026-11-30"), "renews", 12, notice=Notice(90, "days"))
    assert safe(terms, "2026-12-01", SchoolCalendar((summer,))).serve_by == D("2027-07-21")


@pytest.mark.parametrize(
    ("notice", "last_notice", "serve_by"),
    [
        (replace(MONTHS_3, clear=True), "2027-05-30", "2027-05-24"),
        (Notice(3, "months", by="served"), "2027-05-31", "2027-05-28"),
        (Notice(20, "working days"), "2027-08-02", "2027-07-21"),
        (Notice(12, "weeks"), "2027-06-08", "2027-05-28"),
    ],
)
def test_clear_served_weeks_and_working_days_are_counted_as_said(
    notice: Notice, last_notice: str, serve_by: str, school_year: SchoolCalendar
) -> None:
    found = safe(Terms(D("2024-09-01"), D("2027-08-31"), "ends", notice=notice), "2026-11-20", school_year)
    assert (found.last_notice, found.serve_by) == (D(last_notice), D(serve_by))


def test_a_letter_rules_over_the_notice_and_says_so(school_year: SchoolCalendar) -> None:
    from bursar_desk.domain.contract_terms import Written

    letter = Written(D("2027-04-01"), D("2028-03-31"), tell_by=D("2027-01-29"))
    terms = Terms(D("2024-04-01"), D("2025-03-31"), "renews", 12, notice=MONTHS_6, written=(letter,))
    found = safe(terms, "2026-11-20", school_year)  # the letter offers the year after: it is about this one's end
    assert found.by_letter
    assert (found.end, found.last_notice, found.serve_by) == (D("2027-03-31"), D("2027-01-29"), D("2027-01-22"))
    assert found.steps[1].words == "Their letter says: tell us by"
    assert found.steps[1].detail == "This date rules. Keep the letter: by the contract alone it is 30 Sep 2026"
    assert notice_from(terms, D("2027-01-29"), school_year) == D("2027-03-31")
    assert notice_from(terms, D("2027-01-30"), school_year) == D("2028-03-31")
    offered = safe(terms, "2027-06-01", school_year)
    assert (offered.by_letter, offered.last_notice) == (False, D("2027-09-30"))


def test_no_meeting_known_is_said_and_the_body_that_decides_is_looked_for(school_year: SchoolCalendar) -> None:
    terms = Terms(D("2024-04-01"), D("2025-03-31"), "renews", 12, notice=MONTHS_3)
    term = term_on(terms, D("2026-11-20"))
    assert term is not None
    none = last_safe(terms, term, school_year, MEETINGS, "Full governing body")
    assert none is not None
    assert (none.decide_by, none.decide_words) == (
        None, "No meeting of the full governing body is known before that day")  # fmt: skip
    on_it = last_safe(terms, term, school_year, (Meeting("Full governing body", D("2026-12-18")),))
    assert on_it is not None
    assert (on_it.decide_by, on_it.decide_words) == (D("2026-12-18"), "Last meeting on that day")
