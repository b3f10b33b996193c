"""When contracts came into the register, and when offices are open in the holidays: asked together."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from bursar_desk.domain import registry
from bursar_desk.domain.stamps import wall_ms


@dataclass(frozen=True, slots=True)
class Background:
    """``entered_ms`` by contract, milliseconds since 1970; ``settings`` the value asked for by school."""

    entered_ms: dict[bytes, int]
    settings: dict[bytes, Any]


def background(con: Connection, setting: str) -> Background:
    """Return when each contract held here was entered, and one setting of each school; odd values are left out."""
    numbers = registry.BY_NAME
    sql = (
        "SELECT row, min(stamp), NULL, NULL FROM row_born WHERE tab=? GROUP BY row"
        " UNION ALL SELECT s.id, NULL, k.school, s.value FROM setting s JOIN school_key k ON k.sid=s.sid"
        " WHERE s.name=? AND s.id NOT IN (SELECT row FROM hidden WHERE tab=?)"
    )
    found = Background({}, {})
    for row, stamp, school, value in con.exec_driver_sql(
        sql, (numbers["contract"].number, setting, numbers["setting"].number)
    ):
        if stamp is not None:
            found.entered_ms[row] = wall_ms(int(stamp))
            continue
        try:
            found.settings[school] = json.loads(value or "null")
        except (ValueError, RecursionError):
            continue
    return found
