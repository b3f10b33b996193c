"""The accidents that other engines did not survive, each by its name, through real registers and real files."""

from __future__ import annotations

import datetime as dt
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bursar_desk.domain.acts import ActCode
from bursar_desk.exchange import body, envelope
from bursar_desk.services import backups, conflicts
from bursar_desk.services.desk import Desk
from db import statements as st
from db.store import Store
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


def record(store: Store, note: str) -> None:
    """One check done."""
    with store.act(ActCode.RECORD_CHECK, who="Terry") as act:
        act.fact("check_record", {"done_on": dt.date(2026, 1, 12), "outcome": "satisfactory", "note": note})


def recorded(store: Store) -> list[str]:
    """What was recorded, by its notes."""
    with looking(store) as con:
        return [row[0] for row in con.execute("SELECT note FROM check_record WHERE standing='stands' ORDER BY note")]


def epochs(store: Store) -> set[bytes]:
    return {meta.epoch for meta, *_ in commits_in(store) if meta.writer == store.facts.writer}


def agree(*stores: Store) -> bool:
    """The same entries, the same sums, the same tables everywhere, no gap, no damage."""
    for one in stores:
        assert commits_of(one).keys() == commits_of(stores[0]).keys()
        assert sums_of(one) == sums_of(stores[0])
        assert tables_of(one) == tables_of(stores[0])
        assert gaps_of(one) == []
        assert is_sound(one)
    return True


# ---------------------------------------------------------------- a backup is brought back, then work goes on
@pytest.mark.parametrize("witness", ["kept", "lost", "rolled back too"])
def test_a_backup_brought_back_then_new_records_and_both_branches_are_kept(bench: Bench, witness: str) -> None:
    office = bench.school("St Anne", "105219")
    hall = bench.second(office, "hall")
    record(office, "1 before the backup")
    copy = backups.back_up(office.path, bench.folder / "copies", bench.clock).file
    noted = office.witness.file.read_bytes()
    record(office, "2 after the backup")
    bench.exchange(office, hall)
    office.close()
    backups.restore(copy, office.path, bench.clock)
    file = office.witness.file
    if witness == "lost":
        file.unlink()
    elif witness == "rolled back too":
        file.write_bytes(noted)
    office = bench.reopened(office.path)
    record(office, "3 on the older copy")
    record(office, "4 on the older copy")
    assert (OLDER in " ".join(office.notices)) == (witness == "kept"), "said where it can be known, and only there"
    assert len(epochs(office)) == (1 if witness == "rolled back too" else 2)
    receipt = bench.exchange(office, hall)
    assert receipt.forked == (witness == "rolled back too"), "two lines from one point are seen for what they are"
    assert recorded(hall) == ["1 before the backup", "2 after the backup", "3 on the older copy", "4 on the older copy"]
    bench.rounds(hall, office)
    assert recorded(office) == recorded(hall)
    assert agree(office, hall)
    record(office, "5 goes on")
    assert len(epochs(office)) == 2, "seeing its own lost entries it writes under a fresh name"


def test_a_backup_brought_back_twice_loses_neither_of_the_two_other_days(bench: Bench) -> None:
    office = bench.school("St Anne", "105219")
    hall = bench.second(office, "hall")
    record(office, "0")
    copy = backups.back_up(office.path, bench.folder / "copies", bench.clock).file
    for day in ("1", "2"):
        record(office, day)
        bench.exchange(office, hall)
        office.close()
        bench.clock.move_on(60_000)
        backups.restore(copy, office.path, bench.clock)
        office = bench.reopened(office.path)
    record(office, "3")
    bench.rounds(office, hall)
    assert recorded(office) == recorded(hall) == ["0", "1", "2", "3"]
    assert agree(office, hall)


# ---------------------------------------------------------------- two PCs from one copied database
@pytest.mark.parametrize("whole_disk", [False, True], ids=["the register was copied", "the whole disk was copied"])
def test_two_computers_from_one_copied_register_both_write_and_both_are_kept(bench: Bench, whole_disk: bool) -> None:
    first = bench.school("St Anne", "105219")
    office = bench.office("Cluster")
    bench.introduce(first, hub=office)
    record(first, "0 before copying")
    twin = bench.copied(first, "twin")
    if whole_disk:
        shutil.copyfile(first.witness.file, twin.witness.file)
    for n in range(3):
        record(first, f"first {n}")
        record(twin, f"twin {n}")
    assert (epochs(first) == epochs(twin)) == whole_disk
    forked = [bench.exchange(one, office).forked for one in (first, twin)]
    assert forked == [False, whole_disk]
    everything = ["0 before copying", *(f"{who} {n}" for who in ("first", "twin") for n in range(3))]
    assert recorded(office) == everything
    bench.rounds(first, twin)
    assert recorded(first) == recorded(twin) == everything
    assert agree(first, twin)
    bench.exchange(twin, office)
    record(first, "later first")
    record(twin, "later twin")
    bench.rounds(first, twin, times=1)
    assert agree(first, twin)
    assert len(commits_of(first)) == 1 + 6 + 2, "nothing twice, nothing lost"


# ---------------------------------------------------------------- a value overwritten
def test_a_value_overwritten_on_two_desks_is_kept_twice_and_shown_as_a_difference(bench: Bench) -> None:
    office = bench.school("St Anne", "105219")
    hall = bench.second(office, "hall")
    with office.act(ActCode.REPORT_DEFECT, who="Terry") as act:
        gate = act.create("defect", {"title": "gate", "note": "hinge"})
    bench.exchange(office, hall)
    for store, words in ((office, "hinge loose"), (hall, "lock broken")):
        with store.act(ActCode.CHANGE_DEFECT, who=words) as act:
            act.set("defect", gate, {"note": words})
    receipts = [bench.exchange(office, hall), bench.exchange(hall, office)]
    assert [receipt.conflicts for receipt in receipts] == [1, 1]
    desks = [Desk(store, bench.clock) for store in (office, hall)]
    for desk in desks:
        found = conflicts.listing(desk)
        assert [sorted(rival.said for rival in one.rivals) for one in found] == [["hinge loose", "lock broken"]]
    with looking(office) as one, looking(hall) as other:
        shown = {con.execute("SELECT note FROM defect").fetchone()[0] for con in (one, other)}
        kept = {row[0] for row in one.execute("SELECT value FROM cell_op")}
    assert len(shown) == 1, "both desks show the same one of them"
    assert kept == {"hinge loose", "lock broken"}
    (found_here,) = conflicts.listing(desks[0])
    conflicts.settle_value(desks[0], found_here.id, "hinge loose, lock broken")
    bench.exchange(office, hall)
    assert conflicts.listing(desks[0]) == conflicts.listing(desks[1]) == []
    assert agree(office, hall)


def test_the_same_value_written_on_two_desks_is_no_difference(bench: Bench) -> None:
    office = bench.school("St Anne", "105219")
    hall = bench.second(office, "hall")
    with office.act(ActCode.REPORT_DEFECT) as act:
        gate = act.create("defect", {"title": "gate", "note": "hinge"})
    bench.exchange(office, hall)
    for store in (office, hall):
        with store.act(ActCode.CHANGE_DEFECT) as act:
            act.set("defect", gate, {"note": "mended"})
    bench.rounds(office, hall)
    assert conflicts.listing(Desk(office, bench.clock)) == []
    assert agree(office, hall)


# ---------------------------------------------------------------- another order, twice, with holes
def test_files_in_any_order_twice_and_with_holes_end_in_equal_digests_and_tables(bench: Bench) -> None:
    office = bench.school("St Anne", "105219")
    hall, yard = bench.second(office, "hall"), bench.second(office, "yard")
    with office.connect() as con:
        known = st.stored(con)
    for one in (hall, yard):
        one.add_statements(known)
    bare = yard.path.read_bytes()
    files = _a_week_of_files(bench, office, hall, yard)
    yard.close()
    starts = {_first_number(bench, yard, file) for file in files}
    assert max(starts) > 1, "some files begin in the middle: without the one before there is a hole"
    chance = random.Random(20)
    ends = []
    for n in range(8):
        order = chance.sample(files * 2, len(files) * 2)
        replica = _another(bench, bare, f"yard-{n}")
        for file in order:
            bench.merge(replica, file)
        ends.append(replica)
    assert recorded(ends[0]) == recorded(office)
    assert agree(*ends)
    assert tables_of(ends[0]) == tables_of(office)


def _a_week_of_files(bench: Bench, office: Store, hall: Store, yard: Store) -> list[Path]:
    """Files of two desks to the third, each beginning where all had acknowledged; with edits of the same cells."""
    with office.act(ActCode.REPORT_DEFECT) as act:
        gate = act.create("defect", {"title": "gate", "note": "0"})
    files: list[Path] = []
    for day in range(4):
        for store in (office, hall):
            record(store, f"{day} {store.path.stem}")
            if day:
                with store.act(ActCode.CHANGE_DEFECT) as act:
                    act.set("defect", gate, {"note": f"{day} {store.path.stem}"})
            files.append(bench.send(store, [yard], f"day-{day}"))
            for to in (office, hall, yard):
                if to is not store:
                    bench.merge(to, files[-1])
        for to in (office, hall):
            bench.exchange(yard, to)
    return files


def _first_number(bench: Bench, store: Store, file: Path) -> int:
    """The lowest number of an entry in a file's first line of checks."""
    with envelope.open_file(file, [bench.keys_of(store).box]) as opened:
        starts: list[int] = [frame[2] for frame in body.frames(opened.body) if frame[0] == "segment"]
    return min(starts)


def _another(bench: Bench, data: bytes, name: str) -> Store:
    bench.path(name).write_bytes(data)
    return bench.reopened(bench.path(name))
