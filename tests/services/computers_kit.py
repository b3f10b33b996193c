"""Small real schools for the tests of computers and keys: founded, introduced, written in, sent and merged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bursar_desk.clock import FixedClock
from bursar_desk.domain.acts import ActCode
from bursar_desk.services import meeting, merging, registers, sharing
from bursar_desk.services.desk import Desk
from bursar_desk.services.merging import FileResult
from bursar_desk.services.registers import Newcomer
from tests.services.small_school import FRIDAY, without_waiting

if TYPE_CHECKING:
    from db.store import Store

HOLLY, OAK, HUB = "Hollybank Primary", "Oakfield Primary", "Cluster office"


@dataclass
class Town:
    """Registers of one clock; practice ones, so that each keeps its keys beside it, as on a computer of its own."""

    folder: Path
    clock: FixedClock = field(default_factory=lambda: FixedClock.at(FRIDAY))
    sheets: dict[str, tuple[str, ...]] = field(default_factory=dict)
    paths: dict[str, Path] = field(default_factory=dict)
    files: int = 0

    @classmethod
    def built(cls, folder: Path, patch: pytest.MonkeyPatch) -> Town:
        """Two schools and a hub, introduced."""
        without_waiting(patch)
        patch.delenv("BURSAR_DESK_KEYS", raising=False)
        town = cls(folder)
        stores = [town._found(HOLLY, "900001"), town._found(OAK, "900002"), town._found(HUB, "")]
        hub = stores[2].facts.home
        meeting.introduce_all(stores, {one.facts.home: hub for one in stores[:2]}, settles=True)
        for store in stores:
            store.close()
        return town

    def _found(self, name: str, urn: str) -> Store:
        path = self.folder / name.partition(" ")[0] / "desk.register"
        path.parent.mkdir()
        newcomer = Newcomer(name, "school" if urn else "office", urn, label="OFFICE-1")
        founded = registers.found(path, newcomer, practice=True, clock=self.clock)
        self.sheets[name], self.paths[name] = founded.recovery, path
        return founded.store

    @contextmanager
    def desk(self, name: str | Path) -> Iterator[Desk]:
        """A desk of the town, by its school's name or its path."""
        with Desk.open(name if isinstance(name, Path) else self.paths[name], clock=self.clock) as opened:
            yield opened

    def home(self, name: str) -> bytes:
        with self.desk(name) as desk:
            return desk.home

    def note(self, name: str | Path, title: str) -> None:
        """Report a fault."""
        self.clock.ms += 60_000
        with self.desk(name) as desk, desk.store.act(ActCode.REPORT_DEFECT) as act:
            act.create("defect", {"title": title})

    def titles(self, name: str | Path) -> list[str]:
        """The faults that count at a desk."""
        with self.desk(name) as desk, desk.store.connect() as con:
            return list(con.exec_driver_sql("SELECT title FROM defect ORDER BY title").scalars())

    def held(self, name: str | Path) -> list[tuple[str, str]]:
        """What is held or to be confirmed at a desk."""
        with self.desk(name) as desk, desk.store.connect() as con:
            rows = con.exec_driver_sql("SELECT state, reason FROM held ORDER BY 1, 2").all()
            return [(str(row[0]), str(row[1])) for row in rows]

    def send(self, name: str | Path, to: Sequence[str], *, everything: bool = False) -> Path:
        """A file from one desk to schools."""
        self.files += 1
        path = self.folder / f"{self.files}.bursar"
        homes = [self.home(one) for one in to]
        with self.desk(name) as desk:
            sharing.export(desk, path, homes, everything=everything)
        return path

    def merge(self, name: str | Path, path: Path) -> FileResult:
        """Merge one file."""
        with self.desk(name) as desk:
            [result] = merging.merge(desk, [path]).files
        return result
