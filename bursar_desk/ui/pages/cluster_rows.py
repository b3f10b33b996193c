"""Schools in rows, in two columns over one model; they fill in place and never scroll by themselves."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetrics, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QListView,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from bursar_desk.ui import icons, theme
from bursar_desk.ui.status_marks import INFO, NOT_NEEDED, OK, OVERDUE, PUT_OFF, SOON, UNKNOWN, Look, paint_mark
from bursar_desk.ui.widgets import Card, Columns
from bursar_desk.ui.widgets.focus_ring import paint_ring

HIGH: Final = 36
TALL: Final = 48
ROW_ROLE: Final = Qt.ItemDataRole.UserRole + 1
_NONE: Final = QModelIndex()

LOOKS: Final[dict[str, Look | None]] = {
    "done": OK, "fresh": OK, "nothing": OK, "older": PUT_OFF, "settle": INFO, "held": SOON, "ask": SOON,
    "refused": OVERDUE, "stale": SOON, "none": UNKNOWN, "left out": PUT_OFF, "undone": PUT_OFF,
    "reads": NOT_NEEDED, "reading": None, "waiting": None,
}  # fmt: skip
_INKS: Final = {
    "refused": "overdue", "older": "soon", "held": "soon", "ask": "soon", "stale": "soon", "reading": "accent",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RowLine:
    """One row: what it stands for, the school, its state (``LOOKS``) and what to say at the right.

    ``note`` stands in a second, quieter line below the name; ``tag`` is a word on a hatched plate at the right.
    """

    key: Hashable
    name: str
    state: str
    words: str
    note: str = ""
    tag: str = ""

    @property
    def spoken(self) -> str:
        """The whole row in words."""
        said = ". ".join(part for part in (self.tag, self.note, self.words) if part)
        return f"{self.name}: {said}" if said else self.name


class RowsModel(QAbstractListModel):
    """The rows, read only."""

    def __init__(self, parent: QObject | None = None):
        super().__init__(parent)
        self._rows: tuple[RowLine, ...] = ()

    def set_rows(self, rows: Sequence[RowLine]) -> None:
        """Show these rows. The same schools in the same order are changed in place, so that nothing jumps."""
        new = tuple(rows)
        if [row.key for row in new] == [row.key for row in self._rows]:
            old, self._rows = self._rows, new
            for place, (before, now) in enumerate(zip(old, new, strict=True)):
                if before != now:
                    self.dataChanged.emit(self.index(place), self.index(place))
            return
        self.beginResetModel()
        self._rows = new
        self.endResetModel()

    @property
    def rows(self) -> tuple[RowLine, ...]:
        """The rows, top to bottom."""
        return self._rows

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _NONE) -> int:
        """How many."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The words for screen readers and tooltips, the row for the painter."""
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return row.spoken
        return row if role == ROW_ROLE else None


class RowDelegate(QStyledItemDelegate):
    """Paints mark, name, note and words; what is old is hatched as well."""

    def __init__(self, parent: QObject, high: int):
        super().__init__(parent)
        self._high = high

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        """One height for all rows of a list."""
        return QSize(200, theme.px(self._high))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint one row."""
        row: RowLine = index.data(ROW_ROLE)
        box = QRect(option.rect)
        painter.save()
        hover = bool(option.state & QStyle.StateFlag.State_MouseOver)
        painter.fillRect(box, theme.colour("tint" if row.state == "reading" else "surface_2" if hover else "surface"))
        if box.top() > 0:
            painter.setPen(QPen(theme.colour("border" if theme.tokens().high_contrast else "hairline"), 1))
            painter.drawLine(box.topLeft(), box.topRight())
        if row.tag:
            hatch(painter, QRectF(box.left(), box.top() + 1, 6, box.height() - 1))
        room = QRectF(box).adjusted(16, 0, -16, 0)
        self._sign(painter, row, room)
        right = self._right(painter, row, room)
        self._left(painter, row, room.adjusted(28, 0, -right - 12, 0))
        if option.state & QStyle.StateFlag.State_HasFocus:
            paint_ring(painter, QRectF(box).adjusted(1, 1, -1, -1), 4)
        painter.restore()

    def _sign(self, painter: QPainter, row: RowLine, room: QRectF) -> None:
        place = QRectF(room.left(), room.center().y() - 8, 16, 16)
        look = LOOKS[row.state]
        if look is not None:
            paint_mark(painter, place, look.mark, look.ink)
        elif row.state == "reading":
            picture = icons.pixmap("loader", "accent", 16, painter.device().devicePixelRatioF())
            painter.drawPixmap(QPointF(place.left(), place.top()), picture)

    def _right(self, painter: QPainter, row: RowLine, room: QRectF) -> float:
        """The words at the right, then the plate before them; return how much room both took."""
        used = 0.0
        if row.words:
            face = theme.font("strong" if row.state in ("reading", "refused") else "body", tabular=True)
            wide = min(QFontMetrics(face).horizontalAdvance(row.words) + 4.0, room.width() * 0.6)
            ink = "muted" if row.tag else _INKS.get(row.state, "muted")
            _write(painter, room.adjusted(room.width() - wide, 0, 0, 0), row.words, face, ink, right=True)
            used = wide + 12
        if row.tag:
            wide = plate_width(row.tag)
            paint_plate(painter, QRectF(room.right() - used - wide, room.center().y() - 12, wide, 24), row.tag)
            used += wide
        return used

    def _left(self, painter: QPainter, row: RowLine, room: QRectF) -> None:
        face = theme.font("strong" if row.state == "reading" else "body")
        ink = "muted" if row.state == "waiting" else "text"
        if not row.note:
            _write(painter, room, row.name, face, ink)
            return
        middle = room.center().y()
        _write(painter, QRectF(room.left(), middle - 19, room.width(), 20), row.name, face, ink)
        note = QRectF(room.left(), middle + 1, room.width(), 16)
        _write(painter, note, row.note, theme.font("caption", tabular=True), _INKS.get(row.state, "muted"))


def _write(painter: QPainter, room: QRectF, text: str, face: QFont, ink: str, *, right: bool = False) -> None:
    """Write one line, cut with dots where it does not fit."""
    painter.setFont(face)
    painter.setPen(theme.colour(ink))
    side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    shown = QFontMetrics(face).elidedText(text, Qt.TextElideMode.ElideRight, int(room.width()))
    painter.drawText(room, int(side | Qt.AlignmentFlag.AlignVCenter), shown)


def plate_width(text: str) -> float:
    """How wide the hatched plate of a word is."""
    return QFontMetrics(theme.font("caption-strong")).horizontalAdvance(text) + 24.0


def paint_plate(painter: QPainter, plate: QRectF, text: str) -> None:
    """A word on a hatched plate, clear of the lines so that it reads well."""
    face = theme.font("caption-strong")
    hatch(painter, plate)
    painter.setPen(QPen(theme.colour("soon"), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(plate.adjusted(0.5, 0.5, -0.5, -0.5))
    painter.fillRect(plate.adjusted(8, 3, -8, -3), theme.colour("soon_tint"))
    painter.setFont(face)
    painter.setPen(theme.colour("soon"))
    painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, text)


def hatch(painter: QPainter, box: QRectF) -> None:
    """Slanted lines for something old; a word beside them says it too."""
    painter.fillRect(box, theme.colour("soon_tint"))
    faint = QColor(theme.colour("soon"))
    faint.setAlpha(110)
    painter.fillRect(box, QBrush(faint, Qt.BrushStyle.BDiagPattern))


class _Half(QListView):
    """One column of the rows: those from ``first`` to before ``end``."""

    opened = Signal(object)

    def __init__(self, model: RowsModel, name: str, high: int):
        super().__init__()
        self._count = 0
        self._high = high
        self.setAccessibleName(name)
        self.setProperty("own_focus", True)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setModel(model)
        self.setItemDelegate(RowDelegate(self, high))
        self.clicked.connect(self._open)

    def set_range(self, first: int, end: int) -> None:
        """Show only these rows of the model."""
        self._count = max(0, end - first)
        for place in range(self.model().rowCount()):
            self.setRowHidden(place, not first <= place < end)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Just the rows."""
        return QSize(240, self._count * theme.px(self._high))

    def minimumSizeHint(self) -> QSize:
        """Never scrolls by itself."""
        return QSize(160, self.sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens; letters never act."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open(self.currentIndex())
            return
        if event.text().isprintable() and event.text():
            event.ignore()
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: Any) -> None:
        """Arriving by Tab stands on the first row of this column."""
        super().focusInEvent(event)
        index = self.currentIndex()
        if not index.isValid() or self.isRowHidden(index.row()):
            shown = [n for n in range(self.model().rowCount()) if not self.isRowHidden(n)]
            if shown:
                self.setCurrentIndex(self.model().index(shown[0], 0))

    def _open(self, index: QModelIndex) -> None:
        if index.isValid():
            self.opened.emit(index.data(ROW_ROLE))


class _Wide(Columns):
    """Columns that stand side by side only while a school's name and its words have room in one."""

    def least(self, own: int) -> int:
        """No column under 440 px beside another."""
        return max(own, theme.px(440))


class SchoolRows(QWidget):
    """Two cards of rows over one model; ``opened(RowLine)`` on Enter or a click."""

    opened = Signal(object)

    def __init__(self, name: str, high: int = HIGH):
        super().__init__()
        self.model = RowsModel(self)
        self._columns = _Wide((1, 1))
        self.halves: list[_Half] = []
        self._cards: list[Card] = []
        for place, column in enumerate((self._columns.main, self._columns.side)):
            half = _Half(self.model, f"{name}, {('first', 'second')[place]} column", high)
            half.opened.connect(self.opened)
            card = Card()
            card.add_row(half)
            column.addWidget(card)
            column.addStretch()
            self.halves.append(half)
            self._cards.append(card)
        self._columns.line.setSpacing(16)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._columns)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.model.modelReset.connect(self._share)

    def set_rows(self, rows: Sequence[RowLine]) -> None:
        """Show these rows, the first half at the left."""
        self.model.set_rows(rows)

    def focus_first(self) -> None:
        """Stand on the first row."""
        self.halves[0].setFocus()

    def _share(self) -> None:
        count = len(self.model.rows)
        middle = (count + 1) // 2
        self.halves[0].set_range(0, middle)
        self.halves[1].set_range(middle, count)
        self._cards[1].setVisible(count > 1)
        self._cards[0].setVisible(count > 0)
