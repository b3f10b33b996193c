"""Absences: away from-to is all that is needed. A reason is optional, stays here, and is seen by two roles only."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bursar_desk.domain import words
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import Changes

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from db.queries.people import AbsenceRow

MAY_SEE_REASONS = ("business manager", "head")


@dataclass(frozen=True, slots=True)
class AbsenceLine:
    """Somebody away: who, from, to. There is no field for a reason, so none can be shown or sent by mistake."""

    id: bytes
    school: bytes
    person: bytes
    name: str
    first: dt.date
    last: dt.date

    @property
    def when(self) -> str:
        """Return the days in words."""
        if self.first == self.last:
            return words.long_date(self.first)
        return f"{words.long_date(self.first)} to {words.long_date(self.last)}"


def listing(desk: Desk, *, from_day: dt.date | None = None, every: bool = False) -> list[AbsenceLine]:
    """Return who is away from a day on (today by default); ``every`` for all there ever were."""
    from db.queries.people import absences, people

    with desk.store.connect() as con:
        names = {one.id: one.name for one in people(con)}
        school = None if desk.is_office else desk.home
        rows = absences(con, school, first=None if every else from_day or desk.today)
    return [_line(row, names) for row in rows]


def _line(row: AbsenceRow, names: dict[bytes, str]) -> AbsenceLine:
    return AbsenceLine(row.id, row.school, row.person, names.get(row.person, "somebody"), row.first, row.last)


def get(desk: Desk, absence: bytes) -> AbsenceLine:
    """Return one absence. Raises ``UserError`` when it is not here."""
    for line in listing(desk, every=True):
        if line.id == absence:
            return line
    raise UserError("That absence is not in this register.", "Nothing was changed.", "See “absence list”.")


def add(
    desk: Desk, person: bytes, first: dt.date, last: dt.date, *, reason: str = "", note: str = ""
) -> tuple[AbsenceLine, Changes]:  # fmt: skip
    """Record that somebody is away. A reason and a note, if any are given, are kept apart and never leave this school.

    They are special personal data (rules.md section 15): nothing else of the program reads the table they lie in.
    """
    if last < first:
        raise UserError("The last day is before the first.", "Nothing was changed.", "Check the two dates.")
    if (last - first).days > 366:
        raise UserError("That is more than a year.", "Nothing was changed.", "Enter at most a year at a time.")
    from db.queries.people import people

    with desk.store.connect() as con:
        found = {one.id: one.name for one in people(con, desk.home)}
    if person not in found:
        raise UserError(
            "That person does not work at this school.", "Nothing was changed.", "Choose somebody from the list."
        )
    with desk.act(ActCode.ADD_ABSENCE, subject=found[person]) as act:
        row = act.create("absence", {"person": person, "first": first, "last": last, "state": "away"})
        if reason.strip() or note.strip():
            said = {"reason": reason.strip() or None, "note": note.strip() or None}
            act.create("absence_reason", {"absence": row, **said})
    line = AbsenceLine(row, desk.home, person, found[person], first, last)
    return line, Changes(frozenset(act.tables), act.note.act)


def cancel(desk: Desk, absence: bytes) -> Changes:
    """Take an absence back: it stays in the history."""
    line = get(desk, absence)
    with desk.act(ActCode.CHANGE_ABSENCE, subject=line.name) as act:
        act.set("absence", absence, {"state": "cancelled"})
    return Changes(frozenset(act.tables), act.note.act)


def private(desk: Desk, absence: bytes) -> tuple[str, ...]:
    """Return the reason and the note of an absence, as far as there are any, for two roles only."""
    return tuple(one for one in _private(desk, absence) if one)


def has_private(desk: Desk, absence: bytes) -> bool:
    """Tell whether this person may see a reason or note that there is."""
    return desk.person is not None and desk.person.role in MAY_SEE_REASONS and bool(private(desk, absence))


def reason(desk: Desk, absence: bytes) -> str:
    """Return why somebody is away, for the business manager and the head only."""
    return _private(desk, absence)[0]


def note(desk: Desk, absence: bytes) -> str:
    """Return what else was noted in private about an absence, for the business manager and the head only."""
    return _private(desk, absence)[1]


def _private(desk: Desk, absence: bytes) -> tuple[str, str]:
    person = desk.person
    if person is None or person.role not in MAY_SEE_REASONS:
        raise UserError("Only the business manager can see why someone is away.", "Nothing was changed.", "Ask them.")
    from db.queries.exchange import absence_reason

    with desk.store.connect() as con:
        return absence_reason(con, absence)
