"""Meetings of governors and committees: when who meets, and when papers are due. Decide-by dates come from them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain import words
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.date_math import add_days
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import Changes
from bursar_desk.services.contracts_shapes import MeetingLine
from bursar_desk.services.people import must_manage
from bursar_desk.services.plain_text import one_line

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from db.queries.contracts import MeetingRow

SAFE: Final = "Nothing was changed."
GOVERNORS, TRUSTEES, FINANCE = "Governing body", "Trust board", "Finance committee"
BODIES: Final = (GOVERNORS, FINANCE, TRUSTEES, "Premises committee", "Resources committee")
"""Bodies that are often meant; any other may be typed."""
PAPER_DAYS: Final = 7
"""Maintained schools send papers seven days before (School Governance Regulations 2013, regulation 13)."""
_MOST_PAPER_DAYS: Final = 60
_BEGINS: Final = dt.date(1990, 1, 1)
_MOST_AT_ONCE: Final = 60


def listing(desk: Desk, school: bytes | None = None, *, past: bool = False) -> list[MeetingLine]:
    """Return the meetings of this school, of another one or of all in an office, earliest first; old ones if asked."""
    from db.queries.contracts import meetings

    with desk.store.connect() as con:
        rows = meetings(con, school or (None if desk.is_office else desk.home))
    lines = [_line(row, row.on_date, desk.today) for row in rows if row.on_date is not None]
    return [one for one in lines if past or not one.past]


def _line(row: MeetingRow, on: dt.date, today: dt.date) -> MeetingLine:
    days = row.paper_days
    papers = add_days(on, -days) if days is not None and 0 <= days <= _MOST_PAPER_DAYS else None
    said = f"{row.body or 'Meeting'}, {words.short_date(on)}"
    if row.minute is not None and 0 <= row.minute < 1440:
        said += f" at {row.minute // 60:02d}:{row.minute % 60:02d}"
    return MeetingLine(row, row.body or "Meeting", on, papers, said, on < today)


def get(desk: Desk, meeting: bytes) -> MeetingLine:
    """Return one meeting. Raises ``UserError`` when it is not here."""
    for one in listing(desk, past=True):
        if one.id == meeting:
            return one
    raise UserError("That meeting is not in this register.", SAFE, "See “contract meeting list”.")


def add(
    desk: Desk, body: str, days: Sequence[dt.date], *, minute: int | None = None, paper_days: int = PAPER_DAYS,
    note: str = "",
) -> tuple[tuple[bytes, ...], Changes]:  # fmt: skip
    """Enter one or several meetings of a body as one act. ``minute`` after midnight; papers ``paper_days`` before.

    Raises ``UserError`` for a day that body meets on already, and for days that cannot be.
    """
    must_manage(desk)
    named = one_line(body)
    if not named:
        raise UserError("Say who meets.", SAFE, f"For example: {GOVERNORS}.")
    if not days:
        raise UserError("Say on which day they meet.", SAFE, "Type one day or several.")
    if len(days) > _MOST_AT_ONCE:
        raise UserError(f"{_MOST_AT_ONCE} meetings are the most at once.", SAFE, "Enter the others after these.")
    _must_be_possible(days, minute, paper_days)
    taken = {(one.body.casefold(), one.on) for one in listing(desk, desk.home, past=True)}
    for day in dict.fromkeys(days):
        if (named.casefold(), day) in taken:
            raise UserError(f"{named} on {words.long_date(day)} is here already.", SAFE, "Leave that day out.")
    wanted = sorted(set(days))
    said = words.short_date(wanted[0]) if len(wanted) == 1 else f"{len(wanted)} days"
    with desk.act(ActCode.SET_MEETING, subject=f"{named}, {said}") as act:
        made = tuple(
            act.create("meeting", {
                "body": named, "on_date": day, "minute": minute, "paper_days": paper_days,
                "note": one_line(note) or None,
            })
            for day in wanted
        )  # fmt: skip
    return made, Changes(frozenset(act.tables), act.note.act)


def change(desk: Desk, meeting: bytes, values: Mapping[str, Any]) -> Changes:
    """Move or rename a meeting: body, on_date, minute, paper_days, note. Raises ``UserError`` for what cannot be."""
    line = _ours(desk, meeting)
    unknown = set(values) - {"body", "on_date", "minute", "paper_days", "note"}
    if unknown:
        raise KeyError(f"a meeting has no {sorted(unknown)}")
    new: dict[str, Any] = dict(values)
    new |= {name: one_line(new[name]) for name in ("body", "note") if name in new}
    if not new.get("body", line.body):
        raise UserError("Say who meets.", SAFE, f"For example: {GOVERNORS}.")
    day = new.get("on_date", line.on)
    if day is None:
        raise UserError("Say on which day they meet.", SAFE, "To take the meeting out, remove it.")
    _must_be_possible([day], new.get("minute"), new.get("paper_days"))
    with desk.act(ActCode.SET_MEETING, subject=f"{new.get('body', line.body)}, {words.short_date(day)}") as act:
        act.set("meeting", meeting, {name: value if value != "" else None for name, value in new.items()})
    return Changes(frozenset(act.tables), act.note.act)


def remove(desk: Desk, meeting: bytes) -> Changes:
    """Take a meeting out that will not be held; undo brings it back."""
    line = _ours(desk, meeting)
    with desk.act(ActCode.SET_MEETING, subject=f"no longer: {line.words}") as act:
        act.delete("meeting", meeting)
    return Changes(frozenset(act.tables), act.note.act)


def bodies(desk: Desk) -> tuple[str, ...]:
    """Return who meets here, those that are entered first, then those that are often meant."""
    held = [one.body for one in listing(desk, desk.home, past=True)]
    return tuple(dict.fromkeys((*held, *BODIES)))


def _must_be_possible(days: Sequence[dt.date], minute: int | None, paper_days: int | None) -> None:
    for day in days:
        if not _BEGINS <= day <= dt.date(2100, 12, 31):
            raise UserError(f"{words.long_date(day)} cannot be right.", SAFE, "Check the year.")
    if minute is not None and not 0 <= minute < 1440:
        raise UserError("That is no time of day.", SAFE, "Type it like 18:00.")
    if paper_days is not None and not 0 <= paper_days <= _MOST_PAPER_DAYS:
        raise UserError(f"Papers are due at most {_MOST_PAPER_DAYS} days before.", SAFE, "Type a number of days.")


def _ours(desk: Desk, meeting: bytes) -> MeetingLine:
    must_manage(desk)
    line = get(desk, meeting)
    if line.row.school != desk.home:
        raise UserError("That meeting is another school’s.", SAFE, "They change it there.")
    return line
