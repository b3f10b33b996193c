"""Choose what a contract looks after: checks and equipment ticked in a list that can be narrowed by typing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bursar_desk.domain import words
from bursar_desk.services import contracts
from bursar_desk.ui.pages.faults_form import FormPane
from bursar_desk.ui.widgets import SearchBox, TickBox, plain_label

if TYPE_CHECKING:
    from bursar_desk.services.contracts_shapes import ContractView
    from bursar_desk.services.desk import Desk
    from bursar_desk.ui.pages.base import DeskContext

_MOST: Final = 60
"""Rows shown at once: what is ticked always is, the rest is found by typing."""


@dataclass(frozen=True, slots=True)
class Thing:
    """A check ("school_check") or a piece of equipment ("asset") of this school."""

    table: str
    id: bytes
    said: str


def read_things(desk: Desk) -> tuple[Thing, ...]:
    """Read our checks that apply and our equipment; on the database worker."""
    from bursar_desk.services import assets, checks

    ours = [one for one in checks.listing(desk).lines if one.school == desk.home and one.colour != "grey"]
    made = [Thing("school_check", one.id, one.title) for one in sorted(ours, key=lambda one: one.title.casefold())]
    return (*made, *(Thing("asset", one.id, f"{one.row.name}, {one.where}") for one in assets.listing(desk)))


class ServesPane(FormPane):
    """Ticks for what the contract looks after. What has no other contract is named when it ends."""

    def __init__(self, context: DeskContext, view: ContractView, things: tuple[Thing, ...]):
        super().__init__(context, f"What it looks after: {view.line.title}", "Save what it looks after", width=424)
        self.view = view
        served = {(one.table, one.id) for one in view.serves}
        self._before = served
        self.search = SearchBox("Type part of its name")
        self.search.searched.connect(lambda _text: self._narrow())
        self.ticks: dict[tuple[str, bytes], TickBox] = {}
        self.form.add_widget(self.search)
        self._rest = plain_label("", "caption", "muted", wrap=True)
        for one in sorted(things, key=lambda one: (one.table, one.id) not in served):
            tick = TickBox(one.said, size=32)
            tick.setToolTip(one.said)
            tick.setProperty("letters", "")
            tick.setChecked((one.table, one.id) in served)
            self.ticks[one.table, one.id] = tick
            self.form.add_widget(tick)
        layout = self.form.layout()
        if layout is not None:
            layout.setSpacing(4)
        self.form.add_widget(self._rest)
        self.lay_out(plain_label("When it ends, we list what nobody else looks after.", "body", "muted", wrap=True))
        self._narrow()

    @property
    def chosen(self) -> set[tuple[str, bytes]]:
        """What is ticked."""
        return {key for key, tick in self.ticks.items() if tick.isChecked()}

    @property
    def touched(self) -> bool:
        """Whether ticks would be lost."""
        return self.chosen != self._before

    def _narrow(self) -> None:
        wanted, shown, rest = self.search.text().casefold().split(), 0, 0
        for tick in self.ticks.values():
            fits = all(word in tick.accessibleName().casefold() for word in wanted)
            see = fits and (tick.isChecked() or shown < _MOST)
            shown += see
            rest += fits and not see
            tick.setVisible(see)
        self._rest.setText(f"And {words.number(rest)} more: type part of the name." if rest > 0 else "")
        self._rest.setVisible(rest > 0)

    def save(self) -> None:
        """Write it."""
        chosen, contract = self.chosen, self.view.line.id
        checks = [row for table, row in self.ticks if table == "school_check" and (table, row) in chosen]
        assets = [row for table, row in self.ticks if table == "asset" and (table, row) in chosen]
        self.write(
            lambda desk: (None, contracts.set_served(desk, contract, checks=checks, assets=assets)),
            f"{self.view.line.title} looks after {words.count(len(chosen), 'thing')}.",
        )  # fmt: skip
