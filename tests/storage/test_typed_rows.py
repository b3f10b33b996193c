"""Rows read by the registry's names: what is missing or odd reads as nothing, and the order is the same everywhere."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

import pytest

from bursar_desk.domain import registry
from bursar_desk.domain.acts import ActCode
from db.queries import buying, contracts, deals
from tests.services.small_school import FRIDAY, Small, without_waiting

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

ROWS: dict[str, tuple[ModuleType, str]] = {
    "supplier": (contracts, "suppliers"), "contract": (contracts, "contracts"), "contract_term": (contracts, "terms"),
    "contract_decision": (contracts, "decisions"), "contract_note": (contracts, "notes"),
    "meeting": (contracts, "meetings"), "service_review": (buying, "reviews"), "buying": (buying, "purchases"),
    "weights": (buying, "weights"), "quote": (buying, "quotes"), "opening": (buying, "openings"),
    "mark": (buying, "marks"), "interest": (buying, "interests"), "saving": (buying, "savings"),
    "spend": (buying, "spends"), "deal": (deals, "deals"), "deal_offer": (deals, "offers"),
    "deal_baseline": (deals, "baselines"), "sharing": (deals, "sharings"), "deal_step": (deals, "steps"),
    "agreement": (deals, "agreements"), "running_cost": (deals, "running_costs"), "payment": (deals, "payments"),
}  # fmt: skip


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Small:
    monkeypatch.setenv("BURSAR_DESK_LOCAL", str(tmp_path / "local"))
    without_waiting(monkeypatch)
    return Small.found(tmp_path)


def test_every_table_of_contracts_buying_and_deals_has_its_question() -> None:
    assert set(ROWS) == {table.name for table in registry.TABLES if 54 <= table.number <= 76}


def test_a_row_with_nothing_in_it_reads_as_nothing(small: Small) -> None:
    with small.act(ActCode.CHANGE_CHECK, FRIDAY) as act:
        for name in ROWS:
            table = registry.BY_NAME[name]
            if table.is_fact:
                act.fact(name, {})
            else:
                named = act.session.derived(act.session.home, name, "x") if table.key else None
                act.create(name, {table.key: "x"} if table.key else {}, row=named)
    with small.desk() as desk, desk.store.connect() as con:
        for name, (module, question) in ROWS.items():
            (row,) = getattr(module, question)(con)
            for field in registry.BY_NAME[name].fields:
                said = getattr(row, field.name)
                nothing = {"text": "", "bool": False, "json": ()}.get(field.type)
                assert said == ("x" if field.name == registry.BY_NAME[name].key else nothing), (name, field.name)


def test_odd_json_reads_as_an_empty_list(small: Small) -> None:
    with small.act(ActCode.CHANGE_CHECK, FRIDAY) as act:
        act.create("contract", {"title": "Odd", "breaks": "{", "checks": '{"a": 1}', "assets": '["aa", 7]'})
        act.create("contract", {"title": "Right", "breaks": json.dumps([{"on": "2027-10-01"}, 7]), "checks": "[]"})
    with small.desk() as desk, desk.store.connect() as con:
        odd, right = contracts.contracts(con)
    assert (odd.title, odd.breaks, odd.checks, odd.assets) == ("Odd", (), (), ("aa", 7))
    assert right.breaks == ({"on": "2027-10-01"},)


def test_rows_of_very_many_others_come_in_one_order(small: Small) -> None:
    day = dt.date(2026, 9, 1)
    with small.act(ActCode.CHANGE_CHECK, FRIDAY) as act:
        made = [act.create("contract", {"title": f"{n}"}) for n in range(620)]
        for n, one in enumerate(made):
            first = day + dt.timedelta(days=(n * 37) % 400) if n % 50 else None
            act.create("contract_term", {"contract": one, "first": first})
    with small.desk() as desk, desk.store.connect() as con:
        by_ids = contracts.terms(con, contract=made)
        every = contracts.terms(con)
        none = contracts.terms(con, contract=[])
    assert [row.id for row in by_ids] == [row.id for row in every]
    assert len(by_ids) == 620
    assert none == []
