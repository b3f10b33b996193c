"""The places of one course: figures above, schools by sessions, the key below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from bursar_desk.domain import words
from bursar_desk.ui.pages.training_table import WORDS, PlacesTable, paint_place
from bursar_desk.ui.widgets import Reflow, ground, plain_label, set_ink, vline

if TYPE_CHECKING:
    from bursar_desk.services.training_places import CourseView

SUM: Final = "Bought + received − given away = passed + booked + spare"
_KEY: Final = ("passed", "booked", "spare")
_MORE: Final = ("attended", "failed", "not attended", "lapsed")


class _Figure(QWidget):
    """A large number with its words under it."""

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.number = plain_label("", "title")
        self.said = plain_label("", "body", "muted")
        column.addWidget(self.number)
        column.addWidget(self.said)

    def show_figure(self, number: str, said: str, ink: str = "text") -> None:
        """Show a number and what it is."""
        self.number.setText(number)
        set_ink(self.number, ink)
        self.said.setText(said)
        self.setVisible(bool(number))


class _Key(QWidget):
    """One shape of the key with its word."""

    def __init__(self, state: str):
        super().__init__()
        self._state = state
        self.setAccessibleName(WORDS.get(state, state))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """As large as in the table."""
        return QSize(14, 14)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the shape."""
        painter = QPainter(self)
        paint_place(painter, QRectF(1, 1, 12, 12), self._state)


class PlacesView(QWidget):
    """What every school has of a course."""

    def __init__(self) -> None:
        super().__init__()
        ground(self, "surface")
        self.figures = [_Figure() for _n in range(5)]
        self._lines: list[QWidget] = []
        parts: list[QWidget | int] = []
        for n, one in enumerate(self.figures):
            if n:
                line = vline()
                self._lines.append(line)
                parts.append(line)
            parts.append(one)
        row = Reflow(*parts, 1, spacing=32)
        row.line.setContentsMargins(24, 4, 24, 16)
        self.table = PlacesTable()
        self._sum = plain_label(SUM, "caption", "muted")
        self.seen_to = plain_label("", "body", "text", wrap=True)
        self.seen_to.setContentsMargins(24, 0, 24, 12)
        self.note = plain_label("", "caption", "muted", wrap=True)
        self.note.setContentsMargins(24, 0, 24, 12)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(row)
        column.addWidget(self.seen_to)
        column.addWidget(self.table, 1)
        column.addWidget(self._make_key())
        column.addWidget(self.note)
        column.addStretch()

    def _make_key(self) -> QWidget:
        self._keys: dict[str, tuple[_Key, QLabel]] = {}
        box = QWidget()
        line = QHBoxLayout(box)
        line.setContentsMargins(24, 12, 24, 8)
        line.setSpacing(8)
        for state in (*_KEY, *_MORE):
            said = WORDS.get(state, state)
            self._keys[state] = (_Key(state), plain_label(said[0].upper() + said[1:], "caption", "text"))
            for part in self._keys[state]:
                line.addWidget(part)
            line.addSpacing(8)
        line.addStretch()
        line.addWidget(self._sum)
        return box

    def show_view(self, view: CourseView, to_do: Sequence[str] = ()) -> None:
        """Show a course; ``to_do`` are sentences above it: who must still name people, who has not been heard."""
        total, cost = view.total.tally, view.cost
        figures = [
            (words.number(total.bought), "place bought" if total.bought == 1 else "places bought", "text"),
            (words.number(total.passed), "passed", "text"), (words.number(total.booked), "booked", "text"),
            (words.number(total.spare), "spare", "soon" if total.spare else "text"),
            ("", "", "text"),
        ]  # fmt: skip
        if cost.each is not None:
            alone = f"; {words.money_exact(cost.alone)} alone" if cost.alone is not None else ""
            figures[4] = (words.money_exact(cost.each), f"a place{alone}", "text")
        for one, figure in zip(self.figures, figures, strict=True):
            one.show_figure(*figure)
        self._lines[-1].setVisible(cost.each is not None)
        self.table.set_view(view)
        used = {state for row in view.rows for counted in (*row.cells.values(), row.left) for state in counted}
        for state in _MORE:
            for part in self._keys[state]:
                part.setVisible(state in used)
        more = [WORDS.get(state, state) for state in _MORE if state in used]
        self._sum.setText(" + ".join([SUM, *more]))
        together = f"Together this {words.saving(cost.saving)} against buying alone." if cost.saving is not None else ""
        told = f"Price alone: {view.alone_from}." if view.alone_from and cost.alone is not None else ""
        self.note.setText(" ".join(part for part in (together, told) if part))
        self.seen_to.setText(" ".join(said for said in to_do if said))
        self.seen_to.setVisible(bool(self.seen_to.text()))
        self.note.setVisible(bool(self.note.text()))


