"""The panel in which a check is recorded: how it went, readings, note, who and when, and what comes next."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.domain.checks import NotDoneReason
from bursar_desk.ui.pages.checks_table import status_text
from bursar_desk.ui.pages.evidence_files import FilesPicker
from bursar_desk.ui.pages.record_draft import PASS, Draft, RecordCard, load_card
from bursar_desk.ui.pages.record_parts import FaultPart, ReadingsPart, WhoWhenPart, column
from bursar_desk.ui.pages.record_steps import MissedPart, PointsPart, SecondPart, StepsPart, turn_part
from bursar_desk.ui.pages.record_writing import next_dates, write
from bursar_desk.ui.status_marks import LOOKS, StatusChip
from bursar_desk.ui.widgets import (
    Button,
    DateField,
    DetailPane,
    FieldRow,
    MessageStrip,
    NoteBox,
    Picker,
    TickBox,
    hline,
    plain_label,
)
from bursar_desk.ui.widgets.outcomes import FOUR, NOT_DONE, OutcomeTiles
from bursar_desk.ui.widgets.panes import focus_into

if TYPE_CHECKING:
    from datetime import date

    from bursar_desk.domain.errors import UserError
    from bursar_desk.domain.operations import Changes
    from bursar_desk.ui.pages.base import DeskContext

__all__ = ["RecordPanel", "load_card"]

_REASONS = tuple((one.value, one.said) for one in NotDoneReason if one is not NotDoneReason.PUT_OFF)
_EVIDENCE = (("none", "None needed"), ("held", "We have it"), ("awaited", "Waiting for it"))


class RecordPanel(DetailPane):
    """Records one check. ``saved(Changes)`` once it is in the register; what is typed lives in ``draft``.

    Closing (Esc, the cross) keeps the draft: hand it in again to go on. Ctrl+Enter saves from anywhere in the panel.
    """

    saved = Signal(object)

    def __init__(self, context: DeskContext, card: RecordCard, draft: Draft | None = None):
        super().__init__(card.detail.line.title, width=496, padding=24)
        self.context, self.card = context, card
        self.draft = draft or Draft.of(card, context.today)
        self._saving = False
        self._next_asked: tuple[str, date] | None = None
        self.close_button.setAccessibleName("Close, keep what is typed")
        self.close_button.setToolTip("Close, keep what is typed (Esc)")
        self._make_head()
        self.outcome = OutcomeTiles(FOUR)
        self.readings = ReadingsPart(card, self.draft, context.today) if card.readings else None
        self.steps = StepsPart(card, self.draft) if card.others else None
        self.points = PointsPart(card, self.draft) if card.each else None
        self.second = SecondPart(card, self.draft) if card.asks.second_person else None
        self.missed = MissedPart(card, self.draft) if card.asks.missed else None
        self.retest = TickBox("A second test after the fail: its dates stay", size=44)
        self.files = FilesPicker(context, self.draft.tray, words="Add photo or file")
        self.fault = FaultPart(card, self.draft)
        self.note = NoteBox(lines=2)
        self.reason = Picker((("", "Choose a reason"), *_REASONS))
        self.who = WhoWhenPart(card, self.draft, context.today)
        self.problem = MessageStrip("overdue", "")
        self.problem.hide()
        self._fill_body()
        self._make_foot()
        self._wire()
        self._restore()
        self._follow()

    # --- making ---

    def _make_head(self) -> None:
        line = self.card.detail.line
        self.add_to_head(StatusChip(LOOKS[line.word], status_text(line)))

    def _fill_body(self) -> None:
        line = self.card.detail.line
        self.body.setSpacing(16)
        self.body.addWidget(plain_label(f"{line.place} · {line.every}", "body", "muted", wrap=True))
        if self.card.detail.how_to:
            self.body.addWidget(plain_label(self.card.detail.how_to, wrap=True))
        self.body.addWidget(self.problem)
        self.point: Picker | None = None
        if self.card.detail.points and not self.card.each:
            self.body.addWidget(self._point_row())
        if self.readings is not None:
            self.readings.put_in(self.files)
        for part in (self.readings, self.steps, self.points):
            if part is not None:
                self.body.addWidget(part)
        self.body.addWidget(self.retest)
        self.retest.setVisible(self.card.asks.failed)
        self._outcome_box = self._outcome_row()
        self.body.addWidget(self._outcome_box)
        self._outcome_box.setVisible(not self.card.each)
        if self.readings is None:
            self.body.addWidget(self.files)
        self._reason_row = FieldRow("Why it was not done", self.reason)
        self.body.addWidget(self._reason_row)
        self.body.addWidget(self.fault)
        self._note_row = FieldRow("Note", self.note, optional=True)
        self.body.addWidget(self._note_row)
        self._paper = self._evidence_part()
        self.body.addWidget(self._paper)
        self.body.addWidget(hline())
        below: tuple[QWidget | None, ...] = (self.second, self.who, self.missed)
        for one in below:
            if one is not None:
                self.body.addWidget(one)
        self.body.addStretch()

    def _point_row(self) -> QWidget:
        """Which one: the next in turn is chosen already, and it says whether all had their turn."""
        asks, points = self.card.asks, self.card.detail.points
        self.point = Picker([(one, one) for one in points])
        box = QWidget()
        stack = column(box, 0)
        stack.addWidget(FieldRow("Which one", self.point, f"{asks.turn}." if asks.turn else ""))
        stack.addWidget(turn_part(self.card))
        return box

    def _outcome_row(self) -> QWidget:
        box = QWidget()
        stack: QVBoxLayout = column(box, 4)
        stack.addWidget(plain_label("How it went", "strong"))
        stack.addWidget(self.outcome)
        self._outcome_said = plain_label("", "caption-strong", "overdue", wrap=True)
        self._outcome_said.hide()
        stack.addWidget(self._outcome_said)
        return box

    def _evidence_part(self) -> QWidget:
        """Certificate or report: closed until asked for, because most checks have none."""
        box = QWidget()
        stack = column(box, 12)
        self.evidence_button = Button("Add certificate or report", "text", icon="file-check", size=32)
        self.evidence_button.clicked.connect(lambda: self._open_evidence(focus=True))
        self.evidence = Picker(_EVIDENCE)
        self.evidence_ref = QLineEdit()
        self.number = QLineEdit()
        self.printed = DateField("Next date on it", lambda: self.context.today, needed=False)
        must = self.card.asks.evidence == "file and number"
        self._number_row = FieldRow("Number on it", self.number, optional=not must)
        self._evidence_rows = (
            FieldRow("Certificate or report", self.evidence),
            self._number_row,
            FieldRow("Where it is kept", self.evidence_ref, optional=True),
            FieldRow("Next date on it", self.printed, optional=True),
        )
        stack.addWidget(self.evidence_button, 0, Qt.AlignmentFlag.AlignLeft)
        for row in self._evidence_rows:
            row.hide()
            stack.addWidget(row)
        return box

    def _open_evidence(self, *, focus: bool = False) -> None:
        self.evidence_button.hide()
        for row in self._evidence_rows:
            row.show()
        if focus:
            self.evidence.setFocus(Qt.FocusReason.TabFocusReason)

    def _make_foot(self) -> None:
        self.save_button = Button("Save record", "filled", size=56, hint="Ctrl+Enter", on_click=self.save)
        self._next_head = plain_label("", "caption", "muted")
        self._next_words = plain_label("", "body", wrap=True)
        foot = QWidget()  # what comes next stands beside the button, so that nobody saves without having seen it
        stack = column(foot, 0)
        stack.addWidget(self._next_head)
        stack.addWidget(self._next_words)
        stack.addSpacing(10)
        stack.addWidget(self.save_button)
        self.add_to_foot(foot, 1)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self.save)

    def _wire(self) -> None:
        self.outcome.chosen.connect(self._chose)
        self.fault.changed.connect(self._follow)
        self.who.changed.connect(self._follow)
        self.note.textChanged.connect(self._noted)
        self.reason.picked.connect(self._reasoned)
        self.evidence.picked.connect(self._evidenced)
        self.evidence_ref.textEdited.connect(self._evidenced)
        self.number.textEdited.connect(self._evidenced)
        self.files.changed.connect(self._filed)
        self.retest.toggled.connect(self._retested)
        for part in (self.steps, self.points):
            if part is not None:
                part.changed.connect(self._read)
        self.printed.changed.connect(self._evidenced)
        if self.point is not None:
            self.point.picked.connect(self._pointed)
        if self.readings is not None:
            self.readings.changed.connect(self._read)
            self.readings.finished.connect(self.save_button.setFocus)

    def _restore(self) -> None:
        """Show what an earlier visit left."""
        draft = self.draft
        self.outcome.set_key(draft.outcome)
        self.note.setPlainText(draft.note)
        self.reason.set_key(draft.reason)
        if self.point is not None:
            self.point.set_key(draft.point)
        self.retest.setChecked(draft.retest)
        asked = self.card.asks.document or self.card.asks.evidence.startswith("file")
        if asked or draft.evidence != "none" or draft.evidence_ref or draft.printed or draft.number:
            self.number.setText(draft.number)
            self.evidence.set_key(draft.evidence)
            self.evidence_ref.setText(draft.evidence_ref)
            self.printed.set_day(draft.printed)
            self._open_evidence()

    @property
    def inside(self) -> list[QWidget]:
        """The focus starts at the first empty reading, else at how it went."""
        if self.readings is not None:
            return [self.readings.fields[self.readings.current]]
        if self.points is not None:
            return [self.save_button]
        return [self.steps if self.steps is not None else self.outcome]

    # --- what the person does ---

    def _chose(self, key: str) -> None:
        self.draft.outcome, self.draft.by_hand, self.draft.touched = key, True, True
        self._outcome_said.hide()
        self._follow()

    def _read(self) -> None:
        self.draft.propose(self.card)
        self.outcome.set_key(self.draft.outcome)
        self._follow()

    def _noted(self) -> None:
        self.draft.note = self.note.toPlainText()
        self.draft.touched = self.draft.touched or bool(self.draft.note)
        self._note_row.set_message("")

    def _reasoned(self, key: object) -> None:
        self.draft.reason, self.draft.touched = str(key or ""), True
        self._reason_row.set_message("")

    def _pointed(self, key: object) -> None:
        self.draft.point, self.draft.touched = str(key), True

    def _evidenced(self, *_: object) -> None:
        self.draft.evidence = str(self.evidence.key())
        self.draft.evidence_ref = self.evidence_ref.text()
        self.draft.number = self.number.text()
        self.draft.printed = self.printed.day()
        self.draft.touched = True

    def _filed(self) -> None:
        self.draft.touched = self.draft.touched or bool(self.draft.tray.count)

    def _retested(self, checked: bool) -> None:
        self.draft.retest, self.draft.touched = checked, True
        self._follow()

    # --- what follows from it ---

    def _follow(self) -> None:
        """Show only what belongs to the outcome, and what would come next."""
        skipped = self.draft.outcome == NOT_DONE
        self._reason_row.setVisible(skipped)
        for part in (self._paper, self.who, self.second, self.missed):
            if part is not None:
                part.setVisible(not skipped)
        self.files.setVisible(not skipped and not self.context.facts.guest)
        self.fault.follow()
        self.save_button.set_words(self._save_words())
        self._ask_next()

    def _save_words(self) -> str:
        if self.draft.outcome == NOT_DONE:
            return "Save: not done"
        if self.card.each:
            done = len(self.draft.points) - self.draft.left(self.card)
            return f"Save {words.out_of(done, len(self.draft.points))}"
        return "Save and report fault" if self.draft.reports_fault(self.card) else "Save record"

    def _ask_next(self) -> None:
        draft = self.draft
        if draft.left(self.card):
            self._next_head.setText("If you save this")
            whole = words.number(len(self.card.detail.points))
            self._next_words.setText(f"It stays due until all {whole} are done.")
            self._next_asked = None
            return
        if draft.outcome == NOT_DONE or draft.retest:
            due = self.card.detail.line.legal_due
            self._next_head.setText("If you save this")
            still = f"It stays due on {words.long_date(due)}." if due else "It has no due date yet."
            self._next_words.setText(still)
            self._next_asked = None
            return
        asked = (draft.outcome or PASS, draft.day)
        if asked == self._next_asked or draft.day > self.context.today:
            return
        self._next_asked = asked
        check = self.card.detail.line.id
        self.context.run(
            self,
            lambda desk: next_dates(desk, check, *asked[::-1]),
            lambda dates: self._say_next(asked, dates),
        )

    def _say_next(self, asked: tuple[str, date], dates: tuple[date, ...]) -> None:
        if asked != self._next_asked:
            return
        self._next_head.setText("If you save this" if self.draft.outcome else "Once it is done")
        if not dates:
            self._next_words.setText("No further date follows.")
            return
        rest = [words.short_date(day) for day in dates[1:]]
        then = f" Then {words.listing(rest)}." if rest else ""
        self._next_words.setText(f"Next due {words.long_date(dates[0])}.{then}")

    # --- saving ---

    def save(self) -> None:
        """Put right what has to be, or write the record; the panel stays as it is until that has worked."""
        if self._saving:
            return
        problems = self.draft.problems(self.card, self.context.today) | self.who.problems()
        if self.printed.problem():
            problems["printed"] = self.printed.problem()
        if self._show_problems(problems):
            return
        self._saving = True
        self.problem.hide()
        self.save_button.setEnabled(False)
        kept = self.draft
        draft = replace(kept, values=list(kept.values), answers=dict(kept.answers), points=dict(kept.points))
        card = self.card
        self.context.run(self, lambda desk: write(desk, draft, card), self._saved, self._not_saved)

    def _show_problems(self, problems: dict[str, str]) -> bool:
        """Show each problem beside its field and go to the first; True when there is one."""
        rows = {**self.who.rows, "note": self._note_row, "reason": self._reason_row, "number": self._number_row}
        rows |= self.second.rows if self.second is not None else {}
        if "number" in problems:
            self._open_evidence()
        for key, row in rows.items():
            row.set_message(problems.get(key, ""))
        self._outcome_said.setText(problems.get("outcome", ""))
        self._outcome_said.setVisible("outcome" in problems)
        if self.card.each:
            self.problem.set_text(problems.get("outcome", ""))
            self.problem.setVisible("outcome" in problems)
        if problems.keys() & self.who.rows.keys():
            self.who.show_fields()
        if not problems:
            return False
        first = next(iter(problems))
        target = rows[first].field if first in rows else self.printed if first == "printed" else self.outcome
        focus_into([target.focusProxy() or target])
        return True

    def _saved(self, told: tuple[Changes, str]) -> None:
        self._saving = False
        changes, sentence = told
        self.draft.touched = False
        self.context.acted(changes, sentence, origin=self)
        self.saved.emit(changes)

    def _not_saved(self, problem: UserError) -> None:
        """Say it here, beside what was typed, which stays."""
        self._saving = False
        self.save_button.setEnabled(True)
        self.problem.set_text(problem.title, " ".join(part for part in (problem.safe, problem.remedy) if part))
        self.problem.show()
