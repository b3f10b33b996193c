"""The details of one check, beside the list: why it is due, the last year, the last records, where it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.services import coverage, links
from bursar_desk.ui.pages.checks_parts import PastBox, coverage_box, trends_box
from bursar_desk.ui.pages.checks_table import status_text
from bursar_desk.ui.pages.evidence_strip import EvidenceStrip
from bursar_desk.ui.pages.links_panel import LinksPanel
from bursar_desk.ui.pages.places_form_base import beside, empty
from bursar_desk.ui.pages.record_parts import column
from bursar_desk.ui.status_marks import LOOKS, StatusChip
from bursar_desk.ui.widgets import Box, BoxKey, Button, DetailPane, MessageStrip, StripBoxes, Well, hline, plain_label

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from bursar_desk.services.check_views import FullCheck
    from bursar_desk.services.checks import CheckDetail, CheckLine, WeekBox
    from bursar_desk.services.links import Link
    from bursar_desk.ui.pages.base import DeskContext

_BOXES = {"done": "done", "late": "late", "missed": "missed", "none": "coming", "coming": "coming"}
_SAID = {"done": "done", "late": "done late", "missed": "not done", "none": "nothing recorded", "coming": "to come"}
_SOURCES = ("Law", "Where it says so", "Interval set by", "Who may do it", "Evidence", "Keep", "If it fails", "Source",
            "How sure")  # fmt: skip


class CheckDetailPane(DetailPane):
    """Shows one ``FullCheck`` after another. What the person wants done is said by signals; the page does it."""

    record_wanted = Signal()
    skip_wanted = Signal()
    put_off_wanted = Signal()
    out_of_use_wanted = Signal()
    back_in_use_wanted = Signal()
    history_wanted = Signal()
    change_wanted = Signal()
    log_wanted = Signal()
    not_needed_wanted = Signal()
    bring_back_wanted = Signal()
    correct_wanted = Signal(object)

    def __init__(self, context: DeskContext, *, parent: QWidget | None = None):
        super().__init__(width=352, padding=20, parent=parent)
        facts = context.facts
        self._writes, self._plans = not facts.office, not facts.guest
        self._context = context
        self.close_button.setToolTip("Close details (Esc)")
        self.full: FullCheck | None = None
        self.record_button = Button("Record", "filled", on_click=self.record_wanted.emit)
        self.skip_button = Button("Not done", on_click=self.skip_wanted.emit)
        self.put_off_button = Button("Put off…", on_click=self.put_off_wanted.emit)
        self.bring_back_button = Button("Bring this check back", "filled", on_click=self.bring_back_wanted.emit)
        self.history_button = self.add_to_head(Button("History", "text", size=32, on_click=self.history_wanted.emit))
        self._theirs = plain_label("", "body", "muted", wrap=True)
        for button, stretch in ((self.record_button, 1), (self.bring_back_button, 1), (self.skip_button, 0),
                                (self.put_off_button, 0)):  # fmt: skip
            self.add_to_foot(button, stretch)
        self.add_to_foot(self._theirs, 1)
        self._make_body()

    def _make_body(self) -> None:
        """Two parts that are filled anew for each check; evidence and links, which read by themselves, between."""
        self._upper, self._lower = QWidget(), QWidget()
        self._above, self._below = column(self._upper, 12), column(self._lower, 12)
        self.links = LinksPanel(self._context)
        self._proof = QWidget()
        proof = column(self._proof, 4)
        proof.addWidget(hline())
        proof.addWidget(plain_label("Evidence", "strong"))
        self._proof_column = proof
        self.strip: EvidenceStrip | None = None
        self.change_button = Button("Change check", size=32, icon="pencil", on_click=self.change_wanted.emit)
        self.log_button = Button("Print its log", size=32, icon="printer", on_click=self.log_wanted.emit)
        self.off_button = Button("This does not apply here…", "text", size=32, on_click=self.not_needed_wanted.emit)
        self.out_button = Button("Take out of use…", "text", size=32, on_click=self.out_of_use_wanted.emit)
        self.back_button = Button("Back in use", "text", size=32, on_click=self.back_in_use_wanted.emit)
        for part in (self._upper, self._proof, self.links, self._lower, beside(self.change_button, self.log_button),
                     beside(self.out_button, self.back_button), beside(self.off_button)):  # fmt: skip
            self.body.addWidget(part)
        self.body.addStretch()

    @property
    def inside(self) -> list[QWidget]:
        """Enter in the list leads to the main action."""
        return [self.record_button, self.bring_back_button, *super().inside]

    def show_check(self, full: FullCheck, today: date, *, own: bool) -> None:
        """Show a check; ``own`` when it belongs to the school whose register this is."""
        detail, self.full = full.detail, full
        line = detail.line
        self.set_title(line.title)
        may = self._writes and own
        here = full.applies != "no"
        self.record_button.setVisible(may and here)
        self.skip_button.setVisible(may and here and line.colour != "grey")
        self.put_off_button.setVisible(may and self._plans and can_be_put_off(line, today))
        self.bring_back_button.setVisible(may and self._plans and not here)
        self._theirs.setText(f"{line.school_name} keeps the records of this check.")
        self._theirs.setVisible(not may)
        for button in (self.change_button, self.off_button):
            button.setVisible(may and self._plans and here)
        out = full.out_of_use
        self.out_button.setVisible(may and self._plans and here and not out and line.colour != "grey")
        self.back_button.setVisible(may and self._plans and out)
        self.log_button.setVisible("reports" in self._context.pages)
        empty(self._above)
        empty(self._below)
        self._fill(full, today, may=may)
        self._read_more(line.id, may=may)

    def _read_more(self, check: bytes, *, may: bool) -> None:
        """Evidence and links read by themselves."""
        self._context.run(self, lambda desk: links.of(desk, "school_check", check), lambda found: self._linked(
            check, found))  # fmt: skip
        self._proof.setVisible(may and self._plans)
        if not may or not self._plans:
            return
        if self.strip is None:
            self.strip = EvidenceStrip(self._context, "school_check", check)
            self._proof_column.addWidget(self.strip)
        else:
            self.strip.show_row("school_check", check)

    def _linked(self, check: bytes, found: Sequence[Link]) -> None:
        """Its records stand in its history already."""
        if self.full is not None and self.full.detail.line.id == check:
            shown = [one for one in found if one.kind != "check_record"]
            self.links.setVisible(bool(shown))
            self.links.show_links(shown)

    def _fill(self, full: FullCheck, today: date, *, may: bool) -> None:
        detail = full.detail
        line = detail.line
        self._chip = StatusChip(LOOKS[line.word], status_text(line))
        self._above.addWidget(self._chip, 0, Qt.AlignmentFlag.AlignLeft)
        self._above.addWidget(plain_label(f"{line.place}. {_who(full)}, {line.every}.", "body", "muted", wrap=True))
        if turn := coverage.turn_words(detail.points, line.next_point):
            self._above.addWidget(plain_label(f"{turn}.", "body", "muted", wrap=True))
        if detail.overdue_means and line.word in ("overdue", "failed"):
            self._above.addWidget(self._alarm(detail, may=may))
        self._because(full, today)
        if full.applies == "no":
            self._above.addWidget(_switched_off(full))
        else:
            self._above.addWidget(_year(detail.weeks))
        for part in (coverage_box(full.grid) if full.grid else None, trends_box(full.trends) if full.trends else None,
                     PastBox(full.past, self.correct_wanted.emit if may and self._plans else None),
                     _faults(detail) if any(one.open for one in detail.defects) else None,
                     _next(detail.next_three) if detail.next_three else None):  # fmt: skip
            if part is not None:
                self._above.addWidget(hline())
                self._above.addWidget(part)
        self._below.addWidget(hline())
        self._below.addWidget(_Provenance(detail, full.changed))

    def _because(self, full: FullCheck, today: date) -> None:
        """Why it stands as it does, why it is due then, when to plan it; and what it asks for."""
        told, line = full.answer, full.detail.line
        self._above.addWidget(Well(full.detail.because))
        later = line.plan_by and line.plan_by != line.legal_due and line.plan_by >= today
        if told.why_plan and later and line.plan_by is not None:
            plan = f"Plan it by {words.long_date(line.plan_by)}. {told.why_plan}"
            self._above.addWidget(plain_label(plan, wrap=True))
        for said in (*full.asks, *(() if full.applies == "no" else (_missed(full.detail),))):
            if said:
                self._above.addWidget(plain_label(said, "body", "muted", wrap=True))

    def _alarm(self, detail: CheckDetail, *, may: bool) -> MessageStrip:
        strip = MessageStrip("overdue", detail.overdue_means)
        if may and self._plans and detail.line.stop_using:
            strip.add_button(Button("Take out of use…", size=32, on_click=self.out_of_use_wanted.emit))
        return strip


def can_be_put_off(line: CheckLine, today: date) -> bool:
    """Whether there is any day to put it off to.

    A required check cannot go past the day it is due; once that has passed it stays late, and gets a new day to plan.
    """
    if line.colour == "grey" or line.legal_due is None or line.word == "not_known":
        return False
    return not line.required or line.legal_due != today


def _year(weeks: tuple[WeekBox, ...]) -> QWidget:
    """The last 52 weeks in two rows of 26, with counts that say the same."""
    strip = StripBoxes("The last 52 weeks", box=QSize(8, 18), gap=2, rows=2)
    counts = {state: sum(week.state == state for week in weeks) for state in ("done", "late", "missed", "none")}
    said = {"done": "done", "late": "late", "missed": "missed", "none": "without a record"}
    summary = ", ".join(f"{counts[state]} {said[state]}" for state in said if counts[state])
    strip.set_boxes([Box(_BOXES[w.state], f"{words.week_of(w.monday)}: {_SAID[w.state]}") for w in weeks], summary)
    head = QHBoxLayout()
    head.addWidget(plain_label("Last 52 weeks", "strong"))
    head.addStretch()
    if weeks:
        head.addWidget(plain_label(f"from {words.short_date(weeks[0].monday)}", "caption", "muted"))
    key = QWidget()
    grid = QGridLayout(key)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setVerticalSpacing(2)
    shown = [(state, name) for state, name in said.items() if counts[state]]
    for place, (state, name) in enumerate(shown):
        entry = QWidget()
        line = QHBoxLayout(entry)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(5)
        line.addWidget(BoxKey(_BOXES[state]))
        line.addWidget(plain_label(f"{counts[state]} {name}", "caption"), 1)
        grid.addWidget(entry, place // 2, place % 2)
    box = QWidget()
    stack = column(box, 4)
    stack.addLayout(head)
    stack.addWidget(strip)
    stack.addWidget(key)
    return box


def _who(full: FullCheck) -> str:
    """Who does it and who stands in, or who sees that it is done."""
    line = full.detail.line
    if line.doer_was:
        return f"{line.doer} does it while {line.doer_was} is away"
    if line.doer:
        sees = f", {line.owner} sees to it" if line.owner and line.owner != line.doer else ""
        return f"{line.doer} does it{f' (deputy {full.deputy})' if full.deputy else ''}{sees}"
    return f"{line.owner} sees to it" if line.owner else "Nobody is named for it"


def _missed(detail: CheckDetail) -> str:
    """How often it was missed: a record that stays."""
    if not detail.missed:
        return ""
    without = sum(not one.reason for one in detail.missed)
    why = ", each with its reason" if len(detail.missed) > 1 else ", with its reason"
    why = f", {words.number(without)} without a reason" if without else why
    return f"Missed {words.count(len(detail.missed), 'time')} in ten years{why}."


def _switched_off(full: FullCheck) -> QWidget:
    """Why it does not apply here, who said so, and when that is looked at again."""
    box = QWidget()
    stack = column(box, 4)
    stack.addWidget(plain_label("Switched off here", "strong"))
    stack.addWidget(plain_label(full.why or "No reason was given.", wrap=True))
    by = f"{full.said_by} said so. " if full.said_by else ""
    day = f"Looked at again on {words.long_date(full.review_on)}." if full.review_on else "No day is set to look again."
    stack.addWidget(plain_label(by + day, "caption", "muted", wrap=True))
    return box


def _faults(detail: CheckDetail) -> QWidget:
    """What is still to be put right."""
    box = QWidget()
    stack = column(box, 6)
    faults = [one for one in detail.defects if one.open]
    stack.addWidget(plain_label(words.count(len(faults), "open fault"), "strong"))
    for one in faults:
        until = f", by {words.short_date(one.target_on)}" if one.target_on else ""
        stack.addWidget(plain_label(one.title, wrap=True))
        stack.addWidget(plain_label(f"{one.state.capitalize()}{until}", "caption", "muted", wrap=True))
    return box


def _next(dates: tuple[date, ...]) -> QWidget:
    box = QWidget()
    line = QHBoxLayout(box)
    line.setContentsMargins(0, 0, 0, 0)
    line.addWidget(plain_label("Next dates", "body", "muted"), 0, Qt.AlignmentFlag.AlignTop)
    shown = plain_label("\n".join(words.short_date(day) for day in dates), "body")
    shown.setAlignment(Qt.AlignmentFlag.AlignRight)
    line.addWidget(shown, 1)
    return box


class _Provenance(QWidget):
    """Where the check comes from: the standing and the law, and the rest when asked for."""

    def __init__(self, detail: CheckDetail, changed: Sequence[str]):
        super().__init__()
        facts = dict(detail.provenance)
        stack = column(self, 4)
        stack.addWidget(plain_label("Where this comes from", "strong"))
        first = facts.get("Standing") or facts.get("Where from", "")
        stack.addWidget(plain_label(words.sentence(first), wrap=True))
        law = ". ".join(part for part in (facts.get("Law", ""), facts.get("Where it says so", "")) if part)
        if law:
            stack.addWidget(plain_label(law, wrap=True, select=True))
        if detail.line.habit and detail.line.local:
            stack.addWidget(plain_label(detail.line.habit, wrap=True))
        for said in changed:
            stack.addWidget(plain_label(f"Changed here: {said}.", "body", "accent", wrap=True))
        if "Last looked up" in facts:
            stack.addWidget(plain_label(f"Looked up {facts['Last looked up']}.", "caption", "muted"))
        self._more = QWidget()
        more = column(self._more, 6)
        for name in _SOURCES[2:]:
            if facts.get(name):
                more.addWidget(plain_label(name, "caption", "muted"))
                more.addWidget(plain_label(facts[name], wrap=True, select=True))
        self._more.hide()
        self._button = Button("More about this rule", "text", size=32, on_click=self._open)
        stack.addWidget(self._button, 0, Qt.AlignmentFlag.AlignLeft)
        self._button.setVisible(len(facts) > 3)
        stack.addWidget(self._more)

    def _open(self) -> None:
        self._more.setVisible(self._more.isHidden())
        self._button.set_words("Less" if self._more.isVisibleTo(self) else "More about this rule")
