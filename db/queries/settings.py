"""What a school settled for itself, by name."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection

from db import derived
from db.queries.base import of_school, rows, with_school


def settings(con: Connection, school: bytes) -> dict[str, tuple[bytes, Any]]:
    """Return a school's settings by name: the row's id and the value; an odd value from elsewhere is left out."""
    t = derived.table("setting")
    found: dict[str, tuple[bytes, Any]] = {}
    for r in rows(con, with_school(t).where(of_school(t, school))):
        try:
            found[r.name or ""] = (r.id, json.loads(r.value or "null"))
        except (ValueError, RecursionError):
            continue
    return found
