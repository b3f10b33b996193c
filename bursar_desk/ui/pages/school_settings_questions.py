"""The questions about the site: yes, no or not sure beside each; the checks follow at once, and Undo takes it back."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.services import applies
from bursar_desk.ui.widgets import Button, Card, Reflow, Row, Segments, plain_label

if TYPE_CHECKING:
    from bursar_desk.domain.operations import Changes
    from bursar_desk.services.applies import Question
    from bursar_desk.services.desk import Desk
    from bursar_desk.ui.pages.base import DeskContext

_SAID: Final = {"yes": True, "no": False, "ask": None}
_ANSWERS: Final = (("yes", "Yes"), ("no", "No"), ("ask", "Not sure"))
_HEADS: Final = {
    1: ("The first questions", "Most checks follow from these."),
    2: ("Then these", "About twenty questions in all."),
    3: ("Whatever else there may be", "Each brings a check or two. Nothing is ruled out unasked."),
}


def meta_words(one: Question) -> str:
    """Who said it, or where the answer comes from, and when it is asked again."""
    if one.follows:
        return "This follows from another answer."
    if one.taken:
        return "Taken for granted. Nobody has said so yet."
    if one.answer == "ask":
        return f"Not answered. {words.count(one.checks, 'check')} {'waits' if one.checks == 1 else 'wait'} for it."
    said = f"{one.said_by or 'Somebody'}, {words.short_date(one.said_on)}." if one.said_on else ""
    why = f" {one.why}" if one.why else ""
    again = f" Asked again {words.short_date(one.review_on)}." if one.review_on else ""
    return f"{said}{why}{again}".strip()


class QuestionsPane(QWidget):
    """A card for each round of questions."""

    def __init__(self, context: DeskContext):
        super().__init__()
        self.context = context
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(16)
        self.rows: dict[str, QuestionRow] = {}
        self.none_button = Button("We have none of the others", size=32, on_click=self._none)
        self.right_buttons = {
            page: Button("These are right", size=32, on_click=partial(self._right, page)) for page in _HEADS
        }

    def show_questions(self, found: Sequence[Question]) -> None:
        """Make the rows once; afterwards only their answers change."""
        self._found = tuple(found)
        if not self.rows:
            for page, (title, note) in _HEADS.items():
                more = [self.none_button] if page == 3 else []
                card = Card(title, note, Reflow(self.right_buttons[page], *more))
                for one in found:
                    if one.page == page:
                        row = self.rows[one.code] = QuestionRow(one)
                        row.answers.chosen.connect(partial(self._answer, one.code))
                        card.add_row(row)
                self._column.addWidget(card)
        for one in found:
            self.rows[one.code].show_answer(one)
        self.none_button.setVisible(any(one.page == 3 and one.answer == "ask" for one in found))
        for page, button in self.right_buttons.items():
            button.setVisible(any(one.page == page and one.taken for one in found))

    def _answer(self, code: str, key: str) -> None:
        label = self.rows[code].one.label
        self._say({code: _SAID[key]}, f"{label}: {dict(_ANSWERS)[key].lower()}.")

    def _right(self, page: int) -> None:
        """Somebody looked: what was taken for granted in this card is an answer from now on."""
        taken = {one.code: _SAID[one.answer] for one in self._found if one.page == page and one.taken}
        self._say(taken, f"{words.count(len(taken), 'answer')} confirmed.")

    def _none(self) -> None:
        others: dict[str, bool | None] = {
            one.code: False for one in self._found if one.page == 3 and one.answer == "ask"
        }
        self._say(others, f"{words.count(len(others), 'question')} answered with no.")

    def _say(self, said: dict[str, bool | None], sentence: str) -> None:
        def work(desk: Desk) -> Changes:
            return applies.answer(desk, said)

        self.context.run(self, work, lambda changes: self.context.acted(changes, sentence))


class QuestionRow(Row):
    """The question, what stands behind its answer, and the three answers."""

    def __init__(self, one: Question):
        self.one = one
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 8, 0, 8)
        column.setSpacing(2)
        column.addWidget(plain_label(one.question, "strong", wrap=True))
        column.addWidget(plain_label(one.help, "caption", "muted", wrap=True))
        self.meta = plain_label("", "caption", "muted", wrap=True)
        column.addWidget(self.meta)
        self.answers = Segments(_ANSWERS, one.question)
        super().__init__(holder, self.answers, high=72)
        self.line.setStretchFactor(holder, 1)

    def show_answer(self, one: Question) -> None:
        """Show the answer there is."""
        self.one = one
        self.answers.set_key(one.answer)
        self.meta.setText(meta_words(one))
