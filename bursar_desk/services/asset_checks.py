"""The checks of single pieces of equipment: which are offered, made from the catalogue, and closed with the thing."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain import words
from bursar_desk.domain.asset_kinds import checks_for, kind_of
from bursar_desk.domain.assets import number_of
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.intervals import Form
from bursar_desk.services import catalogue, measures
from bursar_desk.services.standing import rule_of

if TYPE_CHECKING:
    import datetime as dt

    from bursar_desk.domain.catalogue import CatalogueCheck
    from bursar_desk.services.desk import Desk
    from db.queries.assets import AssetRow
    from db.queries.checks import CheckRow
    from db.session import Act

_COPIED: Final = ("owner", "doer", "deputy", "weekday", "skill", "how_to", "lead_days", "evidence_needed")
REGISTER_WHY: Final = "As the asbestos register says"


@dataclass(frozen=True, slots=True)
class Offer:
    """A check that a piece of equipment could have for itself.

    ``known``: the school's check for all of its kind, which the first thing entered takes over with its history.
    """

    code: str
    title: str
    every: str
    known: bytes | None = None


def offers(desk: Desk, kind: str, facts: Mapping[str, str] | None = None) -> tuple[Offer, ...]:
    """Return the checks that equipment of a kind has one by one, as the catalogue knows them."""
    listed = _checks(desk)
    made = []
    for code in checks_for(kind, facts or {}):
        row = catalogue.load().get(code)
        if row is not None:
            free = _free(listed, code)
            made.append(Offer(code, row.title, rule_of(row.rule).words, free.id if free else None))
    return tuple(made)


def _checks(desk: Desk) -> list[CheckRow]:
    from db.queries.checks import checks

    with desk.store.connect() as con:
        return checks(con, desk.home)


def _free(listed: Sequence[CheckRow], code: str) -> CheckRow | None:
    return next((one for one in listed if one.code == code and one.asset is None and not one.points), None)


def school_wide(desk: Desk) -> frozenset[str]:
    """Return the codes of checks that are for all of a kind: the first thing entered takes each over."""
    listed = _checks(desk)
    return frozenset(one.code for one in listed if one.applies == "yes" and _free(listed, one.code) is one)


def of_asset(desk: Desk, asset: bytes) -> list[CheckRow]:
    """Return the checks of one piece of equipment, closed ones too."""
    return [one for one in _checks(desk) if one.asset == asset]


def give(desk: Desk, act: Act, asset: AssetRow, codes: Collection[str]) -> None:
    """Give a new piece of equipment its checks, as a part of the act that adds it."""
    listed = _checks(desk)
    wrong = sorted(set(codes) - {row.code for row in catalogue.load().rows})
    if wrong:
        raise UserError(f"There is no check {words.listing(wrong)}.", "Nothing was changed.", "See “check list”.")
    for code in dict.fromkeys(codes):
        free = _free(listed, code)
        if free is not None and free.school == desk.home:
            _take_over(desk, act, asset, free)
        else:
            model = next((one for one in listed if one.code == code), None)
            _create(desk, act, asset, catalogue.load().by_code(code), model)


def _take_over(desk: Desk, act: Act, asset: AssetRow, check: CheckRow) -> None:
    values: dict[str, Any] = {"asset": asset.id} | _own_interval(desk, asset, check.rule)
    wanted = measures.for_new_check(check.rule, asset)
    values |= {name: value for name, value in wanted.items() if getattr(check, name) is None or name == "measure"}
    if asset.place is not None and check.place is None:
        values["place"] = asset.place
    if check.applies != "yes":
        values |= {"applies": "yes", "why": None, "said_by": desk.who}
    act.set("school_check", check.id, values)


def _create(desk: Desk, act: Act, asset: AssetRow, row: CatalogueCheck, model: CheckRow | None) -> bytes:
    values: dict[str, Any] = {
        "code": f"{row.code}/{asset.id.hex()}", "title": f"{row.title}: {asset.name}", "area": row.area.code,
        "rule": row.rule,
        "anchor": row.anchor.value, "standing_in_law": row.standing.value, "applies": "yes", "asset": asset.id,
        "place": asset.place, "copied": _as_copied(row),
    }  # fmt: skip
    if model is not None:
        values |= {name: getattr(model, name) or None for name in _COPIED}
        values |= {"second_person": model.second_person or None}
        if model.readings:
            values["readings"] = json.dumps(list(model.readings), ensure_ascii=False)
        if model.habit:
            values["habit"] = json.dumps(dict(model.habit), ensure_ascii=False)
    else:
        values["owner"] = desk.person.id if desk.person else None
    values |= measures.for_new_check(row.rule, asset) | _own_interval(desk, asset, row.rule)
    kept = {name: value for name, value in values.items() if value is not None}
    # named by code and equipment, so that two computers that give a lift its check make one row
    return act.create("school_check", kept, row=act.session.derived(desk.home, "school_check", kept["code"]))


def _as_copied(row: CatalogueCheck) -> str:
    shipped = {
        "edition": catalogue.load().edition, "title": row.title, "rule": row.rule, "anchor": row.anchor.value,
        "standing": row.standing.value, "authority": row.authority, "applies_when": row.applies_when,
    }  # fmt: skip
    return json.dumps(shipped, ensure_ascii=False, sort_keys=True)


def _own_interval(desk: Desk, asset: AssetRow, rule: str) -> dict[str, Any]:
    """An asbestos item that is looked at more often than yearly: the register decides, never for longer."""
    months = number_of(asset.facts, "months") if asset.kind == "asbestos" else None
    if months is None or not 1 <= months < 12 or rule_of(rule).form is not Form.RISK_BASED:
        return {}
    count = int(months)
    return {"own_every": f"{count} month{'' if count == 1 else 's'}", "own_why": REGISTER_WHY, "own_by": desk.who}


def follow(desk: Desk, act: Act, asset: AssetRow, was: AssetRow) -> None:
    """Let the checks of a piece of equipment follow what was changed of it, as a part of the same act."""
    own = [one for one in of_asset(desk, asset.id) if one.applies == "yes"]
    measures.follow_asset(act, own, asset, desk.today)
    for check in own:
        values: dict[str, Any] = {}
        if asset.place != was.place and check.place == was.place:
            values["place"] = asset.place
        if asset.kind == "asbestos" and asset.facts.get("months") != was.facts.get("months"):
            values |= _own_interval(desk, asset, check.rule) or (
                {"own_every": None, "own_why": None, "own_by": None} if check.own_why == REGISTER_WHY else {}
            )
        if was.name != asset.name and check.title.endswith(f": {was.name}"):
            values["title"] = f"{check.title.removesuffix(was.name)}{asset.name}"
        if values:
            act.set("school_check", check.id, values)


def close(desk: Desk, act: Act, asset: AssetRow, why: str, on: dt.date) -> list[CheckRow]:
    """Close the checks of equipment that is gone: their history stays; return those that were open."""
    own = [one for one in of_asset(desk, asset.id) if one.applies != "no"]
    for check in own:
        said = f"{asset.name}: {why}, {words.short_date(on)}"
        act.set("school_check", check.id, {"applies": "no", "why": said, "said_by": desk.who, "ends_on": on})
    return own


def carry_over(desk: Desk, act: Act, asset: AssetRow, closed: Sequence[CheckRow]) -> None:
    """Give the thing that replaces another the same checks, with the same people and a history of their own.

    The last examination was of the old thing: it must not count for the new one (rules section 4, replaced).
    """
    for check in closed:
        row = catalogue.load().get(check.code)
        if row is not None:
            _create(desk, act, asset, row, check)


def point_names(assets: Sequence[AssetRow], places: Mapping[bytes, str]) -> tuple[str, ...]:
    """Return the names of things as the points of a check, each one different: "Call point 3, Hall"."""
    names: list[str] = []
    for one in assets:
        where = places.get(one.place or b"", "")
        name = one.name if not where or where.casefold() in one.name.casefold() else f"{one.name}, {where}"
        taken, n = name, 2
        while taken in names:
            taken, n = f"{name} ({n})", n + 1
        names.append(taken)
    return tuple(names)


def rounds_of(kind: str) -> tuple[str, ...]:
    """Return the codes of the checks that go round all things of a kind."""
    return kind_of(kind).rounds


__all__ = [
    "Offer", "carry_over", "close", "follow", "give", "of_asset", "offers", "point_names", "rounds_of",
    "school_wide",
]  # fmt: skip
