"""Which register is this desk's own: the one used last on this computer, or the only one there is."""

from __future__ import annotations

import json
import os
from pathlib import Path

from bursar_desk import machine, paths
from bursar_desk.domain.errors import CannotOpen

REGISTER = "BURSAR_DESK_REGISTER"
_NOTE = "desk.json"


def own_register() -> Path:
    """Return the register to use when none was named. Raises ``CannotOpen`` when there is none, or more than one."""
    named = os.environ.get(REGISTER, "").strip()
    if named:
        return Path(named).expanduser()
    used = last_used()
    if used is not None:
        return used
    folder = paths.registers_folder()
    found = sorted(folder.glob("*.register")) if folder.is_dir() else []
    if len(found) == 1:
        return found[0]
    if found:
        raise CannotOpen(
            f"There are {len(found)} registers on this computer.", "Nothing was changed.",
            "Say which one with --register FILE.",
        )  # fmt: skip
    raise CannotOpen(
        "There is no register on this computer yet.", "Nothing was changed.",
        "Name one with --register FILE, or make one with “new”.",
    )  # fmt: skip


def last_used() -> Path | None:
    """Return the register used last, if it is still there."""
    try:
        noted = json.loads((machine.local_folder() / _NOTE).read_text("utf-8"))
        path = Path(str(noted["register"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return path if path.is_file() else None


def none_yet() -> bool:
    """Tell whether there is nothing to open: no register was named, none was used and none lies on this computer."""
    if os.environ.get(REGISTER, "").strip() or last_used() is not None:
        return False
    folder = paths.registers_folder()
    return not (folder.is_dir() and any(folder.glob("*.register")))


def remember(register: Path) -> None:
    """Note a register as this desk's own from now on."""
    folder = machine.local_folder()
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f"{_NOTE}.{os.getpid()}.part"
    part.write_text(json.dumps({"register": str(register.absolute())}), "utf-8")
    machine.replace_with_retry(part, folder / _NOTE)


def must_be_mended(register: Path) -> bool:
    """Tell whether a register must be opened for writing before it can be read: cut off in a write, or made earlier.

    A write that was cut off is rolled back by whoever opens the file next, and tables of an earlier release are built
    anew; while somebody else is writing, both are theirs to do.
    """
    from bursar_desk.domain.registry import REGISTRY_VERSION
    from db.raw import LOG_VERSION, connect
    from db.register_facts import read_raw

    if not register.is_file() or machine.held_by(register) is not None:
        return False
    if register.with_name(register.name + "-journal").exists():
        return True
    con = connect(register, read_only=True)
    try:
        version = con.execute("PRAGMA user_version").fetchone()[0]
        return bool(version != LOG_VERSION or read_raw(con).derived != REGISTRY_VERSION)
    finally:
        con.close()
