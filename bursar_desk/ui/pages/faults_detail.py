"""One fault beside the list: how it stands, the next step, its facts, what was written, photos, links and history."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.domain.contractors import permit_words
from bursar_desk.domain.defects import BUTTONS, Move
from bursar_desk.ui.pages.evidence_strip import EvidenceStrip
from bursar_desk.ui.pages.faults_table import look_of
from bursar_desk.ui.pages.links_panel import LinksPanel
from bursar_desk.ui.status_marks import StatusChip
from bursar_desk.ui.widgets import Button, DetailPane, MessageStrip, hline, plain_label
from bursar_desk.ui.widgets.reflow import Reflow

if TYPE_CHECKING:
    from bursar_desk.services.defects_view import FaultDetail
    from bursar_desk.services.stories import Line
    from bursar_desk.ui.pages.base import DeskContext

STAFF_MAY: Final = (Move.MAKE_SAFE, Move.DONE)
"""What site staff may say besides reporting; the rest is for whoever runs the register."""
_STORY: Final = 8


class FaultDetailPane(DetailPane):
    """``wanted(what)`` when a step is pressed: a ``Move``, or "triage", "note", "tell", "print" or "permit"."""

    wanted = Signal(object)

    def __init__(self, context: DeskContext):
        super().__init__(width=400, padding=20)
        self.context = context
        self.close_button.setToolTip("Close details (Esc)")
        self.shown: FaultDetail | None = None
        self.links = LinksPanel(context)
        self.evidence: EvidenceStrip | None = None
        self._parts: list[QWidget] = []
        self.step = Button("", "filled", size=56, on_click=self._take_step)
        self.print_button = Button("Print job sheet", icon="printer", on_click=lambda: self.wanted.emit("print"))
        self.add_to_foot(self.step, 1)
        self.add_to_foot(self.print_button)

    @property
    def inside(self) -> list[QWidget]:
        """The next step first."""
        return [self.step, *super().inside]

    def _take_step(self) -> None:
        if self.shown is not None and self.shown.next is not None:
            self.wanted.emit(self.shown.next)

    def show_fault(self, detail: FaultDetail) -> None:
        """Show a fault; the links and photos keep their place while it is the same one."""
        again = self.shown is not None and self.shown.line.id == detail.line.id
        self.shown = detail
        line, facts = detail.line, self.context.facts
        ours = line.row.school == self.context.home and not facts.office
        self.set_title(line.row.title)
        self.step.setVisible(ours and detail.next is not None and not detail.cannot_verify)
        if detail.next is not None:
            self.step.set_words(BUTTONS[detail.next])
        if not again or self.evidence is None:
            self._drop_evidence()
            self.evidence = EvidenceStrip(self.context, "defect", line.id, kind="photo")
        self._clear()
        for part in self._made(detail, ours):
            self._parts.append(part)
            self.body.addWidget(part)
        self.links.show_links(detail.links)
        self.body.addStretch()

    def _drop_evidence(self) -> None:
        if self.evidence is not None:
            self.evidence.hide()
            self.evidence.setParent(None)
            self.evidence.deleteLater()
            self.evidence = None

    def _clear(self) -> None:
        kept: tuple[QWidget | None, ...] = (self.links, self.evidence)
        while (item := self.body.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None and widget not in kept:
                widget.hide()
                widget.deleteLater()
        self._parts.clear()

    def _made(self, detail: FaultDetail, ours: bool) -> list[QWidget]:
        line = detail.line
        chip = QWidget()
        stack = QVBoxLayout(chip)
        stack.setContentsMargins(0, 0, 0, 0)
        self.chip = StatusChip(look_of(line), f"{line.risk.said}: {line.status}" if line.open else line.status)
        stack.addWidget(self.chip, 0, Qt.AlignmentFlag.AlignLeft)
        made: list[QWidget] = [chip, *self._alarms(detail, ours=ours), _facts(detail.facts)]
        if ours:
            made.append(self._steps(detail))
        else:
            made.append(plain_label(f"{line.school_name} keeps this fault.", "body", "muted", wrap=True))
        if detail.notes:
            made += [hline(), plain_label("What was written", "strong")]
            made += [plain_label(one, wrap=True, select=True) for one in detail.notes]
        made += [hline(), plain_label("Photos and papers", "strong")]
        made += [self.evidence] if self.evidence is not None else []
        made += [hline(), self.links, hline(), _story(detail.story)]
        return made

    def _alarms(self, detail: FaultDetail, *, ours: bool) -> list[QWidget]:
        line, made = detail.line, []
        if line.lapsed:
            said = f"“{line.row.interim_control}” held until {words.long_date(line.row.interim_until)}." \
                if line.row.interim_until else ""  # fmt: skip
            made.append(MessageStrip("overdue", "It is no longer made safe", said))
        elif line.late:
            made.append(MessageStrip("overdue", f"{words.count(line.late, 'day')} past its date"))
        if line.open and detail.firm is not None and not detail.firm.may.ok:
            name = detail.firm.row.name
            made.append(MessageStrip("overdue", f"{name} may not attend", " ".join(detail.firm.may.reasons)))
        open_now = [one for one in detail.permits if one.open]
        if open_now:
            said = words.listing([f"{permit_words(one.kind)} {one.number}" for one in open_now])
            made.append(MessageStrip("info", "A permit is open", said))
        if detail.cannot_verify and ours and self.context.facts.manages:
            made.append(MessageStrip("soon", "Somebody else verifies this", detail.cannot_verify))
        if line.to_tell and ours:
            strip = MessageStrip("info", f"{line.row.raised_by} reported this", "Tell them what became of it.")
            tell = Button("Note that they were told", size=32, on_click=lambda: self.wanted.emit("tell"))
            strip.add_button(tell)
            made.append(strip)
        return list(made)

    def _steps(self, detail: FaultDetail) -> QWidget:
        """The other steps that its state allows, for whoever is acting."""
        manages = self.context.facts.manages
        moves = [one for one in detail.moves if one is not detail.next and (manages or one in STAFF_MAY)]
        if detail.cannot_verify:
            moves = [one for one in moves if one is not Move.VERIFY]
        pairs: list[tuple[object, str]] = [(one, BUTTONS[one]) for one in moves]
        if manages and detail.line.open:
            pairs += [("triage", "Decide risk and date"), ("permit", "Issue a permit")]
        pairs.append(("note", "Add a note"))
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for start in range(0, len(pairs), 2):
            buttons = [
                Button(said, size=32, on_click=partial(self.wanted.emit, what))
                for what, said in pairs[start : start + 2]
            ]
            column.addWidget(Reflow(*buttons, 1, spacing=8))
        return box


def _facts(pairs: Sequence[tuple[str, str]]) -> QWidget:
    """Labels with what is said beside them."""
    box = QWidget()
    grid = QGridLayout(box)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(6)
    grid.setColumnStretch(1, 1)
    for row, (label, said) in enumerate(pairs):
        grid.addWidget(plain_label(label, "caption", "muted"), row, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(plain_label(said, wrap=True, select=True), row, 1)
    return box


facts_grid = _facts


def _story(lines: Sequence[Line]) -> QWidget:
    """Who did what when, the newest first."""
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(4)
    column.addWidget(plain_label("What happened", "strong"))
    for one in lines[:_STORY]:
        said = plain_label(one.what, wrap=True)
        who = ", ".join(part for part in (one.who, one.when) if part)
        column.addWidget(said)
        column.addWidget(plain_label(who, "caption", "muted", wrap=True))
    if len(lines) > _STORY:
        column.addWidget(plain_label(f"And {len(lines) - _STORY} more on the History page.", "caption", "muted"))
    return box
