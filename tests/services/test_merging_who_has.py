"""How old each school's records are here, who lacks what, who needs a file; and checks that were done twice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from bursar_desk.domain.errors import UserError
from bursar_desk.services import cluster_files, done_twice, merging, sharing
from tests.services.merging_kit import TODAY, Cluster, cluster, lent

DAY = 24 * 3600 * 1000


@pytest.fixture
def c(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    with cluster(tmp_path, monkeypatch) as made:
        yield made


def _ages(c: Cluster) -> dict[str, tuple[str, bool, int | None]]:
    return {one.name: (one.sentence, one.stale, one.days_old) for one in cluster_files.schools(c.office)}


# ---------------------------------------------------------------- how old
def test_each_school_is_as_old_as_the_newest_file_it_sent_itself(c: Cluster) -> None:
    assert _ages(c) == {"Oakfield": ("no file yet", True, None), "St Anne": ("no file yet", True, None)}
    number = c.send(c.one, c.office).number
    assert _ages(c)["Oakfield"] == ("as received 12/01/2026", False, 0)
    c.bench.clock.move_on(14 * DAY)
    assert _ages(c)["Oakfield"] == ("as received 12/01/2026", False, 14)
    c.bench.clock.move_on(DAY)
    assert _ages(c)["Oakfield"] == ("as received 12/01/2026", True, 15)
    (oak, _) = cluster_files.schools(c.office)
    assert oak.number == number
    c.send(c.two, c.office)
    assert _ages(c)["Oakfield"] == ("as received 27/01/2026", False, 0)


def test_an_older_file_merged_late_makes_nothing_younger_and_a_fast_clock_neither(c: Cluster) -> None:
    early = c.file(c.one, c.office)
    c.bench.clock.move_on(20 * DAY)
    merging.merge(c.office, [early])
    assert _ages(c)["Oakfield"] == ("as received 12/01/2026", True, 20)
    c.bench.clock.move_on(400 * DAY)
    ahead = c.file(c.anne, c.office)
    c.bench.clock.move_on(-400 * DAY)
    merging.merge(c.office, [ahead])
    c.bench.clock.move_on(20 * DAY)
    assert _ages(c)["St Anne"][1:] == (True, 20), "counted from the day it came"


def test_what_a_school_says_of_itself_through_somebody_else_makes_it_no_younger(c: Cluster) -> None:
    c.send(c.one, c.office)
    c.bench.clock.move_on(30 * DAY)
    c.send(c.office, c.anne)
    assert [(one.name, one.last_file_made_ms) for one in cluster_files.schools(c.anne)] == [("Oakfield", None)]


# ---------------------------------------------------------------- who has what
def _holders(c: Cluster, desk: object) -> dict[tuple[str, str], tuple[str, int]]:
    found = cluster_files.who_has_what(desk)  # type: ignore[arg-type]
    return {(one.name, one.computer): (one.state, one.lacks) for one in found.holders}


def test_the_matrix_counts_what_each_computer_has_not_acknowledged(c: Cluster) -> None:
    c.fault(c.one)
    before = _holders(c, c.one)
    assert set(before) == {("Oakfield", "Oakfield-2"), ("St Anne", "OFFICE-1"), ("Cluster office", "OFFICE-1")}
    assert all(state == "never heard" for state, _ in before.values())
    assert before["St Anne", "OFFICE-1"][1] < before["Cluster office", "OFFICE-1"][1], "it may read less"
    c.send(c.one, c.office)
    c.send(c.office, c.one)
    assert _holders(c, c.one)["Cluster office", "OFFICE-1"] == ("up to date", 0)
    c.fault(c.one, "Lift")
    c.record(c.one, bytes(16))
    assert _holders(c, c.one)["Cluster office", "OFFICE-1"] == ("lacks", 2)
    (office,) = [one for one in cluster_files.who_has_what(c.one).holders if one.name == "Cluster office"]
    assert office.sentence == "lacks 2 entries"
    assert office.by_school == {c.one.home: 2}
    result = c.send(c.one, c.office)
    assert result.came == 2, "the matrix counts exactly what the next file brings"


def test_those_who_need_it_are_those_who_lack_something_and_they_can_be_written_to_at_once(c: Cluster) -> None:
    c.send(c.one, c.office)
    c.send(c.anne, c.office)
    assert c.one.home in cluster_files.need_it(c.office)
    file = c.bench.folder / "round.bursar"
    sent = sharing.export(c.office, file, sharing.receivers(c.office, ["need-it"]))
    assert "Oakfield" in sent.recipients, "its other computer was never heard from"
    for desk in (c.one, c.two, c.anne):
        if desk.name in sent.recipients:
            assert merging.merge(desk, [file]).accepted == 1
            c.send(desk, c.office)
    assert cluster_files.need_it(c.office) == []
    with pytest.raises(UserError, match="Everybody is up to date"):
        sharing.receivers(c.office, ["need-it"])


def test_a_computer_that_was_reported_lost_is_not_waited_for(c: Cluster) -> None:
    from bursar_desk.services import computers

    sign = c.two.store.facts.writer
    assert ("Oakfield", "Oakfield-2") in _holders(c, c.one)
    computers.report(c.one, sign, "lost")
    assert ("Oakfield", "Oakfield-2") not in _holders(c, c.one)


def test_the_last_receivers_are_remembered_for_each_register_on_this_computer(c: Cluster) -> None:
    assert cluster_files.last_receivers(c.anne) == []
    c.file(c.anne, c.office)
    assert cluster_files.last_receivers(c.anne) == [c.office.home]
    cluster_files.remember_receivers(c.anne, [bytes(16), c.one.home])
    assert cluster_files.last_receivers(c.anne) == [c.one.home], "only whom a file may be for"


# ---------------------------------------------------------------- parts
def test_a_file_is_sent_in_parts_that_merge_in_any_order(c: Cluster) -> None:
    with c.one.bulk() as bulk:
        for n in range(1500):
            with bulk.act(12, subject=f"Fault {n}") as act:
                act.create("defect", {"title": f"Fault {n}", "note": f"{n * n * 7919:x}" * 12, "raised_on": TODAY})
    path = c.bench.folder / "Oakfield.bursar"
    sent = sharing.export(c.one, path, [c.office.home], max_bytes=64 * 1024)
    assert len(sent.parts) > 1
    assert all(part.stat().st_size <= 64 * 1024 for part in sent.parts)
    assert sent.parts[0].name == f"Oakfield (part 1 of {len(sent.parts)}).bursar"
    result = merging.merge(c.office, list(reversed(sent.parts)))
    assert result.accepted == len(sent.parts)
    assert result.total("came") == sent.entries
    assert c.count(c.office, "SELECT count(*) FROM defect") == 1500
    with pytest.raises(UserError, match="too small"):
        sharing.export(c.one, path, [c.office.home], max_bytes=1000)


# ---------------------------------------------------------------- done twice
def test_a_check_done_by_two_people_on_one_day_is_shown_and_both_count(c: Cluster) -> None:
    check = c.check(c.one)
    c.send(c.one, c.two)
    c.record(c.one, check, by="Terry Walsh")
    c.record(c.two, check, by="Sam Adeyemi")
    result = c.send(c.two, c.one)
    assert result.notes == ("1 check was done twice: Fire alarm test on 12 January 2026. Both count.",)
    (one,) = done_twice.listing(c.one)
    assert (one.title, one.done_on, one.school_name) == ("Fire alarm test", TODAY, "Oakfield")
    assert {record.who for record in one.records} == {"Terry Walsh", "Sam Adeyemi"}
    assert one.sentence.startswith("Oakfield: Fire alarm test was done twice on Monday 12 January 2026, by ")
    assert c.count(c.one, "SELECT count(*) FROM check_record WHERE standing='stands'") == 2
    assert done_twice.listing(c.one, c.anne.home) == []
    assert c.send(c.two, c.one).notes == (), "said once, when it comes"


def test_corrections_other_points_other_days_and_ones_own_repeats_are_not_done_twice(c: Cluster) -> None:
    check = c.check(c.one)
    c.send(c.one, c.two)
    first = c.record(c.one, check)
    c.record(c.one, check)
    c.send(c.one, c.two)
    c.record(c.two, check, TODAY + dt.timedelta(1))
    c.record(c.two, check, point="Hall")
    c.send(c.two, c.one)
    assert done_twice.listing(c.one) == []
    again = c.record(c.two, check)
    c.send(c.two, c.one)
    assert len(done_twice.listing(c.one)) == 1
    with c.one.act(27) as act:
        act.set_aside("check_record", again)
    assert done_twice.listing(c.one) == []
    c.record(c.two, check, TODAY + dt.timedelta(2))
    with c.two.act(27) as act:
        act.fact("check_record", {"check_id": check, "done_on": TODAY, "outcome": "satisfactory", "corrects": first})
    c.send(c.two, c.one)
    assert {one.done_on for one in done_twice.listing(c.one)} == {TODAY}, "the second of our own two is still there"


def test_a_check_done_at_home_and_by_the_cover_is_done_twice(c: Cluster) -> None:
    check = c.check(c.one)
    cover = lent(c, check)
    c.record(c.one, check)
    with cover.act() as act:
        act.fact(
            "check_record",
            {"check_id": check, "done_on": TODAY, "outcome": "satisfactory", "done_by": "Sam Adeyemi"},
        )
    result = cover.give_back()
    assert "1 check was done twice" in result.notes[0]
    (one,) = done_twice.listing(c.one)
    assert {record.desk_name for record in one.records} == {"Oakfield", "St Anne"}
