"""Further parts of the record panel: ticks and choices, one result for each point, a second person, days missed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QCompleter, QGridLayout, QLineEdit, QSizePolicy, QWidget

from bursar_desk.domain import words
from bursar_desk.domain.checks import NotDoneReason
from bursar_desk.domain.steps import StepKind
from bursar_desk.ui import theme
from bursar_desk.ui.pages.record_draft import FAIL, PASS, Draft, RecordCard
from bursar_desk.ui.pages.record_parts import column
from bursar_desk.ui.status_marks import NOT_NEEDED, OK, OVERDUE, Look, paint_mark
from bursar_desk.ui.widgets import FieldRow, MessageStrip, Picker, Reflow, plain_label
from bursar_desk.ui.widgets.outcomes import NOT_DONE, Outcome, OutcomeTiles

if TYPE_CHECKING:
    from bursar_desk.domain.steps import Step

_TWO: Final = (Outcome("yes", "All right", OK), Outcome("no", "Not right", OVERDUE))
DECLARE: Final = "For example: I saw it done and agree."


class StepsPart(QWidget):
    """What is answered by a tick, a choice or words. ``changed`` after each answer."""

    changed = Signal()

    def __init__(self, card: RecordCard, draft: Draft, parent: QWidget | None = None):
        super().__init__(parent)
        self._draft = draft
        self.fields: dict[str, QWidget] = {}
        self._strips: dict[str, MessageStrip] = {}
        stack = column(self, 12)
        for step in card.others:
            field = self._field(step)
            field.setAccessibleName(step.name)
            self.fields[step.name] = field
            strip = MessageStrip("overdue", "")
            self._strips[step.name] = strip
            stack.addWidget(FieldRow(step.name, field, "Add a photo of it." if step.photo else ""))
            stack.addWidget(strip)
        self._steps = card.others
        first = next(iter(self.fields.values()), None)
        if first is not None:
            self.setFocusProxy(first)
        self._show()

    def _field(self, step: Step) -> QWidget:
        held = self._draft.answers.get(step.name)
        if step.kind is StepKind.TICK:
            tiles = OutcomeTiles(_TWO, step.name)
            tiles.set_key({True: "yes", False: "no"}.get(held, "") if isinstance(held, bool) else "")
            tiles.chosen.connect(lambda key, step=step: self._answer(step, key == "yes"))
            return tiles
        if step.kind is StepKind.CHOICE and step.choices:
            picker = Picker([("", "Choose one"), *((one, one) for one in step.choices)])
            picker.set_key(held or "")
            picker.picked.connect(lambda key, step=step: self._answer(step, str(key or "")))
            return picker
        line = QLineEdit(str(held or ""))
        line.textEdited.connect(lambda text, step=step: self._answer(step, text))
        return line

    def _answer(self, step: Step, answer: bool | str) -> None:
        if answer == "":
            self._draft.answers.pop(step.name, None)
        else:
            self._draft.answers[step.name] = answer
        self._draft.touched = True
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        for step in self._steps:
            verdict = step.judge(self._draft.answers.get(step.name))
            strip = self._strips[step.name]
            strip.setVisible(not verdict.good)
            if not verdict.good:
                strip.set_text(f"{verdict.sentence} Save it, and report a fault?", verdict.advice)


# --- one result for each point ---------------------------------------------------------------------------------------

_ROUND: Final = (PASS, FAIL, NOT_DONE)
_LOOKS: Final[dict[str, tuple[Look, str]]] = {
    PASS: (OK, "Pass"), FAIL: (OVERDUE, "Fail"), NOT_DONE: (NOT_NEEDED, "Not done"),
}  # fmt: skip


class PointTile(QAbstractButton):
    """One point, 56 px high: its name, and how it went; a click, Space or Enter goes on to the next answer."""

    turned = Signal(str)
    moved = Signal(int)

    def __init__(self, point: str, outcome: str, parent: QWidget | None = None):
        super().__init__(parent)
        self.point, self.outcome = point, outcome
        self.setText(point)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self._turn)
        self._show()

    def sizeHint(self) -> QSize:
        """56 high."""
        return QSize(theme.px(140), theme.px(56))

    def _turn(self) -> None:
        self.outcome = _ROUND[(_ROUND.index(self.outcome) + 1) % len(_ROUND)]
        self._show()
        self.turned.emit(self.outcome)

    def _show(self) -> None:
        self.setAccessibleName(f"{self.point}: {_LOOKS[self.outcome][1]}")
        self.setToolTip(self.accessibleName())
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move between the points; Enter answers like Space."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -2, Qt.Key.Key_Down: 2}.get(
            Qt.Key(event.key())
        )
        if step is not None:
            self.moved.emit(step)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the point over its answer, with the mark at the left."""
        look, said = _LOOKS[self.outcome]
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = theme.colour("surface") if self.outcome == PASS and not self.underMouse() else look.ground
        painter.setBrush(ground)
        painter.setPen(QPen(theme.colour("border") if self.outcome == PASS else look.ink, 1))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        paint_mark(painter, QRectF(12, self.height() / 2 - 10, 20, 20), look.mark, look.ink, ground)
        room = self.width() - 52
        half = self.height() / 2
        for row, (text, role, ink) in enumerate(((self.point, "strong", "text"), (said, "caption", "muted"))):
            painter.setFont(theme.font(role))
            painter.setPen(theme.colour(ink) if row == 0 or self.outcome == PASS else look.ink)
            shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, room)
            box = QRectF(42, half - 21 + row * 21, room, 21)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)


class PointsPart(QWidget):
    """All points of a check with a result each: all pass until one is turned. ``changed`` after each."""

    changed = Signal()

    def __init__(self, card: RecordCard, draft: Draft, parent: QWidget | None = None):
        super().__init__(parent)
        self._card, self._draft = card, draft
        self.said = plain_label("", wrap=True)
        self.tiles = [PointTile(point, draft.points.get(point, PASS)) for point in card.asks.todo]
        grid = QWidget()
        cells = QGridLayout(grid)
        cells.setContentsMargins(0, 0, 0, 0)
        cells.setSpacing(8)
        for n, tile in enumerate(self.tiles):
            tile.turned.connect(partial(self._turned, tile))
            tile.moved.connect(partial(self._moved, n))
            cells.addWidget(tile, n // 2, n % 2)
        stack = column(self, 8)
        stack.addWidget(plain_label("How each one went", "strong"))
        stack.addWidget(self.said)
        stack.addWidget(grid)
        if self.tiles:
            self.setFocusProxy(self.tiles[0])
        self._say()

    def _turned(self, tile: PointTile, outcome: str) -> None:
        self._draft.points[tile.point] = outcome
        self._draft.touched = True
        self._say()
        self.changed.emit()

    def _moved(self, place: int, step: int) -> None:
        there = place + step
        if 0 <= there < len(self.tiles):
            self.tiles[there].setFocus(Qt.FocusReason.TabFocusReason)

    def _say(self) -> None:
        whole, todo = len(self._card.detail.points), len(self._card.asks.todo)
        failed = sum(one == FAIL for one in self._draft.points.values())
        left = sum(one == NOT_DONE for one in self._draft.points.values())
        done = whole - todo + (todo - left)
        parts = [f"{words.out_of(done, whole)} done once you save"]
        parts += [f"{words.number(failed)} failed"] if failed else []
        parts += [f"{words.number(left)} left for later"] if left else []
        then = "A fault is reported for each that failed" if failed else "Press one that did not pass"
        self.said.setText(words.sentence(f"{', '.join(parts)}. {then}"))


# --- a second person, and days missed --------------------------------------------------------------------------------


class SecondPart(QWidget):
    """Who looked at it as well, and what they type themselves."""

    changed = Signal()

    def __init__(self, card: RecordCard, draft: Draft, parent: QWidget | None = None):
        super().__init__(parent)
        self._draft = draft
        self.name = QLineEdit(draft.second_by)
        names = QCompleter(list(card.people), self.name)
        names.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        names.setFilterMode(Qt.MatchFlag.MatchContains)
        self.name.setCompleter(names)
        self.declared = QLineEdit(draft.declared)
        self.rows = {
            "second": FieldRow("Second person", self.name, "This check is not closed by one person alone."),
            "declared": FieldRow("What they saw, in their own words", self.declared, DECLARE),
        }
        stack = column(self, 12)
        for row in self.rows.values():
            stack.addWidget(row)
        self.name.textEdited.connect(self._typed)
        names.activated.connect(self._typed)
        self.declared.textEdited.connect(self._typed)

    def _typed(self, *_: object) -> None:
        self._draft.second_by, self._draft.declared = self.name.text(), self.declared.text()
        self._draft.touched = True
        self.changed.emit()


_REASONS: Final = tuple((one.value, one.said) for one in NotDoneReason if one is not NotDoneReason.PUT_OFF)


class MissedPart(QWidget):
    """Days that were missed and have no reason: one reason for all of them, kept with each."""

    def __init__(self, card: RecordCard, draft: Draft, parent: QWidget | None = None):
        super().__init__(parent)
        self._draft = draft
        missed = card.asks.missed
        days = [words.short_date(one) for one in missed]
        named = words.listing(days) if len(days) < 4 else f"from {days[0]} to {days[-1]}"
        self.reason = Picker((("", "Leave it for now"), *_REASONS))
        self.reason.set_key(draft.missed_reason)
        self.reason.picked.connect(self._picked)
        said = f"{words.count(len(missed), 'day')} missed: {named}. One reason is kept with each."
        stack = column(self, 4)
        stack.addWidget(FieldRow("Why was it missed", self.reason, said, optional=True))

    def _picked(self, key: object) -> None:
        self._draft.missed_reason, self._draft.touched = str(key or ""), True


def turn_part(card: RecordCard) -> QWidget:
    """Whose turn it is, and the proof that all have theirs: small, under the name of the check."""
    text = "overdue" if card.asks.gap else "muted"
    return Reflow(plain_label(card.asks.turns, "caption", text, wrap=True), spacing=4)
