"""Merging in three steps on one sheet: read and preview, merge with progress and Stop, what came of it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.domain.operations import Changes
from bursar_desk.services.merging import FileResult, MergeResult
from bursar_desk.ui.pages import cluster_words as say
from bursar_desk.ui.pages.cluster_rows import SchoolRows
from bursar_desk.ui.pages.cluster_run import Run, merge_agreed, merge_each, preview_each
from bursar_desk.ui.widgets import (
    Button,
    Card,
    MessageStrip,
    ProgressCard,
    Reflow,
    Scroller,
    announce,
    plain_label,
)

if TYPE_CHECKING:
    from bursar_desk.domain.errors import UserError
    from bursar_desk.ui.jobs import Job
    from bursar_desk.ui.pages.base import DeskContext

SAFE_READING: Final = "Your register does not change until you press Merge."
SAFE_MERGING: Final = "Each file is taken in whole or not at all. Stop undoes the file in hand and keeps the others."


class MergeView(Scroller):
    """Reads, previews and merges. ``left`` when the person is done with it; ``receipt_wanted(files, first)`` to see
    files one by one; ``settle_wanted`` and ``held_wanted`` lead on; ``merged(MergeResult)`` when something was merged,
    ``decided`` when no file asks any more.
    """

    left = Signal()
    receipt_wanted = Signal(object, object)
    settle_wanted = Signal()
    held_wanted = Signal()
    merged = Signal(object)
    decided = Signal()

    def __init__(self, context: DeskContext):
        super().__init__()
        self._context = context
        self.run = Run()
        self.result: MergeResult | None = None
        self._job: Job[Any] | None = None
        self._preview = True
        self._begun = 0.0
        self._top = QWidget()
        self._top_column = QVBoxLayout(self._top)
        self._top_column.setContentsMargins(0, 8, 0, 0)
        self._top_column.setSpacing(12)
        self._shown: list[QWidget] = []
        self.progress: ProgressCard | None = None
        self._counts: QLabel | None = None
        self.merge_button: Button | None = None
        self.rows = SchoolRows("Files")
        self.rows.opened.connect(lambda row: self._show_receipt(row.key))
        self._foot = plain_label("Every file is checked for who sent it before it is read.", "body", "muted", wrap=True)
        self.body.addWidget(self._top)
        self.body.addWidget(self.rows)
        self.body.addWidget(self._foot)
        self.body.addStretch()

    @property
    def busy(self) -> bool:
        """Whether files are being read or merged now."""
        return self._job is not None

    # --- reading ---

    def start(self, paths: Sequence[Path]) -> None:
        """Read files and folders and show what merging them would bring."""
        if self.busy:
            return
        self.run, self.result, self._preview = Run(), None, True
        self.rows.set_rows([])
        self._show_progress("Reading the files", "Stop reading", SAFE_READING)
        run = self.run
        self._job = self._context.run_long(
            self, lambda desk, steps: preview_each(desk, paths, run, steps), self._read, self._not_read,
            progress=self._stepped, stopped=self._leave,
        )  # fmt: skip

    def _read(self, result: MergeResult) -> None:
        self._job = None
        if result.stopped:
            self._leave()
            return
        self.run.names = {one.path: one.sender for one in result.files if one.accepted}
        self.rows.set_rows(say.rows_of(self.run, working=False))
        title, said = say.ready_words(result)
        new = [one.path for one in result.files if one.accepted and one.fresh]
        buttons: list[Button] = []
        if new:
            buttons.append(Button(f"Merge {words.count(len(new), 'file')}", "filled", on_click=self.merge))
            buttons.append(Button("See what would change", on_click=self._show_receipt))
        buttons.append(Button("Leave it" if new else "Back to the schools", on_click=self._leave))
        self._show_card(title, said, buttons)
        self._tell_files(result.files)
        self.merge_button = buttons[0] if new else None
        buttons[0].setFocus()
        announce(self, f"{title}. {' '.join(said)}")

    def _not_read(self, problem: UserError) -> None:
        self._job = None
        self._context.problem.emit(problem)
        self._leave()

    # --- merging ---

    def merge(self) -> None:
        """Merge what was previewed; files that could not be read are tried again, so that the receipt names them."""
        if self.busy:
            return
        run = self.run = self.run.again()
        self._preview = False
        self.rows.set_rows(say.rows_of(run, working=True))
        self._show_progress("Merging", "Stop merging", SAFE_MERGING)
        self._job = self._context.run_long(
            self, lambda desk, steps: merge_each(desk, run, steps), self._done, self._not_done,
            progress=self._stepped, stopped=lambda: self._done(_stopped(run)),
        )  # fmt: skip

    def agree(self, one: FileResult) -> None:
        """Merge a file that would change much: the person said so."""
        if self.busy:
            return
        run = self.run
        run.in_hand = one.path
        self.rows.set_rows(say.rows_of(run, working=True))
        self._show_progress(f"Merging {one.sender}", "Stop merging", SAFE_MERGING)
        self._job = self._context.run_long(
            self, lambda desk, steps: merge_agreed(desk, run, one.path, steps), self._done, self._not_done,
            progress=self._stepped, stopped=lambda: self._done(_stopped(run)),
        )  # fmt: skip

    def leave_out(self, one: FileResult) -> None:
        """Do not merge a file that would change much; it stays where it is and may be merged another day."""
        self.run.left_out.add(one.path)
        self._done(MergeResult(tuple(self.run.finished), Changes(frozenset())))

    def _done(self, result: MergeResult) -> None:
        self._job = None
        self.result = result
        run = self.run
        run.in_hand = None
        self.rows.set_rows(say.rows_of(run, working=False))
        title, said = say.merged_words(result, run)
        asking = run.asking
        self._show_card(title, said, self._ways_on(result, loud=not asking))
        for one in asking:
            self._ask(one)
        self._tell_files(result.files)
        announce(self, f"{title}. {' '.join(said)}")
        if result.changes.tables:
            self.merged.emit(result)
        if not asking and not result.stopped:
            self.decided.emit()

    def _ways_on(self, result: MergeResult, *, loud: bool) -> list[Button]:
        settle, held = result.total("differences"), result.total("held")
        buttons: list[Button] = []
        if settle:
            buttons.append(Button(f"Settle {words.count(settle, 'thing')}", on_click=self.settle_wanted.emit))
        if held:
            text = f"Look at {words.count(held, 'held entry', 'held entries')}"
            buttons.append(Button(text, on_click=self.held_wanted.emit))
        if result.files:
            buttons.append(Button("See receipt", on_click=self._show_receipt))
        buttons.append(Button("Finish", on_click=self._leave))
        if loud:
            buttons[0].set_kind("filled")
        return buttons

    def _not_done(self, problem: UserError) -> None:
        self._context.problem.emit(problem)
        self._done(_stopped(self.run))

    def stop(self) -> None:
        """Stop at the next safe place."""
        if self._job is not None:
            self._job.stop()
            if self.progress is not None:
                self.progress.stop.setEnabled(False)
                self.progress.set_note("Stopping. The file in hand is being undone.")

    # --- what is shown ---

    def _stepped(self, text: str, done: int, total: int) -> None:
        if self.progress is None or self._job is None:
            return
        self.progress.set_progress(text.replace("Reading", "Reading" if self._preview else "Merging", 1), done, total)
        left = say.time_left(done, total, time.monotonic() - self._begun)
        safe = SAFE_READING if self._preview else SAFE_MERGING
        if self.progress.stop.isEnabled():
            self.progress.set_note(" ".join(part for part in (left, safe) if part))
        self.rows.set_rows(say.rows_of(self.run, working=True))
        self._set_counts()

    def _set_counts(self) -> None:
        if self._counts is not None:
            pairs = say.counts_of(self.run, preview=self._preview)
            self._counts.setText("      ".join(f"{number} {what}" for number, what in pairs))

    def _show_progress(self, text: str, stop: str, note: str) -> None:
        self._clear()
        self._begun = time.monotonic()
        self.progress = ProgressCard(text, self.stop, stop, note)
        self._counts = plain_label("", "body")
        holder = QWidget()
        layout = QHBoxLayout(holder)
        layout.setContentsMargins(8, 0, 8, 4)
        layout.addWidget(self._counts)
        self.progress.add_row(_bare(holder))
        self._add(self.progress)
        self._set_counts()
        self.progress.stop.setFocus()

    def _show_card(self, title: str, said: Sequence[str], buttons: Sequence[Button]) -> None:
        self._clear()
        card = Card()
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(4)
        column.addWidget(plain_label(title, "subtitle", wrap=True, select=True))
        column.addWidget(plain_label(" ".join(said), "body", "muted", wrap=True, select=True))
        column.addSpacing(8)
        column.addWidget(Reflow(*buttons, 1, spacing=12))
        card.add(inner)
        self._add(card)
        buttons[0].setFocus()

    def _ask(self, one: FileResult) -> None:
        """One card for a file that would change much: what it would do, and the two answers."""
        guard = one.guard
        if guard is None:
            return
        text = f"It is from {one.sender}. Nothing of it is merged yet. Look at what would change, then choose."
        card = MessageStrip("soon", say.guard_words(guard), text)
        see = Button("See what would change", size=32, on_click=lambda: self._show_receipt(one.path))
        out = Button("Leave it out", size=32, on_click=lambda: self.leave_out(one))
        merge = Button("Merge it anyway", size=32, on_click=lambda: self.agree(one))
        for button in (see, out, merge):
            card.add_button(button)
        first = not any(isinstance(widget, MessageStrip) for widget in self._shown)
        self._add(card)
        if first:
            see.setFocus()

    def _tell_files(self, files: Sequence[FileResult]) -> None:
        for one in files:
            if not one.accepted and not one.waits:
                self._add(MessageStrip("overdue", *say.refusal(one, before=self._preview)))
        for one in files:
            for note in one.notes:
                self._add(MessageStrip("info", note))

    def _clear(self) -> None:
        self.progress, self._counts, self.merge_button = None, None, None
        for widget in self._shown:
            self._top_column.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self._shown.clear()

    def _add(self, widget: QWidget) -> None:
        self._top_column.addWidget(widget)
        self._shown.append(widget)

    def _show_receipt(self, first: object = None) -> None:
        """Show the files one by one; before anything is merged, what each would change."""
        if self.busy or not self.run.finished:
            return
        asked = {one.path for one in self.run.asking}
        files = [self.run.previews.get(one.path, one) if one.path in asked else one for one in self.run.finished]
        self.receipt_wanted.emit(files, first if isinstance(first, Path) else None)

    def _leave(self) -> None:
        self._job = None
        self.left.emit()


def _bare(widget: QWidget) -> QWidget:
    """A row of a card with the card's usual room at its sides."""
    holder = QWidget()
    layout = QVBoxLayout(holder)
    layout.setContentsMargins(16, 10, 16, 8)
    layout.addWidget(widget)
    return holder


def _stopped(run: Run) -> MergeResult:
    """What stands when a run was stopped before it could tell."""
    return MergeResult(tuple(run.finished), run.changes, stopped=True)
