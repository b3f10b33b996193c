"""Sheets that are kept: what each line asks for, so that paper can be keyed back in by code and line number."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from bursar_desk.domain import words
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.operations import Changes
from bursar_desk.services.reporting_lines import ALL_WELL, GOOD, good_words, last_value, short_last

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.standing import CheckStanding
    from db.engine import Connection
    from db.queries.sheets import SheetRow

DAY, WEEK, BLANK, WALK_BY_PLACE, WALK_BY_THEME = "day", "week", "blank", "walk by place", "walk by theme"
COVER = "cover"
"""A cover pack: its lines have their days, and those without a check are duties such as unlocking."""
WALKS = (WALK_BY_PLACE, WALK_BY_THEME)
WHOLE = "Whole school"


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One line of a printed sheet. ``due``: the day it is to be done, None where the day is written by hand;

    ``step``: the number or answer it asks for, "" for pass or fail; ``question``: that of a walk. ``last`` is
    for the print only and is not kept; ``legal``: the date it was due when printed, where that is another day;
    ``cover``: the request for cover whose pack it is a line of.
    """

    check: bytes | None
    point: str
    step: str
    due: dt.date | None
    what: str
    place: str
    unit: str = ""
    question: str = ""
    good: str = ""
    last: str = ""
    legal: dt.date | None = None
    cover: bytes | None = None

    def kept(self, number: int) -> dict[str, Any]:
        """Return the line as it is kept and travels."""
        made: dict[str, Any] = {
            "line": number, "check": self.check.hex() if self.check else "", "point": self.point, "step": self.step,
            "due": self.due.isoformat() if self.due else "", "what": self.what, "place": self.place,
            "unit": self.unit,
        }  # fmt: skip
        more = {"question": self.question, "good": self.good}
        if self.legal is not None and self.legal != self.due:
            more["legal"] = self.legal.isoformat()
        if self.cover is not None:
            more["cover"] = self.cover.hex()
        return made | {name: words_ for name, words_ in more.items() if words_}

    @property
    def same(self) -> tuple[object, ...]:
        """Return what makes it the same line, however its words were printed."""
        return (self.check, self.point, self.step, self.due, self.question)


def line_kept(found: Mapping[str, Any]) -> SheetLine:
    """Return a line from what was kept; what cannot be read is left empty, so that the others stay of use."""

    def text(name: str) -> str:
        value = found.get(name)
        return value if isinstance(value, str) else ""

    def row(name: str) -> bytes | None:
        try:
            return bytes.fromhex(text(name)) or None
        except ValueError:
            return None

    def day(name: str) -> dt.date | None:
        try:
            return dt.date.fromisoformat(text(name))
        except ValueError:
            return None

    return SheetLine(
        row("check"),
        text("point"),
        text("step"),
        day("due"),
        text("what"),
        text("place"),
        text("unit"),
        text("question"),
        text("good"),
        legal=day("legal"),
        cover=row("cover"),
    )


def lines_of(one: CheckStanding, place: str, days: Sequence[dt.date | None], today: dt.date) -> list[SheetLine]:
    """Return the lines a check takes: one a day, one for each point that is looked at, one for each number read.

    Points in turn go on from day to day as they will when each is done.
    """
    made = []
    for turn, day in enumerate(days):
        for point in points_of(one, turn):
            legal = one.status.legal_due if turn == 0 and day is not None else None
            made += [replace(line, legal=legal) for line in _of_point(one, place, point, day, today)]
    return made


def points_of(one: CheckStanding, turn: int) -> tuple[str, ...]:
    """Return the points a check looks at: every one, or the one whose turn it is ``turn`` times from now."""
    from bursar_desk.services.checks import next_point

    points = one.check.points
    if not points:
        return ("",)
    if one.check.points_mode == "each":
        return points
    return (points[(points.index(next_point(one.check, one.last)) + turn) % len(points)],)


def named(title: str, point: str) -> str:
    """Return a check with its point: "Fire alarm test, call point 7, Hall corridor"."""
    if not point:
        return title
    plain = f"point {point}" if point.isdigit() else point[:1].lower() + point[1:] if point[1:2].islower() else point
    return f"{title}, {plain}"


def _of_point(
    one: CheckStanding, place: str, point: str, day: dt.date | None, today: dt.date
) -> list[SheetLine]:  # fmt: skip
    check = one.check
    last = next((record for record in reversed(one.records) if record.point == point), None)
    last = last if check.points_mode == "each" else one.last
    if not check.readings:
        good = check.how_to or GOOD.get(check.code, ALL_WELL)
        what = named(check.title, point)
        return [SheetLine(check.id, point, "", day, what, place, good=good, last=short_last(last, today))]
    title = named(check.title, point) if check.points_mode == "each" else check.title
    return [
        SheetLine(
            check.id, point, str(reading.get("name", "")), day, f"{title}: {reading.get('name', '')}", place,
            str(reading.get("unit", "")), good=good_words(reading), last=last_value(last, reading),
        )
        for reading in check.readings
    ]  # fmt: skip


def on_paper(kept: Sequence[Mapping[str, Any]], fresh: Sequence[SheetLine]) -> list[SheetLine]:
    """Return what a sheet prints: the lines it had when it was first printed, at their numbers, then the new ones."""
    now = {line.same: line for line in fresh}
    old = [line_kept(one) for one in kept]
    printed = [now.get(line.same, line) for line in old]
    had = {line.same for line in old}
    return printed + [line for line in fresh if line.same not in had]


def paper_code(desk: Desk, kind: str, what: str, row: bytes = b"") -> str:
    """Return the code of a sheet: the same for the same paper of the same computer, whenever it is printed.

    Another computer may know other checks or points in another order. Its sheet of the same day has a code of its own,
    so that a line number never means two things.
    """
    from reports.sheet_code import short_code

    return short_code(f"{kind} ".encode() + desk.home + desk.store.facts.writer + f" {what} ".encode() + row)


def kept_lines(con: Connection, desk: Desk, code: str) -> tuple[dict[str, Any], ...]:
    """Return the lines of a sheet printed before, or none."""
    from db.queries.sheets import sheet

    found = sheet(con, desk.home, code)
    return found.lines if found else ()


def keep(desk: Desk, kind: str, code: str, on: dt.date, who: str, lines: Sequence[SheetLine]) -> Changes:
    """Keep a sheet as it is printed. Printed again with the same lines it writes nothing; new lines are added to it.

    Its id follows from the code. Under a cover pack nothing is kept: what is done there is recorded in the pack's own
    register.
    """
    if desk.is_guest:
        return Changes(frozenset())
    from db.queries.sheets import sheet

    made = [line.kept(number) for number, line in enumerate(lines, 1)]
    with desk.store.connect() as con:
        before = sheet(con, desk.home, code)
    if before is not None and list(before.lines) == made:
        return Changes(frozenset())
    text = json.dumps(made, ensure_ascii=False)
    with desk.act(ActCode.PRINT_SHEET, subject=f"{code}, {words.short_date(on)}") as act:
        if before is not None:
            act.set("sheet", before.id, {"lines": text})
        else:
            row = act.session.derived(desk.home, "sheet", code)
            values = {"code": code, "kind": kind, "on_date": on, "lines": text, "said_by": who}
            act.create("sheet", values, row=row)
    return Changes(frozenset(act.tables), act.note.act)


def listing(desk: Desk) -> list[SheetRow]:
    """Return the sheets that were printed, the latest day first."""
    from db.queries.sheets import sheets

    with desk.store.connect() as con:
        return sheets(con, desk.home)
