"""Joining a school that uses Bursar Desk on another computer: its card in, a request out, words for the phone."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from bursar_desk import machine, paths
from bursar_desk.ui.jobs import Job
from bursar_desk.ui.widgets import Button, FieldRow, MessageStrip, Scroller, Well, plain_label
from bursar_desk.ui.widgets.file_asks import SHARE_FILES, FileAsk

if TYPE_CHECKING:
    from bursar_desk.clock import Clock
    from bursar_desk.domain.errors import UserError


class JoinPane(Scroller):
    """Choose the card of the school, save the request; ``joined(Path)`` names the register that waits to be let in."""

    left = Signal()
    joined = Signal(object)

    def __init__(self, clock: Clock):
        super().__init__((48, 32, 48, 24), 16)
        self.clock = clock
        self.files = FileAsk(self)
        self.register: Path | None = None
        head = QWidget()
        column = QVBoxLayout(head)
        column.setContentsMargins(0, 0, 0, 8)
        column.addWidget(plain_label("Join your school", "title", wrap=True))
        said = "On the other computer open Computers and save the school’s card. Bring that file here."
        column.addWidget(plain_label(said, "large", "muted", wrap=True))
        self.body.addWidget(head)
        self.label = QLineEdit(socket.gethostname().split(".")[0][:20])
        self.label.setMaxLength(40)
        named = FieldRow("Name of this computer", self.label, "For example OFFICE-2.")
        self.body.addWidget(named)
        self.card_button = Button("Choose the card", "filled", on_click=self._choose)
        self.body.addWidget(self.card_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.strip = MessageStrip("overdue", "")
        self.strip.hide()
        self.body.addWidget(self.strip)
        self.well = Well()
        self.well.hide()
        self.body.addWidget(self.well)
        self.open_button = Button("Open Bursar Desk", "filled", on_click=lambda: self.joined.emit(self.register))
        self.open_button.hide()
        self.body.addWidget(self.open_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.back_button = Button("Back", on_click=self.left.emit)
        self.body.addWidget(self.back_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addStretch()
        for part in (head, named, self.strip, self.well):
            part.setMaximumWidth(710)

    def enter(self) -> None:
        """Begin with the field."""
        self.label.setFocus()

    def _choose(self) -> None:
        def chosen(found: list[Path]) -> None:
            name = machine.safe_file_name(f"Request of {self.label.text().strip()}.bursar")
            card = found[0]
            ask = "Save the request to be let in"
            self.files.save(ask, card.parent / name, SHARE_FILES, lambda out: self._ask(card, out))

        self.files.open_files("Choose the school’s card", Path.home(), SHARE_FILES, chosen)

    def _ask(self, card: Path, out: Path) -> None:
        label, clock = self.label.text(), self.clock

        def work(_steps: object) -> tuple[Path, str, str, str]:
            from bursar_desk.services import computers, own_desk

            folder = paths.registers_folder()
            folder.mkdir(parents=True, exist_ok=True)
            number = 1
            while (path := folder / f"joined {number}.register").exists():
                number += 1
            asked = computers.ask_to_join(path, card, label, out, clock)
            asked.store.close()
            own_desk.remember(path)
            return path, asked.school_name, asked.school_words, asked.words

        Job(self, work).on_done(self._asked).on_error(self._problem).start()

    def _asked(self, told: tuple[Path, str, str, str]) -> None:
        self.register, school, school_words, words = told
        self.strip.hide()
        self.well.set_text(
            f"Bring the request to the other computer of {school} and ring there. The words of the school are: "
            f"{school_words}. The words of this computer are: {words}. Both must be the same on both sides."
        )
        self.well.show()
        self.card_button.hide()
        self.back_button.hide()
        self.open_button.show()

    def _problem(self, problem: UserError) -> None:
        self.strip.set_text(problem.title, f"{problem.safe} {problem.remedy}".strip())
        self.strip.show()
