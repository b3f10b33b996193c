"""One week's file must cost the same in a large register as in a small one."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pytest

from bursar_desk.domain.progress import Silent
from bursar_desk.exchange.sending import send
from bursar_desk.services import merging, registers
from bursar_desk.services.desk import Desk
from tests.benchmarks.bench_kit import TODAY, clock, fill, found, introduce, timed

pytestmark = pytest.mark.bench
LIMIT = 1.5
WEEKS = 5
A_WEEK = 650


def _hub_with(folder: Path, records: int) -> tuple[Path, list[Path]]:
    """Make a hub that holds ``records`` and the files of five later weeks of another school."""
    folder.mkdir()
    school, other, hub = found(folder, "big", "900001"), found(folder, "week", "900002"), found(folder, "hub", "")
    introduce([school, other], hub)
    fill(school, records, TODAY - dt.timedelta(days=1800), 1700, seed=1)
    files = [folder / "all.bursar"]
    send(school, registers.computer_keys(school), files[0], [hub.facts.home], Silent())
    checks: list[bytes] = []
    for week in range(WEEKS):
        checks = fill(other, A_WEEK, TODAY - dt.timedelta(days=7 * (WEEKS - week)), 7, seed=week, checks=checks)
        files.append(folder / f"week{week}.bursar")
        send(other, registers.computer_keys(other), files[-1], [hub.facts.home], Silent(), everything=True)
    for store in (school, other, hub):
        store.close()
    return folder / "hub.register", files


def _weeks(register: Path, files: list[Path]) -> tuple[float, float]:
    with Desk.open(register, clock=clock()) as desk:
        whole = timed(lambda: merging.merge(desk, files[:1]))
        times = []
        for file in files[1:]:
            result = merging.FileResult(file, "", 0, accepted=False)

            def once(file: Path = file) -> None:
                nonlocal result
                result = merging.merge(desk, [file]).files[0]

            times.append(timed(once))
            assert result.accepted
            assert result.added
        return whole, min(times)  # whatever else the machine does can only make one slower


@pytest.mark.timeout(1200)
def test_a_weeks_file_costs_the_same_in_a_register_ten_times_larger(tmp_path: Path) -> None:
    sizes = [15_000, 150_000]
    if os.environ.get("BURSAR_DESK_CAMPAIGN") == "1":
        sizes.append(1_500_000)
    figures = []
    for size in sizes:
        whole, week = _weeks(*_hub_with(tmp_path / str(size), size))
        figures.append(week)
        print(f"\n{size:>9,} records: first file {whole:.2f} s, one week {week * 1000:.0f} ms")
    for size, week in zip(sizes[1:], figures[1:], strict=True):
        growth = week / figures[0]
        print(f"growth at {size:,}: {growth:.2f} (limit {LIMIT})")
        assert growth <= LIMIT
