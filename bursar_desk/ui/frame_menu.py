"""The menu bar: hidden until Alt or F10, so it costs no height; its keys work all the time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu

from bursar_desk.ui import theme
from bursar_desk.ui.widgets.keys import literal
from bursar_desk.ui.widgets.pages import Command

if TYPE_CHECKING:
    from bursar_desk.ui.frame import MainFrame

_COMMANDS: Final = {
    Command.NEW: ("New here", "Ctrl+N"),
    Command.PRINT: ("Print or make a PDF", "Ctrl+P"),
    Command.EXPORT: ("Export what is shown", "Ctrl+E"),
    Command.FILTER: ("Filter this list", "Ctrl+F"),
    Command.REFRESH: ("Read again", "F5"),
}
_LOOKS: Final = (
    (theme.Scheme.SYSTEM, "As the computer is set"),
    (theme.Scheme.LIGHT, "Light"),
    (theme.Scheme.DARK, "Dark"),
)


class FrameMenu(QObject):
    """Makes the menus of a frame and keeps them true."""

    def __init__(self, frame: MainFrame):
        super().__init__(frame)
        self._frame = frame
        self._bar = frame.menuBar()
        self._bar.setNativeMenuBar(False)
        self._by_command: dict[Command, QAction] = {}
        self._pages: list[QAction] = []
        self._locked = False
        self.file, self.edit, self.view, self.help = (
            self._bar.addMenu(title) for title in ("&File", "&Edit", "&View", "&Help")
        )
        self._fill_file()
        self._fill_edit()
        self._fill_view()
        self._fill_help()
        self._bar.hide()
        self._action(None, "Show or hide the menu", "F10", self.toggle_bar)
        self.set_commands(())
        self.set_undo("", "")

    def _fill_file(self) -> None:
        for command in (Command.NEW, Command.PRINT, Command.EXPORT):
            self._command(self.file, command)
        self.file.addSeparator()
        self.lock = self._action(self.file, "Lock now, or switch person", "Ctrl+L", self._frame.lock_wanted.emit)
        self.file.addSeparator()
        self.leave = self._action(self.file, "Close Bursar Desk", "Ctrl+Q", self._frame.close)

    def _fill_edit(self) -> None:
        self.undo = self._action(self.edit, "Undo", "Ctrl+Z", self._frame.undo_wanted.emit)
        self.redo = self._action(self.edit, "Redo", "Ctrl+Y", self._frame.redo_wanted.emit)
        self.edit.addSeparator()
        self._action(self.edit, "Find or do anything", "Ctrl+K", self._frame.find_wanted.emit)
        self._command(self.edit, Command.FILTER)

    def _fill_view(self) -> None:
        self._before_pages = self.view.addSeparator()
        self._command(self.view, Command.REFRESH)
        self._action(self.view, "Next part of the window", "F6", self._frame.next_pane)
        look = self.view.addMenu("Colours")
        self._looks = QActionGroup(self)
        for scheme, words in _LOOKS:
            action = self._action(look, words, "", partial(self._frame.look_wanted.emit, scheme))
            action.setCheckable(True)
            action.setChecked(scheme is theme.scheme())
            self._looks.addAction(action)

    def _fill_help(self) -> None:
        self._action(self.help, "Help with this page", "F1", lambda: self._frame.help_wanted.emit(self._frame.key))
        self._action(self.help, "All keys", "", self._frame.keys_wanted.emit)
        self._action(self.help, "About Bursar Desk", "", self._frame.about_wanted.emit)

    def _action(self, menu: QMenu | None, text: str, keys: str, call: Callable[[], object]) -> QAction:
        """An action that lives on the window too: a hidden menu bar would take its keys away."""
        action = QAction(text, self._frame)
        if keys:
            action.setShortcut(QKeySequence(keys))
        action.triggered.connect(lambda _checked=False: call())
        if menu is not None:
            menu.addAction(action)
        self._frame.addAction(action)
        return action

    def _command(self, menu: QMenu, command: Command) -> None:
        text, keys = _COMMANDS[command]
        self._by_command[command] = self._action(menu, text, keys, lambda: self._frame.run_command(command))

    def set_pages(self, pages: Sequence[tuple[str, str]]) -> None:
        """One entry for each page; the first nine have Ctrl+1 to Ctrl+9."""
        for action in self._pages:
            self.view.removeAction(action)
            self._frame.removeAction(action)
            action.deleteLater()
        self._pages = []
        for place, (key, title) in enumerate(pages, start=1):
            keys = f"Ctrl+{place}" if place <= 9 else ""
            action = QAction(literal(title), self._frame)
            action.setShortcut(QKeySequence(keys))
            action.triggered.connect(lambda _checked=False, key=key: self._frame.show_page(key))
            action.setEnabled(not self._locked)
            self.view.insertAction(self._before_pages, action)
            self._frame.addAction(action)
            self._pages.append(action)

    def set_commands(self, answered: Collection[Command]) -> None:
        """Grey the commands the page shown does not answer to."""
        for command, action in self._by_command.items():
            action.setEnabled(command in answered and not self._locked)

    def set_undo(self, undo: str, redo: str) -> None:
        """Say what would be undone and redone."""
        for action, verb, what in ((self.undo, "Undo", undo), (self.redo, "Redo", redo)):
            action.setText(f"{verb}: {literal(what)}" if what else verb)
            action.setProperty("possible", bool(what))
            action.setEnabled(bool(what) and not self._locked)

    def set_locked(self, *, locked: bool) -> None:
        """While the window is covered only Help and closing are left."""
        self._locked = locked
        kept = [self.leave, *self.help.actions(), *self._by_command.values()]
        for action in self._frame.actions():
            if action not in kept:
                action.setEnabled(not locked and action.property("possible") is not False)
        self.set_commands(() if locked else self._frame.commands())
        if locked:
            self._bar.hide()

    def toggle_bar(self) -> None:
        """Bring up the menu bar with its first menu chosen, or put it away."""
        shown = self._bar.isHidden() and not self._locked
        self._bar.setVisible(shown)
        if shown:
            self._bar.setActiveAction(self.file.menuAction())
            self._bar.setFocus()
