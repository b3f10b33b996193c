"""Buying: the services we buy, looked at every year, and purchases from the rule to the choice; details beside."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, Final

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from bursar_desk.services import buying, service_reviews, service_reviews_year
from bursar_desk.ui import theme
from bursar_desk.ui.pages.base import Command, Page
from bursar_desk.ui.pages.buying_data import BuyingData, read_buying
from bursar_desk.ui.pages.buying_detail import PurchasePane, purchase_columns
from bursar_desk.ui.pages.buying_services import DecideForm, ServiceForm, ServicePane, service_columns
from bursar_desk.ui.pages.buying_steps import take
from bursar_desk.ui.pages.faults_form import FormPane
from bursar_desk.ui.pages.faults_views import ListView
from bursar_desk.ui.pages.messages_files import MessageFiles
from bursar_desk.ui.pages.narrow_table import NarrowTable
from bursar_desk.ui.widgets import Button, DetailPane, EmptyState, Picker, Segments, SplitPane, give_letters, ground
from bursar_desk.ui.widgets.panes import focus_into
from bursar_desk.ui.widgets.stacks import show_only

if TYPE_CHECKING:
    from bursar_desk.services.buying_shapes import ReviewLine
    from bursar_desk.services.desk import Desk

SERVICES, QUOTES = "services", "quotes"
VIEWS: Final = ((SERVICES, "Services we buy"), (QUOTES, "Quotes"))
_LEAVES_OUT: Final = ("Minute", "Provider", "Quality", "A year")


class BuyingPage(Page):
    """Two lists under one head; one service, one purchase or a form opens beside."""

    key: ClassVar[str] = "buying"
    title: ClassVar[str] = "Buying"
    icon: ClassVar[str] = "coins"
    scrolls: ClassVar[bool] = False
    interested_in: ClassVar[tuple[str, ...]] = (*buying.TABLES, "service_review", "contract_term", "school",
                                                "deal_baseline")  # fmt: skip

    def build(self) -> None:
        """Header, the two lists, and the place beside them."""
        self.files = MessageFiles(self.context, self)
        self._year: int | None = None
        self._first = True
        self._chosen_row: dict[str, bytes | None] = {SERVICES: None, QUOTES: None}
        self._wanted: dict[str, Any] = {}
        self.begin_button = Button("Add a service", "filled", icon="plus", on_click=self.begin)
        self.header.add(self.begin_button)
        self.views = Segments(VIEWS, "Show")
        self.views.chosen.connect(lambda _key: self._turn())
        self.year = Picker()
        self.year.setAccessibleName("Year")
        self.year.setMinimumWidth(theme.px(120))
        self.year.picked.connect(self._pick_year)
        self.start_button = Button("Fill in from contracts", size=32, icon="list-checks", on_click=self.start_year)
        self.bands_button = Button("Rules for quotes", size=32, icon="list-checks", on_click=self.set_bands)
        office = self.context.facts.office
        add = "" if office else "Fill in from contracts"
        no_service = EmptyState(
            "No services are listed for this year",
            "What schools list and send shows here." if office else
            "Look once a year at everything you buy: keep it, go to market, buy as a cluster, or stop.", add,
            self.start_year, icon="coins",
        )  # fmt: skip
        no_purchase = EmptyState(
            "Nothing is being bought",
            "What schools buy and send shows here." if office else
            "Start with what you want to buy; the rule for its value follows.",
            "" if office else "Start a purchase", self.begin, icon="coins",
        )  # fmt: skip
        self.services = ListView(service_columns(schools=office), lambda one: one.row.id, "Services", no_service)
        self._narrow_services()
        self.purchases = ListView(purchase_columns(schools=office), lambda one: one.line.row.id, "Purchases",
                                  no_purchase)  # fmt: skip
        self._stack = QStackedWidget()
        for view in (self.services, self.purchases):
            self._stack.addWidget(view)
            view.table.row_chosen.connect(lambda _row: self._picked())
            view.table.opened.connect(lambda _row: self._picked(into=True))
        self.split = SplitPane(self._make_left())
        self.split.detail_closed.connect(self._closed)
        self.body.addWidget(self.split, 1)

    def _narrow_services(self) -> None:
        """Let the review keep the decision and the day to opt out longest where it gets narrow."""
        view = self.services
        table = NarrowTable(view.model, "Services", _LEAVES_OUT, least=140)
        stack = view.table.parentWidget()
        if isinstance(stack, QStackedWidget):
            stack.insertWidget(0, table)
            stack.removeWidget(view.table)
        view.table.deleteLater()
        view.table = table

    def _make_left(self) -> QWidget:
        left = ground(QWidget(), "surface")
        bar = QWidget()
        line = QHBoxLayout(bar)
        line.setContentsMargins(24, 12, 24, 12)
        line.addWidget(self.views)
        line.addWidget(self.year)
        line.addStretch()
        line.addWidget(self.start_button)
        line.addWidget(self.bands_button)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(bar)
        column.addWidget(self._stack, 1)
        return left

    # --- reading and showing ---

    @property
    def writes(self) -> bool:
        """Whether anything may be changed here: an office looks only."""
        return self.context.facts.manages and not self.context.facts.office

    @property
    def at(self) -> str:
        """Which of the two lists is shown."""
        return self.views.key()

    @property
    def shown(self) -> ListView:
        """The list shown."""
        return self.services if self.at == SERVICES else self.purchases

    def load(self, desk: Desk) -> BuyingData:
        """Read the review of the year chosen, and all purchases."""
        return read_buying(desk, self._year)

    def fill(self, data: BuyingData) -> None:
        """Show both lists; what is open beside them is shown as it is now, unless somebody is filling in a form."""
        self.year.set_choices(data.years)
        self.year.set_key(data.review.year)
        self.services.set_rows(data.review.lines, any_at_all=bool(data.review.lines))
        self.purchases.set_rows(data.purchases, any_at_all=bool(data.purchases))
        self.views.set_counts({SERVICES: len(data.review.lines), QUOTES: len(data.purchases)})
        wanted, self._wanted = self._wanted, {}
        if wanted:
            self._go(wanted)
        else:
            self._show_view()
        if self._first and self.shown.model.rows and self.isVisible() and not isinstance(self.split.detail, FormPane):
            self.shown.table.setFocus()
        self._first = False

    def _show_view(self) -> None:
        show_only(self._stack, self.shown)
        self._head()
        if isinstance(self.split.detail, FormPane) and self.split.detail.touched:
            return
        row = self._chosen_row[self.at]
        rows = self.shown.model.rows
        if row is None or self.shown.model.place_of(row) < 0:
            row = self.shown.model.identity(0) if rows else None  # type: ignore[assignment]  # ids are bytes
        if row is None or (self._narrow_window() and self.split.detail is None):
            self.split.hide_detail()
            return
        self.shown.table.choose(row)
        self._show(row)

    def _head(self) -> None:
        services = self.at == SERVICES
        data = self.data
        if isinstance(data, BuyingData):
            self.header.set_note(data.review.sentence if services else data.running)
        self.year.setVisible(services)
        self.start_button.setVisible(services and self.writes)
        self.bands_button.setVisible(not services and self.writes)
        self.begin_button.set_words("Add a service" if services else "Start a purchase")
        self.begin_button.setVisible(self.writes)
        self.begin_button.set_kind("outlined" if self.split.detail is not None else "filled")
        if self.isVisible():
            give_letters(self.window())

    def _narrow_window(self) -> bool:
        return self.split.width() < theme.px(SplitPane.NARROW)

    def _turn(self) -> None:
        self.split.hide_detail()
        self._show_view()

    def _pick_year(self, key: object) -> None:
        self._year = int(str(key))
        self._chosen_row[SERVICES] = None
        self.split.hide_detail()
        self.reload()

    def focus_on(self, **what: Any) -> None:
        """``service=`` or ``buying=`` shows a row, ``contract=`` starts a purchase from it, ``view=`` turns."""
        self._wanted = what
        if isinstance(self.data, BuyingData):
            self.fill(self.data)

    def _go(self, what: dict[str, Any]) -> None:
        view = QUOTES if "buying" in what or "contract" in what else SERVICES if "service" in what else what.get("view")
        if view in (SERVICES, QUOTES):
            self.views.set_key(view)
        for name, at in (("service", SERVICES), ("buying", QUOTES)):
            if isinstance(what.get(name), bytes):
                self._chosen_row[at] = what[name]
        self._show_view()
        contract = what.get("contract")
        if isinstance(contract, bytes) and self.writes:
            self.context.run(self, lambda desk: buying.from_contract(desk, contract), self._start_from)

    def _start_from(self, new: buying.NewBuying) -> None:
        from bursar_desk.ui.pages.buying_forms import StartForm

        self.open(StartForm(self.context, self.data.contracts, service=new.service, title=new.title,
                            contract=new.contract, yearly=new.yearly), focus=True)  # fmt: skip

    # --- beside the list ---

    def _picked(self, *, into: bool = False) -> None:
        row = self.shown.table.chosen()
        if row is None:
            return
        identity = row.row.id if self.at == SERVICES else row.line.row.id
        if isinstance(self.split.detail, FormPane) and self.split.detail.touched:
            return  # a form somebody typed in stays while they look along the list
        if into or not self._narrow_window() or self.split.detail is not None:
            self._show(identity, focus=into)

    def _show(self, row: bytes, *, focus: bool = False) -> None:
        """Show one row of the list beside it."""
        self._chosen_row[self.at] = row
        if not isinstance(self.data, BuyingData):
            return
        if self.at == SERVICES:
            line = self.data.service(row)
            if line is not None:
                pane = ServicePane(line, may_write=self.writes)
                pane.wanted.connect(self._service_step)
                self.open(pane, focus=focus)
            return
        view = self.data.purchase(row)
        if view is not None:
            shown = PurchasePane(view, may_write=self.writes)
            shown.wanted.connect(lambda step, quote: take(self, view, step, quote))
            self.open(shown, focus=focus)

    def open(self, pane: DetailPane, *, focus: bool = False) -> None:
        """Open a pane beside the list at its own width."""
        if isinstance(pane, FormPane):
            pane.saved.connect(lambda _changes: self.reload())
        self.split.show_detail(pane)
        wide = min(pane.sizeHint().width(), self.split.width() * 58 // 100)
        self.split.setSizes([max(1, self.split.width() - wide), wide])
        self._head()
        if focus:
            focus_into(pane.inside)

    def _closed(self) -> None:
        if isinstance(self.split.detail, FormPane):
            return
        if self.isVisible():
            self.shown.table.setFocus()
        self._head()

    # --- steps ---

    def begin(self) -> None:
        """Add a service or start a purchase, as the list shown asks."""
        if not isinstance(self.data, BuyingData) or not self.writes:
            return
        if self.at == SERVICES:
            self.open(ServiceForm(self.context, self.data.review.year), focus=True)
            return
        from bursar_desk.ui.pages.buying_forms import StartForm

        self.open(StartForm(self.context, self.data.contracts), focus=True)

    def start_year(self) -> None:
        """Fill the year's review in from the contracts that run and last year's services."""
        if not isinstance(self.data, BuyingData) or not self.writes:
            return
        year = self.data.review.year

        def filled(made: tuple[int, Any]) -> None:
            count = made[0]
            said = f"{count} service{'' if count == 1 else 's'} added to {service_reviews.year_words(year)}."
            self.context.acted(made[1], said)

        self.context.run(self, lambda desk: service_reviews_year.start_year(desk, year), filled)

    def set_bands(self) -> None:
        """Open the school's rules for quotes."""
        if isinstance(self.data, BuyingData) and self.writes:
            from bursar_desk.ui.pages.buying_forms import BandsForm

            self.open(BandsForm(self.context, self.data.bands), focus=True)

    def _service_step(self, line: ReviewLine, step: str) -> None:
        if step == "decide":
            self.open(DecideForm(self.context, line), focus=True)
        elif step == "change":
            self.open(ServiceForm(self.context, line.row.year or 0, line), focus=True)
        else:
            from bursar_desk.ui.pages.buying_forms import StartForm

            self.views.set_key(QUOTES)
            self._show_view()
            self.open(StartForm(self.context, self.data.contracts, service=line.row.service, title=line.service_words,
                                contract=line.row.contract, yearly=line.row.price), focus=True)  # fmt: skip

    # --- menu, F6 ---

    def unsaved(self) -> str:
        """A form begun and not saved."""
        pane = self.split.detail
        return pane.title if isinstance(pane, FormPane) and pane.touched else ""

    def commands(self) -> dict[Command, Callable[[], object]]:
        """Ctrl+N adds a service or starts a purchase."""
        found = super().commands()
        if self.writes:
            found[Command.NEW] = self.begin
        return found

    def panes(self) -> list[QWidget]:
        """The list, its details, the header."""
        return [self.shown.table, *([self.split.detail] if self.split.detail is not None else []), self.header]
