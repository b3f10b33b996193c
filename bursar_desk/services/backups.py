"""Keeping a register sound: looking for damage, checked copies, and bringing a copy back."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from bursar_desk import machine, paths
from bursar_desk.domain.errors import CannotOpen, Refused, UserError
from bursar_desk.domain.progress import Progress, Silent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bursar_desk.clock import Clock
    from bursar_desk.services.desk import Desk
    from db.register_facts import RegisterFacts
    from db.verify import Finding

_PAGES_A_STEP = 2048
SUFFIX = ".register"


def verify(desk: Desk, progress: Progress | None = None) -> list[Finding]:
    """Look for damage in pages, history, seals, sums, statements and lists; nothing is changed."""
    from db.verify import verify as look

    return look(desk.store, progress or Silent())


@dataclass(frozen=True, slots=True)
class BackUp:
    """A checked copy: where it is, how large (bytes), how many entries are in it."""

    file: Path
    size: int
    entries: int


@dataclass(frozen=True, slots=True)
class Restored:
    """A copy that was brought back; the register as it was is beside it (nothing if there was none)."""

    register: Path
    set_aside: Path | None
    entries: int


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a copy must have in common with what it was made from."""

    facts: RegisterFacts
    sums: tuple[tuple[bytes, str, bytes, int], ...]

    @property
    def entries(self) -> int:
        return sum(count for *_, count in self.sums)


def back_up(
    register: Path, folder: Path | None, clock: Clock, progress: Progress | None = None, *, stem: str = ""
) -> BackUp:
    """Make a dated copy and check it. A file that exists is never written over.

    The copy is taken through SQLite itself, in one piece as of one moment, also while the register is in use.
    """
    into = folder or paths.backups_folder()
    try:
        into.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise UserError(
            f"The folder {into.name} cannot be made: {problem.strerror}.", "Nothing was written.",
            "Choose another folder.",
        ) from problem  # fmt: skip
    target = _free_name(into, f"{stem or register.stem} {_minute(clock)}")
    with _part_of(target) as part:
        seen = _copy(register, part, progress or Silent())
        if target.exists():
            target = _free_name(into, target.stem)
        part.replace(target)
    machine.fsync_folder(into)
    return BackUp(target, target.stat().st_size, seen.entries)


def restore(copy: Path, register: Path, clock: Clock, progress: Progress | None = None) -> Restored:
    """Put a copy in the place of a register, which is set aside and never written over.

    The next entry written goes under a fresh name by itself (a new epoch), because the witness of this computer no
    longer knows the state of the file. Raises ``CannotOpen`` for a copy that is damaged or in use elsewhere, and
    ``Refused`` for one of another school or computer.
    """
    if copy.resolve() == register.resolve():
        raise Refused("That is the register itself.", "Nothing was changed.", "Choose one of its copies.")
    copied = _look(copy)
    present = _facts_or_none(register)
    if present is not None and present.register != copied.facts.register:
        raise Refused(
            "That copy is of another register.", "Nothing was changed.",
            "Choose a copy of this one, or name the register it belongs to.",
        )  # fmt: skip
    register.parent.mkdir(parents=True, exist_ok=True)
    lock = machine.RegisterLock(register)
    lock.acquire("Bringing back a copy", socket.gethostname(), clock.now_ms())
    try:
        with _part_of(register) as part:
            seen = _copy(copy, part, progress or Silent())
            aside = _set_aside(register, clock) if register.exists() else None
            machine.replace_with_retry(part, register)
        machine.fsync_folder(register.parent)
    finally:
        lock.release()
    return Restored(register, aside, seen.entries)


def _minute(clock: Clock) -> str:
    from bursar_desk.clock import SCHOOL_ZONE

    at = dt.datetime.fromtimestamp(clock.now_ms() / 1000, ZoneInfo(SCHOOL_ZONE))
    return f"{at:%Y-%m-%d %H%M}"


def _free_name(folder: Path, stem: str) -> Path:
    """Return a name nobody has yet."""
    number = 1
    while True:
        extra = "" if number == 1 else f" ({number})"
        path = folder / machine.safe_file_name(f"{stem}{extra}{SUFFIX}")
        if not path.exists():
            return path
        number += 1


@contextlib.contextmanager
def _part_of(target: Path) -> Iterator[Path]:
    """Lend a name beside ``target`` for a file that is not finished; whatever is left of it goes at the end."""
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        yield part
    finally:
        for left in (part, part.with_name(part.name + "-journal")):
            with contextlib.suppress(OSError):
                left.unlink(missing_ok=True)


def _copy(source: Path, part: Path, progress: Progress) -> _Seen:
    """Copy one register through SQLite, then open the copy and compare it with what it was made from."""
    from db import raw

    part.unlink(missing_ok=True)
    con = raw.connect(source, read_only=True)
    try:
        con.execute("BEGIN")  # one moment for the copy and for what it is compared with
        wanted = _seen(con)
        out = raw.connect(part, create=True)
        try:
            con.backup(
                out, pages=_PAGES_A_STEP,
                progress=lambda _status, left, total: progress.step("Copying the register", total - left, total),
            )  # fmt: skip
        finally:
            out.close()
    except (con.DatabaseError, con.OperationalError) as problem:
        raise CannotOpen(
            f"{source.name} cannot be copied: {problem}.", "Nothing was changed.", "Check it with “verify”."
        ) from problem
    finally:
        con.close()
    progress.step("Checking the copy", 0, 1)
    made = _look(part)
    if made != wanted:
        raise CannotOpen("The copy is not like the register.", "Nothing was changed.", "Try again on another disk.")
    with part.open("rb+") as file:
        os.fsync(file.fileno())
    return made


def _look(path: Path) -> _Seen:
    """Open a register file and see that its pages are sound. Raises ``CannotOpen``."""
    from db import raw

    con = raw.connect(path, read_only=True)
    try:
        said = [row[0] for row in con.execute("PRAGMA integrity_check(3)")]
        if said != ["ok"]:
            raise CannotOpen(f"{path.name} is damaged: {said[0]}.", "Nothing was changed.", "Choose another copy.")
        return _seen(con)
    except (con.DatabaseError, con.OperationalError, KeyError) as problem:
        raise CannotOpen(f"{path.name} is damaged: {problem}.", "Nothing was changed.", "Choose another copy.") from (
            problem
        )
    finally:
        con.close()


def _seen(con: Any) -> _Seen:
    from db.register_facts import read_raw

    sql = (
        "SELECT k.school, c.channel, c.total, c.commits FROM channel_sum c JOIN school_key k ON k.sid=c.sid"
        " ORDER BY k.school, c.channel"
    )
    return _Seen(read_raw(con), tuple(con.execute(sql).fetchall()))


def _facts_or_none(register: Path) -> RegisterFacts | None:
    """Return the facts of the present register; nothing when it is missing or too damaged to tell."""
    from db.store import raw_facts

    try:
        return raw_facts(register) if register.is_file() else None
    except (CannotOpen, KeyError, ValueError):
        return None
    except Exception as problem:
        if type(problem).__module__ == "sqlite3":  # a damaged file; that library is the register's business alone
            return None
        raise


def _set_aside(register: Path, clock: Clock) -> Path:
    aside = _free_name(register.parent, f"{register.stem} set aside {_minute(clock)}")
    journal = register.with_name(register.name + "-journal")
    if journal.exists():  # a write that was cut off: it belongs to the file that is put away
        machine.replace_with_retry(journal, aside.with_name(aside.name + "-journal"))
    machine.replace_with_retry(register, aside)
    return aside
