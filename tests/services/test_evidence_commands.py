"""The commands about evidence and PINs, as a person would type them."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from bursar_desk.services import pins
from tests.services.commands_kit import done, run
from tests.services.sample_fixture import STORY, copy_of, register_of
from tests.services.test_evidence_kept import PDF, paper

ON = "2026-11-20"


@pytest.fixture
def register(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(pins, "COST", 1 << 4)
    monkeypatch.setattr("bursar_desk.machine.local_folder", lambda: tmp_path / "local")
    return register_of(copy_of(tmp_path), STORY).path


def did(register: Path, *words: object) -> Any:
    return done(*words, register=register, on=ON)


def test_a_document_is_added_shown_linked_revised_and_saved_again(register: Path, tmp_path: Path) -> None:
    file = paper(tmp_path, "Alarm service.pdf")
    added = did(register, "evidence", "add", file, "--about", "FIRE-04", "--expires", "2026-12-01", "--number", "A 7",
                "--owner", "Terry Walsh", "--dated", "2025-12-01")  # fmt: skip
    which = added["evidence"][:16]
    shown = did(register, "evidence", "show", which)
    assert (shown["title"], shown["number"], shown["entered_on"]) == ("Alarm service", "A 7", shown["entered_on"])
    assert [one["table"] for one in shown["about"]] == ["school_check"]
    assert [one["evidence"] for one in did(register, "evidence", "running-out")["evidence"]] == [added["evidence"]]
    assert did(register, "evidence", "running-out", "--days", "5")["evidence"] == []
    linked = did(register, "evidence", "link", which, "--about", "FIRE-01")
    assert len(linked["about"]) == 2
    assert len(did(register, "evidence", "link", which, "--about", "FIRE-01", "--away")["about"]) == 1
    did(register, "evidence", "revise", which, paper(tmp_path, "v2.pdf", b"2"), "--why", "Renewed")
    (tmp_path / "out").mkdir()
    did(register, "evidence", "export", which, "--to", tmp_path / "out", "--revision", "1")
    assert (tmp_path / "out" / "Alarm service.pdf").read_bytes() == PDF
    again = did(register, "evidence", "add", file, "--title", "Again")
    assert again["already"] == added["evidence"]
    assert len(did(register, "evidence", "list", "--text", "alarm")["evidence"]) >= 1
    assert did(register, "evidence", "sweep")["files"] == 0
    assert did(register, "verify") == {"findings": [], "notices": []}


def test_what_cannot_be_is_refused_in_words(register: Path, tmp_path: Path) -> None:
    odd = tmp_path / "run.bat"
    odd.write_bytes(b"@echo off")
    assert run("evidence", "add", odd, register=register, on=ON).code == 3
    ran = run("evidence", "add", paper(tmp_path), "--about", "NONE-99", register=register, on=ON)
    assert ran.code == 2
    assert "is nothing in this register" in ran.err


def test_a_pin_is_set_listed_unlocked_and_taken_away(register: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    manager = next(one["name"] for one in did(register, "person", "list")["people"] if one["manages"])

    def typed(name: str, secret: str) -> Any:
        monkeypatch.setattr("sys.stdin", io.StringIO(secret + "\n"))
        return run("person", "pin", name, "--from-stdin", register=register, on=ON)

    assert typed("Terry Walsh", "7294").code == 3, "nobody who manages has one yet"
    assert typed(manager, "1234").code == 3
    assert typed(manager, "830417").facts["has_pin"]
    ran = typed("Terry Walsh", "7294")
    assert "7294" not in ran.out + ran.err
    listed = did(register, "person", "pins", "--lock-after", "5")
    assert listed["lock_minutes"] == 5
    assert {one["name"] for one in listed["people"] if one["has_pin"]} == {manager, "Terry Walsh"}
    did(register, "person", "pin", "Terry Walsh", "--unlock")
    assert not did(register, "person", "pin", "Terry Walsh", "--clear")["has_pin"]
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert run("person", "pin", "Terry Walsh", register=register, on=ON).code == 2, "no terminal to ask at"
