"""Opening the desk itself; where there is no screen, showing in files what it does."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bursar_desk.cli.frame import DONE, NEEDS_A_PERSON, Answer, Common, common, tell, watching
from bursar_desk.domain.errors import CannotOpen, Refused

if TYPE_CHECKING:
    from bursar_desk.services.practice_set import Practice


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("desk")(desk)


def desk(
    ctx: typer.Context,
    sample: Annotated[bool, typer.Option("--sample", help="The practice partnership; made if missing.")] = False,
) -> Answer:
    """Open the desk in a window. Without a screen, --sample tells its story in a folder of files and pictures."""
    from bursar_desk import machine
    from bursar_desk.services import own_desk

    shared = common(ctx)
    seen = machine.has_screen()
    if not sample:
        if not seen:
            raise Refused("There is no screen here to open a window on.", "Nothing was changed.", "Use the commands.")
        register = _own(shared)
        code = shared.doors.window(register, shared.on, shared.as_person)
        if register is not None and register.is_file():
            own_desk.remember(register)
        return Answer({"register": register}, "", code)
    practice = _practice(shared.today)
    if seen:
        code = shared.doors.window(practice.home, shared.on, shared.as_person)
        return Answer({"register": practice.home}, "", code)
    return _without_screen(shared, practice)


def _own(shared: Common) -> Path | None:
    """Return the register to open, or nothing for a first start, which the window sees to."""
    try:
        return shared.own_register()
    except CannotOpen:
        return None


def _practice(on: dt.date) -> Practice:
    from bursar_desk.services.practice_set import practice_desk

    with watching() as bar:
        return practice_desk(on, bar, tell)


def _without_screen(shared: Common, practice: Practice) -> Answer:
    """Tell the story with files, draw the pages into pictures, and name the folder on the last line."""
    from bursar_desk.cli import story

    tell("There is no screen here, so no window is opened. The story is told in files and pictures instead.")
    folder = _fresh_folder()
    with watching() as bar:
        told = story.tell(practice.schools, folder, shared.today, bar)
        office, gathered = story.gather(practice.cluster, practice.to_merge, folder, shared.today, bar)
    lines = [*told.lines, gathered]
    pictures, trouble = _pictures(shared, folder / "pictures", told.home, told.day)
    if not trouble:
        more, trouble = _pictures(shared, folder / "pictures" / "Cluster SBM", office, told.day)
        pictures += more
    (folder / "The story.txt").write_text("\n".join(lines) + "\n", "utf-8")
    files = [told.pdf, told.html, *told.files, *pictures]
    facts = {"folder": folder, "files": files, "lines": lines, "same": told.same, "pictures": pictures}
    words = "\n".join([*lines, *([trouble] if trouble else []), str(folder)])
    return Answer(facts, words, DONE if told.same and not trouble else NEEDS_A_PERSON)


def _pictures(shared: Common, folder: Path, register: Path, day: dt.date) -> tuple[list[Path], str]:
    if shared.doors.pictures is None:
        return [], ""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        return shared.doors.pictures(folder, register, day), ""
    except ImportError as problem:  # a library of the system is missing; start.py names it
        return [], f"The pictures could not be drawn: {problem}."


def _fresh_folder() -> Path:
    """Make a folder that holds nothing yet."""
    from bursar_desk import machine

    number = 1
    while True:
        folder = machine.local_folder() / "shown" / f"{number:03d}"
        try:
            folder.mkdir(parents=True)
        except FileExistsError:
            number += 1
        else:
            return folder
