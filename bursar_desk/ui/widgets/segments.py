"""Filter chips joined in one frame ("All 61 | Overdue 3 | Due soon 11"): one Tab stop, arrows move."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from bursar_desk.domain import words
from bursar_desk.ui import theme


class Segments(QWidget):
    """``Segments([("all", "All"), ("overdue", "Overdue")])``; ``chosen(key)`` when a person picks another."""

    chosen = Signal(str)

    def __init__(self, parts: Sequence[tuple[str, str]], name: str = "Show", parent: QWidget | None = None):
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self._parts: dict[str, _Segment] = {}
        for place, (key, text) in enumerate(parts):
            ends = (place == 0, place == len(parts) - 1)
            part = _Segment(text, ends, self)
            part.clicked.connect(lambda _checked=False, key=key: self._pick(key))
            self._parts[key] = part
            layout.addWidget(part)
        self._key = parts[0][0] if parts else ""
        self._show_choice()

    def key(self) -> str:
        """The key of the part that is chosen."""
        return self._key

    def set_key(self, key: str) -> None:
        """Choose without telling anybody."""
        if key not in self._parts:
            raise LookupError(f"there is no segment “{key}”")
        self._key = key
        self._show_choice()

    def set_counts(self, counts: Mapping[str, int]) -> None:
        """Show how many each part would list; a key left out shows none."""
        for key, part in self._parts.items():
            part.set_count(counts.get(key))
        self.updateGeometry()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows, Home and End move and choose."""
        order = list(self._parts)
        here = order.index(self._key) if self._key in order else 0
        steps = {
            Qt.Key.Key_Left: here - 1,
            Qt.Key.Key_Up: here - 1,
            Qt.Key.Key_Right: here + 1,
            Qt.Key.Key_Down: here + 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: len(order) - 1,
        }
        there = steps.get(Qt.Key(event.key()))
        if there is None or not order:
            super().keyPressEvent(event)
            return
        self._pick(order[max(0, min(there, len(order) - 1))])
        self._parts[self._key].setFocus(Qt.FocusReason.TabFocusReason)

    def _pick(self, key: str) -> None:
        changed = key != self._key
        self._key = key
        self._show_choice()
        if changed:
            self.chosen.emit(key)

    def _show_choice(self) -> None:
        for key, part in self._parts.items():
            part.setChecked(key == self._key)
            part.setFocusPolicy(Qt.FocusPolicy.StrongFocus if key == self._key else Qt.FocusPolicy.ClickFocus)


class _Segment(QAbstractButton):
    """One part of the frame."""

    def __init__(self, text: str, ends: tuple[bool, bool], parent: QWidget):
        super().__init__(parent)
        self._words = text
        self._ends = ends
        self._number: int | None = None
        self.setCheckable(True)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_count(None)

    def set_count(self, value: int | None) -> None:
        """Show a count after the word."""
        self._number = value
        self.setText(self._words if value is None else f"{self._words} {words.number(value)}")
        self.setAccessibleName(self._words if value is None else f"{self._words}, {words.number(value)}")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """32 high, 12 px each side; room for semibold so that nothing jumps when it is chosen."""
        return QSize(QFontMetrics(theme.font("strong")).horizontalAdvance(self.text()) + 24, theme.px(32))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space and Enter choose; arrows belong to the whole row."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.click()
            return
        event.ignore()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint this part of the frame, round only at the ends."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = self.isChecked()
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5 if self._ends[1] else 0.5, -0.5)
        path = _rounded(box, 6, *self._ends)
        fill = "tint" if chosen or self.isDown() else "surface_2" if self.underMouse() else "surface"
        painter.setBrush(theme.colour(fill))
        painter.setPen(QPen(theme.colour("border"), 1))
        painter.drawPath(path)
        painter.setFont(theme.font("strong" if chosen else "body"))
        painter.setPen(theme.colour("accent" if chosen else "text"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())


def _rounded(box: QRectF, radius: float, left: bool, right: bool) -> QPainterPath:
    """A box rounded at its left end, its right end, both or neither."""
    path = QPainterPath()
    path.addRoundedRect(box, radius, radius)
    half = box.width() / 2
    for rounded, side in ((left, box.adjusted(0, 0, -half, 0)), (right, box.adjusted(half, 0, 0, 0))):
        if not rounded:
            square = QPainterPath()
            square.addRect(side)
            path = path.united(square)
    return path.simplified()
