"""Faults: reported with a check or alone, and closed by somebody who says when they were put right."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from bursar_desk.domain import words
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import Changes

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from db.queries.checks import DefectRow

RISKS = ("danger", "high", "medium", "low")
ENDS = ("done", "verified", "rejected")


def listing(desk: Desk, *, school: bytes | None = None, every: bool = False) -> list[DefectRow]:
    """Return the open faults of a school (home by default), or all there ever were, the most dangerous first."""
    from db.queries.checks import defects

    with desk.store.connect() as con:
        found = defects(con, school or (None if desk.is_office else desk.home))
    return [one for one in found if every or one.open]


def get(desk: Desk, defect: bytes) -> DefectRow:
    """Return one fault. Raises ``UserError`` when it is not here."""
    for one in listing(desk, every=True):
        if one.id == defect:
            return one
    raise UserError("That fault is not in this register.", "Nothing was changed.", "See “defect list”.")


def report(desk: Desk, title: str, *, risk: str = "medium", note: str = "", place: bytes | None = None,
           on: dt.date | None = None, target_on: dt.date | None = None) -> tuple[DefectRow, Changes]:  # fmt: skip
    """Report a fault by itself. Raises ``UserError`` for one without a title, of another risk or on a day to come."""
    if not title.strip():
        raise UserError("Say what is wrong.", "Nothing was changed.", "A few words are enough.")
    if risk not in RISKS:
        raise UserError(f"“{risk}” is not a risk.", "Nothing was changed.", f"Use one of: {', '.join(RISKS)}.")
    raised = on or desk.today
    if raised > desk.today:
        raise UserError(f"{words.long_date(raised)} has not come yet.", "Nothing was changed.", "Check the day.")
    with desk.act(ActCode.REPORT_DEFECT, subject=title.strip()) as act:
        row = act.create("defect", {
            "title": title.strip(), "risk": risk, "state": "reported", "raised_on": raised, "raised_by": desk.who,
            "note": note or None, "place": place, "target_on": target_on,
        })  # fmt: skip
    return get(desk, row), Changes(frozenset(act.tables), act.note.act)


def close(desk: Desk, defect: bytes, *, on: dt.date | None = None, as_state: str = "done") -> tuple[DefectRow, Changes]:
    """Say that a fault was put right, or was none. Raises ``UserError`` for a day that cannot be."""
    one = get(desk, defect)
    day = on or desk.today
    if as_state not in ENDS:
        raise UserError(f"“{as_state}” is not an end.", "Nothing was changed.", f"Use one of: {', '.join(ENDS)}.")
    if one.school != desk.home:
        raise UserError("That fault belongs to another school.", "Nothing was changed.", "They close it there.")
    if not one.open:
        raise UserError(f"“{one.title}” is closed already.", "Nothing was changed.", "See “defect list --all”.")
    if day > desk.today or (one.raised_on is not None and day < one.raised_on):
        raise UserError(
            f"It cannot have been put right on {words.long_date(day)}.", "Nothing was changed.", "Check the day."
        )
    with desk.act(ActCode.CHANGE_DEFECT, subject=one.title) as act:
        act.set("defect", defect, {"state": as_state, "closed_on": day, "closed_by": desk.who})
    return get(desk, defect), Changes(frozenset(act.tables), act.note.act)
