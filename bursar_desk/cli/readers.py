"""Who may read our register: letting a school or a Cluster SBM read, and ending it."""

from __future__ import annotations

from typing import Annotated

import typer

from bursar_desk.cli.frame import Answer, common, lines

reader = typer.Typer(help="See who may read our register, let somebody read it, end it.")
Which = Annotated[str, typer.Argument(metavar="SCHOOL", help="A URN, or part of the name.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(reader, name="reader")


@reader.command("list")
def list_readers(ctx: typer.Context) -> Answer:
    """List who may read what of ours."""
    from bursar_desk.services import meeting

    with common(ctx).reading() as desk:
        found = meeting.readers(desk)
    facts = [
        {"school": one.name, "school_id": one.school, "role": one.role, "channels": one.channels,
         "settles": one.settles}
        for one in found
    ]  # fmt: skip
    rows = [f"{one.name} ({one.role}): {one.words}{'; may settle differences' if one.settles else ''}" for one in found]
    return Answer({"readers": facts}, lines(rows, "Nobody but this school reads this register."))


@reader.command("add")
def add_reader(
    ctx: typer.Context,
    school: Which,
    role: Annotated[str, typer.Option(metavar="ROLE", help="hub, neighbour or member (messages only).")] = "neighbour",
    channel: Annotated[
        list[str] | None, typer.Option(metavar="CHANNEL", help="compliance, people or incidents; may be given again.")
    ] = None,
    settles: Annotated[bool, typer.Option("--settles", help="They may settle differences for us.")] = False,
) -> Answer:
    """Let a school or a Cluster SBM read our register. Only the computer with the main key can say so."""
    from bursar_desk.services import meeting

    with common(ctx).desk() as desk:
        found = desk.find_school(school)
        meeting.let_read(desk, found, channels=channel or None, role=role, settles=settles)
        now = next(one for one in meeting.readers(desk) if one.school == found)
    facts = {"school": now.name, "role": now.role, "channels": now.channels, "settles": now.settles}
    return Answer(facts, f"{now.name} may read: {now.words}. The next file for them holds it.")


@reader.command("end")
def end_reader(ctx: typer.Context, school: Which) -> Answer:
    """Let a school or a Cluster SBM read nothing more. What they have already stays with them."""
    from bursar_desk.services import meeting

    with common(ctx).desk() as desk:
        found = desk.find_school(school)
        told = meeting.stop_reading(desk, found)
        name = desk.school_name(found)
    return Answer({"school": name}, told)
