"""The page of faults by its real widgets: reporting, each next step, who may not attend, permits, offices."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from bursar_desk.services import contractors, defects, merging, permits, places, sharing
from bursar_desk.services.contractors import Facts
from bursar_desk.ui.pages.fault_panel import FaultPanel
from bursar_desk.ui.pages.faults import CONTRACTORS, PERMITS, FaultsPage
from bursar_desk.ui.pages.faults_detail import FaultDetailPane
from bursar_desk.ui.pages.faults_forms import OrderPane
from tests.services.sample_fixture import NEIGHBOUR, STORY, copy_of, register_of
from tests.services.small_school import DAWN, FRIDAY, TERRY, Small, without_waiting
from tests.windows.desk_bench import Shown, focus, open_small, press, settle, window_on
from tests.windows.page_bench import Chosen, buttons, desk_of, nameless, press_button, words_of

GATE = "Gate does not latch"


@pytest.fixture
def school(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Small:
    without_waiting(monkeypatch)
    return Small.found(tmp_path)


@pytest.fixture
def shown(school: Small) -> Iterator[Shown]:
    with open_small(school) as desk:
        hall, _ = places.add(desk, "Hall", kind="room")
        defects.report(desk, GATE, risk="high", by="Miss Patel", place=hall.id)
        contractors.add(desk, Facts("Ascent Electrical"))
    with window_on(open_small(school)) as one:
        yield one


def faults_page(shown: Shown) -> FaultsPage:
    page = shown.page("faults")
    assert isinstance(page, FaultsPage)
    return page


def turn(page: FaultsPage, key: str) -> None:
    page.views._parts[key].click()
    settle()


def test_without_faults_the_page_says_what_it_is_for(school: Small) -> None:
    with window_on(open_small(school)) as shown:
        page = faults_page(shown)
        for said in ("No open faults", "When something breaks, report it here with a photo."):
            assert said in words_of(page)
        turn(page, CONTRACTORS)
        assert "No contractors yet" in words_of(page)


def test_a_fault_is_reported_with_the_code_of_its_place_and_one_undo_takes_it_back(shown: Shown) -> None:
    page = faults_page(shown)
    press_button(page.header, "Report a fault")
    panel = page.split.detail
    assert isinstance(panel, FaultPanel)
    assert focus() is panel.what
    QTest.keyClicks(panel.what, "Light hangs loose")
    code = next(one.code for one in places.tree(shown.desk) if one.row.name == "Hall")
    QTest.keyClicks(panel.code, code.lower())
    press(panel.what, Qt.Key.Key_Return, ctrl=True)
    made = next(one for one in defects.listing(shown.desk) if one.title == "Light hangs loose")
    assert made.place is not None
    assert "Light hangs loose" in shown.frame.undo_bar.text
    shown.frame.menu.undo.trigger()
    settle()
    assert [one.title for one in defects.listing(shown.desk)] == [GATE]


def test_the_big_button_leads_from_report_to_verified(shown: Shown) -> None:
    page = faults_page(shown)
    pane = page.split.detail
    assert isinstance(pane, FaultDetailPane)
    assert pane.step.words() == "Make safe"
    press_button(pane, "Make safe")
    QTest.keyClicks(page.split.detail.control, "Gate chained")  # type: ignore[union-attr]
    press_button(page.split.detail, "Save what makes it safe")  # type: ignore[arg-type]
    assert "Made safe until" in page.split.detail.chip.text  # type: ignore[union-attr]
    press_button(page.split.detail, "Mark as done")  # type: ignore[arg-type]
    done = page.split.detail
    done.by.setText(TERRY)  # type: ignore[union-attr]
    done.cost.setText("12.5")  # type: ignore[union-attr]
    press_button(done, "Mark as done")  # type: ignore[arg-type]
    assert "120 or 472.64" in words_of(done)  # type: ignore[arg-type]
    done.cost.setText("12.50")  # type: ignore[union-attr]
    press_button(done, "Mark as done")  # type: ignore[arg-type]
    row = defects.listing(shown.desk, every=True)[0]
    assert (row.state, row.closed_by, row.cost) == ("done", TERRY, 1250)
    page.focus_on(defect=row.id)
    settle()
    assert "Miss Patel reported this" in words_of(page)
    press_button(page.split.detail, "Note that they were told")  # type: ignore[arg-type]
    press_button(page.split.detail, "Verify the work")  # type: ignore[arg-type]
    row = defects.get(shown.desk, row.id)
    assert (row.state, row.verified_by, row.told_on) == ("verified", DAWN, FRIDAY)


def test_a_contractor_who_may_not_attend_is_named_with_every_reason_before_the_order(shown: Shown) -> None:
    page = faults_page(shown)
    press_button(page.split.detail, "Order the job")  # type: ignore[arg-type]
    pane = page.split.detail
    assert isinstance(pane, OrderPane)
    assert "may not attend" in pane.who.itemText(1)
    pane.who.setCurrentIndex(1)
    pane.who.activated.emit(1)
    assert "No insurance is written down." in words_of(pane)
    press_button(pane, "Order the job")
    assert defects.listing(shown.desk)[0].state == "reported"
    QTest.keyClicks(pane.anyway, "The only firm on call")
    press_button(pane, "Order the job")
    assert defects.listing(shown.desk)[0].state == "ordered"


def test_a_job_sheet_and_a_permit_are_printed_and_a_permit_is_issued_from_the_job(shown: Shown, tmp_path: Path) -> None:
    page = faults_page(shown)
    page.papers.ask = Chosen(tmp_path)  # type: ignore[assignment]
    press_button(page, "Print fault slips")
    slips = next(tmp_path.glob("Fault slips*.pdf"))
    slips.unlink()
    press_button(page.split.detail, "Print job sheet")  # type: ignore[arg-type]
    press_button(page.split.detail, "Issue a permit")  # type: ignore[arg-type]
    page.split.detail.ends.setText("15.30")  # type: ignore[union-attr]
    press_button(page.split.detail, "Issue permit")  # type: ignore[arg-type]
    made = permits.listing(shown.desk)
    assert [(one.number, one.work, one.ends) for one in made] == [("2026-A001", GATE, 930)]
    turn(page, PERMITS)
    press_button(page.split.detail, "Print permit")  # type: ignore[arg-type]
    assert {one.name for one in tmp_path.glob("*.pdf")} == {"Job - Gate does not latch.pdf", "Permit 2026-A001.pdf"}


def test_site_staff_report_make_safe_and_mark_done_and_decide_nothing(school: Small) -> None:
    with open_small(school) as desk:
        defects.report(desk, GATE, risk="high")
    with window_on(open_small(school, TERRY)) as his:
        page = faults_page(his)
        assert page.split.detail is not None
        seen = set(buttons(page))
        assert {"Report a fault", "Make safe", "Mark as done", "Add a note"} <= seen
        assert not seen & {"Order the job", "Reject fault", "Decide risk and date", "Issue a permit"}


def test_an_office_looks_at_every_school_and_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without_waiting(monkeypatch)
    made, files = copy_of(tmp_path), []
    for urn in (STORY, NEIGHBOUR):
        with desk_of(made, urn) as theirs:
            defects.report(theirs, f"Gate of {urn}", risk="high")
            files.append(tmp_path / f"{urn}.bursar")
            sharing.export(theirs, files[-1], [register_of(made, role="cluster").school_id])
    with desk_of(made, role="cluster") as office:
        assert merging.merge(office, files).accepted == 2
    with window_on(desk_of(made, role="cluster")) as shown:
        page = faults_page(shown)
        assert len({line.school_name for line in page.data.faults}) > 1
        assert not set(buttons(page)) & {"Report a fault", "Mark as done", "Make safe", "Order the job"}
        assert "Add photo or file" not in buttons(page), "the school keeps what proves its own jobs"


def test_every_control_has_a_name_on_all_three_lists(shown: Shown) -> None:
    page = faults_page(shown)
    for key in ("faults", CONTRACTORS, PERMITS):
        turn(page, key)
        assert nameless(page) == []
    turn(page, CONTRACTORS)
    press_button(page.header, "Add a contractor")
    assert nameless(page) == []


def test_what_is_typed_is_not_lost_by_looking_along_the_list(shown: Shown) -> None:
    page = faults_page(shown)
    press_button(page.header, "Report a fault")
    panel = page.split.detail
    assert isinstance(panel, FaultPanel)
    QTest.keyClicks(panel.what, "Tap drips")
    defects.report(shown.desk, "Another", on=FRIDAY - dt.timedelta(days=1))
    page.reload()
    settle()
    press(page.view.table, Qt.Key.Key_Down)
    assert page.split.detail is panel
    assert page.unsaved() == "Report a fault"
    panel.what.clear()
