"""The spreadsheet of a cover pack is searched as the paper is: it shows what the paper shows, and nothing else."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from bursar_desk.services.cover_sheet import sheet_of
from bursar_desk.services.reporting_packs import pack_of
from reports.cover_sheet_book import make_xlsx
from tests.exchange.leak_paper_school import PaperSchool
from tests.exchange.test_leak_papers import SHOWN
from tests.services.small_school import without_waiting


def test_the_spreadsheet_of_a_pack_shows_what_the_paper_shows_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BURSAR_DESK_LOCAL", str(tmp_path / "local"))
    without_waiting(monkeypatch)
    school = PaperSchool.found(tmp_path)
    with school.small.desk() as desk:
        book, _pages = make_xlsx(sheet_of(pack_of(desk, school.cover)))
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        found = school.marks.found_in(b"\n".join(parts.read(name) for name in parts.namelist()))
    shown = {(mark.table, mark.field) for mark in found}
    assert shown == SHOWN["cover"]
    assert not {table for table, _ in shown} & {"absence", "absence_reason", "contact", "person", "time_off"}
