"""What a file that was taken in did: its entries by what became of them, and how much of a school it changed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Final, NamedTuple

from sqlalchemy import Connection

from bursar_desk.domain import registry
from db import chains

WORTH_COUNTING: Final = 100
"""One in so many: where fewer of a school's entries changed, its records are not counted one by one."""


class Entries(NamedTuple):
    """Entries of one file: held back or to be confirmed, and those whose value rivals another."""

    held: int
    conflicts: int


def entries(con: Connection, number: int) -> Entries:
    """Count what became of the entries one import brought; each is counted once."""
    held = set(
        con.exec_driver_sql(
            "SELECT DISTINCT h.pos FROM held h JOIN commit_log l ON l.pos=h.pos WHERE l.arrived=?", (number,)
        ).scalars()
    )
    rivals = set(_rivals(con, number)) - held
    return Entries(len(held), len(rivals))


def _rivals(con: Connection, number: int) -> Iterator[int]:
    sql = (
        "SELECT o.pos FROM cell_op o JOIN commit_log l ON l.pos=o.pos WHERE o.row=? AND o.op=? AND l.arrived=?"
        " UNION SELECT b.pos FROM row_born b JOIN commit_log l ON l.pos=b.pos WHERE b.row=? AND b.op=? AND l.arrived=?"
    )
    for row, heads in con.exec_driver_sql("SELECT row, heads FROM conflict").all():
        for op in (heads[n : n + 16] for n in range(0, len(heads), 16)):
            yield from con.exec_driver_sql(sql, (row, op, number, row, op, number)).scalars()


def open_differences(con: Connection) -> int:
    """Return how many differences are to settle."""
    return int(con.exec_driver_sql("SELECT count(*) FROM conflict").scalar_one())


def changed(
    con: Connection, number: int, touched: Collection[tuple[bytes, int, int]]
) -> dict[bytes, tuple[int, int]]:
    """Return for each school how many of its records from before this import were touched, and of how many."""
    con.exec_driver_sql("CREATE TEMP TABLE IF NOT EXISTS touched_row (row BLOB, tab INTEGER, PRIMARY KEY (row, tab))")
    con.exec_driver_sql("DELETE FROM temp.touched_row")
    rows = list({(row, tab) for row, tab, _ in touched})
    if not rows:
        return {}
    con.exec_driver_sql("INSERT INTO temp.touched_row VALUES (?,?)", rows)
    found: dict[int, int] = {}
    for source, of_table in _kept_rows({tab for _, tab in rows}):
        sql = (
            f"SELECT s.sid, count(DISTINCT s.{of_table[0]}) FROM temp.touched_row t"  # noqa: S608 - registry names
            f" JOIN {source} s ON s.{of_table[0]}=t.row JOIN commit_log l ON l.pos=s.pos"
            f" WHERE l.arrived<>? AND {of_table[1]} GROUP BY s.sid"
        )
        for sid, count in con.exec_driver_sql(sql, (number,)):
            found[sid] = found.get(sid, 0) + count
    return {
        school: (count, total) for sid, count in found.items() for school, total in [_school(con, sid, count, number)]
    }


def _kept_rows(tables: Collection[int]) -> Iterator[tuple[str, tuple[str, str]]]:
    yield "row_born", ("row", "s.tab=t.tab")
    for number in tables:
        table = registry.BY_NUMBER[number]
        if table.is_fact:
            yield table.name, ("id", f"t.tab={number}")


def _school(con: Connection, sid: int, count: int, number: int) -> tuple[bytes, int]:
    """Return a school's id and how many records of it were here before; counted in full only where it matters."""
    school = con.exec_driver_sql("SELECT school FROM school_key WHERE sid=?", (sid,)).scalar_one()
    sql = "SELECT coalesce(sum(commits), 0) FROM channel_sum WHERE sid=?"
    written = int(con.exec_driver_sql(sql, (sid,)).scalar_one())
    if count * WORTH_COUNTING < written:
        return school, written
    total = 0
    names = ["row_born", *(table.name for table in registry.TABLES if table.is_fact)]
    for name in names:
        sql = f"SELECT count(*) FROM {name} r JOIN commit_log l ON l.pos=r.pos WHERE r.sid=? AND l.arrived<>?"  # noqa: S608
        total += int(con.exec_driver_sql(sql, (sid, number)).scalar_one())
    return school, total


def tells_of_another_line(con: Connection, home: bytes, said: Sequence[chains.Have]) -> bool:
    """Tell whether a peer holds entries of this school's streams where we hold others: history was written anew."""
    mine = {stream.key: stream for stream in chains.streams(con) if chains.meta_of(stream).school == home}
    for have in said:
        stream = mine.get(have.stream)
        if stream is None:
            continue
        lines = [c for c in chains.chains_of(con, stream.sno) if c.start_seq <= have.seq <= c.head_seq]
        if lines and all(chains.hash_at(con, line.cid, have.seq) != have.head for line in lines):
            return True
    return False


def end(con: Connection, number: int, counts: str) -> None:
    """Note an import's counts."""
    con.exec_driver_sql("UPDATE import_log SET counts=? WHERE ino=?", (counts, number))
