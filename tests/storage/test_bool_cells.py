"""A yes or no comes back from the disk as a yes or no, so that what is settled can travel."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bursar_desk.domain import registry
from bursar_desk.domain.acts import ActCode
from db.heads import current_heads
from tests.storage.workbench import Bench, is_sound


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    with Bench.open(tmp_path, monkeypatch) as opened:
        yield opened


def test_a_difference_about_a_yes_or_no_can_be_settled(bench: Bench) -> None:
    one = bench.school("St Anne", "1")
    two = bench.second(one, "two")
    with one.act(ActCode.ADD_PERSON) as act:
        row = act.create("person", {"name": "Terry", "locks": True})
    bench.exchange(one, two)
    for store, said in ((one, False), (two, None)):
        with store.act(ActCode.CHANGE_PERSON) as act:
            act.set("person", row, {"locks": said})
    bench.exchange(two, one)
    table = registry.BY_NAME["person"]
    key = (row, table.number, table.column("locks").number)
    with one.connect() as con:
        heads = current_heads(con, [key])[key]
    assert {repr(head.value) for head in heads} == {"False", "None"}
    chosen = next(head for head in heads if head.value is False)
    with one.act(ActCode.SETTLE) as act:
        act.set_seen("person", row, {key[2]: chosen.value}, {key[2]: [head.op for head in heads]})
    assert is_sound(one)
