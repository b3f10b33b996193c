"""Computers and keys by command: let in, lost, handed back, a dead PC brought back with the sheet alone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bursar_desk.services.setup import new_register
from tests.services.commands_kit import HOME, URNS, at, copied, done, make_practice, run


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        return make_practice(tmp_path_factory.mktemp("practice"), patch)


@pytest.fixture
def folder(practice: Path, tmp_path: Path) -> Path:
    return copied(practice, tmp_path / "registers")


@pytest.fixture
def home(folder: Path) -> Path:
    return at(folder, HOME)


def labels(register: Path, school: str) -> dict[str, str]:
    listed = done("computer", "list", register=register)["computers"]
    return {one["label"]: one["state"] for one in listed if one["school"] == school}


def test_a_new_computer_asks_is_let_in_and_is_reported_lost(home: Path, tmp_path: Path) -> None:
    card, request, welcome = (tmp_path / name for name in ("card.bursar", "ask.bursar", "welcome.bursar"))
    own = done("card", "--out", card, register=home)
    new = tmp_path / "new" / "desk.register"
    new.parent.mkdir()
    asked = done("computer", "ask", card, "--out", request, "--label", "SITE-9", register=new)
    assert asked["school_words"] == own["words"]
    assert run("computer", "ask", card, "--out", request, register=new).code == 3
    assert run("computer", "ask", card, "--out", request).code == 2
    assert labels(new, own["school"])["SITE-9"] == "waiting"
    shown = run("computer", "let-in", request, register=home)
    assert (shown.code, shown.facts["words"], shown.facts["let_in"]) == (1, asked["words"], False)
    assert run("computer", "let-in", request, "--words", asked["words"], register=home).code == 2
    assert run("computer", "let-in", request, "--words", "one two", "--out", welcome, register=home).code == 3
    made = done("computer", "let-in", request, "--words", asked["words"], "--out", welcome, register=home)
    assert made["entries"] > 0
    assert done("merge", welcome, register=new)["totals"]["refused"] == 0
    assert labels(new, own["school"])["SITE-9"] == "this one"
    assert done("digest", register=new)["by_school"][HOME] == done("digest", register=home)["by_school"][HOME]

    told = run("computer", "lost", "SITE-9", register=home, as_json=False)
    assert told.out.startswith("SITE-9 is reported lost.")
    assert labels(home, own["school"])["SITE-9"] == "lost"
    assert run("computer", "lost", "SITE-9", register=home).code == 3
    assert run("computer", "lost", "nobody", register=home).code == 3


def test_a_leaver_hands_back_a_computer_and_the_sheet_changes(folder: Path) -> None:
    listed = done("computer", "list", register=at(folder, HOME))["computers"]
    other = next(one for one in listed if one["letter"] == "B")  # one school of the sample has two computers
    cards = {urn: done("card", "--out", folder / "c", register=at(folder, urn))["school"] for urn in URNS}
    home = next(at(folder, urn) for urn, school in cards.items() if school == other["school"])
    made = done("computer", "left", "b", "--new-key", register=home)
    assert (made["state"], made["label"], len(made["recovery"])) == ("left", other["label"], 8)
    assert done("card", "--out", folder / "c", register=home)["words"] == made["words"]
    assert labels(home, other["school"])[other["label"]] == "left"


def test_a_dead_pc_comes_back_from_a_backup_and_the_sheet_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bursar_desk.clock import SystemClock

    monkeypatch.setenv("BURSAR_DESK_LOCAL", str(tmp_path / "local"))
    monkeypatch.delenv("BURSAR_DESK_KEYS", raising=False)
    old = tmp_path / "old" / "desk.register"
    old.parent.mkdir()
    made = new_register(old, urn=None, name="Hollybank", manager="Dawn Hill", practice=True, clock=SystemClock())
    made.store.close()
    copy = Path(done("backup", tmp_path / "stick", register=old)["file"])
    held = done("digest", register=old)
    shutil.rmtree(old.parent)
    sheet = tmp_path / "sheet.txt"
    sheet.write_text("Recovery sheet\n" + "\n".join(made.recovery), "utf-8")
    new = tmp_path / "new" / "desk.register"
    assert run("restore", copy, "--lost", register=new).code == 2
    assert run("restore", copy, "--sheet", tmp_path / "none.txt", register=new).code == 2
    assert not new.exists()
    back = done("restore", copy, "--sheet", sheet, "--lost", "--label", "OFFICE-2", register=new)
    assert (back["school"], back["reported_lost"], back["label"]) == ("Hollybank", "OFFICE-1", "OFFICE-2")
    assert done("digest", register=new) == held
    assert labels(new, "Hollybank") == {"OFFICE-1": "lost", "OFFICE-2": "this one"}
    assert done("verify", register=new) == {"findings": [], "notices": []}
    assert done("person", "add", "Terry Walsh", "--role", "caretaker", register=new)
    assert run("computer", "recover", "--sheet", sheet, register=new).code == 3, "the old sheet is used up"
    sheet.write_text("\n".join(back["recovery"]), "utf-8")
    assert len(done("computer", "recover", "--sheet", sheet, register=new)["recovery"]) == 8
