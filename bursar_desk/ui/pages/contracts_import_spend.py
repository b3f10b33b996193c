"""Suppliers we pay and have no contract for, as ledgers show them: a draft, not a contract, or part of one we have."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.services import spend
from bursar_desk.ui.models.table import Column, TableModel
from bursar_desk.ui.pages.narrow_table import NarrowTable
from bursar_desk.ui.widgets import Button, Picker, ground, hline, plain_label

if TYPE_CHECKING:
    from bursar_desk.domain.operations import Changes
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.spend import Spend, Spending
    from bursar_desk.ui.pages.base import DeskContext

COLUMNS: Final = [
    Column["Spend"]("Supplier", lambda one: one.called, 200, stretch=True, lead=True, tip=lambda one: one.called,
                    sort=lambda one: one.called.casefold()),
    Column["Spend"]("Perhaps", lambda one: one.service_words, 170, ink="muted", sort=lambda one: one.service_words),
    Column["Spend"]("Paid in a year", lambda one: one.yearly_words, 124, right=True, sort=lambda one: one.yearly),
    Column["Spend"]("Last paid", lambda one: words.short_date(one.last), 112, sort=lambda one: one.last),
    Column["Spend"]("Why it is here", lambda one: one.why, 230, ink="muted", tip=lambda one: one.why),
]  # fmt: skip


class SpendPane(QWidget):
    """The list and what may be said of the supplier chosen. ``changed`` follows every answer; ``reload`` reads again.

    ``suggested(count)`` says how many there are, for whoever shows a number beside.
    """

    changed = Signal()
    suggested = Signal(int)

    def __init__(self, context: DeskContext):
        super().__init__()
        ground(self, "surface")
        self.context = context
        self.people = False
        self.data: Spending | None = None
        self.model: TableModel[Spend] = TableModel(COLUMNS, lambda one: one.key, self)
        self.table: NarrowTable[Spend] = NarrowTable(
            self.model, "Suppliers without a contract", ("Why it is here", "Perhaps", "Last paid")
        )
        self.table.set_empty("No supplier without a contract.")
        self.table.row_chosen.connect(lambda _row: self._enable())
        self.words = plain_label("", "body", wrap=True)
        self.draft = Button("Make a draft contract", "filled", icon="plus", on_click=self.make_draft)
        self.not_one = Button("Not a contract", on_click=self.say_none)
        self.contract = Picker([("", "Belongs to a contract…")])
        self.contract.setAccessibleName("Belongs to a contract")
        self.contract.picked.connect(self._belongs)
        self.show_people = Button("Show names that may be people", "quiet", on_click=self._turn)
        self._lay_out()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head, foot = QWidget(), QWidget()
        top = QHBoxLayout(head)
        top.setContentsMargins(24, 8, 24, 12)
        top.addWidget(self.words, 1)
        top.addWidget(self.show_people)
        line = QHBoxLayout(foot)
        line.setContentsMargins(24, 12, 24, 12)
        line.setSpacing(8)
        for button in (self.draft, self.not_one, self.contract):
            line.addWidget(button)
        line.addStretch()
        for each in (head, hline(), self.table, hline(), foot):
            column.addWidget(each, 1 if each is self.table else 0)

    def reload(self) -> None:
        """Read again and show."""
        people = self.people

        def read(desk: Desk) -> tuple[Spending, Sequence[tuple[str, str]]]:
            return spend.spending(desk, people=people), spend.contract_choices(desk)

        self.context.run(self, read, lambda found: self.show_spending(*found))

    def show_spending(self, found: Spending, contracts: Sequence[tuple[str, str]]) -> None:
        """Show what ledgers suggest; ``contracts`` are (id in hex, title) to pick from."""
        self.data = found
        self.words.setText(found.sentence)
        self.model.set_rows(found.suggestions)
        self.contract.set_choices([("", "Belongs to a contract…"), *contracts])
        self.contract.set_key("")
        self.show_people.setVisible(bool(found.hidden) or self.people)
        hidden = f"Show {words.count(found.hidden, 'name')} that may be people"
        self.show_people.set_words("Hide names that may be people" if self.people else hidden)
        self._enable()
        self.suggested.emit(len(found.suggestions))

    def _enable(self) -> None:
        chosen = self.chosen() is not None
        for part in (self.draft, self.not_one, self.contract):
            part.setEnabled(chosen)

    def chosen(self) -> Spend | None:
        """The supplier chosen in the list."""
        place = self.table.currentIndex().row()
        return self.model.row(place) if 0 <= place < len(self.model.rows) else None

    def _turn(self) -> None:
        self.people = not self.people
        self.reload()

    def make_draft(self) -> None:
        """Make a draft contract of the supplier chosen."""
        one = self.chosen()
        if one is not None:
            self._do(lambda desk: spend.draft_contract(desk, one.key)[1], f"Draft contract with {one.called} made.")

    def say_none(self) -> None:
        """Say that the supplier chosen has no contract."""
        one = self.chosen()
        if one is not None:
            self._do(lambda desk: spend.not_a_contract(desk, one.key), f"{one.called} is not a contract.")

    def _belongs(self, key: object) -> None:
        one = self.chosen()
        if one is not None and key:
            row = bytes.fromhex(str(key))
            self._do(lambda desk: spend.belongs_to(desk, one.key, row), f"{one.called} belongs to that contract.")

    def _do(self, work: Callable[[Desk], Changes], said: str) -> None:
        def done(changes: Changes) -> None:
            self.context.acted(changes, said)
            self.changed.emit()
            self.reload()

        self.context.run(self, work, done)
