"""A label of one line that may get narrower than its words; what is cut ends in dots and stands in the tooltip."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from bursar_desk.ui import theme
from bursar_desk.ui.widgets.labels import dress


class ElidedLabel(QLabel):
    """``ElidedLabel("Fire risk assessment review", "strong", "muted")``."""

    def __init__(self, text: str = "", role: str = "body", ink: str = "text", parent: QWidget | None = None):
        super().__init__(text, parent)
        dress(self, role, ink)
        self._ink = ink
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setToolTip(text)

    def minimumSizeHint(self) -> QSize:
        """A few letters."""
        return QSize(24, super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw what fits."""
        painter = QPainter(self)
        painter.setFont(self.font())
        painter.setPen(theme.colour(self._ink))
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), int(self.alignment()) | int(Qt.AlignmentFlag.AlignVCenter), shown)
