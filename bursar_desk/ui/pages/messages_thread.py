"""One thread beside the list: every message in order, what was attached, and what can be done about it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent, QTextOption
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QSizePolicy, QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.services import messages as service
from bursar_desk.services.messages import PRACTICE
from bursar_desk.ui import theme
from bursar_desk.ui.pages.messages_list import icon_of, look_of
from bursar_desk.ui.status_marks import UNKNOWN, StatusChip
from bursar_desk.ui.widgets import (
    Avatar,
    Button,
    DetailPane,
    IconView,
    MessageStrip,
    Reflow,
    give_letters,
    hline,
    plain_label,
)
from bursar_desk.ui.widgets.elided import ElidedLabel

if TYPE_CHECKING:
    from bursar_desk.services.enclosures import Enclosure
    from bursar_desk.services.messages import Message, Thread


class ReadText(QPlainTextEdit):
    """Somebody's words to read and to copy: plain text of any length, as high as it is long, no Tab stop."""

    def __init__(self, text: str, name: str, parent: QWidget | None = None):
        super().__init__(parent)
        self._high = theme.line_height("body")
        self.setReadOnly(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setStyleSheet("QPlainTextEdit { border: none; padding: 0; min-height: 0; background: transparent; }")
        self.document().setDocumentMargin(0)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setProperty("own_focus", True)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setPlainText(text)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Grow with the lines the text takes at this width."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Another size of text takes another height."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    def _fit(self) -> None:
        lines = round(self.document().size().height())  # a plain text document counts its height in lines
        high = max(1, lines) * self.fontMetrics().lineSpacing() + 4
        if high != self._high:
            self._high = high
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        """As high as its lines."""
        return QSize(256, self._high)

    def minimumSizeHint(self) -> QSize:
        """As narrow as it must be, for it wraps anywhere, but never lower than its lines."""
        return QSize(80, self._high)


def _across(*parts: QWidget, stretch: int = 1) -> tuple[QWidget, QHBoxLayout]:
    """Parts beside each other, the one at ``stretch`` as wide as there is room; wrapped words get their height."""
    box = QWidget()
    line = QHBoxLayout(box)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(12)
    for place, part in enumerate(parts):
        line.addWidget(part, 1 if place == stretch else 0)
    return box, line


class ThreadPane(DetailPane):
    """``answer_wanted``, ``print_wanted``, ``mark_wanted(read)``, ``withdraw_wanted(Message)``,
    ``save_wanted(Enclosure)``; what they are about is ``shown``.
    """

    answer_wanted = Signal()
    print_wanted = Signal()
    mark_wanted = Signal(bool)
    withdraw_wanted = Signal(object)
    save_wanted = Signal(object)

    def __init__(self, today: dt.date):
        super().__init__("", width=600, padding=24)
        self.close_button.setAccessibleName("Close the message")
        self.close_button.setToolTip("Close the message (Esc)")
        self.shown: Thread | None = None
        self._today = today
        self._parts: list[QWidget] = []
        self._chip = StatusChip(UNKNOWN, "")
        self.add_to_head(self._chip)
        self.answer = Button("Answer", "filled", icon="send", on_click=self.answer_wanted.emit)
        self.paper = Button("Print", icon="printer", on_click=self.print_wanted.emit)
        self.mark = Button("Mark as new", "quiet", on_click=self._mark)
        self._foot_line = Reflow(self.answer, self.paper, 1, self.mark, spacing=8)
        self.add_to_foot(self._foot_line, 1)
        self.body.addStretch()

    @property
    def inside(self) -> list[QWidget]:
        """The answer first."""
        return [self._foot_line, self.close_button]

    def _mark(self) -> None:
        if self.shown is not None:
            self.mark_wanted.emit(self.shown.unread > 0)

    def show_thread(self, thread: Thread, *, writes: bool) -> None:
        """Show a thread from its first message; the same one read again keeps its place."""
        again = self.shown is not None and self.shown.root == thread.root
        scrolled = self._scroller.verticalScrollBar().value() if again else 0
        self.shown = thread
        self.set_title(thread.title)
        found = look_of(thread)
        self._chip.setVisible(found is not None)
        if found is not None:
            self._chip.set_status(*found)
        self._clear()
        for part in self._made(thread, writes):
            self._parts.append(part)
            self.body.insertWidget(self.body.count() - 1, part)
        self.answer.setVisible(writes)
        theirs = any(not one.ours and not one.withdrawn for one in thread.messages)
        self.mark.setVisible(theirs)
        self.mark.set_words("Mark as read" if thread.unread else "Mark as new")
        if self.isVisible():
            give_letters(self.window())
        self._scroller.verticalScrollBar().setValue(scrolled)

    def _clear(self) -> None:
        for part in self._parts:
            self.body.removeWidget(part)
            part.hide()
            part.deleteLater()
        self._parts.clear()

    def _made(self, thread: Thread, writes: bool) -> list[QWidget]:
        made: list[QWidget] = [self._kind_line(thread)]
        if thread.stands_in:
            made.append(MessageStrip("info", f"{thread.stands_in}.", _STANDS_IN[thread.state]))
        for one in thread.messages:
            made.append(hline())
            if one.withdrawn:
                said = f"{one.school_name} withdrew this message."
                made.append(plain_label(said, "body", "muted", wrap=True))
            else:
                made.append(self._message(one, thread, writes))
        return made

    def _kind_line(self, thread: Thread) -> QWidget:
        first = thread.first
        said = service.kind_words(thread.kind)
        if thread.state == "here" and first.to_names:
            said += f" for {words.listing(list(first.to_names))}"
        if thread.state == "here" and first.needed_by is not None:
            said += f", needed by {words.long_date(first.needed_by)}, {words.until(first.needed_by, self._today)}"
        return _across(IconView(icon_of(thread.kind), "muted"), plain_label(said, "body", "muted", wrap=True))[0]

    def _message(self, one: Message, thread: Thread, writes: bool) -> QWidget:
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 4, 0, 4)
        column.setSpacing(8)
        column.addWidget(self._who(one, thread, writes))
        good = one.kind == PRACTICE
        parts = [("What we did" if good else "", one.words), ("Why", one.why), ("What it changed", one.impact)]
        parts += [("How you can use it", one.how), ("About", one.about)]
        if one.needed_by is not None and one.id != thread.root:
            parts.append(("Needed by", words.long_date(one.needed_by)))
        for label, text in parts:
            if text:
                if label:
                    column.addWidget(plain_label(label, "strong"))
                column.addWidget(ReadText(text, label or f"What {one.said_by} wrote"))
        for enclosure in one.enclosures:
            column.addWidget(self._file(enclosure))
        return box

    def _who(self, one: Message, thread: Thread, writes: bool) -> QWidget:
        name = plain_label(f"{one.said_by}, {one.school_name}", "strong", wrap=True)
        when = service.when_words(one, self._today)
        kind = "" if one.id == thread.root else f"{service.kind_words(one.kind)}, "
        said = plain_label(words.sentence(f"{kind}{when}").rstrip("."), "caption", "muted", wrap=True)
        both = QWidget()
        column = QVBoxLayout(both)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(name)
        column.addWidget(said)
        box, line = _across(Avatar(one.said_by, 36), both)
        if one.ours and writes:
            withdraw = Button("Withdraw", "text", size=32, on_click=lambda: self.withdraw_wanted.emit(one))
            withdraw.setAccessibleName(f"Withdraw “{one.heading}”")
            line.addWidget(withdraw)
        return box

    def _file(self, one: Enclosure) -> QWidget:
        name = ElidedLabel(one.name, "body")
        note = plain_label(one.missing or one.words, "caption", "muted", wrap=bool(one.missing))
        both = QWidget()
        column = QVBoxLayout(both)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(name)
        column.addWidget(note)
        box, line = _across(IconView("paperclip", "muted"), both)
        if one.here:
            save = Button("Save a copy", size=32, on_click=lambda: self.save_wanted.emit(one))
            save.setAccessibleName(f"Save a copy of {one.name}")
            line.addWidget(save)
        return box


_STANDS_IN = {
    "missing": "It joins its thread by itself when the other school’s share file is merged.",
    "withdrawn": "What was answered stays here.",
    "erased": "Its words are gone on every computer. What was answered stays here.",
}
