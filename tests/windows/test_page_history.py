"""The page of history by its real widgets: what happened, putting back, a past day, and the Bin."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from bursar_desk.domain.acts import ActCode
from bursar_desk.services import checks, defects, history, recording
from bursar_desk.services.stories import Line
from bursar_desk.ui.pages.checks import ChecksPage
from bursar_desk.ui.pages.checks_detail import CheckDetailPane
from bursar_desk.ui.pages.history import HistoryPage
from tests.output import pdf_reader
from tests.services.small_school import DAWN, FRIDAY, TERRY, Small, without_waiting
from tests.windows.desk_bench import Shown, click, open_small, press, settle, window_on
from tests.windows.page_bench import Chosen, buttons, cut_off, nameless, press_button, words_of

day = dt.date


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Small:
    without_waiting(monkeypatch)
    made = Small.found(tmp_path)
    made.add("FIRE-04", doer=TERRY)
    made.add("LIFT-01")
    made.done("FIRE-04", day(2026, 11, 16), by=TERRY)
    return made


@pytest.fixture
def shown(small: Small) -> Iterator[Shown]:
    desk = open_small(small, DAWN)
    with desk.act(ActCode.CHANGE_CHECK, subject="Fire alarm test") as act:
        act.set("school_check", small.checks["FIRE-04"], {"title": "Alarm"})
    with window_on(desk) as made:
        yield made


def page_of(shown: Shown) -> HistoryPage:
    page = shown.page("history")
    assert isinstance(page, HistoryPage)
    return page


def listed(page: HistoryPage) -> list[Line]:
    return list(page.story.model.rows)


def test_a_mistake_is_put_back_within_three_clicks_from_its_record(shown: Shown, small: Small) -> None:
    found = shown.page("checks")
    assert isinstance(found, ChecksPage)
    assert found.table.choose(small.checks["FIRE-04"])  # one: the record
    settle()
    assert isinstance(found.split.detail, CheckDetailPane)
    click(found.split.detail.history_button)  # two: History
    page = shown.frame.page("history")
    assert isinstance(page, HistoryPage)
    settle()
    assert "The history of “Alarm”" in words_of(page)
    press_button(page, "Put this back")  # three
    assert checks.detail(shown.desk, small.checks["FIRE-04"]).line.title == "Fire alarm test"
    assert "is back" in shown.frame.undo_bar.text
    click(shown.frame.undo_bar.button)
    assert checks.detail(shown.desk, small.checks["FIRE-04"]).line.title == "Alarm"


def test_what_happened_is_listed_with_before_and_after_beside_it(shown: Shown) -> None:
    page = page_of(shown)
    assert [one.what for one in page.story.model.rows][:2] == ["Change a check", "Record a check"]
    assert page.story.pane is not None
    said = words_of(page.story.pane)
    for words in ("Before: Fire alarm test", "After: Alarm", "Friday 20 November 2026, 09:00", "Made on this computer"):
        assert words in said
    press(page.story.table, Qt.Key.Key_Down)
    assert "Done on" in words_of(page.story.pane)
    assert nameless(page) == []
    assert cut_off(page) == []


def test_filters_narrow_and_the_list_says_when_nothing_is_left(shown: Shown) -> None:
    page = page_of(shown)
    page.story.search.setText("alarm")
    press(page.story.search, Qt.Key.Key_Return)
    assert {one.subject for one in page.story.model.rows} == {"Fire alarm test"}
    page.story.search.setText("submarine")
    press(page.story.search, Qt.Key.Key_Return)
    assert listed(page) == []
    assert "Clear a filter" in page.story.table.accessibleDescription()
    press(page.story.search, Qt.Key.Key_Escape)
    page.story.day.edit.setText("16/11/2026")
    settle()
    assert {one.day for one in listed(page)} == {day(2026, 11, 16)}


def test_older_lines_are_shown_when_asked_for(small: Small) -> None:
    desk = open_small(small, DAWN)
    with desk.bulk() as bulk:
        for number in range(150):
            with bulk.act(ActCode.RECORD_CHECK, who=TERRY, subject=str(number)) as act:
                act.fact("check_record", {"check_id": small.checks["FIRE-04"], "done_on": FRIDAY})
    with window_on(desk) as shown:
        page = page_of(shown)
        assert len(page.story.model.rows) == 100
        press_button(page, "Show older lines")
        assert len(page.story.model.rows) > 150
        assert "Show older lines" not in buttons(page)


def test_a_record_is_taken_out_with_a_reason_and_comes_back_from_the_bin(shown: Shown, small: Small) -> None:
    recording.record(shown.desk, recording.Doing(small.checks["FIRE-04"], FRIDAY, DAWN, "satisfactory"))
    page = page_of(shown)
    page.reload()
    settle()
    page.story.table.choose(page.story.model.rows[0].places)
    settle()
    press_button(page, "Take this out")
    press_button(page, "Take out record")
    assert "Say why in a few words." in words_of(page)
    why = next(one for one in page.story.pane.findChildren(QLineEdit) if one.isVisible())  # type: ignore[union-attr]
    why.setText("Entered twice")
    press(why, Qt.Key.Key_Return)
    assert checks.detail(shown.desk, small.checks["FIRE-04"]).line.last_done == day(2026, 11, 16)
    page.show_view("bin")
    settle()
    assert [(one.name, one.days_left) for one in page.bin.model.rows] == [("Alarm", 90)]
    press_button(page, "Restore record")
    assert page.bin.model.rows == ()
    assert checks.detail(shown.desk, small.checks["FIRE-04"]).line.last_done == FRIDAY
    shown.window.undo()
    settle()
    assert len(page.bin.model.rows) == 1


def test_a_past_day_shows_the_list_as_it_was_and_makes_its_report(
    shown: Shown, small: Small, tmp_path: Path
) -> None:
    late = recording.Doing(small.checks["LIFT-01"], day(2026, 11, 10), "Ascent", "satisfactory")
    recording.record(shown.desk, late)
    page = page_of(shown)
    page.show_view("past")
    press_button(page, "Show the day")
    assert "Enter a date" in words_of(page)
    page.past.day.edit.setText("12/11/2026")
    for key, last in (("known", None), ("corrected", day(2026, 11, 10))):
        page.past.mode.set_key(key)
        press_button(page, "Show the day")
        assert {line.code: line.last_done for line in page.past.model.rows}["LIFT-01"] == last
        assert "As at 12 November 2026" in words_of(page)
    assert {line.title for line in page.past.model.rows} == {"Fire alarm test", "Lift examination"}
    page.past.files = chosen = Chosen(tmp_path)  # type: ignore[assignment]
    press_button(page, "Make the report of that day")
    assert "As at 12 November 2026, as later corrected" in pdf_reader.texts(chosen.saved[0].read_bytes())[0]
    page.past.day.edit.setText("12/11/2030")
    press_button(page, "Show the day")
    assert "still to come" in words_of(page)
    assert nameless(page) == []
    assert cut_off(page) == []


def test_what_came_from_elsewhere_shows_at_once_and_the_line_chosen_stays(shown: Shown) -> None:
    page = page_of(shown)
    page.story.table.choose(page.story.model.rows[1].places)
    settle()
    kept = page.story.table.chosen()
    one, changes = defects.report(shown.desk, "Gate")
    shown.context.acted(changes)
    settle()
    assert page.story.model.rows[0].subject == one.title
    assert page.story.table.chosen() == kept
    _, changes = history.undo(shown.desk)
    shown.context.acted(changes)
    settle()
    assert page.story.model.rows[0].what == "Undo"


def test_who_does_not_run_the_register_has_no_history(small: Small) -> None:
    with window_on(open_small(small, TERRY)) as shown:
        assert "history" not in shown.context.pages
        page = shown.page("checks")
        assert isinstance(page, ChecksPage)
        page.table.choose(small.checks["FIRE-04"])
        settle()
        assert isinstance(page.split.detail, CheckDetailPane)
        assert not page.split.detail.history_button.isVisible()
