"""What a merge says of each file: sums that agree, doubles and older files known by content, refused ones kept."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bursar_desk.domain.errors import Cancelled
from bursar_desk.services import merging, merging_files
from bursar_desk.services.desk import Desk
from tests.services.merging_kit import TODAY, Cluster, cluster

WEEK = 7 * 24 * 3600 * 1000


@pytest.fixture
def c(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    with cluster(tmp_path, monkeypatch) as made:
        yield made


def _adds_up(one: merging.FileResult) -> bool:
    return one.came == one.added + one.already + one.held + one.conflicts


def test_every_entry_of_a_file_is_counted_once_and_the_sums_agree(c: Cluster) -> None:
    gate = c.fault(c.one, note="first")
    first = c.send(c.one, c.two)
    assert (first.added, first.conflicts, first.held) == (1, 0, 0)
    c.change(c.one, gate, note="ours")
    c.change(c.two, gate, note="theirs")
    c.fault(c.two, "Lift")
    second = c.send(c.two, c.one, agree_all=True)
    assert (second.came, second.added, second.already, second.conflicts) == (2, 1, 0, 1)
    assert second.differences == 1
    again = c.send(c.two, c.one)
    assert all(_adds_up(one) for one in (first, second, again))
    assert (again.added, again.conflicts, again.already) == (0, 0, again.came)
    assert second.sentence == "Oakfield: 1 new entry and 1 entry with something to settle."


def test_a_file_older_than_one_merged_before_is_named_as_that(c: Cluster) -> None:
    c.fault(c.one)
    early = c.file(c.one, c.office, "early")
    c.bench.clock.move_on(WEEK)
    late = c.file(c.one, c.office, "late")
    assert merging.merge(c.office, [late]).accepted == 1
    result = merging.merge(c.office, [early])
    (one,) = result.files
    assert (one.accepted, one.added) == (True, 0)
    assert one.older_than == "Oakfield, sent 19 January 2026"
    assert one.sentence.startswith("This file is older than the one you already have (Oakfield, sent 19 January 2026)")
    assert result.sentence == "1 file is older than the one you already have (Oakfield, sent 19 January 2026): skipped."


def test_an_older_file_that_still_brings_something_is_taken_in_like_any_other(c: Cluster) -> None:
    c.fault(c.two)
    early = c.file(c.two, c.office, "early")
    c.bench.clock.move_on(WEEK)
    assert merging.merge(c.office, [c.file(c.one, c.office, "late")]).accepted == 1
    (one,) = merging.merge(c.office, [early]).files
    assert one.added >= 1
    assert not one.older_than


def test_the_same_file_under_another_name_is_known_by_its_content(c: Cluster) -> None:
    file = c.file(c.one, c.office, "Oakfield")
    copies = [file.with_name("Oakfield (1).bursar"), file.with_name("Oakfield (Dawn's conflicted copy).bursar")]
    for copy in copies:
        shutil.copyfile(file, copy)
    result = merging.merge(c.office, [file, *copies])
    assert [one.accepted for one in result.files] == [True, True, True]
    assert [one.same_as for one in result.files] == [None, file, file]
    said = "Oakfield (1).bursar is the same file as Oakfield.bursar. Nothing was left to do."
    assert result.files[1].sentence == said
    assert result.files[1].added == 0
    assert len(merging.receipts(c.office)) == 1
    assert result.sentence.startswith("1 school up to date.")


def test_a_whole_share_file_counts_whatever_it_is_called_and_half_a_one_does_not(c: Cluster, tmp_path: Path) -> None:
    folder = tmp_path / "drive"
    folder.mkdir()
    file = c.file(c.one, c.office)
    data = file.read_bytes()
    (folder / "renamed.dat").write_bytes(data)
    (folder / "half.dat").write_bytes(data[: len(data) // 2])
    (folder / "notes.txt").write_text("Dear Angela")
    (folder / ".hidden.bursar").write_bytes(data)
    (folder / "Lark.bursar.crdownload").write_bytes(data[:-10])
    (folder / "empty.bursar").write_bytes(b"")
    result = merging.merge(c.office, [folder])
    assert {one.path.name: one.accepted for one in result.files} == {
        "renamed.dat": True, "Lark.bursar.crdownload": False, "empty.bursar": False,
    }  # fmt: skip
    waiting = [one for one in result.files if not one.accepted]
    assert {one.code for one in waiting} == {"not_here_yet"}
    assert all("not whole yet" in one.refused_because for one in waiting)
    assert "2 files are not whole yet" in result.sentence
    assert merging.refused(c.office) == [], "what is still on its way is not kept aside"


def test_a_damaged_file_is_kept_aside_with_the_reason_and_left_where_it_is(c: Cluster) -> None:
    file = c.file(c.one, c.office, "Oakfield")
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    before = c.office.store.path.read_bytes()
    result = merging.merge(c.office, [file])
    assert c.office.store.path.read_bytes() == before
    assert file.read_bytes() == bytes(data)
    assert result.files[0].damaged
    assert result.sentence == "1 file is damaged (Oakfield): ask them to send it again."
    (kept,) = merging.refused(c.office)
    assert kept.path is not None
    assert kept.path.read_bytes() == bytes(data)
    assert (kept.name, kept.sender, kept.why) == (file.name, "Oakfield", result.files[0].refused_because)
    note = kept.path.with_name(kept.path.name + ".txt").read_text("utf-8")
    assert result.files[0].refused_because in note
    merging.merge(c.office, [file])
    assert len(merging.refused(c.office)) == 1, "the same content again is one refused file"
    merging.preview(c.office, [file])
    assert len(merging.refused(c.office)) == 1


def test_only_the_newest_refused_files_are_kept_and_large_ones_only_noted(
    c: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(merging_files, "LARGEST_KEPT", 30)
    for n in range(merging_files.MOST_KEPT + 5):
        file = tmp_path / f"{n}.bursar"
        file.write_bytes(b"letter %d" % n if n != 24 else b"a long letter " * 10)
        c.bench.clock.move_on(1000)
        assert not merging.merge(c.office, [file]).files[0].accepted
    kept = merging.refused(c.office)
    assert [one.name for one in kept] == [f"{n}.bursar" for n in range(24, 4, -1)]
    assert kept[0].path is None
    assert all(one.path is not None for one in kept[1:])
    folder = merging_files.folder_of(c.office.store.path)
    assert len(list(folder.iterdir())) == 2 * merging_files.MOST_KEPT - 1


def test_a_refused_file_that_cannot_be_kept_aside_stops_nothing(c: Cluster, tmp_path: Path) -> None:
    merging_files.folder_of(c.office.store.path).write_text("in the way")
    bad = tmp_path / "a.bursar"
    bad.write_bytes(b"Dear Angela")
    result = merging.merge(c.office, [bad, c.file(c.one, c.office)])
    assert [one.accepted for one in result.files] == [False, True]
    assert result.files[0].notes == ("It could not be copied aside.",)


def test_the_sentence_names_whoever_must_send_again(c: Cluster) -> None:
    good, bad, other = c.file(c.one, c.office), c.file(c.anne, c.office, "St Anne"), c.file(c.one, c.anne, "other")
    bad.write_bytes(bad.read_bytes() + b"more")
    result = merging.merge(c.office, [good, bad, other])
    assert result.sentence == (
        "1 school up to date. 1 file is damaged (St Anne): ask them to send it again. "
        "1 file is not for this computer (Oakfield)."
    )


class _StopAt:
    def __init__(self, steps: int) -> None:
        self.left = steps

    def step(self, *_: object) -> None:
        self.left -= 1
        if self.left < 0:
            raise Cancelled


def test_stopping_at_any_step_keeps_the_finished_files_and_undoes_the_one_in_hand(c: Cluster) -> None:
    files = [c.file(c.one, c.office, "a"), c.file(c.anne, c.office, "b")]
    seen = set()
    for steps in range(12):
        copy = c.bench.copied(c.office.store, f"office-{steps}")
        desk = Desk(copy, c.bench.clock)
        result = merging.merge(desk, files, _StopAt(steps))
        assert len(merging.receipts(desk)) == len(result.files)
        assert result.stopped == (len(result.files) < 2)
        assert "Stopped" in result.sentence or not result.stopped
        seen.add(len(result.files))
    assert seen == {0, 1, 2}


# ---------------------------------------------------------------- the guard
def _many(c: Cluster, number: int = 45) -> list[bytes]:
    with c.one.act(12, subject="Faults") as act:
        rows = [act.create("defect", {"title": f"Fault {n}", "raised_on": TODAY}) for n in range(number)]
    c.send(c.one, c.two)
    return rows


def test_a_merge_that_would_change_much_of_a_school_asks_first(c: Cluster) -> None:
    rows = _many(c)
    with c.one.act(13, subject="Faults") as act:
        for row in rows[:8]:
            act.delete("defect", row)
    file = c.file(c.one, c.two)
    (looked,) = merging.preview(c.two, [file]).files
    assert looked.guard is not None
    assert looked.accepted
    asked: list[merging.Guard] = []

    def no(guard: merging.Guard) -> bool:
        asked.append(guard)
        return False

    result = merging.merge(c.two, [file], agreed=no)
    (one,) = result.files
    assert (one.accepted, one.waits, result.refused, result.waiting) == (False, True, [], [one])
    assert [(guard.school_name, guard.changed) for guard in asked] == [("Oakfield", 8)]
    assert one.guard == asked[0] == looked.guard
    assert "change 8 records of Oakfield" in result.sentence
    assert c.count(c.two, "SELECT count(*) FROM hidden") == 0
    assert merging.merge(c.two, [file]).files[0].waits, "nobody agreed"
    assert merging.merge(c.two, [file], agreed=lambda _: True).files[0].accepted
    assert c.count(c.two, "SELECT count(*) FROM hidden") == 8


def test_few_changes_new_entries_and_things_to_settle_are_no_reason_to_ask(c: Cluster) -> None:
    rows = _many(c)
    for row in rows[:4]:
        c.change(c.one, row, note="seen")
    assert c.send(c.one, c.two).accepted
    with c.one.act(12, subject="Faults") as act:
        for n in range(30):
            act.create("defect", {"title": f"New {n}", "raised_on": TODAY})
    assert c.send(c.one, c.two).accepted
    for row in rows[10:20]:
        c.change(c.one, row, note="ours")
        c.change(c.two, row, note="theirs")
    settled = c.send(c.one, c.two)
    assert settled.accepted
    assert settled.differences == 10


# ---------------------------------------------------------------- the preview
def test_a_preview_lists_every_field_before_and_after_and_leaves_the_register_byte_for_byte(c: Cluster) -> None:
    gate, lift = c.fault(c.one, "Gate", risk="low"), c.fault(c.one, "Lift", note="slow")
    c.send(c.one, c.two)
    c.change(c.one, gate, risk="high", target_on=TODAY)
    c.change(c.one, lift, note="ours")
    c.change(c.two, lift, note="theirs")
    check = c.check(c.one)
    c.record(c.one, check)
    file = c.file(c.one, c.two)
    before = c.two.store.path.read_bytes()
    (looked,) = merging.preview(c.two, [file]).files
    assert c.two.store.path.read_bytes() == before
    seen = looked.preview
    assert seen is not None
    assert {(one.table, one.count) for one in seen.rows} == {("school_check", 1), ("check_record", 1)}
    assert {(one.what, one.field, one.before, one.after, one.settle) for one in seen.changes} == {
        ("Gate", "risk", "low", "high", False),
        ("Gate", "target date", "nothing", "Monday 12 January 2026", False),
        ("Lift", "note", "theirs", "ours", True),
    }
    assert seen.lines[0] == "New: 1 check and 1 record of a check."
    (merged,) = merging.merge(c.two, [file]).files
    for name in ("came", "added", "already", "held", "conflicts", "differences", "missing"):
        assert getattr(looked, name) == getattr(merged, name), name
    assert c.value(c.two, gate, "risk") == "high"


def test_a_preview_counts_the_changes_it_does_not_list(c: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    from bursar_desk.services import merging_preview

    monkeypatch.setattr(merging_preview, "MOST_LISTED", 3)
    rows = _many(c, 30)
    for row in rows[:20]:
        c.change(c.one, row, note="seen")
    (looked,) = merging.preview(c.two, [c.file(c.one, c.two)]).files
    assert looked.preview is not None
    assert len(looked.preview.changes) == 3
    assert looked.preview.more_changes == 17
    assert "20 fields of records you have would change." in looked.preview.lines


def test_a_preview_says_which_records_would_be_deleted(c: Cluster) -> None:
    gate = c.fault(c.one)
    c.send(c.one, c.two)
    with c.one.act(13, subject="Gate") as act:
        act.delete("defect", gate)
    (looked,) = merging.preview(c.two, [c.file(c.one, c.two)]).files
    assert looked.preview is not None
    assert [(one.what, one.after) for one in looked.preview.changes] == [("Gate", "deleted")]
