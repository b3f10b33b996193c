"""Labels for doors and equipment on the usual sheets of sticky labels: a QR square and a code that can be read."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from bursar_desk.domain.errors import UserError
from reports import paper
from reports.flow import MM, qr_square
from reports.marks import MUTED
from reports.paper import REGULAR, STRONG, Pen, cut, printable, wrap
from reports.saving import Written, save

PAGE_WIDE, PAGE_HIGH = 210.0, 297.0
SAFE = "Nothing was printed."


@dataclass(frozen=True, slots=True)
class Stock:
    """A sheet of labels, in millimetres; ``gap`` is between columns, rows touch. Sheets are A4 and centred."""

    code: str
    across: int
    down: int
    width: float
    height: float
    gap: float

    @property
    def count(self) -> int:
        """Return how many labels a sheet has."""
        return self.across * self.down

    @property
    def left(self) -> float:
        """Return the margin at the left, mm."""
        return (PAGE_WIDE - self.across * self.width - (self.across - 1) * self.gap) / 2

    @property
    def top(self) -> float:
        """Return the margin at the top, mm."""
        return (PAGE_HIGH - self.down * self.height) / 2

    def corner(self, number: int) -> tuple[float, float]:
        """Return the upper left corner of label ``number`` (from 0, along the rows), mm from the sheet's own."""
        row, column = divmod(number, self.across)
        return self.left + column * (self.width + self.gap), self.top + row * self.height

    @property
    def words(self) -> str:
        """Return it in words: "L7160, 21 labels of 63.5 x 38.1 mm"."""
        return f"{self.code}, {self.count} labels of {self.width:g} x {self.height:g} mm"


STOCKS: Final[Mapping[str, Stock]] = {
    one.code: one
    for one in (
        Stock("L7160", 3, 7, 63.5, 38.1, 2.54), Stock("L7159", 3, 8, 63.5, 33.9, 2.54),
        Stock("L7161", 3, 6, 63.5, 46.6, 2.54), Stock("L7651", 5, 13, 38.1, 21.2, 2.54),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Label:
    """One label: what it is, a second line, and the code that stands in the square and in letters."""

    title: str
    line: str
    code: str


def make_pdf(
    labels: Sequence[Label], stock: Stock, *, start: int = 1, outlines: bool = False, school: str = "",
    practice: bool = False,
) -> tuple[bytes, int]:  # fmt: skip
    """Return the PDF and its pages. ``start`` is the first free label of the first sheet, counted from 1.

    ``outlines`` draws the edges, to hold a test print against the sheet. Raises UserError for a start off the sheet.
    """
    if not 1 <= start <= stock.count:
        raise UserError(
            f"A sheet of {stock.code} has labels 1 to {stock.count}.",
            SAFE,
            "Choose the first label that is still there.",
        )
    paper.load_fonts()
    buffer = io.BytesIO()
    # The published types say the first font's name is a number; it is text.
    canvas = Canvas(buffer, pagesize=A4, invariant=1, lang="en-GB", pageCompression=1, initialFontName=REGULAR)  # type: ignore[arg-type]
    canvas.setTitle(printable(f"Labels, {school}" if school else "Labels"))
    canvas.setCreator("Bursar Desk")
    pen = Pen(canvas)
    last = start - 1 + len(labels)
    pages = max(1, -(-last // stock.count))
    for page in range(pages):
        _sheet(pen, labels, stock, page, start - 1, outlines=outlines, practice=practice)
        pen.new_page()
    canvas.save()
    return buffer.getvalue(), pages


def write_pdf(
    labels: Sequence[Label], stock: Stock, path: Path, *, start: int = 1, outlines: bool = False, school: str = "",
    practice: bool = False,
) -> Written:  # fmt: skip
    """Save the labels at ``path``. Raises UserError when they cannot be made or saved."""
    pdf, pages = make_pdf(labels, stock, start=start, outlines=outlines, school=school, practice=practice)
    save(path, pdf)
    return Written(path, pages, {"labels": str(len(labels)), "stock": stock.code})


def _sheet(
    pen: Pen, labels: Sequence[Label], stock: Stock, page: int, skipped: int, *, outlines: bool, practice: bool
) -> None:
    for place in range(stock.count):
        number = page * stock.count + place - skipped
        x, y = stock.corner(place)
        if outlines:
            pen.box(x * MM, y * MM, stock.width * MM, stock.height * MM, 2)
        if 0 <= number < len(labels):
            _label(pen, labels[number], stock, x * MM, y * MM, practice=practice)


def _label(pen: Pen, label: Label, stock: Stock, x: float, y: float, *, practice: bool) -> None:
    """The square at the left, words beside it, all 2 mm or more from the edge."""
    small = stock.height < 30
    edge = (1.8 if small else 3.5) * MM
    size = min(stock.height * MM - 2 * edge, stock.width * MM * 0.42)
    qr_square(pen, label.code, x + edge, y + (stock.height * MM - size) / 2, size)
    left = x + edge + size + edge * 0.8
    room = x + stock.width * MM - edge - left
    title, line, code = (6.6, 5.6, 6.2) if small else (11.0, 9.0, 11.0)
    words = wrap(label.title, STRONG, title, room, 2)
    step = title * 1.18
    base = y + edge + title
    base = pen.lines(left, base, words, STRONG, title, leading=step)
    if label.line:
        for text in wrap(label.line, REGULAR, line, room, 1 if small else 2):
            pen.text(left, base, text, REGULAR, line)
            base += line * 1.2
    foot = y + stock.height * MM - edge
    pen.one_line(left, foot, label.code, room, STRONG, code)
    if practice:
        pen.text(left, foot - code * 1.15, cut("Practice", REGULAR, line, room), REGULAR, line, MUTED)
