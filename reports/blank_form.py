"""A blank form for one check: what good is, and room for the next times it is done, to be keyed in by its code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Final

from bursar_desk.domain import words
from reports import paper
from reports.flow import PEN_ROW, Piece, draw_pieces, pages_of, pen_gap, qr_square, snug, tick_box
from reports.marks import INK, MUTED
from reports.paper import FOOT, MARGIN, REGULAR, ROOM, STRONG, WIDTH, Frame, Pen, cut, wrap
from reports.saving import Written, save
from reports.wording import made

DAY, WHAT, PASS, FAIL, NOT_DONE, READING, INITIALS, NOTE = 26.0, 100.0, 236.0, 262.0, 288.0, 306.0, 366.0, 408.0
HEADS: Final = 24.0
QR: Final = 62.0


@dataclass(frozen=True, slots=True)
class BlankLine:
    """One line: ``what`` is asked there (empty where the check asks one thing only), the unit; ``first`` of a turn,

    with a ``heavy`` line above it where a turn has several.
    """

    what: str
    unit: str
    first: bool
    heavy: bool = False


@dataclass(frozen=True, slots=True)
class BlankForm:
    """The form of one check; lines are numbered from 1."""

    title: str
    school: str
    place: str
    every: str
    good: tuple[str, ...]
    how_to: str
    lines: tuple[BlankLine, ...]
    code: str
    on: date
    printed_at: datetime
    practice: bool = False


def write_pdf(form: BlankForm, path: Path) -> Written:
    """Save the form at ``path``. Raises UserError when it cannot be saved."""
    pdf, pages = make_pdf(form)
    save(path, pdf)
    return Written(path, pages, {"code": form.code, "lines": str(len(form.lines))})


def make_pdf(form: BlankForm) -> tuple[bytes, int]:
    """Return the form as a PDF and its number of pages."""
    paper.load_fonts()
    head = _head_lines(form)
    top = MARGIN + 56 + 13 * len(head) + 12
    pieces = [Piece(PEN_ROW, partial(_line, n, line)) for n, line in enumerate(form.lines, 1)]
    pages = pages_of(pieces, lambda _page: FOOT - top - HEADS - 6)
    frame = Frame(
        f"{form.title}, {form.school}", form.school, f"Printed {made(form.printed_at)}", f"Sheet {form.code}",
        form.practice,
    )  # fmt: skip
    return paper.build(frame, [partial(_page, form, head, top, one) for one in pages]), len(pages)


def _head_lines(form: BlankForm) -> list[str]:
    said = [f"Good is: {words.listing(form.good)}." if form.good else "", form.how_to]
    return [line for one in said if one for line in wrap(one, REGULAR, 10.5, ROOM, 4)]


def _page(form: BlankForm, head: Sequence[str], top: float, pieces: Sequence[Piece], pen: Pen) -> None:
    pen.bookmark(form.title)
    for n, line in enumerate(wrap(form.title, STRONG, 17, 340, 2)):
        pen.text(MARGIN, MARGIN + 8 + n * 19, line, STRONG, 17)
    low = MARGIN + 8 + 19 * len(wrap(form.title, STRONG, 17, 340, 2))
    pen.text(MARGIN, low, cut(f"{form.school}, {form.place}", REGULAR, 11, 340), size=11)
    pen.text(MARGIN, low + 14, cut(form.every, REGULAR, 10.5, 340), colour=MUTED)
    left = WIDTH - MARGIN - QR
    qr_square(pen, form.code, left, MARGIN - 8, QR)
    pen.right(left - 8, MARGIN + 2, "Sheet code", colour=MUTED)
    pen.right(left - 8, MARGIN + 19, form.code, STRONG, 13.5)
    pen.lines(MARGIN, MARGIN + 72, head, leading=13)
    y = top + HEADS - 8
    for x, text in (
        (0.0, "Line"),
        (DAY, "Day"),
        (WHAT, "What"),
        (READING, "Reading"),
        (INITIALS, "Initials"),
        (NOTE, "Note"),
    ):
        pen.text(MARGIN + x, y, text, STRONG, 9.5, MUTED)
    for x, text in ((PASS, "Pass"), (FAIL, "Fail"), (NOT_DONE, "Not")):
        pen.right(MARGIN + x + 10, y, text, STRONG, 9.5, MUTED)
    pen.rule(top + HEADS, heavy=True)
    draw_pieces(pen, pieces, top + HEADS)


def _line(number: int, line: BlankLine, pen: Pen, top: float) -> None:
    middle, low = top + PEN_ROW / 2, top + PEN_ROW - 4.5
    if line.heavy:
        pen.pen_line(INK, 0.8)
        pen.rule_at(MARGIN, WIDTH - MARGIN, top)
    pen.text(MARGIN, middle + 3.6, str(number), STRONG)
    if line.first:
        pen_gap(pen, MARGIN + DAY, MARGIN + WHAT - 8, low)
    snug(pen, MARGIN + WHAT, middle, line.what, PASS - WHAT - 16)
    for x in (PASS, FAIL, NOT_DONE):
        tick_box(pen, MARGIN + x, middle)
    end = MARGIN + INITIALS - 6
    if line.unit:
        pen.right(end, low - 1, cut(line.unit, REGULAR, 9.5, 26), size=9.5, colour=MUTED)
        end -= 26
    pen_gap(pen, MARGIN + READING, end, low)
    pen_gap(pen, MARGIN + INITIALS, MARGIN + NOTE - 6, low)
    pen_gap(pen, MARGIN + NOTE, WIDTH - MARGIN, low)
    pen.rule(top + PEN_ROW)
