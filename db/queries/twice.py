"""Checks with more than one standing record for one day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from sqlalchemy import Connection

from bursar_desk.domain import registry

_RECORD: Final = registry.BY_NAME["check_record"].number
_AT_ONCE: Final = 400
FEW: Final = 20_000
"""Up to so many new entries the log itself is asked which records they brought; beyond, all records are compared."""


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
    pos: int


_SELECT = (
    "SELECT r.id, r.check_id, r.done_on, coalesce(r.point, ''), coalesce(r.done_by, ''), coalesce(r.recorded_by, ''),"
    " coalesce(sc.title, ''), k.school, ch.sno, s.writer, r.pos FROM {source} w"
    " CROSS JOIN check_record r ON r.check_id=w.check_id AND r.done_on=w.done_on AND coalesce(r.point, '')=w.point"
    " JOIN school_key k ON k.sid=r.sid JOIN chain ch ON ch.cid=(r.pos>>40) JOIN stream s ON s.sno=ch.sno"
    " LEFT JOIN school_check sc ON sc.id=r.check_id WHERE r.standing='stands'"
    " ORDER BY r.done_on DESC, r.check_id, r.id"
)
_ALL = (
    "(SELECT check_id, done_on, coalesce(point, '') point FROM check_record WHERE standing='stands'"
    " GROUP BY check_id, done_on, coalesce(point, '') HAVING count(*) > 1)"
)
_NAMED = (
    "(SELECT DISTINCT n.check_id, n.done_on, coalesce(n.point, '') point FROM check_record n"
    " WHERE n.id IN ({marks}) AND n.standing='stands')"
)


def done_twice(con: Connection) -> list[TwiceRow]:
    """Return the records of checks that were done twice: for one day and point, in different lines of history.

    A record that a standing one of the same check corrects does not count.
    """
    return _doubled(con, (TwiceRow(*row) for row in con.exec_driver_sql(_SELECT.format(source=_ALL))))


def done_twice_by(con: Connection, number: int, ids: Sequence[bytes]) -> list[TwiceRow]:
    """Return those records only where one import (by its number) brought one of them.

    ``ids`` are the records it brought, at most ``FEW``: where there may be more, all records are compared.
    """
    if len(ids) >= FEW:
        rows = done_twice(con)
        sql = "SELECT arrived FROM commit_log WHERE pos=?"
        touched = {
            (row.check, row.day, row.point) for row in rows
            if con.exec_driver_sql(sql, (row.pos,)).scalar_one_or_none() == number
        }  # fmt: skip
        return [row for row in rows if (row.check, row.day, row.point) in touched]
    found: dict[bytes, TwiceRow] = {}
    for n in range(0, len(ids), _AT_ONCE):
        part = ids[n : n + _AT_ONCE]
        sql = _SELECT.format(source=_NAMED.format(marks=",".join("?" * len(part))))
        found.update((row[0], TwiceRow(*row)) for row in con.exec_driver_sql(sql, tuple(part)))
    return _doubled(con, found.values())


def _doubled(con: Connection, rows: Iterable[TwiceRow]) -> list[TwiceRow]:
    """Keep the records of which two stand for one day, from two lines, once corrected ones are left out."""
    groups: dict[tuple[bytes, int, str], list[TwiceRow]] = {}
    for row in rows:
        groups.setdefault((row.check, row.day, row.point), []).append(row)
    out = []
    corrected: dict[bytes, set[bytes]] = {}
    for (check, _, _), some in groups.items():
        if len({row.stream for row in some}) < 2:
            continue
        if check not in corrected:
            corrected[check] = _corrected(con, check)
        left = [row for row in some if row.id not in corrected[check]]
        if len({row.stream for row in left}) > 1:
            out += left
    return out


def _corrected(con: Connection, check: bytes) -> set[bytes]:
    sql = "SELECT corrects FROM check_record WHERE check_id=? AND corrects IS NOT NULL AND standing='stands'"
    return set(con.exec_driver_sql(sql, (check,)).scalars())
