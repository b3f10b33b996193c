"""The raw door to a register: one place sets keys and pragmas, for this module and for SQLAlchemy alike.

It imports nothing but the standard library, so the first list of the first window can be read before SQLAlchemy loads.
Encryption of the register itself will go in here: this is the only place that opens the file.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final

from bursar_desk.domain.errors import CannotOpen

APPLICATION_ID: Final = 0x42555244  # "BURD"
LOG_VERSION: Final = 1
"""The number kept in the file for the shape of the log's own tables; a migration raises it."""
BUSY_MS: Final = 5000


def connect(path: Path, *, read_only: bool = False, create: bool = False) -> sqlite3.Connection:
    """Open a register with the pragmas every door uses; transactions are begun by hand.

    A rollback journal with ``synchronous=EXTRA``: a power cut leaves the register before or after an act. Raises
    ``CannotOpen`` when the file is missing, unreadable or not a register.
    """
    if not create and not path.is_file():
        raise CannotOpen(
            f"There is no register at {path.name}.", "Nothing was changed.", "Check the folder and the name."
        )
    mode = "ro" if read_only else "rwc" if create else "rw"
    try:
        try:
            return _open(path, mode)
        except sqlite3.OperationalError as problem:
            if not read_only or problem.sqlite_errorname != "SQLITE_READONLY_ROLLBACK":
                raise
            # the last program to write here was killed: what it had begun is undone first, which takes a writer
            _open(path, "rw").close()
            return _open(path, mode)
    except sqlite3.Error as problem:
        raise CannotOpen(
            f"{path.name} cannot be opened: {problem}.",
            "Nothing was changed.",
            "Check that the file can be read, or open a backup.",
        ) from problem


def _open(path: Path, mode: str) -> sqlite3.Connection:
    con = sqlite3.connect(
        f"{_address(path)}?mode={mode}",
        uri=True,
        isolation_level=None,
        timeout=BUSY_MS / 1000,
        check_same_thread=False,
    )
    try:
        _set_pragmas(con, read_only=mode == "ro")
        if mode != "rwc":
            _must_be_register(con, path)
    except BaseException:
        con.close()
        raise
    return con


def _address(path: Path) -> str:
    """Return a path as SQLite's file address; pathlib's own would load the web's address rules for it."""
    plain = path.absolute().as_posix()
    for letter in "%?#":
        plain = plain.replace(letter, f"%{ord(letter):02x}")
    return f"file://{plain if plain.startswith('/') else '/' + plain}"


def _set_pragmas(con: sqlite3.Connection, *, read_only: bool) -> None:
    con.execute("PRAGMA trusted_schema=OFF")
    con.execute("PRAGMA cell_size_check=ON")
    con.execute("PRAGMA temp_store=MEMORY")
    con.execute("PRAGMA cache_size=-65536")
    if not read_only:
        con.execute("PRAGMA journal_mode=DELETE")
        con.execute("PRAGMA synchronous=EXTRA")
        con.execute("PRAGMA secure_delete=ON")


def _must_be_register(con: sqlite3.Connection, path: Path) -> None:
    if con.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise CannotOpen(f"{path.name} is not a Bursar Desk register.", "Nothing was changed.", "Choose another file.")
    version = con.execute("PRAGMA user_version").fetchone()[0]
    if version > LOG_VERSION:
        raise CannotOpen(
            f"{path.name} was made by a newer Bursar Desk (its number is {version}; this one knows {LOG_VERSION}).",
            "Nothing was changed.",
            "Update Bursar Desk on this computer, then open it again.",
        )
