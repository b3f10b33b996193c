"""A newer column and a newer table: kept, passed on byte for byte by older programs, and there after their update."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bursar_desk.domain import registry, travel
from bursar_desk.domain.acts import ActCode
from bursar_desk.services import conflicts, field_words
from bursar_desk.services.desk import Desk
from db import bodies as bodies_module
from db import chains
from db import store as store_module
from db.store import Store
from tests.storage.workbench import Bench, commits_of, gaps_of, is_sound, looking, sums_of, tables_of

NOW = registry.REGISTRY_VERSION
COLOUR, WIDGET, READING = "colour", "widget", "new_reading"


def _a_newer_registry() -> tuple[registry.Table, ...]:
    """What a later release may look like: a column more in faults, an editable table and a table of facts more."""
    tables = []
    for table in registry.TABLES:
        if table.name == "defect":
            more = registry.Column(len(table.columns), (registry.Field(COLOUR, "text"),))
            tables.append(replace(table, columns=(*table.columns, more)))
        else:
            tables.append(table)
    last = max(table.number for table in tables)
    named, counted = registry.Field("title", "text"), registry.Field("count", "int")
    one = (registry.Column(0, (named,)), registry.Column(1, (counted,)))
    channel = registry.BY_NAME["defect"].channel
    tables.append(registry.Table(last + 1, WIDGET, channel, False, one))
    tables.append(registry.Table(last + 2, READING, channel, True, one))
    return tuple(tables)


@contextmanager
def newer() -> Iterator[None]:
    """The program of a later release, as far as tables and columns go."""
    tables = _a_newer_registry()
    channel = registry.BY_NAME["defect"].channel
    lists = {name: dict(columns) for name, columns in travel.TRAVELS.items()}
    lists[channel]["defect"] = (*lists[channel]["defect"], COLOUR)
    lists[channel] |= {WIDGET: ("title", "count"), READING: ("title", "count")}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(registry, "TABLES", tables)
        patch.setattr(registry, "BY_NUMBER", {table.number: table for table in tables})
        patch.setattr(registry, "BY_NAME", {table.name: table for table in tables})
        patch.setattr(travel, "TRAVELS", lists)
        patch.setitem(field_words.FIELDS, COLOUR, "colour")
        for module in (registry, chains, store_module):
            patch.setattr(module, "REGISTRY_VERSION", NOW + 1)
        _forget_readers()
        try:
            yield
        finally:
            _forget_readers()


def _forget_readers() -> None:
    """A program knows one registry from start to end; this one learns another."""
    for one in vars(bodies_module).values():
        if hasattr(one, "cache_clear"):
            one.cache_clear()


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    with Bench.open(tmp_path, monkeypatch) as opened:
        yield opened


@pytest.fixture
def desks(bench: Bench) -> tuple[Store, Store, Store]:
    """Three computers of a school: the first will be updated soon, the second late, the third later still."""
    first = bench.school("St Anne", "105219")
    second, third = bench.second(first, "second"), bench.second(first, "third")
    bench.exchange(first, second)
    bench.exchange(second, third)
    return first, second, third


def updated(bench: Bench, store: Store) -> Store:
    """The register opened by whatever program this is now."""
    store.close()
    return bench.reopened(store.path)


def write_new_things(store: Store) -> tuple[bytes, bytes]:
    """A fault with a colour (also changed), a row of the new table, a fact of the other."""
    with store.act(ActCode.REPORT_DEFECT, who="Terry") as act:
        gate = act.create("defect", {"title": "gate", "note": "hinge", COLOUR: "green"})
        widget = act.create(WIDGET, {"title": "first", "count": 1})
        act.fact(READING, {"title": "flow", "count": 525})
    with store.act(ActCode.CHANGE_DEFECT, who="Terry") as act:
        act.set("defect", gate, {COLOUR: "red"})
        act.set(WIDGET, widget, {"count": 2})
    return gate, widget


def bodies(store: Store) -> dict[bytes, bytes]:
    with looking(store) as con:
        return dict(con.execute("SELECT hash, body FROM commit_log"))


def rows(store: Store, sql: str) -> list[Any]:
    with looking(store) as con:
        return con.execute(sql).fetchall()


def everything_new(store: Store) -> tuple[list[Any], ...]:
    return (
        rows(store, f"SELECT title, note, {COLOUR} FROM defect"),
        rows(store, f"SELECT title, count FROM {WIDGET}"),
        rows(store, f"SELECT title, count, standing FROM {READING}"),
    )


def test_a_newer_column_and_table_pass_through_an_older_desk_byte_for_byte_and_are_there_after_its_update(
    bench: Bench, desks: tuple[Store, Store, Store]
) -> None:
    first, second, third = desks
    with newer():
        first = updated(bench, first)
        write_new_things(first)
        file = bench.send(first, [second])
    receipt = bench.merge(second, file)
    assert (receipt.added, receipt.held) == (2, 0), "kept and in force as far as it is understood: nothing held back"
    assert rows(second, "SELECT title, note FROM defect") == [("gate", "hinge")]
    assert is_sound(second)
    first.close()
    bench.exchange(second, third)
    assert bodies(second) == bodies(third) == bodies(first), "byte for byte, also past two older programs"
    for old in (second, third):
        assert not rows(old, f"SELECT name FROM sqlite_master WHERE name IN ('{WIDGET}', '{READING}')")
    with newer():
        first, second, third = (updated(bench, store) for store in (first, second, third))
        new = ([("gate", "hinge", "red")], [("first", 2)], [("flow", 525, "stands")])
        assert [everything_new(store) for store in (first, second, third)] == [new] * 3
        assert all(is_sound(store) for store in (first, second, third))
        assert tables_of(first) == tables_of(second) == tables_of(third)
        assert not gaps_of(third)


def test_an_older_desk_edits_a_row_with_newer_columns_and_touches_nothing_else_of_it(
    bench: Bench, desks: tuple[Store, Store, Store]
) -> None:
    first, second, third = desks
    with newer():
        first = updated(bench, first)
        gate, _ = write_new_things(first)
        file = bench.send(first, [second])
    bench.merge(second, file)
    with second.act(ActCode.CHANGE_DEFECT, who="Dawn") as act:
        act.set("defect", gate, {"note": "hinge and lock"})
    file = bench.send(second, [first])
    with newer():
        bench.merge(first, file)
        assert everything_new(first)[0] == [("gate", "hinge and lock", "red")]
        back = bench.send(first, [third], everything=True)
    bench.merge(third, back)
    with newer():
        third = updated(bench, third)
        assert everything_new(third) == everything_new(first)
        first.close()
    first = updated(bench, first)
    assert rows(first, "SELECT title, note FROM defect") == [("gate", "hinge and lock")]
    assert is_sound(first), "put back to the older program it still works"


def test_rivals_in_a_newer_column_wait_on_an_older_desk_and_are_to_settle_after_its_update(
    bench: Bench, desks: tuple[Store, Store, Store]
) -> None:
    first, second, third = desks
    with newer():
        first, second = updated(bench, first), updated(bench, second)
        gate, _ = write_new_things(first)
        bench.exchange(first, second)
        for store, colour in ((first, "blue"), (second, "white")):
            with store.act(ActCode.CHANGE_DEFECT, who=colour) as act:
                act.set("defect", gate, {COLOUR: colour})
        files = [bench.send(store, [third], everything=True) for store in (first, second)]
    for file in files:
        bench.merge(third, file)
    with third.act(ActCode.CHANGE_DEFECT, who="Dawn") as act:
        act.set("defect", gate, {"note": "by the older program"})
    assert conflicts.listing(Desk(third, bench.clock)) == [], "nobody is asked about what they cannot see"
    with newer():
        third = updated(bench, third)
        (found,) = conflicts.listing(Desk(third, bench.clock))
        assert {rival.value for rival in found.rivals} == {"blue", "white"}
        bench.rounds(first, second, third)
        assert tables_of(first) == tables_of(second) == tables_of(third)
        assert rows(first, "SELECT note FROM defect") == [("by the older program",)]


def test_three_generations_in_a_ring_lose_nothing(bench: Bench, desks: tuple[Store, Store, Store]) -> None:
    first, second, third = desks
    with newer():
        first = updated(bench, first)
    for turn in range(3):
        with newer():
            write_new_things(first)
            file = bench.send(first, [second])
        bench.merge(second, file)
        with second.act(ActCode.RECORD_CHECK) as act:
            act.fact("check_record", {"done_on": dt.date(2026, 1, 12), "note": f"older {turn}"})
        bench.exchange(second, third)
        file = bench.send(third, [first])
        with newer():
            bench.merge(first, file)
    assert commits_of(second).keys() == commits_of(third).keys()
    with newer():
        second, third = updated(bench, second), updated(bench, third)
        bench.rounds(first, second, third, times=1)
        assert sums_of(first) == sums_of(second) == sums_of(third)
        assert tables_of(first) == tables_of(second) == tables_of(third)
        assert len(rows(first, f"SELECT * FROM {WIDGET}")) == 3
        assert len(rows(first, "SELECT * FROM check_record")) == 3
