"""The figures of the exchange that are not merging itself: files again, files without news, rebuilding, one entry."""

from __future__ import annotations

import datetime as dt
import shutil
import sqlite3
from itertools import count
from pathlib import Path

import pytest

from bursar_desk.domain.acts import ActCode
from bursar_desk.services import merging, sharing
from bursar_desk.services.desk import Desk
from db import raw
from db.rebuild import rebuild
from tests.benchmarks.bench_kit import best, timed
from tests.benchmarks.conftest import Partnership

pytestmark = pytest.mark.bench
AGAIN, WITHOUT_NEWS, DONE = 0.02, 0.5, 3.0
BYTES_AN_ENTRY = 93
"""One and a half times the 62 bytes that the sketch of the format needed for a row; many entries write several."""
PRESSES = 60
ROUNDS = 10


@pytest.mark.timeout(900)
def test_files_again_files_without_news_and_a_rebuild_cost_a_part_of_the_merge(
    partnership: Partnership, tmp_path: Path
) -> None:
    register = partnership.copy(tmp_path / "hub")
    merge = partnership.merge(register, timed)
    with Desk.open(register, clock=partnership.clock) as desk:
        again = timed(lambda: merging.merge(desk, [partnership.files]))
        everything = tmp_path / "everything"
        everything.mkdir()
        _send_everything_anew(partnership, everything)
        results: list[merging.MergeResult] = []
        without_news = timed(lambda: results.append(merging.merge(desk, [everything])))
        assert results[0].accepted == 21
        assert not results[0].total("added")
        with desk.store.writing() as con:
            built = timed(lambda: rebuild(con))
            entries = con.exec_driver_sql("SELECT count(*) FROM commit_log").scalar_one()
    print(
        f"\n{entries:,} entries merged in {merge:.2f} s;"
        f" the same files again {again / merge:.3f} of it (limit {AGAIN}),"
        f" other files without news {without_news / merge:.2f} (limit {WITHOUT_NEWS}),"
        f" every list built anew {built / merge:.2f} (limit 1)"
    )
    assert again <= AGAIN * merge
    assert without_news <= WITHOUT_NEWS * merge
    assert built <= merge


def _send_everything_anew(partnership: Partnership, folder: Path) -> None:
    """Other files with the same entries: every school sends all of it once more."""
    sample = partnership.hub.parent
    for file in sorted(partnership.files.iterdir()):
        with Desk.open(sample / f"{file.stem}.register", clock=partnership.clock) as desk:
            to = sharing.receivers(desk, ["cluster"])
            sharing.export(desk, folder / file.name, to, everything=True)


@pytest.mark.timeout(300)
def test_one_press_of_done_costs_a_few_bare_durable_inserts(partnership: Partnership, tmp_path: Path) -> None:
    source = next(file for file in sorted(partnership.hub.parent.glob("*.register")) if file != partnership.hub)
    register = tmp_path / source.name
    shutil.copy(source, register)
    shutil.copytree(source.with_suffix(".keys"), register.with_suffix(".keys"))
    bare = raw.connect(tmp_path / "bare.sqlite", create=True)
    bare.execute("CREATE TABLE kept (id BLOB PRIMARY KEY, words TEXT) STRICT, WITHOUT ROWID")
    rounds: list[tuple[float, float]] = []
    numbers = count()
    with Desk.open(register, clock=partnership.clock) as desk:
        while len(rounds) < ROUNDS:
            ours, theirs = [], []
            for _ in range(PRESSES):  # one of each in turn, so that a busy disk is as busy for both
                ours.append(timed(lambda: _press(desk)))
                theirs.append(timed(lambda: _insert(bare, next(numbers))))
            rounds.append((best(ours[5:]), best(theirs[5:])))
            if rounds[-1][0] <= DONE * rounds[-1][1]:
                break  # more rounds only where a busy machine may have had its say
    bare.close()
    press, insert = min(rounds, key=lambda one: one[0] / one[1])
    ratio = press / insert
    print(f"\none press of Done {press * 1000:.1f} ms, a bare durable insert {insert * 1000:.1f} ms,"
          f" ratio {ratio:.2f} (limit {DONE})")  # fmt: skip
    assert ratio <= DONE


def _press(desk: Desk) -> None:
    with desk.act(ActCode.RECORD_CHECK, subject="Fire alarm test") as act:
        act.fact("check_record", {"check_id": bytes(16), "done_on": dt.date(2026, 11, 20), "outcome": "satisfactory"})


def _insert(con: sqlite3.Connection, n: int) -> None:
    con.execute("BEGIN IMMEDIATE")
    con.execute("INSERT INTO kept VALUES (?,?)", (n.to_bytes(16, "big"), "satisfactory"))
    con.execute("COMMIT")


def test_an_entry_of_history_takes_few_bytes_in_a_file(partnership: Partnership) -> None:
    size, entries = sum(file.stat().st_size for file in partnership.files.iterdir()), partnership.entries
    print(f"\n{size:,} bytes for {entries:,} entries: {size / entries:.0f} an entry (limit {BYTES_AN_ENTRY})")
    assert size / entries <= BYTES_AN_ENTRY
