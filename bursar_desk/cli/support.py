"""Support from school to school: plans, visits, reviews, and the other school’s yes."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bursar_desk.cli.frame import Answer, Misused, common, lines, one_of

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.support import PlanLine, VisitLine

support = typer.Typer(help="Plan and log the support one school gives another.")
Plan = Annotated[str, typer.Argument(metavar="PLAN", help="Its id, or its title.")]


class Stands(StrEnum):
    """How a school stands."""

    RED = "red"
    AMBER = "amber"
    GREEN = "green"


class Kind(StrEnum):
    """The three reviews."""

    FIRST = "first"
    SECOND = "second"
    FINAL = "final"


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(support, name="support")


def hours_and_minutes(typed: str, name: str) -> int:
    """Read a length of time as minutes: ``6:30``, ``90`` or ``2h``. Raises ``Misused``."""
    text = typed.strip().casefold().replace(" ", "")
    hours, colon, rest = text.partition(":")
    if colon and hours.isdecimal() and len(rest) == 2 and rest.isdecimal() and int(rest) < 60 and len(hours) < 5:
        return int(hours) * 60 + int(rest)
    plain = text.removesuffix("h") if text.endswith("h") else text.removesuffix("min")
    if plain.isascii() and plain.isdecimal() and len(plain) < 7:
        return int(plain) * (60 if text.endswith("h") else 1)
    raise Misused(f"{name} could not be read.", "Nothing was changed.", "Type 6:30 for hours and minutes, or 45.")


def tenths_of_miles(typed: str, name: str = "--miles") -> int:
    """Read miles as tenths: ``18.4``. Raises ``Misused``."""
    whole, point, rest = typed.strip().partition(".")
    good = whole.isascii() and whole.isdecimal() and len(whole) < 6
    if good and (not point or (len(rest) == 1 and rest.isdecimal())):
        return int(whole) * 10 + int(rest or 0)
    raise Misused(f"{name} could not be read.", "Nothing was changed.", "Type miles like 18 or 18.4.")


def _visit(one: VisitLine) -> dict[str, Any]:
    row, cost = one.row, one.cost
    return {
        "visit": row.id, "on": row.on, "minutes": row.minutes, "travel": row.travel, "miles": row.miles,
        "by": row.by_whom, "focus": row.focus, "found": row.found, "actions": row.actions, "next": row.next_on,
        "cost": cost.total if cost else None,
    }  # fmt: skip


def _plan(line: PlanLine) -> dict[str, Any]:
    row = line.row
    return {
        "plan": row.id, "title": row.title, "giver": line.giver_name, "receiver": line.receiver_name,
        "from": row.first, "to": row.last, "state": line.state, "priorities": row.priorities,
        "activities": row.activities, "lead": row.lead, "monitoring": row.monitoring, "budget": row.budget,
        "spent": line.spent, "left": line.left, "before": row.before, "after": row.after, "outcome": row.outcome,
        "visits": [_visit(one) for one in line.visits], "missing_reviews": line.missing, "warnings": line.warnings,
        "reviews": [
            {"review": one.id, "kind": one.kind, "on": one.on, "words": one.words, "standing": one.standing,
             "actions": one.actions}
            for one in line.reviews
        ],
    }  # fmt: skip


def _told(line: PlanLine) -> str:
    row = line.row
    said = f"{row.id.hex()[:12]}  {row.title}: {line.giver_name} for {line.receiver_name}. {line.state_words}. "
    return "\n".join([said + line.budget_words, *(f"  {one}" for one in line.warnings)])


def one_plan(desk: Desk, typed: str) -> bytes:
    """Return the plan that was named by its id or its title."""
    from bursar_desk.services import support as service

    found = service.listing(desk)
    named = [one.row.id for one in found if one.row.title.casefold() == typed.casefold().strip()]
    return named[0] if len(named) == 1 else one_of(typed, [one.row.id for one in found], "support plan", "support list")


def plan_or_visit(desk: Desk, typed: str) -> bytes:
    """Return the plan, or the visit of one, that was named."""
    from bursar_desk.services import support as service

    found = service.listing(desk)
    named = [one.row.id for one in found if one.row.title.casefold() == typed.casefold().strip()]
    ids = [one.row.id for one in found] + [visit.row.id for one in found for visit in one.visits]
    return named[0] if len(named) == 1 else one_of(typed, ids, "support plan or visit", "support list")


@support.command("plan")
def plan(
    ctx: typer.Context,
    receiver: Annotated[str, typer.Argument(metavar="SCHOOL", help="The school that is helped.")],
    title: Annotated[str, typer.Option(metavar="T", help="What it is about.")],
    first: Annotated[str, typer.Option("--from", metavar="DATE")],
    last: Annotated[str, typer.Option("--to", metavar="DATE")],
    priority: Annotated[list[str] | None, typer.Option(metavar="T", help="May be repeated.")] = None,
    activity: Annotated[list[str] | None, typer.Option(metavar="WHAT=WHO", help="May be repeated.")] = None,
    lead: Annotated[str, typer.Option(metavar="PERSON", help="Who leads it.")] = "",
    monitoring: Annotated[str, typer.Option(metavar="T", help="How it is watched.")] = "",
    budget: Annotated[str | None, typer.Option(metavar="POUNDS")] = None,
    before: Annotated[Stands | None, typer.Option(help="How they stand now.")] = None,
) -> Answer:
    """Plan support for another school, which agrees to it."""
    from bursar_desk.domain.typed_money import read_money
    from bursar_desk.services import support as service

    shared = common(ctx)
    parts = [one.partition("=") for one in activity or ()]
    with shared.desk() as desk:
        line, changes = service.plan(desk, service.NewPlan(
            title, desk.find_school(receiver), shared.day(first, "--from"), shared.day(last, "--to"),
            tuple(priority or ()), tuple((what, who) for what, _, who in parts), lead, monitoring,
            read_money(budget, name="--budget") if budget else None, before.value if before else "",
        ))  # fmt: skip
        return Answer(_plan(line) | {"act": changes.act}, _told(line))


@support.command("visit")
def visit(
    ctx: typer.Context,
    which: Plan,
    on: Annotated[str, typer.Option(metavar="DATE")],
    time: Annotated[str, typer.Option(metavar="H:MM", help="How long it was.")],
    focus: Annotated[str, typer.Option(metavar="T", help="What it was about.")],
    by: Annotated[str, typer.Option(metavar="PERSON", help="Who went; else you.")] = "",
    role: Annotated[str, typer.Option(help="Their role, for the rate.")] = "",
    travel: Annotated[str, typer.Option(metavar="MIN", help="Time on the way.")] = "0",
    miles: Annotated[str, typer.Option(metavar="MILES")] = "0",
    vehicle: Annotated[str, typer.Option(help="car, van, motorcycle or bicycle.")] = "",
    found: Annotated[str, typer.Option(metavar="T", help="What was found.")] = "",
    action: Annotated[list[str] | None, typer.Option(metavar="T", help="Agreed. May be repeated.")] = None,
    following: Annotated[str | None, typer.Option("--next", metavar="DATE", help="The next visit.")] = None,
) -> Answer:
    """Log a visit; its cost follows the rate in force on its day."""
    from bursar_desk.services import support as service

    shared = common(ctx)
    with shared.desk() as desk:
        line, changes = service.visit(desk, one_plan(desk, which), service.NewVisit(
            shared.day(on, "--on"), hours_and_minutes(time, "--time"), focus, by, role,
            hours_and_minutes(travel, "--travel"), tenths_of_miles(miles), vehicle, found, tuple(action or ()),
            shared.day_or_none(following, "--next"),
        ))  # fmt: skip
        return Answer(_plan(line) | {"act": changes.act}, _told(line))


@support.command("review")
def review(
    ctx: typer.Context,
    which: Plan,
    kind: Annotated[Kind, typer.Argument(metavar="KIND", help="first, second or final.")],
    said: Annotated[str, typer.Option("--words", metavar="T", help="What it found.")],
    on: Annotated[str | None, typer.Option(metavar="DATE", help="Else today.")] = None,
    standing: Annotated[Stands | None, typer.Option(help="How they stand now.")] = None,
    action: Annotated[list[str] | None, typer.Option(metavar="T", help="Agreed. May be repeated.")] = None,
) -> Answer:
    """Write one of the three reviews."""
    from bursar_desk.services import support as service

    shared = common(ctx)
    with shared.desk() as desk:
        line, changes = service.review(
            desk, one_plan(desk, which), kind.value, shared.day_or_none(on, "--on") or desk.today, said,
            standing=standing.value if standing else "", actions=tuple(action or ()),
        )  # fmt: skip
        return Answer(_plan(line) | {"act": changes.act}, _told(line))


@support.command("agree")
def agree(ctx: typer.Context, which: Plan) -> Answer:
    """Agree to a plan for our school."""
    from bursar_desk.services import support as service

    with common(ctx).desk() as desk:
        line, changes = service.answer(desk, one_plan(desk, which), "yes")
        return Answer(_plan(line) | {"act": changes.act}, _told(line))


@support.command("refuse")
def refuse(ctx: typer.Context, which: Plan, why: Annotated[str, typer.Option(metavar="T")] = "") -> Answer:
    """Say no to a plan for our school."""
    from bursar_desk.services import support as service

    with common(ctx).desk() as desk:
        line, changes = service.answer(desk, one_plan(desk, which), "no", why)
        return Answer(_plan(line) | {"act": changes.act}, _told(line))


@support.command("end")
def end(
    ctx: typer.Context,
    which: Plan,
    outcome: Annotated[str, typer.Option(metavar="T", help="What came of it.")],
    after: Annotated[Stands | None, typer.Option(help="How they stand now.")] = None,
) -> Answer:
    """End a plan with what came of it."""
    from bursar_desk.services import support as service

    with common(ctx).desk() as desk:
        line, changes = service.end(desk, one_plan(desk, which), outcome, after.value if after else "")
        return Answer(_plan(line) | {"act": changes.act}, _told(line))


@support.command("list")
def listing(ctx: typer.Context) -> Answer:
    """List the plans of ours and for us."""
    from bursar_desk.services import support as service

    with common(ctx).reading() as desk:
        found = service.listing(desk)
        return Answer({"plans": [_plan(one) for one in found]}, lines([_told(one) for one in found], "No plans yet."))


@support.command("show")
def show(ctx: typer.Context, which: Plan) -> Answer:
    """Show a plan with its visits and reviews."""
    from bursar_desk.domain import words
    from bursar_desk.services import support as service

    with common(ctx).reading() as desk:
        line = service.get(desk, one_plan(desk, which))
        rows = [_told(line)]
        rows += [
            f"  {one.row.id.hex()[:12]}  {words.short_date(one.row.on)}  {one.row.by_whom}, "
            f"{words.hours(one.minutes)}: {one.row.focus} "
            f"({words.money_exact(one.cost.total) if one.cost else 'no rate'})"
            for one in line.visits
        ]
        rows += [f"  {service.REVIEWS.get(one.kind, one.kind)}, {words.short_date(one.on)}: {one.words}"
                 for one in line.reviews]  # fmt: skip
        rows += [f"  {service.REVIEWS[kind]}: not held yet" for kind in line.missing]
        return Answer(_plan(line), "\n".join(rows))
