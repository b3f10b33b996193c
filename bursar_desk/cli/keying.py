"""Keying in from paper: a sheet by its code, its lines as they would be typed in the window."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bursar_desk.cli.frame import DONE, NEEDS_A_PERSON, Answer, common, lines

if TYPE_CHECKING:
    from bursar_desk.services.keying import KeyLine, Sheet

sheet = typer.Typer(help="Sheets that were printed, and keying them in.")
Code = Annotated[str, typer.Argument(metavar="CODE", help="The code at the top of the sheet.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(sheet, name="sheet")


def _line(one: KeyLine) -> dict[str, Any]:
    return {
        "line": one.number, "what": one.what, "place": one.place, "unit": one.unit, "due": one.due,
        "already": one.already,
    }  # fmt: skip


def _shown(found: Sheet) -> Answer:
    facts = {
        "code": found.code, "kind": found.kind, "title": found.title, "on": found.on, "for": found.by,
        "lines": [_line(one) for one in found.lines],
    }  # fmt: skip
    rows = [f"{one.number:>3}  {one.what}{f'  ({one.already})' if one.already else ''}" for one in found.lines]
    return Answer(facts, f"{found.title}, {found.code}\n{lines(rows, 'It has no lines.')}")


@sheet.command("list")
def list_sheets(ctx: typer.Context) -> Answer:
    """List the sheets that were printed, the latest day first."""
    from bursar_desk.domain import words
    from bursar_desk.services import sheets

    with common(ctx).reading() as desk:
        found = sheets.listing(desk)
    rows = [
        f"{one.code}  {words.short_date(one.on)}  {one.kind}  {words.count(len(one.lines), 'line')}" for one in found
    ]
    facts = [
        {"code": one.code, "on": one.on, "kind": one.kind, "lines": len(one.lines), "for": one.said_by} for one in found
    ]
    return Answer({"sheets": facts}, lines(rows, "No sheet was printed yet."))


@sheet.command("show")
def show(ctx: typer.Context, code: Code) -> Answer:
    """Show what each line of a sheet asks for, and which are recorded."""
    from bursar_desk.services import keying

    with common(ctx).reading() as desk:
        return _shown(keying.open_sheet(desk, code))


@sheet.command("key-in")
def key_in(
    ctx: typer.Context,
    code: Code,
    typed: Annotated[list[str], typer.Argument(metavar="LINE", help='Such as "3 p", "4 f 46.2", "7 n access".')],
    day: Annotated[str | None, typer.Option("--done", metavar="DATE", help="If not on the sheet's own day.")] = None,
    by: Annotated[str, typer.Option(metavar="PERSON", help="Who did it, where a line has no initials.")] = "",
    faults: Annotated[bool, typer.Option("--faults", help="Report a fault for each “no” of a walk.")] = False,
) -> Answer:
    """Record what stands on a sheet, all of it in one step. Nothing is recorded while a line is not clear."""
    from bursar_desk.services import keying
    from bursar_desk.services.keying_lines import NO

    shared = common(ctx)
    on = shared.day_or_none(day, "--done")
    with shared.desk() as desk:
        found = keying.open_sheet(desk, code)
        entries, unclear = keying.read_lines(found, typed)
        if unclear:
            asked = [f"{one.title} {one.remedy}".strip() for one in unclear]
            return Answer(
                {"unclear": asked, "recorded": 0}, "\n".join([*asked, "Nothing was recorded."]), NEEDS_A_PERSON
            )
        wrong = frozenset(one.line for one in entries if one.result == NO) if faults else None
        made = keying.record(desk, found, entries, on=on, by=by, faults=wrong)
    facts = {
        "recorded": len(made.records), "records": made.records, "defects": made.defects, "not_done": made.not_done,
        "already": made.already, "unclear": [],
    }  # fmt: skip
    return Answer(facts, made.sentence, DONE)
