"""Puts the window together: the frame first, then register, services, jobs and pages behind it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bursar_desk.ui.quick_qt import quick_qt

with quick_qt():
    from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer, Signal
    from PySide6.QtWidgets import QApplication

from bursar_desk.domain.errors import CannotOpen, UserError
from bursar_desk.machine import InUse
from bursar_desk.ui import jobs, theme
from bursar_desk.ui.frame import MainFrame

if TYPE_CHECKING:
    import datetime as dt

    from PySide6.QtWidgets import QWidget

    from bursar_desk.services.desk import Desk
    from bursar_desk.ui.desk_window import DeskWindow
    from bursar_desk.ui.first_paint import FirstPage
    from bursar_desk.ui.pages.base import DeskFacts

CANNOT_OPEN: Final = 4
SIZE: Final = (1366, 768)
CLOSE_SECONDS: Final = 30.0
OPEN_ANYWAY_MS: Final = 1000


class FirstPaint(QObject):
    """Tells once that a window is on the screen."""

    painted = Signal()

    def __init__(self, window: QWidget):
        super().__init__(window)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Look for the first paint, and stand aside after it."""
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self.painted.emit)
        return False


class Start:
    """One start of the window: what is shown at once, and what follows when the register is open."""

    def __init__(self, path: Path, on: dt.date | None, as_person: str | None, scheme: theme.Scheme | None):
        self.path, self.on, self.as_person, self.scheme = path, on, as_person, scheme
        self.desk: Desk | None = None
        self.window: DeskWindow | None = None
        self.problem: UserError | None = None
        self.frame = MainFrame("", big=False)
        self.frame.resize(*SIZE)
        self.frame.rail.setEnabled(False)
        self._watch = FirstPaint(self.frame)
        self._first: FirstPage | None = None
        self._opening = False
        self._looking = False

    def show(self) -> None:
        """The frame at once; what is in it follows when it is on the screen."""
        self._watch.painted.connect(self.look)
        self.frame.show()
        QTimer.singleShot(OPEN_ANYWAY_MS, self.look)

    def look(self) -> None:
        """The school's name and its checks, read through the raw door; then the register is opened in earnest."""
        if self._first is not None or self._opening:
            return
        from bursar_desk.ui.first_paint import FirstPage
        from db.first_look import first_look

        try:
            look = first_look(self.path)
        except CannotOpen:
            look = None  # opening it in earnest says why, a moment later
        self._first = FirstPage(look, big=False)
        self.frame.stack.addWidget(self._first)
        if look is not None:
            self.frame.set_school(look.school)
            self.frame.set_practice(practice=look.practice)
        self._first.painted.connect(self.open)
        QTimer.singleShot(OPEN_ANYWAY_MS, self.open)

    def open(self) -> None:
        """Open the register on the worker, once; everything heavy is loaded there.

        It begins when the first picture is on the screen, or a little later where there is none to wait for (a window
        that starts minimised).
        """
        if self._opening:
            return
        self._opening = True
        job = jobs.Job(self.frame, lambda _progress: _open(self.path, self.on, self.as_person))
        job.on_done(self._opened).on_error(self._failed).start()

    def _opened(self, opened: tuple[Desk, DeskFacts]) -> None:
        from bursar_desk.ui.desk_window import DeskWindow, kept_scheme

        self.desk, facts = opened
        app = QApplication.instance()
        if self.scheme is None and isinstance(app, QApplication) and kept_scheme(facts.who) is not theme.scheme():
            theme.apply(app, kept_scheme(facts.who))
        self.frame.rail.setEnabled(True)
        self.frame.rail.big = not facts.office and (facts.guest or not facts.manages)
        self.frame.rail.view.scheduleDelayedItemsLayout()
        self.window = DeskWindow(self.frame, self.desk, facts)
        self.window.open_first()
        if self._looking:
            self.frame.set_saved("Looking only: nothing can be changed from here")
        if self._first is not None:
            self.frame.stack.removeWidget(self._first)
            self._first.deleteLater()
            self._first = None

    def _failed(self, problem: UserError) -> None:
        self.problem = problem
        from bursar_desk.ui.widgets.question import Question

        if _may_look(problem) and not self._looking:
            answers = [("look", "Look at it only"), ("close", "Close Bursar Desk")]
            question = Question(self.frame, problem.title, f"{problem.safe} {problem.remedy}".strip(), answers)
        else:
            question = Question.of(self.frame, problem, "Close Bursar Desk")
        question.answered.connect(self._answered)
        question.open()

    def _answered(self, key: str) -> None:
        """Somebody else has it open: it may be looked at; or the program ends."""
        if key != "look":
            QApplication.exit(CANNOT_OPEN)
            return
        self._looking = True
        job = jobs.Job(self.frame, lambda _progress: _open(self.path, self.on, self.as_person, read_only=True))
        job.on_done(self._opened).on_error(self._failed).start()

    def close(self) -> None:
        """Wait for what is being written, let go of the register, and take the window apart while Qt still runs."""
        jobs.close(CLOSE_SECONDS)
        if self.desk is not None:
            self.desk.close()
            self.desk = None
        self.frame.set_close_guard(None)
        self.frame.close()
        self.frame.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _may_look(problem: UserError) -> bool:
    """Whether a register that cannot be opened for writing may still be looked at: in use, or write-protected."""
    return isinstance(problem, InUse) or (isinstance(problem, CannotOpen) and isinstance(problem.__cause__, OSError))


def _open(path: Path, on: dt.date | None, as_person: str | None, *, read_only: bool = False) -> tuple[Desk, DeskFacts]:
    """On the database worker: load what is heavy, open the register, read who is at the desk."""
    from bursar_desk.services.desk import Desk
    from bursar_desk.ui import desk_window  # noqa: F401 - loaded here, so that the window thread need not wait
    from bursar_desk.ui.pages import base, checks, home, today  # noqa: F401 - likewise

    desk = Desk.open(path, on=on, as_person=as_person, read_only=read_only)
    try:
        return desk, base.DeskFacts.of(desk)
    except BaseException:
        desk.close()
        raise


def application() -> QApplication:
    """The one QApplication, dressed."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication(sys.argv[:1])
        app.setApplicationName("Bursar Desk")
        app.setDesktopFileName("bursar-desk")
        app.setQuitOnLastWindowClosed(True)
    return app


def run_window(
    path: Path | None, *, on: dt.date | None = None, as_person: str | None = None, scheme: theme.Scheme | None = None
) -> int:
    """Open a register in a window and return when it is closed: 0, or 4 when it could not be opened.

    ``path``: the register, or None for this desk's own; ``on``: the day taken as today; ``as_person``: who acts. Where
    there is none at all, the school is set up first.
    """
    app = application()
    theme.apply(app, scheme or theme.Scheme.SYSTEM)
    if path is None and _is_first_start():
        path = _first_run(app, on)
        if path is None:
            return 0
    try:
        register = path or _own_register()
    except UserError as problem:
        return _say_and_end(app, problem)
    start = Start(register, on, as_person, scheme)
    start.show()
    try:
        return app.exec()
    finally:
        start.close()


def _is_first_start() -> bool:
    from bursar_desk.services.own_desk import none_yet

    return none_yet()


def _first_run(app: QApplication, on: dt.date | None) -> Path | None:
    """Set up a school, join one or make a practice set; return what to open, or nothing when it was stopped."""
    from bursar_desk.clock import OnDay, SystemClock
    from bursar_desk.ui.pages.first_run import FirstRun

    chosen: list[Path] = []
    window = FirstRun(OnDay(on, SystemClock()) if on else SystemClock())
    app.setQuitOnLastWindowClosed(False)  # the next window opens when this one has closed

    def finished(path: Path) -> None:
        chosen.append(path)
        window.close()

    window.finished.connect(finished)
    window.stopped.connect(lambda: QApplication.exit(0))
    window.show()
    try:
        app.exec()
    finally:
        jobs.wait_all(CLOSE_SECONDS)
        window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        app.setQuitOnLastWindowClosed(True)
    return chosen[0] if chosen else None


def _say_and_end(app: QApplication, problem: UserError) -> int:
    """There is no register to open a window on: say so in three parts, then end."""
    from bursar_desk.ui.widgets.question import Question

    app.setQuitOnLastWindowClosed(False)  # closing the question would otherwise end with 0
    question = Question.of(None, problem, "Close Bursar Desk")
    question.answered.connect(lambda _key: QApplication.exit(CANNOT_OPEN))
    question.open()
    try:
        return app.exec()
    finally:
        app.setQuitOnLastWindowClosed(True)


def _own_register() -> Path:
    from bursar_desk.services.own_desk import own_register

    return own_register()


# --- without a person: the self-test and pictures --------------------------------------------------------------------


@contextmanager
def _opened(register: Path, on: dt.date | None, scheme: theme.Scheme) -> Iterator[Start]:
    """A window over a register, with everything read; closed at the end."""
    app = application()
    theme.apply(app, scheme, text_scale=1.0)
    start = Start(register, on, None, scheme)
    try:
        start.show()
        start.open()
        settle(app, start)
        yield start
    finally:
        start.close()


def settle(app: QApplication, start: Start) -> None:
    """Let all work end and everything be drawn. Raises what could not be done."""
    for _round in range(20):
        app.processEvents()
        if not jobs.wait_all(60):
            raise RuntimeError("a job of the window did not end")
        app.processEvents()
        if not jobs.manager().running:
            break
    for _round in range(5):  # what came last asks for its room, is given it, and is drawn: an event each
        app.processEvents()
    if start.problem is not None:
        raise start.problem


def self_test_window(register: Path | None = None) -> None:
    """Build a window over a register (a practice one made for it, if none is given), show it, open every page.

    Raises whatever goes wrong.
    """
    if register is None:
        import tempfile

        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            self_test_window(_practice_register(Path(folder)))
        return
    with _opened(register, None, theme.Scheme.LIGHT) as start:
        _no_problems(start)
        for key in _keys(start):
            start.frame.show_page(key)
            settle(application(), start)
            if start.frame.grab().isNull():
                raise RuntimeError(f"the page “{key}” cannot be drawn")


def _practice_register(folder: Path) -> Path:
    from bursar_desk.clock import SystemClock
    from bursar_desk.services.setup import new_register

    path = folder / "practice.register"
    made = new_register(path, name="Practice School", manager="Dawn Hill", practice=True, clock=SystemClock())
    made.store.close()
    return path


def _keys(start: Start) -> list[str]:
    return [entry.key for entry in start.window.entries] if start.window is not None else []


def _no_problems(start: Start) -> None:
    """Nobody is here to read a message: raise it instead."""

    def fail(problem: UserError) -> None:
        start.problem = start.problem or problem

    jobs.set_default_error(fail)
    if start.window is not None:
        start.window.context.problem.connect(fail)


def take_pictures(folder: Path, register: Path, *, on: dt.date | None = None) -> list[Path]:
    """Draw every page of a register at 1366 x 768, light and dark, into PNG files; return them in order."""
    folder.mkdir(parents=True, exist_ok=True)
    made: list[Path] = []
    for scheme in (theme.Scheme.LIGHT, theme.Scheme.DARK):
        with _opened(register, on, scheme) as start:
            _no_problems(start)
            for key in _keys(start):
                start.frame.show_page(key)
                settle(application(), start)
                target = folder / f"{key}-{scheme.value}.png"
                if not start.frame.grab().save(str(target), "PNG"):
                    raise OSError(f"the picture {target.name} could not be written")
                made.append(target)
    return made
