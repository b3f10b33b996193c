"""A small practice partnership, made once for the whole test run; every test works on a copy of its own."""

from __future__ import annotations

import atexit
import datetime as dt
import shutil
import tempfile
from functools import cache
from pathlib import Path

import pytest

from bursar_desk.clock import FixedClock
from bursar_desk.services.sample import SampleMade, SampleRegister, make_sample

ON = dt.date(2026, 11, 20)
STORY, NEIGHBOUR, THIRD, SECONDARY = "105219", "105220", "105221", "105264"


@cache
def built() -> SampleMade:
    """Four schools of the first partnership, one cluster office, one year, seen on Friday 20 November 2026."""
    folder = Path(tempfile.mkdtemp(prefix="bursar-sample-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BURSAR_DESK_LOCAL", str(folder / "local"))
        patch.delenv("BURSAR_DESK_KEYS", raising=False)
        return make_sample(
            folder / "registers", schools=(STORY, NEIGHBOUR, THIRD, SECONDARY), years=1, on=ON, clock=FixedClock.at(ON)
        )


def copy_of(tmp_path: Path) -> SampleMade:
    """A copy of every register with its keys; a copy writes under a fresh name from its first act."""
    made = built()
    folder = tmp_path / "registers"
    shutil.copytree(made.registers[0].path.parent, folder)
    return SampleMade(
        tuple(
            SampleRegister(one.school_id, one.school, one.urn, one.role, folder / one.path.name)
            for one in made.registers
        )
    )


def register_of(made: SampleMade, urn: str = "", role: str = "school") -> SampleRegister:
    """The register of a school, or with another role the first of that role."""
    return next(one for one in made.registers if one.role == role and (not urn or one.urn == urn))
