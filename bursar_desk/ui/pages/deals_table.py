"""The tables of group deals: the list of deals, and what each school pays now and would pay."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter

from bursar_desk.domain import words
from bursar_desk.ui import theme
from bursar_desk.ui.models.table import ROW_ROLE, Column, TableModel
from bursar_desk.ui.pages.narrow_table import NarrowTable
from bursar_desk.ui.status_marks import INFO, LOOKS, OVERDUE, Look, paint_mark
from bursar_desk.ui.widgets.tables import CellDelegate

if TYPE_CHECKING:
    from bursar_desk.services.deals_shapes import DealLine, DealView, WayLine

SCHOOL, BASIS, NOW, WOULD, DIFFERENCE, GOVERNORS = "School", "Basis", "Pays now", "Would pay", "Difference", "Governors"
TOTAL: Final = b""
"""What stands for the school in the row of all of them."""
_ROW: Final = 40


def look_of(code: str) -> Look:
    """The shape and tone of a status code; a word of a newer program shows as a plain note."""
    return LOOKS.get(code, INFO)


def money_or_not(pence: int | None) -> str:
    """Money with its pence, or that nobody knows."""
    return "not known" if pence is None else words.money_exact(pence)


def difference_words(pence: int | None) -> str:
    """What is saved or costs more, with its pence, as the column of a deal writes it; "" where it is not known."""
    if not pence:
        return "" if pence is None else "costs the same"
    return f"saves {words.money_exact(pence)}" if pence > 0 else f"costs {words.money_exact(-pence)} more"


# --- the list ---------------------------------------------------------------------------------------------------------


class DealsTable(NarrowTable["DealLine"]):
    """``opened(line)`` on one click or Enter. An ``office`` reads what a deal means for all schools together."""

    def __init__(self, *, office: bool = False) -> None:
        model: TableModel[DealLine] = TableModel(_list_columns(office=office), lambda one: one.id)
        means = "All schools together" if office else "For us"
        super().__init__(model, "Group deals", (means, "Decide by", "A year"), least=200)
        self.list_model = model
        self.clicked.connect(self._open)
        self.doubleClicked.disconnect()


def _list_columns(*, office: bool) -> list[Column[DealLine]]:
    together: Column[DealLine] = Column(
        "All schools together", _for_all, 300, tip=_for_all, status=lambda one: OVERDUE if one.dearer else None
    )
    ours: Column[DealLine] = Column("For us", lambda one: one.ours, 300, tip=lambda one: one.ours, status=_for_us)
    return [
        Column("Deal", lambda one: one.title, 220, lead=True, stretch=True, strong=lambda _one: True,
               sort=lambda one: one.title.casefold(), tip=lambda one: f"{one.service_words}. {one.lead_name} leads."),
        Column("Step", lambda one: one.stage_words, 148, status=lambda one: look_of(one.look),
               sort=lambda one: str(one.stage)),
        Column("Schools", lambda one: one.yes_words, 110, sort=lambda one: one.yes),
        Column("A year", lambda one: one.yearly_words.removesuffix(" a year"), 110, right=True,
               sort=lambda one: one.yearly),
        Column("Decide by", lambda one: one.decide_by_words.removeprefix("Decide by "), 124,
               sort=lambda one: one.row.decide_by),
        together if office else ours,
    ]  # fmt: skip


def _for_all(line: DealLine) -> str:
    """What it means for all schools with a price today, and how many it would cost more."""
    dearer = f"{words.count(line.dearer, 'school')} would pay more" if line.dearer else ""
    return ", ".join(part for part in (line.difference_words, dearer) if part)


def _for_us(line: DealLine) -> Look | None:
    """A red shape where it would cost us more; nothing beside a plain word."""
    return OVERDUE if " more" in line.ours and "costs " in line.ours.casefold() else None


# --- one deal, school by school ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ShareRow:
    """One line of the table: a school, or all of them (``school`` is ``TOTAL``)."""

    school: bytes
    name: str
    basis: str
    now: int | None
    would: int | None
    difference: int | None
    said: str
    governors: str
    look: Look | None

    @property
    def total(self) -> bool:
        """Whether it is the sum."""
        return self.school == TOTAL

    @property
    def dearer(self) -> bool:
        """Whether it would cost more than now."""
        return self.difference is not None and self.difference < 0


def share_rows(view: DealView, way: WayLine | None) -> list[ShareRow]:
    """The schools and their sum, by the version that counts or by a way that is only tried."""
    tried = {} if way is None or way.chosen else {one[0]: one for one in way.shares}
    rows = []
    for one in view.rows:
        would, difference, said = one.would_pay, one.difference, one.difference_words
        if way is not None and not way.chosen:
            found = tried.get(one.school)
            would, difference = (found[1], found[3]) if found else (None, None)
            said = difference_words(difference)
        basis = f"{one.basis}*" if one.given and one.basis else one.basis
        rows.append(ShareRow(
            one.school, one.name, basis, one.pays_now, would, difference, said, one.governors_words,
            look_of(one.governors_look),
        ))  # fmt: skip
    if not rows:
        return []
    return [*rows, _sum_row(view, way, rows)]


def _sum_row(view: DealView, way: WayLine | None, rows: Sequence[ShareRow]) -> ShareRow:
    all_of = view.totals
    would, difference, said = all_of.would_pay, all_of.difference, all_of.difference_words
    if way is not None and not way.chosen:
        parts = [one.would for one in rows if one.would is not None]
        known = [one.difference for one in rows if one.difference is not None]
        would, difference = (sum(parts) if parts else None), (sum(known) if known else None)
        said = difference_words(difference)
    name = f"All {words.count(all_of.schools, 'school')}"
    return ShareRow(TOTAL, name, all_of.basis, all_of.pays_now, would, difference, said, all_of.yes_words, None)


class _Cells(CellDelegate):
    """The difference at the right edge of its column: its shape, then its words."""

    def _words(
        self, painter: QPainter, room: QRectF, index: QModelIndex | QPersistentModelIndex, role: str, ink: str
    ) -> None:
        row = index.data(ROW_ROLE)
        if not isinstance(row, ShareRow) or not row.dearer or index.data(Qt.ItemDataRole.DisplayRole) != row.said:
            super()._words(painter, room, index, role, ink)
            return
        super()._words(painter, room, index, "strong", OVERDUE.tone)
        wide = QFontMetrics(theme.font("strong", tabular=True)).horizontalAdvance(row.said)
        left = max(room.left(), room.right() - wide - 20)
        paint_mark(painter, QRectF(left, room.center().y() - 7, 14, 14), OVERDUE.mark, OVERDUE.ink)


class SharesTable(NarrowTable[ShareRow]):
    """All schools without scrolling. ``drilled(row, column)`` when a figure is clicked, or Enter pressed on it.

    ``column`` is one of ``SCHOOL``, ``BASIS``, ``NOW``, ``WOULD``, ``DIFFERENCE``, ``GOVERNORS``.
    """

    drilled = Signal(object, str)

    def __init__(self, basis_title: str) -> None:
        model: TableModel[ShareRow] = TableModel(_share_columns(basis_title), lambda one: one.school)
        super().__init__(model, "What each school pays", (basis_title, "Pays now"), least=150)
        self.shares_model = model
        self.setItemDelegate(_Cells(self))
        self.verticalHeader().setDefaultSectionSize(theme.px(_ROW))
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.clicked.connect(self._drill)

    def show_rows(self, rows: Sequence[ShareRow]) -> None:
        """Show these schools; the table is as high as they are."""
        self.shares_model.set_rows(rows)
        high = self.horizontalHeader().sizeHint().height() + len(rows) * theme.px(_ROW) + 2
        self.setFixedHeight(high + (self.horizontalScrollBar().sizeHint().height() if self._too_wide() else 0))

    def _too_wide(self) -> bool:
        return self.horizontalHeader().length() > max(self.viewport().width(), 1) and self.isVisible()

    def _drill(self, index: QModelIndex) -> None:
        if index.isValid():
            column = _KEYS[index.column()]
            self.drilled.emit(self.shares_model.row(index.row()), column)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens the figure the keyboard is on."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self._drill(self.currentIndex())
            return
        super().keyPressEvent(event)

    def minimumSizeHint(self) -> QSize:
        """As high as its rows."""
        return QSize(super().minimumSizeHint().width(), self.height())


_KEYS: Final = (SCHOOL, BASIS, NOW, WOULD, DIFFERENCE, GOVERNORS)


def _share_columns(basis_title: str) -> list[Column[ShareRow]]:
    strong: Callable[[ShareRow], bool] = lambda one: one.total  # noqa: E731 - one rule for many columns
    return [
        Column(SCHOOL, lambda one: one.name, 190, strong=lambda _one: True, stretch=True),
        Column(basis_title, lambda one: one.basis, 84, right=True, strong=strong, key=BASIS),
        Column(NOW, lambda one: money_or_not(one.now), 104, right=True, strong=strong,
               ink=lambda one: "text" if one.total else "muted"),
        Column(WOULD, lambda one: money_or_not(one.would), 104, right=True, strong=lambda _one: True),
        Column(DIFFERENCE, lambda one: one.said, 176, right=True, strong=strong, tip=lambda one: one.said),
        Column(GOVERNORS, lambda one: one.governors, 150, status=lambda one: one.look, strong=strong,
               tip=lambda one: one.governors),
    ]  # fmt: skip
