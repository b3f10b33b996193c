"""What the buttons of the page of faults do: which form opens for which step, and what is done at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from bursar_desk.domain.defects import Move
from bursar_desk.services import contractors, defects
from bursar_desk.ui.pages import contractors_forms, faults_forms
from bursar_desk.ui.pages.contractors_detail import ContractorDetailPane, PermitDetailPane
from bursar_desk.ui.pages.fault_panel import FaultPanel
from bursar_desk.ui.pages.faults_detail import FaultDetailPane

if TYPE_CHECKING:
    from bursar_desk.domain.operations import Changes
    from bursar_desk.services.defects_view import FaultLine
    from bursar_desk.services.desk import Desk
    from bursar_desk.ui.pages.faults import FaultsPage
    from bursar_desk.ui.pages.faults_form import FormPane
    from db.queries.contractors import VisitRow


class Steps:
    """The steps of one page; every form goes back to the details once it is saved."""

    def __init__(self, page: FaultsPage):
        self._page = page

    def begin(self, view: str) -> None:
        """Report a fault, add a contractor, or issue a permit."""
        page = self._page
        if view == "contractors":
            self._form(contractors_forms.ContractorPane(page.context, None))
        elif view == "permits":
            self._permit_form(None)
        else:
            panel = FaultPanel(page.context, page.data.places)
            panel.saved.connect(lambda _changes: page.back())
            page.open(panel, focus=True)

    # --- faults ---

    def fault(self, what: object) -> None:
        """A button of the details of a fault."""
        pane, page = self._page.split.detail, self._page
        if not isinstance(pane, FaultDetailPane) or pane.shown is None:
            return
        line, context = pane.shown.line, page.context
        if what == "print":
            page.papers.job_sheet(line.id, line.row.title)
        elif what == "tell":
            self._do(lambda desk: defects.tell(desk, line.id), f"{line.row.raised_by} was told: {line.row.title}.")
        elif what is Move.VERIFY:
            self._do(lambda desk: defects.verify(desk, line.id), f"Verified: {line.row.title}.")
        elif what is Move.MAKE_SAFE:
            self._form(faults_forms.MakeSafePane(context, line))
        elif what is Move.ORDER:
            self._form(faults_forms.OrderPane(context, line, page.data.contractors))
        elif what is Move.DONE:
            self._form(faults_forms.DonePane(context, line))
        elif what == "triage":
            self._form(faults_forms.TriagePane(context, line, page.data.people))
        elif what == "permit":
            self._permit_form(line)
        else:
            self._form(faults_forms.ReasonPane(context, line, what if isinstance(what, Move) else None))

    # --- contractors and permits ---

    def contractor(self, what: object) -> None:
        """A button of the details of a contractor."""
        pane, page = self._page.split.detail, self._page
        if not isinstance(pane, ContractorDetailPane) or pane.shown is None:
            return
        line, firm, name = pane.shown, pane.shown.row.id, pane.shown.row.name
        if what == "visit":
            self._form(contractors_forms.VisitPane(page.context, line, page.data.jobs))
        elif what == "change":
            self._form(contractors_forms.ContractorPane(page.context, line))
        elif what == "bar":
            self._form(contractors_forms.BarPane(page.context, line))
        elif what == "unbar":
            self._do(lambda desk: contractors.unbar(desk, firm), f"{name} is not barred any more.")
        elif what == "leave":
            self._do(lambda desk: contractors.leave(desk, firm), f"{name} is no longer used.")
        elif what == "back":
            self._do(lambda desk: contractors.come_back(desk, firm), f"{name} is used again.")

    def sign_out(self, visit: VisitRow) -> None:
        """Somebody leaves now."""
        self._do(lambda desk: contractors.depart(desk, visit.id), f"{visit.worker} is signed out.")

    def permit(self, what: object) -> None:
        """A button of the details of a permit."""
        pane, page = self._page.split.detail, self._page
        if not isinstance(pane, PermitDetailPane) or pane.shown is None:
            return
        if what == "print":
            page.papers.permit(pane.shown.id, pane.shown.number)
        else:
            self._form(contractors_forms.ClosePermitPane(page.context, pane.shown))

    def _permit_form(self, line: FaultLine | None) -> None:
        data = self._page.data
        self._form(contractors_forms.PermitPane(
            self._page.context, data.firms, data.places, data.jobs, job=line.id if line else None,
            work=line.row.title if line else "",
        ))  # fmt: skip

    # --- what all of them share ---

    def _form(self, form: FormPane) -> None:
        form.saved.connect(lambda _changes: self._page.back())
        self._page.open(form, focus=True)

    def _do(self, work: Callable[[Desk], tuple[Any, Changes]], said: str) -> None:
        page = self._page
        page.context.run(page, work, lambda made: page.context.acted(made[1], said, origin=page))
