"""The tree of places: every place is shown once whatever two computers made of it; the order of the walk holds."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from bursar_desk.domain.place_tree import KINDS, beneath, can_hold, renumbered, walk, with_inside


@dataclass(frozen=True)
class Spot:
    id: bytes
    parent: bytes | None
    name: str = ""
    sort: int = 0


def spot(n: int, parent: int | None, sort: int = 0) -> Spot:
    return Spot(bytes([n]), None if parent is None else bytes([parent]), f"Place {n}", sort)


any_forest = st.lists(st.tuples(st.one_of(st.none(), st.integers(0, 14)), st.integers(-5, 5)), max_size=12).map(
    lambda rows: [spot(n, parent, sort) for n, (parent, sort) in enumerate(rows)]
)


@given(any_forest)
def test_every_place_is_shown_exactly_once_even_where_places_lie_in_each_other(spots: list[Spot]) -> None:
    found = walk(spots)
    assert sorted(one.id for one in found) == sorted(one.id for one in spots)
    for n, one in enumerate(found):
        assert one.depth == len(one.above)
        assert set(one.above) <= {before.id for before in found[:n]}  # what is above comes first


@given(any_forest)
def test_the_order_does_not_depend_on_how_the_places_arrived(spots: list[Spot]) -> None:
    assert walk(spots) == walk(list(reversed(spots)))


@given(any_forest)
def test_a_place_that_can_be_reached_from_the_top_keeps_its_parent(spots: list[Spot]) -> None:
    by_id = {one.id: one for one in spots}
    for one in walk(spots):
        chain, here = [one.id], by_id[one.id]
        while here.parent in by_id and here.parent not in chain:
            chain.append(here.parent)
            here = by_id[here.parent]
        if here.parent is None or here.parent not in by_id:
            wanted = by_id[one.id].parent if by_id[one.id].parent in by_id else None
            assert one.parent == wanted
            assert not one.loose


def test_two_places_moved_into_each_other_are_both_shown_and_one_is_marked() -> None:
    found = walk([spot(1, 2, 10), spot(2, 1, 20), spot(3, 2)])
    assert [(one.id, one.depth, one.loose) for one in found] == [(b"\1", 0, True), (b"\2", 1, False), (b"\3", 2, False)]
    assert beneath(found, b"\2") == [b"\2", b"\3"]
    assert with_inside(found, b"\x63") == {b"\x63"}


def test_a_tree_thousands_deep_does_not_stop_the_walk() -> None:
    deep = [Spot(n.to_bytes(2, "big"), (n - 1).to_bytes(2, "big") if n else None) for n in range(2000)]
    assert walk(deep)[-1].depth == 1999


@given(st.lists(st.integers(-20, 40), min_size=1, max_size=12), st.data())
def test_the_numbers_rise_strictly_after_any_move(sorts: list[int], data: st.DataObject) -> None:
    order = [(bytes([n]), sort) for n, sort in enumerate(sorts)]
    moved = frozenset(data.draw(st.lists(st.sampled_from([place for place, _ in order]), max_size=4)))
    changed = renumbered(order, moved)
    after = [changed.get(place, sort) for place, sort in order]
    assert all(first < second for first, second in itertools.pairwise(after))


def test_one_place_moved_between_two_changes_one_number_only() -> None:
    order = [(b"a", 10), (b"c", 90), (b"b", 20), (b"d", 30)]
    assert list(renumbered(order, frozenset([b"c"]))) == [b"c"]
    assert renumbered([(b"a", 10), (b"b", 20)], frozenset()) == {}


def test_levels_go_down_only_and_outside_stands_beside_buildings() -> None:
    assert can_hold("site", "room")
    assert can_hold("cluster", "school")
    assert can_hold("outside", "building")
    assert not can_hold("room", "building")
    assert not can_hold("site", "site")
    assert not can_hold("building", "outside")
    assert can_hold("outside", "outside")
    assert not can_hold("outside", "site")
    assert can_hold("a kind of next year", "room")
    assert all(not can_hold("room", kind) for kind in KINDS)
