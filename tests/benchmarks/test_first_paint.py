"""The first painted window with a cluster register of 21 schools, against a bare PySide6 window."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.benchmarks.bench_kit import best, timed
from tests.benchmarks.conftest import TODAY, Partnership

pytestmark = pytest.mark.bench
LIMIT, AIM = 1.6, 1.3
STALL = 0.1
"""No stall over 100 ms (seconds); judged beside the bare window's own start, which a loaded machine slows alike."""
ROUNDS, TRIES = 7, 3
ROOT = Path(__file__).parents[2]
PROBE = Path(__file__).with_name("paint_probe.py")


def _probe(*words: str) -> dict[str, float]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    ran = subprocess.run(
        [sys.executable, str(PROBE), repr(time.time()), *words],
        env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    seen: dict[str, float] = json.loads(ran.stdout.splitlines()[-1])
    return seen


@pytest.mark.timeout(600)
def test_the_first_window_is_painted_almost_as_soon_as_a_bare_one(partnership: Partnership, tmp_path: Path) -> None:
    register = partnership.copy(tmp_path / "hub")
    partnership.merge(register, timed)
    _probe("bare"), _probe(str(register), TODAY.isoformat())  # byte-code and page cache
    ratio, stall, bare = LIMIT + 1, STALL + 1, [1.0]
    for _ in range(TRIES):  # a machine that was busy meanwhile may have its say again; a slow program stays slow
        bare, ours = [], []
        for _ in range(ROUNDS):
            bare.append(_probe("bare")["painted"])
            ours.append(_probe(str(register), TODAY.isoformat()))
        painted = best([one["painted"] for one in ours])
        ratio, stall = painted / best(bare), min(one["stall"] for one in ours)
        _tell(bare, ours, ratio, stall)
        if ratio <= LIMIT and stall <= STALL:
            break
    assert ratio <= LIMIT
    assert stall <= max(STALL, best(bare) / 2)


def _tell(bare: list[float], ours: list[dict[str, float]], ratio: float, stall: float) -> None:
    painted = best([one["painted"] for one in ours])
    print(
        f"\nbare window {best(bare) * 1000:.0f} ms, first paint {painted * 1000:.0f} ms, ratio {ratio:.2f}"
        f" (aim {AIM}, limit {LIMIT}); lists filled after {best([one['ready'] for one in ours]) * 1000:.0f} ms,"
        f" longest stall {stall * 1000:.0f} ms (limit {STALL * 1000:.0f})"
    )
