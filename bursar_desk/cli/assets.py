"""Equipment: list, show, add, change, remove, replace, and the points of checks that go round it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bursar_desk.cli.checks import School, school_of
from bursar_desk.cli.frame import Answer, Common, Misused, common, lines
from bursar_desk.domain.asset_kinds import BY_CODE

if TYPE_CHECKING:
    from bursar_desk.services.asset_facts import AssetFacts
    from bursar_desk.services.assets import AssetLine
    from bursar_desk.services.desk import Desk

asset = typer.Typer(help="Equipment, with the checks of each piece.")
Which = Annotated[str, typer.Argument(metavar="EQUIPMENT", help="Its name, number, label’s code or id.")]
Where = Annotated[str | None, typer.Option("--place", metavar="PLACE")]
Number = Annotated[str | None, typer.Option(metavar="N", help="The number on its tag.")]
Fact = Annotated[list[str] | None, typer.Option("--fact", metavar="NAME=VALUE", help="As gas=R410A; may be repeated.")]
Text = Annotated[str | None, typer.Option(metavar="T")]
Date = Annotated[str | None, typer.Option(metavar="DATE")]
Price = Annotated[str | None, typer.Option(metavar="POUNDS", help="As 1240.50.")]
Grade = Annotated[str | None, typer.Option(help="Condition A, B, C or D.")]
Priority = Annotated[int | None, typer.Option(help="1 urgent to 4 later.")]
Life = Annotated[int | None, typer.Option(metavar="YEARS", help="How long it should last.")]
_KINDS = ", ".join(BY_CODE)


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(asset, name="asset")


def _asset(one: AssetLine) -> dict[str, Any]:
    row, first = one.row, one.earliest
    return {
        "asset": row.id, "kind": row.kind, "name": row.name, "number": row.number, "place": row.place,
        "where": one.where, "code": one.code, "facts": dict(row.facts), "make": row.make, "model": row.model,
        "serial": row.serial, "supplier": row.supplier, "bought_on": row.bought_on, "price": row.price,
        "warranty_until": row.warranty_until, "first_used_on": row.first_used_on, "grade": row.grade,
        "priority": row.priority, "life_years": row.life_years, "years_left": one.years_left,
        "removed_on": row.removed_on, "removed_why": row.removed_why, "replaces": row.replaces, "due": one.due,
        "due_check": first.id if first else None, "checks": [check.id for check in one.checks],
        "open_faults": one.open_faults, "note": row.note,
    }  # fmt: skip


@asset.command("list")
def list_assets(
    ctx: typer.Context,
    school: School = None,
    kind: Annotated[str, typer.Option(help=f"{_KINDS}.")] = "",
    where: Where = None,
    gone: Annotated[bool, typer.Option("--all", help="Also what is gone.")] = False,
) -> Answer:
    """List the equipment in walking order."""
    from bursar_desk.domain import words
    from bursar_desk.services import assets, places

    with common(ctx).reading() as desk:
        place = places.find(desk, where) if where else None
        found = assets.listing(desk, school=school_of(desk, school), kind=kind, place=place, gone=gone)
    rows = [
        f"{one.code:9}  {one.kind_name}: {one.row.name}, {one.where}"
        + (f", due {words.short_date(one.due)}" if one.due else "")
        for one in found
    ]
    return Answer({"equipment": [_asset(one) for one in found]}, lines(rows, "No equipment is entered yet."))


@asset.command("show")
def show_asset(ctx: typer.Context, which: Which) -> Answer:
    """Show one piece of equipment with its checks."""
    from bursar_desk.domain import words
    from bursar_desk.services import assets

    with common(ctx).reading() as desk:
        found = assets.detail(desk, assets.find(desk, which))
    rows = [f"{found.line.row.name}, {found.line.kind_name.lower()}, {found.line.where}"]
    rows += [f"{label}: {said}" for label, said in found.said]
    rows += [found.measure] if found.measure else []
    rows += [
        f"{one.title}: {one.status_words}" + (f", due {words.short_date(one.legal_due)}" if one.legal_due else "")
        for one in found.line.checks
    ]
    facts = _asset(found.line) | {"measure": found.measure, "replaced_by": found.replaced_by}
    facts["check_states"] = [{"check": one.id, "code": one.code, "title": one.title, "legal_due": one.legal_due,
                              "status": one.word} for one in found.line.checks]  # fmt: skip
    return Answer({"asset": facts}, "\n".join(rows))


def _pairs(given: list[str] | None) -> dict[str, str]:
    pairs = {}
    for one in given or ():
        name, equals, value = one.partition("=")
        if not equals:
            raise Misused(f"--fact {one} has no “=”.", "Nothing was changed.", "Type it like charge_kg=3.")
        pairs[name.strip()] = value.strip()
    return pairs


def _pence(typed: str | None) -> int | None:
    from decimal import Decimal, InvalidOperation

    if typed is None:
        return None
    try:
        pence = Decimal(typed.replace(",", "").lstrip("£")) * 100
    except InvalidOperation:
        pence = Decimal("NaN")
    if not pence.is_finite() or pence != pence.to_integral_value() or abs(pence) > 10**12:
        raise Misused("--price could not be read.", "Nothing was changed.", "Type pounds and pence: 1240.50.")
    return int(pence)


def _typed(shared: Common, desk: Desk, facts: AssetFacts, given: dict[str, Any]) -> AssetFacts:
    """Lay what was typed over what is there; what was left out stays."""
    from dataclasses import replace

    from bursar_desk.services import places

    changed: dict[str, Any] = {}
    for name, value in given.items():
        if value is None:
            continue
        if name == "place":
            changed[name] = places.find(desk, value) if value else None
        elif name == "facts":
            changed[name] = {key: one for key, one in {**facts.facts, **_pairs(value)}.items() if one}
        elif name == "price":
            changed[name] = _pence(value)
        elif name in ("bought_on", "warranty_until", "first_used_on"):
            changed[name] = shared.day(value, f"--{name.removesuffix('_on').replace('_', '-')}")
        else:
            changed[name] = value
    return replace(facts, **changed)


@asset.command("add")
def add_asset(
    ctx: typer.Context,
    kind: Annotated[str, typer.Argument(metavar="KIND", help=f"{_KINDS}.")],
    name: Annotated[str, typer.Argument(metavar="NAME")],
    where: Where = None,
    number: Number = None,
    fact: Fact = None,
    make: Text = None,
    model: Text = None,
    serial: Text = None,
    supplier: Text = None,
    bought: Date = None,
    price: Price = None,
    warranty_until: Date = None,
    first_used: Date = None,
    grade: Grade = None,
    priority: Priority = None,
    life: Life = None,
    note: Text = None,
    check: Annotated[
        list[str] | None, typer.Option("--check", metavar="CODE", help="Its checks; else those its kind has.")
    ] = None,
    no_checks: Annotated[bool, typer.Option("--no-checks", help="Without checks of its own.")] = False,
) -> Answer:
    """Add a piece of equipment with its checks."""
    from bursar_desk.services import assets
    from bursar_desk.services.asset_facts import AssetFacts

    shared = common(ctx)
    with shared.desk() as desk:
        new = _typed(shared, desk, AssetFacts(kind=kind, name=name), {
            "place": where, "number": number, "facts": fact, "make": make, "model": model, "serial": serial,
            "supplier": supplier, "bought_on": bought, "price": price, "warranty_until": warranty_until,
            "first_used_on": first_used, "grade": grade, "priority": priority, "life_years": life, "note": note,
        })  # fmt: skip
        row, changes = assets.add(desk, new, checks=() if no_checks else check or None)
        made = assets.detail(desk, row.id).line
    return Answer({"asset": _asset(made), "act": changes.act}, f"{made.row.name} is added.")


@asset.command("change")
def change_asset(
    ctx: typer.Context,
    which: Which,
    name: Annotated[str | None, typer.Option(metavar="NAME")] = None,
    where: Where = None,
    number: Number = None,
    fact: Fact = None,
    make: Text = None,
    model: Text = None,
    serial: Text = None,
    supplier: Text = None,
    bought: Date = None,
    price: Price = None,
    warranty_until: Date = None,
    first_used: Date = None,
    grade: Grade = None,
    priority: Priority = None,
    life: Life = None,
    note: Text = None,
) -> Answer:
    """Change what is written about equipment; its checks follow."""
    from bursar_desk.services import assets
    from bursar_desk.services.asset_facts import AssetFacts

    shared = common(ctx)
    with shared.desk() as desk:
        found = assets.find(desk, which)
        new = _typed(shared, desk, AssetFacts.of(assets.get(desk, found)), {
            "name": name, "place": where, "number": number, "facts": fact, "make": make, "model": model,
            "serial": serial, "supplier": supplier, "bought_on": bought, "price": price,
            "warranty_until": warranty_until, "first_used_on": first_used, "grade": grade, "priority": priority,
            "life_years": life, "note": note,
        })  # fmt: skip
        row, changes = assets.change(desk, found, new)
        made = assets.detail(desk, row.id).line
    return Answer({"asset": _asset(made), "act": changes.act}, f"{made.row.name} is changed.")


def _day(shared: Common, typed: str | None) -> dt.date | None:
    return shared.day_or_none(typed, "--day")


@asset.command("remove")
def remove_asset(
    ctx: typer.Context,
    which: Which,
    why: Annotated[str, typer.Option(metavar="T", help="Sold, scrapped, moved away.")],
    day: Annotated[str | None, typer.Option("--day", metavar="DATE", help="Else today.")] = None,
) -> Answer:
    """Note that equipment is gone; its history stays, its checks end."""
    from bursar_desk.services import assets

    shared = common(ctx)
    with shared.desk() as desk:
        found = assets.find(desk, which)
        changes = assets.remove(desk, found, why=why, on=_day(shared, day))
        made = assets.detail(desk, found).line
    return Answer({"asset": _asset(made), "act": changes.act}, f"{made.row.name} is noted as gone.")


@asset.command("replace")
def replace_asset(
    ctx: typer.Context,
    which: Which,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The name of the new one.")],
    number: Number = None,
    fact: Fact = None,
    make: Text = None,
    model: Text = None,
    serial: Text = None,
    day: Annotated[
        str | None, typer.Option("--day", metavar="DATE", help="When it was changed over; else today.")
    ] = None,
) -> Answer:
    """Replace equipment: the same checks and people, a history of its own."""
    from bursar_desk.services import assets
    from bursar_desk.services.asset_facts import AssetFacts

    shared = common(ctx)
    with shared.desk() as desk:
        found = assets.find(desk, which)
        was = assets.get(desk, found)
        new = _typed(shared, desk, AssetFacts(kind=was.kind, name=name, place=was.place, facts=was.facts), {
            "number": number, "facts": fact, "make": make, "model": model, "serial": serial,
        })  # fmt: skip
        row, changes = assets.substitute(desk, found, new, on=_day(shared, day))
        made = assets.detail(desk, row.id).line
    return Answer({"asset": _asset(made), "act": changes.act}, f"{made.row.name} takes the place of {was.name}.")


@asset.command("points")
def asset_points(
    ctx: typer.Context,
    check: Annotated[str, typer.Argument(metavar="CHECK", help="Its code, title or id.")],
    kind: Annotated[str, typer.Argument(metavar="KIND", help="For example call_point, outlet, extinguisher.")],
) -> Answer:
    """Let a check go round all equipment of a kind, in walking order."""
    from bursar_desk.services import assets, checks

    with common(ctx).desk() as desk:
        found = checks.find(desk, check)
        points, changes = assets.fill_points(desk, found, kind)
    return Answer(
        {"check": found, "points": list(points), "act": changes.act}, f"{len(points)} points: {', '.join(points)}"
    )
