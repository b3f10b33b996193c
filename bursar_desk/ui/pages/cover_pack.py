"""The cover pack before it goes out: its paper as it will print, what goes in, what never does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.ui import theme
from bursar_desk.ui.pages import cover_sections as parts
from bursar_desk.ui.widgets import Button, ProgressBar, Reflow, Scroller, ground, hline, plain_label
from bursar_desk.ui.widgets.pdf_view import PdfView
from bursar_desk.ui.widgets.stacks import SidePage

if TYPE_CHECKING:
    from bursar_desk.services.cover import CoverLine
    from bursar_desk.ui.pages.cover_data import Beside
    from bursar_desk.ui.pages.cover_files import CoverFiles


class CoverPackView(SidePage):
    """Preview at the left; at the right what is in it, and two ways to save it."""

    def __init__(self, files: CoverFiles):
        side = ground(QWidget(), "surface")
        super().__init__(side, wide=376)
        self._asked: CoverLine | None = None
        self._files = files
        self.paper = PdfView("Cover pack")
        self.paper.setMinimumSize(theme.px(300), 96)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        scroller = Scroller((24, 16, 24, 16), 12)
        self._body = scroller.body
        self._body.addStretch()
        column.addWidget(scroller, 1)
        column.addWidget(hline())
        column.addWidget(self._foot())
        self.line.addWidget(self.paper, 1)
        self.line.addWidget(side)
        self._shown: list[QWidget] = []

    def _foot(self) -> QWidget:
        self.save_share = Button("Save share file", "filled", icon="save", on_click=self._share)
        self.save_pdf = Button("Save as PDF", icon="file-down", on_click=self._pdf)
        self._progress = ProgressBar()
        self._progress.hide()
        foot = parts.column(self._progress, Reflow(self.save_share, self.save_pdf, spacing=8), spacing=8)
        layout = foot.layout()
        if layout is not None:
            layout.setContentsMargins(24, 12, 24, 12)
        return foot

    def show_pack(self, beside: Beside, asked: CoverLine) -> None:
        """Show what will go out for a request that was agreed; the paper follows when it is drawn."""
        self._asked = asked
        self.paper.clear()
        for widget in self._shown:
            self._body.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        days = words.long_date(asked.first)
        if asked.last != asked.first:
            days = f"{words.weekday_date(asked.first)} to {words.long_date(asked.last)}"
        when = ", ".join(part for part in (days, parts.times(asked.starts, asked.ends)) if part)
        said = plain_label(f"The share file opens at {asked.helper_school_name} and nowhere else.", "body", wrap=True)
        self._shown = [
            plain_label(f"{beside.row.name}, {when}", "body", "muted", wrap=True),
            parts.pack_contents(beside, asked),
            hline(),
            parts.before_the_start(beside.chosen_helper, asked),
            hline(),
            said,
        ]
        for place, widget in enumerate(self._shown):
            self._body.insertWidget(place, widget)

    def show_progress(self, _text: str, done: int, total: int) -> None:
        """How far the file is."""
        self._progress.setVisible(done < total)
        self._progress.set_value(done, total)

    def _share(self) -> None:
        if self._asked is not None:
            self._files.choose_pack_file(self._asked)

    def _pdf(self) -> None:
        if self._asked is not None:
            self._files.choose_paper_file(self._asked)
