"""The sample partnership, its 21 files and a merged cluster register: made once for all benchmarks."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from bursar_desk.clock import FixedClock
from bursar_desk.domain.progress import Silent
from bursar_desk.services import merging, sharing
from bursar_desk.services.desk import Desk
from bursar_desk.services.sample import make_sample

TODAY = dt.date(2026, 11, 20)


@dataclass(frozen=True)
class Partnership:
    """A hub that has merged nothing yet, the files of 21 schools, and a clock that stands after them.

    ``entries`` is how many the files hold together, those of neighbours that several of them carry included.
    """

    hub: Path
    files: Path
    clock: FixedClock
    entries: int

    def copy(self, folder: Path) -> Path:
        """Return a fresh copy of the hub's register with its keys."""
        folder.mkdir(parents=True)
        copied = folder / self.hub.name
        shutil.copy(self.hub, copied)
        shutil.copytree(self.hub.with_suffix(".keys"), copied.with_suffix(".keys"))
        return copied

    def merge(self, register: Path, timed: Callable[[Callable[[], object]], float]) -> float:
        """Merge the 21 files into a register and return the seconds it took."""
        with Desk.open(register, clock=self.clock) as desk:
            results: list[merging.MergeResult] = []
            taken = timed(lambda: results.append(merging.merge(desk, [self.files])))
        assert results[0].accepted == 21
        assert not results[0].refused
        return taken


@pytest.fixture(scope="session")
def partnership(tmp_path_factory: pytest.TempPathFactory) -> Partnership:
    folder = tmp_path_factory.mktemp("partnership")
    clock = FixedClock.at(TODAY, 17)
    made = make_sample(folder / "sample", on=TODAY, clock=clock, progress=Silent())
    files = folder / "files"
    files.mkdir()
    schools = [one for one in made.registers if one.role == "school"]
    assert len(schools) == 21
    entries = 0
    for one in schools:
        with Desk.open(one.path, clock=clock) as desk:
            sent = sharing.export(desk, files / f"{one.urn}.bursar", sharing.receivers(desk, ["cluster"]))
            entries += sent.entries
    return Partnership(next(one.path for one in made.registers if one.role == "cluster"), files, clock, entries)
