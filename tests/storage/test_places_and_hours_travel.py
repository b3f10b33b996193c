"""Several schools and their office trade places and hours by real files: nothing appears, vanishes or differs."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.hours_ledger import Account
from bursar_desk.services import owed, training_places
from bursar_desk.services.desk import Desk
from db.session import Act
from tests.conftest import CAMPAIGN
from tests.storage.workbench import START, Bench

COURSE = "IOSH Managing Safely"
STEPS = 26
SEEDS = range(300 if CAMPAIGN else 12)


def day(n: int) -> dt.date:
    return START + dt.timedelta(days=n)


@dataclass
class World:
    """Three schools and the office that buys for them, with every file that was ever sent."""

    bench: Bench
    chance: random.Random
    desks: list[Desk]
    files: list[tuple[int, Path]] = field(default_factory=list)
    lots: list[tuple[bytes, int, int]] = field(default_factory=list)
    moves: list[tuple[bytes, int]] = field(default_factory=list)
    bookings: list[tuple[int, bytes]] = field(default_factory=list)
    entries: list[tuple[bytes, int]] = field(default_factory=list)
    facts: list[tuple[int, str, bytes]] = field(default_factory=list)

    @classmethod
    def begin(cls, bench: Bench, seed: int) -> World:
        stores = [bench.school(f"school {n}", str(100_000 + n)) for n in range(3)]
        office = bench.office("office")
        bench.introduce(*stores, hub=office)
        return cls(bench, random.Random(seed), [Desk(store, bench.clock) for store in (*stores, office)])

    @property
    def schools(self) -> list[Desk]:
        return self.desks[:3]

    def home(self, n: int) -> bytes:
        return self.desks[n].home

    def other(self, n: int) -> int:
        return self.chance.choice([m for m in range(3) if m != n])

    def say(self, n: int, code: ActCode, write: Callable[[Act], bytes]) -> bytes:
        with self.desks[n].act(code, subject="a test") as act:
            return write(act)

    def fact(self, n: int, code: ActCode, table: str, values: dict[str, object]) -> bytes:
        row = self.say(n, code, lambda act: act.fact(table, values))
        self.facts.append((n, table, row))
        return row

    # ------------------------------------------------------------ what people do, sensibly or not
    def buy(self) -> None:
        n, count = self.chance.choice((3, 3, self.chance.randrange(3))), self.chance.randint(1, 3)
        whose = self.chance.randrange(3) if n == 3 else n
        row = self.fact(n, ActCode.BUY_PLACES, "place_lot", {
            "course": COURSE, "for_school": self.home(whose), "count": count, "bought_on": day(0), "price": 27_000,
            "lapses_on": day(self.chance.choice((-3, 200))),
        })  # fmt: skip
        self.lots.append((row, count, whose))

    def offer(self) -> None:
        if not self.lots:
            return self.buy()
        lot, count, whose = self.chance.choice(self.lots)
        n = self.chance.choice((whose, whose, self.chance.randrange(3)))
        to = self.other(n)
        row = self.fact(n, ActCode.MOVE_PLACE, "place_move", {
            "lot": lot, "n": self.chance.randint(1, count), "said_on": day(self.chance.randrange(4)),
            "to_school": self.home(to) if self.chance.random() < 0.9 else None,
            "after": self.chance.choice([None, None, *(one for one, _ in self.moves)]),
        })  # fmt: skip
        self.moves.append((row, to))
        return None

    def answer(self) -> None:
        rows = [("place_move", one) for one in self.moves] + [("hours_entry", one) for one in self.entries]
        if rows:
            table, (row, whom) = self.chance.choice(rows)
            n = self.chance.choice((whom, whom, self.chance.randrange(3)))
            word = self.chance.choice(("yes", "yes", "yes", "no", "taken back", "?"))
            self.fact(n, ActCode.ANSWER_SCHOOL, "answer", {
                "about_table": table, "about": row, "answer": word, "said_on": day(self.chance.randrange(6)),
            })  # fmt: skip

    def book(self) -> None:
        if self.lots:
            lot, count, whose = self.chance.choice(self.lots)
            n = self.chance.choice((whose, self.chance.randrange(3)))
            values = {"lot": lot, "n": self.chance.randint(1, count), "state": "booked", "said_on": day(1)}
            row = self.say(n, ActCode.BOOK_PLACE, lambda act: act.create("booking", values))
            self.bookings.append((n, row))

    def rebook(self) -> None:
        if self.bookings:
            n, row = self.chance.choice(self.bookings)
            state = self.chance.choice(("cancelled", "attended", "passed", "not attended", "booked", "swapped", "odd"))
            self.say(n, ActCode.CHANGE_BOOKING, lambda act: act.set("booking", row, {"state": state}))

    def work(self) -> None:
        n = self.chance.randrange(3)
        cover = self.chance.randbytes(16)
        starts = self.chance.choice((390, 405, 412))
        self.fact(n, ActCode.LOG_COVER, "cover_worked", {
            "cover_id": cover, "on_date": day(self.chance.randrange(9)), "starts": starts,
            "ends": starts + self.chance.randint(-5, 400), "helper": "Sam", "helper_school": self.home(self.other(n)),
            "travel": self.chance.choice((None, 20)), "claim": self.chance.choice((None, None, b"\1" * 16)),
        })  # fmt: skip

    def enter(self) -> None:
        n = self.chance.randrange(3)
        other = self.other(n)
        row = self.fact(n, ActCode.LEDGER_ENTRY, "hours_entry", {
            "kind": self.chance.choice(("opening", "write-off", "paid", "newer")), "other": self.home(other),
            "minutes": self.chance.randint(-600, 600), "pence": self.chance.choice((0, 13_070)), "on_date": day(2),
        })  # fmt: skip
        self.entries.append((row, other))

    def take_out(self) -> None:
        if self.facts:
            n, table, row = self.chance.choice(self.facts)
            self.say(n, ActCode.UNDO, lambda act: act.set_aside(table, row))

    def send(self) -> None:
        a, b = self.chance.sample(range(len(self.desks)), 2)
        path = self.bench.send(self.desks[a].store, [self.desks[b].store])
        self.files.append((b, path))
        if self.chance.random() < 0.7:  # the others come later, or never
            self.bench.merge(self.desks[b].store, path)

    def late(self) -> None:
        if self.files:
            to, path = self.chance.choice(self.files)
            self.bench.merge(self.desks[to].store, path)

    def step(self) -> None:
        does = (
            self.buy, self.offer, self.offer, self.answer, self.answer, self.answer, self.book, self.rebook, self.work,
            self.work, self.enter, self.take_out, self.send, self.send, self.send, self.late,
        )  # fmt: skip
        self.chance.choice(does)()


Picture = tuple[object, ...]


def places_hold(desk: Desk) -> Picture:
    """Every place bought has one owner and one state, and the sums add up on this desk, whatever it knows so far."""
    held = training_places.read(desk)
    stock = held.stock
    bought = {(lot.id, n) for lot in held.lots for n in range(1, lot.count + 1)}
    assert {(place.lot.id, place.n) for place in stock.places} == bought
    assert len(stock.places) == len(bought), "a place counted twice"
    assert all(tally.adds_up for tally in stock.tallies.values())
    assert sum(tally.owned for tally in stock.tallies.values()) == len(bought)
    return tuple(sorted((place.lot.id, place.n, place.owner, place.state) for place in stock.places))


def hours_hold(desk: Desk) -> Picture:
    """What one school is owed another owes: minutes and pence over all schools add up to nought."""
    book = owed.read(desk).book
    totals = book.totals()
    assert sum(one.minutes for one in totals.values()) == 0
    assert sum(one.pence for one in totals.values()) == 0
    for school in book.schools():
        for other, account in book.accounts(school).items():
            back: Account = book.account(other, school)
            assert (account.minutes, account.pence) == (-back.minutes, -back.pence)
    return tuple(sorted((school, one.minutes, one.pence) for school, one in totals.items()))


@pytest.mark.parametrize("seed", SEEDS)
def test_places_and_hours_are_the_same_on_every_desk_whatever_order_files_took(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Bench.open(tmp_path, monkeypatch) as bench:
        world = World.begin(bench, seed)
        for _ in range(STEPS):
            world.step()
            desk = world.chance.choice(world.desks)
            places_hold(desk)
            hours_hold(desk)
        bench.rounds(*(desk.store for desk in world.desks), times=2)
        assert len({places_hold(desk) for desk in world.desks}) == 1
        assert len({hours_hold(desk) for desk in world.desks}) == 1


def test_the_trade_in_these_tests_is_real(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Places really change hands and hours are really owed, so that the sums above are sums of something."""
    moved = owed_something = 0
    for seed in range(6):
        folder = tmp_path / str(seed)
        folder.mkdir()
        with Bench.open(folder, monkeypatch) as bench:
            world = World.begin(bench, seed)
            for _ in range(60):
                world.step()
            bench.rounds(*(desk.store for desk in world.desks), times=2)
            stock = training_places.read(world.desks[3]).stock
            moved += sum(place.owner != place.lot.for_school for place in stock.places)
            owed_something += any(one.minutes for one in owed.read(world.desks[0]).book.totals().values())
    assert moved > 2
    assert owed_something > 3
