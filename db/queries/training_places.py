"""Course sessions, training places as they were bought and moved, bookings, wishes, and days nobody can be released."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from db import derived
from db.queries.base import list_of, of_school, rows, with_school


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One run of a course: money in pence, times in minutes of the day, ``wishes`` the requests it answers."""

    id: bytes
    school: bytes
    course: str
    provider: str
    first: dt.date
    last: dt.date
    days: tuple[dt.date, ...]
    starts: int | None
    ends: int | None
    venue: str
    venue_school: bytes | None
    in_house: bool
    seats: int | None
    price: int | None
    price_per: str
    alone: int | None
    alone_from: str
    name_by: dt.date | None
    state: str
    wishes: tuple[bytes, ...]
    note: str

    @property
    def cancelled(self) -> bool:
        """Tell whether it will not take place."""
        return self.state == "cancelled"


def sessions(con: Connection, school: bytes | None = None) -> list[SessionRow]:
    """Return sessions whose days are known, earliest first."""
    t = derived.table("session")
    found = rows(con, with_school(t).where(of_school(t, school)).order_by(t.c.first, t.c.id))
    return [
        SessionRow(
            r.id, r.school, r.course or "", r.provider or "", r.first, r.last, _days(r), r.starts, r.ends,
            r.venue or "", r.venue_school, bool(r.in_house), r.seats, r.price, r.price_per or "", r.alone,
            r.alone_from or "", r.name_by, r.state or "planned", _ids(r.wishes), r.note or "",
        )
        for r in found
        if r.first is not None and r.last is not None and r.first <= r.last
    ]  # fmt: skip


_LONGEST = 60


def _days(row: Any) -> tuple[dt.date, ...]:
    """Return the days of a session; where none are listed, every weekday from the first to the last."""
    listed = []
    for text in list_of(row.days):
        try:
            listed.append(dt.date.fromisoformat(str(text)))
        except ValueError:
            continue  # an odd day from elsewhere: the others stand
    if listed:
        return tuple(sorted(set(listed))[:_LONGEST])
    length = min((row.last - row.first).days + 1, _LONGEST)
    days = [row.first + dt.timedelta(days=n) for n in range(length)]
    return tuple(day for day in days if day.weekday() < 5) or (row.first,)


def _ids(text: str | None) -> tuple[bytes, ...]:
    found = []
    for one in list_of(text):
        try:
            found.append(bytes.fromhex(one))
        except (ValueError, TypeError):
            continue  # an odd value from elsewhere names no request
    return tuple(found)


@dataclass(frozen=True, slots=True)
class LotRow:
    """Places bought for a school; ``school`` is who bought them, money in pence."""

    id: bytes
    school: bytes
    course: str
    for_school: bytes
    count: int
    bought_on: dt.date | None
    price: int | None
    alone: int | None
    alone_from: str
    session: bytes | None
    lapses_on: dt.date | None
    said_by: str
    note: str


def lots(con: Connection) -> list[LotRow]:
    """Return what was bought, earliest first."""
    t = derived.table("place_lot")
    found = rows(con, with_school(t).order_by(t.c.bought_on, t.c.id))
    return [
        LotRow(
            r.id, r.school, r.course or "", r.for_school or r.school, r.count or 0, r.bought_on, r.price, r.alone,
            r.alone_from or "", r.session, r.lapses_on, r.said_by or "", r.note or "",
        )
        for r in found
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class MoveRow:
    """The giver's word that a place goes to another school; ``school`` is the giver."""

    id: bytes
    school: bytes
    lot: bytes
    n: int
    after: bytes | None
    to_school: bytes | None
    price: int | None
    said_on: dt.date | None
    said_by: str
    answer_by: dt.date | None
    why: str


def moves(con: Connection) -> list[MoveRow]:
    """Return the moves that stand, in the order they were said."""
    t = derived.table("place_move")
    found = rows(con, with_school(t).order_by(t.c.said_on, t.c.id))
    return [
        MoveRow(
            r.id, r.school, r.lot, r.n, r.after, r.to_school, r.price, r.said_on, r.said_by or "", r.answer_by,
            r.why or "",
        )
        for r in found
        if r.lot is not None and r.n is not None
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class BookingRow:
    """A person on a session, on a place; ``released_by`` is the head who lets them go."""

    id: bytes
    school: bytes
    session: bytes | None
    lot: bytes | None
    n: int | None
    person: bytes | None
    state: str
    released_by: str
    released_on: dt.date | None
    cover: bytes | None
    why: str
    said_by: str
    said_on: dt.date | None
    passed_on: dt.date | None


def bookings(con: Connection, school: bytes | None = None) -> list[BookingRow]:
    """Return bookings, in the order they were made."""
    t = derived.table("booking")
    found = rows(con, with_school(t).where(of_school(t, school)).order_by(t.c.said_on, t.c.id))
    return [
        BookingRow(
            r.id, r.school, r.session, r.lot, r.n, r.person, r.state or "booked", r.released_by or "", r.released_on,
            r.cover, r.why or "", r.said_by or "", r.said_on, r.passed_on,
        )
        for r in found
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class WishRow:
    """A school asks for ``count`` places on a course."""

    id: bytes
    school: bytes
    course: str
    count: int
    by_date: dt.date | None
    why: str
    state: str
    said_by: str
    said_on: dt.date | None
    session: bytes | None


def wishes(con: Connection, school: bytes | None = None) -> list[WishRow]:
    """Return requests for training, in the order they were made."""
    t = derived.table("training_wish")
    found = rows(con, with_school(t).where(of_school(t, school)).order_by(t.c.said_on, t.c.id))
    return [
        WishRow(
            r.id, r.school, r.course or "", max(0, r.count or 0), r.by_date, r.why or "", r.state or "open",
            r.said_by or "", r.said_on, r.session,
        )
        for r in found
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class NoReleaseRow:
    """Days on which a school can let nobody go; there is no place for why."""

    id: bytes
    school: bytes
    first: dt.date
    last: dt.date
    said_by: str


def no_release(con: Connection, school: bytes | None = None) -> list[NoReleaseRow]:
    """Return the days on which nobody can be released, earliest first."""
    t = derived.table("no_release")
    found = rows(con, with_school(t).where(of_school(t, school)).order_by(t.c.first, t.c.id))
    return [
        NoReleaseRow(r.id, r.school, r.first, r.last, r.said_by or "")
        for r in found
        if r.first is not None and r.last is not None and r.first <= r.last
    ]
