"""The steps of a fault as forms beside the list: decide, make safe, order, done, and the ones that need a reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QLineEdit

from bursar_desk.domain import words
from bursar_desk.domain.defects import Move
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.typed_money import read_money
from bursar_desk.services import defects
from bursar_desk.ui.pages.evidence_files import FilesPicker
from bursar_desk.ui.pages.faults_form import FormPane
from bursar_desk.ui.pages.record_draft import RISKS
from bursar_desk.ui.widgets import DateField, MessageStrip, NoteBox, NumberField, Picker, TickBox, Well

if TYPE_CHECKING:
    from bursar_desk.domain.operations import Changes
    from bursar_desk.services.contractors import ContractorLine
    from bursar_desk.services.defects_view import FaultLine
    from bursar_desk.services.desk import Desk
    from bursar_desk.ui.pages.base import DeskContext

WEEK = dt.timedelta(days=7)
Written = tuple[Any, "Changes"]


class MakeSafePane(FormPane):
    """What is done in the meantime, and the last day it holds."""

    def __init__(self, context: DeskContext, line: FaultLine):
        super().__init__(context, f"Make safe: {line.row.title}", "Save what makes it safe")
        self.line = line
        self.control = QLineEdit(line.row.interim_control)
        self.until = DateField("Holds until", lambda: context.today)
        self.until.set_day(context.today + WEEK)
        self.form.add("control", "What makes it safe until then", self.control, "For example: door locked, sign up.")
        self.form.add("until", "Holds until", self.until, "From the day after, the risk is back.")
        self.lay_out(Well("The fault stays open. Its risk counts one step lower while this holds."))

    def save(self) -> None:
        """Write it."""
        control, until, defect = self.control.text().strip(), self.until.day(), self.line.id
        problems = self.form.unread_dates() | ({} if control else {"control": "Say what makes it safe."})
        if not self.form.show_problems(problems) or until is None:
            return
        day = until
        self.write(
            lambda desk: defects.make_safe(desk, defect, control, day),
            f"{self.line.row.title}: made safe until {words.long_date(day)}.",
        )


class OrderPane(FormPane):
    """Who does the job. One who may not attend is named with every reason, and asking them needs one too."""

    def __init__(self, context: DeskContext, line: FaultLine, firms: Sequence[ContractorLine]):
        super().__init__(context, f"Order: {line.row.title}", "Order the job")
        self.line = line
        self._firms = {one.row.id: one for one in firms}
        ready = sorted(firms, key=lambda one: (not one.may.ok, one.row.name.casefold()))
        self.who = Picker([
            (None, "Our own staff"),
            *((one.row.id, one.row.name if one.may.ok else f"{one.row.name} (may not attend)") for one in ready),
        ])  # fmt: skip
        self.who.set_key(line.row.contractor)
        self.target = DateField("To be done by", lambda: context.today, needed=False)
        self.target.set_day(line.row.target_on)
        self.anyway = QLineEdit()
        self.note = NoteBox(lines=3)
        self.form.add("who", "Who does it", self.who)
        self._stop = MessageStrip("overdue", "")
        self.form.add_widget(self._stop)
        self.form.add("anyway", "Why order it all the same", self.anyway, "Kept with the fault.")
        self.form.add("target", "To be done by", self.target)
        self.form.add("note", "What was agreed", self.note, optional=True)
        self.lay_out()
        self.who.picked.connect(lambda _key: self._look())
        self._look()

    def _look(self) -> None:
        firm = self._firms.get(self._firm() or b"")
        stopped = firm is not None and not firm.may.ok
        if firm is not None and stopped:
            self._stop.set_text(f"{firm.row.name} may not attend", " ".join(firm.may.reasons))
        self._stop.setVisible(stopped)
        self.form.row("anyway").setVisible(stopped)

    def _firm(self) -> bytes | None:
        key = self.who.key()
        return key if isinstance(key, bytes) else None

    def save(self) -> None:
        """Write it."""
        firm, target, defect = self._firm(), self.target.day(), self.line.id
        anyway, note = self.anyway.text().strip(), self.note.toPlainText().strip()
        problems = self.form.unread_dates()
        known = self._firms.get(firm or b"")
        if known is not None and not known.may.ok and not anyway:
            problems["anyway"] = "Say why, or choose somebody who may attend."
        if not self.form.show_problems(problems):
            return
        self.write(
            lambda desk: defects.order(desk, defect, contractor=firm, target_on=target, anyway=anyway, note=note),
            f"Ordered: {self.line.row.title}.",
        )


class DonePane(FormPane):
    """When it was put right, by whom, how long it took and what it cost; a photo of it if there is one."""

    def __init__(self, context: DeskContext, line: FaultLine):
        super().__init__(context, f"Done: {line.row.title}", "Mark as done", size=56)
        self.line = line
        self.day = DateField("Done on", lambda: context.today)
        self.day.set_day(context.today)
        self.by = QLineEdit(line.contractor or context.facts.who)
        self.minutes = NumberField("minutes", low=Decimal(0))
        self.cost = QLineEdit()
        self.planned = TickBox("This was planned work")
        self.planned.setChecked(line.row.planned)
        self.note = NoteBox(lines=3)
        self.photos = FilesPicker(context, words="Add a photo or invoice")
        self.form.add("day", "Done on", self.day)
        self.form.add("by", "Done by", self.by)
        self.form.add("minutes", "How long it took", self.minutes, optional=True)
        self.form.add("cost", "What it cost in pounds", self.cost, "For example 120 or 472.64.", optional=True)
        self.form.add("note", "What was done", self.note, optional=True)
        self.form.add_widget(self.planned)
        self.form.add_widget(self.photos)
        self.lay_out()

    def save(self) -> None:
        """Write it."""
        day, defect, took = self.day.day(), self.line.id, self.minutes.value()
        problems = self.form.unread_dates()
        problems |= {} if self.by.text().strip() else {"by": "Enter who did it."}
        if took is not None and took != took.to_integral_value():
            problems["minutes"] = "Enter whole minutes."
        cost: int | None = None
        try:
            cost = read_money(self.cost.text()) if self.cost.text().strip() else None
        except UserError as wrong:
            problems["cost"] = f"{wrong.title} {wrong.remedy}"
        if not self.form.show_problems(problems) or day is None:
            return
        on, by, note = day, self.by.text().strip(), self.note.toPlainText().strip()
        minutes, planned, tray = None if took is None else int(took), self.planned.isChecked(), self.photos.tray

        def work(desk: Desk) -> Written:
            return defects.done(
                desk, defect, on=on, by=by, minutes=minutes, cost=cost, planned=planned, note=note, photos=tray.files
            )

        self.write(work, f"Done: {self.line.row.title}.")


class TriagePane(FormPane):
    """How bad it is, who answers for it, by when, and whether there is a day after which it must not be used."""

    def __init__(self, context: DeskContext, line: FaultLine, people: Sequence[tuple[bytes, str]]):
        super().__init__(context, f"Decide: {line.row.title}", "Save decision")
        self.line = line
        self.risk = Picker(RISKS)
        self.risk.set_key(line.row.risk)
        self.owner = Picker([(None, "Nobody yet"), *people])
        self.owner.set_key(line.row.owner)
        self.target = DateField("To be done by", lambda: context.today, needed=False)
        self.target.set_day(line.row.target_on)
        self.stop = DateField("Must not be used after", lambda: context.today, needed=False)
        self.stop.set_day(line.row.stop_on)
        self.planned = TickBox("This is planned work")
        self.planned.setChecked(line.row.planned)
        self.form.add("risk", "How bad is it", self.risk)
        self.form.add("owner", "Who answers for it", self.owner)
        self.form.add("target", "To be done by", self.target, "Leave it, and it follows from how bad it is.")
        self.form.add("stop", "Must not be used after", self.stop, "A date somebody set for the repair.", optional=True)
        self.form.add_widget(self.planned)
        self.lay_out()

    def save(self) -> None:
        """Write it."""
        if not self.form.show_problems(self.form.unread_dates()):
            return
        row, owner, target = self.line.row, self.owner.key(), self.target.day()
        wanted = defects.Triage(
            risk=str(self.risk.key()), owner=owner if isinstance(owner, bytes) else None,
            target_on=target if target != row.target_on else None, stop_on=self.stop.day(),
            planned=self.planned.isChecked(),
        )  # fmt: skip
        self.write(lambda desk: defects.triage(desk, row.id, wanted), f"Decided: {row.title}.")


_REASONS = {
    Move.REJECT: ("Reject", "Why nothing is to be done", "Reject fault", "Whoever reported it is told this.",
                  defects.reject, "Rejected"),
    Move.REOPEN: ("Open again", "Why it is open again", "Open it again", "", defects.reopen, "Open again"),
    None: ("Add a note", "What is there to say", "Add note", "", defects.add_note, "Noted"),
}  # fmt: skip


class ReasonPane(FormPane):
    """A step that needs words alone: rejecting, opening again, or a note (``move`` None)."""

    def __init__(self, context: DeskContext, line: FaultLine, move: Move | None):
        title, label, button, help_text, do, said = _REASONS[move]
        super().__init__(context, f"{title}: {line.row.title}", button)
        self.line = line
        self._do: Callable[[Desk, bytes, str], Written] = do
        self._said = said
        self.why = NoteBox(lines=4)
        self.form.add("why", label, self.why, help_text)
        self.lay_out()

    def save(self) -> None:
        """Write it."""
        why, defect, do = self.why.toPlainText().strip(), self.line.id, self._do
        if self.form.show_problems({} if why else {"why": "Write a few words."}):
            self.write(lambda desk: do(desk, defect, why), f"{self._said}: {self.line.row.title}.")
