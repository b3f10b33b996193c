"""What the program says back: message strips, empty states, the undo bar and the card of a long job."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from bursar_desk.domain.errors import UserError
from bursar_desk.ui import status_marks, theme
from bursar_desk.ui.widgets.buttons import Button
from bursar_desk.ui.widgets.cards import Card
from bursar_desk.ui.widgets.icon_view import IconView
from bursar_desk.ui.widgets.labels import hidden_if_empty, plain_label, set_ink
from bursar_desk.ui.widgets.reflow import Reflow

_MARKS = {
    "ok": status_marks.OK,
    "soon": status_marks.SOON,
    "overdue": status_marks.OVERDUE,
    "unknown": status_marks.UNKNOWN,
    "info": status_marks.INFO,
}


def announce(widget: QObject, text: str) -> None:
    """Have a screen reader say something that changed away from the focus."""
    QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, text))


class MessageStrip(QFrame):
    """Tint, 4-px bar, mark of 20: a bold line of what happened, then what is safe and what to do.

    ``tone`` is ok, soon, overdue, unknown or info. ``add_button`` puts ways on at the right below the words.
    """

    def __init__(self, tone: str, title: str, text: str = "", parent: QWidget | None = None):
        super().__init__(parent)
        self._tone = tone
        self._mark = status_marks.MarkView(_MARKS[tone], 20)
        self._title = plain_label(title, "strong", tone, wrap=True, select=True)
        self._text = plain_label(text, "body", "text", wrap=True, select=True)
        line = QHBoxLayout(self)
        line.setContentsMargins(16, 12, 16, 12)
        line.setSpacing(10)
        line.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        self.body = QVBoxLayout()
        self.body.setSpacing(2)
        self.body.addWidget(self._title)
        self.body.addWidget(self._text)
        line.addLayout(self.body, 1)
        self._buttons: Reflow | None = None
        self.set_text(title, text)

    @classmethod
    def of(cls, problem: UserError) -> MessageStrip:
        """The strip of something that could not be done: what happened, what is safe, what to do."""
        return cls("overdue", problem.title, " ".join(part for part in (problem.safe, problem.remedy) if part))

    @property
    def title(self) -> str:
        """The bold line."""
        return self._title.text()

    def set_text(self, title: str, text: str = "") -> None:
        """Change the words; they are spoken when the strip is on the screen."""
        self._title.setText(title)
        self._text.setText(text)
        self._text.setVisible(bool(text))
        self.setAccessibleName(f"{title}. {text}" if text else title)
        if self.isVisible():
            announce(self, self.accessibleName())

    def set_tone(self, tone: str) -> None:
        """Change how loud it is."""
        self._tone = tone
        set_ink(self._title, tone)
        self._mark.set_look(_MARKS[tone])
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint tint and bar, round at the corners of the whole."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shape = QPainterPath()
        shape.addRoundedRect(QRectF(self.rect()), 6, 6)
        painter.setClipPath(shape)
        painter.fillRect(self.rect(), theme.colour(f"{self._tone}_tint"))
        painter.fillRect(0, 0, 4, self.height(), theme.colour(self._tone))
        if theme.tokens().high_contrast:
            painter.strokePath(shape, QPen(theme.colour("border"), 2))

    def add_button(self, button: QWidget) -> QWidget:
        """Add a way on below the words, to the right."""
        if self._buttons is None:
            self._buttons = Reflow(1, spacing=8)
            self._buttons.line.setContentsMargins(0, 8, 0, 0)
            self.body.addWidget(self._buttons)
        self._buttons.line.addWidget(button)
        return button


class EmptyState(QWidget):
    """Nothing here yet: title, one sentence, one button."""

    def __init__(
        self,
        title: str,
        sentence: str,
        button: str = "",
        on_click: Callable[[], object] | None = None,
        *,
        icon: str = "",
        parent: QWidget | None = None,
    ):
        super().__init__(parent)
        self.setAccessibleName(title)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(8)
        column.addStretch(2)
        if icon:
            column.addWidget(IconView(icon, "muted", 28, plate=64, circle=True), 0, Qt.AlignmentFlag.AlignHCenter)
        self._title = plain_label(title, "subtitle", wrap=True)
        self._sentence = plain_label(sentence, "body", "muted", wrap=True)
        for label in (self._title, self._sentence):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(label)
        self.button: Button | None = None
        if button:
            self.button = Button(button, "filled", on_click=on_click)
            column.addSpacing(8)
            column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)

    @property
    def title(self) -> str:
        """The title shown."""
        return self._title.text()


class UndoBar(QFrame):
    """What was just done, with Undo, for ten seconds; it never takes the focus and waits while it is pointed at."""

    SHOWN_MS = 10_000

    def __init__(self, parent: QWidget):
        super().__init__(parent)
        self.setProperty("kit", "undo")
        self._host = parent
        self._undo: Callable[[], object] | None = None
        self._label = plain_label("", "body", "surface")
        self.button = _UndoButton(self._press)
        line = QHBoxLayout(self)
        line.setContentsMargins(16, 6, 8, 6)
        line.setSpacing(16)
        line.addWidget(self._label)
        line.addWidget(self.button)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(self.SHOWN_MS)
        self._timer.timeout.connect(self.hide)
        parent.installEventFilter(self)
        self.hide()

    @property
    def text(self) -> str:
        """What it says was done."""
        return self._label.text()

    def offer(self, text: str, undo: Callable[[], object]) -> None:
        """Say what was done ("Alarm test marked done.") and offer to take it back."""
        self._undo = undo
        self._label.setText(text)
        self.setAccessibleName(text)
        self.adjustSize()
        self._place()
        self.show()
        self.raise_()
        self._timer.start()
        announce(self, f"{text} Ctrl+Z takes it back.")

    def dismiss(self) -> None:
        """Take the bar away."""
        self._timer.stop()
        self._undo = None
        self.hide()

    def _press(self) -> None:
        undo = self._undo
        self.dismiss()
        if undo is not None:
            undo()

    def _place(self) -> None:
        host = self._host
        self.setMaximumWidth(max(200, host.width() - 32))
        # In a narrow window the foot of a pane lies where the bar would be: stand above its buttons.
        above = theme.px(80) if host.width() < theme.px(720) else 16
        self.move((host.width() - self.width()) // 2, host.height() - self.height() - above)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay at the foot of the page when it changes its size."""
        if watched is self.parent() and event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False

    def enterEvent(self, _event: QEvent) -> None:
        """Wait while somebody reads it."""
        self._timer.stop()

    def leaveEvent(self, _event: QEvent) -> None:
        """Count on."""
        if self.isVisible():
            self._timer.start()


class _UndoButton(Button):
    """Undo on the inverse ground of the bar."""

    def __init__(self, on_click: Callable[[], object]):
        super().__init__("Undo", "text", icon="undo-2", size=32, on_click=on_click)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def _colours(self) -> tuple[QColor | None, QColor | None, str]:
        hover = self.underMouse() or self.isDown()
        return (theme.colour("muted") if hover else None), theme.colour("border"), "surface"


class ProgressCard(Card):
    """A long job: the sentence of what is being done, how far it is, and Stop."""

    def __init__(self, words_now: str, on_stop: Callable[[], object], stop: str = "Stop", note: str = ""):
        super().__init__()
        inner = QWidget()
        layout = QVBoxLayout(inner)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(12)
        top = QHBoxLayout()
        said = QVBoxLayout()
        said.setSpacing(0)
        self._words = plain_label(words_now, "subtitle", wrap=True)
        self._note = hidden_if_empty(plain_label(note, "body", "muted", wrap=True))
        said.addWidget(self._words)
        said.addWidget(self._note)
        top.addLayout(said, 1)
        self.stop = Button(stop, on_click=on_stop)
        top.addWidget(self.stop, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(top)
        self.bar = ProgressBar()
        layout.addWidget(self.bar)
        self.add(inner)

    def set_progress(self, words_now: str, done: int, total: int) -> None:
        """Say what is being done now and that ``done`` of ``total`` parts are finished (the shape of ``Progress``)."""
        if words_now != self._words.text():
            self._words.setText(words_now)
            announce(self, words_now)
        self.bar.set_value(done, total)

    def set_note(self, note: str) -> None:
        """The quieter line below, such as the time left."""
        self._note.setText(note)
        self._note.setVisible(bool(note))

    @property
    def words_now(self) -> str:
        """What it says is being done."""
        return self._words.text()


class ProgressBar(QWidget):
    """An 8-px bar; with a total of 0 the track stays empty and the words alone tell."""

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self._done, self._total = 0, 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("How far it is")

    def sizeHint(self) -> QSize:
        """8 px high."""
        return QSize(200, 8)

    def set_value(self, done: int, total: int) -> None:
        """``done`` of ``total`` parts are finished."""
        self._done, self._total = max(0, min(done, total)), total
        self.setAccessibleDescription(f"{done} of {total}" if total else "")
        self.update()

    def fraction(self) -> float:
        """The part finished, 0 to 1."""
        return self._done / self._total if self._total else 0.0

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint track and bar."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(theme.colour("border" if theme.tokens().high_contrast else "hairline"), 1))
        painter.setBrush(theme.colour("surface_2"))
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("accent"))
        if self._total:
            painter.drawRoundedRect(QRectF(0, 0, self.width() * self.fraction(), self.height()), 4, 4)
