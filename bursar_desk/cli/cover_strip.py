"""Is somebody competent there every day: the day strip of a school, and how many of each it wants."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bursar_desk.cli.frame import Answer, Misused, common, lines

if TYPE_CHECKING:
    from bursar_desk.domain.day_strip import Filled, StripDay
    from bursar_desk.services.competent_today import Strip


class Wanted(StrEnum):
    """What a school can want more or fewer of."""

    RESPONSIBLE = "responsible"
    FIRST_AIDER = "first-aider"
    MARSHAL = "fire-marshal"
    KEYS = "key-holder"
    CHECKS = "checks"


def add_to(cover: typer.Typer) -> None:
    """Add these commands to those about cover."""
    cover.command("board")(board)
    cover.command("strip")(strip)
    cover.command("needs")(needs)


def board(
    ctx: typer.Context,
    week: Annotated[str | None, typer.Option(metavar="DATE", help="Any day of the week; else this week.")] = None,
) -> Answer:
    """Show the week: every school known here by its days, gaps in words, what is asked, agreed and offered."""
    from bursar_desk.domain import words
    from bursar_desk.services import cover_board

    shared = common(ctx)
    with shared.reading() as desk:
        day = shared.day_or_none(week, "--week") or desk.today
        rows = cover_board.week_board(desk, day)
    monday = day - dt.timedelta(days=day.weekday())
    facts = {
        "week": monday,
        "schools": [
            {"school": row.school, "name": row.name, "days": [
                {"day": one.day, "state": one.state, "title": one.title, "words": one.words, "hours": one.hours,
                 "stage": one.stage, "absence": one.absence, "cover": one.cover}
                for one in row.cells
            ]}
            for row in rows
        ],
    }  # fmt: skip
    told = [f"Week of {words.long_date(monday)}"]
    for row in rows:
        told.append(row.name)
        told += [
            f"  {words.short_day(one.day):10}  {', '.join(part for part in (one.title, one.hours, one.words) if part)}"
            for one in row.cells
        ]
    return Answer(facts, lines(told, ""))


def strip(
    ctx: typer.Context,
    first: Annotated[str | None, typer.Option("--from", metavar="DATE", help="The first day; else today.")] = None,
    last: Annotated[str | None, typer.Option("--to", metavar="DATE", help="The last day; else six days on.")] = None,
    school: Annotated[str | None, typer.Option(metavar="URN", help="Another school known here.")] = None,
) -> Answer:
    """Show for each day whether somebody competent is there, and who could fill in where nobody is."""
    from bursar_desk.services import competent_today

    shared = common(ctx)
    with shared.reading() as desk:
        begin = shared.day(first, "--from") if first else desk.today
        end = shared.day(last, "--to") if last else begin + dt.timedelta(days=6)
        found = competent_today.strip(desk, begin, end, desk.find_school(school) if school else None)
    facts = {
        "school": found.school, "school_name": found.school_name, "sentence": found.sentence,
        "days": [_day(found, one) for one in found.days],
        "red": [{"day": one.day, "need": one.need.value, "what": one.what, "could": list(one.could)}
                for one in found.red],
    }  # fmt: skip
    rows = [_row(one) for one in found.days] + ["", *(one.sentence for one in found.red)]
    return Answer(facts, lines([f"{found.school_name}: {found.sentence}", *rows], ""))


def _day(found: Strip, one: StripDay) -> dict[str, Any]:
    needs = [_need(found, each) for each in one.needs]
    return {"day": one.day, "closed": one.closed, "red": one.red, "needs": needs}


def _need(found: Strip, one: Filled) -> dict[str, Any]:
    return {
        "need": one.need.value, "state": one.state.value, "wanted": one.wanted, "count": one.count,
        "who": list(found.who(one)), "lacks": [check.title for check in one.lacks], "words": one.words,
    }  # fmt: skip


def _row(one: StripDay) -> str:
    from bursar_desk.domain import words

    said = one.closed or ", ".join(f"{each.need.value}: {each.words.lower()}" for each in one.needs)
    return f"{words.short_day(one.day):10}  {said}"


def needs(
    ctx: typer.Context,
    which: Annotated[Wanted | None, typer.Argument(help="What to change; nothing to list.")] = None,
    many: Annotated[int | None, typer.Argument(metavar="NUMBER", help="How many are wanted on every open day.")] = None,
) -> Answer:
    """Say how many first aiders, fire marshals and so on this school wants on every open day."""
    from bursar_desk.domain.day_strip import Need
    from bursar_desk.services import competent_today

    if which is None:
        with common(ctx).reading() as desk:
            kept = competent_today.needs(desk)
        return Answer(
            {"needs": {one.value: number for one, number in kept.items()}},
            "\n".join(f"{one.said}: {number}" for one, number in kept.items()),
        )
    if many is None:
        raise Misused("Say how many are wanted.", "Nothing was changed.", "For example: cover needs first-aider 2")
    need = list(Need)[list(Wanted).index(which)]
    with common(ctx).desk() as desk:
        changes = competent_today.want(desk, need, many)
        kept = competent_today.needs(desk)
    facts = {"needs": {one.value: number for one, number in kept.items()}, "act": changes.act}
    return Answer(facts, f"{need.said}: {many} wanted on every open day.")
