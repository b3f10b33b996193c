"""The command that saves everything a register holds as files any program can open, whatever state it is in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bursar_desk.cli.frame import DONE, NEEDS_A_PERSON, Answer, common, watching


def add_to(app: typer.Typer) -> None:
    """Add this command."""
    app.command("rescue")(rescue)


def rescue(
    ctx: typer.Context,
    to: Annotated[Path, typer.Option("--to", metavar="FOLDER", help="Where to put it; a new folder is made.")],
    register: Annotated[
        Path | None, typer.Argument(metavar="REGISTER", help="The register file; else the desk's own.")
    ] = None,
    with_private: Annotated[
        bool,
        typer.Option("--with-private", help="Private records too (reasons for absence), in a folder of their own."),
    ] = False,
) -> Answer:
    """Save everything as plain tables and pages, also from a damaged register or a newer one. It needs no keys."""
    from bursar_desk.services.rescue import rescue as save_everything

    source = register.expanduser() if register else common(ctx).own_register()
    with watching() as bar:
        made = save_everything(source, to.expanduser(), bar, with_private=with_private)
    facts = {
        "folder": made.folder, "tables": made.tables, "rows": made.rows, "entries": made.entries,
        "attachments": made.attachments, "unreadable": list(made.unreadable), "private_left_out": made.left_out,
        "sentence": made.sentence,
    }  # fmt: skip
    lost = "".join(f"\n- {one}" for one in made.unreadable)
    told = f"{made.sentence}{lost}\nBegin with {made.folder / 'index.html'}"
    if made.left_out:
        told += "\nWith --with-private they are saved as well."
    return Answer(facts, told, NEEDS_A_PERSON if made.unreadable else DONE)
