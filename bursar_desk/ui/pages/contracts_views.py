"""The lists of the page of contracts: contracts with their total and what ran on, suppliers, and meetings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.services.contracts_shapes import ContractLine
from bursar_desk.ui import theme
from bursar_desk.ui.models.table import TableModel
from bursar_desk.ui.pages import contracts_table as table_of
from bursar_desk.ui.pages.contracts_table import ContractsTable, TotalRow
from bursar_desk.ui.status_marks import OVERDUE, MarkView
from bursar_desk.ui.widgets import Button, EmptyState, Picker, ground, plain_label
from bursar_desk.ui.widgets.filter_bar import FilterBar
from bursar_desk.ui.widgets.stacks import show_only

if TYPE_CHECKING:
    import datetime as dt

    from PySide6.QtGui import QResizeEvent

    from bursar_desk.ui.pages.base import DeskContext

CONTRACTS, SUPPLIERS, MEETINGS = "contracts", "suppliers", "meetings"
TITLES: Final = {CONTRACTS: "Contracts", SUPPLIERS: "Suppliers", MEETINGS: "Governors’ meetings"}
_MOST_RAN_ON: Final = 3
_LOW: Final = 420


class RanOn(QWidget):
    """A note under the list: what ran on because nobody told them, and until when."""

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(24, 16, 24, 16)
        self._column.setSpacing(12)
        self._parts: list[QWidget] = []

    def set_notes(self, notes: Sequence[str]) -> None:
        """Say these; the first sentence of each in semibold."""
        for part in self._parts:
            self._column.removeWidget(part)
            part.hide()
            part.deleteLater()
        shown = list(notes[:_MOST_RAN_ON])
        self._parts = [_note(*one.partition(". ")[::2]) for one in shown]
        if len(notes) > len(shown):
            rest = words.count(len(notes) - len(shown), "other contract")
            self._parts.append(plain_label(f"And {rest} ran on too.", "body", "muted"))
        for part in self._parts:
            self._column.addWidget(part)
        self.setVisible(self.said)

    @property
    def said(self) -> bool:
        """Whether there is anything to say."""
        return bool(self._parts)


def _note(first: str, rest: str) -> QWidget:
    box = QWidget()
    line = QHBoxLayout(box)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(10)
    line.addWidget(MarkView(OVERDUE, 16), 0, Qt.AlignmentFlag.AlignTop)
    said = QVBoxLayout()
    said.setSpacing(0)
    said.addWidget(plain_label(words.sentence(first), "strong", wrap=True, select=True))
    said.addWidget(plain_label(rest, "body", "muted", wrap=True, select=True))
    line.addLayout(said, 1)
    return box


class ContractsView(QWidget):
    """The parts to choose from, the list, its total, and what ran on."""

    def __init__(self, context: DeskContext, empty: EmptyState, on_change: Callable[[], object]):
        super().__init__()
        self.context = context
        office = context.facts.office
        self._lines: tuple[ContractLine, ...] = ()
        self.model: TableModel[ContractLine] = TableModel(table_of.columns(schools=office), lambda one: one.id, self)
        self.table = ContractsTable(self.model, schools=office)
        self.filter = FilterBar(table_of.PARTS, "Show contracts")
        self.filter.chosen.connect(lambda _key: on_change())
        self.schools = Picker([(None, "All schools")], low=True)
        self.schools.setAccessibleName("School")
        self.schools.picked.connect(lambda _key: on_change())
        if not office:
            self.schools.hide()
        self.total = TotalRow(self.table)
        self.ran_on = RanOn()
        self.tools = QHBoxLayout()
        self.tools.setSpacing(0)
        bar = QWidget()
        line = QHBoxLayout(bar)
        line.setContentsMargins(24, 12, 8, 12)
        line.setSpacing(8)
        line.addWidget(self.filter, 1)
        line.addWidget(self.schools)
        line.addLayout(self.tools)
        self._list = QWidget()
        inside = QVBoxLayout(self._list)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(0)
        inside.addWidget(self.table, 1000)
        inside.addWidget(self.total)
        inside.addWidget(self.ran_on)
        inside.addStretch(1)
        self._empty = empty
        self._stack = QStackedWidget()
        self._stack.addWidget(self._list)
        self._stack.addWidget(empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(bar)
        column.addWidget(self._stack, 1)

    def add_tool(self, button: Button) -> None:
        """Put a quiet button at the right of the bar."""
        self.tools.addWidget(button)

    def set_schools(self, schools: Sequence[tuple[bytes, str]]) -> None:
        """Offer these schools; an office may narrow the list to one."""
        self.schools.set_choices([(None, "All schools"), *schools])

    def set_lines(self, lines: Sequence[ContractLine], text: str, today: dt.date) -> None:
        """Show the contracts of the part chosen that hold what was typed."""
        self._lines = tuple(lines)
        counts = table_of.counts_of(self._lines, today)
        self.filter.set_parts((*table_of.PARTS, *([table_of.ENDED] if counts[table_of.OVER] else [])))
        self.filter.set_counts(counts)
        part, school = self.filter.key(), self.schools.key()
        found = table_of.shown(self._lines, part, text, today, school if isinstance(school, bytes) else None)
        self.table.set_empty(table_of.nothing(part, text))
        self.model.set_rows(found)
        self.total.set_total(found)
        many = self.context.facts.office
        notes = [f"{one.school_name}: {one.ran_on}" if many else one.ran_on for one in found if one.ran_on]
        self.ran_on.set_notes(notes if part == table_of.ALL and not text.strip() else ())
        self._fit()
        show_only(self._stack, self._list if self._lines else self._empty)


    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low window the rows need the room; what ran on is the first of them, and its details say it too."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self.ran_on.setVisible(self.ran_on.said and self.height() >= theme.px(_LOW))


def holder(*parts: QWidget) -> QWidget:
    """A list under a hairline, with a bar above it."""
    left = ground(QWidget(), "surface")
    column = QVBoxLayout(left)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    for part in parts:
        column.addWidget(part, 1 if part is parts[-1] else 0)
    return left


def plain_bar(*buttons: Button) -> QWidget:
    """The bar of a list without parts."""
    bar = QWidget()
    line = QHBoxLayout(bar)
    line.setContentsMargins(16, 12, 24, 12)
    line.setSpacing(8)
    for button in buttons:
        line.addWidget(button)
    line.addStretch(1)
    return bar


