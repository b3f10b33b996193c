"""Beside a deal: the forms to propose, change, sign and end it, to join late and to leave early."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from bursar_desk.domain import service_kinds, words
from bursar_desk.services import deals, deals_leaving
from bursar_desk.ui.pages.deals_forms import NO_MINUTE, USUAL_BODY, whole_typed
from bursar_desk.ui.pages.faults_form import FormPane
from bursar_desk.ui.pages.owed_forms import narrow
from bursar_desk.ui.widgets import DateField, MessageStrip, NoteBox, Picker, TickBox, Well, plain_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bursar_desk.domain.errors import UserError
    from bursar_desk.domain.operations import Changes
    from bursar_desk.services.deals_leaving import Leaving
    from bursar_desk.services.deals_shapes import DealSchool, DealView
    from bursar_desk.services.desk import Desk
    from bursar_desk.ui.pages.base import DeskContext

_SERVICES = tuple((one.code, one.said) for one in service_kinds.KINDS)


class SchoolTicks(QWidget):
    """Schools to tick, one under the other."""

    def __init__(self, schools: Sequence[tuple[bytes, str]], ticked: Sequence[bytes] = ()):
        super().__init__()
        self.setAccessibleName("Schools")
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(0)
        self.ticks: dict[bytes, TickBox] = {}
        for school, name in schools:
            box = TickBox(name, size=30)
            box.setChecked(school in ticked)
            self.ticks[school] = box
            lines.addWidget(box)
        if not schools:
            lines.addWidget(plain_label("No other school is known here yet.", "body", "muted", wrap=True))

    def chosen(self) -> tuple[bytes, ...]:
        """The schools ticked, in their order."""
        return tuple(school for school, box in self.ticks.items() if box.isChecked())


class ProposePane(FormPane):
    """A deal proposed to schools, or a deal of ours changed before anybody has said yes."""

    def __init__(self, context: DeskContext, schools: Sequence[tuple[bytes, str]], view: DealView | None = None):
        title, button = ("Propose a deal", "Propose deal") if view is None else ("Change the deal", "Save changes")
        super().__init__(context, title, button, width=400)
        self._deal = view.line.id if view else None
        row = self._row = view.row if view else None
        self.name = QLineEdit(row.title if row else "")
        self.service, self.lead = narrow(Picker(_SERVICES)), narrow(Picker(schools))
        self.lead.set_key((row.lead if row else None) or context.home)
        asked = [one.school for one in view.rows] if view else [school for school, _ in schools]
        self._asked = tuple(asked)
        self.schools = SchoolTicks(schools, asked)
        self.scope = NoteBox(lines=2)
        today = lambda: context.today  # noqa: E731 - what every date field asks
        self.decide_by, self.first, self.last = (
            DateField("Decide by", today, needed=False), DateField("First day", today, needed=False),
            DateField("Last day", today, needed=False),
        )  # fmt: skip
        self.leave = QLineEdit("6")
        if row is not None:
            self.service.set_key(row.service)
            self.scope.setPlainText(row.scope)
            self.leave.setText("" if row.leave_notice is None else str(row.leave_notice))
            for field, day in ((self.decide_by, row.decide_by), (self.first, row.first), (self.last, row.last)):
                field.set_day(day)
        self._fields()

    def _fields(self) -> None:
        self.form.add("title", "What to call it", self.name, "For example Grounds maintenance 2027.")
        self.form.add("service", "Service", self.service)
        self.form.add("schools", "Which schools are asked", self.schools)
        self.form.add("lead", "Which school signs", self.lead)
        self.form.add("scope", "What it covers", self.scope, optional=True)
        self.form.add("decide_by", "Decide by", self.decide_by, "The last day for governors to answer.", optional=True)
        self.form.add("first", "First day", self.first, optional=True)
        self.form.add("last", "Last day", self.last, optional=True)
        self.form.add("leave", "Months of notice to leave early", self.leave)
        self.lay_out(Well("Each school’s governors decide for themselves. Nobody is in by being asked."))

    def save(self) -> None:
        """Write it."""
        problems = self.form.unread_dates()
        leave = whole_typed(self.leave.text(), "leave", problems)
        chosen, lead = self.schools.chosen(), self.lead.key()
        title = self.name.text().strip()
        if not title:
            problems["title"] = "Give it a short name."
        if len(chosen) < 2:
            problems["schools"] = "Tick two schools or more."
        first, last = self.first.day(), self.last.day()
        if first is not None and last is not None and last < first:
            problems["last"] = "The last day is before the first one."
        if not self.form.show_problems(problems):
            return
        service, scope, by = str(self.service.key()), self.scope.toPlainText().strip(), self.decide_by.day()
        lead_id = lead if isinstance(lead, bytes) else None
        deal = self._deal

        def work(desk: Desk) -> tuple[object, Changes]:
            if deal is None:
                return deals.propose(desk, deals.NewDeal(
                    title, service, chosen, lead_id, scope, by, first, last, leave_notice=leave
                ))  # fmt: skip
            return deals.change(desk, deal, self._changed({
                "title": title, "service": service, "invited": chosen, "lead": lead_id, "scope": scope,
                "decide_by": by, "first": first, "last": last, "leave_notice": leave,
            }))  # fmt: skip

        self.write(work, f"{title} is proposed." if deal is None else f"{title} is changed.")

    def _changed(self, values: dict[str, object]) -> dict[str, object]:
        """Only what is other than before: terms that governors said yes to stay untouched."""
        row, before = self._row, set(self._asked)
        if row is None:
            return values
        found = {name: value for name, value in values.items() if name != "invited" and value != getattr(row, name)}
        chosen = values["invited"]
        return found | ({"invited": chosen} if isinstance(chosen, tuple) and set(chosen) != before else {})


class SignPane(FormPane):
    """The deal is signed for all schools that agreed."""

    def __init__(self, context: DeskContext, view: DealView):
        super().__init__(context, "Sign the deal", "Note that it is signed")
        self._view = view
        self.by, self.reference = QLineEdit(context.facts.who), QLineEdit()
        self.on = DateField("Day it was signed", lambda: context.today)
        self.on.set_day(context.today)
        self.form.add("by", "Who signed", self.by)
        self.form.add("on", "Day it was signed", self.on)
        self.form.add("reference", "Number of the contract", self.reference, optional=True)
        agreed = [one.name for one in view.rows if one.agreed]
        self.lay_out(Well(f"{view.headline}. Agreed by {words.listing(agreed)}." if agreed else view.headline))

    def save(self) -> None:
        """Write it."""
        problems = self.form.unread_dates()
        if not self.by.text().strip():
            problems["by"] = "Say who signed."
        if self.form.show_problems(problems):
            by, on, reference = self.by.text().strip(), self.on.day(), self.reference.text().strip()
            self.write(lambda desk: deals.sign(desk, self._view.line.id, by=by, on=on, reference=reference),
                       f"{self._view.line.title} is signed.")  # fmt: skip


class JoinPane(FormPane):
    """Our school asks to join a signed deal from a day."""

    def __init__(self, context: DeskContext, view: DealView):
        super().__init__(context, "Join late", "Ask to join")
        self._deal, self._lead = view.line.id, view.line.lead_name
        self.from_day = DateField("From which day", lambda: context.today)
        self.on = DateField("Day of the meeting", lambda: context.today)
        self.on.set_day(context.today)
        self.body_field, self.minute, self.why = QLineEdit(USUAL_BODY), QLineEdit(), NoteBox(lines=2)
        self.form.add("from_day", "From which day", self.from_day)
        self.form.add("minute_ref", "Number of the minute", self.minute)
        self.form.add("on", "Day of the meeting", self.on)
        self.form.add("body", "Who decided", self.body_field)
        self.form.add("why", "Why", self.why, optional=True)
        self.lay_out(Well(f"{self._lead} then shares the cost anew, by the months that are left."))

    def save(self) -> None:
        """Write it."""
        problems = self.form.unread_dates()
        if not self.minute.text().strip():
            problems["minute_ref"] = NO_MINUTE
        day = self.from_day.day()
        if self.form.show_problems(problems) and day is not None:
            body, minute, on = self.body_field.text().strip(), self.minute.text().strip(), self.on.day()
            why = self.why.toPlainText().strip()
            self.write(
                lambda desk: deals.join(desk, self._deal, from_day=day, body=body, minute_ref=minute, on=on, why=why),
                f"{self._lead} is asked to let us in.",
            )  # fmt: skip


class LeavePane(FormPane):
    """Notice to leave: the last day we pay for, and what is still to be paid, stand above before anything is saved."""

    def __init__(self, context: DeskContext, view: DealView, school: DealSchool):
        super().__init__(context, "Leave early", "Give notice")
        self._deal, self._school = view.line.id, school
        self.on = DateField("Day notice is given", lambda: context.today)
        self.wished = DateField("Not before", lambda: context.today, needed=False)
        self.body_field, self.minute, self.why = QLineEdit(USUAL_BODY), QLineEdit(), NoteBox(lines=2)
        self.shown = MessageStrip("soon", "Working out the last day…")
        self.form.add("on", "Day notice is given", self.on)
        self.form.add("wished", "Not before", self.wished, "A later day than the notice asks for.", optional=True)
        self.form.add("minute_ref", "Number of the minute", self.minute)
        self.form.add("body", "Who decided", self.body_field)
        self.form.add("why", "Why", self.why, "The other schools read this.", optional=True)
        self.lay_out(self.shown)
        for field in (self.on, self.wished):
            field.changed.connect(lambda _day: self.look())
        self.on.set_day(context.today)
        self.look()

    def look(self) -> None:
        """Work the last day out for what is typed now; nothing is saved."""
        given, wished, deal = self.on.day(), self.wished.day(), self._deal
        if given is None:
            self.shown.set_text("Type the day notice is given.", "Then the last day stands here.")
            return
        self.context.run(
            self, lambda desk: deals_leaving.leaving(desk, deal, on=given, from_day=wished), self._tell, self._not_known
        )

    def _tell(self, found: Leaving) -> None:
        if (found.given, found.wished) != (self.on.day(), self.wished.day()):
            return
        self.shown.set_text(found.words, found.left_words)

    def _not_known(self, problem: UserError) -> None:
        self.shown.set_text(problem.title, problem.remedy)

    def save(self) -> None:
        """Write it."""
        problems = self.form.unread_dates()
        if not self.minute.text().strip():
            problems["minute_ref"] = "Leaving is decided by governors. Type the number of the minute, like 5/2."
        if self.form.show_problems(problems):
            body, minute, on = self.body_field.text().strip(), self.minute.text().strip(), self.on.day()
            why, wished = self.why.toPlainText().strip(), self.wished.day()
            self.write(
                lambda desk: deals.leave(
                    desk, self._deal, body=body, minute_ref=minute, on=on, from_day=wished, why=why
                ),
                "Notice to leave is written down.",
            )  # fmt: skip


class ReasonPane(FormPane):
    """A step that needs a reason only: staying after all, not joining after all, or ending a deal."""

    def __init__(self, context: DeskContext, view: DealView, what: str):
        ends = what == "end"
        title, button = {
            "end": ("End the deal", "End deal"), "stay": ("Stay in the deal", "Stay in deal"),
            "unask": ("Take back our wish to join", "Take it back"),
        }[what]  # fmt: skip
        super().__init__(context, title, button)
        self._deal, self._called, self._ends = view.line.id, view.line.title, ends
        self._after = f"We stay in {self._called}." if what == "stay" else f"We do not ask to join {self._called}."
        self.why = NoteBox(lines=3)
        self.form.add("why", "Why", self.why, "The other schools read this.", optional=not ends)
        back = "Our notice is taken back." if what == "stay" else "We do not join; nothing was agreed yet."
        told = "Today is its last day, for all schools." if ends else back
        self.lay_out(Well(f"{view.line.title}. {told}"))

    def save(self) -> None:
        """Write it."""
        why, ends, deal = self.why.toPlainText().strip(), self._ends, self._deal
        if not self.form.show_problems({"why": "Say why it ends."} if ends and not why else {}):
            return
        if ends:
            self.write(lambda desk: deals.end(desk, deal, why=why), f"Today is the last day of {self._called}.")
        else:
            self.write(lambda desk: deals.stay(desk, deal, why=why), self._after)
