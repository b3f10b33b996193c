"""A file is read, checked and taken in a little at a time: memory does not grow with the file."""

from __future__ import annotations

import datetime as dt
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.progress import Silent
from bursar_desk.exchange.sending import send
from bursar_desk.services import registers
from tests.benchmarks.bench_kit import TODAY, clock, found, introduce

pytestmark = [
    pytest.mark.bench,
    pytest.mark.skipif(sys.platform == "win32", reason="this system does not tell how much memory was used"),
]
LIMIT_MB = 250
NOTE = 700
"""Bytes of a note that does not pack: few entries make a large file."""


def _file_of(folder: Path, megabytes: int) -> tuple[Path, Path]:
    folder.mkdir()
    school, hub = found(folder, "school", "900001"), found(folder, "hub", "")
    introduce([school], hub)
    rng = random.Random(megabytes)
    with school.bulk() as bulk:
        for n in range(megabytes * 1024 * 1024 // NOTE):
            with bulk.act(ActCode.RECORD_CHECK, who="Terry Walsh", at_ms=1_700_000_000_000 + n * 60_000) as act:
                note = "".join(map(chr, rng.choices(range(0x4E00, 0x9FA5), k=NOTE // 2)))
                act.fact("check_record", {"done_on": TODAY - dt.timedelta(days=1), "note": note})
    path = folder / "large.bursar"
    send(school, registers.computer_keys(school), path, [hub.facts.home], Silent())
    for store in (school, hub):
        store.close()
    return folder / "hub.register", path


def _peak(register: Path, file: Path) -> float:
    words = [sys.executable, "-m", "tests.benchmarks.memory_probe", str(register), str(file), str(clock().now_ms())]
    told = subprocess.run(
        words, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
    )
    added, peak = told.stdout.split()[-2:]
    assert int(added) > 1000
    return float(peak)


@pytest.mark.timeout(1200)
def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    sizes = [1, 12] if os.environ.get("BURSAR_DESK_CAMPAIGN") != "1" else [1, 12, 50]
    for size in sizes:
        register, file = _file_of(tmp_path / str(size), size)
        peak = _peak(register, file)
        print(f"\na file of {file.stat().st_size / (1 << 20):.0f} MB: {peak:.0f} MB at most (limit {LIMIT_MB})")
        assert peak <= LIMIT_MB
