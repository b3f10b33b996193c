"""Copies of a register: noticed where they can be, harmless where they cannot, and nothing is ever lost by them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bursar_desk.domain.acts import ActCode
from db.store import Store
from db.witness import SECTOR, Witness
from tests.storage.workbench import (
    Bench,
    commits_in,
    commits_of,
    gaps_of,
    is_sound,
    looking,
    sums_of,
    tables_of,
)

OLDER = "looks like an older copy"


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    with Bench.open(tmp_path, monkeypatch) as opened:
        yield opened


def note(store: Store, title: str) -> None:
    with store.act(ActCode.REPORT_DEFECT) as act:
        act.create("defect", {"title": title})


def titles(store: Store) -> list[str]:
    with looking(store) as con:
        return [row[0] for row in con.execute("SELECT title FROM defect ORDER BY title")]


def epochs(store: Store) -> list[bytes]:
    """The epochs of this computer's own streams, in the order they were begun."""
    found = [meta.epoch for meta, *_ in commits_in(store) if meta.writer == store.facts.writer]
    return list(dict.fromkeys(found))


def put_back(bench: Bench, store: Store, data: bytes) -> Store:
    """An older copy of the file takes its place; the register is opened again."""
    store.close()
    store.path.write_bytes(data)
    return bench.reopened(store.path)


# ---------------------------------------------------------------- copied
def test_one_computer_on_its_own_keeps_one_epoch(bench: Bench) -> None:
    store = bench.school("St Anne", "105219")
    for n in range(3):
        note(store, str(n))
        store = bench.reopened(store.path)
    note(store, "last")
    assert len(epochs(store)) == 1
    assert store.notices == []
    assert [seq for _, seq, *_ in commits_in(store)] == [1, 2, 3, 4]


def test_a_register_copied_to_another_place_begins_a_new_epoch_at_its_first_write(bench: Bench) -> None:
    store = bench.school("St Anne", "105219")
    note(store, "before")
    copy = bench.copied(store, "copied")
    note(copy, "on the copy")
    note(copy, "again")
    assert len(epochs(copy)) == 2
    assert copy.notices == [], "it is not older, only elsewhere"
    note(store, "on the first")
    assert len(epochs(store)) == 1
    assert is_sound(copy)


def test_reading_a_copy_changes_nothing(bench: Bench) -> None:
    store = bench.school("St Anne", "105219")
    note(store, "before")
    copy = bench.copied(store, "copied")
    before = copy.path.read_bytes()
    assert titles(copy) == ["before"]
    with copy.connect() as con:
        assert con.exec_driver_sql("SELECT count(*) FROM defect").scalar() == 1
    assert is_sound(copy)
    assert not copy.witness.file.exists()
    copy.close()
    assert copy.path.read_bytes() == before


def test_a_register_opened_on_another_machine_begins_a_new_epoch(bench: Bench) -> None:
    store = bench.school("St Anne", "105219")
    note(store, "here")
    store.around.machine = "another machine"
    moved = bench.kept(Store.open(store.path, store.around))
    note(moved, "there")
    assert len(epochs(moved)) == 2
    assert moved.notices == []


# ---------------------------------------------------------------- brought back
def test_an_older_copy_brought_back_begins_a_new_epoch_and_says_so_at_its_first_write(bench: Bench) -> None:
    store = bench.school("St Anne", "105219")
    note(store, "kept")
    backup = store.path.read_bytes()
    note(store, "after the backup")
    store = put_back(bench, store, backup)
    assert titles(store) == ["kept"]
    assert store.notices == [], "looking is no writing"
    note(store, "new")
    assert len(epochs(store)) == 2
    assert [OLDER in notice for notice in store.notices] == [True]
    note(store, "newer")
    assert len(store.notices) == 1
    assert len(epochs(store)) == 2
    again = bench.reopened(store.path)
    note(again, "newest")
    assert len(epochs(again)) == 2
    assert again.notices == []


def test_what_was_written_after_the_backup_comes_back_from_a_neighbour(bench: Bench) -> None:
    store = bench.school("St Anne", "105219")
    other = bench.second(store, "anne-2")
    note(store, "kept")
    backup = store.path.read_bytes()
    note(store, "after the backup")
    bench.exchange(store, other)
    store = put_back(bench, store, backup)
    note(store, "new")
    bench.rounds(store, other)
    assert titles(store) == titles(other) == ["after the backup", "kept", "new"]
    assert sums_of(store) == sums_of(other)
    assert is_sound(store)


def test_an_older_copy_is_still_noticed_when_its_first_write_was_killed(bench: Bench) -> None:
    """The witness notes what is about to be written; that may not make the older copy look like the last one."""
    store = bench.school("St Anne", "105219")
    note(store, "kept")
    backup = store.path.read_bytes()
    note(store, "after the backup")
    store = put_back(bench, store, backup)
    _killed_before_commit(store)
    assert store.path.read_bytes() == backup
    store = bench.reopened(store.path)
    note(store, "new")
    assert len(epochs(store)) == 2
    assert [OLDER in notice for notice in store.notices] == [True]


def test_a_copy_whose_first_write_was_killed_is_no_older_copy(bench: Bench) -> None:
    store = bench.school("St Anne", "105219")
    note(store, "kept")
    copy = bench.copied(store, "copied")
    _killed_before_commit(copy)
    copy = bench.reopened(copy.path)
    note(copy, "new")
    assert len(epochs(copy)) == 2
    assert copy.notices == []


def test_a_kill_between_the_commit_and_the_witness_is_no_older_copy(bench: Bench) -> None:
    store = bench.school("St Anne", "105219")
    note(store, "first")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Witness, "settle", _stop)
        with pytest.raises(_KilledError):
            note(store, "kept")
    store = bench.reopened(store.path)
    assert titles(store) == ["first", "kept"]
    note(store, "next")
    assert len(epochs(store)) == 1
    assert store.notices == []
    assert [seq for _, seq, *_ in commits_in(store)] == [1, 2, 3]


def test_a_power_cut_that_loses_what_was_not_flushed_is_no_older_copy(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The register is on the disk after every act; of the witness only what was flushed is."""
    store = bench.school("St Anne", "105219")
    note(store, "first")
    witness = store.witness.file
    flushed = witness.read_bytes()
    real = os.fsync

    def flush(handle: int) -> None:
        nonlocal flushed
        real(handle)
        flushed = witness.read_bytes()

    monkeypatch.setattr(os, "fsync", flush)
    for n in range(3):
        note(store, f"kept {n}")
        store.close()
        witness.write_bytes(flushed)
        store = bench.reopened(store.path)
    note(store, "last")
    assert store.notices == []
    assert len(epochs(store)) == 1
    assert len(flushed) == SECTOR, "written over within one sector"


@pytest.mark.parametrize("noted", [b"", b"[", b'{"a": 1}', b"\xff\xfe", b"null"])
def test_a_torn_witness_only_costs_a_new_epoch(bench: Bench, noted: bytes) -> None:
    store = bench.school("St Anne", "105219")
    note(store, "first")
    store.witness.file.write_bytes(noted)
    store = bench.reopened(store.path)
    note(store, "next")
    assert len(epochs(store)) == 2
    assert store.notices == []
    assert is_sound(store)


class _KilledError(BaseException):
    """Stands for a kill: what comes after it does not happen."""


def _stop(*_: object) -> None:
    raise _KilledError


def _killed_before_commit(store: Store) -> None:
    """All of a write up to the last moment before its transaction ends; the witness has noted what was meant."""
    intend = Witness.intend

    def noted_and_killed(self: Witness, head: bytes, following: bytes, *, renewed: bool = False) -> None:
        intend(self, head, following, renewed=renewed)
        raise _KilledError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Witness, "intend", noted_and_killed)
        with pytest.raises(_KilledError):
            note(store, "never kept")


# ---------------------------------------------------------------- forks
def test_two_copies_that_notice_nothing_both_write_and_both_are_kept(bench: Bench) -> None:
    """The whole disk was copied, witness and all: the same stream goes on in two ways."""
    store = bench.school("St Anne", "105219")
    other = bench.second(store, "anne-2")
    note(store, "before")
    copy = bench.copied(store, "copied")
    copy.witness.settle(copy.facts.written)
    for n in range(2):
        note(store, f"first {n}")
        note(copy, f"copy {n}")
    assert epochs(store) == epochs(copy)
    receipts = [bench.exchange(store, other), bench.exchange(copy, other)]
    assert [receipt.forked for receipt in receipts] == [False, True]
    assert [(receipt.added, receipt.held) for receipt in receipts] == [(3, 0), (2, 0)]
    assert titles(other) == ["before", "copy 0", "copy 1", "first 0", "first 1"]
    assert is_sound(other)
    bench.rounds(store, copy, other)
    assert titles(store) == titles(copy) == titles(other)
    assert tables_of(store) == tables_of(copy) == tables_of(other)
    assert set(commits_of(store)) == set(commits_of(copy)) == set(commits_of(other))
    assert not gaps_of(store) + gaps_of(copy) + gaps_of(other)
    for one in (store, copy, other):
        assert is_sound(one)


def test_own_entries_seen_ahead_in_a_file_begin_a_new_epoch(bench: Bench) -> None:
    store = bench.school("St Anne", "105219")
    other = bench.second(store, "anne-2")
    note(store, "kept")
    backup, noted = store.path.read_bytes(), store.witness.file.read_bytes()
    note(store, "after the backup")
    bench.exchange(store, other)
    store.close()
    store.path.write_bytes(backup)
    store.witness.file.write_bytes(noted)  # the whole disk was brought back: the witness notices nothing
    store = bench.reopened(store.path)
    before = store.facts.epoch
    bench.exchange(store, other)
    bench.exchange(other, store)
    assert store.facts.epoch != before
    assert titles(store) == ["after the backup", "kept"]
    note(store, "new")
    assert len(epochs(store)) == 2
    bench.exchange(store, other)
    assert titles(other) == titles(store)
    assert is_sound(store)


def test_own_entries_that_are_held_already_change_nothing(bench: Bench) -> None:
    store = bench.school("St Anne", "105219")
    other = bench.second(store, "anne-2")
    note(store, "kept")
    bench.exchange(store, other)
    note(store, "later")
    bench.exchange(other, store)
    note(store, "last")
    assert len(epochs(store)) == 1


def test_a_fork_in_the_middle_of_a_long_line_is_kept_where_it_leaves(bench: Bench) -> None:
    store = bench.school("St Anne", "105219")
    other = bench.second(store, "anne-2")
    for n in range(5):
        note(store, f"shared {n}")
    copy = bench.copied(store, "copied")
    copy.witness.settle(copy.facts.written)
    for n in range(5):
        note(store, f"first {n}")
    note(copy, "on the copy")
    bench.exchange(store, other)
    bench.exchange(copy, other)
    with looking(other) as con:
        lines = con.execute("SELECT start_seq, head_seq, fork FROM chain ORDER BY cid").fetchall()
    assert lines == [(1, 10, 0), (6, 6, 1)]
    newcomer = bench.second(store, "anne-3")
    bench.exchange(store, other)
    bench.merge(newcomer, bench.send(other, [newcomer], everything=True))
    assert set(commits_of(newcomer)) == set(commits_of(other))
    assert is_sound(newcomer)


def test_the_clone_of_a_clone_of_a_backup_loses_nothing(bench: Bench) -> None:
    store = bench.school("St Anne", "105219")
    other = bench.second(store, "anne-2")
    note(store, "0")
    copies = [store]
    for n in range(1, 4):
        copy = bench.copied(copies[-1], f"copy-{n}")
        if n % 2:
            copy.witness.settle(copy.facts.written)
        note(copies[-1], f"on {n - 1} after copying")
        note(copy, f"on {n}")
        copies.append(copy)
    bench.rounds(*copies, other, times=3)
    everything = set().union(*(commits_of(one) for one in copies))
    for one in (*copies, other):
        assert set(commits_of(one)) == everything
        assert tables_of(one) == tables_of(other)
        assert is_sound(one)
