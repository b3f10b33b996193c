""" "All passed except…": a whole round recorded as one act; what is ticked is left out and recorded by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from bursar_desk.domain import words
from bursar_desk.domain.steps import parse_steps
from bursar_desk.services import recording
from bursar_desk.services.recording import Doing
from bursar_desk.ui.pages.base import time_words
from bursar_desk.ui.pages.record_draft import PASS
from bursar_desk.ui.widgets import Button, DetailPane, MessageStrip, TickBox, hline, plain_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bursar_desk.domain.errors import UserError
    from bursar_desk.services.recording import Recorded
    from bursar_desk.services.today import RoundGroup, TodayRow
    from bursar_desk.ui.pages.base import DeskContext


def has_number(row: TodayRow) -> bool:
    """Whether a number is read for it."""
    return any(one.numeric for one in parse_steps(row.line.readings))


@dataclass(frozen=True, slots=True)
class RoundSaved:
    """What a round left to do: the checks that did not pass, in walking order."""

    exceptions: tuple[bytes, ...]


class RoundPanel(DetailPane):
    """Ticks what did not pass. ``saved(RoundSaved)`` once the rest is recorded."""

    saved = Signal(object)

    def __init__(self, context: DeskContext, rounds: Sequence[RoundGroup]):
        super().__init__("All passed except…", width=496, padding=24)
        self.context = context
        self.close_button.setAccessibleName("Close without recording")
        self.close_button.setToolTip("Close without recording (Esc)")
        self.ticks: dict[bytes, TickBox] = {}
        self._titles: dict[bytes, str] = {}
        self._points: dict[bytes, str] = {}
        numbers: list[str] = []
        more: list[str] = []
        self.body.setSpacing(4)
        self.body.addWidget(plain_label("Tick what did not pass. The rest is recorded as passed.", wrap=True))
        for group in rounds:
            rows = [row for row in group.rows if row.quick]
            numbers += [row.title for row in group.rows if has_number(row)]
            more += [row.title for row in group.rows if not row.quick and not has_number(row)]
            if rows:
                self._add_group(group.place, rows)
        if numbers:
            self.body.addSpacing(12)
            verb = "needs" if len(numbers) == 1 else "need"
            said = f"{words.listing(numbers)} {verb} numbers, so record {'it' if len(numbers) == 1 else 'them'} next."
            self.body.addWidget(plain_label(said, "body", "muted", wrap=True))
        if more:
            verb = "asks" if len(more) == 1 else "ask"
            them = "it" if len(more) == 1 else "them"
            said = f"{words.listing(more)} {verb} for more than a tick, so record {them} next."
            self.body.addWidget(plain_label(said, "body", "muted", wrap=True))
        self.problem = MessageStrip("overdue", "")
        self.problem.hide()
        self.body.addWidget(self.problem)
        self.body.addStretch()
        self._minute = context.minute_now()
        self._who = plain_label("", "body", "muted", wrap=True)
        self.save_button = Button("", "filled", size=56, hint="Ctrl+Enter", on_click=self.save)
        self.add_to_foot(self.save_button, 1)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self.save)
        self._follow()

    def _add_group(self, place: str, rows: list[TodayRow]) -> None:
        self.body.addSpacing(12)
        self.body.addWidget(plain_label(place, "strong"))
        for row in rows:
            tick = TickBox(row.title, size=44)
            tick.setAccessibleDescription("Tick if it did not pass")
            tick.toggled.connect(lambda _checked: self._follow())
            self.ticks[row.line.id] = tick
            self._titles[row.line.id] = row.title
            self._points[row.line.id] = row.line.next_point
            self.body.addWidget(tick)
        self.body.addWidget(hline())

    @property
    def inside(self) -> list[QWidget]:
        """When all is well nothing but saving is left to do, so the focus starts there."""
        return [self.save_button]

    @property
    def passed(self) -> list[bytes]:
        """What will be recorded as passed."""
        return [check for check, tick in self.ticks.items() if not tick.isChecked()]

    def _follow(self) -> None:
        number = len(self.passed)
        left = len(self.ticks) - number
        self.save_button.setEnabled(bool(self.ticks))
        at = f"{self.context.facts.who}, today {time_words(self._minute)}"
        self.save_button.set_words(f"Record {words.number(number)} passed" if number else "Record each by itself")
        self.save_button.setAccessibleDescription(f"Done by {at}; {left} left out")

    def save(self) -> None:
        """Write the round, or go on to the first exception when nothing passed."""
        passed = self.passed
        if not self.save_button.isEnabled():
            return
        if not passed:
            self.saved.emit(RoundSaved(tuple(self.ticks)))
            return
        self.save_button.setEnabled(False)
        today, who, minute = self.context.today, self.context.facts.who, self._minute
        doings = [Doing(check, today, who, PASS, minute, self._points[check]) for check in passed]
        self.context.run(self, lambda desk: recording.record_round(desk, doings), self._saved, self._refused)

    def _saved(self, recorded: Recorded) -> None:
        number = len(recorded.records)
        only = self._titles[self.passed[0]] if number == 1 else ""
        said = f"{only} marked done." if only else f"{words.count(number, 'check')} marked done."
        self.context.acted(recorded.changes, said, origin=self)
        self.saved.emit(RoundSaved(tuple(check for check, tick in self.ticks.items() if tick.isChecked())))

    def _refused(self, problem: UserError) -> None:
        self.save_button.setEnabled(True)
        self.problem.set_text(problem.title, " ".join(part for part in (problem.safe, problem.remedy) if part))
        self.problem.show()
