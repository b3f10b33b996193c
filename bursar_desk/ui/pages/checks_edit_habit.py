"""On which days a check falls, as fields: weekdays, the nth one, weeks of term, season, holidays, first and last."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.habits import Habit, Holiday, MonthDay, Which
from bursar_desk.ui.pages.places_form_base import beside
from bursar_desk.ui.widgets import Button, DateField, FieldForm, NumberField, Picker, TickBox, plain_label

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

_WHICH: Final = (
    (Which.PLAIN, "The day it falls on"), (Which.WEEKDAYS, "Always the same days of the week"),
    (Which.NTH_WEEKDAY, "The first, second… weekday of the month"), (Which.WEEK_OF_TERM, "A week of term"),
    (Which.HALF_TERM, "The end of each half term"),
)  # fmt: skip
_NTH: Final = ((1, "First"), (2, "Second"), (3, "Third"), (4, "Fourth"), (-1, "Last"))
_HOLIDAY: Final = (
    (Holiday.KEEP, "It stays on that day"), (Holiday.SKIP, "It is left out"),
    (Holiday.BEFORE, "It is brought forward"), (Holiday.AFTER, "It moves to the first day back"),
)  # fmt: skip


class _DayMonth(QWidget):
    """A day of any year: a number and a month."""

    def __init__(self, name: str, tell: Callable[[], object]):
        super().__init__()
        self.day = NumberField()
        self.day.setFixedWidth(56)
        self.day.setAccessibleName(f"{name}, day")
        self.month = Picker([(n, name_of) for n, name_of in enumerate(words.MONTHS, 1)])
        self.month.setAccessibleName(f"{name}, month")
        self.day.changed.connect(lambda _value: tell())
        self.month.picked.connect(lambda _key: tell())
        self.setFocusProxy(self.day)
        line = QVBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(beside(self.day, self.month))

    def set(self, day: MonthDay) -> None:
        """Show a day."""
        self.month.set_key(day[0])
        self.day.setText(str(day[1]))

    def read(self) -> MonthDay:
        """The month and the day typed; day 0 while there is none."""
        value, month = self.day.value(), self.month.key()
        whole = int(value) if value is not None and value == int(value) and 0 < value < 32 else 0
        return (month if isinstance(month, int) else 1, whole)


class HabitFields(QWidget):
    """``changed`` after every change. ``habit()`` is what is filled in, ``UserError`` when that cannot be.

    What was handed in comes back exactly as it was while nobody changes it.
    """

    changed = Signal()

    def __init__(self, today: Callable[[], date], *, own: bool):
        super().__init__()
        self._own, self._opened = own, False
        self.which = Picker(_WHICH)
        self.days = [TickBox(name[:3], size=32) for name in words.WEEKDAYS]
        for tick, name in zip(self.days, words.WEEKDAYS, strict=True):
            tick.setAccessibleName(name)
            tick.setToolTip(name)
        self.nth, self.weekday = Picker(_NTH), Picker(list(enumerate(words.WEEKDAYS)))
        self.week = NumberField()
        self.term_day = Picker([(None, "Any day of that week"), *enumerate(words.WEEKDAYS)])
        self.holiday, self.term_only = Picker(_HOLIDAY), TickBox("In term time only")
        self.part = TickBox("Only in a part of the year")
        self.season_from, self.season_to = _DayMonth("From", self._tell), _DayMonth("To", self._tell)
        self.starts, self.ends = DateField("First day", today, needed=False), DateField("Last day", today, needed=False)
        self.times, self.early = NumberField("times"), NumberField("days")
        self.form = FieldForm()
        self._lay_out()
        self._wire()
        self._was = self._shown = Habit()
        self.set_habit(Habit())

    def _lay_out(self) -> None:
        self._weekdays = QWidget()
        boxes = QGridLayout(self._weekdays)
        boxes.setContentsMargins(0, 0, 0, 0)
        boxes.setVerticalSpacing(0)
        for number, tick in enumerate(self.days):
            boxes.addWidget(tick, number // 4, number % 4)
        self._weekdays.setFocusProxy(self.days[0])
        self._weekdays.setAccessibleName("Days of the week")
        form = self.form
        form.add("which", "On which day" if self._own else "On which day you plan it", self.which)
        self._days_row = form.add("days", "Days of the week", self._weekdays)
        self._nth_row = form.add("nth", "Which one", self.nth)
        self._weekday_row = form.add("weekday", "Weekday", self.weekday)
        self._week_row = form.add("week", "Week of term", self.week, "From 1, the first week.")
        self._term_row = form.add("term_day", "Day of that week", self.term_day)
        form.add("holiday", "If the school is closed that day", self.holiday)
        form.add_widget(self.term_only)
        form.add("starts", "First day", self.starts, "The days are counted from it.", optional=not self._own)
        self.more = Button("More about its days", "text", size=32, on_click=self._open)
        form.add_widget(beside(self.more))
        form.add_widget(self.part)
        self._from_row = form.add("season_from", "From", self.season_from)
        self._to_row = form.add("season_to", "To", self.season_to)
        self._ends_row = form.add("ends", "Last day", self.ends, optional=True)
        self._times_row = form.add("times", "How many times", self.times, "Left empty, it goes on.", optional=True)
        note = "Done so many days early or fewer, the next day stays where it is."
        self._early_row = form.add("early", "May be done early by", self.early, note, optional=True)
        self._note = plain_label(
            "Planning moves only inside the time that the rule gives.", "caption", "muted", wrap=True
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._note)
        self._note.setVisible(not self._own)
        column.addWidget(form)

    def _wire(self) -> None:
        for picker in (self.which, self.nth, self.weekday, self.term_day, self.holiday):
            picker.picked.connect(lambda _key: self._tell())
        for tick in (*self.days, self.term_only, self.part):
            tick.toggled.connect(lambda _on: self._tell())
        for number in (self.week, self.times, self.early):
            number.changed.connect(lambda _value: self._tell())
        for day in (self.starts, self.ends):
            day.changed.connect(lambda _day: self._tell())

    def _open(self) -> None:
        self._opened = True
        self._show_rows()
        self.part.setFocus()

    def _tell(self) -> None:
        self._show_rows()
        self.changed.emit()

    def _show_rows(self) -> None:
        """Only the fields that the way chosen needs."""
        which = self.which.key()
        self._days_row.setVisible(which == Which.WEEKDAYS)
        for row in (self._nth_row, self._weekday_row):
            row.setVisible(which == Which.NTH_WEEKDAY)
        for row in (self._week_row, self._term_row):
            row.setVisible(which == Which.WEEK_OF_TERM)
        for row in (self._from_row, self._to_row):
            row.setVisible(self.part.isChecked())
        used = bool(self.times.text() or self.ends.day() or self.part.isChecked() or self.early.text())
        open_now = self._opened or used
        self.more.setVisible(not open_now)
        for widget in (self.part, self._ends_row, self._times_row):
            widget.setVisible(open_now)
        self._early_row.setVisible(open_now and self._own)

    # --- in and out ---

    def set_habit(self, habit: Habit) -> None:
        """Show a way to repeat."""
        self.blockSignals(True)
        self.which.set_key(habit.which)
        for number, tick in enumerate(self.days):
            tick.setChecked(number in habit.weekdays)
        self.nth.set_key(habit.nth or 1)
        first = habit.weekdays[0] if habit.weekdays else None
        self.weekday.set_key(first or 0)
        self.term_day.set_key(first)
        self.week.setText(str(habit.week or 1))
        self.holiday.set_key(habit.holiday)
        self.term_only.setChecked(habit.term_only)
        self.part.setChecked(habit.season is not None)
        start, end = habit.season or ((4, 1), (9, 30))
        self.season_from.set(start)
        self.season_to.set(end)
        self.starts.set_day(habit.starts)
        self.ends.set_day(habit.ends)
        self.times.setText("" if habit.times is None else str(habit.times))
        self.early.setText(str(habit.early_days) if habit.early_days else "")
        self.blockSignals(False)
        self._show_rows()
        self._was = habit
        try:
            self._shown = self.read()
        except UserError:
            self._shown = habit

    def habit(self) -> Habit:
        """What is filled in. Raises ``UserError`` for what cannot be."""
        now = self.read()
        return self._was if now == self._shown else now

    def read(self) -> Habit:
        """What the fields say, whatever was handed in."""
        which = Which(str(self.which.key()))
        weekdays: tuple[int, ...] = ()
        if which is Which.WEEKDAYS:
            weekdays = tuple(number for number, tick in enumerate(self.days) if tick.isChecked())
        elif which in (Which.NTH_WEEKDAY, Which.WEEK_OF_TERM):
            one = self.weekday.key() if which is Which.NTH_WEEKDAY else self.term_day.key()
            weekdays = (one,) if isinstance(one, int) else ()
        nth = self.nth.key()
        plain = Habit(
            term_only=self.term_only.isChecked(), holiday=Holiday(str(self.holiday.key())),
            early_days=_whole(self.early),
            season=(self.season_from.read(), self.season_to.read()) if self.part.isChecked() else None,
            starts=self.starts.day(), ends=self.ends.day(),
        )  # fmt: skip
        return replace(
            plain, which=which, weekdays=weekdays, nth=int(str(nth)) if which is Which.NTH_WEEKDAY else 0,
            week=_whole(self.week) if which is Which.WEEK_OF_TERM else 0,
            times=_whole(self.times) if self.times.text().strip() else None,
        )  # fmt: skip


def _whole(field: NumberField) -> int:
    """A whole number; -1, which no rule takes, for a broken one."""
    value = field.value()
    if value is None:
        return -1 if field.text().strip() else 0
    return int(value) if value == int(value) else -1
