"""The files of a merge: found by what is in them, not by their names; refused ones are kept aside with the reason."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bursar_desk import machine
from bursar_desk.domain.errors import Refused, UserError

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk

SUFFIX: Final = ".bursar"
UNFINISHED: Final = (".part", ".partial", ".crdownload", ".download", ".tmp")
"""How browsers and file services end the name of a file that is still on its way."""
MOST_KEPT: Final = 20
LARGEST_KEPT: Final = 64 * 1024 * 1024
"""Bytes; of a larger refused file only the reason is kept, so that bad files cannot fill the disk."""


# --- which files are meant -------------------------------------------------------------------------------------------


def files_in(paths: Sequence[Path]) -> list[Path]:
    """List files and the share files of folders, by name. Raises ``UserError`` when there is nothing to merge.

    In a folder a file counts when it is called a share file, whatever is in it, or when it is a whole share file,
    whatever it is called.
    """
    out: list[Path] = []
    for path in paths:
        if path.is_dir():
            out.extend(sorted(one for one in path.iterdir() if one.is_file() and is_meant(one)))
        elif path.is_file():
            out.append(path)
        else:
            raise UserError(
                f"There is no file or folder called {path.name}.", "Nothing was changed.", "Check the name."
            )
    if not out:
        raise UserError(
            "There are no share files in that folder.", "Nothing was changed.", f"Share files end in {SUFFIX}."
        )
    return list(dict.fromkeys(out))


def is_meant(path: Path) -> bool:
    """Tell whether a file of a folder is a share file by its name, or a whole one by its content."""
    from bursar_desk.exchange import envelope

    if path.name.startswith("."):
        return False  # ours while it is written, or the system's own
    if path.suffix.lower() == SUFFIX or looks_unfinished(path):
        return True
    try:
        envelope.peek(path)
    except Refused:
        return False
    return True


def looks_unfinished(path: Path) -> bool:
    """Tell whether a name says that a share file is still on its way: ``Oakfield.bursar.part``."""
    return path.suffix.lower() in UNFINISHED and Path(path.stem).suffix.lower() == SUFFIX


def twins(files: Sequence[Path]) -> dict[Path, Path]:
    """Return for each file that is, byte for byte, an earlier one of the list: which one. Names do not count."""
    from bursar_desk.exchange.envelope import file_sha256

    by_size: dict[int, list[Path]] = {}
    for path in files:
        with contextlib.suppress(OSError):
            by_size.setdefault(path.stat().st_size, []).append(path)
    out: dict[Path, Path] = {}
    for alike in (some for some in by_size.values() if len(some) > 1):
        first: dict[bytes, Path] = {}
        for path in alike:
            try:
                sum_ = file_sha256(path)
            except Refused:
                continue  # said when the file itself is read
            if first.setdefault(sum_, path) is not path:
                out[path] = first[sum_]
    return out


def claimed_sender(path: Path) -> bytes | None:
    """Return whose signing key the first part of a file names, also where the rest is damaged; nothing is trusted."""
    from bursar_desk.exchange import envelope_format as layout

    try:
        with path.open("rb") as file:
            start = file.read(layout.START)
            if not start.startswith(layout.MAGIC) or len(start) < layout.START:
                return None
            _, length = layout.FIXED.unpack(start[len(layout.MAGIC) :])
            return layout.read_header(file.read(min(length, layout.MAX_HEADER))).sender
    except (OSError, Refused):
        return None


def not_here_yet(path: Path, refused: UserError) -> bool:
    """Tell whether a refused file is most likely still being copied or fetched, rather than damaged."""
    return getattr(refused, "code", "") == "truncated" and (looks_unfinished(path) or _empty(path))


def _empty(path: Path) -> bool:
    try:
        return path.stat().st_size == 0
    except OSError:
        return False


# --- refused files ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RefusedFile:
    """A file that was not taken in: when (milliseconds), why, and the copy kept (None: it was too large to copy)."""

    path: Path | None
    name: str
    at_ms: int
    why: str
    size: int
    sender: str = ""


def folder_of(register: Path) -> Path:
    """Return where the refused files of a register are kept."""
    return register.with_suffix(".refused")


def keep_aside(desk: Desk, path: Path, sender: str, why: str) -> str:
    """Copy a refused file aside with the reason beside it; return a sentence when that could not be done.

    The file itself is neither moved nor changed. The same content again replaces its own note.
    """
    from bursar_desk.exchange.envelope import file_sha256

    folder = folder_of(desk.store.path)
    try:
        size = path.stat().st_size
        copied = size <= LARGEST_KEPT
        name = f"{file_sha256(path).hex()[:12]} {machine.safe_file_name(path.name, 80)}" if copied else _odd(path, size)
        folder.mkdir(parents=True, exist_ok=True)
        if copied:
            _copy(path, folder / name)
        _write_note(folder / f"{name}.txt", path.name, sender, why, desk.clock.now_ms(), size)
        _keep_newest(folder)
    except (OSError, Refused):
        return "It could not be copied aside."
    return ""


def _odd(path: Path, size: int) -> str:
    return f"{size} {machine.safe_file_name(path.name, 80)}"


def _copy(path: Path, target: Path) -> None:
    if target.exists():
        return
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        shutil.copyfile(path, part)
        machine.replace_with_retry(part, target)
    finally:
        part.unlink(missing_ok=True)


def _write_note(note: Path, name: str, sender: str, why: str, at_ms: int, size: int) -> None:
    from bursar_desk.services.conflicts import clock_words

    facts = json.dumps({"name": name, "sender": sender, "at": at_ms, "size": size, "why": why}, ensure_ascii=False)
    told = [f"{name} was not taken in on {clock_words(at_ms)}.", why, "", facts, ""]
    note.write_text("\n".join(told), "utf-8")


def _keep_newest(folder: Path) -> None:
    for _, note in _notes(folder)[MOST_KEPT:]:
        note.with_suffix("").unlink(missing_ok=True)
        note.unlink(missing_ok=True)


def _notes(folder: Path) -> list[tuple[RefusedFile, Path]]:
    found = []
    for note in folder.glob("*.txt"):
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError, IndexError):
            facts = json.loads(note.read_text("utf-8").rstrip().splitlines()[-1])
            copy = note.with_suffix("")
            one = RefusedFile(
                copy if copy.is_file() else None, str(facts["name"]), int(facts["at"]), str(facts["why"]),
                int(facts["size"]), str(facts["sender"]),
            )  # fmt: skip
            found.append((one, note))
    return sorted(found, key=lambda pair: (-pair[0].at_ms, pair[1].name))


def refused(desk: Desk) -> list[RefusedFile]:
    """Return the refused files kept aside, newest first."""
    folder = folder_of(desk.store.path)
    return [one for one, _ in _notes(folder)] if folder.is_dir() else []


def day_words(ms: int) -> str:
    """Return the day of a moment in England: "3 March 2027"."""
    from bursar_desk.clock import school_day
    from bursar_desk.domain import words

    return words.plain_date(school_day(ms))


def day_of(ms: int) -> dt.date:
    """Return the day in England of a moment (milliseconds)."""
    from bursar_desk.clock import school_day

    return school_day(ms)
