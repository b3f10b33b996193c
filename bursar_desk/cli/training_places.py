"""Training places: what each school has, buying, offering to other schools, asking for more."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bursar_desk.cli.frame import Answer, Misused, common, lines, one_of
from bursar_desk.cli.training import training

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.training_places import CourseView, Demand, Held, SchoolLine
    from bursar_desk.services.training_school import NamedLine, OfferLine

places = typer.Typer(help="Training places: bought, named, offered to other schools.")
Course = Annotated[str, typer.Option("--course", metavar="COURSE", help="Else the course with most places.")]
Offered = Annotated[str, typer.Argument(metavar="OFFER", help="Its id; see “training places list”.")]
Money = Annotated[str | None, typer.Option(metavar="POUNDS")]
Text = Annotated[str, typer.Option(metavar="T")]
Date = Annotated[str | None, typer.Option(metavar="DATE")]


def add_to(_app: typer.Typer) -> None:
    """Add these commands, under “training”."""
    from bursar_desk.cli import training_booking, training_sessions

    training_booking.add_to(places)
    training_sessions.add_to(training)
    training.add_typer(places, name="places")


def pence(typed: str | None, name: str) -> int | None:
    """Read money that may be left out."""
    from bursar_desk.domain.typed_money import read_money

    return read_money(typed, name=name) if typed else None


def which_course(held: Held, typed: str) -> str:
    """Return the course that was named, or the one with most places."""
    from bursar_desk.services.training_places import course_name

    wanted = typed.strip().casefold()
    if not wanted:
        return held.courses[0] if held.courses else "IOSH Managing Safely"
    part = [one for one in held.courses if wanted in one.casefold()]
    return part[0] if len(part) == 1 else course_name(typed)


def _school(one: SchoolLine) -> dict[str, Any]:
    return {
        "school": one.school or None, "name": one.name, **asdict(one.tally), "left": dict(one.left),
        "sessions": {session.hex(): dict(counted) for session, counted in one.cells.items()}, "saving": one.saving,
    }  # fmt: skip


def _view(found: CourseView) -> dict[str, Any]:
    return {
        "course": found.course, "schools": [_school(one) for one in found.rows], "total": _school(found.total),
        "each": found.cost.each, "alone": found.cost.alone, "alone_from": found.alone_from or None,
        "saving": found.cost.saving, "adds_up": found.adds_up,
        "sessions": [{"session": one.row.id, "when": one.when, "place": one.place} for one in found.sessions],
    }  # fmt: skip


def cost_words(found: CourseView) -> str:
    """Return what a place costs against buying alone; "" when nobody gave the price."""
    from bursar_desk.domain import words

    if found.cost.each is None:
        return ""
    said = f"{words.money_exact(found.cost.each)} a place"
    if found.cost.alone is None:
        return f"{said}; what one costs alone is not known."
    told = f" ({found.alone_from})" if found.alone_from else ""
    together = f"; together this {words.saving(found.cost.saving)}" if found.cost.saving is not None else ""
    return f"{said}; {words.money_exact(found.cost.alone)} alone{told}{together}."


def _row_words(one: SchoolLine) -> str:
    counted = [
        f"{getattr(one.tally, state)} {state}" for state in ("passed", "attended", "booked", "spare", "lapsed")
        if getattr(one.tally, state)
    ]  # fmt: skip
    swapped = f" ({one.swapped})" if one.swapped != "none" else ""
    return f"{one.name}: {one.tally.bought} bought{swapped}; {', '.join(counted) or 'none left'}"


@places.command("list")
def list_places(ctx: typer.Context, course: Course = "") -> Answer:
    """List what every school has of a course, and the offers without an answer."""
    from bursar_desk.services import training_places as service
    from bursar_desk.services.training_school import school_detail, unheard_words, unnamed, unnamed_words

    with common(ctx).reading() as desk:
        held = service.read(desk)
        found = service.course_view(held, which_course(held, course))
        details = [school_detail(held, found.course, one.school) for one in found.rows]
    offers = [line for one in details for line in one.given_out]
    odd = [said for one in details for said in one.odd]
    told = [f"{found.course}. {cost_words(found)}".strip(), *(f"  {_row_words(one)}" for one in found.rows)]
    told += [f"  {_row_words(found.total)}", *(_offer_words(line) for line in offers), *odd]
    told += [one for one in (unnamed_words(held, found.course), unheard_words(held)) if one]
    late = [{"school": one.school, "people": by.people, "by": by.by} for one, by in unnamed(held, found.course)]
    facts = {
        **_view(found), "to_name": late, "unheard": list(held.unheard), "offers": [_offer(line) for line in offers],
        "odd": odd, "courses": held.courses,
    }  # fmt: skip
    return Answer(facts, lines(told if found.rows else [], "No school is known here yet."))


def _offer(one: OfferLine) -> dict[str, Any]:
    return {
        "offer": one.move.id, "from": one.move.giver, "from_name": one.giver, "to": one.move.to_school,
        "to_name": one.to, "price": one.move.price, "answer_by": one.move.answer_by, "said_on": one.move.said_on,
    }  # fmt: skip


def _offer_words(one: OfferLine) -> str:
    return f"{one.move.id.hex()[:12]}  {one.giver} offers {one.to}: {one.words}"


def booking_facts(one: NamedLine) -> dict[str, Any]:
    """Return a booking as the JSON documents have it."""
    return {
        "booking": one.row.id, "person": one.row.person, "name": one.name, "session": one.row.session,
        "state": one.row.state, "released_by": one.row.released_by or None, "released_on": one.row.released_on,
        "needs_head": one.needs_head, "passed_on": one.row.passed_on,
    }  # fmt: skip


def _change(value: int) -> str:
    return f"{value:+d}" if value else "0"


@places.command("show")
def show(
    ctx: typer.Context,
    school: Annotated[str | None, typer.Argument(metavar="SCHOOL", help="A URN; else your own.")] = None,
    course: Course = "",
) -> Answer:
    """Show one school’s places: who is named, until when, where the places went, who asked for more."""
    from bursar_desk.domain import words
    from bursar_desk.services.training_places import read
    from bursar_desk.services.training_school import school_detail

    with common(ctx).reading() as desk:
        held = read(desk)
        one = school_detail(held, which_course(held, course), desk.find_school(school) if school else desk.home)
    told = [f"{one.row.name}, {one.course}: {one.note}. {one.saved}".strip()]
    told += [f"  {one.deadline.title} {one.deadline.lost}"] if one.deadline else []
    told += [f"  {line.row.id.hex()[:12]}  {line.name}: {line.words}" for line in one.named]
    told += [f"  {words.short_date(line.on):>11}  {line.words}  {_change(line.change)}" for line in one.ledger]
    told += [f"  {_offer_words(line)}" for line in (*one.given_out, *one.offered_to_us, *one.open_to_all)]
    told += [f"  {line.move.id.hex()[:12]}  {line.giver}: {line.to} had that place first" for line in one.lost]
    told += [f"  {line.name}: {line.words}" for line in one.asked] + [f"  {said}" for said in one.odd]
    by = one.deadline
    facts = {
        **_school(one.row), "course": one.course, "free": one.free,
        "deadline": {"people": by.people, "by": by.by, "pence": by.pence} if by else None,
        "named": [booking_facts(line) for line in one.named],
        "ledger": [{"on": line.on, "words": line.words, "change": line.change} for line in one.ledger],
        "offered": [_offer(line) for line in one.given_out], "to_us": [_offer(line) for line in one.offered_to_us],
        "to_all": [_offer(line) for line in one.open_to_all], "asked": [_demand(line) for line in one.asked],
        "odd": one.odd, "lost": [_offer(line) for line in one.lost], "heard": one.heard,
    }  # fmt: skip
    return Answer(facts, "\n".join(told))


@places.command("buy")
def buy(
    ctx: typer.Context,
    course: Annotated[str, typer.Option(metavar="COURSE")] = "IOSH Managing Safely",
    each: Annotated[int, typer.Option(metavar="N", min=1, help="How many places a school.")] = 2,
    price: Money = None, alone: Money = None, alone_from: Text = "",
    session: Annotated[str, typer.Option(metavar="SESSION", help="When they are for one session only.")] = "",
    lapses_on: Date = None, bought_on: Date = None,
    schools: Annotated[list[str] | None, typer.Option("--school", metavar="URN", help="Again for each.")] = None,
    note: Text = "",
) -> Answer:  # fmt: skip
    """Buy places: an office for all its schools unless some are named, a school for itself. Prices are for a place."""
    from bursar_desk.cli.training_sessions import which_session
    from bursar_desk.services import training_moves

    shared = common(ctx)
    with shared.desk() as desk:
        bought = training_moves.Purchase(
            course, each, pence(price, "--price"), pence(alone, "--alone"), alone_from,
            which_session(desk, session) if session else None, shared.day_or_none(lapses_on, "--lapses-on"),
            shared.day_or_none(bought_on, "--bought-on"), note,
        )  # fmt: skip
        changes = training_moves.buy(desk, bought, [desk.find_school(one) for one in schools or ()])
        found = _course(desk, course)
    told = f"Bought: {each} a school of {found.course}. {cost_words(found)}".strip()
    return Answer({**_view(found), "act": changes.act}, told)


def _course(desk: Desk, course: str) -> CourseView:
    from bursar_desk.services import training_places as service

    held = service.read(desk)
    return service.course_view(held, which_course(held, course))


@places.command("offer")
def offer(
    ctx: typer.Context,
    to: Annotated[str | None, typer.Option("--to", metavar="URN", help="The school; else the whole cluster.")] = None,
    count: Annotated[int, typer.Option(metavar="N", min=1)] = 1,
    price: Money = None, answer_by: Date = None, why: Text = "", course: Course = "",
) -> Answer:  # fmt: skip
    """Offer spare places to a school, or to the cluster. They stay yours until the other school says yes."""
    from bursar_desk.services import training_moves
    from bursar_desk.services.training_places import read

    shared = common(ctx)
    with shared.desk() as desk:
        school = desk.find_school(to) if to else None
        terms = training_moves.Offer(pence(price, "--price"), shared.day_or_none(answer_by, "--answer-by"), why)
        named = which_course(read(desk), course)
        made, changes = training_moves.offer(desk, named, school, terms, count=count)
        whom = desk.school_name(school) if school else "the cluster"
    told = f"{count} of {named} offered to {whom}. It travels with your next share file."
    return Answer({"offers": made, "to": school, "course": named, "act": changes.act}, told)


def _which_offer(held: Held, typed: str) -> bytes:
    return one_of(typed, [one.id for one in held.moves], "offer", "training places list")


@places.command("accept")
def accept(ctx: typer.Context, which: Offered) -> Answer:
    """Say yes to a place another school offers yours."""
    from bursar_desk.services import training_moves
    from bursar_desk.services.training_places import read

    with common(ctx).desk() as desk:
        move = _which_offer(read(desk), which)
        changes = training_moves.accept(desk, move)
    return Answer({"offer": move, "answer": "yes", "act": changes.act}, "The place is yours.")


@places.command("decline")
def decline(ctx: typer.Context, which: Offered, why: Text = "") -> Answer:
    """Say no to a place, or give one you took back while it is not used."""
    from bursar_desk.services import training_moves
    from bursar_desk.services.training_places import read

    with common(ctx).desk() as desk:
        move = _which_offer(read(desk), which)
        changes = training_moves.decline(desk, move, why)
    return Answer({"offer": move, "answer": "no", "act": changes.act}, "Answered: no.")


@places.command("withdraw")
def withdraw(ctx: typer.Context, which: Offered) -> Answer:
    """Take back an offer that nobody has said yes to."""
    from bursar_desk.services import training_moves
    from bursar_desk.services.training_places import read

    with common(ctx).desk() as desk:
        move = _which_offer(read(desk), which)
        changes = training_moves.withdraw(desk, move)
    return Answer({"offer": move, "act": changes.act}, "The offer is taken back.")


def _demand(one: Demand) -> dict[str, Any]:
    return {
        "school": one.school, "name": one.name, "course": one.course, "count": one.count, "by": one.by,
        "spare": one.spare, "wishes": one.wishes,
    }  # fmt: skip


@places.command("wish")
def wish(
    ctx: typer.Context,
    course: Annotated[str, typer.Argument(metavar="COURSE")],
    count: Annotated[int, typer.Option(metavar="N", min=1, help="For how many people.")] = 1,
    by: Date = None, why: Text = "",
) -> Answer:  # fmt: skip
    """Ask the cluster for places on a course."""
    from bursar_desk.domain import words
    from bursar_desk.services import training_moves

    shared = common(ctx)
    with shared.desk() as desk:
        row, changes = training_moves.wish(desk, course, count, by=shared.day_or_none(by, "--by"), why=why)
    told = f"Asked for {words.count(count, 'place')} on {course}. It travels with your next share file."
    return Answer({"wish": row, "act": changes.act}, told)


@places.command("wishes")
def wishes(
    ctx: typer.Context,
    end: Annotated[str, typer.Option("--withdraw", metavar="WISH", help="Take one of yours back.")] = "",
    met: Annotated[bool, typer.Option("--met", help="With --withdraw: note that it was met.")] = False,
) -> Answer:
    """List who waits for which course, or take a request back."""
    from bursar_desk.services import training_moves
    from bursar_desk.services.training_places import read, waiting

    shared = common(ctx)
    if met and not end:
        raise Misused("--met goes with --withdraw.", "Nothing was changed.", "Name the request.")
    if end:
        with shared.desk() as desk:
            row = one_of(end, [one.id for one in read(desk).wishes], "request", "training places wishes")
            changes = training_moves.end_wish(desk, row, "met" if met else "withdrawn")
        return Answer({"wish": row, "act": changes.act}, "The request is closed.")
    with shared.reading() as desk:
        found = waiting(read(desk))
    told = [f"{one.course}: {one.name}, {one.words} ({', '.join(w.hex()[:12] for w in one.wishes)})" for one in found]
    return Answer({"waiting": [_demand(one) for one in found]}, lines(told, "Nobody waits for a course."))


@places.command("no-release")
def no_release(
    ctx: typer.Context,
    first: Annotated[str | None, typer.Option("--from", metavar="DATE", help="Add days from here.")] = None,
    last: Annotated[str | None, typer.Option("--to", metavar="DATE", help="To here; else that one day.")] = None,
    remove: Annotated[str, typer.Option("--remove", metavar="ID", help="Take days out again.")] = "",
) -> Answer:
    """List, add or take out days on which your school can let nobody go on a course."""
    from bursar_desk.domain import words
    from bursar_desk.services import training_moves
    from bursar_desk.services.training_places import read

    shared = common(ctx)
    if remove:
        with shared.desk() as desk:
            known = [one.id for one in read(desk).no_release]
            row = one_of(remove, known, "stretch of days", "training places no-release")
            changes = training_moves.unblock(desk, row)
        return Answer({"days": row, "act": changes.act}, "Those days are free again.")
    if first:
        day = shared.day(first, "--from")
        with shared.desk() as desk:
            row, changes = training_moves.block(desk, day, shared.day(last, "--to") if last else day)
        return Answer({"days": row, "act": changes.act}, "Nobody is named for a course then.")
    with shared.reading() as desk:
        held = read(desk)
        rows = [one for one in held.no_release if desk.is_office or one.school == desk.home]
    told = [
        f"{one.id.hex()[:12]}  {held.school(one.school)}: {words.short_date(one.first)} to {words.short_date(one.last)}"
        for one in rows
    ]
    facts = [{"days": one.id, "school": one.school, "from": one.first, "to": one.last} for one in rows]
    return Answer({"no_release": facts}, lines(told, "There is no such day."))
