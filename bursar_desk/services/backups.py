"""Keeping a register sound: looking for damage, checked copies, and bringing a copy back."""

from __future__ import annotations

import contextlib
import datetime as dt
import errno
import os
import shutil
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from bursar_desk import machine, paths
from bursar_desk.domain.errors import CannotOpen, Refused
from bursar_desk.domain.progress import Progress, Silent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bursar_desk.clock import Clock
    from bursar_desk.services.desk import Desk
    from db.register_facts import RegisterFacts
    from db.verify import Finding

_PAGES_A_STEP = 2048
_LEFT_OVER = r"\..+\.register\.\d+\.part"
_NOT_READ = 266  # what SQLite calls a page that the disk does not give
_SQLITE = b"SQLite format 3\0"
SUFFIX = ".register"


def verify(desk: Desk, progress: Progress | None = None) -> list[Finding]:
    """Look for damage in pages, history, seals, sums, statements and lists; nothing is changed."""
    from db.verify import verify as look

    return look(desk.store, progress or Silent())


def notices(desk: Desk) -> list[Finding]:
    """Return what a person should know of the history of schools and is no damage."""
    from db.verify import notices as look

    return look(desk.store)


def not_here_yet(desk: Desk) -> tuple[str, ...]:
    """Return the files that have not arrived, each with what it belongs to: a normal state, and no damage."""
    from db.verify_files import waiting

    with desk.store.connect() as con:
        return tuple(f"{one.name} ({one.belongs})" for one in waiting(con))


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
    from bursar_desk.services import backup_files

    into = folder or paths.backups_folder()
    with _said(into, "no backup was made"):
        into.mkdir(parents=True, exist_ok=True)
        machine.room_for(into, _size(register), what="no backup was made")
        target = _free_name(into, f"{stem or register.stem} {_minute(clock)}")
        with _part_of(target) as part:
            seen = _copy(register, part, progress or Silent())
            backup_files.keep(register, into, stem or register.stem, progress or Silent())
            if target.exists():
                target = _free_name(into, target.stem)
            machine.replace_with_retry(part, target)
        _make_sure(into, "The register itself is as it was.", f"look whether {target.name} is there")
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
    with _said(register.parent, "the copy was not brought back"):
        register.parent.mkdir(parents=True, exist_ok=True)
        machine.room_for(register, _size(copy) + _size(register), what="the copy was not brought back")
        lock = machine.RegisterLock(register)
        lock.acquire("Bringing back a copy", socket.gethostname(), clock.now_ms())
        try:
            with _part_of(register) as part:
                seen = _copy(copy, part, progress or Silent())
                _made_whole(copy, part, register, clock)
                aside = _exchange(part, register, clock)
        finally:
            lock.release()
        return Restored(register, aside, seen.entries)


@contextlib.contextmanager
def fresh_copy(copy: Path, target: Path, progress: Progress) -> Iterator[tuple[Path, _Seen]]:
    """Lend a checked copy of a register that is to become ``target``; it goes unless it is moved into place."""
    with _said(target.parent, "the copy was not brought back"):
        target.parent.mkdir(parents=True, exist_ok=True)
        machine.room_for(target, _size(copy), what="the copy was not brought back")
        with _part_of(target) as part:
            yield part, _copy(copy, part, progress)


@contextlib.contextmanager
def _said(folder: Path, what: str) -> Iterator[None]:
    """Let what the system refuses in ``folder`` be said in words."""
    try:
        yield
    except OSError as problem:
        raise machine.in_words(problem, folder, what=what) from problem


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _made_whole(copy: Path, part: Path, register: Path, clock: Clock) -> None:
    """Bring what belongs to a copy, and take out again what was erased since it was made."""
    from bursar_desk.services import backup_files, registers
    from db import erasing
    from db.store import raw_facts

    backup_files.bring(copy, part, register)
    number = raw_facts(part).register
    if erasing.noted(machine.local_folder(), number):
        store = registers.open_store(part, clock=clock)
        try:
            backup_files.erase_again(store, number)
            store.witness.file.unlink(missing_ok=True)
        finally:
            store.close()


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
    part.touch()
    machine.sweep(part, _LEFT_OVER, _SQLITE)
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
    except con.DatabaseError as problem:
        raise raw.in_words(problem, part) or CannotOpen(
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
        if any(f"error code={_NOT_READ}" in one for one in said):
            raise machine.no_answer(path.parent, f"{path.name} cannot be read")
        if said == ["ok"]:
            return _seen(con)
        problem: Exception | None = None
    except (con.DatabaseError, KeyError, UnicodeDecodeError) as met:
        if isinstance(met, con.DatabaseError) and raw.in_words(met, path) is not None:
            raise machine.no_answer(path.parent, f"{path.name} cannot be read") from met
        problem = met
    finally:
        con.close()
    raise CannotOpen(f"{path.name} is damaged.", "Nothing was changed.", "Choose another copy.") from problem


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


def _exchange(part: Path, register: Path, clock: Clock) -> Path | None:
    """Put the finished copy in the place of the register, of which a copy is set aside first.

    So there is a whole register under its name at every moment. Only one that cannot be read through is moved instead.
    """
    aside = None
    if register.exists():
        aside = _free_name(register.parent, f"{register.stem} set aside {_minute(clock)}")
        if not _kept(register, aside):
            _move_aside(part, register, aside)
            return aside
    try:
        machine.replace_with_retry(part, register)
    except OSError:
        if aside is not None:  # the register is where it was, and its copy is no use
            aside.unlink()
        raise
    _make_sure(register.parent, "The register as it was is safe.", f"look whether {register.name} is the copy")
    return aside


def _make_sure(folder: Path, safe: str, look: str) -> None:
    """Let the names in a folder outlive a power cut; all is in its place already when that cannot be done."""
    try:
        machine.fsync_folder(folder)
    except OSError as problem:
        raise machine.last_moment(folder, safe, look) from problem


def _kept(register: Path, aside: Path) -> bool:
    """Copy the register byte for byte under another name; not if the disk cannot read it or a write was cut off."""
    from db import raw

    journal = register.with_name(register.name + "-journal")
    if journal.exists():  # whoever opens the file next undoes what was cut off
        with contextlib.suppress(CannotOpen):
            raw.connect(register).close()
    if journal.exists():
        return False
    with _part_of(aside) as part:
        try:
            shutil.copyfile(register, part)
        except OSError as problem:
            if problem.errno == errno.EIO:  # a dying disk: it can still be moved
                return False
            raise
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        machine.replace_with_retry(part, aside)
    return True


def _move_aside(part: Path, register: Path, aside: Path) -> None:
    """Give a register that is beyond reading another name, with its journal; put it back if the copy cannot follow."""
    moves = [(register, aside), (part, register)]
    journal = register.with_name(register.name + "-journal")
    if journal.exists():
        moves.insert(0, (journal, aside.with_name(aside.name + "-journal")))
    done: list[tuple[Path, Path]] = []
    try:
        for source, target in moves:
            machine.replace_with_retry(source, target)
            done.append((source, target))
    except OSError:
        for source, target in reversed(done):
            machine.replace_with_retry(target, source)
        raise
