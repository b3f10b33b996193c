"""One running writer per register, by a lock of the operating system."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import sys
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from bursar_desk.domain.errors import CannotOpen

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@dataclass(frozen=True)
class Holder:
    """Who has a register open for writing: words written by the holder, empty where they could not be read."""

    person: str = ""
    computer: str = ""
    since_ms: int = 0
    pid: int = 0


class InUse(CannotOpen):
    """The register is open for writing elsewhere; ``holder`` says by whom, ``now_ms`` is the time of asking."""

    def __init__(self, holder: Holder, now_ms: int = 0) -> None:
        self.holder = holder
        who = holder.person[:1].upper() + holder.person[1:] or "Another running copy of Bursar Desk"
        where = f" on {holder.computer}" if holder.computer else ""
        since = f" since {_moment(holder.since_ms, now_ms)}" if holder.since_ms else ""
        super().__init__(
            f"{who} has this register open{where}{since}.",
            "Nothing was changed.",
            "Close it there first, or open it here to read only.",
        )


class RegisterLock:
    """The right to write one register, held through the operating system and so given back by a crash as well.

    ``<register>.lock`` beside the register carries the lock and the holder's words. The file stays when the lock is
    given back: its existence means nothing, and deleting it could let two holders in.
    """

    def __init__(self, register: Path) -> None:
        self.path = register.with_name(register.name + ".lock")
        self._handle: int | None = None

    def acquire(self, person: str, computer: str, since_ms: int, sleep: Callable[[float], object] = time.sleep) -> None:
        """Take the lock and write who holds it (``since_ms``: milliseconds since 1970-01-01 UTC).

        Raises InUse if another has it, CannotOpen if the lock file cannot be written (a folder that is read only).
        """
        if self._handle is not None:
            return
        for attempt in range(5):  # someone who only asks who holds it has the lock for a moment
            handle = self._open()
            if self._try(handle):
                break
            os.close(handle)
            if attempt == 4:
                raise InUse(_words(self.path), since_ms)
            sleep(0.05)
        self._handle = handle
        self._write(json.dumps(asdict(Holder(person, computer, since_ms, os.getpid()))))

    def release(self) -> None:
        """Give the lock back; nothing happens if it is not held."""
        if self._handle is None:
            return
        self._write("")
        _give_back(self._handle)
        os.close(self._handle)
        self._handle = None

    @property
    def held(self) -> bool:
        """Whether this object holds the lock."""
        return self._handle is not None

    def _try(self, handle: int) -> bool:
        try:
            return _take(handle) and _is_still_at(handle, self.path)
        except OSError as problem:
            os.close(handle)
            raise CannotOpen(
                "This folder cannot keep two people from writing at the same time.",
                "Nothing was changed.",
                "Move the register to a folder on this computer, or open it to read only.",
            ) from problem

    def _open(self) -> int:
        try:
            return os.open(self.path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o644)
        except OSError as problem:
            raise CannotOpen(
                f"The folder of this register, {self.path.parent}, cannot be written in.",
                "Nothing was changed.",
                "Open it to read only, or move it to a folder that you may write to.",
            ) from problem

    def _write(self, words: str) -> None:
        """Put the holder's words into the file. They are a courtesy: a full disk must not stop the work."""
        if self._handle is not None:
            with contextlib.suppress(OSError):
                os.ftruncate(self._handle, 0)
                os.lseek(self._handle, 0, os.SEEK_SET)
                os.write(self._handle, words.encode())


def held_by(register: Path) -> Holder | None:
    """Who has ``register`` open for writing; None if nobody has, whatever an old lock file says."""
    lock = register.with_name(register.name + ".lock")
    try:
        handle = os.open(lock, os.O_RDONLY)  # enough to ask, also where the folder is read only
    except FileNotFoundError:
        return None
    try:
        if not _take(handle):
            return _words(lock)
        _give_back(handle)
        return None
    finally:
        os.close(handle)


def _moment(ms: int, now_ms: int) -> str:
    """Return a time of day in England, with the day unless it is today's."""
    import datetime as dt
    from zoneinfo import ZoneInfo

    zone = ZoneInfo("Europe/London")  # that of bursar_desk.clock, which is no neighbour of this room
    try:
        at, now = (dt.datetime.fromtimestamp(one // 1000, zone) for one in (ms, now_ms))
    except (ValueError, OverflowError, OSError):
        return "a time that cannot be read"
    return f"{at:%H:%M}" if at.date() == now.date() else f"{at:%H:%M} on {at:%A} {at.day} {at:%B %Y}"


def _words(lock: Path) -> Holder:
    try:
        found = json.loads(lock.read_text("utf-8"))
        return Holder(str(found["person"]), str(found["computer"]), int(found["since_ms"]), int(found["pid"]))
    except (OSError, ValueError, KeyError, TypeError):
        return Holder()


_FAR = 1 << 30  # Windows keeps others from reading a locked byte, so one far behind the words is locked


def _take(handle: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(handle, _FAR, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as problem:
        if problem.errno in {errno.EACCES, errno.EAGAIN, errno.EDEADLK}:
            return False
        raise
    return True


def _give_back(handle: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        os.lseek(handle, _FAR, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)
    else:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_UN)


def _is_still_at(handle: int, path: Path) -> bool:
    """Whether the open file is the one that bears the name (and not one deleted in between)."""
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        return False
