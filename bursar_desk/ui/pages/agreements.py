"""The part that lists agreements: memoranda and data sharing, who agreed, and what the records say of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from bursar_desk.domain import words
from bursar_desk.services import agreements
from bursar_desk.ui.pages.agreements_forms import (
    AgreementDecisionPane,
    AgreementEndPane,
    AgreementForm,
    AgreementLeavePane,
    ReviewPane,
)
from bursar_desk.ui.pages.cover_sections import column, marked
from bursar_desk.ui.pages.deals_parts import Part
from bursar_desk.ui.pages.deals_table import look_of
from bursar_desk.ui.pages.owed_rows import said
from bursar_desk.ui.status_marks import StatusChip
from bursar_desk.ui.widgets import Button, Card, DetailPane, EmptyState, Reflow, Row, hline, plain_label

if TYPE_CHECKING:
    from bursar_desk.services.agreements_shapes import AgreementView, PartyLine, PromiseLine
    from bursar_desk.services.desk import Desk
    from bursar_desk.ui.pages.base import DeskFacts

CHIP = 132


@dataclass(frozen=True, slots=True)
class AgreementsRead:
    """The agreements, and the schools one may be with."""

    views: tuple[AgreementView, ...]
    schools: tuple[tuple[bytes, str], ...]


class AgreementsPart(Part):
    """One row each; beside it the parties, what they promised, and what the program finds in the records."""

    key: ClassVar[str] = "agreements"
    title: ClassVar[str] = "Agreements"

    def build(self) -> None:
        """The card and what stands in its place."""
        self.card = Card("Agreements between schools")
        may = self.context.facts.manages
        self._nothing = EmptyState(
            "No agreements yet",
            "Write down what schools promise each other. The program then looks whether it is kept.",
            "Add an agreement" if may else "", self.add if may else None, icon="handshake",
        )  # fmt: skip
        self.body.addWidget(self.card)
        self.body.addWidget(self._nothing)
        self.body.addStretch(1)

    def read(self, desk: Desk) -> AgreementsRead:
        """Read them."""
        roots = [one for one in desk.trust.roots.values() if one.sort != "office"]
        schools = sorted(((one.school, one.name) for one in roots), key=lambda pair: pair[1].casefold())
        return AgreementsRead(tuple(agreements.listing(desk, every=True)), tuple(schools))

    def fill(self, data: AgreementsRead) -> None:
        """Show them; the one that stands beside is read anew."""
        self.data = data
        self.card.clear()
        for view in data.views:
            self.card.add_row(self._row(view))
        self.card.setVisible(bool(data.views))
        self._nothing.setVisible(not data.views)
        pane = self.host.shown_pane()
        if isinstance(pane, AgreementPane):
            again = next((one for one in data.views if one.id == pane.view.id), None)
            if again is not None:
                self.show_one(again)

    @property
    def bare(self) -> bool:
        """Whether there is no agreement yet."""
        return self.data is None or not self.data.views

    def note(self) -> str:
        """How many, and how many need somebody."""
        if self.data is None or not self.data.views:
            return ""
        odd = sum(bool(one.findings) for one in self.data.views)
        listed = words.count(len(self.data.views), "agreement")
        return f"{listed}, {words.number(odd)} to look at" if odd else listed

    def action(self) -> tuple[str, Callable[[], object]] | None:
        """Add one."""
        return ("Add an agreement", self.add) if self.context.facts.manages else None

    def _row(self, view: AgreementView) -> Row:
        button = Button("Show agreement", size=32, on_click=lambda: self.show_one(view))
        button.setAccessibleName(f"Show agreement {view.title}")
        review = f"Looked at again on {words.long_date(view.review_on)}." if view.review_on else ""
        told = said(view.title, f"{view.kind_words}. {words.sentence(view.state_words)} {review}".strip(),
                    *(words.sentence(one.words) for one in view.findings[:2]))  # fmt: skip
        row = Row(StatusChip(look_of(view.look), _state(view), width=CHIP), told, button, high=60)
        row.line.setStretch(1, 1)
        return row

    def show_one(self, view: AgreementView) -> None:
        """Show an agreement beside."""
        pane = AgreementPane(view, self.context.facts)
        pane.decide_wanted.connect(lambda: self.host.open_form(AgreementDecisionPane(self.context, view)))
        pane.leave_wanted.connect(lambda: self.host.open_form(AgreementLeavePane(self.context, view)))
        pane.end_wanted.connect(lambda: self.host.open_form(AgreementEndPane(self.context, view)))
        pane.review_wanted.connect(lambda: self.host.open_form(ReviewPane(self.context, view)))
        self.host.open_pane(pane)

    def add(self) -> None:
        """Open the form for an agreement."""
        self.host.open_form(AgreementForm(self.context, self.data.schools if self.data else ()))


def _state(view: AgreementView) -> str:
    known = {
        "proposed": "Proposed", "waiting": "Waits", "agreed": "Agreed", "refused": "Refused", "ran out": "Ran out",
        "ended": "Ended",
    }  # fmt: skip
    short = known.get(view.state, view.state.capitalize())
    return "Look at this" if view.findings and view.state == "agreed" else short


class AgreementPane(DetailPane):
    """One agreement: findings first, then the parties, what each gives and gets, and its payments."""

    decide_wanted = Signal()
    leave_wanted = Signal()
    end_wanted = Signal()
    review_wanted = Signal()

    def __init__(self, view: AgreementView, facts: DeskFacts):
        super().__init__(view.title, width=424, padding=20)
        self.view = view
        self.body.addWidget(StatusChip(look_of(view.look), _state(view)))
        self.body.addWidget(plain_label(f"{view.kind_words}. {words.sentence(view.state_words)}", wrap=True))
        for finding in view.findings:
            detail = words.sentence(finding.detail)
            self.body.addWidget(marked(look_of(finding.look), words.sentence(finding.words), detail))
        if view.purpose:
            self.body.addWidget(plain_label(view.purpose, wrap=True, select=True))
        self.body.addWidget(plain_label(self._when(), "body", "muted", wrap=True))
        self._section("Parties", [_party(one) for one in view.parties])
        gives = [_promise(one) for one in view.promises if one.gives]
        gets = [_promise(one) for one in view.promises if not one.gives]
        self._section("What each gives", gives)
        self._section("What each gets", gets)
        self._section("Payments", [plain_label(one.words, wrap=True, select=True) for one in view.payments])
        self.body.addStretch()
        self._buttons(facts)

    def _when(self) -> str:
        view = self.view
        parts = [f"From {words.long_date(view.first)}" if view.first else ""]
        parts.append(f"to {words.long_date(view.last)}" if view.last else "")
        said = " ".join(one for one in parts if one)
        notice = words.sentence(view.notice_words) if view.notice_words else ""
        review = f"It is looked at again on {words.long_date(view.review_on)}." if view.review_on else (
            "No day is set to look at it again.")  # fmt: skip
        return " ".join(one for one in (words.sentence(said) if said else "", notice, review) if one)

    def _section(self, title: str, parts: list[QWidget]) -> None:
        if parts:
            self.body.addWidget(hline())
            self.body.addWidget(plain_label(title, "strong"))
            for part in parts:
                self.body.addWidget(part)

    def _buttons(self, facts: DeskFacts) -> None:
        view = self.view
        me = next((one for one in view.parties if one.decides_here), None)
        if not facts.manages:
            return
        live = view.state not in ("ended", "refused")
        if me is not None and live:
            self.add_to_foot(Button("Record a decision", "filled", on_click=self.decide_wanted.emit), 1)
        if me is not None and me.agreed and me.leaves_on is None and live:
            self.body.addWidget(Reflow(Button("Give notice to leave", size=32, on_click=self.leave_wanted.emit), 1))
        if view.ours and live:
            self.add_to_foot(Button("Set review", on_click=self.review_wanted.emit))
            self.body.addWidget(Reflow(Button("End the agreement", size=32, on_click=self.end_wanted.emit), 1))
        if me is None and not view.ours:
            self.body.addWidget(plain_label("Its parties record their decisions in their own registers.", "caption",
                                            "muted", wrap=True))  # fmt: skip


def _party(one: PartyLine) -> QWidget:
    leaves = f"Leaves on {words.long_date(one.leaves_on)}." if one.leaves_on else ""
    return marked(look_of(one.look), one.name, " ".join(part for part in (words.sentence(one.words), leaves) if part))


def _promise(one: PromiseLine) -> QWidget:
    head = plain_label(f"{one.name}: {one.words}", wrap=True)
    if not one.result:
        return head
    return column(head, marked(look_of(one.look), words.sentence(one.result)), spacing=2)
