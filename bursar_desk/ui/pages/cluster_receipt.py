"""The receipt of a merge: each file in plain words, sums that add up, every entry by name, and the way back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.services import merging
from bursar_desk.services.merging import Entry, FileResult, PastReceipt
from bursar_desk.ui import theme
from bursar_desk.ui.models.table import TableModel
from bursar_desk.ui.pages import cluster_words as say
from bursar_desk.ui.pages.cluster_receipt_lines import (
    CHANGES,
    ENTRIES,
    FILES,
    ChangeLine,
    EntryLine,
    FileLine,
    line_of,
    past_line,
    totals_words,
)
from bursar_desk.ui.pages.cluster_undo import UndoPart
from bursar_desk.ui.widgets import Button, MessageStrip, Row, Scroller, SplitPane, TableView, ground, hline, plain_label

if TYPE_CHECKING:
    from bursar_desk.ui.pages.base import DeskContext


class ReceiptView(QWidget):
    """Files at the left; the chosen file's sentence, sums, notes and entries at the right. ``left`` when closed."""

    left = Signal()

    def __init__(self, context: DeskContext):
        super().__init__()
        ground(self, "surface")
        self._context = context
        self.files: TableModel[FileLine] = TableModel(FILES, lambda one: one.key, self)
        self.file_list = TableView(self.files, "Files of this merge")
        self.file_list.row_chosen.connect(self._show_file)
        self.entries: TableModel[EntryLine] = TableModel(ENTRIES, lambda line: line.place, self)
        self.entry_list = TableView(self.entries, "What the file brought")
        self.changes: TableModel[ChangeLine] = TableModel(CHANGES, lambda line: line.place, self)
        self.change_list = TableView(self.changes, "What would change")
        self._title = plain_label("Receipt", "strong")
        self._before = False
        self._following = False
        self.close_button = Button("Close receipt", size=32, on_click=self.left.emit)
        self._totals = plain_label("", "caption", "muted", wrap=True)
        self._sentence = plain_label("", "strong", wrap=True, select=True)
        self._sums = plain_label("", "body", wrap=True, select=True)
        self.undo = UndoPart(context)
        self._notes = QVBoxLayout()
        self._notes.setSpacing(8)
        self._shown: list[QWidget] = []
        self._lay_out()

    def _lay_out(self) -> None:
        split = SplitPane(self._left_side())
        split.setChildrenCollapsible(False)
        split.addWidget(self._right_side())
        split.setStretchFactor(0, 2)
        split.setStretchFactor(1, 3)
        split.setSizes([540, 626])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        bar = Row(self._title, 1, self.close_button, high=56)
        bar.line.setContentsMargins(24, 4, 24, 4)
        column.addWidget(bar)
        column.addWidget(hline())
        column.addWidget(split, 1)

    def _left_side(self) -> QWidget:
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.file_list, 1)
        self._totals.setContentsMargins(24, 8, 24, 8)
        column.addWidget(self._totals)
        return holder

    def _right_side(self) -> QWidget:
        holder = Scroller((0, 12, 0, 0), 8)  # in a low window head and list scroll together
        head = QWidget()
        inner = QVBoxLayout(head)
        inner.setContentsMargins(24, 0, 24, 0)
        inner.setSpacing(8)
        for part in (self._sentence, self._sums, self.undo):
            inner.addWidget(part)
        inner.addLayout(self._notes)
        holder.body.addWidget(head)
        self._lists = QStackedWidget()
        self._lists.addWidget(self.entry_list)
        self._lists.addWidget(self.change_list)
        self._lists.setMinimumHeight(theme.px(180))
        holder.body.addWidget(self._lists, 1)
        return holder

    # --- what is shown ---

    def show_files(self, files: Sequence[FileResult], first: Path | None, left_out: set[Path]) -> None:
        """Show what became of these files, or what each would bring; what needs somebody stands first."""
        before = any(one.preview is not None for one in files)
        self._before = before
        ordered = sorted(files, key=lambda one: (one.accepted, one.guard is None, not one.fresh, one.sender))
        self._title.setText("What would change" if before else "Receipt")
        self.close_button.set_words("Go back" if before else "Close receipt")
        self._show_lines([line_of(one, left_out=one.path in left_out) for one in ordered], first)

    def show_past(self, receipts: Sequence[PastReceipt], first: int = 0) -> None:
        """Show the files merged before, newest first, beginning with one of them."""
        self._before = False
        self._title.setText("Files merged so far")
        self.close_button.set_words("Close receipts")
        self._show_lines([past_line(one) for one in receipts], first or None)

    def follow(self, receipts: Sequence[PastReceipt]) -> None:
        """Read again which merges are undone, keeping to the file chosen."""
        if self.files.rows and self.files.rows[0].file is None:
            self._following = True  # the same file stays chosen: what is shown of it stays, and so does the focus
            self.files.set_rows([past_line(one) for one in receipts])
            self._following = False
        self.undo.follow({one.number: one for one in receipts})

    def _show_lines(self, lines: Sequence[FileLine], first: Path | int | None) -> None:
        self.files.set_rows(lines)
        self.file_list.set_empty("No file was merged yet.")
        said = totals_words(lines)
        self._totals.setText(said)
        self._totals.setVisible(bool(said))
        if lines and not (first is not None and self.file_list.choose(first)):
            self.file_list.choose(lines[0].key)
        self._show_file(self.file_list.chosen() if lines else None)
        self.file_list.setFocus()

    def _show_file(self, line: FileLine | None) -> None:
        if self._following:
            return
        self._clear_notes()
        self._lists.setCurrentWidget(self.entry_list)
        self.entries.set_rows([])
        self._sentence.setText(line.sentence if line else "")
        self._sums.setText(line.sums if line else "")
        self._sums.setVisible(bool(line and line.sums))
        self.undo.show_for(line)
        if line is None:
            return
        self.entry_list.set_empty("There is nothing new in it.")
        if line.file is None:
            self._read_entries(line.number)
        else:
            self._show_result(line.file)

    def _show_result(self, one: FileResult) -> None:
        if one.waits and one.guard is not None:
            self._add_note(MessageStrip("soon", say.guard_words(one.guard), "It was not merged."))
        elif not one.accepted:
            self._add_note(MessageStrip("overdue", *say.refusal(one, before=self._before)))
        if not one.accepted:
            self.entry_list.set_empty("Nothing was taken in.")
        for note in one.notes:
            self._add_note(MessageStrip("info", note))
        if one.preview is not None:
            self._show_preview(one)
            return
        for entry in one.entries:
            if entry.held:
                self._add_note(MessageStrip("soon", f"Held back: {entry.what}, {entry.subject}", entry.held))
        self._show_entries(one.entries)
        if one.accepted and one.number and one.fresh and not one.entries:
            self._read_entries(one.number)

    def _show_preview(self, one: FileResult) -> None:
        preview = one.preview
        if preview is None:
            return
        if one.guard is not None:
            self._add_note(MessageStrip("soon", say.guard_words(one.guard), "Merging it asks you first."))
        told = [line for line in preview.lines if "you have already" not in line]
        if told:
            self._add_note(plain_label("\n".join(told), "body", "muted", wrap=True))
        more = f" and {words.number(preview.more_changes)} more" if preview.more_changes else ""
        self.changes.set_rows([ChangeLine(place, change) for place, change in enumerate(preview.changes)])
        self.change_list.set_empty("No record you have would read differently.")
        self.change_list.setAccessibleName(f"What would change, {words.count(len(preview.changes), 'field')}{more}")
        self._lists.setCurrentWidget(self.change_list)

    def _read_entries(self, number: int) -> None:
        def came(entries: Sequence[Entry]) -> None:
            here = self.file_list.chosen()
            if here is not None and here.number == number:  # meanwhile another file may have been chosen
                self._show_entries(entries)

        self._context.run(self, lambda desk: merging.receipt_entries(desk, number), came)

    def _show_entries(self, entries: Sequence[Any]) -> None:
        self.entries.set_rows([EntryLine(place, entry) for place, entry in enumerate(entries)])
        self.entry_list.setAccessibleName(f"What the file brought, {words.count(len(entries), 'entry', 'entries')}")

    def _add_note(self, widget: QWidget) -> None:
        self._notes.addWidget(widget)
        self._shown.append(widget)

    def _clear_notes(self) -> None:
        for widget in self._shown:
            self._notes.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self._shown.clear()
