"""Home: the sentence, what needs whom, what is late by person, the count and last term's, and a school's first days."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from bursar_desk.clock import FixedClock
from bursar_desk.domain import words
from bursar_desk.domain.acts import ActCode
from bursar_desk.services import absences, checks, home
from bursar_desk.services.desk import Desk
from bursar_desk.services.home import HomeView
from tests.services.sample_fixture import ON, STORY, built, register_of
from tests.services.small_school import CLARE, DAWN, FRIDAY, TERRY, Small, at, without_waiting

day = dt.date
_MARKER = "Zanzibar fever"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    without_waiting(monkeypatch)


@pytest.fixture
def school(tmp_path: Path) -> Small:
    """An alarm test in date, and a lift examination whose last one was five months ago."""
    made = Small.found(tmp_path)
    made.add("FIRE-04", doer=TERRY)
    made.done("FIRE-04", day(2026, 7, 6), day(2026, 11, 16))
    made.add("LIFT-01")
    made.done("LIFT-01", day(2026, 6, 20), by="Ascent Lifts")
    return made


def seen(small: Small, on: dt.date = FRIDAY, who: str | None = None, **more: Any) -> HomeView:
    with small.desk(on, who) as desk:
        return home.view(desk, **more)


# --- the sentence ----------------------------------------------------------------------------------------------------


def test_a_register_without_checks_says_so(tmp_path: Path) -> None:
    view = seen(Small.found(tmp_path))
    assert view.sentence == "No checks yet"
    assert view.required.of == view.late == view.due_total == 0
    assert view.empty["overdue"] == "Nothing is overdue."


def test_with_everything_in_date_nothing_is_overdue_and_nothing_needs_anybody(school: Small) -> None:
    view = seen(school)
    assert (view.sentence, view.needs_you, view.overdue) == ("Nothing is overdue", (), ())


def test_one_late_thing_that_is_somebody_elses_needs_nobody_at_the_desk(school: Small) -> None:
    view = seen(school, day(2026, 11, 24), DAWN)
    assert view.sentence == "1 thing is overdue"
    assert [(one.name, one.initials) for one in view.overdue] == [(TERRY, "TW")]
    assert seen(school, day(2026, 11, 24), TERRY).sentence == "1 thing is overdue, 1 needs you"


def test_two_late_things_of_which_one_may_not_be_used(school: Small) -> None:
    view = seen(school, day(2026, 12, 22), DAWN)
    assert view.sentence == "2 things are overdue, 1 needs you"
    row = view.needs_you[0]
    assert (row.action, row.button, row.title) == ("take_out_of_use", "Take out of use", "Lift examination")
    assert row.why == "Due Sunday 20 December. Treat any use as unlawful until it has been examined."
    assert row.target == school.checks["LIFT-01"]


def test_what_failed_is_not_called_overdue(school: Small) -> None:
    school.done("FIRE-04", day(2026, 11, 19), outcome="unsatisfactory")
    view = seen(school, who=DAWN)
    assert view.sentence == "1 has failed"
    assert view.required.counts == (("ok", 1, "1 OK"), ("failed", 1, "1 failed"))


def test_things_taken_out_of_use_need_nobody_any_more(school: Small) -> None:
    with school.act(ActCode.TAKE_OUT_OF_USE, day(2026, 12, 21)) as act:
        values = {"check_id": school.checks["LIFT-01"], "since": day(2026, 12, 21), "how": "Locked off"}
        act.create("out_of_use", values)
    view = seen(school, day(2026, 12, 22), DAWN)
    assert (view.sentence, view.needs_you) == ("1 thing is overdue", ())


# --- by person -------------------------------------------------------------------------------------------------------


def test_the_last_reason_given_stands_beside_what_is_late(school: Small) -> None:
    school.add("FIRE-01", owner=CLARE)
    school.done("FIRE-01", day(2025, 11, 10), by="Assessor", written=day(2026, 2, 2))
    school.not_done("FIRE-01", day(2026, 11, 11), "contractor_cancelled", "Assessor cancelled, new date asked")
    line = seen(school).overdue[0]
    assert (line.name, line.lines[0].days, line.lines[0].reason) == (CLARE, 10, "Assessor cancelled, new date asked")


def test_a_reason_from_before_the_last_time_it_was_done_is_forgotten(school: Small) -> None:
    school.not_done("FIRE-04", day(2026, 11, 9), "forgot")
    assert seen(school, day(2026, 11, 24)).overdue[0].lines[0].reason == ""


def test_beside_staff_away_no_note_is_shown(school: Small) -> None:
    school.not_done("FIRE-04", day(2026, 11, 24), "staff_away", _MARKER)
    view = seen(school, day(2026, 11, 25), TERRY)
    assert view.overdue[0].lines[0].reason == "Staff away"
    assert _MARKER not in str(view)


def test_a_late_check_without_anybody_named_is_the_managers_to_give_out(school: Small) -> None:
    school.add("PLAY-03", owner="")
    school.done("PLAY-03", day(2026, 11, 2))
    view = seen(school, who=DAWN)
    assert [one.name for one in view.overdue] == ["Nobody yet"]
    assert "Nobody is named to do it." in view.needs_you[0].why
    assert seen(school, who=TERRY).needs_you == ()


# --- due soon, the count, last term ----------------------------------------------------------------------------------


def test_fourteen_days_are_listed_in_order_and_daily_looks_stay_on_today(school: Small) -> None:
    school.add("FIRE-03", doer=TERRY)
    school.done("FIRE-03", day(2026, 11, 19))
    for number, code in enumerate(("FIRE-07", "FIRE-10", "WATR-04", "WATR-06", "GASH-13")):
        school.add(code, doer=TERRY)
        school.done(code, day(2026, 10, 22 + number))
    view = seen(school)
    assert (view.due_total, len(view.due_soon)) == (6, 5)
    days = [line.plan_by or line.legal_due for line in view.due_soon]
    assert days == sorted(days, key=str)
    assert all(FRIDAY <= one <= day(2026, 12, 4) for one in days if one)
    assert "FIRE-03" not in {line.code for line in view.due_soon}


def test_every_required_check_has_a_box_and_the_boxes_add_up(school: Small) -> None:
    school.add("ASBE-02")
    school.add("FIRE-02")  # good practice only
    required = seen(school).required
    assert (required.done, required.of) == (2, 3)
    assert [box.state for box in required.boxes] == ["ok", "ok", "not_known"]
    assert sum(number for _, number, _ in required.counts) == required.of


def test_last_term_is_told_in_words(school: Small) -> None:
    assert seen(school).required.last_term is not None
    last = seen(school).required.last_term
    assert last is not None
    assert (last.done, last.of, last.trend) == (1, 2, "better")
    assert last.sentence == "Better: 1 of 2 at the end of summer term"


def test_a_school_that_kept_nothing_last_term_has_no_figure_made_up(tmp_path: Path) -> None:
    small = Small.found(tmp_path, founded=day(2026, 9, 7))
    small.add("FIRE-04", doer=TERRY, day=day(2026, 9, 7))
    small.done("FIRE-04", day(2026, 11, 16))
    assert seen(small).required.last_term is None


def test_home_agrees_with_the_list_of_checks_and_with_the_pictures() -> None:
    with Desk.open(register_of(built(), STORY).path, read_only=True, clock=FixedClock.at(ON)) as desk:
        view, listed = home.view(desk), checks.listing(desk)
    assert (view.required.done, view.required.of) == (listed.required.up_to_date, listed.required.applicable)
    assert (view.required.done, view.required.of) == (48, 52)
    assert view.sentence == "3 things are overdue, 4 need you"
    assert [one.title for one in view.needs_you if one.page == "contracts"] == [
        "Grounds maintenance: keep it, or give notice?", "Payroll: keep it, or give notice?"
    ]  # fmt: skip
    assert {one.name for one in view.overdue} == {CLARE, DAWN, TERRY}


# --- the first days --------------------------------------------------------------------------------------------------


@pytest.fixture
def fresh(tmp_path: Path) -> Small:
    """Two checks nobody has dated yet, entered on the day the school was set up."""
    made = Small.found(tmp_path, founded=FRIDAY)
    made.add("FIRE-04", doer=TERRY, day=FRIDAY)
    made.add("LIFT-01", day=FRIDAY)
    return made


def test_a_new_school_is_asked_when_things_were_done_and_is_not_told_off(fresh: Small) -> None:
    view = seen(fresh, day(2026, 11, 23))
    assert view.sentence == "Nothing is overdue. When were these 2 checks last done?"
    assert view.new_school
    assert {line.code for line in view.to_date} == {"FIRE-04", "LIFT-01"}
    row = view.needs_you[0]
    assert (row.colour, row.action) == ("grey", "last_done")
    assert row.why.startswith("When were these last done?")
    assert view.required.done == 0  # the count stays honest from the first day


def test_after_fourteen_days_what_has_no_record_is_red(fresh: Small) -> None:
    last, after = seen(fresh, FRIDAY + dt.timedelta(days=13)), seen(fresh, FRIDAY + dt.timedelta(days=14))
    assert (last.new_school, after.new_school) == (True, False)
    assert (after.needs_you[0].colour, after.needs_you[0].chip) == ("red", "Not known")
    assert after.sentence == "Nothing is overdue, 1 thing needs you"
    assert after.to_date == ()


# --- cover, training, backup, news -----------------------------------------------------------------------------------


def test_a_gap_of_our_own_on_the_next_school_day_is_said_and_asks_for_cover(school: Small) -> None:
    with school.desk(write=True) as desk:
        line, _ = absences.add(desk, school.people[TERRY], day(2026, 11, 23), day(2026, 11, 24), reason=_MARKER)
        view = home.view(desk)
    assert (view.cover.day, view.cover.heading) == (day(2026, 11, 23), "Cover on Monday 23 November")
    assert view.cover.sentence == "1 gap without cover."
    assert [(one.state, one.absence) for one in view.cover.rows] == [("gap", line.id)]
    need = next(one for one in view.needs_you if one.action == "open_cover")
    assert need.target == line.id
    assert _MARKER not in str(view)


def test_when_nobody_is_away_one_sentence_is_enough(school: Small) -> None:
    view = seen(school, day(2026, 12, 18))
    assert (view.cover.sentence, view.cover.rows) == ("Nobody is away.", ())
    assert view.cover.day == day(2027, 1, 4)  # the first school day of the new year


def test_training_is_listed_for_ninety_days_and_after_it_ran_out(school: Small) -> None:
    school.passed(TERRY, "Legionella awareness", day(2026, 2, 2), day(2027, 2, 18))
    school.passed(CLARE, "Fire marshal", day(2026, 2, 2), day(2027, 2, 19))
    school.passed(DAWN, "First aid at work", day(2026, 2, 2), day(2026, 11, 18))
    school.passed(DAWN, "TRNG-10", day(2026, 2, 2), day(2026, 11, 18))  # IOSH does not run out
    rows = [(one.name, one.course, one.when) for one in seen(school).training]
    assert rows == [(DAWN, "First aid at work", "ran out 2 days ago"), (TERRY, "Legionella awareness", "in 90 days")]


def test_a_renewed_course_is_not_listed_by_its_old_card(school: Small) -> None:
    school.passed(TERRY, "Legionella awareness", day(2026, 2, 2), day(2026, 12, 1))
    school.passed(TERRY, "Legionella awareness", day(2026, 11, 2), day(2029, 11, 1))
    assert seen(school).training == ()


def test_the_last_backup_is_told_as_people_say_it(school: Small) -> None:
    assert seen(school).last_backup is None
    assert seen(school, last_backup_ms=at(FRIDAY, 8)).last_backup == "Last good backup today 08:00"


# --- an office, and how much is asked --------------------------------------------------------------------------------


def test_an_office_without_a_file_yet_has_an_empty_home() -> None:
    hub = register_of(built(), role="cluster")
    with Desk.open(hub.path, read_only=True, clock=FixedClock.at(ON)) as desk:
        view = home.view(desk)
    assert (view.sentence, view.schools, view.to_settle) == ("No checks yet", (), 0)


@pytest.fixture
def asked() -> list[str]:
    return []


def test_home_asks_the_same_few_questions_however_much_is_kept(school: Small, asked: list[str]) -> None:
    def count(_con: Any, _cur: Any, sql: str, *_: Any) -> None:
        asked.append(sql)

    numbers = []
    for _ in range(2):
        with school.desk() as desk:
            event.listen(desk.store.engine, "before_cursor_execute", count)
            home.view(desk)
        numbers.append(len(asked))
        asked.clear()
        school.done("FIRE-04", *(FRIDAY - dt.timedelta(days=n) for n in range(8)))
        school.fault("A window is cracked", "FIRE-04")
    assert numbers[0] == numbers[1] <= 45, words.listing([str(one) for one in numbers])
