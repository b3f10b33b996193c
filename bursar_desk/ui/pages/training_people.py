"""Beside the training matrix: one person's course with its certificate, a course passed, and what roles need."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.domain.courses import course_of
from bursar_desk.services import training, training_matrix
from bursar_desk.services.training import CourseLine, NewPass
from bursar_desk.services.training_matrix import ANYBODY, EVERYBODY, Cell, CourseFigures, RoleNeed
from bursar_desk.ui.pages.evidence_strip import EvidenceStrip, FilesPicker
from bursar_desk.ui.pages.faults_detail import facts_grid
from bursar_desk.ui.pages.faults_form import FormPane
from bursar_desk.ui.pages.training_grid import LOOKS
from bursar_desk.ui.status_marks import StatusChip
from bursar_desk.ui.widgets import (
    Button,
    DateField,
    DetailPane,
    NoteBox,
    NumberField,
    Picker,
    TickBox,
    hline,
    plain_label,
)
from bursar_desk.ui.widgets.reflow import Reflow

if TYPE_CHECKING:
    from bursar_desk.ui.pages.base import DeskContext

OTHER: Final = "Another course"
_TEXTS: Final = (("provider", "Who ran it"), ("number", "Number on the certificate"), ("assessor", "Assessor"))


def clear(pane: DetailPane) -> None:
    """Take everything out of a pane's middle."""
    while (item := pane.body.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()


def chip(code: str, said: str) -> QWidget:
    """A state as shape and word, at the left."""
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(StatusChip(LOOKS[code], said), 0, Qt.AlignmentFlag.AlignLeft)
    return box


class CellPane(DetailPane):
    """One person and one course: where it stands and why, the certificate, earlier passes.

    ``wanted(what, line)``: "add", "correct" or "remove" with the pass it is about, None for a new one.
    """

    wanted = Signal(str, object)

    def __init__(self, context: DeskContext):
        super().__init__(width=384, padding=20)
        self.context = context
        self.person, self.course = b"", ""
        self.papers: EvidenceStrip | None = None
        self.add_button = Button("Add course passed", "filled", on_click=partial(self.wanted.emit, "add", None))
        self.add_to_foot(self.add_button, 1)
        self.add_button.setVisible(context.facts.manages and not context.facts.office)

    def show_cell(self, name: str, cell: Cell, lines: Sequence[CourseLine], school: CourseFigures) -> None:
        """Show a cell; ``lines`` are all passes of that person and course, the newest first; ``school`` all here."""
        self.person, self.course = cell.person, cell.course
        clear(self)
        self.set_title(name)
        self.body.addWidget(plain_label(cell.course, "strong", wrap=True))
        if cell.code:
            self.body.addWidget(chip(cell.code, cell.words))
        now = next((one for one in lines if one.id == cell.row), None)
        self.body.addWidget(facts_grid(_facts(cell, now, school)))
        self.papers = None
        if now is not None:
            self._pass(now)
        else:
            self.body.addWidget(plain_label("Nothing is written down yet.", "body", "muted", wrap=True))
        earlier = [one for one in lines if now is None or one.id != now.id]
        if earlier:
            self.body.addWidget(hline())
            self.body.addWidget(plain_label("Earlier", "strong"))
            for one in earlier:
                self._earlier(one)
        self.body.addStretch()

    def _pass(self, now: CourseLine) -> None:
        if self.context.facts.manages and now.ours:
            self.body.addWidget(self._steps(now))
        self.body.addWidget(hline())
        self.body.addWidget(plain_label("Certificate", "strong"))
        self.papers = EvidenceStrip(self.context, training.TABLE, now.id)
        self.body.addWidget(self.papers)

    def _steps(self, line: CourseLine) -> QWidget:
        correct = Button("Put right", size=32, on_click=partial(self.wanted.emit, "correct", line))
        remove = Button("Take out", "text", size=32, on_click=partial(self.wanted.emit, "remove", line))
        for button in (correct, remove):
            button.setAccessibleName(f"{button.words()}: {line.course}, {words.short_date(line.passed_on)}")
        return Reflow(correct, remove, 1, spacing=8)

    def _earlier(self, one: CourseLine) -> None:
        said = f"Passed {words.short_date(one.passed_on)}"
        if one.ends is not None:
            said += f", to {words.short_date(one.ends)}"
        parts = [said, "yearly refresher" if one.refresher and one.ends is None else "", one.provider]
        label = plain_label(", ".join(part for part in parts if part), wrap=True)
        self.body.addWidget(label)
        if self.context.facts.manages and one.ours:
            self.body.addWidget(self._steps(one))


def _facts(cell: Cell, now: CourseLine | None, school: CourseFigures) -> list[tuple[str, str]]:
    course, stands = course_of(cell.course), cell.standing
    told = [("Needed", cell.why or {"": "Nobody asks for it"}.get(cell.need.value, cell.need.value.capitalize()))]
    if school.least:
        told.append(("At school", f"{school.words} in date, at least {words.number(school.least)} needed"))
    if now is not None:
        told += [
            ("Passed on", words.short_date(now.passed_on)),
            ("Last day", words.short_date(stands.ends) if stands.ends else "No end"),
            ("Date from", "The card" if now.printed and stands.ends else "Counted" if stands.ends else ""),
            ("Refresher from" if stands.advised else "Book from", words.short_date(stands.amber_from)),
            ("Run by", now.provider), ("Number", now.number), ("Assessor", now.assessor), ("Note", now.note),
        ]  # fmt: skip
    told += [
        ("Booked", words.short_date(cell.booked)), ("Rule", course.words),
        ("Every year", words.sentence(course.yearly[:1].upper() + course.yearly[1:]) if course.yearly else ""),
    ]  # fmt: skip
    return [(label, said) for label, said in told if said]


class PassPane(FormPane):
    """Write down a course somebody passed, or put one right."""

    def __init__(
        self, context: DeskContext, people: Sequence[tuple[bytes, str]], known: Sequence[str], *,
        person: bytes | None = None, course: str = "", line: CourseLine | None = None,
    ):  # fmt: skip
        super().__init__(context, "Put a course right" if line else "Add a course passed", "Save course")
        self.line = line
        self.person = Picker(people)
        self.course = Picker([*((one, one) for one in known), (OTHER, OTHER)])
        self.other = QLineEdit()
        self.passed = DateField("Passed on", lambda: context.today)
        self.expires = DateField("Date on the card", lambda: context.today, needed=False)
        self.texts = {name: QLineEdit(str(getattr(line, name)) if line else "") for name, _label in _TEXTS}
        self.refresher = TickBox("It was a refresher")
        self.note = NoteBox(lines=2)
        self.files = FilesPicker(context, words="Add certificate")
        self._lay(person, course)

    def _lay(self, person: bytes | None, course: str) -> None:
        line = self.line
        if person is not None or line is not None:
            self.person.set_key(line.person if line else person)
        self.person.setEnabled(line is None)
        self.course.set_key(line.course if line else course or self.course.key())
        self.form.add("person", "Who", self.person)
        self.form.add("course", "Course", self.course)
        self.form.add("other", "Name of the course", self.other)
        self.form.add("passed", "Passed on", self.passed)
        card = "Only if it stands on the card. Without it we count from the day it was passed."
        self.form.add("expires", "Runs out on", self.expires, card, optional=True)
        for name, label in _TEXTS:
            self.form.add(name, label, self.texts[name], optional=True)
        self.form.add_widget(self.refresher)
        self.form.add("note", "Note", self.note, optional=True)
        if line is None:
            self.form.add("files", "Certificate", self.files, optional=True)
        else:
            self.passed.set_day(line.passed_on)
            self.expires.set_day(line.printed)
            self.refresher.setChecked(line.refresher)
            self.note.setPlainText(line.note)
            self.note.document().setModified(False)
        self.course.picked.connect(lambda _key: self._turn())
        self._turn()
        self.lay_out()

    def _turn(self) -> None:
        self.form.row("other").setVisible(self.course.key() == OTHER)

    def save(self) -> None:
        """Write it."""
        other = self.course.key() == OTHER
        course = self.other.text().strip() if other else str(self.course.key())
        day, person = self.passed.day(), self.person.key()
        problems = self.form.unread_dates()
        problems |= {} if course else {"other": "Type the name of the course."}
        problems |= {} if isinstance(person, bytes) else {"person": "Choose who it was."}
        problems |= {} if day is not None or "passed" in problems else {"passed": "Enter the day it was passed."}
        if any(one.kept is None for one in self.files.tray.entries):
            problems["files"] = "Wait until the file is kept, then save."
        if not self.form.show_problems(problems) or day is None or not isinstance(person, bytes):
            return
        texts = {name: field.text().strip() for name, field in self.texts.items()}
        new = NewPass(
            person, course, day, self.expires.day(), refresher=self.refresher.isChecked(),
            note=self.note.toPlainText().strip(), provider=texts["provider"], number=texts["number"],
            assessor=texts["assessor"],
        )  # fmt: skip
        if self.line is None:
            files = self.files.tray.files() if self.files.tray.entries else []
            self.write(lambda desk: training.add(desk, new, certificate=files), "The course is saved.")
            return
        row = self.line.id
        values = {name: getattr(new, name) for name in training.FACTS}
        self.write(lambda desk: training.correct(desk, row, values), "The course is put right.")


class NeedsPane(FormPane):
    """What every role needs, in sentences, and one form to decide otherwise."""

    def __init__(self, context: DeskContext, roles: Sequence[str], known: Sequence[str], needs: Sequence[RoleNeed]):
        super().__init__(context, "What roles need", "Save need")
        self.role = Picker([(one, _role_words(one)) for one in roles])
        self.course = Picker([(one, one) for one in known])
        self.need = Picker([("required", "Must have"), ("advised", "Should have"), ("no", "Does not need")])
        self.least = NumberField()
        self.why = QLineEdit()
        self.form.add("role", "Who", self.role)
        self.form.add("course", "Course", self.course)
        self.form.add("need", "Need", self.need)
        self.form.add("least", "How many are enough", self.least, "Leave empty for each of them.", optional=True)
        self.form.add("why", "Why", self.why, optional=True)
        self.lay_out()
        self.save_button.setVisible(context.facts.manages and not context.facts.office)
        said = [f"{one.words}{' Decided here.' if one.own else ''}" for one in needs]
        for part in (hline(), plain_label("As it stands", "strong"), *(plain_label(one, wrap=True) for one in said)):
            self.body.insertWidget(self.body.count() - 1, part)

    def save(self) -> None:
        """Write it."""
        typed = self.least.value()
        least = int(typed) if typed is not None and typed == int(typed) else None
        problems = {"least": "Type a whole number."} if self.least.text().strip() and least is None else {}
        if not self.form.show_problems(problems):
            return
        role, course, asked = str(self.role.key()), str(self.course.key()), str(self.need.key())
        why = self.why.text().strip()
        self.write(lambda desk: training_matrix.need(desk, role, course, asked, least=least, why=why), "Saved.")


def _role_words(role: str) -> str:
    said = {ANYBODY: "Somebody at the school", EVERYBODY: "Everybody"}
    return said.get(role, role.capitalize())
