"""The rules of courses under all kinds of passes: order never matters, age never reddens IOSH, no gap goes unsaid."""

from __future__ import annotations

import random
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bursar_desk.domain import courses as c
from bursar_desk.domain.courses import State, course_of, last_day, latest, standing
from bursar_desk.services import catalogue, setup_tables
from tests.rules.passes import Passed

DAYS = st.dates(date(2018, 1, 1), date(2030, 12, 31))
NAMES = st.sampled_from([*(one.name for one in c.COURSES), "Chainsaw", "TRNG-01"])


@st.composite
def passes(draw: st.DrawFn) -> Passed:
    on = draw(DAYS)
    printed = draw(st.none() | st.integers(0, 2000).map(lambda days: str(on + timedelta(days=days))))
    return Passed(
        draw(st.sampled_from([b"a", b"b", b"c"])), draw(NAMES), str(on), printed or "", draw(st.booleans()),
        draw(st.binary(min_size=4, max_size=4)),
    )  # fmt: skip


@given(st.lists(passes(), max_size=12, unique_by=lambda one: one.id), DAYS, st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=150)
def test_the_pass_that_counts_is_the_same_in_any_order(found: list[Passed], day: date, rng: random.Random) -> None:
    mixed = [*found, *found[:3]]
    rng.shuffle(mixed)
    assert latest(mixed, day) == latest(found, day)


@given(NAMES, DAYS, st.none() | DAYS, DAYS)
@settings(deadline=None, max_examples=200)
def test_amber_comes_before_the_last_day_and_red_the_day_after(
    name: str, passed: date, printed: date | None, day: date
) -> None:
    found = standing(name, passed, printed, day)
    course = course_of(name)
    if found.ends is None:
        assert found.state in (State.IN_DATE, State.SOON)
        assert found.red_from is None
        assert course.never_red or course.months is None
    else:
        assert found.ends == (printed or last_day(name, passed, None))
        assert found.amber_from == found.ends - timedelta(days=course.lead)
        assert (found.state is State.OUT) == (day > found.ends)
        assert found.red_from == found.ends + timedelta(days=1)
        assert found.holds == (day <= found.ends)


@given(DAYS, st.none() | DAYS, st.integers(0, 40_000))
@settings(deadline=None, max_examples=100)
def test_age_never_makes_managing_safely_red(passed: date, printed: date | None, age: int) -> None:
    found = standing("Managing Safely", passed, printed, passed + timedelta(days=age))
    assert found.holds
    assert found.words in ("In date", "Refresher advised")


@given(st.lists(passes().filter(lambda one: bool(course_of(one.course).cover)), max_size=8), DAYS)
@settings(deadline=None, max_examples=150)
def test_warnings_of_the_last_holder_say_what_counting_day_by_day_finds(found: list[Passed], today: date) -> None:
    ahead = today + timedelta(days=180)
    said = c.cover_warnings(found, [b"a", b"b"], today, ahead)
    counted = latest(found, today)
    for called in {course_of(one.course).cover for one in found}:
        mine = [row for (who, name), row in counted.items() if course_of(name).cover == called and who in (b"a", b"b")]
        if not mine:
            assert not [one for one in said if one.called == called]
            continue
        for left in (0, 1):
            days = [today + timedelta(days=n) for n in range(182)]
            first = next((d for d in days if len({r.person for r in mine if _holds(r, d)}) == left), None)
            warned = [one for one in said if one.called == called and one.left == left]
            if first is None or first > ahead:
                assert not warned
            else:
                assert [one.since for one in warned] == [first]


def _holds(row: Passed, day: date) -> bool:
    return standing(row.course, row.passed_on, row.expires_on, day).holds


def test_there_is_one_table_of_months() -> None:
    assert setup_tables.COURSES is c.MONTHS
    assert setup_tables.COURSES[setup_tables.FIRST_AID] == 36
    assert setup_tables.COURSES[setup_tables.IOSH] is None
    assert set(setup_tables.SKILLS.values()) <= set(c.MONTHS)


def test_every_way_of_writing_a_course_means_one_course() -> None:
    written = [text for one in c.COURSES for text in (one.name, one.code, *one.others) if text]
    assert len({text.casefold() for text in written}) == len(written)
    for one in c.COURSES:
        assert {course_of(text).name for text in (one.name, f"  {one.name.upper()} ", *one.others)} == {one.name}


def test_every_training_row_of_the_catalogue_is_a_course() -> None:
    codes = {row.code for row in catalogue.load().rows if row.code.startswith("TRNG-")}
    assert codes
    assert codes == {one.code for one in c.COURSES if one.code}


def test_a_course_of_a_schools_own_ends_only_by_its_card() -> None:
    assert last_day("Chainsaw", date(2020, 1, 1), None) is None
    assert last_day("Chainsaw", date(2020, 1, 1), date(2023, 1, 1)) == date(2023, 1, 1)
    assert course_of("").name == "A course without a name"


def test_skills_are_the_latest_pass_by_name_with_its_last_day() -> None:
    found = [
        Passed(course="TRNG-06", on="2020-01-05"), Passed(course="Legionella", on="2025-01-05"),
        Passed(course="IOSH Managing Safely", on="2015-01-05", printed="2018-01-05"),
        Passed(person=b"q", course="Fire marshal"),
    ]  # fmt: skip
    held = c.skills(found, b"p", date(2026, 11, 20))
    assert held == {"Legionella awareness": date(2028, 1, 5), "IOSH Managing Safely": None}
