"""What this computer remembers of a person's choices between visits: folders and receivers, never what is recorded."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from bursar_desk import machine

_NOTE = "choices.json"


def kept(name: str, missing: Any = None) -> Any:
    """What was kept under a name on this computer; a note that cannot be read counts as none."""
    return _read().get(name, missing)


def keep(name: str, value: Any) -> None:
    """Keep something small (text, numbers, lists of them). A full disk must not stop the work, so it is not needed."""
    folder = machine.local_folder()
    part = folder / f"{_NOTE}.{os.getpid()}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        part.write_text(json.dumps(_read() | {name: value}, sort_keys=True), "utf-8")
        machine.replace_with_retry(part, folder / _NOTE)
    except OSError:
        part.unlink(missing_ok=True)


def kept_folder(name: str) -> Path:
    """The folder used last for something, if it is still there; else the person's documents."""
    folder = Path(str(kept(name, "")))
    if str(folder) != "." and folder.is_dir():
        return folder
    documents = Path.home() / "Documents"
    return documents if documents.is_dir() else Path.home()


def keep_folder(name: str, path: Path) -> None:
    """Remember the folder a file was chosen in."""
    keep(name, str(path if path.is_dir() else path.parent))


def _read() -> dict[str, Any]:
    try:
        found = json.loads((machine.local_folder() / _NOTE).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
