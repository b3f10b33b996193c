"""The commands about checks, typed as a person would: evidence, points, corrections, missed days, out of use, turns."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest

from bursar_desk.services import enclosures, evidence
from bursar_desk.services.desk import Desk
from tests.services.commands_kit import done, run
from tests.services.small_school import TERRY, Small, without_waiting

ON = "2026-11-20"
POINTS = [f"Call point {n}" for n in range(1, 5)]
STEPS = [
    {"name": "Flow", "unit": "°C", "low": 60},
    {"name": "Bell heard", "kind": "tick"},
    {"name": "Route", "kind": "choice", "choices": ["Clear", "Blocked"]},
]


@pytest.fixture
def register(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    without_waiting(monkeypatch)
    monkeypatch.setenv("BURSAR_DESK_LOCAL", str(tmp_path / "local"))
    small = Small.found(tmp_path)
    small.add("FIRE-04", doer=TERRY, points=POINTS)
    for n in range(3):
        small.done("FIRE-04", dt.date(2026, 10, 5) + dt.timedelta(weeks=n), point=POINTS[n])
    small.add("FIRE-16", doer=TERRY, points=["Door 1", "Door 2", "Door 3"], points_mode="each")
    small.add("WATR-06", doer=TERRY, readings=STEPS)
    small.add("LIFT-01")
    small.done("LIFT-01", dt.date(2026, 6, 20), evidence="held")
    return small.path


def record(register: Path, code: str, *more: object, outcome: str = "satisfactory") -> dict[str, object]:
    made = done("check", "record", code, "--done", ON, "--by", TERRY, "--outcome", outcome, *more, register=register,
                on=ON)  # fmt: skip
    assert isinstance(made, dict)
    return made


def test_evidence_is_copied_into_the_register_and_outlives_its_file(register: Path, tmp_path: Path) -> None:
    paper = tmp_path / "lift report.txt"
    paper.write_text("Examined, no faults.")
    made = record(register, "LIFT-01", "--evidence", paper, "--number", "R-77")
    assert len(made["documents"]) == 1  # type: ignore[arg-type]
    paper.unlink()
    with Desk.open(register, read_only=True) as desk:
        (document,) = evidence.of(desk, "check_record", bytes.fromhex(str(made["record"]["record"])))  # type: ignore[index]
        assert enclosures.content(desk, document.files[0]) == b"Examined, no faults."
    history = done("check", "history", "LIFT-01", register=register, on=ON)["history"]
    assert (history[0]["evidence"], history[0]["evidence_ref"]) == ("held", "R-77, lift report.txt")


def test_answers_are_read_by_what_the_step_asks_for(register: Path) -> None:
    made = record(register, "WATR-06", "--reading", "flow=58.5", "--reading", "Bell heard=yes", "--reading",
                  "Route=clear")  # fmt: skip
    kept = made["record"]["readings"]  # type: ignore[index]
    assert kept == [
        {"name": "Flow", "value": 585, "unit": "°C"}, {"name": "Bell heard", "kind": "tick", "ok": True},
        {"name": "Route", "kind": "choice", "text": "Clear"},
    ]  # fmt: skip
    wrong = made["out_of_range"]
    assert str(wrong).endswith(": Flow: 58.5 °C is below 60 °C.']")
    ran = run("check", "record", "WATR-06", "--done", ON, "--outcome", "satisfactory", "--reading", "Bell heard=loud",
              register=register, on=ON)  # fmt: skip
    assert (ran.code, "Bell heard=yes" in ran.err) == (2, True)


def test_points_are_listed_and_recorded_all_passed_except_one(register: Path) -> None:
    made = done("check", "items", "FIRE-16", "--done", ON, "--except", "door 2=unsatisfactory", "--except",
                "Door 3=not_done", register=register, on=ON)  # fmt: skip
    assert {one["point"]: one["outcome"] for one in made["records"]} == {
        "Door 1": "satisfactory", "Door 2": "unsatisfactory",
    }  # fmt: skip
    assert len(made["defects"]) == 1
    listed = done("check", "items", "FIRE-16", register=register, on=ON)
    assert (listed["done"], listed["of"]) == (2, 3)
    assert run("check", "items", "FIRE-16", "--done", ON, "--only", "Door 9", register=register, on=ON).code == 3
    assert run("check", "items", "FIRE-16", "--only", "Door 1", register=register, on=ON).code == 2


def test_a_correction_shows_both_entries(register: Path) -> None:
    made = record(register, "FIRE-04", "--point", "Call point 4")
    first = made["record"]["record"]  # type: ignore[index]
    put_right = done("check", "correct", "FIRE-04", first, "--why", "It was yesterday", "--done", "2026-11-19",
                     register=register, on=ON)  # fmt: skip
    history = done("check", "history", "FIRE-04", register=register, on=ON)["history"]
    both = {one["record"]: one for one in history}
    assert both[first]["what"] == "corrected"
    assert both[put_right["record"]["record"]]["corrects"] == first
    assert "Corrected later; it does not count." in both[first]["told"]


def test_one_reason_is_kept_with_every_missed_day(register: Path) -> None:
    made = done("check", "not-done", "FIRE-04", "--reason", "staff_away", "--all-missed", register=register, on=ON)
    assert made["days"] >= 2
    history = done("check", "history", "FIRE-04", register=register, on=ON)["history"]
    assert sum(one["what"] == "not done" and one["due_on"] is not None for one in history) == made["days"]


def test_the_turns_are_a_grid_with_the_points_that_wait_too_long(register: Path) -> None:
    found = done("check", "coverage", "FIRE-04", "--weeks", 8, register=register, on=ON)
    assert found["points"] == POINTS
    assert len(found["mondays"]) == 8
    assert {one["point"] for one in found["gaps"]} >= {"Call point 1", "Call point 4"}
    assert run("check", "coverage", "LIFT-01", register=register, on=ON).code == 3


def test_out_of_use_and_back(register: Path) -> None:
    made = done("check", "out-of-use", "LIFT-01", "--how", "Locked off", register=register, on=ON)
    assert made["check"]["colour"] == "grey"
    back = done("check", "back-in-use", "LIFT-01", register=register, on=ON)
    assert back["check"]["legal_due"] == "2026-12-20"
    assert run("check", "back-in-use", "LIFT-01", register=register, on=ON).code == 3
    assert run("check", "out-of-use", "FIRE-04", "--how", "Isolated", register=register, on=ON).code == 3


def test_a_back_dated_entry_says_so_in_words(register: Path) -> None:
    done("check", "record", "FIRE-04", "--done", "2026-11-08", "--outcome", "satisfactory", register=register, on=ON)
    ran = run("check", "history", "FIRE-04", register=register, on=ON, as_json=False)
    assert re.search(r"Entered \d+ days later, on \d+ \w+ \d{4}\.", ran.out)  # the day of this very run
