"""The registers of a practice partnership: sound, introduced to each other, made up, refused or stopped in words."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from bursar_desk.clock import FixedClock
from bursar_desk.domain.errors import Cancelled, CannotOpen, Refused
from bursar_desk.domain.progress import Silent
from bursar_desk.domain.status import Colour
from bursar_desk.services import directory
from bursar_desk.services.desk import Desk
from bursar_desk.services.registers import PRACTICE
from bursar_desk.services.sample import SampleMade, SampleRegister, make_sample
from bursar_desk.services.standing import CheckStanding, standings
from db.queries import checks as ask
from db.queries import people as people_of
from db.queries import schools as sites
from db.verify import verify
from tests.services.sample_fixture import NEIGHBOUR, ON, SECONDARY, STORY, THIRD, built, copy_of, register_of

DAY = dt.timedelta(days=1)


def look(one: SampleRegister) -> Desk:
    return Desk.open(one.path, on=ON, read_only=True)


def standing_of(urn: str, on: dt.date = ON) -> list[CheckStanding]:
    with look(register_of(built(), urn)) as desk, desk.store.connect() as con:
        return standings(con, desk.home, on)


def required(found: list[CheckStanding]) -> list[CheckStanding]:
    return [one for one in found if one.required and one.status.colour is not Colour.GREY]


# --- the registers ---------------------------------------------------------------------------------------------------


def test_there_is_a_register_for_each_school_one_for_a_second_computer_and_one_for_the_cluster() -> None:
    made = built().registers
    assert [one.role for one in made].count("school") == 4
    assert [one.role for one in made].count("second") == 1
    assert [one.role for one in made].count("cluster") == 1
    assert {one.urn for one in made if one.role == "school"} == {STORY, NEIGHBOUR, THIRD, SECONDARY}
    second = register_of(built(), role="second")
    first = register_of(built(), second.urn)
    assert second.school_id == first.school_id
    assert second.path != first.path
    assert len({one.school_id for one in made}) == len(made) - 1


def test_every_register_is_sound() -> None:
    for one in built().registers:
        with look(one) as desk:
            assert verify(desk.store, Silent()) == [], one.path.name


def test_every_register_is_marked_as_practice() -> None:
    for one in built().registers:
        with look(one) as desk:
            assert desk.practice
            assert desk.store.facts.namespace == PRACTICE


def test_everybody_knows_everybody_and_the_cluster_may_read_the_checks_of_each_school() -> None:
    office = register_of(built(), role="cluster").school_id
    with look(register_of(built(), role="cluster")) as desk:
        for one in built().registers:
            assert one.school_id in desk.trust.roots
            if one.role == "school":
                assert desk.trust.may_read(office, one.school_id, "compliance")
                assert not desk.trust.may_read(office, one.school_id, "private")
    with look(register_of(built(), STORY)) as desk:
        near = register_of(built(), NEIGHBOUR).school_id
        assert desk.trust.may_read(desk.home, near, "people")
        assert not desk.trust.may_read(desk.home, near, "compliance")


def test_a_second_computer_and_its_first_disagree_about_something_once_they_meet(tmp_path: Path) -> None:
    from bursar_desk.services import merging, sharing

    made = copy_of(tmp_path)
    second = register_of(made, role="second")
    file = tmp_path / "first.bursar"
    with Desk.open(register_of(made, second.urn).path, on=ON) as desk:
        sharing.export(desk, file, [desk.home])
    with Desk.open(second.path, on=ON) as desk:
        with desk.store.connect() as con:
            assert ask.count_records(con) > 0
        (result,) = merging.merge(desk, [file]).files
        assert result.accepted
        assert result.differences == 4
        assert verify(desk.store, Silent()) == []


# --- names -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("partnership", directory.PARTNERSHIPS)
def test_no_made_up_school_has_the_name_of_a_real_one(partnership: str) -> None:
    import random

    from bursar_desk.services.sample.names import school_names

    rows = directory.partnership(partnership)
    called = school_names(rows, random.Random(7))
    assert len({name.name for name in called.values()}) == len(rows)
    real = {row.name.casefold() for each in directory.PARTNERSHIPS for row in directory.partnership(each)}
    real |= {row.name.casefold() for row in directory.search("catholic primary", 500)}
    assert len(real) > 150
    for name in called.values():
        plain = name.name.replace("’", "'").casefold()
        assert not any(one in plain for one in real), name
        assert name.short.replace("’", "'").casefold() not in real


def test_a_real_name_an_address_or_a_telephone_number_stands_in_no_register() -> None:
    rows = directory.partnership("boscep")
    telling = [text for row in rows for text in (row.name, row.postcode, row.telephone, row.street) if len(text) > 5]
    for one in built().registers:
        content = one.path.read_bytes()
        assert not [text for text in telling if text.encode() in content], one.path.name


def test_a_school_says_on_which_row_it_was_modelled_and_stands_where_that_one_stands() -> None:
    row = directory.find(int(STORY))
    assert row is not None
    with look(register_of(built(), STORY)) as desk, desk.store.connect() as con:
        school = sites.school_row(con, desk.home)
        assert school is not None
        assert (school.urn, school.phase, school.pupils) == (STORY, row.phase, row.pupils)
        assert (school.easting, school.northing) == (row.easting, row.northing)
        modelled = con.exec_driver_sql("SELECT modelled_on FROM school WHERE urn=?", (STORY,)).scalars().all()
        assert modelled == [STORY]


def test_telephone_numbers_are_those_kept_free_for_made_up_stories() -> None:
    for one in built().registers:
        if one.role != "school":
            continue
        with look(one) as desk, desk.store.connect() as con:
            school = sites.school_row(con, desk.home)
            phones = [school.phone if school else ""] + [p.phone for p in people_of.people(con) if p.phone]
            words = " ".join(note.words for note in sites.site_notes(con, desk.home))
        assert all(phone.startswith(("0161 496 0", "07700 900")) for phone in phones)
        assert "0161 496 0" in words


def test_nobody_is_called_like_anybody_else() -> None:
    names: list[str] = []
    for one in built().registers:
        with look(one) as desk, desk.store.connect() as con:
            names += [person.name for person in people_of.people(con, desk.home)]
    assert len(names) == len(set(names)) > 24


# --- the same again, elsewhere, refused ------------------------------------------------------------------------------


def _content(made: SampleMade, urn: str) -> dict[str, list[Any]]:
    """What a register says, without ids: every table's values in order."""
    with look(register_of(made, urn)) as desk, desk.store.connect() as con:
        names = {one.id: one.code for one in ask.checks(con)}
        team = {one.id: one.name for one in people_of.people(con)}
        return {
            "records": sorted(
                (names[r.check], r.done_on, r.outcome, r.done_by, r.point, json.dumps(r.readings), r.evidence_ref)
                for r in ask.records(con)
            ),
            "faults": sorted((d.title, str(d.raised_on), d.state, str(d.target_on)) for d in ask.defects(con)),
            "not done": sorted((names[n.check], n.on, n.reason) for n in ask.not_done(con)),
            "away": sorted((team[a.person], a.first, a.last) for a in people_of.absences(con)),
            "passed": sorted((team[t.person], t.course, t.passed_on) for t in people_of.training(con)),
            "sheet": [note.words for note in sites.site_notes(con, desk.home)],
        }


def test_the_same_seed_tells_the_same_story_and_another_seed_another(tmp_path: Path) -> None:
    def again(name: str, seed: int) -> SampleMade:
        return make_sample(
            tmp_path / name, schools=(STORY, NEIGHBOUR, THIRD, SECONDARY), years=1, seed=seed, on=ON,
            clock=FixedClock.at(ON),
        )  # fmt: skip

    same, other = again("same", 1), again("other", 2)
    for urn in (STORY, THIRD):
        assert _content(same, urn) == _content(built(), urn)
        assert _content(other, urn) != _content(built(), urn)
    assert register_of(same, STORY).school == register_of(built(), STORY).school
    with look(register_of(same, STORY)) as mine, look(register_of(built(), STORY)) as theirs:
        assert mine.store.facts.register != theirs.store.facts.register
        assert mine.store.facts.writer != theirs.store.facts.writer


@pytest.mark.parametrize(
    ("partnership", "urns"),
    [("bury", (105283, 105287, 105377)), ("blackpool", (119246, 119411)), ("darlaston", (104136, 104176, 135956))],
)
def test_other_partnerships_can_be_made_too(partnership: str, urns: tuple[int, ...], tmp_path: Path) -> None:
    made = make_sample(
        tmp_path / partnership, partnership=partnership, schools=urns, years=1, on=ON, clock=FixedClock.at(ON)
    )
    assert {one.urn for one in made.registers if one.role == "school"} == {str(urn) for urn in urns}
    for one in made.registers:
        with look(one) as desk:
            assert verify(desk.store, Silent()) == []
            if one.role == "school":
                with desk.store.connect() as con:
                    assert ask.count_records(con) > 500


def test_a_school_that_is_not_in_the_partnership_or_has_closed_is_refused_in_words(tmp_path: Path) -> None:
    for partnership, urn in (("boscep", 104176), ("darlaston", 104177)):
        with pytest.raises(Refused, match=str(urn)):
            make_sample(
                tmp_path / "x", partnership=partnership, schools=[urn], years=1, on=ON, clock=FixedClock.at(ON)
            )
    with pytest.raises(Refused, match="no partnership"):
        make_sample(tmp_path / "x", partnership="atlantis", on=ON, clock=FixedClock.at(ON))
    with pytest.raises(Refused, match="years"):
        make_sample(tmp_path / "x", years=0, on=ON, clock=FixedClock.at(ON))
    assert not (tmp_path / "x").exists()


def test_registers_that_lie_there_already_are_not_touched(tmp_path: Path) -> None:
    made = make_sample(tmp_path / "s", schools=[105219], years=1, on=ON, clock=FixedClock.at(ON))
    before = {one.path: one.path.read_bytes() for one in made.registers}
    with pytest.raises(CannotOpen, match="already"):
        make_sample(tmp_path / "s", schools=[105219], years=1, on=ON, clock=FixedClock.at(ON))
    assert {path: path.read_bytes() for path in before} == before


class _StopsAfter:
    """Progress that is stopped at a step."""

    def __init__(self, step: int) -> None:
        self._left = step

    def step(self, words: str, done: int, total: int) -> None:
        assert words
        assert 0 <= done <= total
        self._left -= 1
        if self._left < 0:
            raise Cancelled


@pytest.mark.parametrize("step", [1, 3, 5])
def test_stopping_leaves_nothing_behind(step: int, tmp_path: Path) -> None:
    kept = tmp_path / "s" / "letter.txt"
    kept.parent.mkdir()
    kept.write_text("mine", "utf-8")
    with pytest.raises(Cancelled):
        make_sample(
            tmp_path / "s", schools=[105219, 105220], years=1, on=ON, clock=FixedClock.at(ON),
            progress=_StopsAfter(step),
        )  # fmt: skip
    assert list((tmp_path / "s").iterdir()) == [kept]


def test_every_school_has_met_its_neighbours_and_knows_their_people_but_not_their_checks() -> None:
    with look(register_of(built(), STORY)) as desk, desk.store.connect() as con:
        known = {person.school for person in people_of.people(con)}
        assert len(known) == 5, "the schools, and the office that buys their courses"
        assert {check.school for check in ask.checks(con)} == {desk.home}
