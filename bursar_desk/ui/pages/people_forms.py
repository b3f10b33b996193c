"""Forms beside the list of people: joining and changing on one screen, contact, and written confirmation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from bursar_desk.domain import confirmed
from bursar_desk.domain.errors import UserError
from bursar_desk.services import people
from bursar_desk.services.people_words import (
    SHORT_DAYS,
    clock,
    hours_words,
    read_hours,
    read_pattern,
    texts_of,
)
from bursar_desk.services.setup import NewPerson
from bursar_desk.ui.pages.contractors_forms import minute_of
from bursar_desk.ui.pages.faults_form import FormPane
from bursar_desk.ui.pages.people_parts import CheckTicks
from bursar_desk.ui.widgets import DateField, NoteBox, Picker, TickBox, plain_label
from bursar_desk.ui.widgets.reflow import Reflow

if TYPE_CHECKING:
    from bursar_desk.services.people_view import PersonLine
    from bursar_desk.ui.pages.base import DeskContext
    from bursar_desk.ui.pages.people_data import PeopleData

_ROLES = [(one, one.capitalize()) for one in people.ROLES]
_TICKS = (
    ("unlocks", "Unlocks"), ("locks", "Locks up"), ("key_holder", "Holds keys"),
    ("offers_cover", "Would cover at other schools"), ("manages", "Runs this register"),
)  # fmt: skip


class PersonForm(FormPane):
    """What joining and changing share: name, role, days and hours, keys, offers."""

    def __init__(self, context: DeskContext, title: str, button: str, line: PersonLine | None):
        super().__init__(context, title, button)
        row = line.row if line else None
        self.line = line
        self.name = QLineEdit(row.name if row else "")
        self.role = Picker(_ROLES if row is None or row.role in people.ROLES else [*_ROLES, (row.role, row.role)])
        self.role.set_key(row.role if row else "caretaker")
        self.job = QLineEdit(row.job_title if row else "")
        self.days = [TickBox(name, size=32) for name in SHORT_DAYS]
        mask = row.days if row else 0b11111
        for n, tick in enumerate(self.days):
            tick.setChecked(bool(mask >> n & 1))
        self.starts = QLineEdit(clock(row.starts) if row and row.starts is not None else "")
        self.ends = QLineEdit(clock(row.ends) if row and row.ends is not None else "")
        pattern = hours_words(row).partition("; ")[2] if row and row.starts is not None else ""
        if row and row.starts is None:
            pattern = hours_words(row)
        self.pattern = QLineEdit(pattern)
        self.ticks = {key: TickBox(said, size=32) for key, said in _TICKS}
        for key, tick in self.ticks.items():
            tick.setChecked(bool(getattr(row, key)) if row else False)
        self.offers = NoteBox(lines=2)
        if row:
            self.offers.setPlainText("\n".join(row.offers))
            self.offers.document().setModified(False)

    def _first_fields(self) -> None:
        self.form.add("name", "Name", self.name)
        self.form.add("role", "Role", self.role)
        self.form.add("job", "What the job is called here", self.job, optional=True)
        self.form.add_widget(plain_label("Days", "strong"))
        self.form.add_widget(Reflow(*self.days[:4], 1, spacing=4))
        self.form.add_widget(Reflow(*self.days[4:], 1, spacing=4))
        self.form.add("starts", "From", self.starts, "For example 06:45.", optional=True)
        self.form.add("ends", "To", self.ends, optional=True)
        self.form.add_widget(plain_label("Keys and duties", "strong"))
        for key in ("unlocks", "locks", "key_holder", "offers_cover", "manages"):
            self.form.add_widget(self.ticks[key])

    def _last_fields(self) -> None:
        self.form.add(
            "offers", "Can help with", self.offers, "One on a line, for other schools to find.", optional=True
        )
        self.form.add("pattern", "Days that differ", self.pattern, "For example: Wed 08:00-12:00.", optional=True)

    def _values(self) -> tuple[dict[str, Any], dict[str, str]]:
        """What was typed, and what cannot be read, by field."""
        problems = {} if self.name.text().strip() else {"name": "Type the name."}
        times: dict[str, int | None] = {}
        for key, field in (("starts", self.starts), ("ends", self.ends)):
            times[key] = minute_of(field.text())
            if field.text().strip() and times[key] is None:
                problems[key] = "Type the time like 07:30."
        if times["starts"] is not None and times["ends"] is not None and times["ends"] <= times["starts"]:
            problems["ends"] = "The day ends before it begins."
        values: dict[str, Any] = {
            "name": self.name.text(), "role": str(self.role.key()), "job_title": self.job.text().strip(),
            "days": sum(1 << n for n, tick in enumerate(self.days) if tick.isChecked()), **times,
            "offers": texts_of(self.offers.toPlainText()),
            **{key: tick.isChecked() for key, tick in self.ticks.items()},
        }  # fmt: skip
        self._read("pattern", self.pattern.text(), read_pattern, values, problems)
        return values, problems

    @staticmethod
    def _read(key: str, typed: str, how: Any, values: dict[str, Any], problems: dict[str, str]) -> None:
        try:
            values[key] = how(typed)
        except UserError as wrong:
            problems[key] = f"{wrong.title} {wrong.remedy}"


class JoinPane(PersonForm):
    """Somebody new on one screen: who, when, keys, how they are reached, which checks they take over, a PIN."""

    def __init__(self, context: DeskContext, data: PeopleData):
        super().__init__(context, "Add a person", "Add person", None)
        self.phone, self.email = QLineEdit(), QLineEdit()
        self.agrees = TickBox("They agree that other schools get these")
        self.checks = CheckTicks(data.checks)
        self.pin = QLineEdit()
        self.pin.setEchoMode(QLineEdit.EchoMode.Password)
        self._first_fields()
        self.form.add("phone", "Phone", self.phone, "Stays at this school unless they agree.", optional=True)
        self.form.add("email", "E-mail", self.email, optional=True)
        self.form.add_widget(self.agrees)
        if data.checks:
            self.form.add("checks", "Checks they take over", self.checks, optional=True)
        if data.pins:
            self.form.add("pin", "PIN", self.pin, "Four to eight digits. It can be set later, too.", optional=True)
        self._last_fields()
        self.lay_out()

    def save(self) -> None:
        """Write it."""
        values, problems = self._values()
        if not self.form.show_problems(problems):
            return
        new = NewPerson(name=values["name"], role=values["role"])
        joining = people.Joining(
            reached=people.Reached(phone=self.phone.text().strip(), email=self.email.text().strip()),
            agreed=self.agrees.isChecked(), checks=self.checks.chosen(), pin=self.pin.text().strip(),
            details={key: value for key, value in values.items() if key not in ("name", "role")},
        )  # fmt: skip
        self.write(lambda desk: people.join(desk, new, joining), f"{' '.join(new.name.split())} is added.")


class ChangePane(PersonForm):
    """Change what is known of somebody."""

    def __init__(self, context: DeskContext, line: PersonLine):
        super().__init__(context, f"Change {line.row.name}", "Save details", line)
        row = line.row
        self.week = QLineEdit(_hours(row.week))
        self.elsewhere = QLineEdit(_hours(row.elsewhere or None))
        self.opt_out = TickBox("Signed out of the 48-hour week")
        self.opt_out.setChecked(row.opt_out)
        self.young = TickBox("Under 18")
        self.young.setChecked(row.young)
        self._first_fields()
        self._last_fields()
        self.form.add("week", "Hours a week by contract", self.week, optional=True)
        self.form.add(
            "elsewhere", "Hours a week in other jobs", self.elsewhere, "Hours in all jobs count.", optional=True
        )
        self.form.add_widget(self.opt_out)
        self.form.add_widget(self.young)
        self.lay_out()

    def save(self) -> None:
        """Write it."""
        values, problems = self._values()
        self._read("week", self.week.text(), read_hours, values, problems)
        self._read("elsewhere", self.elsewhere.text(), read_hours, values, problems)
        if not self.form.show_problems(problems) or self.line is None:
            return
        values |= {"opt_out": self.opt_out.isChecked(), "young": self.young.isChecked()}
        values["elsewhere"] = values["elsewhere"] or 0
        person = self.line.id
        self.write(lambda desk: people.change(desk, person, values), f"{' '.join(values['name'].split())}: saved.")


def _hours(minutes: int | None) -> str:
    if minutes is None:
        return ""
    whole, odd = divmod(minutes, 60)
    return f"{whole}:{odd:02d}" if odd else str(whole)


class ContactPane(FormPane):
    """How somebody is reached; whether it is passed on stands below it."""

    def __init__(self, context: DeskContext, line: PersonLine):
        super().__init__(context, f"Contact: {line.row.name}", "Save contact")
        self.line = line
        self.phone, self.email = QLineEdit(line.phone), QLineEdit(line.email)
        self.note = NoteBox(lines=3)
        self.note.setPlainText(line.note)
        self.note.document().setModified(False)
        self.agrees = TickBox("They agree that phone and e-mail are passed on")
        self.agrees.setChecked(line.row.shares)
        self.form.add("phone", "Phone", self.phone, optional=True)
        self.form.add("email", "E-mail", self.email, optional=True)
        self.form.add_widget(self.agrees)
        self.form.add("note", "Note", self.note, "Never leaves this school’s own computers.", optional=True)
        self.lay_out()

    def save(self) -> None:
        """Write it; the consent only when it changed."""
        line, agrees = self.line, self.agrees.isChecked()
        reached = people.Reached(
            phone=self.phone.text().strip(), email=self.email.text().strip(), note=self.note.toPlainText().strip()
        )
        said = agrees if agrees != line.row.shares else None
        self.write(
            lambda desk: (None, people.set_contact(desk, line.id, reached, agrees=said)), f"{line.row.name}: saved."
        )


class ConfirmPane(FormPane):
    """What is confirmed in writing to schools they go to. The certificate itself is not kept."""

    def __init__(self, context: DeskContext, line: PersonLine):
        super().__init__(context, f"Confirm checks: {line.row.name}", "Save confirmation")
        self.line = line
        held = line.row.confirmed
        self.name = QLineEdit(str(held.get("name") or line.row.name))
        self.number = QLineEdit(str(held.get("certificate") or ""))
        self.dated = DateField("Date on the certificate", lambda: context.today, needed=False)
        self.dated.set_day(confirmed.day_of(held.get("dated")))
        self.ticks = {
            "barred_list": TickBox("Children’s barred list checked"), "right_to_work": TickBox("Right to work checked"),
            "identity": TickBox("Identity checked"),
        }  # fmt: skip
        for key, tick in self.ticks.items():
            tick.setChecked(held.get(key) is True)
        self.form.add("name", "Name on the certificate", self.name)
        self.form.add(
            "certificate", "Number of the certificate", self.number, "Do not keep a copy of it.", optional=True
        )
        self.form.add("dated", "Date on the certificate", self.dated, optional=True)
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for tick in self.ticks.values():
            column.addWidget(tick)
        self.form.add_widget(box)
        self.lay_out()

    def save(self) -> None:
        """Write it, also while parts are missing: the page says which."""
        if not self.form.show_problems(self.form.unread_dates()):
            return
        given: dict[str, Any] = {
            "name": self.name.text(), "certificate": self.number.text(), "dated": self.dated.day(),
            **{key: tick.isChecked() for key, tick in self.ticks.items()},
        }  # fmt: skip
        person, name = self.line.id, self.line.row.name
        self.write(lambda desk: (None, people.confirm(desk, person, given)), f"Confirmation of {name}: saved.")
