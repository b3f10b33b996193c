"""The asbestos register on paper: what is where, and the page a contractor signs before any work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path

from bursar_desk.domain import words
from reports.flow import Piece, pen_gap, sentences, title
from reports.marks import MUTED
from reports.paper import MARGIN, ROOM, STRONG, Pen, load_fonts
from reports.saving import Written, save
from reports.simple_pages import make
from reports.table_pieces import Col, table

SIGN_ROWS = 14
SIGN_ROW = 30.0
SIGN_GAPS = ((0.0, 66.0, "Date"), (76.0, 206.0, "Name in capitals"), (216.0, 340.0, "Company"),
             (350.0, 450.0, "Signature"), (460.0, ROOM, "Time"))  # fmt: skip
STOP = "If you find something that is not on this list, stop, keep others away and tell the office at once."


@dataclass(frozen=True, slots=True)
class AsbestosLine:
    """One item as printed; ``again`` is the last day of the next look, ``late`` that it has passed or is not known."""

    place: str
    product: str
    amount: str
    score: str
    access: str
    action: str
    looked_on: date | None
    again: date | None
    late: bool
    number: str = ""


@dataclass(frozen=True, slots=True)
class AsbestosPaper:
    """The list for a place (or the whole school) and the work it is printed for."""

    school: str
    where: str
    lines: tuple[AsbestosLine, ...]
    made_at: datetime
    practice: bool = False
    job: str = ""


def make_pdf(paper: AsbestosPaper) -> tuple[bytes, int]:
    """Return the PDF and its number of pages; no item is ever left out."""
    load_fonts()
    pieces = [*sentences([_lead(paper), STOP])]
    if paper.lines:
        columns = (
            Col("Where", 112, strong=True), Col("What and how much", 122), Col("Score", 62),
            Col("Who can reach it", 78), Col("What is done", 72), Col("Look again by", ROOM - 446),
        )  # fmt: skip
        pieces += table(columns, [_row(line) for line in paper.lines])
    pieces += _to_sign(paper)
    subtitle = f"For {paper.where}" + (f": {paper.job}" if paper.job else "")
    return make("Asbestos register", paper.school, subtitle, pieces, paper.made_at, practice=paper.practice)


def write_pdf(paper: AsbestosPaper, path: Path) -> Written:
    """Save it at ``path``. Raises UserError when it cannot be saved; nothing is left behind then."""
    pdf, pages = make_pdf(paper)
    save(path, pdf)
    return Written(path, pages, {"items": str(len(paper.lines)), "late": str(sum(one.late for one in paper.lines))})


def _lead(paper: AsbestosPaper) -> str:
    if not paper.lines:
        return (
            f"No asbestos item is entered for {paper.where}. That does not show there is none: ask to see the survey "
            "before any work that touches the building."
        )
    late = sum(one.late for one in paper.lines)
    said = f"{words.count(len(paper.lines), 'item')} for {paper.where}."
    return said + (f" {words.count(late, 'item')} must be looked at again." if late else "")


def _row(line: AsbestosLine) -> tuple[str, ...]:
    what = ", ".join(part for part in (line.product, line.amount) if part)
    again = words.short_date(line.again) if line.again else "Not known"
    if line.late:
        again = f"{again}: late" if line.again else "Not known: look now"
    return (line.place, f"{line.number} {what}".strip(), line.score, line.access or "Not known", line.action, again)


def _to_sign(paper: AsbestosPaper) -> list[Piece]:
    """The list of signatures on a page of its own, so that it can stay in the office."""
    said = "I have read the asbestos list for the places I work in, and I know what to do if I find more."
    return [
        title("Read and signed before work", starts_page=bool(paper.lines)), *sentences([said]),
        Piece(20.0, _sign_heads, stays=True), *(Piece(SIGN_ROW, partial(_sign_row)) for _ in range(SIGN_ROWS)),
    ]  # fmt: skip


def _sign_heads(pen: Pen, top: float) -> None:
    for left, _right, head in SIGN_GAPS:
        pen.text(MARGIN + left, top + 14, head, STRONG, colour=MUTED)


def _sign_row(pen: Pen, top: float) -> None:
    for left, right, _head in SIGN_GAPS:
        pen_gap(pen, MARGIN + left, MARGIN + right, top + SIGN_ROW - 5)
