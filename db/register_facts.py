"""The register's own facts: what it is called, whose it is, which epoch it writes in."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from sqlalchemy import Connection

from bursar_desk.domain.errors import CannotOpen

KEYS = ("register", "namespace", "home", "kind", "practice", "writer", "epoch", "written", "derived", "stamp")


@dataclass(frozen=True, slots=True)
class RegisterFacts:
    """What a register says of itself.

    ``kind`` is "school", "office" or "guest"; ``writer`` the signing key of the computer that keeps it; ``epoch`` the
    name it writes under until it cannot prove to be the last copy; ``written`` the running hash of all it wrote;
    ``derived`` the registry number its tables were built with; ``stamp`` the last stamp given or seen.
    """

    register: bytes
    namespace: bytes
    home: bytes
    kind: str
    practice: bool
    writer: bytes
    epoch: bytes
    written: bytes
    derived: int
    stamp: int


def _facts(rows: dict[str, bytes]) -> RegisterFacts:
    return RegisterFacts(
        rows["register"],
        rows["namespace"],
        rows["home"],
        rows["kind"].decode(),
        rows["practice"] == b"1",
        rows["writer"],
        rows["epoch"],
        rows["written"],
        int.from_bytes(rows["derived"], "big"),
        int.from_bytes(rows["stamp"], "big"),
    )


def read(con: Connection) -> RegisterFacts:
    """Return the facts of the register behind a SQLAlchemy connection."""
    return _facts({row[0]: row[1] for row in con.exec_driver_sql("SELECT k, v FROM meta")})


def read_raw(con: sqlite3.Connection) -> RegisterFacts:
    """Return the same through the raw door. Raises ``CannotOpen`` when they cannot be read."""
    try:
        return _facts(dict(con.execute("SELECT k, v FROM meta").fetchall()))
    except (sqlite3.Error, LookupError, UnicodeDecodeError, AttributeError, TypeError) as problem:
        raise CannotOpen(
            "This register is damaged.", "Nothing was changed.", "Bring back the newest good backup."
        ) from problem


def put(con: Connection, **values: bytes | int | str | bool) -> None:
    """Write some of the facts."""
    con.exec_driver_sql("INSERT OR REPLACE INTO meta VALUES (?,?)", [(k, _as_bytes(v)) for k, v in values.items()])


def _as_bytes(value: bytes | int | str | bool) -> bytes:
    if isinstance(value, bytes):
        return value
    if isinstance(value, str):
        return value.encode()
    return b"1" if value is True else b"0" if value is False else value.to_bytes(8, "big")
