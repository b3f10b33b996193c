"""What one entry of the log changed, cell by cell: the value that was there, and the one that came."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

import msgspec
from sqlalchemy import Connection

from bursar_desk.domain import registry
from bursar_desk.domain.operations import Kind, Value
from bursar_desk.domain.shown import Head
from db import derived, layout
from db.row_past import Reader, RowPast

How = Literal["made", "changed", "deleted"]


class CellChange(NamedTuple):
    """One cell: what its writer saw and replaced (nothing where the cell was new, or that is not held here)."""

    number: int
    before: Head | None
    after: Value


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row an entry made, changed or deleted; ``held``: why it has no effect; ``erased``: its content is gone."""

    school: bytes
    table: registry.Table
    row: bytes
    op: bytes
    how: How
    cells: tuple[CellChange, ...]
    held: str = ""
    erased: bool = False


class ChangeReader:
    """Reads entries; rows that many entries touch are taken apart once."""

    def __init__(self, con: Connection) -> None:
        self._con = con
        self._reader = Reader(con)
        self._pasts: dict[tuple[int, bytes], RowPast] = {}

    def at(self, pos: int) -> list[RowChange]:
        """Return what the entry at a position changed, in its order; nothing when there is none."""
        found = self._con.exec_driver_sql(
            "SELECT l.body, s.key, k.school FROM commit_log l JOIN chain c ON c.cid=(l.pos>>40)"
            " JOIN stream s ON s.sno=c.sno JOIN school_key k ON k.sid=s.sid WHERE l.pos=?",
            (pos,),
        ).first()
        if found is None:
            return []
        commit = layout.read_commit(found[0])
        sql = "SELECT n, reason FROM held WHERE pos=? AND state='held'"
        held = {row[0]: row[1] for row in self._con.exec_driver_sql(sql, (pos,))}
        changes = []
        for n, digest in enumerate(layout.commit_digests(commit)):
            if n:
                oid = layout.id_of(found[1], commit.stamp, digest)
                one = self._change(found[2], oid, commit.ops[2 * n], commit.ops[2 * n + 1], held.get(n, ""))
                changes += [one] if one is not None else []
        return changes

    def _change(self, school: bytes, op: bytes, stem: bytes | None, body: bytes | None, held: str) -> RowChange | None:
        try:
            parts = layout.read_stem(stem or b"", whole=body is None)
            values = layout.read_body(body) if body is not None else None
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return None  # held as what makes no sense; the list of held entries tells it
        table = registry.BY_NUMBER.get(parts.table)
        if table is None or not Kind.FACT <= parts.kind <= Kind.DELETE:
            return None
        row = parts.row or op
        if parts.kind == Kind.DELETE:
            return RowChange(school, table, row, op, "deleted", (), held)
        if body is None:
            how: How = "changed" if parts.kind == Kind.SET else "made"
            return RowChange(school, table, row, op, how, (), held, erased=True)
        if parts.kind == Kind.SET:
            cells = self._set(table, row, parts.links, values)
            return RowChange(school, table, row, op, "changed", cells, held)
        given = values if isinstance(values, list) else []
        cells = tuple(CellChange(n, None, value) for n, value in enumerate(given) if value not in (None, ""))
        return RowChange(school, table, row, op, "made", cells, held)

    def _set(self, table: registry.Table, row: bytes, links: object, values: object) -> tuple[CellChange, ...]:
        if not isinstance(values, dict) or not isinstance(links, dict):
            return ()
        past = self.past(table, row)
        return tuple(
            CellChange(number, past.shown_of(number, links.get(number) or ()), value)
            for number, value in values.items()
            if number == registry.STANDING or table.column_numbered(number) is not None
        )

    def past(self, table: registry.Table, row: bytes) -> RowPast:
        """Return a row's past."""
        key = (table.number, row)
        if key not in self._pasts:
            self._pasts[key] = RowPast(self._reader, table, row)
        return self._pasts[key]


def positions_of(con: Connection, rows: list[tuple[str, bytes]]) -> set[int]:
    """Return where in the log rows (table, id) were made, changed or deleted."""
    reader, found = Reader(con), set()
    for name, row in rows:
        table = registry.BY_NAME[name]
        found |= set(con.exec_driver_sql("SELECT pos FROM cell_op WHERE row=?", (row,)).scalars())
        if table.is_fact:
            found |= set(con.exec_driver_sql(f"SELECT pos FROM {name} WHERE id=?", (row,)).scalars())  # noqa: S608
        else:
            found |= set(con.exec_driver_sql("SELECT pos FROM row_born WHERE row=?", (row,)).scalars())
        if con.exec_driver_sql("SELECT 1 FROM row_seen WHERE row=? LIMIT 1", (row,)).first() is not None:
            found |= {delete.pos for delete in RowPast(reader, table, row).deletes}
    return found


def rows_about(con: Connection, check: bytes, most: int = 400) -> list[tuple[str, bytes]]:
    """Return a check and everything that tells of it, the newest ``most`` rows of each kind."""
    found = [("school_check", check)]
    for table in registry.TABLES:
        if any(field.name == "check_id" for field in table.fields):
            order = derived.INDEXES.get(table.name, ("", "id"))[1]
            sql = f"SELECT id FROM {table.name} WHERE check_id=? ORDER BY {order} DESC LIMIT ?"  # noqa: S608 - ours
            found += [(table.name, row) for row in con.exec_driver_sql(sql, (check, most)).scalars()]
    return found
