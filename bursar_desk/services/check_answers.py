"""One answer for one check: when it is due, when to plan it, where it stands, why; and which days were missed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bursar_desk.domain.date_math import add_days, add_months
from bursar_desk.domain.missed import Missed, Skip, missed_between
from bursar_desk.domain.status import Colour

if TYPE_CHECKING:
    from bursar_desk.domain.calendar import SchoolCalendar
    from bursar_desk.domain.checks import Completion
    from bursar_desk.services.standing import CheckStanding
    from db.queries.checks import NotDoneRow

_YEARS: Final = 10


def missed_of(
    one: CheckStanding, done: Sequence[Completion], skipped: Sequence[NotDoneRow], calendar: SchoolCalendar,
    today: dt.date, first: dt.date | None = None,
) -> tuple[Missed, ...]:  # fmt: skip
    """Return the days of a check that were missed up to yesterday, over ten years where no first day is given.

    Nothing is missed of what does not apply, is out of use or is not in force.
    """
    if one.status.colour is Colour.GREY:
        return ()
    skips = [Skip(row.on, row.due_on, row.reason, row.note) for row in skipped]
    start, end = first or add_months(today, -12 * _YEARS), add_days(today, -1)
    return missed_between(one.facts, done, skips, start, end, calendar)


@dataclass(frozen=True, slots=True)
class Answer:
    """What there is to say of one check today: two dates, the status, and the sentence that explains each."""

    next_due: dt.date | None
    plan_by: dt.date | None
    status: str
    colour: str
    why_due: str
    why_plan: str
    why_status: str
    notes: tuple[str, ...]


def answer_of(one: CheckStanding, status_words: str) -> Answer:
    """Return the same for a check that has been looked up already."""
    status = one.status
    plan = status.plan_because
    if not plan and status.plan_by is not None:
        plan = "That day is the due date itself." if status.plan_by == status.legal_due else ""
    due = status.due_because
    if not due and status.legal_due is not None:
        due = "Nobody knows when it was last done, so it is due today."
    return Answer(
        status.legal_due, status.plan_by, status_words, status.colour.value, due, plan, status.why, one.facts.remarks
    )
