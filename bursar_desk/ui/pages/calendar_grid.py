"""The calendar's two grids: the days of a month and the months of a year; arrows move, Enter opens."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStyledItemDelegate, QTableView, QWidget

from bursar_desk.domain import words
from bursar_desk.services.calendar_view import CalendarDay, YearMonth
from bursar_desk.ui import theme
from bursar_desk.ui.widgets.focus_ring import paint_ring

CELL_ROLE: Final = Qt.ItemDataRole.UserRole + 1
_NONE: Final = QModelIndex()
_SPOKEN: Final = (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole)
Cell = CalendarDay | YearMonth


def spoken(cell: Cell) -> str:
    """A cell as it is read aloud: "Friday 27 November 2026, 2 checks: Lift examination; Boiler service"."""
    if isinstance(cell, YearMonth):
        pressing = f", {cell.pressing} late or not known" if cell.pressing else ""
        return f"{cell.title}: {words.count(cell.due, 'check')}{pressing}"
    parts = [words.long_date(cell.day), *([cell.words] if cell.words else [])]
    if cell.due:
        parts.append(f"{words.count(len(cell.due), 'check')}: {'; '.join(one.line.title for one in cell.due)}")
    if cell.routine:
        parts.append(words.count(len(cell.routine), "daily or weekly check"))
    return ", ".join(parts)


class GridModel(QAbstractTableModel):
    """Cells in rows of ``wide``."""

    def __init__(self, wide: int, heads: Sequence[str] = (), parent: QObject | None = None):
        super().__init__(parent)
        self.wide, self._heads = wide, tuple(heads)
        self.cells: tuple[Cell, ...] = ()

    def set_cells(self, cells: Sequence[Cell]) -> None:
        """Show others."""
        self.beginResetModel()
        self.cells = tuple(cells)
        self.endResetModel()

    def cell(self, index: QModelIndex | QPersistentModelIndex) -> Cell | None:
        """What stands at an index."""
        place = index.row() * self.wide + index.column()
        return self.cells[place] if index.isValid() and place < len(self.cells) else None

    def place_of(self, day: dt.date) -> QModelIndex:
        """Where a day stands, or the month that begins with it."""
        for place, cell in enumerate(self.cells):
            if (cell.day if isinstance(cell, CalendarDay) else cell.first) == day:
                return self.index(place // self.wide, place % self.wide)
        return QModelIndex()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _NONE) -> int:
        """As many as the cells need."""
        return 0 if parent.isValid() else -(-len(self.cells) // self.wide)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = _NONE) -> int:
        """Seven days, or four months."""
        return 0 if parent.isValid() else self.wide

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """One aspect of a cell."""
        cell = self.cell(index)
        if cell is None:
            return None
        if role == CELL_ROLE:
            return cell
        return spoken(cell) if role in _SPOKEN else None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The weekdays."""
        shown = orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole
        return self._heads[section] if shown and section < len(self._heads) else None


class GridView(QTableView):
    """A grid that fills its room. ``chosen(cell)`` on moving, ``opened(cell)`` on Enter or double click;
    ``turned(step)`` when an arrow leads out of the grid, or Page Up and Page Down are pressed.
    """

    chosen = Signal(object)
    opened = Signal(object)
    turned = Signal(int)

    def __init__(self, model: GridModel, name: str, delegate: QStyledItemDelegate, parent: QWidget | None = None):
        super().__init__(parent)
        self._model = model
        self.setAccessibleName(name)
        self.setProperty("own_focus", True)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        head = self.horizontalHeader()
        head.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        head.setSectionsClickable(False)
        head.setHighlightSections(False)
        head.setVisible(bool(model.headerData(0, Qt.Orientation.Horizontal)))
        self.setItemDelegate(delegate)
        self.setModel(model)
        model.modelReset.connect(self._fit)
        self.selectionModel().currentChanged.connect(self._tell)
        self.doubleClicked.connect(self._open)

    def choose(self, day: dt.date) -> bool:
        """Go to a day or a month; False when it is not shown."""
        index = self._model.place_of(day)
        if index.isValid():
            self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        return index.isValid()

    def chosen_cell(self) -> Cell | None:
        """Where the person is."""
        return self._model.cell(self.currentIndex())

    def _tell(self, now: QModelIndex, _before: QModelIndex) -> None:
        cell = self._model.cell(now)
        if cell is not None:
            self.chosen.emit(cell)

    def _open(self, index: QModelIndex) -> None:
        cell = self._model.cell(index)
        if cell is not None:
            self.opened.emit(cell)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens, pages turn; letters are left to the window."""
        turns = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open(self.currentIndex())
        elif event.key() in turns:
            self.turned.emit(turns[Qt.Key(event.key())])
        elif event.text().isprintable() and event.text() and not event.modifiers() & Qt.KeyboardModifier.AltModifier:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: Any) -> None:
        """Arriving by Tab stands on a cell at once."""
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self._model.cells:
            self.selectionModel().setCurrentIndex(
                self._model.index(0, 0), QItemSelectionModel.SelectionFlag.ClearAndSelect
            )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the height between the rows."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        rows = self._model.rowCount()
        if rows:
            self.verticalHeader().setDefaultSectionSize(max(theme.px(64), self.viewport().height() // rows))

    def paintEvent(self, event: Any) -> None:
        """The grid, and the ring round the cell the keyboard is on."""
        super().paintEvent(event)
        index = self.currentIndex()
        if index.isValid() and self.hasFocus():
            painter = QPainter(self.viewport())
            paint_ring(painter, QRectF(self.visualRect(index)).adjusted(2, 2, -3, -3), 6)
