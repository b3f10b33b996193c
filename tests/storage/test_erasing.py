"""What a school erases is gone on every desk, and no old file, neighbour or backup brings it back."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from db import chains, erasing, layout
from db.chains import NewCommit
from db.store import Store
from db.take_in import CheckedFile, CheckedSegment, take_in
from tests.storage.histories import reference, state_of
from tests.storage.workbench import QUIET, Bench, commits_of, held_of, is_sound, looking, sums_of

SECRET = "Marker Of Something Told In Confidence"


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    with Bench.open(tmp_path, monkeypatch) as opened:
        yield opened


@pytest.fixture
def two(bench: Bench) -> tuple[Store, Store]:
    """A school and an office that reads it."""
    school, hub = bench.school("St Anne", "105219"), bench.office("Cluster")
    bench.introduce(school, hub=hub)
    return school, hub


def person(store: Store, name: str) -> bytes:
    with store.act(ActCode.ADD_PERSON, who="Dawn", subject=name) as act:
        return act.create("person", {"name": name})


def ops_of(store: Store, row: bytes) -> list[bytes]:
    """The ids of everything that was written about a row, and of the acts that wrote it."""
    out = {row}
    with looking(store) as con:
        places = {pos for (pos,) in con.execute("SELECT pos FROM cell_op WHERE row=?", (row,))}
        out |= {op for (op,) in con.execute("SELECT op FROM cell_op WHERE row=?", (row,))}
        places |= {pos for (pos,) in con.execute("SELECT pos FROM row_born WHERE row=?", (row,))}
        sql = (
            "SELECT l.body, s.key FROM commit_log l JOIN chain c ON c.cid=(l.pos>>40) JOIN stream s ON s.sno=c.sno"
            " WHERE l.pos=?"
        )
        for pos in places:
            body, stream = con.execute(sql, (pos,)).fetchone()
            commit = layout.read_commit(body)
            out.add(layout.id_of(stream, commit.stamp, layout.commit_digests(commit)[0]))
    return sorted(out)


def erase(store: Store, row: bytes) -> None:
    ops = ops_of(store, row)
    with store.act(ActCode.ERASE, who="Dawn") as act:
        act.erase(ops, "left the school", "the head")


def is_in(store: Store, words: str) -> bool:
    return words.encode() in store.path.read_bytes()


def test_erased_words_are_in_no_byte_of_any_register_and_every_hash_still_holds(
    bench: Bench, two: tuple[Store, Store]
) -> None:
    school, hub = two
    row = person(school, SECRET)
    with school.act(ActCode.CHANGE_PERSON, subject=SECRET) as act:
        act.set("person", row, {"job_title": SECRET})
    bench.exchange(school, hub)
    before = (commits_of(school), sums_of(school))
    assert is_in(school, SECRET)
    assert is_in(hub, SECRET)
    erase(school, row)
    assert not is_in(school, SECRET)
    assert set(before[0]) <= set(commits_of(school))
    assert is_sound(school)
    receipt = bench.exchange(school, hub)
    assert receipt.added == 1
    assert not is_in(hub, SECRET)
    assert is_sound(hub)
    assert {k: v for k, v in sums_of(hub).items() if v[1]} == sums_of(school)
    assert state_of(hub) == reference(hub)


def test_an_old_file_brings_nothing_back_in_any_order(bench: Bench, two: tuple[Store, Store]) -> None:
    school, hub = two
    row = person(school, SECRET)
    old = bench.send(school, [hub], "old")
    erase(school, row)
    new = bench.send(school, [hub], "new", everything=True)
    for n, order in enumerate(((old, new, old), (new, old), (old, new))):
        fresh = Path(shutil.copyfile(hub.path, bench.path(f"hub-{n}")))
        store = bench.reopened(fresh)
        for file in order:
            bench.merge(store, file)
        assert not is_in(store, SECRET)
        assert is_sound(store)
        assert state_of(store) == reference(store)


def test_a_value_that_was_erased_does_not_let_an_older_one_come_up_again(
    bench: Bench, two: tuple[Store, Store]
) -> None:
    school, _ = two
    row = person(school, "Terry")
    with school.act(ActCode.CHANGE_PERSON) as act:
        changed = act.set("person", row, {"name": SECRET})
    with school.act(ActCode.ERASE) as act:
        act.erase([changed], "typed by mistake", "Dawn")
    with looking(school) as con:
        assert con.execute("SELECT name FROM person WHERE id=?", (row,)).fetchone() == (None,)
    assert is_sound(school)


def test_what_comes_later_on_an_erased_record_is_held_for_the_owner(bench: Bench, two: tuple[Store, Store]) -> None:
    school, _ = two
    second = bench.second(school, "anne-2")
    row = person(school, SECRET)
    bench.exchange(school, second)
    with second.act(ActCode.CHANGE_PERSON) as act:
        act.set("person", row, {"phone": "0123"})
    erase(school, row)
    receipt = bench.exchange(second, school)
    assert receipt.held == 1
    assert [reason for _, _, reason in held_of(school)] == ["this record was erased"]
    bench.exchange(school, second)
    assert held_of(second) == held_of(school)
    with pytest.raises(UserError, match="was erased"), school.act(ActCode.CHANGE_PERSON) as act:
        act.set("person", row, {"phone": "0124"})


def test_nobody_erases_what_another_school_wrote(bench: Bench) -> None:
    school, other, hub = bench.school("A", "1"), bench.school("B", "2"), bench.office("Cluster")
    bench.introduce(school, other, hub=hub)
    row = person(school, "Dawn Hill of A")
    bench.exchange(school, hub)
    with other.act(ActCode.ERASE) as act:
        act.erase([row], "mischief", "nobody")
    bench.exchange(other, hub)
    with looking(hub) as con:
        assert con.execute("SELECT name FROM person WHERE id=?", (row,)).fetchone() == ("Dawn Hill of A",)
    with school.act(ActCode.CHANGE_PERSON) as act:
        act.set("person", row, {"name": "Dawn Hall"})
    assert bench.exchange(school, hub).added == 1
    assert is_sound(hub)


def test_an_entry_whose_content_was_taken_out_on_the_way_is_asked_for_again(
    bench: Bench, two: tuple[Store, Store]
) -> None:
    """A forwarder may withhold, not erase: what came blank is a gap, and the next whole file fills it."""
    school, hub = two
    for name in ("one", "two", "three"):
        person(school, name)
    good = bench.receive(hub, bench.send(school, [hub]))
    segments = [one for one in good.file.segments if isinstance(one, CheckedSegment)]
    listed = [(one, list(one.commits)) for one in good.file.segments if isinstance(one, CheckedSegment)]
    assert len(segments) == len(listed) == 1
    segment, commits = listed[0]
    blanked = _blanked(segment, commits[1])
    spoilt = CheckedSegment(
        segment.meta, segment.prev, [commits[0], blanked[0], commits[2]], segment.seal, (blanked[1],)
    )
    file = CheckedFile(
        b"x" * 32, good.file.sender, good.file.school, 0, good.file.have, good.file.statements, [spoilt], 3
    )
    receipt = take_in(hub, file, QUIET, "")
    assert (receipt.came, receipt.added, receipt.withheld, receipt.held) == (3, 1, 2, 2)
    with hub.connect() as con:
        assert not chains.have(con)
    receipt = bench.exchange(school, hub)
    assert (receipt.added, receipt.known) == (2, 1)
    with looking(hub) as con:
        assert [name for (name,) in con.execute("SELECT name FROM person ORDER BY id")].count(None) == 0
    assert is_sound(hub)


def _blanked(segment: CheckedSegment, commit: NewCommit) -> tuple[NewCommit, tuple[int, frozenset[bytes]]]:
    parts = layout.read_commit(commit.body)
    key = segment.meta.key
    op = layout.id_of(key, parts.stamp, layout.commit_digests(parts)[1])
    left = erasing.without(parts, key, {op})
    assert left is not None
    return NewCommit(commit.seq, commit.hash, left), (commit.seq, frozenset((op,)))


def test_what_was_erased_is_taken_out_of_a_backup_that_is_brought_back(
    bench: Bench, two: tuple[Store, Store], tmp_path: Path
) -> None:
    school, _ = two
    row = person(school, SECRET)
    backup = Path(shutil.copyfile(school.path, tmp_path / "backup.register"))
    erase(school, row)
    noted = erasing.noted(school.around.local, school.facts.register)
    assert row in noted
    school.close()
    shutil.copyfile(backup, school.path)
    back = bench.reopened(school.path)
    assert is_in(back, SECRET)
    assert erasing.reapply(back, noted) == 1
    assert not is_in(back, SECRET)
    assert is_sound(back)
    assert erasing.reapply(back, noted) == 0


def test_an_erasure_of_something_in_its_own_line_needs_one_file_only(bench: Bench, two: tuple[Store, Store]) -> None:
    """What was erased lies below the erasure that covers it: a newcomer is not made to wait for a second file."""
    school, hub = two
    with school.act(ActCode.SET_CALENDAR) as act:
        block = act.create("calendar_block", {"kind": "closed", "name": SECRET})
    with school.act(ActCode.ERASE) as act:
        act.erase([block], "typed by mistake", "Dawn")
    receipt = bench.exchange(school, hub)
    assert (receipt.came, receipt.added, receipt.withheld) == (2, 2, 0)
    assert not is_in(hub, SECRET)
    assert is_sound(hub)
