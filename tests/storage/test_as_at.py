"""A past day comes back as it was known then, and as it was later corrected; nothing of it reaches the disk."""

from __future__ import annotations

import datetime as dt
import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from bursar_desk.domain import registry
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import Cancelled
from db import as_at, derived
from db.store import Store
from tests.conftest import CAMPAIGN
from tests.storage.workbench import START, Bench

DAY_MS = 86_400_000
MACHINERY = {
    "hidden": "row, tab, sid", "conflict": "*", "held": "pos, reason, state", "superseded": "*", "row_seen": "*",
    "cell_op": "row, cell, op, stamp, value",
}  # fmt: skip


def lists_of(con: Connection) -> dict[str, set[Any]]:
    """Every list of a register, without the places in the log."""
    found: dict[str, set[Any]] = {}
    for table in registry.TABLES:
        listed = ", ".join(f'"{name}"' for name in derived.columns_of(table) if name != "pos")
        found[table.name] = {tuple(row) for row in con.exec_driver_sql(f"SELECT {listed} FROM {table.name}")}
    for name, listed in MACHINERY.items():
        found[name] = {tuple(row) for row in con.exec_driver_sql(f"SELECT {listed} FROM {name}")}
    return found


def past(store: Store, day: dt.date, mode: as_at.Mode) -> dict[str, set[Any]]:
    with store.connect() as con:
        engine = as_at.build(con, day, mode)
    try:
        with engine.connect() as then:
            return lists_of(then)
    finally:
        engine.dispose()


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    with Bench.open(tmp_path, monkeypatch) as made:
        yield made


def record(store: Store, done: dt.date, note: str, corrects: bytes | None = None) -> bytes:
    with store.act(ActCode.RECORD_CHECK, who="Terry") as act:
        return act.fact("check_record", {"done_on": done, "note": note, "corrects": corrects})


def notes(found: dict[str, set[Any]], *, standing: str = registry.STANDS) -> set[str]:
    names = [name for name in derived.columns_of(registry.BY_NAME["check_record"]) if name != "pos"]
    rows = [dict(zip(names, row, strict=True)) for row in found["check_record"]]
    return {row["note"] for row in rows if row["standing"] == standing}


def test_what_was_recorded_late_is_in_the_corrected_view_and_not_in_the_known_one(bench: Bench) -> None:
    store = bench.school("St Anne", "105219")
    record(store, START, "in time")
    bench.clock.move_on(3 * DAY_MS)
    record(store, START, "late")
    record(store, START + dt.timedelta(days=3), "another day")
    assert notes(past(store, START, "known")) == {"in time"}
    assert notes(past(store, START, "corrected")) == {"in time", "late"}
    assert notes(past(store, START + dt.timedelta(days=3), "known")) == {"in time", "late", "another day"}


def test_a_record_set_aside_later_still_stood_then_and_does_not_in_the_corrected_view(bench: Bench) -> None:
    store = bench.school("St Anne", "105219")
    row = record(store, START, "wrong")
    bench.clock.move_on(DAY_MS)
    with store.act(ActCode.CORRECT) as act:
        act.set_aside("check_record", row)
    record(store, START, "right", corrects=row)
    assert notes(past(store, START, "known")) == {"wrong"}
    assert notes(past(store, START, "corrected")) == {"right"}


def test_a_later_change_of_a_cell_changes_neither_view_of_the_day_before(bench: Bench) -> None:
    store = bench.school("St Anne", "105219")
    with store.act(ActCode.REPORT_DEFECT) as act:
        row = act.create("defect", {"title": "Gate", "state": "reported", "raised_on": START})
    bench.clock.move_on(DAY_MS)
    with store.act(ActCode.CHANGE_DEFECT) as act:
        act.set("defect", row, {"state": "done"})
    with store.act(ActCode.CHANGE_DEFECT) as act:
        act.delete("defect", row)
    for mode in ("known", "corrected"):
        found = past(store, START, mode)
        assert {"reported"} == {value for defect in found["defect"] for value in defect if value == "reported"}
        assert found["hidden"] == set()
    assert len(past(store, START + dt.timedelta(days=1), "known")["hidden"]) == 1


def test_what_another_desk_wrote_is_known_from_the_day_its_file_came(bench: Bench) -> None:
    store = bench.school("St Anne", "105219")
    other = bench.second(store, "anne-2")
    record(other, START, "on the other desk")
    bench.clock.move_on(2 * DAY_MS)
    bench.exchange(other, store)
    assert notes(past(store, START, "known")) == set()
    assert notes(past(store, START, "corrected")) == {"on the other desk"}
    assert notes(past(store, START + dt.timedelta(days=2), "known")) == {"on the other desk"}


def test_a_past_day_can_only_be_read_and_leaves_nothing_on_the_disk(bench: Bench) -> None:
    store = bench.school("St Anne", "105219")
    with store.act(ActCode.ADD_ABSENCE) as act:
        absence = act.create("absence", {"first": START, "last": START, "state": "away"})
        act.create("absence_reason", {"absence": absence, "reason": "a private matter"})
    before = {path: path.read_bytes() for path in bench.folder.iterdir() if path.is_file()}
    with store.connect() as con:
        engine = as_at.build(con, START, "known")
    with engine.connect() as then:
        assert {row[2] for row in then.exec_driver_sql("PRAGMA database_list")} == {""}
        assert then.exec_driver_sql("SELECT reason FROM absence_reason").scalars().all() == ["a private matter"]
        with pytest.raises(OperationalError):
            then.exec_driver_sql("DELETE FROM absence")
    engine.dispose()
    assert {path: path.read_bytes() for path in bench.folder.iterdir() if path.is_file()} == before


def test_looking_back_can_be_stopped(bench: Bench) -> None:
    store = bench.school("St Anne", "105219")
    record(store, START, "one")

    class Stopped:
        def step(self, _words: str, _done: int, _total: int) -> None:
            raise Cancelled

    with store.connect() as con, pytest.raises(Cancelled):
        as_at.build(con, START, "known", Stopped())


def test_every_kind_of_fact_says_which_day_it_tells_of_or_counts_always() -> None:
    facts = {table.name for table in registry.TABLES if table.is_fact}
    assert facts <= set(as_at.ASSERTED) | set(as_at.ALWAYS), "give the new fact its day in db/as_at.py"
    for name, column in as_at.ASSERTED.items():
        assert registry.BY_NAME[name].column(column).fields[0].type == "date"


# --- a past day is the register that stopped on it -------------------------------------------------------------------


@dataclass
class _Life:
    """Some days at two computers of a school and a neighbour's, at random; one register is kept each evening."""

    bench: Bench
    chance: random.Random
    stores: list[Store]
    rows: list[bytes] = field(default_factory=list)
    facts: list[bytes] = field(default_factory=list)
    evenings: list[tuple[dt.date, dict[str, set[Any]]]] = field(default_factory=list)

    def act(self, store: Store) -> None:
        choice = self.chance.randrange(6)
        day = START + dt.timedelta(days=self.chance.randrange(-3, 8))
        if choice == 0 or not self.rows:
            with store.act(ActCode.REPORT_DEFECT) as act:
                self.rows.append(act.create("defect", {"title": "x", "risk": "low", "raised_on": day}))
        elif choice == 1 or not self.facts:
            self.facts.append(record(store, day, str(len(self.facts))))
        elif choice == 2:
            with store.act(ActCode.CORRECT) as act:
                act.set_aside("check_record", self.chance.choice(self.facts))
        elif choice == 3:
            with store.act(ActCode.CHANGE_DEFECT) as act:
                act.delete("defect", self.chance.choice(self.rows))
        else:
            with store.act(ActCode.CHANGE_DEFECT) as act:
                act.set("defect", self.chance.choice(self.rows), {"title": str(self.chance.random())})

    def live(self, days: int) -> None:
        for number in range(days):
            for _ in range(self.chance.randrange(1, 5)):
                self.act(self.chance.choice(self.stores))
                self.bench.clock.move_on(60_000)
            if self.chance.random() < 0.6:
                sender, to = self.chance.sample(self.stores, 2)
                self.bench.exchange(sender, to)
            stopped = self.bench.folder / f"evening-{number}.register"
            shutil.copyfile(self.stores[0].path, stopped)
            copy = Store.open(stopped, self.stores[0].around, read_only=True)
            with copy.connect() as con:
                self.evenings.append((self.bench.clock.today(), lists_of(con)))
            copy.close()
            self.bench.clock.move_on(DAY_MS)


@settings(max_examples=200 if CAMPAIGN else 12)
@given(seed=some.integers(min_value=0, max_value=1 << 32))
def test_what_was_known_on_a_day_is_the_register_that_stopped_on_that_day(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    with (
        pytest.MonkeyPatch.context() as patch,
        Bench.open(tmp_path_factory.mktemp("life"), patch) as bench,
    ):
        store = bench.school("St Anne", "105219")
        second = bench.second(store, "anne-2")
        neighbour = bench.school("Oakfield", "105220")
        bench.introduce(store, second, neighbour)
        life = _Life(bench, random.Random(seed), [store, second])
        life.live(5)
        for day, then in life.evenings:
            assert past(store, day, "known") == then, day
