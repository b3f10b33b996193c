"""Beside the agreements: the forms to write one down, decide about it, set its review, leave it and end it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from bursar_desk.domain.typed_money import NotMoney, read_money
from bursar_desk.services import agreements
from bursar_desk.ui.pages.deals_forms import DecisionPane, facts_of, whole_typed
from bursar_desk.ui.pages.deals_forms_steps import SchoolTicks
from bursar_desk.ui.pages.evidence_files import FilesPicker
from bursar_desk.ui.pages.faults_form import FormPane
from bursar_desk.ui.pages.owed_forms import minutes_typed, narrow
from bursar_desk.ui.widgets import Button, DateField, NoteBox, Picker, Reflow, Well

if TYPE_CHECKING:
    from bursar_desk.domain.operations import Changes
    from bursar_desk.services.agreements_shapes import AgreementView
    from bursar_desk.services.desk import Desk
    from bursar_desk.ui.pages.base import DeskContext

_KINDS: Final = (("memorandum", "Memorandum of understanding"), ("data sharing", "Data-sharing agreement"))
_UNITS: Final = (("", "In words only"), ("minutes", "Hours"), ("pence", "Pounds"))
_PER: Final = (("year", "a year"), ("month", "a month"), ("term", "a term"), ("week", "a week"))


class PromiseRow(QWidget):
    """One promise: which school, what, and how much of it where it can be counted."""

    def __init__(self, schools: Sequence[tuple[bytes, str]], number: int, *, gives: bool):
        super().__init__()
        verb = "gives" if gives else "gets"
        self.gives = gives
        self.school, self.unit, self.per = narrow(Picker(schools)), Picker(_UNITS), Picker(_PER)
        self.what, self.amount = QLineEdit(), QLineEdit()
        self.what.setPlaceholderText(f"what it {verb}")
        self.amount.setPlaceholderText("how much")
        for widget, name in (
            (self.school, f"School that {verb}"), (self.what, f"What it {verb}"), (self.unit, "Counted in"),
            (self.amount, "How much"), (self.per, "How often"),
        ):  # fmt: skip
            widget.setAccessibleName(f"{name}, line {number}")
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 8)
        lines.setSpacing(6)
        lines.addWidget(self.school)
        lines.addWidget(self.what)
        counted = Reflow(self.unit, self.amount, self.per, spacing=6)
        counted.line.setStretch(1, 1)
        lines.addWidget(counted)
        self.unit.picked.connect(lambda _key: self._fit())
        self._fit()
        self.setFocusProxy(self.school)

    def _fit(self) -> None:
        counted = bool(self.unit.key())
        self.amount.setVisible(counted)
        self.per.setVisible(counted)

    def read(self) -> agreements.NewPromise | str | None:
        """The promise; None for a line left empty; a sentence for what cannot be read."""
        what, unit, typed = self.what.text().strip(), str(self.unit.key()), self.amount.text().strip()
        school = self.school.key()
        if not what and not typed:
            return None
        if not isinstance(school, bytes):
            return "Choose a school for each promise."
        amount = 0
        if unit == "minutes":
            found = minutes_typed(typed)
            if not found:
                return "Type hours like 6:30."
            amount = found
        elif unit == "pence":
            try:
                amount = read_money(typed, name="A promise")
            except NotMoney as wrong:
                return f"{wrong.title} {wrong.remedy}"
        return agreements.NewPromise(school, what, unit, amount, str(self.per.key()))


class AgreementForm(FormPane):
    """What schools promise each other; it holds once every governing body has said yes."""

    def __init__(self, context: DeskContext, schools: Sequence[tuple[bytes, str]]):
        super().__init__(context, "Add an agreement", "Add agreement", width=424)
        self._schools = tuple(schools)
        self.name, self.kind = QLineEdit(), Picker(_KINDS)
        self.parties = SchoolTicks(schools, [school for school, _ in schools])
        self.purpose, self.notice = NoteBox(lines=3), QLineEdit("3")
        today = lambda: context.today  # noqa: E731 - what every date field asks
        self.first, self.last, self.review = (
            DateField("First day", today), DateField("Last day", today, needed=False),
            DateField("Look at it again on", today),
        )  # fmt: skip
        self.first.set_day(context.today)
        self.promises: list[PromiseRow] = []
        self.rows = QWidget()
        self._rows = QVBoxLayout(self.rows)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(4)
        self.gives_button = Button("Add what a school gives", size=32, on_click=lambda: self._line(gives=True))
        self.gets_button = Button("Add what a school gets", size=32, on_click=lambda: self._line(gives=False))
        self.picker = FilesPicker(context, words="Add the signed paper")
        self._fields()

    def _fields(self) -> None:
        self.form.add("title", "What to call it", self.name, "For example Cover between our seven schools.")
        self.form.add("kind", "What it is", self.kind)
        self.form.add("parties", "Between which schools", self.parties)
        self.form.add("purpose", "What it is for", self.purpose, optional=True)
        said = "Hours and pounds are looked up in the records."
        self.form.add("promises", "What each gives and gets", self.rows, said, optional=True)
        self.form.add_widget(Reflow(self.gives_button, self.gets_button, 1, spacing=8))
        self.form.add("first", "First day", self.first)
        self.form.add("last", "Last day", self.last, optional=True)
        self.form.add("notice", "Months of notice to leave", self.notice)
        self.form.add("review", "Look at it again on", self.review)
        self.form.add("files", "The paper itself", self.picker, optional=True)
        self.lay_out(Well("It holds once every governing body has said yes."))

    def _line(self, *, gives: bool) -> None:
        row = PromiseRow(self._schools, len(self.promises) + 1, gives=gives)
        self.promises.append(row)
        self._rows.addWidget(row)
        row.show()
        row.school.setFocus()

    @property
    def touched(self) -> bool:
        """Typed words, or files gathered."""
        return super().touched or self.picker.count > 0

    def save(self) -> None:
        """Write it."""
        problems = self.form.unread_dates()
        months = whole_typed(self.notice.text(), "notice", problems)
        title, parties = self.name.text().strip(), self.parties.chosen()
        if not title:
            problems["title"] = "Give it a short name."
        if len(parties) < 2:
            problems["parties"] = "Tick two schools or more."
        read = [(row.gives, row.read()) for row in self.promises]
        wrong = next((one for _, one in read if isinstance(one, str)), "")
        if wrong:
            problems["promises"] = wrong
        if not self.form.show_problems(problems):
            return
        kept = [(gives, one) for gives, one in read if isinstance(one, agreements.NewPromise)]
        new = agreements.NewAgreement(
            title, str(self.kind.key()), parties, self.purpose.toPlainText().strip(), self.first.day(),
            self.last.day(), self.review.day(), months, "months", tuple(one for gives, one in kept if gives),
            tuple(one for gives, one in kept if not gives),
        )  # fmt: skip
        tray = self.picker.tray

        def work(desk: Desk) -> tuple[object, Changes]:
            from dataclasses import replace

            return agreements.add(desk, replace(new, files=facts_of(tray)))

        self.write(work, f"{title} is written down. Each school’s governors decide.")


class AgreementDecisionPane(DecisionPane):
    """Our governors’ decision about an agreement: it is the same for all parties, so there are no conditions."""

    def __init__(self, context: DeskContext, view: AgreementView):
        self._agreement = view.id
        decided = any(one.decides_here and one.decision is not None for one in view.parties)
        super().__init__(
            context, "Record a decision", f"{view.title}. {view.kind_words}.", taken_back=decided, conditions=False
        )

    def write_decision(self, desk: Desk) -> tuple[object, Changes]:
        """Write it."""
        return agreements.decide(
            desk, self._agreement, self.answer.key(), body=self.body_field.text().strip(),
            minute_ref=self.minute.text().strip(), on=self.on.day(), until=self.until.day(),
            why=self.why.toPlainText().strip(),
        )  # fmt: skip


class AgreementLeavePane(FormPane):
    """Notice to leave an agreement, by our governing body’s decision."""

    def __init__(self, context: DeskContext, view: AgreementView):
        super().__init__(context, "Give notice to leave", "Give notice")
        self._view = view
        self.body_field, self.minute, self.why = QLineEdit("Full governing body"), QLineEdit(), NoteBox(lines=2)
        self.on = DateField("Day notice is given", lambda: context.today)
        self.on.set_day(context.today)
        self.form.add("on", "Day notice is given", self.on)
        self.form.add("minute_ref", "Number of the minute", self.minute)
        self.form.add("body", "Who decided", self.body_field)
        self.form.add("why", "Why", self.why, "The other schools read this.", optional=True)
        self.lay_out(Well(f"{view.title}. {view.notice_words}".strip()))

    def save(self) -> None:
        """Write it."""
        problems = self.form.unread_dates()
        if not self.minute.text().strip():
            problems["minute_ref"] = "Leaving is decided by governors. Type the number of the minute, like 5/2."
        if self.form.show_problems(problems):
            body, minute, on = self.body_field.text().strip(), self.minute.text().strip(), self.on.day()
            why, agreement = self.why.toPlainText().strip(), self._view.id
            self.write(lambda desk: agreements.leave(desk, agreement, body=body, minute_ref=minute, on=on, why=why),
                       "Notice to leave is written down.")  # fmt: skip


class AgreementEndPane(FormPane):
    """An agreement of ours ends."""

    def __init__(self, context: DeskContext, view: AgreementView):
        super().__init__(context, "End the agreement", "End agreement")
        self._view = view
        self.why = NoteBox(lines=3)
        self.form.add("why", "Why", self.why, "All parties read this.")
        self.lay_out(Well(f"{view.title}. Today is its last day, for all its parties."))

    def save(self) -> None:
        """Write it."""
        why, agreement = self.why.toPlainText().strip(), self._view.id
        if self.form.show_problems({} if why else {"why": "Say why it ends."}):
            told = f"Today is the last day of {self._view.title}."
            self.write(lambda desk: agreements.end(desk, agreement, why=why), told)


class ReviewPane(FormPane):
    """The day an agreement is looked at again."""

    def __init__(self, context: DeskContext, view: AgreementView):
        super().__init__(context, "Set review", "Save the day")
        self._view = view
        self.day = DateField("Look at it again on", lambda: context.today)
        self.day.set_day(view.review_on)
        self.form.add("day", "Look at it again on", self.day)
        self.lay_out(Well(view.title))

    def save(self) -> None:
        """Write it."""
        day, agreement = self.day.day(), self._view.id
        if self.form.show_problems(self.form.unread_dates()) and day is not None:
            self.write(lambda desk: agreements.set_review(desk, agreement, day), "The day is set.")
