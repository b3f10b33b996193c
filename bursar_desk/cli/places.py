"""People: list and add."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bursar_desk.cli.checks import School, school_of
from bursar_desk.cli.frame import Answer, common, lines, minutes

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from db.queries.people import PersonRow

person = typer.Typer(help="Who works here.")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(person, name="person")


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
