"""How the calendar is painted: a day with its first few checks, a month as small days with a sign where checks fall."""

from __future__ import annotations

import datetime as dt
from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from bursar_desk.domain import words
from bursar_desk.services.calendar_view import CalendarDay, YearMonth
from bursar_desk.services.due_dates import DueDate
from bursar_desk.ui import theme
from bursar_desk.ui.pages.calendar_grid import CELL_ROLE
from bursar_desk.ui.status_marks import OK, OVERDUE, SOON, UNKNOWN, Look, paint_mark

_CLOSED: Final = frozenset({"holiday", "bank holiday", "closure", "weekend"})


def look_of(one: DueDate) -> Look:
    """The sign of a date: late, not known, due soon (its row is amber), or in time."""
    if one.state == "late":
        return OVERDUE
    if one.state == "unknown":
        return UNKNOWN
    return SOON if one.first and one.line.colour == "amber" else OVERDUE if _failed(one) else OK


def _failed(one: DueDate) -> bool:
    return one.first and one.line.colour == "red"


class _Painter(QStyledItemDelegate):
    """Ground, hairlines and the text of a cell."""

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.today = dt.date.min

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint one cell."""
        cell, box = index.data(CELL_ROLE), QRect(option.rect)
        painter.save()
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        hover = bool(option.state & QStyle.StateFlag.State_MouseOver)
        painter.fillRect(box, theme.colour("tint" if chosen else "surface_2" if hover else self.ground(cell)))
        painter.setPen(QPen(theme.colour("border" if theme.tokens().high_contrast else "hairline"), 1))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        painter.drawLine(box.topRight(), box.bottomRight())
        self.content(painter, QRectF(box).adjusted(8, 6, -6, -4), cell)
        painter.restore()

    def ground(self, cell: object) -> str:  # noqa: ARG002 - for the two kinds of cell
        return "surface"

    def content(self, painter: QPainter, room: QRectF, cell: object) -> None:
        raise NotImplementedError


class DayPainter(_Painter):
    """One day of a month."""

    def ground(self, cell: object) -> str:
        """Days on which the school is closed lie a shade deeper."""
        return "bg" if isinstance(cell, CalendarDay) and (cell.kind in _CLOSED or not cell.inside) else "surface"

    def content(self, painter: QPainter, room: QRectF, cell: object) -> None:
        """Number, kind of day, the first checks and how many more."""
        if not isinstance(cell, CalendarDay):
            return
        now = cell.day == self.today
        high = theme.line_height("caption")
        said = f"{cell.day.day}" if cell.day.day > 1 else f"1 {words.month_short(cell.day)}"
        used = _write(painter, "strong", "accent" if now else "text" if cell.inside else "muted", said, room)
        note = "today" if now else cell.words
        if note:
            _write(painter, "caption", "accent" if now else "muted", note, room.adjusted(used + 6, 2, 0, 0))
        y, lines = room.top() + theme.line_height("strong") + 2, int((room.height() - 22) // high)
        listed = list(cell.due) + [one for one in cell.routine if one.state != "due"]
        extra = len(cell.routine) - sum(one.state != "due" for one in cell.routine)
        extra = extra if len(listed) < lines else 0  # what must be planned comes first where there is little room
        spare = lines - (1 if extra else 0)
        shown = listed if len(listed) <= spare else listed[: max(spare - 1, 0)]
        for one in shown:
            look = look_of(one)
            paint_mark(painter, QRectF(room.left(), y + (high - 12) / 2, 12, 12), look.mark, look.ink)
            ink = look.tone if look.strong else "text" if cell.inside else "muted"
            _write(painter, "caption", ink, one.line.title, QRectF(room.left() + 16, y, room.width() - 16, high))
            y += high
        if len(shown) < len(listed):
            _write(
                painter,
                "caption",
                "muted",
                f"{len(listed) - len(shown)} more",
                QRectF(room.left(), y, room.width(), high),
            )
            y += high
        if extra and y + high <= room.bottom() + 4:
            _write(painter, "caption", "muted", f"{extra} routine", QRectF(room.left(), y, room.width(), high))


class MonthPainter(_Painter):
    """One month of a year."""

    def content(self, painter: QPainter, room: QRectF, cell: object) -> None:
        """Title, count, and the days in weeks; a day with checks carries their sign."""
        if not isinstance(cell, YearMonth):
            return
        _write(painter, "strong", "text", cell.title, room)
        said = words.count(cell.due, "check")
        wide = QFontMetrics(theme.font("caption")).horizontalAdvance(said)
        _write(painter, "caption", "muted", said, QRectF(room.right() - wide - 2, room.top() + 2, wide + 2, 16))
        top = room.top() + theme.line_height("strong") + 4
        start = cell.first.weekday()
        weeks = -(-(start + len(cell.days)) // 7)
        step_x, step_y = room.width() / 7, (room.bottom() - top) / max(weeks, 5)
        face = QFont(theme.font("caption"))
        face.setPixelSize(max(9, min(12, int(step_y) - 3)))
        for n, day in enumerate(cell.days):
            place = start + n
            box = QRectF(room.left() + step_x * (place % 7), top + step_y * (place // 7), step_x, step_y)
            self._small_day(painter, box, day, face)

    def _small_day(self, painter: QPainter, box: QRectF, day: CalendarDay, face: QFont) -> None:
        if day.kind in _CLOSED:
            painter.fillRect(box.adjusted(1, 1, -1, -1), theme.colour("surface_2"))
        painter.setFont(face)
        painter.setPen(theme.colour("accent" if day.day == self.today else "muted"))
        painter.drawText(box.adjusted(3, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, str(day.day.day))
        worst = day.worst
        if worst and (day.due or worst != "due"):
            side = min(11.0, box.height() - 2)
            look = {"late": OVERDUE, "unknown": UNKNOWN}.get(worst, SOON)
            spot = QRectF(box.right() - side - 3, box.center().y() - side / 2, side, side)
            if worst == "due":
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.colour("accent"))
                painter.drawEllipse(spot.center(), 3.0, 3.0)
            else:
                paint_mark(painter, spot, look.mark, look.ink)


def _write(painter: QPainter, role: str, ink: str, text: str, room: QRectF) -> float:
    """Write one line at the top of ``room``, ending in dots where it is too long; return how wide it is."""
    face = theme.font(role)
    painter.setFont(face)
    painter.setPen(theme.colour(ink))
    metrics = QFontMetrics(face)
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(room.width()))
    painter.drawText(QPointF(room.left(), room.top() + (theme.line_height(role) + metrics.capHeight()) / 2), shown)
    return float(metrics.horizontalAdvance(shown))
