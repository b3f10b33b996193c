"""Reading a spreadsheet safely: in a program of its own, ended when it takes too long or somebody presses Stop."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bursar_desk.domain.errors import Refused
from bursar_desk.domain.progress import Progress

SAFE: Final = "Nothing was changed."
SECONDS: Final = 30.0
LONGEST_PASTE: Final = 5_000_000
KINDS: Final = "Spreadsheets (*.xlsx *.ods *.xls *.csv *.tsv *.txt)"

Cell = str | int | float | bool | dt.date | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: rows as they stand, blank ones at the foot left away. ``hidden_columns`` count from 0."""

    name: str
    rows: tuple[tuple[Cell, ...], ...]
    hidden: bool = False
    hidden_columns: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Book:
    """A spreadsheet as read. ``said`` are sentences on how; ``epoch`` is 1900 or 1904 where the file says so."""

    name: str
    kind: str
    sheets: tuple[Sheet, ...]
    said: tuple[str, ...] = ()
    epoch: int | None = None


def read_file(
    path: Path, progress: Progress | None = None, *, seconds: float = SECONDS, as_saved: bool = False
) -> Book:
    """Read a spreadsheet in a program of its own.

    ``as_saved``: a person said that figures from other files count as they were saved in it; no link is followed.
    Raises ``Refused`` with words for what is not taken (too large, macros, links, locked, damaged) and ``Cancelled``
    when ``progress`` says so; either way the other program has ended.
    """
    from reports.sheet_checks import MAX_FILE

    try:
        size = path.stat().st_size
    except OSError as problem:
        raise Refused(f"“{path.name}” could not be opened.", SAFE, "Look where the file is.") from problem
    if not path.is_file():
        raise Refused(f"“{path.name}” is a folder.", SAFE, "Choose a spreadsheet.")
    if size > MAX_FILE:
        raise Refused("That file is larger than 20 MB.", SAFE, "Save only the sheet you need, then try again.")
    with tempfile.TemporaryDirectory(prefix="bursar-desk-", ignore_cleanup_errors=True) as folder:
        answer = Path(folder) / "answer.json"
        code = _run(path.absolute(), answer, path.name, progress, seconds, as_saved=as_saved)
        found = _answer(answer, code)
    if "refused" in found:
        title, remedy = found["refused"]
        raise Refused(title, SAFE, remedy)
    return _book(path.name, found)


def _run(path: Path, answer: Path, name: str, progress: Progress | None, seconds: float, *, as_saved: bool) -> int:
    """Start the reader, watch it, and end it at the latest after ``seconds``; return its exit code."""
    started = time.monotonic()
    quiet = subprocess.DEVNULL
    command = _command(path, answer)
    if as_saved:
        from reports.sheet_in import AS_SAVED

        command.append(AS_SAVED)
    child = subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet, env=_environment())
    try:
        while True:
            with contextlib.suppress(subprocess.TimeoutExpired):
                return child.wait(0.05)
            passed = time.monotonic() - started
            if progress is not None:
                progress.step(f"Reading {name}", min(int(passed * 10), 299), 300)
            if passed > seconds:
                raise _too_long(name)
    finally:
        if child.poll() is None:
            child.kill()
            child.wait()


def _too_long(name: str) -> Refused:
    return Refused(f"Reading “{name}” takes too long.", SAFE, "Save only the sheet you need, then try again.")


def _command(path: Path, answer: Path) -> list[str]:
    """Return how this program runs its reader: packaged by itself, else by the Python it runs in."""
    from reports.sheet_in import FLAG

    start = [FLAG] if getattr(sys, "frozen", False) else ["-m", "reports.sheet_in"]
    return [sys.executable, *start, str(path), str(answer)]


def _environment() -> dict[str, str]:
    import reports

    root = str(Path(str(reports.__file__)).resolve().parent.parent)
    return {**os.environ, "PYTHONPATH": root, "PYTHONDONTWRITEBYTECODE": "1"}


def _answer(answer: Path, code: int) -> dict[str, Any]:
    """Return what the reader wrote; one that ended without a word met something it could not stand."""
    try:
        found = json.loads(answer.read_text("ascii"))
    except (OSError, ValueError):
        found = None
    if isinstance(found, dict):
        return found
    from reports.sheet_in import TOO_LARGE

    told = "That file is damaged, or needs too much memory to read." if code else TOO_LARGE[0]
    return {"refused": [told, "Save only the sheet you need, as .xlsx or .csv, then try again."]}


def _book(name: str, found: dict[str, Any]) -> Book:
    sheets = tuple(
        Sheet(
            str(one["name"]), tuple(tuple(_cell(cell) for cell in row) for row in one["rows"]), bool(one["hidden"]),
            tuple(one["hidden_columns"]),
        )
        for one in found["sheets"]
    )  # fmt: skip
    return Book(name, found["kind"], sheets, tuple(found["said"]), found["epoch"])


def _cell(value: Any) -> Cell:
    if isinstance(value, dict):
        return dt.date.fromisoformat(value["d"])
    return value if isinstance(value, str | int | float | bool) else None


def read_text(text: str, name: str = "what you pasted") -> Book:
    """Read pasted cells: tabs between them, as a spreadsheet puts them on the clipboard. Raises ``Refused``."""
    from reports.sheet_checks import Unfit
    from reports.sheet_text import rows_of_text

    if len(text) > LONGEST_PASTE:
        raise Refused("That is too much to paste.", SAFE, "Save it as a file and drop the file here.")
    try:
        rows, _said = rows_of_text(text.strip("\r\n"), "\t")
    except Unfit as told:
        raise Refused(told.title, SAFE, told.remedy) from told
    kept = tuple(tuple(cell if cell.strip() else None for cell in row[:200]) for row in rows)
    if not any(cell is not None for row in kept for cell in row):
        raise Refused("There is nothing to paste.", SAFE, "Copy the cells first.")
    return Book(name, "paste", (Sheet("", kept),))
