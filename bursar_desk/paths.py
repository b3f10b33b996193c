"""Where resources, registers, backups and logs lie: the same answers from a checkout, a wheel and a frozen program."""

from __future__ import annotations

import importlib.resources
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bursar_desk import machine

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable


def resource(*parts: str) -> Traversable:
    """A file or folder shipped with the program, as ``resource("icons", "app.svg")``. Read it with ``read_bytes``
    or ``read_text``: it need not be a file of its own on every system.
    """
    return importlib.resources.files("resources").joinpath(*parts)


def is_frozen() -> bool:
    """Whether this is the packaged program rather than Python running the source."""
    return bool(getattr(sys, "frozen", False))


def program_command(windowed: bool = False) -> list[str]:
    """What starts this program again, for a shortcut or a scheduled task; words for it are added at the end."""
    if is_frozen():
        own = Path(sys.executable)
        name = "bursar-desk-window" if windowed else "bursar-desk"
        return [str(own.with_name(name + own.suffix))]
    return [sys.executable, "-P", "-m", "bursar_desk"]


def registers_folder() -> Path:
    """Where a register is kept unless the person chooses another place: on this computer, never roaming. It is not
    in Documents, because that folder is often kept by OneDrive, and a live file must not be (safety bar A8).
    """
    return machine.local_folder() / "registers"


def backups_folder() -> Path:
    """Where this computer's own checked copies are kept."""
    return machine.local_folder() / "backups"


def logs_folder() -> Path:
    """Where the program writes what went wrong, without personal data."""
    return machine.local_folder() / "logs"
