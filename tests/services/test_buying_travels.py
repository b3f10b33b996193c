"""Purchases of a school with two computers: weights said after an opening elsewhere never count, in any order."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from bursar_desk.clock import FixedClock
from bursar_desk.domain.scoring import Part
from bursar_desk.services import buying, merging, sharing
from bursar_desk.services.desk import Desk
from tests.services import buying_kit as kit
from tests.services.sample_fixture import ON, THIRD, copy_of, register_of
from tests.services.small_school import without_waiting

SECOND, HUB = "second", "cluster"


def _desk(path: Path, minutes: int) -> Desk:
    clock = FixedClock.at(ON)
    clock.move_on(minutes * 60_000)
    return Desk.open(path, on=ON, clock=clock)


def _send(desk: Desk, path: Path, to: bytes) -> Path:
    sharing.export(desk, path, [to])
    return path


def _take(desk: Desk, path: Path) -> None:
    (result,) = merging.merge(desk, [path]).files
    assert result.accepted, result.refused_because


@pytest.mark.parametrize("late_first", [False, True])
def test_weights_from_the_other_computer_count_only_when_said_before_the_opening(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, late_first: bool
) -> None:
    without_waiting(monkeypatch)
    made = copy_of(tmp_path)
    one, two, hub = register_of(made, THIRD), register_of(made, THIRD, SECOND), register_of(made, role=HUB)
    with _desk(one.path, 0) as desk:
        row = kit.started(desk)
        kit.weighted(desk, row)
        quotes = kit.quoted(desk, row)
        begun = _send(desk, tmp_path / "begun.bursar", one.school_id)
    with _desk(two.path, 30) as desk:
        _take(desk, begun)
        assert buying.show(desk, row).weights is not None
    with _desk(one.path, 60) as desk:
        kit.opened(desk, row, quotes)
        kit.marked(desk, row, quotes)
        mine = _send(desk, tmp_path / "one.bursar", hub.school_id)
        wanted = buying.show(desk, row)
    with _desk(two.path, 120) as desk:  # nobody told this computer that quotes were opened
        buying.set_weights(desk, row, 90, [Part("Quality of work", 5), Part("Response", 5)])
        late = _send(desk, tmp_path / "two.bursar", hub.school_id)
    with _desk(hub.path, 180) as desk:
        for path in (late, mine) if late_first else (mine, late):
            _take(desk, path)
        view = buying.show(desk, row)
    assert view.weights == wanted.weights
    assert view.result == wanted.result
    assert [one.name for one in view.best] == ["Hartwell Cleaning"]
    assert len(view.late_weights) == 1
    assert wanted.late_weights == ()
    assert view.line.row.started_on == dt.date(2026, 11, 20)


def test_files_of_a_quote_travel_whether_it_came_with_them_or_they_were_added_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_waiting(monkeypatch)
    made = copy_of(tmp_path)
    one, hub = register_of(made, THIRD), register_of(made, role=HUB)
    first, later = tmp_path / "Quote.txt", tmp_path / "Terms.txt"
    first.write_text("Cleaning, one year: £9,000\n", "utf-8")
    later.write_text("Thirty days.\n", "utf-8")
    with _desk(one.path, 0) as desk:
        row = kit.started(desk)
        quote, _ = buying.add_quote(desk, row, buying.NewQuote("Hartwell Cleaning", came_on=ON, files=(first,)))
        buying.change_quote(desk, quote, files=(later,))
        sent = _send(desk, tmp_path / "one.bursar", hub.school_id)
    with _desk(hub.path, 60) as desk:
        _take(desk, sent)
        (line,) = [one for one in buying.show(desk, row).quotes if one.row.id == quote]
        assert [(file.name, file.here) for file in line.files] == [("Quote.txt", True), ("Terms.txt", True)]
        texts = {desk.store.blobs.path_of(file.sha256).read_bytes() for file in line.files}
    assert texts == {first.read_bytes(), later.read_bytes()}
