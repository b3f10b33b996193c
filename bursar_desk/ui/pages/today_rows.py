"""The rows and side cards of Today: large, with one button each, made for a thumb as well as for the keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.ui import theme
from bursar_desk.ui.pages.record_parts import column
from bursar_desk.ui.status_marks import LOOKS, OK, OVERDUE, SOON, Look, MarkView, StatusChip
from bursar_desk.ui.widgets import Box, Button, Card, IconView, Reflow, Row, StripBoxes, hline, plain_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bursar_desk.services.today import DoneToday, OwnFault, TodayRow, TodayView, WeekStrip


class RowButton(Button):
    """The button of a row: Up and Down go to the rows above and below."""

    moved = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move, the rest as usual."""
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        self.moved.emit(step)


class TodayRowView(Row):
    """One check: tile, title over place and last result, chip, button. ``now`` while it is being recorded beside."""

    def __init__(self, row: TodayRow, *, chip: int = 124, now: bool = False, parent: QWidget | None = None):
        super().__init__(high=76, parent=parent)
        self.row, self._now = row, now
        self.line.setContentsMargins(16, 4, 16, 4)
        self.line.setSpacing(16)
        self.setAccessibleName(row.title)
        tile = IconView(row.line.icon, "text", 24, plate=44)
        text = QWidget()
        stack = column(text, 0)
        stack.addStretch()
        stack.addWidget(plain_label(row.title, "large-strong", wrap=True))
        self._note = plain_label("", "body", "muted", wrap=True)
        stack.addWidget(self._note)
        stack.addStretch()
        status = StatusChip(LOOKS[chip_look(row)], row.chip, large=True, width=chip)
        self.button = RowButton(row.button, size=56)
        self.button.setAccessibleName(f"{row.button}: {row.title}")
        self.button.setMinimumWidth(theme.px(112))
        parts: tuple[tuple[QWidget, int], ...] = ((tile, 0), (text, 1), (status, 0), (self.button, 0))
        for part, stretch in parts:
            self.line.addWidget(part, stretch, Qt.AlignmentFlag.AlignVCenter)
        self.set_now(now=now)

    def set_now(self, *, now: bool) -> None:
        """Show that it is being recorded, or that it can be."""
        self._now = now
        self._note.setText("Recording now" if now else note_of(self.row))
        self.button.setVisible(not now)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The row being recorded stands on the tint, with the accent bar."""
        if self._now:
            painter = QPainter(self)
            painter.fillRect(self.rect(), theme.colour("tint"))
            painter.fillRect(0, 0, 4, self.height(), theme.colour("accent"))
        super().paintEvent(event)


def chip_width(rows: Sequence[TodayRow]) -> int:
    """One width for the chips of all rows, so that they stand under one another and none is cut."""
    wide = [StatusChip(LOOKS[chip_look(row)], row.chip, large=True).sizeHint().width() for row in rows]
    return max([124, *(round(one / max(1.0, theme.scale())) for one in wide)])


def chip_look(row: TodayRow) -> str:
    """The look behind the chip: "Do today" of a row that is otherwise in date is amber too."""
    return "due_soon" if row.chip.startswith(("Do ", "Due ")) else row.line.word


def note_of(row: TodayRow) -> str:
    """Whose turn it is, place and last result; or why it is best done today."""
    return row.why or " · ".join(part for part in (row.turn, row.line.place, row.last) if part)


def done_row(done: DoneToday) -> Row:
    """One line of what was done today: mark, check over how it went, time."""
    look = OVERDUE if done.failed else OK
    text = QWidget()
    stack = column(text, 0)
    stack.addWidget(plain_label(done.title, "body", wrap=True))
    stack.addWidget(plain_label(done.said, "caption", "muted", wrap=True))
    row = Row(MarkView(look, 20), text, plain_label(done.at, "body", "muted"), high=52)
    row.line.setStretch(1, 1)
    row.line.setContentsMargins(20, 4, 20, 4)
    row.setAccessibleName(f"{done.title}: {done.said} {done.at}".rstrip())
    return row


def week_card(view: TodayView) -> Card:
    """This week in one sentence, boxes and counts; then what next week starts with."""
    week = view.week
    card = Card()
    inner = QWidget()
    stack = column(inner, 2)
    stack.addWidget(plain_label("This week", "large-strong"))
    stack.addWidget(plain_label(week.sentence, "body", "muted"))
    boxes = _boxes(week)
    if boxes:
        rows = -(-len(boxes) // 34)
        strip = StripBoxes("Checks of this week", box=QSize(5, 16), gap=2, rows=rows)
        strip.set_boxes(boxes, f"{week.done} done, {week.due} due, {week.late} late")
        strip.setMaximumWidth(248)
        stack.addWidget(strip)
        key = Reflow(spacing=12)
        for look, number, word in ((OK, week.done, "done"), (SOON, week.due, "due"), (OVERDUE, week.late, "late")):
            if number:
                key.line.addWidget(marked(look, f"{words.number(number)} {word}"))
        key.line.addStretch()
        stack.addWidget(key)
    card.add(inner)
    if view.next_up is not None:
        card.add(_next_up(view.next_up))
    return card


def marked(look: Look, text: str, role: str = "caption") -> QWidget:
    """A mark with its words."""
    box = QWidget()
    line = QHBoxLayout(box)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(5)
    line.addWidget(MarkView(look, 14 if role == "caption" else 16))
    line.addWidget(plain_label(text, role))
    return box


def _boxes(week: WeekStrip) -> list[Box]:
    """Done first, then to do, then late; each box says its day."""
    done = [Box("done", f"{words.weekday_date(one.day)}: done") for one in week.days for _ in range(one.done)]
    due = [Box("due", f"{words.weekday_date(one.day)}: to do") for one in week.days for _ in range(one.due)]
    late = [Box("overdue", f"{words.weekday_date(one.day)}: late") for one in week.days for _ in range(one.late)]
    return [*done, *due, *late]


def _next_up(row: TodayRow) -> QWidget:
    box = QWidget()
    stack = column(box, 2)
    day = row.days[0] if row.days else row.line.plan_by or row.line.legal_due
    stack.addWidget(plain_label("After this week comes", "body", "muted"))
    stack.addWidget(plain_label(row.title, "strong", wrap=True))
    if day is not None:
        stack.addWidget(plain_label(words.weekday_date(day), "body", "muted"))
    return box


def faults_card(faults: tuple[OwnFault, ...]) -> Card:
    """The faults a person reported or must see to, and how far each is."""
    card = Card()
    inner = QWidget()
    stack = column(inner, 8)
    stack.addWidget(plain_label("Faults you reported", "large-strong"))
    for one in faults[:6]:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(12)
        line.addWidget(plain_label(one.title, wrap=True), 1)
        line.addWidget(plain_label(one.state, "body", "muted"), 0, Qt.AlignmentFlag.AlignTop)
        stack.addWidget(row)
    if len(faults) > 6:
        stack.addWidget(hline())
        stack.addWidget(plain_label(f"and {words.count(len(faults) - 6, 'more', 'more')}", "body", "muted"))
    card.add(inner)
    return card
