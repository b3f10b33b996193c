"""The form every step of a fault is taken in: a few fields beside the list and one filled button."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from bursar_desk.ui.widgets import Button, DetailPane, FieldForm, MessageStrip

if TYPE_CHECKING:
    from bursar_desk.domain.errors import UserError
    from bursar_desk.domain.operations import Changes
    from bursar_desk.services.desk import Desk
    from bursar_desk.ui.pages.base import DeskContext


class FormPane(DetailPane):
    """``saved(Changes)`` once it is in the register. Ctrl+Enter saves, Esc goes back; what was typed stays."""

    saved = Signal(object)

    def __init__(self, context: DeskContext, title: str, button: str, *, width: int = 384, size: int = 40):
        super().__init__(title, width=width, padding=20)
        self.context = context
        self.close_button.setAccessibleName("Go back without saving")
        self.close_button.setToolTip("Go back without saving (Esc)")
        self.problem = MessageStrip("overdue", "")
        self.problem.hide()
        self.form = FieldForm()
        self.save_button = Button(button, "filled", hint="Ctrl+Enter", size=size, on_click=self.save)
        self.add_to_foot(self.save_button, 1)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self.save)

    def lay_out(self, *parts: QWidget) -> None:
        """Put the parts into the pane, then the problem and the form."""
        for part in (*parts, self.problem, self.form):
            self.body.addWidget(part)
        self.body.addStretch()

    @property
    def inside(self) -> list[QWidget]:
        """The first field."""
        return [self.form]

    @property
    def touched(self) -> bool:
        """Whether words were typed that would be lost."""
        lines = [one for one in self.form.findChildren(QLineEdit) if one.isModified() and one.text().strip()]
        return bool(lines) or any(one.document().isModified() for one in self.form.findChildren(QPlainTextEdit))

    def save(self) -> None:
        """Check the fields, then write."""
        raise NotImplementedError

    def write(self, work: Callable[[Desk], tuple[Any, Changes]], said: str) -> None:
        """Do it on the database worker; say so and go back, or say why not."""
        self.save_button.setEnabled(False)

        def written(made: tuple[Any, Changes]) -> None:
            self.context.acted(made[1], said, origin=self)
            self.saved.emit(made[1])

        self.context.run(self, work, written, self.refused)

    def refused(self, problem: UserError) -> None:
        """Say above the fields why not; what was typed stays."""
        self.save_button.setEnabled(True)
        self.problem.set_text(problem.title, " ".join(part for part in (problem.safe, problem.remedy) if part))
        self.problem.show()
