"""A whole merge undone: one act that travels, counts in the registers it should, and can be taken back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bursar_desk.domain.acts import ActCode
from db import history, undo_merge
from db.rebuild import rebuild
from db.store import Store
from tests.storage.histories import reference, state_of
from tests.storage.workbench import Bench, commits_of, held_of, is_sound, looking, tables_of


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    with Bench.open(tmp_path, monkeypatch) as opened:
        yield opened


def names(store: Store) -> list[str]:
    with looking(store) as con:
        return [name for (name,) in con.execute("SELECT name FROM person ORDER BY name")]


def person(store: Store, name: str) -> bytes:
    with store.act(ActCode.ADD_PERSON) as act:
        return act.create("person", {"name": name})


def undo(store: Store, number: int) -> bytes:
    with store.connect() as con:
        brought = undo_merge.plan(con, number)
    assert brought is not None
    with store.act(ActCode.UNDO_MERGE, who="Dawn") as act:
        undo_merge.set_aside(act, brought, "the file of Tuesday")
    return act.note.act


def put_back(store: Store) -> None:
    with store.connect() as con:
        past = history.next_to_undo(history.recent(con, store.facts.writer))
    assert past is not None
    with store.act(ActCode.UNDO, undoes=past.note.act) as act:
        history.take_back(act.session.connection, act, past.note, store.facts.writer)


def test_a_merge_is_undone_and_put_back_and_no_entry_is_ever_gone(bench: Bench) -> None:
    school, hub = bench.school("St Anne", "1"), bench.office("Cluster")
    bench.introduce(school, hub=hub)
    person(school, "Terry")
    bench.exchange(school, hub)
    row = person(school, "Sam")
    with school.act(ActCode.CHANGE_PERSON) as act:
        act.set("person", row, {"phone": "1"})
    receipt = bench.exchange(school, hub)
    before, entries = state_of(hub), commits_of(hub)
    act_id = undo(hub, receipt.number)
    assert names(hub) == ["Terry"]
    assert set(entries) <= set(commits_of(hub))
    assert {reason for _, _, reason in held_of(hub)} == {"the merge that brought it was undone"}
    with hub.connect() as con:
        assert undo_merge.undoing_act(con, receipt.number, hub.facts.home) == act_id
    assert state_of(hub) == reference(hub)
    assert is_sound(hub)
    put_back(hub)
    assert names(hub) == ["Sam", "Terry"]
    with hub.connect() as con:
        assert undo_merge.undoing_act(con, receipt.number, hub.facts.home) is None
    after = state_of(hub)
    assert {key: row for key, row in after.rows.items() if key[0] != "undone"} == before.rows
    assert is_sound(hub)


def test_the_undoing_travels_to_the_schools_other_computers_whatever_comes_first(bench: Bench) -> None:
    one = bench.school("St Anne", "1")
    two, three = bench.second(one, "two"), bench.second(one, "three")
    for store in (two, three):
        bench.exchange(one, store)
    person(two, "Wrong Person")
    file = bench.send(two, [one], "wrong", everything=True)
    undo(one, bench.merge(one, file).number)
    told = bench.send(one, [one], "told", everything=True)
    bench.merge(two, told)
    bench.merge(three, told)
    bench.merge(three, file)
    assert names(one) == names(two) == names(three) == []
    for store in (one, two, three):
        assert state_of(store) == reference(store)
        assert is_sound(store)


def test_what_one_school_sets_aside_of_another_counts_in_its_own_register_only(bench: Bench) -> None:
    school, near, hub = bench.school("A", "1"), bench.school("B", "2"), bench.office("Cluster")
    bench.introduce(school, near, hub=hub)
    person(near, "Bob of B")
    undo(school, bench.exchange(near, school).number)
    assert "Bob of B" not in names(school)
    for sender, to in ((near, hub), (school, hub), (school, near)):
        bench.exchange(sender, to)
    assert "Bob of B" in names(hub)
    assert "Bob of B" in names(near)
    for store in (school, near, hub):
        assert state_of(store) == reference(store)


def test_what_was_written_since_on_top_of_it_stays_in_the_history_and_comes_back_with_it(bench: Bench) -> None:
    one = bench.school("St Anne", "1")
    two = bench.second(one, "two")
    bench.exchange(one, two)
    row = person(two, "Sam")
    number = bench.exchange(two, one).number
    with one.act(ActCode.CHANGE_PERSON) as act:
        act.set("person", row, {"name": "Samuel"})
    undo(one, number)
    assert names(one) == []
    put_back(one)
    assert names(one) == ["Samuel"]
    assert is_sound(one)


def test_entries_that_come_again_by_another_file_stay_set_aside(bench: Bench) -> None:
    school, hub = bench.school("St Anne", "1"), bench.office("Cluster")
    bench.introduce(school, hub=hub)
    person(school, "Terry")
    undo(hub, bench.exchange(school, hub).number)
    person(school, "Sam")
    receipt = bench.merge(hub, bench.send(school, [hub], everything=True))
    assert receipt.known == 1
    assert names(hub) == ["Sam"]
    with hub.writing() as con:
        rebuild(con)
    assert names(hub) == ["Sam"]
    assert tables_of(hub)
