"""Does this copy of the program work: the whole story in a temporary folder, then a window without a screen."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import typer

from bursar_desk.cli.frame import DONE, NEEDS_A_PERSON, Answer, common, environment, tell, watching
from bursar_desk.cli.trouble import keep_details

ON = dt.date(2026, 11, 23)
"""A Monday in term time: what the test does is the same on every day it is run."""


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("self-test")(self_test)


def self_test(ctx: typer.Context) -> Answer:
    """Make registers, a pack, a merge, a PDF and a workbook in a temporary folder, and open a window."""
    shared = common(ctx)
    with tempfile.TemporaryDirectory(prefix="bursar-desk-", ignore_cleanup_errors=True) as folder, watching() as bar:
        done = _without_windows(Path(folder), bar)
    if shared.doors.self_test is not None:
        done["window"] = _window(shared.doors.self_test)
    ok = all(done.values())
    words = "\n".join(f"{'done  ' if good else 'FAILED'} {name}" for name, good in done.items())
    return Answer({"ok": ok, "steps": done}, words, DONE if ok else NEEDS_A_PERSON)


def _window(open_one: Callable[[], None]) -> bool:
    """Open a window without a screen; whatever is wrong with it is kept in the logs and makes the test fail."""
    try:
        open_one()
    except Exception as problem:
        if environment("BURSAR_DESK_TRACE") == "1":
            raise
        tell(f"The window: {type(problem).__name__}. The details are in {keep_details(problem)}.")
        return False
    return True


def _without_windows(folder: Path, bar: Any) -> dict[str, bool]:
    from bursar_desk.cli import story
    from bursar_desk.clock import SystemClock
    from bursar_desk.services import backups, planning_training, reporting, setup_tables
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.sample import make_sample

    made = make_sample(
        folder / "registers", schools=story.FEW_SCHOOLS, years=1, on=ON, clock=SystemClock(), progress=bar
    )
    told = story.tell([one.path for one in made.registers if one.role == "school"], folder / "story", ON, bar)
    with Desk.open(told.home, on=told.day, read_only=True) as desk:
        book = reporting.write(desk, "governors", folder / "governors.xlsx")
        sound = not backups.verify(desk, bar)
        planned = planning_training.propose(desk, setup_tables.IOSH, bar).proved
    copy = backups.back_up(told.home, folder / "copies", SystemClock(), bar)
    return {
        "registers": len(made.registers) > 1, "pack": told.pack.stat().st_size > 0, "merge": told.merged > 0,
        "same fingerprints": told.same, "pdf": told.pdf.read_bytes().startswith(b"%PDF"),
        "workbook": book.file.read_bytes().startswith(b"PK"), "sound": sound, "backup": copy.entries > 0,
        "plan": planned,
    }  # fmt: skip
