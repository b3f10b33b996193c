"""The commands around the register: beginning, opening, cards, the desk without a screen, every exit code."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from bursar_desk import machine, paths
from bursar_desk.cli import Doors
from bursar_desk.services import digests, own_desk
from db.store import raw_facts
from tests.services.commands_kit import HOME, ON, URNS, at, copied, done, make_practice, run

ROOT = Path(__file__).resolve().parents[2]


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


def _started(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The program as a person starts it."""
    command = [sys.executable, "-P", "-m", "bursar_desk", *words]
    told = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **environment}
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", env=told, check=False)


# --- the program from outside ----------------------------------------------------------------------------------------


def test_the_program_started_from_outside_ends_with_the_promised_numbers(home: Path, tmp_path: Path) -> None:
    good = _started("--register", str(home), "--on", ON, "--json", "due")
    assert (good.returncode, bool(json.loads(good.stdout)["items"])) == (0, True)
    wrong = _started("--register", str(home), "due", "--within", "soon")
    assert (wrong.returncode, wrong.stdout, wrong.stderr.count("\n")) == (2, "", 1)
    refused = _started("--register", str(home), "--json", "undo", "f" * 32)
    assert (refused.returncode, json.loads(refused.stdout)) == (3, {"refused": refused.stderr.strip()})
    missing = _started("--json", "due", BURSAR_DESK_REGISTER=str(tmp_path / "none.register"))
    assert (missing.returncode, missing.stdout) == (4, "")
    assert "Traceback" not in wrong.stderr + refused.stderr + missing.stderr


def test_help_needs_no_heavy_library_and_no_command_needs_windows(home: Path, tmp_path: Path) -> None:
    program = f"""
import sys
sys.argv = ["bursar-desk"]
from bursar_desk.__main__ import command
assert command(["--help"]) == 0
assert command(["check", "record", "--help"]) == 0
heavy = ("sqlalchemy", "cryptography", "msgspec", "reportlab", "openpyxl", "zstandard", "rich.progress")
sys.stderr.write(repr([name for name in heavy if name in sys.modules]) + "\\n")
base = ["--register", {str(home)!r}, "--on", {ON!r}]
for words in (["due"], ["check", "list"], ["digest"], ["verify"], ["export", {str(tmp_path / "x.bursar")!r}, "--to",
              "cluster"], ["report", "governors", "--out", {str(tmp_path / "g.pdf")!r}], ["absence", "list"],
              ["cover", "list"], ["backup", {str(tmp_path)!r}], ["undo"]):
    assert command([*base, *words]) == 0, words
sys.stderr.write(repr([name for name in sys.modules if name.split(".")[0] in ("PySide6", "shiboken6")]) + "\\n")
"""
    told = subprocess.run(
        [sys.executable, "-P", "-c", program], capture_output=True, text=True, cwd=ROOT, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    assert told.stderr.splitlines() == ["[]", "[]"]


def test_without_words_the_commands_are_listed(home: Path) -> None:
    ran = run(register=None, on=None, as_json=False)
    assert ran.code == 0
    for name in ("sample", "due", "explain", "cover", "merge", "report", "self-test"):
        assert name in ran.out
    assert run("check", register=home).code == 2


def test_words_go_to_standard_error_when_json_is_asked_for(home: Path) -> None:
    with_json, without = run("due", register=home), run("due", register=home, as_json=False)
    assert with_json.err == without.out
    assert without.err == ""


# --- faults of the program -------------------------------------------------------------------------------------------


def test_a_fault_of_the_program_is_one_sentence_and_its_details_hold_nothing_typed(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("Terry Walsh has the flu")

    monkeypatch.setattr(digests, "digests", broken)
    ran = run("digest", register=home)
    assert ran.code == 3
    assert ran.err.count("\n") == 1
    assert ran.facts == {"refused": ran.err.strip()}
    (kept,) = paths.logs_folder().iterdir()
    assert str(kept) in ran.err
    told = kept.read_text("utf-8")
    assert "RuntimeError" in told
    assert "in broken" in told
    assert "Terry" not in told + ran.err
    monkeypatch.setenv("BURSAR_DESK_TRACE", "1")
    with pytest.raises(RuntimeError, match="flu"):
        run("digest", register=home)


def test_a_lost_folder_is_no_fault_of_the_program(home: Path, tmp_path: Path) -> None:
    ran = run("export", tmp_path / "gone" / "x.bursar", "--to", "cluster", register=home)
    assert ran.code == 3
    assert "Bursar Desk itself" not in ran.err
    assert not paths.logs_folder().exists()


# --- opening ---------------------------------------------------------------------------------------------------------


def test_a_register_that_is_missing_damaged_foreign_or_in_use_ends_with_four(home: Path, tmp_path: Path) -> None:
    assert run("due", register=tmp_path / "none.register").code == 4
    (tmp_path / "letter.register").write_text("Dear Dawn")
    assert run("due", register=tmp_path / "letter.register").code == 4
    sqlite3.connect(tmp_path / "other.register").execute("CREATE TABLE t (a)").connection.close()
    assert run("due", register=tmp_path / "other.register").code == 4
    lock = machine.RegisterLock(home)
    lock.acquire("Dawn Hill", "OFFICE-1", 0)
    try:
        busy = run("undo", register=home)
        assert (busy.code, busy.facts) == (4, None)
        assert "Dawn Hill has this register open on OFFICE-1" in busy.err
        assert run("due", register=home).code == 0, "looking is allowed while somebody writes"
        assert run("digest", register=home).code == 0
    finally:
        lock.release()
    assert run("undo", register=home).code == 0


def test_the_desks_own_register_is_the_named_the_last_used_or_the_only_one(
    home: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("due").code == 4
    place = paths.registers_folder()
    place.mkdir(parents=True)
    shutil.copyfile(home, place / "one.register")
    assert {one["school"] for one in done("due")["items"]} == {HOME}
    shutil.copyfile(at(folder, URNS[1]), place / "two.register")
    assert run("due").code == 4, "two are here and neither is known"
    own_desk.remember(place / "two.register")
    assert {one["school"] for one in done("due")["items"]} == {URNS[1]}
    monkeypatch.setenv("BURSAR_DESK_REGISTER", str(at(folder, URNS[2])))
    assert {one["school"] for one in done("due")["items"]} == {URNS[2]}
    assert {one["school"] for one in done("due", register=home)["items"]} == {HOME}


def test_a_write_that_was_cut_off_is_rolled_back_by_the_next_command_that_looks(home: Path, tmp_path: Path) -> None:
    before = done("digest", register=home)
    program = f"""
import os, sqlite3
con = sqlite3.connect({str(home)!r}, isolation_level=None)
con.execute("PRAGMA cache_size=1")
con.execute("BEGIN IMMEDIATE")
con.execute("UPDATE commit_log SET body=zeroblob(900)")
os.kill(os.getpid(), 9)
"""
    subprocess.run([sys.executable, "-c", program], check=False)
    assert home.with_name(home.name + "-journal").exists()
    assert done("digest", register=home) == before
    assert done("verify", register=home)["findings"] == []


# --- beginning -------------------------------------------------------------------------------------------------------


def test_a_new_register_is_looked_up_by_its_urn_or_made_by_name(tmp_path: Path) -> None:
    file = tmp_path / "here" / "new.register"
    made = done("--as", "Pat Green", "new", file, "--urn", HOME, "--practice", on=None)
    assert Path(made["register"]) == file
    assert len(made["recovery"]) == 8
    people = done("person", "list", register=file)["people"]
    assert [(one["name"], one["manages"]) for one in people] == [("Pat Green", True)]
    facts = done("due", register=file)
    assert facts["counts"]["required"]["applicable"] > 20
    assert {one["status"] for one in facts["items"]} == {"not_known"}
    named = done("new", tmp_path / "b.register", "--name", "Hollybank School", "--practice", on=None)
    assert named["manager"] == "Business manager"
    assert own_desk.last_used() == file, "the first one is this desk's own"
    for words, code in ((["--urn", HOME], 3), (["--name", "X", "--urn", "1"], 2), ([], 2)):
        assert run("new", file, *words, "--practice").code == code
    assert run("new", tmp_path / "c.register", "--urn", "999999", "--practice").code == 3
    assert not (tmp_path / "c.register").exists()


def test_a_real_register_keeps_its_keys_outside_and_out_of_reach_without_a_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "real.register"
    refused = run("new", file, "--urn", HOME, as_json=False)
    assert refused.code == 3
    assert "BURSAR_DESK_KEYS" in refused.err
    monkeypatch.setenv("BURSAR_DESK_KEYS", str(tmp_path / "keys"))
    file.unlink(missing_ok=True)
    ran = run("new", file, "--urn", HOME, as_json=False)
    assert ran.code == 0
    assert "Recovery sheet" in ran.out
    assert list((tmp_path / "keys").glob("*.key"))
    assert not raw_facts(file).practice


def test_sample_refuses_a_folder_with_registers_and_what_is_no_partnership(practice: Path, tmp_path: Path) -> None:
    names = {path.name: path.stat().st_mtime_ns for path in practice.iterdir()}
    assert run("sample", practice, "--schools", ",".join(URNS)).code == 3
    assert {path.name: path.stat().st_mtime_ns for path in practice.iterdir()} == names
    assert run("sample", tmp_path / "a", "--partnership", "atlantis").code == 3
    assert run("sample", tmp_path / "a", "--schools", "1").code == 3
    assert run("sample", tmp_path / "a", "--schools", "one,two").code == 2
    assert run("sample", tmp_path / "a", "--years", "0").code == 2
    assert not (tmp_path / "a").exists()


# --- the date engine -------------------------------------------------------------------------------------------------


def test_explain_works_out_a_date_without_any_register(tmp_path: Path) -> None:
    found = done("explain", "every 6 months", "--anchor", "last done", "--done", "31 August 2026", on=None)
    assert found["legal_due"] == "2027-02-28"
    assert found["because"]
    kept = done("explain", "every 12 months", "--anchor", "fixed date", "--done", "2026-02-20", "--previous",
                "2026-03-15", on=None)  # fmt: skip
    assert kept["legal_due"] == "2027-03-15"
    blocks = [
        {"kind": "term", "name": "Spring 1", "first": "2027-01-04", "last": "2027-02-12", "term": "spring", "half": 1},
        {"kind": "term", "name": "Spring 2", "first": "2027-02-22", "last": "2027-03-25", "term": "spring", "half": 2},
    ]
    as_json, as_csv = tmp_path / "terms.json", tmp_path / "terms.csv"
    as_json.write_text(json.dumps(blocks), "utf-8")
    rows = ["kind,name,first,last,term,half", *(",".join(str(part) for part in one.values()) for one in blocks)]
    as_csv.write_text("\n".join(rows) + "\n", "utf-8")
    words = ["explain", "each term", "--anchor", "calendar period", "--done", "2026-09-10"]
    customary = done(*words, on=None)
    with_terms = [done(*words, "--calendar", file, on=None) for file in (as_json, as_csv)]
    assert customary["legal_due"] == "2027-03-31"
    assert [one["legal_due"] for one in with_terms] == ["2027-03-25", "2027-03-25"]


@pytest.mark.parametrize(
    "words",
    [
        ["whenever", "--anchor", "last done", "--done", ON],
        ["every 6 months", "--anchor", "the moon", "--done", ON],
        ["every 6 months", "--anchor", "last done", "--done", "32 May 2026"],
        ["every 6 months", "--anchor", "last done", "--done", ON, "--value", "many"],
        ["by value tCO2e: <5 none; 5-50 12 months", "--anchor", "last done", "--done", ON],
        ["every 6 months", "--anchor", "last done", "--done", ON, "--calendar", "nowhere.csv"],
    ],
)
def test_explain_calls_what_it_cannot_read_a_wrong_use(words: list[str]) -> None:
    ran = run("explain", *words, on=None)
    assert (ran.code, ran.facts, ran.err.count("\n")) == (2, None, 1)


def test_explain_names_the_row_of_the_term_dates_it_cannot_read(tmp_path: Path) -> None:
    file = tmp_path / "terms.csv"
    file.write_text("kind,name,first,last\nterm,One,2026-09-01,2026-10-20\nterm,Two,soon,later\n", "utf-8")
    ran = run("explain", "each term", "--anchor", "calendar period", "--done", ON, "--calendar", file, on=None)
    assert ran.code == 2
    assert "Row 2" in ran.err


# --- cards -----------------------------------------------------------------------------------------------------------


def test_two_schools_meet_by_cards_whose_words_are_compared(tmp_path: Path) -> None:
    one, two, card = tmp_path / "one.register", tmp_path / "two.register", tmp_path / "one.card"
    done("new", one, "--name", "Hollybank School", "--practice", on=None)
    done("new", two, "--name", "Larch Lane School", "--practice", on=None)
    assert run("export", tmp_path / "x.bursar", "--to", "Hollybank", register=two).code == 3
    assert run("export", tmp_path / "x.bursar", "--to", "cluster", register=two).code == 3
    shown = done("card", "--out", card, register=one)
    assert shown["school"] == "Hollybank School"
    wrong = run("card", "--accept", card, "--words", "apple apple apple apple", register=two)
    assert wrong.code == 3
    met = done("card", "--accept", card, "--words", shown["words"].upper(), register=two)
    assert (met["school"], met["words"], met["known"]) == ("Hollybank School", shown["words"], False)
    assert done("card", "--accept", card, register=two)["known"] is True
    assert run("card", register=two).code == 2
    assert run("card", "--out", card, "--accept", card, register=two).code == 2


# --- the desk and the self-test --------------------------------------------------------------------------------------


def test_without_a_screen_the_story_is_told_in_a_folder_named_on_the_last_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    drawn: list[Path] = []

    def draw(folder: Path, register: Path, _on: object) -> list[Path]:
        drawn.append(register)
        (folder / "Home.png").write_bytes(b"picture")
        return [folder / "Home.png"]

    shown = []
    for _ in range(2):
        ran = run("desk", "--sample", as_json=False, doors=Doors(pictures=draw))
        assert ran.code == 0, ran.err
        assert "no screen" in ran.err
        shown.append(Path(ran.out.splitlines()[-1]))
    assert shown[0] != shown[1], "each time a folder of its own"
    assert [path.stem for path in drawn] == [HOME, "cluster-1"] * 2
    for folder, register in zip([shown[0], shown[0], shown[1], shown[1]], drawn, strict=True):
        left = {path.suffix for path in folder.rglob("*") if path.is_file()}
        assert left >= {".pdf", ".html", ".bursar", ".png", ".register"}
        assert register.is_relative_to(folder), "the practice registers themselves are left alone"
        assert (folder / "Governors.pdf").read_bytes().startswith(b"%PDF")
        told = (folder / "The story.txt").read_text("utf-8")
        assert "has arrived there: 3 entries" in told
        assert "equal" in told
        assert "cluster office merged" in told
    assert len(list((machine.local_folder() / "practice").glob("boscep-*"))) == 1, "made once, used again"


def test_the_desk_opens_the_register_in_a_window_where_there_is_a_screen(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[tuple[object, ...]] = []

    def window(*given: object) -> int:
        opened.append(given)
        return 0

    assert run("desk", register=home, doors=Doors(window=window)).code == 3, "nothing to open it on"
    monkeypatch.setattr(machine, "has_screen", lambda: True)
    ran = run("--as", "Terry Walsh", "desk", register=home, doors=Doors(window=window))
    assert ran.code == 0
    assert [(str(path), str(on), who) for path, on, who in opened] == [(str(home), ON, "Terry Walsh")]
    assert own_desk.last_used() == home
    assert run("desk", register=home).code == 2, "built without windows"


def test_the_self_test_says_what_it_did_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    seen: list[bool] = []
    ran = run("self-test", on=None, doors=Doors(self_test=lambda: seen.append(True)))
    assert ran.code == 0, ran.err
    assert ran.facts["ok"] is True
    assert {"pack", "merge", "pdf", "workbook", "window"} <= {name for name, good in ran.facts["steps"].items() if good}
    assert seen == [True]
    assert list(tmp_path.iterdir()) == []


def test_help_says_how_to_add_a_rule_form_an_outcome_and_a_row_of_the_catalogue() -> None:
    told = " ".join(run("explain", "--help", on=None, as_json=False).out.split())
    readme = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
    assert "## How to add" in readme
    for what in ("rule form", "outcome", "row of the catalogue"):
        assert what in told
        assert f"**A{'n' if what == 'outcome' else ''} {what}.**" in readme
