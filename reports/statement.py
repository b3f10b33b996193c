"""The termly statement of cover between two schools: every shift, what it cost, what is owed, who pays whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Final

from bursar_desk.domain import words
from reports import paper
from reports.flow import Piece, draw_pieces, pages_of
from reports.marks import MUTED
from reports.paper import BELOW, BODY, LYING, MARGIN, REGULAR, STRONG, Frame, Pen, cut, wrap
from reports.plain_book import PlainSheet, write_book
from reports.saving import Written, save
from reports.wording import made
from reports.workbook import Typed

WIDE: Final = LYING[0] - 2 * MARGIN
TOP: Final = MARGIN + 58
_SMALL: Final = 9.5
_LINE: Final = 11.6


@dataclass(frozen=True, slots=True)
class ShiftRow:
    """One shift: minutes exact and as paid, money in pence, None where it is not known; ``miles`` in tenths."""

    on: dt.date
    ours: bool
    who: str
    planned: int | None
    times: str
    pause: int
    travel: int
    minutes: int
    paid: int | None
    rate: int | None
    pay: int | None
    on_costs: int | None
    overhead: int | None
    miles: int
    mileage: int | None
    mileage_because: str
    total: int | None
    settled: str
    insurance: int | None = None
    pension: int | None = None


@dataclass(frozen=True, slots=True)
class PairPaper:
    """One school’s statement with another for a term; signed minutes and pence are owed to ``school``.

    ``sums``: lines of the balance as (words, minutes, pence or None where no worth is known);
    ``money``, ``saved`` and ``waiting`` are sentences.
    """

    school: str
    other: str
    term: str
    days: str
    shifts: tuple[ShiftRow, ...]
    sums: tuple[tuple[str, int, int | None], ...]
    closing: str
    money: tuple[str, ...]
    saved: tuple[str, ...]
    waiting: tuple[str, ...]
    years: tuple[tuple[str, str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class StatementPaper:
    """Statements with one school or several, each from a page of its own; ``rounding`` says how hours are rounded."""

    school: str
    term: str
    pairs: tuple[PairPaper, ...]
    rounding: str
    made_at: dt.datetime
    practice: bool = False


@dataclass(frozen=True, slots=True)
class _Col:
    head: str
    width: float
    right: bool = False


_COLUMNS: Final = (
    _Col("Date", 60), _Col("Given by", 88), _Col("Who", 78), _Col("Agreed", 52), _Col("Worked", 84),
    _Col("Counts", 60), _Col("Rate", 42, True), _Col("Pay", 48, True), _Col("On-costs", 52, True),
    _Col("Overhead", 54, True), _Col("Mileage", 54, True), _Col("Total", 50, True), _Col("Settled", 41.9),
)  # fmt: skip


def make_pdf(statement: StatementPaper) -> tuple[bytes, int]:
    """Return the PDF and its number of pages."""
    paper.load_fonts()
    room = LYING[1] - BELOW - TOP - 6
    drawn: list[Callable[[Pen], None]] = []
    for pair in statement.pairs:
        for page in pages_of(_pieces(pair, statement), lambda _n: room):
            drawn.append(partial(_page, pair, page))  # noqa: PERF401 - two loops in one line read badly
    if not drawn:
        drawn = [partial(_nothing, statement)]
    frame = Frame(
        f"Statement of cover, {statement.school}, {statement.term}", statement.school,
        f"Made from records on {made(statement.made_at)}", "", statement.practice, size=LYING,
    )  # fmt: skip
    return paper.build(frame, drawn), len(drawn)


def write_pdf(statement: StatementPaper, path: Path) -> Written:
    """Save the statement at ``path``. Raises UserError when it cannot be saved; nothing is left behind then."""
    pdf, pages = make_pdf(statement)
    save(path, pdf)
    return Written(path, pages, figures(statement))


def figures(statement: StatementPaper) -> dict[str, str]:
    """Return the figures of the paper as printed."""
    found = {"schools": str(len(statement.pairs))}
    for pair in statement.pairs:
        found[f"{pair.other}: balance"] = pair.closing
        found[f"{pair.other}: shifts"] = str(len(pair.shifts))
    return found


def _nothing(statement: StatementPaper, pen: Pen) -> None:
    pen.heading(MARGIN, MARGIN + 14, "Statement of cover", 19)
    pen.text(MARGIN, MARGIN + 40, f"No hours were exchanged in the {statement.term}, and nothing is owed.")


def _page(pair: PairPaper, pieces: Sequence[Piece], pen: Pen) -> None:
    title = f"Statement of cover: {pair.school} and {pair.other}"
    pen.bookmark(title)
    pen.text(MARGIN, MARGIN + 12, cut(title, STRONG, 17, WIDE - 190), STRONG, 17)
    pen.right(pen.width - MARGIN, MARGIN + 8, pair.term, STRONG, 12)
    pen.right(pen.width - MARGIN, MARGIN + 23, pair.days, colour=MUTED)
    pen.text(MARGIN, MARGIN + 32, cut(pair.closing, STRONG, 12, WIDE - 190), STRONG, 12)
    pen.rule(TOP - 14, heavy=True)
    draw_pieces(pen, pieces, TOP - 8)


# --- the parts --------------------------------------------------------------------------------------------------------


def _pieces(pair: PairPaper, statement: StatementPaper) -> list[Piece]:
    pieces: list[Piece] = []
    if pair.shifts:
        pieces += _table(_COLUMNS, [_cells(pair, one) for one in pair.shifts])
        pieces += _said([statement.rounding], muted=True)
    else:
        pieces += _said([f"No hours were worked in the {pair.term}."])
    pieces += _title("How the balance is made up")
    columns = (_Col("", 300), _Col("Hours", 120, True), _Col("Worth", 120, True))
    rows = [(what, _signed(minutes), _signed_money(pence)) for what, minutes, pence in pair.sums]
    pieces += _table(columns, rows, strong_last=True)
    notes = []
    if any(minutes < 0 or (pence or 0) < 0 for _, minutes, pence in pair.sums):
        notes.append(f"Below nought: {pair.school} owes it.")
    if any(pence is None for _, _, pence in pair.sums):
        notes.append("No worth is known where some of the hours have no rate, or no sum of money was agreed with them.")
    pieces += _said([" ".join(notes)], muted=True)
    pieces += _title("Who pays whom")
    pieces += _said(pair.money)
    if pair.years:
        pieces += _said(["The same sum by the money year of each school:"])
        heads = (_Col("School", 240), _Col("Money year", 220), _Col("Pounds", 80, True))
        pieces += _table(heads, [(who, year, words.money_exact(pence)) for who, year, pence in pair.years])
    last = len(pieces) - 1
    if pair.saved:
        last = len(pieces)
        pieces += _title("What the cover saved")
        pieces += _said(pair.saved)
    if pair.waiting:
        last = len(pieces)
        pieces += _title("Waiting, and not counted")
        pieces += _said(pair.waiting)
    pieces[last:] = [replace(one, stays=True) for one in pieces[last:]]  # nobody signs an empty page
    pieces.append(_signatures(pair))
    return pieces


def _cells(pair: PairPaper, one: ShiftRow) -> tuple[str, ...]:
    worked = one.times + (f", break {one.pause} min" if one.pause else "")
    worked += f", travel {one.travel} min" if one.travel else ""
    miles = f"{one.miles // 10}.{one.miles % 10} miles" if one.miles else ""
    return (
        words.short_date(one.on), pair.school if one.ours else pair.other, one.who,
        "" if one.planned is None else words.hours(one.planned), worked, words.hours(one.minutes),
        _pence(one.rate) or "No rate", _pence(one.pay), _pence(one.on_costs), _pence(one.overhead),
        f"{miles} {_pence(one.mileage)}".strip() if one.miles else "", _pence(one.total), one.settled,
    )  # fmt: skip


def _pence(value: int | None) -> str:
    return "" if value is None else f"{value // 100:,}.{value % 100:02d}"


def _signed(minutes: int) -> str:
    return words.hours(minutes)


def _signed_money(pence: int | None) -> str:
    return "Not known" if pence is None else words.money_exact(pence)


def _title(text: str) -> list[Piece]:
    def draw(pen: Pen, top: float) -> None:
        pen.heading(MARGIN, top + 20, text)

    return [Piece(25.0, draw, stays=True)]


def _said(lines: Sequence[str], *, muted: bool = False) -> list[Piece]:
    return [_sentence(wrap(one, REGULAR, BODY, WIDE, 6), muted=muted) for one in lines if one]


def _sentence(lines: Sequence[str], *, muted: bool) -> Piece:
    def draw(pen: Pen, top: float) -> None:
        if muted:
            pen.lines(MARGIN, top + 13, lines, colour=MUTED)
        else:
            pen.lines(MARGIN, top + 13, lines)

    return Piece(len(lines) * paper.LEADING + 4, draw)


def _table(columns: Sequence[_Col], rows: Sequence[Sequence[str]], *, strong_last: bool = False) -> list[Piece]:
    heads = Piece(20.0, partial(_heads, columns), stays=True)
    listed = list(enumerate(rows, 1))
    return [heads, *(_row(columns, row, heads, strong=strong_last and n == len(rows)) for n, row in listed)]


def _heads(columns: Sequence[_Col], pen: Pen, top: float) -> None:
    x = MARGIN
    for column in columns:
        if column.right:
            pen.right(x + column.width - 6, top + 13, column.head, STRONG, _SMALL, MUTED)
        else:
            pen.text(x, top + 13, cut(column.head, STRONG, _SMALL, column.width - 4), STRONG, _SMALL, MUTED)
        x += column.width
    pen.rule(top + 18, MARGIN, x, heavy=True)


def _row(columns: Sequence[_Col], row: Sequence[str], heads: Piece, *, strong: bool) -> Piece:
    font = STRONG if strong else REGULAR
    laid = [
        wrap(text, font, _SMALL, column.width - 5, 4) if text else [] for column, text in zip(columns, row, strict=True)
    ]
    height = max(1, *map(len, laid)) * _LINE + 6

    def draw(pen: Pen, top: float) -> None:
        x = MARGIN
        for column, lines in zip(columns, laid, strict=True):
            y = top + 11.5
            for line in lines:
                if column.right:
                    pen.right(x + column.width - 6, y, line, font, _SMALL)
                else:
                    pen.text(x, y, line, font, _SMALL)
                y += _LINE
            x += column.width
        pen.rule(top + height, MARGIN, x)

    return Piece(height, draw, again=heads)


def _signatures(pair: PairPaper) -> Piece:
    def draw(pen: Pen, top: float) -> None:
        wide = (WIDE - 30) / 2
        for n, school in enumerate((pair.school, pair.other)):
            x = MARGIN + n * (wide + 30)
            pen.text(x, top + 22, cut(f"For {school}: name, signature and date", REGULAR, _SMALL, wide),
                     size=_SMALL, colour=MUTED)  # fmt: skip
            pen.pen_line()
            pen.rule_at(x, x + wide, top + 54)

    return Piece(58.0, draw)


# --- the workbook -----------------------------------------------------------------------------------------------------

_BOOK_HEADS: Final = (
    ("School", 26.0), ("Date", 13.0), ("Given by", 26.0), ("Who", 22.0), ("Agreed, minutes", 12.0), ("Worked", 18.0),
    ("Break, minutes", 11.0), ("Travel, minutes", 11.0), ("Counts, minutes", 12.0), ("Paid, minutes", 12.0),
    ("Rate an hour, pounds", 12.0), ("Pay, pounds", 12.0), ("National insurance, pounds", 14.0),
    ("Pension, pounds", 12.0), ("Overhead, pounds", 12.0), ("Miles", 9.0), ("Mileage, pounds", 12.0),
    ("How mileage was worked out", 34.0), ("Total, pounds", 12.0), ("Settled", 22.0),
)  # fmt: skip


def write_xlsx(statement: StatementPaper, path: Path) -> Written:
    """Save the statement as a workbook: the shifts, the balances, the money."""
    above = (f"Statement of cover, {statement.school}, {statement.term}", statement.rounding)
    shifts: list[tuple[Typed, ...]] = [
        (
            pair.other, one.on, pair.school if one.ours else pair.other, one.who, one.planned, one.times, one.pause,
            one.travel, one.minutes, one.paid, _pounds(one.rate), _pounds(one.pay), _pounds(one.insurance),
            _pounds(one.pension), _pounds(one.overhead), f"{one.miles // 10}.{one.miles % 10}" if one.miles else "",
            _pounds(one.mileage), one.mileage_because,
            _pounds(one.total), one.settled,
        )
        for pair in statement.pairs for one in pair.shifts
    ]  # fmt: skip
    sums: list[tuple[Typed, ...]] = [
        (pair.other, what, minutes, _pounds(pence)) for pair in statement.pairs for what, minutes, pence in pair.sums
    ]
    said: list[tuple[Typed, ...]] = [
        (pair.other, text) for pair in statement.pairs
        for text in (pair.closing, *pair.money, *pair.saved, *pair.waiting)
    ]  # fmt: skip
    years: list[tuple[Typed, ...]] = [
        (pair.other, who, year, _pounds(pence)) for pair in statement.pairs for who, year, pence in pair.years
    ]
    sheets = [
        PlainSheet("Shifts", above, _BOOK_HEADS, tuple(shifts)),
        PlainSheet(
            "Balances", above[:1], (("School", 30), ("Line", 44), ("Minutes", 12), ("Worth, pounds", 14)), tuple(sums)
        ),
        PlainSheet("Money and savings", above[:1], (("School", 30), ("What is said", 120)), tuple(said)),
    ]
    if years:
        heads = (("With", 30.0), ("School", 30.0), ("Money year", 30.0), ("Pounds", 12.0))
        sheets.append(PlainSheet("Money years", above[:1], heads, tuple(years)))
    done = write_book(path, above[0], sheets, statement.made_at, practice=statement.practice)
    return Written(done.file, done.pages, figures(statement))


def _pounds(pence: int | None) -> Decimal | None:
    return None if pence is None else Decimal(pence) / 100
