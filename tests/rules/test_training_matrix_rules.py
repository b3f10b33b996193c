"""Roles by courses: who needs what, what a cell says, and which gaps are told, each once."""

from __future__ import annotations

from datetime import date

import pytest

from bursar_desk.domain import courses as c
from bursar_desk.domain.training_matrix import (
    ANYBODY,
    EVERYBODY,
    Matrix,
    Member,
    Need,
    RoleNeed,
    build,
    need_of,
    needs_of,
)
from tests.rules.passes import Passed

DAY = date(2026, 11, 20)
DAWN, TERRY, MARIA, JOE = (
    Member(b"dawn", "Dawn Hill", "business manager"),
    Member(b"terry", "Terry Walsh", "caretaker", frozenset({c.BOILER})),
    Member(b"maria", "Maria Fenton", "office"),
    Member(b"joe", "Joe Lunt", "teacher"),
)
STAFF = (DAWN, TERRY, MARIA, JOE)


def made(*found: Passed, needs: tuple[RoleNeed, ...] = (), booked: dict[tuple[bytes, str], date] | None = None,
         staff: tuple[Member, ...] = STAFF) -> Matrix:  # fmt: skip
    return build(staff, found, booked or {}, needs, DAY)


def test_a_check_somebody_does_asks_for_its_course_whatever_the_role_says() -> None:
    own = RoleNeed("caretaker", c.BOILER, Need.NO)
    assert need_of(TERRY, c.BOILER, (own,))[0] is Need.REQUIRED
    assert need_of(DAWN, c.BOILER, (own,)) == (Need.NOTHING, "")


def test_a_school_decides_for_itself_in_place_of_the_usual() -> None:
    usual = {one.key: one for one in needs_of(())}
    assert usual["caretaker", c.HANDLING].need is Need.REQUIRED
    assert usual[ANYBODY, c.IOSH].least == 2
    assert (ANYBODY, c.PAEDIATRIC) not in usual
    assert (ANYBODY, c.PAEDIATRIC) in {one.key for one in needs_of((), early_years=True)}
    own = {one.key: one for one in needs_of([RoleNeed("caretaker", "TRNG-07", Need.NO)])}
    assert own["caretaker", c.HANDLING].need is Need.NO
    assert own["caretaker", c.HANDLING].own
    assert len(own) == len(usual)


@pytest.mark.parametrize(
    ("found", "code", "said"),
    [
        ([], "none", "None, needed"),
        ([Passed(b"terry", c.WATER, "2026-01-05")], "in date", "In date to 5 Jan 2029"),
        ([Passed(b"terry", c.WATER, "2024-01-05")], "due soon", "Renew by 5 Jan 2027"),
        ([Passed(b"terry", c.WATER, "2023-01-05")], "run out", "Ran out 5 Jan 2026"),
    ],
)
def test_a_cell_says_how_somebody_stands(found: list[Passed], code: str, said: str) -> None:
    cell = made(*found, needs=(RoleNeed("caretaker", c.WATER),)).cell(b"terry", c.WATER)
    assert (cell.code, cell.words) == (code, said)


def test_a_booking_shows_until_the_course_is_held() -> None:
    needs = (RoleNeed("caretaker", c.WATER),)
    booked = {(b"terry", c.WATER): date(2027, 2, 2)}
    matrix = made(needs=needs, booked=booked)
    assert matrix.cell(b"terry", c.WATER).words == "Booked 2 Feb 2027"
    (gap,) = [one for one in matrix.gaps if one.course == c.WATER]
    assert gap.words == "Terry Walsh has no Legionella awareness; booked for 2 February 2027."
    held = made(Passed(b"terry", c.WATER, "2026-10-05"), needs=needs, booked=booked)
    assert held.cell(b"terry", c.WATER).code == "in date"
    assert not [one for one in held.gaps if one.course == c.WATER]


def test_too_few_at_the_school_is_one_gap_and_who_is_named_is_not_counted_twice() -> None:
    needs = (RoleNeed(ANYBODY, c.MARSHAL, least=2),)
    (gap,) = made(Passed(b"joe", c.MARSHAL, "2026-01-05"), needs=needs, staff=(DAWN, JOE)).gaps
    assert (gap.person, gap.missing, gap.words) == (None, 1, "Fire marshal: 1 person in date, 2 needed.")
    ran_out = made(
        Passed(b"joe", c.MARSHAL, "2026-01-05"), Passed(b"dawn", c.MARSHAL, "2020-01-05"), needs=needs,
        staff=(DAWN, JOE),
    )  # fmt: skip
    assert [(one.person, one.words) for one in ran_out.gaps] == [
        (b"dawn", "Dawn Hill’s Fire marshal ran out on 5 January 2023.")
    ]


def test_two_places_of_managing_safely_are_asked_of_the_school_not_of_each() -> None:
    both = [Passed(b"dawn", "IOSH", "2018-01-05"), Passed(b"terry", "IOSH", "2026-01-05")]
    matrix = made(*both, needs=needs_of(()))
    (figures,) = [one for one in matrix.courses if one.course == c.IOSH]
    assert (figures.held, figures.needed, figures.soon, figures.out) == (2, 2, 1, 0)
    assert not [one for one in matrix.gaps if one.course == c.IOSH]
    assert matrix.cell(b"dawn", c.IOSH).words == "Refresher advised"
    assert [one.missing for one in made(*both[:1], needs=needs_of(())).gaps if one.course == c.IOSH] == [1]


def test_who_has_held_a_course_keeps_it_up_unless_the_school_says_no() -> None:
    old = Passed(b"joe", c.MARSHAL, "2020-01-05")
    assert [one.person for one in made(old).gaps if one.course == c.MARSHAL] == [b"joe"]
    declined = made(old, needs=(RoleNeed("teacher", c.MARSHAL, Need.NO),))
    assert not [one for one in declined.gaps if one.course == c.MARSHAL]
    assert c.MARSHAL not in [one.course for one in declined.courses]


def test_first_aid_at_work_does_for_emergency_first_aid() -> None:
    needs = (RoleNeed("office", c.EMERGENCY_AID),)
    matrix = made(Passed(b"maria", c.FIRST_AID, "2026-01-05"), needs=needs)
    assert matrix.cell(b"maria", c.EMERGENCY_AID).standing.holds
    assert not [one for one in matrix.gaps if one.course == c.EMERGENCY_AID]
    other_way = made(Passed(b"maria", c.EMERGENCY_AID, "2026-01-05"), needs=(RoleNeed("office", c.FIRST_AID),))
    assert other_way.cell(b"maria", c.FIRST_AID).code == "none"


def test_what_is_only_advised_is_no_gap_and_stands_last() -> None:
    matrix = made(Passed(b"joe", c.MARSHAL, "2026-01-05"), needs=(RoleNeed(EVERYBODY, c.FIRE_SAFETY, Need.ADVISED),))
    assert matrix.courses[-1].course == c.FIRE_SAFETY
    assert matrix.courses[-1].words == "advised"
    assert matrix.cell(b"joe", c.FIRE_SAFETY).words == "None, advised"
    assert not [one for one in matrix.gaps if one.course == c.FIRE_SAFETY]


def test_a_role_nobody_has_lacks_nothing_but_a_school_without_people_lacks_its_first_aider() -> None:
    needs = (RoleNeed("kitchen", c.FOOD, least=1), RoleNeed(ANYBODY, c.FIRST_AID, least=1))
    assert [one.course for one in made(needs=needs, staff=(JOE,)).gaps] == [c.FIRST_AID]


def test_every_usual_need_reads_as_a_sentence() -> None:
    said = [one.words for one in needs_of((), early_years=True)]
    assert "At least 2 people here must have IOSH Managing Safely." in said
    assert "Each member of the kitchen staff must have Food hygiene level 2." in said
    assert "Everybody should have Safeguarding." in said
    assert RoleNeed("teacher", c.MARSHAL, least=2).words == "At least 2 teachers must have Fire marshal."
    assert RoleNeed("teacher", c.MARSHAL, Need.NO).words == "No teacher needs Fire marshal."
