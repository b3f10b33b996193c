"""What stands in the window for the half second until the register is open: its checks as last recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.ui.models.table import Column, TableModel
from bursar_desk.ui.widgets.headers import PageHeader
from bursar_desk.ui.widgets.labels import ground
from bursar_desk.ui.widgets.tables import TableView

if TYPE_CHECKING:
    from db.first_look import FirstLine, FirstLook


class FirstPage(QWidget):
    """The title, and the first checks with the day each was last done; nothing here can be pressed.

    ``painted`` fires once, when the page is on the screen.
    """

    painted = Signal()

    def __init__(self, look: FirstLook | None, *, big: bool = False):
        super().__init__()
        ground(self, "surface")
        self.setAccessibleName("Opening")
        lines = look.lines if look is not None else ()
        self.header = PageHeader("Opening…", "Working out what is due today", on_surface=True)
        office = look is not None and look.kind == "office"
        self.model: TableModel[tuple[int, FirstLine]] = TableModel(
            [
                Column("School" if office else "Check", lambda row: row[1].title, 320, stretch=True),
                Column(
                    "Last file" if office else "Last done",
                    lambda row: words.short_date(row[1].last_done, "No record"),
                    160,
                    ink="muted",
                ),
            ],
            lambda row: row[0],
            self,
        )
        self.model.set_rows(list(enumerate(lines)))
        self.table: TableView[tuple[int, FirstLine]] = TableView(
            self.model, "Schools" if office else "Checks, as last recorded", row_height=56 if big else 36
        )
        self.table.setFrameShape(QFrame.Shape.NoFrame)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self.table, 1)
        self._waiting = True

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tell that the first picture is there, once it is."""
        super().paintEvent(event)
        if self._waiting:
            self._waiting = False
            QTimer.singleShot(0, self.painted.emit)
