"""The grid of last done dates: typed as in a spreadsheet, read back in full words beside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemDelegate, QAbstractItemView, QLineEdit, QStyleOptionViewItem, QWidget

from bursar_desk.domain import words
from bursar_desk.domain.typed_dates import NotADate, read_date
from bursar_desk.services.checks import CheckLine
from bursar_desk.ui.models.table import Column, TableModel
from bursar_desk.ui.pages.narrow_table import NarrowTable
from bursar_desk.ui.status_marks import OK, OVERDUE, UNKNOWN, Look
from bursar_desk.ui.widgets import CellDelegate

DONE, BY = 3, 4
"""The columns that are typed into."""


@dataclass(frozen=True, slots=True)
class Draft:
    """One check and what stands beside it, not saved yet. ``pasted``: it came out of a spreadsheet."""

    line: CheckLine
    typed: str = ""
    by: str = ""
    day: date | None = None
    problem: str = ""
    pasted: bool = False

    @property
    def said(self) -> str:
        """The date in full words, or why there is none."""
        return words.long_date(self.day) if self.day else self.problem


def _look(one: Draft) -> Look | None:
    return OK if one.day else OVERDUE if one.problem else UNKNOWN if one.typed else None


COLUMNS: Final = [
    Column["Draft"]("Check", lambda one: one.line.title, 250, icon=lambda one: one.line.icon, stretch=True, lead=True),
    Column["Draft"]("Place", lambda one: one.line.place, 120, ink="muted"),
    Column["Draft"]("How often", lambda one: one.line.every, 130, ink="muted"),
    Column["Draft"]("Last done", lambda one: one.typed or "Type a date", 130,
                    ink=lambda one: "text" if one.typed else "muted"),
    Column["Draft"]("Done by", lambda one: one.by or "Not known", 150, ink=lambda one: "text" if one.by else "muted"),
    Column["Draft"]("Read as", lambda one: one.said, 300, status=_look, tip=lambda one: one.said),
]  # fmt: skip


class LastDoneModel(TableModel[Draft]):
    """Drafts by check; typing changes one draft and leaves the rest alone. ``edited`` follows every change."""

    edited = Signal()

    def __init__(self, today: Callable[[], date], parent: QObject):
        super().__init__(COLUMNS, lambda one: one.line.id, parent)
        self._today = today

    def flags(self, index: QModelIndex | QPersistentModelIndex) -> Qt.ItemFlag:
        """Two columns can be typed into."""
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() in (DONE, BY) else flags

    def setData(
        self, index: QModelIndex | QPersistentModelIndex, value: Any, role: int = Qt.ItemDataRole.EditRole
    ) -> bool:
        """Take what was typed; a date is read at once, strictly."""
        if role != Qt.ItemDataRole.EditRole or not index.isValid():
            return False
        one, text = self.row(index.row()), " ".join(str(value).split())
        if index.column() == BY:
            made = replace(one, by=text)
        else:
            made = replace(one, typed=text, pasted=False, **read(text, self._today()))
        self.put({index.row(): made})
        return True

    def put(self, drafts: dict[int, Draft]) -> None:
        """Replace drafts by their places."""
        self._rows = tuple(drafts.get(place, one) for place, one in enumerate(self._rows))
        if drafts:
            first, last = self.index(min(drafts), 0), self.index(max(drafts), len(self.columns) - 1)
            self.dataChanged.emit(first, last)
        self.edited.emit()


def read(text: str, today: date) -> dict[str, Any]:
    """Read a typed date for a draft: the day, or why there is none."""
    if not text:
        return {"day": None, "problem": ""}
    try:
        day = read_date(text, today=today, name="Last done")
    except NotADate as reason:
        return {"day": None, "problem": str(reason)}
    if day > today:
        return {"day": None, "problem": f"{words.plain_date(day)} has not come yet."}
    return {"day": day, "problem": ""}


class _TypingDelegate(CellDelegate):
    """Paints as every table does; its field holds what was typed before."""

    def createEditor(
        self, parent: QWidget, _option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QWidget:
        """A plain field with a name of its own."""
        field = QLineEdit(parent)
        row = index.data(Qt.ItemDataRole.UserRole + 6)
        title = row.line.title if isinstance(row, Draft) else ""
        field.setAccessibleName(f"{COLUMNS[index.column()].title}: {title}")
        field.setFrame(False)
        return field

    def setEditorData(self, editor: QWidget, index: QModelIndex | QPersistentModelIndex) -> None:
        """What was typed before."""
        row = index.data(Qt.ItemDataRole.UserRole + 6)
        if isinstance(editor, QLineEdit) and isinstance(row, Draft):
            editor.setText(row.by if index.column() == BY else row.typed)

    def setModelData(self, editor: QWidget, model: Any, index: QModelIndex | QPersistentModelIndex) -> None:
        """Take it."""
        if isinstance(editor, QLineEdit):
            model.setData(index, editor.text())


class LastDoneTable(NarrowTable[Draft]):
    """Typing begins at once; Enter goes down the column, Tab to the right and then on, Esc leaves the cell as it was.

    ``pasted(text)`` on Ctrl+V. Outside a cell that is being typed into, Tab leaves the table.
    """

    pasted = Signal(str)

    def __init__(self, model: LastDoneModel):
        super().__init__(model, "When was each check last done?", ("Place", "How often"))
        self._model = model
        self.setItemDelegate(_TypingDelegate(self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.AnyKeyPressed
            | QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.DoubleClicked
        )

    def start_at(self, row: int, column: int = DONE) -> None:
        """Stand on a cell."""
        index = self.model().index(row, column)
        if index.isValid():
            self.setCurrentIndex(index)
            self.scrollTo(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+V pastes; letters and figures begin a cell anew; Ctrl+; puts in today's date; Delete empties it."""
        index, key = self.currentIndex(), event.key()
        if event.matches(QKeySequence.StandardKey.Paste):
            self.pasted.emit(QGuiApplication.clipboard().text())
        elif key == Qt.Key.Key_Semicolon and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            self._model.setData(self._typed_cell(), "today")
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and index.column() in (DONE, BY):
            self._model.setData(index, "")
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            if self.state() == QAbstractItemView.State.EditingState:
                return  # the field passes it on; closing the field goes down by itself
            self.start_at(min(index.row() + 1, self.model().rowCount() - 1), index.column())
        elif (
            event.text().isprintable()
            and event.text()
            and not event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        ):
            self.edit(self._typed_cell(), QAbstractItemView.EditTrigger.AnyKeyPressed, event)
        else:
            super().keyPressEvent(event)

    def _typed_cell(self) -> QModelIndex:
        """The cell that typing goes to: the one the person stands on, else the date of its row."""
        index = self.currentIndex()
        if index.column() not in (DONE, BY):
            self.start_at(max(index.row(), 0))
        return self.currentIndex()

    def closeEditor(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:
        """Go on as a spreadsheet does once a cell was typed."""
        index = self.currentIndex()
        super().closeEditor(editor, QAbstractItemDelegate.EndEditHint.NoHint)
        row, column, last = index.row(), index.column(), self.model().rowCount() - 1
        if hint == QAbstractItemDelegate.EndEditHint.SubmitModelCache:
            self.start_at(min(row + 1, last), column)
        elif hint == QAbstractItemDelegate.EndEditHint.EditNextItem:
            self.start_at(*((row, BY) if column == DONE else (min(row + 1, last), DONE)))
        elif hint == QAbstractItemDelegate.EndEditHint.EditPreviousItem:
            self.start_at(*((row, DONE) if column == BY else (max(row - 1, 0), BY)))

    def focusInEvent(self, event: QEvent) -> None:
        """Arriving stands on the first date."""
        super().focusInEvent(event)
        if self.currentIndex().column() not in (DONE, BY) and self._model.rows:
            self.start_at(max(self.currentIndex().row(), 0))


def drafts_of(lines: Sequence[CheckLine], before: Sequence[Draft]) -> list[Draft]:
    """Drafts for the checks that wait; what was typed before stays with its check."""
    kept = {one.line.id: one for one in before}
    return [replace(kept[line.id], line=line) if line.id in kept else Draft(line) for line in lines]
