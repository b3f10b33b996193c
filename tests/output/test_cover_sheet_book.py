"""The cover pack as a spreadsheet: what is locked, what is free, that nothing in it runs, and that its marks hold."""

from __future__ import annotations

import io
import zipfile
from dataclasses import fields, replace
from datetime import date

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from round_story import cover_pack

from reports import cover_pack as packs
from reports import cover_sheet_book as books
from reports.cover_sheet_in import read_pages
from reports.sheet_in import read

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)


def sheet(**more: object) -> books.CoverSheet:
    pack = replace(cover_pack(), **more)  # type: ignore[arg-type]  # fields of the paper
    days = (books.SheetDay(1, MONDAY, "06:45 to 08:00"), books.SheetDay(2, TUESDAY))
    return books.CoverSheet(pack, "Our Lady of Lourdes", MONDAY, TUESDAY, date(2026, 12, 8), days)


def opened(made: books.CoverSheet) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(books.make_xlsx(made)[0]))


def test_the_pages_are_checks_hours_site_and_about_and_what_is_for_the_program_is_hidden() -> None:
    book = opened(sheet())
    assert book.sheetnames == ["Checks", "Hours", "Site", "About", "For Bursar Desk"]
    assert [page.sheet_state for page in book] == ["visible"] * 4 + ["hidden"]
    checks = book["Checks"]
    assert [cell.value for cell in checks[4]] == [head for head, _ in books.CHECK_HEADS]
    assert [cell.value for cell in checks[6]][:4] == [2, "Mon 23 Nov 2026", "Fire alarm panel", "Green light, no fault"]
    said = {str(cell.value) for page in book for row in page.iter_rows() for cell in row if cell.value is not None}
    for words in (
        "Boiler room, left of the door", "Ruth Patel, from 07:30", packs.IN_PERSON, "Collect in person, Friday 15:30",
        "The library door closer is loose. Made safe.", "Hartley Heating, 01204 555 0134", "Tuesday 8 December 2026",
        "Terry Walsh, Our Lady of Lourdes",
    ):  # fmt: skip
        assert words in said, words


def test_only_the_white_cells_are_free_and_no_password_strands_anybody() -> None:
    book = opened(sheet())
    for name, heads, free in (
        ("Checks", books.CHECK_HEADS, books.CHECK_FREE),
        ("Hours", books.HOUR_HEADS, books.HOUR_FREE),
    ):
        page = book[name]
        names = [head for head, _ in heads]
        assert page.protection.sheet
        assert page.protection.password is None
        assert {names[cell.column - 1] for cell in page[5] if not cell.protection.locked} == set(free)
        assert page.column_dimensions[openpyxl.utils.get_column_letter(len(heads))].hidden
    assert book["Site"].protection.sheet
    assert all(cell.protection.locked for row in book["Site"].iter_rows() for cell in row)
    [results] = book["Checks"].data_validations.dataValidation
    assert (results.formula1, str(results.sqref)) == ('"Pass,Fail,Not done"', "E5:E8")


TRIGGERED = st.tuples(st.sampled_from(("=", "+", "-", "@", "\t=", "＝")), st.text(max_size=30)).map("".join)
ANY_CELL = st.none() | st.text(max_size=12) | st.integers() | st.floats() | st.dates() | st.booleans()


@given(text=TRIGGERED)
def test_no_text_becomes_a_formula(text: str) -> None:
    hostile = sheet(
        checks=(packs.PackCheck(MONDAY, text, text, text),), faults=(text,), know_before=(text,), report_to=text,
    )  # fmt: skip
    book = opened(hostile)
    assert {cell.data_type for page in book for row in page.iter_rows() for cell in row} <= {"s", "n"}
    with zipfile.ZipFile(io.BytesIO(books.make_xlsx(hostile)[0])) as parts:
        assert not any(b"<f>" in parts.read(name) for name in parts.namelist() if "worksheets" in name)


def test_no_field_can_hold_a_reason_a_code_a_home_or_a_pupil() -> None:
    names = {field.name for kind in (books.CoverSheet, books.SheetDay) for field in fields(kind)}
    assert names == {"pack", "helper_school", "first", "last", "return_by", "days", "number", "day", "agreed"}


def test_the_same_pack_gives_the_same_bytes() -> None:
    assert books.make_xlsx(sheet()) == books.make_xlsx(sheet())


def test_what_was_made_is_read_back_line_for_line_as_unchanged() -> None:
    made = sheet()
    found = read(books.make_xlsx(made)[0], ".xlsx")
    back = read_pages([(page["name"], page["rows"]) for page in found["sheets"]])
    assert back is not None
    assert (back.code, back.school, back.read_changed) == (made.pack.code, made.pack.site.school, False)
    assert [(one.kind, one.number, dict(one.typed), one.changed) for one in back.lines] == [
        *(("check", n, {}, False) for n in range(1, 5)), ("hours", 1, {}, False), ("hours", 2, {}, False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "pages", [[], [("", [])], [("Sheet1", [["Line", "Day"], [1, "Mon"]])], [("x", [["K7M-4AX-P"]])]]
)
def test_a_workbook_without_a_sheet_of_ours_is_none(pages: list[tuple[str, list[list[object]]]]) -> None:
    assert read_pages(pages) is None  # type: ignore[arg-type]  # cells of any kind


@given(rows=st.lists(st.lists(ANY_CELL, max_size=12), max_size=8))
def test_no_row_of_any_kind_stops_the_reading(rows: list[list[object]]) -> None:
    heads = [head for head, _ in books.CHECK_HEADS]
    back = read_pages([("Checks", [["Cover sheet WTM-MHD-X, a school"], heads, *rows])])  # type: ignore[list-item]
    assert back is not None
    assert all(one.number is None or one.number >= 0 for one in back.lines)


def test_a_digest_is_the_same_whatever_letters_another_program_lost_and_another_for_other_words() -> None:
    assert books.digest_of(["Tap 1, hot", "50 °C or more"]) == books.digest_of(["Tap 1,  hot", "50 ?C or more"])
    assert books.digest_of(["Tap 1", "2"]) != books.digest_of(["Tap 12", ""])
    assert books.digest_of(["Mon 23 Nov 2026"]) != books.digest_of(["Mon 24 Nov 2026"])
