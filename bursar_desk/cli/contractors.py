"""Contractors and permits: who may come, who came, and what dangerous work was allowed."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bursar_desk.cli.defects import which_fault
from bursar_desk.cli.frame import Answer, Common, Misused, common, lines, minutes, one_of

if TYPE_CHECKING:
    from bursar_desk.domain.operations import Changes
    from bursar_desk.services.contractors import ContractorLine
    from bursar_desk.services.desk import Desk
    from db.queries.contractors import VisitRow
    from db.queries.permits import PermitRow

contractor = typer.Typer(help="Contractors: their papers, whether they may attend, their visits.")
permit = typer.Typer(help="Permits for dangerous work.")
Firm = Annotated[str, typer.Argument(metavar="CONTRACTOR", help="Its name, part of it, or its id.")]
Permit = Annotated[str, typer.Argument(metavar="PERMIT", help="Its number, or the first letters of its id.")]
Date = Annotated[str | None, typer.Option(metavar="DATE")]
Text = Annotated[str | None, typer.Option(metavar="T")]
_DATES = ("insured_until", "body_until", "dbs_seen_on", "inducted_on", "asbestos_seen_on")


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(contractor, name="contractor")
    app.add_typer(permit, name="permit")


def _facts(one: ContractorLine) -> dict[str, Any]:
    from bursar_desk.services.contractors import FACTS

    row = one.row
    return {"contractor": row.id} | {name: getattr(row, name) for name in FACTS} | {
        "barred": row.barred, "barred_why": row.barred_why, "left_on": row.left_on, "may_attend": one.may.ok,
        "reasons": one.may.reasons, "runs_out": one.ends, "on_site": one.on_site, "open_jobs": one.open_jobs,
    }  # fmt: skip


def _visit(one: VisitRow) -> dict[str, Any]:
    return {
        "visit": one.id, "contractor": one.contractor, "worker": one.worker, "on": one.on, "arrived": one.arrived,
        "went": one.went, "purpose": one.purpose, "asbestos_signed": one.asbestos_signed, "defect": one.defect,
    }  # fmt: skip


def _said(made: tuple[ContractorLine, Changes], said: str) -> Answer:
    one, changes = made
    return Answer({"contractor": _facts(one), "act": changes.act}, f"{said} {one.may.words}")


# --- contractors -----------------------------------------------------------------------------------------------------


@contractor.command("list")
def list_contractors(
    ctx: typer.Context, left: Annotated[bool, typer.Option("--all", help="Also those no longer used.")] = False
) -> Answer:
    """List contractors: who may not attend first, then whose papers run out."""
    from bursar_desk.services import contractors

    with common(ctx).reading() as desk:
        found = contractors.listing(desk, left=left)
        here = [_visit(one) for one in contractors.on_site(desk)]
        whose = {one.row.school: f", {desk.school_name(one.row.school)}" if desk.is_office else "" for one in found}
    # what has ended stands among the reasons already; what is about to end does not
    rows = [
        f"{'may' if one.may.ok else 'may not':8} {one.row.name}{whose[one.row.school]}. "
        + " ".join((*one.may.reasons, *(f"{end}." for end in one.ends if " ended " not in end)))
        for one in found
    ]
    facts = {"contractors": [_facts(one) for one in found], "on_site": here}
    return Answer(facts, lines([row.strip() for row in rows], "No contractor is entered yet."))


@contractor.command("show")
def show(ctx: typer.Context, which: Firm) -> Answer:
    """Show one contractor with its latest visits."""
    from bursar_desk.domain import words
    from bursar_desk.services import contractors

    with common(ctx).reading() as desk:
        one = contractors.find(desk, which)
        log = contractors.visits(desk, contractor=one.row.id)[:20]
    told = [f"{one.row.name}, {one.row.trade or 'no trade given'}. {one.may.words}", *one.ends]
    told += [f"  {words.short_date(visit.on)}  {visit.worker}: {visit.purpose}" for visit in log]
    return Answer({"contractor": _facts(one), "visits": [_visit(each) for each in log]}, "\n".join(told))


def _given(shared: Common, **typed: str | None) -> dict[str, Any]:
    """Return what was given on the command line, dates and money read; an empty text takes a value out."""
    from bursar_desk.domain.typed_money import read_money

    out: dict[str, Any] = {}
    for name, text in typed.items():
        if text is None:
            continue
        if name in _DATES:
            out[name] = shared.day(text, f"--{name.replace('_', '-')}") if text else None
        elif name == "insured_for":
            out[name] = read_money(text, name="--insured-for") if text else None
        else:
            out[name] = text
    return out


@contractor.command("add")
def add(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The name of the firm.")],
    trade: Text = None, phone: Text = None, email: Text = None, insured_until: Date = None,
    insured_for: Annotated[str | None, typer.Option(metavar="POUNDS")] = None,
    body: Annotated[str | None, typer.Option(metavar="T", help="Who accredits it, for example Gas Safe.")] = None,
    body_number: Text = None, body_until: Date = None, dbs_seen_on: Date = None, inducted_on: Date = None,
    asbestos_seen_on: Date = None, note: Text = None,
) -> Answer:  # fmt: skip
    """Add a contractor."""
    from bursar_desk.services import contractors

    shared = common(ctx)
    given = _given(
        shared, trade=trade, phone=phone, email=email, insured_until=insured_until, insured_for=insured_for,
        body=body, body_number=body_number, body_until=body_until, dbs_seen_on=dbs_seen_on, inducted_on=inducted_on,
        asbestos_seen_on=asbestos_seen_on, note=note,
    )  # fmt: skip
    with shared.desk() as desk:
        return _said(contractors.add(desk, contractors.Facts(name, **given)), f"{name} is added.")


@contractor.command("change")
def change(
    ctx: typer.Context,
    which: Firm,
    name: Text = None, trade: Text = None, phone: Text = None, email: Text = None, insured_until: Date = None,
    insured_for: Annotated[str | None, typer.Option(metavar="POUNDS")] = None,
    body: Annotated[str | None, typer.Option(metavar="T", help="Who accredits it.")] = None,
    body_number: Text = None, body_until: Date = None, dbs_seen_on: Date = None, inducted_on: Date = None,
    asbestos_seen_on: Date = None, note: Text = None,
    left: Annotated[bool | None, typer.Option("--left/--back", help="No longer used, or used again.")] = None,
) -> Answer:  # fmt: skip
    """Change what is known of a contractor; an empty value takes it out."""
    from bursar_desk.services import contractors

    shared = common(ctx)
    given = _given(
        shared, name=name, trade=trade, phone=phone, email=email, insured_until=insured_until,
        insured_for=insured_for, body=body, body_number=body_number, body_until=body_until, dbs_seen_on=dbs_seen_on,
        inducted_on=inducted_on, asbestos_seen_on=asbestos_seen_on, note=note,
    )  # fmt: skip
    if not given and left is None:
        raise Misused("Say what to change.", "Nothing was changed.", "For example --insured-until 2027-03-31.")
    with shared.desk() as desk:
        firm = contractors.find(desk, which).row.id
        if left is None:
            return _said(contractors.change(desk, firm, given), "Changed.")
        if given:
            contractors.change(desk, firm, given)
        return _said(contractors.leave(desk, firm) if left else contractors.come_back(desk, firm), "Changed.")


@contractor.command("bar")
def bar(
    ctx: typer.Context,
    which: Firm,
    why: Annotated[str, typer.Option(metavar="T", help="Why they may not attend.")] = "",
    lift: Annotated[bool, typer.Option("--lift", help="Take the bar away.")] = False,
) -> Answer:
    """Bar a contractor from the site, or take the bar away."""
    from bursar_desk.services import contractors

    with common(ctx).desk() as desk:
        firm = contractors.find(desk, which).row.id
        made = contractors.unbar(desk, firm) if lift else contractors.bar(desk, firm, why)
        return _said(made, "The bar is gone." if lift else "Barred.")


@contractor.command("visit")
def visit(
    ctx: typer.Context,
    which: Firm,
    worker: Annotated[str, typer.Argument(metavar="WORKER", help="Who comes, or who leaves.")],
    purpose: Annotated[str, typer.Option(metavar="T")] = "",
    arrived: Annotated[str | None, typer.Option(metavar="HH:MM", help="Else now.")] = None,
    went: Annotated[str | None, typer.Option(metavar="HH:MM", help="When they left; else now, with --leave.")] = None,
    leaves: Annotated[bool, typer.Option("--leave", help="Sign out whoever is on site.")] = False,
    asbestos: Annotated[bool, typer.Option("--asbestos-signed", help="They read the register and signed.")] = False,
    fault: Annotated[str | None, typer.Option("--defect", metavar="DEFECT", help="The job they come for.")] = None,
    day: Annotated[str | None, typer.Option("--day", metavar="DATE", help="Else today.")] = None,
    anyway: Annotated[str, typer.Option(metavar="WHY", help="Why they were let in all the same.")] = "",
) -> Answer:
    """Sign a contractor’s worker in, or out again with --leave."""
    from bursar_desk.services import contractors

    shared = common(ctx)
    came, left = (minutes(one, name) if one else None for one, name in ((arrived, "--arrived"), (went, "--went")))
    on = shared.day_or_none(day, "--day")
    with shared.desk() as desk:
        firm = contractors.find(desk, which).row.id
        if leaves:
            made, changes = contractors.depart(desk, _here(desk, firm, worker, on), left)
        else:
            made, changes = contractors.arrive(desk, contractors.Visit(
                firm, worker, purpose, on, came, left, asbestos, which_fault(desk, fault) if fault else None,
                anyway=anyway,
            ))  # fmt: skip
    return Answer({"visit": _visit(made), "act": changes.act}, f"{made.worker} {'left' if leaves else 'is signed in'}.")


def _here(desk: Desk, firm: bytes, worker: str, on: dt.date | None) -> bytes:
    from bursar_desk.services import contractors

    day = on or desk.today
    found = [one for one in contractors.visits(desk, contractor=firm, first=day, last=day)
             if one.went is None and one.worker.casefold() == worker.strip().casefold()]  # fmt: skip
    if len(found) != 1:
        raise Misused(f"“{worker}” is not on site.", "Nothing was changed.", "See “contractor list”.")
    return found[0].id


# --- permits ---------------------------------------------------------------------------------------------------------


def _permit(desk: Desk, one: PermitRow) -> dict[str, Any]:
    from bursar_desk.services import permits

    return {
        "permit": one.id, "kind": one.kind, "number": one.number, "on": one.on, "starts": one.starts,
        "ends": one.ends, "work": one.work, "precautions": one.precautions.split("\n"), "issued_by": one.issued_by,
        "contractor": one.contractor, "defect": one.defect, "place": one.place, "open": one.open,
        "past_time": permits.past_time(desk, one), "closed_on": one.closed_on, "closed_minute": one.closed_minute,
        "closed_by": one.closed_by, "closed_note": one.closed_note, "status": permits.state_words(desk, one),
    }  # fmt: skip


def which_permit(desk: Desk, typed: str) -> bytes:
    """Return the permit that was named by its number or its id."""
    from bursar_desk.services import permits

    known = permits.listing(desk)
    numbered = [one.id for one in known if one.number.casefold() == typed.strip().casefold()]
    return numbered[0] if len(numbered) == 1 else one_of(typed, [one.id for one in known], "permit", "permit list")


@permit.command("list")
def list_permits(
    ctx: typer.Context, every: Annotated[bool, typer.Option("--all", help="Closed ones as well.")] = False
) -> Answer:
    """List open permits; those past their time say so."""
    from bursar_desk.domain.contractors import permit_words
    from bursar_desk.services import permits

    with common(ctx).reading() as desk:
        found = [one for one in permits.listing(desk) if every or one.open]
        facts = [_permit(desk, one) for one in found]
        rows = [f"{one.number:10} {permit_words(one.kind)}: {one.work}. {permits.state_words(desk, one)}"
                for one in found]  # fmt: skip
    return Answer({"permits": facts}, lines(rows, "No permit was issued yet." if every else "No permit is open."))


@permit.command("issue")
def issue(
    ctx: typer.Context,
    kind: Annotated[str, typer.Argument(metavar="KIND", help="hot works, roof, electrical isolation, confined space, "
                                        "digging or asbestos.")],
    work: Annotated[str, typer.Argument(metavar="WORK", help="What work it allows.")],
    starts: Annotated[str, typer.Option("--from", metavar="HH:MM")],
    ends: Annotated[str, typer.Option("--to", metavar="HH:MM")],
    day: Annotated[str | None, typer.Option("--day", metavar="DATE", help="Else today.")] = None,
    place: Annotated[str | None, typer.Option(metavar="PLACE")] = None,
    firm: Annotated[str | None, typer.Option("--contractor", metavar="NAME")] = None,
    fault: Annotated[str | None, typer.Option("--defect", metavar="DEFECT")] = None,
    precaution: Annotated[list[str] | None, typer.Option(metavar="T", help="Else the usual; may be repeated.")] = None,
    anyway: Annotated[str, typer.Option(metavar="WHY", help="Although the contractor may not attend.")] = "",
) -> Answer:  # fmt: skip
    """Issue a permit with the next number of the year."""
    from bursar_desk.services import contractors, permits, places

    shared = common(ctx)
    first, last = minutes(starts, "--from"), minutes(ends, "--to")
    with shared.desk() as desk:
        made, changes = permits.issue(desk, permits.NewPermit(
            kind, work, first, last, shared.day_or_none(day, "--day"), places.find(desk, place) if place else None,
            contractors.find(desk, firm).row.id if firm else None, which_fault(desk, fault) if fault else None,
            tuple(precaution or ()), anyway,
        ))  # fmt: skip
        return Answer({"permit": _permit(desk, made), "act": changes.act}, f"Permit {made.number} is issued.")


@permit.command("close")
def close(
    ctx: typer.Context,
    which: Permit,
    ended: Annotated[str, typer.Option(metavar="HH:MM", help="When the work ended.")],
    watched: Annotated[str | None, typer.Option(metavar="HH:MM", help="Until when somebody watched.")] = None,
    note: Annotated[str, typer.Option(metavar="T")] = "",
) -> Answer:
    """Close a permit; after hot work the watch must have lasted its whole time."""
    from bursar_desk.services import permits

    end, last = minutes(ended, "--ended"), minutes(watched, "--watched") if watched else None
    with common(ctx).desk() as desk:
        made, changes = permits.close(desk, which_permit(desk, which), ended=end, watched=last, note=note)
        return Answer({"permit": _permit(desk, made), "act": changes.act}, f"Permit {made.number} is closed.")
