"""The .ics file of a school or a person: whole-day due dates with alarms, the same event every time it is made.

An event is one check on one legal due date, so a date that was met or moved leaves its event behind: whatever this
computer put into an earlier file and no longer stands is sent once more as cancelled, and calendars take it out.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain import words
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.slots import slot_id
from bursar_desk.services import kept_here, reminders
from bursar_desk.services.due_dates import DueDate, due_dates

if TYPE_CHECKING:
    from pathlib import Path

    from icalendar import Calendar, Event

    from bursar_desk.services.desk import Desk
    from reports.saving import Written

DAYS: Final = 400
"""How far ahead a file looks: a school year and a little."""
_PUBLISHED: Final = "published"
_DOMAIN: Final = "bursar-desk.school"
_MORNING: Final = dt.timedelta(hours=8)
"""Alarms sound at eight on the day they are for."""


@dataclass(frozen=True, slots=True)
class FeedItem:
    """One event: ``key`` names it for ever, ``day`` is when to do it, alarms are under ``rhythm`` days ahead."""

    key: str
    title: str
    words: str
    day: dt.date
    rhythm: int


def items(
    desk: Desk, *, school: bytes | None = None, person: bytes | None = None, routine: bool = False
) -> tuple[FeedItem, ...]:
    """Return what a file would hold, by day. Routine checks, weekly or more often, only if asked for.

    No names of people stand in it: it may lie in a calendar that many read.
    """
    found = due_dates(desk, desk.today, desk.today + dt.timedelta(days=DAYS), school=school, person=person)
    with_school = desk.is_office and school is None
    return tuple(_item(one, with_school=with_school) for one in found if routine or not one.routine)


def _item(one: DueDate, *, with_school: bool) -> FeedItem:
    line = one.line
    key = slot_id(line.id, one.legal or dt.date.min).hex()
    place = "" if line.place == "Whole school" else f"Place: {line.place}. "
    if one.state == "unknown":
        said = "There is no record of when this was last done."
    elif one.state == "late":
        said = f"It was due on {words.long_date(one.legal or one.day)}."
    else:
        said = f"The last day for it is {words.long_date(one.legal or one.day)}."
    title = f"{line.title}, {line.school_name}" if with_school else line.title
    if one.state != "due":
        title = f"{title} ({'late' if one.state == 'late' else 'not known'})"
    # what is late already needs no alarm ahead of its day
    alarms = one.rhythm if one.state == "due" else 0
    return FeedItem(key, title, f"{place}{said} {line.every[:1].upper()}{line.every[1:]}.", one.day, alarms)


def write(
    desk: Desk, out: Path, *, school: bytes | None = None, person: bytes | None = None, routine: bool = False
) -> Written:
    """Write the .ics file. ``figures`` tell how many dates it holds and how many it takes back.

    Raises ``UserError`` for another ending or a file that cannot be saved.
    """
    from reports.saving import Written as Saved
    from reports.saving import save

    if out.suffix.lower() != ".ics":
        raise UserError(
            f"A calendar file ends in .ics, not “{out.suffix or out.name}”.", "Nothing was made.", "Change its name."
        )
    listed = items(desk, school=school, person=person, routine=routine)
    whom = f"{(school or desk.home).hex()} {person.hex() if person else 'all'} {'routine' if routine else 'planned'}"
    kept = kept_here.kept(desk, _PUBLISHED, {})
    everybody: dict[str, Any] = kept if isinstance(kept, dict) else {}
    before = everybody.get(whom, {})
    now = _numbered(listed, before if isinstance(before, dict) else {}, desk.today)
    save(out, _calendar(desk, listed, now, school).to_ical())
    kept_here.keep(desk, _PUBLISHED, everybody | {whom: now})
    gone = sum(one[3] == "gone" for one in now.values())
    return Saved(out, 1, {"dates": str(len(listed)), "taken back": str(gone)})


def _numbered(listed: tuple[FeedItem, ...], before: dict[str, list[Any]], today: dt.date) -> dict[str, list[Any]]:
    """Return by key [day, title, number of changes, "here" or "gone"]: calendars believe the higher number.

    What went is kept until its day is a year past, so that a calendar that was away still hears of it.
    """
    now: dict[str, list[Any]] = {}
    for one in listed:
        day, was = one.day.isoformat(), before.get(one.key)
        number = 0 if was is None else was[2] + (was[:2] != [day, one.title] or was[3] == "gone")
        now[one.key] = [day, one.title, number, "here"]
    oldest = (today - dt.timedelta(days=365)).isoformat()
    for key, was in before.items():
        if key not in now and was[0] >= oldest:
            now[key] = [was[0], was[1], was[2] + (was[3] == "here"), "gone"]
    return now


def _calendar(desk: Desk, listed: tuple[FeedItem, ...], now: dict[str, list[Any]], school: bytes | None) -> Calendar:
    from icalendar import Calendar

    made = Calendar()
    name = desk.school_name(school) if school else desk.name
    made.add("prodid", "-//Bursar Desk//Checks//EN")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", f"Checks, {name}" + (" (practice, made-up records)" if desk.practice else ""))
    stamp = dt.datetime.fromtimestamp(desk.clock.now_ms() // 1000, dt.UTC)
    leads = reminders.leads(desk)
    for one in listed:
        made.add_component(_event(one, now[one.key][2], stamp, [lead for lead in leads if lead < one.rhythm]))
    for key, (day, title, number, state) in sorted(now.items()):
        if state == "gone":
            gone = _event(FeedItem(key, title, "", dt.date.fromisoformat(day), 0), number, stamp, [])
            gone["status"] = "CANCELLED"
            made.add_component(gone)
    return made


def _event(one: FeedItem, number: int, stamp: dt.datetime, leads: list[int]) -> Event:
    from icalendar import Alarm, Event

    event = Event()
    event.add("uid", f"{one.key}@{_DOMAIN}")
    event.add("dtstamp", stamp)
    event.add("sequence", number)
    event.add("summary", one.title)
    event.add("dtstart", one.day)
    event.add("dtend", one.day + dt.timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    event.add("status", "CONFIRMED")
    if one.words:
        event.add("description", one.words)
    for lead in leads:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", one.title)
        alarm.add("trigger", _MORNING - dt.timedelta(days=lead))
        event.add_component(alarm)
    return event
