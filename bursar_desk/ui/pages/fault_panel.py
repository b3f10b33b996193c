"""Reporting a fault by itself: what, where, how bad; beside Today."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QLineEdit, QWidget

from bursar_desk.domain import words
from bursar_desk.services import defects
from bursar_desk.ui.pages.record_draft import RISKS
from bursar_desk.ui.widgets import Button, DetailPane, FieldForm, MessageStrip, NoteBox, Picker

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bursar_desk.domain.errors import UserError
    from bursar_desk.domain.operations import Changes
    from bursar_desk.services.desk import Desk
    from bursar_desk.ui.pages.base import DeskContext


def load_places(desk: Desk) -> tuple[tuple[bytes, str], ...]:
    """The places of the school, in walking order; on the database worker."""
    from bursar_desk.services import people

    return tuple((one.id, one.name) for one in people.places(desk))


class FaultPanel(DetailPane):
    """``saved(Changes)`` once the fault is in the register; ``touched`` while something typed would be lost."""

    saved = Signal(object)

    def __init__(self, context: DeskContext, places: Sequence[tuple[bytes, str]]):
        super().__init__("Report a fault", width=496, padding=24)
        self.context = context
        self.close_button.setAccessibleName("Close without reporting")
        self.close_button.setToolTip("Close without reporting (Esc)")
        self.form = FieldForm()
        self.what = QLineEdit()
        self.where = Picker([(None, "Not on this list"), *places])
        self.risk = Picker(RISKS)
        self.risk.set_key("medium")
        self.note = NoteBox(lines=4)
        self.form.add("what", "What is wrong", self.what, "For example: hall door closer loose.")
        if places:
            self.form.add("where", "Where", self.where)
        self.form.add("risk", "How bad is it", self.risk)
        self.form.add("note", "More about it", self.note, optional=True)
        self.problem = MessageStrip("overdue", "")
        self.problem.hide()
        self.body.addWidget(self.problem)
        self.body.addWidget(self.form)
        self.body.addStretch()
        self.save_button = Button("Report fault", "filled", size=56, hint="Ctrl+Enter", on_click=self.save)
        self.add_to_foot(self.save_button, 1)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self.save)

    @property
    def inside(self) -> list[QWidget]:
        """The first field."""
        return [self.form]

    @property
    def touched(self) -> bool:
        """Whether something was typed."""
        return bool(self.what.text().strip() or self.note.toPlainText().strip())

    def save(self) -> None:
        """Write it."""
        title = self.what.text().strip()
        if not self.form.show_problems({} if title else {"what": "Say what is wrong."}):
            return
        self.save_button.setEnabled(False)
        risk, note, place = str(self.risk.key()), self.note.toPlainText().strip(), self.where.key()

        def write(desk: Desk) -> Changes:
            where = place if isinstance(place, bytes) else None
            return defects.report(desk, title, risk=risk, note=note, place=where)[1]

        self.context.run(self, write, self._saved, self._refused)

    def _saved(self, changes: Changes) -> None:
        self.context.acted(changes, f"Fault reported: {words.quoted(self.what.text().strip())}.", origin=self)
        self.saved.emit(changes)

    def _refused(self, problem: UserError) -> None:
        self.save_button.setEnabled(True)
        self.problem.set_text(problem.title, " ".join(part for part in (problem.safe, problem.remedy) if part))
        self.problem.show()
