"""The wall planner: twelve months on one landscape page, what is due each week by the letter of its area."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final

from bursar_desk.domain import words
from reports import paper
from reports.marks import HAIR, INK, MUTED, WHITE, Colour
from reports.paper import A3_SCALE, LYING, MARGIN, REGULAR, STRONG, Frame, Pen, cut, width_of, wrap
from reports.plain_book import PlainSheet, write_book
from reports.saving import Written, save
from reports.wording import made
from reports.workbook import Typed

LETTERS: Final = {
    "fire": "F", "water": "W", "gas_electrical": "E", "lifting_equipment": "L", "asbestos": "A", "play_grounds": "G",
    "first_aid": "H", "security": "S", "kitchen": "K", "training": "T",
}  # fmt: skip
"""The letter of each area on the planner; "O" stands for any other."""
SHADE: Final[Colour] = (0.80, 0.82, 0.85)
PALE: Final[Colour] = (0.90, 0.92, 0.94)
HEAD: Final = 30.0
FOOT_ROOM: Final = 60.0
GAP: Final = 10.0
DAYS_WIDE: Final = 62.0


@dataclass(frozen=True, slots=True)
class PlannerItem:
    """One check due on a day; ``done`` for one that lies behind and was done then. ``required``: by law or code.

    ``seldom``: about how many days lie between; the rarest are named first.
    """

    day: date
    area: str
    title: str
    place: str = ""
    who: str = ""
    required: bool = True
    done: bool = False
    seldom: float = 0.0


@dataclass(frozen=True, slots=True)
class PlannerDay:
    """How a day is shaded: "holiday", "bank", "inset", or "" for a school day; weekends are left out."""

    day: date
    kind: str


@dataclass(frozen=True, slots=True)
class PlannerWeek:
    """One week by its Monday, its five days, and what falls in it."""

    monday: date
    days: tuple[PlannerDay, ...]
    items: tuple[PlannerItem, ...]


@dataclass(frozen=True, slots=True)
class PlannerMonth:
    """The weeks that begin in a month."""

    name: str
    weeks: tuple[PlannerWeek, ...]


@dataclass(frozen=True, slots=True)
class Planner:
    """Twelve months; ``often`` are the sentences about daily and weekly checks, which are not drawn week by week."""

    school: str
    title: str
    months: tuple[PlannerMonth, ...]
    areas: tuple[tuple[str, str], ...]
    often: tuple[str, ...]
    today: date
    made_at: datetime
    late: int = 0
    practice: bool = False


def letter_of(area: str) -> str:
    """Return the letter an area has on the planner."""
    return LETTERS.get(area, "O")


def write_pdf(planner: Planner, path: Path, size: str = "a3") -> Written:
    """Save the planner on one landscape page, "a3" or "a4". Raises UserError when it cannot be saved."""
    save(path, make_pdf(planner, size))
    return Written(path, 1, {"due": words.number(sum(len(week.items) for week in _weeks(planner)))})


def make_pdf(planner: Planner, size: str = "a3") -> bytes:
    """Return the planner as one page."""
    paper.load_fonts()
    frame = Frame(
        f"{planner.title}, {planner.school}", planner.school, f"Made from records on {made(planner.made_at)}",
        "Dates move when a check is done early or late: print it again each term", planner.practice, "", LYING,
        A3_SCALE if size == "a3" else 1.0,
    )  # fmt: skip
    return paper.build(frame, [partial(_page, planner)])


def write_xlsx(planner: Planner, path: Path) -> Written:
    """Save the planner as a workbook: week by week, and as a list."""
    areas = planner.areas
    heads = (("Week of", 14.0), ("School", 26.0), *((name, 34.0) for _, name in areas))
    rows: tuple[tuple[Typed, ...], ...] = tuple(
        (week.monday, _closed_words(week), *(_titles(week, code) for code, _ in areas)) for week in _weeks(planner)
    )
    listed = tuple(
        (item.day, item.title, dict(areas).get(item.area, item.area), item.place, item.who,
         "Required" if item.required else "Recommended", "Done" if item.done else "Due")
        for week in _weeks(planner) for item in week.items
    )  # fmt: skip
    above = (f"{planner.title}, {planner.school}", *planner.often)
    columns = (
        ("Day", 14.0), ("Check", 46.0), ("Area", 24.0), ("Place", 24.0), ("Who", 22.0), ("Standing", 14.0),
        ("Done or due", 12.0),
    )  # fmt: skip
    sheets = (PlainSheet("Weeks", above, heads, rows), PlainSheet("List", above[:1], columns, listed))
    return write_book(path, above[0], sheets, planner.made_at, practice=planner.practice)


def _titles(week: PlannerWeek, area: str) -> str:
    return "; ".join(item.title for item in week.items if item.area == area)


def _closed_words(week: PlannerWeek) -> str:
    kinds = [day.kind for day in week.days]
    if all(kind in ("holiday", "bank") for kind in kinds):
        return "School holiday"
    said = [f"{words.WEEKDAYS[day.day.weekday()][:3]} {_KINDS[day.kind]}" for day in week.days if day.kind]
    return ", ".join(said)


_KINDS: Final = {"holiday": "holiday", "bank": "bank holiday", "inset": "INSET"}


def _weeks(planner: Planner) -> list[PlannerWeek]:
    return [week for month in planner.months for week in month.weeks]


# --- the page --------------------------------------------------------------------------------------------------------


def _page(planner: Planner, pen: Pen) -> None:
    pen.bookmark(planner.title)
    pen.text(MARGIN, MARGIN + 8, cut(planner.title, STRONG, 17, 330), STRONG, 17)
    pen.right(pen.width - MARGIN, MARGIN + 8, cut(planner.school, STRONG, 13, 400), STRONG, 13)
    top, foot = MARGIN + HEAD - 8, pen.height - paper.BELOW - FOOT_ROOM
    across, down = 4, 3
    wide = (pen.width - 2 * MARGIN - GAP * (across - 1)) / across
    high = (foot - top) / down
    for n, month in enumerate(planner.months):
        left = MARGIN + (n % across) * (wide + GAP)
        _month(pen, planner, month, left, top + (n // across) * high, wide, high - 6)
    _legend(pen, planner, foot + 4)


def _month(pen: Pen, planner: Planner, month: PlannerMonth, left: float, top: float, wide: float, high: float) -> None:
    pen.text(left, top + 11, month.name, STRONG, 11)
    pen.rule(top + 15, left, left + wide, heavy=True)
    step = (high - 16) / max(5, len(month.weeks))
    for n, week in enumerate(month.weeks):
        _week(pen, planner, week, left, top + 16 + n * step, wide, step)


def _week(pen: Pen, planner: Planner, week: PlannerWeek, left: float, top: float, wide: float, high: float) -> None:
    cell = DAYS_WIDE / 5
    for n, day in enumerate(week.days):
        x = left + n * cell
        if day.kind in ("holiday", "bank"):
            pen.block(x, top + 0.5, cell, high - 1, SHADE)
        elif day.kind == "inset":
            pen.block(x, top + 0.5, cell, high - 1, PALE)
        pen.text(x + 1.5, top + 8.6, str(day.day.day), STRONG if day.kind == "bank" else REGULAR, 7, INK)
        note = {"bank": "BH", "inset": "IN"}.get(day.kind, "")
        if note:
            pen.text(x + 1.5, top + 16, note, STRONG, 5.8)
    if week.monday <= planner.today <= week.monday + timedelta(days=6):
        pen.box(left - 1, top + 0.5, wide + 2, high - 1)
    _badges(pen, week, left + DAYS_WIDE + 4, top, wide - DAYS_WIDE - 4, high)
    pen.rule(top + high, left, left + wide)


def _badges(pen: Pen, week: PlannerWeek, left: float, top: float, wide: float, high: float) -> None:
    x = left
    for (letter, required, done), count in _grouped(week).items():
        text = letter if count == 1 else f"{letter}{count}"
        room = max(9.5, width_of(text, STRONG, 7.5) + 4)
        if x + room > left + wide:
            break
        _badge(pen, text, x, top + 2, room, required=required, done=done)
        x += room + 2.5
    said = "; ".join(dict.fromkeys(item.title for item in _first(week)))
    lines = max(0, int((high - 12.2) / 6.1))
    if said and lines:
        pen.lines(left, top + 16.8, wrap(said, REGULAR, 6.0, wide, min(lines, 3)), size=6.0, leading=6.0)


def _first(week: PlannerWeek) -> list[PlannerItem]:
    return sorted(week.items, key=lambda item: (item.done, -item.seldom, not item.required, item.title))


def _grouped(week: PlannerWeek) -> dict[tuple[str, bool, bool], int]:
    found: dict[tuple[str, bool, bool], int] = {}
    order = [*LETTERS.values(), "O"]
    items = sorted(week.items, key=lambda item: (item.done, order.index(letter_of(item.area)), not item.required))
    for item in items:
        key = (letter_of(item.area), item.required, item.done)
        found[key] = found.get(key, 0) + 1
    return found


def _badge(pen: Pen, text: str, x: float, top: float, wide: float, *, required: bool, done: bool) -> None:
    colour = INK
    if required and not done:
        pen.block(x, top, wide, 9.5, INK)
        colour = WHITE
    else:
        pen.pen_line(MUTED if done else INK, 0.6)
        radius = 0 if required else 4.7
        pen.canvas.roundRect(x, pen.height - top - 9.5, wide, 9.5, radius)
    pen.text(x + (wide - width_of(text, STRONG, 7.5)) / 2, top + 7.3, text, STRONG, 7.5, MUTED if done else colour)
    if done:
        pen.pen_line(MUTED, 0.9)
        pen.canvas.line(x - 0.5, pen.height - top - 9.5, x + wide + 0.5, pen.height - top)


def _legend(pen: Pen, planner: Planner, top: float) -> None:
    x = MARGIN
    for code, name in planner.areas:
        text = letter_of(code)
        _badge(pen, text, x, top + 1, 9.5, required=True, done=False)
        pen.text(x + 12.5, top + 8.6, name, size=7.5)
        x += 12.5 + width_of(name, REGULAR, 7.5) + 9
    y = top + 13
    x = MARGIN
    samples = ((True, False, "the law or a code asks for it"), (False, False, "recommended"), (True, True, "done"))
    for required, done, said in samples:
        _badge(pen, "F", x, y + 1, 9.5, required=required, done=done)
        pen.text(x + 13, y + 8.6, said, size=7.5)
        x += 13 + width_of(said, REGULAR, 7.5) + 12
    pen.text(x, y + 8.6, "F2: two checks.", size=7.5)
    x += width_of("F2: two checks.", REGULAR, 7.5) + 12
    for shade, said in ((SHADE, "School holiday, BH bank holiday"), (PALE, "IN staff day (INSET)")):
        pen.block(x, y + 1, 12, 9.5, shade)
        pen.pen_line(HAIR, 0.4)
        pen.canvas.rect(x, pen.height - y - 10.5, 12, 9.5)
        pen.text(x + 15, y + 8.6, said, size=7.5)
        x += 15 + width_of(said, REGULAR, 7.5) + 12
    if planner.late:
        late = f"{words.count(planner.late, 'check')} late now: see the chase list."
        pen.right(pen.width - MARGIN, y + 8.6, late, STRONG, 8)
    y += 15
    for sentence in planner.often:
        lines = wrap(sentence, REGULAR, 8, pen.width - 2 * MARGIN, 2)
        y = pen.lines(MARGIN, y + 8, lines, size=8, leading=9.6) - 6.5
