"""Four small schools and their office that know each other and buy nothing yet: made once, copied for every test."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TypeVar

import pytest

from bursar_desk import machine
from bursar_desk.clock import FixedClock
from bursar_desk.domain.acts import ActCode
from bursar_desk.services import meeting, registers
from bursar_desk.services.registers import Newcomer
from bursar_desk.services.sample import SampleMade, SampleRegister
from db.store import Store
from tests.services.sample_fixture import NEIGHBOUR, SECONDARY, STORY, THIRD
from tests.services.small_school import FOUNDED, Small, without_waiting

SHORT = {STORY: "St Willibrord’s", NEIGHBOUR: "St Frideswide’s", THIRD: "St Illtud’s", SECONDARY: "St Wilfrid’s"}
"""What each school calls itself, by its URN; each is an academy and has a manager (Dawn Hill), a head, a caretaker."""
URNS = tuple(SHORT)
OFFICE = "cluster-1"
CLOCK = FixedClock.at(FOUNDED)
Found = TypeVar("Found")


@cache
def founded() -> SampleMade:
    """Four schools and their office: no deal, no agreement, no contract and no saving is in any of them."""
    with _computer() as folder:
        stores = [_school(folder, urn) for urn in URNS]
        office = _office(folder)
        try:
            hubs = {one.facts.home: office.facts.home for one in stores}
            meeting.introduce_all([*stores, office], hubs, settles=True)
        finally:
            for store in (*stores, office):
                store.close()
        schools = [
            SampleRegister(one.facts.home, SHORT[urn], urn, "school", one.path)
            for one, urn in zip(stores, URNS, strict=True)
        ]
        return SampleMade((*schools, SampleRegister(office.facts.home, "Cluster office", "", "cluster", office.path)))


def _school(folder: Path, urn: str) -> Store:
    made = Small.found(folder, f"{SHORT[urn]} Catholic {'High' if urn == SECONDARY else 'Primary'} School", urn)
    with made.act(ActCode.SET_UP_SCHOOL, FOUNDED) as act:
        said = {"short_name": SHORT[urn], "employer": "academy trust"}
        act.set("school", act.session.derived(act.session.home, "school", ""), said)
    return registers.open_store(made.path, clock=CLOCK)


def _office(folder: Path) -> Store:
    newcomer = Newcomer("Cluster office", "office")
    store = registers.found(folder / f"{OFFICE}.register", newcomer, practice=True, clock=CLOCK).store
    with store.bulk() as bulk, bulk.act(ActCode.ADD_PERSON, who="Angela Reed", subject="Angela Reed") as act:
        act.create("person", {"name": "Angela Reed", "role": "manager", "manages": True})
    return store


@contextmanager
def _computer() -> Iterator[Path]:
    """A folder for registers that stays until the run ends; meanwhile this computer knows of nothing else."""
    top = Path(tempfile.mkdtemp(prefix="bursar-neighbours-"))
    atexit.register(shutil.rmtree, top, ignore_errors=True)
    (top / "registers").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BURSAR_DESK_LOCAL", str(top / "local"))
        without_waiting(patch)
        yield top / "registers"


def grown(world: SampleMade, then: Callable[[SampleMade], Found]) -> tuple[SampleMade, Found]:
    """Return another world that stays, a copy of ``world`` in which more has happened, and what ``then`` made there."""
    with _computer() as folder:
        made = copied(world, folder)
        return made, then(made)


def copied(world: SampleMade, folder: Path) -> SampleMade:
    """Copy a world’s registers with their keys and files to ``folder``, and what this computer knows of them.

    What the computer knows goes where the program looks for it now. A copy writes under a fresh name from its first
    act, as every copied register does.
    """
    source = world.registers[0].path.parent
    shutil.copytree(source, folder, dirs_exist_ok=True)
    shutil.copytree(source.parent / "local", machine.local_folder(), dirs_exist_ok=True)
    return SampleMade(
        tuple(
            SampleRegister(one.school_id, one.school, one.urn, one.role, folder / one.path.name)
            for one in world.registers
        )
    )
