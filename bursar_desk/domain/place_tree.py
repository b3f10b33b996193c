"""The tree of places: cluster, school, site, building, floor, room and outside; any level may be skipped.

Two computers may move places at the same time so that, once merged, each lies in the other. A list must show such
places all the same: whatever cannot be reached from the top is shown once, its first place at the top.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

KINDS: Final = ("cluster", "school", "site", "building", "floor", "room", "outside")
KIND_WORDS: Final[Mapping[str, str]] = {
    "cluster": "Cluster", "school": "School", "site": "Site", "building": "Building", "floor": "Floor", "room": "Room",
    "outside": "Outside",
}  # fmt: skip
_LEVEL: Final = {kind: n for n, kind in enumerate(KINDS[:-1])}
STEP: Final = 10
"""How far apart numbers of the walking order stand, so that most moves touch one place only."""


class Node(Protocol):
    """What the tree needs to know of a place."""

    @property
    def id(self) -> bytes: ...
    @property
    def parent(self) -> bytes | None: ...
    @property
    def name(self) -> str: ...
    @property
    def sort(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Placed:
    """A place in the order it is walked: how deep it lies, the places above it from the top, and its parent here.

    ``loose`` marks the first of places that lie in each other: it is shown at the top until somebody moves it.
    """

    id: bytes
    depth: int
    above: tuple[bytes, ...]
    loose: bool = False

    @property
    def parent(self) -> bytes | None:
        """The place it is shown in, None at the top."""
        return self.above[-1] if self.above else None


def can_hold(parent: str, child: str) -> bool:
    """Whether a kind of place may lie in another: levels go down only, "outside" stands beside buildings.

    A kind that a newer program wrote is let through.
    """
    if parent not in KINDS or child not in KINDS:
        return True
    if child == "outside":
        return parent == "outside" or _LEVEL[parent] < _LEVEL["building"]
    if parent == "outside":
        return _LEVEL[child] >= _LEVEL["building"]
    return _LEVEL[parent] < _LEVEL[child]


def walk(nodes: Iterable[Node]) -> list[Placed]:
    """Return every place exactly once, depth first in walking order, whatever their parents say."""
    known = {node.id: node for node in nodes}
    inside: dict[bytes | None, list[Node]] = defaultdict(list)
    for node in known.values():
        inside[node.parent if node.parent in known and node.parent != node.id else None].append(node)
    for listed in inside.values():
        listed.sort(key=_order)
    found: list[Placed] = []
    seen: set[bytes] = set()
    _descend(inside[None], inside, found, seen, loose=False)
    for node in sorted(known.values(), key=_order):
        if node.id not in seen:
            _descend([_first_of_ring(node, known)], inside, found, seen, loose=True)
    return found


def _first_of_ring(node: Node, known: Mapping[bytes, Node]) -> Node:
    """Climb from a place that no top can be reached from until the ring it hangs on; return that ring's first."""
    path: dict[bytes, Node] = {}
    while node.id not in path:
        path[node.id] = node
        node = known[node.parent or b""]
    ids = list(path)
    return min((path[one] for one in ids[ids.index(node.id) :]), key=_order)


def _order(node: Node) -> tuple[int, str, bytes]:
    return (node.sort, node.name.casefold(), node.id)


def _descend(
    start: Sequence[Node], inside: Mapping[bytes | None, Sequence[Node]], found: list[Placed], seen: set[bytes], *,
    loose: bool,
) -> None:  # fmt: skip
    """Walk down without recursion: a tree a stranger's file made may be thousands deep."""
    waiting: list[tuple[Node, tuple[bytes, ...]]] = [(node, ()) for node in reversed(start)]
    while waiting:
        node, above = waiting.pop()
        if node.id in seen:
            continue
        seen.add(node.id)
        found.append(Placed(node.id, len(above), above, loose and not above))
        waiting += [(one, (*above, node.id)) for one in reversed(inside.get(node.id, ())) if one.id not in seen]


def beneath(tree: Sequence[Placed], place: bytes) -> list[bytes]:
    """Return a place and all below it, in walking order; empty when it is not in the tree."""
    return [one.id for one in tree if one.id == place or place in one.above]


def with_inside(tree: Sequence[Placed], place: bytes) -> frozenset[bytes]:
    """Return a place and all below it as a set; itself alone when it is not in the tree."""
    return frozenset([place, *beneath(tree, place)])


def renumbered(order: Sequence[tuple[bytes, int]], moved: frozenset[bytes]) -> dict[bytes, int]:
    """Return the numbers to change so that ``order`` is strictly rising; only ``moved`` places where there is room.

    Places behind them are pushed back when there is none, and no further than needed.
    """
    changed: dict[bytes, int] = {}
    last: int | None = None
    for n, (place, number) in enumerate(order):
        wanted = number
        if place in moved:
            ahead = next((sort for one, sort in order[n + 1 :] if one not in moved), None)
            left = 1 + sum(1 for _ in _run(order, n, moved))
            before = last if last is not None else (ahead or 0) - STEP * (left + 1)
            gap = STEP if ahead is None else max(1, (ahead - before) // left)
            wanted = before + min(gap, STEP)
        if last is not None and wanted <= last:
            wanted = last + 1 if place in moved else last + STEP
        if wanted != number:
            changed[place] = wanted
        last = wanted
    return changed


def _run(order: Sequence[tuple[bytes, int]], start: int, moved: frozenset[bytes]) -> Iterable[bytes]:
    for place, _ in order[start:]:
        if place not in moved:
            return
        yield place
