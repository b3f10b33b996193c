"""The two planners: who goes to which session of a course, and who covers what while people are away."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bursar_desk.cli.frame import DONE, NEEDS_A_PERSON, Answer, common, watching

if TYPE_CHECKING:
    from bursar_desk.services.planning_rota import Rota, RotaLine
    from bursar_desk.services.planning_training import Proposal
    from bursar_desk.services.solving import Reached


class Briefing(StrEnum):
    """Whether a site briefing must be there already."""

    MUST = "must"
    FIRST = "first"


def add_to(training: typer.Typer, cover: typer.Typer) -> None:
    """Add “training plan” and “cover rota”."""
    training.command("plan")(plan_training)
    cover.command("rota")(rota)


def _goals(names: tuple[str, ...], goals: tuple[Reached, ...]) -> list[dict[str, Any]]:
    return [
        {"goal": name, "value": abs(goal.value), "bound": abs(goal.bound), "proved": goal.proved}
        for name, goal in zip(names, goals, strict=True)
    ]


# --- who goes to which session ---------------------------------------------------------------------------------------


def plan_training(
    ctx: typer.Context,
    course: Annotated[str, typer.Argument(metavar="COURSE", help="Its name or the beginning of it.")],
    book: Annotated[bool, typer.Option("--book", help="Name this school’s people for the sessions proposed.")] = False,
    gap_seen: Annotated[bool, typer.Option("--gap-seen", help="Book although a site has nobody then.")] = False,
) -> Answer:
    """Propose who goes to which session, say why, and prove it when not everybody can be placed."""
    from bursar_desk.services import planning_training as service

    shared = common(ctx)
    acts = []
    with shared.desk() if book else shared.reading() as desk, watching() as bar:
        made = service.propose(desk, course, bar)
        if book:
            acts = [one.act for one in service.book(desk, made, gap_seen=gap_seen)]
    told = [f"{made.course}. {made.sentence}"]
    told += [f"  {one.when}: {one.name}, {one.school_name}. {one.because}" for one in made.assignments]
    told += [f"  Not placed: {one.name}, {one.school_name}. {one.why}" for one in made.unplaced]
    if book:
        told.append("This school’s people are booked." if acts else "Nobody of this school is in the plan.")
    code = NEEDS_A_PERSON if made.unplaced else DONE
    return Answer(_training_facts(made) | {"acts": acts}, "\n".join(told), code)


def _training_facts(made: Proposal) -> dict[str, Any]:
    from bursar_desk.services.planning_training import ASKS

    return {
        "course": made.course, "sentence": made.sentence, "proved": made.proved, "best": made.best,
        "placed": [
            {"person": one.person, "name": one.name, "school": one.school, "school_name": one.school_name,
             "session": one.session, "when": one.when, "because": one.because, "gap": one.gap}
            for one in made.assignments
        ],
        "unplaced": [
            {"person": one.person, "name": one.name, "school": one.school, "school_name": one.school_name,
             "why": one.why}
            for one in made.unplaced
        ],
        "goals": _goals(ASKS, made.goals), "by_hand": [made.by_hand.placed, *made.by_hand.order[1:]],
        "without": dict(made.helped), "seconds": round(made.seconds, 3),
    }  # fmt: skip


# --- who covers what -------------------------------------------------------------------------------------------------


def rota(
    ctx: typer.Context,
    first: Annotated[str, typer.Option("--from", metavar="DATE", help="The first day.")],
    last: Annotated[str, typer.Option("--to", metavar="DATE", help="The last day.")],
    write: Annotated[bool, typer.Option("--write", help="Ask everybody in it, in one step.")] = False,
    briefing: Annotated[Briefing, typer.Option(help="Briefed already, or before the first shift.")] = Briefing.FIRST,
    any_hours: Annotated[bool, typer.Option("--any-hours", help="Also outside the hours people offered.")] = False,
    most_km: Annotated[float | None, typer.Option("--most-km", metavar="KM", min=0, help="No further.")] = None,
) -> Answer:
    """Plan cover for everybody away in some days: the best rota by the stated goal, and how far that is proved."""
    from bursar_desk.services import planning_rota as service

    shared = common(ctx)
    wishes = service.Wishes(briefing.value, any_hours, most_km)
    rows: list[bytes] = []
    act = None
    with shared.desk() if write else shared.reading() as desk, watching() as bar:
        made = service.propose(desk, shared.day(first, "--from"), shared.day(last, "--to"), bar, wishes=wishes)
        if write:
            rows, changes = service.ask(desk, made)
            act = changes.act
    told = [made.sentence, *(_words(line) for line in made.lines)]
    told += [f"Asked: {len(rows)}."] if write else []
    code = DONE if made.covered == len(made.lines) else NEEDS_A_PERSON
    return Answer(_rota_facts(made) | {"asked": rows, "act": act}, "\n".join(told), code)


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _words(line: RotaLine) -> str:
    from bursar_desk.domain import words

    when = f"{words.short_date(line.day)} {_clock(line.starts)} to {_clock(line.ends)}"
    who = f"{line.name}, {line.from_school_name}" if line.person is not None else "nobody"
    return f"  {when}, {line.school_name}, {line.what}: {who}. {line.why}"


def _rota_facts(made: Rota) -> dict[str, Any]:
    return {
        "from": made.first, "to": made.last, "sentence": made.sentence, "proved": made.proved, "gap": made.gap,
        "covered": made.covered, "slots": [
            {"day": line.day, "from": _clock(line.starts), "to": _clock(line.ends), "what": line.what,
             "skill": line.skill, "checks": line.checks, "school": line.school, "school_name": line.school_name,
             "absence": line.absence, "away": line.away_name, "person": line.person, "name": line.name,
             "helper_school": line.from_school, "helper_school_name": line.from_school_name, "why": line.why}
            for line in made.lines
        ],
        "goals": _goals(("slots covered", "weight"), made.goals),
        "by_hand": {"open": made.by_hand.open, "weight": made.by_hand.weight}, "seconds": round(made.seconds, 3),
    }  # fmt: skip
