"""What one file would change, field by field: it is really taken in, looked at, and rolled back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain import registry, words
from bursar_desk.domain.operations import Changes
from bursar_desk.services import field_words, merging
from bursar_desk.services.merging_guard import Weighing

if TYPE_CHECKING:
    from bursar_desk.domain.progress import Progress
    from bursar_desk.exchange.receiving import Incoming
    from bursar_desk.services.desk import Desk
    from db.engine import Connection
    from db.queries.arrivals import Arrived, Cell
    from db.take_in import Receipt

MOST_LISTED: Final = 200
"""Changes listed one by one; the rest is counted. Nobody reads more than that before pressing Merge."""


@dataclass(frozen=True, slots=True)
class RowCount:
    """So many new rows of one table: "31 records of checks"."""

    table: str
    words: str
    count: int


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One cell of a record that is here already: what it says now and what it would say.

    ``settle``: both values would be kept side by side until somebody chooses; ``after`` is then what they sent.
    """

    school: bytes
    school_name: str
    what: str
    field: str
    before: str
    after: str
    settle: bool = False

    @property
    def sentence(self) -> str:
        """Return the change in plain words."""
        verb = "they sent" if self.settle else "would become"
        return f"{self.school_name}: {self.what}, {self.field}: “{self.before}” {verb} “{self.after}”."


@dataclass(frozen=True, slots=True)
class FilePreview:
    """What one file would do: new rows by table, changed fields (at most 200, the rest counted), and the entries."""

    rows: tuple[RowCount, ...]
    changes: tuple[FieldChange, ...]
    more_changes: int
    held: int
    conflicts: int
    known: int

    @property
    def lines(self) -> list[str]:
        """Return it in short sentences, the most important first."""
        said = []
        settle = sum(one.settle for one in self.changes)
        quiet = len(self.changes) - settle + self.more_changes
        if self.rows:
            said.append(f"New: {words.listing([one.words for one in self.rows])}.")
        if quiet:
            said.append(f"{words.count(quiet, 'field')} of records you have would change.")
        if settle:
            said.append(f"{words.count(settle, 'field')} would be yours to settle.")
        if self.held:
            said.append(f"{words.count(self.held, 'entry', 'entries')} would be held back for you to look at.")
        if self.known:
            said.append(f"{words.count(self.known, 'entry', 'entries')} you have already.")
        return said


@dataclass(slots=True)
class _Looked:
    """What was seen inside the transaction."""

    arrived: Arrived | None = None
    after: dict[Cell, Any] | None = None
    rivals: dict[Cell, list[Any]] | None = None
    named: dict[tuple[bytes, int], tuple[bytes, str]] | None = None


def preview_one(desk: Desk, path: Path, incoming: Incoming, progress: Progress) -> tuple[merging.FileResult, Changes]:
    """Take one file in, look, and roll it back."""
    from db.queries import arrivals
    from db.take_in import take_in

    looked = _Looked()
    weighing = Weighing()
    with desk.store.connect() as con:
        was = arrivals.before(con)

    def look(con: Connection, receipt: Receipt) -> bool:
        looked.arrived = arrivals.after(con, was)
        cells = (*looked.arrived.cells[: 4 * MOST_LISTED], *looked.arrived.conflicts)
        looked.after = arrivals.shown(con, cells)
        looked.rivals = {cell: arrivals.rivals(con, cell) for cell in looked.arrived.conflicts[:MOST_LISTED]}
        looked.named = _names(con, {(row, tab) for row, tab, _ in cells} | set(looked.arrived.gone))
        weighing.looks_heavy(con, receipt)
        return False

    newer = merging.newer_of(desk, incoming)
    receipt = take_in(desk.store, incoming.file, progress, incoming.sender_name, approve=look)
    result = merging.result_of(path, incoming, receipt, newer)
    seen, guards = _seen(desk, looked, receipt), weighing.guards(desk, receipt)
    return replace(result, number=0, preview=seen, guard=guards[0] if guards else None), Changes(frozenset())


def _names(con: Connection, rows: set[tuple[bytes, int]]) -> dict[tuple[bytes, int], tuple[bytes, str]]:
    """Return the school and the name of rows, as they would be called."""
    from db.queries.arrivals import school_of

    out = {}
    for row, tab in rows:
        table = registry.BY_NUMBER[tab]
        out[row, tab] = (school_of(con, table, row), field_words.row_words(con, table, row))
    return out


def _seen(desk: Desk, looked: _Looked, receipt: Receipt) -> FilePreview:
    counts = (receipt.held, receipt.conflicts, receipt.known)
    if looked.arrived is None:  # the very same file was merged before: nothing was even tried
        return FilePreview((), (), 0, *counts)
    rows = tuple(
        RowCount(name, f"{words.number(count)} {field_words.table_words(name, count)}", count)
        for name, count in looked.arrived.rows.items()
    )
    with desk.store.connect() as con:
        changes = _changes(desk, con, looked)
    beyond = max(0, len(looked.arrived.cells) - 4 * MOST_LISTED)
    return FilePreview(rows, tuple(changes[:MOST_LISTED]), max(0, len(changes) - MOST_LISTED) + beyond, *counts)


def _changes(desk: Desk, con: Connection, looked: _Looked) -> list[FieldChange]:
    """Put what each cell shows now beside what it would show; the transaction that knew the latter is gone."""
    from db.queries.arrivals import shown

    arrived, after, named = looked.arrived, looked.after or {}, looked.named or {}
    if arrived is None:
        return []
    now = shown(con, tuple(after))
    out = []
    for cell, values in (looked.rivals or {}).items():
        others = [one for one in values if one != now.get(cell)]
        if cell in now and others:
            out.append(_change(desk, con, cell, named[cell[:2]], now[cell], others[0], settle=True))
    for cell, value in after.items():
        if cell not in arrived.conflicts and cell in now and now[cell] != value:
            out.append(_change(desk, con, cell, named[cell[:2]], now[cell], value, settle=False))
    for key in arrived.gone:
        school, what = named[key]
        out.append(FieldChange(school, desk.school_name(school), what, "the whole record", "there", "deleted"))
    return out


def _change(
    desk: Desk, con: Connection, cell: Cell, named: tuple[bytes, str], before: Any, after: Any, *, settle: bool
) -> FieldChange:
    from db.heads import column_of

    school, what = named
    table = registry.BY_NUMBER[cell[1]]
    column = column_of(table, cell[2])
    assert column is not None, "only cells this release knows are looked at"  # noqa: S101
    return FieldChange(
        school, desk.school_name(school), what, field_words.field_words(column.name, table.name),
        field_words.said(con, column, before, table.name), field_words.said(con, column, after, table.name), settle,
    )  # fmt: skip
