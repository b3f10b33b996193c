"""Which point of a check had its turn in which week, from the records; and the words for the one whose turn it is."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from bursar_desk.domain import coverage as rules
from bursar_desk.domain.checks import Outcome
from bursar_desk.domain.coverage import CoverageGrid, Gap, Turn
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.intervals import Form, Span
from bursar_desk.domain.items import EACH
from bursar_desk.services import checks

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.standing import CheckStanding

__all__ = ["CoverageGrid", "Gap", "gaps", "grid", "interval_of", "short_turn", "turn_words"]

_SPANS = {Span.HALF_TERM: 56.0, Span.TERM: 119.0, Span.SCHOOL_YEAR: 365.25}
"""Days a period lasts at most, roughly: its school weeks and the holiday after it."""


def interval_of(one: CheckStanding) -> float:
    """Return roughly how many days lie between two times of a check."""
    interval = one.facts.own_interval or one.facts.rule.interval
    if interval is not None:
        return interval.days_about
    rule = one.facts.rule
    return _SPANS[rule.span] if rule.form is Form.EACH and rule.span in _SPANS else 1.0


def grid(desk: Desk, check: bytes, weeks: int = 52) -> CoverageGrid:
    """Return points by weeks of one check, with its gaps. Raises ``UserError`` for one without points."""
    from bursar_desk.services.standing import standings
    from db.queries import checks as ask

    with desk.store.connect() as con:
        school = checks.school_of(con, check)
        one = standings(con, school, desk.today, {check})[0]
        if not one.check.points:
            raise UserError(
                f"{one.check.title} has no points that take turns.", "Nothing was changed.", "Give it its points first."
            )
        days = interval_of(one) * len(one.check.points)
        first = desk.today - dt.timedelta(days=max(weeks * 7, round(days) * 2))
        done = ask.records(con, school=school, check=check, first=first, last=desk.today)
        skipped = ask.not_done(con, school, check, first, desk.today)
    turns = [Turn(r.done_on, r.point, _state(r.outcome)) for r in done if not r.retest]
    turns += [Turn(s.on, s.point, rules.NOT_DONE) for s in skipped if s.point]
    return rules.grid(
        one.check.points, turns, desk.today, interval_days=interval_of(one), each=one.check.points_mode == EACH,
        weeks=weeks, next_turn=one.status.legal_due,
    )  # fmt: skip


def _state(outcome: str) -> str:
    return rules.FAILED if outcome == Outcome.UNSATISFACTORY else rules.DONE


def gaps(desk: Desk) -> dict[bytes, tuple[Gap, ...]]:
    """Return the gaps of every check of the home school whose points take turns, by check."""
    from db.queries.checks import checks as ask

    with desk.store.connect() as con:
        turning = [one.id for one in ask(con, desk.home) if len(one.points) > 1 and one.applies == "yes"]
    found = {one: grid(desk, one, 1).gaps for one in turning}
    return {one: some for one, some in found.items() if some}


def short_turn(points: tuple[str, ...], point: str) -> str:
    """Return ``4 of 12 in turn`` for the one whose turn it is; empty where none has."""
    return f"{points.index(point) + 1} of {len(points)} in turn" if point in points else ""


def turn_words(points: tuple[str, ...], point: str) -> str:
    """Return ``Call point 4 of 12, next in turn``; a name without its number gets it: ``Hall, number 4 of 12, ...``."""
    if not points or point not in points:
        return ""
    tail = f"{points.index(point) + 1}"
    if point.rsplit(" ", 1)[-1] == tail:
        return f"{point} of {len(points)}, next in turn"
    return f"{point}, number {tail} of {len(points)}, next in turn"
