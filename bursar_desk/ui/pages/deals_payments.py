"""Beside a deal or a cost of the cluster: what was paid, by whom, whether it came, and what is left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from bursar_desk.domain import words
from bursar_desk.services import deals
from bursar_desk.ui.pages.cover_sections import column
from bursar_desk.ui.pages.deals_detail import small
from bursar_desk.ui.pages.deals_forms import pence_typed
from bursar_desk.ui.pages.faults_form import FormPane
from bursar_desk.ui.status_marks import INFO, OK, OVERDUE, Look, StatusChip
from bursar_desk.ui.widgets import Button, DateField, DetailPane, NoteBox, Reflow, Well, hline, plain_label

if TYPE_CHECKING:
    from bursar_desk.domain.operations import Changes
    from bursar_desk.services.deals_shapes import PaymentLine
    from bursar_desk.services.desk import Desk
    from bursar_desk.ui.pages.base import DeskContext

_LOOKS: Final[dict[str, tuple[Look, str]]] = {
    "said": (INFO, "Said to be paid"), "received": (OK, "It came"), "disputed": (OVERDUE, "It did not come"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Owes:
    """What one school pays of a cost: its share, what it has paid, what is left (None where nothing is due to us)."""

    name: str
    share: int | None
    paid: int
    left: int | None


@dataclass(frozen=True, slots=True)
class PaidAbout:
    """What payments are about: a deal or a running cost, and the period they name."""

    table: str
    id: bytes
    title: str
    period: str = ""


class PaymentsPane(DetailPane):
    """``pay_wanted`` to note one of ours; ``came_wanted`` and ``not_wanted`` answer for money sent to us."""

    pay_wanted = Signal()
    came_wanted = Signal(object)
    not_wanted = Signal(object)

    def __init__(self, title: str, owes: Sequence[Owes], payments: Sequence[PaymentLine], *, home: bytes,
                 may_pay: bool, may_answer: bool):  # fmt: skip
        super().__init__("Payments", width=424, padding=20)
        self.body.addWidget(plain_label(title, "body", "muted", wrap=True))
        for one in owes:
            self.body.addWidget(_owes(one))
        self.body.addWidget(hline())
        self.body.addWidget(plain_label("What was paid", "strong"))
        if not payments:
            self.body.addWidget(plain_label("Nothing is noted yet.", "body", "muted"))
        for line in reversed(payments):
            mine = line.to_school == home and may_answer
            self.body.addWidget(self._payment(line, answer=mine))
        self.body.addStretch()
        if may_pay:
            self.add_to_foot(Button("Note a payment", "filled", on_click=self.pay_wanted.emit), 1)

    def _payment(self, line: PaymentLine, *, answer: bool) -> QWidget:
        look, said = _LOOKS.get(line.state, (INFO, line.state))
        parts: list[QWidget] = [Reflow(StatusChip(look, said), 1, plain_label(words.money_exact(line.pence + line.vat),
                                                                              "strong"))]  # fmt: skip
        parts.append(plain_label(line.words, wrap=True, select=True))
        if line.reference:
            parts.append(small(f"Number: {line.reference}."))
        if answer and line.state != "received":
            came = Button("It came", size=32, on_click=lambda: self.came_wanted.emit(line))
            came.setAccessibleName(f"It came: {line.words}")
            buttons: list[QWidget | int] = [came]
            if line.state != "disputed":
                gone = Button("It did not come", size=32, on_click=lambda: self.not_wanted.emit(line))
                gone.setAccessibleName(f"It did not come: {line.words}")
                buttons.append(gone)
            parts.append(Reflow(*buttons, 1, spacing=8))
        return column(*parts)


def _owes(one: Owes) -> QWidget:
    share = "no share" if one.share is None else words.money_exact(one.share)
    left = f", {words.money_exact(one.left)} left" if one.left is not None and one.left > 0 else ""
    if one.left is not None and one.left < 0:
        left = f", {words.money_exact(-one.left)} too much"
    head = Reflow(plain_label(one.name, "strong", wrap=True), 1, plain_label(share))
    return column(head, small(f"Paid {words.money_exact(one.paid)}{left}."), spacing=0)


class PayPane(FormPane):
    """Money our school paid."""

    def __init__(self, context: DeskContext, about: PaidAbout, whom: str):
        super().__init__(context, "Note a payment", "Save the payment")
        self._about = about
        self.pence, self.vat, self.reference = QLineEdit(), QLineEdit(), QLineEdit()
        self.on = DateField("Day it was paid", lambda: context.today)
        self.on.set_day(context.today)
        self.form.add("pence", "Pounds, without VAT", self.pence)
        self.form.add("vat", "VAT", self.vat, optional=True)
        self.form.add("on", "Day it was paid", self.on)
        self.form.add("reference", "Number of the invoice or transfer", self.reference, optional=True)
        self.lay_out(Well(f"{about.title}. It goes to {whom}, who says when it came."))

    def save(self) -> None:
        """Write it."""
        problems = self.form.unread_dates()
        pence = pence_typed(self.pence.text(), "pence", problems, "The payment")
        vat = pence_typed(self.vat.text(), "vat", problems, "The VAT") or 0
        if not pence:
            problems.setdefault("pence", "Type what was paid.")
        if not self.form.show_problems(problems):
            return
        about, on, reference = self._about, self.on.day(), self.reference.text().strip()

        def work(desk: Desk) -> tuple[None, Changes]:
            return None, deals.pay(
                desk, about.id, pence=pence or 0, vat=vat, on=on, reference=reference, period=about.period,
                about_table=about.table,
            )  # fmt: skip

        self.write(work, f"{words.money_exact((pence or 0) + vat)} is noted as paid.")


class NotCamePane(FormPane):
    """Money that was said to be paid did not come."""

    def __init__(self, context: DeskContext, line: PaymentLine):
        super().__init__(context, "It did not come", "Tell them")
        self._line = line
        self.why = NoteBox(lines=2)
        self.form.add("why", "What you looked at", self.why, "They read this.")
        self.lay_out(Well(line.words))

    def save(self) -> None:
        """Write it."""
        why, payment = self.why.toPlainText().strip(), self._line.id
        if self.form.show_problems({} if why else {"why": "Say what you looked at."}):
            self.write(lambda desk: (None, deals.answer_payment(desk, payment, "no", why)),
                       f"{self._line.school_name} is told.")  # fmt: skip
