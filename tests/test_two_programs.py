"""Two programs at one register: one writes, the other is told who and since when, and a crash heals by itself."""

from __future__ import annotations

import datetime as dt
import os
import random
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bursar_desk.domain.acts import ActCode
from bursar_desk.exchange import sending
from bursar_desk.machine import InUse, held_by
from bursar_desk.services import merging, registers
from bursar_desk.services.desk import Desk
from db.store import Store
from db.verify import verify
from tests.conftest import CAMPAIGN
from tests.storage.kill_kit import CLOCK, KILL, Helper, helper_for, opened, use
from tests.storage.workbench import QUIET, Bench, commits_in, commits_of, looking, sums_of, tables_of

CYCLES = 50 if CAMPAIGN else 10
ATTEMPTS = 500 if CAMPAIGN else 40

pytestmark = pytest.mark.timeout(1_800 if CAMPAIGN else 300)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("two")
    with pytest.MonkeyPatch.context() as patch:
        use(folder, patch)
        yield folder


@pytest.fixture(autouse=True)
def _same_folders(place: Path, monkeypatch: pytest.MonkeyPatch, own_folders: None) -> None:
    use(place, monkeypatch)


@pytest.fixture(scope="module")
def helpers(place: Path) -> Iterator[tuple[Helper, Helper]]:
    made = helper_for(place), helper_for(place)
    yield made
    for one in made:
        one.close()


@pytest.fixture
def register(place: Path, tmp_path: Path) -> Path:
    """A school's register with a manager in it."""
    bench = Bench(tmp_path, clock=CLOCK)
    store = bench.school("St Anne", "105219")
    with store.act(ActCode.ADD_PERSON) as act:
        act.create("person", {"name": "Dawn Hill", "role": "business manager", "manages": True})
    store.close()
    return store.path


def titles(path: Path) -> list[str]:
    store = opened(path)
    try:
        with looking(store) as con:
            return [row[0] for row in con.execute("SELECT title FROM defect ORDER BY title")]
    finally:
        store.close()


class _Sitting:
    """Somebody at the desk in another program, until their PC loses power."""

    def __init__(self, helper: Helper, register: Path, title: str) -> None:
        self.helper = helper
        self.pid = helper.begin({"job": "hold", "path": str(register), "person": "Dawn Hill", "title": title})

    def crash(self) -> None:
        os.kill(self.pid, KILL)
        self.helper.rest()


def test_the_second_program_is_told_who_has_the_register_where_and_since_when(
    register: Path, helpers: tuple[Helper, Helper]
) -> None:
    before = time.time()
    there = _Sitting(helpers[0], register, "by the first")
    with pytest.raises(InUse) as refused:
        Desk.open(register, clock=CLOCK)
    since = dt.datetime.fromtimestamp(CLOCK.ms / 1000, dt.UTC)
    assert refused.value.title == (
        f"Dawn Hill has this register open on {socket.gethostname()} since {since:%H:%M}."
    ), "the same day: the time alone"
    assert refused.value.remedy == "Close it there first, or open it here to read only."
    with Desk.open(register, clock=CLOCK, read_only=True) as looking_on:
        assert looking_on.name == "St Anne"
    assert titles(register) == ["by the first"]
    assert time.time() - before < 30, "nobody waited for anybody"
    there.crash()
    assert held_by(register) is None


def test_crash_after_crash_the_next_start_opens_the_register_without_any_help(
    register: Path, helpers: tuple[Helper, Helper]
) -> None:
    for n in range(CYCLES):
        there = _Sitting(helpers[0], register, f"before crash {n:02}")
        there.crash()
        with Desk.open(register, clock=CLOCK) as desk:
            with desk.act(ActCode.REPORT_DEFECT) as act:
                act.create("defect", {"title": f"after crash {n:02}"})
            assert desk.store.notices == []
            assert verify(desk.store, QUIET) == []
    assert len(titles(register)) == 2 * CYCLES
    store = opened(register)
    assert len({meta.epoch for meta, *_ in commits_in(store)}) == 1
    store.close()


def test_two_programs_that_try_again_and_again_lose_and_damage_nothing(
    register: Path, helpers: tuple[Helper, Helper]
) -> None:
    heard: dict[str, list[list[str]]] = {}

    def sit(helper: Helper, who: str) -> None:
        task = {"job": "attempts", "path": str(register), "times": ATTEMPTS, "who": who}
        helper.begin(task)
        heard[who] = helper.rest()

    both = [threading.Thread(target=sit, args=(helper, who)) for helper, who in zip(helpers, ("a", "b"), strict=True)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    answers = [words for said in heard.values() for words in said]
    assert len(answers) == 2 * ATTEMPTS, "each attempt ended in an answer"
    kept = sorted(" ".join(words[1:]) for words in answers if words[0] == "kept")
    assert titles(register) == kept, "what was said to be kept is there, once, and nothing else"
    assert kept
    store = opened(register)
    assert verify(store, QUIET) == []
    store.close()


# ---------------------------------------------------------------- two merges at once
def _files_for(bench: Bench, home: Store, count: int) -> list[Path]:
    others = [bench.school(f"School {n}", f"10530{n}") for n in range(count)]
    bench.introduce(home, *others)
    files = []
    for n, other in enumerate(others):
        with other.bulk() as bulk:
            for person in range(150):
                with bulk.act(ActCode.ADD_PERSON) as act:
                    act.create("person", {"name": f"{n} {person}"})
        files.append(bench.folder / f"{n}.bursar")
        sending.send(other, registers.computer_keys(other), files[-1], [home.facts.home], QUIET)
        other.close()
    return files


@pytest.mark.parametrize("same", [True, False], ids=["the same file", "two files"])
def test_two_merges_into_one_register_at_once_end_as_one_after_the_other(tmp_path: Path, same: bool) -> None:
    """Below the lock of the desk: two threads, two doors, one register."""
    bench = Bench(tmp_path, clock=CLOCK)
    home = bench.school("St Anne", "105219")
    files = _files_for(bench, home, 2)
    home.close()
    alone = tmp_path / "alone.register"
    shutil.copyfile(home.path, alone)
    chosen = [files[0], files[0]] if same else files
    results: list[merging.FileResult] = []
    problems: list[Exception] = []

    def merge(file: Path) -> None:
        store = opened(home.path)
        try:
            results.append(merging.merge(Desk(store, CLOCK), [file]).files[0])
        except Exception as problem:  # noqa: BLE001 - told below, where a test can fail
            problems.append(problem)
        finally:
            store.close()

    both = [threading.Thread(target=merge, args=(file,)) for file in chosen]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert problems == []
    assert [one.accepted for one in results] == [True, True]
    assert sorted(one.added for one in results) == ([0, 150] if same else [150, 150])
    one_by_one = opened(alone)
    merging.merge(Desk(one_by_one, CLOCK), chosen)
    together = opened(home.path)
    assert verify(together, QUIET) == []
    assert commits_of(together).keys() == commits_of(one_by_one).keys()
    assert sums_of(together) == sums_of(one_by_one)
    assert tables_of(together) == tables_of(one_by_one)
    one_by_one.close()
    together.close()


def test_a_merge_at_a_register_in_use_is_refused_in_words_and_changes_nothing(
    register: Path, helpers: tuple[Helper, Helper]
) -> None:
    there = _Sitting(helpers[0], register, "being written")
    before = register.read_bytes()
    with pytest.raises(InUse, match="Dawn Hill has this register open"), Desk.open(register, clock=CLOCK) as desk:
        merging.merge(desk, [register.parent])
    assert register.read_bytes() == before
    there.crash()


def test_a_writer_killed_among_others_leaves_what_was_acknowledged(
    register: Path, helpers: tuple[Helper, Helper]
) -> None:
    chance = random.Random(5)
    kept: list[str] = []
    for n in range(CYCLES):
        task = {"job": "attempts", "path": str(register), "times": 100, "who": f"turn{n}"}
        heard = helpers[n % 2].run(task, chance, 0.1, after=1)
        kept += [" ".join(words[1:]) for words in heard if words[0] == "kept"]
    assert set(kept) <= set(titles(register))
    assert len(kept) >= CYCLES
