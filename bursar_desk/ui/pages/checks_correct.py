"""Putting a record right, beside the list of checks: a new one takes its place, the first stays in the history."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLineEdit

from bursar_desk.domain import words
from bursar_desk.domain.steps import Step, from_tenths, in_tenths, parse_step
from bursar_desk.services import recording
from bursar_desk.ui.pages.checks_forms import FormPane
from bursar_desk.ui.widgets import DateField, NoteBox, NumberField, Picker, Well

if TYPE_CHECKING:
    from bursar_desk.domain.operations import Changes
    from bursar_desk.services.checks import CheckDetail
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.recording_history import PastEntry
    from bursar_desk.ui.pages.base import DeskContext


class CorrectPane(FormPane):
    """The day, the result, who, the point, the numbers and the note of one record, with why they were wrong."""

    def __init__(self, context: DeskContext, detail: CheckDetail, entry: PastEntry):
        super().__init__(context, detail.line, f"Correct: {detail.line.title}", "Save correction")
        self.entry = entry
        self.day = DateField("Done on", lambda: context.today)
        self.day.set_day(entry.on)
        self.outcome = Picker(tuple(words.OUTCOME_WORDS.items()))
        self.outcome.set_key(entry.outcome)
        self.by = QLineEdit(entry.by)
        self.form.add("day", "Done on", self.day)
        self.form.add("outcome", "How it went", self.outcome)
        self.form.add("by", "Done by", self.by)
        self.point: Picker | None = None
        if detail.points:
            named = (entry.point,) if entry.point and entry.point not in detail.points else ()
            self.point = Picker([("", "None of them"), *((one, one) for one in (*named, *detail.points))])
            self.point.set_key(entry.point)
            self.form.add("point", "Which one", self.point)
        self.numbers = self._numbers(detail)
        self.note = NoteBox(lines=2)
        self.note.setPlainText(entry.note)
        self.form.add("note", "Note", self.note, optional=True)
        self.why = QLineEdit()
        self.form.add("why", "Why it was wrong", self.why, "For example: typed on the wrong day.")
        self.lay_out(Well("What was written first stays in the history. The new record counts in its place."))

    def _numbers(self, detail: CheckDetail) -> dict[int, tuple[Step, NumberField]]:
        """A field for each number that was read, by its place among the readings."""
        steps = {one.name: one for one in map(parse_step, detail.readings)}
        made: dict[int, tuple[Step, NumberField]] = {}
        for n, one in enumerate(self.entry.readings):
            value = from_tenths(one.get("value"))
            if value is None:
                continue
            name = str(one.get("name", ""))
            step = steps.get(name) or parse_step(one)
            field = NumberField(step.unit)
            field.set_value(value)
            made[n] = (step, field)
            self.form.add(f"reading {n}", name, field, f"Should be {step.should_be}." if step.should_be else "")
        return made

    def save(self) -> None:
        """Write it."""
        day, why, by = self.day.day(), self.why.text().strip(), self.by.text().strip()
        problems = self.form.unread_dates()
        problems |= {} if why else {"why": "Say why in a few words."}
        problems |= {} if by else {"by": "Type who did it."}
        readings = [dict(one) for one in self.entry.readings]
        for n, (_, field) in self.numbers.items():
            value = field.value()
            if value is None:
                problems[f"reading {n}"] = "Type the number."
            else:
                readings[n]["value"] = in_tenths(value)
        if not self.form.show_problems(problems) or day is None:
            return
        self.save_button.setEnabled(False)
        entry = self.entry
        doing = replace(
            recording.as_written(self.line.id, entry), done=day, by=by, outcome=str(self.outcome.key()),
            point=str(self.point.key() or "") if self.point is not None else entry.point, readings=tuple(readings),
            note=self.note.toPlainText().strip(),
        )  # fmt: skip

        def write(desk: Desk) -> tuple[Changes, str]:
            made = recording.correct(desk, entry.id, doing, why)
            return made.changes, " ".join((made.sentence, *made.wrong))

        self.context.run(self, write, lambda made: self.written(made[1], made[0]), self.refused)
