"""One school's places of a course in full: who is named, until when, what is offered, who else asked."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bursar_desk.domain import training_places as rules
from bursar_desk.domain import words
from bursar_desk.domain.training_places import Odd
from bursar_desk.services.training_booking import NEEDS_HEAD
from bursar_desk.services.training_ledger import LedgerLine, ledger
from bursar_desk.services.training_places import (
    Deadline,
    Demand,
    Held,
    SchoolLine,
    course_name,
    course_view,
    days_words,
    deadline,
    odd_words,
    spelled,
    waiting,
)

if TYPE_CHECKING:
    from bursar_desk.domain.training_places import Move, Stock
    from db.queries.training_places import BookingRow, SessionRow


@dataclass(frozen=True, slots=True)
class NamedLine:
    """Somebody named for a session: how it stands, and whether the head must still say yes."""

    row: BookingRow
    name: str
    session: SessionRow | None
    when: str
    over: bool
    no_place: bool = False

    @property
    def needs_head(self) -> bool:
        """Tell whether the head has not said yes."""
        return self.row.state == rules.BOOKED and self.row.released_on is None and not self.no_place

    @property
    def words(self) -> str:
        """Return how it stands in a line."""
        if self.row.state != rules.BOOKED:
            return f"{self.row.state.capitalize()}, {self.when}"
        if self.no_place:
            return f"{self.when}. Has no place"
        if self.over:
            return f"{self.when}. Say how it went"
        return f"{self.when}. {NEEDS_HEAD}" if self.needs_head else f"{self.when}. {self.row.released_by} said yes"


@dataclass(frozen=True, slots=True)
class OfferLine:
    """An offer without an answer: from whom, to whom, on what terms."""

    move: Move
    giver: str
    to: str

    @property
    def words(self) -> str:
        """Return its terms in a line."""
        cost = "free of charge" if not self.move.price else f"for {words.money_exact(self.move.price)}"
        by = f", answer by {words.short_date(self.move.answer_by)}" if self.move.answer_by else ""
        return f"1 place, {cost}{by}"


@dataclass(frozen=True, slots=True)
class SchoolDetail:
    """What a school has of a course, and what can be done about it."""

    course: str
    row: SchoolLine
    ours: bool
    deadline: Deadline | None
    named: tuple[NamedLine, ...]
    ledger: tuple[LedgerLine, ...]
    free: int
    given_out: tuple[OfferLine, ...]
    offered_to_us: tuple[OfferLine, ...]
    open_to_all: tuple[OfferLine, ...]
    asked: tuple[Demand, ...]
    own_wish: Demand | None
    odd: tuple[str, ...]
    lost: tuple[OfferLine, ...] = ()
    heard: bool = True

    @property
    def note(self) -> str:
        """Return where it stands in a line."""
        spare = self.row.tally.spare
        if not self.heard:
            return f"{words.count(self.row.tally.owned, 'place')}. No file from them has come here yet"
        if not self.row.tally.owned:
            return "No places"
        if not spare:
            return "No place spare"
        named = sum(one.row.state == rules.BOOKED and not one.over and not one.no_place for one in self.named)
        who = f"{spelled(named)} named" if named else "nobody named yet"
        return f"{words.count(spare, 'place')} spare, {who}"

    @property
    def saved(self) -> str:
        """Return what the school saved against buying alone; "" when nobody gave the figures."""
        if self.row.saving is None:
            return ""
        return f"Against buying alone this {words.saving(self.row.saving)}."


def school_detail(held: Held, course: str, school: bytes) -> SchoolDetail:
    """Return one school's places of a course."""
    stock = held.of_course(course)
    row = next((one for one in course_view(held, course).rows if one.school == school), None)
    row = row or SchoolLine(school, held.school(school), rules.Tally(), {}, Counter(), None)
    asked = waiting(held, course)
    odd = [one for one in stock.odd if one.school == school]
    heard = school not in held.unheard
    offers = [one for place in stock.places if place.state != rules.LAPSED for one in place.offers]
    spare = {one.id for place in stock.places if place.state == rules.SPARE for one in place.offers}
    lines = [
        OfferLine(one, held.school(one.giver), held.school(one.to_school) if one.to_school else "the cluster")
        for one in offers
    ]
    answerable = [
        one for one in lines
        if one.move.id in spare and (one.move.answer_by is None or one.move.answer_by >= held.today)
    ]  # fmt: skip
    return SchoolDetail(
        course, row, school == held.home and not held.office,
        deadline(held, stock, course, school) if heard else None, _named(held, stock, school, odd),
        ledger(held, stock, course, school), len(stock.spare(school, offered=False)),
        tuple(one for one in lines if one.move.giver == school),
        tuple(one for one in answerable if one.move.to_school == school),
        tuple(one for one in answerable if one.move.to_school is None and one.move.giver != school),
        tuple(one for one in asked if one.school != school),
        next((one for one in asked if one.school == school), None),
        tuple(odd_words(held, one) for one in (*odd, *_left(held, stock, school))), _lost(held, course, school), heard,
    )  # fmt: skip


def unnamed(held: Held, course: str) -> list[tuple[SchoolLine, Deadline]]:
    """Return the schools that must still name people, the nearest day first."""
    stock = held.of_course(course)
    lines = [one for one in course_view(held, course).rows if one.school not in held.unheard]
    found = [(one, by) for one in lines if (by := deadline(held, stock, course, one.school)) is not None]
    return sorted(found, key=lambda one: one[1].by)


def unnamed_words(held: Held, course: str) -> str:
    """Return who must still name people and by when, in a sentence; "" when nobody must."""
    found = unnamed(held, course)
    if not found:
        return ""
    named = [f"{line.name} {by.people}" for line, by in found]
    return f"Still to name people: {words.listing(named)}. The first must by {words.long_date(found[0][1].by)}."


def unheard_words(held: Held) -> str:
    """Return from which schools no file has come, in a sentence; "" when all were heard."""
    names = [held.school(one) for one in held.unheard]
    if not names:
        return ""
    who = words.listing(names) if len(names) <= 4 else f"{len(names)} schools"
    return f"No file has come yet from {who}: their places stand here as they were bought."


def _left(held: Held, stock: Stock, school: bytes) -> list[Odd]:
    """Return the bookings still to come of people who have left by then."""
    found = []
    for place in stock.of(school):
        one = place.booking
        if one is None or one.state != rules.BOOKED:
            continue
        person, row = held.people.get(one.person or b""), held.sessions.get(one.session or b"")
        gone = person.left_on if person else None
        if gone is not None and row is not None and gone <= row.last and row.last >= held.today:
            found.append(Odd(rules.LEFT, school, one, school))
    return found


def _lost(held: Held, course: str, school: bytes) -> tuple[OfferLine, ...]:
    """Return the places this school said yes to that had been given to another school first."""
    places = {one.key: one for one in held.stock.places if course_name(one.lot.course) == course}
    return tuple(
        OfferLine(one, held.school(one.giver), held.school(places[one.lot, one.n].owner))
        for one in held.moves
        if (one.lot, one.n) in places and one.to_school == school and held.stock.said.get(one.id) == "gone"
        and (one.id, school) in held.agreed
    )  # fmt: skip


def _named(held: Held, stock: Stock, school: bytes, odd: Sequence[Odd]) -> tuple[NamedLine, ...]:
    used = {one.booking.id for one in stock.of(school) if one.booking}
    bare = {one.booking.id for one in odd}
    made = [replace(named_line(held, row), no_place=row.id in bare) for row in held.bookings if row.id in used | bare]
    return tuple(sorted(made, key=lambda one: (one.session.first if one.session else dt.date.max, one.name)))


def named_line(held: Held, row: BookingRow) -> NamedLine:
    """Return a booking as lists show it."""
    session = held.sessions.get(row.session or b"")
    when = days_words(session.first, session.last) if session else "a session we have not met"
    over = session is not None and session.last < held.today
    return NamedLine(row, held.person(row.person), session, when, over)
