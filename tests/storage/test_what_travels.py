"""One list says what may leave a school, channel by channel; a column that is not in it cannot be written at all."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from bursar_desk.domain import registry, travel
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.operations import CHANNELS, INCIDENTS, OFFICE
from db import extract
from tests.storage.workbench import Bench


def _with_a_new_column(patch: pytest.MonkeyPatch, name: str) -> None:
    """As if the next release had added a column ``untold`` to a table and forgotten to say who may read it."""
    table = registry.BY_NAME[name]
    column = registry.Column(len(table.columns), (registry.Field("untold", "text"),))
    newer = dataclasses.replace(table, columns=(*table.columns, column))
    patch.setattr(registry, "TABLES", tuple(newer if one is table else one for one in registry.TABLES))
    patch.setattr(registry, "BY_NAME", {**registry.BY_NAME, name: newer})
    patch.setattr(registry, "BY_NUMBER", {**registry.BY_NUMBER, table.number: newer})


@pytest.mark.parametrize("table", [one.name for one in registry.TABLES])
def test_a_column_that_no_channel_lists_cannot_be_written(table: str, tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch, Bench.open(tmp_path, patch) as bench:
        _with_a_new_column(patch, table)
        store, spec = bench.school("St Anne", "105219"), registry.BY_NAME[table]
        before = store.path.read_bytes()
        with pytest.raises(KeyError, match="untold"), store.act(ActCode.CHANGE_CHECK) as act:
            (act.fact if spec.is_fact else act.create)(table, {"untold": "x"})
        if not spec.is_fact:
            with pytest.raises(KeyError, match="untold"), store.act(ActCode.CHANGE_CHECK) as act:
                act.set(table, bytes(16), {"untold": "x"})
            with pytest.raises(KeyError, match="untold"), store.act(ActCode.CHANGE_CHECK) as act:
                act.set_seen(table, bytes(16), {len(spec.columns) - 1: "x"}, {})
        assert store.path.read_bytes() == before


def test_every_column_is_listed_in_its_own_channel_or_in_none() -> None:
    for channel, tables in travel.TRAVELS.items():
        for name, columns in tables.items():
            spec = registry.BY_NAME[name]
            assert spec.channel == channel, f"{name} is listed in another channel than its own"
            assert set(columns) <= {one.name for one in spec.columns}
    reasons = {channel for channel, tables in travel.TRAVELS.items() if "absence_reason" in tables}
    assert reasons == {"private"}


def test_every_column_there_is_was_thought_about() -> None:
    """Nothing was added to a table and forgotten here: this release writes all of its columns."""
    for table in registry.TABLES:
        forgotten = [column.name for column in table.columns if not travel.listed(table, column)]
        assert forgotten == [], table.name
    assert set(travel.TRAVELS) == set(CHANNELS) - {INCIDENTS, OFFICE}, "channels without a table list nothing"


def test_packs_and_returns_are_cut_from_what_travels_and_hold_nothing_private() -> None:
    for name, columns in (*extract.ALLOWED.items(), *registry.GRANTABLE.items()):
        spec = registry.BY_NAME[name]
        assert set(columns) <= set(travel.TRAVELS[spec.channel][name]), name
        assert spec.channel != "private"
    assert not {"person", "absence", "absence_reason", "training", "message", "remark"} & {
        *extract.ALLOWED, *registry.GRANTABLE,
    }
