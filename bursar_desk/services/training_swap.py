"""Letting somebody else go on a place that is booked: what it would mean is shown first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bursar_desk.domain import training_places as rules
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import Changes
from bursar_desk.services import training_booking as bookings
from bursar_desk.services.training_gap import Uncovered, what_if
from bursar_desk.services.training_places import Held, read
from bursar_desk.services.training_sessions import get

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from db.queries.people import PersonRow
    from db.queries.training_places import BookingRow


@dataclass(frozen=True, slots=True)
class Swap:
    """Somebody else on a booked place: what forbids it, and what would be uncovered while they are gone."""

    held: Held
    row: BookingRow
    new: PersonRow
    refused: tuple[str, ...]
    gap: Uncovered | None


def preview(desk: Desk, booking: bytes, person: bytes) -> Swap:
    """Return what it would mean if somebody else went. Raises ``UserError`` when it cannot be at all."""
    held = read(desk)
    row = bookings.booking_of(desk, held, booking)
    line, facts = get(held, row.session or b""), bookings.facts_of(desk, held)
    new = held.people.get(person)
    if row.state != rules.BOOKED or line.row.first < held.today:
        raise UserError("Only a booking still to come can be changed.", "Nothing was changed.", "Choose another one.")
    if new is None or new.school != desk.home or new.left_on is not None:
        raise UserError("They do not work at this school.", "Nothing was changed.", "Choose somebody else.")
    others = bookings.away_with(facts, line) - {row.person or b""}
    refused = bookings.about_people(facts, line, [new])
    refused += bookings.both_site_staff(desk, facts, line, {person}, stays=row.person)
    gap = what_if(desk, person, line.row.days, away=others, covered=facts.covered)
    return Swap(held, row, new, tuple(refused), gap)


def swap(desk: Desk, booking: bytes, person: bytes, *, gap_seen: bool = False) -> tuple[bytes, Changes]:
    """Let somebody else go in their stead, on the same place; the head is asked anew."""
    seen = preview(desk, booking, person)
    if seen.refused:
        raise UserError(seen.refused[0], "Nothing was changed.", "Choose somebody else.")
    if seen.gap is not None and not gap_seen:
        raise UserError(seen.gap.sentence, "Nothing was changed.", "Arrange cover first, or swap and accept the gap.")
    held, row, new = seen.held, seen.row, seen.new
    head = desk.person is not None and desk.person.role == "head"
    with desk.act(ActCode.CHANGE_BOOKING, subject=f"{new.name} instead of {held.person(row.person)}") as act:
        act.set("booking", booking, {"state": rules.SWAPPED})
        made = act.create("booking", {
            "session": row.session, "lot": row.lot, "n": row.n, "person": person, "state": rules.BOOKED,
            "said_by": desk.who, "said_on": desk.today, "released_by": desk.who if head else None,
            "released_on": desk.today if head else None,
        })  # fmt: skip
    return made, Changes(frozenset(act.tables), act.note.act)
