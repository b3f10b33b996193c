"""Add a contract from its letter, or change one: few fields, and the last safe day worked out while they are filled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QCompleter, QLineEdit, QVBoxLayout, QWidget

from bursar_desk.domain import service_kinds, words
from bursar_desk.domain.errors import UserError
from bursar_desk.services import contracts, contracts_trial
from bursar_desk.services.contracts_cells import AT_END, NOTICE_BY, NOTICE_ENDS, RISES
from bursar_desk.services.contracts_shapes import ENDS, OPTION, RENEWS, ROLLS, NewContract
from bursar_desk.ui.pages.contracts_parts import SentenceCard, StepList
from bursar_desk.ui.pages.contracts_typed import (
    ReadField,
    breaks_text,
    leave_empty,
    money_field,
    read_breaks,
    read_months,
    read_notice,
    says_nothing,
)
from bursar_desk.ui.pages.faults_form import FormPane
from bursar_desk.ui.pages.owed_forms import narrow
from bursar_desk.ui.widgets import Button, DateField, NoteBox, Picker, Reflow, TickBox, give_letters

if TYPE_CHECKING:
    from bursar_desk.domain.contract_terms import Notice
    from bursar_desk.domain.operations import Changes
    from bursar_desk.services.contracts_trial import Trial
    from bursar_desk.services.desk import Desk
    from bursar_desk.ui.pages.base import DeskContext
    from db.queries.contracts import ContractRow

PAUSE_MS: Final = 120
_ENDS: Final = (RENEWS, ROLLS, OPTION, ENDS)
_VAT: Final = ((None, "Not known"), (2000, "20 per cent on top"), (500, "5 per cent on top"), (0, "No VAT"))
_NOT_ENOUGH: Final = "Fill in the last day and the notice, and we work out when to tell them."
_MONTHS: Final = {RENEWS: "12 months", OPTION: "12 months", ROLLS: "1 month"}
_AT_END: Final = {
    RENEWS: "It renews by itself unless we tell them", ROLLS: "It runs on until somebody gives notice",
    OPTION: "It ends; we may extend it", ENDS: "It ends by itself",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Choices:
    """What the forms offer: suppliers and people as (id, name), and the bodies that decide."""

    suppliers: Sequence[tuple[bytes, str]] = ()
    people: Sequence[tuple[bytes, str]] = ()
    bodies: Sequence[str] = ()


def notice_said(notice: Notice) -> str:
    """What was understood: ``3 months’ notice``."""
    return notice.words if notice.number else "No notice is needed"


class ContractForm(FormPane):
    """The fields a letter answers, each read back; below them, always in sight, when they must be told.

    ``row`` is the contract that is changed, None to add one.
    """

    def __init__(self, context: DeskContext, choices: Choices, row: ContractRow | None = None):
        super().__init__(context, "Change the contract" if row else "Add a contract",
                         "Save contract" if row is None else "Save changes", width=424)  # fmt: skip
        self.choices, self.row = choices, row
        self.trial: Trial | None = None
        self.added: bytes | None = None  # the new contract, once it is saved
        self._full = False
        self._make_fields()
        self._add_fields()
        self._make_more()
        self.steps = StepList()
        self.card = SentenceCard(_NOT_ENOUGH)
        holder = QWidget()
        room = QVBoxLayout(holder)
        room.setContentsMargins(20, 8, 20, 12)
        room.addWidget(self.card)
        self.lay_out()
        self.body.insertWidget(self.body.count() - 1, self.steps)
        self.steps.set_steps(())
        column = self.layout()
        if isinstance(column, QVBoxLayout):  # between what scrolls and the foot, so that it never scrolls away
            column.insertWidget(column.count() - 1, holder)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._try)
        self._guessed = True
        if row is not None:
            self._fill(row)
        self._watch()
        self._turned()

    # --- the fields ---

    def _make_fields(self) -> None:
        today = lambda: self.context.today  # noqa: E731 - asked each time, as a day may pass
        self.name = QLineEdit()
        self.supplier = QLineEdit()
        names = QCompleter([name for _id, name in self.choices.suppliers], self.supplier)
        names.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        names.setFilterMode(Qt.MatchFlag.MatchContains)
        self.supplier.setCompleter(names)
        self.first, self.last = DateField("First day", today, needed=False), DateField("Last day", today, needed=False)
        self.at_end = narrow(Picker([(code, _AT_END[code]) for code in _ENDS]))
        self.months = ReadField(read_months, lambda n: words.count(n, "month"), example="12 months")
        self.months.set_text(_MONTHS[RENEWS])
        self.notice = ReadField(read_notice, notice_said, example="3 months")
        self.notice_by = narrow(Picker(tuple(NOTICE_BY.items())))
        self.price = money_field()
        self.tell_by = DateField("The letter says: tell us by", today, needed=False)
        self.service = narrow(Picker([("", "Not chosen"), *((one.code, one.said) for one in service_kinds.KINDS)]))
        self.vat = Picker(_VAT)
        self.options = ReadField(_read_count, lambda n: words.count(n, "extension") + " left", example="1")
        self.notice_ends = narrow(Picker([(code, said or "Not known") for code, said in NOTICE_ENDS.items()]))
        self.breaks = NoteBox("1/10/2027: 6 months", lines=2)
        self.owner = narrow(Picker([(None, "Nobody yet"), *self.choices.people]))
        self.body_field = narrow(Picker([("", "Whoever meets next"), *((one, one) for one in self.choices.bodies)]))
        self.rise = narrow(Picker(tuple(RISES.items())))
        self.reference, self.scope = QLineEdit(), NoteBox(lines=2)
        self.draft = TickBox("Keep it as a draft: something is still to be found out")
        self.more_button = Button("Show more fields", "text", size=32, on_click=self.show_more)

    def _add_fields(self) -> None:
        add = self.form.add
        add("title", "What it is for", self.name, "For example: Grounds maintenance.")
        add("supplier", "Supplier", self.supplier, "A new name is added to the suppliers.")
        add("first", "First day", self.first)
        add("last", "Last day of this term", self.last, "Empty: no fixed end.")
        self._pair("first", "last")  # at once, as Tab goes by the order in which fields come into the form
        add("at_end", "What happens then", self.at_end)
        add("months", "For how long each time", self.months)
        add("notice", "Notice", self.notice, "Or 90 days, 6 weeks, none.")
        self._pair("months", "notice")
        add("notice_by", "When it counts", self.notice_by)
        add("yearly", "Price a year", self.price, "Without VAT.", optional=True)
        self.form.add_widget(Reflow(self.more_button, 1))

    def _pair(self, left: str, right: str) -> None:
        """Two short fields side by side where there is room."""
        layout = self.form.layout()
        if not isinstance(layout, QVBoxLayout):
            return
        first, second = self.form.row(left), self.form.row(right)
        place = layout.indexOf(first)
        for row in (first, second):
            layout.removeWidget(row)
        both = Reflow(spacing=16)
        for row in (first, second):
            both.line.addWidget(row, 1, Qt.AlignmentFlag.AlignTop)
        layout.insertWidget(place, both)

    def _make_more(self) -> None:
        add = self.form.add
        add("tell_by", "The letter says: tell us by", self.tell_by, "A date they give rules over the notice.",
            optional=True)  # fmt: skip
        add("vat_rate", "VAT", self.vat)
        add("service", "Service", self.service, "Guessed from the name; change it where it is wrong.")
        add("options", "How often it may be extended", self.options, optional=True)
        add("notice_ends", "When notice ends it", self.notice_ends)
        add("breaks", "Break dates", self.breaks, "One on a line, with its own notice after a colon.", optional=True)
        add("owner", "Who looks after it", self.owner)
        add("body", "Who decides", self.body_field)
        add("rise", "How the price rises", self.rise)
        add("reference", "Their reference", self.reference, optional=True)
        add("scope", "What is included", self.scope, optional=True)
        self.form.add_widget(self.draft)

    _MORE: Final = (
        "tell_by", "vat_rate", "service", "options", "notice_ends", "breaks", "owner", "body", "rise", "reference",
        "scope",
    )  # fmt: skip

    def show_more(self) -> None:
        """Show the fields that not every letter answers."""
        self._full = True
        self._turned()
        self.form.row("tell_by").field.setFocus()

    def _turned(self) -> None:
        """Show the fields that matter for what happens at the end."""
        end = self.at_end.key()
        self.form.row("months").setVisible(end != ENDS)
        self.form.row("notice_by").setVisible(True)
        self.more_button.setVisible(not self._full)
        for key in self._MORE:
            wanted = {"options": end == OPTION, "notice_ends": end == ROLLS}.get(key, True)
            self.form.row(key).setVisible(self._full and wanted)
        self.draft.setVisible(self.row is None and (self._full or self.draft.isChecked()))
        if self.isVisible():
            give_letters(self.window())

    def _fill(self, row: ContractRow) -> None:
        self._full, self._guessed = True, False
        self.name.setText(row.title)
        self.supplier.setText(dict(self.choices.suppliers).get(row.supplier or b"", ""))
        self.first.set_day(row.first)
        self.last.set_day(row.last)
        self.at_end.set_key(row.at_end or ENDS)
        self.months.set_text(words.count(row.renew_months, "month") if row.renew_months else "")
        if row.notice is not None:
            clear = "clear " if row.notice_clear else ""
            self.notice.set_text(f"{row.notice} {clear}{row.notice_unit or 'months'}" if row.notice else "none")
        self.notice_by.set_key(row.notice_by or "received")
        self.price.set_text(words.money_exact(row.yearly) if row.yearly is not None else "")
        self.vat.set_key(row.vat_rate)
        self.service.set_key(row.service)
        self.options.set_text(str(row.options) if row.options is not None else "")
        self.notice_ends.set_key(row.notice_ends)
        self.breaks.setPlainText(breaks_text(row.breaks))
        self.owner.set_key(row.owner)
        self.body_field.set_key(row.body)
        self.rise.set_key(row.rise)
        self.reference.setText(row.reference)
        self.scope.setPlainText(row.scope)
        self.form.row("tell_by").hide()

    def _watch(self) -> None:
        for field in (self.name, self.supplier):
            field.textChanged.connect(lambda _text: self._guess())
        for dated in (self.first, self.last, self.tell_by):
            dated.changed.connect(lambda _day: self._pause.start())
        for read in (self.months, self.notice, self.options):
            read.changed.connect(lambda _value: self._pause.start())
        self.breaks.textChanged.connect(self._pause.start)
        self.at_end.picked.connect(self._end_picked)
        self.service.picked.connect(lambda _key: self._chosen_service())
        for picker in (self.notice_by, self.notice_ends, self.body_field):
            picker.picked.connect(lambda _key: self._pause.start())
        self._pause.start()

    def _chosen_service(self) -> None:
        self._guessed = False

    def _guess(self) -> None:
        """A service its name gives away: shown, and a person may choose another."""
        if self._guessed:
            self.service.set_key(service_kinds.guess(self.name.text(), self.supplier.text()))

    def _end_picked(self, key: object) -> None:
        self.months.set_text(_MONTHS.get(str(key), ""))
        self._turned()
        self._pause.start()

    # --- worked out while it is filled in ---

    def _try(self) -> None:
        """Work out the last safe day from what is there so far."""
        try:
            new = self._new({})
        except UserError:
            return
        self.context.run(self, lambda desk: contracts_trial.of(desk, new), self._tried, lambda _problem: None)

    def _tried(self, trial: Trial) -> None:
        self.trial = trial
        self.card.set_words(trial.headline or _NOT_ENOUGH, trial.stake, "soon_tint" if trial.headline else "surface_2")
        self.steps.set_steps(trial.steps)

    # --- saving ---

    def _new(self, problems: dict[str, str]) -> NewContract:
        """What the fields say; what cannot be read goes into ``problems`` by field."""
        notice: Notice | None = self.notice.value()
        end = str(self.at_end.key())
        breaks: tuple[dict[str, Any], ...] = ()
        try:
            breaks = read_breaks(self.breaks.toPlainText(), self.context.today)
        except UserError as wrong:
            problems["breaks"] = " ".join(part for part in (wrong.title, wrong.remedy) if part)
        typed = self.supplier.text().strip()
        firm = next((one for one, name in self.choices.suppliers if name.casefold() == typed.casefold()), None)
        owner, vat = self.owner.key(), self.vat.key()
        more: dict[str, Any] = {
            "breaks": breaks, "owner": owner if isinstance(owner, bytes) else None,
            "body": str(self.body_field.key() or ""), "rise": str(self.rise.key() or ""),
            "reference": self.reference.text().strip(), "scope": self.scope.toPlainText().strip(),
            "notice_ends": str(self.notice_ends.key() or "") if end == ROLLS else "",
        }  # fmt: skip
        return NewContract(
            self.name.text().strip(), firm, "" if firm else typed, str(self.service.key() or ""), self.first.day(),
            self.last.day(), None, end, self.months.value() if end != ENDS else None,
            self.options.value() if end == OPTION else None, notice.count if notice else None,
            notice.unit if notice else "months", bool(notice and notice.clear), str(self.notice_by.key()),
            self.price.value(), vat if isinstance(vat, int) else None, self.tell_by.day(), self.draft.isChecked(), more,
        )  # fmt: skip

    def _problems(self) -> dict[str, str]:
        found = self._unread()
        draft = self.draft.isChecked() or (self.row is not None and self.row.state == "draft")
        if not self.name.text().strip():
            found["title"] = "Say what it is for."
        if draft:
            return found
        end = self.at_end.key()
        typed = self.supplier.text().strip()
        if not typed:
            found.setdefault("supplier", "Say who supplies it.")
        elif self.row is not None and typed.casefold() not in {one.casefold() for _id, one in self.choices.suppliers}:
            found.setdefault("supplier", "Add this supplier to the list of suppliers first.")
        if end != ROLLS and self.last.day() is None:
            found.setdefault("last", "Say when the first term ends, or keep it as a draft.")
        if end in (RENEWS, ROLLS) and self.notice.value() is None:
            found.setdefault("notice", "Say how much notice it needs, or keep it as a draft.")
        return found

    def _unread(self) -> dict[str, str]:
        """What stands in a field and cannot be read; what says nothing gets its own sentence."""
        found = self.form.unread_dates()
        dated = {"first": self.first, "last": self.last, "tell_by": self.tell_by}
        for key, field in dated.items():
            if says_nothing(field.edit.text()):
                found[key] = leave_empty(field.edit.text(), "date")
        for key, read in {"months": self.months, "notice": self.notice, "yearly": self.price,
                          "options": self.options}.items():  # fmt: skip
            if not self.form.row(key).isHidden() and read.problem():
                found[key] = read.problem()
        first, last = self.first.day(), self.last.day()
        if first is not None and last is not None and last < first:
            found["last"] = "The last day is before the first day."
        return found

    def save(self) -> None:
        """Write it."""
        problems = self._problems()
        new = self._new(problems)
        if problems and self.row is None and not self.draft.isVisible():
            self.draft.show()
        if not self.form.show_problems(problems):
            return
        told = f" {self.trial.headline}" if self.trial is not None and self.trial.headline else ""
        row = self.row
        if row is None:

            def add(desk: Desk) -> tuple[bytes, Changes]:
                made = contracts.add(desk, new)
                self.added = made[0]
                return made

            self.write(add, f"{new.title} is added.{told}")
        else:
            self.write(lambda desk: (None, contracts_trial.change(desk, row.id, new)), f"{new.title} is changed.{told}")


def _read_count(typed: str) -> int:
    if not (typed.strip().isdecimal() and len(typed.strip()) < 3):
        raise UserError("Type a number.", "Nothing was changed.", "For example 1.")
    return int(typed)


__all__ = ["AT_END", "Choices", "ContractForm", "notice_said"]
