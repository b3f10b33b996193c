"""Forms beside the lists of contractors and permits: a firm's papers, a visit, a bar, a permit and closing it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLineEdit

from bursar_desk.domain import words
from bursar_desk.domain.contractors import PERMITS, permit_words
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.typed_money import read_money
from bursar_desk.services import contractors, permits
from bursar_desk.ui.pages.base import time_words
from bursar_desk.ui.pages.faults_form import FormPane
from bursar_desk.ui.widgets import DateField, MessageStrip, NoteBox, Picker, TickBox, Well

if TYPE_CHECKING:
    from bursar_desk.services.contractors import ContractorLine
    from bursar_desk.ui.pages.base import DeskContext
    from db.queries.permits import PermitRow

Choices = Sequence[tuple[object, str]]
_DATES = (
    ("insured_until", "Insured until"), ("body_until", "Registered until"), ("dbs_seen_on", "DBS check seen on"),
    ("inducted_on", "Induction on"), ("asbestos_seen_on", "Asbestos register signed on"),
)  # fmt: skip
_TEXTS = (
    ("name", "Name of the firm", ""), ("trade", "Trade", "For example: electrician."), ("phone", "Phone", ""),
    ("email", "E-mail", ""), ("body", "Registered with", "For example: Gas Safe, NICEIC, LEIA."),
    ("body_number", "Registration number", ""),
)  # fmt: skip


def minute_of(typed: str) -> int | None:
    """Read a time of day typed like 08:30 or 8.30; None when it is none."""
    hours, _sign, rest = typed.strip().replace(".", ":").partition(":")
    if not (hours.isdigit() and rest.isdigit() and len(rest) == 2 and int(hours) < 24 and int(rest) < 60):
        return None
    return int(hours) * 60 + int(rest)


class ContractorPane(FormPane):
    """What is known of a firm; only the name is needed."""

    def __init__(self, context: DeskContext, line: ContractorLine | None):
        super().__init__(context, f"Change {line.row.name}" if line else "Add a contractor", "Save contractor")
        self.line = line
        row = line.row if line else None
        self.texts = {name: QLineEdit(str(getattr(row, name)) if row else "") for name, _label, _help in _TEXTS}
        self.dates = {name: DateField(label, lambda: context.today, needed=False) for name, label in _DATES}
        self.cover = QLineEdit()
        if row is not None and row.insured_for is not None:
            self.cover.setText(words.money(row.insured_for).removeprefix("£"))
        for name, label, help_text in _TEXTS[:4]:
            self.form.add(name, label, self.texts[name], help_text, optional=name != "name")
        self._add_date("insured_until")
        self.form.add("cover", "Insured for how many pounds", self.cover, "For example 5,000,000.", optional=True)
        for name, label, help_text in _TEXTS[4:]:
            self.form.add(name, label, self.texts[name], help_text, optional=True)
        for name, _label in _DATES[1:]:
            self._add_date(name)
        if row is not None:
            for name, field in self.dates.items():
                field.set_day(getattr(row, name))
        self.lay_out()

    def _add_date(self, name: str) -> None:
        self.form.add(name, dict(_DATES)[name], self.dates[name], optional=True)

    def save(self) -> None:
        """Write it."""
        problems = self.form.unread_dates()
        values: dict[str, object] = {name: field.text().strip() for name, field in self.texts.items()}
        values |= {name: field.day() for name, field in self.dates.items()}
        problems |= {} if values["name"] else {"name": "Type the name of the firm."}
        try:
            values["insured_for"] = read_money(self.cover.text()) if self.cover.text().strip() else None
        except UserError as wrong:
            problems["cover"] = wrong.remedy
        if not self.form.show_problems(problems):
            return
        line = self.line
        if line is None:
            facts = contractors.Facts(**values)  # type: ignore[arg-type]  # the names are those of Facts
            self.write(lambda desk: contractors.add(desk, facts), f"{facts.name} is added.")
        else:
            firm = line.row.id
            self.write(lambda desk: contractors.change(desk, firm, values), f"{values['name']}: saved.")


class BarPane(FormPane):
    """Bar a firm from the site."""

    def __init__(self, context: DeskContext, line: ContractorLine):
        super().__init__(context, f"Bar {line.row.name}", "Bar from site")
        self.line = line
        self.why = NoteBox(lines=3)
        self.form.add("why", "Why they may not attend", self.why)
        self.lay_out()

    def save(self) -> None:
        """Write it."""
        why, firm = self.why.toPlainText().strip(), self.line.row.id
        if self.form.show_problems({} if why else {"why": "Say why in a few words."}):
            self.write(lambda desk: contractors.bar(desk, firm, why), f"{self.line.row.name} is barred.")


class VisitPane(FormPane):
    """Sign somebody in: who, for what, and that they read the asbestos register."""

    def __init__(self, context: DeskContext, line: ContractorLine, jobs: Choices):
        super().__init__(context, f"Sign in: {line.row.name}", "Sign in", size=56)
        self.line = line
        self.worker = QLineEdit()
        self.job = Picker([(None, "No job on the list"), *jobs])
        self.purpose = QLineEdit()
        self.came = QLineEdit(time_words(context.minute_now()))
        self.signed = TickBox("They read the asbestos register and signed")
        self.anyway = QLineEdit()
        self.form.add("worker", "Who comes", self.worker)
        self.form.add("job", "For which job", self.job)
        self.form.add("purpose", "What they come for", self.purpose, optional=True)
        self.form.add("came", "Came at", self.came)
        self.form.add_widget(self.signed)
        self.form.add("anyway", "Why they are let in all the same", self.anyway, "Kept with the visit.")
        stop = MessageStrip("overdue", f"{line.row.name} may not attend", " ".join(line.may.reasons))
        stop.setVisible(not line.may.ok)
        self.form.row("anyway").setVisible(not line.may.ok)
        self.lay_out(*([] if line.may.ok else [stop]))

    def save(self) -> None:
        """Write it."""
        minute, worker = minute_of(self.came.text()), self.worker.text().strip()
        problems = {} if worker else {"worker": "Enter who came."}
        problems |= {} if minute is not None else {"came": "Type the time like 08:30."}
        if not self.line.may.ok and not self.anyway.text().strip():
            problems["anyway"] = "Say why, or do not let them in."
        if not self.form.show_problems(problems):
            return
        job = self.job.key()
        visit = contractors.Visit(
            self.line.row.id, worker, self.purpose.text().strip(), arrived=minute,
            asbestos_signed=self.signed.isChecked(), defect=job if isinstance(job, bytes) else None,
            anyway=self.anyway.text().strip(),
        )  # fmt: skip
        self.write(lambda desk: contractors.arrive(desk, visit), f"{worker} is signed in.")


class PermitPane(FormPane):
    """Issue a permit: the kind brings its usual precautions, one on a line, to be changed as the work asks."""

    def __init__(
        self, context: DeskContext, firms: Choices, places: Choices, jobs: Choices, *, job: bytes | None = None,
        work: str = "",
    ):  # fmt: skip
        super().__init__(context, "Issue a permit", "Issue permit")
        self.kind = Picker([(key, one.said) for key, one in PERMITS.items()])
        self.work, self.day = QLineEdit(work), DateField("Day", lambda: context.today)
        self.day.set_day(context.today)
        self.starts, self.ends = QLineEdit(time_words(context.minute_now())), QLineEdit()
        self.firm, self.place = Picker([(None, "Our own staff"), *firms]), Picker([(None, "Whole school"), *places])
        self.job = Picker([(None, "No job on the list"), *jobs])
        self.job.set_key(job)
        self.precautions = NoteBox(lines=6)
        self.anyway = QLineEdit()
        fields = (
            ("kind", "Kind of work", self.kind, ""), ("work", "What is allowed", self.work, ""),
            ("place", "Where", self.place, ""), ("day", "Day", self.day, ""), ("starts", "From", self.starts, ""),
            ("ends", "To", self.ends, "A permit ends the same day."), ("firm", "Who does it", self.firm, ""),
            ("job", "For which job", self.job, ""),
            ("precautions", "What must be so before it begins", self.precautions, "One on a line."),
        )  # fmt: skip
        for key, label, field, help_text in fields:
            self.form.add(key, label, field, help_text)
        said = "Only for a contractor who may not attend."
        self.form.add("anyway", "Why it is given all the same", self.anyway, said, optional=True)
        self.kind.picked.connect(lambda _key: self._usual())
        self._usual()
        self.lay_out()

    def _usual(self) -> None:
        self.precautions.setPlainText("\n".join(PERMITS[str(self.kind.key())].precautions))
        self.precautions.document().setModified(False)

    def save(self) -> None:
        """Write it."""
        first, last, day = minute_of(self.starts.text()), minute_of(self.ends.text()), self.day.day()
        problems = self.form.unread_dates()
        problems |= {} if self.work.text().strip() else {"work": "Say what work it allows."}
        problems |= {} if first is not None else {"starts": "Type the time like 08:30."}
        problems |= {} if last is not None else {"ends": "Type the time like 15:00."}
        if not self.form.show_problems(problems) or first is None or last is None:
            return
        place, firm, job = (
            key if isinstance(key, bytes) else None for key in (self.place.key(), self.firm.key(), self.job.key())
        )
        asked = tuple(one.strip() for one in self.precautions.toPlainText().split("\n") if one.strip())
        kind = str(self.kind.key())
        new = permits.NewPermit(
            kind, self.work.text().strip(), first, last, day, place, firm, job, asked, self.anyway.text().strip()
        )
        self.write(lambda desk: permits.issue(desk, new), f"{permit_words(kind)}: the permit is issued.")


class ClosePermitPane(FormPane):
    """Close a permit: when the work ended, and until when somebody watched."""

    def __init__(self, context: DeskContext, row: PermitRow):
        super().__init__(context, f"Close permit {row.number}", "Close permit")
        self.row = row
        watch = PERMITS[row.kind].watch if row.kind in PERMITS else 0
        self.ended, self.watched = QLineEdit(), QLineEdit()
        self.note = NoteBox(lines=2)
        self.form.add("ended", "Work ended at", self.ended, "For example 14:30.")
        if watch:
            self.form.add("watched", "Watched until", self.watched, f"At least {watch} minutes after the work ended.")
        self.form.add("note", "Anything to keep with it", self.note, optional=True)
        self.lay_out(*([Well("Somebody stays and watches for fire. Close the permit after that.")] if watch else []))
        self._watch = watch

    def save(self) -> None:
        """Write it."""
        end, last = minute_of(self.ended.text()), minute_of(self.watched.text())
        problems = {} if end is not None else {"ended": "Type the time like 14:30."}
        if self._watch and last is None:
            problems["watched"] = "Type the time like 15:30."
        if not self.form.show_problems(problems) or end is None:
            return
        permit, note, ended = self.row.id, self.note.toPlainText().strip(), end
        self.write(
            lambda desk: permits.close(desk, permit, ended=ended, watched=last, note=note),
            f"Permit {self.row.number} is closed.",
        )
