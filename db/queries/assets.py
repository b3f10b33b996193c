"""Equipment: what there is, and what was removed or replaced."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from db import derived
from db.queries.base import of_school, rows, with_school


@dataclass(frozen=True, slots=True)
class AssetRow:
    """A piece of equipment. ``price`` in pence; ``facts`` are what its kind asks for, all as text."""

    id: bytes
    school: bytes
    kind: str
    name: str
    number: str = ""
    place: bytes | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
    make: str = ""
    model: str = ""
    serial: str = ""
    supplier: str = ""
    bought_on: dt.date | None = None
    price: int | None = None
    warranty_until: dt.date | None = None
    first_used_on: dt.date | None = None
    grade: str = ""
    priority: int | None = None
    life_years: int | None = None
    removed_on: dt.date | None = None
    removed_why: str = ""
    replaces: bytes | None = None
    sort: int = 0
    note: str = ""


_TEXT = ("kind", "name", "number", "make", "model", "serial", "supplier", "grade", "removed_why", "note")


def assets(
    con: Connection, school: bytes | None = None, *, ids: Collection[bytes] | None = None, kind: str = "",
    gone: bool = False,
) -> list[AssetRow]:  # fmt: skip
    """Return the equipment of a school or of all, by kind, order and name; ``gone``: also what was removed."""
    t = derived.table("asset")
    statement = with_school(t).where(of_school(t, school))
    if kind:
        statement = statement.where(t.c.kind == kind)
    if ids is not None:
        statement = statement.where(t.c.id.in_(list(ids)))
    elif not gone:
        statement = statement.where(t.c.removed_on.is_(None))
    return [_asset(r) for r in rows(con, statement.order_by(t.c.kind, t.c.sort, t.c.name, t.c.id))]


def _asset(r: Any) -> AssetRow:
    texts: dict[str, Any] = {name: getattr(r, name) or "" for name in _TEXT}
    return AssetRow(
        id=r.id, school=r.school, facts=facts_of(r.facts), sort=r.sort or 0, place=r.place, bought_on=r.bought_on,
        price=r.price, warranty_until=r.warranty_until, first_used_on=r.first_used_on, priority=r.priority,
        life_years=r.life_years, removed_on=r.removed_on, replaces=r.replaces, **texts,
    )  # fmt: skip


def facts_of(text: str | None) -> dict[str, str]:
    """Return the facts of a kind from their cell; whatever is not name and text is passed over."""
    try:
        read = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    if not isinstance(read, dict):
        return {}
    return {name: value for name, value in read.items() if isinstance(value, str)}
