"""One contractor, or one permit, beside its list: what stands against it, its papers, its visits, its next step."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.domain.contractors import permit_words
from bursar_desk.services import permits
from bursar_desk.ui.pages.evidence_strip import EvidenceStrip
from bursar_desk.ui.pages.faults_detail import facts_grid
from bursar_desk.ui.pages.links_panel import LinksPanel
from bursar_desk.ui.status_marks import INFO, OK, OVERDUE, SOON, Look, StatusChip
from bursar_desk.ui.widgets import Button, DetailPane, MessageStrip, hline, plain_label
from bursar_desk.ui.widgets.reflow import Reflow

if TYPE_CHECKING:
    from bursar_desk.services.contractors import ContractorLine
    from bursar_desk.ui.pages.base import DeskContext
    from db.queries.contractors import VisitRow
    from db.queries.permits import PermitRow

_VISITS = 8


class RecordPane(DetailPane):
    """A pane over one row of a table with its papers and links; ``wanted(what)`` when a button is pressed."""

    wanted = Signal(object)

    def __init__(self, context: DeskContext, table: str):
        super().__init__(width=400, padding=20)
        self.context, self.table = context, table
        self.close_button.setToolTip("Close details (Esc)")
        self.links: LinksPanel | None = None

    def fill(self, row: bytes, parts: Sequence[QWidget]) -> None:
        """Show these parts, then the papers and the links of the row."""
        while (item := self.body.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.links = LinksPanel(self.context)
        papers = EvidenceStrip(self.context, self.table, row)
        ends = (hline(), plain_label("Photos and papers", "strong"), papers, hline(), self.links)
        for part in (*parts, *ends):
            self.body.addWidget(part)
        self.body.addStretch()
        self.links.show_row(self.table, row)

    def ask(self, what: str) -> None:
        """Tell the page what was pressed."""
        self.wanted.emit(what)

    def buttons(self, *pairs: tuple[str, str]) -> QWidget:
        """Smaller steps, two on a line."""
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for start in range(0, len(pairs), 2):
            some = [Button(said, size=32, on_click=partial(self.ask, what)) for what, said in pairs[start : start + 2]]
            column.addWidget(Reflow(*some, 1, spacing=8))
        return box


def _chip(look: Look, said: str) -> QWidget:
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(StatusChip(look, said), 0, Qt.AlignmentFlag.AlignLeft)
    return box


class ContractorDetailPane(RecordPane):
    """A contractor: may it attend, why not, its papers, who of it is on site. ``left(visit)`` signs somebody out."""

    left = Signal(object)

    def __init__(self, context: DeskContext):
        super().__init__(context, "contractor")
        self.shown: ContractorLine | None = None
        self.sign_in = Button("Sign somebody in", "filled", size=56, on_click=partial(self.ask, "visit"))
        self.change_button = Button("Change", on_click=partial(self.ask, "change"))
        self.add_to_foot(self.sign_in, 1)
        self.add_to_foot(self.change_button)

    def show_contractor(self, line: ContractorLine, visits: Sequence[VisitRow]) -> None:
        """Show one."""
        self.shown, row = line, line.row
        facts = self.context.facts
        ours = row.school == self.context.home and not facts.office
        self.set_title(row.name)
        self.sign_in.setVisible(ours)
        self.change_button.setVisible(ours and facts.manages)
        look = (SOON if line.ends else OK) if line.may.ok else OVERDUE
        parts: list[QWidget] = [_chip(look, "May attend" if line.may.ok else "May not attend")]
        if not line.may.ok:
            parts.append(MessageStrip("overdue", "Not before this is put right", " ".join(line.may.reasons)))
        if line.ends:
            parts.append(MessageStrip("soon", "Runs out", words.sentence("; ".join(line.ends))))
        parts.append(facts_grid(_facts(line)))
        if ours and facts.manages:
            bar = ("unbar", "Take the bar away") if row.barred else ("bar", "Bar from site")
            gone = ("back", "Use again") if row.left_on else ("leave", "No longer used")
            parts.append(self.buttons(bar, gone))
        parts += [hline(), plain_label("Visits", "strong"), *self._visits(visits, ours=ours)]
        self.fill(row.id, parts)

    def _visits(self, visits: Sequence[VisitRow], *, ours: bool) -> list[QWidget]:
        if not visits:
            return [plain_label("Nobody of them was here yet.", "body", "muted", wrap=True)]
        made: list[QWidget] = []
        for one in visits[:_VISITS]:
            times = " to ".join(permits.clock(minute) for minute in (one.arrived, one.went) if minute is not None)
            said = ", ".join(part for part in (one.worker, words.short_date(one.on), times, one.purpose) if part)
            label = plain_label(said, wrap=True)
            if one.went is None and ours:
                out = Button("Sign out", size=32, on_click=partial(self.left.emit, one))
                out.setAccessibleName(f"Sign out {one.worker}")
                out.setEnabled(one.on == self.context.today)
                label.setText(f"{said}. {'On site' if one.on == self.context.today else 'Leaving not written down'}")
                made.append(Reflow(label, 1, out, spacing=8))
            else:
                made.append(label)
        return made


def _facts(line: ContractorLine) -> list[tuple[str, str]]:
    row, day = line.row, words.short_date
    insured = " for ".join(
        part for part in (day(row.insured_until), words.money(row.insured_for) if row.insured_for else "") if part
    )
    body = ", ".join(
        part for part in (row.body, row.body_number, f"until {day(row.body_until)}" if row.body_until else "") if part
    )
    told = (
        ("Trade", row.trade), ("Phone", row.phone), ("E-mail", row.email), ("Insured until", insured),
        ("Registered with", body), ("DBS check seen", day(row.dbs_seen_on)), ("Induction", day(row.inducted_on)),
        ("Asbestos signed", day(row.asbestos_seen_on)), ("Open jobs", str(line.open_jobs) if line.open_jobs else ""),
        ("No longer used", day(row.left_on)), ("Note", row.note),
    )  # fmt: skip
    return [(label, said) for label, said in told if said]


class PermitDetailPane(RecordPane):
    """A permit: what it allows, until when, and what must be so."""

    def __init__(self, context: DeskContext):
        super().__init__(context, "permit")
        self.shown: PermitRow | None = None
        self.close_permit = Button("Close permit", "filled", size=56, on_click=partial(self.ask, "close"))
        self.print_button = Button("Print permit", icon="printer", on_click=partial(self.ask, "print"))
        self.add_to_foot(self.close_permit, 1)
        self.add_to_foot(self.print_button)

    def show_permit(self, row: PermitRow, said: str, past: bool, names: dict[bytes, str]) -> None:
        """Show one; ``said`` is how it stands."""
        self.shown = row
        self.set_title(f"{permit_words(row.kind)} {row.number}")
        self.close_permit.setVisible(row.open and row.school == self.context.home and not self.context.facts.office)
        parts: list[QWidget] = [_chip(OVERDUE if past else INFO if row.open else OK, said)]
        if past:
            parts.append(MessageStrip("overdue", "Its time is over", "Go and look, then close it."))
        hours = " to ".join(permits.clock(one) for one in (row.starts, row.ends) if one is not None)
        told = (
            ("Work", row.work), ("Where", names.get(row.place or b"", "Whole school")),
            ("When", ", ".join(part for part in (words.short_date(row.on), hours) if part)),
            ("Who does it", names.get(row.contractor or b"", "Our own staff")), ("Given by", row.issued_by),
            ("Closed by", row.closed_by), ("Closing note", row.closed_note),
        )  # fmt: skip
        parts.append(facts_grid([(label, text) for label, text in told if text]))
        parts += [hline(), plain_label("So before the work begins", "strong")]
        parts += [plain_label(one, wrap=True) for one in row.precautions.split("\n") if one]
        self.fill(row.id, parts)
