"""The proposal who goes to which session, with its reasons; a yes books this school's people in one act."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.services import training_booking
from bursar_desk.services.training_places import Held, days_words, read
from bursar_desk.ui.pages.faults_form import FormPane
from bursar_desk.ui.widgets import MessageStrip, ProgressBar, hline, plain_label

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bursar_desk.domain.errors import UserError
    from bursar_desk.domain.progress import Progress
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.planning_training import Assignment, Proposal
    from bursar_desk.services.training_booking import Preview
    from bursar_desk.ui.pages.base import DeskContext


@dataclass(frozen=True, slots=True)
class Planned:
    """A proposal, what it means for this school, and the names of sessions and schools."""

    proposal: Proposal
    held: Held
    ours: dict[bytes, list[bytes]]
    previews: tuple[Preview, ...]


def find_plan(desk: Desk, course: str, progress: Progress) -> Planned:
    """Look for the best plan, and for what it would leave uncovered here; on the database worker."""
    from bursar_desk.services import planning_training

    proposal = planning_training.propose(desk, course, progress)
    ours: dict[bytes, list[bytes]] = {}
    for one in proposal.assignments:
        if one.school == desk.home and not desk.is_office:
            ours.setdefault(one.session, []).append(one.person)
    previews = tuple(training_booking.preview(desk, session, people) for session, people in ours.items())
    return Planned(proposal, read(desk), ours, previews)


class PlanPane(FormPane):
    """``saved(Changes)`` once the plan's people of this school are booked."""

    def __init__(self, context: DeskContext, course: str):
        super().__init__(context, "Who goes when", "Book this plan", width=384)
        self.planned: Planned | None = None
        self._said = plain_label("Looking for the best sessions…", wrap=True)
        self._bar = ProgressBar()
        self._list = QWidget()
        self._lines = QVBoxLayout(self._list)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(6)
        self.save_button.setEnabled(False)
        self.lay_out(self._said, self._bar, self._list)
        self._job = context.run_long(
            self, lambda desk, progress: find_plan(desk, course, progress), self._show, self._none,
            progress=self._step, stopped=lambda: None,
        )  # fmt: skip
        self.closed.connect(self._job.stop)

    @property
    def touched(self) -> bool:
        """A proposal is found again with one click."""
        return False

    def _step(self, said: str, done: int, total: int) -> None:
        self._said.setText(said)
        self._bar.set_value(done, total)

    def _none(self, problem: UserError) -> None:
        self._bar.hide()
        self._said.hide()
        self.refused(problem)
        self.save_button.setEnabled(False)

    def _show(self, planned: Planned) -> None:
        self.planned = planned
        self._bar.hide()
        self._said.setText(planned.proposal.sentence)
        self._lines.addWidget(hline())
        here: list[Assignment] = []
        elsewhere: list[Assignment] = []
        for one in planned.proposal.assignments:
            (here if one.school == planned.held.home else elsewhere).append(one)
        for one in (*here, *elsewhere):
            self._add(one.name, self._where(one), one.because)
        if planned.proposal.unplaced:
            self._lines.addWidget(plain_label("Not placed", "strong"))
        for left in planned.proposal.unplaced:
            self._add(left.name, planned.held.school(left.school), left.why)
        self._strips(planned.previews)
        many = sum(len(people) for people in planned.ours.values())
        refused = any(seen.refused for seen in planned.previews)
        gap = any(seen.gap for seen in planned.previews)
        said = f"Book {words.count(many, 'person', 'people')}{' with the gap' if gap else ''}"
        self.save_button.set_words(said)
        self.save_button.setEnabled(not refused)
        self._foot.setVisible(bool(many))
        if elsewhere:
            self._lines.addWidget(plain_label("Each school books its own people.", "body", "muted", wrap=True))

    def _where(self, one: Assignment) -> str:
        held = self.planned.held if self.planned else None
        row = held.sessions.get(one.session) if held else None
        when = days_words(row.first, row.last) if row else ""
        return ", ".join(part for part in (held.school(one.school) if held else "", when) if part)

    def _add(self, name: str, where: str, why: str) -> None:
        self._lines.addWidget(plain_label(name, "strong", wrap=True))
        self._lines.addWidget(plain_label(where, "body", "muted", wrap=True))
        if why:
            self._lines.addWidget(plain_label(why, "caption", "muted", wrap=True))

    def _strips(self, previews: Iterable[Preview]) -> None:
        for seen in previews:
            for said in seen.refused:
                self._lines.addWidget(MessageStrip("overdue", "This cannot be booked", said))
            for one in seen.uncovered:
                self._lines.addWidget(MessageStrip("soon", one.sentence, "\n".join(one.lines)))

    def save(self) -> None:
        """Book all of this school's people in one act."""
        planned = self.planned
        if planned is None or not planned.ours or not self.save_button.isEnabled():
            return
        many = sum(len(people) for people in planned.ours.values())
        self.write(
            lambda desk: training_booking.book_all(desk, planned.ours, gap_seen=True),
            f"{words.count(many, 'person', 'people')} {words.is_are(many)} named.",
        )  # fmt: skip
