"""The calendar page by its real widgets: month and year, the day beside, turning pages, what can be taken along."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from bursar_desk.ui.pages.calendar import CalendarPage
from tests.services.small_school import DAWN, FRIDAY, TERRY, Small, without_waiting
from tests.windows.desk_bench import Shown, open_small, press, settle, window_on
from tests.windows.page_bench import Chosen, buttons, cut_off, nameless, press_button, words_of

day = dt.date


@pytest.fixture
def shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shown]:
    without_waiting(monkeypatch)
    small = Small.found(tmp_path)
    small.add("FIRE-04", doer=TERRY)
    small.add("LIFT-01")
    small.done("FIRE-04", day(2026, 11, 16), by=TERRY)
    small.done("LIFT-01", day(2026, 5, 27), by="Examiner")
    with window_on(open_small(small, DAWN)) as made:
        yield made


def page_of(shown: Shown) -> CalendarPage:
    page = shown.page("calendar")
    assert isinstance(page, CalendarPage)
    return page


def test_the_month_opens_on_today_and_a_day_shows_its_checks_beside(shown: Shown) -> None:
    page = page_of(shown)
    assert page.heading.text() == "November 2026"
    assert "Friday 20 November 2026" in words_of(page.pane)
    assert page.month_grid.choose(day(2026, 11, 27))
    settle()
    assert "Lift examination" in buttons(page.pane)
    assert "This is the last day for it." in words_of(page.pane)
    press_button(page.pane, "Lift examination")
    assert shown.page("checks").isVisible()


def test_pages_turn_by_button_and_key_and_the_year_leads_to_a_month(shown: Shown) -> None:
    page = page_of(shown)
    page.ahead.click()
    settle()
    assert page.heading.text() == "December 2026"
    page.month_grid.setFocus()
    press(page.month_grid, Qt.Key.Key_PageUp)
    press(page.month_grid, Qt.Key.Key_PageUp)
    assert page.heading.text() == "October 2026"
    press_button(page, "Go to today")
    assert page.heading.text() == "November 2026"
    page.views._pick("year")
    settle()
    assert page.heading.text() == "November 2026 to October 2027"
    assert page.year_grid.choose(day(2027, 5, 1))
    press(page.year_grid, Qt.Key.Key_Return)
    assert page.heading.text() == "May 2027"
    assert page.month_grid.choose(day(2027, 5, 27))
    settle()
    assert "Lift examination" in buttons(page.pane), "done on its day, it comes again half a year on"


def test_reminders_stand_above_until_they_are_seen(shown: Shown) -> None:
    page = page_of(shown)
    assert page.strip.isVisible()
    assert "Lift examination is due on Friday 27 November 2026, in 7 days." in words_of(page.strip)
    press_button(page.strip, "Mark as seen")
    assert not page.strip.isVisible()
    page.reload()
    settle()
    assert not page.strip.isVisible()


def test_it_can_be_saved_as_a_file_and_copied_as_a_list(shown: Shown, tmp_path: Path) -> None:
    page = page_of(shown)
    page.files = Chosen(tmp_path)  # type: ignore[assignment]
    press_button(page, "Save for my calendar")
    saved = list(tmp_path.glob("*.ics"))
    assert len(saved) == 1
    assert b"Lift examination" in saved[0].read_bytes()
    press_button(page, "Copy this week")
    assert "Lift examination" in QGuiApplication.clipboard().text()


def test_everything_has_a_name_and_nothing_is_cut_off(shown: Shown) -> None:
    page = page_of(shown)
    assert nameless(page) == []
    assert cut_off(page) == []
    assert page.month_model.data(page.month_model.place_of(FRIDAY), Qt.ItemDataRole.AccessibleTextRole)
