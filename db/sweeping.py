"""Files beside a register that nothing names: left by forms that were never saved, or by what was erased since."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from db.blobs import HASH_BYTES, BlobStore
from db.queries.files import not_here
from db.store import Store

DAY_MS: Final = 86_400_000
_AT_ONCE: Final = 400


@dataclass(frozen=True, slots=True)
class Swept:
    """How many files were taken away, and how many bytes they had."""

    files: int
    size: int


def sweep(store: Store, now_ms: int, older_ms: int = DAY_MS) -> Swept:
    """Take away files older than a day that no entry of the log names, standing or set aside; return how many.

    A file is younger than a day for as long as the form that keeps it may still be open. What an undone merge named
    stays, because the merge can be put back; what was erased from the log goes. Whenever this stops half-way, what is
    left is still unnamed, and the next time takes it.
    """
    old = dict(_older(store.blobs, now_ms - older_ms))
    if not old:
        return Swept(0, 0)
    parts = [path for path in old if path.suffix == ".part"]
    by_name = {bytes.fromhex(path.name): path for path in old if path.suffix != ".part"}
    with store.connect() as con:
        names = _unnamed(con, list(by_name))
        noted = [name for name in names if _is_noted(con, name)]
    if noted:  # first the note, then the file: a file without a note is asked for, a note without a file is damage
        with store.writing() as con:
            not_here(con, noted)
    gone = [*parts, *(by_name[name] for name in names)]
    for path in gone:
        path.unlink(missing_ok=True)
    return Swept(len(gone), sum(old[path] for path in gone))


def _older(blobs: BlobStore, before_ms: int) -> Iterator[tuple[Path, int]]:
    """Yield (path, size) of the contents, and of parts of them, that were last written before a moment."""
    if not blobs.folder.is_dir():
        return
    for folder in sorted(blobs.folder.iterdir()):
        if len(folder.name) != 2 or not folder.is_dir():
            continue
        with os.scandir(folder) as listed:
            for one in listed:
                named = one.name.removesuffix(".part")
                ours = len(named) == 2 * HASH_BYTES and named.startswith(folder.name) and _is_hex(named)
                if ours and one.is_file(follow_symlinks=False):
                    facts = one.stat(follow_symlinks=False)
                    if facts.st_mtime_ns // 1_000_000 < before_ms:
                        yield Path(one.path), facts.st_size


def _is_hex(words: str) -> bool:
    return all(letter in "0123456789abcdef" for letter in words)


def _unnamed(con: Connection, names: list[bytes]) -> list[bytes]:
    """Return those names that no row names and that stand nowhere in the log."""
    left: list[bytes] = []
    for start in range(0, len(names), _AT_ONCE):
        part = tuple(names[start : start + _AT_ONCE])
        marks = ",".join("?" * len(part))
        sql = f"SELECT DISTINCT hash FROM blob_ref WHERE hash IN ({marks})"  # noqa: S608 - question marks only
        named = set(con.exec_driver_sql(sql, part).scalars())
        left += [name for name in part if name not in named]
    return [name for name in left if not _in_log(con, name)]


def _in_log(con: Connection, name: bytes) -> bool:
    """Tell whether an entry of the log holds a name as rows write it; an erased entry holds nothing any more."""
    sql = "SELECT 1 FROM commit_log WHERE instr(body, ?) OR instr(body, ?) LIMIT 1"
    words = name.hex()
    return con.exec_driver_sql(sql, (words.encode(), words.upper().encode())).first() is not None


def _is_noted(con: Connection, name: bytes) -> bool:
    return con.exec_driver_sql("SELECT 1 FROM blob WHERE hash=?", (name,)).first() is not None
