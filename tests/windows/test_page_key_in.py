"""Journeys J8 and J18 through the real widgets: print the week's sheet, key it in with keys alone, show a log."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from bursar_desk.services import keying, sheets
from bursar_desk.ui.pages.key_in import KeyInPage
from bursar_desk.ui.pages.reports import ReportsPage
from bursar_desk.ui.pages.today import TodayPage
from db.queries.checks import records
from tests.services.small_school import FRIDAY, TERRY, Small, without_waiting
from tests.windows.cluster_bench import CountedDialogs, Hand
from tests.windows.desk_bench import Shown, focus, open_small, press, settle, window_on
from tests.windows.page_bench import cut_off, nameless, press_button, words_of

WATER = [{"name": "Hot", "unit": "°C", "low": 50}, {"name": "Cold", "unit": "°C", "high": 19.9}]


@pytest.fixture
def school(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Small:
    without_waiting(monkeypatch)
    monkeypatch.setenv("BURSAR_DESK_LOCAL", str(tmp_path / "local"))
    made = Small.found(tmp_path)
    made.add("FIRE-03", doer=TERRY)
    made.add("FIRE-04", doer=TERRY, points=["1, Hall", "2, Office"])
    made.add("WATR-03", doer=TERRY)
    made.add("WATR-04", doer=TERRY, readings=WATER)
    made.done("FIRE-03", dt.date(2026, 11, 19))
    made.done("FIRE-04", dt.date(2026, 11, 13), point="1, Hall")
    made.done("WATR-03", *(dt.date(2026, 9, 4) + dt.timedelta(days=7 * n) for n in range(12) if n not in (4, 5)))
    made.done("WATR-04", dt.date(2026, 10, 20))
    return made


@pytest.fixture
def shown(school: Small) -> Iterator[Shown]:
    with window_on(open_small(school)) as one:
        yield one


def key_in(shown: Shown) -> KeyInPage:
    page = shown.page("keyin")
    assert isinstance(page, KeyInPage)
    return page


def type_line(page: KeyInPage, text: str) -> int:
    """Type a line and Enter into what has the keyboard; return how many keys that took."""
    assert focus() is page.typed
    QTest.keyClicks(page.typed, text)
    press(page.typed, Qt.Key.Key_Return)
    return len(text) + 1


def test_j8_the_weeks_sheet_is_printed_with_two_clicks_and_keyed_in_with_keys_alone(
    shown: Shown, tmp_path: Path
) -> None:
    today = shown.page("today")
    assert isinstance(today, TodayPage)
    with Hand(at_most=2) as hand:
        today.print_button.files = CountedDialogs(hand, tmp_path)  # type: ignore[assignment]
        hand.click(today, "Print this week")
    (kept,) = sheets.listing(shown.desk)
    assert kept.kind == "week"
    assert kept.code in shown.frame.undo_bar.text
    press_button(today, "Key in from paper")
    page = shown.frame.page("keyin")
    assert isinstance(page, KeyInPage)
    settle()
    assert focus() is page.code
    keys = len(kept.code) + 1
    QTest.keyClicks(page.code, kept.code)
    press(page.code, Qt.Key.Key_Return)
    at = {line.what: line.number for line in keying.open_sheet(shown.desk, kept.code).lines}
    typed = [
        f"{number} {'55' if ': Hot' in what else '12' if ': Cold' in what else 'p'}" for what, number in at.items()
    ]
    keys += sum(type_line(page, line) for line in typed)
    assert keys <= len(kept.code) + 1 + 6 * len(typed), "at most six keys a line: number, space, result, Enter"
    press(page.typed, Qt.Key.Key_Return, ctrl=True)
    with shown.desk.store.connect() as con:
        found = [one for one in records(con, first=FRIDAY) if one.sheet == kept.code]
    assert len(found) == len({what.split(":")[0] for what in at})
    assert {one.came_by for one in found} == {"paper"}
    assert f"{len(found)} checks recorded." in shown.frame.undo_bar.text
    assert focus() is page.code, "ready for the next sheet"
    press(shown.frame, Qt.Key.Key_Z, ctrl=True)
    with shown.desk.store.connect() as con:
        assert [one for one in records(con, first=FRIDAY) if one.sheet] == [], "one undo takes the whole sheet out"


def opened(shown: Shown, tmp_path: Path) -> KeyInPage:
    from bursar_desk.services import reporting

    code = reporting.write(shown.desk, "round-sheet", tmp_path / "sheet.pdf").figures["code"]
    page = key_in(shown)
    page.focus_on(code=code)
    settle()
    return page


def test_what_is_not_clear_is_asked_beside_and_what_was_typed_stays(shown: Shown, tmp_path: Path) -> None:
    page = opened(shown, tmp_path)
    hot = next(row.line.number for row in page.lines.rows.values() if row.line.step == "Hot")
    type_line(page, f"{hot} p")
    assert "asks for a number in °C" in words_of(page)
    assert page.typed.text() == f"{hot} p"
    QTest.keyClicks(page.typed, f"{hot} 46")
    press(page.typed, Qt.Key.Key_Return)
    assert "46 °C is below 50 °C, Fail" in words_of(page)
    press(page.typed, Qt.Key.Key_Return, ctrl=True)
    assert "belongs to line" in words_of(page), "the other number of the check is asked for"
    page.take_back()
    assert "46 °C is below" not in words_of(page)
    assert page.unsaved() == ""


def test_lines_recorded_by_other_ways_say_so(shown: Shown, tmp_path: Path, school: Small) -> None:
    from bursar_desk.services import recording

    made = recording.record(shown.desk, recording.Doing(school.checks["FIRE-03"], FRIDAY, TERRY, "satisfactory"))
    assert made.records
    recorded_before = opened(shown, tmp_path)
    assert "Fire alarm panel" not in words_of(recorded_before)
    later = recording.record(shown.desk, recording.Doing(school.checks["FIRE-04"], FRIDAY, TERRY, "satisfactory", None,
                                                         "2, Office"))  # fmt: skip
    shown.context.acted(later.changes, "Recorded.")
    settle()
    assert "Already recorded by Terry Walsh, 20 Nov 2026" in words_of(recorded_before)


def test_a_wrong_code_is_told_beside_the_field_with_the_likely_one(shown: Shown, tmp_path: Path) -> None:
    page = opened(shown, tmp_path)
    assert page.sheet is not None
    code = page.sheet.code
    at = next(n for n in range(len(code) - 1) if code[n] != code[n + 1] and "-" not in code[n : n + 2])
    page.code.setText(code[:at] + code[at + 1] + code[at] + code[at + 2 :])
    press(page.code, Qt.Key.Key_Return)
    assert f"Is it {code}?" in words_of(page)


def test_everything_on_the_page_has_a_name_and_nothing_is_cut(shown: Shown, tmp_path: Path) -> None:
    page = opened(shown, tmp_path)
    assert nameless(shown.frame) == []
    assert cut_off(page) == []


def test_j18_twelve_months_of_flushing_is_four_clicks_from_home_to_a_printable_log(
    shown: Shown, tmp_path: Path
) -> None:
    shown.page("home")
    with Hand(at_most=4) as hand:
        hand.open_page(shown, "reports")
        page = shown.frame.page("reports")
        assert isinstance(page, ReportsPage)
        choice = page.choices["inspector"]
        hand.clicks += 1
        QTest.mouseClick(choice, Qt.MouseButton.LeftButton, pos=choice.rect().center())
        _rest()
        hand.clicks += 1
        QTest.mouseClick(page.more.search, Qt.MouseButton.LeftButton, pos=page.more.search.rect().center())
        QTest.keyClicks(page.more.search, "flush")
        press(page.more.search, Qt.Key.Key_Return)
        _rest()
        assert "Flush little-used outlets" in page.preview.text()
        dialogs = CountedDialogs(Hand(1), tmp_path)
        page.files = dialogs  # type: ignore[assignment]
        hand.click(page, "Make PDF")
    text = " ".join(page.preview.text().split())
    assert "10 of 12 done on time, 0 late, 2 missed." in text
    assert text.count("No reason was given") == 2, "gaps are shown as they are"
    assert list(tmp_path.glob("Inspector*.pdf"))


def _rest() -> None:
    """The choices wait a moment before the paper is made anew."""
    QTest.qWait(200)
    settle()


@pytest.mark.parametrize("name", ["logbook", "planner", "walk-form", "blank-form"])
def test_each_new_paper_shows_its_own_choices_and_its_preview(shown: Shown, name: str) -> None:
    page = shown.page("reports")
    assert isinstance(page, ReportsPage)
    page.focus_on(report=name)
    _rest()
    assert page.preview.pages >= 1
    seen = {
        "check": page.more.check.isVisible(), "period": page.more.period.isVisible(),
        "order": page.more.order.isVisible(), "wall": page.more.paper_size.isVisible(),
    }  # fmt: skip
    wanted = {"logbook": "period", "planner": "wall", "walk-form": "order", "blank-form": "check"}[name]
    assert [one for one, visible in seen.items() if visible] == [wanted]
    assert nameless(shown.frame) == []
    assert sheets.listing(shown.desk) == [], "a preview keeps nothing"
