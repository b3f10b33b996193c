"""What a file changed, asked while its transaction is open: new rows by table, changed cells, rows that went."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from bursar_desk.domain import registry
from bursar_desk.domain.shown import choose
from db.chains import SEQ_BITS
from db.derived import columns_of
from db.heads import column_of, current_heads

Cell = tuple[bytes, int, int]
_MASK = (1 << SEQ_BITS) - 1
_NEW = (
    "EXISTS (SELECT 1 FROM temp.fresh_line f WHERE f.cid=({pos}>>40) AND ({pos} & " + str(_MASK) + ") BETWEEN f.lo"  # noqa: S608 - a number of ours
    " AND f.hi)"
)


@dataclass(frozen=True, slots=True)
class Before:
    """How long each line of history was, what was to settle and what was hidden, before a file."""

    heads: dict[int, int]
    conflicts: frozenset[Cell]
    hidden: frozenset[bytes]


@dataclass(frozen=True, slots=True)
class Arrived:
    """What a file changed: new rows by table, changed cells of older rows, cells to settle, and rows deleted."""

    rows: dict[str, int]
    cells: tuple[Cell, ...]
    conflicts: tuple[Cell, ...]
    gone: tuple[tuple[bytes, int], ...]


def before(con: Connection) -> Before:
    """Note how things stand before a file is taken in."""
    heads = {row[0]: row[1] for row in con.exec_driver_sql("SELECT cid, head_seq FROM chain")}
    hidden = frozenset(con.exec_driver_sql("SELECT row FROM hidden").scalars())
    return Before(heads, _conflicts(con), hidden)


def _conflicts(con: Connection) -> frozenset[Cell]:
    return frozenset((row[0], row[1], row[2]) for row in con.exec_driver_sql("SELECT row, tab, col FROM conflict"))


def after(con: Connection, was: Before) -> Arrived:
    """Compare with how things stood, inside the transaction that took the file in."""
    _fill(con, was)
    older = _older_rows(con)
    hidden = {row[0]: row[1] for row in con.exec_driver_sql("SELECT row, tab FROM hidden")}
    gone = tuple(sorted((row, tab) for row, tab in hidden.items() if row not in was.hidden and not _is_new(con, row)))
    return Arrived(_new_rows(con), older, tuple(sorted(_conflicts(con) - was.conflicts)), gone)


def places_since(con: Connection, was: Before) -> list[int]:
    """Return the positions in the log of all entries that came since."""
    return [cid << SEQ_BITS | seq for cid, lo, hi in _grown(con, was) for seq in range(lo, hi + 1)]


def _grown(con: Connection, was: Before) -> list[tuple[int, int, int]]:
    """Return (line, first, last) of every line of history that grew since; a line only grows at its end."""
    return [
        (cid, max(start, was.heads.get(cid, start - 1) + 1), head)
        for cid, start, head in con.exec_driver_sql("SELECT cid, start_seq, head_seq FROM chain").all()
        if head > was.heads.get(cid, start - 1)
    ]


def _fill(con: Connection, was: Before) -> None:
    con.exec_driver_sql(
        "CREATE TEMP TABLE IF NOT EXISTS fresh_line (cid INTEGER PRIMARY KEY, lo INTEGER NOT NULL, hi INTEGER NOT NULL)"
    )
    con.exec_driver_sql("DELETE FROM temp.fresh_line")
    grown = _grown(con, was)
    if grown:
        con.exec_driver_sql("INSERT INTO temp.fresh_line VALUES (?,?,?)", grown)


def _new_rows(con: Connection) -> dict[str, int]:
    out = {}
    for table in registry.TABLES:
        sql = f"SELECT count(*) FROM {table.name} t WHERE {_NEW.format(pos='t.pos')}"  # noqa: S608 - registry names
        count = con.exec_driver_sql(sql).scalar_one()
        if count:
            out[table.name] = int(count)
    return out


def _older_rows(con: Connection) -> tuple[Cell, ...]:
    """Return the cells that got a value from the file and whose row was here before it."""
    new = _NEW.format(pos="o.pos")
    born = _NEW.format(pos="b.pos")
    found: set[Cell] = set()
    sql = (
        "SELECT DISTINCT o.row, (o.cell>>16) & 65535, o.cell & 65535 FROM cell_op o"  # noqa: S608 - our own words
        f" WHERE {new} AND EXISTS (SELECT 1 FROM row_born b WHERE b.row=o.row AND NOT {born})"
    )
    found.update((row[0], row[1], row[2]) for row in con.exec_driver_sql(sql))
    for table in registry.TABLES:
        if table.is_fact:
            sql = (
                "SELECT DISTINCT o.row, (o.cell>>16) & 65535, o.cell & 65535 FROM cell_op o"  # noqa: S608
                f" JOIN {table.name} b ON b.id=o.row"
                f" WHERE ((o.cell>>16) & 65535)={table.number} AND {new} AND NOT {born}"
            )
            found.update((row[0], row[1], row[2]) for row in con.exec_driver_sql(sql))
    return tuple(sorted(found))


def _is_new(con: Connection, row: bytes) -> bool:
    sql = f"SELECT 1 FROM row_born b WHERE b.row=? AND NOT {_NEW.format(pos='b.pos')}"  # noqa: S608
    return con.exec_driver_sql(sql, (row,)).first() is None


def shown(con: Connection, cells: tuple[Cell, ...]) -> dict[Cell, Any]:
    """Return the value each cell shows; a cell of a row that is not here, or of a newer program, is left out."""
    known = [key for key in cells if column_of(registry.BY_NUMBER[key[1]], key[2]) is not None]
    out: dict[Cell, Any] = {}
    for key, heads in (current_heads(con, known) if known else {}).items():
        column = column_of(registry.BY_NUMBER[key[1]], key[2])
        if heads and column is not None:
            out[key] = choose(column, heads).value
    return out


Shown = dict[str, Any]
"""How a record reads: its values by name, the number of its school as "sid", and whether it is "hidden"."""


def rows_as_shown(con: Connection, rows: set[tuple[bytes, int]]) -> dict[tuple[bytes, int], Shown]:
    """Return how records (row, table) read now, without what is to settle; those that are not here are left out."""
    out: dict[tuple[bytes, int], Shown] = {}
    for row, tab in rows:
        table = registry.BY_NUMBER[tab]
        names = [name for name in columns_of(table) if name not in ("id", "pos")]
        listed = ", ".join(f'"{name}"' for name in names)
        found = con.exec_driver_sql(f"SELECT {listed} FROM {table.name} WHERE id=?", (row,)).first()  # noqa: S608
        if found is not None:
            shown: Shown = dict(zip(names, found, strict=True))
            shown["hidden"] = con.exec_driver_sql("SELECT 1 FROM hidden WHERE row=?", (row,)).first() is not None
            for name in _to_settle(con, table, row):
                shown.pop(name, None)
            out[row, tab] = shown
    return out


def _to_settle(con: Connection, table: registry.Table, row: bytes) -> list[str]:
    sql = "SELECT col FROM conflict WHERE row=? AND tab=?"
    columns = [column_of(table, number) for number in con.exec_driver_sql(sql, (row, table.number)).scalars()]
    return [field.name for column in columns if column is not None for field in column.fields]


def schools_by_number(con: Connection) -> dict[int, bytes]:
    """Return the school id for each local number."""
    return {row[0]: row[1] for row in con.exec_driver_sql("SELECT sid, school FROM school_key")}


def rivals(con: Connection, cell: Cell) -> list[Any]:
    """Return the values a cell holds now, the shown one first."""
    column = column_of(registry.BY_NUMBER[cell[1]], cell[2])
    heads = current_heads(con, [cell]).get(cell, [])
    if column is None or not heads:
        return []
    first = choose(column, heads)
    return [first.value, *(one.value for one in heads if one.op != first.op and one.value != first.value)]


def school_of(con: Connection, table: registry.Table, row: bytes) -> bytes:
    """Return the school a row is about."""
    sql = f"SELECT k.school FROM {table.name} t JOIN school_key k ON k.sid=t.sid WHERE t.id=?"  # noqa: S608
    found: bytes | None = con.exec_driver_sql(sql, (row,)).scalar()
    return found or b""
