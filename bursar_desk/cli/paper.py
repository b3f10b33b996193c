"""Reports: each by its name, as PDF, workbook or web page by the file's ending."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bursar_desk.cli.contractors import which_permit
from bursar_desk.cli.cover import one_cover
from bursar_desk.cli.deals_facts import one_deal
from bursar_desk.cli.defects import which_fault
from bursar_desk.cli.frame import Answer, Misused, common, on_the_day
from bursar_desk.cli.support import plan_or_visit

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk


class Report(StrEnum):
    """What can be made."""

    GOVERNORS = "governors"
    ROUND_SHEET = "round-sheet"
    COVER = "cover"
    CHASE = "chase"
    SITE_SHEET = "site-sheet"
    JOB_SHEET = "job-sheet"
    PERMIT = "permit"
    FAULT_PAD = "fault-pad"
    PLANNER = "planner"
    LOGBOOK = "logbook"
    INSPECTOR = "inspector"
    WALK_FORM = "walk-form"
    BLANK_FORM = "blank-form"
    LABELS = "labels"
    ASBESTOS = "asbestos"
    EQUIPMENT = "equipment"
    SUPPORT = "support"
    TRAINING = "training"
    TRAINING_CLUSTER = "training-cluster"
    PEOPLE = "people"
    CONTRACTS = "contracts"
    FORWARD_PLAN = "forward-plan"
    DEAL = "deal"
    SAVINGS = "savings"
    SERVICES = "services"
    BENEFIT = "benefit"


class Paper(StrEnum):
    """The sizes of the wall planner."""

    A3 = "a3"
    A4 = "a4"


class Order(StrEnum):
    """The orders of the walk form."""

    PLACE = "place"
    THEME = "theme"


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
    cover: Annotated[str | None, typer.Option(metavar="COVER", help="Whose pack; without it, the hours owed.")] = None,
    fault: Annotated[str | None, typer.Option("--defect", metavar="DEFECT", help="Of a job sheet.")] = None,
    permit: Annotated[str | None, typer.Option(metavar="PERMIT", help="Which permit.")] = None,
    support: Annotated[str | None, typer.Option(metavar="PLAN", help="Which support plan, or visit of one.")] = None,
    deal: Annotated[str | None, typer.Option(metavar="DEAL", help="Which deal the paper for governors is of.")] = None,
    place: Annotated[
        list[str] | None,
        typer.Option("--place", "--site", metavar="PLACE", help="Of fault slips, may be repeated; one site’s sheet."),
    ] = None,
    check: Annotated[str, typer.Option(metavar="CODE", help="The check, or the area, of a log or a blank form.")] = "",
    first: Annotated[str | None, typer.Option("--from", metavar="DATE", help="First day; a planner’s month.")] = None,
    last: Annotated[str | None, typer.Option("--to", metavar="DATE", help="The last day of a log.")] = None,
    paper: Annotated[Paper, typer.Option(help="The size of the planner.")] = Paper.A3,
    order: Annotated[Order, typer.Option(help="The order of the walk form.")] = Order.PLACE,
    labels: Annotated[str, typer.Option("--for", metavar="WHAT", help="Labels for places or equipment.")] = "places",
    kind: Annotated[str, typer.Option(help="Labels for one kind of equipment.")] = "",
    stock: Annotated[str, typer.Option(help="Labels on L7160, L7159, L7161 or L7651.")] = "L7160",
    start: Annotated[int, typer.Option(metavar="N", help="The first label still on the sheet.")] = 1,
    outlines: Annotated[bool, typer.Option("--outlines", help="Draw the edges of labels: a test print.")] = False,
) -> Answer:
    """Write a report from the records."""
    from bursar_desk.domain import words
    from bursar_desk.services import places, reporting
    from bursar_desk.services.asset_papers import LabelsAsked

    shared = common(ctx)
    at, on = shared.day_or_none(as_at, "--as-at"), shared.day_or_none(day, "--day")
    if as_known and at is None:
        raise Misused("--as-known goes with --as-at.", "Nothing was made.", "Add the day: --as-at 2027-03-03.")
    begin, end = shared.day_or_none(first, "--from"), shared.day_or_none(last, "--to")
    # a sheet that can be keyed in is kept, so the register is opened to write in
    keeps = name.value in reporting.KEPT or (name is Report.COVER and cover is not None)
    door = shared.desk if keeps and at is None and shared.as_at is None else shared.reading
    with door() as present, on_the_day(present, at, as_known=as_known) as desk:
        made = reporting.write(
            desk, name.value, out, school=desk.find_school(school) if school else None, term=term, day=on, week=week,
            cover=one_cover(desk, cover) if cover else None, about=_about(desk, fault, permit, support, deal),
            places=tuple(places.find(desk, one) for one in place or ()), check=check, first=begin, last=end,
            paper=paper.value, order=order.value, labels=LabelsAsked(labels, stock, start, outlines, kind),
        )  # fmt: skip
    facts = {"file": made.file, "pages": made.pages, "figures": made.figures}
    return Answer(facts, f"{words.count(made.pages, 'page')}: {made.file}")


def _about(
    desk: Desk, fault: str | None, permit: str | None, support: str | None = None, deal: str | None = None
) -> bytes | None:
    """Return the fault, the permit, the support plan or visit, or the deal a paper is about."""
    if deal:
        return one_deal(desk, deal)
    if support:
        return plan_or_visit(desk, support)
    if permit:
        return which_permit(desk, permit)
    return which_fault(desk, fault) if fault else None
