"""Suppliers that are paid and have no contract: what ledgers suggest, to whom it is shown, and the three answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.services import spend
from db.queries.contracts import contracts, suppliers
from tests.services.commands_kit import done, run
from tests.services.ledger_sheets import ON, YEAR, apply, ledger, line, paid
from tests.services.small_school import FOUNDED, Small, without_waiting


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Small:
    without_waiting(monkeypatch)
    monkeypatch.setenv("BURSAR_DESK_LOCAL", str(tmp_path / "local"))
    return Small.found(tmp_path)


def _suggested(small: Small, *, people: bool = False) -> list[str]:
    with small.desk() as desk:
        return [one.called for one in spend.spending(desk, people=people).suggestions]


MIXED = [
    *YEAR, line("Once Ltd", "13/02/2026", "9000.00", "New boiler"), line("Yearly Ltd", "13/03/2025", "300.00", "Fees"),
    line("Yearly Ltd", "14/03/2026", "310.00", "Fees"), line("Maps Ltd", "14/05/2026", "99.00", "Annual licence"),
    *[line("Jane Smith", f"15/{n:02d}/2026", "60.00", "Piano lessons") for n in range(1, 5)],
    *[line("REDACTED", f"15/{n:02d}/2026", "60.00", "Care") for n in range(1, 5)],
    line("Back Ltd", "16/01/2026", "-5.00"), line("Back Ltd", "16/02/2026", "-5.00"),
    line("Back Ltd", "16/03/2026", "-5"),
]  # fmt: skip


def test_regular_yearly_and_licence_payments_are_suggested_and_people_wait_to_be_asked(
    small: Small, tmp_path: Path
) -> None:
    apply(small, ledger(tmp_path / "mixed.csv", *MIXED))
    assert _suggested(small) == ["Green Acre Ltd", "Yearly Ltd", "Maps Ltd"]
    assert set(_suggested(small, people=True)) == {"Green Acre Ltd", "Yearly Ltd", "Maps Ltd", "Jane Smith", "REDACTED"}
    one = paid(small)["Green Acre Ltd"]
    assert (one.service, one.yearly, one.why, one.months) == ("grounds", 285_000, "Paid in 6 months.", 6)
    assert (paid(small)["Yearly Ltd"].why, paid(small)["Yearly Ltd"].yearly) == ("Paid again a year later.", 31_000)
    assert paid(small)["Maps Ltd"].why == "The ledger says “Annual licence”."


def test_a_draft_not_a_contract_and_part_of_one_are_three_answers(small: Small, tmp_path: Path) -> None:
    apply(small, ledger(tmp_path / "mixed.csv", *MIXED))
    with small.desk(write=True) as desk:
        made, _changes = spend.draft_contract(desk, "Green Acre Ltd")
        spend.not_a_contract(desk, "MAPS LIMITED")
        spend.belongs_to(desk, "Yearly Ltd", made)
        with pytest.raises(UserError, match="a contract with Green Acre Ltd already"):
            spend.draft_contract(desk, "Green Acre Ltd")
        with pytest.raises(UserError, match="No ledger names"):
            spend.not_a_contract(desk, "Nobody Ltd")
        with pytest.raises(UserError, match="no such contract"):
            spend.belongs_to(desk, "Yearly Ltd", b"x" * 16)
        with desk.store.connect() as con:
            (row,) = contracts(con, desk.home)
            (firm,) = suppliers(con, desk.home)
    assert (row.id, row.state, row.service, row.supplier, row.yearly) == (made, "draft", "grounds", firm.id, None)
    assert row.title == "Grounds maintenance, Green Acre Ltd"
    assert "6 payments in 6 months, £2,850.00" in row.note
    assert _suggested(small) == []
    with small.desk(write=True) as desk:
        spend.ask_again(desk, "Maps Ltd")
        with pytest.raises(UserError, match="Nothing was said"):
            spend.ask_again(desk, "Once Ltd")
    assert _suggested(small) == ["Maps Ltd"]
    apply(small, ledger(tmp_path / "more.csv", line("Green Acre Ltd", "14/07/2026", "475.00")))
    assert _suggested(small) == ["Maps Ltd"], "what was said stays said when another month comes"


def test_a_draft_taken_back_is_suggested_again_and_can_be_made_again(small: Small, tmp_path: Path) -> None:
    apply(small, ledger(tmp_path / "year.csv", *YEAR))
    facts = done("spend", "say", "green acre", "--draft", register=small.path, on=ON)
    assert facts["contract"]
    done("undo", register=small.path, on=ON)
    assert _suggested(small) == ["Green Acre Ltd"]
    done("spend", "say", "green acre", "--draft", register=small.path, on=ON)
    assert _suggested(small) == []


def test_a_supplier_with_a_contract_here_is_not_suggested(small: Small, tmp_path: Path) -> None:
    apply(small, ledger(tmp_path / "year.csv", *YEAR))
    with small.act(ActCode.ADD_CONTRACT, FOUNDED) as act:
        firm = act.create("supplier", {"name": "The Green Acre Limited"})
        contract = act.create("contract", {"title": "Grounds", "supplier": firm, "state": "live"})
    assert _suggested(small) == []
    with small.act(ActCode.CHANGE_CONTRACT, FOUNDED) as act:
        act.set("contract", contract, {"state": "ceased"})
    assert _suggested(small) == ["Green Acre Ltd"]


def test_the_commands_bring_in_list_and_say(small: Small, tmp_path: Path) -> None:
    path = ledger(tmp_path / "mixed.csv", *MIXED)
    facts = done("import", "ledger", path, "--apply", register=small.path, on=ON)
    assert (facts["applied"], facts["added"], facts["would_change"]) == (True, 7, 0)
    assert done("import", "ledger", path, register=small.path, on=ON)["would_add"] == 0
    listed = done("spend", "list", register=small.path, on=ON)
    assert [one["name"] for one in listed["suppliers"]] == ["Green Acre Ltd", "Yearly Ltd", "Maps Ltd"]
    assert (listed["hidden"], listed["period"]) == (2, "March 2025 to June 2026")
    assert "Jane Smith" not in run("spend", "list", "--all", register=small.path, on=ON, as_json=False).out
    assert "Jane Smith" in run("spend", "list", "--people", register=small.path, on=ON, as_json=False).out
    done("spend", "say", "Maps Ltd", "--not-a-contract", register=small.path, on=ON)
    made = done("spend", "say", "Green Acre", "--draft", register=small.path, on=ON)["contract"]
    done("spend", "say", "Yearly Ltd", "--contract", made[:12], register=small.path, on=ON)
    assert done("spend", "list", register=small.path, on=ON)["suppliers"] == []
    done("spend", "say", "Maps Ltd", "--ask-again", register=small.path, on=ON)
    assert run("spend", "say", "Maps Ltd", register=small.path, on=ON).code == 2
    assert run("spend", "say", "Nobody", "--draft", register=small.path, on=ON).code == 3
