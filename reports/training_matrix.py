"""The training matrix on paper and as a workbook: people, or schools, by courses; every state is a shape and a word."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Final

from reports import paper
from reports.marks import INK, MUTED, Colour
from reports.paper import LYING, MARGIN, REGULAR, STRONG, Frame, Pen, cut, width_of, wrap
from reports.plain_book import PlainSheet, write_book
from reports.saving import Written, save
from reports.wording import made
from reports.workbook import Typed

MARKS: Final = {
    "in date": "tick", "due soon": "triangle", "run out": "square", "none": "slash", "booked": "arrow",
    "advised": "dash", "": "",
}  # fmt: skip
"""The shape of each state."""
LEGEND: Final = (
    ("tick", "In date"), ("triangle", "To renew"), ("square", "Ran out, or too few"), ("slash", "None, needed"),
    ("arrow", "Booked"), ("dash", "Advised"),
)  # fmt: skip
ACROSS: Final = 12  # the most courses on one page
NAMES: Final = 128.0
SMALL: Final = 8.0
STEP: Final = 9.6
ROW: Final = 26.0
SHADE: Final[Colour] = (0.93, 0.94, 0.955)
TOP: Final = MARGIN + 42
BOTTOM: Final = LYING[1] - paper.BELOW - 24
BETWEEN: Final = 12.0


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """What stands in a cell: its state (``MARKS``) and words on one or two lines."""

    state: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class MatrixLine:
    """A person, or a school; ``note`` is the quieter second line."""

    name: str
    note: str
    cells: tuple[MatrixCell, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """One course of the school, or of one school of the cluster: in date of needed, and what is behind it."""

    school: str
    course: str
    held: int
    needed: int
    soon: int
    run_out: int
    booked: int


@dataclass(frozen=True, slots=True)
class Held:
    """One pass or need as the workbook lists it, line by line."""

    name: str
    role: str
    course: str
    state: str
    passed_on: date | None
    ends: date | None
    booked: date | None
    provider: str
    number: str


@dataclass(frozen=True, slots=True)
class MatrixPaper:
    """The paper: ``totals`` is the foot of the table, ``said`` the sentences under it, most pressing first."""

    title: str
    school: str
    on: str
    who: str
    courses: tuple[str, ...]
    lines: tuple[MatrixLine, ...]
    totals: MatrixLine
    figures: tuple[Figure, ...]
    said_title: str
    said: tuple[str, ...]
    told: Mapping[str, str]
    made_at: datetime
    held: tuple[Held, ...] = ()
    practice: bool = False
    nothing: str = field(default="Nobody is entered here yet.")


def write_pdf(given: MatrixPaper, path: Path) -> Written:
    """Save the matrix as landscape pages. Raises UserError when it cannot be saved; nothing is left behind then."""
    pdf, pages = make_pdf(given)
    save(path, pdf)
    return Written(path, pages, dict(given.told))


@dataclass(frozen=True, slots=True)
class _Block:
    """A run of courses over a run of lines, with the totals under the last lines."""

    courses: range
    lines: Sequence[MatrixLine]
    totals: bool
    high: float


def make_pdf(given: MatrixPaper) -> tuple[bytes, int]:
    """Return the matrix as PDF and its pages: everybody under all their courses, then what is to be seen to."""
    paper.load_fonts()
    frame = Frame(
        f"{given.title}, {given.school}", given.school, f"Made from records on {made(given.made_at)}", "",
        given.practice, "", LYING,
    )  # fmt: skip
    drawn: list[list[Callable[[Pen], None]]] = [[]]
    y = TOP
    for block in _blocks(given):
        if drawn[-1] and y + block.high > BOTTOM:
            drawn.append([])
            y = TOP
        drawn[-1].append(partial(_block, given, block, y))
        y += block.high + BETWEEN
    said = _said_lines(given)
    while said:
        room = int((BOTTOM - y - 34) // 13)
        if room < min(len(said), 4):
            drawn.append([])
            y, room = TOP, int((BOTTOM - TOP - 34) // 13)
        drawn[-1].append(partial(_say, given, said[:room], y + 16))
        y, said = BOTTOM, said[room:]
    return paper.build(frame, [partial(_page, given, parts) for parts in drawn]), len(drawn)


def _page(given: MatrixPaper, parts: Sequence[Callable[[Pen], None]], pen: Pen) -> None:
    _head(given, pen)
    for part in parts:
        part(pen)
    _legend(pen)


def _blocks(given: MatrixPaper) -> list[_Block]:
    """Return the table in pieces no larger than a page, all lines under a run of courses before the next run."""
    count = max(1, len(given.courses))
    across = -(-count // -(-count // ACROSS))
    runs = [range(n, min(n + across, len(given.courses))) for n in range(0, count, across)]
    made_of = []
    for run in runs:
        head = _head_height(given, run)
        down = max(1, int((BOTTOM - TOP - head - ROW) // ROW))
        parts = [given.lines[n : n + down] for n in range(0, len(given.lines), down)] or [given.lines]
        for n, part in enumerate(parts):
            totals = bool(part) and n == len(parts) - 1
            made_of.append(_Block(run, part, totals, head + ROW * (len(part) + totals) + (0 if part else 30)))
    return made_of


def _wide(run: range) -> float:
    room = LYING[0] - 2 * MARGIN - NAMES
    return min(room / max(1, len(run)), 92.0)


def _heads(given: MatrixPaper, run: range) -> list[list[str]]:
    wide = _wide(run)
    return [wrap(given.courses[n], STRONG, SMALL, wide - 5, 4) for n in run]


def _head_height(given: MatrixPaper, run: range) -> float:
    return max((len(lines) for lines in _heads(given, run)), default=1) * STEP + 12


def _head(given: MatrixPaper, pen: Pen) -> None:
    pen.bookmark(given.title)
    pen.text(MARGIN, MARGIN + 9, cut(given.title, STRONG, 17, 420), STRONG, 17)
    pen.text(MARGIN, MARGIN + 26, cut(given.school, REGULAR, 12, 520), size=12)
    pen.right(pen.width - MARGIN, MARGIN + 9, given.on, STRONG)
    pen.right(pen.width - MARGIN, MARGIN + 26, given.who, colour=MUTED)
    pen.rule(MARGIN + 36, heavy=True)


def _block(given: MatrixPaper, block: _Block, top: float, pen: Pen) -> None:
    wide, y = _wide(block.courses), top + _head_height(given, block.courses)
    right = MARGIN + NAMES + wide * len(block.courses)
    for n, said in enumerate(_heads(given, block.courses)):
        pen.lines(MARGIN + NAMES + n * wide, y - 5 - STEP * (len(said) - 1), said, STRONG, SMALL, INK, STEP)
    pen.rule(y, MARGIN, right, heavy=True)
    if not block.lines:
        pen.text(MARGIN, y + 20, given.nothing, colour=MUTED)
    for number, line in enumerate(block.lines):
        if number % 2:
            pen.block(MARGIN, y + 0.5, right - MARGIN, ROW - 1, SHADE)
        _line(pen, line, block.courses, y, wide)
        y += ROW
        pen.rule(y, MARGIN, right)
    if block.totals:
        pen.rule(y, MARGIN, right, heavy=True)
        _line(pen, given.totals, block.courses, y, wide)
        pen.rule(y + ROW, MARGIN, right, heavy=True)


def _line(pen: Pen, line: MatrixLine, run: range, top: float, wide: float) -> None:
    if line.note:
        pen.text(MARGIN, top + 11, cut(line.name, STRONG, 10, NAMES - 6), STRONG, 10)
        pen.text(MARGIN, top + 21.5, cut(line.note, REGULAR, SMALL, NAMES - 6), size=SMALL, colour=MUTED)
    else:
        pen.text(MARGIN, top + 16.5, cut(line.name, STRONG, 10, NAMES - 6), STRONG, 10)
    for n, index in enumerate(run):
        _cell(pen, line.cells[index], MARGIN + NAMES + n * wide, top, wide)


def _cell(pen: Pen, cell: MatrixCell, left: float, top: float, wide: float) -> None:
    mark = MARKS.get(cell.state, "")
    text = left
    if mark:
        pen.mark(mark, left, top + 15.5, 8.5)
        text += 11.5
    room = left + wide - text - 2
    font = STRONG if mark == "square" else REGULAR
    lines = wrap(cell.words, font, SMALL, room, 2) if cell.words else []
    widest = max((width_of(one, font, SMALL) for one in lines), default=0.0)
    size = SMALL if widest <= room else max(6.0, SMALL * room / widest)
    pen.lines(text, top + 15.8 - 4.6 * (len(lines) - 1), lines, font, size, leading=9.2)


def _legend(pen: Pen) -> None:
    x, y = MARGIN, pen.height - paper.BELOW - 9
    for mark, said in LEGEND:
        pen.mark(mark, x, y, 8.5)
        pen.text(x + 12, y, said, size=9, colour=MUTED)
        x += 12 + width_of(said, REGULAR, 9) + 18


def _said_lines(given: MatrixPaper) -> list[tuple[str, bool]]:
    """Return the sentences wrapped, each line with whether it begins one."""
    room = LYING[0] - 2 * MARGIN - 14
    out = []
    for one in given.said:
        out += [(text, n == 0) for n, text in enumerate(wrap(one, REGULAR, 10, room, 3))]
    return out


def _say(given: MatrixPaper, said: Sequence[tuple[str, bool]], top: float, pen: Pen) -> None:
    pen.heading(MARGIN, top, given.said_title)
    for n, (text, begins) in enumerate(said):
        y = top + 17 + 13 * n
        if begins:
            pen.text(MARGIN, y, "•", size=10)
        pen.text(MARGIN + 10, y, text, size=10)


# --- the workbook ----------------------------------------------------------------------------------------------------


def write_xlsx(given: MatrixPaper, path: Path) -> Written:
    """Save the same as a workbook: the matrix in words, every figure, every pass, what is to do."""
    above = (f"{given.title}, {given.school}", given.on, f"Made from records on {made(given.made_at)}")
    heads = (("Who", 30.0), ("Role" if given.held else "What is to do", 24.0), *((one, 20.0) for one in given.courses))
    rows: tuple[tuple[Typed, ...], ...] = tuple(
        (line.name, line.note, *(cell.words for cell in line.cells)) for line in (*given.lines, given.totals)
    )
    figures = tuple(
        (one.school, one.course, one.held, one.needed, one.soon, one.run_out, one.booked) for one in given.figures
    )
    columns = (
        ("School", 34.0), ("Course", 30.0), ("In date", 10.0), ("Needed", 10.0), ("To renew", 10.0), ("Ran out", 10.0),
        ("Booked", 10.0),
    )  # fmt: skip
    sheets = [
        PlainSheet("Matrix", above, heads, rows), PlainSheet("Figures", above[:2], columns, figures),
        PlainSheet("To do", above[:1], ((given.said_title, 90.0),), tuple((one,) for one in given.said)),
    ]  # fmt: skip
    if given.held:
        listed = (
            ("Who", 28.0), ("Role", 20.0), ("Course", 30.0), ("State", 12.0), ("Passed on", 13.0), ("Last day", 13.0),
            ("Booked", 13.0), ("Provider", 26.0), ("Number", 18.0),
        )  # fmt: skip
        sheets.append(PlainSheet("Courses", above[:1], listed, tuple(
            (one.name, one.role, one.course, one.state, one.passed_on, one.ends, one.booked, one.provider, one.number)
            for one in given.held
        )))  # fmt: skip
    saved = write_book(path, above[0], sheets, given.made_at, practice=given.practice)
    return Written(saved.file, saved.pages, dict(given.told))
