"""What every command shares: the options before it, its answer, the register it opens, the bar that says how far."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from bursar_desk.domain.errors import CannotOpen, UserError

if TYPE_CHECKING:
    import datetime as dt
    from types import FrameType

    from bursar_desk.domain.progress import Progress
    from bursar_desk.services.desk import Desk

DONE, NEEDS_A_PERSON, USED_WRONGLY, REFUSED, CANNOT_OPEN = range(5)


class Misused(UserError):  # noqa: N818 - read as a sentence: "raise Misused"
    """The command was typed in a way that makes no sense."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command has to say: ``facts`` as the JSON document, ``words`` for people, the exit code."""

    facts: dict[str, Any]
    words: str = ""
    code: int = DONE


def _no_window(*_: object, **__: object) -> int:
    raise Misused("This program was built without windows.", "Nothing was changed.", "Use the other commands.")


@dataclass(frozen=True, slots=True)
class Doors:
    """The ways into the windows, handed in from above: nothing below them knows Qt.

    ``window(register, on, as_person)`` opens a desk and returns when it is closed; ``pictures(folder, register, on)``
    draws its pages into files without a screen; ``self_test`` opens a window without a screen.
    """

    window: Callable[[Path | None, dt.date | None, str | None], int] = _no_window
    pictures: Callable[[Path, Path, dt.date], list[Path]] | None = None
    self_test: Callable[[], None] | None = None


@dataclass(slots=True)
class Common:
    """The options before the command."""

    doors: Doors = field(default_factory=Doors)
    register: Path | None = None
    as_person: str | None = None
    on: dt.date | None = None
    as_at: dt.date | None = None
    as_known: bool = False
    as_json: bool = False

    @property
    def today(self) -> dt.date:
        """Return what the rules take as today."""
        from bursar_desk.clock import SystemClock

        return self.on or SystemClock().today()

    def day(self, typed: str, name: str) -> dt.date:
        """Read a date as people type it."""
        from bursar_desk.domain.typed_dates import read_date

        return read_date(typed, today=self.today, name=name)

    def day_or_none(self, typed: str | None, name: str) -> dt.date | None:
        """Read a date that may be left out."""
        return self.day(typed, name) if typed else None

    def own_register(self) -> Path:
        """Return the register that was named, or the desk's own."""
        if self.register is not None:
            return self.register
        from bursar_desk.services.own_desk import own_register

        return own_register()

    @contextmanager
    def desk(self) -> Iterator[Desk]:
        """Open the register to change it."""
        if self.as_at is not None:
            raise Misused("A past day can only be looked at.", "Nothing was changed.", "Leave --as-at out.")
        from bursar_desk.services.desk import Desk

        with Desk.open(self.own_register(), on=self.on, as_person=self.as_person) as desk:
            yield desk
            for notice in desk.store.notices:
                tell(notice)

    @contextmanager
    def reading(self) -> Iterator[Desk]:
        """Open the register to look at only, also while a window has it open."""
        from bursar_desk.services.desk import Desk
        from bursar_desk.services.own_desk import must_be_mended

        path = self.own_register()
        read_only = not must_be_mended(path)
        with (
            Desk.open(path, on=self.on, as_person=self.as_person, read_only=read_only) as present,
            on_the_day(present, self.as_at, as_known=self.as_known) as desk,
        ):
            yield desk


@contextmanager
def on_the_day(desk: Desk, day: dt.date | None, *, as_known: bool) -> Iterator[Desk]:
    """Open the past day that was asked for, if one was: every list and report works on it unchanged."""
    if day is None:
        yield desk
        return
    from bursar_desk.services.as_at import open_as_at

    with watching() as bar:
        past = open_as_at(desk, day, "known" if as_known else "corrected", bar)
    try:
        yield past
    finally:
        past.close()


def common(ctx: typer.Context) -> Common:
    """Return the options given before the command."""
    found = ctx.obj
    if not isinstance(found, Common):  # a command started by itself, in a test
        raise CannotOpen("No register was named.", "Nothing was changed.", "Start the command through main.")
    return found


def tell(words: str) -> None:
    """Say something beside the answer, on standard error."""
    if sys.stderr is not None:
        sys.stderr.write(words + "\n")


# --- how far ---------------------------------------------------------------------------------------------------------


class _Bar:
    """Progress on a terminal; Ctrl+C stops at the next step, where nothing is half done."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._line: Any = None
        self.stopped = False

    def step(self, words: str, done: int, total: int) -> None:
        """Move the bar. Raises ``Cancelled`` once Ctrl+C was pressed."""
        from bursar_desk.domain.errors import Cancelled

        if self.stopped:
            raise Cancelled
        if sys.stderr is None or not sys.stderr.isatty():
            return
        if self._bar is None:
            from rich.console import Console
            from rich.progress import Progress as Bars

            self._bar = Bars(console=Console(stderr=True), transient=True)
            self._bar.start()
            self._line = self._bar.add_task(words, total=total)
        self._bar.update(self._line, description=words, completed=done, total=max(1, total))

    def close(self) -> None:
        """Take the bar off the terminal."""
        if self._bar is not None:
            self._bar.stop()


@contextmanager
def watching() -> Iterator[Progress]:
    """Show on the terminal how far a long command is, and let Ctrl+C stop it between two steps."""
    bar = _Bar()

    def stop(_number: int, _frame: FrameType | None) -> None:
        if bar.stopped:
            raise KeyboardInterrupt
        bar.stopped = True

    mine = threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGINT, stop) if mine else None
    try:
        yield bar
    finally:
        bar.close()
        if mine:
            signal.signal(signal.SIGINT, before)


# --- small helpers ---------------------------------------------------------------------------------------------------


def lines(rows: list[str], nothing: str) -> str:
    """Return rows under each other, or what to say when there are none."""
    return "\n".join(rows) if rows else nothing


def short(row: bytes) -> str:
    """Return an id as lists print it: its time alone is the same for all rows of one act, so more of it is needed."""
    return row.hex()[:20]


def named_one(typed: str, known: list[tuple[bytes, str]], what: str, listed: str) -> bytes:
    """Return the id of what was named: by its name, by part of it, or by the first letters of its id.

    Raises ``UserError`` when it is not just one, and lists those it may be.
    """
    wanted = " ".join(typed.casefold().split())
    names = dict(known)
    found = [row for row, name in names.items() if name.casefold() == wanted]
    found = found or [row for row, name in names.items() if wanted and wanted in name.casefold()]
    if len(found) > 1:
        which = "; ".join(f"{names[row]} ({short(row)})" for row in found[:8])
        raise UserError(f"“{typed}” may be one of several.", "Nothing was changed.", f"Use the id of one: {which}.")
    return found[0] if found else one_of(typed, list(names), what, listed)


def one_of(typed: str, ids: list[bytes], what: str, listed: str) -> bytes:
    """Return the id that a person named by its first letters. Raises ``UserError`` when it is not just one."""
    wanted = typed.strip().casefold()
    found = [one for one in dict.fromkeys(ids) if wanted and one.hex().startswith(wanted)]
    if len(found) != 1:
        several = "more than one" if found else "no"
        raise UserError(f"“{typed}” names {several} {what} here.", "Nothing was changed.", f"See “{listed}”.")
    return found[0]


def minutes(typed: str, name: str) -> int:
    """Read a time of day as minutes after midnight: ``07:30``. Raises ``Misused``."""
    hours, colon, rest = typed.strip().partition(":")
    if colon and hours.isdigit() and rest.isdigit() and len(rest) == 2 and int(hours) <= 24 and int(rest) < 60:
        return int(hours) * 60 + int(rest)
    raise Misused(f"{name} could not be read as a time.", "Nothing was changed.", "Type it like 07:30.")


def environment(name: str) -> str:
    """Return one of the program's own settings from the environment."""
    return os.environ.get(name, "").strip()
