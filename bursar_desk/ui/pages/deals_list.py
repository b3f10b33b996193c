"""The part that lists group deals: what each is at, what it means for us, and which can be opened."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Signal

from bursar_desk.domain import words
from bursar_desk.services import deals
from bursar_desk.ui.pages.deals_parts import Part
from bursar_desk.ui.pages.deals_table import DealsTable
from bursar_desk.ui.widgets import EmptyState, TickBox

if TYPE_CHECKING:
    from bursar_desk.services.deals_shapes import DealLine
    from bursar_desk.services.desk import Desk


class DealsPart(Part):
    """``opened(id)`` for one deal; ``propose_wanted`` from the empty list."""

    key: ClassVar[str] = "deals"
    title: ClassVar[str] = "Deals"
    scrolls: ClassVar[bool] = False
    opened = Signal(object)
    propose_wanted = Signal()
    ended_wanted = Signal()

    def build(self) -> None:
        """The table, and what stands in its place while there are no deals."""
        self.every = False
        self.table = DealsTable(office=self.context.facts.office)
        self.table.opened.connect(lambda line: self.opened.emit(line.id))
        may = self.context.facts.manages
        self._nothing = EmptyState(
            "No group deals yet",
            "Buy a service together: propose it, let each school’s governors decide, and share the cost to the penny.",
            "Propose a deal" if may else "", self.propose_wanted.emit if may else None, icon="handshake",
        )  # fmt: skip
        self.ended = TickBox("Show ended deals")
        self.ended.toggled.connect(self._every)
        self.body.addWidget(self.table, 1)
        self.body.addWidget(self._nothing, 1)

    def _every(self, on: bool) -> None:
        self.every = on
        self.ended_wanted.emit()

    def read(self, desk: Desk) -> list[DealLine]:
        """Read the deals held here."""
        return deals.listing(desk, every=self.every)

    def fill(self, data: list[DealLine]) -> None:
        """Show them."""
        self.data = data
        self.table.list_model.set_rows(data)
        self.table.setVisible(bool(data) or self.every)
        self.table.set_empty("No deal here.")
        self._nothing.setVisible(not data and not self.every)

    @property
    def bare(self) -> bool:
        """Whether there is no deal yet."""
        return not self.data and not self.every

    def note(self) -> str:
        """How many, and how many wait for governors."""
        lines: list[DealLine] = self.data or []
        waiting = sum(str(one.stage) == "schools decide" for one in lines)
        said = words.count(len(lines), "deal")
        return f"{said}, {words.count(waiting, 'decision')} under way" if waiting else said if lines else ""

    def action(self) -> tuple[str, Callable[[], object]] | None:
        """Propose one."""
        return ("Propose a deal", self.propose_wanted.emit) if self.context.facts.manages else None
