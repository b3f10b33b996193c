"""The first value of a cell, read from the operation that made its row."""

from __future__ import annotations

from sqlalchemy import Connection

from bursar_desk.domain import registry
from bursar_desk.domain.operations import Value
from db import layout
from db.heads import COMMIT_AT


def birth_value(con: Connection, row: bytes, number: int, births: list[bytes]) -> Value:
    """Return what a row was made with in one cell; the first of ``births`` that is held counts."""
    if number == registry.STANDING:
        return registry.STANDS
    for op in births:
        place = con.exec_driver_sql("SELECT pos FROM row_born WHERE row=? AND op=?", (row, op)).scalar()
        if place is None:
            continue
        packed, stream = con.exec_driver_sql(COMMIT_AT, (place,)).one()
        commit = layout.read_commit(packed)
        for n, digest in enumerate(layout.commit_digests(commit)):
            part = commit.ops[2 * n + 1]
            if part is not None and layout.id_of(stream, commit.stamp, digest) == op:
                values = layout.read_body(part)
                if isinstance(values, list):
                    return values[number] if number < len(values) else None
    return None
