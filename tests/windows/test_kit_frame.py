"""The frame: pages made when first shown, the rail as one stop, menus by Alt, covers, problems, and a light start."""

from __future__ import annotations

import subprocess
import sys

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAction
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from bursar_desk.domain.errors import Refused
from bursar_desk.ui import jobs, theme
from bursar_desk.ui.frame import Count, MainFrame, PageSpec
from bursar_desk.ui.widgets import Button, Command, Page

CTRL = Qt.KeyboardModifier.ControlModifier


class Sheet(Page):
    """A page that writes down what happens to it."""

    def __init__(self, title: str):
        super().__init__(title)
        self.said: list[str] = []
        self.field = QLineEdit()
        self.field.setAccessibleName("Name")
        self.body.addWidget(self.field)
        self.body.addWidget(Button("Save sheet"))

    def refresh(self) -> None:
        self.said.append("refresh")

    def wants(self, changes: object) -> bool:
        return changes != "other"

    def commands(self) -> dict[Command, object]:  # type: ignore[override]
        return {Command.NEW: lambda: self.said.append("new")}


@pytest.fixture
def made() -> list[str]:
    return []


@pytest.fixture
def frame(qtbot: QtBot, made: list[str]) -> MainFrame:
    def spec(key: str, title: str, icon: str, group: int = 0, count: Count | None = None) -> PageSpec:
        def factory() -> QWidget:
            made.append(key)
            return Sheet(title)

        return PageSpec(key, title, icon, factory, count, group)

    window = MainFrame(
        "Oakfield",
        [
            spec("home", "Home", "house", count=Count(3, overdue=True)),
            spec("faults", "Faults & jobs", "triangle-alert", count=Count(1234)),
            spec("help", "Help", "circle-help", group=1),
        ],
    )
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
    return window


def sheet(frame: MainFrame, key: str) -> Sheet:
    page = frame.page(key)
    assert isinstance(page, Sheet)
    return page


def action(frame: MainFrame, text: str) -> QAction:
    return next(found for found in frame.actions() if found.text() == text)


def test_a_page_is_made_when_first_shown_and_kept(frame: MainFrame, made: list[str]) -> None:
    assert made == []
    shown: list[str] = []
    frame.page_shown.connect(shown.append)
    first = frame.show_page("home")
    frame.show_page("faults")
    assert frame.show_page("home") is first
    assert made == ["home", "faults"]
    assert shown == ["home", "faults", "home"]
    assert frame.key == frame.rail.key() == "home"


def test_only_the_pages_given_can_be_reached(frame: MainFrame, made: list[str]) -> None:
    frame.show_page("faults")
    frame.set_pages([PageSpec("home", "Home", "house", lambda: Sheet("Home"))])
    assert frame.page("faults") is None
    assert [item.key for item in frame.rail.items] == ["home"]
    with pytest.raises(LookupError):
        frame.show_page("faults")


def test_the_title_names_the_school(frame: MainFrame) -> None:
    assert frame.windowTitle() == "Bursar Desk — Oakfield"


def test_the_rail_is_one_stop_walked_by_arrows_and_by_ctrl_and_a_figure(frame: MainFrame, qtbot: QtBot) -> None:
    frame.show_page("home")
    frame.rail.view.setFocus()
    qtbot.keyClick(frame.rail.view, Qt.Key.Key_Down)
    assert frame.key == "faults"
    assert frame.rail.view.hasFocus()
    qtbot.keyClick(frame.rail.view, Qt.Key.Key_H)
    assert frame.key == "faults", "letters never act"
    qtbot.keyClick(frame, Qt.Key.Key_3, CTRL)
    assert frame.key == "help"


def test_the_rail_says_its_counts_aloud_and_keeps_the_place_when_they_change(frame: MainFrame) -> None:
    frame.show_page("faults")
    names = [
        QAccessible.queryAccessibleInterface(frame.rail.view).child(n).text(QAccessible.Text.Name) for n in (0, 1, 2)
    ]
    assert names == ["Home, 3 overdue", "Faults & jobs, 1,234", "Help"]
    frame.set_counts({"home": None})
    assert frame.rail.items[0].count is None
    assert frame.rail.items[1].count == Count(1234)
    assert frame.rail.key() == "faults"


def test_the_rail_folds_in_a_narrow_window(frame: MainFrame) -> None:
    frame.resize(1366, 700)
    assert (frame.rail.folded, frame.rail.width()) == (False, 200)
    frame.resize(1099, 700)
    assert frame.rail.folded
    assert frame.rail.width() < 100


def test_changes_redraw_the_page_seen_now_and_the_others_when_shown(frame: MainFrame) -> None:
    frame.show_page("home")
    frame.show_page("faults")
    home, faults = sheet(frame, "home"), sheet(frame, "faults")
    assert (home.said, faults.said) == (["refresh"], ["refresh"])
    frame.changed.emit("checks", None)
    frame.changed.emit("checks", None)
    frame.changed.emit("other", None)
    assert faults.said == ["refresh"] * 3
    assert home.said == ["refresh"]
    frame.show_page("home")
    assert home.said == ["refresh"] * 2
    frame.show_page("faults")
    assert faults.said == ["refresh"] * 3


def test_commands_go_to_the_page_shown_and_the_rest_are_grey(frame: MainFrame, qtbot: QtBot) -> None:
    frame.show_page("home")
    assert action(frame, "New here").isEnabled()
    assert not action(frame, "Export what is shown").isEnabled()
    qtbot.keyClick(frame, Qt.Key.Key_N, CTRL)
    assert sheet(frame, "home").said[-1] == "new"


@pytest.mark.parametrize(
    ("key", "signal"),
    [(Qt.Key.Key_L, "lock_wanted"), (Qt.Key.Key_K, "find_wanted"), (Qt.Key.Key_Z, "undo_wanted")],
)
def test_keys_work_though_the_menu_bar_is_hidden(frame: MainFrame, qtbot: QtBot, key: Qt.Key, signal: str) -> None:
    frame.show_page("home")
    frame.set_undo("mark alarm test done")
    frame.rail.view.setFocus()
    assert not frame.menuBar().isVisible()
    with qtbot.waitSignal(getattr(frame, signal), timeout=1000):
        qtbot.keyClick(frame.rail.view, key, CTRL)


def test_undo_says_what_it_would_undo_and_is_grey_when_nothing(frame: MainFrame) -> None:
    frame.set_undo("mark alarm test done", "")
    assert action(frame, "Undo: mark alarm test done").isEnabled()
    assert not action(frame, "Redo").isEnabled()
    frame.set_undo()
    assert not action(frame, "Undo").isEnabled()


def test_alt_alone_or_f10_brings_up_the_menu_bar(frame: MainFrame, qtbot: QtBot) -> None:
    frame.show_page("home")
    for key in (Qt.Key.Key_F10, Qt.Key.Key_Alt):
        frame.rail.view.setFocus()
        qtbot.keyClick(frame, key)
        assert frame.menuBar().isVisible()
        assert [menu.title() for menu in (frame.menu.file, frame.menu.edit, frame.menu.view, frame.menu.help)] == [
            "&File",
            "&Edit",
            "&View",
            "&Help",
        ]
        frame.menu.toggle_bar()
        assert not frame.menuBar().isVisible()


def test_f6_goes_round_the_parts_of_the_window(frame: MainFrame, qtbot: QtBot) -> None:
    frame.show_page("home")
    page = sheet(frame, "home")
    frame.rail.view.setFocus()
    qtbot.keyClick(frame, Qt.Key.Key_F6)
    assert page.isAncestorOf(QApplication.focusWidget())
    qtbot.keyClick(frame, Qt.Key.Key_F6)
    assert frame.rail.view.hasFocus()


def test_a_cover_hides_everything_keeps_the_typing_and_stops_the_keys(frame: MainFrame, qtbot: QtBot) -> None:
    frame.show_page("home")
    page = sheet(frame, "home")
    page.field.setText("half a sen")
    cover = QWidget()
    frame.show_cover(cover)
    assert frame.covered
    assert not page.isVisible()
    assert not frame.rail.isVisible()
    qtbot.keyClick(frame, Qt.Key.Key_2, CTRL)
    qtbot.keyClick(frame, Qt.Key.Key_N, CTRL)
    assert frame.key == "home"
    assert page.said == ["refresh"]
    frame.menu.toggle_bar()
    assert not frame.menuBar().isVisible()
    frame.hide_cover()
    assert page.field.text() == "half a sen"
    qtbot.keyClick(frame, Qt.Key.Key_2, CTRL)
    assert frame.key == "faults"


def test_a_problem_is_said_above_the_page_until_closed(frame: MainFrame) -> None:
    frame.show_page("home")
    frame.show_problem(Refused("The file is damaged.", "Nothing was changed.", "Ask them to send it again."))
    frame.show_problem(Refused("The disk is full."))
    said = [w.accessibleName() for w in frame.findChildren(QWidget) if w.accessibleName().startswith("The disk")]
    assert said == ["The disk is full."]
    close = next(b for b in frame.findChildren(Button) if b.words() == "Close this message" and b.isVisible())
    close.click()
    assert not close.isVisible()


def test_a_fault_of_ours_can_be_read_and_saved_for_help(frame: MainFrame) -> None:
    wanted: list[object] = []
    frame.report_wanted.connect(wanted.append)
    report = jobs.BugReport("Traceback: KeyError")
    frame.show_problem(report)
    by_words = {b.words(): b for b in frame.findChildren(Button) if b.isVisible()}
    by_words["Save a report for help"].click()
    assert wanted == [report]
    by_words["Show details"].click()
    details = next(w for w in frame.findChildren(QWidget) if w.accessibleName().startswith("Details for"))
    assert details.isVisible()


def test_practice_is_said_for_as_long_as_it_lasts(frame: MainFrame) -> None:
    banner = next(w for w in frame.findChildren(QWidget) if w.property("kit") == "practice")
    assert not banner.isVisible()
    frame.set_practice(practice=True)
    frame.show_page("faults")
    assert banner.isVisible()


def test_the_guard_can_hold_the_window_open(frame: MainFrame) -> None:
    frame.set_close_guard(lambda: False)
    frame.close()
    assert frame.isVisible()
    frame.set_close_guard(None)
    frame.close()
    assert not frame.isVisible()


def test_a_choice_of_colours_is_passed_on(frame: MainFrame) -> None:
    wanted: list[object] = []
    frame.look_wanted.connect(wanted.append)
    action(frame, "Dark").trigger()
    assert wanted == [theme.Scheme.DARK]


def test_the_frame_starts_without_the_heavy_libraries() -> None:
    script = (
        "import sys, bursar_desk.ui.frame, bursar_desk.ui.theme\n"
        "heavy = {'sqlalchemy', 'alembic', 'reportlab', 'openpyxl', 'cryptography', 'msgspec', 'PySide6.QtNetwork',\n"
        "         'PySide6.QtSvg', 'PySide6.QtPrintSupport', 'dateutil'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_five_thousand_quiet_calls_lose_no_reference_to_none(frame: MainFrame) -> None:
    frame.set_saved("All saved 08:41")
    before = sys.getrefcount(None)
    for _ in range(3000):
        frame.set_more("Reading")
    assert sys.getrefcount(None) > before - 1000
