"""The commands of every day: what is due, recording it, faults, people, places, absences, hours, taking back."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest

from tests.output import pdf_reader
from tests.services.commands_kit import HOME, ON, URNS, at, copied, done, make_practice, run

DUE_KEYS = {"check", "code", "title", "area", "school", "place", "legal_due", "plan_by", "status", "because"}


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


def _due(register: Path, *words: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = done("due", *words, register=register)["items"]
    return found


# --- what is due -----------------------------------------------------------------------------------------------------


def test_due_lists_what_is_pressing_with_everything_a_script_needs(home: Path) -> None:
    facts = done("due", register=home)
    assert all(set(one) >= DUE_KEYS for one in facts["items"])
    assert {one["school"] for one in facts["items"]} == {HOME}
    assert {one["colour"] for one in facts["items"]} <= {"red", "amber"}
    assert all(one["because"] and len(one["check"]) == 32 for one in facts["items"])
    counts = facts["counts"]["required"]
    assert counts["red"] + counts["amber"] + counts["green"] == counts["applicable"]
    days = [one["legal_due"] for one in facts["items"] if one["colour"] == "red" and one["required"]]
    assert days == sorted(days)
    dt.date.fromisoformat(days[0])


def test_due_can_look_ahead_and_at_one_area_or_one_person(home: Path) -> None:
    few, more = _due(home), _due(home, "--within", "60")
    assert len(more) > len(few)
    assert {one["check"] for one in few} <= {one["check"] for one in more}
    assert {one["area"] for one in _due(home, "--within", "60", "--area", "fire")} == {"fire"}
    assert {one["area"] for one in _due(home, "--within", "60", "--area", "Fire")} == {"fire"}
    assert {one["doer"] for one in _due(home, "--within", "60", "--person", "terry walsh")} == {"Terry Walsh"}
    assert run("due", "--area", "kites", register=home).code == 2
    assert run("due", "--person", "Nobody Here", register=home).code == 3


def test_today_is_what_on_says_and_the_day_alone_makes_a_check_late(home: Path) -> None:
    now = {one["check"] for one in _due(home) if one["status"] == "overdue"}
    later = {
        one["check"] for one in done("due", register=home, on="5 January 2027")["items"] if one["status"] == "overdue"
    }
    assert len(later) > len(now)


def test_check_list_show_and_history_agree(home: Path) -> None:
    listed = done("check", "list", register=home)["items"]
    assert {one["colour"] for one in listed} >= {"green", "grey"}
    fire = next(one for one in listed if one["code"] == "FIRE-04")
    for words in (fire["check"], "FIRE-04", fire["title"]):
        shown = done("check", "show", words, register=home)["check"]
        assert {name: shown[name] for name in DUE_KEYS} == {name: fire[name] for name in DUE_KEYS}
    assert shown["provenance"]["Law"]
    assert len(shown["next_three"]) == 3
    history = done("check", "history", "FIRE-04", register=home)["history"]
    assert [one["on"] for one in history] == sorted((one["on"] for one in history), reverse=True)
    assert shown["history"] == history[:12]
    assert run("check", "show", "fire", register=home).code == 3, "more than one check"


# --- recording -------------------------------------------------------------------------------------------------------


def test_recording_a_check_answers_with_the_record_the_next_date_and_no_fault(home: Path) -> None:
    made = done(
        "check", "record", "FIRE-04", "--done", ON, "--by", "Terry Walsh", "--outcome", "satisfactory",
        "--note", "Loud and clear", "--point", "Call point 2", "--at", "07:05", register=home,
    )  # fmt: skip
    assert made["record"]["on"] == ON
    assert made["record"]["by"] == "Terry Walsh"
    assert made["record"]["recorded_by"] == "Dawn Hill"
    assert made["record"]["note"] == "Loud and clear"
    assert made["defects"] == []
    assert dt.date.fromisoformat(made["next_due"]) > dt.date.fromisoformat(ON)
    assert "FIRE-04" not in {one["code"] for one in _due(home)}
    assert done("check", "history", "FIRE-04", register=home)["history"][0]["record"] == made["record"]["record"]


def test_a_fail_opens_a_fault_and_a_given_fault_is_used_instead(home: Path) -> None:
    failed = done("check", "record", "FIRE-03", "--done", ON, "--outcome", "unsatisfactory", register=home)
    assert [one["risk"] for one in failed["defects"]] == ["high"]
    named = done(
        "check", "record", "FIRE-04", "--done", ON, "--outcome", "satisfactory_with_actions", "--fault", "Faint bell",
        "--risk", "low", register=home,
    )  # fmt: skip
    assert [(one["title"], one["risk"]) for one in named["defects"]] == [("Faint bell", "low")]
    open_now = {one["defect"] for one in done("defect", "list", register=home)["defects"]}
    assert {failed["defects"][0]["defect"], named["defects"][0]["defect"]} <= open_now


def test_readings_are_kept_in_tenths_with_the_unit_the_check_gives_them(home: Path) -> None:
    shown = done("check", "show", "WATR-04", register=home)["check"]["readings"]
    name = shown[0]["name"]
    made = done(
        "check", "record", "WATR-04", "--done", ON, "--outcome", "satisfactory", "--reading", f"{name.upper()}=52.5",
        "--reading", "Odd one=3", register=home,
    )  # fmt: skip
    assert made["record"]["readings"] == [
        {"name": name, "value": 525, "unit": "°C"}, {"name": "Odd one", "value": 30},
    ]  # fmt: skip
    assert made["told"] == ["Tap temperatures, monthly does not ask for “Odd one”, so no limit was looked at."]
    for wrong in ("52.5", "Flow=warm", "Flow=52.55", "=4", "Flow=nan"):
        ran = run("check", "record", "WATR-04", "--done", ON, "--outcome", "satisfactory", "--reading", wrong,
                  register=home)  # fmt: skip
        assert ran.code == 2, wrong


def test_evidence_is_a_file_that_is_there(home: Path, tmp_path: Path) -> None:
    paper = tmp_path / "Certificate.pdf"
    words = ["check", "record", "FIRE-04", "--done", ON, "--outcome", "satisfactory", "--evidence", str(paper)]
    assert run(*words, register=home).code == 3
    paper.write_bytes(b"%PDF")
    assert done(*words, register=home)["record"]["record"]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["check", "record", "FIRE-04", "--done", "2026-11-24", "--outcome", "satisfactory"], 3, "has not come yet"),
        (["check", "record", "FIRE-04", "--done", "31/2/2026", "--outcome", "satisfactory"], 2, "real date"),
        (["check", "record", "FIRE-04", "--done", ON, "--outcome", "fine"], 2, "fine"),
        (["check", "record", "FIRE-04", "--done", ON], 2, "--outcome"),
        (["check", "record", "NOPE-99", "--done", ON, "--outcome", "satisfactory"], 3, "not one check"),
        (["check", "record", "FIRE-04", "--done", ON, "--outcome", "satisfactory", "--at", "25:99"], 2, "time"),
        (["check", "put-off", "FIRE-04", "--until", "2030-01-01", "--reason", "busy"], 3, "required by"),
        (["check", "put-off", "FIRE-04", "--until", ON, "--reason", "busy"], 3, "future"),
        (["check", "not-done", "FIRE-04", "--reason", "lazy"], 2, "lazy"),
        (["absence", "add", "Terry Walsh", "--from", "2026-11-25", "--to", ON], 3, "before the first"),
        (["absence", "add", "Nobody", "--from", ON], 3, "do not know who"),
        (["cover", "gaps", "0000"], 3, "absence"),
        (["cover", "confirm", "0000"], 3, "cover"),
        (["defect", "close", "0000"], 3, "fault"),
        (["defect", "add", "x", "--risk", "huge"], 3, "not a risk"),
        (["person", "add", "Terry Walsh", "--role", "caretaker"], 3, "already"),
        (["person", "add", "Ann Other", "--role", "wizard"], 3, "not a role"),
        (["place", "add", "Hall"], 3, "not one place"),
        (["receipts", "show", "99"], 3, "no receipt"),
        (["undo", "f" * 32], 3, "nothing to take back"),
        (["export", "x.bursar", "--to", "999999"], 3, "not one school"),
        (["report", "governors", "--out", "x.doc"], 3, "not made as"),
        (["report", "weather", "--out", "x.pdf"], 2, "weather"),
        (["nonsense"], 2, "nonsense"),
    ],
)
def test_what_cannot_be_is_said_in_one_sentence_with_its_number(
    home: Path, words: list[str], code: int, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    if words[:2] == ["place", "add"]:
        words = [*words, "--inside", "The moon"]
    before = done("digest", register=home)
    ran = run(*words, register=home)
    assert ran.code == code, ran.err
    assert said in ran.err or said in ran.err.replace("“", "").replace("”", "")
    assert ran.err.count("\n") == 1, "one line, and never a traceback"
    assert ran.facts == ({"refused": ran.err.strip()} if code == 3 else None)
    assert done("digest", register=home) == before, "nothing was changed"


def test_not_done_and_put_off_satisfy_nothing(home: Path) -> None:
    line = next(one for one in _due(home, "--within", "30") if one["code"] == "FIRE-04")
    after = done("check", "not-done", "FIRE-04", "--reason", "no_access", "--note", "Exam in the hall", register=home)
    assert after["check"]["legal_due"] == line["legal_due"]
    history = done("check", "history", "FIRE-04", register=home)["history"]
    assert (history[0]["what"], history[0]["outcome"], history[0]["note"]) == (
        "not done", "no_access", "Exam in the hall",
    )  # fmt: skip
    assert "No access" in run("check", "history", "FIRE-04", register=home, as_json=False).out
    later = next(one for one in _due(home, "--within", "300") if one["legal_due"] > "2026-12-20")
    moved = done("check", "put-off", later["check"], "--until", "2026-12-18", "--reason", "Contractor", register=home)
    assert moved["check"]["legal_due"] == later["legal_due"]
    assert moved["check"]["plan_by"] == "2026-12-18"


# --- taking back -----------------------------------------------------------------------------------------------------


def test_undo_takes_the_last_act_back_and_redo_brings_it_again(home: Path) -> None:
    before = done("check", "history", "FIRE-04", register=home)["history"]
    made = done("check", "record", "FIRE-04", "--done", ON, "--outcome", "satisfactory", register=home)
    done("check", "record", "FIRE-03", "--done", ON, "--outcome", "satisfactory", register=home)
    undone = done("undo", register=home)
    assert "record a check" in undone["undone"]
    done("undo", made["act"], register=home)
    assert done("check", "history", "FIRE-04", register=home)["history"] == before
    redone = done("redo", register=home)
    assert redone["changed"]
    assert done("check", "history", "FIRE-04", register=home)["history"][0]["on"] == ON
    done("place", "add", "Bike shed", "--kind", "outside", register=home)
    assert run("redo", register=home).code == 3


# --- people, places, faults ------------------------------------------------------------------------------------------


def test_people_and_places_are_listed_and_added(home: Path) -> None:
    made = done(
        "person", "add", "Ann  Other", "--role", "site staff", "--from", "06:30", "--to", "12:00", "--unlocks",
        register=home,
    )  # fmt: skip
    assert (made["name"], made["starts"], made["ends"], made["unlocks"]) == ("Ann Other", 390, 720, True)
    people = done("person", "list", register=home)["people"]
    assert made["person"] in {one["person"] for one in people}
    assert all("reason" not in one for one in people)
    assert run("due", register=home).code == 0
    ran = run("check", "record", "FIRE-03", "--done", ON, "--outcome", "satisfactory", register=home)
    assert ran.facts["record"]["by"] == "Dawn Hill"
    place = done("place", "add", "Cellar", "--inside", "Main building", register=home)
    inside = done("place", "list", register=home)["places"]
    assert place["inside"] == next(one["place"] for one in inside if one["name"] == "Main building")


def test_whoever_as_names_is_who_acts(home: Path) -> None:
    from bursar_desk.services.desk import Desk

    done("check", "record", "FIRE-03", "--done", ON, "--outcome", "satisfactory", register=home)
    ran = run("--as", "Terry Walsh", "check", "record", "FIRE-04", "--done", ON, "--outcome", "satisfactory",
              register=home)  # fmt: skip
    assert ran.code == 0
    assert ran.facts["record"]["by"] == "Terry Walsh"
    with Desk.open(home, as_person="Terry Walsh", read_only=True) as desk:
        assert desk.who == "Terry Walsh"
    assert run("--as", "Somebody Else", "due", register=home).code == 3


def test_a_fault_is_reported_shown_and_closed_once(home: Path) -> None:
    made = done(
        "defect", "add", "Gate does not latch", "--risk", "high", "--place", "Playground", "--target", "1 Dec 2026",
        register=home,
    )["defect"]  # fmt: skip
    assert (made["state"], made["raised_on"], made["target_on"]) == ("reported", ON, "2026-12-01")
    shown = done("defect", "show", made["defect"][:12], register=home)["defect"]
    assert shown["title"] == "Gate does not latch"
    closed = done("defect", "close", made["defect"], "--day", ON, register=home)["defect"]
    assert (closed["open"], closed["state"], closed["closed_on"]) == (False, "done", ON)
    assert run("defect", "close", made["defect"], register=home).code == 3
    assert made["defect"] not in {one["defect"] for one in done("defect", "list", register=home)["defects"]}
    assert made["defect"] in {one["defect"] for one in done("defect", "list", "--all", register=home)["defects"]}
    assert run("defect", "close", "", register=home).code == 3


# --- absences and hours ----------------------------------------------------------------------------------------------


def test_an_absence_has_no_reason_and_hours_make_a_balance(home: Path, folder: Path, tmp_path: Path) -> None:
    for urn in URNS[1:]:
        done("export", tmp_path / f"{urn}.bursar", "--to", HOME, register=at(folder, urn))
    done("merge", *sorted(tmp_path.glob("*.bursar")), register=home)
    away = done("absence", "add", "Terry Walsh", "--from", ON, "--reason", "flu", register=home)
    assert away["from"] == away["to"] == ON
    listed = done("absence", "list", register=home)["absences"]
    assert [set(one) for one in listed] == [{"absence", "person", "name", "from", "to"}]
    assert len(done("absence", "list", "--all", register=home)["absences"]) > 1
    helper = done("cover", "find", "Terry Walsh", register=home)["can"][0]
    asked = done("cover", "request", "Terry Walsh", "--helper", helper["name"], register=home)
    assert run("cover", "request", "Terry Walsh", "--helper", "Nobody", register=home).code == 3
    before = {one["name"]: one for one in done("cover", "ledger", "--from", ON, register=home)["schools"]}
    assert before == {}
    logged = done("cover", "log", asked["cover"], "--day", ON, "--from", "06:45", "--to", "08:15", register=home)
    assert logged["minutes"] == 90
    assert run("cover", "log", asked["cover"], "--day", "2026-12-24", "--from", "06:45", "--to", "08:15",
               register=home).code == 3  # fmt: skip
    (balance,) = done("cover", "ledger", "--from", ON, register=home)["schools"]
    assert (balance["received"], balance["given"], balance["owed"]) == (90, 0, -90)
    told = run("cover", "ledger", "--from", ON, register=home, as_json=False).out
    assert re.search(r"We owe St Frideswide’s [^.;]*\b1 h 30 min", told), told
    declined = done("cover", "confirm", asked["cover"], "--answer", "declined", register=home)
    assert declined["state"] == "declined"
    states = {one["cover"]: one["state"] for one in done("cover", "list", register=home)["cover"]}
    assert states[asked["cover"]] == "declined"
    assert run("cover", "return", "--to", tmp_path / "r.bursar", register=home).code == 3


# --- paper -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["governors.pdf", "governors.html", "governors.xlsx", "round-sheet.pdf", "chase.pdf",
                                  "site-sheet.pdf"])  # fmt: skip
def test_a_report_is_written_in_the_form_its_ending_asks_for(home: Path, tmp_path: Path, name: str) -> None:
    out = tmp_path / name
    made = done("report", out.stem, "--out", out, register=home)
    assert made["file"] == str(out)
    assert made["pages"] >= 1
    data = out.read_bytes()
    if out.suffix == ".pdf":
        pages = pdf_reader.texts(data)
        assert len(pages) == made["pages"]
        assert all("Practice - made-up records" in page for page in pages)
    elif out.suffix == ".html":
        assert b"Practice - made-up records" in data
        assert "figures" in made
    else:
        assert data.startswith(b"PK")
    figures = done("report", "governors", "--out", tmp_path / "g.pdf", "--as-at", "2026-10-30", register=home)[
        "figures"
    ]
    assert figures
