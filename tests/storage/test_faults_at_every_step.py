"""The disk refuses one step of a job: the job is finished or refused in words, nothing is lost, and trying again works.

The ordinary run tries some steps of each kind; a campaign tries every one.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from typing import Any

import pytest

from tests.conftest import CAMPAIGN
from tests.storage.fault_disk import BELOW_SQLITE, CODES, KINDS, Disk, Fault, disk
from tests.storage.fault_jobs import JOBS, Arena, Job, attempt, prepare, sound, things

OURS = (".part", ".part-journal", "-journal", ".lock")
SPREAD = 3

pytestmark = pytest.mark.skipif(not BELOW_SQLITE, reason="this Python's SQLite lets nobody stand below it")


@pytest.fixture(scope="module")
def arena(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Arena]:
    """Where the jobs are done; the same place for all of them."""
    with pytest.MonkeyPatch.context() as patch:
        yield prepare(tmp_path_factory.mktemp("faults"), patch)


@pytest.fixture(autouse=True)
def _same_place(arena: Arena, monkeypatch: pytest.MonkeyPatch, own_folders: None) -> None:
    monkeypatch.setenv("BURSAR_DESK_LOCAL", str(arena.folder / "local"))


@pytest.fixture(scope="module")
def finished(arena: Arena) -> dict[str, tuple[Disk, Any]]:
    """For each job how often the disk is asked when nothing is refused, and what is then to be seen."""
    out = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BURSAR_DESK_LOCAL", str(arena.folder / "local"))
        for job in JOBS:
            said, asked = attempt(job, arena, None)
            assert said == "", job.name
            out[job.name] = (asked, job.done(arena))
    return out


def steps(last: int) -> list[int]:
    """The steps of a kind that are tried: some from the first to the last, or all of them."""
    if CAMPAIGN or last <= SPREAD:
        return list(range(1, last + 1))
    return sorted({1, last, *(1 + n * (last - 1) // (SPREAD - 1) for n in range(SPREAD))})


@pytest.mark.timeout(3600 if CAMPAIGN else 300)
@pytest.mark.parametrize("lasting", [False, True], ids=["once", "from then on"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("job", JOBS, ids=[job.name for job in JOBS])
def test_a_refused_step_ends_in_words_with_nothing_lost_and_the_job_then_succeeds(
    job: Job, kind: str, lasting: bool, arena: Arena, finished: dict[str, tuple[Disk, Any]]
) -> None:
    asked, seen = finished[job.name]
    for at in steps(asked.asked[kind]):
        for code in CODES[kind] if CAMPAIGN else CODES[kind][at % len(CODES[kind]) :][:1]:
            _try(job, arena, Fault(kind, at, lasting, code), seen)


def _try(job: Job, arena: Arena, fault: Fault, seen: Any) -> None:
    arena.lay_out()
    before = things(arena)
    said, met = attempt(job, arena, fault)
    kept = False
    assert met.refused, f"{fault}: nothing was refused"
    if said:
        _is_in_words(said, fault)
        kept = things(arena) != before
        assert not kept or "look whether" in said, f"{fault}: refused, and something has changed: {said}"
    assert job.name == "migrate" or sound(arena.path(job.register)), str(fault)
    if not said or kept:  # done, or all there was left to do was to make sure
        assert job.done(arena) == seen, f"{fault}: it did something else: {said or 'and said nothing'}"
        return
    assert job.run(arena) == "", f"{fault}: the second try was refused"
    assert job.done(arena) == seen, f"{fault}: the second try ended elsewhere"
    hidden = {path for path in arena.folder.rglob(".*") if path.is_file()}
    assert all(path.name.endswith(OURS) for path in hidden), "what is left over says what it is"


def _is_in_words(said: str, fault: Fault) -> None:
    """What happened, what is safe, what to do; none of the system's own words."""
    assert said.count(". ") >= 2, f"{fault}: {said}"
    for theirs in ("Errno", "disk I/O", "Error", "None", "database", "sqlite", "strerror"):
        assert theirs not in said, f"{fault}: {said}"
    if fault.is_full and "full" not in said:
        raise AssertionError(f"{fault}: the disk is full, and this was said: {said}")


def test_the_disk_that_refuses_counts_what_python_and_what_sqlite_ask_of_it(
    arena: Arena, finished: dict[str, tuple[Disk, Any]]
) -> None:
    """The harness is no good if it does not see what a job does."""
    for name, least in {
        "record": {"write": 10, "sync": 3, "delete": 1}, "merge": {"read": 10, "write": 10, "sync": 3, "delete": 1},
        "export": {"write": 3, "sync": 2, "rename": 1}, "backup": {"write": 10, "sync": 2, "rename": 1},
        "restore": {"write": 10, "sync": 2, "rename": 1}, "migrate": {"write": 10, "sync": 3, "delete": 1},
    }.items():  # fmt: skip
        asked = finished[name][0].asked
        assert all(asked[kind] >= count for kind, count in least.items()), (name, asked)
    arena.lay_out()
    with disk(arena.folder, Fault("write", 1, lasting=True, code=errno.ENOSPC)) as full:
        with pytest.raises(OSError, match="No space left"):
            arena.path("note").write_text("never there")
        assert full.refused == 1
    assert arena.path("note").read_text() == ""
