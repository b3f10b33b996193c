"""Who goes to which session: against an independent checker, brute force, and what a person does by hand."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bursar_desk.domain import training_plan_words as told
from bursar_desk.domain.errors import Cancelled
from bursar_desk.domain.training_plan import Home, Learner, Problem, Run, cost_of, greedy
from bursar_desk.services import planning_training as planning
from tests.rules import plan_checker
from tests.rules.planning_year import enough_schools, real_schools, training_year

MONDAY = dt.date(2027, 3, 1)
A, B = b"a" * 16, b"b" * 16


def day(n: int) -> dt.date:
    return MONDAY + dt.timedelta(days=n)


def home(school: bytes = A, places: int = 9, **more: object) -> Home:
    return Home(school, "Oakfield" if school == A else "St Joseph’s", places, (0, 0), **more)  # type: ignore[arg-type]


def person(n: int, school: bytes = A, **more: object) -> Learner:
    return Learner(bytes([n]) * 16, f"Person {n}", school, **more)  # type: ignore[arg-type]


def run(n: int, first: int, seats: int = 9, days: int = 1, **more: object) -> Run:
    dates = tuple(day(first + k) for k in range(days))
    return Run(bytes([n]) * 16, f"Session {n}", dates, seats, "The hall", (1000 * n, 0), **more)  # type: ignore[arg-type]


def solved(problem: Problem) -> planning.Assigned:
    made = planning.plan(problem)
    assert plan_checker.faults(problem, made.plan) == []
    assert plan_checker.faults(problem, greedy(problem)) == []
    return made


# --- small problems, all of whose plans can be tried ---

_stretch = st.tuples(st.integers(0, 5), st.integers(0, 1)).map(lambda t: (day(t[0]), day(t[0] + t[1])))
_stretches = st.lists(_stretch, max_size=1).map(tuple)


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    learners = []
    for n in range(draw(st.integers(1, 5))):
        by = draw(st.none() | st.integers(0, 6).map(day))
        learners.append(
            person(n, draw(st.sampled_from((A, B))), site=draw(st.booleans()), away=draw(_stretches), by=by)
        )
    homes = {}
    for school in (A, B):
        off = draw(st.integers(0, 5))  # a day on which the first of them does not work
        site = [
            (one.person, one.away or ((day(off), day(off)),)) for one in learners if one.school == school and one.site
        ]
        extra = bytes([200]) + school[1:]
        site += [(extra, draw(_stretches))] if draw(st.booleans()) else []
        sent = [(extra, (day(draw(st.integers(0, 5))),))] if len(site) > 1 and draw(st.booleans()) else []
        covered = frozenset(day(n) for n in draw(st.sets(st.integers(0, 5), max_size=2)))
        homes[school] = replace(
            home(school, draw(st.integers(0, 3))), at=draw(st.none() | st.just((int(school[0]) * 100, 0))),
            blocked=draw(_stretches), site=tuple(site), sent=tuple(sent), covered=covered,
        )  # fmt: skip
    runs = [
        run(n, draw(st.integers(0, 4)), draw(st.integers(0, 3)), draw(st.integers(1, 2)), in_house=draw(st.booleans()))
        for n in range(draw(st.integers(0, 3)))
    ]
    return Problem(tuple(learners), homes, tuple(runs))


@given(problems())
def test_a_plan_keeps_every_rule_and_is_as_good_as_the_best_of_all_plans(problem: Problem) -> None:
    made = solved(problem)
    best = plan_checker.best_value(problem)
    assert plan_checker.value(problem, made.plan) == best
    assert (len(problem.learners) - made.cost.placed, *made.cost.order[1:]) == best
    assert made.proved
    assert all(goal.proved for goal in made.goals)
    assert made.most == made.cost.placed


@given(problems())
def test_not_everybody_can_go_is_said_exactly_when_no_plan_places_everybody(problem: Problem) -> None:
    made = solved(problem)
    said = planning.sentence(problem, made)
    left_out = plan_checker.best_value(problem)[0]
    assert ("No plan places everybody" in said) == bool(left_out and problem.runs)
    assert ("Proved." in said) == bool(left_out and problem.runs)
    assert ("No session of this course is planned." in said) == (not problem.runs)
    for limit, count in made.helped.items():
        assert count >= made.cost.placed, limit


@given(problems())
def test_everybody_gets_a_sentence_and_nobody_is_told_a_seat_was_overlooked(problem: Problem) -> None:
    made = solved(problem)
    for n in range(len(problem.learners)):
        said = told.because(problem, n, made.plan[n]) if n in made.plan else told.why_not(problem, made.plan, n)
        assert said.endswith(".")
        assert "plan again" not in said


@given(problems())
def test_a_plan_is_never_worse_than_one_made_by_hand(problem: Problem) -> None:
    made = solved(problem)
    assert made.cost.order <= made.by_hand.order
    assert made.by_hand == cost_of(problem, greedy(problem))


def test_the_checker_sees_what_is_wrong() -> None:
    both = Home(A, "Oakfield", 1, (0, 0), ((day(0), day(0)),), ((bytes([1]) * 16, ()), (bytes([2]) * 16, ())))
    people = (person(1, site=True, away=((day(0), day(0)),)), person(2, site=True))
    problem = Problem(people, {A: both}, (run(1, 0, seats=1),))
    found = " / ".join(plan_checker.faults(problem, {0: 0, 1: 0}))
    for words in ("on 1 seats", "uses 2 of 1", "let nobody go", "is away", "all site staff"):
        assert words in found
    assert plan_checker.faults(problem, {5: 0}) != []


# --- one rule after the other ---


def test_never_both_of_a_small_schools_site_staff_on_the_same_day_unless_cover_is_arranged() -> None:
    two = (person(1, site=True), person(2, site=True))
    site = tuple((one.person, ()) for one in two)
    only = Problem(two, {A: home(site=site)}, (run(1, 0),))
    made = solved(only)
    assert len(made.plan) == 1
    assert "Instead, everybody could go if cover were arranged for site staff." in planning.sentence(only, made)
    left = next(n for n in (0, 1) if n not in made.plan)
    assert told.why_not(only, made.plan, left) == (
        "Session 1: a colleague of the site staff goes, and one of them must stay."
    )
    covered = Problem(two, {A: home(site=site, covered=frozenset({day(0)}))}, (run(1, 0),))
    assert len(solved(covered).plan) == 2
    another = Problem(two, {A: home(site=site)}, (run(1, 0), run(2, 1)))
    assert len(solved(another).plan) == 2


def test_the_only_caretaker_goes_when_cover_is_arranged_or_else_as_a_gap_that_is_named() -> None:
    alone = person(1, site=True)
    site = ((alone.person, ()),)
    near, far = run(1, 0), run(9, 7)
    problem = Problem((alone,), {A: home(site=site, covered=frozenset({day(7)}))}, (near, far))
    made = solved(problem)
    assert made.plan == {0: 1}
    assert "Cover is arranged for the site." in told.because(problem, 0, 1)
    bare = Problem((alone,), {A: home(site=site)}, (near,))
    made = solved(bare)
    assert made.plan == {0: 0}
    assert "Nobody else looks after the site on Mon 1 Mar: cover is needed." in told.because(bare, 0, 0)
    assert planning.sentence(bare, made) == (
        "The only person is placed. Cover is needed at Oakfield (Person 1) on Mon 1 Mar."
    )


def test_a_colleague_who_is_away_leaves_the_other_alone() -> None:
    goes = person(1, site=True)
    site = ((goes.person, ()), (b"c" * 16, ((day(0), day(0)),)))
    problem = Problem((goes,), {A: home(site=site)}, (run(1, 0), run(9, 1)))
    assert solved(problem).plan == {0: 1}


def test_places_owned_are_a_cap_and_the_sentence_names_who_has_them() -> None:
    problem = Problem((person(1), person(2, by=day(3))), {A: home(places=1)}, (run(1, 0),))
    made = solved(problem)
    left = next(n for n in (0, 1) if n not in made.plan)
    taker = problem.learners[1 - left].name
    assert told.why_not(problem, made.plan, left) == f"Oakfield owns 1 free place, taken by {taker}."
    assert "everybody could go if their schools owned more places" in planning.sentence(problem, made)
    none = Problem((person(1),), {A: home(places=0)}, (run(1, 0),))
    assert told.why_not(none, solved(none).plan, 0) == "Oakfield owns no free place."


def test_dates_a_school_cannot_release_and_absences_are_kept_and_named() -> None:
    problem = Problem(
        (person(1, away=((day(1), day(1)),)),), {A: home(blocked=((day(0), day(0)),))}, (run(1, 0), run(2, 1))
    )
    made = solved(problem)
    assert made.plan == {}
    assert told.why_not(problem, made.plan, 0) == (
        "Session 1: the school can let nobody go on 1 March 2027; Session 2: away on 2 March 2027."
    )


def test_a_certificate_that_runs_out_decides_before_the_distance() -> None:
    problem = Problem((person(1, by=day(3)),), {A: home()}, (run(9, 0), run(1, 20)))
    made = solved(problem)
    assert made.plan == {0: 0}
    assert told.because(problem, 0, 0) == (
        "The best session for them. 9.0 km away. It ends before the certificate runs out on 4 March 2027."
    )


def test_who_lacks_the_course_goes_before_who_could_wait() -> None:
    problem = Problem((person(1, can_wait=True), person(2)), {A: home(places=1)}, (run(1, 0),))
    assert solved(problem).plan == {1: 0}


def test_who_does_not_work_on_the_day_leaves_no_gap() -> None:
    half = person(1, site=True)
    site = ((half.person, ((day(0), day(0)),)), (b"c" * 16, ()))
    problem = Problem((half,), {A: home(site=site)}, (run(1, 0),))
    assert solved(problem).cost.gap_days == 0


def test_without_a_session_everybody_is_told_so() -> None:
    problem = Problem((person(1),), {A: home()}, ())
    made = solved(problem)
    assert told.why_not(problem, made.plan, 0) == "No session of this course is planned."
    assert made.proved
    assert planning.sentence(problem, made) == "No session of this course is planned. 1 person needs it."
    empty = Problem((), {}, (run(1, 0),))
    assert planning.sentence(empty, solved(empty)).startswith("Nobody needs this course")


class Stops:
    """Somebody who presses Stop at the first step."""

    def step(self, *_: object) -> None:
        raise Cancelled


def test_stop_ends_the_planning() -> None:
    with pytest.raises(Cancelled):
        planning.plan(training_year(real_schools(), 42, 1, sessions=7, seats=8), Stops())


# --- the real schools ---


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_42_people_of_the_21_real_schools_are_planned_into_sessions(seed: int) -> None:
    problem = training_year(real_schools(), 42, seed, sessions=7, seats=8)
    made = solved(problem)
    assert len(problem.learners) == 42
    assert made.proved
    assert all(goal.proved for goal in made.goals)
    assert plan_checker.value(problem, made.plan) <= plan_checker.value(problem, greedy(problem))


def test_too_few_seats_for_42_people_is_proved_and_says_what_would_help() -> None:
    problem = training_year(real_schools(), 42, 4, sessions=5, seats=8)
    made = solved(problem)
    assert made.cost.placed == made.most == 40
    said = planning.sentence(problem, made)
    assert said.startswith("No plan places everybody: at most 40 of 42. Proved. Instead, ")
    assert "with more seats" in said
    assert [n for n in range(42) if n not in made.plan]


def test_the_same_question_gets_the_same_plan() -> None:
    problem = training_year(real_schools(), 42, 5, sessions=7, seats=8)
    assert planning.plan(problem).plan == planning.plan(problem).plan


def test_60_schools_and_200_people_are_planned_and_proved() -> None:
    problem = training_year(enough_schools(60), 200, 6, sessions=18, seats=12)
    assert (len(problem.homes), len(problem.learners)) == (60, 200)
    made = solved(problem)
    assert made.proved
    assert all(goal.proved for goal in made.goals)
    assert made.cost.order < made.by_hand.order
