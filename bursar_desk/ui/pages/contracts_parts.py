"""The parts a contract is shown with: the sentence on top, numbered steps of the arithmetic, rows, the term's line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.domain.contract_state import State
from bursar_desk.ui import theme
from bursar_desk.ui.status_marks import Look, MarkView
from bursar_desk.ui.widgets import hline, plain_label
from bursar_desk.ui.widgets.labels import hidden_if_empty
from bursar_desk.ui.widgets.messages import announce
from bursar_desk.ui.widgets.term_strip import BREAK, DECIDE, END, SAFE, TODAY, TermPoint

if TYPE_CHECKING:
    from bursar_desk.domain.contract_terms import Terms
    from bursar_desk.domain.notice_dates import LastSafe, Step

TONES: Final = {
    State.DECIDE_SOON: "soon_tint", State.ROLLED_OVER: "overdue_tint", State.TOO_LATE: "overdue_tint",
}  # fmt: skip
"""The ground of the sentence by how the contract stands; everything else stands on a quiet one."""
_FAR: Final = 330


def stack(*parts: QWidget, spacing: int = 4) -> QWidget:
    """Widgets one under the other."""
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(spacing)
    for part in parts:
        column.addWidget(part)
    return box


class SentenceCard(QFrame):
    """What is true in two sentences: the day in semibold, then what it costs to do nothing."""

    def __init__(self, first: str = "", second: str = "", ground: str = "surface_2"):
        super().__init__()
        self._ground = ground
        self._first = plain_label(first, "strong", wrap=True, select=True)
        self._second = hidden_if_empty(plain_label(second, wrap=True, select=True))
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(0)
        column.addWidget(self._first)
        column.addWidget(self._second)
        self.setAccessibleName(f"{first} {second}".strip())

    @property
    def said(self) -> str:
        """Both sentences."""
        return self.accessibleName()

    def set_words(self, first: str, second: str, ground: str) -> None:
        """Say something else; it is spoken when it is on the screen and has changed."""
        said = f"{first} {second}".strip()
        changed = said != self.said
        self._ground = ground
        self._first.setText(first)
        self._second.setText(second)
        self._second.setVisible(bool(second))
        self.setAccessibleName(said)
        self.update()
        if changed and self.isVisible():
            announce(self, said)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A quiet ground, round at the corners; a border in high contrast."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(theme.colour(self._ground))
        contrast = theme.tokens().high_contrast
        painter.setPen(QPen(theme.colour("border"), 1) if contrast else Qt.PenStyle.NoPen)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)


class _Number(QWidget):
    """The number of a step in a circle, filled for the two that matter; the words beside it say it too."""

    def __init__(self, number: int, *, strong: bool):
        super().__init__()
        self._number, self._strong = number, strong
        self.setFixedSize(QSize(theme.px(20), theme.px(20)))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Circle and figure."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour("accent" if self._strong else "border"), 1))
        painter.setBrush(theme.colour("accent" if self._strong else "surface"))
        painter.drawEllipse(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
        painter.setFont(theme.font("caption-strong" if self._strong else "caption"))
        painter.setPen(theme.colour("on_accent" if self._strong else "text"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, str(self._number))


def step_row(step: Step) -> QWidget:
    """One step: its number, what is done with why below it, and the day it leads to at the right."""
    box = QWidget()
    line = QHBoxLayout(box)
    line.setContentsMargins(0, 8, 0, 8)
    line.setSpacing(12)
    role = "strong" if step.strong else "body"
    said = stack(
        plain_label(step.words, role, wrap=True, select=True),
        hidden_if_empty(plain_label(step.detail, "caption", "muted", wrap=True, select=True)), spacing=0,
    )  # fmt: skip
    said.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    line.addWidget(_Number(step.number, strong=step.strong), 0, Qt.AlignmentFlag.AlignTop)
    line.addWidget(said, 1)
    if step.day is not None:
        day = plain_label(day_words(step.day), role, select=True)
        line.addWidget(day, 0, Qt.AlignmentFlag.AlignTop)
    return box


def day_words(day: dt.date) -> str:
    """``Wed 31 Mar 2027``: a day with its weekday, short enough for a narrow column."""
    return f"{words.WEEKDAYS[day.weekday()][:3]} {words.short_date(day)}"


class StepList(QWidget):
    """How we worked it out: numbered steps with hairlines between them."""

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self.setAccessibleName("How we worked it out")

    def set_steps(self, steps: Sequence[Step]) -> None:
        """Show these steps under their heading; without any the whole list goes."""
        while (item := self._column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        if steps:
            self._column.addWidget(plain_label("How we worked it out", "strong"))
            self._column.addSpacing(8)
        for step in steps:
            self._column.addWidget(hline())
            self._column.addWidget(step_row(step))
        if steps:
            self._column.addWidget(hline())
        for row in range(self._column.count()):
            item = self._column.itemAt(row)
            if item is not None and (widget := item.widget()) is not None:
                widget.show()  # at once: rows shown later are given no room where the list itself is shown already
        self.setVisible(bool(steps))
        self.updateGeometry()


def points_of(safe: LastSafe | None, terms: Terms | None, end: dt.date | None, today: dt.date) -> list[TermPoint]:
    """The days of the term's line: today, decide, last safe day, break dates still to come, and the end."""
    made = [TermPoint(TODAY, today, "Today", f"Today is {words.long_date(today)}")]
    if safe is not None and safe.decide_by is not None and safe.decide_by <= safe.serve_by:
        day = safe.decide_by
        made.append(TermPoint(DECIDE, day, f"Decide {_near(day, today)}", _said("Decide by", day, today)))
    if safe is not None:
        day = safe.serve_by
        made.append(TermPoint(SAFE, day, f"Last safe day {_near(day, today)}", _said("Last safe day:", day, today)))
        end = safe.end
    breaks = [one.on for one in terms.breaks if today < one.on and (end is None or one.on < end)] if terms else []
    for on in breaks[:3]:
        made += [TermPoint(BREAK, on, f"Break {_near(on, today)}", _said("It can end early on", on, today))]
    if end is not None and end >= today:
        made.append(TermPoint(END, end, f"Ends {_near(end, today)}", _said("It ends", end, today)))
    return made if len(made) > 1 else []


def _near(day: dt.date, today: dt.date) -> str:
    year = f" {day.year}" if abs((day - today).days) > _FAR else ""
    return f"{day.day} {words.month_short(day)}{year}"


def _said(what: str, day: dt.date, today: dt.date) -> str:
    gap = (day - today).days
    far = words.ago(day, today) if gap < 0 else words.until(day, today)
    return f"{what} {words.long_date(day)}, {far}"


def titled(title: str, *parts: QWidget) -> list[QWidget]:
    """A hairline, a heading and what stands under it; nothing at all without parts."""
    return [hline(), plain_label(title, "strong"), *parts] if parts else []


def fact_row(left: str, right: str = "", *notes: str, strong: bool = False) -> QWidget:
    """A line of two ends with quieter words under it."""
    box = QWidget()
    line = QHBoxLayout(box)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(12)
    role = "strong" if strong else "body"
    shown: list[QWidget] = [plain_label(left, role, wrap=True, select=True)]
    shown += [plain_label(one, "caption", "muted", wrap=True, select=True) for one in notes if one]
    said = stack(*shown, spacing=0)
    said.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    line.addWidget(said, 1)
    if right:
        price: QLabel = plain_label(right, role, select=True)
        line.addWidget(price, 0, Qt.AlignmentFlag.AlignTop)
    return box


def marked(look: Look, said: str) -> QWidget:
    """A sentence with its mark before it: to be seen to, and not the first thing on the page."""
    box = QWidget()
    line = QHBoxLayout(box)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(8)
    mark = MarkView(look, 16)
    line.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
    line.addWidget(plain_label(said, "body", look.tone, wrap=True, select=True), 1)
    return box


def cleared(column: QVBoxLayout, *kept: QWidget | None) -> None:
    """Empty a column but for widgets that are put in again."""
    while (item := column.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None and widget not in kept:
            widget.hide()
            widget.deleteLater()

