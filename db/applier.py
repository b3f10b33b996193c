"""The applier: the one way from operations to tables, for acts made here and for files that arrive.

The tables are a function of the set of operations held. So nothing in here may depend on the order in which they come:
a change may arrive before the row it changes, a row may be created twice by two computers, a delete may see less than
there is. ``tests/storage`` proves it by random orders.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, TypeGuard

import msgspec
from sqlalchemy import Connection

from bursar_desk.domain import registry
from bursar_desk.domain.grants import allowed
from bursar_desk.domain.identity import derived_row
from bursar_desk.domain.operations import ADMIN, Kind, Value
from db import bodies, layout
from db.contexts import ERASED_WORDS, UNDONE_WORDS, State, StreamContext
from db.heads import Recomputed, Touched, fill, recompute

TOUCHED_LIMIT: Final = 200_000
RECORDS_LIMIT: Final = 20_000
"""How many new records of checks are remembered by name, to say which were done twice."""


def cell_number(domain: int, table: int, column: int) -> int:
    """Return the integer a cell is kept under."""
    return domain << 32 | table << 16 | column


class _Op(NamedTuple):
    """One operation on its way into the tables."""

    id: bytes
    stamp: int
    pos: int
    table: registry.Table
    row: bytes | None
    links: object
    body: bytes | None


@dataclass(slots=True)
class _Pending:
    facts: dict[int, list[tuple[Any, ...]]] = field(default_factory=lambda: defaultdict(list))
    born: list[tuple[Any, ...]] = field(default_factory=list)
    rows: dict[int, list[tuple[Any, ...]]] = field(default_factory=lambda: defaultdict(list))
    derived: set[tuple[bytes, int]] = field(default_factory=set)
    cells: list[tuple[Any, ...]] = field(default_factory=list)
    superseded: list[tuple[Any, ...]] = field(default_factory=list)
    seen: list[tuple[Any, ...]] = field(default_factory=list)
    held: list[tuple[int, int, str, State]] = field(default_factory=list)
    erased: list[tuple[bytes, int]] = field(default_factory=list)
    blobs: list[tuple[bytes, bytes, int]] = field(default_factory=list)
    touched: Touched = field(default_factory=set)


def _is_ids(names: object) -> TypeGuard[list[bytes]]:
    return isinstance(names, list) and all(isinstance(name, bytes) and len(name) == 16 for name in names)


def stands_anyway(stem: bytes, body: bytes | None) -> bool:
    """What sets entries aside, remarks on them or erases them is never itself set aside by undoing a merge."""
    try:
        kind, number, _, _ = layout.read_stem(stem, whole=body is None)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return False
    return kind == Kind.ERASE or number in (registry.UNDONE, registry.REMARK)


def _left_when_erased(context: StreamContext, kind: int, row: bytes | None) -> bool:
    """Tell whether an erased operation still stands for something: a row, or a value that replaced another.

    A fact without its content is nothing. Neither is what needs its content to be judged: what came under a grant, and
    rows that are named by their code.
    """
    if context.rights == "cover" or kind == Kind.FACT:
        return False
    return kind != Kind.CREATE or row is None


def _left_of(number: int) -> Value:
    """What a change whose value was erased leaves: nothing; of a fact, that it does not stand."""
    return registry.SET_ASIDE if number == registry.STANDING else None


def _files_named(table: registry.Table, rows: Sequence[tuple[Any, ...]]) -> Iterator[tuple[bytes, bytes, int]]:
    """Yield (row, SHA-256, position) of the files that rows name; odd lists from elsewhere name none."""
    place = 3 + [one.name for one in table.fields].index(registry.ENCLOSING[table.name])
    for row in rows:
        yield from ((row[0], name, row[2]) for name in _contents(row[place]))


def _contents(listed: str | None) -> list[bytes]:
    """Return the SHA-256 of each file that a cell names, as it travels or as it is kept."""
    try:
        names = [bytes.fromhex(one["sha256"]) for one in json.loads(listed or "[]")]
    except (ValueError, TypeError, KeyError, RecursionError):
        return []
    return [name for name in names if len(name) == 32]


def _kept_value(table: registry.Table, number: int, value: Value) -> Value:
    """Return what is kept of a cell's new value. Raises ``msgspec.ValidationError`` when it has the wrong type."""
    column = table.column_numbered(number)
    if number == registry.STANDING:
        if value not in (registry.STANDS, registry.SET_ASIDE):
            raise msgspec.ValidationError("a fact stands or is set aside")
        return value
    if column is not None:
        return bodies.cell_on_disk(column, bodies.checked_cell(column, value))
    return msgspec.msgpack.encode(value)  # a newer program's cell: kept, without effect


class Applier:
    """Collects operations and brings the tables up to date in batches, inside the caller's transaction.

    ``unsettled`` tells that something was taken in that reaches back to entries applied already (an erasure, a merge
    undone): whoever holds the transaction then calls ``db.rebuild.settle`` before it ends.
    """

    def __init__(self, connection: Connection) -> None:
        self._con = connection
        self._pending = _Pending()
        self._births: dict[bytes, layout.Stem] = {}
        self._gone: set[tuple[bytes | None, int]] | None = None
        self.tables: set[str] = set()
        self.touched: Touched = set()
        self.records: list[bytes] = []
        self.conflicts = 0
        self.unsettled = False
        self.last_held = ""

    def add_commit(
        self, context: StreamContext, pos: int, commit: layout.Commit, digests: list[bytes],
        without: Collection[int] = (),
    ) -> bool:  # fmt: skip
        """Take in one commit; nothing is written before ``flush``. Tells whether all of it counts.

        ``without`` are numbers of operations to leave out, for views of the past.
        """
        ops, held = commit.ops, len(self._pending.held)
        verdict = context.watch.verdict(pos) if context.watch is not None else None
        for n in range(1, len(digests)):  # the first operation is the act itself
            if n in without:
                continue
            stem, body = ops[2 * n] or b"", ops[2 * n + 1]
            if verdict is not None and not (verdict[1] == UNDONE_WORDS and stands_anyway(stem, body)):
                self._pending.held.append((pos, n, verdict[1], verdict[0]))
                if verdict[0] == "held":
                    continue
            oid = layout.id_of(context.key, commit.stamp, digests[n])
            try:
                reason = self._add(context, pos, commit.stamp, oid, stem, body)
            except (msgspec.MsgspecError, UnicodeDecodeError):
                reason = "values that make no sense here"
            if reason:
                self._pending.held.append((pos, n, reason, "held"))
                self.last_held = reason
        return len(self._pending.held) == held

    def _add(self, context: StreamContext, pos: int, stamp: int, oid: bytes, stem: bytes, body: bytes | None) -> str:
        plain = self._births.get(stem) or self._plain_birth(stem, whole=body is None)
        kind, number, row, links = plain or layout.read_stem(stem, whole=body is None)
        if kind == Kind.ERASE:
            return self._add_erasure(context, links)
        table = registry.BY_NUMBER.get(number)
        if not Kind.FACT <= kind <= Kind.DELETE or table is None:
            return ""  # a newer program's: kept byte for byte, forwarded, without effect until an update
        if body is None and not _left_when_erased(context, kind, row):
            return ""
        reason = self._judge(context, pos, kind, table, row, body)
        if reason:
            return reason
        if kind == Kind.FACT and body is not None:
            self._pending.facts[number].append((oid, context.sid, pos, *bodies.row_reader(table)(body)))
            self.tables.add(table.name)
            self.unsettled |= number == registry.UNDONE
            return ""
        op = _Op(oid, stamp, pos, table, row, links, body)
        if kind == Kind.CREATE:
            return self._add_birth(context, op)
        if row is None:
            return "a change to no row"
        return self._add_set(context, op, row) if kind == Kind.SET else self._add_delete(context, op, row)

    def _add_erasure(self, context: StreamContext, ids: object) -> str:
        """A school's own computers may erase what was written for that school; ids name the operations."""
        if context.rights != "own" or context.channel != ADMIN:
            return "more than this desk may erase"
        if not _is_ids(ids):
            return "an erasure that names nothing"
        self._pending.erased.extend((op, context.sid) for op in ids)
        self.unsettled = True
        return ""

    def _plain_birth(self, stem: bytes, *, whole: bool) -> layout.Stem | None:
        """Remember the few stems that most operations share: a fact or a row named by its own operation."""
        if whole:
            return None
        parts = layout.read_stem(stem)
        if parts.kind not in (Kind.FACT, Kind.CREATE) or parts.row is not None or parts.links is not None:
            return None
        self._births[stem] = parts
        return parts

    def _judge(
        self, context: StreamContext, pos: int, kind: int, table: registry.Table, row: bytes | None,
        body: bytes | None,
    ) -> str:  # fmt: skip
        """Say why an operation may not count; content, certificate and grant only, never the order of arrival."""
        if kind == Kind.SET and body is not None and (row, context.sid) in self._erased():
            return ERASED_WORDS
        if context.rights == "cover":
            if not context.grants or (row is not None and kind != Kind.SET):
                return "outside the delegation"
            values: Any = layout.read_body(body or b"")
            said = [allowed(one, kind, table.number, values, pos & 0xFF_FFFF_FFFF) for one in context.grants]
            return "" if "" in said else said[-1]
        if context.rights == "none":
            return "nobody certified this writer"
        if table.channel != context.channel:
            return "in the wrong channel"
        if context.rights == "settle" and kind != Kind.SET:
            return "more than this office was asked to do"
        if (kind == Kind.FACT) != table.is_fact and kind in (Kind.FACT, Kind.CREATE):
            return "the wrong kind of entry for its table"
        if kind == Kind.DELETE and table.is_fact:
            return "a fact is set aside, never deleted"
        return ""

    def _erased(self) -> set[tuple[bytes | None, int]]:
        """Return what was erased when this round began; later erasures make everything be judged anew."""
        if self._gone is None:
            self._gone = {(row[0], row[1]) for row in self._con.exec_driver_sql("SELECT op, sid FROM erased")}
        return self._gone

    def _add_birth(self, context: StreamContext, op: _Op) -> str:
        table, row = op.table, op.row
        values = (None,) * len(table.fields) if op.body is None else bodies.row_reader(table)(op.body)
        if row is not None:
            code = "" if table.key == "" else values[table.column(table.key).number] if table.key else None
            if not isinstance(code, str) or row != derived_row(context.namespace, context.school, table.name, code):
                return "a row that is not this school's to name"
            self._pending.derived.add((row, table.number))
        elif table.key is not None:
            return "a row that must be named by its code"
        self._pending.born.append((row or op.id, op.id, op.stamp, op.pos, table.number, context.sid))
        self._pending.rows[table.number].append((row or op.id, context.sid, op.pos, *values))
        self.tables.add(table.name)
        return ""

    def _add_set(self, context: StreamContext, op: _Op, row: bytes) -> str:
        table, links = op.table, op.links
        if op.body is None:  # the value reads as nothing; what it replaced stays replaced
            values: Any = dict.fromkeys(links, None) if isinstance(links, dict) else None
        else:
            values = layout.read_body(op.body)
        if not isinstance(values, dict) or not isinstance(links, dict) or not values:
            return "a change that names no cell"
        cells: list[tuple[Any, ...]] = []
        gone: list[tuple[Any, ...]] = []
        for number, value in values.items():
            replaced = links.get(number, [])
            if not _is_ids(replaced) or type(number) is not int or not 0 <= number <= registry.STANDING:
                return "a change that names no cell"
            if table.is_fact and number != registry.STANDING:
                return "a fact is never edited"
            if not table.is_fact and number == registry.STANDING:
                return "only a fact stands or is set aside"
            cell = cell_number(context.domain, table.number, number)
            kept = _left_of(number) if op.body is None else _kept_value(table, number, value)
            cells.append((row, cell, op.id, op.stamp, kept, op.pos))
            gone.extend((row, cell, x) for x in replaced)
            column = table.column_numbered(number)
            if column is not None and column.name == registry.ENCLOSING.get(table.name) and isinstance(value, str):
                self._pending.blobs.extend((row, name, op.pos) for name in _contents(value))
        self._pending.cells.extend(cells)
        self._pending.superseded.extend(gone)
        self._pending.touched.update((row, table.number, number) for number in values)
        self.tables.add(table.name)
        self.unsettled |= table.number == registry.UNDONE
        return ""

    def _add_delete(self, context: StreamContext, op: _Op, row: bytes) -> str:
        if not _is_ids(op.links):
            return "a delete that names nothing it saw"
        cell = cell_number(context.domain, op.table.number, 0)
        self._pending.seen.extend((row, cell, x) for x in op.links)
        self._pending.touched.add((row, op.table.number, -1))
        self.tables.add(op.table.name)
        return ""

    def flush(self) -> None:
        """Write what was collected and bring every touched cell to its shown value."""
        todo, self._pending = self._pending, _Pending()
        for number, rows in todo.facts.items():
            table = registry.BY_NUMBER[number]
            self._insert_facts(table, rows, todo.touched)
            if number == registry.RECORD and len(self.records) < RECORDS_LIMIT:
                self.records.extend(row[0] for row in rows)
            if table.name in registry.ENCLOSING:
                todo.blobs.extend(_files_named(table, rows))
        for number, rows in todo.rows.items():
            if (table := registry.BY_NUMBER[number]).name in registry.ENCLOSING:
                todo.blobs.extend(_files_named(table, rows))
        self._insert_births(todo)
        self._many("INSERT OR IGNORE INTO cell_op VALUES (?,?,?,?,?,?)", todo.cells)
        self._many("INSERT OR IGNORE INTO superseded VALUES (?,?,?)", todo.superseded)
        self._many("INSERT OR IGNORE INTO row_seen VALUES (?,?,?)", todo.seen)
        self._many("INSERT OR REPLACE INTO held VALUES (?,?,?,?)", todo.held)
        self._many("INSERT OR IGNORE INTO erased VALUES (?,?)", todo.erased)
        self._many("INSERT OR IGNORE INTO blob_ref VALUES (?,?,?)", todo.blobs)
        if todo.touched:
            if len(self.touched) < TOUCHED_LIMIT:
                self.touched |= todo.touched
            result: Recomputed = recompute(self._con, todo.touched)
            self.conflicts += result.conflicts

    def _many(self, sql: str, rows: Sequence[tuple[Any, ...]]) -> None:
        if rows:
            self._con.exec_driver_sql(sql, list(rows))

    def _insert_facts(self, table: registry.Table, rows: list[tuple[Any, ...]], touched: Touched) -> None:
        names = ["id", "sid", "pos", *[f'"{value.name}"' for value in table.fields]]
        marks = ",".join("?" * len(names))
        sql = f"INSERT OR IGNORE INTO {table.name} ({','.join(names)}) VALUES ({marks})"  # noqa: S608 - registry names
        before = self._changes()
        self._many(sql, rows)
        if self._changes() - before != len(rows):
            self._settle_twins(table, rows)
        touched |= {(row, table.number, registry.STANDING) for row in self._orphans([r[0] for r in rows])}

    def _insert_births(self, todo: _Pending) -> None:
        self._many("INSERT OR IGNORE INTO row_born VALUES (?,?,?,?,?,?)", todo.born)
        for number, rows in todo.rows.items():
            table = registry.BY_NUMBER[number]
            marks = ",".join("?" * (3 + len(table.fields)))
            self._many(f"INSERT OR IGNORE INTO {table.name} VALUES ({marks})", rows)  # noqa: S608 - registry names
            orphans = self._orphans([row[0] for row in rows])
            again = orphans | self._made_twice({row for row, tab in todo.derived if tab == number}, number)
            todo.touched |= {(row, number, column.number) for row in again for column in table.columns}
            todo.touched |= {(row, number, -1) for row in again}

    def _made_twice(self, rows: set[bytes], tab: int) -> set[bytes]:
        """Return those derived rows that were made more than once; one made once shows what it was made with."""
        if not rows:
            return set()
        fill(self._con, "wanted_born", "row BLOB PRIMARY KEY", [(row,) for row in rows])
        sql = (
            "SELECT b.row FROM temp.wanted_born w JOIN row_born b ON b.row=w.row AND b.tab=?"
            " GROUP BY b.row HAVING count(*)>1"
        )
        return set(self._con.exec_driver_sql(sql, (tab,)).scalars())

    def _changes(self) -> int:
        """How many rows this connection has changed, asked of the driver: it costs no statement."""
        found: int = self._con.connection.driver_connection.total_changes  # type: ignore[union-attr]
        return found

    def _orphans(self, rows: list[bytes]) -> set[bytes]:
        """Return those rows whose changes came before them; almost always there is none to look for."""
        if self._con.exec_driver_sql("SELECT 1 FROM orphan LIMIT 1").first() is None:
            return set()
        wanted = set(rows)
        kept = self._con.exec_driver_sql("SELECT DISTINCT row FROM orphan").scalars()
        found = {row for row in kept if row in wanted}
        self._many("DELETE FROM orphan WHERE row=?", [(row,) for row in found])
        return found

    def _settle_twins(self, table: registry.Table, rows: list[tuple[Any, ...]]) -> None:
        """Two facts under one id: deliberate work. The smaller full digest counts, whatever came first."""
        for row in rows:
            kept = self._con.exec_driver_sql(f"SELECT pos FROM {table.name} WHERE id=?", (row[0],)).scalar_one()  # noqa: S608
            if kept != row[2] and self._rank(row[2], row[0]) < self._rank(kept, row[0]):
                self._con.exec_driver_sql(f"DELETE FROM {table.name} WHERE id=?", (row[0],))  # noqa: S608
                self._insert_one(table, row)

    def _insert_one(self, table: registry.Table, row: tuple[Any, ...]) -> None:
        names = ["id", "sid", "pos", *[f'"{value.name}"' for value in table.fields]]
        marks = ",".join("?" * len(names))
        self._con.exec_driver_sql(f"INSERT INTO {table.name} ({','.join(names)}) VALUES ({marks})", row)  # noqa: S608

    def _rank(self, pos: int, oid: bytes) -> tuple[bytes, bytes]:
        found = self._con.exec_driver_sql(
            "SELECT l.hash, l.body, s.key FROM commit_log l JOIN chain c ON c.cid=(l.pos>>40)"
            " JOIN stream s ON s.sno=c.sno WHERE l.pos=?",
            (pos,),
        ).one()
        commit = layout.read_commit(found[1])
        digests = [d for d in layout.commit_digests(commit) if layout.id_of(found[2], commit.stamp, d) == oid]
        return (min(digests), found[0])
