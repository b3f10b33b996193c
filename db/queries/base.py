"""What every question shares: visible rows only, and the small numbers of schools."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, and_, select

from bursar_desk.domain import registry
from db import derived
from db.log_tables import school_key


def visible(table: Table) -> ColumnElement[bool]:
    """Return the condition that a row counts: a fact that stands, a row nobody deleted."""
    spec = registry.BY_NAME[table.name]
    if spec.is_fact:
        return table.c.standing == registry.STANDS
    gone = select(derived.hidden.c.row).where(derived.hidden.c.tab == spec.number)
    return table.c.id.not_in(gone)


def of_school(table: Table, school: bytes | None) -> ColumnElement[bool]:
    """Return the condition that a row belongs to a school, or no condition."""
    if school is None:
        return and_(True)
    return table.c.sid == select(school_key.c.sid).where(school_key.c.school == school).scalar_subquery()


def with_school(table: Table) -> Select[Any]:
    """Select a table's visible rows together with their school's id as ``school``."""
    return (
        select(table, school_key.c.school.label("school"))
        .join(school_key, school_key.c.sid == table.c.sid)
        .where(visible(table))
    )


def rows(con: Connection, statement: Select[Any]) -> list[Any]:
    """Return all rows of a question."""
    return list(con.execute(statement))


def list_of(text: str | None) -> list[Any]:
    """Return the list a JSON column holds; an odd value from elsewhere reads as an empty one."""
    try:
        found = json.loads(text or "[]")
    except (ValueError, RecursionError):  # brackets within brackets, thousands deep, are odd too
        return []
    return found if isinstance(found, list) else []


def object_of(text: str | None) -> Mapping[str, Any]:
    """Return the object a JSON column holds; an odd value from elsewhere reads as an empty one."""
    try:
        found = json.loads(text or "{}")
    except (ValueError, RecursionError):  # brackets within brackets, thousands deep, are odd too
        return {}
    return found if isinstance(found, dict) else {}


def objects_of(text: str | None) -> tuple[Mapping[str, Any], ...]:
    """Return the objects of the list a JSON column holds, odd ones left out."""
    return tuple(one for one in list_of(text) if isinstance(one, dict))
