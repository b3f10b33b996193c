"""Checks: the list with its filters, and beside it the details of one check or the panel that records it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.services import check_views
from bursar_desk.services import checks as service
from bursar_desk.services.check_views import ListView
from bursar_desk.ui.pages import checks_table
from bursar_desk.ui.pages.base import Command
from bursar_desk.ui.pages.checks_beside import ChecksBeside
from bursar_desk.ui.pages.checks_views import GroupButton, SaveViewPane, ViewsButton, told_of
from bursar_desk.ui.pages.kept_choices import keep, kept
from bursar_desk.ui.widgets import Button, Picker, SearchBox, SplitPane, ground, hline
from bursar_desk.ui.widgets.filter_bar import FilterBar

if TYPE_CHECKING:
    from bursar_desk.services.checks import CheckLine, CheckList
    from bursar_desk.services.desk import Desk

_LAYOUT = "checks.layout"


class ChecksPage(ChecksBeside):
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
        self._do = ""
        self._school_wanted: object = None
        self._first = True
        self._reasons: dict[bytes, str] = {}
        self.start_beside()
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
        self.groups = GroupButton(office=office)
        self.groups.set_key(str(kept(f"{self._layout_name()}.group", "")))
        self.groups.picked.connect(self._group_by)
        self.views = ViewsButton(f"{self._layout_name()}.views")
        self.views.picked.connect(self._show_view)
        self.views.save_wanted.connect(self._name_view)
        self.new_button = Button("New check", icon="plus", on_click=self.new_check)
        for part in (self.groups, self.views, self.search, self.new_button):
            self.header.add(part)
        self.new_button.setVisible(not office and not self.context.facts.guest)
        self._make_table(office=office)
        self.split = SplitPane(self._make_list())
        self.split.detail_closed.connect(self._detail_closed)
        self.body.addWidget(self.split, 1)

    def _make_table(self, *, office: bool) -> None:
        self.filter = FilterBar(checks_table.parts_for(()), "Show checks")
        self.filter.chosen.connect(lambda _key: self._narrow())
        self.model = checks_table.ChecksModel(checks_table.columns(schools=office, reasons=self._reasons), self)
        self.model.set_group(self.groups.key())
        self.table = checks_table.ChecksTable(self.model, "Checks")
        self.table.row_chosen.connect(self._chosen)
        self.table.opened.connect(self._opened)
        self.table.restore_layout(str(kept(self._layout_name(), "")))
        self.table.horizontalHeader().sectionResized.connect(lambda *_: self._keep_layout())
        self.table.horizontalHeader().sortIndicatorChanged.connect(lambda *_: self._keep_sort())

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

    def _keep_sort(self) -> None:
        if not self._first:
            keep(self._layout_name(), self.table.save_layout())

    def commands(self) -> dict[Command, Callable[[], object]]:
        """Ctrl+F goes to the filter box, Ctrl+N opens the form of a new check."""
        mine: dict[Command, Callable[[], object]] = {Command.FILTER: self._to_filter}
        if not self.context.facts.office and not self.context.facts.guest:
            mine[Command.NEW] = self.new_check
        return {**super().commands(), **mine}

    def _to_filter(self) -> None:
        self.search.setFocus()
        self.search.selectAll()

    def panes(self) -> list[QWidget]:
        """The list, then its details."""
        return [self.table, *([self.split.detail] if self.split.detail is not None else []), self.filter, self.header]

    # --- reading and showing the list ---

    def load(self, desk: Desk) -> tuple[CheckList, dict[bytes, str]]:
        """Every check of the school, or of all schools in an office; and why some do not apply."""
        listed = service.listing(desk, every_school=desk.is_office)
        return listed, check_views.reasons(desk, None if desk.is_office else desk.home)

    def fill(self, data: tuple[CheckList, dict[bytes, str]]) -> None:
        """Show the list; the row chosen stays chosen, and its details are read again."""
        self._lines = data[0].lines
        self._reasons.clear()
        self._reasons.update(data[1])
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
        elif self.table.chosen() is None and self.model.lines and not self.narrow_window():
            self.table.choose(self.model.lines[0].id)
        elif self.detail is not None and self.split.detail is self.detail:
            self._ask_detail()

    def _narrow(self) -> None:
        """Show the rows of the part, the school and the words chosen."""
        school = self.schools.key()
        lines = [line for line in self._lines if school is None or line.school == school]
        parts = checks_table.parts_for(lines)
        self.filter.set_parts(parts)
        counts = checks_table.counts_of(lines)
        self.filter.set_counts(counts)
        required = sum(line.required for line in lines if checks_table.part_of(line) not in checks_table.OUTSIDE)
        self.header.set_note(f"{words.count(counts['all'], 'check')}, {words.number(required)} of them required")
        if self.filter.key() not in dict(parts):
            self.filter.set_key("all")
        key, text = self.filter.key(), self.search.text()
        self.dates_button.setVisible(key == "not_known" and "lastdone" in self.context.pages)
        self.table.show_reasons(wanted=key == "grey")
        self.table.set_empty(checks_table.nothing(dict(parts)[key], text) if self._lines else self._no_checks())
        self.model.set_rows(checks_table.shown(lines, key, text))

    def _no_checks(self) -> str:
        if self.context.facts.office:
            return "No checks yet. Merge the files of your schools on the Cluster page, then they show here."
        return "No checks yet."

    def focus_on(self, **what: Any) -> None:
        """``check=id`` chooses a check, and ``do="record"``, ``"change"`` or ``"out_of_use"`` opens its form.

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
        part = checks_table.part_of(found) if found is not None else ""
        if part in checks_table.OUTSIDE and self.filter.key() == "all":
            self.filter.set_key(part)
            self._narrow()
        if self.table.choose(self._wanted):
            self.table.setFocus()
            do, self._do = self._do, ""
            if do == "record":
                self._record("")
            elif do == "out_of_use":
                self._out_of_use()
            elif do == "change":
                self._change()
        self._wanted = None

    def unsaved(self) -> str:
        """Records begun and not saved."""
        titles = {line.id: line.title for line in self._lines}
        begun = [titles.get(check, "a check") for check, draft in self._drafts.items() if draft.touched]
        if self._form is not None and self._form.touched:
            begun.append(self._form.start.title or "a new check")
        own = self._form.known.row if self._form is not None else None
        now = (own.id if own else None) if self._form is not None else b""
        begun += [new.title or "a new check" for key, new in self._begun.items() if key != now]
        return words.listing(begun)

    # --- views ---

    def _group_by(self, key: str) -> None:
        keep(f"{self._layout_name()}.group", key)
        self.model.set_group(key)

    def _name_view(self) -> None:
        school = self.schools.currentText() if self.schools.key() is not None else ""
        part = dict(checks_table.parts_for(self._lines)).get(self.filter.key(), "All")
        pane = SaveViewPane(told_of(part, self.search.text(), self.groups.key(), school), self._keep_view)
        self._show_pane(pane, focus=True)

    def _keep_view(self, name: str) -> None:
        """Keep what is shown now. Raises ``UserError`` without a name."""
        school = self.schools.key()
        names = [column.name for column in self.model.columns]
        sort, ascending = self.model.sorted_by or (-1, True)
        self.views.save_view(ListView(
            name, self.filter.key(), self.search.text(), self.groups.key(),
            school.hex() if isinstance(school, bytes) else "", names[sort] if sort >= 0 else "", ascending,
        ))  # fmt: skip
        self.context.tell(f"The view “{' '.join(name.split())}” is saved.", undo=False)
        self._leave_pane()

    def _show_view(self, view: ListView) -> None:
        """Look at the list the way that was saved; a part that is gone shows all."""
        self.search.setText(view.text)
        known = dict(checks_table.parts_for(self._lines))
        self.filter.set_parts(list(known.items()))
        self.filter.set_key(view.part if view.part in known else "all")
        if self.context.facts.office:
            self.schools.set_key(bytes.fromhex(view.school) if view.school else None)
        self.groups.set_key(view.group)
        self._group_by(view.group)
        if view.sort in [column.name for column in self.model.columns]:
            self.table.sort_by(view.sort, ascending=view.ascending)
        self._narrow()
