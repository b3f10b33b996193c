"""Support plans: what one school does for another, the visits with their cost, and the three reviews."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from bursar_desk import machine
from bursar_desk.domain import words
from bursar_desk.services import owed_papers, support
from bursar_desk.services.support import REVIEWS
from bursar_desk.ui.pages.base import Command, Page
from bursar_desk.ui.pages.cover_sections import column
from bursar_desk.ui.pages.kept_choices import keep_folder, kept_folder
from bursar_desk.ui.pages.owed_forms import RefusePane
from bursar_desk.ui.pages.owed_rows import CHIP, said
from bursar_desk.ui.pages.support_forms import EndPane, PlanPane, ReviewPane, VisitPane
from bursar_desk.ui.status_marks import INFO, NOT_NEEDED, OK, OVERDUE, SOON, Look, StatusChip
from bursar_desk.ui.widgets import (
    Button,
    Card,
    DetailPane,
    EmptyState,
    MessageStrip,
    Reflow,
    Row,
    Scroller,
    SplitPane,
    Well,
    give_letters,
    ground,
    hline,
    plain_label,
)
from bursar_desk.ui.widgets.file_asks import PDF_FILES, FileAsk

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.support import PlanLine, VisitLine
    from bursar_desk.ui.pages.faults_form import FormPane
    from reports.saving import Written

_LOOKS: Final[dict[str, Look]] = {"waiting": INFO, "agreed": OK, "refused": OVERDUE, "ended": NOT_NEEDED}
_CHIPS: Final = {"waiting": "Waits", "agreed": "Agreed", "refused": "Refused", "ended": "Ended"}
FOLDER: Final = "support papers"


class SupportPage(Page):
    """The plans, and beside them one plan or a form."""

    key: ClassVar[str] = "support"
    title: ClassVar[str] = "Support plans"
    icon: ClassVar[str] = "hand-helping"
    scrolls: ClassVar[bool] = False
    interested_in: ClassVar[tuple[str, ...]] = (
        "support_plan", "support_visit", "support_review", "answer", "rate_card", "school",
    )  # fmt: skip

    def build(self) -> None:
        """Header, list, and the place beside it."""
        self.files = FileAsk(self)
        self._plan: bytes | None = None
        self.back_button = Button("Hours owed", icon="scale", on_click=lambda: self.context.open_page("owed"))
        self.new_button = Button("Plan support", "filled", icon="plus", on_click=self.new_plan)
        self.header.add(self.back_button)
        self.header.add(self.new_button)
        self.card = Card("Plans")
        self._nothing = EmptyState(
            "No support plans yet", "Plan what one school does for another, log each visit and review it three times.",
            "Plan support", self.new_plan, icon="hand-helping",
        )  # fmt: skip
        scroller = Scroller()
        scroller.body.addWidget(self.card)
        scroller.body.addWidget(self._nothing)
        scroller.body.addStretch(1)
        holder = ground(QWidget(), "bg")
        layout = QVBoxLayout(holder)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.addWidget(scroller)
        self.split = SplitPane(holder)
        self.body.addWidget(self.split)

    def load(self, desk: Desk) -> tuple[list[PlanLine], list[tuple[object, str]]]:
        """Read the plans, and the schools one may be for."""
        roots = [one for one in desk.trust.roots.values() if one.school != desk.home and one.sort != "office"]
        return support.listing(desk), sorted(((one.school, one.name) for one in roots), key=lambda pair: pair[1])

    def fill(self, data: tuple[list[PlanLine], list[tuple[object, str]]]) -> None:
        """Show them; the plan that was open stays open."""
        plans, _schools = data
        self.new_button.setVisible(not self.context.facts.office)
        self.back_button.setVisible("owed" in self.context.pages)
        running = sum(one.state != "ended" for one in plans)
        self.header.set_note(f"{words.count(running, 'plan')} running" if plans else "")
        self.card.clear()
        for line in plans:
            self.card.add_row(self._row(line))
        self.card.setVisible(bool(plans))
        self._nothing.setVisible(not plans)
        open_now = next((one for one in plans if one.row.id == self._plan), None)
        if open_now is not None and isinstance(self.split.detail, PlanDetail):
            self.show_plan(open_now)
        if self.isVisible():
            give_letters(self)

    def _row(self, line: PlanLine) -> Row:
        when = f"{words.short_date(line.row.first)} to {words.short_date(line.row.last)}"
        told = said(f"{line.row.title}: {line.giver_name} for {line.receiver_name}", f"{when}. {line.budget_words}",
                    *line.warnings)  # fmt: skip
        button = Button("Show plan", size=32, on_click=lambda: self.show_plan(line))
        button.setAccessibleName(f"Show plan {line.row.title}")
        look = SOON if line.warnings and line.state == "agreed" else _LOOKS[line.state]
        chip = StatusChip(look, "Look at this" if look is SOON else _CHIPS[line.state], width=CHIP)
        row = Row(chip, told, button, high=60)
        row.line.setStretch(1, 1)
        return row

    # --- one plan ---

    def show_plan(self, line: PlanLine) -> None:
        """Show a plan beside the list."""
        self._plan = line.row.id
        pane = PlanDetail(line, home=self.context.home, office=self.context.facts.office)
        pane.visit_wanted.connect(lambda: self._form(VisitPane(self.context, line)))
        pane.review_wanted.connect(lambda: self._form(ReviewPane(self.context, line)))
        pane.end_wanted.connect(lambda: self._form(EndPane(self.context, line)))
        pane.agreed.connect(lambda: self._agree(line))
        pane.refused.connect(lambda: self._form(RefusePane(
            self.context, f"Refuse {line.row.title}", f"{line.giver_name} planned this support for us.",
            lambda desk, why: support.answer(desk, line.row.id, "no", why), f"{line.giver_name} is told no.",
        )))  # fmt: skip
        pane.paper_wanted.connect(self._save)
        self._open(pane)

    def _agree(self, line: PlanLine) -> None:
        self.context.run(
            self, lambda desk: support.answer(desk, line.row.id, "yes"),
            lambda made: self.context.acted(made[1], f"The support of {line.giver_name} is agreed."),
        )  # fmt: skip

    def new_plan(self) -> None:
        """Open the form for a plan."""
        self._form(PlanPane(self.context, self.data[1] if self.data else ()))

    def _form(self, pane: FormPane) -> None:
        pane.saved.connect(lambda _changes: self.split.hide_detail())
        self._open(pane, focus=True)

    def _open(self, pane: QWidget, *, focus: bool = False) -> None:
        self.split.show_detail(pane, focus=focus)
        if self.isVisible():
            give_letters(self)

    def _save(self, about: bytes, name: str) -> None:
        def written(made: Written) -> None:
            self.context.tell(f"{made.file.name} is saved.", undo=False)

        def write(path: Path) -> None:
            keep_folder(FOLDER, path)
            self.context.run(self, lambda desk: owed_papers.write_support(desk, about, path), written)

        suggested = kept_folder(FOLDER) / machine.safe_file_name(f"{name}.pdf")
        self.files.save("Save the paper", suggested, PDF_FILES, write)

    def commands(self) -> dict[Command, Callable[[], object]]:
        """Ctrl+N plans support."""
        found = super().commands()
        if not self.context.facts.office:
            found[Command.NEW] = self.new_plan
        return found

    def unsaved(self) -> str:
        """A form half typed."""
        pane: Any = self.split.detail
        forms = PlanPane | VisitPane | ReviewPane | EndPane | RefusePane
        return str(pane.title) if isinstance(pane, forms) and pane.touched else ""


class PlanDetail(DetailPane):
    """A plan: what is to do, money, reviews and visits, with the steps that are ours."""

    visit_wanted = Signal()
    review_wanted = Signal()
    end_wanted = Signal()
    agreed = Signal()
    refused = Signal()
    paper_wanted = Signal(object, str)

    def __init__(self, line: PlanLine, *, home: bytes, office: bool):
        super().__init__(line.row.title, width=424)
        row = line.row
        ours, running = row.school == home, line.state != "ended"
        self.body.addWidget(StatusChip(_LOOKS[line.state], line.state_words))
        for warning in line.warnings:
            self.body.addWidget(MessageStrip("soon", warning))
        if line.why:
            self.body.addWidget(Well(f"They said no: {line.why}"))
        when = f"{words.long_date(row.first)} to {words.long_date(row.last)}"
        self.body.addWidget(plain_label(f"{line.giver_name} for {line.receiver_name}. {when}.", wrap=True))
        self.body.addWidget(plain_label(line.budget_words, "strong", wrap=True))
        self._texts("Priorities", row.priorities)
        self._texts("What is done", [_activity(one) for one in row.activities])
        self._texts("How it is watched", [row.monitoring] if row.monitoring else [])
        self._reviews(line)
        self._visits(line)
        self._texts("What came of it", [row.outcome] if row.outcome else [])
        self.body.addStretch()
        name = f"Support plan {row.title}"
        if not office and running and ours:
            self.add_to_foot(Button("Log a visit", "filled", on_click=self.visit_wanted.emit), 1)
        if not office and running and not ours and line.state == "waiting":
            self.add_to_foot(Button("Agree", "filled", on_click=self.agreed.emit), 1)
            self.add_to_foot(Button("Refuse", on_click=self.refused.emit))
        if not office and running:
            self.add_to_foot(Button("Review", on_click=self.review_wanted.emit))
        if not office and running and ours:
            self.add_to_foot(Button("End plan", on_click=self.end_wanted.emit))
        self.body.addWidget(
            Button("Save the plan as PDF", icon="file-text", size=32,
                   on_click=lambda: self.paper_wanted.emit(row.id, name))
        )  # fmt: skip

    def _texts(self, title: str, lines: Any) -> None:
        if lines:
            self.body.addWidget(hline())
            self.body.addWidget(plain_label(title, "strong"))
            for text in lines:
                self.body.addWidget(plain_label(text, wrap=True, select=True))

    def _reviews(self, line: PlanLine) -> None:
        self.body.addWidget(hline())
        self.body.addWidget(plain_label("Reviews", "strong"))
        for one in line.reviews:
            stands = f", {one.standing}" if one.standing else ""
            head = f"{REVIEWS.get(one.kind, one.kind)}, {words.short_date(one.on)}{stands}"
            parts = [plain_label(head, wrap=True), plain_label(one.words, "caption", "muted", wrap=True)]
            parts += [plain_label(f"Agreed: {text}", "caption", "muted", wrap=True) for text in one.actions]
            self.body.addWidget(column(*parts, spacing=0))
        for kind in line.missing:
            self.body.addWidget(plain_label(f"{REVIEWS[kind]}: not held yet", "body", "muted"))

    def _visits(self, line: PlanLine) -> None:
        self.body.addWidget(hline())
        self.body.addWidget(plain_label("Visits", "strong"))
        if not line.visits:
            self.body.addWidget(plain_label("None logged yet.", "body", "muted"))
        for one in reversed(line.visits):
            self.body.addWidget(self._visit(one, line.row.title))

    def _visit(self, one: VisitLine, title: str) -> QWidget:
        row = one.row
        cost = words.money_exact(one.cost.total) if one.cost else "No rate"
        head = Reflow(plain_label(f"{words.short_date(row.on)}, {row.by_whom}"), 1, plain_label(cost))
        parts: list[QWidget] = [
            head,
            plain_label(f"{words.hours(one.minutes)}. {row.focus}", "caption", "muted", wrap=True),
        ]
        parts += [plain_label(f"Agreed: {text}", "caption", "muted", wrap=True) for text in row.actions]
        name = f"Support visit {title} {words.short_date(row.on)}"
        button = Button("Visit report", "text", size=32, on_click=lambda: self.paper_wanted.emit(row.id, name))
        button.setAccessibleName(f"Save the report of the visit of {words.short_date(row.on)}")
        return column(*parts, Reflow(button, 1), spacing=0)


def _activity(one: Any) -> str:
    what, who = str(one.get("what", "")), str(one.get("who", ""))
    return f"{what} ({who})" if who else what
