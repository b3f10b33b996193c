"""What the buttons of a purchase lead to: the form of each step, or a copy of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from bursar_desk.ui.pages import buying_forms as forms
from bursar_desk.ui.pages import buying_judge as judge

if TYPE_CHECKING:
    from bursar_desk.services.buying_shapes import BuyingView, QuoteLine
    from bursar_desk.ui.pages.base import DeskContext
    from bursar_desk.ui.pages.buying_data import BuyingData
    from bursar_desk.ui.pages.faults_form import FormPane
    from bursar_desk.ui.pages.messages_files import MessageFiles
    from bursar_desk.ui.widgets import DetailPane


class Host(Protocol):
    """What the steps ask of the page."""

    files: MessageFiles
    data: BuyingData

    @property
    def context(self) -> DeskContext:
        """The desk."""

    def open(self, pane: DetailPane, *, focus: bool = False) -> None:
        """Show a form beside the list."""


def take(page: Host, view: BuyingView, step: str, quote: object) -> None:
    """Take a step of a purchase: open its form, or ask where a copy of a file goes."""
    line = next((one for one in view.quotes if one.row.id == quote), None)
    if step.startswith("file ") and line is not None:
        page.files.save_copy(line.files[int(step.removeprefix("file "))])
        return
    made = _form(page, view, step, line)
    if made is not None:
        page.open(made, focus=True)


def _form(page: Host, view: BuyingView, step: str, line: QuoteLine | None) -> FormPane | None:
    context, firms = page.context, page.data.firms
    if step == "weights":
        return forms.WeightsForm(context, view)
    if step == "route":
        return forms.RouteForm(context, view)
    if step in ("quote", "change quote"):
        return forms.QuoteForm(context, view, firms, page.files.choose, line)
    if step == "open":
        done = {str(row) for each in view.openings for row in each.quotes}
        waiting = tuple(one for one in view.quotes if one.live and one.row.id.hex() not in done)
        return judge.OpenForm(context, view, waiting)
    if step == "mark":
        return _mark(context, view, line)
    if step == "declare":
        return judge.DeclareForm(context, view, _who_is_missing(view))
    if step == "choose":
        return judge.ChooseForm(context, view)
    if step == "stop":
        return judge.StopForm(context, view)
    if step == "contract":
        return judge.ContractForm(context, view)
    if line is None:
        return None
    return judge.PriceForm(context, line) if step == "price" else judge.DeclineForm(context, line)


def _mark(context: DeskContext, view: BuyingView, line: QuoteLine | None) -> FormPane | None:
    """Return the form for one quote: the one asked for, else the next that somebody has not marked."""
    result = view.result
    missing = next(iter(result.missing), None) if result else None
    if line is None:
        wanted = missing.quote if missing else next(
            (one.row.id for one in view.quotes if one.live and one.scored and one.scored.quality is None), None
        )
        line = next((one for one in view.quotes if one.live and one.row.id == wanted), None) or next(
            (one for one in view.quotes if one.live), None
        )
    if line is None:
        return None
    who = next((one.who for one in result.missing if one.quote == line.row.id), "") if result else ""
    return judge.MarkForm(context, view, line, who)


def _who_is_missing(view: BuyingView) -> str:
    """Return the first person who marked and has not declared."""
    from bursar_desk.domain.scoring import undeclared
    from bursar_desk.services.buying_read import declared

    markers = view.result.markers if view.result else ()
    return next(iter(undeclared(markers, declared(view.interests))), "")
