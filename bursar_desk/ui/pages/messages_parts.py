"""Two parts of the form for a message: the schools it names, and the files that go with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from bursar_desk.services.messages import MOST_FILES
from bursar_desk.ui.widgets import Button, IconButton, IconView, Picker, Reflow, plain_label, set_ink
from bursar_desk.ui.widgets.elided import ElidedLabel

if TYPE_CHECKING:
    from bursar_desk.domain.errors import UserError
    from bursar_desk.services.enclosures import Enclosure
    from bursar_desk.services.messages import Reader

_NOBODY = "Anybody can answer"
_ANOTHER = "Name another school"


class _Rows(QWidget):
    """Rows with a cross that takes them away."""

    def __init__(self) -> None:
        super().__init__()
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(4)
        self._rows: list[QWidget] = []

    def add_row(self, *parts: QWidget, away: IconButton, stretch: int = 0) -> None:
        """Put a row at the end, its cross at the right."""
        row = Reflow(*parts, away, spacing=8)
        row.line.setStretch(stretch, 1)
        self._rows.append(row)
        self.column.addWidget(row)

    def no_rows(self) -> None:
        """Take every row away."""
        for row in self._rows:
            self.column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows.clear()


class Named(QWidget):
    """Whose turn it is: nobody named means anybody. Schools are picked one after the other."""

    def __init__(self) -> None:
        super().__init__()
        self._readers: tuple[Reader, ...] = ()
        self._chosen: list[bytes] = []
        self.picker = Picker([(None, _NOBODY)])
        self.picker.picked.connect(self._pick)
        self._rows = _Rows()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._rows)
        column.addWidget(self.picker)
        self.setFocusProxy(self.picker)
        self._rows.hide()

    def chosen(self) -> tuple[bytes, ...]:
        """The schools named."""
        return tuple(self._chosen)

    def set_readers(self, readers: Sequence[Reader]) -> None:
        """Who can be named; those named before stay while they can."""
        self._readers = tuple(readers)
        known = {one.school for one in readers}
        self._chosen = [one for one in self._chosen if one in known]
        self._show()

    def clear(self) -> None:
        """Name nobody."""
        self._chosen.clear()
        self._show()

    def add(self, school: bytes) -> None:
        """Name a school."""
        if school not in self._chosen:
            self._chosen.append(school)
            self._show()

    def _pick(self, key: object) -> None:
        if isinstance(key, bytes):
            self.add(key)

    def _remove(self, school: bytes) -> None:
        self._chosen.remove(school)
        self._show()
        self.picker.setFocus()

    def _show(self) -> None:
        names = {one.school: one.name for one in self._readers}
        left = [(one.school, one.name) for one in self._readers if one.school not in self._chosen]
        self.picker.set_choices([(None, _ANOTHER if self._chosen else _NOBODY), *left])
        self.picker.set_key(None)
        self._rows.no_rows()
        for school in self._chosen:
            away = IconButton("x", f"Do not name {names[school]}", on_click=partial(self._remove, school))
            self._rows.add_row(ElidedLabel(names[school], "body"), away=away)
        self._rows.setVisible(bool(self._chosen))


class Attached(QWidget):
    """The files of a message: chosen in a dialog or dropped, looked at before they are taken, taken away by a cross."""

    def __init__(self, ask: Callable[[], object], wanted: Callable[[object], object]):
        super().__init__()
        self.files: list[Enclosure] = []
        self._wanted = wanted
        self._waiting = 0
        self._rows = _Rows()
        self.button = Button("Attach a file", icon="paperclip", on_click=ask)
        self._note = plain_label("", "caption", "muted", wrap=True)
        self._room = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._rows)
        line = Reflow(self.button, 1, spacing=0)
        column.addWidget(line)
        column.addWidget(self._note)
        self._rows.hide()
        self.say("")

    def set_room(self, room: str) -> None:
        """How much of the school's room for files is used."""
        self._room = room
        if not self._waiting:
            self.say("")

    def say(self, problem: str) -> None:
        """Say what cannot be attached, or what can."""
        plain = "Or drop it here. Photos are made small, and lose the place and camera they came from."
        room = f" {self._room}." if self._room else ""
        self._note.setText(problem or plain + room)
        set_ink(self._note, "overdue" if problem else "muted")

    def look_at(self, paths: Sequence[Path]) -> None:
        """Hand files over to be looked at."""
        self._waiting += len(paths)
        self.button.setEnabled(False)
        self._note.setText("Looking at the file…")
        set_ink(self._note, "muted")
        self._wanted(list(paths))

    def taken(self, files: Sequence[Enclosure], problem: UserError | None) -> None:
        """Files were looked at: show those that were taken, and why another was not."""
        self._waiting = 0
        self.button.setEnabled(True)
        known = {one.sha256 for one in self.files}
        self.files += [one for one in files if one.sha256 not in known]
        over = len(self.files) > MOST_FILES
        del self.files[MOST_FILES:]
        self._show()
        said = f"{problem.title} {problem.remedy}" if problem is not None else ""
        self.say(said or (f"{MOST_FILES} files are the most for one message." if over else ""))

    def clear(self) -> None:
        """Take every file away."""
        self.files.clear()
        self._show()
        self.say("")

    def _remove(self, one: Enclosure) -> None:
        self.files.remove(one)
        self._show()
        self.say("")
        self.button.setFocus()

    def _show(self) -> None:
        self._rows.no_rows()
        for one in self.files:
            away = IconButton("x", f"Do not attach {one.name}", on_click=partial(self._remove, one))
            parts = (IconView("paperclip", "muted"), ElidedLabel(one.name), plain_label(one.words, "caption", "muted"))
            self._rows.add_row(*parts, away=away, stretch=1)
        self._rows.setVisible(bool(self.files))
