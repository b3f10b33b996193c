"""The list of threads: what it is about, who wrote and when, and as word and shape whether it is new or waits."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from bursar_desk.clock import school_day
from bursar_desk.domain import words
from bursar_desk.services import messages as service
from bursar_desk.services.messages import HELP, NOTICE, PRACTICE, QUESTION
from bursar_desk.ui import icons, theme
from bursar_desk.ui.models.table import ROW_ROLE, Column, TableModel
from bursar_desk.ui.status_marks import INFO, OK, SOON, UNKNOWN, Look, chip_font, paint_chip
from bursar_desk.ui.widgets.tables import TableView

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

    from bursar_desk.services.messages import Thread

ICONS: Final = {QUESTION: "circle-help", HELP: "hand-helping", NOTICE: "bell-ring", PRACTICE: "lightbulb"}
LOOKS: Final[dict[str, Look]] = {"soon": SOON, "info": INFO, "ok": OK, "unknown": UNKNOWN}
ROW: Final = 64


def icon_of(kind: str) -> str:
    """The icon of a kind of message."""
    return ICONS.get(kind, "message-square")


def look_of(thread: Thread) -> tuple[Look, str] | None:
    """How a thread stands as mark and word; nothing where there is nothing to say."""
    colour, said = service.state_words(thread)
    return (LOOKS[colour], said) if colour else None


def note_of(thread: Thread, today: dt.date) -> str:
    """The quieter line: "18 Nov 2026 · Question from Hollybank · 2 answers"; what may be cut comes last."""
    newest = thread.messages[-1]
    day = newest.said_on or school_day(newest.written_ms)
    parts = [{0: "Today", 1: "Yesterday"}.get((today - day).days) or words.short_date(day)]
    if thread.stands_in:
        return " · ".join([*parts, thread.stands_in])
    if thread.answers:
        parts.append(words.count(thread.answers, "answer"))
    who = "us" if thread.first.ours else thread.school_name
    joined = "at" if thread.kind == PRACTICE and not thread.first.ours else "from"
    return " · ".join([*parts, f"{service.kind_words(thread.kind)} {joined} {who}"])


class ThreadList(TableView["Thread"]):
    """Threads under one another; ``row_chosen(thread | None)`` on moving, ``opened(thread)`` on Enter."""

    def __init__(self, today: dt.date, parent: QWidget | None = None):
        self._today = today
        column = Column["Thread"]("Message", self._spoken, stretch=True)
        self.threads: TableModel[Thread] = TableModel([column], lambda one: one.root)
        super().__init__(self.threads, "Messages", row_height=ROW, parent=parent)
        self.horizontalHeader().hide()
        self.setItemDelegate(_ThreadDelegate(self, today))

    def set_threads(self, found: Sequence[Thread]) -> None:
        """Show these; the one chosen stays chosen while it is there."""
        self.threads.set_rows(tuple(found))

    def _spoken(self, one: Thread) -> str:
        look = look_of(one)
        return ". ".join(part for part in (look[1] if look else "", one.title, note_of(one, self._today)) if part)


class _ThreadDelegate(QStyledItemDelegate):
    """An icon, two lines and, at the right, the chip of how it stands."""

    def __init__(self, parent: TableView[Thread], today: dt.date):
        super().__init__(parent)
        self._today = today

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint one row."""
        thread: Thread = index.data(ROW_ROLE)
        box = QRect(option.rect)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        hover = bool(option.state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        if chosen or hover:
            painter.fillRect(box, theme.colour("tint" if chosen else "surface_2"))
        if chosen:
            painter.fillRect(QRect(box.left(), box.top(), 4, box.height()), theme.colour("accent"))
        painter.setPen(QPen(theme.colour("border" if theme.tokens().high_contrast else "hairline"), 1))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        middle = QRectF(box).center().y()
        ratio = painter.device().devicePixelRatioF()
        picture = icons.pixmap(icon_of(thread.kind), "accent" if thread.unread else "muted", 20, ratio)
        painter.drawPixmap(QPointF(box.left() + 24, middle - 10), picture)
        room = QRectF(box).adjusted(56, 0, -16, -1)
        room.setRight(self._paint_look(painter, room, thread))
        self._paint_words(painter, room, thread)
        painter.restore()

    def _paint_look(self, painter: QPainter, room: QRectF, thread: Thread) -> float:
        """Paint the chip at the right; return where the words must end."""
        found = look_of(thread)
        if found is None:
            return room.right()
        look, said = found
        wide = QFontMetrics(chip_font(look, large=False)).horizontalAdvance(said) + 42
        high = theme.px(24)
        paint_chip(painter, QRectF(room.right() - wide, room.center().y() - high / 2, wide, high), look, said)
        return room.right() - wide - 12

    def _paint_words(self, painter: QPainter, room: QRectF, thread: Thread) -> None:
        lines = (
            ("strong" if thread.unread else "body", "text", thread.title),
            ("caption", "muted", note_of(thread, self._today)),
        )
        high = sum(theme.line_height(role) for role, _, _ in lines)
        top = room.center().y() - high / 2
        for role, ink, text in lines:
            face = theme.font(role)
            painter.setFont(face)
            painter.setPen(theme.colour(ink))
            shown = QFontMetrics(face).elidedText(text, Qt.TextElideMode.ElideRight, int(room.width()))
            line = theme.line_height(role)
            painter.drawText(QRectF(room.left(), top, room.width(), line), int(Qt.AlignmentFlag.AlignVCenter), shown)
            top += line
