"""How the schools of a practice partnership stand today: one as in the pictures, one excellent, one behind."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from bursar_desk.clock import FixedClock
from bursar_desk.domain.status import Colour, Word
from bursar_desk.services import directory
from bursar_desk.services.desk import Desk
from bursar_desk.services.sample import SampleRegister, make_sample
from bursar_desk.services.standing import CheckStanding, standings
from db.queries import checks as ask
from db.queries import people as people_of
from tests.services.sample_fixture import NEIGHBOUR, ON, SECONDARY, STORY, THIRD, built, register_of


def look(one: SampleRegister) -> Desk:
    return Desk.open(one.path, on=ON, read_only=True)


def standing_of(urn: str, on: dt.date = ON) -> list[CheckStanding]:
    with look(register_of(built(), urn)) as desk, desk.store.connect() as con:
        return standings(con, desk.home, on)


def required(found: list[CheckStanding]) -> list[CheckStanding]:
    return [one for one in found if one.required and one.status.colour is not Colour.GREY]


# --- how the schools stand -------------------------------------------------------------------------------------------


def test_the_story_school_looks_like_the_pictures() -> None:
    found = standing_of(STORY)
    counted = [one for one in found if one.status.colour is not Colour.GREY]
    assert len(counted) == 61
    assert len(required(found)) == 52
    assert sum(one.status.in_date for one in required(found)) == 48
    late = {one.check.code: one.status.days for one in found if one.status.word is Word.OVERDUE}
    assert late == {"FIRE-01": 10, "LIFT-01": 7, "FIRE-07": 1}
    assert [one.check.code for one in counted if one.status.word is Word.NOT_KNOWN] == ["ASBE-02"]
    assert not [one for one in found if one.status.word is Word.FAILED]


@pytest.mark.parametrize(
    "on", ["2026-11-21", "2026-09-03", "2027-01-04", "2026-02-16", "2028-02-29", "2024-10-10", "2030-03-05"]
)
def test_the_story_holds_whatever_day_it_is(on: str, tmp_path: Path) -> None:
    day = dt.date.fromisoformat(on)
    made = make_sample(tmp_path / "one", schools=[105219], years=1, on=day, clock=FixedClock.at(ON))
    with Desk.open(register_of(made, STORY).path, on=day, read_only=True) as desk, desk.store.connect() as con:
        found = required(standings(con, desk.home, day))
    assert len(found) == 52
    assert sum(one.status.in_date for one in found) == 48
    assert sum(one.status.word is Word.OVERDUE for one in found) == 3


def test_checks_nobody_has_decided_about_are_listed_but_never_counted() -> None:
    asked = [one for one in standing_of(STORY) if one.check.applies == "ask"]
    assert len(asked) > 20
    assert all(one.status.colour is Colour.GREY and not one.status.in_date for one in asked)


def test_a_check_that_is_not_needed_keeps_why() -> None:
    ruled_out = [one for one in standing_of(STORY) if one.check.applies == "no"]
    assert ruled_out
    assert all(one.check.why.endswith(".") and one.status.colour is Colour.GREY for one in ruled_out)


def test_one_school_is_excellent_and_one_is_behind() -> None:
    shares = {}
    for urn in (NEIGHBOUR, THIRD, SECONDARY):
        found = required(standing_of(urn))
        shares[urn] = sum(one.status.in_date for one in found) / len(found)
    assert max(shares.values()) == 1.0
    assert min(shares.values()) < 0.75


def test_the_neighbour_has_a_keeper_who_can_cover_for_the_story_school() -> None:
    near = min((NEIGHBOUR, THIRD, SECONDARY), key=_km)
    with look(register_of(built(), near)) as desk, desk.store.connect() as con:
        helper = next(one for one in people_of.people(con) if one.name == "Sam Adeyemi")
        courses = {one.course for one in people_of.training(con) if one.person == helper.id and _holds(one)}
    assert helper.offers_cover
    assert helper.checks_confirmed_on is not None
    with look(register_of(built(), STORY)) as desk, desk.store.connect() as con:
        needed = {one.skill for one in ask.checks(con) if one.applies == "yes" and one.doer and one.skill}
        shown = [one.on for one in people_of.inductions(con, desk.home) if one.person == helper.id]
    assert shown
    assert (ON - shown[-1]).days < 365
    assert {"Fire alarm testing", "Legionella awareness"} <= courses
    assert needed - courses <= {"Food hygiene level 2"}  # that one is the kitchen's


def _km(urn: str) -> float:
    from bursar_desk.domain.directory import distance_km

    a, b = directory.find(int(urn)), directory.find(int(STORY))
    assert a is not None
    assert b is not None
    return distance_km(a, b)


def _holds(row: people_of.TrainingRow) -> bool:
    return row.expires_on is None or row.expires_on >= ON


def test_two_people_of_every_school_passed_managing_safely_and_some_courses_ran_out() -> None:
    ran_out = 0
    for urn in (STORY, NEIGHBOUR, THIRD, SECONDARY):
        with look(register_of(built(), urn)) as desk, desk.store.connect() as con:
            passed = people_of.training(con, desk.home)
        assert len({one.person for one in passed if one.course == "IOSH Managing Safely"}) == 2
        assert all(one.passed_on < ON for one in passed)
        ran_out += sum(not _holds(one) for one in passed)
    assert ran_out > 0


