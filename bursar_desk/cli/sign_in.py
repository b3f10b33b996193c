"""PINs from a terminal: set, take away, unlock, and after how many minutes the window locks."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from bursar_desk.cli.frame import Answer, Misused, common, lines
from bursar_desk.cli.people import person

if TYPE_CHECKING:
    from bursar_desk.services.pins import SignIn


def add_to(_app: typer.Typer) -> None:
    """Add these commands to “person”."""
    person.command("pin")(set_pin)
    person.command("pins")(list_pins)


def _state(one: SignIn) -> str:
    if one.locked:
        return "locked after ten wrong tries"
    if not one.has_pin:
        return "no PIN"
    return f"PIN of {one.length} digits" if one.digits else "words"


def _typed(name: str, *, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise Misused("There is no terminal to type a PIN at.", "Nothing was changed.", "Use --from-stdin.")
    first: str = typer.prompt(f"PIN or words for {name}", hide_input=True, err=True)
    second: str = typer.prompt("The same once more", hide_input=True, err=True)
    if first != second:
        raise Misused("The two are not the same.", "Nothing was changed.", "Try again.")
    return first


def set_pin(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME")],
    clear: Annotated[bool, typer.Option("--clear", help="Take the PIN away.")] = False,
    unlock: Annotated[bool, typer.Option("--unlock", help="Let them try again after ten wrong PINs.")] = False,
    from_stdin: Annotated[bool, typer.Option("--from-stdin", help="Read it from standard input, for scripts.")] = False,
) -> Answer:
    """Let somebody sign in at the window by PIN (4 to 8 digits; managers 6 to 8, or words); it is never shown."""
    from bursar_desk.services import pins

    if clear and unlock:
        raise Misused("Choose --clear or --unlock.", "Nothing was changed.", "One at a time.")
    with common(ctx).desk() as desk:
        one = desk.find_person(name)
        if clear:
            pins.clear(desk, one.id)
        elif unlock:
            pins.unlock(desk, one.id)
        else:
            pins.set_pin(desk, one.id, _typed(one.name, from_stdin=from_stdin))
        now = next(each for each in pins.listing(desk) if each.person == one.id)
    facts = {"person": now.person, "name": now.name, "has_pin": now.has_pin, "locked": now.locked}
    return Answer(facts, f"{now.name}: {_state(now)}.")


def list_pins(
    ctx: typer.Context,
    lock_after: Annotated[
        int | None, typer.Option("--lock-after", metavar="MINUTES", min=0, max=240, help="Lock by itself; 0 for never.")
    ] = None,
) -> Answer:
    """List who can sign in at the window, and after how many minutes it locks by itself."""
    from bursar_desk.services import pins

    shared = common(ctx)
    with shared.desk() if lock_after is not None else shared.reading() as desk:
        if lock_after is not None:
            pins.set_lock_minutes(desk, lock_after)
        found, minutes = pins.listing(desk), pins.lock_minutes(desk)
    people = [{"person": one.person, "name": one.name, "has_pin": one.has_pin, "locked": one.locked} for one in found]
    rows = [f"{one.name}: {_state(one)}" for one in found]
    told = [*rows, f"Locks by itself after {minutes} min." if minutes else "Locks on Ctrl+L only."]
    return Answer({"people": people, "lock_minutes": minutes}, lines(told, ""))
