"""What hangs on a record that is entered again under another id when a name is erased, and records that must not be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain import registry

if TYPE_CHECKING:
    from db.session import Act

PROOFS: Final = frozenset({
    "buying", "weights", "quote", "opening", "mark", "interest", "deal", "deal_offer", "deal_baseline", "sharing",
    "deal_step", "agreement", "running_cost", "payment",
})  # fmt: skip
"""Records that prove by their own id and hour that weights came before quotes were opened, or that other schools’
governing bodies have answered: entered again they would prove nothing, and what others said of them would be lost."""
_ANSWERED: Final = PROOFS | {"answer"}


def proves(table: registry.Table, cells: Mapping[int, Any]) -> bool:
    """Tell whether an operation’s record stays as it is, whoever it names: see ``PROOFS``. Answers to them do too."""
    if table.name != "answer":
        return table.name in PROOFS
    return any(cells.get(one.number) in _ANSWERED for one in table.columns if one.name == "about_table")


def point_anew(act: Act, moved: Mapping[bytes, bytes]) -> list[bytes]:
    """Let our own records that point at one that has a new id point there; return the facts that were said again.

    Rows are changed. A fact is said again as it was, so what it was before is to be erased with the rest.
    """
    again = []
    for table in registry.TABLES if moved else ():
        if table.is_fact and table.name in PROOFS:
            continue
        for row in _pointing(act, table, moved):
            if table.is_fact:
                _say_again(act, table, row, moved)
                again.append(row)
            else:
                _change(act, table, row, moved)
    return again


def _pointing(act: Act, table: registry.Table, moved: Mapping[bytes, bytes]) -> list[bytes]:
    """Return the rows of our school that count, are not new themselves, and hold one of some ids."""
    from db.queries.naming import counting_rows_with

    names = [one.name for one in table.fields if one.type == "id" and one.name != "corrects"]
    found = {
        row: None for name in names for old in moved
        for row in counting_rows_with(act.session.connection, table, name, old, act.session.home)
        if row not in moved
    }  # fmt: skip
    return list(found)


def _change(act: Act, table: registry.Table, row: bytes, moved: Mapping[bytes, bytes]) -> None:
    from db.queries.naming import cells_now

    for number, (value, heads) in cells_now(act.session.connection, table, row).items():
        parts = value if isinstance(value, list) else [value]
        if len(heads) == 1 and any(isinstance(one, bytes) and one in moved for one in parts):
            new = [moved.get(one, one) if isinstance(one, bytes) else one for one in parts]
            act.set_seen(table.name, row, {number: new if isinstance(value, list) else new[0]}, {number: [heads[0].op]})


def _say_again(act: Act, table: registry.Table, row: bytes, moved: Mapping[bytes, bytes]) -> None:
    from db.queries.naming import cells_now

    cells = {number: value for number, (value, _) in cells_now(act.session.connection, table, row).items()}
    values = flat_values(table, cells)
    act.fact(table.name, {
        name: moved.get(value, value) if isinstance(value, bytes) else value for name, value in values.items()
    })  # fmt: skip


def flat_values(table: registry.Table, cells: Mapping[int, Any]) -> dict[str, Any]:
    """Return cells by column number as values by field name."""
    out: dict[str, Any] = {}
    for column in table.columns:
        value = cells.get(column.number)
        parts: Sequence[Any] = value if column.is_group and isinstance(value, list) else [value] * len(column.fields)
        out |= {one.name: part for one, part in zip(column.fields, parts, strict=False)}
    return out
