"""Suppliers and governors' meetings beside the contracts: their columns, a supplier in detail, and the forms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QCompleter, QLineEdit, QWidget

from bursar_desk.domain import words
from bursar_desk.domain.errors import UserError
from bursar_desk.services import meetings, suppliers
from bursar_desk.services.contracts_shapes import NewSupplier
from bursar_desk.ui.models.table import Column
from bursar_desk.ui.pages.contractors_forms import minute_of
from bursar_desk.ui.pages.contracts_parts import cleared, titled
from bursar_desk.ui.pages.contracts_typed import ReadField, money_field, read_days
from bursar_desk.ui.pages.evidence_strip import EvidenceStrip
from bursar_desk.ui.pages.faults_detail import facts_grid
from bursar_desk.ui.pages.faults_form import FormPane
from bursar_desk.ui.status_marks import LOOKS
from bursar_desk.ui.widgets import Button, DateField, DetailPane, MessageStrip, NoteBox, TickBox, plain_label
from bursar_desk.ui.widgets.link_row import LinkRow

if TYPE_CHECKING:
    import datetime as dt

    from bursar_desk.services.contracts_shapes import MeetingLine, SupplierLine
    from bursar_desk.services.desk import Desk
    from bursar_desk.ui.pages.base import DeskContext

_TEXTS: Final = (
    ("name", "Name of the firm", ""), ("contact", "Whom we talk to", ""), ("phone", "Phone", ""),
    ("email", "E-mail", ""), ("account", "Our account number with them", ""),
    ("company_number", "Company number", "Eight figures, or two letters and six."),
)  # fmt: skip
_PAPERS: Final = 7


def supplier_columns(*, schools: bool) -> list[Column[SupplierLine]]:
    """The columns of the list of suppliers."""
    school = Column["SupplierLine"]("School", lambda one: one.school_name, 116, ink="muted",
                                    sort=lambda one: one.school_name.casefold())  # fmt: skip
    return [
        Column("Supplier", lambda one: one.name, 190, lead=True, stretch=True, sort=lambda one: one.name.casefold()),
        *([school] if schools else []),
        Column("Contracts", lambda one: words.number(one.contracts) if one.contracts else "", 76, right=True,
               sort=lambda one: one.contracts),
        Column("A year", lambda one: words.money_exact(one.yearly) if one.contracts else "", 100, right=True,
               sort=lambda one: one.yearly),
        Column("Insurance", lambda one: one.insured_words or "Not known", 226,
               status=lambda one: LOOKS[one.insured_look], tip=lambda one: one.insured_words,
               sort=lambda one: one.row.insured_until),
        Column("Phone", lambda one: one.row.phone, 120, ink="muted"),
    ]  # fmt: skip


def meeting_columns(*, schools: bool, names: dict[bytes, str]) -> list[Column[MeetingLine]]:
    """The columns of the list of meetings; ``names`` of schools, for an office."""
    school = Column["MeetingLine"]("School", lambda one: names.get(one.row.school, ""), 140, ink="muted")
    return [
        Column("Day", lambda one: words.long_date(one.on), 220, sort=lambda one: one.on),
        *([school] if schools else []),
        Column("Who meets", lambda one: one.body, 180, lead=True, stretch=True, sort=lambda one: one.body.casefold()),
        Column("Time", _time, 72, ink="muted"),
        Column("Papers by", lambda one: words.short_date(one.papers_by), 100, ink="muted",
               sort=lambda one: one.papers_by),
    ]  # fmt: skip


def _time(one: MeetingLine) -> str:
    minute = one.row.minute
    return f"{minute // 60:02d}:{minute % 60:02d}" if minute is not None and 0 <= minute < 1440 else ""


class SupplierPane(DetailPane):
    """One supplier: what we buy from it, how to reach it, its insurance and papers. ``wanted(what)`` for a step."""

    wanted = Signal(str)
    contract_wanted = Signal(bytes)

    def __init__(self, context: DeskContext):
        super().__init__(width=352)
        self.context = context
        self.close_button.setToolTip("Close details (Esc)")
        self.shown: SupplierLine | None = None
        self.change_button = Button("Change supplier", "filled", on_click=lambda: self.wanted.emit("change"))
        self.leave_button = Button("No longer used", on_click=lambda: self.wanted.emit("leave"))
        self.add_to_foot(self.change_button, 1)
        self.add_to_foot(self.leave_button)

    @property
    def inside(self) -> list[QWidget]:
        """The first step."""
        return [self.change_button, *super().inside]

    def show_supplier(
        self, line: SupplierLine, same_as: Sequence[str] = (), bought: Sequence[tuple[bytes, str]] = ()
    ) -> None:
        """Show one; ``same_as`` names others that may be the same firm, ``bought`` its contracts by id."""
        self.shown = line
        self.set_title(line.name)
        cleared(self.body)
        ours = line.school == self.context.home and self.context.facts.manages and not self.context.facts.office
        said = f"{words.count(line.contracts, 'contract')}, {words.money_exact(line.yearly)} a year without VAT."
        made: list[QWidget] = [plain_label(said if line.contracts else "Nothing is bought from them now.", wrap=True)]
        if line.insured_look in ("overdue", "due_soon"):
            made.append(MessageStrip("overdue" if line.insured_look == "overdue" else "soon", line.insured_words))
        if same_as:
            strip = MessageStrip("info", "This may be the same firm", f"{words.listing(list(same_as))}.")
            if ours:
                strip.add_button(Button("Make them one firm", size=32, on_click=lambda: self.wanted.emit("same")))
            made.append(strip)
        made += titled("What we buy", *[self._bought(*one) for one in bought])
        row = line.row
        reach = [
            ("Whom we talk to", row.contact), ("Phone", row.phone), ("E-mail", row.email), ("Account", row.account),
            ("Company number", row.company_number), ("Insurance", line.insured_words),
            ("Insured for", words.money(row.insured_for) if row.insured_for else ""),
            ("Attends the site as", line.contractor_name),
            ("Also called", words.listing([one for one in row.also if isinstance(one, str)])), ("Note", row.note),
        ]  # fmt: skip
        facts = [pair for pair in reach if pair[1]]
        made += titled("About them", *([facts_grid(facts)] if facts else []))
        made += titled("Papers", EvidenceStrip(self.context, "supplier", line.id, kind="insurance"))
        for part in made:
            self.body.addWidget(part)
        self.body.addStretch()
        self._foot.setVisible(ours)
        self.leave_button.setVisible(not line.contracts)


    def _bought(self, contract: bytes, title: str) -> QWidget:
        """A contract of theirs; it leads there."""
        row = LinkRow(title, lambda: self.contract_wanted.emit(contract), high=36)
        row.line.setContentsMargins(0, 2, 0, 2)
        row.add(plain_label(title, "body", "accent", wrap=True), stretch=1)
        return row


class SupplierForm(FormPane):
    """What is known of a supplier; only the name is needed."""

    def __init__(self, context: DeskContext, line: SupplierLine | None = None):
        super().__init__(context, f"Change {line.name}" if line else "Add a supplier", "Save supplier")
        self.line = line
        row = line.row if line else None
        self.texts = {name: QLineEdit(str(getattr(row, name)) if row else "") for name, _said, _help in _TEXTS}
        self.insured = DateField("Insured until", lambda: context.today, needed=False)
        self.cover = money_field("The sum insured", "Insured for {}")
        self.also, self.note = NoteBox(lines=2), NoteBox(lines=2)
        self.another = TickBox("This is another firm with a name like one we have")
        self.another.hide()
        for name, label, help_text in _TEXTS:
            self.form.add(name, label, self.texts[name], help_text, optional=name != "name")
        self.form.add("insured_until", "Insured until", self.insured, optional=True)
        self.form.add("insured_for", "Insured for how many pounds", self.cover, "For example 5,000,000.",
                      optional=True)  # fmt: skip
        self.form.add("also", "Also called", self.also, "One name on a line, as ledgers have it.", optional=True)
        self.form.add("note", "Note", self.note, optional=True)
        self.form.add_widget(self.another)
        if row is not None:
            self.insured.set_day(row.insured_until)
            self.cover.set_text(words.money_exact(row.insured_for) if row.insured_for is not None else "")
            self.also.setPlainText("\n".join(one for one in row.also if isinstance(one, str)))
            self.note.setPlainText(row.note)
        self.lay_out()

    def save(self) -> None:
        """Write it."""
        problems = self.form.unread_dates()
        values: dict[str, Any] = {name: field.text().strip() for name, field in self.texts.items()}
        if not values["name"]:
            problems["name"] = "Type the name of the firm."
        if self.cover.problem():
            problems["insured_for"] = self.cover.problem()
        if not self.form.show_problems(problems):
            return
        values |= {
            "also": tuple(one.strip() for one in self.also.toPlainText().splitlines() if one.strip()),
            "insured_until": self.insured.day(), "insured_for": self.cover.value(),
            "note": self.note.toPlainText().strip(),
        }  # fmt: skip
        line, another = self.line, self.another.isChecked()

        def work(desk: Desk) -> tuple[Any, Any]:
            if line is None:
                return suppliers.add(desk, NewSupplier(**values), another=another)
            return None, suppliers.change(desk, line.id, values, another=another)

        self.write(work, f"{values['name']} is saved.")

    def refused(self, problem: UserError) -> None:
        """Say why not; where another firm has the name, let a person say that it is another one."""
        super().refused(problem)
        self.another.setVisible(self.another.isChecked() or "here already" in problem.title)


class MeetingForm(FormPane):
    """Governors' meetings: who meets, on which days, several at once; each day is read back before it is saved."""

    def __init__(self, context: DeskContext, bodies: Sequence[str]):
        super().__init__(context, "Enter governors’ meetings", "Save meetings")
        self.body_field = QLineEdit(bodies[0] if bodies else meetings.GOVERNORS)
        self.body_field.setCompleter(QCompleter(list(bodies), self.body_field))
        self.days = NoteBox("3/12/2026\n4/2/2027", lines=4)
        self.read_back = plain_label("", "caption", "muted", wrap=True)
        self.read_back.hide()
        self.time = ReadField(_read_time, lambda minute: f"At {minute // 60:02d}:{minute % 60:02d}", example="18:00")
        self.papers = ReadField(_read_days_before, _papers_said, example="7")
        self.papers.set_text(str(_PAPERS))
        self.form.add("body", "Who meets", self.body_field, "For example: Finance committee.")
        row = self.form.add("days", "On which days", self.days, "One on a line. A whole year at once is fine.")
        layout = row.layout()
        if layout is not None:
            layout.addWidget(self.read_back)
        self.form.add("time", "At what time", self.time, optional=True)
        self.form.add("papers", "Papers are due how many days before", self.papers, optional=True)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(150)
        self._pause.timeout.connect(self._say)
        self.days.textChanged.connect(self._pause.start)
        self.lay_out(plain_label("The last meeting before a last safe day is the day to decide.", "body", "muted",
                                 wrap=True))  # fmt: skip

    def _read(self) -> tuple[tuple[dt.date, ...], str]:
        try:
            return read_days(self.days.toPlainText(), self.context.today, "The day"), ""
        except UserError as wrong:
            return (), " ".join(part for part in (wrong.title, wrong.remedy) if part)

    def _say(self) -> None:
        """Read the days back while they are typed; what cannot be read yet is said on saving."""
        days, _wrong = self._read()
        self.read_back.setText(words.listing([words.long_date(one) for one in sorted(days)]))
        self.read_back.setVisible(bool(days))
        self.days.setAccessibleDescription(self.read_back.text())

    def save(self) -> None:
        """Write them as one step."""
        days, wrong = self._read()
        body = self.body_field.text().strip()
        problems = {} if body else {"body": "Say who meets."}
        if wrong or not days:
            problems["days"] = wrong or "Type at least one day."
        for key, field in (("time", self.time), ("papers", self.papers)):
            if field.problem():
                problems[key] = field.problem()
        if not self.form.show_problems(problems):
            return
        minute, papers = self.time.value(), self.papers.value()
        before = _PAPERS if papers is None else papers
        said = f"{body}: {words.count(len(days), 'meeting')} entered."
        self.write(lambda desk: meetings.add(desk, body, days, minute=minute, paper_days=before), said)


def _read_time(typed: str) -> int:
    minute = minute_of(typed)
    if minute is None:
        raise UserError("The time could not be read.", "Nothing was changed.", "Type it like 18:00.")
    return minute


def _read_days_before(typed: str) -> int:
    if not (typed.strip().isdecimal() and len(typed.strip()) < 3):
        raise UserError("Type a number of days.", "Nothing was changed.", "For example 7.")
    return int(typed)


def _papers_said(days: int) -> str:
    return f"{words.count(days, 'day')} before"


class MeetingPane(DetailPane):
    """One meeting: its day, and taking it out when it will not be held."""

    wanted = Signal(str)

    def __init__(self, context: DeskContext):
        super().__init__(width=336)
        self.context = context
        self.shown: MeetingLine | None = None
        self.remove_button = Button("Take the meeting out", on_click=lambda: self.wanted.emit("remove"))
        self.add_to_foot(self.remove_button, 1)

    def show_meeting(self, line: MeetingLine, decides: Sequence[str] = ()) -> None:
        """Show one, with the contracts it ``decides``."""
        self.shown = line
        self.set_title(line.body)
        cleared(self.body)
        self.body.addWidget(plain_label(words.long_date(line.on), "strong", wrap=True))
        parts = [f"At {_time(line)}." if _time(line) else ""]
        if line.papers_by is not None:
            verb = "were" if line.papers_by < self.context.today else "are"
            parts.append(f"Papers {verb} due by {words.long_date(line.papers_by)}.")
        self.body.addWidget(plain_label(" ".join(one for one in parts if one), wrap=True))
        self.body.addWidget(plain_label(line.row.note, wrap=True))
        for part in titled("Contracts to decide", *(plain_label(one, wrap=True) for one in decides)):
            self.body.addWidget(part)
        self.body.addStretch()
        ours = line.row.school == self.context.home and self.context.facts.manages and not self.context.facts.office
        self._foot.setVisible(ours)


