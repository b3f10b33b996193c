"""How a rescued value stands in a table that any spreadsheet program opens, and the way back.

The one rule, also printed in the rescue's index: **a cell that begins with an apostrophe stands for the text behind
it.** An apostrophe is put before text that a spreadsheet could run as a formula and before text that begins with one.
So whoever reads the tables back takes one apostrophe away and has the text as it was, any number of times.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import math
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any, Final, NamedTuple, Self

from bursar_desk.domain import registry

LONGEST_IN_A_SPREADSHEET: Final = 32_767
_TRIGGERS: Final = frozenset("=+-@|%\t\r\n")
_MINUSES: Final = frozenset("\N{MINUS SIGN}\N{EN DASH}\N{EM DASH}\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{HEAVY PLUS SIGN}")
_EPOCH: Final = dt.date(1970, 1, 1).toordinal()

Cell = str | int | None

UNITS: Final = {
    "starts": "minutes after midnight", "ends": "minutes after midnight", "opens": "minutes after midnight",
    "closes": "minutes after midnight", "done_minute": "minutes after midnight", "cost": "pence",
    "utc_offset": "minutes ahead of UTC", "days": "sum of 1 Monday, 2 Tuesday, 4 Wednesday, 8 Thursday, 16 Friday",
    "weekday": "0 is Monday", "easting": "metres", "northing": "metres",
}  # fmt: skip
_NAMES: Final = {"urn": "URN", "check_id": "Check", "cover_id": "Cover", "grant_id": "Cover grant", "op": "Entry about"}


def neutral(text: str) -> str:
    """Return text as it stands in a cell: an apostrophe before what a spreadsheet could run."""
    return "'" + text if text.startswith("'") or runs(text) else text


def typed_back(cell: str) -> str:
    """Return the text a cell stands for: the other way round of ``neutral``."""
    return cell.removeprefix("'")


def runs(text: str) -> bool:
    """Tell whether a spreadsheet could take text for a formula: a trigger first, also behind blanks and look-alikes."""
    for letter in text:
        if letter in _TRIGGERS or letter in _MINUSES:
            return True
        plain = unicodedata.normalize("NFKC", letter)
        if plain[:1] in _TRIGGERS:
            return True
        if not letter.isspace() and unicodedata.category(letter)[0] not in "CZM":
            return False
    return False


# ---------------------------------------------------------------- values
def day(number: Any) -> str:
    """Return a day number as an ISO date; a number no calendar has is given as it is."""
    try:
        return dt.date.fromordinal(number + _EPOCH).isoformat()
    except (ValueError, OverflowError, TypeError):
        return str(number)


def moment(ms: int | None) -> str:
    """Return milliseconds since 1970 as a date and time in UTC; what no calendar has is given as it is."""
    if ms is None:
        return ""
    try:
        at = dt.datetime.fromtimestamp(ms // 1000, dt.UTC)
    except (ValueError, OverflowError, OSError):
        return f"{ms} ms"
    return f"{at:%Y-%m-%d %H:%M:%S}"


def plain(value: Any) -> Any:
    """Return a value as JSON has it: bytes as hex, nothing else changed."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dict):
        return {str(plain(name)): plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def as_json(value: Any, *, indent: int | None = None) -> str:
    """Return a value as JSON text."""
    return json.dumps(plain(value), ensure_ascii=False, indent=indent)


def cell(value: Any, kind: str = "") -> Cell:
    """Return one value as it stands in a table; ``kind`` is the registry's type, or nothing when it is not known."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return day(value) if kind == "date" else value
    if isinstance(value, bytes):
        return value.hex()
    return neutral(value if isinstance(value, str) else as_json(value))


def title(field: registry.Field) -> str:
    """Return what a column is called, with its unit where a number has one."""
    words = _NAMES.get(field.name) or field.name.replace("_", " ").capitalize()
    return f"{words} ({UNITS[field.name]})" if field.name in UNITS else words


class Column(NamedTuple):
    """One column of a rescued table: its title, the registry's field, and whether it names what an id stands for."""

    title: str
    field: registry.Field
    names: bool = False


def columns_of(table: registry.Table) -> list[Column]:
    """Return the columns of a table; where one stands for a row, its name comes before the id."""
    out: list[Column] = []
    for one in table.fields:
        if one.type == "id":
            out.append(Column(title(one), one, names=True))
            out.append(Column(f"{title(one)} id", one))
        else:
            out.append(Column(title(one), one))
    return out


def table_title(number: int) -> str:
    """Return what a table is called; one that only a newer program knows is named by its number."""
    spec = registry.BY_NUMBER.get(number)
    return spec.name.replace("_", " ").capitalize() if spec else f"Table {number}"


# ---------------------------------------------------------------- files
class Sheet:
    """A table being written: CSV, UTF-8 with the mark that spreadsheet programs look for."""

    def __init__(self, path: Path, heads: Sequence[str]) -> None:
        self.path = path
        self.rows = 0
        self.long_texts = 0
        self._file: IO[str] = path.open("w", encoding="utf-8-sig", newline="", errors="backslashreplace")
        self._writer = csv.writer(self._file)
        self._writer.writerow(heads)

    def row(self, cells: Sequence[Cell]) -> None:
        """Write one row."""
        self._writer.writerow(cells)
        self.rows += 1
        self.long_texts += sum(1 for one in cells if isinstance(one, str) and len(one) > LONGEST_IN_A_SPREADSHEET)

    def close(self) -> None:
        """Finish the file."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
