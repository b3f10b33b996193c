"""One contract beside the list: the day in a sentence, its line, the arithmetic, terms and prices, what it serves."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QWidget

from bursar_desk.domain import words
from bursar_desk.domain.contract_state import State
from bursar_desk.services.contracts_shapes import DRAFT
from bursar_desk.ui.pages.contracts_parts import (
    TONES,
    SentenceCard,
    StepList,
    cleared,
    fact_row,
    marked,
    points_of,
    stack,
    titled,
)
from bursar_desk.ui.pages.contracts_table import over
from bursar_desk.ui.pages.evidence_strip import EvidenceStrip
from bursar_desk.ui.pages.faults_detail import facts_grid
from bursar_desk.ui.status_marks import SOON
from bursar_desk.ui.widgets import Button, DetailPane, IconButton, Reflow, plain_label
from bursar_desk.ui.widgets.keys import literal
from bursar_desk.ui.widgets.link_row import LinkRow
from bursar_desk.ui.widgets.term_strip import TermStrip

if TYPE_CHECKING:
    from bursar_desk.services.contracts_shapes import ContractView, NoteLine, Served, TermLine
    from bursar_desk.ui.pages.base import DeskContext

NOTICE, RENEW, ENDED, LIVE = "notice", "renew", "ended", "live"
CHANGE, TERM, SERVES, NOTE, PUT_OFF, BACK, REMOVE = "change", "term", "serves", "note", "put off", "back", "remove"
_PAGES: Final = {"school_check": ("checks", "check"), "asset": ("places", "asset")}
_MOST_TERMS: Final = 4


class ContractPane(DetailPane):
    """``wanted(what, about)`` when a step is pressed; ``about`` is a note's or a term's id where it is about one."""

    wanted = Signal(str, object)

    def __init__(self, context: DeskContext):
        super().__init__(width=352)
        self.context = context
        self.close_button.setToolTip("Close details (Esc)")
        self.shown: ContractView | None = None
        self.strip = TermStrip()
        self.steps = StepList()
        self.card = SentenceCard()
        for part in (self.strip, self.steps, self.card):  # shown and hidden by what is known, so they need their place
            self.body.addWidget(part)
        self.evidence: EvidenceStrip | None = None
        self.first = Button("", "filled", on_click=lambda: self.wanted.emit(self._first_step, None))
        self.second = Button("Renewing…", on_click=lambda: self.wanted.emit(RENEW, None))
        self.more = IconButton("ellipsis", "More steps", size=40, on_click=self._open_menu)
        self._first_step = NOTICE
        self.menu = QMenu(self)
        steps = Reflow(self.first, self.second, self.more, spacing=8)
        steps.line.setStretch(0, 1)
        self.add_to_foot(steps, 1)
        self.setMinimumWidth(352)  # the three stand side by side; in large text one under the other

    @property
    def inside(self) -> list[QWidget]:
        """The next step first."""
        return [self.first, *super().inside]

    def show_contract(self, view: ContractView) -> None:
        """Show a contract; its documents keep their place while it is the same one."""
        again = self.shown is not None and self.shown.line.id == view.line.id
        self.shown = view
        self.set_title(view.line.title)
        if not again or self.evidence is None:
            self._drop_evidence()
            self.evidence = EvidenceStrip(self.context, "contract", view.line.id, kind="other")
        self._fill_head(view)
        cleared(self.body, self.strip, self.steps, self.card, self.evidence)
        for part in self._made(view):
            self.body.addWidget(part)
        self.body.addStretch()
        self._fill_foot(view)

    def _drop_evidence(self) -> None:
        if self.evidence is not None:
            self.evidence.hide()
            self.evidence.setParent(None)
            self.evidence.deleteLater()
            self.evidence = None

    def ours(self, view: ContractView) -> bool:
        """Whether it may be changed here: an office and a neighbour look only."""
        facts = self.context.facts
        return view.line.school == self.context.home and facts.manages and not facts.office

    # --- the parts, top to bottom ---

    def _fill_head(self, view: ContractView) -> None:
        standing = view.line.standing
        first, rest = view.headline, view.stake
        if not rest:
            first, _stop, rest = view.headline.partition(". ")
        self.card.set_words(words.sentence(first), rest, TONES.get(standing.state, "surface_2"))
        safe = standing.last_safe
        end = safe.end if safe is not None else standing.term.last if standing.term is not None else None
        self.strip.set_points([] if over(view.line) else points_of(safe, view.terms, end, self.context.today))
        self.steps.set_steps(safe.steps if safe is not None and not over(view.line) else ())

    def _made(self, view: ContractView) -> list[QWidget]:
        line = view.line
        about = [line.supplier_name, f"{line.yearly_words} a year" if line.yearly is not None else "", _vat(view)]
        if line.school != self.context.home:
            about.insert(0, line.school_name)
        made: list[QWidget] = [plain_label(", ".join(part for part in about if part), "body", "muted", wrap=True)]
        made += [self.card, self.strip, self.steps, *self._ahead(view)]
        facts = _facts(view)
        made += titled("What was agreed", *([facts_grid(facts)] if facts else []))
        made += titled("Terms and prices", *self._terms(view))
        made += titled("What it looks after", *self._serves(view))
        if self.evidence is not None:
            made += titled("Documents", self.evidence)
        made += titled("How it goes", *self._notes(view))
        made += titled("Decisions", *[_decision(one.words, one.details, stands=one.stands) for one in view.decisions])
        return made

    def _ahead(self, view: ContractView) -> list[QWidget]:
        """The next reminders, and what would be left over if it ends."""
        said = [view.reminders_words] if view.reminders_words else []
        made: list[QWidget] = [plain_label(one, "body", "muted", wrap=True) for one in said]
        if view.line.orphans_words:
            made.append(plain_label(f"If it ends, {view.line.orphans_words}.", "body", wrap=True))
        if view.line.row.deal is not None and "deals" in self.context.pages:
            deal = partial(self.context.open_page, "deals", deal=view.line.row.deal)
            made.append(Reflow(Button("Show the group deal", size=32, on_click=deal), 1))
        return [*made, *(marked(SOON, one) for one in view.warnings)]

    def _terms(self, view: ContractView) -> list[QWidget]:
        made: list[QWidget] = [self._term(one) for one in view.history[-_MOST_TERMS:]]
        for term, safe in view.coming[1:3]:
            if term.first is None:
                continue
            days = f"{words.short_date(term.first)} to {words.short_date(term.last, 'no fixed end')}"
            own = f", its own last safe day is {words.short_date(safe.serve_by)}" if safe is not None else ""
            made.append(fact_row(days, "", f"Would follow{own}"))
        if view.money.years:
            year = view.money.years[0]
            made.append(fact_row(year.year.words, words.money_exact(year.net), "In this money year, without VAT"))
        if self.ours(view):
            made.append(Reflow(self._small("Add a term or price", TERM), 1))
        return made

    def _term(self, one: TermLine) -> QWidget:
        price = words.money_exact(one.yearly) if one.yearly is not None else "No price"
        pupil = f"{words.money_exact(one.per_pupil)} a pupil" if one.per_pupil is not None else ""
        beside = ", ".join(part for part in (one.change_words, pupil) if part)
        return fact_row(one.words, price, beside, one.rise_words, one.source, strong=one.now)

    def _serves(self, view: ContractView) -> list[QWidget]:
        made: list[QWidget] = [self._served(one) for one in view.serves]
        if self.ours(view):
            made.append(Reflow(self._small("Choose what it looks after", SERVES), 1))
        elif not made:
            made.append(plain_label("No check or equipment is named.", "body", "muted", wrap=True))
        return made

    def _served(self, one: Served) -> QWidget:
        page, name = _PAGES.get(one.table, ("", ""))
        also = f"Also by {words.listing(list(one.also))}" if one.also else "By nobody else"
        if page not in self.context.pages:
            return fact_row(one.title, "", also)
        row = LinkRow(f"{one.title}. {also}.", partial(self.context.open_page, page, **{name: one.id}), high=36)
        row.line.setContentsMargins(0, 2, 0, 2)
        said = stack(
            plain_label(one.title, "body", "accent", wrap=True), plain_label(also, "caption", "muted"), spacing=0
        )
        row.add(said, stretch=1)
        return row

    def _notes(self, view: ContractView) -> list[QWidget]:
        made: list[QWidget] = []
        for one in reversed(view.notes):
            made.append(fact_row(one.words, one.due_words, one.kind_words))
            if self.ours(view) and one.row.kind != "performance" and one.row.done_on is None:
                made.append(Reflow(self._done_button(one), 1))
        if self.ours(view):
            made.append(Reflow(self._small("Add a note", NOTE), 1))
        return made

    def _done_button(self, one: NoteLine) -> Button:
        said = "Note it is settled" if one.row.kind == "dispute" else "Note it is done"
        button = Button(said, size=32, on_click=partial(self.wanted.emit, "done", one.id))
        button.setAccessibleDescription(one.words)
        return button

    def _small(self, said: str, what: str) -> Button:
        return Button(said, size=32, on_click=partial(self.wanted.emit, what, None))

    # --- the foot ---

    def _fill_foot(self, view: ContractView) -> None:
        ours = self.ours(view)
        self._foot.setVisible(ours)
        self._first_step, said, beside = _next_step(view)
        self.first.set_words(said)
        self.first.setVisible(bool(said))
        self.second.setVisible(beside)
        self.menu.clear()
        for what, text in _steps(view, self._first_step, beside=beside):
            action = self.menu.addAction(literal(text))
            action.triggered.connect(partial(self._picked, what))

    def _picked(self, what: str, _checked: bool = False) -> None:
        self.wanted.emit(what, None)

    def _open_menu(self) -> None:
        """The other steps, above their button."""
        corner = self.more.mapToGlobal(self.more.rect().topRight())
        size = self.menu.sizeHint()
        corner.setX(corner.x() - size.width())
        corner.setY(corner.y() - size.height())
        self.menu.popup(corner)
        actions = self.menu.actions()
        if actions:
            self.menu.setActiveAction(actions[0])


def _vat(view: ContractView) -> str:
    rate = view.line.row.vat_rate
    if rate is None or view.line.yearly is None:
        return ""
    return "no VAT" if rate == 0 else f"and {words.money_exact(view.line.vat or 0)} VAT"


def _facts(view: ContractView) -> list[tuple[str, str]]:
    pairs = [
        ("Service", view.line.service_words), ("At the end", view.at_end_words), ("Notice", view.notice_words),
        ("Price rise", view.rise_words), ("Whole life", view.money.life_words), ("Owner", view.line.owner_name),
        ("Insurance", view.line.insured_words), ("Reference", view.line.row.reference), ("Scope", view.line.row.scope),
        ("Note", view.line.row.note),
    ]  # fmt: skip
    return [pair for pair in pairs if pair[1]]


def _decision(said: str, details: str, *, stands: bool) -> QWidget:
    return fact_row(said, "" if stands else "Taken back", details, strong=stands)


def _next_step(view: ContractView) -> tuple[str, str, bool]:
    """The step of the filled button with its words, and whether renewing stands beside it."""
    state = view.line.standing.state
    if over(view.line):
        return "", "", False
    if view.line.row.state == DRAFT:
        return LIVE, "Let it count", False
    if state in (State.NOTICE_GIVEN, State.CEASED):
        return ENDED, "Note that it has ended", False
    if state is State.AGREED:
        return NOTICE, "Record notice given", False
    return NOTICE, "Record notice given", True


def _steps(view: ContractView, first: str, *, beside: bool) -> list[tuple[str, str]]:
    """The steps of the menu, for how the contract stands."""
    if over(view.line):
        return [(LIVE, "Let it run again"), (CHANGE, "Change contract"), (NOTE, "Add a note")]
    made = [(CHANGE, "Change contract or break dates"), (TERM, "Add a term or price"), (NOTE, "Add a note")]
    made.append((SERVES, "Choose what it looks after"))
    if view.line.row.state == DRAFT:
        return [*made, (REMOVE, "Take the draft out")]
    if view.line.waits or beside:
        made.insert(0, (PUT_OFF, "Put the decision off"))
    if any(one.stands for one in view.decisions):
        made.append((BACK, "Take the decision back"))
    if first != ENDED:
        made.append((ENDED, "Note that it has ended"))
    return made
