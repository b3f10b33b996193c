"""A grid of people, or schools, by courses: names stay at the left, every cell is a shape and words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from bursar_desk.ui import theme
from bursar_desk.ui.status_marks import MISSED, NOT_NEEDED, OK, OVERDUE, SOON, Look, Mark, paint_mark
from bursar_desk.ui.widgets.focus_ring import paint_ring

CELL_ROLE: Final = Qt.ItemDataRole.UserRole + 1
NAME_WIDE: Final = 168
CELL_WIDE: Final = 116
ROW_HIGH: Final = 48
LOOKS: Final[dict[str, Look]] = {
    "in date": OK, "due soon": SOON, "run out": OVERDUE, "none": MISSED, "booked": Look(Mark.ARROW, "info"),
    "advised": NOT_NEEDED,
}  # fmt: skip
"""How each state looks; its word stands beside it always."""
_NONE: Final = QModelIndex()
_SPOKEN: Final = (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole)


@dataclass(frozen=True, slots=True)
class GridCell:
    """A state (``LOOKS``; "" for nothing), its word, a quieter second line, and how it is read aloud."""

    state: str = ""
    word: str = ""
    note: str = ""
    spoken: str = ""


@dataclass(frozen=True, slots=True)
class GridRow:
    """A person or a school: id, name, quieter line, cells."""

    id: bytes
    name: str
    note: str
    cells: tuple[GridCell, ...]


class GridModel(QAbstractTableModel):
    """Rows by courses."""

    def __init__(self, parent: QObject | None = None):
        super().__init__(parent)
        self.rows: tuple[GridRow, ...] = ()
        self.courses: tuple[str, ...] = ()

    def set_grid(self, courses: Sequence[str], rows: Sequence[GridRow]) -> None:
        """Show these."""
        self.beginResetModel()
        self.rows, self.courses = tuple(rows), tuple(courses)
        self.endResetModel()

    def at(self, index: QModelIndex | QPersistentModelIndex) -> tuple[bytes, str] | None:
        """The row's id and the course at an index."""
        if not index.isValid():
            return None
        return self.rows[index.row()].id, self.courses[index.column()]

    def place_of(self, row: bytes, course: str) -> QModelIndex:
        """Where a row's course stands; no place when it is not shown."""
        for place, one in enumerate(self.rows):
            if one.id == row and course in self.courses:
                return self.index(place, self.courses.index(course))
        return QModelIndex()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _NONE) -> int:
        """One for each person or school."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = _NONE) -> int:
        """One for each course."""
        return 0 if parent.isValid() else len(self.courses)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """One aspect of a cell."""
        if not index.isValid():
            return None
        row = self.rows[index.row()]
        cell = row.cells[index.column()]
        if role == CELL_ROLE:
            return cell
        if role in _SPOKEN:
            return f"{row.name}, {self.courses[index.column()]}: {cell.spoken or 'nothing held, nothing needed'}"
        return cell.word if role == Qt.ItemDataRole.DisplayRole else None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Courses across, names down."""
        if role not in (*_SPOKEN, Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.UserRole):
            return None
        if orientation == Qt.Orientation.Horizontal:
            return self.courses[section] if section < len(self.courses) else None
        if section >= len(self.rows):
            return None
        row = self.rows[section]
        if role == Qt.ItemDataRole.UserRole:
            return row
        return ", ".join(part for part in (row.name, row.note) if part)


class _Courses(QHeaderView):
    """The courses across the top, on two lines."""

    def __init__(self, parent: QWidget):
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setSectionsClickable(False)
        self.setHighlightSections(False)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)

    def sizeHint(self) -> QSize:
        """Two lines and some air."""
        return QSize(super().sizeHint().width(), 2 * theme.line_height("caption-strong") + 16)

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:  # noqa: N803 - Qt's name
        """Paint one course."""
        painter.save()
        painter.fillRect(rect, theme.colour("surface"))
        painter.setPen(QPen(theme.colour("hairline"), 1))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        text = self.model().headerData(logicalIndex, Qt.Orientation.Horizontal)
        painter.setFont(theme.font("caption-strong"))
        painter.setPen(theme.colour("muted"))
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom | Qt.TextFlag.TextWordWrap
        painter.drawText(QRectF(rect.adjusted(8, 4, -4, -8)), int(flags), str(text or ""))
        painter.restore()


class _Names(QHeaderView):
    """The names down the left; they stay when the courses scroll."""

    def __init__(self, parent: QWidget):
        super().__init__(Qt.Orientation.Vertical, parent)
        self.setSectionsClickable(False)
        self.setHighlightSections(False)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)

    def sizeHint(self) -> QSize:
        """As wide as names are."""
        return QSize(theme.px(NAME_WIDE), super().sizeHint().height())

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:  # noqa: N803 - Qt's name
        """Paint one name and the line below it."""
        painter.save()
        painter.fillRect(rect, theme.colour("surface"))
        painter.setPen(QPen(theme.colour("hairline"), 1))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.drawLine(rect.topRight(), rect.bottomRight())
        row = self.model().headerData(logicalIndex, Qt.Orientation.Vertical, Qt.ItemDataRole.UserRole)
        if isinstance(row, GridRow):
            lines = [("strong", "text", row.name), ("caption", "muted", row.note)]
            write_lines(painter, QRectF(rect.adjusted(24, 0, -8, 0)), [one for one in lines if one[2]])
        painter.restore()


def write_lines(painter: QPainter, room: QRectF, lines: Sequence[tuple[str, str, str]]) -> None:
    """Write lines (role, ink, text) in the middle of ``room``; what does not fit ends in dots."""
    heights = [theme.line_height(role) for role, _ink, _text in lines]
    y = room.center().y() - sum(heights) / 2
    for (role, ink, text), high in zip(lines, heights, strict=True):
        face = theme.font(role)
        painter.setFont(face)
        painter.setPen(theme.colour(ink))
        shown = QFontMetrics(face).elidedText(text, Qt.TextElideMode.ElideRight, int(room.width()))
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(QRectF(room.left(), y, room.width(), high), int(flags), shown)
        y += high


class _Painter(QStyledItemDelegate):
    """Paints a cell: what is well is quiet, what somebody must see to has a ground."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint one cell with its hairline."""
        box = QRect(option.rect)
        cell: GridCell = index.data(CELL_ROLE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(box, theme.colour("surface"))
        painter.setPen(QPen(theme.colour("border" if theme.tokens().high_contrast else "hairline"), 1))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        plate = QRectF(box).adjusted(3, 4, -3, -5)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        look = LOOKS.get(cell.state)
        loud = look is not None and look.tone in ("overdue", "soon", "info")
        if chosen or loud:
            self._ground(painter, plate, look if loud else None)
        if chosen:
            painter.setPen(QPen(theme.colour("accent"), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(plate.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        if look is not None:
            ground = look.ground if loud else theme.colour("surface")
            paint_mark(painter, QRectF(plate.left() + 7, plate.center().y() - 7, 14, 14), look.mark, look.ink, ground)
            ink = look.tone if look.tone != "unknown" else "muted"
            lines = [("caption-strong" if look.strong else "caption", ink, cell.word), ("caption", ink, cell.note)]
            write_lines(painter, plate.adjusted(26, 0, -2, 0), [one for one in lines if one[2]])
        painter.restore()

    @staticmethod
    def _ground(painter: QPainter, plate: QRectF, look: Look | None) -> None:
        shape = QPainterPath()
        shape.addRoundedRect(plate, 6, 6)
        painter.fillPath(shape, look.ground if look is not None else theme.colour("tint"))
        if look is not None and look.tone == "overdue":
            painter.save()
            painter.setClipPath(shape)
            painter.fillRect(QRectF(plate.left(), plate.top(), 4, plate.height()), look.ink)
            painter.restore()


class GridView(QTableView):
    """The grid. Arrows move, Enter opens; letters never act. ``chosen(row id, course)`` on moving by hand."""

    chosen = Signal(object, object)
    opened = Signal()

    def __init__(self, model: GridModel, name: str, parent: QWidget | None = None):
        super().__init__(parent)
        self.grid = model
        self._kept: tuple[bytes, str] | None = None
        self._quiet = False
        self.setAccessibleName(name)
        self.setProperty("own_focus", True)
        self.setHorizontalHeader(_Courses(self))
        self.setVerticalHeader(_Names(self))
        self.setCornerButtonEnabled(False)  # it would choose every cell at once
        self._corner = self.findChild(QAbstractButton)
        if self._corner is not None:
            self._corner.installEventFilter(self)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setItemDelegate(_Painter(self))
        self.setModel(model)
        model.modelReset.connect(self._fit)
        self.selectionModel().currentChanged.connect(self._tell)
        self.doubleClicked.connect(lambda _index: self.opened.emit())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Paint the corner above the names as the heads beside it are painted."""
        if watched is self._corner and event.type() == QEvent.Type.Paint and self._corner is not None:
            painter = QPainter(self._corner)
            painter.fillRect(self._corner.rect(), theme.colour("surface"))
            painter.setPen(QPen(theme.colour("hairline"), 1))
            painter.drawLine(self._corner.rect().bottomLeft(), self._corner.rect().bottomRight())
            painter.end()
            return True
        return super().eventFilter(watched, event)

    def show_grid(self, courses: Sequence[str], rows: Sequence[GridRow]) -> None:
        """Show these; the cell chosen stays chosen where it is still there."""
        self._quiet = True
        self.grid.set_grid(courses, rows)
        if self._kept is not None and not self.choose(*self._kept):
            self._kept = None
        self._quiet = False

    def choose(self, row: bytes, course: str) -> bool:
        """Go to a cell; False when it is not shown."""
        index = self.grid.place_of(row, course)
        if not index.isValid():
            return False
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.scrollTo(index)
        return True

    def chosen_cell(self) -> tuple[bytes, str] | None:
        """The row and course the person is on."""
        return self._kept

    def _fit(self) -> None:
        self.verticalHeader().setDefaultSectionSize(theme.px(ROW_HIGH))
        self.verticalHeader().setFixedWidth(theme.px(NAME_WIDE))
        self.horizontalHeader().setDefaultSectionSize(theme.px(CELL_WIDE))

    def _tell(self, now: QModelIndex, _before: QModelIndex) -> None:
        found = self.grid.at(now)
        if found is not None:
            self._kept = found
            if not self._quiet:
                self.chosen.emit(*found)
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens; arrows move; letters are left to the window."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.currentIndex().isValid():
                self.opened.emit()
            return
        if event.text().isprintable() and event.text() and not event.modifiers() & Qt.KeyboardModifier.AltModifier:
            event.ignore()
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: Any) -> None:
        """Arriving by Tab stands on a cell at once."""
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self.grid.rows and self.grid.courses:
            self.choose(self.grid.rows[0].id, self.grid.courses[0])
        self.viewport().update()

    def paintEvent(self, event: Any) -> None:
        """The grid, and the ring round the cell the keyboard is on."""
        super().paintEvent(event)
        index = self.currentIndex()
        if index.isValid() and self.hasFocus():
            painter = QPainter(self.viewport())
            paint_ring(painter, QRectF(self.visualRect(index)).adjusted(2, 3, -3, -4), 7)
