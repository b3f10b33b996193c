"""A table that may run on to another page: rows as pieces, the column heads again on every page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from reports.flow import Piece
from reports.marks import MUTED
from reports.paper import BODY, MARGIN, REGULAR, STRONG, Pen, wrap

LINE = 12.6
HEADS = 22.0


@dataclass(frozen=True, slots=True)
class Col:
    """A column: its head and its width in points; ``strong`` sets its words in semibold."""

    head: str
    width: float
    strong: bool = False


def table(columns: Sequence[Col], rows: Sequence[Sequence[str]], *, least: float = 20.0, most: int = 4) -> list[Piece]:
    """Return the heads and one piece a row; words wrap on to ``most`` lines. ``least`` is the lowest row in points."""
    deep = max(len(wrap(column.head, STRONG, BODY, column.width - 6, 2)) for column in columns)
    heads = Piece(HEADS + LINE * (deep - 1), partial(_heads, columns, deep), stays=True)
    return [heads, *(_row(columns, row, least, most, heads) for row in rows)]


def _heads(columns: Sequence[Col], deep: int, pen: Pen, top: float) -> None:
    x, foot = MARGIN, top + HEADS + LINE * (deep - 1)
    for column in columns:
        lines = wrap(column.head, STRONG, BODY, column.width - 6, 2)
        pen.lines(x, foot - 8 - LINE * (len(lines) - 1), lines, STRONG, colour=MUTED, leading=LINE)
        x += column.width
    pen.rule(foot, heavy=True)


def _row(columns: Sequence[Col], row: Sequence[str], least: float, most: int, heads: Piece) -> Piece:
    laid = [
        wrap(text, STRONG if column.strong else REGULAR, BODY, column.width - 6, most) if text else []
        for column, text in zip(columns, row, strict=True)
    ]
    height = max(least, max(map(len, laid)) * LINE + 8)

    def draw(pen: Pen, top: float) -> None:
        x = MARGIN
        for column, lines in zip(columns, laid, strict=True):
            pen.lines(x, top + 14, lines, STRONG if column.strong else REGULAR, leading=LINE)
            x += column.width
        pen.rule(top + height)

    return Piece(height, draw, again=heads)
