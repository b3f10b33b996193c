"""What a covering person may do: the grant, and the one function that judges every entry made under it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from bursar_desk.domain.operations import Kind, Value
from bursar_desk.domain.registry import BY_NUMBER, GRANTABLE, STANDING, Table

EntryReason = Literal[
    "",
    "outside the tables lent",
    "not one of the checks lent",
    "outside the dates lent",
    "more entries than lent",
    "a column that was not lent",
    "not a kind of change that was lent",
]


_DAY_OF: Final = {
    "check_record": "done_on", "not_done": "said_on", "defect": "raised_on", "cover_claim": "on_date",
}  # fmt: skip
_FREE_OF_CHECKS: Final = frozenset({"cover_claim"})
"""Hours worked belong to the visit, not to one of its checks."""


@dataclass(frozen=True, slots=True)
class Grant:
    """A written, signed permission for one neighbour to record named checks between two days."""

    id: bytes
    school: bytes
    holder_school: bytes
    holder: str
    writers: tuple[bytes, ...]
    boxes: tuple[bytes, ...]
    checks: tuple[bytes, ...]
    first: int
    last: int
    return_by: int
    most_entries: int


def allowed(
    grant: Grant, kind: int, table_number: int, values: list[Value] | Mapping[int, Value] | None, entry: int
) -> EntryReason:
    """Say why an entry is outside a grant; the empty string means it is inside.

    Content only: no clock, no order of arrival. ``entry`` is the running number of the commit in its stream (it is
    inside the commit's hash), days are days since 1970-01-01. A change reaches only rows born in its own stream: the
    applier sees to that, because it too must not depend on order.
    """
    table = BY_NUMBER.get(table_number)
    if table is None or table.name not in GRANTABLE:
        return "outside the tables lent"
    if entry > grant.most_entries:
        return "more entries than lent"
    if kind == Kind.SET:
        return _allowed_change(table, values)
    if kind != (Kind.FACT if table.is_fact else Kind.CREATE) or not isinstance(values, list):
        return "not a kind of change that was lent"
    return _allowed_row(grant, table, values)


def _allowed_change(table: Table, values: list[Value] | Mapping[int, Value] | None) -> EntryReason:
    """A coverer may only set aside what was entered under the same grant: undo, nothing else."""
    if not table.is_fact or not isinstance(values, Mapping) or set(values) != {STANDING}:
        return "not a kind of change that was lent"
    return ""


def _allowed_row(grant: Grant, table: Table, values: list[Value]) -> EntryReason:
    lent = GRANTABLE[table.name]
    for number, value in enumerate(values):
        column = table.column_numbered(number)
        if value is not None and (column is None or column.name not in lent):
            return "a column that was not lent"
    given = {column.name: values[column.number] for column in table.columns if column.number < len(values)}
    if table.name not in _FREE_OF_CHECKS and given.get("check_id") not in grant.checks:
        return "not one of the checks lent"
    day = given.get(_DAY_OF[table.name])
    if not isinstance(day, int) or not grant.first <= day <= grant.last:
        return "outside the dates lent"
    return ""
