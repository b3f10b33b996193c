"""Files kept beside a register, named by the SHA-256 of their content: the same file twice is one.

A file that is not here yet is a normal state: rows may name it before its content arrives.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from sqlalchemy import Connection

from bursar_desk.machine.files import fsync_folder, replace_with_retry

HASH_BYTES: Final = 32
MOST_WANTED: Final = 1000
"""How many missing files one share file asks for; the next one asks for the rest."""


@dataclass(frozen=True, slots=True)
class BlobStore:
    """The folder of one register's files."""

    folder: Path

    @classmethod
    def beside(cls, register: Path) -> BlobStore:
        """Return the store of a register's files."""
        return cls(register.with_suffix(".files"))

    def path_of(self, name: bytes) -> Path:
        """Return where a file lies or would lie; ``name`` is the 32-byte SHA-256 of its content."""
        if len(name) != HASH_BYTES:
            raise ValueError("a file is named by 32 bytes")
        words = name.hex()
        return self.folder / words[:2] / words

    def has(self, name: bytes) -> bool:
        """Tell whether a file's content is here."""
        return self.path_of(name).is_file()

    def read(self, name: bytes) -> bytes:
        """Return a file's content. ``FileNotFoundError`` when it is not here yet."""
        return self.path_of(name).read_bytes()

    def open(self, name: bytes) -> IO[bytes]:
        """Open a file's content for reading."""
        return self.path_of(name).open("rb")

    def put(self, data: bytes) -> bytes:
        """Keep some content; return its name."""
        name = hashlib.sha256(data).digest()
        self.take(name, [data])
        return name

    def take(self, name: bytes, parts: Iterable[bytes]) -> int:
        """Keep content that comes in parts; return its size. Raises ``ValueError`` when it is not what its name says.

        It is written aside, synced and renamed: a kill leaves the whole file or none.
        """
        target = self.path_of(name)
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_suffix(".part")
        total, size = hashlib.sha256(), 0
        with part.open("wb") as file:
            for data in parts:
                total.update(data)
                size += len(data)
                file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if total.digest() != name:
            part.unlink()
            raise ValueError("the content is not what its name says")
        replace_with_retry(part, target)
        fsync_folder(target.parent)
        return size

    def altered(self, name: bytes) -> bool:
        """Tell whether a file that is here is no longer what its name says."""
        total = hashlib.sha256()
        with self.open(name) as file:
            while data := file.read(1 << 20):
                total.update(data)
        return total.digest() != name


def note(con: Connection, name: bytes, size: int, at_ms: int) -> None:
    """Note in the register that a file's content is here."""
    con.exec_driver_sql("INSERT OR REPLACE INTO blob VALUES (?,?,?)", (name, size, at_ms))


def note_present(con: Connection, store: BlobStore, at_ms: int) -> None:
    """Note those files that rows name and that lie here already."""
    for name in missing(con):
        if store.has(name):
            note(con, name, store.path_of(name).stat().st_size, at_ms)


def missing(con: Connection) -> list[bytes]:
    """Return the files that rows name and whose content is not here yet."""
    sql = "SELECT DISTINCT hash FROM blob_ref WHERE hash NOT IN (SELECT hash FROM blob) ORDER BY hash LIMIT ?"
    return list(con.exec_driver_sql(sql, (MOST_WANTED,)).scalars())


def is_named(con: Connection, name: bytes) -> bool:
    """Tell whether some row names a file."""
    return con.exec_driver_sql("SELECT 1 FROM blob_ref WHERE hash=?", (name,)).first() is not None


def wanted_by(con: Connection, peer: bytes) -> set[bytes]:
    """Return the files a peer said it lacks."""
    return set(con.exec_driver_sql("SELECT hash FROM peer_want WHERE peer=?", (peer,)).scalars())
