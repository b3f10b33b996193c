"""The preview of a spreadsheet: every row with what becomes of it and why, the questions beside, one button."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.services.importing_shapes import STATE_WORDS, Plan, PlanRow, State
from bursar_desk.ui.models.table import Column, TableModel
from bursar_desk.ui.pages.bring_in_questions import QuestionsPane
from bursar_desk.ui.pages.narrow_table import NarrowTable
from bursar_desk.ui.status_marks import NOT_NEEDED, OK, OVERDUE, SOON, UNKNOWN
from bursar_desk.ui.widgets import Button, SplitPane, ground, hline, plain_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bursar_desk.ui.pages.base import DeskContext

_LOOK: Final = {
    State.ADD: OK, State.CHANGE: SOON, State.KNOWN: NOT_NEEDED, State.LEFT: NOT_NEEDED, State.ASK: UNKNOWN,
    State.REFUSED: OVERDUE,
}  # fmt: skip
_FIRST: Final = (State.REFUSED, State.ASK, State.ADD, State.CHANGE, State.KNOWN, State.LEFT)


def _read_as(one: PlanRow) -> str:
    """The day in full words and whatever there is to say about it; else why there is none."""
    return " ".join(part for part in (f"{one.said}." if one.said and one.reason else one.said, one.reason) if part)


def columns_for(what: str, read_as: str = "Read as") -> list[Column[PlanRow]]:
    """The columns of a preview whose rows are a ``what``."""
    return [
        Column["PlanRow"]("Row", lambda one: str(one.row), 52, right=True, ink="muted", sort=lambda one: one.row),
        Column["PlanRow"](what, lambda one: one.what, 190, stretch=True, lead=True,
                          sort=lambda one: one.what.casefold()),
        Column["PlanRow"]("In the file", lambda one: one.found, 106, ink="muted", tip=lambda one: one.found),
        Column["PlanRow"]("What happens", lambda one: STATE_WORDS[one.state], 132, status=lambda one: _LOOK[one.state],
                          sort=lambda one: _FIRST.index(one.state)),
        Column["PlanRow"](read_as, _read_as, 236, sort=lambda one: one.day, tip=_read_as),
    ]  # fmt: skip


COLUMNS: Final = columns_for("Check")
_NOUNS: Final = {"contracts": "contract", "ledger": "supplier"}


def _identity(one: PlanRow) -> tuple[str, int, str, str]:
    return one.sheet, one.row, one.what, one.state.value


class PreviewView(QWidget):
    """The signals: ``wanted(leave_out)``, ``left``, ``answered(key, answer)``, ``moved(field, column)``."""

    wanted = Signal(bool)
    left = Signal()
    answered = Signal(str, str)
    moved = Signal(str, object)

    def __init__(
        self, context: DeskContext, columns: Sequence[Column[PlanRow]] = COLUMNS,
        picks: tuple[str, str] = ("name:", "Another check"),
    ):  # fmt: skip
        super().__init__()
        ground(self, "surface")
        self.preview: Plan | None = None
        self.model: TableModel[PlanRow] = TableModel(columns, _identity, self)
        self.table: NarrowTable[PlanRow] = NarrowTable(self.model, "Rows of the spreadsheet", ("In the file", "Row"))
        self.table.set_empty("There are no rows below the headings.")
        self.questions = QuestionsPane(lambda: context.today, picks=picks)
        self.questions.answered.connect(self.answered)
        self.questions.column_changed.connect(self.moved)
        self.button = Button("Bring in dates", "filled", icon="download", on_click=self._press)
        self.back = Button("Go back", "outlined", on_click=self.left.emit)
        self.words = plain_label("", "body", wrap=True)
        self.split = SplitPane(self._make_list())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.split)
        self.split.show_detail(self.questions)

    def _make_list(self) -> QWidget:
        left = ground(QWidget(), "surface")
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QWidget()
        top = QVBoxLayout(head)
        top.setContentsMargins(24, 8, 24, 12)
        top.setSpacing(8)
        top.addWidget(self.words)
        foot = QWidget()
        line = QHBoxLayout(foot)
        line.setContentsMargins(24, 12, 24, 12)
        line.setSpacing(8)
        line.addWidget(self.button)
        line.addWidget(self.back)
        line.addStretch()
        for part in (head, hline(), self.table, hline(), foot):
            column.addWidget(part, 1 if part is self.table else 0)
        return left

    def show_preview(self, preview: Plan, checks: Sequence[tuple[str, str]]) -> None:
        """Show it; rows in doubt stand first."""
        self.preview = preview
        self.model.set_rows(preview.rows)
        self.table.sort_by("What happens")
        self.words.setText(f"From “{preview.source.name}”: {preview.sentence}")
        self.questions.show_preview(preview, checks)
        self._name_button(preview)

    def _name_button(self, preview: Plan) -> None:
        noun = _NOUNS.get(preview.kind, "date")
        wanted = (State.ADD, State.CHANGE) if preview.kind in _NOUNS else (State.ADD,)
        ready, doubtful = len(preview.of(*wanted)), len(preview.doubtful)
        told = f"Bring in {words.count(ready, noun)}"
        self.button.set_words(f"{told}, leave out {words.number(doubtful)}" if doubtful else told)
        self.button.setEnabled(ready > 0)

    def _press(self) -> None:
        if self.preview is not None:
            self.wanted.emit(bool(self.preview.doubtful))

    def panes(self) -> list[QWidget]:
        """The rows, the questions, the buttons."""
        return [self.table, self.questions, self.button]
