"""The cover pack as a spreadsheet: bring a filled-in one in, decide about odd entries; and claim hours under a pack."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bursar_desk.cli.frame import DONE, NEEDS_A_PERSON, Answer, Misused, common, lines, minutes, one_of, watching

if TYPE_CHECKING:
    from bursar_desk.cli.frame import Common
    from bursar_desk.services.cover_sheet_shapes import OddEntry, SheetBack
    from bursar_desk.services.desk import Desk

odd = typer.Typer(help="Entries of a filled-in sheet that wait for a person.")
Entry = Annotated[str, typer.Argument(metavar="ENTRY", help="Its id, from “cover sheet-odd list”.")]


def add_to(cover: typer.Typer) -> None:
    """Add these commands to those of cover."""
    cover.command("sheet-in")(sheet_in)
    cover.command("claim")(claim)
    cover.add_typer(odd, name="sheet-odd")


def make_sheet(desk: Desk, cover: bytes, to: Path) -> Answer:
    """Write the pack of a cover as a spreadsheet: ``cover pack COVER --to FILE --sheet``."""
    from bursar_desk.domain import words
    from bursar_desk.services import cover_sheet

    made = cover_sheet.make_sheet(desk, cover, to)
    facts = {"file": made.file, "recipients": [made.helper], "items": made.items, "code": made.code}
    told = f"The sheet {made.code} for {made.helper} holds {words.listing(list(made.items))}: {made.file}"
    return Answer(facts, told)


def sheet_in(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The sheet that came back: .xlsx, .ods, .xls or .csv.")],
    apply: Annotated[bool, typer.Option("--apply", help="Record it; else only say what it would bring.")] = False,
) -> Answer:
    """Bring a filled-in cover sheet in: first only looked at, with --apply recorded as one step."""
    from bursar_desk.services import cover_sheet_back

    shared = common(ctx)
    if apply:
        with shared.desk() as desk, watching() as bar:
            back = cover_sheet_back.bring_in(desk, file, bar)
    else:
        with shared.reading() as desk, watching() as bar:
            back = cover_sheet_back.look(desk, file, bar)
    told = [back.sentence]
    told += [f"  {one.what}: {one.state}{f'. {one.why}' if one.why else ''}" for one in back.lines if one.typed]
    if not apply and not back.again:
        told.append("Nothing was changed. Add --apply to record it.")
    return Answer(_back(back) | {"applied": apply and not back.again}, "\n".join(told), _code(back))


def _code(back: SheetBack) -> int:
    return NEEDS_A_PERSON if back.odd else DONE


def _back(back: SheetBack) -> dict[str, Any]:
    return {
        "file": back.file, "code": back.code, "cover": back.cover, "helper": back.helper, "again": back.again,
        "sentence": back.sentence, "records": back.records, "defects": back.defects, "act": back.changes.act,
        "lines": [
            {"kind": one.kind, "line": one.number, "what": one.what, "typed": dict(one.typed), "state": one.state,
             "why": one.why, "cause": one.cause}
            for one in back.lines
        ],
    }  # fmt: skip


def _odd(one: OddEntry) -> dict[str, Any]:
    return {
        "entry": one.id, "sheet": one.sheet, "code": one.code, "cover": one.cover, "helper": one.helper,
        "came_on": one.came_on, "line": one.line.number, "what": one.line.what, "typed": dict(one.line.typed),
        "state": one.line.state, "why": one.line.why, "cause": one.line.cause, "takeable": one.takeable,
    }  # fmt: skip


@odd.command("list")
def list_odd(ctx: typer.Context) -> Answer:
    """List the entries of filled-in sheets that wait, each with the reason."""
    from bursar_desk.services import cover_sheet_odd

    with common(ctx).reading() as desk:
        found = cover_sheet_odd.odd(desk)
    rows = [f"{one.id.hex()[:12]}  {one.line.what} ({one.said}): {one.line.why}" for one in found]
    return Answer({"entries": [_odd(one) for one in found]}, lines(rows, "Nothing waits."))


def _one(desk: Desk, typed: str) -> bytes:
    from bursar_desk.services import cover_sheet_odd

    return one_of(typed, [one.id for one in cover_sheet_odd.odd(desk)], "entry of a sheet", "cover sheet-odd list")


@odd.command("take")
def take(
    ctx: typer.Context, entry: Entry, why: Annotated[str, typer.Option(metavar="T", help="A few words.")] = ""
) -> Answer:
    """Take an entry over as it stands, or confirm one that counts already."""
    from bursar_desk.services import cover_sheet_odd

    with common(ctx).desk() as desk:
        said, changes = cover_sheet_odd.take(desk, _one(desk, entry), why)
    return Answer({"sentence": said, "act": changes.act}, said)


@odd.command("leave")
def leave(
    ctx: typer.Context, entry: Entry, why: Annotated[str, typer.Option(metavar="T", help="Why it is left out.")]
) -> Answer:
    """Leave an entry out, with the reason; one that counted counts no more."""
    from bursar_desk.services import cover_sheet_odd

    with common(ctx).desk() as desk:
        said, changes = cover_sheet_odd.leave(desk, _one(desk, entry), why)
    return Answer({"sentence": said, "act": changes.act}, said)


@odd.command("file")
def file_of(
    ctx: typer.Context, entry: Entry, to: Annotated[Path, typer.Option(metavar="FILE", help="The file to write.")]
) -> Answer:
    """Save a copy of the sheet an entry came in, as it came."""
    from bursar_desk.services import cover_sheet_back, cover_sheet_odd

    with common(ctx).reading() as desk:
        one = cover_sheet_odd.get(desk, _one(desk, entry))
        written = cover_sheet_back.file_of(desk, one.sheet, to)
    return Answer({"file": written}, f"Saved: {written}")


# --- hours under a pack -----------------------------------------------------------------------------------------------


def claim(
    ctx: typer.Context,
    day: Annotated[str, typer.Option(metavar="DATE", help="The day that was worked.")],
    starts: Annotated[str, typer.Option("--from", metavar="HH:MM")],
    ends: Annotated[str, typer.Option("--to", metavar="HH:MM")],
    pause: Annotated[int, typer.Option(metavar="MINUTES", min=0, help="Break.")] = 0,
    travel: Annotated[int, typer.Option(metavar="MINUTES", min=0, help="Between the two schools.")] = 0,
    miles: Annotated[str, typer.Option(metavar="MILES", help="Such as 4.6.")] = "",
    vehicle: Annotated[str, typer.Option(metavar="V", help="car, van, motorcycle or bicycle.")] = "",
    note: Annotated[str, typer.Option(metavar="T")] = "",
) -> Answer:
    """Claim hours you worked under a pack; they go home with the return and are approved there."""
    from bursar_desk.domain import words
    from bursar_desk.services import guests
    from bursar_desk.services.cover_hours import Worked

    shared = common(ctx)
    _the_pack(shared)
    worked = Worked(
        shared.day(day, "--day"), minutes(starts, "--from"), minutes(ends, "--to"), pause, travel, _tenths(miles),
        _vehicle(vehicle), note.strip(),
    )  # fmt: skip
    with shared.desk() as desk:
        changes = guests.claim(desk, worked)
        who, school = desk.who, desk.name
    facts = {"day": worked.on, "minutes": worked.minutes, "miles": worked.miles, "by": who, "act": changes.act}
    told = f"{words.hours(worked.minutes)} claimed for {words.long_date(worked.on)}. {school} approves them."
    return Answer(facts, told)


def _the_pack(shared: Common) -> None:
    """Where one pack is open beside the register that is named, its hours are meant."""
    from bursar_desk.services import guests

    with shared.reading() as desk:
        open_here = [] if desk.is_guest else guests.listing(desk)
    if len(open_here) == 1:
        shared.register = open_here[0].path
    elif open_here:
        names = "; ".join(f"{one.school_name}: {one.path}" for one in open_here)
        raise Misused("Several packs are open here.", "Nothing was written.", f"Say which with --register: {names}.")


def _tenths(typed: str) -> int:
    whole, _, part = typed.strip().replace(",", ".").partition(".")
    if not typed.strip():
        return 0
    if not (whole.isdecimal() and len(whole) < 6 and (part == "" or (part.isdecimal() and len(part) == 1))):
        raise Misused(f"“{typed}” is not a number of miles.", "Nothing was changed.", "Type it as 4.6.")
    return int(whole) * 10 + int(part or 0)


def _vehicle(typed: str) -> str:
    from bursar_desk.domain.mileage import VEHICLES

    plain = typed.strip().casefold()
    if plain and plain not in VEHICLES:
        raise Misused(f"“{typed}” is not known.", "Nothing was changed.", f"Use one of: {', '.join(VEHICLES)}.")
    return plain
