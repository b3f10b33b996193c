"""Sessions of a course: dates, venue, seats, price."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bursar_desk.cli.frame import Answer, Common, Misused, common, lines, minutes, one_of
from bursar_desk.domain.errors import UserError

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.training_places import SessionLine

session = typer.Typer(help="Course sessions: dates, venue, seats, price.")
Session = Annotated[str, typer.Argument(metavar="SESSION", help="The first letters of its id.")]
Text = Annotated[str | None, typer.Option(metavar="T")]
Date = Annotated[str | None, typer.Option(metavar="DATE")]
Clock = Annotated[str | None, typer.Option(metavar="HH:MM")]
Money = Annotated[str | None, typer.Option(metavar="POUNDS")]
Per = Annotated[str | None, typer.Option(metavar="seat|session", help="What the price is for; else a seat.")]
School = Annotated[str | None, typer.Option("--at", metavar="URN", help="The school where it is held.")]
Days = Annotated[list[str] | None, typer.Option("--day", metavar="DATE", help="Each day; else every weekday between.")]
InHouse = Annotated[bool | None, typer.Option("--in-house/--elsewhere", help="At one of the schools.")]
Seats = Annotated[int | None, typer.Option(metavar="N", min=1)]


def add_to(training: typer.Typer) -> None:
    """Add these commands to “training”."""
    training.add_typer(session, name="session")


def which_session(desk: Desk, typed: str) -> bytes:
    """Return the session named by its id; without one the next that people can still be named for."""
    from bursar_desk.services import training_sessions as service
    from bursar_desk.services.training_places import course_name, read

    if typed:
        known = [one.row.id for one in service.listing(desk, every=True)]
        return one_of(typed, known, "session", "training session list")
    held = read(desk)
    found = [one for one in service.listing(desk) if one.open_on(desk.today) and one.left != 0]
    ours = [one for one in found if held.of_course(course_name(one.row.course)).spare(desk.home)]
    if not found:
        raise UserError("No session is open now.", "Nobody was booked.", "See “training session list --all”.")
    return (ours or found)[0].row.id


def _facts(one: SessionLine) -> dict[str, Any]:
    from bursar_desk.services.training_places import course_name

    row = one.row
    return {
        "session": row.id, "course": course_name(row.course), "from": row.first, "to": row.last, "days": row.days,
        "provider": row.provider, "venue": one.place, "in_house": row.in_house, "seats": row.seats,
        "taken": one.taken, "left": one.left, "price": row.price, "price_per": row.price_per, "each": one.each,
        "alone": row.alone, "alone_from": row.alone_from, "name_by": row.name_by, "state": row.state,
        "wishes": row.wishes, "school": row.school,
    }  # fmt: skip


@session.command("list")
def list_sessions(
    ctx: typer.Context,
    course: Annotated[str, typer.Option(metavar="COURSE")] = "",
    every: Annotated[bool, typer.Option("--all", help="Past and cancelled ones as well.")] = False,
) -> Answer:
    """List sessions from today on."""
    from bursar_desk.services import training_sessions as service
    from bursar_desk.services.training_places import course_name

    with common(ctx).reading() as desk:
        found = service.listing(desk, course_name(course) if course else "", every=every)
    rows = [f"{one.row.id.hex()[:12]}  {service.words_of(one)}" for one in found]
    return Answer({"sessions": [_facts(one) for one in found]}, lines(rows, "No session is planned."))


def _given(shared: Common, desk: Desk, **typed: Any) -> dict[str, Any]:
    """Return what was typed, read; what was left out is not in it."""
    from bursar_desk.cli.training_places import pence

    out: dict[str, Any] = {}
    for name, text in typed.items():
        option = f"--{name.replace('_', '-')}"
        if text is None:
            continue
        if name in ("first", "last", "name_by"):
            out[name] = shared.day(text, option) if text else None
        elif name in ("starts", "ends"):
            out[name] = minutes(text, option) if text else None
        elif name in ("price", "alone"):
            out[name] = pence(text, option)
        elif name == "days":
            out[name] = tuple(shared.day(one, "--day") for one in text)
        elif name == "venue_school":
            out[name] = desk.find_school(text) if text else None
        else:
            out[name] = text
    return out


@session.command("add")
def add(
    ctx: typer.Context,
    course: Annotated[str, typer.Argument(metavar="COURSE")],
    first: Annotated[str, typer.Option("--from", metavar="DATE", help="The first day.")],
    last: Annotated[str | None, typer.Option("--to", metavar="DATE", help="The last day; else the first.")] = None,
    days: Days = None, starts: Clock = None, ends: Clock = None, provider: Text = None, venue: Text = None,
    venue_school: School = None, in_house: InHouse = None, seats: Seats = None, price: Money = None,
    price_per: Per = None, alone: Money = None, alone_from: Text = None, name_by: Date = None, note: Text = None,
    from_wishes: Annotated[bool, typer.Option("--from-wishes", help="It answers all that wait for it.")] = False,
) -> Answer:  # fmt: skip
    """Add a session of a course."""
    from bursar_desk.services import training_sessions as service
    from bursar_desk.services.training_places import course_name, read, waiting

    shared = common(ctx)
    with shared.desk() as desk:
        given = _given(
            shared, desk, first=first, last=last or first, days=days, starts=starts, ends=ends, provider=provider,
            venue=venue, venue_school=venue_school, in_house=in_house, seats=seats, price=price, price_per=price_per,
            alone=alone, alone_from=alone_from, name_by=name_by, note=note,
        )  # fmt: skip
        if from_wishes:
            given["wishes"] = tuple(w for one in waiting(read(desk), course_name(course)) for w in one.wishes)
        row, changes = service.add(desk, service.NewSession(course, **given))
        held = read(desk)
        line, asked = service.get(held, row), service.gathered(held, row)
    told = "\n".join([f"Added: {service.words_of(line)}.", *asked])
    return Answer({**_facts(line), "act": changes.act}, told)


@session.command("change")
def change(
    ctx: typer.Context, which: Session,
    first: Annotated[str | None, typer.Option("--from", metavar="DATE")] = None,
    last: Annotated[str | None, typer.Option("--to", metavar="DATE")] = None,
    days: Days = None, starts: Clock = None, ends: Clock = None, provider: Text = None, venue: Text = None,
    venue_school: School = None, in_house: InHouse = None, seats: Seats = None, price: Money = None,
    price_per: Per = None, alone: Money = None, alone_from: Text = None, name_by: Date = None, note: Text = None,
) -> Answer:  # fmt: skip
    """Change a session that your register arranged; an empty value takes it out."""
    from bursar_desk.services import training_sessions as service

    shared = common(ctx)
    with shared.desk() as desk:
        given = _given(
            shared, desk, first=first, last=last, days=days, starts=starts, ends=ends, provider=provider, venue=venue,
            venue_school=venue_school, in_house=in_house, seats=seats, price=price, price_per=price_per, alone=alone,
            alone_from=alone_from, name_by=name_by, note=note,
        )  # fmt: skip
        if not given:
            raise Misused("Say what to change.", "Nothing was changed.", "For example --seats 12.")
        line, changes = service.change(desk, which_session(desk, which), given)
    return Answer({**_facts(line), "act": changes.act}, f"Changed: {service.words_of(line)}.")


@session.command("cancel")
def cancel(ctx: typer.Context, which: Session) -> Answer:
    """Say that a session will not take place: every place booked on it is spare again."""
    from bursar_desk.services import training_sessions as service

    with common(ctx).desk() as desk:
        row = which_session(desk, which)
        said, changes = service.cancel(desk, row)
    return Answer({"session": row, "state": "cancelled", "act": changes.act}, said)
