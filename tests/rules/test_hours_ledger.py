"""The ledger of hours by chance: it sums to nought under any order, repeats, cancellations, and is the same for all."""

from __future__ import annotations

import datetime as dt
import random
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bursar_desk.domain import hours_ledger as book_of
from bursar_desk.domain.hours_ledger import Account, Entry, Shift, Word, book, fairness

SCHOOLS = [bytes([n]) * 16 for n in range(1, 6)]
DAY = dt.date(2026, 9, 1)
school = st.sampled_from(SCHOOLS)
day = st.dates(DAY, DAY + dt.timedelta(days=200))
ids = st.integers(0, 30).map(lambda n: n.to_bytes(16, "big"))
shifts = st.builds(
    Shift, ids, school, school, st.integers(-30, 600), day, st.none() | st.integers(0, 50_000), st.none() | ids,
    st.none() | day,
)  # fmt: skip
entries = st.builds(
    Entry, ids, school, school, st.sampled_from(book_of.KINDS), st.integers(-900, 900), st.integers(-9000, 9000), day
)
said = st.builds(Word, ids, ids, school, st.sampled_from(["yes", "no", "taken back", "odd"]), st.none() | day)


def unique(rows: list[object]) -> list[object]:
    """An id is an operation's: it never names two different rows."""
    return list({row.id: row for row in rows}.values())  # type: ignore[attr-defined]  # all three have one


@given(st.lists(shifts), st.lists(entries), st.lists(said), st.randoms())
def test_it_sums_to_nought_and_order_and_repeats_change_nothing(
    a: list[Shift], b: list[Entry], c: list[Word], chance: random.Random
) -> None:
    one, two, three = unique(a), unique(b), unique(c)
    first = book(one, two, three)  # type: ignore[arg-type]  # they are what they were
    for rows in (one, two, three):
        rows += chance.choices(rows, k=3) if rows else []
        chance.shuffle(rows)
    again = book(one, two, three)  # type: ignore[arg-type]
    assert again == first
    totals = first.totals()
    assert sum(t.minutes for t in totals.values()) == 0
    assert sum(t.pence for t in totals.values()) == 0
    assert sum(t.given for t in totals.values()) == sum(t.received for t in totals.values())
    for x in SCHOOLS:
        for y in SCHOOLS:
            here, there = first.account(x, y), first.account(y, x)
            assert (here.minutes, here.pence) == (-there.minutes, -there.pence)
            assert (here.given, here.received) == (there.received, there.given)


@given(st.lists(shifts), st.lists(entries), st.lists(said), day)
def test_a_term_ties_opening_and_what_happened_make_the_closing_balance(
    a: list[Shift], b: list[Entry], c: list[Word], cut: dt.date
) -> None:
    whole = book(unique(a), unique(b), unique(c))  # type: ignore[arg-type]
    before, after = whole.until(cut), whole.between(cut + dt.timedelta(days=1), None)
    for x in SCHOOLS:
        for y in SCHOOLS:
            assert before.account(x, y).minutes + after.account(x, y).minutes == whole.account(x, y).minutes


def test_an_entry_counts_only_while_the_other_school_says_yes() -> None:
    us, them, third = SCHOOLS[:3]
    entry = Entry(b"e" * 16, us, them, book_of.OPENING, 300, 0, DAY)
    yes = Word(b"1" * 16, entry.id, them, "yes", DAY)
    back = Word(b"2" * 16, entry.id, them, "taken back", DAY)
    stranger = Word(b"3" * 16, entry.id, third, "yes", DAY)
    own = Word(b"4" * 16, entry.id, us, "yes", DAY)
    assert book([], [entry], [stranger, own]).waiting == (entry,)
    assert book([], [entry], [yes, stranger]).account(us, them).minutes == 300
    assert book([], [entry], [back, yes]).waiting == (entry,)
    no = Word(b"5" * 16, entry.id, them, "no", DAY + dt.timedelta(days=1))
    assert book([], [entry], [no, yes]).refused == (entry,)
    assert book([], [], [yes]).postings == ()


def test_a_claim_approved_on_two_computers_counts_once_and_a_school_owes_itself_nothing() -> None:
    us, them = SCHOOLS[:2]
    claim = b"k" * 16
    early = Shift(b"a" * 16, us, them, 60, DAY, None, claim, DAY)
    late = Shift(b"b" * 16, us, them, 90, DAY, None, claim, DAY + dt.timedelta(days=1))
    own = Shift(b"c" * 16, us, us, 500, DAY)
    made = book([late, own, early], [], [])
    assert made.account(us, them) == Account(60, 0, 60, 0, 60)
    assert made.schools() == sorted([us, them])


def test_jains_index_is_one_when_all_give_as_large_a_part_and_least_when_one_gives_all() -> None:
    even = {one: Account(0, 0, 60, 60) for one in SCHOOLS}
    assert fairness(even) == 1
    one_sided = {SCHOOLS[0]: Account(0, 0, 240, 0)} | {one: Account(0, 0, 0, 60) for one in SCHOOLS[1:]}
    assert fairness(one_sided) == Fraction(1, 5)
    assert fairness({}) is None
    assert fairness({SCHOOLS[0]: Account()}) is None


@given(st.lists(shifts, min_size=1), day)
def test_fairness_lies_between_one_nth_and_one(rows: list[Shift], last: dt.date) -> None:
    totals = book(unique(rows), [], []).until(last).totals()  # type: ignore[arg-type]
    index = fairness(totals)
    number = sum(t.given + t.received > 0 for t in totals.values())
    assert index is None or Fraction(1, number) <= index <= 1


class Schools(RuleBasedStateMachine):
    """Several schools write, set aside and answer on their own; files carry any part of it anywhere, in any order."""

    @initialize()
    def start(self) -> None:
        self.number = 0
        self.held: list[dict[str, dict[bytes, object]]] = [{"shift": {}, "entry": {}, "word": {}} for _ in SCHOOLS]
        self.aside: list[set[bytes]] = [set() for _ in SCHOOLS]

    def new_id(self) -> bytes:
        self.number += 1
        return self.number.to_bytes(16, "big")

    def made(self, n: int) -> book_of.Book:
        stands = [
            [row for key, row in self.held[n][kind].items() if key not in self.aside[n]]
            for kind in ("shift", "entry", "word")
        ]
        return book(*stands)  # type: ignore[arg-type]  # three lists of three kinds

    @rule(me=st.integers(0, 4), other=st.integers(0, 4), minutes=st.integers(1, 600), on=day, claim=st.none() | ids)
    def receive(self, me: int, other: int, minutes: int, on: dt.date, claim: bytes | None) -> None:
        row = Shift(self.new_id(), SCHOOLS[other], SCHOOLS[me], minutes, on, minutes * 20, claim, on)
        self.held[me]["shift"][row.id] = row

    @rule(me=st.integers(0, 4), other=st.integers(0, 4), minutes=st.integers(-600, 600), on=day)
    def write(self, me: int, other: int, minutes: int, on: dt.date) -> None:
        row = Entry(self.new_id(), SCHOOLS[me], SCHOOLS[other], book_of.PAID, minutes, minutes * 10, on)
        self.held[me]["entry"][row.id] = row

    @rule(me=st.integers(0, 4), which=st.integers(0, 50), answer=st.sampled_from(["yes", "no", "taken back"]), on=day)
    def say(self, me: int, which: int, answer: str, on: dt.date) -> None:
        known = list(self.held[me]["entry"])
        if known:
            row = Word(self.new_id(), known[which % len(known)], SCHOOLS[me], answer, on)
            self.held[me]["word"][row.id] = row

    @rule(me=st.integers(0, 4), which=st.integers(0, 50))
    def set_aside(self, me: int, which: int) -> None:
        mine = [
            key for kind in ("shift", "entry") for key, row in self.held[me][kind].items()
            if SCHOOLS[me] == (row.receiver if isinstance(row, Shift) else row.school)  # type: ignore[attr-defined]
        ]  # fmt: skip
        if mine:
            self.aside[me].add(mine[which % len(mine)])

    @rule(sender=st.integers(0, 4), to=st.integers(0, 4), part=st.integers(1, 4))
    def file(self, sender: int, to: int, part: int) -> None:
        """A file with some of what is held; the rest comes later or never."""
        for kind, rows in self.held[sender].items():
            self.held[to][kind] |= {key: row for n, (key, row) in enumerate(rows.items()) if n % part == 0}
        if part == 1:
            self.aside[to] |= self.aside[sender]

    @invariant()
    def every_desk_sums_to_nought(self) -> None:
        for n in range(len(SCHOOLS)):
            totals = self.made(n).totals()
            assert sum(one.minutes for one in totals.values()) == 0
            assert sum(one.pence for one in totals.values()) == 0

    def teardown(self) -> None:
        for _ in range(2):
            for n in range(len(SCHOOLS)):
                for m in reversed(range(len(SCHOOLS))):
                    self.file(n, m, 1)
        books = [self.made(n) for n in range(len(SCHOOLS))]
        assert all(one == books[0] for one in books), "the desks differ once everything has arrived"


TestSchools = Schools.TestCase


def test_hours_agreed_without_money_leave_the_worth_of_a_balance_unknown() -> None:
    a, b = SCHOOLS[:2]
    opening, paid = Entry(b"1" * 16, a, b, "opening", -120, 0, DAY), Entry(b"2" * 16, a, b, "paid", 0, -500, DAY)
    said = [Word(bytes([n]) * 16, one.id, b, "yes", DAY) for n, one in enumerate((opening, paid))]
    shift = Shift(b"3" * 16, a, b, 60, DAY, 1000)
    assert book([shift], [opening, paid], said).account(a, b) == Account(-60, 500, 60, 0, 120)
    assert book([shift], [paid], said).account(a, b) == Account(60, 500, 60, 0, 0)
