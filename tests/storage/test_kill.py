"""A hundred kills while recording, merging and exporting: what was acknowledged is there, and nothing is half."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import pytest

from bursar_desk.clock import FixedClock
from bursar_desk.domain.acts import ActCode
from bursar_desk.exchange import sending
from bursar_desk.exchange.keys import FOLDER_VARIABLE
from bursar_desk.services import merging, registers
from bursar_desk.services.desk import Desk
from bursar_desk.services.registers import Newcomer
from db import raw
from db.store import Store
from db.verify import verify
from tests.storage.workbench import QUIET, Bench, commits_in, looking, sums_of, tables_of

CLOCK = FixedClock(1_768_212_000_000)
KILL = getattr(signal, "SIGKILL", signal.SIGTERM)  # on Windows every such signal ends a process at once
TOP = Path(__file__).parents[2]


@dataclass
class Helper:
    """The process whose children are killed."""

    environ: dict[str, str]
    process: subprocess.Popen[str] | None = None
    heard: list[list[str]] = field(default_factory=list)

    def run(self, task: dict[str, str], chance: random.Random, longest: float) -> list[list[str]]:
        """Start a job, kill it after up to ``longest`` seconds, return what it had said by then."""
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
        time.sleep(chance.random() * longest)
        with suppress(ProcessLookupError):  # it may have finished by then
            os.kill(int(words[1]), KILL)
        heard = []
        while (line := answers.readline()) and line.strip() != "ended":
            heard.append(line.split())
        return heard

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


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with keys and witnesses that both processes use."""
    folder = tmp_path_factory.mktemp("kill")
    with pytest.MonkeyPatch.context() as patch:
        _use(folder, patch)
        yield folder


def _use(folder: Path, patch: pytest.MonkeyPatch) -> None:
    patch.setenv(FOLDER_VARIABLE, str(folder / "keys"))
    patch.setenv("BURSAR_DESK_LOCAL", str(folder / "local"))


@pytest.fixture(autouse=True)
def _same_folders(place: Path, monkeypatch: pytest.MonkeyPatch, own_folders: None) -> None:
    _use(place, monkeypatch)


@pytest.fixture(scope="module")
def helper(place: Path) -> Iterator[Helper]:
    made = Helper({**os.environ, FOLDER_VARIABLE: str(place / "keys"), "BURSAR_DESK_LOCAL": str(place / "local")})
    yield made
    made.close()


def opened(path: Path) -> Store:
    return registers.open_store(path, clock=CLOCK)


@dataclass
class Schools:
    """A register, a neighbour's, the neighbour's large file for it, and the seconds writing and merging that take."""

    a: Path
    b: Path
    file: Path
    writing: float
    merging: float


@pytest.fixture(scope="module")
def schools(place: Path) -> Schools:
    """The register whose copies are killed, and what is merged into them."""
    with pytest.MonkeyPatch.context() as patch:
        _use(place, patch)
        bench = Bench(place, clock=CLOCK)
        a = registers.found(bench.path("a"), Newcomer("St Anne", "school", "105219"), practice=True, clock=CLOCK).store
        b = registers.found(bench.path("b"), Newcomer("Bury", "school", "105220"), practice=True, clock=CLOCK).store
        bench.introduce(a, b)
        with b.bulk() as bulk:
            for n in range(1_500):
                with bulk.act(ActCode.ADD_PERSON, who="Bob") as act:
                    act.create("person", {"name": f"person {n}"})
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


@pytest.mark.parametrize("batch", range(5))
def test_ten_kills_while_recording_lose_nothing_that_was_acknowledged(
    batch: int, place: Path, helper: Helper, schools: Schools
) -> None:
    chance = random.Random(batch)
    path = place / f"recording-{batch}.register"
    shutil.copyfile(schools.a, path)
    store = opened(path)
    with store.act(ActCode.REPORT_DEFECT) as act:
        gate = act.create("defect", {"title": "gate"})
    store.close()
    kept: list[str] = []
    for _ in range(10):
        heard = helper.run({"job": "record", "path": str(path), "gate": gate.hex()}, chance, 0.06)
        kept += [words[1] for words in heard]
        first_look(path)
        store = opened(path)
        assert verify(store, QUIET) == []
        with looking(store) as con:
            records = {row[0].hex() for row in con.execute("SELECT id FROM check_record")}
            named = {row[0] for row in con.execute("SELECT name FROM person")}
        assert set(kept) <= records, "an acknowledged act is missing"
        assert records == named, "an act is there by half"
        with store.act(ActCode.REPORT_DEFECT) as act:
            act.create("defect", {"title": "after the kill"})
        assert store.notices == [], "a kill is not an older copy"
        store.close()
    assert len({meta.epoch for meta, *_ in commits_in(store)}) == 1, "the same epoch goes on"
    assert kept, "nothing was recorded at all: the kills come too soon"


@pytest.mark.parametrize("batch", range(3))
def test_ten_kills_while_merging_leave_all_or_nothing_and_the_merge_then_succeeds(
    batch: int, place: Path, helper: Helper, schools: Schools
) -> None:
    chance = random.Random(100 + batch)
    before = None
    unfinished = 0
    for n in range(10):
        path = place / f"merging-{batch}-{n}.register"
        shutil.copyfile(schools.a, path)
        task = {"job": "merge", "path": str(path), "file": str(schools.file)}
        heard = helper.run(task, chance, 1.2 * schools.merging)
        unfinished += not heard
        assert first_look(path) in (0, 1_500)
        store = opened(path)
        assert verify(store, QUIET) == []
        assert first_look(path) == (1_500 if heard else first_look(path))
        receipt = merging.merge(_desk(store), [schools.file]).files[0]
        assert receipt.accepted
        assert receipt.added + receipt.already == 1_500
        state = (tables_of(store), sums_of(store))
        assert before in (None, state)
        before = state
        store.close()
        path.unlink()
    assert unfinished, "no merge was killed before its end"


def _desk(store: Store) -> Desk:
    return Desk(store, CLOCK)


@pytest.mark.parametrize("batch", range(2))
def test_ten_kills_while_exporting_leave_a_whole_file_or_none_and_the_register_alone(
    batch: int, place: Path, helper: Helper, schools: Schools
) -> None:
    chance = random.Random(200 + batch)
    b = schools.b
    store_a = opened(schools.a)
    before = b.read_bytes()
    folder = place / f"stick-{batch}"
    folder.mkdir()
    file = folder / "for-a.bursar"
    task = {"job": "export", "path": str(b), "file": str(file), "to": store_a.facts.home.hex()}
    unfinished = 0
    for n in range(10):
        heard = helper.run(task, chance, 1.2 * schools.writing)
        unfinished += not heard
        assert b.read_bytes() == before
        assert file.exists() or not heard, "it said it was written"
        if file.exists():
            preview = merging.preview(_desk(store_a), [folder])
            assert [(one.accepted, one.came) for one in preview.files] == [(True, 1_500)]
            if n % 2:
                file.unlink()
    assert unfinished, "no export was killed before its end"
    bench = Bench(folder, clock=CLOCK)
    store_b = opened(b)
    sending.send(store_b, bench.keys_of(store_b), file, [store_a.facts.home], QUIET)
    assert merging.files_in([folder]) == [file], "what a kill left behind is no file for anybody"
    assert verify(store_b, QUIET) == []
    store_a.close()
    store_b.close()


def test_ten_kills_while_a_register_is_founded_leave_a_whole_one_or_none(place: Path, helper: Helper) -> None:
    chance = random.Random(300)
    newcomer = Newcomer("St Anne", "school", "105219")
    registers.found(place / "loading.register", newcomer, practice=True, clock=CLOCK).store.close()
    begun = time.perf_counter()
    registers.found(place / "trial-founding.register", newcomer, practice=True, clock=CLOCK).store.close()
    longest = 1.2 * (time.perf_counter() - begun)
    unfinished = 0
    for n in range(10):
        path = place / f"founding-{n}.register"
        heard = helper.run({"job": "found", "path": str(path)}, chance, longest)
        unfinished += not heard
        assert path.exists() or not heard
        store = opened(path) if path.exists() else registers.found(path, newcomer, practice=True, clock=CLOCK).store
        assert verify(store, QUIET) == []
        with store.act(ActCode.REPORT_DEFECT) as act:
            act.create("defect", {"title": "gate"})
        store.close()
    assert unfinished, "no founding was killed before its end"
