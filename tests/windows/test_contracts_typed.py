"""What is typed from a letter is read strictly: notice, lengths, sums, break dates; nothing is guessed."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bursar_desk.domain.contract_terms import UNITS, Notice
from bursar_desk.domain.errors import UserError
from bursar_desk.ui.pages.contracts_typed import (
    NOT_KNOWN,
    NotRead,
    breaks_text,
    read_breaks,
    read_days,
    read_months,
    read_notice,
    read_pence,
)

day = dt.date
TODAY = day(2026, 11, 20)


@pytest.mark.parametrize(
    ("typed", "count", "unit", "clear"),
    [
        ("3 months", 3, "months", False), ("Three months’ notice", 3, "months", False), ("90 days", 90, "days", False),
        ("6 weeks", 6, "weeks", False), ("a month", 1, "months", False), ("1 year", 12, "months", False),
        ("30 clear days", 30, "days", True), ("20 working days", 20, "working days", False),
        ("3 full months", 3, "months", False), ("none", 0, "months", False), (" 6  MONTHS. ", 6, "months", False),
    ],
)  # fmt: skip
def test_notice_is_read_as_letters_have_it(typed: str, count: int, unit: str, clear: bool) -> None:
    assert read_notice(typed) == Notice(count, unit, clear=clear)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("3", "Is it 3 days, weeks or months?"), ("TBC", "“TBC” is no length of notice."),
        ("a while", "The notice could not be read."), ("3 working months", "Only days can be working days."),
        ("900 months", "900 months of notice cannot be right."), ("3 months or 90 days", "could not be read"),
    ],
)  # fmt: skip
def test_notice_that_is_not_certain_is_asked_about(typed: str, sentence: str) -> None:
    with pytest.raises(NotRead, match=sentence.replace("?", r"\?")):
        read_notice(typed)


@given(st.integers(1, 99), st.sampled_from(UNITS), st.booleans())
def test_the_words_of_a_notice_read_back_as_the_same_notice(count: int, unit: str, clear: bool) -> None:
    made = Notice(count, unit, clear=clear)
    assert read_notice(made.words) == made


@pytest.mark.parametrize("typed", NOT_KNOWN)
def test_what_says_nothing_is_never_a_sum_a_length_or_a_notice(typed: str) -> None:
    for read in (read_pence, read_notice, read_months):
        with pytest.raises(UserError):
            read(typed)


@given(st.text(max_size=12))
def test_no_text_at_all_makes_anything_but_a_value_or_a_plain_sentence(typed: str) -> None:
    said = []
    for read in (read_pence, read_notice, read_months):
        try:
            read(typed)
        except UserError as problem:
            said.append(problem.title)
    assert all(one.strip() for one in said)


def test_lengths_are_read_in_months_or_years() -> None:
    assert [read_months(one) for one in ("12", "12 months", "1 year", "three years", "a month")] == [12, 12, 12, 36, 1]


def test_break_dates_are_read_with_their_own_notice_and_written_back_the_same() -> None:
    read = read_breaks("1/10/2027: 6 months\n\n1 Oct 2028", TODAY)
    assert read == ({"on": "2027-10-01", "notice": 6, "unit": "months"}, {"on": "2028-10-01"})
    assert read_breaks(breaks_text(read), TODAY) == read
    assert breaks_text([{"on": "soon"}, {"notice": 3}, "x"]) == ""


def test_several_days_are_read_from_lines_commas_and_semicolons_and_one_that_is_none_is_named() -> None:
    assert read_days("3/12/2026; 4/2/2027\n3/12/2026", TODAY) == (day(2026, 12, 3), day(2027, 2, 4))
    with pytest.raises(UserError, match="“31/2/2027” must be a real date"):
        read_days("3/12/2026, 31/2/2027", TODAY)
