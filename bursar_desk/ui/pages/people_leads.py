"""Forms about leads: letting somebody lead here, ending it, and what our governors decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLineEdit

from bursar_desk.domain import leads as rules
from bursar_desk.services import leads
from bursar_desk.ui.pages.faults_form import FormPane
from bursar_desk.ui.widgets import DateField, NoteBox, Picker, TickBox, Well, plain_label

if TYPE_CHECKING:
    from bursar_desk.services.leads import LeadLine
    from bursar_desk.ui.pages.base import DeskContext
    from bursar_desk.ui.pages.people_data import PeopleData

BODY = "body"
"""Chosen in place of a person where a body is the duty holder."""
_BODY_CHOICE = (BODY, "A body: governors, trust or local authority")
_ANSWERS = ((rules.YES, "Yes"), (rules.NO, "No"), (rules.TAKEN_BACK, "Took their decision back"))
TWO = (
    "A line manager or premises lead employed by another school counts once both governing bodies have decided yes. "
    "Each school notes its own decision."
)


class LeadPane(FormPane):
    """Who leads what at our school, from which day."""

    def __init__(self, context: DeskContext, data: PeopleData, person: bytes | None = None):
        super().__init__(context, "Who leads here", "Save lead")
        self.kind = Picker([(kind, leads.KIND_WORDS[kind]) for kind in rules.KINDS])
        self._everybody = data.everybody
        self.person = Picker([_BODY_CHOICE, *data.everybody])
        self.person.set_key(person or BODY)
        self.body_name = QLineEdit("Governing body")
        self.of = Picker(data.staff)
        self.first = DateField("From", lambda: context.today)
        self.first.set_day(context.today)
        self.last = DateField("To", lambda: context.today, needed=False)
        self.instead = TickBox("End whoever has it now")
        self.form.add("kind", "What", self.kind)
        self.form.add("person", "Who leads", self.person)
        self.form.add("body", "Which body", self.body_name, "For example: Governing body, Trust board.")
        self.form.add("of", "Whom they lead", self.of)
        self.form.add("first", "From", self.first)
        self.form.add("last", "To", self.last, "Empty while it is open.", optional=True)
        self.form.add_widget(self.instead)
        self.kind.picked.connect(lambda _key: self._kind_chosen())
        self.person.picked.connect(lambda _key: self._show_rows())
        self._show_rows()
        self.lay_out(Well(TWO))

    def _kind_chosen(self) -> None:
        """Offer a body for the duty holder only; whoever was chosen stays chosen."""
        chosen = self.person.key()
        bodies = [_BODY_CHOICE] if self.kind.key() == rules.DUTY_HOLDER else []
        self.person.set_choices([*bodies, *self._everybody])
        self.person.set_key(chosen)
        self._show_rows()

    def _show_rows(self) -> None:
        self.form.row("of").setVisible(self.kind.key() == rules.MANAGER)
        self.form.row("body").setVisible(self.kind.key() == rules.DUTY_HOLDER and self.person.key() == BODY)

    def save(self) -> None:
        """Write it."""
        kind, person, of = str(self.kind.key()), self.person.key(), self.of.key()
        problems = self.form.unread_dates()
        body = self.body_name.text().strip() if kind == rules.DUTY_HOLDER and person == BODY else ""
        if person == BODY and kind == rules.DUTY_HOLDER:
            problems |= {} if body else {"body": "Say which body it is."}
        elif not isinstance(person, bytes):
            problems["person"] = "Choose who leads."
        led = of if kind == rules.MANAGER and isinstance(of, bytes) else None
        if kind == rules.MANAGER and led == person:
            problems["of"] = "Choose somebody else: nobody leads themselves."
        if not self.form.show_problems(problems):
            return
        who = person if isinstance(person, bytes) else None
        first, last, instead = self.first.day(), self.last.day(), self.instead.isChecked()
        named = body or self.person.currentText()
        self.write(
            lambda desk: leads.set_lead(
                desk, kind, who, body=body, of_person=led, first=first, last=last, instead=instead
            ),
            f"{named}: {leads.KIND_WORDS[kind].lower()}, saved.",
        )


class EndLeadPane(FormPane):
    """The last day of a lead."""

    def __init__(self, context: DeskContext, line: LeadLine):
        super().__init__(context, "End this lead", "End lead")
        self.line = line
        self.last = DateField("Last day", lambda: context.today)
        self.last.set_day(context.today)
        self.form.add("last", "Last day", self.last)
        self.lay_out(plain_label(line.sentence, wrap=True))

    def save(self) -> None:
        """Write it."""
        if not self.form.show_problems(self.form.unread_dates()):
            return
        lead, last = self.line.id, self.last.day()
        self.write(lambda desk: (None, leads.end(desk, lead, last)), f"{self.line.name}: the lead is ended.")


class DecidePane(FormPane):
    """What our governing body decided, with the minute it can be looked up under."""

    def __init__(self, context: DeskContext, line: LeadLine):
        super().__init__(context, "Our governors decided", "Save decision")
        self.line = line
        self.answer = Picker(_ANSWERS)
        self.body_name = QLineEdit("Full governing body")
        self.minute = QLineEdit()
        self.day = DateField("Day of the meeting", lambda: context.today)
        self.until = DateField("Holds until", lambda: context.today, needed=False)
        self.conditions = NoteBox(lines=2)
        self.form.add("answer", "They said", self.answer)
        self.form.add("body", "Which body", self.body_name)
        self.form.add("day", "Day of the meeting", self.day)
        self.form.add("minute", "Minute", self.minute, "For example: 6.2.")
        self.form.add("until", "Holds until", self.until, "When it is looked at again.", optional=True)
        self.form.add("conditions", "On what condition", self.conditions, optional=True)
        self.lay_out(
            plain_label(line.sentence, wrap=True), plain_label("\n".join(line.said), "body", "muted", wrap=True)
        )

    def save(self) -> None:
        """Write it."""
        answer, body, minute = str(self.answer.key()), self.body_name.text().strip(), self.minute.text().strip()
        problems = self.form.unread_dates()
        problems |= {} if body else {"body": "Say which body decided."}
        if answer == rules.YES and not minute:
            problems["minute"] = "Name the minute, so that it can be looked up."
        if not self.form.show_problems(problems):
            return
        lead, on, until, conditions = self.line.id, self.day.day(), self.until.day(), self.conditions.toPlainText()
        self.write(
            lambda desk: leads.decide(
                desk, lead, answer, body=body, minute_ref=minute, on=on, until=until, conditions=conditions
            ),
            f"The decision about {self.line.name} is saved.",
        )
