"""The recovery sheet: one page for the safe, with the eight lines that bring a register back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Final

from bursar_desk.domain import words
from reports.flow import Piece, draw_pieces, sentences, title
from reports.paper import MARGIN, ROOM, STRONG, Frame, Pen, build, cut
from reports.saving import save

_LINE: Final = 34.0
_USE: Final = (
    "Keep this sheet in the safe and nowhere else. Whoever has it can read your school’s files.",
    "With it and a backup you are back at work on another computer: open Bursar Desk there, choose Computers, then "
    "type the eight lines.",
    "Without it nobody can bring the register back, not even the makers of the program.",
    "When a new sheet is printed, tear this one up.",
)


def make(school: str, lines: Sequence[str], day: date) -> bytes:
    """Return the sheet as a PDF; the same lines give the same bytes."""
    frame = Frame(f"Recovery sheet, {school}", "Bursar Desk", school, f"Made on {words.long_date(day)}")

    def page(pen: Pen) -> None:
        pen.heading(MARGIN, 62, "Recovery sheet", 20)
        pen.text(MARGIN, 84, cut(school, STRONG, 13, ROOM), STRONG, 13)
        pieces = [
            title("The eight lines"), *(_line(one) for one in lines), title("What it is for"), *sentences(_USE, most=3),
        ]  # fmt: skip
        draw_pieces(pen, pieces, 100)

    return build(frame, [page])


def write(path: Path, school: str, lines: Sequence[str], day: date) -> Path:
    """Save the sheet. Raises UserError when it cannot be saved."""
    save(path, make(school, lines, day))
    return path


def _line(text: str) -> Piece:
    def draw(pen: Pen, top: float) -> None:
        pen.text(MARGIN + 24, top + 24, text, STRONG, 18)

    return Piece(_LINE, draw)
