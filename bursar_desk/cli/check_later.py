"""What is not done now, by command: not done, missed, put off, out of use and back; and whose turn it is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from bursar_desk.cli.checks import Check, School, check, item, school_of
from bursar_desk.cli.frame import Answer, common, lines
from bursar_desk.domain.checks import NotDoneReason


@check.command("not-done")
def not_done(
    ctx: typer.Context,
    which: Check,
    reason: Annotated[NotDoneReason, typer.Option(help="Why not.")],
    note: Annotated[str, typer.Option(metavar="T")] = "",
    day: Annotated[str | None, typer.Option("--day", metavar="DATE", help="The day it should have been done.")] = None,
    point: Annotated[str, typer.Option(help="Only this call point, outlet or extinguisher.")] = "",
    all_missed: Annotated[bool, typer.Option("--all-missed", help="For every day missed without a reason.")] = False,
) -> Answer:
    """Say why a check was not done. It stays due."""
    from bursar_desk.domain import words
    from bursar_desk.services import checks, recording

    shared = common(ctx)
    with shared.desk() as desk:
        line = checks.find(desk, which)
        if all_missed:
            days, changes = recording.explain_missed(desk, line, reason=reason.value, note=note)
            after = checks.detail(desk, line).line
            said = f"The reason is kept with {words.count(days, 'missed day')}."
            return Answer({"check": item(after), "days": days, "act": changes.act}, said)
        due_on = checks.detail(desk, line).line.legal_due
        changes = recording.not_done(
            desk, line, reason=reason.value, note=note, on=shared.day_or_none(day, "--day"), due_on=due_on, point=point
        )
        after = checks.detail(desk, line).line
    return Answer({"check": item(after), "act": changes.act}, f"Noted. {after.title}: {after.status_words}.")


@check.command("put-off")
def put_off(
    ctx: typer.Context,
    which: Check,
    until: Annotated[str, typer.Option(metavar="DATE", help="The new day to plan with.")],
    reason: Annotated[str, typer.Option(help="Why.")],
    agreed_by: Annotated[str, typer.Option(metavar="PERSON", help="Who agreed: needed above a week.")] = "",
) -> Answer:
    """Put a check off once, never past the day the law gives."""
    from bursar_desk.services import checks, recording

    shared = common(ctx)
    with shared.desk() as desk:
        line = checks.find(desk, which)
        day = shared.day(until, "--until")
        changes = recording.put_off(desk, line, until=day, reason=reason, agreed_by=agreed_by)
        after = checks.detail(desk, line).line
    return Answer({"check": item(after), "act": changes.act}, f"{after.title} is put off. {after.because}")


@check.command("out-of-use")
def out_of_use(
    ctx: typer.Context,
    which: Check,
    how: Annotated[str, typer.Option(help="How it is isolated: locked off, fuse drawn, tagged.")],
    since: Annotated[str | None, typer.Option(metavar="DATE", help="Since when; today if left out.")] = None,
    by: Annotated[str, typer.Option(metavar="PERSON", help="Who isolated it; else whoever acts.")] = "",
    interim: Annotated[str, typer.Option(help="What is done in its place, for alarms, lighting and doors.")] = "",
    photo: Annotated[list[Path] | None, typer.Option(metavar="FILE", help="A photo of it; may be given again.")] = None,
) -> Answer:
    """Note that something is out of use. Its row turns grey and its dates go on."""
    from bursar_desk.services import checks, recording

    shared = common(ctx)
    with shared.desk() as desk:
        line = checks.find(desk, which)
        changes = recording.take_out_of_use(
            desk, line, how=how, since=shared.day_or_none(since, "--since"), by=by, interim=interim,
            files=tuple(photo or ()),
        )  # fmt: skip
        after = checks.detail(desk, line).line
    said = f"{after.title}: {after.status_words}. {after.because}"
    return Answer({"check": item(after), "act": changes.act}, said)


@check.command("back-in-use")
def back_in_use(
    ctx: typer.Context,
    which: Check,
    on: Annotated[str | None, typer.Option("--day", metavar="DATE", help="Since when; today if left out.")] = None,
) -> Answer:
    """Put something back in use. What is past its date is examined first."""
    from bursar_desk.services import checks, recording

    shared = common(ctx)
    with shared.desk() as desk:
        line = checks.find(desk, which)
        changes = recording.back_in_use(desk, line, on=shared.day_or_none(on, "--day"))
        after = checks.detail(desk, line).line
    return Answer({"check": item(after), "act": changes.act}, f"{after.title} is back in use. {after.because}")


@check.command("coverage")
def coverage(
    ctx: typer.Context,
    which: Check,
    weeks: Annotated[int, typer.Option(min=1, max=520, help="How many weeks back.")] = 52,
    school: School = None,
) -> Answer:
    """Show which call point, outlet or extinguisher had its turn in which week, and whose turn comes too late."""
    from bursar_desk.domain import words
    from bursar_desk.services import checks
    from bursar_desk.services import coverage as service

    with common(ctx).reading() as desk:
        line = checks.find(desk, which, school_of(desk, school))
        found = service.grid(desk, line, weeks)
    marks = {"": ".", "done": "#", "failed": "F", "not done": "-"}
    wide = max(len(one) for one in found.points)
    rows = [
        f"{point:{wide}}  {''.join(marks[one] for one in cells)}  {words.short_date(last, 'never')}"
        for point, cells, last in zip(found.points, found.cells, found.last, strict=True)
    ]
    gaps: list[dict[str, Any]] = [
        {"point": one.point, "last": one.last, "weeks": one.weeks, "must_by": one.must_by, "overdue": one.overdue,
         "said": one.sentence}
        for one in found.gaps
    ]  # fmt: skip
    facts = {
        "check": line, "points": found.points, "mondays": found.mondays, "cells": found.cells, "last": found.last,
        "gaps": gaps, "cycle_days": found.cycle_days, "said": found.sentence,
    }  # fmt: skip
    told = [lines(rows, ""), found.sentence, *(one.sentence for one in found.gaps)]
    return Answer(facts, "\n".join(told))
