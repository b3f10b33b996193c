"""The left rail: one list, one Tab stop, arrows move; counts at the right; who is here and the lock at the foot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from PySide6.QtGui import QFocusEvent, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from bursar_desk.domain import words
from bursar_desk.ui import icons, theme
from bursar_desk.ui.widgets.buttons import IconButton
from bursar_desk.ui.widgets.cards import Avatar
from bursar_desk.ui.widgets.labels import ground, hline, plain_label
from bursar_desk.ui.widgets.ring import paint_ring

WIDE: Final = 200
FOLDED: Final = 92
_ITEM_ROLE: Final = Qt.ItemDataRole.UserRole + 1
_GAP: Final = 16  # between the groups


@dataclass(frozen=True, slots=True)
class Count:
    """How many wait on a page; overdue ones are the only red in the rail."""

    number: int
    overdue: bool = False


@dataclass(frozen=True, slots=True)
class RailItem:
    """One place to go."""

    key: str
    title: str
    icon: str
    group: int = 0
    count: Count | None = None


class _RailModel(QAbstractListModel):
    """The items, read only."""

    def __init__(self, parent: QObject):
        super().__init__(parent)
        self.items: tuple[RailItem, ...] = ()

    def set_items(self, items: Sequence[RailItem]) -> None:
        """Replace them; the same keys in the same order only change what is shown."""
        same = [item.key for item in items] == [item.key for item in self.items]
        if same and items:
            self.items = tuple(items)
            self.dataChanged.emit(self.index(0), self.index(len(self.items) - 1))
            return
        self.beginResetModel()
        self.items = tuple(items)
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's way
        """How many."""
        return 0 if parent.isValid() else len(self.items)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Title, spoken text with the count, and the item for the painter."""
        if not index.isValid():
            return None
        item = self.items[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return item.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            if item.count is None or not item.count.number:
                return item.title
            return f"{item.title}, {words.number(item.count.number)}{' overdue' if item.count.overdue else ''}"
        return item if role == _ITEM_ROLE else None


class _RailDelegate(QStyledItemDelegate):
    """Paints an item in one of three sizes: usual, big (site staff) and folded (icon over name)."""

    def __init__(self, rail: Rail):
        super().__init__(rail)
        self._rail = rail

    def sizeHint(self, _option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """The height of an item, with the gap and line above the second group."""
        high = 64 if self._rail.folded else 56 if self._rail.big else 36
        return QSize(60, theme.px(high) + (_GAP if _opens_group(index) else 0))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint one item."""
        item = index.data(_ITEM_ROLE)
        if not isinstance(item, RailItem):
            return
        whole = QRect(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if _opens_group(index):
            painter.setPen(QPen(theme.colour("hairline"), 1))
            middle = whole.top() + _GAP / 2 + 0.5
            painter.drawLine(QPointF(whole.left() + 2, middle), QPointF(whole.right() - 2, middle))
            whole.setTop(whole.top() + _GAP)
        box = QRectF(whole)
        here = bool(option.state & QStyle.StateFlag.State_Selected)
        if here or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("tint" if here else "surface_2"))
            painter.drawRoundedRect(box, 6, 6)
        if here:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("accent"))
            high = 24 if self._rail.big else 18
            painter.drawRoundedRect(QRectF(box.left(), box.center().y() - high / 2, 3, high), 1.5, 1.5)
        if self._rail.folded:
            self._paint_folded(painter, box, item, here=here)
        else:
            self._paint_wide(painter, box, item, here=here)
        if option.state & QStyle.StateFlag.State_HasFocus:
            paint_ring(painter, box, 6)
        painter.restore()

    def _paint_wide(self, painter: QPainter, box: QRectF, item: RailItem, *, here: bool) -> None:
        side = 24 if self._rail.big else 20
        picture = icons.pixmap(item.icon, "accent" if here else "text", side, self._rail.devicePixelRatioF())
        painter.drawPixmap(QPointF(box.left() + (12 if self._rail.big else 10), box.center().y() - side / 2), picture)
        right = self._paint_count(painter, box.adjusted(0, 0, -10, 0), item.count)
        role = ("large-strong" if here else "large") if self._rail.big else ("strong" if here else "body")
        painter.setFont(theme.font(role))
        painter.setPen(theme.colour("text"))
        room = box.adjusted((12 if self._rail.big else 10) + side + (14 if self._rail.big else 12), 0, -right - 14, 0)
        text = QFontMetrics(painter.font()).elidedText(item.title, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)

    def _paint_folded(self, painter: QPainter, box: QRectF, item: RailItem, *, here: bool) -> None:
        picture = icons.pixmap(item.icon, "accent" if here else "text", 24, self._rail.devicePixelRatioF())
        painter.drawPixmap(QPointF(box.center().x() - 12, box.top() + 6), picture)
        self._paint_count(painter, QRectF(box.left(), box.top() + 2, box.width() - 8, 20), item.count)
        painter.setFont(theme.font("caption-strong" if here else "caption"))
        painter.setPen(theme.colour("text"))
        room = QRectF(box.left() + 2, box.top() + 31, box.width() - 4, box.height() - 31)
        centred = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
        painter.drawText(room, int(centred) | int(Qt.TextFlag.TextWordWrap), item.title)

    def _paint_count(self, painter: QPainter, box: QRectF, count: Count | None) -> int:
        """Write the count at the right end of the box; returns the width it took."""
        if count is None or not count.number:
            return 0
        face = theme.font("caption-strong" if count.overdue else "caption", tabular=True)
        painter.setFont(face)
        painter.setPen(theme.colour("overdue" if count.overdue else "muted"))
        text = words.number(count.number)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, text)
        return QFontMetrics(face).horizontalAdvance(text) + 8


def _opens_group(index: QModelIndex | QPersistentModelIndex) -> bool:
    """Whether the item is the first of the second group, so that a line stands above it."""
    item = index.data(_ITEM_ROLE)
    if index.row() == 0 or not isinstance(item, RailItem):
        return False
    before = index.model().index(index.row() - 1, 0).data(_ITEM_ROLE)
    return isinstance(before, RailItem) and before.group != item.group


class _RailList(QListView):
    """The list itself; letters never act, so that typing into a page by mistake goes nowhere."""

    arriving = False

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Getting the focus is no wish to go anywhere (Qt would stand on the first row by itself)."""
        self.arriving = True
        super().focusInEvent(event)
        self.arriving = False

    def keyboardSearch(self, search: str) -> None:
        """No searching by typing."""


class Rail(QWidget):
    """``chosen(key)`` when a person goes somewhere; ``lock_pressed`` for the lock."""

    chosen = Signal(str)
    lock_pressed = Signal()

    def __init__(self, *, big: bool = False, parent: QWidget | None = None):
        super().__init__(parent)
        self.big = big
        self.folded = False
        self.setProperty("kit", "rail")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._model = _RailModel(self)
        self.view = _RailList()
        self.view.setAccessibleName("Pages")
        self.view.setProperty("ground", "none")
        self.view.setModel(self._model)
        self.view.setItemDelegate(_RailDelegate(self))
        self.view.setMouseTracking(True)
        self.view.setTabKeyNavigation(False)
        self.view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.view.selectionModel().currentChanged.connect(self._moved)
        self._foot, self._foot_line = self._make_foot(), hline()
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 9, 0)
        column.setSpacing(4)
        column.addWidget(self.view, 1)
        column.addWidget(self._foot_line)
        column.addWidget(self._foot)
        self._foot.hide()
        self._foot_line.hide()
        self.set_folded(folded=False)

    def _make_foot(self) -> QWidget:
        foot = QFrame()
        ground(foot, "bg")
        line = QHBoxLayout(foot)
        line.setContentsMargins(8, 8, 0, 8)
        line.setSpacing(10)
        self._avatar = Avatar("", 32)
        self._names = QWidget()
        stack = QVBoxLayout(self._names)
        stack.setContentsMargins(0, 0, 0, 0)
        stack.setSpacing(0)
        self._name = plain_label("", "strong")
        self._role = plain_label("", "caption", "muted")
        for label in (self._name, self._role):
            label.setMinimumWidth(0)
            stack.addWidget(label)
        self.lock = IconButton("lock", "Lock now, or switch person (Ctrl+L)", on_click=self.lock_pressed.emit)
        line.addWidget(self._avatar)
        line.addWidget(self._names, 1)
        line.addWidget(self.lock)
        self._foot_row = line
        return foot

    def set_items(self, items: Sequence[RailItem]) -> None:
        """Show these places; where the person is stays, if it is still there."""
        here = self.key()
        self._model.set_items(items)
        self.set_key(here)

    def set_counts(self, counts: Mapping[str, Count | None]) -> None:
        """Change counts by key; keys left out keep theirs."""
        self._model.set_items(
            [
                RailItem(item.key, item.title, item.icon, item.group, counts.get(item.key, item.count))
                for item in self._model.items
            ]
        )

    @property
    def items(self) -> tuple[RailItem, ...]:
        """What is shown, top to bottom."""
        return self._model.items

    def key(self) -> str:
        """Where the person is; empty for nowhere."""
        row = self.view.currentIndex().row()
        return self._model.items[row].key if 0 <= row < len(self._model.items) else ""

    def set_key(self, key: str) -> None:
        """Stand on an item without telling anybody; an unknown key changes nothing."""
        row = next((n for n, item in enumerate(self._model.items) if item.key == key), -1)
        if row >= 0:
            selection = self.view.selectionModel()
            blocked = self.blockSignals(True)
            selection.setCurrentIndex(self._model.index(row), selection.SelectionFlag.ClearAndSelect)
            self.blockSignals(blocked)

    def set_person(self, name: str, role: str) -> None:
        """Show who is at the desk; an empty name hides the foot."""
        self._avatar.set_name(name)
        self._name.setText(name)
        self._role.setText(role)
        self._names.setToolTip(f"{name}, {role}")
        self._foot.setVisible(bool(name))
        self._foot_line.setVisible(bool(name))

    def set_folded(self, *, folded: bool) -> None:
        """Fold to icons over names, or open out."""
        self.folded = folded
        self.setFixedWidth(theme.px(FOLDED if folded else WIDE))
        self._names.setVisible(not folded)
        self._avatar.setVisible(not folded)
        self._foot_row.setContentsMargins(0 if folded else 8, 8, 0, 8)
        self.view.scheduleDelayedItemsLayout()  # repaints as well; asking for the viewport would load every Qt class

    def _moved(self, now: QModelIndex, _before: QModelIndex) -> None:
        if now.isValid() and not self.view.arriving:
            self.chosen.emit(self._model.items[now.row()].key)
