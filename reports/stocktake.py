"""The stocktake: a list to walk round with, and what was found, missing or unexpected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path

from bursar_desk.domain import words
from reports.flow import PEN_ROW, Piece, pen_gap, qr_square, sentences, snug, tick_box, title
from reports.marks import MUTED
from reports.paper import BODY, MARGIN, ROOM, STRONG, Pen, cut, load_fonts, width_of
from reports.saving import Written, save
from reports.simple_pages import make
from reports.table_pieces import Col, table

LINE, WHAT, CODE, FOUND, MISSING, NOTE = 0.0, 24.0, 230.0, 306.0, 348.0, 376.0
GROUP = 21.0
SPARE = 8
QR = 52.0


@dataclass(frozen=True, slots=True)
class StockLine:
    """One thing to look for: where, what, its label's code and number."""

    place: str
    what: str
    code: str
    number: str = ""


@dataclass(frozen=True, slots=True)
class StockSheet:
    """The sheet to walk with; lines are numbered 1, 2, 3... in walking order."""

    school: str
    where: str
    on: date
    code: str
    lines: tuple[StockLine, ...]
    made_at: datetime
    practice: bool = False


@dataclass(frozen=True, slots=True)
class StockResult:
    """One line of a result: ``result`` is found, missing or unexpected; ``by`` is who keyed it in."""

    place: str
    what: str
    result: str
    by: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class StockPaper:
    """What a stocktake found."""

    school: str
    where: str
    on: date
    code: str
    lines: tuple[StockResult, ...]
    made_at: datetime
    practice: bool = False


def make_sheet(sheet: StockSheet) -> tuple[bytes, int]:
    """Return the sheet as PDF and its pages; no line is ever left out."""
    load_fonts()
    pieces: list[Piece] = [Piece(QR, partial(_head, sheet), stays=True), Piece(22.0, _heads, stays=True)]
    place = None
    for number, line in enumerate(sheet.lines, 1):
        if line.place != place:
            pieces.append(Piece(GROUP, partial(_group, line.place), stays=True))
        place = line.place
        again = Piece(GROUP, partial(_group, f"{place}, continued"), stays=True)
        pieces.append(Piece(PEN_ROW, partial(_line, number, line), again=again))
    pieces.append(title("Here, but not on the list"))
    pieces += [Piece(PEN_ROW, partial(_spare, n)) for n in range(1, SPARE + 1)]
    return make(
        "Stocktake", sheet.school, f"{sheet.where}, {words.long_date(sheet.on)}", pieces, sheet.made_at,
        middle=f"Sheet {sheet.code}", practice=sheet.practice, printed="Printed",
    )  # fmt: skip


def write_sheet(sheet: StockSheet, path: Path) -> Written:
    """Save the sheet at ``path``. Raises UserError when it cannot be saved; nothing is left behind then."""
    pdf, pages = make_sheet(sheet)
    save(path, pdf)
    return Written(path, pages, {"code": sheet.code, "lines": str(len(sheet.lines))})


def _head(sheet: StockSheet, pen: Pen, top: float) -> None:
    qr_square(pen, sheet.code, MARGIN + ROOM - QR + 8, top - 60, QR - 8)
    pen.right(MARGIN + ROOM - QR - 2, top - 40, "Sheet code", colour=MUTED)
    pen.right(MARGIN + ROOM - QR - 2, top - 22, sheet.code, STRONG, 14.5)
    for left, right, label in ((0.0, 200.0, "Done by"), (220.0, 360.0, "Date")):
        pen.text(MARGIN + left, top + 14, label, colour=MUTED)
        pen_gap(pen, MARGIN + left + 44, MARGIN + right, top + 17)
    pen.text(MARGIN, top + 38, f"{words.count(len(sheet.lines), 'line')}, in walking order")


def _heads(pen: Pen, top: float) -> None:
    for x, head in ((WHAT, "What"), (CODE, "Label"), (NOTE, "Note")):
        pen.text(MARGIN + x, top + 14, head, STRONG, colour=MUTED)
    for x, head in ((FOUND, "Found"), (MISSING, "Missing")):
        pen.text(MARGIN + x - width_of(head, STRONG, 9.5) / 2, top + 14, head, STRONG, 9.5, MUTED)
    pen.rule(top + 22, heavy=True)


def _group(place: str, pen: Pen, top: float) -> None:
    pen.text(MARGIN, top + 14, cut(place, STRONG, BODY, ROOM), STRONG)
    pen.rule(top + GROUP)


def _line(number: int, line: StockLine, pen: Pen, top: float) -> None:
    middle = top + PEN_ROW / 2
    pen.text(MARGIN + LINE, middle + 3.6, str(number), STRONG)
    snug(pen, MARGIN + WHAT, middle, f"{line.number} {line.what}".strip(), CODE - WHAT - 6, strong=True)
    snug(pen, MARGIN + CODE, middle, line.code, FOUND - CODE - 16)
    tick_box(pen, MARGIN + FOUND, middle)
    tick_box(pen, MARGIN + MISSING, middle)
    pen_gap(pen, MARGIN + NOTE, MARGIN + ROOM, top + PEN_ROW - 4.5)
    pen.rule(top + PEN_ROW)


def _spare(number: int, pen: Pen, top: float) -> None:
    pen.text(MARGIN, top + PEN_ROW / 2 + 3.6, f"U{number}", STRONG, colour=MUTED)
    pen_gap(pen, MARGIN + WHAT, MARGIN + ROOM, top + PEN_ROW - 4.5)


def make_result(paper: StockPaper) -> tuple[bytes, int]:
    """Return what was found as PDF and its pages, what is missing first."""
    load_fonts()
    parts = (("missing", "Missing"), ("unexpected", "Here, but not on the list"), ("found", "Found"))
    counted = {key: [one for one in paper.lines if one.result == key] for key, _ in parts}
    lead = (
        f"{len(counted['found'])} of {len(counted['found']) + len(counted['missing'])} found, "
        f"{len(counted['missing'])} missing, {len(counted['unexpected'])} not on the list."
    )
    pieces = sentences([lead])
    columns = (Col("Where", 150), Col("What", 170, strong=True), Col("Keyed in by", 90), Col("Note", ROOM - 410))
    for key, name in parts:
        if counted[key]:
            pieces.append(title(f"{name}, {len(counted[key])}"))
            pieces += table(columns, [(one.place, one.what, one.by, one.note) for one in counted[key]])
    return make(
        "Stocktake result", paper.school, f"{paper.where}, {words.long_date(paper.on)}", pieces, paper.made_at,
        middle=f"Sheet {paper.code}" if paper.code else "", practice=paper.practice,
    )  # fmt: skip


def write_result(paper: StockPaper, path: Path) -> Written:
    """Save the result at ``path``. Raises UserError when it cannot be saved; nothing is left behind then."""
    pdf, pages = make_result(paper)
    save(path, pdf)
    figures = {key: str(sum(one.result == key for one in paper.lines)) for key in ("found", "missing", "unexpected")}
    return Written(path, pages, figures)
