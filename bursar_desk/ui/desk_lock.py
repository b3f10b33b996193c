"""Locking the window and letting the next person in: pages and typed text wait for whoever left them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QGuiApplication, QWindow
from PySide6.QtWidgets import QApplication, QWidget

from bursar_desk.domain.operations import Changes
from bursar_desk.services import pins
from bursar_desk.ui.pages.base import DeskContext, DeskFacts
from bursar_desk.ui.pages.sign_in import SignInPage

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from bursar_desk.ui.frame import MainFrame

MINUTE_MS: Final = 60_000
_INPUT: Final = frozenset((
    QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.Wheel,
    QEvent.Type.TouchBegin,
))  # fmt: skip


class DeskLock(QObject):
    """Covers a frame until somebody signs in. ``change(facts)`` is called when that is another person than before.

    ``in_use``: whether anybody here has a PIN; while nobody does there is nothing to lock. ``cover`` is the page that
    asks, while it does.
    """

    def __init__(
        self, frame: MainFrame, context: Callable[[], DeskContext], change: Callable[[DeskFacts], object]
    ) -> None:
        super().__init__(frame)
        self._frame, self._context, self._change = frame, context, change
        self.cover: SignInPage | None = None
        self.in_use = False
        self._focus: QWidget | None = None
        self._windows: list[QWidget] = []
        self._then: Callable[[], object] | None = None
        self._seen: set[QWindow] = set()
        self.idle = QTimer(self)
        self.idle.setSingleShot(True)
        self.idle.timeout.connect(self.lock)
        frame.lock_wanted.connect(self.lock)
        app = QApplication.instance()
        if isinstance(app, QGuiApplication):
            app.focusWindowChanged.connect(self._watch)
        self.set_in_use(context().facts.signs_in)

    def set_in_use(self, in_use: bool) -> None:
        """Show or hide the ways to lock; nothing on the screen may do nothing."""
        self.in_use = in_use
        self._frame.rail.lock.setVisible(in_use)
        self._frame.menu.lock.setVisible(in_use)
        self.read()

    def read(self) -> None:
        """Read after how many minutes the window locks by itself."""

        def work(desk: Desk) -> tuple[bool, int]:
            return pins.in_use(desk), pins.lock_minutes(desk)

        def done(told: tuple[bool, int]) -> None:
            in_use, minutes = told
            if in_use != self.in_use:
                self.in_use = in_use
                self._frame.rail.lock.setVisible(in_use)
                self._frame.menu.lock.setVisible(in_use)
            self.idle.setInterval(minutes * MINUTE_MS)
            if in_use and minutes:
                self.idle.start()
            else:
                self.idle.stop()

        self._context().run(self, work, done)

    def changed(self, changes: object, _origin: object = None) -> None:
        """An act may have given the first PIN, or taken the last."""
        if isinstance(changes, Changes) and changes.touches("pin", "setting"):
            self.read()

    # --- locking ---

    def ask(self, then: Callable[[], object]) -> None:
        """At the start: nobody is known yet, so somebody signs in first; ``then`` shows the first page."""
        self._then = then
        self._show(None)

    def lock(self) -> None:
        """Cover the window now; what is typed stays where it is."""
        if not self.in_use or self._frame.covered:
            return
        self._focus = QApplication.focusWidget()
        self._windows = [one for one in QApplication.topLevelWidgets() if self._beside(one)]
        for one in self._windows:
            one.hide()
        self._show(self._context().facts.person)

    def _beside(self, one: QWidget) -> bool:
        return one.isWindow() and one.isVisible() and one is not self._frame

    def _show(self, last: bytes | None) -> None:
        self.idle.stop()
        self.cover = SignInPage(self._context(), last)
        self.cover.signed_in.connect(self._signed_in)
        self._frame.show_cover(self.cover)

    def _signed_in(self, person: bytes) -> None:
        """On the worker, so that whatever was saved before is still the other person's."""

        def work(desk: Desk) -> DeskFacts:
            desk.act_as(desk.find_person(person.hex()))
            return DeskFacts.of(desk)

        self._context().run(self, work, self._let_in)

    def _let_in(self, facts: DeskFacts) -> None:
        self.cover = None
        self._frame.hide_cover()
        if facts.person != self._context().facts.person or self._then is not None:
            self._change(facts)
        if self._then is not None:
            then, self._then = self._then, None
            then()
        elif self._focus is not None:
            self._focus.setFocus()
        self._focus = None
        for one in self._windows:
            one.show()
        self._windows = []
        self.read()

    def windows(self) -> list[QWidget]:
        """Give away the other windows of whoever is leaving: they are shown again when that person is back."""
        mine, self._windows = self._windows, []
        self._focus = None
        return mine

    def bring(self, windows: list[QWidget]) -> None:
        """Show the other windows of whoever is back."""
        self._windows = [*self._windows, *windows]

    # --- nobody there ---

    def _watch(self, window: QWindow | None) -> None:
        if window is not None and window not in self._seen:
            self._seen.add(window)
            window.installEventFilter(self)
            window.destroyed.connect(lambda _gone=None, window=window: self._seen.discard(window))

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """A key or a click: somebody is there."""
        if event.type() in _INPUT and self.idle.isActive():
            self.idle.start()
        return False
