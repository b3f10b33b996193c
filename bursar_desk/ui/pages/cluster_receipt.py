"""The receipt of a merge: each file in plain words, and every entry it brought by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.services import merging
from bursar_desk.services.conflicts import clock_words
from bursar_desk.services.merging import Entry, FileResult
from bursar_desk.ui.models.table import Column, TableModel
from bursar_desk.ui.pages import cluster_words as say
from bursar_desk.ui.widgets import Button, MessageStrip, Row, SplitPane, TableView, ground, hline, plain_label

if TYPE_CHECKING:
    from bursar_desk.ui.pages.base import DeskContext


@dataclass(frozen=True, slots=True)
class _Line:
    """An entry with its place, so that two alike are two rows."""

    place: int
    entry: Entry


def _from(one: FileResult) -> str:
    return one.sender if one.accepted or one.sender != one.path.name else one.path.name


def _when(entry: Entry) -> str:
    """The moment, short enough for a table: "16 Nov 2026, 09:12"."""
    day, _, at = clock_words(entry.at_ms).rpartition(", ")
    _weekday, number, month, year = day.split(" ")
    return f"{number} {month[:3]} {year}, {at}"


_FILES: Final[tuple[Column[FileResult], ...]] = (
    Column(
        "Result", say.short_words, width=150, status=lambda one: "overdue" if not one.accepted else "ok",
        sort=lambda one: (one.accepted, -one.added),
    ),
    Column("File from", _from, width=160, lead=True, stretch=True, sort=lambda one: one.sender),
)  # fmt: skip
_ENTRIES: Final[tuple[Column[_Line], ...]] = (
    Column("What", lambda line: line.entry.what, width=170, sort=lambda line: line.entry.what),
    Column("About", lambda line: line.entry.subject, width=190, lead=True, stretch=True,
           sort=lambda line: line.entry.subject),
    Column("Who", lambda line: line.entry.who, width=130, ink="muted", sort=lambda line: line.entry.who),
    Column("When", lambda line: _when(line.entry), width=130, ink="muted", sort=lambda line: line.entry.at_ms),
)  # fmt: skip


class ReceiptView(QWidget):
    """Files at the left, the chosen file's sentence, notes and entries at the right. ``left`` when closed."""

    left = Signal()

    def __init__(self, context: DeskContext):
        super().__init__()
        ground(self, "surface")
        self._context = context
        self.files: TableModel[FileResult] = TableModel(_FILES, lambda one: one.path, self)
        self.file_list = TableView(self.files, "Files of this merge")
        self.file_list.row_chosen.connect(self._show_file)
        self.entries: TableModel[_Line] = TableModel(_ENTRIES, lambda line: line.place, self)
        self.entry_list = TableView(self.entries, "What the file brought")
        self._sentence = plain_label("", "strong", wrap=True, select=True)
        self._notes = QVBoxLayout()
        self._notes.setSpacing(8)
        self._shown: list[QWidget] = []
        split = SplitPane(self._left_side())
        split.setChildrenCollapsible(False)
        right = self._right_side()
        split.addWidget(right)
        split.setStretchFactor(0, 2)
        split.setStretchFactor(1, 3)
        split.setSizes([420, 746])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        bar = Row(
            plain_label("Receipt", "strong"), 1, Button("Close receipt", size=32, on_click=self.left.emit), high=56
        )
        bar.line.setContentsMargins(24, 4, 24, 4)
        column.addWidget(bar)
        column.addWidget(hline())
        column.addWidget(split, 1)

    def _left_side(self) -> QWidget:
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.file_list)
        return holder

    def _right_side(self) -> QWidget:
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 12, 0, 0)
        column.setSpacing(8)
        head = QWidget()
        inner = QVBoxLayout(head)
        inner.setContentsMargins(24, 0, 24, 0)
        inner.setSpacing(8)
        inner.addWidget(self._sentence)
        inner.addLayout(self._notes)
        column.addWidget(head)
        column.addWidget(self.entry_list, 1)
        return holder

    def show_files(self, files: Sequence[FileResult]) -> None:
        """Show what became of these files; what was refused stands first."""
        ordered = sorted(files, key=lambda one: (one.accepted, not one.added, _from(one)))
        self.files.set_rows(ordered)
        if ordered:
            self.file_list.choose(ordered[0].path)
        self.file_list.setFocus()

    def show_past(self, name: str, number: int) -> None:
        """Show the receipt of a school's last file."""
        self.files.set_rows([])
        self._sentence.setText(f"The last file of {name}")
        self._clear_notes()
        self.entries.set_rows([])
        self._read_entries(number)

    def _show_file(self, one: FileResult | None) -> None:
        self._clear_notes()
        if one is None:
            self._sentence.setText("")
            self.entries.set_rows([])
            return
        self.entry_list.set_empty("There is nothing new in it.")
        if not one.accepted:
            title, what = say.refusal(one)
            self._sentence.setText("Nothing of this file is in your register.")
            self._add_note(MessageStrip("overdue", title, what))
            self.entry_list.set_empty("Nothing was taken in.")
        else:
            self._sentence.setText(one.sentence)
        for note in one.notes:
            self._add_note(MessageStrip("info", note))
        held = [entry for entry in one.entries if entry.held]
        for entry in held:
            self._add_note(MessageStrip("soon", f"Held back: {entry.what}, {entry.subject}", entry.held))
        self._show_entries(one.entries)
        if one.accepted and one.number and one.added and not one.entries:
            self._read_entries(one.number)

    def _read_entries(self, number: int) -> None:
        self._context.run(self, lambda desk: merging.receipt_entries(desk, number), self._show_entries)

    def _show_entries(self, entries: Sequence[Entry]) -> None:
        self.entries.set_rows([_Line(place, entry) for place, entry in enumerate(entries)])
        many = words.count(len(entries), "entry", "entries")
        self.entry_list.setAccessibleName(f"What the file brought, {many}")

    def _add_note(self, strip: QWidget) -> None:
        self._notes.addWidget(strip)
        self._shown.append(strip)

    def _clear_notes(self) -> None:
        for strip in self._shown:
            self._notes.removeWidget(strip)
            strip.hide()
            strip.deleteLater()
        self._shown.clear()
