"""The page of checks by its real widgets: filters, details, recording by keyboard, undo, and news from elsewhere."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QPlainTextEdit, QWidget

from bursar_desk.services import checks as service
from bursar_desk.services import history, recording
from bursar_desk.ui.pages.checks import ChecksPage
from bursar_desk.ui.pages.checks_detail import CheckDetailPane
from bursar_desk.ui.pages.checks_forms import PutOffPane
from bursar_desk.ui.pages.record_panel import RecordPanel
from tests.services.small_school import DAWN, FRIDAY, TERRY, Small, without_waiting
from tests.windows.desk_bench import Shown, click, focus, open_small, press, settle, window_on

day = dt.date
TAPS = [
    {"name": "Kitchen, hot", "unit": "°C", "low": 50},
    {"name": "Kitchen, cold", "unit": "°C", "high": 19.9},
]


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Small:
    """Friday: one check late, one never recorded, taps due today, one in date, one that does not apply."""
    without_waiting(monkeypatch)
    made = Small.found(tmp_path)
    made.add("FIRE-07", doer=TERRY)
    made.done("FIRE-07", day(2026, 10, 19))
    made.add("ASBE-02")
    made.add("WATR-04", doer=TERRY, readings=TAPS)
    made.done("WATR-04", day(2026, 10, 20), readings='[{"name": "Kitchen, hot", "value": 524, "unit": "°C"}]')
    made.add("LIFT-01")
    made.done("LIFT-01", day(2026, 10, 20), by="Ascent Lifts")
    made.add("POOL-01", applies="no")
    return made


@pytest.fixture
def shown(small: Small) -> Iterator[Shown]:
    with window_on(open_small(small, DAWN)) as made:
        yield made


def checks_page(shown: Shown) -> ChecksPage:
    page = shown.page("checks")
    assert isinstance(page, ChecksPage)
    return page


def titles(page: ChecksPage) -> list[str]:
    return [line.title for line in page.model.rows]


def statuses(page: ChecksPage) -> dict[str, str]:
    return {line.code: line.word for line in page.model.rows}


def choose(page: ChecksPage, small: Small, code: str) -> CheckDetailPane:
    assert page.table.choose(small.checks[code])
    settle()
    assert isinstance(page.split.detail, CheckDetailPane)
    return page.split.detail


def open_panel(page: ChecksPage, small: Small, code: str) -> RecordPanel:
    click(choose(page, small, code).record_button)
    assert isinstance(page.split.detail, RecordPanel)
    return page.split.detail


def test_segments_count_what_they_list_and_never_count_what_does_not_apply(shown: Shown) -> None:
    page = checks_page(shown)
    parts = {part.text(): part for part in page.filter.segments.findChildren(QAbstractButton)}
    assert list(parts) == ["All 4", "Overdue 1", "Due soon 1", "Not known 1", "OK 1", "Not needed 1"]
    for text, part in parts.items():
        click(part)
        assert len(page.model.rows) == int(text.rsplit(" ", 1)[1]), text
    click(parts["Overdue 1"])
    assert statuses(page) == {"FIRE-07": "overdue"}
    assert "POOL-01" not in {line.code for line in page.model.rows}


def test_arrows_walk_through_the_segments(shown: Shown) -> None:
    page = checks_page(shown)
    page.filter.segments.findChildren(QAbstractButton)[0].setFocus()
    press(focus(), Qt.Key.Key_Right)
    assert page.filter.key() == "late"
    assert statuses(page) == {"FIRE-07": "overdue"}


def test_the_filter_box_narrows_and_says_where_nothing_was_found(shown: Shown) -> None:
    page = checks_page(shown)
    shown.frame.menu.edit.actions()[-1].trigger()  # Ctrl+F
    assert focus() is page.search
    page.search.setText("walsh lights")
    press(page.search, Qt.Key.Key_Return)
    assert titles(page) == ["Emergency lights, monthly test"]
    page.search.setText("boiler")
    press(page.search, Qt.Key.Key_Return)
    assert titles(page) == []
    assert "“boiler” in All" in page.table.accessibleDescription()
    press(page.search, Qt.Key.Key_Escape)
    assert len(titles(page)) == 4


def test_recording_by_keyboard_changes_the_list_and_undo_brings_it_back(shown: Shown, small: Small) -> None:
    page = checks_page(shown)
    page.table.setFocus()
    assert page.table.choose(small.checks["FIRE-07"])
    settle()
    press(page.table, Qt.Key.Key_Return)  # into the details
    press(focus(), Qt.Key.Key_Return)  # Record
    panel = page.split.detail
    assert isinstance(panel, RecordPanel)
    press(focus(), Qt.Key.Key_Space)  # Pass
    assert panel.draft.outcome == "satisfactory"
    assert "Next due Sunday 20 December 2026. Then 20 Jan 2027 and 20 Feb 2027." in words_of(panel)
    press(focus(), Qt.Key.Key_Return, ctrl=True)
    assert statuses(page)["FIRE-07"] == "ok"
    assert isinstance(page.split.detail, CheckDetailPane)
    assert shown.frame.undo_bar.text == "Emergency lights, monthly test marked done."
    assert "emergency lights" in shown.frame.menu.undo.text().lower()
    shown.frame.menu.undo.trigger()
    settle()
    assert statuses(page)["FIRE-07"] == "overdue"
    assert history.redo_step(shown.desk) is not None
    shown.frame.menu.redo.trigger()
    settle()
    assert statuses(page)["FIRE-07"] == "ok"


def words_of(widget: QWidget) -> str:
    from PySide6.QtWidgets import QLabel

    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def test_the_undo_bar_takes_back_that_very_record(shown: Shown, small: Small) -> None:
    page = checks_page(shown)
    panel = open_panel(page, small, "FIRE-07")
    click(panel.outcome.tile("satisfactory"))
    click(panel.save_button)
    assert statuses(page)["FIRE-07"] == "ok"
    click(shown.frame.undo_bar.button)
    assert statuses(page)["FIRE-07"] == "overdue"
    assert shown.frame.undo_bar.text.startswith("Taken back: ")
    assert not shown.frame.undo_bar.button.isVisible()


def test_a_number_out_of_range_is_taken_explained_and_reported_as_a_fault(shown: Shown, small: Small) -> None:
    page = checks_page(shown)
    panel = open_panel(page, small, "WATR-04")
    assert panel.readings is not None
    hot, cold = panel.readings.fields
    assert focus() is hot
    hot.setText("46")
    settle()
    assert hot.text() == "46"
    assert panel.readings.strip.isVisible()
    assert panel.readings.strip.title == "46 °C is below 50 °C. Save it, and report a fault?"
    press(hot, Qt.Key.Key_Return)
    assert focus() is cold
    cold.setText("12.5")
    settle()
    assert panel.outcome.key() == "unsatisfactory"
    assert panel.fault.title.text() == "Kitchen, hot: 46 °C is below 50 °C"
    assert panel.save_button.words() == "Save and report fault"
    press(focus(), Qt.Key.Key_Return, ctrl=True)
    detail = service.detail(shown.desk, small.checks["WATR-04"])
    assert [one["value"] for one in detail.history[0].readings] == [460, 125]
    assert [(one.title, one.risk) for one in detail.defects] == [("Kitchen, hot: 46 °C is below 50 °C", "high")]
    assert statuses(page)["WATR-04"] == "failed"


def test_a_person_may_pass_a_reading_out_of_range_and_leave_the_fault_out(shown: Shown, small: Small) -> None:
    panel = open_panel(checks_page(shown), small, "WATR-04")
    assert panel.readings is not None
    for field, text in zip(panel.readings.fields, ("46", "12"), strict=True):
        field.setText(text)
    click(panel.outcome.tile("satisfactory_with_actions"))
    assert panel.fault.tick.isChecked()
    panel.fault.tick.click()
    settle()
    assert panel.save_button.words() == "Save record"
    click(panel.save_button)
    detail = service.detail(shown.desk, small.checks["WATR-04"])
    assert detail.history[0].outcome == "satisfactory_with_actions"
    assert detail.defects == ()


def test_nothing_is_saved_before_somebody_says_how_it_went(shown: Shown, small: Small) -> None:
    panel = open_panel(checks_page(shown), small, "FIRE-07")
    press(focus(), Qt.Key.Key_Return, ctrl=True)
    assert "Choose how it went." in words_of(panel)
    assert len(service.detail(shown.desk, small.checks["FIRE-07"]).history) == 1


def test_esc_keeps_what_was_typed_and_closing_the_window_asks_about_it(shown: Shown, small: Small) -> None:
    page = checks_page(shown)
    panel = open_panel(page, small, "FIRE-07")
    panel.note.setPlainText("Two lamps by the hall are dim")
    press(panel.note, Qt.Key.Key_Escape)
    assert not isinstance(page.split.detail, RecordPanel)
    assert not shown.window.may_close()
    settle()
    again = open_panel(page, small, "FIRE-07")
    assert again.note.toPlainText() == "Two lamps by the hall are dim"
    click(again.outcome.tile("satisfactory"))
    click(again.save_button)
    assert service.detail(shown.desk, small.checks["FIRE-07"]).history[0].note == "Two lamps by the hall are dim"
    assert shown.window.may_close()


def test_not_done_needs_a_reason_and_turns_nothing_green(shown: Shown, small: Small) -> None:
    page = checks_page(shown)
    click(choose(page, small, "FIRE-07").skip_button)
    panel = page.split.detail
    assert isinstance(panel, RecordPanel)
    click(panel.save_button)
    assert "Choose why it was not done." in words_of(panel)
    panel.reason.setCurrentIndex(panel.reason.findData("staff_away"))
    panel.reason.activated.emit(panel.reason.currentIndex())
    click(panel.save_button)
    newest = service.detail(shown.desk, small.checks["FIRE-07"]).history[0]
    assert (newest.what, newest.outcome) == ("not done", "staff_away")
    assert statuses(page)["FIRE-07"] == "overdue"


def test_a_required_check_is_put_off_within_its_date_and_planned_anew_once_late(shown: Shown, small: Small) -> None:
    page = checks_page(shown)
    late = choose(page, small, "FIRE-07")
    assert late.put_off_button.isVisible(), "it stays late, and somebody says when it will be done"
    button = choose(page, small, "LIFT-01").put_off_button
    click(button)
    form = page.split.detail
    assert isinstance(form, PutOffPane)
    click(form.save_button)
    assert "Say why in a few words." in words_of(form)
    form.until.edit.setText("1/6/2027")
    form.reason.setText("Engineer comes with the boiler man")
    click(form.save_button)
    assert form.problem.title == "Lift examination is required by Tuesday 20 April 2027."
    form.until.edit.setText("1 Dec 2026")
    click(form.save_button)
    assert isinstance(page.split.detail, CheckDetailPane)
    assert service.detail(shown.desk, small.checks["LIFT-01"]).line.plan_by == day(2026, 12, 1)


def test_the_page_reads_again_when_something_is_written_elsewhere(shown: Shown, small: Small) -> None:
    page = checks_page(shown)
    assert statuses(page)["FIRE-07"] == "overdue"
    done = recording.record(shown.desk, recording.Doing(small.checks["FIRE-07"], FRIDAY, TERRY, "satisfactory"))
    shown.context.changed.emit(done.changes, None)
    settle()
    assert statuses(page)["FIRE-07"] == "ok"
    assert page.wants(done.changes)
    assert not page.wants(type(done.changes)(frozenset({"absence"})))


def test_a_hidden_page_reads_again_only_when_it_is_shown(shown: Shown, small: Small) -> None:
    page = checks_page(shown)
    shown.page("today")
    done = recording.record(shown.desk, recording.Doing(small.checks["FIRE-07"], FRIDAY, TERRY, "satisfactory"))
    shown.context.changed.emit(done.changes, None)
    settle()
    assert statuses(page)["FIRE-07"] == "overdue"
    shown.page("checks")
    assert statuses(page)["FIRE-07"] == "ok"


def test_the_chosen_row_and_its_details_stay_while_the_list_is_read_again(shown: Shown, small: Small) -> None:
    page = checks_page(shown)
    choose(page, small, "LIFT-01")
    page.reload()
    settle()
    chosen = page.table.chosen()
    assert chosen is not None
    assert chosen.code == "LIFT-01"
    assert page.detail is not None
    assert page.detail.title == "Lift examination"


def test_details_say_why_where_from_and_what_comes_next(shown: Shown, small: Small) -> None:
    pane = choose(checks_page(shown), small, "FIRE-07")
    said = words_of(pane)
    for part in ("so it is 1 day late", "19 Oct 2026", "Where this comes from", "Terry Walsh does it", "1 done"):
        assert part in said


def test_every_control_has_a_name_and_tab_leaves_the_list(shown: Shown, small: Small) -> None:
    page = checks_page(shown)
    open_panel(page, small, "WATR-04")
    unnamed = []
    for widget in shown.frame.findChildren(QWidget):
        interactive = isinstance(widget, QAbstractButton | QLineEdit | QComboBox | QPlainTextEdit)
        if interactive and widget.isVisible():
            spoken = QAccessible.queryAccessibleInterface(widget)
            if not spoken.text(QAccessible.Text.Name):
                unnamed.append(f"{type(widget).__name__} {widget.objectName()}")
    assert unnamed == []
    page.table.setFocus()
    press(page.table, Qt.Key.Key_Tab)
    assert focus() is not page.table


@pytest.mark.parametrize("width", [1366, 1000, 700])
def test_the_name_of_a_check_keeps_its_room_however_narrow(small: Small, width: int) -> None:
    with window_on(open_small(small, DAWN), width=width) as shown:
        page = checks_page(shown)
        page.split.hide_detail()
        settle()
        names = [column.name for column in page.model.columns]
        assert page.table.columnWidth(names.index("Check")) >= 150
        assert not page.table.isColumnHidden(names.index("Status"))
        assert page.filter.segments.isVisible() != page.filter.picker.isVisible()
