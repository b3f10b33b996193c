"""A row of a card that leads somewhere: one button over the whole width, with cells of its own widths."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from bursar_desk.ui import theme


class LinkRow(QAbstractButton):
    """``LinkRow("Fire alarm test, overdue 2 days", on_click)``; put cells into ``line``; Enter and Space press it."""

    def __init__(self, words: str, on_click: Callable[[], object], *, high: int = 40, parent: QWidget | None = None):
        super().__init__(parent)
        self.setAccessibleName(words)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.setMinimumHeight(theme.px(high))
        self.line = QHBoxLayout(self)
        self.line.setContentsMargins(16, 6, 16, 6)
        self.line.setSpacing(12)
        self.clicked.connect(lambda _checked=False: on_click())

    def add(self, part: QWidget, width: int = 0, stretch: int = 0) -> QWidget:
        """Add a cell; ``width`` fixes it so that columns stand under one another. Clicks go through it."""
        part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        if width:
            part.setFixedWidth(theme.px(width))
        self.line.addWidget(part, stretch, Qt.AlignmentFlag.AlignVCenter)
        return part

    def sizeHint(self) -> QSize:
        """As its cells ask."""
        return self.line.sizeHint()

    def minimumSizeHint(self) -> QSize:
        """As its cells ask."""
        return self.line.minimumSize()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses it."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The ground while pointed at or pressed."""
        if self.isDown() or self.underMouse():
            QPainter(self).fillRect(self.rect(), theme.colour("tint" if self.isDown() else "surface_2"))
