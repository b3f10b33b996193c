"""One deal: its head with the next steps, its trail, the price, and the table of what each school pays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.ui import theme
from bursar_desk.ui.pages.cover_sections import marked
from bursar_desk.ui.pages.deals_steps import WORDS, Steps
from bursar_desk.ui.pages.deals_table import SharesTable, share_rows
from bursar_desk.ui.status_marks import LOOKS, OK, SOON
from bursar_desk.ui.widgets import (
    Button,
    IconButton,
    MessageStrip,
    Reflow,
    Scroller,
    ground,
    hline,
    literal,
    plain_label,
)
from bursar_desk.ui.widgets.step_trail import StepTrail, TrailStep

if TYPE_CHECKING:
    from bursar_desk.services.deals_shapes import DealView, WayLine

_STATES = {"done": "done", "now": "now", "to come": "later"}


class DealHead(QFrame):
    """The title with the way back, and what can be done next: two buttons, the rest in a menu."""

    back = Signal()
    step_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kit", "header")
        ground(self, "surface")
        self.back_button = IconButton("chevron-left", "Back to all deals", on_click=self.back.emit)
        self._title = plain_label("", "title", wrap=True)
        self._steps = QWidget()
        self._line = QHBoxLayout(self._steps)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(12)
        left = QWidget()
        across = QHBoxLayout(left)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(12)
        across.addWidget(self.back_button, 0, Qt.AlignmentFlag.AlignVCenter)
        across.addWidget(self._title, 1, Qt.AlignmentFlag.AlignVCenter)
        left.setMinimumWidth(theme.px(320))
        line = Reflow(left, self._steps, spacing=12)
        line.line.setStretch(0, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 24, 12)
        column.addWidget(line)
        self.setMinimumHeight(theme.px(72))
        self.menu = QMenu(self)
        self.hide()

    @property
    def title(self) -> str:
        """The title shown."""
        return self._title.text()

    def show_deal(self, title: str, steps: Sequence[str]) -> None:
        """Show a deal's title and its steps."""
        self._title.setText(title)
        while self._line.count():
            item = self._line.takeAt(0)
            gone = item.widget() if item is not None else None
            if gone is not None:
                gone.hide()
                gone.deleteLater()
        self.menu.clear()
        shown = 2 if len(steps) <= 3 else 1
        shown = len(steps) if len(steps) <= 2 else shown
        for code in steps[:shown]:
            self._line.addWidget(Button(WORDS[code], on_click=self._wanting(code)))
        for code in steps[shown:]:
            self.menu.addAction(literal(WORDS[code])).triggered.connect(self._wanting(code))
        if steps[shown:]:
            more = Button("More steps")
            more.setMenu(self.menu)
            self._line.addWidget(more)
        self._steps.setVisible(bool(steps))

    def _wanting(self, code: str) -> Callable[[], None]:
        return lambda *_ignored: self.step_wanted.emit(code)


class OneDeal(QWidget):
    """``drilled(row, column)`` on a figure, ``offer_wanted`` on the price, ``back_to_agreed`` from a way only tried."""

    drilled = Signal(object, str)
    offer_wanted = Signal()
    pane_wanted = Signal()
    fix_wanted = Signal()
    untried = Signal()

    def __init__(self, view: DealView, steps: Steps):
        super().__init__()
        self.view = view
        ground(self, "surface")
        self.trail = StepTrail("Steps of the deal")
        states = [_STATES.get(one.state, "later") for one in view.stages]
        self.trail.set_steps([TrailStep(one.words, said) for one, said in zip(view.stages, states, strict=True)])
        holder = QWidget()
        around = QVBoxLayout(holder)
        around.setContentsMargins(24, 14, 24, 14)
        around.addWidget(self.trail)
        scroller = Scroller((0, 0, 0, 16), 0)
        body = scroller.body
        for part in (holder, hline(), self._headline()):
            body.addWidget(part)
        self.tried = MessageStrip("info", "")
        self.tried_room = _inset(self.tried, 0, 12)
        self.tried_room.hide()
        self.fix_button = Button("Fix it this way", size=32, on_click=self.fix_wanted.emit)
        if view.ours:
            self.tried.add_button(self.fix_button)
        self.tried.add_button(Button("Show what is fixed" if view.version else "Stop trying", size=32,
                                     on_click=self.untried.emit))  # fmt: skip
        body.addWidget(self.tried_room)
        self.table = SharesTable(view.basis_title or "Basis")
        self.table.drilled.connect(self.drilled)
        body.addWidget(self.table)
        self._adds_up = _inset(marked(OK, view.adds_up), 12, 4)
        self._adds_up.setVisible(False)
        body.addWidget(self._adds_up)
        for one in view.warnings:
            found = marked(LOOKS.get(one.look, SOON), words.sentence(one.words), words.sentence(one.detail))
            body.addWidget(_inset(found, 8, 0))
        if steps.others:
            body.addWidget(_inset(plain_label(steps.others, "caption", "muted", wrap=True), 12, 0))
        body.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(scroller)
        self.show_way(None)

    def _headline(self) -> QWidget:
        head = plain_label(self.view.headline, "subtitle", wrap=True, select=True)
        under = plain_label(self.view.under, "body", "muted", wrap=True, select=True)
        said = QWidget()
        lines = QVBoxLayout(said)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(4)
        lines.addWidget(head)
        lines.addWidget(under)
        self.offer_button = Button("Show the offer", size=32, on_click=self.offer_wanted.emit)
        if self.view.offer is None:
            self.offer_button.hide()
        self.pane_button = Button("How it is shared", size=32, on_click=self.pane_wanted.emit)
        said.setMinimumWidth(theme.px(280))
        row = Reflow(said, self.offer_button, self.pane_button, spacing=8)
        row.line.setStretch(0, 1)
        return _inset(row, 16, 12)

    def show_way(self, way: WayLine | None) -> None:
        """Show the shares as they are fixed, or as a way would make them."""
        trying = way is not None and not way.chosen
        self.table.show_rows(share_rows(self.view, way))
        self.tried_room.setVisible(trying)
        if way is not None and trying:
            self.tried.set_text(f"{way.words}: only tried", "Nothing is agreed by looking.")
        self._adds_up.setVisible(bool(self.view.adds_up) and not trying)


def _inset(part: QWidget, above: int, below: int) -> QWidget:
    holder = QWidget()
    around = QVBoxLayout(holder)
    around.setContentsMargins(24, above, 24, below)
    around.addWidget(part)
    return holder
