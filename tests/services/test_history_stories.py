"""The story of a record and of a school: who, when, how it came, before and after; and putting back what once was."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bursar_desk.domain import registry
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.services import absences, checks, defects, history, recording, stories
from bursar_desk.services import bin as bins
from bursar_desk.services.desk import Desk
from tests.services.small_school import CLARE, DAWN, FRIDAY, TERRY, Small, without_waiting
from tests.storage.workbench import Bench

day = dt.date


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Small:
    without_waiting(monkeypatch)
    made = Small.found(tmp_path)
    made.add("FIRE-04", doer=TERRY)
    made.add("LIFT-01")
    made.done("FIRE-04", day(2026, 11, 16), by=TERRY)
    return made


@pytest.fixture
def desk(small: Small) -> Iterator[Desk]:
    with small.desk(who=DAWN, write=True) as made:
        yield made


def change(desk: Desk, check: bytes, **values: object) -> None:
    with desk.act(ActCode.CHANGE_CHECK, subject="a check") as act:
        act.set("school_check", check, values)


def told(lines: tuple[stories.Line, ...]) -> list[tuple[str, str, str]]:
    return [(one.field, one.before, one.after) for line in lines for one in line.changes]


def column(table: str, name: str) -> int:
    return registry.BY_NAME[table].column(name).number


# --- what is told ----------------------------------------------------------------------------------------------------


def test_a_change_is_told_with_the_value_before_and_after_in_words(desk: Desk, small: Small) -> None:
    check = small.checks["FIRE-04"]
    change(desk, check, title="Alarm test", doer=small.people[DAWN])
    lines = stories.story_of(desk, "school_check", check)
    assert told(lines[:1]) == [("Name", "Fire alarm test", "Alarm test"), ("Who does it", TERRY, DAWN)]
    newest = lines[0]
    assert (newest.who, newest.computer, newest.came, newest.what) == (DAWN, "OFFICE-1", "here", "Change a check")
    assert newest.when == "Friday 20 November 2026, 09:00"
    assert ("How often", "", "every week") in told(lines[-1:])


def test_a_record_says_who_wrote_it_down_for_whom_and_that_it_was_late(desk: Desk, small: Small) -> None:
    doing = recording.Doing(small.checks["FIRE-04"], day(2026, 11, 9), TERRY, "satisfactory")
    row = recording.record(desk, doing).records[0]
    line = stories.story_of(desk, "check_record", row)[0]
    assert (line.who, line.on_behalf, line.late) == (DAWN, TERRY, True)
    assert ("Done on", "", "9 Nov 2026") in told((line,))
    on_time = recording.Doing(small.checks["FIRE-04"], FRIDAY, DAWN, "satisfactory")
    row = recording.record(desk, on_time).records[0]
    line = stories.story_of(desk, "check_record", row)[0]
    assert (line.on_behalf, line.late) == ("", False)


def test_the_story_of_a_check_has_its_records_its_faults_and_its_own_changes(desk: Desk, small: Small) -> None:
    check = small.checks["FIRE-04"]
    recording.record(desk, recording.Doing(check, FRIDAY, DAWN, "unsatisfactory"))
    change(desk, check, title="Alarm test")
    whats = [line.what for line in stories.check_story(desk, check)]
    assert whats == ["Change a check", "Record a check", "Record a check", "Add checks"]
    assert {one.row_name for line in stories.check_story(desk, check) for one in line.changes} == {
        "Alarm test", "Fire alarm test: failed"
    }  # fmt: skip


def test_everything_that_happened_is_paged_without_a_gap_or_a_double(desk: Desk, small: Small) -> None:
    for number in range(25):
        change(desk, small.checks["LIFT-01"], title=f"Lift {number}")
    whole = stories.school_story(desk, limit=1000)
    assert whole.older is None
    paged: list[stories.Line] = []
    before = None
    while True:
        page = stories.school_story(desk, limit=4, before=before)
        paged += page.lines
        before = page.older
        if before is None:
            break
    assert [one.places for one in paged] == [one.places for one in whole.lines]
    assert [one.at_ms for one in paged] == sorted((one.at_ms for one in paged), reverse=True)


def test_the_story_is_narrowed_by_person_kind_day_and_words(desk: Desk, small: Small) -> None:
    recording.record(desk, recording.Doing(small.checks["FIRE-04"], FRIDAY, DAWN, "satisfactory"))
    defects.report(desk, "Gate does not close")
    assert [one.subject for one in stories.school_story(desk, text="GATE close").lines] == ["Gate does not close"]
    assert [one.what for one in stories.school_story(desk, kind="faults").lines] == ["Report a fault"]
    assert {one.day for one in stories.school_story(desk, first=FRIDAY, last=FRIDAY).lines} == {FRIDAY}
    assert len(stories.school_story(desk, first=day(2026, 11, 16), last=day(2026, 11, 16)).lines) == 1
    assert stories.school_story(desk, last=day(2026, 1, 1)).lines == ()
    assert stories.school_story(desk, person=CLARE).lines == ()
    assert {one.who for one in stories.school_story(desk, person=DAWN.upper()).lines} == {DAWN}


def test_the_first_page_costs_the_same_however_long_the_history_is(small: Small) -> None:
    def quickest(desk: Desk) -> float:
        times = []
        for _ in range(5):
            began = time.perf_counter()
            assert len(stories.school_story(desk, limit=20).lines) == 20
            times.append(time.perf_counter() - began)
        return min(times)

    with small.desk(who=DAWN, write=True) as desk:
        _many(desk, small, 100)
        short = quickest(desk)
        _many(desk, small, 6000)
        assert quickest(desk) < 4 * short


def _many(desk: Desk, small: Small, count: int) -> None:
    with desk.bulk() as bulk:
        for number in range(count):
            with bulk.act(ActCode.RECORD_CHECK, who=TERRY, subject=str(number)) as act:
                act.fact("check_record", {"check_id": small.checks["FIRE-04"], "done_on": FRIDAY})


def test_where_a_line_came_from_is_told_after_merges(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Bench.open(tmp_path, monkeypatch) as bench:
        store = bench.school("St Anne", "105219")
        other, third = bench.second(store, "anne-2"), bench.second(store, "anne-3")
        with other.act(ActCode.REPORT_DEFECT, who="Terry", subject="Gate") as act:
            row = act.create("defect", {"title": "Gate", "risk": "low"})
        bench.clock.move_on(86_400_000)
        bench.exchange(store, other)  # it learns of the third computer
        bench.exchange(other, third)
        bench.exchange(third, store)
        with store.act(ActCode.CHANGE_DEFECT, who="Dawn") as act:
            act.set("defect", row, {"risk": "high"})
        with Desk.open(store.path, read_only=True, clock=bench.clock) as desk:
            lines = stories.story_of(desk, "defect", row)
            assert [(one.who, one.computer, one.came) for one in lines] == [
                ("Dawn", "OFFICE-1", "here"), ("Terry", "anne-2", "by the file of St Anne of 13 January 2026")
            ]  # fmt: skip
            assert told(lines[:1]) == [("Risk", "Low", "High")]


def test_the_value_before_is_what_the_writer_saw_not_what_a_clock_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Bench.open(tmp_path, monkeypatch) as bench:
        store = bench.school("St Anne", "105219")
        other = bench.second(store, "anne-2")
        with store.act(ActCode.REPORT_DEFECT) as act:
            row = act.create("defect", {"title": "one"})
        bench.exchange(store, other)
        bench.clock.move_on(3_600_000)
        for one, title in ((store, "two here"), (other, "two there")):
            with one.act(ActCode.CHANGE_DEFECT) as act:
                act.set("defect", row, {"title": title})
            bench.clock.move_on(60_000)
        bench.exchange(other, store)
        with Desk.open(store.path, read_only=True, clock=bench.clock) as desk:
            changes = told(stories.story_of(desk, "defect", row)[:2])
        assert changes == [("Name", "one", "two there"), ("Name", "one", "two here")]


# --- what not everybody sees -----------------------------------------------------------------------------------------


def test_why_somebody_is_away_is_told_to_the_business_manager_and_the_head_only(small: Small) -> None:
    secret = "a matter of the heart"
    with small.desk(who=DAWN, write=True) as desk:
        absences.add(desk, small.people[TERRY], FRIDAY, FRIDAY, reason=secret)
        line = stories.school_story(desk, text="absence").lines[0]
        assert secret in repr(stories.details(desk, line))
        with desk.store.connect() as con:
            row = con.exec_driver_sql("SELECT id FROM absence_reason").scalar_one()
        assert secret in repr(stories.story_of(desk, "absence_reason", row))
    with small.desk(who=TERRY) as desk:
        whole = stories.school_story(desk, limit=500)
        assert secret not in repr([stories.details(desk, one) for one in whole.lines])
        assert stories.school_story(desk, text="heart").lines == ()
        assert stories.school_story(desk, text="absence").lines  # that somebody is away is no secret
        with pytest.raises(UserError, match="Only the business manager"):
            stories.story_of(desk, "absence_reason", row)
        with pytest.raises(UserError, match="no record"):
            stories.find_row(desk, row.hex())
    with small.desk(who=TERRY, write=True) as desk, pytest.raises(UserError):
        history.put_back(desk, "absence_reason", row, 1, row)


# --- putting back ----------------------------------------------------------------------------------------------------


def test_any_earlier_value_is_put_back_and_that_can_be_taken_back(desk: Desk, small: Small) -> None:
    check = small.checks["FIRE-04"]
    for title in ("second", "third"):
        change(desk, check, title=title)
    lines = stories.story_of(desk, "school_check", check)
    first = next(one for one in lines[-1].changes if one.field == "Name")
    second = next(one for one in lines[1].changes if one.field == "Name")
    assert first.after_op is not None
    assert second.after_op is not None
    history.put_back(desk, "school_check", check, first.column, first.after_op)
    assert checks.detail(desk, check).line.title == "Fire alarm test"
    history.put_back(desk, "school_check", check, second.column, second.after_op)
    assert checks.detail(desk, check).line.title == "second"
    assert history.undo(desk)[0] == "put back, Fire alarm test"
    assert checks.detail(desk, check).line.title == "Fire alarm test"
    with pytest.raises(UserError, match="shown already"):
        history.put_back(desk, "school_check", check, first.column, first.after_op)
    with pytest.raises(UserError, match="not held here"):
        history.put_back(desk, "school_check", check, first.column, bytes(16))


def test_a_value_says_whether_it_can_be_put_back(desk: Desk, small: Small) -> None:
    check = small.checks["FIRE-04"]
    change(desk, check, title="second")
    one = stories.story_of(desk, "school_check", check)[0].changes[0]
    assert one.put_back == (one.before_op,)
    history.put_back(desk, "school_check", check, one.column, one.before_op or b"")
    one = stories.story_of(desk, "school_check", check)[1].changes[0]
    assert one.put_back == (one.after_op,)


def test_changing_whether_a_check_is_needed_takes_a_reason_and_keeps_it_with_the_check(
    desk: Desk, small: Small
) -> None:
    check = small.checks["LIFT-01"]
    change(desk, check, applies="no")
    number = column("school_check", "applies")
    with pytest.raises(UserError, match="takes a reason"):
        history.put_back(desk, "school_check", check, number, check_op(desk, check, number))
    history.put_back(desk, "school_check", check, number, check_op(desk, check, number), reason="A lift was fitted")
    newest = stories.story_of(desk, "school_check", check)[0]
    assert ("Why", "Nothing", "A lift was fitted") in told((newest,))
    assert ("Needed here", "No", "Yes") in told((newest,))
    assert "A lift was fitted" in newest.subject


def check_op(desk: Desk, check: bytes, number: int) -> bytes:
    first = next(one for one in stories.story_of(desk, "school_check", check)[-1].changes if one.column == number)
    assert first.after_op is not None
    return first.after_op


def test_a_record_taken_out_needs_a_reason_waits_in_the_bin_and_comes_back(desk: Desk, small: Small) -> None:
    doing = recording.Doing(small.checks["FIRE-04"], FRIDAY, DAWN, "satisfactory")
    row = recording.record(desk, doing).records[0]
    with pytest.raises(UserError, match="takes a reason"):
        history.take_out(desk, "check_record", row, " ")
    history.take_out(desk, "check_record", row, "Entered twice")
    assert checks.detail(desk, small.checks["FIRE-04"]).line.last_done == day(2026, 11, 16)
    with pytest.raises(UserError, match="already"):
        history.take_out(desk, "check_record", row, "again")
    found = bins.listing(desk)
    assert [(one.kind, one.name, one.about, one.days_left) for one in found] == [
        ("Record of a check", "Fire alarm test", "20 Nov 2026", 90)
    ]
    assert found[0].said == "Fire alarm test. Reason: Entered twice"
    bins.restore(desk, found[0])
    assert bins.listing(desk) == ()
    assert checks.detail(desk, small.checks["FIRE-04"]).line.last_done == FRIDAY
    with pytest.raises(UserError, match="here already"):
        history.restore(desk, "check_record", row)
    history.undo(desk)
    assert len(bins.listing(desk)) == 1


def test_a_deleted_row_comes_back_with_all_its_values(desk: Desk) -> None:
    one, _ = defects.report(desk, "Gate does not close", risk="high", note="since Monday")
    history.take_out(desk, "defect", one.id, "It closes")
    assert defects.listing(desk) == []
    history.restore(desk, "defect", one.id)
    assert defects.listing(desk) == [one]


def test_the_bin_lists_for_ninety_days_and_the_history_for_good(small: Small) -> None:
    with small.desk(who=DAWN, write=True) as desk:
        one, _ = defects.report(desk, "Gate")
        history.take_out(desk, "defect", one.id, "Twice")
    for later, listed in ((0, 90), (89, 1), (90, 0), (91, None)):
        with small.desk(FRIDAY + dt.timedelta(days=later), DAWN) as desk:
            found = [line.days_left for line in bins.listing(desk)]
            assert found == ([listed] if listed is not None else [])
            assert stories.story_of(desk, "defect", one.id)[0].changes[0].gone
    with small.desk(FRIDAY + dt.timedelta(days=400), DAWN, write=True) as desk:
        history.restore(desk, "defect", one.id)
        assert [line.title for line in defects.listing(desk)] == ["Gate"]


def test_what_belongs_to_another_school_is_put_right_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Bench.open(tmp_path, monkeypatch) as bench:
        store, near = bench.school("St Anne", "105219"), bench.school("Oakfield", "105220")
        bench.introduce(store, near)
        bench.let_read(store, near, ["compliance"])
        with store.act(ActCode.REPORT_DEFECT) as act:
            row = act.create("defect", {"title": "Gate"})
        with store.act(ActCode.CHANGE_DEFECT) as act:
            act.set("defect", row, {"title": "Door"})
        bench.exchange(store, near)
        near.close()
        with Desk.open(near.path, clock=bench.clock) as desk:
            with pytest.raises(UserError, match="belongs to St Anne"):
                history.put_back(desk, "defect", row, column("defect", "title"), row)
            with pytest.raises(UserError, match="belongs to St Anne"):
                history.take_out(desk, "defect", row, "why")
            with pytest.raises(UserError, match="belongs to St Anne"):
                history.restore(desk, "defect", row)


def test_decisions_and_undone_merges_are_never_taken_out() -> None:
    assert not any(history.can_take_out(name) for name in ("undone", "remark", "school", "person", "school_check"))
    assert all(history.can_take_out(name) for name in ("check_record", "not_done", "defect"))
