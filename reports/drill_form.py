"""The blank form for a drill: filled in at the assembly point, keyed in afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from reports.flow import Piece, pen_gap, sentences, tick_box, title
from reports.marks import MUTED
from reports.paper import MARGIN, ROOM, STRONG, Pen, load_fonts
from reports.saving import Written, save
from reports.simple_pages import make

ROW = 30.0
CLASSES = 14


@dataclass(frozen=True, slots=True)
class DrillForm:
    """A blank form for one kind of drill at one school."""

    kind: str
    school: str
    made_at: datetime
    practice: bool = False


def make_pdf(form: DrillForm) -> tuple[bytes, int]:
    """Return the PDF and its number of pages."""
    load_fonts()
    pieces = [
        *_gaps((("Date", 0.0, 150.0), ("Time of the alarm", 170.0, 320.0), ("Led by", 340.0, ROOM))),
        *_gaps((("Minutes and seconds until all were counted", 0.0, 250.0), ("Counted", 270.0, 380.0),
                ("Missing", 400.0, ROOM))),
        title("How it went"),
        *(Piece(24.0, partial(_tick, words)) for words in (
            "The signal was heard everywhere", "Everybody left by the nearest way", "No way out was blocked or locked",
            "Registers and visitors’ book were taken out", "Each personal evacuation plan worked",
            "The panel was set again and the alarm company told",
        )),
        title("Counted by class or group"), *(Piece(24.0, _class_row) for _ in range(CLASSES // 2)),
        title("What was blocked, what went wrong, what to do about it"),
        *(Piece(26.0, partial(_line)) for _ in range(5)),
        *sentences(["Key it in under Places, Drills. Each thing to put right becomes a fault with an owner."]),
        *_gaps((("Signed", 0.0, 250.0), ("Date", 270.0, ROOM))),
    ]  # fmt: skip
    return make(form.kind, form.school, "Fill it in at the assembly point", pieces, form.made_at,
                practice=form.practice, printed="Printed")  # fmt: skip


def write_pdf(form: DrillForm, path: Path) -> Written:
    """Save it at ``path``. Raises UserError when it cannot be saved; nothing is left behind then."""
    pdf, pages = make_pdf(form)
    save(path, pdf)
    return Written(path, pages, {"kind": form.kind})


def _gaps(gaps: tuple[tuple[str, float, float], ...]) -> list[Piece]:
    def draw(pen: Pen, top: float) -> None:
        for label, left, right in gaps:
            pen.text(MARGIN + left, top + 13, label, colour=MUTED)
            pen_gap(pen, MARGIN + left, MARGIN + right, top + 34)

    return [Piece(42.0, draw)]


def _tick(words: str, pen: Pen, top: float) -> None:
    for x, label in ((0.0, "Yes"), (52.0, "No")):
        tick_box(pen, MARGIN + x + 7, top + 12)
        pen.text(MARGIN + x + 19, top + 15.6, label)
    pen.text(MARGIN + 104, top + 15.6, words, STRONG)


def _class_row(pen: Pen, top: float) -> None:
    for left in (0.0, ROOM / 2 + 8):
        pen.text(MARGIN + left, top + 16, "Class", colour=MUTED)
        pen_gap(pen, MARGIN + left + 32, MARGIN + left + 118, top + 19)
        pen.text(MARGIN + left + 124, top + 16, "counted", colour=MUTED)
        pen_gap(pen, MARGIN + left + 168, MARGIN + left + 204, top + 19)
        pen.text(MARGIN + left + 209, top + 16, "of", colour=MUTED)
        pen_gap(pen, MARGIN + left + 222, MARGIN + left + ROOM / 2 - 8, top + 19)


def _line(pen: Pen, top: float) -> None:
    pen_gap(pen, MARGIN, MARGIN + ROOM, top + 22)
