"""The page of contracts by its real widgets: list, total, detail with its arithmetic, steps, suppliers, meetings."""

from __future__ import annotations

import datetime as dt

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from bursar_desk.domain.contract_state import State
from bursar_desk.services import contracts, history
from bursar_desk.services.contracts_shapes import NOTICE_GIVEN, Deciding, NewContract
from bursar_desk.ui.models.table import LOOK_ROLE
from bursar_desk.ui.pages.contracts import ContractsPage
from bursar_desk.ui.pages.contracts_detail import ContractPane
from bursar_desk.ui.pages.contracts_forms import (
    BackPane,
    EndedPane,
    NotePane,
    NoticePane,
    RenewPane,
    TermPane,
)
from bursar_desk.ui.pages.contracts_serves import ServesPane
from bursar_desk.ui.status_marks import Mark
from bursar_desk.ui.widgets.term_strip import BREAK, DECIDE, END, SAFE, TODAY
from tests.services.small_school import Small
from tests.windows.contracts_bench import (
    BROADBAND,
    GROUNDS,
    LONG,
    PAYROLL,
    WATER,
    Entered,
    entered_in,
    found,
    opened,
    page_of,
    show,
)
from tests.windows.desk_bench import Shown, open_small, settle, window_on
from tests.windows.page_bench import buttons, cut_off, nameless, press_button, words_of

day = dt.date


school = pytest.fixture(found)
made = pytest.fixture(entered_in)
shown = pytest.fixture(opened)


def take(page: ContractsPage, what: str, kind: type[QWidget]) -> QWidget:
    page.steps.take(what, None)
    settle()
    form = page.split.detail
    assert isinstance(form, kind)
    return form


def column(page: ContractsPage, title: str) -> list[str]:
    """What a column of the list says, top to bottom."""
    place = [one.title for one in page.contracts.model.columns].index(title)
    model = page.contracts.model
    return [model.data(model.index(row, place)) for row in range(model.rowCount())]


# --- the list --------------------------------------------------------------------------------------------------------


def test_without_contracts_the_page_says_what_it_is_for(school: Small) -> None:
    with window_on(open_small(school)) as shown:
        page = page_of(shown)
        said = words_of(page)
        assert "No contracts yet" in said
        assert "Add one and we will work out the last day to give notice." in said
        page.turn("suppliers")
        assert "No suppliers yet" in words_of(page)
        page.turn("meetings")
        assert "No meetings yet" in words_of(page)


def test_contracts_stand_by_the_day_to_decide_with_word_and_shape_and_their_total(shown: Shown) -> None:
    page = page_of(shown)
    assert column(page, "Contract") == [
        BROADBAND, GROUNDS, PAYROLL, "Photocopiers", LONG, "Cleaning", "Energy", WATER, "Waste collection",
    ]  # fmt: skip
    assert column(page, "Decide by")[:3] == ["Too late", "3 Dec 2026 in 13 days", "3 Dec 2026 in 13 days"]
    assert column(page, "Tell them by")[:3] == ["1 Sep 2026", "18 Dec 2026", "25 Jan 2027"]
    assert column(page, "Ends")[7] == "Monthly"
    assert column(page, "Status") == [
        "Rolled over", "Decide soon", "Decide soon", "Live", "Live", "Live", "Live", "Live", "Notice given",
    ]  # fmt: skip
    model, place = page.contracts.model, len(page.contracts.model.columns) - 1
    marks = [model.data(model.index(row, place), LOOK_ROLE).mark for row in range(model.rowCount())]
    assert (marks[0], marks[1], marks[3], marks[8]) == (Mark.ALERT, Mark.TRIANGLE, Mark.TICK, Mark.ARROW)
    assert page.contracts.total.words == "9 contracts, £67,550.00 a year"
    said = words_of(page)
    assert "2 to decide by Thursday 3 December" in said
    assert "Broadband ran on." in said
    assert "so it runs to Tuesday 30 November 2027. The next last safe day is Wednesday 21 July 2027." in said
    assert nameless(page) == []
    assert cut_off(page) == []


def test_the_parts_and_the_filter_narrow_the_list_and_its_total_follows(shown: Shown) -> None:
    page = page_of(shown)
    page.contracts.filter.segments._parts["decide"].click()
    settle()
    assert column(page, "Contract") == [GROUNDS, PAYROLL]
    assert page.contracts.total.words == "2 contracts, £7,590.00 a year"
    assert not page.contracts.ran_on.isVisible()
    page.contracts.filter.segments._parts["ends"].click()
    settle()
    assert len(column(page, "Contract")) == 6
    page.contracts.filter.segments._parts["all"].click()
    page.search.setText("greenway grounds")
    QTest.qWait(200)
    settle()
    assert column(page, "Contract") == [GROUNDS]
    page.search.setText("xyzzy")
    QTest.qWait(200)
    settle()
    assert page.contracts.table.accessibleDescription() == (
        "Nothing matches “xyzzy” in “All”. Press Esc in the filter box."
    )


def test_a_contract_without_a_price_is_said_beside_the_sum(school: Small, made: Entered) -> None:
    with open_small(school) as desk:
        contracts.add(desk, NewContract("Pest control", None, "Ridd-It", "", None, day(2027, 8, 31), notice=1))
    with window_on(open_small(school)) as shown:
        assert page_of(shown).contracts.total.words == "10 contracts, 1 without a price, £67,550.00 a year"


def test_long_names_are_cut_with_dots_and_stand_whole_in_a_tooltip(shown: Shown) -> None:
    page = page_of(shown)
    table = page.contracts.table
    row = column(page, "Contract").index(LONG)
    place = [one.title for one in page.contracts.model.columns].index("Contract")
    box = table.visualRect(page.contracts.model.index(row, place))
    assert table.fontMetrics().horizontalAdvance(LONG) > box.width()
    from PySide6.QtGui import QHelpEvent
    from PySide6.QtWidgets import QApplication, QToolTip

    where = table.viewport().mapToGlobal(box.center())
    QApplication.sendEvent(table.viewport(), QHelpEvent(QHelpEvent.Type.ToolTip, box.center(), where))
    assert QToolTip.text() == LONG


@pytest.mark.parametrize("width", [1366, 1100, 760])
def test_nothing_is_cut_in_narrower_windows_and_the_sum_stays(school: Small, made: Entered, width: int) -> None:
    with window_on(open_small(school), width=width) as shown:
        page = page_of(shown)
        assert page.contracts.total.words.endswith("£67,550.00 a year")
        show(page, made.ids[GROUNDS])
        assert cut_off(page) == []
        table, titles = page.contracts.table, [one.title for one in page.contracts.model.columns]
        hidden = {title for n, title in enumerate(titles) if table.isColumnHidden(n)}
        assert not {"Decide by", "Contract", "Tell them by", "Status"} & hidden


# --- the details -----------------------------------------------------------------------------------------------------


def test_the_details_say_the_day_the_price_of_doing_nothing_and_every_step(shown: Shown, made: Entered) -> None:
    page = page_of(shown)
    pane = show(page, made.ids[GROUNDS])
    assert pane.card.said == "Tell them by Friday 18 December 2026. Or pay £2,610.00 more, to 31 March 2028."
    said = words_of(pane)
    assert "Greenway Grounds, £2,610.00 a year, no VAT" in said
    steps = ("The contract year ends", "Wed 31 Mar 2027", "Take off 3 months’ notice", "Thu 31 Dec 2026",
             "5 working days for post", "Not 25 or 28 December", "Tue 22 Dec 2026", "Last safe day",
             "Office shut from 19 December", "Fri 18 Dec 2026", "Decide by", "Thu 3 Dec 2026")  # fmt: skip
    for words in steps:
        assert words in said
    assert "If it ends, 1 check has no supplier." in said
    assert "Next reminders: 4, 11 and 18 December." in said
    assert [one.kind for one in pane.strip.points] == [TODAY, DECIDE, SAFE, END]
    assert nameless(pane) == []


def test_a_break_date_stands_on_the_line_and_a_contract_that_runs_on_has_none(shown: Shown, made: Entered) -> None:
    page = page_of(shown)
    pane = show(page, made.ids[LONG])
    kinds = {one.kind for one in pane.strip.points}
    assert SAFE in kinds
    assert BREAK in kinds or pane.shown.line.standing.last_safe.is_break  # type: ignore[union-attr]
    pane = show(page, made.ids[WATER])
    assert not pane.strip.isVisible()
    assert not pane.steps.isVisible()
    assert "It can end at any time with 1 month’s notice" in words_of(pane)


def test_what_ran_on_says_until_when_and_can_still_be_told(shown: Shown, made: Entered) -> None:
    pane = show(page_of(shown), made.ids[BROADBAND])
    assert "so it runs to Tuesday 30 November 2027" in pane.card.said
    assert "Record notice given" in buttons(pane)


def test_a_check_it_looks_after_leads_to_that_check(shown: Shown, made: Entered, school: Small) -> None:
    page = page_of(shown)
    pane = show(page, made.ids[GROUNDS])
    from bursar_desk.ui.widgets.link_row import LinkRow

    (row,) = [one for one in pane.findChildren(LinkRow) if "By nobody else" in one.accessibleName()]
    row.click()
    settle()
    assert shown.frame.key == "checks"


# --- steps -----------------------------------------------------------------------------------------------------------


def test_renewing_needs_who_agreed_and_keeps_the_new_price_as_a_term(shown: Shown, made: Entered) -> None:
    page = page_of(shown)
    pane = show(page, made.ids[GROUNDS])
    press_button(pane, "Renewing…")
    form = page.split.detail
    assert isinstance(form, RenewPane)
    form.price.edit.setText("2740.50")
    form.save()
    settle()
    assert "Say who agreed to it, for example the finance committee." in words_of(form)
    form.agreed.setText("Finance committee")
    form.minute.setText("FC 3/12/26, item 7")
    form.save()
    settle()
    view = contracts.show(shown.desk, made.ids[GROUNDS])
    assert view.line.standing.state is State.AGREED
    assert (view.history[-1].yearly, view.history[-1].change_words) == (274_050, "5 per cent more")
    pane = page.split.detail
    assert isinstance(pane, ContractPane)
    said = words_of(pane)
    assert "£2,740.50" in said
    assert "5 per cent more" in said
    assert "agreed by Finance committee" in said
    assert "Agreed" in column(page, "Status")


def test_notice_on_a_day_to_come_is_refused_in_words_and_today_is_taken(shown: Shown, made: Entered) -> None:
    page = page_of(shown)
    press_button(show(page, made.ids[GROUNDS]), "Record notice given")
    form = page.split.detail
    assert isinstance(form, NoticePane)
    form.served.edit.setText("21/11/2026")
    form.save()
    settle()
    assert "Saturday 21 November 2026 has not come yet." in words_of(form)
    form.served.edit.setText("20/11/2026")
    form.save()
    settle()
    pane = page.split.detail
    assert isinstance(pane, ContractPane)
    assert pane.card.said.startswith("Notice was given")
    assert "Take the decision back" in [one.text() for one in pane.menu.actions()]


def test_a_decision_is_taken_back_with_a_reason_and_waits_again(school: Small, made: Entered) -> None:
    before = Deciding(on=day(2026, 11, 19), served_on=day(2026, 11, 19))
    with open_small(school) as desk:
        contracts.decide(desk, made.ids[GROUNDS], NOTICE_GIVEN, before)
    with window_on(open_small(school)) as shown:
        page = page_of(shown)
        show(page, made.ids[GROUNDS])
        back = take(page, "back", BackPane)
        assert isinstance(back, BackPane)
        back.save()
        settle()
        assert "Say why in a few words." in words_of(back)
        back.why.setPlainText("Sent to the wrong firm")
        back.save()
        settle()
        assert contracts.show(shown.desk, made.ids[GROUNDS]).line.waits


def test_undo_takes_a_decision_out_again(shown: Shown, made: Entered) -> None:
    page = page_of(shown)
    pane = show(page, made.ids[PAYROLL])
    press_button(pane, "Record notice given")
    page.split.detail.save()  # type: ignore[union-attr]  # the form of notice given
    settle()
    assert contracts.show(shown.desk, made.ids[PAYROLL]).line.standing.state is State.NOTICE_GIVEN
    history.undo(shown.desk)
    assert contracts.show(shown.desk, made.ids[PAYROLL]).line.waits


def test_its_end_is_noted_names_what_is_left_over_and_moves_it_to_ended(shown: Shown, made: Entered) -> None:
    page = page_of(shown)
    show(page, made.ids[GROUNDS])
    form = take(page, "ended", EndedPane)
    assert isinstance(form, EndedPane)
    assert "If it ends, 1 check has no supplier" in words_of(form)
    form.save()
    settle()
    assert contracts.show(shown.desk, made.ids[GROUNDS]).line.standing.state is State.CEASED
    assert GROUNDS not in column(page, "Contract")
    page.contracts.filter.segments._parts["over"].click()
    settle()
    assert column(page, "Contract") == [GROUNDS]
    pane = show(page, made.ids[GROUNDS])
    assert "Let it run again" in [one.text() for one in pane.menu.actions()]


def test_terms_and_notes_are_kept_and_a_dispute_is_settled_with_one_button(shown: Shown, made: Entered) -> None:
    page = page_of(shown)
    show(page, made.ids[GROUNDS])
    form = take(page, "term", TermPane)
    assert isinstance(form, TermPane)
    form.price.edit.setText("TBC")
    form.save()
    settle()
    assert "“TBC” is no sum. Leave it empty until you know." in words_of(form)
    form.price.edit.setText("2,700")
    form.save()
    settle()
    assert contracts.show(shown.desk, made.ids[GROUNDS]).history[-1].yearly == 270_000
    note = take(page, "note", NotePane)
    assert isinstance(note, NotePane)
    note.kind.set_key("dispute")
    note.kind.picked.emit("dispute")
    note.said.setPlainText("Two cuts were missed in October")
    note.save()
    settle()
    pane = page.split.detail
    assert isinstance(pane, ContractPane)
    assert "Two cuts were missed in October" in words_of(pane)
    press_button(pane, "Note it is settled")
    assert contracts.show(shown.desk, made.ids[GROUNDS]).notes[0].row.done_on == shown.desk.today


def test_what_a_contract_looks_after_is_ticked_in_a_list_that_can_be_narrowed(
    school: Small, made: Entered
) -> None:
    alarm = school.add("FIRE-04")
    with window_on(open_small(school)) as shown:
        page = page_of(shown)
        show(page, made.ids[GROUNDS])
        form = take(page, "serves", ServesPane)
        assert isinstance(form, ServesPane)
        form.search.setText("alarm")
        QTest.qWait(200)
        settle()
        seen = [one for one in form.ticks.values() if one.isVisible()]
        assert [one.isChecked() for one in seen] == [False]
        form.ticks["school_check", alarm].setChecked(True)
        assert form.touched
        form.save()
        settle()
        serves = contracts.show(shown.desk, made.ids[GROUNDS]).serves
        assert {one.code for one in serves} == {"ELEC-02", "FIRE-04"}


def test_the_steps_keep_their_room_when_one_contract_follows_another(shown: Shown, made: Entered) -> None:
    page = page_of(shown)
    for title in (PAYROLL, GROUNDS, WATER, BROADBAND, GROUNDS):
        pane = show(page, made.ids[title])
        settle()
        rows = [one for one in pane.steps.children() if isinstance(one, QWidget) and one.isVisibleTo(pane.steps)]
        assert bool(rows) == (title != WATER)
        assert all(one.height() >= min(one.minimumSizeHint().height(), one.sizeHint().height()) for one in rows), title
