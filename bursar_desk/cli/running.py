"""The one place where a command's answer is printed and what went wrong becomes a sentence and an exit code."""

from __future__ import annotations

import contextlib
import datetime as dt
import enum
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any

import typer
from typer.main import get_command

from bursar_desk.cli.frame import (
    CANNOT_OPEN,
    DONE,
    REFUSED,
    USED_WRONGLY,
    Answer,
    Common,
    Doors,
    Misused,
    environment,
    tell,
)
from bursar_desk.domain.errors import Cancelled, CannotOpen, UserError

PROGRAM = "bursar-desk"


def main(words: Sequence[str] | None = None, doors: Doors | None = None) -> int:
    """Run one command and return its exit code; nothing is ever raised but for ``BURSAR_DESK_TRACE``."""
    typed = list(sys.argv[1:] if words is None else words) or ["--help"]
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, ValueError):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]  # a terminal without our quotation marks
    common = Common(doors or Doors())
    common.as_json = "--json" in typed  # known before anything is read, so that a refusal is said in JSON as well
    try:
        answer = _every_command().main(args=typed, prog_name=PROGRAM, standalone_mode=False, obj=common)
    except BrokenPipeError:
        return _left_alone()
    except BaseException as problem:  # the border: everything ends as a sentence and a number
        if environment("BURSAR_DESK_TRACE") == "1":
            raise
        return _said(problem, common)
    try:
        return _print(answer, common)
    except BrokenPipeError:
        return _left_alone()


@cache
def _every_command() -> Any:
    """Put the commands together once: three hundred of them take a fifth of a second each time."""
    from bursar_desk.cli.commands import app

    return get_command(app)


def _left_alone() -> int:
    """Whoever read our words went away (``| head``): that is no fault."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return DONE


def _print(answer: object, common: Common) -> int:
    if isinstance(answer, int):  # help was asked for
        return answer
    if not isinstance(answer, Answer):
        return DONE
    if common.as_json:
        if answer.words:
            tell(answer.words)
        print_document(answer.facts)
    elif answer.words:
        sys.stdout.write(answer.words + "\n")
    sys.stdout.flush()
    return answer.code


def print_document(facts: dict[str, Any]) -> None:
    """Print one JSON document, all of it in plain letters that every system's pipe takes."""
    sys.stdout.write(json.dumps(plain(facts), indent=2) + "\n")


def plain(value: Any) -> Any:
    """Return a value as JSON has it: dates in ISO, ids in hex, money left as the whole pence it is."""
    if isinstance(value, enum.Enum):
        return plain(value.value)
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Path):
        return str(value)
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, dict):
        return {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(one) for one in value]
    return value


def _said(problem: BaseException, common: Common) -> int:
    """Say in one sentence what went wrong and return the number for it."""
    code, words = _judge(problem)
    tell(words)
    if code == REFUSED and common.as_json:
        with contextlib.suppress(BrokenPipeError):
            print_document({"refused": words})
            sys.stdout.flush()
    return code


def _judge(problem: BaseException) -> tuple[int, str]:
    from bursar_desk.domain.typed_dates import NotADate
    from bursar_desk.domain.typed_money import NotMoney

    if isinstance(problem, typer.TyperException):
        return USED_WRONGLY, one_line(_in_our_words(problem.format_message())) + " Add --help to see how it is used."
    if isinstance(problem, Misused | NotADate | NotMoney):
        return USED_WRONGLY, one_line(str(problem))
    if isinstance(problem, CannotOpen):
        return CANNOT_OPEN, one_line(str(problem))
    if isinstance(problem, UserError):
        return REFUSED, one_line(str(problem))
    if isinstance(problem, Cancelled | typer.Abort | KeyboardInterrupt):
        return REFUSED, "Stopped; what was under way was not kept."
    from bursar_desk.cli.trouble import keep_details
    from bursar_desk.services import trouble

    told = trouble.told(problem)
    if told is not None:
        return REFUSED, one_line(str(told))
    if isinstance(problem, OSError):
        return REFUSED, _system_words(problem)

    kept = keep_details(problem)
    where = f" The details are in {kept}." if kept else ""
    return REFUSED, f"Something went wrong in Bursar Desk itself, and everything saved before is safe.{where}"


def _in_our_words(said: str) -> str:
    """Take the library's own way of speaking off what it found wrong: ``'--years': Input should be ...``."""
    for theirs in ("Invalid value for ", "Invalid value: ", "Value error, "):
        said = said.replace(theirs, "", 1)
    return said


def _system_words(problem: OSError) -> str:
    """Translate what the system refused: a full disk or a lost drive is no fault of the program."""
    import errno

    name = Path(str(problem.filename)).name if problem.filename else "a file"
    why = {
        errno.ENOSPC: "The disk is full",
        errno.EACCES: f"You may not use {name}",
        errno.EPERM: f"You may not use {name}",
        errno.EROFS: f"{name} is in a folder that cannot be written",
        errno.ENOENT: f"{name} is not there",
        errno.EISDIR: f"{name} is a folder",
        errno.ENOTDIR: f"{name} is not in a folder",
        errno.EEXIST: f"{name} exists already",
    }.get(problem.errno or 0, f"{name} cannot be used: {problem.strerror or 'the system gave no reason'}")
    return f"{why}. Nothing was changed. Check the folder and try again."


def one_line(words: str) -> str:
    """Return words on one line."""
    said = " ".join(words.split())
    return said if said.endswith((".", "?", "!", ")")) else said + "."
