"""Checks: what is due, what each is, and saying what was done."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bursar_desk.cli.frame import Answer, Misused, common, lines, minutes
from bursar_desk.domain.checks import NotDoneReason, Outcome
from bursar_desk.domain.errors import Refused

if TYPE_CHECKING:
    from bursar_desk.domain.status import Rollup
    from bursar_desk.services.checks import CheckLine, CheckList, HistoryLine
    from bursar_desk.services.desk import Desk
    from db.queries.checks import DefectRow

check = typer.Typer(help="Look at checks and record them.")
Check = Annotated[str, typer.Argument(metavar="CHECK", help="Its code, its id or part of its name.")]
School = Annotated[str | None, typer.Option(metavar="URN", help="Another school held here.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("due")(due)
    app.add_typer(check, name="check")


def school_of(desk: Desk, typed: str | None) -> bytes | None:
    """Return the school that was named, or nothing."""
    return desk.find_school(typed) if typed else None


def item(line: CheckLine) -> dict[str, Any]:
    """Return one check as the JSON documents have it."""
    return {
        "check": line.id, "code": line.code, "title": line.title, "area": line.area, "school": line.urn,
        "school_name": line.school_name, "place": line.place, "every": line.every, "owner": line.owner,
        "doer": line.doer, "last_done": line.last_done, "last_outcome": line.last_outcome, "last_by": line.last_by,
        "legal_due": line.legal_due, "plan_by": line.plan_by, "colour": line.colour, "status": line.word,
        "status_words": line.status_words, "days": line.days, "because": line.because, "standing": line.standing,
        "required": line.required, "open_defects": line.open_defects,
    }  # fmt: skip


def _counts(rollup: Rollup) -> dict[str, Any]:
    return {
        "red": rollup.red, "amber": rollup.amber, "green": rollup.green, "grey": rollup.grey,
        "up_to_date": rollup.up_to_date, "applicable": rollup.applicable, "percent": rollup.percent,
    }  # fmt: skip


def counts(found: CheckList) -> dict[str, Any]:
    """Return the honest count: what law or code asks for, what is recommended, what is not needed."""
    return {
        "listed": len(found.lines), "required": _counts(found.required), "recommended": _counts(found.recommended),
        "not_needed": found.not_needed,
    }  # fmt: skip


def _row(line: CheckLine, *, named: bool) -> str:
    from bursar_desk.domain import words

    day = words.short_date(line.legal_due, "no date")
    school = f"  {line.school_name}" if named else ""
    return f"{line.code:9} {line.status_words:18} {day:>11}  {line.title}{school}"


def _listing(found: CheckList, desk: Desk) -> Answer:
    rows = [_row(line, named=desk.is_office) for line in found.lines]
    told = f"{found.required.up_to_date} of {found.required.applicable} required checks are up to date."
    words = f"{lines(rows, 'Nothing is due.')}\n{told}"
    return Answer({"items": [item(line) for line in found.lines], "counts": counts(found)}, words)


def due(
    ctx: typer.Context,
    within: Annotated[int | None, typer.Option(metavar="DAYS", min=0, help="Also what is due in so many days.")] = None,
    school: School = None,
    area: Annotated[str | None, typer.Option(metavar="A", help="One area only, for example fire.")] = None,
    person: Annotated[str | None, typer.Option(metavar="P", help="Only what this person does.")] = None,
) -> Answer:
    """List what is late, unknown or due soon, most pressing first."""
    from bursar_desk.domain.areas import AREAS
    from bursar_desk.services import checks

    codes = {one.code: one.code for one in AREAS} | {one.name.casefold(): one.code for one in AREAS}
    wanted = codes.get(area.casefold()) if area else None
    if area and wanted is None:
        raise Misused(f"“{area}” is not an area.", remedy=f"Use one of: {', '.join(one.code for one in AREAS)}.")
    with common(ctx).reading() as desk:
        who = desk.find_person(person).id if person else None
        found = checks.due(desk, within=within, school=school_of(desk, school), area=wanted, person=who)
        return _listing(found, desk)


@check.command("list")
def list_checks(ctx: typer.Context, school: School = None) -> Answer:
    """List every check, those that are not needed included."""
    from bursar_desk.services import checks

    with common(ctx).reading() as desk:
        return _listing(checks.listing(desk, school=school_of(desk, school)), desk)


@check.command("show")
def show(ctx: typer.Context, which: Check, school: School = None) -> Answer:
    """Show one check: where it stands, why, the law behind it, who does it and its latest history."""
    from bursar_desk.domain import words
    from bursar_desk.services import checks

    with common(ctx).reading() as desk:
        found = checks.detail(desk, checks.find(desk, which, school_of(desk, school)))
    facts = item(found.line) | {
        "plan_because": found.plan_because, "next_three": found.next_three, "provenance": dict(found.provenance),
        "overdue_means": found.overdue_means, "how_to": found.how_to, "points": found.points,
        "readings": found.readings, "defects": [defect(one) for one in found.defects],
        "history": [_past(one) for one in found.history[:12]],
    }  # fmt: skip
    line = found.line
    told = [f"{line.code} {line.title}, {line.place}. {line.every}.", f"{line.status_words}. {found.because}"]
    if found.next_three:
        told.append("Next: " + words.listing([words.short_date(day) for day in found.next_three]) + ".")
    told += [part for part in (found.overdue_means, found.how_to) if part]
    told += [f"{name}: {said}" for name, said in found.provenance if said]
    return Answer({"check": facts}, "\n".join(told))


def _past(one: HistoryLine) -> dict[str, Any]:
    return {
        "record": one.id, "on": one.on, "what": one.what, "outcome": one.outcome, "by": one.by, "point": one.point,
        "readings": one.readings, "note": one.note, "on_behalf": one.on_behalf, "recorded_by": one.recorded_by,
        "days_late": one.late,
    }  # fmt: skip


def defect(one: DefectRow) -> dict[str, Any]:
    """Return one fault as the JSON documents have it."""
    return {
        "defect": one.id, "title": one.title, "risk": one.risk, "state": one.state, "open": one.open,
        "check": one.check, "record": one.record, "raised_on": one.raised_on, "raised_by": one.raised_by,
        "target_on": one.target_on, "note": one.note, "closed_on": one.closed_on,
    }  # fmt: skip


@check.command("history")
def history(ctx: typer.Context, which: Check, school: School = None) -> Answer:
    """List what was done and not done of one check, newest first."""
    from bursar_desk.domain import words
    from bursar_desk.services import checks

    with common(ctx).reading() as desk:
        found = checks.detail(desk, checks.find(desk, which, school_of(desk, school)))
    rows = []
    for one in found.history:
        ended = words.outcome_words(one.outcome) if one.what == "done" else f"Not done: {_reason(one.outcome)}"
        late = f", {words.done_late(one.late).lower()}" if one.late else ""
        rows.append(f"{words.short_date(one.on):>11}  {ended}, {one.by}{late}{': ' + one.note if one.note else ''}")
    facts = {"check": found.line.id, "code": found.line.code, "history": [_past(one) for one in found.history]}
    return Answer(facts, lines(rows, "Nothing is recorded yet."))


def _reason(code: str) -> str:
    """Say why a check was not done; a newer program's reason goes by its code."""
    return NotDoneReason(code).said if code in set(NotDoneReason) else code


@check.command("record")
def record(
    ctx: typer.Context,
    which: Check,
    done: Annotated[str, typer.Option(metavar="DATE", help="When it was done.")],
    outcome: Annotated[Outcome, typer.Option(help="How it ended.")],
    by: Annotated[str | None, typer.Option(metavar="PERSON", help="Who did it; else whoever acts.")] = None,
    at: Annotated[str | None, typer.Option(metavar="HH:MM", help="The time of day.")] = None,
    reading: Annotated[list[str] | None, typer.Option(metavar="K=V", help="A reading; may be given again.")] = None,
    point: Annotated[str, typer.Option(help="Which call point, outlet or extinguisher.")] = "",
    note: Annotated[str, typer.Option(metavar="T")] = "",
    printed: Annotated[str | None, typer.Option(metavar="DATE", help="The next date printed on the report.")] = None,
    evidence: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The paper that proves it: its name and fingerprint are kept.")
    ] = None,
    awaited: Annotated[bool, typer.Option("--evidence-awaited", help="The paper is still to come.")] = False,
    on_behalf: Annotated[str, typer.Option(metavar="PERSON", help="For whom it was written down.")] = "",
    fault: Annotated[str | None, typer.Option(metavar="TITLE", help="A fault that was found.")] = None,
    risk: Annotated[str, typer.Option(help="Of the fault: danger, high, medium or low.")] = "medium",
) -> Answer:
    """Record that a check was done. A fail opens a fault by itself."""
    from bursar_desk.services import checks, recording

    shared = common(ctx)
    if risk not in ("danger", "high", "medium", "low"):
        raise Misused(f"“{risk}” is not a risk.", remedy="Use danger, high, medium or low.")
    if evidence is not None and not evidence.is_file():
        raise Refused(f"There is no file called {evidence.name}.", "Nothing was changed.", "Check the name.")
    held = "held" if evidence else "awaited" if awaited else "none"
    with shared.desk() as desk:
        line = checks.find(desk, which)
        spec = checks.detail(desk, line).readings
        made = recording.record(desk, recording.Doing(
            line, shared.day(done, "--done"), by or desk.who, outcome.value,
            minute=minutes(at, "--at") if at else None, point=point,
            readings=tuple(_reading(one, spec) for one in reading or ()), note=note,
            printed=shared.day_or_none(printed, "--printed"), evidence=held,
            evidence_ref=f"{evidence.name} {recording.evidence_print(evidence)}" if evidence else "",
            on_behalf=on_behalf,
            defect=recording.NewDefect(fault, risk, note) if fault else None,
        ))  # fmt: skip
        detail = checks.detail(desk, line)
    kept = next(_past(one) for one in detail.history if one.id == made.records[0])
    faults = [defect(one) for one in detail.defects if one.id in made.defects]
    facts = {
        "record": kept | {"check": line, "code": detail.line.code}, "next_due": made.next_due,
        "because": made.because, "defects": faults, "act": made.changes.act,
    }  # fmt: skip
    return Answer(facts, f"{made.sentence} {made.because}")


def _reading(typed: str, spec: tuple[dict[str, Any], ...]) -> dict[str, Any]:
    """Read ``Flow=61.5`` as tenths, with the unit the check gives that reading."""
    from decimal import Decimal, InvalidOperation

    name, equals, number = typed.partition("=")
    try:
        tenths = Decimal(number.strip()) * 10
    except InvalidOperation:
        tenths = Decimal("NaN")
    if not (equals and name.strip()) or not tenths.is_finite() or tenths != tenths.to_integral_value():
        raise Misused(
            f"“{typed}” is not a reading.", "Nothing was changed.", "Type it like Flow=61.5, with one decimal at most."
        )
    known = next((one for one in spec if str(one.get("name", "")).casefold() == name.strip().casefold()), {})
    made = {"name": str(known.get("name") or name.strip()), "value": int(tenths)}
    return made | ({"unit": known["unit"]} if known.get("unit") else {})


@check.command("not-done")
def not_done(
    ctx: typer.Context,
    which: Check,
    reason: Annotated[NotDoneReason, typer.Option(help="Why not.")],
    note: Annotated[str, typer.Option(metavar="T")] = "",
    day: Annotated[str | None, typer.Option("--day", metavar="DATE", help="The day it should have been done.")] = None,
) -> Answer:
    """Say why a check was not done. It stays due."""
    from bursar_desk.services import checks, recording

    shared = common(ctx)
    with shared.desk() as desk:
        line = checks.find(desk, which)
        due_on = checks.detail(desk, line).line.legal_due
        changes = recording.not_done(
            desk, line, reason=reason.value, note=note, on=shared.day_or_none(day, "--day"), due_on=due_on
        )
        after = checks.detail(desk, line).line
    return Answer({"check": item(after), "act": changes.act}, f"Noted. {after.title}: {after.status_words}.")


@check.command("put-off")
def put_off(
    ctx: typer.Context,
    which: Check,
    until: Annotated[str, typer.Option(metavar="DATE", help="The new day to plan with.")],
    reason: Annotated[str, typer.Option(help="Why.")],
) -> Answer:
    """Put a check off once, never past the day the law gives."""
    from bursar_desk.services import checks, recording

    shared = common(ctx)
    with shared.desk() as desk:
        line = checks.find(desk, which)
        changes = recording.put_off(desk, line, until=shared.day(until, "--until"), reason=reason)
        after = checks.detail(desk, line).line
    return Answer({"check": item(after), "act": changes.act}, f"{after.title} is put off. {after.because}")
