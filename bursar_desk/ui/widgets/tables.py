"""The table every list page uses: rows of 36 px, hairlines, no wrapping, Enter opens, Tab leaves."""

from __future__ import annotations

import json
from collections.abc import Hashable, Mapping
from typing import Any, Generic, TypeVar

from PySide6.QtCore import (
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QContextMenuEvent, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from bursar_desk.ui import icons, theme
from bursar_desk.ui.models.table import (
    ICON_ROLE,
    INK_ROLE,
    LEAD_ROLE,
    LOOK_ROLE,
    STRONG_ROLE,
    TableModel,
)
from bursar_desk.ui.status_marks import Look, paint_mark
from bursar_desk.ui.widgets.focus_ring import paint_ring
from bursar_desk.ui.widgets.keys import literal

RowT = TypeVar("RowT")
FIRST_PAD, PAD = 24, 6


class CellDelegate(QStyledItemDelegate):
    """Paints a cell: ground, mark or icon, words, hairline. A status shows as mark and word without a fill."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint one cell from the roles of the model."""
        box = QRect(option.rect)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        hover = bool(option.state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        if chosen or hover:
            painter.fillRect(box, theme.colour("tint" if chosen else "surface_2"))
        line = theme.colour("border" if theme.tokens().high_contrast else "hairline")
        painter.setPen(QPen(line, 1))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        room = QRectF(box.adjusted(FIRST_PAD if index.column() == 0 else PAD, 0, -PAD, -1))
        look = index.data(LOOK_ROLE)
        if isinstance(look, Look):
            side = 16.0
            paint_mark(painter, QRectF(room.left(), room.center().y() - 8, side, side), look.mark, look.ink)
            room.adjust(side + 5, 0, 0, 0)
            self._words(painter, room, index, "caption-strong" if look.strong else "caption", look.tone)
        else:
            name = index.data(ICON_ROLE)
            if name:
                ratio = painter.device().devicePixelRatioF()
                picture = icons.pixmap(str(name), "text", 20, ratio)
                painter.drawPixmap(QPointF(room.left(), room.center().y() - 10), picture)
                room.adjust(28, 0, 0, 0)
            strong = bool(index.data(STRONG_ROLE)) or (chosen and bool(index.data(LEAD_ROLE)))
            self._words(painter, room, index, "strong" if strong else "body", str(index.data(INK_ROLE)))
        painter.restore()

    def _words(
        self, painter: QPainter, room: QRectF, index: QModelIndex | QPersistentModelIndex, role: str, ink: str
    ) -> None:
        """Write the cell's words in one line, cut with dots where they do not fit."""
        face = theme.font(role, tabular=True)
        text = str(index.data(Qt.ItemDataRole.DisplayRole) or "")
        painter.setFont(face)
        painter.setPen(theme.colour(ink))
        shown = QFontMetrics(face).elidedText(text, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, int(index.data(Qt.ItemDataRole.TextAlignmentRole)), shown)

    def helpEvent(self, event: Any, view: Any, option: Any, index: Any) -> bool:
        """A cell that is cut shows its whole text as a tooltip, unless it has one of its own."""
        if index.isValid() and not index.data(Qt.ItemDataRole.ToolTipRole):
            text = str(index.data(Qt.ItemDataRole.DisplayRole) or "")
            wide = QFontMetrics(theme.font("body")).horizontalAdvance(text)
            if wide > option.rect.width() - 2 * PAD:
                from PySide6.QtWidgets import QToolTip

                QToolTip.showText(event.globalPos(), text, view)
                return True
        return bool(super().helpEvent(event, view, option, index))


class TableHeader(QHeaderView):
    """Titles in 12-px semibold with the arrow of the sort beside them and a hairline above and below."""

    def __init__(self, parent: QWidget):
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setMinimumSectionSize(48)
        self.setStretchLastSection(False)

    def sizeHint(self) -> QSize:
        """36 px high."""
        return QSize(super().sizeHint().width(), theme.px(36))

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:  # noqa: N803 - Qt's name
        """Paint one title."""
        model = self.model()
        if not rect.isValid():
            return
        painter.save()
        painter.fillRect(rect, theme.colour("surface"))
        painter.setPen(QPen(theme.colour("hairline"), 1))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.drawLine(rect.topLeft(), rect.topRight())
        face = theme.font("caption-strong")
        painter.setFont(face)
        sorted_here = self.isSortIndicatorShown() and self.sortIndicatorSection() == logicalIndex
        painter.setPen(theme.colour("text" if sorted_here else "muted"))
        room = QRectF(rect.adjusted(FIRST_PAD if logicalIndex == 0 else PAD, 0, -PAD, 0))
        text = str(model.headerData(logicalIndex, Qt.Orientation.Horizontal) or "")
        across = Qt.Orientation.Horizontal
        align = int(model.headerData(logicalIndex, across, Qt.ItemDataRole.TextAlignmentRole) or 0)
        sign = 18 if sorted_here else 0
        shown = QFontMetrics(face).elidedText(text, Qt.TextElideMode.ElideRight, int(room.width()) - sign)
        to_right = bool(align & int(Qt.AlignmentFlag.AlignRight))
        painter.drawText(room.adjusted(0, 0, -sign if to_right else 0, 0), align, shown)
        if sorted_here:
            up = self.sortIndicatorOrder() == Qt.SortOrder.AscendingOrder
            left = room.right() - 16 if to_right else room.left() + QFontMetrics(face).horizontalAdvance(shown) + 4
            picture = icons.pixmap("arrow-up" if up else "arrow-down", "text", 16, self.devicePixelRatioF())
            painter.drawPixmap(QPointF(left, room.center().y() - 8), picture)
        painter.restore()


class TableView(QTableView, Generic[RowT]):
    """A list over a ``TableModel``. ``opened(row)`` on Enter or double click, ``row_chosen(row | None)`` on moving.

    Reading again keeps the chosen row (by identity) and the scrolling. The Menu key offers sorting, so that it needs
    no mouse. Tab and Shift+Tab always leave the table.
    """

    opened = Signal(object)
    row_chosen = Signal(object)
    ticked = Signal(object)

    def __init__(self, model: TableModel[RowT], name: str, *, row_height: int = 36, parent: QWidget | None = None):
        super().__init__(parent)
        self._rows_model = model
        self._empty = ""
        self._kept: Hashable = None
        self._scrolled = 0
        self.setAccessibleName(name)
        self.setProperty("own_focus", True)
        self.setHorizontalHeader(TableHeader(self))
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(24)
        self.verticalHeader().setDefaultSectionSize(theme.px(row_height))
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setItemDelegate(CellDelegate(self))
        self.setModel(model)
        self._set_widths({})
        self._wire(model)

    def _wire(self, model: TableModel[RowT]) -> None:
        model.modelAboutToBeReset.connect(self._remember)
        model.modelReset.connect(self._recall)
        self.selectionModel().currentRowChanged.connect(lambda now, _before: self._tell(now))
        self.doubleClicked.connect(self._open)
        header = self.horizontalHeader()
        header.setSortIndicatorShown(False)
        header.sectionClicked.connect(self._header_clicked)

    # --- rows ---

    def chosen(self) -> RowT | None:
        """The row the person is on; None for none."""
        index = self.currentIndex()
        return self._rows_model.row(index.row()) if index.isValid() else None

    def choose(self, identity: Hashable) -> bool:
        """Go to a row by its identity; False when it is not shown."""
        place = self._rows_model.place_of(identity)
        if place < 0:
            return False
        index = self._rows_model.index(place, 0)
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self.selectionModel().setCurrentIndex(index, flags)
        self.scrollTo(index)
        return True

    def set_empty(self, sentence: str) -> None:
        """The sentence shown while there are no rows ("Nothing matches “boiler” in Overdue.")."""
        self._empty = sentence
        self.setAccessibleDescription(sentence if not self._rows_model.rows else "")
        self.viewport().update()

    def _remember(self) -> None:
        index = self.currentIndex()
        self._kept = self._rows_model.identity(index.row()) if index.isValid() else None
        self._scrolled = self.verticalScrollBar().value()

    def _recall(self) -> None:
        if self._kept is not None and not self.choose(self._kept):
            self.row_chosen.emit(None)
        self._kept = None
        self.verticalScrollBar().setValue(self._scrolled)
        self.setAccessibleDescription(self._empty if not self._rows_model.rows else "")

    def _tell(self, index: QModelIndex) -> None:
        self.row_chosen.emit(self._rows_model.row(index.row()) if index.isValid() else None)

    def _open(self, index: QModelIndex) -> None:
        if index.isValid():
            self.opened.emit(self._rows_model.row(index.row()))

    # --- sorting and widths ---

    def sort_by(self, key: str, *, ascending: bool = True) -> None:
        """Sort by a column's name and show the arrow."""
        names = [column.name for column in self._rows_model.columns]
        self._sort(names.index(key), ascending=ascending)

    def _sort(self, section: int, *, ascending: bool) -> None:
        if self._rows_model.columns[section].sort is None:
            return
        order = Qt.SortOrder.AscendingOrder if ascending else Qt.SortOrder.DescendingOrder
        self.horizontalHeader().setSortIndicatorShown(True)
        self.horizontalHeader().setSortIndicator(section, order)
        self._rows_model.sort(section, order)

    def _header_clicked(self, section: int) -> None:
        last = self._rows_model.sorted_by
        self._sort(section, ascending=not (last is not None and last == (section, True)))

    def save_layout(self) -> str:
        """Widths and sort as text, to be kept per person."""
        header = self.horizontalHeader()
        columns = self._rows_model.columns
        state: dict[str, object] = {"widths": {c.name: header.sectionSize(n) for n, c in enumerate(columns)}}
        if self._rows_model.sorted_by is not None:
            section, ascending = self._rows_model.sorted_by
            state["sort"] = [columns[section].name, ascending]
        return json.dumps(state, sort_keys=True)

    def restore_layout(self, text: str) -> None:
        """Take up saved widths and sort; what does not fit the columns of today is passed over."""
        try:
            state = json.loads(text)
        except ValueError:
            return
        if not isinstance(state, dict):
            return
        widths, sort = state.get("widths"), state.get("sort")
        self._set_widths(widths if isinstance(widths, dict) else {})
        names = [column.name for column in self._rows_model.columns]
        if isinstance(sort, list) and len(sort) == 2 and sort[0] in names:
            self.sort_by(sort[0], ascending=bool(sort[1]))

    def _set_widths(self, saved: Mapping[str, object]) -> None:
        header = self.horizontalHeader()
        for section, column in enumerate(self._rows_model.columns):
            mode = QHeaderView.ResizeMode.Stretch if column.stretch else QHeaderView.ResizeMode.Interactive
            header.setSectionResizeMode(section, mode)
            wide = saved.get(column.name)
            own = theme.px(column.width + (FIRST_PAD - PAD if section == 0 else 0))
            header.resizeSection(section, wide if isinstance(wide, int) and 24 <= wide <= 2000 else own)

    # --- keys, menu, painting ---

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens, Space ticks; letters never act by accident (searching by typing is Ctrl+F)."""
        key, index = event.key(), self.currentIndex()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._open(index)
            return
        if key == Qt.Key.Key_Space and index.isValid():
            self.ticked.emit(self._rows_model.row(index.row()))
            return
        if event.text().isprintable() and event.text() and not event.modifiers() & Qt.KeyboardModifier.AltModifier:
            event.ignore()
            return
        super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Sorting from the menu."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for section, column in enumerate(self._rows_model.columns):
            if column.sort is not None:
                action = menu.addAction(f"Sort by {literal(column.title)}")
                action.triggered.connect(lambda _checked=False, section=section: self._header_clicked(section))
        if menu.actions():
            menu.popup(event.globalPos())

    def focusInEvent(self, event: Any) -> None:
        """Arriving by Tab stands on a row at once."""
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self._rows_model.rows:
            self.choose(self._rows_model.identity(0))

    def paintEvent(self, event: QPaintEvent) -> None:
        """The rows, the ring round the current row, or the sentence of an empty list."""
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        if not self._rows_model.rows and self._empty:
            painter.setFont(theme.font("body"))
            painter.setPen(theme.colour("muted"))
            painter.drawText(self.viewport().rect().adjusted(24, 24, -24, 0), Qt.TextFlag.TextWordWrap, self._empty)
        if not self.hasFocus():
            return
        index = self.currentIndex()
        if index.isValid():
            row = self.visualRect(index)
            wide = min(self.horizontalHeader().length(), self.viewport().width())
            paint_ring(painter, QRectF(1, row.top() + 1, wide - 2, row.height() - 3), 4)
        else:
            paint_ring(painter, QRectF(self.viewport().rect()).adjusted(2, 2, -2, -2), 4)

    def currentChanged(
        self, current: QModelIndex | QPersistentModelIndex, previous: QModelIndex | QPersistentModelIndex
    ) -> None:
        """The ring spans cells, so whole rows are painted again."""
        super().currentChanged(current, previous)
        self.viewport().update()
