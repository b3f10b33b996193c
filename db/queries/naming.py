"""Where a person or a record stands in the log: the operations that hold it, and the acts whose words name it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import Connection

from bursar_desk.domain import registry
from bursar_desk.domain.operations import Kind
from bursar_desk.domain.shown import Head, choose
from db import layout
from db.chains import SEQ_BITS, chains_of, streams
from db.heads import column_of, current_heads
from db.queries.exchange import acknowledged, known_up_to

NAMING: Final = frozenset(
    {
        "done_by", "recorded_by", "on_behalf", "said_by", "person_name", "given_by", "approved_by", "raised_by",
        "closed_by", "helper", "who", "beside", "confirmed_by", "signed_by",
    }
)  # fmt: skip
"""Columns that hold a person's name as text; it is the whole text, not a part of it."""
PERSON_IDS: Final = frozenset({"person", "helper_person"})
ABOUT_A_PERSON: Final = ("absence", "training", "induction")
"""Tables whose rows are about one person and go with them."""


class Said(NamedTuple):
    """One operation of a school: its id and place, what it does, and the values it gives by column number."""

    op: bytes
    pos: int
    kind: int
    table: registry.Table | None
    row: bytes
    cells: dict[int, Any]


def said_with(con: Connection, sid: int, words: bytes) -> Iterator[tuple[list[Said], bytes | None]]:
    """Yield the operations of each entry of a school whose bytes hold some others, and its act's id if its words do.

    The act's id is that of the entry's first operation.
    """
    sql = (
        "SELECT l.pos, l.body, s.key FROM commit_log l JOIN chain c ON c.cid=(l.pos>>40) JOIN stream s ON s.sno=c.sno"
        " WHERE s.sid=? AND instr(l.body, ?) > 0 ORDER BY l.pos"
    )
    for pos, body, key in con.exec_driver_sql(sql, (sid, words)).all():
        commit = layout.read_commit(body)
        digests = layout.commit_digests(commit)
        first = commit.ops[1]
        act = layout.id_of(key, commit.stamp, digests[0]) if first is not None and words in first else None
        yield [one for one in _operations(commit, key, pos, digests) if one is not None], act


def _operations(commit: layout.Commit, key: bytes, pos: int, digests: list[bytes]) -> Iterator[Said | None]:
    for n, digest in enumerate(digests):
        stem, body = commit.ops[2 * n] or b"", commit.ops[2 * n + 1]
        if n == 0 or body is None:
            continue
        try:
            parts, values = layout.read_stem(stem), layout.read_body(body)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            continue
        op = layout.id_of(key, commit.stamp, digest)
        table = registry.BY_NUMBER.get(parts.table) if Kind.FACT <= parts.kind <= Kind.SET else None
        cells = dict(enumerate(values)) if isinstance(values, list) else values if isinstance(values, dict) else {}
        yield Said(op, pos, parts.kind, table, parts.row or op, cells)


def rows_of_person(con: Connection, person: bytes) -> list[tuple[str, bytes]]:
    """Return (table, row) of what is about one person: absences with their reasons, training, inductions."""
    found: list[tuple[str, bytes]] = []
    for name in ABOUT_A_PERSON:
        sql = f"SELECT id FROM {name} WHERE person=?"  # noqa: S608 - our own names
        found += [(name, row) for row in con.exec_driver_sql(sql, (person,)).scalars()]
    for row in [row for name, row in found if name == "absence"]:
        sql = "SELECT id FROM absence_reason WHERE absence=?"
        found += [("absence_reason", reason) for reason in con.exec_driver_sql(sql, (row,)).scalars()]
    return found


def operations_of(con: Connection, table: registry.Table, row: bytes) -> list[tuple[bytes, int]]:
    """Return (operation, position) of all that ever gave a row a value."""
    found = list(con.exec_driver_sql("SELECT op, pos FROM row_born WHERE row=?", (row,)))
    found += list(con.exec_driver_sql("SELECT op, pos FROM cell_op WHERE row=?", (row,)))
    if table.is_fact:
        sql = f"SELECT id, pos FROM {table.name} WHERE id=?"  # noqa: S608 - registry names
        found += list(con.exec_driver_sql(sql, (row,)))
    return sorted({(one[0], one[1]) for one in found})


def births_of(con: Connection, row: bytes) -> set[bytes]:
    """Return the operations that made an editable row: its own id, or another where the row is named by its code."""
    return set(con.exec_driver_sql("SELECT op FROM row_born WHERE row=?", (row,)).scalars())


def counts(con: Connection, table: registry.Table, row: bytes, corrected: set[bytes]) -> bool:
    """Tell whether a record counts: a fact that stands and is not ``corrected``, or a row that is shown."""
    if not table.is_fact:
        return con.exec_driver_sql("SELECT 1 FROM hidden WHERE row=?", (row,)).first() is None
    sql = f"SELECT 1 FROM {table.name} WHERE id=? AND standing=?"  # noqa: S608 - registry names
    if con.exec_driver_sql(sql, (row, registry.STANDS)).first() is None:
        return False
    return row not in corrected


def corrected_records(con: Connection) -> set[bytes]:
    """Return the records of checks that a standing one corrects."""
    sql = "SELECT corrects FROM check_record WHERE corrects IS NOT NULL AND standing=?"
    return set(con.exec_driver_sql(sql, (registry.STANDS,)).scalars())


def counting_rows_with(
    con: Connection, table: registry.Table, field: str, value: bytes, school: bytes
) -> list[bytes]:
    """Return the rows of a school that count (facts that stand, rows that are shown) and hold an id in a field."""
    counted = "standing=?" if table.is_fact else "id NOT IN (SELECT row FROM hidden)"
    sql = f'SELECT id FROM {table.name} WHERE "{field}"=? AND sid IN (SELECT sid FROM school_key WHERE school=?) AND '  # noqa: S608 - ours
    given = (value, school, registry.STANDS) if table.is_fact else (value, school)
    return list(con.exec_driver_sql(f"{sql}{counted}", given).scalars())


def school_number(con: Connection, table: registry.Table, row: bytes) -> tuple[int, bytes] | None:
    """Return the number and id of the school a row is about."""
    sql = f"SELECT t.sid, k.school FROM {table.name} t JOIN school_key k ON k.sid=t.sid WHERE t.id=?"  # noqa: S608
    found = con.exec_driver_sql(sql, (row,)).first()
    return (found[0], found[1]) if found is not None else None


def cells_now(con: Connection, table: registry.Table, row: bytes) -> dict[int, tuple[Any, list[Head]]]:
    """Return for each column of a row what it shows and the values behind it."""
    keys = [(row, table.number, column.number) for column in table.columns]
    out: dict[int, tuple[Any, list[Head]]] = {}
    for (_, _, number), heads in current_heads(con, keys).items():
        column = column_of(table, number)
        if column is not None and heads:
            out[number] = (choose(column, heads).value, heads)
    return out


def who_received(con: Connection, places: Iterable[int], peers: Iterable[bytes]) -> set[bytes]:
    """Return those of some computers (signing keys) that have acknowledged an entry at one of these positions."""
    wanted: dict[int, int] = {}
    for pos in places:
        cid, seq = pos >> SEQ_BITS, pos & ((1 << SEQ_BITS) - 1)
        wanted[cid] = min(seq, wanted.get(cid, seq))
    lines = {
        stream.key: [line for line in chains_of(con, stream.sno) if line.head_seq >= line.start_seq]
        for stream in streams(con)
    }
    found = set()
    for peer in peers:
        for key, theirs in acknowledged(con, peer).items():
            known = known_up_to(con, lines.get(key, []), theirs)
            if any(cid in wanted and wanted[cid] <= seq for cid, seq in known.items()):
                found.add(peer)
    return found
