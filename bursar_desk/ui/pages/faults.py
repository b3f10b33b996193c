"""Faults and jobs: what is broken by risk and age, who may come to mend it, and the permits that are open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Final

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from bursar_desk.services import contractors, defects_view
from bursar_desk.ui import theme
from bursar_desk.ui.pages import faults_table
from bursar_desk.ui.pages.base import Command, Page
from bursar_desk.ui.pages.contractors_detail import ContractorDetailPane, PermitDetailPane
from bursar_desk.ui.pages.fault_panel import FaultPanel
from bursar_desk.ui.pages.faults_data import FaultsData, read_faults
from bursar_desk.ui.pages.faults_detail import FaultDetailPane
from bursar_desk.ui.pages.faults_form import FormPane
from bursar_desk.ui.pages.faults_papers import JobPapers
from bursar_desk.ui.pages.faults_steps import Steps
from bursar_desk.ui.pages.faults_views import ListView
from bursar_desk.ui.widgets import Button, DetailPane, EmptyState, SearchBox, Segments, SplitPane, ground
from bursar_desk.ui.widgets.panes import focus_into
from bursar_desk.ui.widgets.stacks import show_only

if TYPE_CHECKING:
    from bursar_desk.services.contractors import ContractorLine
    from bursar_desk.services.defects_view import FaultDetail
    from bursar_desk.services.desk import Desk
    from db.queries.contractors import VisitRow
    from db.queries.permits import PermitRow

FAULTS, CONTRACTORS, PERMITS = "faults", "contractors", "permits"
VIEWS: Final = ((FAULTS, "Faults"), (CONTRACTORS, "Contractors"), (PERMITS, "Permits"))


class FaultsPage(Page):
    """Three lists under one head; details and forms open beside them."""

    key: ClassVar[str] = "faults"
    title: ClassVar[str] = "Faults and jobs"
    icon: ClassVar[str] = "triangle-alert"
    scrolls: ClassVar[bool] = False
    interested_in: ClassVar[tuple[str, ...]] = (
        "defect", "contractor", "attendance", "permit", "place", "person", "school_check", "evidence",
        "evidence_link", "asset",
    )  # fmt: skip

    def build(self) -> None:
        """Header with the three lists to choose from; the list; its details beside it."""
        self._wanted: tuple[str, bytes] | None = None
        self._first = True
        self.papers = JobPapers(self.context, self)
        self.steps = Steps(self)
        self.search = SearchBox("Filter this list", hint="Ctrl+F", width=216)
        self.search.searched.connect(lambda _text: self._narrow())
        self.report_button = Button("Report a fault", "filled", icon="plus", on_click=self.begin)
        self.header.add(self.search)
        self.header.add(self.report_button)
        self.views = Segments(VIEWS, "Show")
        self.views.chosen.connect(lambda _key: self._turn())
        self.lists = self._make_lists()
        self._stack = QStackedWidget()
        for view in self.lists.values():
            self._stack.addWidget(view)
        self.pane: DetailPane | None = None
        self.split = SplitPane(self._make_left())
        self.split.detail_closed.connect(self._closed)
        self.body.addWidget(self.split, 1)

    @property
    def writes(self) -> bool:
        """Whether anything may be changed here: an office looks only."""
        return not self.context.facts.office

    def _make_lists(self) -> dict[str, ListView]:
        manages, writes = self.context.facts.manages, self.writes
        none = EmptyState(
            "No open faults", "When something breaks, report it here with a photo.",
            "Report a fault" if writes else "", self.begin, icon="triangle-alert",
        )  # fmt: skip
        no_firm = EmptyState(
            "No contractors yet", "Add a firm and its papers. We say who may attend, and warn before papers run out.",
            "Add a contractor" if writes and manages else "", self.begin, icon="hard-hat",
        )  # fmt: skip
        no_permit = EmptyState(
            "No permits yet", "Hot work, roofs, electricity and digging need one. It has a number and a time.",
            "Issue a permit" if writes and manages else "", self.begin, icon="file-check",
        )  # fmt: skip
        self._said: dict[bytes, tuple[str, bool]] = {}
        made = {
            FAULTS: ListView(
                faults_table.fault_columns(schools=not writes), lambda one: one.id, "Faults", none, faults_table.PARTS
            ),
            CONTRACTORS: ListView(faults_table.contractor_columns(), lambda one: one.row.id, "Contractors", no_firm),
            PERMITS: ListView(faults_table.permit_columns(self._said), lambda one: one.id, "Permits", no_permit),
        }
        for view in made.values():
            view.table.row_chosen.connect(self._chosen)
            view.table.opened.connect(lambda _row: self._ask(into=True))
        filters = made[FAULTS].filter
        if filters is not None:
            filters.chosen.connect(lambda _key: self._narrow())
        return made

    def _make_left(self) -> QWidget:
        left = ground(QWidget(), "surface")
        bar = QWidget()
        line = QHBoxLayout(bar)
        line.setContentsMargins(24, 12, 24, 8)
        line.addWidget(self.views)
        line.addStretch()
        self.slips_button = Button("Print fault slips", "text", icon="printer", size=32, on_click=self._slips)
        self.slips_button.setToolTip("A page of slips to tear off for each place, with its code")
        line.addWidget(self.slips_button)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(bar)
        column.addWidget(self._stack, 1)
        return left

    @property
    def view(self) -> ListView:
        """The list shown."""
        return self.lists[self.views.key()]

    # --- reading and showing ---

    def load(self, desk: Desk) -> FaultsData:
        """Read all three lists."""
        return read_faults(desk)

    def fill(self, data: FaultsData) -> None:
        """Show the lists; the row chosen stays chosen and its details are read again."""
        self._said.clear()
        self._said.update(data.said)
        self.header.set_note(data.note)
        counts = {FAULTS: sum(one.open for one in data.faults)}
        counts |= {CONTRACTORS: len(data.contractors), PERMITS: sum(one.open for one in data.permits)}
        self.views.set_counts(counts)
        self._narrow()
        self._buttons()
        wanted, self._wanted = self._wanted, None
        if wanted is not None:
            self._go_to(*wanted)
        elif self._first and self.view.model.rows and not self._narrow_window():
            self.view.table.choose(self.view.model.identity(0))
            if self.isVisible():
                self.view.table.setFocus()
        elif not isinstance(self.split.detail, FormPane | FaultPanel) and self.split.detail is not None:
            self._ask()
        self._first = False

    def _narrow(self) -> None:
        if not isinstance(self.data, FaultsData):
            return
        text = self.search.text()
        filters = self.lists[FAULTS].filter
        part = filters.key() if filters is not None else "open"
        if filters is not None:
            filters.set_counts(defects_view.counts(self.data.faults))
        shown = defects_view.narrowed(self.data.faults, part, text)
        told = faults_table.nothing(part, text)
        self.lists[FAULTS].set_rows(shown, any_at_all=bool(self.data.faults), nothing=told)
        none = f"Nothing matches “{text.strip()}”. Press Esc in the filter box."
        firms = [one for one in self.data.contractors if _has(text, one.row.name, one.row.trade, one.row.body)]
        self.lists[CONTRACTORS].set_rows(firms, any_at_all=bool(self.data.contractors), nothing=none)
        permits = [one for one in self.data.permits if _has(text, one.number, one.kind, one.work)]
        self.lists[PERMITS].set_rows(permits, any_at_all=bool(self.data.permits), nothing=none)

    def _narrow_window(self) -> bool:
        return self.split.width() < theme.px(SplitPane.NARROW)

    def _turn(self) -> None:
        """Show another of the three lists."""
        show_only(self._stack, self.view)
        self.split.hide_detail()
        self._buttons()
        if self.view.model.rows and not self._narrow_window():
            self.view.table.choose(self.view.model.identity(0))
            self._ask()

    def _buttons(self) -> None:
        key, manages = self.views.key(), self.context.facts.manages
        said = {FAULTS: "Report a fault", CONTRACTORS: "Add a contractor", PERMITS: "Issue a permit"}[key]
        self.report_button.set_words(said)
        self.slips_button.setVisible(self.writes and key == FAULTS)
        self.report_button.setVisible(self.writes and (manages or key == FAULTS))
        self.report_button.set_kind("outlined" if self.split.detail is not None else "filled")

    def focus_on(self, **what: Any) -> None:
        """``defect=``, ``contractor=`` or ``permit=`` shows a row; ``part=`` narrows them; ``new=1`` reports one."""
        for name, view in (("defect", FAULTS), ("contractor", CONTRACTORS), ("permit", PERMITS)):
            if isinstance(what.get(name), bytes):
                self._wanted = (view, what[name])
        filters = self.lists[FAULTS].filter
        if "part" in what and filters is not None:
            filters.set_key(str(what["part"]))
        if isinstance(self.data, FaultsData):
            self.fill(self.data)
        if what.get("new"):
            self.begin()

    def open_record(self, record_id: object) -> None:
        """The kit's name for showing one fault."""
        self.focus_on(defect=record_id)

    def _go_to(self, view: str, row: bytes) -> None:
        self.views.set_key(view)
        show_only(self._stack, self.view)
        self._buttons()
        self.search.clear()
        filters = self.lists[FAULTS].filter
        if view == FAULTS and filters is not None and isinstance(self.data, FaultsData):
            line = next((one for one in self.data.faults if one.id == row), None)
            filters.set_key("open" if line is None or line.open else line.part)
        self._narrow()
        if self.view.table.choose(row):
            self.view.table.setFocus()
            self._ask()

    # --- the details beside ---

    def _chosen(self, row: object) -> None:
        if row is None or (self._narrow_window() and self.split.detail is None):
            return
        if isinstance(self.split.detail, FormPane | FaultPanel) and self._kept_open(self.split.detail):
            return
        self._ask()

    @staticmethod
    def _kept_open(pane: FormPane | FaultPanel) -> bool:
        """A form somebody typed in stays while they look along the list."""
        return pane.touched

    def _ask(self, *, into: bool = False) -> None:
        """Read the details of the row chosen and show them."""
        row, view = self.view.table.chosen(), self.views.key()
        if row is None:
            self.split.hide_detail()
            return
        if view == FAULTS:
            defect, manages = row.id, self.context.facts.manages
            self.context.run(
                self, lambda desk: defects_view.detail(desk, defect, manages=manages),
                lambda found: self._show_fault(found, into=into),
            )  # fmt: skip
        elif view == CONTRACTORS:
            firm = row.row.id
            self.context.run(
                self, lambda desk: (contractors.get(desk, firm), contractors.visits(desk, contractor=firm)),
                lambda found: self._show_firm(*found, into=into),
            )  # fmt: skip
        else:
            self._show_permit(row, into=into)

    def _show_fault(self, found: FaultDetail, *, into: bool) -> None:
        pane = self.split.detail
        if not isinstance(pane, FaultDetailPane):
            pane = FaultDetailPane(self.context)
            pane.wanted.connect(self.steps.fault)
        pane.show_fault(found)
        self.open(pane, focus=into)

    def _show_firm(self, line: ContractorLine, visits: Sequence[VisitRow], *, into: bool) -> None:
        pane = self.split.detail
        if not isinstance(pane, ContractorDetailPane):
            pane = ContractorDetailPane(self.context)
            pane.wanted.connect(self.steps.contractor)
            pane.left.connect(self.steps.sign_out)
        pane.show_contractor(line, visits)
        self.open(pane, focus=into)

    def _show_permit(self, row: PermitRow, *, into: bool) -> None:
        pane = self.split.detail
        if not isinstance(pane, PermitDetailPane):
            pane = PermitDetailPane(self.context)
            pane.wanted.connect(self.steps.permit)
        pane.show_permit(row, *self._said.get(row.id, ("", False)), self.data.names)
        self.open(pane, focus=into)

    def open(self, pane: DetailPane, *, focus: bool = False) -> None:
        """Open a pane beside the list at its own width."""
        if self.split.detail is not pane:
            self.split.show_detail(pane)
            wide = min(pane.sizeHint().width(), self.split.width() * 55 // 100)
            self.split.setSizes([max(1, self.split.width() - wide), wide])
        self.pane = pane
        self._buttons()
        if focus:
            focus_into(pane.inside)

    def back(self) -> None:
        """Leave a form for the details of the row chosen."""
        self.split.hide_detail()
        self._ask()

    def _closed(self) -> None:
        if self.isVisible():
            self.view.table.setFocus()
        if isinstance(self.pane, FormPane | FaultPanel):
            self.pane = None
            self._ask()
        self._buttons()

    # --- what a person begins ---

    def begin(self) -> None:
        """Report a fault, add a contractor or issue a permit, as the list shown asks."""
        if isinstance(self.data, FaultsData) and self.writes:
            self.steps.begin(self.views.key())

    def _slips(self) -> None:
        """Slips for every place, or for any place while none is entered."""
        if isinstance(self.data, FaultsData):
            self.papers.slips([place for place, _name in self.data.places], self.context.facts.name)

    def unsaved(self) -> str:
        """A form begun and not saved."""
        pane = self.split.detail
        return pane.title if isinstance(pane, FormPane | FaultPanel) and pane.touched else ""

    def commands(self) -> dict[Command, Callable[[], object]]:
        """Ctrl+N begins, Ctrl+F finds, Ctrl+P prints what is shown."""
        found = {**super().commands(), Command.FILTER: self._to_search}
        if self.report_button.isVisible():
            found[Command.NEW] = self.begin
        if isinstance(self.split.detail, FaultDetailPane):
            found[Command.PRINT] = lambda: self.steps.fault("print")
        return found

    def _to_search(self) -> None:
        self.search.setFocus()
        self.search.selectAll()

    def panes(self) -> list[QWidget]:
        """The list, its details, the choice of lists and the header."""
        return [self.view, *([self.split.detail] if self.split.detail is not None else []), self.views, self.header]


def _has(text: str, *parts: str) -> bool:
    said = " ".join(parts).casefold()
    return all(word in said for word in text.casefold().split())
