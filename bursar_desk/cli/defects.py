"""Faults: list, show, report, and every step until the work is verified and whoever reported it was told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bursar_desk.cli.checks import School, school_of
from bursar_desk.cli.checks import defect as as_facts
from bursar_desk.cli.frame import Answer, common, lines, one_of

if TYPE_CHECKING:
    from bursar_desk.domain.operations import Changes
    from bursar_desk.services.desk import Desk
    from db.queries.checks import DefectRow

faults = typer.Typer(help="Faults and what became of them.")
Fault = Annotated[str, typer.Argument(metavar="DEFECT", help="Its id, or the first letters of it.")]
Day = Annotated[str | None, typer.Option("--day", metavar="DATE", help="When it was; else today.")]
Note = Annotated[str, typer.Option(metavar="T", help="A line to keep with it.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(faults, name="defect")


def defect_facts(one: DefectRow, today: Any = None) -> dict[str, Any]:
    """Return one fault as the JSON documents have it, with everything that was decided about it."""
    from bursar_desk.domain import defects as rules

    more = {
        "place": one.place, "owner": one.owner, "contractor": one.contractor, "asset": one.asset,
        "interim_control": one.interim_control, "interim_until": one.interim_until, "stop_on": one.stop_on,
        "ordered_on": one.ordered_on, "closed_by": one.closed_by, "minutes": one.minutes, "cost": one.cost,
        "planned": one.planned, "verified_on": one.verified_on, "verified_by": one.verified_by,
        "told_on": one.told_on, "decided_why": one.decided_why, "point": one.point,
    }  # fmt: skip
    if today is not None:
        more |= {"risk_now": rules.risk_now(one, today).value, "lapsed": rules.lapsed(one, today),
                 "status": rules.state_words(one, today)}  # fmt: skip
    return as_facts(one) | more


def which_fault(desk: Desk, typed: str) -> bytes:
    """Return the fault that was named by the code on its job sheet or the first letters of its id."""
    from bursar_desk.services import defects
    from bursar_desk.services.job_papers import fault_of_code

    coded = fault_of_code(desk, typed)
    if coded is not None:
        return coded
    return one_of(typed, [one.id for one in defects.listing(desk, every=True)], "fault", "defect list")


def _answer(desk: Desk, made: tuple[DefectRow, Changes], said: str) -> Answer:
    one, changes = made
    return Answer({"defect": defect_facts(one, desk.today), "act": changes.act}, f"{said}: {one.title}.")


# --- looking ---------------------------------------------------------------------------------------------------------


@faults.command("list")
def list_defects(
    ctx: typer.Context,
    school: School = None,
    every: Annotated[bool, typer.Option("--all", help="Closed ones as well.")] = False,
) -> Answer:
    """List open faults, the most pressing first, and how much of the year’s work was planned."""
    from bursar_desk.services import defects_view

    with common(ctx).reading() as desk:
        where = school_of(desk, school)
        found = defects_view.lines(desk, school=where, every=every)
        office = desk.is_office and not where
        share = defects_view.planned(desk, school=where) if where or not desk.is_office else None
        facts = [defect_facts(one.row, desk.today) for one in found]
    wide = max((len(one.status) for one in found), default=0)
    rows = [
        f"{one.id.hex()[:16]}  {one.risk.value:6}  {one.status:{wide}}  {one.due_words:14}  {one.row.title}"
        f"{f', {one.school_name}' if office else ''}"
        for one in found
    ]  # fmt: skip
    told = lines(rows, "No fault is open.") + (f"\n{share.words}" if share else "")
    planned = {"planned": share.planned, "reactive": share.reactive, "percent": share.percent} if share else None
    return Answer({"defects": facts, "planned": planned}, told)


@faults.command("show")
def show_defect(ctx: typer.Context, which: Fault) -> Answer:
    """Show one fault: its facts, what was written about it, and everything it is linked to."""
    from bursar_desk.services import defects_view

    with common(ctx).reading() as desk:
        found = defects_view.detail(desk, which_fault(desk, which))
        facts = defect_facts(found.line.row, desk.today)
    links = [{"kind": one.kind, "id": one.id, "words": one.words, "day": one.day} for one in found.links]
    told = [f"{found.line.row.title}. {found.line.risk.said} risk, {found.line.status}."]
    told += [f"{label}: {said}" for label, said in found.facts]
    told += [f"  {one}" for one in found.notes] + [one.said for one in found.links]
    return Answer({"defect": facts | {"links": links, "moves": list(found.moves)}}, "\n".join(told))


# --- reporting and deciding ------------------------------------------------------------------------------------------


@faults.command("add")
def add_defect(
    ctx: typer.Context,
    title: Annotated[str, typer.Argument(metavar="TITLE", help="What is wrong.")],
    risk: Annotated[str, typer.Option(help="danger, high, medium or low.")] = "medium",
    note: Annotated[str, typer.Option(metavar="T")] = "",
    where: Annotated[
        str | None, typer.Option("--place", metavar="PLACE", help="Its name, or the code on its label or slip.")
    ] = None,
    day: Annotated[str | None, typer.Option("--day", metavar="DATE", help="When it was seen; else today.")] = None,
    target: Annotated[
        str | None, typer.Option(metavar="DATE", help="By when it shall be put right; else as the risk asks.")
    ] = None,
    owner: Annotated[str | None, typer.Option(metavar="PERSON", help="Who answers for it.")] = None,
    by: Annotated[str, typer.Option(metavar="NAME", help="Who saw it; else whoever acts.")] = "",
) -> Answer:
    """Report a fault by itself."""
    from bursar_desk.services import defects, places

    shared = common(ctx)
    with shared.desk() as desk:
        made = defects.report(
            desk, title, risk=risk, note=note, place=places.find(desk, where) if where else None,
            on=shared.day_or_none(day, "--day"), target_on=shared.day_or_none(target, "--target"),
            owner=desk.find_person(owner).id if owner else None, by=by,
        )  # fmt: skip
        return _answer(desk, made, "Reported")


@faults.command("triage")
def triage(
    ctx: typer.Context,
    which: Fault,
    risk: Annotated[str | None, typer.Option(help="danger, high, medium or low.")] = None,
    owner: Annotated[str | None, typer.Option(metavar="PERSON", help="Who answers for it.")] = None,
    target: Annotated[str | None, typer.Option(metavar="DATE", help="By when it shall be put right.")] = None,
    stop: Annotated[str | None, typer.Option(metavar="DATE", help="The last day it may be used as it is.")] = None,
    planned: Annotated[bool | None, typer.Option("--planned/--reactive", help="Whether the work was planned.")] = None,
    note: Note = "",
) -> Answer:
    """Decide how bad a fault is, who answers for it and by when."""
    from bursar_desk.services import defects

    shared = common(ctx)
    with shared.desk() as desk:
        wanted = defects.Triage(
            risk=risk, owner=desk.find_person(owner).id if owner else None,
            target_on=shared.day_or_none(target, "--target"), stop_on=shared.day_or_none(stop, "--stop"),
            planned=planned, note=note,
        )  # fmt: skip
        return _answer(desk, defects.triage(desk, which_fault(desk, which), wanted), "Decided")


@faults.command("note")
def note_defect(ctx: typer.Context, which: Fault, text: Annotated[str, typer.Argument(metavar="TEXT")]) -> Answer:
    """Add a line to what was written about a fault."""
    from bursar_desk.services import defects

    with common(ctx).desk() as desk:
        return _answer(desk, defects.add_note(desk, which_fault(desk, which), text), "Noted")


# --- the moves -------------------------------------------------------------------------------------------------------


@faults.command("make-safe")
def make_safe(
    ctx: typer.Context,
    which: Fault,
    control: Annotated[str, typer.Option(metavar="T", help="What makes it safe in the meantime.")],
    until: Annotated[str, typer.Option(metavar="DATE", help="The last day it holds.")],
    note: Note = "",
) -> Answer:
    """Write down what is done in the meantime; when its last day has passed the risk is back."""
    from bursar_desk.services import defects

    shared = common(ctx)
    with shared.desk() as desk:
        made = defects.make_safe(desk, which_fault(desk, which), control, shared.day(until, "--until"), note=note)
        return _answer(desk, made, "Made safe")


@faults.command("order")
def order(
    ctx: typer.Context,
    which: Fault,
    contractor: Annotated[str | None, typer.Option(metavar="NAME", help="Who does it; else the school itself.")] = None,
    day: Day = None,
    target: Annotated[str | None, typer.Option(metavar="DATE", help="By when it shall be done.")] = None,
    anyway: Annotated[str, typer.Option(metavar="WHY", help="Although the contractor may not attend.")] = "",
    note: Note = "",
) -> Answer:
    """Order the job. A contractor who may not attend is refused, with what is missing."""
    from bursar_desk.services import contractors, defects

    shared = common(ctx)
    with shared.desk() as desk:
        firm = contractors.find(desk, contractor).row.id if contractor else None
        made = defects.order(
            desk, which_fault(desk, which), contractor=firm, on=shared.day_or_none(day, "--day"),
            target_on=shared.day_or_none(target, "--target"), anyway=anyway, note=note,
        )  # fmt: skip
        return _answer(desk, made, "Ordered")


@faults.command("done")
def done(
    ctx: typer.Context,
    which: Fault,
    day: Day = None,
    by: Annotated[str, typer.Option(metavar="NAME", help="Who did it; else whoever acts.")] = "",
    took: Annotated[int | None, typer.Option("--minutes", metavar="N", min=0, help="How long it took.")] = None,
    cost: Annotated[str | None, typer.Option(metavar="POUNDS", help="What it cost, like 120 or 472.64.")] = None,
    planned: Annotated[bool | None, typer.Option("--planned/--reactive", help="Whether the work was planned.")] = None,
    note: Note = "",
) -> Answer:
    """Say that a fault was put right."""
    from bursar_desk.domain.typed_money import read_money
    from bursar_desk.services import defects

    shared = common(ctx)
    with shared.desk() as desk:
        made = defects.done(
            desk, which_fault(desk, which), on=shared.day_or_none(day, "--day"), by=by, minutes=took,
            cost=read_money(cost) if cost else None, planned=planned, note=note,
        )  # fmt: skip
        return _answer(desk, made, "Done")


@faults.command("verify")
def verify(ctx: typer.Context, which: Fault, day: Day = None, note: Note = "") -> Answer:
    """Say that the work was looked at and is right; whoever did it may only where the risk is low."""
    from bursar_desk.services import defects

    shared = common(ctx)
    with shared.desk() as desk:
        made = defects.verify(desk, which_fault(desk, which), on=shared.day_or_none(day, "--day"), note=note)
        return _answer(desk, made, "Verified")


@faults.command("reject")
def reject(
    ctx: typer.Context,
    which: Fault,
    why: Annotated[str, typer.Option(metavar="T", help="Why nothing is to be done.")],
    day: Day = None,
) -> Answer:
    """Say that nothing is to be done, and why."""
    from bursar_desk.services import defects

    shared = common(ctx)
    with shared.desk() as desk:
        made = defects.reject(desk, which_fault(desk, which), why, on=shared.day_or_none(day, "--day"))
        return _answer(desk, made, "Rejected")


@faults.command("reopen")
def reopen(ctx: typer.Context, which: Fault, why: Annotated[str, typer.Option(metavar="T", help="Why.")]) -> Answer:
    """Open a closed fault again."""
    from bursar_desk.services import defects

    with common(ctx).desk() as desk:
        return _answer(desk, defects.reopen(desk, which_fault(desk, which), why), "Open again")


@faults.command("told")
def told(ctx: typer.Context, which: Fault, day: Day = None) -> Answer:
    """Note that whoever reported it was told what became of it."""
    from bursar_desk.services import defects

    shared = common(ctx)
    with shared.desk() as desk:
        made = defects.tell(desk, which_fault(desk, which), on=shared.day_or_none(day, "--day"))
        return _answer(desk, made, "Told")


@faults.command("close")
def close_defect(
    ctx: typer.Context,
    which: Fault,
    day: Annotated[str | None, typer.Option("--day", metavar="DATE", help="When it was put right; else today.")] = None,
    ended: Annotated[str, typer.Option("--as", help="done, verified or rejected.")] = "done",
    why: Annotated[str, typer.Option(metavar="T", help="A reason; “rejected” needs one.")] = "",
) -> Answer:
    """Say that a fault was put right: the short way for done, verify and reject."""
    from bursar_desk.services import defects

    shared = common(ctx)
    with shared.desk() as desk:
        day_said = shared.day_or_none(day, "--day")
        made = defects.close(desk, which_fault(desk, which), on=day_said, as_state=ended, why=why)
        return _answer(desk, made, "Closed")
