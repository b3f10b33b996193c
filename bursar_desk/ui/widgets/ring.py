"""The stroke of the focus ring, for parts that paint themselves."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from bursar_desk.ui import theme


def paint_ring(painter: QPainter, box: QRectF, radius: float = 6) -> None:
    """Draw the 2-px ring along the inside of ``box``."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.colour("focus"), 2))
    painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), radius, radius)
    painter.restore()
