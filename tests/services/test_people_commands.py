"""People and leads by command, as a person would type them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tests.output.pdf_reader import texts
from tests.services.commands_kit import done, run
from tests.services.small_school import FRIDAY, TERRY, Small, without_waiting

ON = FRIDAY.isoformat()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    without_waiting(monkeypatch)
    monkeypatch.setenv("BURSAR_DESK_LOCAL", str(tmp_path / "local"))
    made = Small.found(tmp_path)
    made.add("FIRE-04", doer=TERRY)
    made.add("WATR-03", doer=TERRY)
    return made.path


def said(home: Path, *words: object) -> dict[str, object]:
    found = done(*words, register=home, on=ON)
    assert isinstance(found, dict)
    return found


def printed(out: Path) -> str:
    return " ".join(texts(out.read_bytes())).replace("\N{NO-BREAK SPACE}", " ")


def test_a_person_joins_is_changed_and_found_by_command(home: Path) -> None:
    made = said(
        home, "person", "add", "Ann Lowe", "--role", "caretaker", "--days", "Mon-Thu", "--from", "06:45", "--to",
        "15:00", "--unlocks", "--keys", "--offers", "Boiler start-up", "--phone", "07700 900111", "--check", "FIRE-04",
    )  # fmt: skip
    assert (made["days"], made["unlocks"], made["key_holder"]) == (["mon", "tue", "wed", "thu"], True, True)
    changed = said(home, "person", "change", "Ann", "--pattern", "Wed 08:00-12:00", "--week", "18.5", "--no-unlocks")
    assert changed["pattern"] == [{"day": "wed", "from": 480, "to": 720}]
    assert (changed["week_minutes"], changed["unlocks"]) == (1110, False)
    (found,) = done("person", "find", "boiler", register=home, on=ON)["people"]
    assert (found["name"], found["because"]) == ("Ann Lowe", ["Boiler start-up"])
    assert run("person", "change", "Ann", register=home, on=ON).code == 2
    assert run("person", "change", "Ann", "--days", "someday", register=home, on=ON).code == 3


def test_contact_consent_and_confirmation_by_command(home: Path) -> None:
    assert said(home, "person", "contact", "Terry", "--phone", "07700 900111", "--note", "After ten")["shares"] is False
    shown = said(home, "person", "show", "Terry")
    assert (shown["phone"], shown["shares"]) == ("07700 900111", False)
    assert said(home, "person", "consent", "Terry", "--yes", "--said-on", "2026-11-01")["shares_on"] == "2026-11-01"
    assert said(home, "person", "consent", "Terry", "--no")["shares"] is False
    half = said(home, "person", "confirm", "Terry", "--name", "T Walsh", "--certificate", "001", "--barred-list")
    assert half["missing"] == ["dated", "right_to_work", "identity"]
    assert half["checks_confirmed_on"] is None
    whole = said(home, "person", "confirm", "Terry", "--dated", "2025-03-02", "--right-to-work", "--identity")
    assert (whole["missing"], whole["checks_confirmed_on"]) == ([], ON)


def test_a_leaver_is_shown_first_and_then_handed_over(home: Path) -> None:
    has = said(home, "person", "leave", "Terry")
    assert len(has["checks"]) == 2  # type: ignore[arg-type]
    assert has["keys"] == "unlocks and locks up"
    left = said(
        home, "person", "leave", "Terry", "--last", "2026-11-27", "--to", "Clare", "--check", "WATR-03=Dawn Hill",
    )  # fmt: skip
    assert (left["left_on"], left["checks"], left["open_checks"]) == ("2026-11-27", 2, [])
    assert TERRY in str(said(home, "person", "list"))
    later = done("person", "list", register=home, on="2026-11-28")
    assert TERRY not in str(later)
    assert run("person", "leave", "Clare", "--last", ON, "--check", "FIRE-04", register=home, on=ON).code == 2


def test_leads_are_set_listed_and_ended_by_command(home: Path) -> None:
    made = said(home, "lead", "set", "responsible-person", "Clare", "--from", "2026-09-01")
    assert (made["state"], made["counts"]) == ("agreed", True)
    led = said(home, "lead", "set", "line-manager", "Dawn", "--of", "Terry")
    assert "Line manager of Terry Walsh" in str(led["sentence"])
    assert run("lead", "set", "line-manager", "Dawn", register=home, on=ON).code == 3
    refused = run(
        "lead", "decide", str(made["lead"]), "yes", "--body", "Governors", "--minute", "1", register=home, on=ON
    )
    assert "no say" in refused.err
    assert said(home, "lead", "end", "Clare")["to"] == ON
    tomorrow = (FRIDAY + dt.timedelta(days=1)).isoformat()
    listed = done("lead", "list", register=home, on=tomorrow)["leads"]
    assert [one["kind"] for one in listed] == ["line manager"]


def test_the_directory_is_printed_without_private_numbers(home: Path, tmp_path: Path) -> None:
    said(home, "person", "contact", "Terry", "--phone", "07700 900111")
    said(home, "person", "change", "Terry", "--offers", "Boiler start-up")
    said(home, "lead", "set", "responsible-person", "Clare")
    out = tmp_path / "people.pdf"
    assert said(home, "report", "people", "--out", out)["figures"] == {"people": "3", "leads": "1"}
    text = printed(out)
    for there in ("Terry Walsh", "Boiler start-up", "Responsible person", "0161 496 0100"):
        assert there in text
    assert "900111" not in text
    said(home, "person", "consent", "Terry", "--yes")
    said(home, "report", "people", "--out", out)
    assert "07700 900111" in printed(out)
