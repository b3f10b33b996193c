"""What a disk or a stick refused, in words: full, read only, gone; and whether there is room before work is begun."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

from bursar_desk.domain.errors import UserError

if TYPE_CHECKING:
    from pathlib import Path

SPARE = 40_000_000
"""Bytes a person is asked to free when no more is known: enough for a day's work and its journal."""

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_CLOSED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_GONE = frozenset({errno.ENOENT, errno.ENODEV, errno.ENXIO, errno.ENOTCONN, errno.ESTALE})
_BUSY = frozenset({5, 32, 33})  # Windows: access denied, sharing violation, lock violation


def free_bytes(folder: Path) -> int | None:
    """Bytes that may still be written on the disk of ``folder`` or of the nearest folder above it that is there.

    None where the system does not tell.
    """
    import shutil  # brings the packers with it, which nothing needs at the start

    for one in (folder, *folder.parents):
        try:
            return shutil.disk_usage(one).free
        except FileNotFoundError:
            continue
        except OSError:
            return None
    return None


def room_for(path: Path, bytes_needed: int, *, what: str = "this was not begun") -> None:
    """See that ``bytes_needed`` more bytes fit on the disk that ``path`` lies on (the path itself need not be there).

    Raises UserError with how much to free. A disk that does not say how much is free is taken to have room: the work
    itself is all or nothing.
    """
    free = free_bytes(path)
    if free is not None and free < bytes_needed:
        raise disk_full(what, bytes_needed - free)


def disk_full(what: str, missing: int = 0, safe: str = "Nothing was changed.") -> UserError:
    """The one sentence for a full disk; ``what`` reads after "so", ``missing`` is in bytes and rounded up."""
    megabytes = -(-max(missing, SPARE) // 1_000_000)
    return UserError(f"The disk is full, so {what}.", safe, f"Free {megabytes} MB, then try again.")


def in_words(
    problem: OSError, folder: Path, *, what: str = "this was not saved", safe: str = "Nothing was changed.",
    needs: int = 0,
) -> UserError:  # fmt: skip
    """What to tell the person about something in ``folder`` that the system refused.

    ``what`` says what did not happen and reads after "so"; ``needs`` are the bytes that were to be written, if known.
    """
    if problem.errno in _FULL:
        return disk_full(what, needs, safe)
    if getattr(problem, "winerror", None) in _BUSY:
        return UserError(
            f"Another program is using a file in {folder}, so {what}.", safe, "Close it there, then try again."
        )
    if problem.errno in _CLOSED:
        return UserError(f"You may not write in {folder}, so {what}.", safe, "Choose another folder.")
    if problem.errno in _GONE or not folder.exists():
        return UserError(
            f"The folder {folder} is not there, so {what}.", safe, "Put the disk or the stick back in, then try again."
        )
    return no_answer(folder, what, safe)


def no_answer(folder: Path, what: str, safe: str = "Nothing was changed.") -> UserError:
    """A disk that refused without saying why; ``what`` reads after "so"."""
    return UserError(f"The disk of {folder} stopped answering, so {what}.", safe, "Check the disk, then try again.")


def last_moment(folder: Path, safe: str, look: str) -> UserError:
    """A disk that stopped answering when all was written: perhaps it is there, and only looking tells.

    ``look`` says what to look for, in the form "look whether ...".
    """
    title = f"The disk of {folder} stopped answering at the last moment."
    return UserError(title, safe, f"Check the disk, then {look}.")
