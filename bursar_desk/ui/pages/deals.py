"""Group deals: what schools buy together, what they agreed, what the cluster costs, and what was saved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final

from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from bursar_desk import machine
from bursar_desk.services import deals, reporting
from bursar_desk.ui import theme
from bursar_desk.ui.pages import deals_steps as steps
from bursar_desk.ui.pages.agreements import AgreementsPart
from bursar_desk.ui.pages.base import Command, Page
from bursar_desk.ui.pages.deals_actions import DealActions
from bursar_desk.ui.pages.deals_costs import CostsPart
from bursar_desk.ui.pages.deals_detail import SchoolDealPane, enclosure_of
from bursar_desk.ui.pages.deals_forms_steps import ProposePane
from bursar_desk.ui.pages.deals_list import DealsPart
from bursar_desk.ui.pages.deals_one import DealHead, OneDeal
from bursar_desk.ui.pages.deals_payments import PaymentsPane
from bursar_desk.ui.pages.deals_share import SharingPane
from bursar_desk.ui.pages.evidence_strip import save_a_copy
from bursar_desk.ui.pages.faults_form import FormPane
from bursar_desk.ui.pages.kept_choices import keep_folder, kept_folder
from bursar_desk.ui.pages.savings import SavingsPart
from bursar_desk.ui.pages.savings_prices import PricesPart
from bursar_desk.ui.widgets import Button, Segments, SplitPane, give_letters, ground, hline
from bursar_desk.ui.widgets.file_asks import PDF_FILES, FileAsk
from bursar_desk.ui.widgets.stacks import show_only

if TYPE_CHECKING:
    from bursar_desk.services.deals_shapes import DealView, WayLine
    from bursar_desk.services.desk import Desk
    from bursar_desk.ui.pages.deals_parts import Part

FOLDER: Final = "deal papers"


@dataclass(frozen=True, slots=True)
class Shown:
    """What was read: a part's own data, or one deal; and the schools that can be asked."""

    part: str
    data: Any
    deal: DealView | None
    schools: tuple[tuple[bytes, str], ...]


class DealsPage(Page):
    """A segment of the list, or one deal over the whole page, with details and forms beside."""

    key: ClassVar[str] = "deals"
    title: ClassVar[str] = "Group deals"
    icon: ClassVar[str] = "handshake"
    scrolls: ClassVar[bool] = False
    interested_in: ClassVar[tuple[str, ...]] = (
        "deal", "deal_offer", "deal_baseline", "sharing", "deal_step", "agreement", "running_cost", "payment", "answer",
        "saving", "school", "contract", "contract_term", "supplier", "meeting", "place", "cover_worked", "buying",
    )  # fmt: skip

    def build(self) -> None:
        """Header, segments, the parts, and the place beside them."""
        self.files = FileAsk(self)
        self._part, self._deal, self._column = "deals", b"", ""
        self._trying = ""
        self._last_pane: QWidget | None = None
        self._held: OneDeal | None = None  # what the focus goes back to when the place beside is closed
        self.one: OneDeal | None = None
        self.acts: DealActions | None = None
        self.main_button = Button("Propose a deal", "filled", icon="plus", on_click=self._main)
        self.header.add(self.main_button)
        self.head = DealHead()
        self.head.back.connect(self.show_list)
        self.head.step_wanted.connect(self._take)
        self.parts: dict[str, Part] = {}
        self.segments = Segments([(key, one.title) for key, one in PARTS.items()], "Show")
        self.segments.chosen.connect(self.show_part)
        self.bar = ground(QWidget(), "surface")
        across = QHBoxLayout(self.bar)
        across.setContentsMargins(24, 10, 24, 10)
        across.addWidget(self.segments)
        across.addStretch(1)
        self.extra = QWidget()
        self._extra = QHBoxLayout(self.extra)
        self._extra.setContentsMargins(0, 0, 0, 0)
        across.addWidget(self.extra)
        self.stack = QStackedWidget()
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        self._line = hline()
        column.addWidget(self._line)
        column.addWidget(self.stack, 1)
        self.split = SplitPane(holder)
        self.split.detail_closed.connect(self._closed)
        self.body.addWidget(self.head)
        self.body.addWidget(self.split, 1)

    def _made(self, key: str) -> Part:
        """The part of a segment, made when it is first shown."""
        if key not in self.parts:
            part = PARTS[key](self)
            self.parts[key] = part
            self.stack.addWidget(part)
            if isinstance(part, DealsPart):
                part.opened.connect(self.show_deal)
                part.propose_wanted.connect(self.propose)
                part.ended_wanted.connect(self.reload)
                self._extra.addWidget(part.ended)
        return self.parts[key]

    # --- reading and showing ---

    def load(self, desk: Desk) -> Shown:
        """Read the segment shown, or the deal that is open."""
        roots = [one for one in desk.trust.roots.values() if one.sort != "office"]
        schools = tuple(sorted(((one.school, one.name) for one in roots), key=lambda pair: pair[1].casefold()))
        if self._deal:
            return Shown(self._part, None, deals.show(desk, self._deal), schools)
        part = self.parts.get(self._part)
        return Shown(self._part, part.read(desk) if part is not None else None, None, schools)

    def reload(self) -> None:
        """Make the part before it is read on the other worker."""
        self._made(self._part)
        super().reload()

    def fill(self, data: Shown) -> None:
        """Show what was read, unless the person has gone on meanwhile."""
        if (data.deal.line.id if data.deal else b"") != self._deal or data.part != self._part:
            return
        for part in (self.header, self.bar, self._line):
            part.setVisible(data.deal is None)
        self.head.setVisible(data.deal is not None)
        if data.deal is not None:
            self._fill_deal(data.deal, data)
        else:
            self._fill_part(data)
        if self.isVisible():
            give_letters(self)

    def _fill_part(self, data: Shown) -> None:
        part = self._made(data.part)
        part.fill(data.data)
        came_back = self.one is not None and self.stack.currentWidget() is self.one
        show_only(self.stack, part)
        if came_back and isinstance(part, DealsPart):
            part.table.setFocus()
        self.header.set_note(part.note())
        action = part.action()
        self.main_button.setVisible(action is not None and not part.bare)
        if action is not None:
            self.main_button.set_words(action[0])
        self.extra.setVisible(data.part == DealsPart.key)
        self._line.setVisible(part.scrolls)  # a table draws its own

    def _fill_deal(self, view: DealView, data: Shown) -> None:
        self.acts = DealActions(self, view, data.schools)
        found = steps.steps_of(view, self.context.facts)
        self.head.show_deal(view.line.title, found.open)
        before, self.one = self.one, OneDeal(view, found)
        same = before is not None and before.view.line.id == view.line.id
        on_table = not same or (before is not None and before.table.hasFocus())
        row = before.table.chosen() if same and before is not None else None
        self.one.drilled.connect(self.acts.drill)
        self.one.offer_wanted.connect(self.acts.offer)
        self.one.pane_wanted.connect(self.show_sharing)
        self.one.fix_wanted.connect(lambda: self._take(steps.SHARE))
        self.one.untried.connect(self._untry)
        self.stack.addWidget(self.one)
        show_only(self.stack, self.one)
        if before is not None:
            self.stack.removeWidget(before)
            before.hide()
            if before is not self._held:
                before.deleteLater()
        if row is not None:
            self.one.table.choose(row.school)
        if on_table and not isinstance(self.split.detail, FormPane):
            self.one.table.setFocus()
        self._show_beside(view)

    def _show_beside(self, view: DealView) -> None:
        """What stood beside stays, read anew; a form stays as it is typed."""
        pane = self.split.detail
        if isinstance(pane, FormPane) or self.acts is None:
            return
        if self._column:
            school, self._column = self._column, ""
            self.acts.school(bytes.fromhex(school))
        elif isinstance(pane, SchoolDealPane):
            self.acts.school(pane.school.school, pane.first)
        elif isinstance(pane, PaymentsPane):
            self.acts.payments()
        elif self._wide or isinstance(pane, SharingPane):
            self.show_sharing()
        way = next((one for one in view.ways if one.code == self._trying), None)
        if way is not None:
            self._try(way)

    @property
    def _wide(self) -> bool:
        return self.split.width() >= theme.px(SplitPane.NARROW)

    # --- going about ---

    def focus_on(self, **what: Any) -> None:
        """Open a segment (``part``) or a deal (``deal``), with a school’s figures beside (``school``)."""
        part, deal, school = what.get("part"), what.get("deal"), what.get("school")
        self._part = str(part) if part in PARTS else "deals"
        self.segments.set_key(self._part)
        self._deal = deal if isinstance(deal, bytes) else b""
        self._column = school.hex() if isinstance(school, bytes) else ""
        if self.split.detail is not None:
            self._leave_pane()
        if self._stale_free():
            self.reload()

    def _stale_free(self) -> bool:
        return self.data is not None or self._loading is not None

    def show_part(self, key: str) -> None:
        """Go to a segment."""
        self._part, self._deal = key, b""
        self.segments.set_key(key)
        if self.split.detail is not None:
            self._leave_pane()
        self.reload()

    def show_deal(self, deal: bytes) -> None:
        """Open one deal."""
        self._deal, self._part, self._trying = deal, "deals", ""
        if self.split.detail is not None:
            self._leave_pane()
        self.reload()

    def show_list(self) -> None:
        """Back to all deals."""
        self.show_part("deals")

    def _leave_pane(self) -> None:
        had, before = self.focusWidget(), self.split.blockSignals(True)
        self.main_button.set_kind("filled")
        self.split.hide_detail()
        self.split.blockSignals(before)
        chosen = next(one for one in self.segments.findChildren(QAbstractButton) if one.isChecked())
        self._let_go()
        places: list[QWidget | None] = [had, self.head.back_button, chosen]
        for one in places:
            if one is not None and one.isVisible():
                one.setFocus()
                break

    def _let_go(self) -> None:
        """The place beside is closed: a deal as it was read before is needed no more."""
        held, self._held = self._held, None
        if held is not None and held is not self.one:
            held.deleteLater()

    def _main(self) -> None:
        action = self._made(self._part).action()
        if action is not None:
            action[1]()

    def propose(self) -> None:
        """Open the form that proposes a deal."""
        self.open_form(ProposePane(self.context, self.data.schools if self.data else ()))

    # --- beside a deal ---

    def show_sharing(self) -> None:
        """How the cost is shared, beside the table."""
        if self.one is None or self.acts is None:
            return
        pane = SharingPane(self.one.view, may_decide=self.acts.may_decide)
        pane.tried.connect(self._try)
        pane.print_wanted.connect(self.print_deal)
        pane.decide_wanted.connect(lambda: self._take(steps.DECIDE))
        pane.versions_wanted.connect(self.acts.versions)
        if self._trying:
            pane.choose(self._trying)
        self.open_pane(pane)

    def _try(self, way: WayLine) -> None:
        if self.one is None or self.acts is None:
            return
        self._trying = "" if way.chosen else way.code
        self.acts.way = None if way.chosen else way
        self.one.show_way(way)

    def _untry(self) -> None:
        self._trying = ""
        if self.acts is not None:
            self.acts.way = None
        if self.one is not None:
            self.one.show_way(None)
        pane = self.split.detail
        if isinstance(pane, SharingPane):
            pane.clear_choice()

    def _take(self, step: str) -> None:
        if self.acts is not None:
            self.acts.take(step)

    def _closed(self) -> None:
        """A form or a record beside a deal was closed: how the cost is shared stands there again."""
        self.main_button.set_kind("filled")
        self._let_go()
        if self.one is not None:
            self.one.pane_button.setVisible(True)
            self.one.table.setFocus()
        if self._deal and self._wide and not isinstance(self._last_pane, SharingPane):
            self.show_sharing()

    # --- what the parts ask of the page ---

    def open_pane(self, pane: QWidget, *, focus: bool = False) -> None:
        """Show details beside."""
        if self.split.detail is None:
            self._held = self.one
        self._last_pane = pane
        self.main_button.set_kind("outlined")  # what stands beside has the filled button now
        if self.one is not None:
            self.one.pane_button.setVisible(not isinstance(pane, SharingPane))
        self.split.show_detail(pane, focus=focus)
        if self.isVisible():
            give_letters(self)

    def open_form(self, pane: FormPane) -> None:
        """Show a form beside; it goes once it is saved."""
        pane.saved.connect(lambda _changes: self.split.hide_detail())
        self.open_pane(pane, focus=True)

    def shown_pane(self) -> QWidget | None:
        """What stands beside now."""
        return self.split.detail

    def do(self, work: Callable[[Desk], tuple[Any, Any]], said: str) -> None:
        """Write something, say it, and offer to take it back."""
        self.context.run(self, work, lambda made: self.context.acted(made[1], said))

    def save_file(self, facts: object) -> None:
        """Ask where a copy of a file goes that a record names."""
        file = enclosure_of(facts) if isinstance(facts, Mapping) else None
        if file is None:
            return
        self.context.run(
            self, lambda desk: replace(file, here=desk.store.blobs.has(file.sha256)),
            lambda found: save_a_copy(self.context, self, self.files, found),
        )  # fmt: skip

    def ask_paper(self, name: str, write: Callable[[Desk, Path], object]) -> None:
        """Ask where a paper goes, write it, and say so."""

        def written(made: Any) -> None:
            self.context.tell(f"{made.file.name} is saved.", undo=False)

        def chosen(path: Path) -> None:
            keep_folder(FOLDER, path)
            self.context.run(self, lambda desk: write(desk, path), written)

        suggested = kept_folder(FOLDER) / machine.safe_file_name(f"{name}.pdf")
        self.files.save("Save the paper", suggested, PDF_FILES, chosen)

    def print_deal(self) -> None:
        """Save the paper for governors."""
        if self.one is not None:
            line = self.one.view.line
            self.ask_paper(
                f"Deal for governors {line.title}",
                lambda desk, path: reporting.write(desk, "deal", path, about=line.id),
            )

    def commands(self) -> dict[Command, Callable[[], object]]:
        """Ctrl+N proposes or adds; Ctrl+P prints the deal."""
        found = super().commands()
        if self._deal:
            found[Command.PRINT] = self.print_deal
        elif self._made(self._part).action() is not None:
            found[Command.NEW] = self._main
        return found

    def unsaved(self) -> str:
        """A form half typed."""
        pane = self.split.detail
        return pane.title if isinstance(pane, FormPane) and pane.touched else ""


PARTS: Final[dict[str, type[Part]]] = {
    one.key: one for one in (DealsPart, AgreementsPart, CostsPart, SavingsPart, PricesPart)
}  # fmt: skip
