"""The matrix of our school and of every school held: needs decided here, bookings, gaps, counts without names."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from bursar_desk.domain import courses as c
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.services import merging, sharing, training_matrix
from bursar_desk.services.desk import Desk
from bursar_desk.services.sample import SampleMade
from bursar_desk.services.training_matrix import Need
from tests.services.sample_fixture import NEIGHBOUR, ON, SECONDARY, STORY, THIRD, copy_of, register_of
from tests.services.small_school import CLARE, DAWN, TERRY, Small, without_waiting


def day(year: int, month: int, number: int) -> dt.date:
    return dt.date(year, month, number)


@pytest.fixture
def school(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Small:
    monkeypatch.setenv("BURSAR_DESK_LOCAL", str(tmp_path / "local"))
    without_waiting(monkeypatch)
    return Small.found(tmp_path)


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SampleMade:
    without_waiting(monkeypatch)
    return copy_of(tmp_path)


def test_a_school_decides_which_course_a_role_needs_and_may_decide_again(school: Small) -> None:
    with school.desk(write=True) as desk:
        before = training_matrix.gaps(desk)
        assert c.LADDERS in {gap.course for gap in before if gap.person == school.people[TERRY]}
        made, _changes = training_matrix.need(desk, "Caretaker", "ladders", "no", why="A contractor does it.")
        assert (made.course, made.words) == (c.LADDERS, "No caretaker needs Ladders and steps.")
        assert c.LADDERS not in {gap.course for gap in training_matrix.gaps(desk)}
        with pytest.raises(UserError, match="how it stands already"):
            training_matrix.need(desk, "caretaker", c.LADDERS, "no", why="A contractor does it.")
        training_matrix.need(desk, "caretaker", c.LADDERS, "advised")
        training_matrix.need(desk, "head", "Chainsaw", "required")
        decided = {one.key: one for one in training_matrix.needs(desk) if one.own}
    assert decided["caretaker", c.LADDERS].need is Need.ADVISED
    assert decided["head", "Chainsaw"].need is Need.REQUIRED
    assert len(decided) == 2


def test_a_check_asks_for_its_course_of_whoever_does_it(school: Small) -> None:
    school.add("PLAY-03", doer=CLARE, skill="TRNG-13")
    with school.desk() as desk:
        cell = training_matrix.matrix(desk).cell(school.people[CLARE], "DT machine user card")
    assert (cell.need, cell.words, cell.lacks) == (Need.REQUIRED, "None, needed", True)


def test_a_booking_on_a_session_to_come_shows_in_the_cell(school: Small) -> None:
    with school.act(ActCode.PLAN_SESSION, ON) as act:
        held = {"course": "TRNG-06", "first": day(2027, 2, 2), "last": day(2027, 2, 3), "state": "planned"}
        session = act.create("session", held)
        off = act.create("session", {**held, "first": day(2027, 1, 5), "last": day(2027, 1, 5), "state": "cancelled"})
        for one in (session, off):
            act.create("booking", {"session": one, "person": school.people[TERRY], "state": "booked"})
        act.create("booking", {"session": session, "person": school.people[DAWN], "state": "cancelled"})
    with school.desk() as desk:
        matrix = training_matrix.matrix(desk)
    assert matrix.cell(school.people[TERRY], c.WATER).words == "Booked 2 Feb 2027"
    assert matrix.cell(school.people[DAWN], c.WATER).words == ""
    (gap,) = [one for one in matrix.gaps if one.course == c.WATER]
    assert gap.booked == day(2027, 2, 2)


def test_paediatric_first_aid_is_asked_where_there_are_early_years(school: Small) -> None:
    with school.desk() as desk:
        assert c.PAEDIATRIC not in {gap.course for gap in training_matrix.gaps(desk)}
    with school.act(ActCode.ANSWER_FEATURES, ON) as act:
        row = act.session.derived(act.session.home, "feature", "early_years")
        act.create("feature", {"code": "early_years", "answer": "yes"}, row=row)
    with school.desk() as desk:
        assert c.PAEDIATRIC in {gap.course for gap in training_matrix.gaps(desk)}


def test_who_left_is_not_in_the_matrix_and_who_is_not_here_yet_has_no_gap_of_their_own(school: Small) -> None:
    with school.act(ActCode.CHANGE_PERSON, ON) as act:
        act.set("person", school.people[TERRY], {"left_on": day(2026, 11, 19)})
    with school.desk() as desk:
        assert school.people[TERRY] not in {one.id for one in training_matrix.matrix(desk).members}


@pytest.mark.parametrize(
    ("role", "course", "need", "least", "said"),
    [
        ("wizard", "Fire marshal", "required", None, "is not a role"), ("head", " ", "required", None, "which course"),
        ("head", "Fire marshal", "perhaps", None, "says nothing here"),
        ("head", "Fire marshal", "required", 900, "not a number we can use"),
        ("everybody", "Fire marshal", "required", 2, "Everybody is everybody"),
    ],
)  # fmt: skip
def test_a_need_that_makes_no_sense_is_refused(
    school: Small, role: str, course: str, need: str, least: int | None, said: str
) -> None:
    with school.desk(write=True) as desk:
        with pytest.raises(UserError, match=said):
            training_matrix.need(desk, role, course, need, least=least)
        assert not [one for one in training_matrix.needs(desk) if one.own]


def test_odd_rows_of_another_program_break_no_list(school: Small) -> None:
    with school.act(ActCode.SET_ROLE_COURSE, ON) as act:
        values = {"name": "x/y", "role": "head", "course": "Fire marshal", "need": "sometimes"}
        act.create("role_course", values, row=act.session.derived(act.session.home, "role_course", "x/y"))
        row = act.session.derived(act.session.home, "role_course", "z")
        act.create("role_course", {"name": "z", "need": "required"}, row=row)
        act.create("booking", {"state": "booked"})
        act.fact("training", {"person": school.people[TERRY], "passed_on": ON})
    with school.desk() as desk:
        matrix = training_matrix.matrix(desk)
    assert "A course without a name" in [one.course for one in matrix.courses]
    assert not [gap for gap in matrix.gaps if gap.person == school.people[CLARE] and gap.course == c.MARSHAL]


def test_the_cluster_is_counts_by_school_with_no_office_among_them(made: SampleMade) -> None:
    with Desk.open(register_of(made, STORY).path, on=ON, read_only=True) as desk:
        found = training_matrix.cluster(desk)
        own = training_matrix.matrix(desk)
    assert {one.school for one in found.schools} == {
        register_of(made, urn).school_id for urn in (STORY, NEIGHBOUR, THIRD, SECONDARY)
    }
    mine = next(one for one in found.schools if one.school == register_of(made, STORY).school_id)
    assert dict(mine.courses) == {one.course: one for one in own.courses}
    for course, (held, needed) in found.total.items():
        assert held == sum(one.courses[course].held for one in found.schools if course in one.courses)
        assert needed == sum(one.courses[course].needed for one in found.schools if course in one.courses) > 0


def test_an_office_has_the_same_figures_as_the_school_once_its_file_came(made: SampleMade, tmp_path: Path) -> None:
    office, one = register_of(made, role="cluster"), register_of(made, STORY)
    with Desk.open(one.path, on=ON) as desk:
        training_matrix.need(desk, "teacher", c.FIRST_AID, "required")
        sharing.export(desk, tmp_path / "one.bursar", [office.school_id])
        ours = training_matrix.matrix(desk)
    with Desk.open(office.path, on=ON) as desk:
        merging.merge(desk, [tmp_path / "one.bursar"])
        theirs = training_matrix.matrix(desk, one.school_id)
        with pytest.raises(UserError, match="no people of"):
            training_matrix.matrix(desk)
    assert theirs.courses == ours.courses
    assert theirs.gaps == ours.gaps
    assert "Joe Lunt has no First aid at work." in [gap.words for gap in ours.gaps]
