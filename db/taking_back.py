"""The step that takes an act back, or does it again: written as an act of its own on what is current now."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from bursar_desk.domain import registry
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.operations import ActNote, Kind, Value
from bursar_desk.domain.shown import choose
from db import layout
from db.heads import column_of, heads_among
from db.session import Act


@dataclass(frozen=True, slots=True)
class _Done:
    """One operation of the deed."""

    school: bytes
    id: bytes
    stem: layout.Stem
    table: registry.Table

    @property
    def row(self) -> bytes:
        """Return the row it made or changed."""
        return self.stem.row if self.stem.kind != Kind.FACT and self.stem.row is not None else self.id

    @property
    def links(self) -> dict[int, list[bytes]]:
        """Return what a change replaced, by cell."""
        return self.stem.links if isinstance(self.stem.links, dict) else {}


class _Deed:
    """One past act and the act that now takes it back or does it again."""

    def __init__(self, con: Connection, act: Act, done: list[_Done]) -> None:
        self._con, self._act, self._done = con, act, done
        self._own = {one.id for one in done}
        self._made = {one.row for one in done if one.stem.kind == Kind.CREATE}

    def take_back(self) -> None:
        """Undo the newest operation first, so that each finds what it left behind."""
        for one in reversed(self._done):
            kind = one.stem.kind
            if kind == Kind.FACT:
                self._act.set_aside(one.table.name, one.id, school=one.school)
            elif kind == Kind.CREATE:
                self._unmake(one)
            elif one.row in self._made:
                continue  # the row goes as a whole
            elif kind == Kind.SET:
                cells = {number: self._among(one, number, set(gone)) for number, gone in one.links.items()}
                self._set(one, cells)
            elif kind == Kind.DELETE:
                self._show(one)

    def do_again(self) -> None:
        """Bring back what was taken back, in the order it was done in."""
        for one in self._done:
            kind = one.stem.kind
            if kind == Kind.FACT:
                self._set(one, {registry.STANDING: registry.STANDS})
            elif kind == Kind.CREATE:
                self._make_again(one)
            elif kind == Kind.SET and (one.row not in self._made or self._others(one)):
                self._set(one, {number: self._among(one, number, {one.id}) for number in one.links})
            elif kind == Kind.DELETE:
                self._act.delete(one.table.name, one.row, school=one.school)

    def _among(self, one: _Done, number: int, ops: set[bytes]) -> Value:
        """Return the value some operations gave a cell; of rivals the one that was shown."""
        column = column_of(one.table, number)
        rivals = heads_among(self._con, one.row, one.table, number, ops)
        return choose(column, rivals).value if column is not None and rivals else None

    def _heads(self, one: _Done, number: int) -> list[bytes]:
        return self._act.session.heads(one.row, one.table, number)

    def _set(self, one: _Done, cells: dict[int, Value]) -> None:
        known = {number: value for number, value in cells.items() if column_of(one.table, number) is not None}
        seen = {number: self._heads(one, number) for number in known}
        if known:
            self._act.set_seen(one.table.name, one.row, known, seen, school=one.school)

    def _show(self, one: _Done) -> None:
        """Show a deleted row again: any new value does that, so its first cell is given the one it has."""
        heads = set(self._heads(one, 0))
        if heads:
            self._set(one, {0: self._among(one, 0, heads)})

    def _hidden(self, one: _Done) -> bool:
        return self._con.exec_driver_sql("SELECT 1 FROM hidden WHERE row=?", (one.row,)).first() is not None

    def _others(self, one: _Done) -> set[bytes]:
        """Return the other operations that made the row: another computer's, or one of ours that was deleted since."""
        births = set(self._con.exec_driver_sql("SELECT op FROM row_born WHERE row=?", (one.row,)).scalars())
        return births - self._own

    def _unmake(self, one: _Done) -> None:
        """Hide a row; where it was made more than once, our values go, and it hides only if it was hidden before."""
        if self._hidden(one):
            return
        others = self._others(one)
        if others:
            rest = {
                column.number: {op for op in self._heads(one, column.number) if op not in self._own}
                for column in one.table.columns
            }
            self._set(one, {number: self._among(one, number, ops or others) for number, ops in rest.items()})
            seen = set(self._con.exec_driver_sql("SELECT op FROM row_seen WHERE row=?", (one.row,)).scalars())
            if not set().union(*rest.values()) <= seen:
                return
        self._act.delete(one.table.name, one.row, school=one.school)

    def _make_again(self, one: _Done) -> None:
        if self._others(one):
            self._set(one, {column.number: self._among(one, column.number, {one.id}) for column in one.table.columns})
        elif self._hidden(one):
            self._show(one)


def take_back(con: Connection, act: Act, past: ActNote, writer: bytes) -> None:
    """Write into ``act`` the inverse of what ``past`` did, on the values that are current now.

    ``con`` is the act's own transaction. Where ``past`` is itself an undo, its deed is done again, and so on back to
    the deed. Where nothing is left to take back, the act is written all the same: it says that ``past`` is taken back.
    """
    again = False
    while past.code == ActCode.UNDO and past.undoes is not None:
        deed = next((note for _, _, _, _, note in _commits_of(con, past.undoes, writer)), None)
        if deed is None:
            break
        past, again = deed, not again
    done: list[_Done] = []
    for school, channel, stream, commit, _ in _commits_of(con, past.act, writer):
        act.mark(school, channel)
        done.extend(_done_in(school, stream, commit))
    if again:
        _Deed(con, act, done).do_again()
    else:
        _Deed(con, act, done).take_back()


def _commits_of(
    con: Connection, act: bytes, writer: bytes
) -> list[tuple[bytes, str, bytes, layout.Commit, ActNote]]:
    """Return (school, channel, stream, commit, note) of everything one act of this computer wrote."""
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
            out.append((school, channel, stream, commit, note))
    return out


def _done_in(school: bytes, stream: bytes, commit: layout.Commit) -> list[_Done]:
    out = []
    for n, digest in enumerate(layout.commit_digests(commit)):
        if n and commit.ops[2 * n + 1] is not None:
            stem = layout.read_stem(commit.ops[2 * n] or b"")
            table = registry.BY_NUMBER.get(stem.table)
            if table is not None:
                out.append(_Done(school, layout.id_of(stream, commit.stamp, digest), stem, table))
    return out
