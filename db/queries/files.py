"""Which attached files a register notes as here; the files themselves lie beside it."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection


def noted_here(con: Connection) -> list[bytes]:
    """Return the names (SHA-256) of the files the register notes as here; a backup of an earlier release notes none."""
    if con.exec_driver_sql("SELECT 1 FROM sqlite_master WHERE type='table' AND name='blob'").first() is None:
        return []
    return list(con.exec_driver_sql("SELECT hash FROM blob ORDER BY hash").scalars())


def not_here(con: Connection, names: Iterable[bytes]) -> None:
    """Note that files are not here: they are asked for in the next file, which is a normal state."""
    gone = [(name,) for name in names]
    if gone:
        con.exec_driver_sql("DELETE FROM blob WHERE hash=?", gone)
