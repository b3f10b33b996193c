"""Where a current value came from: who first wrote it, also where a settlement was taken back, and by what clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

from sqlalchemy import Connection

from bursar_desk.domain import registry
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.shown import Head
from bursar_desk.domain.stamps import DRIFT_MS, wall_ms
from db.history import PastAct, acts_at
from db.row_past import Reader, RowPast

_DEEPEST: Final = 32
"""Settlements of one cell taken back one after the other; beyond, whoever took the last one back is named."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Who wrote a value, with which computer, under which stamp, and whether that computer's clock looks wrong."""

    who: str
    writer: bytes
    stamp: int
    clock_wrong: bool


class _Where(NamedTuple):
    past: PastAct
    replaced: frozenset[bytes]


def _deeds(written: list[_Where], undone: bytes | None) -> list[_Where]:
    """Return what the act that an undo takes back wrote into a cell, through undos of undos back to the deed."""
    undos = {one.past.note.act: one.past.note.undoes for one in written if one.past.note.code == ActCode.UNDO}
    for _ in range(_DEEPEST):
        if undone not in undos:
            break
        undone = undos[undone]
    return [one for one in written if one.past.note.act == undone]


class Origins:
    """Looks up origins; ``now_ms`` is what the entries made here are measured by."""

    def __init__(self, con: Connection, now_ms: int) -> None:
        self._con, self._now = con, now_ms
        self._reader = Reader(con)
        self._arrived = {0: now_ms}

    def of(self, table: registry.Table, row: bytes, number: int, head: Head) -> Origin:
        """Return where the current value ``head`` of a cell came from."""
        past = RowPast(self._reader, table, row)
        first = self._first(past, number, head, 0)
        found = self._where(row, number, first.op)
        if found is None:
            return Origin("", b"", first.stamp, clock_wrong=False)
        return Origin(found.past.note.who, found.past.writer, first.stamp, self._clock_wrong(row, first, found))

    def _first(self, past: RowPast, number: int, head: Head, depth: int) -> Head:
        """Follow a value that was written again because a settlement was taken back to where it stood before."""
        here = self._where(past.row, number, head.op)
        if here is None or here.past.note.code != ActCode.UNDO or depth >= _DEEPEST:
            return head
        values = past.values(number)
        written = [found for one in values if (found := self._where(past.row, number, one.op)) is not None]
        for settled in _deeds(written, here.past.note.undoes):
            for rival in values:
                if len(settled.replaced) > 1 and rival.op in settled.replaced and rival.value == head.value:
                    return self._first(past, number, rival, depth + 1)
        return head

    def _where(self, row: bytes, number: int, op: bytes) -> _Where | None:
        """Return the act that gave a cell a value and what it replaced there."""
        sql = (
            "SELECT pos, 1 FROM cell_op WHERE row=? AND op=? UNION ALL SELECT pos, 0 FROM row_born WHERE row=? AND op=?"
        )
        found = self._con.exec_driver_sql(sql, (row, op, row, op)).first()
        past = next(iter(acts_at(self._con, [found[0]])), None) if found is not None else None
        if found is None or past is None:
            return None
        return _Where(past, self._reader.replaced(found[0], op, number) if found[1] else frozenset())

    def _clock_wrong(self, row: bytes, head: Head, where: _Where) -> bool:
        """A value cannot be from a day after it arrived, nor from long before what it was written over."""
        at = wall_ms(head.stamp)
        born = self._con.exec_driver_sql("SELECT min(stamp) FROM row_born WHERE row=?", (row,)).scalar()
        below = [int.from_bytes(op[:6], "big") for op in where.replaced]
        if born is not None:
            below.append(wall_ms(born))
        return at > self._arrived_ms(where.past.arrived) + DRIFT_MS or any(one > at + DRIFT_MS for one in below)

    def _arrived_ms(self, number: int) -> int:
        if number not in self._arrived:
            found = self._con.exec_driver_sql("SELECT at FROM import_log WHERE ino=?", (number,)).scalar()
            self._arrived[number] = int(found) if found is not None else self._now
        return self._arrived[number]
