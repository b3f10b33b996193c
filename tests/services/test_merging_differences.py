"""Differences: settled by a click, by typing, by keeping both; taken back, they stand open again as they were."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.typed_dates import NotADate
from bursar_desk.services import conflicts, field_words, history
from bursar_desk.services.conflicts import Difference
from tests.services.merging_kit import TODAY, Cluster, cluster
from tests.storage.workbench import is_sound

DAY = 24 * 3600 * 1000


@pytest.fixture
def c(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    with cluster(tmp_path, monkeypatch) as made:
        yield made


def _apart(c: Cluster, ours: Any, theirs: Any, *, table: str = "defect", row: bytes | None = None) -> bytes:
    """One record both computers hold and changed each for itself; the first one sees the difference."""
    made = row or c.fault(c.one, "Gate", note="first", risk="low")
    c.send(c.one, c.two)
    c.change(c.one, made, table, **ours)
    c.bench.clock.move_on(1000)
    c.change(c.two, made, table, **theirs)
    c.send(c.two, c.one, agree_all=True)
    return made


def _only(c: Cluster) -> Difference:
    (one,) = conflicts.listing(c.one)
    return one


def _said(one: Difference) -> set[tuple[str, str, bool, str]]:
    return {(r.said, r.who, r.ours, r.computer) for r in one.rivals}


def test_a_difference_names_both_values_who_wrote_them_and_on_which_computer(c: Cluster) -> None:
    _apart(c, {"note": "ours"}, {"note": "theirs"})
    one = _only(c)
    assert (one.what, one.field, one.school_name) == ("Gate", "note", "Oakfield")
    assert _said(one) == {("ours", "Dawn Hill", True, "OFFICE-1"), ("theirs", "Dawn Hill", False, "Oakfield-2")}
    assert not any(rival.clock_wrong for rival in one.rivals)
    assert [rival.shown for rival in one.rivals] == [False, True]


@pytest.mark.parametrize("keep", ["ours", "theirs"])
def test_taking_a_settlement_back_opens_the_difference_as_it_was(c: Cluster, keep: str) -> None:
    row = _apart(c, {"note": "ours"}, {"note": "theirs"})
    before, shown = _only(c), c.value(c.one, row, "note")
    conflicts.settle(c.one, before.id, keep)
    assert conflicts.listing(c.one) == []
    assert c.value(c.one, row, "note") == keep
    history.undo(c.one)
    after = _only(c)
    assert _said(after) == _said(before), "who wrote what is told as before, though it was written again"
    assert [(r.said, r.at_ms) for r in after.rivals] == [(r.said, r.at_ms) for r in before.rivals]
    assert c.value(c.one, row, "note") == shown
    history.redo(c.one)
    assert conflicts.listing(c.one) == []
    assert c.value(c.one, row, "note") == keep
    history.undo(c.one)
    conflicts.settle(c.one, _only(c).id, "theirs" if keep == "ours" else "ours")
    history.undo(c.one)
    assert _said(_only(c)) == _said(before)
    c.send(c.one, c.two, agree_all=True)
    assert {r.said for r in conflicts.listing(c.two)[0].rivals} == {"ours", "theirs"}
    assert is_sound(c.one.store)


def test_taking_back_theirs_for_all_opens_all_of_them(c: Cluster) -> None:
    _apart(c, {"note": "ours", "risk": "high"}, {"note": "theirs", "risk": "medium"})
    before = {one.id: _said(one) for one in conflicts.listing(c.one)}
    assert len(before) == 2
    conflicts.settle_all_theirs(c.one, c.one.home)
    assert conflicts.listing(c.one) == []
    history.undo(c.one)
    assert {one.id: _said(one) for one in conflicts.listing(c.one)} == before
    with pytest.raises(UserError, match="Nothing is to settle"):
        conflicts.settle_all_theirs(c.one, c.anne.home)


def test_a_settlement_that_was_changed_since_is_opened_again_too(c: Cluster) -> None:
    row = _apart(c, {"note": "ours"}, {"note": "theirs"})
    act = conflicts.settle(c.one, _only(c).id, "ours").act
    c.change(c.one, row, note="later")
    assert act is not None
    history.undo(c.one, act.hex())
    assert {rival.said for rival in _only(c).rivals} == {"ours", "theirs"}


def test_both_texts_can_be_kept_and_other_values_cannot(c: Cluster) -> None:
    row = _apart(c, {"note": "ours", "title": "Front gate"}, {"note": "theirs", "title": "East gate"})
    by_field = {one.field: one for one in conflicts.listing(c.one)}
    assert by_field["note"].both_text
    assert not by_field["name"].both_text
    with pytest.raises(UserError, match="Only one of these"):
        conflicts.settle_both_text(c.one, by_field["name"].id)
    conflicts.settle_both_text(c.one, by_field["note"].id)
    assert c.value(c.one, row, "note") == "ours\ntheirs"


@pytest.mark.parametrize(
    ("field", "ours", "theirs", "takes", "typed", "kept", "wrong"),
    [
        ("title", "Front gate", "East gate", "text", " Side gate ", "Side gate", "  "),
        ("risk", "high", "medium", "choice", "danger", "danger", "terrible"),
        ("target_on", TODAY, TODAY + dt.timedelta(1), "date", "31 January 2026", 20484, "31 June"),
        ("cost", 100, 200, "number", "300", 300, "lots"),
    ],
)
def test_something_else_can_be_typed_where_that_makes_sense(
    c: Cluster, field: str, ours: Any, theirs: Any, takes: str, typed: str, kept: Any, wrong: str
) -> None:
    row = _apart(c, {field: ours}, {field: theirs})
    one = _only(c)
    assert one.takes == takes
    with pytest.raises((UserError, NotADate)):
        conflicts.settle_value(c.one, one.id, wrong)
    assert len(conflicts.listing(c.one)) == 1
    conflicts.settle_value(c.one, one.id, typed)
    assert c.value(c.one, row, field) == kept
    assert conflicts.listing(c.one) == []


def test_people_and_times_can_be_typed_and_groups_cannot(c: Cluster) -> None:
    with c.one.act(ActCode.ADD_PERSON, subject="Terry Walsh") as act:
        row = act.create("person", {"name": "Terry Walsh", "starts": 480, "ends": 900})
        check = act.create("school_check", {"code": "X", "title": "Boiler", "owner": row},
                           row=act.session.derived(c.one.home, "school_check", "X"))  # fmt: skip
    _apart(c, {"starts": 450, "ends": 900}, {"starts": 510, "ends": 900}, table="person", row=row)
    hours = _only(c)
    assert {rival.said for rival in hours.rivals} == {"07:30, 15:00", "08:30, 15:00"}
    assert hours.takes == ""
    with pytest.raises(UserError, match="cannot be typed"):
        conflicts.settle_value(c.one, hours.id, "07:45")
    conflicts.settle(c.one, hours.id, "theirs")
    c.send(c.one, c.two)
    _apart(c, {"owner": None}, {"owner": bytes(16)}, table="school_check", row=check)
    owner = _only(c)
    assert owner.takes == "person"
    with pytest.raises(UserError, match="who “Nobody” is"):
        conflicts.settle_value(c.one, owner.id, "Nobody")
    conflicts.settle_value(c.one, owner.id, "terry")
    assert c.value(c.one, check, "owner", "school_check") == row


def test_a_clock_far_ahead_is_told_and_its_value_is_as_good_as_the_other(c: Cluster) -> None:
    row = c.fault(c.one, "Gate", note="first")
    c.send(c.one, c.two)
    c.change(c.one, row, note="ours")
    c.bench.clock.move_on(95 * 365 * DAY)
    c.change(c.two, row, note="theirs")
    file = c.file(c.two, c.one)
    c.bench.clock.move_on(-95 * 365 * DAY)
    from bursar_desk.services import merging

    assert merging.merge(c.one, [file], agree_all=True).files[0].differences == 1
    one = _only(c)
    assert {rival.said: rival.clock_wrong for rival in one.rivals} == {"ours": False, "theirs": True}
    assert "the clock of that computer looks wrong" in one.sentence
    conflicts.settle(c.one, one.id, "ours")
    assert c.value(c.one, row, "note") == "ours"
    history.undo(c.one)
    assert {rival.said for rival in _only(c).rivals} == {"ours", "theirs"}


def test_taking_back_a_change_to_a_record_from_a_clock_far_ahead_does_not_delete_it(c: Cluster) -> None:
    c.bench.clock.move_on(95 * 365 * DAY)
    row = c.fault(c.two, "Gate", note="first")
    file = c.file(c.two, c.one)
    c.bench.clock.move_on(-95 * 365 * DAY)
    from bursar_desk.services import merging

    merging.merge(c.one, [file])
    c.change(c.one, row, note="second")
    assert c.value(c.one, row, "note") == "second"
    history.undo(c.one)
    assert c.value(c.one, row, "note") == "first"
    assert c.count(c.one, "SELECT count(*) FROM hidden") == 0


def test_every_column_and_table_has_words_for_people() -> None:
    from bursar_desk.domain import registry

    for table in registry.TABLES:
        assert field_words.table_words(table.name, 1) != field_words.table_words(table.name, 2)
        for column in table.columns:
            assert field_words.field_words(column.name)
    assert field_words.field_words("standing")
