"""What came of a filled-in cover sheet, and its entries that wait: taken over, or left out with a reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.ui import status_marks
from bursar_desk.ui.pages import cover_sections as parts
from bursar_desk.ui.widgets import Button, MessageStrip, Reflow, hline, plain_label

if TYPE_CHECKING:
    from bursar_desk.services.cover_sheet_shapes import OddEntry, SheetBack


def sheet_told(back: SheetBack) -> MessageStrip:
    """What a sheet brought, in words."""
    tone = "info" if back.again else "soon" if back.odd else "ok"
    title = f"{back.file} was in already" if back.again else f"{back.file} is brought in"
    return MessageStrip(tone, title, back.sentence)


class OddEntries(QWidget):
    """The entries that wait, each with its reason and its ways on."""

    def __init__(
        self, entries: Sequence[OddEntry], take: Callable[[bytes], object], leave: Callable[[bytes, str], object]
    ):
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        many = words.count(len(entries), "entry of a sheet waits", "entries of sheets wait")
        column.addWidget(plain_label(many, "strong"))
        self.rows = [_OddRow(one, take, leave) for one in entries]
        for row in self.rows:
            column.addWidget(hline())
            column.addWidget(row)


class _OddRow(QWidget):
    """One entry: what it says, why it waits, and two ways on."""

    def __init__(self, entry: OddEntry, take: Callable[[bytes], object], leave: Callable[[bytes, str], object]):
        super().__init__()
        self._entry, self._leave = entry, leave
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(parts.marked(status_marks.SOON, entry.line.what, f"Filled in: {entry.said}"))
        column.addWidget(plain_label(entry.line.why, "body", wrap=True, select=True))
        confirm = entry.line.cause == "ended"
        self.take = Button(
            "Confirm" if confirm else "Take over", size=32, icon="check", on_click=lambda: take(entry.id)
        )
        self.take.setAccessibleName(f"{'Confirm' if confirm else 'Take over'}: {entry.line.what}")
        self.take.setVisible(entry.takeable)
        self.leave = Button("Leave out", size=32, on_click=self._ask)
        self.leave.setAccessibleName(f"Leave out: {entry.line.what}")
        column.addWidget(Reflow(self.take, self.leave, spacing=8))
        self.reason = QLineEdit()
        self.reason.setPlaceholderText("Why it is left out")
        self.reason.setAccessibleName(f"Why it is left out: {entry.line.what}")
        self.reason.returnPressed.connect(self._ask)
        self.reason.hide()
        column.addWidget(self.reason)

    def _ask(self) -> None:
        """Ask for the reason first; the second press leaves it out."""
        said = self.reason.text().strip()
        if not said:
            self.reason.show()
            self.reason.setFocus()
            return
        self._leave(self._entry.id, said)
