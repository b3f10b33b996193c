"""What is written about equipment: read, judged and brought into the form it is kept in."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain.asset_kinds import BY_CODE, CONDITIONS, kind_of
from bursar_desk.domain.assets import read_fact
from bursar_desk.domain.errors import UserError

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from db.queries.assets import AssetRow

SAFE: Final = "Nothing was changed."
GRADES: Final = tuple(grade for grade, _ in CONDITIONS)
_PLAIN: Final = ("number", "make", "model", "serial", "supplier", "note")


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetFacts:
    """What is written about a piece of equipment; the fields are columns. ``price`` in pence, ``facts`` as typed."""

    kind: str
    name: str
    number: str = ""
    place: bytes | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
    make: str = ""
    model: str = ""
    serial: str = ""
    supplier: str = ""
    bought_on: dt.date | None = None
    price: int | None = None
    warranty_until: dt.date | None = None
    first_used_on: dt.date | None = None
    grade: str = ""
    priority: int | None = None
    life_years: int | None = None
    note: str = ""

    @classmethod
    def of(cls, row: AssetRow) -> AssetFacts:
        """What a row says, ready to be changed with ``replace``."""
        return cls(**{one.name: getattr(row, one.name) for one in fields(cls)})


def problems(new: AssetFacts, today: dt.date) -> dict[str, str]:
    """Return what to put right in what was typed, by field; facts by their own name."""
    found: dict[str, str] = {}
    if not new.name.strip():
        found["name"] = "Give it a name"
    elif len(new.name.strip()) > 80:
        found["name"] = "The name is longer than 80 letters"
    kind = BY_CODE.get(new.kind)
    if kind is None:
        return found | {"kind": f"Choose a kind: {', '.join(BY_CODE)}"}
    for name, typed in new.facts.items():
        fact = kind.fact(name)
        if fact is None:
            found[name] = f"A {kind.one.lower()} has no “{name}”. It has: {', '.join(f.name for f in kind.facts)}"
        elif said := read_fact(fact, typed)[1]:
            found[name] = said
    return found | _odd_numbers(new, today)


def _odd_numbers(new: AssetFacts, today: dt.date) -> dict[str, str]:
    found = {}
    if new.grade and new.grade not in GRADES:
        found["grade"] = "The condition is A, B, C or D"
    if new.priority is not None and new.priority not in (1, 2, 3, 4):
        found["priority"] = "The priority is 1, 2, 3 or 4"
    if new.life_years is not None and not 1 <= new.life_years <= 150:
        found["life_years"] = "A life is 1 to 150 years"
    if new.price is not None and not 0 <= new.price <= 10**11:
        found["price"] = "That price cannot be right"
    if new.bought_on is not None and new.bought_on > today:
        found["bought_on"] = "The day it was bought has not come yet"
    return found


def row_values(desk: Desk, new: AssetFacts, own: bytes | None = None) -> dict[str, Any]:
    wrong = problems(new, desk.today)
    if wrong:
        raise UserError(f"{next(iter(wrong.values()))}.", SAFE, "Put it right, then save again.")
    kind = kind_of(new.kind)
    facts = {}
    for fact in kind.facts:
        kept = read_fact(fact, new.facts.get(fact.name, ""))[0]
        if kept:
            facts[fact.name] = kept
    _place_is_here(desk, new.place)
    name = " ".join(new.name.split())
    _not_twice(desk, new, name, own)
    return {
        "kind": new.kind, "name": name, "place": new.place, "price": new.price, "bought_on": new.bought_on,
        "facts": json.dumps(facts, ensure_ascii=False, sort_keys=True) if facts else None,
        "warranty_until": new.warranty_until, "first_used_on": new.first_used_on, "grade": new.grade or None,
        "priority": new.priority, "life_years": new.life_years,
        **{one: getattr(new, one).strip() or None for one in _PLAIN},
    }  # fmt: skip


def _place_is_here(desk: Desk, place: bytes | None) -> None:
    from db.queries.schools import places

    if place is None:
        return
    with desk.store.connect() as con:
        here = {one.id for one in places(con, desk.home) if one.removed_on is None}
    if place not in here:
        raise UserError("That place is not in this register.", SAFE, "Choose it from the list.")


def _not_twice(desk: Desk, new: AssetFacts, name: str, own: bytes | None) -> None:
    from db.queries.assets import assets

    with desk.store.connect() as con:
        others = [one for one in assets(con, desk.home) if one.id != own and one.kind == new.kind]
    if any(one.name.casefold() == name.casefold() and one.place == new.place for one in others):
        raise UserError(f"{name} is here already.", SAFE, "Choose another name, or another place.")


def facts_in(values: Mapping[str, Any]) -> dict[str, str]:
    from db.queries.assets import facts_of

    return facts_of(values["facts"])


def without_empty(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def as_written(row: AssetRow, name: str) -> Any:
    """A column of a row in the form it is written in."""
    value = getattr(row, name)
    if name == "facts":
        return json.dumps(dict(value), ensure_ascii=False, sort_keys=True) if value else None
    return None if value == "" else value


def row_after(desk: Desk, row: bytes, values: Mapping[str, Any]) -> AssetRow:
    """The row as it will be once the act is written."""
    from db.queries.assets import AssetRow

    blank = AssetRow(row, desk.home, values["kind"], values["name"])
    return replace(
        blank, grade=values["grade"] or "", place=values["place"], facts=facts_in(values),
        first_used_on=values["first_used_on"], bought_on=values["bought_on"], life_years=values["life_years"],
    )  # fmt: skip
