"""Rows of contracts, buying and deals as no school would write them: every list still shows, and nothing is faked."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import random
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bursar_desk.domain import registry, registry_buying
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.deal_stage import Stage
from bursar_desk.domain.errors import UserError
from bursar_desk.services import (
    agreements,
    buying,
    contract_alerts,
    contracts,
    deals,
    home,
    meetings,
    prices,
    reporting,
    reporting_papers,
    running_costs,
    savings,
    service_reviews,
    spend,
    suppliers,
)
from bursar_desk.services.desk import Desk
from tests.services.buying_world import World
from tests.storage.workbench import Bench

FAR = 2**63 - 1
NUMBERS = (None, -1, 0, 1, 7, 12, 600, 10_000, 10**12, FAR, -FAR)
DAYS = (None, dt.date(1900, 1, 1), dt.date(2200, 12, 31), dt.date(1900, 2, 28), dt.date(2026, 9, 1),
        dt.date(2027, 5, 31), dt.date(2027, 6, 1), dt.date(2027, 8, 31), dt.date(2028, 2, 29),
        dt.date(2150, 1, 31))  # fmt: skip
CODES = (
    "live", "draft", "ceased", "renews", "ends", "rolls", "option", "days", "weeks", "months", "working days", "served",
    "received", "month end", "period end", "any day", "year end", "grounds", "cleaning", "notice given", "renew",
    "extend", "let run", "to market", "end", "put off", "taken back", "keep", "market", "stop", "cluster",
    "goods and services", "works", "light touch", "direct", "quotes", "tender", "framework", "recurring", "once",
    "join", "leave", "stay",
    "memorandum", "data sharing", "pay", "performance", "dispute", "exit", "yes", "no", "deal", "agreement",
    "running_cost", "payment", "buying", "fixed", "index", "none", "per cent", "equal", "pupils",
)  # fmt: skip
WORDS = (None, "", " ", "None", "<b>x</b> & =1+1", "\u202egnilC\u0000\u0007", "x" * 3000, "é" * 40, "2026-13-45")
DEEP = "[" * 5_000


def _json(chance: random.Random, ids: list[bytes]) -> str | None:
    """JSON of a column: broken, of another kind, or of the right kind with odd things inside."""

    def one() -> Any:
        school = chance.choice([*(each.hex() for each in ids), "zz", "", 7, None, ["x"], "ab" * 40])
        odd: Any = chance.choice([0, 1, -5, 5000, 10_000, 10**18, 10**40, 1.5, float("nan"), True, "12", None, [], {}])
        return chance.choice([None, 1, "x", [], {}, school, {
            "school": school, "urn": chance.choice(["100000", 5, None]), "name": chance.choice(["N", None, ["x"]]),
            "inputs": chance.choice([{"pupils": odd, "percent": odd, "fixed": odd}, {"pupils": 1}, [], odd]),
            "months": odd, "days": odd, "method": chance.choice(["pupils", "equal", "percent", "fixed", "x", 3, None]),
            "share": chance.choice([10_000, 10**18, odd]), "given": odd, "on": chance.choice(
                ["2027-08-31", "9999-12-31", "0001-01-01", "31/02/2027", 5, None]), "notice": odd,
            "unit": chance.choice(["months", "working days", "moons", 4, None]), "supplier": odd, "whole": odd,
            "score": odd, "price_score": odd, "quality_score": odd, "chosen": odd, "quote": school,
            "weight": odd, "sha256": school,
            "size": odd, "type": odd, "what": odd, "minutes": odd, "pence": odd, "per": chance.choice(["week", "x", 1]),
            "party": school, "amount": odd, "value": odd, "words": odd, "to": school,
        }])  # fmt: skip

    listed = [one() for _ in range(chance.randrange(5))]
    for school in ids[:3] if chance.random() < 0.5 else ():  # nearly sound
        number = chance.choice([0, 100, 118, -1, 10**18])
        inputs = dict.fromkeys(("pupils", "area", "uses", "sites", "fixed"), number)
        listed.append({"school": school.hex(), "urn": "1", "name": "N", "inputs": {**inputs, "percent": 5_000}})
    if chance.random() < 0.4:
        listed = [{"method": chance.choice(["pupils", "equal", "percent"]), "share": 10_000}]
    whole = json.dumps(listed)
    return chance.choice([
        None, "not json", "null", "7", "{}", DEEP, "[" + "1" * 6000 + "]", '["\\ud800"]', whole, whole, whole, whole,
        json.dumps([*listed, *listed]), json.dumps({"x": listed}),
    ])  # fmt: skip


@dataclass
class Hostile:
    """Somebody whose program writes anything at all."""

    chance: random.Random
    ids: dict[str, list[bytes]]
    schools: list[bytes]
    every: list[bytes] = field(default_factory=list)

    def values(self, table: registry.Table) -> dict[str, Any]:
        given = {one.name: self._value(one.name, one.type) for one in table.fields}
        if "about_table" in given and self.chance.random() < 0.9:
            given["about_table"] = about = self.chance.choice(["deal", "deal", "agreement", "running_cost", "buying"])
            given["about"] = self.chance.choice(self.ids.get(about) or [None])
        return given

    def _value(self, name: str, kind: str) -> Any:
        pick = self.chance.choice
        if kind == "int":
            return pick(NUMBERS)
        if kind == "date":
            return pick(DAYS)
        if kind == "bool":
            return pick((None, True, False))
        if kind == "json":
            return _json(self.chance, [*self.schools, *self.every])
        if kind == "id":
            known = self.ids.get({"about": pick(list(self.ids))}.get(name, name), [])
            return pick([None, self.chance.randbytes(16), *self.schools, *known, *known, *known])
        return pick(CODES) if self.chance.random() < 0.8 else pick(WORDS)

    def write(self, desk: Desk, rounds: int) -> None:
        tables = (*registry_buying.BUYING_TABLES, registry.BY_NAME["answer"])
        with desk.store.act(ActCode.CHANGE_CHECK, who="x", subject="x") as act:
            for table in tables * rounds:
                values = self.values(table)
                if table.is_fact:
                    if table.name == "answer":
                        values |= {"answer": "yes", "minute_ref": "1"}
                    row = act.fact(table.name, values)
                else:
                    named = None
                    if table.key is not None:
                        values[table.key] = f"K{len(self.every)}"
                        named = act.session.derived(desk.home, table.name, values[table.key])
                    row = act.create(table.name, values, row=named)
                self.ids.setdefault(table.name, []).append(row)
                self.every.append(row)


Views = dict[str, Callable[[Desk], object]]


def each(listed: Callable[[Desk], Any], show: Callable[[Desk, bytes], object]) -> Callable[[Desk], object]:
    """Every row of a list, opened; a row that cannot be opened must say so in words."""

    def shown(desk: Desk) -> None:
        for row in listed(desk):
            with contextlib.suppress(UserError):
                show(desk, row)

    return shown


def _ids(lines: Any) -> list[bytes]:
    return [getattr(one, "id", None) or one.row.id for one in lines]


VIEWS: Views = {
    "contracts": lambda desk: contracts.listing(desk, every=True),
    "contract": each(lambda desk: _ids(contracts.listing(desk, every=True)), contracts.show),
    "board": lambda desk: contracts.board(desk, every=True),
    "alerts": lambda desk: contract_alerts.reached(desk),
    "suppliers": lambda desk: suppliers.listing(desk, left=True),
    "meetings": lambda desk: meetings.listing(desk, past=True),
    "buying": lambda desk: buying.listing(desk, every=True),
    "purchase": each(lambda desk: _ids(buying.listing(desk, every=True)), buying.show),
    "reviews": lambda desk: [service_reviews.review(desk, year) for year in (None, 2026, 2027)],
    "reviews of all": lambda desk: (service_reviews.across(desk), service_reviews.nags(desk)),
    "deals": lambda desk: deals.listing(desk, every=True),
    "deal": each(lambda desk: _ids(deals.listing(desk, every=True)), deals.show),
    "ways": each(lambda desk: _ids(deals.listing(desk, every=True)), deals.ways),
    "agreements": lambda desk: agreements.listing(desk, every=True),
    "running costs": lambda desk: (running_costs.listing(desk), running_costs.owed(desk)),
    "savings": lambda desk: savings.cluster(desk) if desk.is_office else savings.school_savings(desk),
    "prices": prices.like_for_like,
    "spend": lambda desk: spend.spending(desk, people=True),
    "home": home.view,
}


def fallen(desk: Desk, views: Views) -> Iterator[str]:
    """What raised, with the line of the program it raised at."""
    for name, view in views.items():
        try:
            view(desk)
        except Exception as why:  # noqa: BLE001 - whatever it is, it is told with the others
            last = traceback.extract_tb(why.__traceback__)[-1]
            yield f"{name}: {type(why).__name__}: {str(why)[:90]} at {last.filename.rsplit('/', 1)[-1]}:{last.lineno}"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("odd")
        patch.setenv("BURSAR_DESK_LOCAL", str(folder / "local"))
        with Bench.open(folder, patch) as bench:
            made = World.begin(bench)
            made.contract(0, "Sound contract", "Northlink", "broadband", 118_750)
            made.contract(2, "Sound contract", "Northlink", "broadband", 118_750)
            made.propose()
            made.exchange()
            for seed in range(3):
                _hostile(made, seed).write(made.desks[1], 4)
            made.exchange()
            yield made


def _hostile(world: World, seed: int) -> Hostile:
    desk = world.desks[2]
    found = deals.show(desk, world.deal)
    ids = {
        "deal": [world.deal], "offer": [found.offer.id] if found.offer else [], "answer": [],
        "contract": _ids(contracts.listing(desk)), "supplier": _ids(suppliers.listing(desk)),
    }  # fmt: skip
    return Hostile(random.Random(seed), ids, [one.home for one in world.desks])


@pytest.mark.parametrize("n", [0, 1, 2, 3])
def test_no_list_falls_over_rows_of_any_content(world: World, n: int) -> None:
    """Desks 0 and 2 get what travels on the link, the office the rest too; 1 is the one whose rows they are."""
    assert "\n".join(fallen(world.desks[n], VIEWS)) == ""


@pytest.mark.parametrize("n", [0, 1, 3])
def test_every_paper_is_made_from_rows_of_any_content(world: World, n: int, tmp_path: Path) -> None:
    def paper(name: str, **more: Any) -> Callable[[Desk], object]:
        def made(desk: Desk) -> None:
            with contextlib.suppress(UserError):
                reporting.write(desk, name, tmp_path / f"{name}.html", **more)

        return made

    desk = world.desks[n]
    views = {name: paper(name) for name in reporting_papers.NAMES if name != "deal"}
    views |= {f"deal {one.hex()[:4]}": paper("deal", about=one) for one in _ids(deals.listing(desk, every=True))}
    views["governors"] = paper("governors", school=world.desks[1].home)
    assert "\n".join(fallen(desk, views)) == ""


def test_sound_rows_are_still_shown_and_nobody_agrees_for_another(world: World) -> None:
    for n in (0, 2, 3):
        desk = world.desks[n]
        if n != 3:
            assert [one.title for one in contracts.listing(desk)] == ["Sound contract"]
        view = deals.show(desk, world.deal)
        assert view.line.title == "Grounds 2027"
        assert view.line.stage is Stage.DECIDE
        others = {one.school: one for one in view.rows if one.school != world.desks[1].home}
        assert {one.said.name for one in others.values()} == {"NOT_YET"}
        assert not any(one.agreed for one in others.values())
        assert view.offer is not None
        assert view.offer.yearly == 1_130_000
        for line in deals.listing(desk, every=True):
            rows = deals.show(desk, line.id).rows
            assert not [one.name for one in rows if one.agreed and one.school != world.desks[1].home], line.title
        for one in agreements.listing(desk, every=True):
            assert not [party for party in one.parties if party.agreed and party.school != world.desks[1].home]
