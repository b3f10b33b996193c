"""PINs and locking: who can sign in at this school's computers, setting and taking away PINs, and when to lock."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.services import pins
from bursar_desk.services.pins import SignIn
from bursar_desk.ui.pages.base import Page
from bursar_desk.ui.widgets import Avatar, Button, Card, FieldForm, MessageStrip, Picker, Row, plain_label

if TYPE_CHECKING:
    from collections.abc import Callable

    from bursar_desk.domain.errors import UserError
    from bursar_desk.domain.operations import Changes
    from bursar_desk.services.desk import Desk

MINUTES: Final = (0, 2, 5, 10, 15, 20, 30, 60)


@dataclass(frozen=True, slots=True)
class Doors:
    """Who can sign in, and after how many minutes the window locks."""

    people: tuple[SignIn, ...]
    minutes: int


def state_of(one: SignIn) -> str:
    """How somebody signs in, in words."""
    if one.locked:
        return "Locked after ten wrong tries"
    if not one.has_pin:
        return "No PIN"
    return f"PIN of {one.length} digits" if one.digits else "Signs in with words"


class PinsPage(Page):
    """A row for each person; the form opens under the row it is for."""

    key: ClassVar[str] = "pins"
    title: ClassVar[str] = "PINs and locking"
    icon: ClassVar[str] = "key-round"
    interested_in: ClassVar[tuple[str, ...]] = ("pin", "person", "setting")

    def build(self) -> None:
        """One card of people, one about locking."""
        self._setting: bytes | None = None
        self.form: PinForm | None = None
        self.people = Card("Who can sign in", "A PIN says who is at the desk. It does not lock the computer’s files.")
        self.minutes = Picker([(n, f"After {words.count(n, 'minute')}" if n else "Never") for n in MINUTES])
        self.minutes.picked.connect(self._choose_minutes)
        self.minutes.setAccessibleName("Lock by itself")
        self.locking = Card("Locking")
        ask = plain_label("Lock by itself when nobody touches key or mouse")
        self.locking.add_row(Row(ask, 1, self.minutes, high=56))
        self.locking.add_sentence("What is typed stays until the same person signs in again. Ctrl+L locks now.")
        self.body.addWidget(self.people)
        self.body.addWidget(self.locking)
        self.body.addStretch()

    def load(self, desk: Desk) -> Doors:
        """Read who can sign in."""
        return Doors(pins.listing(desk), pins.lock_minutes(desk))

    def fill(self, data: Doors) -> None:
        """A row for each; what is being typed stays."""
        if self.form is not None and self.form.typed:
            return
        self.people.clear()
        self.form = None
        for one in data.people:
            self.people.add_row(self._row(one))
            if one.person == self._setting:
                self.form = PinForm(one, partial(self._set, one), self._leave)
                self.people.add(self.form)
                self.form.first.setFocus()
        self.minutes.set_key(data.minutes if data.minutes in MINUTES else pins.LOCK_MINUTES)
        self.locking.setVisible(any(one.has_pin for one in data.people))

    def _row(self, one: SignIn) -> QWidget:
        names = QWidget()
        stack = QVBoxLayout(names)
        stack.setContentsMargins(0, 0, 0, 0)
        stack.setSpacing(0)
        stack.addStretch()
        stack.addWidget(plain_label(one.name, "strong"))
        stack.addWidget(plain_label(one.job, "caption", "muted"))
        stack.addStretch()
        parts: list[QWidget | int] = [Avatar(one.name, 32), names, 1]
        parts.append(plain_label(state_of(one), "body", "overdue" if one.locked else "muted"))
        if one.locked:
            parts.append(self._button("Unlock", one, partial(self._unlock, one)))
        if one.has_pin:
            parts.append(self._button("Take PIN away", one, partial(self._clear, one)))
        set_words = "Change PIN" if one.has_pin else "Set a PIN"
        parts.append(self._button(set_words, one, partial(self._begin, one)))
        return Row(*parts, high=56)

    def _button(self, text: str, one: SignIn, do: Callable[[], object]) -> Button:
        made = Button(text, size=32, on_click=do)
        made.setAccessibleName(f"{text}: {one.name}")
        return made

    # --- what the person does ---

    def _begin(self, one: SignIn) -> None:
        self._setting, self.form = one.person, None
        if isinstance(self.data, Doors):
            self.fill(self.data)

    def _leave(self) -> None:
        self._setting = None
        if self.form is not None:
            self.form.empty()
        if isinstance(self.data, Doors):
            self.fill(self.data)

    def _set(self, one: SignIn, secret: str) -> None:
        def done(changes: Changes) -> None:
            self._leave()
            self._acted(changes, f"{one.name} can sign in now.")

        refused = self.form.refused if self.form is not None else None
        self.context.run(self, lambda desk: pins.set_pin(desk, one.person, secret), done, refused)

    def _clear(self, one: SignIn) -> None:
        said = f"{one.name} has no PIN any more."
        self.context.run(self, lambda desk: pins.clear(desk, one.person), lambda changes: self._acted(changes, said))

    def _unlock(self, one: SignIn) -> None:
        def done(_none: object) -> None:
            self.context.tell(f"{one.name} can try again.", undo=False)
            self.reload()

        self.context.run(self, lambda desk: pins.unlock(desk, one.person), done)

    def _choose_minutes(self, key: object) -> None:
        if isinstance(key, int) and isinstance(self.data, Doors) and key != self.data.minutes:
            when = f"after {words.count(key, 'minute')}" if key else "on Ctrl+L only"
            said = f"The window locks {when}."
            self.context.run(
                self, lambda desk: pins.set_lock_minutes(desk, key), lambda changes: self._acted(changes, said)
            )

    def _acted(self, changes: Changes, said: str) -> None:
        self.context.acted(changes, said, origin=self, undo=False)


class PinForm(QWidget):
    """Two boxes for the same PIN or words. ``typed`` while there is something in them."""

    def __init__(self, one: SignIn, save: Callable[[str], object], leave: Callable[[], object]):
        super().__init__()
        self._save = save
        self.first, self.second = QLineEdit(), QLineEdit()
        self.problem = MessageStrip("overdue", "")
        self.problem.hide()
        form = FieldForm()
        what = "6 to 8 digits, or three words or more" if one.manages else "4 to 8 digits"
        for box in (self.first, self.second):
            box.setEchoMode(QLineEdit.EchoMode.Password)
            box.setMaximumWidth(320)
            box.returnPressed.connect(self.submit)
        form.add("first", f"PIN for {one.name}", self.first, f"{what}. No years, no rows of digits.")
        form.add("second", "The same once more", self.second)
        self.form = form
        self.button = Button("Set PIN", "filled", on_click=self.submit)
        buttons = Row(self.button, Button("Leave it as it is", "text", on_click=leave), 1)
        buttons.line.setContentsMargins(0, 0, 0, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        for part in (self.problem, form, buttons):
            column.addWidget(part, 0, Qt.AlignmentFlag.AlignTop)

    @property
    def typed(self) -> bool:
        """Whether something would be lost."""
        return bool(self.first.text() or self.second.text())

    def empty(self) -> None:
        """Nothing typed."""
        self.first.clear()
        self.second.clear()

    def submit(self) -> None:
        """Hand it over when both are the same."""
        wrong: dict[str, str] = {}
        if not self.first.text():
            wrong["first"] = "Type a PIN."
        elif self.first.text() != self.second.text():
            wrong["second"] = "The two are not the same."
        if self.form.show_problems(wrong):
            self._save(self.first.text())

    def refused(self, problem: UserError) -> None:
        """Say why not; what was typed stays."""
        self.problem.set_text(problem.title, problem.remedy)
        self.problem.show()
        self.first.setFocus()
        self.first.selectAll()
