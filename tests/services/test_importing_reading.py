"""Reading other people's spreadsheets: every kind, every limit, nothing followed, and the program stays whole."""

from __future__ import annotations

import datetime as dt
import os
import random
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bursar_desk.domain.errors import Cancelled, Refused
from bursar_desk.services import importing_read
from bursar_desk.services.importing_read import Book, read_file, read_text
from reports import sheet_checks, sheet_in
from tests.conftest import CAMPAIGN
from tests.services.messy_sheets import HEADINGS, messy_workbook, ods, with_parts, workbook

REAL = Path(__file__).resolve().parent.parent / "data" / "files" / "imports"


def refusal(path: Path) -> str:
    with pytest.raises(Refused) as told:
        read_file(path)
    assert told.value.safe == "Nothing was changed."
    assert told.value.remedy
    return told.value.title


# --- kinds of files ---


def test_a_workbook_comes_with_dates_numbers_and_text_as_they_are(tmp_path: Path) -> None:
    found = read_file(messy_workbook(tmp_path / "a.xlsx"))
    assert (found.kind, found.epoch, [one.name for one in found.sheets]) == ("xlsx", 1900, ["Tracker", "Lists"])
    sheet = found.sheets[0]
    assert sheet.rows[0][0] == "Oakfield Primary School"
    assert sheet.rows[3] == HEADINGS
    assert sheet.rows[6][2] == 46107
    assert sheet.rows[6][6] == dt.date(2026, 9, 26)
    assert len(sheet.rows) == 15, "formatted but empty rows at the foot are left away"
    assert sheet.hidden_columns == (2,)


def test_a_workbook_that_counts_from_1904_says_so(tmp_path: Path) -> None:
    found = read_file(messy_workbook(tmp_path / "mac.xlsx", mac=True))
    assert found.epoch == 1904
    assert found.sheets[0].rows[6][6] == dt.date(2026, 9, 26), "a real date is the same day either way"


def test_an_opendocument_sheet_comes_with_its_dates(tmp_path: Path) -> None:
    found = read_file(ods(tmp_path / "a.ods", [["Check", "Last done"], ["Fire alarm test", "date:2026-03-26"]]))
    assert found.kind == "ods"
    assert found.sheets[0].rows == (("Check", "Last done"), ("Fire alarm test", dt.date(2026, 3, 26)))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("Check;Done\n£5 café;25/3/26\n".encode("utf-8-sig"), "UTF-8"),
        ("Check\tDone\n£5 café\t25/3/26\n".encode("utf-16"), "UTF-16"),
        ("Check\tDone\n£5 café\t25/3/26\n".encode("utf-16-le"), "UTF-16"),
        ("Check,Done\r£5 café,25/3/26\r".encode("cp1252"), "Windows letters"),
        ("Check|Done\r\n£5 café|25/3/26\r\n".encode("cp850"), "DOS letters"),
    ],
)
def test_text_is_read_in_its_own_letters_and_separators_and_both_are_said(
    tmp_path: Path, content: bytes, told: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    found = read_file(path)
    assert found.sheets[0].rows == (("Check", "Done"), ("£5 café", "25/3/26"))
    assert told in found.said[0]


def test_pasted_cells_keep_quoted_line_breaks_and_too_much_is_refused() -> None:
    found = read_text('Check\tDone\r\n"Fire alarm\ntest"\t25/3/26\r\n')
    assert found.sheets[0].rows == (("Check", "Done"), ("Fire alarm\ntest", "25/3/26"))
    for text in ("", " \t \n", "x\n" * 3_000_000):
        with pytest.raises(Refused):
            read_text(text)


@pytest.mark.parametrize(
    "name", ["contracts-finder-blackpool", "contract-awards-schools", "trafford-land-and-buildings"]
)
def test_published_tables_are_read_whole(name: str) -> None:
    rows = read_file(REAL / f"{name}.csv").sheets[0].rows
    assert len(rows) in (26, 41)
    assert len(rows[0]) >= 10
    assert all(len(row) <= len(rows[0]) for row in rows)


# --- what is refused ---


def _entity(path: Path) -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><workbook/>'
    with_parts(path, {"xl/workbook.xml": bomb})


def _many(path: Path) -> None:
    with_parts(path, {f"docProps/{number}.xml": b"<a/>" for number in range(2_001)})


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda path: with_parts(path, {"xl/vbaProject.bin": b"x"}), "macros"),
        (lambda path: with_parts(path, {"xl/externalLinks/externalLink1.xml": b"<a/>"}), "other files"),
        (_entity, "instructions"),
        (_many, "2,000 parts"),
        (lambda path: with_parts(path, {"docProps/big.xml": b" " * 30_000_000}), "packed more tightly"),
        (lambda path: with_parts(path, {"xl/workbook.xml": "<a/>".encode("utf-16")}), "unusual way"),
        (lambda path: path.write_bytes(path.read_bytes()[:-400]), "damaged"),
        (lambda path: path.write_bytes(b""), "empty"),
        (lambda path: path.write_bytes(b"%PDF-1.7 x"), "no spreadsheet"),
        (lambda path: path.write_bytes(bytes(range(256)) * 20), "no spreadsheet"),
        (lambda path: path.write_bytes(b"a" * (20 * 1024 * 1024 + 1)), "20 MB"),
        (lambda path: path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600), "damaged"),
        (
            lambda path: path.write_bytes(
                b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "_VBA_PROJECT".encode("utf-16-le") + b"\x00" * 600
            ),
            "macros",
        ),
        (
            lambda path: path.write_bytes(
                b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le") + b"\x00" * 600
            ),
            "password",
        ),
        (lambda path: path.write_text("a,b\n" * 100_001), "100,000 rows"),
        (lambda path: path.write_text(",".join(["a"] * 201) + "\n"), "200 columns"),
    ],
)
def test_what_is_not_taken_is_said_in_words(tmp_path: Path, change: Callable[[Path], Any], told: str) -> None:
    path = workbook(tmp_path / "a.xlsx", [["Check", "Done"], ["Fire alarm test", "25/3/26"]])
    change(path)
    assert told in refusal(path)


def test_a_cell_far_away_is_refused_before_room_is_made_for_it(tmp_path: Path) -> None:
    path = workbook(tmp_path / "far.xlsx", [["Check"]], lambda book: book.active.cell(500_000, 3, "x"))  # type: ignore[union-attr]
    assert "100,000 rows" in refusal(path)
    path = workbook(tmp_path / "wide.xlsx", [["Check"]], lambda book: book.active.cell(2, 300, "x"))  # type: ignore[union-attr]
    assert "200 columns" in refusal(path)


def test_a_size_that_lies_in_the_archive_changes_nothing(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["Check", "Done"]] + [["Fire alarm test", "25/3/26"]] * 50)
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    at = content.rfind(b"xl/worksheets/sheet1.xml") - 46 + 24  # the size in the directory at the end
    assert int.from_bytes(content[at : at + 4], "little") == size
    content[at : at + 4] = (100).to_bytes(4, "little")
    path.write_bytes(bytes(content))
    assert "damaged" in refusal(path)


def test_a_missing_file_and_a_folder_are_said(tmp_path: Path) -> None:
    assert "could not be opened" in refusal(tmp_path / "nowhere.xlsx")
    assert "is a folder" in refusal(tmp_path)


# --- the other program ---


class _Stops:
    def step(self, _words: str, _done: int, _total: int) -> None:
        raise Cancelled


def _asleep(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Let the reader sleep; the programs that were started are noted."""
    import subprocess
    import sys

    started: list[Any] = []
    real = subprocess.Popen
    monkeypatch.setattr(
        importing_read, "_command", lambda *_paths: [sys.executable, "-c", "import time; time.sleep(600)"]
    )

    def start(*words: Any, **more: Any) -> Any:
        started.append(real(*words, **more))
        return started[-1]

    monkeypatch.setattr(importing_read.subprocess, "Popen", start)
    return started


def test_stop_ends_the_reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started = _asleep(monkeypatch)
    with pytest.raises(Cancelled):
        read_file(workbook(tmp_path / "a.xlsx", [["a"]]), _Stops())
    assert started[0].poll() is not None


def test_a_reader_that_never_ends_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started = _asleep(monkeypatch)
    with pytest.raises(Refused, match="takes too long"):
        read_file(workbook(tmp_path / "a.xlsx", [["a"]]), seconds=0.2)
    assert started[0].poll() is not None


def test_a_reader_that_dies_without_a_word_is_a_refusal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setattr(importing_read, "_command", lambda *_paths: [sys.executable, "-c", "import os; os.abort()"])
    assert "damaged, or needs too much memory" in refusal(workbook(tmp_path / "a.xlsx", [["a"]]))


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such limit for one program")
def test_the_reader_may_not_take_all_the_memory() -> None:
    import resource
    import subprocess
    import sys

    program = "from reports import sheet_in; sheet_in.limit(); bytearray(600 * 1024 * 1024)"
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False, cwd=REAL.parents[3])
    assert b"MemoryError" in told.stderr
    assert resource.getrlimit(resource.RLIMIT_AS)[0] != sheet_in.MEMORY, "we ourselves are not limited"


def test_the_limits_are_those_of_the_safety_rules() -> None:
    assert (sheet_in.SECONDS, sheet_in.MEMORY, sheet_in.MAX_ROWS, sheet_in.MAX_COLUMNS) == (30, 512 << 20, 100_000, 200)
    limits = (sheet_checks.MAX_FILE, sheet_checks.MAX_UNPACKED, sheet_checks.MAX_RATIO, sheet_checks.MAX_ENTRIES)
    assert limits == (20 << 20, 200 << 20, 100, 2_000)
    assert importing_read.SECONDS == 30


# --- files with mistakes in them ---

IN_THIS_PROGRAM = 20_000 if CAMPAIGN else 200
BY_THE_OTHER = 400 if CAMPAIGN else 6


def _mutated(content: bytes, chance: random.Random) -> bytes:
    made = bytearray(content)
    for _ in range(chance.randint(1, 12)):
        at = chance.randrange(len(made))
        kind = chance.randrange(4)
        if kind == 0:
            made[at] = chance.randrange(256)
        elif kind == 1:
            del made[at : at + chance.randint(1, 40)]
        elif kind == 2:
            made[at:at] = bytes(chance.randrange(256) for _ in range(chance.randint(1, 40)))
        else:
            made[at:at] = made[at : at + chance.randint(1, 200)]
        if not made:
            made = bytearray(b"x")
    return bytes(made)


def _mutated_part(path: Path, chance: random.Random) -> bytes:
    """A mistake inside the sheet itself, packed properly again."""
    copy = path.with_name("copy.xlsx")
    copy.write_bytes(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        name = chance.choice([one for one in archive.namelist() if one.endswith(".xml")])
        part = archive.read(name)
    with_parts(copy, {name: _mutated(part, chance)})
    return copy.read_bytes()


def _a_mutation(folder: Path, chance: random.Random, path: Path, text: bytes) -> bytes:
    kind = chance.randrange(3)
    if kind == 0:
        return _mutated(text, chance)
    return _mutated(path.read_bytes(), chance) if kind == 1 else _mutated_part(path, chance)


@pytest.mark.timeout(7_200 if CAMPAIGN else 120)
def test_mutated_files_are_read_or_refused_and_nothing_else(tmp_path: Path) -> None:
    """The reading itself, in this program; a fault of the library that ends a program is met in the next test."""
    import python_calamine  # noqa: F401 - its own kind of fault is known once it is loaded

    panic = [one for one in BaseException.__subclasses__() if one.__name__ == "PanicException"]
    path = messy_workbook(tmp_path / "a.xlsx")
    text = "\n".join(",".join(str(cell or "") for cell in row) for row in [HEADINGS, HEADINGS]).encode()
    outcomes = {"read": 0, "refused": 0}
    for number in range(IN_THIS_PROGRAM):
        content = _a_mutation(tmp_path, random.Random(number), path, text)
        try:
            found = sheet_in.read(content, ".csv")
            assert found["sheets"] is not None
            outcomes["read"] += 1
        except (sheet_checks.Unfit, *panic):
            outcomes["refused"] += 1
    assert min(outcomes.values()) > IN_THIS_PROGRAM // 20, outcomes


@pytest.mark.timeout(7_200 if CAMPAIGN else 120)
def test_mutated_files_in_the_other_program_leave_this_one_whole(tmp_path: Path) -> None:
    path = messy_workbook(tmp_path / "a.xlsx")
    text = "\n".join(",".join(str(cell or "") for cell in row) for row in [HEADINGS, HEADINGS]).encode()
    late = 0
    for number in range(BY_THE_OTHER):
        bad = tmp_path / "bad.xlsx"
        bad.write_bytes(_a_mutation(tmp_path, random.Random(1_000_000 + number), path, text))
        try:
            assert isinstance(read_file(bad), Book)
        except Refused as problem:
            late += "takes too long" in problem.title
    assert late == 0


@pytest.mark.parametrize("entry", ["entry_command", "entry_window"])
def test_the_packaged_program_reads_in_a_second_copy_of_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, entry: str
) -> None:
    import json
    import subprocess
    import sys

    path, answer = workbook(tmp_path / "a.xlsx", [["Check", "Done"]]), tmp_path / "answer.json"
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    command = importing_read._command(path, answer)
    assert command == [sys.executable, "--read-sheet", str(path), str(answer)]
    by_hand = [sys.executable, "-m", f"bursar_desk.{entry}", *command[1:]]
    assert subprocess.run(by_hand, cwd=REAL.parents[3], check=False).returncode == 0
    assert json.loads(answer.read_text())["sheets"][0]["rows"] == [["Check", "Done"]]
