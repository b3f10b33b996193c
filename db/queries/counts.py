"""Counts and short lists for the first pages and the reports: what was kept when, by whom, and how much is held."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, literal, select, union_all

from bursar_desk.domain import registry
from bursar_desk.domain.stamps import wall_ms
from db import derived
from db.chains import SEQ_BITS
from db.derived import conflict, hidden
from db.log_tables import chain, channel_sum, import_log, school_key, stream
from db.queries.base import of_school, rows, visible, with_school


def bought(con: Connection) -> frozenset[str]:
    """Return which tables of buying hold anything at all: "deal", "agreement", "service_review"."""
    asked = [
        select(literal(name)).where(select(derived.table(name).c.id).exists())
        for name in ("deal", "agreement", "service_review")
    ]  # fmt: skip
    return frozenset(con.scalars(union_all(*asked)))


@dataclass(frozen=True, slots=True)
class KeptRow:
    """One check record with the channel it came in: a cover channel means that a neighbour wrote it."""

    id: bytes
    check: bytes
    done_on: dt.date
    done_by: str
    on_behalf: str
    channel: str

    @property
    def written_ms(self) -> int:
        """Return when it was written down, in milliseconds since 1970: an operation's id begins with it."""
        return int.from_bytes(self.id[:6], "big")


def kept_between(con: Connection, school: bytes, first: dt.date, last: dt.date) -> list[KeptRow]:
    """Return a school's records of checks done between two days (both included), oldest first.

    Each check is walked down its own index, so the rest of a cluster's register costs nothing.
    """
    check, record = derived.table("school_check"), derived.table("check_record")
    statement = (
        select(
            record.c.id, record.c.check_id, record.c.done_on, record.c.done_by, record.c.on_behalf, stream.c.channel
        )
        .select_from(check)
        .join(record, record.c.check_id == check.c.id)
        .outerjoin(chain, chain.c.cid == record.c.pos.bitwise_rshift(SEQ_BITS))
        .outerjoin(stream, stream.c.sno == chain.c.sno)
        .where(
            of_school(check, school), visible(check), visible(record), record.c.done_on >= first,
            record.c.done_on <= last,
        )
    )  # fmt: skip
    found = [
        KeptRow(r.id, r.check_id, r.done_on, r.done_by or "", r.on_behalf or "", r.channel or "")
        for r in con.execute(statement)
    ]
    return sorted(found, key=lambda one: (one.done_on, one.id))


def first_kept(con: Connection, school: bytes) -> dt.date | None:
    """Return the day of a school's oldest record, or nothing."""
    check, record = derived.table("school_check"), derived.table("check_record")
    oldest = (
        select(func.min(record.c.done_on))
        .where(record.c.check_id == check.c.id, record.c.standing == registry.STANDS)
        .correlate(check)
        .scalar_subquery()
    )
    days = con.execute(select(oldest).where(of_school(check, school), visible(check))).scalars()
    return min((day for day in days if day is not None), default=None)


def entered_ms(con: Connection, school: bytes) -> int | None:
    """Return when a school was first entered, in milliseconds since 1970; nothing where its row is not held."""
    sql = (
        "SELECT min(b.stamp) FROM row_born b JOIN school s ON s.id=b.row JOIN school_key k ON k.sid=s.sid"
        " WHERE k.school=?"
    )
    stamp = con.exec_driver_sql(sql, (school,)).scalar()
    return None if stamp is None else wall_ms(int(stamp))


def to_settle(con: Connection, school: bytes | None = None) -> int:
    """Return how many cells have two or more current values, in one school or in all."""
    statement = select(func.count()).select_from(conflict).where(conflict.c.row.not_in(select(hidden.c.row)))
    if school is not None:
        statement = statement.where(of_school(conflict, school))
    return int(con.execute(statement).scalar_one())


def channel_sums(con: Connection, school: bytes) -> dict[str, tuple[bytes, int]]:
    """Return by channel the sum of a school's commit hashes and their number: equal sums mean equal contents."""
    statement = (
        select(channel_sum.c.channel, channel_sum.c.total, channel_sum.c.commits)
        .join(school_key, school_key.c.sid == channel_sum.c.sid)
        .where(school_key.c.school == school, channel_sum.c.commits > 0)
    )
    return {r.channel: (r.total, r.commits) for r in con.execute(statement)}


def defect_costs(con: Connection, school: bytes) -> dict[bytes, int]:
    """Return by fault what putting it right costs, in pence, where somebody has said so."""
    t = derived.table("defect")
    found = rows(con, with_school(t).where(of_school(t, school), t.c.cost.is_not(None)))
    return {r.id: r.cost for r in found}


@dataclass(frozen=True, slots=True)
class ArrivalRow:
    """A file that was taken in: when, whose, and how many entries were new."""

    number: int
    at_ms: int
    school: bytes
    added: int


def arrivals(con: Connection, since_ms: int) -> list[ArrivalRow]:
    """Return the files taken in since a moment, newest first."""
    statement = select(import_log).where(import_log.c.at >= since_ms).order_by(import_log.c.ino.desc())
    return [ArrivalRow(r.ino, r.at, r.school, _added(r.counts)) for r in con.execute(statement)]


def _added(counts: str) -> int:
    try:
        said: Any = json.loads(counts)
        return int(said.get("added", 0))
    except (ValueError, TypeError, AttributeError):
        return 0  # an import that is still under way has no counts yet
