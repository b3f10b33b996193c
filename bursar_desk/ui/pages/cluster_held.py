"""To look at: entries that wait for a person, each with its reason and its answers; and what was done twice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.services import held
from bursar_desk.services.conflicts import clock_words
from bursar_desk.services.held import HeldEntry
from bursar_desk.ui.models.table import Column, TableModel
from bursar_desk.ui.status_marks import INFO, SOON, Look
from bursar_desk.ui.widgets import (
    Button,
    Card,
    FieldRow,
    MessageStrip,
    Reflow,
    Row,
    Scroller,
    SplitPane,
    TableView,
    ground,
    hline,
    plain_label,
)

if TYPE_CHECKING:
    from bursar_desk.domain.errors import UserError
    from bursar_desk.services.done_twice import Twice
    from bursar_desk.ui.pages.base import DeskContext

WAITS: Final = {held.HELD: "Not counted yet", held.CONFIRM: "Counts, to confirm"}


def _look(one: HeldEntry) -> Look:
    return SOON if one.can_decide else INFO


COLUMNS: Final[tuple[Column[HeldEntry], ...]] = (
    Column("What", lambda one: one.what, width=160, lead=True, stretch=True, sort=lambda one: one.what),
    Column("How it stands", lambda one: WAITS.get(one.state, one.state), width=140, status=_look),
    Column("From", lambda one: one.writer_school or one.who, width=150, ink="muted",
           sort=lambda one: one.writer_school),
)  # fmt: skip


class HeldView(QWidget):
    """Entries at the left, the chosen one with its values and buttons at the right. ``left`` when the person is done;
    ``acted(Changes, sentence)`` after each decision.
    """

    left = Signal()
    acted = Signal(object, str)

    def __init__(self, context: DeskContext):
        super().__init__()
        ground(self, "surface")
        self._context = context
        self._entry: HeldEntry | None = None
        self.entries: TableModel[HeldEntry] = TableModel(COLUMNS, lambda one: one.op, self)
        self.list = TableView(self.entries, "Entries to look at", row_height=36)
        self.list.row_chosen.connect(self._show)
        self.take_button = Button("Take it over", "filled", on_click=self.take_over)
        self.confirm_button = Button("Confirm", "filled", on_click=self.confirm)
        self.leave_button = Button("Leave it out", on_click=self.leave_out)
        self.reason = QLineEdit()
        self._reason_row = FieldRow("Why it is left out", self.reason, "It travels back, so that they know.")
        self.reason.returnPressed.connect(self.leave_out)
        self._shown: list[QWidget] = []
        self._lay_out()

    def _lay_out(self) -> None:
        self._scroller = Scroller((24, 16, 24, 16), 12)
        self._answers = QWidget()
        answers = QVBoxLayout(self._answers)
        answers.setContentsMargins(0, 0, 0, 0)
        answers.setSpacing(12)
        answers.addWidget(self._reason_row)
        answers.addWidget(Reflow(self.take_button, self.confirm_button, self.leave_button, 1, spacing=12))
        self._scroller.body.addWidget(self._answers)
        self._twice = QVBoxLayout()
        self._twice.setSpacing(8)
        self._scroller.body.addLayout(self._twice)
        self._scroller.body.addStretch()
        split = SplitPane(self.list)
        split.addWidget(ground(self._scroller, "bg"))
        split.setStretchFactor(0, 2)
        split.setStretchFactor(1, 3)
        split.setSizes([500, 666])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._head = plain_label("", "strong")
        bar = Row(self._head, 1, Button("Back to the schools", size=32, on_click=self.left.emit), high=56)
        bar.line.setContentsMargins(24, 4, 24, 4)
        column.addWidget(bar)
        column.addWidget(hline())
        column.addWidget(split, 1)

    # --- what is shown ---

    def set_entries(self, entries: Sequence[HeldEntry], twice: Sequence[Twice]) -> None:
        """Show what waits, keeping to the entry in hand or going on to the next one."""
        here = self.entries.place_of(self._entry.op) if self._entry is not None else 0
        self.entries.set_rows(entries)
        self.list.set_empty("Nothing waits for you.")
        waits = f"{words.count(len(entries), 'entry', 'entries')} to look at"
        self._head.setText(waits if entries else "All is looked at")
        self._show_twice(twice)
        if not entries:
            self._show(None)
        elif self.list.chosen() is None:
            self.list.choose(self.entries.identity(min(max(here, 0), len(entries) - 1)))
        else:
            self._show(self.list.chosen())

    def _show(self, one: HeldEntry | None) -> None:
        if one is None or self._entry is None or one.op != self._entry.op:
            self.reason.clear()
        self._reason_row.set_message("")
        self._entry = one
        for widget in self._shown:
            self._scroller.body.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self._shown.clear()
        decides = one is not None and one.can_decide
        self._answers.setVisible(decides)
        if one is None:
            return
        self.take_button.setVisible(one.state == held.HELD and one.adoptable)
        self.confirm_button.setVisible(one.state == held.CONFIRM)
        who = f"{one.who or 'Somebody'}, {one.writer_school}" if one.writer_school else one.who or "Somebody"
        self._add(plain_label(f"About {one.school_name}", "body", "muted", wrap=True))
        self._add(plain_label(one.what, "subtitle", wrap=True, select=True))
        counts = "It has no effect yet." if one.state == held.HELD else "It counts already."
        self._add(MessageStrip("soon" if decides else "info", _why(one), counts))
        self._add(_facts((("Written by", who), ("On", clock_words(one.at_ms)), *one.fields)))
        if not decides:
            self._add(plain_label(f"{one.school_name} decides about it. Tell them.", "body", "muted", wrap=True))
        elif one.state == held.HELD and not one.adoptable:
            said = "It cannot be taken over as it is. Enter it yourself, or leave it out."
            self._add(plain_label(said, "body", "muted", wrap=True))

    def _show_twice(self, twice: Sequence[Twice]) -> None:
        while self._twice.count():
            item = self._twice.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        if twice:
            self._twice.addWidget(plain_label("Done twice", "strong"))
            said = "Two people recorded the same check for one day. Both count, and nothing has to be decided."
            self._twice.addWidget(plain_label(said, "body", "muted", wrap=True))
        for one in twice:
            self._twice.addWidget(plain_label(one.sentence, "body", wrap=True, select=True))

    def _add(self, widget: QWidget) -> None:
        self._scroller.body.insertWidget(len(self._shown), widget)
        self._shown.append(widget)

    # --- deciding ---

    def take_over(self) -> None:
        """Write the entry again as our own."""
        one = self._entry
        if one is not None:
            self._context.run(
                self, lambda desk: held.adopt(desk, one.op), lambda done: self.acted.emit(done, "Taken over."),
                self._not_done,
            )  # fmt: skip

    def confirm(self) -> None:
        """Confirm an entry that counts already."""
        one = self._entry
        if one is not None:
            self._context.run(
                self, lambda desk: held.confirm(desk, one.op), lambda done: self.acted.emit(done, "Confirmed."),
                self._not_done,
            )  # fmt: skip

    def leave_out(self) -> None:
        """Leave the entry out for good; without a reason the field says that it is needed."""
        one, why = self._entry, self.reason.text().strip()
        if one is None:
            return
        if not why:
            self._reason_row.set_message("Say why it is left out. A few words are enough.")
            self.reason.setFocus()
            return
        self._context.run(
            self, lambda desk: held.decline(desk, one.op, why), lambda done: self.acted.emit(done, "Left out."),
            self._not_done,
        )  # fmt: skip

    def _not_done(self, problem: UserError) -> None:
        self._context.problem.emit(problem)


def _why(one: HeldEntry) -> str:
    return words.sentence(one.reason[:1].upper() + one.reason[1:])


def _facts(pairs: Sequence[tuple[str, str]]) -> Card:
    card = Card()
    for label, value in pairs:
        name = plain_label(label[:1].upper() + label[1:], "body", "muted")
        name.setMinimumWidth(140)
        said = plain_label(value, "body", wrap=True, select=True)
        said.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        row = Row(name, said, high=36)
        row.line.setStretch(1, 1)
        card.add_row(row)
    return card
