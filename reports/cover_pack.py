"""What a visiting caretaker carries: where to go, what to check, what to turn off, whom to ring, hours to sign.

By design these classes have no field for why anyone is away, no alarm code, no home address and no pupil
(rules.md section 15, safety bar F3): what has no place cannot be printed by mistake.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import partial
from itertools import pairwise
from pathlib import Path

from bursar_desk.domain import words
from reports import paper
from reports.flow import (
    COLUMN,
    PEN_ROW,
    Pair,
    Piece,
    draw_pieces,
    pages_of,
    pairs,
    pen_gap,
    qr_square,
    sentences,
    snug,
    tick_box,
    title,
)
from reports.marks import MUTED
from reports.paper import BODY, FOOT, MARGIN, REGULAR, ROOM, STRONG, WIDTH, Frame, Pen, cut, width_of, wrap
from reports.saving import Written, save
from reports.wording import made

HEAD = 72.0  # the head of page one; later pages have one line
NEXT_HEAD = 12.0
SLIP_ROW = 26.0
NEARLY_EMPTY = 330.0  # what stands on a page before the site sheet begins another one
IN_PERSON = "Given in person, never printed"
CHECKS, SITE, FAULTS, HOURS, PARKING = PARTS = ("checks", "site", "faults", "hours", "parking")
"""What a pack is made of; each part can be left out of the print."""


@dataclass(frozen=True, slots=True)
class Shift:
    """One stretch of cover on one day, school time."""

    day: date
    start: time
    end: time


@dataclass(frozen=True, slots=True)
class PackCheck:
    """One check due in those hours: the day, what, what good is, and what follows a reading ("°C")."""

    day: date
    what: str
    good: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Contractor:
    """Who to call for what, on the school's own number for them."""

    trade: str
    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class SiteSheet:
    """The emergency sheet of one site: what to turn off where, who to ring, what to beware of.

    Pairs are (label, words): ("Water", "Boiler room, left of the door"), ("Fire", "999, then assembly point B").
    """

    school: str
    isolation: tuple[Pair, ...] = ()
    emergencies: tuple[Pair, ...] = ()
    meters: tuple[Pair, ...] = ()
    keyholders: tuple[Pair, ...] = ()
    hazards: tuple[str, ...] = ()
    contractors: tuple[Contractor, ...] = ()
    alarm_panel: str = ""


@dataclass(frozen=True, slots=True)
class CoverPackPaper:
    """Everything in one pack. ``code`` comes from ``round_sheet.short_code``; ``qr`` is the code when empty.

    ``how_to``: (check, how it is done) where the school wrote that down; ``briefing``: what is gone through before the
    first shift (rules.md section 14, point 5), ``briefed`` when that was done; ``keyed``: its lines can be keyed in
    by the code; ``parts``: which of ``PARTS`` are printed.
    """

    site: SiteSheet
    for_whom: str
    shifts: tuple[Shift, ...]
    address: str
    report_to: str
    school_phone: str
    parking: str
    keys: str
    code: str
    made_at: datetime
    map_words: str = ""
    if_alarm_sounds: str = "Leave, ring 999 from outside, then ring the office"
    checks: tuple[PackCheck, ...] = ()
    faults: tuple[str, ...] = ()
    know_before: tuple[str, ...] = ()
    qr: str = ""
    practice: bool = False
    how_to: tuple[Pair, ...] = ()
    briefing: tuple[str, ...] = ()
    briefed: str = ""
    keyed: bool = True
    parts: frozenset[str] = frozenset(PARTS)


def make_pdf(pack: CoverPackPaper) -> bytes:
    """Return the pack as a PDF: two pages as a rule, more when there are many checks; no check is ever left out."""
    return _draw(pack)[0]


def write_pdf(pack: CoverPackPaper, path: Path) -> Written:
    """Save the pack at ``path``. Raises UserError when it cannot be saved; nothing is left behind then."""
    pdf, pages = _draw(pack)
    save(path, pdf)
    return Written(path, pages, {"code": pack.code, "checks": str(len(pack.checks))})


def write_site_sheet(site: SiteSheet, path: Path, made_at: datetime, *, practice: bool = False) -> Written:
    """Save the emergency sheet alone, for the office wall. Raises UserError when it cannot be saved."""
    paper.load_fonts()
    pages = pages_of(_site_pieces(site), lambda _page: FOOT - MARGIN - HEAD)
    frame = Frame(f"Site sheet, {site.school}", site.school, f"Made on {made(made_at)}", "", practice)

    def page(pieces: Sequence[Piece], pen: Pen) -> None:
        _name_head(pen, "Site sheet", site.school)
        pen.rule(MARGIN + HEAD - 8, heavy=True)
        draw_pieces(pen, pieces, MARGIN + HEAD - 8)

    save(path, paper.build(frame, [partial(page, pieces) for pieces in pages]))
    return Written(path, len(pages))


def _draw(pack: CoverPackPaper) -> tuple[bytes, int]:
    paper.load_fonts()
    pages = _pages(pack, site_on_its_own=True)
    if any(after[0].starts_page and _used(page) < NEARLY_EMPTY for page, after in pairwise(pages[1:])):
        pages = _pages(pack, site_on_its_own=False)
    frame = Frame(
        title=f"Cover pack, {pack.site.school}, for {pack.for_whom}",
        author=pack.site.school,
        left=f"Pack {pack.code}",
        middle=f"Made on {made(pack.made_at)}",
        practice=pack.practice,
    )
    drawn = [partial(_page, pack, number, page) for number, page in enumerate(pages)]
    return paper.build(frame, drawn), len(pages)


def _used(page: Sequence[Piece]) -> float:
    return sum(piece.height for piece in page)


def _pages(pack: CoverPackPaper, *, site_on_its_own: bool) -> list[list[Piece]]:
    """The site sheet begins a page, unless that leaves one nearly empty."""
    wanted = pack.parts
    pieces = [*_where(pack)]
    if CHECKS in wanted:
        pieces += _checks(pack)
    pieces += _urgent(pack.site)
    if FAULTS in wanted:
        pieces += _plain("Open faults", pack.faults, "None that we know of.")
    pieces += _plain("Know before you start", pack.know_before, "Read the asbestos register with us before drilling.")
    if SITE in wanted:
        pieces += _site_pieces(pack.site, headed=True, starts_page=site_on_its_own)
    if CHECKS in wanted:
        pieces += _how_to(pack)
    pieces += _briefing(pack)
    if HOURS in wanted:
        pieces += _slip(pack)
    return pages_of(pieces, lambda number: FOOT - 8 - MARGIN - (NEXT_HEAD if number else HEAD))


def _page(pack: CoverPackPaper, number: int, pieces: Sequence[Piece], pen: Pen) -> None:
    if number:
        pen.text(MARGIN, MARGIN, cut(f"Cover pack, {pack.site.school}", REGULAR, BODY, 380), colour=MUTED)
        pen.right(WIDTH - MARGIN, MARGIN, cut(pack.for_whom, REGULAR, BODY, 130), colour=MUTED)
        pen.rule(MARGIN + 8)
        draw_pieces(pen, pieces, MARGIN + NEXT_HEAD)
        return
    _name_head(pen, "Cover pack", pack.site.school)
    first = [_dates(pack.shifts), *([_times(pack.shifts[0])] if len(pack.shifts) == 1 else [])]
    for step, line in enumerate([*first, f"For {pack.for_whom}"]):
        font = REGULAR if step else STRONG
        pen.right(WIDTH - MARGIN - 62, MARGIN + 4 + 14 * step, cut(line, font, BODY, 205), font)
    if pack.keyed:
        pen.right(WIDTH - MARGIN - 62, MARGIN + 47, f"Key in with {pack.code}", colour=MUTED)
    qr_square(pen, pack.qr or pack.code, WIDTH - MARGIN - 52, MARGIN - 5, 52)
    pen.rule(MARGIN + HEAD - 12, heavy=True)
    draw_pieces(pen, pieces, MARGIN + HEAD - 12)


def _name_head(pen: Pen, name: str, school: str) -> None:
    pen.heading(MARGIN, MARGIN + 11, name, size=19)
    pen.lines(MARGIN, MARGIN + 30, wrap(school, REGULAR, 12.5, 240, 2), size=12.5, leading=15)


def _dates(shifts: Sequence[Shift]) -> str:
    days = sorted({shift.day for shift in shifts})
    if not days:
        return "Days to be agreed"
    if len(days) == 1:
        return words.long_date(days[0])
    return f"{words.plain_date(days[0])} to {words.plain_date(days[-1])}"


def _times(shift: Shift) -> str:
    return words.clock_range(shift.start, shift.end)


def _where(pack: CoverPackPaper) -> list[Piece]:
    where = [("Address", pack.address), ("Report to", pack.report_to), ("School phone", pack.school_phone)]
    if PARKING in pack.parts:
        where.append(("Park", pack.parking))
    if pack.map_words and PARKING in pack.parts:
        where.append(("Way in", pack.map_words))
    keys = [("Keys", pack.keys), ("Alarm code", IN_PERSON), ("If it sounds", pack.if_alarm_sounds)]
    if pack.site.alarm_panel:
        keys.insert(1, ("Alarm panel", pack.site.alarm_panel))
    pieces = pairs("Where and who", where, "Keys and alarm", keys)
    if len(pack.shifts) > 1:
        days = [(words.short_day(shift.day), _times(shift)) for shift in pack.shifts]
        half = (len(days) + 1) // 2
        pieces += pairs("Days and hours", days[:half], "", days[half:])
    return pieces


def _checks(pack: CoverPackPaper) -> list[Piece]:
    pieces = [title("Checks to do, and tick here")]
    if not pack.checks:
        return [*pieces, *sentences(["No check falls in these hours."])]
    many = len({check.day for check in pack.checks}) > 1
    day = None
    for number, check in enumerate(pack.checks, 1):
        if many and check.day != day:
            day = check.day
            pieces.append(Piece(20.0, partial(_day_head, words.weekday_date(day)), stays=True))
        again = Piece(20.0, partial(_day_head, f"{words.weekday_date(check.day)}, continued"), stays=True)
        pieces.append(Piece(PEN_ROW, partial(_check, number, check), again=again))
    return pieces


def _day_head(day: str, pen: Pen, top: float) -> None:
    pen.text(MARGIN, top + 14, day, STRONG)


def _check(number: int, check: PackCheck, pen: Pen, top: float) -> None:
    middle = top + PEN_ROW / 2
    pen.text(MARGIN, middle + 3.6, str(number), STRONG)
    snug(pen, MARGIN + 24, middle, check.what, 126, strong=True)
    snug(pen, MARGIN + 156, middle, check.good, 126)
    for x, label in ((292.0, "Pass"), (340.0, "Fail"), (384.0, "Not done")):
        tick_box(pen, MARGIN + x, middle)
        pen.text(MARGIN + x + 10, middle + 3.6, label)
    unit = cut(check.unit, REGULAR, BODY, 28)
    wide = width_of(unit, REGULAR, BODY)
    pen.right(MARGIN + ROOM, middle + 5, unit, colour=MUTED)
    pen_gap(pen, MARGIN + 446, MARGIN + ROOM - (wide + 3 if wide else 0), middle + 6.5)
    pen.rule(top + PEN_ROW)


def _plain(heading: str, lines: Sequence[str], empty: str) -> list[Piece]:
    return [title(heading), *sentences(lines or [empty])]


def _urgent(site: SiteSheet) -> list[Piece]:
    """What matters in the first minute stands on the page in hand, and again on the site sheet."""
    return pairs("Turn off here", site.isolation, "If this happens", site.emergencies)


def _site_pieces(site: SiteSheet, *, headed: bool = False, starts_page: bool = False) -> list[Piece]:
    pieces: list[Piece] = []
    if headed:
        pieces.append(
            Piece(24.0, lambda pen, top: pen.heading(MARGIN, top + 24, "Site sheet", 15), True, starts_page)
        )
    if starts_page or not headed:  # what to turn off stands on this page already when the sheet follows on
        pieces += _urgent(site)
    pieces += pairs("Meters", site.meters, "Keyholders", site.keyholders)
    contractors = [(one.trade, f"{one.name}, {one.phone}" if one.phone else one.name) for one in site.contractors]
    half = (len(contractors) + 1) // 2
    pieces += pairs("Contractors on call", contractors[:half], "", contractors[half:])
    if not headed and site.alarm_panel:
        pieces += pairs("Alarm", [("Panel", site.alarm_panel), ("Code", IN_PERSON)])
    return [*pieces, *_plain("Beware of", site.hazards, "Ask in the office before you go up, in or under anything.")]


def _how_to(pack: CoverPackPaper) -> list[Piece]:
    """How the school wants a check done, in its own words, where it wrote them down."""
    return pairs("How to do them", pack.how_to)


TICK_ROW = 20.0


def _briefing(pack: CoverPackPaper) -> list[Piece]:
    """What is gone through before the first shift, in two columns to tick."""
    if not pack.briefing:
        return []
    pieces = [title("Before the first shift, tick what you went through together")]
    if pack.briefed:
        pieces += [replace(one, stays=True) for one in sentences([pack.briefed])]
    half = (len(pack.briefing) + 1) // 2
    rows = [(pack.briefing[n], *pack.briefing[n + half : n + half + 1]) for n in range(half)]
    pieces += [Piece(TICK_ROW, partial(_briefing_row, row), stays=True) for row in rows]
    return [*pieces, Piece(34.0, _briefing_signs)]


def _briefing_row(row: Sequence[str], pen: Pen, top: float) -> None:
    for left, words_ in zip((MARGIN, MARGIN + COLUMN + 24), row, strict=False):
        tick_box(pen, left + 7, top + TICK_ROW / 2)
        pen.text(left + 22, top + TICK_ROW / 2 + 3.6, cut(words_, REGULAR, BODY, COLUMN - 22))


def _briefing_signs(pen: Pen, top: float) -> None:
    for left, label in ((MARGIN, "Shown round by, date"), (MARGIN + COLUMN + 24, "Keys signed for, date")):
        pen_gap(pen, left, left + COLUMN, top + 18)
        pen.text(left, top + 31, label, colour=MUTED)


def _slip(pack: CoverPackPaper) -> list[Piece]:
    """The hours claim slip: one row a shift and two signatures, kept together where a page can hold them."""
    pieces = [title("Hours worked, to sign and hand in"), Piece(20.0, _slip_heads, stays=True)]
    pieces += [Piece(SLIP_ROW, partial(_slip_row, shift), stays=True) for shift in pack.shifts[:14]]
    pieces += [Piece(SLIP_ROW, partial(_slip_row, shift)) for shift in pack.shifts[14:]]
    return [*pieces, Piece(56.0, partial(_slip_signs, pack))]


SLIP_GAPS = (
    (172.0, 232.0, "Start"), (242.0, 302.0, "End"), (312.0, 372.0, "Break"), (382.0, 442.0, "Travel"),
    (452.0, ROOM, "Miles"),
)  # fmt: skip


def _slip_heads(pen: Pen, top: float) -> None:
    pen.text(MARGIN, top + 13, "Day and agreed hours", STRONG, colour=MUTED)
    for left, _right, label in SLIP_GAPS:
        pen.text(MARGIN + left, top + 13, label, STRONG, colour=MUTED)


def _slip_row(shift: Shift, pen: Pen, top: float) -> None:
    pen.text(MARGIN, top + 17, f"{words.short_day(shift.day)}, {_times(shift)}")
    for left, right, _label in SLIP_GAPS:
        pen_gap(pen, MARGIN + left, MARGIN + right, top + 20)


def _slip_signs(pack: CoverPackPaper, pen: Pen, top: float) -> None:
    for left, label in (
        (MARGIN, f"Signed by {pack.for_whom}"),
        (MARGIN + COLUMN + 24, f"For {pack.site.school}"),
    ):
        pen_gap(pen, left, left + COLUMN, top + 38)
        pen.text(left, top + 51, cut(f"{label}, date", REGULAR, BODY, COLUMN), colour=MUTED)
