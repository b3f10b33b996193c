"""Journey J2 through the real widgets: last done dates typed, pasted and dropped; clicks counted; one step back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from bursar_desk.services import catalogue, checks
from bursar_desk.ui.pages.checks import ChecksPage
from bursar_desk.ui.pages.last_done import LastDonePage
from tests.services.messy_sheets import messy_workbook, workbook
from tests.services.small_school import DAWN, TERRY, Small, without_waiting
from tests.windows.desk_bench import Shown, click, focus, open_small, press, settle, window_on
from tests.windows.page_bench import Chosen, buttons, cut_off, drop, nameless, press_button, words_of

day = dt.date
ROWS = 40


def _codes() -> list[str]:
    """Forty checks of the catalogue that fall due by the calendar."""
    found = [one.code for one in catalogue.load().rows if one.rule.startswith(("every ", "each "))]
    return found[:ROWS]


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Small:
    without_waiting(monkeypatch)
    made = Small.found(tmp_path)
    for code in ("FIRE-04", "FIRE-07", "LIFT-01", "WATR-03"):
        made.add(code)
    return made


@pytest.fixture
def shown(small: Small) -> Iterator[Shown]:
    with window_on(open_small(small, DAWN)) as made:
        yield made


def page_of(shown: Shown) -> LastDonePage:
    page = shown.page("lastdone")
    assert isinstance(page, LastDonePage)
    return page


def last(shown: Shown) -> dict[str, dt.date | None]:
    return {one.code: one.last_done for one in checks.listing(shown.desk).lines}


def type_words(text: str, *keys: Qt.Key) -> None:
    """Type into whatever has the keyboard, a key at a time: the first one may open a field."""
    for letter in text:
        QTest.keyClicks(focus(), letter)
    for key in keys:
        QTest.keyClick(focus(), key)
    settle()


def test_j2_forty_rows_of_a_dropped_spreadsheet_take_two_actions_and_one_step_back(
    small: Small, tmp_path: Path
) -> None:
    codes = [code for code in _codes() if code not in small.checks]
    for code in codes:
        small.add(code)
    rows = [["Check", "Last done"], *([code, day(2026, 3, 1) + dt.timedelta(days=n)] for n, code in enumerate(codes))]
    path = workbook(tmp_path / "dates.xlsx", rows)
    with window_on(open_small(small, DAWN)) as shown:
        page = page_of(shown)
        before = last(shown)
        actions = 0
        drop(page, path)
        actions += 1
        assert "Sunday 1 March 2026" in {one.said for one in page.preview.model.rows}, "dates are shown in words"
        assert last(shown) == before, "nothing is written before the button"
        press_button(page, f"Bring in {len(codes)} dates")
        actions += 1
        assert actions <= 6
        now = last(shown)
        assert [now[code] for code in codes] == [row[1] for row in rows[1:]]
        assert shown.frame.undo_bar.text.startswith(f"{len(codes)} dates brought in")
        click(shown.frame.undo_bar.button)
        assert last(shown) == before


def test_j2_forty_pasted_rows_with_one_question_take_three_actions(small: Small) -> None:
    codes = [code for code in _codes() if code not in small.checks]
    for code in codes:
        small.add(code)
    with window_on(open_small(small, DAWN)) as shown:
        page = page_of(shown)
        text = "\r\n".join(f"{code}\t0{n % 9 + 1}/0{(n + 3) % 9 + 1}/26" for n, code in enumerate(codes))
        QGuiApplication.clipboard().setText(text)
        page.table.setFocus()
        press(page.table, Qt.Key.Key_V, ctrl=True)
        press_button(page, "1 April 2026 (day/month/year)")
        press_button(page, f"Bring in {len(codes)} dates")
        assert last(shown)[codes[0]] == day(2026, 4, 1)


def test_dates_are_typed_down_the_column_as_in_a_spreadsheet_and_read_back_in_words(shown: Shown) -> None:
    page = page_of(shown)
    assert "4 checks without a record" in words_of(page)
    page.table.setFocus()
    page.table.start_at(0)
    type_words("26/3/26", Qt.Key.Key_Return)
    type_words("31/6/26", Qt.Key.Key_Return)
    type_words("2 Mar 26", Qt.Key.Key_Tab)
    type_words("Ascent", Qt.Key.Key_Return)
    rows = page.model.rows
    assert [one.said for one in rows[:3]] == [
        "Thursday 26 March 2026", "Last done must be a real date. 31 June 2026 does not exist.", "Monday 2 March 2026",
    ]  # fmt: skip
    assert rows[2].by == "Ascent"
    assert page.unsaved() == "3 last done dates"
    codes = [one.line.code for one in rows]
    press_button(page, "Save 2 dates")
    assert (last(shown)[codes[0]], last(shown)[codes[1]]) == (day(2026, 3, 26), None)
    assert [one.line.code for one in page.model.rows] == [codes[1], codes[3]]
    assert page.model.rows[0].typed == "31/6/26", "what could not be saved stays for putting right"
    shown.window.undo()
    settle()
    assert len(page.model.rows) == 4


def test_a_pasted_column_goes_beside_the_checks_and_asks_its_one_question(shown: Shown) -> None:
    page = page_of(shown)
    page.table.setFocus()
    page.table.start_at(1)
    QGuiApplication.clipboard().setText("Last done\n03/04/26\n05/06/26\nTBC\n01/01/26\n")
    press(page.table, Qt.Key.Key_V, ctrl=True)
    assert "Row 1 says 03/04/26. Is that 3 April 2026 or 4 March 2026?" in words_of(page)
    assert "Save dates" in buttons(page), "nothing can be saved before the answer"
    press_button(page, "3 April 2026")
    assert [one.day for one in page.model.rows] == [None, day(2026, 4, 3), day(2026, 6, 5), None]
    press_button(page, "Save 2 dates")
    assert sorted(str(one) for one in last(shown).values() if one) == ["2026-04-03", "2026-06-05"]


def test_the_messy_spreadsheet_is_settled_by_its_questions(shown: Shown, tmp_path: Path) -> None:
    page = page_of(shown)
    page.files = Chosen(tmp_path, [messy_workbook(tmp_path / "tracker.xlsx")])  # type: ignore[assignment]
    press_button(page, "Choose a spreadsheet")
    said = words_of(page)
    assert "The headings stand in row 4; what is above them was passed over." in said
    assert "Which check is “Gas safety check”?" in said
    assert nameless(page) == []
    assert cut_off(page) == []
    left_out = next(one for one in page.preview.questions.buttons if one.words().startswith("None of ours"))
    click(left_out)
    assert "Which check is “Gas safety check”?" not in words_of(page)
    press_button(page, "Bring in 3 dates, leave out 5")
    assert last(shown)["LIFT-01"] == day(2026, 3, 26)


def test_another_column_can_be_picked_and_going_back_writes_nothing(shown: Shown, tmp_path: Path) -> None:
    rows = [["Check", "Last done", "Seen"], ["FIRE-04", day(2026, 3, 2), day(2026, 3, 9)]]
    page = page_of(shown)
    page.open(workbook(tmp_path / "a.xlsx", rows))
    settle()
    page.preview.moved.emit("done", 2)
    settle()
    assert [one.day for one in page.preview.model.rows] == [day(2026, 3, 9)]
    press_button(page, "Go back")
    assert page.table.isVisible()
    assert set(last(shown).values()) == {None}


def test_a_file_that_is_no_spreadsheet_is_said_and_the_grid_stays(shown: Shown, tmp_path: Path) -> None:
    page = page_of(shown)
    bad = tmp_path / "letter.pdf"
    bad.write_bytes(b"%PDF-1.7 nothing")
    drop(page, bad)
    assert "That is no spreadsheet." in words_of(shown.frame)
    assert page.table.isVisible()


def test_the_checks_list_leads_to_the_grid_and_the_rail_does_not(shown: Shown) -> None:
    found = shown.page("checks")
    assert isinstance(found, ChecksPage)
    assert not found.dates_button.isVisible()
    found.focus_on(part="not_known")
    found.reload()
    settle()
    click(found.dates_button)
    assert isinstance(shown.frame.page("lastdone"), LastDonePage)
    assert shown.frame.key == "lastdone"
    assert "When was it last done?" not in [item.title for item in shown.frame.rail.items]
    QApplication.processEvents()


def test_when_everything_has_a_date_the_page_says_so(small: Small) -> None:
    for code in small.checks:
        small.done(code, day(2026, 11, 16), by=TERRY)
    with window_on(open_small(small, DAWN)) as shown:
        page = page_of(shown)
        assert "Every check has a date" in words_of(page)
        assert nameless(page) == []


def test_who_does_not_run_the_register_is_not_led_there(small: Small) -> None:
    with window_on(open_small(small, TERRY)) as shown:
        assert "lastdone" not in shown.context.pages
        found = shown.page("checks")
        assert isinstance(found, ChecksPage)
        found.focus_on(part="not_known")
        settle()
        assert not found.dates_button.isVisible()


def test_in_a_narrow_window_the_names_of_the_checks_stay_readable(small: Small) -> None:
    with window_on(open_small(small, DAWN), width=1100) as shown:
        page = page_of(shown)
        assert page.table.columnWidth(0) >= 220
        shown.frame.resize(1366, 768)
        settle()
        assert page.table.columnWidth(1) > 0, "the place is back where there is room"
