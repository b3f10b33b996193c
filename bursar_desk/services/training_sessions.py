"""Sessions of a course that the cluster, or one school, buys from a provider: dates, venue, seats, price."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain import words
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import Changes
from bursar_desk.domain.training_places import BOOKED
from bursar_desk.services.training_places import (
    Held,
    SessionLine,
    course_name,
    days_words,
    read,
    session_line,
)

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from db.queries.training_places import SessionRow

NOTHING: Final = "Nothing was changed."
_LONGEST: Final = 60


@dataclass(frozen=True, slots=True)
class NewSession:
    """A run of a course. ``days`` are all its dates (none: every weekday from first to last); money in pence, the
    price "seat" or "session"; times in minutes of the day; ``wishes`` are the requests it was planned from.
    """

    course: str
    first: dt.date
    last: dt.date
    provider: str = ""
    days: tuple[dt.date, ...] = ()
    starts: int | None = None
    ends: int | None = None
    venue: str = ""
    venue_school: bytes | None = None
    in_house: bool = False
    seats: int | None = None
    price: int | None = None
    price_per: str = "seat"
    alone: int | None = None
    alone_from: str = ""
    name_by: dt.date | None = None
    wishes: tuple[bytes, ...] = ()
    note: str = ""


def listing(desk: Desk, course: str = "", *, every: bool = False) -> list[SessionLine]:
    """Return sessions from today on, earliest first; ``every`` for past and cancelled ones as well."""
    held = read(desk)
    return [
        session_line(held, row)
        for row in held.sessions.values()
        if course in ("", course_name(row.course)) and (every or (not row.cancelled and row.last >= desk.today))
    ]


def get(held: Held, session: bytes) -> SessionLine:
    """Return one session. Raises ``UserError`` when it is not here."""
    row = held.sessions.get(session)
    if row is None:
        raise UserError("That session is not in this register.", NOTHING, "See “training session list”.")
    return session_line(held, row)


def words_of(line: SessionLine) -> str:
    """Return a session in one line."""
    row = line.row
    seats = "" if line.left is None else f", {words.count(line.left, 'seat')} left of {row.seats}"
    cost = f", {words.money_exact(line.each)} a place" if line.each is not None else ""
    name = f", name people by {words.short_date(row.name_by)}" if row.name_by else ""
    state = " (cancelled)" if row.cancelled else ""
    return f"{course_name(row.course)}, {line.when}, {line.place or 'venue not known'}{seats}{cost}{name}{state}"


def add(desk: Desk, new: NewSession) -> tuple[bytes, Changes]:
    """Add a session. Raises ``UserError`` when its days, times or money make no sense."""
    made = replace(new, course=course_name(new.course.strip()), days=new.days or _weekdays(new.first, new.last))
    _check(made)
    with desk.act(ActCode.PLAN_SESSION, subject=made.course) as act:
        row = act.create("session", {**_values(made), "state": "booked"})
    return row, Changes(frozenset(act.tables), act.note.act)


def _weekdays(first: dt.date, last: dt.date) -> tuple[dt.date, ...]:
    length = max(0, min((last - first).days + 1, _LONGEST))
    days = tuple(first + dt.timedelta(days=n) for n in range(length))
    return tuple(day for day in days if day.weekday() < 5) or days


def _check(one: NewSession) -> None:
    if not one.course:
        raise UserError("A session needs a course.", NOTHING, "Say which course it is.")
    if one.last < one.first:
        raise UserError("The last day is before the first.", NOTHING, "Check the two dates.")
    if (one.last - one.first).days > 366 or len(one.days) > _LONGEST:
        raise UserError("That is too long for one session.", NOTHING, f"Enter at most {_LONGEST} days within a year.")
    if any(not one.first <= day <= one.last for day in one.days):
        raise UserError("A day is outside the session.", NOTHING, "Check the days, the first and the last.")
    if one.starts is not None and one.ends is not None and one.ends <= one.starts:
        raise UserError("It ends before it starts.", NOTHING, "Check the two times.")
    if one.seats is not None and one.seats < 1:
        raise UserError("A session needs a seat.", NOTHING, "Enter how many people it takes.")
    if min(one.price or 0, one.alone or 0) < 0:
        raise UserError("A price is not below nought.", NOTHING, "Check the price.")
    if one.price_per not in ("seat", "session"):
        raise UserError("A price is for a seat or the session.", NOTHING, "Say seat or session.")
    if one.name_by is not None and one.name_by > one.first:
        raise UserError("People must be named before it begins.", NOTHING, "Check the day to name people by.")


def _values(one: NewSession) -> dict[str, Any]:
    return {
        "course": one.course, "provider": one.provider.strip() or None, "first": one.first, "last": one.last,
        "days": json.dumps([day.isoformat() for day in sorted(set(one.days))]), "starts": one.starts,
        "ends": one.ends, "venue": one.venue.strip() or None, "venue_school": one.venue_school,
        "in_house": one.in_house, "seats": one.seats, "price": one.price, "price_per": one.price_per,
        "alone": one.alone, "alone_from": one.alone_from.strip() or None, "name_by": one.name_by,
        "wishes": json.dumps([wish.hex() for wish in one.wishes]) if one.wishes else None,
        "note": one.note.strip() or None,
    }  # fmt: skip


def as_new(row: SessionRow) -> NewSession:
    """Return a session as it was entered, to be changed."""
    return NewSession(
        row.course, row.first, row.last, row.provider, row.days, row.starts, row.ends, row.venue, row.venue_school,
        row.in_house, row.seats, row.price, row.price_per or "seat", row.alone, row.alone_from, row.name_by,
        row.wishes, row.note,
    )  # fmt: skip


def change(desk: Desk, session: bytes, given: Mapping[str, Any]) -> tuple[SessionLine, Changes]:
    """Change what is known of a session of our own; ``given`` by the names of ``NewSession``."""
    held = read(desk)
    line = _ours(desk, held, session)
    before = as_new(line.row)
    now = replace(before, **given)
    if ("first" in given or "last" in given) and "days" not in given:
        now = replace(now, days=_weekdays(now.first, now.last))
    now = replace(now, course=course_name(now.course.strip()))
    _check(now)
    if now.seats is not None and now.seats < line.taken:
        raise UserError(
            f"{words.count(line.taken, 'seat')} {words.is_are(line.taken)} taken already.", NOTHING,
            "Cancel bookings first.",
        )  # fmt: skip
    was, will = _values(before), _values(now)
    differs = {name for name in will if will[name] != was[name]}
    for group in (("first", "last"), ("starts", "ends"), ("price", "price_per"), ("alone", "alone_from")):
        if differs & set(group):
            differs |= set(group)
    if not differs:
        return line, Changes(frozenset())
    with desk.act(ActCode.CHANGE_SESSION, subject=now.course) as act:
        act.set("session", session, {name: will[name] for name in will if name in differs})
    return get(read(desk), session), Changes(frozenset(act.tables), act.note.act)


def cancel(desk: Desk, session: bytes) -> tuple[str, Changes]:
    """Say that a session will not take place: every place booked on it is spare again."""
    held = read(desk)
    line = _ours(desk, held, session)
    said = f"The session of {days_words(line.row.first, line.row.last)} is cancelled."
    if line.row.cancelled:
        return said, Changes(frozenset())
    booked = sum(one.session == session and one.state == BOOKED for one in held.bookings)
    if line.taken > booked:
        raise UserError("People have been on this session.", NOTHING, "A session that was held stays in the list.")
    with desk.act(ActCode.CHANGE_SESSION, subject=f"{course_name(line.row.course)} cancelled") as act:
        act.set("session", session, {"state": "cancelled"})
    if booked:
        many = "1 place is" if booked == 1 else f"{booked} places are"
        said += f" {many} spare again; tell {'that person' if booked == 1 else 'those people'}."
    return said, Changes(frozenset(act.tables), act.note.act)


def _ours(desk: Desk, held: Held, session: bytes) -> SessionLine:
    line = get(held, session)
    if line.row.school != desk.home:
        raise UserError(
            f"{held.school(line.row.school)} arranges this session.", NOTHING, "Ask them to change it."
        )  # fmt: skip
    return line


def gathered(held: Held, session: bytes) -> Sequence[str]:
    """Return the schools whose requests a session was planned from, with how many people each asked for."""
    row = held.sessions.get(session)
    asked = [one for one in held.wishes if row is not None and one.id in row.wishes]
    return [f"{held.school(one.school)}: {words.count(one.count, 'person', 'people')}" for one in asked]
