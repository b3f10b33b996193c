"""A question or a message above everything: it says exactly what will happen, and its buttons say so too."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from bursar_desk.domain.errors import UserError
from bursar_desk.ui.widgets.buttons import Button
from bursar_desk.ui.widgets.labels import ground, plain_label


class Question(QDialog):
    """``answered(key)`` once; closing it by Esc answers with the last key, which must be the one that changes nothing.

    Show it with ``open()``: the program goes on behind it.
    """

    answered = Signal(str)

    def __init__(self, parent: QWidget | None, title: str, text: str, answers: Sequence[tuple[str, str]]):
        super().__init__(parent)
        self.setWindowTitle("Bursar Desk")
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        ground(self, "surface")
        self._safe = answers[-1][0]
        self._told = False
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(8)
        column.addWidget(plain_label(title, "subtitle", wrap=True))
        for part in text.split("\n"):
            said = plain_label(part, wrap=True, select=True)
            said.setMinimumWidth(420)
            column.addWidget(said)
        column.addSpacing(12)
        line = QHBoxLayout()
        line.setSpacing(12)
        line.addStretch()
        self.buttons: dict[str, Button] = {}
        for key, words in answers:
            button = Button(words, "filled" if key == self._safe else "outlined")
            button.clicked.connect(lambda _checked=False, key=key: self._answer(key))
            line.addWidget(button)
            self.buttons[key] = button
        column.addLayout(line)
        self.buttons[self._safe].setFocus()
        self.rejected.connect(lambda: self._answer(self._safe))

    @classmethod
    def of(cls, parent: QWidget | None, problem: UserError, button: str) -> Question:
        """What could not be done, in three parts, with one button."""
        text = "\n".join(part for part in (problem.safe, problem.remedy) if part)
        return cls(parent, problem.title, text, [("close", button)])

    def _answer(self, key: str) -> None:
        if self._told:
            return
        self._told = True
        self.close()
        self.answered.emit(key)
