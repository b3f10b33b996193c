"""Training places as stock: who owns each place, what became of it, and what each school has left.

A place has identity: number ``n`` of a lot that was bought. It goes to another school by a move that the owner wrote
and the other school said yes to. All of it is worked out from the set of entries alone, so that the order in which
files arrive, repeats and things taken back later give the same answer on every desk. Money is whole pence.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol, TypeVar

MOST: Final = 500
"""The most places of one lot that count: more than that is a slip of somebody's keyboard."""

SPARE, BOOKED, ATTENDED, PASSED, LAPSED = "spare", "booked", "attended", "passed", "lapsed"
STATES: Final = (PASSED, ATTENDED, BOOKED, SPARE, LAPSED)
NOT_ATTENDED, FAILED, CANCELLED, SWAPPED = "not attended", "failed", "cancelled", "swapped"
LIVE: Final = (PASSED, ATTENDED, FAILED, BOOKED, NOT_ATTENDED)
"""States of a booking that use its place, the one that counts most first."""
_COUNTS_AS: Final = {
    PASSED: PASSED, ATTENDED: ATTENDED, FAILED: ATTENDED, BOOKED: BOOKED, NOT_ATTENDED: LAPSED,
}  # fmt: skip
YES: Final = "yes"

MOVED_AWAY, TWICE, NO_SESSION, NO_PLACE = "moved away", "two bookings", "session cancelled", "no such place"
LEFT: Final = "left"


@dataclass(frozen=True, slots=True)
class Lot:
    """``count`` places on a course that ``buyer`` bought for a school; ``price`` each, ``alone`` one bought alone."""

    id: bytes
    buyer: bytes
    for_school: bytes
    course: str
    count: int
    bought_on: dt.date | None = None
    price: int | None = None
    alone: int | None = None
    alone_from: str = ""
    session: bytes | None = None
    lapses_on: dt.date | None = None

    @property
    def numbers(self) -> range:
        """Return the numbers of its places."""
        return range(1, max(0, min(self.count, MOST)) + 1)


@dataclass(frozen=True, slots=True)
class Move:
    """The giver's word: place ``n`` of a lot goes to a school, or to whoever asks; ``after`` is how they got it."""

    id: bytes
    giver: bytes
    lot: bytes
    n: int
    after: bytes | None
    to_school: bytes | None
    price: int | None = None
    said_on: dt.date | None = None
    answer_by: dt.date | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Word:
    """What a school said to a move."""

    id: bytes
    school: bytes
    move: bytes
    answer: str
    said_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Booking:
    """A person of a school on a session, on a place."""

    id: bytes
    school: bytes
    lot: bytes | None
    n: int | None
    session: bytes | None
    person: bytes | None
    state: str
    said_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A move that took effect, and the day on which the other school said yes."""

    move: Move
    on: dt.date | None


@dataclass(frozen=True, slots=True)
class Place:
    """One place as it stands: ``path`` are the moves that brought it to its owner, ``offers`` those without a yes."""

    lot: Lot
    n: int
    owner: bytes
    path: tuple[Step, ...]
    offers: tuple[Move, ...]
    state: str
    booking: Booking | None

    @property
    def key(self) -> tuple[bytes, int]:
        """Return what names it."""
        return self.lot.id, self.n

    @property
    def node(self) -> bytes | None:
        """Return the move it came by; nothing when its first owner has it."""
        return self.path[-1].move.id if self.path else None


@dataclass(frozen=True, slots=True)
class Odd:
    """Something a person should put right: what it is, at which school, and the booking it is about."""

    kind: str
    school: bytes
    booking: Booking
    owner: bytes | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """What one school had and has: bought + received - given = passed + attended + booked + spare + lapsed."""

    bought: int = 0
    received: int = 0
    given: int = 0
    passed: int = 0
    attended: int = 0
    booked: int = 0
    spare: int = 0
    lapsed: int = 0

    @property
    def owned(self) -> int:
        """Return how many places are its own."""
        return self.bought + self.received - self.given

    @property
    def adds_up(self) -> bool:
        """Tell whether no place appeared or vanished."""
        return self.owned == self.passed + self.attended + self.booked + self.spare + self.lapsed

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(getattr(self, name) + getattr(other, name) for name in Tally.__slots__))


@dataclass(frozen=True, slots=True)
class Stock:
    """Every place there is, what each school has of them, what became of each offer, and what is odd."""

    places: tuple[Place, ...]
    tallies: Mapping[bytes, Tally]
    said: Mapping[bytes, str]
    odd: tuple[Odd, ...]

    @property
    def total(self) -> Tally:
        """Return all schools together."""
        return sum(self.tallies.values(), Tally())

    def of(self, school: bytes) -> tuple[Place, ...]:
        """Return the places a school owns."""
        return tuple(one for one in self.places if one.owner == school)

    def spare(self, school: bytes, *, offered: bool = True) -> tuple[Place, ...]:
        """Return the places a school may still use; ``offered`` counts those it has offered to others."""
        return tuple(one for one in self.of(school) if one.state == SPARE and (offered or not one.offers))


class _HasId(Protocol):
    @property
    def id(self) -> bytes: ...


_T = TypeVar("_T", bound=_HasId)


def _once(rows: Iterable[_T]) -> list[_T]:
    """Return each row once, in an order that does not depend on how they came."""
    return [row for _id, row in sorted({row.id: row for row in rows}.items())]


def _when(day: dt.date | None, row: bytes) -> tuple[dt.date, bytes]:
    return day or dt.date.min, row


def last_words(words: Iterable[Word]) -> dict[tuple[bytes, bytes], Word]:
    """Return the last word of each school about each move, by (move, school); of one day the greater id is last."""
    said: dict[tuple[bytes, bytes], Word] = {}
    for word in sorted(_once(words), key=lambda one: _when(one.said_on, one.id)):
        said[word.move, word.school] = word
    return said


def stock(
    lots: Iterable[Lot], moves: Iterable[Move], words: Iterable[Word], bookings: Iterable[Booking], *,
    cancelled: Collection[bytes] = (), today: dt.date,
) -> Stock:  # fmt: skip
    """Work out where every place is and what became of it. ``cancelled`` are sessions that will not take place."""
    said = last_words(words)
    by_place: dict[tuple[bytes, int], list[Move]] = {}
    for move in _once(moves):
        by_place.setdefault((move.lot, move.n), []).append(move)
    named: dict[tuple[bytes, int], list[Booking]] = {}
    loose: list[Booking] = []
    for booking in _once(bookings):
        if booking.lot is None or booking.n is None:
            loose.append(booking)
        else:
            named.setdefault((booking.lot, booking.n), []).append(booking)
    places: list[Place] = []
    odd: list[Odd] = []
    outcome: dict[bytes, str] = {}
    for lot in _once(lots):
        for n in lot.numbers:
            here = by_place.get((lot.id, n), [])
            owner, path = _walk(lot, here, said)
            outcome |= _outcomes(here, path, owner, said)
            offers = tuple(move for move in here if outcome[move.id] == "open")
            used, found = _used(named.pop((lot.id, n), []), owner, cancelled)
            odd += found
            places.append(Place(lot, n, owner, path, offers, _state(lot, used, today), used))
    loose += [booking for rest in named.values() for booking in rest]
    odd += [Odd(NO_PLACE, one.school, one) for one in _once(loose) if one.state in LIVE]
    return Stock(tuple(places), tallies(places), outcome, tuple(odd))


def _walk(
    lot: Lot, moves: list[Move], said: Mapping[tuple[bytes, bytes], Word]
) -> tuple[bytes, tuple[Step, ...]]:  # fmt: skip
    """Follow a place from its first owner: of several moves both sides agreed to, the one said first counts."""
    owner = lot.for_school
    node: bytes | None = None
    path: list[Step] = []
    while True:
        agreed = [
            (_when(move.said_on, move.id), move, word)
            for move in moves
            if move.after == node and move.giver == owner and (word := _yes(move, said)) is not None
        ]
        if not agreed:
            return owner, tuple(path)
        _when_said, first, word = min(agreed, key=lambda one: one[0])
        path.append(Step(first, word.said_on))
        owner, node = word.school, first.id


def _yes(move: Move, said: Mapping[tuple[bytes, bytes], Word]) -> Word | None:
    """Return the yes of the school a move is for; nothing when it has not said so, or gives to itself."""
    if move.to_school is None or move.to_school == move.giver:
        return None
    word = said.get((move.id, move.to_school))
    return word if word is not None and word.answer == YES else None


def _outcomes(
    moves: list[Move], path: tuple[Step, ...], owner: bytes, said: Mapping[tuple[bytes, bytes], Word]
) -> dict[bytes, str]:  # fmt: skip
    """Return what became of each move: moved, open, no, gone (another was first) or waiting (for how it came there)."""
    nodes: list[bytes | None] = [None, *(step.move.id for step in path)]
    made: dict[bytes, str] = {}
    for move in moves:
        word = said.get((move.id, move.to_school or b""))
        if move.id in nodes:
            made[move.id] = "moved"
        elif move.after not in nodes:
            made[move.id] = "waiting"
        elif move.after != nodes[-1] or move.giver != owner or move.to_school == owner:
            made[move.id] = "gone"
        else:
            made[move.id] = "open" if word is None else "no"
    return made


def _used(
    bookings: list[Booking], owner: bytes, cancelled: Collection[bytes]
) -> tuple[Booking | None, list[Odd]]:  # fmt: skip
    """Return the one booking that uses a place, and what is odd about the others."""
    odd: list[Odd] = []
    mine: list[Booking] = []
    for one in bookings:
        if one.state not in LIVE:
            continue
        if one.school != owner:
            odd.append(Odd(MOVED_AWAY, one.school, one, owner))
        elif one.state == BOOKED and one.session in cancelled:
            odd.append(Odd(NO_SESSION, one.school, one, owner))
        else:
            mine.append(one)
    mine.sort(key=lambda one: (LIVE.index(one.state), *_when(one.said_on, one.id)))
    odd += [Odd(TWICE, one.school, one, owner) for one in mine[1:]]
    return (mine[0] if mine else None), odd


def _state(lot: Lot, used: Booking | None, today: dt.date) -> str:
    if used is not None:
        return _COUNTS_AS[used.state]
    return LAPSED if lot.lapses_on is not None and lot.lapses_on < today else SPARE


def tallies(places: Iterable[Place]) -> dict[bytes, Tally]:
    """Return what each school had and has of some places."""
    counts: dict[bytes, Counter[str]] = {}
    for place in places:
        counts.setdefault(place.lot.for_school, Counter())["bought"] += 1
        for step in place.path:
            counts.setdefault(step.move.giver, Counter())["given"] += 1
            counts.setdefault(step.move.to_school or b"", Counter())["received"] += 1
        counts.setdefault(place.owner, Counter())[place.state] += 1
    return {school: Tally(**found) for school, found in counts.items()}


# --- money -----------------------------------------------------------------------------------------------------------


def half_up(pence: int, parts: int) -> int:
    """Share pence among parts, half a penny upwards; ``parts`` must be above nought."""
    return (2 * pence + parts) // (2 * parts)


@dataclass(frozen=True, slots=True)
class Cost:
    """What places cost, in pence: ``each`` on average, ``alone`` one bought alone; ``saving`` below nought costs more.

    None where it is not known: a figure that nobody gave is never guessed.
    """

    each: int | None
    alone: int | None
    saving: int | None


def cluster_cost(places: Iterable[Place]) -> Cost:
    """Return what a place cost on average against buying alone, and what all of them saved together."""
    found = list(places)
    prices = [one.lot.price for one in found if one.lot.price is not None]
    alone = [one.lot.alone for one in found if one.lot.alone is not None]
    each = half_up(sum(prices), len(prices)) if prices else None
    known = len(prices) == len(alone) == len(found) > 0
    return Cost(each, half_up(sum(alone), len(alone)) if alone else None, sum(alone) - sum(prices) if known else None)


def school_saving(places: Iterable[Place], school: bytes) -> int | None:
    """Return what a school saved against buying alone the places it could use, in pence; None when it is not known.

    It paid for what was bought for it and what it took over, and got back what others gave it for a place; a place
    that lapsed was of no use. Below nought it cost more than buying alone.
    """
    saved, known = 0, False
    for one in places:
        steps = [step.move for step in one.path]
        mine = one.lot.for_school == school or one.owner == school or any(move.giver == school for move in steps)
        if not mine:
            continue
        if one.lot.price is None or one.lot.alone is None:
            return None
        known = True
        saved += one.lot.alone if one.owner == school and one.state != LAPSED else 0
        saved -= one.lot.price if one.lot.for_school == school else 0
        saved += sum(move.price or 0 for move in steps if move.giver == school)
        saved -= sum(move.price or 0 for move in steps if move.to_school == school)
    return saved if known else None
