"""Bringing in a register of contracts or a ledger: drop it, answer, bring it in; and what ledgers suggest."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from bursar_desk.services import importing
from bursar_desk.services.importing_read import KINDS, read_file
from bursar_desk.ui.pages.base import Command, Page
from bursar_desk.ui.pages.bring_in_preview import PreviewView, columns_for
from bursar_desk.ui.pages.contracts_import_spend import SpendPane
from bursar_desk.ui.pages.kept_choices import keep_folder, kept_folder
from bursar_desk.ui.widgets import Button, EmptyState, MessageStrip, ground
from bursar_desk.ui.widgets.file_asks import FileAsk, dropped_paths
from bursar_desk.ui.widgets.stacks import show_only

if TYPE_CHECKING:
    from bursar_desk.domain.errors import UserError
    from bursar_desk.domain.progress import Progress
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.importing_shapes import Imported, Plan
    from bursar_desk.ui.jobs import Job
    from bursar_desk.ui.pages.base import DeskContext

_FOLDER: Final = "import"
CONTRACTS, LEDGER = "contracts", "ledger"
_OTHER: Final = {CONTRACTS: "Read it as payments", LEDGER: "Read it as contracts"}


class ContractsImportPane(QWidget):
    """A file dropped or chosen, its preview with the questions, and the list of suppliers without a contract.

    ``brought_in`` follows an import. Mount it anywhere: ``ContractsImportPane(context)``, then ``reload()``.
    """

    brought_in = Signal()

    def __init__(self, context: DeskContext):
        super().__init__()
        ground(self, "surface")
        self.context = context
        self.files = FileAsk(self)
        self._job: Job[Plan] | None = None
        self._suppliers: tuple[tuple[str, str], ...] = ()
        self.setAcceptDrops(True)
        picks = ("supplier:", "Another supplier")
        self.previews = {
            CONTRACTS: PreviewView(context, columns_for("Contract"), picks),
            LEDGER: PreviewView(context, columns_for("Supplier"), picks),
        }
        self.spend = SpendPane(context)
        self.spend.suggested.connect(self._spent)
        self.empty = EmptyState(
            "Bring in what you have",
            "Drop a register of contracts or a ledger of payments here. Nothing is saved before you have seen it.",
            "Choose a spreadsheet", self.choose, icon="file-spreadsheet",
        )  # fmt: skip
        self.strip_box = QWidget()
        box = QVBoxLayout(self.strip_box)
        box.setContentsMargins(24, 0, 24, 12)
        self.strip_box.hide()
        self.stack = QStackedWidget()
        for view in (self.empty, self.spend, *self.previews.values()):
            self.stack.addWidget(view)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.strip_box)
        column.addWidget(self.stack, 1)
        for kind, view in self.previews.items():
            self._connect(kind, view)
        show_only(self.stack, self.empty)

    def _connect(self, kind: str, view: PreviewView) -> None:
        view.wanted.connect(self._bring_in)
        view.left.connect(self.leave)
        view.answered.connect(self._answered)
        view.moved.connect(self._moved)
        view.other = Button(_OTHER[kind], "quiet", on_click=self._other)  # type: ignore[attr-defined]
        parent = view.back.parentWidget()
        layout = parent.layout() if parent is not None else None
        if layout is not None:
            layout.addWidget(view.other)  # type: ignore[attr-defined]

    @property
    def preview(self) -> PreviewView | None:
        """The preview shown, None while there is none."""
        shown = self.stack.currentWidget()
        return shown if isinstance(shown, PreviewView) else None

    def reload(self) -> None:
        """Read what ledgers show again."""
        self.spend.reload()

    def _spent(self, _count: int) -> None:
        if self.preview is None:
            self._start()

    def _start(self) -> None:
        known = self.spend.data is not None and bool(self.spend.data.suppliers)
        show_only(self.stack, self.spend if known else self.empty)

    def leave(self) -> None:
        """Go back without bringing anything in."""
        for view in self.previews.values():
            view.preview = None
        self.strip_box.hide()
        self._start()

    # --- a spreadsheet ---

    def choose(self) -> None:
        """Ask which spreadsheet."""
        self.files.open_files("Choose a spreadsheet", kept_folder(_FOLDER), KINDS, lambda paths: self.open(paths[0]))

    def open(self, path: Path, kind: str = "", *, as_saved: bool = False) -> None:
        """Read a spreadsheet and show its preview; without ``kind`` its headings say what it is."""
        keep_folder(_FOLDER, path)

        def work(desk: Desk, steps: Progress) -> Plan:
            book = read_file(path, steps, as_saved=as_saved)
            return importing.plan(desk, kind or importing.buying_kind(book), book, progress=steps)

        self.strip_box.hide()
        self._plan(work, lambda problem: self._not_read(problem, path, kind))

    def _not_read(self, problem: UserError, path: Path, kind: str) -> None:
        """A workbook with links may be read as it was saved, when a person says so; other problems are shown."""
        self._job = None
        from reports.sheet_checks import LINKED

        if problem.title != LINKED:
            self.context.problem.emit(problem)
            return
        strip = MessageStrip("unknown", LINKED, "Nothing is fetched. We can read the figures as they were saved.")
        read = Button("Read the figures as saved", size=32, on_click=lambda: self.open(path, kind, as_saved=True))
        strip.add_button(read)
        self._show_strip(strip)

    def _show_strip(self, strip: MessageStrip) -> None:
        layout = self.strip_box.layout()
        while layout is not None and layout.count():
            item = layout.takeAt(0)
            old = item.widget() if item is not None else None
            if old is not None:
                old.hide()
                old.deleteLater()
        if layout is not None:
            layout.addWidget(strip)
        self.strip_box.show()

    def _plan(self, work: Callable[[Desk, Progress], Plan], failed: Callable[[UserError], object]) -> None:
        """Work a preview out; a newer wish stops the one under way."""
        if self._job is not None:
            self._job.stop()

        def both(desk: Desk, steps: Progress) -> Plan:
            self._suppliers = importing.supplier_choices(desk)
            return work(desk, steps)

        self._job = self.context.run_long(self, both, self._planned, failed)

    def _planned(self, plan: Plan) -> None:
        self._job = None
        view = self.previews[plan.kind]
        view.show_preview(plan, self._suppliers)
        show_only(self.stack, view)
        if self.isVisible():
            view.button.setFocus()

    def _failed(self, problem: UserError) -> None:
        self._job = None
        self.context.problem.emit(problem)

    def _other(self) -> None:
        """Read the same spreadsheet as the other kind."""
        before = self.preview.preview if self.preview is not None else None
        if before is not None:
            kind = LEDGER if before.kind == CONTRACTS else CONTRACTS
            self._plan(lambda desk, steps: importing.plan(desk, kind, before.source, progress=steps), self._failed)

    def _answered(self, key: str, answer: str) -> None:
        before = self.preview.preview if self.preview is not None else None
        if before is not None:
            self._plan(lambda desk, _steps: importing.answered(desk, before, **{key: answer}), self._failed)

    def _moved(self, field: str, column: object) -> None:
        before = self.preview.preview if self.preview is not None else None
        if before is not None:
            mapping = {**before.mapping, field: column}
            self._plan(lambda desk, _steps: importing.again(desk, before, mapping=mapping), self._failed)

    def _bring_in(self, leave_out: bool) -> None:
        plan = self.preview.preview if self.preview is not None else None
        if plan is not None:
            self.context.run(self, lambda desk: importing.apply(desk, plan, leave_out=leave_out), self._brought_in)

    def _brought_in(self, done: Imported) -> None:
        self.leave()
        self.context.acted(done.changes, done.sentence)
        self.reload()
        self.brought_in.emit()

    # --- dropping ---

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """A file may be dropped anywhere here."""
        if dropped_paths(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Read what was dropped; one file at a time."""
        paths = dropped_paths(event.mimeData())
        if paths:
            event.acceptProposedAction()
            self.open(paths[0])

    def panes(self) -> list[QWidget]:
        """The parts the keyboard goes round."""
        view = self.preview
        return view.panes() if view is not None else [self.spend.table]


class ContractsImportPage(Page):
    """The pane on a page of its own; the Contracts page leads here."""

    key: ClassVar[str] = "contractsin"
    title: ClassVar[str] = "Bring in contracts and payments"
    icon: ClassVar[str] = "file-spreadsheet"
    scrolls: ClassVar[bool] = False
    interested_in: ClassVar[tuple[str, ...]] = ("contract", "supplier", "spend")

    def build(self) -> None:
        """Header with the ways in, and the pane."""
        self.choose_button = Button("Choose a spreadsheet", icon="file-spreadsheet", on_click=self._choose)
        self.header.add(self.choose_button)
        self.pane = ContractsImportPane(self.context)
        self.body.addWidget(self.pane, 1)

    def _choose(self) -> None:
        self.pane.choose()

    def fill(self, data: Any) -> None:  # noqa: ARG002 - the pane reads for itself
        """Let the pane read again."""
        self.pane.reload()

    def focus_on(self, **what: Any) -> None:
        """``file=path`` shows the preview of a spreadsheet at once."""
        if "file" in what:
            self.pane.open(Path(what["file"]))

    def commands(self) -> dict[Command, Callable[[], object]]:
        """Ctrl+N chooses a spreadsheet."""
        return {**super().commands(), Command.NEW: self._choose}

    def panes(self) -> list[QWidget]:
        """The pane's parts, then the header."""
        return [*self.pane.panes(), self.header]
