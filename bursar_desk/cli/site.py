"""The site: its places, its emergency sheet, drills and stocktakes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bursar_desk.cli.checks import School, school_of
from bursar_desk.cli.frame import Answer, Misused, common, lines, minutes, one_of
from bursar_desk.domain.place_tree import KINDS

if TYPE_CHECKING:
    from bursar_desk.services.places import PlaceNode
    from db.queries.drills import DrillRow

place = typer.Typer(help="The places of the site, as a tree in walking order.")
sheet = typer.Typer(help="The emergency sheet of the site.")
drill = typer.Typer(help="Fire and lockdown drills.")
stocktake = typer.Typer(help="Walk round with a list of the equipment, and key it in.")

Place = Annotated[str, typer.Argument(metavar="PLACE", help="Its name, “Main building/Hall”, or its label’s code.")]
Out = Annotated[Path, typer.Option("--out", metavar="FILE", help="Ends in .pdf.")]
Site = Annotated[str | None, typer.Option("--site", metavar="PLACE", help="Of one site, where there are several.")]
_KINDS = ", ".join(KINDS)


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(place, name="place")
    app.add_typer(sheet, name="site")
    app.add_typer(drill, name="drill")
    app.add_typer(stocktake, name="stocktake")


# --- places ----------------------------------------------------------------------------------------------------------


def _place(one: PlaceNode) -> dict[str, Any]:
    return {
        "place": one.id, "name": one.row.name, "kind": one.row.kind, "inside": one.above[-1] if one.above else None,
        "path": [*one.path, one.row.name], "depth": one.depth, "code": one.code, "floor_area": one.row.floor_area,
        "removed_on": one.row.removed_on, "lies_in_itself": one.loose,
    }  # fmt: skip


@place.command("list")
def list_places(
    ctx: typer.Context,
    school: School = None,
    gone: Annotated[bool, typer.Option("--all", help="Also those taken away.")] = False,
) -> Answer:
    """List the places in walking order."""
    from bursar_desk.services import places

    with common(ctx).reading() as desk:
        found = places.tree(desk, school=school_of(desk, school), gone=gone)
    rows = [f"{one.code:9}  {'  ' * one.depth}{one.row.name} ({one.row.kind})" for one in found]
    return Answer({"places": [_place(one) for one in found]}, lines(rows, "No place is entered yet."))


@place.command("add")
def add_place(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME")],
    kind: Annotated[str, typer.Option(help=f"{_KINDS}.")] = "room",
    inside: Annotated[str | None, typer.Option(metavar="PLACE", help="The place it is part of.")] = None,
    area: Annotated[int | None, typer.Option(metavar="M2", help="Floor area in whole square metres.")] = None,
    code: Annotated[str, typer.Option(metavar="CODE", help="Its own short code for labels.")] = "",
    note: Annotated[str, typer.Option(metavar="T")] = "",
) -> Answer:
    """Add a place."""
    from bursar_desk.services import places

    with common(ctx).desk() as desk:
        parent = places.find(desk, inside) if inside else None
        made, changes = places.add(desk, name, kind=kind, parent=parent, floor_area=area, code=code, note=note)
    return Answer(_place(made) | {"act": changes.act}, f"{made.row.name} is added.")


@place.command("change")
def change_place(
    ctx: typer.Context,
    which: Place,
    name: Annotated[str | None, typer.Option(metavar="NAME")] = None,
    kind: Annotated[str | None, typer.Option(help=f"{_KINDS}.")] = None,
    area: Annotated[int | None, typer.Option(metavar="M2", help="Checks that go by floor area follow.")] = None,
    code: Annotated[str | None, typer.Option(metavar="CODE")] = None,
    note: Annotated[str | None, typer.Option(metavar="T")] = None,
) -> Answer:
    """Change what is said of a place."""
    from bursar_desk.services import places

    with common(ctx).desk() as desk:
        made, changes = places.change(
            desk, places.find(desk, which), name=name, kind=kind, floor_area=area, code=code, note=note
        )
    return Answer(_place(made) | {"act": changes.act}, f"{made.row.name} is changed.")


@place.command("move")
def move_place(
    ctx: typer.Context,
    which: Place,
    to: Annotated[str | None, typer.Option(metavar="PLACE", help="The place it shall lie in.")] = None,
    top: Annotated[bool, typer.Option("--top", help="To the top, in no other place.")] = False,
    before: Annotated[str | None, typer.Option(metavar="PLACE", help="Its neighbour in the walking order.")] = None,
) -> Answer:
    """Move a place with all in it."""
    from bursar_desk.services import places

    if (to is None and before is None and not top) or (to is not None and top):
        raise Misused("Say where it goes.", "Nothing was changed.", "Give --to PLACE, --before PLACE or --top.")
    with common(ctx).desk() as desk:
        moving, nodes = places.find(desk, which), places.tree(desk)
        neighbour = places.find(desk, before) if before else None
        target = places.find(desk, to) if to else None
        if to is None and neighbour is not None and not top:
            target = places.node(nodes, neighbour).row.parent
        made, changes = places.move(desk, moving, to=target, before=neighbour)
    return Answer(_place(made) | {"act": changes.act}, f"{made.row.name} is moved.")


@place.command("remove")
def remove_place(
    ctx: typer.Context,
    which: Place,
    move_to: Annotated[
        str | None, typer.Option("--move-to", metavar="PLACE", help="Where what hangs there goes.")
    ] = None,
) -> Answer:
    """Take a place away; its history stays."""
    from bursar_desk.services import places

    with common(ctx).desk() as desk:
        gone = places.node(places.tree(desk), places.find(desk, which))
        target = places.find(desk, move_to) if move_to else None
        changes = places.remove(desk, gone.id, move_to=target)
    return Answer({"place": gone.id, "act": changes.act}, f"{gone.row.name} is taken away.")


# --- the emergency sheet ---------------------------------------------------------------------------------------------


@sheet.command("list")
def list_lines(ctx: typer.Context, site: Site = None) -> Answer:
    """List the lines of the emergency sheet, and what is still missing."""
    from bursar_desk.services import places, site_sheet

    with common(ctx).reading() as desk:
        found = site_sheet.lines(desk, site=places.find(desk, site) if site else None)
    absent = site_sheet.missing(found)
    facts = [{"line": one.id, "kind": one.kind, "words": one.words, "site": one.place} for one in found]
    rows = [f"{one.id.hex()[:12]}  {one.kind:12} {one.words}" for one in found]
    rows += [f"Missing: {heading}" for heading in absent]
    return Answer({"lines": facts, "missing": absent}, lines(rows, "The sheet is empty."))


@sheet.command("add")
def add_line(
    ctx: typer.Context,
    kind: Annotated[str, typer.Argument(metavar="KIND", help="isolation, emergency, alarm_panel, meter, keyholder…")],
    words: Annotated[str, typer.Argument(metavar="WORDS", help="As “Water: boiler room, left of the door”.")],
    site: Site = None,
) -> Answer:
    """Add a line to the emergency sheet."""
    from bursar_desk.services import places, site_sheet

    with common(ctx).desk() as desk:
        made, changes = site_sheet.add(desk, kind, words, site=places.find(desk, site) if site else None)
    return Answer({"line": made.id, "kind": made.kind, "words": made.words, "act": changes.act}, "The line is added.")


def _line(desk: Any, typed: str) -> bytes:
    from bursar_desk.services import site_sheet

    return one_of(typed, [one.id for one in site_sheet.lines(desk)], "line", "site list")


@sheet.command("change")
def change_line(
    ctx: typer.Context,
    which: Annotated[str, typer.Argument(metavar="LINE", help="The first letters of its id.")],
    words: Annotated[str, typer.Argument(metavar="WORDS")],
) -> Answer:
    """Say a line in other words."""
    from bursar_desk.services import site_sheet

    with common(ctx).desk() as desk:
        made, changes = site_sheet.change(desk, _line(desk, which), words)
    return Answer({"line": made.id, "words": made.words, "act": changes.act}, "The line is changed.")


@sheet.command("remove")
def remove_line(
    ctx: typer.Context, which: Annotated[str, typer.Argument(metavar="LINE", help="The first letters of its id.")]
) -> Answer:
    """Take a line off the emergency sheet."""
    from bursar_desk.services import site_sheet

    with common(ctx).desk() as desk:
        changes = site_sheet.remove(desk, _line(desk, which))
    return Answer({"act": changes.act}, "The line is taken away.")


@sheet.command("print")
def print_site(ctx: typer.Context, out: Out, site: Site = None) -> Answer:
    """Write the emergency sheet of one site, or of the school."""
    from bursar_desk.services import places, site_sheet

    with common(ctx).reading() as desk:
        made = site_sheet.write(desk, out, places.find(desk, site) if site else None)
    said = (
        f"1 page: {made.file}"
        if made.pages == 1
        else f"{made.pages} pages: {made.file}. One is best: leave out a line."
    )
    return Answer({"file": made.file, "pages": made.pages}, said)


# --- drills ----------------------------------------------------------------------------------------------------------


def _drill(one: DrillRow, urn: str) -> dict[str, Any]:
    return {
        "drill": one.id, "school": urn, "kind": one.kind, "on": one.on, "minute": one.minute, "seconds": one.seconds,
        "headcount": one.headcount, "missing": one.missing, "route_blocked": one.route_blocked, "issues": one.issues,
        "actions": one.actions, "led_by": one.led_by, "record": one.record,
    }  # fmt: skip


@drill.command("log")
def log_drill(
    ctx: typer.Context,
    day: Annotated[str | None, typer.Option("--day", metavar="DATE", help="Else today.")] = None,
    kind: Annotated[str, typer.Option(help="fire or lockdown.")] = "fire",
    at: Annotated[str | None, typer.Option("--at", metavar="HH:MM", help="When the alarm was given.")] = None,
    took: Annotated[str | None, typer.Option(metavar="MM:SS", help="Until all were accounted for.")] = None,
    headcount: Annotated[int | None, typer.Option(metavar="N")] = None,
    missing: Annotated[int | None, typer.Option(metavar="N")] = None,
    blocked: Annotated[str, typer.Option(metavar="T", help="Which way out was blocked.")] = "",
    issues: Annotated[str, typer.Option(metavar="T", help="What went wrong.")] = "",
    actions: Annotated[str, typer.Option(metavar="T", help="What will be done.")] = "",
    led_by: Annotated[str, typer.Option("--by", metavar="PERSON")] = "",
    fault: Annotated[
        list[str] | None, typer.Option("--fault", metavar="TITLE", help="Report it; may be repeated.")
    ] = None,
) -> Answer:
    """Log a drill; it is the record of its check as well."""
    from bursar_desk.services import drills
    from bursar_desk.services.recording import NewDefect

    shared = common(ctx)
    seconds = drills.read_seconds(took) if took else None
    if took and seconds is None:
        raise Misused("--took could not be read.", "Nothing was changed.", "Type minutes and seconds: 3:40.")
    with shared.desk() as desk:
        made = drills.log(desk, drills.NewDrill(
            on=shared.day_or_none(day, "--day") or desk.today, kind=kind, minute=minutes(at, "--at") if at else None,
            seconds=seconds, headcount=headcount, missing=missing, route_blocked=blocked, issues=issues,
            actions=actions, led_by=led_by, faults=tuple(NewDefect(one) for one in fault or ()),
        ))  # fmt: skip
    facts = {"drill": made.drill, "record": made.record, "defects": list(made.defects), "act": made.changes.act}
    return Answer(facts, made.sentence)


@drill.command("list")
def list_drills(
    ctx: typer.Context,
    school: School = None,
    kind: Annotated[str, typer.Option(help="fire or lockdown; else both.")] = "",
) -> Answer:
    """List the drills, the latest first, and how many each term had."""
    from bursar_desk.domain import words
    from bursar_desk.services import drills

    with common(ctx).reading() as desk:
        whose = school_of(desk, school)
        found = drills.listing(desk, school=whose, kind=kind)
        counts = drills.per_term(desk, kind=kind or "fire", school=whose)
        roots = desk.trust.roots
        facts = [_drill(one, roots[one.school].urn if one.school in roots else "") for one in found]
    rows = [
        f"{words.short_date(one.on)}  {drills.KINDS.get(one.kind, one.kind):14} {drills.seconds_words(one.seconds):>6}"
        f"  {one.issues}".rstrip()
        for one in found
    ]
    rows += [f"{one.school_name}, {one.term}: {one.held}, {one.word.lower()}" for one in counts]
    terms = [{"school": roots[one.school].urn if one.school in roots else "", "term": one.term, "first": one.first,
              "last": one.last, "held": one.held, "word": one.word} for one in counts]  # fmt: skip
    return Answer({"drills": facts, "terms": terms}, lines(rows, "No drill is logged yet."))


@drill.command("form")
def drill_form(
    ctx: typer.Context, out: Out, kind: Annotated[str, typer.Option(help="fire or lockdown.")] = "fire"
) -> Answer:
    """Write the blank form for the assembly point."""
    from bursar_desk.services import asset_papers

    with common(ctx).reading() as desk:
        made = asset_papers.write_drill_form(desk, out, kind)
    return Answer({"file": made.file, "pages": made.pages}, f"{made.pages} page: {made.file}")


# --- stocktake -------------------------------------------------------------------------------------------------------


@stocktake.command("print")
def print_stocktake(
    ctx: typer.Context,
    out: Out,
    where: Annotated[str | None, typer.Option("--place", metavar="PLACE", help="Only in it and below.")] = None,
) -> Answer:
    """Write the sheet to walk round with; its code keys it in."""
    from bursar_desk.services import places, stocktake
    from reports.stocktake import write_sheet

    with common(ctx).desk() as desk:
        made, changes = stocktake.print_sheet(desk, places.find(desk, where) if where else None)
        written = write_sheet(made, out)
    facts = {"file": written.file, "pages": written.pages, "code": made.code, "lines": len(made.lines)}
    return Answer(facts | {"act": changes.act}, f"Sheet {made.code}, {len(made.lines)} lines: {written.file}")


@stocktake.command("key")
def key_stocktake(
    ctx: typer.Context,
    code: Annotated[str, typer.Argument(metavar="CODE", help="As it stands on the sheet.")],
    missing: Annotated[str, typer.Option(metavar="1,4,9", help="The lines that were not found; the others were.")] = "",
    unexpected: Annotated[
        list[str] | None, typer.Option("--unexpected", metavar="WHAT@PLACE", help="May be repeated.")
    ] = None,
    day: Annotated[str | None, typer.Option("--day", metavar="DATE", help="Else today.")] = None,
    by: Annotated[str, typer.Option(metavar="PERSON", help="Who walked; else who keys it in.")] = "",
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write the result as PDF too.")] = None,
) -> Answer:
    """Key in a stocktake: every line found but those named."""
    from bursar_desk.services import stocktake
    from reports.stocktake import write_result

    shared = common(ctx)
    numbers = [part.strip() for part in missing.split(",") if part.strip()]
    if not all(part.isascii() and part.isdigit() for part in numbers):
        raise Misused("--missing takes line numbers.", "Nothing was changed.", "Type them like 1,4,9.")
    lost = {int(part) for part in numbers}
    with shared.desk() as desk:
        asked = [int(one["line"]) for one in stocktake.open_sheet(desk, code).lines if isinstance(one.get("line"), int)]
        results = {number: stocktake.MISSING if number in lost else stocktake.FOUND for number in {*asked, *lost}}
        more = [stocktake.Unexpected(one.partition("@")[0], one.partition("@")[2]) for one in unexpected or ()]
        row, changes = stocktake.key(
            desk, code, results, unexpected=more, on=shared.day_or_none(day, "--day"), by=by
        )  # fmt: skip
        made = write_result(stocktake.result(desk, row), out) if out else None
    facts = {"walk": row, "found": len(asked) - len(lost), "missing": len(lost), "unexpected": len(more)}
    facts |= {"file": made.file if made else None, "act": changes.act}
    said = f"{facts['found']} found, {facts['missing']} missing, {facts['unexpected']} not on the list."
    return Answer(facts, said)
