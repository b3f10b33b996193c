"""The step that takes an act back, or does it again: written as an act of its own on what is current now."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from sqlalchemy import Connection

from bursar_desk.domain import registry
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import ActNote, Kind, Value
from bursar_desk.domain.stamps import LAST_STAMP
from db import layout
from db.row_past import Moment, Reader, RowPast
from db.session import Act


@dataclass(slots=True)
class _Touched:
    """What the deed did to one row: its operations there and the cells it gave values."""

    school: bytes
    table: registry.Table
    row: bytes
    own: set[bytes] = field(default_factory=set)
    cells: set[int] = field(default_factory=set)
    made: bool = False
    replaced: dict[int, set[bytes]] = field(default_factory=dict)
    """The values the deed knowingly replaced, by column: two that differ were a difference it settled."""


class _Deed:
    """One past act and the act that now takes it back or does it again, row by row."""

    def __init__(self, con: Connection, act: Act, writer: bytes, stamp: int, touched: Iterable[_Touched]) -> None:
        self._con, self._act, self._writer, self._stamp = con, act, writer, stamp
        self._touched = list(touched)
        self._reader = Reader(con)
        act.session.look_up(
            (one.row, one.table.number, number)
            for one in self._touched
            for number in ([registry.STANDING] if one.table.is_fact else range(len(one.table.columns)))
        )

    def take_back(self) -> None:
        """Bring every row the deed touched to what it was before, in the cells it touched."""
        for one in reversed(self._touched):
            if one.row in one.own and one.table.is_fact:
                self._act.set_aside(one.table.name, one.row, school=one.school)
                continue
            past = RowPast(self._reader, one.table, one.row)
            before = past.at(self._stamp - 1)
            if one.table.is_fact:
                aside = before is None or before.values[registry.STANDING] == registry.SET_ASIDE
                self._set(one, past, {registry.STANDING: registry.SET_ASIDE if aside else registry.STANDS})
            elif before is None and one.made:
                self._unmake(one, past)
            else:
                rivals = self._open_again(one, past)
                self._bring_to(one, past, before or _seen_by(one, past), without=rivals)

    def do_again(self) -> None:
        """Bring every row the deed touched to what it made of it."""
        for one in self._touched:
            if one.table.is_fact and one.own == {one.row}:
                seen = {registry.STANDING: self._act.session.heads(one.row, one.table, registry.STANDING)}
                stands: dict[int, Value] = {registry.STANDING: registry.STANDS}
                self._act.set_seen(one.table.name, one.row, stands, seen, school=one.school)
                continue
            past = RowPast(self._reader, one.table, one.row)
            after = past.at(self._stamp)
            if after is not None:
                self._bring_to(one, past, after)

    def _open_again(self, one: _Touched, past: RowPast) -> set[int]:
        """Write the rivals again that the deed settled: they stand side by side as before, for somebody to choose.

        Return the columns that was done for. What showed before shows now: equal stamps are told apart by the id.
        """
        opened = set()
        for number, named in one.replaced.items():
            replaced = named - one.own  # what the deed itself wrote first was never anybody's rival
            column = one.table.column_numbered(number)
            shown = past.shown_of(number, replaced)
            if column is None or shown is None:
                continue
            others = [head.value for head in past.values(number) if head.op in replaced and head.value != shown.value]
            values = [shown.value, *(value for n, value in enumerate(others) if value not in others[:n])]
            if len(values) > 1:
                self._act.set_rivals(one.table.name, one.row, number, values, school=one.school)
                opened.add(number)
        return opened

    def _bring_to(self, one: _Touched, past: RowPast, then: Moment, *, without: Collection[int] = ()) -> None:
        cells = one.cells.difference(without)
        self._set(one, past, {number: then.values[number] for number in cells if number in then.values})
        if then.hidden:
            self._act.delete(one.table.name, one.row, school=one.school)
        else:
            self._show(one, past, then)

    def _unmake(self, one: _Touched, past: RowPast) -> None:
        """Hide a row the deed made; where another computer made it as well, only our values go."""
        now = past.at(LAST_STAMP)
        if now is None or now.hidden:
            return
        theirs = past.at(LAST_STAMP, without=frozenset(one.own)) if past.makers != {self._writer} else None
        if theirs is None or theirs.hidden:
            self._act.delete(one.table.name, one.row, school=one.school)
        else:
            self._set(one, past, theirs.values)

    def _set(self, one: _Touched, past: RowPast, wanted: dict[int, Value]) -> None:
        """Give cells the values wanted, where they show others or rivals now."""
        now = past.at(LAST_STAMP)
        cells = {
            number: value for number, value in wanted.items()
            if now is None or now.values[number] != value or len(now.heads[number]) > 1
        }  # fmt: skip
        if cells:
            seen = {number: self._act.session.heads(one.row, one.table, number) for number in cells}
            self._act.set_seen(one.table.name, one.row, cells, seen, school=one.school)

    def _show(self, one: _Touched, past: RowPast, then: Moment) -> None:
        """Show a deleted row again: any new value does that, so its first cell is given the one it has."""
        now = past.at(LAST_STAMP)
        if now is not None and now.hidden and not one.table.is_fact:
            seen = {0: self._act.session.heads(one.row, one.table, 0)}
            value = then.values.get(0, now.values[0])
            self._act.set_seen(one.table.name, one.row, {0: value}, seen, school=one.school)


def _seen_by(one: _Touched, past: RowPast) -> Moment:
    """Return the cells as the deed saw them, where stamps do not tell: a row whose writer's clock runs far ahead."""
    found = {number: past.shown_of(number, ids - one.own) for number, ids in one.replaced.items()}
    return Moment({number: head.value for number, head in found.items() if head is not None}, {}, hidden=False)


def take_back(con: Connection, act: Act, past: ActNote, writer: bytes) -> None:
    """Write into ``act`` the inverse of what ``past`` did, on the values that are current now.

    ``con`` is the act's own transaction. Where ``past`` is itself an undo, its deed is done again, and so on back to
    the deed. Where nothing is left to take back, the act is written all the same: it says that ``past`` is taken back.
    """
    if past.code == ActCode.ERASE:
        raise UserError("What was erased is gone for good.", "Nothing was changed.", "Enter it anew if it is needed.")
    if past.code == ActCode.SET_PIN:  # whoever sits at the desk next could take somebody's PIN away
        raise UserError("A PIN is not taken back by undo.", "Nothing was changed.", "Set another one, or take it away.")
    again = False
    while past.code == ActCode.UNDO and past.undoes is not None:
        deed = next((one.note for one in _commits_of(con, past.undoes, writer)), None)
        if deed is None:
            break
        past, again = deed, not again
    touched: dict[tuple[int, bytes], _Touched] = {}
    stamp = LAST_STAMP
    for one in _commits_of(con, past.act, writer):
        act.mark(one.school, one.channel)
        stamp = one.commit.stamp
        _gather(one, touched)
    gone = set(con.exec_driver_sql("SELECT op FROM erased").scalars())  # nothing is brought back to what was erased
    deed_now = _Deed(con, act, writer, stamp, [one for one in touched.values() if one.row not in gone])
    if again:
        deed_now.do_again()
    else:
        deed_now.take_back()


@dataclass(frozen=True, slots=True)
class _Written:
    school: bytes
    channel: str
    stream: bytes
    commit: layout.Commit
    note: ActNote


def _commits_of(con: Connection, act: bytes, writer: bytes) -> list[_Written]:
    """Return everything one act of this computer wrote."""
    sql = (
        "SELECT k.school, s.channel, s.key, l.body FROM commit_log l JOIN chain c ON c.cid=(l.pos>>40)"
        " JOIN stream s ON s.sno=c.sno JOIN school_key k ON k.sid=s.sid"
        " WHERE s.writer=? AND instr(l.body, ?) > 0 ORDER BY l.pos"
    )
    out = []
    for school, channel, stream, body in con.exec_driver_sql(sql, (writer, act)):
        commit = layout.read_commit(body)
        note = layout.read_act(commit.ops[0] or b"", commit.ops[1])
        if note.act == act:  # the bytes of an act's id also stand in the acts that undo it
            out.append(_Written(school, channel, stream, commit, note))
    return out


def _gather(one: _Written, touched: dict[tuple[int, bytes], _Touched]) -> None:
    for n, digest in enumerate(layout.commit_digests(one.commit)):
        if n == 0 or one.commit.ops[2 * n + 1] is None:
            continue
        stem = layout.read_stem(one.commit.ops[2 * n] or b"")
        table = registry.BY_NUMBER.get(stem.table)
        if table is None:
            continue
        oid = layout.id_of(one.stream, one.commit.stamp, digest)
        row = oid if stem.kind == Kind.FACT or stem.row is None else stem.row
        entry = touched.setdefault((table.number, row), _Touched(one.school, table, row))
        entry.own.add(oid)
        if stem.kind == Kind.FACT:
            entry.cells.add(registry.STANDING)
        elif stem.kind == Kind.CREATE:
            entry.made = True
            entry.cells |= {column.number for column in table.columns}
        elif stem.kind == Kind.SET and isinstance(stem.links, dict):
            entry.cells |= set(stem.links)
            for number, ids in stem.links.items():
                entry.replaced.setdefault(number, set()).update(ids)
