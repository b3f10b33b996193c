"""The governors’ paper of a group deal, printed: always exactly two A4 pages, the decision to sign on the second."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from reports import paper
from reports.contract_tables import Part, TablesPaper, frame_of, head, lead, part_pieces
from reports.deal_paper import ANSWERS, DealPaper, as_tables, parts_of
from reports.flow import Piece, draw_pieces, tick_box
from reports.marks import MUTED
from reports.paper import FOOT, MARGIN, REGULAR, ROOM, STRONG, Pen, cut

TOP: Final = MARGIN + 54
BOX: Final = 150.0
SIZES: Final = tuple(n / 100 for n in range(100, 28, -4))
"""How large a page’s content is drawn: the largest at which all of it fits."""
_FIRST: Final = ("What is proposed", "What it costs us", "How the cost is shared")


def make_pdf(given: DealPaper) -> tuple[bytes, int]:
    """Return the PDF and its pages: two, however many schools and quotes there are; nothing is left out for room."""
    paper.load_fonts()
    shown = as_tables(given)
    parts = {one.title: one for one in parts_of(given)}
    asked = [replace(one, after=given.asked) if one.title == "What you are asked" else one for one in parts.values()]
    front = [one for one in asked if one.title in _FIRST]
    back = [one for one in asked if one.title not in _FIRST]
    pages: list[Callable[[Pen], None]] = [
        partial(_page, shown, given.lead, front, FOOT - TOP - 6, None),
        partial(_page, shown, "", back, FOOT - TOP - BOX - 20, given),
    ]
    return paper.build(frame_of(shown), pages), len(pages)


def _page(
    shown: TablesPaper, lead_words: str, parts: Sequence[Part], room: float, box: DealPaper | None, pen: Pen
) -> None:
    head(pen, shown)
    if box is not None:
        _decision(pen, box)
    for size in SIZES:
        pieces = _pieces(lead_words, parts, size)
        if sum(one.height for one in pieces) * size <= room:
            break
    _scaled(pen, pieces, size)


def _pieces(lead_words: str, parts: Sequence[Part], size: float) -> list[Piece]:
    """Return a page’s pieces for a width that fills the page once they are drawn at ``size``."""
    wide = ROOM / size
    pieces = [lead(lead_words, wide)] if lead_words else []
    for part in parts:
        columns = tuple(replace(one, width=one.width / size) for one in part.columns)
        pieces += part_pieces(replace(part, columns=columns), wide)
    return pieces


def _scaled(pen: Pen, pieces: Sequence[Piece], size: float) -> None:
    """Draw pieces smaller round the upper left corner, then set the canvas back as it was."""
    across, down = MARGIN * (1 - size), (1 - size) * (pen.height - TOP)
    pen.canvas.translate(across, down)
    pen.canvas.scale(size, size)
    wide = pen.width
    pen.width = 2 * MARGIN + ROOM / size  # rules reach to the edge of the page as it is drawn
    draw_pieces(pen, pieces, TOP)
    pen.width = wide
    pen.canvas.scale(1 / size, 1 / size)
    pen.canvas.translate(-across, -down)


def _decision(pen: Pen, given: DealPaper) -> None:
    """Draw the box the governing body decides in."""
    top = FOOT - BOX - 12
    pen.box(MARGIN, top, ROOM, BOX, 4)
    pen.heading(MARGIN + 12, top + 20, cut(f"Decision of the {given.body}, {given.school}", STRONG, 12, ROOM - 24))
    x = MARGIN + 12
    for answer in ANSWERS:
        tick_box(pen, x + 8, top + 40)
        pen.text(x + 22, top + 44, answer)
        x += 22 + paper.width_of(answer, REGULAR, paper.BODY) + 30
    left, middle, right = MARGIN + 12, MARGIN + ROOM * 0.52, MARGIN + ROOM - 12
    _line(pen, left, right, top + 76, "Conditions, or why not")
    _line(pen, left, middle - 14, top + 106, "Meeting on")
    _line(pen, middle, right, top + 106, "Minute reference")
    _line(pen, left, middle - 14, top + 136, "Chair: name and signature")
    _line(pen, middle, right, top + 136, "Clerk: name and signature")


def _line(pen: Pen, left: float, right: float, y: float, words: str) -> None:
    pen.pen_line()
    pen.rule_at(left, right, y)
    pen.text(left, y + 9, words, REGULAR, 8, MUTED)
