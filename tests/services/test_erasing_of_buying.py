"""Somebody who bought for the school is erased: contracts keep what hangs on them, and proofs keep what they prove."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bursar_desk.domain.acts import ActCode
from bursar_desk.services import as_at, buying, contracts, deals, erasing, savings
from bursar_desk.services import bin as the_bin
from bursar_desk.services.contracts_shapes import Deciding
from bursar_desk.services.desk import Desk
from bursar_desk.services.savings import NewSaving
from db.queries import buying as rows_of
from tests.services import buying_kit
from tests.services.buying_world import World, contracts_new
from tests.storage.workbench import Bench, is_sound

NAME = "Dawn Hill"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setenv("BURSAR_DESK_LOCAL", str(tmp_path / "local"))
    with Bench.open(tmp_path, monkeypatch) as bench:
        yield World.begin(bench)


def _as(world: World, n: int, name: str) -> Desk:
    """A school’s desk with somebody signed in."""
    store = world.desks[n].store
    with store.connect() as con:
        from db.queries.people import people

        person = next(one for one in people(con, store.facts.home) if one.name == name)
    return Desk(store, world.bench.clock, person)


def _erased(world: World, n: int) -> erasing.ErasePlan:
    """Dawn Hill of a school is erased by Clare Brennan."""
    with world.desks[n].act(ActCode.ADD_PERSON, subject="Clare Brennan") as act:
        act.create("person", {"name": "Clare Brennan", "role": "head", "days": 31, "manages": True})
    clare = _as(world, n, "Clare Brennan")
    plan = erasing.propose(clare, "person", _as(world, n, NAME).person.id)  # type: ignore[union-attr]
    erasing.erase(clare, plan, "Left seven years ago", "Retention schedule")
    world.tick()
    return plan


def test_a_contract_keeps_its_terms_decisions_savings_and_reviews(world: World) -> None:
    dawn = _as(world, 0, NAME)
    row, _ = contracts.add(dawn, _new())
    world.tick()
    other = world.desks[0]  # nobody signed in: these rows do not name her
    with other.act(ActCode.CHANGE_CONTRACT, subject="x") as act:
        act.create("contract_term", {"contract": row, "first": dt.date(2026, 9, 1), "last": dt.date(2027, 8, 31),
                                     "yearly": 130_000})  # fmt: skip
    contracts.decide(other, row, "put off", Deciding(until=dt.date(2027, 6, 3), why="Waiting for quotes"))
    savings.add(other, NewSaving("Grounds", "recurring", 240_000, dt.date(2026, 3, 1), "Invoice 17", 220_000, "Order 4",
                                 dt.date(2026, 9, 1), contract=row))  # fmt: skip
    before = contracts.show(other, row)
    world.at(dt.date(2027, 6, 2))
    _erased(world, 0)
    with closing(as_at.open_as_at(other, dt.date(2027, 6, 1), "corrected")) as past:
        assert contracts.listing(past, every=True) == [], "its empty row is not shown on a past day either"
    (line,) = contracts.listing(other, every=True)
    after = contracts.show(other, line.id)
    assert (after.line.title, after.line.yearly, after.line.state_words) == (
        before.line.title, before.line.yearly, before.line.state_words,
    )  # fmt: skip
    assert [one.words for one in after.decisions] == [one.words for one in before.decisions] != []
    said = [(one.words, one.yearly) for one in before.history]
    assert [(one.words, one.yearly) for one in after.history] == said
    assert said[0][1] == 130_000
    with other.store.connect() as con:
        assert [one.contract for one in rows_of.savings(con)] == [line.id]
    assert NAME not in _texts(other, "contract")
    assert the_bin.listing(_as(world, 0, "Clare Brennan")) == (), "an erased contract is nothing to bring back"
    assert is_sound(other.store)


def _new() -> Any:
    return contracts_new("Grounds", "Hague", "grounds", 118_750)


def _texts(desk: Desk, *tables: str) -> str:
    with desk.store.connect() as con:
        rows = [row for name in tables for row in con.exec_driver_sql(f"SELECT * FROM {name}")]
    return " ".join(str(cell) for row in rows for cell in row)


def test_a_purchase_still_proves_that_weights_came_before_the_opening(world: World) -> None:
    dawn = _as(world, 2, NAME)
    row, _ = buying_kit.ready(dawn)
    before = buying.show(dawn, row)
    assert before.result is not None
    plan = _erased(world, 2)
    after = buying.show(world.desks[2], row)
    assert after.result is not None
    assert after.weights == before.weights
    assert after.result.top == before.result.top
    assert [one.row.id for one in after.cheapest] == [one.row.id for one in before.cheapest]
    assert after.needs_first == before.needs_first
    assert plan.kept


def test_a_deal_keeps_what_the_other_governing_bodies_said(world: World) -> None:
    world.desks[2] = _as(world, 2, NAME)
    world.propose()
    for n, desk in enumerate(world.schools):
        deals.decide(desk, world.deal, "yes", body="Governing body", minute_ref=f"7/{n}")
        world.tick()
    world.exchange()
    plan = _erased(world, 2)
    world.exchange()
    assert any("Grounds 2027" in one for one in plan.kept)
    for desk in world.desks:
        view = deals.show(desk, world.deal)
        assert (view.totals.yes, view.totals.schools) == (3, 3)
