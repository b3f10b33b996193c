"""A whole merge undone: an act of its own that travels, within thirty days, and can be put back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bursar_desk.domain.errors import UserError
from bursar_desk.services import history, merging, undo_merge
from tests.services.merging_kit import Cluster, cluster
from tests.storage.workbench import is_sound, sums_of

DAY = 24 * 3600 * 1000


@pytest.fixture
def c(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    with cluster(tmp_path, monkeypatch) as made:
        yield made


def _faults(c: Cluster, desk: object) -> set[str]:
    with desk.store.connect() as con:  # type: ignore[attr-defined]
        return set(con.exec_driver_sql("SELECT title FROM defect WHERE id NOT IN (SELECT row FROM hidden)").scalars())


def test_undoing_a_merge_takes_its_entries_out_of_the_lists_and_putting_it_back_brings_them(c: Cluster) -> None:
    gate = c.fault(c.one, "Gate", note="ours")
    c.send(c.one, c.two)
    c.fault(c.two, "Lift")
    c.change(c.two, gate, note="theirs")
    result = c.send(c.two, c.one, agree_all=True)
    assert (_faults(c, c.one), c.value(c.one, gate, "note")) == ({"Gate", "Lift"}, "theirs")
    plan = undo_merge.can_undo(c.one, result.number)
    assert (plan.possible, plan.entries, plan.still_days, plan.sender) == (True, 2, 30, "Oakfield")
    assert plan.sentence.startswith("2 entries from Oakfield, merged on Monday 12 January 2026, would have no effect")
    changes = undo_merge.undo_merge(c.one, result.number)
    assert changes.touches("defect")
    assert (_faults(c, c.one), c.value(c.one, gate, "note")) == ({"Gate"}, "ours")
    listed = {one.number: (one.undone, one.undone_by_act) for one in merging.receipts(c.one)}
    assert listed[result.number] == (True, changes.act)
    assert all(entry.held == "the merge that brought it was undone" for entry in
               merging.receipt_entries(c.one, result.number))  # fmt: skip
    with pytest.raises(UserError, match="undone already"):
        undo_merge.undo_merge(c.one, result.number)
    undo_merge.put_back(c.one, result.number)
    assert (_faults(c, c.one), c.value(c.one, gate, "note")) == ({"Gate", "Lift"}, "theirs")
    assert not merging.receipts(c.one)[0].undone
    with pytest.raises(UserError, match="was not undone"):
        undo_merge.put_back(c.one, result.number)
    assert is_sound(c.one.store)


def test_the_undoing_travels_to_the_schools_other_computer_and_to_the_office(c: Cluster) -> None:
    c.fault(c.two, "Lift")
    result = c.send(c.two, c.one)
    c.send(c.two, c.office)
    assert _faults(c, c.office) == {"Lift"}
    undo_merge.undo_merge(c.one, result.number)
    for desk in (c.two, c.office):
        c.send(c.one, desk, agree_all=True)
        assert _faults(c, desk) == set()
    assert sums_of(c.one.store) == sums_of(c.two.store)
    undo_merge.put_back(c.one, result.number)
    for desk in (c.two, c.office):
        c.send(c.one, desk, agree_all=True)
        assert _faults(c, desk) == {"Lift"}


def test_what_an_office_undoes_counts_nowhere_else(c: Cluster) -> None:
    c.fault(c.one, "Gate")
    result = c.send(c.one, c.office)
    undo_merge.undo_merge(c.office, result.number)
    assert _faults(c, c.office) == set()
    c.send(c.office, c.one)
    assert _faults(c, c.one) == {"Gate"}
    assert not any(one.undone for one in merging.receipts(c.one))


def test_ctrl_z_after_undoing_a_merge_puts_it_back(c: Cluster) -> None:
    c.fault(c.two, "Lift")
    result = c.send(c.two, c.one)
    undo_merge.undo_merge(c.one, result.number)
    said, _ = history.undo(c.one)
    assert said.startswith("undo a merge")
    assert _faults(c, c.one) == {"Lift"}
    assert undo_merge.can_undo(c.one, result.number).possible


def test_a_merge_can_be_undone_for_thirty_days_and_no_longer(c: Cluster) -> None:
    c.fault(c.two, "Lift")
    result = c.send(c.two, c.one)
    c.bench.clock.move_on(29 * DAY)
    assert undo_merge.can_undo(c.one, result.number).still_days == 1
    c.bench.clock.move_on(DAY)
    plan = undo_merge.can_undo(c.one, result.number)
    assert not plan.possible
    assert "more than 30 days ago" in plan.refused_because
    with pytest.raises(UserError, match="more than 30 days"):
        undo_merge.undo_merge(c.one, result.number)


def test_a_merge_that_brought_nothing_or_never_was_cannot_be_undone(c: Cluster) -> None:
    c.send(c.one, c.two)
    again = c.send(c.one, c.two)
    assert "nothing new" in undo_merge.can_undo(c.two, again.number).refused_because
    with pytest.raises(UserError, match="no receipt 99"):
        undo_merge.can_undo(c.two, 99)
