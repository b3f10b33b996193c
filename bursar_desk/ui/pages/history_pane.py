"""One line of the history beside the list: who, when, how it came, and each value before and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QVBoxLayout, QWidget

from bursar_desk.domain import registry
from bursar_desk.services import history
from bursar_desk.services.stories import WHOLE_ROW
from bursar_desk.ui.pages.record_parts import column
from bursar_desk.ui.status_marks import SOON, StatusChip
from bursar_desk.ui.widgets import Button, DetailPane, FieldRow, MessageStrip, Well, hline, plain_label

if TYPE_CHECKING:
    from bursar_desk.services.stories import Change, Line


@dataclass(frozen=True, slots=True)
class Deed:
    """What a button does: "put back" a value, "restore" a row, or "take out" one; what is said afterwards."""

    kind: str
    change: Change
    sentence: str
    op: bytes = b""
    reason: str = ""


def needs_reason(deed: Deed) -> bool:
    """Whether a few words of why are asked for first."""
    if deed.kind == "put back":
        table = registry.BY_NAME[deed.change.table]
        found = table.column_numbered(deed.change.column)
        return found is not None and (table.name, found.name) in history.NEEDS_REASON
    return deed.kind == "take out"


class StoryPane(DetailPane):
    """Shows one ``Line`` after another. ``wanted(Deed)`` when a button is pressed, with its reason where one is due."""

    wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__(width=392, padding=20)
        self.close_button.setToolTip("Close details (Esc)")
        self.line: Line | None = None

    def show_line(self, line: Line, *, own: bool) -> None:
        """Show a line; ``own`` when it may be put right here."""
        self.line = line
        self.set_title(line.sentence)
        while (item := self.body.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.body.addWidget(_origin(line))
        if line.late:
            self.body.addWidget(StatusChip(SOON, "Recorded late"), 0, Qt.AlignmentFlag.AlignLeft)
        self._reason: QWidget | None = None
        for _, changes in groupby(line.changes, key=lambda one: (one.table, one.row)):
            self.body.addWidget(hline())
            self.body.addWidget(self._row(tuple(changes), own=own))
        if line.more:
            self.body.addWidget(plain_label(f"and {line.more:,} more", "body", "muted"))
        if not line.changes:
            self.body.addWidget(Well("This line changed nothing by itself."))
        if not own:
            said = f"{line.school_name} puts its own records right."
            self.body.addWidget(plain_label(said, "body", "muted", wrap=True))
        self.body.addStretch()

    def _row(self, changes: Sequence[Change], *, own: bool) -> QWidget:
        """One record: its name, its values, and what can be done about it."""
        first = changes[0]
        box = QWidget()
        stack = column(box, 8)
        stack.addWidget(plain_label(first.row_name, "strong", wrap=True, select=True))
        if first.note:
            stack.addWidget(MessageStrip("soon", first.note))
        made = not any(one.before for one in changes)
        stack.addWidget(self._values(changes) if made else self._before_and_after(changes, own=own))
        if own and made and not first.gone:
            stack.addWidget(self._older_values(changes))
        if own:
            self._whole(stack, first)
        return box

    def _values(self, changes: Sequence[Change]) -> QWidget:
        """The values of something new: what each is called, and what it says."""
        box = QWidget()
        grid = QGridLayout(box)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        top = Qt.AlignmentFlag.AlignTop
        for place, one in enumerate(changes):
            grid.addWidget(plain_label(one.field, "body", "muted", wrap=True), place, 0, top)
            grid.addWidget(plain_label(one.after, "body", wrap=True, select=True), place, 1, top)
        grid.setColumnMinimumWidth(0, 116)
        return box

    def _older_values(self, changes: Sequence[Change]) -> QWidget:
        """For something new: a way back to those first values that are not shown any more."""
        box = QWidget()
        stack = column(box, 8)
        for one in changes:
            if one.after_op in one.put_back and one.after_op is not None:
                stack.addWidget(plain_label(f"{one.field} is not “{one.after}” any more.", "body", "muted", wrap=True))
                stack.addWidget(self._back(one, one.after, one.after_op), 0, Qt.AlignmentFlag.AlignLeft)
        return box

    def _before_and_after(self, changes: Sequence[Change], *, own: bool) -> QWidget:
        """Each value that changed: what was there, what came, and a way back to whichever is not shown now."""
        box = QWidget()
        stack = column(box, 12)
        for one in changes:
            part = QWidget()
            lines = column(part, 2)
            lines.addWidget(plain_label(one.field, "body", "muted"))
            sides = (("Before", one.before or "Nothing", one.before_op), ("After", one.after, one.after_op))
            for label, said, op in sides:
                lines.addWidget(plain_label(f"{label}: {said}", "body", wrap=True, select=True))
                if own and op is not None and op in one.put_back and one.column != WHOLE_ROW and not one.gone:
                    lines.addWidget(self._back(one, said, op), 0, Qt.AlignmentFlag.AlignLeft)
            stack.addWidget(part)
        return box

    def _back(self, one: Change, said: str, op: bytes) -> Button:
        deed = Deed("put back", one, f"{one.row_name}, {one.field}: “{said}” is back.", op)
        button = Button("Put this back", icon="undo-2", size=32)
        button.setAccessibleName(f"Put this back: {one.field}, {said}")
        button.clicked.connect(lambda: self._ask(deed, button))
        return button

    def _whole(self, stack: QVBoxLayout, one: Change) -> None:
        """What can be done with the record as a whole."""
        if one.gone:
            deed = Deed("restore", one, f"{one.row_name} is back.")
            stack.addWidget(plain_label("It is taken out now.", "body", "muted"))
            button = Button("Put this back", icon="undo-2", size=32)
            button.setAccessibleName(f"Put this back: {one.row_name}")
        elif history.can_take_out(one.table):
            deed = Deed("take out", one, f"{one.row_name} is taken out. It waits in the Bin.")
            button = Button("Take this out…", "text", icon="trash-2", size=32)
            button.setAccessibleName(f"Take this out: {one.row_name}")
        else:
            return
        button.clicked.connect(lambda: self._ask(deed, button))
        stack.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)

    def _ask(self, deed: Deed, button: Button) -> None:
        """Do it, or ask why first, right below the button."""
        if not needs_reason(deed):
            self.wanted.emit(deed)
            return
        if self._reason is not None:
            self._reason.hide()
            self._reason.deleteLater()
        why = QLineEdit()
        why.setPlaceholderText("A few words")
        row = FieldRow("Why?", why)
        do = Button("Take out record" if deed.kind == "take out" else "Put value back", "filled", size=32)

        def done() -> None:
            if why.text().strip():
                self.wanted.emit(replace(deed, reason=why.text().strip()))
            else:
                row.set_message("Say why in a few words.")
                why.setFocus()

        do.clicked.connect(done)
        why.returnPressed.connect(done)
        self._reason = QWidget()
        stack = column(self._reason, 8)
        stack.addWidget(row)
        stack.addWidget(do, 0, Qt.AlignmentFlag.AlignLeft)
        around = button.parentWidget()
        inside = around.layout() if around is not None else None
        if isinstance(inside, QVBoxLayout):
            inside.insertWidget(inside.indexOf(button) + 1, self._reason)
        why.setFocus()


def _origin(line: Line) -> QWidget:
    """Who, when, on which computer, and how it came here."""
    box = QWidget()
    stack = column(box, 2)
    who = line.who or "Somebody"
    if line.on_behalf:
        who = f"{who}, written down for {line.on_behalf}"
    at = f"{line.school_name}{f', computer {line.computer}' if line.computer else ''}"
    came = "Made on this computer" if line.came == "here" else f"Came {line.came}"
    for text, ink in ((line.when, "text"), (who, "text"), (at, "muted"), (came, "muted")):
        stack.addWidget(plain_label(text, "body", ink, wrap=True, select=True))
    return box
