"""What was read at this desk: a note of this register alone, which never travels and is no part of the log."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection


def read_rows(con: Connection) -> dict[bytes, int]:
    """Return the rows that were read here, with when (milliseconds since 1970)."""
    return {one.row: one.at for one in con.exec_driver_sql("SELECT row, at FROM read_here")}


def mark(con: Connection, rows: Iterable[bytes], at_ms: int) -> int:
    """Note that rows were read; return how many were not noted before. When they were first read stays."""
    before = con.exec_driver_sql("SELECT count(*) FROM read_here").scalar_one()
    noted = [(row, at_ms) for row in rows]
    if noted:
        con.exec_driver_sql("INSERT OR IGNORE INTO read_here VALUES (?,?)", noted)
    return int(con.exec_driver_sql("SELECT count(*) FROM read_here").scalar_one()) - int(before)


def unmark(con: Connection, rows: Iterable[bytes]) -> int:
    """Take the notes of rows back; return how many there were."""
    before = con.exec_driver_sql("SELECT count(*) FROM read_here").scalar_one()
    gone = [(row,) for row in rows]
    if gone:
        con.exec_driver_sql("DELETE FROM read_here WHERE row=?", gone)
    return int(before) - int(con.exec_driver_sql("SELECT count(*) FROM read_here").scalar_one())
