"""Undo and redo: a random walk of doing, undoing and redoing always comes back to the states it has been in."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bursar_desk.domain import registry
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.operations import Kind
from db import history, layout
from db.session import Act
from db.store import Store
from db.take_in import take_in
from tests.storage.histories import Yard, as_file, reference, state_of
from tests.storage.workbench import QUIET, own_keys, seeded, surroundings

Seen = dict[tuple[str, bytes], dict[str, object]]


class Walker:
    """A register with one person's acts, and the stacks an undo is expected to follow."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.undo_stack: list[tuple[Seen, Seen]] = []
        self.redo_stack: list[tuple[Seen, Seen]] = []

    def seen(self) -> Seen:
        """What lists show: rows that are not hidden, facts that stand."""
        state = state_of(self.store)
        return {
            key: values for key, values in state.rows.items()
            if key not in state.hidden and values.get("standing") != registry.SET_ASIDE
        }  # fmt: skip

    def _acts(self) -> list[history.PastAct]:
        with self.store.connect() as con:
            return history.recent(con, self.store.facts.writer)

    def do(self, changes: list[tuple[int, int, int]]) -> None:
        before = self.seen()
        self.listed = [(table, row) for table, row in before if table != "person"]
        self.gone: set[bytes] = set()
        with self.store.act(ActCode.CHANGE_DEFECT) as act:
            for change in changes:
                self._change(act, *change)
            if not act.tables:
                self._change(act, 0, 0, 0)
        self.undo_stack.append((before, self.seen()))
        self.redo_stack.clear()

    def _change(self, act: Act, sort: int, which: int, value: int) -> None:
        word = ("low", "high", "danger", "done", "x", None)[value % 6]
        day = dt.date(2026, 1, 1 + value)
        if sort <= 1 or not self.listed:
            self._birth(act, sort, word, day)
            return
        table, row = self.listed[which % len(self.listed)]
        if row in self.gone:
            return
        if table == "check_record":
            act.set_aside(table, row)
            self.gone.add(row)
        elif sort == 2:
            act.delete(table, row)
            self.gone.add(row)
        elif table == "defect":
            act.set(table, row, {("title", "risk", "state", "target_on")[which % 4]: day if which % 4 == 3 else word})
            if sort == 4:
                act.set(table, row, {"interim_control": word, "interim_until": day, "note": word})
        else:
            group = {"rule": word, "anchor": word, "weekday": value}
            act.set(table, row, {"title": word, "area": word} if sort == 3 else group)

    def _birth(self, act: Act, sort: int, word: str | None, day: dt.date) -> None:
        if sort == 0:
            made = act.create("defect", {"title": word, "risk": word, "raised_on": day})
            if word == "high":
                act.set("defect", made, {"risk": "danger"})
        elif word in ("low", "high"):
            act.fact("check_record", {"done_on": day})
        else:
            code = word or "FIRE-04"
            row = act.session.derived(self.store.facts.home, "school_check", code)
            if ("school_check", row) not in self.listed and row not in self.gone:
                act.create("school_check", {"code": code, "title": word}, row=row)
                act.set("school_check", row, {"area": "first"})
                self.gone.add(row)

    def undo(self) -> None:
        past = history.next_to_undo(self._acts())
        assert (past is None) == (not self.undo_stack)
        if past is not None:
            self._take_back(past)
            step = self.undo_stack.pop()
            self.redo_stack.append(step)
            assert self.seen() == step[0]

    def redo(self) -> None:
        past = history.next_to_redo(self._acts())
        assert (past is None) == (not self.redo_stack)
        if past is not None:
            self._take_back(past)
            step = self.redo_stack.pop()
            self.undo_stack.append(step)
            assert self.seen() == step[1]

    def _take_back(self, past: history.PastAct) -> None:
        with self.store.act(ActCode.UNDO, undoes=past.note.act) as act:
            history.take_back(act.session.connection, act, past.note, self.store.facts.writer)


@pytest.fixture(scope="module")
def yard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Yard]:
    with Yard.open(tmp_path_factory.mktemp("yard")) as opened:
        yield opened


def walker(yard: Yard) -> Walker:
    store = yard.fresh()
    signer = own_keys(yard.bench, store)
    store.around = surroundings(yard.bench, signer, seeded(yard._made))
    return Walker(store)


CHANGE = some.tuples(some.integers(0, 4), some.integers(0, 7), some.integers(0, 5))
STEP = some.one_of(some.just("undo"), some.just("redo"), some.lists(CHANGE, min_size=1, max_size=3))


@given(steps=some.lists(STEP, min_size=1, max_size=14))
def test_a_random_walk_of_acts_undo_and_redo_returns_to_equal_states(yard: Yard, steps: list[Any]) -> None:
    one = walker(yard)
    for step in steps:
        if step == "undo":
            one.undo()
        elif step == "redo":
            one.redo()
        else:
            one.do(step)
    assert state_of(one.store) == reference(one.store)
    while one.undo_stack:
        one.undo()
    assert one.seen() == {}
    while one.redo_stack:
        one.redo()
    yard.discard(one.store)


# ---------------------------------------------------------------- what walks found, and what takes two computers
@pytest.fixture
def one(yard: Yard) -> Iterator[Walker]:
    made = walker(yard)
    yield made
    made.store.close()


def _defect(one: Walker, **values: Any) -> bytes:
    with one.store.act(ActCode.REPORT_DEFECT) as act:
        return act.create("defect", values)


def _change(one: Walker, row: bytes, **values: Any) -> None:
    with one.store.act(ActCode.CHANGE_DEFECT) as act:
        act.set("defect", row, values)


def _take_back(one: Walker) -> None:
    past = history.next_to_undo(one._acts())
    assert past is not None
    one._take_back(past)


def test_taking_back_a_change_restores_the_value_of_that_cell_and_of_no_other(one: Walker) -> None:
    row = _defect(one, title="gate")
    _change(one, row, title="east gate", risk="low", state="reported")
    _change(one, row, state="done")
    _take_back(one)
    assert one.seen()["defect", row]["state"] == "reported"


def test_taking_back_an_act_that_made_and_changed_a_row_hides_it(one: Walker) -> None:
    with one.store.act(ActCode.REPORT_DEFECT) as act:
        row = act.create("defect", {"title": "gate"})
        act.set("defect", row, {"risk": "high"})
        act.set("defect", row, {"risk": "danger"})
    assert one.seen()["defect", row]["risk"] == "danger"
    _take_back(one)
    assert one.seen() == {}


def test_taking_back_a_putting_back_hides_the_row_again(one: Walker) -> None:
    row = _defect(one, title="gate")
    with one.store.act(ActCode.CHANGE_DEFECT) as act:
        act.delete("defect", row)
    with one.store.act(ActCode.PUT_BACK) as act:
        act.set("defect", row, {"title": "gate"})
    assert one.seen()
    _take_back(one)
    assert one.seen() == {}


def test_several_undone_acts_can_be_brought_back_one_after_another(one: Walker) -> None:
    row = _defect(one, title="0")
    for n in range(1, 6):
        _change(one, row, title=str(n))
    for _ in range(5):
        _take_back(one)
    for n in range(1, 6):
        past = history.next_to_redo(one._acts())
        assert past is not None, f"nothing to bring back after {n - 1}"
        one._take_back(past)
        assert one.seen()["defect", row]["title"] == str(n)
    assert history.next_to_redo(one._acts()) is None


def test_taking_back_a_settlement_shows_what_was_shown_and_opens_the_difference_again(yard: Yard, one: Walker) -> None:
    row = _defect(one, title="gate", risk="low")
    line = yard.cast.lines()[1]
    for n, risk in enumerate(("high", "medium")):
        cells = {4: risk}
        op = layout.pack_operation(Kind.SET, 8, row, {4: [row]}, cells, bytes([n]) * 12)
        line.add(1_768_212_000_000 << 16 | n, [op], bytes([n]) * 12)
    take_in(one.store, as_file([line.segment(1, 2)], random.Random(1)), QUIET, "")
    assert one.seen()["defect", row]["risk"] == "high"
    _change(one, row, risk="low")
    assert not state_of(one.store).conflicts
    _take_back(one)
    assert one.seen()["defect", row]["risk"] == "high"
    assert len(state_of(one.store).conflicts) == 1
    past = history.next_to_redo(one._acts())
    assert past is not None
    one._take_back(past)
    assert one.seen()["defect", row]["risk"] == "low"
    assert not state_of(one.store).conflicts


def test_taking_back_a_check_that_the_other_computer_added_too_leaves_theirs(yard: Yard, one: Walker) -> None:
    with one.store.act(ActCode.ADD_CHECKS) as act:
        row = act.session.derived(one.store.facts.home, "school_check", "FIRE-04")
        act.create("school_check", {"code": "FIRE-04", "title": "ours"}, row=row)
    line = yard.cast.lines()[1]
    op = layout.pack_operation(Kind.CREATE, 4, row, None, ["FIRE-04", "theirs"], bytes(12))
    line.add(1_768_212_000_000 << 16, [op], bytes(12))
    take_in(one.store, as_file([line.segment(1, 1)], random.Random(1)), QUIET, "")
    _take_back(one)
    assert one.seen()["school_check", row]["title"] == "theirs"
    assert not state_of(one.store).conflicts


def test_a_row_named_by_its_code_can_be_made_and_changed_in_one_act_without_a_quarrel(one: Walker) -> None:
    with one.store.act(ActCode.ADD_CHECKS) as act:
        row = act.session.derived(one.store.facts.home, "school_check", "FIRE-04")
        act.create("school_check", {"code": "FIRE-04", "title": "first"}, row=row)
        act.set("school_check", row, {"title": "second"})
    assert one.seen()["school_check", row]["title"] == "second"
    assert not state_of(one.store).conflicts


def test_an_undo_that_finds_nothing_left_to_take_back_still_counts(yard: Yard, one: Walker) -> None:
    first = _defect(one, title="older")
    row = _defect(one, title="gate")
    line = yard.cast.lines()[1]
    op = layout.pack_operation(Kind.DELETE, 8, row, [row], None, bytes(12))
    line.add(1_768_212_000_000 << 16, [op], bytes(12))
    take_in(one.store, as_file([line.segment(1, 1)], random.Random(1)), QUIET, "")
    _take_back(one)
    _take_back(one)
    assert first not in {key[1] for key in one.seen()}
    assert history.next_to_undo(one._acts()) is None
