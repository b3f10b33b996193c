"""Contracts: by the day to decide, each with its last safe day worked out; suppliers and governors' meetings beside."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final

from PySide6.QtWidgets import QStackedWidget, QWidget

from bursar_desk.machine import safe_file_name
from bursar_desk.services import contract_alerts, contracts, meetings, reporting, suppliers
from bursar_desk.ui import theme
from bursar_desk.ui.pages.base import Command, Page
from bursar_desk.ui.pages.contracts_data import ContractsData, read_contracts
from bursar_desk.ui.pages.contracts_detail import ContractPane
from bursar_desk.ui.pages.contracts_form import ContractForm
from bursar_desk.ui.pages.contracts_steps import ContractSteps
from bursar_desk.ui.pages.contracts_views import (
    CONTRACTS,
    MEETINGS,
    SUPPLIERS,
    TITLES,
    ContractsView,
    holder,
    plain_bar,
)
from bursar_desk.ui.pages.faults_form import FormPane
from bursar_desk.ui.pages.faults_views import ListView
from bursar_desk.ui.pages.kept_choices import keep_folder, kept_folder
from bursar_desk.ui.pages.suppliers_parts import MeetingPane, SupplierPane, meeting_columns, supplier_columns
from bursar_desk.ui.widgets import Button, DetailPane, EmptyState, SearchBox, SplitPane, give_letters
from bursar_desk.ui.widgets.file_asks import PDF_FILES, FileAsk
from bursar_desk.ui.widgets.panes import focus_into
from bursar_desk.ui.widgets.stacks import show_only

if TYPE_CHECKING:
    from bursar_desk.services.contracts_shapes import ContractView, MeetingLine, SupplierLine
    from bursar_desk.services.desk import Desk
    from reports.saving import Written

FOLDER: Final = "contracts"
PLAN: Final = "forward-plan"
_BEGIN: Final = {CONTRACTS: "Add contract", SUPPLIERS: "Add supplier", MEETINGS: "Enter meetings"}


class ContractsPage(Page):
    """Three lists under one head; details and forms open beside them."""

    key: ClassVar[str] = "contracts"
    title: ClassVar[str] = "Contracts"
    icon: ClassVar[str] = "file-clock"
    scrolls: ClassVar[bool] = False
    interested_in: ClassVar[tuple[str, ...]] = (
        "contract", "contract_term", "contract_decision", "contract_note", "supplier", "meeting", "calendar_block",
        "setting", "deal", "contractor", "school_check", "asset", "person", "school", "evidence", "evidence_link",
    )  # fmt: skip

    def build(self) -> None:
        """Header, the three lists, and the place beside them."""
        self.files = FileAsk(self)
        self._wanted: tuple[str, bytes] | None = None
        self._first = True
        self.at = CONTRACTS
        self._names: dict[bytes, str] = {}
        self.steps = ContractSteps(self)
        self.search = SearchBox("Filter this list", hint="Ctrl+F", width=216)
        self.search.searched.connect(lambda _text: self._narrow())
        self.begin_button = Button("Add contract", "filled", icon="plus", on_click=self.begin)
        self.header.add(self.search)
        self.header.add(self.begin_button)
        self._stack = QStackedWidget()
        self._make_lists()
        self.pane: DetailPane | None = None
        self.split = SplitPane(self._stack)
        self.split.detail_closed.connect(self._closed)
        self.body.addWidget(self.split, 1)

    @property
    def writes(self) -> bool:
        """Whether anything may be changed here: an office looks only."""
        return self.context.facts.manages and not self.context.facts.office

    def _make_lists(self) -> None:
        office = self.context.facts.office
        comes = "What schools enter shows here when their files come." if office else ""
        none = EmptyState(
            "No contracts yet", comes or "Add one and we will work out the last day to give notice.",
            "Add a contract" if self.writes else "", self.begin, icon="file-clock",
        )  # fmt: skip
        self.contracts = ContractsView(self.context, none, self._narrow)
        self.plan_button = Button("24-month plan", "quiet", size=32, on_click=self.make_plan)
        self.suppliers_button = Button("Suppliers", "quiet", size=32, on_click=lambda: self.turn(SUPPLIERS))
        self.meetings_button = Button("Meetings", "quiet", size=32, on_click=lambda: self.turn(MEETINGS))
        self.bring_button = Button("Bring in", "quiet", size=32, on_click=lambda: self.context.open_page("contractsin"))
        self.bring_button.setToolTip("Bring in a register of contracts or a ledger from a spreadsheet")
        for button in (self.suppliers_button, self.meetings_button, self.bring_button, self.plan_button):
            self.contracts.add_tool(button)
        self.bring_button.setVisible(self.writes)
        no_firm = EmptyState("No suppliers yet", comes or "They are added with their first contract, or here.",
                             "Add a supplier" if self.writes else "", self.begin, icon="package")  # fmt: skip
        self.suppliers = ListView(supplier_columns(schools=office), lambda one: one.id, "Suppliers", no_firm)
        no_day = EmptyState(
            "No meetings yet", comes or "Enter when governors and committees meet: that is when contracts are decided.",
            "Enter meetings" if self.writes else "", self.begin, icon="calendar-clock",
        )  # fmt: skip
        self.meetings = ListView(
            meeting_columns(schools=office, names=self._names), lambda one: one.id, "Meetings", no_day
        )
        self.back_buttons = [self._back_button(), self._back_button()]
        self.lists: dict[str, QWidget] = {
            CONTRACTS: holder(self.contracts),
            SUPPLIERS: holder(plain_bar(self.back_buttons[0]), self.suppliers),
            MEETINGS: holder(plain_bar(self.back_buttons[1]), self.meetings),
        }
        for part in self.lists.values():
            self._stack.addWidget(part)
        for table in (self.contracts.table, self.suppliers.table, self.meetings.table):
            table.row_chosen.connect(self._chosen)
            table.opened.connect(lambda _row: self._ask(into=True))

    def _back_button(self) -> Button:
        return Button("All contracts", "quiet", icon="arrow-left", size=32, on_click=lambda: self.turn(CONTRACTS))

    @property
    def table(self) -> Any:
        """The list shown."""
        if self.at == CONTRACTS:
            return self.contracts.table
        return self.suppliers.table if self.at == SUPPLIERS else self.meetings.table

    # --- reading and showing ---

    def load(self, desk: Desk) -> ContractsData:
        """Read all three lists."""
        return read_contracts(desk)

    def fill(self, data: ContractsData) -> None:
        """Show the lists; what is open beside them is read again, unless somebody is filling in a form."""
        self._names.clear()
        self._names.update(dict(data.schools))
        self.contracts.set_schools(data.schools)
        if self._first:
            self.contracts.table.sort_by("Decide by")
        self._narrow()
        self._head()
        wanted, self._wanted = self._wanted, None
        if wanted is not None:
            self._go_to(*wanted)
        elif self._first and self.contracts.model.rows and not self._narrow_window():
            self.contracts.table.choose(self.contracts.model.identity(0))
            if self.isVisible():
                self.contracts.table.setFocus()
        elif not isinstance(self.split.detail, FormPane) and self.split.detail is not None:
            self._ask()
        self._first = False

    def _narrow(self) -> None:
        if not isinstance(self.data, ContractsData):
            return
        text = self.search.text()
        board = self.data.board
        self.contracts.set_lines(board.lines, text, self.context.today)
        none = f"Nothing matches “{text.strip()}”. Press Esc in the filter box."
        firms = [one for one in self.data.suppliers if _has(text, one.name, one.school_name, *one.titles)]
        self.suppliers.set_rows(firms, any_at_all=bool(self.data.suppliers), nothing=none)
        days = [one for one in self.data.meetings if _has(text, one.words, self._names.get(one.row.school, ""))]
        self.meetings.set_rows(days, any_at_all=bool(self.data.meetings), nothing=none)

    def _head(self) -> None:
        """Title, note and the first step, as the list shown asks."""
        self.header.set_title(TITLES[self.at])
        if isinstance(self.data, ContractsData):
            board = self.data.board
            note = board.heading if self.at == CONTRACTS and board.lines else ""
            self.header.set_note(note)
        self.begin_button.set_words(_BEGIN[self.at])
        self.begin_button.setVisible(self.writes)
        self.begin_button.set_kind("outlined" if self.split.detail is not None else "filled")
        if self.isVisible():
            give_letters(self.window())

    def _narrow_window(self) -> bool:
        return self.split.width() < theme.px(SplitPane.NARROW)

    def turn(self, to: str) -> None:
        """Show contracts, suppliers or meetings."""
        self.at = to
        self.search.clear()
        show_only(self._stack, self.lists[to])
        self.split.hide_detail()
        self._narrow()
        self._head()
        rows = self.table.model().rows
        if rows and not self._narrow_window():
            self.table.choose(rows[0].id)
            self.table.setFocus()
            self._ask()
        elif rows:
            self.table.setFocus()

    def focus_on(self, **what: Any) -> None:
        """``contract=``, ``supplier=`` or ``meeting=`` shows a row; ``part=`` narrows the list; ``new=1`` adds one."""
        for name, view in (("contract", CONTRACTS), ("supplier", SUPPLIERS), ("meeting", MEETINGS)):
            if isinstance(what.get(name), bytes):
                self._wanted = (view, what[name])
        if "part" in what:
            self.contracts.filter.set_key(str(what["part"]))
        if isinstance(self.data, ContractsData):
            self.fill(self.data)
            if what.get("new"):
                self.begin()

    def open_record(self, record_id: object) -> None:
        """The kit's name for showing one contract."""
        self.focus_on(contract=record_id)

    def _go_to(self, view: str, row: bytes) -> None:
        if self.at != view:
            self.at = view
            show_only(self._stack, self.lists[view])
        self.search.clear()
        if view == CONTRACTS and isinstance(self.data, ContractsData):
            self.contracts.schools.set_key(None)
            line = next((one for one in self.data.board.lines if one.id == row), None)
            self.contracts.filter.set_key("over" if line is not None and line.decide_by_words == "Ended" else "all")
        self._narrow()
        self._head()
        if self.table.choose(row):
            self.table.setFocus()
            self._ask()

    # --- beside the list ---

    def _chosen(self, row: object) -> None:
        if row is None or (self._narrow_window() and self.split.detail is None):
            return
        pane = self.split.detail
        if isinstance(pane, FormPane) and pane.touched:
            return  # a form somebody typed in stays while they look along the list
        self._ask()

    def _ask(self, *, into: bool = False) -> None:
        """Read the details of the row chosen and show them."""
        row = self.table.chosen()
        if row is None:
            self.split.hide_detail()
        elif self.at == CONTRACTS:
            contract = row.id
            self.context.run(
                self, lambda desk: contracts.show(desk, contract), lambda view: self._show_contract(view, into=into)
            )
        elif self.at == SUPPLIERS:
            self._show_supplier(row, into=into)
        else:
            self._show_meeting(row, into=into)

    def _show_contract(self, view: ContractView, *, into: bool) -> None:
        chosen = self.contracts.table.chosen()
        if self.at != CONTRACTS or chosen is None or chosen.id != view.line.id:
            return
        pane = self.split.detail
        if not isinstance(pane, ContractPane):
            pane = ContractPane(self.context)
            pane.wanted.connect(self.steps.take)
        pane.show_contract(view)
        self.open(pane, focus=into)
        if self.writes and view.line.standing.alert_due is not None and pane.isVisible():
            self.context.run(self, lambda desk: contract_alerts.told(desk, view.line.row, view.line.standing))

    def _show_supplier(self, line: SupplierLine, *, into: bool) -> None:
        pane = self.split.detail
        if not isinstance(pane, SupplierPane):
            pane = SupplierPane(self.context)
            pane.wanted.connect(self._supplier_step)
            pane.contract_wanted.connect(lambda contract: self._go_to(CONTRACTS, contract))
        names = {one.id: one.name for one in self.data.suppliers}
        bought = [(one.id, one.title) for one in self.data.board.lines
                  if one.row.supplier == line.id and one.title in line.titles]  # fmt: skip
        pane.show_supplier(line, [names[one] for one in line.like if one in names], bought)
        self.open(pane, focus=into)

    def _show_meeting(self, line: MeetingLine, *, into: bool) -> None:
        pane = self.split.detail
        if not isinstance(pane, MeetingPane):
            pane = MeetingPane(self.context)
            pane.wanted.connect(self._meeting_step)
        pane.show_meeting(line, [one.title for one in self.data.board.lines
                                 if one.decide_by == line.on and one.school == line.row.school])  # fmt: skip
        self.open(pane, focus=into)

    def open(self, pane: DetailPane, *, focus: bool = False) -> None:
        """Open a pane beside the list at its own width."""
        if self.split.detail is not pane:
            if isinstance(pane, FormPane):
                pane.saved.connect(lambda _changes: self._saved(pane))
            self.split.show_detail(pane)
            wide = min(pane.sizeHint().width(), self.split.width() * 55 // 100)
            self.split.setSizes([max(1, self.split.width() - wide), wide])
        self.pane = pane
        self._head()
        if focus:
            focus_into(pane.inside)

    def _saved(self, form: FormPane) -> None:
        """A new contract is shown once the list has it; anything else leads back to the row chosen."""
        if isinstance(form, ContractForm) and form.added is not None:
            self._wanted = (CONTRACTS, form.added)
        self.back()

    def back(self) -> None:
        """Leave a form for the details of the row chosen."""
        self.pane = None
        self.split.hide_detail()
        self._ask()

    def _closed(self) -> None:
        if self.isVisible():
            self.table.setFocus()
        if isinstance(self.pane, FormPane):
            self.pane = None
            self._ask()
        self._head()

    # --- steps ---

    def begin(self) -> None:
        """Add a contract, a supplier or meetings, as the list shown asks."""
        if isinstance(self.data, ContractsData) and self.writes:
            self.open(self.steps.form(self.at), focus=True)

    def _supplier_step(self, what: str) -> None:
        pane = self.split.detail
        if not isinstance(pane, SupplierPane) or pane.shown is None:
            return
        line = pane.shown
        if what == "change":
            self.open(self.steps.supplier_form(line), focus=True)
            return
        other = line.like[0] if line.like else line.id
        said = f"{line.name} is no longer used." if what == "leave" else f"They are one firm now: {line.name}."
        work = suppliers.leave if what == "leave" else lambda desk, keep: suppliers.same(desk, keep, other)
        self.context.run(
            self, lambda desk: work(desk, line.id), lambda changes: self.context.acted(changes, said)
        )  # fmt: skip

    def _meeting_step(self, _what: str) -> None:
        pane = self.split.detail
        if not isinstance(pane, MeetingPane) or pane.shown is None:
            return
        line = pane.shown

        def gone(changes: Any) -> None:
            self.split.hide_detail()
            self.context.acted(changes, f"{line.words} is taken out.")

        self.context.run(self, lambda desk: meetings.remove(desk, line.id), gone)

    def make_plan(self) -> None:
        """Ask where the plan of the next 24 months goes."""
        school = self.contracts.schools.key()
        whose = school if isinstance(school, bytes) else None
        name = self.contracts.schools.currentText() if whose else self.context.facts.name
        suggested = kept_folder(FOLDER) / safe_file_name(f"Contracts, 24-month plan, {name}.pdf")

        def written(made: Written) -> None:
            self.context.tell(f"{made.file.name} is saved.", undo=False)

        def write(path: Path) -> None:
            keep_folder(FOLDER, path)
            self.context.run(self, lambda desk: reporting.write(desk, PLAN, path, school=whose), written)

        self.files.save("Save the 24-month plan", suggested, PDF_FILES, write)

    # --- menu, F6 ---

    def unsaved(self) -> str:
        """A form begun and not saved."""
        pane = self.split.detail
        return pane.title if isinstance(pane, FormPane) and pane.touched else ""

    def commands(self) -> dict[Command, Callable[[], object]]:
        """Ctrl+N adds, Ctrl+F filters, Ctrl+P makes the plan."""
        found = {**super().commands(), Command.FILTER: self._to_search, Command.PRINT: self.make_plan}
        if self.writes:
            found[Command.NEW] = self.begin
        return found

    def _to_search(self) -> None:
        self.search.setFocus()
        self.search.selectAll()

    def panes(self) -> list[QWidget]:
        """The list, its details, the header."""
        return [self.table, *([self.split.detail] if self.split.detail is not None else []), self.header]


def _has(text: str, *parts: str) -> bool:
    said = " ".join(parts).casefold()
    return all(word in said for word in text.casefold().split())
