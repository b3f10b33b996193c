"""What Home knows beside the checks: faults, permits and contractors that press, papers and reviews to plan ahead."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from bursar_desk.clock import FixedClock
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.catalogue import NONE_OF_THIS
from bursar_desk.services import adopting, applies, catalogue, editions, home, merging, reminders, sharing
from bursar_desk.services.desk import Desk
from bursar_desk.services.home import HomeView
from bursar_desk.services.home_needs import NeedsRow
from tests.services.sample_fixture import NEIGHBOUR, ON, STORY, THIRD, copy_of, register_of
from tests.services.small_school import CLARE, DAWN, FRIDAY, TERRY, Small, without_waiting

day = dt.date


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    without_waiting(monkeypatch)


@pytest.fixture
def school(tmp_path: Path) -> Small:
    """One check in date, so that nothing but what a test adds can press."""
    made = Small.found(tmp_path)
    made.add("FIRE-04", doer=TERRY)
    made.done("FIRE-04", day(2026, 11, 16))
    return made


def seen(small: Small, on: dt.date = FRIDAY, who: str = DAWN) -> HomeView:
    with small.desk(on, who) as desk:
        return home.view(desk)


def row(small: Small, table: str, **values: Any) -> bytes:
    with small.act(ActCode.ADD_ASSET, FRIDAY) as act:
        return act.create(table, values)


def firm(small: Small, name: str = "Hart & Sons", **values: Any) -> bytes:
    """A contractor whose papers are in order unless a test says otherwise."""
    good = {"insured_until": day(2028, 1, 1), "dbs_seen_on": day(2026, 1, 5), "inducted_on": day(2026, 1, 5)}
    return row(small, "contractor", name=name, **(good | {"asbestos_seen_on": day(2026, 1, 5)} | values))


def only(rows: tuple[NeedsRow, ...]) -> NeedsRow:
    (one,) = rows
    return one


# --- what presses ----------------------------------------------------------------------------------------------------


def test_a_fault_presses_from_the_day_after_it_was_made_safe_until(school: Small) -> None:
    gate = school.fault("Gate hinge broken", interim_control="Taped off", interim_until=FRIDAY)
    assert seen(school).needs_you == ()
    view = seen(school, FRIDAY + dt.timedelta(days=1))
    need = only(view.needs_you)
    assert (need.chip, need.title) == ("Not safe", "Gate hinge broken")
    assert need.why == "It was made safe until Friday 20 November (Taped off), and is still open."
    assert (need.action, need.page, need.focus) == ("open_page", "faults", {"part": "open", "defect": gate})
    assert view.sentence == "Nothing is overdue, 1 thing needs you"


def test_a_fault_past_the_day_to_stop_using_it_is_not_safe(school: Small) -> None:
    school.fault("Stage lift sticks", stop_on=day(2026, 11, 19))
    assert only(seen(school).needs_you).chip == "Not safe"
    assert seen(school, day(2026, 11, 19)).needs_you == ()


def test_faults_past_their_target_date_are_one_row_however_many(school: Small) -> None:
    for number in range(5):
        school.fault(f"Fault {number}", target_on=day(2026, 11, 10 + number))
    school.fault("In time", target_on=FRIDAY)
    school.fault("Closed", target_on=day(2026, 11, 1), state="done", closed_on=day(2026, 11, 9))
    need = only(seen(school).needs_you)
    assert need.title == "5 faults are past their target date"
    assert need.why == "Fault 0, Fault 1, Fault 2 and 2 more."
    assert (need.button, need.focus) == ("Open faults", {"part": "now"})


def test_a_fault_of_a_check_that_stands_in_a_row_already_is_not_told_twice(school: Small) -> None:
    school.fault("Panel dead", "FIRE-04", risk="danger", target_on=day(2026, 11, 18))
    school.done("FIRE-04", day(2026, 11, 19), outcome="unsatisfactory")
    assert [one.action for one in seen(school).needs_you] == ["open_check"]


def test_who_does_not_run_the_register_sees_the_faults_that_are_theirs(school: Small) -> None:
    school.fault("Theirs", owner=school.people[TERRY], target_on=day(2026, 11, 12))
    school.fault("Hers", owner=school.people[CLARE], target_on=day(2026, 11, 12))
    row(school, "permit", kind="roof", number="2026-A001", on_date=day(2026, 11, 18), starts=480, ends=600, work="Roof")
    assert [one.title for one in seen(school, who=TERRY).needs_you] == ["Theirs"]
    assert [one.title for one in seen(school, who=DAWN).needs_you] == [
        "2 faults are past their target date", "Permit 2026-A001 is not closed",
    ]  # fmt: skip


def test_an_open_permit_presses_when_its_time_is_over_and_not_before(school: Small) -> None:
    permit = row(school, "permit", kind="hot works", number="2026-A001", on_date=FRIDAY, starts=480, ends=540,
                 work="Weld the gate")  # fmt: skip
    assert seen(school).needs_you == ()  # it is nine o'clock, when it ends
    need = only(seen(school, FRIDAY + dt.timedelta(days=3)).needs_you)
    assert need.title == "Permit 2026-A001 is not closed"
    assert need.why == "Hot work: Weld the gate. Its time ended 20 Nov 2026 09:00."
    assert (need.page, need.focus) == ("faults", {"permit": permit})
    with school.act(ActCode.CHANGE_PERMIT, FRIDAY) as act:
        act.set("permit", permit, {"closed_on": FRIDAY, "closed_minute": 600})
    assert seen(school, FRIDAY + dt.timedelta(days=3)).needs_you == ()


def test_a_contractor_presses_only_with_a_job_here(school: Small) -> None:
    late = firm(school, insured_until=day(2026, 11, 11))
    assert seen(school).needs_you == seen(school).ahead == ()
    job = school.fault("Boiler leaks", contractor=late, state="ordered")
    need = only(seen(school).needs_you)
    assert need.title == "Hart & Sons has a job and may not attend"
    assert need.why == "The insurance ended on Wednesday 11 November 2026."
    assert need.focus == {"contractor": late}
    with school.act(ActCode.CHANGE_DEFECT, FRIDAY) as act:
        act.set("defect", job, {"state": "verified", "closed_on": FRIDAY})
    assert seen(school).needs_you == ()


def test_the_asbestos_register_is_asked_for_only_where_the_school_is_old_enough(school: Small) -> None:
    unread = firm(school, asbestos_seen_on=None)
    school.fault("Boiler leaks", contractor=unread)
    assert "asbestos" in only(seen(school).needs_you).why
    with school.act(ActCode.SET_UP_SCHOOL, FRIDAY) as act:
        act.set("school", act.session.derived(act.session.home, "school", ""), {"built_year": 2004})
    assert seen(school).needs_you == ()


# --- what to plan ahead ----------------------------------------------------------------------------------------------


def test_a_contractor_with_a_job_whose_papers_end_within_sixty_days_is_to_plan(school: Small) -> None:
    first, second = FRIDAY + dt.timedelta(days=60), FRIDAY + dt.timedelta(days=61)
    school.fault("Boiler leaks", contractor=firm(school, insured_until=first))
    school.fault("Roof leaks", contractor=firm(school, "Roofers", insured_until=second))
    view = seen(school)
    assert view.needs_you == ()
    plan = only(view.ahead)
    assert (plan.chip, plan.title, plan.why) == (
        "Contractors", "Hart & Sons has a job here", "Insurance ends 19 Jan 2027"
    )  # fmt: skip


def test_documents_that_run_out_are_one_row_and_never_part_of_the_sentence(school: Small) -> None:
    row(school, "evidence", title="Gas certificate", expires_on=FRIDAY + dt.timedelta(days=60))
    row(school, "evidence", title="Not yet", expires_on=FRIDAY + dt.timedelta(days=61))
    view = seen(school)
    assert view.sentence == "Nothing is overdue"
    plan = only(view.ahead)
    assert (plan.title, plan.colour) == ("“Gas certificate” runs out on Tuesday 19 January", "amber")
    row(school, "evidence", title="Insurance", expires_on=FRIDAY - dt.timedelta(days=1))
    plan = only(seen(school).ahead)
    assert (plan.title, plan.colour) == ("1 document has run out, 1 will soon", "red")
    assert (plan.why, plan.page, plan.focus) == ("Insurance and Gas certificate.", "evidence", {"part": "all"})


def test_a_check_said_not_to_be_needed_comes_back_on_its_review_day(school: Small) -> None:
    pool = school.add("WATR-06", applies="no", why="No pool", review_on=FRIDAY)
    assert seen(school, FRIDAY - dt.timedelta(days=1)).ahead == ()
    plan = only(seen(school).ahead)
    assert plan.chip == "Look again"
    assert (plan.why, plan.page, plan.focus) == ("No pool.", "checks", {"check": pool})


def test_what_is_to_be_looked_at_again_is_what_the_answers_page_lists(school: Small) -> None:
    school.add("WATR-06", applies="no", why="Nobody showers here", review_on=day(2026, 11, 1), said_by=DAWN)
    school.add("LIFT-01", applies="no", why="Locked for good", review_on=day(2026, 12, 1), said_by=DAWN)
    ruled = school.add("PLAY-03", applies="no", why=f"{NONE_OF_THIS} Playground", review_on=day(2026, 11, 1))
    code = catalogue.load().features[0].code
    answer = {"code": code, "answer": "no", "said_by": DAWN, "review_on": day(2026, 11, 2)}
    with school.act(ActCode.ANSWER_FEATURES, FRIDAY) as act:
        act.create("feature", answer, row=act.session.derived(act.session.home, "feature", code))
    with school.desk(FRIDAY, DAWN) as desk:
        listed = applies.to_review(desk)
        plan = only(home.view(desk).ahead)
    assert len(listed) == 2
    assert ruled not in {one.check for one in listed}
    assert plan.title == "2 things said not to be needed: look again"
    assert plan.why == f"{listed[0].title} and {listed[1].title}."
    assert plan.focus == {"part": "off"}


def test_a_newer_edition_of_the_checks_is_news_and_the_same_one_is_not_compared(
    school: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = catalogue.load()
    lift = next(one for one in now.rows if one.code == "LIFT-01")
    school.add("LIFT-01", copied=adopting.copied_text(lift, now.edition))
    school.done("LIFT-01", FRIDAY)
    with monkeypatch.context() as patch:
        patch.setattr(editions, "compare", lambda _desk: pytest.fail("nothing is newer"))
        assert seen(school).ahead == ()
    rows = tuple(replace(one, title="Lift, thorough look") if one.code == "LIFT-01" else one for one in now.rows)
    newer = replace(now, edition="2027.1", rows=rows)
    monkeypatch.setattr(catalogue, "load", lambda: newer)
    with school.desk(FRIDAY, DAWN) as desk:
        news = editions.compare(desk)
    plan = only(tuple(one for one in seen(school).ahead if one.chip == "New edition"))
    assert plan.title == news.sentence
    assert "2027.1" in plan.title
    assert any(one.code == "LIFT-01" for one in news.changed)


def test_checks_to_book_begin_beyond_the_fourteen_days_that_are_listed(school: Small) -> None:
    lift = school.add("LIFT-01")
    school.done("LIFT-01", day(2026, 6, 9), by="Ascent Lifts")
    alone = seen(school, day(2026, 11, 20))
    plan = only(alone.ahead)
    assert plan.chip == "To book"
    assert (plan.page, plan.focus) == ("checks", {"check": lift})
    assert seen(school, day(2026, 11, 27)).ahead == ()  # it stands under "Due in 14 days" now
    with school.desk(FRIDAY, DAWN) as desk:
        reminders.said(desk, reminders.reached(desk))
    assert seen(school).ahead == ()


def test_reminders_are_the_same_from_home_as_asked_for_alone(school: Small) -> None:
    for code, last in (("LIFT-01", day(2026, 6, 9)), ("FIRE-07", day(2026, 11, 2)), ("FIRE-11", day(2026, 1, 5))):
        school.add(code)
        school.done(code, last)
    with school.desk(FRIDAY, DAWN) as desk:
        alone = [one for one in reminders.reached(desk) if one.days > home.DUE_DAYS]
        plan = [one for one in home.view(desk).ahead if one.chip == "To book"]
    assert len(alone) > 1
    assert [one.title for one in plan] == [f"{len(alone)} checks to plan or book"]


# --- an office, and how much is asked --------------------------------------------------------------------------------


def test_an_office_is_told_how_many_at_which_school(tmp_path: Path) -> None:
    made, clock = copy_of(tmp_path), FixedClock.at(ON)
    office = register_of(made, role="cluster")
    files = []
    for number, urn in enumerate((STORY, NEIGHBOUR, THIRD)):
        files.append(tmp_path / f"{urn}.bursar")
        with Desk.open(register_of(made, urn).path, clock=clock) as desk:
            with desk.act(ActCode.REPORT_DEFECT, subject="made up") as act:
                for count in range(number):
                    values = {"title": f"Made up {count}", "risk": "low", "state": "reported"}
                    act.create("defect", {**values, "target_on": ON - dt.timedelta(days=3)})
            sharing.export(desk, files[-1], [office.school_id])
    with Desk.open(office.path, clock=clock) as desk:
        before = home.view(desk)
        merging.merge(desk, files)
        view = home.view(desk)
        names = [desk.school_name(register_of(made, urn).school_id) for urn in (NEIGHBOUR, THIRD)]
    assert before.ahead == before.needs_you == ()
    late = next(one for one in view.needs_you if "past their target date" in one.title)
    for name in names:
        assert name in late.why
    assert "Made up" not in late.why
    assert not [one for one in view.ahead if one.chip in ("To book", "Look again")]


def test_each_subject_is_one_question_however_many_rows_it_has(school: Small) -> None:
    asked: list[str] = []

    def count(_con: Any, _cur: Any, sql: str, *_: Any) -> None:
        asked.append(sql)

    numbers = []
    for turn in range(2):
        with school.desk(FRIDAY, DAWN) as desk:
            event.listen(desk.store.engine, "before_cursor_execute", count)
            home.view(desk)
        numbers.append(len(asked))
        asked.clear()
        for number in range(4 if turn == 0 else 0):
            busy = firm(school, f"Firm {number}", insured_until=day(2026, 11, 1 + number))
            school.fault(f"Fault {number}", contractor=busy, target_on=day(2026, 11, 2), interim_until=day(2026, 11, 3))
            row(school, "evidence", title=f"Paper {number}", expires_on=FRIDAY)
            row(school, "permit", kind="roof", number=f"{number}", on_date=day(2026, 11, 2), starts=480, ends=600)
    assert numbers[0] == numbers[1] <= 45
