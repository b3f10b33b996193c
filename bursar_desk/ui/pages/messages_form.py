"""Writing a message beside the list: what kind it is, what to say, files, and in a sentence where it goes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QLineEdit, QWidget

from bursar_desk.domain import words
from bursar_desk.services import messages as service
from bursar_desk.services.messages import ANSWER, HELP, LONGEST, NOTICE, PRACTICE, QUESTION, Draft
from bursar_desk.ui.pages.messages_parts import Attached, Named
from bursar_desk.ui.widgets import (
    Button,
    Choice,
    DateField,
    DetailPane,
    FieldForm,
    MessageStrip,
    NoteBox,
    TickBox,
    Well,
    give_letters,
    plain_label,
)

if TYPE_CHECKING:
    import datetime as dt

    from bursar_desk.domain.errors import UserError
    from bursar_desk.services.messages import Reader, Thread

CHOICES: Final = (
    (NOTICE, "Tell everybody"), (QUESTION, "Ask something"), (HELP, "Ask for help"), (PRACTICE, "Share what worked"),
)  # fmt: skip
_FIELDS: Final = ("title", "words", "did", "why", "impact", "how", "about", "to", "needed_by")
_SHOWN: Final = {
    NOTICE: ("title", "words"), QUESTION: ("title", "words", "to", "needed_by"),
    HELP: ("title", "words", "to", "needed_by"), PRACTICE: ("title", "did", "why", "impact", "how", "about"),
    ANSWER: ("words",),
}  # fmt: skip
SEND: Final = "Send with the next share file"


class MessageForm(DetailPane):
    """``wanted(Draft)`` when it is complete; ``attach_wanted(paths)`` for files to be looked at; ``ask_files`` for the
    file dialog. ``answering`` is the thread that is being answered, or None. What was typed stays until it is sent.
    """

    wanted = Signal(object)
    attach_wanted = Signal(object)
    ask_files = Signal()

    def __init__(self, today: Callable[[], dt.date]):
        super().__init__("Write a message", width=600, padding=24)
        self.close_button.setAccessibleName("Go back; what you typed stays")
        self.close_button.setToolTip("Go back; what you typed stays (Esc)")
        self._today = today
        self.answering: Thread | None = None
        self.problem = MessageStrip("overdue", "")
        self.problem.hide()
        self.asked = Well()
        self._build_kinds()
        self._build_fields()
        self.attached = Attached(self.ask_files.emit, self.attach_wanted.emit)
        self.goes = plain_label("", "body", "muted", wrap=True)
        for part in (self.problem, self.asked, self.goes, self._kinds, self.form, self.ask_back, self.attached):
            self.body.addWidget(part)
        self.body.addStretch()
        self.send = Button(SEND, "filled", icon="send", hint="Ctrl+Enter", on_click=self.submit)
        self.cancel = Button("Empty the form", on_click=self.empty)
        self.add_to_foot(self.send)
        self.add_to_foot(self.cancel)
        self.foot.addStretch()
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self.submit)
        self.start()

    def _build_kinds(self) -> None:
        self._kinds = QWidget()
        grid = QGridLayout(self._kinds)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(0)
        self._group = QButtonGroup(self)
        self.kinds: dict[str, Choice] = {}
        for place, (kind, text) in enumerate(CHOICES):
            choice = Choice(text, size=32)
            self._group.addButton(choice)
            grid.addWidget(choice, place // 2, place % 2)
            self.kinds[kind] = choice
            choice.toggled.connect(lambda on: self._show_fields() if on else None)

    def _build_fields(self) -> None:
        self.form = FieldForm()
        self.title_box = QLineEdit()
        self.title_box.setMaxLength(LONGEST["title"])
        self.words = NoteBox(lines=6)
        self.did = NoteBox(lines=3)
        self.why, self.impact, self.how = NoteBox(lines=2), NoteBox(lines=2), NoteBox(lines=2)
        self.about = QLineEdit()
        self.about.setMaxLength(LONGEST["about"])
        self.to = Named()
        self.needed_by = DateField("Needed by", self._today, needed=False)
        self.form.add("title", "What it is about", self.title_box, "A few words, for example: lift examination.")
        self.form.add("words", "What you want to say", self.words)
        self.form.add("did", "What we did", self.did)
        self.form.add("why", "Why we did it", self.why, optional=True)
        self.form.add("impact", "What it changed", self.impact, optional=True)
        self.form.add("how", "How others can use it", self.how, optional=True)
        self.form.add("about", "Which check or job", self.about, optional=True)
        self.form.add("to", "Who should answer", self.to, "It only says whose turn it is. Everybody can read it.")
        self.form.add("needed_by", "Needed by", self.needed_by, optional=True)
        self.ask_back = TickBox("I am asking back: it waits for their answer")

    # --- what is written ---

    @property
    def inside(self) -> list[QWidget]:
        """The kinds first, or the words of an answer."""
        return [self.words] if self.answering is not None else [self._kinds, self.form]

    @property
    def kind(self) -> str:
        """The kind chosen."""
        if self.answering is not None:
            return QUESTION if self.ask_back.isChecked() else ANSWER
        return next((kind for kind, choice in self.kinds.items() if choice.isChecked()), NOTICE)

    @property
    def touched(self) -> bool:
        """Whether something typed or attached would be lost."""
        texts = [self.title_box.text(), self.about.text()]
        texts += [box.toPlainText() for box in (self.words, self.did, self.why, self.impact, self.how)]
        return any(text.strip() for text in texts) or bool(self.attached.files)

    @property
    def called(self) -> str:
        """What would be lost, in words; empty for nothing."""
        if not self.touched:
            return ""
        named = self.answering.title if self.answering is not None else self.title_box.text().strip()
        return f"your message about {words.quoted(named)}" if named else "your message"

    def start(self, answering: Thread | None = None) -> None:
        """Begin a message, or an answer to a thread. What was typed for the same one is still there."""
        same = (self.answering.root if self.answering else None) == (answering.root if answering else None)
        self.answering = answering
        if not same or not self.touched:
            self.empty()
        self.set_title("Answer" if answering is not None else "Write a message")
        self.asked.setVisible(answering is not None)
        if answering is not None:
            first = answering.first
            self.asked.set_text(f"{first.said_by}, {first.school_name}: {first.heading}")
        self._kinds.setVisible(answering is None)
        self.ask_back.setVisible(answering is not None)
        self._show_fields()

    def empty(self) -> None:
        """Empty every field."""
        for line in (self.title_box, self.about):
            line.clear()
        for box in (self.words, self.did, self.why, self.impact, self.how):
            box.clear()
        self.needed_by.set_day(None)
        self.to.clear()
        self.attached.clear()
        self.ask_back.setChecked(False)
        self.kinds[NOTICE].setChecked(True)
        self.form.show_problems({})
        self.problem.hide()

    def choose(self, kind: str) -> None:
        """Choose a kind of message."""
        self.kinds[kind].setChecked(True)

    def _show_fields(self) -> None:
        kind = ANSWER if self.answering is not None else self.kind
        for key in _FIELDS:
            self.form.row(key).setVisible(key in _SHOWN[kind])
        here, there = (self.did, self.words) if kind == PRACTICE else (self.words, self.did)
        if there.toPlainText() and not here.toPlainText():  # what was typed goes along to the other kind
            here.setPlainText(there.toPlainText())
            there.clear()
        if self.isVisible():
            give_letters(self.window())

    def set_readers(self, readers: Sequence[Reader], goes: str, room: str) -> None:
        """Who reads what is written, and the sentence that says so."""
        self.to.set_readers(readers)
        self.goes.setText(goes)
        self.attached.set_room(room)

    def draft(self) -> Draft:
        """What the fields hold now; those that are not shown count for nothing."""
        kind = self.kind
        shown = _SHOWN[ANSWER if self.answering is not None else kind]
        texts = {"why": self.why, "impact": self.impact, "how": self.how}
        good = {name: box.toPlainText() if name in shown else "" for name, box in texts.items()}
        return Draft(
            kind, self.answering.title[: LONGEST["title"]] if self.answering is not None else self.title_box.text(),
            (self.did if "did" in shown else self.words).toPlainText(), self.to.chosen() if "to" in shown else (),
            self.needed_by.day() if "needed_by" in shown else None, self.about.text() if "about" in shown else "",
            enclosures=tuple(self.attached.files), **good,
        )  # fmt: skip

    def submit(self) -> None:
        """Check what was typed and hand it over; what is missing is said beside the fields."""
        if not self.send.isEnabled():
            return
        draft = self.draft()
        wrong = service.problems(draft, self._today())
        shown = _SHOWN[ANSWER if self.answering is not None else draft.kind]
        unread = {key: text for key, text in self.form.unread_dates().items() if key in shown}
        if "did" in shown and "words" in wrong:
            wrong["did"] = wrong.pop("words")
        files = wrong.pop("enclosures", "")
        self.attached.say(files)
        if self.form.show_problems(unread | wrong) and not files:
            self.problem.hide()
            self.send.setEnabled(False)
            self.wanted.emit(draft)

    def sent(self) -> None:
        """It is in the register: begin anew."""
        self.send.setEnabled(True)
        self.answering = None
        self.empty()

    def refused(self, problem: UserError) -> None:
        """Say above the fields why not; what was typed stays."""
        self.send.setEnabled(True)
        self.problem.set_text(problem.title, " ".join(part for part in (problem.safe, problem.remedy) if part))
        self.problem.show()
