"""The cover pack before it goes out: its paper as it will print, what goes in, what never does; and its sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.services.reporting_packs import PARTS
from bursar_desk.ui import status_marks, theme
from bursar_desk.ui.pages import cover_sections as parts
from bursar_desk.ui.pages.cover_sheet_told import OddEntries, sheet_told
from bursar_desk.ui.widgets import Button, IconView, ProgressBar, Reflow, Scroller, TickBox, ground, hline, plain_label
from bursar_desk.ui.widgets.pdf_view import PdfView
from bursar_desk.ui.widgets.stacks import SidePage

if TYPE_CHECKING:
    from bursar_desk.services.cover import CoverLine
    from bursar_desk.services.cover_sheet_shapes import SheetBack
    from bursar_desk.services.reporting_packs import PackFacts
    from bursar_desk.ui.pages.cover_data import Beside
    from bursar_desk.ui.pages.cover_files import CoverFiles


class CoverPackView(SidePage):
    """Preview at the left; at the right what is in it, the ways to save it, and the sheet that comes back."""

    def __init__(self, files: CoverFiles):
        side = ground(QWidget(), "surface")
        super().__init__(side, wide=376)
        self._asked: CoverLine | None = None
        self._files = files
        self._told: SheetBack | None = None
        self.odd: OddEntries | None = None
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
        self.ticks: dict[str, TickBox] = {}
        files.sheet_in.connect(self._came_back)
        files.decided.connect(lambda _said: self._read())

    def _foot(self) -> QWidget:
        self.save_share = Button("Save share file", "filled", icon="save", on_click=self._share)
        self.save_pdf = Button("Save as PDF", icon="file-down", on_click=self._pdf)
        self.save_sheet = Button("Save as spreadsheet", icon="file-down", on_click=self._sheet)
        self.bring_in = Button("Bring in a filled-in sheet", icon="inbox", on_click=self._files.choose_filled_in)
        self._progress = ProgressBar()
        self._progress.hide()
        first = Reflow(self.save_share, self.save_pdf, spacing=8)
        foot = parts.column(self._progress, first, self.save_sheet, self.bring_in, spacing=8)
        layout = foot.layout()
        if layout is not None:
            layout.setContentsMargins(24, 12, 24, 12)
        return foot

    def show_pack(self, beside: Beside, asked: CoverLine) -> None:
        """Show what will go out for a request that was agreed; the paper follows when it is drawn."""
        if self._asked is None or self._asked.id != asked.id:
            self._told = None
        self._asked = asked
        self._where = beside.row.name
        self.paper.clear()
        self._fill(None)
        self._read()

    def _read(self) -> None:
        asked = self._asked
        if asked is not None:
            self._files.read_facts(asked, self._fill)

    def _came_back(self, back: SheetBack) -> None:
        """A sheet was brought in: say what came of it, and show what waits."""
        self._told = back
        self._read()

    def _fill(self, facts: PackFacts | None) -> None:
        """Lay the side out; ``facts`` follow once they are read."""
        asked = self._asked
        if asked is None:
            return
        for widget in self._shown:
            self._body.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        days = words.long_date(asked.first)
        if asked.last != asked.first:
            days = f"{words.weekday_date(asked.first)} to {words.long_date(asked.last)}"
        when = ", ".join(part for part in (days, parts.times(asked.starts, asked.ends)) if part)
        self.odd = None
        self._shown = [sheet_told(self._told)] if self._told is not None else []
        if facts is not None and facts.odd:
            self.odd = OddEntries(facts.odd, self._files.take_odd, self._files.leave_odd)
            self._shown += [self.odd, hline()]
        where = plain_label(f"{self._where}, {when}", "body", "muted", wrap=True)
        self._shown += [where, self._goes_in(asked, facts), hline()]
        never = parts.line(IconView("eye-off", "muted"), plain_label("Never goes in", "strong"))
        self._shown += [never, plain_label(parts.NEVER_GOES_IN, "body", "muted", wrap=True), hline()]
        self._shown.append(self._before(asked, facts))
        said = (
            f"The share file opens at {asked.helper_school_name} and nowhere else. "
            "The spreadsheet and the PDF open anywhere: hand them over yourself."
        )
        self._shown += [hline(), plain_label(said, "caption", "muted", wrap=True)]
        for place, widget in enumerate(self._shown):
            self._body.insertWidget(place, widget)

    def _goes_in(self, asked: CoverLine, facts: PackFacts | None) -> QWidget:
        """What goes in, each part with how much of it there is; ticked off parts are left out of the print."""
        kept = self.chosen() if self.ticks else frozenset(PARTS)
        many = {
            "checks": f"{words.count(len(asked.checks), 'check')} to do",
            "faults": words.count(facts.faults, "fault") if facts else "",
        }
        rows: list[QWidget] = [plain_label("What goes in", "strong")]
        self.ticks = {}
        for part, said in PARTS.items():
            tick = TickBox(said, size=28)
            tick.setChecked(part in kept)
            tick.toggled.connect(lambda _on: self._redraw())
            self.ticks[part] = tick
            row = QWidget()
            line = QHBoxLayout(row)
            line.setContentsMargins(0, 0, 0, 0)
            line.addWidget(tick)
            line.addStretch()
            line.addWidget(plain_label(many.get(part, ""), "caption", "muted"))
            rows.append(row)
        return parts.column(*rows, spacing=2)

    def _before(self, asked: CoverLine, facts: PackFacts | None) -> QWidget:
        rows: list[QWidget] = [plain_label(f"Before {parts.first_name(asked.helper)} starts", "strong")]
        known = facts.before if facts is not None else ()
        rows += [parts.marked(status_marks.OK if one.good else status_marks.SOON, one.words) for one in known]
        return parts.column(*rows, spacing=6)

    def chosen(self) -> frozenset[str]:
        """The parts that are printed."""
        return frozenset(part for part, tick in self.ticks.items() if tick.isChecked())

    def show_progress(self, _text: str, done: int, total: int) -> None:
        """How far the file is."""
        self._progress.setVisible(done < total)
        self._progress.set_value(done, total)

    def _redraw(self) -> None:
        if self._asked is not None:
            self._files.draw_paper(self._asked, self.chosen(), self.paper.set_pdf)

    def _share(self) -> None:
        if self._asked is not None:
            self._files.choose_pack_file(self._asked)

    def _pdf(self) -> None:
        if self._asked is not None:
            self._files.choose_paper_file(self._asked, self.chosen())

    def _sheet(self) -> None:
        if self._asked is not None:
            self._files.choose_sheet_file(self._asked)
