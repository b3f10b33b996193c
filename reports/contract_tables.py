"""Papers about contracts, deals and savings: titled tables of typed cells, drawn once and saved in any form."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final, Literal

from bursar_desk.domain import words
from reports import paper
from reports.flow import Piece, draw_pieces, pages_of
from reports.marks import INK, MUTED, OVERDUE, Colour
from reports.paper import BELOW, BODY, LEADING, LYING, MARGIN, REGULAR, STRONG, Frame, Pen, cut, wrap
from reports.wording import made

SMALL: Final = 9.5
TINY: Final = 7.0
STEP: Final = 11.8
STANDING: Final = (paper.WIDTH, paper.HEIGHT)
Kind = Literal["words", "money", "day", "count"]
Value = int | dt.date | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its head, what stands in it, its width in points; a kind other than words has typed values.

    ``money`` values are whole pence. ``right``: figures stand at its right edge.
    """

    head: str
    width: float
    kind: Kind = "words"

    @property
    def right(self) -> bool:
        """Tell whether it is set to the right."""
        return self.kind in ("money", "count")


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell: the words as printed and the value behind them; ``mark`` a status mark before it.

    ``code`` is a record's short code in small grey below; ``loud`` prints a loss so that nobody misses it.
    """

    text: str
    value: Value = None
    mark: str = ""
    strong: bool = False
    loud: bool = False
    code: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A heading with sentences, a table and its total row; without rows it says ``nothing``."""

    title: str
    columns: tuple[Column, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    total: tuple[Cell, ...] = ()
    notes: tuple[str, ...] = ()
    nothing: str = ""
    after: tuple[str, ...] = ()
    starts_page: bool = False
    sheet: str = ""
    """The name of its sheet in a workbook; its title without one."""


@dataclass(frozen=True, slots=True)
class TablesPaper:
    """A whole paper: ``right`` stands at the upper right, ``lead`` is one sentence on top, ``stamp`` in the foot."""

    title: str
    school: str
    right: tuple[str, ...]
    lead: str
    parts: tuple[Part, ...]
    made_at: dt.datetime
    stamp: str = ""
    lying: bool = True
    practice: bool = False
    end: tuple[Piece, ...] = field(default=())
    """Drawn after the last part, on paper only: lines to sign on."""

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of its pages in points."""
        return LYING if self.lying else STANDING

    @property
    def foot(self) -> str:
        """When it was made and by which stamp, where there is room for both."""
        return f"Made from records on {made(self.made_at)}" + (f". Stamp {self.stamp}" if self.stamp else "")


def said(text: str, *, strong: bool = False, mark: str = "", loud: bool = False, code: str = "") -> Cell:
    """Return words in a cell."""
    return Cell(text, None, mark, strong, loud, code)


def money(pence: int | None, missing: str = "Not known", *, strong: bool = False, code: str = "") -> Cell:
    """Return a sum with its pence; ``missing`` where there is none."""
    text = missing if pence is None else words.money_exact(pence)
    return Cell(text, pence, strong=strong, code=code)


def gain(pence: int | None, missing: str = "Not known", *, strong: bool = False, code: str = "") -> Cell:
    """Return a saving as a signed sum; a loss is loud and has its mark."""
    lost = pence is not None and pence < 0
    text = missing if pence is None else words.money_exact(pence)
    return Cell(text, pence, "square" if lost else "", strong or lost, lost, code)


def day(when: dt.date | None, missing: str = "") -> Cell:
    """Return a date."""
    return Cell(words.short_date(when, missing), when)


def number(value: int | None, missing: str = "") -> Cell:
    """Return a whole number."""
    return Cell(missing if value is None else words.number(value), value)


def total(columns: Sequence[Column], first: str, sums: dict[int, int | None]) -> tuple[Cell, ...]:
    """Return a total row: ``first`` in the first column, ``sums`` by column number; other cells stay empty."""
    cells = [Cell(first, None, strong=True)]
    for n, column in enumerate(columns[1:], 1):
        value = sums.get(n)
        text = "" if value is None else words.money_exact(value) if column.kind == "money" else words.number(value)
        cells.append(Cell(text, value, strong=True, loud=column.kind == "money" and (value or 0) < 0))
    return tuple(cells)


# --- drawing ----------------------------------------------------------------------------------------------------------


def make_pdf(given: TablesPaper) -> tuple[bytes, int]:
    """Return the PDF and its number of pages; the same paper gives the same bytes."""
    paper.load_fonts()
    width, height = given.size
    top = MARGIN + 62
    pieces: list[Piece] = []
    if given.lead:
        pieces.append(lead(given.lead, width - 2 * MARGIN))
    for part in given.parts:
        pieces += part_pieces(part, width - 2 * MARGIN)
    pieces += given.end
    pages = pages_of(pieces, lambda _page: height - BELOW - top - 6)
    drawn: list[Callable[[Pen], None]] = [partial(_page, given, page, top) for page in pages]
    return paper.build(frame_of(given), drawn), len(pages)


def frame_of(given: TablesPaper) -> Frame:
    """Return what every page of a paper carries."""
    return Frame(
        f"{given.title}, {given.school}", given.school, f"Made from records on {made(given.made_at)}",
        f"Stamp {given.stamp}" if given.stamp else "", given.practice, size=given.size,
    )  # fmt: skip


def _page(given: TablesPaper, pieces: Sequence[Piece], top: float, pen: Pen) -> None:
    head(pen, given)
    draw_pieces(pen, pieces, top - 8)


def head(pen: Pen, given: TablesPaper) -> None:
    """Draw the head of a page: title, school, what it covers."""
    wide = pen.width - 2 * MARGIN
    pen.bookmark(given.title)
    pen.text(MARGIN, MARGIN + 11, cut(given.title, STRONG, 18, wide - 230), STRONG, 18)
    pen.text(MARGIN, MARGIN + 31, cut(given.school, REGULAR, 12.5, wide - 230), size=12.5)
    for n, line in enumerate(given.right):
        font = STRONG if n == 0 else REGULAR
        pen.one_line(pen.width - MARGIN, MARGIN + 8 + n * 14, line, 225, font, to_right=True)
    pen.rule(MARGIN + 46, heavy=True)


def lead(text: str, wide: float) -> Piece:
    """Return the one sentence a paper begins with."""
    lines = wrap(text, STRONG, 14, wide, 4)

    def draw(pen: Pen, top: float) -> None:
        pen.lines(MARGIN, top + 17, lines, STRONG, 14, leading=18)

    return Piece(18.0 * len(lines) + 8, draw)


def part_pieces(part: Part, wide: float) -> list[Piece]:
    """Return the pieces of one part: heading, sentences, heads, rows, total."""
    pieces = [_heading(part, wide)] if part.title else []
    pieces += [note(text, wide, stays=bool(part.rows)) for text in part.notes]
    if part.rows:
        heads = _heads(part.columns)
        again = _again(part, heads, wide)
        rows = [_row(part.columns, row, again) for row in part.rows]
        if part.total:
            rows.append(_row(part.columns, part.total, again, heavy=True))
        pieces += [heads, *rows]
    elif part.nothing:
        pieces.append(note(part.nothing, wide))
    colour = MUTED if part.columns else INK
    for n, text in enumerate(part.after):
        pieces.append(note(text, wide, gap=4.0 if n == 0 and part.rows else 0.0, colour=colour))
    return pieces


def _heading(part: Part, wide: float) -> Piece:
    lines = wrap(part.title, STRONG, 12.5, wide, 2)

    def draw(pen: Pen, top: float) -> None:
        pen.bookmark(part.title, 0, top)
        pen.lines(MARGIN, top + 21, lines, STRONG, 12.5, leading=15)

    return Piece(13.0 + 15 * len(lines), draw, stays=True, starts_page=part.starts_page)


def note(text: str, wide: float, *, stays: bool = False, gap: float = 0.0, colour: Colour = MUTED) -> Piece:
    """Return a sentence over the whole width, ``gap`` points below what stands above it."""
    lines = wrap(text, REGULAR, BODY, wide, 8)

    def draw(pen: Pen, top: float) -> None:
        pen.lines(MARGIN, top + 12 + gap, lines, colour=colour)

    return Piece(len(lines) * LEADING + 3 + gap, draw, stays=stays)


def _heads(columns: Sequence[Column]) -> Piece:
    laid = [wrap(column.head, STRONG, SMALL, column.width - 6, 2) for column in columns]
    deep = max(map(len, laid))

    def draw(pen: Pen, top: float) -> None:
        x = MARGIN
        for column, lines in zip(columns, laid, strict=True):
            y = top + 13 + STEP * (deep - len(lines))
            for line in lines:
                _put(pen, column, x, y, line, STRONG, MUTED)
                y += STEP
            x += column.width
        pen.rule(top + 18 + STEP * (deep - 1), heavy=True)

    return Piece(18.0 + STEP * (deep - 1), draw, stays=True)


def _again(part: Part, heads: Piece, wide: float) -> Piece:
    def draw(pen: Pen, top: float) -> None:
        if part.title:
            pen.text(MARGIN, top + 12, cut(f"{part.title}, continued", STRONG, BODY, wide), STRONG)
        heads.draw(pen, top + 16)

    return Piece(heads.height + 16, draw, stays=True)


def _put(
    pen: Pen, column: Column, x: float, y: float, text: str, font: str, colour: Colour,
    size: float = SMALL,
) -> None:  # fmt: skip
    if column.right:
        pen.right(x + column.width - 8, y, text, font, size, colour)
    else:
        pen.text(x, y, text, font, size, colour)


def _row(columns: Sequence[Column], row: Sequence[Cell], again: Piece, *, heavy: bool = False) -> Piece:
    laid = []
    for column, cell in zip(columns, row, strict=True):
        room = column.width - 8 - (13 if cell.mark and not column.right else 0)
        laid.append(wrap(cell.text, STRONG if cell.strong else REGULAR, SMALL, room, 5) if cell.text else [])
    deep = max(1, *(len(lines) + (0.75 if cell.code else 0) for lines, cell in zip(laid, row, strict=True)))
    high = deep * STEP + 6.4

    def draw(pen: Pen, top: float) -> None:
        x = MARGIN
        for column, cell, lines in zip(columns, row, laid, strict=True):
            _cell(pen, column, cell, lines, x, top + 12.4)
            x += column.width
        pen.rule(top + high, heavy=heavy)

    return Piece(high, draw, again=again)


def _cell(pen: Pen, column: Column, cell: Cell, lines: Sequence[str], x: float, y: float) -> None:
    font = STRONG if cell.strong else REGULAR
    colour = OVERDUE if cell.loud else INK
    left = x
    if cell.mark:
        wide = max((paper.width_of(line, font, SMALL) for line in lines), default=0.0)
        pen.mark(cell.mark, x + column.width - 8 - wide - 12 if column.right else x, y, 9)
        left += 13
    for line in lines:
        _put(pen, column, x if column.right else left, y, line, font, colour)
        y += STEP
    if cell.code:
        _put(pen, column, x if column.right else left, y - 3, cell.code, REGULAR, MUTED, TINY)
