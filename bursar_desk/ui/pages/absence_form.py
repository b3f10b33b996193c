"""Report an absence: who, from, to. A reason may be given; it stays at this school and is never asked as a must."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit

from bursar_desk.ui.widgets import Button, DateField, DetailPane, FieldForm, Picker, plain_label

REASON_HELP = "It stays at this school. Only the business manager and the head can see it."


@dataclass(frozen=True, slots=True)
class NewAbsence:
    """What the form asks to be recorded."""

    person: bytes
    first: dt.date
    last: dt.date
    reason: str
    note: str


class AbsenceForm(DetailPane):
    """The form beside the board. ``wanted(NewAbsence)`` when it is complete; ``closed`` when it is put away."""

    wanted = Signal(object)

    def __init__(self, today: Callable[[], dt.date]):
        super().__init__("Report absence", width=352)
        said = "Who is away, and when. You will see at once what is left uncovered."
        self.body.addWidget(plain_label(said, "body", "muted", wrap=True))
        self.form = FieldForm()
        self.person = Picker()
        self.first = DateField("First day away", today)
        self.last = DateField("Last day away", today, needed=False)
        self.reason = QLineEdit()
        self.reason.setMaxLength(200)
        self.note = QLineEdit()
        self.note.setMaxLength(400)
        self.form.add("person", "Who is away", self.person)
        self.form.add("first", "First day away", self.first)
        self.form.add("last", "Last day away", self.last, "Leave it empty for one day.")
        self.form.add("reason", "Reason", self.reason, REASON_HELP, optional=True)
        self.form.add("note", "Private note", self.note, "Kept in the same way.", optional=True)
        self.body.addWidget(self.form)
        self.body.addStretch()
        self.save = Button("Save absence", "filled", on_click=self.submit)
        self.add_to_foot(self.save, 1)
        self.add_to_foot(Button("Cancel", on_click=self.closed.emit))

    def set_staff(self, staff: Sequence[tuple[bytes, str]]) -> None:
        """The people who work at this school."""
        self.person.set_choices([(None, "Choose somebody"), *staff])

    def start(self, day: dt.date | None) -> None:
        """Empty the form, the first day already there when it was chosen on the board."""
        self.form.show_problems({})
        self.person.set_key(None)
        self.first.set_day(day)
        self.last.set_day(None)
        self.reason.clear()
        self.note.clear()
        self.person.setFocus()

    def submit(self) -> None:
        """Check what was typed and hand it over; what is missing is said beside the fields."""
        problems = self.form.unread_dates()
        person, first = self.person.key(), self.first.day()
        last = self.last.day() or first
        if not isinstance(person, bytes):
            problems = {"person": "Choose who is away", **problems}
        if first is not None and last is not None and last < first:
            problems["last"] = "The last day is before the first"
        if self.form.show_problems(problems) and isinstance(person, bytes) and first is not None and last is not None:
            self.wanted.emit(NewAbsence(person, first, last, self.reason.text(), self.note.text()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+Enter saves."""
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if control and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.submit()
            return
        super().keyPressEvent(event)
