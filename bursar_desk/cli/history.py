"""History: what happened, putting back what once was, the Bin, and the stamps of papers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bursar_desk.cli.frame import DONE, NEEDS_A_PERSON, Answer, common, lines, one_of
from bursar_desk.domain.errors import UserError

if TYPE_CHECKING:
    from bursar_desk.services.bin import BinLine
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.stories import Change, Line

_MANY = 1000


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    story = typer.Typer(help="Everything that happened, with before and after.", no_args_is_help=True)
    story.command("list")(listing)
    story.command("show")(show)
    story.command("check")(of_check)
    story.command("put-back")(put_back)
    story.command("take-out")(take_out)
    app.add_typer(story, name="history")
    kept = typer.Typer(help="What was deleted or taken out in the last 90 days.", no_args_is_help=True)
    kept.command("list")(bin_list)
    kept.command("restore")(bin_restore)
    app.add_typer(kept, name="bin")
    app.command("fingerprint")(fingerprint)


def listing(
    ctx: typer.Context,
    school: Annotated[str | None, typer.Option(metavar="URN", help="One school only.")] = None,
    person: Annotated[str, typer.Option(metavar="NAME", help="What this person did.")] = "",
    first: Annotated[str | None, typer.Option("--from", metavar="DATE", help="From this day on.")] = None,
    last: Annotated[str | None, typer.Option("--to", metavar="DATE", help="Up to this day.")] = None,
    text: Annotated[str, typer.Option(metavar="WORDS", help="Only what has all these words.")] = "",
    limit: Annotated[int, typer.Option(metavar="N", min=1, max=_MANY, help="At most so many lines.")] = 50,
) -> Answer:
    """List what happened, newest first."""
    from bursar_desk.services import stories

    shared = common(ctx)
    from_day, to_day = shared.day_or_none(first, "--from"), shared.day_or_none(last, "--to")
    with shared.reading() as desk:
        page = stories.school_story(
            desk, school=desk.find_school(school) if school else None, person=person, first=from_day, last=to_day,
            text=text, limit=limit,
        )  # fmt: skip
    rows = [_row(line) for line in page.lines]
    if page.older is not None:
        rows.append("There is more. Ask for more lines, or up to an earlier day.")
    return Answer({"lines": [_facts(line) for line in page.lines], "more": page.older is not None},
                  lines(rows, "Nothing like that happened."))  # fmt: skip


def _row(line: Line) -> str:
    behalf = f" for {line.on_behalf}" if line.on_behalf else ""
    late = ". Recorded late" if line.late else ""
    where = f" ({line.computer})" if line.computer else ""
    return (
        f"{line.when}  {line.act.hex()[:8]}  {line.who or 'Somebody'}{behalf}{where}, {line.school_name}: "
        f"{line.sentence}. Came {line.came}{late}."
    )


def _facts(line: Line) -> dict[str, Any]:
    return {
        "act": line.act, "when": line.when, "day": line.day, "who": line.who, "on_behalf": line.on_behalf,
        "computer": line.computer, "school": line.school_name, "came": line.came, "what": line.what,
        "subject": line.subject, "late": line.late,
    }  # fmt: skip


def _change(one: Change) -> dict[str, Any]:
    return {
        "table": one.table, "row": one.row, "name": one.row_name, "field": one.field, "before": one.before,
        "after": one.after, "column": one.column, "before_op": one.before_op, "after_op": one.after_op,
        "note": one.note,
    }  # fmt: skip


def _told(line: Line) -> tuple[dict[str, Any], list[str]]:
    rows = [_row(line)]
    for one in line.changes:
        ids = f"  [{one.row.hex()[:20]}]"
        said = f"“{one.before}” became “{one.after}”" if one.before else f"“{one.after}”"
        rows.append(f"    {one.row_name}{f', {one.field}' if one.field else ''}: {said}{ids}")
    if line.more:
        rows.append(f"    and {line.more} more")
    return {**_facts(line), "changes": [_change(one) for one in line.changes]}, rows


def show(
    ctx: typer.Context, act: Annotated[str, typer.Argument(metavar="ACT", help="Its first letters, from the list.")]
) -> Answer:
    """Show what one act changed: before and after."""
    from bursar_desk.services import stories

    with common(ctx).reading() as desk:
        found, before = None, None
        while found is None:
            page = stories.school_story(desk, limit=_MANY, before=before)
            found = next((line for line in page.lines if line.act.hex().startswith(act.casefold())), None)
            before = page.older
            if found is None and before is None:
                raise UserError(f"Nothing here was done as “{act}”.", "Nothing was changed.", "See “history list”.")
        facts, rows = _told(stories.details(desk, found))
    return Answer(facts, "\n".join(rows))


def of_check(
    ctx: typer.Context,
    check: Annotated[str, typer.Argument(metavar="CHECK", help="Its code, or part of its name.")],
    school: Annotated[str | None, typer.Option(metavar="URN", help="Another school held here.")] = None,
) -> Answer:
    """Tell the story of one check with its records and faults."""
    from bursar_desk.services import checks, stories

    with common(ctx).reading() as desk:
        whose = desk.find_school(school) if school else None
        told = [_told(line) for line in stories.check_story(desk, checks.find(desk, check, whose))]
    rows = [row for _, listed in told for row in listed]
    return Answer({"lines": [facts for facts, _ in told]}, lines(rows, "Nothing happened yet."))


def put_back(
    ctx: typer.Context,
    row: Annotated[str, typer.Argument(metavar="RECORD", help="The letters in brackets in “history show”.")],
    field: Annotated[str, typer.Argument(metavar="FIELD", help="What it is called there, such as “Who does it”.")],
    value: Annotated[str, typer.Argument(metavar="VALUE", help="The earlier value, as the history says it.")],
    reason: Annotated[str, typer.Option(metavar="WORDS", help="Why; some values need it.")] = "",
) -> Answer:
    """Put back an earlier value of a record."""
    from bursar_desk.services import history

    with common(ctx).desk() as desk:
        found = _changes_of(desk, row)
        for one in found:
            if one.field.casefold() != field.strip().casefold() or not one.put_back:
                continue
            for said, op in ((one.before, one.before_op), (one.after, one.after_op)):
                if said.casefold() == value.strip().casefold() and op in one.put_back:
                    history.put_back(desk, one.table, one.row, one.column, op, reason=reason)
                    return Answer({"row": one.row, "field": one.field, "value": said},
                                  f"{one.row_name}, {one.field}: “{said}” is back.")  # fmt: skip
        held = sorted({f"{one.field}: {said}" for one in found for said, op in
                       ((one.before, one.before_op), (one.after, one.after_op)) if op in one.put_back})  # fmt: skip
    raise UserError(
        "That value is not one to put back.", "Nothing was changed.", f"There are: {'; '.join(held) or 'none'}."
    )


def _changes_of(desk: Desk, row: str) -> list[Change]:
    from bursar_desk.services import stories

    table, found = stories.find_row(desk, row)
    return [change for line in stories.story_of(desk, table, found) for change in line.changes]


def take_out(
    ctx: typer.Context,
    row: Annotated[str, typer.Argument(metavar="RECORD", help="The letters in brackets in “history show”.")],
    reason: Annotated[str, typer.Option(metavar="WORDS", help="Why it should not be there.")],
) -> Answer:
    """Take out a record that should not be there. It waits in the Bin, and stays in the history."""
    from bursar_desk.services import history, stories

    with common(ctx).desk() as desk:
        table, found = stories.find_row(desk, row)
        history.take_out(desk, table, found, reason)
    return Answer({"row": found}, "It is taken out. See “bin list”.")


def bin_list(ctx: typer.Context) -> Answer:
    """List what is in the Bin, and for how many days."""
    from bursar_desk.services import bin as bins

    with common(ctx).reading() as desk:
        found = bins.listing(desk)
    return Answer({"lines": list(found)}, lines([_bin_row(one) for one in found], "The Bin is empty."))


def _bin_row(one: BinLine) -> str:
    from bursar_desk.domain import words

    about = f", {one.about}" if one.about else ""
    return (
        f"{one.row.hex()[:20]}  {one.kind}: {one.name}{about}. Taken out by {one.who or 'somebody'} on "
        f"{words.plain_date(one.day)}; {words.count(one.days_left, 'day')} left."
    )


def bin_restore(
    ctx: typer.Context, row: Annotated[str, typer.Argument(metavar="RECORD", help="Its first letters, from the list.")]
) -> Answer:
    """Bring something back from the Bin."""
    from bursar_desk.services import bin as bins

    with common(ctx).desk() as desk:
        found = {one.row: one for one in bins.listing(desk)}
        line = found[one_of(row, list(found), "thing in the Bin", "bin list")]
        bins.restore(desk, line)
    return Answer({"row": line.row}, f"{line.name} is back.")


def fingerprint(
    ctx: typer.Context,
    code: Annotated[str | None, typer.Argument(metavar="CODE", help="The stamp on a paper.")] = None,
    school: Annotated[str | None, typer.Option(metavar="URN", help="Of this school only.")] = None,
) -> Answer:
    """Check the stamp on a paper: is every entry behind it still here unchanged? Without one, list the stamps kept."""
    from bursar_desk.services import fingerprints

    with common(ctx).reading() as desk:
        whose = desk.find_school(school) if school else None
        if code is None:
            found = fingerprints.listing(desk, whose)
            now = fingerprints.stamp_of(desk, whose or desk.home)
            name = desk.school_name(whose or desk.home)
            rows = [f"{one.day.isoformat()}  {one.code}  {one.school_name}" for one in found]
            rows.append(f"Now: {now}  {name}")
            return Answer({"stamps": list(found), "now": now}, "\n".join(rows))
        told = fingerprints.check(desk, code, whose)
    return Answer({"check": told}, told.sentence, DONE if told.sound else NEEDS_A_PERSON)
