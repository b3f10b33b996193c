"""Reporting a fault by itself: what, where, how bad, a photo; beside Today and on the page of faults."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QLineEdit, QWidget

from bursar_desk.domain import words
from bursar_desk.services import defects
from bursar_desk.ui.pages.evidence_files import FilesPicker
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
    from bursar_desk.services import places

    return tuple((one.id, one.where) for one in places.tree(desk, school=desk.home))


def load_codes(desk: Desk) -> dict[str, bytes]:
    """The places by the code on their labels and slips; on the database worker."""
    from bursar_desk.services import places

    return {_plain(one.code): one.id for one in places.tree(desk, school=desk.home)}


def _plain(code: str) -> str:
    return "".join(letter for letter in code.casefold() if letter.isalnum())


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
        self.note = NoteBox(lines=3)
        self.code = QLineEdit()
        self.photos = FilesPicker(context, words="Add a photo")
        self._codes: dict[str, bytes] = {}
        self.form.add("what", "What is wrong", self.what, "For example: hall door closer loose.")
        if places:
            self.form.add("where", "Where", self.where)
            help_text = "Type or scan it, and the place is chosen."
            self.form.add("code", "Code on the label or slip", self.code, help_text, optional=True)
            self.code.textChanged.connect(self._coded)
            context.run(self, load_codes, self._know_codes)
        self.form.add("risk", "How bad is it", self.risk)
        self.form.add("note", "More about it", self.note, optional=True)
        self.form.add_widget(self.photos)
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
        return bool(self.what.text().strip() or self.note.toPlainText().strip() or self.photos.tray.count)

    def _know_codes(self, codes: dict[str, bytes]) -> None:
        self._codes = codes
        self._coded()

    def _coded(self) -> None:
        """Choose the place whose code was typed or scanned."""
        place = self._codes.get(_plain(self.code.text()))
        if place is not None:
            self.where.set_key(place)

    def save(self) -> None:
        """Write it."""
        title = self.what.text().strip()
        if not self.form.show_problems({} if title else {"what": "Say what is wrong."}):
            return
        self.save_button.setEnabled(False)
        risk, note, place = str(self.risk.key()), self.note.toPlainText().strip(), self.where.key()
        tray = self.photos.tray

        def write(desk: Desk) -> Changes:
            where = place if isinstance(place, bytes) else None
            return defects.report(desk, title, risk=risk, note=note, place=where, photos=tray.files)[1]

        self.context.run(self, write, self._saved, self._refused)

    def _saved(self, changes: Changes) -> None:
        self.context.acted(changes, f"Fault reported: {words.quoted(self.what.text().strip())}.", origin=self)
        self.saved.emit(changes)

    def _refused(self, problem: UserError) -> None:
        self.save_button.setEnabled(True)
        self.problem.set_text(problem.title, " ".join(part for part in (problem.safe, problem.remedy) if part))
        self.problem.show()
