"""Eight real schools and their office buy together by real files that come in any order, late and twice."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from bursar_desk.clock import FixedClock
from bursar_desk.domain.deal_stage import Said, Stage
from bursar_desk.domain.scoring import Part
from bursar_desk.services import buying, deals, directory
from bursar_desk.services.deals_shapes import DealView
from bursar_desk.services.desk import Desk
from tests.storage.workbench import Bench

LEAD, LOURDES, ETHELBERT, GREGORY, PETER, TERESA, WILLIAM, MARY = (
    "151356", "105245", "150179", "147631", "151355", "151261", "105226", "105250",
)  # fmt: skip
URNS = (LEAD, LOURDES, ETHELBERT, GREGORY, PETER, TERESA, WILLIAM, MARY)
PAYS = {LEAD: 798_000, LOURDES: 261_000, ETHELBERT: 239_500, GREGORY: 224_000, PETER: 242_000, TERESA: 146_500,
        WILLIAM: 268_000}  # fmt: skip
PRICE, VAT = 1_945_000, 389_000
AUTUMN, NEXT_AUTUMN = dt.date(2026, 11, 20), dt.date(2027, 9, 1)
FIRST, LAST = dt.date(2027, 4, 1), dt.date(2030, 3, 31)
BODY = "Full governing body"
PARTS = (Part("Quality of work", 60),)
Does = Callable[[], bool]
FIRMS = {"Redvale Grounds": (PRICE, 9), "Greenway": (2_010_000, 9), "Mow & Co": (1_900_000, 4)}


@dataclass
class DealWorld:
    """The desks by URN, the office’s under "", every file that was ever sent, and the one deal."""

    bench: Bench
    chance: random.Random
    desks: dict[str, Desk]
    files: list[tuple[str, Path]] = field(default_factory=list)
    deal: bytes = b""
    purchase: bytes = b""
    fresh: set[str] = field(default_factory=lambda: {"lead", *URNS})

    @classmethod
    def begin(cls, bench: Bench, seed: int) -> DealWorld:
        bench.clock.ms = FixedClock.at(AUTUMN).ms
        stores = {}
        for urn in URNS:
            row = directory.find(int(urn))
            assert row is not None
            stores[urn] = bench.school(row.name, urn)
        office = bench.office("office")
        bench.introduce(*stores.values(), hub=office)
        desks = {urn: Desk(store, bench.clock) for urn, store in stores.items()}
        return cls(bench, random.Random(seed), {**desks, "": Desk(office, bench.clock)})

    def home(self, urn: str) -> bytes:
        return self.desks[urn].home

    def view(self, urn: str) -> DealView | None:
        """The deal as a desk knows it, or nothing while it has not heard of it."""
        desk = self.desks[urn]
        return deals.show(desk, self.deal) if self.deal in {row for row, _ in deals.ids(desk)} else None

    # ------------------------------------------------------------ files
    def send(self) -> None:
        """A file from somebody to somebody; most are merged, some come later or never."""
        a, b = self.chance.sample(list(self.desks), 2)
        if self.chance.random() < 0.6:  # most traffic is with whoever leads
            a, b = (LEAD, b) if b != LEAD and self.chance.random() < 0.5 else (a, LEAD) if a != LEAD else (a, b)
        path = self.bench.send(self.desks[a].store, [self.desks[b].store])
        self.files.append((b, path))
        if self.chance.random() < 0.75:
            self.merge(b, path)

    def merge(self, to: str, path: Path) -> None:
        """Take a file in; whoever does has heard something."""
        self.bench.merge(self.desks[to].store, path)
        self.fresh.add(to)

    def late(self) -> None:
        """A file that came before comes again, or one that lay about is merged at last."""
        if self.files:
            self.merge(*self.chance.choice(self.files))

    def settle(self) -> None:
        """Everybody hears everything, in any order."""
        for sender in self.chance.sample(list(self.desks), len(self.desks)):
            others = [one for one in self.desks if one != sender]
            path = self.bench.send(self.desks[sender].store, [self.desks[one].store for one in others])
            for to in others:
                self.merge(to, path)

    # ------------------------------------------------------------ what the schools do when they have heard enough
    def propose(self) -> None:
        view, _ = deals.propose(self.desks[LEAD], deals.NewDeal(
            "Grounds maintenance 2027", "grounds", tuple(map(self.home, URNS)), self.home(LEAD), first=FIRST, last=LAST,
            decide_by=dt.date(2027, 1, 31),
        ))  # fmt: skip
        self.deal = view.row.id

    def says_price(self, urn: str) -> bool:
        view = self.view(urn)
        if view is None:
            return False
        if urn in PAYS:
            new = deals.NewBaseline(PAYS[urn], PAYS[urn] // 5, dt.date(2026, 4, 2), "Invoice")
        else:
            new = deals.NewBaseline(none_why="The caretaker cuts the grass.")
        deals.baseline(self.desks[urn], self.deal, new)
        return True

    def buys(self) -> bool:
        """The lead school asks for quotes, opens and scores them, and puts the best value before the others."""
        desk = self.desks[LEAD]
        made, _ = buying.start(desk, buying.NewBuying(
            "Grounds maintenance", "grounds", yearly=PRICE, months=36, deal=self.deal,
        ))  # fmt: skip
        row = self.purchase = made.line.row.id
        buying.change(desk, row, {"approved_by": "Finance committee"})
        buying.set_weights(desk, row, 40, PARTS)
        quotes = {name: buying.add_quote(desk, row, buying.NewQuote(name, came_on=AUTUMN))[0] for name in FIRMS}
        self.bench.clock.move_on(60_000)
        prices = {quotes[name]: buying.Price(price, vat_rate=2000) for name, (price, _) in FIRMS.items()}
        buying.open_quotes(desk, row, "Clare Brennan", prices)
        self.bench.clock.move_on(60_000)
        for who in ("Dawn Hill", "Ian Frost"):
            for name, (_, mark) in FIRMS.items():
                buying.mark(desk, quotes[name], {"Quality of work": mark}, by=who)
            buying.declare(desk, row, who=who)
        buying.award(desk, row, quotes["Redvale Grounds"], "Best value: better work for little more.")
        deals.offer(desk, self.deal, deals.NewOffer(
            "Redvale Grounds", PRICE, VAT, months=36, chosen_why="Best value of three.", buying=row,
        ))  # fmt: skip
        deals.share(desk, self.deal, deals.NewSharing(
            (("pupils", 10_000),), "January census", inputs={self.home(PETER): {"pupils": 206}},
        ))  # fmt: skip
        return True

    def decides(self, urn: str) -> bool:
        """The governors decide of whatever price their desk shows, and again when it became dearer."""
        view = self.view(urn)
        mine = view.school(self.home(urn)) if view else None
        if view is None or mine is None or not mine.member or mine.said not in (Said.NOT_YET, Said.EARLIER):
            return False
        answer = "no" if urn == MARY else "yes"
        minute = f"{URNS.index(urn)}/{len(mine.decisions) + 1}"
        conditions = "The hedge is cut twice." if urn == TERESA and view.version is not None else ""
        deals.decide(self.desks[urn], self.deal, answer, body=BODY, minute_ref=minute, conditions=conditions)
        return True

    def leads(self) -> bool:
        """The lead school does whatever its desk shows is next; tells whether the deal is signed."""
        desk, view = self.desks[LEAD], self.view(LEAD)
        assert view is not None
        teresa, mary = view.school(self.home(TERESA)), view.school(self.home(MARY))
        assert teresa is not None
        assert mary is not None
        if mary.said is Said.NO and mary.member:
            new = deals.NewSharing((("pupils", 10_000),), "January census", "St Mary’s said no.")
            deals.share(desk, self.deal, new)
        elif teresa.said is Said.CONDITIONS:
            deals.conditions_met(desk, self.deal, self.home(TERESA), "It is in the specification.")
        elif not mary.member and all(row.agreed for row in view.rows if row.member):
            deals.sign(desk, self.deal, by="Angela Moss", reference="C-17")
            return True
        return False

    def run(self, todo: dict[str, list[Does]], done: Does, look: Callable[[], None]) -> None:
        """Let files fly and let everybody do what they can, until it is done; then nobody has heard all of it."""
        for n in range(1, 300):
            if self.chance.random() < 0.3:
                self.late()
            self.send()
            self.bench.clock.move_on(60_000)
            for urn in self.chance.sample(list(todo), min(4, len(todo))):
                if not todo[urn] or urn not in self.fresh:
                    continue
                if todo[urn][0]():
                    todo[urn].pop(0)
                elif urn in self.desks and urn != LEAD:
                    self.fresh.discard(urn)  # until it hears something new
            if n % 12 == 0:
                look()
            if done():
                return
            if n % 60 == 0:
                self.settle()
        raise AssertionError("the schools never came to an end")

    def agree(self, look: Callable[[], None]) -> None:
        """From the proposal to the signature."""
        self.propose()
        signed: list[str] = []

        def signs() -> bool:
            if self.purchase and self.leads():
                signed.append(LEAD)
            return bool(signed)

        todo: dict[str, list[Does]] = {
            urn: [partial(self.says_price, urn), *[partial(self.decides, urn)] * 9] for urn in URNS
        }  # fmt: skip
        todo[LEAD].insert(1, self.buys)
        todo["lead"] = [signs]
        self.run(todo, lambda: bool(signed), look)

    def change_hands(self, look: Callable[[], None]) -> None:
        """A year on: St William gives notice, St Mary’s joins, the lead shares anew."""
        self.bench.clock.ms = FixedClock.at(NEXT_AUTUMN).ms
        self.fresh |= set(URNS)
        shared: list[bool] = []

        def leaves() -> bool:
            view = self.view(WILLIAM)
            if view is None or view.line.stage is not Stage.RUNNING:
                return False
            deals.leave(self.desks[WILLIAM], self.deal, body=BODY, minute_ref="9/4")
            return True

        def joins() -> bool:
            view = self.view(MARY)
            if view is None or view.line.stage is not Stage.RUNNING:
                return False
            deals.join(self.desks[MARY], self.deal, from_day=dt.date(2027, 10, 1), body=BODY, minute_ref="9/5")
            return True

        def pays(urn: str) -> bool:
            view = self.view(urn)
            mine = view.school(self.home(urn)) if view else None
            if view is None or mine is None or not mine.left or view.line.stage is not Stage.RUNNING:
                return False
            deals.pay(self.desks[urn], self.deal, pence=10_000, vat=2_000, reference=f"BACS {urn}")
            return True

        def shares() -> bool:
            view = self.view(LEAD)
            assert view is not None
            william, mary = view.school(self.home(WILLIAM)), view.school(self.home(MARY))
            assert william is not None
            assert mary is not None
            if william.leaves_on is None or not mary.step_words:
                return False
            deals.share(self.desks[LEAD], self.deal, deals.NewSharing(
                (("pupils", 10_000),), "January census", "St William leaves, St Mary’s joins.",
            ))  # fmt: skip
            shared.append(True)
            return True

        todo: dict[str, list[Does]] = {
            WILLIAM: [leaves], MARY: [joins], LEAD: [shares], TERESA: [partial(pays, TERESA)],
            PETER: [partial(pays, PETER)],
        }  # fmt: skip
        self.run(todo, lambda: bool(shared), look)


Picture = tuple[object, ...]


def picture(desk: Desk, deal: bytes) -> Picture:
    """All a desk says of a deal that must be the same on every desk, every figure with the id of its record."""
    view = deals.show(desk, deal)
    rows = tuple(
        (
            row.urn, row.member, row.said, row.agreed, row.pays_now, row.would_pay, row.vat, row.difference_words,
            row.governors_words, row.months, row.days, row.joins_on, row.leaves_on, row.paid, row.left, row.steps,
            row.baseline.id if row.baseline else None, row.decision.id if row.decision else None,
            tuple(one.id for one in row.decisions), tuple(sorted(row.inputs.items())),
        )
        for row in view.rows
    )  # fmt: skip
    versions = tuple((one.id, one.number, one.odd, one.shares, one.current) for one in view.versions)
    return (
        view.line.stage, view.headline, view.adds_up, view.totals, rows, versions,
        tuple((one.id, one.current) for one in view.offers), tuple((one.id, one.state) for one in view.payments),
        tuple(one.words for one in view.warnings if "memorandum" not in one.words), view.dearer,
    )  # fmt: skip


def holds(desk: Desk) -> None:
    """Whatever a desk has heard so far, its sums are exact and nobody is in who did not agree."""
    for line in deals.listing(desk, every=True):
        view = deals.show(desk, line.id)
        for one in view.versions:
            if not one.odd:
                assert sum(net for *_, net, _ in one.shares) == one.total
                assert sum(vat for *_, vat in one.shares) == one.vat
        for row in view.rows:
            if row.said is Said.YES and row.decision is not None:
                assert row.decision.body, "a yes without its body counts"
                assert row.decision.minute_ref, "a yes without its minute counts"
        for way in view.ways:
            assert not way.shares or sum(net for _, net, _, _ in way.shares) == view.line.yearly
