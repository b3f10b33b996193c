"""Rows of a registry table as frozen dataclasses whose fields carry the registry's names: read in one way."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import fields
from functools import cache
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, text

from bursar_desk.domain import registry
from db import derived
from db.queries.base import list_of, objects_of, of_school, rows, with_school

Row = TypeVar("Row")

_KEPT: Final[dict[str, Callable[[Any], Any]]] = {"text": lambda value: value or "", "bool": bool}
_MANY_AT_ONCE: Final = 500
"""Ids in one question; SQLite takes no more than some thousands of values."""


def listing(
    con: Connection, kind: type[Row], table: str, order: str, *, school: bytes | None = None,
    of: tuple[str, Collection[bytes] | None] = ("", None),
) -> list[Row]:  # fmt: skip
    """Return the visible rows of a table as ``kind``, in an order that is the same on every desk.

    Text that is not there reads as "", a list in JSON that is odd as an empty one; numbers, dates and ids stay None.
    ``of`` names a column and the ids it may hold; None asks for all of them.
    """
    t = derived.table(table)
    column, among = of
    statement = with_school(t).where(of_school(t, school)).order_by(t.c[order], t.c.id)
    if not registry.BY_NAME[table].is_fact:  # what was erased leaves an empty row, also on days before it was
        statement = statement.where(text(f"{t.name}.id NOT IN (SELECT op FROM erased)"))  # noqa: S608 - registry names
    if among is None:
        found = rows(con, statement)
    else:
        ids = sorted(among)
        chunks = [ids[n : n + _MANY_AT_ONCE] for n in range(0, len(ids), _MANY_AT_ONCE)]
        found = [row for chunk in chunks for row in rows(con, statement.where(t.c[column].in_(chunk)))]
        if len(chunks) > 1:
            found.sort(key=lambda row: (getattr(row, order) is not None, getattr(row, order), row.id))
    reads = _reads(kind, table)  # type: ignore[arg-type]  # a class is hashable
    return [kind(*(read(getattr(row, name)) for name, read in reads)) for row in found]


@cache
def _reads(kind: type[Any], table: str) -> tuple[tuple[str, Callable[[Any], Any]], ...]:
    """Return how each field of a row is read, by the registry's type of its column."""
    types = {field.name: field.type for field in registry.BY_NAME[table].fields}
    return tuple((field.name, _read_of(types.get(field.name, "id"), str(field.type))) for field in fields(kind))


def _read_of(column: str, said: str) -> Callable[[Any], Any]:
    if column == "json":
        return objects_of if "Mapping" in said else _tuple_of
    return _KEPT.get(column, _as_is)


def _tuple_of(text: str | None) -> tuple[Any, ...]:
    return tuple(list_of(text))


def _as_is(value: Any) -> Any:
    return value
