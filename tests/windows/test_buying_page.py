"""The page Buying by its real widgets: services decided with a minute, and a purchase from the rule to its choice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPlainTextEdit, QScrollBar

from bursar_desk.domain.acts import ActCode
from bursar_desk.services import buying, service_reviews
from bursar_desk.services.service_reviews import NewReview
from bursar_desk.ui.pages.buying import QUOTES, SERVICES, BuyingPage
from bursar_desk.ui.pages.buying_detail import PurchasePane
from bursar_desk.ui.pages.buying_forms import BandsForm, QuoteForm, RouteForm, StartForm, WeightsForm
from bursar_desk.ui.pages.buying_judge import ChooseForm, ContractForm, DeclareForm, MarkForm, OpenForm, StopForm
from bursar_desk.ui.pages.buying_services import DecideForm, ServiceForm, ServicePane
from tests.services import buying_kit as kit
from tests.services.small_school import FRIDAY, Small, without_waiting
from tests.windows.desk_bench import Shown, open_small, settle, window_on
from tests.windows.page_bench import Chosen, buttons, cut_off, nameless, press_button, words_of


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Small:
    monkeypatch.setenv("BURSAR_DESK_LOCAL", str(tmp_path / "local"))
    without_waiting(monkeypatch)
    return Small.found(tmp_path)


@pytest.fixture
def shown(small: Small) -> Iterator[Shown]:
    with window_on(open_small(small)) as one:
        yield one


def page_of(shown: Shown, view: str = SERVICES) -> BuyingPage:
    page = shown.page("buying")
    assert isinstance(page, BuyingPage)
    if page.at != view:
        page.views._pick(view)
        settle()
    return page


def test_a_service_is_added_and_decided_with_body_and_minute(shown: Shown) -> None:
    page = page_of(shown)
    assert "No services are listed for this year" in words_of(page)
    press_button(page, "Add a service")
    form = page.split.detail
    assert isinstance(form, ServiceForm)
    form.service.set_key("payroll")
    form.provider.setText("The council")
    form.price.set_text("4,980")
    form.document.setText("Invoice 12")
    form.dated.set_day(dt.date(2026, 4, 2))
    form.opt_out.set_day(FRIDAY + dt.timedelta(days=20))
    press_button(page, "Add service")
    pane = page.split.detail
    assert isinstance(pane, ServicePane)
    assert "Decide by 10 Dec 2026, in 20 days." in words_of(pane)
    press_button(page, "Note the decision")
    decide = page.split.detail
    assert isinstance(decide, DecideForm)
    press_button(page, "Note decision")
    assert "Name the minute." in words_of(decide)
    decide.route.set_key("cluster")
    decide.who.setText("Finance committee")
    decide.minute.setText("6.2")
    decide.on.set_day(FRIDAY)
    press_button(page, "Note decision")
    (line,) = service_reviews.review(shown.desk).lines
    assert line.minute_words == "Finance committee, minute 6.2, 20 Nov 2026"
    assert "1 service, all decided: 1 as a cluster." in words_of(page)
    assert "Buy as a cluster" in words_of(page.split.detail or page)


def test_a_year_is_filled_in_from_contracts_with_one_press(shown: Shown) -> None:
    with shown.desk.act(ActCode.ADD_CONTRACT, subject="Cleaning") as act:
        act.create("contract", {"title": "Cleaning", "service": "cleaning", "state": "live", "yearly": 2_136_000,
                                "first": dt.date(2024, 9, 1), "last": dt.date(2027, 8, 31)})  # fmt: skip
    page = page_of(shown)
    press_button(page, "Fill in from contracts")
    assert [one.service_words for one in page.data.review.lines] == ["Cleaning"]
    assert "£21,360 a year, without VAT" in words_of(page)


def test_a_purchase_goes_from_the_rule_to_the_choice(shown: Shown) -> None:
    page = page_of(shown, QUOTES)
    press_button(page, "Start a purchase")
    form = page.split.detail
    assert isinstance(form, StartForm)
    form.name.setText("Cleaning")
    form.service.set_key("cleaning")
    form.yearly.set_text("14,000")
    press_button(page, "Start purchase")
    pane = page.split.detail
    assert isinstance(pane, PurchasePane)
    assert "£50,400 with VAT: 3 quotes, Finance committee approves" in words_of(pane)
    press_button(page, "Fix the weights")
    weights = page.split.detail
    assert isinstance(weights, WeightsForm)
    weights.price.setText("50")
    assert weights.total.text() == "Together 110 of 100: they must be 100"
    press_button(page, "Fix the weights")
    assert buying.listing(shown.desk)[0].next_words == "Fix how quotes are judged"
    weights.price.setText("40")
    press_button(page, "Fix the weights")
    for name in kit.FIRMS:
        press_button(page, "Enter a quote")
        quote = page.split.detail
        assert isinstance(quote, QuoteForm)
        quote.name.setText(name)
        press_button(page, "Save quote")
    assert words_of(page.split.detail or page).count("Hidden") == 3
    _open(page)
    _mark_and_declare(page)
    press_button(page, "Say how it is bought")
    route = page.split.detail
    assert isinstance(route, RouteForm)
    route.fields["approved_by"].setText("Finance committee")
    press_button(page, "Save")
    press_button(page, "Choose a quote")
    choose = page.split.detail
    assert isinstance(choose, ChooseForm)
    assert "A reason is needed: it is not the cheapest." in words_of(choose)
    press_button(page, "Choose quote")
    assert "Write the reason in a sentence." in words_of(choose)
    choose.why.setPlainText("Better work")
    press_button(page, "Choose quote")
    (view,) = buying.views(shown.desk)
    assert view.line.stage == "chosen"
    assert "Hartwell Cleaning is chosen, 20 Nov 2026." in words_of(page)
    press_button(page, "Make the contract")
    contract = page.split.detail
    assert isinstance(contract, ContractForm)
    contract.first.set_day(dt.date(2027, 4, 1))
    press_button(page, "Make draft contract")
    from bursar_desk.services import contracts

    (line,) = contracts.listing(shown.desk, every=True)
    assert (line.title, line.row.buying) == ("Cleaning", view.line.row.id)


def _open(page: BuyingPage) -> None:
    press_button(page, "Open the quotes")
    form = page.split.detail
    assert isinstance(form, OpenForm)
    press_button(page, "Open quotes")
    assert "Name who is with you." in words_of(form)
    form.beside.setText("Clare Brennan")
    names = {one.row.id: one.name for one in page.data.purchases[0].quotes}
    for row, field in form.yearly.items():
        field.set_text(str(kit.FIRMS[names[row]] // 100))
    press_button(page, "Open quotes")


def _mark_and_declare(page: BuyingPage) -> None:
    for _ in kit.FIRMS:
        press_button(page, "Mark a quote")
        form = page.split.detail
        assert isinstance(form, MarkForm)
        press_button(page, "Save marks")
        assert "Choose a mark from 0 to 10." in words_of(form)
        firm = form.title.removeprefix("Mark ")
        for picker, score in zip(form.scores.values(), kit.MARKS[firm], strict=True):
            picker.set_key(score)
        press_button(page, "Save marks")
    press_button(page, "Declare interests")
    form = page.split.detail
    assert isinstance(form, DeclareForm)
    press_button(page, "Note declaration")
    assert "Tick “Nothing to declare”" in words_of(form)
    form.nothing.setChecked(True)
    press_button(page, "Note declaration")


def test_best_value_and_cheapest_stand_side_by_side_and_prices_show_only_when_opened(shown: Shown) -> None:
    row, _quotes = kit.ready(shown.desk)
    closed = kit.started(shown.desk, buying.NewBuying("Photocopiers", "photocopiers", yearly=320_000, months=60))
    kit.quoted(shown.desk, closed, ("Marlow",))
    page = page_of(shown, QUOTES)
    page.focus_on(buying=row)
    settle()
    said = words_of(page.split.detail or page)
    for part in ("Best value", "88.41 marks, £43,500", "Cheapest", "£39,600, 76.00 marks", "36.41", "52.00"):
        assert part in said
    page.focus_on(buying=closed)
    settle()
    said = words_of(page.split.detail or page)
    assert "Hidden" in said
    assert "Best value" not in said


def test_the_rules_for_quotes_are_set_on_the_page(shown: Shown) -> None:
    page = page_of(shown, QUOTES)
    press_button(page, "Rules for quotes")
    form = page.split.detail
    assert isinstance(form, BandsForm)
    form.rows[1][0].setText("5,000")
    form.rows[2][1].setText("many")
    press_button(page, "Save rules")
    assert "Type whole pounds and a number of quotes." in words_of(form)
    form.rows[2][1].setText("3")
    press_button(page, "Save rules")
    assert [one.first for one in buying.bands(shown.desk)] == [0, 500_000, 1_000_000]


def test_a_file_of_an_opened_quote_is_saved_as_a_copy(shown: Shown, tmp_path: Path) -> None:
    paper = tmp_path / "quote.txt"
    paper.write_text("Our price", encoding="utf-8")
    row = kit.started(shown.desk, buying.NewBuying("Windows", "window cleaning", yearly=0, once=10_000, route="direct"))
    page = page_of(shown, QUOTES)
    page.files.ask = Chosen(tmp_path / "copies", [paper])  # type: ignore[assignment]  # stands for the dialog
    (tmp_path / "copies").mkdir()
    press_button(page, "Enter a quote")
    form = page.split.detail
    assert isinstance(form, QuoteForm)
    form.name.setText("Brightside")
    press_button(page, "Attach the quote")
    assert "quote.txt" in words_of(form)
    press_button(page, "Save quote")
    assert "1 file, closed" in words_of(page.split.detail or page)
    assert "quote.txt" not in buttons(page)
    (quote,) = buying.show(shown.desk, row).quotes
    kit.FIRMS.setdefault("Brightside", 1)
    kit.opened(shown.desk, row, {"Brightside": quote.row.id})
    page.reload()
    settle()
    press_button(page, "quote.txt")
    assert (tmp_path / "copies" / "quote.txt").read_text(encoding="utf-8") == "Our price"


def test_going_to_market_starts_a_purchase_and_stopping_needs_a_reason(shown: Shown) -> None:
    row = service_reviews.add(shown.desk, NewReview("broadband", 2026, price=148_800))[0].row.id
    service_reviews.decide(shown.desk, row, "market", body="Governors", minute_ref="1")
    page = page_of(shown)
    press_button(page, "Start buying")
    form = page.split.detail
    assert isinstance(form, StartForm)
    assert (form.name.text(), form.yearly.value()) == ("Broadband", 148_800)
    press_button(page, "Start purchase")
    press_button(page, "Stop purchase")
    stop = page.split.detail
    assert isinstance(stop, StopForm)
    press_button(page, "Stop purchase")
    assert "Say why in a few words." in words_of(stop)
    stop.why.setPlainText("We stay")
    press_button(page, "Stop purchase")
    assert buying.listing(shown.desk) == ()
    assert page.purchases.model.row(0).line.stage_words == "Stopped"


def test_what_somebody_typed_stays_while_they_look_along_the_list(shown: Shown) -> None:
    first = service_reviews.add(shown.desk, NewReview("hr", 2026))[0].row.id
    service_reviews.add(shown.desk, NewReview("legal", 2026))
    page = page_of(shown)
    page.focus_on(service=first)
    settle()
    press_button(page, "Note the decision")
    form = page.split.detail
    assert isinstance(form, DecideForm)
    why = form.findChild(QPlainTextEdit)
    assert why is not None
    why.insertPlainText("Half a reason")
    page.services.table.choose(page.data.review.lines[1].row.id)
    settle()
    assert page.split.detail is form
    assert page.unsaved() == form.title


@pytest.mark.parametrize("width", [1366, 1024, 760])
def test_nothing_is_cut_and_everything_has_a_name(small: Small, width: int) -> None:
    with window_on(open_small(small), width=width) as shown:
        row, _quotes = kit.ready(shown.desk)
        service = service_reviews.add(shown.desk, NewReview("hr", 2026, price=5))[0].row.id
        page = page_of(shown)
        for what in ({"service": service}, {"buying": row}):
            page.focus_on(**what)
            settle()
            assert nameless(page) == []
            assert cut_off(page) == []
            assert not any(one.isVisible() for one in page.findChildren(QScrollBar)
                           if one.orientation() is Qt.Orientation.Horizontal)  # fmt: skip
