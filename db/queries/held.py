"""Entries that wait for a person: held back, applied and to be confirmed, or reaching for another school's record."""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection

from bursar_desk.domain import registry
from bursar_desk.domain.operations import ActNote, Kind
from db import layout
from db.contexts import UNDONE_WORDS
from db.heads import births_of, domains_of

FOREIGN = "another school’s change to this record"
ADOPTED, DECLINED, CONFIRMED = "adopted", "declined", "confirmed"


class HeldRow(NamedTuple):
    """One such entry. ``cells`` are its values by column number; nothing where this release cannot read them.

    ``about`` is the school whose record it is for. ``table`` is nothing for one that a newer program knows.
    """

    op: bytes
    pos: int
    reason: str
    state: str
    kind: int
    table: registry.Table | None
    row: bytes | None
    cells: dict[int, Any]
    note: ActNote
    stamp: int
    about: bytes
    writer: bytes


class _Place(NamedTuple):
    commit: layout.Commit
    key: bytes
    school: bytes
    writer: bytes


def held_rows(con: Connection) -> list[HeldRow]:
    """Return every entry that waits, oldest first, but for those somebody has decided about and merges undone."""
    decided = {
        row[0] for row in con.exec_driver_sql("SELECT op FROM remark WHERE standing=?", (registry.STANDS,)) if row[0]
    }
    found: dict[bytes, HeldRow] = {}
    sql = "SELECT pos, n, reason, state FROM held WHERE reason<>? ORDER BY pos, n"
    for pos, n, reason, state in con.exec_driver_sql(sql, (UNDONE_WORDS,)).all():
        one = _read(con, pos, n, reason, state)
        if one is not None:
            found.setdefault(one.op, one)
    for one in _reaching_over(con):
        found.setdefault(one.op, one)
    return sorted((one for one in found.values() if one.op not in decided), key=lambda one: (one.stamp, one.op))


def _place(con: Connection, pos: int) -> _Place | None:
    found = con.exec_driver_sql(
        "SELECT l.body, s.key, k.school, s.writer FROM commit_log l JOIN chain c ON c.cid=(l.pos>>40)"
        " JOIN stream s ON s.sno=c.sno JOIN school_key k ON k.sid=s.sid WHERE l.pos=?",
        (pos,),
    ).first()
    return None if found is None else _Place(layout.read_commit(found[0]), found[1], found[2], found[3])


def _read(con: Connection, pos: int, n: int, reason: str, state: str) -> HeldRow | None:
    place = _place(con, pos)
    if place is None:
        return None
    commit = place.commit
    stem, body = commit.ops[2 * n] or b"", commit.ops[2 * n + 1]
    op = layout.id_of(place.key, commit.stamp, layout.commit_digests(commit)[n])
    note = layout.read_act(commit.ops[0] or b"", commit.ops[1])
    try:
        parts = layout.read_stem(stem, whole=body is None)
        values = layout.read_body(body) if body is not None else None
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        parts, values = layout.Stem(-1, -1, None, None), None
    table = registry.BY_NUMBER.get(parts.table) if Kind.FACT <= parts.kind <= Kind.DELETE else None
    return HeldRow(
        op, pos, reason, state, parts.kind, table, parts.row, _cells(values), note, commit.stamp, place.school,
        place.writer,
    )  # fmt: skip


def _cells(values: Any) -> dict[int, Any]:
    if isinstance(values, list):
        return dict(enumerate(values))
    if isinstance(values, dict):
        return {number: value for number, value in values.items() if isinstance(number, int)}
    return {}


def _reaching_over(con: Connection) -> list[HeldRow]:
    """Return changes kept under a domain that does not reach the row they name: they have no effect here.

    A change that came before its row (an orphan) is not one of them: nobody can tell yet.
    """
    facts = [table for table in registry.TABLES if table.is_fact]
    numbers = ",".join(str(table.number) for table in facts)
    sql = (
        "SELECT o.row, o.cell, o.op, o.pos FROM cell_op o"  # noqa: S608 - registry numbers
        f" WHERE ((o.cell>>16) & 65535) NOT IN ({numbers}) AND EXISTS (SELECT 1 FROM row_born b WHERE b.row=o.row)"
        " AND NOT EXISTS (SELECT 1 FROM row_born b WHERE b.row=o.row AND b.tab=((o.cell>>16) & 65535)"
        " AND b.sid=(o.cell>>32))"
    )
    rows = [(row[0], row[1], row[2], row[3]) for row in con.exec_driver_sql(sql)]
    for table in facts:
        sql = (
            f"SELECT o.row, o.cell, o.op, o.pos FROM {table.name} t JOIN cell_op o ON o.row=t.id"  # noqa: S608
            f" WHERE ((o.cell>>16) & 65535)={table.number} AND (o.cell>>32)<>t.sid"
        )
        rows += [(row[0], row[1], row[2], row[3]) for row in con.exec_driver_sql(sql)]
    out: dict[bytes, HeldRow] = {}
    for row, cell, op, pos in rows:
        one = _reaches(con, row, cell, op, pos)
        if one is not None:
            out.setdefault(op, one)
    return list(out.values())


def _reaches(con: Connection, row: bytes, cell: int, op: bytes, pos: int) -> HeldRow | None:
    domain, tab = cell >> 32, (cell >> 16) & 0xFFFF
    births = births_of(con, registry.BY_NUMBER[tab], row) if tab in registry.BY_NUMBER else []
    if not births or domain in domains_of(births):
        return None
    place = _place(con, pos)
    digests = layout.commit_digests(place.commit) if place is not None else []
    for n, digest in enumerate(digests):
        if place is not None and layout.id_of(place.key, place.commit.stamp, digest) == op:
            found = _read(con, pos, n, FOREIGN, "held")
            owner = con.exec_driver_sql("SELECT school FROM school_key WHERE sid=?", (births[0].sid,)).scalar_one()
            return found._replace(about=owner) if found is not None else None
    return None
