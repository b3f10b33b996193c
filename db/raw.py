"""The raw door to a register: one place sets keys and pragmas, for this module and for SQLAlchemy alike.

It imports nothing but the standard library, so the first list of the first window can be read before SQLAlchemy loads.
Encryption of the register itself will go in here: this is the only place that opens the file.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from bursar_desk.domain.errors import CannotOpen, UserError

APPLICATION_ID: Final = 0x42555244  # "BURD"
LOG_VERSION: Final = 2
"""The number kept in the file for the shape of the log's own tables; a migration raises it."""
BUSY_MS: Final = 5000
NEARLY_FULL: Final = 1_000_000
"""Bytes: with less room than this, a write that was refused was refused for want of room."""
_NOT_WRITTEN: Final = {f"SQLITE_IOERR_{step}" for step in ("WRITE", "FSYNC", "TRUNCATE", "DELETE")}


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
        told = in_words(problem, path) if create else None
        raise told or _cannot_open(problem, path) from problem


@contextmanager
def said(path: Path) -> Iterator[None]:
    """Let what keeps SQLite from reading ``path`` be said in words; damage and faults of the program come through."""
    try:
        yield
    except sqlite3.Error as problem:
        told = in_words(problem, path)
        if told is None:
            raise
        raise told from problem


def _cannot_open(problem: sqlite3.Error, path: Path) -> CannotOpen:
    name = getattr(problem, "sqlite_errorname", "") or ""
    why = {
        "SQLITE_IOERR": "the disk does not answer",
        "SQLITE_CANTOPEN": "the system does not let us",
        "SQLITE_BUSY": "another program is using it",
        "SQLITE_NOTADB": "it is no register, or it is damaged",
        "SQLITE_CORRUPT": "it is damaged",
    }.get("_".join(name.split("_")[:2]), str(problem))
    return CannotOpen(
        f"{path.name} cannot be opened: {why}.", "Nothing was changed.",
        "Check that the file can be read, or open a backup.",
    )  # fmt: skip


def in_words(problem: BaseException | None, path: Path) -> UserError | None:
    """Say what kept SQLite from reading or writing ``path``: the disk, the folder, another program.

    None for everything else: damage and faults of the program are told apart by whoever asks. Where the disk refused
    without saying why, the room that is left on it decides which sentence is true.
    """
    if not isinstance(problem, sqlite3.Error):
        return None
    from bursar_desk.machine import disk

    name = getattr(problem, "sqlite_errorname", "") or ""
    folder = path.absolute().parent
    if name.startswith("SQLITE_FULL"):
        return disk.disk_full("this was not saved")
    if name.startswith("SQLITE_IOERR"):
        free = disk.free_bytes(folder)
        if free is not None and free < NEARLY_FULL:
            return disk.disk_full("this was not saved")
        if name in _NOT_WRITTEN:
            return disk.no_answer(folder, "this was not saved")
        # reading, or making sure of what was written: it may have been kept, and only looking tells
        return disk.last_moment(folder, "What was saved before is safe.", "look whether your last entry is there")
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")):
        return CannotOpen(
            f"{path.name} cannot be changed: its folder or the file itself may only be read.",
            "Nothing was changed.",
            "Open it to read only, or move it to a folder that you may write to.",
        )
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return UserError(
            f"Another program is using {path.name}, so this was not saved.",
            "Nothing was changed.",
            "Wait a moment or close it there, then try again.",
        )
    return None


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
    con.execute("PRAGMA cache_size=-32768")
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
