"""Papers made of tables that run on over pages: one head on every page, column heads repeated, no row ever lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from reports import paper
from reports.flow import Piece, draw_pieces, pages_of
from reports.marks import MUTED
from reports.paper import BODY, FOOT, LEADING, MARGIN, REGULAR, ROOM, STRONG, WIDTH, Frame, Pen, cut, wrap

SMALL = 9.5
STEP = 12.0
HEAD_ROW = 20.0
TOP = MARGIN + 62
MARK = 14.0


@dataclass(frozen=True, slots=True)
class TableCell:
    """What stands in a cell; ``mark`` is a status mark drawn before it."""

    text: str
    mark: str = ""
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A heading, notes under it, column heads with widths in points, rows. Without rows it says ``nothing``."""

    title: str
    heads: tuple[tuple[str, float], ...]
    rows: tuple[tuple[TableCell, ...], ...]
    notes: tuple[str, ...] = ()
    nothing: str = ""
    starts_page: bool = False
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TablesPaper:
    """A paper: title, school and one line at the right of the head, then its tables."""

    title: str
    school: str
    right: tuple[str, ...]
    tables: tuple[Table, ...]
    frame: Frame
    before: tuple[Piece, ...] = field(default=())


def make_pdf(given: TablesPaper) -> tuple[bytes, int]:
    """Return the PDF and its number of pages."""
    paper.load_fonts()
    pieces = [*given.before]
    for table in given.tables:
        pieces += table_pieces(table)
    pages = pages_of(pieces, lambda _page: FOOT - TOP - 6)
    return paper.build(given.frame, [partial(_page, given, one) for one in pages]), len(pages)


def _page(given: TablesPaper, pieces: Sequence[Piece], pen: Pen) -> None:
    pen.text(MARGIN, MARGIN + 9, cut(given.title, STRONG, 17, ROOM - 190), STRONG, 17)
    pen.lines(MARGIN, MARGIN + 27, wrap(given.school, REGULAR, 12, ROOM - 190, 2), size=12, leading=14)
    for step, line in enumerate(given.right):
        pen.one_line(WIDTH - MARGIN, MARGIN + 8 + step * 14, line, 185, STRONG if step == 0 else REGULAR, to_right=True)
    pen.rule(MARGIN + 48, heavy=True)
    draw_pieces(pen, pieces, TOP)


def table_pieces(table: Table) -> list[Piece]:
    """Return the pieces of one table: its heading, notes, column heads and rows."""
    pieces = [_heading(table)] if table.title else []
    pieces += [note_piece(note, stays=bool(table.rows)) for note in table.notes]
    if table.rows:
        heads = _heads(table)
        again = _again(table, heads)
        pieces += [heads, *(_row(table, row, again) for row in table.rows)]
    elif table.nothing:
        pieces.append(note_piece(table.nothing))
    pieces += [note_piece(note) for note in table.after]
    return pieces


def _heading(table: Table) -> Piece:
    lines = wrap(table.title, STRONG, 12.5, ROOM, 2)

    def draw(pen: Pen, top: float) -> None:
        pen.bookmark(table.title, 0, top)
        pen.lines(MARGIN, top + 20, lines, STRONG, 12.5, leading=15)

    return Piece(12.0 + 15 * len(lines), draw, stays=True, starts_page=table.starts_page)


def note_piece(note: str, *, stays: bool = False, strong: bool = False) -> Piece:
    """Return a sentence over the whole width."""
    lines = wrap(note, STRONG if strong else REGULAR, BODY, ROOM, 6)

    def draw(pen: Pen, top: float) -> None:
        pen.lines(MARGIN, top + 12, lines, STRONG if strong else REGULAR, colour=MUTED)

    return Piece(len(lines) * LEADING + 3, draw, stays=stays)


def _heads(table: Table) -> Piece:
    def draw(pen: Pen, top: float) -> None:
        x = MARGIN
        for head, width in table.heads:
            pen.text(x, top + 14, cut(head, STRONG, SMALL, width - 4), STRONG, SMALL, MUTED)
            x += width
        pen.rule(top + HEAD_ROW, heavy=True)

    return Piece(HEAD_ROW, draw, stays=True)


def _again(table: Table, heads: Piece) -> Piece:
    def draw(pen: Pen, top: float) -> None:
        if table.title:
            pen.text(MARGIN, top + 12, cut(f"{table.title}, continued", STRONG, BODY, ROOM), STRONG)
        heads.draw(pen, top + 16)

    return Piece(heads.height + 16, draw, stays=True)


def _row(table: Table, row: Sequence[TableCell], again: Piece) -> Piece:
    laid = []
    for (_, width), cell in zip(table.heads, row, strict=True):
        room = width - 6 - (MARK if cell.mark else 0)
        laid.append(wrap(cell.text, STRONG if cell.strong else REGULAR, SMALL, room, 6))
    high = max(map(len, laid)) * STEP + 6

    def draw(pen: Pen, top: float) -> None:
        x = MARGIN
        for (_, width), cell, lines in zip(table.heads, row, laid, strict=True):
            left = x
            if cell.mark:
                pen.mark(cell.mark, x, top + 13, 10)
                left += MARK
            pen.lines(left, top + 13, lines, STRONG if cell.strong else REGULAR, SMALL, leading=STEP)
            x += width
        pen.rule(top + high)

    return Piece(high, draw, again=again)
