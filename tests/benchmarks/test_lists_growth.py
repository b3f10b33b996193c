"""Ten years of weekly and daily history: what is due and every list, against one query by hand, and how it grows."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

import pytest

from bursar_desk.domain import registry
from bursar_desk.services import checks, defects, home
from bursar_desk.services.desk import Desk
from db import derived, raw
from tests.benchmarks.bench_kit import timed
from tests.benchmarks.conftest import TODAY, Partnership

pytestmark = pytest.mark.bench

YEAR: Final = 364
"""Whole weeks, so that a copied year keeps its weekdays."""
ROUNDS: Final = 5
MOST_OF_A_QUERY: Final = 25.0
MOST_GROWTH: Final = 1.6

# Every check with its two latest records, its open defects and what was said of it: the rows the due list is made of.
BY_HAND: Final = """
SELECT c.*, r.*, d.id, n.id FROM school_check c
LEFT JOIN check_record r ON r.id IN (
  SELECT id FROM check_record i WHERE i.check_id = c.id AND i.done_on <= ?1 AND i.standing = 'stands'
  ORDER BY i.done_on DESC, i.done_minute DESC, i.id DESC LIMIT 2)
LEFT JOIN defect d ON d.check_id = c.id AND d.state NOT IN ('done', 'verified', 'rejected')
LEFT JOIN not_done n ON n.check_id = c.id AND n.said_on >= ?1 - 28
"""

HAND: Final = "by hand"
LISTS: Final[dict[str, Callable[[Desk], object]]] = {
    "due in 14 days, all schools": lambda desk: checks.due(desk, within=14),
    "checks": lambda desk: checks.listing(desk, every_school=True),
    "home": home.view,
    "faults": defects.listing,
}


def _with_years(merged: Path, target: Path, years: int) -> Path:
    """Copy a register and give it so many years: its last year over and over, older ones left out.

    Only tables that lists read are filled; what is measured is reading.
    """
    shutil.copy(merged, target)
    shutil.copytree(merged.with_suffix(".keys"), target.with_suffix(".keys"))
    con = raw.connect(target)
    first = derived.day_number(TODAY) - YEAR
    con.execute("BEGIN IMMEDIATE")
    for table, day in (("check_record", "done_on"), ("not_done", "said_on")):
        con.execute(f"DELETE FROM {table} WHERE {day} <= ?", (first,))
        names = [name for name in derived.columns_of(registry.BY_NAME[table]) if name not in ("id", day)]
        listed = ", ".join(f'"{name}"' for name in names)
        for n in range(1, years):
            con.execute(
                f"INSERT INTO {table} (id, {day}, {listed}) SELECT randomblob(16), {day} - ?, {listed} FROM {table}"
                f" WHERE {day} > ?",
                (n * YEAR, first),
            )
    con.execute("COMMIT")
    con.close()
    return target


@pytest.fixture(scope="module")
def registers(partnership: Partnership, tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    folder = tmp_path_factory.mktemp("years")
    merged = partnership.copy(folder / "merged")
    partnership.merge(merged, timed)
    return {years: _with_years(merged, folder / f"{years}.register", years) for years in (1, 10)}


def _all(con: sqlite3.Connection) -> list[object]:
    return con.execute(BY_HAND, (derived.day_number(TODAY),)).fetchall()


def _round(registers: dict[int, Path], partnership: Partnership) -> dict[tuple[int, str], float]:
    """Time every list and the query by hand once on each register, one after the other."""
    taken: dict[tuple[int, str], float] = {}
    for years, path in registers.items():
        con = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        taken[years, HAND] = timed(partial(_all, con))
        con.close()
        with Desk.open(path, on=TODAY, clock=partnership.clock, read_only=True) as desk:
            for name, work in LISTS.items():
                taken[years, name] = timed(partial(work, desk))
    return taken


def test_ten_years_of_history_cost_the_lists_hardly_more_than_one(
    registers: dict[int, Path], partnership: Partnership, capsys: pytest.CaptureFixture[str]
) -> None:
    _round(registers, partnership)  # whatever is loaded once is loaded now
    rounds = [_round(registers, partnership) for _ in range(ROUNDS)]
    # the quickest of some rounds: whatever else the machine does can only make a round slower
    taken = {key: min(one[key] for one in rounds) for key in rounds[0]}
    con = sqlite3.connect(registers[10])
    held = con.execute("SELECT count(*) FROM check_record").fetchone()[0]
    con.close()
    hand = taken[10, HAND]
    told = [f"{held} check records of ten years; the query by hand takes {1000 * hand:.0f} ms"]
    told += [
        f"{name}: {1000 * taken[10, name]:.0f} ms, {taken[10, name] / hand:.1f} queries (limit {MOST_OF_A_QUERY}); "
        f"ten years to one {taken[10, name] / taken[1, name]:.2f} (limit {MOST_GROWTH})"
        for name in LISTS
    ]
    with capsys.disabled():
        print("\n" + "\n".join(told))
    assert held > 150_000
    for name in LISTS:
        assert taken[10, name] <= MOST_OF_A_QUERY * hand, name
        assert taken[10, name] <= MOST_GROWTH * taken[1, name], name
