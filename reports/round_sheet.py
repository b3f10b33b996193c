"""The sheet a caretaker carries round: lines in walking order, boxes for a pen, and a code to key it back in by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path

from bursar_desk.domain import words
from reports import paper
from reports.flow import PEN_ROW, Piece, draw_pieces, pages_of, pen_gap, qr_square, snug, tick_box
from reports.marks import INK, MUTED
from reports.paper import BODY, FOOT, MARGIN, REGULAR, STRONG, WIDTH, Frame, Pen, cut, width_of, wrap
from reports.saving import Written, save
from reports.sheet_code import check_letter, likely_code, read_code, short_code
from reports.wording import made

__all__ = ["RoundLine", "RoundSheet", "check_letter", "likely_code", "make_pdf", "read_code", "short_code", "write_pdf"]

# From the margin: left edges of the columns, but the middle of the three columns of boxes.
LINE, WHAT, GOOD, LAST, PASS, FAIL, NOT_DONE, READING, INITIALS, TIME = 0, 23, 144, 244, 332, 358, 385, 407, 455, 490
END = paper.ROOM
TOP = MARGIN + 72
QR = 66.0
GROUP_ROW = 21.0
HEADS = 34.0
NOTES_HEAD = 30.0
WARNING = 24.0


@dataclass(frozen=True, slots=True)
class RoundLine:
    """One line: where, what, what good is, the last result in words, and what follows a reading ("°C", "of 11")."""

    place: str
    what: str
    good: str
    last: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class RoundSheet:
    """One round on one day, its lines already in walking order; line numbers are 1, 2, 3… in that order.

    ``code`` comes from :func:`short_code`; ``qr`` is what the square holds (the code itself when empty). ``warning``
    is the line at the foot, ``warning_lead`` its beginning in semibold.
    """

    title: str
    school: str
    on: date
    lines: tuple[RoundLine, ...]
    code: str
    printed_at: datetime
    printed_for: str = ""
    qr: str = ""
    warning_lead: str = ""
    warning: str = "If something is wrong, tick Fail, write what you saw and tell the office today."
    practice: bool = False


def make_pdf(sheet: RoundSheet) -> bytes:
    """Return the sheet as a PDF: one page for up to 24 lines in four places; no line is ever left out."""
    return _draw(sheet)[0]


def write_pdf(sheet: RoundSheet, path: Path) -> Written:
    """Save the sheet at ``path``. Raises UserError when it cannot be saved; nothing is left behind then."""
    pdf, pages = _draw(sheet)
    save(path, pdf)
    return Written(path, pages, {"code": sheet.code, "lines": str(len(sheet.lines))})


def _draw(sheet: RoundSheet) -> tuple[bytes, int]:
    paper.load_fonts()
    pages = pages_of(_pieces(sheet), lambda _page: FOOT - TOP - HEADS - WARNING)
    who = f" for {sheet.printed_for}" if sheet.printed_for else ""
    frame = Frame(
        title=f"{sheet.title}, {sheet.school}, {words.plain_date(sheet.on)}",
        author=sheet.school,
        left=f"Printed {made(sheet.printed_at)}{who}",
        middle=f"Sheet {sheet.code}",
        practice=sheet.practice,
    )
    return paper.build(frame, [partial(_page, sheet, pieces) for pieces in pages]), len(pages)


def _page(sheet: RoundSheet, pieces: Sequence[Piece], pen: Pen) -> None:
    _head(pen, sheet)
    _column_heads(pen)
    _notes(pen, draw_pieces(pen, pieces, TOP + HEADS))
    _warning(pen, sheet)


def _head(pen: Pen, sheet: RoundSheet) -> None:
    pen.bookmark(f"{sheet.title}, {words.plain_date(sheet.on)}")
    pen.text(MARGIN, MARGIN + 7, cut(sheet.title, STRONG, 19, 205), STRONG, 19)
    name = wrap(sheet.school, REGULAR, 12.5, 205, 2)
    if len(name) == 1:
        y = pen.lines(MARGIN, MARGIN + 26, name, size=12.5, leading=15) + 5
    else:  # a long name takes the room of the space around it, never that of the lines below
        y = pen.lines(MARGIN, MARGIN + 23, wrap(sheet.school, REGULAR, 11, 205, 2), size=11, leading=13) + 3
    pen.text(MARGIN, y, words.long_date(sheet.on), STRONG)
    pen.text(MARGIN, y + 14, f"{words.count(len(sheet.lines), 'line')}, in walking order")
    for base, label in ((MARGIN + 1, "Done by"), (MARGIN + 38, "Start and end time")):
        pen.text(MARGIN + 220, base, label)
        pen_gap(pen, MARGIN + 220, MARGIN + 360, base + 23)
    left = WIDTH - MARGIN - QR
    qr_square(pen, sheet.qr or sheet.code, left, MARGIN - 9, QR)
    pen.right(left - 10, MARGIN + 1, "Sheet code", colour=MUTED)
    pen.right(left - 10, MARGIN + 19, sheet.code, STRONG, 14.5)
    for base, label in ((MARGIN + 37, "Write it on anything"), (MARGIN + 50, "you send with it")):
        pen.right(left - 10, base, label, colour=MUTED)
    pen.rule(TOP, heavy=True)


def _column_heads(pen: Pen) -> None:
    y = TOP + HEADS - 8
    for x, head in ((LINE, "Line"), (WHAT, "What"), (GOOD, "Good is"), (LAST, "Last time"), (READING, "Reading")):
        pen.text(MARGIN + x, y, head, STRONG, 10 if x == LINE else BODY, MUTED)
    for x, head in ((INITIALS, "Initials"), (TIME, "Time")):
        pen.text(MARGIN + x, y, head, STRONG, 9.5, MUTED)
    for x, heads in ((PASS, ("Pass",)), (FAIL, ("Fail",)), (NOT_DONE, ("Not", "done"))):
        for step, head in enumerate(heads):
            wide = width_of(head, STRONG, BODY)
            pen.text(MARGIN + x - wide / 2, y - 13 * (len(heads) - 1 - step), head, STRONG, BODY, MUTED)
    pen.rule(TOP + HEADS, heavy=True)


def _pieces(sheet: RoundSheet) -> list[Piece]:
    pieces: list[Piece] = []
    place = None
    for number, line in enumerate(sheet.lines, 1):
        if line.place != place and line.place:
            pieces.append(Piece(GROUP_ROW, partial(_group, line.place), stays=True))
        place = line.place
        again = Piece(GROUP_ROW, partial(_group, f"{place}, continued"), stays=True) if place else None
        pieces.append(Piece(PEN_ROW, partial(_line, number, line), again=again))
    return pieces


def _group(place: str, pen: Pen, top: float) -> None:
    pen.text(MARGIN, top + 14, cut(place, STRONG, BODY, END), STRONG)
    pen.pen_line(INK, 0.5)
    pen.rule_at(MARGIN, MARGIN + END, top + GROUP_ROW)


def _line(number: int, line: RoundLine, pen: Pen, top: float) -> None:
    middle = top + PEN_ROW / 2
    pen.text(MARGIN, middle + 3.6, str(number), STRONG)
    snug(pen, MARGIN + WHAT, middle, line.what, GOOD - WHAT - 6, strong=True)
    snug(pen, MARGIN + GOOD, middle, line.good, LAST - GOOD - 6)
    snug(pen, MARGIN + LAST, middle, line.last, PASS - LAST - 10, grey=True)
    for x in (PASS, FAIL, NOT_DONE):
        tick_box(pen, MARGIN + x, middle)
    low = top + PEN_ROW - 4.5
    end = float(INITIALS - 7)
    if line.unit:
        unit = cut(line.unit, REGULAR, BODY, 30)
        wide = width_of(unit, REGULAR, BODY)
        pen.text(MARGIN + end - wide, low - 1, unit, colour=MUTED)
        end -= wide + 3
    pen_gap(pen, MARGIN + READING, MARGIN + end, low)
    pen_gap(pen, MARGIN + INITIALS, MARGIN + TIME - 6, low)
    pen_gap(pen, MARGIN + TIME, MARGIN + END, low)
    pen.rule(top + PEN_ROW)


def _notes(pen: Pen, top: float) -> None:
    """Fill what is left of the page with lines to write on."""
    free = int((FOOT - WARNING - top - NOTES_HEAD) // PEN_ROW)
    if free < 1:
        return
    pen.text(MARGIN, top + 22, "Notes and faults (write the line number first)", STRONG)
    for step in range(1, min(free, 8) + 1):
        pen.rule(top + NOTES_HEAD + PEN_ROW * step)


def _warning(pen: Pen, sheet: RoundSheet) -> None:
    lead = cut(sheet.warning_lead, STRONG, BODY, END)
    pen.text(MARGIN, FOOT - 9, lead, STRONG)
    left = width_of(lead + " " if lead else "", STRONG, BODY)
    pen.text(MARGIN + left, FOOT - 9, cut(sheet.warning, REGULAR, BODY, END - left))
