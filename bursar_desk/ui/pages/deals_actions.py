"""What the buttons of one deal do: each opens its form or its details beside the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bursar_desk.services import deals
from bursar_desk.ui.pages import deals_steps as steps
from bursar_desk.ui.pages.deals_detail import OfferPane, SchoolDealPane, VersionsPane
from bursar_desk.ui.pages.deals_forms import BaselinePane, ConditionsPane, DealDecisionPane, OfferForm
from bursar_desk.ui.pages.deals_forms_share import ShareForm
from bursar_desk.ui.pages.deals_forms_steps import JoinPane, LeavePane, ProposePane, ReasonPane, SignPane
from bursar_desk.ui.pages.deals_payments import NotCamePane, Owes, PaidAbout, PaymentsPane, PayPane
from bursar_desk.ui.pages.deals_table import NOW, TOTAL, WOULD, ShareRow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bursar_desk.services.deals_shapes import DealSchool, DealView, DecisionLine, WayLine
    from bursar_desk.ui.pages.deals_parts import Host
    from bursar_desk.ui.pages.faults_form import FormPane


class DealActions:
    """``take(step)`` and ``drill(row, column)`` for the deal shown; ``way`` is what is only tried now."""

    def __init__(self, host: Host, view: DealView, schools: Sequence[tuple[bytes, str]]):
        self.host, self.context, self.view, self.schools = host, host.context, view, schools
        self.way: WayLine | None = None

    @property
    def me(self) -> DealSchool | None:
        """Our own row."""
        return steps.ours(self.view)

    @property
    def may_decide(self) -> bool:
        """Whether a decision can be recorded here."""
        return steps.may_decide(self.view, self.context.facts)

    def take(self, step: str) -> None:
        """Open what a step needs."""
        if step == steps.PAYMENTS:
            self.payments()
        elif step == steps.CONTRACT:
            deal = self.view.line.id
            self.host.do(lambda desk: deals.own_contract(desk, deal), f"Our contract for {self.view.line.title} is "
                         "written. It stands under Contracts.")  # fmt: skip
        else:
            form = self._form(step)
            if form is not None:
                self.host.open_form(form)

    def _form(self, step: str) -> FormPane | None:
        context, view, me = self.context, self.view, self.me
        if step == steps.OFFER:
            return OfferForm(context, view)
        if step == steps.SHARE:
            return ShareForm(context, view, self.way)
        if step == steps.SIGN:
            return SignPane(context, view)
        if step == steps.CHANGE:
            return ProposePane(context, self.schools, view)
        if step in (steps.END, steps.STAY, steps.UNASK):
            return ReasonPane(context, view, step)
        if step == steps.JOIN:
            return JoinPane(context, view)
        if me is None:
            return None
        own = {steps.DECIDE: DealDecisionPane, steps.BASELINE: BaselinePane, steps.LEAVE: LeavePane}
        made = own.get(step)
        return made(context, view, me) if made is not None else None

    # --- where a figure comes from ---

    def drill(self, row: ShareRow, column: str) -> None:
        """Show the record a figure came from."""
        if row.school == TOTAL:
            self.versions() if column == WOULD or self.view.versions else self.offer()
            return
        self.school(row.school, column)

    def school(self, school: bytes, column: str = NOW) -> None:
        """Show a school's figures with their records."""
        found = self.view.school(school)
        if found is None:
            return
        pane = SchoolDealPane(self.view, found, column, may_decide=self.may_decide)
        pane.baseline_wanted.connect(lambda: self.take(steps.BASELINE))
        pane.decide_wanted.connect(lambda: self.take(steps.DECIDE))
        pane.met_wanted.connect(lambda decision: self._met(found, decision))
        pane.file_wanted.connect(self.host.save_file)
        self.host.open_pane(pane)

    def _met(self, school: DealSchool, decision: DecisionLine) -> None:
        self.host.open_form(ConditionsPane(self.context, self.view, school, decision))

    def offer(self) -> None:
        """Show the offers and their quotes."""
        pane = OfferPane(self.view)
        pane.file_wanted.connect(self.host.save_file)
        self.host.open_pane(pane)

    def versions(self) -> None:
        """Show every version of the sharing."""
        self.host.open_pane(VersionsPane(self.view))

    # --- payments ---

    def payments(self) -> None:
        """Show what was paid."""
        view, facts = self.view, self.context.facts
        owes = [
            Owes(one.name, one.would_pay, one.paid, one.left) for one in view.rows if one.member or one.paid
        ]  # fmt: skip
        version = view.version
        period = version.first.isoformat() if version is not None and version.first is not None else ""
        about = PaidAbout("deal", view.line.id, view.line.title, period)
        me = self.me
        may_pay = facts.manages and me is not None and me.member and not me.is_lead
        pane = PaymentsPane(view.line.title, owes, view.payments, home=self.context.home, may_pay=may_pay,
                            may_answer=facts.manages)  # fmt: skip
        pane.pay_wanted.connect(lambda: self.host.open_form(PayPane(self.context, about, view.line.lead_name)))
        pane.came_wanted.connect(lambda line: self.host.do(
            lambda desk: (None, deals.answer_payment(desk, line.id, "yes")), f"{line.school_name} is told that it came."
        ))  # fmt: skip
        pane.not_wanted.connect(lambda line: self.host.open_form(NotCamePane(self.context, line)))
        self.host.open_pane(pane)
