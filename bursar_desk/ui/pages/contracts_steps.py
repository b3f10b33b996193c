"""The steps of the page of contracts: which form each opens, and those that need none."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from bursar_desk.services import contracts
from bursar_desk.ui.pages import contracts_detail as step
from bursar_desk.ui.pages.contracts_detail import ContractPane
from bursar_desk.ui.pages.contracts_form import ContractForm
from bursar_desk.ui.pages.contracts_forms import (
    BackPane,
    EndedPane,
    NotePane,
    NoticePane,
    PutOffPane,
    RenewPane,
    TermPane,
)
from bursar_desk.ui.pages.contracts_serves import ServesPane, Thing, read_things
from bursar_desk.ui.pages.contracts_views import MEETINGS, SUPPLIERS
from bursar_desk.ui.pages.suppliers_parts import MeetingForm, SupplierForm

if TYPE_CHECKING:
    from bursar_desk.domain.operations import Changes
    from bursar_desk.services.contracts_shapes import ContractView, SupplierLine
    from bursar_desk.services.desk import Desk
    from bursar_desk.ui.pages.contracts import ContractsPage
    from bursar_desk.ui.pages.faults_form import FormPane


class ContractSteps:
    """Takes a step of the contract shown on behalf of its page."""

    def __init__(self, page: ContractsPage):
        self.page = page

    @property
    def _view(self) -> ContractView | None:
        pane = self.page.split.detail
        return pane.shown if isinstance(pane, ContractPane) else None

    def form(self, view: str) -> FormPane:
        """The form that adds to a list."""
        context, choices = self.page.context, self.page.data.choices
        if view == SUPPLIERS:
            return SupplierForm(context)
        return MeetingForm(context, choices.bodies) if view == MEETINGS else ContractForm(context, choices)

    def supplier_form(self, line: SupplierLine) -> FormPane:
        """The form that changes a supplier."""
        return SupplierForm(self.page.context, line)

    def take(self, what: str, about: object) -> None:
        """Open the form of a step, or do what needs none."""
        view, page = self._view, self.page
        if view is None:
            return
        context = page.context
        forms: dict[str, Callable[[], FormPane]] = {
            step.NOTICE: lambda: NoticePane(context, view), step.RENEW: lambda: RenewPane(context, view),
            step.PUT_OFF: lambda: PutOffPane(context, view), step.BACK: lambda: BackPane(context, view),
            step.ENDED: lambda: EndedPane(context, view), step.TERM: lambda: TermPane(context, view),
            step.NOTE: lambda: NotePane(context, view),
            step.CHANGE: lambda: ContractForm(context, page.data.choices, view.line.row),
        }  # fmt: skip
        if what in forms:
            page.open(forms[what](), focus=True)
        elif what == step.SERVES:
            self._serves(view)
        elif what == "done" and isinstance(about, bytes):
            note = about
            self._do(lambda desk: contracts.finish_note(desk, note), "It is noted as done.")
        elif what == step.LIVE:
            contract, title = view.line.id, view.line.title
            self._do(lambda desk: contracts.go_live(desk, contract), f"{title} counts from now on.")
        elif what == step.REMOVE:
            contract, title = view.line.id, view.line.title
            self._do(lambda desk: contracts.remove(desk, contract), f"The draft of {title} is taken out.")

    def _serves(self, view: ContractView) -> None:
        def opened(things: tuple[Thing, ...]) -> None:
            self.page.open(ServesPane(self.page.context, view, things), focus=True)

        self.page.context.run(self.page, read_things, opened)

    def _do(self, work: Callable[[Desk], Changes], said: str) -> None:
        def done(changes: Any) -> None:
            self.page.context.acted(changes, said)

        self.page.context.run(self.page, work, done)
