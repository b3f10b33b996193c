"""One row as it was: what its cells showed and whether it was hidden, just before or just after some stamp."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection

from bursar_desk.domain import registry
from bursar_desk.domain.operations import Kind, Value
from bursar_desk.domain.shown import Head, choose
from db import bodies, layout
from db.heads import COMMIT_AT, BirthReader, births_of, column_of, domains_of


class _Write(NamedTuple):
    """A value given to a cell, and the ids it replaced there."""

    column: int
    head: Head
    gone: frozenset[bytes]


class Delete(NamedTuple):
    """A delete of a row: where it stands in the log, its stamp, and the ids its writer saw."""

    pos: int
    stamp: int
    seen: list[bytes]


@dataclass(frozen=True, slots=True)
class Moment:
    """A row at one moment: its shown values by column number, the ids behind them, and whether it was hidden."""

    values: dict[int, Value]
    heads: dict[int, frozenset[bytes]]
    hidden: bool


class Reader:
    """Commits taken apart once, however many rows of theirs are asked for."""

    def __init__(self, con: Connection) -> None:
        self.con = con
        self.births = BirthReader(con)
        self._links: dict[int, dict[bytes, object]] = {}

    def replaced(self, pos: int, op: bytes, number: int) -> frozenset[bytes]:
        """Return the ids a change replaced in one of its cells."""
        if pos not in self._links:
            packed, stream = self.con.exec_driver_sql(COMMIT_AT, (pos,)).one()
            commit = layout.read_commit(packed)
            self._links[pos] = {
                layout.id_of(stream, commit.stamp, digest): layout.read_stem(
                    commit.ops[2 * n] or b"", whole=commit.ops[2 * n + 1] is None
                ).links
                for n, digest in enumerate(layout.commit_digests(commit))
            }
        links = self._links[pos].get(op)
        return frozenset(links.get(number, ())) if isinstance(links, dict) else frozenset()


class RowPast:
    """Everything held about one row, in memory; rows have few operations."""

    def __init__(self, reader: Reader, table: registry.Table, row: bytes) -> None:
        con = reader.con
        self.table, self.row = table, row
        births = births_of(con, table, row)
        sql = "SELECT s.writer FROM chain c JOIN stream s ON s.sno=c.sno WHERE c.cid=?"
        self.makers = {con.exec_driver_sql(sql, (birth.pos >> 40,)).scalar_one() for birth in births}
        standing = [registry.STANDING] if table.is_fact else []
        self._columns = [*(column.number for column in table.columns if not table.is_fact), *standing]
        self._writes = [
            _Write(number, reader.births.head(birth, number), frozenset())
            for birth in births
            for number in self._columns
        ]
        for domain in domains_of(births):
            self._read_cells(reader, domain)
        self.deletes = [delete for domain in domains_of(births) for delete in _deletes(con, table, row, domain)]

    def _read_cells(self, reader: Reader, domain: int) -> None:
        low = domain << 32 | self.table.number << 16
        sql = "SELECT cell & 65535, op, stamp, value, pos FROM cell_op WHERE row=? AND cell BETWEEN ? AND ?"
        for number, op, stamp, value, pos in reader.con.exec_driver_sql(sql, (self.row, low, low | 65535)).all():
            column = column_of(self.table, number)
            if column is not None:
                head = Head(op, stamp, bodies.cell_from_disk(column, value))
                self._writes.append(_Write(number, head, reader.replaced(pos, op, number)))

    def values(self, number: int) -> list[Head]:
        """Return every value a cell ever had, as they were given, oldest first."""
        found = [one.head for one in self._writes if one.column == number]
        return sorted(found, key=lambda head: (head.stamp, head.op))

    def shown_of(self, number: int, ops: Collection[bytes]) -> Head | None:
        """Return the one of these values of a cell that was shown; nothing when none of them is held here."""
        column = column_of(self.table, number)
        heads = [one.head for one in self._writes if one.column == number and one.head.op in ops]
        return choose(column, heads) if column is not None and heads else None

    def at(self, stamp: int, *, without: frozenset[bytes] = frozenset()) -> Moment | None:
        """Return the row after all that has a stamp up to ``stamp``; nothing when it was not made yet."""
        writes = [one for one in self._writes if one.head.stamp <= stamp and one.head.op not in without]
        gone = {(one.column, op) for one in writes for op in one.gone}
        current: dict[int, list[Head]] = {number: [] for number in self._columns}
        for one in writes:
            if (one.column, one.head.op) not in gone:
                current[one.column].append(one.head)
        if not all(current.values()):
            return None
        values = {}
        for number, heads in current.items():
            column = column_of(self.table, number)
            values[number] = choose(column, heads).value if column is not None else None
        seen = {op for delete in self.deletes if delete.stamp <= stamp for op in delete.seen}
        hidden = bool(seen) and all(head.op in seen for heads in current.values() for head in heads)
        return Moment(values, {n: frozenset(h.op for h in heads) for n, heads in current.items()}, hidden)


def _deletes(con: Connection, table: registry.Table, row: bytes, domain: int) -> list[Delete]:
    """Return the deletes of a row that count; looked for only where there is one at all."""
    cell = domain << 32 | table.number << 16
    if con.exec_driver_sql("SELECT 1 FROM row_seen WHERE row=? AND cell=?", (row, cell)).first() is None:
        return []
    sql = (
        "SELECT l.pos, l.body FROM commit_log l JOIN chain c ON c.cid=(l.pos>>40) JOIN stream s ON s.sno=c.sno"
        " WHERE s.sid=? AND s.channel=? AND instr(l.body, ?) > 0"
    )
    found = []
    for pos, body in con.exec_driver_sql(sql, (domain, table.channel, row)).all():
        commit = layout.read_commit(body)
        held = set(con.exec_driver_sql("SELECT n FROM held WHERE pos=?", (pos,)).scalars())
        for n in range(1, len(commit.ops) // 2):
            stem, part = commit.ops[2 * n], commit.ops[2 * n + 1]
            if n in held or stem is None or part is None:
                continue
            head = layout.read_stem(stem)
            if head.kind == Kind.DELETE and head.row == row and isinstance(head.links, list):
                found.append(Delete(pos, commit.stamp, head.links))
    return found
