"""Three schools and their cluster’s office that buy the same things at different prices, and files between them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from bursar_desk.clock import FixedClock
from bursar_desk.domain.acts import ActCode
from bursar_desk.services import contracts, deals
from bursar_desk.services.desk import Desk
from bursar_desk.services.reporting_governors import school_time
from tests.storage.workbench import Bench

ON = dt.date(2027, 6, 1)
PUPILS = (230, 118, 901)
NAMES = ("Lourdes Primary", "Teresa Primary", "Joseph High")
NOW = (261_000, 146_500, 798_000)
"""What each pays for its grounds a year, net pence."""
COPIES = (240_000, 99_000, 1_081_200)
OFFER, VAT = 1_130_000, 226_000


@dataclass
class World:
    """The desks, the office last."""

    bench: Bench
    desks: list[Desk]
    deal: bytes = b""

    @classmethod
    def begin(cls, bench: Bench) -> World:
        bench.clock = FixedClock.at(ON)
        stores = [bench.school(name, str(100_000 + n)) for n, name in enumerate(NAMES)]
        office = bench.office("Josephs cluster")
        bench.introduce(*stores, hub=office)
        world = cls(bench, [Desk(store, bench.clock) for store in (*stores, office)])
        for n, desk in enumerate(world.schools):
            with desk.act(ActCode.SET_UP_SCHOOL, subject="a school") as act:
                row = act.session.derived(desk.home, "school", "")
                act.create("school", {
                    "name": NAMES[n], "short_name": NAMES[n].split()[0], "urn": str(100_000 + n), "pupils": PUPILS[n],
                    "employer": "academy trust" if n == 2 else "governing body", "opens": 480, "closes": 960,
                }, row=row)  # fmt: skip
            with desk.act(ActCode.ADD_PERSON, subject="Dawn Hill") as act:
                act.create("person", {"name": "Dawn Hill", "role": "business manager", "days": 31, "manages": True})
        return world

    @property
    def schools(self) -> list[Desk]:
        return self.desks[:3]

    @property
    def office(self) -> Desk:
        return self.desks[3]

    def tick(self) -> None:
        self.bench.clock.move_on(60_000)

    def exchange(self) -> None:
        """Everybody sends to everybody, twice, so that answers to answers come too."""
        self.bench.rounds(*(one.store for one in self.desks), times=1)
        self.tick()

    def contract(self, n: int, title: str, supplier: str, service: str, yearly: int, **more: Any) -> bytes:
        """A school’s contract, live, with three months’ notice."""
        row, _ = contracts.add(self.desks[n], contracts_new(title, supplier, service, yearly, **more))
        self.tick()
        return row

    def copiers(self) -> None:
        for n, name in enumerate(("Copyline Ltd", "COPYLINE LIMITED", "The Copyline Ltd.")):
            self.contract(n, "Photocopiers", name, "photocopiers", COPIES[n],
                          more={"unit": "device", "units": (4, 2, 12)[n]})  # fmt: skip

    def propose(self) -> bytes:
        """A deal for grounds, priced, with what each school pays today, shared by pupils."""
        lead = self.desks[2]
        view, _ = deals.propose(lead, deals.NewDeal(
            "Grounds 2027", "grounds", tuple(one.home for one in self.schools), lead.home,
            scope="Grass, hedges and pitches", decide_by=dt.date(2027, 6, 25), first=dt.date(2027, 9, 1),
            last=dt.date(2030, 8, 31), at_end="renews", renew_months=12, notice=6,
        ))  # fmt: skip
        self.deal = view.row.id
        self.exchange()
        for n, desk in enumerate(self.schools):
            deals.baseline(desk, self.deal, deals.NewBaseline(
                NOW[n], NOW[n] // 5, dt.date(2027, 4, 2), f"Invoice {1180 + n}"
            ))  # fmt: skip
        self.exchange()
        quotes = (
            {"supplier": "Redvale Grounds", "whole": 3_390_000, "score": 9000, "price_score": 5400,
             "quality_score": 3600, "chosen": True, "quote": "00" * 16},
            {"supplier": "Hague Grounds", "whole": 3_210_000, "score": 8400, "price_score": 6000,
             "quality_score": 2400, "chosen": False, "quote": "11" * 16},
        )  # fmt: skip
        deals.offer(lead, self.deal, deals.NewOffer(
            "Redvale Grounds", OFFER, VAT, months=36, compared=quotes, chosen_why="Two visits a month are in it."
        ))  # fmt: skip
        deals.share(lead, self.deal, deals.NewSharing((("pupils", 10_000),), "January census"))
        self.exchange()
        return self.deal

    def sign(self) -> None:
        """All three governing bodies say yes and the lead signs."""
        for n, desk in enumerate(self.schools):
            deals.decide(desk, self.deal, "yes", body="Governing body", minute_ref=f"7/{n}")
            self.tick()
        self.exchange()
        deals.sign(self.desks[2], self.deal, by="Head of Joseph High", reference="C 17")
        self.exchange()

    def at(self, day: dt.date) -> World:
        """The same world on another day."""
        self.bench.clock.move_on((day - self.desks[0].today).days * 86_400_000)
        assert school_time(self.desks[0]).date() == day
        return self


def contracts_new(title: str, supplier: str, service: str, yearly: int, **more: Any) -> Any:
    from bursar_desk.services.contracts_shapes import NewContract

    return NewContract(
        title, supplier_name=supplier, service=service, first=dt.date(2025, 9, 1), last=dt.date(2027, 8, 31),
        at_end="renews", renew_months=12, notice=3, yearly=yearly, vat_rate=2000, **more,
    )  # fmt: skip

