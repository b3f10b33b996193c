"""Merging the 21 registers of the sample against bare inserts of the same rows under the same pragmas."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest

from bursar_desk.clock import FixedClock
from bursar_desk.domain.progress import Silent
from bursar_desk.services import merging, sharing
from bursar_desk.services.desk import Desk
from bursar_desk.services.sample import make_sample
from tests.benchmarks.bench_kit import bare_inserts, rows_by_school, timed

pytestmark = pytest.mark.bench
LIMIT, AIM = 6.0, 4.0
ROUNDS = 3
TODAY = dt.date(2026, 11, 20)


def _merge(register: Path, folder: Path, clock: FixedClock) -> float:
    with Desk.open(register, clock=clock) as desk:
        results: list[merging.MergeResult] = []
        taken = timed(lambda: results.append(merging.merge(desk, [folder])))
        assert results[0].accepted == 21
        assert not results[0].refused
        return taken


@pytest.mark.timeout(600)
def test_merging_21_registers_costs_a_small_multiple_of_bare_inserts(tmp_path: Path) -> None:
    clock = FixedClock.at(TODAY, 17)
    made = make_sample(tmp_path / "sample", on=TODAY, clock=clock, progress=Silent())
    files = tmp_path / "files"
    files.mkdir()
    schools = [one for one in made.registers if one.role == "school"]
    assert len(schools) == 21
    for one in schools:
        with Desk.open(one.path, clock=clock) as desk:
            sharing.export(desk, files / f"{one.urn}.bursar", sharing.receivers(desk, ["cluster"]))
    hub = next(one.path for one in made.registers if one.role == "cluster")
    merges, bares = [], []
    for n in range(ROUNDS):
        copy = tmp_path / f"round{n}" / hub.name
        copy.parent.mkdir()
        shutil.copy(hub, copy)
        shutil.copytree(hub.with_suffix(".keys"), copy.with_suffix(".keys"))
        merges.append(_merge(copy, files, clock))
        batches = list(rows_by_school(copy).values())
        bares.append(bare_inserts(tmp_path / f"bare{n}.sqlite", batches))
    rows = sum(len(listed) for batch in batches for listed in batch.values())
    size = sum(file.stat().st_size for file in files.iterdir())
    ratio = min(merges) / min(bares)
    print(
        f"\n{rows:,} rows: merged in {min(merges):.2f} s, bare inserts {min(bares):.2f} s,"
        f" ratio {ratio:.2f} (aim {AIM}, limit {LIMIT}); {size / rows:.0f} bytes a row in the files"
    )
    assert ratio <= LIMIT
