"""Which checks apply, newer editions and the calendar by command, on a practice school."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.services.commands_kit import done, run

FILES = Path(__file__).parents[1] / "data" / "files" / "calendars"


@pytest.fixture
def register(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BURSAR_DESK_LOCAL", str(tmp_path / "local"))
    file = tmp_path / "a.register"
    done("new", file, "--urn", "105245", "--manager", "Dawn Hill", "--practice")
    return file


def test_a_real_school_of_the_public_register_needs_no_register() -> None:
    facts = done("check", "applies", "--directory", "105245")
    assert facts["school"] == "Our Lady of Lourdes RC Primary School"
    assert facts["counts"] == {"yes": 160, "no": 0, "ask": 109, "required": 113}
    assert len(facts["rows"]) == 269
    assert facts["by_reason"]["Every school has this."] == 77
    words = run("check", "applies", "--directory", "105245", as_json=False).out
    assert "160 of 269 checks apply, 113 of them by law or approved code" in words
    assert run("check", "applies", "--directory", "1").code == 2


def test_answers_are_given_and_listed_and_what_follows_is_counted(register: Path) -> None:
    facts = done("feature", "answer", "minibus", "yes", "lift", "no", "--why", "Taken out.", register=register)
    assert (facts["before"]["no"], facts["after"]["no"]) == (0, 3)
    assert facts["after"]["yes"] == facts["before"]["yes"] + 7 - 4, "the insurer’s list waits for other lifts"
    listed = {one["feature"]: one for one in done("feature", "list", register=register)["features"]}
    assert (listed["lift"]["answer"], listed["lift"]["said_by"]) == ("no", "Dawn Hill")
    assert listed["fire_alarm"]["taken_for_granted"]
    waiting = done("feature", "list", "--open", register=register)["features"]
    assert {one["answer"] for one in waiting} == {"ask"}
    assert run("feature", "answer", "minibus", register=register).code == 2
    assert run("feature", "answer", "minibus", "perhaps", register=register).code == 2
    assert run("feature", "answer", "rocket", "yes", register=register).code == 3


def test_one_check_is_ruled_out_with_a_reason_and_comes_up_again(register: Path) -> None:
    assert run("check", "say", "FIRE-18", "no", register=register).code == 3
    facts = done("check", "say", "FIRE-18", "no", "--why", "None here.", "--review", "2027-03-01", register=register)
    assert (facts["applies"], facts["check"]["status"]) == ("no", "not_needed")
    (off,) = done("check", "applies", "--off", register=register)["not_needed"]
    assert (off["code"], off["why"], off["said_by"]) == ("FIRE-18", "None here.", "Dawn Hill")
    assert done("check", "applies", "--to-review", register=register)["to_review"] == []
    (due,) = done("check", "applies", "--to-review", register=register, on="2027-03-02")["to_review"]
    assert due["title"] == "Fire door holders, weekly release test"
    done("check", "say", "FIRE-18", "yes", register=register)
    assert done("check", "applies", "--off", register=register)["not_needed"] == []


def test_the_edition_that_was_shipped_holds_nothing_new(register: Path) -> None:
    facts = done("edition", "show", register=register)
    assert (facts["edition"], facts["added"], facts["changed"], facts["withdrawn"]) == ("2026.1", [], [], [])
    assert run("edition", "take", "FIRE-01", register=register).code == 3
    assert run("edition", "leave", "all", register=register).code == 3


def test_term_dates_come_in_from_a_file_and_single_days_go_in_and_out(register: Path) -> None:
    assert "not entered" in done("calendar", "show", register=register)["missing"]
    preview = done("calendar", "import", FILES / "sheffield_school_holidays.ics", register=register)
    assert (preview["applied"], len(preview["added"]), preview["act"]) == (False, 18, None)
    done("calendar", "import", FILES / "sheffield_school_holidays.ics", "--apply", register=register)
    assert done("calendar", "show", register=register)["missing"] == ""
    asked = run("calendar", "import", FILES / "lancashire_term_dates.csv", register=register)
    assert (asked.code, asked.facts["questions"][0]["key"]) == (1, "scope")
    whose = "scope=Park Primary School, Colne"
    ours = done(
        "calendar", "import", FILES / "lancashire_term_dates.csv", "--answer", whose, "--apply", register=register
    )
    assert ours["removed"]
    snow = done("calendar", "add", "closure", "13 January 2027", "--name", "Snow", register=register)
    assert snow["words"] == "Closed, Snow: Wednesday 13 January 2027"
    done("calendar", "remove", snow["block"], register=register)
    assert snow["block"] not in [one["block"] for one in done("calendar", "show", register=register)["calendar"]]
