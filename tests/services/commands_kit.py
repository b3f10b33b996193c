"""Runs commands as a person would type them, on a small practice partnership made once for each file of tests."""

from __future__ import annotations

import contextlib
import io
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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


def make_practice(folder: Path, patch: Any) -> Path:
    """Make the practice partnership through its own command, with a local folder of its own."""
    patch.setenv("BURSAR_DESK_LOCAL", str(folder / "local"))
    facts = done("sample", folder / "registers", "--schools", ",".join(URNS), "--years", "1")
    assert {one["urn"] for one in facts["registers"] if one["role"] == "school"} == set(URNS)
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
