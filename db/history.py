"""What happened: acts read back from the log, the story of a row, and which act undo and redo would take."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import msgspec
from sqlalchemy import Connection

from bursar_desk.domain import registry
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.operations import ActNote, Kind, Value
from bursar_desk.domain.stamps import LAST_STAMP, wall_ms
from db import layout
from db.chains import SEQ_BITS
from db.taking_back import take_back

__all__ = [
    "Mark", "PastAct", "acts_at", "acts_of_import", "backwards", "births_in", "next_to_redo", "next_to_undo",
    "place_words", "recent", "removals_in", "story_of", "take_back",
]  # fmt: skip
_FEW: Final = 16
_MANY: Final = 256
"""Entries of a line read at a time, at first and later."""


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
    commit: layout.Commit | None = field(default=None, repr=False, compare=False)

    @property
    def at_ms(self) -> int:
        """Return the milliseconds since 1970 its stamp claims."""
        return wall_ms(self.stamp)


_SELECT = (
    "SELECT l.pos, l.body, l.arrived, k.school, s.channel, s.writer FROM commit_log l"
    " JOIN chain c ON c.cid=(l.pos>>40) JOIN stream s ON s.sno=c.sno JOIN school_key k ON k.sid=s.sid"
)


def _past(row: tuple[int, bytes, int, bytes, str, bytes], *, whole: bool = False) -> PastAct:
    pos, body, arrived, school, channel, writer = row
    commit = layout.read_commit(body)
    return PastAct(
        pos, layout.read_act(commit.ops[0] or b"", commit.ops[1]), commit.stamp, arrived, school, channel, writer,
        commit if whole else None,
    )  # fmt: skip


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
            out.append(_past(row, whole=True))
    return sorted(out, key=lambda past: past.stamp)


def story_of(con: Connection, table: str, row: bytes) -> list[PastAct]:
    """Return every act that touched a row, oldest first."""
    from db.changes import positions_of

    return acts_at(con, sorted(positions_of(con, [(table, row)])))


def births_in(past: PastAct, tables: Collection[str]) -> Iterator[tuple[registry.Table, int | None, list[Value]]]:
    """Yield the new rows of some tables in an entry: the table, the day number it tells of, and its values."""
    from db.as_at import asserted_day

    ops = past.commit.ops if past.commit is not None else []
    for n in range(2, len(ops), 2):
        stem, body = ops[n], ops[n + 1]
        if stem is None or body is None:
            continue
        try:
            parts = layout.read_stem(stem)
            table = registry.BY_NUMBER.get(parts.table)
            if table is None or table.name not in tables or parts.kind not in (Kind.FACT, Kind.CREATE):
                continue
            values = layout.read_body(body)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            continue  # held as what makes no sense
        if isinstance(values, list):
            yield table, asserted_day(table, values), values


def removals_in(past: PastAct) -> Iterator[tuple[registry.Table, bytes]]:
    """Yield the rows an entry deleted and the facts it set aside."""
    ops = past.commit.ops if past.commit is not None else []
    for n in range(2, len(ops), 2):
        stem, body = ops[n], ops[n + 1]
        if stem is None or body is None:
            continue
        try:
            parts = layout.read_stem(stem)
            table = registry.BY_NUMBER.get(parts.table)
            if table is None or parts.row is None or parts.kind not in (Kind.SET, Kind.DELETE):
                continue
            values = layout.read_body(body) if parts.kind == Kind.SET and table.is_fact else None
        except (msgspec.MsgspecError, UnicodeDecodeError):
            continue
        aside = isinstance(values, dict) and values.get(registry.STANDING) == registry.SET_ASIDE
        if aside or parts.kind == Kind.DELETE:
            yield table, parts.row


# --- everything that happened, newest first --------------------------------------------------------------------------


class Mark(NamedTuple):
    """A place in the order of everything that happened: where a page of it ended."""

    stamp: int
    pos: int


def backwards(
    con: Connection, school: bytes | None = None, *, without: Collection[str] = (), since: int = 0,
    before: Mark | None = None,
) -> Iterator[PastAct]:  # fmt: skip
    """Yield what was written, newest first by its stamp: of one school or of all, but for the channels ``without``.

    It goes on below ``before``, and stops below the millisecond ``since``. The lines of history are read backwards a
    few entries at a time and joined, so the first page costs the same however long the history is.
    """
    top = before or Mark(LAST_STAMP, -1)
    lines = con.exec_driver_sql(
        "SELECT c.cid, c.start_seq, c.head_seq, k.school, s.channel, s.writer FROM chain c"
        " JOIN stream s ON s.sno=c.sno JOIN school_key k ON k.sid=s.sid WHERE c.head_seq>=c.start_seq"
    ).all()
    walks = [
        _walk(con, cid, (start, _up_to(con, cid, start, head, top.stamp)), (whose, channel, writer))
        for cid, start, head, whose, channel, writer in lines
        if school in (None, whose) and channel not in without
    ]
    for past in heapq.merge(*walks, key=_newest_first):
        if past.at_ms < since:
            return
        if _newest_first(past) > (-top.stamp, top.pos):
            yield past


def _newest_first(past: PastAct) -> tuple[int, int]:
    return (-past.stamp, past.pos)


def _up_to(con: Connection, cid: int, start: int, head: int, stamp: int) -> int:
    """Return the number of the last entry of a line whose stamp is not above ``stamp``; stamps rise along a line."""
    if stamp >= LAST_STAMP:
        return head
    low, high = start - 1, head
    while low < high:
        middle = (low + high + 1) // 2
        body = con.exec_driver_sql("SELECT body FROM commit_log WHERE pos=?", (cid << SEQ_BITS | middle,)).scalar()
        if body is None or layout.read_commit(body).stamp > stamp:
            high = middle - 1
        else:
            low = middle
    return low


def _walk(con: Connection, cid: int, span: tuple[int, int], whose: tuple[bytes, str, bytes]) -> Iterator[PastAct]:
    first, last = (cid << SEQ_BITS | seq for seq in span)
    sql = "SELECT pos, body, arrived FROM commit_log WHERE pos BETWEEN ? AND ? ORDER BY pos DESC LIMIT ?"
    few = _FEW
    while last >= first:
        rows = con.exec_driver_sql(sql, (first, last, few)).all()
        for row in rows:
            yield _past((*row, *whose), whole=True)
        last = rows[-1][0] - 1 if rows else -1
        few = min(4 * few, _MANY)


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
    """Choose the act Ctrl+Z takes back: the newest of mine that is no undo, no erasing, no PIN and not taken back."""
    undone = _standing_undos(acts)
    for past in acts:
        if past.note.code not in (ActCode.UNDO, ActCode.ERASE, ActCode.SET_PIN) and past.note.act not in undone:
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
