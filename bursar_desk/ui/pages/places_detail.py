"""One piece of equipment beside the list: what is known, its checks with the earliest due, faults, readings."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.ui.pages.checks_table import status_text
from bursar_desk.ui.pages.places_form_base import beside
from bursar_desk.ui.status_marks import LOOKS, StatusChip
from bursar_desk.ui.widgets import Button, DetailPane, hline, plain_label
from bursar_desk.ui.widgets.elided import ElidedLabel
from bursar_desk.ui.widgets.link_row import LinkRow
from bursar_desk.ui.widgets.readings import Reading, Trend, TrendPoint

if TYPE_CHECKING:
    from bursar_desk.services.checks import CheckLine
    from bursar_desk.services.places_view import AssetSeen
    from bursar_desk.services.water import TrendLine

LAST = 6


class AssetPane(DetailPane):
    """Details of equipment; the signals say what the person wants done with it."""

    change_wanted = Signal()
    gone_wanted = Signal()
    replace_wanted = Signal()
    check_wanted = Signal(object)

    def __init__(self, seen: AssetSeen, *, writes: bool):
        super().__init__(seen.detail.line.row.name, width=400)
        line, row = seen.detail.line, seen.detail.line.row
        self.body.addWidget(plain_label(f"{line.kind_name}, {' / '.join(line.path) or line.where}", "body", "muted",
                                        wrap=True))  # fmt: skip
        if row.removed_on is not None:
            self.body.addWidget(
                plain_label(f"Gone since {words.long_date(row.removed_on)}: {row.removed_why}", wrap=True)
            )
        first = line.earliest
        if first is not None:
            due = f", due {words.short_date(first.legal_due)}" if first.legal_due else ""
            self.body.addWidget(beside(StatusChip(LOOKS[first.word], status_text(first))))
            self.body.addWidget(plain_label(f"First: {first.title}{due}", wrap=True))
        self.body.addWidget(_pairs(_said(seen)))
        self._checks(line.checks)
        faults = [one for one in seen.detail.faults if one.open]
        if faults:
            self._heading(words.count(len(faults), "open fault"))
            for one in faults:
                self.body.addWidget(plain_label(f"{one.title} ({one.risk} risk)", wrap=True))
        for trend in seen.trends:
            self._trend(trend)
        if row.note:
            self._heading("Note")
            self.body.addWidget(plain_label(row.note, wrap=True, select=True))
        self.body.addStretch()
        if writes and row.removed_on is None:
            self.add_to_foot(Button("Change", "filled", size=36, on_click=self.change_wanted.emit), 1)
            self.add_to_foot(Button("Replace…", size=36, on_click=self.replace_wanted.emit))
            self.add_to_foot(Button("It is gone…", size=36, on_click=self.gone_wanted.emit))

    def _heading(self, text: str) -> None:
        self.body.addWidget(hline())
        self.body.addWidget(plain_label(text, "strong"))

    def _checks(self, checks: tuple[CheckLine, ...]) -> None:
        if not checks:
            return
        self._heading(words.count(len(checks), "check"))
        for one in checks:
            row = LinkRow(f"{one.title}, {status_text(one)}", partial(self.check_wanted.emit, one.id))
            row.line.setContentsMargins(0, 4, 0, 4)
            row.add(ElidedLabel(one.title), 0, 1)
            row.add(StatusChip(LOOKS[one.word], status_text(one)))
            self.body.addWidget(row)

    def _trend(self, line: TrendLine) -> None:
        """The last readings as a small picture; its words say the same."""
        self._heading(f"{line.name}: last {min(LAST, len(line.values))} of {words.count(len(line.values), 'reading')}")
        if line.out_of_band:
            self.body.addWidget(
                plain_label(f"{words.count(line.out_of_band, 'reading')} out of range.", "body", "overdue")
            )
        picture = Trend()
        picture.show_points(
            [TrendPoint(one.value, words.short_date(one.on)[:-5]) for one in line.values[-LAST:]],
            Reading(line.name, line.unit, line.low, line.high),
        )
        self.body.addWidget(picture)


def _said(seen: AssetSeen) -> list[tuple[str, str]]:
    line, row = seen.detail.line, seen.detail.line.row
    found = [("Number", row.number), ("Label", line.code), *seen.detail.said]
    found += [("Counts as", seen.detail.measure)] if seen.detail.measure else []
    found += [("Make", " ".join(part for part in (row.make, row.model) if part)), ("Serial number", row.serial)]
    days = (("In use since", row.first_used_on), ("Bought", row.bought_on), ("Warranty until", row.warranty_until))
    found += [(label, words.short_date(day)) for label, day in days if day]
    found += [("Supplier", row.supplier), ("Condition", row.grade), ("Priority", str(row.priority or ""))]
    if line.years_left is not None:
        left = line.years_left
        found.append(("Years left", str(left) if left >= 0 else f"over by {words.count(-left, 'year')}"))
    found += [("Took the place of", seen.detail.replaces), ("Its place took", seen.detail.replaced_by)]
    return [(label, said) for label, said in found if said]


def _pairs(pairs: list[tuple[str, str]]) -> QWidget:
    box = QWidget()
    grid = QGridLayout(box)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(4)
    grid.setColumnStretch(1, 1)
    for n, (label, said) in enumerate(pairs):
        grid.addWidget(plain_label(label, "body", "muted"), n, 0)
        grid.addWidget(plain_label(said, wrap=True, select=True), n, 1)
    return box
