"""The Bin: what was deleted or taken out in the last 90 days, and the way back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.services import bin as bins
from bursar_desk.services.bin import BinLine
from bursar_desk.ui.models.table import Column, TableModel
from bursar_desk.ui.widgets import Button, TableView, ground, hline, plain_label

if TYPE_CHECKING:
    from bursar_desk.ui.pages.base import DeskContext

COLUMNS = [
    Column["BinLine"]("What", lambda one: one.kind, 130, ink="muted", sort=lambda one: one.kind),
    Column["BinLine"]("Name", lambda one: one.name, 240, lead=True, stretch=True, sort=lambda one: one.name.casefold()),
    Column["BinLine"]("Of", lambda one: one.about, 110, ink="muted"),
    Column["BinLine"]("Taken out by", lambda one: one.who or "Somebody", 140),
    Column["BinLine"]("On", lambda one: words.short_date(one.day), 110, ink="muted", sort=lambda one: one.day),
    Column["BinLine"](
        "Listed for", lambda one: words.count(one.days_left, "more day"), 120, sort=lambda one: one.days_left
    ),
]


class BinView(QWidget):
    """The list and one button. Nothing is ever lost: after 90 days it is only in the history."""

    def __init__(self, context: DeskContext):
        super().__init__()
        ground(self, "surface")
        self.context = context
        self.note = ""
        self.button = Button("Restore record", "filled", icon="undo-2", on_click=self.restore)
        self.button.setEnabled(False)
        self.model: TableModel[BinLine] = TableModel(COLUMNS, lambda one: (one.table, one.row), self)
        self.table: TableView[BinLine] = TableView(self.model, "Bin")
        self.table.set_empty("The Bin is empty.")
        self.table.row_chosen.connect(lambda line: self.button.setEnabled(line is not None))
        self.table.opened.connect(lambda _line: self.restore())
        foot = QWidget()
        line = QHBoxLayout(foot)
        line.setContentsMargins(24, 12, 24, 12)
        line.setSpacing(16)
        line.addWidget(self.button)
        told = f"Listed for {bins.DAYS} days. After that it stays in the history."
        line.addWidget(plain_label(told, "body", "muted"), 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.table, 1)
        column.addWidget(hline())
        column.addWidget(foot)

    def show_lines(self, lines: Sequence[BinLine]) -> None:
        """Show what is in the Bin."""
        self.model.set_rows(lines)
        self.note = words.count(len(lines), "record") if lines else ""
        if self.table.chosen() is None and lines:
            self.table.choose((lines[0].table, lines[0].row))
        self.button.setEnabled(self.table.chosen() is not None)

    def restore(self) -> None:
        """Bring the chosen one back."""
        line = self.table.chosen()
        if line is not None:
            said = f"{line.name} is back."
            self.context.run(
                self, lambda desk: bins.restore(desk, line), lambda done: self.context.acted(done, said, origin=self)
            )

    def panes(self) -> list[QWidget]:
        """The list and its button."""
        return [self.table, self.button]
