"""What is linked to what: every pair of columns that joins two rows, walked both ways."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, select

from db import derived
from db.queries.base import list_of, visible

JOINS: Final = (
    ("check_record", "check_id", "school_check"), ("check_record", "asset", "asset"),
    ("check_record", "corrects", "check_record"), ("defect", "check_id", "school_check"),
    ("defect", "record", "check_record"), ("defect", "asset", "asset"), ("defect", "contractor", "contractor"),
    ("school_check", "asset", "asset"), ("permit", "defect", "defect"), ("permit", "contractor", "contractor"),
    ("attendance", "contractor", "contractor"), ("attendance", "defect", "defect"),
    ("drill", "record", "check_record"), ("asset", "replaces", "asset"), ("evidence_link", "evidence", "evidence"),
    ("contract", "supplier", "supplier"), ("supplier", "contractor", "contractor"), ("contract", "buying", "buying"),
    ("buying", "contract", "contract"), ("contract", "deal", "deal"), ("buying", "deal", "deal"),
    ("saving", "contract", "contract"), ("saving", "deal", "deal"), ("service_review", "contract", "contract"),
    ("quote", "buying", "buying"), ("agreement", "deal", "deal"),
)  # fmt: skip
"""Table, the column in it, and the table whose row that column names."""

NAMES: Final = {
    "school_check": ("title", None), "check_record": (None, "done_on"), "defect": ("title", "raised_on"),
    "asset": ("name", None), "contractor": ("name", None), "permit": ("number", "on_date"),
    "attendance": ("worker", "on_date"), "drill": ("kind", "on_date"), "evidence": ("title", "dated"),
    "supplier": ("name", None), "contract": ("title", "last"), "buying": ("title", "started_on"),
    "deal": ("title", "proposed_on"), "saving": ("title", "first"), "service_review": ("title", "said_on"),
    "quote": ("supplier_name", "came_on"), "agreement": ("title", "said_on"),
}  # fmt: skip
"""The tables that can be walked to: the column that names a row and the one that dates it."""
SERVED: Final = {"school_check": "checks", "asset": "assets"}
"""Which list of a contract, ids in hex, names rows of a table."""


@dataclass(frozen=True, slots=True)
class LinkedRow:
    """A row that is linked to another: its table, what names it and the day it tells of."""

    table: str
    id: bytes
    name: str
    day: dt.date | None
    about: bytes | None = None


def linked(con: Connection, table: str, row: bytes, most: int) -> list[LinkedRow]:
    """Return the rows one step away in either direction, at most ``most`` of a kind, the newest of each first."""
    found: dict[tuple[str, bytes], LinkedRow] = {}
    steps = (_forward(con, table, row), _backward(con, table, row, most), _evidence(con, table, row),
             _served(con, table, row, most))  # fmt: skip
    for one in (each for step in steps for each in step):
        if (one.table, one.id) != (table, row):
            found.setdefault((one.table, one.id), one)
    return list(found.values())


def _forward(con: Connection, table: str, row: bytes) -> list[LinkedRow]:
    """Return what this row names itself."""
    if table not in NAMES:
        return []
    t = derived.table(table)
    here = con.execute(select(t).where(t.c.id == row)).mappings().first()
    if here is None:
        return []
    wanted = [(target, here[column]) for source, column, target in JOINS if source == table and here[column]]
    return [one for target, key in wanted for one in _rows(con, target, [key])]


def _backward(con: Connection, table: str, row: bytes, most: int) -> list[LinkedRow]:
    """Return what names this row."""
    found: list[LinkedRow] = []
    for source, column, target in JOINS:
        if target != table or source == "evidence_link":
            continue
        t = derived.table(source)
        _name, day = NAMES[source]
        order = t.c[day].desc() if day else t.c.id
        asked = select(t).where(t.c[column] == row, visible(t)).order_by(order, t.c.id).limit(most)
        found += [_made(source, r) for r in con.execute(asked)]
    return found


def _evidence(con: Connection, table: str, row: bytes) -> list[LinkedRow]:
    """Return the documents of a row, or the rows a document is for."""
    t = derived.table("evidence_link")
    if table == "evidence":
        links = con.execute(select(t.c.about_table, t.c.about).where(t.c.evidence == row, visible(t)))
        return [one for kind, key in list(links) if kind in NAMES and key for one in _rows(con, kind, [key])]
    held = [r.evidence for r in con.execute(select(t.c.evidence).where(t.c.about == row, visible(t))) if r.evidence]
    return _rows(con, "evidence", held)


def _served(con: Connection, table: str, row: bytes, most: int) -> list[LinkedRow]:
    """Return what a contract serves, or the contracts that serve a check or a piece of equipment."""
    t = derived.table("contract")
    if table in SERVED:
        asked = select(t).where(t.c[SERVED[table]].contains(row.hex()), visible(t)).order_by(t.c.title, t.c.id)
        return [_made("contract", r) for r in con.execute(asked.limit(most))]
    here = con.execute(select(t).where(t.c.id == row)).mappings().first() if table == "contract" else None
    if here is None:
        return []
    found = []
    for target, column in SERVED.items():
        named = {one for one in list_of(here[column]) if isinstance(one, str)}
        ids = [bytes.fromhex(one) for one in sorted(named) if len(one) == 32 and set(one) <= set("0123456789abcdef")]
        found += _rows(con, target, ids)
    return found


def _rows(con: Connection, table: str, ids: Sequence[bytes]) -> list[LinkedRow]:
    t = derived.table(table)
    return [_made(table, r) for r in con.execute(select(t).where(t.c.id.in_(list(ids)), visible(t)))]


def _made(table: str, r: Any) -> LinkedRow:
    name, day = NAMES[table]
    about = r.check_id if table == "check_record" else r.contractor if table == "attendance" else None
    return LinkedRow(table, r.id, (getattr(r, name) or "") if name else "", getattr(r, day) if day else None, about)


def details(con: Connection, found: Sequence[LinkedRow]) -> dict[bytes, dict[str, Any]]:
    """Return what else is said of linked rows: state of a fault, outcome of a record, kind of a permit."""
    out: dict[bytes, dict[str, Any]] = {}
    for table, names in (("defect", ("state",)), ("check_record", ("outcome", "point")), ("permit", ("kind",))):
        ids = [one.id for one in found if one.table == table]
        if ids:
            t = derived.table(table)
            for r in con.execute(select(t).where(t.c.id.in_(ids))).mappings():
                out[r["id"]] = {name: r[name] or "" for name in names}
    return out


def titles(con: Connection, table: str, ids: Sequence[bytes]) -> dict[bytes, str]:
    """Return the names of rows of one table by id."""
    return {one.id: one.name for one in _rows(con, table, list(dict.fromkeys(ids)))} if ids else {}
