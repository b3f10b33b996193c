"""Side by side where there is room, one under the other where there is not: nothing is cut at 200 %."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QLayout, QVBoxLayout, QWidget

from bursar_desk.ui import theme

_ACROSS, _DOWN = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom


class Reflow(QWidget):
    """A line of parts that turns into a column when the window is too narrow for it. ``line`` is its layout.

    ``parts`` are widgets, or an int for a stretch of that weight.
    """

    def __init__(self, *parts: QWidget | int, spacing: int = 12, parent: QWidget | None = None):
        super().__init__(parent)
        self.line = QBoxLayout(_ACROSS, self)
        self.line.setContentsMargins(0, 0, 0, 0)
        self.line.setSpacing(spacing)
        self.line.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)  # it may get narrower than the line
        for part in parts:
            if isinstance(part, int):
                self.line.addStretch(part)
            else:
                self.line.addWidget(part)

    @property
    def stacked(self) -> bool:
        """Whether the parts stand one under the other now."""
        return self.line.direction() == _DOWN

    def minimumSizeHint(self) -> QSize:
        """As narrow as the widest part."""
        sides = self.line.contentsMargins()
        least = max(self._widths(), default=0) + sides.left() + sides.right()
        return QSize(least, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose the direction for the width there is."""
        super().resizeEvent(event)
        sides = self.line.contentsMargins()
        widths = self._widths()
        needed = sum(widths) + self.line.spacing() * max(0, len(widths) - 1) + sides.left() + sides.right()
        direction = _ACROSS if needed <= self.width() else _DOWN
        if direction != self.line.direction():
            self.line.setDirection(direction)
            self.updateGeometry()

    def _widths(self) -> list[int]:
        """The least width of each part shown."""
        items = [self.line.itemAt(n) for n in range(self.line.count())]
        return [self.least(item.minimumSize().width()) for item in items if item is not None and not item.isEmpty()]

    def least(self, own: int) -> int:
        """The least width a part counts with; columns ask for more than their parts could bear."""
        return own


class Columns(Reflow):
    """The two columns of Home and Today: ``main`` and ``side`` (both ``QVBoxLayout``), 24 apart, cards 16 apart.

    ``weights`` share the width; where a column would get under 300 px they stand one under the other.
    """

    def __init__(self, weights: tuple[int, int] = (750, 344), parent: QWidget | None = None):
        super().__init__(spacing=24, parent=parent)
        self.main, self.side = (self._column(weight) for weight in weights)

    def _column(self, weight: int) -> QVBoxLayout:
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        self.line.addWidget(holder, weight)
        return column

    def least(self, own: int) -> int:
        """No column under 300 px beside another."""
        return max(own, theme.px(300))

    def minimumSizeHint(self) -> QSize:
        """As narrow as the widest card, once stacked."""
        items = [self.line.itemAt(n) for n in range(self.line.count())]
        least = max((item.minimumSize().width() for item in items if item is not None), default=0)
        return QSize(least, super().minimumSizeHint().height())
