"""Taking the calendar along: an .ics file, the week's message, and what is to be remembered."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bursar_desk.cli.checks import School, school_of
from bursar_desk.cli.frame import Answer, common, lines

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk

Person = Annotated[str | None, typer.Option("--person", metavar="NAME", help="Only what they do or own.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("ics")(ics)
    app.command("week")(week)
    app.command("reminders")(reminders)


def _person(desk: Desk, name: str | None) -> bytes | None:
    return desk.find_person(name).id if name else None


def ics(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Ends in .ics.")],
    school: School = None,
    person: Person = None,
    routine: Annotated[bool, typer.Option("--routine", help="Also daily and weekly checks.")] = False,
) -> Answer:
    """Write the due dates as a calendar file; made again, it moves and takes back what changed."""
    from bursar_desk.services import calendar_feed

    with common(ctx).desk() as desk:
        whose = school_of(desk, school) if school else None
        made = calendar_feed.write(desk, file, school=whose, person=_person(desk, person), routine=routine)
    dates, back = int(made.figures["dates"]), int(made.figures["taken back"])
    told = f"{made.file}: {dates} dates." + (f" {back} of an earlier file are taken back." if back else "")
    return Answer({"file": str(made.file), "dates": dates, "taken_back": back}, told)


def week(ctx: typer.Context, school: School = None, person: Person = None) -> Answer:
    """Show the week's message: what is late, what comes, what the head should see; ready to paste into a mail."""
    from bursar_desk.services import digest as service

    with common(ctx).reading() as desk:
        whose = school_of(desk, school) if school else None
        made = service.digest(desk, school=whose, person=_person(desk, person))
    facts = {
        "subject": made.subject, "text": made.text, "late": made.late, "this_week": made.this_week,
        "did_not_pass": made.failed, "to_head": list(made.to_head), "mail_link": made.mail_link,
    }  # fmt: skip
    return Answer(facts, f"{made.subject}\n\n{made.text.rstrip()}")


def reminders(
    ctx: typer.Context,
    seen: Annotated[
        bool, typer.Option("--seen", help="Note that these were seen; the same date says it no more.")
    ] = False,
    days: Annotated[
        list[int] | None,
        typer.Option("--days", metavar="N", help="Be reminded so many days ahead; may be given again."),
    ] = None,
) -> Answer:
    """List what is to be remembered today, each lead time once; with --days, choose the lead times."""
    from bursar_desk.services import reminders as service

    with common(ctx).desk() if seen or days else common(ctx).reading() as desk:
        if days:
            service.choose_leads(desk, days)
        found = service.reached(desk)
        if seen:
            service.said(desk, found)
        leads = list(service.leads(desk))
    facts = [
        {"check": one.check, "title": one.title, "due": one.due, "lead": one.lead, "days": one.days, "doer": one.doer}
        for one in found
    ]
    return Answer(
        {"reminders": facts, "days_ahead": leads}, lines([one.words for one in found], "Nothing to remember today.")
    )
