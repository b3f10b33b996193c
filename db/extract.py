"""The extract in a guest register: what a cover pack brought, laid into the derived tables without being history.

A covering person never receives a register. They get current values of what they need; those rows stand in the
tables of a separate guest register and are laid out again after every rebuild.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import msgspec
from sqlalchemy import Connection

from bursar_desk.domain import registry
from db import bodies
from db.chains import sid_of

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder().decode

ALLOWED: Final[dict[str, tuple[str, ...]]] = {
    "school": (
        "name", "short_name", "urn", "phase", "address", "postcode", "town", "phone",
        "easting", "northing", "opens", "closes",
    ),
    "place": ("kind", "parent", "name", "sort"),
    "school_check": (
        "code", "title", "area", "rule+anchor+weekday", "standing_in_law", "applies", "place", "first_used_on",
        "measure", "points", "readings", "skill", "how_to", "points_mode", "habit", "lead_days", "evidence_needed",
        "second_person",
    ),
    "check_record": ("check_id", "done_on", "done_minute", "outcome", "point", "readings"),
    "defect": ("check_id", "place", "title", "risk", "state", "raised_on", "stop_on"),
    "calendar_block": ("kind", "name", "first+last", "term", "half"),
    "site_note": ("kind", "words", "place", "sort"),
}  # fmt: skip
"""What of a register may go into a pack, by table and column. A new column stays at home until it is listed here."""


def cut(con: Connection, table: str, rows: list[bytes]) -> list[list[Any]]:
    """Cut rows out of a register: ``[id, [values by column number]]``, unlisted columns left empty."""
    spec = registry.BY_NAME[table]
    names = [value.name for value in spec.fields]
    listed = ", ".join(f'"{name}"' for name in names)
    out = []
    for row in rows:
        found = con.exec_driver_sql(f"SELECT {listed} FROM {table} WHERE id=?", (row,)).first()  # noqa: S608
        if found is not None:
            read = zip(spec.fields, found, strict=True)
            out.append([row, _cells(spec, {one.name: _as_it_travels(one, value) for one, value in read})])
    return out


def _as_it_travels(field: registry.Field, value: Any) -> Any:
    """A yes or no lies in the tables as 0 or 1 and travels as what it is."""
    return bool(value) if field.type == "bool" and value is not None else value


def _cells(spec: registry.Table, values: dict[str, Any]) -> list[Any]:
    cells: list[Any] = []
    for column in spec.columns:
        if column.name not in ALLOWED[spec.name]:
            cells.append(None)
        elif column.is_group:
            cells.append([values[one.name] for one in column.fields])
        else:
            cells.append(values[column.fields[0].name])
    return cells


def keep(con: Connection, tables: Any, visit: Any) -> None:
    """Keep an extract in a guest register and lay it out. Raises ``msgspec.MsgspecError`` when it makes no sense.

    ``visit`` is what was agreed: hours as minutes after midnight, duties in words.
    """
    shaped = isinstance(tables, dict) and isinstance(visit, dict) and all(
        isinstance(rows, list) and all(isinstance(row, list) and len(row) == 2 for row in rows)
        for rows in tables.values()
    )
    if not shaped:
        raise msgspec.ValidationError("an extract names tables, and lists their rows")
    con.exec_driver_sql("INSERT OR REPLACE INTO meta VALUES ('extract', ?)", (_encode(tables),))
    con.exec_driver_sql("INSERT OR REPLACE INTO meta VALUES ('visit', ?)", (_encode(visit),))
    lay_out(con)


@dataclass(frozen=True, slots=True)
class Visit:
    """What was agreed of a visit: from and until which minute after midnight, and the duties in words.

    ``slots``: (day, starts, ends) where the times were agreed one by one.
    """

    starts: int | None
    ends: int | None
    duties: str
    slots: tuple[tuple[date, int, int], ...] = ()


def visit_of(con: Connection) -> Visit:
    """Return what a pack says was agreed; odd values from elsewhere read as not agreed."""
    kept = con.exec_driver_sql("SELECT v FROM meta WHERE k='visit'").scalar()
    said = _decode(kept) if kept is not None else {}
    starts, ends, duties = said.get("starts"), said.get("ends"), said.get("duties")
    good = isinstance(starts, int) and isinstance(ends, int) and 0 <= starts < ends <= 24 * 60
    slots = said.get("slots")
    return Visit(
        starts if good else None, ends if good else None, duties if isinstance(duties, str) else "",
        tuple(one for each in (slots if isinstance(slots, list) else []) if (one := _slot(each)) is not None),
    )  # fmt: skip


def _slot(said: Any) -> tuple[date, int, int] | None:
    if not isinstance(said, list) or len(said) != 3 or not isinstance(said[0], str):
        return None
    day, starts, ends = said
    if type(starts) is not int or type(ends) is not int or not 0 <= starts < ends <= 24 * 60:
        return None
    try:
        return date.fromisoformat(day), starts, ends
    except ValueError:
        return None


def lay_out(con: Connection) -> None:
    """Lay a kept extract into the derived tables; an ordinary register has none."""
    kept = con.exec_driver_sql("SELECT v FROM meta WHERE k='extract'").scalar()
    if kept is None:
        return
    home = con.exec_driver_sql("SELECT v FROM meta WHERE k='home'").scalar_one()
    sid = sid_of(con, home)
    for name, rows in _decode(kept).items():
        spec = registry.BY_NAME.get(name)
        if spec is not None and name in ALLOWED:
            _lay(con, spec, sid, rows)


def _lay(con: Connection, spec: registry.Table, sid: int, rows: list[list[Any]]) -> None:
    read = bodies.row_reader(spec)
    made = [(row, sid, 0, *read(_encode([b"", cells]))) for row, cells in rows if len(row) == 16]
    names = ["id", "sid", "pos", *[f'"{value.name}"' for value in spec.fields]]
    marks = ",".join("?" * len(names))
    if made:
        con.exec_driver_sql(f"INSERT OR IGNORE INTO {spec.name} ({','.join(names)}) VALUES ({marks})", made)  # noqa: S608
