"""The form to walk round the site with: the same questions in walking order or by theme, and a code to key it in by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Final

from bursar_desk.domain import words
from reports import paper
from reports.flow import PEN_ROW, Piece, draw_pieces, pages_of, pen_gap, qr_square, tick_box
from reports.marks import INK, MUTED
from reports.paper import BODY, FOOT, MARGIN, REGULAR, ROOM, STRONG, WIDTH, Frame, Pen, cut, wrap
from reports.saving import Written, save
from reports.wording import made

ASK, YES, NO, NOT_HERE, NOTE = 26.0, 300.0, 330.0, 362.0, 386.0
TOP: Final = MARGIN + 86
GROUP: Final = 22.0
QR: Final = 62.0


@dataclass(frozen=True, slots=True)
class WalkLine:
    """One question under its heading; ``small`` is the other of place and theme."""

    group: str
    ask: str
    small: str


@dataclass(frozen=True, slots=True)
class WalkForm:
    """The form as it prints; lines are numbered from 1 in this order."""

    title: str
    school: str
    on: date
    order: str
    lines: tuple[WalkLine, ...]
    code: str
    printed_at: datetime
    printed_for: str = ""
    practice: bool = False


def write_pdf(form: WalkForm, path: Path) -> Written:
    """Save the form at ``path``. Raises UserError when it cannot be saved."""
    pdf, pages = make_pdf(form)
    save(path, pdf)
    return Written(path, pages, {"code": form.code, "lines": str(len(form.lines))})


def make_pdf(form: WalkForm) -> tuple[bytes, int]:
    """Return the form as a PDF and its number of pages."""
    paper.load_fonts()
    pages = pages_of(_pieces(form), lambda _page: FOOT - TOP - 4)
    who = f" for {form.printed_for}" if form.printed_for else ""
    frame = Frame(
        f"{form.title}, {form.school}, {words.plain_date(form.on)}", form.school,
        f"Printed {made(form.printed_at)}{who}", f"Sheet {form.code}", form.practice,
    )  # fmt: skip
    return paper.build(frame, [partial(_page, form, pieces) for pieces in pages]), len(pages)


def _page(form: WalkForm, pieces: Sequence[Piece], pen: Pen) -> None:
    pen.bookmark(form.title)
    pen.text(MARGIN, MARGIN + 9, cut(form.title, STRONG, 19, 240), STRONG, 19)
    pen.lines(MARGIN, MARGIN + 27, wrap(form.school, REGULAR, 12, 240, 2), size=12, leading=14)
    pen.text(MARGIN, MARGIN + 56, f"{words.count(len(form.lines), 'question')}, {form.order}", colour=MUTED)
    for base, label in ((MARGIN + 4, "Done by"), (MARGIN + 34, "Day")):
        pen.text(MARGIN + 252, base, label)
        pen_gap(pen, MARGIN + 292, MARGIN + 352, base + 6)
    left = WIDTH - MARGIN - QR
    qr_square(pen, form.code, left, MARGIN - 8, QR)
    pen.right(left - 8, MARGIN + 2, "Sheet code", colour=MUTED)
    pen.right(left - 8, MARGIN + 19, form.code, STRONG, 13.5)
    y = MARGIN + 78
    pen.text(MARGIN, y, "Line", STRONG, 9.5, MUTED)
    pen.text(MARGIN + ASK, y, "Question", STRONG, 9.5, MUTED)
    for x, head in ((YES, "Yes"), (NO, "No"), (NOT_HERE, "Not here")):
        pen.right(MARGIN + x + (10 if x != NOT_HERE else 17), y, head, STRONG, 9.5, MUTED)
    pen.text(MARGIN + NOTE + 4, y, "What you saw", STRONG, 9.5, MUTED)
    pen.rule(MARGIN + 84, heavy=True)
    draw_pieces(pen, pieces, TOP)


def _pieces(form: WalkForm) -> list[Piece]:
    pieces: list[Piece] = []
    group = ""
    for number, line in enumerate(form.lines, 1):
        if line.group != group:
            pieces.append(Piece(GROUP, partial(_group, line.group), stays=True))
        group = line.group
        again = Piece(GROUP, partial(_group, f"{group}, continued"), stays=True)
        asked = wrap(line.ask, REGULAR, BODY, YES - ASK - 18, 3)
        high = max(PEN_ROW, 12.5 * len(asked) + 15)
        pieces.append(Piece(high, partial(_line, number, line, asked, high), again=again))
    return pieces


def _group(name: str, pen: Pen, top: float) -> None:
    pen.text(MARGIN, top + 15, cut(name, STRONG, 11.5, ROOM), STRONG, 11.5)
    pen.pen_line(INK, 0.5)
    pen.rule_at(MARGIN, WIDTH - MARGIN, top + GROUP)


def _line(number: int, line: WalkLine, asked: Sequence[str], high: float, pen: Pen, top: float) -> None:
    pen.text(MARGIN, top + 14, str(number), STRONG)
    below = pen.lines(MARGIN + ASK, top + 14, asked, leading=12.5)
    pen.text(MARGIN + ASK, below - 1, cut(line.small, REGULAR, 8.5, YES - ASK - 18), size=8.5, colour=MUTED)
    for x in (YES, NO, NOT_HERE):
        tick_box(pen, MARGIN + x, top + high / 2)
    pen_gap(pen, MARGIN + NOTE + 4, WIDTH - MARGIN, top + high - 5)
    pen.rule(top + high)
