"""A picture drawn into the room it is given, its shape kept."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

_KEEP = Qt.AspectRatioMode.KeepAspectRatio


class PictureView(QWidget):
    """Shows one picture, at most ``wide`` x ``high`` pixels; ``name`` is spoken."""

    def __init__(self, wide: int, high: int, name: str = "Picture", parent: QWidget | None = None):
        super().__init__(parent)
        self._most = QSize(wide, high)
        self._picture = QImage()
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def set_picture(self, picture: QImage, name: str = "") -> None:
        """Show another one."""
        self._picture = picture
        if name:
            self.setAccessibleName(name)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """As large as it may be without changing its shape, and never larger than it is."""
        size = self._picture.size()
        fitted = size.boundedTo(size.scaled(self._most, _KEEP))
        return fitted if not self._picture.isNull() else QSize(0, 0)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw it in the middle."""
        if self._picture.isNull():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        size = self._picture.size().scaled(self.size().boundedTo(self._most), _KEEP)
        left, top = (self.width() - size.width()) / 2, (self.height() - size.height()) / 2
        painter.drawImage(QRectF(left, top, size.width(), size.height()), self._picture)
