"""Where the program begins: a command in a terminal, or the desk in a window."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from bursar_desk.cli import Doors


def command(words: Sequence[str] | None = None) -> int:
    """Run `bursar-desk` with the words given and return its exit code."""
    from bursar_desk.cli import main

    return main(words, doors())


def window() -> int:
    """Run `bursar-desk-window`: the desk, with what a shortcut may add."""
    return command(["desk", *sys.argv[1:]])


def doors() -> Doors:
    """Return the ways into the windows; Qt is loaded only when one of them is used."""
    from bursar_desk.cli import Doors

    return Doors(_open_window, _take_pictures, _self_test)


def _open_window(register: Path | None, on: dt.date | None, as_person: str | None) -> int:
    from bursar_desk import app

    return app.run_window(register, on=on, as_person=as_person)


def _take_pictures(folder: Path, register: Path, on: dt.date) -> list[Path]:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from bursar_desk import app

    return app.take_pictures(folder, register, on=on)


def _self_test() -> None:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from bursar_desk import app

    app.self_test_window()


if __name__ == "__main__":
    sys.exit(command())
