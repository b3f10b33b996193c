"""What the papers of a job share: a head with its code and square, lists of facts, rows to tick, lines to write on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from reports import paper
from reports.flow import PEN_ROW, Piece, draw_pieces, pages_of, pen_gap, qr_square, tick_box
from reports.marks import MUTED
from reports.paper import BODY, FOOT, LEADING, MARGIN, REGULAR, ROOM, STRONG, WIDTH, Frame, Pen, cut, wrap

QR = 66.0
TOP = MARGIN + 76
LABEL = 118.0


def build(frame: Frame, title: str, lines: Sequence[str], code: str, pieces: Sequence[Piece]) -> tuple[bytes, int]:
    """Return the PDF and its number of pages; the head with ``code`` stands on every page."""
    pages = pages_of(pieces, lambda _page: FOOT - TOP - 8)
    drawn: list[Callable[[Pen], None]] = [partial(_page, title, lines, code, page) for page in pages]
    return paper.build(frame, drawn), len(pages)


def _page(title: str, lines: Sequence[str], code: str, pieces: Sequence[Piece], pen: Pen) -> None:
    head(pen, title, lines, code)
    draw_pieces(pen, pieces, TOP)


def head(pen: Pen, title: str, lines: Sequence[str], code: str) -> None:
    """Draw title and lines at the left, the code and its square at the right."""
    left = WIDTH - MARGIN - QR
    pen.bookmark(title)
    pen.text(MARGIN, MARGIN + 9, cut(title, STRONG, 19, left - MARGIN - 110), STRONG, 19)
    pen.lines(MARGIN, MARGIN + 28, [cut(one, REGULAR, 11.5, left - MARGIN - 110) for one in lines], size=11.5)
    qr_square(pen, code, left, MARGIN - 5, QR)
    pen.right(left - 10, MARGIN + 6, "Code", colour=MUTED)
    pen.right(left - 10, MARGIN + 23, code, STRONG, 14)
    pen.rule(TOP - 6, heavy=True)


def facts(pairs: Sequence[tuple[str, str]]) -> list[Piece]:
    """Return labels with what is said beside them; what is empty is left out."""
    return [_fact(label, wrap(said, REGULAR, BODY, ROOM - LABEL, 12)) for label, said in pairs if said]


def _fact(label: str, lines: Sequence[str]) -> Piece:
    def draw(pen: Pen, top: float) -> None:
        pen.text(MARGIN, top + 12, cut(label, REGULAR, BODY, LABEL - 8), colour=MUTED)
        pen.lines(MARGIN + LABEL, top + 12, lines)

    return Piece(len(lines) * LEADING + 3, draw)


def warning(text: str) -> Piece:
    """Return a boxed sentence that cannot be overlooked, in grey printing too."""
    lines = wrap(text, STRONG, BODY, ROOM - 44, 8)
    high = len(lines) * LEADING + 12

    def draw(pen: Pen, top: float) -> None:
        pen.box(MARGIN, top + 3, ROOM, high - 2)
        pen.mark("square", MARGIN + 10, top + 18, 13)
        pen.lines(MARGIN + 32, top + 17, lines, STRONG)

    return Piece(high + 8, draw)


def ticks(lines: Sequence[str]) -> list[Piece]:
    """Return lines each with a box to tick at the left."""
    return [_tick(wrap(one, REGULAR, BODY, ROOM - 30, 4)) for one in lines if one.strip()]


def _tick(lines: Sequence[str]) -> Piece:
    high = max(PEN_ROW, len(lines) * LEADING + 8)

    def draw(pen: Pen, top: float) -> None:
        tick_box(pen, MARGIN + 9, top + high / 2)
        pen.lines(MARGIN + 30, top + high / 2 + 3.6 - (len(lines) - 1) * LEADING / 2, lines)
        pen.rule(top + high)

    return Piece(high, draw)


def gaps(*fields: tuple[str, float]) -> Piece:
    """Return one row of labels each with a line to write on; the numbers are shares of the width."""
    whole = sum(share for _label, share in fields)

    def draw(pen: Pen, top: float) -> None:
        x = MARGIN
        for label, share in fields:
            wide = (ROOM - 10 * (len(fields) - 1)) * share / whole
            pen.text(x, top + 12, cut(label, REGULAR, 9.5, wide), size=9.5, colour=MUTED)
            pen_gap(pen, x, x + wide, top + 34)
            x += wide + 10

    return Piece(40.0, draw)


def writing(lines: int) -> list[Piece]:
    """Return empty lines to write on."""
    return [Piece(PEN_ROW, lambda pen, top: pen.rule(top + PEN_ROW)) for _ in range(lines)]


def space(high: float) -> Piece:
    """Return room between two parts."""
    return Piece(high, lambda _pen, _top: None)


def times(starts: int | None, ends: int | None) -> str:
    """Return a stretch of a day from minutes after midnight: ``08:30 to 15:00``."""
    said = [f"{one // 60:02d}:{one % 60:02d}" for one in (starts, ends) if one is not None]
    return " to ".join(said)


__all__ = [
    "build", "facts", "gaps", "head", "space", "ticks", "times", "warning", "writing",
]  # fmt: skip
