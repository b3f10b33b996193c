"""Status is always word, shape and colour: the one painter of the shapes, and the chip that joins all three."""

from __future__ import annotations

import enum
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from bursar_desk.domain import words
from bursar_desk.ui import theme

if TYPE_CHECKING:
    from datetime import date


class Mark(enum.Enum):
    """The shapes; each can be told from the others without colour."""

    TICK = "tick in a circle"
    TRIANGLE = "triangle"
    ALERT = "filled square with an exclamation mark"
    QUESTION = "question mark in a dashed circle"
    SLASHED = "circle with a slash"
    ARROW = "arrow"
    DASH = "dash"
    INFO = "letter i in a circle"


@dataclass(frozen=True, slots=True)
class Look:
    """How a status shows: its shape and its tone (a token for the ink; the token + ``_tint`` is the ground)."""

    mark: Mark
    tone: str

    @property
    def ink(self) -> QColor:
        """The colour of word and shape."""
        return theme.colour(self.tone)

    @property
    def ground(self) -> QColor:
        """The fill of a chip."""
        return theme.colour(f"{self.tone}_tint")

    @property
    def strong(self) -> bool:
        """Only what a named person must act on is written in semibold."""
        return self.tone == "overdue"


OK: Final = Look(Mark.TICK, "ok")
SOON: Final = Look(Mark.TRIANGLE, "soon")
OVERDUE: Final = Look(Mark.ALERT, "overdue")
UNKNOWN: Final = Look(Mark.QUESTION, "unknown")
MISSED: Final = Look(Mark.SLASHED, "overdue")
PUT_OFF: Final = Look(Mark.ARROW, "soon")
OUT_OF_USE: Final = Look(Mark.SLASHED, "unknown")
NOT_NEEDED: Final = Look(Mark.DASH, "unknown")
INFO: Final = Look(Mark.INFO, "info")

LOOKS: Final[dict[str, Look]] = {
    "ok": OK,
    "due_soon": SOON,
    "overdue": OVERDUE,
    "failed": OVERDUE,
    "evidence_awaited": SOON,
    "not_known": UNKNOWN,
    "out_of_use": OUT_OF_USE,
    "not_needed": NOT_NEEDED,
    "missed": MISSED,
    "put_off": PUT_OFF,
}


def paint_mark(painter: QPainter, box: QRectF, mark: Mark, ink: QColor, ground: QColor | None = None) -> None:
    """Draw one mark in ``box`` (square; 14, 16 or 20 px). ``ground`` is what shows through a filled square's sign."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(box.topLeft())
    painter.scale(box.width() / 16.0, box.height() / 16.0)
    pen = QPen(ink, 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    _PAINTERS[mark](painter, ink, ground if ground is not None else theme.colour("surface"))
    painter.restore()


def _tick(painter: QPainter, _ink: QColor, _ground: QColor) -> None:
    painter.drawEllipse(QPointF(8, 8), 6.7, 6.7)
    painter.drawPolyline(QPolygonF([QPointF(5.2, 8.2), QPointF(7.2, 10.2), QPointF(10.9, 6.2)]))


def _triangle(painter: QPainter, _ink: QColor, _ground: QColor) -> None:
    painter.drawPolygon(QPolygonF([QPointF(8, 1.9), QPointF(14.9, 14), QPointF(1.1, 14)]))
    painter.drawLine(QPointF(8, 6.4), QPointF(8, 9.4))
    painter.drawPoint(QPointF(8, 11.7))


def _alert(painter: QPainter, ink: QColor, ground: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink)
    painter.drawRoundedRect(QRectF(1.5, 1.5, 13, 13), 2.5, 2.5)
    painter.setPen(QPen(ground, 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawLine(QPointF(8, 4.6), QPointF(8, 8.4))
    painter.drawPoint(QPointF(8, 11.4))


def _question(painter: QPainter, ink: QColor, _ground: QColor) -> None:
    dashed = QPen(ink, 1.5, Qt.PenStyle.CustomDashLine, Qt.PenCapStyle.FlatCap)
    # Eight dashes round the circle, whatever its size.
    arc = 2 * math.pi * 6.7 / 1.5 / 8
    dashed.setDashPattern([arc * 0.62, arc * 0.38])
    painter.setPen(dashed)
    painter.drawEllipse(QPointF(8, 8), 6.7, 6.7)
    painter.setPen(QPen(ink, 1.4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
    hook = QPainterPath(QPointF(6.3, 6.4))
    hook.cubicTo(QPointF(6.4, 4.3), QPointF(9.8, 4.3), QPointF(9.8, 6.5))
    hook.cubicTo(QPointF(9.8, 7.8), QPointF(8, 7.9), QPointF(8, 9.1))
    painter.drawPath(hook)
    painter.drawPoint(QPointF(8, 11.4))


def _slashed(painter: QPainter, _ink: QColor, _ground: QColor) -> None:
    painter.drawEllipse(QPointF(8, 8), 6.7, 6.7)
    painter.drawLine(QPointF(3.4, 12.6), QPointF(12.6, 3.4))


def _arrow(painter: QPainter, _ink: QColor, _ground: QColor) -> None:
    painter.drawLine(QPointF(2, 8), QPointF(14, 8))
    painter.drawPolyline(QPolygonF([QPointF(9.6, 3.8), QPointF(14, 8), QPointF(9.6, 12.2)]))


def _dash(painter: QPainter, _ink: QColor, _ground: QColor) -> None:
    painter.drawLine(QPointF(3, 8), QPointF(13, 8))


def _info(painter: QPainter, _ink: QColor, _ground: QColor) -> None:
    painter.drawEllipse(QPointF(8, 8), 6.7, 6.7)
    painter.drawPoint(QPointF(8, 4.9))
    painter.drawLine(QPointF(8, 7.6), QPointF(8, 11.2))


_PAINTERS: Final = {
    Mark.TICK: _tick,
    Mark.TRIANGLE: _triangle,
    Mark.ALERT: _alert,
    Mark.QUESTION: _question,
    Mark.SLASHED: _slashed,
    Mark.ARROW: _arrow,
    Mark.DASH: _dash,
    Mark.INFO: _info,
}


def paint_chip(painter: QPainter, box: QRectF, look: Look, text: str, *, large: bool = False) -> None:
    """Draw a chip: tint, thin border (dashed for what is not known), a thick bar for overdue, mark and word."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    inner = box.adjusted(0.5, 0.5, -0.5, -0.5)
    painter.setBrush(look.ground)
    bar = look.tone == "overdue"
    style = Qt.PenStyle.DashLine if look.mark is Mark.QUESTION else Qt.PenStyle.SolidLine
    framed = not bar or theme.tokens().high_contrast
    painter.setPen(QPen(look.ink, 1, style) if framed else Qt.PenStyle.NoPen)
    painter.drawRoundedRect(inner, 6, 6)
    if bar:
        shape = QPainterPath()
        shape.addRoundedRect(box, 4, 4)
        painter.setClipPath(shape)
        painter.fillRect(QRectF(box.left(), box.top(), 4, box.height()), look.ink)
        painter.setClipping(False)
    side = 16.0 if large else 14.0
    left = box.left() + (12 if bar else 8)
    paint_mark(painter, QRectF(left, box.center().y() - side / 2, side, side), look.mark, look.ink, look.ground)
    face = chip_font(look, large=large)
    painter.setFont(face)
    painter.setPen(look.ink)
    room = box.adjusted(left - box.left() + side + 6, 0, -6, 0)
    shown = QFontMetrics(face).elidedText(text, Qt.TextElideMode.ElideRight, int(room.width()))
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
    painter.restore()


def chip_font(look: Look, *, large: bool) -> QFont:
    """12 px in lists, 14 on site screens; semibold only for overdue."""
    base = "body" if large else "caption"
    heavy = "strong" if large else "caption-strong"
    return theme.font(heavy if look.strong else base)


class StatusChip(QWidget):
    """A status as word, shape and colour in a small plate; never to be clicked.

    ``StatusChip.of("overdue", due, today)`` reads "Overdue 7 days"; ``StatusChip(look, "Decide in 13 days")`` says
    anything else. ``width`` keeps chips of one list equal (124 in lists).
    """

    def __init__(self, look: Look, text: str, *, large: bool = False, width: int = 0, parent: QWidget | None = None):
        super().__init__(parent)
        self._large = large
        self._width = width
        self._look = look
        self._text = text
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_status(look, text)

    @classmethod
    def of(
        cls, code: str, due: date | None = None, today: date | None = None, *, large: bool = False, width: int = 0
    ) -> StatusChip:
        """The chip of a status code (``words.STATUS_WORDS``), with how late or how soon where the dates are given."""
        return cls(LOOKS[code], words.status_words(code, due, today), large=large, width=width)

    @property
    def text(self) -> str:
        """The word shown."""
        return self._text

    def set_status(self, look: Look, text: str) -> None:
        """Show another status; the size follows only when no width was fixed."""
        self._look, self._text = look, text
        self.setAccessibleName(text)
        self.setToolTip(text if self._width else "")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """24 px high (28 on site screens), as wide as its word or as fixed."""
        words_wide = QFontMetrics(chip_font(self._look, large=self._large)).horizontalAdvance(self._text)
        own = words_wide + (46 if self._large else 42)
        return QSize(theme.px(self._width) if self._width else own, theme.px(28 if self._large else 24))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the plate over the whole widget."""
        painter = QPainter(self)
        paint_chip(painter, QRectF(self.rect()), self._look, self._text, large=self._large)


class MarkView(QWidget):
    """A mark alone, beside words that say the same (so it is hidden from screen readers)."""

    def __init__(self, look: Look, size: int = 16, parent: QWidget | None = None):
        super().__init__(parent)
        self._look = look
        self.setFixedSize(size, size)

    def set_look(self, look: Look) -> None:
        """Show another mark."""
        self._look = look
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the mark over the whole widget."""
        paint_mark(QPainter(self), QRectF(self.rect()), self._look.mark, self._look.ink)
