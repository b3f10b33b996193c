"""Notice, ends, lengths and names of firms as registers write them."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bursar_desk.domain.contract_cells import ONGOING, last_day, read_end, read_length, read_notice, whole_months
from bursar_desk.domain.ledger_months import month_key, month_of_words
from bursar_desk.domain.supplier_names import is_nobody, may_be_person, same_name, shown_name, split_names

day = dt.date


@pytest.mark.parametrize(
    ("cell", "count", "unit"),
    [
        ("3 months", 3, "months"), ("90 days", 90, "days"), ("12 weeks written notice", 12, "weeks"),
        ("three (3) months", 3, "months"), ("6 months prior to expiry", 6, "months"), ("1 year", 12, "months"),
        ("30 working days", 30, "working days"), ("one month's notice", 1, "months"),
    ],
)  # fmt: skip
def test_notice_is_read_with_its_unit(cell: str, count: int, unit: str) -> None:
    assert (read_notice(cell).count, read_notice(cell).unit, read_notice(cell).why) == (count, unit, "")


@pytest.mark.parametrize("cell", ["one term", "3", "three (4) months", "31/03/2027", "TBC", "soon", "0 months", True])
def test_notice_that_is_not_certain_is_a_question(cell: object) -> None:
    assert read_notice(cell).count is None
    assert read_notice(cell).why


def test_a_bare_number_takes_the_unit_of_its_heading_and_clear_days_are_seen() -> None:
    assert (read_notice(3.0, "months").count, read_notice("60 clear days").clear) == (3, True)
    assert read_notice("n/a").why == ""


@pytest.mark.parametrize(
    ("cell", "at_end", "months"),
    [
        ("Auto renews 12 months", "renews", 12), ("rolling monthly", "rolls", 1), ("Fixed term", "ends", None),
        ("option to extend 12 months", "option", 12), ("No", "ends", None),
    ],
)  # fmt: skip
def test_what_happens_at_the_end(cell: str, at_end: str, months: int | None) -> None:
    assert (read_end(cell).at_end, read_end(cell).renew_months) == (at_end, months)


@pytest.mark.parametrize("cell", ["Yes", "does not auto renew", "31/03/2027", "see contract", "1+1"])
def test_an_end_that_is_not_certain_says_so(cell: str) -> None:
    assert read_end(cell).at_end == ""
    assert read_end(cell).why


def test_lengths_and_last_days() -> None:
    assert [read_length(one) for one in ("3 years", "3+1+1", "36 months", "long")] == [
        (36, 0), (36, 2), (36, 0), (None, 0),
    ]  # fmt: skip
    assert last_day(day(2025, 4, 1), 24) == day(2027, 3, 31)
    assert last_day(day(2024, 2, 29), 12) == day(2025, 2, 28)
    assert whole_months(day(2022, 6, 1), day(2024, 5, 31)) == 24
    assert whole_months(day(2022, 6, 1), day(2024, 5, 30)) is None
    assert all(ONGOING.fullmatch(one) for one in ("ongoing", "on-going", "rolling contract", "until further notice"))


@given(st.dates(day(1990, 1, 1), day(2080, 1, 1)), st.integers(1, 120))
def test_a_length_and_its_last_day_agree(first: dt.date, months: int) -> None:
    end = last_day(first, months)
    assert end is not None
    assert end > first or months == 0
    if first.day <= 28:
        assert whole_months(first, end) == months


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The Green Acre Company Ltd.", "GREEN ACRE COMPANY LIMITED"), ("Wood &amp; Wood Ltd", "Wood and Wood"),
        ("J.D. Macadam & Son", "J D MACADAM AND SON"), ("Acme plc", "acme"), ("O'Neill Ltd", "ONeill Ltd"),
    ],
)  # fmt: skip
def test_the_same_firm_in_many_ways(one: str, other: str) -> None:
    assert same_name(one) == same_name(other)
    assert same_name(same_name(one)) == same_name(one)


@pytest.mark.parametrize(("one", "other"), [("Acme North Ltd", "Acme South Ltd"), ("A1 Ltd", "A2 Ltd"), ("Smith", "")])
def test_other_firms_stay_apart(one: str, other: str) -> None:
    assert same_name(one) != same_name(other)


def test_several_firms_in_one_cell_and_commas_in_one_name() -> None:
    assert split_names("JG Kelley Ltd,CPL Heating Ltd") == ("JG Kelley Ltd", "CPL Heating Ltd")
    assert split_names("A Clean Ltd; B Sweep Ltd") == ("A Clean Ltd", "B Sweep Ltd")
    assert split_names("X Ltd\nY Ltd\nX Limited") == ("X Ltd", "Y Ltd")
    assert split_names("BAKER, LOMAX &amp; SHACKLEY LIMITED") == ("BAKER, LOMAX & SHACKLEY LIMITED",)
    assert split_names("WYG Environment, Planning &amp; Transport") == ("WYG Environment, Planning & Transport",)
    assert split_names("n/a") == split_names(None) == ()
    assert is_nobody("TBC")
    assert shown_name("Trinity Fire &amp;amp; Security") == "Trinity Fire & Security"


@pytest.mark.parametrize("name", ["MR R WILCOCK", "John Smith", "Dr J Patel", "REDACTED PERSONAL DATA", "Third Party"])
def test_a_name_that_may_be_a_person_is_held_back(name: str) -> None:
    assert may_be_person(name)


@pytest.mark.parametrize("name", ["Green Acre Ltd", "Mere Green Primary School", "HAYS", "Npower", "A1 Fencing 2000"])
def test_a_firm_is_no_person(name: str) -> None:
    assert not may_be_person(name)


def test_the_month_in_a_name_of_a_sheet() -> None:
    march = (day(2017, 3, 1), day(2017, 3, 31))
    assert month_of_words("hyndburn_spend_2017-03") == month_of_words("Mar 17") == month_key("2017-03-09") == march
    assert month_of_words("Sheet1") is month_key("2017-13") is month_key("leave out") is None
