"""Random edits, deletes, inserts, reorders and cuts of the history: every one is noticed, and a place is named."""

from __future__ import annotations

import datetime as dt
import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bursar_desk.domain.acts import ActCode
from db import fingerprints, layout
from db.store import Store
from db.verify import verify
from tests.storage.workbench import QUIET, Bench

SAMPLE, ALL = 60, 1000
Tamper = Callable[[sqlite3.Connection, random.Random], None]


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Two computers' entries, in several channels, with a fingerprint of the day before the last."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("tampering")
        patch.setenv("BURSAR_DESK_LOCAL", str(folder / "local"))
        with Bench.open(folder, patch) as bench:
            store = bench.school("St Anne", "105219")
            other = bench.second(store, "anne-2")
            for number in range(6):
                for one in (store, other):
                    with one.act(ActCode.RECORD_CHECK, who="Terry", subject=f"check {number}") as act:
                        act.fact("check_record", {"done_on": dt.date(2026, 1, 1 + number), "outcome": "satisfactory"})
                        act.create("person", {"name": f"Person {number}"})
            bench.rounds(store, other, times=1)
            with store.writing() as con:
                fingerprints.note_today(con, store.facts.home, 20_000)
            with store.act(ActCode.RECORD_CHECK, who="Terry") as act:
                act.fact("check_record", {"done_on": dt.date(2026, 1, 9), "outcome": "satisfactory"})
            assert verify(store, QUIET) == []
            yield store


def positions(con: sqlite3.Connection) -> list[int]:
    return [row[0] for row in con.execute("SELECT pos FROM commit_log ORDER BY pos")]


def edit(con: sqlite3.Connection, chance: random.Random) -> None:
    """One value, another one: a byte, a word of the same length, or the whole entry made anew with its hash."""
    pos = chance.choice(positions(con))
    body, head = con.execute("SELECT body, hash FROM commit_log WHERE pos=?", (pos,)).fetchone()
    way = chance.randrange(4)
    if way == 0:
        place = chance.randrange(len(body))
        changed = body[:place] + bytes([body[place] ^ (1 << chance.randrange(8))]) + body[place + 1 :]
    elif way == 1 and b"Terry" in body:
        changed = body.replace(b"Terry", b"Perry")
    elif way == 2:
        commit = layout.read_commit(body)
        moved = layout.Commit(commit.stamp + chance.choice((-1, 1)) * chance.randrange(1, 1 << 40), None, commit.ops)
        changed = layout._encode(moved)  # the same entry at another time
    else:
        commit = layout.read_commit(body)
        key, prev = con.execute(
            "SELECT s.key, coalesce((SELECT hash FROM commit_log WHERE pos=?), c.start_prev) FROM chain c"
            " JOIN stream s ON s.sno=c.sno WHERE c.cid=?", (pos - 1, pos >> 40),
        ).fetchone()  # fmt: skip
        changed = layout._encode(layout.Commit(commit.stamp + 1, None, commit.ops))
        digests = b"".join(layout.commit_digests(commit))
        head = layout.commit_hash(key, pos & (1 << 40) - 1, commit.stamp + 1, prev, None, digests)
    con.execute("UPDATE commit_log SET body=?, hash=? WHERE pos=?", (changed, head, pos))


def delete(con: sqlite3.Connection, chance: random.Random) -> None:
    """An entry or a run of entries gone, sometimes with those above moved down."""
    listed = positions(con)
    first = chance.choice(listed)
    last = first + chance.randrange(3)
    con.execute("DELETE FROM commit_log WHERE pos BETWEEN ? AND ? AND pos>>40=?", (first, last, first >> 40))
    if chance.random() < 0.5:
        for pos in [p for p in listed if p > last and p >> 40 == first >> 40]:
            con.execute("UPDATE commit_log SET pos=pos-? WHERE pos=?", (last - first + 1, pos))


def insert(con: sqlite3.Connection, chance: random.Random) -> None:
    """An entry put in: at the end, or between two with those above moved up."""
    listed = positions(con)
    source = chance.choice(listed)
    place = chance.choice(listed)
    for pos in sorted((p for p in listed if p >= place and p >> 40 == place >> 40), reverse=True):
        con.execute("UPDATE commit_log SET pos=pos+1 WHERE pos=?", (pos,))
    if source >= place and source >> 40 == place >> 40:
        source += 1
    con.execute(
        "INSERT INTO commit_log SELECT ?, hash, body, arrived, level FROM commit_log WHERE pos=?", (place, source)
    )
    if chance.random() < 0.5:
        con.execute("UPDATE chain SET head_seq=head_seq+1 WHERE cid=?", (place >> 40,))


def reorder(con: sqlite3.Connection, chance: random.Random) -> None:
    """Two entries in each other's place, with or without their hashes."""
    one, other = chance.sample(positions(con), 2)
    names = "body" if chance.random() < 0.5 else "body, hash"
    sql = f"SELECT {names} FROM commit_log WHERE pos=?"
    values = {pos: con.execute(sql, (pos,)).fetchone() for pos in (one, other)}
    for pos, source in ((one, other), (other, one)):
        sets = ", ".join(f"{name}=?" for name in names.split(", "))
        con.execute(f"UPDATE commit_log SET {sets} WHERE pos=?", (*values[source], pos))


def cut(con: sqlite3.Connection, chance: random.Random) -> None:
    """The newest entries of a line gone, its head moved down to fit; sometimes the whole line."""
    cid = chance.choice([row[0] for row in con.execute("SELECT DISTINCT pos>>40 FROM commit_log")])
    start, head = con.execute("SELECT start_seq, head_seq FROM chain WHERE cid=?", (cid,)).fetchone()
    keep = chance.randrange(start - 1, head)
    con.execute("DELETE FROM commit_log WHERE pos>>40=? AND pos>?", (cid, cid << 40 | keep))
    found = con.execute("SELECT hash FROM commit_log WHERE pos=?", (cid << 40 | keep,)).fetchone()
    if found is None:
        con.execute("DELETE FROM chain WHERE cid=?", (cid,))
    elif chance.random() < 0.7:
        con.execute("UPDATE chain SET head_seq=?, head=? WHERE cid=?", (keep, found[0], cid))


WAYS: tuple[Tamper, ...] = (edit, delete, insert, reorder, cut)


def noticed(original: Store, folder: Path, seed: int) -> None:
    path = folder / f"{seed}.register"
    shutil.copyfile(original.path, path)
    chance = random.Random(seed)
    way = WAYS[seed % len(WAYS)]
    con = sqlite3.connect(path, isolation_level=None)
    before = list(con.execute("SELECT pos, hash, body FROM commit_log ORDER BY pos"))
    way(con, chance)
    changed = before != list(con.execute("SELECT pos, hash, body FROM commit_log ORDER BY pos"))
    con.close()
    if changed:
        store = Store.open(path, original.around, read_only=True)
        findings = verify(store, QUIET)
        store.close()
        assert findings, f"{way.__name__} of seed {seed} went unnoticed"
        assert all(one.what and one.where and one.consequence for one in findings)
    path.unlink()


@pytest.mark.parametrize("seed", range(SAMPLE))
def test_a_change_of_the_history_is_noticed(original: Store, tmp_path: Path, seed: int) -> None:
    noticed(original, tmp_path, seed)


@pytest.mark.campaign
def test_every_one_of_a_thousand_changes_of_the_history_is_noticed(original: Store, tmp_path: Path) -> None:
    for seed in range(SAMPLE, SAMPLE + ALL):
        noticed(original, tmp_path, seed)


def test_the_ways_really_change_something(original: Store, tmp_path: Path) -> None:
    """A way that changes nothing would make the others' success worthless."""
    kept = 0
    for seed in range(100):
        path = tmp_path / "one.register"
        shutil.copyfile(original.path, path)
        con = sqlite3.connect(path, isolation_level=None)
        before = list(con.execute("SELECT pos, hash, body FROM commit_log ORDER BY pos"))
        WAYS[seed % len(WAYS)](con, random.Random(seed))
        kept += before == list(con.execute("SELECT pos, hash, body FROM commit_log ORDER BY pos"))
        con.close()
    assert kept <= 2
