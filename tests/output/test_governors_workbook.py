"""The governors' figures as a workbook: the same totals, typed, and nothing in it that runs."""

from __future__ import annotations

import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from governors_story import AREAS, story
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from bursar_desk.domain.errors import UserError
from reports import governors as g
from reports.workbook import is_trigger, write_xlsx


def _rows(path: Path, sheet: str) -> list[list[object]]:
    page = openpyxl.load_workbook(path)[sheet]
    return [list(row) for row in page.iter_rows(values_only=True)]


def test_totals_are_those_of_the_pdf_and_typed(tmp_path: Path) -> None:
    written = write_xlsx(story(), tmp_path / "r.xlsx")
    pdf = g.write_pdf(story(), tmp_path / "r.pdf")
    areas = _rows(written.file, "Areas")
    assert areas[1] == ["Area", "Status", "Done", "Required", "Since last term", "Last term", "Comment"]
    assert areas[2] == ["Fire", "Overdue", 11, 13, "Worse", 12, "Assessment and emergency lights"]
    assert areas[12] == ["All areas", None, 48, 52, "Better", 46, "3 overdue, 1 not known"]
    assert pdf.figures["areas 11 / All areas / Done of required"] == "48 of 52"
    assert sum(row[2] for row in areas[2:12] if isinstance(row[2], int)) == 48

    cover = _rows(written.file, "Cover")
    assert cover[1][1:3] == ["Given, minutes", "Received, minutes"]
    assert cover[5] == ["All schools", 765, 525, pytest.approx(94.24), 240]
    assert pdf.figures["cover 4 / All schools / At £23.56/hour"] == "£94.24"
    assert _rows(written.file, "Contracts")[2][1:4] == [datetime(2026, 12, 3), datetime(2026, 12, 18), 2610]  # noqa: DTZ001
    assert _rows(written.file, "Overdue")[2][1:3] == [datetime(2026, 11, 10), 10]  # noqa: DTZ001
    assert pdf.figures.items() <= written.figures.items()


def test_parts_not_kept_and_practice_are_said_in_words(tmp_path: Path) -> None:
    data = story(accidents=g.NotKept("Accidents are not kept in Bursar Desk yet."), practice=True)
    write_xlsx(data, tmp_path / "r.xlsx")
    assert _rows(tmp_path / "r.xlsx", "Accidents")[1] == ["Accidents are not kept in Bursar Desk yet."]
    assert _rows(tmp_path / "r.xlsx", "Report")[0][0] == "Practice - made-up records"


def test_the_same_figures_give_the_same_bytes(tmp_path: Path) -> None:
    write_xlsx(story(), tmp_path / "one.xlsx")
    write_xlsx(story(), tmp_path / "two.xlsx")
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


def _cells(sheet: Worksheet) -> list[tuple[object, str, bool]]:
    return [(cell.value, cell.data_type, bool(cell.quotePrefix)) for row in sheet.iter_rows() for cell in row]


HOSTILE = st.sampled_from(["", " ", "\t", "\r\n", "\x00", "\u200b", "\u00a0"]).flatmap(
    lambda lead: st.sampled_from(["=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", "＝1+1", "#N/A"]).map(
        lambda rest: lead + rest
    )
)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(HOSTILE | st.text(st.characters(codec=None), max_size=80))
def test_text_stays_text_whatever_it_starts_with(tmp_path: Path, text: str) -> None:
    data = story(
        school=text, prepared_by=text, narrative=text, areas=(g.AreaRow(text, text, "red", 1, 2, None, None, text),),
        training=g.NotKept(text),
    )  # fmt: skip
    write_xlsx(data, tmp_path / "r.xlsx")
    with zipfile.ZipFile(tmp_path / "r.xlsx") as parts:
        sheets = [parts.read(name) for name in parts.namelist() if name.startswith("xl/worksheets/")]
    assert not any(b"<f>" in sheet or b"<f " in sheet for sheet in sheets)
    book = openpyxl.load_workbook(tmp_path / "r.xlsx")
    for sheet in book.worksheets:
        for value, kind, quoted in _cells(sheet):
            assert kind in ("s", "n", "d")
            if isinstance(value, str) and is_trigger(value):
                assert quoted, value


def test_triggers_are_seen_behind_blanks_and_controls() -> None:
    assert all(is_trigger(text) for text in ("=1", " =1", "\t+1", "\u00a0-1", "\x00@x", "\u200b=1", "＝1", "\r\n=1"))
    assert not any(is_trigger(text) for text in ("", "a=1", "1-1", " a", "(=1)"))


def test_a_text_too_long_for_a_cell_is_reported_not_cut(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="longer than a spreadsheet cell"):
        write_xlsx(story(narrative="a" * 32_768), tmp_path / "r.xlsx")
    assert list(tmp_path.iterdir()) == []
    write_xlsx(story(narrative="a" * 32_767), tmp_path / "r.xlsx")
    assert _rows(tmp_path / "r.xlsx", "Narrative")[1] == ["a" * 32_767]


def test_a_workbook_that_cannot_be_saved_says_so(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is not there"):
        write_xlsx(story(areas=AREAS, covers_from=date(2026, 9, 1)), tmp_path / "gone" / "r.xlsx")
