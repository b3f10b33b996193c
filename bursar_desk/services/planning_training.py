"""The plan who goes to which session: best in the stated order, proved where it is, and never worse than by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from bursar_desk.domain import training_plan_words as told
from bursar_desk.domain import words
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import Changes
from bursar_desk.domain.training_places import BOOKED
from bursar_desk.domain.training_plan import (
    LIMITS,
    Cost,
    Days,
    Home,
    Learner,
    Problem,
    Run,
    cost_of,
    greedy,
    staying,
    without,
)
from bursar_desk.services import solving
from bursar_desk.services.training_booking import SITE_STAFF

if TYPE_CHECKING:
    from bursar_desk.domain.progress import Progress
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.training_places import Held, SessionLine

SECONDS = 20.0
"""The most the solver works on one goal."""
ASKS = (
    "people placed", "who could wait", "days without site staff", "after their date", "tenths of a kilometre",
    "not in house",
)  # fmt: skip
"""What each goal counts, in the order of ``Cost``."""


@dataclass(frozen=True, slots=True)
class Assigned:
    """Everybody's session, by the places in the problem's lists, with what was proved.

    ``most``: no plan places more people; ``goals`` in the order of ``Cost``; ``helped``: how many could go without one
    of the limits, where not everybody can.
    """

    plan: Mapping[int, int]
    cost: Cost
    by_hand: Cost
    most: int
    proved: bool
    goals: tuple[solving.Reached, ...]
    seconds: float
    helped: Mapping[str, int] = field(default_factory=dict)


def plan(problem: Problem, progress: Progress | None = None, *, seconds: float = SECONDS) -> Assigned:
    """Find the best plan. Raises ``Cancelled``; a plan always exists, if only one that places nobody."""
    by_hand = greedy(problem)
    model, variables = _model(problem)
    start = [0] * len(model.ranges)
    for n, k in by_hand.items():
        start[variables[n, k]] = 1
    found = solving.best(
        model, _goals(problem, variables), start=start, seconds=seconds, progress=progress,
        words="Looking for the best sessions",
    )  # fmt: skip
    values = found.values or start
    chosen = {n: k for (n, k), variable in variables.items() if values[variable]}
    cost = cost_of(problem, chosen)
    most = min(len(problem.learners), -found.goals[0].bound)
    return Assigned(
        chosen, cost, cost_of(problem, by_hand), most, most == cost.placed, found.goals, found.seconds,
        _helped(problem, chosen, most, seconds, progress),
    )  # fmt: skip


def _model(problem: Problem) -> tuple[solving.Model, dict[tuple[int, int], int]]:
    """Return one flag for each learner and open session, and the limits they share."""
    model = solving.Model()
    variables = {(n, k): model.flag() for n, open_to in problem.choices.items() for k in open_to}
    for n in problem.choices:
        model.at_most([(variables[n, k], 1) for k in problem.choices[n]], 1)
    if "seats" not in problem.dropped:
        for k, run in enumerate(problem.runs):
            model.at_most([(v, 1) for (_n, place), v in variables.items() if place == k], max(0, run.seats))
    for home in problem.homes.values():
        own = [(n, k) for n, k in variables if problem.learners[n].school == home.school]
        if "places" not in problem.dropped:
            model.at_most([(variables[pair], 1) for pair in own], max(0, home.places))
        for day in sorted({day for _n, k in own for day in problem.runs[k].days}):
            sent = [
                (variables[n, k], 1) for n, k in own
                if day in problem.runs[k].days and problem.leaves(problem.learners[n], day)
            ]  # fmt: skip
            if len(sent) > 1:
                model.at_most(sent, problem.most_sent(home, day))
    return model, variables


def _goals(problem: Problem, variables: Mapping[tuple[int, int], int]) -> list[solving.Terms]:
    costs = {v: problem.cost(problem.learners[n], problem.runs[k]).order for (n, k), v in variables.items()}
    return [[(v, order[goal]) for v, order in costs.items() if order[goal]] for goal in range(len(ASKS))]


def _helped(
    problem: Problem, chosen: Mapping[int, int], most: int, seconds: float, progress: Progress | None
) -> dict[str, int]:
    """Return how many could go without one limit each, when it is proved that not everybody can."""
    if not staying(chosen, problem) or most > len(chosen):
        return {}
    helped = {}
    for limit in LIMITS:
        looser = without(problem, limit)
        model, variables = _model(looser)
        start = [0] * len(model.ranges)
        for pair in chosen.items():
            start[variables[pair]] = 1
        found = solving.best(
            model, [[(v, -1) for v in variables.values()]], start=start, seconds=seconds, progress=progress,
            words="Looking what stands in the way",
        )  # fmt: skip
        helped[limit] = -found.goals[0].value
    return helped


# --- from the register and back --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Assignment:
    """Somebody in a session, and why; ``gap``: days on which their school's site would have nobody."""

    person: bytes
    name: str
    school: bytes
    school_name: str
    session: bytes
    when: str
    because: str
    gap: tuple[dt.date, ...] = ()


@dataclass(frozen=True, slots=True)
class Unplaced:
    """Somebody who needs the course and is in no session, and why not."""

    person: bytes
    name: str
    school: bytes
    school_name: str
    why: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """Who goes to which session of a course. ``proved``: no plan places more people; ``best``: every goal is proved.

    ``cost`` and ``by_hand``: what the plan comes to, and what it would by taking one person after the other.
    ``seconds``: how long the solver worked.
    """

    course: str
    assignments: tuple[Assignment, ...]
    unplaced: tuple[Unplaced, ...]
    sentence: str
    proved: bool
    best: bool
    cost: Cost
    by_hand: Cost
    goals: tuple[solving.Reached, ...]
    helped: Mapping[str, int]
    seconds: float

    def of(self, school: bytes) -> tuple[Assignment, ...]:
        """Return the people of one school."""
        return tuple(one for one in self.assignments if one.school == school)


def propose(desk: Desk, course: str, progress: Progress | None = None) -> Proposal:
    """Plan everybody of every school held who needs a course and is in no session yet. Nothing is booked.

    Raises ``UserError`` for a course nobody has heard of here, ``Cancelled`` when stopped.
    """
    name, problem = problem_of(desk, course)
    made = plan(problem, progress)
    people, homes = problem.learners, problem.homes
    placed = tuple(
        Assignment(
            people[n].person, people[n].name, people[n].school, homes[people[n].school].name, problem.runs[k].session,
            problem.runs[k].words, told.because(problem, n, k), problem.gaps(people[n], problem.runs[k]),
        )
        for n, k in sorted(made.plan.items(), key=lambda one: (problem.runs[one[1]].days, one[1], one[0]))
    )  # fmt: skip
    left = tuple(
        Unplaced(one.person, one.name, one.school, homes[one.school].name, told.why_not(problem, made.plan, n))
        for n in staying(made.plan, problem)
        for one in [people[n]]
    )
    return Proposal(
        name, placed, left, sentence(problem, made), made.proved, all(goal.proved for goal in made.goals), made.cost,
        made.by_hand, made.goals, made.helped, made.seconds,
    )  # fmt: skip


def book(desk: Desk, proposal: Proposal, *, gap_seen: bool = False) -> list[Changes]:
    """Name this school's own people for the sessions proposed; the other schools name theirs themselves.

    One step for each session. Raises ``UserError`` with what forbids it, or what it would leave uncovered unless
    that was seen (``gap_seen``); sessions booked before that stay booked.
    """
    from bursar_desk.services import training_booking

    ours = proposal.of(desk.home)
    by_session: dict[bytes, list[bytes]] = {}
    for one in ours:
        by_session.setdefault(one.session, []).append(one.person)
    for session, people in by_session.items():
        seen = training_booking.preview(desk, session, people)
        if seen.refused or (seen.gap and not gap_seen):
            why = seen.refused[0] if seen.refused else seen.uncovered[0].sentence
            raise UserError(why, "Nobody was booked.", "Arrange cover first, or book and accept the gap.")
    return [
        training_booking.book(desk, session, people, gap_seen=gap_seen, why="Proposed by the planner")[1]
        for session, people in by_session.items()
    ]


def problem_of(desk: Desk, course: str) -> tuple[str, Problem]:
    """Return the course by its name, and what there is to plan of it in this register."""
    from bursar_desk.services.training_places import course_name, course_sessions, read

    held = read(desk)
    name = course_name(course)
    runs = tuple(
        _run(line) for line in course_sessions(held, name) if line.open_on(desk.today) and line.row.days
    )  # fmt: skip
    learners = _learners(desk, held, name)
    if not runs and not learners and name not in held.courses:
        raise UserError(f"Nobody here needs “{course}”.", "Nothing was planned.", "See “training matrix”.")
    days = sorted({day for run in runs for day in run.days})
    around = _around(desk, days)
    booked = _booked_days(held)
    people = tuple(
        replace(one, site=held.people[one.person].role in SITE_STAFF,
                away=(*around.away.get(one.person, ()), *((day, day) for day in booked.get(one.person, ()))))
        for one in learners
    )  # fmt: skip
    homes = {
        school: _home(held, name, school, around, booked, days) for school in {one.school for one in people}
    }  # fmt: skip
    at = {run.session: around.at.get(held.sessions[run.session].venue_school or b"") for run in runs}
    seats = [len(people) if run.seats < 0 else run.seats for run in runs]
    placed = tuple(replace(run, at=at[run.session], seats=free) for run, free in zip(runs, seats, strict=True))
    return name, Problem(people, homes, placed)


def _run(line: SessionLine) -> Run:
    left = -1 if line.left is None else line.left
    return Run(line.row.id, f"{line.when}, {line.place or 'venue not known'}", line.row.days, left,
               line.place, None, line.row.in_house)  # fmt: skip


def _learners(desk: Desk, held: Held, course: str) -> tuple[Learner, ...]:
    """Return who needs a course now or soon and is in no session of it, school by school."""
    from bursar_desk.domain.courses import State
    from bursar_desk.domain.training_matrix import Need
    from bursar_desk.services.training_matrix import matrices

    found = []
    for school, matrix in sorted(matrices(desk).items(), key=lambda one: (held.school(one[0]), one[0])):
        for member in matrix.members:
            cell = matrix.cells.get((member.id, course))
            if cell is None or cell.booked is not None or cell.need not in (Need.REQUIRED, Need.ADVISED, Need.RENEW):
                continue
            stands = cell.standing
            if stands.state is State.IN_DATE:
                continue
            by = stands.ends if stands.ends is not None and stands.ends >= desk.today else None
            can_wait = stands.advised or (cell.need is Need.ADVISED and stands.state is State.SOON)
            found.append(Learner(member.id, member.name, school, by=by, can_wait=can_wait))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Around:
    """What is known of all schools beside the places: who is away, where cover is agreed, where they lie."""

    away: Mapping[bytes, Days]
    covered: Mapping[bytes, frozenset[dt.date]]
    at: Mapping[bytes, tuple[int, int]]


def _around(desk: Desk, days: Sequence[dt.date]) -> _Around:
    from db.queries.answers import answers, latest
    from db.queries.people import absences, covers
    from db.queries.schools import schools

    if not days:
        return _Around({}, {}, {})
    with desk.store.connect() as con:
        gone = absences(con, first=days[0], last=days[-1])
        said = latest(answers(con, "cover"))
        rows = [one for one in covers(con) if one.last >= days[0] and one.first <= days[-1]]
        at = {one.school: (one.easting, one.northing) for one in schools(con)
              if one.easting is not None and one.northing is not None}  # fmt: skip
    away: dict[bytes, Days] = {}
    for row in gone:
        away[row.person] = (*away.get(row.person, ()), (row.first, row.last))
    yes = {about for (about, _school), word in said.items() if word.answer == "yes"}
    covered: dict[bytes, set[dt.date]] = {}
    for one in rows:
        if one.state in ("agreed", "done") or (one.state != "cancelled" and one.id in yes):
            covered.setdefault(one.school, set()).update(day for day in days if one.first <= day <= one.last)
    return _Around(away, {school: frozenset(found) for school, found in covered.items()}, at)


def _booked_days(held: Held) -> dict[bytes, tuple[dt.date, ...]]:
    """Return the days on which people are on a course already."""
    found: dict[bytes, tuple[dt.date, ...]] = {}
    for row in held.bookings:
        session = held.sessions.get(row.session or b"")
        if row.person and session is not None and row.state == BOOKED and not session.cancelled:
            found[row.person] = (*found.get(row.person, ()), *session.days)
    return found


def _home(
    held: Held, course: str, school: bytes, around: _Around, booked: Mapping[bytes, tuple[dt.date, ...]],
    days: Sequence[dt.date],
) -> Home:  # fmt: skip
    staff = [
        one for one in held.people.values()
        if one.school == school and one.here(held.today) and one.role in SITE_STAFF
    ]  # fmt: skip
    site = tuple(
        (one.id, (*around.away.get(one.id, ()), *((day, day) for day in days if not one.works_on(day))))
        for one in staff
    )
    blocked = tuple((row.first, row.last) for row in held.no_release if row.school == school)
    sent = tuple((one.id, booked[one.id]) for one in staff if one.id in booked)
    spare = len(held.of_course(course).spare(school, offered=False))
    return Home(
        school, held.school(school), spare, around.at.get(school), blocked, site, sent,
        around.covered.get(school, frozenset()),
    )  # fmt: skip


def sentence(problem: Problem, made: Assigned) -> str:
    """Return the plan in a sentence or three: who is placed, what was proved, which sites need cover."""
    gaps = [
        (f"{home.name} ({learner.name})", problem.gaps(learner, problem.runs[k]))
        for n, k in sorted(made.plan.items())
        for learner in [problem.learners[n]]
        for home in [problem.homes[learner.school]]
        if problem.gaps(learner, problem.runs[k])
    ]
    if problem.learners and not problem.runs:
        many = len(problem.learners)
        who = words.count(many, "person", "people")
        return f"No session of this course is planned. {who} {'needs' if many == 1 else 'need'} it."
    whole = told.sentence(made.cost.placed, len(problem.learners), made.most, made.helped)
    return " ".join(part for part in (whole, told.gap_words(gaps)) if part)
