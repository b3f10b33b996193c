"""What happened: acts read back from the log, the story of a row, and the step that takes an act back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection

from bursar_desk.domain import registry
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.operations import ActNote, Kind, Value
from bursar_desk.domain.stamps import wall_ms
from db import layout
from db.chains import SEQ_BITS
from db.heads import column_of, current_heads
from db.session import Act


@dataclass(frozen=True, slots=True)
class PastAct:
    """One commit of the past: who did what, when by its stamp, and how it came here (0 = made here)."""

    pos: int
    note: ActNote
    stamp: int
    arrived: int
    school: bytes
    channel: str
    writer: bytes

    @property
    def at_ms(self) -> int:
        """Return the milliseconds since 1970 its stamp claims."""
        return wall_ms(self.stamp)


_SELECT = (
    "SELECT l.pos, l.body, l.arrived, k.school, s.channel, s.writer FROM commit_log l"
    " JOIN chain c ON c.cid=(l.pos>>40) JOIN stream s ON s.sno=c.sno JOIN school_key k ON k.sid=s.sid"
)


def _past(row: tuple[int, bytes, int, bytes, str, bytes]) -> PastAct:
    pos, body, arrived, school, channel, writer = row
    commit = layout.read_commit(body)
    return PastAct(
        pos, layout.read_act(commit.ops[0] or b"", commit.ops[1]), commit.stamp, arrived, school, channel, writer
    )


def acts_of_import(con: Connection, number: int) -> list[PastAct]:
    """Return what one file brought, oldest first."""
    rows = con.exec_driver_sql(f"{_SELECT} WHERE l.arrived=? ORDER BY l.pos", (number,))
    return sorted((_past(row) for row in rows), key=lambda past: past.stamp)


def acts_at(con: Connection, positions: list[int]) -> list[PastAct]:
    """Return the acts at some positions, oldest first."""
    out = []
    for pos in positions:
        row = con.exec_driver_sql(f"{_SELECT} WHERE l.pos=?", (pos,)).first()
        if row is not None:
            out.append(_past(row))
    return sorted(out, key=lambda past: past.stamp)


def story_of(con: Connection, table: str, row: bytes) -> list[PastAct]:
    """Return every act that touched a row, oldest first."""
    spec = registry.BY_NAME[table]
    places = set(con.exec_driver_sql("SELECT pos FROM cell_op WHERE row=?", (row,)).scalars())
    places |= set(con.exec_driver_sql("SELECT pos FROM row_born WHERE row=?", (row,)).scalars())
    if spec.is_fact:
        places |= set(con.exec_driver_sql(f"SELECT pos FROM {spec.name} WHERE id=?", (row,)).scalars())  # noqa: S608
    return acts_at(con, sorted(places))


def recent(con: Connection, writer: bytes, limit: int = 200) -> list[PastAct]:
    """Return this computer's own acts, newest first, one line an act even where it spans several commits."""
    sql = (
        f"{_SELECT} WHERE s.writer=? AND l.pos > (c.cid << 40 | max(0, c.head_seq - ?))"
        " AND l.pos <= (c.cid << 40 | c.head_seq)"
    )
    rows = con.exec_driver_sql(sql, (writer, limit))
    seen: dict[bytes, PastAct] = {}
    for past in sorted((_past(row) for row in rows), key=lambda one: one.stamp):
        seen.setdefault(past.note.act, past)
    return list(reversed(seen.values()))[:limit]


def next_to_undo(acts: list[PastAct]) -> PastAct | None:
    """Choose the act Ctrl+Z takes back: the newest of mine that is no undo and is not taken back already."""
    undone = _standing_undos(acts)
    for past in acts:
        if past.note.code != ActCode.UNDO and past.note.act not in undone:
            return past
    return None


def next_to_redo(acts: list[PastAct]) -> PastAct | None:
    """Choose the undo Ctrl+Y takes back: the newest one, unless something else was done since."""
    undone = _standing_undos(acts)
    for past in acts:
        if past.note.act in undone:
            continue
        return past if past.note.code == ActCode.UNDO and _undoes_a_deed(acts, past) else None
    return None


def _standing_undos(acts: list[PastAct]) -> set[bytes]:
    """Return the acts that are taken back; an undo that was itself taken back counts for nothing."""
    undone: set[bytes] = set()
    for past in acts:  # newest first: what takes an act back comes before it
        if past.note.code == ActCode.UNDO and past.note.act not in undone and past.note.undoes is not None:
            undone.add(past.note.undoes)
    return undone


def _undoes_a_deed(acts: list[PastAct], undo: PastAct) -> bool:
    codes = {past.note.act: past.note.code for past in acts}
    return codes.get(undo.note.undoes or b"") != ActCode.UNDO


def take_back(con: Connection, act: Act, past: ActNote, writer: bytes) -> None:
    """Write into ``act`` the inverse of everything ``past`` did, on the values that are current now."""
    for school, stream, body in _commits_of(con, past.act, writer):
        commit = layout.read_commit(body)
        digests = layout.commit_digests(commit)
        for n in range(1, len(digests)):
            part = commit.ops[2 * n + 1]
            if part is not None:
                oid = layout.id_of(stream, commit.stamp, digests[n])
                _invert(con, act, school, oid, layout.read_stem(commit.ops[2 * n] or b""))


def _commits_of(con: Connection, act: bytes, writer: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Yield (school, stream, commit) of everything one act wrote."""
    sql = (
        "SELECT k.school, s.key, l.body FROM commit_log l JOIN chain c ON c.cid=(l.pos>>40)"
        " JOIN stream s ON s.sno=c.sno JOIN school_key k ON k.sid=s.sid"
        " WHERE s.writer=? AND instr(l.body, ?) > 0 ORDER BY l.pos"
    )
    for school, stream, body in con.exec_driver_sql(sql, (writer, act)).all():
        commit = layout.read_commit(body)
        if layout.read_act(commit.ops[0] or b"", commit.ops[1]).act == act:
            yield school, stream, body


def _invert(con: Connection, act: Act, school: bytes, oid: bytes, stem: layout.Stem) -> None:
    table = registry.BY_NUMBER.get(stem.table)
    if table is None:
        return
    if stem.kind == Kind.FACT:
        act.set_aside(table.name, oid, school=school)
    elif stem.kind == Kind.CREATE:
        act.delete(table.name, stem.row or oid, school=school)
    elif stem.kind == Kind.SET and stem.row is not None and isinstance(stem.links, dict):
        cells = {number: _value_before(con, table, stem.row, number, gone) for number, gone in stem.links.items()}
        _set_current(con, act, table, stem.row, cells, school)
    elif stem.kind == Kind.DELETE and stem.row is not None:
        first = (stem.row, table.number, 0)
        heads = current_heads(con, [first]).get(first, [])
        if heads:
            _set_current(con, act, table, stem.row, {0: heads[0].value}, school)


def _set_current(
    con: Connection, act: Act, table: registry.Table, row: bytes, cells: dict[int, Value], school: bytes
) -> None:
    wanted = [(row, table.number, number) for number in cells]
    seen = {key[2]: [head.op for head in heads] for key, heads in current_heads(con, wanted).items()}
    act.set_seen(table.name, row, cells, seen, school=school)


def _value_before(con: Connection, table: registry.Table, row: bytes, number: int, gone: list[bytes]) -> Value:
    """Return the value a change replaced; where it settled rivals, the one of them that was shown."""
    from db import bodies
    from db.shown_before import birth_value

    column = column_of(table, number)
    for op in gone:
        found = con.exec_driver_sql("SELECT value FROM cell_op WHERE row=? AND op=?", (row, op)).first()
        if found is not None and column is not None:
            return bodies.cell_from_disk(column, found[0])
    return birth_value(con, row, number, gone)


def place_words(pos: int) -> str:
    """Name a position for people who look for damage: its line and number."""
    return f"line {pos >> SEQ_BITS}, entry {pos & ((1 << SEQ_BITS) - 1)}"
