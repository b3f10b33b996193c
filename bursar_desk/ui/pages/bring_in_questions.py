"""The questions of a preview, one below the other: choices as buttons, a day to type, a check to pick."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.domain.date_column import Question
from bursar_desk.ui.widgets import Button, DateField, DetailPane, Picker, hline, literal, plain_label

if TYPE_CHECKING:
    from bursar_desk.services.importing_shapes import Plan

MOST: Final = 6
"""Questions shown at once; answering one brings the next."""


_LONGEST: Final = 44


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1].rstrip()}…"


def _narrow(picker: Picker) -> Picker:
    """Let a list be as narrow as the pane, however long its words are."""
    picker.setSizeAdjustPolicy(Picker.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    picker.setMinimumContentsLength(10)
    return picker


class QuestionsPane(DetailPane):
    """``answered(key, answer)`` for each question; ``column_changed(field, column)`` when another column is picked."""

    answered = Signal(str, str)
    column_changed = Signal(str, object)

    def __init__(self, today: Callable[[], date], *, picks: tuple[str, str] = ("name:", "Another check")):
        super().__init__("Questions", width=396)
        self._today = today
        self._picks = picks  # which questions offer all of ours to pick from, and what that list is called
        self.close_button.hide()
        self._box = QWidget()
        self._column = QVBoxLayout(self._box)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(12)
        self.body.addWidget(self._box)
        self.body.addStretch()
        self.buttons: list[Button] = []

    def show_preview(self, preview: Plan, checks: Sequence[tuple[str, str]]) -> None:
        """Show its questions, most far-reaching first, how it was read and from which columns.

        ``checks`` are (key, title) to pick another one from.
        """
        self._clear()
        questions = preview.questions
        self.set_title(words.count(len(questions), "question") if questions else "How it was read")
        for one in questions[:MOST]:
            self._add(one, checks)
            self._column.addWidget(hline())
        if len(questions) > MOST:
            self._column.addWidget(plain_label(f"And {len(questions) - MOST} more after these.", "body", "muted"))
        if questions and preview.said:
            self._column.addWidget(plain_label("How it was read", "strong"))
        for line in preview.said:
            self._column.addWidget(plain_label(line, "body", "muted" if questions else "text", wrap=True))
        self._show_columns(preview)

    def _show_columns(self, preview: Plan) -> None:
        """One list a thing that can be brought in: from which column it is taken."""
        self._column.addWidget(plain_label("Columns", "strong"))
        choices = [(None, "No column"), *((n, title) for n, title in enumerate(preview.titles))]
        for one in preview.headings:
            picker = _narrow(Picker(choices, low=True))
            picker.setAccessibleName(f"Column for {one.title}")
            picker.set_key(one.column)
            picker.picked.connect(lambda place, name=one.field: self.column_changed.emit(name, place))
            pair = QWidget()
            line = QHBoxLayout(pair)
            line.setContentsMargins(0, 0, 0, 0)
            line.setSpacing(8)
            line.addWidget(plain_label(one.title, "body", "muted"), 2)
            line.addWidget(picker, 3)
            self._column.addWidget(pair)

    def _clear(self) -> None:
        self.buttons = []
        while self._column.count():
            item = self._column.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.setParent(None)
                widget.deleteLater()

    def _add(self, one: Question, checks: Sequence[tuple[str, str]]) -> None:
        self._column.addWidget(plain_label(one.text, "body", wrap=True))
        for choice in one.choices:
            told = partial(self.answered.emit, one.key, choice.key)
            button = Button(_short(choice.words), size=32, left=True, on_click=told)
            button.setToolTip(literal(choice.words) if len(choice.words) > _LONGEST else "")
            self.buttons.append(button)
            self._column.addWidget(button)
        if one.takes_date:
            field = DateField(f"The day for row {one.rows[0]}", self._today, needed=False)
            field.edit.returnPressed.connect(lambda: self._dated(one.key, field))
            self._column.addWidget(field)
        if one.takes_text:
            typed = QLineEdit()
            typed.setPlaceholderText(one.takes_text)
            typed.setAccessibleName(f"{one.takes_text} for row {one.rows[0]}" if one.rows else one.takes_text)
            typed.returnPressed.connect(lambda: self._typed(one.key, typed))
            self._column.addWidget(typed)
        if one.key.startswith(self._picks[0]) and checks:
            picker = _narrow(Picker([("", f"{self._picks[1]}…"), *checks]))
            picker.setAccessibleName(self._picks[1])
            picker.picked.connect(lambda key: self.answered.emit(one.key, str(key)) if key else None)
            self._column.addWidget(picker)

    def _typed(self, key: str, field: QLineEdit) -> None:
        if field.text().strip():
            self.answered.emit(key, field.text().strip())

    def _dated(self, key: str, field: DateField) -> None:
        day = field.day()
        if day is not None:
            self.answered.emit(key, day.isoformat())
