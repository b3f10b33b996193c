"""What rows are called, and which of them were deleted or set aside: for the story and the Bin."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection

from bursar_desk.domain import registry

_NAMED_BY = ("title", "name", "person_name", "course", "code", "helper")
_ABOUT = ("check_id", "person", "absence", "cover_id", "place")


class Called(NamedTuple):
    """A row's own name, or the row it is about."""

    table: str
    name: str
    about: bytes | None
    school: bytes


def call_name(con: Connection, row: bytes, table: str = "") -> Called | None:
    """Return what a row is called; nothing when no table holds it. ``table`` saves looking through all of them."""
    for one in [registry.BY_NAME[table]] if table in registry.BY_NAME else registry.TABLES:
        fields = {field.name for field in one.fields}
        name = next((field for field in _NAMED_BY if field in fields and _names(one, field)), None)
        about = next((field for field in _ABOUT if field in fields), None)
        asked = [f'"{field}"' if field else "NULL" for field in (name, about)]
        sql = (
            f"SELECT {', '.join(asked)}, k.school FROM {one.name} t JOIN school_key k ON k.sid=t.sid WHERE t.id=?"  # noqa: S608
        )
        found = con.exec_driver_sql(sql, (row,)).first()
        if found is not None:
            return Called(one.name, str(found[0] or ""), found[1], found[2])
    return None


def _names(table: registry.Table, field: str) -> bool:
    """Tell whether a field is the row's own name: a record of a check is called after the check."""
    return field != "helper" or table.name == "cover"


def gone(con: Connection, table: registry.Table, row: bytes) -> bool:
    """Tell whether a row is deleted, or a fact set aside, at present."""
    if table.is_fact:
        found = con.exec_driver_sql(f"SELECT standing FROM {table.name} WHERE id=?", (row,)).scalar()  # noqa: S608
        return found == registry.SET_ASIDE
    sql = "SELECT 1 FROM hidden WHERE row=? AND tab=?"
    return con.exec_driver_sql(sql, (row, table.number)).first() is not None


def emptied(con: Connection, row: bytes) -> bool:
    """Tell whether what made a row was erased: nothing of it is left to bring back."""
    return con.exec_driver_sql("SELECT 1 FROM erased WHERE op=?", (row,)).first() is not None


def school_of_row(con: Connection, table: str, row: bytes) -> bytes | None:
    """Return the school a row belongs to, or nothing when it is not here."""
    found = call_name(con, row, table)
    return found.school if found is not None else None


def first_value(con: Connection, table: registry.Table, row: bytes, field: str) -> object:
    """Return one value of a row as it is shown now."""
    return con.exec_driver_sql(f'SELECT "{field}" FROM {table.name} WHERE id=?', (row,)).scalar()  # noqa: S608


def rows_named(con: Connection, letters: str, school: bytes) -> list[tuple[str, bytes]]:
    """Return the rows of a school whose id in hex begins with these letters, as (table, id)."""
    found = []
    for table in registry.TABLES:
        sql = (
            f"SELECT t.id FROM {table.name} t JOIN school_key k ON k.sid=t.sid"  # noqa: S608 - registry names
            " WHERE k.school=? AND lower(hex(t.id)) LIKE ? LIMIT 3"
        )
        found += [(table.name, row) for row in con.exec_driver_sql(sql, (school, f"{letters}%")).scalars()]
    return found
