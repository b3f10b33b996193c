"""The sections of the log book: every category of the catalogue has one, and no two share a code."""

from __future__ import annotations

from bursar_desk.domain import logbook
from bursar_desk.services import catalogue


def test_every_category_of_the_catalogue_has_a_section_of_its_own() -> None:
    categories = {row.category for row in catalogue.load().rows}
    assert categories == set(logbook.SECTION_OF)
    assert len(categories) == 23
    codes = [one.code for one in (*logbook.sections(), logbook.ATTENDANCE, logbook.FAULTS, logbook.WALKS)]
    assert len(set(codes)) == len(codes)


def test_sections_stand_in_the_order_of_their_codes_and_legionella_is_l01() -> None:
    codes = [one.code for one in logbook.sections()]
    general = [code for code in codes if code.startswith("GM")]
    assert codes == [*general, *sorted(code for code in codes if not code.startswith("GM"))]
    assert logbook.section_of("Water").code == "L01"
    assert logbook.section_of("").code == "X01"
