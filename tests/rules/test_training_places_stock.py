"""Places as stock: no place appears or vanishes, whatever the order of files, repeats and things taken back."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field, replace
from typing import Any

import hypothesis.strategies as st
from hypothesis import given, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bursar_desk.domain import training_places as rules
from bursar_desk.domain.training_places import Booking, Lot, Move, Stock, Word, school_saving, stock

TODAY = dt.date(2026, 11, 20)
SCHOOLS = [bytes([65 + n]) * 16 for n in range(4)]
A, B, C, D = SCHOOLS
S1, S2 = b"session1", b"session2"
OFFICE = b"office".ljust(16)
IOSH = "IOSH Managing Safely"


def day(n: int) -> dt.date:
    return dt.date(2026, 6, 1) + dt.timedelta(days=n)


def lot(n: int = 1, school: bytes = A, count: int = 2, **more: Any) -> Lot:
    return Lot(b"lot%d" % n, OFFICE, school, IOSH, count, day(0), 27_000, 39_500, "price list", **more)


def move(n: int, giver: bytes, to: bytes | None, after: bytes | None = None, place: int = 1, on: int = 1) -> Move:
    return Move(b"move%d" % n, giver, b"lot1", place, after, to, None, day(on))


def yes(n: int, to: bytes, answer: str = "yes", on: int = 2, word: int = 0) -> Word:
    return Word(b"word%d" % (word or n), to, b"move%d" % n, answer, day(on))


def booked(n: int, school: bytes, place: int = 1, state: str = "booked", session: bytes = S1, on: int = 3) -> Booking:
    return Booking(b"book%d" % n, school, b"lot1", place, session, b"person%d" % n, state, day(on))


def owner_of(found: Stock, place: int = 1) -> bytes:
    return next(one.owner for one in found.places if one.n == place)


def test_a_place_stays_where_it_is_until_the_other_school_says_yes() -> None:
    offered = [move(1, A, B)]
    assert owner_of(stock([lot()], offered, [], [], today=TODAY)) == A
    moved = stock([lot()], offered, [yes(1, B)], [], today=TODAY)
    assert owner_of(moved) == B
    assert (moved.tallies[A].given, moved.tallies[B].received, moved.tallies[B].spare) == (1, 1, 1)


def test_nobody_else_can_say_yes_and_nobody_can_give_what_is_not_theirs() -> None:
    assert owner_of(stock([lot()], [move(1, A, B)], [yes(1, C)], [], today=TODAY)) == A
    assert owner_of(stock([lot()], [move(1, C, B)], [yes(1, B)], [], today=TODAY)) == A


def test_of_two_offers_both_agreed_to_the_one_said_first_counts_and_the_other_is_gone_already() -> None:
    moves = [move(1, A, B, on=2), move(2, A, C, on=1)]
    found = stock([lot()], moves, [yes(1, B, on=2), yes(2, C, on=9)], [], today=TODAY)
    assert owner_of(found) == C
    assert found.said == {b"move1": "gone", b"move2": "moved"}


def test_the_last_word_of_a_school_counts() -> None:
    words = [yes(1, B, on=2, word=1), yes(1, B, "taken back", on=5, word=2)]
    assert owner_of(stock([lot()], [move(1, A, B)], words, [], today=TODAY)) == A
    assert owner_of(stock([lot()], [move(1, A, B)], [*words, yes(1, B, on=8, word=3)], [], today=TODAY)) == B


def test_a_place_can_go_on_and_come_back_and_is_counted_once() -> None:
    moves = [move(1, A, B), move(2, B, C, after=b"move1"), move(3, C, A, after=b"move2")]
    found = stock([lot()], moves, [yes(1, B), yes(2, C), yes(3, A)], [], today=TODAY)
    assert owner_of(found) == A
    assert (found.tallies[A].received, found.tallies[A].given, found.tallies[A].owned) == (1, 1, 2)
    without = stock([lot()], moves[1:], [yes(2, C), yes(3, A)], [], today=TODAY)
    assert without.said == {b"move2": "waiting", b"move3": "waiting"}


def test_a_booked_place_that_moved_away_is_shown_as_odd_and_its_new_owner_has_it_spare() -> None:
    found = stock([lot()], [move(1, A, B)], [yes(1, B)], [booked(1, A)], today=TODAY)
    assert [(one.kind, one.school, one.owner) for one in found.odd] == [(rules.MOVED_AWAY, A, B)]
    assert (found.tallies[B].spare, found.tallies[A].booked) == (1, 0)


def test_two_bookings_on_one_place_count_once_and_the_later_one_is_odd() -> None:
    found = stock([lot()], [], [], [booked(1, A, on=4), booked(2, A, on=3)], today=TODAY)
    assert found.places[0].booking == booked(2, A, on=3)
    assert [(one.kind, one.booking.id) for one in found.odd] == [(rules.TWICE, b"book1")]


def test_a_place_is_spare_again_when_its_session_is_cancelled_but_a_pass_stays_a_pass() -> None:
    bookings = [booked(1, A, 1), booked(2, A, 2, "passed")]
    found = stock([lot()], [], [], bookings, cancelled={S1}, today=TODAY)
    assert [one.state for one in found.places] == ["spare", "passed"]
    assert [one.kind for one in found.odd] == [rules.NO_SESSION]


def test_a_place_lapses_the_day_after_its_last_day_unless_somebody_is_named() -> None:
    ends = TODAY - dt.timedelta(days=1)
    found = stock([lot(lapses_on=ends)], [], [], [booked(1, A)], today=TODAY)
    assert [one.state for one in found.places] == ["booked", "lapsed"]
    assert [one.state for one in stock([lot(lapses_on=TODAY)], [], [], [], today=TODAY).places] == ["spare", "spare"]
    missed = stock([lot()], [], [], [booked(1, A, state="not attended")], today=TODAY)
    assert [one.state for one in missed.places] == ["lapsed", "spare"]


def test_an_absurd_number_of_places_hangs_nothing() -> None:
    assert len(stock([lot(count=10**12)], [], [], [], today=TODAY).places) == rules.MOST
    assert stock([lot(count=-4)], [], [], [], today=TODAY).places == ()


def test_what_a_place_cost_and_what_a_school_saved() -> None:
    lots = [lot(1, A), replace(lot(2, B), price=30_001, alone=40_000)]
    found = stock(lots, [], [], [], today=TODAY)
    cost = rules.cluster_cost(found.places)
    assert (cost.each, cost.alone, cost.saving) == (28_501, 39_750, 159_000 - 114_002)
    assert school_saving(found.places, A) == 2 * (39_500 - 27_000)
    dear = stock([replace(lot(1, A), alone=21_000)], [], [], [], today=TODAY)
    assert school_saving(dear.places, A) == -12_000
    paid = stock([lot()], [replace(move(1, A, B), price=20_000)], [yes(1, B)], [], today=TODAY)
    assert school_saving(paid.places, A) == 39_500 - 54_000 + 20_000
    assert school_saving(paid.places, B) == 39_500 - 20_000
    both = [school_saving(paid.places, school) or 0 for school in (A, B)]
    assert sum(both) == rules.cluster_cost(paid.places).saving
    assert school_saving(stock([replace(lot(), alone=None)], [], [], [], today=TODAY).places, A) is None


# --- properties ------------------------------------------------------------------------------------------------------

_ids = st.integers(0, 11)
_school = st.sampled_from(SCHOOLS)
_lots = st.lists(
    st.builds(
        lambda n, school, count, ends: Lot(
            b"lot%d" % n, OFFICE, school, IOSH, count, day(0), 27_000, 39_500, "", None, day(ends) if ends else None
        ),
        st.integers(1, 3), _school, st.integers(-1, 3), st.sampled_from([0, 3, 900]),
    ), max_size=4,
)  # fmt: skip
_moves = st.lists(
    st.builds(
        lambda n, giver, which, place, after, to, on: Move(
            b"move%d" % n, giver, b"lot%d" % which, place, None if after is None else b"move%d" % after, to, 0, day(on)
        ),
        _ids, _school, st.integers(1, 3), st.integers(0, 3), st.none() | _ids, st.none() | _school, st.integers(0, 4),
    ), max_size=12,
)  # fmt: skip
_words = st.lists(
    st.builds(
        lambda n, school, which, answer, on: Word(b"word%d" % n, school, b"move%d" % which, answer, day(on)),
        st.integers(0, 30), _school, _ids, st.sampled_from(["yes", "yes", "yes", "no", "taken back", "?"]),
        st.integers(0, 4),
    ), max_size=20,
)  # fmt: skip
_states = st.sampled_from([*rules.LIVE, rules.CANCELLED, rules.SWAPPED, "anything"])
_bookings = st.lists(
    st.builds(
        lambda n, school, which, place, session, state, on: Booking(
            b"book%d" % n, school, which, place, session, b"p", state, day(on)
        ),
        st.integers(0, 20), _school, st.sampled_from([None, b"lot1", b"lot2", b"lot3", b"lot9"]),
        st.none() | st.integers(0, 3), st.sampled_from([None, S1, S2]), _states, st.integers(0, 4),
    ), max_size=12,
)  # fmt: skip


def once(rows: list[Any]) -> list[Any]:
    """One version of each id: the same entry is the same everywhere."""
    return list({row.id: row for row in rows}.values())


def must_hold(found: Stock, lots: list[Lot]) -> None:
    """What is true of any set of entries."""
    keys = [one.key for one in found.places]
    assert len(keys) == len(set(keys)) == sum(len(one.numbers) for one in lots)
    assert all(one.adds_up for one in found.tallies.values())
    total = found.total
    assert total.adds_up
    assert total.received == total.given
    assert total.bought == len(found.places)
    for one in found.places:
        owners = [one.lot.for_school, *(step.move.to_school for step in one.path)]
        assert one.owner == owners[-1]
        assert [step.move.giver for step in one.path] == owners[:-1]
    used = [one.booking.id for one in found.places if one.booking]
    assert len(used) == len(set(used))
    assert not set(used) & {one.booking.id for one in found.odd}


@settings(max_examples=300, deadline=None)
@given(_lots, _moves, _words, _bookings, st.sets(st.sampled_from([S1, S2])), st.randoms(use_true_random=False))
def test_every_place_has_one_owner_and_one_state_in_any_order_and_however_often_it_is_heard(
    lots: list[Lot], moves: list[Move], words: list[Word], bookings: list[Booking], cancelled: set[bytes],
    rng: random.Random,
) -> None:  # fmt: skip
    parts = [once(lots), once(moves), once(words), once(bookings)]
    found = stock(*parts, cancelled=cancelled, today=TODAY)
    must_hold(found, parts[0])
    shuffled = []
    for rows in parts:
        again = rows + rng.sample(rows, rng.randrange(len(rows) + 1))
        rng.shuffle(again)
        shuffled.append(again)
    assert stock(*shuffled, cancelled=cancelled, today=TODAY) == found


@dataclass
class Desk:
    """A school's register as far as places go: what of everybody's entries it has heard."""

    heard: set[bytes] = field(default_factory=set)


class Cluster(RuleBasedStateMachine):
    """Schools that act on what they know, with files in any order, some never sent, some sent twice."""

    @initialize()
    def begin(self) -> None:
        self.lots: dict[bytes, Lot] = {}
        self.moves: dict[bytes, Move] = {}
        self.words: dict[bytes, Word] = {}
        self.bookings: dict[bytes, Booking] = {}
        self.gone: dict[bytes, bytes] = {}  # the mark that a move was set aside -> the move
        self.desks = {school: Desk() for school in SCHOOLS}
        self.n = 0

    def _id(self) -> bytes:
        self.n += 1
        return b"%06d" % self.n

    def _view(self, heard: set[bytes]) -> tuple[list[Lot], Stock]:
        aside = {move for mark, move in self.gone.items() if mark in heard}
        lots = [one for key, one in self.lots.items() if key in heard]
        moves = [one for key, one in self.moves.items() if key in heard and key not in aside]
        words = [one for key, one in self.words.items() if key in heard]
        bookings = [one for key, one in self.bookings.items() if key in heard]
        return lots, stock(lots, moves, words, bookings, today=TODAY)

    def _seen(self, school: bytes) -> Stock:
        return self._view(self.desks[school].heard)[1]

    @rule(school=_school, count=st.integers(1, 3), data=st.data())
    def buy(self, school: bytes, count: int, data: st.DataObject) -> None:
        if len(self.lots) < 4:
            row = self._id()
            self.lots[row] = Lot(row, OFFICE, school, IOSH, count, day(self.n), 27_000, 39_500)
            for desk in data.draw(st.sets(_school)) | {school}:
                self.desks[desk].heard.add(row)

    @rule(school=_school, to=_school, pick=st.randoms(use_true_random=False))
    def offer(self, school: bytes, to: bytes, pick: random.Random) -> None:
        mine = self._seen(school).of(school)
        if mine and to != school:
            place, row = pick.choice(mine), self._id()
            self.moves[row] = Move(row, school, place.lot.id, place.n, place.node, to, 0, day(self.n // 3))
            self.desks[school].heard.add(row)

    @rule(school=_school, answer=st.sampled_from(["yes", "yes", "no", "taken back"]), pick=st.randoms())
    def answer(self, school: bytes, answer: str, pick: random.Random) -> None:
        heard = self.desks[school].heard
        mine = sorted(key for key, one in self.moves.items() if key in heard and one.to_school == school)
        if mine:
            row = self._id()
            self.words[row] = Word(row, school, pick.choice(mine), answer, day(self.n // 3))
            heard.add(row)

    @rule(school=_school, pick=st.randoms(use_true_random=False))
    def withdraw(self, school: bytes, pick: random.Random) -> None:
        mine = sorted(key for key, one in self.moves.items() if one.giver == school)
        if mine:
            row = self._id()
            self.gone[row] = pick.choice(mine)
            self.desks[school].heard.add(row)

    @rule(school=_school, pick=st.randoms(use_true_random=False))
    def book(self, school: bytes, pick: random.Random) -> None:
        free = self._seen(school).spare(school)
        if free:
            place, row = pick.choice(free), self._id()
            self.bookings[row] = Booking(row, school, place.lot.id, place.n, S1, b"p", rules.BOOKED, day(self.n // 3))
            self.desks[school].heard.add(row)

    @rule(sender=_school, to=_school)
    def send(self, sender: bytes, to: bytes) -> None:
        """A file: all that the sender knows, its own and what came to it; hearing it again changes nothing."""
        before = self._seen(to)
        news = self.desks[sender].heard - self.desks[to].heard
        self.desks[to].heard |= self.desks[sender].heard
        if not news:
            assert self._seen(to) == before

    @invariant()
    def nothing_appears_or_vanishes_on_any_desk(self) -> None:
        for desk in self.desks.values():
            lots, found = self._view(desk.heard)
            must_hold(found, lots)

    @invariant()
    def all_agree_once_all_has_arrived(self) -> None:
        everything = {*self.lots, *self.moves, *self.words, *self.bookings, *self.gone}
        lots, found = self._view(everything)
        must_hold(found, lots)
        backwards = stock(
            [*reversed(lots)],
            [one for key, one in reversed(self.moves.items()) if key not in self.gone.values()],
            [*reversed(self.words.values())], [*reversed(self.bookings.values())], today=TODAY,
        )  # fmt: skip
        assert backwards == found


Cluster.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestNoPlaceAppearsOrVanishesInACluster = Cluster.TestCase
