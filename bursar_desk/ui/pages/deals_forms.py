"""Beside a deal: the forms for a decision of governors, what we pay today, and an offer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QButtonGroup, QLineEdit, QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.typed_money import read_money
from bursar_desk.services import deals
from bursar_desk.ui.pages.evidence_files import FilesPicker, Tray
from bursar_desk.ui.pages.faults_form import FormPane
from bursar_desk.ui.widgets import Choice, DateField, NoteBox, TickBox, Well

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from bursar_desk.domain.operations import Changes
    from bursar_desk.services.deals_shapes import DealSchool, DealView, DecisionLine
    from bursar_desk.services.desk import Desk
    from bursar_desk.ui.pages.base import DeskContext

USUAL_BODY = "Full governing body"
NO_MINUTE = "A yes counts only with its minute. Type its number, like 5/2."


def pence_typed(text: str, key: str, problems: dict[str, str], name: str = "The price") -> int | None:
    """Read pounds as pence; nothing typed is None; what cannot be read is put under ``key``."""
    if not text.strip():
        return None
    try:
        return read_money(text, name=name)
    except UserError as wrong:
        problems[key] = f"{wrong.title} {wrong.remedy}"
        return None


def whole_typed(text: str, key: str, problems: dict[str, str]) -> int | None:
    """Read a whole number; nothing typed is None; what cannot be read is put under ``key``."""
    plain = text.strip().replace(",", "")
    if not plain:
        return None
    if not (plain.isascii() and plain.isdecimal() and len(plain) < 10):
        problems[key] = "Type a whole number, like 210."
        return None
    return int(plain)


class AnswerChoice(QWidget):
    """The answers as one choice that begins with none: a decision is never pre-chosen."""

    def __init__(self, answers: tuple[tuple[str, str], ...]):
        super().__init__()
        self.setAccessibleName("What they decided")
        self._group = QButtonGroup(self)
        self.choices: dict[str, Choice] = {}
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(0)
        for key, text in answers:
            self.choices[key] = Choice(text, size=32)
            self._group.addButton(self.choices[key])
            lines.addWidget(self.choices[key])
        self.setFocusProxy(next(iter(self.choices.values())))

    def key(self) -> str:
        """What is chosen, "" for nothing yet."""
        return next((key for key, one in self.choices.items() if one.isChecked()), "")


class DecisionPane(FormPane):
    """What our governing body decided: a yes only with the minute it stands in."""

    def __init__(
        self, context: DeskContext, title: str, about: str, *, taken_back: bool = False, conditions: bool = True
    ):
        super().__init__(context, title, "Save the decision")
        more = (("taken back", "They take their yes back"),) if taken_back else ()
        self.answer = AnswerChoice((("yes", "Yes, we take part"), ("no", "No, we do not take part"), *more))
        self.body_field, self.minute = QLineEdit(USUAL_BODY), QLineEdit()
        self.on = DateField("Day of the meeting", lambda: context.today)
        self.on.set_day(context.today)
        self.until = DateField("Holds until", lambda: context.today, needed=False)
        self.conditions, self.why = NoteBox(lines=2), NoteBox(lines=2)
        self.form.add("answer", "What they decided", self.answer)
        self.form.add("minute_ref", "Number of the minute", self.minute, "Where the decision can be looked up.")
        self.form.add("on", "Day of the meeting", self.on)
        self.form.add("body", "Who decided", self.body_field)
        if conditions:
            self.form.add("conditions", "On condition that", self.conditions, "The yes counts once this is done.",
                          optional=True)  # fmt: skip
        self.form.add("until", "Holds until", self.until, optional=True)
        self.form.add("why", "Why", self.why, "The other schools read this.", optional=True)
        self.lay_out(Well(about))

    def problems(self) -> dict[str, str]:
        """What to put right, by field."""
        found = self.form.unread_dates()
        if not self.answer.key():
            found["answer"] = "Choose what they decided."
        if self.answer.key() == "yes" and not self.minute.text().strip():
            found["minute_ref"] = NO_MINUTE
        if not self.body_field.text().strip():
            found["body"] = "Say who decided, like Full governing body."
        day = self.on.day()
        if day is not None and day > self.context.today:
            found["on"] = "Record it once they have met."
        return found

    def write_decision(self, desk: Desk) -> tuple[object, Changes]:
        """Write it, on the database worker."""
        raise NotImplementedError

    def save(self) -> None:
        """Write it."""
        if self.form.show_problems(self.problems()):
            self.write(self.write_decision, "The decision is recorded.")


class DealDecisionPane(DecisionPane):
    """Our governors’ decision about a deal, at the price as it stands today."""

    def __init__(self, context: DeskContext, view: DealView, school: DealSchool):
        self._deal, self._decisions = view.line.id, school.decisions
        share = school.would_pay
        price = f" Our share would be {words.money_exact(share)} a year" if share is not None else ""
        now = f", we pay {words.money_exact(school.pays_now)} now" if price and school.pays_now is not None else ""
        said = f"{view.line.title}.{price}{now}{'.' if price else ' There is no price yet.'}"
        super().__init__(context, "Record a decision", said, taken_back=school.decision is not None)

    def problems(self) -> dict[str, str]:
        """What to put right; two decisions of one day would leave open which of them counts."""
        found = super().problems()
        day = self.on.day()
        if day is not None and any(one.said_on == day for one in self._decisions):
            found.setdefault("on", "A decision of that day is here already. Put it back under History first.")
        return found

    def write_decision(self, desk: Desk) -> tuple[object, Changes]:
        """Write it."""
        return deals.decide(
            desk, self._deal, self.answer.key(), body=self.body_field.text().strip(),
            minute_ref=self.minute.text().strip(), on=self.on.day(), until=self.until.day(),
            conditions=self.conditions.toPlainText().strip(), why=self.why.toPlainText().strip(),
        )  # fmt: skip


class BaselinePane(FormPane):
    """What we pay today, by a dated document; a second one stands beside the first, with its reason."""

    def __init__(self, context: DeskContext, view: DealView, school: DealSchool):
        super().__init__(context, "What we pay today", "Save what we pay", width=400)
        self._deal, self._again = view.line.id, bool(school.baselines)
        self.yearly, self.vat, self.document = QLineEdit(), QLineEdit(), QLineEdit()
        self.dated = DateField("Date on the document", lambda: context.today)
        self.none = TickBox("We do not buy this today")
        self.none_why, self.why = NoteBox(lines=2), NoteBox(lines=2)
        self.picker = FilesPicker(context, words="Add the document")
        self.form.add("yearly", "Pounds a year, without VAT", self.yearly, "For example 2,610.00.")
        self.form.add("vat", "VAT on it a year", self.vat, optional=True)
        self.form.add("document", "Which document says so", self.document, "For example Invoice 4471.")
        self.form.add("dated", "Date on the document", self.dated)
        self.form.add("files", "The document itself", self.picker, optional=True)
        self.form.add_widget(self.none)
        self.form.add("none_why", "Why there is no price", self.none_why).hide()
        self.none.toggled.connect(self._no_price)
        if self._again:
            self.form.add("why", "Why it is said again", self.why, "What was said first stays beside it.")
        self.lay_out(Well("The first price counts, and it is frozen. No saving counts without a dated document."))

    def _no_price(self, on: bool) -> None:
        for key in ("yearly", "vat", "document", "dated", "files"):
            self.form.row(key).setVisible(not on)
        self.form.row("none_why").setVisible(on)

    @property
    def touched(self) -> bool:
        """Typed words, or files gathered."""
        return super().touched or self.picker.count > 0

    def save(self) -> None:
        """Write it."""
        problems: dict[str, str] = {}
        none = self.none.isChecked()
        yearly = vat = None
        if none:
            if not self.none_why.toPlainText().strip():
                problems["none_why"] = "Say why in a few words."
        else:
            problems |= self.form.unread_dates()
            yearly = pence_typed(self.yearly.text(), "yearly", problems)
            vat = pence_typed(self.vat.text(), "vat", problems, "The VAT")
            if yearly is None and "yearly" not in problems:
                problems["yearly"] = "Type what you pay a year, or tick the box below."
            if not self.document.text().strip():
                problems["document"] = "Name the bill, contract or letter that shows the price."
        if self._again and not self.why.toPlainText().strip():
            problems["why"] = "Say why it is said again."
        if not self.form.show_problems(problems):
            return
        deal, tray, dated = self._deal, self.picker.tray, None if none else self.dated.day()
        document = "" if none else self.document.text().strip()
        why = self.why.toPlainText().strip()
        none_why = self.none_why.toPlainText().strip() if none else ""

        def work(desk: Desk) -> tuple[object, Changes]:
            files = () if none else facts_of(tray)
            return deals.baseline(desk, deal, deals.NewBaseline(
                yearly, vat, dated, document, why=why, none_why=none_why, files=files,
            ))  # fmt: skip

        self.write(work, "What we pay today is written down.")


def facts_of(tray: Tray) -> tuple[Mapping[str, Any], ...]:
    """The files gathered, as a record names them; on the database worker, so that all are kept by then."""
    return tuple(one.file.facts() for one in tray.files())


class OfferForm(FormPane):
    """A price for the whole group."""

    def __init__(self, context: DeskContext, view: DealView):
        super().__init__(context, "Enter an offer", "Save the offer", width=400)
        self._deal, self._buying, self._again = view.line.id, view.row.buying, bool(view.offers)
        self.fields = {key: QLineEdit() for key in ("supplier", "yearly", "vat", "once", "months")}
        self.valid = DateField("The offer stands until", lambda: context.today, needed=False)
        self.chosen, self.why = NoteBox(lines=2), NoteBox(lines=2)
        self.picker = FilesPicker(context, words="Add the offer")
        for key, label, said, wanted in (
            ("supplier", "Supplier", "", True), ("yearly", "Pounds a year, without VAT", "For the whole group.", True),
            ("vat", "VAT on it a year", "0 if there is none.", True), ("once", "Pounds once, at the start", "", False),
            ("months", "For how many months", "For example 36.", False),
        ):  # fmt: skip
            self.form.add(key, label, self.fields[key], said, optional=not wanted)
        self.form.add("valid", "The offer stands until", self.valid, optional=True)
        self.form.add("chosen", "Why this one", self.chosen, "Best value, not the lowest price alone.", optional=True)
        self.form.add("files", "The offer itself", self.picker, optional=True)
        if self._again:
            self.form.add("why", "Why there is another offer", self.why, "Schools that said yes decide again if it "
                          "costs them more.")  # fmt: skip
        self.lay_out()

    @property
    def touched(self) -> bool:
        """Typed words, or files gathered."""
        return super().touched or self.picker.count > 0

    def save(self) -> None:
        """Write it."""
        typed = {key: field.text().strip() for key, field in self.fields.items()}
        problems = self.form.unread_dates()
        sums = {key: pence_typed(typed[key], key, problems) for key in ("yearly", "vat", "once")}
        months = whole_typed(typed["months"], "months", problems)
        if not typed["supplier"]:
            problems["supplier"] = "Say who offers it."
        for key, said in (("yearly", "Type the price a year."), ("vat", "Type the VAT, or 0.")):
            if sums[key] is None:
                problems.setdefault(key, said)
        if self._again and not self.why.toPlainText().strip():
            problems["why"] = "Say why there is another offer."
        if not self.form.show_problems(problems):
            return
        deal, tray, buying, valid = self._deal, self.picker.tray, self._buying, self.valid.day()
        chosen, why = self.chosen.toPlainText().strip(), self.why.toPlainText().strip()

        def work(desk: Desk) -> tuple[object, Changes]:
            return deals.offer(desk, deal, deals.NewOffer(
                typed["supplier"], sums["yearly"] or 0, sums["vat"] or 0, sums["once"] or 0, months, valid,
                chosen_why=chosen, buying=buying, why=why, files=facts_of(tray),
            ))  # fmt: skip

        self.write(work, f"The offer of {typed['supplier']} is before the schools.")


class ConditionsPane(FormPane):
    """What a school’s governors asked for is done: from then on their yes counts."""

    def __init__(self, context: DeskContext, view: DealView, school: DealSchool, decision: DecisionLine):
        super().__init__(context, "Note that it is done", "Save the note")
        self._deal, self._school = view.line.id, school
        self.how = NoteBox(lines=3)
        self.form.add("how", "How it was done", self.how)
        self.lay_out(Well(f"{school.name} asked: {decision.conditions}"))

    def save(self) -> None:
        """Write it."""
        how, school = self.how.toPlainText().strip(), self._school
        if self.form.show_problems({} if how else {"how": "Say how it was done."}):
            self.write(lambda desk: deals.conditions_met(desk, self._deal, school.school, how),
                       f"The yes of {school.name} counts now.")  # fmt: skip
