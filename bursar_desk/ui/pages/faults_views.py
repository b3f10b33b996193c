"""A list of the page of faults with its filter and what it says while it is empty."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from bursar_desk.ui import theme
from bursar_desk.ui.models.table import Column, TableModel
from bursar_desk.ui.widgets import EmptyState, hline
from bursar_desk.ui.widgets.filter_bar import FilterBar
from bursar_desk.ui.widgets.stacks import show_only
from bursar_desk.ui.widgets.tables import TableView

FIRST_TO_GO: Final = ("Age", "Last visit", "Insured until", "Trade", "Place", "Day", "On site", "Permit")
_LEAST: Final = 176


class FittingTable(TableView[Any]):
    """Leaves out the least needed columns where the list gets narrow, so that what it lists stays readable."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many columns as leave ``_LEAST`` pixels for the one that stretches."""
        super().resizeEvent(event)
        columns = self._rows_model.columns
        wide = {n: theme.px(one.width) for n, one in enumerate(columns) if not one.stretch}
        room = self.viewport().width() - sum(wide.values()) - theme.px(18)
        for title in FIRST_TO_GO:
            place = next((n for n, one in enumerate(columns) if one.title == title), None)
            if place is not None:
                hide = room < theme.px(_LEAST)
                room += wide[place] if hide else 0
                self.setColumnHidden(place, hide)


class ListView(QWidget):
    """A table under a filter; ``empty`` stands in its place while the register holds nothing of the kind."""

    def __init__(
        self, columns: Sequence[Column[Any]], identity: Callable[[Any], bytes], name: str, empty: EmptyState,
        parts: Sequence[tuple[str, str]] = (),
    ):  # fmt: skip
        super().__init__()
        self.model: TableModel[Any] = TableModel(columns, identity, self)
        self.table: TableView[Any] = FittingTable(self.model, name)
        self.filter = FilterBar(parts, f"Show {name.lower()}") if parts else None
        self._bar = QWidget()
        if self.filter is not None:
            line = QHBoxLayout(self._bar)
            line.setContentsMargins(24, 4, 24, 12)
            line.addWidget(self.filter, 1)
        self._empty = empty
        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        self._stack.addWidget(empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (*([self._bar] if self.filter is not None else []), hline(), self._stack):
            column.addWidget(part, 1 if part is self._stack else 0)

    def set_rows(self, rows: Sequence[Any], *, any_at_all: bool, nothing: str = "") -> None:
        """Show rows; ``nothing`` is the sentence of a filter that lists none."""
        self.table.set_empty(nothing)
        self.model.set_rows(rows)
        self._bar.setVisible(any_at_all and self.filter is not None)
        show_only(self._stack, self.table if any_at_all else self._empty)
