"""Bringing in a spreadsheet by command: a preview by default, answers, a mapping file, templates, exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bursar_desk.services import checks
from tests.services.commands_kit import done, run
from tests.services.messy_sheets import messy_workbook
from tests.services.small_school import Small, without_waiting

ON = "2026-11-20"


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Small:
    without_waiting(monkeypatch)
    monkeypatch.setenv("BURSAR_DESK_LOCAL", str(tmp_path / "local"))
    made = Small.found(tmp_path)
    for code in ("FIRE-04", "FIRE-07", "LIFT-01"):
        made.add(code)
    return made


def test_without_apply_everything_is_shown_and_nothing_written(small: Small, tmp_path: Path) -> None:
    path = messy_workbook(tmp_path / "tracker.xlsx")
    ran = run("import", "last-done", path, register=small.path, on=ON)
    assert ran.code == 1, "a person is needed"
    assert (ran.facts["applied"], ran.facts["counts"]["add"]) == (False, 3)
    assert ran.facts["columns"]["done"] == "Date last done"
    row = next(one for one in ran.facts["rows"] if one["row"] == 10)
    assert (row["state"], row["column"], row["found"]) == ("ask", "A", "FIRE-09")
    said = run("import", "last-done", path, register=small.path, on=ON, as_json=False).out
    assert "Row 5 C, new, Fire alarm test, Friday 3 April 2026" in said
    assert "Nothing was written. Add --apply to bring it in." in said
    with small.desk() as desk:
        assert all(one.last_done is None for one in checks.listing(desk).lines)


def test_apply_refuses_rows_in_doubt_and_brings_in_the_rest_when_told(small: Small, tmp_path: Path) -> None:
    path = messy_workbook(tmp_path / "tracker.xlsx")
    refused = run("import", "last-done", path, "--apply", register=small.path, on=ON)
    assert refused.code == 3
    assert "in doubt" in refused.err or "in doubt" in refused.out
    facts = done("import", "last-done", path, "--apply", "--leave-out", register=small.path, on=ON)
    assert (facts["applied"], facts["added"]) == (True, 3)
    again = run("import", "last-done", path, register=small.path, on=ON)
    assert again.facts["counts"]["known"] == 3
    done("undo", register=small.path, on=ON)
    after = run("import", "last-done", path, register=small.path, on=ON)
    assert after.facts["counts"]["add"] == 3


def test_answers_come_typed_accepted_or_from_the_mapping_file(small: Small, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Thing,Seen\nFIRE-04,03/04/26\n", "utf-8")
    mapping = tmp_path / "map.json"
    mapping.write_text(json.dumps({"columns": {"check": "Thing", "done": "Seen"}}), "utf-8")
    asked = run("import", "last-done", path, "--map", mapping, register=small.path, on=ON)
    assert [one["key"] for one in asked.facts["questions"]] == ["order"]
    typed = done("import", "last-done", path, "--map", mapping, "--answer", "order=mdy", register=small.path, on=ON)
    assert typed["rows"][0]["day"] == "2026-03-04"
    accepted = done("import", "last-done", path, "--map", mapping, "--accept", register=small.path, on=ON)
    assert accepted["rows"][0]["day"] == "2026-04-03"
    for wrong in ("order", "=x", "order="):
        assert run("import", "last-done", path, "--answer", wrong, register=small.path, on=ON).code == 2
    mapping.write_text("[1]", "utf-8")
    assert run("import", "last-done", path, "--map", mapping, register=small.path, on=ON).code == 3


def test_a_template_is_written_and_a_missing_file_is_said(small: Small, tmp_path: Path) -> None:
    facts = done("import", "contractors", "--template", tmp_path / "to-fill.xlsx", register=small.path, on=ON)
    assert Path(facts["file"]).is_file()
    came = done("import", "contractors", facts["file"], "--apply", register=small.path, on=ON)
    assert came["added"] == 1
    assert run("import", "contractors", register=small.path, on=ON).code == 2
    assert run("import", "contractors", tmp_path / "nowhere.xlsx", register=small.path, on=ON).code == 3


def test_a_column_that_is_not_read_is_named_so_that_nothing_is_lost_unseen(small: Small, tmp_path: Path) -> None:
    path = tmp_path / "firms.csv"
    path.write_text("Firm,Insurance ends,Star rating,Blank\nRoof & Sons,31/12/2027,5,\n", "utf-8")
    said = run("import", "contractors", path, register=small.path, on=ON, as_json=False).out
    assert "This column is not read: “Star rating”." in said
    done("import", "contractors", path, "--apply", register=small.path, on=ON)
    firm = done("contractor", "list", register=small.path, on=ON)["contractors"][0]
    assert firm["insured_until"] == "2027-12-31", "people write “insurance ends” as well"
