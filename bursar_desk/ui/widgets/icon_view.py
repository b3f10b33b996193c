"""An icon standing in a page, alone or on a plate."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from bursar_desk.ui import icons, theme


class IconView(QWidget):
    """An icon beside words that say the same; ``plate=44`` sets it on a tile as on Today, ``circle`` on a disc."""

    def __init__(
        self,
        icon: str,
        ink: str = "text",
        size: int = 20,
        *,
        plate: int = 0,
        circle: bool = False,
        parent: QWidget | None = None,
    ):
        super().__init__(parent)
        self._icon, self._ink, self._size = icon, ink, size
        self._plate, self._circle = plate, circle
        side = max(plate, size)
        self.setFixedSize(side, side)

    def set_icon(self, icon: str, ink: str = "text") -> None:
        """Show another icon."""
        self._icon, self._ink = icon, ink
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the plate, if any, and the icon."""
        painter = QPainter(self)
        if self._plate:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("surface_2"))
            round_by = self.width() / 2 if self._circle else 6
            painter.drawRoundedRect(QRectF(self.rect()), round_by, round_by)
        gap = (self.width() - self._size) / 2
        picture = icons.pixmap(self._icon, self._ink, self._size, self.devicePixelRatioF())
        painter.drawPixmap(QPointF(gap, gap), picture)
