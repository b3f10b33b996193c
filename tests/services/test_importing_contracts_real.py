"""Registers of contracts by command and as councils published them; and whatever may stand in a cell."""

from __future__ import annotations

import csv
import datetime as dt
import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bursar_desk.domain.errors import UserError
from bursar_desk.services import importing
from bursar_desk.services.importing_read import Book, Sheet, read_file
from bursar_desk.services.importing_shapes import State
from tests.services.commands_kit import done, run
from tests.services.contract_sheets import HEADS, apply, firms, kept, plan, register
from tests.services.small_school import Small, without_waiting

FOLDER = os.environ.get("BURSAR_DESK_SPREADSHEETS", "")
REAL = Path(__file__).parents[1] / "data" / "spreadsheets"


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Small:
    without_waiting(monkeypatch)
    monkeypatch.setenv("BURSAR_DESK_LOCAL", str(tmp_path / "local"))
    return Small.found(tmp_path)


# --- by command ------------------------------------------------------------------------------------------------------


def test_the_command_reports_each_doubtful_cell_by_row_and_column(small: Small, tmp_path: Path) -> None:
    path = register(tmp_path / "register.csv")
    ran = run("import", "contracts", path, register=small.path, on="2026-11-20")
    assert (ran.facts["would_add"], ran.facts["would_change"], ran.facts["applied"]) == (6, 0, False)
    cells = {(one["row"], one["column"], one["found"]) for one in ran.facts["questions"]}
    assert {(5, "E", "Mar-16"), (6, "F", "ongoing"), (6, "D", "12000 (inc VAT)"), (7, "F", "31/12/2061")} <= cells
    assert all(one["why"] for one in ran.facts["questions"] if one["found"])
    mapping = tmp_path / "map.json"
    mapping.write_text(json.dumps({"answers": {"first:row:5": "2016-03-01"}}))
    facts = done("import", "contracts", path, "--map", mapping, "--apply", register=small.path, on="2026-11-20")
    assert (facts["added"], facts["changed"]) == (6, 0)
    again = done("import", "contracts", path, "--map", mapping, register=small.path, on="2026-11-20")
    assert (again["would_add"], again["would_change"]) == (0, 0)
    said = run("import", "contracts", path, register=small.path, on="2026-11-20", as_json=False).out
    assert "already known" in said


# --- real registers --------------------------------------------------------------------------------------------------


def _independent(path: Path, first: str, last: str, key: str) -> dict[str, tuple[dt.date | None, dt.date | None]]:
    """Read ISO days without our reader."""

    def read(text: str) -> dt.date | None:
        return dt.datetime.fromisoformat(text).date() if text else None

    with path.open(encoding="utf-8", newline="") as file:
        return {one[key]: (read(one[first]), read(one[last])) for one in csv.DictReader(file)}


def test_real_awards_come_in_with_no_wrong_date_and_are_there_once(small: Small) -> None:
    path = REAL / "contract_awards_schools_and_nw_councils.csv"
    truth = _independent(path, "contractPeriod_startDate", "contractPeriod_endDate", "award_id")
    found = plan(small, path)
    assert len(found.rows) == len(truth) == 282
    far = [one for row in found.rows for one in row.doubts if one.field == "last"]
    assert [(one.row, one.found) for one in far] == [(290, "2061-11-24T00:00:00")]
    assert apply(small, path, leave_out=True).added >= 280
    wrong = {
        ref for ref, one in kept(small).items()
        for mine, right in ((one.first, truth[ref][0]), (one.last, truth[ref][1])) if mine not in (None, right)
    }  # fmt: skip
    assert wrong == set()
    assert sum(one.first is not None for one in kept(small).values()) >= 280
    before = len(kept(small))
    assert not plan(small, path).of(State.ADD, State.CHANGE)
    assert len(kept(small)) == before


def test_real_notices_come_in_with_every_supplier_they_name(small: Small) -> None:
    path = REAL / "contracts_finder_blackpool.csv"
    found = plan(small, path)
    assert (len(found.rows), len(found.of(State.ADD)), len(found.of(State.LEFT))) == (153, 151, 2)
    several = [one for row in found.rows for one in row.doubts if one.key.startswith("which:")]
    assert len(several) == 10
    apply(small, path)
    names = firms(small)
    assert "Wood & Wood Signs Ltd" in names
    assert "BAKER, LOMAX & SHACKLEY LIMITED" in names
    assert not [one for one in names if "&amp;" in one or "&#" in one or one.casefold() == "n/a"]
    assert all(one.first is None and one.last is None for one in kept(small).values()), "it has no days of contracts"
    assert {one.state for one in plan(small, path).rows} <= {State.KNOWN, State.LEFT}


def test_a_list_of_land_is_no_register_and_says_so(small: Small) -> None:
    with pytest.raises(UserError, match="headings were not found"):
        plan(small, REAL.parent / "files" / "imports" / "trafford-land-and-buildings.csv")


@pytest.mark.skipif(not FOLDER, reason="no folder of real spreadsheets was named")
def test_every_real_spreadsheet_of_a_folder_comes_in_twice_and_is_there_once(small: Small) -> None:
    for path in sorted(Path(FOLDER).iterdir()):
        if path.suffix.casefold() not in (".csv", ".xlsx", ".ods", ".xls") or "land" in path.name:
            continue  # a list of land holds neither contracts nor payments
        with small.desk(write=True) as desk:
            book = read_file(path, as_saved=True)
            kind = importing.buying_kind(book)
            first = importing.plan(desk, kind, book)
            if first.of(State.ADD, State.CHANGE):
                importing.apply(desk, first, leave_out=True)
            assert not importing.plan(desk, kind, book).of(State.ADD, State.CHANGE), path.name


# --- damage ----------------------------------------------------------------------------------------------------------

CELLS = st.one_of(
    st.none(), st.text(max_size=30), st.floats(), st.integers(-(10**6), 10**6), st.dates(), st.booleans(),
    st.sampled_from(["TBC", "ongoing", "Mar-16", "04/07/2016", "20-Jan-17", "£1.2k + VAT", "Acme; B Ltd", "3 months"]),
)  # fmt: skip


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.lists(CELLS, min_size=9, max_size=9), min_size=1, max_size=6))
def test_no_cell_whatever_stands_in_it_makes_a_preview_fall(small: Small, lines: list[list[Any]]) -> None:
    book = Book("x.xlsx", "xlsx", (Sheet("S", (HEADS, *map(tuple, lines))),), (), 1900)
    with small.desk() as desk:
        found = importing.plan(desk, "contracts", book)
    for row in found.rows:
        first, last = row.values.get("first"), row.values.get("last")
        assert not (isinstance(first, dt.date) and isinstance(last, dt.date) and last < first)
