"""Computers: which ones write for the school, letting one in, reporting one lost, and who we know by their words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from PySide6.QtWidgets import QVBoxLayout, QWidget

from bursar_desk import machine
from bursar_desk.domain import words
from bursar_desk.services import computers, main_keys, meeting
from bursar_desk.ui.pages import computers_readers
from bursar_desk.ui.pages.base import Command, Page
from bursar_desk.ui.pages.computers_data import Computers, line_words, read_computers
from bursar_desk.ui.pages.computers_panes import CardPane, LetInPane, ReportPane, SheetPane
from bursar_desk.ui.pages.computers_readers import known_row
from bursar_desk.ui.pages.kept_choices import keep_folder, kept_folder
from bursar_desk.ui.status_marks import OK, OUT_OF_USE, OVERDUE, UNKNOWN, Look
from bursar_desk.ui.widgets import (
    Button,
    Card,
    MessageStrip,
    Row,
    Scroller,
    SplitPane,
    StatusChip,
    give_letters,
    ground,
    plain_label,
)
from bursar_desk.ui.widgets.file_asks import SHARE_FILES, FileAsk
from bursar_desk.ui.widgets.question import Question

if TYPE_CHECKING:
    from bursar_desk.domain.errors import UserError
    from bursar_desk.services.computers import ComputerLine
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.main_keys import Renewed
    from bursar_desk.ui.pages.computers_data import Known

FOLDER: Final = "cards and requests"
_LOOKS: Final[dict[str, Look]] = {
    "this one": OK, "in use": OK, "lost": OVERDUE, "left": OUT_OF_USE, "waiting": UNKNOWN,
}  # fmt: skip


class ComputersPage(Page):
    """A list with its ways on at the right, and a pane for each of them."""

    key = "computers"
    title = "Computers"
    icon = "monitor-check"
    interested_in = ("school",)
    scrolls = False

    def build(self) -> None:
        """Make the cards."""
        self.files = FileAsk(self)
        self.question: Question | None = None
        self.card_button = Button("Save our card", icon="file-down", on_click=self.save_card)
        self.accept_button = Button("Accept a card", icon="badge-check", on_click=self.choose_card)
        self.let_in_button = Button("Let a computer in", "filled", icon="monitor-check", on_click=self.choose_request)
        for button in (self.card_button, self.accept_button, self.let_in_button):
            self.header.add(button)
        self._strip = MessageStrip("info", "")
        self._strip.hide()
        self._own = Card("Your words")
        self._list = Card("Our computers")
        self._known = Card("Who we know")
        scroller = Scroller()
        self._column = scroller.body
        for part in (self._strip, self._list, self._own, self._known):
            scroller.body.addWidget(part)
        scroller.body.addStretch()
        holder = ground(QWidget(), "bg")
        layout = QVBoxLayout(holder)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.addWidget(scroller)
        self.split = SplitPane(holder)
        self.body.addWidget(self.split)

    # --- reading ---

    def load(self, desk: Desk) -> Computers:
        """Read computers and words."""
        return read_computers(desk)

    def fill(self, data: Computers) -> None:
        """Show them."""
        self.header.set_note(data.sentence)
        waiting = bool(data.own_words)
        for button in (self.card_button, self.accept_button, self.let_in_button):
            button.setVisible(not waiting)
        self.let_in_button.setEnabled(data.holds_main_key)
        self._fill_strip(data)
        self._list.clear()
        for one in data.lines:
            self._list.add_row(self._computer(one, data))
        self._own.clear()
        self._own.set_title("This computer's words" if waiting else "Your words")
        said = plain_label(" \u00b7 ".join((data.own_words or data.words).split()), "title", wrap=True, select=True)
        both = QWidget()
        column = QVBoxLayout(both)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(said)
        column.addWidget(plain_label(_own_words(data), "body", "muted", wrap=True))
        self._own.add(both)
        self._known.clear()
        self._known.set_title("Who we know", words.count(len(data.known), "school or office", "schools and offices"))
        for school in data.known:
            self._known.add_row(known_row(school, self.ask_reading if data.holds_main_key else None))
        if not data.known:
            self._known.add_sentence("Nobody yet. Send your card to a school, and accept theirs.")
        if self.isVisible():
            give_letters(self)

    def _fill_strip(self, data: Computers) -> None:
        self._column.removeWidget(self._strip)
        self._strip.hide()
        self._strip.deleteLater()
        if data.own_words:
            self._strip = MessageStrip(
                "soon", "This computer is not let in yet",
                "Take its request to the computer with the main key. Then merge the welcome file on the Cluster page.",
            )  # fmt: skip
            self._strip.add_button(Button("Save the request again", size=32, on_click=self.save_request))
        elif data.holds_main_key:
            self._strip = MessageStrip("ok", "This computer holds the main key", "It can let computers in.")
            self._strip.add_button(Button("Make a new main key", size=32, on_click=self.open_sheet))
        else:
            self._strip = MessageStrip(
                "info", "Another computer holds the main key", "Let computers in and report them there. Is it gone?"
            )
            self._strip.add_button(Button("Bring the main key here", size=32, on_click=self.open_sheet))
        self._column.insertWidget(0, self._strip)

    def _computer(self, one: ComputerLine, data: Computers) -> QWidget:
        said = QWidget()
        column = QVBoxLayout(said)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        name = f"{one.label} ({one.letter})" if one.letter else one.label
        column.addWidget(plain_label(name, "strong", wrap=True))
        column.addWidget(plain_label(line_words(one), "caption", "muted", wrap=True))
        parts: list[QWidget | int] = [StatusChip(_LOOKS[one.state], one.state_words, width=148), said]
        if one.state == "in use" and data.holds_main_key:
            button = Button("Report it", size=32, on_click=lambda: self.open_report(one))
            button.setAccessibleName(f"Report {one.label} lost or handed back")
            parts.append(button)
        row = Row(*parts, high=56)
        row.line.setStretch(1, 1)
        return row

    # --- letting in ---

    def choose_request(self) -> None:
        """Ask for the request of a new computer."""
        self.files.open_files("Open the request", kept_folder(FOLDER), SHARE_FILES, self._read_request)

    def _read_request(self, paths: Sequence[Path]) -> None:
        path = paths[0]
        keep_folder(FOLDER, path)

        def show(request: computers.Request) -> None:
            pane = LetInPane(request)
            pane.wanted.connect(lambda: self._choose_welcome(pane, path))
            self._open(pane)

        self.context.run(self, lambda desk: computers.read_request(desk, path), show)

    def _choose_welcome(self, pane: LetInPane, path: Path) -> None:
        name = machine.safe_file_name(f"Welcome {pane.request.label}.bursar")
        self.files.save(
            "Save the welcome file", kept_folder(FOLDER) / name, SHARE_FILES, lambda out: self._let_in(pane, path, out)
        )

    def _let_in(self, pane: LetInPane, path: Path, out: Path) -> None:
        label, said = pane.request.label, pane.request.words

        def done(sent: Any) -> None:
            text = f"Take {sent.path.name} there and merge it on its Cluster page."
            pane.tell(MessageStrip("ok", f"{label} is let in", text))
            pane.finish()
            self.reload()

        self.context.run_long(
            self, lambda desk, steps: computers.let_in(desk, path, said, out, steps), done, self._not(pane)
        )

    # --- reporting ---

    def open_report(self, one: ComputerLine) -> None:
        """Ask whether it is lost or handed back."""
        pane = ReportPane(one)
        pane.wanted.connect(lambda reason: self._report(pane, reason))
        self._open(pane)

    def _report(self, pane: ReportPane, reason: str) -> None:
        why: Literal["lost", "left"] = "lost" if reason == "lost" else "left"

        def done(told: str) -> None:
            self.split.hide_detail()
            self.context.tell(told, undo=False)
            self.reload()

        self.context.run(self, lambda desk: computers.report(desk, pane.line.sign, why), done, self._not(pane))

    # --- cards ---

    def save_card(self) -> None:
        """Write our card for another school."""
        name = machine.safe_file_name(f"{self.context.facts.name} card.bursar")

        def written(path: Path) -> None:
            keep_folder(FOLDER, path)
            told = f"{path.name} is saved. Read your words out when they ring."
            self.context.run(
                self, lambda desk: meeting.write_card(desk, path), lambda _card: self.context.tell(told, undo=False)
            )

        self.files.save("Save our card", kept_folder(FOLDER) / name, SHARE_FILES, written)

    def choose_card(self) -> None:
        """Ask for another school's card."""
        self.files.open_files("Open a card", kept_folder(FOLDER), SHARE_FILES, self._read_card)

    def _read_card(self, paths: Sequence[Path]) -> None:
        path = paths[0]
        keep_folder(FOLDER, path)

        def show(card: meeting.Card) -> None:
            pane = CardPane(card)
            pane.wanted.connect(lambda: self._accept(pane, path))
            self._open(pane)

        self.context.run(self, lambda desk: meeting.read_card(desk, path), show)

    def _accept(self, pane: CardPane, path: Path) -> None:
        def done(card: meeting.Card) -> None:
            self.split.hide_detail()
            self.context.tell(f"{card.name} is known here now.", undo=False)
            self.reload()

        said = pane.card.words
        self.context.run(self, lambda desk: meeting.accept_card(desk, path, said), done, self._not(pane))

    def save_request(self) -> None:
        """Write the request of this computer once more."""
        self.files.save(
            "Save the request", kept_folder(FOLDER) / "Let this computer in.bursar", SHARE_FILES,
            lambda path: self.context.run(
                self, lambda desk: computers.write_request(desk, path),
                lambda _words: self.context.tell(f"{path.name} is saved.", undo=False),
            ),
        )  # fmt: skip

    # --- who reads ---

    def ask_reading(self, known: Known) -> None:
        """Ask what somebody may read, and say it."""

        def answered(answer: str) -> None:
            if answer != "stay":
                self.context.run(self, lambda desk: computers_readers.change(desk, known.school, answer), done)

        def done(sentence: str) -> None:
            self.context.tell(sentence, undo=False)
            self.reload()

        self.question = computers_readers.ask(self, known, answered)

    # --- main key ---

    def open_sheet(self) -> None:
        """Ask for the recovery sheet."""
        away = isinstance(self.data, Computers) and not self.data.holds_main_key
        lines = self.data.lines if away else ()
        pane = SheetPane([one for one in lines if one.state == "in use"])
        pane.wanted.connect(lambda typed, lost: self._renew(pane, typed, lost))
        self._open(pane)

    def _renew(self, pane: SheetPane, typed: str, lost: bytes | None) -> None:
        def done(made: Renewed) -> None:
            pane.show_new(made)
            self.reload()

        self.context.run(
            self, lambda desk: main_keys.renew(desk, main_keys.sheet_lines(typed), lost=lost), done, self._not(pane)
        )

    # --- small things ---

    def _not(self, pane: Any) -> Callable[[UserError], object]:
        return lambda problem: pane.tell(MessageStrip.of(problem))

    def _open(self, pane: QWidget) -> None:
        self.split.show_detail(pane, focus=True)
        if self.isVisible():
            give_letters(self)

    def commands(self) -> dict[Command, Callable[[], object]]:
        """Ctrl+N lets a computer in."""
        found = super().commands()
        if self.let_in_button.isEnabled() and not self.let_in_button.isHidden():
            found[Command.NEW] = self.choose_request
        return found

    def unsaved(self) -> str:
        """A sheet half typed."""
        pane = self.split.detail
        typed = isinstance(pane, SheetPane) and not pane.sheet and pane.typed.toPlainText().strip()
        return "the recovery sheet" if typed else ""

    def panes(self) -> list[QWidget]:
        """Header and the list."""
        return [self.header, self.split]


def _own_words(data: Computers) -> str:
    if data.own_words:
        return f"The computer with the main key shows these when it opens the request. Its own are: {data.words}."
    return "Read them out when another school rings you. They change only when you make a new main key."
