"""A rescue: everything a register file holds, as files that any program can open, whatever state the file is in.

It needs no keys, changes nothing, and works on a register that is damaged, cut short or made by a newer program.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bursar_desk import machine
from bursar_desk.domain import words
from bursar_desk.domain.errors import CannotOpen, UserError
from bursar_desk.domain.progress import Progress, Silent
from bursar_desk.services import rescue_index
from bursar_desk.services.rescue_index import Summary
from bursar_desk.services.rescue_tables import PRIVATE_FOLDER, Made, Out
from bursar_desk.services.rescue_work import Work

if TYPE_CHECKING:
    from bursar_desk.clock import Clock

QUESTION: Final = (
    "Do you want the private records too, such as reasons for absence? They go into a folder of their own."
)
"""What a window asks before ``with_private`` is given as true."""
UNFINISHED: Final = " - unfinished"
_SAFE: Final = "The register was not touched."


@dataclass(frozen=True, slots=True)
class Rescued:
    """What came of a rescue: in sentences what could not be read, and how many private things were left out."""

    folder: Path
    tables: int
    rows: int
    entries: int
    attachments: int
    unreadable: tuple[str, ...]
    left_out: int
    sentence: str


def rescue(
    path: Path, folder: Path, progress: Progress | None = None, *, with_private: bool = False,
    clock: Clock | None = None,
) -> Rescued:  # fmt: skip
    """Write everything that can be read of the register file ``path`` into ``folder``, or into a new folder in it.

    ``folder`` is made when it is not there; a folder that exists gets a new one inside. The folder carries
    "unfinished" in its name until all is written. Raises ``CannotOpen`` when there is nothing of a register in the
    file, ``UserError`` when the disk is full, gone or closed, ``Cancelled``; then nothing is left behind.
    """
    from bursar_desk.clock import SystemClock

    made_ms = (clock or SystemClock()).now_ms()
    target = _target(path, folder)
    scratch = target.with_name(target.name + UNFINISHED)
    with _whole(scratch, target):
        return _rescued(path, scratch, target, progress or Silent(), with_private=with_private, made_ms=made_ms)


def _target(path: Path, folder: Path) -> Path:
    """Return a folder that is not there yet: the one named, or a new one inside it."""
    wanted = folder / machine.safe_file_name(f"{path.stem} rescued") if folder.exists() else folder
    number, free = 1, wanted
    while free.exists() or free.with_name(free.name + UNFINISHED).exists():
        number += 1
        free = wanted.with_name(f"{wanted.name} ({number})")
    return free


@contextmanager
def _whole(scratch: Path, target: Path) -> Iterator[None]:
    """Make the folder, and give it its name when all is in it; what stops half way leaves nothing behind."""
    try:
        scratch.mkdir(parents=True)
        yield
        machine.replace_with_retry(scratch, target)
    except OSError as problem:
        _take_away(scratch)
        raise _in_words(problem, target.parent) from problem
    except BaseException:
        _take_away(scratch)
        raise


def _take_away(scratch: Path) -> None:
    with suppress(OSError):
        shutil.rmtree(scratch)


def _in_words(problem: OSError, folder: Path) -> UserError:
    return machine.in_words(problem, folder, what="the rescue was not finished", safe=_SAFE)


# ---------------------------------------------------------------- the work
def _rescued(
    path: Path, scratch: Path, target: Path, progress: Progress, *, with_private: bool, made_ms: int
) -> Rescued:
    """Read the file the best way there is; where SQLite gives up half way, begin again page by page."""
    out = Out(scratch, with_private)
    work = _attempt(path, out, progress, in_pieces=False) or _attempt(path, out, progress, in_pieces=True)
    if work is None or work.is_nothing:
        raise CannotOpen(
            f"Nothing of a Bursar Desk register could be found in {path.name}.", "Nothing was changed.",
            "Choose another file, or bring back the newest good backup.",
        )  # fmt: skip
    return _finish(work, out, scratch, target, made_ms)


def _attempt(path: Path, out: Out, progress: Progress, *, in_pieces: bool) -> Work | None:
    """Rescue by one of the two ways; nothing where SQLite gave up, and then nothing of it is left."""
    from db.rescue import Broken, open_door

    with tempfile.TemporaryDirectory(dir=out.folder, prefix=".working-") as working:
        door = open_door(
            path, Path(working), lambda n, all_: progress.step("Looking through the file", n, all_),
            in_pieces=in_pieces,
        )  # fmt: skip
        try:
            work = Work(path, door, out, progress)
            work.run()
        except Broken:
            out.forget()
            return None
        else:
            return work
        finally:
            door.close()


def _finish(work: Work, out: Out, scratch: Path, target: Path, made_ms: int) -> Rescued:
    """Write the pages that people read first, and say what came of it."""
    from bursar_desk.clock import school_day

    tables = [one for one in out.made if "tables/" in one.path]
    rows = sum(one.rows for one in tables)
    unreadable = tuple(work.unreadable())
    said = (
        f"{words.count(work.entries, 'entry', 'entries')} of the history, "
        f"{words.count(rows, 'row')} in {words.count(len(tables), 'table')} and "
        f"{words.count(work.attachments, 'attachment')} were saved."
    )
    summary = Summary(
        work.path.name, work.schools(), words.long_date(school_day(made_ms)), work.practice, said, unreadable,
        tuple(work.notes()), out.left_out, tuple(sorted(out.made, key=_in_order)),
    )  # fmt: skip
    (scratch / "index.html").write_text(rescue_index.index(summary), "utf-8")
    (scratch / "README.txt").write_text(rescue_index.readme(summary), "utf-8", newline="")
    said += " Some of the file could not be read." if unreadable else " Everything could be read."
    if out.left_out:
        said += " " + rescue_index.left_out_words(out.left_out)
    return Rescued(target, len(tables), rows, work.entries, work.attachments, unreadable, out.left_out, said)


def _in_order(one: Made) -> tuple[bool, int, str]:
    """Put what people look for first: the tables, messages and attachments, then the history, then the rest."""
    place = one.path.removeprefix(f"{PRIVATE_FOLDER}/")
    order = ("tables/", "messages", "attachments/", "history/", "statements", "register/")
    return one.private, next((n for n, start in enumerate(order) if place.startswith(start)), len(order)), place
