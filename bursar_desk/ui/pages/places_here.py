"""What hangs on a place and below it: equipment, checks, faults, asbestos; each a row that leads on."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.domain.place_tree import KIND_WORDS
from bursar_desk.services import asset_papers, stocktake
from bursar_desk.ui.pages.checks_table import status_text
from bursar_desk.ui.pages.places_form_base import beside, empty
from bursar_desk.ui.status_marks import LOOKS, OVERDUE, SOON, StatusChip
from bursar_desk.ui.widgets import Button, IconView, MessageStrip, Scroller, hline, plain_label
from bursar_desk.ui.widgets.elided import ElidedLabel
from bursar_desk.ui.widgets.link_row import LinkRow

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from bursar_desk.services.assets import AssetLine
    from bursar_desk.services.checks import CheckLine
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.places import PlaceNode
    from bursar_desk.services.places_view import PlacesView
    from reports.saving import Written

MOST: Final = 60
"""Rows of one section; the rest is counted in words, so that a large school stays quick."""
CHIP = 150


class HerePart(QWidget):
    """The middle of the page. Signals carry ids; ``paper_wanted(name, make)`` asks where to save a paper."""

    add_place = Signal()
    change_place = Signal()
    remove_place = Signal()
    add_asset = Signal()
    asset_wanted = Signal(object)
    check_wanted = Signal(object)
    labels_wanted = Signal()
    paper_wanted = Signal(str, object)

    def __init__(self, *, writes: bool):
        super().__init__()
        self.writes = writes
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self._scroller = Scroller((24, 16, 24, 24), 8)
        column.addWidget(self._scroller)

    def show_place(self, node: PlaceNode | None, here: PlacesView, today: date) -> None:
        """Show a place, or the whole school for None."""
        body = self._scroller.body
        empty(body)
        body.addWidget(plain_label(node.row.name if node else "Whole school", "subtitle"))
        body.addWidget(plain_label(_about(node, here), "body", "muted", wrap=True))
        if node is not None and node.loose:
            body.addWidget(MessageStrip("soon", "This place lies in itself.", "Two computers moved places at the same "
                                        "time. Choose “Change place” and say where it belongs."))  # fmt: skip
        body.addWidget(self._buttons(node))
        self._section("Equipment", len(here.assets), [partial(self._asset, one) for one in here.assets])
        self._section("Checks", len(here.checks), [partial(self._check, one, today) for _, one in here.checks])
        self._section("Faults", len(here.faults), [
            partial(_plain_row, one.title, f"{one.risk.capitalize()} risk, {one.state}", "triangle-alert")
            for one in here.faults
        ])  # fmt: skip
        self._section("Asbestos", len(here.asbestos), [partial(self._asbestos, one.line, one.late, one.again,
                                                               one.score_words) for one in here.asbestos])  # fmt: skip
        body.addStretch()

    def _buttons(self, node: PlaceNode | None) -> QWidget:
        place = node.id if node else None
        writing: list[QWidget] = []
        changing: list[QWidget] = []
        paper: list[QWidget] = [Button("Labels…", "text", size=32, icon="printer", on_click=self.labels_wanted.emit)]
        if self.writes:
            writing = [
                Button("Add equipment", "filled", icon="plus", size=36, on_click=self.add_asset.emit),
                Button("Add place", size=36, icon="plus", on_click=self.add_place.emit),
            ]
            paper.append(Button("Stocktake", "text", size=32, icon="printer", on_click=partial(self._stocktake, place)))
            if node is not None:
                changing = [
                    Button("Change place", "text", size=32, icon="pencil", on_click=self.change_place.emit),
                    Button("Take place away…", "text", size=32, icon="trash-2", on_click=self.remove_place.emit),
                ]
        paper.append(
            Button("Asbestos list", "text", size=32, icon="printer", on_click=partial(self._asbestos_list, place))
        )
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for parts in (writing, changing, paper):
            if parts:
                column.addWidget(beside(*parts))
        return box

    def _stocktake(self, place: bytes | None) -> None:
        def make(desk: Desk, path: Path) -> Written:
            from reports.stocktake import write_sheet

            return write_sheet(stocktake.print_sheet(desk, place)[0], path)

        self.paper_wanted.emit("stocktake.pdf", make)

    def _asbestos_list(self, place: bytes | None) -> None:
        self.paper_wanted.emit("asbestos.pdf", lambda desk, path: asset_papers.write_asbestos(desk, path, place=place))

    def _section(self, name: str, count: int, rows: list[partial[QWidget]]) -> None:
        body = self._scroller.body
        body.addSpacing(12)
        body.addWidget(plain_label(f"{name} {words.number(count)}", "strong"))
        body.addWidget(hline())
        for make in rows[:MOST]:
            body.addWidget(make())
        if count > MOST:
            said = f"And {words.number(count - MOST)} more: choose a place inside to see them."
            body.addWidget(plain_label(said, "body", "muted"))
        if not count:
            body.addWidget(plain_label("Nothing here.", "body", "muted"))

    def _asset(self, one: AssetLine) -> QWidget:
        first = one.earliest
        said = f"{one.row.name}, {one.kind_name}, {one.where}"
        row = LinkRow(said, partial(self.asset_wanted.emit, one.id))
        row.add(IconView(one.icon, size=20))
        row.add(_two_lines(f"{one.row.number} {one.row.name}".strip(), f"{one.kind_name}, {one.where}"), 0, 1)
        if first is not None:
            row.add(StatusChip(LOOKS[first.word], status_text(first), width=CHIP))
        else:
            row.add(plain_label("No check of its own", "caption", "muted"), CHIP)
        return row

    def _check(self, line: CheckLine, _today: date) -> QWidget:
        row = LinkRow(f"{line.title}, {status_text(line)}", partial(self.check_wanted.emit, line.id))
        row.add(IconView(line.icon, size=20))
        due = f"due {words.short_date(line.legal_due)}" if line.legal_due else ""
        row.add(_two_lines(line.title, ", ".join(part for part in (line.place, due) if part)), 0, 1)
        row.add(StatusChip(LOOKS[line.word], status_text(line), width=CHIP))
        return row

    def _asbestos(self, line: AssetLine, late: bool, again: date | None, score: str) -> QWidget:
        row = LinkRow(f"{line.row.name}, {line.where}", partial(self.asset_wanted.emit, line.id))
        row.add(IconView("shield-alert", size=20))
        row.add(_two_lines(line.row.name, f"{line.where}, score {score}"), 0, 1)
        when = f"Look by {words.short_date(again)}" if again else "Look again"
        row.add(StatusChip(OVERDUE if late else SOON if again is None else LOOKS["ok"], when, width=CHIP + 24))
        return row


def _two_lines(name: str, more: str) -> QWidget:
    """A name and below it what is said of it: beside a form there is no room for both in one line."""
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(ElidedLabel(name, "strong"))
    column.addWidget(ElidedLabel(more, "caption", "muted"))
    return box


def _plain_row(title: str, more: str, icon: str) -> QWidget:
    row = beside(IconView(icon, size=20), plain_label(title, "strong"), plain_label(more, "body", "muted"))
    row.setContentsMargins(16, 6, 16, 6)
    return row


def _about(node: PlaceNode | None, here: PlacesView) -> str:
    if node is None:
        return "Everything of the school. Choose a place at the left to see what is there."
    parts = [" / ".join((KIND_WORDS.get(node.row.kind, node.row.kind), *node.path)), f"label {node.code}"]
    if node.row.floor_area is not None:
        parts.append(f"{words.number(node.row.floor_area)} m2")
    parts += [node.row.note] if node.row.note else []
    inside = sum(node.id in one.above for one in here.nodes)
    parts += [f"with {words.count(inside, 'place')} inside"] if inside else []
    return ", ".join(parts)
