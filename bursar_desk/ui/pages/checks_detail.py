"""The details of one check, beside the list: why it is due, the last year, the last records, where it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.domain.checks import NotDoneReason
from bursar_desk.ui.pages.checks_table import status_text
from bursar_desk.ui.pages.record_parts import column
from bursar_desk.ui.status_marks import LOOKS, MISSED, OK, OVERDUE, SOON, Look, MarkView, StatusChip
from bursar_desk.ui.widgets import (
    Box,
    BoxKey,
    Button,
    DetailPane,
    MessageStrip,
    StripBoxes,
    Well,
    hline,
    plain_label,
)
from bursar_desk.ui.widgets.readings import plain

if TYPE_CHECKING:
    from datetime import date

    from bursar_desk.services.checks import CheckDetail, CheckLine, HistoryLine, WeekBox

_BOXES = {"done": "done", "late": "late", "missed": "missed", "none": "coming", "coming": "coming"}
_SAID = {"done": "done", "late": "done late", "missed": "not done", "none": "nothing recorded", "coming": "to come"}
_SOURCES = ("Law", "Where it says so", "Interval set by", "Who may do it", "Evidence", "Keep", "If it fails", "Source",
            "How sure")  # fmt: skip


class CheckDetailPane(DetailPane):
    """Shows one ``CheckDetail`` after another. What the person wants done is said by signals; the page does it."""

    record_wanted = Signal()
    skip_wanted = Signal()
    put_off_wanted = Signal()
    out_of_use_wanted = Signal()
    history_wanted = Signal()

    def __init__(self, *, writes: bool, plans: bool, parent: QWidget | None = None):
        """``writes``: records may be made here; ``plans``: putting off and taking out of use too (not under cover)."""
        super().__init__(width=336, padding=20, parent=parent)
        self._writes, self._plans = writes, plans
        self.close_button.setToolTip("Close details (Esc)")
        self.detail: CheckDetail | None = None
        self.record_button = Button("Record", "filled", on_click=self.record_wanted.emit)
        self.skip_button = Button("Not done", on_click=self.skip_wanted.emit)
        self.put_off_button = Button("Put off…", on_click=self.put_off_wanted.emit)
        self.history_button = self.add_to_head(Button("History", "text", size=32, on_click=self.history_wanted.emit))
        self._theirs = plain_label("", "body", "muted", wrap=True)
        for button, stretch in ((self.record_button, 1), (self.skip_button, 0), (self.put_off_button, 0)):
            self.add_to_foot(button, stretch)
        self.add_to_foot(self._theirs, 1)

    @property
    def inside(self) -> list[QWidget]:
        """Enter in the list leads to the main action."""
        return [self.record_button, *super().inside]

    def show_check(self, detail: CheckDetail, today: date, *, own: bool) -> None:
        """Show a check; ``own`` when it belongs to the school whose register this is."""
        line, self.detail = detail.line, detail
        self.set_title(line.title)
        may = self._writes and own
        self.record_button.setVisible(may)
        self.skip_button.setVisible(may)
        self.put_off_button.setVisible(may and self._plans and can_be_put_off(line, today))
        self._theirs.setText(f"{line.school_name} keeps the records of this check.")
        self._theirs.setVisible(not may)
        self._empty_body()
        self._fill(detail, today, may=may)

    def _empty_body(self) -> None:
        while (item := self.body.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()

    def _fill(self, detail: CheckDetail, today: date, *, may: bool) -> None:
        line = detail.line
        self._chip = StatusChip(LOOKS[line.word], status_text(line))
        self.body.addWidget(self._chip, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addWidget(plain_label(f"{line.place}. {_who(line)}, {line.every}.", "body", "muted", wrap=True))
        if line.next_point:
            turn = f"{line.next_point} is next in turn of {len(detail.points)}."
            self.body.addWidget(plain_label(turn, "body", "muted", wrap=True))
        if detail.overdue_means and line.word in ("overdue", "failed"):
            self.body.addWidget(self._alarm(detail, may=may))
        self.body.addWidget(Well(detail.because))
        if detail.plan_because and line.plan_by and line.plan_by != line.legal_due and line.plan_by >= today:
            self.body.addWidget(plain_label(detail.plan_because, wrap=True))
        self.body.addWidget(_year(detail.weeks))
        self.body.addWidget(hline())
        self.body.addWidget(_history(detail.history[:3]))
        if any(one.open for one in detail.defects):
            self.body.addWidget(hline())
            self.body.addWidget(_faults(detail))
        if detail.next_three:
            self.body.addWidget(hline())
            self.body.addWidget(_next(detail.next_three))
        self.body.addWidget(hline())
        self.body.addWidget(_Provenance(detail))
        self.body.addStretch()

    def _alarm(self, detail: CheckDetail, *, may: bool) -> MessageStrip:
        strip = MessageStrip("overdue", detail.overdue_means)
        if may and self._plans and detail.line.stop_using:
            strip.add_button(Button("Take out of use…", size=32, on_click=self.out_of_use_wanted.emit))
        return strip


def can_be_put_off(line: CheckLine, today: date) -> bool:
    """Whether there is any day to put it off to: a required check cannot go past the day it is due."""
    if line.colour == "grey" or line.legal_due is None or line.word == "not_known":
        return False
    return not line.required or line.legal_due > today


def _year(weeks: tuple[WeekBox, ...]) -> QWidget:
    """The last 52 weeks in two rows of 26, with counts that say the same."""
    strip = StripBoxes("The last 52 weeks", box=QSize(8, 18), gap=2, rows=2)
    counts = {state: sum(week.state == state for week in weeks) for state in ("done", "late", "missed", "none")}
    said = {"done": "done", "late": "late", "missed": "missed", "none": "without a record"}
    summary = ", ".join(f"{counts[state]} {said[state]}" for state in said if counts[state])
    strip.set_boxes([Box(_BOXES[w.state], f"{words.week_of(w.monday)}: {_SAID[w.state]}") for w in weeks], summary)
    head = QHBoxLayout()
    head.addWidget(plain_label("Last 52 weeks", "strong"))
    head.addStretch()
    if weeks:
        head.addWidget(plain_label(f"from {words.short_date(weeks[0].monday)}", "caption", "muted"))
    key = QWidget()
    grid = QGridLayout(key)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setVerticalSpacing(2)
    shown = [(state, name) for state, name in said.items() if counts[state]]
    for place, (state, name) in enumerate(shown):
        entry = QWidget()
        line = QHBoxLayout(entry)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(5)
        line.addWidget(BoxKey(_BOXES[state]))
        line.addWidget(plain_label(f"{counts[state]} {name}", "caption"), 1)
        grid.addWidget(entry, place // 2, place % 2)
    box = QWidget()
    stack = column(box, 4)
    stack.addLayout(head)
    stack.addWidget(strip)
    stack.addWidget(key)
    return box


def _history(lines: tuple[HistoryLine, ...]) -> QWidget:
    """The last records: day, mark, what; below it by whom and how late."""
    box = QWidget()
    if not lines:
        column(box).addWidget(plain_label("There is no record of this check yet.", "body", "muted", wrap=True))
        return box
    grid = QGridLayout(box)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(8)
    grid.setVerticalSpacing(8)
    grid.setColumnStretch(2, 1)
    for row, line in enumerate(lines):
        look, said = _said(line)
        top = Qt.AlignmentFlag.AlignTop
        grid.addWidget(plain_label(words.short_date(line.on), "body", "muted"), row, 0, top)
        mark = MarkView(look, 16)
        mark.setContentsMargins(0, 2, 0, 0)
        grid.addWidget(mark, row, 1, top)
        text = column_of(plain_label(said, "body", wrap=True), *_more(line))
        grid.addWidget(text, row, 2)
    return box


def column_of(*parts: QWidget) -> QWidget:
    """Widgets one under the other."""
    box = QWidget()
    stack: QVBoxLayout = column(box, 0)
    for part in parts:
        stack.addWidget(part)
    return box


def _said(line: HistoryLine) -> tuple[Look, str]:
    if line.what == "not done":
        reason = NotDoneReason(line.outcome).said if line.outcome in set(NotDoneReason) else "No reason given"
        return MISSED, f"Not done: {reason[0].lower()}{reason[1:]}"
    look = {"unsatisfactory": OVERDUE, "satisfactory_with_actions": SOON}.get(line.outcome, OK)
    how = {"unsatisfactory": "failed", "satisfactory_with_actions": "passed with actions"}.get(line.outcome, "passed")
    return look, f"{line.point.partition(',')[0]} {how}" if line.point else how.capitalize()


def _more(line: HistoryLine) -> list[QWidget]:
    """Lateness, readings and note, in small."""
    said = [" · ".join(part for part in (line.by, words.done_late(line.late) if line.late else "") if part)]
    if line.readings:
        said.append(", ".join(_reading(one) for one in line.readings))
    if line.note:
        said.append(line.note)
    return [plain_label(text, "caption", "muted", wrap=True) for text in said if text]


def _reading(one: dict[str, object]) -> str:
    from decimal import Decimal

    value = one.get("value")
    shown = plain(Decimal(value) / 10) if isinstance(value, int) else "?"
    return f"{one.get('name', '')} {shown} {one.get('unit', '')}".strip()


def _who(line: CheckLine) -> str:
    """Who does it, or who sees that it is done."""
    if line.doer:
        return f"{line.doer} does it"
    return f"{line.owner} sees to it" if line.owner else "Nobody is named for it"


def _faults(detail: CheckDetail) -> QWidget:
    """What is still to be put right."""
    box = QWidget()
    stack = column(box, 6)
    faults = [one for one in detail.defects if one.open]
    stack.addWidget(plain_label(words.count(len(faults), "open fault"), "strong"))
    for one in faults:
        until = f", by {words.short_date(one.target_on)}" if one.target_on else ""
        stack.addWidget(plain_label(one.title, wrap=True))
        stack.addWidget(plain_label(f"{one.state.capitalize()}{until}", "caption", "muted", wrap=True))
    return box


def _next(dates: tuple[date, ...]) -> QWidget:
    box = QWidget()
    line = QHBoxLayout(box)
    line.setContentsMargins(0, 0, 0, 0)
    line.addWidget(plain_label("Next dates", "body", "muted"), 0, Qt.AlignmentFlag.AlignTop)
    shown = plain_label("\n".join(words.short_date(day) for day in dates), "body")
    shown.setAlignment(Qt.AlignmentFlag.AlignRight)
    line.addWidget(shown, 1)
    return box


class _Provenance(QWidget):
    """Where the check comes from: the standing and the law, and the rest when asked for."""

    def __init__(self, detail: CheckDetail):
        super().__init__()
        facts = dict(detail.provenance)
        stack = column(self, 4)
        stack.addWidget(plain_label("Where this comes from", "strong"))
        first = facts.get("Standing") or facts.get("Where from", "")
        stack.addWidget(plain_label(words.sentence(first), wrap=True))
        law = ". ".join(part for part in (facts.get("Law", ""), facts.get("Where it says so", "")) if part)
        if law:
            stack.addWidget(plain_label(law, wrap=True, select=True))
        if "Last looked up" in facts:
            stack.addWidget(plain_label(f"Looked up {facts['Last looked up']}.", "caption", "muted"))
        self._more = QWidget()
        more = column(self._more, 6)
        for name in _SOURCES[2:]:
            if facts.get(name):
                more.addWidget(plain_label(name, "caption", "muted"))
                more.addWidget(plain_label(facts[name], wrap=True, select=True))
        self._more.hide()
        self._button = Button("More about this rule", "text", size=32, on_click=self._open)
        stack.addWidget(self._button, 0, Qt.AlignmentFlag.AlignLeft)
        self._button.setVisible(len(facts) > 3)
        stack.addWidget(self._more)

    def _open(self) -> None:
        self._more.setVisible(self._more.isHidden())
        self._button.set_words("Less" if self._more.isVisibleTo(self) else "More about this rule")
