"""Erasing personal data: what would go is shown first; then it goes from every register, and its place stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain import registry, words
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import Changes
from bursar_desk.services import erasing_links, field_words

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from db.engine import Connection
    from db.queries.naming import Said
    from db.session import Act

NAME_GONE: Final = "name erased"
"""What stands in a record instead of the name of somebody who was erased."""


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A record that stays and loses the name: its values by column number.

    ``anew``: what it was made with holds the name, so that goes whole and the record is entered again, under an id of
    its own. Otherwise only the cells are replaced that hold it; ``seen`` are the values they replace.
    """

    table: str
    row: bytes
    cells: dict[int, Any]
    seen: dict[int, list[bytes]]
    anew: bool


@dataclass(frozen=True, slots=True)
class ErasePlan:
    """What erasing would do. ``ops`` lose their content; ``acts`` are first operations whose words name it.

    ``rewrites`` are written again without the name before that. ``words`` say in sentences what goes; ``received`` who
    else has had it; ``mentions`` are records whose longer texts hold the name too: they stay, look at them yourself.
    ``kept`` are records that stay with the name because of what they prove: see ``erasing_links.PROOFS``. ``emptied``
    are (table, row) of which nothing but an empty row would be left.
    """

    table: str
    row: bytes
    school: bytes
    subject: str
    ops: tuple[bytes, ...]
    acts: tuple[bytes, ...]
    rewrites: tuple[Rewrite, ...]
    words: tuple[str, ...]
    received: tuple[str, ...]
    mentions: tuple[str, ...]
    kept: tuple[str, ...] = ()
    emptied: tuple[tuple[str, bytes], ...] = ()

    @property
    def rewritten(self) -> int:
        """Return how many records stay and lose the name."""
        return len(self.rewrites)

    @property
    def sentence(self) -> str:
        """Return what it reaches and what it does not."""
        who = f" {words.listing(self.received)} had it already." if self.received else ""
        return (
            f"This takes {words.count(len(self.ops), 'entry', 'entries')} out of this register, and with your next "
            f"files out of every other. It cannot be taken back.{who} Backups and files sent before are out of reach: "
            "see that they are destroyed, or erase again when one is brought back."
        )


@dataclass(slots=True)
class _Going:
    """What is being collected."""

    ops: dict[bytes, int] = field(default_factory=dict)
    acts: dict[bytes, None] = field(default_factory=dict)
    rewrites: dict[tuple[str, bytes], Rewrite] = field(default_factory=dict)
    rows: dict[str, set[bytes]] = field(default_factory=dict)
    mentions: dict[str, None] = field(default_factory=dict)
    kept: dict[tuple[str, bytes], str] = field(default_factory=dict)


def propose(desk: Desk, table: str, row: bytes) -> ErasePlan:
    """Say what erasing a record, or a person with all that is about them, would take away. Nothing is changed.

    Only people who manage the register may ask, and only about their own school's records.
    """
    _must_manage(desk)
    spec = registry.BY_NAME.get(table)
    with desk.store.connect() as con:
        from db.queries.naming import school_number

        found = school_number(con, spec, row) if spec is not None else None
        if spec is None or found is None:
            raise UserError("That record is not in this register.", "Nothing was changed.", "Choose it from a list.")
        sid, school = found
        if school != desk.home or desk.is_guest:
            raise UserError(
                f"Only {desk.school_name(school)} can erase its own records.", "Nothing was changed.", "Ask them."
            )
        subject = field_words.row_words(con, spec, row)
        going = _Going()
        _add_row(con, going, spec, row)
        if table == "person":
            _add_person(con, going, sid, row, subject)
        received = _received(desk, con, going)
    return ErasePlan(
        table, row, school, subject, tuple(going.ops), tuple(going.acts), tuple(going.rewrites.values()),
        tuple(_told(going, spec)), received, tuple(going.mentions),
        tuple(going.kept.values()), tuple(
            (name, one) for name, rows in going.rows.items() for one in sorted(rows)
            if not registry.BY_NAME[name].is_fact and registry.BY_NAME[name].key is None
        ),
    )  # fmt: skip


def _must_manage(desk: Desk) -> None:
    if desk.person is None or not desk.person.manages:
        raise UserError(
            "Only people who manage this register can erase.", "Nothing was changed.", "Ask the business manager."
        )


def _add_row(con: Connection, going: _Going, table: registry.Table, row: bytes) -> None:
    from db.queries.naming import operations_of

    going.ops.update(operations_of(con, table, row))
    going.rows.setdefault(table.name, set()).add(row)


def _add_person(con: Connection, going: _Going, sid: int, person: bytes, name: str) -> None:
    """Add what is about a person, and every record that names them."""
    from db.queries.naming import corrected_records, counts, rows_of_person, said_with

    for table, row in rows_of_person(con, person):
        _add_row(con, going, registry.BY_NAME[table], row)
    naming: dict[tuple[str, bytes], set[bytes]] = {}
    for wanted in (name.encode(), person):
        for operations, act in said_with(con, sid, wanted):
            if act is not None and wanted != person:
                going.acts[act] = None
            for one in operations:
                _sort(con, going, naming, one, person, name)
    corrected = corrected_records(con)
    for (table, row), ops in naming.items():
        if counts(con, registry.BY_NAME[table], row, corrected):  # what counts for nothing need not be written again
            _rewrite(con, going, registry.BY_NAME[table], row, ops, person, name)


def _sort(
    con: Connection, going: _Going, naming: dict[tuple[str, bytes], set[bytes]], one: Said, person: bytes, name: str
) -> None:
    """Tell what an operation is: one that names the person in so many words, one that mentions them, or neither."""
    table = one.table
    if table is None or one.op in going.ops:
        return
    if any(_names(column, one.cells.get(column.number), person, name) for column in table.columns):
        if erasing_links.proves(table, one.cells):
            what = field_words.row_words(con, table, one.row)
            going.kept[table.name, one.row] = f"{field_words.table_words(table.name).capitalize()}: {what}"
            return
        going.ops[one.op] = one.pos
        naming.setdefault((table.name, one.row), set()).add(one.op)
    elif any(isinstance(value, str) and name in value for value in _flat(one.cells.values())):
        what = field_words.row_words(con, table, one.row)
        going.mentions[f"{field_words.table_words(table.name).capitalize()}: {what}"] = None


def _flat(values: Any) -> list[Any]:
    return [part for value in values for part in (value if isinstance(value, list) else [value])]


def _names(column: registry.Column, value: Any, person: bytes, name: str) -> bool:
    from db.queries.naming import NAMING, PERSON_IDS

    if column.name in PERSON_IDS:
        return bool(value == person)
    return column.name in NAMING and isinstance(value, str) and value.strip().casefold() == name.strip().casefold()


def _rewrite(
    con: Connection, going: _Going, table: registry.Table, row: bytes, ops: set[bytes], person: bytes, name: str
) -> None:
    """Plan how a record that stays loses the name: it is entered again, or the cells that hold it are replaced."""
    from db.queries.naming import births_of, cells_now, operations_of

    anew = table.is_fact or not births_of(con, row).isdisjoint(ops)
    cells: dict[int, Any] = {}
    seen: dict[int, list[bytes]] = {}
    for number, (value, heads) in cells_now(con, table, row).items():
        column = table.columns[number]
        if not anew and not ops.intersection(head.op for head in heads):
            continue
        if len(heads) > 1 and not table.is_fact:
            raise UserError(
                "Two people wrote one of these records differently.", "Nothing was changed.", "Settle that first."
            )
        gone = _names(column, value, person, name)
        cells[number] = (None if column.fields[0].type == "id" else NAME_GONE) if gone else value
        seen[number] = [head.op for head in heads]
    if anew:
        going.ops.update(operations_of(con, table, row))
    if cells:
        going.rewrites[table.name, row] = Rewrite(table.name, row, cells, seen, anew)


def _received(desk: Desk, con: Connection, going: _Going) -> tuple[str, ...]:
    from db.queries.naming import who_received

    owners = {one.sign: school for school, some in desk.trust.computers.items() for one in some}
    others = [sign for sign in owners if sign != desk.store.facts.writer]
    found = who_received(con, going.ops.values(), others)
    return tuple(sorted({desk.school_name(owners[sign]) for sign in found}))


def _told(going: _Going, table: registry.Table) -> list[str]:
    said = []
    for name, rows in going.rows.items():
        number = len(rows)
        said.append(f"{words.number(number)} {field_words.table_words(name, number)} would go.")
    if going.rewrites:
        number = len(going.rewrites)
        stay = "stays" if number == 1 else "stay"
        said.append(f"{words.count(number, 'other record')} {stay} and would say “{NAME_GONE}” instead of the name.")
    if going.acts:
        number = len(going.acts)
        said.append(f"The words of {words.count(number, 'line')} of the history would be erased.")
    if going.mentions:
        number = len(going.mentions)
        said.append(f"{words.count(number, 'text')} may hold the name as well. Look at them yourself.")
    if going.kept:
        kept = words.count(len(going.kept), "record")
        said.append(
            f"The name stays in {kept} of buying and deals: they prove who did what, in which order, and other "
            "schools rest on them. Erase each by itself once it need not be kept any more."
        )
    if table.is_fact:
        said.append("It would count no more, as if it had never been entered.")
    return said


def erase(desk: Desk, plan: ErasePlan, reason: str, authority: str) -> Changes:
    """Carry a plan out. ``authority`` says on whose word; neither text may name the person, because both stay.

    Raises ``UserError`` when something was written about it since the plan was made: look again first.
    """
    _must_say(plan, reason, authority)
    fresh = propose(desk, plan.table, plan.row)
    if set(fresh.ops) != set(plan.ops) or set(fresh.acts) != set(plan.acts):
        raise UserError("Something was written about this since.", "Nothing was changed.", "Look at the plan again.")
    subject = field_words.table_words(plan.table)
    with desk.act(ActCode.ERASE, subject=subject) as act:
        again = _write_all_again(act, fresh.rewrites)
        for table, row in fresh.emptied:
            act.delete(table, row)
        act.erase([*fresh.ops, *fresh.acts, *again], reason.strip(), authority.strip())
    return Changes(frozenset(registry.BY_NAME), act.note.act)


def _must_say(plan: ErasePlan, reason: str, authority: str) -> None:
    for text, what in ((reason, "why it is erased"), (authority, "on whose word")):
        if not text.strip():
            raise UserError(f"Say {what}.", "Nothing was changed.", "A few words are enough.")
        if plan.table == "person" and plan.subject.casefold() in text.casefold():
            raise UserError(
                "That text names the person, and it stays for good.", "Nothing was changed.", "Leave the name out."
            )


def _write_all_again(act: Act, rewrites: Sequence[Rewrite]) -> list[bytes]:
    """Write the records again without the name; what points at one that has a new id points there then.

    Return the facts that were said again only because they pointed there.
    """
    moved: dict[bytes, bytes] = {}
    for one in sorted(rewrites, key=lambda each: registry.BY_NAME[each.table].number):  # what is named comes first
        table = registry.BY_NAME[one.table]
        if not one.anew:
            act.set_seen(one.table, one.row, one.cells, one.seen)
            continue
        values = {name: _moved(moved, value) for name, value in erasing_links.flat_values(table, one.cells).items()}
        if "corrects" in values:
            values["corrects"] = values["corrects"] or one.row
        if table.is_fact:
            moved[one.row] = act.fact(one.table, values)
        elif table.key is not None:
            act.create(one.table, values, row=one.row)  # it is named by its code: the row stays the same
        else:
            moved[one.row] = act.create(one.table, values)
            act.delete(one.table, one.row)  # what is erased leaves an empty row, which nobody should see
    return erasing_links.point_anew(act, moved)


def _moved(moved: dict[bytes, bytes], value: Any) -> Any:
    return moved.get(value, value) if isinstance(value, bytes) else value
