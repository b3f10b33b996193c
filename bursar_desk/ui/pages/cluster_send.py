"""Send our file: who it is for, and one file that only they can open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from bursar_desk.ui.widgets import Button, Choice, DetailPane, MessageStrip, ProgressBar, TickBox, plain_label

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from bursar_desk.ui.pages.cluster_data import Receiver


class SendPane(DetailPane):
    """One file goes to readers of one kind: a cluster office may read more than a neighbour does, and a file for both
    would hold only what both may read. ``wanted(ids)`` when the person goes on.
    """

    wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__("Send our file", width=424)
        self._receivers: tuple[Receiver, ...] = ()
        self._ticks: dict[bytes, TickBox] = {}
        self._shown: list[QWidget] = []
        said = "The file holds what they may read and do not have yet. Only they can open it."
        self.body.addWidget(plain_label(said, "body", "muted", wrap=True))
        self.body.addWidget(plain_label("Who is it for?", "strong"))
        self.to_hub = Choice("The cluster office")
        self.to_schools = Choice("Schools")
        for choice in (self.to_hub, self.to_schools):
            choice.toggled.connect(lambda _on: self._follow())
            self.body.addWidget(choice)
        self._told: MessageStrip | None = None
        self._bar = ProgressBar()
        self._bar.hide()
        self.body.addWidget(self._bar)
        self.body.addStretch()
        self.save = Button("Save the file", "filled", icon="save", on_click=self._press)
        self.add_to_foot(self.save, 1)
        self.add_to_foot(Button("Cancel", on_click=self.closed.emit))

    def set_receivers(self, receivers: Sequence[Receiver], ticked: Sequence[bytes]) -> None:
        """Who may receive something, ticked as last time."""
        if tuple(receivers) == self._receivers:
            return
        self._receivers = tuple(receivers)
        for widget in self._shown:
            self.body.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self._shown, self._ticks = [], {}
        hubs = [one for one in receivers if one.hub]
        for one in receivers:
            if not one.hub:
                tick = TickBox(one.name, size=32)
                tick.setChecked(one.school in ticked)
                tick.toggled.connect(lambda _on: self._follow())
                self.body.insertWidget(self.body.count() - 1, tick)
                self._ticks[one.school] = tick
                self._shown.append(tick)
        self.to_hub.setVisible(bool(hubs))
        self.to_schools.setVisible(bool(hubs) and bool(self._ticks))
        schools_last = any(tick.isChecked() for tick in self._ticks.values())
        (self.to_schools if not hubs or schools_last else self.to_hub).setChecked(True)
        self._follow()

    def chosen(self) -> list[bytes]:
        """The ids of whoever the file would be for."""
        if self.to_hub.isChecked():
            return [one.school for one in self._receivers if one.hub]
        return [school for school, tick in self._ticks.items() if tick.isChecked()]

    def show_progress(self, _text: str, done: int, total: int) -> None:
        """How far the file is."""
        self._bar.setVisible(done < total)
        self._bar.set_value(done, total)

    def tell(self, strip: MessageStrip) -> None:
        """Say that it is saved."""
        if self._told is not None:
            self.body.removeWidget(self._told)
            self._told.hide()
            self._told.deleteLater()
        self._told = strip
        self.body.insertWidget(0, strip)

    def _follow(self) -> None:
        """Ticks are there only for a file to schools; saving waits until somebody is chosen."""
        for tick in self._ticks.values():
            tick.setVisible(self.to_schools.isChecked())
        self.save.setEnabled(bool(self.chosen()))

    def _press(self) -> None:
        chosen = self.chosen()
        if chosen:
            self.wanted.emit(chosen)
