"""The week board: schools by days, gaps in words. No reason for an absence exists in this view's data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bursar_desk.domain import cover_stage, words
from bursar_desk.domain.calendar import DayKind, SchoolCalendar
from bursar_desk.domain.day_strip import DueCheck, Filled, Need, may_do
from bursar_desk.services import bank_holidays
from bursar_desk.services.competent_today import KEEPERS, closed_words
from bursar_desk.services.cover_gaps import duties_of
from bursar_desk.services.cover_offers import OfferLine, clock
from bursar_desk.services.cover_requests import joined
from bursar_desk.services.standing import calendars

if TYPE_CHECKING:
    from bursar_desk.services.cover_requests import CoverLine
    from bursar_desk.services.desk import Desk
    from db.engine import Connection
    from db.queries.people import AbsenceRow, PersonRow
    from db.queries.schools import SchoolRow

_COMES: Final = (cover_stage.AGREED, cover_stage.DONE)
_TITLES: Final = {"Unlock": "Nobody unlocks", "Lock up": "Nobody locks up"}


@dataclass(frozen=True, slots=True)
class BoardCell:
    """One school on one day: "covered", "gap", "asked", "agreed", "offer" or "closed", with what to say.

    ``hours``: of a gap, when it is. ``stage``: how far a request has got ("accepted", "no answer").
    ``offers``: hours that people who are not away offer on that day.
    """

    day: dt.date
    state: str
    title: str
    words: str
    absence: bytes | None = None
    cover: bytes | None = None
    hours: str = ""
    stage: str = ""
    offers: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One school's week."""

    school: bytes
    name: str
    town: str
    cells: tuple[BoardCell, ...]


@dataclass(frozen=True, slots=True)
class _Duty:
    """Something at a set time that nobody who is left does; without times where the school's hours are not known."""

    what: str
    starts: int | None
    ends: int | None
    absence: bytes


@dataclass(frozen=True, slots=True)
class _Week:
    """One school's week as the cells read it."""

    row: SchoolRow
    named: bool
    team: Mapping[bytes, PersonRow]
    calendar: SchoolCalendar
    away: Sequence[AbsenceRow]
    asked: Sequence[CoverLine]
    offers: Sequence[OfferLine]
    lacks: Mapping[dt.date, Filled]


@dataclass(frozen=True, slots=True)
class Known:
    """What a board is made from of every school: its facts and calendar, everybody, every request for cover."""

    schools: Sequence[SchoolRow]
    calendars: Mapping[bytes, SchoolCalendar]
    staff: Sequence[PersonRow]
    lines: Sequence[CoverLine]


def _read(con: Connection, desk: Desk) -> Known:
    from bursar_desk.services import cover_requests
    from db.queries.people import people
    from db.queries.schools import schools

    staff = people(con)
    return Known(schools(con), calendars(con), staff, cover_requests.read(con, desk, None, staff))


def week_board(desk: Desk, day: dt.date, known: Known | None = None) -> list[BoardRow]:
    """Return the week around a day for every school whose people are known here, the home school first.

    Home has read what is ``known`` already and shows no hours offered, so none are looked for then.
    """
    from bursar_desk.services import cover_offers
    from db.queries.people import absences

    monday = day - dt.timedelta(days=day.weekday())
    days = [monday + dt.timedelta(days=n) for n in range(5)]
    with desk.store.connect() as con:
        away = absences(con, first=days[0], last=days[-1])
        had = known or _read(con, desk)
        offered = [] if known else cover_offers.read(con, desk, days[0], days[-1], had.staff)
    asked = [one for one in had.lines if one.last >= days[0] and one.first <= days[-1]]
    nobody = SchoolCalendar((), bank_holidays.england())
    rows = []
    for school in sorted(had.schools, key=lambda one: (one.school != desk.home, one.short_name or one.name)):
        named = desk.is_office or school.school == desk.home
        mine = [row for row in away if row.school == school.school]
        week = _Week(
            school, named, {one.id: one for one in had.staff if one.school == school.school},
            had.calendars.get(school.school, nobody), mine, [one for one in asked if one.school == school.school],
            [one for one in offered if one.school == school.school], _lacks(desk, school.school, days, named and mine),
        )  # fmt: skip
        cells = tuple(_cell(week, one) for one in days)
        rows.append(BoardRow(school.school, school.short_name or school.name, school.town, cells))
    return rows


def _lacks(
    desk: Desk, school: bytes, days: Sequence[dt.date], away: Sequence[AbsenceRow] | bool
) -> dict[dt.date, Filled]:
    """Return the days whose checks nobody who is in may do because somebody is away, where we hold the checks."""
    from bursar_desk.services import competent_today

    if not away:
        return {}
    found = competent_today.strip(desk, days[0], days[-1], school)
    return {one.day: need for one in found.days if (need := one.of(Need.CHECKS)) is not None and need.missed}


def _cell(week: _Week, day: dt.date) -> BoardCell:
    if not week.calendar.staff_in(day):
        return BoardCell(day, "closed", closed_words(week.calendar, day), "")
    gone = [row for row in week.away if row.first <= day <= row.last and row.person in week.team]
    if not gone:
        return _quiet(week, day)
    here = [one for one in week.asked if one.first <= day <= one.last and _comes_on(one, day)]
    duties = _duties(week, gone, day)
    checks = _checks(week, gone, day)
    coming = [one for one in here if one.stage in _COMES]
    left = [one for one in duties if not any(_takes(cover, one, day) for cover in coming)]
    absence = left[0].absence if left else checks[0][1] if checks else _first(week, gone).id
    waiting = [one for one in here if one.stage in cover_stage.OPEN and (one.absence == absence or not left)]
    if waiting and (left or checks):
        return _asked(waiting[-1], day, absence)
    if left or (checks and not coming):  # a check that whoever comes may not do is said by the day strip
        return _gap(week, day, left, [check for check, _ in checks], absence)
    if coming:
        one = coming[-1]
        return BoardCell(day, "agreed", one.helper, _hours(one, day), one.absence or absence, one.id, stage=one.stage)
    return _away_but_covered(week, day, gone)


def _duties(week: _Week, gone: Sequence[AbsenceRow], day: dt.date) -> list[_Duty]:
    """Return what nobody unlocks or locks on a day, each once, earliest first."""
    from bursar_desk.services.absences import AbsenceLine

    found: dict[str, _Duty] = {}
    staff = list(week.team.values())
    for row in gone:
        person = week.team[row.person]
        one_day = AbsenceLine(row.id, row.school, row.person, "", day, day)
        others = [other for other in gone if other.id != row.id]
        opens, closes = week.row.opens, week.row.closes
        known = opens is not None and closes is not None
        for duty in duties_of(one_day, person, staff, others, week.calendar, opens or 480, closes or 960):
            starts, ends = (duty.starts, duty.ends) if known else (None, None)
            found.setdefault(duty.what, _Duty(duty.what, starts, ends, row.id))
    return sorted(found.values(), key=lambda one: one.what != "Unlock")


def _checks(week: _Week, gone: Sequence[AbsenceRow], day: dt.date) -> list[tuple[DueCheck, bytes]]:
    """Return the checks of a day that nobody may do, each with the absence of somebody who could have."""
    lacks = week.lacks.get(day)
    if lacks is None:
        return []
    absence = {row.person: row.id for row in gone}
    found = []
    for check in lacks.lacks:
        would = next((one for one in lacks.missed if one.id in absence and may_do(one, check)), None)
        if would is not None:
            found.append((check, absence[would.id]))
    return found


def _comes_on(one: CoverLine, day: dt.date) -> bool:
    return not one.slots or any(slot.get("day") == day.isoformat() for slot in one.slots)


def _takes(cover: CoverLine, duty: _Duty, day: dt.date) -> bool:
    """Tell whether agreed cover does a duty: planned cover names each time, any other does what lies in its hours."""
    if not cover.slots:
        if None in (cover.starts, cover.ends, duty.starts, duty.ends):
            return cover.absence == duty.absence
        return (cover.starts or 0) <= (duty.starts or 0) and (duty.ends or 0) <= (cover.ends or 0)
    return any(slot.get("day") == day.isoformat() and slot.get("what") == duty.what for slot in cover.slots)


def _first(week: _Week, gone: Sequence[AbsenceRow]) -> AbsenceRow:
    """Return the absence a day is about: whoever keeps the site before anybody else."""
    return min(gone, key=lambda row: not _keeps(week.team[row.person]))


def _keeps(one: PersonRow) -> bool:
    return one.unlocks or one.role in KEEPERS


def _gap(
    week: _Week, day: dt.date, left: Sequence[_Duty], checks: Sequence[DueCheck], absence: bytes
) -> BoardCell:  # fmt: skip
    name = _name(week, absence)
    if left:
        title = _TITLES.get(left[0].what, f"Nobody for: {left[0].what.lower()}")
        return BoardCell(day, "gap", title, f"{name} away", absence, hours=_times(left[0].starts, left[0].ends))
    what, _, kind = checks[0].title.partition(", ")  # "Play equipment, weekly look" or "Fire alarm test"
    missing = kind or what
    hours = f"{what}, any time" if kind else "any time that day"
    more = f" and {words.number(len(checks) - 1)} more" if len(checks) > 1 else ""
    title = f"No {missing[:1].lower()}{missing[1:]}"
    return BoardCell(day, "gap", title, f"{name} away", absence, hours=f"{hours}{more}")


def _name(week: _Week, absence: bytes) -> str:
    row = next((one for one in week.away if one.id == absence), None)
    return week.team[row.person].name if week.named and row is not None and row.person in week.team else "Site staff"


def _asked(one: CoverLine, day: dt.date, absence: bytes) -> BoardCell:
    title = {cover_stage.ACCEPTED: f"Yes from {one.helper}", cover_stage.NO_ANSWER: f"No answer from {one.helper}"}
    return BoardCell(
        day, "asked", title.get(one.stage, f"Asked {one.helper}"), _hours(one, day), one.absence or absence, one.id,
        stage=one.stage,
    )  # fmt: skip


def _away_but_covered(week: _Week, day: dt.date, gone: Sequence[AbsenceRow]) -> BoardCell:
    site = [row for row in gone if _keeps(week.team[row.person])]
    if not site:
        return _quiet(week, day)
    away = {row.person for row in gone}
    left = [one for one in week.team.values() if one.id not in away and one.works_on(day) and one.unlocks]
    said = (f"{left[0].name} unlocks" if week.named else "Somebody else unlocks") if left else ""
    return BoardCell(day, "covered", f"{_name(week, site[0].id)} away", said, site[0].id)


def _quiet(week: _Week, day: dt.date) -> BoardCell:
    """A day on which nothing is missing: hours somebody offers, an INSET day by its name, or just covered."""
    away = {row.person for row in week.away if row.first <= day <= row.last}
    offered = [one for one in week.offers if one.on(day) and one.person not in away]
    if offered:
        one = offered[0]
        who = one.name.strip().partition(" ")[0] or one.name
        ids = tuple(each.id for each in offered)
        return BoardCell(day, "offer", f"{who} offers", _times(one.starts, one.ends), offers=ids)
    inset = week.calendar.kind(day) is DayKind.INSET
    return BoardCell(day, "covered", "INSET day" if inset else "Covered", "")


def _hours(one: CoverLine, day: dt.date) -> str:
    slots = [(slot.get("starts"), slot.get("ends")) for slot in one.slots if slot.get("day") == day.isoformat()]
    times = [(a, b) for a, b in slots if type(a) is int and type(b) is int]
    if times:
        spells = joined(sorted(times))
        if len(spells) > 1:  # a card has room for when they come
            return "at " + words.listing([clock(starts) for starts, _ in spells])
        return _times(*spells[0])
    return _times(one.starts, one.ends)


def _times(starts: int | None, ends: int | None) -> str:
    return f"{clock(starts)} to {clock(ends)}" if starts is not None and ends is not None else ""
