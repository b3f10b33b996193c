"""The ten areas of the governors' report hold every row of the catalogue, each once."""

from __future__ import annotations

import pytest

from bursar_desk.domain.areas import AREAS, CATEGORY_AREA, CODE_AREA, area, area_of
from bursar_desk.services import catalogue

ROWS = catalogue.load().rows


def test_the_ten_areas_stand_in_the_order_of_the_report() -> None:
    assert [one.name for one in AREAS] == [
        "Fire", "Water", "Gas and electrical", "Lifting and work equipment", "Asbestos", "Play and grounds",
        "First aid and accidents", "Security", "Kitchen", "Training",
    ]  # fmt: skip
    assert len({one.code for one in AREAS}) == 10


def test_no_row_of_the_catalogue_falls_out() -> None:
    counted = {one.code: [row.code for row in ROWS if row.area == one] for one in AREAS}
    assert sum(map(len, counted.values())) == len(ROWS)
    assert all(counted.values())  # and no area is empty


def test_the_table_names_every_category_and_no_other() -> None:
    assert set(CATEGORY_AREA) == {row.category for row in ROWS}
    assert len(CATEGORY_AREA) == 23


def test_rows_split_from_their_category_exist_and_really_move() -> None:
    by_code = {row.code: row for row in ROWS}
    for code, moved in CODE_AREA.items():
        assert by_code[code].area == moved
        assert CATEGORY_AREA[by_code[code].category] != moved


def test_the_kitchen_extract_counts_in_the_kitchen() -> None:
    assert area_of("VENT-04", "Ventilation and air").name == "Kitchen"
    assert area_of("VENT-05", "Ventilation and air").name == "Lifting and work equipment"


def test_a_check_of_the_schools_own_counts_by_its_category() -> None:
    assert area_of("", "Water").name == "Water"
    with pytest.raises(ValueError, match="no area"):
        area_of("", "Parking")


def test_an_area_is_found_by_its_stored_code() -> None:
    assert [area(one.code) for one in AREAS] == list(AREAS)
    with pytest.raises(ValueError, match="no area"):
        area("parking")
