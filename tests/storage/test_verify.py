"""Damage of every kind is found and the first broken link is named; a sound register has no findings at all."""

from __future__ import annotations

import datetime as dt
import random
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import CannotOpen
from bursar_desk.domain.progress import Silent
from db import layout
from db.store import Store
from db.verify import Finding, verify
from tests.storage.workbench import QUIET, Bench, commits_in, commits_of, tables_of


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A register with everything in it: own and foreign entries, a conflict, a deleted row, something held."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("verify")
        patch.setenv("BURSAR_DESK_LOCAL", str(folder / "local"))
        with Bench.open(folder, patch) as bench:
            yield _filled(bench)


def _filled(bench: Bench) -> Store:
    store = bench.school("St Anne", "105219")
    other = bench.second(store, "anne-2")
    rows = []
    for n in range(4):
        with store.act(ActCode.REPORT_DEFECT, who="Dawn") as act:
            rows.append(act.create("defect", {"title": f"defect {n}", "risk": "low"}))
            record = act.fact("check_record", {"done_on": dt.date(2026, 1, 1 + n)})
    with store.act(ActCode.ADD_PERSON) as act:
        act.create("person", {"name": "Terry"})
    bench.exchange(store, other)
    for one, risk in ((store, "high"), (other, "medium")):
        with one.act(ActCode.CHANGE_DEFECT) as act:
            act.set("defect", rows[0], {"risk": risk})
            act.set("defect", rows[1], {"title": f"by {risk}"})
    with other.act(ActCode.CORRECT) as act:
        act.set_aside("check_record", record)
        act.delete("defect", rows[2])
    bench.rounds(store, other, times=1)
    return store


@pytest.fixture
def damaged(original: Store, tmp_path: Path) -> Iterator[tuple[Store, sqlite3.Connection]]:
    """A copy of it, and a way to damage the copy behind the program's back."""
    path = tmp_path / "damaged.register"
    shutil.copyfile(original.path, path)
    con = sqlite3.connect(path, isolation_level=None)
    store = Store.open(path, original.around)
    yield store, con
    store.close()
    con.close()


def flipped(data: bytes, place: int) -> bytes:
    place %= len(data)
    return data[:place] + bytes([data[place] ^ 0x10]) + data[place + 1 :]


def places(findings: list[Finding]) -> list[str]:
    return [one.where for one in findings]


def test_a_sound_register_has_no_findings(original: Store) -> None:
    assert verify(original, Silent()) == []


def test_looking_for_damage_changes_nothing(original: Store) -> None:
    before = original.path.read_bytes()
    verify(original, QUIET)
    assert original.path.read_bytes() == before


@pytest.mark.parametrize("seed", range(25))
def test_one_changed_bit_in_an_entry_is_found_and_its_place_named(
    damaged: tuple[Store, sqlite3.Connection], seed: int
) -> None:
    store, con = damaged
    chance = random.Random(seed)
    pos, body = chance.choice(con.execute("SELECT pos, body FROM commit_log").fetchall())
    con.execute("UPDATE commit_log SET body=? WHERE pos=?", (flipped(body, chance.randrange(len(body))), pos))
    findings = verify(store, QUIET)
    assert findings[0].what == "An entry was altered or is missing"
    assert findings[0].where == f"line {pos >> 40}, entry {pos & (1 << 40) - 1}"


def test_only_the_first_broken_link_of_a_line_is_named(damaged: tuple[Store, sqlite3.Connection]) -> None:
    store, con = damaged
    for seq in (2, 4):
        body = con.execute("SELECT body FROM commit_log WHERE pos=?", (1 << 40 | seq,)).fetchone()[0]
        con.execute("UPDATE commit_log SET body=? WHERE pos=?", (flipped(body, -3), 1 << 40 | seq))
    altered = [one.where for one in verify(store, QUIET) if one.what.startswith("An entry")]
    assert altered == ["line 1, entry 2"]


def test_a_changed_hash_is_found(damaged: tuple[Store, sqlite3.Connection]) -> None:
    store, con = damaged
    found = con.execute("SELECT hash FROM commit_log WHERE pos=?", (1 << 40 | 3,)).fetchone()[0]
    con.execute("UPDATE commit_log SET hash=? WHERE pos=?", (flipped(found, 5), 1 << 40 | 3))
    assert places(verify(store, QUIET))[0] == "line 1, entry 3"


def test_a_missing_entry_is_found(damaged: tuple[Store, sqlite3.Connection]) -> None:
    store, con = damaged
    con.execute("DELETE FROM commit_log WHERE pos=?", (1 << 40 | 2,))
    findings = verify(store, QUIET)
    assert (findings[0].what, findings[0].where) == ("An entry was altered or is missing", "line 1, entry 2")


def test_entries_missing_at_the_end_are_found(damaged: tuple[Store, sqlite3.Connection]) -> None:
    store, con = damaged
    last = con.execute("SELECT head_seq FROM chain WHERE cid=1").fetchone()[0]
    con.execute("DELETE FROM commit_log WHERE pos=?", (1 << 40 | last,))
    findings = verify(store, QUIET)
    assert (findings[0].what, findings[0].where) == ("Entries are missing at the end", f"line 1, entry {last - 1}")


def test_entries_that_changed_places_are_found(damaged: tuple[Store, sqlite3.Connection]) -> None:
    store, con = damaged
    sql = "SELECT hash, body FROM commit_log WHERE pos=?"
    two, three = (con.execute(sql, (1 << 40 | n,)).fetchone() for n in (2, 3))
    con.execute("UPDATE commit_log SET hash=?, body=? WHERE pos=?", (*three, 1 << 40 | 2))
    con.execute("UPDATE commit_log SET hash=?, body=? WHERE pos=?", (*two, 1 << 40 | 3))
    assert places(verify(store, QUIET))[0] == "line 1, entry 2"


def test_an_entry_that_was_put_in_is_found(damaged: tuple[Store, sqlite3.Connection]) -> None:
    store, con = damaged
    last = con.execute("SELECT head_seq FROM chain WHERE cid=1").fetchone()[0]
    con.execute(
        "INSERT INTO commit_log SELECT pos+1, hash, body, arrived, level FROM commit_log WHERE pos=?", (1 << 40 | last,)
    )
    assert places(verify(store, QUIET))[0] == f"line 1, entry {last + 1}"


def test_an_altered_tail_with_its_hashes_made_to_fit_breaks_the_seal(
    damaged: tuple[Store, sqlite3.Connection]
) -> None:
    """Somebody who recomputes every hash still cannot sign: that is what the seal is for."""
    store, con = damaged
    seq, stream, prev = con.execute(
        "SELECT c.head_seq, s.key, l.hash FROM chain c JOIN stream s ON s.sno=c.sno"
        " JOIN commit_log l ON l.pos=(c.cid << 40 | c.head_seq - 1) WHERE c.cid=1"
    ).fetchone()
    body = con.execute("SELECT body FROM commit_log WHERE pos=?", (1 << 40 | seq,)).fetchone()[0]
    changed = body.replace(b"high", b"none")
    assert changed != body
    commit = layout.read_commit(changed)
    head = layout.commit_hash(stream, seq, commit.stamp, prev, None, b"".join(layout.commit_digests(commit)))
    con.execute("UPDATE commit_log SET hash=?, body=? WHERE pos=?", (head, changed, 1 << 40 | seq))
    con.execute("UPDATE chain SET head=? WHERE cid=1", (head,))
    findings = verify(store, QUIET)
    assert (findings[0].what, findings[0].where) == ("A seal does not match", f"line 1, entry {seq}")


def test_a_changed_or_missing_seal_is_found(damaged: tuple[Store, sqlite3.Connection]) -> None:
    store, con = damaged
    seal = con.execute("SELECT seal FROM chain WHERE cid=1").fetchone()[0]
    con.execute("UPDATE chain SET seal=? WHERE cid=1", (flipped(seal, 9),))
    assert [one.what for one in verify(store, QUIET)] == ["A seal does not match"]
    con.execute("UPDATE chain SET seal=NULL WHERE cid=1")
    assert [one.what for one in verify(store, QUIET)] == ["A seal is missing"]


@pytest.mark.parametrize("column", ["meta", "channel", "writer", "key"])
def test_a_line_that_is_said_to_be_somebody_elses_is_found(
    damaged: tuple[Store, sqlite3.Connection], column: str
) -> None:
    store, con = damaged
    value = con.execute(f"SELECT {column} FROM stream WHERE sno=1").fetchone()[0]
    other = "people" if column == "channel" else flipped(value, 40)
    con.execute(f"UPDATE stream SET {column}=? WHERE sno=1", (other,))
    findings = verify(store, QUIET)
    assert (findings[0].what, findings[0].where) == ("A line of history has lost its name", "line 1")


def test_a_wrong_control_sum_is_found(damaged: tuple[Store, sqlite3.Connection]) -> None:
    store, con = damaged
    total = con.execute("SELECT total FROM channel_sum WHERE channel='people'").fetchone()[0]
    con.execute("UPDATE channel_sum SET total=? WHERE channel='people'", (flipped(total, 1),))
    findings = verify(store, QUIET)
    assert [(one.what, one.where) for one in findings] == [("A control sum does not match", "channel people")]


def test_a_changed_statement_is_found(damaged: tuple[Store, sqlite3.Connection]) -> None:
    store, con = damaged
    key, body = con.execute("SELECT hash, body FROM statement WHERE kind='root'").fetchone()
    changed = body.replace(b"St Anne", b"St Anna")
    assert changed != body
    con.execute("UPDATE statement SET body=? WHERE hash=?", (changed, key))
    assert "A school's statement was altered" in [one.what for one in verify(store, QUIET)]


@pytest.mark.parametrize(
    ("sql", "where"),
    [
        ("UPDATE defect SET title='nothing wrong' WHERE title='defect 3'", "defect"),
        ("DELETE FROM defect WHERE title='defect 3'", "defect"),
        ("UPDATE check_record SET standing='stands' WHERE standing='set aside'", "check_record"),
        ("UPDATE check_record SET sid=77", "check_record"),
        ("INSERT INTO person (id, sid, pos, name) VALUES (randomblob(16), 1, 1, 'Nobody')", "person"),
        ("DELETE FROM hidden", "hidden"),
        ("DELETE FROM conflict", "conflict"),
        ("INSERT INTO held VALUES (1, 1, 'made up', 'held')", "held"),
        ("UPDATE cell_op SET value='none' WHERE value='high'", "cell_op"),
        ("DELETE FROM cell_op WHERE value='high'", "cell_op"),
        ("DELETE FROM superseded", "superseded"),
        ("DELETE FROM row_seen", "row_seen"),
        ("UPDATE row_born SET stamp=stamp+1", "row_born"),
    ],
)
def test_a_list_that_is_not_what_the_history_says_is_named(
    damaged: tuple[Store, sqlite3.Connection], sql: str, where: str
) -> None:
    store, con = damaged
    assert con.execute(sql).rowcount > 0
    findings = [one for one in verify(store, QUIET) if one.what == "A list does not match the history"]
    assert where in places(findings)


@pytest.mark.parametrize("seed", range(60))
def test_a_damaged_page_is_said_in_words_or_harms_nothing(original: Store, tmp_path: Path, seed: int) -> None:
    """Bytes of the file itself, cut, zeroed or overwritten: at most the unused end of a page goes unnoticed."""
    data, chance = bytearray(original.path.read_bytes()), random.Random(seed)
    start = chance.randrange(200, len(data) - 4096)
    data[start : start + 2048] = chance.choice((bytes(2048), chance.randbytes(2048)))
    path = tmp_path / "damaged.register"
    path.write_bytes(bytes(data[: chance.choice((len(data), len(data), len(data) // 2))]))
    try:
        store = Store.open(path, original.around)
    except CannotOpen:
        return
    findings = verify(store, QUIET)
    if not findings:
        assert (tables_of(store), commits_of(store)) == (tables_of(original), commits_of(original))
    store.close()


def test_what_was_merged_is_checked_by_its_own_seal(damaged: tuple[Store, sqlite3.Connection]) -> None:
    store, con = damaged
    foreign = con.execute("SELECT pos, body FROM commit_log WHERE arrived>0 ORDER BY pos LIMIT 1").fetchone()
    assert foreign is not None
    con.execute("UPDATE commit_log SET body=? WHERE pos=?", (flipped(foreign[1], -2), foreign[0]))
    assert verify(store, QUIET)[0].what == "An entry was altered or is missing"
    assert len(commits_in(store)) > 1
