"""Entries of a spreadsheet of term dates: its headings found, its dates read strictly, one school chosen of several."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from bursar_desk.domain import words
from bursar_desk.domain.date_column import Choice, ColumnReading, Question, Read, read_column
from bursar_desk.domain.errors import Refused
from bursar_desk.domain.periods import BlockKind
from bursar_desk.domain.term_blocks import Doubt, Said, Sense, sense_of

if TYPE_CHECKING:
    from pathlib import Path

    from bursar_desk.domain.progress import Progress
    from bursar_desk.services.importing_read import Cell, Sheet

SAFE: Final = "The calendar was not changed."
_HEADINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "first": ("first", "first day", "from", "start", "start date", "starts", "date", "begins", "opens", "day"),
    "last": ("last", "last day", "to", "until", "end", "end date", "ends", "finishes", "closes"),
    "kind": ("kind", "type", "event", "what"),
    "name": ("name", "description", "title", "summary", "term", "holiday", "half term", "period"),
    "scope": ("scope", "school", "council", "for", "authority"),
}
_MOST_SCOPES: Final = 12
Rows = list[tuple[int, "tuple[Cell, ...]"]]


def entries(
    path: Path, answers: Mapping[str, str], today: dt.date, progress: Progress | None
) -> tuple[list[Said], tuple[str, ...], tuple[Question, ...], tuple[Doubt, ...]]:
    """Return the entries of a spreadsheet, how they were read, what is to be asked and what is doubtful."""
    from bursar_desk.services.importing_read import read_file

    book = read_file(path, progress)
    sheet, place, columns = _table(book.sheets, path.name)
    rows: Rows = [(n, row) for n, row in enumerate(sheet.rows, 1) if n > place and any(c is not None for c in row)]
    rows, asked = _one_scope(rows, columns, answers)
    first = _read(rows, columns["first"], "first", answers, today, book.epoch, "")
    last = _read(rows, columns.get("last"), "last", answers, today, book.epoch, first.order)
    if not first.order and last.order:  # what one column shows counts for its neighbour
        first = _read(rows, columns["first"], "first", answers, today, book.epoch, last.order)
    found: list[Said] = []
    doubts: list[Doubt] = []
    cells = zip(rows, first.cells, last.cells, strict=True)
    for (number, row), start, end in cells:
        where = f"row {number}"
        if start.day is None:
            if start.state is not Read.EMPTY:
                doubts.append(Doubt(where, f"Row {number} has no day that can be read: “{start.found}”."))
            continue
        stop = end.day or start.day
        if stop < start.day:
            doubts.append(Doubt(where, f"Row {number} ends before it begins."))
            continue
        text, sense = _said(row, columns)
        found.append(Said(text, start.day, stop, where, sense))
    open_now = {one.key for one in first.questions}
    more = [one for one in last.questions if one.key.replace("last.", "first.") not in open_now]
    questions = (*asked, *first.questions, *more)
    return found, (*book.said, *first.said, *last.said), questions, tuple(doubts)


def _table(sheets: Sequence[Sheet], name: str) -> tuple[Sheet, int, dict[str, int]]:
    """Return the sheet with the headings, the number of their row, and which column is what."""
    best: tuple[int, Sheet, int, dict[str, int]] | None = None
    for sheet in sheets:
        for number, row in enumerate(sheet.rows[:30], 1):
            columns = _columns(row)
            if "first" in columns and ({"kind", "name"} & set(columns)) and (best is None or len(columns) > best[0]):
                best = len(columns), sheet, number, columns
    if best is None:
        raise Refused(
            f"“{name}” has no headings for term dates.", SAFE,
            "Put a heading over each column: Name, First day, Last day. A further one, Kind, may say term or INSET.",
        )  # fmt: skip
    return best[1], best[2], best[3]


def _columns(row: Sequence[Cell]) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, cell in enumerate(row):
        text = " ".join(str(cell or "").casefold().replace("_", " ").split())
        for what, names in _HEADINGS.items():
            if text in names and what not in found:
                found[what] = place
                break
    return found


def _cell(row: Sequence[Cell], place: int | None) -> str:
    value = row[place] if place is not None and place < len(row) else None
    return " ".join(str(value).split()) if value is not None else ""


def _one_scope(rows: Rows, columns: Mapping[str, int], answers: Mapping[str, str]) -> tuple[Rows, tuple[Question, ...]]:
    """A file may hold several schools or councils: the dates of one of them count, and a person says which."""
    place = columns.get("scope")
    scopes = list(dict.fromkeys(text for _n, row in rows if (text := _cell(row, place))))
    if len(scopes) < 2 or len(scopes) > _MOST_SCOPES:
        return rows, ()
    chosen = answers.get("scope", "")
    if chosen in scopes:
        return [one for one in rows if _cell(one[1], place) == chosen], ()
    text = f"The file holds the dates of {words.number(len(scopes))} schools or councils. Which are yours?"
    return [], (Question("scope", text, tuple(Choice(one, one) for one in scopes)),)


def _read(
    rows: Rows, place: int | None, key: str, answers: Mapping[str, str], today: dt.date, epoch: int | None, inherit: str
) -> ColumnReading:  # fmt: skip
    cells = [(n, row[place] if place is not None and place < len(row) else None) for n, row in rows]
    name = {"first": "First day", "last": "Last day"}[key]
    return read_column(
        cells, today=today, name=name, past=False, epoch=epoch, answers=answers, inherit=inherit, key=f"{key}."
    )


def _said(row: Sequence[Cell], columns: Mapping[str, int]) -> tuple[str, Sense]:
    """The words of a row and what they mean; a kind of our own counts before everything else."""
    kind, name = _cell(row, columns.get("kind")), _cell(row, columns.get("name"))
    plain = kind.casefold()
    kinds: dict[str, Sense] = {
        BlockKind.TERM: "term", BlockKind.INSET: "inset", BlockKind.CLOSURE: "closure", BlockKind.LETTING: "letting",
        "holiday": "holiday", "inset day": "inset",
    }  # fmt: skip
    text = " ".join(part for part in (name, kind) if part) if plain not in kinds else name or kind
    return text or "No name", kinds.get(plain) or sense_of(kind) or sense_of(name)
