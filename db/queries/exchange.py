"""Questions about the exchange itself: what arrived, what is to settle, what others hold, and the sums of channels."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection

from bursar_desk.domain import registry


class ImportRow(NamedTuple):
    """A file that was taken in: when, from which school, when it was made (milliseconds), and its counts as JSON."""

    number: int
    at: int
    school: bytes
    made: int
    counts: str


def imports(con: Connection) -> list[ImportRow]:
    """Return every file that was taken in, newest first."""
    sql = "SELECT ino, at, school, made, counts FROM import_log ORDER BY ino DESC"
    return [ImportRow(*row) for row in con.exec_driver_sql(sql)]


def fingerprints(con: Connection) -> list[tuple[bytes, str, bytes]]:
    """Return (school, channel, sum) of every channel that has an entry."""
    sql = (
        "SELECT k.school, c.channel, c.total FROM channel_sum c JOIN school_key k ON k.sid=c.sid"
        " WHERE c.commits>0 ORDER BY k.school, c.channel"
    )
    return [(row[0], row[1], row[2]) for row in con.exec_driver_sql(sql)]


def acknowledged(con: Connection, peer: bytes) -> dict[bytes, list[tuple[int, bytes]]]:
    """Return by stream what a peer said it holds: (number, hash)."""
    out: dict[bytes, list[tuple[int, bytes]]] = {}
    for key, seq, head in con.exec_driver_sql("SELECT stream, seq, head FROM peer_have WHERE peer=?", (peer,)):
        out.setdefault(key, []).append((seq, head))
    return out


def open_conflicts(con: Connection) -> list[tuple[bytes, int, int, bytes]]:
    """Return (row, table, column, school) of every visible cell with rival values."""
    sql = (
        "SELECT c.row, c.tab, c.col, k.school FROM conflict c JOIN school_key k ON k.sid=c.sid"
        " WHERE c.row NOT IN (SELECT row FROM hidden) ORDER BY k.school, c.tab, c.row, c.col"
    )
    return [(row[0], row[1], row[2], row[3]) for row in con.exec_driver_sql(sql)]


def name_of(con: Connection, table: registry.Table, row: bytes) -> str:
    """Return what people call a row: its title or name, else the name of its table."""
    for field in ("title", "name", "helper", "code"):
        if any(one.name == field for one in table.fields):
            found = con.exec_driver_sql(f"SELECT {field} FROM {table.name} WHERE id=?", (row,)).scalar()  # noqa: S608
            if found:
                return str(found)
    return table.name.replace("_", " ")


def places_of(con: Connection, row: bytes, op: bytes) -> list[int]:
    """Return the positions in the log of the operation that gave a row a value."""
    sql = "SELECT pos FROM cell_op WHERE row=? AND op=? UNION SELECT pos FROM row_born WHERE row=? AND op=?"
    return list(con.exec_driver_sql(sql, (row, op, row, op)).scalars())


def person_name(con: Connection, person: bytes) -> str:
    """Return somebody's name, or nothing when they are not known here."""
    return str(con.exec_driver_sql("SELECT name FROM person WHERE id=?", (person,)).scalar() or "")


def absence_reason(con: Connection, absence: bytes) -> str:
    """Return why somebody is away. Only for ``services.absences``, which asks who wants to know."""
    return str(con.exec_driver_sql("SELECT reason FROM absence_reason WHERE absence=?", (absence,)).scalar() or "")
