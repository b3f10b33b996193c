"""Deals, agreements and the cluster’s costs between four desks: decisions, conditions, payments, what is kept to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import event

from bursar_desk.clock import FixedClock
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.deal_stage import Said, Stage
from bursar_desk.domain.errors import Refused, UserError
from bursar_desk.services import agreements, deals, deals_home, home, running_costs
from bursar_desk.services.desk import Desk
from tests.storage.workbench import Bench

DAY = dt.date(2026, 11, 20)
BODY = "Full governing body"


class Cluster:
    """Three schools and their office; the first school keeps the deal."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        bench.clock.ms = FixedClock.at(DAY).ms
        stores = [bench.school(name, urn) for name, urn in
                  (("Ash", "105219"), ("Birch", "105220"), ("Cedar", "105221"))]  # fmt: skip
        office = bench.office("Office")
        bench.introduce(*stores, hub=office)
        self.ash, self.birch, self.cedar, self.office = (Desk(one, bench.clock) for one in (*stores, office))

    def meet(self) -> None:
        self.bench.clock.move_on(60_000)
        self.bench.rounds(*(one.store for one in (self.ash, self.birch, self.cedar, self.office)), times=1)

    def on(self, day: dt.date) -> None:
        self.bench.clock.ms = FixedClock.at(day).ms

    def proposed(self, **more: object) -> bytes:
        new = deals.NewDeal("Cleaning", "cleaning", tuple(one.home for one in (self.ash, self.birch, self.cedar)),
                            self.ash.home, first=dt.date(2027, 4, 1), last=dt.date(2030, 3, 31), **more)  # type: ignore[arg-type]  # fmt: skip
        deal = deals.propose(self.ash, new)[0].row.id
        deals.offer(self.ash, deal, deals.NewOffer("Brightside", 1_000_000, 200_000, months=36))
        deals.share(self.ash, deal, deals.NewSharing((("pupils", 10_000),), "January census"))
        self.meet()
        return deal

    def yes(self, desk: Desk, deal: bytes, minute: str = "4/2", conditions: str = "") -> None:
        deals.decide(desk, deal, "yes", body=BODY, minute_ref=minute, conditions=conditions)

    def signed(self) -> bytes:
        deal = self.proposed()
        for desk in (self.ash, self.birch, self.cedar):
            self.yes(desk, deal)
        self.meet()
        deals.sign(self.ash, deal, by="Clare Brennan")
        self.meet()
        return deal


@pytest.fixture
def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    with Bench.open(tmp_path, monkeypatch) as bench:
        yield Cluster(bench)


def said(desk: Desk, deal: bytes, school: Desk) -> Said:
    row = deals.show(desk, deal).school(school.home)
    assert row is not None
    return row.said


def test_a_deal_cannot_be_signed_before_every_governing_body_agreed(cluster: Cluster) -> None:
    deal = cluster.proposed()
    cluster.yes(cluster.ash, deal)
    cluster.yes(cluster.birch, deal)
    cluster.meet()
    with pytest.raises(Refused, match="Cedar had not agreed"):
        deals.sign(cluster.ash, deal, by="Clare Brennan")
    with pytest.raises(UserError, match="Ash keeps that"):
        deals.sign(cluster.birch, deal, by="Dawn Hill")
    with pytest.raises(UserError, match="office has no governing body"):
        cluster.yes(cluster.office, deal)
    with pytest.raises(UserError, match="Name the minute"):
        deals.decide(cluster.cedar, deal, "yes", body=BODY)


def test_a_yes_with_conditions_counts_once_they_are_noted_as_met(cluster: Cluster) -> None:
    deal = cluster.proposed()
    cluster.yes(cluster.cedar, deal, conditions="Windows too")
    cluster.meet()
    assert said(cluster.ash, deal, cluster.cedar) is Said.CONDITIONS
    assert any("Windows too" in one.detail for one in deals.show(cluster.ash, deal).warnings)
    with pytest.raises(UserError, match="keeps that"):
        deals.conditions_met(cluster.birch, deal, cluster.cedar.home, "Yes")
    deals.conditions_met(cluster.ash, deal, cluster.cedar.home, "It is in the specification.")
    cluster.meet()
    assert {said(desk, deal, cluster.cedar) for desk in (cluster.ash, cluster.birch, cluster.office)} == {Said.YES}


def test_a_dearer_price_needs_a_new_yes_and_a_reason(cluster: Cluster) -> None:
    deal = cluster.proposed()
    cluster.yes(cluster.birch, deal)
    cluster.meet()
    with pytest.raises(UserError, match="There is an offer already"):
        deals.offer(cluster.ash, deal, deals.NewOffer("Brightside", 1_100_000, 220_000))
    deals.offer(cluster.ash, deal, deals.NewOffer("Brightside", 1_100_000, 220_000, why="Fuel costs"))
    assert said(cluster.ash, deal, cluster.birch) is Said.YES, "not shared yet"
    assert any("newer price" in one.words for one in deals.show(cluster.ash, deal).warnings)
    with pytest.raises(UserError, match="shared already"):
        deals.share(cluster.ash, deal, deals.NewSharing((("pupils", 10_000),)))
    deals.share(cluster.ash, deal, deals.NewSharing((("pupils", 10_000),), why="The new price"))
    cluster.meet()
    assert said(cluster.birch, deal, cluster.birch) is Said.EARLIER
    assert any("decide again" in row.title for row in deals_home.rows(cluster.birch))
    cluster.yes(cluster.birch, deal, "5/1")
    assert said(cluster.birch, deal, cluster.birch) is Said.YES


def test_a_school_that_would_pay_more_is_shown_so_and_no_saving_counts_without_a_document(cluster: Cluster) -> None:
    deal = cluster.proposed()
    deals.baseline(cluster.birch, deal, deals.NewBaseline(100_000, 20_000, dt.date(2026, 4, 2), "Invoice"))
    with pytest.raises(UserError, match="Name the document"):
        deals.baseline(cluster.cedar, deal, deals.NewBaseline(900_000))
    with cluster.cedar.act(ActCode.SET_BASELINE) as act:
        act.fact("deal_baseline", {"deal": deal, "yearly": 900_000, "said_on": DAY})
    deals.baseline(cluster.ash, deal, deals.NewBaseline(none_why="Our own staff clean."))
    cluster.meet()
    view = deals.show(cluster.office, deal)
    ash, birch, cedar = (view.school(one.home) for one in (cluster.ash, cluster.birch, cluster.cedar))
    assert ash is not None
    assert birch is not None
    assert cedar is not None
    assert birch.dearer
    assert birch.difference_words == "costs £1,769.95 more"
    assert view.dearer[0][0] == "Birch would pay £1,769.95 more than now."
    assert "invoice of 2 April 2026" in view.dearer[0][1]
    assert (cedar.difference, cedar.difference_words) == (None, "no dated document, no saving claimed")
    assert (ash.pays_now, ash.difference_words) == (None, "no price today is known")
    assert view.totals.difference == -176_995, "only what is documented counts"
    with pytest.raises(UserError, match="written down already"):
        deals.baseline(cluster.birch, deal, deals.NewBaseline(300_000, 0, dt.date(2026, 6, 2), "Invoice"))
    deals.baseline(cluster.birch, deal, deals.NewBaseline(300_000, 0, dt.date(2026, 6, 2), "Invoice", why="More rooms"))
    again = deals.show(cluster.birch, deal).school(cluster.birch.home)
    assert again is not None
    assert (again.pays_now, len(again.baselines)) == (100_000, 2), "the first is frozen"


def test_ways_are_tried_without_saving(cluster: Cluster) -> None:
    deal = cluster.proposed()
    before = deals.show(cluster.ash, deal)
    found = {one.code: one for one in deals.ways(cluster.ash, deal)}
    assert {"pupils", "quarter", "equal", "area"} <= set(found)
    assert found["pupils"].chosen
    assert found["area"].hint == "3 schools have no area recorded"
    assert found["area"].lacking == ("Ash", "Birch", "Cedar")
    assert [net for _, net, _, _ in found["equal"].shares] == [333_334, 333_333, 333_333]
    given = {one.home: {"area": 100} for one in (cluster.ash, cluster.birch, cluster.cedar)}
    tried = {one.code: one for one in deals.ways(cluster.ash, deal, inputs=given)}
    assert not tried["area"].lacking
    line = deals.try_way(cluster.ash, deal, deals.NewSharing((("equal", 10_000),)))
    assert sum(net for *_, net, _ in line.shares) == 1_000_000
    assert deals.show(cluster.ash, deal) == before, "looking saves nothing"


def test_terms_stay_once_a_governing_body_said_yes(cluster: Cluster) -> None:
    deal = cluster.proposed()
    deals.change(cluster.ash, deal, {"leave_notice": 3})
    cluster.yes(cluster.ash, deal)
    with pytest.raises(UserError, match="said yes to these terms"):
        deals.change(cluster.ash, deal, {"leave_notice": 12})
    deals.change(cluster.ash, deal, {"decide_by": dt.date(2026, 12, 18)})
    with pytest.raises(UserError, match="cannot be changed"):
        deals.change(cluster.ash, deal, {"signed_on": DAY})


def test_leaving_and_what_is_owed(cluster: Cluster) -> None:
    deal = cluster.signed()
    cluster.on(dt.date(2027, 5, 3))
    assert deals.show(cluster.ash, deal).line.stage is Stage.RUNNING
    deals.leave(cluster.cedar, deal, body=BODY, minute_ref="9/1")
    with pytest.raises(UserError, match="given notice already"):
        deals.leave(cluster.cedar, deal, body=BODY, minute_ref="9/1")
    deals.pay(cluster.cedar, deal, pence=50_000, vat=10_000, reference="BACS 1")
    with pytest.raises(UserError, match="written down already"):
        deals.pay(cluster.cedar, deal, pence=50_000, vat=10_000, reference="BACS 1")
    cluster.meet()
    view = deals.show(cluster.ash, deal)
    cedar, ash = view.school(cluster.cedar.home), view.school(cluster.ash.home)
    assert cedar is not None
    assert ash is not None
    assert cedar.would_pay is not None
    assert cedar.leaves_on == dt.date(2027, 11, 3)
    assert (cedar.paid, cedar.left) == (50_000, cedar.would_pay - 50_000)
    assert ash.left is None, "who gets the bill owes nobody"
    assert any("Share the cost anew" in one.detail for one in view.warnings)
    deals.share(cluster.ash, deal, deals.NewSharing((("pupils", 10_000),), why="Cedar leaves"))
    after = deals.show(cluster.ash, deal).school(cluster.cedar.home)
    assert after is not None
    assert after.days == 217
    assert after.agreed
    assert after.would_pay is not None
    assert after.would_pay < cedar.would_pay
    payment = view.payments[0].id
    with pytest.raises(UserError, match="did not go to our school"):
        deals.answer_payment(cluster.birch, payment, "yes")
    deals.answer_payment(cluster.ash, payment, "no", "Nothing on the statement")
    cluster.meet()
    seen = deals.show(cluster.cedar, deal).school(cluster.cedar.home)
    assert seen is not None
    assert seen.paid == 0
    assert any("Nothing on the statement" in one.words for one in deals.show(cluster.cedar, deal).payments)
    deals.stay(cluster.cedar, deal)
    assert deals.show(cluster.cedar, deal).school(cluster.cedar.home).leaves_on is None  # type: ignore[union-attr]


def test_money_years_of_both_kinds_add_up(cluster: Cluster) -> None:
    deal = cluster.signed()
    row = deals.show(cluster.ash, deal).rows[0]
    for kind in ("maintained", "academy"):
        assert sum(one.net for one in row.years[kind]) == row.would_pay
        assert sum(one.vat for one in row.years[kind]) == row.vat
    assert [one.months for one in row.years["academy"]] == [5, 7]
    assert [one.months for one in row.years["maintained"]] == [12]


def test_a_memorandum_nags_until_every_body_agreed_and_for_its_review(cluster: Cluster) -> None:
    parties = (cluster.ash.home, cluster.birch.home, cluster.cedar.home)
    new = agreements.NewAgreement(
        "Working together", "memorandum", parties, review_on=dt.date(2027, 9, 1),
        contributions=(agreements.NewPromise(cluster.birch.home, "Cover", "minutes", 60, "week"),
                       agreements.NewPromise(cluster.cedar.home, "", "pence", 36_500, "year")),
    )  # fmt: skip
    made = agreements.add(cluster.ash, new)[0].id
    cluster.meet()
    assert any("have yet to decide" in row.title for row in deals_home.rows(cluster.birch))
    for n, desk in enumerate((cluster.ash, cluster.birch, cluster.cedar)):
        assert agreements.get(desk, made).state != "agreed"
        agreements.decide(desk, made, "yes", body=BODY, minute_ref=f"1/{n}")
        cluster.meet()
    found = agreements.get(cluster.office, made)
    assert found.agreed
    assert not found.findings
    assert deals_home.rows(cluster.birch) == ()
    cluster.on(dt.date(2027, 9, 2))
    nags = agreements.get(cluster.ash, made)
    assert any("review" in one.words for one in nags.findings)
    assert any("Birch gave 0 min" in one.words for one in nags.findings)
    cedar = next(one for one in nags.promises if one.school == cluster.cedar.home)
    assert (cedar.promised, cedar.really, cedar.kept) == (28_700, 0, False)
    deals.pay(cluster.cedar, made, pence=36_500, to_school=cluster.ash.home, about_table="agreement")
    cluster.meet()
    cedar = next(one for one in agreements.get(cluster.ash, made).promises if one.school == cluster.cedar.home)
    assert (cedar.really, cedar.kept) == (36_500, True)


def test_a_deal_without_an_agreed_memorandum_says_so(cluster: Cluster) -> None:
    deal = cluster.proposed()
    assert any("No agreed memorandum covers" in one.words for one in deals.show(cluster.ash, deal).warnings)


def test_what_the_cluster_costs_is_shared_and_owed_to_the_penny(cluster: Cluster) -> None:
    made, _ = running_costs.add(cluster.office, running_costs.NewCost(
        "Travel", 10_001, dt.date(2026, 9, 1), dt.date(2027, 8, 31), "travel", 2_000,
    ))  # fmt: skip
    schools = (cluster.ash.home, cluster.birch.home, cluster.cedar.home)
    assert made.why_not
    running_costs.share(cluster.office, made.id, running_costs.NewCostSharing(
        (("percent", 10_000),), schools,
        inputs={one: {"percent": number} for one, number in zip(schools, (5_000, 2_500, 2_500), strict=True)},
    ))  # fmt: skip
    cluster.meet()
    view = running_costs.get(cluster.birch, made.id)
    assert [(one.net, one.vat) for one in view.shares] == [(5_001, 1_000), (2_500, 500), (2_500, 500)]
    assert [(one.months, one.net) for one in view.shares[0].years["maintained"]] == [(7, 2_917), (5, 2_084)]
    assert [(one.months, one.net) for one in view.shares[0].years["academy"]] == [(12, 5_001)]
    deals.pay(cluster.birch, made.id, pence=2_500, vat=500, about_table="running_cost")
    cluster.meet()
    assert [(name, net, vat) for _, name, net, vat in running_costs.owed(cluster.office)] == [
        ("Ash", 5_001, 1_000), ("Birch", 0, 0), ("Cedar", 2_500, 500),
    ]  # fmt: skip
    again = running_costs.NewCostSharing((("equal", 10_000),), schools, why="No")
    with pytest.raises(UserError, match="keeps that"):
        running_costs.share(cluster.birch, made.id, again)


def test_home_reads_deals_once_however_many_there_are_and_groups_what_is_many(cluster: Cluster) -> None:
    deal = cluster.proposed()
    asked: list[str] = []
    numbers: list[int] = []
    event.listen(cluster.birch.store.engine, "before_cursor_execute", lambda *each: asked.append(each[2]))
    for turn in range(2):
        asked.clear()
        view = home.view(cluster.birch)
        numbers.append(len(asked))
        rows = [one for one in (*view.needs_you, *view.ahead) if one.page == "deals"]
        if turn == 0:
            assert [one.focus for one in rows] == [{"deal": deal}]
            for n in range(3):
                deals.propose(cluster.ash, deals.NewDeal(f"Deal {n}", "waste", (cluster.ash.home, cluster.birch.home)))
            cluster.meet()
    assert numbers[1] <= numbers[0]
    assert {one.chip for one in rows} >= {"Group deals"}
    assert len(rows) <= 3
