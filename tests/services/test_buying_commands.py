"""Buying by commands, end to end on the practice partnership: bands, a purchase to its contract, the yearly review."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.commands_kit import HOME, at, copied, done, make_practice, run
from tests.services.small_school import without_waiting


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with pytest.MonkeyPatch.context() as patch:
        without_waiting(patch)
        yield make_practice(tmp_path_factory.mktemp("buying"), patch)


@pytest.fixture
def home(practice: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BURSAR_DESK_LOCAL", str(tmp_path / "local"))
    without_waiting(monkeypatch)
    return at(copied(practice, tmp_path / "registers"), HOME)


def test_a_purchase_goes_from_its_rule_to_its_contract(home: Path) -> None:
    made = done("buying", "start", "Lifeguard cover", "--yearly", "5,000", "--months", "36", register=home)
    row = made["purchase"]
    assert (made["net"], made["with_vat"], made["quotes_needed"], made["route"]) == (1_500_000, 1_800_000, 3, "quotes")
    done("buying", "weights", row, "--price", "40", "--part", "Work=60", register=home)
    for name in ("Hartwell", "Brightside"):
        done("buying", "quote", row, name, "--came", "today", register=home)
    asked = done("buying", "quote", row, "Acorn", "--asked", "yesterday", register=home)
    assert [one["state"] for one in asked["quotes"]].count("asked") == 1
    assert run("buying", "quote", row, "Hartwell", "--yearly", "1", register=home).code == 3
    opened = done("buying", "open", row, "--beside", "Ian Frost", "--price", "hart=5200", "--price", "bright=4,800.50",
                  register=home)  # fmt: skip
    assert {one["supplier"]: one["yearly"] for one in opened["quotes"]}["Brightside"] == 480_050
    late = run("buying", "weights", row, "--price", "100", register=home)
    assert late.code == 3
    assert "Quotes were opened" in late.err
    for who in ("Dawn Hill", "Ian Frost"):
        done("buying", "mark", row, "Hartwell", "--score", "Work=9", "--by", who, register=home)
        done("buying", "mark", row, "Brightside", "--score", "work=6", "--by", who, register=home)
        done("buying", "declare", row, "--who", who, register=home)
    done("buying", "quote", row, "Acorn", "--declined", "Too far away", register=home)
    refused = run("buying", "award", row, "Hartwell", "--why", "Best value", register=home)
    assert refused.code == 3
    assert "The rule asks for 3 quotes and only 2 are here" in refused.err
    done("buying", "change", row, "--fewer-why", "Acorn declined", "--approved-by", "Finance committee", register=home)
    assert run("buying", "award", row, "Hartwell", register=home).code == 3
    chosen = done("buying", "award", row, "Hartwell", "--why", "Best value", "--contract-from", "2027-01-01",
                  register=home)  # fmt: skip
    assert chosen["stage"] == "chosen"
    assert chosen["best_value"] == chosen["chosen"] or chosen["chosen"] in chosen["best_value"]
    assert chosen["made_contract"]
    listed = done("buying", "list", "--all", register=home)["purchases"]
    assert row in [one["purchase"] for one in listed]
    assert row not in [one["purchase"] for one in done("buying", "list", register=home)["purchases"]]
    done("undo", register=home)


def test_bands_are_shown_and_set(home: Path) -> None:
    assert not done("buying", "bands", register=home)["own"]
    found = done("buying", "bands", "--band", "0=1=Head", "--band", "5,000=2=Governors", register=home)
    assert found["bands"] == [{"from": 0, "quotes": 1, "approver": "Head"},
                              {"from": 500_000, "quotes": 2, "approver": "Governors"}]  # fmt: skip
    assert run("buying", "bands", "--band", "5=x", register=home).code == 2
    assert run("buying", "bands", "--band", "5=1", register=home).code == 3


def test_a_purchase_starts_from_a_contract_and_can_be_stopped(home: Path) -> None:
    done("contract", "add", "Photocopiers at the annexe", "--supplier", "Marlow", "--service", "photocopiers",
         "--from", "2024-01-01", "--to", "2026-12-31", "--at-end", "ends", "--yearly", "1200", "--notice", "3 months",
         register=home)  # fmt: skip
    made = done("buying", "start", "-", "--contract", "annexe", register=home)
    assert (made["title"], made["net"], made["service"]) == ("Photocopiers at the annexe", 360_000, "photocopiers")
    assert done("buying", "change", made["purchase"], "--stop", "We keep it", register=home)["stage"] == "stopped"
    assert run("buying", "change", made["purchase"], register=home).code == 2


def test_the_yearly_review_is_begun_noted_and_decided(home: Path) -> None:
    before = done("service", "list", "--year", "2027", register=home)
    assert before["services"] == []
    begun = done("service", "start-year", "--year", "2027", register=home)
    assert begun["added"] > 0
    added = done("service", "review", "psychology", "--new", "--year", "2027", "--provider", "The council", "--price",
                 "1,200", "--document", "Letter", "--dated", "2026-04-02", "--quality", "3", "--opt-out-by",
                 "2026-12-18", register=home)  # fmt: skip
    assert (added["price"], added["decided"]) == (120_000, False)
    changed = done("service", "review", added["service"], "--elsewhere", "900", register=home)
    assert changed["other_price"] == 90_000
    assert run("service", "decide", added["service"], "keep", "--body", "Governors", "--minute", " ",
               register=home).code == 3  # fmt: skip
    decided = done("service", "decide", "psychology", "Market", "--body", "Governors", "--minute", "6.2", "--year",
                   "2027", "--on", "2026-11-20", register=home)  # fmt: skip
    assert (decided["decided"], decided["route"], decided["minute"]) == (True, "market", "6.2")
    every = done("service", "list", "--schools", "--year", "2027", register=home)["services"]
    assert [one["code"] for one in every if one["to_market"]] == ["psychology"]
    shown = run("service", "list", "--year", "2027", register=home, as_json=False)
    assert "Go to market" in shown.out
    assert run("service", "review", "magic", "--new", register=home).code == 2
