"""Who leads what: the list, setting and ending it, and what our governing body decided."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bursar_desk.cli.checks import School, school_of
from bursar_desk.cli.frame import Answer, Misused, common, lines, one_of

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.leads import LeadLine

lead = typer.Typer(help="Who leads what at a school, and what governors decided about it.")
Which = Annotated[str, typer.Argument(metavar="LEAD", help="Its id, or the name of who leads.")]


class Kind(StrEnum):
    """The kinds of lead."""

    DUTY_HOLDER = "duty-holder"
    RESPONSIBLE = "responsible-person"
    MANAGER = "line-manager"
    PREMISES = "premises-lead"


class Said(StrEnum):
    """What a governing body decides."""

    YES = "yes"
    NO = "no"
    TAKEN_BACK = "taken-back"


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(lead, name="lead")


def _facts(desk: Desk, one: LeadLine) -> dict[str, Any]:
    root = desk.trust.roots.get(one.school)
    return {
        "lead": one.id, "kind": one.row.kind, "school": root.urn if root else "", "person": one.row.person,
        "name": one.name, "employer": one.employer_name or None, "of_person": one.row.of_person,
        "from": one.row.first, "to": one.row.last, "state": one.state.value, "counts": one.now,
        "until": one.standing.until, "sentence": one.sentence, "decisions": list(one.said),
        "overlaps": list(one.overlaps), "hint": one.hint,
    }  # fmt: skip


@lead.command("list")
def list_leads(
    ctx: typer.Context,
    school: School = None,
    cluster: Annotated[bool, typer.Option("--cluster", help="Of every school known here.")] = False,
    every: Annotated[bool, typer.Option("--all", help="Ended ones as well.")] = False,
) -> Answer:
    """List who leads what, how it stands, and whose governors have yet to decide."""
    from bursar_desk.services import leads

    with common(ctx).reading() as desk:
        found = leads.listing(desk, school=school_of(desk, school), every_school=cluster, every=every)
        facts = [_facts(desk, one) for one in found]
        told = []
        for one in found:
            told.append(f"{one.id.hex()[:20]}  {one.sentence}")
            told += [f"                      {line}" for line in one.said]
            told += [f"                      {one.hint}"] if one.hint else []
            told += [f"                      Overlaps with {name}." for name in one.overlaps]
    return Answer({"leads": facts}, lines(told, "Nobody is named to lead yet."))


@lead.command("set")
def set_lead(
    ctx: typer.Context,
    kind: Annotated[Kind, typer.Argument(metavar="KIND", help=f"One of: {', '.join(Kind)}.")],
    person: Annotated[str | None, typer.Argument(metavar="[PERSON]", help="Anybody known here.")] = None,
    body: Annotated[str, typer.Option(help="The duty holder where it is a body: “Governing body”.")] = "",
    of: Annotated[str | None, typer.Option("--of", metavar="PERSON", help="Whom a line manager leads.")] = None,
    first: Annotated[str | None, typer.Option("--from", metavar="DATE", help="First day; else today.")] = None,
    last: Annotated[str | None, typer.Option("--to", metavar="DATE", help="Last day; else open.")] = None,
    note: Annotated[str, typer.Option(help="Read by schools that read our people.")] = "",
    instead: Annotated[bool, typer.Option("--instead", help="Ends whoever has it now.")] = False,
) -> Answer:
    """Say who leads what at our school from a day on."""
    from bursar_desk.services import leads, people

    shared = common(ctx)
    with shared.desk() as desk:
        made, changes = leads.set_lead(
            desk, kind.value.replace("-", " "), leads.anybody(desk, person).id if person else None, body=body,
            of_person=people.find(desk, of).id if of else None, first=shared.day_or_none(first, "--from"),
            last=shared.day_or_none(last, "--to"), note=note, instead=instead,
        )  # fmt: skip
        facts = _facts(desk, made)
    return Answer(facts | {"act": changes.act}, made.sentence)


@lead.command("end")
def end(
    ctx: typer.Context,
    which: Which,
    last: Annotated[str | None, typer.Option("--last", metavar="DATE", help="Its last day; else today.")] = None,
) -> Answer:
    """End a lead at our school."""
    from bursar_desk.services import leads

    shared = common(ctx)
    with shared.desk() as desk:
        one = _one(desk, which, ours=True)
        changes = leads.end(desk, one, shared.day_or_none(last, "--last"))
        made = leads.get(desk, one)
        facts = _facts(desk, made)
    return Answer(facts | {"act": changes.act}, made.sentence)


@lead.command("decide")
def decide(
    ctx: typer.Context,
    which: Which,
    answer: Annotated[Said, typer.Argument(metavar="ANSWER", help="yes, no or taken-back.")],
    body: Annotated[str, typer.Option(help="Which body decided, for example “Full governing body”.")],
    minute: Annotated[str, typer.Option(metavar="REF", help="The minute it can be looked up under.")] = "",
    on: Annotated[str | None, typer.Option("--met-on", metavar="DATE", help="Day of the meeting; else today.")] = None,
    until: Annotated[str | None, typer.Option(metavar="DATE", help="The last day it holds for.")] = None,
    why: Annotated[str, typer.Option(help="Read by the other school.")] = "",
    conditions: Annotated[str, typer.Option(help="On what condition.")] = "",
) -> Answer:
    """Note what our governing body decided about somebody who leads across two schools."""
    from bursar_desk.services import leads

    shared = common(ctx)
    with shared.desk() as desk:
        made, changes = leads.decide(
            desk, _one(desk, which), answer.value.replace("-", " "), body=body, minute_ref=minute,
            on=shared.day_or_none(on, "--met-on"), until=shared.day_or_none(until, "--until"), why=why,
            conditions=conditions,
        )  # fmt: skip
        facts = _facts(desk, made)
    return Answer(facts | {"act": changes.act}, made.sentence)


def _one(desk: Desk, typed: str, *, ours: bool = False) -> bytes:
    """Return the lead that was named by its id or by the one person who has it."""
    from bursar_desk.services import leads

    known = [one for one in leads.listing(desk, every_school=True) if one.school == desk.home or not ours]
    wanted = " ".join(typed.casefold().split())
    named = [one for one in known if wanted and wanted in one.name.casefold() and (ours or one.decides)]
    if len(named) > 1:
        listed = "; ".join(f"{one.id.hex()[:20]} {one.kind_words}, {one.when}" for one in named)
        raise Misused(f"{named[0].name} leads in more than one way.", "Nothing was changed.", f"Give the id: {listed}.")
    return named[0].id if named else one_of(typed, [one.id for one in known], "lead", "lead list --cluster")
