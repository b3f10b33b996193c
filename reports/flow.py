"""Papers that may run on to another page: pieces with a known height, never split, never lost; and a QR square."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import segno

from reports.marks import INK, MUTED
from reports.paper import BODY, LEADING, MARGIN, REGULAR, ROOM, STRONG, Pen, cut, printable, width_of, wrap

MM: Final = 72 / 25.4
TICK: Final = 5 * MM  # a box a pen can tick
PEN_ROW: Final = 8 * MM
COLUMN: Final = (ROOM - 24) / 2


@dataclass(frozen=True, slots=True)
class Piece:
    """Something ``height`` points high; with ``stays`` it is never the last on a page while more follows.

    ``again`` is the heading to repeat when a page starts in the middle of what stands below it.
    """

    height: float
    draw: Callable[[Pen, float], None]
    stays: bool = False
    starts_page: bool = False
    again: Piece | None = None


def pages_of(pieces: Sequence[Piece], room: Callable[[int], float]) -> list[list[Piece]]:
    """Return the pieces page by page; ``room(n)`` is the height in points free on page n (from 0).

    A heading goes over with what it heads. A piece higher than a page gets a page to itself.
    """
    pages: list[list[Piece]] = [[]]
    used = 0.0
    index = 0
    while index < len(pieces):
        end = index + 1
        while end < len(pieces) and pieces[end - 1].stays:
            end += 1
        group = pieces[index:end]
        height = sum(piece.height for piece in group)
        if pages[-1] and (used + height > room(len(pages) - 1) or group[0].starts_page):
            again = group[0].again
            pages.append([again] if again else [])
            used = again.height if again else 0.0
        pages[-1].extend(group)
        used += height
        index = end
    return pages


def draw_pieces(pen: Pen, pieces: Sequence[Piece], top: float) -> float:
    """Draw one page's pieces; return where they end."""
    for piece in pieces:
        piece.draw(pen, top)
        top += piece.height
    return top


def title(words: str, *, left: float = MARGIN, width: float = ROOM, starts_page: bool = False) -> Piece:
    """Return a section heading with a black line below."""

    def draw(pen: Pen, top: float) -> None:
        pen.heading(left, top + 26, cut(words, STRONG, 12, width))
        pen.rule(top + 32, left, left + width, heavy=True)

    return Piece(36.0, draw, stays=True, starts_page=starts_page)


Pair = tuple[str, str]


def pairs(left_title: str, left: Sequence[Pair], right_title: str = "", right: Sequence[Pair] = ()) -> list[Piece]:
    """Return label-and-words lists, two beside each other (or one over the whole width); empty lists are left out.

    Without a ``right_title`` both columns stand under the left one.
    """
    if not left and not right:
        return []
    if not left:
        left_title, left, right_title, right = right_title, right, "", ()
    two = bool(right)
    width = COLUMN if two else ROOM
    away = MARGIN + COLUMN + 24

    def heads(pen: Pen, top: float) -> None:
        title(left_title, width=width if right_title else ROOM).draw(pen, top)
        if right_title:
            title(right_title, left=away, width=width).draw(pen, top)

    made = [Piece(36.0, heads, stays=True)]
    for index in range(max(len(left), len(right))):
        row: list[tuple[float, str, list[str]]] = []
        for start, column in ((MARGIN, left), (away, right)):
            if index < len(column):
                label, words = column[index]
                lines = wrap(words or "Not written down", REGULAR, BODY, width - 84, 4)
                row.append((start, cut(label, REGULAR, BODY, 78), lines))
        made.append(_pair_row(row))
    return made


def _pair_row(row: Sequence[tuple[float, str, list[str]]]) -> Piece:
    def draw(pen: Pen, top: float) -> None:
        for start, label, lines in row:
            pen.text(start, top + 12, label, colour=MUTED)
            pen.lines(start + 84, top + 12, lines)

    return Piece(max(len(lines) for _, _, lines in row) * LEADING + 3, draw)


def sentences(lines: Sequence[str], *, most: int = 3) -> list[Piece]:
    """Return one piece for each sentence, wrapped over the whole width."""
    return [_sentence(wrap(line, REGULAR, BODY, ROOM, most)) for line in lines if line.strip()]


def _sentence(lines: Sequence[str]) -> Piece:
    def draw(pen: Pen, top: float) -> None:
        pen.lines(MARGIN, top + 12, lines)

    return Piece(len(lines) * LEADING + 3, draw)


def snug(
    pen: Pen, x: float, middle: float, words: str, width: float, *, strong: bool = False, grey: bool = False
) -> None:
    """Write words into a pen-high row: on one line when they fit, else on two smaller ones, cut at the end."""
    font, colour = STRONG if strong else REGULAR, MUTED if grey else INK
    if width_of(printable(words), font, BODY) <= width:
        pen.text(x, middle + 3.6, words, font, colour=colour)
        return
    lines = wrap(words, font, 9.0, width, 2)
    pen.lines(x, middle + 3.2 - 5.25 * (len(lines) - 1), lines, font, 9.0, colour, leading=10.5)


def tick_box(pen: Pen, centre: float, middle: float) -> None:
    """Draw an empty 5 mm box round (centre, middle)."""
    pen.box(centre - TICK / 2, middle - TICK / 2, TICK, TICK)


def pen_gap(pen: Pen, left: float, right: float, y: float) -> None:
    """Draw a line to write on."""
    pen.pen_line(INK, 0.7)
    pen.rule_at(left, right, y)


def qr_square(pen: Pen, payload: str, x: float, y: float, size: float) -> None:
    """Draw ``payload`` as a QR square of ``size`` points with its upper left corner at (x, y).

    Raises ValueError for a payload longer than a QR square can hold (about 1,600 characters at this strength).
    """
    matrix = segno.make(payload, error="m", micro=False).matrix
    step = size / len(matrix)
    for down, row in enumerate(matrix):
        start = None
        for across, dark in enumerate([*row, 0]):
            if dark and start is None:
                start = across
            elif not dark and start is not None:
                # A hair wider than the step, so that no white line shows between rows in print.
                pen.block(x + start * step, y + down * step, (across - start) * step, step + 0.05, (0.0, 0.0, 0.0))
                start = None
