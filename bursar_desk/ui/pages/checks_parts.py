"""Parts of the details of a check: turns of its points week by week, runs of readings, its history with every mark."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QToolTip, QWidget

from bursar_desk.domain import words
from bursar_desk.domain.coverage import DONE, FAILED, NOT_DONE
from bursar_desk.domain.steps import answer_words
from bursar_desk.services.recording_history import CORRECTED
from bursar_desk.services.recording_history import DONE as RECORDED
from bursar_desk.ui import theme
from bursar_desk.ui.pages.record_parts import column
from bursar_desk.ui.status_marks import MISSED, NOT_NEEDED, OK, OVERDUE, SOON, Look, MarkView
from bursar_desk.ui.widgets import BoxKey, Button, IconButton, plain_label
from bursar_desk.ui.widgets.strips import paint_box

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bursar_desk.domain.coverage import CoverageGrid
    from bursar_desk.services.check_views import Trend
    from bursar_desk.services.recording_history import PastEntry

WEEKS: Final = 26
MOST_POINTS: Final = 24
_BOXES: Final = {DONE: "done", FAILED: "overdue", NOT_DONE: "missed", "": "coming"}
_SAID: Final = {DONE: "tested", FAILED: "failed", NOT_DONE: "not done", "": "nothing recorded"}


class CoverageView(QWidget):
    """Points down, the last 26 weeks across; each box says its point and week. The proof in words stands above it."""

    def __init__(self, grid: CoverageGrid):
        super().__init__()
        self._grid = grid
        self._rows = _longest_waiting(grid)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Points by week")
        self.setAccessibleDescription(" ".join([grid.sentence, *(gap.sentence for gap in grid.gaps)]))
        self._first = max(0, len(grid.mondays) - WEEKS)

    def sizeHint(self) -> QSize:
        """One line a point."""
        return QSize(theme.px(280), self._high * len(self._rows) + 2)

    def minimumSizeHint(self) -> QSize:
        """Never cut in height."""
        return QSize(theme.px(200), self.sizeHint().height())

    @property
    def _high(self) -> int:
        return max(theme.px(16), QFontMetrics(theme.font("caption")).height())

    def _room(self) -> tuple[float, float]:
        """How wide the names are, and one box with its gap."""
        metrics = QFontMetrics(theme.font("caption"))
        names = max((metrics.horizontalAdvance(_short(self._grid.points[row])) for row in self._rows), default=0)
        names = min(names, round(self.width() * 0.38)) + 8
        return names, (self.width() - names) / max(1, len(self._grid.mondays) - self._first)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Names and boxes."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        face = theme.font("caption")
        names, pitch = self._room()
        late = {gap.point for gap in self._grid.gaps if gap.overdue}
        for line, row in enumerate(self._rows):
            top, point = line * self._high, self._grid.points[row]
            painter.setFont(theme.font("caption-strong") if point in late else face)
            painter.setPen(theme.colour("overdue" if point in late else "text"))
            metrics = QFontMetrics(painter.font())
            shown = metrics.elidedText(_short(point), Qt.TextElideMode.ElideRight, round(names) - 6)
            painter.drawText(QRectF(0, top, names, self._high), int(Qt.AlignmentFlag.AlignVCenter), shown)
            for place, state in enumerate(self._grid.cells[row][self._first :]):
                box = QRectF(names + place * pitch, top + 3, max(3.0, pitch - 2), self._high - 6)
                if state:
                    paint_box(painter, box, _BOXES[state])
                else:
                    painter.fillRect(QRectF(box.center().x() - 1, box.center().y() - 1, 2, 2), theme.colour("border"))

    def said_at(self, spot: QPoint) -> str:
        """The words of the box at a spot."""
        names, pitch = self._room()
        line, place = spot.y() // self._high, int((spot.x() - names) // pitch) if spot.x() >= names else -1
        if not 0 <= line < len(self._rows):
            return ""
        row = self._rows[line]
        point, last = self._grid.points[row], self._grid.last[row]
        if not 0 <= place < len(self._grid.mondays) - self._first:
            return f"{point}: last tested {words.short_date(last)}" if last else f"{point}: not tested yet"
        week = self._grid.mondays[self._first + place]
        return f"{point}, {_lower(words.week_of(week))}: {_SAID[self._grid.cells[row][self._first + place]]}"

    def event(self, event: QEvent) -> bool:
        """Each box says what it is when the mouse rests on it."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.said_at(event.pos()), self)
            return True
        return super().event(event)


def _short(point: str) -> str:
    return point.partition(",")[0]


def _lower(text: str) -> str:
    return f"{text[:1].lower()}{text[1:]}"


def _longest_waiting(grid: CoverageGrid) -> list[int]:
    """All points in their order, or of very many those that waited longest."""
    order = list(range(len(grid.points)))
    if len(order) <= MOST_POINTS:
        return order
    order.sort(key=lambda row: (grid.last[row] is not None, grid.last[row] or grid.mondays[0], row))
    return sorted(order[:MOST_POINTS])


def coverage_box(grid: CoverageGrid) -> QWidget:
    """The proof that every point had its turn, the gaps in words, and the grid."""
    box = QWidget()
    stack = column(box, 6)
    stack.addWidget(plain_label("Turns of the points", "strong"))
    stack.addWidget(plain_label(grid.sentence, wrap=True))
    for gap in grid.gaps[:3]:
        ink = "overdue" if gap.overdue else "soon"
        stack.addWidget(plain_label(gap.sentence, "caption-strong", ink, wrap=True))
    if len(grid.gaps) > 3:
        more = words.count(len(grid.gaps) - 3, "more point")
        stack.addWidget(plain_label(f"And {more} the same.", "caption", "muted"))
    stack.addWidget(CoverageView(grid))
    key = QHBoxLayout()
    key.setSpacing(5)
    used = {state for row in grid.cells for state in row[-WEEKS:] if state}
    for state in (DONE, FAILED, NOT_DONE):
        if state in used:
            key.addWidget(BoxKey(_BOXES[state]))
            key.addWidget(plain_label(_SAID[state], "caption"))
            key.addSpacing(8)
    key.addStretch()
    shown = min(len(grid.points), MOST_POINTS)
    note = f"last {WEEKS} weeks" if shown == len(grid.points) else f"the {shown} that waited longest"
    key.addWidget(plain_label(note, "caption", "muted"))
    stack.addLayout(key)
    return box


def trends_box(trends: Sequence[Trend]) -> QWidget:
    """The run of each reading as numbers, those out of range in bold red with a sign, and what they should be."""
    box = QWidget()
    stack = column(box, 6)
    stack.addWidget(plain_label("Readings", "strong"))
    for one in trends:
        stack.addWidget(plain_label(one.step.name))
        run = QWidget()
        line = QHBoxLayout(run)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(10)
        for value, day, good in list(zip(one.values, one.days, one.good, strict=True))[-6:]:
            text = one.step.said(value).removesuffix(one.step.unit).strip()
            shown = plain_label(text if good else f"{text} !", "caption" if good else "caption-strong",
                                "muted" if good else "overdue")  # fmt: skip
            shown.setToolTip(f"{one.step.said(value)} on {words.short_date(day)}{'' if good else ', out of range'}")
            shown.setAccessibleName(shown.toolTip())
            line.addWidget(shown)
        line.addStretch()
        stack.addWidget(run)
        stack.addWidget(plain_label(one.sentence, "caption", "muted", wrap=True))
    return box


class PastBox(QWidget):
    """The history: day, mark, what; below it by whom, how late, and every mark that stays for ever."""

    FEW: Final = 4

    def __init__(self, past: Sequence[PastEntry], correct: Callable[[PastEntry], object] | None = None):
        """``correct`` is called with the record somebody wants to put right; without it nothing can be."""
        super().__init__()
        self._correct = correct
        self._stack = column(self, 8)
        self._past = tuple(past)
        self._stack.addWidget(plain_label("What was done", "strong"))
        if not past:
            self._stack.addWidget(plain_label("There is no record of this check yet.", "body", "muted", wrap=True))
            return
        self._stack.addWidget(_entries(self._past[: self.FEW], self._correct))
        rest = len(self._past) - self.FEW
        self.more = Button(f"Show {words.number(max(0, rest))} more", "text", size=32, on_click=self._open)
        self._stack.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        self.more.setVisible(rest > 0)

    def _open(self) -> None:
        self.more.hide()
        self._stack.addWidget(_entries(self._past[self.FEW :], self._correct))


def _entries(past: Sequence[PastEntry], correct: Callable[[PastEntry], object] | None) -> QWidget:
    box = QWidget()
    grid = QGridLayout(box)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(8)
    grid.setVerticalSpacing(8)
    grid.setColumnStretch(2, 1)
    top = Qt.AlignmentFlag.AlignTop
    for row, one in enumerate(past):
        grid.addWidget(plain_label(words.short_date(one.on), "body", "muted"), row, 0, top)
        mark = MarkView(_look(one), 16)
        mark.setContentsMargins(0, 2, 0, 0)
        grid.addWidget(mark, row, 1, top)
        told = QWidget()
        stack = column(told, 0)
        stack.addWidget(plain_label(said_of(one), "body", "muted" if one.what == CORRECTED else "text", wrap=True))
        for line in _more(one):
            stack.addWidget(plain_label(line, "caption", "muted", wrap=True))
        grid.addWidget(told, row, 2)
        if correct is not None and one.what == RECORDED:
            said = f"Correct what was written for {words.long_date(one.on)}"
            grid.addWidget(IconButton("pencil", said, on_click=partial(correct, one)), row, 3, top)
    return box


def _look(one: PastEntry) -> Look:
    if one.what == CORRECTED:
        return NOT_NEEDED
    if one.what == "not done":
        return MISSED
    return {"unsatisfactory": OVERDUE, "satisfactory_with_actions": SOON}.get(one.outcome, OK)


def said_of(one: PastEntry) -> str:
    """What happened in a few words: "Call point 6 passed", "Not done: no access", "First written: passed"."""
    if one.what == "not done":
        head, _, reason = one.ended.partition(": ")
        text = f"{head}: {reason[:1].lower()}{reason[1:]}"
        return f"{_short(one.point)}: {text[0].lower()}{text[1:]}" if one.point else text
    how = {"unsatisfactory": "failed", "satisfactory_with_actions": "passed with actions"}.get(one.outcome, "passed")
    text = f"{_short(one.point)} {how}" if one.point else how.capitalize()
    return f"First written down as: {text}" if one.what == CORRECTED else text


def _more(one: PastEntry) -> list[str]:
    """By whom and how late; readings; note; how the entry came."""
    by = " · ".join(part for part in (one.by, words.done_late(one.late) if one.late else "") if part)
    readings = ", ".join(f"{r.get('name', '')} {answer_words(r)}".strip() for r in one.readings)
    number = f"Document {one.evidence_ref}." if one.evidence_ref else ""
    awaited = "Its document is still awaited." if one.evidence == "awaited" else ""
    return [part for part in (by, readings, one.note, number, awaited, *one.facts.said) if part]
