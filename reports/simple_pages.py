"""A4 papers of one kind: a head with title and school on every page, pieces under it, the usual foot."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from reports import paper
from reports.flow import Piece, draw_pieces, pages_of
from reports.paper import FOOT, MARGIN, REGULAR, STRONG, WIDTH, Frame, Pen, cut
from reports.wording import made

HEAD = 58.0
TOP = MARGIN + HEAD


def make(
    title: str, school: str, subtitle: str, pieces: Sequence[Piece], made_at: datetime, *, middle: str = "",
    practice: bool = False, right: str = "", printed: str = "Made on",
) -> tuple[bytes, int]:  # fmt: skip
    """Return the PDF and its number of pages. ``right`` stands at the upper right corner of every page."""
    paper.load_fonts()
    pages = pages_of(pieces, lambda _page: FOOT - TOP - 6) or [[]]
    frame = Frame(f"{title}, {school}", school, f"{printed} {made(made_at)}", middle, practice)
    drawn = [partial(_page, title, school, subtitle, right, page) for page in pages]
    return paper.build(frame, drawn), len(pages)


def _page(title: str, school: str, subtitle: str, right: str, pieces: Sequence[Piece], pen: Pen) -> None:
    pen.bookmark(title)
    pen.text(MARGIN, MARGIN + 11, cut(title, STRONG, 19, 330), STRONG, 19)
    pen.text(MARGIN, MARGIN + 30, cut(school, REGULAR, 12.5, 330), size=12.5)
    pen.text(MARGIN, MARGIN + 45, cut(subtitle, REGULAR, 10.5, 500))
    if right:
        pen.right(WIDTH - MARGIN, MARGIN + 11, right, STRONG, 14.5)
    pen.rule(MARGIN + HEAD - 6, heavy=True)
    draw_pieces(pen, pieces, TOP)
