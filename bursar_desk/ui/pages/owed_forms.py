"""Beside the hours owed: the forms for an entry, a rate, and for saying no."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QComboBox, QLineEdit

from bursar_desk.domain import hours_ledger
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.typed_money import read_money
from bursar_desk.services import owed_entries, people, rates
from bursar_desk.ui.pages.faults_form import FormPane
from bursar_desk.ui.widgets import DateField, NoteBox, Picker, TickBox, Well

if TYPE_CHECKING:
    from bursar_desk.domain.operations import Changes
    from bursar_desk.services.desk import Desk
    from bursar_desk.ui.pages.base import DeskContext

_KINDS = (
    (hours_ledger.OPENING, "Opening balance, from before Bursar Desk"),
    (hours_ledger.WRITE_OFF, "Write-off: nobody asks for it any more"), (hours_ledger.PAID, "Payment, in money"),
)  # fmt: skip


def minutes_typed(text: str) -> int | None:
    """Read a length of time typed like 6:30 or 6; None when it is none."""
    hours, colon, rest = text.strip().partition(":")
    if not (hours.isascii() and hours.isdecimal() and len(hours) < 5):
        return None
    if not colon:
        return int(hours) * 60
    return int(hours) * 60 + int(rest) if rest.isdecimal() and len(rest) == 2 and int(rest) < 60 else None


def hundredths_typed(text: str) -> int | None:
    """Read per cent typed like 20.5 as hundredths; None when it is none, nought for nothing."""
    whole, point, rest = text.strip().removesuffix("%").partition(".")
    if not whole and not point:
        return 0
    if not (whole.isascii() and whole.isdecimal() and len(whole) < 4):
        return None
    if point and not (rest.isdecimal() and len(rest) < 3):
        return None
    return int(whole) * 100 + int(rest.ljust(2, "0") if rest else 0)


def narrow(picker: Picker) -> Picker:
    """Let a list of long names be as wide as its form, not as its longest name."""
    picker.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    picker.setMinimumContentsLength(12)
    return picker


def _pence(text: str, name: str, problems: dict[str, str]) -> int | None:
    if not text.strip():
        return None
    try:
        return read_money(text)
    except UserError as wrong:
        problems[name] = wrong.remedy
        return None


class EntryPane(FormPane):
    """An opening balance, a write-off or a payment; the other school has to agree."""

    def __init__(self, context: DeskContext, schools: Sequence[tuple[object, str]], school: bytes | None = None):
        super().__init__(context, "Add to the hours owed", "Add to the hours owed")
        self.kind, self.school = narrow(Picker(_KINDS)), narrow(Picker(schools))
        if school is not None:
            self.school.set_key(school)
        self.debt = Picker([(True, "They owe us, or owed us"), (False, "We owe them, or owed them")])
        self.hours, self.money = QLineEdit(), QLineEdit()
        self.on = DateField("Day", lambda: context.today)
        self.on.set_day(context.today)
        self.reference, self.why = QLineEdit(), NoteBox(lines=2)
        self.form.add("kind", "What it is", self.kind)
        self.form.add("school", "With which school", self.school)
        self.form.add("debt", "Whose debt it is", self.debt)
        self.form.add("minutes", "Hours", self.hours, "For example 6:30.", optional=True)
        self.form.add("pence", "Pounds", self.money, "What was paid, or is owed in money.", optional=True)
        self.form.add("on", "Day", self.on)
        self.form.add("reference", "Number of the invoice or transfer", self.reference, optional=True)
        self.form.add("why", "Why", self.why, optional=True)
        self.lay_out(Well("It counts once the other school has agreed, with their next share file."))

    def save(self) -> None:
        """Write it."""
        problems = self.form.unread_dates()
        minutes = minutes_typed(self.hours.text()) if self.hours.text().strip() else 0
        if minutes is None:
            problems["minutes"] = "Type the hours like 6:30."
        pence = _pence(self.money.text(), "pence", problems) or 0
        other = self.school.key()
        if not isinstance(other, bytes):
            problems["school"] = "Choose a school. Exchange cards with them first."
        new = owed_entries.NewEntry(
            str(self.kind.key()), other if isinstance(other, bytes) else b"", bool(self.debt.key()), minutes or 0,
            pence, self.on.day(), self.why.toPlainText(), self.reference.text(),
        )  # fmt: skip
        problems = owed_entries.problems(new, self.context.today) | problems
        if self.form.show_problems(problems):
            self.write(lambda desk: owed_entries.add(desk, new), f"{self.school.currentText()} is asked to agree.")


class RatePane(FormPane):
    """What an hour of our people costs, from a day on."""

    def __init__(self, context: DeskContext):
        super().__init__(context, "Set a rate", "Set rate")
        self.role = Picker([("", "Everybody"), *((one, one.capitalize()) for one in people.ROLES)])
        self.first = DateField("In force from", lambda: context.today)
        self.first.set_day(context.today)
        self.fields = {
            name: QLineEdit() for name in ("hourly", "insurance", "pension", "overhead", "mileage", "agency", "source")
        }
        self.support = TickBox("For support visits, not for cover")
        self.form.add("role", "For whom", self.role)
        self.form.add("first", "In force from", self.first)
        for name, label, said, wanted in (
            ("hourly", "Pay an hour, in pounds", "For example 13.69.", True),
            ("insurance", "Employer’s national insurance, per cent", "For example 15.", False),
            ("pension", "Employer’s pension, per cent", "For example 20.5.", False),
            ("overhead", "Agreed overhead, per cent", "On pay with on-costs.", False),
            ("mileage", "Pence a mile", "Only where the contract differs from HMRC’s figures.", False),
            ("agency", "What an agency asks an hour, in pounds", "To show what is saved.", False),
            ("source", "Where it is from", "", False),
        ):
            self.form.add(name, label, self.fields[name], said, optional=not wanted)
        self.form.add_widget(self.support)
        self.lay_out()

    def save(self) -> None:
        """Write it."""
        problems = self.form.unread_dates()
        typed = {name: field.text() for name, field in self.fields.items()}
        parts = {name: hundredths_typed(typed[name]) for name in ("insurance", "pension", "overhead")}
        problems |= {name: "Type per cent like 15 or 20.5." for name, value in parts.items() if value is None}
        mileage = typed["mileage"].strip().removesuffix("p")
        if mileage and not (mileage.isascii() and mileage.isdecimal() and len(mileage) < 4):
            problems["mileage"] = "Type whole pence, like 45."
            mileage = ""
        agency, hourly = _pence(typed["agency"], "agency", problems), _pence(typed["hourly"], "hourly", problems)
        new = rates.NewRate(
            hourly or 0, self.first.day() or self.context.today, str(self.role.key()), parts["insurance"] or 0,
            parts["pension"] or 0, parts["overhead"] or 0, int(mileage) if mileage else None, agency, typed["source"],
            self.support.isChecked(),
        )  # fmt: skip
        problems = rates.problems(new) | problems
        if self.form.show_problems(problems):
            self.write(lambda desk: rates.add(desk, new), "The rate is set.")


class RefusePane(FormPane):
    """Why hours, an entry or a plan are not agreed."""

    def __init__(
        self, context: DeskContext, title: str, about: str, work: Callable[[Desk, str], tuple[Any, Changes]], said: str
    ):
        super().__init__(context, title, "Do not agree")
        self._work, self._said = work, said
        self.why = NoteBox(lines=3)
        self.form.add("why", "Why you do not agree", self.why, "The other school reads this.")
        self.lay_out(Well(about))

    def save(self) -> None:
        """Write it."""
        why = self.why.toPlainText().strip()
        if self.form.show_problems({} if why else {"why": "Say why in a few words."}):
            self.write(lambda desk: self._work(desk, why), self._said)
