"""The day strip: what fills each need, and that more people never make a day worse, nor fewer make it better."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bursar_desk.domain.courses import ALARM, EMERGENCY_AID, FIRST_AID, MARSHAL, PAEDIATRIC, WATER
from bursar_desk.domain.day_strip import (
    DueCheck,
    Need,
    State,
    Worker,
    day_of,
    red_words,
    wanted_of,
)

DAY = dt.date(2026, 11, 23)
BELL = DueCheck(b"bell", "Fire alarm test", ALARM)
TAPS = DueCheck(b"taps", "Tap temperatures", "WATR")
COURSES = (ALARM, EMERGENCY_AID, FIRST_AID, MARSHAL, PAEDIATRIC, WATER)


def worker(name: str, *held: str, **more: object) -> Worker:
    return Worker(name.encode(), name, courses=frozenset(held), **more)  # type: ignore[arg-type]


def state(need: Need, *workers: Worker, due: tuple[DueCheck, ...] = (), **more: object) -> State:
    found = day_of(DAY, workers, due, **more).of(need)  # type: ignore[arg-type]
    assert found is not None
    return found.state


def test_a_closed_day_needs_nobody_and_says_what_it_is_called() -> None:
    day = day_of(DAY, (), (BELL,), closed="October half term")
    assert (day.closed, day.needs, day.red) == ("October half term", (), False)


def test_two_first_aiders_are_covered_one_is_the_only_one_and_none_is_red() -> None:
    maria, joe = worker("Maria", FIRST_AID), worker("Joe", EMERGENCY_AID)
    assert state(Need.FIRST_AID, maria, joe) is State.MET
    assert state(Need.FIRST_AID, maria) is State.ONLY
    assert state(Need.FIRST_AID, worker("Ann", PAEDIATRIC)) is State.NOT_MET, "a paediatric holder is for early years"
    assert state(Need.FIRST_AID, replace(maria, at_work=False)) is State.NOT_MET
    assert state(Need.FIRST_AID, replace(maria, away=True)) is State.NOT_MET


def test_a_key_holder_counts_on_call_but_not_while_away() -> None:
    dawn = worker("Dawn", keys=True, at_work=False)
    assert state(Need.KEYS, dawn) is State.ONLY
    assert state(Need.KEYS, replace(dawn, away=True)) is State.NOT_MET


def test_a_covering_person_counts_for_checks_lent_and_for_opening_and_nothing_else() -> None:
    sam = worker("Sam", ALARM, FIRST_AID, MARSHAL, own=False, keys=True, lent=frozenset({b"bell"}), duties=True)
    day = day_of(DAY, (sam,), (BELL,))
    assert [one.state for one in day.needs] == [
        State.NOT_MET, State.NOT_MET, State.NOT_MET, State.ONLY, State.ONLY,
    ]  # fmt: skip
    other = replace(BELL, id=b"another")
    assert state(Need.CHECKS, sam, due=(other,)) is State.NOT_MET, "it was not lent to them"
    assert state(Need.CHECKS, replace(sam, courses=frozenset()), due=(BELL,)) is State.NOT_MET, "training ran out"


def test_checks_are_as_well_covered_as_the_worst_of_them() -> None:
    terry, ann = worker("Terry", ALARM, WATER), worker("Ann", ALARM)
    taps = replace(TAPS, course=WATER)
    day = day_of(DAY, (terry, ann), (BELL, taps))
    found = day.of(Need.CHECKS)
    assert found is not None
    assert (found.state, found.count, found.due) == (State.ONLY, 1, 2)
    alone = day_of(DAY, (ann,), (BELL, taps)).of(Need.CHECKS)
    assert alone is not None
    assert alone.lacks == (taps,)
    assert red_words(alone) == "Nobody who is in may do: Tap temperatures"


def test_red_days_name_our_own_who_are_off_first_and_neighbours_who_offer() -> None:
    maria = worker("Maria", FIRST_AID, at_work=False, note="not at work that day")
    nia = worker("Nia", FIRST_AID, own=False, offers=True, note="St Frideswide’s")
    shy = worker("Shy", FIRST_AID, own=False)
    ill = worker("Ill", FIRST_AID, at_work=False, away=True)
    found = day_of(DAY, (nia, shy, ill, maria)).of(Need.FIRST_AID)
    assert found is not None
    assert [one.name for one in found.could] == ["Maria", "Nia"]


def test_who_is_named_comes_before_who_stands_in() -> None:
    head, lead = worker("Clare", responsible=2), worker("Sam", responsible=1, own=False)
    found = day_of(DAY, (head, lead)).of(Need.RESPONSIBLE)
    assert found is not None
    assert [one.name for one in found.by] == ["Sam", "Clare"]
    assert state(Need.RESPONSIBLE, head) is State.ONLY


@pytest.mark.parametrize("odd", [None, [], "two", {"first aider": -1}, {"first aider": True}, {"first aider": 10**9}])
def test_an_odd_setting_counts_as_one_of_each(odd: object) -> None:
    assert wanted_of(odd)[Need.FIRST_AID] == 1


def test_two_wanted_and_one_there_says_how_many() -> None:
    found = day_of(DAY, (worker("Maria", FIRST_AID),), (), wanted_of({"first aider": 2})).of(Need.FIRST_AID)
    assert found is not None
    assert (found.state, found.words, red_words(found)) == (State.NOT_MET, "1 of 2", "Only 1 of 2: first aider")


def test_none_wanted_and_nothing_due_are_not_red() -> None:
    assert state(Need.FIRST_AID, wanted=wanted_of({"first aider": 0})) is State.NONE
    assert state(Need.CHECKS) is State.NONE
    assert state(Need.CHECKS, due=(BELL,), checks_known=False) is State.NOT_KNOWN


# --- more people never hurt, fewer never help ------------------------------------------------------------------------

CHECKS = st.lists(
    st.builds(DueCheck, st.sampled_from([b"a", b"b", b"c"]), st.just("A check"), st.sampled_from([ALARM, WATER])),
    max_size=3, unique_by=lambda one: one.id,
)  # fmt: skip
WORKERS = st.lists(
    st.builds(
        Worker, st.binary(min_size=4, max_size=4), st.sampled_from(["Ann", "Ben", "Cy"]), st.booleans(), st.booleans(),
        st.booleans(), st.integers(0, 2), st.booleans(), st.frozensets(st.sampled_from(COURSES)),
        st.frozensets(st.sampled_from([b"a", b"b", b"c"])), st.booleans(), st.booleans(),
    ),
    max_size=6, unique_by=lambda one: one.id,
)  # fmt: skip
WANTED = st.dictionaries(st.sampled_from(list(Need)), st.integers(0, 3))


@given(WORKERS, CHECKS, WANTED, st.frozensets(st.sampled_from(COURSES)), st.data())
def test_one_more_trained_person_present_never_makes_a_day_worse(
    workers: list[Worker], due: list[DueCheck], wanted: dict[Need, int], held: frozenset[str], data: st.DataObject
) -> None:
    before = day_of(DAY, workers, due, wanted)
    more = Worker(b"the new one", "New", data.draw(st.booleans()), courses=held, lent=frozenset({b"a"}), duties=True)
    after = day_of(DAY, [*workers, more], due, wanted)
    assert all(now <= then for now, then in zip(after.worse, before.worse, strict=True))
    assert before.red or not after.red


@given(WORKERS.filter(bool), CHECKS, WANTED, st.data())
def test_an_absence_never_makes_a_day_better(
    workers: list[Worker], due: list[DueCheck], wanted: dict[Need, int], data: st.DataObject
) -> None:
    gone = data.draw(st.integers(0, len(workers) - 1))
    left = [replace(one, away=True) if n == gone else one for n, one in enumerate(workers)]
    before, after = day_of(DAY, workers, due, wanted), day_of(DAY, left, due, wanted)
    assert all(now >= then for now, then in zip(after.worse, before.worse, strict=True))
    assert after.red or not before.red


@given(WORKERS, CHECKS, WANTED)
def test_a_need_is_red_exactly_while_fewer_fill_it_than_wanted_and_nobody_away_is_named(
    workers: list[Worker], due: list[DueCheck], wanted: dict[Need, int]
) -> None:
    for one in day_of(DAY, workers, due, wanted).needs:
        assert (one.state is State.NOT_MET) == (one.count < one.wanted and one.state is not State.NONE)
        assert not any(each.away for each in (*one.by, *one.could))
        assert not {each.id for each in one.by} & {each.id for each in one.could}
