"""Why a training plan is as it is: a sentence for everybody placed, for everybody left out, and for the whole."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from bursar_desk.domain import words
from bursar_desk.domain.training_plan import Home, Learner, Plan, Problem, Room, Run, tenths_of_km

_IN_THE_WAY: Mapping[str, str] = {
    "seats": "with more seats",
    "places": "if their schools owned more places",
    "no release": "if schools could let people go on more days",
    "away": "if nobody were away",
    "site staff": "if cover were arranged for site staff",
}


def because(problem: Problem, n: int, k: int) -> str:
    """Return why somebody goes to the session they were given, as sentences."""
    learner, run = problem.learners[n], problem.runs[k]
    home = problem.homes[learner.school]
    said = [_first_reason(problem, n, k)]
    said.append(_way(home, run))
    if learner.by is not None:
        when = "after" if problem.late(learner, run) else "before"
        said.append(f"It ends {when} the certificate runs out on {words.plain_date(learner.by)}.")
    gaps = problem.gaps(learner, run)
    if gaps:
        days = words.listing([words.short_day(day) for day in gaps])
        said.append(f"Nobody else looks after the site on {days}: cover is needed.")
    elif learner.site and len(home.site) > 1:
        said.append("A colleague looks after the site.")
    elif learner.site:
        said.append("Cover is arranged for the site.")
    return " ".join(said)


def _first_reason(problem: Problem, n: int, k: int) -> str:
    learner = problem.learners[n]
    others = [run for place, run in enumerate(problem.runs) if place != k]
    if not others:
        return "It is the only session."
    if len(problem.choices[n]) == 1:
        barred = [problem.barred(learner, run) for run in others]
        kinds = [one[0] for one in barred if one is not None]
        if len(set(kinds)) == 1 and kinds:
            return f"The only session open to them: {_KINDS[kinds[0]]} on the days of the others."
        return "The only session open to them."
    costs = {place: problem.cost(learner, problem.runs[place]).order for place in problem.choices[n]}
    better = [place for place, cost in costs.items() if cost < costs[k]]
    if not better:
        return "The best session for them."
    runs = words.listing([problem.runs[place].words for place in better])
    return f"The best for everybody together: {runs} would suit them better, but others need the seats or days more."


_KINDS: Mapping[str, str] = {
    "no release": "the school can let nobody go",
    "away": "they are away",
    "site staff": "a colleague of the site staff is booked already",
}


def _way(home: Home, run: Run) -> str:
    if run.at is None or home.at is None:
        return f"How far it is to {run.venue or 'the venue'} is not known."
    tenths = tenths_of_km(home.at, run.at)
    if not tenths:
        return "It is held at their own school."
    return f"{tenths // 10}.{tenths % 10} km away{', in house' if run.in_house else ''}."


def why_not(problem: Problem, plan: Plan, n: int) -> str:
    """Return why somebody is in no session: what keeps them from each, as one sentence or two."""
    learner = problem.learners[n]
    home = problem.homes[learner.school]
    if not problem.runs:
        return "No session of this course is planned."
    room = _room(problem, plan)
    if room.places.get(home.school, 0) >= home.places:
        if not home.places:
            return f"{home.name} owns no free place."
        owned = words.count(home.places, "free place")
        taken = [problem.learners[m].name for m in plan if problem.learners[m].school == home.school]
        return f"{home.name} owns {owned}, taken by {words.listing(taken)}."
    return words.sentence("; ".join(_kept_from(problem, room, learner, run) for run in problem.runs))


def _room(problem: Problem, plan: Plan) -> Room:
    room = Room(problem)
    for n, k in plan.items():
        room.take(problem.learners[n], problem.runs[k])
    return room


def _kept_from(problem: Problem, room: Room, learner: Learner, run: Run) -> str:
    barred = problem.barred(learner, run)
    if barred is not None:
        kind, day = barred
        told = {
            "no release": f"the school can let nobody go on {words.plain_date(day)}",
            "away": f"away on {words.plain_date(day)}",
            "site staff": f"a colleague of the site staff is booked on {words.plain_date(day)}",
        }[kind]
    else:
        told = {
            "seats": "every seat is taken",
            "site staff": "a colleague of the site staff goes, and one of them must stay",
            "places": "no place left",
            "": "there is a seat, but no time was left to use it: plan again",
        }[room.full(learner, run)]
    return f"{run.words}: {told}"


def sentence(placed: int, asked: int, bound: int, helped: Mapping[str, int]) -> str:
    """Return the whole in words. ``bound``: proved to be the most; ``helped``: how many without one limit each."""
    if not asked:
        return "Nobody needs this course who has no place in a session."
    if placed == asked:
        return "The only person is placed." if asked == 1 else f"All {asked} people are placed."
    if bound > placed:
        return f"{placed} of {asked} people are placed. There was no time to prove that no plan places more than that."
    told = f"No plan places everybody: at most {placed} of {asked}. Proved."
    best = sorted(helped, key=lambda one: (-helped[one], one))
    parts = [f"{_reach(helped[one], asked)} {_IN_THE_WAY[one]}" for one in best if helped[one] > placed]
    if not parts:
        return f"{told} No single limit stands in the way; several do together."
    return f"{told} Instead, {words.listing(parts, 'or')}."


def _reach(count: int, asked: int) -> str:
    return "everybody could go" if count == asked else f"{count} could go"


def gap_words(names: Sequence[tuple[str, Sequence[dt.date]]]) -> str:
    """Return which sites would have nobody, by name and days; "" for none."""
    if not names:
        return ""
    told = [f"{name} on {words.listing([words.short_day(day) for day in days])}" for name, days in names]
    return f"Cover is needed at {'; '.join(told)}."
