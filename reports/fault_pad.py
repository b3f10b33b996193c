"""Slips to tear off: a fault reported without a computer; each slip names its place by code and square."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

from reports import paper
from reports.flow import pen_gap, qr_square, tick_box
from reports.marks import MUTED
from reports.paper import BODY, FOOT, MARGIN, REGULAR, STRONG, WIDTH, Frame, Pen, cut
from reports.saving import Written, save
from reports.wording import made

ON_A_PAGE: Final = 4
HEIGHT: Final = (FOOT - MARGIN + 6) / ON_A_PAGE
QR: Final = 74.0
RISKS: Final = ("Danger: stop using it", "This week", "Soon", "It can wait")


@dataclass(frozen=True, slots=True)
class PadPlace:
    """A place for which slips are printed; ``code`` is on its label and in the square."""

    name: str
    code: str


@dataclass(frozen=True, slots=True)
class FaultPad:
    """A pad: one page of four slips for each place; no places gives slips on which the place is written by hand."""

    school: str
    places: tuple[PadPlace, ...]
    printed_at: datetime
    practice: bool = False


def make_pdf(pad: FaultPad) -> bytes:
    """Return the pad as a PDF."""
    return _draw(pad)[0]


def write_pdf(pad: FaultPad, path: Path) -> Written:
    """Save the pad at ``path``. Raises UserError when it cannot be saved; nothing is left behind then."""
    pdf, pages = _draw(pad)
    save(path, pdf)
    return Written(path, pages, {"slips": str(pages * ON_A_PAGE)})


def _draw(pad: FaultPad) -> tuple[bytes, int]:
    paper.load_fonts()
    places: Sequence[PadPlace | None] = pad.places or (None,)
    frame = Frame("Fault slips", pad.school, f"Printed {made(pad.printed_at)}", "Cut along the dashes", pad.practice)
    return paper.build(frame, [partial(_page, pad.school, place) for place in places]), len(places)


def _page(school: str, place: PadPlace | None, pen: Pen) -> None:
    pen.bookmark(place.name if place else "Any place")
    for number in range(ON_A_PAGE):
        top = MARGIN - 10 + number * HEIGHT
        _slip(pen, school, place, top)
        if number < ON_A_PAGE - 1:
            pen.pen_line()
            pen.canvas.setDash(4, 3)
            pen.rule_at(0, WIDTH, top + HEIGHT - 3)
            pen.canvas.setDash()


def _slip(pen: Pen, school: str, place: PadPlace | None, top: float) -> None:
    right = WIDTH - MARGIN - QR
    pen.text(MARGIN, top + 22, "Something broken?", STRONG, 15)
    pen.text(MARGIN, top + 38, cut(f"Fill this in and give it to the office. {school}", REGULAR, BODY, right - 60),
             colour=MUTED)  # fmt: skip
    rows = ((58.0, "Where", place.name if place else ""), (80.0, "What is wrong", ""), (102.0, "", ""))
    for down, label, said in rows:
        pen.text(MARGIN, top + down, label)
        if said:
            pen.text(MARGIN + 84, top + down, cut(said, STRONG, 12.5, right - MARGIN - 100), STRONG, 12.5)
        else:
            pen_gap(pen, MARGIN + 84, right - 16, top + down + 3)
    pen.text(MARGIN, top + 126, "How bad is it")
    x = MARGIN + 93
    for one in RISKS:
        tick_box(pen, x, top + 122.5)
        pen.text(x + 12, top + 126, one, size=BODY)
        x += 24 + paper.width_of(one, REGULAR, BODY) + 8
    for left, end, label in ((MARGIN, right - 190, "Your name"), (right - 180, WIDTH - MARGIN, "Day and time")):
        pen.text(left, top + 152, label)
        pen_gap(pen, left + 70, end, top + 155)
    if place is not None:
        qr_square(pen, place.code, right, top + 12, QR)
        pen.one_line(right, top + 98, f"Code {place.code}", QR, STRONG, 10)
