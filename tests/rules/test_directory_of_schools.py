"""The packaged register of schools: finding, searching, short names, employers, distance and clusters."""

from __future__ import annotations

import dataclasses
import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bursar_desk.domain.directory import DirectorySchool, clusters, distance_km, employer_of, short_name, short_names
from bursar_desk.domain.errors import Refused
from bursar_desk.services import directory

BOSCEP = directory.partnership("boscep")
EVERY = {school.urn: school for name in directory.PARTNERSHIPS for school in directory.partnership(name)}


def found(urn: int) -> DirectorySchool:
    school = directory.find(urn)
    assert school is not None
    return school


@pytest.mark.parametrize(("name", "count"), [("boscep", 21), ("darlaston", 9), ("blackpool", 50), ("bury", 93)])
def test_a_partnership_is_its_open_schools(name: str, count: int) -> None:
    rows = directory.partnership(name)
    assert len({school.urn for school in rows}) == len(rows) == count
    assert all(school.is_open for school in rows)
    assert directory.partnership(name.upper()) == rows


def test_an_unknown_partnership_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(Refused, match="boscep, darlaston, blackpool, bury"):
        directory.partnership("atlantis")


def test_a_row_of_the_register_comes_through_whole() -> None:
    school = found(105245)
    assert school.name == "Our Lady of Lourdes RC Primary School"
    assert (school.la, school.phase, school.type) == ("Bolton", "Primary", "Voluntary aided school")
    assert (school.pupils, school.low_age, school.high_age, school.nursery) == (230, 3, 11, True)
    assert (school.easting, school.northing) == (372351, 405794)
    assert (school.religious_character, school.diocese) == ("Roman Catholic", "Diocese of Salford")
    assert re.fullmatch(r"[A-Z]{1,2}\d\d? \d[A-Z]{2}", school.postcode)


def test_an_unknown_number_of_pupils_stays_unknown() -> None:
    assert found(151355).pupils is None  # converted in December 2024, not yet in a census
    assert sum(school.pupils is None for school in BOSCEP) == 1


def test_a_closed_school_can_be_found_but_is_not_offered() -> None:
    closed = found(104177)
    assert not closed.is_open
    assert closed not in directory.partnership("darlaston")
    assert closed not in directory.search("Rough Hay")
    assert directory.search("104177") == ()
    assert found(139305).name == "Woods Bank Academy"  # its successor at the same place


def test_an_unknown_urn_finds_nothing() -> None:
    assert directory.find(999999) is None


def test_search_wants_every_word_and_forgives_case_stops_and_apostrophes() -> None:
    names = [school.name for school in directory.search("st josephs bolton")]
    assert names == ["St Joseph's RC High School", "St Joseph's RC Primary School, Halliwell, Bolton"]
    assert [school.urn for school in directory.search("ST. JOSEPH'S HALLIWELL")] == [105223]


def test_search_takes_a_postcode_with_or_without_its_space_and_a_urn() -> None:
    assert [s.urn for s in directory.search("BL1 6QJ")] == [s.urn for s in directory.search("bl16qj")] == [105219]
    assert [s.urn for s in directory.search("105245")] == [105245]


def test_search_puts_names_that_begin_with_the_words_first_and_stops_at_its_limit() -> None:
    rows = directory.search("bury", limit=5)
    assert len(rows) == 5
    assert all(school.name.startswith("Bury") for school in rows[:4])
    assert directory.search("   ") == ()


def test_each_kind_of_school_has_the_employer_the_law_gives_it() -> None:
    assert employer_of("Community school") == "local authority"
    assert employer_of("Voluntary controlled school") == "local authority"
    assert employer_of("Voluntary aided school") == "governing body"
    assert employer_of("Foundation special school") == "governing body"
    assert employer_of("Academy special converter") == "academy trust"
    assert employer_of("Free schools") == "academy trust"
    assert employer_of("Other independent special school") == "proprietor"
    assert employer_of("Something new") == "not known"
    assert "not known" not in {school.employer for school in EVERY.values()}


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("St Joseph's RC Primary School, Halliwell, Bolton", "St Joseph's"),
        ("St Gregory's RC Primary School, A Voluntary Academy", "St Gregory's"),
        ("Sacred Heart R.C. Primary School", "Sacred Heart"),
        ("St Thomas of Canterbury RC School", "St Thomas of Canterbury"),
        ("Old Church Church of England C Primary School", "Old Church"),
        ("Christ Church Ainsworth Church of England Primary School", "Christ Church Ainsworth"),
        ("Our Lady's RC Primary School Wigan", "Our Lady's"),
        ("Marton Primary Academy and Nursery", "Marton"),
        ("Rowley View Nursery School", "Rowley View"),
        ("Bury College", "Bury College"),
    ],
)
def test_a_short_name_drops_church_level_and_place(name: str, short: str) -> None:
    assert short_name(name) == short


def test_a_secondary_keeps_high_in_its_short_name() -> None:
    assert short_name("St Joseph's RC High School", secondary=True) == "St Joseph's High"
    assert short_name("The Elton High School", secondary=True) == "Elton High"


@pytest.mark.parametrize("name", directory.PARTNERSHIPS)
def test_short_names_of_a_partnership_are_all_different(name: str) -> None:
    rows = directory.partnership(name)
    names = short_names(rows)
    assert set(names) == {school.urn for school in rows}
    assert len(set(names.values())) == len(rows)


def test_distance_is_the_straight_line_in_kilometres_to_one_decimal() -> None:
    school = found(105245)
    moved = dataclasses.replace(school, easting=school.easting + 3000, northing=school.northing - 4000)
    assert distance_km(school, moved) == distance_km(moved, school) == 5.0
    assert distance_km(school, school) == 0.0
    near = dataclasses.replace(school, easting=school.easting + 1449)
    assert distance_km(school, near) == 1.4


def test_boscep_makes_three_clusters_and_no_school_is_lost() -> None:
    made = clusters(BOSCEP)
    assert [cluster.centre and cluster.centre.short_name for cluster in made] == [
        "St Joseph's High", "Thornleigh Salesian College", "Mount St Joseph High",
    ]  # fmt: skip
    assert [len(cluster.schools) for cluster in made] == [6, 7, 8]
    assert sorted(school.urn for cluster in made for school in cluster.schools) == sorted(s.urn for s in BOSCEP)


@pytest.mark.parametrize(("name", "count"), [("boscep", 3), ("darlaston", 1), ("blackpool", 8), ("bury", 14)])
def test_every_school_goes_to_its_nearest_secondary(name: str, count: int) -> None:
    rows = directory.partnership(name)
    made = clusters(rows)
    assert len(made) == count
    centres = [cluster.centre for cluster in made if cluster.centre is not None]
    for cluster in made:
        assert cluster.centre is not None
        assert cluster.schools[0] == cluster.centre
        for school in cluster.schools[1:]:
            assert distance_km(school, cluster.centre) == min(distance_km(school, centre) for centre in centres)
    assert sorted(school.urn for cluster in made for school in cluster.schools) == sorted(s.urn for s in rows)


def test_an_all_through_school_is_a_centre() -> None:
    centres = {cluster.centre.name for cluster in clusters(directory.partnership("blackpool")) if cluster.centre}
    assert {"Armfield Academy", "Unity Academy Blackpool"} <= centres


@given(st.integers(0, 2**32))
def test_clusters_do_not_depend_on_the_order_of_the_rows(seed: int) -> None:
    shuffled = random.Random(seed).sample(BOSCEP, len(BOSCEP))
    assert clusters(shuffled) == clusters(BOSCEP)


def test_rows_without_a_secondary_make_one_cluster_without_a_centre() -> None:
    primaries = [school for school in BOSCEP if not school.is_secondary]
    (only,) = clusters(primaries)
    assert only.centre is None
    assert len(only.schools) == len(primaries) == 18
    assert clusters([]) == ()


def test_a_school_given_twice_is_kept_once() -> None:
    assert clusters([*BOSCEP, *BOSCEP]) == clusters(BOSCEP)


def test_the_usual_answers_fit_the_kind_of_school() -> None:
    assert found(105245).kind == "primary"
    assert found(105262).kind == "secondary"
    assert found(104136).kind == "nursery"
    assert found(119871).kind == "special"
    assert found(139675).kind == "secondary"  # all-through
    assert found(105997).kind == "primary"  # an independent preparatory school has no phase in the register
