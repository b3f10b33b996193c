"""The focus ring: 2 px, with a gap of 2 px, round whatever the keyboard would act on."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFocusFrame,
    QMenu,
    QMenuBar,
    QProxyStyle,
    QStyle,
    QStyleHintReturn,
    QStyleOption,
    QWidget,
)

from bursar_desk.ui.widgets.ring import paint_ring

__all__ = ["FocusRing", "paint_ring"]

MARGIN = 4  # 2 px gap and 2 px ring


class _RingStyle(QProxyStyle):
    """Metrics of the ring only; it is the style of one widget, so the rest of the program pays nothing for it."""

    def pixelMetric(
        self,
        metric: QStyle.PixelMetric,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
    ) -> int:
        """Room for ring and gap."""
        if metric in (QStyle.PixelMetric.PM_FocusFrameHMargin, QStyle.PixelMetric.PM_FocusFrameVMargin):
            return MARGIN
        return super().pixelMetric(metric, option, widget)

    def styleHint(
        self,
        hint: QStyle.StyleHint,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
        returnData: QStyleHintReturn | None = None,  # noqa: N803 - Qt's name
    ) -> int:
        """Above the widgets, so that no neighbour paints over it."""
        if hint == QStyle.StyleHint.SH_FocusFrame_AboveWidget:
            return 1
        return super().styleHint(hint, option, widget, returnData)


class FocusRing(QFocusFrame):
    """One ring for a window. Lists and tables paint their own ring on the current row and are left alone."""

    def __init__(self, window: QWidget):
        super().__init__(window)
        self._window = window
        self._ring_style = _RingStyle("Fusion")
        self.setStyle(self._ring_style)
        self.hide()
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._follow)

    def _follow(self, _old: QWidget | None, new: QWidget | None) -> None:
        """Move round the widget that has the focus now."""
        if new is None or new.window() is not self._window.window() or not wants_ring(new):
            self.setWidget(None)  # type: ignore[arg-type]  # Qt takes null to mean none
            self.hide()
            return
        self.setWidget(new)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the ring."""
        painter = QPainter(self)
        paint_ring(painter, QRectF(self.rect()), radius=9)


def wants_ring(widget: QWidget) -> bool:
    """Whether the ring goes round the widget itself; what paints its own focus sets the property ``own_focus``."""
    if isinstance(widget, QMenu | QMenuBar):
        return False
    return not (isinstance(widget, QAbstractItemView) or widget.property("own_focus"))
