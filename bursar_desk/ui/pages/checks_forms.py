"""Small forms beside the list of checks: putting one off, taking something out of use, and what does not apply."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QLineEdit, QWidget

from bursar_desk.domain import checks as rules
from bursar_desk.domain import words
from bursar_desk.domain.date_math import add_months
from bursar_desk.domain.slip import AGREED_PAST_LAW, ALONE_DAYS, MOST_SLIP_DAYS
from bursar_desk.services import applies, recording
from bursar_desk.ui.widgets import Button, DateField, DetailPane, FieldForm, MessageStrip, Well

if TYPE_CHECKING:
    from bursar_desk.domain.errors import UserError
    from bursar_desk.domain.operations import Changes
    from bursar_desk.services.checks import CheckLine
    from bursar_desk.services.desk import Desk
    from bursar_desk.ui.pages.base import DeskContext


class FormPane(DetailPane):
    """A form with one filled button; Ctrl+Enter saves, Esc goes back."""

    saved = Signal(object)

    def __init__(self, context: DeskContext, line: CheckLine, title: str, button: str):
        super().__init__(title, width=352, padding=20)
        self.context, self.line = context, line
        self.close_button.setAccessibleName("Go back without saving")
        self.close_button.setToolTip("Go back without saving (Esc)")
        self.problem = MessageStrip("overdue", "")
        self.problem.hide()
        self.form = FieldForm()
        self.save_button = Button(button, "filled", hint="Ctrl+Enter", on_click=self.save)
        self.add_to_foot(self.save_button, 1)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self.save)

    def lay_out(self, *parts: QWidget) -> None:
        """Put the parts into the pane, problem first and form last."""
        for part in (*parts, self.problem, self.form):
            self.body.addWidget(part)
        self.body.addStretch()

    @property
    def inside(self) -> list[QWidget]:
        """The first field."""
        return [self.form]

    def save(self) -> None:
        """Check the fields, then write."""
        raise NotImplementedError

    def written(self, sentence: str, changes: Changes) -> None:
        """It is in the register: say so, and go back."""
        self.context.acted(changes, sentence, origin=self)
        self.saved.emit(changes)

    def refused(self, problem: UserError) -> None:
        """Say above the fields why not; what was typed stays."""
        self.save_button.setEnabled(True)
        self.problem.set_text(problem.title, " ".join(part for part in (problem.safe, problem.remedy) if part))
        self.problem.show()


class PutOffPane(FormPane):
    """Put a check off once, with a reason; never past the day the law sets."""

    def __init__(self, context: DeskContext, line: CheckLine):
        super().__init__(context, line, f"Put off: {line.title}", "Put off")
        self.until = DateField("Put off to", lambda: context.today)
        self.reason = QLineEdit()
        limit = ""
        late = line.legal_due is not None and line.legal_due < context.today
        by_agreement = line.code in AGREED_PAST_LAW and not late
        if line.required and line.legal_due is not None and not late:
            limit = f"At the latest {words.long_date(line.legal_due)}: this check is required by then."
            if by_agreement:
                limit = (
                    f"It is required by {words.long_date(line.legal_due)}. It may go past that once, up to "
                    f"{MOST_SLIP_DAYS} days, where the competent person agreed to it in writing before."
                )
        self.form.add("until", "Put off to", self.until, limit)
        self.form.add("reason", "Why", self.reason, "It is shown on the governors’ report.")
        self.agreed = QLineEdit()
        note = f"More than {ALONE_DAYS} days past its date needs a second person, by name."
        if by_agreement:
            note = "The competent person, by name, for a day past the date."
        self.form.add("agreed", "Who agreed", self.agreed, note, optional=True)
        told = "Only the day you plan to do it moves. The day it is due stays as it is."
        if by_agreement:
            told += " With the written agreement, the last permitted day is the day agreed."
        self.lay_out(Well(told))

    def save(self) -> None:
        """Write it."""
        until, reason, check = self.until.day(), self.reason.text().strip(), self.line.id
        agreed = self.agreed.text().strip()
        problems = self.form.unread_dates()
        if not reason:
            problems["reason"] = "Say why in a few words."
        if not self.form.show_problems(problems) or until is None:
            return
        self.save_button.setEnabled(False)

        def write(desk: Desk) -> Changes:
            return recording.put_off(desk, check, until=until, reason=reason, agreed_by=agreed)

        said = f"{self.line.title} put off to {words.long_date(until)}."
        self.context.run(self, write, lambda changes: self.written(said, changes), self.refused)


class OutOfUsePane(FormPane):
    """Note that something is locked off until it has been examined."""

    def __init__(self, context: DeskContext, line: CheckLine):
        super().__init__(context, line, f"Take out of use: {line.title}", "Take out of use")
        self.how = QLineEdit()
        self.form.add("how", "How it was put out of use", self.how, "For example: locked off, key in the safe.")
        self.interim = QLineEdit()
        self.system = rules.LIFE_SAFETY.get(line.code, "")
        if self.system:
            note = f"People in the building need the {self.system}. For example: a patrol every hour."
            self.form.add("interim", "What is done in its place", self.interim, note)
        self.lay_out(Well("The check then shows as “Out of use” instead of overdue. Its dates go on."))

    def save(self) -> None:
        """Write it."""
        how, interim, check = self.how.text().strip(), self.interim.text().strip(), self.line.id
        problems = {} if how else {"how": "Say how it was put out of use."}
        if self.system and not interim:
            problems["interim"] = "Say what is done in its place."
        if not self.form.show_problems(problems):
            return
        self.save_button.setEnabled(False)

        def write(desk: Desk) -> Changes:
            return recording.take_out_of_use(desk, check, how=how, interim=interim)

        said = f"{self.line.title}: taken out of use."
        self.context.run(self, write, lambda changes: self.written(said, changes), self.refused)


class NotNeededPane(FormPane):
    """Say that a check does not apply here: why, who says so, and when to look again."""

    def __init__(self, context: DeskContext, line: CheckLine):
        super().__init__(context, line, f"Does not apply: {line.title}", "Switch it off")
        self.why = QLineEdit()
        self.review = DateField("Look again on", lambda: context.today)
        self.review.set_day(add_months(context.today, applies.REVIEW_MONTHS))
        self.form.add("why", "Why it does not apply here", self.why, "For example: we have no lift.")
        self.form.add("review", "Look again on", self.review)
        law = "The law or a code asks for this check where it applies. " if line.required else ""
        self.lay_out(Well(
            f"{law}It turns grey and is not counted. Its history stays, and it is listed on the governors’ report "
            f"with your name, {context.desk.who}."
        ))  # fmt: skip

    def save(self) -> None:
        """Write it."""
        why, day, check = self.why.text().strip(), self.review.day(), self.line.id
        problems = self.form.unread_dates()
        if not why:
            problems["why"] = "Say why in a few words."
        if not self.form.show_problems(problems) or day is None:
            return
        self.save_button.setEnabled(False)

        def write(desk: Desk) -> Changes:
            return applies.say(desk, check, "no", why=why, review_on=day)

        said = f"{self.line.title} is switched off here."
        self.context.run(self, write, lambda changes: self.written(said, changes), self.refused)
