"""Reports: choose one, see it as it will print, save it. What is shown is the very file that is saved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QButtonGroup, QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.domain.operations import Changes
from bursar_desk.services import reporting
from bursar_desk.ui import theme
from bursar_desk.ui.pages.base import Command, Page
from bursar_desk.ui.pages.kept_choices import keep_folder, kept_folder
from bursar_desk.ui.pages.reports_choices import ReportChoices
from bursar_desk.ui.pages.reports_preview import Asked, Paper, Preview, file_name, papers, read_preview, writing
from bursar_desk.ui.widgets import (
    Button,
    Choice,
    FieldRow,
    MessageStrip,
    Picker,
    Reflow,
    Scroller,
    Segments,
    give_letters,
    ground,
    hline,
    plain_label,
    vline,
)
from bursar_desk.ui.widgets.file_asks import PDF_FILES, FileAsk
from bursar_desk.ui.widgets.pdf_view import PdfView
from bursar_desk.ui.widgets.stacks import SidePage

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk

REPORTS: Final = "reports"
PAUSE_MS: Final = 150
_KINDS: Final = {".pdf": PDF_FILES, ".html": "Web page (*.html)", ".xlsx": "Workbook (*.xlsx)"}


class ReportsPage(Page):
    """Papers and their choices at the left, the preview beside them."""

    key = "reports"
    title = "Reports"
    icon = "file-text"
    interested_in = ()
    scrolls = False

    def build(self) -> None:
        """Make the choices and the preview."""
        self.files = FileAsk(self)
        self.papers = papers(office=self.context.facts.office)
        self._asked = Asked(self.papers[0].key, None if self.context.facts.office else self.context.home)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self.reload)
        self.preview = PdfView("Preview")
        self.preview.setMinimumSize(theme.px(300), 80)
        self.preview.failed.connect(self.context.problem.emit)
        self.preview.drawn.connect(self._say_pages)
        self._trouble = MessageStrip("overdue", "")
        self._trouble.hide()
        right = ground(QWidget(), "surface-2")
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        holder = QWidget()
        inner = QVBoxLayout(holder)
        inner.setContentsMargins(24, 16, 24, 0)
        inner.addWidget(self._trouble)
        self._trouble_room = holder
        holder.hide()
        column.addWidget(holder)
        column.addWidget(self.preview, 1)
        side = self._build_side()
        whole = SidePage(side, wide=336)
        whole.line.addWidget(side)
        whole.line.addWidget(vline())
        whole.line.addWidget(right, 1)
        self.body.addWidget(whole, 1)
        self._show_choices()

    def _build_side(self) -> QWidget:
        side = ground(QWidget(), "surface")
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        scroller = Scroller((24, 12, 24, 16), 12)
        self._build_papers(scroller.body)
        scroller.body.addWidget(hline())
        self._build_options(scroller.body)
        scroller.body.addStretch()
        column.addWidget(scroller, 1)
        column.addWidget(hline())
        column.addWidget(self._build_foot())
        return side

    def _build_papers(self, column: QVBoxLayout) -> None:
        """The papers as one choice; what it is stands under the one chosen, so that its own choices stay in view."""
        self._group = QButtonGroup(self)
        self.choices: dict[str, Choice] = {}
        self._notes: dict[str, QWidget] = {}
        column.addWidget(plain_label("Which report?", "strong"))
        box = QWidget()
        lines = QVBoxLayout(box)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(2)
        for paper in self.papers:
            choice = Choice(paper.title, size=28)
            choice.setAccessibleDescription(paper.note)
            choice.setChecked(paper.key == self._asked.paper)
            choice.toggled.connect(self._choosing(paper))
            self._group.addButton(choice)
            self.choices[paper.key] = choice
            note = plain_label(paper.note, "caption", "muted", wrap=True)
            note.setContentsMargins(34, 0, 0, 0)
            choice.setToolTip(paper.note)
            self._notes[paper.key] = note
            lines.addWidget(choice)
            lines.addWidget(note)
            note.setVisible(choice.isChecked())
        column.addWidget(box)

    def _build_options(self, column: QVBoxLayout) -> None:
        self.school = Picker()
        self.school.picked.connect(lambda key: self._ask(school=key, term=None))
        self.term = Picker()
        self.term.picked.connect(lambda key: self._ask(term=key))
        self.week = Segments([("day", "Today"), ("week", "This week")], "Checks of")
        self.week.chosen.connect(lambda key: self._ask(week=key == "week"))
        self._school_row = FieldRow("School", self.school)
        self._term_row = FieldRow("Term", self.term)
        self._week_row = QWidget()
        lines = QVBoxLayout(self._week_row)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(4)
        lines.addWidget(plain_label("Checks of", "strong"))
        lines.addWidget(self.week)
        self._note = plain_label("", "body", "muted", wrap=True)
        self.more = ReportChoices()
        self.more.changed.connect(lambda changed: self._ask(**changed))
        for row in (self._school_row, self._term_row, self._week_row, self.more, self._note):
            column.addWidget(row)

    def _build_foot(self) -> QWidget:
        self.pdf_button = Button("Make PDF", "filled", icon="file-down", on_click=lambda: self.save(".pdf"))
        self.web_button = Button("Save as web page", icon="external-link", on_click=lambda: self.save(".html"))
        self.book_button = Button("Save as workbook", icon="file-spreadsheet", on_click=lambda: self.save(".xlsx"))
        foot = QWidget()
        column = QVBoxLayout(foot)
        column.setContentsMargins(24, 12, 24, 12)
        column.setSpacing(8)
        column.addWidget(Reflow(self.pdf_button, self.web_button, self.book_button, spacing=8))
        return foot

    # --- choosing ---

    @property
    def paper(self) -> Paper:
        """The paper chosen."""
        return next(paper for paper in self.papers if paper.key == self._asked.paper)

    def _choosing(self, paper: Paper) -> Callable[[bool], None]:
        def toggled(on: bool) -> None:
            if on and paper.key != self._asked.paper:
                self._asked = replace(self._asked, paper=paper.key, period="")
                self._show_choices()
                self._pause.start()

        return toggled

    def _ask(self, **changed: Any) -> None:
        self._asked = replace(self._asked, **changed)
        self._pause.start()

    def choose(self, key: str) -> None:
        """Choose a paper."""
        self.choices[key].setChecked(True)

    def focus_on(self, **what: Any) -> None:
        """Show a paper: ``report`` (its name), ``school``, ``term``, ``check`` (an id or an area) where it has them."""
        if what.get("report") in self.choices:
            self.choose(str(what["report"]))
        given = {name: what[name] for name in ("school", "term", "check") if name in what}
        if isinstance(given.get("check"), bytes):
            given["check"] = given["check"].hex()
        if given:
            self._ask(**given)

    def _show_choices(self) -> None:
        """Only the choices and the forms the paper has."""
        paper = self.paper
        for key, note in self._notes.items():
            note.setVisible(key == paper.key)
        several = isinstance(self.data, Preview) and len(self.data.schools) > 1
        self._school_row.setVisible(paper.school and several)
        self._term_row.setVisible(paper.term)
        self._week_row.setVisible(paper.week)
        self.more.show_for(paper, self._asked)
        self.web_button.setVisible(".html" in paper.forms)
        self.book_button.setVisible(".xlsx" in paper.forms)
        if self.isVisible():
            give_letters(self)

    # --- reading ---

    def load(self, desk: Desk) -> Preview:
        """Make the paper as it stands now."""
        return read_preview(desk, self._asked)

    def fill(self, data: Preview) -> None:
        """Show the paper and the choices it left."""
        if data.asked.paper != self._asked.paper:
            return
        self._asked = data.asked
        self.school.set_choices(data.schools)
        self.school.set_key(data.asked.school)
        self.term.set_choices(data.terms)
        self.term.set_key(data.asked.term)
        self.more.set_subjects(data.subjects, data.asked.check)
        self._show_choices()
        self._trouble_room.setVisible(data.problem is not None)
        self._trouble.setVisible(data.problem is not None)
        for button in (self.pdf_button, self.web_button, self.book_button):
            button.setEnabled(data.problem is None)
        if data.problem is not None:
            self._trouble.set_text(data.problem.title, f"{data.problem.safe} {data.problem.remedy}".strip())
            self.preview.clear()
            self.header.set_note(self.paper.title)
            self._note.setText("")
            return
        self._note.setText("This is how it will print. Ctrl and the wheel make it larger or smaller.")
        self.preview.set_pdf(data.pdf)

    def _say_pages(self) -> None:
        self.header.set_note(f"{self.paper.title}, {words.count(self.preview.pages, 'page')}")

    # --- saving ---

    def save(self, ending: str) -> None:
        """Ask where the paper goes, in one of its forms."""
        if not isinstance(self.data, Preview) or ending not in self.paper.forms or self.data.problem is not None:
            return
        name = file_name(self.data, self.context.facts.name, ending)
        asked = self._asked
        title = f"Save the {self.paper.title[0].lower()}{self.paper.title[1:]}"
        suggested = kept_folder(REPORTS) / name
        self.files.save(title, suggested, _KINDS[ending], lambda path: self._save(asked, path))

    def _save(self, asked: Asked, path: Path) -> None:
        keep_folder(REPORTS, path)

        def saved(written: Any) -> None:
            pages = f", {words.count(written.pages, 'page')}" if path.suffix.lower() == ".pdf" else ""
            if asked.paper in reporting.KEPT:
                self.context.changed.emit(Changes(frozenset({"sheet"})), self)
            self.context.tell(f"{path.name} is saved{pages}.", undo=False)

        self.context.run(self, writing(asked, path), saved)

    def commands(self) -> dict[Command, Callable[[], object]]:
        """Ctrl+P makes the PDF, Ctrl+E the workbook where there is one."""
        found = super().commands()
        found[Command.PRINT] = lambda: self.save(".pdf")
        if ".xlsx" in self.paper.forms:
            found[Command.EXPORT] = lambda: self.save(".xlsx")
        return found

    def panes(self) -> list[QWidget]:
        """Choices, then the preview."""
        first = self.choices[self._asked.paper]
        return [first, self.preview]
