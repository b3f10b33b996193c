"""Reading the values of operations: typed, limited, and never trusting who wrote them.

Values of a wrong type are not a fault of the file: the operation is held, shown with its reason and does nothing.
Missing trailing values are empty (an older program wrote them); extra ones are ignored (a newer one did).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Annotated, Any, Final

import msgspec

from bursar_desk.domain import registry
from bursar_desk.domain.operations import Value

INT64: Final = 1 << 63
FIRST_DAY: Final = -25_567  # 1 January 1900
LAST_DAY: Final = 84_370  # 31 December 2200
TEXT_LIMIT: Final = 32 * 1024

_Int = Annotated[int, msgspec.Meta(ge=-INT64, le=INT64 - 1)]
_Day = Annotated[int, msgspec.Meta(ge=FIRST_DAY, le=LAST_DAY)]
_Text = Annotated[str, msgspec.Meta(max_length=TEXT_LIMIT)]
_Id = Annotated[bytes, msgspec.Meta(min_length=16, max_length=16)]
_TYPES: Final[dict[str, Any]] = {
    "text": _Text | None,
    "int": _Int | None,
    "date": _Day | None,
    "id": _Id | None,
    "bool": bool | None,
    "json": _Text | None,
}


def _cell_type(column: registry.Column) -> Any:
    if not column.is_group:
        return _TYPES[column.fields[0].type]
    return tuple[tuple(_TYPES[field.type] for field in column.fields)] | None  # type: ignore[misc]  # built at run time


def row_reader(table: registry.Table) -> Callable[[bytes], tuple[Any, ...]]:
    """Return a function from a body's bytes to the flat values of a row. It raises ``msgspec.MsgspecError``."""
    return _flat_reader(table.number)


@cache
def _flat_reader(number: int) -> Callable[[bytes], tuple[Any, ...]]:
    table, read = registry.BY_NUMBER[number], cell_reader(number)
    return (lambda data: flat(table, read(data))) if table.has_groups else read


def first_values(table: registry.Table, body: bytes) -> list[Value] | None:
    """Return a new row's cells in order, groups as lists; nothing when the body makes no sense."""
    try:
        cells = cell_reader(table.number)(body)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
    return [list(cell) if isinstance(cell, tuple) else cell for cell in cells]


@cache
def cell_reader(number: int) -> Callable[[bytes], tuple[Any, ...]]:
    """Return a function from a body's bytes to a row's cells, by the number of its table."""
    table = registry.BY_NUMBER[number]
    values = msgspec.defstruct(
        f"Values{table.number}",
        [(f"c{column.number}", _cell_type(column), None) for column in table.columns],
        array_like=True,
        gc=False,
    )
    body = msgspec.defstruct(
        f"Body{table.number}", [("salt", bytes), ("values", values)], array_like=True, gc=False,
        forbid_unknown_fields=True,
    )
    decode = msgspec.msgpack.Decoder(body).decode
    astuple = msgspec.structs.astuple
    return lambda data: astuple(decode(data).values)  # type: ignore[attr-defined]  # the struct is made above


def flat(table: registry.Table, cells: tuple[Any, ...]) -> tuple[Any, ...]:
    """Lay the values of groups out beside the single ones, in the order of the table on disk."""
    out: list[Any] = []
    for column, value in zip(table.columns, cells, strict=True):
        if column.is_group:
            out.extend(value if value is not None else [None] * len(column.fields))
        else:
            out.append(value)
    return tuple(out)


@cache
def _checker(column: registry.Column) -> Any:
    return _cell_type(column)


def checked_cell(column: registry.Column, value: Value) -> Value:
    """Return a cell's value when it has the column's type; raises ``msgspec.ValidationError`` otherwise."""
    # bytes are bytes here: left to itself, convert() would take text for base64 and make an id of it
    converted = msgspec.convert(value, _checker(column), builtin_types=(bytes,))
    return list(converted) if isinstance(converted, tuple) else converted


_pack = msgspec.msgpack.Encoder().encode
_unpack = msgspec.msgpack.Decoder().decode


def cell_on_disk(column: registry.Column, value: Value) -> Value:
    """Return what ``cell_op.value`` keeps: a group as its packed bytes, anything else as it is."""
    return _pack(value) if column.is_group and value is not None else value


def cell_from_disk(column: registry.Column, value: Any) -> Value:
    """Undo ``cell_on_disk``."""
    if column.is_group and isinstance(value, bytes):
        unpacked: Value = _unpack(value)
        return unpacked
    if type(value) is int and column.fields[0].type == "bool":
        return bool(value)  # the disk knows no truth, and a settled "no" must travel as one
    kept: Value = value
    return kept
