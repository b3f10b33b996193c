"""Who is at the desk: a tile for each person who uses this computer, then their PIN. Covers the window while locked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QGridLayout,
    QHBoxLayout,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from bursar_desk.domain import words
from bursar_desk.services import pins
from bursar_desk.services.pins import SignIn, Tried
from bursar_desk.ui import theme
from bursar_desk.ui.pages.kept_choices import keep, kept
from bursar_desk.ui.pages.sign_in_pad import PinPad, WordsBox
from bursar_desk.ui.widgets import Avatar, Button, Scroller, ground, plain_label, set_ink

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from bursar_desk.ui.pages.base import DeskContext

MOST_TILES: Final = 8
_RECENT: Final = "sign_in.recent"
_TICK_MS: Final = 1000
_ACROSS: Final = 4


class PersonTile(QAbstractButton):
    """Initials, name and job of one person; large enough for a thumb."""

    def __init__(self, one: SignIn, on_click: Callable[[], object]):
        super().__init__()
        self._one = one
        self.setAccessibleName(f"{one.name}, {one.job}" + (", locked" if one.locked else ""))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.clicked.connect(lambda _checked=False: on_click())

    @property
    def name(self) -> str:
        """Whose it is."""
        return self._one.name

    def sizeHint(self) -> QSize:
        """Four across in a usual window."""
        return QSize(theme.px(208), theme.px(136))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses it."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint ground, initials, name and job."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        near = self.underMouse() or self.isDown()
        painter.setBrush(theme.colour("tint" if near else "surface"))
        painter.setPen(QPen(theme.colour("accent" if near else "border"), 1))
        painter.drawRoundedRect(box, 8, 8)
        side = theme.px(52)
        round_box = QRectF(box.center().x() - side / 2, box.top() + 16, side, side)
        painter.setBrush(theme.colour("surface_2"))
        painter.setPen(QPen(theme.colour("hairline"), 1))
        painter.drawEllipse(round_box)
        painter.setFont(theme.font("subtitle"))
        painter.setPen(theme.colour("accent"))
        painter.drawText(round_box, Qt.AlignmentFlag.AlignCenter, words.initials(self._one.name))
        job = "Locked" if self._one.locked else self._one.job
        top = round_box.bottom() + 8
        for role, ink, text in (("strong", "text", self._one.name), ("caption", "muted", job)):
            face = theme.font(role)
            painter.setFont(face)
            painter.setPen(theme.colour(ink))
            room = QRectF(box.left() + 8, top, box.width() - 16, theme.line_height(role))
            shown = QFontMetrics(face).elidedText(text, Qt.TextElideMode.ElideRight, int(room.width()))
            painter.drawText(room, int(Qt.AlignmentFlag.AlignCenter), shown)
            top += theme.line_height(role)


class SignInPage(QWidget):
    """Tiles first, then the pad of whoever was chosen. ``signed_in(person)`` once the PIN was right.

    ``people(listing)`` gives it whom to show; ``last`` is who was at the desk before, whose pad opens at once.
    """

    signed_in = Signal(bytes)

    def __init__(self, context: DeskContext, last: bytes | None = None):
        super().__init__()
        self.context = context
        self.tiles: list[PersonTile] = []
        self.pad: PinPad | WordsBox | None = None
        self.chosen: SignIn | None = None
        self._people: tuple[SignIn, ...] = ()
        self._last = last
        self._wait = 0
        self._trying = False
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._tick)
        ground(self, "bg")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Sign in")
        self._panes = QStackedWidget()
        self._panes.addWidget(self._make_tiles())
        self._panes.addWidget(self._make_pad())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._panes)
        self.reload()

    def _make_tiles(self) -> QWidget:
        scroller = Scroller((24, 24, 24, 24), 12)
        self._title = plain_label("Who is at the desk?", "title")
        school = plain_label(self.context.facts.name, "body", "muted")
        self._grid = QGridLayout()
        self._grid.setSpacing(12)
        self._without = plain_label("", "body", "muted", wrap=True)
        self.someone_else = Button("Someone else", "text", icon="users", on_click=self._everybody)
        across = QHBoxLayout()
        across.addStretch()
        across.addLayout(self._grid)
        across.addStretch()
        scroller.body.addStretch(1)
        for part in (school, self._title):
            scroller.body.addWidget(part, 0, Qt.AlignmentFlag.AlignHCenter)
        scroller.body.addSpacing(12)
        scroller.body.addLayout(across)
        scroller.body.addSpacing(8)
        scroller.body.addWidget(self.someone_else, 0, Qt.AlignmentFlag.AlignHCenter)
        scroller.body.addWidget(self._without, 0, Qt.AlignmentFlag.AlignHCenter)
        scroller.body.addStretch(2)
        return scroller

    def _make_pad(self) -> QWidget:
        scroller = Scroller((24, 24, 24, 24), 12)
        self._avatar = Avatar("", 64)
        self._name = plain_label("", "title")
        self._ask = plain_label("", "body", "muted")
        self._said = plain_label("", "strong", "overdue", wrap=True)
        self._said.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._said.setMinimumWidth(theme.px(360))
        self._pad_place = QVBoxLayout()
        self.back = Button("Someone else", "text", icon="users", on_click=self.show_tiles)
        scroller.body.addStretch(1)
        for part in (self._avatar, self._name, self._ask, self._said):
            scroller.body.addWidget(part, 0, Qt.AlignmentFlag.AlignHCenter)
        scroller.body.addLayout(self._pad_place)
        scroller.body.addWidget(self.back, 0, Qt.AlignmentFlag.AlignHCenter)
        scroller.body.addStretch(2)
        return scroller

    # --- whom to show ---

    def reload(self) -> None:
        """Read who can sign in."""
        self.context.run(self, pins.listing, self._show_people)

    def _show_people(self, people: tuple[SignIn, ...]) -> None:
        self._people = people
        last = next((one for one in people if one.person == self._last and one.has_pin), None)
        self._fill(self._usual())
        if last is not None and self.chosen is None:
            self._choose(last)
        elif self.tiles and self._panes.currentIndex() == 0:
            self.tiles[0].setFocus()

    def _usual(self) -> list[SignIn]:
        """Who used this computer last comes first; at most eight."""
        able = [one for one in self._people if one.has_pin]
        recent = [str(one) for one in kept(_RECENT, []) or []]
        order = {name: n for n, name in enumerate(recent)}
        return sorted(able, key=lambda one: order.get(one.person.hex(), len(order)))[:MOST_TILES]

    def _fill(self, people: Sequence[SignIn]) -> None:
        for tile in self.tiles:
            self._grid.removeWidget(tile)
            tile.hide()
            tile.deleteLater()
        self.tiles = [PersonTile(one, partial(self._choose, one)) for one in people]
        for n, tile in enumerate(self.tiles):
            self._grid.addWidget(tile, n // _ACROSS, n % _ACROSS)
        self._without.hide()
        self.someone_else.show()

    def _everybody(self) -> None:
        """Everybody with a PIN; and who has none yet, with what to do about it."""
        self._fill([one for one in self._people if one.has_pin])
        without = [one.name for one in self._people if not one.has_pin]
        self._without.setText(
            f"No PIN yet: {words.listing(without)}. Someone who manages the register can set one." if without
            else "Everybody who works here has a PIN."
        )  # fmt: skip
        self._without.show()
        self.someone_else.hide()
        if self.tiles:
            self.tiles[0].setFocus()

    def show_tiles(self) -> None:
        """Back to the tiles."""
        self.chosen = None
        self._timer.stop()
        self._panes.setCurrentIndex(0)
        self._fill(self._usual())
        if self.tiles:
            self.tiles[0].setFocus()

    # --- the PIN ---

    def _choose(self, one: SignIn) -> None:
        self.chosen = one
        if self.pad is not None:
            self._pad_place.removeWidget(self.pad)
            self.pad.hide()
            self.pad.deleteLater()
        self.pad = PinPad(one.length) if one.digits else WordsBox()
        self.pad.entered.connect(self._try)
        self._pad_place.addWidget(self.pad, 0, Qt.AlignmentFlag.AlignHCenter)
        self._avatar.set_name(one.name)
        self._name.setText(one.name)
        self._ask.setText("Type your PIN" if one.digits else "Type your words")
        self._wait = 0
        self._say("Locked after ten wrong tries. Someone who manages the register can unlock it." if one.locked else "")
        self.pad.setEnabled(not one.locked)
        self._panes.setCurrentIndex(1)
        self.pad.setFocus()

    def _try(self, typed: str) -> None:
        one = self.chosen
        if one is None or self._trying:
            return
        self._trying = True
        self._say("Looking…", plain=True)

        def work(desk: Desk) -> Tried:
            return pins.check(desk, one.person, typed)

        self.context.run(self, work, partial(self._tried, one), self._not_tried)

    def _tried(self, one: SignIn, tried: Tried) -> None:
        self._trying = False
        if self.chosen is not one or self.pad is None:
            return
        if tried.ok:
            self._say("")
            recent = [str(each) for each in kept(_RECENT, []) or [] if each != one.person.hex()]
            keep(_RECENT, [one.person.hex(), *recent][: 2 * MOST_TILES])
            self.signed_in.emit(one.person)
            return
        self._say(tried.sentence)
        self._wait = tried.wait
        self.pad.setEnabled(not tried.locked and not tried.wait)
        if tried.wait:
            self._timer.start()
        self.pad.setFocus()

    def _not_tried(self, problem: Exception) -> None:
        self._trying = False
        self._say(str(problem))

    def _tick(self) -> None:
        self._wait -= 1
        if self._wait > 0:
            self._say(f"Wait {words.count(self._wait, 'second')}, then try again.")
            return
        self._timer.stop()
        self._say("")
        if self.pad is not None:
            self.pad.setEnabled(True)
            self.pad.setFocus()

    def _say(self, text: str, *, plain: bool = False) -> None:
        self._said.setText(text)
        set_ink(self._said, "muted" if plain else "overdue")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc goes back to the tiles."""
        if event.key() == Qt.Key.Key_Escape and self._panes.currentIndex() == 1:
            self.show_tiles()
            return
        super().keyPressEvent(event)
