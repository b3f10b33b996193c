"""The tree of places, in walking order; the whole school stands at the top."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QSizePolicy, QTreeView

from bursar_desk.ui import theme

if TYPE_CHECKING:
    from bursar_desk.services.places import PlaceNode

_PLACE = Qt.ItemDataRole.UserRole
WHOLE = "Whole school"


class PlaceTree(QTreeView):
    """``chosen(id)`` when a person goes to a place, with None for the whole school."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._items: dict[bytes | None, QStandardItem] = {}
        self._model = QStandardItemModel(self)
        self.setModel(self._model)
        self.setAccessibleName("Places in walking order")
        self.setHeaderHidden(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setMinimumWidth(theme.px(180))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self.setIndentation(theme.px(18))
        self.setTabKeyNavigation(False)

    def set_nodes(self, nodes: Sequence[PlaceNode], place: bytes | None) -> None:
        """Show these, with one chosen; nobody is told."""
        self._model.clear()
        top = self._item(WHOLE, None, WHOLE)
        self._model.appendRow(top)
        self._items = {None: top}
        for one in nodes:
            item = self._item(one.row.name, one.id, " / ".join((*one.path, one.row.name)))
            self._items[one.above[-1] if one.above else None].appendRow(item)
            self._items[one.id] = item
        self.expandAll()
        self.choose(place)

    def _item(self, name: str, place: bytes | None, tip: str) -> QStandardItem:
        item = QStandardItem(name)
        item.setData(place, _PLACE)
        item.setToolTip(tip)
        item.setSizeHint(QSize(0, theme.px(32)))
        return item

    def choose(self, place: bytes | None) -> None:
        """Choose a place without telling anybody; the whole school when it is not there."""
        found = self._items.get(place) or self._items[None]
        before = self.blockSignals(True)
        self.setCurrentIndex(found.index())
        self.blockSignals(before)

    def place(self) -> bytes | None:
        """The place chosen."""
        found = self.currentIndex().data(_PLACE)
        return found if isinstance(found, bytes) else None

    def words(self) -> list[str]:
        """The names shown, from top to bottom."""
        return [item.text() for item in self._items.values()]

    def currentChanged(self, now: QModelIndex, before: QModelIndex) -> None:  # type: ignore[override]  # Qt's shape
        """Tell where the person went."""
        super().currentChanged(now, before)
        if now.isValid() and not self.signalsBlocked():
            found = now.data(_PLACE)
            self.chosen.emit(found if isinstance(found, bytes) else None)
