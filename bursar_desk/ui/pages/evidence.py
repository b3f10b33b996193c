"""Evidence: every certificate, report and photo kept, with what runs out first; the document itself stands beside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.domain.errors import UserError
from bursar_desk.services import checks, evidence, people
from bursar_desk.services.evidence import EvidenceLine
from bursar_desk.ui import theme
from bursar_desk.ui.models.table import Column, TableModel
from bursar_desk.ui.pages.base import Command, Page
from bursar_desk.ui.pages.evidence_files import FOLDER, KINDS
from bursar_desk.ui.pages.evidence_pane import EvidencePane
from bursar_desk.ui.pages.kept_choices import keep_folder, kept_folder
from bursar_desk.ui.status_marks import NOT_NEEDED, OK, OVERDUE, SOON, UNKNOWN, Look
from bursar_desk.ui.widgets import Button, SearchBox, SplitPane, TableView, ground, hline
from bursar_desk.ui.widgets.file_asks import FileAsk, dropped_paths
from bursar_desk.ui.widgets.filter_bar import FilterBar

if TYPE_CHECKING:
    from bursar_desk.domain.operations import Changes
    from bursar_desk.services.desk import Desk

PARTS: Final = (
    ("all", "All"), ("out", "Ran out"), ("soon", "Runs out soon"), ("waiting", "Not here yet"), ("alone", "Not linked"),
)  # fmt: skip
_WIDTHS: Final = {"Status": 132, "School": 140, "For": 200, "Dated": 100, "Runs out": 100, "Owner": 108}
_LEAST: Final = 240  # pixels for a title
_ORDER: Final = {"out": 0, "soon": 1}


@dataclass(frozen=True, slots=True)
class Shelf:
    """What the page shows: every document, and what it can be linked to and owned by."""

    lines: tuple[EvidenceLine, ...]
    checks: tuple[tuple[bytes, str], ...]
    people: tuple[tuple[bytes, str], ...]


def read_shelf(desk: Desk) -> Shelf:
    """Read it; on the database worker."""
    lines = evidence.listing(desk, every_school=desk.is_office)
    ordered = sorted(lines, key=lambda one: (_ORDER.get(one.state, 2), one.title.casefold()))
    own = () if desk.is_office else checks.listing(desk).lines
    staff = () if desk.is_office else people.listing(desk)
    named = sorted(((one.id, one.title) for one in own), key=lambda pair: pair[1].casefold())
    return Shelf(tuple(ordered), tuple(named), tuple((one.id, one.name) for one in staff))


def look_of(line: EvidenceLine) -> Look:
    """How a document stands as a mark; its words say the same."""
    if line.state:
        return OVERDUE if line.state == "out" else SOON
    if not line.here:
        return UNKNOWN
    return OK if line.expires_on else NOT_NEEDED


def stands(line: EvidenceLine) -> str:
    """How a document stands, in a word or two."""
    if line.state:
        return "Ran out" if line.state == "out" else "Runs out soon"
    if not line.here:
        return "Not here yet"
    return "In date" if line.expires_on else "No end date"


def _for(line: EvidenceLine) -> str:
    if not line.about:
        return "Nothing yet"
    more = len(line.about) - 1
    return line.about[0].words + (f" and {words.number(more)} more" if more else "")


def columns(*, office: bool) -> list[Column[EvidenceLine]]:
    """The columns of the list."""
    school = Column["EvidenceLine"](
        "School", lambda one: one.school_name, _WIDTHS["School"], sort=lambda one: one.school_name
    )
    return [
        Column(
            "Status",
            stands,
            _WIDTHS["Status"],
            status=look_of,
            sort=lambda one: (_ORDER.get(one.state, 2), one.title.casefold()),
        ),
        *([school] if office else []),
        Column("Document", lambda one: one.title, 200, lead=True, stretch=True, sort=lambda one: one.title.casefold()),
        Column("For", _for, _WIDTHS["For"], ink="muted", tip=lambda one: "\n".join(each.words for each in one.about)),
        Column(
            "Dated", lambda one: words.short_date(one.dated), _WIDTHS["Dated"], ink="muted", sort=lambda one: one.dated
        ),
        Column(
            "Runs out",
            lambda one: words.short_date(one.expires_on),
            _WIDTHS["Runs out"],
            sort=lambda one: one.expires_on,
        ),
        Column(
            "Owner", lambda one: one.owner_name, _WIDTHS["Owner"], ink="muted", sort=lambda one: one.owner_name or None
        ),
    ]


def narrowed(lines: Sequence[EvidenceLine], part: str, text: str) -> list[EvidenceLine]:
    """The documents of a part that hold every word typed."""
    tests: dict[str, Callable[[EvidenceLine], bool]] = {
        "out": lambda one: one.state == "out", "soon": lambda one: one.state == "soon",
        "waiting": lambda one: not one.here, "alone": lambda one: not one.about,
    }  # fmt: skip
    fits = tests.get(part)
    return [one for one in lines if (fits is None or fits(one)) and (not text.strip() or evidence.holds(one, text))]


class DocumentsTable(TableView["EvidenceLine"]):
    """Leaves out the least needed columns where the list gets narrow, so that the titles stay readable."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many columns as leave room for the title."""
        super().resizeEvent(event)
        model = self.model()
        names = [str(model.headerData(n, Qt.Orientation.Horizontal)) for n in range(model.columnCount())]
        room = self.viewport().width() - sum(theme.px(_WIDTHS.get(name, 0)) for name in names)
        for name in ("Owner", "Dated", "For", "School"):
            if name in names:
                hide = room < theme.px(_LEAST)
                room += theme.px(_WIDTHS[name]) if hide else 0
                self.setColumnHidden(names.index(name), hide)


class EvidencePage(Page):
    """The list, and beside it the document chosen; files can be dropped anywhere on the page."""

    key: ClassVar[str] = "evidence"
    title: ClassVar[str] = "Evidence"
    icon: ClassVar[str] = "file-check"
    scrolls: ClassVar[bool] = False
    interested_in: ClassVar[tuple[str, ...]] = (
        "evidence", "evidence_file", "evidence_link", "school_check", "check_record", "defect", "person", "asset",
    )  # fmt: skip

    def build(self) -> None:
        """Header, filter, list; the document opens beside it."""
        self.files = FileAsk(self)
        self._wanted: bytes | None = None
        self._first = True
        office = self.context.facts.office
        self.setAcceptDrops(not office)
        self.search = SearchBox("Find a document", hint="Ctrl+F", width=248)
        self.search.searched.connect(lambda _text: self._narrow())
        self.add_button = Button("Add files", "filled", icon="file-plus", on_click=self.add, parent=self)
        self.add_button.setVisible(not office)
        self.header.add(self.search)
        if not office:
            self.header.add(self.add_button)
        self.filter = FilterBar(PARTS, "Show documents")
        self.filter.chosen.connect(lambda _key: self._narrow())
        self.model: TableModel[EvidenceLine] = TableModel(columns(office=office), lambda one: one.id, self)
        self.table = DocumentsTable(self.model, "Documents")
        self.table.row_chosen.connect(self._chosen)
        self.table.opened.connect(self._open)
        self.pane = EvidencePane(self.context, self.files)
        self.split = SplitPane(self._make_list())
        self.split.detail_closed.connect(self._closed)
        self.body.addWidget(self.split, 1)

    def _make_list(self) -> QWidget:
        bar = QWidget()
        line = QHBoxLayout(bar)
        line.setContentsMargins(24, 12, 24, 12)
        line.addWidget(self.filter, 1)
        left = ground(QWidget(), "surface")
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (bar, hline(), self.table):
            column.addWidget(part, 1 if part is self.table else 0)
        return left

    def commands(self) -> dict[Command, Callable[[], object]]:
        """Ctrl+F finds, Ctrl+N adds."""
        more: dict[Command, Callable[[], object]] = {Command.FILTER: self.search.setFocus}
        return {**super().commands(), **more} | ({} if self.context.facts.office else {Command.NEW: self.add})

    def panes(self) -> list[QWidget]:
        """The list, then the document."""
        return [self.table, *([self.split.detail] if self.split.detail is not None else []), self.filter, self.header]

    def unsaved(self) -> str:
        """What was typed about a document and is not saved."""
        return self.pane.unsaved()

    # --- reading and showing ---

    def load(self, desk: Desk) -> Shelf:
        """Read every document."""
        return read_shelf(desk)

    def fill(self, data: Shelf) -> None:
        """Show the list; the document chosen stays chosen."""
        self.pane.set_choices(data.checks, data.people)
        self._narrow()
        self.header.set_note(words.count(len(data.lines), "document") if data.lines else "")
        wanted, self._wanted = self._wanted, None
        if wanted is not None and self.table.choose(wanted):
            self._open(self.table.chosen())
        elif self.table.chosen() is None and self.model.rows and not self._narrow_window():
            self.table.choose(self.model.identity(0))
        else:
            self._chosen(self.table.chosen())
        if self._first and self.isVisible() and self.model.rows:
            self.table.setFocus()
        self._first = False

    def _narrow_window(self) -> bool:
        return self.split.width() < theme.px(SplitPane.NARROW)

    def _narrow(self) -> None:
        if not isinstance(self.data, Shelf):
            return
        lines, key, text = self.data.lines, self.filter.key(), self.search.text()
        self.filter.set_counts({part: len(narrowed(lines, part, "")) for part, _ in PARTS})
        named = dict(PARTS)[key]
        empty = f"Nothing matches {words.quoted(text.strip())}." if text.strip() else f"Nothing under “{named}”."
        none_yet = "Nothing is kept yet. Add certificates, reports and photos, or drop them here."
        self.table.set_empty(empty if lines else none_yet)
        self.model.set_rows(narrowed(lines, key, text))

    def focus_on(self, **what: Any) -> None:
        """``evidence=id`` shows a document; ``part=`` narrows the list."""
        self.filter.set_key(str(what.get("part", "all")))
        self.search.setText("")
        self._wanted = what.get("evidence")
        if isinstance(self.data, Shelf):
            self.fill(self.data)

    def _chosen(self, line: EvidenceLine | None) -> None:
        if line is None:
            self.split.hide_detail()
        elif not self._narrow_window() or self.split.detail is not None:
            self._open(line)

    def _open(self, line: EvidenceLine | None) -> None:
        if line is not None:
            self.pane.show_line(line)
            self.split.show_detail(self.pane)
            self.add_button.set_kind("outlined" if line.ours else "filled")

    def _closed(self) -> None:
        self.add_button.set_kind("filled")
        self.table.setFocus()

    # --- adding ---

    def add(self) -> None:
        """Ask which files to keep."""

        def chosen(paths: list[Path]) -> None:
            if paths:
                keep_folder(FOLDER, paths[0])
                self.take(paths)

        self.files.open_files("Add files", kept_folder(FOLDER), KINDS, chosen)

    def take(self, paths: Sequence[Path]) -> None:
        """Keep files as documents of their own; one that is here already is shown instead."""

        def work(desk: Desk) -> tuple[list[tuple[bytes, Changes | None, str]], UserError | None]:
            done: list[tuple[bytes, Changes | None, str]] = []
            problem: UserError | None = None
            for path in paths:
                try:
                    kept = evidence.keep(desk, path)
                    if kept.already is not None:
                        done.append((kept.already, None, kept.told))
                    else:
                        kind = "photo" if kept.file.type in ("jpeg", "png") else "certificate"
                        made = evidence.add(desk, kept, kind=kind)
                        done.append((made.id, made.changes, made.sentence))
                except UserError as refused:
                    problem = problem or refused
            return done, problem

        self.context.run(self, work, lambda told: self._added(*told))

    def _added(self, done: list[tuple[bytes, Changes | None, str]], problem: UserError | None) -> None:
        for row, changes, sentence in done:
            self._wanted = row
            if changes is not None:
                self.context.acted(changes, sentence, origin=self)
            else:
                self.context.tell(sentence, undo=False)
                self.reload()
        if problem is not None:
            self.context.problem.emit(problem)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files may be dropped anywhere."""
        if dropped_paths(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Keep what was dropped."""
        self.take(dropped_paths(event.mimeData()))
        event.acceptProposedAction()
