"""The chase list: one page to walk round with, per person and per check, with boxes for a new date and initials."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path

from bursar_desk.domain import words
from reports import paper
from reports.marks import MUTED
from reports.paper import BODY, FOOT, MARGIN, REGULAR, ROOM, STRONG, WIDTH, Frame, Pen, cut, wrap
from reports.saving import Written, save
from reports.wording import made

WHAT, LATE, WHY, NEW, INITIALS = 0.0, 168.0, 262.0, 392.0, 470.0
TOP = MARGIN + 74
NAME_ROW = 24.0
MORE = 20.0


@dataclass(frozen=True, slots=True)
class ChaseItem:
    """One late check: what, where, when it was due, how many days late, the last reason given (or "")."""

    what: str
    place: str
    due: date
    days_late: int
    last_reason: str = ""


@dataclass(frozen=True, slots=True)
class ChasePerson:
    """One person and what they owe, worst first."""

    name: str
    items: tuple[ChaseItem, ...]


@dataclass(frozen=True, slots=True)
class ChaseList:
    """The people to chase, in the order to see them; ``stamp`` and ``as_at`` as on the governors' report."""

    school: str
    people: tuple[ChasePerson, ...]
    made_at: datetime
    practice: bool = False
    stamp: str = ""
    as_at: str = ""


def make_pdf(chase: ChaseList) -> bytes:
    """Return the list as a PDF of exactly one page; what does not fit is counted at its foot."""
    return _draw(chase)[0]


def write_pdf(chase: ChaseList, path: Path) -> Written:
    """Save the page at ``path``. Raises UserError when it cannot be saved; nothing is left behind then."""
    pdf, shown = _draw(chase)
    save(path, pdf)
    return Written(path, 1, {"late": words.number(_late(chase)), "shown": words.number(shown)})


def _late(chase: ChaseList) -> int:
    return sum(len(person.items) for person in chase.people)


@dataclass(frozen=True, slots=True)
class _Row:
    """A person's name (``item`` is None) or one of their checks, with its text already broken into lines."""

    name: str
    item: ChaseItem | None
    what: tuple[str, ...] = ()
    place: tuple[str, ...] = ()
    why: tuple[str, ...] = ()
    height: float = NAME_ROW


def _rows(chase: ChaseList, lowest: float, lines: int) -> list[_Row]:
    rows: list[_Row] = []
    for person in chase.people:
        if not person.items:
            continue
        rows.append(_Row(person.name, None))
        for item in person.items:
            what = tuple(wrap(item.what, STRONG, BODY, LATE - 8, lines))
            place = tuple(wrap(item.place, REGULAR, BODY, LATE - 8, 1)) if item.place else ()
            why = tuple(wrap(item.last_reason or "None given yet", REGULAR, BODY, NEW - WHY - 8, lines + 1))
            deepest = max(len(what) + len(place), len(why), 2)
            rows.append(_Row(person.name, item, what, place, why, max(lowest, 13 * deepest + 6)))
    return rows


def _draw(chase: ChaseList) -> tuple[bytes, int]:
    paper.load_fonts()
    room = FOOT - TOP - 22 - 6
    for lowest, lines in ((34.0, 2), (32.0, 1)):
        rows = _rows(chase, lowest, lines)
        if sum(row.height for row in rows) <= room:
            break
    else:
        rows = _first_rows(rows, room - MORE)
    shown = sum(row.item is not None for row in rows)
    frame = Frame(
        f"Chase list, {chase.school}", chase.school, f"Made from records on {made(chase.made_at)}",
        f"Stamp {chase.stamp}" if chase.stamp else "", chase.practice, chase.as_at,
    )  # fmt: skip
    return paper.build(frame, [partial(_page, chase, rows, _late(chase) - shown)]), shown


def _first_rows(rows: Sequence[_Row], room: float) -> list[_Row]:
    """Return the rows that fit; a name is not left standing without a check below it."""
    kept: list[_Row] = []
    for row in rows:
        room -= row.height
        if room < 0:
            break
        kept.append(row)
    while kept and kept[-1].item is None:
        kept.pop()
    return kept


def _page(chase: ChaseList, rows: Sequence[_Row], hidden: int, pen: Pen) -> None:
    pen.heading(MARGIN, MARGIN + 11, "Chase list", size=19)
    pen.lines(MARGIN, MARGIN + 30, wrap(chase.school, REGULAR, 12.5, 330, 2), size=12.5, leading=15)
    pen.right(WIDTH - MARGIN, MARGIN + 7, words.long_date(chase.made_at), STRONG)
    people = sum(1 for person in chase.people if person.items)
    late = _late(chase)
    summary = f"{words.count(late, 'late check')}, {words.count(people, 'person', 'people')}"
    pen.right(WIDTH - MARGIN, MARGIN + 21, summary if late else "Nothing is late")
    pen.rule(MARGIN + 56, heavy=True)
    if not rows:
        pen.text(MARGIN, MARGIN + 80, "Nothing is late, so there is nobody to chase.")
        return
    heads = ((WHAT, "What"), (LATE, "How late"), (WHY, "Last reason"), (NEW, "New date"), (INITIALS, "Initials"))
    for x, head in heads:
        pen.text(MARGIN + x, TOP + 8, head, STRONG, colour=MUTED)
    pen.rule(TOP + 16, heavy=True)
    y = TOP + 16
    for row in rows:
        _row(pen, y, row)
        y += row.height
    if hidden:
        pen.text(MARGIN, y + 15, f"and {words.number(hidden)} more on the list", STRONG)


def _row(pen: Pen, top: float, row: _Row) -> None:
    if row.item is None:
        pen.heading(MARGIN, top + 17, cut(row.name or "Nobody yet", STRONG, 12, ROOM))
        pen.rule(top + row.height)
        return
    below = pen.lines(MARGIN + WHAT, top + 14, row.what, STRONG, leading=13)
    pen.lines(MARGIN + WHAT, below, row.place, colour=MUTED, leading=13)
    pen.one_line(MARGIN + LATE, top + 14, f"{words.count(row.item.days_late, 'day')} late", 88, STRONG)
    pen.one_line(MARGIN + LATE, top + 27, f"due {words.short_date(row.item.due)}", 88, colour=MUTED)
    pen.lines(MARGIN + WHY, top + 14, row.why, leading=13)
    pen.box(MARGIN + NEW, top + 5, INITIALS - NEW - 10, 22)
    pen.box(MARGIN + INITIALS, top + 5, ROOM - INITIALS, 22)
    pen.rule(top + row.height)
