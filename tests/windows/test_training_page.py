"""The Training page through its widgets: places, naming people, offering a spare place, sessions, the plan."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QWidget

from bursar_desk.services import history, training_moves, training_sessions
from bursar_desk.services import training_places as places
from bursar_desk.services.sample import SampleMade
from bursar_desk.services.training_moves import Purchase
from bursar_desk.services.training_sessions import NewSession
from bursar_desk.ui.pages.training import TrainingPage
from bursar_desk.ui.pages.training_asks import OfferForm, OutcomeForm, SwapForm
from bursar_desk.ui.pages.training_book import BookPane
from bursar_desk.ui.pages.training_detail import SchoolPane
from bursar_desk.ui.pages.training_forms import BuyForm, NoReleaseForm, SessionForm, WishForm
from bursar_desk.ui.pages.training_sessions import SessionPane
from tests.services import sample_fixture
from tests.services.commands_kit import done
from tests.services.small_school import CLARE, DAWN, TERRY, Small, without_waiting
from tests.windows.cluster_bench import Hand
from tests.windows.desk_bench import Shown, click, open_small, settle, window_on
from tests.windows.page_bench import buttons, cut_off, desk_of, nameless, press_button, words_of

IOSH = "IOSH Managing Safely"
FIRST, LAST = dt.date(2027, 2, 2), dt.date(2027, 2, 4)


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Small:
    """A school with a lone caretaker, four places of its own and a session in February."""
    without_waiting(monkeypatch)
    monkeypatch.setenv("BURSAR_DESK_LOCAL", str(tmp_path / "local"))
    made = Small.found(tmp_path)
    made.add("FIRE-04", doer=TERRY)
    made.done("FIRE-04", dt.date(2026, 11, 16))
    with made.desk(write=True) as desk:
        session, _ = training_sessions.add(desk, NewSession(
            IOSH, FIRST, LAST, "Tern Training", venue="Town hall", seats=8, name_by=dt.date(2027, 1, 15)
        ))  # fmt: skip
        training_moves.buy(desk, Purchase(IOSH, 4, 27_000, 39_500, "Price list", session))
    return made


@pytest.fixture
def shown(small: Small) -> Iterator[Shown]:
    with window_on(open_small(small)) as made:
        yield made


@pytest.fixture
def sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SampleMade:
    made = sample_fixture.copy_of(tmp_path)
    monkeypatch.setenv("BURSAR_DESK_LOCAL", str(tmp_path / "local"))
    return made


def training_page(shown: Shown) -> TrainingPage:
    page = shown.page("training")
    assert isinstance(page, TrainingPage)
    return page


def click_on(hand: Hand, widget: QWidget) -> None:
    """Click something that is not a button with words, where it can be seen, and count it."""
    assert widget.window().childAt(widget.mapTo(widget.window(), widget.rect().center())) is widget
    hand.clicks += 1
    click(widget)


def book_pane(page: TrainingPage) -> BookPane:
    pane = page.split.detail
    assert isinstance(pane, BookPane)
    return pane


def test_j11_two_people_are_named_and_a_spare_place_is_offered_in_at_most_seven_clicks(
    shown: Shown, small: Small
) -> None:
    with Hand(7) as hand:
        hand.open_page(shown, "training")
        page = shown.frame.page("training") if hasattr(shown.frame, "page") else training_page(shown)
        assert isinstance(page, TrainingPage)
        told = words_of(page)
        for said in ("£270.00", "a place; £395.00 alone", "4", "Name four people by Friday 15 January 2027."):
            assert said in told
        hand.click(page, "Name people for Feb 2027")
        pane = book_pane(page)
        click_on(hand, pane.ticks[small.people[DAWN]])
        click_on(hand, pane.ticks[small.people[CLARE]])
        hand.click(page, "Book 2 places")
        hand.click(page, "Offer a place")
        hand.click(page, "Offer 1 place")
    held = places.read(shown.desk)
    tally = held.stock.tallies[shown.desk.home]
    assert (tally.booked, tally.spare, len(held.stock.spare(shown.desk.home, offered=False))) == (2, 2, 1)
    told = words_of(page)
    assert "2 booked" not in told  # the table is painted; the pane names them
    assert "Dawn Hill" in told
    assert "Clare Brennan" in told
    assert "To the cluster" in told
    assert hand.clicks == 7


def test_a_lone_caretakers_iosh_day_shows_the_gap_before_it_is_booked(shown: Shown, small: Small) -> None:
    page = training_page(shown)
    press_button(page, "Name people for Feb 2027")
    pane = book_pane(page)
    click(pane.ticks[small.people[TERRY]])
    told = words_of(pane)
    assert "While Terry Walsh is on the course" in told
    assert "Tue 2 Feb: nobody to unlock or lock up" in told
    assert "Thu 4 Feb: nobody to unlock or lock up" in told
    assert places.read(shown.desk).bookings == ()
    strip = next(one for one in pane.findChildren(QWidget) if one.accessibleName().startswith("While Terry Walsh"))
    bottom = strip.mapTo(pane, strip.rect().bottomLeft()).y()
    assert strip.isVisible()
    assert bottom < pane.save_button.mapTo(pane, pane.save_button.rect().topLeft()).y()
    assert strip.mapTo(pane, strip.rect().topLeft()).y() > 0
    assert pane.save_button.words() == "Book 1 place with the gap"
    click(pane.ticks[small.people[TERRY]])
    assert "Terry Walsh is on the course" not in words_of(pane)
    assert not pane.save_button.isEnabled()
    click(pane.ticks[small.people[DAWN]])
    assert pane.save_button.words() == "Book 1 place"


def test_the_heads_yes_is_noted_and_how_it_went_closes_the_place(small: Small) -> None:
    from bursar_desk.services import training_booking

    with small.desk(write=True) as desk:
        session = next(iter(places.read(desk).sessions))
        training_booking.book(desk, session, [small.people[DAWN], small.people[CLARE]])
    with window_on(open_small(small)) as shown:
        page = training_page(shown)
        assert "Needs the head’s yes" in words_of(page)
        press_button(page, "Note the head’s yes for 2")
        assert "Clare Brennan said yes" in words_of(page)
    small.today = dt.date(2027, 2, 8)
    with window_on(open_small(small)) as shown:
        page = training_page(shown)
        assert "Say how it went" in words_of(page)
        click(next(one for one in buttons_of(page) if one.accessibleName() == "Say how it went: Dawn Hill"))
        form = page.split.detail
        assert isinstance(form, OutcomeForm)
        form.number.setText("MS 0417")
        form.expires.edit.setText("4 February 2031")
        assert cut_off(page) == []
        press_button(page, "Save result")
        (card,) = [one for one in _training(shown) if one.number == "MS 0417"]
        assert (card.passed_on, card.expires_on) == (LAST, dt.date(2031, 2, 4))
        click(next(one for one in buttons_of(page) if one.accessibleName() == "Say how it went: Clare Brennan"))
        form = page.split.detail
        assert isinstance(form, OutcomeForm)
        form.outcome.set_key("not attended")
        form.outcome.picked.emit("not attended")
        assert not form.number.isVisible()
        press_button(page, "Save result")
        tally = places.read(shown.desk).stock.total
        assert (tally.passed, tally.lapsed, tally.spare) == (1, 3, 0)  # nobody was named on two: their day is past
        assert "Passed, 2 to 4 Feb 2027" in words_of(page)


def _training(shown: Shown) -> list[Any]:
    from db.queries.people import training

    with shown.desk.store.connect() as con:
        return list(training(con, shown.desk.home))


def test_somebody_else_goes_instead_and_the_gap_is_seen_first(small: Small) -> None:
    from bursar_desk.services import training_booking

    with small.desk(write=True) as desk:
        session = next(iter(places.read(desk).sessions))
        training_booking.book(desk, session, [small.people[DAWN]])
    with window_on(open_small(small)) as shown:
        page = training_page(shown)
        press_button(page, "Change")
        form = page.split.detail
        assert isinstance(form, SwapForm)
        form.person.set_key(small.people[TERRY])
        form.person.picked.emit(small.people[TERRY])
        settle()
        assert "While Terry Walsh is on the course" in words_of(form)
        assert cut_off(page) == []
        press_button(page, "Swap people with the gap")
        assert "Terry Walsh" in words_of(page)
        states = {one.person: one.state for one in places.read(shown.desk).bookings}
        assert states == {small.people[DAWN]: "swapped", small.people[TERRY]: "booked"}


def test_an_offer_is_made_with_its_price_and_the_day_to_answer_by(shown: Shown) -> None:
    page = training_page(shown)
    press_button(page, "Offer a place")
    form = page.split.detail
    assert isinstance(form, OfferForm)
    form.price.setText("270")
    form.by.edit.setText("1 December 2026")
    form.count.set_value(Decimal(2))
    assert cut_off(page) == []
    press_button(page, "Offer 2 places")
    held = places.read(shown.desk)
    assert [(one.price, one.answer_by) for one in held.moves] == [(27_000, dt.date(2026, 12, 1))] * 2
    assert "1 place, for £270.00, answer by 1 Dec 2026" in words_of(page)


def test_a_request_of_our_own_is_taken_back_on_the_page(shown: Shown) -> None:
    training_moves.wish(shown.desk, IOSH, 2)
    page = training_page(shown)
    page.reload()
    settle()
    assert "Your school asked for more" in words_of(page)
    press_button(page, "Take back")
    assert [one.state for one in places.read(shown.desk).wishes] == ["withdrawn"]
    assert "Your school asked for more" not in words_of(page)


def buttons_of(page: QWidget) -> list[QWidget]:
    from bursar_desk.ui.widgets import Button

    return [one for one in page.findChildren(Button) if one.isVisible()]


def test_the_table_says_every_schools_places_and_the_sum_holds(sample: SampleMade) -> None:
    with window_on(desk_of(sample, sample_fixture.THIRD)) as shown:
        page = training_page(shown)
        model = page.places.table.places
        said = [[str(model.index(n, c).data()) for c in range(model.columnCount())] for n in range(model.rowCount())]
        assert said[0][1:] == ["2", "none", "none", "none", "2 spare"]
        assert said[-1][0] == "All 4 schools"
        view = places.course_view(page.data, IOSH)
        assert view.adds_up
        assert f"{view.total.tally.spare} spare" in said[-1][-1]
        assert isinstance(page.split.detail, SchoolPane)
        assert "Name two people by" in words_of(page.split.detail)
        assert cut_off(page) == []
        assert nameless(page) == []


def test_choosing_a_school_shows_its_places_and_only_ones_own_can_be_named(sample: SampleMade) -> None:
    with window_on(desk_of(sample, sample_fixture.THIRD)) as shown:
        page = training_page(shown)
        other = next(one.school for one in places.course_view(page.data, IOSH).rows if one.tally.passed)
        page.places.table.choose(other)
        settle()
        pane = page.split.detail
        assert isinstance(pane, SchoolPane)
        assert pane.title == page.data.school(other)
        assert not any(one.startswith("Name people") for one in buttons(pane))


def test_an_office_buys_for_all_its_schools_and_names_nobody(sample: SampleMade) -> None:
    with window_on(desk_of(sample, role="cluster")) as shown:
        page = training_page(shown)
        before = places.read(shown.desk).stock.total.bought
        press_button(page, "Buy places")
        form = page.split.detail
        assert isinstance(form, BuyForm)
        form.price.setText("250")
        form.alone.setText("200")
        press_button(page, "Save purchase")
        view = places.course_view(places.read(shown.desk), IOSH)
        assert view.total.tally.bought == before + 2 * len(view.rows)
        assert not any(one.startswith("Name people") for one in buttons(page))


def test_buying_dearer_than_alone_says_so(small: Small) -> None:
    with small.desk(write=True) as desk:
        training_moves.buy(desk, Purchase("Ladders and steps", 2, 15_000, 9_000, "Open course"))
    with window_on(open_small(small)) as shown:
        page = training_page(shown)
        page.focus_on(course="Ladders and steps")
        settle()
        assert "Together this costs £120 more against buying alone." in words_of(page)


def test_a_session_is_added_from_requests_and_cancelled_again(shown: Shown) -> None:
    training_moves.wish(shown.desk, "Ladders and steps", 2)
    page = training_page(shown)
    page.reload()
    settle()
    click(next(one for one in page.views.findChildren(QWidget) if one.accessibleName() == "Sessions"))
    assert "Ladders and steps" in words_of(page)
    press_button(page, "Plan a session")
    form = page.split.detail
    assert isinstance(form, SessionForm)
    press_button(page, "Save session")
    assert "First day" in words_of(form)
    form.first.edit.setText("8 March 2027")
    form.price.setText("lots")
    press_button(page, "Save session")
    assert form.form.row("price").message
    form.price.setText("")
    press_button(page, "Save session")
    made = [one for one in places.read(shown.desk).sessions.values() if one.course == "Ladders and steps"]
    assert [(one.first, len(one.wishes)) for one in made] == [(dt.date(2027, 3, 8), 1)]
    assert "Nobody waits for a course." in words_of(page)
    page.sessions.table.choose(made[0].id)
    settle()
    assert isinstance(page.split.detail, SessionPane)
    assert "Planned from requests" in words_of(page)
    press_button(page, "Cancel session")
    from bursar_desk.ui.widgets.question import Question

    (asked,) = page.findChildren(Question)
    click(asked.buttons["cancel"])
    assert places.read(shown.desk).sessions[made[0].id].cancelled


def test_a_school_asks_for_places_and_sees_what_others_offer(shown: Shown, small: Small) -> None:
    page = training_page(shown)
    press_button(page, "Ask for places")
    form = page.split.detail
    assert isinstance(form, WishForm)
    press_button(form, "Ask for places")
    assert [one.count for one in places.read(shown.desk).wishes] == [1]
    assert page.unsaved() == ""


def test_a_place_offered_to_us_is_taken_with_one_click(sample: SampleMade, tmp_path: Path) -> None:
    giver = sample_fixture.register_of(sample, sample_fixture.THIRD).path
    taker = sample_fixture.register_of(sample, sample_fixture.STORY).path
    offer = ("training", "places", "offer", "--to", sample_fixture.STORY, "--course", IOSH)
    done(*offer, register=giver, on="2026-11-20")
    done("export", tmp_path / "offer.bdx", "--to", sample_fixture.STORY, register=giver, on="2026-11-20")
    done("merge", tmp_path / "offer.bdx", register=taker, on="2026-11-20")
    with window_on(desk_of(sample, sample_fixture.STORY)) as shown:
        page = training_page(shown)
        assert "Offered to your school" in words_of(page)
        with Hand(1) as hand:
            hand.click(page, "Take it")
        assert "Received from St Illtud’s" in words_of(page)
        tally = places.read(shown.desk).stock.tallies[shown.desk.home]
        assert (tally.received, tally.spare, tally.adds_up) == (1, 2, True)
        assert "Offered to your school" not in words_of(page)


def test_the_page_stands_in_a_narrow_window_and_its_details_take_the_whole_width(sample: SampleMade) -> None:
    with window_on(desk_of(sample, sample_fixture.THIRD), width=760, height=700) as shown:
        page = training_page(shown)
        assert "Name two people by" not in words_of(page)
        page.places.table.setFocus()
        page.places.table.selectRow(0)
        page.places.table.opened.emit()
        settle()
        assert isinstance(page.split.detail, SchoolPane)
        assert cut_off(page) == []


def test_days_nobody_can_go_are_entered_and_taken_out(shown: Shown, small: Small) -> None:
    page = training_page(shown)
    click(next(one for one in page.views.findChildren(QWidget) if one.accessibleName() == "Sessions"))
    press_button(page, "Days nobody can go")
    form = page.split.detail
    assert isinstance(form, NoReleaseForm)
    form.first.edit.setText("3 February 2027")
    press_button(page, "Save days")
    assert [one.first for one in places.read(shown.desk).no_release] == [dt.date(2027, 2, 3)]
    click(next(one for one in page.views.findChildren(QWidget) if one.accessibleName() == "Places"))
    press_button(page, "Name people for Feb 2027")
    pane = book_pane(page)
    click(pane.ticks[small.people[DAWN]])
    assert "This school can let nobody go on Wednesday 3 February 2027." in words_of(pane)
    assert not pane.save_button.isEnabled()
    click(pane.ticks[small.people[DAWN]])
    click(next(one for one in page.views.findChildren(QWidget) if one.accessibleName() == "Sessions"))
    press_button(page, "Days nobody can go")
    press_button(page, "Take out")
    assert places.read(shown.desk).no_release == ()


def test_the_plan_who_goes_is_shown_with_reasons_and_booked_in_one_act(shown: Shown) -> None:
    from bursar_desk.ui.pages.training_plan import PlanPane

    page = training_page(shown)
    press_button(page, "Plan who goes")
    pane = page.split.detail
    assert isinstance(pane, PlanPane)
    assert pane.planned is not None
    wanted = pane.planned.ours
    before = len(history.recent(shown.desk))
    assert pane.planned.proposal.sentence in words_of(pane)
    assert wanted
    for one in pane.planned.proposal.assignments:
        assert one.name in words_of(pane)
        assert one.because in words_of(pane)
    press_button(page, "Book")
    booked = places.read(shown.desk).bookings
    assert {one.person for one in booked} == {person for people in wanted.values() for person in people}
    assert len(history.recent(shown.desk)) == before + 1
    history.undo(shown.desk)
    assert not any(one.state == "booked" for one in places.read(shown.desk).bookings)
