"""Setting up one school: what follows from the register row, the answers and the people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from bursar_desk.clock import FixedClock
from bursar_desk.domain import catalogue as rules
from bursar_desk.domain.calendar import Block, BlockKind
from bursar_desk.domain.errors import CannotOpen, UserError
from bursar_desk.domain.identity import derived_row
from bursar_desk.domain.progress import Silent
from bursar_desk.domain.status import Colour, Word
from bursar_desk.services import catalogue, directory, registers
from bursar_desk.services.adopting import as_copied
from bursar_desk.services.desk import Desk
from bursar_desk.services.setup import (
    PRESUMED,
    NewPerson,
    SchoolFacts,
    SetUp,
    new_register,
    presumed_answers,
    set_up_school,
)
from bursar_desk.services.standing import standings
from db.queries import checks as ask
from db.queries import people as people_of
from db.queries import schools as sites
from db.queries.applies import feature_rows
from db.store import Store
from db.verify import verify

DAY = dt.date(2026, 11, 20)
CLOCK = FixedClock.at(DAY)
MANAGER = NewPerson(name="Dawn Hill", role="business manager", manages=True)


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Store]:
    made = registers.found(
        tmp_path / "a.register", registers.Newcomer("Hollybank", "school", "1"), practice=True, clock=CLOCK
    )
    yield made.store
    made.store.close()


def set_up(store: Store, **answers: bool | None) -> dict[str, ask.CheckRow]:
    plan = SetUp(facts=SchoolFacts(name="Hollybank"), people=(MANAGER,), answers=answers)
    with store.bulk() as bulk:
        set_up_school(bulk, plan)
    with store.connect() as con:
        return {one.code: one for one in ask.checks(con)}


def test_a_new_register_of_a_real_school_has_its_row_and_the_checks_its_kind_usually_has(tmp_path: Path) -> None:
    file = tmp_path / "new" / "b.register"
    made = new_register(file, urn=105245, manager=" Dawn Hill ", practice=True, clock=CLOCK)
    with made.store.connect() as con:
        school = sites.school_row(con, made.store.facts.home)
        found = standings(con, made.store.facts.home, DAY)
        managers = people_of.managers(con, made.store.facts.home)
    assert school is not None
    assert (school.name, school.urn, school.short_name) == (
        "Our Lady of Lourdes RC Primary School", "105245", "Our Lady of Lourdes",
    )  # fmt: skip
    assert school.employer == "governing body"
    assert (school.easting, school.northing) == (372351, 405794)
    assert [one.name for one in managers] == ["Dawn Hill"]
    applying = [one for one in found if one.check.applies == "yes"]
    assert len(applying) == 160
    assert sum(one.required for one in applying) == 113
    assert {one.check.applies for one in found} == {"yes"}, "nothing is ruled out that nobody was asked about"
    counted = [one for one in found if one.status.colour is not Colour.GREY]
    assert {one.check.code for one in counted if one.status.word is not Word.NOT_KNOWN} == {"ELEC-12"}, "its day is set"
    assert len(made.recovery) == 8
    assert verify(made.store, Silent()) == []
    made.store.close()


def test_two_schools_without_a_urn_are_two_schools(tmp_path: Path) -> None:
    homes = set()
    for n in range(2):
        made = new_register(tmp_path / f"{n}.register", name="Hollybank", manager="Dawn", practice=True, clock=CLOCK)
        homes.add(made.store.facts.home)
        with made.store.connect() as con:
            row = sites.school_row(con, made.store.facts.home)
        assert row is not None
        assert (row.name, row.urn) == ("Hollybank", "")
        made.store.close()
    assert len(homes) == 2


def test_a_register_set_up_here_opens_as_a_desk_of_its_manager(tmp_path: Path) -> None:
    made = new_register(tmp_path / "c.register", name="Hollybank", manager="Dawn Hill", practice=True, clock=CLOCK)
    made.store.close()
    with Desk.open(tmp_path / "c.register", on=DAY) as desk:
        assert desk.who == "Dawn Hill"
        assert desk.school().name == "Hollybank"


@pytest.mark.parametrize(
    ("urn", "name", "manager", "words"),
    [
        (999999, None, "Dawn", "999999"),
        ("abc", None, "Dawn", "abc"),
        (104177, None, "Dawn", "closed"),
        (None, None, "Dawn", "needs a school"),
        (105245, "Hollybank", "Dawn", "needs a school"),
        (None, "Hollybank", "  ", "manager"),
    ],
)
def test_what_cannot_be_set_up_is_refused_and_nothing_is_made(
    tmp_path: Path, urn: int | str | None, name: str | None, manager: str, words: str
) -> None:
    with pytest.raises(UserError, match=words):
        new_register(tmp_path / "d.register", urn=urn, name=name, manager=manager, practice=True, clock=CLOCK)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_is_not_touched(tmp_path: Path) -> None:
    file = tmp_path / "e.register"
    file.write_bytes(b"a letter")
    with pytest.raises(CannotOpen):
        new_register(file, name="Hollybank", manager="Dawn", practice=True, clock=CLOCK)
    assert file.read_bytes() == b"a letter"


def test_rows_of_a_set_up_are_named_by_the_school_and_their_code(empty: Store) -> None:
    found = set_up(empty, lift=True, fire_alarm=True)
    facts = empty.facts
    for code in ("FIRE-04", "LIFT-01"):
        assert found[code].id == derived_row(facts.namespace, facts.home, "school_check", code)
    with empty.connect() as con:
        school = sites.school_row(con, facts.home)
        said = sites.features(con, facts.home)
    assert school is not None
    assert school.id == derived_row(facts.namespace, facts.home, "school", "")
    assert said["lift"] == "yes"
    assert set(said) == {"lift", "fire_alarm"}, "only what was asked is answered"


def test_yes_no_and_not_sure_decide_whether_a_check_applies(empty: Store) -> None:
    found = set_up(empty, lift=True, minibus=False, pool=None)
    assert (found["LIFT-01"].applies, found["LIFT-01"].why) == ("yes", "")
    assert (found["TRAN-03"].applies, found["TRAN-03"].why) == ("no", "The site has none of this: minibus.")
    assert found["POOL-01"].applies == "ask"
    assert found["HSMG-01"].applies == "yes", "every school has it"
    assert "GASH-01" not in found, "nobody asked about a boiler yet, so it stays in the catalogue"


def test_a_practice_school_begins_with_the_starter_set_and_lists_the_rest_of_every_school(empty: Store) -> None:
    answers = rules.typical_answers(catalogue.load().features, "primary")
    plan = SetUp(facts=SchoolFacts(name="Hollybank"), people=(MANAGER,), answers=answers, starter_only=True)
    with empty.bulk() as bulk:
        set_up_school(bulk, plan)
    with empty.connect() as con:
        found = ask.checks(con)
    assert sum(one.applies == "yes" for one in found) == 61
    assert {one.code for one in found if one.applies == "ask"} == {
        row.code for row in catalogue.load().rows if row.every_school and not row.begins
    }


def test_an_answer_keeps_who_said_it_and_a_no_the_day_to_ask_again(tmp_path: Path) -> None:
    made = new_register(
        tmp_path / "f.register", urn=105245, manager="Dawn Hill", practice=True, clock=CLOCK, answers={"pool": False}
    )
    with made.store.connect() as con:
        said = {one.code: one for one in feature_rows(con, made.store.facts.home)}
        pool = next(one for one in ask.checks(con) if one.code == "POOL-01")
    made.store.close()
    assert (said["pool"].said_by, said["pool"].said_on, said["pool"].review_on) == (
        "Dawn Hill", DAY, dt.date(2027, 11, 20),
    )  # fmt: skip
    assert (said["lift"].answer, said["lift"].said_by, said["lift"].why) == ("yes", "", PRESUMED)
    assert (pool.applies, pool.said_by, pool.review_on) == ("no", "Dawn Hill", dt.date(2027, 11, 20))


def test_an_independent_school_is_told_apart_from_the_register() -> None:
    found = [one for name in ("blackpool", "bury") for one in directory.partnership(name)]
    private = next(one for one in found if one.employer == "proprietor")
    assert presumed_answers(private)["state_school"] is False
    assert presumed_answers(next(one for one in found if one.low_age == 11))["under_11s"] is False


def test_a_check_copies_its_catalogue_row(empty: Store) -> None:
    found = set_up(empty, fire_alarm=True)
    for code in ("FIRE-04", "FIRE-19", "TRNG-01"):
        row, check = catalogue.load().by_code(code), found[code]
        assert check.copied == as_copied(row, "2026.1")
        assert (check.title, check.rule, check.anchor) == (row.title, row.rule, row.anchor.value)
        assert (check.standing, check.area) == (row.standing.value, row.area.code)


def test_water_and_food_checks_say_what_is_read_and_which_values_are_good(empty: Store) -> None:
    answers = rules.typical_answers(catalogue.load().features, "primary")
    found = set_up(empty, **answers)
    hot = found["WATR-04"].readings[0]
    assert (hot["name"], hot["unit"], hot["low"]) == ("Nearest tap, hot", "°C", 50)
    assert found["WATR-04"].readings[1]["high"] == 19.9, "exactly 20 is too warm"
    assert [one["low"] for one in found["WATR-06"].readings] == [60, 50]
    assert found["FOOD-03"].readings[0]["high"] == 8
    assert found["WATR-03"].skill == "Legionella awareness"
    assert found["FIRE-10"].skill == ""


def test_owner_doer_and_place_come_from_the_people_and_places_given(empty: Store) -> None:
    people = (
        NewPerson(name="Clare Brennan", role="head"),
        MANAGER,
        NewPerson(name="Terry Walsh", role="caretaker"),
        NewPerson(name="Pat Lomax", role="kitchen"),
    )
    plan = SetUp(
        facts=SchoolFacts(name="Hollybank"), people=people,
        answers=dict.fromkeys(("kitchen", "gas_boiler", "fire_alarm", "extinguishers"), True),
        details={"FIRE-04": {"weekday": 0, "points": '["One", "Two"]'}}, owners={"FIRE-01": "head"},
    )  # fmt: skip
    with empty.bulk() as bulk:
        made = set_up_school(bulk, plan)
    head, manager, keeper, cook = made.people
    with empty.connect() as con:
        found = {one.code: one for one in ask.checks(con)}
        places = {one.id: one.name for one in sites.places(con)}
        first = people_of.managers(con, empty.facts.home)[0]
    assert first.id == manager
    assert (found["FIRE-01"].owner, found["FIRE-01"].doer) == (head, None), "a contractor does it"
    assert (found["FIRE-04"].owner, found["FIRE-04"].doer) == (manager, keeper)
    assert (found["FIRE-04"].weekday, found["FIRE-04"].points) == (0, ("One", "Two"))
    assert found["FOOD-03"].doer == cook
    assert found["FIRE-19"].doer == head
    assert places[found["GASH-13"].place or b""] == "Boiler room"
    assert found["FIRE-10"].place is None
    assert "Workshop" not in places.values()


def test_somebody_must_run_the_register(empty: Store) -> None:
    plan = SetUp(facts=SchoolFacts(name="X"), people=(NewPerson(name="Pat", role="office"),), answers={})
    with pytest.raises(UserError, match="run the register"), empty.bulk() as bulk:
        set_up_school(bulk, plan)
    with empty.connect() as con:
        assert people_of.people(con) == []


def test_the_calendar_given_is_the_calendar_kept(empty: Store) -> None:
    term = Block(BlockKind.TERM, "Autumn 1", dt.date(2026, 9, 2), dt.date(2026, 10, 23), "autumn", 1)
    plan = SetUp(facts=SchoolFacts(name="X"), people=(MANAGER,), answers={}, blocks=(term,))
    with empty.bulk() as bulk:
        set_up_school(bulk, plan)
    with empty.connect() as con:
        (row,) = sites.calendar_blocks(con)
    assert (row.kind, row.name, row.first, row.last, row.term, row.half) == (
        "term", "Autumn 1", dt.date(2026, 9, 2), dt.date(2026, 10, 23), "autumn", 1,
    )  # fmt: skip


def test_the_same_set_up_on_two_computers_is_one_school_with_nothing_to_settle(tmp_path: Path, empty: Store) -> None:
    """Both enter the same checks: the rows are one, and where both say the same there is no difference."""
    from bursar_desk.services import merging, sharing

    second = registers.second_computer(empty, tmp_path / "z.register", label="OFFICE-2", letter="B", clock=CLOCK)
    plan = SetUp(facts=SchoolFacts(name="Hollybank"), people=(MANAGER,), answers={"lift": True})
    for store in (empty, second):
        with store.bulk() as bulk:
            set_up_school(bulk, plan)
    with second.connect() as con:
        before = len(ask.checks(con))
    second.close()
    with Desk(empty, CLOCK) as desk:
        sharing.export(desk, tmp_path / "a.bursar", [desk.home])
    with Desk.open(tmp_path / "z.register", on=DAY) as desk:
        (result,) = merging.merge(desk, [tmp_path / "a.bursar"]).files
        assert result.accepted
        with desk.store.connect() as con:
            assert len(ask.checks(con)) == before
            kinds = con.exec_driver_sql("SELECT DISTINCT tab, col FROM conflict").all()
    # only the persons behind a check differ: each computer entered its manager as a person of its own
    assert {tab for tab, _ in kinds} <= {4}
    assert {col for _, col in kinds} <= {8, 9, 10}
