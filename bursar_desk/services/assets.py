"""Equipment: the register of plant and whatever is examined one by one, with the checks of each."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bursar_desk.domain import words
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.asset_kinds import BY_CODE, kind_of
from bursar_desk.domain.assets import measure_for, said_facts, years_left
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import Changes
from bursar_desk.services import asset_checks
from bursar_desk.services.asset_checks import Offer, offers
from bursar_desk.services.asset_facts import (
    SAFE,
    AssetFacts,
    as_written,
    facts_in,
    problems,
    row_after,
    row_values,
    without_empty,
)
from bursar_desk.services.places import WHOLE, PlaceNode, inside_of, tree_of

if TYPE_CHECKING:
    from bursar_desk.services.checks import CheckLine
    from bursar_desk.services.desk import Desk
    from db.engine import Connection
    from db.queries.assets import AssetRow
    from db.queries.checks import DefectRow


@dataclass(frozen=True, slots=True)
class AssetLine:
    """A piece of equipment as a list shows it; ``due`` is the earliest day of all its checks (rules D10)."""

    row: AssetRow
    kind_name: str
    icon: str
    where: str
    path: tuple[str, ...]
    code: str
    checks: tuple[CheckLine, ...]
    open_faults: int
    years_left: int | None

    @property
    def id(self) -> bytes:
        """The equipment's id."""
        return self.row.id

    @property
    def earliest(self) -> CheckLine | None:
        """The check that is due first, or the one that is red without a day."""
        live = [one for one in self.checks if one.colour != "grey"]
        unknown = [one for one in live if one.legal_due is None and one.colour == "red"]
        dated = sorted((one for one in live if one.legal_due), key=lambda one: one.legal_due or dt.date.max)
        return next(iter([*unknown, *dated]), None)

    @property
    def due(self) -> dt.date | None:
        """The earliest due day."""
        return self.earliest.legal_due if self.earliest else None


@dataclass(frozen=True, slots=True)
class AssetDetail:
    """All that is known of one piece of equipment."""

    line: AssetLine
    said: tuple[tuple[str, str], ...]
    measure: str
    faults: tuple[DefectRow, ...]
    replaces: str
    replaced_by: str


def listing(
    desk: Desk, *, school: bytes | None = None, kind: str = "", place: bytes | None = None, gone: bool = False
) -> list[AssetLine]:
    """Return the equipment in walking order; ``place``: what is in it or below it."""
    from db.queries.assets import assets

    whose = school or desk.home
    with desk.store.connect() as con:
        nodes = tree_of(con, whose, gone=True)
        rows = assets(con, whose, kind=kind, gone=gone)
        if place is not None:
            wanted = inside_of(nodes, place)
            rows = [one for one in rows if one.place in wanted]
        return _lines(desk, con, whose, in_walking_order(rows, nodes), nodes)


def in_walking_order(rows: Sequence[AssetRow], nodes: Sequence[PlaceNode]) -> list[AssetRow]:
    """Return equipment as one walks by it: by place, then its own order, then name (2 before 10)."""
    turn = {one.id: n for n, one in enumerate(nodes)}
    return sorted(rows, key=lambda one: (turn.get(one.place or b"", -1), one.sort, _natural(one.name), one.id))


def _natural(text: str) -> list[tuple[int, str]]:
    parts: list[tuple[int, str]] = []
    digits = ""
    for letter in f"{text.casefold()} ":
        if letter.isascii() and letter.isdigit():
            digits += letter
            continue
        if digits:
            parts.append((int(digits[:12]), ""))
            digits = ""
        parts.append((10**13, letter))
    return parts


def _lines(
    desk: Desk, con: Connection, school: bytes, rows: Sequence[AssetRow], nodes: Sequence[PlaceNode]
) -> list[AssetLine]:
    from bursar_desk.services.checks import line_of, names_for
    from bursar_desk.services.standing import standings
    from db.queries.checks import checks, defects

    by_place = {one.id: one for one in nodes}
    known = {one.id for one in rows}
    mine = {one.id: one.asset for one in checks(con, school) if one.asset in known}
    names = names_for(desk, con)
    by_asset: dict[bytes | None, list[CheckLine]] = {}
    for one in standings(con, school, desk.today, set(mine)) if mine else []:
        by_asset.setdefault(mine[one.check.id], []).append(line_of(one, names))
    faults: dict[bytes | None, int] = {}
    for fault in defects(con, school):
        faults[fault.asset] = faults.get(fault.asset, 0) + fault.open
    made = []
    for row in rows:
        spot = by_place.get(row.place or b"")
        kind = kind_of(row.kind)
        made.append(
            AssetLine(
                row, kind.one, kind.icon, spot.row.name if spot else WHOLE,
                (*spot.path, spot.row.name) if spot else (), code_for(row), tuple(by_asset.get(row.id, ())),
                faults.get(row.id, 0), years_left(row.life_years, row.first_used_on or row.bought_on, desk.today),
            )
        )  # fmt: skip
    return made


def code_for(row: AssetRow) -> str:
    """Return the code on the label of a piece of equipment; it always follows from its id."""
    from reports.sheet_code import short_code

    return short_code(b"equipment " + row.id)


def get(desk: Desk, asset: bytes) -> AssetRow:
    """Return one piece of equipment, also one that is gone. Raises ``UserError`` when it is not here."""
    from db.queries.assets import assets

    with desk.store.connect() as con:
        found = assets(con, ids=[asset])
    if not found:
        raise UserError("That equipment is not in this register.", SAFE, "Choose it from the list.")
    return found[0]


def find(desk: Desk, typed: str) -> bytes:
    """Return equipment by its name, number, serial number, label's code or id. Raises ``UserError``."""
    from db.queries.assets import assets
    from reports.sheet_code import read_code

    wanted, code = " ".join(typed.split()).casefold(), read_code(typed)
    with desk.store.connect() as con:
        rows = assets(con, desk.home, gone=True)
    exact = [
        one
        for one in rows
        if wanted in (one.name.casefold(), one.number.casefold(), one.serial.casefold(), one.id.hex())
        or (code is not None and code_for(one) == code)
    ]
    in_use = [one for one in exact if one.removed_on is None]
    found = in_use or exact or [one for one in rows if wanted and one.id.hex().startswith(wanted)]
    if len(found) != 1:
        names = "; ".join(one.name for one in rows[:30]) or "none yet"
        said = "more than one piece" if found else "no piece"
        raise UserError(f"“{typed}” names {said} of equipment.", SAFE, f"There are: {names}.")
    return found[0].id


def detail(desk: Desk, asset: bytes) -> AssetDetail:
    """Return everything about one piece of equipment. Raises ``UserError`` when it is not here."""
    from db.queries.assets import assets
    from db.queries.checks import defects

    row = get(desk, asset)
    with desk.store.connect() as con:
        line = _lines(desk, con, row.school, [row], tree_of(con, row.school, gone=True))[0]
        family = assets(con, row.school, gone=True)
        faults = tuple(one for one in defects(con, row.school) if one.asset == asset)
    before = next((one.name for one in family if one.id == row.replaces), "")
    after = next((one.name for one in family if one.replaces == asset), "")
    return AssetDetail(line, tuple(said_facts(row.kind, row.facts)), _measured(row), faults, before, after)


def _measured(row: AssetRow) -> str:
    """The number the law goes by, in words: "6.264 t CO2e"."""
    for name in ("tCO2e", "cooking hours per day"):
        found = measure_for(name, row.kind, row.facts)
        if found is not None:
            said = f"{found.shown.normalize():f} {found.unit}"
            return f"{said} ({found.why})" if found.why else said
    return ""


# --- writing ---------------------------------------------------------------------------------------------------------


def add(desk: Desk, new: AssetFacts, *, checks: Collection[str] | None = None) -> tuple[AssetRow, Changes]:
    """Add a piece of equipment with its checks (catalogue codes; by default those its kind has one by one).

    Raises ``UserError`` for what cannot be; everything is one act.
    """
    values = row_values(desk, new)
    codes = [one.code for one in offers(desk, new.kind, facts_in(values))] if checks is None else list(checks)
    with desk.act(ActCode.ADD_ASSET, subject=values["name"]) as act:
        row = act.create("asset", without_empty(values))
        asset_checks.give(desk, act, row_after(desk, row, values), codes)
    return get(desk, row), Changes(frozenset(act.tables), act.note.act)


def change(desk: Desk, asset: bytes, new: AssetFacts) -> tuple[AssetRow, Changes]:
    """Change what is written about equipment; its checks follow in the same act (band, age, place)."""
    was = _own(desk, asset)
    values = row_values(desk, new, own=asset)
    changed = {name: value for name, value in values.items() if value != as_written(was, name)}
    if not changed:
        return was, Changes(frozenset(), None)
    with desk.act(ActCode.CHANGE_ASSET, subject=was.name) as act:
        act.set("asset", asset, changed)
        asset_checks.follow(desk, act, row_after(desk, asset, values), was)
    return get(desk, asset), Changes(frozenset(act.tables), act.note.act)


def remove(desk: Desk, asset: bytes, *, why: str, on: dt.date | None = None) -> Changes:
    """Note that equipment is gone (sold, scrapped): closed with its date, its checks with it, history kept."""
    was = _own(desk, asset)
    day = _gone(desk, was, why, on)
    with desk.act(ActCode.CHANGE_ASSET, subject=was.name) as act:
        act.set("asset", asset, {"removed_on": day, "removed_why": why.strip()})
        asset_checks.close(desk, act, was, why.strip(), day)
    return Changes(frozenset(act.tables), act.note.act)


def substitute(
    desk: Desk, asset: bytes, new: AssetFacts, *, on: dt.date | None = None
) -> tuple[AssetRow, Changes]:  # fmt: skip
    """Replace equipment: the old is closed, the new begins a history of its own with the same checks and people."""
    was = _own(desk, asset)
    values = row_values(desk, new, own=asset)
    why = f"replaced by {values['name']}"
    day = _gone(desk, was, why, on)
    values["first_used_on"] = values["first_used_on"] or day
    with desk.act(ActCode.ADD_ASSET, subject=values["name"]) as act:
        row = act.create("asset", without_empty(values | {"replaces": asset, "sort": was.sort or None}))
        act.set("asset", asset, {"removed_on": day, "removed_why": why})
        closed = asset_checks.close(desk, act, was, why, day)
        asset_checks.carry_over(desk, act, row_after(desk, row, values), closed)
    return get(desk, row), Changes(frozenset(act.tables), act.note.act)


def fill_points(desk: Desk, check: bytes, kind: str) -> tuple[tuple[str, ...], Changes]:
    """Let a check go round all equipment of a kind, in walking order. Raises ``UserError`` when there is none."""
    from db.queries.assets import assets
    from db.queries.checks import checks

    _known_kind(kind)
    with desk.store.connect() as con:
        found = next((one for one in checks(con, desk.home, ids=[check])), None)
        nodes = tree_of(con, desk.home)
        rows = in_walking_order(assets(con, desk.home, kind=kind), nodes)
    if found is None:
        raise UserError("That check is not in this register.", SAFE, "Choose it from the list.")
    if not rows:
        raise UserError(f"There are no {kind_of(kind).many.lower()} yet.", SAFE, "Add them under Places first.")
    names = asset_checks.point_names(rows, {one.id: one.row.name for one in nodes})
    if names == found.points:
        return names, Changes(frozenset(), None)
    with desk.act(ActCode.CHANGE_CHECK, subject=found.title) as act:
        act.set("school_check", check, {"points": json.dumps(list(names), ensure_ascii=False)})
    return names, Changes(frozenset(act.tables), act.note.act)


def _own(desk: Desk, asset: bytes) -> AssetRow:
    row = get(desk, asset)
    if row.school != desk.home:
        raise UserError("That equipment belongs to another school.", SAFE, "They change it there.")
    return row


def _gone(desk: Desk, row: AssetRow, why: str, on: dt.date | None) -> dt.date:
    day = on or desk.today
    if row.removed_on is not None:
        raise UserError(f"{row.name} is gone since {words.long_date(row.removed_on)}.", SAFE, "See “asset list --all”.")
    if not why.strip():
        raise UserError("Say what became of it.", SAFE, "For example: sold, or scrapped.")
    if day > desk.today or (row.first_used_on is not None and day < row.first_used_on):
        raise UserError(f"It cannot have gone on {words.long_date(day)}.", SAFE, "Check the day.")
    return day


def _known_kind(kind: str) -> None:
    if kind not in BY_CODE:
        raise UserError(f"“{kind}” is not a kind of equipment.", SAFE, f"Use one of: {', '.join(BY_CODE)}.")


__all__ = [
    "AssetDetail", "AssetFacts", "AssetLine", "Offer", "add", "change", "detail", "fill_points", "find", "get",
    "listing", "offers", "problems", "remove", "substitute",
]  # fmt: skip
