"""Suppliers, governors' meetings, the plan on paper, and who may do what, on the page of contracts."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from PySide6.QtTest import QTest

from bursar_desk.services import contract_alerts, contracts, meetings, sharing, suppliers
from bursar_desk.services import merging as merging_service
from bursar_desk.services.contracts_shapes import NOTICE_GIVEN, Deciding, NewContract, NewSupplier
from bursar_desk.ui.pages.contracts_detail import ContractPane
from bursar_desk.ui.pages.suppliers_parts import MeetingForm, MeetingPane, SupplierForm, SupplierPane
from tests.services.sample_fixture import STORY, copy_of, register_of
from tests.services.small_school import FRIDAY, TERRY, Small, without_waiting
from tests.windows.contracts_bench import GROUNDS, Entered, entered_in, found, opened, page_of
from tests.windows.desk_bench import Shown, open_small, settle, window_on
from tests.windows.page_bench import Chosen, buttons, cut_off, desk_of, nameless, press_button, words_of

day = dt.date


school = pytest.fixture(found)
made = pytest.fixture(entered_in)
shown = pytest.fixture(opened)


def test_suppliers_stand_with_what_is_bought_and_lead_back_to_their_contracts(shown: Shown, made: Entered) -> None:
    page = page_of(shown)
    press_button(page, "Suppliers")
    assert page.header.title == "Suppliers"
    assert len(page.suppliers.model.rows) == 9
    place = [one.name for one in page.suppliers.model.rows].index("Greenway Grounds")
    page.suppliers.table.choose(page.suppliers.model.identity(place))
    settle()
    pane = page.split.detail
    assert isinstance(pane, SupplierPane)
    assert "1 contract, £2,610.00 a year without VAT." in words_of(pane)
    assert nameless(page) == []
    assert cut_off(page) == []
    pane.contract_wanted.emit(made.ids[GROUNDS])
    settle()
    assert page.header.title == "Contracts"
    assert isinstance(page.split.detail, ContractPane)
    assert page.split.detail.title == GROUNDS


def test_a_supplier_is_added_and_a_second_of_that_name_needs_a_persons_word(shown: Shown) -> None:
    page = page_of(shown)
    page.turn("suppliers")
    press_button(page, "Add supplier")
    form = page.split.detail
    assert isinstance(form, SupplierForm)
    form.save()
    settle()
    assert "Type the name of the firm." in words_of(form)
    form.texts["name"].setText("GREENWAY GROUNDS LTD")
    form.insured.edit.setText("1/12/2026")
    form.save()
    settle()
    assert "is here already" in words_of(form)
    form.another.setChecked(True)
    form.save()
    settle()
    found = [one for one in suppliers.listing(shown.desk) if "greenway" in one.name.casefold()]
    assert len(found) == 2
    page.focus_on(supplier=found[0].id)
    settle()
    pane = page.split.detail
    assert isinstance(pane, SupplierPane)
    assert "This may be the same firm" in words_of(pane)
    press_button(pane, "Make them one firm")
    assert len([one for one in suppliers.listing(shown.desk) if "greenway" in one.name.casefold()]) == 1


def test_a_supplier_with_contracts_cannot_be_left_and_one_without_can(shown: Shown) -> None:
    idle, _ = suppliers.add(shown.desk, NewSupplier("Old Firm"))
    page = page_of(shown)
    page.reload()
    settle()
    page.focus_on(supplier=idle)
    settle()
    pane = page.split.detail
    assert isinstance(pane, SupplierPane)
    press_button(pane, "No longer used")
    assert "Old Firm" not in [one.name for one in suppliers.listing(shown.desk)]
    page.suppliers.table.choose(page.suppliers.model.identity(0))
    settle()
    assert "No longer used" not in buttons(page)


def test_a_years_meetings_are_entered_at_once_and_the_day_to_decide_follows(school: Small) -> None:
    with open_small(school) as desk:
        year = day(2026, 4, 1), day(2027, 3, 31)
        row, _ = contracts.add(desk, NewContract(GROUNDS, None, "Greenway", "", *year, at_end="renews", notice=3))
    with window_on(open_small(school)) as shown:
        page = page_of(shown)
        press_button(page, "Meetings")
        press_button(page.header, "Enter meetings")
        form = page.split.detail
        assert isinstance(form, MeetingForm)
        form.body_field.setText("Finance committee")
        form.days.setPlainText("3/12/2026\n31/2/2027")
        form.save()
        settle()
        assert "31 February 2027 does not exist." in words_of(form)
        form.days.setPlainText("3/12/2026; 4/2/2027\n18 Mar 2027")
        form.time.edit.setText("18:00")
        QTest.qWait(200)
        settle()
        read = "Thursday 3 December 2026, Thursday 4 February 2027 and Thursday 18 March 2027"
        assert read in words_of(form)
        form.save()
        settle()
        assert [one.on for one in meetings.listing(shown.desk)] == [day(2026, 12, 3), day(2027, 2, 4), day(2027, 3, 18)]
        assert contracts.show(shown.desk, row).line.decide_by == day(2026, 12, 3)
        pane = page.split.detail
        if not isinstance(pane, MeetingPane):
            page.meetings.table.choose(page.meetings.model.identity(0))
            settle()
            pane = page.split.detail
        assert isinstance(pane, MeetingPane)
        assert "At 18:00. Papers are due by" in words_of(pane)
        press_button(pane, "Take the meeting out")
        assert len(meetings.listing(shown.desk)) == 2


def test_the_plan_of_24_months_is_saved_as_a_paper(shown: Shown, tmp_path: Path) -> None:
    page = page_of(shown)
    chosen = Chosen(tmp_path)
    page.files = chosen  # type: ignore[assignment]  # stands for the dialogs
    press_button(page, "24-month plan")
    (saved,) = chosen.saved
    assert saved.name.startswith("Contracts, 24-month plan")
    assert saved.read_bytes().startswith(b"%PDF")


def test_bring_in_leads_to_where_registers_come_in(shown: Shown) -> None:
    press_button(page_of(shown), "Bring in")
    assert shown.frame.key == "contractsin"


# --- who may what ----------------------------------------------------------------------------------------------------


def test_site_staff_have_no_page_of_contracts(school: Small, made: Entered) -> None:
    with window_on(open_small(school, TERRY)) as shown:
        assert "contracts" not in shown.context.pages


def test_the_rail_has_contracts_after_cover(shown: Shown) -> None:
    keys = [item.key for item in shown.frame.rail.items]
    assert keys.index("contracts") == keys.index("cover") + 1


def test_the_rail_counts_the_contracts_to_decide_as_their_list_does(shown: Shown, made: Entered) -> None:
    def counted() -> int:
        count = next(item.count for item in shown.frame.rail.items if item.key == "contracts")
        return count.number if count is not None else 0

    page = page_of(shown)
    assert counted() == page.data.board.to_decide == 2
    contracts.decide(shown.desk, made.ids[GROUNDS], NOTICE_GIVEN, Deciding(served_on=FRIDAY, served_how="post"))
    shown.window.look_again()
    settle()
    assert counted() == 1


def test_an_office_sees_the_contracts_of_all_schools_and_can_write_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_waiting(monkeypatch)
    sample = copy_of(tmp_path)
    office = register_of(sample, role="cluster")
    with desk_of(sample, STORY) as desk:
        held = [one.title for one in contracts.listing(desk)]
        if not held:
            contracts.add(desk, NewContract(GROUNDS, None, "Greenway", "", None, day(2027, 3, 31), notice=3))
        sharing.export(desk, tmp_path / "story.bursar", [office.school_id])
    with desk_of(sample, role="cluster") as desk:
        merging_service.merge(desk, [tmp_path / "story.bursar"])
    with window_on(desk_of(sample, role="cluster")) as shown:
        page = page_of(shown)
        assert "School" in [one.title for one in page.contracts.model.columns]
        assert page.contracts.schools.isVisible()
        assert page.contracts.model.rows
        assert not {"Add contract", "Record notice given", "Renewing…", "Add a note"} & set(buttons(page))
        page.contracts.schools.set_key(page.contracts.model.rows[0].school)
        page.contracts.schools.picked.emit(page.contracts.model.rows[0].school)
        settle()
        assert len({one.school for one in page.contracts.model.rows}) == 1


def test_a_contract_that_was_opened_has_told_its_reminder(shown: Shown, made: Entered) -> None:
    assert made.ids[GROUNDS] in {one.id for one in contract_alerts.reached(shown.desk)}
    page = page_of(shown)
    page.focus_on(contract=made.ids[GROUNDS])
    settle()
    assert isinstance(page.split.detail, ContractPane)
    assert made.ids[GROUNDS] not in {one.id for one in contract_alerts.reached(shown.desk)}
