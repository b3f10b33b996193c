"""Checks: what is due, what each is, and saying what was done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bursar_desk.cli.frame import Answer, Misused, common, lines

if TYPE_CHECKING:
    from bursar_desk.domain.status import Rollup
    from bursar_desk.services.checks import CheckLine, CheckList
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.recording_history import PastEntry
    from db.queries.checks import DefectRow

check = typer.Typer(help="Look at checks and record them.")
Check = Annotated[str, typer.Argument(metavar="CHECK", help="Its code, its id or part of its name.")]
School = Annotated[str | None, typer.Option(metavar="URN", help="Another school held here.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("due")(due)
    app.add_typer(check, name="check")
    from bursar_desk.cli import check_edit, check_later, check_records  # noqa: F401 - they add their commands to the group


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
    from bursar_desk.services.recording_history import history as told_of

    with common(ctx).reading() as desk:
        found = checks.detail(desk, checks.find(desk, which, school_of(desk, school)))
        past = told_of(desk, found.line.id, most=12)
    facts = item(found.line) | {
        "plan_because": found.plan_because, "next_three": found.next_three, "provenance": dict(found.provenance),
        "overdue_means": found.overdue_means, "how_to": found.how_to, "points": found.points,
        "readings": found.readings, "defects": [defect(one) for one in found.defects],
        "history": [past_entry(one) for one in past],
    }  # fmt: skip
    line = found.line
    told = [f"{line.code} {line.title}, {line.place}. {line.every}.", f"{line.status_words}. {found.because}"]
    if found.next_three:
        told.append("Next: " + words.listing([words.short_date(day) for day in found.next_three]) + ".")
    told += [part for part in (found.overdue_means, found.how_to) if part]
    told += [f"{name}: {said}" for name, said in found.provenance if said]
    return Answer({"check": facts}, "\n".join(told))


def defect(one: DefectRow) -> dict[str, Any]:
    """Return one fault as the JSON documents have it."""
    return {
        "defect": one.id, "title": one.title, "risk": one.risk, "state": one.state, "open": one.open,
        "check": one.check, "record": one.record, "raised_on": one.raised_on, "raised_by": one.raised_by,
        "target_on": one.target_on, "note": one.note, "closed_on": one.closed_on,
    }  # fmt: skip


@check.command("history")
def history(ctx: typer.Context, which: Check, school: School = None) -> Answer:
    """List what was done, not done and corrected of one check, newest first, and how each entry came."""
    from bursar_desk.domain import words
    from bursar_desk.services import checks
    from bursar_desk.services.recording_history import CORRECTED
    from bursar_desk.services.recording_history import history as told

    with common(ctx).reading() as desk:
        found = checks.find(desk, which, school_of(desk, school))
        line, past = checks.detail(desk, found).line, told(desk, found)
    rows = []
    for one in past:
        ended = f"({one.ended})" if one.what == CORRECTED else one.ended
        late = f", {words.done_late(one.late).lower()}" if one.late else ""
        point = f", {one.point}" if one.point else ""
        more = " ".join(one.facts.said)
        rows.append(
            f"{words.short_date(one.on):>11}  {ended}{point}, {one.by}{late}{': ' + one.note if one.note else ''}"
        )
        rows += [f"{'':>11}  {more}"] if more else []
    facts = {"check": line.id, "code": line.code, "history": [past_entry(one) for one in past]}
    return Answer(facts, lines(rows, "Nothing is recorded yet."))


def past_entry(one: PastEntry) -> dict[str, Any]:
    """Return one line of a history as the JSON documents have it."""
    facts = one.facts
    return {
        "record": one.id, "on": one.on, "what": one.what, "outcome": one.outcome, "by": one.by, "point": one.point,
        "readings": one.readings, "note": one.note, "on_behalf": facts.on_behalf, "recorded_by": facts.recorded_by,
        "days_late": one.late, "due_on": one.due_on, "evidence": one.evidence, "evidence_ref": one.evidence_ref,
        "entered_on": facts.entered_on, "entered_days_later": facts.entered_late, "corrects": facts.corrects,
        "corrected_by": facts.corrected_by, "retest": facts.retest, "second_by": facts.second_by,
        "declared": facts.declared, "came_by": facts.came_by, "sheet": facts.sheet, "told": facts.said,
    }  # fmt: skip
