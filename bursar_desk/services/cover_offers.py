"""Hours that people could help other schools: offered by their own school, seen by all who read its people."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bursar_desk.domain import words
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import Changes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bursar_desk.services.desk import Desk
    from db.engine import Connection
    from db.queries.people import PersonRow

WITHDRAWN = "withdrawn"
_SAFE = "Nothing was changed."


@dataclass(frozen=True, slots=True)
class OfferLine:
    """Hours somebody offers: on weekdays (Monday is bit 0) from a first to a last day, minutes after midnight."""

    id: bytes
    school: bytes
    school_name: str
    person: bytes
    name: str
    first: dt.date
    last: dt.date
    days: int
    starts: int
    ends: int
    note: str = ""

    def on(self, day: dt.date) -> bool:
        """Tell whether it is for a day."""
        return self.first <= day <= self.last and bool(self.days >> day.weekday() & 1)

    @property
    def sentence(self) -> str:
        """Return it in words."""
        named = [name for n, name in enumerate(words.WEEKDAYS) if self.days >> n & 1]
        on = words.listing(named) if len(named) < 7 else "every day"
        hours = f"{clock(self.starts)} to {clock(self.ends)}"
        return f"{self.name} offers {hours} on {on}, {words.short_date(self.first)} to {words.short_date(self.last)}."


def clock(minute: int) -> str:
    """Return minutes after midnight as "06:45"."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def offers(desk: Desk, first: dt.date, last: dt.date) -> list[OfferLine]:
    """Return what is offered in some days by every school held here, earliest first."""
    from db.queries.people import people

    with desk.store.connect() as con:
        return read(con, desk, first, last, people(con))


def read(
    con: Connection, desk: Desk, first: dt.date, last: dt.date, staff: Sequence[PersonRow]
) -> list[OfferLine]:
    """Return what is offered in some days, for whoever has a connection and the people already."""
    from db.queries.planning import offered_hours

    here = {one.id: one for one in staff if one.here(first)}
    return [
        OfferLine(
            row.id, row.school, desk.school_name(row.school), row.person, here[row.person].name, row.first, row.last,
            row.days, row.starts, row.ends,
        )
        for row in offered_hours(con, first, last)
        if row.person in here and row.starts < row.ends
    ]  # fmt: skip


def add_offer(
    desk: Desk, person: bytes, first: dt.date, last: dt.date, days: int, starts: int, ends: int, note: str = ""
) -> tuple[OfferLine, Changes]:
    """Offer hours of somebody who works here. Raises ``UserError`` for odd days or hours, or somebody of elsewhere."""
    from db.queries.people import people

    if last < first or (last - first).days > 366:
        raise UserError("The last day must be within a year after the first.", _SAFE, "Check the two dates.")
    if not 0 <= starts < ends <= 24 * 60:
        raise UserError("The hours must end after they start.", _SAFE, "Check the two times.")
    if not days & 0b1111111:
        raise UserError("No weekday is chosen.", _SAFE, "Choose at least one day of the week.")
    with desk.store.connect() as con:
        found = {one.id: one for one in people(con, desk.home) if one.left_on is None}
    if person not in found:
        raise UserError("That person does not work at this school.", _SAFE, "Choose somebody from the list.")
    with desk.act(ActCode.OFFER_COVER, subject=found[person].name) as act:
        row = act.create("cover_offer", {
            "person": person, "first": first, "last": last, "days": days & 0b1111111, "starts": starts, "ends": ends,
            "state": "open", "said_by": desk.who, "note": note.strip() or None,
        })  # fmt: skip
    line = OfferLine(
        row, desk.home, desk.name, person, found[person].name, first, last, days & 0b1111111, starts, ends, note.strip()
    )
    return line, Changes(frozenset(act.tables), act.note.act)


def withdraw_offer(desk: Desk, offer: bytes) -> Changes:
    """Take an offer of our own back; what was agreed from it stays agreed."""
    mine = [one for one in offers(desk, dt.date.min, dt.date.max) if one.school == desk.home]
    line = next((one for one in mine if one.id == offer), None)
    if line is None:
        raise UserError("That is not an open offer of this school.", _SAFE, "See “cover offer list”.")
    with desk.act(ActCode.OFFER_COVER, subject=f"{line.name}, taken back") as act:
        act.set("cover_offer", offer, {"state": WITHDRAWN})
    return Changes(frozenset(act.tables), act.note.act)
