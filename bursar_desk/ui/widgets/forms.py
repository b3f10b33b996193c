"""Forms: label above field, help below, the message beside the field and once more in a summary at the top."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.ui.widgets.fields import DateField, mark_wrong
from bursar_desk.ui.widgets.labels import FieldLabel, hidden_if_empty, plain_label
from bursar_desk.ui.widgets.messages import MessageStrip


class FieldRow(QWidget):
    """One field with its label, its help and its message; the label is tied to the field for screen readers."""

    def __init__(self, label: str, field: QWidget, help_text: str = "", *, optional: bool = False):
        super().__init__()
        self.field = field
        shown = f"{label} (if you like)" if optional else label
        self.label = FieldLabel(shown, field.focusProxy() or field)
        self._help = hidden_if_empty(plain_label(help_text, "caption", "muted", wrap=True))
        self._message = plain_label("", "caption-strong", "overdue", wrap=True)
        self._message.hide()
        for target in (field, field.focusProxy()):
            if target is not None:
                target.setAccessibleName(label)
                target.setAccessibleDescription(help_text)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        for part in (self.label, field, self._help, self._message):
            layout.addWidget(part)

    def set_message(self, text: str) -> None:
        """Say what to put right beside the field; an empty text takes it away. What was typed stays."""
        self._message.setText(text)
        self._message.setVisible(bool(text))
        target = self.field.focusProxy() or self.field
        target.setAccessibleDescription(text or self._help.text())
        if isinstance(target, QLineEdit | QPlainTextEdit | QComboBox):
            mark_wrong(target, wrong=bool(text))

    @property
    def message(self) -> str:
        """What the field has to have put right; empty when nothing."""
        return self._message.text()


class FieldForm(QWidget):
    """A column of fields. ``add("reason", "Reason", QLineEdit())``; ``show_problems({"reason": "Enter a reason"})``."""

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self._rows: dict[str, FieldRow] = {}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(16)
        self._summary = MessageStrip("overdue", "")
        self._summary.hide()
        self._layout.addWidget(self._summary)

    def add(self, key: str, label: str, field: QWidget, help_text: str = "", *, optional: bool = False) -> FieldRow:
        """Add a field under its label; ``key`` names it in ``show_problems``."""
        row = FieldRow(label, field, help_text, optional=optional)
        self._rows[key] = row
        self._layout.addWidget(row)
        return row

    def add_widget(self, widget: QWidget) -> QWidget:
        """Put something else into the column, such as a tick or a sentence."""
        self._layout.addWidget(widget)
        return widget

    def row(self, key: str) -> FieldRow:
        """The row of a field."""
        return self._rows[key]

    def unread_dates(self) -> dict[str, str]:
        """What the date fields cannot read, by key, ready for ``show_problems``."""
        found = {key: row.field.problem() for key, row in self._rows.items() if isinstance(row.field, DateField)}
        return {key: text for key, text in found.items() if text}

    def show_problems(self, problems: Mapping[str, str]) -> bool:
        """Show what to put right, beside each field and above; focus the first. True when there is nothing."""
        for key, row in self._rows.items():
            row.set_message(problems.get(key, ""))
        self._summary.setVisible(bool(problems))
        if problems:
            title = f"Put {words.count(len(problems), 'thing')} right, then save again"
            self._summary.set_text(title, " ".join(words.sentence(text) for text in problems.values()))
            first = next((row for key, row in self._rows.items() if key in problems), None)
            if first is not None:
                first.field.setFocus()
        return not problems

    def sizeHint(self) -> QSize:
        """At most 72 letters wide, for comfortable reading."""
        hint = super().sizeHint()
        return QSize(min(hint.width(), 560), hint.height())
