"""A table that leaves out its least needed columns where it gets narrow, so that what it is about stays readable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bursar_desk.ui import theme
from bursar_desk.ui.models.table import RowT, TableModel
from bursar_desk.ui.widgets import TableView

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

_LEAST: Final = 220
"""Logical pixels that a title needs to be told from another."""


class NarrowTable(TableView[RowT]):
    """``leaves_out``: titles of columns, the least needed first, that go while the stretching one has no room."""

    def __init__(self, model: TableModel[RowT], name: str, leaves_out: tuple[str, ...], *, least: int = _LEAST):
        super().__init__(model, name)
        self._fitted, self._leaves_out, self._least = model, leaves_out, least
        self.fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many columns as leave room for the title."""
        super().resizeEvent(event)
        self.fit()

    def fit(self) -> None:
        """Hide or show columns for the width there is."""
        columns = self._fitted.columns
        room = self.viewport().width() - sum(theme.px(one.width) for one in columns if not one.stretch)
        for name in self._leaves_out:
            place = next(n for n, one in enumerate(columns) if one.title == name)
            hide = room < theme.px(self._least)
            room += theme.px(columns[place].width) if hide else 0
            self.setColumnHidden(place, hide)
