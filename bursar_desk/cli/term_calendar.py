"""The school's calendar by command: shown, brought in from a file, one day added or taken out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bursar_desk.cli.checks import School, school_of
from bursar_desk.cli.frame import DONE, NEEDS_A_PERSON, Answer, Misused, common, lines, one_of, watching

if TYPE_CHECKING:
    from bursar_desk.domain.calendar import Block
    from bursar_desk.services.term_dates import CalendarProposal
    from db.queries.schools import BlockRow

calendar = typer.Typer(help="Term dates, INSET days and closures.")


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(calendar, name="calendar")


def _facts(one: Block | BlockRow) -> dict[str, Any]:
    from bursar_desk.services.term_dates import block_words

    return {
        "kind": str(one.kind), "name": one.name, "first": one.first, "last": one.last, "term": one.term,
        "half": one.half, "words": block_words(one),
    }  # fmt: skip


@calendar.command("show")
def show(ctx: typer.Context, school: School = None) -> Answer:
    """Show the calendar, and say which term dates are missing."""
    from bursar_desk.services import term_dates

    with common(ctx).reading() as desk:
        whose = school_of(desk, school)
        found = term_dates.listing(desk, whose)
        missing = term_dates.missing(desk, whose)
    facts = [{"block": one.id, **_facts(one)} for one in found]
    told = [f"{one.id.hex()[:12]}  {term_dates.block_words(one)}" for one in found]
    told += [missing] if missing else []
    return Answer({"calendar": facts, "missing": missing}, lines(told, "No term dates are entered."))


@calendar.command("import")
def bring_in(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="An .ics file or a spreadsheet with headings.")],
    answer: Annotated[
        list[str] | None, typer.Option(metavar="KEY=VALUE", help="Answer a question of the preview; may be repeated.")
    ] = None,
    apply: Annotated[bool, typer.Option("--apply", help="Set the calendar; else only the preview is shown.")] = False,
    leave_out: Annotated[bool, typer.Option("--leave-out", help="Go on without entries in doubt.")] = False,
) -> Answer:
    """Read term dates from a file. Without --apply nothing is written."""
    from bursar_desk.services import term_dates

    shared = common(ctx)
    told = _answers(answer or [])
    with shared.desk() if apply else shared.reading() as desk:
        with watching() as bar:
            found = term_dates.read(file, told, today=desk.today, progress=bar)
        news = term_dates.difference(desk, found)
        act = term_dates.apply(desk, found, leave_out=leave_out).act if apply else None
    facts = {
        "blocks": [_facts(one) for one in found.blocks], "said": found.said,
        "questions": [
            {"key": one.key, "text": one.text, "choices": [{"key": c.key, "words": c.words} for c in one.choices]}
            for one in found.questions
        ],
        "doubts": [{"where": one.where, "text": one.text} for one in found.doubts],
        "added": [_facts(one) for one in news.added], "removed": [_facts(one) for one in news.removed],
        "same": news.same, "applied": apply, "act": act,
    }  # fmt: skip
    words = [*found.said, *_shown(found), *(f"Takes out: {term_dates.block_words(one)}" for one in news.removed)]
    words.append("The calendar is set." if apply else "Nothing is written yet. Add --apply to set the calendar.")
    return Answer(facts, "\n".join(words), NEEDS_A_PERSON if found.questions and not apply else DONE)


def _shown(found: CalendarProposal) -> list[str]:
    asked = [f"{one.text} --answer {one.key}={' or '.join(c.key for c in one.choices)}" for one in found.questions]
    return [*found.lines, *asked, *(one.text for one in found.doubts)]


def _answers(typed: list[str]) -> dict[str, str]:
    found = {}
    for one in typed:
        key, equals, value = one.partition("=")
        if not equals or not key or not value:
            raise Misused(f"“{one}” is no answer.", "Nothing was changed.", "Type it like first.order=dmy.")
        found[key] = value
    return found


@calendar.command("add")
def add(
    ctx: typer.Context,
    kind: Annotated[str, typer.Argument(metavar="KIND", help="inset, closure, letting or term.")],
    first: Annotated[str, typer.Argument(metavar="FIRST", help="The day, or the first one.")],
    last: Annotated[str | None, typer.Argument(metavar="LAST", help="The last day.")] = None,
    name: Annotated[str, typer.Option(help="What it is called, for example Snow.")] = "",
) -> Answer:
    """Add one INSET day, closure, letting or stretch of term."""
    from bursar_desk.services import term_dates

    shared = common(ctx)
    with shared.desk() as desk:
        end = shared.day_or_none(last, "LAST")
        row, changes = term_dates.add(desk, kind, shared.day(first, "FIRST"), end, name=name)
        made = next(one for one in term_dates.listing(desk) if one.id == row)
    return Answer(
        {"block": row, **_facts(made), "act": changes.act}, f"{term_dates.block_words(made)} is in the calendar."
    )


@calendar.command("remove")
def remove(
    ctx: typer.Context, block: Annotated[str, typer.Argument(metavar="ID", help="As “calendar show” lists it.")]
) -> Answer:
    """Take one entry out of the calendar; the history keeps it."""
    from bursar_desk.services import term_dates

    with common(ctx).desk() as desk:
        row = one_of(block, [one.id for one in term_dates.listing(desk)], "entry", "calendar show")
        changes = term_dates.remove(desk, row)
    return Answer({"block": row, "act": changes.act}, "It is out of the calendar.")
