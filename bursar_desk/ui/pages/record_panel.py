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
from bursar_desk.ui.pages.record_draft import ACTIONS, FAIL, Draft, RecordCard, load_card
from bursar_desk.ui.pages.record_parts import FaultPart, ReadingsPart, WhoWhenPart, column
from bursar_desk.ui.status_marks import LOOKS, StatusChip
from bursar_desk.ui.widgets import (
    Button,
    DateField,
    DetailPane,
    FieldRow,
    MessageStrip,
    NoteBox,
    Picker,
    hline,
    plain_label,
)
from bursar_desk.ui.widgets.outcomes import FOUR, NOT_DONE, OutcomeTiles
from bursar_desk.ui.widgets.panes import focus_into

if TYPE_CHECKING:
    from datetime import date

    from bursar_desk.domain.errors import UserError
    from bursar_desk.domain.operations import Changes
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.recording import Recorded
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
        if self.card.detail.points:
            self.point = Picker([(one, one) for one in self.card.detail.points])
            turn = f"{self.card.point} is next in turn of {len(self.card.detail.points)}."
            self.body.addWidget(FieldRow("Which one", self.point, turn))
        if self.readings is not None:
            self.body.addWidget(self.readings)
        self.body.addWidget(self._outcome_row())
        self._reason_row = FieldRow("Why it was not done", self.reason)
        self.body.addWidget(self._reason_row)
        self.body.addWidget(self.fault)
        self._note_row = FieldRow("Note", self.note, optional=True)
        self.body.addWidget(self._note_row)
        self._paper = self._evidence_part()
        self.body.addWidget(self._paper)
        self.body.addWidget(hline())
        self.body.addWidget(self.who)
        self._next_words = plain_label("", "body", wrap=True)
        self._next_head = plain_label("If you save this", "caption", "muted")
        after = QWidget()
        stack = column(after, 2)
        stack.addWidget(self._next_head)
        stack.addWidget(self._next_words)
        self.body.addWidget(after)
        self.body.addStretch()

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
        self.printed = DateField("Next date on it", lambda: self.context.today, needed=False)
        self._evidence_rows = (
            FieldRow("Certificate or report", self.evidence),
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
        self.add_to_foot(self.save_button, 1)
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
        if draft.evidence != "none" or draft.evidence_ref or draft.printed:
            self.evidence.set_key(draft.evidence)
            self.evidence_ref.setText(draft.evidence_ref)
            self.printed.set_day(draft.printed)
            self._open_evidence()

    @property
    def inside(self) -> list[QWidget]:
        """The focus starts at the first empty reading, else at how it went."""
        return [self.readings.fields[self.readings.current] if self.readings is not None else self.outcome]

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
        self.draft.printed = self.printed.day()
        self.draft.touched = True

    # --- what follows from it ---

    def _follow(self) -> None:
        """Show only what belongs to the outcome, and what would come next."""
        skipped = self.draft.outcome == NOT_DONE
        self._reason_row.setVisible(skipped)
        self._paper.setVisible(not skipped)
        self.who.setVisible(not skipped)
        self.fault.follow()
        self.save_button.set_words(self._save_words())
        self._ask_next()

    def _save_words(self) -> str:
        if self.draft.outcome == NOT_DONE:
            return "Save: not done"
        return "Save and report fault" if self.draft.reports_fault(self.card) else "Save record"

    def _ask_next(self) -> None:
        draft = self.draft
        if draft.outcome in ("", NOT_DONE):
            due = self.card.detail.line.legal_due
            self._next_head.setText("If you save this" if draft.outcome else "Now")
            still = f"It stays due on {words.long_date(due)}." if due else "It has no due date yet."
            self._next_words.setText(still)
            self._next_asked = None
            return
        asked = (draft.outcome, draft.day)
        if asked == self._next_asked or draft.day > self.context.today:
            return
        self._next_asked = asked
        check = self.card.detail.line.id
        self.context.run(
            self,
            lambda desk: _next_dates(desk, check, *asked[::-1]),
            lambda dates: self._say_next(asked, dates),
        )

    def _say_next(self, asked: tuple[str, date], dates: tuple[date, ...]) -> None:
        if asked != self._next_asked:
            return
        self._next_head.setText("If you save this")
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
        problems = self.draft.problems(self.context.today) | self.who.problems()
        if self.printed.problem():
            problems["printed"] = self.printed.problem()
        if self._show_problems(problems):
            return
        self._saving = True
        self.problem.hide()
        self.save_button.setEnabled(False)
        draft, card = replace(self.draft, values=list(self.draft.values)), self.card
        self.context.run(self, lambda desk: _write(desk, draft, card), self._saved, self._not_saved)

    def _show_problems(self, problems: dict[str, str]) -> bool:
        """Show each problem beside its field and go to the first; True when there is one."""
        rows = {**self.who.rows, "note": self._note_row, "reason": self._reason_row}
        for key, row in rows.items():
            row.set_message(problems.get(key, ""))
        self._outcome_said.setText(problems.get("outcome", ""))
        self._outcome_said.setVisible("outcome" in problems)
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


def _next_dates(desk: Desk, check: bytes, day: date, outcome: str) -> tuple[date, ...]:
    from bursar_desk.services import recording

    return recording.next_dates_if(desk, check, day, outcome)


def _write(desk: Desk, draft: Draft, card: RecordCard) -> tuple[Changes, str]:
    """Write the draft on the database worker; return what changed and the sentence for the undo bar."""
    from bursar_desk.services import recording

    title = card.detail.line.title
    if draft.outcome == NOT_DONE:
        due = card.detail.line.legal_due
        changes = recording.not_done(desk, card.detail.line.id, reason=draft.reason, note=draft.note.strip(),
                                     on=draft.day, due_on=due)  # fmt: skip
        return changes, f"{title}: noted as not done."
    done: Recorded = recording.record(desk, draft.doing(card))
    how = {FAIL: "recorded as failed", ACTIONS: "recorded with actions"}.get(draft.outcome, "marked done")
    fault = " Fault reported." if done.defects else ""
    return done.changes, f"{title} {how}.{fault}"
