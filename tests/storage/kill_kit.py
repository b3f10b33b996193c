"""What the tests of kills share: the process whose children are killed, the registers, how often and how late."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import pytest

from bursar_desk.clock import FixedClock
from bursar_desk.domain.acts import ActCode
from bursar_desk.exchange import sending
from bursar_desk.exchange.keys import FOLDER_VARIABLE
from bursar_desk.services import registers
from bursar_desk.services.registers import Newcomer
from db import raw
from db.store import Store
from db.verify import verify
from tests.conftest import CAMPAIGN
from tests.storage.workbench import QUIET, Bench, sums_of, tables_of

CLOCK = FixedClock(1_768_212_000_000)
KILL = getattr(signal, "SIGKILL", signal.SIGTERM)  # on Windows every such signal ends a process at once
TOP = Path(__file__).parents[2]
TIMES = 5 if CAMPAIGN else 1
KILLS = {
    "record": 40, "merge": 30, "export": 20, "found": 10, "backup": 25, "restore": 25, "migrate": 15, "rebuild": 15,
    "erase": 20,
}  # fmt: skip
PEOPLE = 1_000



def kills(job: str, batches: int = 1) -> range:
    """As many kills of a job as fall to one of so many tests."""
    return range(KILLS[job] * TIMES // batches)


@dataclass
class Helper:
    """The process whose children are killed."""

    environ: dict[str, str]
    process: subprocess.Popen[str] | None = None
    heard: list[list[str]] = field(default_factory=list)

    def begin(self, task: dict[str, Any]) -> int:
        """Start a job; return the number of its process once it has said that it started."""
        if self.process is None or self.process.poll() is not None:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.storage.kill_worker"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                text=True, cwd=TOP, env=self.environ,
            )  # fmt: skip
        told, answers = self._pipes()
        told.write(json.dumps(task) + "\n")
        told.flush()
        words = answers.readline().split()
        assert words[:1] == ["started"], words
        return int(words[1])

    def rest(self) -> list[list[str]]:
        """Return what a job says until it has ended."""
        _, answers = self._pipes()
        heard = []
        while (line := answers.readline()) and line.strip() != "ended":
            heard.append(line.split())
        return heard

    def run(self, task: dict[str, Any], chance: random.Random, longest: float, after: int = 0) -> list[list[str]]:
        """Start a job, kill it up to ``longest`` seconds after it said ``after`` things; return all it said."""
        process = self.begin(task)
        _, answers = self._pipes()
        heard = [answers.readline().split() for _ in range(after)]
        time.sleep(chance.random() * longest)
        with suppress(ProcessLookupError):  # it may have finished by then
            os.kill(process, KILL)
        return heard + self.rest()

    def _pipes(self) -> tuple[IO[str], IO[str]]:
        assert self.process is not None
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        return self.process.stdin, self.process.stdout

    def close(self) -> None:
        if self.process is not None:
            told, answers = self._pipes()
            told.close()
            self.process.wait(20)
            answers.close()


def use(folder: Path, patch: pytest.MonkeyPatch) -> None:
    """Let keys and witnesses lie where both processes look for them."""
    patch.setenv(FOLDER_VARIABLE, str(folder / "keys"))
    patch.setenv("BURSAR_DESK_LOCAL", str(folder / "local"))


def helper_for(place: Path) -> Helper:
    """The process whose children are killed, with the same folders."""
    return Helper({**os.environ, FOLDER_VARIABLE: str(place / "keys"), "BURSAR_DESK_LOCAL": str(place / "local")})


def opened(path: Path) -> Store:
    """A register, opened as the program does."""
    return registers.open_store(path, clock=CLOCK)


@dataclass
class Schools:
    """A register, a neighbour's, the neighbour's large file for it, and the seconds writing and merging that take."""

    a: Path
    b: Path
    file: Path
    writing: float
    merging: float


def found_schools(place: Path) -> Schools:
    """The register whose copies are killed, and what is merged into them."""
    with pytest.MonkeyPatch.context() as patch:
        use(place, patch)
        bench = Bench(place, clock=CLOCK)
        a = registers.found(bench.path("a"), Newcomer("St Anne", "school", "105219"), practice=True, clock=CLOCK).store
        b = registers.found(bench.path("b"), Newcomer("Bury", "school", "105220"), practice=True, clock=CLOCK).store
        bench.introduce(a, b)
        with b.bulk() as bulk:
            for n in range(PEOPLE):
                with bulk.act(ActCode.ADD_PERSON, who="Bob") as act:
                    act.create("person", {"name": f"person {n:05}"})
        file = place / "from-b.bursar"
        begun = time.perf_counter()
        sending.send(b, registers.computer_keys(b), file, [a.facts.home], QUIET)
        written = time.perf_counter()
        trial = bench.copied(a, "trial")
        tried = time.perf_counter()
        bench.merge(trial, file)
        merged = time.perf_counter()
        for store in (a, b, trial):
            store.close()
        return Schools(a.path, b.path, file, written - begun, merged - tried)


def first_look(path: Path) -> int:
    """What the first window does: the raw door, to read only, before anything else has opened the register."""
    con = raw.connect(path, read_only=True)
    try:
        return int(con.execute("SELECT count(*) FROM commit_log").fetchone()[0])
    finally:
        con.close()


def seconds(work: Callable[[], object]) -> float:
    """How long a job takes here, which says when to kill it."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def state(path: Path) -> object:
    """All that a sound register shows."""
    store = opened(path)
    try:
        assert verify(store, QUIET) == []
        return sums_of(store), tables_of(store)
    finally:
        store.close()
