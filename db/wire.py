"""From values by name to values as they travel: the one place where it is asked whether a column may be written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from bursar_desk.domain import registry, travel
from bursar_desk.domain.operations import Value
from db.derived import day_number


def to_wire(value: Any) -> Value:
    """Return a value as it travels: a date as its day number, anything else as it is."""
    return day_number(value) if isinstance(value, dt.date) else value


def must_be_listed(table: registry.Table, numbers: Iterable[int]) -> None:
    """A column travels only where ``travel.TRAVELS`` lists it; one that nobody listed cannot be written at all."""
    for number in numbers:
        column = table.column_numbered(number)
        if column is not None and not travel.listed(table, column):
            raise KeyError(f"{table.name}.{column.name} is not listed in domain.travel: say first who may read it")


def row_values(table: registry.Table, values: Mapping[str, Any]) -> list[Value]:
    """Return the values of a new row in order, groups as lists; trailing empty ones are left off."""
    out: list[Value] = []
    for column in table.columns:
        if column.is_group:
            cells = [to_wire(values.get(value.name)) for value in column.fields]
            out.append(None if all(cell is None for cell in cells) else cells)
        else:
            out.append(to_wire(values.get(column.fields[0].name)))
    while out and out[-1] is None:
        out.pop()
    must_be_listed(table, [n for n, value in enumerate(out) if value is not None])
    return out


def cells_of(table: registry.Table, values: Mapping[str, Any]) -> dict[int, Value]:
    """Return new values by column number; a group is given whole, by its fields."""
    names = dict(values)
    cells: dict[int, Value] = {}
    for column in table.columns:
        given = [value.name for value in column.fields if value.name in names]
        if not given:
            continue
        if column.is_group and len(given) != len(column.fields):
            raise KeyError(f"{table.name}: {column.name} is one value and is given whole")
        taken = [to_wire(names.pop(value.name)) for value in column.fields]
        cells[column.number] = taken if column.is_group else taken[0]
    if names:
        raise KeyError(f"{table.name} has no {sorted(names)}")
    return cells
