"""The first look into a register says what the registry says, and mends nothing."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from bursar_desk.domain import registry
from bursar_desk.services import merging, sharing
from bursar_desk.services.desk import Desk
from db import first_look
from db.raw import connect
from tests.services.sample_fixture import STORY, copy_of, register_of


def test_its_numbers_are_the_registrys() -> None:
    assert first_look.REGISTRY_VERSION == registry.REGISTRY_VERSION
    assert first_look.STANDS == registry.STANDS
    assert registry.BY_NAME["school_check"].number == first_look.CHECK_TABLE


def test_a_school_sees_its_checks_and_an_office_its_schools(tmp_path: Path) -> None:
    made = copy_of(tmp_path)
    school = register_of(made, STORY)
    look = first_look.first_look(school.path)
    assert look is not None
    assert look.practice
    assert look.kind == "school"
    assert "Fire alarm test" in [line.title for line in first_look.first_look(school.path, 200).lines]  # type: ignore[union-attr]
    office = next(one for one in made.registers if one.role == "cluster")
    with Desk.open(school.path) as desk:
        sharing.export(desk, tmp_path / "to.bursar", sharing.receivers(desk, ["cluster"]))
    with Desk.open(office.path) as desk:
        merging.merge(desk, [tmp_path / "to.bursar"])
    seen = first_look.first_look(office.path)
    assert seen is not None
    assert [(line.title, line.last_done) for line in seen.lines] == [(school.school, dt.datetime.now(dt.UTC).date())]


def test_names_with_signs_that_mean_something_in_an_address_open(tmp_path: Path) -> None:
    path = tmp_path / "50% of a #1 school?.sqlite"
    connect(path, create=True).close()
    assert path.exists()
