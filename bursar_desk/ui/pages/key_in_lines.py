"""The lines of a sheet beside the field they are typed in: what each asks, and what was read back of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.services.keying_lines import FAIL, NO, NOT_DONE, NOT_HERE
from bursar_desk.ui import theme
from bursar_desk.ui.status_marks import MISSED, NOT_NEEDED, OK, OVERDUE, Look, MarkView
from bursar_desk.ui.widgets import Card, EmptyState, Scroller, plain_label, set_ink
from bursar_desk.ui.widgets.elided import ElidedLabel

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bursar_desk.services.keying import Entry, KeyLine, Sheet

_MARKS: dict[str, Look] = {FAIL: OVERDUE, NO: OVERDUE, NOT_DONE: MISSED, NOT_HERE: NOT_NEEDED}


class LineRow(QWidget):
    """One line: number, what it asks, and what was keyed in for it."""

    def __init__(self, line: KeyLine, *, with_day: bool) -> None:
        super().__init__()
        self.line = line
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 6, 16, 6)
        row.setSpacing(12)
        number = plain_label(str(line.number), "strong")
        number.setFixedWidth(theme.px(28))
        day = words.short_day(line.due) if with_day and line.due else ""
        due = f", {day}" if day and day not in line.what else ""
        what = ElidedLabel(f"{line.what}{due}")
        self.mark = MarkView(OK, 20)
        self.said = plain_label("", "strong")
        self.said.setMinimumWidth(theme.px(210))
        self.mark.setVisible(False)
        row.addWidget(number)
        row.addWidget(what, 1)
        row.addWidget(self.mark)
        row.addWidget(self.said)
        self.forget()

    def forget(self) -> None:
        """Show that nothing was keyed in for it, or that it was recorded before."""
        said = self.line.already
        self.said.setText(f"{said[:1].upper()}{said[1:]}" if said else self.line.unit)
        set_ink(self.said, "muted")
        self.mark.setVisible(bool(said))
        if said:
            self.mark.set_look(OK)
        self.setAccessibleName(f"Line {self.line.number}, {self.line.what}. {said}")

    def show_entry(self, entry: Entry) -> None:
        """Read back what was keyed in."""
        value = f"{entry.said} {entry.more and f'({entry.more})'}".strip()
        wrong = self.line.wrong(entry)
        self.said.setText(f"{wrong}, Fail" if wrong else value)
        self.mark.set_look(_MARKS.get(FAIL if wrong else entry.result, OK))
        self.mark.setVisible(True)
        set_ink(self.said, "text")
        self.setAccessibleName(f"Line {self.line.number}, {self.line.what}. {self.said.text()}")


class Lines(Scroller):
    """All lines of a sheet, place by place."""

    def __init__(self) -> None:
        super().__init__((24, 16, 24, 24), 12)
        self.rows: dict[int, LineRow] = {}
        self._holder: QWidget | None = None
        self.show_sheet(None, {})

    def show_sheet(self, sheet: Sheet | None, entries: Mapping[int, Entry]) -> None:
        """Show a sheet with what was keyed in so far, or what to do while there is none."""
        if self._holder is not None:
            self.body.removeWidget(self._holder)
            self._holder.hide()
            self._holder.deleteLater()
        self.rows = {}
        self._holder = QWidget()
        column = QVBoxLayout(self._holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        if sheet is None:
            column.addWidget(EmptyState("Which sheet?", "Type its code, then press Enter.", icon="clipboard-pen"))
        else:
            self._fill(column, sheet)
        column.addStretch()
        self.body.addWidget(self._holder)
        for entry in entries.values():
            self.show_entry(entry)

    def _fill(self, column: QVBoxLayout, sheet: Sheet) -> None:
        card, place = None, None
        for line in sheet.lines:
            if card is None or line.place != place:
                card, place = Card(line.place or sheet.title), line.place
                column.addWidget(card)
            row = LineRow(line, with_day=sheet.kind == "week")
            self.rows[line.number] = row
            card.add_row(row)

    def show_entry(self, entry: Entry) -> None:
        """Read one line back, and bring it into view."""
        row = self.rows.get(entry.line)
        if row is not None:
            row.show_entry(entry)
            self.ensureWidgetVisible(row)

    def forget(self, line: int) -> None:
        """Take back what was keyed in for a line."""
        if line in self.rows:
            self.rows[line].forget()
