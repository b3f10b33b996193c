"""When the last good backup of a register was made on this computer, in words for a page."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bursar_desk import paths
from bursar_desk.clock import SCHOOL_ZONE
from bursar_desk.domain import words

if TYPE_CHECKING:
    from pathlib import Path

    from bursar_desk.services.desk import Desk

NONE_YET = "No backup yet"


def last_backup_ms(register: Path) -> int | None:
    """When the newest checked copy was made, in milliseconds since 1970-01-01 UTC; nothing where there is none."""
    folder = paths.backups_folder()
    made = [file.stat().st_mtime_ns for file in folder.glob(f"{register.stem} *.register")] if folder.is_dir() else []
    return max(made) // 1_000_000 if made else None


def backup_words(desk: Desk) -> str:
    """ "Last good backup today 08:30", or that there is none."""
    made = last_backup_ms(desk.store.path)
    if made is None:
        return NONE_YET
    at = dt.datetime.fromtimestamp(made / 1000, ZoneInfo(SCHOOL_ZONE))
    return f"Last good backup {words.moment(at, desk.today)}"
