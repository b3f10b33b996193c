"""The list of contracts: its columns, the parts it can be narrowed to, its total, and what an empty list says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from bursar_desk.domain import money_years, words
from bursar_desk.domain.contract_state import State
from bursar_desk.services import contracts_words
from bursar_desk.services.contracts_shapes import ContractLine
from bursar_desk.ui import theme
from bursar_desk.ui.models.table import ROW_ROLE, Column, TableModel
from bursar_desk.ui.pages.narrow_table import NarrowTable
from bursar_desk.ui.status_marks import INFO, NOT_NEEDED, OK, OVERDUE, PUT_OFF, SOON, UNKNOWN, Look
from bursar_desk.ui.widgets.tables import FIRST_PAD, PAD, CellDelegate

if TYPE_CHECKING:
    from PySide6.QtWidgets import QHeaderView

ALL, DECIDE, ENDS, OVER = "all", "decide", "ends", "over"
PARTS: Final = ((ALL, "All"), (DECIDE, "To decide"), (ENDS, "Ends this year"))
ENDED: Final = (OVER, "Ended")
_LOOKS: Final = {
    State.DRAFT: UNKNOWN, State.LIVE: OK, State.DECIDE_SOON: SOON, State.TOO_LATE: OVERDUE,
    State.NOTICE_GIVEN: PUT_OFF, State.ROLLED_OVER: OVERDUE, State.AGREED: INFO, State.CEASED: NOT_NEEDED,
}  # fmt: skip
_LEAVES_OUT: Final = ("Ends", "Supplier", "A year")
_LEAVES_OUT_SCHOOLS: Final = ("Ends", "Supplier", "School", "A year")


def look_of(line: ContractLine) -> Look:
    """The shape and tone of how a contract stands."""
    state = line.standing.state
    return INFO if line.in_deal and state is State.LIVE else _LOOKS[state]


def over(line: ContractLine) -> bool:
    """Whether it has ceased: such contracts are listed on their own."""
    return line.standing.state is State.CEASED


def ends_in_year(line: ContractLine, today: dt.date) -> bool:
    """Whether its term ends in what is left of this school year."""
    last = money_years.year_of(money_years.ACADEMY, today).last
    return line.standing.state is not State.DRAFT and line.ends is not None and today <= line.ends <= last


def part_of(lines: Sequence[ContractLine], part: str, today: dt.date) -> list[ContractLine]:
    """The contracts of one part, in the order they came."""
    if part == OVER:
        return [line for line in lines if over(line)]
    live = [line for line in lines if not over(line)]
    if part == DECIDE:
        return [line for line in live if line.waits]
    return [line for line in live if ends_in_year(line, today)] if part == ENDS else live


def counts_of(lines: Sequence[ContractLine], today: dt.date) -> dict[str, int]:
    """How many contracts each part lists."""
    return {part: len(part_of(lines, part, today)) for part in (ALL, DECIDE, ENDS, OVER)}


def shown(
    lines: Sequence[ContractLine], part: str, text: str, today: dt.date, school: bytes | None = None
) -> list[ContractLine]:
    """The contracts of one part, and of one school, that hold every word typed."""
    wanted = text.casefold().split()
    found = [one for one in part_of(lines, part, today) if school is None or one.school == school]
    return [one for one in found if all(word in _text(one) for word in wanted)]


def _text(line: ContractLine) -> str:
    parts = (line.title, line.supplier_name, line.service_words, line.owner_name, line.school_name, line.state_words)
    return " ".join((*parts, line.row.reference)).casefold()


def nothing(part: str, text: str) -> str:
    """What an empty list says."""
    where = dict((*PARTS, ENDED))[part]
    if text.strip():
        return f"Nothing matches {words.quoted(text.strip())} in {words.quoted(where)}. Press Esc in the filter box."
    return {
        ALL: "No contract is running.", DECIDE: "Nothing waits for a decision.",
        ENDS: "Nothing ends this school year.", OVER: "No contract has ended yet.",
    }[part]  # fmt: skip


def columns(*, schools: bool) -> list[Column[ContractLine]]:
    """The columns of one school's list, or of many schools'."""
    school = Column["ContractLine"](
        "School", lambda one: one.school_name, 116, ink="muted", tip=lambda one: one.school_name,
        sort=lambda one: one.school_name.casefold(),
    )  # fmt: skip
    return [
        Column("Decide by", _decide_words, 154, strong=_presses, sort=_decide_order),
        *([school] if schools else []),
        Column("Contract", lambda one: one.title, 144, lead=True, stretch=True, sort=lambda one: one.title.casefold()),
        Column("Supplier", lambda one: one.supplier_name, 124, ink="muted",
               sort=lambda one: one.supplier_name.casefold() or None),
        Column("A year", lambda one: one.yearly_words, 82, right=True, sort=lambda one: one.yearly),
        Column("Ends", lambda one: one.ends_words, 88, ink="muted", sort=lambda one: one.ends),
        Column("Tell them by", lambda one: one.tell_by_words, 88, sort=lambda one: one.tell_by),
        Column("Status", lambda one: one.state_words, 102, status=look_of, tip=_tip,
               sort=lambda one: one.state_words),
    ]  # fmt: skip


def _decide_words(line: ContractLine) -> str:
    return " ".join(part for part in (line.decide_by_words, line.decide_in) if part)


def _presses(line: ContractLine) -> bool:
    return line.waits or line.standing.state in (State.ROLLED_OVER, State.TOO_LATE)


def _decide_order(line: ContractLine) -> tuple[object, ...]:
    """Too late first, then by the day to decide; what needs no day last."""
    return (*contracts_words.order(line), line.title.casefold())


def _tip(line: ContractLine) -> str:
    return " ".join([line.state_words, *(words.sentence(one) for one in line.odd)]) if line.odd else ""


class _Cells(CellDelegate):
    """The day to decide with how far off it is beside it, smaller."""

    def _words(
        self, painter: QPainter, room: QRectF, index: QModelIndex | QPersistentModelIndex, role: str, ink: str
    ) -> None:
        line = index.data(ROW_ROLE)
        if index.column() != 0 or not isinstance(line, ContractLine) or not line.decide_in:
            super()._words(painter, room, index, role, ink)
            return
        face, small = theme.font(role, tabular=True), theme.font("caption")
        painter.setFont(face)
        painter.setPen(theme.colour(ink))
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(room, flags, line.decide_by_words)
        left = QFontMetrics(face).horizontalAdvance(line.decide_by_words) + 8
        rest = room.adjusted(left, 1, 0, 1)
        painter.setFont(small)
        painter.setPen(theme.colour("muted"))
        said = QFontMetrics(small).elidedText(line.decide_in, Qt.TextElideMode.ElideRight, max(0, int(rest.width())))
        painter.drawText(rest, flags, said)


class ContractsTable(NarrowTable[ContractLine]):
    """As high as its rows, so that the total stands right below them; it scrolls where there are more."""

    def __init__(self, model: TableModel[ContractLine], *, schools: bool):
        super().__init__(model, "Contracts", _LEAVES_OUT_SCHOOLS if schools else _LEAVES_OUT, least=140)
        self.setItemDelegate(_Cells(self))
        model.modelReset.connect(self._fit_height)
        self._fit_height()

    def _fit_height(self) -> None:
        rows = max(2, len(self._fitted.rows))
        self.setMaximumHeight(self.horizontalHeader().sizeHint().height() + rows * theme.px(36) + 1)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """All its rows."""
        return QSize(super().sizeHint().width(), self.maximumHeight())

    def minimumSizeHint(self) -> QSize:
        """The head and three rows."""
        return QSize(super().minimumSizeHint().width(), theme.px(36 * 4))


class TotalRow(QWidget):
    """The line under the list: how many contracts, and what they cost a year under the column of prices."""

    def __init__(self, table: ContractsTable):
        super().__init__()
        self._table = table
        self._left, self._right = "", ""
        self.setFixedHeight(theme.px(36))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        header = table.horizontalHeader()
        header.sectionResized.connect(lambda *_sizes: self.update())
        header.geometriesChanged.connect(self.update)

    @property
    def words(self) -> str:
        """What it says."""
        return self.accessibleName()

    def set_total(self, lines: Sequence[ContractLine]) -> None:
        """Add up these; a contract without a price is said beside the sum."""
        unpriced = sum(one.yearly is None for one in lines)
        self._left = words.count(len(lines), "contract")
        if unpriced:
            self._left += f", {words.number(unpriced)} without a price"
        self._right = words.money_exact(sum(one.yearly or 0 for one in lines)) if unpriced < len(lines) else ""
        self.setAccessibleName(f"{self._left}, {self._right} a year" if self._right else self._left)
        self.setVisible(bool(lines))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The words in semibold under their columns, a hairline below."""
        painter = QPainter(self)
        painter.setFont(theme.font("strong", tabular=True))
        painter.setPen(theme.colour("text"))
        box = QRectF(self.rect()).adjusted(FIRST_PAD, 0, -PAD, -1)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self._left)
        right = self._price_edge()
        if right is None:
            beside = box.adjusted(QFontMetrics(painter.font()).horizontalAdvance(self._left) + 24, 0, 0, 0)
            said = f"{self._right} a year" if self._right else ""
            painter.drawText(beside, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, said)
        else:
            price = QRectF(0, 0, right - PAD, box.height())
            painter.drawText(price, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, self._right)
        painter.setPen(QPen(theme.colour("hairline"), 1))
        painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)
        if self._table.verticalScrollBar().maximum() > 0:  # a row may be cut right above
            painter.drawLine(0, 0, self.width(), 0)

    def _price_edge(self) -> int | None:
        """Where the column of prices ends; None while it is left out."""
        names = [one.title for one in self._table._fitted.columns]  # noqa: SLF001 - the row under that very table
        place = names.index("A year")
        if self._table.isColumnHidden(place):
            return None
        header: QHeaderView = self._table.horizontalHeader()
        return header.sectionViewportPosition(place) + header.sectionSize(place)
