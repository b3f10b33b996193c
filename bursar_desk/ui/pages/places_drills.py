"""Drills: how many each term had, those that were held, and the form that logs one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.services import asset_papers, drills
from bursar_desk.services.recording import NewDefect
from bursar_desk.ui.pages.base import time_words
from bursar_desk.ui.pages.places_form_base import SavePane, beside, empty
from bursar_desk.ui.status_marks import MISSED, OK, SOON, StatusChip
from bursar_desk.ui.widgets import Button, DateField, NoteBox, NumberField, Picker, Reflow, Scroller, hline, plain_label

if TYPE_CHECKING:
    from bursar_desk.domain.operations import Changes
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.drills import TermCount
    from db.queries.drills import DrillRow

MOST = 40


class DrillsPart(QWidget):
    """``log_wanted`` opens the form; ``paper_wanted(name, make)`` saves the blank one."""

    log_wanted = Signal()
    paper_wanted = Signal(str, object)

    def __init__(self, *, writes: bool):
        super().__init__()
        self._writes = writes
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self._scroller = Scroller((24, 16, 24, 24), 8)
        column.addWidget(self._scroller)

    def show_drills(self, held: Sequence[DrillRow], terms: Sequence[TermCount]) -> None:
        """Show the count of each term and the drills, the latest first."""
        body = self._scroller.body
        empty(body)
        buttons = [Button("Blank form", icon="printer", on_click=self._print)]
        if self._writes:
            buttons.insert(0, Button("Log a drill", "filled", icon="siren", on_click=self.log_wanted.emit))
        body.addWidget(beside(*buttons))
        body.addWidget(plain_label("Fire drills each term", "strong"))
        body.addWidget(hline())
        for one in terms:
            look = OK if one.held else MISSED if one.over else SOON
            said = f"{words.count(one.held, 'drill')} by {words.short_date(one.last)}"
            body.addWidget(Reflow(StatusChip(look, one.word, width=124), plain_label(one.term, "strong"),
                                  plain_label(said, "body", "muted"), spacing=12))  # fmt: skip
        if not terms:
            body.addWidget(plain_label("Enter the term dates first, then each term is counted.", "body", "muted"))
        body.addSpacing(12)
        body.addWidget(plain_label("Drills held", "strong"))
        body.addWidget(hline())
        body.addWidget(_table(held) if held else plain_label("No drill is logged yet.", "body", "muted"))
        body.addStretch()

    def _print(self) -> None:
        self.paper_wanted.emit("drill-form.pdf", asset_papers.write_drill_form)


def _table(held: Sequence[DrillRow]) -> QWidget:
    box = QWidget()
    grid = QGridLayout(box)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(20)
    grid.setVerticalSpacing(8)
    grid.setColumnStretch(6, 1)
    for across, head in enumerate(("Day", "Kind", "Time", "Took", "Counted", "Missing", "What was found")):
        grid.addWidget(plain_label(head, "caption-strong", "muted"), 0, across)
    for down, one in enumerate(held[:MOST], 1):
        found = ". ".join(part for part in (one.route_blocked, one.issues, one.actions) if part)
        cells = (
            words.short_date(one.on), drills.KINDS.get(one.kind, one.kind), time_words(one.minute),
            drills.seconds_words(one.seconds), "" if one.headcount is None else str(one.headcount),
            "" if one.missing is None else str(one.missing), found,
        )  # fmt: skip
        for across, text in enumerate(cells):
            grid.addWidget(plain_label(text, wrap=across == 6), down, across)
    return box


class DrillPane(SavePane):
    """The form that logs a drill: it is the record of its check in the same step."""

    def __init__(self, today: Callable[[], dt.date]):
        super().__init__("Log a drill", "Log drill")
        self._today = today
        self.kind = Picker(list(drills.KINDS.items()))
        self.day = DateField("Day", today)
        self.day.set_day(today())
        self.at, self.took = QLineEdit(), QLineEdit()
        self.at.setPlaceholderText("10:15")
        self.took.setPlaceholderText("3:40")
        self.counted, self.missing = NumberField(), NumberField()
        self.blocked, self.led_by, self.fault = QLineEdit(), QLineEdit(), QLineEdit()
        self.issues, self.agreed = NoteBox(lines=3), NoteBox(lines=2)
        self.form.add("kind", "Kind", self.kind)
        self.form.add("on", "Day", self.day)
        self.form.add("minute", "Time of the alarm", self.at, optional=True)
        self.form.add("seconds", "Minutes and seconds it took", self.took, "Until everybody was accounted for.")
        self.form.add("headcount", "People counted", self.counted, optional=True)
        self.form.add("missing", "People missing", self.missing, optional=True)
        self.form.add("blocked", "A way out that was blocked", self.blocked, optional=True)
        self.form.add("issues", "What went wrong", self.issues, optional=True)
        self.form.add(
            "fault", "Report as a fault", self.fault, "It gets an owner and a day to be put right.", optional=True
        )
        self.form.add("led_by", "Led by", self.led_by, optional=True)
        self.body.addStretch()

    def submit(self) -> None:
        """Log it."""
        wrong: dict[str, str] = {}
        seconds = drills.read_seconds(self.took.text()) if self.took.text().strip() else None
        if self.took.text().strip() and seconds is None:
            wrong["seconds"] = "Type minutes and seconds, such as 3:40"
        minute = _minute(self.at.text())
        if self.at.text().strip() and minute is None:
            wrong["minute"] = "Type a time such as 10:15"
        counted, missing = self.counted.value(), self.missing.value()
        fault = self.fault.text().strip()
        new = drills.NewDrill(
            on=self.day.day() or self._today(), kind=str(self.kind.key()), minute=minute, seconds=seconds,
            headcount=None if counted is None else int(counted), missing=None if missing is None else int(missing),
            route_blocked=self.blocked.text(), issues=self.issues.toPlainText(), actions=self.agreed.toPlainText(),
            led_by=self.led_by.text(),
            faults=(NewDefect(fault),) if fault else (),
        )  # fmt: skip

        def work(desk: Desk) -> tuple[Changes, str]:
            made = drills.log(desk, new)
            return made.changes, made.sentence

        self.hand_over(work, drills.problems(new, self._today()) | wrong)


def _minute(typed: str) -> int | None:
    hours, colon, rest = typed.strip().replace(".", ":").partition(":")
    good = bool(colon) and hours.isdecimal() and rest.isdecimal() and len(rest) == 2
    return int(hours) * 60 + int(rest) if good and int(hours) < 24 and int(rest) < 60 else None
