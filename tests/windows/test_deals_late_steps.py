"""What a school does once a deal is signed, by the real widgets: it joins late, stays, writes its contract."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from bursar_desk.services import contracts, deals
from bursar_desk.ui.pages.deals_forms_steps import JoinPane, LeavePane, ReasonPane
from tests.services import neighbours
from tests.services.sample_fixture import NEIGHBOUR, ON, SECONDARY, STORY, register_of
from tests.services.small_school import without_waiting
from tests.windows import deals_kit as kit
from tests.windows.deals_kit import deals_page, steps, take
from tests.windows.desk_bench import settle, window_on
from tests.windows.page_bench import desk_of, words_of


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    without_waiting(monkeypatch)


def of_two(tmp_path: Path) -> kit.Made:
    """Two schools signed a deal that a third one was not asked for and has heard of."""
    made = neighbours.copied(neighbours.founded(), tmp_path / "registers")
    pair = tuple(register_of(made, urn).school_id for urn in (NEIGHBOUR, SECONDARY))
    with desk_of(made, SECONDARY) as desk:
        view, _ = deals.propose(desk, deals.NewDeal(
            kit.TITLE, "grounds", pair, pair[1], first=dt.date(2027, 4, 1), last=dt.date(2030, 3, 31)
        ))  # fmt: skip
        deal = view.line.id
        deals.offer(desk, deal, deals.NewOffer("Redvale Grounds", kit.PRICE, kit.VAT, months=36))
        deals.share(desk, deal, deals.NewSharing((("equal", 10_000),), "Both alike"))
        kit.decide(desk, deal)
    kit.send(made, SECONDARY, (NEIGHBOUR,))
    with desk_of(made, NEIGHBOUR) as desk:
        kit.decide(desk, deal)
    kit.send(made, NEIGHBOUR, (SECONDARY,))
    with desk_of(made, SECONDARY) as desk:
        deals.sign(desk, deal, by="Angela Moss", on=ON)
    kit.send(made, SECONDARY, (STORY,))
    return kit.Made(made, deal)


def test_a_school_asks_to_join_late_is_seen_by_the_keeper_and_takes_its_wish_back(tmp_path: Path) -> None:
    found = of_two(tmp_path)
    with window_on(desk_of(found.registers, STORY)) as shown:
        page = deals_page(shown, found.deal)
        form = take(page, "Join late")
        assert isinstance(form, JoinPane)
        form.from_day.set_day(dt.date(2027, 9, 1))
        form.save()
        assert "Type its number, like 5/2." in words_of(form)
        form.minute.setText("9/1")
        form.save()
        settle()
        ours = deals.show(shown.desk, found.deal).school(shown.desk.home)
        assert ours is not None
        assert (ours.step_words, ours.would_pay) == ("Asks to join from 1 Sep 2027", None)
        assert "Take back our wish to join" in steps(page)
        assert "Stay in the deal" not in steps(page)
    kit.send(found.registers, STORY, (SECONDARY,))
    with window_on(desk_of(found.registers, SECONDARY)) as shown:
        assert "St Willibrord’s asks to join from 1 September 2027." in words_of(deals_page(shown, found.deal))
    with window_on(desk_of(found.registers, STORY)) as shown:
        page = deals_page(shown, found.deal)
        form = take(page, "Take back our wish to join")
        assert isinstance(form, ReasonPane)
        assert "We do not join; nothing was agreed yet." in words_of(form)
        form.save()
        settle()
        after = deals.show(shown.desk, found.deal).school(shown.desk.home)
        assert after is None or after.step_words == ""
        assert "Join late" in steps(page)


def test_a_school_that_gave_notice_stays_after_all_and_the_day_is_not_said_again(tmp_path: Path) -> None:
    found = kit.signed(tmp_path)
    with window_on(desk_of(found.registers, STORY)) as shown:
        page = deals_page(shown, found.deal)
        leave = take(page, "Leave early")
        assert isinstance(leave, LeavePane)
        leave.minute.setText("8/1")
        leave.save()
        settle()
        stay = take(page, "Stay in the deal")
        assert isinstance(stay, ReasonPane)
        assert "Our notice is taken back." in words_of(stay)
        stay.save()
        settle()
        ours = deals.show(shown.desk, found.deal).school(shown.desk.home)
        assert ours is not None
        assert (ours.leaves_on, ours.agreed) == (None, True)
        again = take(page, "Leave early")
        assert isinstance(again, LeavePane)
        again.minute.setText("8/2")
        again.save()
        settle()
        assert "We took our step back on Friday 20 November 2026, and of one day that counts." in words_of(again)
        assert len(deals.show(shown.desk, found.deal).school(shown.desk.home).steps) == 2  # type: ignore[union-attr]


def test_our_contract_is_written_from_the_deal_at_our_share_and_only_once(tmp_path: Path) -> None:
    found = kit.signed(tmp_path)
    with window_on(desk_of(found.registers, STORY)) as shown:
        page = deals_page(shown, found.deal)
        next(one for one in page.head.menu.actions() if one.text() == "Write our contract").trigger()
        settle()
        (line,) = contracts.listing(shown.desk)
        ours = deals.show(shown.desk, found.deal).school(shown.desk.home)
        assert ours is not None
        assert (line.title, line.supplier_name, line.yearly) == (kit.TITLE, "Redvale Grounds", ours.would_pay)
        assert (line.row.deal, line.row.first, line.row.last) == (
            found.deal, dt.date(2027, 4, 1), dt.date(2030, 3, 31))  # fmt: skip
        assert line.in_deal
        assert "Write our contract" not in steps(page)
