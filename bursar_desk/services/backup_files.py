"""What a backup needs beside the register's own file: attached files, and what was erased staying erased."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bursar_desk import machine

if TYPE_CHECKING:
    from bursar_desk.domain.progress import Progress
    from db.blobs import BlobStore
    from db.store import Store

_PART = 1 << 20


def keep(register: Path, folder: Path, stem: str, progress: Progress) -> int:
    """Copy attached files into the one store all backups of a register share; return how many were new.

    They are named by their content, so a file that is there already is the same file.
    """
    from db.blobs import BlobStore

    own, kept = BlobStore.beside(register), BlobStore.beside(folder / f"{stem}.register")
    names = _lying_in(own)
    new = 0
    for n, name in enumerate(names, 1):
        if not kept.has(name):
            _copy(own, kept, name)
            new += 1
        progress.step("Copying attached files", n, len(names))
    return new


def _lying_in(store: BlobStore) -> list[bytes]:
    if not store.folder.is_dir():
        return []
    found = [path.name for path in store.folder.glob("??/*") if len(path.name) == 64 and path.is_file()]
    return sorted(bytes.fromhex(name) for name in found if set(name) <= set("0123456789abcdef"))


def _copy(source: BlobStore, target: BlobStore, name: bytes) -> None:
    """Copy one file; one that is damaged at its source is left out, it is then asked for again."""
    with source.open(name) as file:
        try:
            target.take(name, iter(lambda: file.read(_PART), b""))
        except ValueError:
            return


def bring(copy: Path, part: Path, register: Path) -> None:
    """Put the attached files of a backup beside the register that ``part`` is about to become.

    What is found nowhere is noted as not here yet.
    """
    from db.blobs import BlobStore
    from db.engine import make_engine
    from db.queries import files

    own = BlobStore.beside(register)
    places = [BlobStore(folder) for folder in sorted(copy.parent.glob("*.files")) if folder.is_dir()]
    engine = make_engine(part)
    try:
        with engine.begin() as con:
            gone = []
            for name in files.noted_here(con):
                found = next((place for place in places if place.has(name)), None)
                if not own.has(name) and found is not None:
                    _copy(found, own, name)
                if not own.has(name):
                    gone.append(name)
            files.not_here(con, gone)
    finally:
        engine.dispose()


def erase_again(store: Store, known_as: bytes) -> int:
    """Take out of a brought-back copy what was erased since; ``known_as`` is the register's number until now.

    Returns how many entries were listed as erased.
    """
    from db import erasing

    local = machine.local_folder()
    ids = erasing.noted(local, known_as)
    if ids:
        erasing.reapply(store, ids)
        if store.facts.register != known_as:
            erasing.write_list(erasing.list_file(local, store.facts.register), ids)
    return len(ids)
