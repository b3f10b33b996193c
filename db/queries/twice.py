"""Checks with more than one standing record for one day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from sqlalchemy import Connection

from bursar_desk.domain import registry
from bursar_desk.domain.operations import Kind
from db import layout
from db.heads import COMMIT_AT

_RECORD: Final = registry.BY_NAME["check_record"].number


class TwiceRow(NamedTuple):
    """One standing record that shares its check, day and point with another; ``day`` in days since 1970-01-01."""

    id: bytes
    check: bytes
    day: int
    point: str
    who: str
    recorded_by: str
    title: str
    school: bytes
    stream: int
    writer: bytes


_GOOD = (
    "r.standing='stands' AND r.check_id IS NOT NULL AND r.done_on IS NOT NULL AND NOT EXISTS"
    " (SELECT 1 FROM check_record c WHERE c.corrects=r.id AND c.standing='stands')"
)
_SELECT = (
    "SELECT r.id, r.check_id, r.done_on, coalesce(r.point, ''), coalesce(r.done_by, ''), coalesce(r.recorded_by, ''),"  # noqa: S608
    " coalesce(sc.title, ''), k.school, ch.sno, s.writer FROM {source} w"
    " JOIN check_record r ON r.check_id=w.check_id AND r.done_on=w.done_on AND coalesce(r.point, '')=w.point"
    " JOIN school_key k ON k.sid=r.sid JOIN chain ch ON ch.cid=(r.pos>>40) JOIN stream s ON s.sno=ch.sno"
    " LEFT JOIN school_check sc ON sc.id=r.check_id"
    f" WHERE {_GOOD} ORDER BY r.done_on DESC, r.check_id, r.id"
)
_ALL = (
    "(SELECT check_id, done_on, coalesce(point, '') point FROM check_record WHERE standing='stands'"
    " GROUP BY check_id, done_on, coalesce(point, '') HAVING count(*) > 1)"
)
_NAMED = (
    "(SELECT DISTINCT n.check_id, n.done_on, coalesce(n.point, '') point FROM check_record n"
    " WHERE n.id IN ({marks}) AND n.standing='stands')"
)
_AT_ONCE = 400
FEW = 20_000
"""Up to so many new entries the log itself is asked which records they brought; beyond, all records are compared."""


def done_twice(con: Connection) -> list[TwiceRow]:
    """Return the records that share a check, a day and a point. One that a standing record corrects does not count."""
    return [TwiceRow(*row) for row in con.exec_driver_sql(_SELECT.format(source=_ALL))]


def done_twice_by(con: Connection, places: Sequence[int]) -> list[TwiceRow]:
    """Return those records only where an entry at one of some positions of the log brought one of them."""
    if len(places) > FEW:
        new = set(places)
        rows = done_twice(con)
        touched = {(row.check, row.day, row.point) for row in rows if _place(con, row.id) in new}
        return [row for row in rows if (row.check, row.day, row.point) in touched]
    found: dict[bytes, TwiceRow] = {}
    ids = [one for pos in places for one in _records_at(con, pos)]
    for n in range(0, len(ids), _AT_ONCE):
        part = ids[n : n + _AT_ONCE]
        sql = _SELECT.format(source=_NAMED.format(marks=",".join("?" * len(part))))
        found.update((row[0], TwiceRow(*row)) for row in con.exec_driver_sql(sql, tuple(part)))
    return list(found.values())


def _place(con: Connection, record: bytes) -> int:
    return int(con.exec_driver_sql("SELECT pos FROM check_record WHERE id=?", (record,)).scalar_one())


def _records_at(con: Connection, pos: int) -> Iterator[bytes]:
    """Yield the ids of the records of checks that the entry at a position holds."""
    body, key = con.exec_driver_sql(COMMIT_AT, (pos,)).one()
    commit = layout.read_commit(body)
    for n, digest in enumerate(layout.commit_digests(commit)):
        stem, part = commit.ops[2 * n] or b"", commit.ops[2 * n + 1]
        if n and part is not None:
            parts = layout.read_stem(stem)
            if parts.kind == Kind.FACT and parts.table == _RECORD:
                yield layout.id_of(key, commit.stamp, digest)
