"""The week board: schools by days. Cells say in words what is uncovered; there is no reason for an absence in here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
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
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

from bursar_desk.domain import words
from bursar_desk.services.cover_board import BoardCell, BoardRow
from bursar_desk.ui import theme
from bursar_desk.ui.pages.cover_board_paint import CELL_ROLE, NOTE_ROLE, ROW_ROLE, BoardDelegate, DayHeader
from bursar_desk.ui.widgets.focus_ring import paint_ring

SCHOOL_WIDE: Final = 160
LEAST_HIGH: Final = 64
SAID: Final = {
    "gap": "gap", "asked": "asked", "agreed": "agreed", "covered": "covered", "closed": "closed", "offer": "offer",
}  # fmt: skip
_NONE: Final = QModelIndex()


class BoardModel(QAbstractTableModel):
    """The rows of a week; column 0 is the school, 1 to 5 are the days. ``notes`` adds a line to an absence's gap."""

    def __init__(self, parent: QObject | None = None):
        super().__init__(parent)
        self._rows: tuple[BoardRow, ...] = ()
        self._notes: dict[bytes, str] = {}

    def set_week(self, rows: Sequence[BoardRow], notes: Mapping[bytes, str]) -> None:
        """Show a week; ``notes`` names for an absence how many can help."""
        self.beginResetModel()
        self._rows, self._notes = tuple(rows), dict(notes)
        self.endResetModel()

    @property
    def rows(self) -> tuple[BoardRow, ...]:
        """The schools shown, top to bottom."""
        return self._rows

    def cell(self, index: QModelIndex | QPersistentModelIndex) -> tuple[BoardRow, BoardCell] | None:
        """The school and the day at an index; None on the school column."""
        if not index.isValid() or index.column() == 0:
            return None
        row = self._rows[index.row()]
        return row, row.cells[index.column() - 1]

    def place_of(self, school: bytes, day: dt.date) -> QModelIndex:
        """Where a school's day stands; no place when it is not shown."""
        for place, row in enumerate(self._rows):
            for column, cell in enumerate(row.cells, start=1):
                if row.school == school and cell.day == day:
                    return self.index(place, column)
        return QModelIndex()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _NONE) -> int:
        """One for each school."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = _NONE) -> int:
        """The school and its days."""
        return 0 if parent.isValid() else 1 + (len(self._rows[0].cells) if self._rows else 5)

    def flags(self, index: QModelIndex | QPersistentModelIndex) -> Qt.ItemFlag:
        """Days can be chosen; the names of the schools cannot, so that arrows stay among the days."""
        if index.column() == 0:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """One aspect of a cell."""
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == ROW_ROLE:
            return row
        if index.column() == 0:
            return ", ".join(part for part in (row.name, row.town) if part) if role in _SPOKEN else None
        cell = row.cells[index.column() - 1]
        if role == CELL_ROLE:
            return cell
        if role == NOTE_ROLE:
            return self._note(cell)
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return spoken(row, cell, self._note(cell))
        return cell.title if role == Qt.ItemDataRole.DisplayRole else None

    def _note(self, cell: BoardCell) -> str:
        return self._notes.get(cell.absence or b"", "") if cell.state == "gap" else ""

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The days across."""
        if orientation != Qt.Orientation.Horizontal or not self._rows:
            return None
        if role not in (*_SPOKEN, Qt.ItemDataRole.UserRole):
            return None
        if section == 0:
            return "School"
        day = self._rows[0].cells[section - 1].day
        return day if role == Qt.ItemDataRole.UserRole else words.short_day(day)


_SPOKEN: Final = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole)


def spoken(row: BoardRow, cell: BoardCell, note: str) -> str:
    """A cell as it is read aloud: "St Gregory's, Monday: gap. Nobody unlocks. Site staff away. 2 can help"."""
    shown = cell.title if cell.state != "covered" or cell.title != "Covered" else ""
    parts = [shown, cell.words, cell.hours, note]
    tail = ". ".join(part for part in parts if part and part.casefold() != SAID[cell.state])
    head = f"{row.name}, {words.WEEKDAYS[cell.day.weekday()]}: {SAID[cell.state]}"
    return f"{head}. {tail}" if tail else head


class BoardView(QTableView):
    """Schools by days. Arrows move, Enter opens; letters never act. ``chosen(row, cell)`` on moving, ``opened`` on
    Enter or double click.
    """

    chosen = Signal(object, object)
    opened = Signal()

    def __init__(self, model: BoardModel, parent: QWidget | None = None):
        super().__init__(parent)
        self._board = model
        self._kept: tuple[bytes, dt.date] | None = None
        self.setAccessibleName("Cover this week, schools by days")
        self.setProperty("own_focus", True)
        self.day_header = DayHeader(self)
        self.setHorizontalHeader(self.day_header)
        self.verticalHeader().hide()
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setItemDelegate(BoardDelegate(self))
        self.setModel(model)
        model.modelAboutToBeReset.connect(self._remember)
        model.modelReset.connect(self._recall)
        self.selectionModel().currentChanged.connect(self._tell)
        self.doubleClicked.connect(lambda _index: self.opened.emit())

    def choose(self, school: bytes, day: dt.date) -> bool:
        """Go to a school's day; False when it is not shown."""
        index = self._board.place_of(school, day)
        if not index.isValid():
            return False
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.scrollTo(index)
        return True

    def chosen_cell(self) -> tuple[BoardRow, BoardCell] | None:
        """The school and day the person is on."""
        return self._board.cell(self.currentIndex())

    def _remember(self) -> None:
        found = self.chosen_cell()
        if found is not None:
            self._kept = (found[0].school, found[1].day)

    def _recall(self) -> None:
        self._fit()
        if self._kept is not None:
            self.choose(*self._kept)

    def _tell(self, now: QModelIndex, _before: QModelIndex) -> None:
        found = self._board.cell(now)
        if found is not None:
            self._kept = (found[0].school, found[1].day)
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
        """Arriving by Tab stands on a day at once."""
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self._board.rows:
            first = self._board.rows[0]
            self.choose(first.school, first.cells[0].day)
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the room between the days and between the schools."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Five equal days; rows fill the height and never fall under 64 px."""
        header, days = self.horizontalHeader(), self._board.columnCount() - 1
        if not header.count():
            return
        school = theme.px(SCHOOL_WIDE)
        header.setMinimumSectionSize(48)
        header.resizeSection(0, school)
        room = max(self.viewport().width() - school, days * 96)
        for n in range(1, days + 1):
            header.resizeSection(n, room * n // days - room * (n - 1) // days)
        count = len(self._board.rows)
        if count:
            least = theme.px(LEAST_HIGH)
            high = max(least, min(theme.px(96), self.viewport().height() // count))
            self.verticalHeader().setDefaultSectionSize(high)

    def paintEvent(self, event: Any) -> None:
        """The board, and the ring round the day the keyboard is on."""
        super().paintEvent(event)
        index = self.currentIndex()
        if index.isValid() and self.hasFocus():
            painter = QPainter(self.viewport())
            paint_ring(painter, QRectF(self.visualRect(index)).adjusted(2, 2, -3, -3), 8)
