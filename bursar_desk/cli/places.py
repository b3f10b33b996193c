"""People, places and faults: list and add; a fault is also shown and closed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bursar_desk.cli.checks import School, defect, school_of
from bursar_desk.cli.frame import Answer, common, lines, minutes, one_of
from bursar_desk.domain.errors import UserError

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from db.queries.people import PersonRow
    from db.queries.schools import PlaceRow

person = typer.Typer(help="Who works here.")
place = typer.Typer(help="The places of the site.")
faults = typer.Typer(help="Faults and what became of them.")
Fault = Annotated[str, typer.Argument(metavar="DEFECT", help="Its id, or the first letters of it.")]
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(person, name="person")
    app.add_typer(place, name="place")
    app.add_typer(faults, name="defect")


# --- people ----------------------------------------------------------------------------------------------------------


def _person(one: PersonRow, urn: str) -> dict[str, Any]:
    return {
        "person": one.id, "name": one.name, "role": one.role, "job_title": one.job_title, "school": urn,
        "days": [day for n, day in enumerate(_DAYS) if one.days >> n & 1], "starts": one.starts, "ends": one.ends,
        "unlocks": one.unlocks, "locks": one.locks, "key_holder": one.key_holder, "offers_cover": one.offers_cover,
        "checks_confirmed_on": one.checks_confirmed_on, "manages": one.manages, "left_on": one.left_on,
    }  # fmt: skip


def _urn(desk: Desk, school: bytes) -> str:
    root = desk.trust.roots.get(school)
    return root.urn if root else ""


@person.command("list")
def list_people(
    ctx: typer.Context,
    school: School = None,
    left: Annotated[bool, typer.Option("--all", help="Also who left.")] = False,
) -> Answer:
    """List who works here."""
    from bursar_desk.services import people

    with common(ctx).reading() as desk:
        found = people.listing(desk, school=school_of(desk, school), left=left)
        facts = [_person(one, _urn(desk, one.school)) for one in found]
    rows = [f"{one.name}, {one.job_title or one.role}" for one in found]
    return Answer({"people": facts}, lines(rows, "Nobody is entered yet."))


@person.command("add")
def add_person(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME")],
    role: Annotated[str, typer.Option(help="For example caretaker, office, head, business manager.")],
    title: Annotated[str, typer.Option(help="What the job is called here.")] = "",
    starts: Annotated[str | None, typer.Option("--from", metavar="HH:MM", help="When the day begins.")] = None,
    ends: Annotated[str | None, typer.Option("--to", metavar="HH:MM", help="When it ends.")] = None,
    unlocks: Annotated[bool, typer.Option("--unlocks")] = False,
    locks: Annotated[bool, typer.Option("--locks")] = False,
    manages: Annotated[bool, typer.Option("--manages", help="Runs the register.")] = False,
) -> Answer:
    """Add somebody who works here."""
    from bursar_desk.services import people
    from bursar_desk.services.setup import NewPerson

    first = minutes(starts, "--from") if starts else None
    last = minutes(ends, "--to") if ends else None
    with common(ctx).desk() as desk:
        made, changes = people.add(desk, NewPerson(
            name=name, role=role, job_title=title, starts=first, ends=last, unlocks=unlocks, locks=locks,
            manages=manages,
        ))  # fmt: skip
        facts = _person(made, _urn(desk, made.school))
    return Answer(facts | {"act": changes.act}, f"{made.name} is added.")


# --- places ----------------------------------------------------------------------------------------------------------


def _place(one: PlaceRow) -> dict[str, Any]:
    return {"place": one.id, "name": one.name, "kind": one.kind, "inside": one.parent}


@place.command("list")
def list_places(ctx: typer.Context, school: School = None) -> Answer:
    """List the places in walking order."""
    from bursar_desk.services import people

    with common(ctx).reading() as desk:
        found = people.places(desk, school=school_of(desk, school))
    rows = [f"{one.kind:9} {one.name}" for one in found]
    return Answer({"places": [_place(one) for one in found]}, lines(rows, "No place is entered yet."))


@place.command("add")
def add_place(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME")],
    kind: Annotated[str, typer.Option(help="site, building, floor, room or outside.")] = "room",
    inside: Annotated[str | None, typer.Option(metavar="PLACE", help="The place it is part of.")] = None,
) -> Answer:
    """Add a place."""
    from bursar_desk.services import people

    with common(ctx).desk() as desk:
        parent = _named(people.places(desk), inside) if inside else None
        made, changes = people.add_place(desk, name, kind=kind, parent=parent)
    return Answer(_place(made) | {"act": changes.act}, f"{made.name} is added.")


def _named(known: list[PlaceRow], typed: str) -> bytes:
    wanted = typed.casefold().strip()
    found = [one.id for one in known if wanted in (one.name.casefold(), one.id.hex())]
    if len(found) != 1:
        names = ", ".join(one.name for one in known) or "none yet"
        raise UserError(f"“{typed}” is not one place here.", "Nothing was changed.", f"The places are: {names}.")
    return found[0]


# --- faults ----------------------------------------------------------------------------------------------------------


@faults.command("list")
def list_defects(
    ctx: typer.Context,
    school: School = None,
    every: Annotated[bool, typer.Option("--all", help="Closed ones as well.")] = False,
) -> Answer:
    """List open faults, the most dangerous first."""
    from bursar_desk.services import defects

    with common(ctx).reading() as desk:
        found = defects.listing(desk, school=school_of(desk, school), every=every)
    rows = [f"{one.id.hex()[:12]}  {one.risk:6}  {one.state:10}  {one.title}" for one in found]
    return Answer({"defects": [defect(one) for one in found]}, lines(rows, "No fault is open."))


def _fault(desk: Desk, typed: str) -> bytes:
    from bursar_desk.services import defects

    return one_of(typed, [one.id for one in defects.listing(desk, every=True)], "fault", "defect list")


@faults.command("show")
def show_defect(ctx: typer.Context, which: Fault) -> Answer:
    """Show one fault."""
    from bursar_desk.domain import words
    from bursar_desk.services import defects

    with common(ctx).reading() as desk:
        one = defects.get(desk, _fault(desk, which))
    told = f"{one.title}. Risk {one.risk}, {one.state}. Reported by {one.raised_by or 'somebody'}"
    told += f" on {words.long_date(one.raised_on)}." if one.raised_on else "."
    told += f" {one.note}" if one.note else ""
    more = {"interim_control": one.interim_control, "interim_until": one.interim_until, "stop_on": one.stop_on}
    return Answer({"defect": defect(one) | more}, told)


@faults.command("add")
def add_defect(
    ctx: typer.Context,
    title: Annotated[str, typer.Argument(metavar="TITLE", help="What is wrong.")],
    risk: Annotated[str, typer.Option(help="danger, high, medium or low.")] = "medium",
    note: Annotated[str, typer.Option(metavar="T")] = "",
    where: Annotated[str | None, typer.Option("--place", metavar="PLACE")] = None,
    day: Annotated[str | None, typer.Option("--day", metavar="DATE", help="When it was seen; else today.")] = None,
    target: Annotated[str | None, typer.Option(metavar="DATE", help="By when it shall be put right.")] = None,
) -> Answer:
    """Report a fault by itself."""
    from bursar_desk.services import defects, people

    shared = common(ctx)
    with shared.desk() as desk:
        place_id = _named(people.places(desk), where) if where else None
        one, changes = defects.report(
            desk, title, risk=risk, note=note, place=place_id, on=shared.day_or_none(day, "--day"),
            target_on=shared.day_or_none(target, "--target"),
        )  # fmt: skip
    return Answer({"defect": defect(one), "act": changes.act}, f"Reported: {one.title}.")


@faults.command("close")
def close_defect(
    ctx: typer.Context,
    which: Fault,
    day: Annotated[str | None, typer.Option("--day", metavar="DATE", help="When it was put right; else today.")] = None,
    ended: Annotated[str, typer.Option("--as", help="done, verified or rejected.")] = "done",
) -> Answer:
    """Say that a fault was put right."""
    from bursar_desk.services import defects

    shared = common(ctx)
    with shared.desk() as desk:
        one, changes = defects.close(desk, _fault(desk, which), on=shared.day_or_none(day, "--day"), as_state=ended)
    return Answer({"defect": defect(one), "act": changes.act}, f"Closed: {one.title}.")
