"""Key in: a printed sheet by its code, then line after line with the keyboard alone, saved as one act."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.services import keying
from bursar_desk.services.keying_lines import NO, Unclear
from bursar_desk.ui.pages.base import Page
from bursar_desk.ui.pages.key_in_lines import Lines
from bursar_desk.ui.pages.key_in_print import PrintButton
from bursar_desk.ui.widgets import (
    Button,
    DateField,
    FieldRow,
    MessageStrip,
    Scroller,
    TickBox,
    ground,
    hline,
    plain_label,
    vline,
)
from bursar_desk.ui.widgets.stacks import SidePage

if TYPE_CHECKING:
    from datetime import date

    from bursar_desk.domain.errors import UserError
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.keying import Entry, KeyedIn, Sheet
    from db.queries.sheets import SheetRow

HOW = "Line number, then p, f or n, or the number read. For example 3 p, 4 f, 9 46.2, 7 n access."
HOW_WALK = "Line number, then y, n, or x where it does not apply. A dash starts a note: 5 n - hinge broken."


class KeyInPage(Page):
    """The code and what is being typed at the left, the lines of the sheet beside them."""

    key: ClassVar[str] = "keyin"
    title: ClassVar[str] = "Key in"
    icon: ClassVar[str] = "keyboard"
    interested_in: ClassVar[tuple[str, ...]] = ("sheet", "check_record", "not_done", "walk")
    scrolls: ClassVar[bool] = False

    def build(self) -> None:
        """Make the fields and the list."""
        self.sheet: Sheet | None = None
        self.entries: dict[int, Entry] = {}
        self.print_button = PrintButton(self.context)
        self.header.add(self.print_button)
        side = self._build_side()
        right = ground(QWidget(), "bg")
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        self.lines = Lines()
        column.addWidget(self.lines)
        whole = SidePage(side, wide=368)
        whole.line.addWidget(side)
        whole.line.addWidget(vline())
        whole.line.addWidget(right, 1)
        self.body.addWidget(whole, 1)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self.save)
        self._follow()

    def _build_side(self) -> QWidget:
        side = ground(QWidget(), "surface")
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        scroller = Scroller((24, 16, 24, 16), 12)
        self.code = QLineEdit()
        self.code.setPlaceholderText("R4K-73E-H")
        self.code.returnPressed.connect(self.open_code)
        self._code_row = FieldRow("Sheet code", self.code, "At the top right of the sheet. Type it or scan it.")
        self.typed = QLineEdit()
        self.typed.returnPressed.connect(self.take_line)
        self._typed_row = FieldRow("Line and result", self.typed)
        self._how = plain_label(HOW, "caption", "muted", wrap=True)
        self.question = MessageStrip("soon", "")
        self.by = QLineEdit()
        self._by_row = FieldRow("Done by", self.by)
        self.day = DateField("Day it was done", lambda: self.context.today)
        self._day_row = FieldRow("Day it was done", self.day)
        self.day.changed.connect(lambda _day: self._read_again())
        self.faults = TickBox("Report a fault for each No")
        self.faults.setChecked(True)
        self._known = plain_label("", "body", "muted", wrap=True)
        self.question.hide()
        self.back_button = Button("Take back the last line", "text", icon="undo-2", size=32, on_click=self.take_back)
        upper, lower = (
            (self._code_row, self._typed_row, self._how, self.question, self.back_button),
            (self._by_row, self._day_row, self.faults),
        )
        for part in (*upper, hline(), *lower, self._known):
            scroller.body.addWidget(part)
        scroller.body.addStretch()
        column.addWidget(scroller, 1)
        column.addWidget(hline())
        foot = QWidget()
        line = QHBoxLayout(foot)
        line.setContentsMargins(24, 12, 24, 12)
        self.save_button = Button("Save results", "filled", size=48, hint="Ctrl+Enter", on_click=self.save)
        line.addWidget(self.save_button, 1)
        column.addWidget(foot)
        return side

    # --- reading and showing ---

    def load(self, desk: Desk) -> tuple[Sheet | None, tuple[SheetRow, ...]]:
        """The sheet under way with what is recorded of it by now, and the sheets printed last."""
        from bursar_desk.services import sheets

        known = tuple(sheets.listing(desk)[:6])
        if self.sheet is None:
            return None, known
        codes = {one.code for one in sheets.listing(desk)}
        return (keying.open_sheet(desk, self.sheet.code) if self.sheet.code in codes else None), known

    def fill(self, data: tuple[Sheet | None, tuple[SheetRow, ...]]) -> None:
        """Show them; the focus goes to the code while there is no sheet."""
        sheet, known = data
        said = [f"{one.code}, {words.short_date(one.on)}" for one in known]
        self._known.setText(f"Printed last: {'; '.join(said)}." if said else "No sheet was printed yet.")
        if self.sheet is not None:
            self._show(sheet)
        elif self.isVisible():
            self.code.setFocus()
        self._follow()

    def focus_on(self, **what: Any) -> None:
        """``code=`` opens a sheet."""
        if what.get("code"):
            self.code.setText(str(what["code"]))
            self.open_code()

    def unsaved(self) -> str:
        """Lines that were typed and not saved."""
        return words.count(len(self.entries), "line") + " keyed in" if self.entries else ""

    def panes(self) -> list[QWidget]:
        """The field to type in, then the lines."""
        return [self.typed if self.sheet else self.code, self.lines]

    # --- the sheet ---

    def open_code(self) -> None:
        """Look for the sheet of the code that was typed."""
        text = self.code.text()
        if self.entries:
            self._ask("Save or take back what is keyed in first.", "It belongs to another sheet.")
            return
        self.context.run(self, lambda desk: keying.open_sheet(desk, text), self._opened, self._wrong_code)

    def _wrong_code(self, problem: UserError) -> None:
        self._code_row.set_message(f"{problem.title} {problem.remedy}".strip())
        self.code.setFocus()
        self.code.selectAll()

    def _opened(self, sheet: Sheet) -> None:
        self._code_row.set_message("")
        self.code.setText(sheet.code)
        self.by.setText(sheet.by)
        self.entries = {}
        self.day.set_day(None if sheet.kind in ("week", "blank") else sheet.on)
        self._show(sheet)
        self._follow()
        self.typed.setFocus()

    def _show(self, sheet: Sheet | None) -> None:
        self.sheet = sheet
        if sheet is None:
            self.entries = {}
        self.lines.show_sheet(sheet, self.entries)

    def _read_again(self) -> None:
        """Another day was chosen: what is recorded already may be another thing."""
        sheet, day = self.sheet, self.day.day()
        if sheet is None or sheet.kind in ("week", "blank"):
            return

        def look(desk: Desk) -> Sheet:
            with desk.store.connect() as con:
                return keying.already_in(con, desk, sheet, day)

        self.context.run(self, look, self._show)

    @property
    def _on(self) -> date | None:
        """The day for the whole sheet; None where each line has its own."""
        by_line = self.sheet is None or self.sheet.kind in ("week", "blank")
        return None if by_line else self.day.day()

    def take_line(self) -> None:
        """Read the line that was typed, and show it beside; a question stands below the field."""
        if self.sheet is None or not self.typed.text().strip():
            return
        entries, asked = keying.read_lines(self.sheet, [self.typed.text()])
        if asked:
            self._ask_about(asked[0])
            return
        self.question.hide()
        self.entries.pop(entries[0].line, None)  # typed again it is the last one
        self.entries[entries[0].line] = entries[0]
        self.typed.clear()
        self.lines.show_entry(entries[0])
        self._follow()

    def take_back(self) -> None:
        """Take back the line that was typed last."""
        if self.entries:
            line, _ = self.entries.popitem()
            self.lines.forget(line)
            self._follow()
            self.typed.setFocus()

    def _ask_about(self, question: Unclear) -> None:
        self._ask(question.title, question.remedy)
        self.typed.selectAll()

    def _ask(self, title: str, text: str) -> None:
        self.question.set_text(title, text)
        self.question.show()

    def _follow(self) -> None:
        sheet, number = self.sheet, len(self.entries)
        for row in (self._typed_row, self._by_row):
            row.setVisible(sheet is not None)
        self._day_row.setVisible(sheet is not None and sheet.kind not in ("week", "blank"))
        wrong = any(one.result == NO for one in self.entries.values())
        self.faults.setVisible(sheet is not None and sheet.walk and wrong)
        self.back_button.setVisible(number > 0)
        last = next(reversed(self.entries), 0)
        self.back_button.set_words(f"Take back line {last}")
        if sheet is None:
            self.question.hide()
        self._how.setText(HOW_WALK if sheet is not None and sheet.walk else HOW)
        self._how.setVisible(sheet is not None)
        self.save_button.setEnabled(sheet is not None and number > 0)
        self.save_button.set_words(f"Save {words.count(number, 'result')}" if number else "Save results")
        self.header.set_note(
            f"{sheet.title}, {words.long_date(sheet.on)}" if sheet else "From paper, with the keyboard"
        )
        self.print_button.setVisible(sheet is None)

    # --- saving ---

    def save(self) -> None:
        """Record all that was keyed in."""
        sheet, entries = self.sheet, list(self.entries.values())
        if sheet is None or not self.save_button.isEnabled():
            return
        missing = keying.check_together(sheet, entries, self._on)
        if missing:
            self._ask(missing, "Then save again.")
            self.typed.setFocus()
            return
        on, by = self._on, self.by.text()
        wrong = frozenset(one.line for one in entries if one.result == NO) if self.faults.isChecked() else frozenset()
        self.save_button.setEnabled(False)
        self.context.run(
            self,
            lambda desk: keying.record(desk, sheet, entries, on=on, by=by, faults=wrong),
            self._saved,
            self._refused,
        )

    def _saved(self, made: KeyedIn) -> None:
        self.sheet, self.entries = None, {}
        self.code.clear()
        self.lines.show_sheet(None, {})
        self._follow()
        self.context.acted(made.changes, made.sentence, origin=self)
        self.code.setFocus()
        self.reload()

    def _refused(self, problem: UserError) -> None:
        self._follow()
        self._ask(problem.title, f"{problem.safe} {problem.remedy}".strip())
