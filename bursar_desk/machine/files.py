"""Putting files in place so that they stay, under names that every system takes."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
import sys
import time
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_BUSY = {5, 32, 33}  # Windows: access denied, sharing violation, lock violation; mostly a virus scanner having a look


def replace_with_retry(
    source: Path,
    target: Path,
    replace: Callable[[Path, Path], object] | None = None,
    sleep: Callable[[float], object] = time.sleep,
    seconds: float = 2.5,
) -> None:
    """Put ``source`` in the place of ``target`` in one step; while Windows says that ``target`` is busy, try for up to
    ``seconds``. Raises the OSError of the last try, with both files as they were.
    """
    waited, pause = 0.0, 0.01
    while True:
        try:
            (replace or os.replace)(source, target)
        except OSError as problem:
            if getattr(problem, "winerror", None) not in _BUSY or waited >= seconds:
                raise
        else:
            return
        pause = min(pause, seconds - waited)
        sleep(pause)
        waited, pause = waited + pause, pause * 2


def fsync_folder(folder: Path) -> None:
    """Make the names in ``folder`` (a file just made or replaced) survive a power cut.

    Windows has no such call and keeps names in its own journal; a few network file systems refuse it, and so does a
    folder that one may put things in without looking into it.
    """
    if sys.platform == "win32":
        return
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except PermissionError:
        return
    try:
        os.fsync(handle)
    except OSError as problem:
        if problem.errno not in {errno.EINVAL, errno.ENOTSUP}:
            raise
    finally:
        os.close(handle)


_A_DAY = 24 * 3600


def sweep(beside: Path, names: str, begins: bytes) -> None:
    """Take away what killed programs left unfinished in the folder of ``beside``, a file that was made just now.

    Only plain files whose whole name matches ``names``, that begin as ours do (``begins``, or as much of it as was
    written) and are more than a day older than ``beside``: by the disk's own clock, and so never one that is being
    written. A journal beside such a file goes with it. What cannot be taken away stays: this is housekeeping.
    """
    with contextlib.suppress(OSError):
        now = beside.stat().st_mtime
        for one in beside.parent.iterdir():
            if one != beside and re.fullmatch(names, one.name):
                with contextlib.suppress(OSError):
                    _sweep_one(one, now, begins)


def _sweep_one(one: Path, now: float, begins: bytes) -> None:
    seen = one.lstat()
    if not stat.S_ISREG(seen.st_mode) or now - seen.st_mtime <= _A_DAY:
        return
    with one.open("rb") as file:
        if not begins.startswith(file.read(len(begins))):
            return
    one.unlink()
    one.with_name(one.name + "-journal").unlink(missing_ok=True)


_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])", re.IGNORECASE)


def safe_file_name(text: str, longest: int = 120) -> str:
    """A name for a file, made of ``text``, that Windows, macOS and Linux all take and that stays in its folder.

    Path parts, drive letters and streams become dashes; control and direction characters go; names that Windows keeps
    for devices get an underscore; the ending survives shortening. At most ``longest`` characters and 200 bytes
    (file systems count bytes: 255, and room is left for a suffix). Applying it twice changes nothing more.
    """
    plain = unicodedata.normalize("NFC", text)
    plain = "".join(" " if c.isspace() else c for c in plain if c.isspace() or unicodedata.category(c)[0] != "C")
    plain = _trim(re.sub(r'[<>:"/\\|?*]+', "-", plain))
    stem, dot, ending = plain.rpartition(".")
    if not dot or not stem or len(ending) > 10 or " " in ending:
        stem, dot, ending = plain, "", ""
    tail = dot + ending
    while stem and (len(stem + tail) > longest or len((stem + tail).encode()) > 200):
        stem = stem[:-1]
    name = _trim(stem.rstrip(" .") + tail) or "unnamed"
    if _RESERVED.fullmatch(name.split(".")[0].rstrip()):
        name = "_" + name[: longest - 1]
    return name


def _trim(name: str) -> str:
    """Without blanks and dots at the ends (Windows drops the last ones) and without double blanks."""
    return re.sub(r" {2,}", " ", name).strip(" .")


def mark_from_elsewhere(path: Path) -> None:
    """Mark a file that came from another computer, so that Windows asks before it opens it; elsewhere do nothing.

    The mark is a stream beside the content that only NTFS keeps: on a stick it cannot be made, which is no fault.
    """
    if sys.platform != "win32":
        return
    try:  # type: ignore[unreachable, unused-ignore]  # seen from the other systems
        path.with_name(f"{path.name}:Zone.Identifier").write_text("[ZoneTransfer]\r\nZoneId=3\r\n", "utf-8")
    except OSError:
        return
