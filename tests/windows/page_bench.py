"""Helpers for pages that use files: the sample's registers in windows, answers for file dialogs, what a page says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QAccessible, QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from bursar_desk.clock import FixedClock
from bursar_desk.services.desk import Desk
from bursar_desk.services.sample import SampleMade
from bursar_desk.ui.widgets import Button
from tests.services.sample_fixture import ON, register_of
from tests.windows.desk_bench import click, settle


def desk_of(made: SampleMade, urn: str = "", role: str = "school", on: dt.date = ON) -> Desk:
    """A register of the sample, open for writing at nine on a day."""
    return Desk.open(register_of(made, urn, role).path, on=on, clock=FixedClock.at(on))


class Chosen:
    """Stands for the file dialogs: answers at once, and remembers what was asked."""

    def __init__(self, folder: Path, opened: list[Path] | None = None) -> None:
        self.folder, self.opened = folder, opened or []
        self.suggested: list[Path] = []
        self.saved: list[Path] = []

    def save(self, _title: str, suggested: Path, _kinds: str, then: Callable[[Path], object]) -> None:
        self.suggested.append(suggested)
        path = self.folder / suggested.name
        self.saved.append(path)
        then(path)

    def open_files(self, _title: str, folder: Path, _kinds: str, then: Callable[[list[Path]], object]) -> None:
        self.suggested.append(folder)
        then(self.opened)

    def open_folder(self, _title: str, folder: Path, then: Callable[[Path], object]) -> None:
        self.suggested.append(folder)
        then(self.opened[0])


def buttons(widget: QWidget) -> dict[str, Button]:
    """The buttons a person sees, by their words."""
    return {one.words(): one for one in widget.findChildren(Button) if one.isVisible()}


def press_button(widget: QWidget, words: str) -> None:
    """Press the button with these words, or that begins with them, and wait."""
    found = buttons(widget)
    name = words if words in found else next((one for one in found if one.startswith(words)), "")
    assert name, f"“{words}” is not among {sorted(found)}"
    button = found[name]
    assert button.isEnabled(), name
    if widget.window().rect().contains(button.mapTo(widget.window(), button.rect().center())):
        click(button)
    else:  # below the fold: the keyboard scrolls there by itself
        button.setFocus()
        button.click()
        settle()


def words_of(widget: QWidget) -> str:
    """All the words a person sees in a part of the window."""
    return "\n".join(one.text() for one in widget.findChildren(QLabel) if one.isVisible() and one.text())


def nameless(widget: QWidget) -> list[QWidget]:
    """What the keyboard can reach and a screen reader has no name for."""
    found = []
    for one in widget.findChildren(QWidget):
        if not (one.focusPolicy() & Qt.FocusPolicy.TabFocus and one.isVisible() and one.isEnabled()):
            continue
        seen = QAccessible.queryAccessibleInterface(one)
        if not seen.text(QAccessible.Text.Name).strip():
            found.append(one)
    return found


def cut_off(page: QWidget) -> list[str]:
    """The buttons that are cut or stand outside the window."""
    window = page.window()
    found = []
    QTest.qWait(20)  # what moves to another line does so in a second step
    for one in page.findChildren(Button):
        if one.isVisible():
            right = one.mapTo(window, one.rect().topRight()).x()
            wanted, has = one.sizeHint(), one.size()
            if has.width() < wanted.width() or has.height() < wanted.height() or right >= window.width():
                found.append(f"{one.words()} {has} of {wanted}, ends at {right}")
    return found


def drop(page: QWidget, *paths: Path) -> None:
    """Drop files or folders onto a page, then wait."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    enter = QDragEnterEvent(
        page.rect().center(), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(page, enter)
    assert enter.isAccepted()
    event = QDropEvent(
        QPointF(page.rect().center()), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QApplication.sendEvent(page, event)
    assert event.isAccepted()
    settle()
