"""One person beside the list: reached how, works when, trained in what, confirmed by whom, leads where."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.domain.leads import DUTY_HOLDER, RESPONSIBLE
from bursar_desk.services.leads import KIND_WORDS
from bursar_desk.services.leads import LOOKS as LEAD_LOOKS
from bursar_desk.services.people import confirmation_words
from bursar_desk.services.people_view import TRAINING_WORDS
from bursar_desk.services.people_words import days_words, duties_words, hours_words
from bursar_desk.ui.pages.faults_detail import facts_grid
from bursar_desk.ui.status_marks import LOOKS, MarkView, StatusChip
from bursar_desk.ui.widgets import Button, DetailPane, hline, plain_label
from bursar_desk.ui.widgets.reflow import Reflow

if TYPE_CHECKING:
    from bursar_desk.services.leads import LeadLine
    from bursar_desk.services.people_view import PersonLine
    from bursar_desk.ui.pages.base import DeskContext


EVERY_SITE = (DUTY_HOLDER, RESPONSIBLE)
"""What somebody, or a body, is at every school."""


class PersonPane(DetailPane):
    """``wanted(what, about)`` when a button is pressed; ``about`` is a lead's id or nothing."""

    wanted = Signal(str, object)

    def __init__(self, context: DeskContext):
        super().__init__(width=400, padding=20)
        self.context = context
        self.shown: PersonLine | None = None
        self.close_button.setToolTip("Close details (Esc)")
        self.change_button = Button("Change details", icon="pencil", on_click=partial(self._ask, "change"))
        self.leave_button = Button("Note a leaver", icon="log-out", on_click=partial(self._ask, "leave"))
        self.add_to_foot(self.change_button, 1)
        self.add_to_foot(self.leave_button)

    def _ask(self, what: str, about: object = None) -> None:
        self.wanted.emit(what, about)

    def show_person(self, line: PersonLine) -> None:
        """Show one; what may be changed is offered for our own people only."""
        self.shown = line
        self.set_title(line.row.name)
        facts = self.context.facts
        ours = line.ours and facts.manages and not facts.office
        self.change_button.setVisible(ours)
        self.leave_button.setVisible(ours and line.row.left_on is None)
        self._foot.setVisible(ours)
        clear(self.body)
        where = f"{line.job}, {line.school_name}"
        parts: list[QWidget] = [plain_label(where, "body", "muted", wrap=True)]
        if line.row.left_on is not None:
            verb = "Left" if line.row.left_on < self.context.today else "Leaves"
            parts.append(_chip("due_soon", f"{verb} {words.short_date(line.row.left_on)}"))
        parts += [*self._contact(line, ours=ours), *self._work(line), *self._training(line)]
        parts += [*self._confirmed(line, ours=ours), *self._leads(line)]
        for part in parts:
            self.body.addWidget(part)
        self.body.addStretch()

    def _contact(self, line: PersonLine, *, ours: bool) -> list[QWidget]:
        facts = [("Phone", line.phone), ("E-mail", line.email), ("Note", line.note)]
        if not line.phone and not line.email:
            facts.append(("School", line.school_phone))
        made: list[QWidget] = [*_head("Contact"), *_grid(facts)]
        made.append(plain_label(line.reach, "body", "muted", wrap=True))
        if ours:
            agree = ("disagree", "Keep it at this school") if line.row.shares else ("agree", "They agree to share it")
            made.append(self._buttons(("contact", "Change contact"), agree))
        return made

    def _work(self, line: PersonLine) -> list[QWidget]:
        row = line.row
        facts = [
            ("Days", days_words(row.days)), ("Hours", hours_words(row)),
            ("A week", words.hours(row.week) if row.week else ""),
            ("Keys", words.sentence(duties_words(row))[:-1] if duties_words(row) else ""),
            ("Sites", words.listing([line.school_name, *line.sites])),
            ("Can help with", line.can_help),
            ("Cover", "Offers to cover at other schools" if row.offers_cover else ""),
        ]  # fmt: skip
        return [*_head("Work"), *_grid(facts)]

    def _training(self, line: PersonLine) -> list[QWidget]:
        made: list[QWidget] = [*_head("Training"), _chip(line.training, TRAINING_WORDS[line.training])]
        made += [_marked(one.code, one.said) for one in line.courses]
        return made

    def _confirmed(self, line: PersonLine, *, ours: bool) -> list[QWidget]:
        said = confirmation_words(line.row)
        code = "ok" if said.startswith("Confirmed in writing") else "not_known"
        made: list[QWidget] = [*_head("Confirmation of checks"), _marked(code, said)]
        if ours:
            made.append(self._buttons(("confirm", "Write confirmation")))
        return made

    def _leads(self, line: PersonLine) -> list[QWidget]:
        made: list[QWidget] = [*_head("Leads")]
        if not line.leads:
            made.append(plain_label("Leads nothing that is written down.", "body", "muted", wrap=True))
        for lead in line.leads:
            made += lead_parts(self.context, lead, f"{lead.kind_words}, {lead.school_name}, {lead.when}", self._ask)
        facts = self.context.facts
        if facts.manages and not facts.office:
            made.append(self._buttons(("lead", "Let them lead here")))
        return made

    def _buttons(self, *pairs: tuple[str, str]) -> QWidget:
        return _buttons(self._ask, *pairs)


class SiteLeadsPane(DetailPane):
    """Who leads what at a school, in a fixed order, and what nobody is named for. ``wanted`` as of ``PersonPane``."""

    wanted = Signal(str, object)

    def __init__(self, context: DeskContext, school: bytes | None, title: str):
        super().__init__(title, width=400, padding=20)
        self.context, self.school = context, school
        self.close_button.setToolTip("Close details (Esc)")
        self.add_button = Button("Name who leads", icon="user-plus", on_click=partial(self._ask, "lead"))
        self.add_to_foot(self.add_button, 1)
        facts = context.facts
        self._foot.setVisible(facts.manages and not facts.office and school == context.home)

    def _ask(self, what: str, about: object = None) -> None:
        self.wanted.emit(what, about)

    @property
    def inside(self) -> list[QWidget]:
        """Never a button that ends a lead."""
        return [self.add_button, self.close_button]

    def show_leads(self, lines: Sequence[LeadLine]) -> None:
        """Show those of the school, or of every school."""
        clear(self.body)
        shown = [one for one in lines if self.school in (None, one.school)]
        parts: list[QWidget] = []
        for n, lead in enumerate(shown):
            who = f"{lead.name}, {lead.employer_name}" if lead.employer_name else lead.name
            where = "" if self.school else f"{lead.school_name}: "
            title = f"{where}{lead.kind_words}"
            parts += [hline()] if n else []
            parts += lead_parts(self.context, lead, title, self._ask, under=f"{who}, {lead.when}")
        named = {one.row.kind for one in shown if one.now}
        missing = [said.lower() for kind, said in KIND_WORDS.items() if kind not in named and kind in EVERY_SITE]
        if self.school and missing:
            parts.append(_marked("not_known", f"Nobody is named as {words.listing(missing)}."))
        if not parts:
            parts.append(plain_label("Nobody is named to lead yet.", "body", "muted", wrap=True))
        for part in parts:
            self.body.addWidget(part)
        self.body.addStretch()


def lead_parts(
    context: DeskContext, lead: LeadLine, title: str, ask: Callable[..., None], *, under: str = ""
) -> list[QWidget]:
    """One lead: how it stands, who decided what, and what may be done about it here."""
    made: list[QWidget] = [plain_label(title, "strong", wrap=True)]
    made += [plain_label(under, wrap=True)] if under else []
    made.append(_marked(LEAD_LOOKS[lead.state], lead.state_words))
    made += [plain_label(said, "caption", "muted", wrap=True) for said in lead.said]
    if lead.hint:
        made.append(_marked("due_soon", lead.hint))
    if lead.overlaps:
        over = words.listing(sorted(set(lead.overlaps)))
        made.append(_marked("due_soon", f"Overlaps with {over}."))
    facts = context.facts
    if facts.manages and not facts.office:
        pairs = [("decide", "Our governors decided")] if lead.decides else []
        pairs += [("end", "End it")] if lead.school == context.home else []
        if pairs:
            made.append(_buttons(ask, *pairs, about=lead.id, named=f"{title}, {under}" if under else title))
    return made


def _buttons(ask: Callable[..., None], *pairs: tuple[str, str], about: object = None, named: str = "") -> QWidget:
    made = []
    for what, said in pairs:
        button = Button(said, size=32, on_click=partial(ask, what, about))
        if named:
            button.setAccessibleName(f"{said}: {named}")
        made.append(button)
    return Reflow(*made, 1, spacing=8)


def clear(body: QVBoxLayout) -> None:
    """Take everything out of a pane, to fill it anew."""
    while (item := body.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()


def _head(title: str) -> list[QWidget]:
    return [hline(), plain_label(title, "strong")]


def _grid(facts: list[tuple[str, str]]) -> list[QWidget]:
    told = [(label, said) for label, said in facts if said]
    return [facts_grid(told)] if told else []


def _chip(code: str, said: str) -> QWidget:
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(StatusChip(LOOKS[code], said), 0, Qt.AlignmentFlag.AlignLeft)
    return box


def _marked(code: str, said: str) -> QWidget:
    """A sentence with its shape before it."""
    box = QWidget()
    line = QHBoxLayout(box)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(8)
    line.addWidget(MarkView(LOOKS[code]), 0, Qt.AlignmentFlag.AlignTop)
    line.addWidget(plain_label(said, wrap=True), 1)
    return box
