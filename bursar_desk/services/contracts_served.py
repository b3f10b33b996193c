"""What contracts keep up: checks and equipment, and which of them nobody would look after once a contract ends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.services.contracts_shapes import Served

if TYPE_CHECKING:
    from db.engine import Connection
    from db.queries.contracts import ContractRow

TABLES: Final = (("checks", "school_check"), ("assets", "asset"))


def ids_of(given: Sequence[Any]) -> tuple[bytes, ...]:
    """Return the ids of a list in hex, odd entries left out: another school may have written them."""
    found = []
    for one in given:
        try:
            row = bytes.fromhex(one) if isinstance(one, str) and len(one) == 32 else b""
        except ValueError:
            continue
        if row:
            found.append(row)
    return tuple(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class Thing:
    """A check or a piece of equipment that is here and needed."""

    school: bytes
    code: str
    title: str


def things(con: Connection, rows: Iterable[ContractRow]) -> dict[tuple[str, bytes], Thing]:
    """Return the checks and equipment that contracts name and that are here: two questions, however many there are."""
    from db.queries.assets import assets
    from db.queries.checks import checks

    wanted: dict[str, set[bytes]] = {"checks": set(), "assets": set()}
    for row in rows:
        wanted["checks"].update(ids_of(row.checks))
        wanted["assets"].update(ids_of(row.assets))
    found: dict[tuple[str, bytes], Thing] = {}
    if wanted["checks"]:
        for check in checks(con, ids=sorted(wanted["checks"])):
            if check.applies != "no":
                found["school_check", check.id] = Thing(check.school, check.code, check.title)
    if wanted["assets"]:
        for asset in assets(con, ids=wanted["assets"]):
            if asset.removed_on is None:
                found["asset", asset.id] = Thing(asset.school, "", asset.name)
    return found


Serving = Mapping[tuple[bytes, str, bytes], list[tuple[bytes, str]]]
"""By school, table and row: the live contracts that serve it, each with its title."""


def serving(live: Iterable[ContractRow]) -> Serving:
    """Return which contracts serve what, of those that go on."""
    found: dict[tuple[bytes, str, bytes], list[tuple[bytes, str]]] = {}
    for row in live:
        for column, table in TABLES:
            for one in ids_of(getattr(row, column)):
                found.setdefault((row.school, table, one), []).append((row.id, row.title))
    return found


def served(row: ContractRow, live: Serving, here: Mapping[tuple[str, bytes], Thing]) -> tuple[Served, ...]:
    """Return what a contract keeps up, with the other live contracts of its school that do so too."""
    made = []
    for column, table in TABLES:
        for one in ids_of(getattr(row, column)):
            thing = here.get((table, one))
            if thing is not None and thing.school == row.school:
                others = [title for other, title in live.get((row.school, table, one), ()) if other != row.id]
                made.append(Served(table, one, thing.code, thing.title, tuple(others)))
    return tuple(made)
