"""Courses that run out: told 6, 3 and 1 months ahead, each once, everybody in one booking, and on Home."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from bursar_desk.domain import courses as c
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.date_math import add_months
from bursar_desk.services import home, training_matrix, training_reminders
from bursar_desk.services.desk import Desk
from bursar_desk.services.training_reminders import month_reached
from tests.services.sample_fixture import ON, STORY, copy_of, register_of
from tests.services.small_school import CLARE, DAWN, FRIDAY, TERRY, Small, without_waiting

ENDS = dt.date(2027, 6, 30)


def day(year: int, month: int, number: int) -> dt.date:
    return dt.date(year, month, number)


@pytest.fixture
def school(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Small:
    monkeypatch.setenv("BURSAR_DESK_LOCAL", str(tmp_path / "local"))
    without_waiting(monkeypatch)
    return Small.found(tmp_path)


@pytest.mark.parametrize(
    ("today", "reached"),
    [
        ("2026-12-29", None), ("2026-12-30", 6), ("2027-03-29", 6), ("2027-03-30", 3), ("2027-05-29", 3),
        ("2027-05-30", 1), ("2027-06-30", 1), ("2027-07-01", 0),
    ],
)
def test_a_lead_time_is_reached_on_its_day(today: str, reached: int | None) -> None:
    assert month_reached(ENDS, dt.date.fromisoformat(today)) == reached


def test_everybody_who_needs_a_course_goes_to_one_booking(school: Small) -> None:
    school.passed(TERRY, "Fire marshal", day(2024, 6, 30), None)
    school.passed(DAWN, "TRNG-04", day(2024, 7, 30), None)
    school.passed(CLARE, "Fire warden", day(2023, 6, 1), day(2026, 11, 1))
    school.passed(CLARE, "Asbestos awareness", day(2026, 5, 1), None)
    with school.desk(day(2027, 3, 30)) as desk:
        marshal, asbestos = sorted(training_reminders.groups(desk), key=lambda one: -len(one.people))
    assert marshal.words == (
        "3 people need Fire marshal before 30 June 2027: one booking. For 1 of them it has run out."
    )
    assert marshal.named.endswith("Here: Clare Brennan, Terry Walsh and Dawn Hill.")
    assert asbestos.words == "1 person needs Asbestos awareness before 1 May 2027."


def test_each_lead_time_speaks_once_and_a_new_date_speaks_again(school: Small) -> None:
    school.passed(TERRY, "Fire marshal", day(2024, 6, 30), None)
    told = []
    for number in range(9):
        today = add_months(day(2026, 11, 30), number)
        with school.desk(today, write=True) as desk:
            for _again in range(2):
                found = training_reminders.reached(desk)
                training_reminders.said(desk, found)
                told += [(today, one.people[0].month) for one in found]
    assert told == [(day(2026, 12, 30), 6), (day(2027, 3, 30), 3), (day(2027, 5, 30), 1), (day(2027, 7, 30), 0)]
    school.passed(TERRY, "Fire marshal", day(2024, 9, 30), None)
    with school.desk(day(2027, 8, 1)) as desk:
        assert [one.people[0].month for one in training_reminders.reached(desk)] == [3]


def test_who_is_booked_or_need_not_renew_or_has_left_is_not_reminded(school: Small) -> None:
    for person in (TERRY, DAWN, CLARE):
        school.passed(person, "Fire marshal", day(2024, 1, 10), None)
    with school.act(ActCode.PLAN_SESSION, FRIDAY) as act:
        session = act.create("session", {"course": "Fire marshal", "first": day(2026, 12, 8), "last": day(2026, 12, 8)})
        act.create("booking", {"session": session, "person": school.people[TERRY], "state": "booked"})
        act.set("person", school.people[CLARE], {"left_on": day(2026, 11, 1)})
    with school.desk(write=True) as desk:
        assert [one.name for one in training_reminders.groups(desk)[0].people] == [DAWN]
        training_matrix.need(desk, "business manager", "Fire marshal", "no")
        assert training_reminders.groups(desk) == ()


def test_a_refresher_of_managing_safely_is_advised_a_month_before_and_never_runs_out(school: Small) -> None:
    school.passed(DAWN, "IOSH Managing Safely", day(2023, 12, 20), None)
    with school.desk(day(2026, 11, 19)) as desk:
        assert training_reminders.groups(desk) == ()
    with school.desk(day(2026, 11, 20)) as desk:
        (one,) = training_reminders.groups(desk)
    assert one.words == "1 person needs a refresher of IOSH Managing Safely before 20 December 2026."
    with school.desk(day(2027, 11, 20)) as desk:
        (one,) = training_reminders.groups(desk)
    assert one.words == "1 person needs a refresher of IOSH Managing Safely now."


def test_home_says_it_until_it_was_told(school: Small) -> None:
    school.passed(TERRY, "Fire marshal", day(2024, 2, 10), None)
    with school.desk(write=True) as desk:
        (row,) = [one for one in home.view(desk).ahead if one.page == "training"]
        assert (row.chip, row.title) == ("To book", "1 person needs Fire marshal before 10 February 2027")
        assert row.why.endswith("Here: Terry Walsh.")
        training_reminders.said(desk, training_reminders.reached(desk))
        assert not [one for one in home.view(desk).ahead if one.page == "training"]


def test_across_the_schools_held_only_our_own_people_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without_waiting(monkeypatch)
    made = copy_of(tmp_path)
    with Desk.open(register_of(made, STORY).path, on=ON, read_only=True) as desk:
        groups = training_reminders.groups(desk)
        ours = desk.home
    (marshal,) = [one for one in groups if one.course == c.MARSHAL]
    assert marshal.ours == 1
    assert len(marshal.schools) > 1
    for group in groups:
        for one in group.people:
            assert bool(one.name) == (one.school == ours)
