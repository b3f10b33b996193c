"""The cover rota: against an independent checker, brute force, and what a person does by hand (rules.md section 14)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bursar_desk.domain import cover_rota as rules
from bursar_desk.domain.cover_rota import greedy
from bursar_desk.domain.errors import Cancelled
from bursar_desk.domain.rota_rules import Busy, Hand, Problem, Slot, Station, Window, hours_left
from bursar_desk.domain.working_time import WEEK_MOST, WEEKS
from bursar_desk.services import planning_cover as planning
from tests.rules import rota_checker
from tests.rules.cover_fortnight import fortnight

MONDAY = dt.date(2027, 3, 1)
A, B, C, D = (letter * 16 for letter in (b"a", b"b", b"c", b"d"))
PLACES = {A: (0, 0), B: (2000, 0), C: (0, 5000), D: (9000, 0)}
NAMES = {A: "Oakfield", B: "St Joseph’s", C: "Moor Lane", D: "Park High"}
AWAY = b"1" * 16
AROUND = [MONDAY + dt.timedelta(days=n) for n in range(-8, 16)]
NORMAL = {day: (570, 1020) for day in AROUND if day.weekday() < 5}


def day(n: int) -> dt.date:
    return MONDAY + dt.timedelta(days=n)


def slot(n: int = 0, starts: int = 405, ends: int = 465, skill: str = "", school: bytes = A) -> Slot:
    return Slot(school, AWAY if school == A else b"2" * 16, day(n), "Unlock", starts, ends, skill)


def hand(n: int = 1, school: bytes = C, **more: object) -> Hand:
    return Hand(bytes([n]) * 16, f"Keeper {n}", school, **{"shifts": NORMAL, "week": 2220, **more})  # type: ignore[arg-type]


def asked(slots: list[Slot], hands: list[Hand], stations: tuple[Station, ...] = (), **more: object) -> Problem:
    return Problem(tuple(slots), tuple(hands), stations, PLACES, NAMES, **more)  # type: ignore[arg-type]


PATIENT = 240.0
"""Seconds for each goal: a slow machine has the proof too, only later."""


def solved(problem: Problem) -> planning.Rostered:
    made = planning.plan(problem, seconds=PATIENT)
    assert rota_checker.faults(problem, made.rota) == []
    assert rota_checker.faults(problem, greedy(problem)) == []
    return made


# --- small problems, all of whose rotas can be tried ---

_times = st.sampled_from([(405, 465), (440, 480), (480, 500), (930, 975), (1260, 1320)])
_days = st.integers(0, 2)


@st.composite
def _hand(draw: st.DrawFn, n: int) -> Hand:
    shifts = draw(
        st.sampled_from(({}, NORMAL, dict.fromkeys(AROUND, (405, 900)), dict.fromkeys(AROUND[:14], (600, 700))))
    )
    busy = draw(st.lists(st.builds(lambda d, t: Busy(D, day(d), *t), st.integers(-1, 3), _times), max_size=1))
    left = draw(st.none() | st.integers(0, 400))
    windows = draw(st.lists(st.just(Window(day(0), day(1), 0b11, 400, 990)), max_size=1))
    return hand(
        n, draw(st.sampled_from((B, C))), offers=draw(st.integers(0, 7)) > 0, shifts=shifts, busy=tuple(busy),
        done=0 if left is None else WEEKS * (WEEK_MOST - 2220) - left, opt_out=draw(st.integers(0, 5)) == 0,
        windows=tuple(windows), skills=draw(st.sampled_from(({}, {"W": None}, {"W": day(1)}))),
        young=draw(st.integers(0, 4)) == 0, turns=draw(st.integers(0, 12)),
        briefed=draw(st.sampled_from(({}, {A: day(-364)}, {A: day(-10), B: day(-10), D: day(-10)}))),
        away=((day(1), day(1)),) if draw(st.integers(0, 5)) == 0 else (),
    )  # fmt: skip


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    hands = [draw(_hand(n + 1)) for n in range(draw(st.integers(1, 3)))]
    slots = [
        slot(draw(_days), *draw(_times), draw(st.sampled_from(("", "", "W"))), draw(st.sampled_from((A, A, D))))
        for _ in range(draw(st.integers(1, 5)))
    ]
    stations = []
    for school in (B, C):
        people = frozenset(one.person for one in hands if one.school == school)
        extra = {b"x" * 16} if draw(st.booleans()) else set()
        if people and draw(st.booleans()):
            stations.append(Station(school, day(draw(_days)), 400, draw(st.sampled_from((470, 600))), people | extra))
    owed = {(A, B): draw(st.integers(-1000, 1000))}
    more = {"briefing": draw(st.sampled_from(("first", "must"))), "most_km": draw(st.sampled_from((None, None, 4.0)))}
    return asked(slots, hands, tuple(stations), owed=owed, **more)


@given(problems())
def test_a_rota_keeps_every_rule_and_is_as_good_as_the_best_of_all_rotas(problem: Problem) -> None:
    made = solved(problem)
    best = rota_checker.best_value(problem)
    assert rota_checker.value(problem, made.rota) == best
    assert made.cost.order == best
    assert made.proved
    assert made.gap == 0


@given(problems())
def test_a_slot_is_called_uncoverable_exactly_when_no_rota_covers_everything(problem: Problem) -> None:
    made = solved(problem)
    said = rules.sentence(len(made.rota), len(problem.slots), made.most, made.gap)
    assert ("No rota covers more: proved." in said) == bool(rota_checker.best_value(problem)[0])
    for s in range(len(problem.slots)):
        told = rules.because(problem, s, made.rota[s]) if s in made.rota else rules.why_not(problem, made.rota, s)
        assert told.endswith(".")
        assert "plan again" not in told


@given(problems())
def test_a_rota_is_never_worse_than_one_made_by_hand(problem: Problem) -> None:
    made = solved(problem)
    assert made.cost.order <= made.by_hand.order
    assert made.by_hand.order == rota_checker.value(problem, greedy(problem))


def test_the_checker_sees_what_is_wrong() -> None:
    wrong = hand(
        1, A, offers=False, confirmed=False, away=((day(0), day(0)),), windows=(Window(day(5), day(5), 1, 0, 9),),
        week=WEEK_MOST,
    )  # fmt: skip
    late = hand(2, C, young=True, shifts=dict.fromkeys(AROUND, (405, 900)), busy=(Busy(D, day(0), 405, 465),))
    problem = asked(
        [slot(skill="W"), slot(0, 1260, 1320), slot(1)], [wrong, late],
        (Station(C, day(0), 1200, 1300, frozenset({late.person})),), briefing="must", most_km=0.0,
    )  # fmt: skip
    found = " / ".join([*rota_checker.faults(problem, {0: 0, 1: 1, 2: 1}), *rota_checker.faults(problem, {0: 1})])
    for words in (
        "own school", "not offered", "in writing", "is away", "hours offered", "not trained", "no briefing", "too far",
        "at once", "rest after", "48 hours", "eight hours", "forty hours", "nobody is left",
    ):  # fmt: skip
        assert words in found, words
    every_day = hand(3, C, shifts={one: (600, 700) for one in AROUND if one.weekday() != 5})
    assert "no day off" in " ".join(rota_checker.faults(asked([slot(5)], [every_day]), {0: 0}))


# --- the worked examples of the rules ---


def test_37_hours_and_12_at_the_host_average_40_and_a_half_over_17_weeks_when_cover_lasts_five() -> None:
    assert round((17 * 37 + 5 * 12) / 17, 2) == 40.53
    lasts_five = hand(week=37 * 60, done=5 * 12 * 60)
    assert hours_left(lasts_five) == 17 * 48 * 60 - 17 * 37 * 60 - 5 * 12 * 60
    assert solved(asked([slot()], [lasts_five])).rota == {0: 0}


def test_37_hours_and_12_at_the_host_for_17_weeks_are_49_and_need_an_opt_out() -> None:
    all_weeks = hand(week=37 * 60, done=17 * 12 * 60)
    problem = asked([slot()], [all_weeks])
    made = solved(problem)
    assert made.rota == {}
    assert rules.why_not(problem, made.rota, 0) == "Would work more than 48 hours a week on average (1 person)."
    assert solved(asked([slot()], [replace(all_weeks, opt_out=True)])).rota == {0: 0}


def test_after_an_alarm_call_until_one_in_the_morning_nobody_starts_before_noon() -> None:
    called = hand(busy=(Busy(D, day(-1), 1410, 1500),))  # 23:30 to 01:00
    problem = asked([slot(0, 405, 465), slot(0, 720, 780)], [called])
    assert problem.barred(called, problem.slots[0]) == "Not free until 12:00."
    assert solved(problem).rota == {1: 0}


# --- one rule after the other ---


def test_nobody_is_in_two_places_and_the_way_between_them_counts() -> None:
    both = [slot(0, 405, 465), slot(0, 470, 500, school=D)]
    assert len(solved(asked(both, [hand()])).rota) == 1
    later = [both[0], slot(0, 498, 530, school=D)]
    assert len(solved(asked(later, [hand(shifts={})])).rota) == 2
    assert len(solved(asked([both[0], slot(0, 496, 530, school=D)], [hand(shifts={})])).rota) == 1


def test_the_lenders_own_site_is_not_left_bare() -> None:
    one, other = hand(1), hand(2)
    alone = Station(C, day(0), 405, 465, frozenset({one.person}))
    problem = asked([slot()], [one], (alone,))
    made = solved(problem)
    assert made.rota == {}
    assert rules.why_not(problem, made.rota, 0) == "Nobody else would be at their own school (1 person)."
    pair = Station(C, day(0), 405, 465, frozenset({one.person, other.person}))
    two = asked([slot(), slot(0, 405, 465, school=D)], [one, other], (pair,))
    assert len(solved(two).rota) == 1
    assert len(solved(asked(list(two.slots), [one, other])).rota) == 2


def test_one_day_in_seven_stays_free() -> None:
    six = hand(shifts={one: (600, 900) for one in AROUND if one.weekday() != 6})
    assert solved(asked([slot(6)], [six])).rota == {}
    assert solved(asked([slot(6)], [hand()])).rota == {0: 0}


def test_under_18_nobody_works_more_than_eight_hours_a_day() -> None:
    grown = hand(shifts=dict.fromkeys(AROUND[:10], (570, 1020)))
    assert solved(asked([slot(0)], [grown])).rota == {0: 0}
    assert solved(asked([slot(0)], [replace(grown, young=True)])).rota == {}


def test_a_briefing_can_be_a_must_or_come_first() -> None:
    stranger, known = hand(1, B), hand(2, D, briefed={A: day(-30)})
    must = asked([slot()], [stranger, known], briefing="must")
    assert solved(must).rota == {0: 1}
    first = asked([slot()], [stranger], briefing="first")
    made = solved(first)
    assert made.rota == {0: 0}
    assert "Needs the site briefing before the first shift." in rules.because(first, 0, 0)


def test_competence_must_be_in_date_on_the_day() -> None:
    lapsing = hand(skills={"W": day(1)})
    problem = asked([slot(0, skill="W"), slot(2, skill="W")], [lapsing])
    made = solved(problem)
    assert made.rota == {0: 0}
    assert rules.why_not(problem, made.rota, 1) == "Not trained: W (1 person)."


def test_one_face_is_better_than_two_and_turns_and_hours_owed_decide_between_equals() -> None:
    week = [slot(n) for n in range(5)]
    made = solved(asked(week, [hand(1), hand(2)]))
    assert len(set(made.rota.values())) == 1
    tired, fresh = hand(1, turns=5), hand(2)
    assert set(solved(asked(week, [tired, fresh])).rota.values()) == {1}
    owes, owed = hand(1, C), hand(2, D)
    near = replace(asked(week, [owes, owed], owed={(A, C): 600, (A, D): -600}), places={})
    assert set(solved(near).rota.values()) == {1}


class Stops:
    """Somebody who presses Stop once the solver is at work."""

    def __init__(self) -> None:
        self.steps = 0

    def step(self, *_: object) -> None:
        self.steps += 1
        if self.steps > 2:
            raise Cancelled


def test_stop_ends_the_planning_while_the_solver_works() -> None:
    with pytest.raises(Cancelled):
        planning.plan(fortnight(1), Stops())


# --- the real schools ---


@pytest.mark.parametrize("seed", [2, 3])
def test_a_fortnight_with_six_absences_at_the_real_schools_is_planned_and_proved(seed: int) -> None:
    problem = fortnight(seed)
    assert len({one.absence for one in problem.slots}) == 6
    made = solved(problem)
    assert made.proved
    assert rota_checker.value(problem, made.rota) == made.cost.order
    assert made.cost.order < made.by_hand.order


def test_the_same_question_gets_the_same_rota() -> None:
    problem = fortnight(2)
    assert planning.plan(problem, seconds=PATIENT).rota == planning.plan(problem, seconds=PATIENT).rota
