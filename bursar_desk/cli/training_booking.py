"""Naming people for a session, the head's yes, and how it went."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bursar_desk.cli.frame import Answer, common, one_of

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.training_gap import Uncovered

Booking = Annotated[str, typer.Argument(metavar="BOOKING", help="Its id, or who is named; see “training places show”.")]
Text = Annotated[str, typer.Option(metavar="T")]
Date = Annotated[str | None, typer.Option(metavar="DATE")]
GapSeen = Annotated[bool, typer.Option("--gap-seen", help="Go on although something is left uncovered.")]


def add_to(places: typer.Typer) -> None:
    """Add these commands to “training places”."""
    for name, command in (
        ("book", book), ("release", release), ("attended", attended), ("passed", passed), ("cancel", cancel),
        ("swap", swap),
    ):  # fmt: skip
        places.command(name)(command)


def _gap(one: Uncovered) -> dict[str, Any]:
    return {
        "person": one.person, "name": one.name, "sentence": one.sentence, "lines": one.lines,
        "duties": [{"day": duty.day, "what": duty.what} for duty in one.duties],
        "checks": [{"check": gap.line.id, "title": gap.line.title, "days": gap.days} for gap in one.checks],
    }  # fmt: skip


def book(
    ctx: typer.Context,
    people: Annotated[list[str], typer.Argument(metavar="PERSON...", help="Who goes.")],
    session: Annotated[str, typer.Option(metavar="SESSION", help="Its id; else the next one with a seat.")] = "",
    gap_seen: GapSeen = False, why: Text = "",
    only_look: Annotated[bool, typer.Option("--preview", help="Only show what it would leave uncovered.")] = False,
) -> Answer:  # fmt: skip
    """Name people for a session, each on a spare place of your school; what it leaves uncovered is said first."""
    from bursar_desk.cli.training_sessions import which_session
    from bursar_desk.services import training_booking as service
    from bursar_desk.services.training_sessions import words_of

    shared = common(ctx)
    with shared.reading() if only_look else shared.desk() as desk:
        row = which_session(desk, session)
        named = [desk.find_person(one) for one in people]
        ids = [one.id for one in named]
        seen = service.preview(desk, row, ids)
        facts = {
            "session": row, "people": ids, "uncovered": [_gap(one) for one in seen.uncovered],
            "refused": seen.refused, "needs_head": seen.needs_head,
        }  # fmt: skip
        told = [words_of(seen.session), *seen.refused]
        for one in seen.uncovered:
            told += [one.sentence, *(f"  {line}" for line in one.lines)]
        if only_look:
            return Answer(facts, "\n".join(told))
        made, changes = service.book(desk, row, ids, gap_seen=gap_seen, why=why)
    told.append(f"Named: {', '.join(one.name for one in named)}.")
    told += [f"{service.NEEDS_HEAD}: “training places release”."] if seen.needs_head else []
    return Answer({**facts, "bookings": made, "act": changes.act}, "\n".join(told))


def which_booking(desk: Desk, typed: str) -> bytes:
    """Return the booking that was named by its id, or by the one person it is of."""
    from bursar_desk.domain.training_places import LIVE
    from bursar_desk.services.training_places import read

    held = read(desk)
    mine = [one for one in held.bookings if one.school == desk.home and one.state in LIVE]
    wanted = typed.strip().casefold()
    theirs = [one for one in mine if held.person(one.person).casefold() == wanted]
    still = [one for one in theirs if one.state in ("booked", "attended")] or theirs
    if len(still) == 1:
        return still[0].id
    return one_of(typed, [one.id for one in mine], "booking", "training places show")


def release(
    ctx: typer.Context,
    bookings: Annotated[list[str], typer.Argument(metavar="BOOKING...")],
    head: Annotated[str, typer.Option(metavar="PERSON", help="The head, when a school has two.")] = "",
) -> Answer:
    """Note the head’s yes: these people may go."""
    from bursar_desk.services import training_booking as service

    with common(ctx).desk() as desk:
        rows = [which_booking(desk, one) for one in bookings]
        changes = service.release(desk, rows, desk.find_person(head).id if head else None)
    return Answer({"bookings": rows, "act": changes.act}, "The head said yes.")


def attended(
    ctx: typer.Context,
    which: Booking,
    absent: Annotated[bool, typer.Option("--did-not-go", help="They did not go; the place is lost.")] = False,
    failed: Annotated[bool, typer.Option("--did-not-pass", help="They went and did not pass.")] = False,
) -> Answer:
    """Note that somebody went, or did not."""
    from bursar_desk.services import training_booking as service

    state = "not attended" if absent else "failed" if failed else "attended"
    with common(ctx).desk() as desk:
        row = which_booking(desk, which)
        changes = service.attended(desk, row, state)
    return Answer({"booking": row, "state": state, "act": changes.act}, f"Noted: {state}.")


def passed(
    ctx: typer.Context, which: Booking, on: Date = None, number: Text = "",
    expires: Annotated[str | None, typer.Option(metavar="DATE", help="As printed on the certificate.")] = None,
) -> Answer:  # fmt: skip
    """Note that somebody passed: it closes the booking and adds the course to what they hold."""
    from bursar_desk.services import training_booking as service

    shared = common(ctx)
    with shared.desk() as desk:
        row = which_booking(desk, which)
        day = shared.day_or_none(on, "--on") or desk.today
        result = service.Result(day, number, shared.day_or_none(expires, "--expires"))
        changes = service.passed(desk, row, result)
    return Answer({"booking": row, "state": "passed", "passed_on": day, "act": changes.act}, "Noted: passed.")


def cancel(ctx: typer.Context, which: Booking) -> Answer:
    """Cancel a booking: its place is spare again."""
    from bursar_desk.services import training_booking as service

    with common(ctx).desk() as desk:
        row = which_booking(desk, which)
        changes = service.cancel(desk, row)
    return Answer({"booking": row, "state": "cancelled", "act": changes.act}, "Cancelled; the place is spare again.")


def swap(
    ctx: typer.Context,
    which: Booking,
    person: Annotated[str, typer.Argument(metavar="PERSON", help="Who goes instead.")],
    gap_seen: GapSeen = False,
) -> Answer:
    """Let somebody else go, on the same place."""
    from bursar_desk.services import training_swap as service

    with common(ctx).desk() as desk:
        row, new = which_booking(desk, which), desk.find_person(person)
        made, changes = service.swap(desk, row, new.id, gap_seen=gap_seen)
    facts = {"booking": made, "instead_of": row, "person": new.id, "act": changes.act}
    return Answer(facts, f"{new.name} goes instead.")
