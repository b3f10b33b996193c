"""What once stood about a purchase, taken back or not: what was seen when quotes were opened cannot be unseen."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, select

from bursar_desk.domain import registry
from db import derived

_AT_ONCE = 500


def openings_ever(con: Connection, buying: Collection[bytes]) -> dict[bytes, tuple[bytes, ...]]:
    """Return the ids of all openings of some purchases by purchase, those taken back since included."""
    t = derived.table("opening")
    found: dict[bytes, tuple[bytes, ...]] = {}
    for part in _parts(buying):
        for row in con.execute(select(t.c.id, t.c.buying).where(t.c.buying.in_(part)).order_by(t.c.id)):
            found[row.buying] = (*found.get(row.buying, ()), row.id)
    return found


def weights_ever(con: Connection, buying: Collection[bytes]) -> list[tuple[bytes, bytes, int | None, str]]:
    """Return all that was said about weights, taken back or not: (id, purchase, weight of the price, parts in JSON)."""
    t = derived.table("weights")
    statement = select(t.c.id, t.c.buying, t.c.price, t.c.parts).order_by(t.c.id)
    found = [row for part in _parts(buying) for row in con.execute(statement.where(t.c.buying.in_(part)))]
    return [(row.id, row.buying, row.price, row.parts or "[]") for row in found]


def stood_at(con: Connection, fact: bytes, moment: bytes | None) -> bool:
    """Tell whether a fact stood once all was written up to a moment (the front of an id), or stands now for None."""
    sql = "SELECT op, value FROM cell_op WHERE row=? ORDER BY op"
    said = [value for op, value in con.exec_driver_sql(sql, (fact,)) if moment is None or op[: len(moment)] <= moment]
    return not said or said[-1] != registry.SET_ASIDE


def _parts(ids: Collection[bytes]) -> list[list[bytes]]:
    wanted = sorted(ids)
    return [wanted[n : n + _AT_ONCE] for n in range(0, len(wanted), _AT_ONCE)]
