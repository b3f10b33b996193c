"""People of the home school: who there is, and adding to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import Changes

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.setup import NewPerson
    from db.queries.people import PersonRow

ROLES = (
    "business manager", "head", "office", "caretaker", "site manager", "site staff", "governor", "teacher", "kitchen",
)  # fmt: skip


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
