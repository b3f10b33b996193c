"""What is owed by commands, end to end on the practice partnership: rates, hours, entries, statements, support."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.commands_kit import HOME, URNS, at, copied, done, make_practice, run
from tests.services.small_school import without_waiting

OTHER = URNS[1]


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with pytest.MonkeyPatch.context() as patch:
        without_waiting(patch)
        yield make_practice(tmp_path_factory.mktemp("owed"), patch)


@pytest.fixture
def folder(practice: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BURSAR_DESK_LOCAL", str(tmp_path / "local"))
    without_waiting(monkeypatch)
    return copied(practice, tmp_path / "registers")


def send(folder: Path, sender: str, to: str) -> None:
    path = folder / f"{sender}-{len(list(folder.glob('*.bursar')))}.bursar"
    done("export", path, "--to", to, register=at(folder, sender))
    done("merge", path, register=at(folder, to))


def covered(folder: Path) -> tuple[str, str]:
    """An agreed cover of our caretaker by whoever can; returns its id and the lender's URN."""
    home = at(folder, HOME)
    away = done("absence", "add", "Terry Walsh", "--from", "2026-11-23", "--to", "2026-11-24", register=home)
    found = done("cover", "find", away["absence"], register=home)
    assert found["can"], "nobody can help in the practice partnership"
    asked = done("cover", "request", away["absence"], "--helper", found["can"][0]["name"], register=home)
    done("cover", "confirm", asked["cover"], register=home)
    return str(asked["cover"]), str(found["can"][0]["urn"])


def test_hours_are_logged_with_travel_and_mileage_and_priced_by_the_card_of_the_day(folder: Path) -> None:
    home = at(folder, HOME)
    cover, lender = covered(folder)
    logged = done(
        "cover", "log", cover, "--day", "2026-11-23", "--from", "06:45", "--to", "12:45", "--travel", "30", "--miles",
        "18.4", "--vehicle", "car", register=home,
    )  # fmt: skip
    assert logged["minutes"] == 390
    (mine,) = [one for one in done("cover", "hours", register=home)["shifts"] if one["cover"] == cover]
    unlock_and_lock_up = 60 + 45  # not the day between them
    assert (mine["minutes"], mine["miles"], mine["planned"]) == (390, 184, unlock_and_lock_up)
    done("cover", "rate", "add", "--hourly", "13.69", "--from", "2026-11-01", "--ni", "15", "--pension", "20.5",
         "--role", "caretaker", register=at(folder, lender))  # fmt: skip
    done("cover", "rate", "add", "--hourly", "13.69", "--from", "2026-11-01", "--ni", "15", "--pension", "20.5",
         register=at(folder, lender))  # fmt: skip
    send(folder, lender, HOME)
    (mine,) = [one for one in done("cover", "hours", register=home)["shifts"] if one["cover"] == cover]
    got = [mine[name] for name in ("pay", "insurance", "pension", "mileage", "total")]
    assert got == [8899, 1335, 1824, 1012, 13070]
    told = done("cover", "statement", lender, register=home)
    assert told["ties"] is True
    assert any(one["total"] == 13070 for one in told["shifts"])


def test_an_opening_balance_counts_on_both_desks_once_both_agree(folder: Path) -> None:
    home, there = at(folder, HOME), at(folder, OTHER)
    before = _owed(home, OTHER)
    made = done("cover", "entry", "add", "opening", OTHER, "--they-owe", "--hours", "5:00", register=home)
    assert made["state"] == "waiting"
    assert _owed(home, OTHER) == before
    send(folder, HOME, OTHER)
    (seen,) = [one for one in done("cover", "entry", "list", register=there)["entries"] if one["state"] == "waiting"]
    agreed = done("cover", "entry", "agree", seen["entry"][:12], register=there)
    assert agreed["state"] == "agreed"
    send(folder, OTHER, HOME)
    assert _owed(home, OTHER) == before + 300
    refused = run("cover", "entry", "refuse", seen["entry"], "--why", "no", register=home)
    assert refused.code == 3
    assert "answers that entry" in refused.err


def _owed(register: Path, urn: str) -> int:
    from bursar_desk.services.desk import Desk

    with Desk.open(register, read_only=True) as desk:
        school = desk.find_school(urn).hex()
    rows = done("cover", "ledger", register=register)["schools"]
    return next((one["owed"] for one in rows if one["school"] == school), 0)


def test_a_statement_is_written_as_pdf_and_workbook_and_nothing_else(folder: Path, tmp_path: Path) -> None:
    home = at(folder, HOME)
    for name in ("s.pdf", "s.xlsx"):
        told = done("report", "cover", "--out", tmp_path / name, register=home)
        assert Path(told["file"]).stat().st_size > 1000
    assert run("report", "cover", "--out", tmp_path / "s.html", register=home).code == 3
    one = done("cover", "statement", OTHER, "--out", tmp_path / "one.pdf", register=home)
    assert one["pages"] >= 1
    assert run("cover", "statement", HOME, register=home).code == 3


def test_support_is_planned_visited_reviewed_and_printed(folder: Path, tmp_path: Path) -> None:
    home, there = at(folder, HOME), at(folder, OTHER)
    plan = done(
        "support", "plan", OTHER, "--title", "Water records", "--from", "2026-11-02", "--to", "2027-03-26", "--budget",
        "600", "--activity", "Walk the outlets=Terry Walsh", "--before", "red", register=home,
    )  # fmt: skip
    done("cover", "rate", "add", "--support", "--hourly", "30", "--from", "2026-11-01", register=home)
    seen = done("support", "visit", "Water records", "--on", "2026-11-20", "--time", "2:00", "--focus", "First walk",
                "--action", "Label taps", register=home)  # fmt: skip
    assert (seen["spent"], seen["left"], seen["missing_reviews"]) == (6000, 54_000, ["first", "second", "final"])
    done("support", "review", "Water records", "first", "--words", "On the way", "--standing", "amber", register=home)
    send(folder, HOME, OTHER)
    assert done("support", "agree", "Water records", register=there)["state"] == "agreed"
    send(folder, OTHER, HOME)
    shown = done("support", "show", plan["plan"][:12], register=home)
    assert (shown["state"], shown["missing_reviews"]) == ("agreed", ["second", "final"])
    for about in ("Water records", shown["visits"][0]["visit"]):
        assert done("report", "support", "--support", about, "--out", tmp_path / "p.pdf", register=home)["pages"] == 1
    assert run("report", "support", "--out", tmp_path / "q.pdf", register=home).code == 3
    assert done("support", "end", "Water records", "--outcome", "Done", register=home)["state"] == "ended"
    assert [one["title"] for one in done("support", "list", register=home)["plans"]].count("Water records") == 1


def test_time_off_is_for_our_own_people_and_never_in_a_share_file(folder: Path) -> None:
    home = at(folder, HOME)
    told = done("time-off", "add", "Terry Walsh", "--hours", "2:30", "--on", "2026-11-25", register=home)
    assert (told["left"], told["use_by"] > "2026-11-25") == (150, True)
    taken = done("time-off", "add", "Terry Walsh", "--hours", "1:00", "--on", "2026-11-26", "--taken", register=home)
    assert taken["left"] == 90
    send(folder, HOME, OTHER)
    assert done("time-off", "list", register=at(folder, OTHER))["time_off"] == []
    assert "Terry Walsh" in json.dumps(done("time-off", "list", register=home))


@pytest.mark.parametrize(
    "words",
    [
        ("cover", "entry", "add", "opening", OTHER, "--they-owe", "--hours", "5;00"),
        ("cover", "rate", "add", "--hourly", "13.69", "--from", "2026-11-01", "--ni", "a"),
        ("cover", "rate", "add", "--hourly", "0", "--from", "2026-11-01"),
        ("cover", "rate", "add", "--hourly", "13.69", "--from", "2026-11-01", "--role", "wizard"),
        ("cover", "approve", "00"), ("cover", "statement", "nobody"), ("support", "show", "none"),
        ("time-off", "add", "Nobody", "--hours", "1:00", "--on", "2026-11-25"),
    ],
)  # fmt: skip
def test_what_cannot_be_understood_is_said_in_one_sentence_and_changes_nothing(
    folder: Path, words: tuple[str, ...]
) -> None:
    ran = run(*words, register=at(folder, HOME))
    assert ran.code in (2, 3)
    assert ran.err.strip()
    assert "Traceback" not in ran.err
