"""The part of what was saved: each line against its dated document, losses said as such, the cluster the sum of all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from bursar_desk.domain import words
from bursar_desk.services import savings
from bursar_desk.ui.pages.cover_sections import column
from bursar_desk.ui.pages.deals_parts import Part
from bursar_desk.ui.pages.savings_detail import SavingPane, SchoolSavingsPane, confidence_chip, saving_row
from bursar_desk.ui.pages.savings_forms import ConfirmPane, SavingForm
from bursar_desk.ui.status_marks import OVERDUE, StatusChip
from bursar_desk.ui.widgets import Button, Card, EmptyState, Row, plain_label

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from bursar_desk.services.desk import Desk
    from bursar_desk.services.savings_shapes import ClusterSavings, LeftOut, SavingLine, SchoolSavings, Sums

__all__ = ["SavingsPart", "confidence_chip"]


@dataclass(frozen=True, slots=True)
class SavingsRead:
    """Our own ledger (None at an office), and every school’s with their sum."""

    own: SchoolSavings | None
    cluster: ClusterSavings


class SavingsPart(Part):
    """Recurring savings, one-off ones apart, what does not count and why, and the cluster."""

    key: ClassVar[str] = "savings"
    title: ClassVar[str] = "Savings"

    def build(self) -> None:
        """The cards, and what stands in their place."""
        self.sums = Card("What we save")
        self.recurring, self.once = Card("Every year"), Card("Once")
        self.left_out = Card("Not counted")
        self.schools = Card("The cluster")
        may = self._may
        self._nothing = EmptyState(
            "No savings yet",
            "A saving counts with the price before, the price now, and a dated document for both.",
            "Add a saving" if may else "", self.add if may else None, icon="pound-sterling",
        )  # fmt: skip
        for part in (self.sums, self.recurring, self.once, self.left_out, self.schools, self._nothing):
            self.body.addWidget(part)
        self.body.addStretch(1)

    @property
    def _may(self) -> bool:
        facts = self.context.facts
        return facts.manages and not facts.office

    def read(self, desk: Desk) -> SavingsRead:
        """Read our ledger, and the cluster’s."""
        cluster = savings.cluster(desk)
        own = None if desk.is_office else next((one for one in cluster.schools if one.school == desk.home), None)
        return SavingsRead(own or (None if desk.is_office else savings.school_savings(desk)), cluster)

    def fill(self, data: SavingsRead) -> None:
        """Show them; the line that stands beside is read anew."""
        self.data = data
        own = data.own
        lines = own.lines if own is not None else ()
        self._lines(self.recurring, "Every year", [one for one in lines if not one.once])
        self._lines(self.once, "Once", [one for one in lines if one.once])
        self._fill_sums(own)
        self._fill_left_out(own.left_out if own is not None else ())
        self._fill_cluster(data.cluster)
        self._nothing.setVisible(self.bare)
        pane = self.host.shown_pane()
        if isinstance(pane, SavingPane):
            every = (one for school in data.cluster.schools for one in school.lines)
            again = next((one for one in every if one.id == pane.line.id), None)
            if again is not None:
                self.show_one(again)

    def _lines(self, card: Card, title: str, lines: list[SavingLine]) -> None:
        card.clear()
        card.set_title(title, words.count(len(lines), "line") if lines else "")
        for line in lines:
            card.add_row(saving_row(line, self._shower(line)))
        card.setVisible(bool(lines))

    def _shower(self, line: SavingLine) -> Callable[[], None]:
        return lambda: self.show_one(line)

    def _fill_sums(self, own: SchoolSavings | None) -> None:
        self.sums.clear()
        self.sums.setVisible(own is not None and bool(own.lines))
        if own is None or not own.lines:
            return
        for row in sum_rows(own.sums):
            self.sums.add_row(row)

    def _fill_left_out(self, left: tuple[LeftOut, ...]) -> None:
        self.left_out.clear()
        for one in left:
            self.left_out.add_row(Row(_two_lines(one.title, one.why), high=48))
        self.left_out.setVisible(bool(left))

    def _fill_cluster(self, cluster: ClusterSavings) -> None:
        self.schools.clear()
        shown = [one for one in cluster.schools if one.lines]
        others = [one for one in shown if one.school != self.context.home]
        self.schools.setVisible(bool(others))
        self.schools.set_title("The cluster", "the schools’ own figures and their sum; on the right, their whole time")
        for one in shown:
            self.schools.add_row(self._school_row(one))
        total = column(
            plain_label(f"All {words.count(len(shown), 'school')}", "strong"),
            plain_label(f"{_said(cluster.sums)}.", "body", "muted", wrap=True), spacing=0,
        )  # fmt: skip
        parts: list[QWidget | int] = [total, 1]
        parts.append(_figure(cluster.sums.whole))
        self.schools.add_row(Row(*parts, high=52))

    def _school_row(self, one: SchoolSavings) -> Row:
        told = _two_lines(one.name, one.sentence)
        button = Button("Show savings", size=32, on_click=lambda: self.host.open_pane(SchoolSavingsPane(one)))
        button.setAccessibleName(f"Show savings of {one.name}")
        row = Row(told, 1, _figure(one.sums.whole), button, high=56)
        row.line.setStretch(0, 1)
        return row

    @property
    def bare(self) -> bool:
        """Whether no school has written a saving down."""
        return self.data is None or not any(one.lines or one.left_out for one in self.data.cluster.schools)

    def note(self) -> str:
        """How we stand, or the cluster."""
        if self.data is None:
            return ""
        own = self.data.own
        if own is not None:
            return _said(own.sums).capitalize() if own.lines else ""
        return _said(self.data.cluster.sums).capitalize() if any(one.lines for one in self.data.cluster.schools) else ""

    def action(self) -> tuple[str, Callable[[], object]] | None:
        """Add one; at an office the schools do."""
        return ("Add a saving", self.add) if self._may else None

    def add(self) -> None:
        """Open the form for a saving."""
        self.host.open_form(SavingForm(self.context))

    def show_one(self, line: SavingLine) -> None:
        """Show a line with where its figures come from."""
        pane = SavingPane(line, ours=line.school == self.context.home and self._may)
        pane.confirm_wanted.connect(lambda: self.host.open_form(ConfirmPane(self.context, line)))
        pane.change_wanted.connect(lambda: self.host.open_form(SavingForm(self.context, line)))
        pane.deal_wanted.connect(lambda: self.context.open_page("deals", deal=line.deal, school=line.school))
        self.host.open_pane(pane)


def sum_rows(sums: Sums) -> list[Row]:
    """The sums as rows: a year, once, to today, and how sure they are."""
    rows = [
        ("Every year, of what runs now", sums.a_year), ("Once, all together", sums.once),
        ("From the beginning to today", sums.so_far),
    ]  # fmt: skip
    made = [Row(plain_label(title), 1, _figure(pence)) for title, pence in rows]
    sure = [("confirmed", sums.confirmed), ("an estimate", sums.estimated), ("worked out from deals", sums.worked_out)]
    told = words.listing([f"{words.money_exact(pence)} {name}" for name, pence in sure if pence])
    if told:
        made.append(Row(plain_label(f"By how sure it is: {told}.", "caption", "muted", wrap=True)))
    return made


def _figure(pence: int) -> QWidget:
    """A saving in words; a loss with its red shape."""
    said = words.saving(pence)
    if pence >= 0:
        return plain_label(said, "strong")
    return StatusChip(OVERDUE, said)


def _said(sums: Sums) -> str:
    parts = [f"{words.saving(sums.a_year)} a year"] if sums.a_year or not sums.once else []
    parts += [f"{words.saving(sums.once)} once"] if sums.once else []
    return words.listing(parts)


def _two_lines(title: str, note: str) -> QWidget:
    return column(plain_label(title, "strong", wrap=True), plain_label(note, "caption", "muted", wrap=True), spacing=0)
