"""Buttons: one filled in accent per window, the rest outlined, text or quiet; ticks and choices in the same hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QPushButton, QRadioButton, QSizePolicy, QWidget

from bursar_desk.ui import icons, theme
from bursar_desk.ui.widgets import keys

Kind = Literal["filled", "outlined", "text", "quiet"]


class Button(QPushButton):
    """A button: verb + thing ("Save check"), never OK, Yes or No.

    ``kind``: *filled* (accent; one per window), *outlined*, *text* (accent words), *quiet* (plain words, for tool
    rows). ``size`` is 32, 40, 48, 56 or 64 px high. ``hint`` shows a key cap ("Alt+K"). Enter presses it too.
    """

    def __init__(
        self,
        text: str,
        kind: Kind = "outlined",
        *,
        icon: str = "",
        size: int = 40,
        hint: str = "",
        on_click: Callable[[], object] | None = None,
        left: bool = False,
        parent: QWidget | None = None,
    ):
        super().__init__(keys.literal(text), parent)
        self._kind: Kind = kind
        self._icon = icon
        self._high = size
        self._hint = hint
        self._left = left
        self.setAutoDefault(False)
        self.setAccessibleName(text)
        self.setProperty("letters", "auto")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        if on_click is not None:
            self.clicked.connect(lambda _checked=False: on_click())

    @property
    def kind(self) -> Kind:
        """How loud the button is."""
        return self._kind

    def set_kind(self, kind: Kind) -> None:
        """Make it the loud one, or not: when a pane opens, its action is filled and the header's is outlined."""
        self._kind = kind
        self.update()

    def words(self) -> str:
        """The text as seen, without shortcut signs."""
        return keys.face(self.text())

    def set_words(self, text: str) -> None:
        """Show other words; an ampersand stands for itself."""
        self.setText(keys.literal(text))
        self.setAccessibleName(text)

    def sizeHint(self) -> QSize:
        """The words, the icon and 16 px each side; text buttons 12."""
        metrics = QFontMetrics(self._face())
        wide = metrics.horizontalAdvance(self.words()) + 2 * self._pad()
        if self._icon:
            wide += self._icon_size() + 8
        if self._hint:
            wide += QFontMetrics(theme.font("caption-strong")).horizontalAdvance(self._hint) + 12 + 12
        if self.menu() is not None:
            wide += 22
        return QSize(wide, theme.px(self._high))

    def minimumSizeHint(self) -> QSize:
        """Words are never cut."""
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the button, as people expect; the other keys as usual."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and event.modifiers() in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.KeypadModifier,
        ):
            self.click()
            return
        super().keyPressEvent(event)

    def _face(self) -> QFont:
        return theme.font("large-strong" if self._high >= 56 else "strong")

    def _pad(self) -> int:
        return {"text": 12, "quiet": 10}.get(self._kind, 16 if self._high >= 40 else 12)

    def _icon_size(self) -> int:
        return 24 if self._high >= 56 else 20

    def _colours(self) -> tuple[QColor | None, QColor | None, str]:
        """Fill, border and the token of the ink, as the button is now."""
        if not self.isEnabled():
            filled = self._kind in ("filled", "outlined")
            return (theme.colour("surface_2"), theme.colour("hairline"), "muted") if filled else (None, None, "muted")
        pressed, hover = self.isDown(), self.underMouse()
        if self._kind == "filled":
            fill = QColor(theme.colour("accent"))
            if pressed or hover:
                fill = fill.lighter(112) if theme.tokens().dark else fill.darker(118 if pressed else 110)
            return fill, fill, "on_accent"
        ground = theme.colour("tint") if pressed or self.isChecked() else theme.colour("surface_2") if hover else None
        if self._kind == "outlined":
            return ground or theme.colour("surface"), theme.colour("border"), "text"
        return ground, None, "accent" if self._kind == "text" else "text"

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint fill, border, icon, words and key cap."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fill, border, ink = self._colours()
        painter.setBrush(fill if fill is not None else Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(border, 1) if border is not None else Qt.PenStyle.NoPen)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        self._paint_words(painter, ink)

    def _paint_words(self, painter: QPainter, ink: str) -> None:
        """Lay out icon, words, key cap and menu sign from the left of a centred run."""
        run = self.sizeHint().width() - 2 * self._pad()
        x = self._pad() if self._left else max((self.width() - run) // 2, min(self._pad(), 8))
        if self._icon:
            side = self._icon_size()
            icon_ink = "accent" if self._left and ink == "text" else ink
            picture = icons.pixmap(self._icon, icon_ink, side, self.devicePixelRatioF())
            painter.drawPixmap(QPointF(x, (self.height() - side) / 2), picture)
            x += side + 8
        painter.setFont(theme.font("large-strong" if self._high >= 56 else "strong"))
        painter.setPen(theme.colour(ink))
        letter = self.shortcut().toString().rpartition("+")[2] if keys.letters_shown() else ""
        flag = Qt.TextFlag.TextShowMnemonic
        box = QRectF(x, 0, self.width() - x, self.height())
        text = keys.with_letter(self.words(), letter if len(letter) == 1 else "")
        painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter) | int(flag), text)
        x += QFontMetrics(painter.font()).horizontalAdvance(self.words()) + 12
        if self._hint:
            paint_key_cap(painter, QPointF(x, self.height() / 2), self._hint, ink)
        elif self.menu() is not None:
            sign = icons.pixmap("chevron-down", ink, 16, self.devicePixelRatioF())
            painter.drawPixmap(QPointF(x - 6, (self.height() - 16) / 2), sign)


def paint_key_cap(painter: QPainter, left_middle: QPointF, text: str, ink: str = "muted") -> None:
    """Draw a key as a small plate whose left middle is given."""
    painter.save()
    face = theme.font("caption-strong" if ink == "on_accent" else "caption")
    wide = QFontMetrics(face).horizontalAdvance(text) + 12
    box = QRectF(left_middle.x(), left_middle.y() - 10, wide, 20).adjusted(0.5, 0.5, -0.5, -0.5)
    filled = ink != "on_accent"
    painter.setBrush(theme.colour("surface_2") if filled else Qt.BrushStyle.NoBrush)
    painter.setPen(theme.colour("hairline" if filled else ink))
    painter.drawRoundedRect(box, 4, 4)
    painter.setFont(face)
    painter.setPen(theme.colour("muted" if filled else ink))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()


class IconButton(QAbstractButton):
    """A square button with an icon alone; its words are its tooltip and its spoken name."""

    def __init__(
        self,
        icon: str,
        words: str,
        *,
        size: int = 32,
        on_click: Callable[[], object] | None = None,
        ink: str = "text",
        parent: QWidget | None = None,
    ):
        super().__init__(parent)
        self._icon, self._ink, self._side = icon, ink, size
        self.setAccessibleName(words)
        self.setToolTip(words)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        if on_click is not None:
            self.clicked.connect(lambda _checked=False: on_click())

    def sizeHint(self) -> QSize:
        """Square."""
        return QSize(theme.px(self._side), theme.px(self._side))

    def set_icon(self, icon: str, words: str) -> None:
        """Show another icon with its words."""
        self._icon = icon
        self.setAccessibleName(words)
        self.setToolTip(words)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses it."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the hover ground and the icon."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.isDown() or self.underMouse() or self.isChecked():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("tint" if self.isDown() or self.isChecked() else "surface_2"))
            painter.drawRoundedRect(QRectF(self.rect()), 6, 6)
        side = 20 if self._side < 48 else 24
        ink = self._ink if self.isEnabled() else "border"
        picture = icons.pixmap(self._icon, ink, side, self.devicePixelRatioF())
        painter.drawPixmap(QPointF((self.width() - side) / 2, (self.height() - side) / 2), picture)


class TickBox(QCheckBox):
    """A tick with its words; 36 px high so that it is easy to hit. Space ticks."""

    def __init__(self, text: str, *, size: int = 36, parent: QWidget | None = None):
        super().__init__(keys.literal(text), parent)
        self._high = size
        self.setAccessibleName(text)
        self.setProperty("letters", "auto")

    def sizeHint(self) -> QSize:
        """The square, the words and the height asked for."""
        return _choice_size(self, self._high)

    def minimumSizeHint(self) -> QSize:
        """Words are never cut."""
        return self.sizeHint()

    def hitButton(self, pos: object) -> bool:  # noqa: ARG002 - the whole widget is the target
        """The whole row ticks, not the square alone."""
        return True

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the square, the tick and the words."""
        painter = QPainter(self)
        box = _indicator(self)
        _paint_ground(self, painter, lambda: painter.drawRoundedRect(box, 4, 4))
        if self.checkState() != Qt.CheckState.Unchecked:
            painter.setPen(_sign_pen())
            c = box.center()
            if self.checkState() == Qt.CheckState.Checked:
                tick = [QPointF(c.x() - 4, c.y() + 0.3), QPointF(c.x() - 1.2, c.y() + 3), QPointF(c.x() + 4, c.y() - 3)]
            else:
                tick = [QPointF(c.x() - 4, c.y()), QPointF(c.x() + 4, c.y())]
            painter.drawPolyline(QPolygonF(tick))
        _paint_choice_words(self, painter)


class Choice(QRadioButton):
    """One of several; arrows move within the group. Put the group into one parent or one QButtonGroup."""

    def __init__(self, text: str, *, size: int = 36, parent: QWidget | None = None):
        super().__init__(keys.literal(text), parent)
        self._high = size
        self.setAccessibleName(text)
        self.setProperty("letters", "auto")

    def sizeHint(self) -> QSize:
        """The ring, the words and the height asked for."""
        return _choice_size(self, self._high)

    def minimumSizeHint(self) -> QSize:
        """Words are never cut."""
        return self.sizeHint()

    def hitButton(self, pos: object) -> bool:  # noqa: ARG002 - the whole widget is the target
        """The whole row chooses."""
        return True

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the ring, the dot and the words."""
        painter = QPainter(self)
        box = _indicator(self)
        _paint_ground(self, painter, lambda: painter.drawEllipse(box))
        if self.isChecked():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("on_accent"))
            painter.drawEllipse(box.center(), 3.5, 3.5)
        _paint_choice_words(self, painter)


def _choice_size(button: QAbstractButton, high: int) -> QSize:
    words_wide = QFontMetrics(theme.font("body")).horizontalAdvance(keys.face(button.text()))
    return QSize(4 + 18 + 12 + words_wide + 4, theme.px(high))


def _indicator(button: QWidget) -> QRectF:
    return QRectF(4.5, (button.height() - 17) / 2, 17, 17)


def _sign_pen() -> QPen:
    return QPen(theme.colour("on_accent"), 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)


def _paint_ground(button: QAbstractButton, painter: QPainter, shape: Callable[[], None]) -> None:
    """Draw the square or ring: accent when chosen, outlined otherwise."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    partly = isinstance(button, QCheckBox) and button.checkState() == Qt.CheckState.PartiallyChecked
    chosen = button.isChecked() or partly
    fill = "accent" if chosen else "tint" if button.isDown() else "surface_2" if button.underMouse() else "surface"
    painter.setBrush(theme.colour(fill if button.isEnabled() else "surface_2"))
    painter.setPen(QPen(theme.colour("accent" if chosen and button.isEnabled() else "border"), 1))
    shape()


def _paint_choice_words(button: QAbstractButton, painter: QPainter) -> None:
    painter.setFont(theme.font("body"))
    painter.setPen(theme.colour("text" if button.isEnabled() else "border"))
    letter = button.shortcut().toString().rpartition("+")[2] if keys.letters_shown() else ""
    text = keys.with_letter(keys.face(button.text()), letter if len(letter) == 1 else "")
    box = QRectF(34, 0, button.width() - 34, button.height())
    painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter) | int(Qt.TextFlag.TextShowMnemonic), text)
