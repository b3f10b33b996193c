"""The part of like for like: what schools pay the same supplier by the same unit, and what a deal could be worth."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from bursar_desk.domain import words
from bursar_desk.services import prices
from bursar_desk.ui.pages.cover_sections import column
from bursar_desk.ui.pages.deals_detail import figure, small
from bursar_desk.ui.pages.deals_parts import Part
from bursar_desk.ui.pages.owed_rows import said
from bursar_desk.ui.status_marks import INFO, OK, OVERDUE, StatusChip
from bursar_desk.ui.widgets import Button, Card, DetailPane, EmptyState, Reflow, Row, hline, plain_label

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from bursar_desk.services.desk import Desk
    from bursar_desk.services.prices_shapes import Comparison, Prices, SchoolPrice

CHIP = 132


class PricesPart(Part):
    """One row for each supplier and service that several schools buy; what could not be compared, with its reason."""

    key: ClassVar[str] = "prices"
    title: ClassVar[str] = "Prices"

    def build(self) -> None:
        """The cards, and what stands in their place."""
        self.card, self.left_out = Card("Same supplier, different price"), Card("Not compared")
        self._nothing = EmptyState(
            "Nothing to compare yet",
            "Once two schools here buy the same service from the same supplier, their prices stand side by side.",
            icon="scale",
        )  # fmt: skip
        for part in (self.card, self.left_out, self._nothing):
            self.body.addWidget(part)
        self.body.addStretch(1)

    def read(self, desk: Desk) -> Prices:
        """Read them."""
        return prices.like_for_like(desk)

    def fill(self, data: Prices) -> None:
        """Show them."""
        self.data = data
        self.card.clear()
        self.card.set_title("Same supplier, different price", "like for like, VAT aside")
        for one in data.comparisons:
            self.card.add_row(self._row(one))
        self.card.setVisible(bool(data.comparisons))
        self._nothing.setVisible(not data.comparisons)
        self.left_out.clear()
        self.left_out.set_title("Not compared", words.count(len(data.left_out), "contract"))
        for left in data.left_out:
            told = column(plain_label(f"{left.school_name}: {left.title}", wrap=True), small(left.why), spacing=0)
            self.left_out.add_row(Row(told, high=48))
        self.left_out.setVisible(bool(data.left_out) and bool(data.comparisons))

    def note(self) -> str:
        """How many schools’ contracts are held here."""
        if self.data is None or not self.data.comparisons:
            return ""
        return f"contracts of {words.count(self.data.schools, 'school')}"

    def _row(self, one: Comparison) -> Row:
        name = f"{one.supplier}, {one.service_words.lower()}"
        button = Button("Compare prices", size=32, on_click=lambda: self.host.open_pane(PricesPane(one)))
        button.setAccessibleName(f"Compare prices of {name}")
        worth = one.worth_lowest > 0
        chip = StatusChip(INFO if worth else OK, "Worth a look" if worth else "Same price", width=CHIP)
        schools = words.count(len(one.rows), "school")
        row = Row(chip, said(name, f"{schools}. {one.spread_words}", one.worth_words), button, high=68)
        row.line.setStretch(1, 1)
        return row


class PricesPane(DetailPane):
    """One supplier and service, school by school, the lowest unit price first."""

    def __init__(self, one: Comparison):
        super().__init__(f"{one.supplier}, {one.service_words.lower()}", width=424, padding=20)
        worth = words.saving(one.worth_lowest)
        parts = figure("At the lowest unit price, all together", f"{worth} a year", one.worth_words)
        self.body.addWidget(column(*parts))
        self.body.addWidget(plain_label(one.spread_words, wrap=True, select=True))
        self.body.addWidget(hline())
        for row in one.rows:
            self.body.addWidget(_school(row, one))
        if one.dearer:
            self.body.addWidget(hline())
            told = f"At the middle price {words.listing(one.dearer)} would pay more than now."
            self.body.addWidget(plain_label(told, "strong", OVERDUE.tone, wrap=True))
        if one.terms_differ:
            self.body.addWidget(hline())
            self.body.addWidget(plain_label("Terms differ", "strong"))
            for text in one.terms_differ:
                self.body.addWidget(plain_label(text, wrap=True, select=True))
        self.body.addStretch()


def _school(row: SchoolPrice, one: Comparison) -> QWidget:
    price = f"{words.money_exact(row.unit_pence)} {one.unit_words}"
    head = Reflow(plain_label(row.name, "strong", wrap=True), 1, plain_label(price, "strong"))
    size = f"{words.money_exact(row.yearly)} a year for {words.number(row.units)}, by {row.units_from}."
    gain = f"At the lowest price it {words.saving(row.lowest_gain)}." if row.lowest_gain else "It has the lowest price."
    return column(head, small(f"{row.title}. {size}"), small(gain), spacing=0)
