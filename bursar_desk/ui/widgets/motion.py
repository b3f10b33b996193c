"""The one motion of the program: details slide in beside, in 120 ms, and not at all where the system asks for none."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEasingCurve, QPoint, QPropertyAnimation
from PySide6.QtWidgets import QApplication, QStyle, QWidget

SLIDE_MS: Final = 120


def allowed() -> bool:
    """Whether the system wants things to move (Qt reads the system's own setting for effects into the style)."""
    return bool(QApplication.style().styleHint(QStyle.StyleHint.SH_Widget_Animate))


def slide_in(pane: QWidget, distance: int = 48) -> None:
    """Let a pane that has just been laid out glide the last ``distance`` pixels to its place."""
    if not allowed() or not pane.isVisible():
        return
    place = pane.pos()
    glide = QPropertyAnimation(pane, b"pos", pane)
    glide.setDuration(SLIDE_MS)
    glide.setStartValue(place + QPoint(distance, 0))
    glide.setEndValue(place)
    glide.setEasingCurve(QEasingCurve.Type.OutCubic)
    glide.start(QPropertyAnimation.DeletionPolicy.DeleteWhenStopped)
