"""From operations to shown values: heads, conflicts and visibility of the cells that were touched."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection

from bursar_desk.domain import registry
from bursar_desk.domain.operations import Kind, Value
from bursar_desk.domain.shown import Head, choose, in_conflict
from db import bodies, layout

Touched = set[tuple[bytes, int, int]]
"""(row, table number, column number); column -1 asks for the row's visibility alone."""
_COVER_DOMAIN = 1 << 20
COMMIT_AT = (
    "SELECT l.body, s.key FROM commit_log l JOIN chain c ON c.cid=(l.pos>>40) JOIN stream s ON s.sno=c.sno"
    " WHERE l.pos=?"
)
_STANDING = registry.Column(registry.STANDING, (registry.Field("standing", "text"),), "latest")


class Birth(NamedTuple):
    """One operation that made a row, and the number under which its cells are kept."""

    op: bytes
    stamp: int
    pos: int
    sid: int
    domain: int


@dataclass(slots=True)
class Recomputed:
    """What a round of recomputing found."""

    conflicts: int = 0


def column_of(table: registry.Table, number: int) -> registry.Column | None:
    """Return a column by number, the standing of a fact included."""
    return _STANDING if number == registry.STANDING else table.column_numbered(number)


def recompute(con: Connection, touched: Touched) -> Recomputed:
    """Bring every touched cell to its shown value and every touched row to its visibility."""
    rows = {(row, tab) for row, tab, _ in touched}
    births = _births(con, rows)
    _note_orphans(con, [key for key in rows if key not in births])
    seen = _seen(con, births)
    for row, tab in seen:
        table = registry.BY_NUMBER[tab]
        touched |= {(row, tab, column.number) for column in table.columns}
    wanted = [key for key in touched if key[:2] in births and key[2] >= 0]
    heads = _heads(con, wanted, births)
    result = Recomputed()
    _show(con, heads, births, result)
    _see(con, {(row, tab) for row, tab, number in touched if number == -1} | set(seen), births, seen, heads)
    return result


def fill(con: Connection, name: str, columns: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """Lay rows into a temporary table of this connection, to be joined with; what was in it before is gone."""
    con.exec_driver_sql(f"CREATE TEMP TABLE IF NOT EXISTS {name} ({columns}) WITHOUT ROWID")
    con.exec_driver_sql(f"DELETE FROM temp.{name}")  # noqa: S608 - our own names
    listed = list(rows)
    if listed:
        marks = ",".join("?" * len(listed[0]))
        con.exec_driver_sql(f"INSERT OR IGNORE INTO temp.{name} VALUES ({marks})", listed)  # noqa: S608


def _births(con: Connection, rows: set[tuple[bytes, int]]) -> dict[tuple[bytes, int], list[Birth]]:
    """Find the creating operations of rows: several when two computers created one derived row."""
    fill(con, "wanted_row", "row BLOB, tab INTEGER, PRIMARY KEY (row, tab)", rows)
    found: dict[tuple[bytes, int], list[Birth]] = defaultdict(list)
    cover = _cover_domains(con)
    sql = (
        "SELECT w.row, w.tab, b.op, b.stamp, b.pos, b.sid FROM temp.wanted_row w"
        " JOIN row_born b ON b.row=w.row AND b.tab=w.tab"
    )
    for row, tab, op, stamp, pos, sid in con.exec_driver_sql(sql):
        found[row, tab].append(Birth(op, stamp, pos, sid, cover.get(pos >> 40, sid)))
    for tab in {tab for _, tab in rows if registry.BY_NUMBER[tab].is_fact}:
        name = registry.BY_NUMBER[tab].name
        sql = f"SELECT f.id, f.pos, f.sid FROM temp.wanted_row w JOIN {name} f ON f.id=w.row WHERE w.tab=?"  # noqa: S608
        for row, pos, sid in con.exec_driver_sql(sql, (tab,)):
            found[row, tab].append(Birth(row, -1, pos, sid, cover.get(pos >> 40, sid)))
    return found


def _cover_domains(con: Connection) -> dict[int, int]:
    sql = "SELECT c.cid, s.sno FROM chain c JOIN stream s ON s.sno=c.sno WHERE s.channel LIKE 'cover/%'"
    return {cid: _COVER_DOMAIN + sno for cid, sno in con.exec_driver_sql(sql)}


def _note_orphans(con: Connection, missing: list[tuple[bytes, int]]) -> None:
    if missing:
        con.exec_driver_sql("INSERT OR IGNORE INTO orphan VALUES (?,?)", [(row, tab << 16) for row, tab in missing])


def domains_of(births: list[Birth]) -> set[int]:
    """Return the numbers under which the cells of a row made so are kept."""
    return {birth.sid for birth in births} | {birth.domain for birth in births}


def _seen(con: Connection, births: dict[tuple[bytes, int], list[Birth]]) -> dict[tuple[bytes, int], set[bytes]]:
    if con.exec_driver_sql("SELECT 1 FROM row_seen LIMIT 1").first() is None:
        return {}
    cells = {
        (row, domain << 32 | tab << 16): (row, tab)
        for (row, tab), born in births.items()
        for domain in domains_of(born)
    }
    fill(con, "wanted_seen", "row BLOB, cell INTEGER, PRIMARY KEY (row, cell)", cells)
    seen: dict[tuple[bytes, int], set[bytes]] = defaultdict(set)
    sql = "SELECT s.row, s.cell, s.op FROM temp.wanted_seen w JOIN row_seen s ON s.row=w.row AND s.cell=w.cell"
    for row, cell, op in con.exec_driver_sql(sql):
        seen[cells[row, cell]].add(op)
    return dict(seen)


Key = tuple[bytes, int, int]


def _heads(con: Connection, wanted: list[Key], births: dict[tuple[bytes, int], list[Birth]]) -> dict[Key, list[Head]]:
    """Return the values of each cell that nobody has knowingly replaced."""
    cells = {
        (row, domain << 32 | tab << 16 | number): (row, tab, number)
        for row, tab, number in wanted
        for domain in domains_of(births[row, tab])
    }
    fill(con, "wanted_cell", "row BLOB, cell INTEGER, PRIMARY KEY (row, cell)", cells)
    gone: dict[Key, set[bytes]] = defaultdict(set)
    sql = "SELECT s.row, s.cell, s.op FROM temp.wanted_cell w JOIN superseded s ON s.row=w.row AND s.cell=w.cell"
    for row, cell, op in con.exec_driver_sql(sql):
        gone[cells[row, cell]].add(op)
    heads: dict[Key, list[Head]] = {key: [] for key in wanted}
    sql = (
        "SELECT o.row, o.cell, o.op, o.stamp, o.value FROM temp.wanted_cell w"
        " JOIN cell_op o ON o.row=w.row AND o.cell=w.cell"
    )
    for row, cell, op, stamp, value in con.exec_driver_sql(sql):
        key = cells[row, cell]
        column = column_of(registry.BY_NUMBER[key[1]], key[2])
        if op not in gone[key] and column is not None:
            heads[key].append(Head(op, stamp, bodies.cell_from_disk(column, value)))
    reader = BirthReader(con)
    for key in wanted:
        for birth in births[key[:2]]:
            if birth.op not in gone[key]:
                heads[key].append(reader.head(birth, key[2]))
    return heads


class BirthReader:
    """Reads first values from the log: they are rarely wanted, so they are kept nowhere else."""

    def __init__(self, con: Connection) -> None:
        self._con = con
        self._kept: dict[int, tuple[int, dict[bytes, list[Value]]]] = {}

    def head(self, birth: Birth, number: int) -> Head:
        stamp, values = self._values(birth)
        if number == registry.STANDING:
            return Head(birth.op, stamp, registry.STANDS)
        return Head(birth.op, stamp, values[number] if number < len(values) else None)

    def _values(self, birth: Birth) -> tuple[int, list[Value]]:
        if birth.pos not in self._kept:
            body, stream = self._con.exec_driver_sql(COMMIT_AT, (birth.pos,)).one()
            commit = layout.read_commit(body)
            rows: dict[bytes, list[Value]] = {}
            for n, digest in enumerate(layout.commit_digests(commit)):
                read = _row_in(commit.ops[2 * n], commit.ops[2 * n + 1])
                if read is not None:
                    rows[layout.id_of(stream, commit.stamp, digest)] = read
            self._kept[birth.pos] = (commit.stamp, rows)
        stamp, rows = self._kept[birth.pos]
        return stamp, rows.get(birth.op, [])


def _row_in(stem: bytes | None, body: bytes | None) -> list[Value] | None:
    """Return the values of a new row; a broken operation beside it in the same commit is held and is none."""
    if stem is None or body is None:
        return None
    try:
        head = layout.read_stem(stem)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
    table = registry.BY_NUMBER.get(head.table)
    if table is None or head.kind not in (Kind.FACT, Kind.CREATE):
        return None
    return bodies.first_values(table, body)


def _show(
    con: Connection, heads: dict[Key, list[Head]], births: dict[tuple[bytes, int], list[Birth]], result: Recomputed
) -> None:
    updates: dict[tuple[int, int], list[tuple[Any, ...]]] = defaultdict(list)
    fights, settled = [], []
    for (row, tab, number), rivals in heads.items():
        column = column_of(registry.BY_NUMBER[tab], number)
        if column is None or not rivals:
            continue  # a newer program's cell, or every value replaced by one that has not arrived yet
        value = choose(column, rivals).value
        cells = (value if isinstance(value, list) else [None] * len(column.fields)) if column.is_group else [value]
        updates[tab, number].append((*cells, row))
        if in_conflict(rivals):
            fights.append((row, tab, number, births[row, tab][0].sid, b"".join(sorted(head.op for head in rivals))))
        else:
            settled.append((row, tab, number))
    for (tab, number), rows in updates.items():
        table = registry.BY_NUMBER[tab]
        column = column_of(table, number) or _STANDING
        sets = ",".join(f'"{value.name}"=?' for value in column.fields)
        con.exec_driver_sql(f"UPDATE {table.name} SET {sets} WHERE id=?", rows)  # noqa: S608 - registry names
    if settled:
        con.exec_driver_sql("DELETE FROM conflict WHERE row=? AND tab=? AND col=?", settled)
    if fights:
        con.exec_driver_sql("INSERT OR REPLACE INTO conflict VALUES (?,?,?,?,?)", fights)
    result.conflicts += len(fights)


def _see(
    con: Connection,
    rows: set[tuple[bytes, int]],
    births: dict[tuple[bytes, int], list[Birth]],
    seen: dict[tuple[bytes, int], set[bytes]],
    heads: dict[Key, list[Head]],
) -> None:
    """A row is hidden when it has a delete and the deleter had seen every current value of it."""
    hide, unhide = [], []
    for row, tab in rows:
        if (row, tab) not in births:
            continue
        current = {
            head.op for column in registry.BY_NUMBER[tab].columns for head in heads.get((row, tab, column.number), ())
        }
        if seen.get((row, tab)) and current <= seen[row, tab]:
            hide.append((row, tab, births[row, tab][0].sid))
        else:
            unhide.append((row,))
    if unhide:
        con.exec_driver_sql("DELETE FROM hidden WHERE row=?", unhide)
    if hide:
        con.exec_driver_sql("INSERT OR REPLACE INTO hidden VALUES (?,?,?)", hide)


def births_of(con: Connection, table: registry.Table, row: bytes) -> list[Birth]:
    """Return the operations that made a row."""
    return _births(con, {(row, table.number)}).get((row, table.number), [])


def current_heads(con: Connection, wanted: list[Key]) -> dict[Key, list[Head]]:
    """Return the current values of cells, for whoever is about to replace them or to show a conflict."""
    births = _births(con, {(row, tab) for row, tab, _ in wanted})
    known = [key for key in wanted if key[:2] in births]
    return _heads(con, known, births)
