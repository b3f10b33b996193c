"""One act: all of it is kept or none, whatever its size, and what it writes is what every other desk can read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import CannotOpen, UserError
from bursar_desk.exchange import body
from db import history
from db.store import Store
from tests.storage.workbench import Bench, commits_in, held_of, is_sound, looking, tables_of


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    with Bench.open(tmp_path, monkeypatch) as opened:
        yield opened


@pytest.fixture
def store(bench: Bench) -> Store:
    return bench.school("St Anne", "105219")


def counted(store: Store, table: str) -> int:
    with looking(store) as con:
        return int(con.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


@pytest.mark.parametrize(
    "values",
    [
        {"title": "x" * 33_000}, {"title": 5}, {"check_id": b"short"}, {"cost": 1 << 63},
        {"raised_on": dt.date(1850, 1, 1)},
    ],
    ids=["too long", "a number for words", "no id", "a number too large", "a day long ago"],
)
def test_an_entry_nobody_could_read_is_refused_when_it_is_made(store: Store, values: dict[str, object]) -> None:
    """Written all the same it would only be held, here and everywhere: it must not look as if it had been saved."""
    row = b""
    with store.act(ActCode.REPORT_DEFECT) as act:
        row = act.create("defect", {"title": "gate"})
    before = tables_of(store)
    with pytest.raises(UserError, match="Nothing was changed"), store.act(ActCode.REPORT_DEFECT) as act:
        act.create("defect", values)
    with pytest.raises(UserError, match="Nothing was changed"), store.act(ActCode.REPORT_DEFECT) as act:
        act.set("defect", row, values)
    assert tables_of(store) == before
    assert held_of(store) == set()
    assert is_sound(store)


def test_a_very_long_text_of_wide_letters_is_refused_or_can_be_sent(bench: Bench, store: Store) -> None:
    other = bench.second(store, "anne-2")
    with pytest.raises(UserError, match="too long"), store.act(ActCode.REPORT_DEFECT) as act:
        act.create("defect", {"title": "漢" * 30_000})
    with store.act(ActCode.REPORT_DEFECT) as act:
        act.create("defect", {"title": "漢" * 20_000})
    assert bench.exchange(store, other).added == 1
    assert tables_of(other) == tables_of(store)


def test_an_act_of_any_size_can_be_sent_and_taken_back_as_one(bench: Bench, store: Store) -> None:
    other = bench.second(store, "anne-2")
    with store.act(ActCode.RECORD_ROUND, who="Terry") as act:
        for n in range(9_000):
            act.fact("check_record", {"done_on": dt.date(2026, 1, 1), "note": f"n {n} " + "word " * 20})
    written = commits_in(store)
    assert len({commit.stamp for *_, commit in written}) == 1
    with looking(store) as con:
        largest = con.execute("SELECT max(length(body)) FROM commit_log").fetchone()[0]
    assert len(written) > 1
    assert largest < body.COMMIT_LIMIT
    receipt = bench.exchange(store, other)
    assert receipt.added == len(written)
    assert tables_of(other) == tables_of(store)
    with store.connect() as con:
        acts = history.recent(con, store.facts.writer)
    assert len(acts) == 1
    with store.act(ActCode.UNDO, undoes=acts[0].note.act) as act:
        history.take_back(act.session.connection, act, acts[0].note, store.facts.writer)
    with looking(store) as con:
        assert con.execute("SELECT DISTINCT standing FROM check_record").fetchall() == [("set aside",)]


def test_an_act_that_fails_half_way_leaves_nothing(store: Store) -> None:
    before = store.path.read_bytes()
    with pytest.raises(ZeroDivisionError), store.act(ActCode.REPORT_DEFECT) as act:
        act.create("person", {"name": str(1 // 0 if act.create("defect", {"title": "gate"}) else 0)})
    assert store.path.read_bytes() == before
    with store.act(ActCode.REPORT_DEFECT) as act:
        act.create("defect", {"title": "gate"})
    assert is_sound(store)


def test_a_register_open_to_look_at_cannot_be_written(bench: Bench, store: Store) -> None:
    reader = bench.kept(Store.open(store.path, store.around, read_only=True))
    with pytest.raises(CannotOpen, match="to look at only"), reader.act(ActCode.REPORT_DEFECT):
        pass


def test_without_its_key_a_register_is_read_and_not_written(bench: Bench, store: Store) -> None:
    before = store.path.read_bytes()
    store.around.signer = None
    with pytest.raises(CannotOpen, match="key for the register is missing"), store.act(ActCode.REPORT_DEFECT) as act:
        act.create("defect", {"title": "gate"})
    assert store.path.read_bytes() == before
    assert counted(store, "defect") == 0


def test_a_value_replaced_many_times_in_one_bulk_has_one_current_value(store: Store) -> None:
    with store.bulk() as bulk:
        with bulk.act(ActCode.REPORT_DEFECT) as act:
            row = act.create("defect", {"title": "0"})
        for n in range(1, 30):
            with bulk.act(ActCode.CHANGE_DEFECT) as act:
                act.set("defect", row, {"title": str(n)})
    with looking(store) as con:
        assert con.execute("SELECT title FROM defect").fetchall() == [("29",)]
        assert con.execute("SELECT count(*) FROM conflict").fetchone() == (0,)
    assert is_sound(store)


def test_stamps_never_go_backwards_and_ids_stay_apart_when_the_clock_does(bench: Bench, store: Store) -> None:
    rows = []
    for hours in (0, -24 * 365, 0, 5, -5, 24 * 365 * 70, -24 * 365 * 70):
        bench.clock.move_on(hours * 3_600_000)
        with store.act(ActCode.REPORT_DEFECT) as act:
            rows.append(act.create("defect", {"title": str(hours)}))
    stamps = [commit.stamp for *_, commit in commits_in(store)]
    assert stamps == sorted(set(stamps))
    assert len(set(rows)) == len(rows)
    assert is_sound(store)
