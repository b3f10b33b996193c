"""Reports: each by its name, as PDF, workbook or web page by the file's ending."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bursar_desk.cli.cover import one_cover
from bursar_desk.cli.frame import Answer, Misused, common, on_the_day


class Report(StrEnum):
    """What can be made."""

    GOVERNORS = "governors"
    ROUND_SHEET = "round-sheet"
    COVER = "cover"
    CHASE = "chase"
    SITE_SHEET = "site-sheet"


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("report")(report)


def report(
    ctx: typer.Context,
    name: Annotated[Report, typer.Argument(metavar="NAME", help=f"One of: {', '.join(Report)}.")],
    out: Annotated[Path, typer.Option(metavar="FILE", help="Ends in .pdf, .xlsx or .html.")],
    school: Annotated[str | None, typer.Option(metavar="URN", help="Another school held here.")] = None,
    term: Annotated[str | None, typer.Option(metavar="T", help="As 2026/autumn; else the present one.")] = None,
    as_at: Annotated[str | None, typer.Option("--as-at", metavar="DATE", help="As at this day, corrected.")] = None,
    as_known: Annotated[bool, typer.Option("--as-known", help="With --as-at: only what was known here then.")] = False,
    day: Annotated[str | None, typer.Option(metavar="DATE", help="Of a round sheet; else today.")] = None,
    week: Annotated[bool, typer.Option("--week", help="A round sheet for the whole week.")] = False,
    cover: Annotated[str | None, typer.Option(metavar="COVER", help="Which cover the papers are for.")] = None,
) -> Answer:
    """Write a report from the records."""
    from bursar_desk.domain import words
    from bursar_desk.services import reporting

    shared = common(ctx)
    at, on = shared.day_or_none(as_at, "--as-at"), shared.day_or_none(day, "--day")
    if as_known and at is None:
        raise Misused("--as-known goes with --as-at.", "Nothing was made.", "Add the day: --as-at 2027-03-03.")
    with shared.reading() as present, on_the_day(present, at, as_known=as_known) as desk:
        made = reporting.write(
            desk, name.value, out, school=desk.find_school(school) if school else None, term=term, day=on, week=week,
            cover=one_cover(desk, cover) if cover else None,
        )  # fmt: skip
    facts = {"file": made.file, "pages": made.pages, "figures": made.figures}
    return Answer(facts, f"{words.count(made.pages, 'page')}: {made.file}")
