"""Are the files beside a register what they were? Each missing or altered one is named, with what it belongs to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from bursar_desk.domain import words
from bursar_desk.domain.progress import Progress
from db.blobs import BlobStore
from db.queries import evidence


@dataclass(frozen=True, slots=True)
class OddFile:
    """A file as it is named, and what it belongs to in words: "“Lift report” (Hall lift, 4 Nov 2026)"."""

    sha256: bytes
    name: str
    belongs: str


def missing(con: Connection, store: BlobStore, progress: Progress) -> list[OddFile]:
    """Return the files that lay here once, that something still names, and that are gone."""
    return _named(con, [name for name in _noted(con, progress) if not store.has(name)])


def altered(con: Connection, store: BlobStore, progress: Progress) -> list[OddFile]:
    """Return the files that are no longer what their name says; every byte is read."""
    return _named(con, [name for name in _noted(con, progress) if store.has(name) and store.altered(name)])


def waiting(con: Connection) -> list[OddFile]:
    """Return the files that have not arrived: a normal state, asked for with the next share file."""
    sql = "SELECT DISTINCT hash FROM blob_ref WHERE hash NOT IN (SELECT hash FROM blob) ORDER BY hash"
    return _named(con, list(con.exec_driver_sql(sql).scalars()))


def _noted(con: Connection, progress: Progress) -> Iterator[bytes]:
    """Yield each content that was noted as here and that some row names."""
    sql = "SELECT DISTINCT b.hash FROM blob b JOIN blob_ref r ON r.hash=b.hash ORDER BY b.hash"
    names = list(con.exec_driver_sql(sql).scalars())
    for n, name in enumerate(names):
        progress.step("Checking the files", n, len(names))
        yield name


def _named(con: Connection, names: Sequence[bytes]) -> list[OddFile]:
    held = evidence.holders(con, names)
    documents = evidence.documents_of(con, [row for rows in held.values() for _, _, row in rows])
    found = []
    for name in names:
        called, belongs = f"file {name.hex()[:12]}", []
        for _, table, row in held.get(name, []):
            called = evidence.file_name(con, table, row, name) or called
            belongs.append(documents.get(row, "") or ("a message" if table == "message" else ""))
        found.append(OddFile(name, called, words.listing(sorted({one for one in belongs if one})) or "nothing shown"))
    return found
