"""Faults, contractors and permits by command, as a person would type them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bursar_desk.clock import FixedClock
from bursar_desk.domain.acts import ActCode
from tests.services.commands_kit import done, run
from tests.services.small_school import FRIDAY, Small, without_waiting

ON = FRIDAY.isoformat()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    without_waiting(monkeypatch)
    monkeypatch.setenv("BURSAR_DESK_LOCAL", str(tmp_path / "local"))
    made = Small.found(tmp_path)
    with made.act(ActCode.ADD_PLACE, FRIDAY) as act:
        act.create("place", {"kind": "room", "name": "Hall", "sort": 10})
    assert FixedClock.at(FRIDAY).today() == FRIDAY
    return made.path


def test_a_fault_goes_all_the_way_by_command(home: Path, tmp_path: Path) -> None:
    def said(*words: object) -> dict[str, object]:
        found = done("defect", *words, register=home, on=ON)["defect"]
        assert isinstance(found, dict)
        return found

    made = said("add", "Light hangs loose", "--risk", "danger", "--place", "Hall", "--by", "Miss Patel")
    fault = made["defect"]
    assert (made["raised_by"], made["target_on"]) == ("Miss Patel", "2026-11-21")
    assert said("triage", fault, "--risk", "high", "--stop", "1 Dec 2026")["target_on"] == "2026-11-27"
    safe = said("make-safe", fault, "--control", "Stage closed", "--until", "27 Nov 2026")
    assert (safe["state"], safe["risk_now"], safe["lapsed"]) == ("made safe", "medium", False)
    done("contractor", "add", "Ascent Electrical", "--insured-until", "1 Dec 2026", register=home, on=ON)
    refused = run("defect", "order", fault, "--contractor", "ascent", register=home, on=ON)
    assert refused.code == 3
    assert "Nobody has seen the DBS check." in refused.err
    assert said("order", fault, "--contractor", "ascent", "--anyway", "On call")["state"] == "ordered"
    finished = said("done", fault, "--by", "Sam Reed", "--cost", "120.50", "--minutes", "45", "--planned")
    assert (finished["cost"], finished["minutes"], finished["planned"]) == (12_050, 45, True)
    assert said("verify", fault)["verified_by"] == "Dawn Hill"
    assert said("told", fault)["told_on"] == ON
    listed = done("defect", "list", "--all", register=home, on=ON)
    assert listed["planned"] == {"planned": 1, "reactive": 0, "percent": 100}
    shown = said("show", fault)
    assert [one["kind"] for one in shown["links"]] == ["contractor"]  # type: ignore[attr-defined]
    out = tmp_path / "job.pdf"
    sheet = done("report", "job-sheet", "--defect", fault, "--out", out, register=home, on=ON)
    assert out.is_file()
    assert said("show", sheet["figures"]["code"])["defect"] == fault
    assert said("reopen", fault, "--why", "Loose again")["state"] == "reported"
    assert said("reject", fault, "--why", "It is another one")["decided_why"] == "It is another one"
    assert run("defect", "verify", fault, register=home, on=ON).code == 3


def test_contractors_and_their_visits_by_command(home: Path) -> None:
    papers = ("--insured-until", "2027-06-01", "--insured-for", "5,000,000", "--dbs-seen-on", "2026-01-09",
              "--inducted-on", "2026-01-09", "--asbestos-seen-on", "2026-01-09")  # fmt: skip
    firm = done("contractor", "add", "Glow Heating", *papers, register=home, on=ON)["contractor"]
    assert (firm["may_attend"], firm["insured_for"]) == (True, 500_000_000)
    visit = done("contractor", "visit", "glow", "Sam Reed", "--arrived", "08:00", "--asbestos-signed",
                 register=home, on=ON)["visit"]  # fmt: skip
    assert visit["arrived"] == 480
    assert len(done("contractor", "list", register=home, on=ON)["on_site"]) == 1
    left = done("contractor", "visit", "glow", "sam reed", "--leave", "--went", "09:30", register=home, on=ON)["visit"]
    assert left["went"] == 570
    assert done("contractor", "bar", "glow", "--why", "Late", register=home, on=ON)["contractor"]["barred"] is True
    assert done("contractor", "bar", "glow", "--lift", register=home, on=ON)["contractor"]["may_attend"] is True
    changed = done("contractor", "change", "glow", "--insured-until", "", register=home, on=ON)["contractor"]
    assert changed["reasons"] == ["No insurance is written down."]
    assert run("contractor", "change", "glow", register=home, on=ON).code == 2
    assert len(done("contractor", "show", "glow", register=home, on=ON)["visits"]) == 1


def test_permits_and_fault_slips_by_command(home: Path, tmp_path: Path) -> None:
    made = done("permit", "issue", "hot works", "Weld the rail", "--from", "07:00", "--to", "08:30", "--place", "Hall",
                register=home, on=ON)["permit"]  # fmt: skip
    assert made["number"] == "2026-A001"
    out = tmp_path / "permit.pdf"
    done("report", "permit", "--permit", "2026-A001", "--out", out, register=home, on=ON)
    assert out.is_file()
    short = run("permit", "close", "2026-A001", "--ended", "08:00", "--watched", "08:30", register=home, on=ON)
    assert short.code == 3
    assert "09:00" in short.err
    closed = done("permit", "close", "2026-A001", "--ended", "08:00", "--watched", "09:00", register=home, on=ON)
    assert closed["permit"]["open"] is False
    assert done("permit", "list", register=home, on=ON)["permits"] == []
    pad = done("report", "fault-pad", "--place", "Hall", "--out", tmp_path / "pad.pdf", register=home, on=ON)
    assert pad["figures"]["slips"] == "4"
    assert run("report", "job-sheet", "--out", tmp_path / "x.pdf", register=home, on=ON).code == 3
