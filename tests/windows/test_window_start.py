"""The start of the window: school and checks are seen before anything heavy is loaded; trouble is said."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QLabel

from bursar_desk import app, machine, paths
from bursar_desk.clock import FixedClock
from bursar_desk.services.desk import Desk
from bursar_desk.ui import theme
from bursar_desk.ui.desk_pages import entries
from bursar_desk.ui.widgets import Button
from bursar_desk.ui.widgets.question import Question
from db.first_look import first_look
from tests.services.sample_fixture import ON, STORY, copy_of, register_of
from tests.services.small_school import FRIDAY, TERRY, Small, without_waiting
from tests.windows.desk_bench import settle, window_on

ROOT = Path(__file__).resolve().parents[2]
day = dt.date


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Small:
    """A school with two checks that apply, one done, and one that does not apply."""
    without_waiting(monkeypatch)
    made = Small.found(tmp_path)
    made.add("FIRE-07", doer=TERRY)
    made.done("FIRE-07", day(2026, 9, 19), day(2026, 10, 19))
    made.add("FIRE-03", doer=TERRY)
    made.add("POOL-01", applies="no")
    return made


def test_the_first_look_gives_name_titles_and_last_days_of_what_applies(small: Small) -> None:
    look = first_look(small.path)
    assert look is not None
    assert (look.school, look.kind, look.practice) == ("Oakfield Primary School", "school", True)
    assert [(line.title, line.last_done) for line in look.lines] == [
        ("Emergency lights, monthly test", day(2026, 10, 19)),
        ("Fire alarm panel, daily look", None),
    ]


def test_the_first_look_changes_nothing_and_leaves_mending_to_others(small: Small) -> None:
    before = small.path.read_bytes()
    first_look(small.path)
    assert small.path.read_bytes() == before
    assert [file.name for file in small.path.parent.glob("*-journal")] == []


def _python(program: str, register: Path) -> str:
    told = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program), str(register)], cwd=ROOT, capture_output=True, text=True,
        check=False, env={**os.environ, "QT_QPA_PLATFORM": "offscreen"}, timeout=120,
    )  # fmt: skip
    assert told.returncode == 0, told.stdout + told.stderr
    return told.stdout


def test_school_and_first_list_are_painted_before_anything_heavy_is_loaded(small: Small) -> None:
    program = """
        import builtins, sys
        plain = builtins.__import__
        from pathlib import Path
        from bursar_desk import app
        assert builtins.__import__ is plain

        def painted(start):
            heavy = {"sqlalchemy", "alembic", "reportlab", "openpyxl", "msgspec", "cryptography"}
            print(sorted(heavy & {name.split(".")[0] for name in sys.modules}))
            print(start.frame.windowTitle())
            print([row[1].title for row in start._first.model.rows])
            picture = start._first.grab().toImage()
            print(len({picture.pixelColor(x, y).name() for x in range(400) for y in range(108, 140)}) > 3)
            app.QApplication.exit(7)

        app.Start.open = painted
        print(app.run_window(Path(sys.argv[1])))
    """
    told = _python(program, small.path).splitlines()
    assert told == [
        "[]",
        "Bursar Desk — Oakfield Primary School",
        "['Emergency lights, monthly test', 'Fire alarm panel, daily look']",
        "True",
        "7",
    ]


def test_the_window_opens_holds_the_lock_and_lets_go_when_it_is_closed(small: Small) -> None:
    program = """
        import sys
        from pathlib import Path
        from PySide6.QtCore import QTimer
        from bursar_desk import app, machine, paths

        register = Path(sys.argv[1])
        def look():
            start = next(iter(starts))
            if start.window is None or app.jobs.manager().running:
                QTimer.singleShot(50, look)
                return
            print(machine.held_by(register) is not None, start.frame.key, "sqlalchemy" in sys.modules)
            start.frame.close()

        starts = []
        plain = app.Start.__init__
        def keep(self, *rest):
            plain(self, *rest)
            starts.append(self)
        app.Start.__init__ = keep
        QTimer.singleShot(0, look) if app.application() else None
        code = app.run_window(register, as_person="Terry Walsh")
        print(code, machine.held_by(register))
    """
    assert _python(program, small.path).splitlines() == ["True today True", "0 None"]


def _close_question_soon(seen: list[str]) -> QTimer:
    """Press the one button of the first question that shows itself, and note its words."""

    def look() -> None:
        for widget in QApplication.topLevelWidgets():
            if isinstance(widget, Question) and widget.isVisible():
                seen.extend(label.text() for label in widget.findChildren(QLabel))
                widget.findChildren(Button)[-1].click()
                timer.stop()

    timer = QTimer()
    timer.setInterval(20)
    timer.timeout.connect(look)
    timer.start()
    return timer


def test_a_register_that_is_not_there_is_told_in_three_parts_and_ends_with_4(tmp_path: Path) -> None:
    seen: list[str] = []
    timer = _close_question_soon(seen)
    assert app.run_window(tmp_path / "gone.register", scheme=theme.Scheme.LIGHT) == 4
    assert seen == ["There is no register at gone.register.", "Nothing was changed.", "Check the folder and the name."]
    timer.stop()


def test_a_register_open_elsewhere_says_who_has_it(small: Small) -> None:
    seen: list[str] = []
    with Desk.open(small.path, as_person="Dawn Hill", clock=FixedClock.at(FRIDAY)):
        timer = _close_question_soon(seen)
        assert app.run_window(small.path, scheme=theme.Scheme.LIGHT) == 4
    assert seen[0].startswith("Dawn Hill has this register open on ")
    assert seen[1].startswith("Nothing was changed.")
    assert machine.held_by(small.path) is None
    timer.stop()


def test_with_several_registers_the_window_says_what_to_do() -> None:
    seen: list[str] = []
    folder = paths.registers_folder()
    folder.mkdir(parents=True)
    for name in ("a", "b"):
        (folder / f"{name}.register").touch()
    timer = _close_question_soon(seen)
    assert app.run_window(None, scheme=theme.Scheme.LIGHT) == 4
    assert seen[0] == "There are 2 registers on this computer."
    timer.stop()


def test_each_person_has_the_pages_of_their_work() -> None:
    def keys(*, office: bool = False, guest: bool = False, manages: bool = False) -> list[str]:
        return [entry.key for entry in entries(office=office, guest=guest, manages=manages)]

    bought = ["contracts", "buying", "deals"]
    rest = ["people", "training", "cover", *bought, "messages", "cluster", "computers", "reports", "history"]
    daily = ["checks", "calendar", "faults"]
    hidden, owed = ["lastdone", "pins"], ["owed", "support"]
    school = ["school", *hidden, *owed, "contractsin"]
    assert keys(manages=True) == ["home", "today", *daily, "places", "evidence", "keyin", *rest, *school]
    assert keys() == ["today", "checks", "faults", "cover", "keyin"]
    assert keys(guest=True, manages=True) == ["today", "checks", "hours"]
    assert keys(office=True, manages=True) == ["home", *daily, "evidence", *rest, *owed]


def test_every_page_of_a_school_opens_and_draws(tmp_path: Path) -> None:
    register = register_of(copy_of(tmp_path), STORY).path
    app.self_test_window(register)
    assert machine.held_by(register) is None


def test_the_self_test_makes_a_register_of_its_own() -> None:
    app.self_test_window()


def test_pictures_show_every_page_light_and_dark(tmp_path: Path) -> None:
    register = register_of(copy_of(tmp_path), STORY).path
    made = app.take_pictures(tmp_path / "pictures", register, on=ON)
    keys = [entry.key for entry in entries(office=False, guest=False, manages=True)]
    assert [file.name for file in made] == [f"{key}-{look}.png" for look in ("light", "dark") for key in keys]
    for file in made:
        picture = QImage(str(file))
        assert (picture.width(), picture.height()) == (1366, 768)
        ground = picture.pixelColor(100, 500)  # the rail, below its last page
        assert (ground.lightness() < 128) == ("dark" in file.name), file.name


def test_closing_with_something_typed_asks_first(small: Small) -> None:
    from bursar_desk.ui.pages.record_panel import RecordPanel
    from bursar_desk.ui.pages.today import TodayPage

    with window_on(small.desk(who=TERRY, write=True)) as shown:
        page = shown.page("today")
        assert isinstance(page, TodayPage)
        page.record(small.checks["FIRE-07"])
        settle()
        panel = page.split.detail
        assert isinstance(panel, RecordPanel)
        panel.note.setPlainText("Bulb out in the hall")
        shown.frame.close()
        assert shown.frame.isVisible()
        question = next(w for w in QApplication.topLevelWidgets() if isinstance(w, Question) and w.isVisible())
        assert "Emergency lights, monthly test" in question.accessibleDescription()
        question.buttons["stay"].click()
        settle()
        assert shown.frame.isVisible()
        shown.frame.close()
        question = next(w for w in QApplication.topLevelWidgets() if isinstance(w, Question) and w.isVisible())
        question.buttons["close"].click()
        settle()
        assert not shown.frame.isVisible()


def test_a_fault_while_reading_is_shown_and_not_swallowed(small: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    from bursar_desk.services import today

    def broken(_desk: Desk) -> None:
        raise RuntimeError("a made-up fault")

    with window_on(small.desk(who=TERRY, write=True)) as shown:
        monkeypatch.setattr(today, "view", broken)
        shown.page("today")
        said = [label.text() for label in shown.frame.findChildren(QLabel) if label.isVisible()]
        assert "Something went wrong in this window." in said
