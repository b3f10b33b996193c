"""The choices of the newer papers: which check, which period, in which order, on which paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from bursar_desk.ui.pages.reports_preview import PERIODS
from bursar_desk.ui.widgets import FieldRow, Picker, SearchBox, Segments, plain_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bursar_desk.ui.pages.reports_preview import Asked, Paper


class ReportChoices(QWidget):
    """Shows those choices a paper has. ``changed(dict)`` names what was chosen by the fields of ``Asked``."""

    changed = Signal(object)

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        self._subjects: tuple[tuple[str, str], ...] = ()
        self._title = ""
        self.search = SearchBox("Type part of its name", width=200)
        self.search.searched.connect(self._narrow)
        self.check = Picker()
        self.check.picked.connect(lambda key: self.changed.emit({"check": key}))
        self.period = Picker()
        self.period.picked.connect(lambda key: self.changed.emit({"period": key}))
        self.order = Segments([("place", "By place"), ("theme", "By theme")], "In which order")
        self.order.chosen.connect(lambda key: self.changed.emit({"order": key}))
        self.year = Segments([("school", "School year"), ("calendar", "Calendar year")], "Which year")
        self.year.chosen.connect(lambda key: self.changed.emit({"year": key}))
        self.paper_size = Segments([("a3", "A3"), ("a4", "A4")], "Size of the paper")
        self.paper_size.chosen.connect(lambda key: self.changed.emit({"size": key}))
        self._find_row = FieldRow("Find a check", self.search)
        self._check_row = FieldRow("Check", self.check)
        self._period_row = FieldRow("Period", self.period)
        self._order_row = _titled("In which order", self.order)
        self._year_row = _titled("Which year", self.year)
        self._size_row = _titled("Size of the paper", self.paper_size)
        rows = (self._find_row, self._check_row, self._period_row, self._order_row, self._year_row, self._size_row)
        for row in rows:
            column.addWidget(row)

    def show_for(self, paper: Paper, asked: Asked) -> None:
        """Show the choices a paper has, set as they were asked for."""
        for field in (self._find_row, self._check_row):
            field.setVisible(paper.check)
        self._period_row.setVisible(bool(paper.periods))
        self.period.set_choices([(key, PERIODS[key]) for key in paper.periods])
        self.period.set_key(asked.period or (paper.periods[0] if paper.periods else ""))
        self._order_row.setVisible(paper.order)
        for row in (self._year_row, self._size_row):
            row.setVisible(paper.wall)
        self.setVisible(paper.check or bool(paper.periods) or paper.order or paper.wall)

    def set_subjects(self, subjects: Sequence[tuple[str, str]], chosen: str) -> None:
        """Offer the checks a paper can be made of; what was typed to find one keeps narrowing them."""
        self._subjects = tuple(subjects)
        self.check.set_choices(self._matching(self.search.text()) or self._subjects)
        self.check.set_key(chosen)

    def _matching(self, text: str) -> tuple[tuple[str, str], ...]:
        wanted = text.casefold().split()
        return tuple(one for one in self._subjects if all(word in one[1].casefold() for word in wanted))

    def _narrow(self, text: str) -> None:
        """Offer what matches, and show the first of it at once."""
        found = self._matching(text)
        if not found:
            return
        self.check.set_choices(found)
        if text.strip():
            self.check.set_key(found[0][0])
            self.changed.emit({"check": found[0][0]})


def _titled(title: str, widget: QWidget) -> QWidget:
    box = QWidget()
    lines = QVBoxLayout(box)
    lines.setContentsMargins(0, 0, 0, 0)
    lines.setSpacing(4)
    lines.addWidget(plain_label(title, "strong"))
    lines.addWidget(widget)
    return box
