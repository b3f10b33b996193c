"""Entries that wait for a person: taken over as our own, left out, or confirmed; each decision is one act."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain import acts, registry
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import Changes, Kind
from bursar_desk.domain.stamps import wall_ms
from bursar_desk.services import field_words

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from db.engine import Connection
    from db.queries.held import HeldRow
    from db.session import Act

HELD, CONFIRM = "held", "confirm"
_DOES: Final = {Kind.FACT: "New", Kind.CREATE: "New", Kind.SET: "Change to", Kind.DELETE: "Deleting of"}


@dataclass(frozen=True, slots=True)
class HeldEntry:
    """One entry that waits. ``state`` "held" has no effect yet, "confirm" counts and waits to be confirmed.

    ``fields`` are its values as (what, value) in words. ``can_decide``: the school it is about decides, nobody else.
    ``adoptable``: it can be written again as it is; one from a newer program, or with broken values, cannot.
    """

    op: bytes
    school: bytes
    school_name: str
    what: str
    who: str
    at_ms: int
    reason: str
    state: str
    fields: tuple[tuple[str, str], ...]
    can_decide: bool
    adoptable: bool
    writer_school: str

    @property
    def sentence(self) -> str:
        """Return it in plain words."""
        return f"{self.what}, by {self.who or 'somebody'}{_at(self.writer_school)}: {self.reason}."


def _at(school: str) -> str:
    return f" at {school}" if school else ""


def listing(desk: Desk) -> list[HeldEntry]:
    """Return what waits, oldest first; what somebody has decided about is not listed any more."""
    from db.queries.held import held_rows

    with desk.store.connect() as con:
        return [_entry(desk, con, row) for row in held_rows(con)]


def _entry(desk: Desk, con: Connection, row: HeldRow) -> HeldEntry:
    home = desk.trust.school_of_writer(row.writer)
    fields = field_words.row_said(con, row.table, row.cells) if row.table is not None else ()
    decides = row.about == desk.home and not desk.is_guest
    return HeldEntry(
        row.op, row.about, desk.school_name(row.about), _what(con, row), row.note.who, wall_ms(row.stamp), row.reason,
        row.state, fields, decides, decides and _can_be_written(row), desk.school_name(home) if home else "",
    )  # fmt: skip


def _what(con: Connection, row: HeldRow) -> str:
    from db.queries.exchange import called

    if row.table is None:
        return acts.words_of(row.note.code)
    name = field_words.table_words(row.table.name)
    about = called(con, row.row) if row.row is not None else _belongs_to(con, row)
    return f"{_DOES.get(Kind(row.kind), 'Change to')} {name}{f', {about}' if about else ''}"


def _belongs_to(con: Connection, row: HeldRow) -> str:
    from db.queries.exchange import called

    given = {column.name: row.cells.get(column.number) for column in row.table.columns} if row.table else {}
    for name in ("title", "name", "check_id", "person", "absence", "cover_id"):
        value = given.get(name)
        if isinstance(value, str) and value:
            return value
        if isinstance(value, bytes) and (found := called(con, value)):
            return found
    return ""


def _can_be_written(row: HeldRow) -> bool:
    """Tell whether an entry can be written again here: a table we know, values of the right kind, a row of ours."""
    from db.bodies import checked_cell

    table = row.table
    if table is None or (row.kind != Kind.DELETE and not row.cells):
        return False
    try:
        for number, value in row.cells.items():
            column = table.column_numbered(number)
            if column is None and not (table.is_fact and number == registry.STANDING):
                return value is None
            if column is not None and value is not None:
                checked_cell(column, value)
    except (ValueError, TypeError):  # what msgspec raises is a ValueError
        return False
    return row.kind != Kind.CREATE or row.row is None or table.key is not None


# --- deciding --------------------------------------------------------------------------------------------------------


def adopt(desk: Desk, op: bytes, reason: str = "") -> Changes:
    """Take an entry over: it is written again as our own, with the same values, and noted as taken over."""
    row, entry = _found(desk, op)
    if not entry.adoptable or entry.state != HELD:
        why = "It counts already: confirm it." if entry.state == CONFIRM else "Enter it yourself, or leave it out."
        raise UserError("This entry cannot be taken over as it is.", "Nothing was changed.", why)
    with desk.act(ActCode.ADOPT, subject=entry.what) as act:
        _write_again(act, row)
        _remark(desk, act, op, "adopted", reason)
    return Changes(frozenset(act.tables), act.note.act)


def decline(desk: Desk, op: bytes, reason: str) -> Changes:
    """Leave an entry out for good, with a reason; one that counted while it waited counts no more."""
    if not reason.strip():
        raise UserError("Say why it is left out.", "Nothing was changed.", "A few words are enough.")
    row, entry = _found(desk, op)
    with desk.act(ActCode.DECLINE, subject=entry.what) as act:
        if entry.state == CONFIRM:
            _take_out(act, row)
        _remark(desk, act, op, "declined", reason)
    return Changes(frozenset(act.tables), act.note.act)


def confirm(desk: Desk, op: bytes) -> Changes:
    """Confirm an entry that counts already."""
    _, entry = _found(desk, op)
    if entry.state != CONFIRM:
        raise UserError(
            "This entry does not count yet, so it cannot be confirmed.", "Nothing was changed.", "Take it over instead."
        )
    with desk.act(ActCode.CONFIRM_ENTRY, subject=entry.what) as act:
        _remark(desk, act, op, "confirmed", "")
    return Changes(frozenset(act.tables), act.note.act)


def _found(desk: Desk, op: bytes) -> tuple[HeldRow, HeldEntry]:
    from db.queries.held import held_rows

    with desk.store.connect() as con:
        row = next((one for one in held_rows(con) if one.op == op), None)
        entry = _entry(desk, con, row) if row is not None else None
    if row is None or entry is None:
        raise UserError("That entry waits no more.", "Nothing was changed.", "See “held list”.")
    if not entry.can_decide:
        raise UserError(
            f"Only {entry.school_name} can decide about this entry.", "Nothing was changed.", "Tell them about it."
        )
    return row, entry


def _remark(desk: Desk, act: Act, op: bytes, word: str, reason: str) -> None:
    person = desk.person
    act.fact(
        "remark",
        {
            "op": op, "word": word, "said_by": person.name if person else desk.who,
            "person": person.id if person else None, "note": reason.strip() or None,
        },
    )  # fmt: skip


def _write_again(act: Act, row: HeldRow) -> None:
    table = row.table
    if table is None:
        return
    if row.kind == Kind.FACT:
        act.fact(table.name, _values(table, row.cells))
    elif row.kind == Kind.CREATE:
        values = _values(table, row.cells)
        act.create(table.name, values, row=_derived(act, table, values))
    elif row.row is not None and row.kind == Kind.SET:
        seen = {number: act.session.heads(row.row, table, number) for number in row.cells}
        act.set_seen(table.name, row.row, row.cells, seen)
    elif row.row is not None:
        act.delete(table.name, row.row)


def _values(table: registry.Table, cells: dict[int, Any]) -> dict[str, Any]:
    """Return values by field name, groups laid out flat."""
    out: dict[str, Any] = {}
    for column in table.columns:
        value = cells.get(column.number)
        if column.is_group:
            listed = value if isinstance(value, list) else [None] * len(column.fields)
            out |= {one.name: part for one, part in zip(column.fields, listed, strict=False)}
        else:
            out[column.name] = value
    return out


def _derived(act: Act, table: registry.Table, values: dict[str, Any]) -> bytes | None:
    if table.key is None:
        return None
    return act.session.derived(act.session.home, table.name, str(values[table.key]) if table.key else "")


def _take_out(act: Act, row: HeldRow) -> None:
    """Make an entry that counted count no more: a fact is set aside, a row hidden, a change put back."""
    table = row.table
    if table is None:
        return
    if row.kind == Kind.FACT:
        act.set_aside(table.name, row.op)
    elif row.kind == Kind.CREATE:
        act.delete(table.name, row.row or row.op)
    elif row.row is not None and table.is_fact and row.cells.get(registry.STANDING) == registry.SET_ASIDE:
        seen = {registry.STANDING: act.session.heads(row.row, table, registry.STANDING)}
        act.set_seen(table.name, row.row, {registry.STANDING: registry.STANDS}, seen)
