"""To settle: what two schools wrote differently, side by side; nothing is chosen for the person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QKeySequence, QPainter, QPen
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from bursar_desk.domain import words
from bursar_desk.services.conflicts import clock_words
from bursar_desk.ui import theme
from bursar_desk.ui.status_marks import INFO, OK, PUT_OFF, StatusChip, paint_mark
from bursar_desk.ui.widgets import Button, Card, Reflow, Row, Scroller, ground, hline, plain_label, vline
from bursar_desk.ui.widgets.focus_ring import paint_ring

if TYPE_CHECKING:
    from bursar_desk.services.conflicts import Difference, Rival

ROW_ROLE: Final = Qt.ItemDataRole.UserRole + 1
_NONE: Final = QModelIndex()


@dataclass(frozen=True, slots=True)
class SettleLine:
    """A difference and how it stands: "" for to settle, else what was chosen ("kept ours", "later")."""

    difference: Difference
    chosen: str

    @property
    def title(self) -> str:
        """What differs: "Fire risk assessment, next due"."""
        return f"{self.difference.what}, {self.difference.field}"

    @property
    def note(self) -> str:
        """Whose it is, and what was chosen."""
        return " · ".join(part for part in (self.difference.school_name, self.chosen) if part)


class SettleModel(QAbstractListModel):
    """The differences of this sitting, settled ones too."""

    def __init__(self, parent: QObject | None = None):
        super().__init__(parent)
        self._lines: tuple[SettleLine, ...] = ()

    def set_lines(self, lines: Sequence[SettleLine]) -> None:
        """Show these."""
        self.beginResetModel()
        self._lines = tuple(lines)
        self.endResetModel()

    @property
    def lines(self) -> tuple[SettleLine, ...]:
        """All of them, top to bottom."""
        return self._lines

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _NONE) -> int:
        """How many."""
        return 0 if parent.isValid() else len(self._lines)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The words for screen readers and tooltips, the line for the painter."""
        if not index.isValid():
            return None
        line = self._lines[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return f"{line.title}. {line.note}" if line.chosen else f"To settle: {line.title}. {line.note}"
        return line if role == ROW_ROLE else None


class _SettleDelegate(QStyledItemDelegate):
    """Two lines after a mark; the chosen row has the tint and the bar."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        """56 px high."""
        return QSize(200, theme.px(56))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint one row."""
        line: SettleLine = index.data(ROW_ROLE)
        box = QRect(option.rect)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.fillRect(box, theme.colour("tint" if chosen else "surface"))
        if chosen:
            painter.fillRect(QRect(box.left(), box.top(), 4, box.height()), theme.colour("accent"))
        painter.setPen(QPen(theme.colour("hairline"), 1))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        look = INFO if not line.chosen else PUT_OFF if line.chosen == "later" else OK
        paint_mark(painter, QRectF(box.left() + 20, box.center().y() - 8, 16, 16), look.mark, look.ink)
        room = QRectF(box).adjusted(46, 0, -12, 0)
        top = room.center().y() - 18
        for role, ink, text, high in (
            ("strong" if chosen else "body", "text", line.title, 20),
            ("caption", "muted", line.note, 16),
        ):
            face = theme.font(role)
            painter.setFont(face)
            painter.setPen(theme.colour(ink))
            shown = QFontMetrics(face).elidedText(text, Qt.TextElideMode.ElideRight, int(room.width()))
            painter.drawText(QRectF(room.left(), top, room.width(), high), int(Qt.AlignmentFlag.AlignVCenter), shown)
            top += high
        if option.state & QStyle.StateFlag.State_HasFocus:
            paint_ring(painter, QRectF(box).adjusted(1, 1, -1, -2), 4)
        painter.restore()


class SettleView(QFrame):
    """The list at the left, the two cards at the right. ``wanted(difference, rival, words)`` for one choice,
    ``all_wanted(school, name)`` for "use theirs for all", ``left`` when the person is done.
    """

    wanted = Signal(object, object, str)
    all_wanted = Signal(object, str)
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        ground(self, "bg")
        self._chosen: dict[str, str] = {}
        self._order: list[Difference] = []
        self._pending: set[str] = set()
        self._sides: list[Button] = []
        self.model = SettleModel(self)
        self.list = QListView()
        self.list.setAccessibleName("Things to settle")
        self.list.setProperty("own_focus", True)
        self.list.setTabKeyNavigation(False)
        self.list.setUniformItemSizes(True)
        self.list.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.list.setModel(self.model)
        self.list.setItemDelegate(_SettleDelegate(self.list))
        self.list.selectionModel().currentChanged.connect(lambda now, _before: self._show(now))
        self._head = plain_label("", "strong")
        self._sub = plain_label("", "body", "muted")
        self._scroller = Scroller((24, 20, 24, 20), 12)
        self._shown: list[QWidget] = []
        self.later = Button("Decide later", hint="Alt+L", on_click=self.decide_later)
        _own_key(self.later, "Alt+L")
        self.all_theirs = Button("", "text", on_click=self._use_all)
        self._lay_out()

    def _lay_out(self) -> None:
        side = ground(QWidget(), "surface")
        side.setFixedWidth(theme.px(304))
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QWidget()
        inner = QVBoxLayout(head)
        inner.setContentsMargins(20, 12, 20, 12)
        inner.setSpacing(0)
        inner.addWidget(self._head)
        inner.addWidget(self._sub)
        foot = QWidget()
        below = QVBoxLayout(foot)
        below.setContentsMargins(20, 12, 20, 12)
        below.addWidget(plain_label("Ctrl+Z takes back your last choice.", "body", "muted", wrap=True))
        for part, stretch in ((head, 0), (hline(), 0), (self.list, 1), (hline(), 0), (foot, 0)):
            column.addWidget(part, stretch)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self._scroller, 1)
        right.addWidget(hline())
        note = "The value you do not choose stays in History. “Decide later” keeps what is shown and asks again."
        said = Row(plain_label(note, "body", "muted", wrap=True), high=48)
        said.line.setContentsMargins(24, 8, 24, 8)
        right.addWidget(said)
        self._scroller.body.addStretch()
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(0)
        across.addWidget(side)
        across.addWidget(vline())
        across.addLayout(right, 1)

    # --- what is shown ---

    def set_differences(self, pending: Sequence[Difference]) -> None:
        """Show what is to settle; what was settled in this sitting stays, ticked, and comes back when taken back."""
        self._pending = {one.id for one in pending}
        back = [one for one in pending if self._chosen.get(one.id, "later") != "later"]
        for one in back:
            del self._chosen[one.id]
        by_id = {one.id: one for one in pending}
        known = {one.id for one in self._order}
        kept = [by_id.get(one.id, one) for one in self._order if one.id in by_id or one.id in self._chosen]
        self._order = kept + [one for one in pending if one.id not in known]
        here = self.current()
        self.model.set_lines([SettleLine(one, self._chosen.get(one.id, "")) for one in self._order])
        settled = sum(said != "later" for said in self._chosen.values())
        self._head.setText(f"{words.count(len(self._order), 'thing')} to settle")
        self._sub.setText(f"{words.number(settled)} settled, {words.number(len(pending))} to go")
        wanted = back[0].id if back else here.id if here and here.id in self._pending else self._next(here)
        self._go_to(wanted)

    def forget(self) -> None:
        """A new sitting: ticked ones go, put-off ones are asked again."""
        self._chosen.clear()
        self._order = []

    def current(self) -> Difference | None:
        """The difference shown."""
        index = self.list.currentIndex()
        return self.model.lines[index.row()].difference if index.isValid() else None

    @property
    def sides(self) -> list[Button]:
        """The buttons that choose, left to right."""
        return self._sides

    def _next(self, here: Difference | None) -> str | None:
        """What comes after: the next one nobody decided, else one put off, else nothing."""
        ids = [one.id for one in self._order]
        start = ids.index(here.id) + 1 if here is not None and here.id in ids else 0
        turn = ids[start:] + ids[:start]
        open_ones = [one for one in turn if one in self._pending]
        undecided = [one for one in open_ones if one not in self._chosen]
        return next(iter(undecided or open_ones), None)

    def _go_to(self, wanted: str | None) -> None:
        for place, line in enumerate(self.model.lines):
            if line.difference.id == wanted:
                self.list.setCurrentIndex(self.model.index(place, 0))
                return
        self._clear()
        self._all_settled()

    def _show(self, index: QModelIndex) -> None:
        if not index.isValid():
            return
        line = self.model.lines[index.row()]
        held = any(side.hasFocus() for side in self._sides) or self.later.hasFocus()
        self._clear()
        self._cards(line)
        if held and self._sides:
            self._sides[0].setFocus()

    def _cards(self, line: SettleLine) -> None:
        one = line.difference
        self._add(plain_label(one.school_name, "body", "muted", wrap=True))
        self._add(plain_label(f"{one.what}: {one.field}", "subtitle", wrap=True, select=True))
        open_now = one.id in self._pending
        said = "Both were written without knowing of the other. Everyone will see what you choose."
        if not open_now:
            said = f"Settled: {line.chosen}."
        self._add(plain_label(said, "body", wrap=True))
        pair = Reflow(spacing=16)
        for number, rival in enumerate(one.rivals):
            pair.line.addWidget(self._card(one, rival, number, open_now=open_now), 1)
        self._add(pair)
        if open_now:
            same = [other for other in self._order if other.school == one.school and other.id in self._pending]
            self.all_theirs.set_words(f"Use theirs for all {words.number(len(same))} from {one.school_name}")
            self.all_theirs.setVisible(len(same) > 1 and any(not rival.ours for rival in one.rivals))
            foot = Reflow(self.all_theirs, 1, self.later, spacing=12)
            self.later.show()
            self._add(foot)

    def _card(self, one: Difference, rival: Rival, number: int, *, open_now: bool) -> Card:
        card = Card()
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(4, 4, 4, 4)
        column.setSpacing(8)
        title = (
            "You have" if rival.ours else "They sent" if any(r.ours for r in one.rivals) else f"{rival.school} wrote"
        )
        owner = rival.school == one.school_name
        head = Row(plain_label(title, "strong"), 1, high=28)
        head.line.setContentsMargins(0, 0, 0, 0)
        if owner:
            head.line.addWidget(StatusChip(INFO, "Your own record" if rival.ours else "Their own record"))
        column.addWidget(head)
        role = "title" if len(rival.said) <= 26 else "subtitle"
        column.addWidget(plain_label(rival.said, role, wrap=True, select=True))
        who = f"You, {rival.who}" if rival.ours else ", ".join(part for part in (rival.who, rival.school) if part)
        facts = (("Changed by", who), ("On", clock_words(rival.at_ms)), ("Computer", rival.computer))
        for label, value in facts:
            column.addWidget(hline())
            column.addWidget(_fact(label, value or "not known"))
        column.addSpacing(4)
        if open_now:
            column.addWidget(self._choose_button(one, rival, number, loud=owner))
        column.addStretch()
        card.add(inner)
        return card

    def _choose_button(self, one: Difference, rival: Rival, number: int, *, loud: bool) -> Button:
        """Keep ours (Alt+K), Use theirs (Alt+U); a third value has no key of its own."""
        some_ours = any(other.ours for other in one.rivals)
        ours_side = rival.ours or (not some_ours and number == 0)
        text = "Keep ours" if rival.ours else "Use theirs" if some_ours else f"Use what {rival.school} wrote"
        key = ("Alt+K" if ours_side else "Alt+U") if number < 2 else ""
        chosen = "kept ours" if rival.ours else "used theirs" if some_ours else f"used {rival.school}"
        button = Button(
            text, "filled" if loud else "outlined", size=48, hint=key,
            on_click=lambda: self._choose(one, rival, chosen),
        )  # fmt: skip
        button.setAccessibleName(f"{text}: {rival.said}")
        if key:
            _own_key(button, key)
        self._sides.append(button)
        return button

    def _all_settled(self) -> None:
        self._add(plain_label("All is settled", "subtitle"))
        self._add(plain_label("Your choices travel with your next file.", "body", "muted", wrap=True))
        finish = Button("Finish", "filled", on_click=self.left.emit)
        self._add(Reflow(finish, 1))
        if self.isVisible():
            finish.setFocus()

    # --- choosing ---

    def _choose(self, one: Difference, rival: Rival, chosen: str) -> None:
        self._chosen[one.id] = chosen
        self.wanted.emit(one, rival, chosen)

    def taken_back(self, one: Difference) -> None:
        """The choice could not be written: it is open again."""
        self._chosen.pop(one.id, None)

    def decide_later(self) -> None:
        """Keep what is shown and go on to the next."""
        here = self.current()
        if here is None or here.id not in self._pending:
            return
        self._chosen[here.id] = "later"
        wanted = self._next(here)
        self.model.set_lines([SettleLine(one, self._chosen.get(one.id, "")) for one in self._order])
        self._go_to(wanted)

    def _use_all(self) -> None:
        here = self.current()
        if here is None:
            return
        for one in self._order:
            if one.school == here.school and one.id in self._pending:
                self._chosen[one.id] = "used theirs"
        self.all_wanted.emit(here.school, here.school_name)

    def _clear(self) -> None:
        self._sides = []
        for kept in (self.later, self.all_theirs):
            kept.setParent(self)
            kept.hide()
        for widget in self._shown:
            self._scroller.body.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self._shown.clear()

    def _add(self, widget: QWidget) -> None:
        self._scroller.body.insertWidget(self._scroller.body.count() - 1, widget)
        self._shown.append(widget)


def _fact(label: str, value: str) -> QWidget:
    name = plain_label(label, "body", "muted")
    name.setFixedWidth(theme.px(96))
    row = Row(name, plain_label(value, "body", wrap=True, select=True), high=36)
    row.line.setContentsMargins(0, 4, 0, 4)
    row.line.setStretch(1, 1)
    return row


def _own_key(button: Button, key: str) -> None:
    """A key of its own, which the kit's giving out of letters leaves alone."""
    button.setProperty("letters", "own")
    button.setShortcut(QKeySequence(key))
