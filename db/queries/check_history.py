"""The long histories that a few checks need: one question, however many checks."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, select

from bursar_desk.domain import registry
from db import derived
from db.queries.base import of_school, visible

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class DoneRow:
    """One time a check was done, with what decides its dates and nothing else."""

    id: bytes
    check: bytes
    done_on: dt.date
    done_minute: int | None
    outcome: str
    printed_on: dt.date | None
    retest: bool
    point: str


def histories(con: Connection, checks: Collection[bytes], last: dt.date) -> dict[bytes, list[DoneRow]]:
    """Return every record of some checks up to a day, oldest first, by check."""
    t = derived.table("check_record")
    out: dict[bytes, list[DoneRow]] = defaultdict(list)
    columns = (t.c.id, t.c.check_id, t.c.done_on, t.c.done_minute, t.c.outcome, t.c.printed_on, t.c.retest, t.c.point)
    wanted = sorted(checks)
    for place in range(0, len(wanted), _AT_ONCE):
        some = wanted[place : place + _AT_ONCE]
        statement = select(*columns).where(
            t.c.check_id.in_(some), t.c.done_on <= last, t.c.standing == registry.STANDS
        ).order_by(t.c.check_id, t.c.done_on, t.c.done_minute, t.c.id)  # fmt: skip
        for r in con.execute(statement):
            out[r.check_id].append(
                DoneRow(
                    r.id, r.check_id, r.done_on, r.done_minute, r.outcome or "", r.printed_on, bool(r.retest),
                    r.point or "",
                )
            )  # fmt: skip
    return dict(out)


def closed_days(con: Connection, school: bytes | None, reason: str) -> list[tuple[bytes, dt.date, dt.date]]:
    """Return check, the day it was said and the due day of what was not done for one reason."""
    t = derived.table("not_done")
    statement = select(t.c.check_id, t.c.said_on, t.c.due_on).where(
        of_school(t, school), visible(t), t.c.reason == reason, t.c.check_id.is_not(None), t.c.said_on.is_not(None)
    )
    return [(r.check_id, r.said_on, r.due_on or r.said_on) for r in con.execute(statement)]
