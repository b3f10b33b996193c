"""How the week board is painted: schools, days as cards, and the sign of each state."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QHeaderView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from bursar_desk.domain import words
from bursar_desk.services.cover_board import BoardCell, BoardRow
from bursar_desk.ui import icons, theme
from bursar_desk.ui.status_marks import OK, OVERDUE, paint_mark

CELL_ROLE: Final = Qt.ItemDataRole.UserRole + 1
ROW_ROLE: Final = Qt.ItemDataRole.UserRole + 2
NOTE_ROLE: Final = Qt.ItemDataRole.UserRole + 3
TONES: Final = {"gap": "overdue", "asked": "soon", "agreed": "ok", "offer": "info"}
_SIGNS: Final = {"asked": ("send", "soon"), "offer": ("user-plus", "info")}


class BoardDelegate(QStyledItemDelegate):
    """Paints a school's name or a day's card."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint one cell with its hairlines."""
        box = QRect(option.rect)
        painter.save()
        painter.fillRect(box, theme.colour("surface"))
        line = theme.colour("border" if theme.tokens().high_contrast else "hairline")
        painter.setPen(QPen(line, 1))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        if index.column() < index.model().columnCount() - 1:
            painter.drawLine(box.topRight(), box.bottomRight())
        row = index.data(ROW_ROLE)
        if index.column() == 0:
            self._school(painter, box, row)
        else:
            chosen = bool(option.state & QStyle.StateFlag.State_Selected)
            hover = bool(option.state & QStyle.StateFlag.State_MouseOver)
            self._day(painter, box, index, chosen=chosen, hover=hover)
        painter.restore()

    def _school(self, painter: QPainter, box: QRect, row: BoardRow) -> None:
        lines = [("strong", "text", row.name)]
        if row.town:
            lines.append(("caption", "muted", row.town))
        _write(painter, QRectF(box.adjusted(24, 0, -8, 0)), lines)

    def _day(
        self, painter: QPainter, box: QRect, index: QModelIndex | QPersistentModelIndex, *, chosen: bool, hover: bool
    ) -> None:
        cell: BoardCell = index.data(CELL_ROLE)
        card = QRectF(box).adjusted(4, 4, -5, -5)
        tone = TONES.get(cell.state)
        if tone is None:
            ground = "tint" if chosen else "surface_2" if hover else None
            _plate(painter, card, ground, None)
            lines = [("caption", "muted", cell.title)]
            if cell.words:
                lines.append(("caption", "muted", cell.words))
            _write(painter, card.adjusted(8, 0, -6, 0), lines)
            return
        _plate(painter, card, f"{tone}_tint", tone if cell.state == "gap" else None)
        if theme.tokens().high_contrast or chosen:
            painter.setPen(QPen(theme.colour(tone), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(card.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        lines = [("caption-strong", tone, cell.title)]
        lines += [("caption", tone, part) for part in (cell.hours or cell.words,) if part]
        note = str(index.data(NOTE_ROLE) or "")
        if note:
            lines.append(("caption-strong", "info", note))
        _write(painter, card.adjusted(10 if cell.state == "gap" else 8, 0, -3, 0), lines, mark=cell.state)


def _plate(painter: QPainter, card: QRectF, ground: str | None, bar: str | None) -> None:
    """Fill a card's ground, with a bar of 4 px at its left when somebody must act."""
    if ground is None:
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    shape = QPainterPath()
    shape.addRoundedRect(card, 6, 6)
    painter.fillPath(shape, theme.colour(ground))
    if bar is not None:
        painter.save()
        painter.setClipPath(shape)
        painter.fillRect(QRectF(card.left(), card.top(), 4, card.height()), theme.colour(bar))
        painter.restore()


def paint_state(painter: QPainter, box: QRectF, state: str) -> None:
    """Draw the sign of a state: filled square, paper plane, person or tick; a shape for each, whatever the colour."""
    if state in _SIGNS:
        name, ink = _SIGNS[state]
        ratio = painter.device().devicePixelRatioF()
        painter.drawPixmap(box.topLeft(), icons.pixmap(name, ink, round(box.width()), ratio))
        return
    look = OVERDUE if state == "gap" else OK
    paint_mark(painter, box, look.mark, look.ink, look.ground)


def _write(painter: QPainter, room: QRectF, lines: Sequence[tuple[str, str, str]], mark: str = "") -> None:
    """Write a few lines in the middle of ``room``, the first one after a mark; what does not fit ends in dots."""
    heights = [theme.line_height(role) for role, _, _ in lines]
    y = room.center().y() - sum(heights) / 2
    for number, ((role, ink, text), high) in enumerate(zip(lines, heights, strict=True)):
        left = room.left()
        if mark and number == 0:
            paint_state(painter, QRectF(left, y + high / 2 - 7, 14, 14), mark)
            left += 18
        face = theme.font(role)
        painter.setFont(face)
        painter.setPen(theme.colour(ink))
        wide = room.right() - left
        if mark in ("asked", "agreed", "offer") and number == 0:
            text = _shorter(text, face, wide)
        shown = QFontMetrics(face).elidedText(text, Qt.TextElideMode.ElideRight, int(wide))
        painter.drawText(QPointF(left, y + (high + QFontMetrics(face).capHeight()) / 2), shown)
        y += high


def _shorter(text: str, face: QFont, wide: float) -> str:
    """A name without its last words where the whole does not fit: "Asked Sam" of "Asked Sam Adeyemi"."""
    while " " in text and QFontMetrics(face).horizontalAdvance(text) > wide:
        text = text.rpartition(" ")[0]
    return text


class DayHeader(QHeaderView):
    """The days across the top: weekday in semibold, date after it; the day that is today in accent."""

    def __init__(self, parent: QWidget):
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setSectionsClickable(False)
        self.setHighlightSections(False)
        self.today: dt.date | None = None

    def sizeHint(self) -> QSize:
        """36 px high."""
        return QSize(super().sizeHint().width(), theme.px(36))

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:  # noqa: N803 - Qt's name
        """Paint one day."""
        painter.save()
        painter.fillRect(rect, theme.colour("surface"))
        painter.setPen(QPen(theme.colour("hairline"), 1))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.drawLine(rect.topLeft(), rect.topRight())
        if 0 < logicalIndex < self.count():
            painter.drawLine(rect.topLeft(), rect.bottomLeft())
        across = Qt.Orientation.Horizontal
        day = self.model().headerData(logicalIndex, across, Qt.ItemDataRole.UserRole)
        if isinstance(day, dt.date):
            now = day == self.today
            x = rect.left() + 8.0
            for role, ink, text in (
                ("strong", "accent" if now else "text", words.WEEKDAYS[day.weekday()][:3]),
                ("body", "accent" if now else "muted", words.short_day(day)[4:] + (", today" if now else "")),
            ):
                face = theme.font(role)
                painter.setFont(face)
                painter.setPen(theme.colour(ink))
                shown = QFontMetrics(face).elidedText(text, Qt.TextElideMode.ElideRight, int(rect.right() - x))
                painter.drawText(QPointF(x, rect.center().y() + QFontMetrics(face).capHeight() / 2 + 1), shown)
                x += QFontMetrics(face).horizontalAdvance(text) + 6
        painter.restore()


class StateSign(QWidget):
    """The sign of a state in the key beside its word."""

    def __init__(self, state: str, parent: QWidget | None = None):
        super().__init__(parent)
        self._state = state
        self.setFixedSize(16, 16)

    def paintEvent(self, _event: object) -> None:
        """Paint the sign."""
        paint_state(QPainter(self), QRectF(1, 1, 14, 14), self._state)
