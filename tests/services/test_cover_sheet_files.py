"""The file a cover sheet comes home in: LibreOffice’s, another school’s, damaged or none; and the pack on paper.

The fixtures ``tests/data/files/cover-sheet-libreoffice.*`` are the sheet of ``Covered`` opened, filled in and saved by
LibreOffice 7.4 itself: a Basic macro (``soffice --headless macro:///Standard.Fill.Main``, in a profile of its own) put
"Pass" into the white cells, 56.2 and 12.5 beside the taps, a Fail with a note and the time 7:45 on the fire alarm test,
and the hours of Monday, then stored it as .xlsx, .ods, .xls and .csv. The code of a pack is made anew for each
register, so the test keeps the same lines under the code that the fixture carries.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import openpyxl
import pytest

from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import Refused
from bursar_desk.services import (
    cover_hours,
    cover_sheet_back,
    cover_sheet_odd,
    keying,
    sheets,
)
from bursar_desk.services.cover_sheet_shapes import SheetBack
from bursar_desk.services.desk import Desk
from bursar_desk.services.reporting_packs import pack_of
from db.queries.sheet_returns import sheet_returns
from db.queries.sheets import sheets as kept_sheets
from tests.services.cover_sheet_kit import MONDAY, SAM, WEDNESDAY, Covered, all_good, fill
from tests.services.small_school import FRIDAY, Small, without_waiting

FIXTURE = Path(__file__).parent.parent / "data" / "files" / "cover-sheet-libreoffice.xlsx"
FIXTURE_CODE = "WTM-MHD-X"


@pytest.fixture
def covered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Covered:
    without_waiting(monkeypatch)
    monkeypatch.setenv("BURSAR_DESK_LOCAL", str(tmp_path / "local"))
    return Covered.found(tmp_path)


@pytest.fixture
def sheet(covered: Covered, tmp_path: Path) -> Path:
    return covered.make(tmp_path / "sheet.xlsx")


def bring(desk: Desk, path: Path) -> SheetBack:
    """Look first, as the page does, then bring in: both say the same."""
    seen = cover_sheet_back.look(desk, path)
    back = cover_sheet_back.bring_in(desk, path)
    assert (back.lines, back.sentence) == (seen.lines, seen.sentence)
    return back


# --- the file ---------------------------------------------------------------------------------------------------------


def test_a_sheet_of_another_school_is_not_taken_and_says_whose_it_is(
    covered: Covered, sheet: Path, tmp_path: Path
) -> None:
    fill(sheet, all_good(covered))
    other = Small.found(tmp_path, "Elm Park School", "900002")
    with other.desk(WEDNESDAY, write=True) as desk:
        before = desk.store.facts.written
        with pytest.raises(Refused) as told:
            cover_sheet_back.bring_in(desk, sheet)
        assert told.value.title == "This cover sheet is for Oakfield Primary School."
        assert desk.store.facts.written == before


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("sheet.xlsx", b"PK\x03\x04 cut off", "damaged"),
        ("sheet.xlsx", b"", "empty"),
        ("photo.jpg", b"\xff\xd8\xff\xe0" + b"\x00" * 60, "no spreadsheet"),
        ("list.csv", b"Name,Day\nSam,Monday\n", "is not a cover sheet"),
        ("large.xlsx", b"PK\x03\x04" + b"\x00" * (20 * 1024 * 1024), "larger than 20 MB"),
    ],
)
def test_what_is_no_sheet_is_refused_in_words_and_nothing_is_written(
    covered: Covered, tmp_path: Path, name: str, content: bytes, says: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with covered.desk() as desk:
        before = desk.store.facts.written
        with pytest.raises(Refused, match=says):
            cover_sheet_back.bring_in(desk, path)
        assert desk.store.facts.written == before


def test_a_sheet_whose_marks_and_hidden_page_are_gone_is_known_by_its_printed_words(
    covered: Covered, sheet: Path
) -> None:
    fill(sheet, all_good(covered))
    book = openpyxl.load_workbook(sheet)
    book["Checks"].delete_cols(11)
    del book["For Bursar Desk"]
    book["Checks"].title = "Sheet1"
    book.save(sheet)
    with covered.desk() as desk:
        back = bring(desk, sheet)
        assert len(back.records) == 4
        assert back.odd == ()


@pytest.mark.parametrize("ending", ["xlsx", "ods", "xls", "csv"])
def test_the_sheet_filled_in_and_saved_by_libreoffice_comes_back(covered: Covered, tmp_path: Path, ending: str) -> None:
    file = shutil.copy(FIXTURE.with_suffix(f".{ending}"), tmp_path / f"back.{ending}")
    with covered.desk(FRIDAY) as desk:
        pack = pack_of(desk, covered.cover)
        sheets.keep(desk, sheets.COVER, FIXTURE_CODE, pack.first, SAM, pack.lines)
    with covered.desk() as desk:
        back = bring(desk, Path(file))
        assert len(back.records) == 4
        assert [one.why for one in back.odd] == []
        (bell,) = covered.records(desk, "FIRE-04")
        assert (bell.outcome, bell.done_minute) == ("unsatisfactory", 465)
        assert bell.note == "Bell in the hall did not ring – ask Dawn’s office"
        (water,) = covered.records(desk, "WATR-04")
        assert [one["value"] for one in water.readings] == [562, 125]
        with desk.store.connect() as con:
            (row,) = sheet_returns(con, desk.home)
        assert desk.store.blobs.read(bytes.fromhex(row.files[0]["sha256"])) == Path(file).read_bytes()
        if ending == "csv":
            assert "Only the checks came: this file holds one page, and the hours are on another." in back.sentences
        else:
            (claim,) = cover_hours.claims(desk)
            assert (claim.worked.starts, claim.worked.ends, claim.worked.travel) == (405, 485, 20)
        copy = cover_sheet_back.file_of(desk, row.id, tmp_path / f"copy.{ending}")
        assert copy.read_bytes() == Path(file).read_bytes()


def test_a_sheet_with_nothing_filled_in_writes_nothing(covered: Covered, sheet: Path) -> None:
    with covered.desk() as desk:
        before = desk.store.facts.written
        back = bring(desk, sheet)
        assert back.sentence == "0 of 7 filled in; 7 are still to do."
        assert desk.store.facts.written == before


def test_rows_by_the_thousand_are_bounded_and_the_file_is_kept_whole(covered: Covered, sheet: Path) -> None:
    book = openpyxl.load_workbook(sheet)
    for n in range(3000):
        book["Checks"].append(
            [None, None, f"row {n}", None, "Pass", None, None, hashlib.sha256(str(n).encode()).hexdigest()]
        )
    book.save(sheet)
    with covered.desk() as desk:
        back = bring(desk, sheet)
        assert len(back.odd) == 100
        assert "2,900 more rows were added. The file that is kept has them all." in back.sentences
        with desk.store.connect() as con:
            (row,) = sheet_returns(con, desk.home)
        assert desk.store.blobs.read(bytes.fromhex(row.files[0]["sha256"])) == sheet.read_bytes()


# --- paper ------------------------------------------------------------------------------------------------------------


def test_the_lines_of_the_printed_pack_are_keyed_in_by_their_code(covered: Covered, tmp_path: Path) -> None:
    from bursar_desk.services import reporting

    with covered.desk(FRIDAY) as desk:
        reporting.preview_pdf(desk, "cover", cover=covered.cover)
        assert sheets.listing(desk) == [], "a preview keeps nothing"
        code = reporting.write(desk, "cover", tmp_path / "pack.pdf", cover=covered.cover).figures["code"]
    covered.make(tmp_path / "sheet.xlsx")
    assert covered.code == code, "paper and spreadsheet have the same lines"
    bell, unlock = covered.numbers["Fire alarm test 23"], covered.numbers["Unlock 23"]
    with covered.desk() as desk:
        paper = keying.open_sheet(desk, code)
        assert (paper.title, paper.by) == ("Cover pack", SAM)
        entries, asked = keying.read_lines(paper, [f"{bell} p", f"{unlock} p"])
        assert [one.title for one in asked] == [f"Line {unlock} is unlocking or locking up, which is not keyed in."]
        keying.record(desk, paper, entries)
        (row,) = covered.records(desk, "FIRE-04")
        assert (row.done_by, row.done_on, row.came_by) == (SAM, MONDAY, "paper")


def test_odd_values_of_another_program_in_what_was_kept_never_stop_the_list(covered: Covered, sheet: Path) -> None:
    fill(sheet, {covered.numbers["Fire alarm test 23"]: {"result": "maybe"}})
    with covered.desk() as desk:
        bring(desk, sheet)
        with desk.act(ActCode.SHEET_BACK) as act:
            for lines in ('[{"line": "x", "typed": 3, "cause": "new word"}, 5]', "{}", "[null]"):
                act.fact("sheet_return", {"code": "?", "lines": lines, "files": "[3]", "said_on": WEDNESDAY})
        assert sorted(one.line.cause for one in cover_sheet_odd.odd(desk)) == ["new word", "unreadable"]
        with desk.store.connect() as con:
            assert json.loads(json.dumps(len(kept_sheets(con)))) == 1
