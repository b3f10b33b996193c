"""Planning who goes to which session through a desk: what it reads, what it proposes, what it books."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bursar_desk.clock import FixedClock
from bursar_desk.domain.errors import Cancelled, UserError
from bursar_desk.services import planning_training as planning
from bursar_desk.services import training_moves, training_sessions
from bursar_desk.services.desk import Desk
from bursar_desk.services.training_places import read
from tests.rules import plan_checker
from tests.services.commands_kit import run
from tests.services.sample_fixture import STORY, copy_of, register_of

LATER = dt.date(2030, 1, 14)
"""A day on which every certificate of IOSH in the sample is more than three years old."""
IOSH = "IOSH Managing Safely"
FIRST, SECOND = dt.date(2030, 2, 5), dt.date(2030, 3, 5)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk.open(register_of(copy_of(tmp_path), STORY).path, clock=FixedClock.at(LATER)) as opened:
        training_moves.buy(opened, training_moves.Purchase(IOSH, 2))
        yield opened


def add(desk: Desk, first: dt.date, seats: int = 8, days: int = 1) -> bytes:
    last = first + dt.timedelta(days=days - 1)
    new = training_sessions.NewSession(IOSH, first, last, "The provider", seats=seats, venue_school=desk.home)
    return training_sessions.add(desk, new)[0]


def test_everybody_whose_refresher_is_due_is_planned_as_far_as_their_school_owns_places(desk: Desk) -> None:
    add(desk, FIRST)
    add(desk, SECOND)
    name, problem = planning.problem_of(desk, "IOSH Managing Safely")
    made = planning.propose(desk, IOSH)
    assert name == made.course == IOSH
    plan = {
        next(n for n, one in enumerate(problem.learners) if one.person == placed.person): next(
            k for k, one in enumerate(problem.runs) if one.session == placed.session
        )
        for placed in made.assignments
    }
    assert plan_checker.faults(problem, plan) == []
    assert len(made.of(desk.home)) == 2
    assert len(made.assignments) + len(made.unplaced) == len(problem.learners)
    assert made.proved
    assert {one.person for one in made.assignments}.isdisjoint({one.person for one in made.unplaced})
    for one in made.unplaced:
        assert "owns" in one.why
    held = read(desk)
    for home in problem.homes.values():
        assert home.places == len(held.of_course(IOSH).spare(home.school, offered=False))


def test_the_day_of_a_lone_caretaker_shows_the_gap_before_it_is_booked(desk: Desk) -> None:
    add(desk, FIRST)
    made = planning.propose(desk, IOSH)
    caretaker = next(one for one in made.of(desk.home) if one.name == "Terry Walsh")
    assert caretaker.gap == (FIRST,)
    assert "Nobody else looks after the site on Tue 5 Feb: cover is needed." in caretaker.because
    assert "Cover is needed at St Willibrord’s (Terry Walsh)" in made.sentence
    with pytest.raises(UserError, match="uncovered"):
        planning.book(desk, made)
    assert not [one for one in read(desk).bookings if one.session == caretaker.session]
    planning.book(desk, made, gap_seen=True)
    booked = [one.person for one in read(desk).bookings if one.session == caretaker.session]
    assert sorted(booked, key=str) == sorted((one.person for one in made.of(desk.home)), key=str)


def test_who_is_booked_is_not_planned_again_and_their_seats_are_taken(desk: Desk) -> None:
    add(desk, FIRST, seats=3)
    made = planning.propose(desk, IOSH)
    planning.book(desk, made, gap_seen=True)
    again = planning.propose(desk, IOSH)
    ours = {one.person for one in made.of(desk.home)}
    assert ours.isdisjoint({one.person for one in (*again.assignments, *again.unplaced)})
    _name, problem = planning.problem_of(desk, IOSH)
    assert [run.seats for run in problem.runs] == [3 - len(ours)]


def test_days_nobody_can_be_released_and_absences_send_people_elsewhere_or_nowhere(desk: Desk) -> None:
    from bursar_desk.services import absences

    add(desk, FIRST, days=3)
    add(desk, SECOND)
    training_moves.block(desk, FIRST + dt.timedelta(days=2), FIRST + dt.timedelta(days=2))
    made = planning.propose(desk, IOSH)
    session = {one.name: one.when for one in made.of(desk.home)}
    assert set(session.values()) == {next(one.when for one in made.of(desk.home) if "5 Mar" in one.when)}
    assert "The only session open to them: the school can let nobody go" in made.of(desk.home)[0].because
    terry = desk.find_person("Terry Walsh").id
    absences.add(desk, terry, SECOND, SECOND)
    left = next(one for one in planning.propose(desk, IOSH).unplaced if one.person == terry)
    assert "the school can let nobody go on 7 February 2030" in left.why
    assert "away on 5 March 2030" in left.why


def test_a_course_nobody_needs_is_not_planned(desk: Desk) -> None:
    with pytest.raises(UserError, match="Nobody here needs"):
        planning.propose(desk, "Bee keeping")


def test_stop_leaves_everything_as_it_was(desk: Desk) -> None:
    class Stops:
        def step(self, *_: object) -> None:
            raise Cancelled

    add(desk, FIRST)
    before = read(desk).bookings
    with pytest.raises(Cancelled):
        planning.propose(desk, IOSH, Stops())
    assert read(desk).bookings == before


def test_the_command_says_who_goes_why_and_what_was_proved(desk: Desk) -> None:
    add(desk, FIRST)
    register = desk.store.path
    desk.close()
    ran = run("training", "plan", IOSH, register=register, on=LATER.isoformat())
    assert ran.facts["course"] == IOSH
    assert ran.facts["proved"] is True
    assert ran.code == (1 if ran.facts["unplaced"] else 0)
    assert {one["name"] for one in ran.facts["placed"]} >= {"Terry Walsh", "Dawn Hill"}
    assert ran.facts["goals"][0]["goal"] == "people placed"
    refused = run("training", "plan", IOSH, "--book", register=register, on=LATER.isoformat())
    assert refused.code == 3
    booked = run("training", "plan", IOSH, "--book", "--gap-seen", register=register, on=LATER.isoformat())
    assert booked.facts["acts"]
    words = run("training", "plan", IOSH, register=register, on=LATER.isoformat(), as_json=False).out
    assert "Terry Walsh" not in words
    assert json.dumps(booked.facts, ensure_ascii=False).count("Terry Walsh") >= 1
