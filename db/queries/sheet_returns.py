"""Cover sheets that came back, and what was decided about their entries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from bursar_desk.domain import registry
from db import derived
from db.queries.base import objects_of, of_school, rows, with_school


@dataclass(frozen=True, slots=True)
class SheetReturnRow:
    """A filled-in sheet as it came: ``lines`` as they were typed and what became of them, ``files`` the file itself."""

    id: bytes
    school: bytes
    code: str
    cover: bytes | None
    said_on: dt.date | None
    said_by: str
    lines: tuple[Mapping[str, Any], ...]
    files: tuple[Mapping[str, Any], ...]
    filled_by: str


def sheet_returns(con: Connection, school: bytes | None = None, code: str = "") -> list[SheetReturnRow]:
    """Return the sheets that came back, oldest first; of one pack where its code is given."""
    t = derived.table("sheet_return")
    statement = with_school(t).where(of_school(t, school))
    if code:
        statement = statement.where(t.c.code == code)
    return [
        SheetReturnRow(
            r.id, r.school, r.code or "", r.cover, r.said_on, r.said_by or "", objects_of(r.lines),
            objects_of(r.files), r.filled_by or "",
        )
        for r in rows(con, statement.order_by(t.c.said_on, t.c.id))
    ]  # fmt: skip


def decided(con: Connection) -> frozenset[bytes]:
    """Return what a person has decided about already, by the id of the entry."""
    t = derived.table("remark")
    return frozenset(r.op for r in con.execute(select(t.c.op).where(t.c.standing == registry.STANDS)) if r.op)
