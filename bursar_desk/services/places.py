"""The places of a school as a tree: added, renamed, moved, taken away, and what hangs on each of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bursar_desk.domain import words
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import Changes
from bursar_desk.domain.place_tree import KIND_WORDS, KINDS, Placed, beneath, can_hold, renumbered, walk
from bursar_desk.services.measures import set_floor_area

if TYPE_CHECKING:
    import datetime as dt

    from bursar_desk.services.desk import Desk
    from db.engine import Connection
    from db.queries.assets import AssetRow
    from db.queries.checks import CheckRow, DefectRow
    from db.queries.schools import PlaceRow

WHOLE = "Whole school"
LONGEST_NAME = 80
LARGEST_AREA = 1_000_000
"""Square metres; more is a slip of the pen."""
SAFE = "Nothing was changed."


@dataclass(frozen=True, slots=True)
class PlaceNode:
    """A place in walking order: its row, depth, the names above it from the top, and its code for labels.

    ``loose``: it lies in a place that lies in it, because two computers moved them at once; it waits to be moved.
    """

    row: PlaceRow
    depth: int
    above: tuple[bytes, ...]
    path: tuple[str, ...]
    code: str
    loose: bool = False

    @property
    def id(self) -> bytes:
        """The place's id."""
        return self.row.id

    @property
    def where(self) -> str:
        """The place with the nearest one above it: "Hall, Main building"."""
        return f"{self.row.name}, {self.path[-1]}" if self.path else self.row.name


@dataclass(frozen=True, slots=True)
class Hanging:
    """What hangs on some places: equipment, checks that apply, open faults, places inside."""

    assets: tuple[AssetRow, ...]
    checks: tuple[CheckRow, ...]
    defects: tuple[DefectRow, ...]
    inside: tuple[PlaceRow, ...]

    @property
    def words(self) -> str:
        """What it is in words, empty when nothing hangs there."""
        counted = [
            (len(self.assets), "piece of equipment", "pieces of equipment"), (len(self.checks), "check", "checks"),
            (len(self.defects), "open fault", "open faults"), (len(self.inside), "place inside", "places inside"),
        ]  # fmt: skip
        return words.listing([f"{n} {one if n == 1 else many}" for n, one, many in counted if n])


def tree(desk: Desk, *, school: bytes | None = None, gone: bool = False) -> list[PlaceNode]:
    """Return every place once, depth first in walking order; ``gone``: also those taken away."""
    with desk.store.connect() as con:
        return tree_of(con, school or desk.home, gone=gone)


def tree_of(con: Connection, school: bytes, *, gone: bool = False) -> list[PlaceNode]:
    """Return the tree of a school's places by an open connection."""
    from db.queries.schools import places

    rows = {one.id: one for one in places(con, school) if gone or one.removed_on is None}
    return [
        PlaceNode(
            rows[one.id], one.depth, one.above, tuple(rows[up].name for up in one.above), code_for(rows[one.id]),
            one.loose,
        )
        for one in walk(rows.values())
    ]  # fmt: skip


def code_for(place: PlaceRow) -> str:
    """Return the code on a place's label: the one it was given, else one that always follows from its id."""
    from reports.sheet_code import short_code

    return place.code or short_code(b"place " + place.id)


def placed(nodes: Sequence[PlaceNode]) -> list[Placed]:
    """Return the tree without its rows, as the rules read it."""
    return [Placed(one.id, one.depth, one.above, one.loose) for one in nodes]


def inside_of(nodes: Sequence[PlaceNode], place: bytes) -> frozenset[bytes]:
    """Return a place and every place below it."""
    return frozenset([place, *beneath(placed(nodes), place)])


def find(desk: Desk, typed: str) -> bytes:
    """Return a place by its name, its path "Main building/Hall", its label's code or its id."""
    from reports.sheet_code import read_code

    nodes, wanted = tree(desk), " ".join(typed.split()).casefold()
    code = read_code(typed)
    parts = [part.strip() for part in wanted.split("/")]

    def is_it(one: PlaceNode) -> bool:
        names = [name.casefold() for name in (*one.path, one.row.name)]
        named = names[-len(parts) :] == parts
        return named or one.id.hex() == wanted or (code is not None and one.code == code) or one.code == typed.strip()

    found = [one.id for one in nodes if is_it(one)]
    if len(found) != 1:
        names = ", ".join("/".join([*one.path[-1:], one.row.name]) for one in nodes[:30]) or "none yet"
        raise UserError(f"“{typed}” is not one place here.", SAFE, f"The places are: {names}.")
    return found[0]


def node(nodes: Sequence[PlaceNode], place: bytes) -> PlaceNode:
    """Return a place of the tree. Raises ``UserError`` when it is not there."""
    found = next((one for one in nodes if one.id == place), None)
    if found is None:
        raise UserError("That place is not in this register.", SAFE, "Choose it from the list.")
    return found


# --- writing ---------------------------------------------------------------------------------------------------------


def add(
    desk: Desk, name: str, *, kind: str = "room", parent: bytes | None = None, floor_area: int | None = None,
    note: str = "", code: str = "",
) -> tuple[PlaceNode, Changes]:  # fmt: skip
    """Add a place, last in its parent. Raises ``UserError`` for a name, kind, parent or code that cannot be."""
    nodes = tree(desk)
    wanted = _name(nodes, name, parent)
    _kind(kind)
    _may_lie_in(nodes, kind, parent)
    _area(floor_area)
    inner = inside_of(nodes, parent) if parent is not None else None
    behind = max((n for n, one in enumerate(nodes) if inner is None or one.id in inner), default=-1) + 1
    new = b"\xff" * 16
    order = [(one.id, one.row.sort) for one in nodes]
    order.insert(behind, (new, 0))
    numbers = renumbered(order, frozenset([new]))
    values = {
        "kind": kind, "name": wanted, "parent": parent, "sort": numbers.pop(new, 0) or None,
        "floor_area": floor_area, "note": note.strip() or None, "code": _code(nodes, code) or None,
    }  # fmt: skip
    with desk.act(ActCode.ADD_PLACE, subject=wanted) as act:
        row = act.create("place", {key: value for key, value in values.items() if value is not None})
        for place, number in numbers.items():
            act.set("place", place, {"sort": number})
    return node(tree(desk), row), Changes(frozenset(act.tables), act.note.act)


def change(
    desk: Desk, place: bytes, *, name: str | None = None, kind: str | None = None, note: str | None = None,
    code: str | None = None, floor_area: int | None = None, no_area: bool = False,
) -> tuple[PlaceNode, Changes]:  # fmt: skip
    """Change what is said of a place; what is left out stays. Another floor area moves the checks that go by it."""
    nodes = tree(desk, gone=True)
    here = node(nodes, place)
    values: dict[str, Any] = {}
    if name is not None and name.strip() != here.row.name:
        values["name"] = _name(nodes, name, here.row.parent, own=place)
    if kind is not None and kind != here.row.kind:
        _kind(kind)
        _may_lie_in(nodes, kind, here.row.parent)
        if any(not can_hold(kind, one.row.kind) for one in nodes if one.row.parent == place):
            raise UserError(f"{here.row.name} holds places that cannot lie in a {kind}.", SAFE, "Move them first.")
        values["kind"] = kind
    if note is not None and note.strip() != here.row.note:
        values["note"] = note.strip() or None
    if code is not None and code.strip() != here.row.code:
        values["code"] = _code(nodes, code, own=place) or None
    _area(floor_area)
    if (floor_area is not None or no_area) and floor_area != here.row.floor_area:
        values["floor_area"] = floor_area
    return _write(desk, here, values)


def _write(desk: Desk, here: PlaceNode, values: dict[str, Any]) -> tuple[PlaceNode, Changes]:
    if not values:
        return here, Changes(frozenset(), None)
    with desk.act(ActCode.CHANGE_PLACE, subject=here.row.name) as act:
        act.set("place", here.id, values)
        if "floor_area" in values:
            set_floor_area(desk, act, here.row, values["floor_area"])
    return node(tree(desk, gone=True), here.id), Changes(frozenset(act.tables), act.note.act)


def move(
    desk: Desk, place: bytes, *, to: bytes | None = None, before: bytes | None = None
) -> tuple[PlaceNode, Changes]:  # fmt: skip
    """Move a place with all in it into another one, or to the top; ``before`` a neighbour there, else last.

    Raises ``UserError`` when it would lie in itself.
    """
    nodes = tree(desk)
    here = node(nodes, place)
    moved = inside_of(nodes, place)
    if to is not None and to in moved:
        raise UserError(f"{here.row.name} cannot lie inside itself.", SAFE, "Choose a place outside it.")
    if before is not None and before in moved:
        raise UserError(f"{here.row.name} cannot stand before itself.", SAFE, "Choose another place.")
    _may_lie_in(nodes, here.row.kind, to)
    _name(nodes, here.row.name, to, own=place)
    values: dict[str, Any] = {"parent": to} if to != here.row.parent else {}
    numbers = renumbered(_order_after(nodes, moved, to, before), moved)
    if not values and not numbers:
        return here, Changes(frozenset(), None)
    with desk.act(ActCode.CHANGE_PLACE, subject=here.row.name) as act:
        if values:
            act.set("place", place, values)
        for one, number in numbers.items():
            act.set("place", one, {"sort": number})
    return node(tree(desk), place), Changes(frozenset(act.tables), act.note.act)


def _order_after(
    nodes: Sequence[PlaceNode], moved: frozenset[bytes], to: bytes | None, before: bytes | None
) -> list[tuple[bytes, int]]:
    part = [(one.id, one.row.sort) for one in nodes if one.id in moved]
    rest = [one for one in nodes if one.id not in moved]
    inner = inside_of(nodes, to) - moved if to is not None else None
    spot = next((n for n, one in enumerate(rest) if one.id == before), None)
    if spot is None:
        spot = max((n for n, one in enumerate(rest) if inner is None or one.id in inner), default=-1) + 1
    order = [(one.id, one.row.sort) for one in rest]
    return order[:spot] + part + order[spot:]


def remove(desk: Desk, place: bytes, *, move_to: bytes | None = None, on: dt.date | None = None) -> Changes:
    """Take a place away; its history stays. What hangs on it goes to ``move_to`` in the same act.

    Raises ``UserError`` naming what hangs there when no place is named for it.
    """
    nodes = tree(desk)
    here = node(nodes, place)
    held = hanging(desk, frozenset([place]))
    if held.words and move_to is None:
        raise UserError(f"{here.row.name} still has {held.words}.", SAFE, "Say where they go, or remove them first.")
    if move_to is not None:
        target = node(nodes, move_to)
        if move_to in inside_of(nodes, place):
            raise UserError("That place goes too.", SAFE, "Choose a place outside it.")
        for one in held.inside:
            _may_lie_in(nodes, one.kind, target.id)
    with desk.act(ActCode.CHANGE_PLACE, subject=here.row.name) as act:
        act.set("place", place, {"removed_on": on or desk.today})
        for table, rows, column in (
            ("asset", held.assets, "place"), ("school_check", held.checks, "place"), ("defect", held.defects, "place"),
            ("place", held.inside, "parent"),
        ):  # fmt: skip
            for row in rows:
                act.set(table, row.id, {column: move_to})
    return Changes(frozenset(act.tables), act.note.act)


def hanging(desk: Desk, places: frozenset[bytes]) -> Hanging:
    """Return what hangs on these very places: equipment in use, checks that are not ruled out, open faults."""
    from db.queries.assets import assets
    from db.queries.checks import checks, defects
    from db.queries.schools import places as every_place

    with desk.store.connect() as con:
        return Hanging(
            tuple(one for one in assets(con, desk.home) if one.place in places),
            tuple(one for one in checks(con, desk.home) if one.place in places and one.applies != "no"),
            tuple(one for one in defects(con, desk.home) if one.place in places and one.open),
            tuple(
                one
                for one in every_place(con, desk.home)
                if one.parent in places and one.id not in places and one.removed_on is None
            ),
        )


# --- what cannot be --------------------------------------------------------------------------------------------------


def _name(nodes: Sequence[PlaceNode], name: str, parent: bytes | None, own: bytes | None = None) -> str:
    wanted = " ".join(name.split())
    if not wanted:
        raise UserError("A place needs a name.", SAFE, "Type the name.")
    if len(wanted) > LONGEST_NAME:
        raise UserError(f"That name is longer than {LONGEST_NAME} letters.", SAFE, "Choose a shorter one.")
    for one in nodes:
        here = one.row.parent == parent and one.id != own and one.row.removed_on is None
        if here and one.row.name.casefold() == wanted.casefold():
            raise UserError(f"{wanted} is here already.", SAFE, "Choose another name.")
    return wanted


def _kind(kind: str) -> None:
    if kind not in KINDS:
        raise UserError(f"“{kind}” is not a kind of place.", SAFE, f"Use one of: {', '.join(KINDS)}.")


def _may_lie_in(nodes: Sequence[PlaceNode], kind: str, parent: bytes | None) -> None:
    if parent is None:
        return
    above = node(nodes, parent).row
    if not can_hold(above.kind, kind):
        what = KIND_WORDS.get(above.kind, above.kind).lower()
        raise UserError(
            f"{above.name} is a {what}: a {KIND_WORDS.get(kind, kind).lower()} cannot lie in it.", SAFE,
            "Choose another place around it.",
        )  # fmt: skip


def _area(floor_area: int | None) -> None:
    if floor_area is not None and not 0 <= floor_area <= LARGEST_AREA:
        raise UserError("That floor area cannot be right.", SAFE, "Type whole square metres.")


def _code(nodes: Sequence[PlaceNode], code: str, own: bytes | None = None) -> str:
    wanted = code.strip().upper()
    if len(wanted) > 12 or not all(letter.isalnum() or letter == "-" for letter in wanted):
        raise UserError("A label’s code is up to 12 letters and figures.", SAFE, "Choose a shorter one.")
    taken = next((one for one in nodes if wanted and one.code == wanted and one.id != own), None)
    if taken is not None:
        raise UserError(f"The code {wanted} is that of {taken.row.name}.", SAFE, "Choose another code.")
    return wanted


__all__ = ["Hanging", "PlaceNode", "add", "change", "find", "hanging", "move", "remove", "tree"]
