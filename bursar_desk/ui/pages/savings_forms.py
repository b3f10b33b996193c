"""Beside the savings: the form for one, and the form by which somebody else confirms it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtWidgets import QLineEdit

from bursar_desk.domain import service_kinds, words
from bursar_desk.services import savings
from bursar_desk.services.savings_shapes import NewSaving
from bursar_desk.ui.pages.deals_forms import pence_typed
from bursar_desk.ui.pages.faults_form import FormPane
from bursar_desk.ui.pages.owed_forms import narrow
from bursar_desk.ui.widgets import DateField, NoteBox, Picker, Well

if TYPE_CHECKING:
    from bursar_desk.domain.operations import Changes
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.savings_shapes import SavingLine
    from bursar_desk.ui.pages.base import DeskContext

_KINDS: Final = (("recurring", "Every year"), ("once", "Once"))
_SERVICES: Final = (("", "No service named"), *((one.code, one.said) for one in service_kinds.KINDS))


class SavingForm(FormPane):
    """The price before with its dated document, and the price now with where it is from; more is a loss, and counts."""

    def __init__(self, context: DeskContext, line: SavingLine | None = None):
        title, button = ("Add a saving", "Add saving") if line is None else ("Change the saving", "Save changes")
        super().__init__(context, title, button, width=400)
        self._line = line
        today = lambda: context.today  # noqa: E731 - what every date field asks
        self.name, self.kind, self.service = QLineEdit(), Picker(_KINDS), narrow(Picker(_SERVICES))
        self.before, self.before_document, self.after, self.after_from = (QLineEdit() for _ in range(4))
        self.before_on, self.first = DateField("Date on that document", today), DateField("First day", today)
        self.last, self.how = DateField("Last day", today, needed=False), NoteBox(lines=2)
        for key, label, field, help_text, wanted in (
            ("title", "What is saved", self.name, "For example Photocopiers.", True),
            ("kind", "How often", self.kind, "One-off money stands apart.", True),
            ("before", "Pounds before, without VAT", self.before, "A year, or in all when it is once.", True),
            ("before_document", "Which document shows that price", self.before_document,
             "For example Invoice 4471.", True),
            ("before_on", "Date on that document", self.before_on, "", True),
            ("after", "Pounds now, without VAT", self.after, "More than before is a loss, and is shown as one.", True),
            ("after_from", "Where that price is from", self.after_from, "For example the contract with Redvale.", True),
            ("first", "First day", self.first, "", True), ("last", "Last day", self.last, "", False),
            ("service", "Service", self.service, "", True), ("how", "How it was worked out", self.how, "", False),
        ):  # fmt: skip
            self.form.add(key, label, field, help_text, optional=not wanted)
        if line is not None:
            self._show(line)
            told = "Changing money, days or papers takes its confirmation away."
        else:
            told = "No saving without a dated document of the price before. Somebody else confirms it."
        self.kind.picked.connect(lambda _key: self._kind_picked())
        self._kind_picked()
        self.lay_out(Well(told))

    def _show(self, line: SavingLine) -> None:
        self.name.setText(line.title)
        self.kind.set_key(line.kind)
        self.service.set_key(line.service)
        self.before.setText(_typed(line.before))
        self.after.setText(_typed(line.after))
        self.before_document.setText(line.before_document)
        self.after_from.setText(line.after_from)
        self.before_on.set_day(line.before_on)
        self.first.set_day(line.first)
        self.last.set_day(line.last)
        self.how.setPlainText(line.how)
        self.how.document().setModified(False)

    def _kind_picked(self) -> None:
        self.form.row("last").setVisible(self.kind.key() != "once")

    def save(self) -> None:
        """Write it."""
        problems = self.form.unread_dates()
        before = pence_typed(self.before.text(), "before", problems, "The price before")
        after = pence_typed(self.after.text(), "after", problems, "The price now")
        needed = {
            "title": (self.name.text().strip(), "Say what is saved."),
            "before": (before is not None, "Type the price before."),
            "before_document": (self.before_document.text().strip(), "Name the bill, contract or letter."),
            "after": (after is not None, "Type the price now."),
            "after_from": (self.after_from.text().strip(), "Say where the price now is from."),
        }
        for key, (given, said) in needed.items():
            if not given:
                problems.setdefault(key, said)
        if not self.form.show_problems(problems):
            return
        once = self.kind.key() == "once"
        values: dict[str, Any] = {
            "title": self.name.text().strip(), "kind": str(self.kind.key()), "before": before or 0,
            "before_on": self.before_on.day(), "before_document": self.before_document.text().strip(),
            "after": after or 0, "after_from": self.after_from.text().strip(),
            "first": self.first.day() or self.context.today, "last": None if once else self.last.day(),
            "service": str(self.service.key() or ""), "how": self.how.toPlainText().strip(),
        }  # fmt: skip
        line = self._line

        def work(desk: Desk) -> tuple[object, Changes]:
            return savings.add(desk, NewSaving(**values)) if line is None else savings.change(desk, line.id, **values)

        self.write(work, f"{values['title']} {words.saving((before or 0) - (after or 0))}.")


class ConfirmPane(FormPane):
    """Somebody other than who wrote it down has looked at both documents."""

    def __init__(self, context: DeskContext, line: SavingLine):
        super().__init__(context, "Confirm saving", "Confirm saving")
        self._line = line
        self.by = QLineEdit("" if context.facts.who == line.said_by else context.facts.who)
        self.on = DateField("Day they looked", lambda: context.today)
        self.on.set_day(context.today)
        self.form.add("by", "Who looked at both documents", self.by, f"Not {line.said_by}, who wrote it down.")
        self.form.add("on", "Day they looked", self.on)
        money = words.money_exact
        self.lay_out(Well(
            f"{line.title}: {money(line.before)} by {line.before_document} of {words.plain_date(line.before_on)}, "
            f"now {money(line.after)} by {line.after_from}."
        ))  # fmt: skip

    def save(self) -> None:
        """Write it."""
        problems = self.form.unread_dates()
        by, on, row = self.by.text().strip(), self.on.day(), self._line.id
        if not by:
            problems["by"] = "Say who looked at both documents."
        elif by.casefold() == self._line.said_by.casefold():
            problems["by"] = f"{by} wrote it down, so somebody else confirms it."
        if self.form.show_problems(problems):
            self.write(lambda desk: savings.confirm(desk, row, by, on), f"{self._line.title} is confirmed by {by}.")


def _typed(pence: int) -> str:
    return f"{pence // 100}.{pence % 100:02d}"
