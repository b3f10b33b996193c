"""Beside the list of computers: letting one in, reporting one, meeting a school, a new main key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from bursar_desk.ui.widgets import Button, Choice, DetailPane, FieldRow, MessageStrip, NoteBox, Well, plain_label

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from bursar_desk.services.computers import ComputerLine, Request
    from bursar_desk.services.main_keys import Renewed
    from bursar_desk.services.meeting import Card

WIDE = 424


def words_well(said: str, name: str) -> Well:
    """Words to compare, large, one under the other so that none is skipped on the phone."""
    well = Well()
    for number, one in enumerate(said.split(), 1):
        label = plain_label(f"{number}  {one}", "title", select=True)
        label.setAccessibleName(f"Word {number}: {one}")
        well.body.addWidget(label)
    well.setAccessibleName(f"{name}: {said}")
    return well


class _Pane(DetailPane):
    """A pane with a place for what went wrong and one main action."""

    def __init__(self, title: str, action: str, icon: str) -> None:
        super().__init__(title, width=WIDE)
        self._told: MessageStrip | None = None
        self.act = Button(action, "filled", icon=icon, on_click=self.press)
        self.add_to_foot(self.act, 1)
        self.cancel = Button("Cancel", on_click=self.closed.emit)
        self.add_to_foot(self.cancel)

    def press(self) -> None:
        """The main action was chosen."""
        raise NotImplementedError

    def say(self, text: str, role: str = "body", ink: str = "muted") -> QWidget:
        """Add a sentence."""
        label = plain_label(text, role, ink, wrap=True)
        self.body.addWidget(label)
        return label

    def tell(self, strip: MessageStrip) -> None:
        """Show what happened above everything else."""
        if self._told is not None:
            self.body.removeWidget(self._told)
            self._told.hide()
            self._told.deleteLater()
        self._told = strip
        self.body.insertWidget(0, strip)

    def finish(self) -> None:
        """Done: nothing is left to do here but close."""
        self.act.hide()
        self.cancel.setText("Close")
        self.cancel.setAccessibleName("Close")


class LetInPane(_Pane):
    """A new computer's words, compared with its screen, then one button. ``wanted`` when they are the same."""

    wanted = Signal()

    def __init__(self, request: Request) -> None:
        super().__init__("Let a computer in", f"Let {request.label} in", "monitor-check")
        self.request = request
        self.say(f"{request.label} must show these five words on its own screen. Compare every one.")
        self.body.addWidget(words_well(request.words, f"The words of {request.label}"))
        self.say("If one differs, do not let it in: close this and make its request again.")
        if request.known:
            self.tell(
                MessageStrip("info", f"{request.label} is let in already", "You can write its welcome file again.")
            )
        self.body.addStretch()

    def press(self) -> None:
        """The words are the same."""
        self.wanted.emit()


class CardPane(_Pane):
    """Another school's words, compared on the phone. ``wanted`` when they are the same."""

    wanted = Signal()

    def __init__(self, card: Card) -> None:
        super().__init__("Accept a card", f"Accept {card.name}", "badge-check")
        self.card = card
        self.say(f"Ring {card.name} on a number you know. Let them read out their words.")
        self.body.addWidget(words_well(card.words, f"The words of {card.name}"))
        self.say("If one differs, close this. Nothing is changed until you accept.")
        if card.known:
            self.tell(MessageStrip("info", f"You know {card.name} already", "Its words are the ones below."))
        self.body.addStretch()

    def press(self) -> None:
        """The words are the same."""
        self.wanted.emit()


class ReportPane(_Pane):
    """Which it is: lost, or handed back. ``wanted("lost" or "left")``."""

    wanted = Signal(str)

    def __init__(self, line: ComputerLine) -> None:
        super().__init__(f"Report {line.label}", f"Report {line.label}", "shield-alert")
        self.line = line
        self.say("What happened to it?", "strong", "text")
        self.lost = Choice("It is lost, stolen or broken")
        self.left = Choice("It was handed back or cleared")
        self.body.addWidget(self.lost)
        self.body.addWidget(self.left)
        self.lost.setChecked(True)
        self.say(f"What {line.label} wrote before stands. What it writes from now on is held back for you to look at.")
        self.say("Files made from now on cannot be opened on it. If it turns up again, it asks to be let in anew.")
        self.body.addStretch()

    def press(self) -> None:
        """Say which it is."""
        self.wanted.emit("lost" if self.lost.isChecked() else "left")


class SheetPane(_Pane):
    """The lines of the printed sheet, typed back; then the new sheet. ``wanted(text, lost computer or None)``."""

    wanted = Signal(str, object)

    def __init__(self, lines: Sequence[ComputerLine]) -> None:
        super().__init__("New main key", "Make a new main key", "key-round")
        self.say("Type the eight lines of the recovery sheet from the safe. This computer then holds the main key.")
        self.typed = NoteBox(lines=9)
        self.field = FieldRow("Recovery sheet", self.typed, "Capitals and spaces do not matter.")
        self.body.addWidget(self.field)
        self._choices: list[tuple[Choice, bytes | None]] = []
        if lines:
            self.body.addWidget(plain_label("Where is the computer that had it?", "strong"))
            self._add("It is still in use", None)
            for one in lines:
                self._add(f"{one.label} is lost or broken", one.sign)
            self._choices[0][0].setChecked(True)
        self.body.addStretch()
        self.sheet: tuple[str, ...] = ()

    def _add(self, text: str, sign: bytes | None) -> None:
        choice = Choice(text)
        self._choices.append((choice, sign))
        self.body.addWidget(choice)

    def press(self) -> None:
        """Hand on what was typed."""
        if not self.typed.toPlainText().strip():
            self.field.set_message("Type the lines of the sheet.")
            self.typed.setFocus()
            return
        self.field.set_message("")
        self.wanted.emit(self.typed.toPlainText(), next((s for c, s in self._choices if c.isChecked()), None))

    def show_new(self, made: Renewed) -> None:
        """Show the new sheet: it is shown this once."""
        self.field.hide()
        for choice, _ in self._choices:
            choice.hide()
        self.sheet = made.sheet
        self.tell(MessageStrip("ok", "This computer holds the new main key", "The old sheet is used up: tear it up."))
        well = Well()
        for line in made.sheet:
            well.body.addWidget(plain_label(line, "strong", select=True))
        well.setAccessibleName("The new recovery sheet")
        self.body.insertWidget(1, plain_label("Copy these lines out and put them in the safe.", "strong", wrap=True))
        self.body.insertWidget(2, well)
        self.body.insertWidget(3, plain_label("They are not shown again. Your new words:", "body", wrap=True))
        self.body.insertWidget(4, words_well(made.words, "Your new words"))
        self.finish()
