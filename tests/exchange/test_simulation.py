"""After any story of lost files, old backups, copied PCs and wrong clocks, everybody ends with the same register."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from db.store import Store
from db.verify import verify
from tests.exchange.simulation import Company, World, plain_files
from tests.storage.histories import reference, state_of
from tests.storage.workbench import QUIET, Bench, commits_of, gaps_of, looking, sums_of, tables_of

SHAPES = {  # name: (hub, neighbours), computers of school A come on top; how often out of ten
    "two": (False, 0, 4),
    "three": (False, 1, 4),
    "with a hub": (True, 1, 1),
    "five": (True, 2, 1),
}
WHEEL = [name for name, (*_, often) in SHAPES.items() for _ in range(often)]
ROUNDS = 4
STEPS = 36
GONE = "Entries of an earlier day are missing"
MANY = [name for name, often in zip(SHAPES, (12, 6, 1, 1), strict=True) for _ in range(often)]
"""The wheel of the long campaign: small companies meet the same accidents in a fraction of the time."""
CHANNELS = ("compliance", "people", "private", "admin", "incidents", "office")


@pytest.fixture(scope="module")
def companies(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Company]]:
    with pytest.MonkeyPatch.context() as patch:
        gathered = {}
        base = tmp_path_factory.mktemp("companies")
        patch.setenv("BURSAR_DESK_LOCAL", str(base / "local"))
        for name, (hub, neighbours, _) in SHAPES.items():
            folder = base / name
            folder.mkdir()
            with Bench.open(folder, patch) as bench:
                gathered[name] = Company.gather(bench, hub=hub, neighbours=neighbours)
        yield gathered


def run(
    company: Company, folder: Path, seed: int, patch: pytest.MonkeyPatch, *, steps: int, real_files: bool = False
) -> World:
    """One story and its end; every promise is checked."""
    with Bench.open(folder, patch) as bench:
        bench.keys = company.bench.keys
        world = World(company, folder, seed, real_files=real_files)
        try:
            if real_files:
                world.live(steps)
                check_the_end(world)
            else:
                with plain_files(patch):
                    world.live(steps)
                    check_the_end(world)
        finally:
            world.close()
    return world


def check_the_end(world: World) -> None:
    """Rounds by what was acknowledged, until nothing is new anywhere; then nobody lacks anything or differs."""
    before: dict[bytes, tuple[bytes, str]] = {}
    for computer in world.computers:
        before.update(commits_of(computer.store))
    rounds = 0
    while world.full_round():
        rounds += 1
        assert rounds <= ROUNDS, "the files never come to rest"
    first: dict[tuple[tuple[bytes, str], bytes], tuple[str, object, object]] = {}
    for computer in world.computers:
        store, trust = computer.store, computer.store.trust
        tables, sums = tables_of(store), sums_of(store)
        # what was only ever on a disk that an older copy overwrote is gone; every other gap must be closed
        assert not [gap for gap in gaps_of(store) if gap.start_prev in before], f"{computer.name} has a gap"
        readable = {
            (school, channel) for school in trust.roots for channel in CHANNELS
            if trust.may_read(computer.home, school, channel)
        }  # fmt: skip
        assert set(tables) | set(sums) <= readable, f"{computer.name} was given what it may not read"
        lost = {head for head, where in before.items() if where in readable} - set(commits_of(store))
        assert not lost, f"{computer.name} lacks {len(lost)} entries"
        for key in readable:
            # what a school set aside of another school's entries is set aside in its own registers only
            view = computer.home if key[0] in set_aside_of_others(store) else b""
            said = (computer.name, tables.get(key), sums.get(key))
            for seen_by in (view, b"sums"):
                name, their_tables, their_sums = first.setdefault((key, seen_by), said)
                assert sums.get(key) == their_sums, f"{computer.name} and {name} hold other entries of {key[1]}"
                assert seen_by == b"sums" or tables.get(key) == their_tables, f"{computer.name}, {name}: other {key[1]}"
    _one_is_looked_at_closely(world)
    _a_newcomer_needs_one_file(world)


def set_aside_of_others(store: Store) -> set[bytes]:
    """Schools some of whose entries another school, whose register this is, has set aside."""
    sql = (
        "SELECT o.school FROM undone u JOIN school_key m ON m.sid=u.sid JOIN stream s ON s.key=u.stream"
        " JOIN school_key o ON o.sid=s.sid WHERE m.school=? AND o.school<>?"
    )
    with looking(store) as con:
        return {row[0] for row in con.execute(sql, (store.facts.home, store.facts.home))}


def _one_is_looked_at_closely(world: World) -> None:
    chosen = world.chance.choice(world.computers).store
    assert state_of(chosen) == reference(chosen)
    if world.chance.random() < 0.2:
        # what was only ever on a disk that an older copy overwrote is gone; a fingerprint that left in time says so
        found = [one.what for one in verify(chosen, QUIET) if not one.what.startswith(GONE)]
        assert not found


def _a_newcomer_needs_one_file(world: World) -> None:
    given = world.computers[0]
    fresh = world.newcomer(given)
    try:
        assert tables_of(fresh.store) == tables_of(given.store)
        assert sums_of(fresh.store) == sums_of(given.store)
    finally:
        fresh.store.close()


def story(
    seed: int, companies: dict[str, Company], tmp_path: Path, *, wheel: Sequence[str] = WHEEL, steps: int = STEPS,
    real_files: bool = False,
) -> World:  # fmt: skip
    folder = tmp_path / str(seed)
    folder.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        world = run(companies[wheel[seed % len(wheel)]], folder, seed, patch, steps=steps, real_files=real_files)
    shutil.rmtree(folder)
    return world


@pytest.mark.parametrize("batch", range(12))
def test_three_hundred_stories_end_equal_everywhere(
    batch: int, companies: dict[str, Company], tmp_path: Path
) -> None:
    for seed in range(batch * 25, (batch + 1) * 25):
        story(seed, companies, tmp_path)


@pytest.mark.parametrize("batch", range(4))
def test_stories_told_by_real_files_end_equal_everywhere(
    batch: int, companies: dict[str, Company], tmp_path: Path
) -> None:
    for seed in range(9_000 + batch * 3, 9_000 + (batch + 1) * 3):
        story(seed, companies, tmp_path, steps=25, real_files=True)


@pytest.mark.campaign
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("batch", range(200))
def test_twenty_thousand_more_stories_end_equal_everywhere(
    batch: int, companies: dict[str, Company], tmp_path: Path
) -> None:
    for seed in range(10_000 + batch * 100, 10_000 + (batch + 1) * 100):
        story(seed, companies, tmp_path, wheel=MANY, steps=STEPS if seed % 10 == 0 else 20)
