"""Beginning: a practice partnership, a new register, the date engine alone."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bursar_desk.cli.frame import Answer, Misused, common, watching
from bursar_desk.domain.errors import CannotOpen, Refused, UserError

if TYPE_CHECKING:
    from bursar_desk.domain.calendar import Block, SchoolCalendar
    from bursar_desk.domain.habits import Habit


_HOW_TO_ADD = (
    "A rule form, an outcome or a row of the catalogue is added as README.md says under “How to add”: the worked "
    "example first, then domain/intervals.py and domain/anchors.py, domain/checks.py, or resources/catalogue."
)


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("sample")(sample)
    app.command("new")(new)
    app.command("explain", epilog=_HOW_TO_ADD)(explain)


def sample(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where to make it; made if it is not there.")],
    partnership: Annotated[str, typer.Option(help="boscep, darlaston, blackpool or bury.")] = "boscep",
    schools: Annotated[str | None, typer.Option(metavar="URNS", help="Only these, with commas between.")] = None,
    years: Annotated[int, typer.Option(min=1, max=10, help="How many years of history.")] = 2,
    seed: Annotated[int, typer.Option(help="Another number makes another story.")] = 1,
) -> Answer:
    """Make a practice partnership: a register with history for each school and each Cluster SBM."""
    from bursar_desk.clock import SystemClock
    from bursar_desk.services.sample import make_sample

    shared = common(ctx)
    wanted = _urns(schools)
    try:
        with watching() as bar:
            made = make_sample(
                folder, partnership=partnership, schools=wanted, years=years, seed=seed, on=shared.today,
                clock=SystemClock(), progress=bar,
            )  # fmt: skip
    except CannotOpen as problem:  # nothing was to be opened: there are registers in that folder
        raise Refused(problem.title, problem.safe, problem.remedy) from problem
    listed = [
        {"school": one.school, "urn": one.urn, "role": one.role, "path": one.path, "school_id": one.school_id}
        for one in made.registers
    ]
    words = "\n".join(f"{one.role:8} {one.urn:8} {one.school}: {one.path}" for one in made.registers)
    return Answer({"registers": listed}, f"{words}\n{len(listed)} registers made. Practice - made-up records.")


def _urns(typed: str | None) -> list[int] | None:
    if typed is None:
        return None
    parts = [part.strip() for part in typed.split(",") if part.strip()]
    if not parts or not all(part.isdecimal() for part in parts):
        raise Misused("--schools takes URNs with commas between.", "Nothing was made.", "For example 105219,105220.")
    return [int(part) for part in parts]


def new(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The register to make.")],
    urn: Annotated[str | None, typer.Option(metavar="N", help="The school's number in the public register.")] = None,
    name: Annotated[str | None, typer.Option(help="The school's name, if it has no URN.")] = None,
    manager: Annotated[str | None, typer.Option(help="Who will run the register; else whoever --as names.")] = None,
    practice: Annotated[bool, typer.Option("--practice", help="Made-up records, kept apart from real ones.")] = False,
) -> Answer:
    """Make a new register for one school, with the checks a school of its kind usually has."""
    from bursar_desk.clock import SystemClock
    from bursar_desk.services import own_desk
    from bursar_desk.services.setup import new_register

    if (urn is None) == (name is None):
        raise Misused("Give either --urn or --name.", "Nothing was made.")
    if file.exists():
        raise Refused(f"{file.name} exists already.", "It was not touched.", "Choose another name.")
    who = manager or common(ctx).as_person or "Business manager"
    made = new_register(file, urn=urn, name=name, manager=who, practice=practice, clock=SystemClock())
    made.store.close()
    if own_desk.last_used() is None:
        own_desk.remember(file)
    sheet = "\n".join(made.recovery)
    words = (
        f"The register is ready: {file}\n\nRecovery sheet. Print these lines, put them in the safe, and keep no other "
        f"copy: they are not shown again.\n{sheet}"
    )
    return Answer({"register": file.absolute(), "manager": who, "recovery": list(made.recovery)}, words)


def explain(
    ctx: typer.Context,
    rule: Annotated[str, typer.Argument(metavar="RULE", help="For example “every 6 months”.")],
    anchor: Annotated[str, typer.Option(help="last done, fixed date, expiry date, calendar period or event.")],
    done: Annotated[str, typer.Option(metavar="DATE", help="When it was done last.")],
    previous: Annotated[str | None, typer.Option(metavar="DATE", help="The date it was due then.")] = None,
    printed: Annotated[str | None, typer.Option(metavar="DATE", help="The date printed on the report.")] = None,
    value: Annotated[str | None, typer.Option(metavar="N", help="The number a banded rule asks for.")] = None,
    calendar: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Term dates: kind, name, first, last, term, half.")
    ] = None,
    first_used: Annotated[str | None, typer.Option(metavar="DATE", help="When it was first used.")] = None,
    habit: Annotated[
        str | None, typer.Option(metavar="JSON", help="How a school's own check repeats, as it is kept.")
    ] = None,
) -> Answer:
    """Say when a check is next due and why, from the rules alone; no register is needed."""
    from bursar_desk.domain import words
    from bursar_desk.domain.recurrence import explain as work_out

    shared = common(ctx)
    try:
        due = work_out(
            rule, anchor, shared.day(done, "--done"), shared.day_or_none(previous, "--previous"),
            shared.day_or_none(printed, "--printed"), _number(value), _calendar(calendar) if calendar else None,
            shared.on, shared.day_or_none(first_used, "--first-used"), _habit(habit) if habit else None,
        )  # fmt: skip
    except UserError as problem:  # nothing but what was typed can be wrong here
        raise Misused(problem.title, problem.safe, problem.remedy) from problem
    facts = {"legal_due": due.legal_due, "plan_by": due.plan_by, "because": due.because}
    facts |= {"latest": due.latest, "plan_because": due.plan_because}
    said = f"Due {words.long_date(due.legal_due)}. " if due.legal_due else ""
    return Answer(facts, f"{said}{due.because}")


def _habit(typed: str) -> Habit:
    import json

    from bursar_desk.domain.habits import from_json

    try:
        kept = json.loads(typed)
    except ValueError as problem:
        raise Misused("--habit is not JSON.", "Nothing was worked out.") from problem
    if not isinstance(kept, dict):
        raise Misused("--habit is not one JSON object.", "Nothing was worked out.")
    return from_json(kept)


def _number(typed: str | None) -> Decimal | None:
    if typed is None:
        return None
    try:
        number = Decimal(typed.replace(",", ""))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise Misused("--value is not a number.", "Nothing was worked out.")
    return number


def _calendar(file: Path) -> SchoolCalendar:
    """Read term dates from a file. Raises ``Misused`` naming the row that cannot be read."""
    import csv
    import io
    import json

    from bursar_desk.domain.calendar import SchoolCalendar
    from bursar_desk.services import bank_holidays

    try:
        text = file.read_text("utf-8-sig")
        rows = json.loads(text) if file.suffix.lower() == ".json" else list(csv.DictReader(io.StringIO(text)))
    except (OSError, ValueError) as problem:
        raise Misused(f"{file.name} cannot be read.", "Nothing was worked out.", "Check the file.") from problem
    if isinstance(rows, dict):
        rows = rows.get("blocks")
    if not isinstance(rows, list):
        raise Misused(f"{file.name} holds no list of dates.", "Nothing was worked out.", "Check the file.")
    return SchoolCalendar(tuple(_block(row, n) for n, row in enumerate(rows, 1)), bank_holidays.england())


def _block(row: object, number: int) -> Block:
    import datetime as dt

    from bursar_desk.domain.calendar import Block
    from bursar_desk.domain.periods import BlockKind, Term

    said = {str(name): str(one or "").strip() for name, one in row.items()} if isinstance(row, dict) else {}
    terms: dict[str, Term | None] = {"": None, "autumn": "autumn", "spring": "spring", "summer": "summer"}
    halves: dict[str, Literal[1, 2] | None] = {"": None, "1": 1, "2": 2}
    try:
        return Block(
            BlockKind(said["kind"].lower()), said.get("name", ""), dt.date.fromisoformat(said["first"]),
            dt.date.fromisoformat(said["last"]), terms[said.get("term", "").lower()], halves[said.get("half", "")],
        )  # fmt: skip
    except (KeyError, ValueError):
        raise Misused(
            f"Row {number} of the term dates cannot be read.", "Nothing was worked out.",
            "It needs kind (term, inset, closure or letting), first and last as 2027-03-26.",
        ) from None  # fmt: skip
