"""The day beside the calendar: what falls on it, each with its last permitted day, and a way to the check."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.ui.pages.calendar_paint import look_of
from bursar_desk.ui.status_marks import MarkView
from bursar_desk.ui.widgets import Button, DetailPane, Row, hline, plain_label
from bursar_desk.ui.widgets.panes import focus_into

if TYPE_CHECKING:
    from bursar_desk.services.calendar_view import CalendarDay
    from bursar_desk.services.due_dates import DueDate
    from bursar_desk.ui.pages.base import DeskContext


class DayPane(DetailPane):
    """One day; every check opens its own page."""

    def __init__(self, context: DeskContext):
        super().__init__("", width=336)
        self.context = context
        self.close_button.hide()
        self._parts: list[QWidget] = []

    def show_day(self, cell: CalendarDay) -> None:
        """Show what falls on a day."""
        for part in self._parts:
            self.body.removeWidget(part)
            part.hide()
            part.deleteLater()
        self._parts = []
        self.set_title(words.long_date(cell.day))
        if cell.words:
            self._add(plain_label(cell.words, "body", "muted"))
        for one in cell.due:
            self._add(self._entry(one))
        if cell.routine:
            self._add(hline())
            self._add(plain_label("Daily and weekly", "strong"))
            for one in cell.routine:
                self._add(self._entry(one))
        if not cell.due and not cell.routine:
            self._add(plain_label("Nothing is due on this day.", "body", "muted", wrap=True))

    def focus_first(self) -> None:
        """Go to the first check of the day."""
        focus_into(self._parts)

    def _add(self, part: QWidget) -> None:
        self.body.addWidget(part)
        self._parts.append(part)

    def _entry(self, one: DueDate) -> QWidget:
        box, line = QWidget(), one.line
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 4, 0, 4)
        column.setSpacing(2)
        look = look_of(one)
        open_check = Button(line.title, "text", on_click=lambda: self.context.open_page("checks", check=line.id))
        head = Row(MarkView(look, 16), open_check, 1, high=28)
        head.line.setContentsMargins(0, 0, 0, 0)
        column.addWidget(head)
        for text in self._said(one):
            column.addWidget(plain_label(text, "caption", "muted", wrap=True))
        return box

    def _said(self, one: DueDate) -> list[str]:
        line = one.line
        if one.state == "late" and one.legal is not None:
            when = f"It was due on {words.long_date(one.legal)}, {words.until(one.legal, self.context.today)}."
        elif one.state == "unknown":
            when = "There is no record of when this was last done."
        elif one.legal is not None and one.legal != one.day:
            when = f"Planned for this day; the last day for it is {words.long_date(one.legal)}."
        else:
            when = "This is the last day for it."
        where = [line.school_name] if self.context.facts.office else []
        where += [line.place, line.every, line.doer]
        return [when, ", ".join(part for part in where if part)]
