"""Time off in lieu: agreed between a person and their own school; no other school ever sees it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bursar_desk.domain import words
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import Changes
from bursar_desk.services.plain_text import one_line

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from db.queries.owed import TimeOffRow

_SAFE = "Nothing was changed."


@dataclass(frozen=True, slots=True)
class TimeOffLine:
    """How a person stands: minutes left to take, lapsed because their last day is over, and every entry."""

    person: bytes
    name: str
    left: int
    lapsed: int
    use_by: dt.date | None
    rows: tuple[TimeOffRow, ...]

    @property
    def sentence(self) -> str:
        """Return it in words."""
        said = f"{self.name}: {words.hours(self.left)} left"
        said += f", to be taken by {words.long_date(self.use_by)}" if self.use_by and self.left else ""
        return said + (f". {words.hours(self.lapsed)} lapsed." if self.lapsed else ".")


def add(
    desk: Desk, person: bytes, minutes: int, on: dt.date, *, use_by: dt.date | None = None, agreed_by: str = "",
    cover: bytes | None = None, note: str = "",
) -> tuple[TimeOffLine, str, Changes]:  # fmt: skip
    """Note time off earned for a shift (minutes above nought) or taken (below); the sentence warns when it came late.

    ``on``: the day of the shift, or the day it is taken. Without ``use_by`` it must be taken by the end of the next
    half term. Raises ``UserError`` where this is not the person's own employer.
    """
    from db.queries.people import people

    _for_the_employer(desk)
    with desk.store.connect() as con:
        names = {one.id: one.name for one in people(con, desk.home)}
    if person not in names:
        raise UserError("That person does not work at this school.", _SAFE, "Their own school keeps their time off.")
    if not 0 < abs(minutes) <= 24 * 60:
        raise UserError("Time off must be from 1 minute to 24 hours.", _SAFE, "Enter it shift by shift.")
    earned = [one for one in standing(desk, person).rows if one.on <= on]
    if minutes < 0 and -minutes > _line(person, "", earned, on).left:
        raise UserError(f"{names[person]} has not that much time off left.", _SAFE, "See “time-off list”.")
    last = (use_by or end_of_next_half_term(desk, on)) if minutes > 0 else None
    if last is not None and last < on:
        raise UserError("It must be taken after the shift.", _SAFE, "Check the last day to use it.")
    with desk.act(ActCode.TIME_OFF, subject=names[person]) as act:
        act.fact("time_off", {
            "person": person, "cover": cover, "minutes": minutes, "on_date": on, "use_by": last,
            "agreed_by": one_line(agreed_by) or one_line(desk.who), "note": one_line(note) or None,
        })  # fmt: skip
    late = "Agree time off before the shift: this shift was over already." if minutes > 0 and on < desk.today else ""
    return standing(desk, person), late, Changes(frozenset(act.tables), act.note.act)


def _for_the_employer(desk: Desk) -> None:
    person = desk.person
    if desk.is_office or desk.is_guest or (person is not None and not person.manages and person.role != "head"):
        raise UserError("Only the person’s own school keeps their time off.", _SAFE, "Ask the business manager there.")


def end_of_next_half_term(desk: Desk, day: dt.date) -> dt.date:
    """Return the last school day of the half term after the one a day lies in."""
    from bursar_desk.domain.intervals import Span
    from bursar_desk.services.reporting_terms import calendar_for

    with desk.store.connect() as con:
        calendar = calendar_for(con, desk.home)
    return calendar.period_after(Span.HALF_TERM, calendar.period_at(Span.HALF_TERM, day)).last_school_day


def listing(desk: Desk) -> list[TimeOffLine]:
    """Return how each of our people stands who has time off noted, by name; only for who runs the register."""
    from db.queries.owed import time_off
    from db.queries.people import people

    _for_the_employer(desk)
    with desk.store.connect() as con:
        names = {one.id: one.name for one in people(con, desk.home)}
        rows = time_off(con, desk.home)
    found: dict[bytes, list[TimeOffRow]] = {}
    for row in rows:
        found.setdefault(row.person, []).append(row)
    lines = [_line(person, names.get(person, "somebody"), mine, desk.today) for person, mine in found.items()]
    return sorted(lines, key=lambda one: one.name)


def standing(desk: Desk, person: bytes) -> TimeOffLine:
    """Return how one person stands; nothing noted reads as none left."""
    found = next((one for one in listing(desk) if one.person == person), None)
    return found or TimeOffLine(person, "", 0, 0, None, ())


def _line(person: bytes, name: str, rows: list[TimeOffRow], today: dt.date) -> TimeOffLine:
    """Let what is taken use up what must be taken first, of what was earned by that day and not lapsed."""
    earned = sorted((one for one in rows if one.minutes > 0), key=lambda one: (one.use_by or dt.date.max, one.id))
    rest = {one.id: one.minutes for one in earned}
    for taken in sorted((one for one in rows if one.minutes < 0), key=lambda one: (one.on, one.id)):
        wanted = -taken.minutes
        for one in earned:
            if one.on <= taken.on and (one.use_by is None or one.use_by >= taken.on):
                used = min(rest[one.id], wanted)
                rest[one.id] -= used
                wanted -= used
    alive = [one for one in earned if rest[one.id] and (one.use_by is None or one.use_by >= today)]
    left = sum(rest[one.id] for one in alive)
    first = min((one.use_by for one in alive if one.use_by), default=None)
    return TimeOffLine(person, name, left, sum(rest.values()) - left, first, tuple(rows))
