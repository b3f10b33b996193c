"""Courses passed: added with a certificate, put right, taken out; the latest counts and nothing written is lost."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from PIL import Image

from bursar_desk.domain.errors import UserError
from bursar_desk.services import evidence, history, training
from bursar_desk.services.desk import Desk
from bursar_desk.services.sample import SampleMade
from bursar_desk.services.training import NewPass
from tests.services.sample_fixture import NEIGHBOUR, ON, STORY, copy_of, register_of
from tests.services.small_school import CLARE, DAWN, TERRY, Small, without_waiting


def day(year: int, month: int, number: int) -> dt.date:
    return dt.date(year, month, number)


@pytest.fixture
def school(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Small:
    monkeypatch.setenv("BURSAR_DESK_LOCAL", str(tmp_path / "local"))
    without_waiting(monkeypatch)
    return Small.found(tmp_path)


def picture(folder: Path) -> Path:
    path = folder / "card.png"
    Image.new("RGB", (40, 30), "white").save(path)
    return path


def test_a_course_is_written_with_its_certificate_as_one_act(school: Small, tmp_path: Path) -> None:
    with school.desk(write=True) as desk:
        kept = evidence.keep(desk, picture(tmp_path))
        new = NewPass(school.people[TERRY], "TRNG-01", day(2024, 3, 14), provider="Tern Training", number="FA 123",
                      assessor="K. Bell")  # fmt: skip
        line, changes = training.add(desk, new, certificate=kept)
        assert {"training", "evidence", "evidence_link"} <= set(changes.tables)
        (paper,) = training.certificates(desk, line.id)
    assert (line.course, line.words, line.ends) == ("First aid at work", "In date to 14 Mar 2027", day(2027, 3, 14))
    assert (line.provider, line.number, line.assessor) == ("Tern Training", "FA 123", "K. Bell")
    assert (paper.title, paper.number) == ("Certificate, First aid at work", "FA 123")
    assert TERRY not in paper.title  # documents are seen more widely than people are
    assert paper.about[0].words == "First aid at work, 14 Mar 2024"


def test_the_latest_pass_counts_and_the_earlier_ones_stay(school: Small) -> None:
    who = school.people[TERRY]
    with school.desk(write=True) as desk:
        for passed in (day(2020, 5, 1), day(2023, 4, 1), day(2026, 3, 2)):
            training.add(desk, NewPass(who, "Fire marshal", passed))
        training.add(desk, NewPass(who, "Fire marshal", day(2026, 9, 1), refresher=True))
        lines = training.listing(desk, person=who)
    told = [(one.passed_on, one.words, one.counts) for one in lines]
    assert told == [
        (day(2026, 9, 1), "Yearly refresher", False), (day(2026, 3, 2), "In date to 2 Mar 2029", True),
        (day(2023, 4, 1), "An earlier one", False), (day(2020, 5, 1), "An earlier one", False),
    ]  # fmt: skip


def test_a_correction_takes_the_place_with_its_certificates_and_can_be_taken_back(
    school: Small, tmp_path: Path
) -> None:
    with school.desk(write=True) as desk:
        new = NewPass(school.people[TERRY], "Fire marshal", day(2026, 3, 2), number="1")
        line, _changes = training.add(desk, new, certificate=evidence.keep(desk, picture(tmp_path)))
        right, changes = training.correct(desk, line.id, {"passed_on": day(2026, 2, 3), "number": ""})
        assert (right.passed_on, right.number, right.course) == (day(2026, 2, 3), "", "Fire marshal")
        assert [one.id for one in training.listing(desk)] == [right.id]
        assert len(training.certificates(desk, right.id)) == 1
        with pytest.raises(UserError, match="how it stands already"):
            training.correct(desk, right.id, {"passed_on": day(2026, 2, 3)})
        assert changes.act is not None
        history.undo(desk, changes.act.hex())
        assert [(one.id, one.number) for one in training.listing(desk)] == [(line.id, "1")]
        assert len(training.certificates(desk, line.id)) == 1


def test_what_is_taken_out_counts_no_more_and_an_earlier_pass_counts_again(school: Small) -> None:
    who = school.people[TERRY]
    with school.desk(write=True) as desk:
        training.add(desk, NewPass(who, "Asbestos awareness", day(2025, 9, 1)))
        wrong, _changes = training.add(desk, NewPass(who, "Asbestos awareness", day(2026, 9, 1)))
        training.remove(desk, wrong.id)
        (left,) = training.listing(desk)
    assert (left.passed_on, left.counts, left.words) == (day(2025, 9, 1), True, "Ran out 1 Sep 2026")


@pytest.mark.parametrize(
    ("course", "passed", "expires", "said"),
    [
        ("", day(2026, 3, 2), None, "Say which course it was"),
        ("Fire marshal", day(2026, 11, 21), None, "has not come yet"),
        ("Fire marshal", day(1926, 3, 2), None, "too long ago"),
        ("Fire marshal", day(2026, 3, 2), day(2026, 3, 1), "before it was passed"),
        ("Fire marshal", day(2026, 3, 2), day(2096, 3, 1), "too far ahead"),
        ("x" * 81, day(2026, 3, 2), None, "The course is too long"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(
    school: Small, course: str, passed: dt.date, expires: dt.date | None, said: str
) -> None:
    with school.desk(write=True) as desk:
        with pytest.raises(UserError, match=said):
            training.add(desk, NewPass(school.people[TERRY], course, passed, expires))
        assert training.listing(desk) == []


def test_only_who_runs_the_register_writes_courses(school: Small) -> None:
    with school.desk(write=True, who=CLARE) as desk, pytest.raises(UserError, match="manages the register"):
        training.add(desk, NewPass(school.people[CLARE], "Safeguarding", day(2026, 9, 1)))


def test_a_course_of_the_schools_own_is_offered_again(school: Small) -> None:
    with school.desk(write=True) as desk:
        line, _changes = training.add(desk, NewPass(school.people[DAWN], " Chainsaw  use ", day(2026, 9, 1)))
        known = training.known_courses(desk)
    assert (line.course, line.words) == ("Chainsaw use", "In date")
    assert known[-1] == "Chainsaw use"
    assert len(set(known)) == len(known)


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SampleMade:
    without_waiting(monkeypatch)
    return copy_of(tmp_path)


def test_a_neighbours_courses_are_theirs_to_change(made: SampleMade) -> None:
    theirs = register_of(made, NEIGHBOUR).school_id
    with Desk.open(register_of(made, STORY).path, on=ON) as desk:
        line = training.listing(desk, school=theirs)[0]
        assert not line.ours
        with pytest.raises(UserError, match="Another school wrote that down"):
            training.remove(desk, line.id)
        with pytest.raises(UserError, match="works at another school"):
            training.add(desk, NewPass(line.person, "Fire marshal", ON))


def test_a_text_that_could_mean_several_courses_is_asked_about_and_never_becomes_a_course(school: Small) -> None:
    with school.desk(write=True) as desk:
        terry = school.people[TERRY]
        for written, named in (("first aid", "Paediatric first aid"), ("Asbestos", "Say Asbestos awareness.")):
            with pytest.raises(UserError) as told:
                training.add(desk, NewPass(terry, written, day(2026, 11, 2)))
            assert named in told.value.remedy
        line, _ = training.add(desk, NewPass(terry, "faw", day(2026, 11, 2)))
        with pytest.raises(UserError, match="Which course"):
            training.correct(desk, line.id, {"course": "first aid"})
        assert [one.course for one in training.listing(desk, person=terry)] == ["First aid at work"]
