"""The parts of the record panel: readings, the fault that goes with them, and who did it when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDoubleValidator, QKeyEvent
from PySide6.QtWidgets import QCompleter, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.domain.steps import StepKind
from bursar_desk.ui.pages.base import time_words
from bursar_desk.ui.pages.record_draft import FAIL, RISKS, Draft, RecordCard, last_values, read_time
from bursar_desk.ui.widgets import (
    Button,
    DateField,
    FieldRow,
    MessageStrip,
    NumberField,
    Picker,
    Reflow,
    TickBox,
    plain_label,
)
from bursar_desk.ui.widgets.readings import Reading, ReadingGrid, Trend, TrendPoint

if TYPE_CHECKING:
    from datetime import date


def column(parent: QWidget, spacing: int = 8) -> QVBoxLayout:
    """A plain column without margins."""
    made = QVBoxLayout(parent)
    made.setContentsMargins(0, 0, 0, 0)
    made.setSpacing(spacing)
    return made


def _within(stack: QVBoxLayout) -> QWidget:
    """An empty part of a column."""
    made = QWidget()
    stack.addWidget(made)
    return made


class _ReadingField(NumberField):
    """The large number: Enter goes to the next reading, Up and Down move between them."""

    entered = Signal()
    moved = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter is "and the next one"; Ctrl+Enter is left to the panel."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & (
            Qt.KeyboardModifier.ControlModifier
        ):
            self.entered.emit()
            return
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if step is not None:
            self.moved.emit(step)
            return
        super().keyPressEvent(event)


class ReadingsPart(QWidget):
    """All readings of the check. ``changed`` after each figure; ``finished`` on Enter in the last one."""

    changed = Signal()
    finished = Signal()

    def __init__(self, card: RecordCard, draft: Draft, today: date, parent: QWidget | None = None):
        super().__init__(parent)
        self._card, self._draft, self._today = card, draft, today
        self._now = 0
        self.grid = ReadingGrid(card.readings)
        self._name = plain_label("", "large-strong", wrap=True)
        self.fields = [self._make_field(reading) for reading in card.readings]
        self._range = plain_label("", "strong", wrap=True)
        self._last = plain_label("", "body", "muted", wrap=True)
        self.strip = MessageStrip("overdue", "")
        self.strip.hide()
        self._trend_words = plain_label("", "caption", "muted")
        self._trend_good = plain_label("", "caption", "ok")
        self._trend = Trend()
        self._lay_out()
        self.grid.picked.connect(self._picked)
        self.go_to(self._first_empty())

    def _make_field(self, reading: Reading) -> _ReadingField:
        field = _ReadingField(reading.unit, low=reading.low, high=reading.high, large=True)
        field.setFixedWidth(field.maximumWidth())
        field.setAccessibleName(reading.name)
        field.setAccessibleDescription(f"Should be {reading.should_be}" if reading.should_be else "")
        reader = field.validator()
        if isinstance(reader, QDoubleValidator):
            reader.setDecimals(1)  # the register keeps tenths
        field.set_value(self._draft.values[self._card.readings.index(reading)])
        field.changed.connect(lambda _value, field=field: self._typed(field))
        field.entered.connect(self._next)
        field.moved.connect(lambda step: self.go_to(self._now + step, focus=True))
        return field

    def _lay_out(self) -> None:
        beside = QVBoxLayout()
        beside.setSpacing(0)
        beside.addStretch()
        beside.addWidget(self._range)
        beside.addWidget(self._last)
        beside.addStretch()
        line = QHBoxLayout()
        line.setSpacing(12)
        for field in self.fields:
            line.addWidget(field)
        line.addLayout(beside, 1)
        said = QHBoxLayout()
        said.addWidget(self._trend_words)
        said.addStretch()
        said.addWidget(self._trend_good)
        stack = column(self)
        stack.addWidget(self.grid)
        self.grid.setVisible(len(self._card.readings) > 1)
        stack.addSpacing(4)
        stack.addWidget(self._name)
        stack.addLayout(line)
        stack.addWidget(self.strip)
        self._slot = column(_within(stack), 0)
        stack.addSpacing(4)
        stack.addLayout(said)
        stack.addWidget(self._trend)

    def put_in(self, part: QWidget) -> None:
        """Put something under what is said about the number: the photo of what is wrong."""
        self._slot.addWidget(part)

    def _first_empty(self) -> int:
        return next((n for n, value in enumerate(self._draft.values) if value is None), 0)

    @property
    def current(self) -> int:
        """The reading being entered."""
        return self._now

    def go_to(self, number: int, *, focus: bool = False) -> None:
        """Enter this reading now."""
        self._now = max(0, min(number, len(self.fields) - 1))
        for place, field in enumerate(self.fields):
            field.setVisible(place == self._now)
        self.setFocusProxy(self.fields[self._now])
        if focus:
            self.fields[self._now].setFocus(Qt.FocusReason.TabFocusReason)
            self.fields[self._now].selectAll()
        self._show()

    def _picked(self, number: int) -> None:
        self.go_to(number, focus=True)

    def _next(self) -> None:
        rest = [n for n in range(len(self.fields)) if n > self._now]
        if rest:
            self.go_to(rest[0], focus=True)
        else:
            self.finished.emit()

    def _typed(self, field: NumberField) -> None:
        self._draft.values[self.fields.index(field)] = field.value()  # type: ignore[arg-type]  # one of our own
        self._draft.touched = True
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        """Range, last time, message and trend of the reading being entered."""
        reading, value = self._card.readings[self._now], self._draft.values[self._now]
        self._name.setText(reading.name)
        should = self._card.numbers[self._now].should_be
        self._range.setText(words.sentence(f"should be {should}").rstrip(".") if should else "")
        points = last_values(self._card.detail.history, reading.name, self._today)
        self._last.setText(f"Last time {reading.said(points[-1].value)}, {points[-1].day}" if points else "First time")
        self.grid.show_values(self._draft.values, self._now)
        step = self._card.numbers[self._now]
        verdict = step.judge(value, self._card.asks.meters.get(step.name))
        self.strip.setVisible(not verdict.good)
        if not verdict.good:
            again = verdict.advice or "Measure again after a minute. If it stays so, save it."
            asked = "" if step.kind is StepKind.METER else " Save it, and report a fault?"
            self.strip.set_text(f"{verdict.sentence}{asked}", again)
        if value is not None:
            points = [*points, TrendPoint(value, "Now")]
        shown = len(points) > 1
        for part in (self._trend, self._trend_words, self._trend_good):
            part.setVisible(shown)
        self._trend_words.setText(f"The last {len(points)} readings here")
        self._trend_good.setText(f"Shaded: {should}" if should else "")
        self._trend.show_points(points, reading)


class FaultPart(QWidget):
    """The fault to report along with the check; a proposal stands in the field until somebody types over it."""

    changed = Signal()

    def __init__(self, card: RecordCard, draft: Draft, parent: QWidget | None = None):
        super().__init__(parent)
        self._card, self._draft = card, draft
        self.tick = TickBox("Report a fault")
        self._must = plain_label("A fail always opens a fault, so that somebody puts it right.", wrap=True)
        self.title = QLineEdit()
        self.risk = Picker(RISKS)
        self._fields = QWidget()
        fields = column(self._fields, 12)
        fields.addWidget(FieldRow("What is wrong", self.title))
        fields.addWidget(FieldRow("How bad is it", self.risk))
        stack = column(self)
        for part in (self.tick, self._must, self._fields):
            stack.addWidget(part)
        self.tick.toggled.connect(self._ticked)
        self.title.textEdited.connect(self._typed)
        self.risk.picked.connect(self._rated)

    def follow(self) -> None:
        """Show what the draft now comes to."""
        offered = self._draft.offers_fault(self._card)
        self.setVisible(offered)
        if not offered:
            return
        must = self._draft.outcome == FAIL
        self.tick.setVisible(not must)
        self._must.setVisible(must)
        blocked = self.tick.blockSignals(True)
        self.tick.setChecked(self._draft.reports_fault(self._card))
        self.tick.blockSignals(blocked)
        self._fields.setVisible(self._draft.reports_fault(self._card))
        if not self.title.hasFocus():
            self.title.setText(self._draft.fault_title(self._card))
            self.title.setCursorPosition(0)
        self.risk.set_key(self._draft.fault_risk(self._card))

    def _ticked(self, checked: bool) -> None:
        self._draft.report = checked
        self._draft.touched = True
        self._fields.setVisible(checked)
        self.changed.emit()

    def _typed(self, text: str) -> None:
        self._draft.fault = text
        self._draft.touched = True

    def _rated(self, key: object) -> None:
        self._draft.risk = str(key)


class WhoWhenPart(QWidget):
    """ "Terry Walsh, today 15:52" with Change; the fields for another name, day or time open below."""

    changed = Signal()

    def __init__(self, card: RecordCard, draft: Draft, today: date, parent: QWidget | None = None):
        super().__init__(parent)
        self._draft, self._today = draft, today
        self.said = plain_label("")
        self.change = Button("Change", "text", size=32, on_click=self._open)
        self.change.setAccessibleName("Change who did it, or when")
        self.by = QLineEdit(draft.by)
        names = QCompleter(list(card.people), self.by)
        names.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        names.setFilterMode(Qt.MatchFlag.MatchContains)
        self.by.setCompleter(names)
        self.day = DateField("Done on", lambda: today)
        self.day.set_day(draft.day)
        self.time = QLineEdit(time_words(draft.minute))
        self.time.setMaximumWidth(120)
        self._fields = QWidget()
        self.rows = {
            "by": FieldRow("Done by", self.by),
            "day": FieldRow("Done on", self.day),
            "time": FieldRow("At", self.time, "Hours and minutes, for example 08:15.", optional=True),
        }
        fields = column(self._fields, 12)
        for row in self.rows.values():
            fields.addWidget(row)
        self._fields.hide()
        self._late = plain_label("", "caption", "muted", wrap=True)
        self._due = card.detail.line.legal_due
        self._summary = Reflow(self.said, self.change, 1, spacing=4)
        stack = column(self, 4)
        self._caption = plain_label("Done by", "caption", "muted")
        stack.addWidget(self._caption)
        stack.addWidget(self._summary)
        stack.addWidget(self._fields)
        stack.addWidget(self._late)
        self.by.textEdited.connect(self._typed)
        self.time.textEdited.connect(self._typed)
        names.activated.connect(self._typed)
        self.day.changed.connect(self._typed)
        self._say()

    def _open(self) -> None:
        self.show_fields()
        self.by.setFocus(Qt.FocusReason.TabFocusReason)
        self.by.selectAll()

    def show_fields(self) -> None:
        """Open the fields; they take the place of the sentence."""
        self._fields.show()
        self._caption.hide()
        self._summary.hide()

    def problems(self) -> dict[str, str]:
        """What the fields cannot read."""
        found = {"day": self.day.problem()} if self.day.problem() else {}
        if self.time.text().strip() and read_time(self.time.text()) is None:
            found["time"] = "Type the time like 08:15."
        return found

    def _typed(self, *_: object) -> None:
        self._draft.touched = True
        self._draft.by = self.by.text()
        self._draft.minute = read_time(self.time.text())
        if self.day.day() is not None:
            self._draft.day = self.day.day() or self._draft.day
        self._say()
        self.changed.emit()

    def _say(self) -> None:
        draft = self._draft
        gap = self._today.toordinal() - draft.day.toordinal()
        day = ("today", "yesterday")[gap] if gap in (0, 1) else words.long_date(draft.day)
        self.said.setText(f"{draft.by.strip() or 'Nobody yet'}, {f'{day} {time_words(draft.minute)}'.strip()}")
        self._late.setText(" ".join(late_words(draft.day, self._due, self._today)))
        self._late.setVisible(bool(self._late.text()))


def late_words(done: date, due: date | None, today: date) -> list[str]:
    """What stays with the record for ever: how late it was done, and how long after that it was entered."""
    told = []
    if due is not None and done > due:
        told.append(f"{words.done_late((done - due).days)}; that stays in its history.")
    if done < today:
        told.append(f"Entered {words.count((today - done).days, 'day')} later.")
    return told
