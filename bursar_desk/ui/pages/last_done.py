"""When was it last done? Every check without a record, one date each: typed, pasted, or from a dropped spreadsheet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.domain.errors import UserError
from bursar_desk.services import importing, importing_grid
from bursar_desk.services.importing_grid import Dated
from bursar_desk.services.importing_read import KINDS
from bursar_desk.ui.pages.base import Command, Page
from bursar_desk.ui.pages.bring_in_preview import PreviewView
from bursar_desk.ui.pages.kept_choices import keep_folder, kept_folder
from bursar_desk.ui.pages.last_done_paste import PastedColumn, is_column
from bursar_desk.ui.pages.last_done_table import Draft, LastDoneModel, LastDoneTable, drafts_of
from bursar_desk.ui.widgets import Button, EmptyState, MessageStrip, ground, hline, plain_label
from bursar_desk.ui.widgets.file_asks import FileAsk, dropped_paths
from bursar_desk.ui.widgets.stacks import show_only

if TYPE_CHECKING:
    from bursar_desk.domain.progress import Progress
    from bursar_desk.services.checks import CheckLine
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.importing_shapes import Imported, Plan
    from bursar_desk.ui.jobs import Job

_FOLDER = "import"
_HOW = "Type a date beside each check, paste a column from your spreadsheet, or drop the file anywhere here."


@dataclass(frozen=True, slots=True)
class LastDoneData:
    """The checks without a record, and every check by key and title for questions."""

    lines: tuple[CheckLine, ...]
    checks: tuple[tuple[str, str], ...]


class LastDonePage(Page):
    """A grid like a spreadsheet; a file or a pasted block shows a preview in its place before anything is saved."""

    key: ClassVar[str] = "lastdone"
    title: ClassVar[str] = "When was it last done?"
    icon: ClassVar[str] = "calendar-check"
    scrolls: ClassVar[bool] = False
    interested_in: ClassVar[tuple[str, ...]] = ("check_record", "school_check", "place")

    def build(self) -> None:
        """Header, how to, grid; the preview takes the grid's place."""
        self.files = FileAsk(self)
        self._job: Job[Plan] | None = None
        self._column: PastedColumn | None = None
        self.setAcceptDrops(True)
        self.choose_button = Button("Choose a spreadsheet", icon="file-spreadsheet", on_click=self.choose)
        self.save_button = Button("Save dates", "filled", on_click=self.save)
        self.header.add(self.choose_button)
        self.header.add(self.save_button)
        self.model = LastDoneModel(lambda: self.context.today, self)
        self.model.edited.connect(self._rendered)
        self.table = LastDoneTable(self.model)
        self.table.pasted.connect(self.paste)
        self.strip = MessageStrip("unknown", "")
        self.strip.hide()
        self.preview = PreviewView(self.context)
        self.preview.wanted.connect(self._bring_in)
        self.preview.left.connect(self._back_to_grid)
        self.preview.answered.connect(self._answered)
        self.preview.moved.connect(self._moved)
        self.done = EmptyState(
            "Every check has a date", "Nothing waits here. Drop a spreadsheet to bring in older records.",
            "See the checks", lambda: self.context.open_page("checks"), icon="circle-check",
        )  # fmt: skip
        self.stack = QStackedWidget()
        self._grid = self._make_grid()
        for view in (self._grid, self.preview, self.done):
            self.stack.addWidget(view)
        self.body.addWidget(self.stack, 1)
        show_only(self.stack, self._grid)

    def _make_grid(self) -> QWidget:
        grid = ground(QWidget(), "surface")
        column = QVBoxLayout(grid)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QWidget()
        line = QHBoxLayout(head)
        line.setContentsMargins(24, 4, 24, 12)
        line.addWidget(plain_label(_HOW, "body", "muted", wrap=True))
        self._strip_box = QWidget()
        box = QVBoxLayout(self._strip_box)
        box.setContentsMargins(24, 0, 24, 12)
        box.addWidget(self.strip)
        self._strip_box.hide()
        for part in (head, self._strip_box, hline(), self.table):
            column.addWidget(part, 1 if part is self.table else 0)
        return grid

    # --- reading and showing ---

    def load(self, desk: Desk) -> LastDoneData:
        """Read what has no record yet."""
        from bursar_desk.services.checks import listing

        named = sorted((one.title, one.code, one.id.hex()) for one in listing(desk).lines if one.colour != "grey")
        checks = tuple((key, f"{title} ({code})" if code else title) for title, code, key in named)
        return LastDoneData(importing_grid.waiting(desk), checks)

    def fill(self, data: LastDoneData) -> None:
        """Show it; what was typed stays beside its check."""
        self.model.set_rows(drafts_of(data.lines, self.model.rows))
        self.header.set_note(f"{words.count(len(data.lines), 'check')} without a record" if data.lines else "")
        if self.stack.currentWidget() is not self.preview:
            self._back_to_grid()
        self._rendered()

    def _back_to_grid(self) -> None:
        self.preview.preview = None
        waits = bool(self.model.rows) or not isinstance(self.data, LastDoneData)
        show_only(self.stack, self._grid if waits else self.done)
        if waits and self.isVisible():
            self.table.setFocus()
        self._rendered()

    def _rendered(self) -> None:
        ready = sum(one.day is not None for one in self.model.rows)
        on_grid = self.stack.currentWidget() is self._grid
        self.save_button.setVisible(on_grid)
        self.save_button.setEnabled(ready > 0)
        self.save_button.set_words(f"Save {words.count(ready, 'date')}" if ready else "Save dates")

    def unsaved(self) -> str:
        """Dates typed and not saved."""
        typed = sum(bool(one.typed) for one in self.model.rows)
        return words.count(typed, "last done date") if typed else ""

    # --- the grid ---

    def save(self) -> None:
        """Save every date that could be read; what could not stays for putting right."""
        ready = [one for one in self.model.rows if one.day is not None]
        dates = [Dated(one.line.id, one.line.title, one.day, one.by, one.pasted) for one in ready if one.day]
        self.context.run(self, lambda desk: importing_grid.save(desk, dates), self._saved)

    def _saved(self, done: Imported) -> None:
        self._strip_box.hide()
        self._column = None
        self.context.acted(done.changes, done.sentence)

    def paste(self, text: str) -> None:
        """One column of dates goes beside the checks from where the person stands; a block shows its preview."""
        if not text.strip():
            self.context.problem.emit(UserError("There is nothing to paste.", "", "Copy the cells first."))
        elif is_column(text) and self.stack.currentWidget() is self._grid:
            first = max(self.table.currentIndex().row(), 0)
            self._column = PastedColumn.of(text, [one.line.id for one in self.model.rows[first:]])
            self._show_column()
        else:
            self._plan(lambda desk, _steps: importing.plan(desk, "last-done", importing.read_text(text)))

    def _show_column(self) -> None:
        """Put a pasted column beside its checks, as far as it was answered."""
        column = self._column
        if column is None:
            return
        read = column.read(self.context.today)
        drafts = {}
        for check, cell in read.cells.items():
            place = self.model.place_of(check)
            if place >= 0:
                drafts[place] = replace(
                    self.model.row(place), typed=cell.found, day=cell.day, problem=cell.why, pasted=True
                )
        self.model.put(drafts)
        self._ask_about(read.text, read.said, read.choices)

    def _ask_about(self, question: str, said: str, choices: tuple[tuple[str, str, str], ...]) -> None:
        strip = MessageStrip("unknown" if question else "info", question or said, said if question else "")
        for key, answer, told in choices:
            strip.add_button(Button(told, size=32, on_click=lambda key=key, answer=answer: self._say(key, answer)))  # type: ignore[misc]
        layout = self._strip_box.layout()
        if layout is not None:
            layout.replaceWidget(self.strip, strip)
        self.strip.hide()
        self.strip.deleteLater()
        self.strip = strip
        self._strip_box.setVisible(bool(question or said))

    def _say(self, key: str, answer: str) -> None:
        if self._column is not None:
            self._column = self._column.answered(key, answer)
            self._show_column()

    # --- a spreadsheet ---

    def choose(self) -> None:
        """Ask which spreadsheet."""
        self.files.open_files("Choose a spreadsheet", kept_folder(_FOLDER), KINDS, lambda paths: self.open(paths[0]))

    def open(self, path: Path) -> None:
        """Read a spreadsheet and show its preview."""
        keep_folder(_FOLDER, path)
        self._plan(lambda desk, steps: importing.plan(desk, "last-done", path, progress=steps))

    def _plan(self, work: Callable[[Desk, Progress], Plan]) -> None:
        """Work a preview out; a newer wish stops the one under way."""
        if self._job is not None:
            self._job.stop()
        self._job = self.context.run_long(self, work, self._planned, self._not_planned)

    def _planned(self, preview: Plan) -> None:
        self._job = None
        checks = self.data.checks if isinstance(self.data, LastDoneData) else ()
        self.preview.show_preview(preview, checks)
        show_only(self.stack, self.preview)
        self.preview.button.setFocus()
        self._rendered()

    def _not_planned(self, problem: UserError) -> None:
        self._job = None
        self.context.problem.emit(problem)

    def _answered(self, key: str, answer: str) -> None:
        before = self.preview.preview
        if before is not None:
            self._plan(lambda desk, _steps: importing.answered(desk, before, **{key: answer}))

    def _moved(self, field: str, column: object) -> None:
        before = self.preview.preview
        if before is not None:
            mapping = {**before.mapping, field: column}
            self._plan(lambda desk, _steps: importing.again(desk, before, mapping=mapping))

    def _bring_in(self, leave_out: bool) -> None:
        preview = self.preview.preview
        if preview is None:
            return
        self.context.run(
            self, lambda desk: importing.apply(desk, preview, leave_out=leave_out), self._brought_in
        )  # fmt: skip

    def _brought_in(self, done: Imported) -> None:
        show_only(self.stack, self._grid)
        self.preview.preview = None
        self.context.acted(done.changes, done.sentence)

    # --- dropping, keys, menu ---

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

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+V pastes wherever the keyboard is on this page."""
        if event.matches(QKeySequence.StandardKey.Paste):
            self.paste(QGuiApplication.clipboard().text())
            return
        super().keyPressEvent(event)

    def commands(self) -> dict[Command, Callable[[], object]]:
        """Ctrl+N chooses a spreadsheet."""
        return {**super().commands(), Command.NEW: self.choose}

    def focus_on(self, **what: Any) -> None:
        """``check=id`` stands on its row; ``file=path`` shows the preview of a spreadsheet at once."""
        if "file" in what:
            self.open(Path(what["file"]))
        elif "check" in what:
            place = self.model.place_of(what["check"])
            if place >= 0:
                self.table.start_at(place)

    def panes(self) -> list[QWidget]:
        """The grid or the preview's parts, then the header."""
        shown = self.preview.panes() if self.stack.currentWidget() is self.preview else [self.table]
        return [*shown, self.header]


__all__ = ["Draft", "LastDonePage"]
