"""Of schools without a file nothing is said; how quotes were weighed travels with the offer to every school."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from bursar_desk.services import agreements, buying, deals, deals_home, deals_quotes, deals_words
from bursar_desk.services.desk import Desk
from bursar_desk.services.reporting_deals import deal_paper
from tests.services import buying_kit
from tests.services.buying_world import World
from tests.services.sample_fixture import ON, SECONDARY, STORY, built, register_of
from tests.storage.workbench import Bench

PARTS = [{"name": "Quality", "weight": 40}]
FROZEN = {"price": 60, "parts": PARTS, "said_on": "2026-10-15", "opened_on": "2026-10-23"}
FIXED = "Weights were fixed on Thursday 15 October 2026, before quotes were opened on Friday 23 October 2026: "
SAID = f"{FIXED}Price 60, Quality 40."


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setenv("BURSAR_DESK_LOCAL", str(tmp_path / "local"))
    with Bench.open(tmp_path, monkeypatch) as bench:
        yield World.begin(bench)


def test_how_quotes_were_weighed_travels_with_the_offer_to_a_school_without_the_purchase(world: World) -> None:
    world.propose()
    lead, other = world.desks[2], world.desks[0]
    row = buying_kit.started(lead, buying.NewBuying("Grounds", "grounds", yearly=1_130_000, months=36))
    buying_kit.weighted(lead, row)
    quotes = buying_kit.quoted(lead, row)
    buying_kit.opened(lead, row, quotes)
    buying_kit.marked(lead, row, quotes)
    deals.offer(lead, world.deal, deals.NewOffer("Hartwell Cleaning", 1_140_000, 228_000, buying=row, why="Quotes"))
    deals.share(lead, world.deal, deals.NewSharing((("pupils", 10_000),), "January census", "A new price"))
    world.exchange()
    weighed = "Price 40, Quality of work 40, Response 20."
    for desk in (lead, other):
        offer = deals.show(desk, world.deal).offer
        assert offer is not None
        assert deals_quotes.weighed_words(offer.compared).endswith(weighed)
        assert any(weighed in one for one in deal_paper(desk, world.deal, other.home).quote_words)
    assert all(one.whole is not None and one.score for one in deal_paper(other, world.deal).quotes)


@pytest.mark.parametrize(
    ("weights", "said"),
    [
        (FROZEN, SAID), (FROZEN | {"opened_on": "odd", "said_on": 7}, "Weights were fixed: Price 60, Quality 40."),
        (FROZEN | {"price": 61}, ""), (FROZEN | {"parts": "odd"}, ""), (FROZEN | {"parts": [3, None]}, ""),
        ("odd", ""), (None, ""), ({}, ""),
    ],
)  # fmt: skip
def test_odd_weights_of_another_computer_say_nothing_and_break_nothing(weights: Any, said: str) -> None:
    assert deals_quotes.weighed_words(json.loads(json.dumps([{"supplier": "A"}, {"weights": weights}]))) == said


@pytest.mark.parametrize(
    ("quote", "said"),
    [
        ({"score": 8720, "price_score": 5820, "quality_score": 2900}, "Score 87.20: price 58.20, quality 29.00"),
        ({"score": 8720}, "Score 87.20"), ({"score": True}, ""), ({"score": "many"}, ""), ({"score": -3}, ""), ({}, ""),
    ],
)  # fmt: skip
def test_scores_are_said_as_people_read_them(quote: Mapping[str, Any], said: str) -> None:
    assert deals_quotes.marks_words(quote) == said


# --- the practice partnership -----------------------------------------------------------------------------------------


def test_an_office_without_files_says_so_and_calls_nobody_unbound() -> None:
    office = next(one for one in built().registers if one.role == "cluster")
    with Desk.open(office.path, on=ON, read_only=True) as desk:
        lines = deals.listing(desk)
        assert lines
        for line in lines:
            view = deals.show(desk, line.id)
            assert line.yes_words == deals_words.NO_FILE
            assert {one.governors_words for one in view.rows} == {deals_words.NO_FILE}
            assert [one.look for one in view.warnings] == ["not_known"]
            assert "what their governors decided is not known here" in view.warnings[0].words
            assert not any("not bound" in one.detail or "memorandum" in one.words for one in view.warnings)
        (memorandum,) = agreements.listing(desk)
        assert [one.look for one in memorandum.findings] == ["not_known"]
        assert {one.words for one in memorandum.parties} == {"no file yet, so its decision is not known here."}
        assert deals_home.rows(desk) == ()


@pytest.mark.parametrize("urn", [STORY, SECONDARY])
def test_a_practice_schools_contract_in_a_deal_costs_what_the_deal_says(urn: str) -> None:
    from db.queries.contracts import contracts
    from db.queries.deals import deals as rows

    with Desk.open(register_of(built(), urn).path, on=ON, read_only=True) as desk:
        with desk.store.connect() as con:
            signed = {one.id: one for one in rows(con) if one.signed_on is not None}
            held = [one for one in contracts(con, desk.home) if one.deal is not None]
        (one,) = held
        view = deals.show(desk, one.deal or b"")
        ours = view.school(desk.home)
        assert ours is not None
        assert view.contract == one.id
        assert one.deal in signed
        assert (one.yearly, one.first, one.last) == (ours.would_pay, view.row.first, view.row.last)
        assert ours.difference == (ours.pays_now or 0) - (one.yearly or 0)
        undecided = next(view for view in deals.listing(desk) if view.row.signed_on is None)
        offer = deals.show(desk, undecided.id).offer
        assert offer is not None
        assert "Price 60, Quality of work 30, References 10" in deals_quotes.weighed_words(offer.compared)
        for each in offer.compared:
            assert each["score"] == each["price_score"] + each["quality_score"]
