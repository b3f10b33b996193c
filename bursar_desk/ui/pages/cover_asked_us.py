"""What other schools ask of our people: one row each with yes, no and taking a yes back, always with room for why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from bursar_desk.domain import cover_stage, words
from bursar_desk.ui.widgets import Button, IconView, Reflow, Row, give_letters, hline, plain_label

if TYPE_CHECKING:
    from bursar_desk.services.cover import CoverLine

WAITS = (cover_stage.ASKED, cover_stage.NO_ANSWER)
STANDS = (cover_stage.ACCEPTED, cover_stage.AGREED)

Said = Callable[["CoverLine", str, str], object]
"""What to do with an answer: the request, "yes", "no" or "taken back", and why."""


class AskedUs(QWidget):
    """The requests for our people that are still to come. Not there at all while there are none."""

    def __init__(self, say: Said):
        super().__init__()
        self._say = say
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._rows: list[QWidget] = []
        self._shown: tuple[CoverLine, ...] = ()
        self.hide()

    def set_requests(self, asked: Sequence[CoverLine]) -> None:
        """Show these requests; a reason being typed is kept while nothing has changed."""
        if tuple(asked) == self._shown:
            return
        self._shown = tuple(asked)
        for row in self._rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = []
        if asked:
            head = plain_label(f"{words.count(len(asked), 'school asks', 'requests')} for our people", "strong")
            if len(asked) == 1:
                head.setText("1 request for our people")
            head.setContentsMargins(24, 10, 24, 6)
            for part in (hline(), head):
                self._add(part)
        for one in asked:
            self._add(hline())
            self._add(_Request(one, self._say))
        self.setVisible(bool(asked))

    def _add(self, widget: QWidget) -> None:
        self._column.addWidget(widget)
        self._rows.append(widget)


class _Request(QWidget):
    """One request. No and taking back open a line for why before anything is said."""

    def __init__(self, asked: CoverLine, say: Said):
        super().__init__()
        self._asked, self._say, self._word = asked, say, ""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._steps = self._build_steps()
        said = QWidget()
        text = QVBoxLayout(said)
        text.setContentsMargins(0, 0, 0, 0)
        text.setSpacing(0)
        text.addWidget(plain_label(f"{asked.school_name} asks for {asked.helper}", "strong", wrap=True))
        text.addWidget(plain_label(request_words(asked), "caption", "muted", wrap=True))
        row = Row(IconView("repeat", "muted"), said, self._steps, high=56)
        row.line.setContentsMargins(24, 6, 24, 6)
        row.line.setStretch(1, 1)
        column.addWidget(row)
        self._build_why(column)

    def _build_steps(self) -> QWidget:
        asked, buttons = self._asked, []
        if asked.stage in WAITS:
            yes = Button("Accept request", "filled", size=32, on_click=lambda: self._say(asked, "yes", ""))
            no = Button("Decline request", size=32, on_click=lambda: self._open("no"))
            buttons = [yes, no]
        elif asked.stage in STANDS:
            buttons = [Button("Take our yes back", size=32, on_click=lambda: self._open("taken back"))]
        for button in buttons:
            button.setAccessibleName(f"{button.words()}, {asked.school_name}, {asked.helper}")
        return Reflow(*buttons, spacing=8)

    def _build_why(self, column: QVBoxLayout) -> None:
        self.why = QLineEdit()
        self.why.setMaxLength(200)
        self.why.setProperty("low", True)
        self.why.setPlaceholderText("Why, in words they may read")
        self.why.setAccessibleName("Why, in words they may read")
        self.why.returnPressed.connect(self._send)
        self._wrong = plain_label("They need to know why. Never say why somebody is away.", "caption-strong", "overdue")
        self._wrong.hide()
        self.send = Button("Send answer", "filled", size=32, on_click=self._send)
        keep = Button("Keep as it is", size=32, on_click=self._close)
        self._line = Row(self.why, self.send, keep, high=44)
        self._line.line.setContentsMargins(24, 0, 24, 8)
        self._line.line.setStretch(0, 1)
        self._wrong.setContentsMargins(24, 0, 24, 8)
        column.addWidget(self._line)
        column.addWidget(self._wrong)
        self._line.hide()

    def _open(self, word: str) -> None:
        self._word = word
        self.send.set_words("Decline request" if word == "no" else "Take our yes back")
        self._steps.hide()
        self._line.show()
        self.why.setFocus()
        give_letters(self.window())

    def _close(self) -> None:
        self._line.hide()
        self._wrong.hide()
        self._steps.show()
        self._steps.findChildren(Button)[-1].setFocus()

    def _send(self) -> None:
        why = self.why.text().strip()
        if self._word == "taken back" and not why:
            self._wrong.show()
            self.why.setFocus()
            return
        self._say(self._asked, self._word, why)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc leaves things as they are."""
        if event.key() == Qt.Key.Key_Escape and self._line.isVisible():
            self._close()
            return
        super().keyPressEvent(event)


def request_words(asked: CoverLine) -> str:
    """When it is, until when they want an answer, and where it stands."""
    days = words.weekday_date(asked.first)
    if asked.last != asked.first:
        days += f" to {words.weekday_date(asked.last)}"
    stage = {
        cover_stage.ASKED: f"answer by {words.weekday_date(asked.answer_by)}" if asked.answer_by else "waits for you",
        cover_stage.NO_ANSWER: f"they wanted an answer by {words.weekday_date(asked.answer_by or asked.first)}",
        cover_stage.ACCEPTED: "you said yes, they have yet to confirm",
        cover_stage.AGREED: "agreed; they send a cover pack",
    }.get(asked.stage, asked.stage_words)
    told = "; ".join(part for part in (days, asked.hours_words, stage, *asked.overlaps) if part)
    return words.sentence(told)
