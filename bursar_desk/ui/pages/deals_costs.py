"""The part of what it costs to run the cluster: each line, how it is shared, who paid, and what each school owes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from bursar_desk.domain import words
from bursar_desk.services import deals, deals_facts, running_costs
from bursar_desk.services.deals_words import COST_KINDS
from bursar_desk.ui.pages.cover_sections import column
from bursar_desk.ui.pages.deals_detail import small
from bursar_desk.ui.pages.deals_forms import pence_typed
from bursar_desk.ui.pages.deals_forms_share import SharingForm, SharingSchool
from bursar_desk.ui.pages.deals_parts import Part
from bursar_desk.ui.pages.deals_payments import NotCamePane, Owes, PaidAbout, PaymentsPane, PayPane
from bursar_desk.ui.pages.faults_form import FormPane
from bursar_desk.ui.pages.owed_forms import narrow
from bursar_desk.ui.pages.owed_rows import said
from bursar_desk.ui.status_marks import OK, SOON, StatusChip
from bursar_desk.ui.widgets import (
    Button,
    Card,
    DateField,
    DetailPane,
    EmptyState,
    MessageStrip,
    Picker,
    Reflow,
    Row,
    hline,
    plain_label,
)

if TYPE_CHECKING:
    from bursar_desk.domain.operations import Changes
    from bursar_desk.services.agreements_shapes import CostShare, RunningCostView
    from bursar_desk.services.desk import Desk
    from bursar_desk.ui.pages.base import DeskContext, DeskFacts

CHIP: Final = 132


@dataclass(frozen=True, slots=True)
class CostsRead:
    """The lines, what each school owes, the schools with their numbers, and who may get a bill."""

    lines: tuple[RunningCostView, ...]
    owed: tuple[tuple[bytes, str, int, int], ...]
    schools: tuple[SharingSchool, ...]
    payers: tuple[tuple[bytes, str], ...]


class CostsPart(Part):
    """Lines in one card, what each school has yet to pay in another."""

    key: ClassVar[str] = "costs"
    title: ClassVar[str] = "Running costs"

    def build(self) -> None:
        """The cards, and what stands in their place."""
        self.card, self.owed = Card("What it costs to run the cluster"), Card("Still to pay")
        may = self.context.facts.manages
        self._nothing = EmptyState(
            "No running costs yet",
            "Write down what the cluster costs: travel, software, somebody’s hours. Share each line like a deal.",
            "Add a cost" if may else "", self.add if may else None, icon="coins",
        )  # fmt: skip
        for part in (self.card, self.owed, self._nothing):
            self.body.addWidget(part)
        self.body.addStretch(1)

    def read(self, desk: Desk) -> CostsRead:
        """Read them."""
        known = deals_facts.read(desk).schools
        roots = sorted(desk.trust.roots.values(), key=lambda one: one.name.casefold())
        schools = tuple(
            SharingSchool(one.school, known.name(one.school), known.numbers(one.school))
            for one in roots if one.sort != "office"
        )  # fmt: skip
        payers = tuple((one.school, one.name) for one in roots)
        return CostsRead(tuple(running_costs.listing(desk)), tuple(running_costs.owed(desk)), schools, payers)

    def fill(self, data: CostsRead) -> None:
        """Show them; the line that stands beside is read anew."""
        self.data = data
        self.card.clear()
        for line in data.lines:
            self.card.add_row(self._row(line))
        self.card.setVisible(bool(data.lines))
        self._nothing.setVisible(not data.lines)
        self.owed.clear()
        due = [one for one in data.owed if one[2] or one[3]]
        for _school, name, net, vat in due:
            tax = f" and {words.money_exact(vat)} VAT" if vat else ""
            self.owed.add_row(Row(plain_label(name), 1, plain_label(f"{words.money_exact(net)}{tax}", "strong")))
        self.owed.setVisible(bool(due))
        pane = self.host.shown_pane()
        if isinstance(pane, CostPane):
            again = next((one for one in data.lines if one.id == pane.line.id), None)
            if again is not None:
                self.show_one(again)

    @property
    def bare(self) -> bool:
        """Whether there is no cost yet."""
        return self.data is None or not self.data.lines

    def note(self) -> str:
        """What they come to."""
        if self.data is None or not self.data.lines:
            return ""
        total = sum(one.pence for one in self.data.lines)
        return f"{words.count(len(self.data.lines), 'line')}, {words.money_exact(total)} without VAT"

    def action(self) -> tuple[str, Callable[[], object]] | None:
        """Add one."""
        return ("Add a cost", self.add) if self.context.facts.manages else None

    def _row(self, line: RunningCostView) -> Row:
        button = Button("Show cost", size=32, on_click=lambda: self.show_one(line))
        button.setAccessibleName(f"Show cost {line.title}")
        look, state = (SOON, "Look at this") if line.why_not else (OK, "Shared")
        how = line.why_not or f"{line.way_words}. {line.paid_by_name} gets the bill."
        row = Row(StatusChip(look, state, width=CHIP), said(line.title, line.words, how), button, high=60)
        row.line.setStretch(1, 1)
        return row

    def show_one(self, line: RunningCostView) -> None:
        """Show a line with each school’s share."""
        pane = CostPane(line, self.context.facts)
        pane.share_wanted.connect(lambda: self.host.open_form(CostSharePane(self.context, line, self.data.schools)))
        pane.payments_wanted.connect(lambda: self._payments(line))
        self.host.open_pane(pane)

    def _payments(self, line: RunningCostView) -> None:
        facts, home = self.context.facts, self.context.home
        owes = [Owes(one.name, one.net, one.paid, one.left) for one in line.shares]
        about = PaidAbout("running_cost", line.id, line.title)
        mine = any(one.school == home and one.left > 0 for one in line.shares)
        pane = PaymentsPane(line.title, owes, line.payments, home=home, may_pay=facts.manages and mine,
                            may_answer=facts.manages)  # fmt: skip
        pane.pay_wanted.connect(lambda: self.host.open_form(PayPane(self.context, about, line.paid_by_name)))
        pane.came_wanted.connect(lambda one: self.host.do(
            lambda desk: (None, deals.answer_payment(desk, one.id, "yes")), f"{one.school_name} is told that it came."
        ))  # fmt: skip
        pane.not_wanted.connect(lambda one: self.host.open_form(NotCamePane(self.context, one)))
        self.host.open_pane(pane)

    def add(self) -> None:
        """Open the form for a line."""
        self.host.open_form(CostForm(self.context, self.data.payers if self.data else ()))


class CostPane(DetailPane):
    """One line: who pays what of it, by which version."""

    share_wanted = Signal()
    payments_wanted = Signal()

    def __init__(self, line: RunningCostView, facts: DeskFacts):
        super().__init__(line.title, width=424, padding=20)
        self.line = line
        self.body.addWidget(plain_label(f"{line.kind_words}. {line.words}", wrap=True, select=True))
        self.body.addWidget(plain_label(f"{line.paid_by_name} gets the bill.", "body", "muted", wrap=True))
        if line.document:
            self.body.addWidget(small(f"By {line.document}."))
        if line.why_not:
            self.body.addWidget(MessageStrip("soon", line.why_not))
        if line.shares:
            self.body.addWidget(hline())
            self.body.addWidget(plain_label(line.way_words, "strong", wrap=True))
        for one in line.shares:
            self.body.addWidget(_share(one))
        if line.leftover_words:
            self.body.addWidget(small(line.leftover_words))
        for version in line.versions:
            if not version.current or version.why:
                self.body.addWidget(small(f"Version {version.number}: {version.way_words}. {version.why}".strip()))
        self.body.addStretch()
        if line.ours and facts.manages:
            words_of = "Share it anew" if line.versions else "Say how it is shared"
            self.add_to_foot(Button(words_of, "filled", on_click=self.share_wanted.emit), 1)
        if line.shares:
            self.add_to_foot(Button("Payments", on_click=self.payments_wanted.emit))
        if not line.ours:
            self.body.addWidget(small("Whoever wrote the line down says how it is shared."))


def _share(one: CostShare) -> QWidget:
    tax = f", VAT {words.money_exact(one.vat)}" if one.vat else ""
    head = Reflow(plain_label(one.name, wrap=True), 1, plain_label(f"{words.money_exact(one.net)}{tax}", "strong"))
    parts: list[QWidget] = [head]
    if one.paid or one.left:
        parts.append(small(f"Paid {words.money_exact(one.paid)}, {words.money_exact(one.left)} left."))
    for kind in [one.money_year] if one.money_year in one.years else []:
        year = "; ".join(f"{part.year.words}: {words.money_exact(part.net)}" for part in one.years[kind])
        parts.append(small(f"{year}."))
    return column(*parts, spacing=0)


class CostForm(FormPane):
    """A line of what the cluster costs."""

    def __init__(self, context: DeskContext, payers: tuple[tuple[bytes, str], ...]):
        super().__init__(context, "Add a cost", "Add cost", width=400)
        self.name, self.kind, self.payer = QLineEdit(), Picker(tuple(COST_KINDS.items())), narrow(Picker(payers))
        self.payer.set_key(context.home)
        self.pence, self.vat, self.document = QLineEdit(), QLineEdit(), QLineEdit()
        self.first = DateField("First day", lambda: context.today)
        self.last = DateField("Last day", lambda: context.today)
        for key, label, field, help_text, wanted in (
            ("title", "What it is for", self.name, "For example Travel of the cluster office.", True),
            ("kind", "Sort of cost", self.kind, "", True),
            ("pence", "Pounds, without VAT", self.pence, "", True), ("vat", "VAT on it", self.vat, "", False),
            ("first", "First day", self.first, "", True), ("last", "Last day", self.last, "", True),
            ("payer", "Who gets the bill", self.payer, "", True),
            ("document", "Which document says so", self.document, "", False),
        ):  # fmt: skip
            self.form.add(key, label, field, help_text, optional=not wanted)
        self.lay_out()

    def save(self) -> None:
        """Write it."""
        problems = self.form.unread_dates()
        pence = pence_typed(self.pence.text(), "pence", problems, "The cost")
        vat = pence_typed(self.vat.text(), "vat", problems, "The VAT") or 0
        title, first, last = self.name.text().strip(), self.first.day(), self.last.day()
        if not title:
            problems["title"] = "Say what it is for."
        if pence is None:
            problems.setdefault("pence", "Type what it costs.")
        if first is not None and last is not None and last < first:
            problems["last"] = "The last day is before the first one."
        if not self.form.show_problems(problems) or first is None or last is None:
            return
        payer = self.payer.key()
        new = running_costs.NewCost(
            title, pence or 0, first, last, str(self.kind.key()), vat, payer if isinstance(payer, bytes) else None,
            self.document.text().strip(),
        )  # fmt: skip
        self.write(lambda desk: running_costs.add(desk, new), f"{title} is written down.")


class CostSharePane(SharingForm):
    """How a line is shared."""

    tries = False

    def __init__(self, context: DeskContext, line: RunningCostView, schools: tuple[SharingSchool, ...]):
        self._cost = line.id
        super().__init__(context, "How it is shared", schools, (), None, again=bool(line.versions))
        for key in ("first", "last"):
            self.form.row(key).hide()

    def written(self, desk: Desk, new: deals.NewSharing) -> tuple[object, Changes]:
        """Write it."""
        return running_costs.share(desk, self._cost, running_costs.NewCostSharing(
            new.parts, new.members, new.source, new.why, new.inputs
        ))  # fmt: skip
