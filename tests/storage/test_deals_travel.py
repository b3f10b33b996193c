"""A group deal of eight schools by real files in any order: the same state and split to the penny everywhere."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.deal_stage import Said, Stage
from bursar_desk.services import agreements, deals, deals_home
from tests.conftest import CAMPAIGN
from tests.storage.deal_world import (
    LEAD,
    MARY,
    PAYS,
    PETER,
    PRICE,
    TERESA,
    URNS,
    VAT,
    WILLIAM,
    DealWorld,
    holds,
    picture,
)
from tests.storage.workbench import Bench

SEEDS = range(60 if CAMPAIGN else 4)


def look(world: DealWorld) -> None:
    holds(world.desks[world.chance.choice(list(world.desks))])


@pytest.mark.parametrize("seed", SEEDS)
def test_a_deal_of_eight_schools_is_the_same_on_every_desk_whatever_order_files_took(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Bench.open(tmp_path, monkeypatch) as bench:
        world = DealWorld.begin(bench, seed)
        world.agree(lambda: look(world))
        world.settle()
        assert len({picture(desk, world.deal) for desk in world.desks.values()}) == 1
        _is_signed_as_agreed(world)
        world.change_hands(lambda: look(world))
        world.settle()
        assert len({picture(desk, world.deal) for desk in world.desks.values()}) == 1
        _has_changed_hands(world)
        for desk in world.desks.values():
            holds(desk)
            deals_home.rows(desk)


def _is_signed_as_agreed(world: DealWorld) -> None:
    view = world.view("")
    assert view is not None
    assert view.line.stage is Stage.SIGNED
    shares = {row.urn: row.would_pay for row in view.rows if row.member}
    assert shares == {LEAD: 837_289, "105245": 213_736, "150179": 201_656, "147631": 177_494, PETER: 191_433,
                      TERESA: 109_656, WILLIAM: 213_736}  # fmt: skip
    assert view.totals.pays_now == sum(PAYS.values())
    assert view.totals.difference_words == "saves £2,340.00"
    assert [bold for bold, _ in view.dearer] == ["Mount St Joseph RC High School a Voluntary Academy would pay £392.89 "
                                                 "more than now."]  # fmt: skip
    assert (view.totals.would_pay, view.totals.vat) == (PRICE, VAT)
    assert view.adds_up == (
        "The shares add up to £19,450.00 exactly. Three leftover pennies went to the largest remainders."
    )
    assert view.line.yes_words == "7 of 7 yes"
    mary = view.school(world.home(MARY))
    assert mary is not None
    assert mary.said is Said.NO
    assert not mary.member
    offer = view.offer
    assert offer is not None
    assert [one["supplier"] for one in offer.compared if one["chosen"]] == ["Redvale Grounds"]
    assert len(offer.compared) == 3
    assert [mark.words for mark in view.stages][1] == "Quotes, 3 of 3"


def _has_changed_hands(world: DealWorld) -> None:
    view = world.view("")
    assert view is not None
    william, mary = view.school(world.home(WILLIAM)), view.school(world.home(MARY))
    assert william is not None
    assert mary is not None
    assert view.version is not None
    assert (william.leaves_on, william.days) == (dt.date(2028, 3, 1), 336)
    assert (mary.joins_on, mary.months, mary.agreed) == (dt.date(2027, 10, 1), 6, True)
    assert sum(net for *_, net, _ in view.version.shares) == PRICE
    assert view.version.number == len(view.versions) >= 3
    assert all(one.why for one in view.versions[1:])


def test_every_figure_can_be_followed_to_its_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each price, share, decision, step and payment of the paper names a row, and that row says the same."""
    from db.queries import deals as rows
    from db.queries.answers import answers

    with Bench.open(tmp_path, monkeypatch) as bench:
        world = DealWorld.begin(bench, 77)
        world.agree(lambda: None)
        world.settle()
        desk = world.desks[PETER]
        view = deals.show(desk, world.deal)
        with desk.store.connect() as con:
            said = {one.id: one for one in answers(con, "deal")}
            prices = {one.id: one for one in rows.baselines(con)}
            versions = {one.id: one for one in rows.sharings(con)}
            offers = {one.id: one for one in rows.offers(con)}
        assert view.version is not None
        assert view.offer is not None
        kept = versions[view.version.id]
        assert (kept.total, kept.vat, kept.offer) == (view.version.total, view.version.vat, view.offer.id)
        assert offers[view.offer.id].yearly == view.offer.yearly
        inputs = {bytes.fromhex(one["school"]): one["inputs"] for one in kept.members}
        for row in view.rows:
            if row.member:
                assert row.baseline is not None
                assert row.decision is not None
                assert prices[row.baseline.id].yearly == row.pays_now
                assert prices[row.baseline.id].school == row.school
                assert said[row.decision.id].minute_ref == row.decision.minute_ref
                assert said[row.decision.id].school == row.school
                assert said[row.decision.id].seen in versions
                assert inputs[row.school]["pupils"] == row.inputs["pupils"]


def test_nobody_can_agree_for_another_school_and_odd_rows_break_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Offers, versions, prices and decisions written by the wrong school count for nothing; odd values are shown."""
    with Bench.open(tmp_path, monkeypatch) as bench:
        world = DealWorld.begin(bench, 5)
        world.agree(lambda: None)
        world.settle()
        before = picture(world.desks[PETER], world.deal)
        desk = world.desks[MARY]
        version = deals.show(desk, world.deal).version
        assert version is not None
        with desk.act(ActCode.OFFER_DEAL, subject="a test") as act:
            act.fact("deal_offer", {"deal": world.deal, "supplier_name": "Mary’s cousin", "yearly": 1, "vat": 0,
                                    "said_on": dt.date(2027, 1, 1)})  # fmt: skip
            act.fact("sharing", {"about_table": "deal", "about": world.deal, "total": 1, "vat": 0, "version": 99,
                                 "parts": '[{"method": "equal", "share": 10000}]', "members": "[]",
                                 "said_on": dt.date(2027, 1, 1)})  # fmt: skip
            act.fact("answer", {"about_table": "deal", "about": world.deal, "about_school": world.home(PETER),
                                "answer": "taken back", "said_on": dt.date(2026, 11, 20), "body": "Ours"})  # fmt: skip
            act.fact("payment", {"about_table": "deal", "about": world.deal, "pence": -5, "vat": None})
            act.fact("deal_step", {"about_table": "deal", "about": world.deal, "kind": "dance", "from_day": None})
        with desk.act(ActCode.PROPOSE_DEAL, subject="a test") as act:
            odd = act.create("deal", {"title": "", "invited": '["zz", 5, null, "' + "ab" * 16 + '"]',
                                      "signed_on": dt.date(2026, 1, 1), "leave_notice": -4})  # fmt: skip
            strange = [{"school": world.home(PETER).hex(), "inputs": {"pupils": "x"}}]
            act.fact("sharing", {"about_table": "deal", "about": odd, "total": -7, "parts": '{"a": 1}',
                                 "members": json.dumps(strange), "version": -3})  # fmt: skip
            act.fact("deal_offer", {"deal": odd, "yearly": -1, "vat": -1, "once": -1,
                                    "compared": '[1, {"yearly": "a"}]'})  # fmt: skip
            act.create("agreement", {"title": "", "parties": "[7]", "contributions": '[{"school": 1}]',
                                     "leave_unit": "moons", "review_on": dt.date(2020, 1, 1)})  # fmt: skip
        world.settle()
        for each in world.desks.values():
            holds(each)
            deals_home.rows(each)
            agreements.listing(each, every=True)
        after = picture(world.desks[PETER], world.deal)
        peter = deals.show(world.desks[PETER], world.deal).school(world.home(PETER))
        assert peter is not None
        assert peter.agreed
        assert (after[0], after[5], after[6]) == (before[0], before[5], before[6]), "somebody else’s rows counted"
        shown = deals.show(world.desks[PETER], odd)
        assert shown.versions[0].odd
        row = shown.school(world.home(PETER))
        assert row is None or not row.agreed, "nobody is in a deal that its governors did not agree to"


def test_the_schools_are_real(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Bench.open(tmp_path, monkeypatch) as bench:
        world = DealWorld.begin(bench, 1)
        assert {world.desks[""].trust.roots[world.home(urn)].urn for urn in URNS} == set(URNS)
        assert len(URNS) == 8
