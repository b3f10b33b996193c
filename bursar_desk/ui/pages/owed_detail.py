"""Beside the hours owed: one school, its balance term by term, every shift with its cost, and who pays whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from bursar_desk.domain import words
from bursar_desk.domain.rates import INVOICE, TRANSFER
from bursar_desk.services.owed import PAYS_WORDS
from bursar_desk.ui.pages.cover_sections import column
from bursar_desk.ui.pages.owed_rows import STATES, chip_of
from bursar_desk.ui.widgets import Button, DetailPane, MessageStrip, Reflow, hline, plain_label

if TYPE_CHECKING:
    from bursar_desk.services.owed import ShiftLine
    from bursar_desk.ui.pages.owed_data import WithSchool


class SchoolPane(DetailPane):
    """``statement_wanted`` and ``entry_wanted`` for this school; ``settle_wanted("transfer" or "invoice")``."""

    statement_wanted = Signal()
    entry_wanted = Signal()
    settle_wanted = Signal(str)

    def __init__(self, data: WithSchool, *, may_write: bool):
        super().__init__(data.line.name, width=424)
        self.data = data
        self.body.addWidget(chip_of(data.line))
        self.body.addWidget(plain_label(data.line.words(), "strong", wrap=True, select=True))
        self.body.addWidget(plain_label(f"Worth {data.line.worth}.", "body", "muted", wrap=True))
        if data.ask and may_write:
            self.body.addWidget(self._ask(data.ask))
        self._trend(data)
        self.body.addWidget(hline())
        self.body.addWidget(plain_label(f"Shifts, {data.term.words}", "strong"))
        for one in data.shifts:
            self.body.addWidget(_shift(one, ours=one.giver == data.home))
        if not data.shifts:
            self.body.addWidget(plain_label("None in this term.", "body", "muted"))
        for entry in data.entries:
            said = f"{entry.title}, {words.short_date(entry.row.on)}"
            self.body.addWidget(column(plain_label(said, "strong"), _small(entry.sentence), spacing=0))
        self.body.addWidget(hline())
        self.body.addWidget(plain_label("Who pays whom", "strong"))
        for text in data.money:
            self.body.addWidget(plain_label(text, "body", wrap=True, select=True))
        self.body.addStretch()
        self.statement = Button("Make statement", "filled", icon="file-text", on_click=self.statement_wanted.emit)
        self.add_to_foot(self.statement, 1)
        if may_write:
            self.add_to_foot(Button("Add to the balance", on_click=self.entry_wanted.emit))

    def _ask(self, question: str) -> QWidget:
        strip = MessageStrip("info", "Transfer or invoice?", question)
        strip.add_button(Button("It is a transfer", size=32, on_click=lambda: self.settle_wanted.emit(TRANSFER)))
        strip.add_button(Button("It is an invoice", size=32, on_click=lambda: self.settle_wanted.emit(INVOICE)))
        return strip

    def _trend(self, data: WithSchool) -> None:
        if len(data.line.history) < 2:
            return
        self.body.addWidget(hline())
        self.body.addWidget(plain_label("The balance at the end of each term", "strong"))
        before: int | None = None
        for name, minutes in reversed(data.line.history):
            index = data.line.history.index((name, minutes))
            before = data.line.history[index - 1][1] if index else None
            self.body.addWidget(_trend_row(name, minutes, before))


def _trend_row(name: str, minutes: int, before: int | None) -> QWidget:
    state = "theirs" if minutes > 0 else "ours" if minutes < 0 else "even"
    said = STATES[state][1] if state == "even" else f"{STATES[state][1]} {words.hours(abs(minutes))}"
    if before is None or minutes == before:
        moved = "" if before is None else "same"
    else:
        moved = "nearer to even" if abs(minutes) < abs(before) else "further from even"
    row = Reflow(plain_label(name, "body"), 1, plain_label(said, "body"))
    return column(row, _small(moved), spacing=0) if moved else row


def _small(text: str) -> QWidget:
    return plain_label(text, "caption", "muted", wrap=True)


def _shift(one: ShiftLine, *, ours: bool) -> QWidget:
    who = f"{one.helper}, {'given by us' if ours else 'given to us'}"
    total = words.money_exact(one.cost.total) if one.cost else "No rate"
    head = Reflow(plain_label(words.short_date(one.on), "strong"), plain_label(who, "body"), 1, plain_label(total))
    agreed = "no times agreed" if one.planned is None else f"{words.hours(one.planned)} agreed"
    parts = [f"{one.times}, {words.hours(one.minutes)} worked, {agreed}"]
    parts += [f"break {words.hours(one.pause)}"] if one.pause else []
    parts += [f"travel {words.hours(one.travel)}"] if one.travel else []
    if one.cost is not None:
        cost = one.cost
        parts.append(
            f"{words.hours(cost.paid)} at {words.money_exact(cost.card.hourly)}: pay {words.money_exact(cost.pay)}, "
            f"on-costs {words.money_exact(cost.on_costs)}"
            + (f", overhead {words.money_exact(cost.overhead)}" if cost.overhead else "")
            + (f", mileage {words.money_exact(cost.mileage)} ({cost.mileage_because})" if cost.miles else "")
        )
    parts.append(PAYS_WORDS.get(one.pays, one.pays))
    return column(head, *(_small(words.sentence(text)) for text in parts), spacing=0)
