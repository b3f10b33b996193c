"""Recording: what a record must have, points, re-tests, corrections, missed days, putting off, out of use."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.services import checks, coverage, defects, evidence, history, recording
from bursar_desk.services.desk import Desk
from bursar_desk.services.recording import Doing, NewDefect, PointResult
from bursar_desk.services.recording_history import CORRECTED, PastEntry
from bursar_desk.services.recording_history import history as told
from tests.services.small_school import CLARE, DAWN, FRIDAY, TERRY, Small, at, without_waiting

day = dt.date
PASS, FAIL = "satisfactory", "unsatisfactory"
TAP = [{"name": "Nursery, hot", "unit": "°C", "low": 50}, {"name": "Bell heard", "kind": "tick"}]
METER = [{"name": "Gas", "unit": "m³", "kind": "meter"}]


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Small:
    without_waiting(monkeypatch)
    monkeypatch.setenv("BURSAR_DESK_LOCAL", str(tmp_path / "local"))
    return Small.found(tmp_path)


@pytest.fixture
def desk(small: Small) -> Iterator[Desk]:
    """The manager's, opened by the first check that needs it."""
    made: list[Desk] = []

    class Later:
        def __getattr__(self, name: str) -> object:
            if not made:
                made.append(small.desk(write=True))
            return getattr(made[0], name)

    yield Later()  # type: ignore[misc]  # stands for the desk, so that a test may add checks first
    for one in made:
        one.close()


def refused(desk: Desk, doing: Doing) -> str:
    before = len(told(desk, doing.check))
    with pytest.raises(UserError) as problem:
        recording.record(desk, doing)
    assert len(told(desk, doing.check)) == before
    return problem.value.title


def newest(desk: Desk, check: bytes) -> PastEntry:
    return told(desk, check)[0]


# --- answers and faults ----------------------------------------------------------------------------------------------


def test_an_answer_out_of_range_without_a_fault_is_told_and_a_fault_is_linked_both_ways(
    small: Small, desk: Desk
) -> None:
    check = small.add("WATR-12", doer=TERRY, readings=TAP)
    low = ({"name": "Nursery, hot", "value": 460, "unit": "°C"},)
    made = recording.record(desk, Doing(check, FRIDAY, TERRY, PASS, readings=low))
    assert made.wrong == (f"{made.lines[0].title}: Nursery, hot: 46 °C is below 50 °C.",)
    assert made.defects == ()
    made = recording.record(
        desk, Doing(check, FRIDAY, TERRY, PASS, point="", readings=low, defect=NewDefect("Too cold", "high"))
    )
    (fault,) = defects.listing(desk)
    assert (fault.check, fault.record, fault.id) == (check, made.records[0], made.defects[0])
    assert made.wrong == ()


def test_a_failed_step_names_itself_in_the_fault_with_its_point(small: Small, desk: Desk) -> None:
    check = small.add("FIRE-04", doer=TERRY, points=["Hall", "Yard"], readings=TAP)
    silent = ({"name": "Bell heard", "kind": "tick", "ok": False},)
    recording.record(desk, Doing(check, FRIDAY, TERRY, FAIL, point="Yard", readings=silent))
    (fault,) = defects.listing(desk)
    assert fault.title.endswith(", Yard: “Bell heard” did not pass")
    assert (fault.point, fault.risk) == ("Yard", "high")
    assert fault.target_on == FRIDAY + dt.timedelta(days=7)


def test_a_tap_that_fails_two_months_running_opens_a_fault_by_itself(small: Small, desk: Desk) -> None:
    check = small.add("WATR-04", doer=TERRY, readings=TAP)
    low = ({"name": "Nursery, hot", "value": 480, "unit": "°C"},)
    small.done("WATR-04", day(2026, 10, 20), readings='[{"name": "Nursery, hot", "value": 470, "unit": "°C"}]')
    made = recording.record(desk, Doing(check, FRIDAY, TERRY, "satisfactory_with_actions", readings=low))
    (fault,) = defects.listing(desk)
    assert made.defects == (fault.id,)
    assert fault.title.endswith("Nursery, hot: out of range two months running.")


def test_a_meter_may_only_go_down_with_a_note(small: Small, desk: Desk) -> None:
    check = small.add("GASH-13", doer=TERRY, readings=METER)
    small.done("GASH-13", day(2026, 10, 21), readings='[{"name": "Gas", "value": 1000, "unit": "m³", "kind": "meter"}]')
    less = Doing(check, FRIDAY, TERRY, PASS, readings=({"name": "Gas", "value": 990, "unit": "m³", "kind": "meter"},))
    assert refused(desk, less) == "Gas: 99 m³ is less than last time, 100 m³."
    recording.record(desk, replace(less, note="New meter fitted"))
    assert newest(desk, check).note == "New meter fitted"


# --- evidence --------------------------------------------------------------------------------------------------------


def test_a_check_that_asks_for_a_file_and_its_number_is_not_closed_without_them(
    small: Small, desk: Desk, tmp_path: Path
) -> None:
    check = small.add("FIRE-05", doer=TERRY, evidence_needed="file and number")
    paper = tmp_path / "report.txt"
    paper.write_text("Serviced. All well.")
    assert refused(desk, Doing(check, FRIDAY, "Apex", PASS)).endswith("needs a file.")
    bare = Doing(check, FRIDAY, "Apex", PASS, files=(paper,))
    assert refused(desk, bare).endswith("needs the number on its paper.")
    made = recording.record(desk, Doing(check, FRIDAY, "Apex", PASS, files=(paper,), number="A-17"))
    (document,) = evidence.of(desk, "check_record", made.records[0])
    assert (document.number, [one.name for one in document.files]) == ("A-17", ["report.txt"])
    assert newest(desk, check).evidence == "held"


def test_a_note_is_asked_for_where_the_check_wants_one(small: Small, desk: Desk) -> None:
    check = small.add("FIRE-03", doer=TERRY, evidence_needed="note")
    assert refused(desk, Doing(check, FRIDAY, TERRY, PASS)).endswith("needs a note.")
    recording.record(desk, Doing(check, FRIDAY, TERRY, PASS, note="Panel normal"))


def test_a_statutory_examination_by_a_contractor_has_its_document_or_awaits_it(small: Small, desk: Desk) -> None:
    check = small.add("LIFT-01")
    made = recording.record(desk, Doing(check, FRIDAY, "Ascent Lifts", PASS))
    assert newest(desk, check).evidence == "awaited"
    assert made.lines[0].word == "evidence_awaited"
    assert made.told == ("The document of Lift examination is awaited until Friday 18 December 2026.",)


# --- people ----------------------------------------------------------------------------------------------------------


def test_a_check_for_two_needs_somebody_else_and_their_words(small: Small, desk: Desk) -> None:
    check = small.add("FIRE-03", doer=TERRY, second_person=True)
    one = Doing(check, FRIDAY, TERRY, PASS)
    assert refused(desk, one).endswith("needs a second person.")
    assert refused(desk, replace(one, second_by="terry walsh", declared="I saw it")).endswith("somebody else.")
    assert refused(desk, replace(one, second_by=CLARE)).endswith("needs the second person’s words.")
    recording.record(desk, replace(one, second_by=CLARE, declared="I saw the panel."))
    assert "Seen by Clare Brennan as well: “I saw the panel.”." in newest(desk, check).facts.said


def test_somebody_who_is_not_named_records_on_behalf_of_who_is(small: Small) -> None:
    check = small.add("FIRE-03", doer=TERRY)
    with small.desk(who=CLARE, write=True) as desk:
        made = recording.record(desk, Doing(check, FRIDAY, CLARE, PASS))
        assert newest(desk, check).facts.on_behalf == TERRY
        assert made.told == ("Fire alarm panel, daily look was recorded on behalf of Terry Walsh.",)
    with small.desk(who=DAWN, write=True) as desk:
        made = recording.record(desk, Doing(check, FRIDAY, DAWN, PASS))
        own = next(one for one in told(desk, check) if one.id == made.records[0])
        assert own.facts.on_behalf == ""


def test_a_back_dated_entry_says_for_ever_how_much_later_it_was_entered(small: Small, desk: Desk) -> None:
    check = small.add("FIRE-04", doer=TERRY)
    recording.record(desk, Doing(check, day(2026, 11, 8), TERRY, PASS))
    entry = newest(desk, check)
    assert (entry.facts.entered_late, entry.facts.entered_on) == (12, FRIDAY)
    assert entry.facts.said[0] == "Entered 12 days later, on 20 Nov 2026."
    assert "Written down by Dawn Hill." in entry.facts.said


# --- points ----------------------------------------------------------------------------------------------------------


def test_all_passed_except_one_is_one_act_with_a_result_for_each_point(small: Small, desk: Desk) -> None:
    doors = [f"Door {n}" for n in range(1, 6)]
    check = small.add("FIRE-16", doer=TERRY, points=doors, points_mode="each")
    results = [PointResult(one, FAIL if one == "Door 3" else PASS) for one in doors]
    made = recording.record_points(desk, Doing(check, FRIDAY, TERRY, PASS), results)
    assert len(made.records) == 5
    (fault,) = defects.listing(desk)
    assert (fault.point, fault.id) == ("Door 3", made.defects[0])
    history.undo(desk)
    assert told(desk, check) == ()
    assert defects.listing(desk) == []


def test_a_part_of_the_points_is_shown_as_n_of_m_and_is_not_the_whole(small: Small, desk: Desk) -> None:
    check = small.add("FIRE-16", doer=TERRY, points=["A", "B", "C"], points_mode="each")
    doing = Doing(check, FRIDAY, TERRY, PASS)
    recording.record_points(desk, doing, [PointResult("A", PASS), PointResult("B", PASS)])
    found = checks.detail(desk, check)
    assert found.progress is not None
    assert (found.progress.words, found.progress.todo) == ("2 of 3", ("C",))
    assert found.line.word == "not_known"
    recording.record_points(desk, doing, [PointResult("C", PASS)])
    assert checks.detail(desk, check).line.word == "ok"


def test_a_point_the_check_does_not_have_is_refused(small: Small, desk: Desk) -> None:
    check = small.add("FIRE-16", doer=TERRY, points=["A"], points_mode="each")
    with pytest.raises(UserError, match="is not a point"):
        recording.record_points(desk, Doing(check, FRIDAY, TERRY, PASS), [PointResult("Z", PASS)])


def test_the_grid_proves_the_turns_and_names_the_point_left_out(small: Small, desk: Desk) -> None:
    points = [f"Call point {n}" for n in range(1, 5)]
    check = small.add("FIRE-04", doer=TERRY, points=points)
    for n in range(6):
        where = points[(n % 3) + (1 if n % 3 == 2 else 0)]
        small.done("FIRE-04", day(2026, 10, 12) + dt.timedelta(weeks=n), point=where)
    small.done("FIRE-04", day(2026, 8, 3), point="Call point 3")
    found = coverage.grid(desk, check)
    assert found.gaps[0].sentence == "Call point 3 not tested for 15 weeks."
    assert len(found.cells) == 4
    assert len(found.mondays) == 52
    assert coverage.gaps(desk).keys() == {check}


# --- re-test and correction ------------------------------------------------------------------------------------------


def test_a_retest_clears_the_fail_closes_its_fault_and_moves_no_date(small: Small, desk: Desk) -> None:
    check = small.add("VENT-01")
    failed = recording.record(desk, Doing(check, day(2026, 11, 3), "Airflow", FAIL, evidence="held", evidence_ref="A"))
    assert failed.next_due == day(2028, 1, 3)
    made = recording.record(
        desk, Doing(check, day(2026, 11, 10), "Airflow", PASS, retest=True, evidence="held", evidence_ref="B")
    )
    assert made.next_due == day(2028, 1, 3)
    assert made.lines[0].word == "ok"
    assert defects.listing(desk) == []
    assert "1 fault put right." in made.sentence
    assert "A second test after a fail; the dates stay." in newest(desk, check).facts.said


def test_a_retest_without_a_fail_is_refused(small: Small, desk: Desk) -> None:
    check = small.add("FIRE-04", doer=TERRY)
    assert refused(desk, Doing(check, FRIDAY, TERRY, PASS, retest=True)) == "There is no fail to test again."


def test_a_correction_counts_and_the_first_entry_stays_to_be_seen(small: Small, desk: Desk) -> None:
    check = small.add("FIRE-04", doer=TERRY)
    first = recording.record(desk, Doing(check, day(2026, 11, 10), TERRY, PASS, note="Loud"))
    made = recording.correct(desk, first.records[0], Doing(check, day(2026, 11, 9), TERRY, PASS), "Wrong day")
    past = told(desk, check)
    assert {(one.on, one.what) for one in past} == {(day(2026, 11, 9), "done"), (day(2026, 11, 10), CORRECTED)}
    now = next(one for one in past if one.id == made.records[0])
    was = next(one for one in past if one.id == first.records[0])
    assert (now.facts.corrects, was.facts.corrected_by) == (was.id, now.id)
    assert now.note == "Corrected: Wrong day."
    assert checks.detail(desk, check).line.last_done == day(2026, 11, 9)
    again = recording.correct(desk, made.records[0], Doing(check, day(2026, 11, 8), TERRY, PASS), "Wrong again")
    assert [one.what for one in told(desk, check)].count(CORRECTED) == 2
    with pytest.raises(UserError, match="set aside already"):
        recording.correct(desk, first.records[0], Doing(check, day(2026, 11, 8), TERRY, PASS), "Once more")
    with pytest.raises(UserError, match="takes a reason"):
        recording.correct(desk, again.records[0], Doing(check, day(2026, 11, 8), TERRY, PASS), " ")
    history.undo(desk)
    assert checks.detail(desk, check).line.last_done == day(2026, 11, 9)


def test_what_was_taken_back_is_no_correction_and_is_not_listed(small: Small, desk: Desk) -> None:
    check = small.add("FIRE-04", doer=TERRY)
    recording.record(desk, Doing(check, FRIDAY, TERRY, PASS))
    history.undo(desk)
    assert told(desk, check) == ()


def test_a_corrected_fail_keeps_its_fault_with_the_new_record(small: Small, desk: Desk) -> None:
    check = small.add("FIRE-04", doer=TERRY)
    first = recording.record(desk, Doing(check, FRIDAY, TERRY, FAIL))
    made = recording.correct(desk, first.records[0], Doing(check, FRIDAY, TERRY, FAIL, point=""), "Other bell")
    (fault,) = defects.listing(desk)
    assert fault.record == made.records[0]


# --- not done, missed, put off ---------------------------------------------------------------------------------------


def test_one_catch_up_keeps_its_reason_with_every_day_missed_and_replays_none(small: Small, desk: Desk) -> None:
    check = small.add("FIRE-04", doer=TERRY)
    small.done("FIRE-04", day(2026, 10, 5))
    missed = [one.due for one in checks.detail(desk, check).missed]
    assert len(missed) >= 4
    made = recording.record(desk, Doing(check, FRIDAY, TERRY, PASS, missed_reason="staff_away", missed_note="Flu"))
    assert len(made.records) == 1
    after = checks.detail(desk, check)
    assert [one.due for one in after.missed] == missed
    assert {one.reason for one in after.missed} == {"staff_away"}
    assert made.next_due == day(2026, 11, 27)
    with pytest.raises(UserError, match="no missed day"):
        recording.explain_missed(desk, check, reason="forgot")


def test_a_reason_can_be_kept_for_missed_days_without_doing_the_check(small: Small, desk: Desk) -> None:
    check = small.add("FIRE-04", doer=TERRY)
    small.done("FIRE-04", day(2026, 10, 5))
    number, _ = recording.explain_missed(desk, check, reason="forgot")
    assert number == len(checks.detail(desk, check).missed)
    assert checks.detail(desk, check).line.word == "overdue"


def test_a_check_is_put_off_once_with_its_due_date_kept(small: Small, desk: Desk) -> None:
    check = small.add("LIFT-01")
    small.done("LIFT-01", day(2026, 6, 20), evidence="held")
    recording.put_off(desk, check, until=day(2026, 12, 18), reason="Engineer")
    line = checks.detail(desk, check).line
    assert (line.legal_due, line.plan_by) == (day(2026, 12, 20), day(2026, 12, 18))
    with pytest.raises(UserError, match="put off to"):
        recording.put_off(desk, check, until=day(2026, 12, 19), reason="Again")


def test_an_overdue_required_check_gets_a_plan_and_stays_overdue(small: Small, desk: Desk) -> None:
    check = small.add("LIFT-01")
    small.done("LIFT-01", day(2026, 3, 14), evidence="held")
    with pytest.raises(UserError, match="second person"):
        recording.put_off(desk, check, until=day(2026, 12, 1), reason="No engineer")
    recording.put_off(desk, check, until=day(2026, 12, 1), reason="No engineer", agreed_by=CLARE)
    line = checks.detail(desk, check).line
    assert (line.word, line.days, line.legal_due) == ("overdue", 67, day(2026, 9, 14))


# --- out of use ------------------------------------------------------------------------------------------------------


def test_a_lift_past_its_date_is_examined_before_it_comes_back(small: Small, desk: Desk) -> None:
    """The worked example of rules section 4: locked off 1 August, due 14 September, back 2 November."""
    check = small.add("LIFT-01")
    small.done("LIFT-01", day(2026, 3, 14), evidence="held")
    recording.take_out_of_use(desk, check, how="Locked off, key in the safe", since=day(2026, 8, 1), by=TERRY)
    assert checks.detail(desk, check).line.colour == "grey"
    with pytest.raises(UserError, match="was due Monday 14 September 2026"):
        recording.back_in_use(desk, check, on=day(2026, 11, 2))
    exam = Doing(check, day(2026, 11, 2), "Ascent", PASS, evidence="held", evidence_ref="R1")
    recording.record(desk, exam)
    recording.back_in_use(desk, check, on=day(2026, 11, 2))
    line = checks.detail(desk, check).line
    assert (line.word, line.legal_due) == ("ok", day(2027, 5, 2))


def test_what_comes_back_before_its_date_keeps_it(small: Small, desk: Desk) -> None:
    check = small.add("LIFT-01")
    small.done("LIFT-01", day(2026, 6, 20), evidence="held")
    recording.take_out_of_use(desk, check, how="Tagged")
    with pytest.raises(UserError, match="out of use already"):
        recording.take_out_of_use(desk, check, how="Tagged")
    recording.back_in_use(desk, check)
    assert checks.detail(desk, check).line.legal_due == day(2026, 12, 20)
    with pytest.raises(UserError, match="is not out of use"):
        recording.back_in_use(desk, check)


def test_a_fire_alarm_stays_red_while_people_are_in_and_says_what_is_done_instead(small: Small, desk: Desk) -> None:
    check = small.add("FIRE-04", doer=TERRY)
    small.done("FIRE-04", FRIDAY)
    with pytest.raises(UserError, match="People in the building need the fire alarm"):
        recording.take_out_of_use(desk, check, how="Panel isolated")
    recording.take_out_of_use(desk, check, how="Panel isolated", interim="A patrol every hour")
    line = checks.detail(desk, check).line
    assert (line.colour, line.word) == ("red", "out_of_use")
    assert "In its place: A patrol every hour (Panel isolated)." in line.because


def test_a_photo_of_the_lock_is_kept_with_the_check(small: Small, desk: Desk, tmp_path: Path) -> None:
    note = tmp_path / "lock.txt"
    note.write_text("Fuse drawn")
    check = small.add("LIFT-01")
    recording.take_out_of_use(desk, check, how="Fuse drawn", files=(note,))
    (paper,) = evidence.of(desk, "school_check", check)
    assert paper.title == "Lift examination out of use, 20 Nov 2026"


def test_every_act_here_is_one_line_of_history(small: Small, desk: Desk) -> None:
    check = small.add("LIFT-01")
    recording.take_out_of_use(desk, check, how="Tagged", since=FRIDAY)
    recording.back_in_use(desk, check)
    assert [one.note.code for one in history.recent(desk, 2)] == [ActCode.BACK_IN_USE, ActCode.TAKE_OUT_OF_USE]
    assert at(FRIDAY) > 0
