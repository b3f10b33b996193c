"""A filled-in cover sheet as it came back: which lines it has, what was typed, and what of its print was changed.

The file itself is read by ``reports.sheet_in`` in a program of its own. Rows may have been sorted, left out or added,
pages renamed, and the whole saved by another program or as text: every row is known by its mark, not by its place.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from reports.cover_sheet_book import (
    CHECK_FIXED,
    CHECK_FREE,
    CHECK_HEADS,
    FORM,
    HOUR_FIXED,
    HOUR_FREE,
    HOUR_HEADS,
    LEAVE,
    digest_of,
)
from reports.sheet_code import ALPHABET, read_code

Cell = str | int | float | bool | dt.date | None
Page = tuple[str, Sequence[Sequence[Cell]]]
CHECK, HOURS, OTHER = "check", "hours", "row"
_CODE: Final = f"[{ALPHABET}]{{3}}-[{ALPHABET}]{{3}}-[{ALPHABET}]"
_MARK: Final = re.compile(rf"\s*({_CODE}) ([ch])(\d{{1,4}}) ([0-9a-f]{{8}})\s*", re.IGNORECASE)
_NAMED: Final = re.compile(rf"Cover sheet ({_CODE})", re.IGNORECASE)
_LONGEST: Final = 1_000  # letters of one cell; the file itself is kept whole beside what was read
_MOST_LINES: Final = 1_000
_MOST_OTHERS: Final = 100


@dataclass(frozen=True, slots=True)
class ReadLine:
    """One row as it came. ``kind``: check, hours, or row for one that belongs to no line; ``number``: of the line.

    ``typed``: the cells to fill in, by their names in ``cover_sheet_book``, empty ones left out. ``digest``: of the
    printed words as they stand now; ``changed``: they are not what the mark says.
    """

    kind: str
    code: str
    number: int | None
    page: str
    row: int
    typed: Mapping[str, str]
    digest: str = ""
    changed: bool = False


@dataclass(frozen=True, slots=True)
class ReadSheet:
    """A sheet that came back. ``pages``: the kinds of lines it has pages for; ``read_changed``: the words of the pages
    that are only read were changed; ``school``: whose it says it is, "" where that did not come along; ``more``:
    added rows beyond those that are listed.
    """

    code: str
    school: str
    lines: tuple[ReadLine, ...]
    pages: frozenset[str]
    read_changed: bool = False
    more: int = 0


def read_pages(pages: Sequence[Page]) -> ReadSheet | None:
    """Return the cover sheet in the pages of a workbook; None when there is none in it."""
    facts = _facts(pages)
    lines = [line for name, rows in pages for line in _lines(name, rows)]
    code = _main_code(pages, facts, lines)
    if code is None:
        return None
    kinds = frozenset(line.kind for line in lines if line.kind != OTHER)
    said = facts.get("read", "")
    now = digest_of(_words_of(pages, "Site") + _words_of(pages, "About"))
    ours = [line for line in lines if line.kind != OTHER][:_MOST_LINES]
    others = [line for line in lines if line.kind == OTHER and line.typed]
    known = [_with_code(line, code) for line in (*ours, *others[:_MOST_OTHERS])]
    more = max(0, len(others) - _MOST_OTHERS)
    return ReadSheet(code, facts.get("school", ""), tuple(known), kinds, bool(said) and said != now, more)


def _with_code(line: ReadLine, code: str) -> ReadLine:
    """A row without a mark belongs to the pack of the file it stands in."""
    if line.code:
        return line
    return ReadLine(line.kind, code, line.number, line.page, line.row, line.typed, line.digest, line.changed)


def _facts(pages: Sequence[Page]) -> dict[str, str]:
    """What the hidden page says, wherever it stands now."""
    for _name, rows in pages:
        found = {said(row[0]): said(row[1]) for row in rows[:20] if len(row) >= 2}
        if found.get("form") == FORM:
            return found
    return {}


def _main_code(pages: Sequence[Page], facts: Mapping[str, str], lines: Sequence[ReadLine]) -> str | None:
    marked = [line.code for line in lines if line.code]
    named = [
        found[1] for _name, rows in pages for row in rows[:6] for cell in row[:3]
        if isinstance(cell, str) and (found := _NAMED.search(cell[:_LONGEST]))
    ]  # fmt: skip
    for typed in (facts.get("code", ""), *named, *sorted(set(marked), key=marked.count, reverse=True)):
        code = read_code(typed)
        if code is not None:
            return code
    return None


def _words_of(pages: Sequence[Page], name: str) -> list[str]:
    """The cells of a page that is only read, in order."""
    found = next((rows for title, rows in pages if title.casefold() == name.casefold()), ())
    return [said(cell) for row in found for cell in row if said(cell)]


def _lines(name: str, rows: Sequence[Sequence[Cell]]) -> Iterator[ReadLine]:
    """The rows below the heads of a page, each with what was typed in it."""
    start, columns, kind = _heads(rows)
    if columns is None:
        return
    free, fixed = (CHECK_FREE, CHECK_FIXED) if kind == CHECK else (HOUR_FREE, HOUR_FIXED)
    for down, row in enumerate(rows[start:], start + 1):
        cells = {head: said(row[place]) for head, place in columns.items() if place < len(row)}
        typed = {called: cells[head] for head, called in free.items() if cells.get(head)}
        printed = [cells.get(head, "") for head in fixed]
        mark = _mark_in(row, cells)
        if mark is not None:
            digest = digest_of(printed)
            is_kind = CHECK if mark[2].casefold() == "c" else HOURS
            code = read_code(mark[1]) or ""
            yield ReadLine(is_kind, code, int(mark[3]), name, down, typed, digest, digest != mark[4].casefold())
        elif typed or any(printed):
            number = _number(cells.get("Line", ""))
            yield ReadLine(kind if number else OTHER, "", number, name, down, typed, digest_of(printed))


def _heads(rows: Sequence[Sequence[Cell]]) -> tuple[int, dict[str, int] | None, str]:
    """Find the row of heads: where the lines begin, which column is which, and what kind of page it is."""
    for down, row in enumerate(rows[:40]):
        places: dict[str, int] = {}
        for place, cell in enumerate(row):
            if isinstance(cell, str):
                places.setdefault(cell.strip(), place)
        for kind, heads, needed in ((CHECK, CHECK_HEADS, "Result"), (HOURS, HOUR_HEADS, "From")):
            known = {head: places[head] for head, _ in heads if head in places}
            if needed in known and len(known) >= 4:
                return down + 1, known, kind
    return 0, None, OTHER


def _mark_in(row: Sequence[Cell], cells: Mapping[str, str]) -> re.Match[str] | None:
    found = _MARK.fullmatch(cells.get(LEAVE, ""))
    if found is not None:
        return found
    return next((m for cell in row if isinstance(cell, str) and (m := _MARK.fullmatch(cell[:100]))), None)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and 0 < len(text) <= 4 else None


def said(cell: Cell) -> str:
    """Return a cell as a person reads it: 46.0 is "46", a day is "2026-11-23"; at most a thousand letters."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, dt.date):
        return cell.isoformat()
    return " ".join(str(cell).split())[:_LONGEST]
