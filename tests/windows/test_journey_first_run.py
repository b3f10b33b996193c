"""Journey J1: from the first start to a school that is set up, by real clicks and keys, counted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from bursar_desk import app, paths
from bursar_desk.clock import FixedClock
from bursar_desk.services import checks, own_desk
from bursar_desk.services import first_run as service
from bursar_desk.services.desk import Desk
from bursar_desk.ui import theme
from bursar_desk.ui.pages.first_run import FirstRun
from bursar_desk.ui.pages.home import HomePage
from tests.services.small_school import without_waiting
from tests.windows.desk_bench import settle, window_on
from tests.windows.page_bench import Chosen, buttons, cut_off, nameless, words_of

DAY = dt.date(2026, 11, 20)
CLOCK = FixedClock.at(DAY)
MOST_INPUTS, SCREENS = 12, 6


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BURSAR_DESK_LOCAL", str(tmp_path / "local"))
    monkeypatch.setenv("BURSAR_DESK_KEYS", str(tmp_path / "keys"))
    monkeypatch.delenv("BURSAR_DESK_REGISTER", raising=False)
    without_waiting(monkeypatch)


class Walker:
    """A person at the first start. ``inputs`` are answers given; ``steps`` the buttons that only go on."""

    def __init__(self, window: FirstRun) -> None:
        self.window, self.inputs, self.steps = window, 0, 0
        self.screens: list[str] = []
        self.see()

    def see(self) -> None:
        self.screens.append(service.STEPS[self.window.draft.step])

    def press(self, words: str, *, answer: bool = False) -> None:
        """Click a button where it stands on the screen."""
        found = buttons(self.window)
        assert words in found, sorted(found)
        self.hit(found[words])
        self.inputs += answer
        self.steps += not answer
        if self.screens[-1] != service.STEPS[self.window.draft.step]:
            self.see()

    def hit(self, widget: QWidget) -> None:
        centre = QPoint(min(24, widget.width() // 2), widget.height() // 2)
        seen = self.window.childAt(widget.mapTo(self.window, centre))
        assert seen is widget, f"{widget.accessibleName()} is hidden or below the fold"
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=centre)
        settle()

    def tick(self, widget: QWidget) -> None:
        """Answer by one click."""
        self.hit(widget)
        self.inputs += 1

    def type(self, field: QLineEdit, text: str) -> None:
        """Answer by typing."""
        field.setFocus()
        QTest.keyClicks(field, text)
        settle()
        self.inputs += 1


@pytest.fixture
def window() -> Iterator[FirstRun]:
    made = shown()
    yield made
    put_away(made)


def shown() -> FirstRun:
    made = FirstRun(CLOCK)
    made.show()
    made.activateWindow()
    assert QTest.qWaitForWindowActive(made)
    settle()
    return made


def put_away(window: FirstRun) -> None:
    settle()
    window.close()
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def to_safety(walker: Walker) -> None:
    window = walker.window
    walker.press("Set up my school", answer=True)
    walker.type(window.school.name, "lourdes bolton")
    walker.tick(window.school.buttons[0])
    walker.press("Continue")
    walker.tick(window.buildings.built.tiles["yes"])
    walker.tick(window.buildings.grid.tiles["solar_panels"])
    walker.press("Continue")
    walker.type(window.you.name, "Dawn Hill")
    walker.press("Continue")


def type_back(walker: Walker) -> None:
    for number, (field, _row) in walker.window.safety.back.items():
        walker.type(field, walker.window.sheet.lines[number - 1])


def test_j1_from_the_first_start_to_home(window: FirstRun, tmp_path: Path) -> None:
    opened: list[Path] = []
    window.finished.connect(opened.append)
    stick = tmp_path / "stick"
    stick.mkdir()
    window.files = Chosen(tmp_path, [stick])  # type: ignore[assignment]  # stands for the file dialogs
    walker = Walker(window)
    to_safety(walker)
    walker.press("Choose a folder", answer=True)
    walker.press("Print recovery sheet", answer=True)
    type_back(walker)
    walker.press("Continue")
    walker.type(window.team.people[0][0], "Terry")
    assert window.draft.step == 5
    walker.press("Finish")
    settle()
    print(f"\nJ1: {walker.inputs} inputs (at most {MOST_INPUTS}), {walker.steps} clicks to go on, "
          f"{len(walker.screens)} screens")  # fmt: skip
    assert walker.screens == list(service.STEPS)
    assert len(walker.screens) == SCREENS
    assert walker.inputs <= MOST_INPUTS
    assert (tmp_path / "Recovery sheet, Our Lady of Lourdes RC Primary School.pdf").is_file()
    (register,) = opened
    assert own_desk.own_register() == register
    assert len(list(stick.glob("*.register"))) == 1
    assert len(list(paths.backups_folder().glob("*.register"))) == 1
    with window_on(Desk.open(register, clock=CLOCK)) as desk:
        home = desk.page("home")
        assert isinstance(home, HomePage)
        assert home.header.title.startswith("Nothing is overdue. When were these ")
        assert "When were these last done?" in words_of(home)
        titles = {line.title for line in checks.listing(desk.desk).lines}
    assert "Solar panels, yearly service" in titles


def test_it_can_be_stopped_and_gone_on_with_and_the_sheet_is_a_new_one() -> None:
    first = shown()
    walker = Walker(first)
    to_safety(walker)
    sheet = first.sheet
    walker.press("Stop and finish later")
    assert not first.isVisible()
    put_away(first)
    assert own_desk.none_yet(), "nothing is founded before the end"
    second = shown()
    assert service.STEPS[second.draft.step] == "Safety net"
    assert second.draft.manager == "Dawn Hill"
    assert second.sheet.seed != sheet.seed
    again = Walker(second)
    again.press("Back")
    again.press("Back")
    assert second.buildings.grid.tiles["solar_panels"].isChecked()
    put_away(second)


def test_what_is_missing_is_said_beside_its_field_and_nothing_goes_on(window: FirstRun) -> None:
    walker = Walker(window)
    walker.press("Set up my school", answer=True)
    walker.press("Continue")
    assert window.school.row.message == "Choose your school or type its name."
    walker.type(window.school.name, "Hollybank Primary")
    assert window.school.kind_row.isVisible(), "a school we do not know has to say what kind it is"
    walker.press("Continue")
    walker.press("Continue")
    assert window.buildings.message.text() == "Choose yes, no or not sure."
    walker.tick(window.buildings.built.tiles["ask"])
    walker.press("Continue")
    walker.press("Continue")
    assert window.you.row.message == "Enter your name."
    walker.type(window.you.name, "Dawn")
    walker.press("Continue")
    walker.press("Continue")
    assert window.draft.step == 4
    number, (field, row) = next(iter(window.safety.back.items()))
    assert row.message == f"Type line {number} from the paper."
    walker.type(field, "nonsense")
    walker.press("Continue")
    assert f"ine {number}" in row.message
    assert window.draft.step == 4


def test_the_counts_follow_every_tick(window: FirstRun) -> None:
    walker = Walker(window)
    walker.press("Set up my school", answer=True)
    walker.type(window.school.name, "lourdes bolton")
    walker.tick(window.school.buttons[0])
    walker.press("Continue")
    assert window.counts.isVisible()
    assert window.counts.total.text() == "160"
    walker.tick(window.buildings.grid.tiles["minibus"])
    assert window.counts.total.text() == "167"


def test_every_part_can_be_reached_by_key_and_has_a_name_and_nothing_is_cut(window: FirstRun) -> None:
    window.draft.name, window.draft.manager = "Hollybank", "Dawn"
    for scheme in (theme.Scheme.LIGHT, theme.Scheme.DARK):
        theme.apply(QApplication.instance(), scheme, text_scale=1.0)  # type: ignore[arg-type]
        for step in range(SCREENS):
            window.go(step)
            settle()
            assert nameless(window) == []
            assert cut_off(window) == []


def test_the_window_of_the_first_start_shows_itself_when_there_is_no_register_and_stopping_ends_with_0() -> None:
    seen: list[str] = []

    def look() -> None:
        for widget in QApplication.topLevelWidgets():
            if isinstance(widget, FirstRun) and widget.isVisible():
                seen.append(words_of(widget))
                widget.close()
                timer.stop()

    timer = QTimer()
    timer.setInterval(20)
    timer.timeout.connect(look)
    timer.start()
    assert app.run_window(None, scheme=theme.Scheme.LIGHT) == 0
    assert "Welcome to Bursar Desk" in seen[0]


def test_another_computer_asks_to_be_let_in_with_the_schools_card(window: FirstRun, tmp_path: Path) -> None:
    from bursar_desk.services import meeting
    from tests.services.small_school import Small

    small = Small.found(tmp_path)
    with small.desk(write=True) as desk:
        meeting.write_card(desk, tmp_path / "school.bursar")
    joined: list[Path] = []
    window.finished.connect(joined.append)
    window.join.files = Chosen(tmp_path / "out", [tmp_path / "school.bursar"])  # type: ignore[assignment]
    (tmp_path / "out").mkdir()
    walker = Walker(window)
    walker.press("Join a cluster file", answer=True)
    window.join.label.setText("OFFICE-2")
    walker.press("Choose the card", answer=True)
    settle()
    told = words_of(window.join)
    assert "Oakfield Primary School" in told, told
    walker.press("Open Bursar Desk", answer=True)
    assert len(joined) == 1
    assert own_desk.own_register() == joined[0]
