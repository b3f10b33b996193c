"""Attachments of a rescued register: copied under their own names, each compared with the name of its content."""

from __future__ import annotations

import hashlib
import json
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bursar_desk import machine
from bursar_desk.domain import registry
from bursar_desk.services.rescue_tables import PRIVATE_FOLDER, Made, Out

if TYPE_CHECKING:
    from bursar_desk.domain.progress import Progress
    from bursar_desk.services.rescue_log import Op

_PART: Final = 1024 * 1024
FOLDER: Final = "attachments"


@dataclass(slots=True)
class Wanted:
    """What entries say about attachments: a name for each content, and whether only private entries name it."""

    names: dict[bytes, str] = field(default_factory=dict)
    private: dict[bytes, bool] = field(default_factory=dict)

    def add(self, op: Op, *, private: bool) -> None:
        """Take note of the files that a row names; a list of another shape names none."""
        spec = registry.BY_NUMBER.get(op.table)
        column = registry.ENCLOSING.get(spec.name) if spec else None
        if spec is None or column is None or not isinstance(op.values, list):
            return
        number = spec.column(column).number
        for sha256, name in named_files(op.values[number] if number < len(op.values) else None):
            self.names.setdefault(sha256, name)
            self.private[sha256] = private and self.private.get(sha256, True)


def named_files(text: Any) -> Iterator[tuple[bytes, str]]:
    """Yield (SHA-256, name) of the files a column names; nothing for a list of another shape."""
    try:
        listed = json.loads(text) if isinstance(text, str) else []
        for one in listed:
            sha256 = bytes.fromhex(one["sha256"])
            if len(sha256) == 32:
                yield sha256, str(one.get("name", ""))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return


@dataclass(frozen=True, slots=True)
class Copied:
    """What came of the attachments; ``places`` says where each content lies in the rescue."""

    count: int
    missing: int
    altered: int
    unreadable: int
    places: dict[bytes, str]


def copy_all(register: Path, wanted: Wanted, out: Out, progress: Progress) -> Copied:
    """Copy every attachment that lies beside the register; what no readable entry names counts as private."""
    found = dict(_lying(register.with_name(f"{register.stem}.files")))
    places: dict[bytes, str] = {}
    taken: set[str] = set()
    altered = unreadable = count = 0
    for n, (sha256, path) in enumerate(sorted(found.items())):
        progress.step("Copying the attachments", n, len(found))
        private = wanted.private.get(sha256, True)
        if private and not out.private:
            out.left_out += 1
            continue
        name = _free(taken, wanted.names.get(sha256, ""), sha256)
        target = out.place(FOLDER, name, private=private)
        try:
            same = _copy(path, target) == sha256
        except _SourceGone:
            target.unlink(missing_ok=True)
            unreadable += 1
            continue
        if not same:
            altered += 1
            target = target.rename(target.with_name(f"damaged - {name}"))
        count += 1
        places[sha256] = target.relative_to(out.folder).as_posix()
    for private in {place.startswith(PRIVATE_FOLDER) for place in places.values()}:
        told = sum(place.startswith(PRIVATE_FOLDER) == private for place in places.values())
        folder = f"{PRIVATE_FOLDER}/{FOLDER}/" if private else f"{FOLDER}/"
        out.made.append(Made(folder, "Attachments under their own names", told, private))
    return Copied(count, len(wanted.names.keys() - found.keys()), altered, unreadable, places)


def _lying(folder: Path) -> Iterator[tuple[bytes, Path]]:
    """Yield the plain files whose names are those of contents; links are not followed."""
    with suppress(OSError):
        for inner in sorted(folder.iterdir()):
            if inner.is_symlink() or not inner.is_dir():
                continue
            for path in sorted(inner.iterdir()):
                sha256 = _name_of(path)
                if sha256 is not None and stat.S_ISREG(path.lstat().st_mode):
                    yield sha256, path


def _name_of(path: Path) -> bytes | None:
    try:
        sha256 = bytes.fromhex(path.name)
    except ValueError:
        return None
    return sha256 if len(sha256) == 32 else None


def _free(taken: set[str], name: str, sha256: bytes) -> str:
    """Return a safe name that nobody has yet, on systems that do not tell capitals apart either."""
    plain = machine.safe_file_name(name or sha256.hex()[:16], longest=100)
    stem, dot, ending = plain.rpartition(".")
    stem, ending = (stem, dot + ending) if dot and stem else (plain, "")
    number, free = 1, plain
    while free.casefold() in taken:
        number += 1
        free = f"{stem} ({number}){ending}"
    taken.add(free.casefold())
    return free


class _SourceGone(Exception):  # noqa: N818 - read as a sentence
    """The attachment itself could not be read; what could not be written is told as such."""


def _copy(source: Path, target: Path) -> bytes:
    whole = hashlib.sha256()
    with target.open("wb") as out:
        try:
            file = source.open("rb")
        except OSError as problem:
            raise _SourceGone from problem
        with file:
            while True:
                try:
                    part = file.read(_PART)
                except OSError as problem:
                    raise _SourceGone from problem
                if not part:
                    return whole.digest()
                whole.update(part)
                out.write(part)
