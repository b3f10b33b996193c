"""Offer hours: who could help other schools, between which days, on which weekdays and at what time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from bursar_desk.domain import words
from bursar_desk.ui.pages.cover_sections import minutes
from bursar_desk.ui.widgets import Button, DateField, DetailPane, FieldForm, Picker, Reflow, TickBox, plain_label

TIME_HELP = "Type it like 06:45."


@dataclass(frozen=True, slots=True)
class NewOffer:
    """What the form asks to be offered; ``days`` has Monday as bit 0, times are minutes after midnight."""

    person: bytes
    first: dt.date
    last: dt.date
    days: int
    starts: int
    ends: int


class OfferForm(DetailPane):
    """The form beside the board. ``wanted(NewOffer)`` when it is complete; ``closed`` when it is put away."""

    wanted = Signal(object)

    def __init__(self, today: Callable[[], dt.date]):
        super().__init__("Offer hours", width=352)
        said = "Hours one of your people could help another school. Schools that read your people see them."
        self.body.addWidget(plain_label(said, "body", "muted", wrap=True))
        self.form = FieldForm()
        self.person = Picker()
        self.first = DateField("First day", today)
        self.last = DateField("Last day", today, needed=False)
        self.weekdays = [TickBox(name, size=32) for name in words.WEEKDAYS[:5]]
        self.starts, self.ends = QLineEdit(), QLineEdit()
        self.form.add("person", "Who could help", self.person)
        self.form.add("first", "First day", self.first)
        self.form.add("last", "Last day", self.last, "Leave it empty for one day.")
        self.form.add("days", "On which days", _Days(self.weekdays))
        self.form.add("starts", "From", self.starts, TIME_HELP)
        self.form.add("ends", "Until", self.ends, TIME_HELP)
        self.body.addWidget(self.form)
        self.body.addStretch()
        self.save = Button("Save offer", "filled", on_click=self.submit)
        self.add_to_foot(self.save, 1)
        self.add_to_foot(Button("Cancel", on_click=self.closed.emit))

    def set_staff(self, staff: Sequence[tuple[bytes, str]]) -> None:
        """The people who work at this school."""
        self.person.set_choices([(None, "Choose somebody"), *staff])

    def start(self, day: dt.date | None) -> None:
        """Empty the form; the day chosen on the board is there already, its weekday ticked."""
        self.form.show_problems({})
        self.person.set_key(None)
        self.first.set_day(day)
        self.last.set_day(None)
        for number, box in enumerate(self.weekdays):
            box.setChecked(day is not None and day.weekday() == number)
        self.starts.clear()
        self.ends.clear()
        self.person.setFocus()

    def submit(self) -> None:
        """Check what was typed and hand it over; what is missing is said beside the fields."""
        problems = self.form.unread_dates()
        person, first = self.person.key(), self.first.day()
        last = self.last.day() or first
        days = sum(1 << number for number, box in enumerate(self.weekdays) if box.isChecked())
        starts, ends = minutes(self.starts.text()), minutes(self.ends.text())
        if not isinstance(person, bytes):
            problems["person"] = "Choose who could help"
        if first is not None and last is not None and last < first:
            problems["last"] = "The last day is before the first"
        if not days:
            problems["days"] = "Tick at least one day"
        elif first is not None and last is not None and first <= last and not _falls(first, last, days):
            problems["days"] = "None of these days lies between the two dates"
        if starts is None:
            problems["starts"] = "Type the time like 06:45"
        if ends is None:
            problems["ends"] = "Type the time like 08:00"
        elif starts is not None and ends <= starts:
            problems["ends"] = "It must end after it starts"
        if not self.form.show_problems(problems):
            return
        if isinstance(person, bytes) and first and last and starts is not None and ends is not None:
            self.wanted.emit(NewOffer(person, first, last, days, starts, ends))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+Enter saves."""
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if control and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.submit()
            return
        super().keyPressEvent(event)


def _falls(first: dt.date, last: dt.date, days: int) -> bool:
    """Tell whether any ticked weekday lies between two days."""
    span = min((last - first).days, 6)
    return any(days >> (first + dt.timedelta(days=n)).weekday() & 1 for n in range(span + 1))


class _Days(Reflow):
    """The weekdays to tick, one under the other where there is no room beside each other."""

    def __init__(self, boxes: Sequence[QWidget]):
        super().__init__(*boxes, spacing=2)
        self.setFocusProxy(boxes[0])
