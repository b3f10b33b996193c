"""The strip of boxes (52 weeks, 52 checks): a small picture that can be walked box by box and read aloud."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QListView, QSizePolicy, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from bursar_desk.ui import theme
from bursar_desk.ui.widgets.focus_ring import paint_ring

KINDS: Final = ("done", "late", "missed", "overdue", "due", "unknown", "coming", "closed")


@dataclass(frozen=True, slots=True)
class Box:
    """One box: its kind (``KINDS``) and what it says ("Week of 2 November: 12 done, 1 late")."""

    kind: str
    text: str

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"a box cannot be “{self.kind}”")


class StripBoxes(QListView):
    """Boxes of ``box`` px in ``rows`` rows. One Tab stop; arrows move; ``chosen(number)`` on click or Enter.

    Each box has its own tooltip and its own text for screen readers.
    """

    chosen = Signal(int)

    def __init__(
        self, name: str, *, box: QSize | None = None, gap: int = 2, rows: int = 1, parent: QWidget | None = None
    ):
        super().__init__(parent)
        self._box = box or QSize(4, 16)
        self._gap, self._rows = gap, rows
        self.setAccessibleName(name)
        self.setProperty("ground", "none")
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setTabKeyNavigation(False)
        self.setModel(_BoxModel(self))
        self.setItemDelegate(_BoxDelegate(self._box, gap, self))
        self.setGridSize(self.pitch)
        self.clicked.connect(lambda index: self.chosen.emit(index.row()))
        self.activated.connect(lambda index: self.chosen.emit(index.row()))

    @property
    def pitch(self) -> QSize:
        """The room of one box with its gap; overdue boxes stand 6 px taller, so rows are that much apart."""
        return QSize(self._box.width() + self._gap, self._box.height() + 8)

    def set_boxes(self, boxes: Sequence[Box], summary: str = "") -> None:
        """Show these boxes; ``summary`` ("44 done, 2 late, 1 missed, 5 closed") is the description of the whole."""
        model = self.model()
        if isinstance(model, _BoxModel):
            model.set_boxes(tuple(boxes))
        self.setAccessibleDescription(summary)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Just the boxes."""
        count = self.model().rowCount() if self.model() is not None else 0
        across = -(-count // self._rows)
        return QSize(max(1, across) * self.pitch.width() + 1, self._rows * self.pitch.height() + 1)

    def minimumSizeHint(self) -> QSize:
        """Never cut."""
        return self.sizeHint()


class _BoxModel(QAbstractListModel):
    """The boxes, read only."""

    def __init__(self, parent: QObject):
        super().__init__(parent)
        self._boxes: tuple[Box, ...] = ()

    def set_boxes(self, boxes: tuple[Box, ...]) -> None:
        """Replace them all."""
        self.beginResetModel()
        self._boxes = boxes
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's way
        """How many."""
        return 0 if parent.isValid() else len(self._boxes)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The text for tooltips and screen readers, the kind for the painter."""
        if not index.isValid():
            return None
        box = self._boxes[index.row()]
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.DisplayRole):
            return box.text
        return box.kind if role == Qt.ItemDataRole.UserRole else None


class _BoxDelegate(QStyledItemDelegate):
    """Paints one box; the shape differs as well as the colour."""

    def __init__(self, box: QSize, gap: int, parent: QObject):
        super().__init__(parent)
        self._box, self._gap = box, gap

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Box, gap and the room for tall boxes."""
        return QSize(self._box.width() + self._gap, self._box.height() + 8)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint the box, and the ring when it is the one the keyboard is on."""
        cell = QRectF(option.rect)
        box = QRectF(cell.left(), cell.top() + 4, self._box.width(), self._box.height())
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_box(painter, box, str(index.data(Qt.ItemDataRole.UserRole)))
        if option.state & QStyle.StateFlag.State_HasFocus:
            paint_ring(painter, box.adjusted(-2, -3, 2, 3), 3)
        painter.restore()


def paint_box(painter: QPainter, box: QRectF, kind: str) -> None:
    """Draw one box of a strip or of its key."""
    small = box.width() < 6
    radius = 1.0 if small else 2.0
    frame = box.adjusted(0.5, 0.5, -0.5, -0.5)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if kind in ("done", "overdue"):
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("ok" if kind == "done" else "overdue"))
        painter.drawRoundedRect(box if kind == "done" else box.adjusted(0, -3, 0, 3), radius, radius)
    elif kind == "late":
        painter.setPen(QPen(theme.colour("ok"), 1))
        painter.drawRoundedRect(frame, radius, radius)
        painter.fillRect(frame.adjusted(0, frame.height() / 2, 0, 0), theme.colour("ok"))
    elif kind == "missed":
        painter.setPen(QPen(theme.colour("overdue"), 1.2))
        painter.drawRoundedRect(frame, radius, radius)
        painter.drawLine(frame.bottomLeft(), frame.topRight())
    elif kind == "closed":
        painter.setPen(QPen(theme.colour("muted"), 1.5))
        painter.fillRect(box, theme.colour("surface_2"))
        middle = box.center()
        painter.drawLine(int(middle.x() - 2), int(middle.y()), int(middle.x() + 2), int(middle.y()))
    else:
        ink = {"due": "soon", "unknown": "unknown", "coming": "border"}[kind]
        style = Qt.PenStyle.DotLine if kind == "unknown" else Qt.PenStyle.SolidLine
        painter.setPen(QPen(theme.colour(ink), 1, style))
        painter.drawRoundedRect(frame, radius, radius)


class BoxKey(QWidget):
    """One entry of a strip's key: the box itself, beside words that name it."""

    def __init__(self, kind: str, parent: QWidget | None = None):
        super().__init__(parent)
        self._kind = kind
        self.setFixedSize(8, 12)

    def paintEvent(self, _event: object) -> None:
        """Paint the box, without the extra height of overdue ones."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        inset = 3 if self._kind == "overdue" else 0
        paint_box(painter, QRectF(self.rect()).adjusted(0, inset, 0, -inset), self._kind)
