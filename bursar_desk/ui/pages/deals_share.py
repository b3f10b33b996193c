"""Beside a deal: how the cost is shared. Every way can be tried; looking agrees to nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QVBoxLayout, QWidget

from bursar_desk.ui.pages.cover_sections import column, line
from bursar_desk.ui.status_marks import OVERDUE
from bursar_desk.ui.widgets import Button, Choice, DetailPane, MarkView, hline, plain_label

if TYPE_CHECKING:
    from bursar_desk.services.deals_shapes import DealView, WayLine


class SharingPane(DetailPane):
    """``tried(WayLine)`` on a choice; ``print_wanted``, ``decide_wanted``, ``versions_wanted`` from its buttons."""

    tried = Signal(object)
    print_wanted = Signal()
    decide_wanted = Signal()
    versions_wanted = Signal()

    def __init__(self, view: DealView, *, may_decide: bool, may_print: bool = True):
        super().__init__("How the cost is shared", width=336, padding=20)
        self.view = view
        self.choices: dict[str, Choice] = {}
        self._group = QButtonGroup(self)
        if view.ways:
            self.body.addWidget(plain_label("Try each way. Nothing is agreed by looking.", "body", "muted", wrap=True))
            self.body.addWidget(self._ways(view))
        else:
            self.body.addWidget(plain_label("Once there is an offer, each way can be tried here.", "body", "muted",
                                            wrap=True))  # fmt: skip
        for bold, rest in view.dearer:
            self.body.addWidget(hline())
            self.body.addWidget(_dearer(bold, rest))
        if view.fixed_title:
            self.body.addWidget(hline())
            fixed = [plain_label(one, "body", "muted", wrap=True) for one in view.fixed_words]
            self.body.addWidget(column(plain_label(view.fixed_title, "strong", wrap=True), *fixed))
        if view.versions:
            self.body.addWidget(Button("Show all versions", size=32, on_click=self.versions_wanted.emit))
        self.body.addStretch()
        if may_print:
            self.add_to_foot(Button("Print for governors", on_click=self.print_wanted.emit))
        if may_decide:
            self.add_to_foot(Button("Record a decision", "filled", on_click=self.decide_wanted.emit), 1)

    def _ways(self, view: DealView) -> QWidget:
        box = QWidget()
        box.setAccessibleName("Ways to share")
        lines = QVBoxLayout(box)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(0)
        for way in view.ways:
            choice = Choice(way.words, size=32)
            choice.setAccessibleDescription(way.hint)
            choice.setChecked(way.chosen)
            choice.setEnabled(bool(way.shares))
            choice.toggled.connect(lambda on, way=way: self._choose(way) if on else None)
            self._group.addButton(choice)
            self.choices[way.code] = choice
            note = plain_label(way.hint, "body", "overdue" if way.dearer and way.chosen else "muted", wrap=True)
            note.setContentsMargins(34, 0, 0, 6)
            lines.addWidget(hline())
            lines.addSpacing(4)
            lines.addWidget(choice)
            lines.addWidget(note)
        return box

    def _choose(self, way: WayLine) -> None:
        self.tried.emit(way)

    def choose(self, code: str) -> None:
        """Mark a way as the one tried, without telling anybody."""
        choice = self.choices.get(code)
        if choice is not None and not choice.isChecked():
            before = choice.blockSignals(True)
            choice.setChecked(True)
            choice.blockSignals(before)

    def clear_choice(self) -> None:
        """Back to the way that is fixed, or to none."""
        fixed = next((one.code for one in self.view.ways if one.chosen), "")
        if fixed:
            self.choices[fixed].setChecked(True)
            return
        self._group.setExclusive(False)
        for choice in self.choices.values():
            choice.setChecked(False)
        self._group.setExclusive(True)


def _dearer(bold: str, rest: str) -> QWidget:
    said = column(plain_label(bold, "strong", wrap=True), plain_label(rest, "body", wrap=True), spacing=0)
    holder = line(MarkView(OVERDUE))
    layout = holder.layout()
    if layout is not None:
        layout.addWidget(said)
    return holder
