"""The secrets behind PINs, by person: of this school's own computers only."""

from __future__ import annotations

from sqlalchemy import Connection

from db import derived
from db.queries.base import of_school, rows, with_school


def pins(con: Connection, school: bytes) -> dict[bytes, str]:
    """Return what is kept of each person's PIN, by the person's id; who has none is left out."""
    t = derived.table("pin")
    found = rows(con, with_school(t).where(of_school(t, school)))
    return {r.person: r.secret for r in found if r.person is not None and r.secret}


def pin_rows(con: Connection, school: bytes) -> dict[bytes, bytes]:
    """Return the row of each person's PIN, also of one that was taken away."""
    t = derived.table("pin")
    return {r.person: r.id for r in rows(con, with_school(t).where(of_school(t, school))) if r.person is not None}
