"""Today: now, later and this week; the round; the week strip; own faults; what a put-off moves; and a cover pack's."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from bursar_desk.clock import FixedClock
from bursar_desk.domain.errors import UserError
from bursar_desk.services import absences, cover, guests, merging, recording, reporting, sharing, today
from bursar_desk.services.desk import Desk
from bursar_desk.services.recording import Doing
from bursar_desk.services.standing import standings
from bursar_desk.services.today import TodayView
from db.queries.schools import schools
from tests.services.sample_fixture import NEIGHBOUR, ON, SECONDARY, STORY, THIRD, copy_of, register_of
from tests.services.small_school import DAWN, FRIDAY, TERRY, Small, without_waiting

day = dt.date
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    without_waiting(monkeypatch)


@pytest.fixture
def school(tmp_path: Path) -> Small:
    """Friday 20 November: one check late, one daily, one due on Saturday, one on Monday, one examination far off."""
    made = Small.found(tmp_path)
    made.add("FIRE-07", doer=TERRY)
    made.done("FIRE-07", day(2026, 10, 19))  # late since Thursday
    made.add("FIRE-03", doer=TERRY)
    made.done("FIRE-03", *(day(2026, 11, n) for n in (16, 17, 18, 19)), done_minute=434)
    made.add("GASH-13", doer=TERRY)
    made.done("GASH-13", day(2026, 10, 21))  # due on Saturday
    made.add("FIRE-04", doer=TERRY, points=["Call point 6, Hall", "Call point 7, Library"])
    made.done("FIRE-04", day(2026, 11, 16), point="Call point 6, Hall")
    made.add("LIFT-01")
    made.done("LIFT-01", day(2026, 6, 20), by="Ascent Lifts")
    return made


def seen(small: Small, on: dt.date = FRIDAY, who: str | None = TERRY) -> TodayView:
    with small.desk(on, who) as desk:
        return today.view(desk)


def codes(rows: tuple[today.TodayRow, ...]) -> list[str]:
    return [row.line.code for row in rows]


# --- now, later, this week -------------------------------------------------------------------------------------------


def test_late_and_due_today_is_now_a_closed_day_is_done_today_and_monday_comes_next(school: Small) -> None:
    view = seen(school)
    assert codes(view.now) == ["FIRE-07", "FIRE-03"]
    assert [row.chip for row in view.now] == ["Overdue 1 day", "Due today"]
    assert codes(view.later) == ["GASH-13"]
    row = view.later[0]
    assert row.chip == "Do today"
    assert row.why == "Due Saturday 21 November. Friday 20 November 2026 is the last day before it with the site open."
    assert (view.this_week, view.count) == ((), 3)
    assert view.next_up is not None
    assert view.next_up.title == "Fire alarm test, call point 7, Library"


def test_the_rest_of_the_week_is_not_today(school: Small) -> None:
    school.done("FIRE-03", FRIDAY)
    school.done("FIRE-07", FRIDAY)
    school.done("GASH-13", FRIDAY)
    monday = seen(school, day(2026, 11, 23))
    assert codes(monday.now) == ["FIRE-03", "FIRE-04"]
    school.done("FIRE-04", day(2026, 11, 18))
    wednesday = day(2026, 11, 25)
    assert wednesday in seen(school, day(2026, 11, 23)).this_week[0].days


def test_the_last_result_is_told_with_its_point_its_day_and_its_time(school: Small) -> None:
    view = seen(school, day(2026, 11, 23))
    last = {row.line.code: row.last for row in (*view.now, *view.later, *view.this_week)}
    assert last["FIRE-04"] == "Last: call point 6 passed, Monday 16 November"
    assert seen(school).now[1].last == "Last: passed, yesterday 07:14"


def test_a_contractors_examination_is_not_on_the_caretakers_list(school: Small) -> None:
    late = day(2026, 12, 22)
    assert "LIFT-01" not in codes(seen(school, late).now)
    assert "LIFT-01" not in codes(seen(school, late, DAWN).now)


def test_site_staff_see_their_own_and_those_without_a_name_the_manager_all(school: Small) -> None:
    school.add("FIRE-10")  # nobody is named
    school.add("SECU-01", doer=DAWN)
    hers = {row.line.code for row in seen(school, who=DAWN).now}
    his = {row.line.code for row in seen(school, who=TERRY).now}
    assert {"FIRE-10", "SECU-01", "FIRE-07"} <= hers
    assert his == hers - {"SECU-01"}
    with school.desk(who=DAWN) as desk:
        assert {row.line.code for row in today.view(desk, school.people[TERRY]).now} == his


def test_nothing_to_do_says_what_comes_next(school: Small) -> None:
    for code in ("FIRE-03", "FIRE-07", "GASH-13"):
        school.done(code, FRIDAY)
    view = seen(school)
    assert view.empty is not None
    assert view.empty.title == "All done for now"
    assert view.empty.sentence == "Next: Fire alarm test, call point 7, Library, Monday 23 November."


def test_the_round_is_walked_place_by_place_and_numbers_cannot_be_ticked(school: Small) -> None:
    school.add("WATR-04", doer=TERRY, readings=[{"name": "Hot", "unit": "°C", "low": 50}])
    school.done("WATR-04", day(2026, 10, 20), readings='[{"name": "Hot", "value": 562, "unit": "°C"}]')
    view = seen(school)
    assert [len(group.rows) for group in view.rounds] == [3]
    assert set(view.tickable) == {school.checks["FIRE-07"], school.checks["FIRE-03"]}
    row = next(row for row in view.now if row.line.code == "WATR-04")
    assert row.last == "Last: 56.2 °C, passed, Tuesday 20 October"


def test_the_week_counts_what_was_done_is_late_and_is_to_come(school: Small) -> None:
    week = seen(school).week
    assert [(one.done, one.late, one.due) for one in week.days] == [
        (2, 0, 0), (1, 0, 0), (1, 0, 0), (1, 1, 0), (0, 0, 2)
    ]  # fmt: skip
    assert (week.done, week.late, week.due, week.sentence) == (5, 1, 2, "5 of 8 checks done")


def test_own_faults_are_those_reported_or_owned_and_still_open(school: Small) -> None:
    school.fault("Door closer loose", state="ordered")
    school.fault("Paid for already", state="verified", closed_on=FRIDAY)
    school.fault("Somebody else's", raised_by=DAWN)
    school.fault("To mend", raised_by=DAWN, owner=school.people[TERRY])
    faults = {one.title: one.state for one in seen(school).faults}
    assert faults == {"Door closer loose": "Ordered", "To mend": "Reported"}


# --- what putting off moves ------------------------------------------------------------------------------------------


def test_a_put_off_moves_the_plan_of_its_own_due_date_only(school: Small) -> None:
    school.put_off("LIFT-01", FRIDAY, day(2026, 12, 18), day(2026, 12, 20))
    with school.desk() as desk, desk.store.connect() as con:
        before = standings(con, desk.home, FRIDAY, {school.checks["LIFT-01"]})[0]
    assert before.status.plan_by == day(2026, 12, 18)
    school.done("LIFT-01", day(2026, 12, 18), by="Ascent Lifts")
    after_day = day(2027, 1, 11)
    with school.desk(after_day) as desk, desk.store.connect() as con:
        after = standings(con, desk.home, after_day, {school.checks["LIFT-01"]})[0]
    assert after.status.legal_due == day(2027, 6, 18)
    assert after.facts.put_off_to is None
    assert after.status.plan_by is not None
    assert after.status.plan_by >= after_day


# --- the sheet to walk round with ------------------------------------------------------------------------------------


def test_the_sheet_of_a_day_holds_what_today_holds(school: Small) -> None:
    with school.desk(who=TERRY) as desk:
        sheet, view = reporting.round_sheet(desk), today.view(desk)
    assert {line.what for line in sheet.lines} == {row.title for row in (*view.now, *view.later)}
    assert sheet.title == "Friday round"
    assert next(line.last for line in sheet.lines if line.what.startswith("Emergency")) == "Passed 19 Oct"


def test_a_sheet_has_a_line_for_each_number_and_its_range_in_words(school: Small) -> None:
    school.add("FOOD-03", doer=TERRY, readings=[
        {"name": "Freezer", "unit": "°C", "high": -15}, {"name": "Fridge", "unit": "°C", "low": 1, "high": 8},
    ])  # fmt: skip
    school.done("FOOD-03", day(2026, 11, 19), readings='[{"name": "Freezer", "value": -182, "unit": "°C"}]')
    with school.desk(who=TERRY) as desk:
        lines = {line.what: line for line in reporting.round_sheet(desk).lines}
    assert lines["Kitchen temperatures: Freezer"].good == "−15 °C or less"
    assert lines["Kitchen temperatures: Freezer"].last == "−18.2, 19 Nov"
    assert lines["Kitchen temperatures: Fridge"].good == "1 to 8 °C"


def test_a_weeks_sheet_has_each_daily_look_once_a_day(school: Small) -> None:
    with school.desk(who=TERRY) as desk:
        sheet = reporting.round_sheet(desk, day(2026, 11, 23), week=True)
        assert sheet.code == reporting.sheet_code(desk, day(2026, 11, 23), week=True)
        assert sheet.code != reporting.round_sheet(desk, day(2026, 11, 23)).code
    looks = [line.what for line in sheet.lines if line.what.startswith("Fire alarm panel")]
    assert [what.rsplit(", ", 1)[1] for what in looks] == [
        "Mon 23 Nov", "Tue 24 Nov", "Wed 25 Nov", "Thu 26 Nov", "Fri 27 Nov"
    ]  # fmt: skip
    assert sheet.title == "Week of 23 November"


def test_a_sheet_for_a_day_that_is_over_is_refused(school: Small) -> None:
    with school.desk() as desk, pytest.raises(UserError, match="is over"):
        reporting.round_sheet(desk, FRIDAY - DAY)


# --- a cover pack opened at the neighbour's desk ---------------------------------------------------------------------


@pytest.fixture
def lent(tmp_path: Path) -> tuple[Path, Path, Path, dt.date]:
    """The story school's caretaker is away for two days from Monday; a neighbour opened the pack.

    Given are: the school, the neighbour, the guest register, and the first day.
    """
    made = copy_of(tmp_path)
    school = register_of(made, STORY).path
    first = day(2026, 11, 23)
    for urn in (NEIGHBOUR, THIRD, SECONDARY):
        file = tmp_path / f"{urn}.bursar"
        with Desk.open(register_of(made, urn).path, clock=FixedClock.at(ON)) as desk:
            sharing.export(desk, file, [register_of(made, STORY).school_id])
        with Desk.open(school, clock=FixedClock.at(ON)) as desk:
            merging.merge(desk, [file])
    with Desk.open(school, clock=FixedClock.at(ON)) as desk:
        terry = desk.find_person(TERRY)
        line, _ = absences.add(desk, terry.id, first, first + DAY, reason="Zanzibar fever")
        helper = cover.find(desk, line.id).can[0]
        asked, _ = cover.request(desk, line.id, helper)
        cover.answer(desk, asked.id, "agreed")
        pack = guests.make_pack(desk, asked.id, tmp_path / "pack.bursar")
    near = next(one.path for one in made.registers if one.school_id == helper.school and one.role == "school")
    with Desk.open(near, clock=FixedClock.at(ON)) as desk:
        guest = guests.open_pack(desk, pack.file)
    return school, near, guest.path, first


def guest_view(path: Path, on: dt.date) -> TodayView:
    with Desk.open(path, read_only=True, clock=FixedClock.at(on)) as desk:
        return today.view(desk)


def test_a_guest_register_says_for_which_school_and_until_when(lent: tuple[Path, Path, Path, dt.date]) -> None:
    *_, guest, first = lent
    before, on_day, after = (guest_view(guest, one) for one in (ON, first, first + 3 * DAY))
    assert before.guest is not None
    assert before.heading == f"Cover at {before.guest.school_name}"
    assert before.note.startswith("From Monday 23 November until Tuesday 24 November.")
    assert on_day.note.startswith("Until Tuesday 24 November.")
    assert after.note.startswith("The cover ended on Tuesday 24 November. Send what was done back by ")
    assert before.now == ()
    assert before.this_week


def test_a_guest_registers_rows_are_the_lent_checks_on_the_covered_days(
    lent: tuple[Path, Path, Path, dt.date],
) -> None:
    *_, guest, first = lent
    view = guest_view(guest, first)
    assert {"FIRE-03", "FIRE-04", "FIRE-21"} <= set(codes(view.now))
    panel = next(row for row in view.now if row.line.code == "FIRE-03")
    assert panel.days == (first, first + DAY)
    rows = (*view.now, *view.later, *view.this_week)
    assert all(first <= one <= first + DAY for row in rows for one in row.days)
    assert "Zanzibar" not in str(view)


def test_a_check_done_under_a_pack_leaves_now_and_counts_as_done(lent: tuple[Path, Path, Path, dt.date]) -> None:
    *_, guest, first = lent
    before = guest_view(guest, first)
    with Desk.open(guest, clock=FixedClock.at(first)) as desk:
        doings = [Doing(row.line.id, first, desk.who, "satisfactory") for row in before.now if not row.line.readings]
        recording.record_round(desk, doings)
    after = guest_view(guest, first)
    assert len(after.now) == len(before.now) - len(doings)
    assert after.week.done == before.week.done + len(doings)
    panel = next(row for row in after.this_week if row.line.code == "FIRE-03")
    assert panel.days == (first + DAY,)


def test_what_a_neighbour_did_under_a_pack_is_named_in_the_governors_report(
    lent: tuple[Path, Path, Path, dt.date], tmp_path: Path
) -> None:
    school, near, guest, first = lent
    with Desk.open(near, read_only=True) as desk:
        helper = desk.home
    with Desk.open(guest, clock=FixedClock.at(first)) as desk:
        rows = today.view(desk).now
        made = recording.record_round(desk, [Doing(row.line.id, first, desk.who, "satisfactory") for row in rows[:3]])
    with Desk.open(school, read_only=True, clock=FixedClock.at(first)) as desk:
        before = {one.school: one.checks for one in reporting.governors(desk).neighbours}
    with Desk.open(guest, clock=FixedClock.at(first)) as desk:
        guests.send_return(desk, tmp_path / "return.bursar")
    with Desk.open(school, clock=FixedClock.at(first)) as desk:
        merging.merge(desk, [tmp_path / "return.bursar"])
        after = {one.school: one.checks for one in reporting.governors(desk).neighbours}
        name = next(one for one in after if after[one] != before.get(one, 0))
        with desk.store.connect() as con:
            assert name in {one.short_name for one in schools(con) if one.school == helper}
    assert after[name] - before.get(name, 0) == len(made.records) == 3


def test_the_papers_of_a_pack_are_the_same_checks_on_both_desks(lent: tuple[Path, Path, Path, dt.date]) -> None:
    school, _, guest, first = lent
    with Desk.open(school, read_only=True, clock=FixedClock.at(ON)) as desk:
        asked = cover.listing(desk)[-1]
        host = reporting.cover_pack_paper(desk, asked.id)
    with Desk.open(guest, read_only=True, clock=FixedClock.at(ON)) as desk:
        theirs = reporting.pack_paper_of_guest(desk)
    listed = [(one.day, one.what) for one in host.checks]
    assert {"Unlock", "Lock up"} <= {what for _, what in listed}
    assert listed == [(one.day, one.what) for one in theirs.checks]
    assert {one.day for one in host.checks} == {first, first + DAY}
    assert (host.site.isolation, host.report_to) == (theirs.site.isolation, theirs.report_to)
    assert len(host.shifts) == len(theirs.shifts) == 4, "unlocking and locking up, on two days"
    assert "Zanzibar" not in str(host) + str(theirs)
