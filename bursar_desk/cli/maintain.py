"""Keeping a register sound: fingerprints, looking for damage, copies, bringing a copy back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bursar_desk.cli.frame import DONE, NEEDS_A_PERSON, Answer, Misused, common, lines, watching


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("digest")(digest)
    app.command("verify")(verify)
    app.command("backup")(backup)
    app.command("restore")(restore)


def digest(
    ctx: typer.Context, school: Annotated[str | None, typer.Option(metavar="URN", help="One school only.")] = None
) -> Answer:
    """Print a fingerprint for each school and channel: equal on two desks exactly when they hold the same of it."""
    from bursar_desk.services import digests

    with common(ctx).reading() as desk:
        found = digests.digests(desk, desk.find_school(school) if school else None)
    rows = [f"{urn:8} {channel:42} {total}" for urn, held in found.by_school.items() for channel, total in held.items()]
    rows += [f"{'office':8} {channel:42} {total}" for channel, total in found.office.items()]
    return Answer({"by_school": found.by_school, "office": found.office}, lines(rows, "Nothing is held here yet."))


def verify(ctx: typer.Context) -> Answer:
    """Look for damage in pages, history, seals, sums and the files kept beside them."""
    from bursar_desk.services import backups

    with common(ctx).reading() as desk, watching() as bar:
        found = backups.verify(desk, bar)
        known = backups.notices(desk) if not found else []
        waiting = backups.not_here_yet(desk) if not found else ()
    facts, told = (
        [{"what": one.what, "where": one.where, "consequence": one.consequence} for one in listed]
        for listed in (found, known)
    )
    rows = [f"{one.what} ({one.where}). {one.consequence}" for one in found]
    words = lines(rows, "Nothing is damaged: pages, history, seals, sums and lists are as they were written.")
    words = "\n".join([words, *(f"To know: {one.what} ({one.where}). {one.consequence}" for one in known)])
    words = "\n".join([words, *(f"Not here yet: {one}; asked for with the next share file." for one in waiting)])
    also = {"not_here_yet": list(waiting)} if waiting else {}
    return Answer({"findings": facts, "notices": told} | also, words, NEEDS_A_PERSON if found or known else DONE)


def backup(
    ctx: typer.Context,
    folder: Annotated[Path | None, typer.Argument(metavar="DIR", help="Where to put it.")] = None,
) -> Answer:
    """Make a dated copy of the register and check it. No copy is ever written over."""
    from bursar_desk.clock import SystemClock
    from bursar_desk.services import backups, own_desk

    register = common(ctx).own_register()
    if own_desk.must_be_mended(register):
        with common(ctx).desk():  # a write that was cut off is rolled back before anything is copied
            pass
    with watching() as bar:
        made = backups.back_up(register, folder, SystemClock(), bar)
    facts = {"file": made.file, "size": made.size, "entries": made.entries}
    return Answer(facts, f"Copied and checked: {made.file}")


def restore(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The copy to bring back.")],
    sheet: Annotated[
        str | None,
        typer.Option("--sheet", metavar="FILE", help="On a new computer: the recovery sheet's lines; - to type them."),
    ] = None,
    label: Annotated[str, typer.Option(metavar="NAME", help="With --sheet: what to call this computer.")] = "",
    lost: Annotated[bool, typer.Option("--lost", help="With --sheet: the old computer is lost or broken.")] = False,
) -> Answer:
    """Bring a copy back. The register as it is now is set aside, and the copy writes under a new name from then on.

    With --sheet it becomes the register of this computer, with keys of its own and a new main key for the school.
    """
    from bursar_desk.clock import SystemClock
    from bursar_desk.services import backups

    if sheet is not None:
        return _recover(ctx, file, sheet, label, lost=lost)
    if label or lost:
        raise Misused("--label and --lost go with --sheet.", "Nothing was changed.")
    register = common(ctx).own_register()
    with watching() as bar:
        made = backups.restore(file, register, SystemClock(), bar)
    facts = {"register": made.register, "set_aside": made.set_aside, "entries": made.entries}
    aside = f" What was there is now {made.set_aside}." if made.set_aside else ""
    told = f"{made.register} is back as it was.{aside} Merge the other schools' files to get newer entries back."
    return Answer(facts, told)


def _recover(ctx: typer.Context, file: Path, sheet: str, label: str, *, lost: bool) -> Answer:
    from bursar_desk import paths
    from bursar_desk.cli.computers import read_sheet, renewed_facts, renewed_words
    from bursar_desk.clock import SystemClock
    from bursar_desk.services import main_keys, own_desk

    register = common(ctx).register or paths.registers_folder() / "desk.register"
    typed = read_sheet(sheet)
    with watching() as bar:
        made = main_keys.recover(file, register, typed, label=label, lost=lost, clock=SystemClock(), progress=bar)
    if own_desk.last_used() is None:
        own_desk.remember(made.register)
    facts = {"register": made.register, "label": made.label, "entries": made.entries, **renewed_facts(made.key)}
    told = f"{made.register} is ready. This computer is {made.label}.\n{renewed_words(made.key)}\n\n"
    return Answer(facts, told + "Send your file round, then merge the other schools' files to get newer entries back.")
