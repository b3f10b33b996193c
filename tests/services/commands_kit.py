"""Runs commands as a person would type them, on a small practice partnership made once for each file of tests."""

from __future__ import annotations

import atexit
import contextlib
import io
import json
import shutil
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bursar_desk.cli import Doors, main

ON = "2026-11-23"
"""A Monday in term time; the history of the practice registers ends the day before."""
URNS = ("105219", "105220", "105221", "105223")
HOME = URNS[0]


@dataclass(frozen=True)
class Ran:
    """What one command did: its exit code, its JSON document (None without one), both outputs as they were."""

    code: int
    facts: Any
    out: str
    err: str


def run(
    *words: object, register: Path | None = None, on: str | None = ON, as_json: bool = True, doors: Doors | None = None
) -> Ran:
    """Run one command; ``words`` begin with the command itself."""
    before = ["--register", str(register)] if register else []
    before += ["--on", on] if on else []
    before += ["--json"] if as_json else []
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main([*before, *map(str, words)], doors)
    text = out.getvalue()
    return Ran(code, json.loads(text) if as_json and text else None, text, err.getvalue())


def done(*words: object, register: Path | None = None, on: str | None = ON) -> Any:
    """Run a command that must succeed and return its JSON document."""
    ran = run(*words, register=register, on=on)
    assert ran.code == 0, (words, ran.code, ran.err)
    assert ran.facts is not None
    return ran.facts


@cache
def _built() -> Path:
    """Make the practice partnership once, through its own command, with a local folder of its own."""
    folder = Path(tempfile.mkdtemp(prefix="bursar-commands-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BURSAR_DESK_LOCAL", str(folder / "local"))
        facts = done("sample", folder / "registers", "--schools", ",".join(URNS), "--years", "1")
    assert {one["urn"] for one in facts["registers"] if one["role"] == "school"} == set(URNS)
    return folder


def make_practice(folder: Path, patch: Any) -> Path:
    """Lay the practice partnership into a folder, with a local folder of its own beside it."""
    patch.setenv("BURSAR_DESK_LOCAL", str(folder / "local"))
    shutil.copytree(_built() / "registers", folder / "registers")
    return folder / "registers"


def copied(practice: Path, folder: Path) -> Path:
    """Copy the whole partnership, keys and all; the copies write under names of their own."""
    shutil.copytree(practice, folder)
    return folder


def at(folder: Path, name: str) -> Path:
    """Return one register of a copied partnership, by URN or stem."""
    path = folder / f"{name}.register"
    assert path.is_file()
    return path
