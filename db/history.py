"""What happened: acts read back from the log, the story of a row, and which act undo and redo would take."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from bursar_desk.domain import registry
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.operations import ActNote
from bursar_desk.domain.stamps import wall_ms
from db import layout
from db.chains import SEQ_BITS
from db.taking_back import take_back

__all__ = [
    "PastAct", "acts_at", "acts_of_import", "next_to_redo", "next_to_undo", "place_words", "recent", "story_of",
    "take_back",
]  # fmt: skip


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
        if past.note.act in undone or (past.note.code == ActCode.UNDO and not _undoes_a_deed(acts, past)):
            continue  # taken back, or itself what brought a deed back: more may wait behind it
        return past if past.note.code == ActCode.UNDO else None
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


def place_words(pos: int) -> str:
    """Name a position for people who look for damage: its line and number."""
    return f"line {pos >> SEQ_BITS}, entry {pos & ((1 << SEQ_BITS) - 1)}"
