"""Terms of contracts, how they go, what they serve, and the meetings that decide."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bursar_desk.cli.contracts_facts import one_told, view_facts
from bursar_desk.cli.frame import Answer, Misused, common, lines, minutes, one_of, short

if TYPE_CHECKING:
    from bursar_desk.domain.operations import Changes
    from bursar_desk.services.contracts_shapes import MeetingLine
    from bursar_desk.services.desk import Desk

term = typer.Typer(help="Terms as they really were or will be, with the price of each.")
meeting = typer.Typer(help="Meetings of governors and committees: decide-by dates come from them.")
Which = Annotated[str, typer.Argument(metavar="CONTRACT", help="Its title, part of it, or its id.")]
Term = Annotated[str, typer.Argument(metavar="TERM", help="The first letters of its id.")]
Meeting = Annotated[str, typer.Argument(metavar="MEETING", help="The first letters of its id.")]
Date = Annotated[str | None, typer.Option(metavar="DATE")]
First = Annotated[str | None, typer.Option("--from", metavar="DATE")]
Last = Annotated[str | None, typer.Option("--to", metavar="DATE")]
Pounds = Annotated[str | None, typer.Option(metavar="POUNDS", help="A year, net of VAT.")]
PerCent = Annotated[str | None, typer.Option("--vat", metavar="PER-CENT")]
Text = Annotated[str | None, typer.Option(metavar="T")]
At = Annotated[str | None, typer.Option("--at", metavar="HH:MM")]
Papers = Annotated[int | None, typer.Option("--papers", metavar="DAYS", help="Days before that papers are due.")]


def add_to(contract: typer.Typer) -> None:
    """Add these commands under ``contract``."""
    contract.add_typer(term, name="term")
    contract.add_typer(meeting, name="meeting")
    contract.command("office-open")(office_open)
    contract.command("note")(note)
    contract.command("done")(done)
    contract.command("serves")(serves)


def _after(desk: Desk, row: bytes, changes: Changes, said: str, **more: Any) -> Answer:
    from bursar_desk.services import contracts

    view = contracts.show(desk, row)
    return Answer({"contract": view_facts(view), "act": changes.act, **more}, one_told(view, said))


# --- terms ------------------------------------------------------------------------------------------------------------


def _term_given(ctx: typer.Context, first: str | None, last: str | None, yearly: str | None, vat: str | None,
                rise: str | None, tell_by: str | None, source: str | None) -> dict[str, Any]:  # fmt: skip
    from bursar_desk.cli.buying import per_cent, pounds

    shared = common(ctx)
    said = {
        "first": shared.day_or_none(first, "--from"), "last": shared.day_or_none(last, "--to"),
        "yearly": pounds(yearly, "--yearly") if yearly else None, "vat_rate": per_cent(vat, "--vat") if vat else None,
        "rise_words": rise, "tell_by": shared.day_or_none(tell_by, "--tell-by"), "source": source,
    }  # fmt: skip
    typed = {"first": first, "last": last, "yearly": yearly, "vat_rate": vat, "rise_words": rise, "tell_by": tell_by,
             "source": source}  # fmt: skip
    return {name: said[name] for name, given in typed.items() if given is not None}


@term.command("add")
def add_term(
    ctx: typer.Context, which: Which,
    first: Annotated[str, typer.Option("--from", metavar="DATE")],
    last: Last = None, yearly: Pounds = None, vat: PerCent = None, rise: Text = None, tell_by: Date = None,
    source: Text = None,
) -> Answer:  # fmt: skip
    """Write down a term as it was or will be, with its price and the date a letter gives."""
    from bursar_desk.services import contracts
    from bursar_desk.services.contracts_shapes import NewTerm

    given = _term_given(ctx, first, last, yearly, vat, rise, tell_by, source)
    with common(ctx).desk() as desk:
        row = contracts.find(desk, which).id
        made, changes = contracts.add_term(desk, row, NewTerm(**given))
        return _after(desk, row, changes, "The term is written down.", term=made)


@term.command("change")
def change_term(
    ctx: typer.Context, which: Which, one: Term, first: First = None, last: Last = None, yearly: Pounds = None,
    vat: PerCent = None, rise: Text = None, tell_by: Date = None, source: Text = None,
) -> Answer:  # fmt: skip
    """Change a term that was written down; an empty value takes it out."""
    from bursar_desk.services import contracts

    given = _term_given(ctx, first, last, yearly, vat, rise, tell_by, source)
    if not given:
        raise Misused("Say what to change.", "Nothing was changed.", "For example --yearly 2610.")
    with common(ctx).desk() as desk:
        row, held = _term(desk, which, one)
        return _after(desk, row, contracts.change_term(desk, held, given), "Changed.")


@term.command("remove")
def remove_term(ctx: typer.Context, which: Which, one: Term) -> Answer:
    """Take a term out that was written down by mistake."""
    from bursar_desk.services import contracts

    with common(ctx).desk() as desk:
        row, held = _term(desk, which, one)
        return _after(desk, row, contracts.remove_term(desk, held), "The term is taken out.")


def _term(desk: Desk, which: str, typed: str) -> tuple[bytes, bytes]:
    from bursar_desk.services import contracts

    row = contracts.find(desk, which).id
    ids = [one.row.id for one in contracts.show(desk, row).history if one.row is not None]
    return row, one_of(typed, ids, "term", "contract show")


# --- how it goes ------------------------------------------------------------------------------------------------------


def note(
    ctx: typer.Context,
    which: Which,
    kind: Annotated[str, typer.Argument(metavar="KIND", help="performance, dispute or “exit step”.")],
    words: Annotated[str, typer.Argument(metavar="T", help="What there is to say.")],
    day: Annotated[str | None, typer.Option("--day", metavar="DATE", help="Else today.")] = None,
    rating: Annotated[int | None, typer.Option(metavar="1-5", help="How it goes: 1 is bad, 5 very good.")] = None,
    due: Annotated[str | None, typer.Option(metavar="DATE", help="By when a step is to be done.")] = None,
) -> Answer:
    """Note how a contract goes, a dispute, or a step of leaving it."""
    from bursar_desk.services import contracts

    shared = common(ctx)
    with shared.desk() as desk:
        row = contracts.find(desk, which).id
        made, changes = contracts.add_note(
            desk, row, kind, words, on=shared.day_or_none(day, "--day"), rating=rating,
            due_on=shared.day_or_none(due, "--due"),
        )  # fmt: skip
        return _after(desk, row, changes, "Noted.", note=made)


def done(
    ctx: typer.Context,
    which: Which,
    one: Annotated[str, typer.Argument(metavar="NOTE", help="The first letters of its id.")],
    day: Annotated[str | None, typer.Option("--day", metavar="DATE", help="Else today.")] = None,
) -> Answer:
    """Say that a step is done or a dispute settled."""
    from bursar_desk.services import contracts

    shared = common(ctx)
    with shared.desk() as desk:
        row = contracts.find(desk, which).id
        held = one_of(one, [each.id for each in contracts.show(desk, row).notes], "note", "contract show")
        return _after(desk, row, contracts.finish_note(desk, held, shared.day_or_none(day, "--day")), "Done.")


def serves(
    ctx: typer.Context,
    which: Which,
    check: Annotated[list[str] | None, typer.Option("--check", metavar="CHECK", help="Repeat it.")] = None,
    equipment: Annotated[list[str] | None, typer.Option("--equipment", metavar="NAME", help="Repeat it.")] = None,
    nothing: Annotated[bool, typer.Option("--none", help="It serves neither checks nor equipment.")] = False,
) -> Answer:
    """Say which checks and equipment a contract keeps up; what is given replaces what was said before."""
    from bursar_desk.services import assets, checks, contracts

    if not (check or equipment or nothing):
        raise Misused("Say what it serves.", "Nothing was changed.", "For example --check FIRE-04, or --none.")
    with common(ctx).desk() as desk:
        row = contracts.find(desk, which).id
        changes = contracts.set_served(
            desk, row, checks=[checks.find(desk, one) for one in check] if check else [] if nothing else None,
            assets=[assets.find(desk, one) for one in equipment] if equipment else [] if nothing else None,
        )  # fmt: skip
        return _after(desk, row, changes, "Changed.")


# --- meetings ---------------------------------------------------------------------------------------------------------


def _meeting(one: MeetingLine) -> dict[str, Any]:
    return {
        "meeting": one.id, "school": one.row.school, "body": one.body, "on": one.on, "minute": one.row.minute,
        "papers_by": one.papers_by, "note": one.row.note,
    }  # fmt: skip


@meeting.command("list")
def list_meetings(
    ctx: typer.Context, every: Annotated[bool, typer.Option("--all", help="Also those that were held.")] = False
) -> Answer:
    """List the meetings of governors and committees, the next one first."""
    from bursar_desk.domain import words
    from bursar_desk.services import meetings

    with common(ctx).reading() as desk:
        found = meetings.listing(desk, past=every)
        where = {one.row.school: f", {desk.school_name(one.row.school)}" if desk.is_office else "" for one in found}
    rows = [
        f"{short(one.id)}  {one.words}{where[one.row.school]}"
        f"{f', papers by {words.short_date(one.papers_by)}' if one.papers_by else ''}"
        for one in found
    ]
    return Answer({"meetings": [_meeting(one) for one in found]}, lines(rows, "No meeting is entered yet."))


@meeting.command("add")
def add_meetings(
    ctx: typer.Context,
    body: Annotated[str, typer.Argument(metavar="BODY", help="For example: Finance committee.")],
    days: Annotated[list[str], typer.Argument(metavar="DATE...", help="One day or several.")],
    at: At = None, papers: Papers = None, note: Text = None,
) -> Answer:  # fmt: skip
    """Enter the meetings of a body; papers are due 7 days before unless you say otherwise."""
    from bursar_desk.domain import words
    from bursar_desk.services import meetings

    shared = common(ctx)
    wanted = [shared.day(one, "DATE") for one in days]
    with shared.desk() as desk:
        made, changes = meetings.add(
            desk, body, wanted, minute=minutes(at, "--at") if at else None,
            paper_days=meetings.PAPER_DAYS if papers is None else papers, note=note or "",
        )  # fmt: skip
        found = [one for one in meetings.listing(desk, past=True) if one.id in made]
    said = f"{words.count(len(found), 'meeting')} entered."
    return Answer({"meetings": [_meeting(one) for one in found], "act": changes.act}, said)


@meeting.command("change")
def change_meeting(
    ctx: typer.Context, one: Meeting, body: Text = None,
    day: Annotated[str | None, typer.Option("--to", metavar="DATE", help="The day it is moved to.")] = None,
    at: At = None, papers: Papers = None, note: Text = None,
) -> Answer:  # fmt: skip
    """Move a meeting or put it right; decide-by dates follow."""
    from bursar_desk.services import meetings

    shared = common(ctx)
    given: dict[str, Any] = {
        "body": body, "on_date": shared.day_or_none(day, "--to"), "minute": minutes(at, "--at") if at else None,
        "paper_days": papers, "note": note,
    }  # fmt: skip
    given = {name: value for name, value in given.items() if value is not None}
    if not given:
        raise Misused("Say what to change.", "Nothing was changed.", "For example --to 2026-12-10.")
    with shared.desk() as desk:
        row = _one(desk, one)
        changes = meetings.change(desk, row, given)
        line = meetings.get(desk, row)
    return Answer({"meeting": _meeting(line), "act": changes.act}, f"{line.words}.")


@meeting.command("remove")
def remove_meeting(ctx: typer.Context, one: Meeting) -> Answer:
    """Take a meeting out that will not be held."""
    from bursar_desk.services import meetings

    with common(ctx).desk() as desk:
        row = _one(desk, one)
        line = meetings.get(desk, row)
        changes = meetings.remove(desk, row)
    return Answer({"meeting": row, "act": changes.act}, f"{line.words} is taken out.")


def _one(desk: Desk, typed: str) -> bytes:
    from bursar_desk.services import meetings

    return one_of(typed, [one.id for one in meetings.listing(desk, past=True)], "meeting", "contract meeting list")


# --- the office in the holidays ---------------------------------------------------------------------------------------


def office_open(
    ctx: typer.Context, first: First = None, last: Last = None,
    clear: Annotated[bool, typer.Option("--clear", help="Forget the days said before.")] = False,
) -> Answer:  # fmt: skip
    """Say in which holidays the office is open, so that a letter can be sent; last safe days follow. Alone: list."""
    from bursar_desk.services import contract_facts

    shared = common(ctx)
    begin, end = shared.day_or_none(first, "--from"), shared.day_or_none(last, "--to")
    if (begin is None) != (end is None):
        raise Misused("Give the first and the last day.", "Nothing was changed.", "Type both --from and --to.")
    if begin is None and not clear:
        with shared.reading() as desk:
            return _stretches(contract_facts.office_open(desk))
    with shared.desk() as desk:
        held = list(contract_facts.office_open(desk))
        new = [(begin, end)] if begin is not None and end is not None else []
        changes = contract_facts.choose_office_open(desk, sorted({*(() if clear else held), *new}))
        return _stretches(contract_facts.office_open(desk), act=changes.act)


def _stretches(found: tuple[tuple[Any, Any], ...], **more: Any) -> Answer:
    from bursar_desk.domain import words

    rows = [f"{words.long_date(first)} to {words.long_date(last)}" for first, last in found]
    told = lines(rows, "The office is open in no holidays.")
    return Answer({"office_open": [{"from": first, "to": last} for first, last in found], **more}, told)
