"""Support from school to school: the plan, its visits with their cost, two interim reviews and a final one."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain import mileage, words
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import Changes
from bursar_desk.domain.rates import Card, Cost, cost_of, in_force
from bursar_desk.services import rates
from bursar_desk.services.plain_text import one_line, paragraphs

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from db.queries.owed import PlanRow, ReviewRow, VisitRow

FIRST, SECOND, FINAL = "first", "second", "final"
REVIEWS: Final = {FIRST: "First interim review", SECOND: "Second interim review", FINAL: "Final review"}
STANDINGS: Final = {"": "Not said", "red": "Red: much to do", "amber": "Amber: on the way", "green": "Green: secure"}
_SAFE: Final = "Nothing was changed."
MOST_TEXT: Final = 4000


@dataclass(frozen=True, slots=True)
class NewPlan:
    """A plan to be written by the school that gives support. ``activities``: (what, who); ``budget`` in pence."""

    title: str
    receiver: bytes
    first: dt.date
    last: dt.date
    priorities: tuple[str, ...] = ()
    activities: tuple[tuple[str, str], ...] = ()
    lead: str = ""
    monitoring: str = ""
    budget: int | None = None
    before: str = ""


@dataclass(frozen=True, slots=True)
class NewVisit:
    """A visit to be logged: minutes of work and of travel, miles in tenths."""

    on: dt.date
    minutes: int
    focus: str
    by_whom: str = ""
    role: str = ""
    travel: int = 0
    miles: int = 0
    vehicle: str = ""
    found: str = ""
    actions: tuple[str, ...] = ()
    next_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class VisitLine:
    """A visit and what it cost at the rate in force on its day; None where there was no rate."""

    row: VisitRow
    cost: Cost | None

    @property
    def minutes(self) -> int:
        """Return work and travel together."""
        return self.row.minutes + self.row.travel


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A plan with its visits, reviews and the other school’s word; ``spent`` in pence."""

    row: PlanRow
    giver_name: str
    receiver_name: str
    state: str
    why: str
    visits: tuple[VisitLine, ...]
    reviews: tuple[ReviewRow, ...]
    spent: int
    unpriced: int
    missing: tuple[str, ...] = ()
    warnings: tuple[str, ...] = field(default=())

    @property
    def left(self) -> int | None:
        """Return the budget not spent yet, below nought when it is overspent; None without a budget."""
        return None if self.row.budget is None else self.row.budget - self.spent

    @property
    def budget_words(self) -> str:
        """Return what was spent and what is left."""
        if self.unpriced and self.unpriced == len(self.visits):
            return f"What was spent is not known: {words.count(self.unpriced, 'visit')} without a rate."
        said = f"Spent {words.money_exact(self.spent)}"
        if self.left is not None and self.row.budget is not None:
            left = f"{words.money_exact(self.left)} left" if self.left >= 0 else f"{words.money_exact(-self.left)} over"
            said += f" of {words.money_exact(self.row.budget)}, {left}"
        if self.unpriced:
            said += f". {words.count(self.unpriced, 'visit')} without a rate"
        return said + "."

    @property
    def state_words(self) -> str:
        """Return how the plan stands."""
        return {
            "waiting": f"Waits for {self.receiver_name}", "agreed": "Agreed", "ended": "Ended",
            "refused": f"{self.receiver_name} said no",
        }[self.state]  # fmt: skip


# --- reading ----------------------------------------------------------------------------------------------------------


def listing(desk: Desk) -> list[PlanLine]:
    """Return plans of ours or for us, latest first; in an office all of them."""
    from db.queries.answers import answers, latest
    from db.queries.owed import support_plans, support_reviews, support_visits
    from db.queries.schools import schools

    with desk.store.connect() as con:
        plans, visits, reviews = support_plans(con), support_visits(con), support_reviews(con)
        said = latest(answers(con, "support_plan"))
        cards = rates.read_cards(con)
        names = {one.school: one.short_name or one.name for one in schools(con)}
    found = []
    for row in plans:
        if not desk.is_office and desk.home not in (row.giver, row.receiver):
            continue
        other = row.receiver if row.school == row.giver else row.giver
        word = said.get((row.id, other))
        state = {"yes": "agreed", "no": "refused"}.get(word.answer if word else "", "waiting")
        mine = _priced([one for one in visits if one.plan == row.id and one.school == row.giver], row, cards)
        theirs = tuple(one for one in reviews if one.plan == row.id and one.school in (row.giver, row.receiver))
        missing, warnings = _watch(row, mine, theirs, desk.today)
        found.append(PlanLine(
            row, names.get(row.giver) or desk.school_name(row.giver),
            names.get(row.receiver) or desk.school_name(row.receiver), "ended" if row.state == "ended" else state,
            one_line(word.why) if word and state == "refused" else "", mine, theirs,
            sum(one.cost.total for one in mine if one.cost), sum(one.cost is None for one in mine), missing, warnings,
        ))  # fmt: skip
    return found


def _priced(visits: Sequence[VisitRow], plan: PlanRow, cards: Sequence[Card]) -> tuple[VisitLine, ...]:
    driven: dict[tuple[str, dt.date], int] = {}
    made = []
    for one in visits:
        card = in_force(cards, plan.giver, one.role, one.on, support=True)
        key = (one.by_whom.casefold(), mileage.tax_year(one.on)[0])
        cost = None
        if card is not None:
            cost = cost_of(
                card, one.minutes + one.travel, day=one.on, miles=one.miles, vehicle=one.vehicle,
                so_far=driven.get(key, 0),
            )  # fmt: skip
        if mileage.read_vehicle(one.vehicle)[0] in (mileage.CAR, "van"):
            driven[key] = driven.get(key, 0) + one.miles
        made.append(VisitLine(one, cost))
    return tuple(made)


def _watch(
    plan: PlanRow, visits: Sequence[VisitLine], reviews: Sequence[ReviewRow], today: dt.date
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the reviews not held yet, and what is odd: out of order, or late for where the plan has got to."""
    held = [one.kind for one in reviews]
    missing = tuple(kind for kind in REVIEWS if kind not in held)
    warnings = []
    places = {kind: n for n, kind in enumerate(REVIEWS)}
    order = [places[kind] for kind in held if kind in places]
    if order != sorted(order):
        warnings.append("The reviews were not held in their order.")
    left_out = [kind for kind in missing if order and places[kind] < max(order)]
    warnings += [f"The {REVIEWS[kind].lower()} was left out." for kind in left_out]
    length = (plan.last - plan.first).days
    for part, kind in enumerate(REVIEWS, 1):
        due = plan.first + dt.timedelta(days=length * part // 3)
        if kind in missing and due < today:
            warnings.append(f"The {REVIEWS[kind].lower()} was due by {words.long_date(due)}.")
    late = [one for one in visits if one.row.next_on is not None and one is visits[-1] and one.row.next_on < today]
    warnings += [f"The visit of {words.long_date(one.row.next_on)} is not logged." for one in late if one.row.next_on]
    return missing, tuple(dict.fromkeys(warnings))


def get(desk: Desk, plan: bytes) -> PlanLine:
    """Return one plan. Raises ``UserError`` when it is not here."""
    for line in listing(desk):
        if line.row.id == plan:
            return line
    raise UserError("That support plan is not in this register.", _SAFE, "See “support list”.")


# --- writing ----------------------------------------------------------------------------------------------------------


def _cut(text: str) -> str | None:
    return paragraphs(text)[:MOST_TEXT] or None


def _texts(lines: Sequence[str]) -> str | None:
    kept = [one_line(one) for one in lines if one_line(one)]
    return json.dumps(kept, ensure_ascii=False) if kept else None


def plan_problems(new: NewPlan, home: bytes) -> dict[str, str]:
    """Return what to put right, by field."""
    found = {}
    if not new.title.strip():
        found["title"] = "Say in a few words what the support is about."
    if new.last < new.first:
        found["last"] = "The last day is before the first."
    if new.receiver == home:
        found["receiver"] = "Choose the school that is helped."
    if new.budget is not None and new.budget < 0:
        found["budget"] = "The budget must be nought or more."
    if new.before not in STANDINGS:
        found["before"] = "Say red, amber or green."
    return found


def plan(desk: Desk, new: NewPlan) -> tuple[PlanLine, Changes]:
    """Write a plan; the school that is helped agrees to it. Raises ``UserError`` for what to put right."""
    wrong = plan_problems(new, desk.home)
    if wrong:
        raise UserError(next(iter(wrong.values())), _SAFE, "Put it right, then save the plan again.")
    if desk.is_office:
        raise UserError("An office gives no support of its own.", _SAFE, "The school that gives it writes the plan.")
    activities = [{"what": one_line(what), "who": one_line(who)} for what, who in new.activities if one_line(what)]
    values: dict[str, Any] = {
        "title": one_line(new.title), "giver": desk.home, "receiver": new.receiver, "first": new.first,
        "last": new.last, "priorities": _texts(new.priorities),
        "activities": json.dumps(activities, ensure_ascii=False) if activities else None,
        "lead": one_line(new.lead) or None, "monitoring": _cut(new.monitoring), "budget": new.budget,
        "standing_before": new.before or None, "state": "planned", "said_by": one_line(desk.who),
    }  # fmt: skip
    with desk.act(ActCode.PLAN_SUPPORT, subject=values["title"]) as act:
        row = act.create("support_plan", values)
    return get(desk, row), Changes(frozenset(act.tables), act.note.act)


def end(desk: Desk, which: bytes, outcome: str, after: str = "") -> tuple[PlanLine, Changes]:
    """End a plan with what came of it. Raises ``UserError`` for a plan of another school."""
    line = _ours(desk, which)
    if after not in STANDINGS:
        raise UserError("Say red, amber or green.", _SAFE, "Or leave it out.")
    with desk.act(ActCode.PLAN_SUPPORT, subject=line.row.title) as act:
        act.set("support_plan", which, {
            "state": "ended", "outcome": _cut(outcome), "standing_after": after or None,
        })  # fmt: skip
    return get(desk, which), Changes(frozenset(act.tables), act.note.act)


def _ours(desk: Desk, which: bytes) -> PlanLine:
    line = get(desk, which)
    if line.row.school != desk.home:
        raise UserError(f"{line.giver_name} keeps that plan.", _SAFE, "Ring them, or note it in a review.")
    return line


def answer(desk: Desk, which: bytes, said: str, why: str = "") -> tuple[PlanLine, Changes]:
    """Agree to a plan for our school ("yes"), refuse it ("no"), or take the answer back."""
    line = get(desk, which)
    if said not in ("yes", "no", "taken back"):
        raise UserError(f"“{said}” is not an answer.", _SAFE, "Say yes, no or taken back.")
    if line.row.school == desk.home or desk.is_office:
        raise UserError(f"{line.receiver_name} answers that plan.", _SAFE, "It waits until their file arrives.")
    with desk.act(ActCode.ANSWER_SCHOOL, subject=line.giver_name) as act:
        act.fact("answer", {
            "about_table": "support_plan", "about": which, "about_school": line.row.school, "answer": said,
            "said_on": desk.today, "said_by": one_line(desk.who), "why": one_line(why) or None,
        })  # fmt: skip
    return get(desk, which), Changes(frozenset(act.tables), act.note.act)


def visit_problems(new: NewVisit, today: dt.date) -> dict[str, str]:
    """Return what to put right, by field."""
    found = {}
    if new.on > today:
        found["on"] = f"{words.long_date(new.on)} has not come yet."
    if not 0 < new.minutes <= 24 * 60:
        found["minutes"] = "Enter how long the visit was, up to 24 hours."
    if not 0 <= new.travel <= 12 * 60:
        found["travel"] = "Travel must be from 0 to 12 hours."
    if not 0 <= new.miles <= 10_000:
        found["miles"] = "Miles must be from 0 to 1,000."
    if not new.focus.strip():
        found["focus"] = "Say what the visit was about."
    if new.next_on is not None and new.next_on < new.on:
        found["next_on"] = "The next visit is before this one."
    return found


def visit(desk: Desk, which: bytes, new: NewVisit) -> tuple[PlanLine, Changes]:
    """Log a visit under a plan of ours. Raises ``UserError`` for what to put right."""
    line = _ours(desk, which)
    wrong = visit_problems(new, desk.today)
    if wrong:
        raise UserError(next(iter(wrong.values())), _SAFE, "Put it right, then log the visit again.")
    with desk.act(ActCode.LOG_SUPPORT, subject=f"{line.row.title}, {line.receiver_name}") as act:
        act.fact("support_visit", {
            "plan": which, "on_date": new.on, "minutes": new.minutes, "travel": new.travel or None,
            "miles": new.miles or None, "vehicle": new.vehicle or None, "role": new.role or None,
            "by_whom": one_line(new.by_whom) or one_line(desk.who), "focus": _cut(new.focus), "found": _cut(new.found),
            "actions": _texts(new.actions), "next_on": new.next_on, "said_by": one_line(desk.who),
        })  # fmt: skip
    return get(desk, which), Changes(frozenset(act.tables), act.note.act)


def review(
    desk: Desk, which: bytes, kind: str, on: dt.date, said: str, *, standing: str = "", actions: Sequence[str] = ()
) -> tuple[PlanLine, Changes]:
    """Write a review of a plan; either school may. Out of order is kept, and the plan says so."""
    line = get(desk, which)
    if kind not in REVIEWS:
        raise UserError(f"“{kind}” is not a review.", _SAFE, f"Use one of: {', '.join(REVIEWS)}.")
    if standing not in STANDINGS:
        raise UserError("Say red, amber or green.", _SAFE, "Or leave it out.")
    if not said.strip():
        raise UserError("Write what the review found.", _SAFE, "A few words are enough.")
    if on > desk.today:
        raise UserError(f"{words.long_date(on)} has not come yet.", _SAFE, "Check the day.")
    if desk.home not in (line.row.giver, line.row.receiver):
        raise UserError("That plan is of two other schools.", _SAFE, "One of them writes its reviews.")
    with desk.act(ActCode.REVIEW_SUPPORT, subject=f"{REVIEWS[kind]}, {line.row.title}") as act:
        act.fact("support_review", {
            "plan": which, "kind": kind, "on_date": on, "words": _cut(said), "standing_now": standing or None,
            "actions": _texts(actions), "said_by": one_line(desk.who),
        })  # fmt: skip
    return get(desk, which), Changes(frozenset(act.tables), act.note.act)
