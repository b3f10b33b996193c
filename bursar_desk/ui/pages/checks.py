"""Checks: the list with its filters, and beside it the details of one check or the panel that records it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.services import checks as service
from bursar_desk.ui import theme
from bursar_desk.ui.models.table import TableModel
from bursar_desk.ui.pages import checks_table
from bursar_desk.ui.pages.base import Command, Page
from bursar_desk.ui.pages.checks_detail import CheckDetailPane
from bursar_desk.ui.pages.checks_forms import OutOfUsePane, PutOffPane
from bursar_desk.ui.pages.kept_choices import keep, kept
from bursar_desk.ui.pages.record_draft import Draft, RecordCard, load_card
from bursar_desk.ui.pages.record_panel import RecordPanel
from bursar_desk.ui.widgets import Button, DetailPane, Picker, SearchBox, SplitPane, ground, hline
from bursar_desk.ui.widgets.filter_bar import FilterBar
from bursar_desk.ui.widgets.motion import slide_in
from bursar_desk.ui.widgets.outcomes import NOT_DONE
from bursar_desk.ui.widgets.panes import focus_into

if TYPE_CHECKING:
    from bursar_desk.domain.errors import UserError
    from bursar_desk.services.checks import CheckDetail, CheckLine, CheckList
    from bursar_desk.services.desk import Desk
    from bursar_desk.ui.jobs import Job

_LAYOUT = "checks.layout"


class ChecksPage(Page):
    """One school's checks, or in a cluster office those of every school held."""

    key: ClassVar[str] = "checks"
    title: ClassVar[str] = "Checks"
    icon: ClassVar[str] = "clipboard-check"
    scrolls: ClassVar[bool] = False
    interested_in: ClassVar[tuple[str, ...]] = (
        "school_check", "check_record", "not_done", "put_off", "out_of_use", "defect", "feature", "calendar_block",
        "person", "place", "school",
    )  # fmt: skip

    def build(self) -> None:
        """Header, filter bar, list; the details open when a row is chosen."""
        self._lines: tuple[CheckLine, ...] = ()
        self._drafts: dict[bytes, Draft] = {}
        self._wanted: bytes | None = None
        self._do = ""
        self._school_wanted: object = None
        self._asked: Job[Any] | None = None
        self._ask_again = False
        self._first = True
        office = self.context.facts.office
        self.search = SearchBox("Filter this list", hint="Ctrl+F", width=264)
        self.search.searched.connect(lambda _text: self._narrow())
        self.schools = Picker([(None, "Every school")], parent=self)
        self.schools.hide()
        self.schools.setAccessibleName("School")
        self.schools.picked.connect(lambda _key: self._narrow())
        if office:
            self.header.add(self.schools)
            self.schools.show()
        self.header.add(self.search)
        self.filter = FilterBar(checks_table.parts_for(()), "Show checks")
        self.filter.chosen.connect(lambda _key: self._narrow())
        self.model: TableModel[CheckLine] = TableModel(checks_table.columns(schools=office), lambda line: line.id, self)
        self.table = checks_table.ChecksTable(self.model, "Checks")
        self.table.row_chosen.connect(self._chosen)
        self.table.opened.connect(self._opened)
        self.table.restore_layout(str(kept(self._layout_name(), "")))
        self.table.horizontalHeader().sectionResized.connect(lambda *_: self._keep_layout())
        self.table.horizontalHeader().sortIndicatorChanged.connect(lambda *_: self._keep_layout())
        self.detail: CheckDetailPane | None = None
        self.split = SplitPane(self._make_list())
        self.split.detail_closed.connect(self._detail_closed)
        self.body.addWidget(self.split, 1)

    def _make_list(self) -> QWidget:
        bar = QWidget()
        line = QHBoxLayout(bar)
        line.setContentsMargins(24, 12, 24, 12)
        line.addWidget(self.filter, 1)
        self.dates_button = Button("Enter these dates", size=32, on_click=lambda: self.context.open_page("lastdone"))
        self.dates_button.hide()
        line.addWidget(self.dates_button)
        left = QWidget()
        ground(left, "surface")
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (bar, hline(), self.table):
            column.addWidget(part, 1 if part is self.table else 0)
        return left

    def _layout_name(self) -> str:
        return f"{_LAYOUT}.{self.context.facts.who}{'.office' if self.context.facts.office else ''}"

    def _keep_layout(self) -> None:
        if not self._first and QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton:  # by hand, not by fitting
            keep(self._layout_name(), self.table.save_layout())

    def commands(self) -> dict[Command, Callable[[], object]]:
        """Ctrl+F goes to the filter box."""
        return {**super().commands(), Command.FILTER: self._to_filter}

    def _to_filter(self) -> None:
        self.search.setFocus()
        self.search.selectAll()

    def panes(self) -> list[QWidget]:
        """The list, then its details."""
        return [self.table, *([self.split.detail] if self.split.detail is not None else []), self.filter, self.header]

    # --- reading and showing the list ---

    def load(self, desk: Desk) -> CheckList:
        """Every check of the school, or of all schools in an office."""
        return service.listing(desk, every_school=desk.is_office)

    def fill(self, data: CheckList) -> None:
        """Show the list; the row chosen stays chosen, and its details are read again."""
        self._lines = data.lines
        if self.context.facts.office:
            schools = sorted({(line.school, line.school_name) for line in self._lines}, key=lambda pair: pair[1])
            self.schools.set_choices([(None, "Every school"), *schools])
            if self._first:
                self.schools.set_key(self._school_wanted)
        self._narrow()
        if self._first and self.isVisible() and not self.search.text():
            self.table.setFocus()
        self._first = False
        if self._wanted is not None:
            self._go_to_wanted()
        elif self.table.chosen() is None and self.model.rows and not self._narrow_window():
            self.table.choose(self.model.identity(0))
        elif self.detail is not None and self.split.detail is self.detail:
            self._ask_detail()

    def _narrow_window(self) -> bool:
        """Whether details would cover the list; they then open on Enter only."""
        return self.split.width() < theme.px(SplitPane.NARROW)

    def _narrow(self) -> None:
        """Show the rows of the part, the school and the words chosen."""
        school = self.schools.key()
        lines = [line for line in self._lines if school is None or line.school == school]
        parts = checks_table.parts_for(lines)
        self.filter.set_parts(parts)
        counts = checks_table.counts_of(lines)
        self.filter.set_counts(counts)
        required = sum(line.required for line in lines if checks_table.part_of(line) != "grey")
        self.header.set_note(f"{words.count(counts['all'], 'check')}, {words.number(required)} of them required")
        key, text = self.filter.key(), self.search.text()
        self.dates_button.setVisible(key == "not_known" and "lastdone" in self.context.pages)
        self.table.set_empty(checks_table.nothing(dict(parts)[key], text) if self._lines else self._no_checks())
        self.model.set_rows(checks_table.shown(lines, key, text))

    def _no_checks(self) -> str:
        if self.context.facts.office:
            return "No checks yet. Merge the files of your schools on the Cluster page, then they show here."
        return "No checks yet."

    def focus_on(self, **what: Any) -> None:
        """``check=id`` chooses a check, and ``do="record"`` or ``"out_of_use"`` opens its form.

        ``part=``, ``school=`` and ``text=`` narrow the list.
        """
        self._do = str(what.get("do", ""))
        self._school_wanted = what.get("school")
        self.search.setText(str(what.get("text", "")))
        self.filter.set_key(str(what.get("part", "all")))
        self._wanted = what.get("check")
        if self._lines:
            self.schools.set_key(self._school_wanted)
            self._narrow()
            self._go_to_wanted()

    def open_record(self, record_id: object) -> None:
        """The kit's name for choosing one check."""
        self.focus_on(check=record_id)

    def _go_to_wanted(self) -> None:
        if self._wanted is None:
            return
        found = next((line for line in self._lines if line.id == self._wanted), None)
        if found is not None and checks_table.part_of(found) == "grey" and self.filter.key() == "all":
            self.filter.set_key("grey")
            self._narrow()
        if self.table.choose(self._wanted):
            self.table.setFocus()
            do, self._do = self._do, ""
            if do == "record":
                self._record("")
            elif do == "out_of_use":
                self._out_of_use()
        self._wanted = None

    def unsaved(self) -> str:
        """Records begun and not saved."""
        titles = {line.id: line.title for line in self._lines}
        return words.listing([titles.get(check, "a check") for check, draft in self._drafts.items() if draft.touched])

    # --- the details of the row chosen ---

    def _open_pane(self) -> QWidget | None:
        return self.split.detail

    def _chosen(self, line: CheckLine | None) -> None:
        if line is None or (self._narrow_window() and self.split.detail is None):
            return
        if isinstance(self._open_pane(), RecordPanel | PutOffPane | OutOfUsePane):
            self._leave_pane()
        self._ask_detail()

    def _opened(self, _line: CheckLine) -> None:
        if self.split.detail is None:
            self._ask_detail(then=self._into_detail)
        else:
            self._into_detail()

    def _into_detail(self) -> None:
        pane = self.split.detail
        if isinstance(pane, DetailPane):
            focus_into(pane.inside)

    def _ask_detail(self, then: Callable[[], object] | None = None) -> None:
        """Read the details of the row chosen; while one is being read the next waits, so holding a key stays quick."""
        line = self.table.chosen()
        if line is None:
            return
        if self._asked is not None:
            self._ask_again = True
            return
        self._ask_again = False
        check = line.id

        def arrived(detail: CheckDetail) -> None:
            self._asked = None
            if self._ask_again:
                self._ask_detail(then)
                return
            self._show_detail(detail)
            if then is not None:
                then()

        self._asked = self.context.run(self, lambda desk: service.detail(desk, check), arrived, self._no_detail)

    def _no_detail(self, problem: UserError) -> None:
        self._asked = None
        self.context.problem.emit(problem)

    def _show_detail(self, detail: CheckDetail) -> None:
        if isinstance(self._open_pane(), RecordPanel | PutOffPane | OutOfUsePane):
            return
        fresh = self.detail is None or self.split.detail is not self.detail
        if self.detail is None:
            facts = self.context.facts
            self.detail = CheckDetailPane(writes=not facts.office, plans=not facts.guest)
            self.detail.record_wanted.connect(lambda: self._record(""))
            self.detail.skip_wanted.connect(lambda: self._record(NOT_DONE))
            self.detail.put_off_wanted.connect(self._put_off)
            self.detail.out_of_use_wanted.connect(self._out_of_use)
            self.detail.history_wanted.connect(self._tell_history)
            self.detail.history_button.setVisible("history" in self.context.pages)
        self.detail.show_check(detail, self.context.today, own=detail.line.school == self.context.home)
        if fresh:
            self._show_pane(self.detail)

    def _tell_history(self) -> None:
        line = self.table.chosen()
        if line is not None:
            self.context.open_page("history", check=line.id, name=line.title)

    def _show_pane(self, pane: DetailPane, *, focus: bool = False) -> None:
        """Open a pane beside the list at its own width."""
        was_open = self.split.detail is not None
        if pane is not self.detail:
            self.detail = None  # another pane replaces it for good
        self.split.show_detail(pane, focus=focus)
        wide = pane.sizeHint().width()
        self.split.setSizes([max(1, self.split.width() - wide), wide])
        if not was_open or focus:
            slide_in(pane)

    def _leave_pane(self) -> None:
        """Go back from a form to the details."""
        self.detail = None
        self.split.hide_detail()

    def _detail_closed(self) -> None:
        if self.isVisible():
            self.table.setFocus()
        if self.detail is None and self.table.chosen() is not None:
            self._ask_detail()

    # --- recording and planning ---

    def _record(self, outcome: str) -> None:
        line = self.table.chosen()
        if line is None or line.school != self.context.home:
            return
        check = line.id
        self.context.run(self, lambda desk: load_card(desk, check), lambda card: self._show_record(card, outcome))

    def _show_record(self, card: RecordCard, outcome: str) -> None:
        check = card.detail.line.id
        kept_draft = self._drafts.get(check)
        draft = kept_draft if kept_draft is not None and kept_draft.touched else Draft.of(card, self.context.today)
        if outcome:
            draft.outcome, draft.by_hand = outcome, True
        self._drafts[check] = draft
        panel = RecordPanel(self.context, card, draft)
        panel.saved.connect(lambda _changes: self._saved(check))
        self._show_pane(panel, focus=True)

    def _saved(self, check: bytes) -> None:
        self._drafts.pop(check, None)
        self._leave_pane()

    def _put_off(self) -> None:
        line = self.table.chosen()
        if line is not None:
            self._show_form(PutOffPane(self.context, line))

    def _out_of_use(self) -> None:
        line = self.table.chosen()
        if line is not None and line.school == self.context.home:
            self._show_form(OutOfUsePane(self.context, line))

    def _show_form(self, pane: PutOffPane | OutOfUsePane) -> None:
        pane.saved.connect(lambda _changes: self._leave_pane())
        self._show_pane(pane, focus=True)
