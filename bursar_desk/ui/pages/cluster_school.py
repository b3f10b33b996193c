"""One school beside the list: how old its file is, what its computers lack, and every file merged from it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from bursar_desk.domain import words
from bursar_desk.services.conflicts import clock_words
from bursar_desk.ui.pages.cluster_receipt_lines import past_line
from bursar_desk.ui.pages.cluster_rows import LOOKS, paint_plate, plate_width
from bursar_desk.ui.status_marks import OK, StatusChip
from bursar_desk.ui.widgets import Button, DetailPane, Row, hline, plain_label
from bursar_desk.ui.widgets.link_row import LinkRow

if TYPE_CHECKING:
    from bursar_desk.services.cluster_files import Holder
    from bursar_desk.services.merging import PastReceipt
    from bursar_desk.ui.pages.cluster_data import SchoolLine

MOST_SHOWN: Final = 12
_WORDS: Final = {"fresh": "Up to date", "none": "No file yet", "stale": ""}


class SchoolPane(DetailPane):
    """``receipt_wanted(number)`` for one of its files, ``send_wanted(school)`` to send to it."""

    receipt_wanted = Signal(int)
    send_wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__(width=448)
        self.line: SchoolLine | None = None
        self._shown: list[QWidget] = []
        self.send_button = Button("Send to them", "filled", icon="send", on_click=self._send)
        self.add_to_foot(self.send_button, 1)
        self.body.addStretch()

    def show_school(self, line: SchoolLine, receipts: Sequence[PastReceipt]) -> None:
        """Show a school and what came from it."""
        focus = QApplication.focusWidget()
        held = focus is not None and any(widget.isAncestorOf(focus) or widget is focus for widget in self._shown)
        for widget in self._shown:
            self.body.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self._shown.clear()
        self.line = line
        self.set_title(line.name)
        if line.state in ("stale", "fresh", "none"):
            self._add(OldPlate(line.tag) if line.tag else StatusChip(LOOKS[line.state] or OK, _WORDS[line.state]))
            self._add(plain_label(f"{line.note}.", "body", wrap=True, select=True))
        if line.state == "stale":
            said = "What it says may have changed since. Ask for a new file."
            self._add(plain_label(said, "body", "muted", wrap=True))
        self._show_computers(line.computers)
        self._show_receipts([one for one in receipts if one.school == line.school])
        self.send_button.setVisible(bool(line.computers))
        self.send_button.set_kind("filled" if line.lacks else "outlined")
        if held:
            self.close_button.setFocus()

    def _show_computers(self, computers: Sequence[Holder]) -> None:
        if not computers:
            return
        self._add(plain_label("What they have", "strong"))
        for one in computers:
            heard = f"Last heard from on {clock_words(one.heard_ms)}" if one.heard_ms else "Never heard from"
            name = plain_label(one.computer or "A computer", "body")
            said = f"lacks {words.count(one.lacks, 'entry', 'entries')}" if one.lacks else "has all that it may read"
            lacks = plain_label(said, "body", "soon" if one.lacks else "muted")
            row = Row(name, 1, lacks, high=32)
            row.line.setContentsMargins(0, 0, 0, 0)
            self._add(row)
            self._add(plain_label(f"{heard}.", "caption", "muted", wrap=True))

    def _show_receipts(self, receipts: Sequence[PastReceipt]) -> None:
        if not receipts:
            return
        self._add(hline())
        self._add(plain_label(f"{words.count(len(receipts), 'file')} merged", "strong"))
        for one in receipts[:MOST_SHOWN]:
            line = past_line(one)
            opens = partial(self.receipt_wanted.emit, one.number)
            row = LinkRow(f"Made on {line.day}, {line.short}: see the receipt", opens, high=36)
            row.line.setContentsMargins(0, 4, 0, 4)
            row.add(plain_label(f"Made on {line.day}", "body"), stretch=1)
            row.add(plain_label(line.short, "body", "muted"))
            self._add(row)

    def _send(self) -> None:
        if self.line is not None:
            self.send_wanted.emit(self.line.school)

    def _add(self, widget: QWidget) -> None:
        self.body.insertWidget(len(self._shown), widget)
        self._shown.append(widget)


class OldPlate(QWidget):
    """The word for old records on its hatched plate, as in the list."""

    def __init__(self, text: str):
        super().__init__()
        self._text = text
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """As the plate of a row."""
        return QSize(round(plate_width(self._text)), 24)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the plate."""
        paint_plate(QPainter(self), QRectF(self.rect()), self._text)
