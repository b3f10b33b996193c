"""Fields that forgive and never guess: find box, list to pick from, dates as people type them, numbers, notes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation

from PySide6.QtCore import QPointF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QDoubleValidator, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit, QSizePolicy, QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.domain.typed_dates import NotADate, read_date
from bursar_desk.ui import icons, theme
from bursar_desk.ui.widgets.buttons import paint_key_cap
from bursar_desk.ui.widgets.labels import plain_label, repolish, set_ink


class SearchBox(QLineEdit):
    """Find or filter: ``searched(text)`` follows the typing after a short pause, at once on Enter; Esc empties it."""

    searched = Signal(str)

    def __init__(
        self,
        words_inside: str = "Find or do anything",
        *,
        hint: str = "",
        width: int = 248,
        parent: QWidget | None = None,
    ):
        super().__init__(parent)
        self._hint = hint
        self._wide = width
        self.setPlaceholderText(words_inside)
        self.setAccessibleName(words_inside)
        self.setTextMargins(30, 0, self._hint_width(), 0)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(150)
        self._pause.timeout.connect(self._tell)
        self._told = ""
        self.textChanged.connect(lambda _text: self._pause.start())
        self.returnPressed.connect(self._tell)

    def sizeHint(self) -> QSize:
        """As wide as asked for."""
        return QSize(theme.px(self._wide), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """May shrink in a narrow window."""
        return QSize(140, super().minimumSizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc empties the box first; an empty box lets Esc pass."""
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
            self._tell()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The glass at the left and the key cap at the right while the box is empty."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        glass = icons.pixmap("search", "text", 20, self.devicePixelRatioF())
        painter.drawPixmap(QPointF(12, (self.height() - 20) / 2), glass)
        if self._hint and not self.text():
            paint_key_cap(painter, QPointF(self.width() - self._hint_width() - 6, self.height() / 2), self._hint)

    def _hint_width(self) -> int:
        return QFontMetrics(theme.font("caption")).horizontalAdvance(self._hint) + 14 if self._hint else 0

    def _tell(self) -> None:
        self._pause.stop()
        if self.text() != self._told:
            self._told = self.text()
            self.searched.emit(self._told)


class Picker(QComboBox):
    """Pick one of a list of (key, words). ``picked(key)`` only when a person picks; the wheel never changes it."""

    picked = Signal(object)

    def __init__(self, choices: Sequence[tuple[object, str]] = (), *, low: bool = False, parent: QWidget | None = None):
        super().__init__(parent)
        self.setProperty("low", low)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.set_choices(choices)
        self.activated.connect(lambda row: self.picked.emit(self.itemData(row)))

    def set_choices(self, choices: Sequence[tuple[object, str]]) -> None:
        """Replace the list; what was picked stays picked where it is still there."""
        kept = self.key()
        self.clear()
        for key, text in choices:
            self.addItem(text, key)
        self.set_key(kept)

    def key(self) -> object:
        """The key of what is picked, None for nothing."""
        return self.currentData()

    def set_key(self, key: object) -> None:
        """Pick by key without telling anybody; the first row if the key is not there."""
        row = next((n for n in range(self.count()) if self.itemData(n) == key), 0 if self.count() else -1)
        self.setCurrentIndex(row)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Let the page scroll instead."""
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The field with its chevron."""
        super().paintEvent(event)
        sign = icons.pixmap("chevron-down", "text" if self.isEnabled() else "border", 16, self.devicePixelRatioF())
        QPainter(self).drawPixmap(QPointF(self.width() - 26, (self.height() - 16) / 2), sign)


class DateField(QWidget):
    """A date typed as people type it (26/3/27, 26.3.2027, 26 Mar 27), read back in full underneath.

    ``today`` gives the day Ctrl+; puts in. ``day()`` is the date, or None while there is none; ``problem()`` says in
    words why not. ``changed(date | None)`` fires when the day read changes.
    """

    changed = Signal(object)

    def __init__(self, name: str, today: Callable[[], date], *, needed: bool = True, parent: QWidget | None = None):
        super().__init__(parent)
        self._name, self._today, self._needed = name, today, needed
        self._day: date | None = None
        self.edit = QLineEdit(self)
        self.edit.setAccessibleName(name)
        self.edit.setPlaceholderText("day/month/year")
        self.edit.setMaximumWidth(theme.px(220))
        self._said = plain_label("", "caption", "muted", wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.edit)
        layout.addWidget(self._said)
        self.setFocusProxy(self.edit)
        self.edit.textChanged.connect(lambda _text: self._read(final=False))
        self.edit.editingFinished.connect(lambda: self._read(final=True))
        self._say("", wrong=False)

    def day(self) -> date | None:
        """The day read, None while the field is empty or cannot be read."""
        return self._day

    def set_day(self, day: date | None) -> None:
        """Show a day; None empties the field."""
        self.edit.setText("" if day is None else words.short_date(day))

    def problem(self) -> str:
        """Why there is no day, in words; empty when all is well."""
        if not self.edit.text().strip():
            return f"Enter a date for “{self._name}”." if self._needed else ""
        try:
            read_date(self.edit.text(), today=self._today(), name=self._name)
        except NotADate as reason:
            return str(reason)
        return ""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+; puts in today's date (as in a spreadsheet)."""
        if event.key() == Qt.Key.Key_Semicolon and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            self.set_day(self._today())
            return
        super().keyPressEvent(event)

    def _read(self, *, final: bool) -> None:
        """Read what is typed; while typing only good news is shown, on leaving also what is wrong."""
        day: date | None = None
        wrong = ""
        if self.edit.text().strip():
            try:
                day = read_date(self.edit.text(), today=self._today(), name=self._name)
            except NotADate as reason:
                wrong = str(reason)
        if day is not None:
            self._say(words.long_date(day), wrong=False)
        elif final and wrong:
            self._say(wrong, wrong=True)
        elif not wrong or not self.edit.property("wrong"):
            self._say("", wrong=False)
        if day != self._day:
            self._day = day
            self.changed.emit(day)

    def _say(self, text: str, *, wrong: bool) -> None:
        self._said.setText(text)
        self._said.setVisible(bool(text))
        set_ink(self._said, "overdue" if wrong else "muted")
        self.edit.setAccessibleDescription(text)
        mark_wrong(self.edit, wrong=wrong)


class NumberField(QLineEdit):
    """A number. It never refuses one out of range: the page says what it means and what to do.

    ``low`` and ``high`` are the good range (each may be None), ``unit`` stands at the right. ``value()`` is a Decimal
    or None. ``large`` is the 64-px field of the record panel.
    """

    changed = Signal(object)

    def __init__(
        self,
        unit: str = "",
        *,
        low: Decimal | None = None,
        high: Decimal | None = None,
        large: bool = False,
        parent: QWidget | None = None,
    ):
        super().__init__(parent)
        self._unit, self._low, self._high, self._large = unit, low, high, large
        self.setProperty("kit", "reading" if large else "")
        room = QFontMetrics(theme.font("subtitle" if large else "body")).horizontalAdvance(unit)
        self.setTextMargins(0, 0, room + 8 if unit else 0, 0)
        self.setMaximumWidth(theme.px(168 if large else 140))
        reader = QDoubleValidator(self)
        reader.setNotation(QDoubleValidator.Notation.StandardNotation)
        self.setValidator(reader)
        self.setInputMethodHints(Qt.InputMethodHint.ImhFormattedNumbersOnly)
        self.textChanged.connect(lambda _text: self._look())

    def value(self) -> Decimal | None:
        """The number typed, exactly; None while there is none."""
        try:
            found = Decimal(self.text().strip().replace(",", ""))
        except InvalidOperation:
            return None
        return found if found.is_finite() else None

    def set_value(self, value: Decimal | None) -> None:
        """Show a number."""
        self.setText("" if value is None else str(value))

    def in_range(self) -> bool:
        """Whether the number is within the good range; an empty field is."""
        found = self.value()
        if found is None:
            return True
        return not ((self._low is not None and found < self._low) or (self._high is not None and found > self._high))

    def set_range(self, low: Decimal | None, high: Decimal | None) -> None:
        """Change the good range."""
        self._low, self._high = low, high
        self._look()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel never changes a value."""
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The field with its unit at the right."""
        super().paintEvent(event)
        if self._unit:
            painter = QPainter(self)
            face = theme.font("subtitle" if self._large else "body")
            face.setWeight(face.Weight.Normal)
            painter.setFont(face)
            painter.setPen(theme.colour("muted"))
            box = self.rect().adjusted(0, 0, -14 if self._large else -10, 0)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self._unit)

    def _look(self) -> None:
        mark_wrong(self, wrong=not self.in_range())
        self.changed.emit(self.value())


class NoteBox(QPlainTextEdit):
    """Several lines of plain text. Tab leaves it, so it is no trap."""

    def __init__(self, words_inside: str = "", *, lines: int = 3, parent: QWidget | None = None):
        super().__init__(parent)
        self._lines = lines
        self.setPlaceholderText(words_inside)
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """As high as the lines asked for."""
        return QSize(super().sizeHint().width(), theme.line_height("body") * self._lines + 20)

    def minimumSizeHint(self) -> QSize:
        """Two lines at least."""
        return QSize(120, theme.line_height("body") * min(self._lines, 2) + 20)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the writing in view when the box changes its size."""
        super().resizeEvent(event)
        self.ensureCursorVisible()


def mark_wrong(field: QWidget, *, wrong: bool) -> None:
    """Give a field the border of something to put right, or take it away."""
    if bool(field.property("wrong")) != wrong:
        field.setProperty("wrong", wrong)
        repolish(field)
