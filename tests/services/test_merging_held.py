"""Entries held back: taken over, left out, confirmed; each decision is one act that travels and can be taken back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.services import held, history
from tests.services.merging_kit import TODAY, Cluster, Lent, cluster, lent


@pytest.fixture
def c(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    with cluster(tmp_path, monkeypatch) as made:
        yield made


@pytest.fixture
def cover(c: Cluster) -> Lent:
    return lent(c, c.check(c.one))


def _record(cover: Lent, check: bytes | None = None, **values: object) -> bytes:
    with cover.act() as act:
        return act.fact(
            "check_record",
            {
                "check_id": check or cover.grant.checks[0], "done_on": TODAY, "outcome": "satisfactory",
                "done_by": "Sam Adeyemi", **values,
            },
        )  # fmt: skip


def _records(c: Cluster) -> int:
    return c.count(c.one, "SELECT count(*) FROM check_record WHERE standing='stands'")


def test_what_was_not_lent_waits_and_can_be_taken_over_as_our_own(c: Cluster, cover: Lent) -> None:
    other = c.check(c.one, "Boiler check")
    _record(cover)
    made = _record(cover, other, note="The boiler was off", readings='[{"name": "hot", "value": 462}]')
    result = cover.give_back()
    assert (result.came, result.added, result.held) == (2, 1, 1)
    (one,) = held.listing(c.one)
    assert (one.op, one.state, one.reason) == (made, "held", "not one of the checks lent")
    assert (one.what, one.who, one.school_name, one.writer_school) == (
        "New record of a check, Boiler check", "Sam Adeyemi", "Oakfield", "St Anne",
    )  # fmt: skip
    assert dict(one.fields)["note"] == "The boiler was off"
    assert dict(one.fields)["check"] == "Boiler check"
    assert dict(one.fields)["result"] == "Pass"
    assert one.can_decide
    assert one.adoptable
    assert _records(c) == 1
    changes = held.adopt(c.one, one.op, "I was there")
    assert changes.touches("check_record")
    assert held.listing(c.one) == []
    assert _records(c) == 2
    with c.one.store.connect() as con:
        sql = "SELECT done_by, note, readings FROM check_record WHERE check_id=?"
        row = con.exec_driver_sql(sql, (other,)).one()
        remark = con.exec_driver_sql("SELECT op, word, said_by, note FROM remark").one()
    assert tuple(row) == ("Sam Adeyemi", "The boiler was off", '[{"name": "hot", "value": 462}]')
    assert tuple(remark) == (made, "adopted", "Dawn Hill", "I was there")
    with pytest.raises(UserError, match="waits no more"):
        held.adopt(c.one, one.op)
    history.undo(c.one)
    assert [each.op for each in held.listing(c.one)] == [made]
    assert _records(c) == 1


def test_the_schools_other_computer_and_the_office_learn_of_the_decision(c: Cluster, cover: Lent) -> None:
    _record(cover, c.check(c.one, "Boiler check"))
    cover.give_back()
    (one,) = held.listing(c.one)
    for desk in (c.two, c.office):
        c.send(c.one, desk)
        (there,) = held.listing(desk)
        assert there.op == one.op
        assert there.can_decide == (desk is c.two)
    with pytest.raises(UserError, match="Only Oakfield can decide"):
        held.decline(c.office, one.op, "not ours")
    held.adopt(c.one, one.op)
    for desk in (c.two, c.office):
        c.send(c.one, desk)
        assert held.listing(desk) == []
        assert c.count(desk, "SELECT count(*) FROM check_record WHERE standing='stands'") == 1


def test_leaving_an_entry_out_takes_a_reason_and_can_be_taken_back(c: Cluster, cover: Lent) -> None:
    _record(cover, c.check(c.one, "Boiler check"))
    cover.give_back()
    (one,) = held.listing(c.one)
    for nothing in ("", "  "):
        with pytest.raises(UserError, match="Say why"):
            held.decline(c.one, one.op, nothing)
    held.decline(c.one, one.op, "The boiler was not tested")
    assert held.listing(c.one) == []
    assert _records(c) == 0
    history.undo(c.one)
    assert len(held.listing(c.one)) == 1


def test_work_recorded_after_a_cover_was_ended_counts_and_waits_to_be_confirmed(c: Cluster, cover: Lent) -> None:
    _record(cover)
    cover.give_back()
    cover.end()
    late = _record(cover, note="late")
    result = cover.give_back()
    assert (result.held, result.already) == (1, 1)
    (one,) = held.listing(c.one)
    assert (one.op, one.state, one.reason) == (late, "confirm", "recorded after the cover was ended")
    assert _records(c) == 2
    with pytest.raises(UserError, match="cannot be taken over"):
        held.adopt(c.one, one.op)
    held.confirm(c.one, one.op)
    assert held.listing(c.one) == []
    assert _records(c) == 2
    history.undo(c.one)
    held.decline(c.one, late, "Nobody was there")
    assert _records(c) == 1
    history.undo(c.one)
    assert _records(c) == 2


def test_a_fault_that_was_reported_late_goes_when_it_is_left_out(c: Cluster, cover: Lent) -> None:
    cover.end()
    with cover.act(ActCode.REPORT_DEFECT, "Gate") as act:
        gate = act.create(
            "defect", {"check_id": cover.grant.checks[0], "title": "Gate", "raised_on": TODAY, "state": "reported"}
        )
    cover.give_back()
    (one,) = held.listing(c.one)
    assert one.what == "New fault, Gate"
    held.decline(c.one, one.op, "There is no such gate")
    assert c.count(c.one, "SELECT count(*) FROM hidden WHERE row=?", gate) == 1


def test_what_does_not_count_cannot_be_confirmed(c: Cluster, cover: Lent) -> None:
    _record(cover, c.check(c.one, "Boiler check"))
    cover.give_back()
    (one,) = held.listing(c.one)
    with pytest.raises(UserError, match="does not count yet"):
        held.confirm(c.one, one.op)


def test_a_neighbours_change_to_our_own_record_is_listed_and_has_no_effect_until_taken_over(
    c: Cluster, cover: Lent
) -> None:
    ours = c.record(c.one, cover.grant.checks[0])
    with cover.act(ActCode.UNDO) as act:
        act.set_seen("check_record", ours, {255: "set aside"}, {255: [ours]})
    cover.give_back()
    (one,) = held.listing(c.one)
    assert one.reason == "another school’s change to this record"
    assert one.what.startswith("Change to record of a check, Fire alarm test")
    assert _records(c) == 1
    held.adopt(c.one, one.op)
    assert _records(c) == 0
    assert held.listing(c.one) == []


def test_a_fault_outside_the_cover_can_be_taken_over_with_all_its_cells(c: Cluster, cover: Lent) -> None:
    with cover.act(ActCode.REPORT_DEFECT, "Gate") as act:
        act.create(
            "defect",
            {
                "title": "Gate", "raised_on": TODAY, "risk": "high", "interim_control": "Taped off",
                "interim_until": TODAY,
            },
        )  # fmt: skip
    cover.give_back()
    (one,) = held.listing(c.one)
    assert ("made safe until then by", "Taped off, Monday 12 January 2026") in one.fields
    held.adopt(c.one, one.op)
    with c.one.store.connect() as con:
        row = con.exec_driver_sql("SELECT title, risk, interim_control, interim_until FROM defect").one()
    assert tuple(row)[:3] == ("Gate", "high", "Taped off")
    assert row[3] is not None


def test_entries_of_a_merge_undone_are_not_listed_as_waiting(c: Cluster) -> None:
    from bursar_desk.services import merging, undo_merge

    c.fault(c.two)
    c.send(c.two, c.one)
    undo_merge.undo_merge(c.one, merging.receipts(c.one)[0].number)
    assert held.listing(c.one) == []
