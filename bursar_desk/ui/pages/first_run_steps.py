"""The six steps of the first start, one widget each: a heading, a sentence, and at most a few things to answer."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.services import first_run as service
from bursar_desk.ui.pages.first_run_parts import TileGrid, TileGroup
from bursar_desk.ui.widgets import (
    Button,
    Card,
    FieldRow,
    IconView,
    MessageStrip,
    Picker,
    Row,
    Scroller,
    Well,
    plain_label,
)

if TYPE_CHECKING:
    from bursar_desk.domain.directory import DirectorySchool
    from bursar_desk.services.first_run import Draft, Sheet

WIDE = 710


class Step(Scroller):
    """Base of the steps: ``title``, ``sentence``, and ``body`` for what is asked."""

    changed = Signal()
    title = ""
    sentence = ""

    def __init__(self, draft: Draft):
        super().__init__((48, 32, 48, 24), 16)
        self.draft = draft
        head = QWidget()
        column = QVBoxLayout(head)
        column.setContentsMargins(0, 0, 0, 8)
        column.setSpacing(4)
        column.addWidget(plain_label(self.title, "title", wrap=True))
        column.addWidget(plain_label(self.sentence, "large", "muted", wrap=True))
        head.setMaximumWidth(WIDE)
        self.body.addWidget(head)
        self.build()
        self.body.addStretch()

    def build(self) -> None:
        """Make what is asked."""

    def enter(self) -> None:
        """Show the answers there are; called when the step comes up."""

    def keep(self) -> None:
        """Put what was typed into the draft."""

    def problems(self) -> dict[str, str]:
        """What must be put right before going on, by field; shown beside it."""
        return {}

    def put(self, widget: QWidget) -> QWidget:
        """Add a part that is not wider than comfortable reading."""
        widget.setMaximumWidth(WIDE)
        self.body.addWidget(widget)
        return widget


def _row(icon: QWidget | None, label: QLabel, button: QWidget, high: int) -> Row:
    """A row whose words take all the room there is, on as many lines as they need."""
    label.setWordWrap(True)
    label.setAlignment(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
    parts = [one for one in (icon, label, button) if one is not None]
    row = Row(*parts, high=high)
    row.line.setStretchFactor(label, 1)
    return row


class WelcomeStep(Step):
    """Three ways to begin."""

    title = "Welcome to Bursar Desk"
    sentence = "Every check of your school in one place: what is due, who does it, and the proof."
    picked = Signal(str)

    def build(self) -> None:
        """A card for each way."""
        ways = (
            ("set up", "school", "Set up my school", "About five minutes. You can stop and carry on later.", "filled"),
            ("join", "monitor-check", "Join a cluster file", "Your school uses Bursar Desk on another computer.", ""),
            ("practise", "graduation-cap", "Practise with a made-up school", "Nothing you do there is real.", ""),
        )  # fmt: skip
        self.buttons: dict[str, Button] = {}
        for key, icon, text, note, kind in ways:
            card = Card()
            button = Button(text, "filled" if kind else "outlined", size=48, on_click=partial(self.picked.emit, key))
            self.buttons[key] = button
            card.add_row(_row(IconView(icon, "accent", 24, plate=44), plain_label(note, "body", "muted"), button, 88))
            self.put(card)

    def allow(self, *, on: bool) -> None:
        """Let a way be chosen, or not while one is under way."""
        for button in self.buttons.values():
            button.setEnabled(on)


class SchoolStep(Step):
    """Which school: found in the public register as its name is typed, or typed in full."""

    title = "Which school is yours?"
    sentence = "Type the name, the town or the URN. Schools we know appear below."

    def build(self) -> None:
        """The field, the schools that match, and the kind of school where none does."""
        self.name = QLineEdit()
        self.name.setMaxLength(120)
        self.row = FieldRow("School", self.name)
        self.put(self.row)
        self.found = Card()
        self.put(self.found)
        self.found.hide()
        self.chosen = Well()
        self.put(self.chosen)
        self.kind = Picker([(key, said) for key, said in service.KINDS.items()])
        self.kind_row = FieldRow("Kind of school", self.kind, "It decides which checks we begin with.")
        self.put(self.kind_row)
        self.buttons: list[Button] = []
        self.name.textEdited.connect(self._typed)
        self.kind.picked.connect(self._kind)

    def enter(self) -> None:
        """Show the school that was chosen."""
        if self.name.text() != self.draft.name:
            self.name.setText(self.draft.name)
        self.kind.set_key(self.draft.kind)
        self._show()
        self.name.setFocus()

    def keep(self) -> None:
        """The name as typed."""
        self.draft.name = " ".join(self.name.text().split())

    def problems(self) -> dict[str, str]:
        """A name is needed."""
        found = {name: text for name, text in service.problems(self.draft).items() if name == "school"}
        self.row.set_message(found.get("school", ""))
        if found:
            self.name.setFocus()
        return found

    def _typed(self, text: str) -> None:
        if self.draft.urn:
            self.draft.urn = ""
        self.row.set_message("")
        self._list(service.suggestions(text))
        self._show()

    def _list(self, rows: tuple[DirectorySchool, ...]) -> None:
        self.found.clear()
        self.buttons = []
        for row in rows:
            pick = Button("Choose", size=32, on_click=partial(self._choose, row))
            pick.setAccessibleName(f"Choose {service.school_words(row)}")
            label = plain_label(service.school_words(row), wrap=True)
            self.buttons.append(pick)
            self.found.add_row(_row(None, label, pick, 48))
        self.found.setVisible(bool(rows))

    def _choose(self, row: DirectorySchool) -> None:
        service.choose(self.draft, row)
        self.name.setText(row.name)
        self.row.set_message("")
        self._list(())
        self._show()
        self.changed.emit()

    def _kind(self, key: object) -> None:
        self.draft.kind, self.draft.ticked = str(key), False
        self.changed.emit()

    def _show(self) -> None:
        row = service.row_of(self.draft)
        self.chosen.setVisible(row is not None)
        self.kind_row.setVisible(row is None)
        if row is not None:
            kind = service.KINDS[row.kind].lower()
            said = f"{service.school_words(row)}. URN {row.urn}, {kind}. {service.employer_words(row)}"
            self.chosen.set_text(said)


class BuildingsStep(Step):
    """How old the buildings are, and what is there."""

    title = "What do you look after?"
    sentence = "Tick what you have. We set up the checks that go with it."

    def build(self) -> None:
        """Three choices, then the tiles."""
        self.put(plain_label("Was any part built before 2000?", "large-strong"))
        self.put(plain_label("This decides the asbestos checks.", "body", "muted"))
        self.built = TileGroup((("yes", "Yes"), ("no", "No"), ("ask", "Not sure")), "Was any part built before 2000?")
        self.built.chosen.connect(self._built)
        self.put(self.built)
        self.message = plain_label("", "caption-strong", "overdue", wrap=True)
        self.message.hide()
        self.put(self.message)
        self.put(plain_label("Which of these do you have?", "large-strong"))
        self.grid = TileGrid([(one.code, one.label, one.icon, one.help) for one in service.tiles()])
        self.grid.changed.connect(self._ticked)
        self.put(self.grid)

    def enter(self) -> None:
        """Show the answers; the first time, what such a school usually has."""
        service.begin_ticks(self.draft)
        self.built.set_key(self.draft.built)
        for code, tile in self.grid.tiles.items():
            tile.setChecked(code in self.draft.have)
        self.changed.emit()

    def problems(self) -> dict[str, str]:
        """The age must be answered: not sure is an answer."""
        text = "" if self.draft.built else "Choose yes, no or not sure."
        self.message.setText(text)
        self.message.setVisible(bool(text))
        if text:
            self.built.tiles["yes"].setFocus()
        return {"built": text} if text else {}

    def _built(self, key: str) -> None:
        self.draft.built = key
        self.message.hide()
        self.changed.emit()

    def _ticked(self, code: str, on: bool) -> None:
        have = [one for one in self.draft.have if one != code]
        self.draft.have = [*have, code] if on else have
        self.changed.emit()


class YouStep(Step):
    """Who runs the register."""

    title = "Who are you?"
    sentence = "You run this register. Your name stands beside what you record."

    def build(self) -> None:
        """The name, and a PIN for a shared computer."""
        self.name = QLineEdit()
        self.name.setMaxLength(80)
        self.row = FieldRow("Your name", self.name)
        self.put(self.row)
        self.pin = QLineEdit()
        self.pin.setMaxLength(40)
        self.pin.setEchoMode(QLineEdit.EchoMode.Password)
        note = "Six to eight digits. You need one only if others use this computer too."
        self.put(FieldRow("PIN", self.pin, note, optional=True))

    def enter(self) -> None:
        """Show the name."""
        self.name.setText(self.draft.manager)
        self.name.setFocus()

    def keep(self) -> None:
        """The name as typed."""
        self.draft.manager = " ".join(self.name.text().split())

    def problems(self) -> dict[str, str]:
        """A name is needed."""
        found = {name: text for name, text in service.problems(self.draft).items() if name == "manager"}
        self.row.set_message(found.get("manager", ""))
        if found:
            self.name.setFocus()
        return found


class SafetyStep(Step):
    """A second place for backups, and the recovery sheet on paper."""

    title = "If this computer breaks"
    sentence = "A second copy and a sheet of paper bring everything back."
    folder_wanted = Signal()
    print_wanted = Signal()

    def __init__(self, draft: Draft, sheet: Sheet):
        self.sheet = sheet
        self.lines = service.asked_lines(sheet)
        super().__init__(draft)

    def build(self) -> None:
        """The folder, the sheet, and two lines to type back."""
        self.folder = plain_label("", wrap=True)
        self.folder_button = Button("Choose a folder", on_click=self.folder_wanted.emit)
        copy = Card("A second copy")
        copy.add_row(_row(IconView("hard-drive", "text", 20), self.folder, self.folder_button, 56))
        self.put(copy)
        self.print_button = Button("Print recovery sheet", icon="printer", on_click=self.print_wanted.emit)
        sheet = Card("Recovery sheet")
        text = plain_label("Print it and put it in the safe. It is not shown again.", wrap=True)
        sheet.add_row(_row(IconView("life-buoy", "text", 20), text, self.print_button, 56))
        self.put(sheet)
        asked = words.listing([f"line {number}" for number in self.lines])
        self.put(plain_label(f"Type back {asked} from the paper, so that we know it can be read.", wrap=True))
        holder = QWidget()
        line = QHBoxLayout(holder)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(16)
        self.back: dict[int, tuple[QLineEdit, FieldRow]] = {}
        for number in self.lines:
            field = QLineEdit()
            field.setMaxLength(40)
            row = FieldRow(f"Line {number}", field)
            self.back[number] = (field, row)
            line.addWidget(row)
        self.put(holder)

    def enter(self) -> None:
        """Show the folder."""
        self.show_folder()

    def show_folder(self) -> None:
        """Say where the second copy goes."""
        none = "On a stick or a school drive. Without it there is one copy, on this computer."
        self.folder.setText(str(Path(self.draft.backup)) if self.draft.backup else none)
        self.folder_button.set_words("Choose another folder" if self.draft.backup else "Choose a folder")

    def problems(self) -> dict[str, str]:
        """Both lines must be as on the paper."""
        found = {}
        for number, (field, row) in self.back.items():
            text = service.typed_back(self.sheet, number, field.text()) if field.text().strip() else ""
            text = text or ("" if field.text().strip() else f"Type line {number} from the paper.")
            row.set_message(text)
            if text:
                found[f"line {number}"] = text
        if found:
            next(field for field, row in self.back.values() if row.message).setFocus()
        return found


class TeamStep(Step):
    """Who does the daily checks; may be left empty."""

    title = "Who looks after the site?"
    sentence = "First names are enough. You can leave this out and add people later."

    def build(self) -> None:
        """A few names, each with a PIN if others share the computer."""
        self.people: list[tuple[QLineEdit, QLineEdit]] = []
        for n in range(1, 4):
            name, pin = QLineEdit(), QLineEdit()
            name.setMaxLength(80)
            pin.setMaxLength(8)
            pin.setEchoMode(QLineEdit.EchoMode.Password)
            holder = QWidget()
            line = QHBoxLayout(holder)
            line.setContentsMargins(0, 0, 0, 0)
            line.setSpacing(16)
            line.addWidget(FieldRow(f"Name {n}", name, optional=True), 2)
            line.addWidget(FieldRow(f"PIN {n}", pin, optional=True), 1)
            self.people.append((name, pin))
            self.put(holder)
        self.pin_note = plain_label("A PIN for others needs one for you first: go back to step 4.", "body", "muted")
        self.put(self.pin_note)
        self.trouble = MessageStrip("overdue", "")
        self.trouble.hide()
        self.put(self.trouble)

    def enter(self) -> None:
        """Show the names."""
        for (name, _pin), said in zip(self.people, [*self.draft.team, "", "", ""], strict=False):
            name.setText(said)
        self.people[0][0].setFocus()

    def keep(self) -> None:
        """The names as typed."""
        self.draft.team = [text for name, _pin in self.people if (text := " ".join(name.text().split()))]

    def allow_pins(self, allowed: bool) -> None:
        """PINs of others need one of the manager."""
        for _name, pin in self.people:
            pin.setEnabled(allowed)
        self.pin_note.setVisible(not allowed)

    def pins(self) -> dict[str, str]:
        """What was typed, by name."""
        return {" ".join(n.text().split()): p.text() for n, p in self.people if n.text().strip() and p.text().strip()}
