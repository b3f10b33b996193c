"""Tables are emptied where their shape is today's, and made anew where it is not: what stands in them is the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Connection

from bursar_desk.domain.acts import ActCode
from db import derived
from db.rebuild import rebuild
from tests.services.small_school import FRIDAY, Small, without_waiting

if TYPE_CHECKING:
    from pathlib import Path


def held(con: Connection) -> dict[str, list[tuple[object, ...]]]:
    names = con.exec_driver_sql("SELECT name FROM sqlite_master WHERE type='table' ORDER BY name").scalars().all()
    return {
        name: sorted(map(tuple, con.exec_driver_sql(f'SELECT * FROM "{name}"')), key=repr)
        for name in names
        if not name.startswith("sqlite_")
    }


def shape(con: Connection) -> set[tuple[str, str]]:
    return set(map(tuple, con.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")))


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Small:
    monkeypatch.setenv("BURSAR_DESK_LOCAL", str(tmp_path / "local"))
    without_waiting(monkeypatch)
    made = Small.found(tmp_path)
    made.add("FIRE-04")
    with made.act(ActCode.ADD_SUPPLIER, FRIDAY) as act:
        row = act.create("supplier", {"name": "Northlink Fibre"})
        act.set("supplier", row, {"name": "Northlink"})
    return made


def test_emptied_and_built_again_is_what_building_anew_gives(small: Small) -> None:
    with small.desk(write=True) as desk, desk.store.writing() as con:
        before, looks = held(con), shape(con)
        con.exec_driver_sql("INSERT INTO hidden (row, tab, sid) VALUES (x'00', 1, 1)")
        rebuild(con, emptied=True)
        assert held(con) == before
        rebuild(con)
        assert (held(con), shape(con)) == (before, looks)


def test_a_table_of_an_odd_shape_is_made_anew_and_not_only_emptied(small: Small) -> None:
    with small.desk(write=True) as desk, desk.store.writing() as con:
        before, looks = held(con), shape(con)
        con.exec_driver_sql("ALTER TABLE supplier ADD COLUMN odd TEXT")
        con.exec_driver_sql("DROP TABLE conflict")
        con.exec_driver_sql("CREATE TABLE left_over (x)")
        rebuild(con, emptied=True)
        assert (held(con), shape(con)) == (before, looks)


def test_emptying_leaves_every_derived_table_there_and_the_log_as_it_is(small: Small) -> None:
    with small.desk(write=True) as desk, desk.store.writing() as con:
        log = con.exec_driver_sql("SELECT count(*) FROM commit_log").scalar_one()
        derived.make_empty(con)
        assert {len(rows) for name, rows in held(con).items() if name in derived.derived_metadata.tables} <= {0}
        assert con.exec_driver_sql("SELECT count(*) FROM commit_log").scalar_one() == log > 0
        rebuild(con)
