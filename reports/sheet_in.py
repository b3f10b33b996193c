"""Reading other people's spreadsheets: the part that runs as a program of its own, so that a bad file stops only it.

``python -m reports.sheet_in FILE ANSWER`` writes what it read, or why not, as JSON into ANSWER. Nothing is opened but
FILE; no formula, macro, link or outside document is followed. ``as-saved`` after them cuts links off instead of
refusing the workbook that has some.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from reports.sheet_checks import MAX_FILE, TooMuch, Unfit, checked_zip, facts_of_zip
from reports.sheet_text import rows_of_text, text_of

MAX_ROWS: Final = 100_000
MAX_COLUMNS: Final = 200
MAX_CELLS: Final = 1_000_000
MAX_TEXT: Final = 20_000_000
SECONDS: Final = 30
MEMORY: Final = 512 * 1024 * 1024
FLAG: Final = "--read-sheet"
"""The first word with which the packaged program runs this part of itself."""
AS_SAVED: Final = "as-saved"
DONE, UNFIT = 0, 3
_OLE, _ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04"


def main(words: Sequence[str]) -> int:
    """Read the file named first and write the answer into the file named second."""
    source, answer = Path(words[0]), Path(words[1])
    limit()
    try:
        found: dict[str, Any] = read(source.read_bytes(), source.suffix.lower(), as_saved=AS_SAVED in words[2:])
        code = DONE
    except Unfit as told:
        found, code = {"refused": [told.title, told.remedy]}, UNFIT
    except MemoryError:
        found, code = {"refused": list(TOO_LARGE)}, UNFIT
    except OSError as problem:
        found, code = {"refused": [f"The file could not be opened: {problem.strerror}.", "Look where it is."]}, UNFIT
    answer.write_text(json.dumps(found, ensure_ascii=True, separators=(",", ":")), "ascii")
    return code


TOO_LARGE: Final = ("That file needs too much memory to read.", "Save only the sheet you need, then try again.")


def limit() -> None:
    """Let this program have half a gigabyte and half a minute, where the system can hold it to that."""
    try:
        import resource
    except ImportError:  # Windows: whoever started it ends it after the time
        return
    for kind, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS)):
        _soft, hard = resource.getrlimit(kind)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (most, hard))


def read(content: bytes, suffix: str = "", *, as_saved: bool = False) -> dict[str, Any]:
    """Read a workbook or a table of text. Raises ``Unfit`` for what is not taken; ``as_saved`` as ``checked_zip``."""
    if len(content) > MAX_FILE:
        raise TooMuch("larger than 20 MB")
    if not content.strip(b"\x00 \r\n\t"):
        raise Unfit("That file is empty.", "Choose another one.")
    if content.startswith(_ZIP):
        kind, clean = checked_zip(content, as_saved=as_saved)
        return _workbook(kind, clean, facts_of_zip(kind, clean))
    if content.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise Unfit("That workbook is locked with a password.", "Save a copy without one, then try again.")
        if "_VBA_PROJECT".encode("utf-16-le") in content:
            raise Unfit("That workbook has macros in it.", "Save it as .xlsx without them, then try again.")
        return _workbook("xls", content, {})
    return _text(content, suffix)


def _text(content: bytes, suffix: str) -> dict[str, Any]:
    if content.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"{\\rtf")):
        raise Unfit("That is no spreadsheet.", "Save the table as .xlsx or .csv, then try again.")
    text, encoding = text_of(content)
    rows, separator = rows_of_text(text)
    _bounded(len(rows), max((len(row) for row in rows), default=0))
    said = [f"Read as text ({encoding}), cells divided by {separator}."]
    sheet = {"name": "", "hidden": False, "hidden_columns": [], "rows": _cells(rows)}
    return {"kind": suffix.removeprefix(".") or "text", "said": said, "epoch": None, "sheets": [sheet]}


def _workbook(kind: str, content: bytes, facts: dict[str, Any]) -> dict[str, Any]:
    """Read every sheet with the library; whatever it stumbles over is said as a damaged file."""
    import io

    import python_calamine as calamine

    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        tables = [one for one in book.sheets_metadata if one.typ == calamine.SheetTypeEnum.WorkSheet]
        sheets = [_sheet(book, one, facts, shown=calamine.SheetVisibleEnum.Visible) for one in tables]
    except calamine.PasswordError as problem:
        raise Unfit("That workbook is locked with a password.", "Save a copy without one, then try again.") from problem
    except (calamine.CalamineError, ValueError, OverflowError, KeyError, IndexError, OSError) as problem:
        raise Unfit(
            "That workbook is damaged or is none.", "Open it in your spreadsheet program, save it anew, then try again."
        ) from problem
    if not sheets:
        raise Unfit("That workbook has no sheet with cells.", "Choose another one.")
    if sum(len(row) for sheet in sheets for row in sheet["rows"]) > MAX_CELLS:
        raise TooMuch("more than 1,000,000 filled cells")
    said = [f"The sheet “{one['name']}” is hidden in the workbook." for one in sheets if one["hidden"]]
    return {"kind": kind, "said": said, "epoch": facts.get("epoch"), "sheets": sheets}


def _sheet(book: Any, about: Any, facts: dict[str, Any], shown: Any) -> dict[str, Any]:
    sheet = book.get_sheet_by_name(about.name)
    _bounded(sheet.total_height, 0)
    rows = sheet.to_python(skip_empty_area=False, nrows=MAX_ROWS + 1)
    cells = _cells(rows)
    _bounded(len(cells), max((len(row) for row in cells), default=0))
    hidden = about.visible != shown
    columns = facts.get("hidden_columns", {}).get(about.name, [])
    return {"name": about.name, "hidden": hidden, "hidden_columns": columns, "rows": cells}


def _bounded(rows: int, columns: int) -> None:
    if rows > MAX_ROWS:
        raise TooMuch("longer than 100,000 rows")
    if columns > MAX_COLUMNS:
        raise TooMuch("wider than 200 columns")


def _cells(rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """Return rows without blank cells at their end and without blank rows at the foot."""
    made: list[list[Any]] = []
    letters = 0
    for row in rows:
        cells = [_cell(value) for value in row]
        while cells and cells[-1] is None:
            cells.pop()
        letters += sum(len(one) for one in cells if isinstance(one, str))
        if letters > MAX_TEXT:
            raise TooMuch("more than 20 million letters")
        made.append(cells)
    while made and not made[-1]:
        made.pop()
    return made


def _cell(value: Any) -> Any:
    """Return one cell as JSON has it: a date is ``{"d": "2026-03-26"}``; numbers that are none become text."""
    if isinstance(value, str):
        return value if value.strip() else None
    if isinstance(value, dt.datetime):
        return {"d": value.date().isoformat()}
    if isinstance(value, dt.date):
        return {"d": value.isoformat()}
    if isinstance(value, dt.time | dt.timedelta):
        return str(value)
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return str(value)
    return value


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
