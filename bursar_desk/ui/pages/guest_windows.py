"""Windows of guest registers: a cover pack opens beside the desk, on its own Today page, and is closed on its own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from bursar_desk.ui import jobs
from bursar_desk.ui.frame import MainFrame
from bursar_desk.ui.pages.base import DeskContext, DeskFacts

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from bursar_desk.ui.desk_window import DeskWindow


class GuestWindows(QObject):
    """Opens guest registers, one window each. ``opened(path)`` and ``closed(path)`` follow what happens to them."""

    opened = Signal(object)
    closed = Signal(object)

    def __init__(self, context: DeskContext, window: QWidget):
        super().__init__(window)
        self._context = context
        self._window = window
        self._open: dict[Path, DeskWindow] = {}

    def window_of(self, path: Path) -> DeskWindow | None:
        """The window a register is open in; None when it is not."""
        return self._open.get(path)

    def open(self, path: Path) -> None:
        """Open a guest register, or bring its window to the front."""
        shown = self._open.get(path)
        if shown is not None:
            shown.frame.raise_()
            shown.frame.activateWindow()
            return
        self._context.run(self, lambda desk: _open(desk, path), self._show)

    def _show(self, found: tuple[Path, Desk, DeskFacts]) -> None:
        from bursar_desk.ui.desk_window import DeskWindow

        path, desk, facts = found
        frame = MainFrame("", big=True)
        frame.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        window = DeskWindow(frame, desk, facts)
        window.open_first()
        self._open[path] = window
        frame.destroyed.connect(lambda: self._gone(path, desk))
        frame.resize(self._window.window().size())
        frame.show()
        self.opened.emit(path)

    def _gone(self, path: Path, desk: Desk) -> None:
        """Let go of the register once everything queued for it is written."""
        self._open.pop(path, None)
        jobs.Job(self, lambda _steps: desk.close()).on_done(lambda _done: self.closed.emit(path)).start()
        home = self._window.window()
        if isinstance(home, MainFrame):
            jobs.set_default_error(home.show_problem)


def _open(home: Desk, path: Path) -> tuple[Path, Desk, DeskFacts]:
    """Open it for writing, on the day of the desk it lies beside; on the database worker."""
    from bursar_desk.services.desk import Desk as GuestDesk

    desk = GuestDesk.open(path, clock=home.clock)
    try:
        return path, desk, DeskFacts.of(desk)
    except BaseException:
        desk.close()
        raise
