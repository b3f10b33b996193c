"""A real register in a real window, for the tests of pages: opened, shown, and waited for until everything is read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from bursar_desk.services.desk import Desk
from bursar_desk.ui import jobs
from bursar_desk.ui.desk_window import DeskWindow
from bursar_desk.ui.frame import MainFrame
from bursar_desk.ui.pages.base import DeskContext, DeskFacts, Page
from tests.services.small_school import Small

CTRL = Qt.KeyboardModifier.ControlModifier


@dataclass
class Shown:
    """A desk in its window."""

    frame: MainFrame
    window: DeskWindow
    desk: Desk

    @property
    def context(self) -> DeskContext:
        return self.window.context

    def page(self, key: str) -> Page:
        """Go to a page and wait until it shows what it read."""
        made = self.frame.show_page(key)
        assert isinstance(made, Page)
        settle()
        return made


def settle() -> None:
    """Let all work under way end, and the windows follow."""
    for _round in range(20):
        QApplication.processEvents()
        assert jobs.wait_all(20)
        QApplication.processEvents()
        if not jobs.manager().running:
            QApplication.processEvents()  # parts that were just shown are laid out one step later
            return
    raise AssertionError("the window never comes to rest")


def press(widget: QWidget, *keys: Qt.Key, ctrl: bool = False) -> None:
    """Press keys as a person would, then wait."""
    for key in keys:
        QTest.keyClick(widget, key, CTRL if ctrl else Qt.KeyboardModifier.NoModifier)
    settle()


def focus() -> QWidget:
    """What has the keyboard."""
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def click(widget: QWidget) -> None:
    """Click in the middle of something, then wait."""
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=QPoint(widget.width() // 2, widget.height() // 2))
    settle()


class _Flashes(QObject):
    """Writes down every window that shows itself beside the frame: a part shown before it has its place."""

    def __init__(self, allowed: QWidget) -> None:
        super().__init__()
        self._allowed = allowed
        self.seen: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            popup = watched.windowType() in (Qt.WindowType.Popup, Qt.WindowType.ToolTip, Qt.WindowType.Dialog)
            if watched is not self._allowed and not popup:
                self.seen.append(f"{type(watched).__name__} {watched.accessibleName()}")
        return False


@contextmanager
def window_on(desk: Desk, *, width: int = 1366, height: int = 768) -> Iterator[Shown]:
    """The window of a desk; everything is closed at the end."""
    frame = MainFrame("")
    frame.resize(width, height)
    flashes = _Flashes(frame)
    QApplication.instance().installEventFilter(flashes)  # type: ignore[union-attr]  # there is one in every test
    try:
        window = DeskWindow(frame, desk, DeskFacts.of(desk))
        frame.show()
        frame.activateWindow()
        assert QTest.qWaitForWindowActive(frame)
        settle()
        yield Shown(frame, window, desk)
        assert flashes.seen == []
    finally:
        settle()
        QApplication.instance().removeEventFilter(flashes)  # type: ignore[union-attr]
        frame.set_close_guard(None)
        frame.close()
        frame.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QApplication.processEvents()
        desk.close()


def open_small(small: Small, who: str | None = None) -> Desk:
    """A small school's register, to write in."""
    return small.desk(who=who, write=True)


def register_copy(path: Path, folder: Path) -> Path:
    """A register with its keys, copied so that a test may write in it."""
    for part in path.parent.glob(f"{path.stem}.*"):
        (folder / part.name).write_bytes(part.read_bytes())
    return folder / path.name
