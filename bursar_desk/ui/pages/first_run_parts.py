"""Parts of the first start: tiles to tick or choose, the list of steps, what the answers make so far."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.ui import icons, theme
from bursar_desk.ui.widgets import IconView, ground, hline, plain_label

if TYPE_CHECKING:
    from bursar_desk.services.first_run import Counts

_HIGH: Final = 56


class Tile(QAbstractButton):
    """A large tick with an icon and a name; ``one_of`` draws a ring, for a group of which one is chosen."""

    def __init__(self, text: str, icon: str = "", note: str = "", *, one_of: bool = False):
        super().__init__()
        self._icon, self._note, self._ring = icon, note, one_of
        self.setText(text)
        self.setCheckable(True)
        self.setAccessibleName(text)
        self.setAccessibleDescription(note)
        self.setToolTip(note)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding if icon else QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """The sign, the icon, the words and 16 px each side."""
        wide = QFontMetrics(theme.font("body")).horizontalAdvance(self.text()) + 62 + (34 if self._icon else 0)
        return QSize(wide, theme.px(_HIGH if self._icon else 48))

    def minimumSizeHint(self) -> QSize:
        """Words are never cut."""
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter ticks too."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the box, the sign, the icon and the words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on = self.isChecked()
        painter.setBrush(theme.colour("tint" if on else "surface_2" if self.underMouse() else "surface"))
        painter.setPen(QPen(theme.colour("accent" if on else "border"), 1))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        sign = QRectF(16.5, (self.height() - 17) / 2, 17, 17)
        painter.setBrush(theme.colour("accent" if on and not self._ring else "surface"))
        painter.setPen(QPen(theme.colour("accent" if on else "border"), 1.5))
        if self._ring:
            painter.drawEllipse(sign)
        else:
            painter.drawRoundedRect(sign, 4, 4)
        if on:
            self._paint_sign(painter, sign.center())
        left = 46
        if self._icon:
            picture = icons.pixmap(self._icon, "text", 20, self.devicePixelRatioF())
            painter.drawPixmap(QPointF(left + 2, (self.height() - 20) / 2), picture)
            left += 34
        painter.setFont(theme.font("body"))
        painter.setPen(theme.colour("text"))
        box = QRectF(left, 0, self.width() - left - 12, self.height())
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text())

    def _paint_sign(self, painter: QPainter, c: QPointF) -> None:
        if self._ring:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("accent"))
            painter.drawEllipse(c, 4.5, 4.5)
            return
        painter.setPen(QPen(theme.colour("on_accent"), 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        tick = [QPointF(c.x() - 4, c.y() + 0.3), QPointF(c.x() - 1.2, c.y() + 3), QPointF(c.x() + 4, c.y() - 3)]
        painter.drawPolyline(QPolygonF(tick))


class TileGroup(QWidget):
    """Tiles of which one is chosen; arrows move among them."""

    chosen = Signal(str)

    def __init__(self, parts: Sequence[tuple[str, str]], name: str):
        super().__init__()
        self.setAccessibleName(name)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(12)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self.tiles: dict[str, Tile] = {}
        for key, text in parts:
            tile = Tile(text, one_of=True)
            tile.setAccessibleName(f"{name} {text}")
            self._group.addButton(tile)
            tile.clicked.connect(lambda _on=False, key=key: self.chosen.emit(key))
            self.tiles[key] = tile
            line.addWidget(tile)
        line.addStretch()

    def set_key(self, key: str) -> None:
        """Choose without telling anybody."""
        if key in self.tiles:
            self.tiles[key].setChecked(True)


class TileGrid(QWidget):
    """Tiles to tick in two columns; one where there is no room for two."""

    changed = Signal(str, bool)

    def __init__(self, parts: Sequence[tuple[str, str, str, str]]):
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(8)
        self._grid.setHorizontalSpacing(12)
        self.tiles: dict[str, Tile] = {}
        for n, (key, text, icon, note) in enumerate(parts):
            tile = Tile(text, icon, note)
            tile.clicked.connect(lambda on=False, key=key: self.changed.emit(key, on))
            self.tiles[key] = tile
            self._grid.addWidget(tile, n // 2, n % 2)


class StepList(QWidget):
    """The steps at the left: what is done, where we are, what comes, and how long it takes."""

    def __init__(self, title: str, steps: Sequence[str]):
        super().__init__()
        ground(self, "bg")
        self.setFixedWidth(theme.px(264))
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 32, 24, 32)
        column.setSpacing(20)
        column.addWidget(plain_label(title, "body", "muted"))
        self.rows = [_Step(n, text) for n, text in enumerate(steps, 1)]
        for row in self.rows:
            column.addWidget(row)
        column.addStretch()
        self.left = plain_label("", "body", "muted", wrap=True)
        column.addWidget(self.left)

    def set_step(self, now: int, minutes: int) -> None:
        """Show the step with this place, from 0."""
        for place, row in enumerate(self.rows):
            row.set_state("done" if place < now else "now" if place == now else "to come")
        about = words.count(minutes, "minute")
        self.left.setText(f"About {about} left. You can stop now and carry on later.")


class _Step(QWidget):
    def __init__(self, number: int, text: str):
        super().__init__()
        self._number, self._text, self._state = number, text, "to come"
        self.setMinimumHeight(theme.px(24))

    def set_state(self, state: str) -> None:
        self._state = state
        self.setAccessibleName(f"Step {self._number}, {self._text}, {state}")
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = self.height() / 2
        ring = QRectF(0.5, middle - 11.5, 23, 23)
        if self._state == "done":
            picture = icons.pixmap("circle-check", "ok", 24, self.devicePixelRatioF())
            painter.drawPixmap(QPointF(0, middle - 12), picture)
        else:
            now = self._state == "now"
            painter.setBrush(theme.colour("accent") if now else Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour("accent" if now else "border"), 1))
            painter.drawEllipse(ring)
            painter.setFont(theme.font("caption-strong"))
            painter.setPen(theme.colour("on_accent" if now else "muted"))
            painter.drawText(ring, Qt.AlignmentFlag.AlignCenter, str(self._number))
        painter.setFont(theme.font("strong" if self._state == "now" else "body"))
        painter.setPen(theme.colour("muted" if self._state == "to come" else "text"))
        box = QRectF(36, 0, self.width() - 36, self.height())
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, self._text)


class CountsPane(QWidget):
    """What the answers make so far: the number of checks, by area, and how many are required."""

    def __init__(self) -> None:
        super().__init__()
        ground(self, "surface")
        self.setFixedWidth(theme.px(296))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(24, 32, 24, 24)
        self._column.setSpacing(10)
        self._column.addWidget(plain_label("So far this makes", "body", "muted"))
        top = QHBoxLayout()
        top.setSpacing(8)
        self.total = plain_label("", "number")
        top.addWidget(self.total, 0, Qt.AlignmentFlag.AlignBottom)
        top.addWidget(plain_label("checks", "body", "muted"), 0, Qt.AlignmentFlag.AlignBottom)
        top.addStretch()
        self._column.addLayout(top)
        self._numbers: list[tuple[QWidget, QWidget]] = []
        self._rows = QGridLayout()
        self._rows.setVerticalSpacing(10)
        self._rows.setColumnStretch(0, 1)
        self._column.addLayout(self._rows)
        self._column.addSpacing(4)
        self._column.addWidget(hline())
        self.required = plain_label("", "body", "muted", wrap=True)
        self._column.addWidget(self.required)
        soft = "Nothing will be red on the first day. We ask when each was last done."
        self._column.addWidget(plain_label(soft, "body", "muted", wrap=True))
        self._column.addStretch()

    def show_counts(self, found: Counts) -> None:
        """Show the numbers."""
        self.total.setText(words.number(found.total))
        for part in [one for pair in self._numbers for one in pair]:
            self._rows.removeWidget(part)
            part.hide()
            part.deleteLater()
        self._numbers.clear()
        for down, (area, number) in enumerate(found.by_area):
            pair = (plain_label(area), plain_label(words.number(number), "strong"))
            self._numbers.append(pair)
            self._rows.addWidget(pair[0], down, 0)
            self._rows.addWidget(pair[1], down, 1, Qt.AlignmentFlag.AlignRight)
        text = f"{words.number(found.required)} are required by law or an approved code."
        self.required.setText(f"{text} You can switch any check off later, with a reason.")
        self.setAccessibleName(f"So far this makes {words.count(found.total, 'check')}. {text}")


def saved_line() -> QWidget:
    """The foot of the window: the answers are kept."""
    foot = QWidget()
    ground(foot, "surface-2")
    line = QHBoxLayout(foot)
    line.setContentsMargins(16, 4, 16, 4)
    line.setSpacing(8)
    line.addWidget(IconView("circle-check", "ok", 16))
    line.addWidget(plain_label("Your answers are saved on this computer", "caption", "muted"))
    line.addStretch()
    return foot
