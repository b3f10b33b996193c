"""Places and equipment in a register: the tree, what hangs on it, checks of single things, bands, ends, merges."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import Changes
from bursar_desk.services import assets, defects, history, places
from bursar_desk.services.asset_facts import AssetFacts
from bursar_desk.services.checks import detail, listing
from bursar_desk.services.desk import Desk
from db.queries.checks import CheckRow, checks
from tests.services.small_school import CLARE, TERRY, Small, without_waiting

day = dt.date


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Small:
    without_waiting(monkeypatch)
    return Small.found(tmp_path)


def names(desk: Desk) -> list[tuple[int, str]]:
    return [(one.depth, one.row.name) for one in places.tree(desk)]


def check_of(desk: Desk, code: str) -> list[CheckRow]:
    with desk.store.connect() as con:
        return [one for one in checks(con, desk.home) if one.code == code]


def site(desk: Desk) -> dict[str, bytes]:
    made: dict[str, bytes] = {}
    for name, kind, inside in (
        ("School site", "site", ""), ("Main", "building", "School site"), ("Ground", "floor", "Main"),
        ("Hall", "room", "Ground"), ("Annexe", "building", "School site"), ("Yard", "outside", "School site"),
    ):  # fmt: skip
        made[name] = places.add(desk, name, kind=kind, parent=made.get(inside))[0].id
    return made


def test_places_are_walked_depth_first_and_levels_may_be_skipped(small: Small) -> None:
    with small.desk(write=True) as desk:
        made = site(desk)
        places.add(desk, "Store", parent=made["School site"])
        places.add(desk, "Stage", parent=made["Ground"])
        assert names(desk) == [
            (0, "School site"), (1, "Main"), (2, "Ground"), (3, "Hall"), (3, "Stage"), (1, "Annexe"), (1, "Yard"),
            (1, "Store"),
        ]  # fmt: skip
        codes = [one.code for one in places.tree(desk)]
        assert len(set(codes)) == len(codes)
        assert [places.find(desk, one.code) for one in places.tree(desk)] == [one.id for one in places.tree(desk)]


def test_a_place_never_moves_under_itself_and_one_move_takes_all_along(small: Small) -> None:
    with small.desk(write=True) as desk:
        made = site(desk)
        with pytest.raises(UserError, match="inside itself"):
            places.move(desk, made["Main"], to=made["Hall"])
        places.move(desk, made["Ground"], to=made["Annexe"])
        assert names(desk)[-4:] == [(1, "Annexe"), (2, "Ground"), (3, "Hall"), (1, "Yard")]
        places.move(desk, made["Yard"], to=made["School site"], before=made["Main"])
        assert names(desk)[1] == (1, "Yard")
        with pytest.raises(UserError, match="cannot lie in it"):
            places.move(desk, made["Yard"], to=made["Main"])


def test_names_codes_and_areas_that_cannot_be_are_refused(small: Small) -> None:
    with small.desk(write=True) as desk:
        made = site(desk)
        wrong: tuple[Callable[[], object], ...] = (
            lambda: places.add(desk, "hall", parent=made["Ground"]), lambda: places.add(desk, " "),
            lambda: places.add(desk, "X", kind="planet"), lambda: places.add(desk, "X", floor_area=-1),
            lambda: places.add(desk, "X", code="no good!"),
        )  # fmt: skip
        for problem in wrong:
            with pytest.raises(UserError):
                problem()
        places.change(desk, made["Hall"], code="hall-1")
        assert places.find(desk, "HALL-1") == made["Hall"]
        with pytest.raises(UserError, match="that of Hall"):
            places.change(desk, made["Yard"], code="Hall-1")


def test_a_place_goes_only_when_nothing_hangs_on_it_or_it_is_moved_in_the_same_step(small: Small) -> None:
    with small.desk(write=True) as desk:
        made = site(desk)
        assets.add(desk, AssetFacts(kind="other", name="Piano", place=made["Hall"]))
        fault = defects.report(desk, "Loose board", place=made["Hall"])[0].id
        with pytest.raises(UserError, match="1 piece of equipment and 1 open fault"):
            places.remove(desk, made["Hall"])
        places.remove(desk, made["Hall"], move_to=made["Ground"])
        assert (2, "Ground") in names(desk)
        assert all(name != "Hall" for _, name in names(desk))
        assert assets.listing(desk)[0].row.place == made["Ground"]
        assert defects.get(desk, fault).place == made["Ground"]
        history.undo(desk, None)
        assert (3, "Hall") in names(desk)
        assert assets.listing(desk)[0].row.place == made["Hall"]


def test_two_computers_that_moved_places_into_each_other_leave_a_list_that_ends(small: Small) -> None:
    """A merge brings both moves; no act of one desk can make it, so the rows are written as a merge leaves them."""
    from bursar_desk.domain.acts import ActCode

    with small.desk(write=True) as desk:
        one = places.add(desk, "East wing", kind="outside")[0].id
        two = places.add(desk, "West wing", kind="outside")[0].id
        with desk.act(ActCode.CHANGE_PLACE) as act:
            act.set("place", one, {"parent": two})
            act.set("place", two, {"parent": one})
        assert names(desk) == [(0, "East wing"), (1, "West wing")]
        assert [node.loose for node in places.tree(desk)] == [True, False]
        places.move(desk, one, to=None)
        assert [node.loose for node in places.tree(desk)] == [False, False]
        assert names(desk) == [(0, "East wing"), (1, "West wing")]


def test_the_first_thing_takes_over_the_check_and_the_next_get_their_own(small: Small) -> None:
    small.add("LIFT-01", doer=TERRY, owner=CLARE)
    small.done("LIFT-01", day(2026, 10, 1), by="Ascent Lifts")
    with small.desk(write=True) as desk:
        first = assets.add(desk, AssetFacts(kind="lift", name="Lift 1"), checks=["LIFT-01"])[0]
        second = assets.add(
            desk, AssetFacts(kind="lift", name="Lift 2", first_used_on=day(2026, 9, 1)), checks=["LIFT-01"]
        )[0]
        rows = check_of(desk, "LIFT-01")
        assert sorted(one.title for one in rows) == ["Lift examination", "Lift examination: Lift 2"]
        assert {one.asset for one in rows} == {first.id, second.id}
        new = next(one for one in rows if one.asset == second.id)
        assert (new.owner, new.doer) == (small.people[CLARE], small.people[TERRY])
        assert new.copied["rule"] == new.rule
        assert new.copied["edition"]
        line = next(one for one in assets.listing(desk) if one.row.name == "Lift 1")
        assert line.due == day(2027, 4, 1)  # its history stayed with it


def test_equipment_shows_the_earliest_of_its_dates(small: Small) -> None:
    small.add("LIFT-01")
    small.add("LIFT-08")
    small.done("LIFT-01", day(2026, 6, 1))
    small.done("LIFT-08", day(2026, 10, 30))
    with small.desk(write=True) as desk:
        assets.add(desk, AssetFacts(kind="lift", name="Lift 1"), checks=["LIFT-01", "LIFT-08"])
        line = assets.listing(desk)[0]
        assert [one.legal_due for one in line.checks]
        assert line.due == min(one.legal_due for one in line.checks if one.legal_due)
        assert line.earliest is not None
        assert line.earliest.code == "LIFT-01"


def test_a_number_that_changes_band_is_set_on_the_check_in_the_same_act(small: Small) -> None:
    with small.desk(write=True) as desk:
        facts = {"gas": "R410A", "charge_kg": "3"}
        row = assets.add(desk, AssetFacts(kind="cooling", name="Server room", facts=facts))[0]
        leak = check_of(desk, "VENT-08")[0]
        assert (leak.measure, leak.measure_was, leak.measure_changed) == (62, None, None)
        changed = assets.change(
            desk, row.id, AssetFacts(kind="cooling", name="Server room", facts={**facts, "charge_kg": "4"})
        )
        assert check_of(desk, "VENT-08")[0].measure == 83
        assert check_of(desk, "VENT-08")[0].measure_changed is None  # same band
        changed = assets.change(
            desk, row.id, AssetFacts(kind="cooling", name="Server room", facts={**facts, "charge_kg": "30"})
        )
        leak = check_of(desk, "VENT-08")[0]
        assert (leak.measure, leak.measure_was, leak.measure_changed) == (626, 83, desk.today)
        assert changed[1].touches("asset", "school_check")
        history.undo(desk, None)
        assert check_of(desk, "VENT-08")[0].measure == 83
        assert assets.get(desk, row.id).facts["charge_kg"] == "4"


def test_a_minibus_ages_from_its_first_registration(small: Small) -> None:
    with small.desk(write=True) as desk:
        facts = {"first_registered": "2014-10-01", "seats": "16"}
        assets.add(desk, AssetFacts(kind="vehicle", name="Minibus", facts=facts), checks=["TRAN-01"])
        made = check_of(desk, "TRAN-01")[0]
        assert made.first_used_on == day(2014, 10, 1)
        assert made.measure is None


def test_the_floor_area_of_the_only_site_moves_the_certificate(small: Small) -> None:
    small.add("ENER-01")
    with small.desk(write=True) as desk:
        made = site(desk)
        places.change(desk, made["School site"], floor_area=900)
        assert check_of(desk, "ENER-01")[0].measure == 9000
        places.change(desk, made["School site"], floor_area=1250)
        found = check_of(desk, "ENER-01")[0]
        assert (found.measure, found.measure_was, found.measure_changed) == (12500, 9000, desk.today)


def test_what_is_sold_ends_its_checks_and_keeps_its_history(small: Small) -> None:
    small.add("LIFT-01")
    small.done("LIFT-01", day(2026, 10, 1))
    with small.desk(write=True) as desk:
        row = assets.add(desk, AssetFacts(kind="lift", name="Lift 1"), checks=["LIFT-01"])[0]
        with pytest.raises(UserError, match="what became of it"):
            assets.remove(desk, row.id, why=" ")
        assets.remove(desk, row.id, why="sold", on=day(2026, 11, 2))
        closed = check_of(desk, "LIFT-01")[0]
        assert closed.applies == "no"
        assert closed.why == "Lift 1: sold, 2 Nov 2026"
        assert len(detail(desk, closed.id).history) == 1
        assert assets.listing(desk) == []
        assert len(assets.listing(desk, gone=True)) == 1
        assert next(one for one in listing(desk).lines if one.id == closed.id).colour == "grey"


def test_what_replaces_another_begins_a_history_of_its_own(small: Small) -> None:
    small.add("LIFT-01", doer=TERRY)
    small.done("LIFT-01", day(2026, 10, 1))
    with small.desk(write=True) as desk:
        old = assets.add(desk, AssetFacts(kind="lift", name="Old lift"), checks=["LIFT-01"])[0]
        new, _ = assets.substitute(desk, old.id, AssetFacts(kind="lift", name="New lift"), on=day(2026, 11, 1))
        assert new.replaces == old.id
        assert assets.get(desk, old.id).removed_on == day(2026, 11, 1)
        fresh = next(one for one in check_of(desk, "LIFT-01") if one.asset == new.id)
        assert fresh.applies == "yes"
        assert fresh.doer == small.people[TERRY]
        assert detail(desk, fresh.id).history == ()
        seen = assets.detail(desk, new.id)
        assert seen.replaces == "Old lift"
        assert assets.detail(desk, old.id).replaced_by == "New lift"


def test_a_round_goes_by_its_equipment_in_walking_order(small: Small) -> None:
    small.add("FIRE-04")
    with small.desk(write=True) as desk:
        made = site(desk)
        for name, where in (("Call point 10", "Hall"), ("Call point 2", "Hall"), ("Call point 1", "Annexe")):
            assets.add(desk, AssetFacts(kind="call_point", name=name, place=made[where]))
        points, changes = assets.fill_points(desk, small.checks["FIRE-04"], "call_point")
        assert points == ("Call point 2, Hall", "Call point 10, Hall", "Call point 1, Annexe")
        assert check_of(desk, "FIRE-04")[0].points == points
        assert changes.act is not None
        assert assets.fill_points(desk, small.checks["FIRE-04"], "call_point")[1] == Changes(frozenset(), None)
        with pytest.raises(UserError, match="no fire doors yet"):
            assets.fill_points(desk, small.checks["FIRE-04"], "fire_door")


def test_equipment_that_cannot_be_is_refused_and_nothing_is_written(small: Small) -> None:
    with small.desk(write=True) as desk:
        for new in (
            AssetFacts(kind="lift", name=" "), AssetFacts(kind="rocket", name="X"),
            AssetFacts(kind="lift", name="X", facts={"wings": "2"}), AssetFacts(kind="lift", name="X", grade="E"),
            AssetFacts(kind="lift", name="X", priority=5), AssetFacts(kind="lift", name="X", place=b"?" * 16),
            AssetFacts(kind="lift", name="X", bought_on=day(2030, 1, 1)),
        ):  # fmt: skip
            with pytest.raises(UserError):
                assets.add(desk, new)
        assert assets.listing(desk, gone=True) == []
