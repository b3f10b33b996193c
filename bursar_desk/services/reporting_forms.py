"""Forms to fill in by hand: the walk round the site in its two orders, and a blank one for any check."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

from bursar_desk.domain.errors import UserError
from bursar_desk.domain.intervals import describe
from bursar_desk.services import sheets, walks
from bursar_desk.services.checks import names_for
from bursar_desk.services.reporting_governors import school_time
from bursar_desk.services.standing import standings

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from reports.blank_form import BlankForm
    from reports.walk_form import WalkForm

ROWS = 24
"""How many lines a blank form has at least; a turn of several lines is never cut."""


def walk_form(
    desk: Desk, day: dt.date | None = None, *, order: str = "place"
) -> tuple[WalkForm, list[sheets.SheetLine]]:
    """Return the form of a walk in one of its orders, and its lines as they are kept."""
    from reports.walk_form import WalkForm, WalkLine

    on = day or desk.today
    fresh = walks.walk_lines(order)
    code = sheets.paper_code(desk, "walk", f"{order} {on.isoformat()}")
    with desk.store.connect() as con:
        lines = sheets.on_paper(sheets.kept_lines(con, desk, code), fresh)
        school = names_for(desk, con).school(desk.home)[0]
    printed = tuple(WalkLine(line.place, line.what, line.good) for line in lines)
    said = "in walking order" if order == "place" else "by theme"
    form = WalkForm("Walk round the site", school, on, said, printed, code, school_time(desk), desk.who, desk.practice)
    return form, lines


def blank_form(desk: Desk, check: bytes | None, day: dt.date | None = None) -> tuple[BlankForm, list[sheets.SheetLine]]:
    """Return a form for the next times a check is done, and its lines as they are kept; its days are written by hand.

    Raises ``UserError`` without a check, or for one that is not here.
    """
    from reports.blank_form import BlankForm, BlankLine

    on = day or desk.today
    with desk.store.connect() as con:
        found = standings(con, desk.home, desk.today, {check}) if check else []
        names = names_for(desk, con)
        if not found:
            raise UserError("Say which check the form is for.", "Nothing was made.", "Choose one of the list.")
        one = found[0]
        place = names.places.get(one.check.place or b"", sheets.WHOLE)
        code = sheets.paper_code(desk, "blank", on.isoformat(), one.check.id)
        each = one.check.points_mode == "each"
        turn = sheets.lines_of(one, place, [None], desk.today)
        turns = -(-ROWS // len(turn))
        fresh = turn * turns if each else sheets.lines_of(one, place, [None] * turns, desk.today)
        kept = sheets.kept_lines(con, desk, code)
        lines = [sheets.line_kept(row) for row in kept] if kept else fresh
    titled = one.check.title
    printed = tuple(
        BlankLine(
            line.what.removeprefix(titled).lstrip(",: "),
            line.unit,
            n % len(turn) == 0,
            n > 0 and len(turn) > 1 and n % len(turn) == 0,
        )
        for n, line in enumerate(lines)
    )
    every = describe(one.facts.rule)
    goods = tuple(dict.fromkeys(f"{line.step} {line.good}".strip() if line.step else line.good for line in turn))
    form = BlankForm(
        titled, names.school(desk.home)[0], place, every[:1].upper() + every[1:], goods,
        one.check.how_to if one.check.readings else "", printed, code, on, school_time(desk), desk.practice,
    )  # fmt: skip
    return form, [replace(line, last="") for line in lines]
