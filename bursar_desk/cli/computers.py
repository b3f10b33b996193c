"""The school's computers and its main key: letting one in, reporting one lost, a new key by the recovery sheet."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bursar_desk.cli.frame import NEEDS_A_PERSON, Answer, Misused, common, lines, watching
from bursar_desk.domain.errors import Refused

if TYPE_CHECKING:
    from bursar_desk.services.computers import ComputerLine
    from bursar_desk.services.main_keys import Renewed

computer = typer.Typer(help="See our computers, let a new one in, report one lost.")
Which = Annotated[str, typer.Argument(metavar="COMPUTER", help="Its name or its letter, as “computer list” has them.")]
SheetFile = Annotated[
    str | None, typer.Option("--sheet", metavar="FILE", help="The lines of the recovery sheet; - to type them.")
]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(computer, name="computer")


def _line(one: ComputerLine) -> dict[str, Any]:
    from bursar_desk.cli.share import moment

    return {
        "school": one.school_name, "school_id": one.school, "label": one.label, "letter": one.letter,
        "state": one.state, "entries": one.entries, "last_entry": moment(one.last_entry_ms) if one.entries else None,
        "names_used": one.epochs, "forks": one.forks, "sentence": one.sentence,
    }  # fmt: skip


@computer.command("list")
def list_computers(ctx: typer.Context) -> Answer:
    """List the computers of every school known here, our own first."""
    from bursar_desk.domain import words
    from bursar_desk.services import computers

    with common(ctx).reading() as desk:
        found = computers.listing(desk)
    rows = [
        f"{one.school_name}  {one.letter or '-':2} {one.label}: {one.state_words}, "
        f"{words.count(one.entries, 'entry', 'entries')}. {one.sentence}".rstrip()
        for one in found
    ]
    return Answer({"computers": [_line(one) for one in found]}, lines(rows, "No computer is known here."))


# --- a new one -------------------------------------------------------------------------------------------------------


@computer.command("ask")
def ask(
    ctx: typer.Context,
    card: Annotated[Path, typer.Argument(metavar="CARD", help="The school's card, from “card --out”.")],
    out: Annotated[Path, typer.Option(metavar="FILE", help="Where to write the request.")],
    label: Annotated[str, typer.Option(metavar="NAME", help="What to call this computer.")] = "OFFICE-2",
) -> Answer:
    """On a new computer: make its register (the one named before the command) and ask the school to let it in."""
    from bursar_desk.clock import SystemClock
    from bursar_desk.services import computers

    register = common(ctx).register
    if register is None:
        raise Misused("Name the register to make: --register FILE before the command.", "Nothing was made.")
    if register.exists():
        raise Refused(f"{register.name} exists already.", "It was not touched.", "Choose another name.")
    asked = computers.ask_to_join(register, card, label, out, SystemClock())
    asked.store.close()
    facts = {
        "register": register.absolute(), "request": out, "school": asked.school_name,
        "school_words": asked.school_words, "words": asked.words,
    }  # fmt: skip
    told = (
        f"Take {out} to the computer with the main key. This computer's words: {asked.words}\n"
        f"The words of {asked.school_name} on that computer must be: {asked.school_words}"
    )
    return Answer(facts, told)


@computer.command("let-in")
def let_in(
    ctx: typer.Context,
    request: Annotated[Path, typer.Argument(metavar="REQUEST", help="The file the new computer wrote.")],
    said: Annotated[str | None, typer.Option("--words", metavar="W", help="What its screen says.")] = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="The welcome file to write for it.")] = None,
) -> Answer:
    """Let a new computer in. Without --words it only shows the words to compare."""
    from bursar_desk.services import computers

    shared = common(ctx)
    if said is None:
        with shared.reading() as desk:
            shown = computers.read_request(desk, request)
        facts = {"label": shown.label, "words": shown.words, "let_in": shown.known}
        told = f"{shown.label} must show these words: {shown.words}. If it does, add --words and --out."
        return Answer(facts, told, NEEDS_A_PERSON)
    if out is None:
        raise Misused("Give --out for the welcome file.", "Nothing was changed.")
    with shared.desk() as desk, watching() as bar:
        shown = computers.read_request(desk, request)
        sent = computers.let_in(desk, request, said, out, bar)
    facts = {"label": shown.label, "words": shown.words, "let_in": True, "file": sent.path, "entries": sent.entries}
    return Answer(facts, f"{shown.label} is let in. Merge {sent.path} there.")


# --- lost, handed back -----------------------------------------------------------------------------------------------


@computer.command("lost")
def lost(ctx: typer.Context, which: Which) -> Answer:
    """Report one of our computers lost. What it wrote before stands; what comes later is held back."""
    from bursar_desk.services import computers

    with common(ctx).desk() as desk:
        one = computers.find(desk, which)
        told = computers.report(desk, one.sign, "lost")
    return Answer({"label": one.label, "letter": one.letter, "state": "lost"}, told)


@computer.command("left")
def left(
    ctx: typer.Context,
    which: Which,
    new_key: Annotated[bool, typer.Option("--new-key", help="Also a new main key and a new sheet: a leaver.")] = False,
) -> Answer:
    """Say that one of our computers was handed back; for a leaver who knew the sheet, with a new main key."""
    from bursar_desk.services import computers, main_keys

    with common(ctx).desk() as desk:
        one = computers.find(desk, which)
        told = computers.report(desk, one.sign, "left")
        made = main_keys.renew(desk) if new_key else None
    facts: dict[str, Any] = {"label": one.label, "letter": one.letter, "state": "left"}
    if made is not None:
        facts |= renewed_facts(made)
        told = f"{told}\n{renewed_words(made)}"
    return Answer(facts, told)


@computer.command("recover")
def recover(
    ctx: typer.Context,
    sheet: SheetFile = None,
    gone: Annotated[
        str | None, typer.Option("--lost", metavar="COMPUTER", help="Report this one lost as well.")
    ] = None,
) -> Answer:
    """Bring the main key to this computer with the recovery sheet: the one that held it is gone."""
    from bursar_desk.services import computers, main_keys

    typed = read_sheet(sheet)
    with common(ctx).desk() as desk:
        named = computers.find(desk, gone).sign if gone else None
        made = main_keys.renew(desk, typed, lost=named)
    return Answer(renewed_facts(made), renewed_words(made))


@computer.command("withdraw")
def withdraw(
    ctx: typer.Context, which: Annotated[str, typer.Argument(metavar="COVER", help="Its id, or who helps.")]
) -> Answer:
    """End a cover before its time: what is recorded from now on waits to be confirmed."""
    from bursar_desk.cli.cover import one_cover
    from bursar_desk.services import computers

    with common(ctx).desk() as desk:
        cover = one_cover(desk, which)
        told = computers.withdraw(desk, cover)
    return Answer({"cover": cover, "ended": True}, told)


# --- sheets ----------------------------------------------------------------------------------------------------------


def read_sheet(named: str | None) -> list[str]:
    """Read the lines of a sheet from a file, or as they are typed. Raises ``Misused`` where nobody can type."""
    from bursar_desk.services.main_keys import SHEET_LINES, sheet_lines

    if named not in (None, "-"):
        try:
            return sheet_lines(Path(str(named)).read_text("utf-8"))
        except (OSError, UnicodeDecodeError) as problem:
            raise Misused(f"{named} cannot be read.", "Nothing was changed.") from problem
    if named is None and (sys.stdin is None or not sys.stdin.isatty()):
        raise Misused("Give the recovery sheet with --sheet FILE.", "Nothing was changed.")
    if sys.stderr is not None:
        sys.stderr.write(f"Type the {SHEET_LINES} lines of the recovery sheet.\n")
    typed: list[str] = []
    for line in sys.stdin:
        typed += [line] if line.strip() else []
        if len(typed) == SHEET_LINES:
            break
    return sheet_lines("\n".join(typed))


def renewed_facts(made: Renewed) -> dict[str, Any]:
    """Return a new main key as the JSON documents have it."""
    return {"school": made.name, "words": made.words, "recovery": list(made.sheet), "reported_lost": made.lost or None}


def renewed_words(made: Renewed) -> str:
    """Return a new main key in words, with the sheet to print."""
    sheet = "\n".join(made.sheet)
    gone = f"{made.lost} is reported lost. " if made.lost else ""
    return (
        f"{gone}{made.name} has a new main key. Its words: {made.words}\n"
        "Neighbours are asked to ring you and compare them.\n\n"
        "New recovery sheet. Print these lines, put them in the safe, and tear up the old sheet: they are not shown "
        f"again.\n{sheet}"
    )
