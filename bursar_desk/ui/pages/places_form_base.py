"""What the forms of the page of places share: fields, what to put right, saving with Ctrl+Enter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from bursar_desk.ui.widgets import Button, DetailPane, FieldForm, MessageStrip

if TYPE_CHECKING:
    from PySide6.QtWidgets import QBoxLayout

    from bursar_desk.domain.errors import UserError


def empty(column: QBoxLayout) -> None:
    """Take every widget out of a column, before it is filled anew."""
    while (item := column.takeAt(0)) is not None:
        old = item.widget()
        if old is not None:
            old.hide()
            old.deleteLater()


def beside(*parts: QWidget) -> QWidget:
    """Widgets beside each other, at the left."""
    box = QWidget()
    line = QHBoxLayout(box)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(8)
    for part in parts:
        line.addWidget(part)
    line.addStretch()
    return box


class SavePane(DetailPane):
    """A form beside the page. ``wanted(work)`` hands over ``work(desk) -> (Changes, sentence)`` once it is complete."""

    wanted = Signal(object)

    def __init__(self, title: str, save: str, *, width: int = 420):
        super().__init__(title, width=width)
        self.close_button.setAccessibleName("Close without saving")
        self.problem = MessageStrip("overdue", "")
        self.problem.hide()
        self.form = FieldForm()
        self.body.addWidget(self.problem)
        self.body.addWidget(self.form)
        self.save_button = Button(save, "filled", hint="Ctrl+Enter", on_click=self.submit)
        self.add_to_foot(self.save_button, 1)

    @property
    def inside(self) -> list[QWidget]:
        """The first field."""
        return [self.form]

    def submit(self) -> None:
        """Check what was typed and hand it over; each form says how."""
        raise NotImplementedError

    def hand_over(self, work: object, problems: dict[str, str]) -> None:
        """Hand the work over unless something is to be put right."""
        if self.save_button.isEnabled() and self.form.show_problems(self.form.unread_dates() | problems):
            self.problem.hide()
            self.save_button.setEnabled(False)
            self.wanted.emit(work)

    def refused(self, problem: UserError) -> None:
        """Say above the fields why not; what was typed stays."""
        self.save_button.setEnabled(True)
        self.problem.set_text(problem.title, " ".join(part for part in (problem.safe, problem.remedy) if part))
        self.problem.show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+Enter saves."""
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if control and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.submit()
            return
        super().keyPressEvent(event)
