"""The line of a contract's term: today, the day to decide, the last safe day, the end; each a shape with a word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from bursar_desk.domain import words
from bursar_desk.ui import theme
from bursar_desk.ui.widgets.focus_ring import paint_ring
from bursar_desk.ui.widgets.messages import announce

if TYPE_CHECKING:
    from datetime import date

    from PySide6.QtGui import QResizeEvent

TODAY, DECIDE, SAFE, BREAK, END = "today", "decide", "safe", "break", "end"
KINDS: Final = (TODAY, DECIDE, SAFE, BREAK, END)
_INKS: Final = {TODAY: "accent", DECIDE: "soon", SAFE: "overdue", BREAK: "info", END: "text"}
_LABEL_INKS: Final = {TODAY: "muted", DECIDE: "soon", SAFE: "overdue", BREAK: "info", END: "muted"}
_STRONG: Final = (DECIDE, SAFE)
_LEAST: Final = 18
"""Pixels between two marks: days close together are pushed apart, so that every shape can be seen."""
_EDGE, _BAND, _ROW = 10, 20, 16


@dataclass(frozen=True, slots=True)
class TermPoint:
    """One day of the line: its kind (``KINDS``), the day, the short words beside it and what is said of it in full."""

    kind: str
    day: date
    label: str
    said: str

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"a day of a term cannot be “{self.kind}”")


@dataclass(frozen=True, slots=True)
class Label:
    """Where words stand: ``row`` is -1 above the line, 0 the first row below it, 1 the next; ``left`` in pixels."""

    row: int
    left: float
    wide: float
    text: str
    ink: str
    strong: bool


class TermStrip(QWidget):
    """``set_points(points)``; one Tab stop, Left and Right go from day to day, each day is spoken and has a tooltip.

    Between two days the line keeps to scale as far as the shapes have room. The ground is amber until the last safe
    day and red after it: from then on the contract holds.
    """

    def __init__(self, name: str = "The term as a line", parent: QWidget | None = None):
        super().__init__(parent)
        self._points: tuple[TermPoint, ...] = ()
        self._at = -1
        self.setAccessibleName(name)
        self.setProperty("own_focus", True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    @property
    def points(self) -> tuple[TermPoint, ...]:
        """The days shown, in order."""
        return self._points

    @property
    def said(self) -> str:
        """What the keyboard stands on, in words; empty before it has moved."""
        return self._points[self._at].said if 0 <= self._at < len(self._points) else ""

    def set_points(self, points: Sequence[TermPoint]) -> None:
        """Show these days, in the order of their dates; the whole is read aloud as one sentence after another."""
        order = {kind: place for place, kind in enumerate(KINDS)}
        self._points = tuple(sorted(points, key=lambda one: (one.day, order[one.kind])))
        self._at = -1
        self.setAccessibleDescription(" ".join(words.sentence(one.said) for one in self._points))
        self.setVisible(len(self._points) > 1)
        self.updateGeometry()
        self.update()

    # --- where things stand ---

    def places(self, width: int | None = None) -> list[float]:
        """The middle of each mark in pixels from the left."""
        if not self._points:
            return []
        room = (self.width() if width is None else width) - 2 * _EDGE
        first, last = self._points[0].day.toordinal(), self._points[-1].day.toordinal()
        span = max(1, last - first)
        found = [_EDGE + room * (one.day.toordinal() - first) / span for one in self._points]
        least = min(float(theme.px(_LEAST)), room / max(1, len(found) - 1))
        for n in range(1, len(found)):
            found[n] = max(found[n], found[n - 1] + least)
        right = float(_EDGE + room)
        for n in range(len(found) - 1, -1, -1):
            found[n] = min(found[n], right - (len(found) - 1 - n) * least)
        return found

    def labels(self, width: int | None = None) -> list[Label]:
        """The words beside the marks: the day to decide above, the rest below, no two over one another."""
        wide = self.width() if width is None else width
        taken: dict[int, list[tuple[float, float]]] = {}
        made: list[Label] = []
        pairs = list(zip(self._points, self.places(wide), strict=True))
        ends = (TODAY, END)
        for point, middle in sorted(pairs, key=lambda pair: (pair[0].kind not in ends, pair[0].kind not in _STRONG)):
            strong = point.kind in _STRONG
            size = QFontMetrics(theme.font("caption-strong" if strong else "caption")).horizontalAdvance(point.label)
            anchor = middle - _EDGE / 2 if point.kind == TODAY or strong else middle - size / 2
            left = max(0.0, min(anchor, wide - size))
            rows = (-1, 1, 2, 3) if point.kind in (DECIDE, BREAK) else (0, 1, 2, 3)
            row = next((one for one in rows if _free(taken.get(one, []), left, size)), rows[-1])
            taken.setdefault(row, []).append((left, left + size))
            made.append(Label(row, left, size, point.label, _LABEL_INKS[point.kind], strong))
        return made

    def hasHeightForWidth(self) -> bool:
        """More rows of words where the line is short."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Words above, the line, and as many rows of words below as it takes."""
        below = max((one.row for one in self.labels(width)), default=0) + 1
        return self._line_height() * (1 + max(1, below)) + theme.px(_BAND)

    def sizeHint(self) -> QSize:
        """296 wide."""
        return QSize(theme.px(296), self.heightForWidth(max(200, self.width())))

    def minimumSizeHint(self) -> QSize:
        """Never lower than its words."""
        return QSize(160, self.heightForWidth(max(200, self.width())))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width may need another height."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.updateGeometry()

    @staticmethod
    def _line_height() -> int:
        return max(theme.px(_ROW), theme.line_height("caption"))

    def _middle(self) -> float:
        return self._line_height() + theme.px(_BAND) / 2

    # --- the keyboard, the mouse, and who listens ---

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right, Home and End go along the days."""
        last = len(self._points) - 1
        steps = {
            Qt.Key.Key_Left: max(0, self._at - 1), Qt.Key.Key_Right: min(last, self._at + 1),
            Qt.Key.Key_Home: 0, Qt.Key.Key_End: last,
        }  # fmt: skip
        there = steps.get(Qt.Key(event.key()))
        if there is None or last < 0:
            super().keyPressEvent(event)
            return
        self._at = there
        self.update()
        announce(self, self.said)
        QToolTip.showText(self.mapToGlobal(QPointF(self.places()[there], self.height()).toPoint()), self.said, self)

    def focusInEvent(self, event: object) -> None:
        """Begin at the first day."""
        super().focusInEvent(event)  # type: ignore[arg-type]  # Qt's own event
        self._at = max(0, self._at) if self._points else -1
        self.update()

    def event(self, event: QEvent) -> bool:
        """Tell of the day that is pointed at."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.said_at(event.pos().x()), self)
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click goes to the nearest day."""
        near = self._nearest(event.position().x())
        if near >= 0:
            self._at = near
            self.update()

    def said_at(self, x: float) -> str:
        """What is said of the day nearest to a place."""
        near = self._nearest(x)
        return self._points[near].said if near >= 0 else ""

    def _nearest(self, x: float) -> int:
        found = self.places()
        return min(range(len(found)), key=lambda n: abs(found[n] - x), default=-1)

    # --- painting ---

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Ground, line, words, shapes, and the ring round the day the keyboard is on."""
        if len(self._points) < 2:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        places, y = self.places(), self._middle()
        self._paint_ground(painter, places, y)
        painter.setPen(QPen(theme.colour("border"), 1.5))
        painter.drawLine(QPointF(places[0], y), QPointF(places[-1], y))
        for one in self.labels():
            painter.setFont(theme.font("caption-strong" if one.strong else "caption"))
            painter.setPen(theme.colour(one.ink))
            high = self._line_height()
            top = 0.0 if one.row < 0 else high + theme.px(_BAND) + one.row * high
            box = QRectF(one.left, top, one.wide + 2, high)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, one.text)
        for n, (point, x) in enumerate(zip(self._points, places, strict=True)):
            paint_point(painter, QPointF(x, y), point.kind)
            if self.hasFocus() and n == self._at:
                paint_ring(painter, QRectF(x - 9, y - 9, 18, 18), 5)

    def _paint_ground(self, painter: QPainter, places: Sequence[float], y: float) -> None:
        """Amber up to the last safe day, red after it; plain where there is no such day."""
        if theme.tokens().high_contrast:
            return
        safe = next((x for point, x in zip(self._points, places, strict=True) if point.kind == SAFE), None)
        painter.setPen(Qt.PenStyle.NoPen)
        if safe is None:
            painter.setBrush(theme.colour("surface_2"))
            painter.drawRect(QRectF(places[0], y - 4, places[-1] - places[0], 8))
            return
        for left, right, tone in ((places[0], safe, "soon_tint"), (safe, places[-1], "overdue_tint")):
            painter.setBrush(theme.colour(tone))
            painter.drawRect(QRectF(left, y - 4, max(0.0, right - left), 8))


def _free(taken: Sequence[tuple[float, float]], left: float, wide: float) -> bool:
    return all(left + wide + 6 <= a or left >= b + 6 for a, b in taken)


def paint_point(painter: QPainter, at: QPointF, kind: str) -> None:
    """Draw one mark: ring for today, triangle for deciding, filled square for the last safe day, bar for the end."""
    ink = theme.colour(_INKS[kind])
    x, y = at.x(), at.y()
    painter.setPen(QPen(ink, 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
    painter.setBrush(theme.colour("surface"))
    if kind == TODAY:
        painter.drawEllipse(at, 5.5, 5.5)
    elif kind == DECIDE:
        painter.drawPolygon(QPolygonF([QPointF(x, y - 6.5), QPointF(x + 7, y + 5.5), QPointF(x - 7, y + 5.5)]))
    elif kind == SAFE:
        painter.setBrush(ink)
        painter.drawRoundedRect(QRectF(x - 5, y - 5, 10, 10), 2, 2)
    elif kind == BREAK:
        painter.drawPolygon(
            QPolygonF([QPointF(x, y - 6), QPointF(x + 6, y), QPointF(x, y + 6), QPointF(x - 6, y)])
        )
    else:
        painter.drawLine(QPointF(x, y - 6), QPointF(x, y + 6))
