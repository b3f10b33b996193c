"""Cover hours: logged by the school that received them, and the balance between schools."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bursar_desk.domain import words
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import Changes
from bursar_desk.services.cover import get

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk


def log_hours(desk: Desk, cover: bytes, day: dt.date, starts: int, ends: int) -> Changes:
    """Log hours really worked under an agreement; the school that received them writes them down."""
    line = get(desk, cover)
    if not line.first <= day <= line.last:
        raise UserError(f"{words.long_date(day)} is outside the agreed days.", "Nothing was changed.", "Check the day.")
    if not 0 <= starts < ends <= 24 * 60:
        raise UserError("The hours must end after they start.", "Nothing was changed.", "Check the two times.")
    with desk.act(ActCode.LOG_COVER, subject=line.helper) as act:
        act.fact("cover_worked", {
            "cover_id": cover, "on_date": day, "starts": starts, "ends": ends, "helper": line.helper,
            "helper_school": line.helper_school, "approved_by": desk.who,
        })  # fmt: skip
    return Changes(frozenset(act.tables), act.note.act)


@dataclass(frozen=True, slots=True)
class Balance:
    """Minutes given to and received from one other school."""

    school: bytes
    name: str
    given: int
    received: int

    @property
    def owed(self) -> int:
        """Return what they owe us (below nought: we owe them), in minutes."""
        return self.given - self.received


def ledger(
    desk: Desk, school: bytes | None = None, *, first: dt.date | None = None, last: dt.date | None = None
) -> list[Balance]:
    """Return hours given and received by other school, as far as the records held here tell."""
    from db.queries.people import cover_worked

    whose = school or desk.home
    with desk.store.connect() as con:
        rows = cover_worked(con)
    totals: dict[bytes, list[int]] = {}
    for row in rows:
        if (first and row.on < first) or (last and row.on > last) or row.helper_school is None:
            continue
        if row.school == whose:
            totals.setdefault(row.helper_school, [0, 0])[1] += row.minutes
        elif row.helper_school == whose:
            totals.setdefault(row.school, [0, 0])[0] += row.minutes
    made = [Balance(other, desk.school_name(other), given, got) for other, (given, got) in totals.items()]
    return sorted(made, key=lambda one: one.name)
