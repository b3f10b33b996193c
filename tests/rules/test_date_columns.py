"""Dates of a spreadsheet column: the order of day and month comes from evidence, and nothing is ever guessed."""

from __future__ import annotations

import datetime as dt
import string
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bursar_desk.domain.date_column import LEAVE_OUT, ColumnReading, Read, ReadCell, read_column

TODAY = dt.date(2026, 11, 20)
day = dt.date


def read(*cells: Any, **more: Any) -> ColumnReading:
    return read_column(list(enumerate(cells, start=2)), today=TODAY, **more)


def one(cell: Any, **more: Any) -> ReadCell:
    return read(cell, **more).cells[0]


# --- the order of the column ---


def test_one_day_over_twelve_decides_for_the_whole_column_and_is_named() -> None:
    found = read("03/04/26", "25/03/2026", "1.2.26", "11-10-2025")
    assert [cell.day for cell in found.cells] == [
        day(2026, 4, 3),
        day(2026, 3, 25),
        day(2026, 2, 1),
        day(2025, 10, 11),
    ]
    assert found.said[0] == "Read as day/month/year, because row 3 says 25/03/2026."
    assert found.questions == ()
    american = read("03/04/26", "04/25/26")
    assert [cell.day for cell in american.cells] == [day(2026, 3, 4), day(2026, 4, 25)]
    assert "month/day/year, because row 3 says 04/25/26" in american.said[0]


def test_without_evidence_there_is_one_question_and_its_default_counts_only_once_accepted() -> None:
    found = read("03/04/26", "05/06/26", "07/07/26")
    assert [cell.state for cell in found.cells] == [Read.ASK, Read.ASK, Read.READ]
    (asked,) = found.questions
    assert asked.text == (
        "Row 2 says 03/04/26. Is that 3 April 2026 or 4 March 2026? The answer counts for 2 dates in this column."
    )
    assert (asked.key, asked.default, asked.rows) == ("order", "dmy", (2, 3))
    assert [cell.day for cell in read("03/04/26", answers={"order": "dmy"}).cells] == [day(2026, 4, 3)]
    assert [cell.day for cell in read("03/04/26", answers={"order": "mdy"}).cells] == [day(2026, 3, 4)]


def test_a_weekday_beside_the_figures_is_evidence() -> None:
    found = read("Fri 03/04/26", "05/06/26")
    assert [cell.day for cell in found.cells] == [day(2026, 4, 3), day(2026, 6, 5)]
    assert "because row 2 says Fri 03/04/26" in found.said[0]
    assert one("Mon 25/03/2026").state is Read.REFUSED
    assert one("Mon 25/03/2026").why == "25 March 2026 is a Wednesday."


def test_two_orders_in_one_column_are_asked_cell_by_cell() -> None:
    found = read("03/04/26", "04/25/26", "25/4/26")
    assert [cell.day for cell in found.cells] == [None, day(2026, 4, 25), day(2026, 4, 25)]
    asked = found.cells[0].question
    assert asked is not None
    assert [choice.key for choice in asked.choices] == ["2026-04-03", "2026-03-04", LEAVE_OUT]
    assert "row 4 says 25/4/26, row 3 says 04/25/26" in found.said[0]


def test_an_answer_against_the_evidence_refuses_what_it_makes_impossible() -> None:
    found = read("25/03/2026", "03/04/26", answers={"order": "mdy"})
    assert [cell.state for cell in found.cells] == [Read.REFUSED, Read.READ]
    assert found.cells[0].why == "There are 12 months."


def test_dates_that_an_american_computer_turned_round_are_asked_about() -> None:
    cells = [day(2026, 3, 4), day(2026, 5, 6), day(2026, 1, 9), "25/03/2026"]
    found = read(*cells)
    assert [cell.state for cell in found.cells] == [Read.ASK, Read.ASK, Read.ASK, Read.READ]
    (asked,) = found.questions
    assert asked.key == "turned"
    assert "Row 2 is 4 March 2026." in asked.text
    stands = read(*cells, answers={"turned": "stands"})
    assert [cell.day for cell in stands.cells] == [*cells[:3], day(2026, 3, 25)]
    turned = read(*cells, answers={"turned": "turned"})
    assert [cell.day for cell in turned.cells[:3]] == [day(2026, 4, 3), day(2026, 6, 5), day(2026, 9, 1)]
    harmless = read(day(2026, 3, 4), day(2026, 5, 16), day(2026, 1, 9), "25/03/2026")
    assert harmless.questions == (), "a real date after the 12th shows that nothing was turned"


# --- single cells ---


@pytest.mark.parametrize(
    ("cell", "want"),
    [
        (day(2026, 3, 25), day(2026, 3, 25)),
        (dt.datetime(2026, 3, 25, 14, 30), day(2026, 3, 25)),  # noqa: DTZ001 - as a workbook hands it over
        ("2026-03-25", day(2026, 3, 25)),
        ("2026-03-25T00:00:00", day(2026, 3, 25)),
        ("20260325", day(2026, 3, 25)),
        ("26 Mar 26", day(2026, 3, 26)),
        ("26th of March 2026", day(2026, 3, 26)),
        ("26-Sept-2025", day(2025, 9, 26)),
        ("March 25, 2026", day(2026, 3, 25)),
        (" Thursday\u00a026 March 2026 ", day(2026, 3, 26)),
        ("25/03/2026 00:00", day(2026, 3, 25)),
        ("29/02/2024", day(2024, 2, 29)),
    ],
)
def test_what_can_be_only_one_day_is_that_day(cell: Any, want: dt.date) -> None:
    found = one(cell)
    assert (found.state, found.day) == (Read.READ, want)
    assert str(want.year) in found.said


@pytest.mark.parametrize(
    ("cell", "state", "why"),
    [
        ("TBC", Read.ASK, "It could not be read as a date."),
        ("half term", Read.ASK, "It could not be read as a date."),
        ("26/3/26 & 4/5/26", Read.ASK, "It could not be read as a date."),
        ("Sept 2026", Read.ASK, "It names a month, not a day."),
        ("Sep-26", Read.ASK, "It names a month, not a day."),
        ("09/2026", Read.ASK, "It names a month, not a day."),
        ("2026", Read.ASK, "It names a year, not a day."),
        ("26/3", Read.ASK, "It has no year."),
        ("26 March", Read.ASK, "It has no year."),
        ("w/c 13/10/25", Read.ASK, "Row 2 names a week, not a day."),
        ("week commencing 13 Oct 2025", Read.ASK, "Row 2 names a week, not a day."),
        ("26 Mar 27", Read.ASK, "Friday 26 March 2027 has not come yet."),
        ("12/5/1949", Read.ASK, ""),
        ("31 June 2025", Read.REFUSED, "31 June 2025 does not exist."),
        ("31/6/25", Read.REFUSED, "31 June 2025 does not exist."),
        ("29/02/2025", Read.REFUSED, "29 February 2025 does not exist."),
        ("25/25/2025", Read.REFUSED, "There are 12 months."),
        (12, Read.REFUSED, "That number is no date."),
        (True, Read.REFUSED, "That is no date."),
        (dt.time(8, 30), Read.REFUSED, "That is no date."),
        (float("nan"), Read.REFUSED, "That number is no date."),
        ("n/a", Read.LEFT, "It says that there is no date."),
        ("—", Read.LEFT, "It says that there is no date."),
        ("", Read.EMPTY, ""),
        (None, Read.EMPTY, ""),
        ("٢٥/٠٣/٢٠٢٦", Read.ASK, "It could not be read as a date."),
    ],
)
def test_what_is_no_certain_day_is_never_one(cell: Any, state: Read, why: str) -> None:
    found = one(cell)
    assert (found.state, found.day) == (state, None)
    assert why in found.why
    if state in (Read.ASK, Read.REFUSED) and found.question is not None:
        assert found.question.takes_date
        assert found.question.choices[-1].key == LEAVE_OUT


def test_a_person_may_name_the_day_or_leave_the_cell_out() -> None:
    answers = {"row:2": "2026-03-02", "row:3": LEAVE_OUT, "row:4": "nonsense"}
    found = read("TBC", "half term", "31 June 2025", answers=answers)
    assert [cell.state for cell in found.cells] == [Read.READ, Read.LEFT, Read.REFUSED]
    assert found.cells[0].day == day(2026, 3, 2)


def test_two_figures_of_a_year_are_20xx_and_the_rule_is_said() -> None:
    found = read("25/3/26", "25/3/98")
    assert "Years of two figures are read as 20xx: 26 is 2026." in found.said
    asked = found.cells[1].question
    assert asked is not None, "2098 has not come"
    assert asked.choices[0].key == "1998-03-25"


# --- numbers of a spreadsheet ---


def test_a_number_counts_as_the_file_says() -> None:
    assert read(46107, epoch=1900).cells[0].day == day(2026, 3, 26)
    assert read(46107 - 1462, epoch=1904).cells[0].day == day(2026, 3, 26)
    assert read(46107.0, epoch=1900).said == ("Row 2 holds 46107, a spreadsheet’s number for 26 March 2026.",)


def test_a_number_without_its_file_is_a_question_unless_only_one_reading_has_come() -> None:
    assert read("46107").cells[0].day == day(2026, 3, 26), "four years later has not come yet"
    found = read("42000")
    assert found.cells[0].state is Read.ASK
    (asked,) = found.questions
    assert (asked.key, asked.default) == ("epoch", "1900")
    assert read("42000", answers={"epoch": "1900"}).cells[0].day == day(2014, 12, 27)
    assert read("42000", answers={"epoch": "1904"}).cells[0].day == day(2018, 12, 28)


def test_a_coming_day_is_fine_for_a_next_date_and_its_order_follows_the_column_beside_it() -> None:
    found = read("03/04/27", past=False, inherit="dmy", name="Next due", key="printed:")
    assert found.cells[0].day == day(2027, 4, 3)
    assert found.said[0] == "“Next due” is read as day/month/year, like the dates beside it."


# --- properties ---

days = st.dates(day(1990, 1, 1), TODAY)
WRITTEN = st.sampled_from(["{d:02}/{m:02}/{y}", "{d}.{m}.{y}", "{d}-{m}-{s:02}", "{d} / {m} / {s:02}"])


def write(pattern: str, one_day: dt.date, *, american: bool = False) -> str:
    d, m = (one_day.month, one_day.day) if american else (one_day.day, one_day.month)
    return pattern.format(d=d, m=m, y=one_day.year, s=one_day.year % 100)


@settings(max_examples=400)
@given(st.lists(days.filter(lambda d: d.year >= 2000), min_size=1, max_size=12), WRITTEN, st.booleans())
def test_a_column_in_one_order_is_read_right_or_asked_about(
    written: Sequence[dt.date], pattern: str, american: bool
) -> None:
    found = read(*(write(pattern, each, american=american) for each in written))
    for want, cell in zip(written, found.cells, strict=True):
        assert cell.day in (want, None)
        assert (cell.day is None) == (cell.state is Read.ASK)
    clear = any(each.day > 12 for each in written)
    if clear:
        assert [cell.day for cell in found.cells] == list(written)
    elif any(each.day != each.month for each in written):
        assert [asked.key for asked in found.questions] == ["order"]


ANYTHING = st.one_of(
    st.text(max_size=30), st.text(string.digits + "/.- ", max_size=14), st.floats(), st.integers(), st.booleans(),
    st.none(), st.dates(), st.datetimes(), st.times(),
    st.sampled_from(["TBC", "w/c 3/4/26", "Sept 2026", "31 June 2026", "03/04/26", "25/3/26", "3/25/26", "46107"]),
)  # fmt: skip


@settings(max_examples=1500)
@given(
    st.lists(ANYTHING, max_size=8),
    st.booleans(),
    st.sampled_from([None, 1900, 1904]),
    st.dictionaries(st.sampled_from(["order", "epoch", "turned", "row:2"]), st.text(max_size=10), max_size=3),
)
def test_whatever_stands_in_a_column_it_is_a_day_or_a_reason_and_never_a_fault(
    cells: list[Any], past: bool, epoch: int | None, answers: dict[str, str]
) -> None:
    found = read(*cells, past=past, epoch=epoch, answers=answers)
    assert len(found.cells) == len(cells)
    about = {row for asked in found.questions for row in asked.rows}
    for cell in found.cells:
        assert (cell.day is not None) == (cell.state is Read.READ)
        if cell.state in (Read.ASK, Read.REFUSED):
            assert cell.why
            assert cell.question is not None or cell.row in about, "every doubt can be settled by somebody"
        if cell.state is Read.READ and past and not cell.why:
            assert cell.day is not None
            assert cell.day <= TODAY


@settings(max_examples=300)
@given(st.text(max_size=40))
def test_random_text_gives_a_date_or_words(text: str) -> None:
    cell = one(text)
    assert cell.state in Read
    assert "\n" not in cell.found
