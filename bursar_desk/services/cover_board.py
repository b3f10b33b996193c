"""The week board: schools by days, gaps in words. No reason for an absence exists in this view's data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bursar_desk.domain.calendar import SchoolCalendar
from bursar_desk.services import bank_holidays
from bursar_desk.services.standing import calendars

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from db.queries.people import AbsenceRow, CoverRow, PersonRow


@dataclass(frozen=True, slots=True)
class BoardCell:
    """One school on one day: "covered", "gap", "asked", "agreed" or "closed", with what to say."""

    day: dt.date
    state: str
    title: str
    words: str
    absence: bytes | None = None
    cover: bytes | None = None


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One school's week."""

    school: bytes
    name: str
    town: str
    cells: tuple[BoardCell, ...]


def week_board(desk: Desk, day: dt.date) -> list[BoardRow]:
    """Return the week around a day for every school whose people are known here, the home school first."""
    from db.queries.people import absences, covers, people
    from db.queries.schools import schools

    monday = day - dt.timedelta(days=day.weekday())
    days = [monday + dt.timedelta(days=n) for n in range(5)]
    with desk.store.connect() as con:
        listed = schools(con)
        known = calendars(con)
        staff = people(con)
        away = absences(con, first=days[0], last=days[-1])
        asked = [one for one in covers(con) if one.last >= days[0] and one.first <= days[-1]]
    nobody = SchoolCalendar((), bank_holidays.england())
    rows = []
    for school in sorted(listed, key=lambda one: (one.school != desk.home, one.short_name or one.name)):
        mine = [row for row in away if row.school == school.school]
        ours = [one for one in asked if one.school == school.school]
        team = {one.id: one for one in staff if one.school == school.school}
        calendar = known.get(school.school, nobody)
        cells = tuple(_cell(d, mine, ours, team, calendar, desk.is_office or school.school == desk.home) for d in days)
        rows.append(BoardRow(school.school, school.short_name or school.name, school.town, cells))
    return rows


def _cell(
    day: dt.date, away: Sequence[AbsenceRow], asked: Sequence[CoverRow], team: dict[bytes, PersonRow],
    calendar: SchoolCalendar, named: bool,
) -> BoardCell:  # fmt: skip
    if not calendar.staff_in(day):
        return BoardCell(day, "closed", "Closed", "")
    gone = [row for row in away if row.first <= day <= row.last and row.person in team]
    site = [row for row in gone if team[row.person].unlocks or team[row.person].role in ("caretaker", "site manager")]
    if not site:
        return BoardCell(day, "covered", "Covered", "")
    absence = site[0]
    name = team[absence.person].name if named else "Site staff"
    for one in asked:
        if one.absence == absence.id and one.first <= day <= one.last and one.state in ("agreed", "done"):
            return BoardCell(day, "agreed", one.helper, _hours(one), absence.id, one.id)
    for one in asked:
        if one.absence == absence.id and one.first <= day <= one.last and one.state == "asked":
            return BoardCell(day, "asked", f"Asked {one.helper}", _hours(one), absence.id, one.id)
    left = [
        one for one in team.values() if one.id not in {row.person for row in gone} and one.works_on(day) and one.unlocks
    ]
    if left:
        return BoardCell(day, "covered", f"{name} away", f"{left[0].name} unlocks", absence.id)
    return BoardCell(day, "gap", "Nobody unlocks", f"{name} away", absence.id)


def _hours(one: CoverRow) -> str:
    if one.starts is None or one.ends is None:
        return ""
    return f"{one.starts // 60:02d}:{one.starts % 60:02d} to {one.ends // 60:02d}:{one.ends % 60:02d}"
