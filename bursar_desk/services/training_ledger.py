"""Where a school's places of a course came from and went: the ledger beside the table."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bursar_desk.domain import training_places as stock_rules
from bursar_desk.services.training_places import Held, course_sessions

if TYPE_CHECKING:
    from bursar_desk.domain.training_places import Place, Stock


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """Where places came from and went: a day, what happened, and by how many the places left changed."""

    on: dt.date | None
    words: str
    change: int


def ledger(held: Held, stock: Stock, course: str, school: bytes) -> tuple[LedgerLine, ...]:
    """Return a school's ledger of a course; the changes add up to what it has left."""
    found: list[LedgerLine] = []
    for lot_id in dict.fromkeys(one.lot.id for one in stock.places if one.lot.for_school == school):
        mine = [one for one in stock.places if one.lot.id == lot_id]
        how = "Bought" if mine[0].lot.buyer == school else "Bought with the cluster"
        found.append(LedgerLine(mine[0].lot.bought_on, how, len(mine)))
    for place in stock.places:
        for step in place.path:
            if step.move.giver == school:
                found.append(LedgerLine(step.on, f"Given to {held.school(step.move.to_school)}", -1))
            if step.move.to_school == school:
                found.append(LedgerLine(step.on, f"Received from {held.school(step.move.giver)}", 1))
    used = [one for one in stock.of(school) if one.state != stock_rules.SPARE]
    found += [_used_line(held, one) for one in used]
    went = {one.booking.session for one in used if one.booking}
    since = min((line.on for line in found if line.on is not None), default=None)
    found += [
        LedgerLine(one.row.first, "Nobody sent", 0)
        for one in course_sessions(held, course)
        if one.row.last < held.today and one.row.id not in went and since is not None and since <= one.row.first
    ]
    return tuple(sorted(found, key=lambda line: (line.on or dt.date.min, -line.change, line.words)))


_WENT: Final = {
    stock_rules.PASSED: "passed", stock_rules.ATTENDED: "went", stock_rules.FAILED: "went, did not pass",
    stock_rules.NOT_ATTENDED: "did not go", stock_rules.BOOKED: "is named",
}  # fmt: skip


def _used_line(held: Held, place: Place) -> LedgerLine:
    booking = place.booking
    if booking is None:
        return LedgerLine(place.lot.lapses_on, "Lapsed, nobody was named", -1)
    row = held.sessions.get(booking.session or b"")
    when = booking.said_on if booking.state == stock_rules.BOOKED else row.last if row else booking.said_on
    return LedgerLine(when, f"{held.person(booking.person)} {_WENT[booking.state]}", -1)
