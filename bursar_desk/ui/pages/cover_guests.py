"""Cover packs this desk carries for other schools: open one to record, send back what was done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.ui.widgets import Button, IconView, Reflow, Row, hline, plain_label

if TYPE_CHECKING:
    from bursar_desk.services.guests import Guest


class GuestList(QWidget):
    """The packs open here, one row each with its two steps. Not there at all while there are none."""

    def __init__(self, record: Callable[[Guest], object], send: Callable[[Guest], object]):
        super().__init__()
        self._record, self._send = record, send
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._rows: list[QWidget] = []
        self.record_buttons: list[Button] = []
        self.send_buttons: list[Button] = []
        self.hide()

    def set_guests(self, guests: Sequence[Guest]) -> None:
        """Show these packs."""
        for row in self._rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows, self.record_buttons, self.send_buttons = [], [], []
        if guests:
            self._add(hline())
            self._add(_head(f"{words.count(len(guests), 'cover pack')} you carry"))
        for guest in guests:
            self._add(hline())
            self._add(self._row(guest))
        self.setVisible(bool(guests))

    def _add(self, widget: QWidget) -> None:
        self._column.addWidget(widget)
        self._rows.append(widget)

    def _row(self, guest: Guest) -> QWidget:
        said = QWidget()
        column = QVBoxLayout(said)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(plain_label(guest.school_name, "strong", wrap=True))
        column.addWidget(plain_label(guest_words(guest), "caption", "muted", wrap=True))
        record = Button("Open to record", size=32, on_click=lambda: self._record(guest))
        record.setAccessibleName(f"Open to record, {guest.school_name}")
        send = Button("Send back what was done", size=32, icon="send", on_click=lambda: self._send(guest))
        send.setAccessibleName(f"Send back what was done, {guest.school_name}")
        self.record_buttons.append(record)
        self.send_buttons.append(send)
        row = Row(IconView("package", "muted"), said, Reflow(record, send, spacing=8), high=56)
        row.line.setContentsMargins(24, 6, 24, 6)
        row.line.setStretch(1, 1)
        return row


def _head(text: str) -> QWidget:
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setContentsMargins(24, 10, 24, 8)
    column.addWidget(plain_label(text, "strong"))
    return holder


def guest_words(guest: Guest) -> str:
    """When the pack holds, how much there is to do, and until when it has to go back."""
    days = words.long_date(guest.first)
    if guest.first != guest.last:
        days = f"{words.weekday_date(guest.first)} to {words.long_date(guest.last)}"
    what = f"{words.count(guest.checks, 'check')} for {guest.holder}"
    return f"{days}, {what}. Send it back by {words.plain_date(guest.return_by)}."
