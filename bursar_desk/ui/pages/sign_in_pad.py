"""What somebody signs in with: keys for a PIN, large enough for a thumb, or a box for words."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from bursar_desk.domain.pin_rules import LONGEST, SHORTEST
from bursar_desk.ui import theme
from bursar_desk.ui.widgets import Button

KEY: Final = 72
_WIDE: Final = 96


class Dots(QWidget):
    """A filled dot for each digit typed, an empty one for each that is still to come; the digits are never shown."""

    def __init__(self) -> None:
        super().__init__()
        self._typed, self._length = 0, 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_typed(self, typed: int, length: int) -> None:
        """How many digits are there, of how many; 0 where that is not known."""
        self._typed, self._length = typed, length
        self.setAccessibleName(f"{typed} of {length} digits" if length else f"{typed} digits")
        self.update()

    def sizeHint(self) -> QSize:
        """One line."""
        return QSize(200, 32)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint them in the middle."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        many, side, apart = max(self._typed, self._length or SHORTEST), 16, 12
        x = (self.width() - many * side - (many - 1) * apart) / 2
        for n in range(many):
            painter.setPen(QPen(theme.colour("accent" if n < self._typed else "border"), 2))
            painter.setBrush(theme.colour("accent") if n < self._typed else Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QRectF(x + n * (side + apart) + 1, (self.height() - side) / 2 + 1, side - 2, side - 2))


class PinPad(QWidget):
    """Digits by keys on the screen or on the keyboard. ``entered(str)`` when all are there, or on Enter."""

    entered = Signal(str)

    def __init__(self, length: int = 0):
        super().__init__()
        self._length = length
        self._typed = ""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("PIN")
        self.dots = Dots()
        self.keys: dict[str, Button] = {}
        grid = QGridLayout()
        grid.setSpacing(12)
        for n, words in enumerate(("1", "2", "3", "4", "5", "6", "7", "8", "9", "Clear", "0", "Enter")):
            key = Button(
                words, "quiet" if len(words) > 1 else "outlined", size=KEY, on_click=partial(self.press, words)
            )
            key.setProperty("letters", "")
            key.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            key.setMinimumWidth(theme.px(_WIDE))
            self.keys[words] = key
            grid.addWidget(key, n // 3, n % 3)
        self.keys["Enter"].setVisible(not length)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        column.addWidget(self.dots)
        column.addLayout(grid)
        self.dots.show_typed(0, length)

    def press(self, key: str) -> None:
        """A digit, Clear or Enter."""
        if key == "Clear":
            self.clear()
        elif key == "Enter":
            self._enter()
        elif len(self._typed) < (self._length or LONGEST):
            self._typed += key
            self.dots.show_typed(len(self._typed), self._length)
            if self._length and len(self._typed) == self._length:
                self._enter()

    def clear(self) -> None:
        """Begin anew."""
        self._typed = ""
        self.dots.show_typed(0, self._length)

    def _enter(self) -> None:
        typed = self._typed
        if typed and self.isEnabled():
            self.clear()
            self.entered.emit(typed)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The digits of the keyboard, Backspace and Enter."""
        if event.text() in "0123456789" and event.text():
            self.press(event.text())
        elif event.key() == Qt.Key.Key_Backspace:
            self._typed = self._typed[:-1]
            self.dots.show_typed(len(self._typed), self._length)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._enter()
        else:
            super().keyPressEvent(event)


class WordsBox(QWidget):
    """A box for words, which are not shown; pasting is allowed. ``entered(str)`` on Enter or the button."""

    entered = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.box = QLineEdit()
        self.box.setEchoMode(QLineEdit.EchoMode.Password)
        self.box.setAccessibleName("Your words")
        self.box.setMinimumWidth(theme.px(280))
        self.button = Button("Sign in", "filled", on_click=self._enter)
        self.box.returnPressed.connect(self._enter)
        self.setFocusProxy(self.box)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(self.box, 1)
        line.addWidget(self.button)

    def clear(self) -> None:
        """Begin anew."""
        self.box.clear()

    def _enter(self) -> None:
        typed = self.box.text()
        if typed.strip() and self.isEnabled():
            self.box.clear()
            self.entered.emit(typed)
