"""Dates, numbers and words as people read them, and dates as people type them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bursar_desk.domain import words
from bursar_desk.domain.typed_dates import NotADate, read_date

FRIDAY = date(2027, 3, 26)
TODAY = date(2026, 11, 20)
DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))


def test_dates_are_written_out_in_sentences_and_short_in_tables() -> None:
    assert words.long_date(FRIDAY) == "Friday 26 March 2027"
    assert words.short_date(FRIDAY) == "26 Mar 2027"
    assert words.plain_date(FRIDAY) == "26 March 2027"
    assert words.weekday_date(date(2026, 11, 23)) == "Monday 23 November"
    assert words.short_day(date(2026, 11, 23)) == "Mon 23 Nov"
    assert words.month_year(FRIDAY) == "March 2027"
    assert words.week_of(date(2026, 11, 8)) == "Week of 2 November"
    assert words.short_date(None, "No record") == "No record"


@pytest.mark.parametrize(
    ("gap", "said"),
    [(-12, "12 days late"), (-1, "1 day late"), (0, "today"), (1, "tomorrow"), (2, "in 2 days"), (5, "in 5 days")],
)
def test_a_due_date_says_how_far_it_is(gap: int, said: str) -> None:
    assert words.until(TODAY + timedelta(days=gap), TODAY) == said


@pytest.mark.parametrize(("gap", "said"), [(0, "today"), (1, "yesterday"), (5, "5 days ago"), (-3, "in 3 days")])
def test_a_past_date_says_how_long_ago_it_was(gap: int, said: str) -> None:
    assert words.ago(TODAY - timedelta(days=gap), TODAY) == said


def test_times_are_of_24_hours() -> None:
    assert words.clock(time(8, 5)) == "08:05"
    assert words.clock_range(time(6, 45), time(17)) == "06:45 to 17:00"
    assert words.moment(datetime(2026, 11, 20, 8, 30), TODAY) == "today 08:30"  # noqa: DTZ001 - the desk's own time
    assert words.moment(datetime(2026, 11, 5, 14, 20), TODAY) == "Thursday 5 November 2026, 14:20"  # noqa: DTZ001


def test_counts_know_one_from_many() -> None:
    assert words.count(1, "check") == "1 check"
    assert words.count(0, "check") == "0 checks"
    assert words.count(1240, "check") == "1,240 checks"
    assert words.count(2, "person", "people") == "2 people"
    assert [words.plural(word) for word in ("box", "copy", "day", "watch", "site")] == [
        "boxes",
        "copies",
        "days",
        "watches",
        "sites",
    ]


@pytest.mark.parametrize(
    ("pence", "said"), [(124000, "£1,240"), (47264, "£472.64"), (5, "£0.05"), (0, "£0"), (-1200, "−£12")]
)
def test_money_shows_odd_pence_only_when_there_are_some(pence: int, said: str) -> None:
    assert words.money(pence) == said


@given(st.integers(-(10**12), 10**12))
def test_exact_money_can_be_read_back_to_the_penny(pence: int) -> None:
    said = words.money_exact(pence)
    back = int(said.replace("£", "").replace(",", "").replace(".", "").replace(words.MINUS, "-"))
    assert back == pence


def test_a_negative_saving_is_a_cost_in_words() -> None:
    assert words.saving(12000) == "saves £120"
    assert words.saving(-12000) == "costs £120 more"
    assert words.saving(0) == "costs the same"


def test_lists_have_and_before_the_last() -> None:
    assert [words.listing(list("abc"[:n])) for n in range(4)] == ["", "a", "a and b", "a, b and c"]


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Clare Brennan", "CB"), ("R. Patel", "RP"), ("Madonna", "M"), ("Ana María de la Cruz", "AC"), ("  ", "?")],
)
def test_initials_are_two_letters_at_most(name: str, letters: str) -> None:
    assert words.initials(name) == letters


def test_lengths_sizes_and_sentences() -> None:
    assert [words.hours(n) for n in (390, 45, 120, 0, -30)] == ["6 h 30 min", "45 min", "2 h", "0 min", "−30 min"]
    assert [words.file_size(n) for n in (812, 40_000, 2_500_000)] == ["812 bytes", "40 KB", "2.5 MB"]
    assert words.sentence("enter who did the check") == "Enter who did the check."
    assert words.sentence("Is it? ") == "Is it?"


def test_status_words_carry_how_late_and_never_invent_a_word() -> None:
    assert words.status_words("overdue", date(2026, 11, 13), TODAY) == "Overdue 7 days"
    assert words.status_words("due_soon", TODAY, TODAY) == "Due today"
    assert words.status_words("due_soon", date(2026, 12, 1), TODAY) == "Due soon"
    assert words.outcome_words("satisfactory_with_actions") == "Pass with actions"
    with pytest.raises(KeyError):
        words.status_words("amber-ish")


@pytest.mark.parametrize(
    "typed",
    ["26/3/27", "26.3.2027", "26-03-2027", "26 3 27", "26 Mar 27", "26 march 2027", "26th March, 2027", "2027-03-26",
     "Fri 26 Mar 2027", "friday 26/3/2027", " 26 / 3 / 2027 ", "26MAR2027"],
)  # fmt: skip
def test_the_ways_people_type_a_date_are_read(typed: str) -> None:
    assert read_date(typed, today=TODAY) == FRIDAY


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("31/6/2027", "31 June 2027 does not exist"),
        ("29 Feb 2027", "29 February 2027 does not exist"),
        ("3/26/27", "must have the day first"),
        ("26/13/2027", "must have the day first"),
        ("26 Mar", "needs a year"),
        ("26/3", "needs a year"),
        ("26/3-27", "could not be read"),
        ("26 Mrz 27", "is not a month"),
        ("soon", "could not be read"),
        ("0/3/27", "does not exist"),
        ("1/1/1066", "must have a year from"),
        ("Mon 26 Mar 2027", "26 March 2027 is a Friday"),
        ("", "Enter a date"),
        ("٢٦/٣/٢٠٢٧", "could not be read"),
    ],
)
def test_what_is_not_one_certain_day_is_refused_with_the_reason(typed: str, said: str) -> None:
    if typed == "26/13/2027":
        said = "There are 12 months"
    with pytest.raises(NotADate) as refused:
        read_date(typed, today=TODAY, name="Last done")
    assert said in str(refused.value)


def test_today_and_its_neighbours_may_be_typed() -> None:
    assert read_date("today", today=TODAY) == TODAY
    assert read_date("Yesterday", today=TODAY) == TODAY - timedelta(days=1)


@given(DAYS)
def test_every_way_we_write_a_date_reads_back_as_the_same_day(day: date) -> None:
    for written in (words.long_date(day), words.short_date(day), words.plain_date(day), f"{day:%d/%m/%y}"):
        assert read_date(written, today=TODAY) == day


@given(st.text(max_size=20))
def test_typing_anything_gives_a_date_or_a_reason_never_a_crash(typed: str) -> None:
    try:
        said = words.long_date(read_date(typed, today=TODAY))
    except NotADate as refused:
        said = refused.title
    assert said
