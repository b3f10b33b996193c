"""The list of things to settle: each with its school and what was chosen, settled ones ticked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from bursar_desk.ui import theme
from bursar_desk.ui.status_marks import INFO, OK, PUT_OFF, paint_mark
from bursar_desk.ui.widgets.focus_ring import paint_ring

if TYPE_CHECKING:
    from bursar_desk.services.conflicts import Difference

ROW_ROLE: Final = Qt.ItemDataRole.UserRole + 1
_NONE: Final = QModelIndex()
BACK: Final = "taken back"


@dataclass(frozen=True, slots=True)
class SettleLine:
    """A difference and how it stands: "" for to settle, else what was chosen ("kept ours", "later")."""

    difference: Difference
    chosen: str

    @property
    def title(self) -> str:
        """What differs: "Fire risk assessment, next due"."""
        return f"{self.difference.what}, {field_words(self.difference)}"

    @property
    def note(self) -> str:
        """What was chosen, and whose it is."""
        chosen = self.chosen[:1].upper() + self.chosen[1:]
        return " · ".join(part for part in (chosen, self.difference.school_name) if part)


def field_words(one: Difference) -> str:
    """What of the thing differs, in plain words: "next due", "how to do it"."""
    return one.field.replace("_", " ")


class SettleModel(QAbstractListModel):
    """The differences of this sitting, settled ones too."""

    def __init__(self, parent: QObject | None = None):
        super().__init__(parent)
        self._lines: tuple[SettleLine, ...] = ()

    def set_lines(self, lines: Sequence[SettleLine]) -> None:
        """Show these."""
        self.beginResetModel()
        self._lines = tuple(lines)
        self.endResetModel()

    @property
    def lines(self) -> tuple[SettleLine, ...]:
        """All of them, top to bottom."""
        return self._lines

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _NONE) -> int:
        """How many."""
        return 0 if parent.isValid() else len(self._lines)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The words for screen readers and tooltips, the line for the painter."""
        if not index.isValid():
            return None
        line = self._lines[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return f"{line.title}. {line.note}" if line.chosen else f"To settle: {line.title}. {line.note}"
        return line if role == ROW_ROLE else None


class SettleDelegate(QStyledItemDelegate):
    """Two lines after a mark; the chosen row has the tint and the bar."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        """56 px high."""
        return QSize(200, theme.px(56))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint one row."""
        line: SettleLine = index.data(ROW_ROLE)
        box = QRect(option.rect)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.fillRect(box, theme.colour("tint" if chosen else "surface"))
        if chosen:
            painter.fillRect(QRect(box.left(), box.top(), 4, box.height()), theme.colour("accent"))
        painter.setPen(QPen(theme.colour("hairline"), 1))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        look = INFO if line.chosen in ("", BACK) else PUT_OFF if line.chosen == "later" else OK
        paint_mark(painter, QRectF(box.left() + 20, box.center().y() - 8, 16, 16), look.mark, look.ink)
        room = QRectF(box).adjusted(46, 0, -12, 0)
        top = room.center().y() - 18
        for role, ink, text, high in (
            ("strong" if chosen else "body", "text", line.title, 20),
            ("caption", "muted", line.note, 16),
        ):
            face = theme.font(role)
            painter.setFont(face)
            painter.setPen(theme.colour(ink))
            shown = QFontMetrics(face).elidedText(text, Qt.TextElideMode.ElideRight, int(room.width()))
            painter.drawText(QRectF(room.left(), top, room.width(), high), int(Qt.AlignmentFlag.AlignVCenter), shown)
            top += high
        if option.state & QStyle.StateFlag.State_HasFocus:
            paint_ring(painter, QRectF(box).adjusted(1, 1, -1, -2), 4)
        painter.restore()
