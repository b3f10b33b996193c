"""How a check went, as large tiles side by side: one Tab stop, arrows move, mark and word on each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from bursar_desk.ui import theme
from bursar_desk.ui.status_marks import NOT_NEEDED, OK, OVERDUE, SOON, Look, paint_mark
from bursar_desk.ui.widgets.reflow import Reflow

NOT_DONE: Final = "not_done"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One answer: its key, its word, and how it looks once chosen."""

    key: str
    word: str
    look: Look


FOUR: Final = (
    Outcome("satisfactory", "Pass", OK),
    Outcome("satisfactory_with_actions", "Pass with actions", SOON),
    Outcome("unsatisfactory", "Fail", OVERDUE),
    Outcome(NOT_DONE, "Not done", NOT_NEEDED),
)


class OutcomeTiles(Reflow):
    """``chosen(key)`` when a person picks; ``set_key`` shows a proposal without telling anybody."""

    chosen = Signal(str)

    def __init__(self, outcomes: Sequence[Outcome] = FOUR, name: str = "How it went", parent: QWidget | None = None):
        super().__init__(spacing=8, parent=parent)
        self.setAccessibleName(name)
        self._tiles = {one.key: _Tile(one, self) for one in outcomes}
        for key, tile in self._tiles.items():
            tile.clicked.connect(lambda _checked=False, key=key: self._pick(key))
            self.line.addWidget(tile, tile.sizeHint().width())
        self._key = ""
        self.setFocusProxy(next(iter(self._tiles.values())))
        self._show()

    def key(self) -> str:
        """The key chosen, empty before any."""
        return self._key

    def set_key(self, key: str) -> None:
        """Choose without telling anybody; an empty key chooses nothing."""
        if key and key not in self._tiles:
            raise LookupError(f"there is no outcome “{key}”")
        self._key = key
        self._show()

    def tile(self, key: str) -> QAbstractButton:
        """The tile of an outcome."""
        return self._tiles[key]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move and choose."""
        order = list(self._tiles)
        here = next((n for n, key in enumerate(order) if self._tiles[key].hasFocus()), 0)
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}.get(
            Qt.Key(event.key())
        )
        if step is None:
            super().keyPressEvent(event)
            return
        there = order[max(0, min(here + step, len(order) - 1))]
        self._pick(there)
        self._tiles[there].setFocus(Qt.FocusReason.TabFocusReason)

    def _pick(self, key: str) -> None:
        changed = key != self._key
        self._key = key
        self._show()
        if changed:
            self.chosen.emit(key)

    def _show(self) -> None:
        first = self._key or next(iter(self._tiles))
        for key, tile in self._tiles.items():
            tile.setChecked(key == self._key)
            tile.setFocusPolicy(Qt.FocusPolicy.StrongFocus if key == first else Qt.FocusPolicy.ClickFocus)
        self.setFocusProxy(self._tiles[first])


class _Tile(QAbstractButton):
    """One answer, 64 px high: the mark over the word, filled with its tint once chosen."""

    def __init__(self, outcome: Outcome, parent: QWidget):
        super().__init__(parent)
        self._outcome = outcome
        self.setText(outcome.word)
        self.setAccessibleName(outcome.word)
        self.setCheckable(True)
        self.setProperty("letters", "auto")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Room for the word in semibold."""
        wide = QFontMetrics(theme.font("strong")).horizontalAdvance(self._outcome.word)
        return QSize(max(theme.px(72), wide + 20), theme.px(64))

    def minimumSizeHint(self) -> QSize:
        """Words are never cut."""
        return self.sizeHint()

    def nextCheckState(self) -> None:
        """The row of tiles decides which one is chosen; a second press never leaves none."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space and Enter choose; arrows belong to the whole row."""
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if plain and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.click()
            return
        event.ignore()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the tile."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        look, chosen = self._outcome.look, self.isChecked()
        ground = look.ground if chosen else theme.colour("surface_2" if self.underMouse() else "surface")
        ink = look.ink if chosen else theme.colour("text")
        painter.setBrush(ground)
        painter.setPen(QPen(look.ink if chosen else theme.colour("border"), 2 if chosen else 1))
        inset = 1.0 if chosen else 0.5
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), 6, 6)
        side = 20.0
        top = (self.height() - side - 4 - theme.line_height("strong")) / 2
        mark = QRectF((self.width() - side) / 2, top, side, side)
        paint_mark(painter, mark, look.mark, ink if chosen else theme.colour("muted"), ground)
        painter.setFont(theme.font("strong"))
        painter.setPen(ink)
        words = QRectF(0, top + side + 4, self.width(), theme.line_height("strong"))
        painter.drawText(words, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter, self._outcome.word)
