"""Readings of one check: all of them in a small grid, the one being entered large, and how the last six went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QSizePolicy, QWidget

from bursar_desk.ui import theme
from bursar_desk.ui.status_marks import OK, OVERDUE, paint_mark
from bursar_desk.ui.widgets.labels import hline


@dataclass(frozen=True, slots=True)
class Reading:
    """What is read: its name, its unit, the lowest and highest good value (each may be None).

    ``under`` is not even reached; ``high`` stands a tenth below it then.
    """

    name: str
    unit: str = ""
    low: Decimal | None = None
    high: Decimal | None = None
    under: Decimal | None = None

    def good(self, value: Decimal) -> bool:
        """Whether a value is within the good range."""
        return not ((self.low is not None and value < self.low) or (self.high is not None and value > self.high))

    @property
    def should_be(self) -> str:
        """ "50 °C or more", "8 °C or less", "below 20 °C", "between 3 and 8 °C"; empty where any value is good."""
        unit = f" {self.unit}" if self.unit else ""
        if self.low is None and self.under is not None:
            return f"below {plain(self.under)}{unit}"
        if self.low is not None and self.high is not None:
            return f"between {plain(self.low)} and {plain(self.high)}{unit}"
        if self.low is not None:
            return f"{plain(self.low)}{unit} or more"
        return f"{plain(self.high)}{unit} or less" if self.high is not None else ""

    def said(self, value: Decimal) -> str:
        """ "46 °C"."""
        return f"{plain(value)} {self.unit}".rstrip()

    def wrong(self, value: Decimal) -> str:
        """ "46 °C is below 50 °C"; empty when the value is good."""
        if self.low is not None and value < self.low:
            return f"{self.said(value)} is below {self.said(self.low)}"
        if self.high is not None and value > self.high:
            return f"{self.said(value)} is above {self.said(self.high)}"
        return ""


def plain(value: Decimal, *, places: int | None = None) -> str:
    """A number as people write it, with a true minus: 46, 46.2, −15; ``places`` keeps that many decimals."""
    text = f"{value:.{places}f}" if places is not None else f"{value.normalize():f}" if value else "0"
    return text.replace("-", "\N{MINUS SIGN}")


class ReadingGrid(QWidget):
    """All readings of a check, two columns from four on; ``picked(number)`` on click, Space or Enter."""

    picked = Signal(int)

    def __init__(self, readings: Sequence[Reading], parent: QWidget | None = None):
        super().__init__(parent)
        self.setAccessibleName("Readings")
        self._lines = [_Line(number, reading, self) for number, reading in enumerate(readings)]
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(0)
        grid.setVerticalSpacing(0)
        down = len(self._lines) if len(self._lines) < 4 else -(-len(self._lines) // 2)
        for number, line in enumerate(self._lines):
            grid.addWidget(line, number % down, number // down)
            line.clicked.connect(lambda _checked=False, number=number: self.picked.emit(number))
        grid.addWidget(hline(), down, 0, 1, 2)
        self.show_values([None] * len(self._lines), 0)

    def show_values(self, values: Sequence[Decimal | None], current: int) -> None:
        """Show what was entered so far and which one is being entered."""
        for number, line in enumerate(self._lines):
            line.show_value(values[number], now=number == current)

    def line(self, number: int) -> QAbstractButton:
        """One reading's line."""
        return self._lines[number]


class _Line(QAbstractButton):
    """Number, name, value and mark; 32 px high."""

    def __init__(self, number: int, reading: Reading, parent: QWidget):
        super().__init__(parent)
        self._number, self._reading = number, reading
        self._value: Decimal | None = None
        self._now = False
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_value(None, now=False)

    def sizeHint(self) -> QSize:
        """32 high."""
        return QSize(180, theme.px(32))

    def show_value(self, value: Decimal | None, *, now: bool) -> None:
        """Show what was entered."""
        self._value, self._now = value, now
        said = "nothing yet" if value is None else self._reading.said(value)
        wrong = self._reading.wrong(value) if value is not None else ""
        name = f"{self._number + 1}, {self._reading.name}: {said}{', out of range' if wrong else ''}"
        self.setAccessibleName(name)
        self.setText(self._reading.name)
        self.setToolTip(f"{self._reading.name}: should be {self._reading.should_be}" if self._reading.should_be else "")
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the line."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._now or self.underMouse():
            painter.fillRect(self.rect(), theme.colour("tint" if self._now else "surface_2"))
        middle = Qt.AlignmentFlag.AlignVCenter
        box = QRectF(self.rect()).adjusted(12, 0, -12, 0)
        painter.setFont(theme.font("body", tabular=True))
        painter.setPen(theme.colour("muted"))
        painter.drawText(box, middle | Qt.AlignmentFlag.AlignLeft, str(self._number + 1))
        right = box.right()
        if self._value is not None:
            right = self._paint_value(painter, box, self._value)
        painter.setFont(theme.font("strong" if self._now else "body"))
        painter.setPen(theme.colour("text"))
        room = QRectF(box.left() + 22, box.top(), right - box.left() - 30, box.height())
        shown = painter.fontMetrics().elidedText(self._reading.name, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, middle | Qt.AlignmentFlag.AlignLeft, shown)

    def _paint_value(self, painter: QPainter, box: QRectF, value: Decimal) -> float:
        """Paint value and mark at the right; return where they begin."""
        good = self._reading.good(value)
        look = OK if good else OVERDUE
        paint_mark(painter, QRectF(box.right() - 16, box.center().y() - 8, 16, 16), look.mark, look.ink)
        painter.setFont(theme.font("strong", tabular=True))
        painter.setPen(theme.colour("text" if good else "overdue"))
        words = self._reading.said(value)
        wide = painter.fontMetrics().horizontalAdvance(words)
        at = QRectF(box.right() - 24 - wide, box.top(), wide + 2, box.height())
        painter.drawText(at, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)
        return at.left()


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """One value of a trend with the words of its day ("22 Jun", "Today")."""

    value: Decimal
    day: str


class Trend(QWidget):
    """The last six values of one reading: the good band shaded, its limit dashed, a square for what is out of range."""

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self._points: tuple[TrendPoint, ...] = ()
        self._reading = Reading("")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("The last readings")

    def sizeHint(self) -> QSize:
        """92 high."""
        return QSize(320, theme.px(92))

    def show_points(self, points: Sequence[TrendPoint], reading: Reading) -> None:
        """Show these, oldest first."""
        self._points, self._reading = tuple(points), reading
        said = "; ".join(f"{one.day}: {reading.said(one.value)}" for one in points)
        self.setAccessibleDescription(said)
        self.setToolTip(said)
        self.update()

    def _scale(self) -> tuple[float, float]:
        """The lowest and highest value drawn, with a little air."""
        values = [float(one.value) for one in self._points]
        values += [float(limit) for limit in (self._reading.low, self._reading.high) if limit is not None]
        low, high = min(values), max(values)
        air = max(high - low, 1.0)
        return low - air * 0.15, high + air * 0.5  # the figures stand above their points

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint band, limit, line, points and days."""
        if not self._points:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        days = theme.line_height("caption") + 4
        box = QRectF(0, 0, self.width(), self.height() - days)
        low, high = self._scale()

        def height_of(value: float) -> float:
            return box.bottom() - (value - low) / (high - low) * box.height()

        self._paint_band(painter, box, height_of(float(self._reading.low)) if self._reading.low is not None else None,
                         height_of(float(self._reading.high)) if self._reading.high is not None else None)  # fmt: skip
        step = box.width() / len(self._points)
        places = [QPointF(step * (n + 0.5), height_of(float(one.value))) for n, one in enumerate(self._points)]
        painter.setPen(QPen(theme.colour("muted"), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF(places))
        for place, one in zip(places, self._points, strict=True):
            self._paint_point(painter, place, one, step, box)

    def _paint_band(self, painter: QPainter, box: QRectF, low_y: float | None, high_y: float | None) -> None:
        top, bottom = high_y if high_y is not None else box.top(), low_y if low_y is not None else box.bottom()
        if low_y is None and high_y is None:
            return
        painter.fillRect(QRectF(box.left(), top, box.width(), bottom - top), theme.colour("ok_tint"))
        painter.setPen(QPen(theme.colour("ok"), 1, Qt.PenStyle.DashLine))
        for limit in (low_y, high_y):
            if limit is not None:
                painter.drawLine(QPointF(box.left(), limit), QPointF(box.right(), limit))

    def _paint_point(self, painter: QPainter, place: QPointF, one: TrendPoint, step: float, box: QRectF) -> None:
        good = self._reading.good(one.value)
        painter.setPen(QPen(theme.colour("ok" if good else "overdue"), 1.5))
        painter.setBrush(theme.colour("surface" if good else "overdue"))
        if good:
            painter.drawEllipse(place, 4, 4)
        else:
            painter.drawRect(QRectF(place.x() - 4, place.y() - 4, 8, 8))
        painter.setFont(theme.font("caption" if good else "caption-strong", tabular=True))
        painter.setPen(theme.colour("text" if good else "overdue"))
        line = theme.line_height("caption")
        above = place.y() - line - 5
        words = QRectF(place.x() - step / 2, above if above >= box.top() - 2 else place.y() + 5, step, line)
        painter.drawText(words, Qt.AlignmentFlag.AlignCenter, plain(one.value, places=1))
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.colour("muted"))
        day = QRectF(place.x() - step / 2, self.height() - line, step, line)
        painter.drawText(day, Qt.AlignmentFlag.AlignCenter, one.day)
