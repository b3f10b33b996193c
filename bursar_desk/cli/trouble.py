"""Keeping the details of a fault of the program: what kind, and where in the code; nothing a person typed."""

from __future__ import annotations

import datetime as dt
import platform
import traceback
from pathlib import Path

from bursar_desk.clock import SystemClock

MOST_KEPT = 20


def keep_details(problem: BaseException) -> Path | None:
    """Write the details into the folder for logs and return the file; nothing when even that cannot be done.

    The words of a fault may hold what somebody typed, and so may the values around it. Only kinds and places are kept.
    """
    from bursar_desk import __version__, paths

    at = dt.datetime.fromtimestamp(SystemClock().now_ms() / 1000, dt.UTC)
    told = [f"Bursar Desk {__version__}", f"Python {platform.python_version()} on {platform.platform()}"]
    told += [f"At {at:%Y-%m-%d %H:%M:%S} UTC", ""]
    one: BaseException | None = problem
    while one is not None:
        told.append(f"{type(one).__module__}.{type(one).__qualname__}")
        frames = traceback.extract_tb(one.__traceback__)
        told += [f"  {_short(frame.filename)}:{frame.lineno} in {frame.name}" for frame in frames]
        one = one.__cause__ or one.__context__
    folder = paths.logs_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for old in sorted(folder.glob("command-*.txt"))[: -MOST_KEPT + 1]:
            old.unlink()
        kept = folder / f"command-{at:%Y%m%d-%H%M%S-%f}.txt"
        kept.write_text("\n".join(told) + "\n", "utf-8")
    except OSError:
        return None
    return kept


def _short(filename: str) -> str:
    """Name a source file by its last three parts: the rest may hold the person's name."""
    return "/".join(Path(filename).parts[-3:])
