"""Buying places, handing them to other schools, asking for more: every step is an act of one school's own register."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bursar_desk.domain import training_places as rules
from bursar_desk.domain import words
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import Changes
from bursar_desk.domain.training_places import Move, Place
from bursar_desk.services.training_places import Held, course_name, read

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from db.queries.training_places import WishRow

NOTHING: Final = "Nothing was changed."
EACH: Final = 2
"""How many places on IOSH Managing Safely each school gets when the cluster buys (features F3)."""


@dataclass(frozen=True, slots=True)
class Purchase:
    """What is bought: ``each`` places a school; money in pence; ``alone_from`` says where that figure is from."""

    course: str
    each: int = EACH
    price: int | None = None
    alone: int | None = None
    alone_from: str = ""
    session: bytes | None = None
    lapses_on: dt.date | None = None
    bought_on: dt.date | None = None
    note: str = ""


def buy(desk: Desk, bought: Purchase, schools: Sequence[bytes] = ()) -> Changes:
    """Buy places: an office for its schools (all of them unless named), a school for itself."""
    held = read(desk)
    course = course_name(bought.course.strip())
    if not course:
        raise UserError("A purchase needs a course.", NOTHING, "Say which course it is.")
    if not 1 <= bought.each <= rules.MOST:
        raise UserError(f"{bought.each} places cannot be bought.", NOTHING, f"Buy 1 to {rules.MOST}.")
    if min(bought.price or 0, bought.alone or 0) < 0:
        raise UserError("A price is not below nought.", NOTHING, "Check the price.")
    whose = list(dict.fromkeys(schools)) or (list(held.schools) if desk.is_office else [desk.home])
    if not desk.is_office and whose != [desk.home]:
        raise UserError("A school buys for itself.", NOTHING, "Let the cluster office buy for other schools.")
    if not whose:
        raise UserError("There is no school here to buy for.", NOTHING, "Merge a file of a school first.")
    values = {
        "course": course, "count": bought.each, "bought_on": bought.bought_on or desk.today, "price": bought.price,
        "alone": bought.alone, "alone_from": bought.alone_from.strip() or None, "session": bought.session,
        "lapses_on": bought.lapses_on, "said_by": desk.who,
        "note": bought.note.strip() or None,
    }  # fmt: skip
    with desk.act(ActCode.BUY_PLACES, subject=course) as act:
        for school in whose:
            act.fact("place_lot", {**values, "for_school": school})
    return Changes(frozenset(act.tables), act.note.act)


# --- from school to school -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Offer:
    """What the giver says beside the place itself: price in pence, answer by, why."""

    price: int | None = None
    answer_by: dt.date | None = None
    why: str = ""


def offer(
    desk: Desk, course: str, to_school: bytes | None, terms: Offer | None = None, *, count: int = 1
) -> tuple[list[bytes], Changes]:  # fmt: skip
    """Offer spare places to a school, or to the cluster; return the ids of the offers. They travel with the next file.

    A place stays this school's until the other one says yes.
    """
    held, given = read(desk), terms or Offer()
    if to_school == desk.home:
        raise UserError("That is your own school.", NOTHING, "Choose another school.")
    if given.answer_by is not None and given.answer_by < desk.today:
        raise UserError("The day to answer by is past.", NOTHING, "Choose a day that is still to come.")
    free = offerable(held, course, to_school)
    if not 1 <= count <= len(free):
        there = words.count(len(free), "place") if free else "No place"
        raise UserError(
            f"{there} of {course} {words.is_are(len(free) or 1)} free to offer.", NOTHING,
            "Places that are offered already can be taken back first.",
        )  # fmt: skip
    said = {
        "to_school": to_school, "price": given.price, "said_on": desk.today, "said_by": desk.who,
        "answer_by": given.answer_by, "why": given.why.strip() or None,
    }  # fmt: skip
    chosen = free[-count:]
    with desk.act(ActCode.MOVE_PLACE, subject=course) as act:
        for place in chosen:
            for move in place.offers:
                act.set_aside("place_move", move.id)
        made = [
            act.fact("place_move", {"lot": place.lot.id, "n": place.n, "after": place.node, **said})
            for place in chosen
        ]
    return made, Changes(frozenset(act.tables), act.note.act)


def offerable(held: Held, course: str, to_school: bytes | None) -> list[Place]:
    """Return the places our school may offer, those to be offered first last.

    A place that only the whole cluster was asked about may go to the school that asked for it.
    """
    found = held.of_course(course).spare(held.home)
    open_to_all = [one for one in found if one.offers and all(move.to_school is None for move in one.offers)]
    return [*(open_to_all if to_school is not None else ()), *(one for one in found if not one.offers)]


def _find(held: Held, move: bytes) -> tuple[Move, str]:
    found = next((one for one in held.moves if one.id == move), None)
    if found is None:
        raise UserError("That offer is not in this register.", NOTHING, "See “training places list”.")
    return found, held.stock.said.get(move, "waiting")


def place_of(held: Held, move: Move) -> Place | None:
    """Return the place a move is about, when it is known here."""
    return next((one for one in held.stock.places if one.key == (move.lot, move.n)), None)


_OVER: Final = {
    "gone": "That place is gone already.", "moved": "That place has changed hands already.",
    "waiting": "We do not know yet how that place came to them.",
}  # fmt: skip


def accept(desk: Desk, move: bytes) -> Changes:
    """Say yes to a place that was offered to this school: from now on it is ours."""
    held = read(desk)
    found, state = _find(held, move)
    _must_be_ours(desk, held, found)
    if state in _OVER:
        raise UserError(_OVER[state], NOTHING, f"Ask {held.school(found.giver)} for another one.")
    if found.answer_by is not None and found.answer_by < desk.today:
        raise UserError(
            f"An answer was wanted by {words.long_date(found.answer_by)}.", NOTHING,
            f"Ask {held.school(found.giver)} to offer it again.",
        )  # fmt: skip
    place = place_of(held, found)
    if place is not None and place.state != rules.SPARE:
        why = "has lapsed" if place.state == rules.LAPSED else "has been used"
        raise UserError(f"That place {why}.", NOTHING, f"Ask {held.school(found.giver)} for another one.")
    wished = [
        one for one in held.wishes
        if place and one.school == desk.home and one.state == "open"
        and course_name(one.course) == course_name(place.lot.course)
    ]  # fmt: skip
    return _answer(desk, found, "yes", wish=wished[0] if wished else None)


def decline(desk: Desk, move: bytes, why: str = "") -> Changes:
    """Say no to a place that was offered to this school, or give the word back while it is not used."""
    held = read(desk)
    found, state = _find(held, move)
    _must_be_ours(desk, held, found)
    place = place_of(held, found)
    if state == "moved" and (place is None or place.node != found.id or place.state != rules.SPARE):
        raise UserError("That place is used already.", NOTHING, "Take the booking or the offer back first.")
    return _answer(desk, found, "taken back" if state == "moved" else "no", why)


def _must_be_ours(desk: Desk, held: Held, found: Move) -> None:
    if found.to_school == desk.home:
        return
    if found.to_school is None and found.giver != desk.home:
        raise UserError(
            f"{held.school(found.giver)} offers that place to everybody.", NOTHING,
            "Ask for it; they then offer it to you.",
        )  # fmt: skip
    raise UserError("That place is not offered to your school.", NOTHING, "See “training places list”.")


def _answer(
    desk: Desk, found: Move, said: str, why: str = "", wish: WishRow | None = None
) -> Changes:  # fmt: skip
    with desk.act(ActCode.ANSWER_SCHOOL, subject="a training place") as act:
        if wish is not None:
            act.set("training_wish", wish.id, {"count": wish.count - 1} if wish.count > 1 else {"state": "met"})
        act.fact("answer", {
            "about_table": "place_move", "about": found.id, "about_school": found.giver, "answer": said,
            "said_on": desk.today, "said_by": desk.who, "person": desk.person.id if desk.person else None,
            "why": why.strip() or None,
        })  # fmt: skip
    return Changes(frozenset(act.tables), act.note.act)


def withdraw(desk: Desk, move: bytes) -> Changes:
    """Take back an offer that nobody has said yes to."""
    held = read(desk)
    found, state = _find(held, move)
    if found.giver != desk.home:
        raise UserError("That offer is not yours.", NOTHING, "Only the school that made it can take it back.")
    if state == "moved":
        raise UserError(
            f"{held.school(found.to_school)} has said yes, so the place is theirs.", NOTHING,
            "Ask them to offer it back.",
        )  # fmt: skip
    with desk.act(ActCode.MOVE_PLACE, subject="an offer taken back") as act:
        act.set_aside("place_move", move)
    return Changes(frozenset(act.tables), act.note.act)


# --- asking for more, and days nobody can go -------------------------------------------------------------------------


def wish(
    desk: Desk, course: str, count: int = 1, *, by: dt.date | None = None, why: str = ""
) -> tuple[bytes, Changes]:  # fmt: skip
    """Ask the cluster for places on a course: the waiting list, and what the office buys from."""
    named = course_name(course.strip())
    if not named or not 1 <= count <= rules.MOST:
        raise UserError("A request needs a course and how many people.", NOTHING, "For example 2 on IOSH.")
    with desk.act(ActCode.ASK_TRAINING, subject=named) as act:
        row = act.create("training_wish", {
            "course": named, "count": count, "by_date": by, "why": why.strip() or None, "state": "open",
            "said_by": desk.who, "said_on": desk.today,
        })  # fmt: skip
    return row, Changes(frozenset(act.tables), act.note.act)


def end_wish(desk: Desk, row: bytes, state: str = "withdrawn") -> Changes:
    """Take a request of this school back, or note that it was met."""
    return end_wishes(desk, [row], state)


def end_wishes(desk: Desk, rows: Sequence[bytes], state: str = "withdrawn") -> Changes:
    """Take requests of this school back in one act, or note that they were met."""
    held = read(desk)
    ours = {one.id for one in held.wishes if one.school == desk.home}
    if not rows or not ours.issuperset(rows):
        raise UserError("That request is not your school’s.", NOTHING, "See “training places wishes”.")
    with desk.act(ActCode.ASK_TRAINING, subject="a request taken back" if state == "withdrawn" else "met") as act:
        for row in rows:
            act.set("training_wish", row, {"state": state})
    return Changes(frozenset(act.tables), act.note.act)


def block(desk: Desk, first: dt.date, last: dt.date) -> tuple[bytes, Changes]:
    """Say on which days this school can let nobody go; there is no place for why."""
    if last < first:
        raise UserError("The last day is before the first.", NOTHING, "Check the two dates.")
    with desk.act(ActCode.BLOCK_RELEASE, subject=words.short_date(first)) as act:
        row = act.create("no_release", {"first": first, "last": last, "said_by": desk.who})
    return row, Changes(frozenset(act.tables), act.note.act)


def unblock(desk: Desk, row: bytes) -> Changes:
    """Take such days out again."""
    held = read(desk)
    if not any(one.id == row and one.school == desk.home for one in held.no_release):
        raise UserError("Those days are not your school’s.", NOTHING, "See “training places no-release”.")
    with desk.act(ActCode.BLOCK_RELEASE, subject="days taken out") as act:
        act.delete("no_release", row)
    return Changes(frozenset(act.tables), act.note.act)
