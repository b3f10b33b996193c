"""Bringing in what a school has: a spreadsheet read, shown as a preview, then brought in as one act."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain import words
from bursar_desk.domain.date_cells import as_text
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.import_buying import BUYING
from bursar_desk.domain.import_buying import EVERY_KIND as KINDS
from bursar_desk.domain.import_rows import KEYS, Table, by_content, find_table, is_repeated, plain, titles_of
from bursar_desk.domain.progress import Progress
from bursar_desk.services.importing_read import SAFE, Book, Sheet, read_file, read_text
from bursar_desk.services.importing_shapes import Difference, Heading, Imported, Plan, PlanRow, State, letter
from bursar_desk.services.plain_text import one_line

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk

__all__ = [
    "ALL_KINDS", "Book", "Difference", "Heading", "Imported", "Plan", "PlanRow", "State", "again", "answered",
    "apply", "plan", "read_file", "read_text", "write_template",
]  # fmt: skip
ALL_KINDS: Final = tuple(KINDS)
_MOST_NAMED: Final = 8


def plan(
    desk: Desk, kind: str, source: Path | Book, mapping: Mapping[str, object] | None = None,
    answers: Mapping[str, str] | None = None, *, sheet: str = "", key: str = "", progress: Progress | None = None,
    as_saved: bool = False,
) -> Plan:  # fmt: skip
    """Work out what bringing in a spreadsheet would do; nothing is written.

    ``mapping``: field to column, as a heading's words, a letter or a number from 0; None for no column. It changes
    only what it names. ``answers``: question key to the key of a choice, or a day in ISO form. ``key``: by which
    column a row is known again. ``as_saved``: as ``read_file``. Raises ``UserError``/``Refused`` for what cannot be
    read at all.
    """
    if kind not in KINDS:
        raise UserError(f"“{kind}” cannot be brought in.", SAFE, f"Use one of: {', '.join(KINDS)}.")
    book = read_file(source, progress, as_saved=as_saved) if isinstance(source, Path) else source
    if kind in BUYING:
        return _buying(desk, kind, book, mapping or {}, answers or {}, sheet, progress)
    chosen = _sheet(book, kind, sheet)
    told = dict(answers or {})
    table = _table(desk, kind, chosen, mapping or {})
    rows = _rows(chosen, table)
    known_by = _key(kind, table, key)
    if kind == "last-done":
        from bursar_desk.services.importing_dates import plan_dates

        made, said, asked = plan_dates(desk, table, rows, book.epoch, told)
    else:
        from bursar_desk.services.importing_rows import plan_rows

        made, said, asked = plan_rows(desk, kind, table, rows, known_by, book.epoch, told)
    headings = tuple(Heading(one.name, one.title, table.columns.get(one.name), one.needed) for one in KINDS[kind])
    before = [*book.said, *_about(book, chosen, table)]
    return Plan(
        kind, book, chosen.name, headings, _titles(chosen, table), (*before, *said), tuple(asked), tuple(made),
        known_by, dict(mapping or {}), told,
    )  # fmt: skip


def _buying(
    desk: Desk, kind: str, book: Book, mapping: Mapping[str, object], answers: Mapping[str, str], sheet: str,
    progress: Progress | None,
) -> Plan:  # fmt: skip
    if kind == "contracts":
        from bursar_desk.services.importing_contracts import plan_contracts as work_out
    else:
        from bursar_desk.services.importing_ledger import plan_ledger as work_out
    return work_out(desk, book, mapping, answers, sheet, progress)


def buying_kind(book: Book) -> str:
    """Say whether a book is a register of contracts or a ledger of payments, by its headings: "contracts", "ledger"."""
    from bursar_desk.domain.import_buying import sections_of

    paid = False
    for number, sheet in enumerate(book.sheets):
        for one in sections_of(sheet.name, number, sheet.rows, "contracts"):
            columns = one.table.columns
            named = plain(one.table.titles[columns["title"]]) if "title" in columns else ""
            if {"first", "last", "notice", "renewal", "length", "status"} & set(columns) or "title" in named.split():
                return "contracts"
        for one in sections_of(sheet.name, number, sheet.rows, "ledger"):
            paid |= {"supplier", "amount"} <= set(one.table.columns)
    return "ledger" if paid else "contracts"


def supplier_choices(desk: Desk) -> tuple[tuple[str, str], ...]:
    """Return the suppliers a question may be answered with, as (id in hex, name), by name."""
    from db.queries.contracts import suppliers

    with desk.store.connect() as con:
        here = [one for one in suppliers(con, desk.home) if one.left_on is None]
    return tuple((one.id.hex(), one.name) for one in sorted(here, key=lambda one: one.name.casefold()))


def answered(desk: Desk, before: Plan, **more: str) -> Plan:
    """Work a preview out again with answers added; keys as in its questions."""
    return again(desk, before, {**before.answers, **more})


def again(
    desk: Desk, before: Plan, answers: Mapping[str, str] | None = None, mapping: Mapping[str, object] | None = None,
    key: str = "",
) -> Plan:  # fmt: skip
    """Work a preview out again with other answers, columns or key."""
    return plan(
        desk, before.kind, before.source, before.mapping if mapping is None else mapping,
        before.answers if answers is None else answers, sheet=before.sheet, key=key or before.key,
    )  # fmt: skip


def apply(desk: Desk, preview: Plan, *, update: bool = False, leave_out: bool = False) -> Imported:
    """Bring in what a preview showed, as one act.

    ``update``: also change what is here already; without it nothing that is here changes, but a register of contracts
    or a ledger always brings what it knows up to date. ``leave_out``: bring in the
    rest although some rows cannot come in or have a question open; without it such a row stops everything. Raises
    ``UserError`` when there is nothing to do, when rows are in doubt, or when the register changed since the preview.
    """
    from bursar_desk.services.importing_write import write

    update = update or preview.kind in BUYING
    doubtful = preview.doubtful
    if doubtful and not leave_out:
        rows = words.listing([str(one.row) for one in doubtful[:8]])
        many = f"{words.count(len(doubtful), 'row')} {words.is_are(len(doubtful))}"
        raise UserError(
            f"{many} in doubt: row{'' if len(doubtful) == 1 else 's'} {rows}.",
            SAFE,
            "Answer the questions, or choose to leave them out.",
        )
    wanted = preview.of(State.ADD, State.CHANGE) if update else preview.of(State.ADD)
    if not wanted:
        waits = " Say that changes are wanted." if preview.of(State.CHANGE) else ""
        raise UserError("There is nothing new to bring in.", SAFE, f"All of it is here already.{waits}")
    now = again(desk, preview)
    if now.rows != preview.rows:
        raise UserError("The register changed since this preview.", SAFE, "Look at it again, then bring it in.")
    return write(desk, preview, wanted)


# --- finding the table -----------------------------------------------------------------------------------------------


def _sheet(book: Book, kind: str, named: str) -> Sheet:
    """Return the sheet that was named, or the first visible one whose headings are known best."""
    if named:
        found = [one for one in book.sheets if one.name == named]
        if not found:
            names = words.listing([f"“{one.name}”" for one in book.sheets])
            raise UserError(f"There is no sheet “{named}”.", SAFE, f"The sheets are {names}.")
        return found[0]
    filled = [one for one in book.sheets if one.rows]
    if not filled:
        raise UserError("That file has no filled cells.", SAFE, "Choose another one.")
    seen = [one for one in filled if not one.hidden] or filled
    return max(seen, key=lambda one: find_table(one.rows, KINDS[kind]).found)


def _table(desk: Desk, kind: str, sheet: Sheet, mapping: Mapping[str, object]) -> Table:
    table = find_table(sheet.rows, KINDS[kind])
    if table.heading < 0 and kind == "last-done":
        from bursar_desk.services.importing_dates import known_names

        table = by_content(sheet.rows, known_names(desk))
    columns = dict(table.columns)
    fields = {one.name for one in KINDS[kind]}
    for name, where in mapping.items():
        if name not in fields:
            raise UserError(f"“{name}” cannot be brought in.", SAFE, f"Use one of: {', '.join(sorted(fields))}.")
        place = _column(sheet, table, where)
        for other in [one for one, taken in columns.items() if taken == place]:
            del columns[other]
        columns.pop(name, None)
        if place is not None:
            columns[name] = place
    if table.heading < 0 and mapping and any(isinstance(one, str) for one in mapping.values()):
        table = _with_heading(sheet, table, mapping)
    return Table(table.heading, columns, table.titles)


def _with_heading(sheet: Sheet, table: Table, mapping: Mapping[str, object]) -> Table:
    """Take the row that has the words of a mapping as the heading."""
    named = {plain(one) for one in mapping.values() if isinstance(one, str)}
    for number, row in enumerate(sheet.rows[:40]):
        if named & {plain(cell) for cell in row if isinstance(cell, str)}:
            return Table(number, table.columns, titles_of(row))
    return table


def _column(sheet: Sheet, table: Table, where: object) -> int | None:
    """Return the number of a column that was named by its heading, its letter or its number."""
    if where is None or where == "":
        return None
    width = max((len(row) for row in sheet.rows), default=0)
    if isinstance(where, int) and not isinstance(where, bool) and 0 <= where < width:
        return where
    text = str(where)
    heads = [table.titles] if table.titles else [titles_of(row) for row in sheet.rows[:40]]
    for titles in heads:
        for number, title in enumerate(titles):
            if title and plain(title) == plain(text):
                return number
    letters = {letter(number): number for number in range(width)}
    if text.upper() in letters:
        return letters[text.upper()]
    raise UserError(f"There is no column “{text}”.", SAFE, "Name it by its heading or its letter.")


def _rows(sheet: Sheet, table: Table) -> list[tuple[int, tuple[Any, ...]]]:
    """Return the rows below the heading with their numbers: no blank ones, no heading that stands there again."""
    found = []
    for number, row in enumerate(sheet.rows):
        if number <= table.heading or not any(cell is not None for cell in row):
            continue
        if not is_repeated(row, table.titles):
            found.append((number + 1, row))
    return found


def _titles(sheet: Sheet, table: Table) -> tuple[str, ...]:
    """Return a name for every column: its heading, else its letter."""
    width = max((len(row) for row in sheet.rows), default=0)
    titles = [*table.titles, *[""] * width][:width]
    return tuple(title or f"Column {letter(number)}" for number, title in enumerate(titles))


def _about(book: Book, sheet: Sheet, table: Table) -> list[str]:
    """Say where the table was found."""
    said = [f"The sheet “{sheet.name}” was read."] if len(book.sheets) > 1 else []
    if table.heading > 0:
        said.append(f"The headings stand in row {table.heading + 1}; what is above them was passed over.")
    again_at = [n + 1 for n, row in enumerate(sheet.rows) if n > table.heading and is_repeated(row, table.titles)]
    if again_at:
        said.append(f"The headings stand again in row {words.listing([str(n) for n in again_at[:5]])}: passed over.")
    hidden = [letter(n) for n in sheet.hidden_columns if n in table.columns.values()]
    if hidden:
        said.append(f"Column {words.listing(hidden)} is hidden in the spreadsheet, and is read.")
    return [*said, *_passed_over(sheet, table)]


def _passed_over(sheet: Sheet, table: Table) -> list[str]:
    """Name the columns that have a heading and something below it and are not read: what they say would be lost."""
    filled = {n for _number, row in _rows(sheet, table) for n, cell in enumerate(row) if cell is not None}
    left = sorted(filled - set(table.columns.values()))
    names = [f"“{one_line(table.titles[n])[:60]}”" for n in left if n < len(table.titles) and table.titles[n]]
    if not names:
        return []
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    told = ", ".join(names[:_MOST_NAMED]) + more if more else words.listing(names)
    return [f"{'These columns are' if len(names) > 1 else 'This column is'} not read: {told}."]


def _key(kind: str, table: Table, named: str) -> str:
    """Return the column by which a row is known again."""
    if kind not in KEYS:
        return ""
    if named:
        if named not in KEYS[kind]:
            raise UserError(f"Rows cannot be known by “{named}”.", SAFE, f"Use one of: {', '.join(KEYS[kind])}.")
        return named
    return next((one for one in KEYS[kind] if one in table.columns), KEYS[kind][-1])


# --- files beside it -------------------------------------------------------------------------------------------------


def read_map(path: Path) -> dict[str, Any]:
    """Read a mapping file: ``{"columns": {...}, "answers": {...}, "sheet": "...", "key": "..."}``, each optional."""
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as problem:
        raise UserError(f"“{path.name}” could not be read as a mapping.", SAFE, "Write it as JSON.") from problem
    known = {"columns": dict, "answers": dict, "sheet": str, "key": str}
    if not isinstance(found, dict) or any(not isinstance(found.get(k, t()), t) for k, t in known.items()):
        raise UserError(f"“{path.name}” is no mapping.", SAFE, f"It may hold {', '.join(known)}.")
    strangers = sorted(set(found) - set(known))
    if strangers:
        raise UserError(f"“{path.name}” has “{strangers[0]}” in it.", SAFE, f"It may hold {', '.join(known)}.")
    if any(not isinstance(one, str) for one in found.get("answers", {}).values()):
        raise UserError("An answer in the mapping is no text.", SAFE, "Write every answer in quotation marks.")
    return {"columns": {}, "answers": {}, "sheet": "", "key": "", **found}


def write_template(desk: Desk, kind: str, path: Path) -> Path:
    """Write an empty spreadsheet with our headings and one example; for last done dates every check of the school."""
    from reports.sheet_template import write

    if kind not in KINDS:
        raise UserError(f"“{kind}” cannot be brought in.", SAFE, f"Use one of: {', '.join(KINDS)}.")
    titles = [one.title for one in KINDS[kind]]
    if kind == "last-done":
        from bursar_desk.services.importing_dates import known_checks

        known = sorted(known_checks(desk).checks, key=lambda one: (one.code, one.title))
        rows: Sequence[Sequence[str]] = [[one.title, one.code] for one in known]
    else:
        rows = [[one.example for one in KINDS[kind]]]
    write(path, titles, rows)
    return path


def cells_of(row: Sequence[Any]) -> list[str]:
    """Return what stands in a row, for showing it."""
    return [as_text(cell) for cell in row]
