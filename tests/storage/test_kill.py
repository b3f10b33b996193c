"""Kills at any moment of recording, merging, exporting and founding: nothing acknowledged is lost, nothing is half.

With those of test_kill_copies.py they are two hundred in the ordinary run and a thousand in a campaign.
"""

from __future__ import annotations

import os
import random
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bursar_desk.domain.acts import ActCode
from bursar_desk.exchange import sending
from bursar_desk.services import merging, registers
from bursar_desk.services.desk import Desk
from bursar_desk.services.registers import Newcomer
from db.store import Store
from db.verify import verify
from tests.conftest import CAMPAIGN
from tests.storage.kill_kit import (
    CLOCK,
    KILLS,
    PEOPLE,
    Helper,
    Schools,
    first_look,
    found_schools,
    helper_for,
    kills,
    opened,
    use,
)  # fmt: skip
from tests.storage.workbench import QUIET, commits_in, looking, sums_of, tables_of

pytestmark = pytest.mark.timeout(3_600 if CAMPAIGN else 300)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with keys and witnesses that both processes use."""
    folder = tmp_path_factory.mktemp("kill")
    with pytest.MonkeyPatch.context() as patch:
        use(folder, patch)
        yield folder


@pytest.fixture(autouse=True)
def _same_folders(place: Path, monkeypatch: pytest.MonkeyPatch, own_folders: None) -> None:
    use(place, monkeypatch)


@pytest.fixture(scope="module")
def helper(place: Path) -> Iterator[Helper]:
    made = helper_for(place)
    yield made
    made.close()


@pytest.fixture(scope="module")
def schools(place: Path) -> Schools:
    return found_schools(place)


def _desk(store: Store) -> Desk:
    return Desk(store, CLOCK)


def test_the_kills_are_as_many_as_promised() -> None:
    assert sum(len(kills(job)) for job in KILLS) == (1_000 if CAMPAIGN else 200)


@pytest.mark.parametrize("batch", range(4))
def test_kills_while_recording_lose_nothing_that_was_acknowledged(
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
    for _ in kills("record", 4):
        task = {"job": "record", "path": str(path), "gate": gate.hex()}
        kept += [words[1] for words in helper.run(task, chance, 0.03, after=chance.randrange(4))]
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
    assert kept


def test_kills_while_merging_leave_all_or_nothing_and_the_merge_then_succeeds(
    place: Path, helper: Helper, schools: Schools
) -> None:
    chance = random.Random(100)
    before = None
    unfinished = 0
    path = place / "merging.register"
    for _ in kills("merge"):
        shutil.copyfile(schools.a, path)
        task = {"job": "merge", "path": str(path), "file": str(schools.file)}
        heard = helper.run(task, chance, 1.2 * schools.merging)
        unfinished += not heard
        assert first_look(path) in (0, PEOPLE)
        store = opened(path)
        assert verify(store, QUIET) == []
        assert first_look(path) == (PEOPLE if heard else first_look(path))
        receipt = merging.merge(_desk(store), [schools.file]).files[0]
        assert receipt.accepted
        assert receipt.added + receipt.already == PEOPLE
        state = (tables_of(store), sums_of(store))
        assert before in (None, state)
        before = state
        store.close()
    assert unfinished, "no merge was killed before its end"


def test_kills_while_exporting_leave_a_whole_file_or_none_and_the_register_alone(
    place: Path, helper: Helper, schools: Schools
) -> None:
    chance = random.Random(200)
    b = schools.b
    store_a = opened(schools.a)
    before = b.read_bytes()
    folder = place / "stick"
    folder.mkdir()
    file = folder / "for-a.bursar"
    task = {"job": "export", "path": str(b), "file": str(file), "to": store_a.facts.home.hex()}
    unfinished = 0
    for n in kills("export"):
        heard = helper.run(task, chance, 1.2 * schools.writing)
        unfinished += not heard
        assert b.read_bytes() == before
        assert file.exists() or not heard, "it said it was written"
        if file.exists():
            preview = merging.preview(_desk(store_a), [folder])
            assert [(one.accepted, one.came) for one in preview.files] == [(True, PEOPLE)]
            if n % 2:
                file.unlink()
    assert unfinished, "no export was killed before its end"
    store_b = opened(b)
    left = list(folder.glob(".bursar-*.part"))
    for one in left:
        os.utime(one, (0, 0))  # as if the kills were long ago
    sending.send(store_b, registers.computer_keys(store_b), file, [store_a.facts.home], QUIET)
    assert list(folder.iterdir()) == [file], "what kills left behind goes with the next file that is made there"
    assert verify(store_b, QUIET) == []
    store_a.close()
    store_b.close()


def test_kills_while_a_register_is_founded_leave_a_whole_one_or_none(place: Path, helper: Helper) -> None:
    chance = random.Random(300)
    newcomer = Newcomer("St Anne", "school", "105219")
    registers.found(place / "loading.register", newcomer, practice=True, clock=CLOCK).store.close()
    begun = time.perf_counter()
    registers.found(place / "trial-founding.register", newcomer, practice=True, clock=CLOCK).store.close()
    longest = 1.2 * (time.perf_counter() - begun)
    unfinished = 0
    for n in kills("found"):
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
