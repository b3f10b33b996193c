"""The premises log book: cover, contents with page numbers, and a section for each part of the site's safety."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Final

from bursar_desk.domain import words
from reports import paper
from reports.flow import Piece, draw_pieces, pages_of
from reports.marks import MUTED
from reports.paper import BODY, FOOT, MARGIN, REGULAR, ROOM, STRONG, WIDTH, Frame, Pen, cut, wrap
from reports.saving import Written, save
from reports.tables import Table, TableCell, note_piece, table_pieces
from reports.wording import made

RECORDS: Final = (
    ("Day", 86.0),
    ("Result", 92.0),
    ("Done by", 96.0),
    ("Point, readings and notes", 169.0),
    ("Entered", 74.0),
)
VISITS: Final = (
    ("Day", 72.0),
    ("Firm and worker", 140.0),
    ("In", 44.0),
    ("Out", 44.0),
    ("What for", 137.0),
    ("Asbestos register", 80.0),
)
FAULTS: Final = (
    ("Found", 66.0),
    ("What is wrong", 186.0),
    ("Risk", 52.0),
    ("How far it is", 86.0),
    ("Put right", 66.0),
    ("By", 61.0),
)
TOP: Final = MARGIN + 40


@dataclass(frozen=True, slots=True)
class BookRow:
    """One line of a check, one record or a week of daily ones; ``mark`` is its status mark."""

    day: str
    result: str
    by: str
    more: str
    entered: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class BookCheck:
    """One check of a section: what it is, its totals, its rows."""

    code: str
    title: str
    about: str
    total: str
    rows: tuple[BookRow, ...]


@dataclass(frozen=True, slots=True)
class BookSection:
    """One section by the code on its tab; ``tables`` for those that are no checks: heads and rows of text."""

    code: str
    title: str
    checks: tuple[BookCheck, ...] = ()
    heads: tuple[tuple[str, float], ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    nothing: str = "Nothing was recorded in this period."
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Logbook:
    """The whole book for a period."""

    school: str
    address: str
    first: date
    last: date
    summary: str
    sections: tuple[BookSection, ...]
    made_at: datetime
    prepared_by: str
    stamp: str = ""
    as_at: str = ""
    practice: bool = False


def write_pdf(book: Logbook, path: Path) -> Written:
    """Save the book at ``path``. Raises UserError when it cannot be saved."""
    pdf, pages = make_pdf(book)
    save(path, pdf)
    return Written(path, pages, {"sections": str(len(book.sections)), "summary": book.summary})


def make_pdf(book: Logbook) -> tuple[bytes, int]:
    """Return the book as a PDF and its number of pages; the contents name the page of each section."""
    paper.load_fonts()
    pieces: list[Piece] = []
    starts: dict[str, Piece] = {}
    for section in book.sections:
        made_pieces = _section(section)
        starts[section.code] = made_pieces[0]
        pieces += made_pieces
    pages = pages_of(pieces, lambda _page: FOOT - TOP - 6)
    contents = pages_of(_contents(book), lambda _page: FOOT - TOP - 40)
    before = 1 + len(contents)
    at = {code: before + n for code, piece in starts.items() for n, page in enumerate(pages, 1) if piece in page}
    frame = Frame(
        f"Premises log book, {book.school}, {_period(book)}", book.school, f"Made from records on {made(book.made_at)}",
        f"Stamp {book.stamp}" if book.stamp else "", book.practice, book.as_at,
    )  # fmt: skip
    drawn = [
        partial(_cover, book),
        *(partial(_contents_page, _contents(book, at), n, contents) for n in range(len(contents))),
        *(partial(_page, book, page) for page in pages),
    ]
    return paper.build(frame, drawn), len(drawn)


def _period(book: Logbook) -> str:
    return f"{words.short_date(book.first)} to {words.short_date(book.last)}"


def _cover(book: Logbook, pen: Pen) -> None:
    pen.bookmark("Cover")
    pen.text(MARGIN, 210, "Premises log book", STRONG, 32)
    y = pen.lines(MARGIN, 250, wrap(book.school, STRONG, 20, ROOM, 3), STRONG, 20, leading=26)
    y = pen.lines(MARGIN, y + 4, wrap(book.address, REGULAR, 12, ROOM, 2), size=12, leading=16)
    pen.rule(y + 8, heavy=True)
    y = pen.lines(MARGIN, y + 34, [f"Records from {words.long_date(book.first)}", f"to {words.long_date(book.last)}"],
                  size=14, leading=20)  # fmt: skip
    y = pen.lines(MARGIN, y + 14, wrap(book.summary, REGULAR, 12, ROOM, 3), size=12, leading=16)
    said = (
        "Made from the register. What was entered on a later day says so, and what was missed is listed.",
        "Nothing can be taken out of the register without a trace.",
    )
    y = pen.lines(
        MARGIN, y + 14, [line for one in said for line in wrap(one, REGULAR, 11, ROOM, 2)], size=11, colour=MUTED
    )
    for label in (f"Prepared by {book.prepared_by}", "Looked through by", "Day"):
        pen.text(MARGIN, y + 50, label, colour=MUTED)
        if label != f"Prepared by {book.prepared_by}":
            pen.pen_line()
            pen.rule_at(MARGIN + 110, MARGIN + 340, y + 52)
        y += 30


def _contents(book: Logbook, at: dict[str, int] | None = None) -> list[Piece]:
    return [_contents_row(section, (at or {}).get(section.code, 0)) for section in book.sections]


def _contents_row(section: BookSection, page: int) -> Piece:
    def draw(pen: Pen, top: float) -> None:
        pen.text(MARGIN, top + 13, section.code, STRONG)
        pen.text(MARGIN + 52, top + 13, cut(section.title, REGULAR, BODY, 210))
        pen.text(MARGIN + 268, top + 13, cut(section.summary, REGULAR, 9.5, 205), size=9.5, colour=MUTED)
        pen.right(WIDTH - MARGIN, top + 13, words.number(page), STRONG)
        pen.rule(top + 20)

    return Piece(20.0, draw)


def _contents_page(rows: Sequence[Piece], number: int, pages: Sequence[Sequence[Piece]], pen: Pen) -> None:
    begin = sum(len(page) for page in pages[:number])
    pen.heading(MARGIN, MARGIN + 14, "Contents" if number == 0 else "Contents, continued", 17)
    pen.right(WIDTH - MARGIN, MARGIN + 34, "Page", STRONG, 9.5, MUTED)
    pen.rule(MARGIN + 40, heavy=True)
    draw_pieces(pen, rows[begin : begin + len(pages[number])], MARGIN + 42)


def _page(book: Logbook, pieces: Sequence[Piece], pen: Pen) -> None:
    pen.text(MARGIN, MARGIN + 9, cut(f"Premises log book, {book.school}", REGULAR, BODY, ROOM - 180), colour=MUTED)
    pen.right(WIDTH - MARGIN, MARGIN + 9, _period(book), colour=MUTED)
    pen.rule(MARGIN + 18)
    draw_pieces(pen, pieces, TOP - 14)


def _section(section: BookSection) -> list[Piece]:
    pieces = [_tab(section)]
    if section.summary:
        pieces.append(note_piece(section.summary, stays=True))
    if section.heads:
        rows = tuple(tuple(TableCell(text) for text in row) for row in section.rows)
        return pieces + table_pieces(Table("", section.heads, rows, nothing=section.nothing))
    for one in section.checks:
        rows = tuple(
            (TableCell(r.day), TableCell(r.result, r.mark), TableCell(r.by), TableCell(r.more), TableCell(r.entered))
            for r in one.rows
        )
        notes = tuple(note for note in (one.about, one.total) if note)
        title = f"{one.title} ({one.code})" if one.code else one.title
        pieces += table_pieces(Table(title, RECORDS, rows, notes, section.nothing if not one.total else ""))
    return pieces


def _tab(section: BookSection) -> Piece:
    def draw(pen: Pen, top: float) -> None:
        pen.bookmark(f"{section.code} {section.title}", 0, top)
        pen.text(MARGIN, top + 22, section.code, STRONG, 19)
        pen.text(MARGIN + 70, top + 22, cut(section.title, STRONG, 19, ROOM - 70), STRONG, 19)
        pen.rule(top + 30, heavy=True)

    return Piece(38.0, draw, stays=True, starts_page=True)
