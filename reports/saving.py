"""Putting a finished file in its place: whole or not at all, with plain words when it cannot be done."""

from __future__ import annotations

import contextlib
import errno
import os
import time
from dataclasses import dataclass, field
from pathlib import Path

from bursar_desk.domain.errors import UserError

SAFE = "Your records are as they were, and no half-made file was left behind."
WINDOWS_BUSY = (5, 32, 33)
LONGEST_WAIT_S = 2.5


@dataclass(frozen=True, slots=True)
class Written:
    """A file that now stands on the disk: where, how many pages (or sheets), and each figure in it as printed."""

    file: Path
    pages: int
    figures: dict[str, str] = field(default_factory=dict)


def save(path: Path, content: bytes) -> None:
    """Write ``content`` beside ``path`` and move it into place in one step.

    Raises UserError when the folder is missing, full, locked or not ours to write in; then nothing has changed.
    """
    beside = path.with_name(f".{os.getpid()}-{time.monotonic_ns()}.part")
    try:
        try:
            with beside.open("xb") as out:
                out.write(content)
                out.flush()
                os.fsync(out.fileno())
            _move(beside, path)
        except BaseException:
            with contextlib.suppress(OSError):
                beside.unlink(missing_ok=True)
            raise
    except OSError as problem:
        raise in_words(problem, path) from problem


def _move(beside: Path, path: Path) -> None:
    """Replace ``path``, waiting a little for a Windows virus check or a viewer to let go of it."""
    started = time.monotonic()
    while True:
        try:
            beside.replace(path)
        except OSError as problem:
            busy = getattr(problem, "winerror", None) in WINDOWS_BUSY
            if not busy or time.monotonic() - started > LONGEST_WAIT_S:
                raise
            time.sleep(0.1)
        else:
            return


def in_words(problem: OSError, path: Path) -> UserError:
    """Return what to tell the person about a file that could not be saved."""
    if problem.errno in (errno.ENOSPC, errno.EDQUOT):
        return UserError(f"The disk is full: {path.name} was not saved.", SAFE, "Free some room, then make it again.")
    if getattr(problem, "winerror", None) in WINDOWS_BUSY:
        return UserError(f"{path.name} is open in another program.", SAFE, "Close it there, then make it again.")
    if problem.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return UserError(f"You may not save files in {path.parent}.", SAFE, "Choose another folder.")
    if problem.errno in (errno.ENOENT, errno.ENOTDIR):
        return UserError(f"The folder {path.parent} is not there.", SAFE, "Choose another folder.")
    if problem.errno in (errno.EISDIR, errno.EEXIST, errno.ENOTEMPTY):
        return UserError(f"{path.name} is a folder, so a file cannot take its place.", SAFE, "Choose another name.")
    return UserError(f"{path.name} was not saved: {problem.strerror}.", SAFE, "Choose another folder or name.")
