"""Rows of savings, and beside them one line: the price before and now, each with its document, and how sure it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from bursar_desk.domain import words
from bursar_desk.ui.pages.cover_sections import column
from bursar_desk.ui.pages.deals_detail import figure, said_by, small
from bursar_desk.ui.pages.deals_table import look_of
from bursar_desk.ui.pages.owed_rows import said
from bursar_desk.ui.status_marks import LOOKS, OVERDUE, StatusChip
from bursar_desk.ui.widgets import Button, DetailPane, Reflow, Row, hline, plain_label

if TYPE_CHECKING:
    from bursar_desk.services.savings_shapes import SavingLine, SchoolSavings

CHIP = 132


def saving_words(line: SavingLine) -> str:
    """What it saves, with its pence: "saves £120.00 a year", "costs £30.00 more once"."""
    when = "once" if line.once else "a year"
    if not line.each:
        return "costs the same"
    exact = words.money_exact(abs(line.each))
    return f"saves {exact} {when}" if line.each > 0 else f"costs {exact} more {when}"


def confidence_chip(line: SavingLine) -> StatusChip:
    """How sure a figure is, as word and shape; a loss says so first."""
    if line.loses:
        return StatusChip(OVERDUE, "Costs more", width=CHIP)
    short = {"confirmed": "Confirmed", "estimate": "Not confirmed", "worked out": "From the deal"}
    return StatusChip(look_of(line.look), short.get(line.confidence, line.confidence_words), width=CHIP)


def saving_row(line: SavingLine, show: Callable[[], object]) -> Row:
    """One line: what it is, before and now, what it saves."""
    money = words.money_exact
    before = f"{money(line.before)} before ({line.baseline_words}), {money(line.after)} now ({line.after_from})."
    told = said(line.title, before, words.sentence(f"{line.when}, {line.confidence_words}"))
    button = Button("Show saving", size=32, on_click=show)
    button.setAccessibleName(f"Show saving {line.title}")
    value = plain_label(saving_words(line), "strong", OVERDUE.tone if line.loses else "text")
    row = Row(confidence_chip(line), told, value, button, high=68)
    row.line.setStretch(1, 1)
    return row


class SavingPane(DetailPane):
    """One saving: each figure with the paper it stands in."""

    confirm_wanted = Signal()
    change_wanted = Signal()
    deal_wanted = Signal()

    def __init__(self, line: SavingLine, *, ours: bool):
        super().__init__(line.title, width=400, padding=20)
        self.line = line
        money = words.money_exact
        self.body.addWidget(confidence_chip(line))
        each = "once" if line.once else "a year"
        ink = OVERDUE.tone if line.loses else "text"
        parts = figure("What it comes to", saving_words(line), ink=ink)
        if line.so_far != line.each or not line.once:
            parts.append(small(f"To today: {words.saving(line.so_far)}. In all to {words.long_date(line.through)}: "
                               f"{words.saving(line.whole)}."))  # fmt: skip
        for year, pence in line.years:
            parts.append(Reflow(plain_label(year.words, "caption", "muted"), 1,
                                plain_label(words.saving(pence), "caption", "muted")))  # fmt: skip
        for block in (
            parts,
            figure("Before", f"{money(line.before)} {each}", f"{line.before_document}, dated "
                   f"{words.long_date(line.before_on)}."),
            figure("Now", f"{money(line.after)} {each}", words.sentence(line.after_from)),
        ):  # fmt: skip
            self.body.addWidget(hline())
            self.body.addWidget(column(*block))
        self.body.addWidget(hline())
        self.body.addWidget(plain_label(f"{line.service_words or 'No service named'}. {words.sentence(line.when)}",
                                        wrap=True))  # fmt: skip
        for text in (line.how, line.note):
            if text:
                self.body.addWidget(plain_label(words.sentence(text), wrap=True, select=True))
        self.body.addWidget(small(words.sentence(line.confidence_words)))
        if not line.derived:
            self.body.addWidget(small(said_by(line.said_by, line.said_on)))
        if line.deal is not None:
            self.body.addWidget(Reflow(Button("Show the deal", size=32, on_click=self.deal_wanted.emit), 1))
        self.body.addStretch()
        if ours and not line.derived:
            if line.confidence != "confirmed":
                self.add_to_foot(Button("Confirm saving", "filled", on_click=self.confirm_wanted.emit), 1)
            self.add_to_foot(Button("Change saving", on_click=self.change_wanted.emit))
        elif line.derived:
            self.body.addWidget(small("It is worked out from the deal, and changes with it."))
        else:
            self.body.addWidget(small(f"{line.school_name} writes its own savings down."))


class SchoolSavingsPane(DetailPane):
    """Another school’s ledger, line by line."""

    def __init__(self, one: SchoolSavings):
        super().__init__(one.name, width=424, padding=20)
        self.body.addWidget(plain_label(one.sentence, wrap=True, select=True))
        for title, lines in (("Every year", one.recurring), ("Once", one.one_off)):
            if not lines:
                continue
            self.body.addWidget(hline())
            self.body.addWidget(plain_label(title, "strong"))
            for line in lines:
                ink = OVERDUE.tone if line.loses else "text"
                head = Reflow(plain_label(line.title, wrap=True), 1, plain_label(saving_words(line), "strong", ink))
                told = f"Before: {line.baseline_words}. Now: {line.after_from}."
                self.body.addWidget(column(head, small(told), small(words.sentence(line.confidence_words)), spacing=0))
        for left in one.left_out:
            self.body.addWidget(column(plain_label(f"{left.title}: not counted", "strong", wrap=True), small(left.why)))
        self.body.addStretch()


__all__ = ["LOOKS", "SavingPane", "SchoolSavingsPane", "confidence_chip", "saving_row", "saving_words"]
