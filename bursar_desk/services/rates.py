"""Rate cards: what an hour of our people costs, from a day on; a new card takes the place of the one before."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bursar_desk.domain import words
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import Changes
from bursar_desk.domain.rates import WHOLE, Card
from bursar_desk.services.plain_text import one_line

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from db.engine import Connection

MOST_HOURLY = 50_000
_SAFE = "Nothing was changed."


@dataclass(frozen=True, slots=True)
class NewRate:
    """A card to be written: pence an hour, hundredths of a per cent on top; ``role`` "" for everybody."""

    hourly: int
    first: dt.date
    role: str = ""
    insurance: int = 0
    pension: int = 0
    overhead: int = 0
    mileage: int | None = None
    agency: int | None = None
    source: str = ""
    for_support: bool = False


def read_cards(con: Connection, school: bytes | None = None) -> list[Card]:
    """Return the cards held, latest first."""
    from db.queries.owed import rate_cards

    return [
        Card(
            r.id, r.school, r.role, r.first, r.hourly, r.insurance, r.pension, r.overhead, r.mileage, r.agency,
            one_line(r.said_by), one_line(r.source), r.for_support,
        )
        for r in rate_cards(con, school)
    ]  # fmt: skip


def listing(desk: Desk, *, school: bytes | None = None, every: bool = False) -> list[Card]:
    """Return the cards of a school (ours by default), or of every school held, latest first."""
    with desk.store.connect() as con:
        return read_cards(con, None if every else school or desk.home)


def problems(new: NewRate) -> dict[str, str]:
    """Return what to put right before a card can be kept, by field."""
    from bursar_desk.services.people import ROLES

    found = {}
    if not 0 < new.hourly <= MOST_HOURLY:
        found["hourly"] = f"Pay an hour must be above nought and at most {words.money(MOST_HOURLY)}."
    for name, label in (("insurance", "National insurance"), ("pension", "Pension"), ("overhead", "Overhead")):
        if not 0 <= getattr(new, name) <= WHOLE:
            found[name] = f"{label} must be from 0 to 100 per cent."
    if new.mileage is not None and not 0 <= new.mileage <= 200:
        found["mileage"] = "Mileage must be from 0p to 200p a mile."
    if new.agency is not None and not 0 < new.agency <= MOST_HOURLY:
        found["agency"] = f"What an agency asks must be above nought and at most {words.money(MOST_HOURLY)}."
    if new.role and new.role not in ROLES:
        found["role"] = f"Use one of: {', '.join(ROLES)}."
    return found


def add(desk: Desk, new: NewRate) -> tuple[Card, Changes]:
    """Write a card that is in force from its first day on. Raises ``UserError`` for the first thing to put right."""
    wrong = problems(new)
    if wrong:
        raise UserError(next(iter(wrong.values())), _SAFE, "Put it right, then save the rate again.")
    if desk.is_office:
        raise UserError("An office lends nobody.", _SAFE, "The school that lends sets its own rates.")
    values = {
        "role": new.role, "first": new.first, "hourly": new.hourly, "insurance": new.insurance, "pension": new.pension,
        "overhead": new.overhead, "mileage": new.mileage, "agency": new.agency, "said_by": one_line(desk.who),
        "source": one_line(new.source) or None, "for_support": new.for_support,
    }  # fmt: skip
    subject = f"{new.role or 'everybody'} from {words.short_date(new.first)}"
    with desk.act(ActCode.SET_RATE, subject=subject) as act:
        row = act.create("rate_card", values)
    made = next(one for one in listing(desk) if one.id == row)
    return made, Changes(frozenset(act.tables), act.note.act)


def role_words(card: Card) -> str:
    """Return whom a card is for."""
    who = card.role.capitalize() if card.role else "Everybody"
    return f"{who}, support visits" if card.for_support else who
