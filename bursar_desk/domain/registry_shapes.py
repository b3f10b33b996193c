"""The shapes of the registry: a value, a cell of one or more values, a table, and how they are written down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ColumnType = Literal["text", "int", "date", "id", "bool", "json"]
"""``date`` travels as days since 1970-01-01, ``bool`` as true or false, ``json`` as its text."""
Shown = Literal["latest", "safer", "earlier"]


@dataclass(frozen=True, slots=True)
class Field:
    """One value on disk: its name and type."""

    name: str
    type: ColumnType


@dataclass(frozen=True, slots=True)
class Column:
    """One cell: a single value, or a group of values that only make sense together and travel as one."""

    number: int
    fields: tuple[Field, ...]
    shown: Shown = "latest"
    cautious: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Return the name a cell is set by: its field's, or for a group the names joined."""
        return "+".join(field.name for field in self.fields)

    @property
    def is_group(self) -> bool:
        """Tell whether several values travel as one."""
        return len(self.fields) > 1


@dataclass(frozen=True, slots=True)
class Table:
    """A kind of row: where it travels, whether its cells can be edited, and what its derived id is made of."""

    number: int
    name: str
    channel: str
    is_fact: bool
    columns: tuple[Column, ...]
    key: str | None = None

    @property
    def fields(self) -> tuple[Field, ...]:
        """Return the values on disk in order, groups laid out flat."""
        return tuple(field for column in self.columns for field in column.fields)

    @property
    def has_groups(self) -> bool:
        """Tell whether values must be laid out flat before they are stored."""
        return any(column.is_group for column in self.columns)

    def column(self, name: str) -> Column:
        """Return a column by its name; ``KeyError`` when there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    def column_numbered(self, number: int) -> Column | None:
        """Return a column by its permanent number, or nothing when this release does not know it."""
        return self.columns[number] if 0 <= number < len(self.columns) else None


def cells(*specs: str | Column) -> tuple[Column, ...]:
    """Number columns by position; "name:type" is a single value, "a:type+b:type" a group."""
    made = []
    for number, spec in enumerate(specs):
        if isinstance(spec, Column):
            made.append(Column(number, spec.fields, spec.shown, spec.cautious))
        else:
            made.append(Column(number, fields_of(spec)))
    return tuple(made)


def fields_of(spec: str) -> tuple[Field, ...]:
    """Read "a:type+b:type"; without a type it is text."""
    fields = []
    for part in spec.split("+"):
        name, _, kind = part.partition(":")
        fields.append(Field(name, kind or "text"))  # type: ignore[arg-type]  # the literal is checked by a test
    return tuple(fields)


def safer(spec: str, order: tuple[str, ...]) -> Column:
    """A cell whose most cautious rival is shown first, by the order given."""
    return Column(0, fields_of(spec), "safer", order)


def earlier(spec: str) -> Column:
    """A date whose earliest rival is shown first."""
    return Column(0, fields_of(spec), "earlier")
