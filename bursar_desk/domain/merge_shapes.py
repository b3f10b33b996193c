"""What the written-down merge takes for a good row, change or list of ids: the registry's types, told once more."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from bursar_desk.domain import registry

_WORDS: Final = 32 * 1024
_DAYS: Final = range(-25_567, 84_371)  # 1 January 1900 to 31 December 2200
_NUMBERS: Final = range(-(1 << 63), 1 << 63)
_STANDINGS: Final = (registry.STANDS, registry.SET_ASIDE)


def good_row(table: registry.Table, values: object) -> bool:
    """Values missing at the end are empty (an older program's), extra ones are passed over (a newer one's)."""
    return isinstance(values, list) and all(
        _good_cell(column, value) for column, value in zip(table.columns, values, strict=False)
    )


def good_change(table: registry.Table, values: object, links: object) -> bool:
    """Tell whether a change names cells that may be edited, values of their type, and ids it replaced."""
    if not isinstance(values, dict) or not isinstance(links, dict) or not values:
        return False
    for number, value in values.items():
        if type(number) is not int or not 0 <= number <= registry.STANDING:
            return False
        if not all_ids(links.get(number, [])):
            return False
        if (number == registry.STANDING) != table.is_fact:
            return False
        column = table.column_numbered(number)
        if table.is_fact:
            if value not in _STANDINGS:
                return False
        elif column is not None and not _good_cell(column, value):
            return False
    return True


def all_ids(links: object) -> bool:
    """Tell whether something is a list of ids."""
    return isinstance(links, list) and all(isinstance(one, bytes) and len(one) == 16 for one in links)


def _good_cell(column: registry.Column, value: object) -> bool:
    if value is None:
        return True
    if not column.is_group:
        return _GOOD[column.fields[0].type](value)
    return (
        isinstance(value, list)
        and len(value) == len(column.fields)
        and all(part is None or _GOOD[one.type](part) for one, part in zip(column.fields, value, strict=True))
    )


def _is_text(value: object) -> bool:
    return isinstance(value, str) and len(value) <= _WORDS


_GOOD: Final[Mapping[str, Callable[[object], bool]]] = {
    "text": _is_text,
    "json": _is_text,
    "int": lambda value: type(value) is int and value in _NUMBERS,
    "date": lambda value: type(value) is int and value in _DAYS,
    "id": lambda value: isinstance(value, bytes) and len(value) == 16,
    "bool": lambda value: isinstance(value, bool),
}
