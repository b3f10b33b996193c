"""The page of group deals by its real widgets: list, table, tries, where figures come from, decisions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from bursar_desk.domain.deal_stage import Said
from bursar_desk.services import deals
from bursar_desk.ui.pages.deals import DealsPage
from bursar_desk.ui.pages.deals_detail import OfferPane, SchoolDealPane, VersionsPane
from bursar_desk.ui.pages.deals_forms import NO_MINUTE, DealDecisionPane
from bursar_desk.ui.pages.deals_share import SharingPane
from bursar_desk.ui.pages.deals_steps import steps_of
from bursar_desk.ui.pages.deals_table import (
    BASIS,
    DIFFERENCE,
    GOVERNORS,
    NOW,
    SCHOOL,
    TOTAL,
    WOULD,
    SharesTable,
    share_rows,
)
from tests.services.sample_fixture import NEIGHBOUR, ON, SECONDARY, STORY, THIRD
from tests.services.small_school import without_waiting
from tests.windows import deals_kit as kit
from tests.windows.cluster_bench import Hand
from tests.windows.deals_kit import deals_page, steps
from tests.windows.desk_bench import Shown, press, settle, window_on
from tests.windows.page_bench import Chosen, buttons, cut_off, desk_of, nameless, press_button, words_of

COLUMNS = (SCHOOL, BASIS, NOW, WOULD, DIFFERENCE, GOVERNORS)


@pytest.fixture
def found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> kit.Made:
    without_waiting(monkeypatch)
    return kit.answered(tmp_path)


@pytest.fixture
def shown(found: kit.Made) -> Iterator[Shown]:
    with window_on(desk_of(found.registers, STORY)) as one:
        yield one


def table_of(page: DealsPage) -> SharesTable:
    assert page.one is not None
    return page.one.table


def click_cell(table: SharesTable, row: int, column: str) -> None:
    box = table.visualRect(table.model().index(row, COLUMNS.index(column)))
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(box.center()))
    settle()


def said_in(table: SharesTable, row: int) -> list[str]:
    model = table.model()
    return [str(model.index(row, n).data() or "") for n in range(model.columnCount())]


def row_of(table: SharesTable, school: bytes) -> int:
    return table.shares_model.place_of(school)


# --- the list and the table -------------------------------------------------------------------------------------------


def test_a_row_of_the_list_tells_step_answers_price_and_what_it_means_for_us(shown: Shown) -> None:
    page = deals_page(shown)
    (line,) = page.data.data
    table = page.parts["deals"].table  # type: ignore[attr-defined]  # the part of deals has one
    told = [str(table.model().index(0, n).data()) for n in range(table.model().columnCount())]
    assert told[:5] == [kit.TITLE, "Schools decide", "2 of 4 yes", "£14,500.00", "11 Dec 2026"]
    assert "saves £443.01" in told[5]
    assert line.yes == 2
    assert nameless(page) == []
    assert cut_off(page) == []


def test_the_table_shows_every_school_and_adds_up_to_the_penny(shown: Shown, found: kit.Made) -> None:
    page = deals_page(shown, found.deal)
    assert page.head.title == kit.TITLE
    said = words_of(page)
    assert "£14,500.00 a year, shared by 4 schools" in said
    assert "The shares add up to £14,500.00 exactly." in said
    rows = table_of(page).shares_model.rows
    assert sum(one.would or 0 for one in rows if not one.total) == kit.PRICE
    assert rows[-1].total
    assert rows[-1].would == kit.PRICE
    high = said_in(table_of(page), row_of(table_of(page), found.school(SECONDARY)))
    assert high[1:5] == ["901*", "£7,980.00", "£8,488.95", "costs £508.95 more"]
    assert [one.state for one in page.one.trail.steps] == ["done", "done", "now", "later", "later"]  # type: ignore[union-attr]  # it is open
    assert nameless(page) == []
    assert cut_off(page) == []


def test_who_would_pay_more_has_a_shape_and_a_word_and_stands_beside_the_table(shown: Shown, found: kit.Made) -> None:
    page = deals_page(shown, found.deal)
    (dearer,) = [one for one in table_of(page).shares_model.rows if one.dearer]
    assert dearer.school == found.school(SECONDARY)
    picture = table_of(page).grab().toImage()
    box = table_of(page).visualRect(table_of(page).model().index(row_of(table_of(page), dearer.school), 4))
    top = table_of(page).horizontalHeader().height()
    inks = {picture.pixelColor(x, box.center().y() + top).name() for x in range(box.left(), box.right())}
    assert "#8c0f2b" in inks
    pane = page.split.detail
    assert isinstance(pane, SharingPane)
    assert "would pay £508.95 more than now." in words_of(pane)


def test_all_rows_are_seen_without_scrolling_inside_the_table(shown: Shown, found: kit.Made) -> None:
    table = table_of(deals_page(shown, found.deal))
    last = table.visualRect(table.model().index(table.model().rowCount() - 1, 0))
    assert table.viewport().rect().contains(last.center())
    assert table.verticalScrollBar().maximum() == 0


def test_trying_a_way_changes_the_table_and_nothing_in_the_register(shown: Shown, found: kit.Made) -> None:
    page = deals_page(shown, found.deal)
    before = deals.show(shown.desk, found.deal)
    pane = page.split.detail
    assert isinstance(pane, SharingPane)
    pane.choices["equal"].setChecked(True)
    settle()
    rows = table_of(page).shares_model.rows
    assert {one.would for one in rows if not one.total} == {362_500}
    assert rows[-1].would == kit.PRICE
    assert page.one is not None
    assert "Equally: only tried" in words_of(page.one)
    assert "Nothing is agreed by looking." in words_of(page.one)
    assert deals.show(shown.desk, found.deal) == before
    press_button(page.one, "Show what is fixed")
    assert table_of(page).shares_model.rows == tuple(share_rows(before, None))
    assert pane.choices["pupils"].isChecked()


def test_a_way_without_its_numbers_cannot_be_chosen_and_says_who_lacks_them(shown: Shown, found: kit.Made) -> None:
    pane = deals_page(shown, found.deal).split.detail
    assert isinstance(pane, SharingPane)
    assert not pane.choices["area"].isEnabled()
    assert "4 schools have no area recorded" in words_of(pane)


# --- where a figure comes from ----------------------------------------------------------------------------------------


def test_a_click_on_any_figure_opens_the_record_it_came_from(shown: Shown, found: kit.Made) -> None:
    page = deals_page(shown, found.deal)
    school = found.school(NEIGHBOUR)
    for column, expected in (
        (NOW, "£2,395.00 a year, invoice 105220 of 2 April 2026."), (WOULD, "By pupils, of £14,500.00 a year."),
        (DIFFERENCE, "Saves £350.49"), (GOVERNORS, "minute 5/2"),
    ):  # fmt: skip
        click_cell(table_of(page), row_of(table_of(page), school), column)
        pane = page.split.detail
        assert isinstance(pane, SchoolDealPane)
        assert pane.school.school == school
        assert expected in words_of(pane)
        assert "Written down by" in words_of(pane)
        assert "Friday 20 November 2026" in words_of(pane)
    click_cell(table_of(page), len(table_of(page).shares_model.rows) - 1, WOULD)
    assert isinstance(page.split.detail, VersionsPane)
    assert "Version 1, the one that counts" in words_of(page.split.detail)
    assert page.one is not None
    press_button(page.one, "Show the offer")
    assert isinstance(page.split.detail, OfferPane)
    for text in ("Redvale Grounds, chosen", "Moss and Sons", "£16,100.00", "Best marks for quality"):
        assert text in words_of(page.split.detail)


def test_the_figure_clicked_stands_first(shown: Shown, found: kit.Made) -> None:
    page = deals_page(shown, found.deal)
    click_cell(table_of(page), row_of(table_of(page), found.school(THIRD)), GOVERNORS)
    pane = page.split.detail
    assert isinstance(pane, SchoolDealPane)
    said = words_of(pane)
    assert said.index("minute 5/2") < said.index("invoice 105221")


def test_the_keyboard_alone_opens_a_figure_and_comes_back(shown: Shown, found: kit.Made) -> None:
    page = deals_page(shown)
    table = page.parts["deals"].table  # type: ignore[attr-defined]  # the part of deals has one
    table.setFocus()
    press(table, Qt.Key.Key_Return)
    assert page.head.isVisible()
    shares = table_of(page)
    shares.setFocus()
    press(shares, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Return)
    pane = page.split.detail
    assert isinstance(pane, SchoolDealPane)
    assert pane.first == NOW
    press(pane, Qt.Key.Key_Escape)
    assert isinstance(page.split.detail, SharingPane)
    page.head.back_button.setFocus()
    press(page.head.back_button, Qt.Key.Key_Return)
    assert page.header.isVisible()
    assert not page.head.isVisible()


# --- what governors decide --------------------------------------------------------------------------------------------


def test_a_decision_is_recorded_from_home_within_seven_clicks(shown: Shown, found: kit.Made) -> None:
    shown.page("home")
    with Hand(7) as hand:
        hand.open_page(shown, "deals")
        page = shown.frame.page("deals")
        assert isinstance(page, DealsPage)
        hand.click_row(page.parts["deals"].table, 0)  # type: ignore[attr-defined]  # the part of deals has one
        assert page.split.detail is not None
        hand.click(page.split.detail, "Record a decision")
        form = page.split.detail
        assert isinstance(form, DealDecisionPane)
        hand.clicks += 1
        QTest.mouseClick(form.answer.choices["yes"], Qt.MouseButton.LeftButton)
        hand.clicks += 1
        QTest.mouseClick(form.minute, Qt.MouseButton.LeftButton)
        QTest.keyClicks(form.minute, "6.2")
        hand.click(form, "Save the decision")
    view = deals.show(shown.desk, found.deal)
    ours = view.school(found.school(STORY))
    assert ours is not None
    assert ours.said is Said.YES
    assert ours.decision is not None
    assert (ours.decision.minute_ref, ours.decision.body) == ("6.2", "Full governing body")
    assert isinstance(page.split.detail, SharingPane)
    assert view.totals.yes == 3
    table = table_of(page)
    assert said_in(table, row_of(table, found.school(STORY)))[5] == "Yes, 20 Nov"


def test_a_yes_without_its_minute_is_refused_and_so_is_no_answer(shown: Shown, found: kit.Made) -> None:
    page = deals_page(shown, found.deal)
    assert page.split.detail is not None
    press_button(page.split.detail, "Record a decision")
    form = page.split.detail
    assert isinstance(form, DealDecisionPane)
    assert form.answer.key() == ""
    form.save()
    assert "Choose what they decided." in words_of(form)
    form.answer.choices["yes"].setChecked(True)
    form.save()
    assert NO_MINUTE in words_of(form)
    form.minute.setText("7/1")
    form.on.set_day(dt.date(2026, 12, 1))
    form.save()
    assert "Record it once they have met." in words_of(form)
    settle()
    ours = deals.show(shown.desk, found.deal).school(found.school(STORY))
    assert ours is not None
    assert ours.decision is None


def test_a_no_needs_no_minute_and_a_yes_can_carry_conditions(shown: Shown, found: kit.Made) -> None:
    page = deals_page(shown, found.deal)
    for answer, minute, expected, day in (("yes", "5/3", Said.CONDITIONS, 19), ("no", "", Said.NO, 20)):
        page._take("decide")
        form = page.split.detail
        assert isinstance(form, DealDecisionPane)
        form.answer.choices[answer].setChecked(True)
        form.minute.setText(minute)
        form.on.set_day(dt.date(2026, 11, day))
        form.conditions.setPlainText("Mowing before eight" if answer == "yes" else "")
        form.save()
        settle()
        ours = deals.show(shown.desk, found.deal).school(found.school(STORY))
        assert ours is not None
        assert ours.said is expected
        if answer == "yes":
            page.acts.school(found.school(STORY), GOVERNORS)  # type: ignore[union-attr]  # a deal is open
            settle()
            assert "Mowing before eight" in words_of(page)
            page.show_sharing()


def test_a_second_decision_of_the_same_day_is_refused_because_nobody_could_tell_which_counts(
    shown: Shown, found: kit.Made
) -> None:
    kit.decide(shown.desk, found.deal)
    page = deals_page(shown, found.deal)
    page._take("decide")
    form = page.split.detail
    assert isinstance(form, DealDecisionPane)
    form.answer.choices["no"].setChecked(True)
    form.on.set_day(dt.date(2026, 11, 10))
    form.save()
    settle()
    assert "A decision of that day is here already." in words_of(form)
    ours = deals.show(shown.desk, found.deal).school(found.school(STORY))
    assert ours is not None
    assert len(ours.decisions) == 1


def test_what_is_typed_stays_when_another_act_reads_the_page_again(shown: Shown, found: kit.Made) -> None:
    page = deals_page(shown, found.deal)
    page._take("decide")
    form = page.split.detail
    assert isinstance(form, DealDecisionPane)
    QTest.keyClicks(form.minute, "9/9")
    page.reload()
    settle()
    assert page.split.detail is form
    assert form.minute.text() == "9/9"
    assert page.unsaved() == "Record a decision"


# --- who may do what --------------------------------------------------------------------------------------------------


def test_a_school_that_does_not_keep_the_deal_decides_and_says_its_price_only(shown: Shown, found: kit.Made) -> None:
    page = deals_page(shown, found.deal)
    assert steps(page) == {"Say what we pay today"}
    assert page.split.detail is not None
    assert "Record a decision" in buttons(page.split.detail)
    high = page.data.deal.line.lead_name
    assert f"{high} enters offers, fixes how the cost is shared, and signs." in words_of(page)


def test_the_school_that_keeps_it_has_offers_and_sharing_and_no_signing_before_all_agreed(found: kit.Made) -> None:
    with window_on(desk_of(found.registers, SECONDARY)) as shown:
        page = deals_page(shown, found.deal)
        assert steps(page) == {
            "Fix how it is shared", "Enter an offer", "Change the deal", "Say what we pay today", "End the deal",
        }  # fmt: skip
        view = page.data.deal
        assert "sign" not in steps_of(view, shown.context.facts).open


def test_an_office_decides_for_nobody_and_says_who_does(found: kit.Made) -> None:
    kit.send(found.registers, SECONDARY, ("",))
    with window_on(desk_of(found.registers, role="cluster")) as shown:
        page = deals_page(shown, found.deal)
        pane = page.split.detail
        assert isinstance(pane, SharingPane)
        assert set(buttons(pane)) == {"Print for governors", "Show all versions"}
        assert steps(page) == set()
        assert "Each school’s own register says what it pays today" in words_of(page)


def test_the_paper_for_governors_is_saved_from_the_deal(shown: Shown, found: kit.Made, tmp_path: Path) -> None:
    page = deals_page(shown, found.deal)
    chosen = Chosen(tmp_path)
    page.files = chosen  # type: ignore[assignment]  # stands for the dialogs
    assert page.split.detail is not None
    press_button(page.split.detail, "Print for governors")
    assert chosen.saved[0].read_bytes().startswith(b"%PDF")
    assert "Grounds maintenance 2027" in chosen.suggested[0].name


@pytest.mark.parametrize("width", [1366, 1000, 700])
def test_nothing_is_cut_where_the_window_is_small_and_the_pane_can_be_opened_again(found: kit.Made, width: int) -> None:
    with window_on(desk_of(found.registers, STORY), width=width, height=768) as shown:
        page = deals_page(shown, found.deal)
        assert cut_off(page) == []
        if page.split.detail is None:
            assert page.one is not None
            press_button(page.one, "How it is shared")
        pane = page.split.detail
        assert isinstance(pane, SharingPane)
        assert cut_off(page) == []
        pane.closed.emit()
        settle()
        assert page.split.detail is None
        press_button(page.one, "How it is shared")  # type: ignore[arg-type]  # a deal is open
        assert isinstance(page.split.detail, SharingPane)


def test_the_sum_row_is_never_taken_for_a_school(shown: Shown, found: kit.Made) -> None:
    view = deals.show(shown.desk, found.deal, on=ON)
    rows = share_rows(view, None)
    assert [one.school for one in rows].count(TOTAL) == 1
    assert len({one.school for one in rows}) == len(rows)


def test_an_office_reads_in_the_list_what_a_deal_means_for_all_schools(found: kit.Made) -> None:
    kit.send(found.registers, SECONDARY, ("",))
    with window_on(desk_of(found.registers, role="cluster")) as shown:
        page = deals_page(shown)
        table = page.parts["deals"].table  # type: ignore[attr-defined]
        assert table.list_model.columns[-1].title == "All schools together"
        (line,) = table.list_model.rows
        cell = table.list_model.columns[-1].text(line)
        assert cell.startswith(line.difference_words)
        assert ("would pay more" in cell) == (line.dearer > 0)
