"""What this computer remembers for one register and never sends: the watched folder, the last receivers."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bursar_desk import machine

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk

_FOLDER = "sharing"


def kept(desk: Desk, name: str, missing: Any = None) -> Any:
    """Return what was kept under a name; a note that cannot be read counts as none."""
    return _read(_note(desk)).get(name, missing)


def keep(desk: Desk, name: str, value: Any) -> None:
    """Keep something small (text, numbers, lists of them); nothing at all for ``None``. Raises ``OSError``."""
    note = _note(desk)
    note.parent.mkdir(parents=True, exist_ok=True)
    facts = _read(note) | {name: value}
    part = note.with_name(f"{note.name}.{os.getpid()}.part")
    try:
        part.write_text(json.dumps({k: v for k, v in facts.items() if v is not None}, sort_keys=True), "utf-8")
        machine.replace_with_retry(part, note)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def _note(desk: Desk) -> Path:
    return machine.local_folder() / _FOLDER / f"{desk.store.facts.register.hex()}.json"


def _read(note: Path) -> dict[str, Any]:
    try:
        found = json.loads(note.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
