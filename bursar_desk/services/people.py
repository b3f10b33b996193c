"""People and places of the home school: who and what there is, and adding to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import Changes

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.setup import NewPerson
    from db.queries.people import PersonRow
    from db.queries.schools import PlaceRow

ROLES = (
    "business manager", "head", "office", "caretaker", "site manager", "site staff", "governor", "teacher", "kitchen",
)  # fmt: skip
KINDS = ("site", "building", "floor", "room", "outside")


def listing(desk: Desk, *, school: bytes | None = None, left: bool = False) -> list[PersonRow]:
    """Return the people of a school (home by default) who work there, or also those who have left."""
    from db.queries.people import people

    with desk.store.connect() as con:
        found = people(con, school or (None if desk.is_office else desk.home))
    return [one for one in found if left or one.left_on is None]


def add(desk: Desk, person: NewPerson) -> tuple[PersonRow, Changes]:
    """Add somebody who works here. Raises ``UserError`` for a missing name, another role or a name that is taken."""
    from dataclasses import asdict, replace

    new = replace(person, name=" ".join(person.name.split()))
    if not new.name:
        raise UserError("A person needs a name.", "Nothing was changed.", "Type the name.")
    if new.role not in ROLES:
        raise UserError(f"“{new.role}” is not a role.", "Nothing was changed.", f"Use one of: {', '.join(ROLES)}.")
    if any(one.name.casefold() == new.name.casefold() for one in listing(desk, school=desk.home)):
        raise UserError(f"{new.name} is here already.", "Nothing was changed.", "Add something to tell them apart.")
    values = {name: value for name, value in asdict(new).items() if value not in (None, "", False)}
    with desk.act(ActCode.ADD_PERSON, subject=new.name) as act:
        row = act.create("person", values)
    made = next(one for one in listing(desk, school=desk.home) if one.id == row)
    return made, Changes(frozenset(act.tables), act.note.act)


def places(desk: Desk, *, school: bytes | None = None) -> list[PlaceRow]:
    """Return the places of a school (home by default) in walking order."""
    from db.queries.schools import places as ask

    with desk.store.connect() as con:
        return ask(con, school or desk.home)


def add_place(desk: Desk, name: str, *, kind: str = "room", parent: bytes | None = None) -> tuple[PlaceRow, Changes]:
    """Add a place at the end of the walk. Raises ``UserError`` for a missing name, another kind or a name taken."""
    wanted = " ".join(name.split())
    if not wanted:
        raise UserError("A place needs a name.", "Nothing was changed.", "Type the name.")
    if kind not in KINDS:
        raise UserError(f"“{kind}” is not a kind of place.", "Nothing was changed.", f"Use one of: {', '.join(KINDS)}.")
    known = places(desk)
    if any(one.name.casefold() == wanted.casefold() and one.parent == parent for one in known):
        raise UserError(f"{wanted} is here already.", "Nothing was changed.", "Choose another name.")
    with desk.act(ActCode.ADD_PLACE, subject=wanted) as act:
        values = {"kind": kind, "name": wanted, "sort": 10 * (len(known) + 1), "parent": parent}
        row = act.create("place", {field: value for field, value in values.items() if value is not None})
    made = next(one for one in places(desk) if one.id == row)
    return made, Changes(frozenset(act.tables), act.note.act)
