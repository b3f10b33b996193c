"""One typed, read-only table model for every list: frozen rows, a list of columns, ``set_rows`` the only way in."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from bursar_desk.ui.status_marks import LOOKS, Look

RowT = TypeVar("RowT")

# What the delegate asks for beyond Qt's own roles.
LOOK_ROLE: Final = Qt.ItemDataRole.UserRole + 1  # a status Look: mark and ink before the word
ICON_ROLE: Final = Qt.ItemDataRole.UserRole + 2  # an icon's name
INK_ROLE: Final = Qt.ItemDataRole.UserRole + 3  # a token's name
LEAD_ROLE: Final = Qt.ItemDataRole.UserRole + 4  # True in the column that turns semibold when its row is chosen
STRONG_ROLE: Final = Qt.ItemDataRole.UserRole + 5  # True for semibold
ROW_ROLE: Final = Qt.ItemDataRole.UserRole + 6  # the frozen row itself

_NONE: Final = QModelIndex()


@dataclass(frozen=True)
class Column(Generic[RowT]):
    """One column over rows of type ``RowT``.

    ``text`` gives the words of a cell. ``sort`` gives the native value to sort by (None sorts last whichever way);
    without it a column cannot be sorted. ``status`` gives a status code (``words.STATUS_WORDS``) or a ``Look``.
    ``key`` names the column where its width and the sort are remembered; it is the title unless given.
    """

    title: str
    text: Callable[[RowT], str]
    width: int = 120
    right: bool = False
    sort: Callable[[RowT], Any] | None = None
    status: Callable[[RowT], str | Look | None] | None = None
    icon: Callable[[RowT], str] | None = None
    ink: str | Callable[[RowT], str] = "text"
    strong: Callable[[RowT], bool] | None = None
    tip: Callable[[RowT], str] | None = None
    lead: bool = False
    stretch: bool = False
    key: str = ""

    @property
    def name(self) -> str:
        """The lasting name of the column."""
        return self.key or self.title


class TableModel(QAbstractTableModel, Generic[RowT]):
    """Rows of frozen dataclasses shown through columns.

    ``identity`` gives what makes a row the same row after reading again, so that the choice and the scrolling stay.
    Small lists sort here by ``Column.sort``. For lists sorted in SQL pass ``sorts_itself=False``: a click on a header
    then only emits ``sort_wanted(key, ascending)`` and the page hands in new rows.
    """

    sort_wanted = Signal(str, bool)

    def __init__(
        self,
        columns: Sequence[Column[RowT]],
        identity: Callable[[RowT], Hashable],
        parent: QObject | None = None,
        *,
        sorts_itself: bool = True,
    ):
        super().__init__(parent)
        self.columns: tuple[Column[RowT], ...] = tuple(columns)
        self._identity = identity
        self._sorts_itself = sorts_itself
        self._rows: tuple[RowT, ...] = ()
        self._places: dict[Hashable, int] = {}
        self._sorted: tuple[int, bool] | None = None

    # --- the only way in, and the ways out ---

    def set_rows(self, rows: Sequence[RowT]) -> None:
        """Show these rows, in their order or as sorted last. Two rows may not have one identity (``ValueError``)."""
        self._reorder(self._in_order(tuple(rows)), reset=True)

    @property
    def rows(self) -> tuple[RowT, ...]:
        """The rows as shown, top to bottom."""
        return self._rows

    def row(self, place: int) -> RowT:
        """The row at a place."""
        return self._rows[place]

    def identity(self, place: int) -> Hashable:
        """What makes the row at a place itself."""
        return self._identity(self._rows[place])

    def place_of(self, identity: Hashable) -> int:
        """Where a row is; -1 when it is not shown."""
        return self._places.get(identity, -1)

    @property
    def sorted_by(self) -> tuple[int, bool] | None:
        """The column and whether ascending; None in the order handed in."""
        return self._sorted

    # --- Qt's side ---

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _NONE) -> int:
        """How many rows."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = _NONE) -> int:
        """How many columns."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """One aspect of a cell; the words first, because they are asked for most."""
        if not index.isValid():
            return None
        column, row = self.columns[index.column()], self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.text(row)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.ToolTipRole:
            return column.tip(row) if column.tip is not None else None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{column.title}: {column.text(row)}"
        return self._own_role(column, row, role)

    def _own_role(self, column: Column[RowT], row: RowT, role: int) -> Any:
        """What the kit's delegate asks for."""
        if role == LOOK_ROLE:
            found = column.status(row) if column.status is not None else None
            return LOOKS[found] if isinstance(found, str) else found
        if role == INK_ROLE:
            return column.ink if isinstance(column.ink, str) else column.ink(row)
        if role == ICON_ROLE:
            return column.icon(row) if column.icon is not None else None
        if role == STRONG_ROLE:
            return column.strong(row) if column.strong is not None else False
        if role == LEAD_ROLE:
            return column.lead
        return row if role == ROW_ROLE else None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Titles across; rows have no head of their own."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.columns[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            right = self.columns[section].right
            side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column's ``sort``; equal rows keep their order. A column without it changes nothing."""
        if not 0 <= column < len(self.columns) or self.columns[column].sort is None:
            return
        ascending = order == Qt.SortOrder.AscendingOrder
        self._sorted = (column, ascending)
        if self._sorts_itself:
            self._reorder(self._in_order(self._rows), reset=False)
        else:
            self.sort_wanted.emit(self.columns[column].name, ascending)

    # --- inside ---

    def _in_order(self, rows: tuple[RowT, ...]) -> tuple[RowT, ...]:
        """The rows as the last sort wants them; rows without a value come last either way."""
        if self._sorted is None or not self._sorts_itself:
            return rows
        key = self.columns[self._sorted[0]].sort
        if key is None:
            return rows
        valued = [(value, row) for row in rows if (value := key(row)) is not None]
        empty = [row for row in rows if key(row) is None]
        valued.sort(key=lambda pair: pair[0], reverse=not self._sorted[1])
        return (*(row for _, row in valued), *empty)

    def _reorder(self, rows: tuple[RowT, ...], *, reset: bool) -> None:
        """Put rows in, telling views either that all is new or that the same rows moved."""
        places = {self._identity(row): place for place, row in enumerate(rows)}
        if len(places) != len(rows):
            raise ValueError("two rows of a table have the same identity")
        if reset:
            self.beginResetModel()
            self._rows, self._places = rows, places
            self.endResetModel()
            return
        self.layoutAboutToBeChanged.emit()
        old = self.persistentIndexList()
        moved = [self.index(places[self.identity(index.row())], index.column()) for index in old]
        self._rows, self._places = rows, places
        self.changePersistentIndexList(old, moved)
        self.layoutChanged.emit()
